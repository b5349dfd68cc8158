import json

from lxml import etree

from odoo import api, models
from odoo.tools import file_path, format_date, format_datetime, html2plaintext

# What stands about a person in her own record, but for texts that may name others.
ABOUT_HER = (
    *("reference", "name", "street", "house_number", "zip", "city", "phone", "email", "birth_year", "role"),
    *("language", "needs_interpreter", "lang", "preferred_contact", "contact_hint", "no_reminders"),
    *("household", "tenure", "landlord_id", "reported_herself", "may_be_told", "referral_permission", "participation"),
    *("taken_back_on", "informed_on", "informed_how", "restricted_on", "erased_on", "create_date"),
)
ROLES = ("group_manager", "group_coordinator", "group_mediator")
NAMESPACE = "urn:buurtbemiddeling:personal-data:1"
SCHEMA = "buurtbemiddeling_addon/data/personal_data.xsd"


def values_of(records, names):
    """Return what stands in some fields of records, but for what is empty, in the language of the records.

    :param names: the names of the fields
    :return: for each record a list of (name of the field, label, value as a program reads it, text for people)
    :rtype: list[list[tuple]]
    """
    env = records.env
    descriptions = records.fields_get(names, ["string", "selection"])
    return [
        [
            (name, descriptions[name]["string"], *value_and_text(env, record, name, descriptions[name]))
            for name in names
            if record[name]
        ]
        for record in records
    ]


def value_and_text(env, record, name, description):
    value, kind = record[name], record._fields[name].type
    if kind == "datetime":
        return value.isoformat(), format_datetime(env, value, tz=record.env.tz.zone, dt_format="d MMMM y HH:mm")
    if kind == "date":
        return value.isoformat(), format_date(env, value, date_format="d MMMM y")
    if kind == "selection":
        return value, dict(description["selection"])[value]
    if kind == "boolean":
        return value, env._("Yes")
    if kind in ("many2one", "many2many"):
        names = ", ".join(value.mapped("display_name"))
        return names, names
    return value, str(value)


class Party(models.Model):
    """What is kept about one person, as it is given to her (GDPR art. 15 and 20).

    A file is about people who disagree, so it is made of what is about her only, field by field: nothing is in it
    because it stands in the same record. Left out are

    * the other people in the case: who they are, what they said, when they were spoken to, whether they agree;
    * who else referred the case, and what that organisation was told: that is about whom it referred;
    * what staff and mediators wrote, and why something was decided: it speaks about several people. A coordinator reads
      each such text and decides (see ``_texts_to_decide``).

    The points of an agreement are words of both parties, and both were given them: so they are in it, of an agreement
    that this person confirmed. What others did with it is not. Of a drawn signature it is said that it is there.
    """

    _inherit = "buurtbemiddeling.party"

    def _personal_data(self):
        """Return everything that is kept about these people, who are one, as far as it is about nobody else.

        sudo: the access log and evidence are for fewer than who answers requests. The user may read these people
        (checked here), and only what is about them is taken out.

        :return: for each kind of data its name, its title, and its records: each a list of (name of the field, label,
            value, text)
        :rtype: list[tuple[str, str, list]]
        :raise AccessError: for a user who may not read these people
        """
        self.check_access("read")
        people = self.sudo().with_context(active_test=False)
        return [
            ("person", self.env._("Who you are"), values_of(people, ABOUT_HER)),
            ("case", self.env._("Your case"), [people._case_values(party) for party in people]),
            ("source", self.env._("Where the data come from"), [self._sentence(party._source()) for party in people]),
            (
                "consent",
                self.env._("What you agreed to"),
                values_of(
                    people.consent_ids,
                    (
                        *("purpose", "organisation_id", "stated_by", "method", "given_on", "withdrawn_on"),
                        *("disclosed_name", "wording"),
                    ),
                ),
            ),
            ("appointment", self.env._("Your appointments"), people._appointments()),
            (
                "reply",
                self.env._("What you said about appointments"),
                values_of(people._records("session.reply"), ("answer", "wishes", "replied_on")),
            ),
            (
                "letter",
                self.env._("Letters to you"),
                values_of(people._records("letter", [("state", "=", "sent")]), ("kind", "method", "sent_on")),
            ),
            ("agreement", self.env._("Agreements that you confirmed"), people._agreements()),
            (
                "aftercare",
                self.env._("What you answered afterwards"),
                values_of(people._records("aftercare.answer"), ("holds", "wants_call", "remark", "answered_on")),
            ),
            (
                "link",
                self.env._("Personal links for you"),
                values_of(people._records("personal.link"), ("purpose", "create_date", "expires_on", "opened_on")),
            ),
            ("told", self.env._("What organisations were told"), people._told()),
            ("opened", self.env._("Who opened your data"), people._opened()),
            (
                "request",
                self.env._("What you asked before"),
                values_of(people.request_ids, ("kind", "received_on", "state")),
            ),
            ("processing", self.env._("What the data are used for"), people._processing()),
        ]

    def _records(self, name, domain=()):
        return self.env[f"buurtbemiddeling.{name}"].search([("party_id", "in", self.ids), *domain], order="id")

    @api.model
    def _sentence(self, text):
        return [("text", "", text, text)]

    def _case_values(self, party):
        """Return what one person may see of her case. What it is about is the word of who reported it."""
        case = party.case_id
        names = ("reference", "stage", "closed_on", "kept_until")
        if party.role == "reporter":
            names += ("reported_on", "complaint_type_id", "other_complaint_type_ids")
        return values_of(case, names)[0]

    def _source(self):
        """Say where the data of one person come from (art. 14(2)(f), 15(1)(g)), without naming another resident."""
        organisations = self.consent_ids.filtered(lambda consent: consent.purpose == "referral").organisation_id
        if self.reported_herself:
            return self.env._("You gave them yourself when you reported this, or later.")
        if organisations:
            return self.env._("%(names)s passed them on.", names=", ".join(organisations.mapped("name")))
        return self.env._("Somebody else in the case gave them, and later you did. We do not say who.")

    def _appointments(self):
        """Return the appointments of these people. Of the place only a neutral one: a home can be somebody else's."""
        sessions = self.env["buurtbemiddeling.session"].search([("party_ids", "in", self.ids)])
        rows = []
        for session in sessions:
            place = ("place",) if session.place_kind == "neutral" else ()
            rows += values_of(session, ("kind", "start", "duration", "state", "place_kind", *place))
        return rows

    def _agreements(self):
        rows = []
        for confirmation in self._records("agreement.confirmation"):
            points = values_of(confirmation.agreement_id, ("agreed_on", "points_summary"))[0]
            rows.append(points + values_of(confirmation, ("method", "confirmed_on"))[0])
        return rows

    def _told(self):
        """Return what was told to the organisations that these people themselves permitted to be involved."""
        permitted = {
            (consent.case_id, consent.purpose, consent.organisation_id)
            for consent in self.consent_ids
            if consent.organisation_id
        }
        register = self.env["buurtbemiddeling.register"].search([("case_id", "in", self.case_id.ids)], order="id")
        told = register.filtered(lambda row: (row.case_id, row.ground, row.organisation_id) in permitted)
        return values_of(told, ("organisation_id", "statement", "told_at", "ground"))

    def _opened(self):
        """Return who opened the data of these people: by role, and how often, and not by name."""
        references = [
            *self.mapped("reference"),
            *self.consent_ids.mapped("reference"),
            *self.case_id.mapped("reference"),
        ]
        log = self.env["buurtbemiddeling.access.log"]
        groups = log._read_group(
            [("record_reference", "in", references)],
            ["user_id", "how"],
            ["__count", "opened_at:min", "opened_at:max"],
        )
        counts = {}
        for user, how, number, first, last in groups:
            roles = (name for name in ROLES if user.has_group(f"buurtbemiddeling_addon.{name}"))
            key = (next(roles, "none"), how)
            before = counts.get(key, (0, first, last))
            counts[key] = (before[0] + number, min(before[1], first), max(before[2], last))
        words = {
            "group_manager": self.env._("Programme manager"),
            "group_coordinator": self.env._("Coordinator"),
            "group_mediator": self.env._("Mediator"),
            "none": self.env._("Somebody who no longer works with us"),
        }
        ways = dict(log._fields["how"]._description_selection(self.env))
        return [
            [
                ("role", self.env._("Role"), role, words[role]),
                ("how", self.env._("How"), how, ways[how]),
                ("number", self.env._("How often"), number, str(number)),
                *self._moments(first, last),
            ]
            for (role, how), (number, first, last) in sorted(counts.items())
        ]

    def _moments(self, first, last):
        labels = {"first": self.env._("First"), "last": self.env._("Last")}
        return [
            (name, label, moment.isoformat(), format_date(self.env, moment.date(), date_format="d MMMM y"))
            for (name, label), moment in zip(labels.items(), (first, last), strict=True)
        ]

    def _processing(self):
        company = self.case_id.company_id[:1]
        activities = self.env["buurtbemiddeling.processing"].search([("company_id", "in", [False, company.id])])
        names = ("name", "purpose", "legal_basis", "recipients", "transfers", "terms")
        return values_of(activities, names)

    # ------------------------------------------------------------------
    # Texts that may speak about several people
    # ------------------------------------------------------------------
    def _texts_to_decide(self):
        """Return the texts in the cases of these people that may say something about them, and about others.

        As the user: what she may not read is not in it.

        :return: for each where it stands, and the text
        :rtype: list[tuple[str, str]]
        """
        texts = [(self.env._("Others who live there"), party.household_members) for party in self]
        for case in self.case_id.with_context(active_test=False):
            texts.append((self.env._("Description of the case"), case.description))
            texts += [
                (self.env._("Note of an appointment, %(day)s", day=format_date(self.env, session.start)), session.note)
                for session in case.session_ids
            ]
            texts += [
                (self.env._("Letter to this person: %(subject)s", subject=letter.subject), letter.body)
                for letter in case.letter_ids
                if letter.party_id in self and letter.state == "sent"
            ]
            texts += [
                (self.env._("Agreement that this person did not confirm"), agreement.points_summary)
                for agreement in case.agreement_ids
                if not (agreement.confirmation_ids.party_id & self)
            ]
            texts += [
                (self.env._("Report of a mediator"), text)
                for report in case.mediator_report_ids
                for text in (report.went_well, report.learned)
            ]
            texts += [
                (self.env._("Message, %(day)s", day=format_date(self.env, message.date)), message.body)
                for message in case.message_ids
                if message.message_type in ("comment", "email")
            ]
        plain = ((where, html2plaintext(str(text or "")).strip()) for where, text in texts)
        return [(where, text) for where, text in plain if text]

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------
    @api.model
    def _as_json(self, data, **about):
        """Return personal data as JSON.

        :param data: as ``_personal_data`` returns
        :param about: what stands before it, by name
        :rtype: str
        """
        content = {
            name: [
                {field: {"label": label, "value": value, "text": text} for field, label, value, text in record}
                for record in records
            ]
            for name, _title, records in data
        }
        return json.dumps({**about, "data": content}, ensure_ascii=False, indent=2)

    @api.model
    def _as_xml(self, data, **about):
        """Return personal data as XML, valid by the schema that comes with it (see ``SCHEMA``).

        :param data: as ``_personal_data`` returns
        :param about: the attributes of the whole, by name
        :rtype: str
        """
        root = etree.Element(f"{{{NAMESPACE}}}personal_data", nsmap={None: NAMESPACE}, attrib=about)
        for name, title, records in data:
            section = etree.SubElement(root, f"{{{NAMESPACE}}}section", name=name, title=title)
            for record in records:
                element = etree.SubElement(section, f"{{{NAMESPACE}}}record")
                for field, label, value, text in record:
                    value = str(value).lower() if isinstance(value, bool) else str(value)
                    # XML has no place for these characters, however they came into a text.
                    value, text = (self._for_xml(part) for part in (value, text))
                    etree.SubElement(element, f"{{{NAMESPACE}}}field", name=field, label=label, value=value).text = text
        return etree.tostring(root, encoding="unicode", pretty_print=True)

    @api.model
    def _for_xml(self, text):
        return "".join(character for character in text if character >= " " or character in "\n\t\r")

    @api.model
    def _schema(self):
        """Return the XML schema of the export."""
        return etree.XMLSchema(etree.parse(file_path(SCHEMA)))
