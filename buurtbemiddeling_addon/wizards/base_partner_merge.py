from odoo import models
from odoo.exceptions import UserError


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge contacts, but no organisations that were told something: each would see what the other was told.
        Nor those that a consent names, which is evidence.

        sudo: whoever merges contacts cannot read what organisations were told; only whether there is any counts.

        :raise UserError: for anybody who merges such an organisation
        """
        told = self.env["buurtbemiddeling.published.mixin"]._organisations_told(partner_ids)
        named = self.env["buurtbemiddeling.consent"].sudo().search([("organisation_id", "in", partner_ids)], limit=1)
        if told or named:
            raise UserError(
                self.env._("An organisation that refers to neighbourhood mediation cannot be merged with another.")
            )
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
