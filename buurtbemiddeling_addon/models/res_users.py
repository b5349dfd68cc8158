from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .access_log import ROLES


class ResUsers(models.Model):
    _inherit = "res.users"

    mediation_role = fields.Char(
        string="Role in Mediation",
        compute="_compute_mediation_role",
        groups="buurtbemiddeling_addon.group_access_admin",
    )

    @api.depends("group_ids")
    @api.depends_context("lang")
    def _compute_mediation_role(self):
        groups = [self.env.ref(f"buurtbemiddeling_addon.{name}").sudo() for name in ROLES]
        for user in self:
            role = next((group for group in groups if group.id in user.all_group_ids.ids), None)
            user.mediation_role = role.name if role else False

    @api.model_create_multi
    def create(self, vals_list):
        """Create users; giving one a role in mediation is on record in the access log."""
        users = super().create(vals_list)
        log = self.env["buurtbemiddeling.access.log"]
        log._log_changed_memberships(set(), log._memberships(users))
        return users

    def write(self, vals):
        """Write users; giving or taking a role in mediation is on record in the access log."""
        if "group_ids" not in vals:
            return super().write(vals)
        log = self.env["buurtbemiddeling.access.log"]
        before = log._memberships(self)
        result = super().write(vals)
        log._log_changed_memberships(before, log._memberships(self))
        return result

    def _mfa_type(self):
        """Ask a referrer for a second factor: her app, or else a code by e-mail, when her company wants that.

        sudo: at sign-in nobody is there yet who could read the groups and the company of this user.
        """
        kind = super()._mfa_type()
        user = self.sudo()
        is_referrer = user.has_group("buurtbemiddeling_addon.group_referrer")
        if kind is None and is_referrer and user.company_id.mediation_referrer_two_factor:
            return "totp_mail"
        return kind

    @api.constrains("group_ids")
    def _check_access_admin_apart(self):
        """Keep the duties apart: who gives access to cases cannot open them."""
        apart = self.env.ref("buurtbemiddeling_addon.group_access_admin") + self.env.ref(
            "buurtbemiddeling_addon.group_mediator"
        )
        for user in self:
            if apart <= user.all_group_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot be an access administrator and work on cases at the same time. "
                        "Choose one of the two, or use a second account.",
                        user=user.name,
                    )
                )
