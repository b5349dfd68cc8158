from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon

NOTHING = "nothing"
DENIED_LOGGERS = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestMainJob(MediationCommon, HttpCase):
    """Plays the main job from the first form to the closing, through the doors that the people use.

    After each step it asks, as each kind of user of the design, what she sees of the file (the number of
    cases and of parties, or nothing at all) and of the receipts (the three answers).
    """

    def setUp(self):
        super().setUp()
        self.kinds = {
            "mediator": self.mediator,
            "unassigned mediator": self.unassigned_mediator,
            "coordinator": self.coordinator,
            "coordinator elsewhere": self.other_coordinator,
            "manager": self.manager,
            "access administrator": self.access_admin,
            "officer": self.officer,
            "housing employee": self.housing_employee,
            "portal user": self.lone_portal_user,
            "resident": self.public_user,
            "colleague": self.colleague,
            "system administrator": self.system_admin,
        }
        self.existing = {
            model: self.env[f"buurtbemiddeling.{model}"].with_context(active_test=False).search([]).ids
            for model in ("case", "party", "consent", "referral")
        }

    def count(self, user, model):
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("id", "not in", self.existing[model])]
        with mute_logger(*DENIED_LOGGERS):
            try:
                with self.env.cr.savepoint():
                    return call_kw(self.env[f"buurtbemiddeling.{model}"].with_user(user), "search_count", [domain], {})
            except AccessError:
                return NOTHING

    def assertSeen(self, cases, parties, receipts):
        """Check the numbers that each kind of user sees; whoever is not named has no access at all."""
        for model, expected in (("case", cases), ("party", parties), ("consent", parties), ("referral", receipts)):
            for kind, user in self.kinds.items():
                seen = self.count(user, model)
                if model == "consent":
                    self.assertEqual(seen == NOTHING, kind not in expected, f"{kind}: {model}")
                else:
                    self.assertEqual(seen, expected.get(kind, NOTHING), f"{kind}: {model}")

    def assertPage(self, login, shown=(), hidden=CANARIES):
        self.authenticate(login, login)
        text = self.url_open("/my/referrals").text
        for word in shown:
            self.assertIn(word, text)
        for word in hidden:
            self.assertNotIn(word, text)

    def news(self):
        """The mails that wait to be sent to referrers, but for the one that says that the referral arrived."""
        mails = self.env["mail.mail"].sudo().search([("subject", "!=", "We received your referral")])
        return mails.filtered(lambda mail: mail.recipient_ids & (self.officer | self.housing_employee).partner_id)

    def as_coordinator(self, record, method):
        """Press a button, as the web client does; what is waiting is done as in a request of its own."""
        action = call_kw(self.env[record._name].with_user(self.coordinator), method, [record.ids], {})
        self.env.flush_all()
        return action

    def test_main_job(self):
        staff = {"coordinator": 0, "manager": 0, "coordinator elsewhere": 0, "mediator": 0, "unassigned mediator": 0}
        readers = {"coordinator": 0, "manager": 0, "coordinator elsewhere": 0, "officer": 0, "housing employee": 0}
        self.assertSeen(staff, staff, readers)

        # a. The officer submits, without permission first.
        self.authenticate("officer", "officer")
        self.assertIn("/my/referrals", self.url_open("/my").text)
        people = {
            **{f"{name}-0": value for name, value in self._person().items()},
            **{f"{name}-1": value for name, value in self._person(name="Buur", role="other_party").items()},
        }
        form = {
            "csrf_token": Request.csrf_token(self),
            "complaint_type_id": str(self.noise.id),
            "description": "Zangerig",
            "organisation_reference": "PL-2026-17",
            "ticket": self.env["buurtbemiddeling.submission"].with_user(self.officer)._new_ticket(),
            "step": "submit",
            **people,
        }
        refused = self.url_open("/my/referrals/new", data={**form, "permission-1": ""})
        self.assertIn("#permission-1", refused.text)
        self.assertSeen(staff, staff, readers)
        received = self.url_open("/my/referrals/new", data=form)
        receipt = self.env["buurtbemiddeling.referral"].search([("organisation_id", "=", self.police.id)])
        self.assertIn(receipt.reference, received.url)
        self.assertPage("officer", shown=["PL-2026-17", receipt.reference])
        self.assertPage("second_officer", shown=["PL-2026-17"])
        self.assertPage("housing_employee", hidden=[*CANARIES, "PL-2026-17", receipt.reference])
        self.assertSeen(
            {**staff, "coordinator": 1, "manager": 1},
            {**staff, "coordinator": 2, "manager": 2},
            {**readers, "coordinator": 1, "manager": 1, "officer": 1},
        )

        # b. The coordinator sees it come in and asks the people whether they know of it.
        case = self.env["buurtbemiddeling.case"].search([("referral_ids", "in", receipt.ids)])
        self.assertTrue(case.is_to_be_announced)
        case._take_in()
        self.assertIn(self.coordinator, case.activity_ids.user_id)
        self.as_coordinator(case, "action_take_on")
        self.assertFalse(case.activity_ids)
        self.as_coordinator(case.party_ids, "action_confirm_referral")
        self.assertFalse(self.news())

        # c. After each decision the answer and its date are on the officer's page, and a mail says there is news.
        for number, (method, answers) in enumerate(
            (
                ("action_suitable", ("suitable", "pending", "pending")),
                ("action_take_up", ("suitable", "taken_up", "pending")),
            ),
            start=1,
        ):
            self.as_coordinator(case, method)
            self.assertEqual(self._answers(receipt), answers)
            self.assertEqual(len(self.news()), number)
            self.assertPage("officer", shown=["fa-check-circle"])
        call_kw(
            self.env["buurtbemiddeling.case"].with_user(self.coordinator),
            "web_save",
            [case.ids, {"mediator_ids": [(4, self.mediator.id), (4, self.second_mediator.id)]}, {}],
            {},
        )
        self.as_coordinator(case, "action_next_stage")
        seen_by_staff = {**staff, "coordinator": 1, "manager": 1, "mediator": 1}
        people_seen = {**staff, "coordinator": 2, "manager": 2, "mediator": 2}
        receipts_seen = {**readers, "coordinator": 1, "manager": 1, "officer": 1}
        self.assertSeen(seen_by_staff, people_seen, receipts_seen)

        # d. A resident reports herself; she rents from the housing association, which sees nothing of it.
        housing_page = self.url_open_as("housing_employee", "/my/referrals")
        self.authenticate(None, None)
        self.url_open(
            "/buurtbemiddeling/melden",
            data={
                "csrf_token": Request.csrf_token(self),
                "ticket": self.env["buurtbemiddeling.submission"].with_user(self.public_user)._new_ticket(),
                "name": "Kanarievogel",
                "street": "Vinkenpad",
                "house_number": "12",
                "phone": "0999123456",
                "complaint_type_id": str(self.noise.id),
            },
        )
        self_report = self.env["buurtbemiddeling.case"].search(
            [("channel", "=", "self_report"), ("id", "not in", self.existing["case"])]
        )
        self.assertEqual(len(self_report), 1)
        self_report.party_ids.write({"tenure": "tenant", "landlord_id": self.housing.id})
        self.assertEqual(self.url_open_as("housing_employee", "/my/referrals"), housing_page)
        seen_by_staff.update(coordinator=2, manager=2)
        people_seen.update(coordinator=3, manager=3)
        self.assertSeen(seen_by_staff, people_seen, receipts_seen)

        # e. The coordinator takes a report by telephone.
        wizard = call_kw(
            self.env["buurtbemiddeling.telephone.report"].with_user(self.coordinator),
            "web_save",
            [
                [],
                {
                    "name": "Kanarievogel",
                    "phone": "0999123456",
                    "street": "Vinkenpad",
                    "house_number": "12",
                    "complaint_type_id": self.noise.id,
                },
                {},
            ],
            {},
        )
        self.as_coordinator(self.env["buurtbemiddeling.telephone.report"].browse(wizard[0]["id"]), "action_create_case")
        seen_by_staff.update(coordinator=3, manager=3)
        people_seen.update(coordinator=4, manager=4)
        self.assertSeen(seen_by_staff, people_seen, receipts_seen)

        # b. again: the coordinator closes; the mediator no longer sees the case, the officer hears the end.
        end = (
            self.env["buurtbemiddeling.case.end"]
            .with_user(self.coordinator)
            .create({"case_id": case.id, "result_id": self.env.ref(f"{MODULE}.result_first_talk").id})
        )
        self.as_coordinator(end, "action_end")
        self.assertEqual(self._answers(receipt), ("suitable", "taken_up", "resolved"))
        self.assertEqual(len(self.news()), 3)
        self.assertPage("officer", shown=["PL-2026-17"])
        seen_by_staff.update(mediator=0)
        people_seen.update(mediator=0)
        self.assertSeen(seen_by_staff, people_seen, receipts_seen)

        # f. The access administrator gives an employee portal access, and still has no case.
        employee = (
            self.env["res.partner"]
            .with_user(self.access_admin)
            .create({"name": "New employee", "email": "new@example.com", "parent_id": self.housing.id})
        )
        action = self.housing.with_user(self.access_admin).action_open_portal_accounts()
        wizard = self.env["portal.wizard"].with_user(self.access_admin).browse(action["res_id"])
        wizard.user_ids.filtered(lambda line: line.partner_id == employee).action_grant_access()
        self.assertTrue(employee.sudo().user_ids.has_group(f"{MODULE}.group_referrer"))
        self.assertSeen(seen_by_staff, people_seen, receipts_seen)

    def url_open_as(self, login, url):
        """Return the page without what differs between any two requests."""
        self.authenticate(login, login)
        lines = self.url_open(url).text.splitlines()
        return [line for line in lines if "csrf_token" not in line and "registry_hash" not in line]
