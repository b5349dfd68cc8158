from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    mediation_unconfirmed_days = fields.Integer(
        string="Days to Confirm a Referral",
        default=30,
        help="What a referrer passed on about somebody who has not confirmed it to staff within this number of "
        "days is erased. The referrer hears the same no as in any other case.",
    )
    mediation_referrer_two_factor = fields.Boolean(
        string="Two-factor Sign-in for Referrers",
        help="Referrers without an authenticator app get a code by e-mail each time they sign in on a new device.",
    )

    mediation_aftercare_weeks = fields.Integer(
        string="Weeks to Aftercare",
        default=4,
        help="How long after mediation the people are asked whether the agreements still hold.",
    )
    mediation_ask_again_months = fields.Integer(
        string="Months to Ask Again",
        default=3,
        help="How long after the closing of a case that was taken up the people are asked again; 0 to not ask.",
    )

    _mediation_aftercare_weeks_positive = models.Constraint(
        "CHECK (mediation_aftercare_weeks > 0)", "The number of weeks to aftercare must be at least 1."
    )
    _mediation_ask_again_months_not_negative = models.Constraint(
        "CHECK (mediation_ask_again_months >= 0)", "The number of months to ask again cannot be below 0."
    )
    _mediation_unconfirmed_days_positive = models.Constraint(
        "CHECK (mediation_unconfirmed_days > 0)", "The number of days to confirm a referral must be at least 1."
    )
