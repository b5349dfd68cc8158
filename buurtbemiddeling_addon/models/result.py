from odoo import api, fields, models
from odoo.exceptions import UserError


class Result(models.Model):
    """A way in which a case can end, with what it usually means for the conflict."""

    _name = "buurtbemiddeling.result"
    _description = "Way a Case Ends"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    outcome = fields.Selection(
        [
            ("resolved", "Resolved"),
            ("improved", "Improved"),
            ("not_resolved", "Not resolved"),
            ("not_applicable", "Not applicable"),
        ],
        required=True,
        default="not_resolved",
        string="Usual Outcome",
        help="Filled in when a case ends this way; it can be changed for the case. A referrer only hears "
        "resolved (for resolved and improved) or not resolved, and only of a case that was taken up.",
    )

    _name_unique = models.Constraint("UNIQUE (name)", "This name is already in the list.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_by_the_program(self):
        names = ("result_no_permission", "result_not_suitable", "result_first_party_stops")
        used = [self.env.ref(f"buurtbemiddeling_addon.{name}", raise_if_not_found=False) for name in names]
        if any(result in self for result in used if result):
            raise UserError(self.env._("Cases end this way by themselves. Archive it instead."))
