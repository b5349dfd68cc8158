from odoo import Command, models


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        """Grant portal access; the employee of a referrer organisation can then submit referrals."""
        action = super().action_grant_access()
        self._make_referrer()
        return action

    def _make_referrer(self):
        """Let a portal user submit referrals, if she is an employee of a referrer organisation.

        sudo: an access administrator has no right to edit users. Only this one group is added, to a
        user with portal access.
        """
        if self.partner_id.commercial_partner_id.sudo().is_referrer:
            self.user_id.sudo().group_ids = [Command.link(self._referrer_group().id)]

    def action_revoke_access(self):
        """Revoke portal access, and with it the access to the referrals.

        sudo: see ``_make_referrer``. The group goes first, because it implies portal access.
        """
        if self.is_portal:
            self.user_id.sudo().group_ids = [Command.unlink(self._referrer_group().id)]
        return super().action_revoke_access()

    def _referrer_group(self):
        return self.env.ref("buurtbemiddeling_addon.group_referrer")
