from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon

ANSWERS = ["suitability", "suitability_on", "taken_up", "taken_up_on", "outcome", "outcome_on"]


@tagged("post_install", "-at_install")
class TestParty(MediationCommon):
    def age(self, parties, days):
        """Let parties have come in so many days ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE buurtbemiddeling_party SET create_date = %s WHERE id IN %s",
            (fields.Datetime.now() - timedelta(days=days), tuple(parties.ids)),
        )
        self.env.invalidate_all()

    def run_daily_job(self):
        self._daily_round()

    def let_days_pass(self, parties, days):
        """Let so many days go by since the erasure."""
        parties.erased_on = fields.Date.subtract(fields.Date.today(), days=days)

    def test_unconfirmed_is_erased_after_the_term(self):
        receipt, case = self._refer()
        self.age(case.party_ids, 29)
        self.run_daily_job()
        self.assertEqual(case.party_ids.name, "Kanarievogel")
        self.age(case.party_ids, 31)
        self.run_daily_job()
        self.assertTrue(case.party_ids.erased_on)
        self.let_days_pass(case.party_ids, 8)
        self.run_daily_job()
        self.assertEqual(case.stage, "closed")
        self.env.flush_all()
        for table in ("buurtbemiddeling_party", "buurtbemiddeling_case", "buurtbemiddeling_consent"):
            self.env.cr.execute(f"SELECT * FROM {table} WHERE create_date IS NOT NULL")
            rows = str([row for row in self.env.cr.fetchall() if case.reference in str(row)])
            for canary in CANARIES:
                self.assertNotIn(canary, rows)
        self.assertEqual(case.party_ids.with_user(self.coordinator).display_name, case.party_ids.reference)
        self.assertEqual(self._answers(receipt), ("not_suitable", "not_taken_up", "pending"))
        self.assertEqual(len(case.party_ids.consent_ids), 1, "the evidence stays")

    def test_the_no_is_that_of_any_other_end(self):
        unconfirmed, case = self._refer()
        self.age(case.party_ids, 31)
        refused, refused_case = self._refer()
        refused_case.party_ids.with_user(self.coordinator)._referral_consents().action_withdraw()
        self.run_daily_job()
        self.assertEqual(self._answers(unconfirmed), ("pending", "pending", "pending"))
        self.let_days_pass((case | refused_case).party_ids, 8)
        unsuitable, unsuitable_case = self._refer()
        self._end(
            unsuitable_case,
            is_unsuitable=True,
            result="result_not_suitable",
            unsuitable_reason_id=self.env.ref(f"{MODULE}.unsuitable_reason_violence").id,
        )
        self.assertEqual(self._answers(unsuitable), ("pending", "pending", "pending"), "no sooner than the others")
        self.run_daily_job()
        rows = (unconfirmed | refused | unsuitable).read(ANSWERS)
        self.assertEqual(len({str({**row, "id": 0}) for row in rows}), 1)

    def test_term_is_a_setting_of_the_company(self):
        self.company.mediation_unconfirmed_days = 5
        _receipt, case = self._refer()
        self.age(case.party_ids, 6)
        self.run_daily_job()
        self.assertTrue(case.party_ids.erased_on)

    def test_confirmed_and_self_reported_stay(self):
        _receipt, confirmed = self._refer()
        confirmed.party_ids.with_user(self.coordinator).action_confirm_referral()
        self_report = self._self_report()
        self.age(confirmed.party_ids | self_report.party_ids, 400)
        self.run_daily_job()
        self.assertFalse((confirmed | self_report).party_ids.filtered("erased_on"))
        self.assertEqual(confirmed.description, "Zangerig")

    def test_case_goes_on_with_those_who_confirmed(self):
        _receipt, case = self._refer(people=[self._person(), self._person(role="other_party", name="Buur")])
        reporter, other = case.party_ids
        reporter.with_user(self.coordinator).action_confirm_referral()
        other.with_user(self.coordinator)._referral_consents().action_withdraw()
        self.run_daily_job()
        self.assertFalse(reporter.erased_on)
        self.assertTrue(other.erased_on)
        self.assertNotEqual(case.stage, "closed")
        self.assertEqual(case.description, "Zangerig", "it is about the one who confirmed too; staff look at it")
        self.assertIn("take out", case.message_ids[0].body)

    def test_what_staff_wrote_goes_with_the_last_one(self):
        _receipt, case = self._refer()
        note = case.with_user(self.coordinator).message_post(
            body="Kanarievogel", attachments=[("Kanarievogel.txt", b"Zangerig")]
        )
        attachment = note.attachment_ids
        self.age(case.party_ids, 31)
        talk = self.env["buurtbemiddeling.session"].create({"case_id": case.id, "note": "Zangerig"})
        self.run_daily_job()
        self.assertFalse(note.exists())
        self.assertFalse(attachment.exists())
        self.assertFalse(case.description)
        self.assertFalse(talk.note)

    def test_language_and_what_may_be_told_go_too(self):
        party = self._self_report().party_ids[0]
        party.write({"lang": "en_US", "may_be_told": "name"})
        party._erase()
        self.assertFalse(party.lang)
        self.assertEqual(party.may_be_told, "nothing")

    def test_who_is_mediated(self):
        case = self._self_report()
        reporter, other = case.party_ids
        erased, supporter, archived = case.party_ids.create(
            [
                {"case_id": case.id, "name": "Third", "role": "other_party"},
                {"case_id": case.id, "name": "Friend", "role": "supporter"},
                {"case_id": case.id, "name": "Fourth", "role": "other_party", "active": False},
            ]
        )
        erased._erase()
        self.assertEqual((reporter | other | erased | supporter | archived)._mediated(), reporter | other)

    def test_one_case_that_fails_does_not_keep_the_others(self):
        _receipt, failing = self._refer()
        _receipt, case = self._refer()
        self.age((failing | case).party_ids, 31)
        original = type(failing)._go_on_without_erased

        def fail_once(records):
            if records == failing:
                raise ValueError("no")
            return original(records)

        with (
            patch.object(type(failing), "_go_on_without_erased", fail_once),
            mute_logger("odoo.addons.buurtbemiddeling_addon.models.party"),
        ):
            self.run_daily_job()
        self.assertFalse(failing.party_ids.erased_on)
        self.assertTrue(case.party_ids.erased_on)

    def test_twice_is_once(self):
        _receipt, case = self._refer()
        self.age(case.party_ids, 31)
        self.run_daily_job()
        messages = self.env["mail.mail"].search_count([])
        self.run_daily_job()
        self.assertEqual(self.env["mail.mail"].search_count([]), messages)

    def test_name_or_street(self):
        case = self._self_report()
        with self.assertRaises(ValidationError):
            self.env["buurtbemiddeling.party"].create({"case_id": case.id, "phone": "0999"})

    def test_email_is_checked(self):
        case = self._self_report()
        with self.assertRaises(ValidationError):
            case.party_ids[0].email = "no"


@tagged("post_install", "-at_install")
class TestTwoFactor(MediationCommon):
    def test_referrers_only_and_when_the_company_wants_it(self):
        self.company.mediation_referrer_two_factor = False
        self.assertIsNone(self.officer._mfa_type())
        self.company.mediation_referrer_two_factor = True
        self.assertEqual(self.officer._mfa_type(), "totp_mail")
        self.assertIsNone(self.lone_portal_user._mfa_type())
        self.assertIsNone(self.coordinator._mfa_type())

    def test_password_policy_is_there(self):
        self.env["ir.config_parameter"].set_param("auth_password_policy.minlength", 12)
        user = new_test_user(self.env, "someone_new", groups="base.group_portal", password="long enough now")
        with self.assertRaises(UserError):
            user.password = "short"
