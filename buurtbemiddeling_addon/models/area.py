from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Area(models.Model):
    """A place in the tree municipality > district > neighbourhood."""

    _name = "buurtbemiddeling.area"
    _description = "Area"
    _order = "complete_name"
    _rec_name = "complete_name"
    _parent_store = True

    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("municipality", "Municipality"),
            ("district", "District"),
            ("neighbourhood", "Neighbourhood"),
        ],
        required=True,
        default="neighbourhood",
    )
    parent_id = fields.Many2one("buurtbemiddeling.area", string="Part of", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True, store=True)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex("(name, COALESCE(parent_id, 0))", "This area is already in the list.")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for area in self:
            area.complete_name = f"{area.parent_id.complete_name} / {area.name}" if area.parent_id else area.name

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An area cannot be a part of itself."))
