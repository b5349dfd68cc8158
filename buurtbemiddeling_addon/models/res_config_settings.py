from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mediation_unconfirmed_days = fields.Integer(
        related="company_id.mediation_unconfirmed_days", readonly=False, related_sudo=True
    )
    mediation_referrer_two_factor = fields.Boolean(
        related="company_id.mediation_referrer_two_factor", readonly=False, related_sudo=True
    )
    mediation_reminder_days = fields.Integer(
        related="company_id.mediation_reminder_days", readonly=False, related_sudo=True
    )
    mediation_window = fields.Selection(related="company_id.mediation_window", readonly=False, related_sudo=True)
