from odoo import Command
from odoo.tests import TransactionCase, new_test_user

MODULE = "buurtbemiddeling_addon"
# Texts are tested in the source language, whatever languages the database has.
LANG = "en_US"
# Planted in every field that a referrer must not see.
CANARIES = ("Kanarievogel", "Vinkenpad", "0999123456", "kanarie@example.com", "Zangerig")


class MediationCommon(TransactionCase):
    """The cast: each kind of user of the design, two organisations that refer, and a second municipality."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(LANG)
        cls.env = cls.env(context={**cls.env.context, "lang": LANG})
        # The language of pages for visitors, and of notes for staff.
        cls.env["ir.default"].set("res.partner", "lang", LANG)
        cls.company = cls.env.ref("base.main_company")
        cls.company.partner_id.lang = LANG
        # The demo data, where it is installed, has no mediators to propose and no appointments to remind of.
        cls.env["buurtbemiddeling.mediator"].search([]).active = False
        cls.env["buurtbemiddeling.session"].search([("state", "=", "planned")]).state = "cancelled"
        cls.other_company = cls.env["res.company"].create({"name": "Other municipality (test)"})
        cls.police = cls._organisation("Police (test)", "referrer_type_police")
        cls.housing = cls._organisation("Housing (test)", "referrer_type_housing")
        cls.officer = cls._referrer("officer", cls.police)
        cls.second_officer = cls._referrer("second_officer", cls.police)
        cls.housing_employee = cls._referrer("housing_employee", cls.housing)
        cls.lone_portal_user = new_test_user(cls.env, "lone_portal_user", lang=LANG, groups="base.group_portal")
        cls.colleague = new_test_user(cls.env, "colleague", lang=LANG, groups="base.group_user")
        cls.coordinator = cls._staff("coordinator_test", "group_coordinator")
        cls.manager = cls._staff("manager_test", "group_manager")
        cls.mediator = cls._staff("mediator_test", "group_mediator")
        cls.second_mediator = cls._staff("second_mediator_test", "group_mediator")
        cls.unassigned_mediator = cls._staff("unassigned_mediator_test", "group_mediator")
        cls.access_admin = cls._staff("access_admin_test", "group_access_admin")
        cls.system_admin = new_test_user(cls.env, "system_admin_test", lang=LANG, groups="base.group_system")
        cls.other_coordinator = new_test_user(
            cls.env,
            "other_coordinator",
            lang=LANG,
            groups=f"{MODULE}.group_coordinator",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.public_user = cls.env.ref("base.public_user")
        cls.noise = cls.env.ref(f"{MODULE}.complaint_type_noise_persons")

    @classmethod
    def _organisation(cls, name, referrer_type):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "is_referrer": True,
                "referrer_type_id": cls.env.ref(f"{MODULE}.{referrer_type}").id,
            }
        )

    @classmethod
    def _referrer(cls, login, organisation):
        user = new_test_user(cls.env, login, lang=LANG, groups=f"{MODULE}.group_referrer", email=f"{login}@example.com")
        user.partner_id.parent_id = organisation
        return user

    @classmethod
    def _staff(cls, login, group):
        return new_test_user(cls.env, login, lang=LANG, groups=f"{MODULE}.{group}", email=f"{login}@example.com")

    @classmethod
    def _person(cls, **values):
        """What a referrer fills in about one person who permits it."""
        return {
            "role": "reporter",
            "name": "Kanarievogel",
            "street": "Vinkenpad",
            "house_number": "12",
            "phone": "0999123456",
            "email": "kanarie@example.com",
            "permission": "1",
            "method": "telephone",
            "told_on": "2026-01-05",
            "asked_by": "Officer Merel",
            **values,
        }

    @classmethod
    def _submission(cls, **values):
        return {
            "organisation_reference": "PL-2026-17",
            "complaint_type_id": str(cls.noise.id),
            "description": "Zangerig",
            "people": [cls._person()],
            **values,
        }

    @classmethod
    def _refer(cls, user=None, **values):
        """Submit a referral and do what follows on its arrival; return the receipt and the case, as superuser."""
        receipt = cls.env["buurtbemiddeling.referral"].with_user(user or cls.officer)._submit(cls._submission(**values))
        receipt = receipt.sudo()
        case = cls.env["buurtbemiddeling.case"].search([("referral_ids", "in", receipt.ids)])
        case._take_in()
        return receipt, case

    @classmethod
    def _self_report(cls):
        """Report as a resident on the public page, and tell the coordinators; return the case, as superuser."""
        before = cls.env["buurtbemiddeling.case"].search([])
        cls.env["buurtbemiddeling.case"].with_user(cls.public_user)._report_herself(
            {
                "name": "Kanarievogel",
                "street": "Vinkenpad",
                "house_number": "12",
                "phone": "0999123456",
                "email": "kanarie@example.com",
                "complaint_type_id": str(cls.noise.id),
                "description": "Zangerig",
                "other_name": "Buur",
            }
        )
        case = cls.env["buurtbemiddeling.case"].search([]) - before
        case._announce()
        return case

    @classmethod
    def _take_up(cls, case):
        """Bring a case, as its coordinator, to where the talks can begin."""
        case = case.with_user(cls.coordinator)
        case.action_take_on()
        case.party_ids.action_confirm_referral()
        case.action_suitable()
        case.action_take_up()
        case.mediator_ids = cls.mediator | cls.second_mediator
        return case

    @classmethod
    def _end(cls, case, **values):
        """End a case with the wizard, as its coordinator."""
        result = cls.env.ref(f"{MODULE}.{values.pop('result', 'result_agreements')}")
        wizard = (
            cls.env["buurtbemiddeling.case.end"]
            .with_user(cls.coordinator)
            .create({"case_id": case.id, "result_id": result.id, **values})
        )
        return wizard.action_end()

    def _answers(self, receipt):
        receipt.invalidate_recordset()
        return receipt.suitability, receipt.taken_up, receipt.outcome

    def assertQueriesDoNotGrow(self, add, look):
        """Check that it takes as many queries to look at twenty records more as at one.

        :param add: adds one record
        :param look: what is measured, with nothing in the cache
        """
        counts = []
        # The first time also fills what Odoo caches for good.
        for number in (1, 1, 20):
            for _record in range(number):
                add()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            look()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def _daily_round(self):
        """Run the daily jobs, as the scheduler does."""
        with self.enter_registry_test_mode():
            for name in ("ir_cron_erase_unconfirmed", "ir_cron_tell_answers"):
                self.env.ref(f"{MODULE}.{name}").method_direct_trigger()
        self.env.invalidate_all()
