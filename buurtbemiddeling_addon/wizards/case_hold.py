from odoo import fields, models


class CaseHold(models.TransientModel):
    """Keeps a case from being anonymised, with the reason on record."""

    _name = "buurtbemiddeling.case.hold"
    _description = "Hold a Case"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    reason = fields.Text(string="Why", required=True, help="Coordinators and managers can read it at the case.")

    def action_hold(self):
        """Hold the case.

        :return: an action that closes the dialog
        :raise AccessError: for anybody but a manager who may edit the case
        :raise UserError: when it is anonymised already
        """
        self.ensure_one()
        self.case_id._hold(self.reason)
        return {"type": "ir.actions.act_window_close"}
