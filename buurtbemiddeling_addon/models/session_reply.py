from odoo import api, fields, models
from odoo.tools import frozendict


class SessionReply(models.Model):
    """What one person said on her personal page about an appointment. Of each person the latest counts."""

    _name = "buurtbemiddeling.session.reply"
    _description = "Reply to an Appointment"
    _inherit = ["buurtbemiddeling.append.only.mixin", "buurtbemiddeling.case.part.mixin"]
    _order = "id desc"

    _erased_values = frozendict(wishes=False)

    session_id = fields.Many2one(
        "buurtbemiddeling.session", string="Appointment", required=True, index=True, ondelete="restrict"
    )
    case_id = fields.Many2one(related="session_id.case_id", store=True, index=True)
    party_id = fields.Many2one("buurtbemiddeling.party", string="From", required=True, index=True, ondelete="restrict")
    answer = fields.Selection(
        [("comes", "Will be there"), ("move", "Wants another moment"), ("cannot", "Cannot come")], required=True
    )
    wishes = fields.Text(string="Which Moments", help="What this person wrote with it, such as which moments suit.")
    replied_on = fields.Datetime(string="Said on", required=True, default=fields.Datetime.now)

    @api.model
    def _record(self, session, party, answer, wishes):
        """Put on record what one person says about an appointment to which she comes, unless she said so already.

        As superuser: she has no account. Called by her personal link, with what its page checked.

        :param session: the appointment, as superuser
        :param party: the person, as superuser
        :param str answer: see the field
        :param str wishes: what she wrote with it
        """
        latest = session._latest_replies().get(party, self)
        if (latest.answer, latest.wishes or "") == (answer, wishes):
            return
        self.create(
            {
                "case_id": session.case_id.id,
                "session_id": session.id,
                "party_id": party.id,
                "answer": answer,
                "wishes": wishes or False,
            }
        )
        if answer != "comes":
            case = session.case_id._for_staff()
            case._ask_to_look(self._to_do(case))

    @api.model
    def _to_do(self, case):
        return case.env._("Somebody cannot come to an appointment or wants another moment: look at the reply")

    @api.model
    def _let_go_of_to_do(self, case):
        """Take away the to-do about the replies in one case where no appointment to come is left with an objection.

        :param case: the case, as superuser, in the language of ``_for_staff``
        """
        if not any(case.session_ids._to_come().mapped("has_objection")):
            case.activity_ids.filtered(lambda activity: activity.summary == self._to_do(case)).unlink()

    def _move_to_session(self, session):
        """Let these replies stay with how an appointment was planned when they were given, past ``write``."""
        self._write_anyway({"session_id": session.id})
