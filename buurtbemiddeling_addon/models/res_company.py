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

    mediation_conflict_street = fields.Boolean(
        string="Not in the Street of a Party",
        default=True,
        help="A mediator who lives in the street of a party has a conflict of interest.",
    )
    mediation_conflict_zip = fields.Boolean(
        string="Not in the Postcode of a Party",
        default=True,
        help="A mediator who lives in the same postcode (digits and letters) has a conflict of interest.",
    )
    mediation_conflict_area = fields.Boolean(
        string="Not in the Neighbourhood of the Case",
        default=True,
        help="A mediator who lives in the same neighbourhood has a conflict of interest.",
    )

    _mediation_unconfirmed_days_positive = models.Constraint(
        "CHECK (mediation_unconfirmed_days > 0)", "The number of days to confirm a referral must be at least 1."
    )
