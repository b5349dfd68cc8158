#!/usr/bin/env python3
"""Weaken the security of the add-on one item at a time, and report whether its tests notice.

Each mutation is one change in a copy of the add-on: a rule dropped, a right given, a guard taken out. The copy is
installed in a scratch database and tested there: first with the tests that should notice, and if these pass with all
tests but those of the browser and the demo data. The last line tells how many mutations were caught; the status is
0 only when all were. Your checkout and your databases are not touched.
"""

from __future__ import annotations

import argparse
import ast
import re
import secrets
import shutil
import socket
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from environment import HELP_ON_ENVIRONMENT, command, set_up
from environment.console import SetUpError
from environment.odoo import Odoo
from environment.paths import ADDON, CHECKOUT, cache_folder
from environment.postgresql import identifier

FAILING = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?(\w+\.\w+)")
RAN = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
EVERYTHING = f"/{ADDON},-/{ADDON}:TestTours,-/{ADDON}:TestDemo"

RIGHTS = "security/ir.model.access.csv"
RULES = "security/buurtbemiddeling_rules.xml"
OWN_ORGANISATION = "[('organisation_id', '=', user.commercial_partner_id.id)]"
ASSIGNED = "[('case_id.mediator_ids', 'in', user.id), ('case_id.stage', '!=', 'closed')]"
ALSO_CLOSED = "[('case_id.mediator_ids', 'in', user.id)]"
OF_OWN_COMPANIES = "[('case_id.company_id', 'in', company_ids)]"
OWN_DIALOG = "[('create_uid', '=', user.id)]"
EVERYTHING_THERE_IS = "[(1, '=', 1)]"
AGREEMENT = "models/agreement.py"
CALENDAR_FILE = "controllers/calendar_file.py"
CASE = "models/case.py"
CONFIRMATION = "models/agreement_confirmation.py"
CONSENT = "models/consent.py"
DATA = "models/party_data.py"
IMPORT = "models/case_import.py"
IMPORTED = "models/case_imported.py"
LETTER = "models/letter.py"
LINK = "models/personal_link.py"
LOGGED = "models/logged_mixin.py"
MAIL = "models/mail_mail.py"
MESSAGE = "models/mail_message.py"
PARTY = "models/party.py"
PERSONAL_PAGE = "controllers/personal_page.py"
POINT = "models/agreement_point.py"
PUBLISHED = "models/published_mixin.py"
REQUEST = "models/data_request.py"
REQUESTED = "models/party_request.py"
ANSWER = "wizards/data_request_answer.py"
RETENTION = "models/retention.py"
REFERRAL = "models/referral.py"
REFUSAL = "models/refusal_mixin.py"
REPORT = "models/mediator_report.py"
ROSTER = "models/mediator.py"
SESSION = "models/session.py"

LIST = "TestAttackList.test_models_of_the_addon"
OWN_DIALOGS = "TestAttackList.test_a_dialog_is_of_whoever_opened_it"
METHODS = "TestAttackModels.test_every_method_on_hidden_and_on_missing_records"
READING = "TestAttackModels.test_reading_every_field_of_every_model"
BY_ID = "TestAttackModels.test_reading_what_is_planted_by_its_id"
SEARCHING = "TestAttackModels.test_searching_every_text_of_every_model"
FORMS = "TestAttackModels.test_forms_of_odoo_on_hidden_records"
TWO_WORLDS = "TestAttackModels.test_a_world_with_more_cases_answers_the_same"
NOTIFIED = "TestAttackModels.test_nobody_outside_is_notified_or_follows"


@dataclass(frozen=True)
class Mutation:
    """One weakening: a text of a file and what it becomes, and the tests that should notice first."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def right(name: str, model: str, group: str, rights: str) -> tuple[str, str, str]:
    """A line added to the access rights."""
    first = "id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink\n"
    return RIGHTS, first, f"{first}access_mutation,{name},model_buurtbemiddeling_{model},{group},{rights}\n"


def rule_opened(old: str) -> tuple[str, str, str]:
    """A rule that lets everything through."""
    return RULES, f">{old}</field>", ">[(1, '=', 1)]</field>"


def rule(model: str, domain: str, group: str = "", becomes: str = EVERYTHING_THERE_IS) -> tuple[str, str, str]:
    """The rule of a model for a group, or for everybody, with another domain."""
    head = f'<field name="model_id" ref="{model}"/>\n        '
    if group:
        head += f'<field name="groups" eval="[Command.link(ref(\'{group}\'))]"/>\n        '
    head += '<field name="domain_force">'
    return RULES, f"{head}{domain}</field>", f"{head}{becomes}</field>"


def our_rule(model: str, domain: str, group: str = "", becomes: str = EVERYTHING_THERE_IS) -> tuple[str, str, str]:
    return rule(f"model_buurtbemiddeling_{model}", domain, group, becomes)


def right_changed(model: str, group: str, rights: str, becomes: str) -> tuple[str, str, str]:
    """The line of a model and a group in the access rights, with other rights."""
    line = f",model_buurtbemiddeling_{model},{group},"
    return RIGHTS, f"{line}{rights}\n", f"{line}{becomes}\n"


MUTATIONS = [
    # Access rights
    Mutation("portal users read cases", *right("x", "case", "base.group_portal", "1,0,0,0"), (LIST,)),
    Mutation("employees read cases", *right("x", "case", "base.group_user", "1,0,0,0"), (LIST,)),
    Mutation("portal users read people", *right("x", "party", "base.group_portal", "1,0,0,0"), (LIST,)),
    Mutation("employees read consents", *right("x", "consent", "base.group_user", "1,0,0,0"), (LIST,)),
    Mutation("visitors read disclosures", *right("x", "disclosure", "base.group_public", "1,0,0,0"), (LIST,)),
    Mutation("referrers read the register", *right("x", "register", "group_referrer", "1,0,0,0"), (LIST,)),
    Mutation("administrators read the access log", *right("x", "access_log", "base.group_system", "1,0,0,0"), (LIST,)),
    Mutation("access administrators read cases", *right("x", "case", "group_access_admin", "1,0,0,0"), (LIST,)),
    Mutation(
        "employees read telephone reports", *right("x", "telephone_report", "base.group_user", "1,0,0,0"), (LIST,)
    ),
    Mutation(
        "referrers make receipts",
        *right("x", "referral", "group_referrer", "1,0,1,0"),
        ("TestAccess.test_receipts_are_for_the_own_organisation",),
    ),
    Mutation(
        "coordinators write disclosures",
        *right("x", "disclosure", "group_coordinator", "1,1,0,0"),
        ("TestDisclosure.test_nobody_makes_or_changes_a_disclosure",),
    ),
    Mutation(
        "coordinators write consents",
        *right("x", "consent", "group_coordinator", "1,1,1,0"),
        ("TestConsent.test_evidence_cannot_be_edited",),
    ),
    Mutation(
        "mediators write people",
        *right_changed("party", "group_mediator", "1,0,0,0", "1,1,0,0"),
        ("TestAccess.test_mediator_sees_assigned_open_cases_only",),
    ),
    Mutation("employees read appointments", *right("x", "session", "base.group_user", "1,0,0,0"), (LIST,)),
    Mutation("portal users read agreements", *right("x", "agreement", "base.group_portal", "1,0,0,0"), (LIST,)),
    Mutation(
        "system administrators read points of agreements",
        *right("x", "agreement_point", "base.group_system", "1,0,0,0"),
        (LIST,),
    ),
    Mutation(
        "referrers read confirmations", *right("x", "agreement_confirmation", "group_referrer", "1,0,0,0"), (LIST,)
    ),
    Mutation("mediators read letters", *right("x", "letter", "group_mediator", "1,0,0,0"), (LIST,)),
    Mutation("portal users read letters", *right("x", "letter", "base.group_portal", "1,0,0,0"), (LIST,)),
    Mutation(
        "employees read mediators' reports", *right("x", "mediator_report", "base.group_user", "1,0,0,0"), (LIST,)
    ),
    Mutation(
        "access administrators read the roster", *right("x", "mediator", "group_access_admin", "1,0,0,0"), (LIST,)
    ),
    Mutation("employees read skills", *right("x", "skill", "base.group_user", "1,0,0,0"), (LIST,)),
    *(
        Mutation(f"mediators use the dialog {name}", *right("x", name, "group_mediator", "1,1,1,1"), (LIST,))
        for name in (
            *("session_move", "case_aftercare", "case_ask_again", "case_reopen", "case_takeover"),
            *("consent_withdraw", "getting_started", "letter_write", "mediator_proposal", "mediator_proposal_line"),
            "settings",
        )
    ),
    Mutation(
        "coordinators set terms and rules",
        *right("x", "settings", "group_coordinator", "1,1,1,1"),
        ("TestSettings.test_for_managers",),
    ),
    Mutation(
        "terms and rules are written past the check",
        "wizards/settings.py",
        '        self.check_access("write")\n',
        "",
        ("TestSettings.test_for_managers",),
    ),
    Mutation(
        "more of a company than terms and rules is written",
        "wizards/settings.py",
        "{name: vals[name] for name in ours.keys() & vals.keys() if ours[name].related}",
        "{name: vals[name] for name in vals if name in self.env.company}",
        ("TestSettings.test_nothing_else_of_the_company",),
    ),
    Mutation(
        "coordinators take out the list of erasures",
        REQUESTED,
        'has_group("buurtbemiddeling_addon.group_manager")',
        'has_group("buurtbemiddeling_addon.group_coordinator")',
        ("TestDataRequest.test_erasures_are_listed_by_reference",),
    ),
    Mutation(
        "mediators plan appointments",
        *right_changed("session", "group_mediator", "1,1,0,0", "1,1,1,0"),
        ("TestSession.test_only_a_coordinator_of_the_case_plans",),
    ),
    Mutation(
        "coordinators delete appointments",
        *right_changed("session", "group_coordinator", "1,1,1,0", "1,1,1,1"),
        ("TestSession.test_history_is_not_made_by_hand",),
    ),
    Mutation(
        "mediators delete agreements",
        *right_changed("agreement", "group_mediator", "1,1,1,0", "1,1,1,1"),
        ("TestAgreement.test_agreements_are_not_deleted",),
    ),
    Mutation(
        "mediators put themselves on the roster",
        *right_changed("mediator", "group_mediator", "1,1,0,0", "1,1,1,0"),
        ("TestRoster.test_own_entry",),
    ),
    Mutation(
        "mediators delete their reports",
        *right_changed("mediator_report", "group_mediator", "1,1,1,0", "1,1,1,1"),
        ("TestMediatorReport.test_it_is_not_deleted",),
    ),
    # Record rules
    Mutation(
        "referrals of all organisations",
        RULES,
        f"{OWN_ORGANISATION} if user.share else [('company_id', 'in', company_ids)]"
        '</field>\n    </record>\n    <record id="rule_referral_own_only"',
        "[(1, '=', 1)]</field>\n    </record>\n    <record id=\"rule_referral_own_only\"",
        (READING,),
    ),
    Mutation(
        "disclosures to all organisations",
        RULES,
        f"{OWN_ORGANISATION} if user.share else [('company_id', 'in', company_ids)]"
        '</field>\n    </record>\n    <record id="rule_register_company"',
        "[(1, '=', 1)]</field>\n    </record>\n    <record id=\"rule_register_company\"",
        (READING,),
    ),
    Mutation(
        "mediators see all cases",
        *rule_opened("[('mediator_ids', 'in', user.id), ('stage', '!=', 'closed')]"),
        (READING,),
    ),
    Mutation(
        "mediators keep closed cases",
        RULES,
        "[('mediator_ids', 'in', user.id), ('stage', '!=', 'closed')]",
        "[('mediator_ids', 'in', user.id)]",
        ("TestAccess.test_mediator_sees_assigned_open_cases_only",),
    ),
    Mutation("mediators see all people", *our_rule("party", ASSIGNED, "group_mediator"), (READING,)),
    Mutation("cases of all municipalities", *our_rule("case", "[('company_id', 'in', company_ids)]"), (READING,)),
    Mutation("people of all municipalities", *our_rule("party", OF_OWN_COMPANIES), (READING,)),
    Mutation("register of all municipalities", *our_rule("register", OF_OWN_COMPANIES), (READING,)),
    Mutation("telephone reports of others", *our_rule("telephone_report", OWN_DIALOG), (READING,)),
    Mutation(
        "notifications about cases for all employees",
        *rule(
            "mail.model_mail_notification",
            "['|', ('res_partner_id', '=', user.partner_id.id), '|', ('mail_message_id.model', '=', False), "
            "('mail_message_id.model', 'not =like', 'buurtbemiddeling.%')]",
        ),
        (READING,),
    ),
    Mutation(
        "followers of cases for all employees",
        *rule("mail.model_mail_followers", "[('res_model', 'not =like', 'buurtbemiddeling.%')]"),
        (TWO_WORLDS,),
    ),
    Mutation(
        "outgoing mail about cases for administrators",
        *rule("mail.model_mail_mail", "['|', ('model', '=', False), ('model', 'not =like', 'buurtbemiddeling.%')]"),
        (READING,),
    ),
    Mutation(
        "outgoing letters for administrators",
        *rule(
            "mail.model_mail_mail",
            "['|', ('model', '=', False), ('model', 'not =like', 'buurtbemiddeling.%')]",
            becomes="['|', ('model', '=', False), ('model', '!=', 'buurtbemiddeling.case')]",
        ),
        ("TestLetter.test_outsiders_read_nothing",),
    ),
    Mutation(
        "tracked values of cases for administrators",
        *rule(
            "mail.model_mail_tracking_value",
            "['|', ('mail_message_id.model', '=', False), "
            "('mail_message_id.model', 'not =like', 'buurtbemiddeling.%')]",
        ),
        (READING,),
    ),
    *(
        Mutation(f"{model} of all municipalities", *our_rule(model, OF_OWN_COMPANIES), tests)
        for model, tests in (
            ("session", ("TestSession.test_who_is_not_on_the_open_case_does_nothing",)),
            ("agreement", ("TestAgreement.test_outsiders_find_nothing",)),
            ("agreement_point", ("TestAgreement.test_outsiders_find_nothing",)),
            ("agreement_confirmation", ("TestAgreement.test_outsiders_find_nothing",)),
            ("letter", ("TestLetter.test_outsiders_read_nothing",)),
            ("mediator_report", (READING,)),
        )
    ),
    Mutation(
        "the roster of all municipalities",
        *our_rule("mediator", "[('company_id', 'in', company_ids)]"),
        ("TestRoster.test_roster_of_another_company",),
    ),
    *(
        Mutation(f"mediators see every {model}", *our_rule(model, ASSIGNED, "group_mediator"), tests)
        for model, tests in (
            ("session", ("TestSession.test_who_is_not_on_the_open_case_does_nothing",)),
            ("agreement", ("TestAgreement.test_outsiders_find_nothing",)),
            ("agreement_point", ("TestAgreement.test_outsiders_find_nothing",)),
            ("agreement_confirmation", ("TestAgreement.test_outsiders_find_nothing",)),
        )
    ),
    *(
        Mutation(
            f"mediators keep the {model} of a closed case",
            *our_rule(model, ASSIGNED, "group_mediator", ALSO_CLOSED),
            tests,
        )
        for model, tests in (
            ("session", ("TestSession.test_who_is_not_on_the_open_case_does_nothing",)),
            ("agreement", ("TestAgreement.test_mediators_no_longer_see_the_agreements_of_a_closed_case",)),
            ("agreement_point", ("TestAgreement.test_mediators_no_longer_see_the_agreements_of_a_closed_case",)),
            ("agreement_confirmation", ("TestAgreement.test_mediators_no_longer_see_the_agreements_of_a_closed_case",)),
        )
    ),
    Mutation(
        "mediators see the report of a colleague",
        *our_rule("mediator_report", f"[('user_id', '=', user.id), {ASSIGNED[1:]}", "group_mediator", ASSIGNED),
        ("TestMediatorReport.test_a_mediator_does_not_see_that_of_her_colleague",),
    ),
    Mutation(
        "mediators keep their report on a closed case",
        *our_rule(
            "mediator_report",
            f"[('user_id', '=', user.id), {ASSIGNED[1:]}",
            "group_mediator",
            f"[('user_id', '=', user.id), {ALSO_CLOSED[1:]}",
        ),
        ("TestMediatorReport.test_only_a_mediator_of_the_open_case_writes",),
    ),
    Mutation(
        "mediators see the whole roster",
        *our_rule("mediator", "[('user_id', '=', user.id)]", "group_mediator"),
        ("TestRoster.test_own_entry",),
    ),
    *(
        Mutation(f"the dialog {model} of others", *our_rule(model, OWN_DIALOG), (OWN_DIALOGS,))
        for model in (
            *("case_end", "case_merge", "session_move", "case_aftercare", "case_ask_again", "case_reopen"),
            *("case_takeover", "consent_withdraw", "getting_started", "letter_write"),
            *("mediator_proposal", "mediator_proposal_line", "settings"),
        )
    ),
    Mutation(
        "every employee edits the texts of letters",
        *rule(
            "mail.model_mail_template",
            "[(1, '=', 1)] if user.has_group('buurtbemiddeling_addon.group_manager') else "
            "['|', ('model', '=', False), ('model', 'not =like', 'buurtbemiddeling.%')]",
        ),
        ("TestLetter.test_texts_are_edited_by_managers_only",),
    ),
    # Fields
    Mutation(
        "mediators read the receipts of a case",
        CASE,
        '        copy=False,\n        groups="buurtbemiddeling_addon.group_coordinator",\n'
        '        help="One receipt for each organisation',
        '        copy=False,\n        help="One receipt for each organisation',
        (LIST,),
    ),
    Mutation(
        "everybody reads who refers",
        "models/res_partner.py",
        'string="Refers to Neighbourhood Mediation",\n        groups=STAFF,',
        'string="Refers to Neighbourhood Mediation",',
        ("TestAttackList.test_fields_that_the_addon_gives_to_models_of_odoo",),
    ),
    Mutation(
        "a receipt leads to its case",
        REFERRAL,
        '    organisation_reference = fields.Char(string="Your Reference", readonly=True)\n',
        '    organisation_reference = fields.Char(string="Your Reference", readonly=True)\n'
        '    case_ids = fields.Many2many("buurtbemiddeling.case", "buurtbemiddeling_case_referral_rel", '
        '"referral_id", "case_id")\n',
        (LIST, "TestAttackList.test_published_models_have_nothing_to_hide"),
    ),
    Mutation(
        "a receipt tells what the case tells",
        REFERRAL,
        '    organisation_reference = fields.Char(string="Your Reference", readonly=True)\n',
        '    organisation_reference = fields.Char(string="Your Reference", readonly=True)\n'
        '    employee_mail = fields.Char(related="submitted_by_id.email")\n',
        (LIST, "TestAttackList.test_published_models_have_nothing_to_hide"),
    ),
    Mutation(
        "a receipt tells when staff worked on it",
        REFERRAL,
        "    _log_access = False\n",
        "    _log_access = True\n",
        (LIST,),
    ),
    Mutation(
        "a new field without a reader on the list",
        PARTY,
        "    street = fields.Char(",
        "    nickname = fields.Char()\n    street = fields.Char(",
        (LIST,),
    ),
    Mutation(
        "names of people for everybody",
        PARTY,
        "party.display_name = party._label() if party in readable else party.reference",
        "party.display_name = party._label()",
        ("TestAccess.test_display_names_are_opaque", FORMS),
    ),
    Mutation(
        "mediators read the letters of a case",
        CASE,
        '"case_id", string="Letters", groups="buurtbemiddeling_addon.group_coordinator"',
        '"case_id", string="Letters"',
        (LIST,),
    ),
    Mutation(
        "mediators read which cases may be the same",
        CASE,
        '        compute="_compute_duplicate_ids",\n        compute_sudo=False,\n'
        '        groups="buurtbemiddeling_addon.group_coordinator",\n',
        '        compute="_compute_duplicate_ids",\n        compute_sudo=False,\n',
        (LIST,),
    ),
    Mutation(
        "mediators read which cases are linked",
        CASE,
        '        compute="_compute_related_case_ids",\n        compute_sudo=False,\n'
        '        groups="buurtbemiddeling_addon.group_coordinator",\n',
        '        compute="_compute_related_case_ids",\n        compute_sudo=False,\n',
        (LIST,),
    ),
    Mutation(
        "mediators read the links of a case",
        CASE,
        '        "linked_case_id",\n        copy=False,\n        check_company=True,\n'
        '        string="Linked to",\n        groups="buurtbemiddeling_addon.group_coordinator",\n',
        '        "linked_case_id",\n        copy=False,\n        check_company=True,\n        string="Linked to",\n',
        ("TestDuplicates.test_not_for_a_mediator",),
    ),
    Mutation(
        "mediators read where a colleague lives",
        CASE,
        '        string="Conflicts of Interest",\n        compute="_compute_mediator_conflicts",\n'
        '        compute_sudo=False,\n        groups="buurtbemiddeling_addon.group_coordinator",\n',
        '        string="Conflicts of Interest",\n        compute="_compute_mediator_conflicts",\n'
        "        compute_sudo=False,\n",
        (LIST,),
    ),
    Mutation(
        "mediators read whom a colleague knows",
        CASE,
        '        string="Knows Somebody in This Case",\n        copy=False,\n'
        '        groups="buurtbemiddeling_addon.group_coordinator",\n',
        '        string="Knows Somebody in This Case",\n        copy=False,\n',
        ("TestRoster.test_a_mediator_is_not_told_where_her_colleague_lives",),
    ),
    Mutation(
        "mediators read why a pair may mediate all the same",
        CASE,
        '        string="Why They May Mediate",\n        tracking=True,\n        copy=False,\n'
        '        groups="buurtbemiddeling_addon.group_coordinator",\n',
        '        string="Why They May Mediate",\n        tracking=True,\n        copy=False,\n',
        ("TestRoster.test_a_mediator_is_not_told_where_her_colleague_lives",),
    ),
    Mutation(
        "mediators read when a colleague is elsewhere",
        SESSION,
        'compute="_compute_warning", compute_sudo=False, groups="buurtbemiddeling_addon.group_coordinator"',
        'compute="_compute_warning", compute_sudo=False',
        ("TestSession.test_a_mediator_who_is_elsewhere_is_told_by_the_time_only",),
    ),
    Mutation(
        "names of appointments for everybody",
        SESSION,
        "            if session in readable and session.kind:",
        "            if session.kind:",
        ("TestSession.test_name_tells_only_readers_what_it_is",),
    ),
    Mutation(
        "names of cases in a list of choices for everybody",
        CASE,
        'recognisable = self.sudo(False)._filtered_access("read")',
        "recognisable = self",
        ("TestAccess.test_display_names_are_opaque",),
    ),
    # Uniform refusals, random ids, dates
    Mutation(
        "a hidden record is refused in other words than a missing one",
        REFUSAL,
        "        return hidden, refusal[1] if refusal else self._no_such_record\n",
        "        return super()._check_access(operation)\n",
        (METHODS,),
    ),
    Mutation(
        "a hidden record exists",
        REFUSAL,
        'return super().exists() if self.env.su else self._within_reach("read")',
        "return super().exists()",
        (METHODS,),
    ),
    Mutation(
        "receipts are numbered",
        PUBLISHED,
        "        super().init()\n        if self._abstract:",
        "        super().init()\n        if True:",
        ("TestAttackList.test_ids_of_published_records_tell_no_number",),
    ),
    Mutation(
        "references are numbered",
        "models/reference_mixin.py",
        "        code = self._random_code(LENGTH)\n",
        '        code = f"{self.sudo().search_count([]):08d}"\n',
        ("TestReferral.test_references_are_random",),
    ),
    Mutation(
        "an answer before the referral",
        PUBLISHED,
        "today = max(fields.Date.context_today(self), self.submitted_on)",
        'today = "2020-01-01"',
        ("TestReferral",),
    ),
    Mutation(
        "an answer before the referral is kept",
        PUBLISHED,
        '"CHECK (suitability_on >= submitted_on AND taken_up_on >= submitted_on AND outcome_on >= submitted_on)"',
        '"CHECK (true)"',
        ("TestAttackList.test_no_answer_can_be_older_than_what_it_answers",),
    ),
    Mutation(
        "a known conflict is told at once",
        CASE,
        "            case._tell(case.referral_ids - case.late_referral_ids, *known)",
        "            case._tell(case.referral_ids, *known)",
        ("TestReferral", "TestDisclosure"),
    ),
    Mutation(
        "an end without a no",
        CASE,
        '        at_the_end = False if self.stage == "closed" else None\n',
        "        at_the_end = None\n",
        ("TestReferral", "TestParty"),
    ),
    # Messages and what leaves by itself
    Mutation(
        "messages to people outside",
        CASE,
        '        if self._staff_partners(recipients.sudo()) != recipients or kwargs.get("outgoing_email_to"):',
        "        if False:",
        ("TestCase.test_messages_stay_inside",),
    ),
    Mutation(
        "people outside follow a case",
        CASE,
        "        return super()._message_subscribe(staff.ids, subtype_ids",
        "        return super()._message_subscribe(partner_ids, subtype_ids",
        ("TestCase", NOTIFIED),
    ),
    Mutation(
        "people outside are notified",
        CASE,
        '        return [recipient for recipient in recipients if recipient["id"] in staff]',
        "        return recipients",
        ("TestCase", NOTIFIED),
    ),
    Mutation(
        "writing a message tells whether a case exists",
        CASE,
        '        self.check_access("read")\n        recipients = self.env["res.partner"].browse(',
        '        recipients = self.env["res.partner"].browse(',
        (METHODS,),
    ),
    Mutation(
        "the form of a message tells whether a case exists",
        MESSAGE,
        "        hidden.record_name = False\n        return super(MailMessage, self - hidden)._compute_record_name()\n",
        "        return super()._compute_record_name()\n",
        (FORMS,),
    ),
    Mutation(
        "the form of an activity tells whether a case exists",
        "models/mail_activity.py",
        "        hidden.res_name = False\n        return super(MailActivity, self - hidden)._compute_res_name()\n",
        "        return super()._compute_res_name()\n",
        (FORMS,),
    ),
    Mutation(
        "Odoo's dialogs tell whether a case exists",
        "models/refusal_mixin.py",
        '        if self.env.su or not (model or "").startswith("buurtbemiddeling."):',
        "        if True:",
        (FORMS,),
    ),
    Mutation(
        "administrators export messages of cases",
        MESSAGE,
        '        self.check_access("read")\n        return super()._export_rows(',
        "        return super()._export_rows(",
        (BY_ID,),
    ),
    Mutation(
        "administrators count cases",
        "models/ir_model.py",
        "        return super(IrModel, self - ours)._compute_count()\n",
        "        return super()._compute_count()\n",
        (TWO_WORLDS,),
    ),
    Mutation(
        "news with an answer in it",
        "models/res_users.py",
        '                "author_id": False,\n                "email_from": sender,',
        '                "subject": self.env["buurtbemiddeling.referral"].search([], limit=1).suitability,\n'
        '                "author_id": False,\n                "email_from": sender,',
        ("TestReferral.test_news_mail_has_no_content",),
    ),
    # The front doors
    Mutation(
        "a link works for ever",
        LINK,
        "            and self.expires_on > fields.Datetime.now()\n",
        "",
        ("TestPersonalLink",),
    ),
    Mutation(
        "a link that was taken back works",
        LINK,
        "            not self.revoked_on\n            and self.expires_on",
        "            self.expires_on",
        ("TestPersonalLink", "TestPersonalLinkGive"),
    ),
    Mutation(
        "a link takes any number of wrong answers",
        LINK,
        "            and self.wrong_answers < MOST_WRONG_ANSWERS\n",
        "",
        ("TestPersonalLink",),
    ),
    Mutation(
        "a link of somebody who was erased works",
        LINK,
        "            and not party.erased_on\n",
        "",
        ("TestReportCode.test_a_person_who_is_no_longer_there",),
    ),
    Mutation(
        "whoever has the link is the person",
        LINK,
        "        if all(self._same(name, self.party_id[name], answers.get(name)) for name in questions):",
        "        if True:",
        ("TestPersonalLink",),
    ),
    Mutation(
        "codes are kept as they are",
        LINK,
        '        return hmac(self.sudo().env, f"{SCOPE}-key", code)',
        "        return code",
        ("TestPersonalLink",),
    ),
    Mutation(
        "an old link works beside a new one",
        LINK,
        '        self.sudo().search([(name, "=", value) for name, value in values.items()])._revoke()\n',
        "",
        ("TestPersonalLink", "TestPersonalLinkGive"),
    ),
    Mutation(
        "a link stays when the address of its person changes",
        PARTY,
        '        self.env["buurtbemiddeling.personal.link"]._revoke_sent_to(moved)\n',
        "",
        ("TestPersonalLinkGive",),
    ),
    Mutation(
        "an answer without being recognised",
        PERSONAL_PAGE,
        "if not (link and self._is_recognised() and self._is_of(post, link)):",
        "if not (link and self._is_of(post, link)):",
        ("TestPersonalLink", "TestPersonalParticipation"),
    ),
    Mutation(
        "a page from another tab answers for this person",
        PERSONAL_PAGE,
        'return typed(post, "page") == link.reference',
        "return True",
        ("TestPersonalLink",),
    ),
    Mutation(
        "a browser remembers a link for ever",
        PERSONAL_PAGE,
        'return known if time.time() - known.get("since", 0) < KNOWN_FOR else {}',
        "return known",
        ("TestPersonalLink",),
    ),
    Mutation(
        "the session of before gets in",
        PERSONAL_PAGE,
        "            request.session.should_rotate = True\n",
        "",
        ("TestPersonalLink",),
    ),
    Mutation(
        "a text that changed is agreed to",
        LINK,
        '        if values["shown"] == self._fingerprint(text):\n            return {}\n',
        "        return {}\n",
        ("TestPersonalParticipation", "TestPersonalAgreement"),
    ),
    Mutation(
        "a page is taken twice",
        LINK,
        "        if taken.answer:\n            return {}, None\n",
        "",
        ("TestPersonalLink", "TestPersonalParticipation", "TestSessionReply", "TestAftercareAnswer"),
    ),
    Mutation(
        "the ticket of somebody else",
        "models/submission.py",
        "return bool(values) and values[0] == self.env.uid",
        "return bool(values)",
        ("TestReferralForm", "TestReferralMessage"),
    ),
    Mutation(
        "a citizen service number goes in",
        PARTY,
        "        if any(digits) and total % 11 == 0:\n            return True\n",
        "",
        ("TestCitizenNumber",),
    ),
    Mutation(
        "one key for the drafts of everybody",
        REFERRAL,
        "hmac(self.sudo().env, DRAFT_SCOPE, self.env.uid, hashlib.sha512)",
        "hmac(self.sudo().env, DRAFT_SCOPE, 0, hashlib.sha512)",
        ("TestReferralForm",),
    ),
    Mutation(
        "own referrals only, and all the same those of colleagues",
        RULES,
        "[('submitted_by_id', '=', user.id)] if user._sees_own_referrals_only() else [(1, '=', 1)]",
        "[(1, '=', 1)]",
        ("TestReferralOwnOnly",),
    ),
    Mutation(
        "any employee is a contact person",
        "models/res_users.py",
        "            and self.sudo().partner_id in organisation.referral_contact_ids\n",
        "",
        ("TestAccountRequest",),
    ),
    Mutation(
        "an account for somebody of another organisation",
        "models/account_request.py",
        "        if any(partner.active or partner.user_ids for partner in people - own):",
        "        if False:",
        ("TestAccountRequest",),
    ),
    Mutation(
        "a formula in the file of a referrer",
        "controllers/referral_portal.py",
        'return f"\'{text}" if text.startswith(("=", "+", "-", "@", "\\t", "\\r")) else text',
        "return text",
        ("TestReferralList",),
    ),
    Mutation(
        "a forged link stops e-mails",
        "models/mail_choice.py",
        "            model, key = verify_hash_signed(self.sudo().env, SCOPE, token) or (None, None)\n",
        "            import base64, json\n\n"
        '            model, key = json.loads(base64.urlsafe_b64decode(token.encode() + b"===")[41:].decode())\n',
        ("TestMailChoice",),
    ),
    Mutation(
        "a report that a letter takes long",
        "models/mail_thread.py",
        '        return "failed" in actions or not any(actions)',
        "        return True",
        ("TestMailOut",),
    ),
    # What is kept as evidence, and for how long
    Mutation(
        "a case on hold is anonymised",
        "models/retention.py",
        'past = Domain("held_on", "=", False) & ~waits',
        "past = ~waits",
        ("TestRetention",),
    ),
    Mutation(
        "the database lets evidence be changed",
        "models/evidence_mixin.py",
        '("row", "UPDATE OR DELETE")',
        '("row", "DELETE")',
        ("TestConsentSeal",),
    ),
    # Consent and the lifecycle
    Mutation(
        "a consent can be edited",
        CONSENT,
        '        if vals.keys() - {*WITHDRAWAL, "disclosure_id"} or any(self.mapped("withdrawn_on")):',
        "        if False:",
        ("TestConsent",),
    ),
    Mutation(
        "a consent can be deleted",
        CONSENT,
        "    @api.ondelete(at_uninstall=False)\n    def _unlink_except_evidence(self):",
        "    def _unlink_except_evidence(self):",
        ("TestConsent.test_evidence_cannot_be_deleted",),
    ),
    Mutation(
        "anybody withdraws a consent",
        CONSENT,
        '        self.check_access("create")\n        self.case_id._serialize()\n',
        "        self.sudo().case_id._serialize()\n",
        ("TestConsent.test_only_coordinators_record_and_withdraw", METHODS),
    ),
    Mutation(
        "a consent in somebody else's name",
        CONSENT,
        '"recorded_by_id": self.env.uid}',
        "}",
        ("TestConsent.test_recorded_by_whoever_records",),
    ),
    Mutation(
        "a disclosure for whoever was referred",
        CONSENT,
        '            if not consent.party_id.reported_herself or consent.stated_by != "person":',
        "            if False:",
        ("TestDisclosure.test_only_a_self_reporter_asks_for_it",),
    ),
    Mutation(
        "a disclosure stays after it was taken back",
        CONSENT,
        "            consent.disclosure_id.unlink()",
        "            consent.disclosure_id = False",
        ("TestDisclosure",),
    ),
    Mutation(
        "a withdrawal does not stop mediation",
        CONSENT,
        "        out.case_id._stop_mediation()\n",
        "",
        ("TestCase.test_withdrawal_stops_mediation_at_once",),
    ),
    Mutation(
        "taken up without the second step of consent",
        CASE,
        '    @api.constrains("taken_up")\n    def _check_taken_up(self):',
        "    def _check_taken_up(self):",
        ("TestCase.test_take_up_needs_the_second_step_of_consent",),
    ),
    Mutation(
        "mediation past what is missing",
        CASE,
        "            missing = case._missing_for(case.stage)\n            if missing:",
        "            missing = case._missing_for(case.stage)\n            if False:",
        ("TestCase.test_talks_need_suitable_taken_up_and_a_pair",),
    ),
    Mutation(
        "the register and the log can be edited",
        "models/append_only_mixin.py",
        '        raise UserError(self.env._("What is on record here cannot be changed."))',
        "        return super().write(vals)",
        ("TestRegister.test_append_only_for_everybody",),
    ),
    Mutation(
        "the register and the log can be deleted",
        "models/append_only_mixin.py",
        '        raise UserError(self.env._("What is on record here cannot be deleted."))',
        "        return super().unlink()",
        ("TestRegister.test_append_only_for_everybody",),
    ),
    Mutation(
        "a case can be deleted",
        CASE,
        "    @api.ondelete(at_uninstall=False)\n    def _unlink_except_history(self):",
        "    def _unlink_except_history(self):",
        ("TestCase.test_not_deleted",),
    ),
    Mutation(
        "a receipt is linked to a case by hand",
        CASE,
        "        if not self.env.su and RECEIPT_FIELDS & vals.keys():",
        "        if False:",
        ("TestGuards.test_receipts_are_not_linked_by_hand",),
    ),
    Mutation(
        "receipts and links come by the context",
        CASE,
        "                vals.update({name: [] for name in RECEIPT_FIELDS | LINK_FIELDS})\n",
        "                pass\n",
        ("TestGuards.test_receipts_are_not_linked_by_hand",),
    ),
    Mutation(
        "links come by the context",
        CASE,
        "                vals.update({name: [] for name in RECEIPT_FIELDS | LINK_FIELDS})\n",
        "                vals.update({name: [] for name in RECEIPT_FIELDS})\n",
        ("TestDuplicates.test_linked_by_the_button_only",),
    ),
    Mutation(
        "cases are linked by hand",
        CASE,
        "        if not self.env.su and LINK_FIELDS & vals.keys():",
        "        if False:",
        ("TestDuplicates.test_linked_by_the_button_only",),
    ),
    Mutation(
        "a case of somebody else is linked",
        CASE,
        '        (self | others).check_access("write")\n',
        "",
        ("TestDuplicates.test_linked_by_the_button_only",),
    ),
    Mutation(
        "a link with a case of somebody else is taken away",
        CASE,
        '        (case | self).check_access("write")\n',
        "",
        ("TestDuplicates.test_linked_by_the_button_only",),
    ),
    Mutation(
        "the same conflict in another company",
        CASE,
        "            case.duplicate_ids = same_company - case._origin - case.related_case_ids",
        "            case.duplicate_ids = found - case._origin - case.related_case_ids",
        ("TestDuplicates.test_only_open_cases_of_the_company",),
    ),
    Mutation(
        "mediators of a report that was put with a case keep it",
        "wizards/case_merge.py",
        '("referral_ids", "late_referral_ids", "mediator_ids")',
        '("referral_ids", "late_referral_ids")',
        ("TestDuplicates.test_mediators_of_the_report_no_longer_read_it",),
    ),
    Mutation(
        "a part is moved to another case",
        "models/case_part_mixin.py",
        '        if "case_id" in vals and any(part.case_id.id != vals["case_id"] for part in self):',
        "        if False:",
        ("TestDuplicates.test_parts_stay_with_their_case_otherwise",),
    ),
    Mutation(
        "a case goes to who may not work on it",
        "wizards/case_takeover.py",
        '        if not cases.with_user(user).with_context(allowed_company_ids=None).has_access("write"):',
        "        if False:",
        ("TestTakeover.test_only_to_who_may_work_on_them",),
    ),
    Mutation(
        "something to do for who may not read the case",
        "models/mail_activity.py",
        '    @api.constrains("user_id", "res_model", "res_id")\n',
        "",
        ("TestGuards",),
    ),
    Mutation(
        "a mass mail about cases",
        "wizards/mail_compose_message.py",
        '            if wizard.composition_mode == "mass_mail" and',
        "            if False and",
        ("TestGuards.test_no_mass_mail",),
    ),
    # Ways of working
    Mutation(
        "coaching with the other party",
        CASE,
        "        if stage not in self._stages():",
        "        if False:",
        ("TestNextStep.test_coaching_has_steps_of_its_own",),
    ),
    Mutation(
        "a mediator becomes the coach",
        CASE,
        '"stage": "intake", "mediator_ids": [Command.clear()]})',
        '"stage": "intake"})',
        ("TestNextStep.test_coaching_has_steps_of_its_own",),
    ),
    Mutation(
        "group mediation with two households",
        CASE,
        '            elif self.way_of_working == "group" and len(parties) < 3:',
        "            elif False:",
        ("TestNextStep.test_group_mediation_is_for_more_than_two_households",),
    ),
    Mutation(
        "one mediator is enough",
        CASE,
        '        return 1 if self.way_of_working == "coaching" else 2',
        "        return 1",
        ("TestCase.test_talks_need_suitable_taken_up_and_a_pair",),
    ),
    Mutation(
        "another way of working past what is missing",
        CASE,
        '        "area_id",\n        "way_of_working",\n        "excluded_mediator_ids",',
        '        "area_id",\n        "excluded_mediator_ids",',
        ("TestNextStep.test_coaching_has_steps_of_its_own",),
    ),
    # Reopening and aftercare
    Mutation(
        "a closed case is opened by whatever way",
        CASE,
        '        if vals.get("stage", "closed") != "closed" and "closed" in self.mapped("stage"):',
        "        if False:",
        ("TestReopen.test_only_by_the_dialog",),
    ),
    Mutation(
        "a case is reopened in any stage",
        CASE,
        "        if stage not in self._stages_after_reopening():",
        "        if False:",
        ("TestReopen.test_taken_up_goes_on_where_people_talk",),
    ),
    Mutation(
        "what was erased is reopened",
        CASE,
        '        if parties and all(parties.mapped("erased_on")):',
        "        if False:",
        ("TestReopen.test_only_a_closed_case_with_data",),
    ),
    Mutation(
        "reopening is not on record",
        CASE,
        '        self.message_post(body=self.env._("Reopened: %(reason)s", reason=reason))\n',
        "",
        ("TestReopen.test_reason_is_on_record",),
    ),
    Mutation(
        "referrers see that a case was reopened",
        CASE,
        '        self.message_post(body=self.env._("Reopened: %(reason)s", reason=reason))\n',
        '        self.message_post(body=self.env._("Reopened: %(reason)s", reason=reason))\n'
        '        self.sudo().referral_ids.write({"outcome": "pending", "outcome_on": False})\n',
        ("TestReopen.test_resolved_stays_resolved_for_the_referrer",),
    ),
    Mutation(
        "aftercare closes a case in any stage",
        "wizards/case_aftercare.py",
        '        if self.case_id.stage != "aftercare":',
        "        if False:",
        ("TestAftercare.test_not_without_answer_or_outside_aftercare",),
    ),
    Mutation(
        "a later answer about an open case",
        CASE,
        '    @api.constrains("later_answer", "stage")\n',
        "",
        ("TestAftercare.test_later_answer_is_for_what_is_over",),
    ),
    # Appointments
    Mutation(
        "mediators write more than the note of an appointment",
        SESSION,
        '        if vals.keys() - {"note"}:\n            # Mediators may write, but not plan.\n'
        '            self.check_access("create")\n',
        '        if vals.keys() - {"note"}:\n',
        ("TestSession.test_mediators_write_nothing_else",),
    ),
    Mutation(
        "mediators cancel appointments",
        SESSION,
        '        self.check_access("create")\n        if any(session.state != "planned" for session in self):\n'
        '            raise UserError(self.env._("Only what is planned can be cancelled."))',
        '        if any(session.state != "planned" for session in self):\n'
        '            raise UserError(self.env._("Only what is planned can be cancelled."))',
        ("TestSession.test_mediators_write_nothing_else",),
    ),
    Mutation(
        "anybody says how an appointment went",
        SESSION,
        '        self.check_access("write")\n        if not self.env.user.has_group(',
        "        if not self.env.user.has_group(",
        ("TestSession.test_who_is_not_on_the_open_case_does_nothing",),
    ),
    Mutation(
        "who was not there says how it went",
        SESSION,
        "            self.env.user not in session.mediator_ids for session in self\n",
        "            False for session in self\n",
        ("TestSession.test_who_was_not_there_does_not_say_how_it_went",),
    ),
    Mutation(
        "the state of an appointment is written by hand",
        SESSION,
        '        if {"state", "moved_from_id"} & vals.keys():',
        "        if False:",
        ("TestSession.test_history_is_not_made_by_hand",),
    ),
    Mutation(
        "an appointment begins as history",
        SESSION,
        'vals_list = [{**vals, "state": "planned", "moved_from_id": False} for vals in vals_list]',
        "vals_list = list(vals_list)",
        ("TestSession.test_history_is_not_made_by_hand",),
    ),
    Mutation(
        "an appointment begins as history by the context",
        SESSION,
        'vals_list = [{**vals, "state": "planned", "moved_from_id": False} for vals in vals_list]',
        'vals_list = [{key: vals[key] for key in vals.keys() - {"state", "moved_from_id"}} for vals in vals_list]',
        ("TestSession.test_history_is_not_made_by_hand",),
    ),
    Mutation(
        "a past appointment is changed",
        SESSION,
        '            if any(session.state != "planned" for session in self):\n                raise UserError(\n',
        "            if False:\n                raise UserError(\n",
        ("TestSession.test_what_is_past_stays_as_it_was",),
    ),
    Mutation(
        "an appointment is deleted",
        SESSION,
        "    @api.ondelete(at_uninstall=False)\n    def _unlink_except_history(self):",
        "    def _unlink_except_history(self):",
        ("TestSession.test_history_is_not_made_by_hand",),
    ),
    Mutation(
        "a moved appointment leaves no trace",
        SESSION,
        "            moved._keep_as_moved()\n",
        "",
        ("TestSession.test_moving_keeps_how_it_was_planned",),
    ),
    Mutation(
        "letters move with the appointment",
        SESSION,
        '("state", "!=", "draft")]).session_id = former',
        '("state", "!=", "draft")])',
        ("TestSession.test_what_was_sent_stays_with_the_former_time",),
    ),
    Mutation(
        "an appointment in a closed case",
        SESSION,
        '            if session.case_id.stage == "closed":\n                raise',
        "            if False:\n                raise",
        ("TestSession.test_nothing_is_planned_in_a_closed_case",),
    ),
    Mutation(
        "people of another case at an appointment",
        SESSION,
        "            if session.party_ids.case_id - session.case_id:",
        "            if False:",
        ("TestSession.test_only_people_of_the_case",),
    ),
    Mutation(
        "anybody of the staff at an appointment",
        SESSION,
        "            if session.mediator_ids - session.candidate_ids:\n                raise",
        "            if False:\n                raise",
        ("TestSession.test_only_mediators_of_the_case_and_its_coordinator",),
    ),
    Mutation(
        "mediation is planned past what is missing",
        SESSION,
        'missing = session.case_id._missing_for("mediation") if session.kind in JOINT_KINDS else []',
        "missing = []",
        ("TestSession.test_mediation_needs_what_its_stage_needs",),
    ),
    Mutation(
        "mediation at the home of a party",
        SESSION,
        "\"CHECK (kind != 'mediation' OR place_kind != 'home')\"",
        '"CHECK (true)"',
        ("TestSession.test_mediation_is_on_neutral_ground",),
    ),
    Mutation(
        "held before it was",
        SESSION,
        "        if not all(session.has_come for session in self):",
        "        if False:",
        ("TestSession.test_what_is_still_to_come_was_not_held",),
    ),
    Mutation(
        "held though it was cancelled",
        SESSION,
        '        if any(session.state in ("moved", "cancelled") for session in self):',
        "        if False:",
        ("TestSession.test_what_was_cancelled_or_moved_was_not_held",),
    ),
    Mutation(
        "somebody who withdrew is visited",
        CONSENT,
        "_cancel_for(out | refusing)",
        "_cancel_for(refusing)",
        ("TestSession.test_withdrawal_cancels_what_is_planned_with_her_at_once",),
    ),
    Mutation(
        "somebody who did not want the referral is visited",
        CONSENT,
        "_cancel_for(out | refusing)",
        "_cancel_for(out)",
        ("TestSession.test_who_does_not_want_the_referral_is_not_visited",),
    ),
    Mutation(
        "appointments of a closed case stay",
        SESSION,
        "        ended._cancel()\n",
        "",
        ("TestSession.test_closing_cancels_what_is_planned",),
    ),
    Mutation(
        "appointments of a report that was put with a case stay",
        "wizards/case_merge.py",
        "        report.session_ids.",
        "        report.session_ids.browse().",
        ("TestSession.test_a_report_put_with_another_case_leaves_no_appointments",),
    ),
    Mutation(
        "who is off the case stays on its appointments",
        SESSION,
        "                session.mediator_ids &= session.candidate_ids",
        "                pass",
        ("TestSession.test_who_is_off_the_case_is_off_its_planned_appointments",),
    ),
    Mutation(
        "an appointment that is cancelled is confirmed",
        SESSION,
        '        self.sudo().write({"state": "cancelled"})\n',
        '        self.sudo().write({"state": "cancelled"})\n        return\n',
        ("TestLetter.test_what_waits_is_taken_back_when_it_is_cancelled_or_moved",),
    ),
    Mutation(
        "an appointment that is moved is confirmed",
        SESSION,
        "        letters._recall(self)\n        for session in self.sudo():\n",
        "        for session in self.sudo():\n",
        ("TestLetter.test_what_waits_is_taken_back_when_it_is_cancelled_or_moved",),
    ),
    Mutation(
        "an appointment elsewhere is told by its case",
        SESSION,
        "who=name, **times)",
        'who=f"{name} ({other.case_id.reference})", **times)',
        ("TestSession.test_a_mediator_who_is_elsewhere_is_told_by_the_time_only",),
    ),
    # The calendar file
    Mutation(
        "the file for a resident says what it is",
        SESSION,
        'title = self.env._("Appointment") if for_party else self.env._("Appointment neighbourhood mediation")',
        'title = self.env._("Appointment neighbourhood mediation")',
        ("TestLetter.test_an_appointment_comes_with_a_file_for_the_calendar",),
    ),
    Mutation(
        "the file for staff says which talk it is",
        SESSION,
        'event.add("summary").value = title',
        'event.add("summary").value = self.display_name',
        ("TestCalendarFile.test_it_names_nobody",),
    ),
    Mutation(
        "the file has the address of a party",
        SESSION,
        '        if self.place_kind in ("neutral", "office") or is_at_her_home:\n',
        "        if True:\n",
        ("TestCalendarFile.test_it_names_nobody",),
    ),
    Mutation(
        "the file for a resident has the address of another",
        SESSION,
        'for_party and self.place_kind == "home" and self.party_ids == for_party',
        'for_party and self.place_kind == "home"',
        ("TestCalendarFile.test_a_resident_reads_her_own_address_and_no_other",),
    ),
    Mutation(
        "the file for a resident leads to the case",
        SESSION,
        '        if for_party:\n            contact = " ".join(',
        '        if not for_party:\n            contact = " ".join(',
        ("TestCalendarFile.test_a_resident_reads_her_own_address_and_no_other",),
    ),
    Mutation(
        "the file of somebody else by its address",
        CALENDAR_FILE,
        "            and sessions.search(",
        "            and sessions.sudo().search(",
        ("TestCalendarFile.test_somebody_elses_is_as_one_that_does_not_exist",),
    ),
    Mutation(
        "the file of somebody else is refused in another way than a missing one",
        CALENDAR_FILE,
        "        if not session:\n",
        "        if not session:\n"
        '            hidden = sessions.sudo().search([("reference", "=", reference)])\n'
        '            hidden.with_user(request.env.user).check_access("read")\n',
        ("TestCalendarFile.test_somebody_elses_is_as_one_that_does_not_exist",),
    ),
    Mutation(
        "the file is refused otherwise to who has no right at all",
        CALENDAR_FILE,
        '            sessions.has_access("read")\n            and reference.isprintable()',
        "            reference.isprintable()",
        ("TestCalendarFile.test_somebody_elses_is_as_one_that_does_not_exist",),
    ),
    Mutation(
        "anybody gets the address of the file",
        SESSION,
        '        self.check_access("read")\n',
        "",
        ("TestSession.test_who_is_not_on_the_open_case_does_nothing",),
    ),
    Mutation(
        "the file is kept by the browser",
        CALENDAR_FILE,
        "            **HEADERS,\n",
        "",
        ("TestCalendarFile.test_who_may_read_the_appointment_downloads_it",),
    ),
    Mutation(
        "taking the file along leaves no trace",
        CALENDAR_FILE,
        '        session._log_opening("export")\n',
        "",
        ("TestCalendarFile.test_who_may_read_the_appointment_downloads_it",),
    ),
    # Agreements
    Mutation(
        "an agreement is changed after somebody confirmed it",
        AGREEMENT,
        "        if self.confirmation_ids:",
        "        if False:",
        ("TestAgreement.test_what_is_confirmed_stays_as_it_is",),
    ),
    Mutation(
        "the day of an agreement is changed after somebody confirmed it",
        AGREEMENT,
        "        self._check_changeable()\n        return super().write(vals)",
        "        return super().write(vals)",
        ("TestAgreement.test_what_is_confirmed_stays_as_it_is",),
    ),
    Mutation(
        "a point is added after somebody confirmed the agreement",
        POINT,
        "        points.agreement_id._check_changeable()\n",
        "",
        ("TestAgreement.test_what_is_confirmed_stays_as_it_is",),
    ),
    Mutation(
        "a point is changed after somebody confirmed the agreement",
        POINT,
        '        self.check_access("write")\n        self.agreement_id._check_changeable()\n',
        '        self.check_access("write")\n',
        ("TestAgreement.test_what_is_confirmed_stays_as_it_is",),
    ),
    Mutation(
        "a point is deleted after somebody confirmed the agreement",
        POINT,
        "    @api.ondelete(at_uninstall=False)\n",
        "",
        ("TestAgreement.test_what_is_confirmed_stays_as_it_is",),
    ),
    Mutation(
        "a point goes to another agreement",
        POINT,
        '        if "agreement_id" in vals:',
        "        if False:",
        ("TestAgreement.test_rights_on_one_case_are_none_on_another",),
    ),
    Mutation(
        "agreements of a closed case are changed",
        AGREEMENT,
        '        if "closed" in self.case_id.mapped("stage"):',
        "        if False:",
        ("TestAgreement.test_closed_case_keeps_its_agreements",),
    ),
    Mutation(
        "an agreement in a closed case",
        AGREEMENT,
        "        agreements._check_open()\n",
        "",
        ("TestAgreement.test_closed_case_keeps_its_agreements",),
    ),
    Mutation(
        "a former version is confirmed",
        AGREEMENT,
        "        if any(agreement._newer() for agreement in self):",
        "        if False:",
        ("TestAgreement.test_newest_version_counts",),
    ),
    Mutation(
        "rights on one case open the agreement of another",
        "models/agreement_part_mixin.py",
        '            agreement.check_access("read")\n',
        "            pass\n",
        ("TestAgreement.test_rights_on_one_case_are_none_on_another",),
    ),
    Mutation(
        "a confirmation is changed",
        CONFIRMATION,
        '        "buurtbemiddeling.append.only.mixin",\n',
        "",
        ("TestAgreement.test_confirmations_are_evidence",),
    ),
    Mutation(
        "anybody confirms an agreement",
        CONFIRMATION,
        '    @api.constrains("agreement_id", "party_id")\n',
        "",
        ("TestAgreement.test_only_a_party_of_the_case_confirms",),
    ),
    Mutation(
        "confirming tells whether a person exists",
        CONFIRMATION,
        'browse(vals.get("party_id") for vals in vals_list).check_access("read")',
        'browse(vals.get("party_id") for vals in vals_list)',
        ("TestAgreement.test_a_party_of_somebody_else_is_a_party_that_is_not_there",),
    ),
    Mutation(
        "a confirmation of nothing",
        CONFIRMATION,
        "        if any(not agreement.point_ids for agreement in confirmations.agreement_id):",
        "        if False:",
        ("TestAgreement.test_nobody_confirms_tomorrow_or_nothing",),
    ),
    Mutation(
        "a confirmation in the future",
        CONFIRMATION,
        '    @api.constrains("confirmed_on")\n',
        "",
        ("TestAgreement.test_nobody_confirms_tomorrow_or_nothing",),
    ),
    Mutation(
        "signed without a signature",
        CONFIRMATION,
        '    @api.constrains("method")\n',
        "",
        ("TestAgreement.test_a_signature_goes_with_signing",),
    ),
    # Mediators' reports
    Mutation(
        "a report in somebody else's name",
        REPORT,
        'vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]',
        "vals_list = list(vals_list)",
        ("TestMediatorReport.test_it_is_always_of_the_mediator_who_writes_it",),
    ),
    Mutation(
        "a report of a colleague is written in",
        REPORT,
        '        self.check_access("write")\n',
        "",
        ("TestMediatorReport.test_a_mediator_does_not_see_that_of_her_colleague",),
    ),
    Mutation(
        "a report becomes somebody else's",
        REPORT,
        '        if "user_id" in vals:',
        "        if False:",
        ("TestMediatorReport.test_it_is_always_of_the_mediator_who_writes_it",),
    ),
    Mutation(
        "coordinators make reports",
        REPORT,
        "        reports._check_hers()\n",
        "",
        ("TestMediatorReport.test_the_coordinator_reads_and_does_not_write",),
    ),
    Mutation(
        "coordinators write in reports",
        REPORT,
        "        self._check_hers()\n        return super().write(vals)",
        "        return super().write(vals)",
        ("TestMediatorReport.test_the_coordinator_reads_and_does_not_write",),
    ),
    Mutation(
        "a report on a closed case",
        REPORT,
        ' and case.stage != "closed"',
        "",
        ("TestMediatorReport.test_a_coordinator_who_mediates_writes_hers_while_the_case_is_open",),
    ),
    Mutation(
        "a report is deleted",
        REPORT,
        "    @api.ondelete(at_uninstall=False)\n",
        "",
        ("TestMediatorReport.test_it_is_not_deleted",),
    ),
    # The roster and conflicts of interest
    Mutation(
        "mediators write all of their entry",
        ROSTER,
        "        if not is_coordinator and vals.keys() - AVAILABILITY:",
        "        if False:",
        ("TestRoster.test_own_entry",),
    ),
    *(
        Mutation(f"no conflict: {name}", ROSTER, old, new, (f"TestRoster.{test}",))
        for name, old, new, test in (
            (
                "knows somebody",
                "(user in excluded, knows)",
                "(False, knows)",
                "test_knows_somebody",
            ),
            (
                "lives in the street",
                "company.mediation_conflict_street and plain_street(entry.street) in streets",
                "False",
                "test_home",
            ),
            (
                "lives in the postcode",
                "company.mediation_conflict_zip and plain(entry.zip) in postcodes",
                "False",
                "test_home",
            ),
            (
                "lives in the neighbourhood",
                "company.mediation_conflict_area and entry.area_id and entry.area_id == case.area_id",
                "False",
                "test_home",
            ),
            (
                "tied to a referrer",
                "case.referral_ids.organisation_id | parties.landlord_id",
                "parties.landlord_id",
                "test_tied_to_a_referring_organisation",
            ),
            (
                "tied to a landlord",
                "case.referral_ids.organisation_id | parties.landlord_id",
                "case.referral_ids.organisation_id",
                "test_tied_to_a_landlord",
            ),
            (
                "was her coach",
                '("coaching" in earlier[case, user], coached)',
                "(False, coached)",
                "test_who_coached_somebody_is_no_mediator_of_hers",
            ),
            (
                "was her mediator, for a coach",
                'cannot_coach = case.way_of_working == "coaching" and earlier[case, user] - {"coaching"}',
                "cannot_coach = False",
                "test_a_coach_has_not_met_the_party",
            ),
            (
                "in a street with accents",
                "return plain(HOUSE_NUMBER.sub(",
                "return (HOUSE_NUMBER.sub(",
                "test_home",
            ),
        )
    ),
    Mutation(
        "talks with a conflict of interest",
        CASE,
        "                missing.extend(self._unwaived_conflicts())",
        "                pass",
        ("TestRoster.test_guard",),
    ),
    Mutation(
        "a conflict of interest comes up in the talks",
        CASE,
        '        "excluded_mediator_ids",\n        "conflict_waiver",\n    )\n    def _check_stage(self):',
        "    )\n    def _check_stage(self):",
        ("TestRoster.test_guard", "TestRoster.test_waiver"),
    ),
    Mutation(
        "a waiver for another pair",
        CASE,
        '            vals = {"conflict_waiver": False, **vals}',
        "            pass",
        ("TestRoster.test_waiver",),
    ),
    Mutation(
        "a waiver is taken back in the talks",
        CASE,
        '        "conflict_waiver",\n    )\n    def _check_stage(self):',
        "    )\n    def _check_stage(self):",
        ("TestRoster.test_waiver",),
    ),
    Mutation(
        "what is missing tells a mediator where her colleague lives",
        CASE,
        'is_coordinator = self.env.su or self.env.user.has_group("buurtbemiddeling_addon.group_coordinator")\n'
        "        if not is_coordinator or",
        "is_coordinator, self = True, self.sudo()\n        if not is_coordinator or",
        ("TestRoster.test_a_mediator_is_not_told_where_her_colleague_lives",),
    ),
    Mutation(
        "mediation goes on with a conflict of interest",
        CASE,
        'case.stage = "intake" if case._missing_for("second_talk") else "second_talk"',
        'case.stage = "second_talk"',
        ("TestRoster.test_mediation_stops_also_when_a_conflict_came_up",),
    ),
    Mutation(
        "anybody leaves a case",
        CASE,
        '            if user not in case.mediator_ids or case.stage == "closed":',
        "            if False:",
        ("TestRoster.test_i_know_somebody_is_for_mediators_of_the_case",),
    ),
    Mutation(
        "who knows somebody stays on the case",
        CASE,
        '                    "mediator_ids": [Command.unlink(user.id)],\n',
        "",
        ("TestRoster.test_i_know_somebody",),
    ),
    Mutation(
        "who knows somebody is proposed again",
        CASE,
        '                    "excluded_mediator_ids": [Command.link(user.id)],\n',
        "",
        ("TestRoster.test_i_know_somebody",),
    ),
    Mutation(
        "talks go on with one mediator",
        CASE,
        '**({"stage": "intake"} if case.stage in WORKING_STAGES else {}),',
        "",
        ("TestRoster.test_i_know_somebody",),
    ),
    Mutation(
        "who has a conflict of interest is proposed",
        "wizards/mediator_proposal.py",
        "            if (user := entry.user_id) not in conflicts\n",
        "            if (user := entry.user_id)\n",
        ("TestRoster.test_proposal_has_no_conflicts_above",),
    ),
    # Letters
    Mutation(
        "what was sent is changed",
        LETTER,
        '            if "sent" in self.mapped("state"):\n                raise',
        "            if False:\n                raise",
        ("TestLetter.test_what_was_sent_stays",),
    ),
    Mutation(
        "what was sent is deleted",
        LETTER,
        "    @api.ondelete(at_uninstall=False)\n",
        "",
        ("TestLetter.test_what_was_sent_stays",),
    ),
    Mutation(
        "what was sent is sent again",
        LETTER,
        '        if "sent" in self.mapped("state"):\n            raise UserError(self.env._("This letter was sent',
        '        if False:\n            raise UserError(self.env._("This letter was sent',
        ("TestLetter.test_what_was_sent_stays",),
    ),
    Mutation(
        "a letter goes to somebody else by hand",
        LETTER,
        "            if SET_BY_METHOD & vals.keys():",
        "            if False:",
        ("TestLetter.test_what_was_sent_stays",),
    ),
    Mutation(
        "a letter is born sent",
        LETTER,
        "super().create([{**vals, **unsent} for vals in vals_list])",
        "super().create(vals_list)",
        ("TestLetter.test_a_letter_is_not_born_sent",),
    ),
    Mutation(
        "a letter about another case",
        LETTER,
        "            if any(part.case_id != letter.case_id for part in parts if part):",
        "            if False:",
        ("TestLetter.test_whose_letter",),
    ),
    Mutation(
        "a letter to who is erased",
        LETTER,
        "            if party.erased_on or not party.active:",
        "            if False:",
        ("TestLetter.test_no_letter_to_who_is_erased_or_archived",),
    ),
    Mutation(
        "a letter that is no longer true goes out",
        LETTER,
        "        self._check_still_true()\n",
        "",
        ("TestLetter.test_no_letter_about_an_appointment_that_is_off",),
    ),
    Mutation(
        "the reporter is invited",
        LETTER,
        '            if letter.kind == "invitation" and party.role != "other_party":',
        "            if False:",
        ("TestLetter.test_whose_letter",),
    ),
    Mutation(
        "an appointment for who does not come to it",
        LETTER,
        "            if letter.kind in APPOINTMENT_KINDS and party not in letter.session_id.party_ids:",
        "            if False:",
        ("TestLetter.test_whose_letter",),
    ),
    Mutation(
        "the subject of a letter tells",
        LETTER,
        '{"subject": letter._subject(), ',
        '{"subject": template.subject, ',
        ("TestLetter.test_subjects_tell_nothing",),
    ),
    Mutation(
        "the subject of a letter names somebody",
        LETTER,
        'return self.env._("A message for you")',
        'return self.env._("A message for you") + f" {self.party_id.name}"',
        ("TestLetter.test_subjects_tell_nothing",),
    ),
    Mutation(
        "the sender of a letter tells",
        LETTER,
        '"email_from": sender,',
        '"email_from": self.company_id.email_formatted,',
        ("TestLetter.test_email_goes_to_the_person_and_nobody_else",),
    ),
    Mutation(
        "the number of a letter in its e-mail",
        LETTER,
        '                    "message_id": self.sudo().message_id,\n',
        "",
        ("TestLetter.test_email_goes_to_the_person_and_nobody_else",),
    ),
    Mutation(
        "a letter goes to any address",
        MAIL,
        "mail.recipient_ids or mail.email_cc or mail.email_to != address",
        "mail.recipient_ids or mail.email_cc",
        ("TestLetter.test_no_other_address",),
    ),
    Mutation(
        "a copy of a letter goes to any address",
        MAIL,
        "mail.recipient_ids or mail.email_cc or mail.email_to != address",
        "mail.recipient_ids or mail.email_to != address",
        ("TestLetter.test_no_other_address",),
    ),
    Mutation(
        "forms tell of records that are named in them",
        REFUSAL,
        "        for model, numbers in named.items():\n            self._check_named(model, sorted(numbers))\n",
        "",
        ("TestGuards.test_forms_tell_nothing_of_a_record_that_is_named_in_them",),
    ),
    Mutation(
        "anybody is written to about a person",
        MESSAGE,
        "        if not self.env.su:\n            models = {",
        "        if not self.env.su and self.env.user.share:\n            models = {",
        ("TestGuards.test_nobody_is_written_to_about_a_person_or_an_appointment",),
    ),
    Mutation(
        "days of decisions are written by hand",
        CASE,
        "        if not self.env.su and DATES & vals.keys():",
        "        if False:",
        ("TestGuards.test_days_of_decisions_are_not_written_by_hand",),
    ),
    Mutation(
        "a letter tells what may no longer be told",
        "models/letter.py",
        '            if letter.kind == "invitation" and letter.told != ',
        "            if False and letter.told != ",
        ("TestLetter.test_what_may_no_longer_be_told_is_not_sent",),
    ),
    Mutation(
        "a shuttle talk without consent",
        "models/session.py",
        'JOINT_KINDS = ("mediation", "shuttle")',
        'JOINT_KINDS = ("mediation",)',
        ("TestSession.test_both_parties_take_part_in_a_shuttle_talk",),
    ),
    Mutation(
        "an appointment with who does not take part",
        "models/session.py",
        'if party._participation() == "withdrawn" or party._referral_permission() == "refused":',
        "if False:",
        ("TestSession.test_nothing_is_planned_with_who_does_not_take_part",),
    ),
    Mutation(
        "a form tells somebody else's agenda",
        "models/session.py",
        "        mediators = self.mediator_ids._origin & self.candidate_ids._origin\n",
        "        mediators = self.mediator_ids._origin\n",
        ("TestSession.test_a_form_tells_nobody_elses_agenda",),
    ),
    Mutation(
        "the daily summary is a message that everybody reads",
        "models/res_users.py",
        'user._mail_by_itself(template.with_context(numbers=numbers), "buurtbemiddeling.case")',
        "user._mail_by_itself(template.with_context(numbers=numbers), False)",
        ("TestDailySummary.test_numbers_are_for_the_coordinator",),
    ),
    Mutation(
        "a referrer says that somebody takes part",
        CONSENT,
        'if any(consent.purpose == "participation" and consent.stated_by != "person" for consent in self):',
        "if False:",
        ("TestGuards.test_only_the_person_herself_says_that_she_takes_part",),
    ),
    Mutation(
        "a form tells how many cases a colleague has",
        "models/mediator.py",
        "self._origin._open_case_counts()",
        "self._open_case_counts()",
        ("TestRoster.test_a_form_tells_nothing_of_a_colleague",),
    ),
    Mutation(
        "letters are sent by Odoo's own dialogs",
        "models/mail_template.py",
        "        if not self.env.su and self._are_ours():",
        "        if False:",
        ("TestLetter.test_no_other_address",),
    ),
    Mutation(
        "a letter goes to any contact",
        MAIL,
        "mail.recipient_ids or mail.email_cc or mail.email_to != address",
        "mail.email_cc or mail.email_to != address",
        ("TestLetter.test_no_other_address",),
    ),
    Mutation(
        "the complaint is told though the reporter agreed to nothing",
        LETTER,
        '            if agreed and "nothing" not in agreed:',
        "            if agreed:",
        ("TestLetter.test_nothing_is_told",),
    ),
    Mutation(
        "one reporter agrees for all",
        LETTER,
        '            if agreed and "nothing" not in agreed:',
        '            if agreed - {"nothing"}:',
        ("TestLetter.test_every_reporter_agreed",),
    ),
    Mutation(
        "the complaint is told though nobody agrees",
        LETTER,
        '            if agreed and "nothing" not in agreed:',
        '            if "nothing" not in agreed:',
        ("TestLetter.test_every_reporter_agreed",),
    ),
    Mutation(
        "the name is told though the reporter agreed to the complaint",
        LETTER,
        'lambda party: party.may_be_told == "name" and party.name',
        "lambda party: party.name",
        ("TestLetter.test_the_complaint_is_told",),
    ),
    Mutation(
        "the place of an appointment is the address of another",
        LETTER,
        '            return self.env._("at your home")',
        '            return self.env._("at your home")\n'
        '        if session.place_kind == "home":\n            return session._address()',
        ("TestLetter.test_place",),
    ),
    Mutation(
        "the place that was typed for another kind of talk",
        LETTER,
        '(session.place_kind == "neutral" and session.place)',
        "session.place",
        ("TestLetter.test_place",),
    ),
    Mutation(
        "the home of another is your home",
        LETTER,
        'if session.place_kind == "home" and session.party_ids == self.party_id:',
        'if session.place_kind == "home":',
        ("TestLetter.test_place",),
    ),
    Mutation(
        "the text of a letter has any field",
        "models/mail_template.py",
        "        if any(template.model == LETTER and template._has_unsafe_expression() for template in self):",
        "        if False:",
        ("TestLetter.test_a_text_has_no_other_fields",),
    ),
    Mutation(
        "letters of erased people stay",
        PARTY,
        '        self.env["buurtbemiddeling.letter"]._erase_texts(self)\n',
        "",
        ("TestLetter.test_erased_people_leave_no_letters",),
    ),
    Mutation(
        "parts of an erased case stay",
        "models/case_retention.py",
        "            part._erase()\n",
        "            pass\n",
        ("TestSession.test_erased_with_the_last_reporter",),
    ),
    Mutation(
        "files with letters of erased people stay",
        LETTER,
        '        letters.env["ir.attachment"].search(about).unlink()\n',
        "",
        ("TestLetter.test_erased_people_leave_nothing_with_their_letters",),
    ),
    Mutation(
        "what waits in the queue for erased people goes out",
        LETTER,
        "        letters._take_back()\n        about",
        "        about",
        ("TestLetter.test_erased_people_leave_nothing_with_their_letters",),
    ),
    Mutation(
        "the invitation about erased people stays",
        LETTER,
        "        self.sudo().search(texts)._erase()",
        '        self.sudo().search([("party_id", "in", parties.ids)])._erase()',
        ("TestLetter.test_erased_people_leave_no_letters",),
    ),
    Mutation(
        "who lost her role reads the mail that she sent",
        MESSAGE,
        'TALKED_ABOUT = (CASE, "buurtbemiddeling.letter")',
        "TALKED_ABOUT = (CASE,)",
        ("TestLetter.test_who_lost_her_role_reads_no_mail_that_she_sent",),
    ),
    Mutation(
        "the file with a letter belongs to nothing",
        LETTER,
        '                        "res_model": self._name,\n                        "res_id": self.id,\n',
        "",
        ("TestLetter.test_who_lost_her_role_reads_no_mail_that_she_sent",),
    ),
    Mutation(
        "Odoo's routes about messages tell that there is a letter",
        LETTER,
        "    @api.model\n    def _get_allowed_access_params(self):\n        return set()\n\n    @api.model\n"
        '    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):\n        return self.browse()\n',
        "",
        ("TestAttackRoutes.test_every_route_on_hidden_and_on_missing_records",),
    ),
    Mutation(
        "printing a part of a case leaves no trace",
        "models/ir_actions_report.py",
        '            records._log_opening("report")\n',
        "",
        ("TestLetter.test_printing_is_logged", "TestAgreement.test_printing_is_logged_and_not_for_others"),
    ),
    Mutation(
        "a letter is printed for anybody",
        "models/ir_actions_report.py",
        '            records.check_access("read")\n',
        "",
        ("TestLetter.test_outsiders_read_nothing", "TestLetterRoutes"),
    ),
    Mutation(
        "opening a part of a case leaves no trace",
        "models/case_part_mixin.py",
        '        self.env["buurtbemiddeling.access.log"]._log_records(self.case_id, how, once=True)\n',
        "",
        ("TestAccessLog.test_parts_in_the_form_of_a_case",),
    ),
    Mutation(
        "documents of parts of a case are public",
        "models/access_log.py",
        'return hasattr(self.env.get(model), "_log_opening")',
        "return model in LOGGED_MODELS",
        ("TestAgreement.test_signature_is_for_those_who_may_read_the_case",),
    ),
    Mutation(
        "a document of a case is made public",
        "models/ir_attachment.py",
        '    @api.constrains("public", "res_model", "res_id")\n',
        "",
        ("TestGuards.test_documents_of_a_case_stay_with_the_case",),
    ),
    Mutation(
        "a token opens a document of a case",
        "models/ir_binary.py",
        "                access_token = None",
        "                pass",
        ("TestGuards.test_documents_of_a_case_stay_with_the_case",),
    ),
    # Lists, searches and the daily summary
    Mutation(
        "cases are grouped by a link that is hidden",
        LOGGED,
        '            self._check_field_access(field, "read")',
        "            pass",
        ("TestRoster.test_a_mediator_is_not_told_where_her_colleague_lives",),
    ),
    Mutation(
        "names are grouped",
        LOGGED,
        "        if field is not None and field.type in TEXT_TYPES and not self.env.su:",
        "        if False:",
        ("TestGuards.test_texts_are_not_grouped",),
    ),
    Mutation(
        "the daily summary names people",
        "models/res_users.py",
        '                "author_id": False,\n                "email_from": sender,',
        '                "subject": str(self.env["buurtbemiddeling.party"].search([]).mapped("name")),\n'
        '                "author_id": False,\n                "email_from": sender,',
        ("TestDailySummary.test_nothing_but_numbers",),
    ),
    Mutation(
        "the daily summary without being asked for",
        "models/res_users.py",
        'self.env["res.company"].search([("mediation_daily_summary", "=", True)])',
        'self.env["res.company"].search([])',
        ("TestDailySummary.test_only_coordinators_of_a_company_that_wants_it",),
    ),
    Mutation(
        "the household of erased people stays",
        PARTY,
        '    *("household", "household_members", "preferred_contact", "contact_hint"),\n',
        "",
        ("TestSearch.test_erased_with_the_person",),
    ),
    # Doors from outside
    Mutation(
        "anybody submits a referral",
        REFERRAL,
        '        if not (self.env.user.has_group("buurtbemiddeling_addon.group_referrer") '
        "and organisation.sudo().is_referrer):",
        "        if False:",
        ("TestReferral.test_only_referrers_submit",),
    ),
    Mutation(
        "a referral without permission",
        REFERRAL,
        "        if errors:\n            raise ValidationError",
        "        if False:\n            raise ValidationError",
        ("TestReferral.test_no_permission_no_submission",),
    ),
    Mutation(
        "submitting by remote call",
        REFERRAL,
        "    @api.model\n    def _submit(self, values):",
        "    @api.model\n    def submit(self, values):\n        return self._submit(values)\n\n"
        "    @api.model\n    def withdrawn(self):\n"
        '        return self.sudo().env["buurtbemiddeling.party"].search([]).mapped("name")\n\n'
        "    @api.model\n    def _submit(self, values):",
        (METHODS,),
    ),
    Mutation(
        "the public page without protection of its form",
        "controllers/public_report.py",
        'methods=["POST"], sitemap=False)',
        'methods=["POST"], sitemap=False, csrf=False)',
        ("TestPublicReport.test_csrf",),
    ),
    Mutation(
        "a receipt of somebody else by its address",
        "controllers/referral_portal.py",
        'request.env["buurtbemiddeling.referral"].search([("reference"',
        'request.env["buurtbemiddeling.referral"].sudo().search([("reference"',
        ("TestAttackRoutes.test_pages_of_the_addon", "TestPortal.test_refusal_is_the_same_for_missing_and_foreign"),
    ),
    Mutation(
        "the list of everybody on the page",
        "controllers/referral_portal.py",
        "found = receipts.search(\n",
        "found = receipts.sudo().search(\n",
        ("TestAttackRoutes.test_pages_of_the_addon",),
    ),
    Mutation(
        "pages are kept by the browser",
        "controllers/private_page.py",
        '    "Cache-Control": "no-store",\n',
        "",
        ("TestPortal.test_headers",),
    ),
    Mutation(
        "reports without a limit",
        "models/request_count.py",
        "return number > limit",
        "return False",
        ("TestPublicReport.test_flood",),
    ),
    # Who watches
    Mutation(
        "access administrators take a role on cases",
        "models/res_users.py",
        '    @api.constrains("group_ids")\n    def _check_access_admin_apart(self):',
        "    def _check_access_admin_apart(self):",
        ("TestAccess.test_access_administrator_has_no_case",),
    ),
    Mutation(
        "reading leaves no trace",
        LOGGED,
        '        self.browse(row["id"] for row in rows)._log_opening(self.env.cr.cache.get(DOOR, "form"))\n',
        "",
        ("TestAccessLog.test_opening_a_form",),
    ),
    Mutation(
        "exporting leaves no trace",
        LOGGED,
        '        self._log_opening("export")\n        return super()._export_rows',
        "        return super()._export_rows",
        ("TestAccessLog.test_export_and_copy",),
    ),
    Mutation(
        "opening a document leaves no trace",
        "models/ir_attachment.py",
        '        if {"datas", "raw", "index_content"} & set(fnames):\n            self._log_document()\n',
        "",
        ("TestAccessLog.test_attachment",),
    ),
    Mutation(
        "a role is given without a trace",
        "models/res_users.py",
        "        result = super().write(vals)\n        log._log_changed_memberships(before, log._memberships(self))\n",
        "        result = super().write(vals)\n",
        ("TestAccessLog.test_giving_and_taking_a_role",),
    ),
    Mutation(
        "unconfirmed people are kept",
        PARTY,
        '        self.write({**erased, "erased_on": fields.Date.context_today(self)})',
        '        self.write({"erased_on": fields.Date.context_today(self)})',
        ("TestParty",),
    ),
    Mutation(
        "what a referrer types is logged",
        REFERRAL,
        "        organisation = self._own_organisation()\n        errors",
        "        organisation = self._own_organisation()\n"
        '        __import__("logging").getLogger(__name__).info("Submitted: %s", values)\n        errors',
        ("TestAttackModels.test_log",),
    ),
    # Requests of residents
    Mutation(
        "data go to somebody of whom nobody knows who it is",
        REQUEST,
        "        if not self.identity_check:",
        "        if False:",
        ("TestDataRequest.test_closing_says_how_and_what_and_stays",),
    ),
    Mutation(
        "a request that is closed can be changed",
        REQUEST,
        "        if not self.env.su:\n            self._check_open()\n",
        "",
        ("TestDataRequest.test_closing_says_how_and_what_and_stays",),
    ),
    Mutation(
        "staff write by hand what was done with a request",
        REQUEST,
        "        if not self.env.su and SET_BY_METHOD & names:",
        "        if False:",
        ("TestDataRequest.test_nobody_says_by_hand_what_was_done",),
    ),
    Mutation(
        "a request is answered though nobody looked",
        REQUEST,
        "        if not (self.party_ids or (self.looked_on and not is_found)):",
        "        if is_found and not self.party_ids:",
        ("TestDataRequest.test_nobody_found_is_an_answer_too",),
    ),
    Mutation(
        "looking for a person leaves no trace",
        REQUESTED,
        '        parties._log_opening("list")\n',
        "",
        ("TestDataRequest.test_finding_is_logged_and_staff_decide",),
    ),
    Mutation(
        "taking out what is kept about a person leaves no trace",
        ANSWER,
        '        parties._log_opening("export")\n',
        "",
        ("TestDataRequest.test_taking_out_is_logged_and_on_record",),
    ),
    Mutation(
        "a resident reads the appointments of the other party",
        DATA,
        'search([("party_ids", "in", self.ids)])',
        'search([("case_id", "in", self.case_id.ids)])',
        ("TestDataRequest.test_everything_about_the_person_and_nothing_about_others",),
    ),
    Mutation(
        "a resident reads where the other party lives",
        DATA,
        'place = ("place",) if session.place_kind == "neutral" else ()',
        'place = ("place",)',
        ("TestDataRequest.test_everything_about_the_person_and_nothing_about_others",),
    ),
    Mutation(
        "a resident reads who else referred the case",
        DATA,
        "lambda row: (row.case_id, row.ground, row.organisation_id) in permitted",
        "lambda row: True",
        ("TestDataRequest.test_everything_about_the_person_and_nothing_about_others",),
    ),
    Mutation(
        "the other party reads what the report was about",
        DATA,
        '        if party.role == "reporter":\n            names +=',
        "        if True:\n            names +=",
        ("TestDataRequest.test_the_other_party_hears_nothing_of_who_reported",),
    ),
    Mutation(
        "a resident reads who asked for somebody",
        DATA,
        "own = () if one.on_behalf else",
        "own = () if False else",
        ("TestDataRequest.test_says_what_the_law_says_and_what_was_asked",),
    ),
    Mutation(
        "notes go along though nobody decided so",
        ANSWER,
        "if text.is_included and text.text",
        "if text.text",
        ("TestDataRequest.test_texts_go_along_only_as_decided",),
    ),
    Mutation(
        "the printed answer has citizen service numbers",
        ANSWER,
        "        self._check_texts()\n        parties = self.request_id.party_ids\n",
        "        parties = self.request_id.party_ids\n",
        ("TestDataRequest.test_no_citizen_service_number",),
    ),
    Mutation(
        "somebody who asked not to be reached gets letters",
        LETTER,
        "            if party.restricted_on:\n",
        "            if False:\n",
        ("TestDataRequest.test_restricted_data_are_kept_and_not_used",),
    ),
    Mutation(
        "somebody who asked not to be reached gets personal links",
        LINK,
        'if party.restricted_on and purpose != "report":',
        "if False:",
        ("TestDataRequest.test_restricted_data_are_kept_and_not_used",),
    ),
    Mutation(
        "somebody whose data are not used is disclosed",
        CONSENT,
        "            if consent.party_id.restricted_on:\n",
        "            if False:\n",
        ("TestDataRequest.test_a_restricted_person_is_not_disclosed",),
    ),
    Mutation(
        "organisations hear of somebody whose data are not used",
        CASE,
        "        if self.party_ids.filtered(lambda party: party.restricted_on and not party.erased_on):\n",
        "        if False:\n",
        ("TestDataRequest.test_a_restricted_person_is_not_told_of",),
    ),
    Mutation(
        "what somebody asked for is anonymised before the answer",
        RETENTION,
        "& ~waits & ~self._asked()",
        "& ~waits",
        ("TestDataRequest.test_what_is_asked_stays_past_its_term",),
    ),
    Mutation(
        "who asks is erased before the answer",
        PARTY,
        " & ~self._asked_to_stay()",
        "",
        ("TestDataRequest.test_who_did_not_confirm_and_asks_is_answered_first",),
    ),
    Mutation(
        "erasing on request goes past a hold",
        REQUESTED,
        "        self._check_not_held()\n",
        "",
        ("TestDataRequest.test_erasure_waits_for_a_hold",),
    ),
    Mutation(
        "a term that became shorter counts at once",
        RETENTION,
        ".search(~waiting)",
        ".search(Domain.TRUE)",
        ("TestAttackPrivacy",),
    ),
    # Import of old cases
    Mutation(
        "staff write by hand where a case comes from",
        IMPORTED,
        "        if not self.env.su and SET_BY_IMPORT & vals.keys():",
        "        if False:",
        ("TestCaseImport.test_where_a_case_comes_from_is_not_filled_in",),
    ),
    Mutation(
        "citizen service numbers come in with an import",
        IMPORT,
        "            self._check_no_citizen_numbers(heading, cells)\n",
        "",
        ("TestCaseImport.test_a_column_with_citizen_service_numbers",),
    ),
    Mutation(
        "the file of an import stays",
        IMPORT,
        '        self.sudo().state = "done"\n        self._forget()\n',
        '        self.sudo().state = "done"\n',
        ("TestCaseImport.test_the_file_goes",),
    ),
    Mutation(
        "cases that somebody worked on are taken out again",
        IMPORT,
        "        if touched:\n",
        "        if False:\n",
        ("TestCaseImport.test_no_undo_after_somebody_touched_one",),
    ),
    Mutation(
        "an old case goes on without asking again",
        IMPORTED,
        "        if not self.sudo().old_system:\n",
        "        if True:\n",
        ("TestCaseImport.test_an_open_case_begins_again_and_asks_again",),
    ),
    # Replicas
    Mutation(
        "what is read from a replica leaves no trace",
        "models/access_log.py",
        "        with on_primary(self.env) as env:\n",
        "        if self.env.cr.readonly:\n            return\n        with on_primary(self.env) as env:\n",
        ("TestReplica",),
    ),
    Mutation(
        "a withdrawn disclosure is still read from a replica",
        "controllers/dataset.py",
        " and model not in ALWAYS_ON_PRIMARY",
        "",
        ("TestReplica",),
    ),
]


@dataclass(frozen=True)
class Verdict:
    """What came of one mutation: the tests that noticed, or what went wrong; and how long it took."""

    mutation: Mutation | None
    caught_by: tuple[str, ...]
    seconds: float
    problem: str = ""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=HELP_ON_ENVIRONMENT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only the mutations with this text in their name")
    parser.add_argument("--list", action="store_true", help="show the names of the mutations and end")
    parser.add_argument("--jobs", type=int, default=1, help="how many to try at the same time (default: %(default)s)")
    return parser.parse_args()


def check_texts(mutations: list[Mutation]) -> None:
    """Raise SetUpError unless the text that each mutation changes is there, once."""
    for mutation in mutations:
        count = (CHECKOUT / ADDON / mutation.file).read_text(encoding="utf-8").count(mutation.old)
        if not count:
            raise SetUpError(f"The mutation '{mutation.name}' finds no such text in {mutation.file} any more; mend it.")
        if count > 1:
            raise SetUpError(
                f"The mutation '{mutation.name}' finds its text {count} times in {mutation.file}; mend it."
            )


def mutate(folder: Path, mutation: Mutation | None) -> None:
    """Copy the add-on to a folder, with the mutation in it."""
    shutil.copytree(CHECKOUT / ADDON, folder / ADDON, ignore=shutil.ignore_patterns("__pycache__"))
    if mutation:
        file = folder / ADDON / mutation.file
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(mutation.old, mutation.new, 1), encoding="utf-8")


class Bench:
    """A database with all that the add-on builds on, and clones of it in which a mutated add-on is tested."""

    def __init__(self, odoo: Odoo) -> None:
        self.odoo = odoo
        self.name = f"buurtbemiddeling-mutation-{secrets.token_hex(4)}"

    def __enter__(self) -> Bench:
        manifest = ast.literal_eval((CHECKOUT / ADDON / "__manifest__.py").read_text(encoding="utf-8"))
        print("Preparing a database without the add-on ...", flush=True)
        arguments = ["--init", ",".join(manifest["depends"]), "--load-language", "nl_NL", "--without-demo"]
        with self.odoo.running(self.name, self._log(self.name), *arguments, "--stop-after-init", "--no-http") as run:
            for _line in run.lines():
                pass
        if run.status:
            raise SetUpError(f"Odoo does not start; {self._log(self.name)} says why.")
        return self

    def __exit__(self, *_exception: object) -> None:
        self.odoo.drop(self.name)
        self._log(self.name).unlink(missing_ok=True)

    def judge(self, mutation: Mutation | None) -> Verdict:
        """Test the add-on with one mutation, or as it is."""
        start = time.monotonic()
        expected = ",".join(f"/{ADDON}:{test}" for test in mutation.tests) if mutation else EVERYTHING
        failed, ran = self._test(mutation, expected)
        if mutation and ran and not failed:
            failed, ran = self._test(mutation, EVERYTHING)
        problem = "" if ran else "it cannot be installed or tested, so it proves nothing"
        return Verdict(mutation, tuple(failed), time.monotonic() - start, problem)

    def _test(self, mutation: Mutation | None, tags: str) -> tuple[list[str], bool]:
        """Install and test; return the names of the tests that failed, and whether any ran."""
        database = f"{self.name}-{secrets.token_hex(4)}"
        log = self._log(database)
        failed: dict[str, None] = {}
        ran = False
        with tempfile.TemporaryDirectory(prefix="buurtbemiddeling-") as folder:
            mutate(Path(folder), mutation)
            # The server's own user reads the add-on from here.
            Path(folder).chmod(0o755)
            try:
                self.odoo.server.query(f"CREATE DATABASE {identifier(database)} TEMPLATE {identifier(self.name)}")
                addons = ",".join(map(str, [*self.odoo.source.addons, folder]))
                arguments = ["--addons-path", addons, "--init", ADDON, "--stop-after-init", "--test-tags", tags]
                with self.odoo.running(database, log, *arguments, "--http-port", str(free_port())) as run:
                    for line in run.lines():
                        if line.level == "ERROR" and (match := FAILING.match(line.message)):
                            failed[match[1]] = None
                        elif match := RAN.search(line.message):
                            ran = int(match[3]) > 0
            finally:
                self.odoo.drop(database)
        log.unlink(missing_ok=True)
        return list(failed), ran

    def _log(self, database: str) -> Path:
        return self.odoo.cache / "log" / f"{database}.log"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def report(verdict: Verdict) -> bool:
    """Print what came of a mutation; return whether it was caught."""
    caught = bool(verdict.caught_by) and not verdict.problem
    words = f"caught by {', '.join(verdict.caught_by[:4])}" if caught else f"NOT CAUGHT {verdict.problem}".strip()
    more = f" and {len(verdict.caught_by) - 4} more" if len(verdict.caught_by) > 4 else ""
    print(f"{verdict.mutation.name}: {words}{more} ({verdict.seconds:.0f} s)", flush=True)
    return caught


def main() -> int:
    arguments = parse_arguments()
    chosen = [
        mutation
        for mutation in MUTATIONS
        if not arguments.names or any(name in mutation.name for name in arguments.names)
    ]
    check_texts(chosen)
    if arguments.list or not chosen:
        print("\n".join(mutation.name for mutation in MUTATIONS))
        return 0 if arguments.list else 1
    with Bench(set_up(cache_folder(), browser=False)) as bench:
        if not arguments.names:
            print("Testing the add-on as it is ...", flush=True)
            untouched = bench.judge(None)
            if untouched.caught_by or untouched.problem:
                raise SetUpError(
                    f"Without any mutation these tests fail: {', '.join(untouched.caught_by) or untouched.problem}."
                )
        pool = ThreadPoolExecutor(arguments.jobs)
        try:
            caught = sum(map(report, pool.map(bench.judge, chosen)))
        finally:
            # When interrupted: those at work end, the others do not begin.
            pool.shutdown(cancel_futures=True)
    print(f"\n{caught} of {len(chosen)} caught", flush=True)
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    command(main)
