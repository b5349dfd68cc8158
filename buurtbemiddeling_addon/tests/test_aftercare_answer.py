from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.test_personal_link import PersonalPageCommon


@tagged("post_install", "-at_install")
class TestAftercareAnswer(PersonalPageCommon):
    """The questions of aftercare on a personal page, and what staff see of the answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case.write({"stage": "aftercare"})
        cls.link, cls.code = cls.issue("aftercare")
        cls.answers = cls.env["buurtbemiddeling.aftercare.answer"]

    def test_answer(self):
        page = self.enter(self.code)
        page = self.page_of(self.send(page, holds="partly", wants_call="no", remark="<b>Better</b>"))
        answer = self.case.aftercare_answer_ids
        self.assertEqual((answer.holds, answer.wants_call, answer.remark), ("partly", False, "<b>Better</b>"))
        self.assertEqual(answer.party_id, self.person)
        self.assertFalse(self.to_do())
        self.assertEqual(self.case.stage, "aftercare")
        self.assertEqual(page.xpath("//input[@type='radio'][@checked]/@value"), ["partly", "no"])
        self.assertEqual(page.xpath("string(//textarea)"), "<b>Better</b>")

    def test_nothing_goes_out(self):
        before = self.env["buurtbemiddeling.register"].search_count([])
        self.send(self.enter(self.code), holds="no", wants_call="yes")
        self.assertEqual(self.env["buurtbemiddeling.register"].search_count([]), before)
        self.assertNotEqual(self.case.stage, "closed")

    def test_what_is_to_be_done(self):
        page = self.page_of(self.send(self.enter(self.code), holds="holds", wants_call="yes"))
        self.assertIn("called", self.to_do().summary)
        self.send(page, holds="no", wants_call="no")
        self.assertIn("do not hold", "".join(self.to_do().mapped("summary")))

    def test_hostile_input(self):
        page = self.enter(self.code)
        for values, errors in (
            ({}, {"holds", "wants_call"}),
            ({"holds": "yes", "wants_call": "1"}, {"holds", "wants_call"}),
            ({"holds": "no", "wants_call": "yes", "remark": "x" * 501}, {"remark"}),
            ({"holds": "no", "wants_call": "yes", "remark": "111222333"}, {"remark"}),
            ({"holds": "<no>", "wants_call": "yes", "remark": "\x00", "case_id": "1"}, {"holds"}),
        ):
            with self.subTest(str(values)[:60]):
                page = self.page_of(self.send(page, **values))
                self.assertEqual(set(self.errors(page)), errors)
        self.assertFalse(self.case.aftercare_answer_ids)

    def test_the_dialog_proposes_the_least_good_of_what_was_answered(self):
        def proposed():
            dialog = self.env["buurtbemiddeling.case.aftercare"].with_user(self.coordinator)
            return dialog.create({"case_id": self.case.id}).answer

        self.assertFalse(proposed())
        self.answers._record(self.person, "no", False, "")
        self.assertEqual(proposed(), "no")
        self.answers._record(self.person, "holds", False, "")
        self.assertEqual(proposed(), "holds")
        self.answers._record(self.other, "partly", False, "")
        self.assertEqual(proposed(), "partly")
        self.case.stage_since = fields.Date.add(self.case.stage_since, days=1)
        self.assertFalse(proposed(), "what was answered in an earlier aftercare")

    def test_who_reads_and_that_nobody_writes(self):
        self.answers._record(self.person, "no", True, "Noise")
        answer = self.case.aftercare_answer_ids
        for user in (self.mediator, self.coordinator, self.manager):
            self.assertEqual(answer.with_user(user).remark, "Noise")
            values = {"case_id": self.case.id, "party_id": self.person.id, "holds": "holds"}
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.answers.with_user(user).create(values)
        for user in (self.unassigned_mediator, self.other_coordinator, self.officer, self.colleague):
            self.assertFalse(answer.with_user(user).has_access("read"), user.login)
        with self.assertRaises(UserError):
            answer.holds = "holds"

    def test_answers_follow_when_reports_are_put_together(self):
        report = self._self_report()
        self.answers._record(report.party_ids[0], "no", True, "Noise")
        merge = self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator)
        merge.create({"case_id": report.id, "target_case_id": self.case.id}).action_merge()
        self.assertEqual(self.case.aftercare_answer_ids.remark, "Noise")

    def test_what_is_personal_is_erased(self):
        self.answers._record(self.person, "no", True, "Noise")
        self.person._erase()
        self.assertFalse(self.case.aftercare_answer_ids.remark)
