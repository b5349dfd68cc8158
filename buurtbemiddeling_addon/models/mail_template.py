from odoo import api, models
from odoo.exceptions import ValidationError

from .mail_mail import LETTER


class MailTemplate(models.Model):
    _inherit = "mail.template"

    @api.constrains("model_id", "body_html")
    def _check_text_of_letter(self):
        """Keep the text of letters to the words that are made for them: no other data of a case can come into one."""
        if any(template.model == LETTER and template._has_unsafe_expression() for template in self):
            raise ValidationError(
                self.env._("Only the fields that are in the texts of letters already can be used in them.")
            )
