import re

from lxml import html
from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

LETTER = "buurtbemiddeling.letter"
# In mail that nobody sends by hand: programs do not answer it.
AUTOMATIC = {"Auto-Submitted": "auto-generated"}


def plain_text(body):
    """Return a text as it is read without layout: each item of a list on a line, each address where it belongs."""
    root = html.fragment_fromstring(body, create_parent=True)
    for element in root.iter():
        element.text, element.tail = (re.sub(r"\s+", " ", text or "") for text in (element.text, element.tail))
    for item in root.iter("li"):
        siblings = item.getparent()
        item.text = f"{siblings.index(item) + 1}. {item.text}" if siblings.tag == "ol" else f"- {item.text}"
    for link in root.iter("a"):
        link.tail = f" <{link.get('href')}>{link.tail}"
    for cell in root.iter("td"):
        cell.tail = f" {cell.tail}"
    for element in root.iter("br", "li", "tr"):
        element.tail = f"\n{element.tail}"
    for element in root.iter("div", "ol", "p", "table", "ul"):
        element.tail = f"\n\n{element.tail}"
    lines = "\n".join(line.strip() for line in root.text_content().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.constrains("email_to", "email_cc", "recipient_ids")
    def _check_addressee_of_letter(self):
        """Keep a letter between us and its person, through whichever door of Odoo it is mailed."""
        for mail in self.filtered(lambda mail: mail.model == LETTER):
            address = email_normalize(self.env[LETTER].browse(mail.res_id).party_id.email)
            if mail.recipient_ids or mail.email_cc or mail.email_to != address:
                raise ValidationError(self.env._("A letter goes to the address of its person, and nowhere else."))

    @api.model
    def _laid_out(self, body, lang):
        """Return the text of a mail in the language that it says, with nothing around it."""
        style = "font-family: Arial, sans-serif; font-size: 16px; line-height: 1.5; max-width: 38em;"
        return Markup('<div lang="%s" style="%s">%s</div>') % ((lang or "").replace("_", "-"), style, Markup(body))

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Return what is sent; what is about mediation with a plain text that can be read."""
        emails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        if (self.model or "").startswith("buurtbemiddeling."):
            for email in emails:
                email["body_alternative"] = plain_text(email["body"])
        return emails

    def unlink(self):
        """Delete mails. With that of a letter goes the file for the calendar that was made for it.

        sudo: whoever may delete a mail need not be able to read the letter.
        """
        mails = self.sudo().filtered(lambda mail: mail.model == LETTER)
        files = mails.attachment_ids.filtered(lambda file: file.res_model == LETTER)
        result = super().unlink()
        files.unlink()
        return result

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Show with a letter that it could not be sent; it is sent again from there, so the mail itself goes.

        sudo: whoever works off the queue need not be able to read letters. Only that it failed is written.
        """
        failed = self.sudo().filtered(lambda mail: mail.model == LETTER and mail.state == "exception")
        letters = self.env[LETTER].sudo().browse(failed.mapped("res_id")).exists()
        result = super()._postprocess_sent_message(success_pids, success_emails, failure_reason, failure_type)
        letters._delivery_failed("address" if (failure_type or "").startswith("mail_email") else "server")
        failed.exists().unlink()
        return result
