from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon


@tagged("post_install", "-at_install")
class TestTakeover(MediationCommon):
    """The cases of a coordinator who is away go to a colleague, with what is still to be done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague_coordinator = cls._staff("colleague_coordinator", "group_coordinator")
        cls.cases = cls._cases(3)

    @classmethod
    def _cases(cls, number):
        cases = cls.env["buurtbemiddeling.case"].create(
            [
                {"coordinator_id": cls.coordinator.id, "party_ids": [Command.create({"name": "Iemand"})]}
                for _number in range(number)
            ]
        )
        for case in cases:
            case.activity_schedule("mail.mail_activity_data_todo", user_id=cls.coordinator.id)
            case.activity_schedule("mail.mail_activity_data_todo", user_id=cls.manager.id)
        return cases

    def hand_over(self, cases, user, by=None, **values):
        wizard = self.env["buurtbemiddeling.case.takeover"].with_user(by or self.manager)
        return (
            wizard.with_context(active_ids=cases.ids).create({"coordinator_id": user.id, **values}).action_hand_over()
        )

    def test_cases_and_what_is_to_be_done(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        before = {case: case.message_ids for case in self.cases}
        self.hand_over(self.cases, self.colleague_coordinator, reason="Long leave")
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertEqual(self.cases.coordinator_id, self.colleague_coordinator)
        self.assertEqual(self.cases.activity_ids.user_id, self.colleague_coordinator | self.manager)
        for case in self.cases:
            new = case.message_ids - before[case]
            self.assertEqual(len(new), 1, "one message for each case")
            self.assertIn("Long leave", new.body)
            self.assertEqual(new.tracking_value_ids.new_value_char, self.colleague_coordinator.name)

    def test_no_mail_for_each_activity(self):
        mails = self.env["mail.mail"].search([])
        self.hand_over(self.cases, self.colleague_coordinator)
        self.assertEqual(self.env["mail.mail"].search([]), mails)

    def test_only_to_who_may_work_on_them(self):
        self.cases.activity_ids.unlink()
        self.cases.mediator_ids = self.mediator
        for user in (self.mediator, self.colleague, self.other_coordinator, self.access_admin):
            with self.subTest(user.login), self.assertRaises(UserError):
                self.hand_over(self.cases, user)
        self.assertEqual(self.cases.coordinator_id, self.coordinator)

    def test_only_by_coordinators_of_the_company(self):
        for user in (self.mediator, self.other_coordinator, self.access_admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.hand_over(self.cases, self.colleague_coordinator, by=user)
        self.assertEqual(self.cases.coordinator_id, self.coordinator)

    def test_queries_do_not_grow_with_each_case(self):
        """What one case more costs is what Odoo itself asks for its tracking and its activities."""
        counts = []
        for number in (2, 12):
            cases = self._cases(number)
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.hand_over(cases, self.colleague_coordinator)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 10, counts)
