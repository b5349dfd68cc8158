import re
from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

import pytz
import vobject
from lxml import etree
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon


class SessionCommon(MediationCommon):
    """A case that is taken up, with a reporter and another party, in which appointments are planned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._take_up(cls._self_report())
        cls.reporter, cls.other_party = cls.case.party_ids.sorted("sequence")
        cls.other_party.write({"street": "Leeuwerikhof", "house_number": "3", "phone": "0999000111"})
        cls.case.action_next_stage()

    @classmethod
    def _plan(cls, case=None, **values):
        """Plan an appointment as coordinator, next week on Monday at ten."""
        monday = fields.Date.context_today(cls.coordinator) + timedelta(days=7)
        monday -= timedelta(days=monday.weekday())
        return (
            cls.env["buurtbemiddeling.session"]
            .with_user(cls.coordinator)
            .create({"case_id": (case or cls.case).id, "start": f"{monday} 10:00:00", **values})
        )

    @classmethod
    def _agree_to_take_part(cls, parties):
        consents = cls.env["buurtbemiddeling.consent"].with_user(cls.coordinator)
        return consents.create([{"party_id": party.id} for party in parties])

    def assertRefusedFor(self, error, action):
        with mute_logger("odoo.sql_db"), self.assertRaises(error), self.env.cr.savepoint():
            action()


@tagged("post_install", "-at_install")
class TestSession(SessionCommon, TransactionCase):
    """What can be planned, what becomes of it, and who may say so."""

    # ------------------------------------------------------------------
    # Planning
    # ------------------------------------------------------------------
    def test_planned_from_the_case_with_what_it_knows(self):
        self.coordinator.tz = "Europe/Amsterdam"
        action = self.case.action_plan_session()
        form = Form(self.env[action["res_model"]].with_user(self.coordinator).with_context(**action["context"]))
        self.assertEqual(form.kind, "first_talk")
        self.assertEqual(form.party_ids[:], self.reporter)
        self.assertEqual(form.mediator_ids[:], self.mediator | self.second_mediator)
        self.assertEqual(form.place_kind, "home")
        self.assertEqual(form.location, "Vinkenpad 12")
        local = pytz.utc.localize(form.start).astimezone(pytz.timezone("Europe/Amsterdam"))
        self.assertEqual((local.hour, local.minute), (10, 0))
        self.assertLess(local.weekday(), 5)
        self.assertGreater(form.start, fields.Datetime.now())
        form.kind = "second_talk"
        self.assertEqual(form.party_ids[:], self.other_party)
        self._agree_to_take_part(self.case.party_ids)
        form.kind = "mediation"
        self.assertEqual(form.party_ids[:], self.case.party_ids)
        self.assertEqual(form.place_kind, "neutral")
        session = form.save()
        self.assertEqual((session.state, session.case_id), ("planned", self.case))
        self.assertEqual(self.case.session_count, 1)

    def test_an_intake_is_with_the_coordinator(self):
        session = self._plan(kind="intake")
        self.assertEqual(session.mediator_ids, self.coordinator)
        self.assertEqual((session.party_ids, session.place_kind), (self.reporter, "telephone"))

    def test_one_choice_leaves_the_other_defaults(self):
        session = self._plan(mediator_ids=self.mediator.ids)
        self.assertEqual((session.mediator_ids, session.party_ids), (self.mediator, self.reporter))

    def test_the_kind_follows_the_stage(self):
        self.case.action_next_stage()
        self.assertEqual(self._plan().kind, "second_talk")
        self.assertEqual(self._plan(self._self_report()).kind, "intake")

    def test_only_people_of_the_case(self):
        stranger = self._self_report().party_ids[0]
        self.assertRefusedFor(ValidationError, lambda: self._plan(party_ids=stranger.ids))
        session = self._plan()
        self.assertRefusedFor(ValidationError, lambda: session.write({"party_ids": [Command.link(stranger.id)]}))

    def test_only_mediators_of_the_case_and_its_coordinator(self):
        session = self._plan(mediator_ids=(self.mediator | self.coordinator).ids)
        for user in (self.unassigned_mediator, self.manager, self.colleague):
            self.assertRefusedFor(ValidationError, lambda user=user: self._plan(mediator_ids=user.ids))
            self.assertRefusedFor(
                ValidationError, lambda user=user: session.write({"mediator_ids": [Command.link(user.id)]})
            )

    def test_hours_of_a_talk(self):
        for hours in (0, -1, 8.5):
            self.assertRefusedFor(IntegrityError, lambda hours=hours: self._plan(duration=hours))
        session = self._plan(duration=8)
        self.assertEqual(session.stop - session.start, timedelta(hours=8))

    def test_mediation_is_on_neutral_ground(self):
        self._agree_to_take_part(self.case.party_ids)
        self.assertRefusedFor(IntegrityError, lambda: self._plan(kind="mediation", place_kind="home"))

    def test_mediation_needs_what_its_stage_needs(self):
        with self.assertRaisesRegex(ValidationError, "Buur does not take part"):
            self._plan(kind="mediation")
        self._agree_to_take_part(self.case.party_ids)
        self.assertEqual(self._plan(kind="mediation").state, "planned")

    def test_nothing_is_planned_in_a_closed_case(self):
        self._end(self.case)
        self.assertRefusedFor(ValidationError, self._plan)

    def test_only_a_coordinator_of_the_case_plans(self):
        values = {"case_id": self.case.id, "start": "2030-01-07 10:00:00"}
        for user in (self.mediator, self.unassigned_mediator, self.other_coordinator, self.colleague, self.officer):
            sessions = self.env["buurtbemiddeling.session"].with_user(user)
            self.assertRefusedFor(AccessError, lambda sessions=sessions: sessions.create(values))

    def test_history_is_not_made_by_hand(self):
        first = self._plan()
        sessions = self.env["buurtbemiddeling.session"].with_user(self.coordinator)
        forged = sessions.with_context(default_state="held", default_moved_from_id=first.id).create(
            {"case_id": self.case.id, "state": "held", "moved_from_id": first.id}
        )
        self.assertEqual((forged.state, forged.moved_from_id), ("planned", sessions))
        for values in ({"state": "held"}, {"moved_from_id": first.id}):
            self.assertRefusedFor(UserError, lambda values=values: forged.write(values))
        for user in (self.coordinator, self.mediator):
            self.assertRefusedFor(AccessError, lambda user=user: first.with_user(user).unlink())
        self.assertRefusedFor(UserError, first.sudo().unlink)

    # ------------------------------------------------------------------
    # Moving
    # ------------------------------------------------------------------
    def test_moving_keeps_how_it_was_planned(self):
        session = self._plan(note="Hond in huis")
        reference, former_start = session.reference, session.start
        wizard = (
            self.env["buurtbemiddeling.session.move"].with_user(self.coordinator).create({"session_id": session.id})
        )
        self.assertEqual((wizard.start, wizard.duration), (session.start, session.duration))
        self.assertRefusedFor(UserError, wizard.action_move)
        wizard.write({"start": former_start + timedelta(days=1), "duration": 2, "reason": "Ziek"})
        wizard.action_move()
        former = session.moved_from_id
        self.assertEqual(
            (former.state, former.start, former.duration, former.note), ("moved", former_start, 1.5, "Ziek")
        )
        self.assertEqual((former.party_ids, former.mediator_ids), (session.party_ids, session.mediator_ids))
        self.assertEqual((session.state, session.reference, session.note), ("planned", reference, "Hond in huis"))
        self.assertEqual((session.start, session.duration), (former_start + timedelta(days=1), 2))
        self.assertEqual(self.case.session_count, 1)

    def test_another_start_moves_by_whatever_way(self):
        """A drag in the calendar writes the start, and so does a remote call or a line of the case."""
        session = self._plan()
        for number, move in enumerate(
            (
                lambda: session.write({"start": "2030-01-07 10:00:00", "duration": 1}),
                lambda: self.case.write(
                    {"session_ids": [Command.update(session.id, {"start": "2030-01-08 10:00:00"})]}
                ),
                lambda: session.sudo().write({"start": "2030-01-09 10:00:00"}),
            ),
            1,
        ):
            move()
            self.assertEqual(len(self.case.session_ids.filtered(lambda past: past.state == "moved")), number)
        starts = []
        while session:
            starts.append(session.start)
            session = session.moved_from_id
        self.assertEqual(starts, sorted(starts, reverse=True))
        self.assertEqual(len(starts), 4)

    def test_the_same_start_moves_nothing(self):
        session = self._plan()
        session.write({"start": session.start, "place": "Buurthuis"})
        self.assertFalse(session.moved_from_id)

    def test_what_was_sent_stays_with_the_former_time(self):
        session = self._plan()
        letter = self.env["buurtbemiddeling.letter"].create(
            {"case_id": self.case.id, "party_id": self.reporter.id, "kind": "appointment", "session_id": session.id}
        )
        letter.write({"state": "sent", "method": "print"})
        session.write({"start": "2030-01-07 10:00:00"})
        self.assertEqual(letter.session_id, session.moved_from_id)

    def test_what_is_past_stays_as_it_was(self):
        past = self._plan(start=fields.Datetime.now() - timedelta(days=1))
        past.action_held()
        cancelled = self._plan()
        cancelled.action_cancel()
        moved = self._plan()
        moved.write({"start": "2030-01-07 10:00:00"})
        for session in (past, cancelled, moved.moved_from_id):
            for values in ({"start": "2030-01-08 10:00:00"}, {"duration": 1}, {"place": "x"}, {"party_ids": []}):
                with self.subTest(state=session.state, values=values):
                    self.assertRefusedFor(UserError, lambda session=session, values=values: session.write(values))
            session.write({"note": "Zangerig"})

    # ------------------------------------------------------------------
    # Held or not, by whom
    # ------------------------------------------------------------------
    def test_mediators_say_how_it_went_and_write_a_note(self):
        session = self._plan(start=fields.Datetime.now() - timedelta(hours=2)).with_user(self.mediator)
        session.write({"note": "Zangerig"})
        session.action_held()
        self.assertEqual((session.state, session.note), ("held", "Zangerig"))
        session.action_not_held()
        self.assertEqual(session.state, "not_held", "a slip of the thumb is put right")

    def test_who_was_not_there_does_not_say_how_it_went(self):
        session = self._plan(start=fields.Datetime.now(), mediator_ids=self.second_mediator.ids)
        for action in (session.with_user(self.mediator).action_held, session.with_user(self.mediator).action_not_held):
            self.assertRefusedFor(UserError, action)
        session.with_user(self.second_mediator).action_held()
        self.assertEqual(session.state, "held")

    def test_mediators_write_nothing_else(self):
        session = self._plan(start=fields.Datetime.now()).with_user(self.mediator)
        for values in (
            {"start": "2030-01-07 10:00:00"},
            {"note": "x", "place": "x"},
            {"mediator_ids": [Command.clear()]},
            {"party_ids": [Command.clear()]},
        ):
            self.assertRefusedFor(AccessError, lambda values=values: session.write(values))
        self.assertRefusedFor(UserError, lambda: session.write({"state": "held"}))
        self.assertRefusedFor(AccessError, session.action_cancel)
        moves = self.env["buurtbemiddeling.session.move"].with_user(self.mediator)
        self.assertRefusedFor(AccessError, lambda: moves.create({"session_id": session.id}))
        self.assertEqual((session.state, session.moved_from_id), ("planned", session.browse()))

    def test_who_is_not_on_the_open_case_does_nothing(self):
        session = self._plan(start=fields.Datetime.now())
        refused = [self.unassigned_mediator, self.other_coordinator, self.colleague, self.access_admin, self.officer]
        self._assert_nothing_for(refused, session)
        session.action_held()
        self._end(self.case)
        self._assert_nothing_for([self.mediator], session)

    def _assert_nothing_for(self, users, session):
        for user in users:
            foreign = session.with_user(user)
            self.assertFalse(foreign.has_access("read"), user.login)
            for action in (
                foreign.action_held,
                foreign.action_not_held,
                foreign.action_cancel,
                foreign.action_calendar_file,
                lambda foreign=foreign: foreign.write({"note": "x"}),
            ):
                with self.subTest(user=user.login, action=action):
                    self.assertRefusedFor(AccessError, action)

    def test_what_is_still_to_come_was_not_held(self):
        session = self._plan()
        self.assertRefusedFor(UserError, session.action_held)
        self.assertRefusedFor(UserError, session.action_not_held)

    def test_what_was_cancelled_or_moved_was_not_held(self):
        session = self._plan(start=fields.Datetime.now())
        session.write({"start": fields.Datetime.now() - timedelta(hours=1)})
        self.assertRefusedFor(UserError, session.moved_from_id.action_held)
        session.action_cancel()
        self.assertRefusedFor(UserError, session.action_held)
        self.assertRefusedFor(UserError, session.action_cancel)

    # ------------------------------------------------------------------
    # What follows from the case
    # ------------------------------------------------------------------
    def test_withdrawal_cancels_what_is_planned_with_her_at_once(self):
        self._agree_to_take_part(self.case.party_ids)
        held = self._plan(start=fields.Datetime.now(), kind="second_talk")
        held.action_held()
        hers, both, not_hers = self._plan(kind="second_talk"), self._plan(kind="mediation"), self._plan()
        self.other_party.consent_ids.action_withdraw()
        self.assertEqual((hers | both).mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual((not_hers.state, held.state), ("planned", "held"))
        message = self.case.message_ids[0]
        self.assertIn("cancelled", message.body)
        self.assertEqual(message.partner_ids, (self.mediator | self.second_mediator).partner_id)

    def test_who_does_not_want_the_referral_is_not_visited(self):
        _receipt, case = self._refer()
        case = self._take_up(case)
        session = self._plan(case)
        case.party_ids._referral_consents().action_withdraw()
        self.assertEqual(session.state, "cancelled")

    def test_erased_with_the_last_reporter(self):
        _receipt, case = self._refer()
        session = self._plan(self._take_up(case), note="Zangerig", place="Vinkenpad 12", place_kind="neutral")
        case.party_ids.with_user(self.coordinator)._referral_consents().action_withdraw()
        self._daily_round()
        self.assertFalse(session.note or session.place)

    def test_closing_cancels_what_is_planned(self):
        held, planned = self._plan(start=fields.Datetime.now()), self._plan()
        held.action_held()
        self._end(self.case)
        self.assertEqual((held.state, planned.state), ("held", "cancelled"))

    def test_a_report_put_with_another_case_leaves_no_appointments(self):
        report = self._self_report()
        session = self._plan(report)
        self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).create(
            {"case_id": report.id, "target_case_id": self.case.id}
        ).action_merge()
        self.assertEqual(session.state, "cancelled")

    def test_who_is_off_the_case_is_off_its_planned_appointments(self):
        held, planned = self._plan(start=fields.Datetime.now()), self._plan()
        held.action_held()
        self.case.mediator_ids = self.second_mediator | self.unassigned_mediator
        self.assertEqual(planned.mediator_ids, self.second_mediator)
        self.assertEqual(held.mediator_ids, self.mediator | self.second_mediator)
        self.assertFalse(planned.with_user(self.mediator).search([]))

    # ------------------------------------------------------------------
    # What follows from the case
    # ------------------------------------------------------------------
    def _plan_mediation(self):
        self._agree_to_take_part(self.case.party_ids)
        self.case.stage = "mediation"
        return self._plan(kind="mediation", place="Buurthuis")

    def test_a_mediator_leaves_although_mediation_is_planned(self):
        talk = self._plan_mediation()
        self.case.with_user(self.mediator).action_i_know_somebody()
        self.assertEqual((self.case.stage, talk.state), ("intake", "cancelled"))

    def test_coaching_takes_the_place_of_a_planned_mediation(self):
        talk = self._plan_mediation()
        self.case.action_go_on_as_coaching()
        self.assertEqual(talk.state, "cancelled")

    def test_what_took_place_can_still_be_reported(self):
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        talk = self._plan(start=hour_ago)
        talk.flush_recordset()
        self.case.mediator_ids = self.second_mediator | self.unassigned_mediator
        self._agree_to_take_part(self.reporter).action_withdraw()
        self._end(self.case)
        self.assertEqual((talk.state, talk.mediator_ids), ("planned", self.mediator | self.second_mediator))
        talk.action_held()
        self.assertEqual(talk.state, "held")

    def test_the_new_coordinator_comes_instead_of_the_former(self):
        intake, talk = self._plan(kind="intake"), self._plan()
        self.assertEqual(intake.mediator_ids, self.coordinator)
        self.case.coordinator_id = self.manager
        self.assertEqual(intake.mediator_ids, self.manager)
        self.assertEqual(talk.mediator_ids, self.mediator | self.second_mediator)

    def test_a_case_that_stops_has_no_appointments(self):
        for values in ({"active": False}, {"taken_up": "not_taken_up", "stage": "intake"}):
            with self.subTest(values):
                talk = self._plan()
                self.case.write(values)
                self.assertEqual(talk.state, "cancelled")
                self.case.write({"active": True, "taken_up": "taken_up"})

    def test_both_parties_take_part_in_a_shuttle_talk(self):
        self.assertRefusedFor(ValidationError, lambda: self._plan(kind="shuttle", place_kind="office"))

    def test_who_comes_later_is_asked_before_the_mediation(self):
        talk = self._plan_mediation()
        self.case.stage = "second_talk"
        self.reporter.create({"case_id": self.case.id, "name": "Later", "role": "other_party"})
        self.assertEqual(talk.state, "cancelled")

    def test_nothing_is_planned_with_who_does_not_take_part(self):
        self._agree_to_take_part(self.reporter).action_withdraw()
        self.assertRefusedFor(ValidationError, self._plan)

    def test_a_form_tells_nobody_elses_agenda(self):
        talk = self._plan(self._take_up(self._self_report()), kind="first_talk", mediator_ids=self.mediator.ids)
        form = talk.new({"case_id": self.case.id, "start": talk.start, "duration": 1, "state": "planned"})
        form.mediator_ids = self.mediator
        self.assertIn(f"{self.mediator.name} has another", form.warning)
        self.case.mediator_ids = self.second_mediator | self.unassigned_mediator
        form = form.new({"case_id": self.case.id, "start": talk.start, "duration": 1, "state": "planned"})
        form.mediator_ids = self.mediator
        self.assertNotIn(f"{self.mediator.name} has another", form.warning or "")

    def test_not_years_before_the_report(self):
        self.assertRefusedFor(ValidationError, lambda: self._plan(start="2016-01-04 10:00:00"))

    def test_warned_of_a_day_on_which_somebody_is_not_free(self):
        self.env["buurtbemiddeling.mediator"].create({"user_id": self.mediator.id, "tue": True})
        self.assertIn("not free on this day", self._plan(start="2030-01-07 10:00:00").warning)
        self.assertNotIn("not free on this day", self._plan(start="2030-01-08 10:00:00").warning or "")

    def test_a_draft_tells_the_new_time(self):
        talk = self._plan()
        letters = self.env["buurtbemiddeling.letter"]
        draft = letters.create(
            {"case_id": self.case.id, "party_id": self.reporter.id, "kind": "appointment", "session_id": talk.id}
        )
        before = draft.body
        talk.write({"start": "2030-01-07 10:00:00"})
        self.assertEqual(draft.session_id, talk)
        self.assertNotEqual(draft.body, before)

    def test_planning_and_closing_come_one_after_the_other(self):
        with patch.object(type(self.case), "_serialize") as serialize:
            self._plan()
        serialize.assert_called()

    # ------------------------------------------------------------------
    # What is shown
    # ------------------------------------------------------------------
    def test_coaching_is_at_most_two_talks(self):
        for day in (7, 8, 9):
            session = self._plan(start=f"2030-01-{day:02} 10:00:00", kind="coaching")
            self.assertEqual("at most two talks" in (session.warning or ""), day == 9)

    def test_warnings(self):
        self.coordinator.tz = "Europe/Amsterdam"
        first = self._plan()
        self.assertFalse(first.warning)
        for hour, warned in (("06", True), ("07", False), ("19", False), ("21", True)):
            session = self._plan(start=f"2030-01-07 {hour}:00:00", kind="coaching")
            self.assertEqual("before 8 or after 22" in (session.warning or ""), warned, hour)
        self.assertIn("has passed", self._plan(start="2026-01-05 10:00:00").warning)
        self.assertIn("No mediator", self._plan(mediator_ids=[]).warning)
        self.assertIn("neutral place", self._plan(place_kind="neutral", start="2030-01-09 10:00:00").warning)
        second = self._plan(kind="coaching", start=first.start + timedelta(hours=1), mediator_ids=self.coordinator.ids)
        self.assertIn("Kanarievogel has another appointment", second.warning)
        self.assertNotIn(self.mediator.name, second.warning)
        after = self._plan(kind="second_talk", start=first.stop + timedelta(days=1))
        self.assertFalse(after.warning, "one after the other is no conflict")

    def test_a_mediator_who_is_elsewhere_is_told_by_the_time_only(self):
        self.mediator.company_ids = [Command.link(self.other_company.id)]
        elsewhere = (
            self.env["buurtbemiddeling.case"]
            .with_user(self.other_coordinator)
            .create({"mediator_ids": self.mediator.ids, "party_ids": [Command.create({"name": "Ergens Anders"})]})
        )
        other = elsewhere.session_ids.create(
            {"case_id": elsewhere.id, "start": "2030-01-07 10:30:00", "mediator_ids": self.mediator.ids}
        )
        session = self._plan(start="2030-01-07 10:00:00")
        self.assertIn(self.mediator.name, session.warning)
        for secret in ("Ergens", elsewhere.reference, other.reference):
            self.assertNotIn(secret, session.warning)
        with self.assertRaises(AccessError):
            session.with_user(self.mediator).read(["warning"])
        other.action_cancel()
        session.invalidate_recordset()
        self.assertFalse(session.warning)

    def test_the_dialog_for_moving_warns_before(self):
        self._plan(start="2030-01-07 10:00:00")
        session = self._plan(start="2030-01-08 10:00:00")
        moves = self.env["buurtbemiddeling.session.move"].with_user(self.coordinator)
        form = Form(moves.with_context(default_session_id=session.id))
        self.assertFalse(form.warning)
        form.start = "2030-01-07 10:00:00"
        self.assertIn("another appointment", form.warning)

    def test_name_tells_only_readers_what_it_is(self):
        session = self._plan(start="2030-01-07 10:00:00").with_context(tz="UTC")
        self.assertEqual(session.display_name, f"Talk with the first party · 7 Jan 10:00 · {self.case.reference}")
        for user in (self.unassigned_mediator, self.other_coordinator, self.colleague, self.officer):
            self.assertEqual(session.with_user(user).sudo().display_name, session.reference)

    def test_lists_take_the_same_number_of_queries(self):
        specification = {
            "display_name": {},
            "location": {},
            "case_id": {"fields": {"display_name": {}}},
            "party_ids": {"fields": {"display_name": {}}},
            "mediator_ids": {"fields": {"display_name": {}}},
            "warning": {},
        }

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["buurtbemiddeling.session"].with_user(self.coordinator).web_search_read([], specification)
            return self.env.cr.sql_log_count - before

        self._plan()
        queries()
        few = queries()
        for number in range(10):
            self._plan(start=f"2030-01-{10 + number} 10:00:00")
        queries()
        self.assertEqual(queries(), few)

    def test_filters_find_what_they_say(self):
        yesterday = self._plan(start=fields.Datetime.now() - timedelta(days=1))
        today = self._plan(start=fields.Datetime.now())
        next_week, cancelled = self._plan(), self._plan()
        today.action_held()
        cancelled.action_cancel()
        everything = yesterday | today | next_week | cancelled
        search = etree.fromstring(self.env.ref(f"{MODULE}.session_view_search").arch)
        for name, expected in (
            ("to_report", yesterday),
            ("today", today),
            ("to_do", yesterday | today | next_week),
            ("current", yesterday | today | next_week),
            ("planned", yesterday | next_week),
        ):
            (domain,) = search.xpath(f"//filter[@name='{name}']/@domain")
            with self.subTest(name):
                self.assertEqual(everything.search([*literal_eval(domain), ("case_id", "=", self.case.id)]), expected)

    def test_menus_of_the_telephone_are_for_mediators(self):
        menus = [self.env.ref(f"{MODULE}.{name}").id for name in ("menu_session_mine", "menu_case_mine")]
        self.assertLessEqual(set(menus), self.env["ir.ui.menu"].with_user(self.mediator)._visible_menu_ids())
        hidden = self.env["ir.ui.menu"].with_user(self.coordinator)._load_menus_blacklist()
        self.assertLessEqual(set(menus), set(hidden))
        self.assertFalse(set(menus) & set(self.env["ir.ui.menu"].with_user(self.mediator)._load_menus_blacklist()))


@tagged("post_install", "-at_install")
class TestCalendarFile(SessionCommon, HttpCase):
    """The file for one's own calendar: whoever sees that calendar learns nothing of the conflict."""

    def event(self, content):
        calendar = vobject.readOne(content.decode())
        return calendar.method.value, calendar.vevent

    def test_it_names_nobody(self):
        self._agree_to_take_part(self.case.party_ids)
        for values in (
            {},
            {"kind": "second_talk"},
            {"kind": "mediation", "place": "Buurthuis, Plein 1"},
            {"place_kind": "office"},
            {"place_kind": "telephone"},
        ):
            content = self._plan(note="Zangerig", **values)._calendar_file().decode()
            for secret in (*("Kanarievogel", "Buur ", "Vinkenpad", "Leeuwerikhof", "0999", "Zangerig"), "Talk"):
                with self.subTest(values=values, secret=secret):
                    self.assertNotIn(secret, content.replace("\r\n ", ""))

    def test_what_stands_in_it(self):
        self._agree_to_take_part(self.case.party_ids)
        session = self._plan(kind="mediation", place="Buurthuis, Plein 1\nATTENDEE:mailto:x@example.com")
        method, event = self.event(session.with_context(lang="nl_NL")._calendar_file())
        self.assertEqual((method, event.status.value, event.sequence.value), ("PUBLISH", "CONFIRMED", "0"))
        self.assertTrue(event.uid.value.startswith(session.reference))
        self.assertEqual(event.dtstart.value, pytz.utc.localize(session.start))
        self.assertEqual(event.dtend.value, pytz.utc.localize(session.stop))
        self.assertIn(f"DTSTART:{session.start:%Y%m%dT%H%M%S}Z", session._calendar_file().decode())
        self.assertEqual(event.location.value, session.place)
        self.assertNotIn("attendee", event.contents)
        self.assertIn("/odoo/", event.description.value)

    def test_a_later_version_replaces_it(self):
        session = self._plan()
        self.env.cr.execute("UPDATE buurtbemiddeling_session SET create_date = create_date - interval '1 hour'")
        session.invalidate_recordset()
        uid = self.event(session._calendar_file())[1].uid.value
        session.write({"start": "2030-01-07 10:00:00"})
        _method, moved = self.event(session._calendar_file())
        self.assertEqual(moved.uid.value, uid)
        self.assertGreaterEqual(int(moved.sequence.value), 3600)
        session.action_cancel()
        method, cancelled = self.event(session._calendar_file())
        self.assertEqual((method, cancelled.status.value, cancelled.uid.value), ("CANCEL", "CANCELLED", uid))

    def test_a_resident_reads_her_own_address_and_no_other(self):
        _method, event = self.event(self._plan()._calendar_file(for_party=self.reporter))
        self.assertEqual(event.location.value, "Vinkenpad 12")
        self.assertNotIn("/odoo", event.description.value)
        for values in ({"kind": "second_talk"}, {"kind": "coaching", "party_ids": self.case.party_ids.ids}):
            content = self._plan(**values)._calendar_file(for_party=self.reporter).decode()
            self.assertNotIn("LOCATION", content)
            self.assertNotIn("Leeuwerikhof", content)

    def test_who_may_read_the_appointment_downloads_it(self):
        session = self._plan()
        address = session.action_calendar_file()["url"]
        for user in (self.coordinator, self.mediator):
            self.authenticate(user.login, user.login)
            answer = self.url_open(address)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertIn("text/calendar", answer.headers["Content-Type"])
            self.assertIn(session.reference, answer.text)
            log = self.env["buurtbemiddeling.access.log"].search([("user_id", "=", user.id), ("how", "=", "export")])
            self.assertEqual(log.case_id, self.case)

    def test_somebody_elses_is_as_one_that_does_not_exist(self):
        session = self._plan()
        for user in (self.unassigned_mediator, self.other_coordinator, self.colleague, self.access_admin, self.officer):
            self.authenticate(user.login, user.login)
            pages = []
            for reference in (session.reference, "2222-2222"):
                answer = self.url_open(f"/buurtbemiddeling/appointment/{reference}.ics")
                self.assertEqual(answer.status_code, 404, user.login)
                # What differs between any two pages: the address itself and the token against forged forms.
                pages.append(re.sub(rf'{reference}|csrf_token: "\w+"', "", answer.text))
            self.assertEqual(*pages, user.login)
        self.authenticate(None, None)
        answer = self.url_open(session.with_user(self.coordinator).action_calendar_file()["url"], allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
