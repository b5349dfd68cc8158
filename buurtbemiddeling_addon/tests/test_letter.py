from contextlib import suppress
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.buurtbemiddeling_addon.hooks import uninstall_hook
from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, MODULE, MediationCommon

LETTER = "buurtbemiddeling.letter"
KINDS = ("invitation", "appointment", "reminder", "agreement", "closing", "satisfaction", "later")
# What a subject never says, whatever the language.
TELLING_WORDS = ("mediat", "bemiddel", "neighbo", "buur", "buren", "conflict", "ruzie", "complaint", "klacht")


class LetterCommon(MediationCommon):
    """A case with two people, an appointment and an agreement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("en_US", "nl_NL", "de_DE", "fr_FR"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.company.write(
            {"name": "Ons Werk", "street": "Markt 1", "zip": "0011 AA", "city": "Ergens", "email": "us@example.com"}
        )
        cls.company.partner_id.lang = "en_US"
        cls.case = cls._self_report()
        cls.staff_case = cls.case.with_user(cls.coordinator)
        cls.staff_case.action_take_on()
        cls.case.mediator_ids = cls.mediator
        cls.reporter, cls.other = cls.staff_case.party_ids
        cls.other.write(
            {"street": "Dreef", "house_number": "9", "zip": "0012 BB", "city": "Ergens", "email": "other@example.com"}
        )
        cls.talk = cls.env["buurtbemiddeling.session"].create(
            {
                "case_id": cls.case.id,
                "place_kind": "home",
                "start": fields.Datetime.add(fields.Datetime.now(), days=1),
                "party_ids": [Command.set(cls.other.ids)],
            }
        )
        cls.agreement = cls.env["buurtbemiddeling.agreement"].create({"case_id": cls.case.id})
        cls.env["buurtbemiddeling.agreement.point"].create(
            {"agreement_id": cls.agreement.id, "case_id": cls.case.id, "text": "No music after ten"}
        )

    def write_letter(self, kind="invitation", party=None, **values):
        return (
            self.env[LETTER]
            .with_user(self.coordinator)
            .create(
                {
                    "case_id": self.case.id,
                    "kind": kind,
                    "party_id": (party or self.other).id,
                    "session_id": self.talk.id if kind in ("appointment", "reminder") else False,
                    "agreement_id": self.agreement.id if kind == "agreement" else False,
                    **values,
                }
            )
        )

    def mail_of(self, letter):
        return self.env["mail.mail"].search([("model", "=", LETTER), ("res_id", "in", letter.ids)])

    def deliver(self, mail, error=None):
        """Work off the queue with a mail server that takes the mail, or gives an error; return what it was given."""
        taken = []

        def send_email(server, message, *arguments, **keywords):
            if error:
                raise error
            taken.append(message)
            return message["Message-Id"]

        sending = patch.object(IrMail_Server, "_disable_send", lambda server: False)
        connecting = patch.object(IrMail_Server, "_connect__", lambda *arguments, **keywords: None)
        loggers = mute_logger("odoo.addons.mail.models.mail_mail")
        with sending, connecting, loggers, patch.object(IrMail_Server, "send_email", send_email):
            mail.send()
        return taken

    def html(self, report, letters, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.coordinator)
        return reports._render_qweb_html(f"{MODULE}.{report}", letters.ids)[0].decode()


@tagged("post_install", "-at_install")
class TestLetter(LetterCommon):
    """Letters tell each person what she may know, go to her and nobody else, and stay as they were sent."""

    # ------------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------------
    def test_each_kind_in_the_language_of_the_person(self):
        for kind in KINDS:
            template = self.env.ref(f"{MODULE}.mail_template_letter_{kind}")
            template.with_context(lang="nl_NL").body_html = f"<p>Hoi <t t-out='object.salutation'/> {kind}</p>"
            for lang, words in (("nl_NL", "Hoi"), ("en_US", "Kind regards"), ("de_DE", "Kind regards")):
                with self.subTest(kind=kind, lang=lang):
                    self.other.lang = lang
                    letter = self.write_letter(kind)
                    self.assertIn(words, letter.body)
                    self.assertNotIn("Hoi" if words != "Hoi" else "Kind regards", letter.body)
                    self.assertIn("Buur", letter.body)
                    self.assertNotIn("t-out", letter.body)

    def test_dates_and_lists_in_the_language_of_the_person(self):
        self.talk.start = "2026-11-26 13:00:00"
        self.noise.with_context(lang="nl_NL").name = "Geluid van mensen"
        self.reporter.may_be_told = "complaint"
        for lang, day, complaint in (
            ("nl_NL", "donderdag 26 november 2026, 14:00", "Geluid van mensen"),
            ("en_US", "Thursday 26 November 2026, 14:00", "Noise by people"),
        ):
            self.other.lang = lang
            self.assertIn(day, self.write_letter("appointment").body, "Dutch time, whatever the clock of the user")
            template = self.env.ref(f"{MODULE}.mail_template_letter_invitation")
            template.with_context(lang="nl_NL").body_html = "<p><t t-out='object.complaint_words'/></p>"
            self.assertIn(complaint, self.write_letter().body)

    def test_somebody_without_a_name_or_a_language(self):
        self.other.write({"name": False, "lang": False})
        self.company.partner_id.lang = "nl_NL"
        self.env.ref(f"{MODULE}.mail_template_letter_closing").with_context(
            lang="nl_NL"
        ).body_html = "<p>Hoi <t t-out='object.salutation'/></p>"
        self.assertIn("Hoi", self.write_letter("closing").body)
        self.company.partner_id.lang = "en_US"
        self.assertIn("Dear resident,", self.write_letter("closing").body)

    def test_a_language_that_is_archived(self):
        template = self.env.ref(f"{MODULE}.mail_template_letter_closing")
        template.with_context(lang="nl_NL").body_html = "<p>Hoi</p>"
        template.with_context(lang="fr_FR").body_html = "<p>Bonjour</p>"
        german = self.env["res.lang"]._lang_get("de_DE")
        self.other.lang = "de_DE"
        german.active = False
        self.company.partner_id.lang = "nl_NL"
        letter = self.write_letter("closing")
        self.assertIn("Hoi", letter.body)
        self.assertIn("Ons Werk", self.html("report_letter", letter))
        self.company.partner_id.lang = False
        self.coordinator.lang = "fr_FR"
        self.assertIn("Bonjour", self.write_letter("closing").body)

    def test_subjects_tell_nothing(self):
        self.case.party_ids.name = "Zwaanstra"
        for kind in KINDS:
            self.env.ref(f"{MODULE}.mail_template_letter_{kind}").subject = "Mediation"
            for lang in ("nl_NL", "en_US"):
                self.other.lang = lang
                subject = self.write_letter(kind, subject="Mediation with Zwaanstra").subject
                with self.subTest(kind=kind, lang=lang):
                    self.assertTrue(subject)
                    for word in (*TELLING_WORDS, "zwaanstra", "ons werk"):
                        self.assertNotIn(word, subject.lower())

    def test_text_of_a_person_is_text(self):
        self.other.name = "<img src=x onerror=alert(1)>"
        self.assertIn("&lt;img", self.write_letter().body)

    # ------------------------------------------------------------------
    # What the reporter agreed to
    # ------------------------------------------------------------------
    def test_nothing_is_told(self):
        letter = self.write_letter()
        for words in (*CANARIES, self.noise.name, "who told us"):
            self.assertNotIn(words, letter.body)
        self.assertIn("living together", letter.body)

    def test_the_complaint_is_told(self):
        self.reporter.may_be_told = "complaint"
        letter = self.write_letter()
        self.assertIn(self.noise.name, letter.body)
        for canary in CANARIES:
            self.assertNotIn(canary, letter.body)

    def test_the_name_is_told(self):
        self.reporter.may_be_told = "name"
        letter = self.write_letter()
        self.assertIn("Kanarievogel", letter.body)
        self.assertIn(self.noise.name, letter.body)
        self.assertNotIn("Vinkenpad", letter.body)

    def test_what_may_no_longer_be_told_is_not_sent(self):
        self.reporter.may_be_told = "name"
        letter = self.write_letter()
        self.reporter.may_be_told = "nothing"
        for send in (letter.action_send_email, letter.action_mark_sent):
            with self.assertRaises(UserError):
                send()
        self.reporter.may_be_told = "name"
        letter.action_send_email()

    def test_every_reporter_agreed(self):
        second = self.reporter.create({"case_id": self.case.id, "name": "Zangerig", "may_be_told": "name"})
        self.assertNotIn(self.noise.name, self.write_letter().body, "the first one agreed to nothing")
        self.assertNotIn("Zangerig", self.write_letter().body)
        self.reporter.may_be_told = "complaint"
        letter = self.write_letter()
        self.assertIn("Zangerig", letter.body)
        self.assertNotIn("Kanarievogel", letter.body)
        second.active = False
        self.assertNotIn("Zangerig", self.write_letter().body)
        self.reporter.active = False
        self.assertNotIn(self.noise.name, self.write_letter().body, "nobody is left who agrees")

    def test_no_letter_tells_about_the_other(self):
        self.talk.party_ids = self.reporter | self.other
        for kind in KINDS:
            letter = self.write_letter(kind)
            for canary in CANARIES:
                with self.subTest(kind=kind, canary=canary):
                    self.assertNotIn(canary, f"{letter.subject} {letter.body} {letter.addressee}")

    def test_place(self):
        self.assertIn("at your home", self.write_letter("appointment").body)
        self.talk.write({"party_ids": [Command.link(self.reporter.id)], "place": "Vinkenpad 12"})
        letter = self.write_letter("appointment")
        self.assertNotIn("Vinkenpad", letter.body, "the home of somebody else")
        self.assertNotIn("at your home", letter.body)
        for place_kind, words in (("neutral", "Vinkenpad 12"), ("office", "Markt 1"), ("telephone", "we call you")):
            self.talk.place_kind = place_kind
            self.assertIn(words, self.write_letter("appointment").body)

    def test_what_the_law_asks(self):
        letter = self.write_letter()
        for words in ("gave us your name and address", "We keep", "corrected or deleted", "do not want us to use it"):
            self.assertIn(words, letter.body)
        self.assertFalse(self.other.informed_on)
        letter.action_send_email()
        self.assertEqual(
            (self.other.informed_on, self.other.informed_how), (letter.case_id._local_day(letter.sent_on), "writing")
        )

    def test_earlier_information_stays(self):
        self.other.write({"informed_on": "2026-01-05", "informed_how": "telephone"})
        self.write_letter().action_send_email()
        self.assertEqual(self.other.informed_how, "telephone")

    def test_texts_are_edited_by_managers_only(self):
        template = self.env.ref(f"{MODULE}.mail_template_letter_closing")
        for user in (self.colleague, self.system_admin, self.mediator, self.coordinator, self.access_admin):
            for action in (
                lambda record: record.write({"body_html": "<p>x</p>"}),
                lambda record: record.create({"name": "x", "model_id": template.model_id.id}),
                lambda record: record.unlink(),
            ):
                with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError, msg=user.login):
                    action(template.with_user(user))
        own = self.env["mail.template"].with_user(self.colleague).create({"name": "x"})
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
            own.model_id = template.model_id
            own.flush_recordset()
            own.write({"body_html": "<p>x</p>"})
        template.with_user(self.manager).body_html = "<p>Until then</p>"
        self.assertIn("Until then", self.write_letter("closing").body)

    def test_a_text_has_no_other_fields(self):
        """Also a manager who may edit all templates of Odoo cannot have a letter tell more than it may."""
        self.manager.group_ids = [Command.link(self.env.ref("mail.group_mail_template_editor").id)]
        template = self.env.ref(f"{MODULE}.mail_template_letter_closing").with_user(self.manager)
        for text in (
            "<p t-out='object.case_id.description'/>",
            "<p t-if='object.case_id'>x</p>",
            "<p t-out='object.case_id.party_ids.mapped(\"name\")'/>",
        ):
            with self.subTest(text), self.assertRaises(ValidationError):
                template.body_html = text

    # ------------------------------------------------------------------
    # Drafts and what was sent
    # ------------------------------------------------------------------
    def test_dialog(self):
        action = self.talk.with_user(self.coordinator).action_confirm_by_letter()
        dialogs = self.env["buurtbemiddeling.letter.write"].with_user(self.coordinator)
        dialog = Form(dialogs.with_context(**action["context"]))
        self.assertEqual(dialog.party_ids[:], self.other)
        opened = dialog.save().action_write()
        letter = self.env[LETTER].browse(opened["res_id"])
        self.assertEqual((letter.kind, letter.session_id, letter.party_id), ("appointment", self.talk, self.other))
        dialog = Form(dialogs.with_context(default_case_id=self.case.id))
        self.assertEqual(dialog.party_ids[:], self.other, "the other party is invited")
        dialog.kind = "agreement"
        self.assertEqual(dialog.agreement_id, self.agreement)
        dialog.kind = "closing"
        self.assertEqual(set(dialog.party_ids[:].ids), set((self.reporter | self.other).ids))
        wizard = dialog.save()
        self.assertEqual(len(self.env[LETTER].search(wizard.action_write()["domain"])), 2)
        wizard.party_ids = False
        with self.assertRaises(UserError):
            wizard.action_write()

    def test_dialog_offers_who_is_in_the_case(self):
        self.talk.party_ids = self.reporter | self.other
        erased, archived = self.other.copy({"name": "Weg"}), self.other.copy({"name": "Weg"})
        erased.sudo().erased_on = fields.Date.today()
        self.talk.party_ids |= erased | archived
        archived.active = False
        # Also where Odoo shows what is archived.
        dialogs = self.env["buurtbemiddeling.letter.write"].with_user(self.coordinator).with_context(active_test=False)
        for kind in KINDS:
            with self.subTest(kind):
                dialog = dialogs.new({"case_id": self.case.id, "kind": kind})
                self.assertEqual(
                    set(dialog.party_ids._origin), {self.other} if kind == "invitation" else {self.reporter, self.other}
                )
        domain = safe_eval(dialogs._fields["party_ids"].domain, {"case_id": self.case.id})
        offered = self.reporter.search(domain)
        self.assertEqual(set(offered), {self.reporter, self.other})

    def test_how_follows_the_person(self):
        self.assertEqual(self.write_letter().method, "email")
        self.other.preferred_contact = "post"
        self.assertEqual(self.write_letter().method, "print")
        self.other.write({"preferred_contact": False, "email": False})
        letter = self.write_letter()
        self.assertEqual((letter.method, letter.addressee), ("print", "Buur\nDreef 9\n0012 BB Ergens"))

    def test_whose_letter(self):
        stranger = self._self_report().party_ids
        with self.assertRaises(ValidationError):
            self.write_letter(party=stranger[1])
        for kind, party in (("invitation", self.reporter), ("appointment", self.reporter)):
            with self.subTest(kind), self.assertRaises(ValidationError):
                self.write_letter(kind, party=party)
        with self.assertRaises(ValidationError):
            self.write_letter("appointment", session_id=False)
        with self.assertRaises(ValidationError):
            self.write_letter("agreement", agreement_id=False)

    def test_no_letter_to_who_is_erased_or_archived(self):
        waiting = self.write_letter("closing", method="print") | self.write_letter("later", method="print")
        for values in ({"erased_on": fields.Date.today()}, {"active": False}):
            self.other.sudo().write({"erased_on": False, "active": True, **values})
            with self.subTest(values), self.assertRaises(ValidationError):
                self.write_letter("closing")
            with self.subTest(values), self.assertRaises(ValidationError):
                waiting.action_mark_sent()

    def test_no_letter_about_an_appointment_that_is_off(self):
        by_mail = self.write_letter("appointment") | self.write_letter("reminder")
        on_paper = self.write_letter("appointment", method="print")
        for state in ("cancelled", "moved", "held"):
            self.talk.state = state
            for letter in by_mail:
                with self.subTest(state), self.assertRaisesRegex(UserError, "no longer planned"):
                    letter.action_send_email()
            with self.subTest(state), self.assertRaisesRegex(UserError, "no longer planned"):
                on_paper.action_mark_sent()
        self.talk.write({"state": "planned", "party_ids": [Command.set(self.reporter.ids)]})
        with self.assertRaisesRegex(UserError, "no longer planned"):
            on_paper.action_print()

    def test_what_was_sent_does_not_keep_an_appointment_where_it_is(self):
        letter = self.write_letter("appointment")
        letter.action_send_email()
        self.talk.party_ids = self.reporter
        self.talk.with_user(self.coordinator).start = fields.Datetime.add(self.talk.start, days=1)
        self.assertEqual(letter.session_id, self.talk.moved_from_id)

    def test_drafts_are_written_again(self):
        """Only drafts, and whoever is at work."""
        draft, sent = self.write_letter("appointment"), self.write_letter("appointment")
        sent.action_send_email()
        self.talk.place_kind = "telephone"
        letters = (draft | sent).with_user(self.mediator).sudo()
        letters._write_texts()
        self.assertIn("we call you", draft.body)
        self.assertIn("at your home", sent.body)

    def test_a_letter_is_not_born_sent(self):
        forged = self.env[LETTER].with_user(self.coordinator).with_context(default_state="sent")
        letter = forged.create(
            {"case_id": self.case.id, "party_id": self.other.id, "state": "sent", "sent_on": "2026-01-05"}
        )
        self.assertEqual((letter.state, letter.sent_on), ("draft", False))

    def test_what_was_sent_stays(self):
        letter = self.write_letter()
        call_kw(letter, "write", [letter.ids, {"body": "<p>Other words</p>"}], {})
        for values in ({"state": "sent"}, {"subject": "Mediation"}, {"party_id": self.reporter.id}, {"kind": "later"}):
            with self.subTest(values), self.assertRaises(UserError):
                call_kw(letter, "write", [letter.ids, values], {})
        letter.action_send_email()
        self.assertEqual((letter.state, letter.sent_by_id), ("sent", self.coordinator))
        self.assertTrue(letter.sent_on)
        for method, arguments in (
            ("write", [{"body": "<p>x</p>"}]),
            ("write", [{"method": "print"}]),
            ("unlink", []),
            ("action_send_email", []),
            ("action_mark_sent", []),
        ):
            with self.subTest(method), self.assertRaises(UserError):
                call_kw(letter, method, [letter.ids, *arguments], {})
        draft = self.write_letter()
        call_kw(draft, "unlink", [draft.ids], {})

    def test_the_case_says_what_was_sent(self):
        self.write_letter().action_send_email()
        line = self.case.message_ids[0].body
        self.assertIn("invitation of the other party, by e-mail", line)
        self.assertNotIn("Buur", line)
        self.assertFalse(self.case.message_ids[0].notified_partner_ids)

    def test_erased_people_leave_no_letters(self):
        letter, about_her = self.write_letter("closing", party=self.reporter), self.write_letter()
        about_her.action_send_email()
        self.reporter.sudo()._erase()
        self.assertFalse(letter.body or about_her.body)

    def test_erased_people_leave_nothing_with_their_letters(self):
        letter = self.write_letter("appointment")
        letter.action_send_email()
        mail = self.mail_of(letter)
        message, calendar_file = mail.mail_message_id, mail.attachment_ids
        self.assertIn("Dreef 9", calendar_file.raw.decode())
        picture = self.env["ir.attachment"].create({"name": "x", "res_model": LETTER, "res_id": letter.id})
        self.other.sudo()._erase()
        self.assertFalse(mail.exists() or message.exists() or calendar_file.exists() or picture.exists())
        self.assertEqual((letter.state, letter.failure), ("failed", "taken_back"))

    def test_who_erases_need_not_be_able_to_read_letters(self):
        letter = self.write_letter()
        letter.action_send_email()
        letter.with_user(self.mediator)._erase()
        self.assertFalse(letter.body or self.mail_of(letter))

    # ------------------------------------------------------------------
    # E-mail
    # ------------------------------------------------------------------
    def test_email_goes_to_the_person_and_nobody_else(self):
        letter = self.write_letter()
        letter.action_send_email()
        mail = self.mail_of(letter)
        self.assertEqual(mail.state, "outgoing", "it waits in the queue")
        self.assertFalse(mail.recipient_ids or mail.email_cc or mail.author_id)
        (message,) = self.deliver(mail)
        self.assertEqual(message["To"], "other@example.com")
        self.assertEqual((message["From"], message["Reply-To"]), ("us@example.com", "us@example.com"))
        self.assertEqual(message["Subject"], "A message for you")
        self.assertEqual(
            {part.get_content_type() for part in message.walk()} & {"text/plain", "text/html"},
            {"text/plain", "text/html"},
        )
        headers = repr(message.items())
        for words in (LETTER, "Ons Werk", "Buur", self.case.reference):
            self.assertNotIn(words, headers)
        self.assertFalse(mail.exists(), "what was sent is with the letter, and nowhere else")
        self.assertEqual(letter.state, "sent")

    def test_an_appointment_comes_with_a_file_for_the_calendar(self):
        letter = self.write_letter("appointment")
        letter.action_send_email()
        attachment = self.mail_of(letter).attachment_ids
        self.assertEqual((attachment.name, attachment.mimetype), ("appointment.ics", "text/calendar"))
        title = next(line for line in attachment.raw.decode().splitlines() if line.startswith("SUMMARY"))
        self.assertEqual(title, "SUMMARY:Appointment")
        self.deliver(self.mail_of(letter))
        self.assertFalse(attachment.exists(), "her address is with her, and nowhere else")

    def test_what_waits_about_an_appointment_is_taken_back(self):
        gone, waiting, other = (self.write_letter(kind) for kind in ("appointment", "reminder", "invitation"))
        gone.action_send_email()
        self.deliver(self.mail_of(gone))
        (waiting | other).action_send_email()
        mail = self.mail_of(waiting)
        calendar_file = mail.attachment_ids
        letters = self.env[LETTER].with_user(self.mediator)
        letters._recall(self.talk)
        self.assertFalse(mail.exists() or calendar_file.exists())
        self.assertEqual((waiting.state, waiting.failure), ("failed", "taken_back"))
        self.assertEqual((gone.state, other.state), ("sent", "sent"))
        self.assertEqual(len(self.mail_of(other)), 1)
        self.assertIn("taken back", self.case.message_ids[0].body)
        lines = len(self.case.message_ids)
        letters._recall(self.talk)
        self.assertEqual(len(self.case.message_ids), lines, "nothing was left")

    def test_what_waits_is_taken_back_when_it_is_cancelled_or_moved(self):
        talk = self.talk.with_user(self.coordinator)
        for change in (lambda: talk.write({"start": fields.Datetime.add(talk.start, days=1)}), talk.action_cancel):
            letter = self.write_letter("appointment")
            letter.action_send_email()
            change()
            self.assertFalse(self.mail_of(letter))
            self.assertEqual((letter.state, letter.failure), ("failed", "taken_back"))

    def test_an_invitation_that_is_taken_back_informed_nobody(self):
        letter = self.write_letter()
        letter.action_send_email()
        self.assertTrue(self.other.informed_on)
        letter.sudo()._take_back()
        self.assertFalse(self.other.informed_on or self.other.informed_how)

    def test_no_other_address(self):
        letter = self.write_letter()
        template = self.env.ref(f"{MODULE}.mail_template_letter_invitation")
        for values in (
            {"email_to": "police@example.com", "model": False, "res_id": False},
            {"email_to": "police@example.com"},
            {"email_to": "other@example.com", "email_cc": "police@example.com"},
            {"email_to": "other@example.com", "recipient_ids": [Command.link(self.police.id)]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                call_kw(
                    template.with_user(self.coordinator),
                    "send_mail",
                    [template.ids, letter.id],
                    {"email_values": values},
                )
            if "model" not in values:
                with self.subTest(values), self.assertRaises(ValidationError):
                    template.send_mail(letter.id, email_values=values)

    def test_addresses_are_needed(self):
        letter = self.write_letter(method="email")
        self.other.email = False
        with self.assertRaises(UserError):
            letter.action_send_email()
        self.other.email = "other@example.com"
        self.company.email = False
        with self.assertRaises(UserError):
            letter.action_send_email()
        self.company.email = "us@example.com"
        with self.assertRaises(UserError):
            letter.action_print()
        letter.method = "print"
        with self.assertRaises(UserError):
            letter.action_send_email()
        self.other.street = False
        with self.assertRaises(UserError):
            letter.action_print()

    def test_rolled_back_is_not_sent(self):
        letter = self.write_letter()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            letter.action_send_email()
            self.assertTrue(self.mail_of(letter))
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(self.mail_of(letter))
        self.assertEqual(letter.state, "draft")

    def test_nothing_is_sent_within_the_transaction(self):
        with patch.object(IrMail_Server, "send_email", side_effect=AssertionError("sent at once")):
            self.write_letter().action_send_email()

    @freeze_time("2026-06-30 22:30:00")
    def test_who_was_informed_shortly_after_midnight(self):
        """It is the day on the clock of the residents, whatever that of the user or of the queue."""
        self.coordinator.tz = "America/New_York"
        letter = self.write_letter()
        letter.action_send_email()
        self.assertEqual(self.other.informed_on, fields.Date.to_date("2026-07-01"))
        self.deliver(self.mail_of(letter), ConnectionError("refused"))
        self.assertFalse(self.other.informed_on)

    def test_what_could_not_be_sent(self):
        self.case.coordinator_id = self.coordinator
        for error, failure in (
            (ConnectionError("refused"), "server"),
            (AssertionError(IrMail_Server.NO_VALID_RECIPIENT), "address"),
        ):
            with self.subTest(failure):
                letter = self.write_letter()
                letter.action_send_email()
                self.assertTrue(self.other.informed_on)
                activities = self.case.activity_ids
                self.deliver(self.mail_of(letter), error)
                self.assertEqual((letter.state, letter.failure), ("failed", failure))
                self.assertFalse(self.mail_of(letter), "it is sent again from the letter only")
                self.assertEqual((self.case.activity_ids - activities).user_id, self.coordinator)
                self.assertFalse(self.other.informed_on)
        with self.assertRaises(UserError):
            letter.unlink()
        letter.method = "print"
        letter.action_mark_sent()
        self.assertEqual((letter.state, letter.failure), ("sent", False))

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------
    def remind(self):
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_remind_of_appointments").method_direct_trigger()
        self.env.invalidate_all()
        return self.env[LETTER].search([("kind", "=", "reminder")])

    def test_reminder_once(self):
        self.talk.party_ids = self.reporter | self.other
        self.other.email = False
        reminder = self.remind()
        self.assertEqual((reminder.party_id, reminder.state, reminder.method), (self.reporter, "sent", "email"))
        self.assertEqual(self.mail_of(reminder).email_to, "kanarie@example.com")
        self.assertEqual(self.remind(), reminder)

    def test_reminders_wait_until_it_is_time(self):
        now = fields.Datetime.now()
        for days, state in ((3, "planned"), (-1, "planned"), (1, "cancelled"), (1, "moved")):
            self.talk.write({"start": fields.Datetime.add(now, days=days), "state": state})
            self.assertFalse(self.remind(), (days, state))
        self.talk.write({"start": fields.Datetime.add(now, days=3), "state": "planned"})
        self.company.mediation_reminder_days = 0
        self.assertFalse(self.remind())
        self.company.mediation_reminder_days = 4
        self.other.preferred_contact = "post"
        self.assertFalse(self.remind())
        self.other.preferred_contact = False
        self.assertTrue(self.remind())

    def test_no_reminder_in_a_closed_case(self):
        # Closing a case cancels what is planned in it. Were something left, nobody is reminded of it.
        self.env.flush_all()
        self.env.cr.execute("UPDATE buurtbemiddeling_case SET stage = 'closed' WHERE id = %s", self.case.ids)
        self.env.invalidate_all()
        self.assertEqual(self.talk.state, "planned")
        self.assertFalse(self.remind())

    def test_no_reminder_to_who_is_archived(self):
        self.talk.party_ids = self.reporter | self.other
        self.other.active = False
        with self.assertNoLogs(f"odoo.addons.{MODULE}.models.letter"):
            self.assertEqual(self.remind().party_id, self.reporter)

    def test_one_reminder_that_goes_wrong(self):
        self.talk.party_ids = self.reporter | self.other
        later = self.talk.copy({"start": fields.Datetime.add(self.talk.start, hours=2), "party_ids": self.other.ids})
        queue_mail = self.env.registry[LETTER]._queue_mail
        wrong = UserError("wrong")

        def go_wrong(letter):
            if letter.party_id == self.reporter:
                raise wrong
            return queue_mail(letter)

        loggers = mute_logger(f"odoo.addons.{MODULE}.models.letter")
        with loggers, patch.object(self.env.registry[LETTER], "_queue_mail", go_wrong):
            reminders = self.remind()
        self.assertEqual(
            set(reminders.mapped(lambda letter: (letter.session_id, letter.party_id))),
            {(self.talk, self.other), (later, self.other)},
        )
        self.assertEqual((self.remind() - reminders).party_id, self.reporter)

    def test_found_by_name_or_address(self):
        letter = self.write_letter()
        view = self.env.ref(f"{MODULE}.letter_view_search")
        arch = etree.fromstring(self.env[LETTER].get_view(view.id, "search")["arch"])
        domain = arch.find("field[@name='party_id']").get("filter_domain")
        for text in ("búur", "Dreef 9"):
            with self.subTest(text):
                found = self.env[LETTER].with_user(self.coordinator).search(safe_eval(domain, {"self": text}))
                self.assertEqual(found, letter)

    # ------------------------------------------------------------------
    # Paper
    # ------------------------------------------------------------------
    def test_letter_on_paper(self):
        letter = self.write_letter(method="print")
        html = self.html("report_letter", letter)
        for words in ("Ons Werk", "Markt 1", "Dreef 9", "0012 BB", self.other.reference, "living together"):
            self.assertIn(words, html)
        self.assertNotIn(self.case.reference, html, "two parties would recognise it")
        self.assertEqual(letter.state, "draft", "reading it is not sending it")

    def test_window_left_or_right(self):
        letter = self.write_letter(method="print")
        self.assertIn("left: 53%", self.html("report_letter", letter))
        self.company.mediation_window = "left"
        self.assertIn("left: 3%", self.html("report_letter", letter))

    def test_envelope_has_no_name_of_the_organisation(self):
        letters = self.write_letter(method="print") | self.write_letter("closing", method="print")
        html = self.html("report_envelope", letters)
        self.assertNotIn("Ons Werk", html)
        self.assertEqual(html.count("Dreef 9"), 2)
        self.assertEqual(html.count("Markt 1"), 2)
        self.assertNotIn("living together", html)

    def test_batch(self):
        letters = self.write_letter(method="print") | self.write_letter("closing", method="print")
        action = letters.action_pdf()
        self.assertEqual(action["report_name"], f"{MODULE}.report_letter")
        self.assertEqual(set(letters.mapped("state")), {"draft"})
        letters.action_mark_sent()
        self.assertEqual(set(letters.mapped("state")), {"sent"})
        self.assertEqual(letters.action_print()["report_name"], f"{MODULE}.report_letter", "printed once more")
        reports = self.env["ir.actions.report"].with_user(self.coordinator).with_context(force_report_rendering=True)
        if reports.get_wkhtmltopdf_state() == "install":
            self.skipTest("wkhtmltopdf is not installed")
        for report in ("report_letter", "report_envelope"):
            # It may miss a style sheet of Odoo, and says so.
            with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
                pdf, _kind = reports._render_qweb_pdf(f"{MODULE}.{report}", letters.ids)
            self.assertTrue(pdf.startswith(b"%PDF"))
            self.assertEqual(pdf.count(b"/Type /Page\n"), 2)

    def test_a_longer_list_takes_no_more_queries(self):
        def queries(letters):
            fields_read = {"kind": {}, "party_id": {"fields": {"display_name": {}}}, "state": {}, "sent_on": {}}
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            letters.web_search_read([("id", "in", letters.ids)], fields_read)
            return self.env.cr.sql_log_count - before

        letters = self.write_letter()
        queries(letters)
        few = queries(letters)
        for kind in KINDS:
            letters |= self.write_letter(kind)
        queries(letters)
        self.assertEqual(queries(letters), few)

    def test_names_of_files_tell_nothing(self):
        letter = self.write_letter(method="print")
        for xmlid in ("report_letter_action", "report_envelope_action"):
            name = self.env.ref(f"{MODULE}.{xmlid}").print_report_name
            self.assertIn("object.reference", name)
            self.assertNotIn("party", name)
        self.assertNotIn("Buur", letter.display_name)

    def test_printing_is_logged(self):
        self.html("report_letter", self.write_letter(method="print"))
        rows = self.env["buurtbemiddeling.access.log"].search([("user_id", "=", self.coordinator.id)])
        self.assertIn(("report", self.case), [(row.how, row.case_id) for row in rows])

    # ------------------------------------------------------------------
    # Who may read them
    # ------------------------------------------------------------------
    def test_outsiders_read_nothing(self):
        letter, waiting = self.write_letter(), self.write_letter(method="print")
        letter.action_send_email()
        mail = self.mail_of(letter)
        attachment = self.env["ir.attachment"].create(
            {"name": "a.ics", "raw": b"x", "res_model": "mail.message", "res_id": mail.mail_message_id.id}
        )
        mail.attachment_ids = attachment
        self.env.flush_all()
        self.env.invalidate_all()
        outsiders = (
            *(self.system_admin, self.colleague, self.mediator, self.unassigned_mediator, self.access_admin),
            *(self.officer, self.lone_portal_user, self.public_user, self.other_coordinator),
        )
        for user in outsiders:
            for records in (letter, waiting, mail, mail.mail_message_id, attachment):
                with self.subTest(user=user.login, model=records._name):
                    hidden = records.with_user(user)
                    self.assertFalse(hidden.has_access("read"))
                    loggers = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
                    with loggers, suppress(AccessError):
                        self.assertFalse(hidden.search([("id", "in", records.ids)]))
            with self.subTest(user=user.login, door="report"), self.assertRaises(AccessError):
                self.html("report_letter", waiting, user)
            with self.subTest(user=user.login, door="envelope"), self.assertRaises(AccessError):
                self.html("report_envelope", waiting, user)

    def test_who_lost_her_role_reads_no_mail_that_she_sent(self):
        letter = self.write_letter("appointment")
        letter.action_send_email()
        message = self.mail_of(letter).mail_message_id
        file = self.mail_of(letter).attachment_ids
        message.sudo().author_id = self.coordinator.partner_id
        self.env.flush_all()
        for record in (message, file):
            self.assertTrue(record.with_user(self.coordinator).has_access("read"))
        self.coordinator.group_ids = self.env.ref("base.group_user")
        self.env.invalidate_all()
        for record in (message, file):
            self.assertFalse(record.with_user(self.coordinator).has_access("read"))
        self.assertFalse(self.env["mail.message"].with_user(self.coordinator).search([("id", "=", message.id)]))

    def test_dialog_of_somebody_else(self):
        wizard = self.env["buurtbemiddeling.letter.write"].with_user(self.coordinator).create({"case_id": self.case.id})
        self.env.flush_all()
        self.assertFalse(wizard.with_user(self.manager).has_access("read"))
        with self.assertRaises(AccessError):
            self.env["buurtbemiddeling.letter.write"].with_user(self.mediator).create({"case_id": self.case.id})

    def test_uninstalling_leaves_nothing_in_the_queue(self):
        letter = self.write_letter()
        letter.action_send_email()
        mail = self.mail_of(letter)
        message = mail.mail_message_id
        attachment = self.env["ir.attachment"].create(
            {"name": "a.ics", "raw": b"x", "res_model": "mail.message", "res_id": message.id}
        )
        mail.attachment_ids = attachment
        self.env.flush_all()
        uninstall_hook(self.env)
        self.assertFalse(mail.exists() or message.exists() or attachment.exists())
        self.assertFalse(self.env[LETTER].search([]))


@tagged("post_install", "-at_install")
class TestLetterRoutes(LetterCommon, HttpCase):
    """Who may not read a letter does not get it on paper either."""

    def test_report_route_is_refused(self):
        letter = self.write_letter(method="print")
        for login in ("colleague", "system_admin_test", "mediator_test", "access_admin_test", "officer"):
            self.authenticate(login, login)
            for report in ("report_letter", "report_envelope"):
                for converter in ("pdf", "html"):
                    with mute_logger("odoo.http"):
                        answer = self.url_open(f"/report/{converter}/{MODULE}.{report}/{letter.id}")
                    with self.subTest(login=login, report=report, converter=converter):
                        self.assertGreaterEqual(answer.status_code, 400)
                        self.assertNotIn("Dreef", answer.text)
        self.authenticate("coordinator_test", "coordinator_test")
        with mute_logger("odoo.http"):
            self.assertIn("Dreef", self.url_open(f"/report/html/{MODULE}.report_letter/{letter.id}").text)
