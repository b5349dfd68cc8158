import logging
from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from psycopg2 import Error

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import split_every

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
    ("access_log", "Access log"),
    ("requests", "Requests of residents"),
]
OF_CASES = ("case", "parties", "letters", "attachments", "chatter", "evidence")
BATCH = 50
ROWS_IN_A_BATCH = 5000


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
    def _due(self, kind, day):
        """Return what has been kept long enough on a day, as far as the user may see it.

        :param str kind: see ``KINDS``, or ``held`` or ``still_open`` for what stays
        :param date day: a day, also one to come
        :return: cases; receipts for ``receipts``, rows of the log for ``access_log``, and requests for ``requests``
        """
        if kind in OF_CASES:
            cases = self._cases().search(self._past(kind, day))
            return cases.browse(self._cases_with_documents(cases)) if kind == "attachments" else cases
        return getattr(self, f"_due_{kind}")(day)

    @api.model
    def _cases(self):
        return self.env["buurtbemiddeling.case"].with_context(active_test=False)

    @api.model
    def _companies(self):
        return self.env["res.company"].with_context(active_test=False).search(Domain.TRUE)

    @api.model
    def _past(self, kind, day):
        """Return the condition for the cases in which one kind has been kept long enough on a day.

        A case that was taken up by nobody is kept shorter. A report that was put with another case waits for that
        one.
        """
        over = self._over(kind, day)
        waits = Domain("stage", "!=", "closed") & Domain(
            "linked_from_ids", "any", Domain("active", "=", True) & Domain("anonymised_on", "=", False)
        )
        if kind not in ("case", "evidence"):
            # What goes with the case goes then, all at once.
            over &= ~self._over("case", day)
        # As superuser: only whether there are messages. What Odoo sent to staff about a case is one too.
        said = self.env["mail.message"].sudo()._search([("model", "=", self._cases()._name)])
        left = {
            "case": Domain.TRUE,
            "parties": Domain("party_ids", "any", [("erased_on", "=", False)]),
            "letters": Domain("letter_ids", "any", [("body", "!=", False)]),
            "attachments": Domain.TRUE,
            "chatter": Domain("id", "in", said.subselect("res_id")) | Domain("activity_ids", "!=", False),
            "evidence": Domain("party_ids.consent_ids", "!=", False) | Domain("register_ids", "!=", False),
        }[kind]
        # The evidence goes after the case: on the same day, where it is kept no longer.
        still_there = Domain.TRUE if kind == "evidence" else Domain("anonymised_on", "=", False)
        return over & still_there & Domain("held_on", "=", False) & ~waits & left

    @api.model
    def _over(self, kind, day):
        """Return the condition for the cases that on a day have been over for as long as one kind is kept."""

        def over(company, name):
            return Domain("last_step_on", "<=", day - relativedelta(months=company._months_kept(name)))

        is_short = Domain("taken_up", "!=", "taken_up") if kind != "evidence" else Domain.FALSE
        return Domain.OR(
            Domain("company_id", "=", company.id) & (over(company, kind) | (is_short & over(company, "not_taken_up")))
            for company in self._companies()
        )

    @api.model
    def _cases_with_documents(self, cases):
        """Return the ids of those of these cases that have documents."""
        documents = cases._documents() if cases else self.env["ir.attachment"]
        found = cases.browse()
        for model, ours in documents.grouped("res_model").items():
            records = documents.env[model].browse(ours.mapped("res_id"))
            found |= records if model == cases._name else records.case_id
        return (cases & found.sudo(False)).ids

    @api.model
    def _due_forgotten(self, day):
        """Return the reports with which nothing was done for as long as one that was not taken up is kept."""
        return self.env["buurtbemiddeling.case"].search(
            Domain("stage", "in", ("reported", "intake"))
            & Domain("taken_up", "!=", "taken_up")
            & Domain("held_on", "=", False)
            & ~Domain("session_ids.state", "=", "planned")
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & Domain("stage_since", "<=", day - relativedelta(months=company._months_kept("not_taken_up")))
                for company in self._companies()
            )
        )

    @api.model
    def _due_receipts(self, day):
        """Return the receipts that are fully answered, with the reference that the organisation gave them.

        Only what the organisation was told counts: the moment tells it nothing of the case.
        """
        days = ("submitted_on", "suitability_on", "taken_up_on", "outcome_on")
        receipts = self.env["buurtbemiddeling.referral"].search(
            Domain("organisation_reference", "!=", False)
            & (Domain("outcome", "!=", "pending") | Domain("taken_up", "=", "not_taken_up"))
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & Domain.AND(
                    Domain(name, "=", False)
                    | Domain(name, "<=", day - relativedelta(months=company.mediation_keep_receipts))
                    for name in days
                )
                for company in self._companies()
            )
        )
        return receipts - self._cases().search([("held_on", "!=", False)]).referral_ids

    @api.model
    def _due_access_log(self, day):
        return self.env["buurtbemiddeling.access.log"].search(
            (Domain("case_id", "=", False) | Domain("case_id.held_on", "=", False))
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & Domain(
                    "opened_at",
                    "<",
                    datetime.combine(day, time()) - relativedelta(months=company.mediation_keep_access_log),
                )
                for company in self._companies()
            )
        )

    @api.model
    def _due_requests(self, day):
        """Return the requests of residents that were answered or refused as long ago as one is kept."""
        return self.env["buurtbemiddeling.data.request"].search(
            Domain.OR(
                Domain("company_id", "=", company.id)
                & Domain("closed_on", "<=", day - relativedelta(months=company.mediation_keep_requests))
                for company in self._companies()
            )
        )

    @api.model
    def _due_held(self, day):
        """Return the cases that would be anonymised on a day if they were not held."""
        held = Domain("held_on", "!=", False) & Domain("anonymised_on", "=", False)
        return self._cases().search(self._over("case", day) & held)

    @api.model
    def _due_still_open(self, day):
        """Return the cases in which people were helped and that nobody closed, for as long as a case is kept."""
        return self.env["buurtbemiddeling.case"].search(
            Domain("stage", "!=", "closed")
            & Domain("taken_up", "=", "taken_up")
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & Domain("stage_since", "<=", day - relativedelta(months=company._months_kept("case")))
                for company in self._companies()
            )
        )

    # ------------------------------------------------------------------
    # The daily job
    # ------------------------------------------------------------------
    @api.model
    def _cron_erase(self):
        """Erase what is due, batch by batch; each batch goes as a whole or stays as a whole."""
        today = fields.Date.context_today(self)
        progress = self.env["ir.cron"]
        for kind, _label in KINDS:
            due = self._due(kind, today)
            progress._commit_progress(remaining=len(due))
            for ids in split_every(ROWS_IN_A_BATCH if kind == "access_log" else BATCH, due.ids):
                self._erase_batch(kind, due.browse(ids), today)
                if not progress._commit_progress(len(ids)):
                    return
        # Files, half-filled dialogs and what waits to be shown in a browser go when Odoo tidies up: ask it to.
        self.env.ref("base.autovacuum_job")._trigger()

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
        if kind in OF_CASES:
            batch._serialize()
            batch = self._cases().search(Domain("id", "in", batch.ids) & self._past(kind, today))
            if kind == "evidence":
                # Not of a case that could not be anonymised.
                batch = batch.filtered("anonymised_on")
        elif kind == "forgotten":
            batch._serialize()
            batch &= self._due_forgotten(today)
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
        receipts.write({"organisation_reference": False})
        return {kind: len(receipts)}

    @api.model
    def _erase_access_log(self, kind, rows):
        rows._delete_anyway()
        return {kind: len(rows)}

    @api.model
    def _erase_requests(self, kind, requests):
        number = len(requests)
        requests.unlink()
        return {kind: number}
