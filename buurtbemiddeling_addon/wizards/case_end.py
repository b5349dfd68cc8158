from odoo import api, fields, models


class CaseEnd(models.TransientModel):
    """Ends a case: not suitable, not taken up, or closed. Each takes a reason; the referrer hears none."""

    _name = "buurtbemiddeling.case.end"
    _description = "End a Case"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    is_unsuitable = fields.Boolean(string="Not Suitable for Mediation")
    unsuitable_reason_id = fields.Many2one("buurtbemiddeling.unsuitable.reason", string="Why Not Suitable")
    result_id = fields.Many2one("buurtbemiddeling.result", string="How It Ended")
    outcome = fields.Selection(
        selection=lambda self: self.env["buurtbemiddeling.case"]._fields["outcome"]._description_selection(self.env),
        compute="_compute_outcome",
        store=True,
        precompute=True,
        readonly=False,
    )

    lapsing = fields.Text(compute="_compute_lapsing", compute_sudo=False)

    @api.depends("case_id")
    @api.depends_context("lang", "tz")
    def _compute_lapsing(self):
        """Name the appointments that are cancelled when the case ends."""
        for wizard in self:
            wizard.lapsing = "\n".join(wizard.case_id.session_ids._to_come().mapped("display_name"))

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
        if self.is_unsuitable:
            result = self.env.ref("buurtbemiddeling_addon.result_not_suitable")
            values.update(
                suitability="not_suitable",
                unsuitable_reason_id=self.unsuitable_reason_id.id,
                result_id=result.id,
                outcome=result.outcome,
            )
        elif self.case_id.taken_up != "taken_up":
            values.update(taken_up="not_taken_up")
        self.case_id.write(values)
        return {"type": "ir.actions.act_window_close"}
