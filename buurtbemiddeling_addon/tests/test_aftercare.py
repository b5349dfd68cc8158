from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon


@tagged("post_install", "-at_install")
class TestAftercare(MediationCommon):
    """Whether the agreements still hold: some weeks after mediation, and again some months after the closing."""

    def setUp(self):
        super().setUp()
        self.receipt, self.case = self._refer()
        self._take_up(self.case)
        self.case = self.case.with_user(self.coordinator)

    def dialog(self, name, user=None, **values):
        return (
            self.env[f"buurtbemiddeling.case.{name}"]
            .with_user(user or self.coordinator)
            .create({"case_id": self.case.id, **values})
        )

    def close(self, answer="holds"):
        self.case.stage = "aftercare"
        self.dialog("aftercare", answer=answer).action_close()

    def ask(self):
        """Run the daily job that gives the activity; return the activities on the case."""
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_ask_again").method_direct_trigger()
        self.env.invalidate_all()
        kind = self.env.ref(f"{MODULE}.activity_type_ask_again")
        return self.case.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    # ------------------------------------------------------------------
    # Some weeks after mediation
    # ------------------------------------------------------------------
    def test_planned_by_itself(self):
        self.company.mediation_aftercare_weeks = 6
        self.assertFalse(self.case.aftercare_on)
        with freeze_time("2026-03-02"):
            self.case.stage = "aftercare"
            self.env.flush_all()
        self.assertEqual(self.case.aftercare_on, date(2026, 4, 13))
        self.case.aftercare_on = "2026-04-20"
        self.assertEqual(self.case.aftercare_on, date(2026, 4, 20))
        self.case.stage = "second_talk"
        self.assertFalse(self.case.aftercare_on)

    def test_answer_closes_the_case(self):
        for answer, outcome in (("holds", "resolved"), ("partly", "improved"), ("no", "not_resolved")):
            with self.subTest(answer), self.env.cr.savepoint() as savepoint:
                self.case.stage = "aftercare"
                self.dialog("aftercare", answer=answer, note="They greet <each> other.").action_close()
                self.assertEqual((self.case.stage, self.case.outcome), ("closed", outcome))
                self.assertEqual(self.case.result_id, self.env.ref(f"{MODULE}.result_agreements"))
                note = self.case.message_ids.filtered(lambda message: "greet" in (message.body or ""))
                self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
                self.assertIn("&lt;each&gt;", note.body)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_referrer_hears_a_bare_answer(self):
        self.close("partly")
        self.assertEqual(self._answers(self.receipt), ("suitable", "taken_up", "resolved"))

    def test_later_again(self):
        self.case.stage = "aftercare"
        with freeze_time("2026-03-02"):
            self.dialog("aftercare", weeks=2, note="On holiday.").action_later()
        self.assertEqual((self.case.stage, self.case.aftercare_on), ("aftercare", date(2026, 3, 16)))
        self.assertTrue(self.case.message_ids.filtered(lambda message: "On holiday." in (message.body or "")))
        with self.assertRaises(UserError):
            self.dialog("aftercare", weeks=0).action_later()

    def test_the_day_is_not_emptied(self):
        self.case.stage = "aftercare"
        with self.assertRaises(ValidationError):
            self.case.aftercare_on = False

    def test_weeks_are_of_the_company_of_the_case(self):
        self.company.mediation_aftercare_weeks = 6
        wizard = self.env["buurtbemiddeling.case.aftercare"].with_user(self.coordinator)
        self.assertEqual(wizard.create({"case_id": self.case.id}).weeks, 6)

    def test_not_without_answer_or_outside_aftercare(self):
        for values in ({"answer": "holds"}, {"answer": "holds", "weeks": 2}):
            wizard = self.dialog("aftercare", **values)
            for action in (wizard.action_close, wizard.action_later):
                with self.assertRaises(UserError):
                    action()
        self.case.stage = "aftercare"
        for values in ({}, {"answer": "holds", "result_id": False}):
            with self.assertRaises(UserError):
                self.dialog("aftercare", **values).action_close()
        self.assertEqual(self.case.stage, "aftercare")

    def test_dialogs_are_for_coordinators_of_the_case(self):
        self.case.stage = "aftercare"
        for name, values in (("aftercare", {"answer": "holds"}), ("ask.again", {}), ("reopen", {"reason": "x"})):
            own = self.dialog(name, **values)
            for user in (self.mediator, self.unassigned_mediator, self.colleague, self.officer, self.access_admin):
                muted = mute_logger("odoo.addons.base.models.ir_model")
                with self.subTest(name=name, user=user.login), muted, self.assertRaises(AccessError):
                    self.dialog(name, user, **values)
            action = {"aftercare": "action_close", "ask.again": "action_record", "reopen": "action_reopen"}[name]
            for user in (self.manager, self.other_coordinator):
                with self.assertRaises(UserError):
                    getattr(own.with_user(user), action)()
            with self.assertRaises(UserError):
                getattr(self.dialog(name, self.other_coordinator, **values), action)()
        self.assertEqual(self.case.stage, "aftercare")

    # ------------------------------------------------------------------
    # Some months after the closing
    # ------------------------------------------------------------------
    def test_asked_again_once(self):
        self.close()
        self.assertEqual(self.case.ask_again_on, fields.Date.today() + relativedelta(months=3))
        self.assertFalse(self.ask())
        self.case.sudo().closed_on = fields.Date.today() - relativedelta(months=3)
        self.assertEqual(self.ask().user_id, self.coordinator)
        self.assertEqual(len(self.ask()), 1)
        self.ask().unlink()
        self.assertFalse(self.ask())

    def test_not_asked_again(self):
        """Not where nobody was helped, not when it is off, and not when it is long past."""
        self.close()
        self.case.sudo().closed_on = fields.Date.today() - relativedelta(months=5)
        self.assertFalse(self.ask())
        self.company.mediation_ask_again_months = 0
        self.case.sudo().closed_on = fields.Date.today() - relativedelta(months=3)
        self.assertFalse(self.case.ask_again_on)
        not_taken_up = self._self_report()
        self.company.mediation_ask_again_months = 3
        self._end(not_taken_up, result="result_no_contact")
        self.assertFalse(not_taken_up.ask_again_on)
        self.case.outcome = "not_applicable"
        self.assertFalse(self.case.ask_again_on)

    def test_not_asked_of_a_coordinator_who_left(self):
        self.close()
        self.case.sudo().closed_on = fields.Date.today() - relativedelta(months=3)
        self.coordinator.sudo().group_ids = self.env.ref("base.group_user")
        self.assertFalse(self.ask())

    def test_later_answer_changes_no_answer_and_no_result(self):
        self.close("holds")
        self.case.sudo().closed_on = fields.Date.today() - relativedelta(months=3)
        self.assertTrue(self.ask())
        told = self._answers(self.receipt), self.case.register_ids.ids
        ended = self.case.outcome, self.case.result_id, self.case.closed_on
        self.dialog("ask.again", answer="no", note="The noise is back.").action_record()
        self._daily_round()
        self.assertEqual((self.case.later_answer, self.case.later_answered_on), ("no", fields.Date.today()))
        self.assertEqual((self._answers(self.receipt), self.case.register_ids.ids), told)
        self.assertEqual((self.case.outcome, self.case.result_id, self.case.closed_on), ended)
        self.assertFalse(self.ask())

    def test_later_answer_is_for_what_is_over(self):
        with self.assertRaises(ValidationError):
            self.dialog("ask.again").action_record()
        with self.assertRaises(ValidationError):
            self.case.write({"later_answer": "holds"})
        other = self._self_report()
        self._end(other, result="result_no_contact")
        with self.assertRaises(ValidationError):
            other.with_user(self.coordinator).write({"later_answer": "holds"})

    def test_settings(self):
        for values in ({"mediation_aftercare_weeks": 0}, {"mediation_ask_again_months": -1}):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.company.write(values)
                self.company.flush_recordset()
