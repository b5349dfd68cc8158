from collections import Counter, defaultdict
from functools import cached_property

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tools.mail import single_email_re
from odoo.tools.misc import hmac

from .import_file import (
    FORMULA_ERRORS,
    OUTCOMES,
    YES_OR_NO,
    as_date,
    looks_like_date,
    street_and_number,
    words,
)
from .party import NO_CITIZEN_NUMBER, PERSON_FIELD_LENGTHS, SEARCHED_BY, has_citizen_number, search_keys

SCOPE = "buurtbemiddeling-import"
# A column with more different values that we do not know is probably another one than it was taken for.
MOST_UNKNOWN = 200
TEXT_LENGTHS = {"description": 10000}
NUMBER_LENGTH = 60
# The people of one row, with their role.
PEOPLE = {"reporter": "reporter", "other": "other_party", "third": "other_party"}
PERSON_FIELDS = ("name", "address", "street", "house_number", "zip", "city", "phone", "email", "language")
# What is looked up in a list of ours: of which kind its values are, and where the choice for one stands.
KIND_OF_FIELD = {
    **{"area": "area", "complaint": "complaint", "other_complaint": "complaint", "result": "result"},
    **{"referrer_type": "referrer_type", "organisation": "organisation"},
    **{"coordinator": "user", "mediator_1": "user", "mediator_2": "user"},
}
CHOICE_OF_KIND = {
    "area": "area_id",
    "complaint": "complaint_type_id",
    "result": "result_id",
    "referrer_type": "referrer_type_id",
    "organisation": "organisation_id",
    "user": "user_id",
}


class RowReader:
    """Reads the rows of one import: what becomes of each, and what is not right, in words."""

    def __init__(self, batch):
        self.batch = batch
        self.env = batch.env
        self.columns = {column.position: column.field_name for column in batch.column_ids if column.field_name}
        self.labels = dict(batch._targets())
        self.errors = []
        self.seen = {}
        # Of what nobody said what it means: values that a case cannot do without, and rows with others.
        self.asked = set()
        self.unanswered = set()
        self.chosen = {}
        self.today = fields.Date.context_today(batch)
        self.source = words(batch.source)
        self.months_to_ask_again = batch.company_id.mediation_ask_again_months
        self._check_columns(batch)

    def _check_columns(self, batch):
        """Check that no field is in two columns, and that a case can be recognised.

        :raise UserError: when it is not so
        """
        for name, number in Counter(self.columns.values()).items():
            if number > 1:
                raise UserError(
                    self.env._("Two columns are “%(field)s”. Leave one of them empty.", field=self.labels[name])
                )
        for name in ("old_number", "reported_on"):
            if name not in self.columns.values():
                raise UserError(
                    self.env._(
                        "Say under “Columns” which column is “%(field)s”. Are these not your headings? Then put the "
                        "headings on the first row of the file, and choose it again.",
                        field=self.labels[name],
                    )
                )

    @cached_property
    def results(self):
        return {
            result.id: result.outcome
            for result in self.env["buurtbemiddeling.result"].with_context(active_test=False).search([])
        }

    @cached_property
    def organisations(self):
        """Return the names of organisations that can have referred, by id. sudo: of what the user chose, the names."""
        partners = self.env["res.partner"].search([("is_referrer", "=", True)])
        # Also one that was chosen and is no referrer any more.
        return {partner.id: partner.name for partner in partners | self.batch.sudo().value_ids.organisation_id}

    @cached_property
    def choices(self):
        """Return what values mean: the id of what they are, or ``False``, by (kind, value in ``words``).

        By name in any language; one that two of our records have is asked.
        """
        batch = self.batch
        company = batch.company_id
        staff = self.env.ref("buurtbemiddeling_addon.group_mediator").sudo().all_user_ids
        lists = {
            "area": (self.env["buurtbemiddeling.area"].search([]), ("name", "complete_name")),
            "complaint": (self.env["buurtbemiddeling.complaint.type"].search([]), ("name",)),
            "result": (self.env["buurtbemiddeling.result"].search([]), ("name",)),
            "referrer_type": (self.env["buurtbemiddeling.referrer.type"].search([]), ("name",)),
            "organisation": (self.env["res.partner"].search([("is_referrer", "=", True)]), ("name",)),
            "user": (staff.filtered(lambda user: company in user.company_ids), ("name", "login")),
        }
        found = defaultdict(set)
        for kind, (records, names) in lists.items():
            for lang, _label in self.env["res.lang"].get_installed():
                for record in records.with_context(lang=lang):
                    for name in names:
                        found[kind, words(record[name])].add(record.id)
        choices = {key: ids.pop() for key, ids in found.items() if len(ids) == 1}
        choices.update({(value.kind, words(value.text)): value._choice() for value in batch.sudo().value_ids})
        return choices

    def unknown_values(self, rows):
        """Return the values that are in no list of ours, each once, and which columns have too many of them.

        :return: (text, number of rows) by (kind, value in ``words``); sentences
        """
        asked = self.batch.sudo().value_ids
        known = self.choices.keys() - {(value.kind, words(value.text)) for value in asked}
        texts, numbers = {}, Counter()
        for position, name in self.columns.items():
            kind = KIND_OF_FIELD.get(name)
            for _number, cells in rows if kind else ():
                text = cells[position] if position < len(cells) else ""
                key = kind, words(text)
                if key[1] and key not in known and not has_citizen_number(text):
                    texts.setdefault(key, text)
                    numbers[key] += 1
        too_many = [kind for kind, number in Counter(kind for kind, _value in texts).items() if number > MOST_UNKNOWN]
        labels = dict(self.env["buurtbemiddeling.import.value"]._fields["kind"]._description_selection(self.env))
        errors = [
            self.env._(
                "%(column)s: more than %(most)s different values are not in our list. Is it the right column?",
                column=labels[kind],
                most=MOST_UNKNOWN,
            )
            for kind in too_many
        ]
        return {key: (text, numbers[key]) for key, text in texts.items() if key[0] not in too_many}, errors

    def values_of(self, row):
        """Return the number of a row with the values of its case, or nothing when something is not right.

        :param tuple row: see ``read_rows``
        """
        self.number, cells = row
        self.wrong = False
        self.cells = {
            name: cells[position]
            for position, name in self.columns.items()
            if position < len(cells) and cells[position] != ""
        }
        for name, cell in self.cells.items():
            if cell in FORMULA_ERRORS:
                self._refuse(self.env._("“%(text)s” is an error of the spreadsheet.", text=cell), name)
            elif name in KIND_OF_FIELD and has_citizen_number(cell):
                self._refuse(self.env._(NO_CITIZEN_NUMBER), name)
        values = self._case_values()
        return None if self.wrong else (self.number, values)

    def _refuse(self, message, name=None):
        self.wrong = True
        where = self.env._("Row %(number)s", number=self.number)
        self.errors.append(": ".join(filter(None, [where, self.labels.get(name), message])))

    def _refuse_once(self, value, message):
        """Refuse a row for a value of which is to be said once, and not for each row, what it means."""
        self.wrong = True
        if value not in self.asked:
            self.asked.add(value)
            self._refuse(message)

    def _text(self, name):
        return self.cells.get(name, "")

    def _day(self, name):
        value = self.cells.get(name)
        if not value:
            return False
        try:
            day = as_date(value)
        except ValueError:
            if looks_like_date(value):
                self._refuse(self.env._("the date %(date)s does not exist.", date=value))
            else:
                self._refuse(self.env._("“%(text)s” is not a date.", text=value[:40]), name)
            return False
        if day > self.today:
            self._refuse(self.env._("the date %(date)s is in the future.", date=day.strftime("%d-%m-%Y")))
        return day

    def _choice(self, name):
        text = self.cells.get(name)
        if not text:
            return False
        meant = KIND_OF_FIELD[name], text
        if meant not in self.chosen:
            self.chosen[meant] = self.choices.get((meant[0], words(text)))
        if self.chosen[meant] is False:
            self.unanswered.add(self.number)
        return self.chosen[meant] or False

    def _word(self, name, meanings):
        text = self._text(name)
        if text and words(text) not in meanings:
            self._refuse(self.env._("“%(text)s” is not understood.", text=text[:40]), name)
        return meanings.get(words(text)) if text else None

    def _old_number(self):
        text = self._text("old_number")
        if not text:
            self._refuse(self.env._("the number of the case is missing."))
        elif len(text) > NUMBER_LENGTH:
            self._refuse(self.env._("the number of the case is too long."))
        elif text in self.seen:
            self._refuse(
                self.env._("the number %(text)s stands on row %(other)s too.", text=text, other=self.seen[text])
            )
        self.seen.setdefault(text, self.number)
        return text

    def _case_values(self):
        number = self._old_number()
        reported_on, closed_on = self._day("reported_on"), self._day("closed_on")
        if not self.cells.get("reported_on"):
            self._refuse(self.env._("the day on which it was reported is missing."))
        if reported_on and closed_on and closed_on < reported_on:
            self._refuse(self.env._("it was closed before it was reported."))
        description = self._text("description")
        self._check_texts({"description": description}, TEXT_LENGTHS)
        referrer_type, organisation = self._choice("referrer_type"), self._choice("organisation")
        is_referral = bool(referrer_type or organisation)
        batch = self.batch
        other_complaint = self._choice("other_complaint")
        return {
            "company_id": batch.company_id.id,
            "import_id": batch.id,
            "import_key": hmac(batch.sudo().env, SCOPE, [batch.company_id.id, self.source, number]),
            "old_system": batch.source,
            "old_number": number,
            "old_referrer_type_id": referrer_type,
            "old_organisation": self.organisations.get(organisation, False),
            "channel": "referral" if is_referral else "self_report",
            "reported_on": reported_on,
            "area_id": self._choice("area"),
            "complaint_type_id": self._choice("complaint"),
            "other_complaint_type_ids": [Command.set([other_complaint] if other_complaint else [])],
            "description": description or False,
            "coordinator_id": self._choice("coordinator"),
            "mediator_ids": [Command.set([user for user in map(self._choice, ("mediator_1", "mediator_2")) if user])],
            "party_ids": self._people(is_referral),
            "suitability_on": False,
            "taken_up_on": False,
            # Nobody is asked again about what ended before we knew of it.
            "is_ask_again_planned": bool(closed_on),
            **self._ending(reported_on, closed_on),
        }

    def _ending(self, reported_on, closed_on):
        """Return how the case of the row ended: as it did there. An open one begins here, with its intake."""
        result, outcome = self._choice("result"), self._word("outcome", OUTCOMES)
        taken_up = self._word("taken_up", YES_OR_NO)
        if not self.cells.get("closed_on"):
            if self.cells.get("result") or outcome:
                self._refuse(self.env._("it has ended, and the day on which it was closed is missing."))
            return {
                "stage": "intake",
                "stage_since": self.today,
                "closed_on": False,
                "result_id": False,
                "outcome": False,
                "suitability": "pending",
                "taken_up": "pending",
            }
        text = self._text("result")
        if not text:
            self._refuse(self.env._("it was closed, and how it ended is missing."))
        elif not result:
            self._refuse_once(
                words(text), self.env._("say under “Values” how it ended when it is “%(text)s”.", text=text[:40])
            )
        outcome = outcome or self.results.get(result)
        if taken_up is None:
            taken_up = outcome != "not_applicable"
        return {
            "stage": "closed",
            "stage_since": closed_on,
            "closed_on": closed_on,
            "result_id": result,
            "outcome": outcome,
            "suitability": "suitable" if taken_up else "pending",
            "taken_up": "taken_up" if taken_up else "not_taken_up",
            **self._following_from_ending(reported_on, closed_on, taken_up and outcome != "not_applicable"),
        }

    def _following_from_ending(self, reported_on, closed_on, was_helped):
        """Return what Odoo computes of a closed case: given already, it needs not be written a second time."""
        if not (reported_on and closed_on):
            return {}
        months = was_helped and self.months_to_ask_again
        return {
            "lead_time": (closed_on - reported_on).days,
            "last_step_on": closed_on,
            "ask_again_on": months and closed_on + relativedelta(months=months),
        }

    def _people(self, is_referral):
        people = []
        for position, (prefix, role) in enumerate(PEOPLE.items(), 1):
            person = {
                name: self._text(f"{prefix}_{name}") for name in PERSON_FIELDS if f"{prefix}_{name}" in self.cells
            }
            if not person:
                continue
            address = person.pop("address", "")
            if address and not person.get("street"):
                person["street"], number = street_and_number(address)
                person.setdefault("house_number", number)
            if not (person.get("name") or person.get("street")):
                self._refuse(self.env._("a name or an address is missing."), f"{prefix}_name")
            self._check_texts(person, PERSON_FIELD_LENGTHS, f"{prefix}_")
            if person.get("email") and not single_email_re.fullmatch(person["email"]):
                self._refuse(
                    self.env._("“%(text)s” is not an e-mail address.", text=person["email"][:40]), f"{prefix}_email"
                )
            people.append(
                Command.create(
                    {
                        **person,
                        **search_keys(*map(person.get, SEARCHED_BY)),
                        "referral_permission": "not_needed",
                        "participation": "none",
                        "role": role,
                        "sequence": 10 * position,
                        "reported_herself": role == "reporter" and not is_referral,
                    }
                )
            )
        return people

    def _check_texts(self, values, lengths, prefix=""):
        for name, message in self.env["buurtbemiddeling.submission"]._typed_errors(values, lengths).items():
            self._refuse(message, f"{prefix}{name}")
