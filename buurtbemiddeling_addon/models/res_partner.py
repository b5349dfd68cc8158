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

    def action_open_portal_accounts(self):
        """Open Odoo's portal access wizard for the employees of this organisation."""
        self.ensure_one()
        employees = self.child_ids.filtered(lambda partner: not partner.is_company)
        return self.env["portal.wizard"].create({"partner_ids": [Command.set(employees.ids)]})._action_open_modal()
