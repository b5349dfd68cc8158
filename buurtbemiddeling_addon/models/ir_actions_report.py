from odoo import models

from .access_log import LOGGED_MODELS


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        if report.model in LOGGED_MODELS:
            self.env[report.model].browse(docids)._log_opening("report")
        return super()._get_rendering_context(report, docids, data)
