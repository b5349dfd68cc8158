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
    mediation_reminder_days = fields.Integer(
        string="Days before an Appointment",
        default=2,
        help="Who comes to an appointment and has an e-mail address gets a reminder this number of days before it. "
        "With 0 nobody does.",
    )
    mediation_window = fields.Selection(
        [("left", "Left"), ("right", "Right")],
        string="Window of the Envelope",
        default="right",
        required=True,
        help="On which side of the envelope the window for the address is.",
    )

    _mediation_unconfirmed_days_positive = models.Constraint(
        "CHECK (mediation_unconfirmed_days > 0)", "The number of days to confirm a referral must be at least 1."
    )
    _mediation_reminder_days_positive = models.Constraint(
        "CHECK (mediation_reminder_days >= 0)", "The number of days before an appointment cannot be below 0."
    )
