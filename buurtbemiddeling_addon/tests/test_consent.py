from datetime import date, timedelta

from psycopg2.errors import NotNullViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon


@tagged("post_install", "-at_install")
class TestConsent(MediationCommon):
    def setUp(self):
        super().setUp()
        _receipt, self.case = self._refer()
        self.party = self.case.party_ids.with_user(self.coordinator)
        self.consents = self.env["buurtbemiddeling.consent"].with_user(self.coordinator)

    def test_evidence_cannot_be_edited(self):
        consent = self.consents.create({"party_id": self.party.id})
        for values in (
            {"given_on": "2020-01-01"},
            {"method": "link"},
            {"withdrawn_on": "2026-01-06", "purpose": "referral"},
        ):
            with self.subTest(values):
                with self.assertRaises(AccessError):
                    consent.write(values)
                with self.assertRaises(UserError):
                    consent.sudo().write(values)

    def test_evidence_cannot_be_deleted(self):
        consent = self.consents.create({"party_id": self.party.id})
        with self.assertRaises(AccessError):
            consent.unlink()
        with self.assertRaises(UserError):
            consent.sudo().unlink()

    def test_recorded_by_whoever_records(self):
        consent = self.consents.create({"party_id": self.party.id, "recorded_by_id": self.manager.id})
        self.assertEqual(consent.recorded_by_id, self.coordinator)

    @mute_logger("odoo.sql_db")
    def test_is_of_somebody(self):
        with self.assertRaises(NotNullViolation), self.env.cr.savepoint():
            self.consents.create({})

    def test_not_in_the_future_and_not_withdrawn_from_the_start(self):
        with self.assertRaises(UserError):
            self.consents.create({"party_id": self.party.id, "given_on": date.today() + timedelta(days=2)})
        with self.assertRaises(UserError):
            self.consents.create({"party_id": self.party.id, "withdrawn_on": date.today()})

    def test_withdrawn_once(self):
        consent = self.consents.create({"party_id": self.party.id})
        consent.action_withdraw()
        self.assertEqual(consent.withdrawn_on, date.today())
        self.assertEqual(consent.withdrawal_recorded_by_id, self.coordinator)
        consent.action_withdraw()
        with self.assertRaises(UserError):
            consent.sudo().write({"withdrawn_on": date.today()})

    def test_only_coordinators_record_and_withdraw(self):
        self.case.mediator_ids = self.mediator
        consent = self.consents.create({"party_id": self.party.id})
        for user in (self.mediator, self.unassigned_mediator, self.access_admin, self.officer, self.colleague):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    consent.with_user(user).action_withdraw()
                with self.assertRaises(AccessError):
                    self.consents.with_user(user).create({"party_id": self.party.id})
        self.assertFalse(consent.withdrawn_on)

    def test_two_steps(self):
        self.assertEqual(self.party.referral_permission, "unconfirmed")
        self.party.action_confirm_referral()
        self.assertEqual(self.party.referral_permission, "confirmed")
        self.assertEqual(set(self.party.consent_ids.mapped("stated_by")), {"person", "referrer"})
        self.party.action_confirm_referral()
        self.assertEqual(len(self.party.consent_ids), 2, "asking twice adds no evidence")
        self.party._referral_consents().action_withdraw()
        self.assertEqual(self.party.referral_permission, "refused")
        self.assertTrue(all(self.party.consent_ids.mapped("withdrawn_on")))

    # ------------------------------------------------------------------
    # The dialog says what follows, and that is what happens
    # ------------------------------------------------------------------
    def dialog(self, action, user=None):
        wizard = self.env[action["res_model"]].with_user(user or self.coordinator).with_context(**action["context"])
        return wizard.create({})

    def test_no_longer_takes_part(self):
        case = self._take_up(self.case)
        case.party_ids = [Command.create({"name": "Buur", "role": "other_party"})]
        reporter, other = case.party_ids
        self.consents.create([{"party_id": party.id} for party in case.party_ids])
        for _step in range(3):
            case.action_next_stage()
        session = {"case_id": case.id, "kind": "coaching", "start": fields.Datetime.now() + timedelta(days=1)}
        hers, held, alone = self.env["buurtbemiddeling.session"].create(
            [
                {**session, "party_ids": case.party_ids.ids},
                {**session, "party_ids": reporter.ids, "state": "held"},
                {**session, "party_ids": other.ids},
            ]
        )
        action = reporter.action_ask_withdraw_participation()
        shown = Form(self.env[action["res_model"]].with_user(self.coordinator).with_context(**action["context"]))
        dialog = self.dialog(action)
        self.assertEqual(shown.effects, dialog.effects, "what is read before anything is saved")
        self.assertNotIn("goes back", dialog.effects, "to which stage depends on the case")
        for said in ("Mediation stops at once", "appointments with Kanarievogel are cancelled", "stays open"):
            self.assertIn(said, dialog.effects)
        self.assertEqual(case.stage, "mediation", "to open the dialog does nothing")
        dialog.action_withdraw()
        self.assertEqual(reporter.participation, "withdrawn")
        self.assertEqual(case.stage, "second_talk")
        self.assertEqual([session.state for session in (hers, held, alone)], ["cancelled", "held", "planned"])
        effects = self.dialog(other.action_ask_withdraw_participation()).effects
        self.assertNotIn("Mediation stops", effects, "it has stopped already")

    def test_one_of_two_consents_to_take_part(self):
        case = self._take_up(self.case)
        case.party_ids = [Command.create({"name": "Buur", "role": "other_party"})]
        self.consents.create([{"party_id": party.id} for party in case.party_ids])
        second = self.consents.create({"party_id": self.party.id})
        case.write({"stage": "mediation"})
        session = self.env["buurtbemiddeling.session"].create(
            {"case_id": case.id, "start": fields.Datetime.now() + timedelta(days=1)}
        )
        dialog = self.dialog(second.action_ask_withdrawal())
        self.assertIn("still takes part", dialog.effects)
        for untrue in ("no longer takes part", "Mediation stops", "cancelled"):
            self.assertNotIn(untrue, dialog.effects)
        dialog.action_withdraw()
        self.assertTrue(second.withdrawn_on)
        self.assertEqual((self.party.participation, case.stage, session.state), ("given", "mediation", "planned"))

    def test_does_not_agree_with_the_referral(self):
        effects = self.dialog(self.party.action_ask_refuse_referral()).effects
        self.assertIn("erased by the daily job", effects)
        self.assertIn("the case ends", effects)
        self.party.role = "other_party"
        dialog = self.dialog(self.party.action_ask_refuse_referral())
        self.assertNotIn("the case ends", dialog.effects)
        dialog.action_withdraw()
        self.assertEqual(self.party.referral_permission, "refused")

    def test_one_of_two_permissions_for_a_referral(self):
        second = self.consents.create(
            {"party_id": self.party.id, "purpose": "referral", "organisation_id": self.housing.id}
        )
        session = self.env["buurtbemiddeling.session"].create(
            {"case_id": self.case.id, "start": fields.Datetime.now() + timedelta(days=1)}
        )
        dialog = self.dialog(second.action_ask_withdrawal())
        self.assertIn("no data are erased", dialog.effects)
        self.assertNotIn("cancelled", dialog.effects)
        dialog.action_withdraw()
        self.assertEqual(session.state, "planned")

    def test_disclosure_is_taken_back(self):
        party = self._self_report().party_ids[0]
        consent = self.consents.create(
            {
                "party_id": party.id,
                "purpose": "disclosure",
                "organisation_id": self.housing.id,
                "disclosed_name": "<b>K. Vogel</b>",
            }
        )
        dialog = self.dialog(consent.action_ask_withdrawal())
        self.assertIn("Housing (test) no longer sees &lt;b&gt;K. Vogel&lt;/b&gt;", dialog.effects)
        dialog.action_withdraw()
        self.assertFalse(consent.disclosure_id)

    def test_dialog_is_for_who_may_withdraw(self):
        self.case.mediator_ids = self.mediator
        consent = self.consents.create({"party_id": self.party.id})
        action = consent.action_ask_withdrawal()
        for user in (self.mediator, self.colleague, self.access_admin, self.other_coordinator):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.dialog(action, user)
        with self.assertRaises(AccessError):
            self.dialog(action).with_user(self.other_coordinator).action_withdraw()
        self.assertFalse(consent.withdrawn_on)

    # ------------------------------------------------------------------
    # What a withdrawal does, in the same transaction
    # ------------------------------------------------------------------
    def in_mediation(self):
        """Return a case in mediation with its two parties, who take part."""
        self.env.company.email = "organisation@example.com"
        case = self._take_up(self.case)
        case.party_ids = [
            Command.create({"name": "Buur", "role": "other_party", "email": "buur@example.com", "phone": "0612345678"})
        ]
        case.party_ids.write({"house_number": "12", "street": "Vinkenpad", "may_be_told": "name"})
        self.consents.create([{"party_id": party.id} for party in case.party_ids])
        for _step in range(3):
            case.action_next_stage()
        return case, *case.party_ids

    def stop(self, party, purpose="participation"):
        party.consent_ids.filtered(lambda consent: consent.purpose == purpose).action_withdraw()

    def letter(self, party, **values):
        return (
            self.env["buurtbemiddeling.letter"]
            .with_user(self.coordinator)
            .create({"case_id": party.case_id.id, "party_id": party.id, "method": "email", "kind": "closing", **values})
        )

    def waiting(self, letters):
        mails = self.env["mail.mail"].sudo().search([("model", "=", letters._name), ("res_id", "in", letters.ids)])
        return letters.browse(mails.mapped("res_id"))

    def test_withdrawal_stops_mediation(self):
        case, reporter, _other = self.in_mediation()
        self.stop(reporter)
        self.assertEqual(case.stage, "second_talk")

    def test_withdrawal_tells_no_organisation_in_the_same_minute(self):
        case, reporter, _other = self.in_mediation()
        receipt = case.sudo().referral_ids
        before = self._answers(receipt)
        self.stop(reporter)
        self.stop(reporter, "referral")
        self.assertEqual(self._answers(receipt), before)
        self.assertFalse(case.register_ids.filtered(lambda told: told.statement.startswith("not_")))

    def test_withdrawal_takes_a_disclosure_off_the_page(self):
        party = self._self_report().party_ids[0]
        consent = self.consents.create(
            {
                "party_id": party.id,
                "purpose": "disclosure",
                "organisation_id": self.housing.id,
                "disclosed_name": "K. Vogel",
            }
        )
        shown = self.env["buurtbemiddeling.disclosure"].with_user(self.housing_employee)
        self.assertEqual(shown.search([]).person_name, "K. Vogel")
        consent.action_withdraw()
        self.assertFalse(shown.search([]))
        self.assertEqual(party.case_id.register_ids.sorted("id")[-1:].statement, "taken_back")

    def test_withdrawal_ends_personal_links(self):
        case, reporter, other = self.in_mediation()
        session = self.env["buurtbemiddeling.session"].create(
            {"case_id": case.id, "start": fields.Datetime.now() + timedelta(days=1)}
        )
        links = self.env["buurtbemiddeling.personal.link"].with_user(self.coordinator)
        (appointment, _code), (aftercare, _code), (own, _code) = (
            links._issue(reporter, purpose, session=session if purpose == "appointment" else None)
            for purpose in ("appointment", "aftercare", "participation")
        )
        of_other, _code = links._issue(other, "aftercare")
        self.stop(reporter)
        self.assertTrue(appointment.revoked_on and aftercare.revoked_on)
        self.assertFalse(own.revoked_on, "with it she can change her mind, or take back more")
        self.assertFalse(of_other.revoked_on)

    def test_withdrawal_cancels_appointments_and_their_reminders(self):
        case, reporter, other = self.in_mediation()
        session = self.env["buurtbemiddeling.session"].create(
            {"case_id": case.id, "start": fields.Datetime.now() + timedelta(days=1)}
        )
        reminders = self.letter(reporter, kind="reminder", session_id=session.id)
        reminders |= self.letter(other, kind="reminder", session_id=session.id)
        reminders.action_send_email()
        self.assertEqual(self.waiting(reminders), reminders)
        self.stop(reporter)
        self.assertEqual(session.state, "cancelled")
        self.assertFalse(self.waiting(reminders))
        self.assertEqual(set(reminders.mapped("failure")), {"taken_back"})

    def test_withdrawal_takes_back_what_waits_to_be_sent(self):
        for purpose in ("participation", "referral"):
            with self.subTest(purpose):
                _receipt, self.case = self._refer()
                _case, reporter, other = self.in_mediation()
                hers, of_other, invitation = (
                    self.letter(reporter),
                    self.letter(other),
                    self.letter(other, kind="invitation"),
                )
                (hers | of_other | invitation).action_send_email()
                draft, draft_of_other = self.letter(reporter), self.letter(other)
                self.assertIn("Kanarievogel", invitation.told)
                self.stop(reporter, purpose)
                self.assertEqual(self.waiting(hers | of_other | invitation), of_other)
                self.assertFalse(draft.exists())
                self.assertTrue(draft_of_other.exists())

    def test_withdrawal_of_the_other_party_leaves_other_letters(self):
        _case, reporter, other = self.in_mediation()
        letters = self.letter(reporter) | self.letter(other)
        letters.action_send_email()
        self.stop(other)
        self.assertEqual(self.waiting(letters), letters[0])

    def test_dialog_says_what_is_taken_back(self):
        _case, reporter, _other = self.in_mediation()
        action = reporter.action_ask_withdraw_participation()
        said = "is taken back"
        self.assertNotIn(said, self.dialog(action).effects, "there is nothing")
        self.letter(reporter)
        self.assertIn(said, self.dialog(action).effects)

    def test_one_of_two_consents_leaves_links_and_letters(self):
        links = self.env["buurtbemiddeling.personal.link"].with_user(self.coordinator)
        _case, reporter, _other = self.in_mediation()
        letter = self.letter(reporter)
        letter.action_send_email()
        link, _code = links._issue(reporter, "aftercare")
        self.consents.create({"party_id": reporter.id}).action_withdraw()
        self.assertEqual(self.waiting(letter), letter)
        self.assertFalse(link.revoked_on)
