from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon


@tagged("post_install", "-at_install")
class TestMediatorReport(MediationCommon, TransactionCase):
    """A mediator writes her own report, and only she and the coordinator read it."""

    def setUp(self):
        super().setUp()
        self.case = self._take_up(self._self_report())
        self.reports = self.env["buurtbemiddeling.mediator.report"]

    def report_of(self, user, **values):
        return self.reports.with_user(user).create({"case_id": self.case.id, **values})

    def test_it_is_always_of_the_mediator_who_writes_it(self):
        report = self.report_of(self.mediator, user_id=self.second_mediator.id)
        self.assertEqual(report.user_id, self.mediator)
        with self.assertRaises(UserError):
            report.write({"user_id": self.second_mediator.id})

    def test_one_report_of_each_mediator_on_a_case(self):
        self.report_of(self.mediator)
        self.report_of(self.second_mediator)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.report_of(self.mediator)

    def test_a_mediator_does_not_see_that_of_her_colleague(self):
        report = self.report_of(self.mediator, learned="Zangerig")
        hers = report.with_user(self.second_mediator)
        self.assertFalse(hers.search([]))
        reports = self.env["buurtbemiddeling.mediator.report"].with_user(self.second_mediator)
        self.assertFalse(reports.search([("case_id", "=", self.case.id)]))
        with self.assertRaises(AccessError):
            hers.write({"hours": 1})

    def test_the_coordinator_reads_and_does_not_write(self):
        report = self.report_of(self.mediator, hours=4.5)
        self.report_of(self.second_mediator, hours=3)
        self.assertEqual(sum(self.case.with_user(self.coordinator).mediator_report_ids.mapped("hours")), 7.5)
        for action in (
            lambda: report.with_user(self.coordinator).write({"hours": 1}),
            lambda: self.report_of(self.coordinator),
            lambda: report.with_user(self.manager).write({"learned": "x"}),
        ):
            with self.assertRaises(AccessError):
                action()
        self.assertEqual(report.hours, 4.5)

    def test_only_a_mediator_of_the_open_case_writes(self):
        report = self.report_of(self.mediator)
        with self.assertRaises(AccessError):
            self.report_of(self.unassigned_mediator)
        self._end(self.case)
        self.assertFalse(report.with_user(self.mediator).has_access("read"))
        for action in (
            lambda: report.with_user(self.mediator).write({"hours": 1}),
            lambda: self.report_of(self.second_mediator),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_a_coordinator_who_mediates_writes_hers_while_the_case_is_open(self):
        self.case.mediator_ids = self.coordinator | self.mediator
        report = self.report_of(self.coordinator)
        report.write({"hours": 2})
        self._end(self.case)
        with self.assertRaises(AccessError):
            report.write({"hours": 3})

    def test_it_is_not_deleted(self):
        report = self.report_of(self.mediator)
        for user in (self.mediator, self.coordinator):
            with self.assertRaises(AccessError):
                report.with_user(user).unlink()
        with self.assertRaises(UserError):
            report.sudo().unlink()

    def test_what_is_personal_is_erased(self):
        report = self.report_of(self.mediator, went_well="Zangerig", learned="Zangerig", hours=2)
        report.with_user(self.coordinator)._erase()
        self.assertFalse(report.went_well or report.learned)
        self.assertEqual(report.hours, 2)

    def test_the_button_opens_her_own(self):
        case = self.case.with_user(self.mediator)
        self.assertFalse(case.action_my_report()["res_id"])
        self.report_of(self.second_mediator)
        self.assertFalse(case.action_my_report()["res_id"])
        report = self.report_of(self.mediator)
        self.assertEqual(case.action_my_report()["res_id"], report.id)

    def test_hours_are_not_negative(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.report_of(self.mediator, hours=-1)
