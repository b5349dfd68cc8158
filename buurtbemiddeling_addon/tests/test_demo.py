from collections import Counter
from datetime import date
from unittest import SkipTest

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open

from ..demo.generator import LONGEST_INTAKE_WAIT, POSITIVE_RESULTS, add_working_days, generate_year
from ..demo.hard_cases import hard_cases
from ..demo.privacy import JOB_DAYS
from ..demo.privacy_cases import EARLIER_CASES, privacy_cases
from ..demo.roster import generate_roster, has_conflict
from ..demo.vocabulary import SURNAMES

MODULE = "buurtbemiddeling_addon"
ANSWERS = ("suitability", "taken_up", "outcome")
# Who is in which group, by login; the administrator of the server is in none of the add-on's.
GROUPS = {
    "coordinator": "group_coordinator",
    "coordinator2": "group_coordinator",
    "bemiddelaar": "group_mediator",
    "bemiddelaar2": "group_mediator",
    "bemiddelaar3": "group_mediator",
    "manager": "group_manager",
    "toegang": "group_access_admin",
    "politie": "group_referrer",
    "woningcorporatie": "group_referrer",
    "woningcorporatie2": "group_referrer",
    "school": "group_referrer",
    "portaal": None,
    "collega": None,
    "admin": None,
}
ALL_GROUPS = ("group_mediator", "group_coordinator", "group_manager", "group_access_admin", "group_referrer")


@tagged("post_install", "-at_install")
class TestDemoGenerator(TransactionCase):
    TODAY = date(2026, 3, 16)

    def _year(self, size, **arguments):
        return list(generate_year(size, today=self.TODAY, **arguments))

    def _assert_share(self, count, total, lowest, highest):
        self.assertGreaterEqual(100 * count, lowest * total)
        self.assertLessEqual(100 * count, highest * total)

    def test_same_arguments_same_year(self):
        self.assertEqual(self._year(50), self._year(50))
        self.assertNotEqual(self._year(50), self._year(50, seed=20))

    def test_any_size(self):
        for size in (0, 1, 10, 333):
            with self.subTest(size=size):
                self.assertEqual(len(self._year(size)), size)

    def test_first_cases_of_a_very_large_year_come_at_once(self):
        cases = generate_year(1_000_000, today=self.TODAY)
        self.assertEqual(next(cases).stage, "closed")

    def test_mix_is_as_published_for_the_field(self):
        year = self._year(2000)
        sources = Counter(case.referrals[0].organisation if case.referrals else case.channel for case in year)
        handled = [case for case in year if case.stage == "closed" and case.taken_up == "taken_up"]
        housing = sources["demo_organisation_housing"] + sources["demo_organisation_housing_2"]
        for count, total, lowest, highest in (
            (sources["self_report"], 2000, 45, 50),
            (housing, 2000, 25, 30),
            (sources["demo_organisation_police"], 2000, 10, 15),
            (sum(case.suitability == "not_suitable" for case in year), 2000, 8, 12),
            (sum(case.is_complex for case in year), 2000, 23, 27),
            (sum(case.complaint.startswith("complaint_type_noise") for case in year), 2000, 45, 75),
            (sum(5 <= case.reported_on.month <= 8 for case in year), 2000, 40, 55),
            (sum(case.result in POSITIVE_RESULTS for case in handled), len(handled), 67, 73),
        ):
            self._assert_share(count, total, lowest, highest)

    def test_lead_times(self):
        lead_times = []
        for case in self._year(2000):
            intake_on = case.parties[0].informed_on
            if intake_on:
                self.assertGreaterEqual(intake_on, add_working_days(case.reported_on, 1))
                self.assertLessEqual(intake_on, add_working_days(case.reported_on, LONGEST_INTAKE_WAIT))
            if case.closed_on and case.taken_up == "taken_up":
                lead_times.append((case.closed_on - case.reported_on).days)
        lead_times.sort()
        self.assertGreater(lead_times[0], 7)
        self.assertTrue(28 < lead_times[len(lead_times) // 2] < 100)
        self.assertLess(lead_times[-1], 200)

    def test_nothing_has_happened_in_the_future(self):
        for case in [*self._year(500), *hard_cases(self.TODAY).values(), *privacy_cases(self.TODAY).values()]:
            days = [case.reported_on, case.suitability_on, case.taken_up_on, case.closed_on]
            days += [note.written_on for note in case.notes]
            days += [letter.sent_on for letter in case.letters]
            days += [case.later_answered_on, case.agreement and case.agreement.agreed_on]
            days += [session.start.date() for session in case.sessions if session.state != "planned"]
            for party in case.parties:
                days.append(party.informed_on)
                for consent in party.consents:
                    days += [consent.given_on, consent.withdrawn_on]
            for referral in case.referrals:
                days += [referral.submitted_on, *(getattr(referral, f"{answer}_on") for answer in ANSWERS)]
            self.assertLessEqual(max(filter(None, days)), self.TODAY)

    def test_board_is_alive_and_in_hand(self):
        year = self._year(240)
        stages = Counter(case.stage for case in year)
        self.assertEqual(len(stages), 7)
        self.assertTrue(5 <= stages["reported"] <= 10)
        self.assertLessEqual(sum(case.coordinator is None for case in year), 5)
        for case in year:
            self.assertIn(len(set(case.mediators)), (0, 1 if case.way_of_working == "coaching" else 2))

    def test_mediators_have_nothing_to_do_with_their_cases(self):
        for size in (10, 500):
            for case in self._year(size):
                self.assertFalse([position for position in case.mediators if has_conflict(position, case)])

    def test_nobody_is_taken_for_somebody_in_another_case(self):
        people = [party for case in self._year(1500) for party in case.parties]
        for marks in (
            [party.email for party in people if party.email],
            [party.phone for party in people if party.phone],
            [(party.street, party.house_number) for party in people],
        ):
            self.assertEqual(len(marks), len(set(marks)))

    def test_roster_shows_what_a_coordinator_looks_out_for(self):
        roster = generate_roster(30, self.TODAY)
        self.assertEqual(sum(volunteer.certificate_on is None for volunteer in roster), 1)
        self.assertEqual(sum(bool(volunteer.paused_until) for volunteer in roster), 1)
        self.assertEqual(sum(bool(volunteer.organisations) for volunteer in roster), 1)
        self.assertEqual(sum("language_tigrinya" in volunteer.languages for volunteer in roster), 1)


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo data in the database keeps the promises; without demo data there is nothing to test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref(f"{MODULE}.demo_case_two_referrers", raise_if_not_found=False):
            raise SkipTest("The demo data is not installed.")
        cls.cases = cls.env["buurtbemiddeling.case"].search([])
        cls.housing = cls._record("demo_organisation_housing")
        cls.police = cls._record("demo_organisation_police")

    @classmethod
    def _record(cls, name):
        return cls.env.ref(f"{MODULE}.{name}")

    # ------------------------------------------------------------------
    # What the referrers heard
    # ------------------------------------------------------------------
    def test_answers_are_what_publishing_leaves(self):
        receipts = self.env["buurtbemiddeling.referral"].search([])
        self.assertEqual(receipts, self.cases.referral_ids.sorted())
        names = [name for answer in ANSWERS for name in (answer, f"{answer}_on")]
        before = receipts.read(names)
        mails = self.env["mail.mail"].search_count([])
        self.cases._publish_answers()
        with self.enter_registry_test_mode():
            self._record("ir_cron_tell_answers").method_direct_trigger()
        self.assertEqual(receipts.read(names), before)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_no_answer_before_it_was_known_or_asked(self):
        for case in self.cases:
            for receipt in case.referral_ids:
                for answer in ANSWERS:
                    told_on = receipt[f"{answer}_on"]
                    self.assertEqual(bool(told_on), receipt[answer] != "pending")
                    if told_on:
                        self.assertGreaterEqual(told_on, receipt.submitted_on)
                        self.assertGreaterEqual(told_on, case.reported_on)
                if receipt.taken_up == "taken_up":
                    self.assertGreaterEqual(receipt.taken_up_on, case.taken_up_on)
                if receipt.outcome_on:
                    self.assertGreaterEqual(receipt.outcome_on, case.closed_on)

    def test_loading_mailed_nobody(self):
        messages = self.env["mail.message"].search([("model", "=like", "buurtbemiddeling.%")])
        self.assertTrue(messages)
        # In Odoo itself, two mediators read that somebody does not want to be visited.
        told = messages.notification_ids
        self.assertEqual(set(told.mail_message_id.mapped("res_id")), {self._record("demo_case_restricted").id})
        self.assertEqual(set(told.mapped("notification_type")), {"inbox"})
        self.assertFalse(self.env["mail.mail"].search([("model", "=like", "buurtbemiddeling.%")]))
        staff_and_referrers = self.env["res.users"].search([("login", "in", list(GROUPS))]).partner_id
        self.assertFalse(self.env["mail.mail"].search([("recipient_ids", "in", staff_and_referrers.ids)]))

    def test_only_reports_that_nobody_took_on_ask_for_attention(self):
        activity_type = self._record("activity_type_new_report")
        asking = self.cases.filtered(lambda case: activity_type in case.activity_ids.activity_type_id)
        waiting = self.cases.filtered(lambda case: case.stage == "reported" and not case.coordinator_id)
        self.assertTrue(waiting)
        self.assertEqual(asking, waiting)

    def test_some_activities_are_overdue_and_some_are_planned(self):
        days = [(activity.date_deadline - activity.create_date.date()).days for activity in self.cases.activity_ids]
        self.assertLess(min(days), -1)
        self.assertGreater(max(days), 1)

    # ------------------------------------------------------------------
    # What happens in the cases
    # ------------------------------------------------------------------
    def test_guards_hold_for_all_cases(self):
        for case in self.cases:
            self.assertFalse(case._missing_for(case.stage), case.reference)
        waived = self.cases.filtered(lambda case: case.stage != "closed" and case.mediator_conflicts)
        self.assertEqual(waived, self._record("demo_case_withdrawn"))
        self.assertEqual(self.cases.filtered("conflict_waiver"), waived)

    def test_every_mediator_is_on_the_roster(self):
        roster = self.env["buurtbemiddeling.mediator"].search([])
        mediators = self._record("group_mediator").user_ids.filtered(lambda user: not user.share)
        self.assertEqual(roster.user_id, mediators.sorted())
        self.assertEqual(len(set(roster.mapped("name"))), len(mediators))
        self.assertTrue(all(roster.mapped("area_id")) and all(roster.mapped("language_ids")))
        self.assertEqual(set(roster.mapped("certificate_state")), {"valid", "soon", "expired", "missing"})
        self.assertEqual(roster.organisation_ids, self.housing)

    def test_somebody_without_a_conflict_speaks_the_language_of_a_party(self):
        case = self._record("demo_case_names")
        proposal = self.env["buurtbemiddeling.mediator.proposal"].create({"case_id": case.id})
        proposal._propose()
        self.assertTrue(any("Tigrinya:" in team.why for team in proposal.team_ids))

    def test_agreements(self):
        agreements = self.env["buurtbemiddeling.agreement"].search([])
        self.assertGreater(len(agreements), 5)
        self.assertEqual(
            agreements.filtered(lambda agreement: agreement.state != "confirmed"),
            self._record("demo_case_agreement").agreement_ids,
        )
        self.assertEqual(self._record("demo_case_agreement").agreement_ids.state, "partly")
        for agreement in agreements:
            self.assertIn(len(agreement.point_ids), (2, 3, 4))

    def test_letters_are_sent_or_wait_for_the_printer(self):
        letters = self.env["buurtbemiddeling.letter"].search([("body", "!=", False)])
        drafts = letters.filtered(lambda letter: letter.state == "draft")
        self.assertEqual(drafts, self._record("demo_case_just_closed").letter_ids & drafts)
        self.assertEqual(drafts.mapped("method"), ["print"] * 4)
        self.assertEqual(
            {(letter.kind, letter.method) for letter in letters - drafts},
            {
                ("invitation", "print"),
                *((kind, way) for kind in ("appointment", "agreement") for way in ("email", "print")),
            },
        )
        self.assertFalse(letters.filtered(lambda letter: "Beste " not in letter.body), "all of them are in Dutch")
        for letter in letters - drafts:
            self.assertTrue(letter.sent_on <= fields.Datetime.now() and letter.sent_by_id and letter.body)

    def test_mediator_has_an_appointment_today_and_one_to_report(self):
        mediator = self.env["res.users"].search([("login", "=", "bemiddelaar")])
        sessions = self.env["buurtbemiddeling.session"].with_user(mediator)
        planned = sessions.search([("state", "=", "planned"), ("mediator_ids", "in", mediator.ids)])
        today = fields.Datetime.context_timestamp(planned, planned[:1].create_date).date()
        days = [(fields.Datetime.context_timestamp(planned, session.start).date() - today).days for session in planned]
        self.assertIn(0, days)
        self.assertIn(-1, days)

    def test_aftercare_is_due_and_people_were_asked_again(self):
        case = self._record("demo_case_agreement")
        self.assertEqual((case.next_step, case.next_step_on), ("aftercare", case.aftercare_on))
        self.assertEqual(set(self.cases.filtered("aftercare_on").mapped("stage")), {"aftercare"})
        self.assertTrue(self.cases.filtered("later_answer"))
        self.assertTrue(self.env["buurtbemiddeling.mediator.report"].search([("hours", ">", 0)]))

    def test_residents_are_nowhere_else(self):
        """No contact, user or calendar has the name or the e-mail address of somebody in a case."""
        parties = self.cases.party_ids
        emails = set(filter(None, parties.mapped("email")))
        self.assertFalse(self.env["res.partner"].search([("email", "in", list(emails))]))
        followers = self.cases.message_partner_ids
        self.assertFalse(followers - self.env["res.users"].search([]).partner_id)

    # ------------------------------------------------------------------
    # Who is who
    # ------------------------------------------------------------------
    def test_accounts_work(self):
        with file_open(f"{MODULE}/demo/accounts.txt") as accounts:
            lines = [[part.strip() for part in line.split("|")] for line in accounts]
        accounts = {login: password for _who, login, password in (line for line in lines if len(line) == 3)}
        self.assertEqual(accounts.keys(), GROUPS.keys())
        for login, password in accounts.items():
            with self.subTest(login=login):
                user = self.env["res.users"].search([("login", "=", login)])
                credential = {"login": login, "password": password, "type": "password"}
                user.with_user(user)._check_credentials(credential, {"interactive": False})
                self.assertEqual(user.lang, "nl_NL")
                self.assertEqual(user.tz, "Europe/Amsterdam")
                groups = [name for name in ALL_GROUPS if self._record(name) in user.group_ids]
                self.assertEqual(groups, [GROUPS[login]] if GROUPS[login] else [])

    def test_everybody_is_recognisably_invented(self):
        organisations = self.env["res.partner"].search([("is_referrer", "=", True)])
        self.assertEqual(len(organisations), 8)
        for name in [*organisations.mapped("name"), self.env.ref("base.main_company").name]:
            self.assertTrue(name.endswith("(demo)"), name)
        words = {word for surname in SURNAMES for word in surname.split()}
        for party in self.cases.party_ids:
            self.assertTrue(not party.name or any(word in party.name for word in words), party.name)
            self.assertTrue(not party.email or party.email.endswith(".example"), party.email)
            self.assertTrue(not party.phone or party.phone.startswith("06-00"), party.phone)

    def test_results_mean_what_the_generator_takes_them_for(self):
        for result in self.env["buurtbemiddeling.result"].search([]):
            name = result.get_external_id()[result.id].removeprefix(f"{MODULE}.")
            self.assertEqual(result.outcome in ("resolved", "improved"), name in POSITIVE_RESULTS, name)

    # ------------------------------------------------------------------
    # The hard cases
    # ------------------------------------------------------------------
    def test_two_organisations_refer_the_same_conflict(self):
        case = self._record("demo_case_two_referrers")
        self.assertEqual(case.referral_ids.organisation_id, self.police | self.housing)
        for login in ("politie", "woningcorporatie"):
            user = self.env["res.users"].search([("login", "=", login)])
            seen = self.env["buurtbemiddeling.referral"].with_user(user).search([("id", "in", case.referral_ids.ids)])
            self.assertEqual(len(seen), 1)

    def test_association_refers_a_tenant_who_had_reported_herself(self):
        case = self._record("demo_case_referred_later")
        receipt = case.referral_ids
        self.assertEqual((case.channel, receipt.organisation_id), ("self_report", self.housing))
        self.assertGreater(receipt.submitted_on, case.taken_up_on)
        days = [(day - receipt.submitted_on).days for day in (receipt.suitability_on, receipt.taken_up_on)]
        self.assertEqual(days, [1, 2], "one answer a day, as if there had been no case before")

    def test_party_who_withdrew_stopped_the_mediation(self):
        case = self._record("demo_case_withdrawn")
        self.assertEqual(case.stage, "second_talk")
        self.assertEqual(set(case.party_ids.mapped("participation")), {"given", "withdrawn"})

    def test_organisation_without_a_referral(self):
        school = self._record("demo_organisation_school")
        self.assertTrue(school.is_referrer)
        self.assertNotIn(school, self.cases.referrer_ids)

    def test_names_that_are_hard_to_show(self):
        parties = self._record("demo_case_names").party_ids
        self.assertFalse(any(parties.mapped("email")))
        self.assertEqual(parties.filtered("needs_interpreter").language, "Tigrinya")
        self.assertGreater(max(map(len, parties.mapped("name"))), 80)
        self.assertFalse(all(name.isascii() for name in parties.mapped("name")))

    def test_self_reporting_tenant_is_unknown_to_her_association(self):
        case = self._record("demo_case_unknown_tenant")
        reporter = case.party_ids.filtered("reported_herself")
        self.assertEqual(reporter.landlord_id, self.housing)
        self.assertFalse(case.referral_ids)
        employee = self._record("demo_user_housing")
        for record in (case, reporter):
            with self.assertRaises(AccessError):
                record.with_user(employee).read(["reference"])

    def test_referred_person_has_not_confirmed_yet(self):
        case = self._record("demo_case_unconfirmed")
        self.assertTrue(case.has_unconfirmed_party)
        self.assertEqual(case.stage, "reported")

    def test_refusal_and_late_unsuitability_read_like_any_no(self):
        refused = self._record("demo_case_refused")
        self.assertIn("refused", refused.party_ids.mapped("referral_permission"))
        late = self._record("demo_case_unsuitable_later")
        self.assertEqual((late.suitability, late.taken_up), ("not_suitable", "taken_up"))
        told = [tuple(case.referral_ids[answer] for answer in ANSWERS) for case in (refused, late)]
        self.assertEqual(told, [("not_suitable", "not_taken_up", "pending"), ("suitable", "taken_up", "not_resolved")])

    def test_group_talk_was_moved(self):
        case = self._record("demo_case_group")
        self.assertEqual((case.way_of_working, case.stage, len(case.party_ids)), ("group", "mediation", 3))
        planned = case.session_ids.filtered(lambda session: session.state == "planned")
        self.assertEqual((planned.moved_from_id.state, planned.moved_from_id.kind), ("moved", "mediation"))

    def test_coach_met_nobody_of_the_case_before(self):
        case = self._record("demo_case_coaching")
        self.assertEqual((case.way_of_working, len(case.mediator_ids)), ("coaching", 1))
        past = case.session_ids.filtered(lambda session: session.state != "planned")
        self.assertIn("not_held", past.mapped("state"))
        self.assertFalse(past.mediator_ids & case.mediator_ids)

    def test_both_neighbours_report_the_same_conflict(self):
        one, other = (self._record(f"demo_case_reported_by_both{end}") for end in ("", "_2"))
        self.assertEqual((one.duplicate_ids, other.duplicate_ids), (other, one))

    def test_linked_cases(self):
        self.assertEqual(self._record("demo_case_agreement").related_case_ids, self._record("demo_case_names"))

    # ------------------------------------------------------------------
    # Personal data over time
    # ------------------------------------------------------------------
    def _preview(self):
        preview = self.env["buurtbemiddeling.retention.preview"].with_user(self._record("demo_user_manager")).create({})
        preview.action_look()
        return preview.line_ids

    def test_something_of_each_kind_goes_next_month(self):
        lines = self._preview().filtered(lambda line: line.kind not in ("still_open", "asked"))
        self.assertFalse(lines.filtered(lambda line: not line.number).mapped("kind"))
        references = {line.kind: line.references for line in lines}
        for kind, name in (
            ("forgotten", "forgotten"),
            ("letters", "ended_one_year"),
            ("attachments", "ended_one_year"),
            ("parties", "ended_eighteen_months"),
            ("chatter", "ended_eighteen_months"),
            ("case", "ended_two_years"),
            ("evidence", "ended_two_years"),
            ("held", "held"),
        ):
            self.assertIn(self._record(f"demo_case_{name}").reference, references[kind])

    def test_held_case_has_a_reason(self):
        case = self._record("demo_case_held")
        self.assertIn("klacht", case.hold_reason)
        self.assertEqual(case.held_by_id, self._record("demo_user_manager"))
        self.assertTrue(all(case.party_ids.mapped("name")))

    def test_job_reported_what_went(self):
        reports = self.env["buurtbemiddeling.retention.report"].search([])
        self.assertLessEqual(len(set(reports.mapped("erased_on"))), len(JOB_DAYS))
        self.assertGreater(len(set(reports.mapped("erased_on"))), 1)
        gone = self.cases.filtered("anonymised_on")
        self.assertGreater(len(gone), 10)
        for day, cases in gone.grouped("anonymised_on").items():
            report = reports.filtered(lambda line, day=day: (line.kind, line.erased_on) == ("case", day))
            self.assertEqual(report.number, len(cases))
        self.assertFalse(any(gone.party_ids.mapped("name")) or any(gone.mapped("description")))
        self.assertFalse(gone.message_ids)
        letters = reports.filtered(lambda line: line.kind == "letters")
        self.assertTrue(sum(letters.mapped("number")))

    def test_figures_of_what_went_are_there(self):
        gone = self.cases.filtered("anonymised_on")
        for case in gone:
            self.assertTrue(case.reported_on and case.closed_on and case.complaint_type_id and case.result_id)
        self.assertTrue(gone.referral_ids)

    def test_nothing_is_due_that_the_job_would_have_erased(self):
        retention = self.env["buurtbemiddeling.retention"]
        day = fields.Date.subtract(self._record("demo_request_answered").closed_on, days=min(JOB_DAYS))
        for kind in ("case", "parties", "letters", "attachments", "chatter", "evidence", "receipts", "access_log"):
            self.assertFalse(retention._due(kind, day), kind)

    def test_requests_of_residents(self):
        still_open, answered, erasure, restriction, refused = (
            self._record(f"demo_request_{name}") for name in ("open", "answered", "erasure", "restriction", "refused")
        )
        self.assertEqual(
            [(request.kind, request.state) for request in (still_open, answered, erasure, restriction, refused)],
            [
                ("access", "open"),
                ("access", "answered"),
                ("erasure", "answered"),
                ("restriction", "answered"),
                ("erasure", "refused"),
            ],
        )
        self.assertFalse(still_open.is_late)
        self.assertLess((still_open.due_on - answered.closed_on).days, 8)
        held, restricted = self._record("demo_case_held"), self._record("demo_case_restricted")
        self.assertEqual(still_open.party_ids.case_id, held | restricted, "the same person in two cases")
        self.assertIn("JSON", answered.done)
        self.assertIn(self._record("demo_case_erased").party_ids[0].reference, erasure.done)
        self.assertTrue(restriction.is_restricted)
        self.assertEqual(restriction.party_ids, restricted.party_ids.filtered("restricted_on"))
        self.assertEqual(set(restricted.session_ids.mapped("state")), {"held", "cancelled"})
        self.assertEqual(refused.party_ids.case_id, held)
        self.assertTrue(refused.refusal_reason and refused.closed_by_id)

    def test_erasure_left_the_file_of_the_neighbour(self):
        case = self._record("demo_case_erased")
        erased, neighbour = case.party_ids
        self.assertFalse(erased.name or erased.phone or erased.street)
        self.assertEqual(set(erased.consent_ids.mapped("purpose")), {"referral", "participation"})
        self.assertTrue(all(erased.consent_ids.mapped("withdrawn_on")))
        self.assertTrue(neighbour.name and neighbour.phone and case.description and case.agreement_ids.point_ids)

    def test_neighbour_stopped_by_link(self):
        case = self._record("demo_case_withdrawn_by_link")
        self.assertEqual(case.stage, "second_talk")
        self.assertEqual(case.party_ids[1].participation, "withdrawn")
        self.assertEqual(case.session_ids.filtered(lambda session: session.kind == "mediation").state, "cancelled")
        self.assertTrue(case.personal_link_ids.opened_on)

    def test_cases_of_an_earlier_system(self):
        cases = self.cases.filtered("import_id")
        batch = cases.import_id
        self.assertEqual((batch.state, batch.imported_count, batch.file), ("done", len(EARLIER_CASES), False))
        self.assertEqual(len(cases), len(EARLIER_CASES))
        self.assertFalse(cases.party_ids.consent_ids)

    def test_register_is_filled_in(self):
        company = self.env.ref("base.main_company")
        self.assertTrue(company.mediation_privacy_officer and company.mediation_privacy_officer_contact)
        self.assertTrue(company.mediation_joint_controllers)
        processors = self._record("demo_processor_hosting") | self._record("demo_processor_post")
        self.assertTrue(all(processors.mapped("is_agreement_valid")))
        self.assertEqual(self._record("processing_other_party").processor_ids, processors)

    def test_reading_is_in_the_access_log(self):
        rows = self.env["buurtbemiddeling.access.log"].search([])
        self.assertLessEqual({"form", "list", "export", "import"}, set(rows.mapped("how")))
        looked = rows.filtered(lambda row: row.how == "export")
        self.assertIn(self._record("demo_case_just_closed"), looked.case_id)

    def test_consents_fit_their_checksums(self):
        findings = self.env["buurtbemiddeling.consent.seal"]._findings(self.env.ref("base.main_company"))
        self.assertEqual(list(findings), [])

    def test_loading_again_changes_nothing(self):
        self.env["buurtbemiddeling.demo"]._load(240)
        self.assertEqual(self.env["buurtbemiddeling.case"].search([]), self.cases)
