from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon


@tagged("post_install", "-at_install")
class TestAccessLog(MediationCommon, HttpCase):
    def setUp(self):
        super().setUp()
        _receipt, self.case = self._refer()
        self.party = self.case.party_ids
        self.consent = self.party.consent_ids
        self.env.flush_all()

    def call(self, user, model, method, *arguments, **keywords):
        return call_kw(self.env[model].with_user(user), method, list(arguments), keywords)

    def rows(self, user):
        self.env.invalidate_all()
        rows = self.env["buurtbemiddeling.access.log"].search([("user_id", "=", user.id)])
        return [(row.how, row.kind, row.record_reference) for row in rows.sorted("id")]

    def test_opening_a_form(self):
        for record, kind in ((self.case, "case"), (self.party, "party"), (self.consent, "consent")):
            self.call(self.coordinator, record._name, "web_read", record.ids, {"reference": {}})
            self.assertEqual(self.rows(self.coordinator)[-1], ("form", kind, record.reference))

    def test_people_in_the_form_of_a_case(self):
        self.call(
            self.coordinator,
            self.case._name,
            "web_read",
            self.case.ids,
            {"description": {}, "party_ids": {"fields": {"name": {}}}},
        )
        self.assertEqual(
            set(self.rows(self.coordinator)),
            {("form", "case", self.case.reference), ("form", "party", self.party.reference)},
        )

    def test_parts_in_the_form_of_a_case(self):
        case = self._take_up(self.case)
        case.session_ids.create([{"case_id": case.id, "start": "2026-01-05 10:00:00"}] * 2)
        case.agreement_ids.create({"case_id": case.id})
        shown = {name: {"fields": {"reference": {}}} for name in ("session_ids", "agreement_ids")}
        self.call(self.mediator, case._name, "web_read", case.ids, {"description": {}, **shown})
        opened = ("form", "case", case.reference)
        self.assertEqual(self.rows(self.mediator), [opened], "once, with all its parts")
        self.call(self.second_mediator, "buurtbemiddeling.session", "read", case.session_ids.ids, ["start"])
        self.assertEqual(self.rows(self.second_mediator), [opened], "each user for herself")

    def test_remote_reading(self):
        self.call(self.coordinator, self.party._name, "read", self.party.ids, ["name"])
        self.call(self.coordinator, self.party._name, "search_read", [("id", "in", self.party.ids)], ["name"])
        self.assertEqual(
            self.rows(self.coordinator),
            [("form", "party", self.party.reference), ("list", "party", self.party.reference)],
        )

    def test_lists_once_a_day(self):
        for _number in range(3):
            self.call(self.coordinator, self.case._name, "web_search_read", [("id", "=", self.case.id)], {"stage": {}})
            self.call(
                self.coordinator,
                self.case._name,
                "web_read_group",
                [("id", "=", self.case.id)],
                ["stage"],
                [],
                auto_unfold=True,
                unfold_read_specification={"reference": {}},
            )
        self.assertEqual(self.rows(self.coordinator), [("list", "case", self.case.reference)])

    def test_the_door_is_not_in_the_context(self):
        records = self.env[self.case._name].with_user(self.coordinator)
        call_kw(records, "web_read", [self.case.ids, {"stage": {}}], {"context": {"buurtbemiddeling_door": "list"}})
        self.assertEqual(self.rows(self.coordinator), [("form", "case", self.case.reference)])

    def test_export_and_copy(self):
        self.coordinator.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        self.call(self.coordinator, self.party._name, "export_data", self.party.ids, ["name"])
        self.call(self.coordinator, self.party._name, "copy_data", self.party.ids)
        self.assertEqual(self.rows(self.coordinator), [("export", "party", self.party.reference)] * 2)

    def test_report(self):
        view = self.env["ir.ui.view"].create(
            {"name": "r", "type": "qweb", "key": f"{MODULE}.r", "arch": "<t t-name='r'><p t-out='docs.reference'/></t>"}
        )
        report = self.env["ir.actions.report"].create(
            {"name": "r", "model": self.case._name, "report_type": "qweb-html", "report_name": view.key}
        )
        self.env["ir.actions.report"].with_user(self.coordinator)._render_qweb_html(report, self.case.ids)
        self.assertIn(("report", "case", self.case.reference), self.rows(self.coordinator))

    def test_attachment(self):
        attachment = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"text", "res_model": self.case._name, "res_id": self.case.id}
        )
        self.call(self.coordinator, "ir.attachment", "read", attachment.ids, ["name"])
        self.assertFalse(self.rows(self.coordinator))
        self.call(self.coordinator, "ir.attachment", "read", attachment.ids, ["raw"])
        self.assertEqual(self.rows(self.coordinator), [("attachment", "case", self.case.reference)])
        self.authenticate("coordinator_test", "coordinator_test")
        self.assertEqual(self.url_open(f"/web/content/{attachment.id}").text, "text")
        self.assertEqual(len(self.rows(self.coordinator)), 2)

    def test_refused_reading_leaves_no_trace_of_reading(self):
        for user in (self.colleague, self.officer):
            with self.assertRaises(AccessError):
                self.call(user, self.case._name, "read", self.case.ids)
            self.assertFalse(self.rows(user))
        self.assertFalse(self.call(self.unassigned_mediator, self.case._name, "read", self.case.ids))
        self.assertFalse(self.rows(self.unassigned_mediator))

    def test_a_form_that_is_not_saved_yet(self):
        records = self.env[self.case._name].with_user(self.coordinator)
        call_kw(records, "onchange", [[], {}, [], {"reference": {}, "party_ids": {"fields": {"name": {}}}}], {})
        self.env[self.consent._name].with_user(self.coordinator).new({"party_id": self.party.id}).web_read(
            {"party_id": {}}
        )
        self.assertFalse(self.rows(self.coordinator))

    def test_no_values(self):
        self.call(self.coordinator, self.party._name, "read", self.party.ids)
        self.env.cr.execute("SELECT * FROM buurtbemiddeling_access_log")
        rows = str(self.env.cr.fetchall())
        for canary in CANARIES:
            self.assertNotIn(canary, rows)

    def test_append_only_for_everybody(self):
        self.call(self.coordinator, self.party._name, "read", self.party.ids)
        rows = self.env["buurtbemiddeling.access.log"].search([("user_id", "=", self.coordinator.id)])
        for records in (rows, rows.sudo(), rows.with_user(self.manager), rows.with_user(self.system_admin)):
            for action in (
                lambda records: records.write({"user_id": self.manager.id}),
                lambda records: records.unlink(),
            ):
                with self.assertRaises(UserError):
                    action(records)
            if not records.env.su:
                with self.assertRaises(AccessError):
                    records.create({})

    def test_the_manager_reads_it(self):
        self.call(self.coordinator, self.party._name, "read", self.party.ids)
        domain = [("case_id", "=", self.case.id)]
        found = self.call(self.manager, "buurtbemiddeling.access.log", "search_read", domain, ["user_id"])
        self.assertEqual(found[0]["user_id"][0], self.coordinator.id)
        for user in (
            self.coordinator,
            self.mediator,
            self.access_admin,
            self.system_admin,
            self.officer,
            self.colleague,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.call(user, "buurtbemiddeling.access.log", "search_read", domain)
        self.other_coordinator.group_ids = [Command.link(self.env.ref(f"{MODULE}.group_manager").id)]
        self.assertFalse(self.call(self.other_coordinator, "buurtbemiddeling.access.log", "search_read", domain))

    def test_giving_and_taking_a_role(self):
        group = self.env.ref(f"{MODULE}.group_mediator")
        log = self.env["buurtbemiddeling.access.log"]

        def last(subject):
            return log.search([("subject_id", "=", subject.id), ("group_id", "=", group.id)], limit=1).how

        self.colleague.group_ids = [Command.link(group.id)]
        self.assertEqual(last(self.colleague), "granted")
        group.user_ids = [Command.unlink(self.colleague.id)]
        self.assertEqual(last(self.colleague), "revoked")
        self.assertEqual(last(self.coordinator), "granted", "also by way of another group, and for a new user")
        before = log.search_count([])
        self.colleague.name = "Colleague"
        self.assertEqual(log.search_count([]), before)

    def test_cost_on_a_list_does_not_grow(self):
        cases = self.env[self.case._name].with_user(self.coordinator)
        self.assertQueriesDoNotGrow(self._self_report, lambda: cases.web_search_read([], {"stage": {}}))
