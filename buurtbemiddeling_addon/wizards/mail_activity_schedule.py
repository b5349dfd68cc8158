from odoo import api, models


class MailActivitySchedule(models.TransientModel):
    _inherit = "mail.activity.schedule"

    @api.model_create_multi
    def create(self, vals_list):
        """Create dialogs.

        :raise AccessError: for a user who names a record of ours that she may not read
        """
        for vals in vals_list:
            self.env["buurtbemiddeling.refusal.mixin"]._check_named(vals.get("res_model"), vals.get("res_ids"))
        return super().create(vals_list)

    def onchange(self, values, field_names, fields_spec):
        """Fill in the dialog.

        :raise AccessError: for a user who names a record of ours that she may not read
        """
        self.env["buurtbemiddeling.refusal.mixin"]._check_named(values.get("res_model"), values.get("res_ids"))
        return super().onchange(values, field_names, fields_spec)
