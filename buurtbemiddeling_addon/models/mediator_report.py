from odoo import fields, models


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
    went_well = fields.Text()
    learned = fields.Text(string="What I Learned")
    wants_to_talk = fields.Boolean(string="I Want to Talk about This Case")
