import importlib.util
import os
from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import RestrictViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.modules.module import get_module_path
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.buurtbemiddeling_addon.models.account_request import ACTIVITY
from odoo.addons.buurtbemiddeling_addon.models.party import PERSONAL_FIELDS
from odoo.addons.buurtbemiddeling_addon.tests.attack_common import CANARY, CANARY_BASE64, LISTS, PREFIX, AttackCommon
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon

TODAY = fields.Date.today
TEXTS = ("char", "text", "html", "binary", "image", "json", "properties", "reference")

# Every text of every model that is no part of a case by its mixin, and no list from which staff choose: what becomes
# of it. A new model or field fails the test below until it stands here, or until its own model says so.
GOES = {
    # Emptied when the case is anonymised.
    "buurtbemiddeling.case": {
        "description",
        "conflict_waiver",
        "hold_reason",
        "old_number",
        "old_organisation",
        "old_system",
    },
    "buurtbemiddeling.party": {*PERSONAL_FIELDS, "search_key", "phone_key", "address_key", "email_key"},
    # Deleted as a whole.
    "buurtbemiddeling.consent": {"disclosed_name", "wording", "asked_by", "salt", "reference"},
    "buurtbemiddeling.disclosure": {"person_name", "reference"},
    "buurtbemiddeling.register": {"receipt_reference"},
    "buurtbemiddeling.account.request": {"name", "email", "reference"},
    "buurtbemiddeling.access.log": {"record_reference"},
    # Deleted as a whole by its own period.
    "buurtbemiddeling.data.request": {
        *("requester", "answer_to", "extension_reason", "answer", "refusal_reason", "done", "reference"),
    },
    # Emptied by its own period.
    "buurtbemiddeling.referral": {"organisation_reference"},
}
STAYS = {
    # The key is a digest: with it an old file does not bring back what was erased.
    "buurtbemiddeling.case": {"reference", "import_key"},
    "buurtbemiddeling.party": {"reference"},
    "buurtbemiddeling.referral": {"reference"},
}
# They are about the service and its staff, are tidied up by themselves in a day, or hold digests only.
NOT_OF_A_CASE = {
    *LISTS,
    "buurtbemiddeling.consent.seal",
    # Their file and what was shown of it go when all of it is in, or after some days (test_case_import).
    *("buurtbemiddeling.import", "buurtbemiddeling.import.column", "buurtbemiddeling.import.value"),
    "buurtbemiddeling.mediator",
    "buurtbemiddeling.request.count",
    "buurtbemiddeling.retention.report",
    "buurtbemiddeling.submission",
}


class RetentionCommon(MediationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nothing of the demo data, where it is installed, goes along.
        cls.env.cr.execute(
            "UPDATE buurtbemiddeling_case SET held_on = NULL, last_step_on = NULL, stage_since = CURRENT_DATE"
        )
        cls.env.cr.execute("UPDATE buurtbemiddeling_data_request SET closed_on = CURRENT_DATE WHERE state <> 'open'")
        cls.env.cr.execute("DELETE FROM buurtbemiddeling_account_request")
        with cls.env["buurtbemiddeling.access.log"]._erasing():
            cls.env.cr.execute("DELETE FROM buurtbemiddeling_access_log")
        cls.env.cr.execute("DELETE FROM buurtbemiddeling_retention_report")
        cls.env.cr.execute("UPDATE buurtbemiddeling_referral SET organisation_reference = NULL")
        cls.env.invalidate_all()
        terms = [name for name in cls.company._fields if name.startswith("mediation_keep_")]
        cls.company.write(cls.env["res.company"].default_get(terms))

    @classmethod
    def _ended(cls, months=25, case=None, **values):
        """Return a case that was taken up, and closed so many months ago."""
        case = cls._take_up(case or cls._self_report())
        cls._end(case, **values)
        case = case.sudo()
        cls._let_go_by(case, months)
        return case

    @classmethod
    def _let_go_by(cls, cases, months):
        """Let so many months go by since the last step of closed cases."""
        day = fields.Date.today() - relativedelta(months=months)
        cases.sudo().write({"closed_on": day, "reported_on": day - timedelta(days=30), "stage_since": day})

    def run_job(self):
        # As a week after a term was made shorter.
        self.env["res.company"].search([]).mediation_kept_shorter_on = False
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_erase_after_term").method_direct_trigger()
        self.env.invalidate_all()

    def reported(self, company=None):
        """Return what the report says of today."""
        rows = self.env["buurtbemiddeling.retention.report"].search(
            [("erased_on", "=", TODAY()), ("company_id", "=", (company or self.company).id)]
        )
        return {row.kind: row.number for row in rows}


@tagged("post_install", "-at_install")
class TestRetention(RetentionCommon):
    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------
    def test_a_case_is_anonymised_after_its_term(self):
        case, recent = self._ended(25), self._ended(23)
        self.run_job()
        self.assertEqual(case.anonymised_on, TODAY())
        self.assertFalse(case.description)
        self.assertEqual(set(case.party_ids.mapped("name")), {False})
        self.assertFalse(case.message_ids | self.messages(case))
        self.assertFalse(recent.anonymised_on)
        self.assertEqual(recent.description, "Zangerig")
        self.assertEqual(recent.kept_until, recent.closed_on + relativedelta(months=24))

    def messages(self, case):
        return self.env["mail.message"].search([("model", "=", case._name), ("res_id", "=", case.id)])

    def test_the_term_is_a_setting_of_the_company(self):
        self.company.mediation_keep_case = 6
        case = self._ended(7)
        self.assertEqual(case.kept_until, case.closed_on + relativedelta(months=6))
        self.run_job()
        self.assertTrue(case.anonymised_on)

    def test_the_term_of_another_company_does_not_count(self):
        self.other_company.mediation_keep_case = 6
        case = self._ended(7)
        self.run_job()
        self.assertFalse(case.anonymised_on)

    def test_an_open_case_is_kept(self):
        case = self._take_up(self._self_report()).sudo()
        case.write({"stage_since": "2020-01-01", "reported_on": "2020-01-01"})
        self.run_job()
        self.assertFalse(case.anonymised_on)
        self.assertFalse(case.last_step_on)

    def test_reopening_and_asking_again_restart_the_term(self):
        reopened, asked = self._ended(25), self._ended(25)
        reopened.with_user(self.coordinator)._reopen("intake", "It is back")
        asked.with_user(self.coordinator).later_answer = "holds"
        self.run_job()
        self.assertFalse((reopened | asked).filtered("anonymised_on"))
        self._end(reopened)
        self.assertEqual(reopened.last_step_on, TODAY())
        self.assertEqual(asked.last_step_on, TODAY())

    def test_what_was_not_taken_up_is_kept_shorter(self):
        case, recent = self._self_report(), self._self_report()
        for report, months in ((case, 13), (recent, 11)):
            self._end(report, result="result_no_capacity")
            self._let_go_by(report, months)
        self.run_job()
        self.assertTrue(case.anonymised_on)
        self.assertFalse(recent.anonymised_on)
        self.assertEqual(recent.kept_until, recent.closed_on + relativedelta(months=12))

    def test_a_report_that_nobody_took_up_ends_by_itself(self):
        receipt, case = self._refer()
        recent = self._self_report()
        planned = self._self_report()
        self.env["buurtbemiddeling.session"].create({"case_id": planned.id, "kind": "intake"})
        (case | planned).write({"stage_since": TODAY() - relativedelta(months=13)})
        self.run_job()
        self.assertEqual(case.stage, "closed")
        self.assertEqual(case.last_step_on, TODAY())
        self.assertFalse(case.anonymised_on, "its term begins now")
        self.assertEqual({recent.stage, planned.stage}, {"reported"})
        self.assertEqual(self.reported(), {"forgotten": 1})
        self._daily_round()
        self.assertEqual(self._answers(receipt), ("not_suitable", "not_taken_up", "pending"))

    def test_a_report_waits_for_the_case_that_it_was_put_with(self):
        case, report = self._take_up(self._self_report()), self._self_report()
        self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).create(
            {"case_id": report.id, "target_case_id": case.id}
        ).action_merge()
        self.assertEqual(report.last_step_on, TODAY(), "when it was archived")
        report.last_step_on = TODAY() - relativedelta(months=30)
        self.run_job()
        self.assertFalse(report.anonymised_on)
        self.assertTrue(self.messages(report))
        self._end(case)
        self._let_go_by(case, 25)
        self.run_job()
        self.run_job()
        self.assertTrue(case.anonymised_on)
        self.assertTrue(report.anonymised_on)
        self.assertFalse(self.messages(report))

    def test_archived_people_and_cases_go_too(self):
        case = self._ended(25)
        case.party_ids[-1:].active = False
        case.active = False
        self.assertLess(case.last_step_on, TODAY(), "archiving a closed case is no step in it")
        self.run_job()
        self.assertTrue(case.anonymised_on)
        self.assertEqual(set(case.with_context(active_test=False).party_ids.mapped("name")), {False})

    # ------------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------------
    def test_a_held_case_is_kept(self):
        case = self._ended(25)
        wizard = self.env["buurtbemiddeling.case.hold"].with_user(self.manager)
        wizard.create({"case_id": case.id, "reason": "A claim"}).action_hold()
        self.assertEqual((case.held_on, case.held_by_id, case.hold_reason), (TODAY(), self.manager, "A claim"))
        self.assertFalse(case.kept_until)
        self.run_job()
        self.assertFalse(case.anonymised_on)
        case.with_user(self.manager).action_lift_hold()
        self.assertFalse(case.held_on or case.held_by_id or case.hold_reason)
        self.run_job()
        self.assertTrue(case.anonymised_on)

    def test_what_was_not_confirmed_in_a_held_case_is_kept(self):
        _receipt, case = self._refer()
        case.with_user(self.manager)._hold("A claim")
        case.party_ids.with_user(self.coordinator)._referral_consents().action_withdraw()
        self._daily_round()
        self.assertFalse(case.party_ids.erased_on)

    def test_only_a_manager_holds(self):
        case = self._ended(25)
        for method, arguments in (("_hold", ["Why"]), ("action_lift_hold", [])):
            with self.assertRaises(AccessError):
                getattr(case.with_user(self.coordinator), method)(*arguments)
        with self.assertRaises(AccessError):
            self.env["buurtbemiddeling.case.hold"].with_user(self.coordinator).create(
                {"case_id": case.id, "reason": "Why"}
            )

    def test_nobody_holds_or_anonymises_by_hand(self):
        case = self._ended(25)
        for name in ("held_on", "anonymised_on"):
            for value in (TODAY(), False):
                with self.assertRaises(UserError):
                    case.with_user(self.manager).write({name: value})
        new = self.env["buurtbemiddeling.case"].with_user(self.manager)
        with self.assertRaises(UserError):
            new.create({"held_on": TODAY()})
        made = new.with_context(default_held_on=TODAY(), default_anonymised_on=TODAY()).create({})
        self.assertFalse(made.held_on or made.anonymised_on)

    # ------------------------------------------------------------------
    # What is left stays as it is
    # ------------------------------------------------------------------
    def test_an_anonymised_case_stays_as_it_is(self):
        case = self._ended(25)
        self.run_job()
        staff = case.with_user(self.coordinator)
        refused = {
            "write": lambda: staff.write({"description": "New"}),
            "write as superuser": lambda: case.write({"description": "New"}),
            "reopen": lambda: staff._reopen("intake", "Again"),
            "message": lambda: staff.message_post(body="New"),
            "activity": lambda: staff.activity_schedule("mail.mail_activity_data_todo", summary="New"),
            "document": lambda: self.env["ir.attachment"].create(
                {"name": "New", "raw": b"New", "res_model": case._name, "res_id": case.id}
            ),
            "person": lambda: staff.party_ids.create({"case_id": case.id, "name": "New"}),
            "name": lambda: staff.party_ids[:1].write({"name": "New"}),
            "consent": lambda: (
                self.env["buurtbemiddeling.consent"]
                .with_user(self.coordinator)
                .create({"party_id": case.party_ids[0].id})
            ),
            "part": lambda: staff.session_ids.create({"case_id": case.id, "start": "2026-01-05 19:00:00"}),
            "hold": lambda: case.with_user(self.manager)._hold("Why"),
        }
        for name, attempt in refused.items():
            with self.subTest(name), self.assertRaises(UserError):
                attempt()

    def test_a_part_of_an_anonymised_case_stays_as_it_is(self):
        case = self._self_report()
        talk = self.env["buurtbemiddeling.session"].create({"case_id": case.id, "start": "2026-01-05 19:00:00"})
        self._ended(25, case)
        self.run_job()
        with self.assertRaises(UserError):
            talk.with_user(self.coordinator).write({"note": "New"})

    def test_a_referrer_can_still_write_and_nothing_is_kept(self):
        receipt, case = self._refer()
        self._ended(25, case)
        self.run_job()
        receipt.with_user(self.officer)._send_correction("Her number changed")
        self.assertTrue(case.anonymised_on)
        self.assertFalse(self.messages(case))

    def test_not_in_the_daily_lists(self):
        case = self._ended(25)
        self.run_job()
        for name in ("case_action", "case_action_coordinator"):
            domain = self.env["ir.actions.act_window"]._for_xml_id(f"{MODULE}.{name}")["domain"]
            self.assertIn("anonymised_on", domain)
        self.assertIn(case, self.env["buurtbemiddeling.case"].with_user(self.manager).search([]))

    # ------------------------------------------------------------------
    # How
    # ------------------------------------------------------------------
    def test_every_kind_of_text_is_declared(self):
        """A colleague who adds a text to a case says whether it is personal: else it would be forgotten."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if not name.startswith(PREFIX) or model._abstract or model._transient or name in NOT_OF_A_CASE:
                continue
            texts = {field.name for field in model._fields.values() if field.store and field.type in TEXTS}
            with self.subTest(name):
                if hasattr(model, "_erased_values"):
                    self.assertEqual(texts - model._erased_values.keys() - model._harmless_texts, set())
                else:
                    self.assertIn(name, GOES, "say what becomes of its texts")
                    self.assertEqual(texts - GOES[name] - STAYS.get(name, set()), set())

    def test_twice_is_once(self):
        case = self._ended(25)
        self.run_job()
        before = self.reported()
        self.env.flush_all()
        case.invalidate_recordset()
        written = case.write_date
        self.run_job()
        self.assertEqual(self.reported(), before)
        self.assertEqual(case.write_date, written)

    def test_goes_on_where_it_was_stopped(self):
        cases = self._ended(25) | self._ended(25) | self._ended(25)
        with (
            patch("odoo.addons.buurtbemiddeling_addon.models.retention.BATCH", 1),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda _cron, _done=0, remaining=None: 0.0),
        ):
            self.env["buurtbemiddeling.retention"]._cron_erase()
        self.assertEqual(len(cases.filtered("anonymised_on")), 1)
        self.run_job()
        self.assertEqual(len(cases.filtered("anonymised_on")), 3)
        self.assertEqual(self.reported()["case"], 3)

    def test_a_job_that_is_stopped_between_two_kinds_goes_on_soon(self):
        self._ended(25)
        told = []

        def stop(_cron, processed=0, remaining=None):
            told.append(remaining if remaining is not None else told.pop() - processed)
            return 0.0

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", stop):
            self.env["buurtbemiddeling.retention"]._cron_erase()
        self.assertGreater(told[-1], 0, "else Odoo calls it done until the next day")

    def test_some_are_looked_for_at_a_time(self):
        cases = self._ended(25) | self._ended(25) | self._ended(25)
        batches = []
        retention = type(self.env["buurtbemiddeling.retention"])
        with (
            patch("odoo.addons.buurtbemiddeling_addon.models.retention.LOOKED_FOR", 2),
            patch.object(retention, "_erase_batch", lambda _self, kind, batch, _today: batches.append((kind, batch))),
        ):
            self.run_job()
        of_cases = [batch for kind, batch in batches if kind == "case"]
        self.assertEqual([len(batch) for batch in of_cases], [2, 1], "also when none of them could be erased")
        self.assertEqual(of_cases[0] | of_cases[1], cases)

    def test_one_that_fails_keeps_its_data_and_no_others(self):
        failing, case = self._ended(25, self._refer()[1]), self._ended(25)
        original = type(case)._erase_chatter

        def fail(cases):
            if failing in cases:
                raise OSError("No space left on device")
            return original(cases)

        with (
            patch.object(type(case), "_erase_chatter", fail),
            mute_logger("odoo.addons.buurtbemiddeling_addon.models.retention"),
        ):
            self.run_job()
        self.assertTrue(case.anonymised_on)
        self.assertFalse(failing.anonymised_on)
        self.assertEqual(failing.party_ids[0].name, "Kanarievogel", "as a whole or not at all")
        self.assertTrue(failing.party_ids.consent_ids, "they go after the case")
        self.assertEqual(self.reported()["case"], 1)

    def test_what_was_held_meanwhile_is_kept(self):
        case = self._ended(25)
        due = self.env["buurtbemiddeling.retention"]._due("case", TODAY())
        case.with_user(self.manager)._hold("Why")
        self.env["buurtbemiddeling.retention"]._erase_batch("case", due, TODAY())
        self.assertFalse(case.anonymised_on)
        report = self._self_report()
        report.stage_since = "2020-01-01"
        due = self.env["buurtbemiddeling.retention"]._due("forgotten", TODAY())
        report.with_user(self.coordinator).action_take_on()
        self.env["buurtbemiddeling.retention"]._erase_batch("forgotten", due, TODAY())
        self.assertEqual(report.stage, "intake")

    def test_files_go_from_the_disk(self):
        case = self._ended(25)
        document = self.env["ir.attachment"].create(
            {"name": "a", "raw": os.urandom(40), "res_model": case._name, "res_id": case.id}
        )
        path = document._full_path(document.store_fname)
        self.assertTrue(os.path.exists(path))
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.env.ref("base.autovacuum_job").id)])
        self.run_job()
        self.assertFalse(document.exists())
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.env.ref("base.autovacuum_job").id)]),
            triggers,
        )
        self.env["ir.attachment"]._gc_file_store_unsafe()
        self.assertFalse(os.path.exists(path))

    def test_a_waiver_leaves_no_trace_in_the_changes_on_record(self):
        case = self._self_report()
        case.with_user(self.coordinator).conflict_waiver = "Her brother"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self._ended(25, case)
        case.conflict_waiver = "Her brother"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_job()
        self.assertEqual(case.conflict_waiver, "-", "that there was one stays")
        self.assertFalse(self.env["mail.tracking.value"].search([("old_value_char", "=", "Her brother")]))
        self.assertFalse(self.env["mail.tracking.value"].search([("new_value_char", "=", "Her brother")]))

    def test_what_was_filled_in_about_somebody_who_was_erased_goes(self):
        case = self._self_report()
        case.party_ids[1]._erase()
        case.party_ids[1].name = "Buur"
        self._ended(25, case)
        self.run_job()
        self.assertEqual(set(case.party_ids.mapped("name")), {False})
        self.assertEqual(self.reported()["parties"], 1)

    def test_who_knows_somebody_is_forgotten_whatever_the_case_lacks(self):
        case = self._ended(25)
        case.excluded_mediator_ids = self.mediator
        self.env.flush_all()
        self.env.cr.execute("UPDATE buurtbemiddeling_case SET result_id = NULL WHERE id = %s", (case.id,))
        self.run_job()
        self.assertTrue(case.anonymised_on)
        self.assertFalse(case.excluded_mediator_ids)

    def test_a_saved_search_has_no_words_of_people(self):
        searches = self.env["ir.filters"].with_user(self.coordinator)
        values = {"name": "Mine", "model_id": "buurtbemiddeling.case", "user_ids": [self.coordinator.id]}
        for domain in (
            "[('search_text', 'ilike', 'Kanarievogel')]",
            "['|', ('stage', '=', 'intake'), ('party_ids.name', 'in', ['Kanarievogel'])]",
            "[('party_ids', 'ilike', 'Kanarievogel')]",
            "[('party_ids', 'any', [('street', '=', 'Vinkenpad')])]",
            "[('gone', '=', 'Kanarievogel')]",
        ):
            with self.subTest(domain), self.assertRaises(ValidationError):
                searches.create_filter({**values, "domain": domain})
        for domain in (
            "[]",
            f"['&', ('stage', '=', 'intake'), ('area_id', 'child_of', [{self.coordinator.id}])]",
            "[('coordinator_id', '=', uid), ('reported_on', '>', context_today().strftime('%Y-01-01'))]",
            "[('party_ids.consent_ids.given_on', '<', 'today'), ('reported_on.month_number', '=', 3)]",
        ):
            with self.subTest(domain):
                searches.create_filter({**values, "domain": domain})
        searches.create_filter({**values, "model_id": "res.partner", "domain": "[('name', 'ilike', 'Wonen')]"})

    def test_update_takes_saved_searches_with_words_away(self):
        search = self.env["ir.filters"].create(
            {"name": "Mine", "model_id": "buurtbemiddeling.case", "domain": "[('stage', '=', 'intake')]"}
        )
        other = search.copy({"name": "Names"})
        self.env.cr.execute("UPDATE ir_filters SET domain = %s WHERE id = %s", ("[('name', '=', 'Buur')]", other.id))
        self.env.invalidate_all()
        spec = importlib.util.spec_from_file_location(
            "post_saved_searches", f"{get_module_path(MODULE)}/migrations/19.0.1.3.0/post-saved-searches.py"
        )
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.migrate(self.env.cr, "19.0.1.1.0")
        self.assertEqual((search | other).exists(), search)

    def test_linked_cases_forget_each_other(self):
        case, other = self._ended(25), self._self_report()
        case.with_user(self.coordinator)._link_cases(other)
        self.run_job()
        self.assertFalse(other.related_case_ids)
        self.assertFalse(
            self.messages(other).filtered(lambda message: case.reference in message.body), "else it is still known"
        )
        self.assertTrue(self.messages(other).filtered(lambda message: "Linked with case" in message.body))

    def test_what_an_organisation_sees_of_a_person_goes(self):
        case = self._self_report()
        consent = self.env["buurtbemiddeling.consent"].create(
            {
                "party_id": case.party_ids[0].id,
                "purpose": "disclosure",
                "organisation_id": self.police.id,
                "disclosed_name": "Kanarievogel",
            }
        )
        disclosure = consent.disclosure_id
        self._ended(25, case)
        self.company.mediation_keep_evidence = 60
        self.run_job()
        self.assertFalse(disclosure.exists())
        self.assertIn("taken_back", case.register_ids.mapped("statement"))

    def test_number_of_queries_does_not_depend_on_the_number_of_cases(self):
        """Each case has a letter, an appointment, messages and an activity."""

        def erase(number):
            cases = self.env["buurtbemiddeling.case"]
            for _number in range(number):
                case = self._self_report()
                self.env["buurtbemiddeling.session"].create({"case_id": case.id, "start": "2026-01-05 19:00:00"})
                cases |= self._ended(25, case)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cases._anonymise()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        erase(1)
        # Some more or less for what Odoo has in its cache of users.
        self.assertLessEqual(erase(8), erase(2) + 5)

    # ------------------------------------------------------------------
    # Kinds with a period of their own
    # ------------------------------------------------------------------
    def test_kinds_that_are_kept_shorter_than_the_case(self):
        for kind, looks in (
            ("parties", lambda case: any(case.party_ids.mapped("name"))),
            ("letters", lambda case: any(case.letter_ids.mapped("body"))),
            ("attachments", lambda case: bool(case._documents())),
            ("chatter", lambda case: bool(self.messages(case))),
        ):
            with self.subTest(kind):
                self.company[f"mediation_keep_{kind}"] = 6
                case = self._self_report()
                letter = self.env["buurtbemiddeling.letter"].create(
                    {"case_id": case.id, "party_id": case.party_ids[1].id}
                )
                self.env["ir.attachment"].create(
                    {"name": "a", "raw": b"a", "res_model": letter._name, "res_id": letter.id}
                )
                case, recent = self._ended(7, case), self._ended(5)
                self.assertTrue(looks(case))
                self.run_job()
                self.assertFalse(looks(case))
                self.assertFalse(case.anonymised_on)
                self.assertEqual(case.description, "Zangerig")
                self.assertTrue(recent.party_ids[0].name)
                self.assertTrue(self.messages(recent))
                self.assertTrue(self.reported()[kind])
                self.company[f"mediation_keep_{kind}"] = 24

    def test_nothing_is_kept_longer_than_the_case_but_the_evidence(self):
        self.company.mediation_keep_parties = 60
        self.company.mediation_keep_evidence = 60
        case = self._ended(25, self._refer()[1])
        consents, told = case.party_ids.consent_ids, case.register_ids
        self.assertTrue(consents and told)
        self.run_job()
        self.assertFalse(case.party_ids.name)
        self.assertEqual((consents.exists(), told.exists()), (consents, told))
        case.flush_recordset()
        self.env.cr.execute(
            "UPDATE buurtbemiddeling_case SET last_step_on = %s WHERE id = %s",
            (TODAY() - relativedelta(months=61), case.id),
        )
        self.run_job()
        self.assertFalse(consents.exists() or told.exists())
        self.assertEqual(case.party_ids.participation, "none")
        self.assertEqual(self.reported()["evidence"], len(consents) + len(told))

    def test_the_database_keeps_evidence_again_after_the_job(self):
        self.company.mediation_keep_evidence = 60
        seals = self.env["buurtbemiddeling.consent.seal"]
        is_erased = [("kind", "=", "erased"), ("company_id", "=", self.company.id)]
        before = seals.search(is_erased)
        goes, stays = self._ended(61, self._refer()[1]), self._ended(25, self._refer()[1])
        consents = goes.party_ids.consent_ids
        references = set(consents.mapped("reference"))
        self.run_job()
        self.run_job()
        self.assertFalse(consents.exists())
        self.assertEqual(list(seals._findings(self.company)), [])
        erased = seals.search(is_erased) - before
        self.assertEqual(set(erased.mapped("consent_reference")), references)
        with self.assertRaises(RestrictViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM buurtbemiddeling_register WHERE case_id = %s", (stays.id,))

    def test_the_reference_of_an_organisation_goes_by_what_it_was_told(self):
        receipt, case = self._refer()
        self._ended(25, case)
        self._daily_round()
        self.run_job()
        self.assertTrue(case.anonymised_on)
        self.assertEqual(receipt.organisation_reference, "PL-2026-17", "its moment tells nothing of the case")
        old = TODAY() - relativedelta(months=25)
        receipt.write(dict.fromkeys(("submitted_on", "suitability_on", "taken_up_on", "outcome_on"), old))
        answers = self._answers(receipt)
        self.run_job()
        self.assertFalse(receipt.organisation_reference)
        self.assertEqual(self._answers(receipt), answers)

    def test_the_access_log_has_a_period_of_its_own(self):
        case, held = self._self_report(), self._self_report()
        held.with_user(self.manager)._hold("Why")
        log = self.env["buurtbemiddeling.access.log"]
        log.search([])._delete_anyway()
        for record in (case, held):
            record.with_user(self.coordinator).read(["reference"])
        with log._erasing():
            self.env.cr.execute("UPDATE buurtbemiddeling_access_log SET opened_at = opened_at - interval '25 months'")
        case.with_user(self.manager).read(["reference"])
        self.env.invalidate_all()
        self.run_job()
        self.assertEqual(
            {(row.case_id, row.user_id) for row in log.search([])}, {(held, self.coordinator), (case, self.manager)}
        )

    def test_requests_for_an_account_have_a_period_of_their_own(self):
        requests = self.env["buurtbemiddeling.account.request"].create(
            [
                {
                    "company_id": self.company.id,
                    "organisation_id": self.housing.id,
                    "asked_by_id": self.housing_employee.id,
                    "name": "Collega",
                    "email": f"{number}@wonen.test",
                }
                for number in range(2)
            ]
        )
        self.housing.activity_schedule(ACTIVITY, user_id=self.access_admin.id)
        requests.flush_recordset()
        self.env.cr.execute(
            "UPDATE buurtbemiddeling_account_request SET create_date = create_date - interval '13 months' "
            "WHERE id = %s",
            (requests[0].id,),
        )
        requests.invalidate_recordset()
        line = self.preview().line_ids.filtered(lambda line: line.kind == "account_requests")
        self.assertEqual((line.number, line.references), (1, False), "a manager sees how many")
        self.run_job()
        self.assertEqual(requests.exists(), requests[1])
        self.assertEqual(self.reported(), {"account_requests": 1})
        self.assertTrue(self.housing.activity_search([ACTIVITY]), "one still waits")
        self.company.mediation_keep_case = 1
        self.env["buurtbemiddeling.retention"]._erase_batch("account_requests", requests[1], TODAY())
        self.assertFalse(self.housing.activity_search([ACTIVITY]))

    # ------------------------------------------------------------------
    # The statistics
    # ------------------------------------------------------------------
    def figures(self):
        """Return every figure that the statistics can give, to a manager."""
        cases = self.env["buurtbemiddeling.case"].with_user(self.manager)
        written = {"write_uid", "write_date", "anonymised_on", "held_on", "held_by_id"}
        groups = [
            name
            for name, field in cases.fields_get(attributes=["groupable", "type", "store"]).items()
            if name not in written | {"excluded_mediator_ids", "linked_to_ids", "linked_from_ids"}
            and field.get("groupable")
            and field["type"] not in ("char", "text", "html")
        ]
        measures = ["__count", "lead_time:sum", "lead_time:avg", "lead_time:max", "reported_on:min", "closed_on:max"]
        figures = {}
        for name in groups:
            by = f"{name}:day" if cases._fields[name].type in ("date", "datetime") else name
            figures[name] = cases.formatted_read_group([], [by], measures)
        for name in ("channel", "outcome", "area_id", "stage"):
            figures["reported_on", name] = cases.formatted_read_group([], ["reported_on:month", name], measures)
            figures["complaint_type_id", name] = cases.formatted_read_group([], ["complaint_type_id", name], measures)
        figures["per organisation"] = {
            organisation.id: cases.search_count([("referrer_ids", "in", organisation.ids)])
            for organisation in self.police | self.housing
        }
        return figures

    def test_statistics_are_the_same_to_the_digit(self):
        area = self.env["buurtbemiddeling.area"].create({"name": "A neighbourhood"})
        _receipt, referred = self._refer(self.housing_employee)
        referred.write({"area_id": area.id, "is_complex": True})
        referred = self._ended(26, referred, result="result_improved")
        self._ended(25).with_user(self.coordinator)
        unsuitable = self._refer()[1]
        self._end(
            unsuitable,
            is_unsuitable=True,
            result="result_not_suitable",
            unsuitable_reason_id=self.env.ref(f"{MODULE}.unsuitable_reason_violence").id,
        )
        self._let_go_by(unsuitable, 27)
        coached = self._self_report()
        coached.way_of_working = "coaching"
        self._end(coached, result="result_coaching")
        self._let_go_by(coached, 13)
        self._self_report()
        before = self.figures()
        for name in ("stage", "complaint_type_id", "area_id", "channel", "result_id", "outcome", "closed_on"):
            self.assertIn(name, before)
        self.assertGreater(before["per organisation"][self.housing.id], 0)
        self.run_job()
        self.assertEqual(self.reported()["case"], 4)
        after = self.figures()
        for name in before:
            with self.subTest(name):
                self.assertEqual(after[name], before[name])

    # ------------------------------------------------------------------
    # The preview and the report
    # ------------------------------------------------------------------
    def preview(self, user=None):
        action = self.env["buurtbemiddeling.retention.preview"].with_user(user or self.manager).action_new()
        return self.env[action["res_model"]].with_user(user or self.manager).browse(action["res_id"])

    def test_preview_of_the_next_month(self):
        case, later, held = self._ended(24), self._ended(22), self._ended(25)
        case.closed_on = TODAY() - relativedelta(months=24) + timedelta(days=10)
        held.with_user(self.manager)._hold("Why")
        self.company.mediation_keep_chatter = 12
        lines = {line.kind: line for line in self.preview().line_ids}
        self.assertEqual((lines["case"].number, lines["case"].references), (1, case.reference))
        self.assertEqual((lines["chatter"].number, lines["chatter"].references), (1, later.reference))
        self.assertIn(held.reference, lines["held"].references)
        self.assertEqual(lines["parties"].number, 0, "they go with the case")
        self.assertNotIn("Kanarievogel", str(self.preview().line_ids.mapped("references")))
        opened = lines["case"].action_open()
        self.assertEqual(self.env[opened["res_model"]].search(opened["domain"]), case)
        self.run_job()
        self.assertFalse(case.anonymised_on, "it was only a look")

    def test_preview_is_what_the_job_does(self):
        self._ended(25, self._refer()[1])
        receipt, _case = self._refer()
        receipt.write({"submitted_on": "2020-01-01", "taken_up": "not_taken_up"})
        self._self_report().stage_since = "2020-01-01"
        preview = self.preview()
        preview.until = TODAY()
        preview.action_look()
        told = {line.kind: line.number for line in preview.line_ids if line.number}
        self.assertEqual(told, {"case": 1, "evidence": 1, "forgotten": 1, "receipts": 1})
        self.run_job()
        reported = self.reported()
        self.assertGreater(reported.pop("evidence"), told.pop("evidence"), "each consent, and each case")
        self.assertLessEqual(told.items(), reported.items())

    def test_preview_shows_some_references_and_opens_all(self):
        cases = self._ended(25) | self._ended(25)
        with patch("odoo.addons.buurtbemiddeling_addon.wizards.retention_preview.SHOWN", 1):
            line = self.preview().line_ids.filtered(lambda line: line.kind == "case")
        self.assertEqual(line.number, 2)
        self.assertIn(line.references, [f"{case.reference} …" for case in cases])
        opened = line.action_open()
        self.assertEqual(self.env[opened["res_model"]].search(opened["domain"]), cases)

    def test_preview_is_of_own_company_and_for_managers(self):
        case = self._self_report()
        case.company_id.flush_recordset()
        other = self.env["buurtbemiddeling.case"].create({"company_id": self.other_company.id, "stage": "reported"})
        other.stage_since = "2020-01-01"
        self.assertNotIn(other.reference, str(self.preview().line_ids.mapped("references")))
        with self.assertRaises(AccessError):
            self.preview(self.coordinator)

    def test_preview_tells_which_cases_nobody_closed(self):
        case = self._take_up(self._self_report()).sudo()
        case.stage_since = "2020-01-01"
        line = self.preview().line_ids.filtered(lambda line: line.kind == "still_open")
        self.assertEqual(line.references, case.reference)

    def test_report_counts_each_kind(self):
        case = self._self_report()
        self.env["ir.attachment"].create({"name": "a", "raw": b"a", "res_model": case._name, "res_id": case.id})
        self.env["buurtbemiddeling.letter"].create({"case_id": case.id, "party_id": case.party_ids[1].id})
        self._ended(25, case)
        said = len(self.messages(case)) + len(case.activity_ids)
        self.run_job()
        reported = self.reported()
        self.assertEqual((reported["case"], reported["parties"], reported["attachments"]), (1, 2, 1))
        self.assertEqual(reported["letters"], 1)
        self.assertEqual(reported["chatter"], said)
        row = self.env["buurtbemiddeling.retention.report"].search([], limit=1)
        for change in (lambda: row.write({"number": 0}), row.unlink):
            with self.assertRaises(UserError):
                change()

    def test_each_company_has_its_own_report(self):
        case = self.env["buurtbemiddeling.case"].create({"company_id": self.other_company.id})
        case.stage_since = "2020-01-01"
        self.run_job()
        self.assertEqual(self.reported(self.other_company), {"forgotten": 1})
        self.assertEqual(self.reported(), {})


@tagged("post_install", "-at_install")
class TestRetentionMarker(AttackCommon):
    """A text is planted in every field of every model of a case; after the job it is nowhere.

    The tables are read inside the transaction of the test, row by row as text: that is what ``pg_dump`` writes.
    """

    @classmethod
    def _plant(cls):
        for case in cls.world.cases.filtered(lambda case: case.stage != "closed" and case.active):
            cls._end(case)
        cls.world.cases.with_user(cls.manager).action_lift_hold()
        confirmations = cls.env["buurtbemiddeling.agreement.confirmation"]
        cls._sign(confirmations.search([("case_id", "in", cls.world.cases.ids)], limit=1))
        # E-mail about no record: that there is news, and where to read it.
        cls.env["mail.message"].search([("model", "=like", f"{PREFIX}%"), ("res_id", "in", (False, 0))]).unlink()
        return super()._plant()

    @classmethod
    def _sign(cls, confirmation):
        """Leave a drawing with a confirmation, as Odoo keeps it."""
        cls.env["ir.attachment"].create(
            {
                "name": "signature",
                "raw": f"{CANARY} drawing".encode(),
                "res_model": confirmation._name,
                "res_field": "signature",
                "res_id": confirmation.id,
            }
        )

    def let_years_go_by(self):
        """Let everything have been over for three years, the demo data too, where they are installed."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE buurtbemiddeling_case SET held_on = NULL, anonymised_on = NULL, stage = 'closed', "
            "closed_on = COALESCE(closed_on, CURRENT_DATE), last_step_on = COALESCE(last_step_on, CURRENT_DATE) "
            "WHERE active"
        )
        # What stays of an import is a digest.
        self.env.cr.execute("UPDATE buurtbemiddeling_case SET import_key = md5(import_key)")
        self.env.cr.execute("UPDATE buurtbemiddeling_data_request SET closed_on = CURRENT_DATE WHERE closed_on IS NULL")
        for table, columns in {
            "buurtbemiddeling_case": ("closed_on", "later_answered_on", "last_step_on", "stage_since", "reported_on"),
            "buurtbemiddeling_referral": ("submitted_on", "suitability_on", "taken_up_on", "outcome_on"),
            "buurtbemiddeling_access_log": ("opened_at",),
            "buurtbemiddeling_account_request": ("create_date",),
            "buurtbemiddeling_data_request": ("closed_on",),
            "bus_bus": ("create_date",),
        }.items():
            for column in columns:
                with self.env["buurtbemiddeling.access.log"]._erasing():
                    self.env.cr.execute(
                        SQL(
                            "UPDATE %(table)s SET %(column)s = %(column)s - interval '3 years'",
                            table=SQL.identifier(table),
                            column=SQL.identifier(column),
                        )
                    )
        self.env.cr.execute("UPDATE buurtbemiddeling_referral SET taken_up = 'not_taken_up'")
        # Nobody asks any more that data stay.
        self.env.cr.execute("UPDATE buurtbemiddeling_data_request SET state = 'answered'")
        self.env.cr.execute("UPDATE buurtbemiddeling_party SET restricted_on = NULL")
        for name in self.env.registry:
            if self.env[name]._transient and not self.env[name]._abstract:
                table = SQL.identifier(self.env[name]._table)
                self.env.cr.execute(SQL("UPDATE %s SET write_date = write_date - interval '3 years'", table))
        self.env.invalidate_all()

    def found(self):
        """Return where the marker stands: in a row of a table, or in a file."""
        marks = [CANARY, CANARY_BASE64, CANARY.encode().hex()]
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        found = set()
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "SELECT t::text FROM %s t WHERE t::text ILIKE ANY(%s)",
                    SQL.identifier(table),
                    [f"%{mark}%" for mark in marks],
                )
            )
            found |= {(table, row[:150]) for (row,) in self.env.cr.fetchall()}
        store = self.env["ir.attachment"]._filestore()
        for folder, _folders, names in os.walk(store):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    if CANARY.encode() in file.read():
                        found.add(("file", os.path.join(folder, name)))
        return found

    def test_the_marker_is_nowhere(self):
        self.let_years_go_by()
        kept = {self.env[name]._table for name in NOT_OF_A_CASE}
        before = self.found()
        tables = {table for table, _row in before}
        for table in (
            *("file", "ir_attachment", "mail_message", "mail_tracking_value", "mail_activity", "mail_mail"),
            *("buurtbemiddeling_case", "buurtbemiddeling_party", "buurtbemiddeling_consent", "buurtbemiddeling_letter"),
            *("buurtbemiddeling_disclosure", "buurtbemiddeling_referral", "buurtbemiddeling_telephone_report"),
            "buurtbemiddeling_data_request",
        ):
            self.assertIn(table, tables, "the marker is planted")
        with self.enter_registry_test_mode():
            for _time in range(2):
                self.env.ref(f"{MODULE}.ir_cron_erase_after_term").method_direct_trigger()
            # The job asks Odoo to tidy up: that takes files, dialogs and what waits to be shown in a browser.
            self.env.ref("base.autovacuum_job").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.world.cases.filtered(lambda case: not case.anonymised_on))
        self.assertEqual([place for place in sorted(self.found()) if place[0] not in kept], [])
        self.assertTrue(self.env["buurtbemiddeling.case"].search(Domain("id", "in", self.world.cases.ids)))


@tagged("post_install", "-at_install")
class TestRetentionTour(RetentionCommon, HttpCase):
    def test_manager_holds_a_case_that_would_go_and_lifts_that(self):
        case = self._ended(24)
        self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_manager_holds", login="manager_test")
        self.assertFalse(case.held_on or case.held_by_id or case.hold_reason, "it was lifted")
