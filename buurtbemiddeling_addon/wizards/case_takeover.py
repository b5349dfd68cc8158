from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.case import with_role


class CaseTakeover(models.TransientModel):
    """Hands cases over to another coordinator, with what is still to be done on them."""

    _name = "buurtbemiddeling.case.takeover"
    _description = "Hand Cases over"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_ids = fields.Many2many(
        "buurtbemiddeling.case",
        "buurtbemiddeling_case_takeover_rel",
        "wizard_id",
        "case_id",
        string="Cases",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    case_count = fields.Integer(string="Number of Cases", compute="_compute_case_count")
    coordinator_id = fields.Many2one(
        "res.users",
        string="New Coordinator",
        required=True,
        ondelete="cascade",
        domain=lambda self: with_role(self.env, "coordinator"),
        help="She becomes the coordinator of these cases and gets what the present one still has to do on them.",
    )
    reason = fields.Char(help="Stands on each case, for colleagues. For example: leave, or a new division of areas.")

    @api.depends("case_ids")
    def _compute_case_count(self):
        for wizard in self:
            wizard.case_count = len(wizard.case_ids)

    def action_hand_over(self):
        """Give the cases, and the open activities of their coordinators on them, to the new coordinator.

        She gets no e-mail for each of them. The change is on record in each case, with the reason.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not edit these cases
        :raise UserError: when the new coordinator may not edit all of them
        """
        self.ensure_one()
        cases, user = self.case_ids, self.coordinator_id
        cases.check_access("write")
        # In all companies of the new coordinator, not in those that the current user has chosen.
        if not cases.with_user(user).with_context(allowed_company_ids=None).has_access("write"):
            raise UserError(
                self.env._("%(user)s may not work on all of these cases. Choose another coordinator.", user=user.name)
            )
        activities = self.env["mail.activity"]
        for coordinator, handed_over in cases.grouped("coordinator_id").items():
            if coordinator:
                activities |= handed_over.activity_ids.filtered(
                    lambda activity, coordinator=coordinator: activity.user_id == coordinator
                )
        if self.reason:
            cases._track_set_log_message(self.reason)
        cases.write({"coordinator_id": user.id})
        activities.with_context(mail_activity_quick_update=True).write({"user_id": user.id})
        return {"type": "ir.actions.act_window_close"}
