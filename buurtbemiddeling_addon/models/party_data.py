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
# Of a request, what this person said or was told: not who handled it.
OF_REQUEST = ("reference", "kind", "received_on", "due_on", "extension_reason", "state", "closed_on")
OF_REQUEST += ("answer", "refusal_reason")
ROLES = ("manager", "coordinator", "mediator")
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

    def _personal_data(self, request, texts):
        """Return everything that is kept about these people, who are one, as far as it is about nobody else.

        With what GDPR art. 15(1) says is told too: what the data are for, to whom they go, how long they are kept,
        where they come from, what the person can do, and that no computer decides.

        sudo: the access log and evidence are for fewer than who answers requests. The user may read these people
        (checked here), and only what is about them is taken out.

        :param request: the request that is answered
        :param list texts: records of the texts that somebody decided to give
        :return: for each kind of data its name, its title, and its records: each a list of (name of the field, label,
            value, text)
        :rtype: list[tuple[str, str, list]]
        :raise AccessError: for a user who may not read these people
        """
        self.check_access("read")
        people = self.sudo().with_context(active_test=False)
        return [
            ("person", self.env._("Who you are"), values_of(people, ABOUT_HER) or [self._sentence(self._nobody())]),
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
            ("request", self.env._("What you asked us"), people._requests(request)),
            ("processing", self.env._("What the data are used for"), people._processing(request.company_id)),
            ("text", self.env._("Texts about you"), texts),
            ("left_out", self.env._("What does not stand here"), [self._sentence(self._left_out())] if people else []),
            (
                "rights",
                self.env._("What you can do"),
                [*map(self._sentence, self._rights()), self._whom_to_ask(request)],
            ),
        ]

    def _records(self, name, domain=()):
        return self.env[f"buurtbemiddeling.{name}"].search([("party_id", "in", self.ids), *domain], order="id")

    @api.model
    def _nobody(self):
        return self.env._(
            "We looked for you in all our cases, with what you told us, and found nothing. We keep nothing about you, "
            "but for what you ask us here."
        )

    @api.model
    def _left_out(self):
        return self.env._(
            "A case is about more people than you. What is about the others is left out: who they are, what they said "
            "and what they agreed to. So are notes that speak about several people, unless we could take out what is "
            "about others."
        )

    @api.model
    def _rights(self):
        """Say what everybody can do, and that no computer decides (art. 15(1)(e), (f) and (h))."""
        return [
            self.env._("Is something not right? Ask us to correct it."),
            self.env._(
                "Do you want us to erase it, or not to use it for now? Or do you object to how we use it? Tell us."
            ),
            self.env._("You can take back at any moment what you agreed to. You do not have to say why."),
            self.env._("Are you not satisfied? You can complain to the data protection authority, or go to court."),
            self.env._("People decide here, and not a computer. We make no profile of you."),
        ]

    @api.model
    def _whom_to_ask(self, request):
        company = request.company_id
        address = ", ".join([company.name, *self.env["buurtbemiddeling.processing"]._address_lines(company)])
        officer = filter(None, [company.mediation_privacy_officer, company.mediation_privacy_officer_contact])
        rows = [
            ("contact", self.env._("Ask us"), address),
            ("officer", self.env._("Data protection officer"), ", ".join(officer)),
        ]
        return [(name, label, text, text) for name, label, text in rows if text]

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
            roles = (name for name in ROLES if user.has_group(f"buurtbemiddeling_addon.group_{name}"))
            key = (next(roles, "none"), how)
            before = counts.get(key, (0, first, last))
            counts[key] = (before[0] + number, min(before[1], first), max(before[2], last))
        words = {
            "manager": self.env._("Programme manager"),
            "coordinator": self.env._("Coordinator"),
            "mediator": self.env._("Mediator"),
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
            (name, label, moment.isoformat(), self._day_of(moment))
            for (name, label), moment in zip(labels.items(), (first, last), strict=True)
        ]

    def _requests(self, request):
        """Return what was asked about these people. Who asked for somebody else is not the person of the data."""
        rows = []
        for one in self.request_ids | request.sudo():
            own = () if one.on_behalf else ("requester", "answer_to", "identity_check")
            rows += values_of(one, (*OF_REQUEST, *own))
        return rows

    @api.model
    def _processing(self, company):
        activities = self.env["buurtbemiddeling.processing"].search([("company_id", "in", [False, company.id])])
        names = ("name", "purpose", "legal_basis", "recipients", "transfers", "terms")
        return values_of(activities, names)

    # ------------------------------------------------------------------
    # Texts that may speak about several people
    # ------------------------------------------------------------------
    def _texts_to_decide(self):
        """Return the texts in the cases of these people that may say something about them, and about others.

        As the user: what she may not read is not in it. It is logged that she opens these cases.

        :return: for each where it stands, and the text
        :rtype: list[tuple[str, str]]
        """
        self.case_id._log_opening("form")
        texts = [(self.env._("Others who live there"), party.household_members) for party in self]
        for case in self.case_id.with_context(active_test=False):
            texts.append((self.env._("Description of the case"), case.description))
            texts += [
                (self.env._("Note of an appointment, %(day)s", day=self._day_of(session.start)), session.note)
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
                (self.env._("Message, %(day)s", day=self._day_of(message.date)), message.body)
                for message in case.message_ids
                if message.message_type in ("comment", "email")
            ]
        plain = ((where, html2plaintext(str(text or "")).strip()) for where, text in texts)
        return [(where, text) for where, text in plain if text]

    @api.model
    def _day_of(self, moment):
        return format_datetime(self.env, moment, tz=self.env.tz.zone, dt_format="d MMMM y")

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
            name: {
                "title": title,
                "records": [
                    {field: {"label": label, "value": value, "text": text} for field, label, value, text in record}
                    for record in records
                ],
            }
            for name, title, records in data
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
