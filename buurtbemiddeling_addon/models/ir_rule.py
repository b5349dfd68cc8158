from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _compute_domain_context_values(self):
        """Keep the rules in the cache by organisation too: a portal user who moves has other rules at once."""
        yield from super()._compute_domain_context_values()
        yield self.env.user.commercial_partner_id.id
