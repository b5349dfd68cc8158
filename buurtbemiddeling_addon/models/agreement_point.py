from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import frozendict


class AgreementPoint(models.Model):
    """One point of an agreement."""

    _name = "buurtbemiddeling.agreement.point"
    _description = "Point of an Agreement"
    _inherit = ["buurtbemiddeling.agreement.part.mixin"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    text = fields.Text(string="What Was Agreed", required=True)

    _erased_values = frozendict(text="-")

    @api.model_create_multi
    def create(self, vals_list):
        """Add points to agreements that nobody has confirmed yet.

        :raise AccessError: for a user who may not read the agreement that she names
        :raise UserError: when somebody has confirmed it, when there is a newer version, or the case is closed
        """
        points = super().create(vals_list)
        points.agreement_id._check_changeable()
        return points

    def write(self, vals):
        """Change points of agreements that nobody has confirmed yet.

        :raise UserError: when somebody has confirmed it, when there is a newer version, the case is closed, or
            for anybody who moves a point to another agreement
        """
        self.check_access("write")
        self.agreement_id._check_changeable()
        if "agreement_id" in vals:
            raise UserError(self.env._("A point stays with its agreement."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self.agreement_id._check_changeable()
