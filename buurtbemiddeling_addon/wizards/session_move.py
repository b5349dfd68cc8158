from odoo import api, fields, models
from odoo.exceptions import UserError


class SessionMove(models.TransientModel):
    """Moves an appointment to another time. How it was planned before stays on the case."""

    _name = "buurtbemiddeling.session.move"
    _description = "Move an Appointment"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    session_id = fields.Many2one("buurtbemiddeling.session", required=True, ondelete="cascade")
    start = fields.Datetime(
        string="New Start",
        compute="_compute_start",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    duration = fields.Float(
        string="Hours", compute="_compute_start", store=True, precompute=True, readonly=False, required=True
    )
    reason = fields.Char(string="Why", help="Stays with the former time. Mediators of the case read it.")
    warning = fields.Text(compute="_compute_warning", compute_sudo=False)
    wishes = fields.Text(
        string="Which Moments Suit",
        compute="_compute_wishes",
        compute_sudo=False,
        help="What the people who come wrote on their personal pages.",
    )

    @api.depends("session_id")
    def _compute_start(self):
        for wizard in self:
            wizard.start = wizard.session_id.start
            wizard.duration = wizard.session_id.duration

    @api.depends("session_id")
    def _compute_wishes(self):
        for wizard in self:
            replies = wizard.session_id._latest_replies()
            wizard.wishes = "\n".join(
                f"{party.display_name}: {reply.wishes}" for party, reply in replies.items() if reply.wishes
            )

    @api.depends("session_id", "start", "duration")
    def _compute_warning(self):
        for wizard in self:
            session = wizard.session_id
            planned = session.new({"start": wizard.start, "duration": wizard.duration}, origin=session)
            wizard.warning = planned.warning

    def action_move(self):
        """Move the appointment.

        :return: an action that closes the dialog
        :raise AccessError: for anybody but a coordinator of the case
        :raise UserError: when the time is the same, or the appointment is past
        """
        self.ensure_one()
        session = self.session_id
        if self.start == session.start:
            raise UserError(self.env._("Choose another time than the present one."))
        session.write({"start": self.start, "duration": self.duration})
        session.moved_from_id.note = self.reason
        return {"type": "ir.actions.act_window_close"}
