from odoo import fields, models


class AgreementConfirmation(models.Model):
    """How and when one party confirmed an agreement."""

    _name = "buurtbemiddeling.agreement.confirmation"
    _description = "Confirmation of an Agreement"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "confirmed_on, id"

    agreement_id = fields.Many2one("buurtbemiddeling.agreement", required=True, index=True, ondelete="restrict")
    case_id = fields.Many2one(related="agreement_id.case_id", store=True, index=True)
    party_id = fields.Many2one("buurtbemiddeling.party", required=True, index=True, ondelete="restrict")
    method = fields.Selection(
        [
            ("signature", "Signed on the screen"),
            ("paper", "Signed on paper"),
            ("in_person", "In person"),
            ("telephone", "By telephone"),
        ],
        string="How",
        required=True,
        default="paper",
    )
    confirmed_on = fields.Date(required=True, default=fields.Date.context_today)
