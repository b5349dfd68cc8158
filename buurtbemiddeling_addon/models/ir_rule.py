from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _compute_domain_context_values(self):
        """Keep the rules of those outside in the cache by organisation and by what it shows to whom: what changes
        holds at once.

        Odoo asks for the rules many times in one request, and those of staff depend on neither.
        """
        yield from super()._compute_domain_context_values()
        if not self.env.user._is_internal():
            yield self.env.user.commercial_partner_id.id
            yield self.env.user._sees_own_referrals_only()
