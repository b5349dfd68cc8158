import json
from unittest.mock import patch

from odoo.http import request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.controllers.dataset import WROTE
from odoo.addons.buurtbemiddeling_addon.models.access_log import AccessLog
from odoo.addons.buurtbemiddeling_addon.models.disclosure import Disclosure
from odoo.addons.buurtbemiddeling_addon.models.referral import Referral
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon

# The pages of a personal link show what counts at that moment; the address with the code also counts who tries. The
# answer to a resident was made a moment before it is downloaded, and of erasures none may be left out.
ON_PRIMARY = {"personal_page", "personal_link", "personal_calendar_file", "data_request_file", "erasure_list"}


@tagged("post_install", "-at_install")
class TestReplica(MediationCommon, HttpCase):
    """What only reads can come from a replica of the database: the tests of Odoo give such requests a cursor that
    only reads.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receipt, cls.case = cls._refer()
        cls.party = cls.case.party_ids
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.authenticate("coordinator_test", "coordinator_test")

    def call(self, model, method, *arguments, **keywords):
        """Call a method as the web client does."""
        parameters = {"model": model, "method": method, "args": list(arguments), "kwargs": keywords}
        return self.url_open(
            f"/web/dataset/call_kw/{model}.{method}",
            data=json.dumps({"jsonrpc": "2.0", "id": 0, "method": "call", "params": parameters}),
            headers={"Content-Type": "application/json"},
        ).json()

    def open_case(self):
        return self.call(
            self.case._name,
            "web_read",
            self.case.ids,
            {
                "description": {},
                "party_ids": {"fields": {"name": {}, "consent_ids": {"fields": {"purpose": {}}}}},
            },
        )

    def rows(self):
        self.env.invalidate_all()
        rows = self.env["buurtbemiddeling.access.log"].search([("user_id", "=", self.coordinator.id)])
        return [(row.how, row.kind, row.record_reference, row.case_id) for row in rows]

    def looking(self, model, method):
        """Note for each call of a method whether its cursor only reads."""
        original, found = getattr(model, method), []

        def look(records, *arguments, **keywords):
            found.append(request.env.cr.readonly and records.env.cr.readonly)
            return original(records, *arguments, **keywords)

        self.startPatcher(patch.object(model, method, look))
        return found

    # ------------------------------------------------------------------
    # Routes
    # ------------------------------------------------------------------
    def test_all_that_only_reads_can_come_from_a_replica(self):
        names = set()
        for _url, endpoint in self.env["ir.http"]._generate_routing_rules([MODULE], converters={}):
            routing = endpoint.routing
            if not endpoint.func.__module__.startswith(f"odoo.addons.{MODULE}.") or routing["type"] != "http":
                continue
            name = endpoint.func.__name__
            names.add(name)
            reads = "POST" not in (routing["methods"] or ["GET"])
            with self.subTest(name):
                self.assertEqual(bool(routing["readonly"]), reads and name not in ON_PRIMARY)
        self.assertLess(ON_PRIMARY, names)

    def test_pages_write_nothing(self):
        for login, path in (
            (None, "/buurtbemiddeling/melden"),
            (None, "/buurtbemiddeling/e-mail/token"),
            (None, "/buurtbemiddeling/persoonlijk/weg"),
            ("officer", "/my/referrals"),
            ("officer", "/my/referrals/download"),
            ("officer", "/my/referrals/new"),
            ("officer", "/my/referrals/leaflet"),
            ("officer", f"/my/referrals/{self.receipt.reference}"),
            ("officer", f"/my/referrals/{self.receipt.reference}/message"),
        ):
            self.authenticate(login, login)
            # Odoo would say that it starts again on the primary.
            with self.subTest(path), self.assertNoLogs("odoo.http", "WARNING"):
                self.assertLess(self.url_open(path, allow_redirects=False).status_code, 400)

    # ------------------------------------------------------------------
    # The access log
    # ------------------------------------------------------------------
    def test_what_comes_from_a_replica_is_logged(self):
        where = self.looking(AccessLog, "_log_records")
        inserts = self.looking(AccessLog, "_insert")
        with self.assertNoLogs("odoo.http", "WARNING"):
            answer = self.open_case()
        self.assertEqual(answer["result"][0]["party_ids"][0]["name"], self.party.name)
        self.assertEqual(
            set(self.rows()),
            {
                ("form", "case", self.case.reference, self.case),
                ("form", "party", self.party.reference, self.case),
                ("form", "consent", self.party.consent_ids.reference, self.case),
            },
        )
        self.assertEqual(where, [True] * 3)
        self.assertEqual(inserts, [False], "once for the whole request, on the primary")

    def test_a_list_is_logged_once_a_day(self):
        for _number in range(2):
            self.call(self.case._name, "web_search_read", [("id", "=", self.case.id)], {"reference": {}})
        self.assertEqual(self.rows(), [("list", "case", self.case.reference, self.case)])

    def test_a_document_and_a_calendar_file(self):
        document = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"text", "res_model": self.case._name, "res_id": self.case.id}
        )
        session = self.env["buurtbemiddeling.session"].create({"case_id": self.case.id, "start": "2026-01-05 10:00"})
        self.env.flush_all()
        with self.assertNoLogs("odoo.http", "WARNING"):
            self.assertEqual(self.url_open(f"/web/content/{document.id}").text, "text")
            self.assertIn("VEVENT", self.url_open(f"/buurtbemiddeling/appointment/{session.reference}.ics").text)
        self.assertEqual({how for how, *_rest in self.rows()}, {"attachment", "export"})

    def test_what_cannot_be_logged_is_not_read(self):
        with (
            patch.object(AccessLog, "_insert", side_effect=ValueError("no room")),
            mute_logger("odoo.http"),
        ):
            answer = self.open_case()
        self.assertNotIn("result", answer)
        self.assertNotIn(self.party.name, json.dumps(answer))
        self.assertFalse(self.rows())

    def test_what_is_done_over_is_logged_again(self):
        session = self.env["buurtbemiddeling.session"].create({"case_id": self.case.id, "start": "2026-01-05 10:00"})
        session = session.with_user(self.coordinator)
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            session.read(["start"])
            raise ValueError
        self.assertFalse(self.rows())
        session.read(["start"])
        self.assertEqual(self.rows(), [("form", "case", self.case.reference, self.case)])

    # ------------------------------------------------------------------
    # A replica that is behind
    # ------------------------------------------------------------------
    def test_what_was_just_written_is_read_from_the_primary(self):
        where = self.looking(AccessLog, "_log_records")
        self.open_case()
        self.assertNotIn(WROTE, self.opener.cookies)
        self.call(self.case._name, "write", self.case.ids, {"description": "Something else"})
        self.assertIn(WROTE, self.opener.cookies)
        del where[:]
        self.open_case()
        self.assertEqual(set(where), {False})
        del self.opener.cookies[WROTE]
        self.open_case()
        self.assertIn(True, where)

    def test_the_web_client_reads_disclosures_from_the_primary(self):
        where = self.looking(Disclosure, "search_fetch")
        self.call(Disclosure._name, "search_read", [], ["reference"])
        self.assertEqual(where, [False])

    def test_a_withdrawn_disclosure_is_gone_at_once(self):
        self.env["buurtbemiddeling.disclosure"].create(
            {
                "organisation_id": self.police.id,
                "company_id": self.company.id,
                "submitted_on": "2026-01-05",
                "person_name": "Vink",
            }
        )
        self.env.flush_all()
        self.authenticate("officer", "officer")
        disclosures = self.looking(Disclosure, "_portal_values")
        receipts = self.looking(Referral, "_answer_domain")
        self.assertIn("Vink", self.url_open("/my/referrals").text)
        self.assertEqual((disclosures, receipts), ([False], [True]))
