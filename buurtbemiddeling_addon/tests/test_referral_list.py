import csv
from io import StringIO
from unittest.mock import patch

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request, request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.controllers.referral_portal import (
    MESSAGES_PER_HOUR,
    RECEIPTS_PER_PAGE,
    ReferralPortal,
)
from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, LANG, MODULE, MediationCommon

LIST = "/my/referrals"
RECEIPTS = "buurtbemiddeling.referral"


class ReferrerCase(MediationCommon, HttpCase):
    """Opens the pages of a referrer, as that employee."""

    def authenticate(self, *arguments, **options):
        """Sign in, and ask for pages in the language of the tests."""
        result = super().authenticate(*arguments, **options)
        self.opener.cookies.set("frontend_lang", LANG)
        return result

    def page(self, login, url, **options):
        self.authenticate(login, login)
        return self.url_open(url, **options)

    def post(self, url, **form):
        return self.url_open(url, data={"csrf_token": Request.csrf_token(self), **form})

    def rows(self, answer):
        """Return the references of the organisation that a page of the list shows."""
        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.text).xpath("//table//td[1]/a/text()")

    def ticket(self, url):
        return html.fromstring(self.url_open(url).text).xpath("//input[@name='ticket']/@value")[0]


@tagged("post_install", "-at_install")
class TestReferralList(ReferrerCase):
    """Find a referral back: what is asked for, and whatever else is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new, _case = cls._refer(organisation_reference="B-new")
        cls.resolved, _case = cls._refer(cls.second_officer, organisation_reference="A-resolved")
        cls.refused, _case = cls._refer(organisation_reference="C-refused")
        cls.resolved._publish(True, True, True)
        cls.refused._publish(False, None, None)
        cls.new.submitted_on = "2026-01-01"
        cls.resolved.write({"submitted_on": "2026-01-02"})
        cls.refused.write({"submitted_on": "2026-01-03"})

    def test_by_answer(self):
        for answer, shown in (
            ("waiting", ["B-new"]),
            ("suitable", ["A-resolved"]),
            ("not_suitable", ["C-refused"]),
            ("taken_up", ["A-resolved"]),
            ("not_taken_up", ["C-refused"]),
            ("resolved", ["A-resolved"]),
            ("not_resolved", []),
        ):
            answered = self.page("officer", f"{LIST}?answer={answer}")
            self.assertEqual(self.rows(answered), shown, answer)
            chosen = html.fromstring(answered.text).xpath("//select[@id='answer']/option[@selected]/@value")
            chosen += html.fromstring(answered.text).xpath("//optgroup/option[@selected]/@value")
            self.assertEqual(chosen, [answer], "what is chosen stays to be seen")
        self.assertIn("Nothing found", answered.text)

    def test_by_employee(self):
        self.assertEqual(self.rows(self.page("officer", f"{LIST}?employee={self.second_officer.id}")), ["A-resolved"])
        foreign = self.rows(self.page("officer", f"{LIST}?employee={self.housing_employee.id}"))
        self.assertEqual(len(foreign), 3, "somebody elsewhere is no choice")

    def test_order(self):
        for order, shown in (
            ("", ["C-refused", "A-resolved", "B-new"]),
            ("oldest", ["B-new", "A-resolved", "C-refused"]),
            ("reference", ["A-resolved", "B-new", "C-refused"]),
        ):
            self.assertEqual(self.rows(self.page("officer", f"{LIST}?sort={order}")), shown)

    def test_search_stays_out_of_the_address(self):
        self.authenticate("officer", "officer")
        answer = self.post(f"{LIST}/search", text="b-NEW", sort="oldest")
        self.assertEqual(self.rows(answer), ["B-new"])
        for step in (*answer.history, answer):
            self.assertNotIn("NEW", step.url)
        self.assertIn("sort=oldest", answer.url)
        self.assertIn('value="b-NEW"', answer.text)
        self.assertEqual(len(self.rows(self.url_open(LIST))), 3, "the plain list is not narrowed")
        self.assertEqual(self.rows(self.url_open(f"{LIST}?search=1&answer=waiting")), ["B-new"])
        self.assertIn("Nothing found", self.post(f"{LIST}/search", text="nowhere").text)
        self.assertEqual(self.rows(self.post(f"{LIST}/search", text=self.refused.reference)), ["C-refused"])
        self.assertEqual(len(self.rows(self.post(f"{LIST}/search", text=""))), 3)

    def test_whatever_is_asked_there_is_a_list(self):
        self.authenticate("officer", "officer")
        for query in (
            *("?answer=x", "?answer=pending", "?answer=", "?answer[]=suitable", "?answer=%00", "?employee=x"),
            *("?employee=99999999999999999999", "?employee=-1", "?sort=id", "?sort=1;drop", "?search=1", "?search=x"),
            *("/page/0", "/page/99999", "/page/99999999999999999999999", f"?answer={'x' * 5000}", "?x=1&y[]=2"),
            *("?answer=x&answer=suitable", "?page=x", "?page=2"),
        ):
            self.assertEqual(len(self.rows(self.url_open(LIST + query))), 3, query)
            self.assertEqual(self.url_open(f"{LIST}/download{query}".split("/page")[0]).status_code, 200, query)
        for form in (
            {"text": "x" * 100000},
            {"text": "\x00'; --%_\\"},
            {"answer": "<script>", "employee": "\x00", "sort": "{{7*7}}"},
        ):
            answer = self.post(f"{LIST}/search", **form)
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("<script>alert", answer.text)
            self.assertLess(len(answer.text), 60000)
        upload = self.url_open(
            f"{LIST}/search",
            data={"csrf_token": Request.csrf_token(self)},
            files={"text": ("a", b"x"), "answer": ("a", b"x")},
        )
        self.assertEqual(len(self.rows(upload)), 3)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"{LIST}/search", data={"text": "x"}).status_code, 400)

    def test_pages_keep_what_was_chosen(self):
        for number in range(RECEIPTS_PER_PAGE + 1):
            self._refer(organisation_reference=f"P-{number:02}")
        answer = self.page("officer", f"{LIST}?sort=reference&answer=waiting")
        self.assertEqual(len(self.rows(answer)), RECEIPTS_PER_PAGE)
        [following] = set(html.fromstring(answer.text).xpath("//nav[@aria-label='Pages']//a[text()='2']/@href"))
        self.assertEqual(
            self.rows(self.url_open(following)), [f"P-{RECEIPTS_PER_PAGE - 1:02}", f"P-{RECEIPTS_PER_PAGE:02}"]
        )

    def test_taken_by_telephone(self):
        self.new.submitted_by_id = False
        self.assertIn("Taken by telephone", self.page("officer", LIST).text)
        self.assertIn("Taken by telephone", self.page("officer", f"{LIST}/{self.new.reference}").text)
        self.assertNotIn("Taken by telephone", self.page("officer", f"{LIST}/{self.resolved.reference}").text)

    def test_the_account_page_tells_how_many(self):
        page = html.fromstring(self.page("officer", "/my").text)
        [count] = page.xpath("//a[@href='/my/referrals']//*[@data-placeholder_count='referral_count']")
        self.assertNotIn("d-none", count.get("class"))

    def test_nothing_yet(self):
        answer = self.page("housing_employee", LIST)
        self.assertIn("There are no referrals yet", answer.text)
        self.assertNotIn("<select", answer.text)
        self.assertIn("Nothing found", self.page("officer", f"{LIST}?answer=not_resolved").text)

    def test_queries_do_not_grow_with_the_page(self):
        self.authenticate("officer", "officer")
        receipts = self.env[RECEIPTS].with_user(self.officer)

        def look():
            receipts._read_group([], ["submitted_by_id"])
            receipts.search(receipts._answer_domain("waiting"))._portal_values()

        self.assertQueriesDoNotGrow(self._refer, look)

    def test_somebody_who_left_is_still_named(self):
        self.second_officer.partner_id.parent_id = self.housing
        self.assertIn(self.second_officer.name, self.page("officer", LIST).text)
        self.second_officer.active = False
        self.assertIn("A-resolved", self.page("officer", f"{LIST}/{self.resolved.reference}").text)
        self.assertEqual(self.rows(self.page("officer", f"{LIST}?employee={self.second_officer.id}")), ["A-resolved"])

    # ------------------------------------------------------------------
    # The file
    # ------------------------------------------------------------------
    def download(self, login, query=""):
        answer = self.page(login, f"{LIST}/download{query}")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertTrue(answer.content.startswith(b"\xef\xbb\xbf"), "Excel reads it as Unicode")
        return list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    def test_download_has_the_list_and_nothing_else(self):
        self._refer(self.housing_employee, organisation_reference="WC-99")
        rows = self.download("officer", "?sort=reference")
        self.assertEqual([row[1] for row in rows], ["Your reference", "A-resolved", "B-new", "C-refused"])
        self.assertEqual(len(set(rows[0])), len(rows[0]), "each column has its own name")
        told = str(self.resolved.outcome_on)
        self.assertEqual(
            rows[1],
            [
                *(self.resolved.reference, "A-resolved", "2026-01-02", self.second_officer.name),
                *("Suitable", told, "Taken up", told, "Resolved", told),
            ],
        )
        self.assertEqual(rows[3][-2:], ["", ""], "after a no there is no further answer")
        self.assertEqual([row[1] for row in self.download("officer", "?answer=waiting")[1:]], ["B-new"])
        for canary in (*CANARIES, "WC-99"):
            self.assertNotIn(canary, str(rows))

    def test_no_text_is_a_formula(self):
        self.officer.name = "@SUM(1)"
        for start in "=+-@":
            self._refer(organisation_reference=f'{start}1+1;"x"')
        cells = [cell for row in self.download("officer") for cell in row]
        self.assertIn('\'=1+1;"x"', cells)
        self.assertIn("'@SUM(1)", cells)
        self.assertFalse([cell for cell in cells if cell.startswith(("=", "+", "-", "@"))])

    def test_pages_are_for_referrers(self):
        for login in ("lone_portal_user", "colleague", "coordinator_test"):
            self.assertEqual(self.page(login, f"{LIST}/download").status_code, 404)
            self.assertEqual(self.page(login, f"{LIST}/{self.new.reference}/message").status_code, 404)
            self.assertEqual(self.post(f"{LIST}/search", text="x").status_code, 404)

    # ------------------------------------------------------------------
    # One receipt
    # ------------------------------------------------------------------
    def test_steps_of_a_receipt(self):
        for receipt, following in (
            (self.new, "Is the referral suitable?"),
            (self.resolved, None),
            (self.refused, None),
        ):
            page = html.fromstring(self.page("officer", f"{LIST}/{receipt.reference}").text)
            steps = page.xpath("//li[@aria-current='step']//div[@class='fw-bold']/text()")
            self.assertEqual(steps, [following] if following else [])
            self.assertEqual("You have had all the answers" in page.text_content(), not following)
        self.new._publish(True, None, None)
        page = html.fromstring(self.page("officer", f"{LIST}/{self.new.reference}").text)
        self.assertEqual(page.xpath("//li[@aria-current='step']//div[@class='fw-bold']/text()"), ["Is it taken up?"])

    def test_a_receipt_comes_from_a_replica_unless_something_was_just_sent(self):
        read_only, render = [], ReferralPortal._render_receipt

        def look(controller, *arguments, **values):
            read_only.append(request.env.cr.readonly)
            return render(controller, *arguments, **values)

        with patch.object(ReferralPortal, "_render_receipt", look):
            for query in ("", "?received=1", "?sent=1"):
                self.page("officer", f"{LIST}/{self.new.reference}{query}")
        self.assertEqual(read_only, [True, False, False])


@tagged("post_install", "-at_install")
class TestReferralOwnOnly(ReferrerCase):
    """An organisation lets its employees see only what they submitted themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, _case = cls._refer(organisation_reference="own")
        cls.of_colleague, _case = cls._refer(cls.second_officer, organisation_reference="of colleague")
        cls.by_telephone = cls.env[RECEIPTS]._create_receipt(cls.police, cls.env["res.users"], "by telephone")

    def seen(self, user):
        return set(self.env[RECEIPTS].with_user(user).search([]).mapped("organisation_reference"))

    def test_it_holds_at_the_next_request(self):
        everything = {"own", "of colleague", "by telephone"}
        for own_only, seen in ((False, everything), (True, {"own"}), (False, everything)):
            self.police.referrals_own_only = own_only
            self.assertEqual(self.seen(self.officer), seen)
            self.assertEqual(set(self.rows(self.page("officer", LIST))), seen)
            self.assertEqual(self.seen(self.coordinator) & everything, everything)
        self.police.referrals_own_only = True
        self.police.referral_contact_ids = self.officer.partner_id
        self.assertEqual(self.seen(self.officer), everything, "a contact person sees all")
        self.assertEqual(self.seen(self.second_officer), {"of colleague"})
        self.police.referral_contact_ids = False
        self.assertEqual(self.seen(self.officer), {"own"})

    def test_another_organisation_keeps_its_own_choice(self):
        self._refer(self.housing_employee, organisation_reference="housing")
        self.police.referrals_own_only = True
        self.assertEqual(self.seen(self.housing_employee), {"housing"})
        colleague = self._referrer("second_housing", self.housing)
        self.assertEqual(self.seen(colleague), {"housing"})
        self.housing.referrals_own_only = True
        self.assertFalse(self.seen(colleague))

    def test_every_door(self):
        self.police.referrals_own_only = True
        missing = self.page("officer", f"{LIST}/2222-2222")
        for url in (f"{LIST}/{self.of_colleague.reference}", f"{LIST}/{self.of_colleague.reference}/message"):
            answer = self.url_open(url)
            self.assertEqual(
                (answer.status_code, answer.headers["Content-Type"]), (404, missing.headers["Content-Type"])
            )
        for url in (LIST, f"{LIST}/download", f"{LIST}?employee={self.second_officer.id}"):
            text = self.url_open(url).text
            self.assertIn("own", text)
            self.assertNotIn("of colleague", text)
            self.assertNotIn(self.second_officer.name, text)
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["referral_count"]})
        self.assertEqual(counters, {"referral_count": 1})
        call = {"model": RECEIPTS, "kwargs": {}}
        for method, arguments in (
            ("search_read", [[["organisation_reference", "=", "of colleague"]]]),
            ("search_count", [[["id", "=", self.of_colleague.id]]]),
            ("read", [self.of_colleague.ids]),
            ("formatted_read_group", [[["id", "=", self.of_colleague.id]], ["suitability"], ["__count"]]),
            ("name_search", [self.of_colleague.reference]),
        ):
            answer = self.make_jsonrpc_request(
                f"/web/dataset/call_kw/{RECEIPTS}/{method}", {**call, "method": method, "args": arguments}
            )
            self.assertFalse(answer, method)

    def test_whoever_moves_takes_nothing_along(self):
        self.police.write(
            {"referrals_own_only": True, "referral_contact_ids": [Command.set(self.officer.partner_id.ids)]}
        )
        self.officer.partner_id.parent_id = self.housing
        self.assertFalse(self.seen(self.officer))
        self.assertFalse(self.police.referral_contact_ids)
        self.officer.partner_id.parent_id = self.police
        self.assertEqual(self.seen(self.officer), {"own"}, "she comes back as an employee, not as a contact person")


@tagged("post_install", "-at_install")
class TestReferralMessage(ReferrerCase):
    """A mistake is corrected by a message to staff, of which nothing comes back."""

    def setUp(self):
        super().setUp()
        self.receipt, self.case = self._refer()
        self.url = f"{LIST}/{self.receipt.reference}/message"
        self.authenticate("officer", "officer")

    def send(self, text="The number is 21, not 12 (Merel)", **form):
        return self.post(self.url, text=text, ticket=self.ticket(self.url), **form)

    def arrived(self, case=None, text="Merel"):
        return (case or self.case).message_ids.filtered(lambda message: text in (message.body or ""))

    def to_do(self, case=None):
        messages = self.env.ref(f"{MODULE}.activity_type_referrer_message")
        return (case or self.case).activity_ids.filtered(lambda activity: activity.activity_type_id == messages)

    def test_it_arrives_at_staff(self):
        self._take_up(self.case)
        answer = self.send()
        self.assertIn("Your message has been sent", answer.text)
        self.assertNotIn("Merel", answer.text, "nothing can be read back")
        message = self.arrived()
        for words in (self.officer.name, self.police.name, self.receipt.reference):
            self.assertIn(words, message.body)
        self.assertTrue(message.subtype_id.internal)
        self.assertNotEqual(message.author_id, self.officer.partner_id)
        self.assertEqual(self.to_do().user_id, self.coordinator)
        self.assertFalse(self.to_do().note)
        self.assertIn("Merel", str(self.case.with_user(self.mediator).message_ids.mapped("body")))
        self.assertFalse(self.case.message_partner_ids & self.officer.partner_id)
        for url in ("/my", LIST, f"{LIST}/{self.receipt.reference}", self.url, f"{LIST}/download"):
            self.assertNotIn("Merel", self.url_open(url).text)
        mails = self.env["mail.mail"].search([])
        self.assertNotIn("Merel", str(mails.mapped("body_html")))

    def test_without_a_coordinator_all_of_them_hear(self):
        self.send()
        self.assertTrue(self.arrived())
        self.assertIn(self.coordinator, self.to_do().user_id)
        self.case.with_user(self.coordinator).action_take_on()
        self.coordinator.active = False
        self.to_do().unlink()
        self.send()
        self.assertTrue(self.to_do())
        self.assertNotIn(self.coordinator, self.to_do().user_id)

    def test_the_same_whatever_became_of_the_case(self):
        plain = self.send().text
        _receipt, target = self._refer(self.housing_employee)
        target.with_user(self.coordinator).action_take_on()
        self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).create(
            {"case_id": self.case.id, "target_case_id": target.id}
        ).action_merge()
        merged = self.send("About another (Merel)")
        self.assertTrue(self.arrived(target, "About another"))
        self.assertIn(self.coordinator, self.to_do(target).user_id)
        self._end(target, result="result_no_contact")
        closed = self.send("Too late (Merel)")
        self.assertTrue(self.arrived(target, "Too late"))
        target.active = False
        archived = self.send("Archived (Merel)")
        self.assertTrue(self.arrived(target, "Archived"))
        for answer in (merged, closed, archived):
            self.assertEqual(self.without_tokens(answer.text), self.without_tokens(plain))

    def without_tokens(self, text):
        return [line for line in text.splitlines() if "csrf_token" not in line and "registry_hash" not in line]

    def test_missing_and_foreign_are_the_same(self):
        foreign, case = self._refer(self.housing_employee)
        ticket = self.ticket(self.url)
        answers = []
        for reference in (foreign.reference, "2222-2222", "\x01", "x" * 3000):
            answer = self.post(f"{LIST}/{reference}/message", text="Merel", ticket=ticket)
            answers.append((answer.status_code, self.without_tokens(answer.text.replace(reference, ""))))
        self.assertEqual(answers[0][0], 404)
        self.assertEqual(answers[0], answers[1])
        self.assertEqual({status for status, _text in answers}, {404})
        self.assertFalse(self.arrived(case))
        with self.assertRaises(AccessError):
            foreign.with_user(self.officer)._send_correction("Merel")

    def test_once(self):
        ticket = self.ticket(self.url)
        answers = [self.post(self.url, text="Merel", ticket=ticket) for _number in range(3)]
        self.assertEqual(len({answer.url for answer in answers}), 1)
        self.assertIn("has been sent", answers[2].text)
        self.assertEqual(len(self.arrived()), 1)

    def test_not_more_than_a_few_an_hour(self):
        for number in range(MESSAGES_PER_HOUR + 1):
            answer = self.send(f"Merel {number}")
        self.assertEqual(len(self.arrived()), MESSAGES_PER_HOUR)
        self.assertIn("You sent a lot in this hour", answer.text)
        self.assertIn(f"Merel {MESSAGES_PER_HOUR}", answer.text, "what was typed is kept")
        ticket = self.ticket(f"{LIST}/{self.receipt.reference}/message")
        self.authenticate("second_officer", "second_officer")
        self.assertIn("open for too long", self.post(self.url, text="Merel x", ticket=ticket).text)
        self.assertIn("has been sent", self.send("Merel of a colleague").text)

    def test_hostile_input(self):
        for form, words in (
            ({"text": ""}, "Please write what is not right"),
            ({"text": " \x00 "}, "Please write what is not right"),
            ({"text": "Merel, 111222333"}, "Leave out the citizen service number"),
            ({"text": "Merel" * 300}, "This is too long"),
        ):
            page = self.send(**form)
            self.assertIn(words, page.text)
            self.assertIn("Not sent yet", page.text)
            field = html.fromstring(page.text).xpath("//textarea[@id='text']")[0]
            self.assertEqual(field.get("aria-invalid"), "true")
            self.assertIn("text-help", field.get("aria-describedby"))
        self.assertEqual(field.text, "Merel" * 300)
        for ticket in ("", "x", "é" * 500, "\x00", "x" * 10000, self.ticket(self.url)[:-2]):
            page = self.post(self.url, text="Merel", ticket=ticket)
            self.assertIn("open for too long", page.text, ticket[:20])
            self.assertIn(">Merel<", page.text)
        form = {"csrf_token": Request.csrf_token(self), "ticket": self.ticket(self.url)}
        page = self.url_open(self.url, data=form, files={"text": ("a.txt", b"Merel")})
        self.assertIn("Please write what is not right", page.text)
        self.assertFalse(self.arrived())
        self.send("<script>alert('Merel')</script>{{7*7}}<a href='//x.nl'>x</a>", case_id="1", partner_ids="1")
        self.assertNotIn("<script", self.arrived(text="Merel").body)
        self.assertIn("{{7*7}}", self.arrived().body)


@tagged("post_install", "-at_install")
class TestReferralMessageErased(MediationCommon):
    def test_it_arrives_at_a_case_that_was_erased(self):
        receipt, case = self._refer()
        receipt = receipt.with_user(self.officer)
        receipt._send_correction("Merel")
        case.party_ids.with_user(self.coordinator)._referral_consents().action_withdraw()
        self._daily_round()
        self.assertTrue(case.party_ids.erased_on)
        self.assertNotIn("Merel", str(case.message_ids.mapped("body")), "what was written before is erased too")
        self.assertFalse(case.activity_ids)
        self.assertIsNone(receipt._send_correction("Merel"))
        self.assertIn("Merel", str(case.message_ids.mapped("body")))
        self.assertTrue(case.activity_ids)


@tagged("post_install", "-at_install")
class TestReferralReceived(MediationCommon):
    """Whoever refers gets a mail that it arrived, without anything in it."""

    def mails(self, user):
        return self.env["mail.mail"].search(
            [("recipient_ids", "in", user.partner_id.ids), ("subject", "=", "We received your referral")]
        )

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_announce").method_direct_trigger()
        self.env.invalidate_all()

    def submit(self):
        before = self.mails(self.officer)
        receipt = self.env[RECEIPTS].with_user(self.officer)._submit(self._submission()).sudo()
        self.assertEqual(self.mails(self.officer), before, "whoever refers does not wait for it")
        return receipt

    def case_of(self, receipt):
        return self.env["buurtbemiddeling.case"].search([("referral_ids", "in", receipt.ids)])

    def test_mail_says_nothing(self):
        receipt = self.submit()
        self.run_job()
        mail = self.mails(self.officer)
        self.assertEqual(len(mail), 1)
        self.run_job()
        self.assertEqual(self.mails(self.officer), mail)
        self.assertIn("/my/referrals", mail.body_html)
        for words in (*CANARIES, "PL-2026-17", receipt.reference, self.noise.name):
            self.assertNotIn(words, f"{mail.subject} {mail.body_html} {mail.headers}")
        self.assertFalse(mail.res_id)
        self.assertFalse(self.env["mail.mail"].with_user(self.system_admin).search([("id", "=", mail.id)]))

    def test_once_where_it_is_put_with_another_case_at_once(self):
        target = self._self_report()
        report = self.case_of(self.submit())
        merge = self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator)
        merge.create({"case_id": report.id, "target_case_id": target.id}).action_merge()
        self.assertEqual(len(self.mails(self.officer)), 1)
        self.run_job()
        self.assertEqual(len(self.mails(self.officer)), 1)

    def test_one_for_each_receipt(self):
        """That two of one employee were put together shows in the number of mails as little as in their words."""
        target, report = (self.case_of(self.submit()) for _number in range(2))
        merge = self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator)
        merge.create({"case_id": report.id, "target_case_id": target.id}).action_merge()
        self.assertEqual(len(self.mails(self.officer)), 2)
        self.run_job()
        self.assertEqual(len(self.mails(self.officer)), 2)

    def test_staff_cannot_have_it_said_again(self):
        case = self.case_of(self.submit()).with_user(self.coordinator)
        self.run_job()
        for method, arguments in (("write", ()), ("web_save", ({},))):
            with self.subTest(method), self.assertRaises(UserError):
                getattr(case, method)({"is_to_be_announced": True}, *arguments)
        self.run_job()
        self.assertEqual(len(self.mails(self.officer)), 1)

    @mute_logger("odoo.addons.buurtbemiddeling_addon.models.case")
    def test_one_that_cannot_be_sent_stops_no_other(self):
        first, second = self.submit(), self.submit()
        send = type(first)._send_received

        def refuse(receipt):
            if receipt == first:
                raise ValueError
            send(receipt)

        with patch.object(type(first), "_send_received", refuse):
            self.run_job()
        self.assertEqual(len(self.mails(self.officer)), 1)
        self.assertEqual(
            (self.case_of(first) | self.case_of(second)).filtered("is_to_be_announced"), self.case_of(first)
        )
        self.run_job()
        self.assertEqual(len(self.mails(self.officer)), 2)

    def test_none_without_an_employee(self):
        receipt, _case = self._refer()
        before = self.env["mail.mail"].search_count([])
        self.env[RECEIPTS]._create_receipt(self.police, self.env["res.users"], "by telephone")._send_received()
        self.officer.active = False
        receipt._send_received()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
