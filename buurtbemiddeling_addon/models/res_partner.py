from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

ACCESS_ADMIN = "buurtbemiddeling_addon.group_access_admin"
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
    referrals_own_only = fields.Boolean(
        string="Employees See Only Their Own Referrals",
        groups=ACCESS_ADMIN,
        tracking=True,
        help="If not, each employee with an account sees all referrals of this organisation. "
        "Contact persons always see all, and can change this choice.",
    )
    referral_contact_ids = fields.Many2many(
        "res.partner",
        "buurtbemiddeling_referral_contact_rel",
        "organisation_id",
        "contact_id",
        string="Contact Persons for Referrals",
        groups=ACCESS_ADMIN,
        tracking=True,
        help="Employees who see all referrals of this organisation, choose what their colleagues see "
        "and ask for accounts for them.",
    )

    @api.constrains("referral_contact_ids")
    def _check_referral_contacts(self):
        for organisation in self.sudo():
            for contact in organisation.referral_contact_ids:
                if contact.is_company or contact.commercial_partner_id != organisation:
                    raise ValidationError(
                        self.env._(
                            "%(contact)s is not an employee of %(organisation)s. Choose one of its contacts.",
                            contact=contact.name,
                            organisation=organisation.name,
                        )
                    )

    def write(self, vals):
        """Write contacts; that an employee who refers goes to another organisation is on record in the access log.

        There she is no contact person, and neither is she when she comes back.
        """
        if "parent_id" not in vals:
            return super().write(vals)
        log = self.env["buurtbemiddeling.access.log"]
        moved = self.filtered(lambda partner: partner.parent_id.id != vals["parent_id"])
        # sudo: whoever edits contacts need not be able to read users.
        roles = log._memberships(moved.sudo().user_ids)
        result = super().write(vals)
        for organisation in self.sudo().search([("referral_contact_ids", "in", moved.ids)]):
            organisation.referral_contact_ids -= moved
        log._log_changed_memberships(roles, set())
        log._log_changed_memberships(set(), roles)
        return result

    @api.model
    def _set_referrals_own_only(self, own_only):
        """Choose, for the organisation of the current user, whether employees see only their own referrals.

        sudo: portal users may not edit contacts. Only this one field of her own organisation is written.

        :raise AccessError: for a user who is not a contact person of an organisation that refers
        """
        self.env["buurtbemiddeling.account.request"]._own_organisation().sudo().referrals_own_only = own_only

    def action_open_portal_accounts(self):
        """Open Odoo's portal access wizard for the employees of this organisation."""
        self.ensure_one()
        employees = self.child_ids.filtered(lambda partner: not partner.is_company)
        return self.env["portal.wizard"].create({"partner_ids": [Command.set(employees.ids)]})._action_open_modal()
