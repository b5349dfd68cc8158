from odoo import models
from odoo.exceptions import UserError


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        """Send the message, but no mass mail about a case: it would go past the check of who may be addressed.

        :raise UserError: for anybody who sends a mass mail about a record of this application
        """
        for wizard in self:
            if wizard.composition_mode == "mass_mail" and (wizard.model or "").startswith("buurtbemiddeling."):
                raise UserError(self.env._("A case is not mailed to a list. Write a message on the case itself."))
        return super()._action_send_mail(auto_commit=auto_commit)
