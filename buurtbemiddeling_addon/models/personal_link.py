from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq
from odoo.tools.misc import hmac

from .party import fold, national_digits
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
            ("report", "Her own report"),
            ("participation", "Take part, or not"),
            ("appointment", "An appointment"),
            ("agreement", "The agreements"),
            ("aftercare", "How it is going"),
        ],
        required=True,
        readonly=True,
        help="What this person can do with the link, and nothing else.",
    )
    session_id = fields.Many2one(
        "buurtbemiddeling.session", string="Appointment", readonly=True, index="btree_not_null", ondelete="restrict"
    )
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

    _key_unique = models.UniqueIndex("(key)")

    @api.depends(
        "expires_on",
        "revoked_on",
        "wrong_answers",
        "purpose",
        "party_id.active",
        "party_id.erased_on",
        "case_id.stage",
        "session_id.state",
    )
    def _compute_is_usable(self):
        for link in self:
            link.is_usable = link._is_usable()

    def _is_usable(self):
        """Return whether one link still opens what it is for."""
        party = self.party_id
        return (
            not self.revoked_on
            and self.expires_on > fields.Datetime.now()
            and self.wrong_answers < MOST_WRONG_ANSWERS
            and party.active
            and not party.erased_on
            and (self.case_id.stage != "closed" or self.purpose == "report")
            and (not self.session_id or self.session_id.state == "planned")
        )

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
        :raise UserError: when too little is known of this person to recognise her, or she is no longer in the case
        """
        party.check_access("write")
        if party.erased_on or not party.active:
            raise UserError(self.env._("%(person)s is no longer in this case.", person=party.display_name))
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

        sudo: a visitor has no right on any model. Nothing is shown of the link before she is recognised.

        :param str code: what was typed or clicked
        :return: the link, as superuser
        """
        characters = "".join(character for character in (code or "").upper() if character in ALPHABET)
        start, signature = characters[:RANDOM], characters[RANDOM:]
        if not consteq(self._spell(start, SIGNED), signature):
            return self.sudo().browse()
        grouped = "-".join(characters[place : place + GROUP] for place in range(0, len(characters), GROUP))
        return self.sudo().search([("key", "=", self._key_of(grouped))]).filtered(lambda link: link._is_usable())

    @api.model
    def _usable(self, link_id):
        """Return a link that was found before, as superuser, or none when it no longer works. sudo: see ``_find``."""
        return self.sudo().browse(link_id).exists().filtered(lambda link: link._is_usable())

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

        sudo: a visitor has no right on any model. Only whether the answers are right comes out.

        :param dict answers: the text typed, by name of the question
        :return: whether this is the person
        :rtype: bool
        """
        self.ensure_one()
        link = self.sudo()
        link.lock_for_update()
        if not link._is_usable():
            return False
        party = link.party_id
        questions = self._questions(party, link.purpose)
        right = bool(questions) and all(self._same(name, party[name], answers.get(name)) for name in questions)
        if right:
            link.opened_on = fields.Datetime.now()
        else:
            link.wrong_answers += 1
            if link.wrong_answers == MOST_WRONG_ANSWERS:
                link.case_id.message_post(
                    body=self.env._("A personal link no longer works: somebody gave too many wrong answers.")
                )
        return right

    @api.model
    def _same(self, name, known, answer):
        """Return whether an answer is what is known, however it is written."""
        if name == "phone":
            known, answer = national_digits(known)[-LAST_DIGITS:], national_digits(answer)[-LAST_DIGITS:]
        known, answer = ("".join(filter(str.isalnum, fold(str(text or "")))) for text in (known, answer))
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

    def _answer_errors(self, values):
        """Return a sentence for each field that is not right, by field name."""
        return getattr(self, f"_{self.purpose}_errors")(values)

    def _answer(self, values):
        """Do what the person asks for on the page of one link; see the method of each purpose."""
        return getattr(self, f"_{self.purpose}_answer")(values)
