from odoo import api, fields, models


class CaseReopen(models.TransientModel):
    """Reopens a closed case, with the reason on record. No organisation hears of it."""

    _name = "buurtbemiddeling.case.reopen"
    _description = "Reopen a Case"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    reason = fields.Text(string="Why", required=True, help="It goes to the notes of the case and stays inside.")
    stage = fields.Selection(
        [("intake", "Intake"), ("first_talk", "First talk"), ("aftercare", "Aftercare")],
        string="Go on with",
        compute="_compute_stage",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    has_choice = fields.Boolean(compute="_compute_has_choice", compute_sudo=False)

    @api.depends("case_id")
    def _compute_stage(self):
        for wizard in self:
            wizard.stage = wizard.case_id and wizard.case_id._stages_after_reopening()[0]

    @api.depends("case_id")
    def _compute_has_choice(self):
        for wizard in self:
            wizard.has_choice = wizard.case_id and len(wizard.case_id._stages_after_reopening()) > 1

    def action_reopen(self):
        """Reopen the case.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not edit the case
        :raise UserError: when the case is not closed, has no data any more or cannot go on with that stage
        """
        self.ensure_one()
        self.case_id._reopen(self.stage, self.reason)
        return {"type": "ir.actions.act_window_close"}
