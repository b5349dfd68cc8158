import base64
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from ..models.import_file import as_csv
from ..models.retention import KINDS
from .generator import FIRST_BLOCK, generate_year
from .loader import DUTCH
from .privacy_cases import ENDED, earlier_rows

# Two years before the year of the other cases, each with houses of its own: for each the seed, the number of cases,
# how many days ago it ended, and after how many blocks its houses begin. Of these years only what was closed is kept.
EARLIER_YEARS = ((17, 40, 700, FIRST_BLOCK + 36), (18, 48, 335, FIRST_BLOCK + 66))
# The days on which the job erased something: how many days ago each was.
JOB_DAYS = (22, 15, 8, 1)


class Demo(models.AbstractModel):
    """What shows how personal data come to their end, and what residents ask about them.

    All of it is done by the methods of the add-on and in the name of the people who do so, so that what is on record
    is what is there. Only days that lie in the past are written afterwards.
    """

    _inherit = "buurtbemiddeling.demo"

    def _load_privacy(self, volunteers, today):
        """Load what is old, let the job erase what is due, and handle some requests of residents.

        :param volunteers: the users at whose positions the mediators of the cases are
        """
        # Here and not in the data: where a term becomes shorter, nothing would be erased in the first week.
        self.env.company.mediation_kept_shorter_on = False
        old = self.env["buurtbemiddeling.case"].union(*(self._record(name) for name in ENDED))
        for seed, size, ended, first_block in EARLIER_YEARS:
            year = generate_year(size, seed, today - timedelta(days=ended), len(volunteers), first_block)
            old |= self._create_cases([case for case in year if case.stage == "closed"], volunteers)
        self._add_documents(old)
        self._log_openings(old)
        self._load_old_requests(today)
        self._record("demo_case_held").with_user(self._record("demo_user_manager"))._hold(
            "Er loopt een klacht van de andere partij bij de klachtencommissie."
        )
        self._run_job(today)
        self._import_earlier(today)
        self._withdraw_by_link()
        self._load_requests(today)

    def _as(self, name):
        """Return the environment of a demo account, which works in Dutch."""
        return self.with_user(self._record(name)).with_context(lang=DUTCH, mail_activity_quick_update=True).env

    # ------------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------------
    def _add_documents(self, cases):
        """Give some closed cases a document."""
        self.env["ir.attachment"].create(
            [
                {
                    "name": "gespreksverslag.txt",
                    "raw": b"Een verzonnen verslag (demo).",
                    "res_model": case._name,
                    "res_id": case.id,
                }
                for case in cases[::3]
            ]
        )

    def _log_openings(self, cases):
        """Log that the coordinator of each of these cases opened it on the day after it came in, and when it ended."""
        self.env["buurtbemiddeling.access.log"].create(
            [
                {
                    "user_id": case.coordinator_id.id,
                    "company_id": case.company_id.id,
                    "opened_at": datetime.combine(opened_on, time(9)),
                    "opened_on": opened_on,
                    "how": "form",
                    "kind": "case",
                    "record_reference": case.reference,
                    "case_id": case.id,
                }
                for case in cases
                for opened_on in (case.reported_on + timedelta(days=1), case.closed_on)
            ]
        )

    def _load_old_requests(self, today):
        """Load a request of a resident and one for an account that will be deleted in the coming month."""
        env = self._as("demo_user_coordinator")
        request = env["buurtbemiddeling.data.request"].create(
            {
                "kind": "access",
                "requester": "Thérèse Bedacht",
                "identity_check": "seen",
                "received_on": today - relativedelta(months=25),
                "answer": "Gezegd dat er geen gegevens van deze persoon zijn.",
            }
        )
        find = env["buurtbemiddeling.data.request.find"].create({"request_id": request.id, "name": request.requester})
        find.action_look()
        request.action_answer()
        request.sudo().closed_on = today - relativedelta(months=24) + timedelta(days=9)
        account = self.env["buurtbemiddeling.account.request"].create(
            {
                "company_id": self.env.company.id,
                "organisation_id": self._id("demo_organisation_police"),
                "asked_by_id": self._id("demo_user_police"),
                "name": "Sanne Nepnaam",
                "email": "vorige.collega@politie.example",
            }
        )
        self._date_back(account, today - relativedelta(months=12) + timedelta(days=12))

    def _date_back(self, records, day):
        """Write on which day records were made, which Odoo itself does not."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s WHERE id IN %s",
                SQL.identifier(records._table),
                datetime.combine(day, time(9)),
                tuple(records.ids),
            )
        )
        records.invalidate_recordset(["create_date"])

    def _run_job(self, today):
        """Let the daily job do its work on some days of the past: what is due goes, and stands in its report."""
        retention = self.env["buurtbemiddeling.retention"].with_context(lang=DUTCH)
        cases = self.env["buurtbemiddeling.case"].with_context(active_test=False)
        for days in JOB_DAYS:
            day = today - timedelta(days=days)
            for kind, _label in KINDS:
                retention._erase_batch(kind, retention._due(kind, day), day)
            cases.search([("anonymised_on", "=", today)]).anonymised_on = day

    # ------------------------------------------------------------------
    # An earlier system
    # ------------------------------------------------------------------
    def _import_earlier(self, today):
        """Bring in some cases of an earlier system as the programme manager does."""
        batch = self._as("demo_user_manager")["buurtbemiddeling.import"].create(
            {
                "source": "Vorig systeem (demo)",
                "file": base64.b64encode(as_csv(earlier_rows(today))),
                "file_name": "vorig-systeem.csv",
            }
        )
        batch.action_check()
        batch.action_run()

    # ------------------------------------------------------------------
    # What residents do and ask
    # ------------------------------------------------------------------
    def _withdraw_by_link(self):
        """Let a neighbour stop on the personal page."""
        party = self._record("demo_case_withdrawn_by_link").party_ids[1]
        links = self.env["buurtbemiddeling.personal.link"].with_context(
            lang=DUTCH, mail_activity_quick_update=True, mail_create_nosubscribe=True
        )
        link, _code = links._issue(party, "participation")
        link.opened_on = fields.Datetime.now()
        links.env["buurtbemiddeling.consent"]._answer_on_page(link, "participation", False)

    def _load_requests(self, today):
        """Load requests of residents: one that is open, and one of each way in which they end."""

        def ago(days):
            return today - timedelta(days=days)

        self._request("access", "demo_case_restricted", 0, ago(25), "known", name="demo_request_open")
        self._answer_access(
            self._request("access", "demo_case_just_closed", 0, ago(12), "seen", name="demo_request_answered")
        )
        self._carry_out(
            self._request("erasure", "demo_case_erased", 0, ago(9), "called_back", name="demo_request_erasure"),
            "De gegevens zijn gewist. Verteld wat blijft: dat er toestemming was, en het dossier van de andere buur.",
        )
        self._carry_out(
            self._request("restriction", "demo_case_restricted", 1, ago(4), "known", name="demo_request_restriction"),
            "We gebruiken de gegevens niet tot is nagegaan of zij kloppen. We bellen voordat we weer verdergaan.",
        )
        refused = self._request("erasure", "demo_case_held", 1, ago(17), "written_back", name="demo_request_refused")
        refused.refusal_reason = (
            "Er loopt een klacht over deze zaak. Tot die is behandeld, hebben we de gegevens nodig (art. 17 lid 3 "
            "onder e). Verteld waar u een klacht kunt indienen: bij de Autoriteit Persoonsgegevens of de rechter."
        )
        refused.action_refuse()

    def _request(self, kind, case_name, position, received_on, identity_check, name):
        """Put a request on record and find its person, as a coordinator does.

        :return: the request, in the environment of the coordinator
        """
        party = self._record(case_name).party_ids[position]
        env = self._as("demo_user_coordinator")
        request = env["buurtbemiddeling.data.request"].create(
            {
                "kind": kind,
                "requester": party.name,
                "received_on": received_on,
                "identity_check": identity_check,
            }
        )
        find = env["buurtbemiddeling.data.request.find"].create(
            {"request_id": request.id, "name": party.name, "phone": party.phone}
        )
        find.action_look()
        find.line_ids.filtered(lambda line: line.certainty == "sure").is_same = True
        find.action_choose()
        self._name_records({name: request})
        return request

    def _answer_access(self, request):
        """Hand over what is kept, as JSON, and close the request."""
        answer = request.env["buurtbemiddeling.data.request.answer"].browse(request.action_prepare()["res_id"])
        answer.action_json()
        answer._file("json")
        request.answer = "Het overzicht is afgehaald op kantoor, op papier en als bestand."
        request.action_answer()

    def _carry_out(self, request, answer):
        """Do what was asked, and close the request."""
        dialog = request.action_carry_out()
        request.env[dialog["res_model"]].with_context(**dialog["context"]).create({}).action_carry_out()
        request.answer = answer
        request.action_answer()
