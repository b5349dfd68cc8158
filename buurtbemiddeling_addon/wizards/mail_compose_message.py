from odoo import api, models
from odoo.exceptions import UserError


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Create composers.

        :raise AccessError: for a user who names a record of ours that she may not read
        """
        for vals in vals_list:
            self.env["buurtbemiddeling.refusal.mixin"]._check_named(vals.get("model"), vals.get("res_ids"))
        return super().create(vals_list)

    def onchange(self, values, field_names, fields_spec):
        """Fill in the dialog.

        :raise AccessError: for a user who names a record of ours that she may not read
        """
        self.env["buurtbemiddeling.refusal.mixin"]._check_named(values.get("model"), values.get("res_ids"))
        return super().onchange(values, field_names, fields_spec)

    def _action_send_mail(self, auto_commit=False):
        """Send the message, but no mass mail about a case: it would go past the check of who may be addressed.

        :raise UserError: for anybody who sends a mass mail about a record of this application
        """
        for wizard in self:
            if wizard.composition_mode == "mass_mail" and (wizard.model or "").startswith("buurtbemiddeling."):
                raise UserError(self.env._("A case is not mailed to a list. Write a message on the case itself."))
        return super()._action_send_mail(auto_commit=auto_commit)
