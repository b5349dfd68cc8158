import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import Error

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from .case import STAGES
from .case_retention import TALK

_logger = logging.getLogger(__name__)

# What is erased, in this order: a case goes as a whole, and before it only what the settings say to keep shorter.
KINDS = [
    ("forgotten", "Reports that nobody took up, ended"),
    ("case", "Cases, anonymised"),
    ("parties", "People"),
    ("letters", "Letters and e-mails"),
    ("attachments", "Documents"),
    ("chatter", "Messages and activities"),
    ("evidence", "Consents, and what organisations were told"),
    ("receipts", "References of organisations"),
    ("account_requests", "Requests for an account"),
    ("access_log", "Access log"),
    ("requests", "Requests of residents"),
]
OF_CASES = ("case", "parties", "letters", "attachments", "chatter", "evidence")
# Where the others stand.
MODELS = {
    "receipts": "buurtbemiddeling.referral",
    "account_requests": "buurtbemiddeling.account.request",
    "access_log": "buurtbemiddeling.access.log",
    "requests": "buurtbemiddeling.data.request",
}
# How many are looked for at a time, and how many of them are erased in one transaction.
LOOKED_FOR = 5000
BATCH = 50
# How long a shorter term waits, so that a mistake in the settings can be put right before anything goes by it.
DAYS_TO_THINK = 7


class Retention(models.AbstractModel):
    """Erases each day what has been kept long enough, and tells before what will be erased.

    What is due is found in the data themselves: so the job can be stopped at any moment and run twice.
    """

    _name = "buurtbemiddeling.retention"
    _description = "Retention"

    # ------------------------------------------------------------------
    # What is due
    # ------------------------------------------------------------------
    @api.model
    def _due(self, kind, day, **options):
        """Return what has been kept long enough on a day, as far as the user may see it.

        :param str kind: see ``KINDS``, or ``held``, ``asked`` or ``still_open`` for what stays
        :param date day: a day, also one to come
        :param options: of ``search``, such as a limit
        :return: records of the model of that kind
        """
        return self._records(kind).search(self._condition(kind, day), **options)

    @api.model
    def _records(self, kind):
        return self.env[MODELS.get(kind, "buurtbemiddeling.case")].with_context(active_test=False)

    @api.model
    def _condition(self, kind, day):
        """Return the condition for what is due; see ``_due``."""
        return self._past(kind, day) if kind in OF_CASES else getattr(self, f"_due_{kind}")(day)

    @api.model
    def _older(self, since, kind, day, companies=None):
        """Return the condition for what on a day has been kept for as long as its company keeps one kind.

        :param str since: the field with the day from which on it counts
        :param companies: no others than these
        """
        if companies is None:
            companies = self._companies(day)
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(since, "<=", day - relativedelta(months=company._months_kept(kind)))
            for company in companies
        )

    @api.model
    def _companies(self, day):
        """Return the companies of which something goes on a day: where a term became shorter, nothing goes at first."""
        waiting = Domain("mediation_kept_shorter_on", ">", day - timedelta(days=DAYS_TO_THINK))
        return self.env["res.company"].with_context(active_test=False).search(~waiting)

    @api.model
    def _past(self, kind, day):
        """Return the condition for the cases in which one kind has been kept long enough on a day.

        A report that was put with another case waits for that one, and a case for the requests of its people.
        """
        waits = Domain("stage", "!=", "closed") & Domain(
            "linked_from_ids", "any", Domain("active", "=", True) & Domain("anonymised_on", "=", False)
        )
        past = Domain("held_on", "=", False) & ~waits & ~self._asked()
        if kind == "evidence":
            # It goes after the case: on the same day, where it is kept no longer.
            return past & self._older("last_step_on", kind, day) & self._with_evidence()
        past &= Domain("anonymised_on", "=", False)
        if kind == "case":
            return past & self._over(kind, day, self._companies(day))
        # What goes with the case goes then, all at once: there is more to look for only where it is kept shorter.
        companies = self._companies(day).filtered(
            lambda company: company._months_kept(kind) < company._months_kept("case")
        )
        left = {
            "parties": Domain("party_ids", "any", [("erased_on", "=", False)]),
            "letters": Domain("letter_ids", "any", [("body", "!=", False)]),
            "attachments": self._with_any({"ir.attachment": "res_model"}),
            "chatter": self._with_any(TALK),
        }[kind]
        return past & self._over(kind, day, companies) & ~self._over("case", day, companies) & left

    @api.model
    def _over(self, kind, day, companies):
        """Return the condition for the cases that on a day have been over for as long as one kind is kept.

        A case that was taken up by nobody is kept shorter.
        """
        is_short = Domain("taken_up", "!=", "taken_up") & self._older("last_step_on", "not_taken_up", day, companies)
        return self._older("last_step_on", kind, day, companies) | is_short

    @api.model
    def _with_evidence(self):
        """Return the condition for the cases with evidence. As superuser: only whether there is any."""
        evidence = (self.env[f"buurtbemiddeling.{name}"].sudo() for name in ("consent", "register"))
        return self._among(rows._search(Domain.TRUE).subselect("case_id") for rows in evidence)

    @api.model
    def _with_any(self, kept):
        """Return the condition for the cases of which, or of anything in which, Odoo keeps something.

        As superuser: only whether there is anything.

        :param dict kept: models of Odoo, with the field that names the model of what a row is about
        """
        cases = self._records("case").sudo()
        ids = []
        for records in (cases, *cases._all_parts()):
            for name, model_field in kept.items():
                rows = self.env[name].sudo().with_context(active_test=False)
                about = rows._search([(model_field, "=", records._name)]).subselect("res_id")
                is_case = records._name == cases._name
                ids.append(about if is_case else records._search([("id", "in", about)]).subselect("case_id"))
        return self._among(ids)

    @api.model
    def _among(self, subqueries):
        """Return the condition for the cases of which the id is in one of these. As one list the database joins it;
        several of them it would go through for each case."""
        return Domain("id", "in", SQL("(%s)", SQL(" UNION ALL ").join(subqueries)))

    @api.model
    def _due_forgotten(self, day):
        """Return the condition for reports with which nothing was done for as long as one not taken up is kept."""
        return (
            Domain("active", "=", True)
            & Domain("stage", "in", ("reported", "intake"))
            & Domain("taken_up", "!=", "taken_up")
            & Domain("held_on", "=", False)
            & ~Domain("session_ids.state", "=", "planned")
            & self._older("stage_since", "not_taken_up", day)
        )

    @api.model
    def _due_receipts(self, day):
        """Return the condition for receipts that are fully answered, with a reference that the organisation gave.

        Only what the organisation was told counts: the moment tells it nothing of the case, nor whether that is held.
        """
        days = ("submitted_on", "suitability_on", "taken_up_on", "outcome_on")
        return (
            Domain("organisation_reference", "!=", False)
            & (Domain("outcome", "!=", "pending") | Domain("taken_up", "=", "not_taken_up"))
            & Domain.AND(Domain(name, "=", False) | self._older(name, "receipts", day) for name in days)
        )

    @api.model
    def _due_account_requests(self, day):
        return self._older("create_date", "account_requests", day)

    @api.model
    def _due_access_log(self, day):
        stays = Domain("case_id", "any", Domain("held_on", "!=", False) | self._asked())
        return self._older("opened_at", "access_log", day) & ~stays

    @api.model
    def _due_requests(self, day):
        """Return the condition for requests of residents that were answered or refused as long ago as one is kept.

        One for which data are not used stays until that is lifted.
        """
        lasts = Domain("kind", "=", "restriction") & Domain(
            "party_ids", "any", Domain("restricted_on", "!=", False) & Domain("erased_on", "=", False)
        )
        return self._older("closed_on", "requests", day) & ~lasts

    @api.model
    def _asked(self):
        """Return the condition for the cases with people whose data stay for now, because they asked something."""
        return Domain("party_ids", "any", self.env["buurtbemiddeling.party"]._asked_to_stay())

    @api.model
    def _due_asked(self, day):
        """Return the condition for the cases that would be anonymised on a day if nobody in them asked something."""
        kept = Domain("held_on", "=", False) & Domain("anonymised_on", "=", False) & self._asked()
        return kept & self._over("case", day, self._companies(day))

    @api.model
    def _due_held(self, day):
        """Return the condition for the cases that would be anonymised on a day if they were not held."""
        held = Domain("held_on", "!=", False) & Domain("anonymised_on", "=", False)
        return held & self._over("case", day, self._companies(day))

    @api.model
    def _due_still_open(self, day):
        """Return the condition for cases in which people were helped and that nobody closed, for as long as a case
        is kept."""
        return (
            Domain("active", "=", True)
            & Domain("stage", "in", [stage for stage, _label in STAGES if stage != "closed"])
            & Domain("taken_up", "=", "taken_up")
            & self._older("stage_since", "case", day)
        )

    # ------------------------------------------------------------------
    # The daily job
    # ------------------------------------------------------------------
    @api.model
    def _cron_erase(self):
        """Erase what is due, batch by batch; each batch goes as a whole or stays as a whole."""
        today = fields.Date.context_today(self)
        progress = self.env["ir.cron"]
        for index, (kind, _label) in enumerate(KINDS):
            records, condition = self._records(kind), self._condition(kind, today)
            # The kinds that are left count too: else a job that is stopped between two of them would seem to be done.
            progress._commit_progress(remaining=records.search_count(condition) + len(KINDS) - index)
            last_id = 0
            while due := records.search(condition & Domain("id", ">", last_id), order="id", limit=LOOKED_FOR):
                last_id = due[-1].id
                for ids in split_every(LOOKED_FOR if kind == "access_log" else BATCH, due.ids):
                    self._erase_batch(kind, due.browse(ids), today)
                    if not progress._commit_progress(len(ids)):
                        return
        # Files, half-filled dialogs and what waits to be shown in a browser go when Odoo tidies up: ask it to.
        self.env.ref("base.autovacuum_job")._trigger()
        progress._commit_progress(remaining=0)

    @api.model
    def _erase_batch(self, kind, batch, today):
        """Erase one batch; of one that fails, everything that can be erased."""
        try:
            with self.env.cr.savepoint():
                self._erase_and_report(kind, batch, today)
        except (AccessError, UserError, ValueError, OSError, Error):
            if len(batch) > 1:
                for record in batch:
                    self._erase_batch(kind, record, today)
            else:
                # One case that goes wrong must not keep the data of the others.
                _logger.exception("What is due of %s (%s) could not be erased", batch.display_name, kind)

    @api.model
    def _erase_and_report(self, kind, batch, today):
        # Somebody may have held, reopened or taken on one of them since they were looked for.
        if batch._name == "buurtbemiddeling.case":
            batch._serialize()
            batch = batch.search(Domain("id", "in", batch.ids) & self._condition(kind, today))
            if kind == "evidence":
                # Not of a case that could not be anonymised.
                batch = batch.filtered("anonymised_on")
        for company, records in batch.grouped("company_id").items():
            erased = getattr(self, f"_erase_{kind}", self._erase_of_cases)(kind, records)
            self.env["buurtbemiddeling.retention.report"]._add(today, company, erased)

    @api.model
    def _erase_of_cases(self, kind, cases):
        if kind == "case":
            return cases._anonymise()
        return {kind: getattr(cases.with_context(active_test=False), f"_erase_{kind}")()}

    @api.model
    def _erase_forgotten(self, kind, cases):
        """End reports that nobody took up; their referrers hear the neutral no."""
        result = self.env.ref("buurtbemiddeling_addon.result_no_contact")
        for case in cases:
            case.message_post(body=self.env._("Nobody took this report up for a long time. So the case has ended."))
        cases.write({"taken_up": "not_taken_up", "stage": "closed", "result_id": result.id, "outcome": result.outcome})
        return {kind: len(cases)}

    @api.model
    def _erase_receipts(self, kind, receipts):
        held = Domain("held_on", "!=", False) & Domain("referral_ids", "in", receipts.ids)
        for case in self._records("case").search(held):
            case._keep_reference(receipts)
        receipts.write({"organisation_reference": False})
        return {kind: len(receipts)}

    @api.model
    def _erase_account_requests(self, kind, requests):
        organisations, number = requests.organisation_id, len(requests)
        requests.unlink()
        requests._let_go_of_reminders(organisations)
        return {kind: number}

    @api.model
    def _erase_access_log(self, kind, rows):
        rows._delete_anyway()
        return {kind: len(rows)}

    @api.model
    def _erase_requests(self, kind, requests):
        number = len(requests)
        requests.unlink()
        return {kind: number}
