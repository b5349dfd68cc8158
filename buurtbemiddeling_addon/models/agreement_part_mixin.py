from odoo import api, fields, models


class AgreementPartMixin(models.AbstractModel):
    """A part of one agreement: it is of the case that the agreement is of."""

    _name = "buurtbemiddeling.agreement.part.mixin"
    _description = "Part of an Agreement"
    _inherit = ["buurtbemiddeling.case.part.mixin"]

    agreement_id = fields.Many2one("buurtbemiddeling.agreement", required=True, index=True, ondelete="cascade")
    case_id = fields.Many2one(related="agreement_id.case_id", store=True, index=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Create parts of agreements.

        :raise AccessError: for a user who may not read the agreement that she names
        """
        agreements = [self.env["buurtbemiddeling.agreement"].browse(vals.get("agreement_id")) for vals in vals_list]
        for agreement in agreements:
            agreement.check_access("read")
        # Explicit, so that nobody can add to the agreement of one case with the rights that she has on another.
        return super().create(
            [{**vals, "case_id": agreement.case_id.id} for vals, agreement in zip(vals_list, agreements, strict=True)]
        )
