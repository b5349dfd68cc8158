from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

LETTER = "buurtbemiddeling.letter"


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.constrains("email_to", "email_cc", "recipient_ids")
    def _check_addressee_of_letter(self):
        """Keep a letter between us and its person, through whichever door of Odoo it is mailed."""
        for mail in self.filtered(lambda mail: mail.model == LETTER):
            address = email_normalize(self.env[LETTER].browse(mail.res_id).party_id.email)
            if mail.recipient_ids or mail.email_cc or mail.email_to != address:
                raise ValidationError(self.env._("A letter goes to the address of its person, and nowhere else."))

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
