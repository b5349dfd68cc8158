from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class RefusalMixin(models.AbstractModel):
    """For a user, what is somebody else's does not exist.

    Odoo's own refusals tell a record that does not exist from one that a user may not see, and so tell that
    there is one. Here both are the same: not found when read, and refused with the same words otherwise.
    """

    _name = "buurtbemiddeling.refusal.mixin"
    _description = "Uniform Refusal"

    def _check_access(self, operation):
        if self.env.su or not any(self._ids):
            return super()._check_access(operation)
        refusal = self.browse()._check_access(operation)
        hidden = self if refusal else self - self._within_reach(operation)
        if not hidden:
            return None
        return hidden, refusal[1] if refusal else self._no_such_record

    def read(self, fields=None, load="_classic_read"):
        """Read those of these records that exist, for this user."""
        records = self if self.env.su or not self._has_right("read") else self._within_reach("read")
        return super(RefusalMixin, records).read(fields, load)

    def exists(self):
        """Return which of these records exist, for this user."""
        existing = super().exists()
        return existing if self.env.su else existing & self._within_reach("read")

    def _within_reach(self, operation):
        """Return which of these records the access rights and rules leave to the current user, and new ones.

        sudo: the search takes nothing but ids and the rules themselves, and puts no values in the cache.
        """
        found = ()
        if self._has_right(operation):
            domain = Domain("id", "in", self.ids) & self.env["ir.rule"]._compute_domain(self._name, operation)
            found = set(self.sudo().with_context(active_test=False)._search(domain, order="id"))
        return self.filtered(lambda record: not record.id or record.id in found)

    def _has_right(self, operation):
        return self.env["ir.model.access"].check(self._name, operation, raise_exception=False)

    def _no_such_record(self):
        return AccessError(self.env._("There is nothing here for you. Go back to your list."))
