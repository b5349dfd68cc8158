from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon

NUMBER = 3


@tagged("post_install", "-at_install")
class TestDailyJobs(MediationCommon):
    """A daily job works in batches, can be stopped after each case, and then goes on where it was stopped."""

    def _stopped(self, job):
        """Run a job of which the time is over after the first case, and return how much it says is left."""
        left, done = [], []

        def stop(_cron, processed=0, *, remaining=None):
            left.append(remaining if remaining is not None else max(left.pop() - processed, 0))
            done.append(processed)
            return 0.0

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", stop):
            job()
        self.env.invalidate_all()
        self.assertGreater(left[-1], 0, "else Odoo calls it done until the next day")
        self.assertGreater(sum(done), 0, "else an error further on lets Odoo wait until the next day")

    def _one_by_one(self):
        """Let each batch be of one record."""
        return patch(f"odoo.addons.{MODULE}.models.batches.LOOKED_FOR", 1)

    def _remind(self):
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_remind").method_direct_trigger()
        self.env.invalidate_all()

    def _referred(self):
        receipts, cases = zip(*(self._refer() for _number in range(NUMBER)), strict=True)
        return receipts[0].union(*receipts), cases[0].union(*cases)

    def _without_people(self):
        """Cases of which nobody is left for so long that they end."""
        receipts, cases = self._referred()
        cases.party_ids.with_user(self.coordinator)._referral_consents().action_withdraw()
        cases.party_ids._erase()
        cases.party_ids.erased_on = fields.Date.today() - timedelta(days=8)
        return receipts, cases

    def test_the_round_of_answers_goes_on(self):
        receipts, cases = self._referred()
        for case in cases:
            self._end(case)
        self._stopped(self.env["buurtbemiddeling.case"]._cron_tell_answers)
        self.assertEqual(len(receipts.filtered("suitability_on")), 1)
        self._daily_round()
        answers = {self._answers(receipt) for receipt in receipts}
        self.assertEqual(answers, {("not_suitable", "not_taken_up", "pending")})
        told = self.env["buurtbemiddeling.register"].search([("case_id", "in", cases.ids)])
        self.assertEqual(len(told), 2 * NUMBER, "each of the two answers is told once")

    def test_the_round_of_answers_goes_on_after_those_that_still_wait(self):
        receipts, cases = self._referred()
        last = receipts.sorted("id")[-1]
        self._end(cases.filtered(lambda case: case.referral_ids == last))
        with self._one_by_one():
            self._daily_round()
        self.assertEqual(receipts.filtered("suitability_on"), last)

    def test_ending_without_reporter_goes_on(self):
        receipts, cases = self._without_people()
        self._stopped(self.env["buurtbemiddeling.case"]._cron_tell_answers)
        self.assertEqual(len(cases.filtered(lambda case: case.stage == "closed")), 1)
        self.assertFalse(receipts.filtered("suitability_on"), "they are told the no together, when all have ended")
        with self._one_by_one():
            self._daily_round()
        self.assertEqual(set(cases.mapped("stage")), {"closed"})
        self.assertEqual(len(receipts.filtered("suitability_on")), NUMBER)

    def test_erasing_unconfirmed_people_goes_on(self):
        _receipts, cases = self._referred()
        cases.party_ids.with_user(self.coordinator)._referral_consents().action_withdraw()
        self._stopped(self.env["buurtbemiddeling.party"]._cron_erase_unconfirmed)
        self.assertEqual(len(cases.party_ids.filtered("erased_on")), 1)
        with self._one_by_one():
            self._daily_round()
        self.assertEqual(len(cases.party_ids.filtered("erased_on")), NUMBER)

    def test_who_is_in_one_case_is_erased_together(self):
        _receipt, case = self._refer(
            people=[
                self._person(),
                self._person(name="Huisgenoot", email="huisgenoot@example.com"),
                self._person(name="Blijft", email="blijft@example.com"),
            ]
        )
        going = case.party_ids[:2]
        going.with_user(self.coordinator)._referral_consents().action_withdraw()
        before = case.message_ids
        with self._one_by_one():
            self._daily_round()
        self.assertEqual(case.party_ids.filtered("erased_on"), going)
        self.assertEqual(len(case.message_ids - before), 1, "the coordinator is asked once to look at the texts")

    def test_reminders_go_on(self):
        self._remind()
        cases = self.env["buurtbemiddeling.case"].create(
            [
                {"coordinator_id": self.coordinator.id, "stage": "intake", "stage_since": "2020-01-01"}
                for _number in range(NUMBER)
            ]
        )
        kind = self.env.ref(f"{MODULE}.activity_type_next_step")
        self._stopped(self.env["buurtbemiddeling.case"]._cron_remind)
        self.assertEqual(len(cases.filtered("reminded_on")), 1)
        with self._one_by_one():
            self._remind()
        for case in cases:
            self.assertEqual(len(case.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)), 1)

    def test_a_reminder_of_a_step_with_another_term_goes(self):
        case = self.env["buurtbemiddeling.case"].create(
            {"coordinator_id": self.coordinator.id, "stage": "intake", "stage_since": "2020-01-01"}
        )
        kind = self.env.ref(f"{MODULE}.activity_type_next_step")
        today = fields.Date.today()
        outdated, *others = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(case._name),
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "user_id": self.coordinator.id,
                    "date_deadline": day,
                }
                for activity_type, day in (
                    (kind, today),
                    (kind, case.next_step_on),
                    (self.env.ref("mail.mail_activity_data_todo"), today),
                )
            ]
        )
        case.reminded_on = case.next_step_on
        self._remind()
        self.assertFalse(outdated.exists())
        self.assertTrue(all(other.exists() for other in others))
