"""The world that the attack suite attacks, what is planted in it, and the one list of who may read what."""

import base64
import logging
import re
from collections import defaultdict
from dataclasses import dataclass, field

from odoo import Command
from odoo.service.model import call_kw
from odoo.tools import SQL, mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon

PREFIX = "buurtbemiddeling."

# ----------------------------------------------------------------------
# Who may read what: the one list
# ----------------------------------------------------------------------
REFERRER, MEDIATOR, COORDINATOR, MANAGER, ACCESS_ADMIN = (
    "referrer",
    "mediator",
    "coordinator",
    "manager",
    "access_admin",
)
OFFICE = frozenset({COORDINATOR, MANAGER})
STAFF = OFFICE | {MEDIATOR}
# Every user, also one without an account: what stands on the company.
EVERYBODY = STAFF | {REFERRER, ACCESS_ADMIN, None}

IDENTITY = {"id", "display_name"}
TRACES = {"create_uid", "create_date", "write_uid", "write_date"}
ANSWERS = {
    "reference",
    "company_id",
    "organisation_id",
    "submitted_on",
    "suitability",
    "suitability_on",
    "taken_up",
    "taken_up_on",
    "outcome",
    "outcome_on",
}
SETTINGS = {
    "mediation_exit_url",
    "mediation_link_days",
    "mediation_keep_access_log",
    "mediation_keep_account_requests",
    "mediation_keep_attachments",
    "mediation_keep_case",
    "mediation_keep_chatter",
    "mediation_keep_evidence",
    "mediation_keep_letters",
    "mediation_keep_not_taken_up",
    "mediation_keep_parties",
    "mediation_keep_receipts",
    "mediation_keep_requests",
    "mediation_conflict_area",
    "mediation_conflict_street",
    "mediation_conflict_zip",
    "mediation_reminder_days",
    "mediation_window",
    "mediation_daily_summary",
    "mediation_aftercare_weeks",
    "mediation_ask_again_months",
    "mediation_days_first_talk",
    "mediation_days_intake",
    "mediation_days_mediation",
    "mediation_days_reported",
    "mediation_days_second_talk",
    "mediation_referrer_two_factor",
    "mediation_unconfirmed_days",
    *("mediation_joint_controllers", "mediation_privacy_officer", "mediation_privacy_officer_contact"),
}
CHATTER = "the fields that mail.thread and mail.activity.mixin give"

# For each model of the add-on, and each model of Odoo that it adds fields to: which roles may read which fields.
# A field that is not here may be read by nobody. Record rules narrow it further to some records.
READABLE = {
    "buurtbemiddeling.case": {
        STAFF: IDENTITY
        | TRACES
        | {
            CHATTER,
            "active",
            "address_summary",
            "aftercare_on",
            "aftercare_answer_ids",
            "agreement_ids",
            "anonymised_on",
            "area_id",
            "ask_again_on",
            "channel",
            "closed_on",
            "company_id",
            "complaint_type_id",
            "coordinator_id",
            "description",
            "has_refusing_reporter",
            "has_unconfirmed_party",
            "is_ask_again_planned",
            "is_to_be_announced",
            "is_complex",
            "last_step_on",
            "later_answer",
            "later_answered_on",
            "lead_time",
            "mediator_ids",
            "missing_for_next_stage",
            "next_step",
            "next_step_on",
            "other_complaint_type_ids",
            "outcome",
            "parties_summary",
            "party_ids",
            "reference",
            "reminded_on",
            "reopened_on",
            "reported_on",
            "result_id",
            "session_count",
            "session_ids",
            "search_text",
            "stage",
            "stage_since",
            "suitability",
            "suitability_on",
            "taken_up",
            "taken_up_on",
            "unsuitable_reason_id",
            "way_of_working",
        },
        OFFICE: {
            "late_referral_ids",
            "letter_ids",
            "personal_link_ids",
            "mediator_report_ids",
            "referral_ids",
            "referrer_ids",
            "register_ids",
        }
        | {"duplicate_ids", "linked_from_ids", "linked_to_ids", "related_case_ids"}
        | {"conflict_waiver", "excluded_mediator_ids", "mediator_conflicts"}
        | {"held_by_id", "held_on", "hold_reason", "kept_until"}
        | {"old_number", "old_organisation", "old_referrer_type_id", "old_system"},
        frozenset({MANAGER}): {"import_id"},
    },
    "buurtbemiddeling.party": {
        STAFF: IDENTITY
        | TRACES
        | {
            "active",
            "address",
            "address_key",
            "case_id",
            "case_stage",
            "city",
            "consent_ids",
            "contact_hint",
            "email",
            "email_key",
            "erased_on",
            "house_number",
            "household",
            "household_members",
            "informed_how",
            "informed_on",
            "landlord_id",
            "lang",
            "language",
            "may_be_told",
            "name",
            "needs_interpreter",
            "no_reminders",
            "participation",
            "phone",
            "phone_key",
            "preferred_contact",
            "reference",
            "referral_permission",
            "reported_herself",
            "restricted_on",
            "role",
            "search_key",
            "search_text",
            "sequence",
            "street",
            "taken_back_on",
            "tenure",
            "zip",
        },
        OFFICE: {"birth_year", "personal_link_ids", "request_ids"},
    },
    "buurtbemiddeling.consent": {
        STAFF: IDENTITY
        | TRACES
        | {
            "case_id",
            "disclosed_name",
            "disclosure_id",
            "erased_on",
            "given_on",
            "method",
            "organisation_id",
            "party_id",
            "purpose",
            "recorded_by_id",
            "reference",
            "stated_by",
            "withdrawal_recorded_by_id",
            "withdrawn_on",
            "wording",
        },
        OFFICE: {"asked_by", "link_id"},
        frozenset({MANAGER}): {"checksum"},
    },
    "buurtbemiddeling.consent.seal": {},
    "buurtbemiddeling.consent.verify": {
        frozenset({MANAGER}): IDENTITY
        | TRACES
        | {
            "is_intact",
            "is_kept_found",
            "kept_checksum",
            "kept_result",
            "last_checksum",
            "last_number",
            "result",
        },
    },
    "buurtbemiddeling.processing": {
        OFFICE: IDENTITY
        | TRACES
        | {
            "active",
            "company_id",
            "data",
            "legal_basis",
            "legal_basis_reason",
            "measures",
            "name",
            "people",
            "processor_ids",
            "purpose",
            "recipients",
            "reviewed_on",
            "sequence",
            "special_data",
            "terms",
            "transfers",
        },
    },
    "buurtbemiddeling.processor": {
        OFFICE: IDENTITY
        | TRACES
        | {
            "active",
            "agreement_on",
            "agreement_until",
            "company_id",
            "contact",
            "country",
            "is_agreement_valid",
            "name",
            "service",
        },
    },
    "buurtbemiddeling.data.request": {
        OFFICE: IDENTITY
        | TRACES
        | {
            "answer",
            "answer_to",
            "closed_by_id",
            "closed_on",
            "company_id",
            "done",
            "due_on",
            "extended_on",
            "extension_reason",
            "looked_on",
            "identity_check",
            "is_late",
            "is_restricted",
            "kind",
            "on_behalf",
            "party_ids",
            "received_on",
            "reference",
            "refusal_reason",
            "requester",
            "state",
            "user_id",
        },
    },
    "buurtbemiddeling.data.request.find": {
        OFFICE: IDENTITY
        | TRACES
        | {"birth_year", "email", "has_looked", "has_more", "house_number", "line_ids", "name", "phone", "request_id"}
        | {"street", "zip"},
    },
    "buurtbemiddeling.data.request.find.line": {
        OFFICE: IDENTITY
        | TRACES
        | {"address", "case_id", "certainty", "find_id", "is_same", "party_id", "role", "why"},
    },
    "buurtbemiddeling.data.request.answer": {OFFICE: IDENTITY | TRACES | {"request_id", "text_ids"}},
    "buurtbemiddeling.data.request.answer.text": {
        OFFICE: IDENTITY | TRACES | {"answer_id", "is_included", "origin", "text"},
    },
    "buurtbemiddeling.data.request.carry.out": {
        OFFICE: IDENTITY | TRACES | {"effects", "kind", "party_ids", "request_id"}
    },
    "buurtbemiddeling.personal.link": {
        OFFICE: IDENTITY
        | TRACES
        | {
            "agreement_id",
            "case_id",
            "company_id",
            "expires_on",
            "is_usable",
            "opened_on",
            "party_id",
            "purpose",
            "reference",
            "revoked_on",
            "session_id",
            "session_start",
            "state",
            "wrong_answers",
        },
    },
    # The code is shown once in the browser, and stands in no record.
    "buurtbemiddeling.personal.link.give": {
        OFFICE: IDENTITY
        | TRACES
        | {"address", "agreement_id", "birth_year", "case_id", "code", "how", "party_id", "purpose", "questions"}
        | {"fitting_party_ids", "fitting_session_ids", "problem", "session_id"},
    },
    "buurtbemiddeling.submission": {},
    "buurtbemiddeling.session": {
        STAFF: IDENTITY
        | TRACES
        | {
            "candidate_ids",
            "case_id",
            "company_id",
            "duration",
            "has_come",
            "kind",
            "location",
            "mediator_ids",
            "moved_from_id",
            "note",
            "party_ids",
            "place",
            "place_kind",
            "reference",
            "start",
            "state",
            "stop",
            "reply_ids",
            "reply_summary",
            "has_objection",
        },
        OFFICE: {"warning"},
    },
    "buurtbemiddeling.session.move": {
        OFFICE: IDENTITY | TRACES | {"duration", "reason", "session_id", "start", "warning", "wishes"},
    },
    "buurtbemiddeling.session.reply": {
        STAFF: IDENTITY
        | TRACES
        | {"answer", "case_id", "company_id", "party_id", "reference", "replied_on", "session_id", "wishes"},
    },
    "buurtbemiddeling.aftercare.answer": {
        STAFF: IDENTITY
        | TRACES
        | {"answered_on", "case_id", "company_id", "holds", "party_id", "reference", "remark", "wants_call"},
    },
    "buurtbemiddeling.mediator.report": {
        STAFF: IDENTITY
        | TRACES
        | {
            "case_id",
            "company_id",
            "cooperation",
            "hours",
            "learned",
            "reference",
            "user_id",
            "wants_to_talk",
            "went_well",
        },
    },
    "buurtbemiddeling.referral": {
        OFFICE | {REFERRER}: IDENTITY | ANSWERS | {"submitted_by_id", "organisation_reference"},
    },
    "buurtbemiddeling.disclosure": {OFFICE | {REFERRER}: IDENTITY | ANSWERS | {"person_name"}},
    "buurtbemiddeling.register": {
        OFFICE: IDENTITY
        | TRACES
        | {"case_id", "ground", "organisation_id", "receipt_reference", "recipient_id", "statement", "told_at"},
    },
    "buurtbemiddeling.access.log": {
        frozenset({MANAGER}): IDENTITY
        | {
            "case_id",
            "company_id",
            "group_id",
            "how",
            "kind",
            "opened_at",
            "opened_on",
            "record_reference",
            "subject_id",
            "user_id",
        },
    },
    "buurtbemiddeling.request.count": {},
    "buurtbemiddeling.account.request": {
        frozenset({ACCESS_ADMIN}): IDENTITY
        | TRACES
        | {
            "asked_by_id",
            "company_id",
            "decided_by_id",
            "decided_on",
            "email",
            "name",
            "organisation_id",
            "reference",
            "state",
        },
    },
    "buurtbemiddeling.complaint.type": {STAFF: IDENTITY | TRACES | {"name", "sequence", "active"}},
    "buurtbemiddeling.area": {
        STAFF: IDENTITY | TRACES | {"name", "kind", "parent_id", "parent_path", "complete_name", "active"},
    },
    "buurtbemiddeling.unsuitable.reason": {STAFF: IDENTITY | TRACES | {"name", "sequence", "active"}},
    "buurtbemiddeling.result": {STAFF: IDENTITY | TRACES | {"name", "sequence", "active", "outcome"}},
    "buurtbemiddeling.referrer.type": {
        OFFICE | {ACCESS_ADMIN}: IDENTITY | TRACES | {"name", "sequence", "active"},
    },
    "buurtbemiddeling.agreement": {
        STAFF: IDENTITY
        | TRACES
        | {
            "agreed_on",
            "case_id",
            "case_stage",
            "company_id",
            "confirmation_ids",
            "point_ids",
            "points_summary",
            "reference",
            "state",
            "waiting_party_ids",
        },
    },
    "buurtbemiddeling.agreement.point": {
        STAFF: IDENTITY | TRACES | {"agreement_id", "case_id", "company_id", "reference", "sequence", "text"},
    },
    "buurtbemiddeling.agreement.confirmation": {
        STAFF: IDENTITY
        | TRACES
        | {
            "agreement_id",
            "case_id",
            "company_id",
            "confirmed_on",
            "method",
            "party_id",
            "reference",
            "signature",
        },
        OFFICE: {"link_id"},
    },
    "buurtbemiddeling.case.aftercare": {
        OFFICE: IDENTITY | TRACES | {"aftercare_answer_ids", "answer", "case_id", "note", "result_id", "weeks"},
    },
    "buurtbemiddeling.case.ask.again": {OFFICE: IDENTITY | TRACES | {"answer", "case_id", "note"}},
    "buurtbemiddeling.case.reopen": {OFFICE: IDENTITY | TRACES | {"case_id", "has_choice", "reason", "stage"}},
    "buurtbemiddeling.case.end": {
        OFFICE: IDENTITY
        | TRACES
        | {"case_id", "is_unsuitable", "unsuitable_reason_id", "result_id", "outcome", "lapsing"},
    },
    "buurtbemiddeling.case.hold": {frozenset({MANAGER}): IDENTITY | TRACES | {"case_id", "reason"}},
    "buurtbemiddeling.settings": {
        frozenset({MANAGER}): IDENTITY | TRACES | {"company_id"} | SETTINGS - {"mediation_referrer_two_factor"},
    },
    "buurtbemiddeling.retention.preview": {frozenset({MANAGER}): IDENTITY | TRACES | {"line_ids", "until"}},
    "buurtbemiddeling.retention.preview.line": {
        frozenset({MANAGER}): IDENTITY | TRACES | {"kind", "number", "preview_id", "references"},
    },
    "buurtbemiddeling.import": {
        frozenset({MANAGER}): IDENTITY
        | TRACES
        | {"asked_kinds"}
        | {"column_ids", "company_id", "duplicate_count", "duplicates", "error_file", "error_file_name", "errors"}
        | {"file", "file_name", "imported_count", "known_count", "next_row", "preview", "reference", "row_count"}
        | {"source", "state", "unanswered_count", "value_ids"},
    },
    "buurtbemiddeling.import.column": {
        frozenset({MANAGER}): IDENTITY
        | TRACES
        | {"example", "field_name", "heading", "import_id", "position", "remark"},
    },
    "buurtbemiddeling.import.value": {
        frozenset({MANAGER}): IDENTITY
        | TRACES
        | {"import_id", "kind", "number", "text"}
        | {"area_id", "complaint_type_id", "organisation_id", "referrer_type_id", "result_id", "user_id"},
    },
    "buurtbemiddeling.retention.report": {
        frozenset({MANAGER}): IDENTITY | {"company_id", "erased_on", "kind", "number"},
    },
    "buurtbemiddeling.case.merge": {
        OFFICE: IDENTITY | TRACES | {"case_id", "target_case_id", "target_summary", "company_id"}
    },
    "buurtbemiddeling.case.takeover": {
        OFFICE: IDENTITY | TRACES | {"case_ids", "case_count", "coordinator_id", "reason"},
    },
    "buurtbemiddeling.consent.withdraw": {OFFICE: IDENTITY | TRACES | {"consent_ids", "effects"}},
    "buurtbemiddeling.getting.started": {
        frozenset({MANAGER}): IDENTITY
        | TRACES
        | {"company_id", "has_letterhead", "has_areas", "has_complaint_types", "has_coordinator", "has_referrer"}
        | {"access_admins", "may_edit_company", "may_edit_users"},
    },
    "buurtbemiddeling.letter": {
        OFFICE: IDENTITY
        | TRACES
        | {
            "addressee",
            "agreement_day",
            "agreement_id",
            "agreement_points",
            "appointment_words",
            "body",
            "case_id",
            "company_id",
            "complaint_words",
            "failure",
            "kind",
            "link_words",
            "mediator_words",
            "method",
            "party_id",
            "place_words",
            "purpose",
            "reference",
            "reporter_words",
            "return_address",
            "salutation",
            "sent_by_id",
            "sent_on",
            "session_id",
            "state",
            "subject",
            "told",
        },
    },
    "buurtbemiddeling.letter.write": {
        OFFICE: IDENTITY | TRACES | {"agreement_id", "case_id", "kind", "party_ids", "session_id"},
    },
    "buurtbemiddeling.telephone.report": {
        OFFICE: IDENTITY
        | TRACES
        | {
            "already_known_ids",
            "area_id",
            "city",
            "complaint_type_id",
            "description",
            "email",
            "house_number",
            "language",
            "method",
            "name",
            "needs_interpreter",
            "organisation_id",
            "organisation_reference",
            "other_house_number",
            "other_name",
            "other_street",
            "phone",
            "street",
            "told_on",
            "zip",
        },
    },
    "buurtbemiddeling.mediator": {
        STAFF: IDENTITY
        | TRACES
        | {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
        | {
            "active",
            "active_case_count",
            "area_id",
            "certificate_on",
            "certificate_state",
            "certificate_valid_until",
            "company_id",
            "evenings",
            "handled_case_count",
            "is_available",
            "language_ids",
            "last_training_on",
            "max_cases",
            "name",
            "organisation_ids",
            "paused_until",
            "skill_ids",
            "street",
            "training_on",
            "unavailable_because",
            "user_id",
            "zip",
        },
    },
    "buurtbemiddeling.skill": {STAFF: IDENTITY | TRACES | {"name", "kind", "sequence", "active"}},
    "buurtbemiddeling.mediator.proposal": {OFFICE: IDENTITY | TRACES | {"case_id", "conflict_ids", "team_ids"}},
    "buurtbemiddeling.mediator.proposal.line": {
        OFFICE: IDENTITY | TRACES | {"has_conflict", "proposal_id", "user_ids", "why"},
    },
    # A field of a company or a user is about the service and its staff, not about a case or a resident.
    "res.company": {EVERYBODY: SETTINGS | {"mediation_kept_shorter_on"}},
    "res.config.settings": {EVERYBODY: SETTINGS | {"company_id"}},
    "res.partner": {
        OFFICE | {ACCESS_ADMIN}: {"is_referrer", "referrer_type_id"},
        frozenset({ACCESS_ADMIN}): {"referral_contact_ids", "referrals_own_only"},
    },
    "res.users": {
        OFFICE | {ACCESS_ADMIN}: {"is_referrer", "referrer_type_id"},
        frozenset({ACCESS_ADMIN}): {
            "mediation_role",
            "no_mediation_mail",
            "referral_contact_ids",
            "referrals_own_only",
        },
    },
}

# The models whose records an organisation may read; each record is of one organisation.
PUBLISHED = ("buurtbemiddeling.referral", "buurtbemiddeling.disclosure")
# The lists from which staff choose; they name nobody.
LISTS = (
    "buurtbemiddeling.complaint.type",
    "buurtbemiddeling.area",
    "buurtbemiddeling.unsuitable.reason",
    "buurtbemiddeling.result",
    "buurtbemiddeling.referrer.type",
    "buurtbemiddeling.skill",
    *("buurtbemiddeling.processing", "buurtbemiddeling.processor"),
)
# Not about cases: all of it is for those who may read it at all.
ADMINISTERED = ("buurtbemiddeling.account.request",)
# What everybody is shown, because it stands on the page on which a resident reports herself.
ON_PUBLIC_PAGE = {("buurtbemiddeling.complaint.type", "name")}

# ----------------------------------------------------------------------
# What is planted
# ----------------------------------------------------------------------
# Twelve letters and digits, so that a text which begins with it is also found in base64.
CANARY = "canarybird42"
CANARY_BASE64 = base64.b64encode(CANARY.encode()).decode()
PLANTED = re.compile(rf"{CANARY}(?:-([a-z._]+)-([a-z0-9_]+)-(\d+))?", re.IGNORECASE)
# Text fields with a meaning for the program: a text planted there would break it and tell nobody anything.
TECHNICAL_FIELDS = {
    "access_token",
    "checksum",
    "fold_name",
    "key",
    "message_id",
    "mimetype",
    "model",
    "parent_path",
    "reference",
    "res_field",
    "res_model",
    "store_fname",
    "type",
    "url",
}
# Models with a link to any record that hold nothing which somebody wrote.
TECHNICAL_MODELS = {"ir.model.data", "mail.followers"}


@dataclass(frozen=True)
class Kind:
    """A kind of user who attacks: with a role of the list, and an organisation, where it has these."""

    name: str
    user: object
    role: str | None = None
    organisation: object = None

    def __str__(self):
        return self.name


@dataclass
class World:
    """The records of the world, each by what it is there for."""

    cases: object = None
    receipts: dict = field(default_factory=dict)
    planted: dict = field(default_factory=lambda: defaultdict(list))
    text_fields: dict = field(default_factory=lambda: defaultdict(list))
    log: list = field(default_factory=list)
    mails: list = field(default_factory=list)


class Recorder(logging.Handler):
    """Keeps the words of what is logged."""

    def __init__(self, lines):
        super().__init__(logging.DEBUG)
        self.lines = lines

    def emit(self, record):
        self.lines.append(record.getMessage())


def canaries_in(answer):
    """Return what is planted in an answer: (model, field, id) of each text, ``None`` where that is not in it."""
    text = answer if isinstance(answer, str) else repr(answer)
    found = {
        (match[1], match[2], int(match[3])) if match[1] else (None, None, None) for match in PLANTED.finditer(text)
    }
    if CANARY_BASE64 in text:
        found.add((None, "in base64", None))
    return found


class AttackCommon(MediationCommon):
    """A world with cases from every channel, with a text planted in everything that is personal or internal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Being allowed to export is no right on cases: who is outside has it here, to see that nothing comes out.
        exporters = cls.colleague | cls.access_admin | cls.unassigned_mediator | cls.other_coordinator
        exporters.group_ids = [Command.link(cls.env.ref("base.group_allow_export").id)]
        cls.kinds = [
            Kind("public", cls.public_user),
            Kind("portal user of organisation A", cls.officer, REFERRER, cls.police),
            Kind("portal user of organisation B", cls.housing_employee, REFERRER, cls.housing),
            Kind("portal user without organisation", cls.lone_portal_user),
            Kind("internal user", cls.colleague),
            Kind("mediator who is not assigned", cls.unassigned_mediator, MEDIATOR),
            Kind("coordinator of another municipality", cls.other_coordinator, COORDINATOR),
            Kind("access administrator", cls.access_admin, ACCESS_ADMIN),
            Kind("system administrator", cls.system_admin),
        ]
        cls.coordinator_kind = Kind("coordinator", cls.coordinator, COORDINATOR)
        cls.world = World()
        root = logging.getLogger()
        recorder = Recorder(cls.world.log)
        root.addHandler(recorder)
        try:
            cls._build_world()
        finally:
            root.removeHandler(recorder)
        cls._plant()

    # ------------------------------------------------------------------
    # The world
    # ------------------------------------------------------------------
    @classmethod
    def _build_world(cls):
        """Make cases through every channel and in every state, by the methods that people use."""
        cls.env["buurtbemiddeling.area"].create({"name": "A neighbourhood"})
        cls.company.with_context(tracking_disable=True).email = "organisation@example.com"
        # The access administrator may read this; the contact person, who may not, is nobody who attacks.
        cls.police.with_context(tracking_disable=True).referral_contact_ids = cls.second_officer.partner_id
        cls.env["buurtbemiddeling.account.request"].with_user(cls.second_officer)._ask(
            {"name": f"{CANARY} colleague", "email": f"{CANARY}@police.example.com"}
        )
        typed = {
            "name": f"{CANARY} typed name",
            "street": f"{CANARY} typed street",
            "email": f"{CANARY}@example.com",
            "asked_by": f"{CANARY} typed colleague",
        }
        people = [cls._person(**typed), cls._person(**typed, role="other_party")]
        words = {"people": people, "description": f"{CANARY} typed description"}
        receipt_a, case_a = cls._refer(cls.officer, **words)
        receipt_b, case_b = cls._refer(cls.housing_employee, **words, organisation_reference=f"{CANARY} of B")
        cls.env["buurtbemiddeling.mediator"].create(
            [{"user_id": user.id, "street": "Vinkenpad"} for user in cls.mediator | cls.second_mediator]
        )
        _receipt, later_report = cls._refer(cls.housing_employee, **words)
        _receipt, closed = cls._refer(cls.officer, **words)
        _receipt, archived = cls._refer(cls.officer, **words)
        taken_back, disclosed_to_a, disclosed_to_b, untold = (cls._self_report() for _number in range(4))
        cls._take_up(case_a)
        cls._meet(case_a)
        cls.env["buurtbemiddeling.case.merge"].with_user(cls.coordinator).create(
            {"case_id": later_report.id, "target_case_id": case_a.id}
        ).action_merge()
        cls._agree(case_a)
        cls._end(cls._take_up(closed))
        archived.active = False
        for case, organisation in (
            (taken_back, cls.housing),
            (disclosed_to_a, cls.police),
            (disclosed_to_b, cls.housing),
        ):
            consent = (
                cls.env["buurtbemiddeling.consent"]
                .with_user(cls.coordinator)
                .create(
                    {
                        "party_id": case.party_ids[0].id,
                        "purpose": "disclosure",
                        "organisation_id": organisation.id,
                        "disclosed_name": f"{CANARY} disclosed name",
                    }
                )
            )
            if case == taken_back:
                consent.action_withdraw()
        cases = (
            case_a | case_b | later_report | closed | archived | taken_back | disclosed_to_a | disclosed_to_b | untold
        )
        cls.world.cases = cases
        cls.world.receipts = {"A": receipt_a, "B": receipt_b}
        receipt_a.with_user(cls.officer)._send_correction(f"{CANARY} typed correction")
        for case in cases:
            cls._talk_about(case.with_user(cls.coordinator))
        cls._write_to_the_other_party(case_a.with_user(cls.coordinator))
        cls.env["buurtbemiddeling.processor"].create({"name": "Host", "service": "Hosting"})
        cls._ask_about_data(case_a)
        cls._fill_in_forms()
        case_a.with_user(cls.coordinator).action_propose_mediators()
        closed.with_user(cls.manager)._hold(f"{CANARY} typed reason")
        cls.env["buurtbemiddeling.retention.report"]._add("2026-01-13", cls.company, {"case": 1})
        cls._import()
        cls.env.flush_all()
        cls.world.mails = [
            {
                "recipients": mail.recipient_ids,
                "addresses": mail.email_to or "",
                "text": repr([mail.subject, mail.body_html, mail.headers, mail.attachment_ids.mapped("name")]),
                "model": mail.model,
                "record": mail.res_id,
            }
            for mail in cls.env["mail.mail"].search([])
        ]

    @classmethod
    def _import(cls):
        """Leave an import that was checked, with a value that is asked."""
        row = f"1;05-01-2026;{CANARY} complaint;{CANARY} person"
        file = f"Nummer;Datum;Klacht;Naam melder\n{row}".encode()
        cls.env["buurtbemiddeling.import"].with_user(cls.manager).create(
            {"source": f"{CANARY} system", "file": base64.b64encode(file)}
        ).action_check()

    @classmethod
    def _meet(cls, case):
        """Plan an appointment, move it and report on it."""
        session = cls.env["buurtbemiddeling.session"].with_user(cls.coordinator).create({"case_id": case.id})
        session.write({"start": "2026-01-12 19:00:00", "note": f"{CANARY} typed note"})
        cls.env["buurtbemiddeling.mediator.report"].with_user(cls.mediator).create({"case_id": case.id})

    @classmethod
    def _agree(cls, case):
        """Write down an agreement of a case, which one of its parties confirms."""
        agreement = (
            cls.env["buurtbemiddeling.agreement"]
            .with_user(cls.coordinator)
            .create({"case_id": case.id, "point_ids": [Command.create({"text": f"{CANARY} typed point"})]})
        )
        agreement.confirmation_ids.create({"agreement_id": agreement.id, "party_id": case.party_ids[0].id})

    @classmethod
    def _write_to_the_other_party(cls, case):
        """Leave a letter that waits to be printed, and one that was sent by e-mail and waits in the queue."""
        person = case.party_ids.filtered(lambda party: party.role == "other_party")[:1]
        letters = case.env["buurtbemiddeling.letter"].create([{"case_id": case.id, "party_id": person.id}] * 2)
        letters[0].action_send_email()
        case.party_ids[:1].birth_year = 1970
        case.env["buurtbemiddeling.personal.link"]._issue(case.party_ids[:1], "participation")
        cls._say_on_personal_pages(case.sudo())

    @classmethod
    def _say_on_personal_pages(cls, case):
        """Leave what a resident said about an appointment, and in aftercare."""
        person = case.party_ids[:1]
        session = case.session_ids.filtered(lambda session: person in session.party_ids)[:1]
        cls.env["buurtbemiddeling.session.reply"]._record(session, person, "move", f"{CANARY} typed wishes")
        cls.env["buurtbemiddeling.aftercare.answer"]._record(person, "no", True, f"{CANARY} typed remark")

    @classmethod
    def _ask_about_data(cls, case):
        """Leave an open request of a resident, and one that was answered."""
        requests = cls.env["buurtbemiddeling.data.request"].with_user(cls.coordinator)
        requests = requests.create(
            [{"requester": f"{CANARY} typed requester", "identity_check": "seen", "answer": f"{CANARY} typed answer"}]
            * 2
        )
        requests.party_ids = case.party_ids[:1]
        requests[0].action_answer()

    @classmethod
    def _fill_in_forms(cls):
        """Leave a half-filled form of each of the add-on's wizards, as a coordinator does when she is called away."""
        for name in sorted(cls.env.registry):
            wizard = cls.env[name].with_user(cls.manager)
            if name.startswith(PREFIX) and wizard._transient and not wizard._abstract:
                values = {
                    field.name: cls._some_value(field)
                    for field in wizard._fields.values()
                    if field.store and field.required
                }
                if "phone" in wizard._fields:
                    values["phone"] = "0999123456"
                wizard.create(values)

    @classmethod
    def _some_value(cls, field):
        if field.type == "many2one":
            return cls.env[field.comodel_name].with_user(cls.manager).search([], limit=1).id
        if field.type == "selection":
            return field.get_values(cls.env)[0]
        if field.type in ("date", "datetime", "float"):
            return {"date": "2026-01-13", "datetime": "2026-01-13 19:00:00", "float": 1}[field.type]
        if field.name == "house_number":
            return CANARY
        return f"{CANARY} typed" if field.type in ("char", "text") else False

    @classmethod
    def _talk_about(cls, case):
        """Leave messages, a note, tracked changes, an activity and documents with a case."""
        case.message_post(body=f"{CANARY} typed message", subject=f"{CANARY} typed subject", message_type="comment")
        case.message_post(
            body=f"{CANARY} typed to staff", partner_ids=cls.manager.partner_id.ids, message_type="comment"
        )
        case.message_post(
            body=f"{CANARY} typed note", subtype_xmlid="mail.mt_note", attachments=[("n.txt", CANARY.encode())]
        )
        case.activity_schedule("mail.mail_activity_data_todo", summary=f"{CANARY} to do", user_id=cls.coordinator.id)
        case.is_complex = True
        # Odoo keeps the tracked values when the transaction ends; in a test it is asked to.
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        for record in (*case, *case.party_ids[:1], *case.party_ids.consent_ids[:1]):
            for with_token in (False, True):
                cls.env["ir.attachment"].sudo().create(
                    {
                        "name": f"{CANARY}.txt",
                        "raw": f"{CANARY} content".encode(),
                        "res_model": record._name,
                        "res_id": record.id,
                        "access_token": f"token-{record._name}-{record.id}" if with_token else False,
                    }
                )

    # ------------------------------------------------------------------
    # Planting
    # ------------------------------------------------------------------
    @classmethod
    def _plant(cls):
        """Put a text of its own in every text field of every record that is hidden or of one organisation."""
        # Evidence too, which nothing else than retention changes.
        cls.env["buurtbemiddeling.consent"]._set_erasing("planting")
        ours = [name for name in cls.env.registry if name.startswith(PREFIX)]
        for name in ours:
            if not cls.env[name]._abstract:
                cls._plant_in(name, SQL("TRUE"))
        hidden = [name for name in ours if name not in LISTS]
        for name in sorted(cls.env.registry):
            if name in ours or name in TECHNICAL_MODELS or cls.env[name]._abstract or not cls.env[name]._auto:
                continue
            for link in cls.env[name]._fields.values():
                if link.type == "many2one_reference" and link.store and cls.env[name]._fields[link.model_field].store:
                    cls._plant_in(name, SQL("%s = ANY(%s)", SQL.identifier(link.model_field), hidden))
        messages = cls.world.planted["mail.message"]
        for name in sorted(cls.env.registry):
            if name in ours or name == "mail.message" or cls.env[name]._abstract or not cls.env[name]._auto:
                continue
            for link in cls.env[name]._fields.values():
                if link.type == "many2one" and link.store and link.comodel_name == "mail.message" and link.required:
                    cls._plant_in(name, SQL("%s = ANY(%s)", SQL.identifier(link.name), messages))
        cls.env.invalidate_all()

    @classmethod
    def _plant_in(cls, name, condition):
        """Put a text of its own in each text field of the rows of a model that meet a condition."""
        model = cls.env[name]
        columns = [
            column
            for column in model._fields.values()
            if column.store
            and column.column_type
            and column.type in ("char", "text", "html")
            and column.name not in TECHNICAL_FIELDS
        ]
        cls.world.text_fields[name] = sorted({*cls.world.text_fields[name], *(column.name for column in columns)})
        assignments = []
        for column in columns:
            text = SQL("%s || id || %s", f"{CANARY}-{name}-{column.name}-", "@example.com" * ("email" in column.name))
            if column.translate:
                text = SQL("jsonb_build_object('en_US', %(text)s, 'nl_NL', %(text)s)", text=text)
            assignments.append(SQL("%s = %s", SQL.identifier(column.name), text))
        assignments = assignments or [SQL("id = id")]
        cls.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE %s RETURNING id",
                SQL.identifier(model._table),
                SQL(", ").join(assignments),
                condition,
            )
        )
        ids = [number for (number,) in cls.env.cr.fetchall()]
        cls.world.planted[name] = sorted({*cls.world.planted[name], *ids})

    # ------------------------------------------------------------------
    # What an attacker may see
    # ------------------------------------------------------------------
    def may_read(self, role, model):
        """Return the names of the fields of a model that a role may read, by the list."""
        names = set().union(*(names for roles, names in READABLE.get(model, {}).items() if role in roles))
        if CHATTER in names:
            mixins = ("mail.thread", "mail.activity.mixin")
            names |= set().union(*(self.env[mixin]._fields for mixin in mixins)) & set(self.env[model]._fields)
        return names - {CHATTER}

    def own_ids(self, kind, model):
        """Return the ids of the planted records that a kind of user may read, by the list and not by the rules."""
        if not self.may_read(kind.role, model):
            return set()
        if model in LISTS + ADMINISTERED:
            return set(self.world.planted[model])
        if model in PUBLISHED and kind.organisation:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM %s WHERE organisation_id = %s",
                    SQL.identifier(self.env[model]._table),
                    kind.organisation.id,
                )
            )
            return {number for (number,) in self.env.cr.fetchall()}
        return set()

    def leaks(self, kind, answer):
        """Return what is planted in an answer and not for this kind of user, as a sorted list."""
        found = {
            leak
            for leak in canaries_in(answer)
            if leak[:2] not in ON_PUBLIC_PAGE
            and not (leak[1] in self.may_read(kind.role, leak[0]) and leak[2] in self.own_ids(kind, leak[0]))
        }
        return sorted(found, key=str)

    def attempt(self, kind, model, method, *arguments, **keywords):
        """Call a method as every remote door does; leave no trace.

        :return: whether it was refused, and the answer as text: with the words of all errors behind a refusal
        :rtype: tuple
        """
        self.env.transaction.clear()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            # Thousands of refusals are asked for here: none of them is news in the log.
            with mute_logger("odoo", "py.warnings"):
                return False, repr(call_kw(self.env[model].with_user(kind.user), method, list(arguments), keywords))
        except Exception as error:
            words = []
            while error:
                words.append(f"{type(error).__name__}: {error}")
                error = error.__cause__ or error.__context__
            return True, " ".join(words)
        finally:
            self.env.transaction.clear()
            savepoint.close(rollback=True)

    def assertNothingFound(self, findings):
        """Fail with all findings at once, the same ones together."""
        lines = sorted({str(finding) for finding in findings})
        if lines:
            self.fail(f"{len(lines)} leaks:\n" + "\n".join(lines[:400]))

    def module_models(self):
        """Return the names of the add-on's models that have records."""
        return [name for name in sorted(self.env.registry) if name.startswith(PREFIX) and not self.env[name]._abstract]
