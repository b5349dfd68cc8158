from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import frozendict


class MediatorReport(models.Model):
    """The short report of one mediator on her work in a case, for the coordinator."""

    _name = "buurtbemiddeling.mediator.report"
    _description = "Mediator's Report"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "create_date desc, id desc"

    user_id = fields.Many2one(
        "res.users",
        string="Mediator",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="restrict",
    )
    hours = fields.Float(help="All hours that you spent on this case, travel included.")
    cooperation = fields.Selection(
        [("1", "Hard"), ("2", "Could be better"), ("3", "Good"), ("4", "Very good")],
        string="Working Together",
    )
    went_well = fields.Text(string="What Went Well")
    learned = fields.Text(string="What I Learned")
    wants_to_talk = fields.Boolean(string="I Want to Talk about This Case")

    _erased_values = frozendict(went_well=False, learned=False)

    _one_of_each_mediator = models.UniqueIndex(
        "(case_id, user_id)", "There is a report of yours on this case already. Please open that one."
    )
    _list = models.Index("(create_date DESC, id DESC)")
    _hours_of_work = models.Constraint("CHECK (hours >= 0)", "Hours cannot be less than nothing.")

    @api.model_create_multi
    def create(self, vals_list):
        """Write one's own report.

        :raise AccessError: for anybody but a mediator of the case, while it is open
        """
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        reports = super().create(vals_list)
        reports._check_hers()
        return reports

    def write(self, vals):
        """Write in one's own report.

        :raise AccessError: for anybody but the mediator who wrote it, while she is on the case and it is open
        :raise UserError: for anybody who makes it the report of somebody else
        """
        if "user_id" in vals:
            raise UserError(self.env._("A report is always of the mediator who wrote it."))
        self._check_hers()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("A report is not deleted. You can change what it says."))

    def _move_to(self, case):
        """Move these reports, but for those of a mediator who wrote one on that case too: one of hers is there."""
        there = case.mediator_report_ids.user_id
        moving = self.filtered(lambda report: report.user_id not in there)
        return super(MediatorReport, moving)._move_to(case)

    def _check_hers(self):
        """Check that these reports are of the current user, who works on their open cases.

        :raise AccessError: for anybody else, also a coordinator: she reads them
        """
        self.check_access("write")
        for report in self:
            case = report.case_id
            hers = report.user_id == self.env.user and self.env.user in case.mediator_ids and case.stage != "closed"
            if not (hers or self.env.su):
                raise AccessError(
                    self.env._("Only the mediator herself writes this report, while she is on the case and it is open.")
                )
