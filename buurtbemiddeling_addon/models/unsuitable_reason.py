from odoo import fields, models


class UnsuitableReason(models.Model):
    _name = "buurtbemiddeling.unsuitable.reason"
    _description = "Reason for Not Suitable"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.Constraint("UNIQUE (name)", "This name is already in the list.")
