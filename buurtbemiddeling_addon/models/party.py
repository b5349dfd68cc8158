import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.mail import single_email_re

_logger = logging.getLogger(__name__)

# The longest text that a person outside can send for each field, in characters.
PERSON_FIELD_LENGTHS = {
    "name": 100,
    "street": 100,
    "house_number": 12,
    "zip": 10,
    "city": 60,
    "phone": 30,
    "email": 100,
    "language": 40,
}
PHONE_CHARACTERS = set("0123456789+-()/. ")
PERSONAL_FIELDS = (*PERSON_FIELD_LENGTHS, "needs_interpreter", "tenure", "landlord_id")


class Party(models.Model):
    """A person in a case. Personal data of residents stands here and nowhere else."""

    _name = "buurtbemiddeling.party"
    _description = "Party"
    _inherit = ["buurtbemiddeling.logged.mixin", "buurtbemiddeling.reference.mixin"]
    _order = "case_id, sequence, id"
    _rec_names_search = ("reference", "name", "street")

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, index=True, ondelete="restrict")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    role = fields.Selection(
        [
            ("reporter", "Reporter"),
            ("other_party", "Other party"),
            ("supporter", "Supporter"),
        ],
        required=True,
        default="reporter",
        help="The reporter is the first party; a supporter comes along with a party and is not mediated.",
    )
    name = fields.Char(index="trigram", help="May stay empty for a neighbour whose name is not known.")
    street = fields.Char(index="trigram")
    house_number = fields.Char()
    address = fields.Char(compute="_compute_address", compute_sudo=False)
    zip = fields.Char(string="Postcode", index="trigram")
    city = fields.Char()
    phone = fields.Char(index="trigram")
    email = fields.Char(string="E-mail")
    language = fields.Char(string="Preferred Language", help="Leave empty for Dutch.")
    needs_interpreter = fields.Boolean()
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language of Letters",
        default=lambda self: self.env.company.partner_id.lang or self.env.lang,
    )
    preferred_contact = fields.Selection(
        [("phone", "Telephone"), ("email", "E-mail"), ("post", "Letter"), ("visit", "Visit")],
        string="How to Reach",
        help="How this person wants to be reached.",
    )
    may_be_told = fields.Selection(
        [
            ("nothing", "Nothing yet"),
            ("complaint", "What it is about, not by whom"),
            ("name", "What it is about and by whom"),
        ],
        string="The Other Party May Be Told",
        default="nothing",
        required=True,
        help="What this person agreed to that the other party is told when it is invited.",
    )
    tenure = fields.Selection([("tenant", "Tenant"), ("owner", "Owner-occupier")], string="Rents or Owns")
    landlord_id = fields.Many2one(
        "res.partner",
        domain="[('is_company', '=', True)]",
        ondelete="set null",
        index="btree_not_null",
        help="For the choice of mediators. The landlord hears nothing of this case.",
    )
    reported_herself = fields.Boolean(
        help="This person asked for mediation without a referrer. She is not made known to any institution.",
    )
    informed_on = fields.Date(
        help="When this person was told what is kept about her and where it came from (GDPR art. 14)."
    )
    informed_how = fields.Selection(
        [("in_person", "In person"), ("telephone", "By telephone"), ("writing", "In writing")],
        string="Informed",
    )
    erased_on = fields.Date(
        readonly=True,
        copy=False,
        help="When the data of this person were erased, because she did not confirm the referral.",
    )
    case_stage = fields.Selection(related="case_id.stage", related_sudo=False)
    consent_ids = fields.One2many("buurtbemiddeling.consent", "party_id", string="Consents")
    referral_permission = fields.Selection(
        [
            ("not_needed", "Not needed"),
            ("unconfirmed", "To be confirmed"),
            ("confirmed", "Confirmed"),
            ("refused", "Refused"),
        ],
        compute="_compute_referral_permission",
        store=True,
        help="The second step of consent: did this person tell staff that she knows of the referral and agrees?",
    )
    participation = fields.Selection(
        [("none", "Not asked yet"), ("given", "Takes part"), ("withdrawn", "Withdrawn")],
        compute="_compute_participation",
        store=True,
    )

    @api.depends("consent_ids.purpose", "consent_ids.stated_by", "consent_ids.withdrawn_on")
    def _compute_referral_permission(self):
        for party in self:
            party.referral_permission = party._referral_permission()

    @api.depends("consent_ids.purpose", "consent_ids.withdrawn_on")
    def _compute_participation(self):
        for party in self:
            party.participation = party._participation()

    @api.depends("street", "house_number", "city")
    def _compute_address(self):
        for party in self:
            street = " ".join(filter(None, [party.street, party.house_number]))
            party.address = ", ".join(filter(None, [street, party.city]))

    @api.depends("name", "street", "house_number", "reference")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        # Odoo shows display names of records that a user cannot read (in a many2one, an error, a log), also
        # under sudo: so the name is only for the real user's own eyes, and everybody else gets the reference.
        readable = self.sudo(False)._filtered_access("read")
        for party in self:
            party.display_name = party._label() if party in readable else party.reference

    def _label(self):
        """Return how staff call one party: by name, or else by address."""
        return self.name or " ".join(filter(None, [self.street, self.house_number])) or self.reference

    # ------------------------------------------------------------------
    # What the consents say; the stored fields are for lists, no guard relies on them
    # ------------------------------------------------------------------
    def _referral_permission(self):
        """Return whether one party confirmed to staff that she knows of the referral and agrees."""
        consents = self.consent_ids.filtered(lambda consent: consent.purpose == "referral")
        if not consents:
            return "not_needed"
        if any(consent.stated_by == "person" and not consent.withdrawn_on for consent in consents):
            return "confirmed"
        return "refused" if all(consents.mapped("withdrawn_on")) else "unconfirmed"

    def _participation(self):
        """Return whether one party takes part."""
        consents = self.consent_ids.filtered(lambda consent: consent.purpose == "participation")
        if not consents:
            return "none"
        return "withdrawn" if all(consents.mapped("withdrawn_on")) else "given"

    @api.model_create_multi
    def create(self, vals_list):
        """Create parties.

        :raise UserError: for a user who tries to set what only a consent says, or the erasure
        """
        for vals in vals_list:
            self._check_derived(vals)
        # Explicit, so that defaults from the client's context cannot set them.
        vals_list = [{**vals, "erased_on": vals.get("erased_on", False)} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Write parties.

        :raise UserError: for a user who tries to set what only a consent says, the erasure, or who reported
        :raise AccessError: for a user who moves them to a case that she may not edit
        """
        self._check_derived(vals)
        if not self.env.su and vals.get("case_id"):
            self.env["buurtbemiddeling.case"].browse(vals["case_id"]).check_access("write")
        reported = vals.get("reported_herself")
        if not self.env.su and reported is not None and any(party.reported_herself != reported for party in self):
            raise UserError(self.env._("Who reported herself is known from the report and cannot be changed."))
        return super().write(vals)

    def _check_derived(self, vals):
        if not self.env.su and {"referral_permission", "participation", "erased_on"} & vals.keys():
            raise UserError(self.env._("This follows from the consents of this person. Record or withdraw one."))

    @api.constrains("email")
    def _check_email(self):
        for party in self:
            if party.email and not email_normalize(party.email):
                raise ValidationError(
                    self.env._("This e-mail address is not complete. Please check it, or leave it empty.")
                )

    @api.constrains("case_id", "name", "street", "erased_on")
    def _check_known(self):
        for party in self:
            if not (party.name or party.street or party.erased_on):
                raise ValidationError(self.env._("Please give a name or an address for each person."))

    @api.constrains("case_id", "active", "role")
    def _check_stage_of_case(self):
        """Check that the case can stay where it is with these people: each party in mediation takes part."""
        self.case_id._serialize()
        self.case_id._check_stage()

    @api.model
    def _person_errors(self, values, required=("name",)):
        """Check what somebody outside filled in about one person.

        :param dict values: the text typed, by field name
        :param tuple required: the fields that may not be empty
        :return: a sentence for each field that is not right, by field name
        :rtype: dict
        """
        errors = {name: self.env._("Please fill this in.") for name in required if not values.get(name)}
        for name, longest in PERSON_FIELD_LENGTHS.items():
            if len(values.get(name) or "") > longest:
                errors[name] = self.env._("This is too long; at most %(longest)s characters.", longest=longest)
        digits = sum(character.isdigit() for character in values.get("phone") or "")
        if values.get("phone") and not (8 <= digits <= 15 and set(values["phone"]) <= PHONE_CHARACTERS):
            errors.setdefault("phone", self.env._("This is not a telephone number. Please give all its digits."))
        if values.get("email") and not single_email_re.fullmatch(values["email"]):
            errors.setdefault(
                "email", self.env._("This e-mail address is not complete. Please check it, or leave it empty.")
            )
        return errors

    def action_confirm_referral(self):
        """Record that these people told staff, by telephone, that they know of the referral and agree.

        :return: ``True``
        :raise AccessError: for a user who may not record consents of this case
        """
        self.env["buurtbemiddeling.consent"].create(
            [
                {
                    "party_id": party.id,
                    "purpose": "referral",
                    "organisation_id": party._referral_consents().organisation_id[:1].id,
                    "stated_by": "person",
                    "method": "telephone",
                }
                for party in self.filtered(lambda party: party.referral_permission == "unconfirmed")
            ]
        )
        return True

    def action_refuse_referral(self):
        """Record that these people do not agree with the referral: the permission is withdrawn.

        :return: ``True``
        :raise AccessError: for a user who may not record consents of this case
        """
        self._referral_consents().action_withdraw()
        return True

    def action_withdraw_participation(self):
        """Record that these people no longer take part: mediation stops at once.

        :return: ``True``
        :raise AccessError: for a user who may not record consents of this case
        """
        self.consent_ids.filtered(lambda consent: consent.purpose == "participation").action_withdraw()
        return True

    def action_record_participation(self):
        """Open the form that records that this person takes part."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Takes part voluntarily"),
            "res_model": "buurtbemiddeling.consent",
            "view_mode": "form",
            "target": "new",
            "context": {"default_party_id": self.id, "default_purpose": "participation"},
        }

    def action_disclose(self):
        """Open the form that records that this self-reporter wants an organisation to be told."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tell an organisation"),
            "res_model": "buurtbemiddeling.consent",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_party_id": self.id,
                "default_purpose": "disclosure",
                "default_disclosed_name": self.name,
            },
        }

    def _referral_consents(self):
        """Return the consents of these parties to a referral that are not withdrawn."""
        return self.consent_ids.filtered(lambda consent: consent.purpose == "referral" and not consent.withdrawn_on)

    def _erase(self):
        """Erase what is personal in these parties.

        The consents stay: they are evidence of what a referrer stated, and name nobody.
        """
        self.write({**dict.fromkeys(PERSONAL_FIELDS, False), "erased_on": fields.Date.context_today(self)})
        self.env["buurtbemiddeling.letter"]._erase_texts(self)

    @api.model
    def _cron_erase_unconfirmed(self):
        """Erase the people who did not confirm in time that they know of the referral, or do not agree with it.

        What is left of a case without a reporter is erased too, and the case ends; its referrers hear the
        neutral no.
        """
        unconfirmed = Domain.OR(
            Domain("case_id.company_id", "=", company.id)
            & Domain("create_date", "<", fields.Datetime.now() - timedelta(days=company.mediation_unconfirmed_days))
            for company in self.env["res.company"].search([])
        ) & Domain("referral_permission", "=", "unconfirmed")
        domain = Domain("erased_on", "=", False) & (unconfirmed | Domain("referral_permission", "=", "refused"))
        parties = self.with_context(active_test=False).search(domain)
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(parties))
        for case, people in parties.grouped("case_id").items():
            try:
                with self.env.cr.savepoint():
                    people._erase()
                    case._go_on_without_erased()
            except (UserError, ValueError):
                # One case that cannot end must not keep the data of the others.
                _logger.exception("What was not confirmed in case %s could not be erased", case.reference)
            if not progress._commit_progress(len(people)):
                break

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("A person is not deleted from a case. Archive her instead."))
