from odoo import fields, models


class Skill(models.Model):
    """A language that mediators speak, or something that they are trained for."""

    _name = "buurtbemiddeling.skill"
    _description = "Language or Skill"
    _order = "kind, sequence, name"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection([("language", "Language"), ("skill", "Skill")], required=True, default="language")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex("(name, kind)", "This name is already in the list.")
