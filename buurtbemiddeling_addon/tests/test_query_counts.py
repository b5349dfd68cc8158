from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import MediationCommon

LIST = {"reference": {}, "parties_summary": {}, "address_summary": {}, "stage": {}, "next_step": {}, "next_step_on": {}}
FEW, MANY = 3, 30
# The most that a page of a referrer may take. What is more is felt in its time (see bench/run).
LIST_QUERIES, PAGE_QUERIES, HAND_OVER_QUERIES = 12, 8, 30


@tagged("post_install", "-at_install")
class TestQueryCounts(MediationCommon, HttpCase):
    """How many queries a page or a screen takes does not depend on how many records there are."""

    def _assert_same_with_many(self, add, look, most=None):
        """Check that a look with few records takes as many queries as one with many.

        :param add: adds one record
        :param look: returns how many queries it took
        :param int most: how many it may take, where that is known
        """
        counts = []
        for number in (FEW, MANY - FEW):
            for _number in range(number):
                add()
            # The first times also fill what Odoo caches for good, in each of the two threads of a page.
            look()
            look()
            counts.append(look())
        self.assertEqual(counts[0], counts[1])
        if most:
            self.assertLessEqual(counts[1], most)

    def _in_a_clean_cache(self, look):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        look()
        return self.env.cr.sql_log_count - before

    def _staff_sees(self, look, add=None, most=None):
        def measured():
            # Seen in a list is logged once a day.
            self.env["buurtbemiddeling.access.log"].flush_model()
            return self._in_a_clean_cache(look)

        self._assert_same_with_many(add or self._refer, measured, most)

    def _page(self, path):
        self.authenticate("officer", "officer")

        def look():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page = self.url_open(path)
            self.assertEqual(page.status_code, 200)
            self.assertIn("PL-2026-17", page.text)
            return self.env.cr.sql_log_count - before

        return look

    def test_portal_list(self):
        self._assert_same_with_many(self._refer, self._page("/my/referrals"), LIST_QUERIES)

    def test_portal_list_of_one_answer(self):
        self._assert_same_with_many(self._refer, self._page("/my/referrals?answer=waiting"), LIST_QUERIES)

    def test_portal_list_searched(self):
        look = self._page("/my/referrals?search=1")
        self.url_open("/my/referrals/search", data={"csrf_token": Request.csrf_token(self), "text": "pl-2026"})
        self._assert_same_with_many(self._refer, look, LIST_QUERIES)

    def test_portal_list_last_page(self):
        self._assert_same_with_many(self._refer, self._page("/my/referrals/page/999"), LIST_QUERIES)

    def test_portal_page(self):
        receipt, _case = self._refer()
        self._assert_same_with_many(self._refer, self._page(f"/my/referrals/{receipt.reference}"), PAGE_QUERIES)

    def test_hand_over(self):
        referrals = self.env["buurtbemiddeling.referral"].with_user(self.officer)
        self._staff_sees(lambda: referrals._submit(self._submission()), most=HAND_OVER_QUERIES)

    def test_hand_over_does_not_tell_the_coordinators_itself(self):
        referrals = self.env["buurtbemiddeling.referral"].with_user(self.officer)
        self._refer()
        counts = []
        for number in range(2):
            # The first time also fills what Odoo caches, and users that are added empty that.
            referrals._submit(self._submission())
            counts.append(self._in_a_clean_cache(lambda: referrals._submit(self._submission())))
            for add in range(FEW):
                self._staff(f"coordinator_{number}_{add}", "group_coordinator")
        self.assertEqual(counts[0], counts[1])

    def test_what_is_within_reach_is_asked_once_until_something_changes(self):
        case = self._take_up(self._refer()[1])
        case.mediator_ids = self.mediator
        as_mediator = case.with_user(self.mediator)
        as_mediator.check_access("read")
        with self.assertQueryCount(0):
            as_mediator.check_access("read")
            self.assertEqual(as_mediator.exists(), as_mediator)
        case.mediator_ids = False
        self.assertFalse(as_mediator.has_access("read"))
        self.assertFalse(as_mediator.exists())
        case.mediator_ids = self.mediator
        self.assertTrue(as_mediator.has_access("read"))

    def test_the_rules_of_staff_are_kept_without_asking_who_she_is(self):
        rules = self.env["ir.rule"].with_user(self.coordinator)
        rules._compute_domain("buurtbemiddeling.case")
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            rules._compute_domain("buurtbemiddeling.case")

    def test_a_case_and_its_people_are_each_read_at_once(self):
        """Whether she may read it, and what is in it; and for the access log one more for each model."""
        _receipt, case = self._refer()
        shown = {"stage": {}, "party_ids": {"fields": {"name": {}, "role": {}}}}
        as_coordinator = case.with_user(self.coordinator)
        as_coordinator.web_read(shown)
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.cr.clear()
        with self.assertQueryCount(4):
            as_coordinator.web_read(shown)

    def test_back_end_list(self):
        cases = self.env["buurtbemiddeling.case"].with_user(self.coordinator)
        self._staff_sees(lambda: cases.web_search_read([], LIST, limit=80, count_limit=10001))

    def test_board(self):
        cases = self.env["buurtbemiddeling.case"].with_user(self.coordinator)
        self._staff_sees(
            lambda: cases.web_read_group(
                [], ["stage"], [], auto_unfold=True, unfold_read_specification=LIST, unfold_read_default_limit=40
            )
        )

    def test_form(self):
        """With many people elsewhere who have the same address and telephone number."""
        _receipt, case = self._refer()
        case = case.with_user(self.coordinator)
        views = case.get_views([(False, "form")])
        names = views["models"]["buurtbemiddeling.case"]["fields"]
        specification = {name: {} for name in names if name != "search_text"}
        self._staff_sees(lambda: case.web_read(specification))

    def test_proposal(self):
        case = self._take_up(self._refer()[1])
        numbers = iter(range(MANY + 10))

        def add():
            user = self._staff(f"mediator_{next(numbers)}", "group_mediator")
            self.env["buurtbemiddeling.mediator"].create({"user_id": user.id, "company_id": self.company.id})

        # As many as fill the dialog, which shows eight pairs at most.
        for _number in range(10):
            add()
        self._staff_sees(case.action_propose_mediators, add)
        self.assertLess(self._in_a_clean_cache(case.action_propose_mediators), 60)

    def test_many_coordinators(self):
        """A new report is told to all coordinators in one message, however many there are."""
        for number in range(FEW):
            self._staff(f"coordinator_{number}", "group_coordinator")
        _receipt, case = self._refer()
        messages = self.env["mail.message"].search([("model", "=", case._name), ("res_id", "=", case.id)])
        told = messages.filtered("notified_partner_ids")
        self.assertGreaterEqual(len(case.activity_ids), FEW)
        self.assertEqual(told.notified_partner_ids, case.activity_ids.user_id.partner_id)
        self.assertEqual(len(told), len(set(case.activity_ids.user_id.mapped("lang"))))
        self.assertTrue(all(mail.state == "outgoing" for mail in told.mail_ids), "nobody waits for the mail server")
