import re
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import ValidationError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.controllers.private_page import network
from odoo.addons.buurtbemiddeling_addon.models import submission
from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon
from odoo.addons.http_routing.tests.common import MockRequest

CODE = re.compile(r"\b(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}\b")
REPORT = "/buurtbemiddeling/melden"
# The fields in which a visitor types, and what the model keeps of them at most.
TEXTS = ("name", "street", "house_number", "zip", "city", "phone", "email", "language", "contact_hint")
TEXTS += ("description", "other_name", "other_street", "other_house_number")


class PublicReportCommon(MediationCommon, HttpCase):
    """Somebody in the street with a telephone: no account, no JavaScript."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.before = self.env["buurtbemiddeling.case"].search([])

    @property
    def new_cases(self):
        return self.env["buurtbemiddeling.case"].search([]) - self.before

    def form(self, **values):
        """The form as it comes out of the page, filled in."""
        page = html.fromstring(self.url_open(REPORT).text)
        hidden = {field.get("name"): field.get("value") for field in page.xpath("//form//input[@type='hidden']")}
        return {
            **hidden,
            "name": "Kanarievogel",
            "zip": "1234 AB",
            "house_number": "12",
            "phone": "0999123456",
            "complaint_type_id": str(self.noise.id),
            "description": "Zangerig",
            **values,
        }

    def code_of(self, answer):
        """The personal code on the page after a report."""
        [code] = set(CODE.findall(html.fromstring(answer.text).xpath("string(//*[@id='code'])")))
        return code

    def typed_in(self, page, name):
        """What stands in a field of a form."""
        [field] = page.xpath(f"//*[@id='{name}']")
        return (field.text or "").strip("\n") if field.tag == "textarea" else field.get("value")


@tagged("post_install", "-at_install")
class TestPublicReport(PublicReportCommon):
    def test_report(self):
        answer = self.url_open(REPORT, data=self.form(other_name="Buur", contact_hint="After six"))
        self.assertTrue(answer.url.endswith(REPORT), "the address says nothing, also afterwards")
        for canary in CANARIES:
            self.assertNotIn(canary, answer.text)
        case = self.new_cases
        self.assertEqual(case.channel, "self_report")
        self.assertEqual(case.party_ids.mapped("name"), ["Kanarievogel", "Buur"])
        self.assertEqual(case.party_ids.mapped("reported_herself"), [True, False])
        self.assertEqual(case.party_ids[0].contact_hint, "After six")
        self.assertFalse(case.party_ids.consent_ids)
        self.assertFalse(case.referral_ids)
        link = self.env["buurtbemiddeling.personal.link"]._find(self.code_of(answer))
        self.assertEqual((link.party_id, link.purpose), (case.party_ids[0], "report"))

    def test_few_fields(self):
        """A name, a house number with a postcode or a street, what it is about, and a way to speak: no e-mail."""
        needed = ("name", "house_number", "complaint_type_id")
        for values in ({}, {"zip": "", "street": "Vinkenpad"}, {"phone": "", "calls_us": "1"}):
            with self.subTest(values):
                cases = self.new_cases
                self.url_open(REPORT, data=self.form(description="", **values))
                self.assertEqual(len(self.new_cases - cases), 1)
        for name in (*needed, "zip", "phone"):
            with self.subTest(name):
                cases = self.new_cases
                page = html.fromstring(self.url_open(REPORT, data=self.form(**{name: ""})).text)
                [field] = page.xpath(f"//*[@id='{name}']")
                self.assertEqual(field.get("aria-invalid"), "true")
                sentence = page.xpath(f"string(//*[@id='{field.get('aria-describedby')}'])")
                self.assertIn("lease", sentence)
                self.assertFalse(page.xpath("//*[@id='calls_us']/@checked"), "nothing is chosen for her")
                self.assertEqual(self.new_cases, cases)

    def test_who_calls_us_is_not_called(self):
        answer = self.url_open(REPORT, data=self.form(phone="", calls_us="1"))
        self.assertIn("We wait until you call", answer.text)
        self.assertEqual(self.new_cases.party_ids.preferred_contact, "calls_us")
        self.url_open(REPORT, data=self.form())
        self.assertFalse(self.new_cases.party_ids[0].preferred_contact)

    def test_a_postcode_without_letters_is_not_enough(self):
        answer = self.url_open(REPORT, data=self.form(zip="1234"))
        self.assertIn("1234 AB", answer.text)
        self.assertFalse(self.new_cases)

    def test_errors_keep_what_was_typed(self):
        for wrong in ({"phone": ""}, {"name": ""}, {"email": "no"}, {"complaint_type_id": "0"}, {"street": "s" * 200}):
            answer = self.url_open(REPORT, data=self.form(**wrong))
            self.assertIn("is-invalid", answer.text)
            self.assertIn("Zangerig", answer.text)
        self.assertFalse(self.new_cases)

    def test_csrf(self):
        with mute_logger("odoo.http"):
            answer = self.url_open(REPORT, data={**self.form(), "csrf_token": "wrong"})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.new_cases)

    def test_trap_for_robots(self):
        answer = self.url_open(REPORT, data=self.form(website="https://robot.example"))
        self.assertFalse(self.env["buurtbemiddeling.personal.link"]._find(self.code_of(answer)))
        self.assertFalse(self.new_cases)
        [trap] = html.fromstring(self.url_open(REPORT).text).xpath("//input[@name='website']/..")
        self.assertEqual((trap.get("aria-hidden"), trap.get("class")), ("true", "d-none"))

    def test_flood(self):
        submissions = self.env["buurtbemiddeling.submission"]
        submissions.search([]).unlink()
        for _number in range(12):
            form = self.form()
            answer = self.url_open(REPORT, data=form)
        self.assertEqual(len(self.new_cases), 10)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Zangerig", answer.text, "what was typed is kept")
        counts = self.env["buurtbemiddeling.request.count"].search([])
        self.assertNotIn("127.0.0.1", str(counts.read()))
        submissions = submissions.search([])
        self.assertEqual(len(submissions), 10, "what is refused leaves nothing behind")
        counts.hour = submissions.taken_on = "2020-01-01 00:00:00"
        counts._gc_hours()
        self.assertFalse(counts.exists())
        with patch.object(submission, "GC_UNLINK_LIMIT", 6):
            self.assertEqual([submissions._gc_submissions() for _number in range(2)], [(6, True), (4, False)])
        self.assertFalse(submissions.exists())
        self.code_of(self.url_open(REPORT, data=form))
        self.assertEqual(len(self.new_cases), 11, "the same form goes through later")

    def test_flood_from_many_addresses(self):
        """Who has an IPv6 address has many of them, and counts as one; of IPv4 each address counts by itself."""
        for first, second, limit in (
            ("2001:db8::1", "2001:db8::ffff:1", 1),
            ("2001:db8::1", "2001:db8:0:1::1", 2),
            ("192.0.2.1", "192.0.2.2", 2),
            ("::ffff:192.0.2.3", "::ffff:192.0.2.4", 2),
        ):
            networks = set()
            for address in (first, second):
                with MockRequest(self.env, remote_addr=address):
                    networks.add(network())
            self.assertEqual(len(networks), limit, (first, second))

    def test_a_name_is_one_line(self):
        """In the window of an envelope a name with line breaks would be another address."""
        self.url_open(
            REPORT, data=self.form(name="Kanarievogel\r\nElders 9\n1000 XX\tElders", description="One\r\nTwo")
        )
        self.assertEqual(self.new_cases.party_ids[0].name, "Kanarievogel Elders 9 1000 XX Elders")
        self.assertEqual(self.new_cases.description, "One\nTwo")

    # ------------------------------------------------------------------
    # Taken once
    # ------------------------------------------------------------------
    def test_a_form_is_taken_once(self):
        """A double click, a reload of the answer and the back button: one case, and the same code."""
        form = self.form()
        codes = {self.code_of(self.url_open(REPORT, data=form)) for _number in range(12)}
        self.assertEqual(len(codes), 1, "a reload is not a new report, and is not counted as one")
        self.assertEqual(self.code_of(self.url_open(REPORT, data={**form, "description": "More"})), codes.pop())
        self.assertEqual(len(self.new_cases), 1)
        self.assertEqual(self.new_cases.description, "Zangerig")

    def test_two_tabs_are_two_forms(self):
        first, second = self.form(), self.form(description="Something else")
        codes = {self.code_of(self.url_open(REPORT, data=form)) for form in (second, first, second, first)}
        self.assertEqual((len(codes), len(self.new_cases)), (2, 2))

    def test_the_code_is_not_kept(self):
        code = self.code_of(self.url_open(REPORT, data=self.form()))
        for model in ("buurtbemiddeling.personal.link", "buurtbemiddeling.submission", "buurtbemiddeling.case"):
            self.assertNotIn(code, str(self.env[model].search([]).read()))

    def test_a_ticket_that_is_no_longer_good(self):
        for ticket in ("", "x", self.form()["ticket"][:-3] + "xxx"):
            form = self.form(ticket=ticket)
            page = html.fromstring(self.url_open(REPORT, data=form).text)
            self.assertEqual(self.typed_in(page, "description"), "Zangerig")
            self.assertIn("open for too long", page.text_content())
            self.assertFalse(self.new_cases)
        [ticket] = page.xpath("//input[@name='ticket']/@value")
        self.code_of(self.url_open(REPORT, data={**form, "ticket": ticket}))
        self.assertEqual(len(self.new_cases), 1)

    def test_a_form_of_yesterday(self):
        with freeze_time("2026-01-05 10:00:00"):
            ticket = self.env["buurtbemiddeling.submission"].with_user(self.public_user)._new_ticket()
        page = html.fromstring(self.url_open(REPORT, data=self.form(ticket=ticket)).text)
        self.assertEqual(self.typed_in(page, "name"), "Kanarievogel")
        self.assertFalse(self.new_cases)

    # ------------------------------------------------------------------
    # Language
    # ------------------------------------------------------------------
    def test_one_language_is_no_choice(self):
        others = self.env["res.lang"].search([("code", "!=", "en_US")])
        self.env["ir.default"].set("res.partner", "lang", "en_US")
        for model in ("res.users", "res.partner"):
            self.env[model].with_context(active_test=False).search([]).lang = "en_US"
        others.active = False
        page = html.fromstring(self.url_open(REPORT).text)
        self.assertFalse(page.xpath("//button[@name='switch']"))
        self.assertEqual(page.get("lang"), "en-US")

    def test_another_language_keeps_what_was_typed(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env["ir.default"].set("res.partner", "lang", "en_US")
        form = self.form(other_name="Buur", name="")
        page = html.fromstring(self.url_open(REPORT).text)
        [dutch] = page.xpath("//button[@name='switch'][@lang='nl-NL']")
        self.assertEqual(dutch.text_content().strip(), "Nederlands")
        self.assertEqual([page.xpath("//button[@name='switch'][@aria-current]/@lang")], [["en-US"]])
        first_button = page.xpath("(//form[@method='post']//button)[1]")[0]
        self.assertFalse(first_button.get("name"), "Enter in a field sends the form")
        answer = self.url_open(dutch.get("formaction"), data={**form, "switch": "1"})
        page = html.fromstring(answer.text)
        self.assertEqual(page.get("lang"), "nl-NL")
        self.assertEqual(self.typed_in(page, "other_name"), "Buur")
        self.assertFalse(page.xpath("//*[@aria-invalid]"), "whoever chooses a language has not sent it yet")
        self.assertFalse(self.new_cases)
        self.assertEqual(page.xpath("//input[@name='ticket']/@value"), [form["ticket"]])
        self.url_open(REPORT, data={**form, "name": "Kanarievogel"})
        self.assertEqual(self.new_cases.party_ids[0].lang, "nl_NL")

    # ------------------------------------------------------------------
    # Safe to leave
    # ------------------------------------------------------------------
    def test_quick_exit(self):
        self.company.mediation_exit_url = "https://weather.example"
        pages = [self.url_open(REPORT), self.url_open(REPORT, data=self.form(name=""))]
        pages.append(self.url_open(REPORT, data=self.form()))
        for answer in pages:
            page = html.fromstring(answer.text)
            [exit_link] = page.xpath("//*[contains(@class, 'o_mediation_exit')]//a")
            self.assertEqual(exit_link.get("href"), "https://weather.example")
            self.assertEqual(exit_link.get("data-address"), "https://weather.example")
            self.assertEqual(exit_link.get("rel"), "noreferrer noopener")
            self.assertFalse(
                page.xpath("//form//*[contains(@class, 'o_mediation_exit')]"), "it stays when the form is gone"
            )
            title = page.xpath("string(//title)")
            self.assertEqual(title.split(" | ")[0], "Report")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
            self.assertNotIn("?", answer.url)

    def test_quick_exit_goes_to_the_web(self):
        for address in ("javascript:alert(1)", "weather.example", "https://", "ftp://weather.example", " "):
            with self.subTest(address), self.assertRaises(ValidationError):
                self.company.mediation_exit_url = address
        self.company.mediation_exit_url = "http://weather.example/today"

    def test_nothing_is_read_from_the_address(self):
        answer = self.url_open(f"{REPORT}?name=Kanarievogel&description=Zangerig&ticket=x")
        for canary in CANARIES:
            self.assertNotIn(canary, answer.text)

    # ------------------------------------------------------------------
    # Hostile input
    # ------------------------------------------------------------------
    def test_hostile_input(self):
        hostile = "<script>alert(1)</script>{{7*7}}\x00' OR 1=1"
        answer = self.url_open(REPORT, data=self.form(name=hostile, email="no"), files={"street": ("a.txt", b"x")})
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("<script>alert(1)", answer.text)
        self.assertNotIn("FileStorage", answer.text)
        self.url_open(REPORT, data=self.form(name=hostile))
        self.assertEqual(self.new_cases.party_ids.name, hostile.replace("\x00", ""))

    def test_hostile_input_in_each_field(self):
        """Too long, markup, control characters, twice, an upload: a page, what was typed is kept, at most one case."""
        markup = "<b>x</b>"
        for name in TEXTS:
            with self.subTest(name):
                page = html.fromstring(self.url_open(REPORT, data=self.form(**{name: "é" * 3000})).text)
                [field] = page.xpath(f"//*[@id='{name}']")
                self.assertIn("is-invalid", field.get("class"))
                self.assertEqual(self.typed_in(page, name), "é" * 3000)
                self.assertFalse(self.new_cases)
                answer = self.url_open(REPORT, data=self.form(**{"complaint_type_id": "", name: markup}))
                self.assertNotIn(markup, answer.text)
                self.assertEqual(self.typed_in(html.fromstring(answer.text), name), markup)
                form = self.form(complaint_type_id="")
                form[name] = [form.get(name) or "first", "second"]
                page = html.fromstring(self.url_open(REPORT, data=form).text)
                self.assertEqual(self.typed_in(page, name), form[name][0], "what was typed first counts")
                form = self.form(complaint_type_id="")
                form.pop(name, None)
                answer = self.url_open(REPORT, data=form, files={name: ("a.txt", b"uploaded")})
                self.assertFalse(self.typed_in(html.fromstring(answer.text), name))
        for choice in ("-1", "1e9", "x", str(2**70), "1 OR 1=1", "١"):
            with self.subTest(choice):
                page = html.fromstring(self.url_open(REPORT, data=self.form(complaint_type_id=choice)).text)
                self.assertIn("is-invalid", page.xpath("//*[@id='complaint_type_id']")[0].get("class"))
        self.assertFalse(self.new_cases)
        self.url_open(REPORT, data=self.form(name="\x00\x07Kana\u202erie\x1b", description="one\ntwo\x0b"))
        self.assertEqual(self.new_cases.party_ids.name, "Kanarie")
        self.assertEqual(self.new_cases.description, "one\ntwo")

    def test_no_citizen_service_number(self):
        page = html.fromstring(self.url_open(REPORT, data=self.form(description="Mijn nummer is 111222333")).text)
        self.assertTrue(page.xpath("//*[@id='description'][@aria-invalid]"))
        self.assertFalse(self.new_cases)

    def test_unknown_fields_are_left_behind(self):
        more = {"stage": "closed", "company_id": "99", "suitability": "suitable", "lang": "xx_XX", "role": "supporter"}
        self.url_open(REPORT, data=self.form(**more, preferred_contact="post", taken_back_on="2026-01-01"))
        case = self.new_cases
        self.assertEqual((case.stage, case.suitability, case.company_id), ("reported", "pending", self.company))
        self.assertEqual((case.party_ids.role, case.party_ids.preferred_contact), ("reporter", False))
        self.assertFalse(case.party_ids.taken_back_on)

    def test_an_empty_post(self):
        page = html.fromstring(self.url_open(REPORT, data={"csrf_token": Request.csrf_token(self)}).text)
        self.assertEqual(len(page.xpath("//*[@aria-invalid]")), 5)
        self.assertFalse(self.new_cases)

    def test_the_coordinators_are_asked_to_look(self):
        self.url_open(REPORT, data=self.form())
        self.assertEqual(self.new_cases.mapped("is_to_be_announced"), [True])
        job = self.env.ref(f"{MODULE}.ir_cron_announce")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]))
        job.method_direct_trigger()
        self.env.invalidate_all()
        kind = self.env.ref(f"{MODULE}.activity_type_new_report")
        self.assertIn(
            self.coordinator, self.new_cases.activity_ids.filtered_domain([("activity_type_id", "=", kind.id)]).user_id
        )
