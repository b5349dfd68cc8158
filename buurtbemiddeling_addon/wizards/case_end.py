from odoo import api, fields, models


class CaseEnd(models.TransientModel):
    """Ends a case: not suitable, not taken up, or closed. Each takes a reason; the referrer hears none."""

    _name = "buurtbemiddeling.case.end"
    _description = "End a Case"

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("not_suitable", "Not suitable for mediation"),
            ("not_taken_up", "Suitable, but not taken up"),
            ("closed", "Taken up, and now finished"),
        ],
        compute="_compute_kind",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        string="Why It Ends",
    )
    is_taken_up = fields.Boolean(compute="_compute_kind", store=True, precompute=True)
    unsuitable_reason_id = fields.Many2one("buurtbemiddeling.unsuitable.reason", string="Why Not Suitable")
    result_id = fields.Many2one("buurtbemiddeling.result", string="How It Ended", required=True)
    outcome = fields.Selection(
        [
            ("resolved", "Resolved"),
            ("improved", "Improved"),
            ("not_resolved", "Not resolved"),
            ("not_applicable", "Not applicable"),
        ],
        compute="_compute_outcome",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )

    @api.depends("case_id")
    def _compute_kind(self):
        for wizard in self:
            wizard.is_taken_up = wizard.case_id.taken_up == "taken_up"
            if wizard.is_taken_up:
                wizard.kind = "closed"
            else:
                wizard.kind = "not_taken_up" if wizard.case_id.suitability == "suitable" else "not_suitable"

    @api.depends("result_id")
    def _compute_outcome(self):
        for wizard in self:
            wizard.outcome = wizard.result_id.outcome

    def action_end(self):
        """End the case; its referrers hear the answers that they are still waiting for.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not edit the case
        :raise ValidationError: when a reason is missing
        """
        self.ensure_one()
        values = {"stage": "closed", "result_id": self.result_id.id, "outcome": self.outcome}
        if self.kind == "not_suitable":
            values.update(suitability="not_suitable", unsuitable_reason_id=self.unsuitable_reason_id.id)
        elif self.kind == "not_taken_up":
            values.update(taken_up="not_taken_up")
        self.case_id.write(values)
        self.case_id.activity_unlink(["buurtbemiddeling_addon.activity_type_new_report"])
        return {"type": "ir.actions.act_window_close"}
