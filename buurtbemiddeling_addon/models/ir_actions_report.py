from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        records = self.env[report.model].browse(docids) if report.model in self.env else None
        if isinstance(records, self.env.registry["buurtbemiddeling.logged.mixin"]):
            records.check_access("read")
            records._log_opening("report")
        return super()._get_rendering_context(report, docids, data)
