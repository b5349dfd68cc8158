from odoo import fields, models


class Agreement(models.Model):
    """What the parties of a case agreed, point by point, with how each of them confirmed it."""

    _name = "buurtbemiddeling.agreement"
    _description = "Agreement"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "agreed_on desc, id desc"

    agreed_on = fields.Date(required=True, default=fields.Date.context_today)
    point_ids = fields.One2many("buurtbemiddeling.agreement.point", "agreement_id", string="Points")
    confirmation_ids = fields.One2many(
        "buurtbemiddeling.agreement.confirmation", "agreement_id", string="Confirmations"
    )
