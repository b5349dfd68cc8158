from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon

# GDPR art. 30(1) (b) to (g); transfers only where there are any.
ASKED_FOR = ("purpose", "legal_basis", "people", "data", "recipients", "terms", "measures")


@tagged("post_install", "-at_install")
class TestProcessing(MediationCommon):
    """The record of processing activities: who keeps it, and that it can be shown to the supervisor."""

    def setUp(self):
        super().setUp()
        self.activities = self.env["buurtbemiddeling.processing"]
        self.processor = self.env["buurtbemiddeling.processor"].create(
            {"name": "Host (test)", "service": "Hosting", "country": "Netherlands"}
        )

    def text(self, user):
        action = self.activities.with_user(user).action_print_register()
        reports = self.env["ir.actions.report"].with_user(user)
        html, _type = reports._render_qweb_html(action["report_name"], action["context"]["active_ids"])
        return html.decode()

    def test_shipped_activities_are_complete(self):
        shipped = self.activities.search([])
        self.assertGreater(len(shipped), 5)
        for activity in shipped:
            for name in ASKED_FOR:
                with self.subTest(activity.name, field=name):
                    self.assertTrue(activity[name])

    def test_the_manager_keeps_it_and_coordinators_read_it(self):
        for records in (self.activities.search([], limit=1), self.processor):
            self.assertTrue(records.with_user(self.coordinator).read(["name"]))
            with self.assertRaises(AccessError):
                records.with_user(self.coordinator).name = "Changed"
            with self.assertRaises(AccessError):
                records.with_user(self.coordinator).unlink()
            records.with_user(self.manager).name = "Changed"
            for user in (self.mediator, self.access_admin, self.officer, self.colleague, self.system_admin):
                with self.subTest(user.login, model=records._name), self.assertRaises(AccessError):
                    records.with_user(user).read(["name"])

    def test_of_another_organisation(self):
        (self.processor | self.processor.copy()).company_id = self.other_company
        theirs = self.activities.search([], limit=1)
        theirs.write({"company_id": self.other_company.id, "name": "Theirs (test)"})
        for records in (theirs, self.processor):
            with self.subTest(records._name), self.assertRaises(AccessError):
                records.with_user(self.manager).name = "Changed"
        self.assertNotIn("Theirs (test)", self.text(self.manager))
        self.assertNotIn("Host (test)", self.text(self.manager))
        self.assertIn("Theirs (test)", self.text(self.other_coordinator))

    def test_agreement_with_a_processor(self):
        today, day = fields.Date.today(), timedelta(days=1)
        for signed, until, is_valid in (
            (False, False, False),
            (today, False, True),
            (today, today, True),
            (today + day, False, False),
            (today - 2 * day, today - day, False),
            (False, today, False),
        ):
            with self.subTest(signed=signed, until=until):
                self.processor.write({"agreement_on": signed, "agreement_until": until})
                self.assertEqual(self.processor.is_agreement_valid, is_valid)

    def test_register_is_printed_for_the_organisation(self):
        self.env.company.write(
            {
                "name": "Stichting (test)",
                "mediation_privacy_officer": "F. Gegevens",
                "mediation_privacy_officer_contact": "fg@example.com",
                "mediation_joint_controllers": "Gemeente (test)",
                "mediation_unconfirmed_days": 17,
            }
        )
        self.activities.search([], limit=1).processor_ids = self.processor
        text = self.text(self.coordinator)
        for said in ("Stichting (test)", "F. Gegevens", "fg@example.com", "Gemeente (test)", "Host (test)", ">17<"):
            self.assertIn(said, text)
        self.assertIn("No valid agreement", text)
        for activity in self.activities.search([]):
            self.assertIn(activity.name, text)
        self.env.company.mediation_privacy_officer = False
        self.processor.agreement_on = fields.Date.today()
        text = self.text(self.coordinator)
        self.assertIn("Not filled in", text)
        self.assertNotIn("No valid agreement", text)

    def test_register_is_a_pdf(self):
        report = self.env.ref(f"{MODULE}.report_processing_action").with_user(self.manager)
        if report.get_wkhtmltopdf_state() == "install":
            self.skipTest("wkhtmltopdf is not installed")
        # It may miss a style sheet of Odoo, and says so.
        with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, _kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(
                report.report_name, self.activities.search([]).ids
            )
        self.assertTrue(content.startswith(b"%PDF"))
