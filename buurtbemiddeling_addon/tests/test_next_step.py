from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon

MONDAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestNextStep(MediationCommon):
    """What comes next in a case and before when, the reminders of it, and the ways of working."""

    def setUp(self):
        super().setUp()
        _receipt, self.case = self._refer(
            people=[self._person(), self._person(role="other_party", name="Buur", phone="", email="")]
        )
        self.case = self.case.with_user(self.coordinator)

    def assertNext(self, step, day=None):
        self.assertEqual(self.case.next_step, step)
        if day:
            self.assertEqual(self.case.next_step_on, day)

    def _plan(self, start, **values):
        session = {"case_id": self.case.id, "start": start, "party_ids": [Command.set(self.case.party_ids[0].ids)]}
        return self.env["buurtbemiddeling.session"].with_user(self.coordinator).create({**session, **values})

    def _take_part(self, parties):
        self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(
            [{"party_id": party.id, "method": "in_person"} for party in parties]
        )

    def _remind(self):
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_remind").method_direct_trigger()
        self.env.invalidate_all()
        reminder = self.env.ref(f"{MODULE}.activity_type_next_step")
        return self.case.activity_ids.filtered(lambda activity: activity.activity_type_id == reminder)

    def test_what_comes_next_in_each_stage(self):
        case = self.case
        self.assertNext("first_contact", MONDAY + timedelta(days=2))
        case.action_take_on()
        self.assertNext("permission", MONDAY + timedelta(days=7))
        case.party_ids.action_confirm_referral()
        self.assertNext("decide")
        case.action_suitable()
        case.action_take_up()
        self.assertNext("mediators", MONDAY + timedelta(days=7))
        case.mediator_ids = self.mediator | self.second_mediator
        self.assertNext("go_on")
        case.action_next_stage()
        self.assertNext("plan", MONDAY + timedelta(days=14))
        session = self._plan(datetime(2026, 3, 5, 18))
        self.assertNext("appointment", date(2026, 3, 5))
        session.sudo().state = "held"
        self.assertNext("go_on")
        case.action_next_stage()
        self.assertNext("plan")
        self._plan(datetime(2026, 3, 6, 18), kind="second_talk").sudo().state = "held"
        self.assertNext("participation")
        self._take_part(case.party_ids)
        self.assertNext("go_on")
        case.action_next_stage()
        self.assertNext("plan", MONDAY + timedelta(days=21))
        case.stage = "aftercare"
        self.assertNext("aftercare")
        self._end(case)
        self.assertNext(False)
        self.assertFalse(case.next_step_on)

    def test_terms_are_of_the_company_and_in_working_days(self):
        self.company.mediation_days_reported = 5
        friday = self.case.create({"reported_on": MONDAY - timedelta(days=3)})
        self.assertEqual(friday.next_step_on, MONDAY + timedelta(days=4))

    def test_most_urgent_on_top(self):
        later = self.case.create({"reported_on": MONDAY + timedelta(days=3)})
        sooner = self.case.create({"reported_on": MONDAY - timedelta(days=9)})
        cases = self.case.search([("id", "in", (later | self.case | sooner).ids)], order="next_step_on, id")
        self.assertEqual(cases, sooner | self.case | later)

    def test_coordinator_is_reminded_once_and_only_while_it_is_due(self):
        self.case.action_take_on()
        self.assertFalse(self._remind())
        with freeze_time(MONDAY + timedelta(days=4)):
            reminder = self._remind()
            self.assertEqual((reminder.user_id, reminder.date_deadline), (self.coordinator, self.case.next_step_on))
            self.assertEqual(self._remind(), reminder)
            self.case.party_ids.action_confirm_referral()
            self.case.action_suitable()
            self.case.action_take_up()
            self.case.mediator_ids = self.mediator | self.second_mediator
            self.case.action_next_stage()
            self.assertFalse(self.case.activity_ids & reminder.exists())

    def test_a_reminder_that_is_done_does_not_come_back(self):
        self.case.action_take_on()
        with freeze_time(MONDAY + timedelta(days=7)):
            self._remind().action_feedback()
            self.assertFalse(self._remind())

    def test_a_decision_takes_the_reminder_away(self):
        self.case.action_take_on()
        self.case.party_ids.action_confirm_referral()
        with freeze_time(MONDAY + timedelta(days=7)):
            reminder = self._remind()
        self.case.sudo().stage_since = MONDAY + timedelta(days=1)
        self.case.action_suitable()
        self.assertFalse(reminder.exists())

    def test_one_coordinator_who_left_does_not_keep_the_others_from_their_reminders(self):
        left = self._staff("left_coordinator", "group_coordinator")
        lost_role = self._staff("lost_role", "group_coordinator")
        for user in (left, lost_role):
            self.case.create({"coordinator_id": user.id, "stage": "intake"})
        self.case.action_take_on()
        left.active = False
        lost_role.group_ids = self.env.ref("base.group_user")
        with freeze_time(MONDAY + timedelta(days=7)):
            self.assertTrue(self._remind())

    def test_follows_who_is_archived(self):
        self.case.action_take_on()
        self.case.party_ids[0].action_confirm_referral()
        self.assertNext("permission")
        self.case.party_ids[1].active = False
        self.assertNext("decide")

    def test_the_day_is_that_of_the_residents(self):
        self.company.partner_id.tz = "Europe/Amsterdam"
        self._plan(datetime(2026, 3, 5, 23, 30))
        self.assertNext("appointment", date(2026, 3, 6))

    def test_talks_before_reopening_do_not_count(self):
        case = self._take_up(self.case)
        case.action_next_stage()
        self._plan(datetime(2026, 3, 2, 9)).sudo().state = "held"
        self._end(case)
        with freeze_time(MONDAY + timedelta(days=9)):
            self.env["buurtbemiddeling.case.reopen"].with_user(self.coordinator).create(
                {"case_id": case.id, "stage": "first_talk", "reason": "Weer ruzie"}
            ).action_reopen()
            self.assertNext("plan")

    def test_an_appointment_is_asked_about_when_it_is_over(self):
        self._take_up(self.case).action_next_stage()
        self._plan(datetime(2026, 3, 4, 18))
        with freeze_time(MONDAY + timedelta(days=2)):
            self.assertFalse(self._remind())
        with freeze_time(MONDAY + timedelta(days=3)):
            self.assertTrue(self._remind())

    # ------------------------------------------------------------------
    # Dragging a card is a write of the stage
    # ------------------------------------------------------------------
    def test_dragging_obeys_the_guards(self):
        for stage in ("first_talk", "mediation", "aftercare", "closed"):
            with self.subTest(stage), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.case.write({"stage": stage})
        with self.assertRaises(AccessError):
            self._take_up(self.case).with_user(self.mediator).write({"stage": "first_talk"})

    def test_whoever_drags_a_report_to_the_intake_takes_it_on(self):
        self.case.write({"stage": "intake"})
        self.assertEqual(self.case.coordinator_id, self.coordinator)
        self.assertFalse(self.case.activity_ids)
        self.assertEqual(self.case.stage_since, MONDAY)

    # ------------------------------------------------------------------
    # Ways of working
    # ------------------------------------------------------------------
    def test_coaching_has_steps_of_its_own(self):
        case = self._take_up(self.case)
        case.action_next_stage()
        case.action_go_on_as_coaching()
        self.assertEqual((case.stage, case.way_of_working), ("intake", "coaching"))
        self.assertFalse(case.mediator_ids, "a coach had no contact with the party before")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            case.action_next_stage()
        case.mediator_ids = self.unassigned_mediator
        case.action_next_stage()
        for stage in ("second_talk", "mediation"):
            with self.subTest(stage), self.assertRaises(ValidationError), self.env.cr.savepoint():
                case.stage = stage
        case.action_next_stage()
        self.assertEqual(case.stage, "aftercare")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            case.way_of_working = "mediation"

    def test_choosing_a_way_without_the_present_stage_is_explained(self):
        case = self._take_up(self.case)
        case.stage = "second_talk"
        form = Form(case)
        form.way_of_working = "coaching"
        self.assertIn("Coaching is for one party", form.missing_for_next_stage + str(case._missing_for("second_talk")))
        with self.assertRaises(ValidationError):
            form.save()

    def test_group_mediation_is_for_more_than_two_households(self):
        case = self._take_up(self.case)
        case.way_of_working = "group"
        self._take_part(case.party_ids)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            case.stage = "mediation"
        third = self.env["buurtbemiddeling.party"].with_user(self.coordinator)
        self._take_part(third.create({"case_id": case.id, "name": "Derde", "role": "other_party"}))
        case.stage = "mediation"

    def test_found_unsuitable_in_any_stage(self):
        case = self._take_up(self.case)
        for _stage in range(3):
            with self.subTest(case.stage):
                case.write(
                    {
                        "suitability": "not_suitable",
                        "unsuitable_reason_id": self.env.ref(f"{MODULE}.unsuitable_reason_violence").id,
                        "stage": "intake",
                    }
                )
                self.assertEqual(case.suitability_on, fields.Date.context_today(case))
                case.action_suitable()
                case.stage = "first_talk"

    def test_a_date_is_of_a_decision_that_changed(self):
        self._take_up(self.case)
        with freeze_time(MONDAY + timedelta(days=3)):
            self.case.write({"suitability": "suitable", "taken_up": "taken_up", "stage": "intake"})
        self.assertEqual((self.case.suitability_on, self.case.taken_up_on, self.case.stage_since), (MONDAY,) * 3)
