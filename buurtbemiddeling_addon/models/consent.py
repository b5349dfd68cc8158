import hashlib
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

WITHDRAWAL = ("withdrawn_on", "withdrawal_recorded_by_id")
# What becomes of a consent after it was given.
NOT_RECORDED = (*WITHDRAWAL, "disclosure_id", "erased_on")
# What is no evidence: it follows from the party, or Odoo writes it.
FREE = ("case_id", "disclosure_id", "write_uid", "write_date")
# What only a person who gives a consent on our page brings with it.
BY_LINK = ("wording", "link_id")


class Consent(models.Model):
    """The evidence of one permission of one person.

    Append-only, also in the database: a consent is never edited or deleted. It is withdrawn, and a correction is a
    new one (GDPR art. 7(1) and 7(3)). That it was recorded, withdrawn and erased stands in a chain of checksums.
    """

    _name = "buurtbemiddeling.consent"
    _description = "Consent"
    _inherit = [
        "buurtbemiddeling.evidence.mixin",
        "buurtbemiddeling.logged.mixin",
        "buurtbemiddeling.reference.mixin",
    ]
    _order = "given_on desc, id desc"

    _evidence_free = FREE
    _evidence_once = WITHDRAWAL

    party_id = fields.Many2one("buurtbemiddeling.party", required=True, index=True, ondelete="restrict")
    case_id = fields.Many2one(related="party_id.case_id", store=True, index=True)
    purpose = fields.Selection(
        [
            ("referral", "Pass on data to neighbourhood mediation"),
            ("participation", "Take part voluntarily"),
            ("disclosure", "Make my self-report known to an organisation"),
        ],
        required=True,
        default="participation",
        help="What this person permits.",
    )
    organisation_id = fields.Many2one(
        "res.partner",
        ondelete="restrict",
        index="btree_not_null",
        help="The organisation that this permission is about, where it concerns one.",
    )
    stated_by = fields.Selection(
        [("person", "The person herself"), ("referrer", "The referrer")],
        required=True,
        default="person",
        help="Who says that this permission was given. What a referrer says is the first step; "
        "the person herself confirms it to staff in the second.",
    )
    method = fields.Selection(
        [
            ("in_person", "In person"),
            ("telephone", "By telephone"),
            ("writing", "In writing"),
            ("link", "By personal link"),
        ],
        string="Given",
        required=True,
        default="telephone",
        help="How this person said so.",
    )
    asked_by = fields.Char(
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Who of the organisation asked this person, as the referrer says.",
    )
    given_on = fields.Date(
        required=True, default=fields.Date.context_today, help="The day on which this person said so."
    )
    recorded_by_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    disclosed_name = fields.Char(
        string="Name to Be Shown",
        help="The name with which the organisation sees this person in the portal, as she agreed to it.",
    )
    wording = fields.Text(
        string="Agreed To", readonly=True, copy=False, help="The words that this person agreed to on the page."
    )
    link_id = fields.Many2one(
        "buurtbemiddeling.personal.link",
        string="Personal Link",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="buurtbemiddeling_addon.group_coordinator",
        help="The link with which this person gave the consent on our page.",
    )
    disclosure_id = fields.Many2one(
        "buurtbemiddeling.disclosure", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    withdrawn_on = fields.Date(readonly=True, copy=False)
    withdrawal_recorded_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    erased_on = fields.Date(
        string="Erased on",
        readonly=True,
        copy=False,
        help="When the texts of this consent were erased because they are no longer needed. That it was given stays.",
    )
    # Random. Without it nobody can find out from the checksum, by trying names, what the texts were.
    salt = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )
    checksum = fields.Char(
        compute="_compute_checksum",
        groups="buurtbemiddeling_addon.group_manager",
        help="It follows from this consent and from the checksum before it, so that a later change shows.",
    )

    _one_disclosure = models.UniqueIndex(
        "(party_id, organisation_id) WHERE purpose = 'disclosure' AND withdrawn_on IS NULL",
        "This organisation is told already. Withdraw that consent first to show another name.",
    )
    _list = models.Index("(given_on DESC, id DESC)")
    _withdrawn_after_given = models.Constraint(
        "CHECK (withdrawn_on IS NULL OR withdrawn_on >= given_on)",
        "A consent cannot be withdrawn before it was given.",
    )

    @api.constrains("purpose", "stated_by")
    def _check_own_word(self):
        if any(consent.purpose == "participation" and consent.stated_by != "person" for consent in self):
            raise ValidationError(self.env._("Only the person herself can say that she takes part."))

    @api.constrains("purpose", "organisation_id", "disclosed_name", "stated_by", "party_id")
    def _check_disclosure(self):
        for consent in self.filtered(lambda consent: consent.purpose == "disclosure" and not consent.erased_on):
            if not (consent.organisation_id and consent.disclosed_name):
                raise ValidationError(
                    self.env._("Say which organisation is told, and with which name this person is shown there.")
                )
            if consent.party_id.restricted_on:
                raise ValidationError(
                    self.env._(
                        "This person asked that we do not use the data for now. Lift that first, with this person."
                    )
                )
            # sudo: whether an organisation refers is a field for staff; only this one yes or no is read.
            if not consent.organisation_id.sudo().is_referrer:
                raise ValidationError(self.env._("Only an organisation that refers can be told."))
            if not consent.party_id.reported_herself or consent.stated_by != "person":
                raise ValidationError(
                    self.env._("Only a person who reported herself can ask that an organisation is told.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Create consents, always in the name of the user who records them.

        :raise UserError: for anybody who tries to record a consent that is already withdrawn, one that is given in
            the future, or one that was given on a personal page
        """
        if not self.env.su:
            if any(vals.get(name) for vals in vals_list for name in (*NOT_RECORDED, *BY_LINK)):
                raise UserError(self.env._("A consent is recorded as it was given; withdraw it afterwards."))
            # Explicit, so that defaults from the client's context cannot set them.
            fixed = {**dict.fromkeys((*NOT_RECORDED, *BY_LINK), False), "recorded_by_id": self.env.uid}
            vals_list = [{**vals, **fixed} for vals in vals_list]
        consents = super().create(vals_list)
        if not self.env.su and "link" in consents.mapped("method"):
            raise UserError(self.env._("Only the person herself gives it on her page. Choose another way."))
        today = fields.Date.context_today(self)
        if any(consent.given_on > today for consent in consents):
            raise UserError(self.env._("A consent cannot be given in the future. Please check the date."))
        consents.case_id._serialize()
        consents.case_id._check_not_anonymised()
        consents.filtered(lambda consent: consent.purpose == "disclosure")._disclose()
        seals = self.env["buurtbemiddeling.consent.seal"]
        seals._add(consents, "given")
        seals._add(consents.filtered("withdrawn_on"), "withdrawn")
        return consents

    def _prepare_create_values(self, vals_list):
        # Here, because nobody may write these. The case is known already, and need not be written afterwards.
        parties = self.env["buurtbemiddeling.party"].sudo()
        return [
            {**vals, "salt": secrets.token_hex(), "case_id": parties.browse(vals.get("party_id")).case_id.id}
            for vals in super()._prepare_create_values(vals_list)
        ]

    def write(self, vals):
        """Write the withdrawal of consents.

        :raise UserError: for anybody who tries to change anything else, or to withdraw twice
        """
        self.check_access("write")
        if vals.keys() - {*WITHDRAWAL, "disclosure_id"} or any(self.mapped("withdrawn_on")):
            raise UserError(
                self.env._("A consent is evidence and cannot be changed. Withdraw it, or record a new one.")
            )
        result = super().write(vals)
        if vals.get("withdrawn_on"):
            self.env["buurtbemiddeling.consent.seal"]._add(self, "withdrawn")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        raise UserError(self.env._("A consent is evidence and cannot be deleted. Withdraw it instead."))

    @api.readonly
    def action_ask_withdrawal(self):
        """Open the dialog that says what follows before these consents are withdrawn.

        :return: an action that opens the dialog
        """
        return self._ask_withdrawal(self.env._("Withdraw a permission"))

    def _ask_withdrawal(self, title):
        valid = self.filtered(lambda consent: not consent.withdrawn_on)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "buurtbemiddeling.consent.withdraw",
            "view_mode": "form",
            "target": "new",
            "context": {"default_consent_ids": valid.ids},
        }

    def action_withdraw(self):
        """Withdraw these consents, with effect at once: mediation of the case stops, and nobody visits these people.

        That follows for whoever has no other valid consent of the same purpose.

        :return: ``True``
        :raise AccessError: for a user who may not record consents of these cases
        """
        self.check_access("create")
        self.case_id._serialize()
        valid = self.filtered(lambda consent: not consent.withdrawn_on)
        # sudo: consent has no write right, so that no form or import can change the evidence.
        # The user may record consents of this case (checked above); the two fields are fixed.
        valid.sudo().write({"withdrawn_on": fields.Date.context_today(self), "withdrawal_recorded_by_id": self.env.uid})
        valid._take_back_disclosure()
        people = {purpose: consents.party_id for purpose, consents in valid.grouped("purpose").items()}
        nobody = self.env["buurtbemiddeling.party"]
        out = people.get("participation", nobody).filtered(lambda party: party._participation() == "withdrawn")
        refusing = people.get("referral", nobody).filtered(lambda party: party._referral_permission() == "refused")
        out.case_id._stop_mediation()
        self.env["buurtbemiddeling.session"]._cancel_for(out | refusing)
        self.env["buurtbemiddeling.letter"]._recall_for(out | refusing)
        self.env["buurtbemiddeling.personal.link"]._of_whoever_stops(out | refusing)._revoke()
        return True

    def _disclose(self):
        """Show each of these self-reporters to the organisation that she named, from now on.

        sudo: nobody has the right to make a disclosure, so that each of them stands on a consent. Only the
        name of the consent and the three answers of its case are shown, to the organisation of the consent.
        """
        for consent in self.sudo():
            consent.disclosure_id = (
                self.env["buurtbemiddeling.disclosure"]
                .sudo()
                .create(
                    {
                        "company_id": consent.case_id.company_id.id,
                        "organisation_id": consent.organisation_id.id,
                        "person_name": consent.disclosed_name,
                        "submitted_on": fields.Date.context_today(self),
                    }
                )
            )
            consent.case_id._record_told(consent.disclosure_id, "disclosure", ["made_known"])
            consent.case_id._tell(self.env["buurtbemiddeling.referral"], *consent.case_id._answers())

    def _take_back_disclosure(self):
        """Make what these consents showed disappear from the organisation's pages at once.

        sudo: see ``_disclose``. Only the disclosures of these consents are deleted.
        """
        for consent in self.sudo().filtered("disclosure_id"):
            consent.case_id._record_told(consent.disclosure_id, "disclosure", ["taken_back"])
            consent.disclosure_id.unlink()

    # ------------------------------------------------------------------
    # Evidence
    # ------------------------------------------------------------------
    def _compute_checksum(self):
        """Find the checksum with which each consent was recorded.

        sudo: nobody has a right on the chain; only the checksums of these consents are read.
        """
        given = [("consent_reference", "in", self.mapped("reference")), ("kind", "=", "given")]
        seals = self.env["buurtbemiddeling.consent.seal"].sudo().search(given)
        checksums = {seal.consent_reference: seal.checksum for seal in seals}
        for consent in self:
            consent.checksum = checksums.get(consent.reference)

    @api.model
    def _evidence(self, ids):
        """Return the digests of what the database holds now of consents, past everything that Odoo remembers.

        What is empty does not count, so that a field that is added later changes no digest.

        :param ids: the ids of the consents
        :return: for each id a digest of the facts, of the texts (of which there are none after the erasure: then it
            is empty), and of the withdrawal
        :rtype: dict[int, tuple]
        """
        columns = {field.name for field in self._fields.values() if field.store and field.column_type}
        facts = columns - self._personal_columns() - {*FREE, *WITHDRAWAL, "erased_on"}
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM %s WHERE id IN %s",
                SQL(", ").join(map(SQL.identifier, sorted(columns))),
                SQL.identifier(self._table),
                tuple(ids) or (0,),
            )
        )
        return {
            row["id"]: tuple(self._digest(row, names) for names in (facts, self._personal_columns(), WITHDRAWAL))
            for row in self.env.cr.dictfetchall()
        }

    @api.model
    def _digest(self, row, names):
        """Return the digest of some columns of a row, or an empty text when they are all empty."""
        filled = {name: str(row[name]) for name in names if row[name] is not None}
        return hashlib.sha256(json.dumps(filled, sort_keys=True).encode()).hexdigest() if filled else ""

    @api.model
    def _personal_columns(self):
        """Return the columns that are erased when evidence is: a text can name somebody, and a link was for her."""
        texts = {name for name, field in self._fields.items() if field.store and field.type in ("char", "text")}
        return texts - {"reference"} | {"link_id"}

    def _erase_evidence(self):
        """Erase the texts of these consents, which retention no longer keeps, and put on record that they were.

        After it a row may go too: the chain of checksums still shows that it was given and was erased.

        sudo: nobody has a right to change evidence. Only fixed values are written.
        """
        consents = self.sudo().filtered(lambda consent: not consent.erased_on)
        with consents._erasing():
            consents._write_anyway(
                {**dict.fromkeys(self._personal_columns(), False), "erased_on": fields.Date.context_today(self)}
            )
        self.env["buurtbemiddeling.consent.seal"]._add(consents, "erased")

    def _write_anyway(self, vals):
        """Write past what ``write`` of consents refuses to everybody."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    # ------------------------------------------------------------------
    # On the personal page of the person herself
    # ------------------------------------------------------------------
    @api.model
    def _words(self, party, purpose):
        """Return what one person agrees to on her page, sentence by sentence, in the language of the page.

        :param party: the person, as superuser
        :param str purpose: ``participation`` or ``referral``
        :rtype: list[str]
        """
        us = party.case_id.company_id.name
        if purpose == "referral":
            them = ", ".join(self._of(party, purpose).organisation_id.mapped("name"))
            return [
                self.env._("%(them)s gave my name and how I can be reached to %(us)s.", them=them, us=us),
                self.env._("I know this, and I agree that %(us)s keeps and uses it to help me.", us=us),
                self.env._("I can take this back. Then %(us)s erases it.", us=us),
            ]
        return [
            self.env._("I take part because I want to. Nobody makes me do it."),
            self.env._("I can stop at any moment. I do not have to say why."),
            self.env._("It costs me nothing."),
            self.env._("What I say stays with %(us)s. Nobody else hears it, unless I agree to that.", us=us),
            self.env._(
                "%(us)s keeps my name, how I can be reached, my appointments, the agreements and short notes. "
                "I may see what is kept about me.",
                us=us,
            ),
        ]

    @api.model
    def _of(self, party, purpose):
        return party.consent_ids.filtered(lambda consent: consent.purpose == purpose)

    @api.model
    def _answer_on_page(self, link, purpose, is_yes):
        """Put on record what a person answers on her page: a consent with its evidence, or its withdrawal.

        A no where nothing was given yet is no consent: it stands in the messages of the case. What was planned with
        her is cancelled all the same, and the coordinator is asked to look at it.

        As superuser: she has no account. Called by her personal link, which knows who she is and that the page
        showed ``_words``. Only her own consents are made and withdrawn.

        :param link: the personal link, as superuser, in the language of the page
        :param str purpose: ``participation`` or ``referral``
        :param bool is_yes: whether she agrees
        """
        party = link.party_id
        all_of_her = self._of(party, purpose)
        valid = all_of_her.filtered(lambda consent: not consent.withdrawn_on)
        if not is_yes:
            case = party.case_id._for_staff()
            valid.with_env(case.env).action_withdraw()
            case.env["buurtbemiddeling.session"]._cancel_for(party)
            case.env["buurtbemiddeling.session.reply"]._let_go_of_to_do(case)
            if valid or not all_of_her:
                roles = dict(party._fields["role"]._description_selection(case.env))
                case.message_post(
                    body=case.env._("Said on the personal page not to take part: %(role)s.", role=roles[party.role])
                )
            case._ask_to_look(
                case.env._("Somebody does not agree with the referral: decide how to go on")
                if purpose == "referral"
                else case.env._("Somebody does not take part, or no longer: decide how to go on")
            )
        elif "person" not in valid.mapped("stated_by"):
            self.create(
                {
                    "party_id": party.id,
                    "purpose": purpose,
                    "organisation_id": all_of_her.organisation_id[:1].id,
                    "stated_by": "person",
                    "method": "link",
                    "wording": "\n".join(self._words(party, purpose)),
                    "link_id": link.id,
                }
            )
