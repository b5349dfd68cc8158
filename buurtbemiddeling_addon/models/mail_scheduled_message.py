from odoo import api, models


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.constrains("model", "res_id")
    def _check_case_not_anonymised(self):
        self.env["buurtbemiddeling.case"]._check_none_anonymised(self, "model")
