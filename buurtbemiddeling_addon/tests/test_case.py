from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon


@tagged("post_install", "-at_install")
class TestCase(MediationCommon):
    def assertMissing(self, text, action):
        """The action is refused, with a sentence that says what is missing; nothing is changed."""
        with self.assertRaises(ValidationError) as refusal:
            action()
        self.assertIn(text, str(refusal.exception))

    def test_without_people_there_is_no_address(self):
        case = self.env["buurtbemiddeling.case"].with_user(self.coordinator).create({})
        self.assertFalse(case.address_summary)

    def test_new_report_is_an_activity_for_the_coordinators_of_the_company(self):
        for _receipt, case in (self._refer(), (None, self._self_report())):
            activities = case.activity_ids
            self.assertIn(self.coordinator, activities.user_id)
            self.assertNotIn(self.other_coordinator, activities.user_id)
            self.assertNotIn(self.mediator, activities.user_id)
            case.with_user(self.coordinator).action_take_on()
            self.assertFalse(case.activity_ids)
            self.assertEqual(case.coordinator_id, self.coordinator)
            self.assertEqual(case.stage, "intake")

    def test_new_report_is_announced_once_and_not_when_somebody_took_it_on(self):
        receipts = self.env["buurtbemiddeling.referral"].with_user(self.officer)
        first, second = (receipts._submit(self._submission()).sudo() for _number in range(2))
        cases = self.env["buurtbemiddeling.case"].search([("referral_ids", "in", (first | second).ids)])
        self.assertFalse(cases.activity_ids, "the referrer does not wait for this")
        cases[0].with_user(self.coordinator).action_take_on()
        with self.enter_registry_test_mode():
            self.env.ref("buurtbemiddeling_addon.ir_cron_announce").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(cases[0].activity_ids)
        self.assertIn(self.coordinator, cases[1].activity_ids.user_id)
        self.assertEqual(cases.mapped("is_to_be_announced"), [False, False])

    def test_nobody_outside_follows(self):
        _receipt, case = self._refer()
        self.assertFalse(case.message_partner_ids.filtered("partner_share"))
        self.assertFalse(case.message_ids.author_id & self.officer.partner_id)

    def test_take_up_needs_the_second_step_of_consent(self):
        _receipt, case = self._refer()
        case = case.with_user(self.coordinator)
        case.action_take_on()
        self.assertTrue(case.has_unconfirmed_party)
        with self.assertRaises(ValidationError):
            case.action_take_up()
        case.action_suitable()
        self.assertMissing("Kanarievogel", lambda: case.action_take_up())
        case.party_ids.action_confirm_referral()
        self.assertFalse(case.has_unconfirmed_party)
        case.action_take_up()
        self.assertEqual(case.taken_up, "taken_up")

    def test_take_up_refused_when_the_reporter_refuses(self):
        _receipt, case = self._refer()
        case = case.with_user(self.coordinator)
        case.party_ids._referral_consents().action_withdraw()
        self.assertEqual(case.party_ids.referral_permission, "refused")
        case.action_suitable()
        with self.assertRaises(ValidationError):
            case.action_take_up()

    def test_talks_need_suitable_taken_up_and_a_pair(self):
        case = self._self_report().with_user(self.coordinator)
        case.action_take_on()
        with self.assertRaises(ValidationError):
            case.action_next_stage()
        case.action_suitable()
        case.action_take_up()
        case.mediator_ids = self.mediator
        with self.assertRaises(ValidationError):
            case.action_next_stage()
        case.mediator_ids = self.mediator | self.second_mediator
        case.action_next_stage()
        self.assertEqual(case.stage, "first_talk")
        with self.assertRaises(ValidationError):
            case.mediator_ids = self.mediator

    def test_mediation_needs_the_participation_of_each_party(self):
        case = self._take_up(self._self_report())
        case.write({"stage": "second_talk"})
        self.assertMissing("does not take part", lambda: case.action_next_stage())
        for party in case.party_ids:
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create({"party_id": party.id})
        case.action_next_stage()
        self.assertEqual(case.stage, "mediation")

    def test_mediation_needs_two_parties(self):
        _receipt, case = self._refer()
        case = self._take_up(case)
        self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create({"party_id": case.party_ids.id})
        case.write({"stage": "second_talk"})
        self.assertMissing("at least two parties", lambda: case.write({"stage": "mediation"}))

    def test_withdrawal_stops_mediation_at_once(self):
        case = self._take_up(self._self_report())
        for party in case.party_ids:
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create({"party_id": party.id})
        case.write({"stage": "mediation"})
        case.party_ids[0].consent_ids.action_withdraw()
        self.assertEqual(case.stage, "second_talk")
        self.assertEqual(case.party_ids[0].participation, "withdrawn")
        with self.assertRaises(ValidationError):
            case.write({"stage": "mediation"})

    def test_new_party_in_mediation_takes_part_first(self):
        case = self._take_up(self._self_report())
        for party in case.party_ids:
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create({"party_id": party.id})
        case.write({"stage": "mediation"})
        with self.assertRaises(ValidationError):
            self.env["buurtbemiddeling.party"].with_user(self.coordinator).create(
                {"case_id": case.id, "name": "Third", "role": "other_party"}
            )

    def test_close_needs_a_result(self):
        case = self._self_report().with_user(self.coordinator)
        with self.assertRaises(ValidationError):
            case.write({"stage": "closed"})
        self._end(case, result="result_advice")
        self.assertEqual((case.stage, case.outcome), ("closed", "improved"))
        self.assertTrue(case.closed_on)

    def test_not_suitable_needs_a_reason(self):
        case = self._self_report()
        with self.assertRaises(ValidationError):
            self._end(case, is_unsuitable=True, result="result_not_suitable")

    def test_closed_stays_closed(self):
        case = self._self_report().with_user(self.coordinator)
        self._end(case, result="result_advice")
        with self.assertRaises(UserError):
            case.write({"stage": "intake"})

    def test_not_deleted(self):
        case = self._self_report()
        for record in (case, case.party_ids):
            with self.assertRaises(UserError):
                record.unlink()
            with self.assertRaises(AccessError):
                record.with_user(self.manager).unlink()

    def test_messages_stay_inside(self):
        _receipt, case = self._refer()
        case.mediator_ids = self.mediator
        followers = case.message_partner_ids
        case.message_subscribe(
            partner_ids=(
                self.officer.partner_id
                | self.police
                | self.mediator.partner_id
                | self.unassigned_mediator.partner_id
                | self.colleague.partner_id
            ).ids
        )
        self.assertEqual(case.message_partner_ids - followers, self.mediator.partner_id)
        with self.assertRaises(UserError):
            case.with_user(self.coordinator).message_post(body="Zangerig", partner_ids=self.officer.partner_id.ids)
        with self.assertRaises(UserError):
            case.with_user(self.coordinator).message_post(body="Zangerig", outgoing_email_to="x@example.com")
        message = case.with_user(self.coordinator).message_post(
            body="Zangerig", partner_ids=self.mediator.partner_id.ids
        )
        self.assertIn(self.mediator.partner_id, message.notified_partner_ids)
        self.assertFalse(message.notified_partner_ids.filtered("partner_share"))
        # Also when something else in Odoo addresses a message about the case.
        message = case.message_notify(body="Zangerig", partner_ids=self.officer.partner_id.ids)
        self.assertFalse(message.notified_partner_ids)

    @users("coordinator_test")
    def test_telephone_report(self):
        form = Form(self.env["buurtbemiddeling.telephone.report"])
        form.name = "Kanarievogel"
        form.phone = "0999123456"
        form.street = "Vinkenpad"
        form.house_number = "12"
        form.complaint_type_id = self.noise
        form.other_name = "Buur"
        action = form.save().action_create_case()
        case = self.env["buurtbemiddeling.case"].browse(action["res_id"])
        self.assertEqual(case.coordinator_id, self.env.user)
        self.assertEqual((case.stage, case.channel), ("intake", "self_report"))
        self.assertEqual(case.party_ids.mapped("reported_herself"), [True, False])
        self.assertFalse(case.referral_ids)
        self.assertFalse(case.activity_ids)

    @users("coordinator_test")
    def test_telephone_report_for_an_organisation(self):
        report = self.env["buurtbemiddeling.telephone.report"]
        values = {
            "name": "Kanarievogel",
            "phone": "0999123456",
            "street": "Vinkenpad",
            "house_number": "12",
            "complaint_type_id": self.noise.id,
            "organisation_id": self.housing.id,
        }
        with self.assertRaises(ValidationError):
            report.create(values)
        with self.assertRaises(ValidationError):
            report.create({**values, "told_on": "2026-01-05", "method": "in_person", "phone": False})
        action = report.create({**values, "told_on": "2026-01-05", "method": "in_person"}).action_create_case()
        case = self.env["buurtbemiddeling.case"].browse(action["res_id"])
        self.assertEqual(case.referral_ids.organisation_id, self.housing)
        self.assertTrue(case.has_unconfirmed_party)

    def test_referrer_search_is_for_coordinators(self):
        _receipt, case = self._refer()
        cases = self.env["buurtbemiddeling.case"]
        domain = [("referrer_ids", "in", self.police.ids)]
        self.assertEqual(cases.with_user(self.coordinator).search(domain), case)
        with self.assertRaises(AccessError):
            cases.with_user(self.mediator).search(domain)

    def test_board_shows_every_stage(self):
        groups = (
            self.env["buurtbemiddeling.case"]
            .with_user(self.coordinator)
            .formatted_read_group([("reference", "=", "nothing")], ["stage"], ["__count"])
        )
        self.assertFalse([group for group in groups if group["__count"]])

    def test_lists_do_not_query_for_each_record(self):
        """The number of queries of the board does not depend on how many cases there are."""
        specification = {
            name: {}
            for name in ("reference", "parties_summary", "address_summary", "next_step", "next_step_on", "stage")
        }
        cases = self.env["buurtbemiddeling.case"].with_user(self.coordinator)
        self.assertQueriesDoNotGrow(self._self_report, lambda: cases.web_search_read([], specification))
