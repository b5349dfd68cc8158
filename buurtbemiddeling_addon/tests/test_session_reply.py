from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.test_personal_link import PAGE, PersonalPageCommon


@tagged("post_install", "-at_install")
class TestSessionReply(PersonalPageCommon):
    """Confirm an appointment or ask for another moment, over HTTP, and what staff see of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for party in (cls.person, cls.other):
            cls.env["buurtbemiddeling.consent"].create({"party_id": party.id})
        cls.talk = cls.env["buurtbemiddeling.session"].create(
            {
                "case_id": cls.case.id,
                "kind": "first_talk",
                "start": "2049-01-04 18:00:00",
                "party_ids": cls.case.party_ids.ids,
            }
        )
        cls.link, cls.code = cls.issue("appointment", session=cls.talk)
        cls.replies = cls.env["buurtbemiddeling.session.reply"]

    def test_the_page_says_when_where_and_with_whom(self):
        words = self.words(self.enter(self.code))
        self.assertIn("Monday 4 January 2049, 19:00", words, "where the people live")
        self.assertIn("at the place that we agreed with you", words, "not the address of somebody else")
        for mediator in self.case.mediator_ids:
            self.assertIn(mediator.name, words)
        self.talk.party_ids = self.person
        self.assertIn("at your home", self.words(self.page_of(self.url_open(PAGE))))

    def test_will_be_there(self):
        page = self.page_of(self.send(self.enter(self.code), answer="comes", wishes=""))
        self.assertIn("you will be there", self.words(page))
        self.assertEqual(self.talk.reply_ids.party_id, self.person)
        self.assertEqual((self.talk.reply_summary, self.talk.has_objection), ("1 of 2 confirmed", False))
        self.assertFalse(self.to_do())
        self.assertEqual(page.xpath("//input[@type='radio'][@checked]/@value"), ["comes"])

    def test_another_moment(self):
        page = self.page_of(self.send(self.enter(self.code), answer="move", wishes=""))
        self.assertIn("Please write which days and times suit you.", self.errors(page)["wishes"])
        self.assertEqual(page.xpath("//input[@type='radio'][@checked]/@value"), ["move"], "what was chosen is kept")
        page = self.page_of(self.send(page, answer="move", wishes="<i>Tuesday</i>\nafter six"))
        self.assertEqual(self.talk.reply_ids.wishes, "<i>Tuesday</i>\nafter six")
        self.assertEqual((self.talk.reply_summary, self.talk.has_objection), ("Wants another moment", True))
        self.assertEqual(self.to_do().user_id, self.coordinator)
        self.assertEqual(self.talk.state, "planned", "staff decide")
        dialog = self.env["buurtbemiddeling.session.move"].with_user(self.coordinator)
        self.assertEqual(dialog.create({"session_id": self.talk.id}).wishes, "Kanarievogel: <i>Tuesday</i>\nafter six")

    def test_who_stops_needs_no_other_moment(self):
        page = self.enter(self.code)
        self.send(page, answer="move", wishes="Tuesday")
        self.assertIn("another moment", self.to_do().summary)
        _link, code = self.issue("participation")
        self.send(self.enter(code), answer="no", sure="yes")
        self.assertEqual(self.talk.state, "cancelled")
        self.assertNotIn("another moment", " ".join(self.to_do().mapped("summary")))

    def test_the_latest_counts_and_the_same_twice_is_one(self):
        page = self.enter(self.code)
        for answer in ("cannot", "comes", "comes"):
            page = self.page_of(self.send(page, answer=answer))
        self.assertEqual(self.talk.reply_ids.sorted("id").mapped("answer"), ["cannot", "comes"])
        self.assertEqual((self.talk.reply_summary, self.talk.has_objection), ("1 of 2 confirmed", False))

    def test_the_back_button_and_two_tabs(self):
        page = self.enter(self.code)
        self.send(page, answer="cannot")
        self.send(page, answer="comes")
        self.assertEqual(self.talk.reply_ids.mapped("answer"), ["cannot"])

    def test_hostile_input(self):
        page = self.enter(self.code)
        for values, error in (
            ({}, "answer"),
            ({"answer": "sure"}, "answer"),
            ({"answer": "comes", "wishes": "x" * 501}, "wishes"),
            ({"answer": "move", "wishes": "\x00\x07\u202e"}, "wishes"),
            ({"answer": "move", "wishes": "Tuesday, 111222333"}, "wishes"),
            ({"answer": ["cannot", "comes"], "session_id": "1", "wishes": "y" * 100000}, "wishes"),
        ):
            with self.subTest(str(values)[:60]):
                page = self.page_of(self.send(page, **values))
                self.assertIn(error, self.errors(page))
                self.assertIn("Not sent yet", self.words(page))
        form = self.fields_of(page, answer="move")
        page = self.page_of(self.url_open(f"{PAGE}/antwoord", data=form, files={"wishes": ("x.txt", b"x")}))
        self.assertIn("wishes", self.errors(page))
        self.assertFalse(self.talk.reply_ids)

    def test_for_her_own_calendar(self):
        self.enter(self.code)
        answer = self.url_open(f"{PAGE}/afspraak.ics")
        self.assertEqual(answer.headers["Content-Type"], "text/calendar; charset=utf-8")
        self.assertIn("20490104T180000Z", answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        for hidden in ("Kwartelkoning", "Roerdomplaan", "buurtbemiddeling", "/odoo/"):
            self.assertNotIn(hidden, answer.text)

    def test_another_link_has_no_calendar_file(self):
        _link, code = self.issue("aftercare")
        self.enter(code)
        self.assertIn("text/html", self.url_open(f"{PAGE}/afspraak.ics").headers["Content-Type"])

    def test_a_moved_appointment_is_asked_again(self):
        page = self.page_of(self.send(self.enter(self.code), answer="comes"))
        self.talk.with_user(self.coordinator).start = "2049-01-05 18:00:00"
        self.assertFalse(self.talk.reply_ids)
        self.assertFalse(self.talk.reply_summary)
        self.assertEqual(self.talk.moved_from_id.reply_ids.answer, "comes")
        self.assertEqual(self.link.session_id, self.talk.moved_from_id)
        self.assertIn("does not work", self.words(self.page_of(self.send(page, answer="cannot"))))
        self.assertFalse(self.talk.reply_ids)

    def test_no_longer_there_to_confirm(self):
        for values in (
            {"state": "cancelled"},
            {"state": "held"},
            {"party_ids": self.other.ids},
            {"start": "2026-02-02 10:00"},
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.talk.sudo().write(values)
                self.assertFalse(self.link.is_usable)
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertTrue(self.link.is_usable)

    def test_who_reads_and_that_nobody_writes(self):
        self.replies._record(self.talk, self.person, "move", "Tuesday")
        reply = self.talk.reply_ids
        for user in (self.mediator, self.coordinator, self.manager):
            self.assertEqual(reply.with_user(user).wishes, "Tuesday")
            values = {"session_id": self.talk.id, "party_id": self.person.id, "answer": "comes"}
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.replies.with_user(user).create(values)
        for user in (self.unassigned_mediator, self.other_coordinator, self.officer, self.colleague):
            self.assertFalse(reply.with_user(user).has_access("read"), user.login)
        with self.assertRaises(UserError):
            reply.answer = "comes"
        with self.assertRaises(UserError):
            reply.unlink()

    def test_what_is_personal_is_erased(self):
        self.replies._record(self.talk, self.person, "move", "Tuesday")
        self.replies._record(self.talk, self.other, "move", "Thursday")
        self.person._erase()
        self.assertEqual(set(self.talk.reply_ids.mapped("wishes")), {"Thursday", False})

    def test_replies_follow_when_reports_are_put_together(self):
        report = self._self_report()
        report.party_ids[0].birth_year = 1970
        talk = self.talk.create({"case_id": report.id, "kind": "intake", "start": "2049-01-04 18:00:00"})
        self.replies._record(talk, report.party_ids[0], "comes", "")
        merge = self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator)
        merge.create({"case_id": report.id, "target_case_id": self.case.id}).action_merge()
        self.assertEqual(talk.reply_ids.case_id, self.case)

    def test_queries_of_a_list_do_not_grow(self):
        def add():
            talk = self.talk.copy({"party_ids": self.case.party_ids.ids, "start": "2049-01-04 18:00:00"})
            self.replies._record(talk, self.person, "comes", "")

        sessions = self.talk.with_user(self.coordinator)
        self.assertQueriesDoNotGrow(
            add, lambda: sessions.search([("case_id", "=", self.case.id)]).read(["reply_summary", "has_objection"])
        )
