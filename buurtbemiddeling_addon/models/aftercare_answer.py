from odoo import api, fields, models
from odoo.tools import frozendict

# From the best to the worst.
HOLDS = [("holds", "Still holds"), ("partly", "Partly"), ("no", "No")]


class AftercareAnswer(models.Model):
    """What one person answered on her personal page to the questions of aftercare. The latest counts.

    It is for staff: it closes no case, and no organisation hears it.
    """

    _name = "buurtbemiddeling.aftercare.answer"
    _description = "Answer of Aftercare"
    _inherit = ["buurtbemiddeling.append.only.mixin", "buurtbemiddeling.case.part.mixin"]
    _order = "id desc"

    _erased_values = frozendict(remark=False)

    party_id = fields.Many2one("buurtbemiddeling.party", string="From", required=True, index=True, ondelete="restrict")
    holds = fields.Selection(HOLDS, string="Do the Agreements Still Hold?", required=True)
    wants_call = fields.Boolean(string="Wants to Be Called")
    remark = fields.Text(help="What this person wrote with it.")
    answered_on = fields.Datetime(string="Answered on", required=True, default=fields.Datetime.now)

    @api.model
    def _record(self, party, holds, wants_call, remark):
        """Put on record what one person answers about the agreements of her case, unless she said so already.

        As superuser: she has no account. Called by her personal link, with what its page checked.

        :param party: the person, as superuser
        :param str holds: see the field
        :param bool wants_call: whether she wants to be called
        :param str remark: what she wrote with it
        """
        latest = self._latest(party)
        if (latest.holds, latest.wants_call, latest.remark or "") == (holds, wants_call, remark):
            return
        self.create(
            {
                "case_id": party.case_id.id,
                "party_id": party.id,
                "holds": holds,
                "wants_call": wants_call,
                "remark": remark or False,
            }
        )
        case = party.case_id._for_staff()
        if wants_call:
            case._ask_to_look(case.env._("Somebody wants to be called in aftercare: look at the answer"))
        elif holds == "no":
            case._ask_to_look(case.env._("Somebody answered that the agreements do not hold: look at the answer"))

    @api.model
    def _latest(self, party):
        """Return what one person answered the last time since aftercare began, or nothing."""
        case = party.case_id
        answers = case.aftercare_answer_ids.filtered(
            lambda answer: answer.party_id == party and case._local_day(answer.answered_on) >= case.stage_since
        )
        return answers.sorted("id")[-1:]
