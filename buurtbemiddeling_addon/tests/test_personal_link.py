import re
import time

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request, root
from odoo.tests import HttpCase, tagged

from odoo.addons.buurtbemiddeling_addon.controllers.personal_page import KNOWN_FOR, LINK
from odoo.addons.buurtbemiddeling_addon.models.personal_link import ANSWERS_PER_HOUR, MOST_WRONG_ANSWERS
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon

PAGE = "/buurtbemiddeling/persoonlijk"
# Of the other party: on no page of a resident.
CANARIES = ("Kwartelkoning", "Roerdomplaan", "0999765432", "kwartel@example.com")


class PersonalPageCommon(MediationCommon, HttpCase):
    """A case in which two people talk with us, each with links of her own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["buurtbemiddeling.request.count"].search([]).unlink()
        cls.links = cls.env["buurtbemiddeling.personal.link"]
        cls.case = cls._take_up(cls._self_report()).sudo()
        cls.person, cls.other = cls.case.party_ids
        cls.person.write({"birth_year": 1970, "house_number": "12 a", "lang": "en_US"})
        cls.other.write(
            {
                "name": CANARIES[0],
                "street": CANARIES[1],
                "house_number": "14",
                "phone": CANARIES[2],
                "email": CANARIES[3],
                "birth_year": 1980,
                "lang": "en_US",
            }
        )

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    @classmethod
    def issue(cls, purpose, party=None, **about):
        person = (party or cls.person).with_user(cls.coordinator)
        link, code = cls.links.with_user(cls.coordinator)._issue(person, purpose, **about)
        return link.sudo(), code

    def page_of(self, answer):
        """Return a page, after checking that it shows nothing of the other party and is not kept anywhere."""
        self.assertEqual(answer.status_code, 200)
        for canary in CANARIES:
            self.assertNotIn(canary, answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        return html.fromstring(answer.text)

    def words(self, page):
        return " ".join(page.xpath("string(//main)").split())

    def open(self, code):
        answer = self.url_open(f"{PAGE}/{code}")
        self.assertTrue(answer.url.endswith(PAGE), "the code does not stay in the address")
        return self.page_of(answer)

    def fields_of(self, page, **values):
        hidden = {field.get("name"): field.get("value") for field in page.xpath("//main//input[@type='hidden']")}
        return {**hidden, **values}

    def say(self, page, **answers):
        """Answer the questions by which a person is recognised."""
        known = {"house_number": "12A", "birth_year": "1970"}
        form = self.fields_of(page, **(answers or known))
        return self.url_open(f"{PAGE}/vragen", data=form)

    def enter(self, code, **answers):
        """Open a link and show who you are; return the page that it is for."""
        return self.page_of(self.say(self.open(code), **answers))

    def send(self, page, **values):
        return self.url_open(f"{PAGE}/antwoord", data=self.fields_of(page, **values))

    def errors(self, page):
        """Return the errors by field, after checking that each is linked with its field."""
        return {
            field.get("id"): page.xpath(f"string(//*[@id='{field.get('aria-describedby')}'])")
            for field in page.xpath("//*[@aria-invalid='true']")
        }

    def refusal(self, code):
        """Return the page of a code that does not work, without what differs between any two pages."""
        answer = self.url_open(f"{PAGE}/{code}")
        self.page_of(answer)
        steps = [(step.status_code, step.headers["Location"].replace(code, "CODE")) for step in answer.history]
        return re.sub(r'csrf_token[^,}>]*|"?registry_hash[^,}]*', "", answer.text), steps

    def to_do(self):
        return self.case.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref("mail.mail_activity_data_todo")
        )


@tagged("post_install", "-at_install")
class TestPersonalLink(PersonalPageCommon):
    """Who gets in, over HTTP, as a visitor."""

    def test_a_link_is_for_who_may_edit_the_person(self):
        for user in (self.mediator, self.other_coordinator, self.officer, self.public_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.links.with_user(user)._issue(self.person.with_user(user), "participation")

    def test_nobody_is_recognised_by_one_thing_only(self):
        self.person.write({"birth_year": False, "phone": False})
        with self.assertRaises(UserError):
            self.issue("participation")

    def test_the_code_is_not_kept(self):
        link, code = self.issue("participation")
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(link)::text FROM buurtbemiddeling_personal_link link")
        kept = " ".join(row for (row,) in self.env.cr.fetchall())
        self.assertNotIn(code, kept)
        self.assertNotIn(code.replace("-", ""), kept)
        with self.assertRaises(AccessError):
            link.with_user(self.coordinator).read(["key"])

    def test_a_new_link_takes_the_place_of_the_former_one(self):
        former, _code = self.issue("participation")
        for_something_else, _code = self.issue("aftercare")
        self.issue("participation")
        self.assertFalse(former.is_usable)
        self.assertTrue(for_something_else.is_usable)

    def test_a_link_that_can_do_nothing_is_not_given(self):
        talk = self.env["buurtbemiddeling.session"].create({"case_id": self.case.id, "party_ids": self.other.ids})
        elsewhere = self.env["buurtbemiddeling.agreement"].create({"case_id": self._self_report().id})
        for purpose, about in (
            ("appointment", {}),
            ("appointment", {"session": talk}),
            ("agreement", {"agreement": elsewhere}),
        ):
            with self.subTest(purpose, about=about), self.assertRaises(UserError):
                self.issue(purpose, **about)
        self.person.role = "supporter"
        for purpose in ("participation", "aftercare"):
            with self.subTest(purpose), self.assertRaises(UserError):
                self.issue(purpose)

    def test_opened_in_any_spelling(self):
        _link, code = self.issue("participation")
        form = {"csrf_token": Request.csrf_token(self), "code": f" {code.replace('-', ' ').lower()} "}
        page = self.page_of(self.url_open(PAGE, data=form))
        self.assertEqual(page.xpath("//main//input[not(@type='hidden')]/@name"), ["house_number", "birth_year"])

    def test_a_link_in_another_language(self):
        """The page opens in the language of its person, whatever the browser asked for; she can choose another."""
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.person.lang = "nl_NL"
        _link, code = self.issue("appointment", session=self.talk())
        self.opener.cookies.set("frontend_lang", "fr_FR")
        page = self.page_of(self.say(html.fromstring(self.url_open(f"/fr{PAGE}/{code}").text)))
        self.assertIn("maandag 4 januari 2049", self.words(page))
        page = self.page_of(self.url_open(f"/fr{PAGE}"))
        self.assertIn("lundi 4 janvier 2049", self.words(page))
        page = self.page_of(self.send(page, answer="comes"))
        self.assertIn("lundi 4 janvier 2049", self.words(page))

    def talk(self):
        return self.env["buurtbemiddeling.session"].create(
            {"case_id": self.case.id, "kind": "first_talk", "start": "2049-01-04 18:00:00"}
        )

    def test_a_scanner_of_mail_changes_nothing(self):
        link, code = self.issue("participation")
        self.env.flush_all()
        kept = link.read()
        for _time in range(3):
            self.open(code)
            self.authenticate(None, None)
        self.env.invalidate_all()
        self.assertEqual(link.read(), kept)
        self.assertIn("Do you want to take part?", self.words(self.enter(code)))

    def test_every_refusal_is_the_same(self):
        codes = {"unknown": "2222-2222-2222-2222", "not ours": "x", "signed, but of nobody": self.links._new_code()}
        links = {}
        for reason in ("expired", "revoked", "used up", "archived", "erased", "closed", "incomplete"):
            party = self.person.copy({"name": reason, "case_id": self.case.copy({"stage": "intake"}).id})
            party.write({"birth_year": 1970, "house_number": "3"})
            links[reason], codes[reason] = self.issue("participation", party)
        links["expired"].expires_on = "2026-01-01"
        links["revoked"].with_user(self.coordinator).action_revoke()
        links["used up"].wrong_answers = MOST_WRONG_ANSWERS
        links["archived"].party_id.active = False
        links["erased"].party_id._erase()
        links["incomplete"].party_id.write({"birth_year": False, "phone": False})
        links["closed"].case_id.sudo().write({"active": False})
        pages = {reason: self.refusal(code) for reason, code in codes.items()}
        for reason, page in pages.items():
            with self.subTest(reason):
                self.assertEqual(page, pages["unknown"])
        self.assertIn("does not work", pages["unknown"][0])

    def test_wrong_answers_are_counted_and_limited(self):
        link, code = self.issue("participation")
        page = self.open(code)
        wrong = ({"house_number": "13", "birth_year": "1970"}, {"house_number": "12a", "birth_year": ""}, {})
        for number, answers in enumerate((*wrong, *wrong), 1):
            if number == MOST_WRONG_ANSWERS:
                break
            page = self.page_of(self.say(page, **(answers or {"house_number": "1" * 5000})))
            self.assertIn("not what we know", self.words(page))
            left = MOST_WRONG_ANSWERS - number
            self.assertIn(f"{left} more times" if left > 1 else "one more time", self.words(page))
            self.assertEqual(link.wrong_answers, number)
        self.assertEqual(page.xpath("//input[@name='house_number']/@value"), ["13"], "what was typed is kept")
        page = self.page_of(self.say(page, house_number="14"))
        self.assertIn("does not work", self.words(page))
        self.assertFalse(link.is_usable)
        self.assertIn("too many wrong answers", " ".join(self.case.message_ids.mapped("body")))
        self.assertEqual(self.to_do().user_id, self.coordinator, "this person cannot get in any more")
        self.assertIn("does not work", self.words(self.open(code)))

    def test_tries_are_counted_over_all_browsers_and_not_forgotten_by_a_right_answer(self):
        link, code = self.issue("participation")
        for _time in range(MOST_WRONG_ANSWERS - 1):
            self.say(self.open(code), house_number="13")
            self.authenticate(None, None)
        self.enter(code)
        self.assertEqual(link.wrong_answers, MOST_WRONG_ANSWERS - 1)
        self.authenticate(None, None)
        self.say(self.open(code), house_number="13")
        self.assertFalse(link.is_usable)

    def test_a_try_makes_another_one_at_the_same_moment_wait(self):
        """The row of the case is written, so that a second transaction is done over and counts its own try."""
        link, _code = self.issue("participation")
        self.env.flush_all()
        with self.assertLogs("odoo.sql_db", "DEBUG") as queries:
            self.links._usable(link.id)._recognise({"house_number": "13"})
        self.assertIn("UPDATE buurtbemiddeling_case", "".join(queries.output))

    def test_recognised_by_other_digits(self):
        link, _code = self.issue("participation")
        link = self.links._usable(link.id)
        self.assertTrue(link._recognise({"house_number": "١٢-A", "birth_year": "١٩٧٠"}))
        self.person.birth_year = False
        self.assertEqual(link._questions(self.person, "participation"), ["house_number", "phone"])
        self.assertTrue(link._recognise({"house_number": "12 a", "phone": "3456"}))
        self.assertTrue(link._recognise({"house_number": "12 a", "phone": "+31 999 123 456"}))
        for phone in ("456", "3457", "", "0999"):
            self.assertFalse(link._recognise({"house_number": "12 a", "phone": phone}), phone)
            link.wrong_answers = 0

    def test_last_digits_that_begin_with_a_zero(self):
        self.assertTrue(self.env["buurtbemiddeling.personal.link"]._same("phone", "06-00000107", "0107"))
        self.assertFalse(self.env["buurtbemiddeling.personal.link"]._same("phone", "06-00000107", "107"))

    def test_nothing_is_shown_or_done_before_somebody_is_recognised(self):
        link, code = self.issue("participation")
        page = self.open(code)
        self.assertNotIn("Kanarievogel", self.words(page))
        self.assertNotIn("take part", self.words(page))
        link = self.links._usable(link.id).with_context(lang=self.person.lang)
        # All that the page of this person would send along.
        along = {
            "ticket": link.env["buurtbemiddeling.submission"]._new_ticket(),
            "shown": link._fingerprint("\n".join(link._participation_words())),
        }
        self.send(page, answer="yes", **along)
        self.assertFalse(self.person.consent_ids)
        self.send(self.page_of(self.say(page)), answer="yes", **along)
        self.assertTrue(self.person.consent_ids, "what was refused was not for another reason")
        self.assertEqual(self.url_open(f"{PAGE}/afspraak.ics").headers["Content-Type"][:9], "text/html")

    def test_a_session_of_somebody_else_does_not_get_in(self):
        """Whoever put her own session into the browser of a resident is left with one that knows nothing."""
        _link, code = self.issue("participation")
        page = self.open(code)
        before = self.opener.cookies["session_id"]
        self.say(page)
        self.assertNotEqual(self.opener.cookies["session_id"], before)
        self.assertFalse(root.session_store.get(before).get(LINK))

    def test_two_residents_on_one_telephone(self):
        """The second one is asked who she is; and a page of the first, in another tab, does nothing for the second."""
        _link, code = self.issue("participation")
        first_page = self.enter(code)
        _link, other_code = self.issue("participation", self.other)
        answer = self.url_open(f"{PAGE}/{other_code}")
        self.assertIn("Is it you?", answer.text)
        answer = self.say(html.fromstring(answer.text), house_number="14", birth_year="1980")
        form = self.fields_of(html.fromstring(answer.text))
        self.send(first_page, answer="yes", csrf_token=form["csrf_token"], ticket=form["ticket"])
        self.assertFalse(self.case.party_ids.consent_ids)

    def test_forgotten_after_half_an_hour(self):
        """Who uses the telephone later is not asked a house number, but needs the code."""
        for is_recognised in (True, False):
            _link, code = self.issue("participation")
            page = self.enter(code) if is_recognised else self.open(code)
            session = root.session_store.get(self.opener.cookies["session_id"])
            session[LINK] = {**session[LINK], "since": time.time() - KNOWN_FOR - 1}
            root.session_store.save(session)
            for answer in (self.send(page, answer="yes"), self.say(page), self.url_open(PAGE)):
                page_now = self.page_of(answer)
                self.assertTrue(page_now.xpath("//*[@id='code']"))
                self.assertNotIn("does not work", self.words(page_now))
            self.assertFalse(self.person.consent_ids)

    def test_i_am_done(self):
        _link, code = self.issue("participation")
        page = self.enter(code)
        left = self.page_of(self.url_open(f"{PAGE}/klaar", data=self.fields_of(page)))
        self.assertIn("You have left your page", self.words(left))
        self.assertIn("Your code", self.words(self.page_of(self.send(page, answer="yes"))))
        self.assertFalse(self.person.consent_ids)

    def test_another_code(self):
        _link, code = self.issue("participation")
        for page in (self.open(code), self.enter(code)):
            button = page.xpath("//form[contains(@action, 'klaar')]//button[@name='next']")
            self.assertEqual(len(button), 1)
            page = self.page_of(self.url_open(f"{PAGE}/klaar", data={"next": "code"}))
            self.assertTrue(page.xpath("//*[@id='code']"))
            self.assertNotIn("You have left", self.words(page))
            self.assertTrue(self.page_of(self.url_open(PAGE)).xpath("//*[@id='code']"))

    def test_quick_exit(self):
        """Without a script the link itself forgets the page; with one the browser says so, and goes straight away."""
        self.env.company.mediation_exit_url = "https://weather.example"
        _link, code = self.issue("participation")
        for leave in (
            lambda: self.url_open(f"{PAGE}/weg", allow_redirects=False),
            lambda: self.url_open(f"{PAGE}/klaar", method="POST"),
        ):
            page = self.enter(code)
            [link] = page.xpath("//*[contains(@class, 'o_mediation_exit')]//a")
            self.assertEqual(link.get("href"), f"{PAGE}/weg")
            self.assertEqual(link.get("data-address"), "https://weather.example")
            answer = leave()
            if answer.status_code == 303:
                self.assertEqual(answer.headers["Location"], "https://weather.example")
                self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
            self.assertTrue(self.page_of(self.url_open(PAGE)).xpath("//*[@id='code']"), "Back asks for the code")
            self.assertTrue(self.page_of(self.send(page, answer="yes")).xpath("//*[@id='code']"))
            self.assertFalse(self.person.consent_ids)

    def test_a_page_with_a_token_of_another_session(self):
        _link, code = self.issue("participation")
        for url, page in (
            (PAGE, {"code": code}),
            (f"{PAGE}/vragen", self.fields_of(self.open(code), house_number="12A", birth_year="1970")),
            (f"{PAGE}/antwoord", self.fields_of(self.enter(code), answer="yes")),
        ):
            for token in ("", "wrong", "x" * 5000):
                self.enter(code)
                self.url_open(url, data={**page, "csrf_token": token})
                self.assertTrue(self.page_of(self.url_open(PAGE)).xpath("//button[@value='yes']"), "it stays open")
                self.url_open(f"{PAGE}/klaar", method="POST")
                page_now = self.page_of(self.url_open(url, data={**page, "csrf_token": token}))
                self.assertIn("This page was closed. Type your code to open it again.", self.words(page_now))
                self.assertTrue(self.page_of(self.url_open(PAGE)).xpath("//*[@id='code']"))
        self.assertFalse(self.person.consent_ids)

    def test_taken_back_while_the_page_is_open(self):
        link, code = self.issue("participation")
        page = self.enter(code)
        link.with_user(self.coordinator).action_revoke()
        self.assertIn("does not work", self.words(self.page_of(self.send(page, answer="yes"))))
        self.assertFalse(self.person.consent_ids)

    def test_a_link_moves_along_when_reports_are_put_together(self):
        report = self._self_report()
        person = report.party_ids[0]
        person.birth_year = 1970
        link, code = self.issue("participation", person)
        merge = self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator)
        merge.create({"case_id": report.id, "target_case_id": self.case.id}).action_merge()
        self.env.invalidate_all()
        self.assertEqual(link.case_id, self.case)
        page = self.enter(code, house_number="12", birth_year="1970")
        self.send(page, answer="yes")
        self.assertEqual(person.consent_ids.case_id, self.case)

    def test_a_page_without_a_right_ticket(self):
        _link, code = self.issue("participation")
        page = self.enter(code)
        for ticket in ("", "x", "é", "A" * 5000):
            page = self.page_of(self.send(page, answer="yes", ticket=ticket))
            self.assertIn("open for too long", self.words(page))
        self.assertFalse(self.person.consent_ids)
        self.send(page, answer="yes")
        self.assertTrue(self.person.consent_ids, "the page that came back can be sent")

    def test_thousands_of_posts(self):
        _link, code = self.issue("aftercare")
        page = self.enter(code)
        for number in range(ANSWERS_PER_HOUR + 1):
            page = self.page_of(self.send(page, holds="no", wants_call="yes", remark=f"Remark {number}"))
        self.assertIn("very often", self.words(page))
        self.assertIn(f"Remark {ANSWERS_PER_HOUR}", self.words(page), "what was typed is kept")
        self.assertEqual(len(self.case.aftercare_answer_ids), ANSWERS_PER_HOUR)
        self.assertEqual(len(self.to_do()), 1)


@tagged("post_install", "-at_install")
class TestPersonalParticipation(PersonalPageCommon):
    """Take part, or not, and the second step of a referral."""

    def enter_page(self, party=None):
        self.link, code = self.issue("participation", party)
        return self.enter(code)

    def test_yes(self):
        page = self.enter_page()
        shown = [item.text_content().strip() for item in page.xpath("//main//ul/li")]
        page = self.page_of(self.send(page, answer="yes"))
        consent = self.person.consent_ids
        self.assertEqual(consent.wording, "\n".join(shown), "what is kept is what the page showed")
        self.assertEqual(
            (consent.purpose, consent.stated_by, consent.method, consent.link_id, consent.recorded_by_id.id),
            ("participation", "person", "link", self.link, 1),
        )
        self.assertEqual(self.person.participation, "given")
        self.assertIn("We have written down that you take part", self.words(page))
        self.company.name = "Another name"
        words = self.words(self.page_of(self.url_open(PAGE)))
        self.assertIn("You told us this on", words)
        self.assertNotIn("Another name", words.partition("I stop")[0], "what she agreed to, in the words of then")
        self.assertEqual(page.xpath("//button[@name='answer']/@value"), ["no"])

    def test_the_words_say_what_the_promises_are(self):
        words = self.words(self.enter_page())
        for promise in (
            "because I want to",
            "stop at any moment",
            "costs me nothing",
            "unless I agree",
            "keeps my name",
        ):
            self.assertIn(promise, words)

    def test_in_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.person.lang = "nl_NL"
        page = self.enter_page()
        shown = "\n".join(item.text_content().strip() for item in page.xpath("//main//ul/li"))
        self.send(page, answer="yes")
        self.assertEqual(self.person.consent_ids.wording, shown)

    def test_once_however_often_it_is_sent(self):
        page = self.enter_page()
        self.send(page, answer="yes")
        self.page_of(self.send(page, answer="yes"))
        again = self.page_of(self.url_open(PAGE))
        self.send(again, answer="yes")
        self.assertEqual(len(self.person.consent_ids), 1)

    def test_an_old_page_does_not_undo_what_came_after_it(self):
        first = self.enter_page()
        page = self.page_of(self.send(first, answer="yes"))
        self.send(page, answer="no", sure="yes")
        self.send(first, answer="yes")
        self.assertEqual(self.person.participation, "withdrawn")

    def test_stopping_is_as_easy_and_has_its_effect_at_once(self):
        for party in (self.person, self.other):
            self.env["buurtbemiddeling.consent"].create({"party_id": party.id})
        for user in (self.mediator, self.second_mediator):
            self.env["buurtbemiddeling.mediator"].create({"user_id": user.id})
        for stage in ("first_talk", "second_talk", "mediation"):
            self.case.with_user(self.coordinator).stage = stage
        talk = self.env["buurtbemiddeling.session"].create(
            {"case_id": self.case.id, "kind": "mediation", "start": "2049-01-04 18:00:00"}
        )
        page = self.page_of(self.send(self.enter_page(), answer="no"))
        self.assertEqual(page.xpath("string(//h1)"), "Do you want to stop?")
        self.assertEqual(self.person.participation, "given", "only asked")
        page = self.page_of(self.send(page, sure="yes"))
        self.assertEqual(page.xpath("string(//h1)"), "You do not take part")
        self.assertIn("You stopped on", self.words(page))
        self.assertEqual(self.words(page).count("Changed your mind"), 1)
        self.assertEqual(self.person.participation, "withdrawn")
        self.assertNotEqual(self.case.stage, "mediation")
        self.assertEqual(talk.state, "cancelled")
        self.assertIn("you do not take part", self.words(page))
        self.assertIn("no longer", self.to_do().summary)
        self.assertEqual(self.to_do().user_id, self.coordinator)
        page = self.page_of(self.send(page, answer="yes"))
        self.assertEqual(self.person.participation, "given")
        self.assertEqual(len(self.person.consent_ids), 2)

    def test_a_no_where_nothing_was_given_is_no_consent(self):
        """What is planned is cancelled, as the page says, and staff can see who it was."""
        values = {"case_id": self.case.id, "kind": "intake", "start": "2049-01-04 18:00:00"}
        hers, theirs = self.env["buurtbemiddeling.session"].create(
            [{**values, "party_ids": party.ids} for party in (self.person, self.other)]
        )
        page = self.enter_page()
        page = self.page_of(self.send(page, answer="no"))
        self.assertIn("What was planned with you is cancelled", self.words(page))
        self.assertEqual(page.xpath("string(//h1)"), "You do not take part")
        self.assertEqual((hers.state, theirs.state), ("cancelled", "planned"))
        self.assertIn("not to take part: Reporter.", " ".join(self.case.message_ids.mapped("body")))
        self.assertFalse(self.person.consent_ids)
        self.assertEqual(len(self.to_do()), 1)
        self.send(page, answer="no")
        self.assertEqual(len(self.to_do()), 1, "not asked twice")

    def test_what_staff_read_is_in_their_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.person.lang = "nl_NL"
        self.send(self.enter_page(), answer="no")
        self.assertEqual(self.to_do().summary, "Somebody does not take part, or no longer: decide how to go on")

    def test_a_text_that_changed_is_read_again(self):
        page = self.enter_page()
        self.company.name = "Another name"
        page = self.page_of(self.send(page, answer="yes"))
        self.assertIn("has changed", self.words(page))
        self.assertFalse(self.person.consent_ids)
        self.send(page, answer="yes")
        self.assertIn("Another name", self.person.consent_ids.wording)

    def test_hostile_answers(self):
        page = self.enter_page()
        for values in (
            {},
            {"answer": ""},
            {"answer": "maybe"},
            {"answer": "erase"},
            {"answer": "y" * 100000},
            {"answer": "<b>yes</b>"},
            {"answer": "\x00\x1b"},
        ):
            with self.subTest(values=str(values)[:40]):
                page = self.page_of(self.send(page, **values))
                self.assertIn("Please choose an answer", self.words(page))
        form = self.fields_of(page)
        page = self.page_of(self.url_open(f"{PAGE}/antwoord", data=form, files={"answer": ("yes", b"yes")}))
        self.assertIn("Please choose an answer", self.words(page))
        page = self.page_of(self.send(page, answer="yes", shown="é"))
        self.assertFalse(self.person.consent_ids)

    def test_fields_of_another_purpose_do_nothing(self):
        agreement = self.env["buurtbemiddeling.agreement"].create(
            {"case_id": self.case.id, "point_ids": [Command.create({"text": "Quiet after ten"})]}
        )
        page = self.enter_page()
        self.send(page, answer="right", remark="x", wishes="x", purpose="agreement", agreement_id=agreement.id)
        self.send(page, answer="comes", holds="no", wants_call="yes", party_id=self.other.id)
        self.assertFalse(agreement.confirmation_ids)
        self.assertFalse(self.case.party_ids.consent_ids)
        self.assertFalse(self.case.aftercare_answer_ids)

    def test_only_the_page_says_that_it_was_given_on_the_page(self):
        link, _code = self.issue("participation")
        consents = self.env["buurtbemiddeling.consent"].with_user(self.coordinator)
        for values in ({"method": "link"}, {"wording": "x"}, {"link_id": link.id}):
            with self.subTest(values=values), self.assertRaises(UserError):
                consents.create({"party_id": self.person.id, **values})
        with self.assertRaises(UserError):
            consents.with_context(default_method="link").create({"party_id": self.person.id})

    # ------------------------------------------------------------------
    # The second step of a referral
    # ------------------------------------------------------------------
    def referred(self):
        _receipt, case = self._refer()
        case.action_take_on()
        case.party_ids.write({"birth_year": 1970, "house_number": "12 a", "lang": "en_US"})
        return case.party_ids

    def test_a_referral_is_confirmed_first(self):
        party = self.referred()
        page = self.enter_page(party)
        self.assertIn("Police (test) gave my name", self.words(page))
        shown = "\n".join(item.text_content().strip() for item in page.xpath("//main//ul/li"))
        page = self.page_of(self.send(page, answer="yes"))
        self.assertEqual(party.referral_permission, "confirmed")
        consent = party.consent_ids.filtered("link_id")
        self.assertEqual((consent.purpose, consent.wording), ("referral", shown))
        self.assertEqual(consent.organisation_id, self.police)
        self.assertIn("Do you want to take part?", self.words(page))
        self.assertEqual(party.participation, "none")
        self.send(page, answer="yes")
        self.assertEqual(party.participation, "given")

    def test_a_yes_to_the_referral_is_none_to_taking_part(self):
        """The answer to one question, sent twice, does not answer the next."""
        party = self.referred()
        page = self.enter_page(party)
        self.send(page, answer="yes")
        shown = self.page_of(self.url_open(PAGE))
        self.send(shown, answer="yes", shown=page.xpath("//input[@name='shown']/@value")[0])
        self.assertEqual(party.participation, "none")

    def test_a_referral_is_refused(self):
        party = self.referred()
        page = self.page_of(self.send(self.enter_page(party), answer="no"))
        self.assertEqual(party.referral_permission, "refused")
        self.assertEqual(page.xpath("//button[@name='answer']/@value"), ["yes"])
        self.assertIn("referral", party.case_id.activity_ids[-1].summary)
        self.send(page, answer="yes")
        self.assertEqual(party.referral_permission, "confirmed", "while nothing is erased yet")
        self.authenticate(None, None)
        link, code = self.issue("participation", party)
        page = self.enter(code)
        self.send(page, answer="erase")
        self.assertEqual(party.referral_permission, "refused")
        self.env.ref(f"{MODULE}.ir_cron_erase_unconfirmed").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(party.erased_on)
        self.assertFalse(link.is_usable)
        self.assertIn("does not work", self.words(self.open(code)))


@tagged("post_install", "-at_install")
class TestPersonalAgreement(PersonalPageCommon):
    """The agreements, over HTTP, as a visitor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls.env["buurtbemiddeling.agreement"].create(
            {
                "case_id": cls.case.id,
                "agreed_on": "2026-02-03",
                "point_ids": [Command.create({"text": text}) for text in ("Quiet after ten", "<b>No</b> drums")],
            }
        )
        cls.link, cls.code = cls.issue("agreement", agreement=cls.agreement)

    def test_confirm(self):
        page = self.enter(self.code)
        self.assertEqual(
            [item.text_content() for item in page.xpath("//main//ol/li")], ["Quiet after ten", "<b>No</b> drums"]
        )
        self.assertIn("3 February 2026", self.words(page))
        for _time in range(2):
            answer = self.page_of(self.send(page, answer="right"))
        confirmation = self.agreement.confirmation_ids
        self.assertEqual(
            (confirmation.party_id, confirmation.method, confirmation.link_id), (self.person, "link", self.link)
        )
        self.assertIn("You confirmed this", self.words(answer))
        self.assertEqual(answer.xpath("//button[@name='answer']/@value"), ["not_right"])

    def test_something_is_not_right(self):
        page = self.page_of(self.send(self.enter(self.code), answer="not_right", remark=" "))
        self.assertIn("Please write what is not right.", self.errors(page)["remark"])
        page = self.page_of(self.send(page, answer="not_right", remark="<i>Ten</i> o'clock is too late"))
        self.assertIn("passed it on", self.words(page))
        self.assertIn("&lt;i&gt;Ten&lt;/i&gt;", self.case.message_ids[0].body)
        self.assertEqual(len(self.to_do()), 1)
        self.assertFalse(self.agreement.confirmation_ids)

    def test_too_long(self):
        page = self.page_of(self.send(self.enter(self.code), answer="not_right", remark="x" * 501))
        self.assertIn("at most 500", self.errors(page)["remark"])
        self.assertEqual(page.xpath("string(//textarea)"), "x" * 501, "what was typed is kept")

    def test_what_changed_meanwhile_is_read_again(self):
        page = self.enter(self.code)
        self.agreement.point_ids[0].text = "Quiet after nine"
        page = self.page_of(self.send(page, answer="right"))
        self.assertIn("has changed", self.words(page))
        self.assertFalse(self.agreement.confirmation_ids)
        self.assertIn("Quiet after nine", self.words(page))

    def test_a_newer_version(self):
        page = self.enter(self.code)
        newer = self.agreement.copy({"point_ids": [Command.create({"text": "Quiet after eight"})]})
        newer.confirmation_ids.create({"agreement_id": newer.id, "party_id": self.other.id})
        page = self.page_of(self.send(page, answer="right"))
        self.assertIn("There is a newer version", self.words(page))
        self.assertFalse(page.xpath("//button[@name='answer']"))
        self.assertNotIn("Quiet after eight", self.words(page), "the link is for one version")
        self.assertFalse(self.agreement.confirmation_ids)

    def test_only_the_page_says_that_it_was_confirmed_there(self):
        confirmations = self.agreement.confirmation_ids.with_user(self.coordinator)
        values = {"agreement_id": self.agreement.id, "party_id": self.person.id}
        for context in ({"default_method": "link"}, {"default_link_id": self.link.id}):
            with self.subTest(context=context), self.assertRaises(UserError):
                confirmations.with_context(**context).create(values)
            name = next(iter(context)).removeprefix("default_")
            with self.subTest(name), self.assertRaises(UserError):
                confirmations.create({**values, name: next(iter(context.values()))})
