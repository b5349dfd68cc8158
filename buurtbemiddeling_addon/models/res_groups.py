from contextlib import contextmanager

from odoo import api, models


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        """Create groups; giving a role in mediation by way of one is on record in the access log."""
        with self._logging_roles():
            return super().create(vals_list)

    def write(self, vals):
        """Write groups; giving or taking a role in mediation by way of one is on record in the access log."""
        if not {"user_ids", "implied_ids", "implied_by_ids", "all_user_ids"} & vals.keys():
            return super().write(vals)
        with self._logging_roles():
            return super().write(vals)

    def unlink(self):
        """Delete groups; taking a role in mediation that way is on record in the access log."""
        with self._logging_roles():
            return super().unlink()

    @contextmanager
    def _logging_roles(self):
        """Put on record who got or lost a role within the block."""
        log = self.env["buurtbemiddeling.access.log"]
        before = log._memberships()
        yield
        log._log_changed_memberships(before, log._memberships())

    @api.constrains("user_ids", "implied_ids", "implied_by_ids")
    def _check_access_admin_apart(self):
        """Keep the duties apart, also when users are added from the side of the group."""
        access_admin = self.env.ref("buurtbemiddeling_addon.group_access_admin", raise_if_not_found=False)
        mediator = self.env.ref("buurtbemiddeling_addon.group_mediator", raise_if_not_found=False)
        if access_admin and mediator:
            both = [("all_group_ids", "in", access_admin.ids), ("all_group_ids", "in", mediator.ids)]
            self.env["res.users"].with_context(active_test=False).search(both)._check_access_admin_apart()
