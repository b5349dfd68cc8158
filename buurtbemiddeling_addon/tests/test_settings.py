from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon


@tagged("post_install", "-at_install")
class TestSettings(MediationCommon):
    """A manager sets the terms and rules of her own organisation, and nothing else of it."""

    def settings(self, user=None, **context):
        settings = self.env["buurtbemiddeling.settings"].with_user(user or self.manager).with_context(**context)
        return settings.browse(settings.action_open()["res_id"])

    def test_a_manager_sets_terms_and_rules(self):
        settings = self.settings()
        self.assertEqual(settings.mediation_keep_case, self.company.mediation_keep_case)
        settings.write({"mediation_keep_case": 12, "mediation_window": "left", "mediation_conflict_area": False})
        self.assertEqual(settings.mediation_keep_case, 12)
        self.assertEqual(self.company.mediation_keep_case, 12)
        self.assertEqual(self.company.mediation_window, "left")
        self.assertFalse(self.company.mediation_conflict_area)
        self.assertEqual(self.company.mediation_kept_shorter_on, fields.Date.today(), "nothing goes for a week")
        self.assertEqual(self.company.write_uid, self.manager)

    def test_only_what_was_changed_is_written(self):
        """So that two who have it open do not put back each other's terms."""
        before = self.company.mediation_keep_letters
        first, second = self.settings(), self.settings()
        first.mediation_keep_case = 30
        second.mediation_reminder_days = 3
        self.assertEqual((self.company.mediation_keep_case, self.company.mediation_reminder_days), (30, 3))
        with self.assertRaises(AccessError):
            self.settings(default_mediation_keep_letters=3)
        self.env["buurtbemiddeling.settings"].with_user(self.manager).create({"mediation_keep_letters": 3})
        self.assertEqual(self.company.mediation_keep_letters, before)

    def test_nothing_else_of_the_company(self):
        name = self.company.name
        self.settings().write({"name": "Other", "email": "x@example.com", "mediation_referrer_two_factor": True})
        self.settings().write({"mediation_kept_shorter_on": "2020-01-01", "company_id": self.other_company.id})
        self.assertEqual(self.company.name, name)
        self.assertNotEqual(self.company.email, "x@example.com")
        self.assertFalse(self.company.mediation_referrer_two_factor)
        self.assertFalse(self.company.mediation_kept_shorter_on)

    def test_of_the_own_organisation_only(self):
        before = self.other_company.mediation_keep_case
        self.settings().write({"company_id": self.other_company.id, "mediation_keep_case": 6})
        self.settings(default_company_id=self.other_company.id).mediation_keep_case = 7
        self.assertEqual(self.other_company.mediation_keep_case, before)
        self.assertEqual(self.company.mediation_keep_case, 7)
        with self.assertRaises(AccessError):
            self.settings(allowed_company_ids=self.other_company.ids).mediation_keep_case = 8
        self.manager.company_ids = [Command.link(self.other_company.id)]
        self.settings(allowed_company_ids=self.other_company.ids).mediation_keep_case = 9
        self.assertEqual((self.company.mediation_keep_case, self.other_company.mediation_keep_case), (7, 9))

    def test_bounds(self):
        """A term past the end of the calendar would stop the daily jobs of all organisations."""
        for name, least, most in (
            ("keep_case", 1, 240),
            *((f"{name}_days", least, 366) for name, least in (("unconfirmed", 1), ("reminder", 0), ("link", 1))),
            *((f"days_{step}", 1, 366) for step in ("reported", "intake", "first_talk", "second_talk", "mediation")),
            ("aftercare_weeks", 1, 52),
            ("ask_again_months", 0, 24),
        ):
            for value in (least, most):
                self.settings()[f"mediation_{name}"] = value
            self.company.flush_recordset()
            self.refuse({f"mediation_{name}": least - 1})
            self.refuse({f"mediation_{name}": most + 1})
        with self.assertRaises(ValidationError):
            self.settings().mediation_exit_url = "javascript:alert(1)"

    def refuse(self, values):
        with (
            self.subTest(values),
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.settings().write(values)
            self.company.flush_recordset()
        self.env.invalidate_all()

    def test_for_managers(self):
        settings = self.settings()
        for user in (
            *(self.coordinator, self.mediator, self.access_admin, self.officer, self.colleague),
            *(self.lone_portal_user, self.public_user, self.system_admin, self.other_coordinator),
        ):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.settings(user)
                with self.assertRaises(AccessError):
                    settings.with_user(user).write({"mediation_keep_case": 1})
                with self.assertRaises(AccessError):
                    settings.with_user(user).browse().write({"mediation_keep_case": 1})
        self.assertEqual(self.company.mediation_keep_case, 24)


@tagged("post_install", "-at_install")
class TestSettingsPages(MediationCommon, HttpCase):
    def test_manager_changes_a_term(self):
        self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_settings", login="manager_test")
        self.assertEqual(self.company.mediation_keep_case, 18)
        self.assertEqual(self.company.mediation_keep_evidence, 24)
