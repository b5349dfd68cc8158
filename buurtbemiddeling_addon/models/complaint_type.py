from odoo import api, fields, models


class ComplaintType(models.Model):
    _name = "buurtbemiddeling.complaint.type"
    _description = "Complaint Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.Constraint("UNIQUE (name)", "This name is already in the list.")

    @api.model
    def _choices(self):
        """Return the ids and names to choose from on a page for people outside.

        sudo: they have no right on this list; the names of the active types are no secret.

        :rtype: list[tuple]
        """
        return [(complaint_type.id, complaint_type.name) for complaint_type in self.sudo().search_fetch([], ["name"])]
