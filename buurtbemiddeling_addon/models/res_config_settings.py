from odoo import fields, models


# It gives Odoo's own settings fields, and is no dialog of the add-on.
class ResConfigSettings(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "res.config.settings"
    _inherit = ["res.config.settings", "buurtbemiddeling.settings.mixin"]

    # Here only: who cannot get mail would be locked out, and mail is for the system administrator.
    mediation_referrer_two_factor = fields.Boolean(
        related="company_id.mediation_referrer_two_factor", readonly=False, related_sudo=True
    )
