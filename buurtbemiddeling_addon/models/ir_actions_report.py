import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _mediation_qr_code(self, text):
        """Return a text as a QR code, for ``src`` of a picture.

        A drawing, and not the picture that Odoo's own barcodes are: it is sharp in print, and needs no library that is
        not always there.
        """
        drawing = createBarcodeDrawing("QR", value=text, width=120, height=120, barLevel="M").asString("svg")
        return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"

    def _get_rendering_context(self, report, docids, data):
        if self.env["buurtbemiddeling.access.log"]._is_logged(report.model):
            records = self.env[report.model].browse(docids)
            records.check_access("read")
            records._log_opening("report")
        return super()._get_rendering_context(report, docids, data)
