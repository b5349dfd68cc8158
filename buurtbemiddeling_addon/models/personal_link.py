import re
import unicodedata
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import consteq, format_date, format_datetime
from odoo.tools.misc import hmac

from .party import PERSON_FIELD_LENGTHS, fold
from .reference_mixin import ALPHABET

SCOPE = "buurtbemiddeling-personal-link"
# The random characters of a code and those that sign it, read aloud in groups of four.
RANDOM, SIGNED, GROUP = 12, 4, 4
MOST_WRONG_ANSWERS = 5
# The digits at the end of her telephone number by which a person is recognised.
LAST_DIGITS = 4
# With this many of the things that only she knows, a person is recognised.
QUESTIONS_ASKED = 2
REPORT_DAYS = 365
# What a person can do on the page of her own report.
REPORT_ACTIONS = ("phone", "take_back", "tell", "stop_telling")
# The address of the page that links open; behind it comes the code.
PAGE = "/buurtbemiddeling/persoonlijk"
# How often somebody can send a page in an hour, and how much she can write.
ANSWERS_PER_HOUR = 20
LONGEST_TEXT = 500


class PersonalLink(models.Model):
    """Lets one person do one thing without an account, for some time: give a permission, confirm an appointment.

    Whoever has the code must also know something of the person before anything is shown. The code itself is not
    kept: only a keyed hash of it, so that nobody finds it here.
    """

    _name = "buurtbemiddeling.personal.link"
    _description = "Personal Link"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "id desc"

    _harmless_texts = frozenset({"reference", "key"})

    party_id = fields.Many2one(
        "buurtbemiddeling.party", string="For", required=True, readonly=True, index=True, ondelete="restrict"
    )
    purpose = fields.Selection(
        [
            ("report", "See the own report"),
            ("participation", "Take part or stop"),
            ("appointment", "Confirm or move an appointment"),
            ("agreement", "Confirm what the neighbours agreed"),
            ("aftercare", "Aftercare: how is it going now?"),
        ],
        required=True,
        readonly=True,
        help="What this person can do with the link, and nothing else.",
    )
    session_id = fields.Many2one(
        "buurtbemiddeling.session", string="Appointment", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    session_start = fields.Datetime(related="session_id.start", string="Appointment on", related_sudo=False)
    agreement_id = fields.Many2one(
        "buurtbemiddeling.agreement", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    key = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)
    expires_on = fields.Datetime(required=True, readonly=True)
    revoked_on = fields.Datetime(readonly=True)
    wrong_answers = fields.Integer(readonly=True)
    opened_on = fields.Datetime(
        string="Last Opened", readonly=True, help="When this person was recognised the last time."
    )
    is_usable = fields.Boolean(compute="_compute_is_usable", compute_sudo=False)
    state = fields.Selection(
        [
            ("works", "Works"),
            ("taken_back", "Taken back"),
            ("blocked", "Too many wrong answers"),
            ("expired", "Expired"),
            ("over", "No longer needed"),
        ],
        compute="_compute_state",
        compute_sudo=False,
    )

    _key_unique = models.UniqueIndex("(key)")

    @api.depends(
        "expires_on",
        "revoked_on",
        "wrong_answers",
        "purpose",
        "party_id.active",
        "party_id.erased_on",
        "party_id.role",
        "party_id.house_number",
        "party_id.birth_year",
        "party_id.phone",
        "case_id.stage",
        "case_id.active",
        "session_id.state",
        "session_id.start",
        "session_id.party_ids",
    )
    def _compute_is_usable(self):
        for link in self:
            link.is_usable = link._is_usable()

    @api.depends("is_usable")
    def _compute_state(self):
        now = fields.Datetime.now()
        for link in self:
            reasons = (
                ("works", link.is_usable),
                ("taken_back", link.revoked_on),
                ("blocked", link.wrong_answers >= MOST_WRONG_ANSWERS),
                ("expired", link.expires_on <= now),
            )
            link.state = next((state for state, holds in reasons if holds), "over")

    @api.constrains("party_id", "purpose")
    def _check_purpose(self):
        """Check that the link to a report is for who reported."""
        if any(link.purpose == "report" and not link.party_id.reported_herself for link in self):
            raise ValidationError(self.env._("Only who reported this can have a link to the report."))

    def _is_usable(self):
        """Return whether one link still opens what it is for."""
        party = self.party_id
        return (
            not self.revoked_on
            and self.expires_on > fields.Datetime.now()
            and self.wrong_answers < MOST_WRONG_ANSWERS
            and party.active
            and not party.erased_on
            and len(self._questions(party, self.purpose)) == self._questions_needed(self.purpose)
            and self._is_of_now()
        )

    def _is_of_now(self):
        """Return whether there is still something to say about what one link is for."""
        if self.purpose == "report":
            return True
        # Some months after the end, people are asked how it is going.
        is_open = self.case_id.stage != "closed" or self.purpose == "aftercare"
        if not is_open or not self.case_id.active:
            return False
        if self.purpose == "appointment":
            return self.party_id in self.session_id._to_come().party_ids
        if self.purpose == "agreement":
            return self.party_id in self.agreement_id._parties()
        return bool(self.party_id._mediated())

    # ------------------------------------------------------------------
    # Giving a link
    # ------------------------------------------------------------------
    @api.model
    def _issue(self, party, purpose, session=None, agreement=None, code=None):
        """Give one person a new link; a link that she had for the same thing no longer works.

        sudo: nobody has the right to make links, so that each of them has a code that is not kept. Only what is
        named here is written, for a person whom the user may edit.

        :param party: whom it is for
        :param str purpose: see the field
        :param session: the appointment, for the purpose ``appointment``
        :param agreement: the agreement, for the purpose ``agreement``
        :param str code: a code of ``_new_code``, where the caller has one
        :return: the link, and its code, which cannot be had later
        :raise AccessError: for a user who may not edit this person
        :raise UserError: when too little is known of this person to recognise her, or when there is nothing that she
            can do with it, such as for an appointment that is not hers
        :raise ValidationError: for a link to a report of somebody else
        """
        party.check_access("write")
        if party.erased_on or not party.active:
            raise UserError(self.env._("%(person)s is no longer in this case.", person=party.display_name))
        if party.restricted_on and purpose != "report":
            raise UserError(
                self.env._(
                    "%(person)s asked that we do not use the data for now. Nothing is sent until that is lifted.",
                    person=party.display_name,
                )
            )
        if len(self._questions(party, purpose)) < self._questions_needed(purpose):
            raise UserError(
                self.env._(
                    "To recognise %(person)s we need two of these: house number, year of birth, telephone number. "
                    "Fill them in first.",
                    person=party.display_name,
                )
            )
        code = code or self._new_code()
        values = {
            "case_id": party.case_id.id,
            "party_id": party.id,
            "purpose": purpose,
            "session_id": session.id if session else False,
            "agreement_id": agreement.id if agreement else False,
        }
        self.sudo().search([(name, "=", value) for name, value in values.items()])._revoke()
        days = REPORT_DAYS if purpose == "report" else party.case_id.company_id.mediation_link_days
        expires_on = fields.Datetime.now() + timedelta(days=days)
        link = self.sudo().create({**values, "key": self._key_of(code), "expires_on": expires_on})
        if not link._is_of_now():
            raise UserError(
                self.env._(
                    "%(person)s can do nothing with this link now. Look at the case first.", person=party.display_name
                )
            )
        return link.sudo(self.env.su), code

    @api.model
    def _new_code(self, secret=None):
        """Return a code: characters that cannot be guessed, and some that sign them.

        :param str secret: what to make them of, so that the same code comes out again; random when empty
        """
        start = self._spell(f"code:{secret}", RANDOM) if secret else self._random_code(RANDOM)
        code = start + self._spell(start, SIGNED)
        return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))

    @api.model
    def _spell(self, text, length):
        """Return the keyed hash of a text in characters that are not confused when read aloud.

        sudo: a visitor may not read the secret of this database; only the hash comes out.
        """
        number = int(hmac(self.sudo().env, SCOPE, text), 16)
        characters = []
        for _position in range(length):
            number, place = divmod(number, len(ALPHABET))
            characters.append(ALPHABET[place])
        return "".join(characters)

    @api.model
    def _key_of(self, code):
        """Return what is kept of a code: a keyed hash. sudo: see ``_spell``."""
        return hmac(self.sudo().env, f"{SCOPE}-key", code)

    def action_revoke(self):
        """Take these links back: they no longer work.

        :return: ``True``
        :raise AccessError: for a user who may not edit the people they are for
        """
        self.party_id.check_access("write")
        self._revoke()
        return True

    @api.model
    def _of_whoever_stops(self, parties):
        """Return the links that no longer work when these people withdraw: for appointments, agreements, aftercare.

        With those to take part and to her own report a person can withdraw more, or change her mind: that stays as
        easy as it was (GDPR art. 7(3)).

        sudo: also what the user may not read. Called for people whose consents the user may withdraw.
        """
        ended = [("party_id", "in", parties.ids), ("purpose", "not in", ("participation", "report"))]
        return self.sudo().search([*ended, ("revoked_on", "=", False)])

    @api.model
    def _revoke_sent_to(self, parties):
        """Take back what was sent to these people, because it may have gone to somebody else's address or telephone.

        Her own report stands on a code that was shown to her, and stays.
        """
        self.sudo().search([("party_id", "in", parties.ids), ("purpose", "!=", "report")])._revoke()

    def _revoke(self):
        """Take these links back.

        sudo: nobody has a write right on links; only the moment is written.
        """
        self.sudo().filtered(lambda link: not link.revoked_on).write({"revoked_on": fields.Datetime.now()})

    # ------------------------------------------------------------------
    # Who is there
    # ------------------------------------------------------------------
    @api.model
    def _find(self, code):
        """Return the link of a code, or none: for a code that does not exist, and for one that no longer works.

        As superuser: a visitor has no right on any model, and what she does is nobody's. Nothing is shown of the link
        before she is recognised.

        :param str code: what was typed or clicked
        :return: the link, as superuser, in the time zone of its person
        """
        characters = "".join(character for character in (code or "").upper() if character in ALPHABET)
        start, signature = characters[:RANDOM], characters[RANDOM:]
        links = self.with_user(SUPERUSER_ID)
        if not consteq(self._spell(start, SIGNED), signature):
            return links.browse()
        grouped = "-".join(characters[place : place + GROUP] for place in range(0, len(characters), GROUP))
        return links.search([("key", "=", self._key_of(grouped))])._when_usable()

    @api.model
    def _usable(self, link_id):
        """Return a link that was found before, or none when it no longer works; see ``_find``."""
        return self.with_user(SUPERUSER_ID).browse(link_id).exists()._when_usable()

    def _when_usable(self):
        links = self.filtered(lambda link: link._is_usable())
        return links.with_context(tz=links.case_id._zone())

    def _letter(self):
        """Return a letter to the person of one link that is not kept: it knows her language, and what to tell her."""
        return self.env["buurtbemiddeling.letter"].new(
            {name: self[name].id for name in ("case_id", "party_id", "session_id", "agreement_id")}
        )

    @api.model
    def _questions_needed(self, purpose):
        # Her own report stands on the code that only she was shown.
        return 1 if purpose == "report" else QUESTIONS_ASKED

    @api.model
    def _questions(self, party, purpose):
        """Return by which things one person is recognised: names of fields of hers that are filled in.

        :rtype: list[str]
        """
        known = [name for name in ("house_number", "birth_year", "phone") if party[name]]
        return known[: self._questions_needed(purpose)]

    def _recognise(self, answers):
        """Check what somebody says who opens one link, and count what is wrong; after some times it no longer works.

        As superuser, as ``_find`` returns the link. Only whether the answers are right comes out. Somebody else who
        answers at the same moment waits, and is done over: so each wrong answer counts, and counts once.

        :param dict answers: the text typed, by name of the question
        :return: whether this is the person
        :rtype: bool
        """
        self.ensure_one()
        self.case_id._serialize()
        if not self._is_usable():
            return False
        questions = self._questions(self.party_id, self.purpose)
        if all(self._same(name, self.party_id[name], answers.get(name)) for name in questions):
            self.opened_on = fields.Datetime.now()
            return True
        self.wrong_answers += 1
        if self.wrong_answers == MOST_WRONG_ANSWERS:
            case = self.case_id._for_staff()
            blocked = case.env._("A personal link no longer works: somebody gave too many wrong answers.")
            case.message_post(body=blocked)
            case._ask_to_look(blocked)
        return False

    @api.model
    def _same(self, name, known, answer):
        """Return whether an answer is what is known, however it is written."""
        if name == "phone":
            known, answer = (re.sub(r"\D", "", number or "")[-LAST_DIGITS:] for number in (known, answer))
        # Telephones in other languages type other digits.
        known, answer = (
            "".join(str(unicodedata.digit(letter, letter)) for letter in fold(str(text or "")) if letter.isalnum())
            for text in (known, answer)
        )
        return bool(known) and consteq(known.encode(), answer.encode())

    # ------------------------------------------------------------------
    # What a link is for: each purpose has its page, its fields, its errors and what it does
    # ------------------------------------------------------------------
    def _page_values(self):
        """Return what the page of one link shows, as plain values."""
        return getattr(self, f"_{self.purpose}_page")()

    def _answer_fields(self):
        """Return the names of the fields that are read from the page of one link."""
        return getattr(self, f"_{self.purpose}_fields")()

    def _submit(self, values, ticket):
        """Take in, once, what the person says on the page of one link.

        As superuser, as ``_find`` returns the link. Only what the method of its purpose picks from the values is
        written. The same page that comes in again, by a double click or a reload, changes nothing.

        :param dict values: the text typed, by the names of ``_answer_fields``
        :param str ticket: the ticket of the page
        :return: a sentence for each field that is not right, by field name; and what to tell her, or nothing for a
            page that came in before
        :rtype: tuple
        """
        self.ensure_one()
        self.case_id._serialize()
        submissions = self.env["buurtbemiddeling.submission"]
        errors = getattr(self, f"_{self.purpose}_errors")(values)
        if not submissions._is_ticket(ticket):
            errors = {"form": self.env._("This page was open for too long. Please look at it once more, and send it.")}
        elif not errors and self.env["buurtbemiddeling.request.count"]._is_too_many(
            self._name, self.reference, ANSWERS_PER_HOUR
        ):
            errors = {"form": self.env._("You sent this page very often. Please call us, or try again in an hour.")}
        if errors:
            return errors, None
        taken = submissions._take(ticket)
        if taken.answer:
            return {}, None
        taken.answer = self.reference
        return {}, getattr(self, f"_{self.purpose}_answer")(values) or ""

    @api.model
    def _fingerprint(self, text):
        """Return what a page sends back to say which text it showed."""
        return hmac(self.env, f"{SCOPE}-text", text)

    @api.model
    def _choice_errors(self, values, choices, texts=()):
        """Return a sentence for each choice that was not made and each text that is not right, by field name.

        :param dict choices: what can be chosen, by field name
        :param texts: the names of the fields with a text
        """
        errors = {name: self.env._("Please choose an answer.") for name in choices if values[name] not in choices[name]}
        submissions = self.env["buurtbemiddeling.submission"]
        return errors | submissions._typed_errors(values, dict.fromkeys(texts, LONGEST_TEXT))

    def _text_errors(self, values, text):
        """Return an error when the page showed another text than the one that is answered now."""
        if values["shown"] == self._fingerprint(text):
            return {}
        return {"form": self.env._("The text on this page has changed. Please read it once more, and then answer.")}

    # ------------------------------------------------------------------
    # The page of her own report
    # ------------------------------------------------------------------
    def _report_page(self):
        """Return what a reporter sees of the report: where it stands, and nothing of anybody else in the case."""
        party = self.party_id
        return {
            "state": party._report_state(),
            "calls_us": party.preferred_contact == "calls_us",
            # Whoever found the code must not find the number too.
            "phone_end": (party.phone or "")[-2:],
            "name": party.name,
            "told": [
                {"id": consent.organisation_id.id, "organisation": consent.organisation_id.name}
                | {"name": consent.disclosed_name}
                for consent in party._disclosures()
            ],
            "organisations": [(organisation.id, organisation.name) for organisation in self._report_organisations()],
            "lengths": PERSON_FIELD_LENGTHS,
        }

    def _report_organisations(self):
        """Return the organisations that a reporter can let know of the report: from when staff are at work on it.

        Until then nobody has heard who the reporter is, and a name would come on the pages of an organisation that
        somebody else typed. None while the reporter asked that the data are not used.
        """
        organisations = self.env["res.partner"]
        if self.party_id._report_state() == "working" and not self.party_id.restricted_on:
            domain = [("is_referrer", "=", True), ("company_id", "in", [False, self.company_id.id])]
            organisations = organisations.search(domain, order="name")
        return organisations

    def _report_fields(self):
        return ("action", "phone", "organisation_id", "disclosed_name", "wording", "sure")

    def _report_errors(self, values):
        """Return what is not right; what is not confirmed yet is a sentence to confirm, as ``sure`` or ``wording``."""
        party, action = self.party_id, values["action"]
        if action not in REPORT_ACTIONS:
            return {"form": self.env._("Please use one of the buttons.")}
        is_open = party._has_open_report()
        if action in ("phone", "tell") and not is_open:
            return {"form": self.env._("We no longer work on your report, so this cannot be changed. Please call us.")}
        if action == "tell" and party._report_state() == "received":
            return {"form": self.env._("You can let an organisation know as soon as we work on your report.")}
        if action == "phone":
            return party._person_errors({"phone": values["phone"]}, required=("phone",))
        if action == "take_back" and is_open and values["sure"] != "yes":
            return {"sure": self.env._("Please confirm that you want to take your report back.")}
        if action == "tell":
            organisation = self._report_organisation(values)
            errors = party._disclosure_errors(organisation, values["disclosed_name"])
            wording = not errors and party._disclosure_wording(organisation, values["disclosed_name"])
            # Word by word: a browser may send other spaces than stand in the name of an organisation.
            is_agreed = not errors and values["wording"].split() == wording.split()
            return errors if errors or is_agreed else {"wording": wording}
        return {}

    def _report_organisation(self, values):
        """Return the organisation of the list that was chosen, or none."""
        return self._report_organisations().filtered(lambda partner: str(partner.id) == values["organisation_id"])

    def _report_answer(self, values):
        """Do what the reporter asks for; see the methods of party.

        As superuser: the visitor has no right on any model. It is about the person of this link only, who was
        recognised, and only what ``_report_errors`` checked is used. What staff read of it is in their language.

        :return: what was done, in words for the reporter
        :rtype: str
        """
        party = self.party_id.with_env(self.case_id._for_staff().env)
        match values["action"]:
            case "phone":
                party._change_phone(values["phone"])
                return self.env._("We have your number. From now on we call you on this one.")
            case "take_back":
                party._take_back_report()
                return self.env._("Your report was taken back. We do not contact you about it any more.")
            case "tell":
                party._disclose_to(self._report_organisation(values), values["disclosed_name"], values["wording"], self)
                return self.env._("The organisation knows of your report now. You can take that back below.")
        party._take_back_disclosure_to(
            party._disclosures().organisation_id.filtered(lambda partner: str(partner.id) == values["organisation_id"])
        )
        return self.env._("The organisation no longer sees your report.")

    # ------------------------------------------------------------------
    # Take part, or not; before that, the second step of a referral
    # ------------------------------------------------------------------
    def _participation_subject(self):
        """Return what the page asks now: first whether she agrees with the referral, where she was referred."""
        permission = self.party_id._referral_permission()
        return "referral" if permission in ("unconfirmed", "refused") else "participation"

    def _was_referred(self):
        """Return whether she agreed that an organisation passed her data on, and so can take that back."""
        return self.party_id._referral_permission() == "confirmed"

    def _participation_words(self):
        return self.env["buurtbemiddeling.consent"]._words(self.party_id, self._participation_subject())

    def _participation_page(self):
        """Return what the person agrees to, and what she said before."""
        subject = self._participation_subject()
        consents = self.env["buurtbemiddeling.consent"]._of(self.party_id, subject)
        valid = consents.filtered(lambda consent: not consent.withdrawn_on and consent.stated_by == "person")[:1]
        withdrawn = consents.filtered("withdrawn_on")[:1]
        words = self._participation_words()
        return {
            "subject": subject,
            "was_referred": self._was_referred(),
            # What she agreed to, in the words of then.
            "words": valid.wording.split("\n") if valid.wording else words,
            "shown": self._fingerprint("\n".join(words)),
            "given_on": valid and format_date(self.env, valid.given_on, date_format="d MMMM y"),
            "withdrawn_on": not valid
            and withdrawn
            and format_date(self.env, withdrawn.withdrawn_on, date_format="d MMMM y"),
        }

    def _participation_fields(self):
        return ("answer", "sure", "shown")

    def _participation_errors(self, values):
        """Return what is not right; whoever takes part and stops is asked once more, as ``sure``."""
        choices = ("yes", "no", "erase") if self._was_referred() else ("yes", "no")
        errors = self._text_errors(values, "\n".join(self._participation_words())) or self._choice_errors(
            values, {"answer": choices}
        )
        takes_part = self._participation_subject() == "participation" and self.party_id._participation() == "given"
        if not errors and takes_part and values["answer"] == "no" and values["sure"] != "yes":
            return {"sure": self.env._("Please confirm that you want to stop.")}
        return errors

    def _participation_answer(self, values):
        """Put her yes or no on record; see ``_answer_on_page`` of consents."""
        subject, is_yes = self._participation_subject(), values["answer"] == "yes"
        consents = self.env["buurtbemiddeling.consent"]
        consents._answer_on_page(self, subject, is_yes)
        if values["answer"] == "erase":
            subject = "referral"
            consents._answer_on_page(self, subject, is_yes=False)
        if subject == "referral" and is_yes:
            return self.env._("Thank you. We have written down that you agree. There is one more question.")
        if subject == "referral":
            return self.env._(
                "We have written down that you do not agree. We erase what we know of you. "
                "Did you change your mind? You can still say so here for a short time."
            )
        if is_yes:
            return self.env._(
                "Thank you. We have written down that you take part. "
                "Do you want to stop? You can do that here, or call us."
            )
        return self.env._("We have written down that you do not take part. What was planned with you is cancelled.")

    # ------------------------------------------------------------------
    # An appointment
    # ------------------------------------------------------------------
    def _appointment_page(self):
        """Return when and where the appointment is and who comes from us, in the words of a letter, and her reply."""
        letter, reply = self._letter(), self.session_id._latest_replies().get(self.party_id)
        return {
            "moment": letter.appointment_words,
            "place": letter.place_words,
            "mediators": letter.mediator_words,
            "reply": reply and {"answer": reply.answer, "wishes": reply.wishes or ""},
            "longest": LONGEST_TEXT,
        }

    def _appointment_fields(self):
        return ("answer", "wishes")

    def _appointment_errors(self, values):
        errors = self._choice_errors(values, {"answer": ("comes", "move", "cannot")}, ["wishes"])
        if values["answer"] == "move" and not values["wishes"]:
            errors["wishes"] = self.env._("Please write which days and times suit you.")
        return errors

    def _appointment_answer(self, values):
        """Put her reply on record; see ``_record`` of replies."""
        replies = self.env["buurtbemiddeling.session.reply"]
        replies._record(self.session_id, self.party_id, values["answer"], values["wishes"])
        if values["answer"] == "comes":
            return self.env._("Thank you. We have written down that you will be there.")
        if values["answer"] == "move":
            return self.env._(
                "We have written down that you want another moment. We call or write to you. "
                "Until then this appointment stays as it is."
            )
        return self.env._("We have written down that you cannot come. We call or write to you.")

    # ------------------------------------------------------------------
    # The agreements
    # ------------------------------------------------------------------
    def _agreement_points(self):
        return self.agreement_id.point_ids.mapped("text")

    def _agreement_page(self):
        """Return the points of the version that the link is for, and whether she confirmed it."""
        agreement, points = self.agreement_id, self._agreement_points()
        confirmation = agreement.confirmation_ids.filtered(lambda one: one.party_id == self.party_id)
        return {
            "day": self._letter().agreement_day,
            "points": points,
            "shown": self._fingerprint("\n".join(points)),
            "is_replaced": bool(agreement._newer()),
            "confirmed_on": confirmation and format_date(self.env, confirmation.confirmed_on, date_format="d MMMM y"),
            "longest": LONGEST_TEXT,
        }

    def _agreement_fields(self):
        return ("answer", "remark", "shown")

    def _agreement_errors(self, values):
        errors = self._choice_errors(values, {"answer": ("right", "not_right")}, ["remark"])
        if values["answer"] == "not_right" and not values["remark"]:
            errors["remark"] = self.env._("Please write what is not right.")
        if values["answer"] == "right":
            if self.agreement_id._newer():
                return {"form": self.env._("There is a newer version of these agreements. This one no longer counts.")}
            errors.update(self._text_errors(values, "\n".join(self._agreement_points())))
        return errors

    def _agreement_answer(self, values):
        """Put on record that she confirms, or tell staff what is not right."""
        if values["answer"] == "right":
            self.env["buurtbemiddeling.agreement.confirmation"]._confirm_on_page(self)
            return self.env._("Thank you. We have written down that you confirm these agreements.")
        self.agreement_id._object(self.party_id, values["remark"])
        return self.env._("Thank you. We have passed it on to the coordinator, who calls or writes to you.")

    # ------------------------------------------------------------------
    # Aftercare
    # ------------------------------------------------------------------
    def _aftercare_page(self):
        """Return what she answered before."""
        answer = self.env["buurtbemiddeling.aftercare.answer"]._latest(self.party_id)
        return {
            "given": answer
            and {
                "holds": answer.holds,
                "wants_call": "yes" if answer.wants_call else "no",
                "remark": answer.remark or "",
                "answered_on": format_datetime(self.env, answer.answered_on, dt_format="d MMMM y"),
            },
            "longest": LONGEST_TEXT,
        }

    def _aftercare_fields(self):
        return ("holds", "wants_call", "remark")

    def _aftercare_errors(self, values):
        choices = {"holds": ("holds", "partly", "no"), "wants_call": ("yes", "no")}
        return self._choice_errors(values, choices, ["remark"])

    def _aftercare_answer(self, values):
        """Put her answers on record; see ``_record`` of these."""
        answers = self.env["buurtbemiddeling.aftercare.answer"]
        answers._record(self.party_id, values["holds"], values["wants_call"] == "yes", values["remark"])
        if values["wants_call"] == "yes":
            return self.env._("Thank you for your answers. We call you. You can still change your answers here.")
        return self.env._("Thank you for your answers. You can still change them here.")
