from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

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
        self.party.action_refuse_referral()
        self.assertEqual(self.party.referral_permission, "refused")
        self.assertTrue(all(self.party.consent_ids.mapped("withdrawn_on")))
