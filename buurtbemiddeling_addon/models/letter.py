import logging
from datetime import timedelta
from urllib.parse import urlsplit

from lxml import html
from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize, format_date, format_datetime, frozendict
from odoo.tools.mail import generate_tracking_message_id

from .mail_mail import AUTOMATIC
from .personal_link import PAGE

_logger = logging.getLogger(__name__)

# The kinds of letter that are about an appointment.
APPOINTMENT_KINDS = ("appointment", "reminder")
# What the personal link in a letter of each kind is for; in a letter of the kind ``link`` that is chosen.
PURPOSES = {
    "invitation": "participation",
    "appointment": "appointment",
    "reminder": "appointment",
    "agreement": "agreement",
    "later": "aftercare",
}
# What somebody can do without: who stops these e-mails still gets what is about an appointment or an agreement.
OPTIONAL_KINDS = ("reminder", "satisfaction", "later")
# What the text of a letter can be filled in with, and nothing else.
WORDS = (
    *("salutation", "complaint_words", "reporter_words", "appointment_words", "place_words", "mediator_words"),
    *("agreement_day", "agreement_points", "link_words", "return_address", "party_id.lang"),
    *("company_id.name", "company_id.phone", "company_id.email", "company_id.mediation_link_days"),
)
# What only the methods of this model set: a letter stays with its person, and its subject tells nothing.
SET_BY_METHOD = {
    "told",
    *("case_id", "party_id", "kind", "session_id", "agreement_id", "purpose", "subject"),
    *("state", "sent_on", "sent_by_id", "failure"),
}


class Letter(models.Model):
    """A letter or an e-mail to one person in a case: what was sent, when and how."""

    _name = "buurtbemiddeling.letter"
    _description = "Letter"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "create_date desc, id desc"

    _erased_values = frozendict(subject=False, body=False, told=False, message_id=False)

    kind = fields.Selection(
        [
            ("invitation", "Invitation of the other party"),
            ("appointment", "Confirmation of an appointment"),
            ("reminder", "Reminder of an appointment"),
            ("agreement", "Agreement"),
            ("closing", "Closing"),
            ("satisfaction", "Satisfaction questions"),
            ("later", "Question after three months"),
            ("link", "Personal link"),
        ],
        required=True,
        default="invitation",
    )
    purpose = fields.Selection(
        lambda self: self.env["buurtbemiddeling.personal.link"]._fields["purpose"]._description_selection(self.env),
        string="For What",
        help="What this person can do with the personal link that this letter is sent for.",
    )
    party_id = fields.Many2one("buurtbemiddeling.party", string="To", required=True, index=True, ondelete="restrict")
    session_id = fields.Many2one(
        "buurtbemiddeling.session", string="Appointment", index="btree_not_null", ondelete="restrict"
    )
    agreement_id = fields.Many2one("buurtbemiddeling.agreement", index="btree_not_null", ondelete="restrict")
    method = fields.Selection(
        [("email", "By e-mail"), ("print", "On paper")],
        string="How",
        compute="_compute_method",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    subject = fields.Char(readonly=True, help="It never tells what the letter is about, and names nobody.")
    told = fields.Char(
        readonly=True,
        copy=False,
        help="What the text tells of the report: what the reporters agreed to when it was written.",
    )
    body = fields.Html(string="Text")
    state = fields.Selection(
        [("draft", "To be sent"), ("sent", "Sent"), ("failed", "Could not be sent")],
        required=True,
        default="draft",
        copy=False,
        index=True,
    )
    sent_on = fields.Datetime(readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", string="Sent by", readonly=True, copy=False, ondelete="restrict")
    failure = fields.Selection(
        [
            ("address", "The e-mail address is not right. Ask for the right one, or print the letter."),
            ("server", "The mail server did not take the e-mail. Try again later, or print the letter."),
            (
                "taken_back",
                "The appointment was cancelled or moved, somebody stopped, or data were erased, before it was sent.",
            ),
        ],
        string="Why Not",
        readonly=True,
        copy=False,
    )
    # By this a message that it could not be delivered is recognised.
    message_id = fields.Char(copy=False, index="btree_not_null", groups=fields.NO_ACCESS)
    addressee = fields.Text(
        string="Address",
        compute="_compute_addressee",
        compute_sudo=False,
        help="Where this letter goes: the e-mail address, or the lines on the envelope.",
    )
    # For the texts of letters.
    salutation = fields.Char(compute="_compute_salutation", compute_sudo=False)
    complaint_words = fields.Char(compute="_compute_told", compute_sudo=False)
    reporter_words = fields.Char(compute="_compute_told", compute_sudo=False)
    appointment_words = fields.Char(compute="_compute_appointment_words", compute_sudo=False)
    place_words = fields.Char(compute="_compute_appointment_words", compute_sudo=False)
    mediator_words = fields.Char(compute="_compute_appointment_words", compute_sudo=False)
    agreement_day = fields.Char(compute="_compute_agreement_words", compute_sudo=False)
    agreement_points = fields.Html(compute="_compute_agreement_words", compute_sudo=False)
    return_address = fields.Char(compute="_compute_return_address", compute_sudo=False)
    link_words = fields.Char(compute="_compute_link_words", compute_sudo=False)

    _list = models.Index("(create_date DESC, id DESC)")

    # ------------------------------------------------------------------
    # Computed fields
    # ------------------------------------------------------------------
    @api.depends("party_id", "kind")
    def _compute_method(self):
        for letter in self:
            letter.method = self._usual_method(letter.party_id, letter.kind)

    @api.model
    def _usual_method(self, party, kind):
        """Return how one person is written to: by e-mail, unless she has none or wants letters on paper."""
        is_stopped = party.no_reminders and kind in OPTIONAL_KINDS
        return "email" if party.email and party.preferred_contact != "post" and not is_stopped else "print"

    @api.depends("method", "party_id.email", "party_id.name", "party_id.address", "party_id.zip")
    @api.depends_context("lang")
    def _compute_addressee(self):
        for letter in self:
            lines = [letter.party_id.email] if letter.method == "email" else letter._address_lines()
            letter.addressee = "\n".join(filter(None, lines))

    @api.depends("party_id.name")
    @api.depends_context("lang")
    def _compute_salutation(self):
        for letter in self:
            name = letter.party_id.name or self.env._("resident")
            letter.salutation = self.env._("Dear %(name)s,", name=name)

    @api.depends(
        "case_id.complaint_type_id.name",
        "case_id.party_ids.may_be_told",
        "case_id.party_ids.name",
        "case_id.party_ids.restricted_on",
    )
    @api.depends_context("lang")
    def _compute_told(self):
        """Fill in what may be told of the report: no more than every reporter in the case agreed to."""
        for letter in self:
            reporters = letter.case_id.party_ids.filtered(lambda party: party.active and party.role == "reporter")
            agreed = {"nothing" if party.restricted_on else party.may_be_told for party in reporters}
            complaint = names = False
            if agreed and "nothing" not in agreed:
                complaint = letter.case_id.complaint_type_id.name
                named = reporters.filtered(lambda party: party.may_be_told == "name" and party.name)
                names = ", ".join(named.mapped("name"))
            letter.complaint_words = complaint and self.env._("It is about this: %(complaint)s.", complaint=complaint)
            letter.reporter_words = names and self.env._("You may know who told us: %(names)s.", names=names)

    @api.depends("session_id.start", "session_id.place_kind", "session_id.place", "session_id.party_ids")
    @api.depends_context("lang")
    def _compute_appointment_words(self):
        for letter in self:
            session = letter.session_id
            letter.appointment_words = session.start and format_datetime(
                self.env, session.start, tz=letter.case_id._zone(), dt_format="EEEE d MMMM y, HH:mm"
            )
            letter.place_words = session and letter._place_words()
            names = ", ".join(session.mediator_ids.mapped("name"))
            letter.mediator_words = names and self.env._("You will talk with: %(names)s.", names=names)

    @api.depends("agreement_id.agreed_on", "agreement_id.point_ids.text")
    @api.depends_context("lang")
    def _compute_agreement_words(self):
        for letter in self:
            agreement = letter.agreement_id
            letter.agreement_day = agreement and format_date(self.env, agreement.agreed_on, date_format="d MMMM y")
            points = Markup().join(Markup("<li>%s</li>") % point.text for point in agreement.point_ids)
            letter.agreement_points = Markup("<ol>%s</ol>") % points

    @api.depends("company_id.street", "company_id.zip", "company_id.city")
    def _compute_return_address(self):
        for letter in self:
            letter.return_address = ", ".join(letter._return_lines())

    @api.depends("purpose")
    @api.depends_context("lang")
    def _compute_link_words(self):
        words = {
            "report": self.env._("see your report, and add something to it"),
            "participation": self.env._("read what we do, and say whether you want to take part"),
            "appointment": self.env._("see your appointment, and say whether you come"),
            "agreement": self.env._("read the agreements, and say whether they are right"),
            "aftercare": self.env._("tell us how it is going now"),
        }
        for letter in self:
            letter.link_words = words.get(letter.purpose)

    def _place_words(self):
        """Say where the appointment of one letter is, without the address of somebody else."""
        session, company = self.session_id, self.company_id
        if session.place_kind == "telephone":
            return self.env._("by telephone: we call you")
        if session.place_kind == "home" and session.party_ids == self.party_id:
            return self.env._("at your home")
        if session.place_kind == "office":
            return ", ".join(filter(None, [company.name, *self._return_lines()]))
        return (session.place_kind == "neutral" and session.place) or self.env._("at the place that we agreed with you")

    def _address_lines(self):
        """Return the lines of the postal address of one letter, without the name of the organisation."""
        party = self.party_id
        return [
            party.name or self.env._("To the residents of this address"),
            " ".join(filter(None, [party.street, party.house_number])),
            " ".join(filter(None, [party.zip, party.city])),
        ]

    def _return_lines(self):
        """Return the address of the organisation that one letter comes from, without its name."""
        company = self.company_id
        return list(filter(None, [company.street, " ".join(filter(None, [company.zip, company.city]))]))

    def _lang(self):
        """Return the language of one letter: that of its person, or else of the organisation, or of the user.

        A language that is archived no longer counts.
        """
        codes = (self.party_id.lang, self.company_id.partner_id.lang, self.env.user.lang)
        return next(filter(self.env["res.lang"]._get_code, codes), None)

    def _subject(self):
        """Return the subject of one letter: whoever sees it in a list of messages learns nothing from it."""
        if self.kind in APPOINTMENT_KINDS:
            return self.env._("Your appointment")
        return self.env._("A message for you")

    @api.model
    def mail_allowed_qweb_expressions(self):
        """Return what Odoo may fill in in the texts of letters."""
        return tuple(f"object.{name}" for name in WORDS)

    # ------------------------------------------------------------------
    # A letter is no thread: Odoo's routes find no message of it, as for one that does not exist
    # ------------------------------------------------------------------
    @api.model
    def _get_allowed_access_params(self):
        return set()

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        return self.browse()

    # ------------------------------------------------------------------
    # Drafts
    # ------------------------------------------------------------------
    @api.constrains("case_id", "party_id", "session_id", "agreement_id")
    def _check_case(self):
        """Check that a letter is about the case of the person it goes to."""
        for letter in self:
            parts = (letter.party_id, letter.session_id, letter.agreement_id)
            if any(part.case_id != letter.case_id for part in parts if part):
                raise ValidationError(self.env._("This letter is about another case. Choose somebody in this case."))

    @api.constrains("party_id", "kind")
    def _check_addressee(self):
        """Check that a letter is meant for its person when it is written: what was sent stays, whatever changes."""
        for letter in self:
            party = letter.party_id
            if party.erased_on or not party.active:
                raise ValidationError(
                    self.env._("%(person)s is no longer in this case. Choose somebody else.", person=party.display_name)
                )
            if party.restricted_on:
                raise ValidationError(
                    self.env._(
                        "%(person)s asked that we do not use the data for now. Nothing is sent until that is lifted.",
                        person=party.display_name,
                    )
                )
            if letter.kind == "invitation" and party.role != "other_party":
                raise ValidationError(self.env._("Only the other party is invited. Choose another kind of letter."))
            if letter.kind in APPOINTMENT_KINDS and party not in letter.session_id.party_ids:
                raise ValidationError(self.env._("Choose an appointment to which this person comes."))
            if letter.kind == "link" and not letter.purpose:
                raise ValidationError(self.env._("Choose what the personal link is for."))
            if letter.kind == "agreement" and not letter.agreement_id:
                raise ValidationError(self.env._("Choose the agreement that the letter is about."))

    @api.model_create_multi
    def create(self, vals_list):
        """Create letters to be sent, each with the text of its kind in the language of its person.

        :raise ValidationError: for a person, an appointment or an agreement of another case
        """
        unsent = {"state": "draft", "sent_on": False, "sent_by_id": False, "failure": False}
        letters = super().create([{**vals, **unsent} for vals in vals_list])
        letters._write_texts()
        return letters

    def write(self, vals):
        """Write letters.

        :raise UserError: for anybody who changes what was sent, to whom a letter goes, or what only sending sets
        """
        if not self.env.su:
            if "sent" in self.mapped("state"):
                raise UserError(self.env._("What was sent stays as it is. Write a new letter."))
            if SET_BY_METHOD & vals.keys():
                raise UserError(self.env._("Only the text of a letter can be changed. Write a new letter."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(letter.state != "draft" for letter in self):
            raise UserError(self.env._("What was sent stays on the case. Only a letter to be sent can be deleted."))

    def _write_texts(self):
        """Write the subject and the text of those of these letters that are drafts, in the language of each person.

        sudo: no user sets a subject. The text is rendered with the rights of the user.
        """
        drafts = self.filtered(lambda letter: letter.state == "draft")
        for (kind, lang), letters in drafts.grouped(lambda letter: (letter.kind, letter._lang())).items():
            template = self.env.ref(f"buurtbemiddeling_addon.mail_template_letter_{kind}")
            texts = template._render_field("body_html", letters.ids, set_lang=lang)
            for letter in letters.with_context(lang=lang):
                letter.sudo().write(
                    {"subject": letter._subject(), "body": texts[letter.id], "told": letter._may_tell()}
                )

    def _may_tell(self):
        """Return the words of what one letter may tell of the report today."""
        return " ".join(filter(None, [self.complaint_words, self.reporter_words])) or False

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------
    @api.readonly
    def action_open(self):
        """Open one letter, to read it before it is sent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letter"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_send_email(self):
        """Send these letters by e-mail, each to the address of its person.

        :return: ``True``
        :raise AccessError: for a user who may not write letters
        :raise UserError: for a letter on paper or one that was sent already, where an e-mail address is missing, and
            for an appointment that is no longer planned
        """
        self._send_by_email()
        return True

    def action_print(self):
        """Make one PDF of these letters and put on record that those that were not sent yet are sent on paper.

        :return: the action that prints
        :raise AccessError: for a user who may not write letters
        :raise UserError: for a letter without a postal address, and for an appointment that is no longer planned
        """
        self.filtered(lambda letter: letter.state != "sent").action_mark_sent()
        return self.action_pdf()

    @api.readonly
    def action_pdf(self):
        """Make one PDF of these letters; whether they are sent stays as it is.

        :return: the action that prints
        """
        return self.env.ref("buurtbemiddeling_addon.report_letter_action").report_action(self)

    @api.readonly
    def action_envelopes(self):
        """Make one PDF with an envelope for each of these letters.

        :return: the action that prints
        """
        return self.env.ref("buurtbemiddeling_addon.report_envelope_action").report_action(self)

    def action_mark_sent(self):
        """Put on record that these letters are sent on paper.

        :return: ``True``
        :raise AccessError: for a user who may not write letters
        :raise UserError: for an e-mail or a letter that was sent already, for a person without a postal address, and
            for an appointment that is no longer planned
        """
        for letter in self:
            if letter.method != "print":
                raise UserError(self.env._("Choose letters on paper only. The others are sent by e-mail."))
            if not letter.party_id.street:
                raise UserError(
                    self.env._("Fill in the address of %(person)s first.", person=letter.party_id.display_name)
                )
        self._mark_sent()
        return True

    def _mark_sent(self):
        """Put on record that these letters are sent, also on their cases: which letter and how, not what is in it.

        sudo: a user cannot set by hand that a letter is sent. She may write these letters (checked here).
        """
        self.check_access("write")
        if "sent" in self.mapped("state"):
            raise UserError(self.env._("This letter was sent already. Write a new letter, or print it once more."))
        self._check_still_true()
        now = fields.Datetime.now()
        self.sudo().write({"state": "sent", "sent_on": now, "sent_by_id": self.env.uid, "failure": False})
        for letter in self:
            if letter.kind == "invitation" and not letter.party_id.informed_on:
                letter.party_id.write({"informed_on": letter.case_id._local_day(now), "informed_how": "writing"})
        for case, letters in self.grouped("case_id").items():
            for kind, method in letters.grouped(lambda letter: (letter.kind, letter.method)):
                case.message_post(body=self._line_on_case(kind, method))

    def _check_still_true(self):
        """Check that these letters can go out: one may have waited while its case went on."""
        for letter in self:
            party, session = letter.party_id, letter.session_id
            if letter.kind in APPOINTMENT_KINDS and (session.state != "planned" or party not in session.party_ids):
                raise UserError(
                    self.env._(
                        "The appointment in this letter is no longer planned with %(person)s. Write a new letter.",
                        person=party.display_name,
                    )
                )
            if letter.kind == "invitation" and letter.told != letter.with_context(lang=letter._lang())._may_tell():
                raise UserError(
                    self.env._(
                        "What the other party may be told has changed since. Delete this letter, and write a new one."
                    )
                )
        self._check_addressee()

    def _line_on_case(self, kind, method):
        """Return the line about a letter in the messages of its case."""
        kinds, methods = (dict(self._fields[name]._description_selection(self.env)) for name in ("kind", "method"))
        return self.env._("Letter: %(kind)s, %(method)s.", kind=kinds[kind].lower(), method=methods[method].lower())

    def _send_by_email(self):
        """Queue these letters as e-mail: it goes out when the transaction is kept, and not otherwise.

        sudo: whoever sends letters has no right on the scheduler; this only says that there is work for it.
        """
        for letter in self:
            person = letter.party_id
            if letter.method != "email":
                raise UserError(self.env._("Choose e-mails only. The other letters are printed."))
            if not letter.company_id.email:
                raise UserError(self.env._("Fill in the e-mail address of your organisation first."))
            if not person.email:
                raise UserError(
                    self.env._("%(person)s has no e-mail address. Print the letter.", person=person.display_name)
                )
            if person.no_reminders and letter.kind in OPTIONAL_KINDS:
                raise UserError(
                    self.env._(
                        "%(person)s wants no reminders and questions by e-mail. Print the letter.",
                        person=person.display_name,
                    )
                )
        self._mark_sent()
        for letter in self:
            letter._queue_mail()
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _queue_mail(self):
        """Put one letter in the queue of outgoing mail.

        The sender is the bare address of the organisation: its name would tell what the message is about. The code of
        a personal link stands in the queue until the mail is sent and deleted, within minutes, or stays there while
        the mail server does not answer; nobody can read the queue, and the code alone opens nothing.

        sudo: coordinators have no right on outgoing mail, and nobody can read these mails. Each goes to the
        address of its person only, which the model of outgoing mail checks too. What message it was is kept for
        when it comes back.
        """
        sender = email_normalize(self.company_id.email)
        code = self._issue_link()
        body = self._body_with_link(code and f"{self.get_base_url()}{PAGE}/{code}")
        headers = dict(AUTOMATIC) if self.kind == "reminder" else {}
        if self.kind in OPTIONAL_KINDS:
            choice = self.with_context(lang=self._lang()).env["buurtbemiddeling.mail.choice"]
            stop = choice._address(self.party_id)
            headers |= choice._headers(stop)
            body += choice._footer(stop)
        self.sudo().message_id = generate_tracking_message_id("letter")
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "model": self._name,
                    "res_id": self.id,
                    "author_id": False,
                    "email_from": sender,
                    "reply_to": sender,
                    "email_to": email_normalize(self.party_id.email),
                    "subject": self.subject,
                    "body_html": self.env["mail.mail"]._laid_out(body, self._lang()),
                    "headers": repr(headers),
                    "auto_delete": True,
                    # Odoo would put the number of the letter in it.
                    "message_id": self.sudo().message_id,
                }
            )
        )
        if self.session_id:
            mail.attachment_ids = [
                Command.create(
                    {
                        "name": "appointment.ics",
                        "raw": self.session_id.with_context(lang=self._lang())._calendar_file(self.party_id),
                        "mimetype": "text/calendar",
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                )
            ]
        return mail

    # ------------------------------------------------------------------
    # The personal link in a letter
    # ------------------------------------------------------------------
    def _issue_link(self):
        """Give the person of one letter a new link, for what the letter is about, and return its code.

        The text only says that there is a page: a code is made when the letter goes out, and stands nowhere else.

        :return: the code, or ``None`` when the letter names no page, or this person cannot have a link for it: such a
            letter goes out without what it says about the page
        :raise UserError: for a letter that is sent for nothing but the link, when this person cannot have it
        """
        purpose = self.purpose or PURPOSES.get(self.kind)
        if not purpose or not self._page_links(html.fragment_fromstring(self.body or "", create_parent=True)):
            return None
        try:
            with self.env.cr.savepoint():
                _link, code = self.env["buurtbemiddeling.personal.link"]._issue(
                    self.party_id,
                    purpose,
                    session=purpose == "appointment" and self.session_id,
                    agreement=purpose == "agreement" and self.agreement_id,
                )
        except UserError:
            if self.kind == "link":
                raise
            return None
        return code

    @api.model
    def _page_links(self, root):
        """Return the links to the personal page in a text."""
        return [link for link in root.iter("a") if urlsplit(link.get("href") or "").path == PAGE]

    def _body_with_link(self, address):
        """Return the text of one letter with links to a personal page; the paragraphs about it are left out when
        there is none.

        :param str address: that of the page, or nothing
        """
        root = html.fragment_fromstring(self.body or "", create_parent=True)
        links = self._page_links(root)
        if address and self.method == "email":
            for link in links:
                link.set("href", address)
        elif address:
            # On paper there is nothing to click on: the address stands below the letter.
            for link in links:
                link.drop_tag()
        else:
            for paragraph in {next(link.iterancestors("p", "li"), link) for link in links}:
                paragraph.drop_tree()
        return Markup(html.tostring(root, encoding="unicode"))

    def _printed_link(self):
        """Return what one letter on paper says of a personal link, and of none in a print of an e-mail.

        Each print has a code of its own; that of a former print no longer works.

        :return: the ``body`` of the letter, and where it has a link the ``address`` of the page, the ``code``, and both
            as a ``picture`` for a telephone
        :rtype: dict
        """
        if self.method == "email":
            return {"body": self.body, "code": None}
        address = f"{self.get_base_url()}{PAGE}"
        code = self._issue_link()
        return {
            "body": self._body_with_link(code and address),
            "address": address,
            "code": code,
            "picture": code and self.env["ir.actions.report"]._mediation_qr_code(f"{address}/{code}"),
        }

    def _erase(self):
        """Erase what these letters say, also what is with them and what of them is still in the queue.

        sudo: what was sent is changed by nobody else, and nobody has a right on outgoing mail.
        """
        letters = self.sudo()
        letters._take_back()
        about = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        letters.env["ir.attachment"].search(about).unlink()
        letters._write_anyway(self._erased_values)

    @api.model
    def _erase_texts(self, parties):
        """Erase what letters say to these people, and what invitations in their cases say about them.

        sudo: also letters that the user may not read.
        """
        reporters = parties.filtered(lambda party: party.role == "reporter")
        texts = Domain("party_id", "in", parties.ids) | (
            Domain("kind", "=", "invitation") & Domain("case_id", "in", reporters.case_id.ids)
        )
        self.sudo().search(texts)._erase()

    @api.model
    def _recall(self, sessions):
        """Keep from going out what is still in the queue about these appointments: they are cancelled or moved.

        sudo: that it is no longer true follows from the appointment, whoever changed that.
        """
        self.sudo().search([("session_id", "in", sessions.ids)])._take_back()

    @api.model
    def _still_to_send(self, parties):
        """Return what is still to be sent to these people, or to others about their report: drafts, and mail in the
        queue.

        sudo: nobody has a right on outgoing mail. Called for people whose consents the user may withdraw.
        """
        reporters = parties.filtered(lambda party: party.role == "reporter")
        invited = Domain("kind", "=", "invitation") & Domain("case_id", "in", reporters.case_id.ids)
        letters = self.sudo().search(Domain("party_id", "in", parties.ids) | invited)
        mails = letters.env["mail.mail"].search([("model", "=", self._name), ("res_id", "in", letters.ids)])
        queued = set(mails.mapped("res_id"))
        return letters.filtered(lambda letter: letter.state == "draft" or letter.id in queued)

    @api.model
    def _recall_for(self, parties):
        """Keep from going out what is still to be sent to people who withdrew, or about their report. sudo: see
        ``_still_to_send``."""
        letters = self._still_to_send(parties)
        letters._take_back()
        letters.filtered(lambda letter: letter.state == "draft").unlink()

    def _take_back(self):
        """Take those of these letters, as superuser, that are in the queue out of it. Their cases say so."""
        mails = self.env["mail.mail"].search([("model", "=", self._name), ("res_id", "in", self.ids)])
        waiting = self & self.browse(mails.mapped("res_id"))
        mails.unlink()
        waiting._not_sent("taken_back")
        for case in waiting.case_id:
            case.message_post(body=self.env._("A letter was taken back before it was sent: look under Letters."))

    def _not_sent(self, failure):
        """Show that these letters, as superuser, were not sent. Who was invited by them was not informed after all."""
        self.write({"state": "failed", "failure": failure})
        for letter in self.filtered(lambda letter: letter.kind == "invitation" and letter.sent_on):
            party = letter.party_id
            if (party.informed_how, party.informed_on) == ("writing", letter.case_id._local_day(letter.sent_on)):
                party.write({"informed_on": False, "informed_how": False})

    def _delivery_failed(self, failure):
        """Show that these letters, as superuser, could not be sent, and ask somebody of the case to look at it."""
        self._not_sent(failure)
        for letter in self:
            case = letter.case_id
            readers = [
                user for user in (*case.coordinator_id, *letter.sent_by_id) if case.with_user(user).has_access("read")
            ]
            case = case.with_context(lang=readers[0].lang if readers else self.env.lang)
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=case.env._("A letter could not be sent: look under Letters"),
                user_id=readers[0].id if readers else False,
            )

    @api.model
    def _of_messages(self, message_ids):
        """Return the letters, as superuser, that were sent as these messages.

        sudo: whoever takes in mail need not be able to read letters.

        :param list message_ids: the ``Message-Id`` of each message
        """
        return self.sudo().search([("message_id", "in", message_ids)])

    @api.model
    def _cron_remind(self):
        """Send a reminder by e-mail of each appointment that is near, once to each person who can be mailed.

        On paper it would come too late.
        """
        now = fields.Datetime.now()
        near = Domain.OR(
            Domain("case_id.company_id", "=", company.id)
            & Domain("start", "<=", now + timedelta(days=company.mediation_reminder_days))
            for company in self.env["res.company"].search([("mediation_reminder_days", ">", 0), ("email", "!=", False)])
        )
        sessions = self.env["buurtbemiddeling.session"].search(
            near & Domain("start", ">", now) & Domain("state", "=", "planned") & Domain("case_id.stage", "!=", "closed")
        )
        reminded = set(
            self._read_group(
                [("kind", "=", "reminder"), ("session_id", "in", sessions.ids)], ["session_id", "party_id"]
            )
        )
        due = [
            (session, party)
            for session in sessions
            for party in session.party_ids
            if party.active and not party.erased_on and not party.restricted_on
            if self._usual_method(party, "reminder") == "email" and (session, party) not in reminded
        ]
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(due))
        for session, party in due:
            values = {
                "case_id": session.case_id.id,
                "kind": "reminder",
                "session_id": session.id,
                "party_id": party.id,
            }
            try:
                with self.env.cr.savepoint():
                    self.create([values])._send_by_email()
            except UserError:
                # One reminder that goes wrong must not keep the others from going out.
                _logger.exception("A reminder of appointment %s could not be sent", session.reference)
            if not progress._commit_progress(1):
                break
