from odoo import Command, fields, models

STAFF = "buurtbemiddeling_addon.group_coordinator,buurtbemiddeling_addon.group_access_admin"


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_referrer = fields.Boolean(
        string="Refers to Neighbourhood Mediation",
        groups=STAFF,
        index="btree_not_null",
        help="Employees of this organisation who have a portal account can submit referrals.",
    )
    referrer_type_id = fields.Many2one(
        "buurtbemiddeling.referrer.type", groups=STAFF, ondelete="restrict", index="btree_not_null"
    )

    def write(self, vals):
        """Write contacts; that an employee who refers goes to another organisation is on record in the access log."""
        if "parent_id" not in vals:
            return super().write(vals)
        log = self.env["buurtbemiddeling.access.log"]
        moved = self.filtered(lambda partner: partner.parent_id.id != vals["parent_id"])
        # sudo: whoever edits contacts need not be able to read users.
        roles = log._memberships(moved.sudo().user_ids)
        result = super().write(vals)
        log._log_changed_memberships(roles, set())
        log._log_changed_memberships(set(), roles)
        return result

    def action_open_portal_accounts(self):
        """Open Odoo's portal access wizard for the employees of this organisation."""
        self.ensure_one()
        employees = self.child_ids.filtered(lambda partner: not partner.is_company)
        return self.env["portal.wizard"].create({"partner_ids": [Command.set(employees.ids)]})._action_open_modal()
