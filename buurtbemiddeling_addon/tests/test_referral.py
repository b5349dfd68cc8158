from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon


@tagged("post_install", "-at_install")
class TestReferral(MediationCommon):
    def test_submission_makes_case_parties_and_consents(self):
        receipt, case = self._refer(people=[self._person(), self._person(role="other_party", name="Buur")])
        self.assertEqual(case.channel, "referral")
        self.assertEqual(case.party_ids.mapped("role"), ["reporter", "other_party"])
        self.assertEqual(case.party_ids[0].name, "Kanarievogel")
        consents = case.party_ids.consent_ids
        self.assertEqual(len(consents), 2, "a consent for each person")
        self.assertEqual(set(consents.mapped("purpose")), {"referral"})
        self.assertEqual(set(consents.mapped("stated_by")), {"referrer"})
        self.assertEqual(consents.organisation_id, self.police)
        self.assertEqual(consents.recorded_by_id, self.officer)
        self.assertEqual(set(consents.mapped("given_on")), {date(2026, 1, 5)})
        self.assertEqual(receipt.submitted_by_id, self.officer)
        self.assertEqual(receipt.organisation_reference, "PL-2026-17")
        self.assertEqual(self._answers(receipt), ("pending", "pending", "pending"))

    def test_no_permission_no_submission(self):
        for missing in ({"permission": ""}, {"method": ""}, {"told_on": ""}, {"told_on": "soon"}):
            with self.subTest(missing), self.assertRaises(ValidationError):
                self._refer(people=[self._person(), self._person(role="other_party", **missing)])
        tomorrow = str(date.today() + timedelta(days=2))
        with self.assertRaises(ValidationError):
            self._refer(people=[self._person(told_on=tomorrow)])
        with self.assertRaises(ValidationError):
            self._refer(people=[])

    def test_errors_say_where(self):
        values = self._submission(
            complaint_type_id="x",
            description="d" * 3000,
            organisation_reference="r" * 100,
            people=[self._person(), self._person(name="", email="no", phone="1" * 99, role="judge")],
        )
        errors = self.env["buurtbemiddeling.referral"].with_user(self.officer)._submission_errors(values)
        self.assertEqual(
            set(errors),
            {
                "complaint_type_id",
                "description",
                "organisation_reference",
                (1, "name"),
                (1, "email"),
                (1, "phone"),
                (1, "role"),
            },
        )

    def test_only_referrers_submit(self):
        self.housing.is_referrer = False
        for user in (self.lone_portal_user, self.housing_employee, self.public_user, self.colleague):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._refer(user)

    def test_receipt_holds_nothing_else(self):
        """What a referrer reads has no way to the case: by construction, not by a rule."""
        fields = self.env["buurtbemiddeling.referral"]._fields
        self.assertEqual(
            set(fields),
            {
                "id",
                "display_name",
                "reference",
                "company_id",
                "organisation_id",
                "submitted_by_id",
                "organisation_reference",
                "submitted_on",
                "suitability",
                "suitability_on",
                "taken_up",
                "taken_up_on",
                "outcome",
                "outcome_on",
            },
        )
        for field in fields.values():
            self.assertFalse(field.related or (field.compute and field.name != "display_name"), field)
        receipt, _case = self._refer()
        row = str(receipt.read())
        for canary in CANARIES:
            self.assertNotIn(canary, row)

    def test_yes_three_times(self):
        receipt, case = self._refer()
        case = case.with_user(self.coordinator)
        case.action_take_on()
        case.party_ids.action_confirm_referral()
        self.assertEqual(self._answers(receipt), ("pending", "pending", "pending"))
        case.action_suitable()
        self.assertEqual(self._answers(receipt), ("suitable", "pending", "pending"))
        case.action_take_up()
        self.assertEqual(self._answers(receipt), ("suitable", "taken_up", "pending"))
        self._end(case)
        self.assertEqual(self._answers(receipt), ("suitable", "taken_up", "resolved"))
        self.assertEqual({receipt.suitability_on, receipt.taken_up_on, receipt.outcome_on}, {receipt.submitted_on})

    def test_neutral_no(self):
        """Whatever the reason, a no looks the same to the referrer."""
        reasons = {
            "unsuitable": {"is_unsuitable": True, "result": "result_not_suitable"},
            "refused": {"is_unsuitable": True, "result": "result_second_party_refuses"},
            "unreachable": {"is_unsuitable": True, "result": "result_no_contact"},
            "no capacity": {"is_unsuitable": False, "result": "result_no_capacity"},
            "no permission": {"is_unsuitable": False, "result": "result_no_permission"},
        }
        receipts = self.env["buurtbemiddeling.referral"]
        for reason, values in reasons.items():
            with self.subTest(reason):
                receipt, case = self._refer()
                if values["is_unsuitable"]:
                    values["unsuitable_reason_id"] = self.env.ref(f"{MODULE}.unsuitable_reason_elsewhere").id
                if reason == "no permission":
                    case.party_ids.with_user(self.coordinator)._referral_consents().action_withdraw()
                self._end(case, **values)
                self.assertEqual(self._answers(receipt), ("pending", "pending", "pending"), "a no waits for the round")
                receipts |= receipt
        self._daily_round()
        rows = receipts.read(["suitability", "suitability_on", "taken_up", "taken_up_on", "outcome", "outcome_on"])
        self.assertEqual(len({str({**row, "id": 0}) for row in rows}), 1)
        self.assertEqual(self._answers(receipts[0]), ("not_suitable", "not_taken_up", "pending"))

    def test_no_after_suitable_and_after_taken_up(self):
        receipt, case = self._refer()
        case.with_user(self.coordinator).action_suitable()
        self._end(case, result="result_no_capacity")
        self._daily_round()
        self.assertEqual(self._answers(receipt), ("suitable", "not_taken_up", "pending"))

        receipt, case = self._refer()
        case = self._take_up(case)
        self._end(
            case,
            is_unsuitable=True,
            result="result_not_suitable",
            unsuitable_reason_id=self.env.ref(f"{MODULE}.unsuitable_reason_violence").id,
        )
        self._daily_round()
        self.assertEqual(self._answers(receipt), ("suitable", "taken_up", "not_resolved"))

    def test_improved_counts_as_resolved(self):
        receipt, case = self._refer()
        self._end(self._take_up(case), result="result_improved")
        self.assertEqual(receipt.outcome, "resolved")

    def test_row_is_written_only_for_news(self):
        receipt, case = self._refer()
        case = self._take_up(case)
        self.env.flush_all()
        self.env.cr.execute("SELECT xmin FROM buurtbemiddeling_referral WHERE id = %s", (receipt.id,))
        before = self.env.cr.fetchone()
        case.write({"stage": "first_talk"})
        case.description = "More"
        case.action_suitable()
        case._publish_answers()
        self.env.flush_all()
        self.env.cr.execute("SELECT xmin FROM buurtbemiddeling_referral WHERE id = %s", (receipt.id,))
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_known_case_cannot_be_recognised_by_a_date(self):
        """A case that is older than the referral tells its answers later, one a day, with the day of telling."""
        receipt, case = self._refer()
        self._take_up(case).sudo().write({"suitability_on": "2025-01-01", "taken_up_on": "2025-01-01"})
        second, new_case = self._refer(self.housing_employee)
        self._merge(new_case, case)
        self._daily_round()
        self.assertEqual(self._answers(second), ("pending", "pending", "pending"), "nothing on the day itself")
        with freeze_time(second.submitted_on + timedelta(days=1)):
            self._daily_round()
            self.assertEqual(self._answers(second), ("pending", "pending", "pending"), "nothing before it is confirmed")
        case.party_ids.with_user(self.coordinator).action_confirm_referral()
        days = [second.submitted_on + timedelta(days=number) for number in range(1, 5)]
        told = []
        for day in days:
            with freeze_time(day):
                self._daily_round()
                told.append(self._answers(second))
                if day == days[1]:
                    self._end(case)
        self.assertEqual(
            told,
            [
                ("suitable", "pending", "pending"),
                ("suitable", "taken_up", "pending"),
                ("suitable", "taken_up", "resolved"),
                ("suitable", "taken_up", "resolved"),
            ],
        )
        self.assertEqual([second.suitability_on, second.taken_up_on, second.outcome_on], days[:3])
        self.assertEqual(receipt.outcome, "resolved", "the first referrer hears it at once")
        self.assertGreaterEqual(min(second.suitability_on, second.taken_up_on), second.submitted_on)
        self.assertEqual(case.referral_ids, receipt | second)
        self.assertFalse(new_case.active)

    def _merge(self, case, target):
        return (
            self.env["buurtbemiddeling.case.merge"]
            .with_user(self.coordinator)
            .create({"case_id": case.id, "target_case_id": target.id})
            .action_merge()
        )

    def test_merge_moves_people_and_consents(self):
        case = self._self_report()
        _receipt, new_case = self._refer(self.housing_employee)
        party = new_case.party_ids
        self._merge(new_case, case)
        self.assertIn(party, case.party_ids)
        self.assertEqual(party.consent_ids.case_id, case)
        self.assertEqual(case.channel, "self_report")

    def test_news_mail_has_no_content(self):
        receipt, case = self._refer()
        case = case.with_user(self.coordinator)
        case.action_take_on()
        case.party_ids.action_confirm_referral()
        before = self.env["mail.mail"].search([])
        steps = (case.action_suitable, case.action_take_up, lambda: self._end(case))
        for number, step in enumerate(steps, start=1):
            step()
            mails = self.env["mail.mail"].search([]) - before
            mails = mails.filtered(lambda mail: self.officer.partner_id in mail.recipient_ids)
            self.assertEqual(len(mails), number, "one mail for each answer")
        for mail in mails:
            self.assertEqual(mail.recipient_ids, self.officer.partner_id)
            self.assertFalse(mail.res_id)
            self.assertFalse(self.env["mail.mail"].with_user(self.system_admin).search([("id", "=", mail.id)]))
            text = f"{mail.subject} {mail.body_html} {mail.headers} {mail.message_id} {mail.references}"
            forbidden = (*CANARIES, case.reference, receipt.reference, "PL-2026-17")
            for word in (*forbidden, "suitable", "taken up", "resolved", "buurtbemiddeling.case"):
                self.assertNotIn(word, text)

    def test_references_are_random(self):
        references = {self._refer()[0].reference for _number in range(5)}
        self.assertEqual(len(references), 5)
        for reference in references:
            self.assertRegex(reference, r"^[2-9A-Z]{4}-[2-9A-Z]{4}$")
