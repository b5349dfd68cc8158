from odoo import api, fields, models

# A session in one of these states is history: nobody comes to it any more.
PAST_STATES = ("held", "not_held", "moved", "cancelled")


class Session(models.Model):
    """An appointment of a case, with the people who come to it. It stands in nobody's public calendar."""

    _name = "buurtbemiddeling.session"
    _description = "Appointment"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "start, id"

    kind = fields.Selection(
        [
            ("intake", "Intake"),
            ("first_talk", "Talk with the first party"),
            ("second_talk", "Talk with the other party"),
            ("mediation", "Mediation"),
            ("shuttle", "Shuttle talk"),
            ("coaching", "Coaching"),
            ("aftercare", "Aftercare"),
        ],
        required=True,
        default="first_talk",
    )
    start = fields.Datetime(required=True, index=True)
    duration = fields.Float(string="Hours", default=1.5)
    stop = fields.Datetime(compute="_compute_stop", store=True)
    place_kind = fields.Selection(
        [
            ("home", "At the home of a party"),
            ("neutral", "In a neutral place"),
            ("office", "At our office"),
            ("telephone", "By telephone"),
        ],
        string="Where",
        required=True,
        default="home",
    )
    place = fields.Char(help="The neutral place with its address. For a talk at home it follows from the person.")
    party_ids = fields.Many2many(
        "buurtbemiddeling.party",
        "buurtbemiddeling_session_party_rel",
        "session_id",
        "party_id",
        string="Parties",
        domain="[('case_id', '=', case_id)]",
    )
    mediator_ids = fields.Many2many(
        "res.users",
        "buurtbemiddeling_session_mediator_rel",
        "session_id",
        "user_id",
        string="Mediators",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("not_held", "Not held"),
            ("moved", "Moved"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        copy=False,
        index=True,
    )
    moved_from_id = fields.Many2one(
        "buurtbemiddeling.session", string="Moved from", readonly=True, copy=False, ondelete="restrict", index=True
    )
    note = fields.Text(help="Short: only what the next talk needs.")

    def action_confirm_by_letter(self):
        """Open the dialog that writes a confirmation of this appointment to each of the people who come to it.

        :return: an action that opens the dialog, which only coordinators can fill in
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("buurtbemiddeling_addon.letter_write_action")
        defaults = {"case_id": self.case_id.id, "kind": "appointment", "session_id": self.id}
        return {**action, "context": {f"default_{name}": value for name, value in defaults.items()}}

    @api.depends("start", "duration")
    def _compute_stop(self):
        for session in self:
            session.stop = session.start and fields.Datetime.add(session.start, hours=session.duration)
