from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mediation_unconfirmed_days = fields.Integer(
        related="company_id.mediation_unconfirmed_days", readonly=False, related_sudo=True
    )
    mediation_referrer_two_factor = fields.Boolean(
        related="company_id.mediation_referrer_two_factor", readonly=False, related_sudo=True
    )
    mediation_conflict_street = fields.Boolean(
        related="company_id.mediation_conflict_street", readonly=False, related_sudo=True
    )
    mediation_conflict_zip = fields.Boolean(
        related="company_id.mediation_conflict_zip", readonly=False, related_sudo=True
    )
    mediation_conflict_area = fields.Boolean(
        related="company_id.mediation_conflict_area", readonly=False, related_sudo=True
    )
