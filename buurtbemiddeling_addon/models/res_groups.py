from odoo import api, models


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        """Write groups; giving or taking a role in mediation is on record in the access log."""
        if not {"user_ids", "implied_ids", "implied_by_ids", "all_user_ids"} & vals.keys():
            return super().write(vals)
        log = self.env["buurtbemiddeling.access.log"]
        before = log._memberships()
        result = super().write(vals)
        log._log_changed_memberships(before)
        return result

    @api.constrains("user_ids", "implied_ids", "implied_by_ids")
    def _check_access_admin_apart(self):
        """Keep the duties apart, also when users are added from the side of the group."""
        access_admin = self.env.ref("buurtbemiddeling_addon.group_access_admin", raise_if_not_found=False)
        mediator = self.env.ref("buurtbemiddeling_addon.group_mediator", raise_if_not_found=False)
        if access_admin and mediator:
            both = [("all_group_ids", "in", access_admin.ids), ("all_group_ids", "in", mediator.ids)]
            self.env["res.users"].search(both)._check_access_admin_apart()
