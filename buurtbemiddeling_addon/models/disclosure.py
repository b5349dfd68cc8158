from odoo import api, fields, models
from odoo.fields import Domain

from .primary import on_primary


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

    _own_list = models.Index("(organisation_id, submitted_on DESC, id DESC)")

    @api.model
    def _questions(self):
        return {**super()._questions(), "suitability": self.env._("Is it suitable?")}

    @api.model
    def _portal_list(self):
        """Return what the portal shows of the disclosures that the user may see: none that was withdrawn meanwhile.

        A page can come from a replica of the database, which knows of a withdrawal a moment later. So where a replica
        has something to show, it is read from the primary.

        :rtype: list[dict]
        """
        if not self.search_count([], limit=1):
            return []
        with on_primary(self.env) as env:
            return env[self._name].search(Domain.TRUE)._portal_values()

    def _portal_values(self):
        """Return what the portal shows of these disclosures; see the mixin."""
        return [
            {**values, "person_name": disclosure.person_name}
            for disclosure, values in zip(self, super()._portal_values(), strict=True)
        ]
