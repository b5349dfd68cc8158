from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _compute_domain_context_values(self):
        """Keep the rules in the cache by organisation and by what it shows to whom: what changes holds at once."""
        yield from super()._compute_domain_context_values()
        yield self.env.user.commercial_partner_id.id
        yield self.env.user._sees_own_referrals_only()
