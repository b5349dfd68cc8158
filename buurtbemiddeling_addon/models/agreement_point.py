from odoo import fields, models


class AgreementPoint(models.Model):
    """One point of an agreement."""

    _name = "buurtbemiddeling.agreement.point"
    _description = "Point of an Agreement"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "agreement_id, sequence, id"

    agreement_id = fields.Many2one("buurtbemiddeling.agreement", required=True, index=True, ondelete="cascade")
    case_id = fields.Many2one(related="agreement_id.case_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    text = fields.Char(string="What Was Agreed", required=True)
