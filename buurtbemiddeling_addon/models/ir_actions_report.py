from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        if self.env["buurtbemiddeling.access.log"]._is_logged(report.model):
            records = self.env[report.model].browse(docids)
            records.check_access("read")
            records._log_opening("report")
        return super()._get_rendering_context(report, docids, data)
