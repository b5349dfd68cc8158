import logging
import re
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .batches import LOOKED_FOR, batches
from .published_mixin import STILL_WAITING
from .reference_mixin import ALPHABET, LENGTH

_logger = logging.getLogger(__name__)

STAGES = [
    ("reported", "Reported"),
    ("intake", "Intake"),
    ("first_talk", "First talk"),
    ("second_talk", "Second talk"),
    ("mediation", "Mediation"),
    ("aftercare", "Aftercare"),
    ("closed", "Closed"),
]
# The stages in which mediators work for the parties.
WORKING_STAGES = ("first_talk", "second_talk", "mediation", "aftercare")
# Coaching is for one party, so there is no talk with the other one (CCV, additional ways of working).
STAGES_OF_COACHING = ("reported", "intake", "first_talk", "aftercare", "closed")
NEXT_STEPS = [
    ("first_contact", "First contact"),
    ("stopped", "Somebody does not take part: coaching, or end the case"),
    ("permission", "Ask whether they know of the referral"),
    ("decide", "Decide: suitable, taken up"),
    ("mediators", "Choose mediators"),
    ("plan", "Plan an appointment"),
    ("appointment", "Appointment"),
    ("participation", "Ask who takes part"),
    ("go_on", "Go on to the next stage"),
    ("aftercare", "Aftercare"),
]
# The date of each decision, the decision, and the values with which it has no date.
DECISION_DATES = (
    ("suitability_on", "suitability", ("pending",)),
    ("taken_up_on", "taken_up", ("pending",)),
    ("stage_since", "stage", ()),
    ("closed_on", "stage", tuple(name for name, _label in STAGES if name != "closed")),
    ("later_answered_on", "later_answer", (False,)),
)
# Written by methods only.
DATES = {"reopened_on", "reminded_on", "last_step_on", *(day for day, _name, _undecided in DECISION_DATES)}
RECEIPT_FIELDS = {"referral_ids", "late_referral_ids", "register_ids"}
LINK_FIELDS = {"linked_to_ids", "linked_from_ids"}
# How many days before a step is due its coordinator is reminded of it.
REMIND_DAYS = 1
# The fields from which the three answers to a referrer follow.
ANSWER_FIELDS = {"stage", "suitability", "taken_up", "outcome", "referral_ids"}
CONFLICT_LENGTHS = {"description": 2000}
REPORT_LENGTHS = {"contact_hint": 100}
# With a digit and a letter, and not as an address: Haas-Beek is a name, somebody lives at Laan-2345, and 2345-6789
# is a part of a telephone number.
REFERENCE = re.compile(rf"(?=.*\d)(?=.*[A-Z])(?![A-Z]+-\d+$)[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", re.IGNORECASE)
ZIP = re.compile(r"\d{4}\s?[a-zA-Z]{2}")
LONGEST_WAIT_TO_END = 7
# How many days after its day the question after some months is still asked.
LONGEST_DELAY_TO_ASK = 31


def with_role(env, name):
    """Return the domain of the users with a role. Odoo asks for it each time that such a field is read.

    :param str name: of the role, as in the external id of its group
    :rtype: list
    """
    group = env["ir.model.data"]._xmlid_to_res_id(f"buurtbemiddeling_addon.group_{name}", raise_if_not_found=True)
    return [("all_group_ids", "in", [group])]


class Case(models.Model):
    """The file of one conflict between neighbours, from report to closing."""

    _name = "buurtbemiddeling.case"
    _description = "Mediation Case"
    _inherit = [
        "buurtbemiddeling.logged.mixin",
        "buurtbemiddeling.reference.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "reported_on desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    channel = fields.Selection(
        [("self_report", "Self-report"), ("referral", "Referral"), ("other", "Other")],
        required=True,
        default="self_report",
        help="How this case came in: from a resident, or from an organisation that refers.",
    )
    reported_on = fields.Date(required=True, default=fields.Date.context_today, index=True)
    area_id = fields.Many2one(
        "buurtbemiddeling.area",
        index=True,
        ondelete="restrict",
        help="The neighbourhood where the conflict is. For the choice of mediators and for the statistics.",
    )
    complaint_type_id = fields.Many2one(
        "buurtbemiddeling.complaint.type", string="Main Complaint", index=True, ondelete="restrict"
    )
    other_complaint_type_ids = fields.Many2many(
        "buurtbemiddeling.complaint.type",
        string="Other Complaints",
        help="What else it is about. The statistics count the main complaint.",
    )
    description = fields.Text(
        string="What Is Going On", help="Only what is needed to mediate. Do not write about health or offences."
    )
    is_complex = fields.Boolean(
        string="Complex",
        tracking=True,
        help="Needs more than an ordinary case: psychological vulnerability, language problems, discrimination, "
        "intimidation or many people involved.",
    )
    way_of_working = fields.Selection(
        [
            ("mediation", "Mediation"),
            ("shuttle", "Shuttle mediation"),
            ("group", "Group mediation"),
            ("coaching", "Coaching of one party"),
        ],
        required=True,
        default="mediation",
        tracking=True,
        help="In shuttle mediation the mediators go between the parties. Group mediation is for more than two "
        "households. Coaching is for one party, when the other one does not want to, or to prepare a talk.",
    )
    coordinator_id = fields.Many2one(
        "res.users",
        index=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
        domain=lambda self: with_role(self.env, "coordinator"),
        help="Who handles this case. What has to be done on it comes to her.",
    )
    mediator_ids = fields.Many2many(
        "res.users",
        "buurtbemiddeling_case_mediator_rel",
        "case_id",
        "user_id",
        string="Mediators",
        tracking=True,
        check_company=True,
        domain=lambda self: with_role(self.env, "mediator"),
        help="A pair of mediators. They see this case while they are in this list and the case is open.",
    )
    excluded_mediator_ids = fields.Many2many(
        "res.users",
        "buurtbemiddeling_case_excluded_mediator_rel",
        "case_id",
        "user_id",
        string="Knows Somebody in This Case",
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        domain=lambda self: with_role(self.env, "mediator"),
        help="Mediators who know one of these people. They are not proposed for this case.",
    )
    mediator_conflicts = fields.Text(
        string="Conflicts of Interest",
        compute="_compute_mediator_conflicts",
        compute_sudo=False,
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    conflict_waiver = fields.Char(
        string="Why They May Mediate",
        tracking=True,
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Why this pair may mediate all the same. It holds for this pair only.",
    )
    stage = fields.Selection(
        STAGES,
        required=True,
        default="reported",
        tracking=True,
        group_expand="_group_expand_stage",
        copy=False,
    )
    stage_since = fields.Date(readonly=True, default=fields.Date.context_today, copy=False)
    reopened_on = fields.Date(readonly=True, copy=False)
    reminded_on = fields.Date(
        readonly=True, copy=False, help="The last day of the step of which the coordinator was reminded."
    )
    is_to_be_announced = fields.Boolean(
        readonly=True, copy=False, help="The coordinators still get an activity to look at it, right after it came in."
    )
    next_step = fields.Selection(NEXT_STEPS, compute="_compute_next_step", store=True)
    next_step_on = fields.Date(
        string="Before",
        compute="_compute_next_step",
        store=True,
        help="The day of the appointment, or the last day for the next step by the terms in the settings.",
    )
    suitability = fields.Selection(
        [("pending", "To be decided"), ("suitable", "Suitable"), ("not_suitable", "Not suitable")],
        required=True,
        default="pending",
        tracking=True,
        copy=False,
    )
    suitability_on = fields.Date(string="Suitability Decided on", readonly=True, copy=False)
    unsuitable_reason_id = fields.Many2one(
        "buurtbemiddeling.unsuitable.reason", ondelete="restrict", tracking=True, copy=False
    )
    taken_up = fields.Selection(
        [("pending", "To be decided"), ("taken_up", "Taken up"), ("not_taken_up", "Not taken up")],
        required=True,
        default="pending",
        tracking=True,
        copy=False,
    )
    taken_up_on = fields.Date(string="Taking up Decided on", readonly=True, copy=False)
    result_id = fields.Many2one(
        "buurtbemiddeling.result", string="How It Ended", ondelete="restrict", tracking=True, copy=False
    )
    outcome = fields.Selection(
        [
            ("resolved", "Resolved"),
            ("improved", "Improved"),
            ("not_resolved", "Not resolved"),
            ("not_applicable", "Not applicable"),
        ],
        compute="_compute_outcome",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
    )
    closed_on = fields.Date(readonly=True, copy=False, index="btree_not_null")
    aftercare_on = fields.Date(
        string="Aftercare on",
        compute="_compute_aftercare_on",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        help="When the people are asked whether the agreements still hold. Planned by itself when aftercare begins.",
    )
    ask_again_on = fields.Date(
        string="Ask Again on",
        compute="_compute_ask_again_on",
        store=True,
        copy=False,
        index="btree_not_null",
        help="When the people are asked, some months after the closing, whether it still holds.",
    )
    is_ask_again_planned = fields.Boolean(
        readonly=True, copy=False, help="The coordinator was given the activity to ask again; that happens once."
    )
    later_answer = fields.Selection(
        [("holds", "Still holds"), ("partly", "Partly"), ("no", "No"), ("not_reached", "Not reached")],
        string="Some Months Later",
        tracking=True,
        copy=False,
        help="What the people said some months after the closing. It changes neither the result nor an answer.",
    )
    later_answered_on = fields.Date(string="Asked Again on", readonly=True, copy=False)
    lead_time = fields.Integer(
        string="Lead Time (days)",
        compute="_compute_lead_time",
        store=True,
        aggregator="avg",
        help="Days from the report to the closing.",
    )
    party_ids = fields.One2many("buurtbemiddeling.party", "case_id", string="Parties")
    referral_ids = fields.Many2many(
        "buurtbemiddeling.referral",
        "buurtbemiddeling_case_referral_rel",
        "case_id",
        "referral_id",
        string="Referrals",
        readonly=True,
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="One receipt for each organisation that referred this conflict. None of them sees the others.",
    )
    late_referral_ids = fields.Many2many(
        "buurtbemiddeling.referral",
        "buurtbemiddeling_case_late_referral_rel",
        "case_id",
        "referral_id",
        readonly=True,
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Referrals of a conflict that was known already. They are told one answer a day, so that the "
        "referrer cannot recognise that there was a case.",
    )
    referrer_ids = fields.Many2many(
        "res.partner",
        string="Referred by",
        compute="_compute_referrer_ids",
        search="_search_referrer_ids",
        compute_sudo=False,
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    register_ids = fields.One2many(
        "buurtbemiddeling.register",
        "case_id",
        string="Told to Organisations",
        readonly=True,
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    session_ids = fields.One2many("buurtbemiddeling.session", "case_id", string="Appointments")
    session_count = fields.Integer(compute="_compute_session_count", compute_sudo=False)
    agreement_ids = fields.One2many("buurtbemiddeling.agreement", "case_id", string="Agreements")
    aftercare_answer_ids = fields.One2many(
        "buurtbemiddeling.aftercare.answer", "case_id", string="Answers of Aftercare", readonly=True
    )
    mediator_report_ids = fields.One2many(
        "buurtbemiddeling.mediator.report",
        "case_id",
        string="Mediators' Reports",
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    letter_ids = fields.One2many(
        "buurtbemiddeling.letter", "case_id", string="Letters", groups="buurtbemiddeling_addon.group_coordinator"
    )
    personal_link_ids = fields.One2many(
        "buurtbemiddeling.personal.link",
        "case_id",
        string="Personal Links",
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    search_text = fields.Char(
        string="Name, Street, Telephone or Reference",
        store=False,
        search="_search_search_text",
        export_string_translation=False,
    )
    duplicate_ids = fields.Many2many(
        "buurtbemiddeling.case",
        string="Perhaps the Same Conflict",
        compute="_compute_duplicate_ids",
        compute_sudo=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Other open cases with somebody who has the same telephone number, address or e-mail address.",
    )
    linked_to_ids = fields.Many2many(
        "buurtbemiddeling.case",
        "buurtbemiddeling_case_link_rel",
        "case_id",
        "linked_case_id",
        copy=False,
        check_company=True,
        string="Linked to",
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    # The same rows, read the other way: a link always has two ends.
    linked_from_ids = fields.Many2many(
        "buurtbemiddeling.case",
        "buurtbemiddeling_case_link_rel",
        "linked_case_id",
        "case_id",
        copy=False,
        check_company=True,
        string="Linked from",
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    related_case_ids = fields.Many2many(
        "buurtbemiddeling.case",
        string="Linked Cases",
        compute="_compute_related_case_ids",
        compute_sudo=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Cases that have to do with this one, and keep their own history. Reports that were put with this "
        "case are here too.",
    )
    parties_summary = fields.Char(compute="_compute_parties_summary", compute_sudo=False)
    address_summary = fields.Char(compute="_compute_parties_summary", compute_sudo=False)
    has_refusing_reporter = fields.Boolean(compute="_compute_has_unconfirmed_party", compute_sudo=False)
    has_unconfirmed_party = fields.Boolean(compute="_compute_has_unconfirmed_party", compute_sudo=False)
    missing_for_next_stage = fields.Text(compute="_compute_missing_for_next_stage", compute_sudo=False)

    # Of the mixin; this one also finds the beginning of one, in each collation.
    _reference_unique = models.UniqueIndex(
        "(reference varchar_pattern_ops)", "This reference is already in use. Please try again."
    )
    _board = models.Index("(stage, next_step_on, id)")
    # There are few open cases among those of all years, and still fewer archived ones. The company is there for counts.
    _open = models.Index("(reported_on DESC, id DESC) INCLUDE (company_id, active) WHERE stage <> 'closed'")
    _due = models.Index("(next_step_on) WHERE next_step_on IS NOT NULL")
    _archived = models.Index("(reported_on DESC, id DESC) WHERE active IS NOT TRUE")
    _to_be_announced = models.Index("(id) WHERE is_to_be_announced IS TRUE")

    @api.model
    def _group_expand_stage(self, stages, domain):
        """Show a coordinator every stage on the board; a mediator the stages in which she has a case."""
        if self.env.user.has_group("buurtbemiddeling_addon.group_coordinator"):
            return [name for name, _label in STAGES]
        return [name for name, _label in STAGES if name in stages]

    def _fetch_query(self, query, fields):
        """Fetch fields of cases; for a screen, with all users in them at once, whom Odoo would fetch field by field.

        sudo: a user in another field may not be readable. It only fills the cache, as the names of users do themselves.
        """
        cases = super()._fetch_query(query, fields)
        if self._fields["mediator_ids"] in fields:
            everybody = cases.with_context(active_test=False)
            shown = [field.name for field in fields if field.comodel_name == "res.users"]
            self.env["res.users"].union(*(everybody[name] for name in shown)).sudo().mapped("partner_id.active")
        return cases

    # ------------------------------------------------------------------
    # Computed fields
    # ------------------------------------------------------------------
    @api.depends("result_id")
    def _compute_outcome(self):
        for case in self:
            case.outcome = case.result_id.outcome

    @api.depends("stage")
    def _compute_aftercare_on(self):
        today = fields.Date.context_today(self)
        for case in self:
            planned_on = case.aftercare_on or today + relativedelta(weeks=case.company_id.mediation_aftercare_weeks)
            case.aftercare_on = planned_on if case.stage == "aftercare" else False

    @api.depends("stage", "closed_on", "taken_up", "outcome")
    def _compute_ask_again_on(self):
        for case in self:
            months = case.company_id.mediation_ask_again_months
            is_asked = months and case.closed_on and case._can_be_asked_again()
            case.ask_again_on = is_asked and case.closed_on + relativedelta(months=months)

    @api.depends("reported_on", "closed_on")
    def _compute_lead_time(self):
        for case in self:
            case.lead_time = (case.closed_on - case.reported_on).days if case.closed_on else 0

    @api.depends("referral_ids.organisation_id")
    def _compute_referrer_ids(self):
        # All at once: the field looks at each of them by itself, whether it is archived.
        self.referral_ids.organisation_id.mapped("active")
        for case in self:
            case.referrer_ids = case.referral_ids.organisation_id

    def _search_referrer_ids(self, operator, value):
        if not self.env.user.has_group("buurtbemiddeling_addon.group_coordinator"):
            raise AccessError(self.env._("Only coordinators can search cases by referrer."))
        return [("referral_ids.organisation_id", operator, value)]

    @api.depends("party_ids.name", "party_ids.role", "party_ids.address")
    def _compute_parties_summary(self):
        for case in self:
            parties = [party for party in case.party_ids if party.role != "supporter"]
            case.parties_summary = " ↔ ".join(party._label() for party in parties) or self.env._("Nobody yet")
            case.address_summary = parties[0]._address() if parties else False

    def _search_search_text(self, operator, value):
        """Find the cases in which all words of a text are found in one person, or of which it is the reference.

        People who are archived in their case count too.
        As the user: in people whom she may not read, nothing is found.
        """
        if operator not in ("ilike", "in"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else list(filter(None, value))
        if all(map(REFERENCE.fullmatch, texts)):
            # Written in full, with its dash: nothing about a person looks like this.
            return Domain("reference", "in", [text.upper() for text in texts])
        codes = ["".join(filter(str.isalnum, text)).upper() for text in texts]
        references = [
            f"{code[:4]}-{code[4:]}" if len(code) > 4 else code
            for code in codes
            if len(code) <= LENGTH and code and set(code) <= set(ALPHABET)
        ]
        everybody = self.env["buurtbemiddeling.party"].with_context(active_test=False)
        people = everybody._search(Domain("search_text", operator, value))
        found = people.subselect(SQL.identifier(people.table, "case_id"))
        if any(map(str.isdigit, "".join(texts))):
            # A number is of few people: with OFFSET the search begins at them, and never at all cases.
            found = SQL("(SELECT case_id FROM %s AS people OFFSET 0)", found)
        if references:
            # Two searches that each begin at an index: with "or" all cases would be read.
            named = self.with_context(active_test=False)._search(
                Domain.OR(Domain("reference", "=like", f"{reference}%") for reference in references)
            )
            found = SQL("(%s UNION ALL %s)", found, named.subselect(SQL.identifier(named.table, "id")))
        return Domain("id", "in", found)

    @api.depends("party_ids.phone_key", "party_ids.address_key", "party_ids.email_key", "linked_to_ids", "stage")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_duplicate_ids(self):
        """Find the cases that one of these may be put with: later it stays a case of its own."""
        new = self.filtered(lambda case: case.stage in ("reported", "intake"))
        seen = new.party_ids._seen_elsewhere() if new else {}
        for case in self:
            found = self.browse().union(*(seen[party] for party in case.party_ids if case in new))
            same_company = found.filtered(lambda other, company=case.company_id: other.company_id == company)
            case.duplicate_ids = same_company - case._origin - case.related_case_ids

    @api.depends("linked_to_ids", "linked_from_ids")
    def _compute_related_case_ids(self):
        for case in self.with_context(active_test=False):
            case.related_case_ids = case.linked_to_ids | case.linked_from_ids

    @api.depends("party_ids.referral_permission")
    def _compute_has_unconfirmed_party(self):
        for case in self:
            case.has_unconfirmed_party = "unconfirmed" in case.party_ids.mapped("referral_permission")
            case.has_refusing_reporter = any(
                party.referral_permission == "refused" and party.role == "reporter" for party in case.party_ids
            )

    @api.depends(
        *("stage", "stage_since", "reported_on", "suitability", "taken_up", "mediator_ids", "way_of_working"),
        *("party_ids.active", "party_ids.role", "party_ids.referral_permission", "party_ids.participation"),
        *("reopened_on", "session_ids.state", "session_ids.start", "session_ids.kind", "aftercare_on"),
    )
    def _compute_next_step(self):
        """Say what one has to do next in each case, and before when: by the terms of the company for each stage."""
        for case in self:
            case.next_step, case.next_step_on = case._next_step()

    def _next_step(self):
        """Return what comes next in one case and the last day for it; nothing for a closed case."""
        if self.stage == "closed":
            return False, False
        planned = self.session_ids.filtered(lambda session: session.state == "planned" and session.start)
        if planned:
            return "appointment", self._local_day(min(planned.mapped("start")))
        if self.stage == "aftercare":
            return "aftercare", self.aftercare_on
        began = self.reported_on if self.stage == "reported" else self.stage_since
        days = self.company_id[f"mediation_days_{self.stage}"]
        return self._next_step_in_stage(), self._add_working_days(began, days)

    def _next_step_in_stage(self):
        """Return what comes next in one case in which nothing is planned."""
        people = self.party_ids._mediated()
        if self.stage == "reported":
            return "first_contact"
        if "unconfirmed" in self.party_ids.mapped("referral_permission"):
            return "permission"
        if "withdrawn" in people.mapped("participation") and self.way_of_working != "coaching":
            return "stopped"
        if self.taken_up != "taken_up" or self.suitability != "suitable":
            return "decide"
        if len(self.mediator_ids) < self._mediators_needed():
            return "mediators"
        if self.stage == "intake":
            return "go_on"
        held = self.session_ids.filtered(
            lambda session: (
                session.state == "held"
                and session.kind == self._session_kind()
                and not (self.reopened_on and self._local_day(session.start) < self.reopened_on)
            )
        )
        if not held:
            return "plan"
        if self.stage == "second_talk" and any(party.participation != "given" for party in people):
            return "participation"
        return "go_on"

    def _session_kind(self):
        """Return the kind of appointment that belongs to the present stage of one case."""
        if self.stage == "first_talk" and self.way_of_working == "coaching":
            return "coaching"
        if self.stage == "mediation" and self.way_of_working == "shuttle":
            return "shuttle"
        return {"reported": "intake", "closed": "aftercare"}.get(self.stage, self.stage)

    def _zone(self):
        """Return the time zone of the people of one case: it counts, whoever is at work, such as a daily job."""
        return self.company_id.partner_id.tz or "Europe/Amsterdam"

    def _local_day(self, moment):
        """Return the day of a moment where the people of one case live."""
        return fields.Datetime.context_timestamp(self.with_context(tz=self._zone()), moment).date()

    @api.model
    def _add_working_days(self, day, count):
        """Return the day that is so many working days (Monday to Friday) later."""
        while count > 0:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day

    @api.depends("session_ids.state")
    def _compute_session_count(self):
        """Count the appointments that are planned or were held."""
        for case in self:
            case.session_count = len(case.session_ids.filtered(lambda session: session.state in ("planned", "held")))

    @api.depends(
        "area_id",
        "company_id",
        "excluded_mediator_ids",
        "mediator_ids",
        "party_ids.email",
        "party_ids.house_number",
        "party_ids.landlord_id",
        "party_ids.phone",
        "party_ids.street",
        "party_ids.zip",
        "referral_ids.organisation_id",
        "way_of_working",
    )
    @api.depends_context("lang")
    def _compute_mediator_conflicts(self):
        conflicts = self.env["buurtbemiddeling.mediator"]._conflicts(
            {case: case.mediator_ids._origin for case in self if case.mediator_ids}
        )
        for case in self:
            sentences = [
                f"{user.name}: {sentence}" for user, found in conflicts.get(case, {}).items() for sentence in found
            ]
            case.mediator_conflicts = "\n".join(sentences)

    @api.depends(
        "stage",
        "suitability",
        "taken_up",
        "mediator_ids",
        "party_ids.participation",
        "party_ids.restricted_on",
        "way_of_working",
        "mediator_conflicts",
        "conflict_waiver",
    )
    @api.depends_context("lang", "uid")
    def _compute_missing_for_next_stage(self):
        for case in self:
            missing = case._missing_for(case._next_stage()) if case.stage not in ("aftercare", "closed") else []
            case.missing_for_next_stage = "\n".join(missing)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find cases by reference, or by the name, address or telephone number of somebody in it."""
        found = Domain("search_text", operator, name) if name else Domain.TRUE
        cases = self.search(found & Domain(domain or Domain.TRUE), limit=limit)
        cases._log_opening("list")
        return [(case.id, case.display_name) for case in cases]

    @api.depends("reference", "parties_summary", "address_summary")
    @api.depends_context("uid", "allowed_company_ids", "formatted_display_name")
    def _compute_display_name(self):
        """Name a case by its reference; in a field where staff choose a case, with what they recognise it by.

        The longer name is only for the real user's own eyes: for a case that she may read, never under sudo.
        """
        recognisable = self.browse()
        if self.env.context.get("formatted_display_name"):
            recognisable = self.sudo(False)._filtered_access("read")
        for case in self:
            parts = [case.parties_summary, case.address_summary] if case in recognisable else []
            case.display_name = " · ".join(filter(None, [case.reference, *parts]))

    # ------------------------------------------------------------------
    # The guarded lifecycle
    # ------------------------------------------------------------------
    def _stages(self):
        """Return the stages of one case, by its way of working."""
        return STAGES_OF_COACHING if self.way_of_working == "coaching" else [name for name, _label in STAGES]

    def _mediators_needed(self):
        """Return how many mediators one case needs: always a pair, but one coach."""
        return 1 if self.way_of_working == "coaching" else 2

    def _missing_for(self, stage):
        """Say what one case still needs before it can be in a stage.

        The stages are the steps of the method that the CCV prescribes; so are its additional ways of working.

        :param str stage: the stage to be in
        :return: a sentence for each thing that is missing
        :rtype: list[str]
        """
        self.ensure_one()
        missing = []
        if stage not in self._stages():
            missing.append(self.env._("Coaching is for one party: choose another way of working first."))
        if stage in WORKING_STAGES:
            if self.suitability != "suitable":
                missing.append(self.env._("Decide first that the case is suitable for mediation."))
            if self.taken_up != "taken_up":
                missing.append(self.env._("Decide first that the case is taken up."))
            if len(self.mediator_ids) < self._mediators_needed():
                missing.append(
                    self.env._("Choose a coach.")
                    if self.way_of_working == "coaching"
                    else self.env._("Choose a pair of mediators.")
                )
            # In aftercare the talks are over: what a resident answers then is not refused for this.
            if stage != "aftercare":
                missing.extend(self._unwaived_conflicts())
        if stage == "mediation":
            parties = self.party_ids._mediated()
            if len(parties) < 2:
                missing.append(self.env._("Add the other party: mediation needs at least two parties."))
            elif self.way_of_working == "group" and len(parties) < 3:
                missing.append(self.env._("Add the other parties: group mediation is for more than two households."))
            missing.extend(
                self.env._("%(party)s does not take part (yet).", party=party.display_name)
                for party in parties
                if party._participation() != "given"
            )
            missing.extend(
                self.env._("%(party)s asked that we do not use the data for now.", party=party.display_name)
                for party in parties.filtered("restricted_on")
            )
        if stage == "closed" and not (self.result_id and self.outcome):
            missing.append(self.env._("Say how the case ended: use the button to end it."))
        return missing

    def _unwaived_conflicts(self):
        """Say which conflicts of interest the mediators of one case have, unless a coordinator accepted them.

        A mediator hears nothing: it tells where a colleague lives and whom she knows.

        :rtype: list[str]
        """
        self.ensure_one()
        is_coordinator = self.env.su or self.env.user.has_group("buurtbemiddeling_addon.group_coordinator")
        if not is_coordinator or self.conflict_waiver or not self.mediator_conflicts:
            return []
        return [
            *self.mediator_conflicts.splitlines(),
            self.env._("Choose other mediators, or write down at the case why this pair may mediate all the same."),
        ]

    def _missing_to_take_up(self):
        """Say what one case still needs before it can be taken up: the second step of consent.

        :return: a sentence for each thing that is missing
        :rtype: list[str]
        """
        self.ensure_one()
        missing = []
        if self.suitability != "suitable":
            missing.append(self.env._("Decide first that the case is suitable for mediation."))
        for party in self.party_ids:
            permission = party._referral_permission()
            if permission == "unconfirmed":
                missing.append(
                    self.env._("Ask %(party)s first whether she knows of the referral.", party=party.display_name)
                )
            elif permission == "refused" and party.role == "reporter":
                missing.append(self.env._("%(party)s does not want this referral.", party=party.display_name))
        return missing

    @api.constrains(
        "stage",
        "suitability",
        "taken_up",
        "mediator_ids",
        "result_id",
        "outcome",
        "area_id",
        "way_of_working",
        "excluded_mediator_ids",
        "conflict_waiver",
    )
    def _check_stage(self):
        for case in self:
            missing = case._missing_for(case.stage)
            if missing:
                stage = dict(self._fields["stage"]._description_selection(self.env))[case.stage]
                raise ValidationError(
                    self.env._("The case cannot be in the stage %(stage)s yet.", stage=stage)
                    + "\n- "
                    + "\n- ".join(missing)
                )

    @api.constrains("stage", "aftercare_on")
    def _check_aftercare_on(self):
        if any(case.stage == "aftercare" and not case.aftercare_on for case in self):
            raise ValidationError(self.env._("Say when aftercare is due, so that it is not forgotten."))

    @api.constrains("taken_up")
    def _check_taken_up(self):
        for case in self:
            missing = case._missing_to_take_up() if case.taken_up == "taken_up" else []
            if missing:
                raise ValidationError(self.env._("The case cannot be taken up yet.") + "\n- " + "\n- ".join(missing))

    @api.constrains("suitability", "unsuitable_reason_id")
    def _check_unsuitable_reason(self):
        for case in self:
            if case.suitability == "not_suitable" and not case.unsuitable_reason_id:
                raise ValidationError(self.env._("Say why the case is not suitable. The referrer does not hear it."))

    def _next_stage(self):
        """Return the stage after the present one of one case; ``closed`` stays ``closed``."""
        names = self._stages()
        if self.stage not in names:
            return self.stage
        return names[min(names.index(self.stage) + 1, len(names) - 1)]

    @api.model_create_multi
    def create(self, vals_list):
        """Create cases; the coordinators of the company are asked to look at new reports, by a job right after."""
        vals_list = [dict(vals) for vals in vals_list]
        today = fields.Date.context_today(self)
        for vals in vals_list:
            self._check_by_method(vals)
            if not self.env.su:
                # Explicit, so that defaults from the client's context cannot set them.
                vals.update({name: [] for name in RECEIPT_FIELDS | LINK_FIELDS})
                vals.update({**dict.fromkeys(DATES - {"last_step_on"}, False), "stage_since": today})
            for day, name, undecided in DECISION_DATES:
                # An import knows of decisions of which nobody wrote down the day.
                if vals.get(name) not in (None, *undecided) and not (self.env.su and day in vals):
                    vals[day] = today
            vals["is_to_be_announced"] = vals.get("stage", "reported") == "reported" and not vals.get("coordinator_id")
        cases = super().create(vals_list)
        if any(cases.mapped("is_to_be_announced")):
            # sudo: whoever reports a case has no right to start a job.
            self.env.ref("buurtbemiddeling_addon.ir_cron_announce").sudo()._trigger()
        return cases

    def write(self, vals):
        """Write cases and tell their referrers what is news to them.

        :raise UserError: for anybody who tries to reopen a closed case, or to move a case to another company
        :raise ValidationError: when a case would be in a stage for which something is missing
        """
        if vals.get("stage", "closed") != "closed" and "closed" in self.mapped("stage"):
            raise UserError(self.env._("A closed case stays closed. Use the button to reopen it, which asks why."))
        self._check_by_method(vals)
        if "company_id" in vals and any(case.company_id.id != vals["company_id"] for case in self):
            raise UserError(self.env._("A case stays with its organisation. Take a new report at the other one."))
        dated = self._changed_decisions(vals)
        coordinators = {case: case.coordinator_id for case in self} if "coordinator_id" in vals else {}
        reports = self.filtered(lambda case: case.stage == "reported" != vals.get("stage", "reported"))
        if "mediator_ids" in vals:
            # A waiver is about the pair for which it was written.
            vals = {"conflict_waiver": False, **vals}
        result = super().write(vals)
        for day, (cases, value) in dated.items():
            super(Case, cases).write({day: value})
        reports._take_on()
        for case, coordinator in coordinators.items():
            case.session_ids._hand_over(coordinator, case.coordinator_id)
        if ANSWER_FIELDS & vals.keys():
            self._publish_answers()
        if {"stage", "mediator_ids"} & vals.keys():
            self._let_go_of_outsiders()
        if {"stage", "mediator_ids", "suitability", "taken_up", "active"} & vals.keys():
            self.sudo().session_ids._follow_case()
            self._reminders().unlink()
        return result

    def _check_by_method(self, vals):
        """Refuse that somebody links receipts or cases by hand, or dates what was decided.

        With a receipt of another case an organisation would hear the answers of that case.

        :raise UserError: for anybody but the methods of this model
        """
        if not self.env.su and RECEIPT_FIELDS & vals.keys():
            raise UserError(self.env._("Referrals come to a case when they are submitted, or with another report."))
        if not self.env.su and DATES & vals.keys():
            raise UserError(self.env._("These days are those on which it was decided or done, and stay as they are."))
        if not self.env.su and "is_to_be_announced" in vals:
            raise UserError(self.env._("That a report arrived is said once."))
        if not self.env.su and LINK_FIELDS & vals.keys():
            raise UserError(self.env._("Link two cases with the button at the other case."))

    def _link_receipts(self, receipts, late=False):
        """Link receipts to one case; its answers are told to them from now on.

        sudo: nobody may write these links by hand. The user may edit the case (checked here).

        :param receipts: receipts that were just made, or that come from another case of the same company
        :param bool late: whether the conflict was known already when they came in
        """
        self.check_access("write")
        links = [Command.link(receipt.id) for receipt in receipts]
        self.sudo().write({"referral_ids": links, **({"late_referral_ids": links} if late else {})})

    def _changed_decisions(self, vals):
        """Return which of these cases get a new date with values that decide something.

        :rtype: dict of (cases, date or ``False``) by the name of the date
        """
        today = fields.Date.context_today(self)
        return {
            day: (
                self.filtered(lambda case, name=name: case[name] != vals[name]),
                False if vals[name] in undecided else today,
            )
            for day, name, undecided in DECISION_DATES
            if name in vals and day not in vals
        }

    def _take_on(self):
        """Give these reports, of which the handling begins, a coordinator; nobody has to look at them any more."""
        if self.env.user.has_group("buurtbemiddeling_addon.group_coordinator"):
            self.filtered(lambda case: not case.coordinator_id).coordinator_id = self.env.user
        self.activity_unlink(["buurtbemiddeling_addon.activity_type_new_report"])

    @api.constrains("later_answer", "stage")
    def _check_later_answer(self):
        if any(case.later_answer and not case._can_be_asked_again() for case in self):
            raise ValidationError(self.env._("People are asked again when they were helped and the case is closed."))

    def _can_be_asked_again(self):
        """Return whether one case is over, and people were helped."""
        return self.stage == "closed" and self.taken_up == "taken_up" and self.outcome != "not_applicable"

    @api.model
    def _cron_ask_again(self):
        """Give the coordinators, once, an activity on each closed case whose people are to be asked again.

        What is long past is not asked any more, so that a new installation does not begin with all old cases.
        """
        today = fields.Date.context_today(self)
        domain = (
            Domain("ask_again_on", "<=", today)
            & Domain("ask_again_on", ">=", today - timedelta(days=LONGEST_DELAY_TO_ASK))
            & Domain("is_ask_again_planned", "=", False)
            & Domain("later_answer", "=", False)
            & Domain("anonymised_on", "=", False)
            & Domain("coordinator_id.active", "=", True)
        )
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=self.search_count(domain))
        for cases in batches(self, domain):
            for case in cases._of_present_coordinators():
                if not case.try_lock_for_update():
                    continue
                case.with_context(lang=case.coordinator_id.lang).activity_schedule(
                    "buurtbemiddeling_addon.activity_type_ask_again", user_id=case.coordinator_id.id
                )
                case.is_ask_again_planned = True
                if not progress._commit_progress(1):
                    return
        progress._commit_progress(remaining=0)

    # ------------------------------------------------------------------
    # Reopening
    # ------------------------------------------------------------------
    def _stages_after_reopening(self):
        """Return the stages in which one closed case can go on: where people talk, if it got there, and the intake."""
        return [stage for stage in ("first_talk", "aftercare") if not self._missing_for(stage)] + ["intake"]

    def _reopen(self, stage, reason):
        """Reopen one closed case and put the reason on record.

        What organisations were told stays as it was told, and this tells them nothing: it goes past ``write``,
        which refuses to reopen and publishes answers. Everything else that guards a case still does.

        :param str stage: one of ``_stages_after_reopening``
        :param str reason: why, in words of the user
        :return: ``True``
        :raise AccessError: for a user who may not edit the case
        :raise UserError: when the case is not closed, has no data any more or cannot be in that stage
        """
        self.check_access("write")
        self._serialize()
        if self.stage != "closed":
            raise UserError(self.env._("This case is not closed."))
        parties = self.with_context(active_test=False).party_ids
        if parties and all(parties.mapped("erased_on")):
            raise UserError(self.env._("The data of this case were erased. Take a new report instead."))
        if stage not in self._stages_after_reopening():
            raise UserError(self.env._("The case cannot go on there. Choose the intake."))
        values = {
            "stage": stage,
            "stage_since": fields.Date.context_today(self),
            "reopened_on": fields.Date.context_today(self),
            "active": True,
            **dict.fromkeys(("result_id", "outcome", "closed_on", "later_answer", "later_answered_on"), False),
            "is_ask_again_planned": False,
        }
        if self.suitability == "not_suitable":
            values.update(suitability="pending", suitability_on=False, unsuitable_reason_id=False)
        if self.taken_up == "not_taken_up":
            values.update(taken_up="pending", taken_up_on=False)
        self.activity_unlink(["buurtbemiddeling_addon.activity_type_ask_again"])
        self.message_post(body=self.env._("Reopened: %(reason)s", reason=reason))
        return super().write(values)  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("A case is not deleted. Close it, or archive it."))

    def _serialize(self):
        """Make transactions that decide about these cases come one after the other.

        A guard reads the consents, and a withdrawal reads the stage: without a row that both write, each could
        miss what the other does. Whoever comes second is done over by Odoo, and then sees it. Often both write the
        next step of the case anyway; this does not leave it to that.
        """
        if self.ids:
            self.env.cr.execute(
                SQL("UPDATE buurtbemiddeling_case SET write_date = write_date WHERE id IN %s", tuple(self.ids))
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_take_on(self):
        """Become the coordinator of these cases and start the intake.

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        """
        return self.write({"stage": "intake"})

    def action_link(self):
        """Link these cases with the one of ``link_case_id`` in the context; each keeps its own history.

        :return: ``True``
        :raise AccessError: for a user who may not edit all of them
        """
        self.browse(self.env.context.get("link_case_id"))._link_cases(self)
        return True

    def action_unlink_case(self):
        """Take away the links of these cases with the one of ``link_case_id`` in the context.

        :return: ``True``
        :raise AccessError: for a user who may not edit all of them
        """
        case = self.browse(self.env.context.get("link_case_id"))
        (case | self).check_access("write")
        links = [Command.unlink(other.id) for other in self]
        # sudo: see _link_cases; the user may edit all of them (checked above).
        case.sudo().write({"linked_to_ids": links, "linked_from_ids": links})
        return True

    def _link_cases(self, others):
        """Link one case with others of the same company.

        sudo: nobody may write these links by hand, which would tell of a case whether it exists. The user may
        edit all of these (checked here).
        """
        self.ensure_one()
        (self | others).check_access("write")
        new = others - self.with_context(active_test=False).related_case_ids - self
        self.sudo().write({"linked_to_ids": [Command.link(other.id) for other in new]})
        for other in new:
            self.message_post(body=self.env._("Linked with case %(reference)s.", reference=other.reference))
            other.message_post(body=self.env._("Linked with case %(reference)s.", reference=self.reference))

    def action_put_with(self):
        """Open the dialog that puts the report of ``link_case_id`` in the context with this case.

        :return: an action that opens the dialog
        """
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("buurtbemiddeling_addon.case_merge_action"),
            "context": {
                "default_case_id": self.env.context.get("link_case_id"),
                "default_target_case_id": self.id,
            },
        }

    def action_suitable(self):
        """Decide that these cases are suitable for mediation; their referrers hear it.

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        """
        return self.write({"suitability": "suitable", "unsuitable_reason_id": False})

    def action_take_up(self):
        """Decide that these cases are taken up; their referrers hear it.

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        :raise ValidationError: when somebody has not confirmed that she knows of the referral
        """
        return self.write({"taken_up": "taken_up"})

    def action_next_stage(self):
        """Move these cases one stage on.

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        :raise ValidationError: with what is missing for the next stage
        """
        for case in self:
            case.stage = case._next_stage()
        return True

    def action_go_on_as_coaching(self):
        """Go on with these cases as coaching of one party, because the other one does not want to talk.

        The mediators leave the cases: a coach had no contact with the party as a mediator (CCV, coaching).

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        """
        return self.write({"way_of_working": "coaching", "stage": "intake", "mediator_ids": [Command.clear()]})

    def action_next_step(self):
        """Open what one has to do next in this case, or do it.

        :return: an action, or ``True``
        :raise AccessError: for a user who may not edit the case
        :raise ValidationError: with what is missing for the next stage
        """
        self.ensure_one()
        people = self.party_ids._mediated()
        match self.next_step:
            case "mediators":
                return self.action_propose_mediators()
            case "plan":
                return self.action_plan_session()
            case "participation":
                return people.filtered(lambda party: party.participation != "given")[:1].action_record_participation()
            case "go_on":
                return self.action_next_stage()
        return True

    @api.readonly
    def action_plan_session(self):
        """Open the form that plans an appointment in this case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan an appointment"),
            "res_model": "buurtbemiddeling.session",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    @api.readonly
    def action_my_report(self):
        """Open the current user's own report on this case, or a new one.

        :raise AccessError: for a user who may not read reports
        """
        self.ensure_one()
        report = self.env["buurtbemiddeling.mediator.report"].search(
            [("case_id", "=", self.id), ("user_id", "=", self.env.uid)]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My report"),
            "res_model": "buurtbemiddeling.mediator.report",
            "res_id": report.id,
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def action_propose_mediators(self):
        """Open a list of pairs of mediators for this case, the best first.

        :return: an action
        :raise AccessError: for a user who may not edit this case
        """
        self.ensure_one()
        self.check_access("write")
        proposal = self.env["buurtbemiddeling.mediator.proposal"].create({"case_id": self.id})
        proposal._propose()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose mediators"),
            "res_model": proposal._name,
            "res_id": proposal.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_i_know_somebody(self):
        """Take the current user off these cases, because she knows somebody in them.

        Work on the case waits in the intake until the coordinator has chosen who comes in her place.

        sudo: a mediator may not edit cases. Here she can only leave her own.

        :return: an action that opens the list of her cases
        :raise AccessError: for a user who may not read these cases
        :raise UserError: for a user who is not a mediator of these cases, or when one is closed
        """
        self.check_access("read")
        user = self.env.user
        for case in self:
            if user not in case.mediator_ids or case.stage == "closed":
                raise UserError(self.env._("You are not a mediator of this case."))
        for case in self.sudo():
            case.write(
                {
                    "mediator_ids": [Command.unlink(user.id)],
                    "excluded_mediator_ids": [Command.link(user.id)],
                    **({"stage": "intake"} if case.stage in WORKING_STAGES else {}),
                }
            )
            coordinator = case.coordinator_id
            case.with_context(lang=coordinator.lang or self.env.lang).activity_schedule(
                "buurtbemiddeling_addon.activity_type_choose_mediator", user_id=coordinator.id
            )
        return self.env["ir.actions.act_window"]._for_xml_id("buurtbemiddeling_addon.case_action_mine")

    def _go_on_without_erased(self):
        """Go on with each of these cases after the data of somebody in it were erased.

        Without a reporter everything else that is personal goes too: the case will end. With one, a coordinator
        is asked to look at what the texts say about the person who was erased.
        """
        for case in self:
            present = case.party_ids.filtered(lambda party: not party.erased_on)
            if present.filtered(lambda party: party.role == "reporter"):
                case.message_post(
                    body=self.env._(
                        "The data of somebody who did not confirm the referral were erased. "
                        "Please take out what the description and the notes say about this person."
                    )
                )
                continue
            case._erase_attachments()
            case._erase_content()
            case._erase_chatter()
            present._erase()

    def _parts(self):
        """Return the parts of these cases, such as their appointments: a recordset for each model.

        :rtype: list
        """
        names = self.pool.descendants(["buurtbemiddeling.case.part.mixin"], "_inherit")
        models_of_parts = [self.env[name] for name in sorted(names) if not self.env[name]._abstract]
        return [model.search([("case_id", "in", self.ids)]) for model in models_of_parts]

    @api.model
    def _end_without_reporter(self):
        """End the open cases of which nobody is left, some days after the erasure.

        The number of days differs from case to case, so that a no on the day after the term cannot be
        recognised as one that nobody confirmed.

        :return: whether it got to the last of them; if not, Odoo starts the job again soon
        :rtype: bool
        """
        result = self.env.ref("buurtbemiddeling_addon.result_no_permission")
        today = fields.Date.context_today(self)
        domain = Domain("stage", "!=", "closed") & Domain("party_ids.erased_on", "!=", False)
        domain &= ~Domain("party_ids", "any", [("erased_on", "=", False)])
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=self.search_count(domain))
        for cases in batches(self, domain):
            for case in cases:
                if not case.try_lock_for_update():
                    continue
                days = 1 + sum(map(ord, case.reference)) % LONGEST_WAIT_TO_END
                if max(case.party_ids.mapped("erased_on")) + timedelta(days=days) <= today:
                    decided = {} if case.taken_up == "taken_up" else {"taken_up": "not_taken_up"}
                    case.write({**decided, "stage": "closed", "result_id": result.id, "outcome": result.outcome})
                if not progress._commit_progress(1):
                    return False
        return True

    def _stop_mediation(self):
        """Take these cases out of mediation, because somebody no longer takes part."""
        for case in self.sudo(False).filtered(lambda case: case.stage == "mediation"):
            # A conflict of interest that came up meanwhile is no reason to go on.
            case.stage = "intake" if case._missing_for("second_talk") else "second_talk"
            case.message_post(
                body=self.env._(
                    "Somebody no longer takes part, so mediation has stopped. "
                    "End the case, or look for another way to help."
                )
            )

    # ------------------------------------------------------------------
    # Terms
    # ------------------------------------------------------------------
    def _reminders(self):
        """Return the reminders on these cases of steps that were done, or that have another term now.

        sudo: whoever does the step need not be able to edit the activities of the coordinator.
        """
        reminder = self.env.ref("buurtbemiddeling_addon.activity_type_next_step")
        activities = self.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == reminder)
        due_on = {case.id: case.next_step_on for case in self.sudo()}
        return activities.filtered(lambda activity: activity.date_deadline != due_on[activity.res_id])

    def _of_present_coordinators(self):
        """Return those of these cases with a coordinator who is still there and may read the case."""
        return self.filtered(
            lambda case: case.coordinator_id.active and case.with_user(case.coordinator_id).has_access("read")
        )

    @api.model
    def _cron_remind(self):
        """Remind coordinators of what is due on the next working day or is late, each step once."""
        today = fields.Date.context_today(self)
        soon = Domain("next_step", "!=", "appointment") & Domain(
            "next_step_on", "<=", self._add_working_days(today, REMIND_DAYS)
        )
        not_reported = Domain("next_step", "=", "appointment") & Domain("next_step_on", "<", today)
        domain = (soon | not_reported) & self._not_reminded() & Domain("coordinator_id.active", "=", True)
        progress = self.env["ir.cron"]
        # One more, so that it is not over while there are outdated ones only.
        remaining = self.search_count(domain) + 1
        progress._commit_progress(remaining=remaining)
        while outdated := self._outdated_reminders():
            outdated.unlink()
            if not progress._commit_progress(len(outdated), remaining=remaining):
                return
        for cases in batches(self, domain):
            for case in cases._of_present_coordinators():
                if not case.try_lock_for_update():
                    continue
                case.with_context(lang=case.coordinator_id.lang).activity_schedule(
                    "buurtbemiddeling_addon.activity_type_next_step", case.next_step_on, user_id=case.coordinator_id.id
                )
                case.reminded_on = case.next_step_on
                if not progress._commit_progress(1):
                    return
        progress._commit_progress(remaining=0)

    @api.model
    def _not_reminded(self):
        """Return the condition for cases of whose next step nobody was reminded yet, as it is planned now."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IS DISTINCT FROM %s",
                model._field_to_sql(alias, "reminded_on", query),
                model._field_to_sql(alias, "next_step_on", query),
            )
        )

    @api.model
    def _outdated_reminders(self):
        """Return some of the reminders of steps that have another term now: in SQL, as two models are compared."""
        self.flush_model(["active", "next_step_on"])
        self.env["mail.activity"].flush_model(["active", "activity_type_id", "date_deadline", "res_id", "res_model"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reminder.id
                  FROM mail_activity reminder
                  JOIN buurtbemiddeling_case file ON file.id = reminder.res_id
                 WHERE reminder.activity_type_id = %s
                   AND reminder.res_model = %s
                   AND reminder.active IS TRUE
                   AND file.active IS TRUE
                   AND reminder.date_deadline IS DISTINCT FROM file.next_step_on
                 LIMIT %s
                """,
                self.env.ref("buurtbemiddeling_addon.activity_type_next_step").id,
                self._name,
                LOOKED_FOR,
            )
        )
        return self.env["mail.activity"].browse(number for (number,) in rows)

    # ------------------------------------------------------------------
    # The answers to referrers
    # ------------------------------------------------------------------
    def _answers(self):
        """Return what one case knows of the three questions, without any reason.

        Each answer is ``True``, ``False`` or, while it is not known, ``None``. A case that has ended has
        all its answers, and whatever ended it gives the same ones (the neutral no). A yes waits while somebody asked
        that the data are not used.

        :return: suitable, taken up, resolved
        :rtype: tuple
        """
        self.ensure_one()
        decided = {"suitable": True, "not_suitable": False, "taken_up": True, "not_taken_up": False}
        at_the_end = False if self.stage == "closed" else None
        suitable = decided.get(self.suitability, at_the_end)
        taken_up = decided.get(self.taken_up, at_the_end)
        resolved = self.outcome in ("resolved", "improved") if self.stage == "closed" else None
        if self.party_ids.filtered(lambda party: party.restricted_on and not party.erased_on):
            return suitable and None, taken_up and None, resolved and None
        return suitable, taken_up, resolved

    def _publish_answers(self):
        """Tell the referrers of these cases each yes that is known and that they have not heard yet.

        A no waits for the daily round, whoever said it: staff in the day, or a resident who withdrew. So the
        moment of telling says nothing about the reason either.

        sudo: staff have no write right on what is published, so that nobody can tell an organisation anything
        else than this. Only the three answers are passed on, to the receipts and disclosures of these cases.
        """
        for case in self.sudo():
            known = (answer or None for answer in case._answers())
            case._tell(case.referral_ids - case.late_referral_ids, *known)

    def _tell(self, receipts, suitable, taken_up, resolved):
        """Tell answers of one case through these receipts and through its disclosures, and put it on record."""
        for receipt in receipts:
            self._record_told(receipt, "referral", receipt._publish(suitable, taken_up, resolved).values())
        for disclosure in self.party_ids.consent_ids.disclosure_id:
            self._record_told(disclosure, "disclosure", disclosure._publish(suitable, taken_up, resolved).values())

    @api.model
    def _cron_tell_answers(self):
        """The daily round: tell every no, and to each referrer of a conflict that was known already one answer.

        A late referrer hears nothing on the day of the referral, nor before its people confirmed it.
        """
        if not self._end_without_reporter():
            return
        progress = self.env["ir.cron"]
        waiting = [self.env[f"buurtbemiddeling.{name}"] for name in ("referral", "disclosure")]
        left = sum(model.search_count(STILL_WAITING) for model in waiting)
        progress._commit_progress(remaining=left)
        for model in waiting:
            for published in batches(model, STILL_WAITING):
                for case in self._with_news_for(published):
                    if not case.try_lock_for_update():
                        continue
                    late = case.late_referral_ids
                    case._tell(case.referral_ids - late, *case._answers())
                    for receipt in late.filtered_domain(STILL_WAITING):
                        case._tell_next(receipt)
                    if not progress._commit_progress(1, remaining=left):
                        return
                left -= len(published)
                # One more, so that it is not over before the last batch.
                if not progress._commit_progress(1, remaining=max(left, 1)):
                    return
        progress._commit_progress(remaining=0)

    @api.model
    def _with_news_for(self, published):
        """Return the cases, archived ones too, that have an answer to tell through these receipts or disclosures.

        Each search begins at these: they are few among those of all years, and so are the cases that wait for them.
        """
        ended = Domain("stage", "=", "closed") | Domain("suitability", "=", "not_suitable")
        ended |= Domain("taken_up", "=", "not_taken_up")
        if published._name == "buurtbemiddeling.disclosure":
            domains = [ended & Domain("party_ids.consent_ids.disclosure_id", "in", published.ids)]
        else:
            domains = [ended & Domain("referral_ids", "in", published.ids)]
            known = {
                "suitability": ended | Domain("suitability", "!=", "pending"),
                "taken_up": ended | Domain("taken_up", "!=", "pending"),
                "outcome": ended,
            }
            asked = published.filtered(lambda receipt: receipt._last_told_on() < fields.Date.context_today(receipt))
            for question, receipts in asked.grouped(lambda receipt: receipt._next_question()).items():
                domains.append(known[question] & Domain("late_referral_ids", "in", receipts.ids))
        # One by one: with a choice between two of these, the database would go through all cases.
        return self.browse().union(*(self.with_context(active_test=False).search(domain) for domain in domains))

    def _tell_next(self, receipt):
        """Tell a late referrer the next answer of one case, if it is time for it."""
        today = fields.Date.context_today(self)
        unconfirmed = self.party_ids.filtered(
            lambda party: (
                party._referral_permission() == "unconfirmed"
                and receipt.organisation_id in party.consent_ids.organisation_id
            )
        )
        if receipt._last_told_on() >= today or (unconfirmed and self.stage != "closed"):
            return
        suitable, taken_up, resolved = self._answers()
        if receipt.suitability == "pending":
            taken_up = resolved = None
        elif receipt.taken_up == "pending":
            resolved = None
        self._record_told(receipt, "referral", receipt._publish(suitable, taken_up, resolved).values())

    def _record_told(self, published, ground, statements):
        """Keep on record what an organisation was told of one case.

        sudo: the register has no create right, so that each row stands for something that was really told.

        :param published: the receipt or the disclosure through which it was told
        :param ground: ``referral`` or ``disclosure``
        :param statements: values of ``statement`` of the register
        """
        self.env["buurtbemiddeling.register"].sudo().create(
            [
                {
                    "case_id": self.id,
                    "organisation_id": published.organisation_id.id,
                    "recipient_id": published.submitted_by_id.id if ground == "referral" else False,
                    "receipt_reference": published.reference,
                    "ground": ground,
                    "statement": statement,
                }
                for statement in statements
            ]
        )

    # ------------------------------------------------------------------
    # Reports from outside
    # ------------------------------------------------------------------
    @api.model
    def _self_report_errors(self, values):
        """Check what a resident filled in on the public page.

        :param dict values: the text typed, by field name of party; ``complaint_type_id``, ``description``,
            and ``other_name``, ``other_street``, ``other_house_number`` for the neighbour; ``calls_us`` for who
            does not want to be called
        :return: a sentence for each field that is not right, by field name
        :rtype: dict
        """
        errors = self.env["buurtbemiddeling.party"]._person_errors(values, required=("name", "house_number"))
        if not (values.get("phone") or values.get("email") or values.get("calls_us")):
            errors["phone"] = self.env._("Please give a telephone number, or choose that you call us yourself.")
        if not (values.get("street") or ZIP.fullmatch(values.get("zip") or "")):
            errors.setdefault(
                "zip", self.env._("Please give your postcode with its letters, such as 1234 AB, or your street.")
            )
        other = {name: values.get(f"other_{name}") for name in ("name", "street", "house_number")}
        for name, message in self.env["buurtbemiddeling.party"]._person_errors(other, required=()).items():
            errors[f"other_{name}"] = message
        errors |= self.env["buurtbemiddeling.submission"]._typed_errors(values, REPORT_LENGTHS)
        return errors | self._conflict_errors(values)

    @api.model
    def _conflict_errors(self, values):
        """Check what somebody outside filled in about the conflict itself.

        :param dict values: ``complaint_type_id`` (an id from the list, as text) and ``description``
        :return: a sentence for each field that is not right, by field name
        :rtype: dict
        """
        errors = self.env["buurtbemiddeling.submission"]._typed_errors(values, CONFLICT_LENGTHS)
        choices = {str(number) for number, _name in self.env["buurtbemiddeling.complaint.type"]._choices()}
        if values.get("complaint_type_id") not in choices:
            errors["complaint_type_id"] = self.env._("Please choose what it is about.")
        return errors

    @api.model
    def _report_herself(self, values, ticket=None):
        """Take the report of a resident from the public page, once for each form.

        sudo: the visitor has no right on any model. Only the fields named here are taken from what was
        typed, as text; nothing of the case is returned but the code with which its reporter comes back.

        :param dict values: see ``_self_report_errors``
        :param str ticket: the ticket of the form, where there is one; the same one gives the same code
        :return: the personal code of the reporter
        :rtype: str
        :raise ValidationError: for a visitor whose values have errors
        """
        code = self.env["buurtbemiddeling.personal.link"]._new_code(secret=ticket)
        submission = self.env["buurtbemiddeling.submission"]
        if ticket:
            submission = submission._take(ticket)
            if submission.answer:
                return code
        errors = self._self_report_errors(values)
        if errors:
            raise ValidationError("\n".join(errors.values()))
        reporter = {
            name: values.get(name)
            for name in ("name", "street", "house_number", "zip", "city", "phone", "email", "language", "contact_hint")
        }
        if values.get("calls_us"):
            reporter["preferred_contact"] = "calls_us"
        other = {name: values.get(f"other_{name}") for name in ("name", "street", "house_number")}
        parties = [{**reporter, "role": "reporter", "reported_herself": True, "lang": self.env.lang}]
        if other["name"] or other["street"]:
            parties.append({**other, "role": "other_party", "sequence": 20})
        case = self._create_from_outside(
            {
                "channel": "self_report",
                "complaint_type_id": int(values["complaint_type_id"]),
                "description": values.get("description"),
            },
            parties,
        )
        case.env["buurtbemiddeling.personal.link"]._issue(case.party_ids[:1], "report", code=code)
        submission.answer = "report"
        return code

    @api.model
    def _create_from_outside(self, case_values, party_values):
        """Create a case for somebody outside, who gets no link to it.

        As superuser: called by ``_report_herself`` and by ``_submit`` of a referral with values that they
        picked one by one; the user of the request does not become a follower or the author of a log.

        :param dict case_values: fields of the case
        :param list party_values: a dict of fields for each person
        :return: the case, as superuser
        """
        return (
            self.with_user(SUPERUSER_ID)
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create(
                {
                    **case_values,
                    "company_id": self.env.company.id,
                    "party_ids": [Command.create(party) for party in party_values],
                }
            )
        )

    @api.model
    def _cron_announce(self):
        """Ask the coordinators to look at what came in, and mail whoever handed it over that it arrived.

        Whoever hands over or reports need not wait for it: with the case, its transaction leaves the mark and starts
        this job. What this does not get done is done the next time.
        """
        cases = self.with_context(active_test=False).search([("is_to_be_announced", "=", True)])
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(cases))
        for case in cases:
            try:
                with self.env.cr.savepoint():
                    case._take_in()
            except (UserError, ValueError):
                # One that cannot be mailed must not keep the others waiting.
                _logger.exception("That case %s arrived could not be announced", case.reference)
            if not progress._commit_progress(1):
                break

    def _take_in(self):
        """Do, once, what follows on the arrival of these cases; see ``_cron_announce``."""
        # One by one: each receipt has its own mail, also where two of one employee were put together meanwhile.
        for receipt in self.referral_ids:
            receipt._send_received()
        self._announce()

    def _announce(self):
        """Give the coordinators an activity on those of these cases that nobody took on meanwhile.

        sudo: staff may not take the mark off, or set it again; it is only taken off.
        """
        waiting = self.filtered(lambda case: case.active and case.stage == "reported" and not case.coordinator_id)
        waiting._notify_coordinators()
        self.sudo().is_to_be_announced = False

    def _notify_coordinators(self, activity_type="buurtbemiddeling_addon.activity_type_new_report", **values):
        """Give the coordinators of the companies of these cases, of which none has a coordinator, an activity.

        sudo: whoever reports a case has no right to read users or to plan activities.

        :param str activity_type: the external id of what they have to do; by default, look at a new report
        :param values: of the activities, such as a ``summary``
        """
        coordinators = self.env.ref("buurtbemiddeling_addon.group_coordinator").sudo().all_user_ids
        managers = self.env.ref("buurtbemiddeling_addon.group_manager").sudo().all_user_ids
        for company, cases in self.sudo().grouped("company_id").items():
            present = coordinators.filtered(lambda user, company=company: user.active and company in user.company_ids)
            # A manager can do the work of a coordinator; she is only asked where there is no other.
            for lang, asked in (present - managers or present).grouped("lang").items():
                cases.with_context(lang=lang)._plan_together(asked, self.env.ref(activity_type), **values)

    def _plan_together(self, users, activity_type, **values):
        """Give several users the same activity on each of these cases, and tell them with one message.

        Odoo itself does all of it anew for each user, and mails each while whoever reports waits. Here the
        mail goes out right after, by the job that sends mail.

        :param users: who have the same language
        :param activity_type: what they have to do
        :param values: of the activities, such as a ``summary``
        """
        kind = activity_type.with_env(self.env)
        self.message_subscribe(users.partner_id.ids)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "summary": kind.summary,
                    "note": kind.default_note,
                    "automated": True,
                    "date_deadline": fields.Date.context_today(self),
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": case.id,
                    "user_id": user.id,
                    **values,
                }
                for case in self
                for user in users
            ]
        )
        if self.env.context.get("mail_activity_quick_update"):
            # As with the activities of Odoo itself: nobody is told of them.
            return
        to_do = values.get("summary") or kind.summary or kind.name
        for case in self:
            case.message_notify(
                partner_ids=users.partner_id.ids,
                subject=self.env._("%(case)s: %(to_do)s", case=case.reference, to_do=to_do),
                body=self.env._("There is something to do for the coordinators in case %s.", case.reference),
                email_layout_xmlid="mail.mail_notification_layout",
                force_send=False,
            )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _for_staff(self):
        """Return one case in the language of those who work on it, for what follows from a page in another one."""
        lang = self.coordinator_id.lang or self.company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang)

    def _ask_to_look(self, summary):
        """Plan for the coordinator of one case, or for all where it has none, to look at what somebody did on her
        personal page.

        As superuser: called for a person without an account. What is still to be done is not planned twice.

        :param str summary: what to look at, in the language of ``_for_staff``; it names nobody
        """
        if summary not in self.activity_ids.mapped("summary"):
            to_do = "mail.mail_activity_data_todo"
            if self._of_present_coordinators():
                self.activity_schedule(to_do, summary=summary, user_id=self.coordinator_id.id)
            else:
                self._notify_coordinators(to_do, summary=summary)

    def _go_on_without_report(self):
        """End one case of which the reporter took the report back, or ask its coordinator to go on without.

        Called as superuser, by the reporter's own act on the personal page. A referrer, and an organisation that
        knows of the report, hear the same no as always, with the next daily round.
        """
        others = self.party_ids._mediated().filtered(
            lambda party: party.role == "reporter" and party._participation() != "withdrawn"
        )
        if self.stage not in WORKING_STAGES and not others and not self.referral_ids:
            result = self.env.ref("buurtbemiddeling_addon.result_first_party_stops")
            decided = {} if self.taken_up == "taken_up" else {"taken_up": "not_taken_up"}
            self.write({**decided, "stage": "closed", "result_id": result.id, "outcome": result.outcome})
            self.message_post(
                body=self.env._("The reporter took the report back on the personal page. So the case has ended.")
            )
            return
        self.message_post(
            body=self.env._(
                "The reporter took the report back on the personal page. Do not call or visit this person any more."
            )
        )
        self._ask_to_look(
            self.env._("The reporter took the report back: tell the mediators, and end the case or go on without")
        )

    # ------------------------------------------------------------------
    # Messages stay inside
    # ------------------------------------------------------------------
    def _staff_partners(self, partners):
        """Return the partners whose user may read all of these cases: only they may follow or be mailed one."""
        return partners.filtered(
            lambda partner: any(self.with_user(user).has_access("read") for user in partner.user_ids)
        )

    def _let_go_of_outsiders(self):
        """Let those who may no longer read these cases not follow them or have activities on them.

        sudo: whoever takes a mediator off a case need not be able to edit her activities. They go to the
        coordinator of the case, or away.
        """
        for case in self.sudo():
            followers = case.message_partner_ids
            case.message_unsubscribe((followers - case._staff_partners(followers)).ids)
            for activity in case.activity_ids.filtered("user_id"):
                if not case.with_user(activity.user_id).has_access("read"):
                    if case.coordinator_id:
                        activity.user_id = case.coordinator_id
                    else:
                        activity.unlink()

    def message_post(self, **kwargs):
        """Post a message on the case.

        :raise UserError: for anybody who addresses it to somebody who may not read the case
        """
        self.check_access("read")
        recipients = self.env["res.partner"].browse(kwargs.get("partner_ids") or [])
        if self._staff_partners(recipients.sudo()) != recipients or kwargs.get("outgoing_email_to"):
            raise UserError(
                self.env._("Messages on a case are for those who work on it. Take out the other recipients.")
            )
        return super().message_post(**kwargs)

    def message_get_followers(self, *args, **kwargs):
        """Return who follows one case.

        :raise AccessError: for a user who may not read it
        """
        self.check_access("read")
        return super().message_get_followers(*args, **kwargs)

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        partners = self.env["res.partner"].sudo().browse(partner_ids or [])
        if not subtype_ids and all(partners <= case.message_partner_ids for case in self.sudo()):
            # Odoo asks again for each activity. Nothing would change for those who follow already.
            return True
        staff = self._staff_partners(partners)
        return super()._message_subscribe(staff.ids, subtype_ids=subtype_ids, customer_ids=customer_ids)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        partners = self.env["res.partner"].sudo().browse(recipient["id"] for recipient in recipients)
        staff = self._staff_partners(partners).ids
        return [recipient for recipient in recipients if recipient["id"] in staff]
