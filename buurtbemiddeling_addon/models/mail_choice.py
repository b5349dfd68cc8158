from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import hash_sign, verify_hash_signed

SCOPE = "buurtbemiddeling-mail-choice"
# The address of the page on which somebody stops e-mails, and behind it what says whose.
PAGE = "/buurtbemiddeling/e-mail"
# What is stopped, by what a person is named in the link (neither a number nor anything that tells who it is), and who
# can still choose: an old mail can be opened after all data were erased.
CHOICES = {
    "buurtbemiddeling.party": ("no_reminders", "reference", Domain("erased_on", "=", False)),
    "res.users": ("no_mediation_mail", "mediation_mail_key", Domain.TRUE),
}


class MailChoice(models.AbstractModel):
    """Lets people stop what is mailed to them by itself, with a link in the e-mail and without an account."""

    _name = "buurtbemiddeling.mail.choice"
    _description = "Choice of E-mail"

    @api.model
    def _address(self, record):
        """Return the address at which a party or a user stops these e-mails. It works as long as they are sent.

        sudo: nobody may read the secret with which it is signed, nor what stands for a user.
        """
        record = record.sudo()
        _stopped, name, _who = CHOICES[record._name]
        if not record[name]:
            record[name] = self.env["buurtbemiddeling.reference.mixin"]._random_code(24)
        token = hash_sign(self.sudo().env, SCOPE, [record._name, record[name]])
        return f"{record.get_base_url()}{PAGE}/{token}"

    @api.model
    def _headers(self, address):
        """Return the headers by which a mail program shows a button to stop these e-mails (RFC 8058)."""
        return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    @api.model
    def _footer(self, address):
        """Return the line under a mail with which somebody stops these e-mails."""
        line = Markup('<p style="font-size: 14px;">%s <a href="%s">%s</a></p>')
        return line % (self.env._("You do not want these e-mails?"), address, self.env._("Stop them"))

    @api.model
    def _choose(self, token, stop):
        """Stop the e-mails of the kind that a link came with, or send them again; nothing for another link.

        sudo: who opens a link has no right on any model. Nothing but this choice of one person is written, and
        nothing comes out.

        :param str token: the end of the address
        :param bool stop: whether these e-mails stop
        """
        try:
            model, key = verify_hash_signed(self.sudo().env, SCOPE, token) or (None, None)
        except ValueError:
            return
        if model:
            stopped, name, who = CHOICES[model]
            records = self.env[model].sudo().with_context(active_test=False)
            records.search(who & Domain(name, "=", key) & Domain(stopped, "!=", stop))[stopped] = stop
