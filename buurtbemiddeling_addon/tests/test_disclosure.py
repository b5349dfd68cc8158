from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon


@tagged("post_install", "-at_install")
class TestDisclosure(MediationCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.case = self._self_report()
        self.resident = self.case.party_ids[0]

    def page(self, login):
        """The list of an organisation, without what differs between any two requests."""
        self.authenticate(login, login)
        lines = self.url_open("/my/referrals").text.splitlines()
        return "\n".join(line for line in lines if "csrf_token" not in line and "registry_hash" not in line)

    def disclose(self, **values):
        return (
            self.env["buurtbemiddeling.consent"]
            .with_user(self.coordinator)
            .create(
                {
                    "party_id": self.resident.id,
                    "purpose": "disclosure",
                    "organisation_id": self.housing.id,
                    "disclosed_name": "M. Kanarievogel",
                    **values,
                }
            )
        )

    def test_only_the_named_organisation_until_it_is_taken_back(self):
        before = {login: self.page(login) for login in ("housing_employee", "officer")}
        consent = self.disclose()
        shown = self.page("housing_employee")
        self.assertIn("M. Kanarievogel", shown)
        for hidden in ("Vinkenpad", "0999123456", "Zangerig", self.case.reference, consent.reference):
            self.assertNotIn(hidden, shown)
        self.assertEqual(self.page("officer"), before["officer"])
        consent.action_withdraw()
        self.assertEqual(self.page("housing_employee"), before["housing_employee"])
        self.assertFalse(self.env["buurtbemiddeling.disclosure"].search([("organisation_id", "=", self.housing.id)]))

    def test_answers_follow_the_case(self):
        disclosure = self.disclose().disclosure_id
        self._end(self._take_up(self.case))
        self.assertEqual(self._answers(disclosure), ("suitable", "taken_up", "resolved"))

    def test_what_is_known_is_told_with_the_day_of_the_disclosure(self):
        self._take_up(self.case).sudo().write({"suitability_on": "2025-01-01"})
        disclosure = self.disclose().disclosure_id
        self.assertEqual(self._answers(disclosure), ("suitable", "taken_up", "pending"))
        self.assertEqual(disclosure.suitability_on, disclosure.submitted_on)

    def test_no_mail(self):
        before = self.env["mail.mail"].search_count([])
        consent = self.disclose()
        self._take_up(self.case)
        consent.action_withdraw()
        mails = self.env["mail.mail"].search([])
        self.assertFalse(mails.recipient_ids & self.housing_employee.partner_id)
        self.assertGreaterEqual(len(mails), before)

    def test_only_a_self_reporter_asks_for_it(self):
        _receipt, case = self._refer()
        for values in (
            {"party_id": case.party_ids.id},
            {"stated_by": "referrer"},
            {"organisation_id": False},
            {"disclosed_name": False},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.disclose(**values)

    def test_holds_nothing_else(self):
        own = {"person_name"}
        shared = set(self.env["buurtbemiddeling.published.mixin"]._fields)
        fields = set(self.env["buurtbemiddeling.disclosure"]._fields)
        self.assertEqual(fields - own, shared - {"create_uid", "create_date", "write_uid", "write_date"})

    def test_nobody_makes_or_changes_a_disclosure(self):
        disclosure = self.disclose().disclosure_id
        for user in (self.coordinator, self.manager, self.housing_employee, self.access_admin, self.system_admin):
            for action in (
                lambda record: record.write({"person_name": "x"}),
                lambda record: record.unlink(),
                lambda record: record.create({}),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    action(disclosure.with_user(user))

    def test_merged_with_a_later_referral_of_the_same_organisation(self):
        """The referrer sees its receipt, and nothing of the report that was there before."""
        self._take_up(self.case)
        before = self.page("housing_employee")
        receipt, report = self._refer(self.housing_employee)
        alone = self.page("housing_employee")
        self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).create(
            {"case_id": report.id, "target_case_id": self.case.id}
        ).action_merge()
        merged = self.page("housing_employee")
        self.assertNotIn("Kanarievogel", merged)
        self.assertEqual(alone.count(receipt.reference), merged.count(receipt.reference))
        self.assertNotEqual(before, alone)


@tagged("post_install", "-at_install")
class TestRegister(MediationCommon):
    def test_every_word_told_is_on_record(self):
        receipt, case = self._refer()
        self._end(self._take_up(case))
        rows = case.register_ids.sorted("id")
        self.assertEqual(rows.mapped("statement"), ["suitable", "taken_up", "resolved"])
        self.assertEqual(rows.organisation_id, self.police)
        self.assertEqual(rows.recipient_id, self.officer)
        self.assertEqual(set(rows.mapped("receipt_reference")), {receipt.reference})
        self.assertEqual(set(rows.mapped("ground")), {"referral"})

    def test_two_organisations_two_stories(self):
        _receipt, case = self._refer()
        second, report = self._refer(self.housing_employee)
        self._take_up(case)
        self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).create(
            {"case_id": report.id, "target_case_id": case.id}
        ).action_merge()
        case.party_ids.with_user(self.coordinator).action_confirm_referral()
        for day in (1, 2):
            with freeze_time(fields.Date.add(second.submitted_on, days=day)):
                self._daily_round()
        self.assertEqual(
            sorted(case.register_ids.mapped(lambda row: (row.organisation_id.name, row.statement))),
            [
                ("Housing (test)", "suitable"),
                ("Housing (test)", "taken_up"),
                ("Police (test)", "suitable"),
                ("Police (test)", "taken_up"),
            ],
        )

    def test_disclosure_and_its_end_are_on_record(self):
        case = self._self_report()
        consent = (
            self.env["buurtbemiddeling.consent"]
            .with_user(self.coordinator)
            .create(
                {
                    "party_id": case.party_ids[0].id,
                    "purpose": "disclosure",
                    "organisation_id": self.housing.id,
                    "disclosed_name": "M.",
                }
            )
        )
        consent.action_withdraw()
        self.assertEqual(case.register_ids.sorted("id").mapped("statement"), ["made_known", "taken_back"])

    def test_append_only_for_everybody(self):
        _receipt, case = self._refer()
        self._take_up(case)
        row = case.register_ids[0]
        for action in (lambda record: record.write({"statement": "resolved"}), lambda record: record.unlink()):
            with self.assertRaises(UserError):
                action(row)
            with self.assertRaises(UserError):
                action(row.sudo())
            with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(UserError):
                action(row.with_user(self.manager))
        with self.assertRaises(AccessError):
            row.with_user(self.manager).create({})

    def test_only_coordinators_of_the_company_read_it(self):
        _receipt, case = self._refer()
        self._take_up(case)
        rows = self.env["buurtbemiddeling.register"]
        self.assertTrue(rows.with_user(self.coordinator).search([("case_id", "=", case.id)]))
        self.assertFalse(rows.with_user(self.other_coordinator).search([]))
        for user in (self.mediator, self.officer, self.access_admin, self.colleague, self.system_admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                rows.with_user(user).search([])
