from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon


@tagged("post_install", "-at_install")
class TestGettingStarted(MediationCommon):
    """A new organisation sees which of the first five steps it has done."""

    def start(self, user=None):
        return self.env["buurtbemiddeling.getting.started"].with_user(user or self.manager).create({})

    def test_letterhead(self):
        self.company.write({"street": False, "zip": "1234 AB", "city": "Stad", "email": "bureau@example.com"})
        self.assertFalse(self.start().has_letterhead)
        self.company.street = "Straat 1"
        self.assertTrue(self.start().has_letterhead)

    def test_lists(self):
        self.env["buurtbemiddeling.area"].search([]).active = False
        self.assertFalse(self.start().has_areas)
        self.env["buurtbemiddeling.area"].create({"name": "Buurt"})
        self.assertTrue(self.start().has_areas)
        self.assertTrue(self.start().has_complaint_types)
        self.env["buurtbemiddeling.complaint.type"].search([]).active = False
        self.assertFalse(self.start().has_complaint_types)

    def test_people(self):
        start = self.start()
        self.assertTrue(start.has_coordinator)
        self.assertTrue(start.has_referrer)
        self.assertIn(self.access_admin.name, start.access_admins)
        self.assertFalse(start.may_edit_company)
        managers = self.env.ref(f"{MODULE}.group_manager").all_user_ids
        (self.env.ref(f"{MODULE}.group_coordinator").all_user_ids - managers).active = False
        self.env.ref(f"{MODULE}.group_referrer").all_user_ids.active = False
        start = self.start()
        self.assertFalse(start.has_coordinator, "a manager is no coordinator of her own")
        self.assertFalse(start.has_referrer)

    def test_the_organisation(self):
        self.assertEqual(self.start().action_company()["res_id"], self.company.id)

    def test_for_managers(self):
        for user in (self.coordinator, self.mediator, self.access_admin, self.officer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.start(user)
