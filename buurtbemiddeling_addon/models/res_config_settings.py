from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mediation_unconfirmed_days = fields.Integer(
        related="company_id.mediation_unconfirmed_days", readonly=False, related_sudo=True
    )
    mediation_referrer_two_factor = fields.Boolean(
        related="company_id.mediation_referrer_two_factor", readonly=False, related_sudo=True
    )
    mediation_daily_summary = fields.Boolean(
        related="company_id.mediation_daily_summary", readonly=False, related_sudo=True
    )
