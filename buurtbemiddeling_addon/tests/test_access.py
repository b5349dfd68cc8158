from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon

HIDDEN_MODELS = ("case", "party", "consent")
LISTS = ("complaint.type", "area", "unsuitable.reason", "result", "referrer.type")
WIZARDS = ("case.end", "case.merge", "telephone.report")


@tagged("post_install", "-at_install")
class TestAccess(MediationCommon):
    """Who may know what, through the same dispatcher as every RPC door."""

    def setUp(self):
        super().setUp()
        self.receipt, self.case = self._refer(people=[self._person(), self._person(role="other_party", name="Buur")])
        self.other_receipt, self.other_case = self._refer(self.housing_employee)
        self.self_report = self._self_report()

    def rpc(self, user, model, method, *arguments, **keywords):
        self.env.flush_all()
        self.env.invalidate_all()
        with mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "odoo.models"):
            return call_kw(self.env[model].with_user(user), method, list(arguments), keywords)

    def records(self, model):
        cases = self.case | self.other_case | self.self_report
        return {"case": cases, "party": cases.party_ids, "consent": cases.party_ids.consent_ids}[model]

    def assertNothing(self, user, model, ids):
        for method, arguments in (
            ("search_read", [[]]),
            ("search_count", [[]]),
            ("read", [ids]),
            ("web_search_read", [[], {"display_name": {}}]),
            ("name_search", []),
            ("formatted_read_group", [[], [], ["__count"]]),
            ("export_data", [ids, ["reference"]]),
            ("create", [{}]),
            ("write", [ids, {}]),
            ("unlink", [ids]),
            ("copy", [ids]),
            ("onchange", [[], {}, [], {"display_name": {}}]),
        ):
            with self.subTest(user=user.login, model=model, method=method):
                self.assertRefused(user, model, method, *arguments)

    def assertRefused(self, user, model, method, *arguments, **keywords):
        """Odoo says no in its own ways; whichever it is, nothing came out."""
        try:
            with self.env.cr.savepoint():
                answer = self.rpc(user, model, method, *arguments, **keywords)
        except (UserError, ValueError):
            return
        self.fail(f"{user.login} got {answer} from {model}.{method}")

    def test_outsiders_have_no_right_on_the_file(self):
        for user in (
            self.officer,
            self.housing_employee,
            self.lone_portal_user,
            self.public_user,
            self.colleague,
            self.access_admin,
            self.system_admin,
        ):
            for model in HIDDEN_MODELS:
                self.assertNothing(user, f"buurtbemiddeling.{model}", self.records(model).ids)

    def test_outsiders_have_no_right_on_the_lists(self):
        for user in (self.officer, self.lone_portal_user, self.public_user, self.colleague, self.system_admin):
            for name in (*LISTS, *WIZARDS):
                with self.subTest(user=user.login, model=name), self.assertRaises(AccessError):
                    self.rpc(user, f"buurtbemiddeling.{name}", "search_read", [])

    def test_receipts_are_for_the_own_organisation(self):
        model = "buurtbemiddeling.referral"
        for user, expected in (
            (self.officer, self.receipt),
            (self.second_officer, self.receipt),
            (self.housing_employee, self.other_receipt),
        ):
            found = [row["id"] for row in self.rpc(user, model, "search_read", [])]
            self.assertEqual(found, expected.ids)
            other = (self.receipt | self.other_receipt) - expected
            self.assertFalse(self.rpc(user, model, "search", [("reference", "=", other.reference)]))
            self.assertFalse(self.rpc(user, model, "name_search", other.reference))
            for method, arguments in (
                ("write", [expected.ids, {"outcome": "resolved"}]),
                ("create", [{}]),
                ("unlink", [expected.ids]),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, model, method, *arguments)
        for user in (self.lone_portal_user, self.public_user, self.colleague, self.access_admin, self.mediator):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.rpc(user, model, "search_read", [])

    def test_foreign_and_missing_receipts_are_refused_alike(self):
        """Over RPC as in the pages: nothing tells a receipt of somebody else from one that does not exist."""
        model = "buurtbemiddeling.referral"
        missing = self.receipt.create(self.receipt.copy_data()[0])
        missing_id = missing.id
        missing.sudo().unlink()

        def answer(number, method, *arguments, **keywords):
            try:
                with self.env.cr.savepoint():
                    return repr(self.rpc(self.officer, model, method, [number], *arguments, **keywords))
            except (UserError, ValueError) as refusal:
                return f"{type(refusal).__name__}: {refusal}"

        for method, arguments in (
            ("read", [["reference"]]),
            ("read", []),
            ("web_read", [{"reference": {}, "organisation_id": {"fields": {"display_name": {}}}}]),
            ("exists", []),
            ("has_access", ["read"]),
            ("check_access", ["read"]),
            ("check_access", ["write"]),
            ("write", [{"outcome": "resolved"}]),
            ("unlink", []),
            ("copy", []),
            ("get_metadata", []),
            ("export_data", [["reference"]]),
            ("get_external_id", []),
            ("web_save", [{}, {"reference": {}}]),
        ):
            with self.subTest(method):
                foreign = answer(self.other_receipt.id, method, *arguments).replace(str(self.other_receipt.id), "ID")
                self.assertEqual(foreign, answer(missing_id, method, *arguments).replace(str(missing_id), "ID"))

    def test_referrer_finds_no_way_to_the_case(self):
        model = "buurtbemiddeling.referral"
        for domain in (
            [("case_ids", "!=", False)],
            [("case_id.description", "ilike", "Z")],
            [("create_uid", "!=", False)],
        ):
            with self.subTest(domain):
                self.assertRefused(self.officer, model, "search", domain)
        for order in ("case_id", "write_date"):
            with self.subTest(order):
                self.assertRefused(self.officer, model, "search", [], order=order)
        everything = self.rpc(self.officer, model, "search_read", [])
        everything.append(self.rpc(self.officer, model, "read", self.receipt.ids))
        for canary in CANARIES:
            self.assertNotIn(canary, str(everything))

    def test_underscore_methods_are_closed(self):
        for model, method in (
            ("referral", "_submit"),
            ("referral", "_publish"),
            ("referral", "_create_receipt"),
            ("case", "_report_herself"),
            ("case", "_create_from_outside"),
            ("case", "_publish_answers"),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                self.rpc(self.officer, f"buurtbemiddeling.{model}", method)

    def test_coordinator_sees_her_company_only(self):
        self.assertEqual(
            set(self.rpc(self.coordinator, "buurtbemiddeling.case", "search", [])) & set(self.records("case").ids),
            set(self.records("case").ids),
        )
        for model in HIDDEN_MODELS:
            self.assertFalse(self.rpc(self.other_coordinator, f"buurtbemiddeling.{model}", "search", []))
            ids = self.records(model).ids
            self.assertFalse(self.rpc(self.other_coordinator, f"buurtbemiddeling.{model}", "read", ids))
        self.assertFalse(self.rpc(self.other_coordinator, "buurtbemiddeling.referral", "search", []))

    def test_mediator_sees_assigned_open_cases_only(self):
        for model in HIDDEN_MODELS:
            self.assertFalse(self.rpc(self.mediator, f"buurtbemiddeling.{model}", "search", []))
        case = self._take_up(self.case)
        own = {"case": case, "party": case.party_ids, "consent": case.party_ids.consent_ids}
        for model in HIDDEN_MODELS:
            name = f"buurtbemiddeling.{model}"
            self.assertEqual(set(self.rpc(self.mediator, name, "search", [])), set(own[model].ids))
            self.assertFalse(self.rpc(self.unassigned_mediator, name, "search", []))
            self.assertFalse(self.rpc(self.unassigned_mediator, name, "read", own[model].ids))
            with self.assertRaises(AccessError):
                self.rpc(self.mediator, name, "write", own[model].ids, {"active": False})
        with self.assertRaises(AccessError):
            self.rpc(self.mediator, "buurtbemiddeling.case", "read", case.ids, ["referral_ids"])
        note = case.with_user(self.mediator).message_post(body="Zangerig", partner_ids=self.mediator.partner_id.ids)
        self.assertEqual(self.rpc(self.mediator, "mail.message", "search", [("id", "=", note.id)]), note.ids)
        self._end(case)
        self.assertFalse(self.rpc(self.mediator, "mail.message", "search", [("id", "=", note.id)]))
        self.assertRefused(self.mediator, "mail.message", "read", note.ids, ["body"])
        for model in HIDDEN_MODELS:
            self.assertFalse(self.rpc(self.mediator, f"buurtbemiddeling.{model}", "search", []))
        self.assertFalse(self.rpc(self.unassigned_mediator, "mail.message", "search", [("id", "=", note.id)]))

    def test_mediator_loses_the_case_when_taken_off(self):
        case = self._take_up(self.case)
        case.mediator_ids = self.second_mediator | self.unassigned_mediator
        self.assertFalse(self.rpc(self.mediator, "buurtbemiddeling.case", "search", []))

    def test_messages_of_the_case_are_hidden(self):
        message = self.case.with_user(self.coordinator).message_post(body="Zangerig")
        for user in (self.officer, self.lone_portal_user, self.colleague, self.access_admin, self.unassigned_mediator):
            with self.subTest(user.login):
                found = self.rpc(user, "mail.message", "search", [("id", "in", self.case.message_ids.ids)])
                self.assertFalse(found)
                with self.assertRaises(AccessError):
                    self.rpc(user, "mail.message", "read", message.ids, ["body"])

    def test_attachments_of_the_case_are_hidden(self):
        attachment = self.env["ir.attachment"].create(
            {"name": "Kanarievogel", "raw": b"Zangerig", "res_model": "buurtbemiddeling.case", "res_id": self.case.id}
        )
        for user in (self.officer, self.colleague, self.access_admin, self.system_admin, self.unassigned_mediator):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.rpc(user, "ir.attachment", "read", attachment.ids, ["name", "raw"])
        self.assertTrue(self.rpc(self.coordinator, "ir.attachment", "read", attachment.ids, ["name"]))

    def test_display_names_are_opaque(self):
        """Odoo shows display names of records that the user cannot read, under sudo: then they tell nothing."""
        party = self.case.party_ids[0]
        for user in (self.officer, self.colleague, self.access_admin, self.unassigned_mediator, self.other_coordinator):
            for record in (self.case, party, party.consent_ids):
                self.env.invalidate_all()
                self.assertEqual(record.with_user(user).sudo().display_name, record.reference)
                formatted = record.with_user(user).sudo().with_context(formatted_display_name=True)
                self.assertEqual(formatted.display_name, record.reference)
        self.env.invalidate_all()
        case = self.case.with_user(self.coordinator)
        self.assertEqual(case.display_name, case.reference, "it is mailed")
        self.assertIn("Kanarievogel", case.with_context(formatted_display_name=True).display_name)
        self.assertEqual(party.with_user(self.coordinator).display_name, "Kanarievogel")
        self.assertEqual(party.with_user(self.coordinator).sudo().display_name, "Kanarievogel")

    def test_residents_are_no_contacts(self):
        self.assertFalse(
            self.env["res.partner"].with_context(active_test=False).search([("name", "ilike", "Kanarievogel")])
        )
        self.assertFalse(self.env["res.partner"].search([("email", "=", "kanarie@example.com")]))

    def test_self_report_changes_nothing_for_an_institution(self):
        """The world with a self-report answers an institution exactly as the world without it."""

        def everything():
            return [
                self.rpc(user, "buurtbemiddeling.referral", method, *arguments)
                for user in (self.housing_employee, self.officer)
                for method, arguments in (
                    ("search_read", [[]]),
                    ("search_count", [[]]),
                    ("formatted_read_group", [[], ["organisation_id"], ["__count", "id:max"]]),
                )
            ]

        before = everything()
        self._self_report().party_ids[0].landlord_id = self.housing
        self.assertEqual(everything(), before)

    def test_access_administrator_has_no_case(self):
        with self.assertRaises(ValidationError):
            self.access_admin.group_ids = [(4, self.env.ref(f"{MODULE}.group_coordinator").id)]
        with self.assertRaises(ValidationError):
            self.env.ref(f"{MODULE}.group_mediator").user_ids = [(4, self.access_admin.id)]

    def test_access_administrator_gives_portal_access(self):
        organisation = (
            self.env["res.partner"].with_user(self.access_admin).create({"name": "New (test)", "is_company": True})
        )
        organisation.write(
            {"is_referrer": True, "referrer_type_id": self.env.ref(f"{MODULE}.referrer_type_social_work").id}
        )
        employees = (
            self.env["res.partner"]
            .with_user(self.access_admin)
            .create(
                [
                    {
                        "name": f"Employee {number}",
                        "email": f"employee{number}@example.com",
                        "parent_id": organisation.id,
                    }
                    for number in (1, 2)
                ]
            )
        )
        action = organisation.action_open_portal_accounts()
        wizard = self.env["portal.wizard"].with_user(self.access_admin).browse(action["res_id"])
        self.assertEqual(wizard.user_ids.partner_id, employees)
        for line in wizard.user_ids:
            line.action_grant_access()
        accounts = employees.sudo().user_ids
        self.assertEqual(len(accounts), 2)
        for account in accounts:
            self.assertTrue(account.has_group(f"{MODULE}.group_referrer"))
            self.assertTrue(account._is_portal())
        receipt, _case = self._refer(accounts[0])
        self.assertEqual(receipt.organisation_id, organisation)
        wizard.user_ids[0].action_revoke_access()
        self.assertFalse(accounts[0].active)
        self.assertFalse(accounts[0].has_group(f"{MODULE}.group_referrer"))
        with self.assertRaises(AccessError):
            self._refer(accounts[0])

    def test_portal_account_of_another_company_is_no_referrer(self):
        company = self.env["res.partner"].create({"name": "Plain (test)", "is_company": True})
        employee = self.env["res.partner"].create({"name": "E", "email": "e@example.com", "parent_id": company.id})
        wizard = self.env["portal.wizard"].with_user(self.access_admin).create({"partner_ids": [(6, 0, employee.ids)]})
        wizard.user_ids.action_grant_access()
        self.assertFalse(employee.user_ids.has_group(f"{MODULE}.group_referrer"))

    def test_menus(self):
        for user, visible in (
            (self.coordinator, True),
            (self.mediator, True),
            (self.access_admin, True),
            (self.colleague, False),
            (self.system_admin, False),
        ):
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            self.assertEqual(self.env.ref(f"{MODULE}.menu_root").id in menus, visible, user.login)
            shown = self.env.ref(f"{MODULE}.menu_case_all").id in menus
            self.assertEqual(shown, user == self.coordinator, user.login)

    def test_roles_are_shown_to_the_access_administrator(self):
        row = self.rpc(self.access_admin, "res.users", "read", self.officer.ids, ["mediation_role"])
        self.assertEqual(row[0]["mediation_role"], "Referrer")
