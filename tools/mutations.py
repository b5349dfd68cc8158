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
CASE = "models/case.py"
CONSENT = "models/consent.py"
PARTY = "models/party.py"
PUBLISHED = "models/published_mixin.py"
REFERRAL = "models/referral.py"
REFUSAL = "models/refusal_mixin.py"
MESSAGE = "models/mail_message.py"
LOGGED = "models/logged_mixin.py"

LIST = "TestAttackList.test_models_of_the_addon"
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


def rule_of(model: str) -> str:
    return f'<field name="model_id" ref="{model}"/>\n        <field name="domain_force">'


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
        RIGHTS,
        "access_party_mediator,party mediator,model_buurtbemiddeling_party,group_mediator,1,0,0,0",
        "access_party_mediator,party mediator,model_buurtbemiddeling_party,group_mediator,1,1,0,0",
        ("TestAccess.test_mediator_sees_assigned_open_cases_only",),
    ),
    # Record rules
    Mutation(
        "referrals of all organisations",
        RULES,
        f"{OWN_ORGANISATION} if user.share else [('company_id', 'in', company_ids)]"
        '</field>\n    </record>\n    <record id="rule_disclosure_own"',
        "[(1, '=', 1)]</field>\n    </record>\n    <record id=\"rule_disclosure_own\"",
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
    Mutation(
        "mediators see all people",
        RULES,
        rule_of("model_buurtbemiddeling_party").replace(
            '        <field name="domain_force">',
            '        <field name="groups" eval="[Command.link(ref(\'group_mediator\'))]"/>\n'
            "        <field name=\"domain_force\">[('case_id.mediator_ids', 'in', user.id), "
            "('case_id.stage', '!=', 'closed')]",
        ),
        rule_of("model_buurtbemiddeling_party").replace(
            '        <field name="domain_force">',
            '        <field name="groups" eval="[Command.link(ref(\'group_mediator\'))]"/>\n'
            "        <field name=\"domain_force\">[(1, '=', 1)]",
        ),
        (READING,),
    ),
    Mutation(
        "cases of all municipalities",
        RULES,
        rule_of("model_buurtbemiddeling_case") + "[('company_id', 'in', company_ids)]",
        rule_of("model_buurtbemiddeling_case") + "[(1, '=', 1)]",
        (READING,),
    ),
    Mutation(
        "people of all municipalities",
        RULES,
        rule_of("model_buurtbemiddeling_party") + "[('case_id.company_id', 'in', company_ids)]",
        rule_of("model_buurtbemiddeling_party") + "[(1, '=', 1)]",
        (READING,),
    ),
    Mutation(
        "register of all municipalities",
        RULES,
        rule_of("model_buurtbemiddeling_register") + "[('case_id.company_id', 'in', company_ids)]",
        rule_of("model_buurtbemiddeling_register") + "[(1, '=', 1)]",
        (READING,),
    ),
    Mutation(
        "telephone reports of others",
        RULES,
        rule_of("model_buurtbemiddeling_telephone_report") + "[('create_uid', '=', user.id)]",
        rule_of("model_buurtbemiddeling_telephone_report") + "[(1, '=', 1)]",
        (READING,),
    ),
    Mutation(
        "notifications about cases for all employees",
        RULES,
        rule_of("mail.model_mail_notification")
        + "['|', ('res_partner_id', '=', user.partner_id.id), '|', ('mail_message_id.model', '=', False), "
        "('mail_message_id.model', '!=', 'buurtbemiddeling.case')]",
        rule_of("mail.model_mail_notification") + "[(1, '=', 1)]",
        (READING,),
    ),
    Mutation(
        "followers of cases for all employees",
        RULES,
        rule_of("mail.model_mail_followers") + "[('res_model', '!=', 'buurtbemiddeling.case')]",
        rule_of("mail.model_mail_followers") + "[(1, '=', 1)]",
        (TWO_WORLDS,),
    ),
    Mutation(
        "outgoing mail about cases for administrators",
        RULES,
        rule_of("mail.model_mail_mail") + "['|', ('model', '=', False), ('model', '!=', 'buurtbemiddeling.case')]",
        rule_of("mail.model_mail_mail") + "[(1, '=', 1)]",
        (READING,),
    ),
    Mutation(
        "tracked values of cases for administrators",
        RULES,
        rule_of("mail.model_mail_tracking_value")
        + "['|', ('mail_message_id.model', '=', False), ('mail_message_id.model', '!=', 'buurtbemiddeling.case')]",
        rule_of("mail.model_mail_tracking_value") + "[(1, '=', 1)]",
        (READING,),
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
        '        return existing if self.env.su else existing & self._within_reach("read")\n',
        "        return existing\n",
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
        '"".join(secrets.choice(ALPHABET) for _position in range(LENGTH))',
        'f"{self.sudo().search_count([]):08d}"',
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
        REFERRAL,
        'template.send_mail(user.id, email_values={"model": False, "res_id": False})',
        'template.send_mail(user.id, email_values={"subject": self.suitability, "res_id": self[:1].id})',
        ("TestReferral.test_news_mail_has_no_content",),
    ),
    # Consent and the lifecycle
    Mutation(
        "a consent can be edited",
        CONSENT,
        '        if vals.keys() - set(NOT_RECORDED) or any(self.mapped("withdrawn_on")):',
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
        '    @api.constrains("stage", "suitability", "taken_up", "mediator_ids", "result_id", "outcome")\n'
        "    def _check_stage(self):",
        "    def _check_stage(self):",
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
        "found = receipts.search([], limit",
        "found = receipts.sudo().search([], limit",
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
    if arguments.list or not chosen:
        print("\n".join(mutation.name for mutation in MUTATIONS))
        return 0 if arguments.list else 1
    check_texts(chosen)
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
