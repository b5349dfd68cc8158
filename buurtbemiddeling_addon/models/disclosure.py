from odoo import api, fields, models


class Disclosure(models.Model):
    """What one organisation sees of a self-report, because the resident asked for that herself.

    It holds her name as she agreed to it and the three answers. It is made by a valid consent with the
    purpose disclosure (the consent points here) and is gone with its withdrawal.
    """

    _name = "buurtbemiddeling.disclosure"
    _description = "Disclosure"
    _inherit = ["buurtbemiddeling.published.mixin"]
    _log_access = False

    person_name = fields.Char(string="Name", required=True, readonly=True)

    @api.model
    def _questions(self):
        return {**super()._questions(), "suitability": self.env._("Is it suitable?")}

    def _portal_values(self):
        """Return what the portal shows of these disclosures; see the mixin."""
        return [
            {**values, "person_name": disclosure.person_name}
            for disclosure, values in zip(self, super()._portal_values(), strict=True)
        ]
