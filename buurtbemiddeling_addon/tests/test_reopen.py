from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon


@tagged("post_install", "-at_install")
class TestReopen(MediationCommon, HttpCase):
    """A closed case can be opened again: on record inside, and unheard outside."""

    def setUp(self):
        super().setUp()
        self.receipt, case = self._refer()
        self.case = case.with_user(self.coordinator)

    def reopen(self, case=None, **values):
        dialog = (
            self.env["buurtbemiddeling.case.reopen"]
            .with_user(self.coordinator)
            .create({"case_id": (case or self.case).id, "reason": "The noise is back.", **values})
        )
        return dialog.action_reopen()

    def pages(self):
        """What the referrer's pages show, without what differs between any two requests."""
        self.authenticate("officer", "officer")
        texts = (self.url_open(url).text for url in ("/my/referrals", f"/my/referrals/{self.receipt.reference}"))
        return [
            [line for line in text.splitlines() if "csrf_token" not in line and "registry_hash" not in line]
            for text in texts
        ]

    # ------------------------------------------------------------------
    # Inside
    # ------------------------------------------------------------------
    def test_never_taken_up_goes_on_with_the_intake(self):
        self._end(self.case, is_unsuitable=True, unsuitable_reason_id=self._reason().id)
        self.reopen()
        self.assertEqual(self.case.stage, "intake")
        self.assertEqual((self.case.suitability, self.case.taken_up), ("pending", "pending"))
        for name in ("result_id", "outcome", "closed_on", "suitability_on", "taken_up_on", "unsuitable_reason_id"):
            self.assertFalse(self.case[name], name)

    def _reason(self):
        return self.env["buurtbemiddeling.unsuitable.reason"].search([], limit=1)

    def test_taken_up_goes_on_where_people_talk(self):
        self._end(self._take_up(self.case))
        self.assertEqual(self.case._stages_after_reopening(), ["first_talk", "aftercare", "intake"])
        for stage in ("second_talk", "reported"):
            with self.assertRaises(UserError):
                self.case._reopen(stage, "x")
        self.reopen(stage="aftercare")
        self.assertEqual((self.case.stage, self.case.taken_up), ("aftercare", "taken_up"))
        self.assertTrue(self.case.aftercare_on)
        self._end(self.case)
        self.reopen()
        self.assertEqual(self.case.stage, "first_talk")

    def test_guards_hold_for_where_it_goes_on(self):
        self._end(self._take_up(self.case))
        self.case.mediator_ids = False
        with self.assertRaises(UserError):
            self.reopen(stage="first_talk")
        with self.assertRaises(UserError):
            self.case._reopen("mediation", "x")
        self.reopen()
        self.assertEqual(self.case.stage, "intake")

    def test_reason_is_on_record(self):
        self._end(self._take_up(self.case))
        self.reopen(reason="The <noise> is back.")
        self.assertTrue(self.case.message_ids.filtered(lambda message: "The &lt;noise&gt; is back." in message.body))

    def test_only_by_the_dialog(self):
        self._end(self._take_up(self.case))
        contexts = ({}, {"reopen": True, "default_stage": "intake", "_reopen": True, "install_mode": True})
        for context in contexts:
            for values in ({"stage": "intake"}, {"stage": "first_talk", "result_id": False, "outcome": False}):
                with self.assertRaises(UserError):
                    call_kw(
                        self.env["buurtbemiddeling.case"].with_user(self.coordinator),
                        "write",
                        [self.case.ids, values],
                        {"context": context},
                    )
            with self.assertRaises(AccessError):
                call_kw(
                    self.env["buurtbemiddeling.case"].with_user(self.coordinator),
                    "_reopen",
                    [self.case.ids, "intake", "x"],
                    {"context": context},
                )
        with self.assertRaises(UserError):
            self.case.sudo().write({"stage": "intake"})
        self.assertEqual(self.case.stage, "closed")

    def test_only_a_closed_case_with_data(self):
        with self.assertRaises(UserError):
            self.reopen()
        self._end(self.case, result="result_no_permission")
        self.case.sudo().party_ids._erase()
        with self.assertRaises(UserError):
            self.reopen()
        self.assertEqual(self.case.stage, "closed")

    def test_later_answer_and_question_start_anew(self):
        self._end(self._take_up(self.case))
        self.case.write({"later_answer": "no", "is_ask_again_planned": True})
        self.case.activity_schedule(f"{MODULE}.activity_type_ask_again", user_id=self.coordinator.id)
        self.reopen()
        self.assertFalse(self.case.later_answer or self.case.later_answered_on or self.case.is_ask_again_planned)
        self.assertFalse(self.case.ask_again_on)
        self.assertNotIn(self.env.ref(f"{MODULE}.activity_type_ask_again"), self.case.activity_ids.activity_type_id)

    def test_mediators_see_it_while_open_and_assigned(self):
        def seen(user):
            return self.env["buurtbemiddeling.case"].with_user(user).search([("id", "=", self.case.id)])

        self._end(self._take_up(self.case))
        self.assertFalse(seen(self.mediator))
        self.reopen()
        self.assertTrue(seen(self.mediator))
        self.assertFalse(seen(self.unassigned_mediator))
        self.case.stage = "first_talk"
        self.case.write({"stage": "intake", "mediator_ids": False})
        self.assertFalse(seen(self.mediator))

    def test_archived_case_comes_back(self):
        self._end(self._take_up(self.case))
        self.case.active = False
        self.reopen()
        self.assertTrue(self.case.active)

    # ------------------------------------------------------------------
    # Outside
    # ------------------------------------------------------------------
    def check_unheard(self, again):
        """Check that an organisation which heard how it ended hears nothing more, however it ends again."""
        self._daily_round()
        before, told = self.pages(), self.case.register_ids.ids
        self.reopen()
        self._daily_round()
        self.assertEqual(self.pages(), before)
        self.assertEqual(self.case.register_ids.ids, told)
        again()
        self._daily_round()
        self.assertEqual(self.case.stage, "closed")
        self.assertEqual(self.pages(), before)
        self.assertEqual(self.case.register_ids.ids, told)

    def test_resolved_stays_resolved_for_the_referrer(self):
        self._end(self._take_up(self.case))
        self.check_unheard(lambda: self._end(self.case, result="result_no_agreement"))
        self.assertEqual(self._answers(self.receipt), ("suitable", "taken_up", "resolved"))

    def test_not_resolved_stays_not_resolved_for_the_referrer(self):
        self._end(self._take_up(self.case), result="result_no_agreement")
        self.check_unheard(lambda: self._end(self.case))
        self.assertEqual(self._answers(self.receipt), ("suitable", "taken_up", "not_resolved"))

    def test_no_stays_no_for_the_referrer(self):
        self._end(self.case, is_unsuitable=True, unsuitable_reason_id=self._reason().id)
        self.check_unheard(lambda: self._end(self._take_up(self.case)))
        self.assertEqual(self._answers(self.receipt), ("not_suitable", "not_taken_up", "pending"))

    def test_what_was_not_told_yet_is_told_when_it_is_decided(self):
        """A no that nobody heard before the case was opened again is not told."""
        self._end(self.case, result="result_no_contact")
        self.reopen()
        self._daily_round()
        self.assertEqual(self._answers(self.receipt), ("pending", "pending", "pending"))
        self._take_up(self.case)
        self.assertEqual(self._answers(self.receipt), ("suitable", "taken_up", "pending"))

    def test_ending_again_still_needs_a_result(self):
        self._end(self._take_up(self.case))
        self.reopen()
        with self.assertRaises(ValidationError):
            self.case.write({"stage": "closed"})
