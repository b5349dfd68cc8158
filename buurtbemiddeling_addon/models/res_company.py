from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What is kept apart from the cases, by a term of its own.
NOT_OF_A_CASE = ("receipts", "account_requests", "access_log", "requests")
# The fields with the terms, as SQL.
TERMS = ", ".join(
    f"mediation_keep_{kind}"
    for kind in ("case", "not_taken_up", "parties", "letters", "attachments", "chatter", "evidence", *NOT_OF_A_CASE)
)
STEPS = ", ".join(f"mediation_days_{step}" for step in ("reported", "intake", "first_talk", "second_talk", "mediation"))


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
    mediation_daily_summary = fields.Boolean(
        string="Daily Summary for Coordinators",
        help="Each coordinator gets an e-mail on working days with the numbers of new reports, steps that are due and "
        "appointments. It has no names and no content.",
    )
    mediation_reminder_days = fields.Integer(
        string="Days before an Appointment",
        default=2,
        help="Who comes to an appointment and has an e-mail address gets a reminder this number of days before it. "
        "With 0 nobody does.",
    )
    mediation_link_days = fields.Integer(
        string="Days That a Personal Link Works",
        default=14,
        help="How long a resident can open a link that we sent: to take part, to confirm an appointment or agreements, "
        "or to say how it is going.",
    )
    mediation_exit_url = fields.Char(
        string="Where the Quick Exit Goes",
        required=True,
        default="https://www.buienradar.nl",
        help="Who leaves a page for residents at once goes to this site. Choose one that anybody could be reading.",
    )
    mediation_window = fields.Selection(
        [("left", "Left"), ("right", "Right")],
        string="Window of the Envelope",
        default="right",
        required=True,
        help="On which side of the envelope the window for the address is.",
    )

    mediation_days_reported = fields.Integer(
        string="Days to the First Contact", default=2, help="Working days from a report until somebody calls."
    )
    mediation_days_intake = fields.Integer(
        string="Days for the Intake",
        default=5,
        help="Working days in which the case is found suitable, is taken up and gets mediators.",
    )
    mediation_days_first_talk = fields.Integer(
        string="Days to the Talk with the First Party", default=10, help="Working days in which the talk is held."
    )
    mediation_days_second_talk = fields.Integer(
        string="Days to the Talk with the Other Party", default=10, help="Working days in which the talk is held."
    )
    mediation_days_mediation = fields.Integer(
        string="Days to the Mediation", default=15, help="Working days in which the parties meet."
    )

    # Here as below: a term past the end of the calendar would stop the daily jobs of all organisations.
    _mediation_terms_bounded = models.Constraint(
        f"CHECK (LEAST({STEPS}) > 0 AND GREATEST({STEPS}) <= 366)", "Each term is 1 to 366 days."
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

    _mediation_aftercare_weeks_bounded = models.Constraint(
        "CHECK (mediation_aftercare_weeks BETWEEN 1 AND 52)", "Aftercare is 1 to 52 weeks later."
    )
    _mediation_ask_again_months_bounded = models.Constraint(
        "CHECK (mediation_ask_again_months BETWEEN 0 AND 24)",
        "People are asked again at most 24 months later; 0 is not.",
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

    mediation_keep_case = fields.Integer(
        string="Months to Keep a Case",
        default=24,
        required=True,
        help="After the last step of a closed case everything that is personal in it is erased after this number of "
        "months: what people told, notes, appointments, agreements and mediators' reports. Two years is what the field "
        "does: so long a conflict that comes back can be understood. What is left is for the statistics.",
    )
    mediation_keep_not_taken_up = fields.Integer(
        string="Months to Keep What Was Not Taken Up",
        default=12,
        required=True,
        help="A report that nobody took up is kept shorter: nobody was helped with it, and in a year it shows whether "
        "the same conflict is reported again. One with which nothing is done for so long ends by itself.",
    )
    mediation_keep_parties = fields.Integer(
        string="Months to Keep People",
        default=24,
        required=True,
        help="Names, addresses, telephone numbers and what else is known of people. At most as long as the case.",
    )
    mediation_keep_letters = fields.Integer(
        string="Months to Keep Letters",
        default=24,
        required=True,
        help="The texts of letters and e-mails to people, also those still in the queue. At most as long as the case.",
    )
    mediation_keep_attachments = fields.Integer(
        string="Months to Keep Documents",
        default=24,
        required=True,
        help="The files with a case and with its messages, letters and appointments. At most as long as the case.",
    )
    mediation_keep_chatter = fields.Integer(
        string="Months to Keep Messages",
        default=24,
        required=True,
        help="What staff wrote in the messages of a case, the changes on record there, and activities. At most as long "
        "as the case.",
    )
    mediation_keep_evidence = fields.Integer(
        string="Months to Keep Consents",
        default=24,
        required=True,
        help="The consents, and what organisations were told: with these you show that data were used with permission. "
        "At least as long as the case. Keep them longer only when you may have to answer to a claim: names that stand "
        "in a consent stay as long.",
    )
    mediation_keep_receipts = fields.Integer(
        string="Months to Keep References of Organisations",
        default=24,
        required=True,
        help="An organisation can give a referral a reference of its own, in which a name may stand. It is emptied so "
        "long after the last answer that the organisation got. The answers stay.",
    )
    mediation_keep_account_requests = fields.Integer(
        string="Months to Keep Requests for an Account",
        default=12,
        required=True,
        help="A contact person of an organisation gives the name and e-mail address of a colleague who is to have an "
        "account. She can look back for a year; who has an account is seen in the accounts themselves.",
    )
    mediation_keep_access_log = fields.Integer(
        string="Months to Keep the Access Log",
        default=24,
        required=True,
        help="Who opened which case and when. It is about your staff too: long enough to look into a complaint, and no "
        "longer.",
    )

    mediation_keep_requests = fields.Integer(
        string="Months to Keep Requests of Residents",
        default=24,
        required=True,
        help="What residents asked about their data, and what was answered, after that: long enough to show that it "
        "was answered in time. The answer itself is not kept.",
    )

    mediation_kept_shorter_on = fields.Date(
        string="Kept Shorter since", readonly=True, copy=False, export_string_translation=False
    )

    # Longer than 20 years no claim can come; and a term past the end of the calendar would stop the daily job.
    _mediation_keep_bounded = models.Constraint(
        f"CHECK (LEAST({TERMS}) > 0 AND GREATEST({TERMS}) <= 240)",
        "Everything is kept for at least 1 month, and for at most 240 months.",
    )

    def write(self, vals):
        """Write companies; where something is kept shorter from now on, nothing is erased for a week."""
        terms = [name for name in vals if name.startswith("mediation_keep_")]
        shorter = self.filtered(lambda company: any((vals[name] or 0) < company[name] for name in terms))
        result = super().write(vals)
        if shorter:
            super(ResCompany, shorter).write({"mediation_kept_shorter_on": fields.Date.context_today(self)})
        return result

    def _months_kept(self, kind):
        """Return how many months one company keeps one kind of data.

        Nothing of a case is kept longer than the case, but for the evidence, which is kept at least as long.
        """
        months = self[f"mediation_keep_{kind}"]
        if kind in NOT_OF_A_CASE:
            return months
        return max(months, self.mediation_keep_case) if kind == "evidence" else min(months, self.mediation_keep_case)

    _mediation_unconfirmed_days_bounded = models.Constraint(
        "CHECK (mediation_unconfirmed_days BETWEEN 1 AND 366)", "A referral is to be confirmed within 1 to 366 days."
    )
    _mediation_reminder_days_bounded = models.Constraint(
        "CHECK (mediation_reminder_days BETWEEN 0 AND 366)", "A reminder is sent 0 to 366 days before an appointment."
    )
    _mediation_link_days_bounded = models.Constraint(
        "CHECK (mediation_link_days BETWEEN 1 AND 366)", "A personal link works for 1 to 366 days."
    )

    # For the register of GDPR art. 30(1)(a).
    mediation_privacy_officer = fields.Char(
        string="Data Protection Officer", help="Name. It stands in the processing register."
    )
    mediation_privacy_officer_contact = fields.Char(
        string="How to Reach the Officer", help="Telephone number or e-mail address."
    )
    mediation_joint_controllers = fields.Char(
        string="Joint Controllers", help="Organisations that decide together with yours what the data are used for."
    )

    @api.constrains("mediation_exit_url")
    def _check_mediation_exit_url(self):
        for company in self:
            address = urlsplit(company.mediation_exit_url)
            if address.scheme not in ("http", "https") or not address.hostname:
                raise ValidationError(
                    self.env._("The quick exit goes to a site on the web: give an address that begins with https://.")
                )
