from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.aftercare_answer import HOLDS

RESULTS_BY_WAY = {"coaching": "result_coaching", "shuttle": "result_shuttle", "group": "result_group"}
OUTCOMES = {"holds": "resolved", "partly": "improved", "no": "not_resolved"}


class CaseAftercare(models.TransientModel):
    """Asks whether the agreements still hold: the answer closes the case, or it is asked later again."""

    _name = "buurtbemiddeling.case.aftercare"
    _description = "Aftercare of a Case"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    answer = fields.Selection(
        HOLDS,
        string="Do the Agreements Still Hold?",
        compute="_compute_answer",
        store=True,
        precompute=True,
        readonly=False,
        help="Still holds: resolved. Partly: improved. No: not resolved. What people answered on their personal pages "
        "is filled in; where they differ, the least good.",
    )
    aftercare_answer_ids = fields.One2many(related="case_id.aftercare_answer_ids", related_sudo=False)
    result_id = fields.Many2one(
        "buurtbemiddeling.result",
        string="How It Ended",
        compute="_compute_result_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    note = fields.Text(help="Short. It goes to the notes of the case and stays inside.")
    weeks = fields.Integer(
        string="Later Again, after (weeks)", compute="_compute_weeks", store=True, precompute=True, readonly=False
    )

    @api.depends("case_id")
    def _compute_answer(self):
        from_good_to_bad = [value for value, _words in HOLDS]
        for wizard in self:
            answers = wizard.case_id.aftercare_answer_ids
            said = {answers._latest(party).holds for party in wizard.case_id.party_ids} - {False}
            wizard.answer = max(said, key=from_good_to_bad.index, default=False)

    @api.depends("case_id")
    def _compute_result_id(self):
        for wizard in self:
            name = RESULTS_BY_WAY.get(wizard.case_id.way_of_working, "result_agreements")
            wizard.result_id = self.env.ref(f"buurtbemiddeling_addon.{name}", raise_if_not_found=False)

    @api.depends("case_id")
    def _compute_weeks(self):
        for wizard in self:
            wizard.weeks = wizard.case_id.company_id.mediation_aftercare_weeks

    def action_close(self):
        """Close the case with what the answer means for the conflict.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not edit the case
        :raise UserError: when the case is not in aftercare, or there is no answer or no result
        """
        if not (self.answer and self.result_id):
            raise UserError(self.env._("Say whether the agreements still hold, and how the case ended."))
        self._note_on_case()
        self.case_id.write({"stage": "closed", "result_id": self.result_id.id, "outcome": OUTCOMES[self.answer]})
        return {"type": "ir.actions.act_window_close"}

    def action_later(self):
        """Ask again some weeks from now.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not edit the case
        :raise UserError: when the case is not in aftercare, or the weeks are not in the future
        """
        if self.weeks < 1:
            raise UserError(self.env._("Say after how many weeks you want to ask again: at least 1."))
        self._note_on_case()
        self.case_id.aftercare_on = fields.Date.add(fields.Date.context_today(self), weeks=self.weeks)
        return {"type": "ir.actions.act_window_close"}

    def _note_on_case(self):
        """Keep the note with the case, after checking that its aftercare has begun."""
        self.ensure_one()
        self.case_id.check_access("write")
        if self.case_id.stage != "aftercare":
            raise UserError(self.env._("This case is not in aftercare."))
        if self.note:
            self.case_id.message_post(body=self.note)
