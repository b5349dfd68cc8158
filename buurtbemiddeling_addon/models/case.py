from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

STAGES = [
    ("reported", "Reported"),
    ("intake", "Intake"),
    ("first_talk", "First talk"),
    ("second_talk", "Second talk"),
    ("mediation", "Mediation"),
    ("aftercare", "Aftercare"),
    ("closed", "Closed"),
]
# The stages in which mediators work for the parties.
WORKING_STAGES = ("first_talk", "second_talk", "mediation", "aftercare")
# The fields from which the three answers to a referrer follow.
ANSWER_FIELDS = {"stage", "suitability", "taken_up", "outcome", "referral_ids"}
DESCRIPTION_LENGTH = 2000
LONGEST_WAIT_TO_END = 7


class Case(models.Model):
    """The file of one conflict between neighbours, from report to closing."""

    _name = "buurtbemiddeling.case"
    _description = "Mediation Case"
    _inherit = [
        "buurtbemiddeling.logged.mixin",
        "buurtbemiddeling.reference.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "reported_on desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    channel = fields.Selection(
        [("self_report", "Self-report"), ("referral", "Referral"), ("other", "Other")],
        required=True,
        default="self_report",
    )
    reported_on = fields.Date(required=True, default=fields.Date.context_today, index=True)
    area_id = fields.Many2one("buurtbemiddeling.area", index=True, ondelete="restrict")
    complaint_type_id = fields.Many2one(
        "buurtbemiddeling.complaint.type", string="Main Complaint", index=True, ondelete="restrict"
    )
    other_complaint_type_ids = fields.Many2many("buurtbemiddeling.complaint.type", string="Other Complaints")
    description = fields.Text(
        string="What Is Going On", help="Only what is needed to mediate. Do not write about health or offences."
    )
    is_complex = fields.Boolean(
        string="Complex",
        tracking=True,
        help="Needs more than an ordinary case: psychological vulnerability, language problems, discrimination, "
        "intimidation or many people involved.",
    )
    way_of_working = fields.Selection(
        [
            ("mediation", "Mediation"),
            ("shuttle", "Shuttle mediation"),
            ("group", "Group mediation"),
            ("coaching", "Coaching of one party"),
        ],
        required=True,
        default="mediation",
        tracking=True,
    )
    coordinator_id = fields.Many2one(
        "res.users",
        index=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("buurtbemiddeling_addon.group_coordinator").ids),
        ],
    )
    mediator_ids = fields.Many2many(
        "res.users",
        "buurtbemiddeling_case_mediator_rel",
        "case_id",
        "user_id",
        string="Mediators",
        tracking=True,
        check_company=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref("buurtbemiddeling_addon.group_mediator").ids)],
        help="A pair of mediators. They see this case while they are in this list and the case is open.",
    )
    excluded_mediator_ids = fields.Many2many(
        "res.users",
        "buurtbemiddeling_case_excluded_mediator_rel",
        "case_id",
        "user_id",
        string="Knows Somebody in This Case",
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("buurtbemiddeling_addon.group_mediator").ids)],
        help="Mediators who know one of these people. They are not proposed for this case.",
    )
    has_mediator_conflict = fields.Boolean(
        compute="_compute_mediator_conflicts", compute_sudo=False, groups="buurtbemiddeling_addon.group_coordinator"
    )
    mediator_conflicts = fields.Text(
        string="Conflicts of Interest",
        compute="_compute_mediator_conflicts",
        compute_sudo=False,
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    conflict_waiver = fields.Char(
        string="Why They May Mediate",
        tracking=True,
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Why this pair may mediate all the same. It holds for this pair only.",
    )
    stage = fields.Selection(
        STAGES,
        required=True,
        default="reported",
        tracking=True,
        group_expand="_group_expand_stage",
        index=True,
        copy=False,
    )
    suitability = fields.Selection(
        [("pending", "To be decided"), ("suitable", "Suitable"), ("not_suitable", "Not suitable")],
        required=True,
        default="pending",
        tracking=True,
        copy=False,
    )
    suitability_on = fields.Date(string="Suitability Decided on", readonly=True, copy=False)
    unsuitable_reason_id = fields.Many2one(
        "buurtbemiddeling.unsuitable.reason", ondelete="restrict", tracking=True, copy=False
    )
    taken_up = fields.Selection(
        [("pending", "To be decided"), ("taken_up", "Taken up"), ("not_taken_up", "Not taken up")],
        required=True,
        default="pending",
        tracking=True,
        copy=False,
    )
    taken_up_on = fields.Date(string="Taking up Decided on", readonly=True, copy=False)
    result_id = fields.Many2one(
        "buurtbemiddeling.result", string="How It Ended", ondelete="restrict", tracking=True, copy=False
    )
    outcome = fields.Selection(
        [
            ("resolved", "Resolved"),
            ("improved", "Improved"),
            ("not_resolved", "Not resolved"),
            ("not_applicable", "Not applicable"),
        ],
        compute="_compute_outcome",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
    )
    closed_on = fields.Date(readonly=True, copy=False, index="btree_not_null")
    lead_time = fields.Integer(
        string="Lead Time (days)",
        compute="_compute_lead_time",
        store=True,
        aggregator="avg",
        help="Days from the report to the closing.",
    )
    party_ids = fields.One2many("buurtbemiddeling.party", "case_id", string="Parties")
    referral_ids = fields.Many2many(
        "buurtbemiddeling.referral",
        "buurtbemiddeling_case_referral_rel",
        "case_id",
        "referral_id",
        string="Referrals",
        readonly=True,
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="One receipt for each organisation that referred this conflict. None of them sees the others.",
    )
    late_referral_ids = fields.Many2many(
        "buurtbemiddeling.referral",
        "buurtbemiddeling_case_late_referral_rel",
        "case_id",
        "referral_id",
        readonly=True,
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Referrals of a conflict that was known already. They are told one answer a day, so that the "
        "referrer cannot recognise that there was a case.",
    )
    referrer_ids = fields.Many2many(
        "res.partner",
        string="Referred by",
        compute="_compute_referrer_ids",
        search="_search_referrer_ids",
        compute_sudo=False,
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    register_ids = fields.One2many(
        "buurtbemiddeling.register",
        "case_id",
        string="Told to Organisations",
        readonly=True,
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    session_ids = fields.One2many("buurtbemiddeling.session", "case_id", string="Appointments")
    agreement_ids = fields.One2many("buurtbemiddeling.agreement", "case_id", string="Agreements")
    mediator_report_ids = fields.One2many("buurtbemiddeling.mediator.report", "case_id", string="Mediators' Reports")
    letter_ids = fields.One2many(
        "buurtbemiddeling.letter", "case_id", string="Letters", groups="buurtbemiddeling_addon.group_coordinator"
    )
    parties_summary = fields.Char(compute="_compute_parties_summary", compute_sudo=False)
    address_summary = fields.Char(compute="_compute_parties_summary", compute_sudo=False)
    has_refusing_reporter = fields.Boolean(compute="_compute_has_unconfirmed_party", compute_sudo=False)
    has_unconfirmed_party = fields.Boolean(compute="_compute_has_unconfirmed_party", compute_sudo=False)
    missing_for_next_stage = fields.Text(compute="_compute_missing_for_next_stage", compute_sudo=False)

    @api.model
    def _group_expand_stage(self, stages, domain):
        """Show a coordinator every stage on the board; a mediator the stages in which she has a case."""
        if self.env.user.has_group("buurtbemiddeling_addon.group_coordinator"):
            return [name for name, _label in STAGES]
        return [name for name, _label in STAGES if name in stages]

    # ------------------------------------------------------------------
    # Computed fields
    # ------------------------------------------------------------------
    @api.depends("result_id")
    def _compute_outcome(self):
        for case in self:
            case.outcome = case.result_id.outcome

    @api.depends("reported_on", "closed_on")
    def _compute_lead_time(self):
        for case in self:
            case.lead_time = (case.closed_on - case.reported_on).days if case.closed_on else 0

    @api.depends("referral_ids.organisation_id")
    def _compute_referrer_ids(self):
        for case in self:
            case.referrer_ids = case.referral_ids.organisation_id

    def _search_referrer_ids(self, operator, value):
        if not self.env.user.has_group("buurtbemiddeling_addon.group_coordinator"):
            raise AccessError(self.env._("Only coordinators can search cases by referrer."))
        return [("referral_ids.organisation_id", operator, value)]

    @api.depends("party_ids.name", "party_ids.role", "party_ids.address")
    def _compute_parties_summary(self):
        for case in self:
            parties = case.party_ids.filtered(lambda party: party.role != "supporter")
            case.parties_summary = " ↔ ".join(party._label() for party in parties) or self.env._("Nobody yet")
            case.address_summary = parties[:1].address

    @api.depends("party_ids.referral_permission")
    def _compute_has_unconfirmed_party(self):
        for case in self:
            case.has_unconfirmed_party = "unconfirmed" in case.party_ids.mapped("referral_permission")
            case.has_refusing_reporter = any(
                party.referral_permission == "refused" and party.role == "reporter" for party in case.party_ids
            )

    @api.depends(
        "area_id",
        "company_id",
        "excluded_mediator_ids",
        "mediator_ids",
        "party_ids.email",
        "party_ids.house_number",
        "party_ids.landlord_id",
        "party_ids.phone",
        "party_ids.street",
        "party_ids.zip",
        "referral_ids.organisation_id",
        "way_of_working",
    )
    @api.depends_context("lang")
    def _compute_mediator_conflicts(self):
        conflicts = self.env["buurtbemiddeling.mediator"]._conflicts(
            {case: case.mediator_ids._origin for case in self if case.mediator_ids}
        )
        for case in self:
            sentences = [
                f"{user.name}: {sentence}" for user, found in conflicts.get(case, {}).items() for sentence in found
            ]
            case.mediator_conflicts = "\n".join(sentences)
            case.has_mediator_conflict = bool(sentences)

    @api.depends(
        "stage",
        "suitability",
        "taken_up",
        "mediator_ids",
        "party_ids.participation",
        "mediator_conflicts",
        "conflict_waiver",
    )
    @api.depends_context("lang", "uid")
    def _compute_missing_for_next_stage(self):
        for case in self:
            missing = case._missing_for(case._next_stage()) if case.stage not in ("aftercare", "closed") else []
            case.missing_for_next_stage = "\n".join(missing)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find cases by reference, or by the name, street or telephone number of somebody in it."""
        found = Domain("reference", operator, name) | Domain(
            "party_ids",
            "any",
            Domain.OR([Domain(field, operator, name) for field in ("name", "street", "phone")]),
        )
        cases = self.search((found if name else Domain.TRUE) & Domain(domain or Domain.TRUE), limit=limit)
        cases._log_opening("list")
        return [(case.id, case.display_name) for case in cases]

    @api.depends("reference", "parties_summary", "address_summary")
    @api.depends_context("uid", "allowed_company_ids", "formatted_display_name")
    def _compute_display_name(self):
        """Name a case by its reference; in a field where staff choose a case, with what they recognise it by.

        The longer name is only for the real user's own eyes: for a case that she may read, never under sudo.
        """
        recognisable = self.browse()
        if self.env.context.get("formatted_display_name"):
            recognisable = self.sudo(False)._filtered_access("read")
        for case in self:
            parts = [case.parties_summary, case.address_summary] if case in recognisable else []
            case.display_name = " · ".join(filter(None, [case.reference, *parts]))

    # ------------------------------------------------------------------
    # The guarded lifecycle
    # ------------------------------------------------------------------
    def _missing_for(self, stage):
        """Say what one case still needs before it can be in a stage.

        The stages are the steps of the method that the CCV prescribes.

        :param str stage: the stage to be in
        :return: a sentence for each thing that is missing
        :rtype: list[str]
        """
        self.ensure_one()
        missing = []
        if stage in WORKING_STAGES:
            if self.suitability != "suitable":
                missing.append(self.env._("Decide first that the case is suitable for mediation."))
            if self.taken_up != "taken_up":
                missing.append(self.env._("Decide first that the case is taken up."))
            if len(self.mediator_ids) < 2:
                missing.append(self.env._("Choose a pair of mediators."))
            # In aftercare the talks are over: what a resident answers then is not refused for this.
            if stage != "aftercare":
                missing.extend(self._unwaived_conflicts())
        if stage == "mediation":
            parties = self.party_ids.filtered(lambda party: party.active and party.role != "supporter")
            if len(parties) < 2:
                missing.append(self.env._("Add the other party: mediation needs at least two parties."))
            missing.extend(
                self.env._("%(party)s does not take part (yet).", party=party.display_name)
                for party in parties
                if party._participation() != "given"
            )
        if stage == "closed" and not (self.result_id and self.outcome):
            missing.append(self.env._("Say how the case ended: use the button to end it."))
        return missing

    def _unwaived_conflicts(self):
        """Say which conflicts of interest the mediators of one case have, unless a coordinator accepted them.

        A mediator hears nothing: it tells where a colleague lives and whom she knows.

        :rtype: list[str]
        """
        self.ensure_one()
        is_coordinator = self.env.su or self.env.user.has_group("buurtbemiddeling_addon.group_coordinator")
        if not is_coordinator or self.conflict_waiver or not self.has_mediator_conflict:
            return []
        return [
            *self.mediator_conflicts.splitlines(),
            self.env._("Choose other mediators, or write down at the case why this pair may mediate all the same."),
        ]

    def _missing_to_take_up(self):
        """Say what one case still needs before it can be taken up: the second step of consent.

        :return: a sentence for each thing that is missing
        :rtype: list[str]
        """
        self.ensure_one()
        missing = []
        if self.suitability != "suitable":
            missing.append(self.env._("Decide first that the case is suitable for mediation."))
        for party in self.party_ids:
            permission = party._referral_permission()
            if permission == "unconfirmed":
                missing.append(
                    self.env._("Ask %(party)s first whether she knows of the referral.", party=party.display_name)
                )
            elif permission == "refused" and party.role == "reporter":
                missing.append(self.env._("%(party)s does not want this referral.", party=party.display_name))
        return missing

    @api.constrains(
        "stage",
        "suitability",
        "taken_up",
        "mediator_ids",
        "result_id",
        "outcome",
        "area_id",
        "way_of_working",
        "excluded_mediator_ids",
        "conflict_waiver",
    )
    def _check_stage(self):
        for case in self:
            missing = case._missing_for(case.stage)
            if missing:
                stage = dict(self._fields["stage"]._description_selection(self.env))[case.stage]
                raise ValidationError(
                    self.env._("The case cannot be in the stage %(stage)s yet.", stage=stage)
                    + "\n- "
                    + "\n- ".join(missing)
                )

    @api.constrains("taken_up")
    def _check_taken_up(self):
        for case in self:
            missing = case._missing_to_take_up() if case.taken_up == "taken_up" else []
            if missing:
                raise ValidationError(self.env._("The case cannot be taken up yet.") + "\n- " + "\n- ".join(missing))

    @api.constrains("suitability", "unsuitable_reason_id")
    def _check_unsuitable_reason(self):
        for case in self:
            if case.suitability == "not_suitable" and not case.unsuitable_reason_id:
                raise ValidationError(self.env._("Say why the case is not suitable. The referrer does not hear it."))

    def _next_stage(self):
        """Return the stage after the present one of one case; ``closed`` stays ``closed``."""
        names = [name for name, _label in STAGES]
        return names[min(names.index(self.stage) + 1, len(names) - 1)]

    @api.model_create_multi
    def create(self, vals_list):
        """Create cases; the coordinators of the company are asked to look at new reports."""
        for vals in vals_list:
            self._check_by_method(vals)
        cases = super().create([self._with_decision_dates(vals) for vals in vals_list])
        cases.filtered(lambda case: case.stage == "reported" and not case.coordinator_id)._notify_coordinators()
        return cases

    def write(self, vals):
        """Write cases and tell their referrers what is news to them.

        :raise UserError: for anybody who tries to reopen a closed case, or to move a case to another company
        :raise ValidationError: when a case would be in a stage for which something is missing
        """
        if vals.get("stage", "closed") != "closed" and "closed" in self.mapped("stage"):
            raise UserError(
                self.env._("A closed case stays closed: its referrer has heard how it ended. Take a new report.")
            )
        self._check_by_method(vals)
        if "company_id" in vals and any(case.company_id.id != vals["company_id"] for case in self):
            raise UserError(self.env._("A case stays with its organisation. Take a new report at the other one."))
        if vals.get("stage") == "closed" and len(self) == 1 and self.stage == "closed":
            vals = {name: value for name, value in vals.items() if name != "stage"}
        if "mediator_ids" in vals:
            # A waiver is about the pair for which it was written.
            vals = {"conflict_waiver": False, **vals}
        result = super().write(self._with_decision_dates(vals))
        if ANSWER_FIELDS & vals.keys():
            self._publish_answers()
        if {"stage", "mediator_ids"} & vals.keys():
            self._let_go_of_outsiders()
        return result

    def _check_by_method(self, vals):
        """Refuse that somebody links receipts by hand: an organisation would hear the answers of another case.

        :raise UserError: for anybody but the methods of this model
        """
        if not self.env.su and {"referral_ids", "late_referral_ids", "register_ids"} & vals.keys():
            raise UserError(self.env._("Referrals come to a case when they are submitted, or with another report."))

    def _link_receipts(self, receipts, late=False):
        """Link receipts to one case; its answers are told to them from now on.

        sudo: nobody may write these links by hand. The user may edit the case (checked here).

        :param receipts: receipts that were just made, or that come from another case of the same company
        :param bool late: whether the conflict was known already when they came in
        """
        self.check_access("write")
        links = [Command.link(receipt.id) for receipt in receipts]
        self.sudo().write({"referral_ids": links, **({"late_referral_ids": links} if late else {})})

    def _with_decision_dates(self, vals):
        """Return a copy of the values with today as the date of each decision in them that has no date."""
        today = fields.Date.context_today(self)
        dates = {
            "suitability_on": vals.get("suitability", "pending") != "pending",
            "taken_up_on": vals.get("taken_up", "pending") != "pending",
            "closed_on": vals.get("stage") == "closed",
        }
        return {**{name: today for name, decided in dates.items() if decided}, **vals}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("A case is not deleted. Close it, or archive it."))

    def _serialize(self):
        """Make transactions that decide about these cases come one after the other.

        A guard reads the consents, and a withdrawal reads the stage: without a row that both write, each could
        miss what the other does. Whoever comes second is done over by Odoo, and then sees it.
        """
        if self.ids:
            self.env.cr.execute(
                SQL("UPDATE buurtbemiddeling_case SET write_date = write_date WHERE id IN %s", tuple(self.ids))
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_take_on(self):
        """Become the coordinator of these cases and start the intake.

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        """
        for case in self:
            case.write({"coordinator_id": case.coordinator_id.id or self.env.uid, "stage": "intake"})
        self.activity_unlink(["buurtbemiddeling_addon.activity_type_new_report"])
        return True

    def action_suitable(self):
        """Decide that these cases are suitable for mediation; their referrers hear it.

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        """
        return self.write({"suitability": "suitable", "unsuitable_reason_id": False})

    def action_take_up(self):
        """Decide that these cases are taken up; their referrers hear it.

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        :raise ValidationError: when somebody has not confirmed that she knows of the referral
        """
        return self.write({"taken_up": "taken_up"})

    def action_next_stage(self):
        """Move these cases one stage on.

        :return: ``True``
        :raise AccessError: for a user who may not edit these cases
        :raise ValidationError: with what is missing for the next stage
        """
        for case in self:
            case.stage = case._next_stage()
        return True

    def action_propose_mediators(self):
        """Open a list of pairs of mediators for this case, the best first.

        :return: an action
        :raise AccessError: for a user who may not edit this case
        """
        self.ensure_one()
        self.check_access("write")
        proposal = self.env["buurtbemiddeling.mediator.proposal"].create({"case_id": self.id})
        proposal._propose()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose mediators"),
            "res_model": proposal._name,
            "res_id": proposal.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_i_know_somebody(self):
        """Take the current user off these cases, because she knows somebody in them.

        Work on the case waits in the intake until the coordinator has chosen who comes in her place.

        sudo: a mediator may not edit cases. Here she can only leave her own.

        :return: an action that opens the list of her cases
        :raise AccessError: for a user who may not read these cases
        :raise UserError: for a user who is not a mediator of these cases, or when one is closed
        """
        self.check_access("read")
        user = self.env.user
        for case in self:
            if user not in case.mediator_ids or case.stage == "closed":
                raise UserError(self.env._("You are not a mediator of this case."))
        for case in self.sudo():
            case.write(
                {
                    "mediator_ids": [Command.unlink(user.id)],
                    "excluded_mediator_ids": [Command.link(user.id)],
                    **({"stage": "intake"} if case.stage in WORKING_STAGES else {}),
                }
            )
            coordinator = case.coordinator_id
            case.with_context(lang=coordinator.lang or self.env.lang).activity_schedule(
                "buurtbemiddeling_addon.activity_type_choose_mediator", user_id=coordinator.id
            )
        return self.env["ir.actions.act_window"]._for_xml_id("buurtbemiddeling_addon.case_action_mine")

    def _go_on_without_erased(self):
        """Go on with each of these cases after the data of somebody in it were erased.

        Without a reporter everything else that is personal goes too: the case will end. With one, a coordinator
        is asked to look at what the texts say about the person who was erased.
        """
        for case in self:
            present = case.party_ids.filtered(lambda party: not party.erased_on)
            if present.filtered(lambda party: party.role == "reporter"):
                case.message_post(
                    body=self.env._(
                        "The data of somebody who did not confirm the referral were erased. "
                        "Please take out what the description and the notes say about this person."
                    )
                )
                continue
            notes = case.message_ids.filtered(lambda message: message.body or message.attachment_ids)
            attachments = self.env["ir.attachment"].search([("res_model", "=", self._name), ("res_id", "=", case.id)])
            (notes.attachment_ids | attachments).unlink()
            notes.unlink()
            case.activity_ids.unlink()
            case.description = False
            present._erase()

    @api.model
    def _cron_end_without_reporter(self):
        """End the open cases of which nobody is left, some days after the erasure.

        The number of days differs from case to case, so that a no on the day after the term cannot be
        recognised as one that nobody confirmed.
        """
        result = self.env.ref("buurtbemiddeling_addon.result_no_permission")
        domain = Domain("stage", "!=", "closed") & Domain("party_ids.erased_on", "!=", False)
        cases = self.search(domain & ~Domain("party_ids", "any", [("erased_on", "=", False)]))
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(cases))
        for case in cases:
            days = 1 + sum(map(ord, case.reference)) % LONGEST_WAIT_TO_END
            if max(case.party_ids.mapped("erased_on")) + timedelta(days=days) <= fields.Date.context_today(self):
                decided = {} if case.taken_up == "taken_up" else {"taken_up": "not_taken_up"}
                case.write({**decided, "stage": "closed", "result_id": result.id, "outcome": result.outcome})
            if not progress._commit_progress(1):
                break

    def _stop_mediation(self):
        """Take these cases out of mediation, because somebody no longer takes part."""
        for case in self.sudo(False).filtered(lambda case: case.stage == "mediation"):
            # A conflict of interest that came up meanwhile is no reason to go on.
            case.stage = "intake" if case._missing_for("second_talk") else "second_talk"
            case.message_post(
                body=self.env._(
                    "Somebody no longer takes part, so mediation has stopped. "
                    "End the case, or look for another way to help."
                )
            )

    # ------------------------------------------------------------------
    # The answers to referrers
    # ------------------------------------------------------------------
    def _answers(self):
        """Return what one case knows of the three questions, without any reason.

        Each answer is ``True``, ``False`` or, while it is not known, ``None``. A case that has ended has
        all its answers, and whatever ended it gives the same ones (the neutral no).

        :return: suitable, taken up, resolved
        :rtype: tuple
        """
        self.ensure_one()
        decided = {"suitable": True, "not_suitable": False, "taken_up": True, "not_taken_up": False}
        at_the_end = False if self.stage == "closed" else None
        suitable = decided.get(self.suitability, at_the_end)
        taken_up = decided.get(self.taken_up, at_the_end)
        resolved = self.outcome in ("resolved", "improved") if self.stage == "closed" else None
        return suitable, taken_up, resolved

    def _publish_answers(self):
        """Tell the referrers of these cases each yes that is known and that they have not heard yet.

        A no waits for the daily round, whoever said it: staff in the day, or a resident who withdrew. So the
        moment of telling says nothing about the reason either.

        sudo: staff have no write right on what is published, so that nobody can tell an organisation anything
        else than this. Only the three answers are passed on, to the receipts and disclosures of these cases.
        """
        for case in self.sudo():
            known = (answer or None for answer in case._answers())
            case._tell(case.referral_ids - case.late_referral_ids, *known)

    def _tell(self, receipts, suitable, taken_up, resolved):
        """Tell answers of one case through these receipts and through its disclosures, and put it on record."""
        for receipt in receipts:
            self._record_told(receipt, "referral", receipt._publish(suitable, taken_up, resolved).values())
        for disclosure in self.party_ids.consent_ids.disclosure_id:
            self._record_told(disclosure, "disclosure", disclosure._publish(suitable, taken_up, resolved).values())

    @api.model
    def _cron_tell_answers(self):
        """The daily round: tell every no, and to each referrer of a conflict that was known already one answer.

        A late referrer hears nothing on the day of the referral, nor before its people confirmed it.
        """
        waiting = Domain("outcome", "=", "pending") & Domain("taken_up", "!=", "not_taken_up")
        ended = Domain("stage", "=", "closed") | Domain("suitability", "=", "not_suitable")
        cases = self.with_context(active_test=False).search(
            Domain("late_referral_ids", "any", waiting)
            | (
                (ended | Domain("taken_up", "=", "not_taken_up"))
                & (
                    Domain("referral_ids", "any", waiting)
                    | Domain("party_ids.consent_ids.disclosure_id", "any", waiting)
                )
            )
        )
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(cases))
        for case in cases:
            late = case.late_referral_ids
            case._tell(case.referral_ids - late, *case._answers())
            for receipt in late.filtered_domain(waiting):
                case._tell_next(receipt)
            if not progress._commit_progress(1):
                break

    def _tell_next(self, receipt):
        """Tell a late referrer the next answer of one case, if it is time for it."""
        today = fields.Date.context_today(self)
        told_on = [receipt.submitted_on, receipt.suitability_on, receipt.taken_up_on]
        unconfirmed = self.party_ids.filtered(
            lambda party: (
                party._referral_permission() == "unconfirmed"
                and receipt.organisation_id in party.consent_ids.organisation_id
            )
        )
        if max(filter(None, told_on)) >= today or (unconfirmed and self.stage != "closed"):
            return
        suitable, taken_up, resolved = self._answers()
        if receipt.suitability == "pending":
            taken_up = resolved = None
        elif receipt.taken_up == "pending":
            resolved = None
        self._record_told(receipt, "referral", receipt._publish(suitable, taken_up, resolved).values())

    def _record_told(self, published, ground, statements):
        """Keep on record what an organisation was told of one case.

        sudo: the register has no create right, so that each row stands for something that was really told.

        :param published: the receipt or the disclosure through which it was told
        :param ground: ``referral`` or ``disclosure``
        :param statements: values of ``statement`` of the register
        """
        self.env["buurtbemiddeling.register"].sudo().create(
            [
                {
                    "case_id": self.id,
                    "organisation_id": published.organisation_id.id,
                    "recipient_id": published.submitted_by_id.id if ground == "referral" else False,
                    "receipt_reference": published.reference,
                    "ground": ground,
                    "statement": statement,
                }
                for statement in statements
            ]
        )

    # ------------------------------------------------------------------
    # Reports from outside
    # ------------------------------------------------------------------
    @api.model
    def _self_report_errors(self, values):
        """Check what a resident filled in on the public page.

        :param dict values: the text typed, by field name of party; ``complaint_type_id``, ``description``,
            and ``other_name``, ``other_street``, ``other_house_number`` for the neighbour
        :return: a sentence for each field that is not right, by field name
        :rtype: dict
        """
        errors = self.env["buurtbemiddeling.party"]._person_errors(values, required=("name", "street", "house_number"))
        if not (values.get("phone") or values.get("email")):
            errors["phone"] = self.env._(
                "Please give a telephone number or an e-mail address, so that we can reach you."
            )
        other = {name: values.get(f"other_{name}") for name in ("name", "street", "house_number")}
        for name, message in self.env["buurtbemiddeling.party"]._person_errors(other, required=()).items():
            errors[f"other_{name}"] = message
        errors.update(self._conflict_errors(values))
        return errors

    @api.model
    def _conflict_errors(self, values):
        """Check what somebody outside filled in about the conflict itself.

        :param dict values: ``complaint_type_id`` (an id from the list, as text) and ``description``
        :return: a sentence for each field that is not right, by field name
        :rtype: dict
        """
        errors = {}
        choices = {str(number) for number, _name in self.env["buurtbemiddeling.complaint.type"]._choices()}
        if values.get("complaint_type_id") not in choices:
            errors["complaint_type_id"] = self.env._("Please choose what it is about.")
        if len(values.get("description") or "") > DESCRIPTION_LENGTH:
            errors["description"] = self.env._(
                "This is too long; at most %(longest)s characters.", longest=DESCRIPTION_LENGTH
            )
        return errors

    @api.model
    def _report_herself(self, values):
        """Take the report of a resident from the public page.

        sudo: the visitor has no right on any model. Only the fields named here are taken from what was
        typed, as text; nothing of the case is returned.

        :param dict values: see ``_self_report_errors``
        :raise ValidationError: for a visitor whose values have errors
        """
        errors = self._self_report_errors(values)
        if errors:
            raise ValidationError("\n".join(errors.values()))
        reporter = {
            name: values.get(name)
            for name in ("name", "street", "house_number", "zip", "city", "phone", "email", "language")
        }
        other = {name: values.get(f"other_{name}") for name in ("name", "street", "house_number")}
        parties = [{**reporter, "role": "reporter", "reported_herself": True}]
        if other["name"] or other["street"]:
            parties.append({**other, "role": "other_party", "sequence": 20})
        self._create_from_outside(
            {
                "channel": "self_report",
                "complaint_type_id": int(values["complaint_type_id"]),
                "description": values.get("description"),
            },
            parties,
        )

    @api.model
    def _create_from_outside(self, case_values, party_values):
        """Create a case for somebody outside, who gets no link to it.

        As superuser: called by ``_report_herself`` and by ``_submit`` of a referral with values that they
        picked one by one; the user of the request does not become a follower or the author of a log.

        :param dict case_values: fields of the case
        :param list party_values: a dict of fields for each person
        :return: the case, as superuser
        """
        return (
            self.with_user(SUPERUSER_ID)
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create(
                {
                    **case_values,
                    "company_id": self.env.company.id,
                    "party_ids": [Command.create(party) for party in party_values],
                }
            )
        )

    def _notify_coordinators(self):
        """Give the coordinators of the companies of these new cases an activity to look at them.

        sudo: whoever reports a case has no right to read users or to plan activities.
        """
        coordinators = self.env.ref("buurtbemiddeling_addon.group_coordinator").sudo().all_user_ids
        managers = self.env.ref("buurtbemiddeling_addon.group_manager").sudo().all_user_ids
        for company, cases in self.sudo().grouped("company_id").items():
            present = coordinators.filtered(lambda user, company=company: user.active and company in user.company_ids)
            # A manager can do the work of a coordinator; she is only asked where there is no other.
            for coordinator in present - managers or present:
                cases.with_context(lang=coordinator.lang).activity_schedule(
                    "buurtbemiddeling_addon.activity_type_new_report", user_id=coordinator.id
                )

    # ------------------------------------------------------------------
    # Messages stay inside
    # ------------------------------------------------------------------
    def _staff_partners(self, partners):
        """Return the partners whose user may read all of these cases: only they may follow or be mailed one."""
        return partners.filtered(
            lambda partner: any(self.with_user(user).has_access("read") for user in partner.user_ids)
        )

    def _let_go_of_outsiders(self):
        """Let those who may no longer read these cases not follow them or have activities on them.

        sudo: whoever takes a mediator off a case need not be able to edit her activities. They go to the
        coordinator of the case, or away.
        """
        for case in self.sudo():
            followers = case.message_partner_ids
            case.message_unsubscribe((followers - case._staff_partners(followers)).ids)
            for activity in case.activity_ids.filtered("user_id"):
                if not case.with_user(activity.user_id).has_access("read"):
                    if case.coordinator_id:
                        activity.user_id = case.coordinator_id
                    else:
                        activity.unlink()

    def message_post(self, **kwargs):
        """Post a message on the case.

        :raise UserError: for anybody who addresses it to somebody who may not read the case
        """
        self.check_access("read")
        recipients = self.env["res.partner"].browse(kwargs.get("partner_ids") or [])
        if self._staff_partners(recipients.sudo()) != recipients or kwargs.get("outgoing_email_to"):
            raise UserError(
                self.env._("Messages on a case are for those who work on it. Take out the other recipients.")
            )
        return super().message_post(**kwargs)

    def message_get_followers(self, *args, **kwargs):
        """Return who follows one case.

        :raise AccessError: for a user who may not read it
        """
        self.check_access("read")
        return super().message_get_followers(*args, **kwargs)

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        staff = self._staff_partners(self.env["res.partner"].sudo().browse(partner_ids or []))
        return super()._message_subscribe(staff.ids, subtype_ids=subtype_ids, customer_ids=customer_ids)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        partners = self.env["res.partner"].sudo().browse(recipient["id"] for recipient in recipients)
        staff = self._staff_partners(partners).ids
        return [recipient for recipient in recipients if recipient["id"] in staff]
