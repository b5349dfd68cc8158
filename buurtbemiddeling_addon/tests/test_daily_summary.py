from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon

WEDNESDAY, SATURDAY = "2026-01-07 05:00:00", "2026-01-10 05:00:00"


@tagged("post_install", "-at_install")
class TestDailySummary(MediationCommon):
    """A coordinator who wants it hears on working days how much there is, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["buurtbemiddeling.case"].search([("anonymised_on", "=", False)]).active = False
        cls.company.mediation_daily_summary = True
        cls.coordinator.tz = "Europe/Amsterdam"
        with freeze_time(WEDNESDAY):
            cls.case = cls._self_report()
            cls.own = cls.env["buurtbemiddeling.case"].create(
                {
                    "coordinator_id": cls.coordinator.id,
                    "party_ids": [Command.create({"name": "Kanarievogel"})],
                }
            )
            # One step that is due, and one that is not yet; appointments of today are counted on their own.
            cls.due, cls.later = cls.own.create(
                [
                    {"coordinator_id": cls.coordinator.id, "reported_on": reported_on}
                    for reported_on in ("2026-01-05", "2026-01-07")
                ]
            )
            cls.env["buurtbemiddeling.session"].create(
                [
                    {"case_id": cls.own.id, "start": start, "place": "Vinkenpad"}
                    # The first is tomorrow in Amsterdam, the last one was yesterday there.
                    for start in ("2026-01-07 23:30:00", "2026-01-07 09:00:00", "2026-01-06 23:30:00")
                ]
            )
        cls.sessions = cls.own.session_ids

    def send(self, moment=WEDNESDAY):
        before = self.env["mail.mail"].search([])
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_daily_summary").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mail.mail"].search([]) - before

    def numbers(self, user):
        with freeze_time(WEDNESDAY):
            return user._mediation_numbers(self.company)[user]

    def test_numbers(self):
        self.assertEqual(
            self.numbers(self.coordinator.sudo()),
            {"new_reports": 1, "steps_due": 1, "appointments": 2, "still_open": 0},
        )
        self.assertEqual(
            self.numbers(self.manager.sudo()), {"new_reports": 1, "steps_due": 0, "appointments": 0, "still_open": 0}
        )

    def test_cases_that_nobody_closes(self):
        case = self._take_up(self.own)
        self.assertNotIn("to close or to hold", self.send().mapped("body_html")[0])
        case.sudo().stage_since = "2024-01-07"
        self.assertEqual(self.numbers(self.coordinator.sudo())["still_open"], 1)
        self.assertEqual(self.numbers(self.manager.sudo())["still_open"], 0)
        mail = self.send().filtered(lambda mail: mail.recipient_ids == self.coordinator.partner_id)
        self.assertIn("to close or to hold", mail.body_html)

    def test_nothing_but_numbers(self):
        mail = self.send().filtered(lambda mail: mail.recipient_ids == self.coordinator.partner_id)
        self.assertEqual(len(mail), 1)
        text = f"{mail.subject} {mail.body_html}"
        for word in (*CANARIES, self.case.reference, self.own.reference):
            self.assertNotIn(word, text)
        for number in (1, 1, 2):
            self.assertIn(f"<strong>{number}</strong>", text)

    def test_only_coordinators_of_a_company_that_wants_it(self):
        recipients = self.send().recipient_ids
        self.assertIn(self.coordinator.partner_id, recipients)
        staff = self.mediator | self.access_admin | self.other_coordinator | self.officer
        self.assertFalse(recipients & staff.partner_id)
        self.company.mediation_daily_summary = False
        self.assertFalse(self.send())

    def test_numbers_are_for_the_coordinator(self):
        mail = self.send()
        for user in (self.colleague, self.system_admin, self.access_admin, self.mediator):
            with self.subTest(user.login):
                messages = self.env["mail.message"].with_user(user)
                self.assertFalse(messages.search([("id", "in", mail.mail_message_id.ids)]))
        self.assertFalse(mail.with_user(self.system_admin).search([("id", "in", mail.ids)]))

    def test_only_on_working_days(self):
        self.assertFalse(self.send(SATURDAY))

    def test_nothing_to_do_is_no_mail(self):
        (self.case | self.own | self.due).active = False
        self.assertFalse(self.send())
