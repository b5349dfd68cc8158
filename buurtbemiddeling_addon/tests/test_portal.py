import re

from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MediationCommon


@tagged("post_install", "-at_install")
class TestPortal(MediationCommon, HttpCase):
    """The pages, over HTTP, as the people who open them."""

    def page(self, login, url, **options):
        self.authenticate(login, login)
        return self.url_open(url, **options)

    def form(self, **values):
        """The fields of the form of a referrer with one person."""
        person = {f"{name}-0": value for name, value in self._person().items()}
        return {
            "csrf_token": Request.csrf_token(self),
            "complaint_type_id": str(self.noise.id),
            "description": "Zangerig",
            "organisation_reference": "PL-2026-17",
            "ticket": self.env["buurtbemiddeling.submission"].with_user(self.officer)._new_ticket(),
            "step": "submit",
            **person,
            **values,
        }

    def sign_in(self, login):
        """Fill in the sign-in page, as a browser does; return where it leads."""
        self.authenticate(None, None)
        form = {"csrf_token": Request.csrf_token(self), "login": login, "password": login.ljust(8, "x")}
        return self.url_open("/web/login", data=form)

    def test_sign_in(self):
        for login, place in (("officer", "/my"), ("coordinator_test", "/odoo"), ("other_coordinator", "/odoo")):
            answer = self.sign_in(login)
            self.assertEqual(answer.status_code, 200)
            self.assertIn(place, answer.url, login)

    def test_sign_in_with_a_second_factor(self):
        self.company.mediation_referrer_two_factor = True
        answer = self.sign_in("officer")
        self.assertIn("/web/login/totp", answer.url)
        self.assertIn("/odoo", self.sign_in("coordinator_test").url)

    def test_own_list_only(self):
        receipt, _case = self._refer()
        other, _case = self._refer(self.housing_employee, organisation_reference="WC-99")
        page = self.page("officer", "/my/referrals").text
        self.assertIn(receipt.reference, page)
        self.assertNotIn(other.reference, page)
        self.assertNotIn("WC-99", page)
        for canary in CANARIES:
            self.assertNotIn(canary, page)

    def test_refusal_is_the_same_for_missing_and_foreign(self):
        foreign, _case = self._refer(self.housing_employee)
        answers = [self.page("officer", f"/my/referrals/{code}") for code in (foreign.reference, "2222-2222")]
        self.assertEqual([answer.status_code for answer in answers], [404, 404])
        first, second = (
            answer.text.replace(code, "")
            for answer, code in zip(answers, (foreign.reference, "2222-2222"), strict=True)
        )
        self.assertEqual(self._without_tokens(first), self._without_tokens(second))

    def _without_tokens(self, text):
        return [line for line in text.splitlines() if "csrf_token" not in line and "registry_hash" not in line]

    def test_pages_are_for_referrers(self):
        receipt, _case = self._refer()
        for login in ("lone_portal_user", "colleague"):
            for url in ("/my/referrals", "/my/referrals/new", f"/my/referrals/{receipt.reference}"):
                self.assertEqual(self.page(login, url).status_code, 404, (login, url))
            self.assertNotIn("/my/referrals", self.page(login, "/my").text)
        self.assertIn("/my/referrals", self.page("officer", "/my").text)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/referrals").url)

    def test_submit_and_receipt(self):
        self.authenticate("officer", "officer")
        answer = self.url_open("/my/referrals/new", data=self.form())
        receipt = self.env["buurtbemiddeling.referral"].search([("organisation_id", "=", self.police.id)])
        self.assertEqual(len(receipt), 1)
        self.assertIn(f"/my/referrals/{receipt.reference}", answer.url)
        self.assertIn("PL-2026-17", answer.text)
        for canary in CANARIES:
            self.assertNotIn(canary, answer.text, "what was typed cannot be read back")

    def test_without_permission_the_form_comes_back_with_what_was_typed(self):
        self.authenticate("officer", "officer")
        form = self.form()
        del form["permission-0"]
        answer = self.url_open("/my/referrals/new", data=form)
        self.assertFalse(self.env["buurtbemiddeling.referral"].search([("organisation_id", "=", self.police.id)]))
        self.assertIn("permission", answer.text)
        self.assertIn("/buurtbemiddeling/melden", answer.text)
        for typed in ("Kanarievogel", "Vinkenpad", "Zangerig", "PL-2026-17", "2026-01-05"):
            self.assertIn(typed, answer.text)
        page = html.fromstring(answer.text)
        self.assertFalse(page.xpath("//input[@name='permission-0']/@checked"), "permission is never filled in for her")
        self.assertTrue(page.xpath("//input[@name='method-0'][@value='telephone']/@checked"))

    def test_add_and_remove_a_person_keep_what_was_typed(self):
        self.authenticate("officer", "officer")
        answer = self.url_open("/my/referrals/new", data=self.form(step="add")).text
        self.assertIn('name="name-1"', answer)
        self.assertIn("Kanarievogel", answer)
        second = {f"{name}-1": value for name, value in self._person(name="Buur").items()}
        answer = self.url_open("/my/referrals/new", data=self.form(step="remove-0", **second)).text
        self.assertIn("Buur", answer)
        self.assertNotIn("Kanarievogel", answer)

    def test_unknown_fields_and_markup_do_nothing(self):
        self.authenticate("officer", "officer")
        answer = self.url_open(
            "/my/referrals/new",
            data=self.form(
                **{"name-0": "<b>Kanarievogel</b>", "phone-0": "1" * 99, "case_id": "1", "step": "remove-7x"}
            ),
        )
        self.assertNotIn("<b>Kanarievogel</b>", answer.text)
        self.assertEqual(answer.status_code, 200)

    def test_markup_in_any_field_is_text(self):
        """What somebody types is shown as typed in every page and mail, never as markup or template."""
        markup = "<script>alert(1)</script>{{7*7}}<t t-out='7*7'/>"
        self.authenticate("officer", "officer")
        fields = {name: markup[:30] for name in self.form() if name not in ("csrf_token", "step")}
        page = self.url_open("/my/referrals/new", data={**self.form(), **fields}).text
        self.assertNotIn("<script>alert", page)
        self.assertIn("&lt;script&gt;alert", page)
        receipt, case = self._refer(organisation_reference=markup[:60], people=[self._person(name=markup)])
        report = self._self_report().party_ids[0]
        self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(
            {
                "party_id": report.id,
                "purpose": "disclosure",
                "organisation_id": self.police.id,
                "disclosed_name": markup,
            }
        )
        self.officer.name = f"Officer {markup}"
        self._take_up(case)
        for url in ("/my/referrals", f"/my/referrals/{receipt.reference}"):
            page = self.url_open(url).text
            self.assertNotIn("<script>alert", page)
            self.assertNotIn(">49<", page)
        mails = self.env["mail.mail"].search([("recipient_ids", "in", self.officer.partner_id.ids)])
        self.assertTrue(mails)
        for mail in mails:
            self.assertNotIn("<script>", f"{mail.body_html} {mail.subject}")
            # The address at which these mails are stopped has random characters.
            words = re.sub(r'href="[^"]*"', "", mail.body_html)
            self.assertNotIn("49", words.replace("{{7*7}}", ""))

    def test_headers(self):
        for login, url in (
            ("officer", "/my/referrals"),
            ("officer", "/my/referrals/new"),
            (None, "/buurtbemiddeling/melden"),
        ):
            answer = self.page(login, url)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")

    def test_an_employee_who_leaves_is_out_at_her_next_request(self):
        receipt, _case = self._refer()
        self.authenticate("officer", "officer")
        self.assertIn(receipt.reference, self.url_open("/my/referrals").text)
        self.officer.partner_id.parent_id = self.housing
        self.assertNotIn(receipt.reference, self.url_open("/my/referrals").text)
        self.officer.partner_id.parent_id = self.police
        self.officer.active = False
        answer = self.url_open("/my/referrals")
        self.assertIn("/web/login", answer.url)
        self.assertNotIn(receipt.reference, answer.text)

    def test_counter(self):
        self._refer()
        self._refer(self.housing_employee)
        self.authenticate("officer", "officer")
        answer = self.make_jsonrpc_request("/my/counters", {"counters": ["referral_count", "case_count"]})
        self.assertEqual(answer, {"referral_count": 1})
        self.authenticate("lone_portal_user", "lone_portal_user")
        self.assertEqual(
            self.make_jsonrpc_request("/my/counters", {"counters": ["referral_count"]}), {"referral_count": 0}
        )

    def test_queries_do_not_grow_with_the_list(self):
        self._refer()
        receipts = self.env["buurtbemiddeling.referral"].with_user(self.officer)
        counts = []
        for number in (0, 0, 30):
            for _index in range(number):
                self._refer()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipts.search([])._portal_values()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
