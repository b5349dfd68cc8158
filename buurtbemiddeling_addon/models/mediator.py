from odoo import fields, models


class Mediator(models.Model):
    """What the coordinator needs to know of a mediator to choose her for a case."""

    _name = "buurtbemiddeling.mediator"
    _description = "Mediator"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _order = "name, id"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict")
    name = fields.Char(related="user_id.name", store=True, related_sudo=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    active = fields.Boolean(default=True)

    _user_unique = models.UniqueIndex("(user_id, company_id)", "This mediator is already on the list.")
