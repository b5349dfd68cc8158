from odoo import api, fields, models
from odoo.exceptions import UserError


class CasePartMixin(models.AbstractModel):
    """A part of one case: who opens it has opened the case, and it stays with the case.

    Whether somebody may read it follows from the record rules of each model, which are those of the case.
    """

    _name = "buurtbemiddeling.case.part.mixin"
    _description = "Part of a Case"
    _inherit = ["buurtbemiddeling.logged.mixin", "buurtbemiddeling.reference.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", related_sudo=False)

    @api.model_create_multi
    def create(self, vals_list):
        """Create parts of cases.

        :raise AccessError: for a user who may not read the case that she names
        """
        parts = super().create(vals_list)
        parts.case_id.check_access("read")
        return parts

    def write(self, vals):
        """Write parts of cases.

        :raise UserError: for anybody who moves one to another case
        """
        if "case_id" in vals and any(part.case_id.id != vals["case_id"] for part in self):
            raise UserError(self.env._("This stays with its case."))
        return super().write(vals)

    def _move_to(self, case):
        """Move these parts to the case with which theirs is put together: the only way past ``write``.

        Called by the merging of cases, which moves the people first and checks that the user may edit both.
        """
        return super().write({"case_id": case.id})  # pylint: disable=super-method-mismatch

    def _log_opening(self, how):
        self.case_id._log_opening(how)
