from odoo import fields, models


class ReferrerType(models.Model):
    _name = "buurtbemiddeling.referrer.type"
    _description = "Referrer Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.Constraint("UNIQUE (name)", "This name is already in the list.")
