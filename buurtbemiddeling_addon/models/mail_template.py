from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from .mail_mail import LETTER


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(self, res_ids, *args, **kwargs):
        """Send mails, but none with a template of ours: letters and news are sent by their own methods.

        :raise AccessError: for anybody who asks Odoo to
        """
        if not self.env.su and self._are_ours():
            raise AccessError(self.env._("Letters are sent from a case, each to its person."))
        return super().send_mail_batch(res_ids, *args, **kwargs)

    def _are_ours(self):
        """Return whether one of these templates is of this add-on.

        sudo: where a template comes from is not for everybody to read; only a yes or no comes out.
        """
        ours = [("module", "=", "buurtbemiddeling_addon"), ("model", "=", self._name), ("res_id", "in", self.ids)]
        is_shipped = self.env["ir.model.data"].sudo().search_count(ours, limit=1)
        return is_shipped or any((template.model or "").startswith("buurtbemiddeling.") for template in self)

    @api.constrains("model_id", "body_html")
    def _check_text_of_letter(self):
        """Keep the text of letters to the words that are made for them: no other data of a case can come into one."""
        if any(template.model == LETTER and template._has_unsafe_expression() for template in self):
            raise ValidationError(
                self.env._("Only the fields that are in the texts of letters already can be used in them.")
            )
