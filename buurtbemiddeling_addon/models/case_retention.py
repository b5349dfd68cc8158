from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Written by methods only.
SET_BY_METHOD = {"anonymised_on", "held_on", "held_by_id", "hold_reason"}
# What Odoo itself keeps about a record, with the field that names its model: what is said, and what is to be done.
TALK = {
    "mail.scheduled.message": "model",
    "mail.activity": "res_model",
    "mail.message": "model",
    "mail.followers": "res_model",
}
# Where names of records come from that somebody made up for an import.
IMPORTS = ("__import__", "__export__")


class Case(models.Model):
    """How long the data of a case are kept, and what is left of it afterwards: the figures, and nobody.

    What goes when is decided by ``buurtbemiddeling.retention``; how it goes stands here.
    """

    _inherit = "buurtbemiddeling.case"

    last_step_on = fields.Date(
        compute="_compute_last_step_on",
        store=True,
        index="btree_not_null",
        help="When the case was over: the last thing that happened in it. From then on counts how long it is kept. An "
        "open case has none.",
    )
    kept_until = fields.Date(
        compute="_compute_kept_until",
        compute_sudo=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="By the terms in the settings. On the next day the daily job anonymises the case, unless it is held.",
    )
    anonymised_on = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When everything that is personal was erased. What is left is for the statistics.",
    )
    # Why a case is held may be about its mediators: they hear nothing of it, also not in the messages of the case.
    held_on = fields.Date(
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Since when the case may not be anonymised.",
    )
    held_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    hold_reason = fields.Text(
        string="Why It Is Held",
        readonly=True,
        copy=False,
        tracking=True,
        groups="buurtbemiddeling_addon.group_coordinator",
    )

    # What is due is looked for each day, among many more cases that are anonymised.
    _kept = models.Index("(company_id, last_step_on) WHERE anonymised_on IS NULL")

    @api.depends("stage", "closed_on", "later_answered_on", "active")
    def _compute_last_step_on(self):
        """Say when each case was over; a report that was put with another case, when it was archived."""
        today = fields.Date.context_today(self)
        for case in self:
            if case.stage == "closed":
                case.last_step_on = max(filter(None, (case.closed_on, case.later_answered_on)), default=today)
            else:
                case.last_step_on = not case.active and (case.last_step_on or today)

    @api.depends("last_step_on", "taken_up", "held_on", "anonymised_on")
    def _compute_kept_until(self):
        for case in self:
            kind = "case" if case.taken_up == "taken_up" else "not_taken_up"
            goes = case.last_step_on and not case.held_on and not case.anonymised_on
            case.kept_until = goes and case.last_step_on + relativedelta(months=case.company_id._months_kept(kind))

    # ------------------------------------------------------------------
    # An anonymised case stays as it is
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """Create cases.

        :raise UserError: for anybody who makes one that is held or anonymised
        """
        if not self.env.su:
            if any(vals.get(name) for vals in vals_list for name in SET_BY_METHOD):
                raise UserError(self.env._("A case is held with the button, and anonymised by the daily job."))
            # Explicit, so that defaults from the client's context cannot set them.
            vals_list = [{**vals, **dict.fromkeys(SET_BY_METHOD, False)} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Write cases.

        :raise UserError: when one is anonymised, and for anybody who holds one by hand
        """
        if not self.env.su and SET_BY_METHOD & vals.keys():
            raise UserError(self.env._("A case is held with the button, and anonymised by the daily job."))
        result = super().write(vals)
        if "anonymised_on" not in vals:
            # Afterwards: who may not write a case does not hear that it is there.
            self._check_not_anonymised()
        return result

    def message_post(self, **kwargs):
        """Post a message on the case.

        :raise UserError: when it is anonymised
        """
        self.check_access("read")
        self._check_not_anonymised()
        return super().message_post(**kwargs)

    def _reopen(self, stage, reason):
        self.check_access("write")
        self._check_not_anonymised()
        return super()._reopen(stage, reason)

    def _check_not_anonymised(self):
        """Refuse to add anything to cases that are anonymised, or to change them.

        sudo: only whether one of them is.

        :raise UserError: when one is
        """
        if any(self.sudo().mapped("anonymised_on")):
            raise UserError(self.env._("This case is anonymised and stays as it is. Take a new report instead."))

    @api.model
    def _check_none_anonymised(self, documents, model_field):
        """Keep what is said, and what is to be done, from coming to a case that is anonymised.

        Who may not read a case does not hear that it is there; she is refused anyway.

        :param documents: records with the id of what they are about in ``res_id``
        :param str model_field: the name of their field with the model of it
        :raise UserError: when one of them is about such a case
        """
        ours = documents.filtered(lambda document: document[model_field] == self._name)
        self.browse(ours.mapped("res_id")).sudo(False)._filtered_access("read")._check_not_anonymised()

    # ------------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------------
    def _hold(self, reason):
        """Keep these cases from being anonymised until the hold is lifted.

        sudo: nobody holds a case by hand, so that who did and when is right. The user may edit them (checked here).

        :param str reason: why, in words of the user
        :raise AccessError: for anybody but a manager who may edit these cases
        :raise UserError: when one is anonymised already
        """
        self._check_may_hold()
        self._check_not_anonymised()
        self.sudo().write(
            {"hold_reason": reason, "held_on": fields.Date.context_today(self), "held_by_id": self.env.uid}
        )

    def action_lift_hold(self):
        """Let these cases be anonymised again when their time comes.

        sudo: see ``_hold``.

        :return: ``True``
        :raise AccessError: for anybody but a manager who may edit these cases
        """
        self._check_may_hold()
        self.sudo().write({"hold_reason": False, "held_on": False, "held_by_id": False})
        return True

    def _keep_reference(self, receipts):
        """Keep what goes from these receipts inside one case that is held, as superuser: it stays whole."""
        references = ", ".join((self.referral_ids & receipts).mapped("organisation_reference"))
        words = self._for_staff().env._("Reference of the organisation: %(references)s", references=references)
        self.hold_reason = "\n".join(filter(None, [self.hold_reason, words]))

    def _check_may_hold(self):
        self.check_access("write")
        if not self.env.user.has_group("buurtbemiddeling_addon.group_manager"):
            raise AccessError(self.env._("Only the programme manager holds a case, or lifts that."))
        self._serialize()

    # ------------------------------------------------------------------
    # Erasing: each method erases one kind of data, as superuser, and returns how much that was
    # ------------------------------------------------------------------
    def _anonymise(self):
        """Erase everything that is personal in these cases; their figures stay.

        :return: how much went of each kind
        :rtype: dict[str, int]
        """
        cases = self.sudo().with_context(active_test=False, tracking_disable=True)
        kinds = ("letters", "parties", "attachments", "chatter")
        number = {kind: getattr(cases, f"_erase_{kind}")() for kind in kinds}
        cases._erase_content()
        cases._forget_links()
        cases.write({"anonymised_on": fields.Date.context_today(self)})
        return {"case": len(cases), **number}

    def _erase_content(self):
        """Erase what stands in these cases and their parts, but for their people and what was said.

        That a pair could mediate in spite of a conflict of interest stays, without the reason.
        """
        cases = self.sudo().with_context(active_test=False, tracking_disable=True)
        cases.write({"description": False, "hold_reason": False})
        # Past the checks of a case that goes on: what such a case still needs is no reason to keep these.
        cases.flush_recordset(["conflict_waiver", "excluded_mediator_ids"])
        for erase in (
            "UPDATE buurtbemiddeling_case SET conflict_waiver = '-' WHERE conflict_waiver <> '-' AND id IN %s",
            "DELETE FROM buurtbemiddeling_case_excluded_mediator_rel WHERE case_id IN %s",
        ):
            self.env.cr.execute(SQL(erase, tuple(cases.ids)))
        cases.invalidate_recordset(["conflict_waiver", "excluded_mediator_ids"], flush=False)
        for part in cases._parts():
            part._erase()
        self.env["ir.model.data"].sudo().search(cases._about("model") & Domain("module", "in", IMPORTS)).unlink()

    def _erase_parties(self):
        # Also those who were erased before: somebody may have filled in something since.
        parties = self.env["buurtbemiddeling.party"].search([("case_id", "in", self.ids)])
        number = len(parties.filtered(lambda party: not party.erased_on))
        parties._erase()
        # What an organisation is shown of a person who is gone, goes.
        parties.consent_ids._take_back_disclosure()
        return number

    def _erase_letters(self):
        letters = self.env["buurtbemiddeling.letter"].search([("case_id", "in", self.ids), ("body", "!=", False)])
        letters._erase()
        return len(letters)

    def _erase_attachments(self):
        documents = self._documents()
        documents.unlink()
        return len(documents)

    def _erase_chatter(self):
        number = 0
        for model, model_field in TALK.items():
            talk = self.env[model].sudo().with_context(active_test=False).search(self._about(model_field))
            number += len(talk) if model != "mail.followers" else 0
            if model == "mail.message":
                talk.attachment_ids.unlink()
            talk.unlink()
        return number

    def _erase_evidence(self):
        """Delete what is kept longest: the consents, and what organisations were told. Both are append-only.

        The chain of checksums goes on to show which consents there were, and that they were erased.
        """
        about = [("case_id", "in", self.ids)]
        consents = self.env["buurtbemiddeling.consent"].search(about)
        told = self.env["buurtbemiddeling.register"].search(about)
        consents._erase_evidence()
        consents._delete_anyway()
        told._delete_anyway()
        self.env.invalidate_all()
        return len(consents) + len(told)

    def _forget_links(self):
        """Take away the links of these cases with others: in those it is known who the people are.

        The reference goes from what was said there, too.
        """
        for case in self:
            others = case.related_case_ids - self
            if others:
                named = Domain("model", "=", self._name) & Domain("res_id", "in", others.ids)
                for message in self.env["mail.message"].search(named & Domain("body", "like", case.reference)):
                    message.body = message.body.replace(case.reference, "…")
        self.write({"linked_to_ids": [Command.clear()], "linked_from_ids": [Command.clear()]})

    def _about(self, model_field):
        """Return the condition on Odoo's own records for those about these cases, or about anything in them.

        :param str model_field: the name of their field with the model; the id stands in ``res_id``
        :rtype: Domain
        """
        return Domain.OR(
            Domain(model_field, "=", records._name) & Domain("res_id", "in", records.ids)
            for records in (self, *self._all_parts())
        )

    def _all_parts(self):
        """Return the people and consents of these cases, and the parts: a recordset for each model."""
        theirs = (self.env[f"buurtbemiddeling.{name}"] for name in ("party", "consent"))
        return [*(records.search([("case_id", "in", self.ids)]) for records in theirs), *self._parts()]

    def _documents(self):
        """Return the documents of these cases and of what is in them, as superuser."""
        cases = self.sudo().with_context(active_test=False)
        return cases.env["ir.attachment"].search(cases._about("res_model"))
