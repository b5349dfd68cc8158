from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import frozendict


class CasePartMixin(models.AbstractModel):
    """A part of one case: who opens it has opened the case, and it stays with the case.

    Whether somebody may read it follows from the record rules of each model, which are those of the case.
    """

    _name = "buurtbemiddeling.case.part.mixin"
    _description = "Part of a Case"
    _inherit = ["buurtbemiddeling.logged.mixin", "buurtbemiddeling.reference.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", related_sudo=False)

    # What is personal in this model, with what is left of it after the erasure.
    _erased_values = frozendict()
    # The texts in it that are about nobody.
    _harmless_texts = frozenset({"reference"})

    @api.model_create_multi
    def create(self, vals_list):
        """Create parts of cases.

        :raise AccessError: for a user who may not read the case that she names
        :raise UserError: when the case is anonymised
        """
        parts = super().create(vals_list)
        parts.case_id.check_access("read")
        parts.case_id._check_not_anonymised()
        return parts

    def write(self, vals):
        """Write parts of cases.

        :raise UserError: for anybody who moves one to another case, and when the case is anonymised
        """
        if "case_id" in vals and any(part.case_id.id != vals["case_id"] for part in self):
            raise UserError(self.env._("This stays with its case."))
        result = super().write(vals)
        self.case_id._check_not_anonymised()
        return result

    def _move_to(self, case):
        """Move these parts to the case with which theirs is put together, past ``write``.

        What follows from the case when a part is made stays as it was: it is history. Called by the merging of
        cases, which moves the people first and checks that the user may edit both.

        sudo: nobody may edit some of these parts, such as a personal link. Only the case is written.
        """
        kept = [field for field in self._fields.values() if field.store and field.compute and not field.readonly]
        with self.env.protecting(kept, self):
            return self.sudo()._write_anyway({"case_id": case.id})

    def _erase(self):
        """Erase what is personal in these parts, past ``write``, when nobody of the case is left.

        sudo: it goes from evidence too, which nobody may change otherwise. Only fixed values are written.
        """
        if self._erased_values:
            self.sudo()._write_anyway(self._erased_values)

    def _write_anyway(self, vals):
        """Write past what ``write`` of these parts refuses to everybody; the rights of the user hold."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _log_opening(self, how):
        """Log that the cases of these parts were opened: once in each transaction, however many parts are shown."""
        self.env["buurtbemiddeling.access.log"]._log_records(self.case_id, how, once=True)
