from odoo import models
from odoo.exceptions import UserError


class AppendOnlyMixin(models.AbstractModel):
    """Rows that are added and then stay as they are, for everybody, also for administrators and in sudo."""

    _name = "buurtbemiddeling.append.only.mixin"
    _description = "Append-only"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    # To refuse is all that these two do, also when Odoo uninstalls the add-on (see hooks.py).
    # pylint: disable=method-required-super,no-raise-unlink
    def write(self, vals):
        """Refuse.

        :raise UserError: for anybody
        """
        raise UserError(self.env._("What is on record here cannot be changed."))

    def unlink(self):
        """Refuse.

        :raise UserError: for anybody
        """
        raise UserError(self.env._("What is on record here cannot be deleted."))
