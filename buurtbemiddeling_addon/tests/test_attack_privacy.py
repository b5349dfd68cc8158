from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE
from odoo.addons.buurtbemiddeling_addon.tests.test_retention import RetentionCommon

TODAY = fields.Date.today
LONG_AGO = "2001-01-01"


@tagged("post_install", "-at_install")
class TestAttackPrivacy(RetentionCommon):
    """Ways around retention, holding and erasing that were tried from outside."""

    def flush(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    # ------------------------------------------------------------------
    # Erasing what is not due
    # ------------------------------------------------------------------
    def test_nobody_dates_the_last_step(self):
        """A coordinator who wants a complaint gone cannot make its case look old."""
        case = self._ended(1)
        for user in (self.coordinator, self.manager):
            staff = case.with_user(user)
            with self.assertRaises(UserError):
                staff.write({"last_step_on": LONG_AGO})
            with self.assertRaises(UserError):
                staff.web_save({"last_step_on": LONG_AGO}, {"last_step_on": {}})
            self.assertTrue(staff.load([".id", "last_step_on"], [[str(case.id), LONG_AGO]])["messages"])
            with self.assertRaises(UserError):
                staff.create({"last_step_on": LONG_AGO})
        self.run_job()
        self.assertFalse(case.anonymised_on)

    def test_the_context_dates_nothing(self):
        cases = self.env["buurtbemiddeling.case"].with_user(self.coordinator)
        names = ("stage_since", "closed_on", "last_step_on", "taken_up_on", "later_answered_on", "reopened_on")
        made = cases.with_context(**{f"default_{name}": LONG_AGO for name in names}).create({})
        self.assertEqual([made[name] for name in names], [TODAY(), *[False] * 5])

    def test_a_shorter_term_waits(self):
        """A mistake, such as 2 for two years, can be put right before anything is erased by it."""
        case = self._ended(7)
        self.company.mediation_keep_case = 6
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_erase_after_term").method_direct_trigger()
        self.assertFalse(case.anonymised_on)
        retention = self.env["buurtbemiddeling.retention"].with_user(self.manager)
        self.assertNotIn(case, retention._due("case", TODAY()))
        self.assertIn(case, retention._due("case", TODAY() + timedelta(days=7)), "the preview tells")
        self.company.mediation_keep_case = 24
        self.company.mediation_keep_evidence = 36
        old = self._ended(25)
        self.company.mediation_kept_shorter_on = TODAY() - timedelta(days=7)
        self.assertIn(old, retention._due("case", TODAY()))

    def test_a_longer_term_does_not_wait(self):
        self.company.mediation_keep_case = 30
        self.assertFalse(self.company.mediation_kept_shorter_on)

    def test_terms_are_bounded(self):
        """A term past the end of the calendar would stop the daily job for all organisations."""
        for months in (-1, 0, 241, 2**31 - 1):
            for name in ("mediation_keep_case", "mediation_keep_access_log"):
                with (
                    self.subTest(name, months=months),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(CheckViolation),
                    self.env.cr.savepoint(),
                ):
                    self.company[name] = months
                    self.company.flush_recordset()
                self.env.invalidate_all()

    # ------------------------------------------------------------------
    # What a hold tells
    # ------------------------------------------------------------------
    def test_a_hold_is_not_known_to_mediators(self):
        """It may be about a complaint on one of them, who sees the case again when it is reopened."""
        case = self._ended(1)
        case.with_user(self.manager)._hold("A complaint")
        self.flush()
        case.with_user(self.manager).action_lift_hold()
        self.flush()
        case.with_user(self.manager)._reopen("intake", "It is back")
        case.with_user(self.manager)._hold("Another complaint")
        self.flush()
        mediator = case.mediator_ids[0]
        staff = case.with_user(mediator)
        bodies = "".join(staff.message_ids.mapped("body"))
        self.assertIn("It is back", bodies)
        for text in ("complaint", "hold", "Held", "held"):
            self.assertNotIn(text, bodies)
        for name in ("held_on", "held_by_id", "hold_reason", "kept_until"):
            with self.subTest(name), self.assertRaises(AccessError):
                staff.read([name])
            with self.assertRaises(AccessError):
                staff.search([(name, "!=", False)])
        messages = self.env["mail.message"].search([("model", "=", case._name), ("res_id", "=", case.id)])
        changes = messages.sudo().tracking_value_ids
        self.assertIn("A complaint", changes.mapped("old_value_text"), "coordinators can look it up")
        self.assertTrue(changes._filter_has_field_access(self.env(user=self.coordinator)))
        names = changes._filter_has_field_access(self.env(user=mediator)).field_id.mapped("name")
        self.assertFalse({"held_on", "hold_reason"} & set(names))

    def test_an_organisation_does_not_see_which_case_is_held(self):
        """Its references go on the same day; those of a held case are kept inside."""
        plain, plain_case = self._refer()
        held, held_case = self._refer()
        held_case.with_user(self.manager)._hold("A claim")
        old = TODAY() - relativedelta(months=25)
        (plain | held).write({"taken_up": "not_taken_up", "submitted_on": old, "taken_up_on": old})
        self.run_job()
        self.assertFalse(plain.organisation_reference)
        self.assertFalse(held.organisation_reference)
        self.assertIn("PL-2026-17", held_case.hold_reason)
        self.assertFalse(plain_case.hold_reason)
        held_case.with_user(self.manager).action_lift_hold()
        self.assertFalse(held_case.hold_reason)

    # ------------------------------------------------------------------
    # What is anonymised
    # ------------------------------------------------------------------
    def test_nothing_comes_to_an_anonymised_case_by_another_door(self):
        case, other = self._ended(25), self._self_report()
        party = case.party_ids[0]
        self.run_job()
        user = self.coordinator
        note = {"model": case._name, "res_id": case.id, "body": "New"}
        new_report = self._self_report()
        attempts = {
            "message": lambda: self.env["mail.message"].with_user(user).create(dict(note)),
            "message later": lambda: (
                self.env["mail.scheduled.message"]
                .with_user(user)
                .create({**note, "author_id": user.partner_id.id, "scheduled_date": "2030-01-01"})
            ),
            "link": lambda: other.with_user(user)._link_cases(case),
            "link back": lambda: case.with_user(user)._link_cases(other),
            "merge": lambda: (
                self.env["buurtbemiddeling.case.merge"]
                .with_user(user)
                .create({"case_id": new_report.id, "target_case_id": case.id})
                .action_merge()
            ),
            "move a person": lambda: other.party_ids[0].with_user(user).write({"case_id": case.id}),
            "personal link": lambda: self.env["buurtbemiddeling.personal.link"]._issue(party, "participation"),
            "letter": lambda: (
                self.env["buurtbemiddeling.letter"]
                .with_user(user)
                .create({"kind": "closing", "party_id": party.id, "case_id": case.id, "body": "New"})
            ),
            "archive": lambda: case.with_user(user).action_archive(),
            "later answer": lambda: case.with_user(user).write({"later_answer": "holds"}),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
            self.env.invalidate_all()
