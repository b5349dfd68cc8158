from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html
from psycopg2.errors import SerializationFailure

from odoo.http import Request
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.models.party import has_citizen_number
from odoo.addons.buurtbemiddeling_addon.tests.browser_common import BrowserCase
from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon
from odoo.addons.buurtbemiddeling_addon.tests.test_referral_list import ReferrerCase

URL = "/my/referrals/new"
# A number that passes the test of eleven; it is nobody's.
CITIZEN_NUMBER = "123456782"


@tagged("post_install", "-at_install")
class TestCitizenNumber(MediationCommon):
    def test_found(self):
        for text in (
            CITIZEN_NUMBER,
            f"bsn:{CITIZEN_NUMBER}.",
            "123 456 782",
            "1234.56.782",
            f"Huis 12 {CITIZEN_NUMBER}",
            f"123456789 {CITIZEN_NUMBER}",
        ):
            self.assertTrue(has_citizen_number(text), text)

    def test_something_else(self):
        for text in (
            None,
            "",
            "123456789",
            "000000000",
            f"1{CITIZEN_NUMBER}",
            f"{CITIZEN_NUMBER}1",
            # Of a telephone number after its country code the nine digits may pass the test by chance.
            f"+31{CITIZEN_NUMBER}",
            f"+31 {CITIZEN_NUMBER}",
            f"0031 {CITIZEN_NUMBER}",
            f"0{CITIZEN_NUMBER}",
        ):
            self.assertFalse(has_citizen_number(text), text)

    def test_refused_in_every_free_text(self):
        person = self._person(asked_by=CITIZEN_NUMBER)
        person.update(dict.fromkeys(("name", "street", "house_number", "zip", "city", "language"), CITIZEN_NUMBER))
        errors = self.env["buurtbemiddeling.referral"]._submission_errors(
            self._submission(people=[person], description=CITIZEN_NUMBER, organisation_reference=CITIZEN_NUMBER)
        )
        sentence = "Leave out the citizen service number (BSN). We do not need it and may not keep it."
        self.assertEqual({errors.get("description"), errors.get("organisation_reference")}, {sentence})
        for name in ("name", "street", "house_number", "city", "language", "asked_by"):
            self.assertEqual(errors[0, name], sentence, name)
        report = dict.fromkeys(("name", "contact_hint", "description", "other_name"), CITIZEN_NUMBER)
        errors = self.env["buurtbemiddeling.case"]._self_report_errors(report)
        self.assertEqual({errors[name] for name in report}, {sentence})
        self.assertNotIn("phone", self.env["buurtbemiddeling.party"]._person_errors({"phone": CITIZEN_NUMBER}))


@tagged("post_install", "-at_install")
class TestAtTheSameMoment(TransactionCase):
    def test_one_of_two_is_done_over(self):
        """Two requests with one ticket: the second fails on the first, so that Odoo does it over and finds it there.

        In transactions of their own: all requests of an ``HttpCase`` share one.
        """
        ticket = self.env["buurtbemiddeling.submission"]._new_ticket()
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT 1")
            taken = self.env(cr=first)["buurtbemiddeling.submission"]._take(ticket)
            taken.answer = "2222-2222"
            first.commit()
            submissions = self.env(cr=second)["buurtbemiddeling.submission"]
            try:
                with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                    submissions._take(ticket)
                second.rollback()
                self.assertEqual(submissions._take(ticket).answer, "2222-2222")
                second.rollback()
            finally:
                taken.unlink()
                first.commit()


@tagged("post_install", "-at_install")
class TestReferralForm(ReferrerCase):
    """The page on which a referrer hands a case over, over HTTP."""

    def setUp(self):
        super().setUp()
        self.authenticate("officer", "officer")
        self.receipts = self.env["buurtbemiddeling.referral"].search([("organisation_id", "=", self.police.id)])

    def form(self, **values):
        """What a browser sends from the check page, with one person, unless told otherwise."""
        return {
            "csrf_token": Request.csrf_token(self),
            "ticket": self.env["buurtbemiddeling.submission"].with_user(self.officer)._new_ticket(),
            "section": "5",
            "reached": "5",
            "step": "submit",
            "complaint_type_id": str(self.noise.id),
            "description": "Zangerig",
            "organisation_reference": "PL-2026-17",
            **{f"{name}-0": value for name, value in self._person().items()},
            **values,
        }

    def send(self, form, **options):
        self.answer = self.url_open(URL, data=form, **options)
        self.assertEqual(self.answer.status_code, 200)
        return html.fromstring(self.answer.text)

    def sent(self, page, **values):
        """What a browser sends from a page, with other values where told."""
        form = page.xpath("//form[contains(@class, 'o_mediation_referral')]")[0]
        return {**dict(form.form_values()), **values}

    def new_receipts(self):
        return self.env["buurtbemiddeling.referral"].search([("organisation_id", "=", self.police.id)]) - self.receipts

    def open_section(self, page):
        return page.xpath("string(//input[@name='section']/@value)")

    def errors(self, page):
        return page.xpath("//div[@id='section'][@role='alert']//a/@href")

    def test_sections_open_one_after_the_other(self):
        page = html.fromstring(self.url_open(URL).text)
        self.assertIn("Step 1 of 5", page.text_content())
        self.assertTrue(page.xpath("//form//a[@href='/buurtbemiddeling/melden']"))
        self.assertTrue(page.xpath("//form//a[@href='/my/referrals/leaflet']"))
        self.assertFalse(page.xpath("//form//input[not(@type='hidden')]"))
        page = self.send(self.sent(page, step="continue"))
        self.assertIn("Step 2 of 5", page.text_content())
        person = {f"{name}-0": value for name, value in self._person().items()}
        page = self.send(self.sent(page, step="continue", **person))
        self.assertIn("Step 3 of 5", page.text_content())
        self.assertEqual(page.xpath("//button[starts-with(@value, 'change')]/@value"), ["change-1", "change-2"])
        page = self.send(
            self.sent(page, step="continue", complaint_type_id=str(self.noise.id), description="Zangerig\nen meer")
        )
        self.assertIn("Step 4 of 5", page.text_content())
        page = self.send(self.sent(page, step="continue", organisation_reference="PL-2026-17"))
        self.assertIn("Step 5 of 5", page.text_content())
        self.assertFalse(self.new_receipts())
        shown = page.xpath("string(//section)")
        for typed in (*CANARIES, "en meer", "PL-2026-17", "By telephone", "2026, asked by Officer Merel"):
            self.assertIn(typed, shown)
        self.send(self.sent(page, step="submit"))
        receipt = self.new_receipts()
        self.assertIn(f"/my/referrals/{receipt.reference}?received=1", self.answer.url)
        case = self.env["buurtbemiddeling.case"].search([("referral_ids", "in", receipt.ids)])
        self.assertEqual(case.party_ids.consent_ids.asked_by, "Officer Merel")
        self.assertEqual(case.description, "Zangerig\nen meer")

    def test_nothing_is_kept_on_the_server_before_it_is_handed_over(self):
        models = [name for name in self.env.registry if name.startswith("buurtbemiddeling.")]
        models = [name for name in models if self.env[name]._auto and not self.env[name]._abstract]
        counts = {name: self.env[name].sudo().with_context(active_test=False).search_count([]) for name in models}
        for step in ("continue", "add", "change-2", "remove-0"):
            self.send(self.form(step=step))
        self.env.invalidate_all()
        for name, count in counts.items():
            self.assertEqual(self.env[name].sudo().with_context(active_test=False).search_count([]), count, name)

    def test_errors_are_shown_when_a_section_is_left(self):
        page = self.send(self.form(step="continue", section="2", reached="2", **{"name-0": "", "asked_by-0": ""}))
        self.assertEqual(self.open_section(page), "2")
        self.assertEqual(self.errors(page), ["#name-0", "#asked_by-0"])
        for link in self.errors(page):
            field = page.get_element_by_id(link[1:])
            self.assertEqual(field.get("aria-invalid"), "true")
            self.assertTrue(page.get_element_by_id(field.get("aria-describedby")).text_content())
        page = self.send(self.form(step="continue", section="3", reached="3", complaint_type_id="x"))
        self.assertEqual((self.open_section(page), self.errors(page)), ("3", ["#complaint_type_id"]))
        page = self.send(self.form(step="continue", section="4", reached="4", organisation_reference="x" * 61))
        self.assertEqual((self.open_section(page), self.errors(page)), ("4", ["#organisation_reference"]))
        # Not those of a section that was not left yet.
        page = self.send(self.form(step="continue", section="2", reached="2", complaint_type_id="x"))
        self.assertEqual((self.open_section(page), self.errors(page)), ("3", []))

    def test_change_and_back_to_the_check(self):
        for number in "1234":
            page = self.send(self.form(step=f"change-{number}"))
            self.assertEqual(self.open_section(page), number)
            page = self.send(self.sent(page, step="continue"))
            self.assertEqual(self.open_section(page), "5")
        self.assertFalse(self.new_receipts())

    def test_nothing_is_chosen_beforehand(self):
        """A side that is forgotten is noticed."""
        page = self.send(self.sent(html.fromstring(self.url_open(URL).text), step="continue"))
        self.assertFalse(page.xpath("//form//input[@checked]"))
        person = {f"{name}-0": value for name, value in self._person().items() if name != "role"}
        page = self.send(self.sent(page, step="continue", **person))
        self.assertEqual(self.errors(page), ["#role-0"])

    def test_a_draft_opens_where_it_was_left(self):
        """Or before that, where something is missing; which is no error before anything was done."""
        for values, section in (
            ({}, "5"),
            ({"permission-0": ""}, "2"),
            ({"complaint_type_id": "x"}, "3"),
            ({"organisation_reference": "x" * 61}, "4"),
        ):
            page = self.send(self.form(step="change-5", **values))
            self.assertEqual((self.open_section(page), self.errors(page)), (section, []))
            self.assertFalse(page.xpath("//*[@aria-invalid]"))

    def test_the_check_page_shows_each_thing_once(self):
        second = {f"{name}-1": value for name, value in self._person(role="other_party", name="Buur").items()}
        page = self.send(self.form(step="continue", **second))
        shown = page.xpath("string(//section)")
        for once in ("What is it about?", "In a few words", "Your own reference", "Zangerig", "PL-2026-17", "Buur"):
            self.assertEqual(shown.count(once), 1, once)

    def test_a_section_cannot_be_passed_over(self):
        form = self.form(**{"permission-0": ""}, complaint_type_id="")
        for step in ("submit", "continue", "nonsense"):
            page = self.send({**form, "step": step})
            self.assertEqual(self.open_section(page), "2", step)
            self.assertEqual(self.errors(page), ["#permission-0"])
        self.assertFalse(self.new_receipts())

    def test_taken_once(self):
        """A double click, a reload, the back button and two tabs send a form again, and get the same receipt."""
        form = self.form()
        self.send(form)
        receipt = self.new_receipts()
        self.assertEqual(len(receipt), 1)
        for again in (form, {**form, "name-0": "Kanariegeel"}, {**form, "step": "continue"}, {**form, "step": "add"}):
            self.send(again)
            self.assertIn(f"/my/referrals/{receipt.reference}", self.answer.url)
            for canary in CANARIES:
                self.assertNotIn(canary, self.answer.text, "what was handed over is not shown again")
        self.assertEqual(self.new_receipts(), receipt)
        self.send(self.form())
        self.assertEqual(len(self.new_receipts()), 2, "another form is another referral")

    def test_the_form_is_empty_afterwards(self):
        self.send(self.form())
        answer = self.url_open(URL)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        for canary in CANARIES:
            self.assertNotIn(canary, answer.text)

    def test_a_ticket_that_does_not_count(self):
        """The check page comes back with all that was typed, and can be handed over then."""
        submissions = self.env["buurtbemiddeling.submission"]
        with freeze_time(datetime.now() - timedelta(hours=25)):
            expired = submissions.with_user(self.officer)._new_ticket()
        foreign = submissions.with_user(self.second_officer)._new_ticket()
        for ticket in (expired, foreign, "", "x", "é" * 5000):
            page = self.send(self.form(ticket=ticket))
            self.assertFalse(self.new_receipts())
            self.assertEqual(self.open_section(page), "5")
            self.assertIn("open for more than a day", page.get_element_by_id("section").text_content())
            for canary in CANARIES:
                self.assertIn(canary, self.answer.text)
        self.send(self.sent(page, step="submit"))
        self.assertEqual(len(self.new_receipts()), 1)

    def test_a_limit_for_each_user(self):
        with patch(f"odoo.addons.{MODULE}.controllers.referral_form.REFERRALS_PER_HOUR", 2):
            for _number in range(3):
                page = self.send(self.form())
            self.assertEqual(len(self.new_receipts()), 2)
            self.assertIn("Please wait an hour", page.get_element_by_id("section").text_content())
            for canary in CANARIES:
                self.assertIn(canary, self.answer.text)
            self.authenticate("second_officer", "second_officer")
            ticket = self.env["buurtbemiddeling.submission"].with_user(self.second_officer)._new_ticket()
            self.send(self.form(ticket=ticket))
        self.assertEqual(len(self.new_receipts()), 3)

    def test_people(self):
        page = self.send(self.form(step="add"))
        self.assertFalse(page.xpath("//input[@name='role-1'][@checked]"))
        self.assertEqual(page.xpath("string(//input[@name='asked_by-1']/@value)"), self.officer.name)
        self.assertTrue(page.xpath("//legend[@id='person-1']"))
        for _number in range(6):
            page = self.send(self.sent(page, step="add"))
        self.assertEqual(len(page.xpath("//legend[starts-with(@id, 'person-')]")), 6)
        self.assertFalse(page.xpath("//button[@value='add']"))
        for number in (5, 4, 3, 2, 0, 0):
            page = self.send(self.sent(page, step=f"remove-{number}"))
        self.assertEqual(len(page.xpath("//legend[starts-with(@id, 'person-')]")), 1, "one person stays")
        for nonsense in ("remove-9", "remove--1", "remove-", "remove-x", "change-9", "change-x"):
            self.send(self.form(step=nonsense))
            self.assertIn("Kanarievogel", self.answer.text)

    def test_hostile_input_in_every_field(self):
        """Each field, one by one: a sentence in the page, what was typed is kept, and nothing is made."""
        form = self.form()
        texts = [name for name in form if name not in ("csrf_token", "ticket", "section", "reached", "step")]
        markup = "<script>alert(1)</script>{{7*7}}"
        for name in texts:
            with self.subTest(name):
                page = self.send({**form, name: "x" * 3000})
                self.assertTrue(self.errors(page))
                # One of a few cannot be kept: the choice comes back empty.
                if name.partition("-")[0] not in ("role", "permission", "method", "told_on", "complaint_type_id"):
                    self.assertIn("x" * 3000, self.answer.text)
                self.send({**form, name: f"{markup}\x00\x1b", "step": "change-2"})
                self.assertNotIn("<script>alert(1)", self.answer.text)
                self.assertNotIn("\x1b", self.answer.text)
                without = {other: value for other, value in form.items() if other not in (name, "step")}
                self.send({**without, "step": "change-2"}, files={name: ("a.txt", b"Upload")})
                self.assertNotIn("Upload", self.answer.text)
                self.assertNotIn("FileStorage", self.answer.text)
                self.send([*without.items(), (name, form[name]), (name, markup), ("step", "change-2")])
                self.assertNotIn("<script>alert(1)", self.answer.text)
        self.send({"csrf_token": form["csrf_token"], "step": "submit", "people": "7", "case_id": "1"})
        for name in ("section", "reached", "step"):
            for value in ("", "0", "-1", "99", "x" * 3000, "²", markup):
                self.send({**form, "permission-0": "", name: value})
                self.assertIn("Kanarievogel", self.answer.text)
        self.assertFalse(self.new_receipts())

    def test_csrf(self):
        with mute_logger("odoo.http"):
            answer = self.url_open(URL, data=self.form(csrf_token="wrong"))
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.new_receipts())

    def test_a_lost_session_leads_back_to_the_form(self):
        form = self.form()
        self.authenticate(None, None)
        answer = self.url_open(URL, data=form)
        self.assertIn("/web/login", answer.url)
        self.assertIn("new", html.fromstring(answer.text).xpath("string(//input[@name='redirect']/@value)"))
        for canary in CANARIES:
            self.assertNotIn(canary, answer.text + answer.url)

    def test_the_key_of_a_draft_is_for_one_user_only(self):
        referrals = self.env["buurtbemiddeling.referral"]
        keys = {user: referrals.with_user(user)._draft_key() for user in (self.officer, self.second_officer)}
        self.assertEqual(len(set(keys.values())), 2)
        self.assertEqual({len(key) for key in keys.values()}, {128})
        page = self.url_open(URL).text
        self.assertIn(keys[self.officer], page)
        self.assertNotIn(keys[self.second_officer], page)
        self.authenticate(None, None)
        self.assertNotIn(keys[self.officer], self.url_open(URL).text)

    def test_who_asked_is_for_coordinators(self):
        _receipt, case = self._refer()
        consent = case.party_ids.consent_ids
        self.assertEqual(consent.with_user(self.coordinator).asked_by, "Officer Merel")
        self._take_up(case)
        fields = self.env["buurtbemiddeling.consent"].with_user(self.mediator).fields_get()
        self.assertNotIn("asked_by", fields)

    def test_leaflet(self):
        self.company.phone = "0999-111111"
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() == "install":
            self.skipTest("wkhtmltopdf is not installed")
        page = reports._render_qweb_html(f"{MODULE}.report_leaflet", self.company.ids, {"address": "A", "picture": "C"})
        self.assertIn("0999-111111", page[0].decode())
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            pdf = self.env["buurtbemiddeling.referral"].with_context(force_report_rendering=True)._leaflet()
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertEqual(pdf.count(b"/Type /Page\n"), 1)
        for login, status in (
            ("officer", 200),
            ("mediator_test", 200),
            ("lone_portal_user", 404),
            ("colleague", 404),
        ):
            self.authenticate(login, login)
            answer = self.url_open("/my/referrals/leaflet")
            self.assertEqual(answer.status_code, status, login)


@tagged("post_install", "-at_install")
class TestReferralBack(MediationCommon, BrowserCase):
    """The back button and a reload, in the middle of the form."""

    def test_back_and_reload(self):
        go_on = "document.querySelector('button.btn-lg[value=continue]').click()"
        with self.browse() as browser:

            def fill_in(**values):
                for name, value in values.items():
                    browser.evaluate(f"document.getElementById('{name}').focus()")
                    browser.type(value)

            def shown():
                return browser.evaluate("document.querySelector('[name=section]').value")

            def written():
                return browser.evaluate("document.getElementById('organisation_reference').value")

            self.sign_in(browser.chrome, "officer")
            browser.open(URL)
            browser.go(go_on)
            for name in ("role-0-reporter", "permission-0", "method-0-in_person"):
                browser.evaluate(f"document.getElementById('{name}').click()")
            browser.evaluate("document.getElementById('told_on-0').value = '2026-01-05'")
            fill_in(**{"name-0": "Toets Terug", "phone-0": "0999000009"})
            browser.go(go_on)
            browser.evaluate("document.getElementById('complaint_type_id').selectedIndex = 1")
            browser.go(go_on)
            fill_in(organisation_reference="TOETS-2")
            browser.evaluate("new Promise((done) => setTimeout(done, 100))")
            browser.go(go_on)
            self.assertEqual(shown(), "5")
            browser.go("location.reload()")
            self.assertEqual(shown(), "5")
            browser.go("history.back()")
            self.assertEqual((shown(), written()), ("4", "TOETS-2"))
            browser.go("location.reload()")
            self.assertEqual((shown(), written()), ("4", "TOETS-2"))
            browser.go(go_on)
            self.assertEqual(shown(), "5", "nothing is asked once more")
            browser.go("history.go(-2)")
            self.assertEqual(shown(), "3")
            browser.open(URL)
            self.assertEqual(shown(), "2", "a draft: permission is asked once more, and nothing is wrong yet")
            self.assertFalse(browser.evaluate("document.querySelector('[role=alert], .o_mediation_draft.d-none')"))
            browser.evaluate("document.getElementById('permission-0').click()")
            browser.go(go_on)
            self.assertEqual(shown(), "5", "where it was left")
            browser.go("document.querySelector('button.btn-lg[value=submit]').click()")
            browser.go("history.back()")
            self.assertFalse(browser.evaluate("document.documentElement.outerHTML.includes('Toets Terug')"))
        receipt = self.env["buurtbemiddeling.referral"].search([("organisation_reference", "=", "TOETS-2")])
        self.assertEqual(len(receipt), 1)
