import logging
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, email_normalize, remove_accents
from odoo.tools.mail import single_email_re

from .batches import batches

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

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
PERSONAL_FIELDS = (
    *PERSON_FIELD_LENGTHS,
    *("needs_interpreter", "lang", "birth_year", "tenure", "landlord_id"),
    *("household", "household_members", "preferred_contact", "contact_hint"),
)
SEARCHED_BY = ("name", "street", "house_number", "zip", "city", "phone", "email")
# By these two people are recognised as perhaps the same person, or as living in the same house.
RECOGNISED_BY = ("phone_key", "address_key", "email_key")
SHORTEST_PHONE = 8
PHONE_IN_TEXT = re.compile(r"(?<!\w)[+0][\d\s()/.-]*\d(?!\w)")
# A postcode, or a house number with its letter, that is written in two parts.
IN_TWO_PARTS = re.compile(r"\b(\d{4})\s+([a-z]{2})\b|\b(\d+)[\s-]+([a-z])\b")
# Letters of names that are no letter with an accent.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
# Nine digits as a citizen service number is written; not those of a telephone number after its country code.
NINE_DIGITS = re.compile(r"(?<![\d+])(?<!31[ -])(\d{9}|\d{3}([ .-])\d{3}\2\d{3}|\d{4}([ .-])\d{2}\3\d{3})(?!\d)")
# To whoever types one, in a form, a dialog or a file.
NO_CITIZEN_NUMBER = _lt("Leave out the citizen service number (BSN). We do not need it and may not keep it.")
COUNTRY_CODE = re.compile(r"^(00)?31(?=0?\d{9}$)")


def national_digits(phone):
    """Return the digits of a telephone number that matter in the Netherlands, however it is written."""
    digits = COUNTRY_CODE.sub("", re.sub(r"\D", "", phone or ""))
    return digits.removeprefix("00").lstrip("0")


def has_citizen_number(text):
    """Return whether there is a citizen service number (BSN) in a text: nine digits that pass its test of eleven."""
    for match in NINE_DIGITS.finditer(text or ""):
        digits = [int(digit) for digit in match[0] if digit.isdigit()]
        total = sum(weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
        if any(digits) and total % 11 == 0:
            return True
    return False


def fold(text):
    """Return a text as texts are compared: in lower case, and with plain letters for those of other languages."""
    text = (text or "").lower()
    return text if text.isascii() else remove_accents(text).lower().translate(LETTERS)


def search_words(text):
    """Return the words of a text as they are kept and as they are looked for.

    They are in lower case, without accents and punctuation; a telephone number, a postcode and a house number
    with its letter are one word each.
    """
    text = fold(text)
    text = PHONE_IN_TEXT.sub(lambda number: f" {national_digits(number[0])} ", text)
    text = IN_TWO_PARTS.sub(lambda parts: "".join(filter(None, parts.groups())), text)
    return re.findall(r"[^\W_]+", text)


def recognised_by(phone, street, house_number, email):
    """Return by what one person is recognised: the values of ``RECOGNISED_BY``, by name."""
    digits = national_digits(phone)
    # Once each: a house number is sometimes typed with the street too.
    address = street and house_number and " ".join(dict.fromkeys(search_words(f"{street} {house_number}")))
    return {
        "phone_key": len(digits) >= SHORTEST_PHONE and digits,
        "address_key": address or False,
        "email_key": (email and email_normalize(email)) or False,
    }


def search_keys(name, street, house_number, zip, city, phone, email):
    """Return the texts by which a person is found, and recognised in another case, by the name of their field."""
    # The commas keep a telephone number apart from digits that come before or after it.
    words = search_words(", ".join(filter(None, (name, street, house_number, zip, city, phone, email))))
    return {
        # With a space before each word, so that it can be looked for from its beginning.
        "search_key": "".join(f" {word}" for word in words) or False,
        **recognised_by(phone, street, house_number, email),
    }


class Party(models.Model):
    """A person in a case. Personal data of residents stands here and nowhere else."""

    _name = "buurtbemiddeling.party"
    _description = "Party"
    _inherit = ["buurtbemiddeling.logged.mixin", "buurtbemiddeling.reference.mixin"]
    _order = "case_id, sequence, id"
    _rec_names_search = ("reference", "search_text")

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
    name = fields.Char(help="May stay empty for a neighbour whose name is not known.")
    street = fields.Char()
    house_number = fields.Char()
    address = fields.Char(compute="_compute_address", compute_sudo=False)
    zip = fields.Char(string="Postcode")
    city = fields.Char()
    phone = fields.Char()
    email = fields.Char(string="E-mail")
    language = fields.Char(string="Preferred Language", help="Leave empty for Dutch.")
    needs_interpreter = fields.Boolean(help="An interpreter comes along to each talk.")
    no_reminders = fields.Boolean(
        string="No Reminders by E-mail",
        help="This person stopped the reminders and the questions afterwards, with the link in such an e-mail. Other "
        "letters still go by e-mail.",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language of Letters",
        help="In which language letters and e-mails to this person are written.",
        default=lambda self: self.env.company.partner_id.lang or self.env.lang,
    )
    birth_year = fields.Integer(
        string="Year of Birth",
        aggregator=None,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Only to recognise this person when she opens a personal link. Ask for it only where she wants one.",
    )
    preferred_contact = fields.Selection(
        [
            ("phone", "Telephone"),
            ("email", "E-mail"),
            ("post", "Letter"),
            ("visit", "Visit"),
            ("calls_us", "Calls us, do not call"),
        ],
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
    contact_hint = fields.Char(
        string="When and How Best", help="For example: after six in the evening, or not at work. No health matters."
    )
    household = fields.Selection(
        [
            ("alone", "Alone"),
            ("couple", "Couple"),
            ("family", "Family with children"),
            ("single_parent", "One parent with children"),
            ("shared", "Shared house"),
            ("other", "Other"),
        ],
        help="With whom this person lives.",
    )
    household_members = fields.Char(
        help="Others who live there, as far as they matter for the conflict. First names are enough."
    )
    tenure = fields.Selection(
        [("tenant", "Tenant"), ("owner", "Owner-occupier")],
        string="Rents or Owns",
        help="Sometimes the landlord has a part in the solution. It is only asked with this person's permission.",
    )
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
    taken_back_on = fields.Date(
        string="Report Taken Back on",
        readonly=True,
        copy=False,
        help="When this person took the report back on the personal page.",
    )
    informed_on = fields.Date(
        help="When this person was told what is kept about her and where it came from (GDPR art. 14)."
    )
    informed_how = fields.Selection(
        [("in_person", "In person"), ("telephone", "By telephone"), ("writing", "In writing")],
        string="Informed",
        help="How this person was told.",
    )
    erased_on = fields.Date(
        readonly=True,
        copy=False,
        help="When the data of this person were erased: she did not confirm the referral, or the time had come.",
    )
    case_stage = fields.Selection(related="case_id.stage", related_sudo=False)
    consent_ids = fields.One2many("buurtbemiddeling.consent", "party_id", string="Consents")
    personal_link_ids = fields.One2many(
        "buurtbemiddeling.personal.link",
        "party_id",
        string="Personal Links",
        groups="buurtbemiddeling_addon.group_coordinator",
    )
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

    # Derived from the fields above, so that erasing these empties them too.
    search_key = fields.Char(
        compute="_compute_search_key", store=True, index="trigram", export_string_translation=False
    )
    phone_key = fields.Char(
        compute="_compute_search_key", store=True, index="btree_not_null", export_string_translation=False
    )
    address_key = fields.Char(
        compute="_compute_search_key", store=True, index="btree_not_null", export_string_translation=False
    )
    email_key = fields.Char(
        compute="_compute_search_key", store=True, index="btree_not_null", export_string_translation=False
    )
    search_text = fields.Char(
        string="Name, Street or Telephone", store=False, search="_search_search_text", export_string_translation=False
    )

    # For the daily jobs.
    _to_be_erased = models.Index(
        "(referral_permission) WHERE erased_on IS NULL AND referral_permission IN ('unconfirmed', 'refused')"
    )
    _erased = models.Index("(case_id) WHERE erased_on IS NOT NULL")

    @api.depends("consent_ids.purpose", "consent_ids.stated_by", "consent_ids.withdrawn_on")
    def _compute_referral_permission(self):
        for party in self:
            party.referral_permission = party._referral_permission()

    @api.depends("consent_ids.purpose", "consent_ids.withdrawn_on", "taken_back_on")
    def _compute_participation(self):
        for party in self:
            party.participation = party._participation()

    @api.depends("street", "house_number", "city")
    def _compute_address(self):
        for party in self:
            party.address = party._address()

    def _address(self):
        """Return where one party lives, in one line."""
        street = " ".join(filter(None, [self.street, self.house_number]))
        return ", ".join(filter(None, [street, self.city]))

    @api.depends(*SEARCHED_BY)
    def _compute_search_key(self):
        for party in self:
            party.update(search_keys(**{name: party[name] for name in SEARCHED_BY}))

    def _search_search_text(self, operator, value):
        """Find the people in whom every word of a text is found, however they are written.

        A short number is a house number or the beginning of a telephone number: it is looked for from the
        beginning of a word.
        """
        if operator not in ("ilike", "in"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else filter(None, value)
        return Domain.OR(
            Domain.AND(
                Domain("search_key", "ilike", f" {word}" if word.isdigit() and len(word) < 4 else word)
                for word in words
            )
            for words in map(search_words, texts)
            if words
        )

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
            return "withdrawn" if self.taken_back_on else "none"
        return "withdrawn" if all(consents.mapped("withdrawn_on")) else "given"

    @api.model_create_multi
    def create(self, vals_list):
        """Create parties.

        :raise UserError: for a user who tries to set what only a consent says, or the erasure
        """
        for vals in vals_list:
            self._check_derived(vals)
        # Explicit, so that defaults from the client's context cannot set them.
        derived = {"erased_on": False, "taken_back_on": False}
        vals_list = [{**derived, **vals} for vals in vals_list]
        parties = super().create(vals_list)
        parties.case_id._check_not_anonymised()
        parties.case_id.session_ids._follow_case()
        return parties

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
        reached = self if {"phone", "email", "street", "house_number"} & vals.keys() else self.browse()
        known = {party: [party[name] for name in RECOGNISED_BY] for party in reached}
        result = super().write(vals)
        moved = reached.filtered(
            lambda party: any(
                before and before != party[name] for name, before in zip(RECOGNISED_BY, known[party], strict=True)
            )
        )
        self.env["buurtbemiddeling.personal.link"]._revoke_sent_to(moved)
        self.case_id._check_not_anonymised()
        if {"case_id", "role", "active"} & vals.keys():
            # A mediation that is planned takes place only while each party of the case takes part.
            self.case_id.session_ids._follow_case()
        return result

    def _check_derived(self, vals):
        if not self.env.su and {"referral_permission", "participation", "erased_on", "taken_back_on"} & vals.keys():
            raise UserError(self.env._("This follows from the consents of this person. Record or withdraw one."))

    @api.constrains("email")
    def _check_email(self):
        for party in self:
            if party.email and not email_normalize(party.email):
                raise ValidationError(
                    self.env._("This e-mail address is not complete. Please check it, or leave it empty.")
                )

    @api.constrains("birth_year")
    def _check_birth_year(self):
        this_year = fields.Date.context_today(self).year
        if any(party.birth_year and not this_year - 120 <= party.birth_year <= this_year for party in self):
            raise ValidationError(self.env._("This is not a year of birth. Please give four digits, such as 1970."))

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
        errors |= self.env["buurtbemiddeling.submission"]._typed_errors(values, PERSON_FIELD_LENGTHS)
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

    @api.readonly
    def action_ask_refuse_referral(self):
        """Open the dialog in which these people take back their permission for the referral.

        :return: an action that opens the dialog, with what follows from it
        """
        return self._referral_consents()._ask_withdrawal(self.env._("Does not agree with the referral"))

    @api.readonly
    def action_ask_withdraw_participation(self):
        """Open the dialog in which these people stop taking part.

        :return: an action that opens the dialog, with what follows from it
        """
        consents = self.consent_ids.filtered(lambda consent: consent.purpose == "participation")
        return consents._ask_withdrawal(self.env._("No longer takes part"))

    @api.readonly
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

    @api.readonly
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

    def _mediated(self):
        """Return which of these people are mediated: not a supporter, not archived, not erased."""
        return self.filtered(lambda party: party.role != "supporter" and party.active and not party.erased_on)

    def _planned_sessions(self):
        """Return the appointments that are planned with these people."""
        return self.env["buurtbemiddeling.session"].search([("state", "=", "planned"), ("party_ids", "in", self.ids)])

    def _seen_elsewhere(self):
        """Return the open cases in which somebody has the telephone number, the address or the e-mail address of
        one of these people.

        Two addresses are the same when street and number are, unless both have a postcode or a city and these
        differ. As the user: a case that she may not see is not found.

        :rtype: dict[party, case]
        """
        open_case = Domain("case_id.stage", "!=", "closed") & Domain("case_id.active", "=", True)
        return {party: others.case_id - party.case_id for party, others in self._alike(open_case).items()}

    def _alike(self, domain):
        """Return the people in other cases, also those archived in their case, who look like each of these people.

        :param Domain domain: who comes into question
        :rtype: dict[party, party]
        """
        # Without what is empty: so are these of very many others.
        alike = Domain.OR(Domain(name, "in", set(filter(None, self.mapped(name)))) for name in RECOGNISED_BY)
        known = self.with_context(active_test=False).search(domain & alike)
        return {party: known.filtered(party._looks_like) for party in self}

    def _looks_like(self, other):
        """Return whether one person may be the same as another, or live in the same house."""
        alike = {name for name in RECOGNISED_BY if self[name] and self[name] == other[name]}
        if "address_key" in alike and any(
            self[name] and other[name] and search_words(self[name]) != search_words(other[name])
            for name in ("zip", "city")
        ):
            alike.remove("address_key")
        return bool(alike)

    def _referral_consents(self):
        """Return the consents of these parties to a referral that are not withdrawn."""
        return self.consent_ids.filtered(lambda consent: consent.purpose == "referral" and not consent.withdrawn_on)

    def _erase(self):
        """Erase what is personal in these parties.

        The consents stay: they are evidence of what a referrer stated, and name no resident.
        """
        erased = {**dict.fromkeys(PERSONAL_FIELDS, False), "may_be_told": "nothing"}
        self.write({**erased, "erased_on": fields.Date.context_today(self)})
        self.env["buurtbemiddeling.letter"]._erase_texts(self)
        for name in ("session.reply", "aftercare.answer", "agreement.confirmation"):
            # sudo: also what the user may not read. Only fixed values are written.
            self.env[f"buurtbemiddeling.{name}"].sudo().search([("party_id", "in", self.ids)])._erase()

    @api.model
    def _cron_erase_unconfirmed(self):
        """Erase the people who did not confirm in time that they know of the referral, or do not agree with it.

        What is left of a case without a reporter is erased too, and the case ends; its referrers hear the
        neutral no.
        """
        unconfirmed = Domain.OR(
            Domain("case_id.company_id", "=", company.id)
            & Domain("create_date", "<", fields.Datetime.now() - timedelta(days=company.mediation_unconfirmed_days))
            for company in self.env["res.company"].with_context(active_test=False).search([])
        ) & Domain("referral_permission", "=", "unconfirmed")
        domain = Domain("erased_on", "=", False) & (unconfirmed | Domain("referral_permission", "=", "refused"))
        domain &= Domain("case_id.held_on", "=", False) & ~self._asked_to_stay()
        everybody = self.with_context(active_test=False)
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=everybody.search_count(domain))
        for some in batches(everybody, domain):
            # Those of one case together, also where they are in two batches.
            together = everybody.search(domain & Domain("case_id", "in", some.case_id.ids))
            for case, people in together.grouped("case_id").items():
                if not case.try_lock_for_update():
                    continue
                try:
                    with self.env.cr.savepoint():
                        people._erase()
                        case._go_on_without_erased()
                except (UserError, ValueError):
                    # One case that cannot end must not keep the data of the others.
                    _logger.exception("What was not confirmed in case %s could not be erased", case.reference)
                if not progress._commit_progress(len(people)):
                    return
        progress._commit_progress(remaining=0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("A person is not deleted from a case. Archive her instead."))

    # ------------------------------------------------------------------
    # What a person who reported can do on the personal page
    # ------------------------------------------------------------------
    def _report_state(self):
        """Return where the report of one person stands, as far as it tells nothing about anybody else.

        :return: ``received``, ``working``, ``closed`` or ``taken_back``
        :rtype: str
        """
        if self.taken_back_on and self._participation() == "withdrawn":
            return "taken_back"
        return {"reported": "received", "closed": "closed"}.get(self.case_id.stage, "working")

    def _has_open_report(self):
        """Return whether we still work, or are going to work, on the report of one person."""
        return self._report_state() in ("received", "working")

    def _disclosures(self):
        """Return the valid consents with which one person lets organisations know of the report."""
        return self.consent_ids.filtered(lambda consent: consent.purpose == "disclosure" and not consent.withdrawn_on)

    def _change_phone(self, phone):
        """Take another telephone number of one person, who is called on it from now on."""
        self.write({"phone": phone, "preferred_contact": "phone"})
        self.case_id.message_post(body=self.env._("The reporter gave a telephone number on the personal page."))

    def _take_back_report(self):
        """Stop the report of one person, with effect at once; done before, it changes nothing.

        Nobody talks with this person any more, and whoever else is in the case hears nothing. The case ends when
        there is no other reporter and nobody is at work yet; otherwise the coordinator is asked to go on without.
        """
        case = self.case_id
        case._serialize()
        if not self._has_open_report():
            return
        self.taken_back_on = fields.Date.context_today(self)
        self.consent_ids.filtered(lambda consent: consent.purpose == "participation").action_withdraw()
        self.env["buurtbemiddeling.session"]._cancel_for(self)
        case._go_on_without_report()

    def _disclosure_errors(self, organisation, name):
        """Check what one person fills in to let an organisation know of the report.

        :return: a sentence for each field that is not right, by field name
        :rtype: dict
        """
        errors = self.env["buurtbemiddeling.submission"]._typed_errors(
            {"disclosed_name": name}, {"disclosed_name": PERSON_FIELD_LENGTHS["name"]}
        )
        if not organisation:
            errors["organisation_id"] = self.env._("Please choose an organisation from the list.")
        if not name:
            errors["disclosed_name"] = self.env._("Please fill this in.")
        told = self._disclosures().filtered(lambda consent: consent.organisation_id == organisation)
        if told and told.disclosed_name != name:
            errors["organisation_id"] = self.env._(
                "This organisation knows of your report already. To show another name, take that back first."
            )
        return errors

    def _disclosure_wording(self, organisation, name):
        """Return the words with which one person lets an organisation know of the report, a sentence on each line."""
        us, them = self.case_id.company_id.name, organisation.name
        return "\n".join(
            [
                self.env._("I ask %(us)s to tell %(them)s that I reported trouble with neighbours.", us=us, them=them),
                self.env._("%(them)s sees my name as “%(name)s”, and the day of today.", them=them, name=name),
                self.env._(
                    "%(them)s also sees whether my report is suitable, is taken up and is resolved, and on which day "
                    "that was told.",
                    them=them,
                ),
                self.env._(
                    "%(them)s does not see what it is about, who my neighbours are, where I live, or an appointment.",
                    them=them,
                ),
                self.env._(
                    "I can take this back at any moment. Then it disappears from the pages of %(them)s at once.",
                    them=them,
                ),
            ]
        )

    def _disclose_to(self, organisation, name, wording, link):
        """Let an organisation know of the report of one person, as agreed to on the personal page.

        :param wording: the words agreed to
        :param link: the personal link with which this person came
        """
        self.case_id._serialize()
        if organisation in self._disclosures().organisation_id:
            return
        self.env["buurtbemiddeling.consent"].create(
            {
                "party_id": self.id,
                "purpose": "disclosure",
                "organisation_id": organisation.id,
                "disclosed_name": name,
                "method": "link",
                "wording": wording,
                "link_id": link.id,
            }
        )
        self.case_id.message_post(
            body=self.env._(
                "The reporter asked on the personal page that %(organisation)s is told.", organisation=organisation.name
            )
        )

    def _take_back_disclosure_to(self, organisation):
        """Let an organisation no longer know of the report of one person, from this moment on."""
        consents = self._disclosures().filtered(lambda consent: consent.organisation_id == organisation)
        if consents:
            consents.action_withdraw()
            self.case_id.message_post(
                body=self.env._(
                    "The reporter took back on the personal page that %(organisation)s is told.",
                    organisation=organisation.name,
                )
            )
