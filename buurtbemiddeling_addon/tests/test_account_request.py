from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import Request
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.controllers.referral_organisation import PAGE, REQUESTS_PER_HOUR
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE
from odoo.addons.buurtbemiddeling_addon.tests.test_referral_list import ReferrerCase

REQUESTS = "buurtbemiddeling.account.request"


@tagged("post_install", "-at_install")
class TestAccountRequest(ReferrerCase):
    """A contact person asks for accounts; the access administrator decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.police.referral_contact_ids = cls.officer.partner_id

    def ask(self, email="Merel@Police.example", name="Merel", **values):
        """Ask as the contact person; return the request, as the access administrator."""
        requests = self.env[REQUESTS]
        requests.with_user(self.officer)._ask({"name": name, "email": email, **values})
        return requests.with_user(self.access_admin).search([], limit=1)

    def send(self, **form):
        values = {"step": "account", "name": "Merel", "email": "merel@police.example", "ticket": self.ticket(PAGE)}
        return self.post(PAGE, **{**values, **form})

    def asked(self):
        return self.env[REQUESTS].search([("organisation_id", "=", self.police.id)])

    def to_do(self):
        kind = self.env.ref(f"{MODULE}.activity_type_account_request")
        return self.police.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------
    def test_the_page_is_for_contact_persons(self):
        for login in ("second_officer", "housing_employee", "lone_portal_user", "access_admin_test"):
            self.assertEqual(self.page(login, PAGE).status_code, 404, login)
            for step in ("account", "visibility"):
                answer = self.post(PAGE, step=step, own_only="1", name="Merel", email="merel@police.example")
                self.assertEqual(answer.status_code, 404)
        self.assertNotIn(PAGE, self.page("second_officer", "/my/referrals").text)
        self.assertIn(PAGE, self.page("officer", "/my/referrals").text)
        self.assertIn(self.police.name, self.url_open(PAGE).text)
        self.assertFalse(self.asked() or self.police.referrals_own_only)
        for user in (self.second_officer, self.housing_employee, self.coordinator, self.public_user):
            with self.assertRaises(AccessError):
                self.env[REQUESTS].with_user(user)._ask({"name": "x", "email": "x@example.com"})
            with self.assertRaises(AccessError):
                self.env[REQUESTS].with_user(user)._portal_values()
            with self.assertRaises(AccessError):
                self.env["res.partner"].with_user(user)._set_referrals_own_only(True)

    def test_a_contact_person_who_may_not_refer_any_more(self):
        self.officer.group_ids = [
            Command.unlink(self.env.ref(f"{MODULE}.group_referrer").id),
            Command.link(self.env.ref("base.group_portal").id),
        ]
        self.assertEqual(self.page("officer", PAGE).status_code, 404)
        self.officer.group_ids = [Command.link(self.env.ref(f"{MODULE}.group_referrer").id)]
        self.assertEqual(self.page("officer", PAGE).status_code, 200)
        self.police.is_referrer = False
        self.assertEqual(self.page("officer", PAGE).status_code, 404)

    def test_ask(self):
        self.authenticate("officer", "officer")
        answer = self.send(email=" MEREL@police.example ", state="approved", company_id="99", organisation_id="1")
        self.assertIn("Your request has been sent", answer.text)
        self.assertIn("merel@police.example", answer.text)
        request = self.asked()
        self.assertEqual((request.name, request.email, request.state), ("Merel", "merel@police.example", "asked"))
        self.assertEqual((request.asked_by_id, request.company_id), (self.officer, self.company))
        self.assertIn(self.access_admin, self.to_do().user_id)
        self.assertNotIn("Merel", str(self.to_do().mapped("note") + self.to_do().mapped("summary")))
        self.send(email="second@police.example")
        self.assertEqual(len(self.to_do().user_id), len(self.to_do()), "one reminder for each administrator")
        self.assertFalse(self.env["res.users"].search([("login", "like", "merel")]))

    def test_once(self):
        self.authenticate("officer", "officer")
        ticket = self.ticket(PAGE)
        answers = [self.send(ticket=ticket) for _number in range(3)]
        self.assertIn("Your request has been sent", answers[2].text)
        self.assertEqual(len(self.asked()), 1)
        answer = self.send()
        self.assertIn("already asked for an account with this address", answer.text)
        self.assertEqual(len(self.asked()), 1)
        self.asked().with_user(self.access_admin).action_refuse()
        self.send()
        self.assertEqual(len(self.asked()), 2)

    def test_errors(self):
        self.authenticate("officer", "officer")
        for form, words in (
            ({"name": ""}, "Please give the name"),
            ({"email": ""}, "Please give one complete e-mail address"),
            ({"email": "merel"}, "Please give one complete e-mail address"),
            ({"email": "a@police.example, b@police.example"}, "Please give one complete e-mail address"),
            ({"email": "a" * 200 + "@police.example"}, "This is too long"),
            ({"name": "a" * 5000}, "This is too long"),
            ({"email": "second_officer"}, "Please give one complete e-mail address"),
            ({"email": "merel@police"}, "This e-mail address is not complete"),
            ({"ticket": "x"}, "open for too long"),
        ):
            answer = self.send(**form)
            self.assertIn(words, answer.text)
            self.assertIn("Not sent yet", answer.text)
            self.assertIn('value="Merel"' if "name" not in form else "police.example", answer.text)
        form = {"csrf_token": Request.csrf_token(self), "step": "account", "ticket": self.ticket(PAGE)}
        answer = self.url_open(PAGE, data=form, files={"name": ("a", b"x"), "email": ("a", b"x")})
        self.assertIn("Please give the name", answer.text)
        self.assertFalse(self.asked())
        answer = self.send(name="<script>alert(1)</script>{{7*7}}")
        self.assertNotIn("<script>alert", answer.text)
        for form in ({"step": "x"}, {"step": "visibility", "own_only": "2"}, {"step": ""}):
            self.assertEqual(self.post(PAGE, **form).status_code, 200)
        self.assertFalse(self.police.referrals_own_only)
        with self.assertRaises(ValidationError):
            self.ask(email="no")

    def test_not_more_than_a_few_an_hour(self):
        self.authenticate("officer", "officer")
        for number in range(REQUESTS_PER_HOUR + 1):
            answer = self.send(email=f"merel{number}@police.example")
        self.assertEqual(len(self.asked()), REQUESTS_PER_HOUR)
        self.assertIn("You sent a lot in this hour", answer.text)

    def test_nothing_is_told_about_others(self):
        """Whether an address is known elsewhere cannot be found out by asking."""
        self.housing_employee.login = self.housing_employee.email
        self.authenticate("officer", "officer")
        self.assertIn("Your request has been sent", self.send(email=self.housing_employee.email).text)
        self.assertIn("Your request has been sent", self.send(email=self.access_admin.email).text)
        self.second_officer.login = self.second_officer.email
        self.assertIn("This colleague already has an account", self.send(email=self.second_officer.email).text)
        self.housing.referral_contact_ids = self.housing_employee.partner_id
        self.housing_employee.login = "housing_employee"
        self.assertNotIn("second_officer", self.page("housing_employee", PAGE).text)

    def test_withdraw(self):
        own, other = self.ask(), self.ask("b@police.example")
        other.sudo().asked_by_id = self.second_officer
        self.housing.referral_contact_ids = self.housing_employee.partner_id
        self.env[REQUESTS].with_user(self.housing_employee)._ask({"name": "K", "email": "k@housing.example"})
        foreign = self.env[REQUESTS].search([("organisation_id", "=", self.housing.id)])
        self.authenticate("officer", "officer")
        shown = html.fromstring(self.url_open(PAGE).text).xpath("//input[@name='reference']/@value")
        self.assertEqual(shown, [own.reference], "only what she asked herself")
        for reference in (other.reference, foreign.reference, "", "%", "x" * 5000):
            answer = self.post(PAGE, step="withdraw", reference=reference)
            self.assertNotIn("has been withdrawn", answer.text)
        form = {"csrf_token": Request.csrf_token(self), "step": "withdraw"}
        self.assertEqual(self.url_open(PAGE, data=form, files={"reference": ("a", b"x")}).status_code, 200)
        self.assertTrue(own.exists() and other.exists() and foreign.exists())
        [reference] = shown
        self.assertIn("has been withdrawn", self.post(PAGE, step="withdraw", reference=reference).text)
        self.assertNotIn("has been withdrawn", self.post(PAGE, step="withdraw", reference=reference).text)
        self.env.invalidate_all()
        self.assertFalse(own.exists())
        self.assertTrue(self.to_do(), "another one waits")
        other.sudo().asked_by_id = self.officer
        self.post(PAGE, step="withdraw", reference=other.reference)
        self.env.invalidate_all()
        self.assertFalse(self.to_do())
        decided = self.ask()
        decided.action_refuse()
        self.post(PAGE, step="withdraw", reference=decided.reference)
        self.assertTrue(decided.exists())
        with self.assertRaises(AccessError):
            self.env[REQUESTS].with_user(self.second_officer)._withdraw(foreign.reference)

    def test_choose_what_employees_see(self):
        self.authenticate("officer", "officer")
        for choice in ("1", "0"):
            answer = self.post(PAGE, step="visibility", own_only=choice)
            self.assertIn("Your choice has been saved", answer.text)
            self.assertEqual(self.police.referrals_own_only, choice == "1")
        self.assertFalse(self.housing.referrals_own_only)

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------
    def test_approve(self):
        request = self.ask()
        told = request.action_approve()["params"]["message"]
        self.assertEqual(told, "Account made. Merel gets an invitation at merel@police.example.")
        user = self.env["res.users"].search([("login", "=", "merel@police.example")])
        self.assertEqual((user.name, user.partner_id.parent_id), ("Merel", self.police))
        self.assertTrue(user.has_group(f"{MODULE}.group_referrer") and user.share)
        self.assertTrue(user.partner_id.signup_type, "there is an invitation")
        self.assertEqual((request.state, request.decided_by_id), ("approved", self.access_admin))
        self.assertTrue(request.decided_on)
        self.assertFalse(self.to_do())
        logged = self.env["buurtbemiddeling.access.log"].search([("subject_id", "=", user.id)])
        self.assertEqual((logged.how, logged.user_id), ("granted", self.access_admin))
        self.assertIn("Account made", self.page("officer", PAGE).text)
        self._refer(user)
        with self.assertRaises(UserError):
            request.action_approve()
        with self.assertRaises(UserError):
            request.action_refuse()

    def test_refuse(self):
        request, waiting = self.ask(), self.ask("b@police.example")
        self.assertTrue(self.to_do())
        request.action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertTrue(self.to_do(), "another one waits")
        waiting.action_refuse()
        self.assertFalse(self.to_do())
        self.assertFalse(self.env["res.users"].search([("login", "=", "merel@police.example")]))
        self.assertIn("Not approved", self.page("officer", PAGE).text)

    def test_somebody_who_is_known_in_the_organisation(self):
        contact = self.env["res.partner"].create(
            {"name": "M.", "email": "Merel@police.example", "parent_id": self.police.id}
        )
        request = self.ask()
        request.action_approve()
        self.assertTrue(contact.user_ids.has_group(f"{MODULE}.group_referrer"))
        wizard = self.env["portal.wizard"].with_user(self.access_admin)
        wizard.create({"partner_ids": [Command.set(contact.ids)]}).user_ids.action_revoke_access()
        self.assertFalse(contact.user_ids.active)
        self.ask().action_approve()
        [user] = contact.with_context(active_test=False).user_ids
        self.assertTrue(user.active and user.has_group(f"{MODULE}.group_referrer"))
        user.group_ids = [
            Command.unlink(self.env.ref(f"{MODULE}.group_referrer").id),
            Command.link(self.env.ref("base.group_portal").id),
        ]
        told = self.ask().action_approve()["params"]["message"]
        self.assertEqual(told, "Merel had an account, and can refer with it now.")
        self.assertTrue(user.has_group(f"{MODULE}.group_referrer"))
        self.assertEqual(self.env["res.partner"].search_count([("email_normalized", "=", "merel@police.example")]), 1)

    def test_somebody_who_is_known_elsewhere(self):
        contact = self.env["res.partner"].create(
            {"name": "M.", "email": "merel@police.example", "parent_id": self.housing.id}
        )
        request = self.ask()
        with self.assertRaisesRegex(UserError, "outside Police"):
            request.action_approve()
        contact.write({"parent_id": False, "email": False})
        self.lone_portal_user.login = "merel@police.example"
        with self.assertRaisesRegex(UserError, "outside Police"):
            request.action_approve()
        self.lone_portal_user.login = "lone"
        request.action_approve()
        with self.assertRaisesRegex(UserError, "a member of staff"):
            self.ask(self.coordinator.email).action_approve()

    def test_the_address_of_the_organisation_itself(self):
        self.police.email = "merel@police.example"
        self.ask().action_approve()
        user = self.env["res.users"].search([("login", "=", "merel@police.example")])
        self.assertEqual(user.partner_id.parent_id, self.police)

    def test_only_the_access_administrator_decides(self):
        request = self.ask()
        other = self._staff("other_access_admin", "group_access_admin")
        other.write({"company_id": self.other_company.id, "company_ids": [Command.set(self.other_company.ids)]})
        for user in (self.officer, self.coordinator, self.manager, self.system_admin, self.colleague, other):
            self.assertFalse(
                self.env[REQUESTS].with_user(user).has_access("read") and self.env[REQUESTS].with_user(user).search([])
            )
            for method in ("action_approve", "action_refuse"):
                with self.assertRaises(AccessError):
                    getattr(request.with_user(user), method)()
        for values in ({"state": "approved"}, {"email": "other@example.com"}):
            with self.assertRaises(AccessError):
                request.write(values)
        with self.assertRaises(AccessError):
            request.unlink()
        self.assertFalse(self.env["buurtbemiddeling.case"].with_user(self.access_admin).has_access("read"))

    # ------------------------------------------------------------------
    # Contact persons
    # ------------------------------------------------------------------
    def test_contact_persons_are_employees(self):
        for contact in (self.housing_employee.partner_id, self.lone_portal_user.partner_id, self.police):
            with self.assertRaises(ValidationError):
                self.police.referral_contact_ids = contact
        self.police.with_user(self.access_admin).referral_contact_ids = self.second_officer.partner_id
        for user in (self.coordinator, self.system_admin, self.officer):
            with self.assertRaises(AccessError):
                self.police.with_user(user).referral_contact_ids = self.officer.partner_id
            with self.assertRaises(AccessError):
                self.police.with_user(user).referrals_own_only = True
