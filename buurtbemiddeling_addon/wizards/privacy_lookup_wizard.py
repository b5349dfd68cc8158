from odoo import models

PERSON = "buurtbemiddeling.party"


class PrivacyLookupWizard(models.TransientModel):
    _inherit = "privacy.lookup.wizard"

    def _get_query_models_blacklist(self):
        """Return the models in which nobody is looked for: of what is in cases and told of them, people only are found.

        Elsewhere it would count the cases of an organisation, for whoever looks that up.
        """
        told = self.pool.descendants(["buurtbemiddeling.published.mixin"], "_inherit")
        of_cases = {name for name, model in self.pool.items() if "case_id" in model._fields} - {PERSON}
        return [*super()._get_query_models_blacklist(), "buurtbemiddeling.case", *sorted(told | of_cases)]
