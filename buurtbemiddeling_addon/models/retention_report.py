from odoo import api, fields, models
from odoo.tools import SQL

from .retention import KINDS


class RetentionReport(models.Model):
    """What the daily job erased on a day: numbers, and nothing about anybody."""

    _name = "buurtbemiddeling.retention.report"
    _description = "What Was Erased"
    _inherit = ["buurtbemiddeling.append.only.mixin"]
    _order = "erased_on desc, id"
    _rec_name = "kind"
    _log_access = False

    erased_on = fields.Date(string="Day", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(KINDS, string="What", required=True)
    number = fields.Integer(string="How Many", required=True)

    _once_a_day = models.UniqueIndex("(erased_on, company_id, kind)")

    @api.model
    def _add(self, day, company, erased):
        """Add what was erased to the report of a day, in the same transaction as the erasing.

        :param dict erased: how much was erased of each kind
        """
        for kind, number in erased.items():
            if number:
                self.env.cr.execute(
                    SQL(
                        """
                        INSERT INTO buurtbemiddeling_retention_report AS report (erased_on, company_id, kind, number)
                        VALUES (%s, %s, %s, %s)
                        ON CONFLICT (erased_on, company_id, kind) DO UPDATE SET number = report.number + EXCLUDED.number
                        """,
                        day,
                        company.id,
                        kind,
                        number,
                    )
                )
        self.invalidate_model()
