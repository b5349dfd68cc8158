import base64
import re
from email.message import EmailMessage

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.models.mail_choice import PAGE as CHOICE_PAGE
from odoo.addons.buurtbemiddeling_addon.models.personal_link import PAGE
from odoo.addons.buurtbemiddeling_addon.tests.common import CANARIES, LANG, MODULE
from odoo.addons.buurtbemiddeling_addon.tests.test_letter import KINDS, LETTER, LetterCommon

CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")


class MailCommon(LetterCommon):
    """Letters, news and daily summaries, as the mail server gets them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other.birth_year = 1970
        # An employee takes over the language of the organisation.
        cls.officer.lang = LANG
        cls.env["ir.config_parameter"].set_param("web.base.url", "https://mediation.example.com")

    def post(self, kind="invitation", **values):
        """Send a letter by e-mail; return it, and what the mail server gets."""
        letter = self.write_letter(kind, **values)
        letter.action_send_email()
        return letter, self.deliver(self.mail_of(letter))[0]

    def news(self):
        """Return the mail server's copy of the news that a referral is suitable."""
        _receipt, case = self._refer()
        before = self.env["mail.mail"].search([])
        case = case.with_user(self.coordinator)
        case.action_take_on()
        case.party_ids.action_confirm_referral()
        case.action_suitable()
        mails = (self.env["mail.mail"].search([]) - before).filtered(
            lambda mail: mail.recipient_ids == self.officer.partner_id
        )
        return self.deliver(mails)

    def receipt(self):
        """Return the mail server's copy of the receipt of a referral."""
        before = self.env["mail.mail"].search([])
        self._refer()
        mails = self.env["mail.mail"].search([]) - before
        return self.deliver(mails.filtered(lambda mail: mail.recipient_ids == self.officer.partner_id))

    def summary(self):
        """Return the mail server's copy of the daily summary of the coordinator."""
        template = self.env.ref(f"{MODULE}.mail_template_daily_summary").with_context(numbers={"new_reports": 7})
        before = self.env["mail.mail"].search([])
        self.coordinator._mail_by_itself(template, "buurtbemiddeling.case")
        return self.deliver(self.env["mail.mail"].search([]) - before)

    def text(self, message, subtype="plain"):
        return message.get_body((subtype,)).get_content()

    def link(self, message):
        """Return the address of the personal page in a mail."""
        return re.search(rf"https://mediation\.example\.com{PAGE}/{CODE.pattern}", self.text(message))[0]


@tagged("post_install", "-at_install")
class TestMailOut(MailCommon):
    """What goes out can be read without pictures and layout, comes from the organisation, and tells nothing else."""

    def test_every_mail(self):
        self.talk.party_ids = self.reporter | self.other
        messages = {kind: self.post(kind)[1] for kind in KINDS}
        messages |= {"news": self.news()[0], "receipt": self.receipt()[0], "summary": self.summary()[0]}
        for kind, message in messages.items():
            with self.subTest(kind):
                plain, html = self.text(message), self.text(message, "html")
                self.assertNotRegex(plain, r"<(?!https?://)|&[a-z]+;", "no markup")
                self.assertTrue(plain.startswith(("Dear", "Beste")))
                self.assertNotIn("<img", html)
                self.assertNotRegex(f"{plain} {html}".lower(), r"powered by odoo|odoo\\.com|/mail/view|unfollow")
                self.assertIn('<div lang="en-US"', html)
                self.assertIn("us@example.com", message["From"])
                self.assertEqual(message["Reply-To"], message["From"])
                self.assertNotIn(
                    self.coordinator.email, repr([*message.items(), plain, html]).replace(message["To"], "")
                )
                self.assertFalse([name for name in message if name.lower().startswith("x-odoo")])
                headers = " ".join(
                    str(value) for name, value in message.items() if name not in ("To", "List-Unsubscribe")
                )
                self.assertNotRegex(headers, r"buurtbemiddeling\.|res\.users|\d-[a-z_]+\.[a-z]", "no record in headers")
                self.assertFalse(message["References"])
                for canary in CANARIES:
                    self.assertNotIn(canary, f"{headers} {message['List-Unsubscribe']}")

    def test_automatic_mail_says_so(self):
        self.assertEqual(self.news()[0]["Auto-Submitted"], "auto-generated")
        self.assertEqual(self.summary()[0]["Auto-Submitted"], "auto-generated")
        self.assertEqual(self.receipt()[0]["Auto-Submitted"], "auto-generated")
        self.assertEqual(self.post("reminder")[1]["Auto-Submitted"], "auto-generated")
        self.assertFalse(self.post("appointment")[1]["Auto-Submitted"], "somebody sent it by hand")

    def test_mail_comes_from_the_organisation_whoever_is_at_work(self):
        """Also where it has no address of its own."""
        self.company.email = False
        for message in (*self.news(), *self.summary()):
            self.assertNotIn("coordinator_test", f"{message['From']} {message['Reply-To']}")

    def test_plain_text(self):
        self.env["buurtbemiddeling.agreement.point"].create(
            {"agreement_id": self.agreement.id, "case_id": self.case.id, "text": "The gate is closed & locked"}
        )
        _letter, message = self.post("agreement")
        plain = self.text(message)
        self.assertIn("\n\n1. No music after ten\n2. The gate is closed & locked\n\n", plain)
        self.assertIn(f"your own page <{self.link(message)}> you can", plain)
        plain = self.text(self.post("later")[1])
        self.assertIn("- It is going well.\n- It is going better, but not well.\n", plain)
        self.assertIn("2. Did we listen to you well? 1 2 3 4 5\n", self.text(self.post("satisfaction")[1]))
        self.assertIn("<https://mediation.example.com/my/referrals>", self.text(self.news()[0]))
        self.assertIn("New reports without a coordinator: 7\n", self.text(self.summary()[0]))

    def test_in_the_language_of_who_gets_it(self):
        template = self.env.ref(f"{MODULE}.mail_template_referral_news")
        template.with_context(
            lang="nl_NL"
        ).body_html = "<p>Beste melder, er is nieuws over <t t-out='object.name'/></p>"
        self.officer.lang = "nl_NL"
        (message,) = self.news()
        self.assertIn("Beste melder, er is nieuws", self.text(message))
        self.assertIn('<div lang="nl-NL"', self.text(message, "html"))

    def test_no_reminder_to_who_stopped_them(self):
        self.other.no_reminders = True
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_remind_of_appointments").method_direct_trigger()
        self.assertFalse(self.env[LETTER].search([("kind", "=", "reminder")]))

    # ------------------------------------------------------------------
    # Personal links in letters
    # ------------------------------------------------------------------
    def test_link_is_made_when_the_letter_goes_out(self):
        purposes = {
            "invitation": "participation",
            "appointment": "appointment",
            "reminder": "appointment",
            "agreement": "agreement",
            "later": "aftercare",
        }
        links = self.env["buurtbemiddeling.personal.link"]
        for kind, purpose in purposes.items():
            with self.subTest(kind):
                before = links.search([])
                letter = self.write_letter(kind)
                self.assertFalse(links.search([]) - before, "not before it goes out")
                letter.action_send_email()
                (message,) = self.deliver(self.mail_of(letter))
                link = links._find(self.link(message).rsplit("/", 1)[1])
                self.assertEqual(link, (links.search([]) - before).sudo())
                self.assertEqual((link.party_id, link.purpose), (self.other, purpose))
                self.assertEqual(link.session_id, self.talk if purpose == "appointment" else links.session_id)
                self.assertEqual(link.agreement_id, self.agreement if kind == "agreement" else links.agreement_id)
                self.assertIn(self.link(message), self.text(message, "html"))
        self.assertNotIn(PAGE, self.post("closing")[1].as_string())

    def test_no_code_stays(self):
        """Neither in the letter nor in what Odoo keeps of a mail."""
        letter, message = self.post()
        code = CODE.search(self.link(message))[0]
        self.env.flush_all()
        for table, column in (
            (LETTER, "body"),
            ("mail.message", "body"),
            ("mail.mail", "body_html"),
            ("buurtbemiddeling.personal.link", "key"),
        ):
            self.assertFalse(self.env[table].sudo().search_count([(column, "ilike", code)]), table)
        self.assertIn(f'{PAGE}"', letter.body)

    def test_without_enough_to_recognise_somebody(self):
        """The letter goes out without the paragraph; the rest of it is as it was."""
        self.other.birth_year = False
        _letter, message = self.post()
        for text in (self.text(message), self.text(message, "html")):
            self.assertNotIn(PAGE, text)
            self.assertNotIn("something that only you know", text)
            self.assertIn("when we can call you", text)
            self.assertIn("What we know about you", text)
        with self.assertRaisesRegex(UserError, "To recognise"):
            self.write_letter("link", purpose="participation").action_send_email()

    def test_paragraph_with_two_links(self):
        text = f"<p>x</p><p><a href='{PAGE}'>one</a> <a href='{PAGE}'>two</a></p><p>y</p>"
        letter = self.write_letter("closing")
        letter.body = text
        letter.action_send_email()
        self.assertEqual(self.text(self.deliver(self.mail_of(letter))[0]), "x\n\ny\n", "a closing is about nothing")
        letter = self.write_letter(body=text)
        letter.body = text
        letter.action_send_email()
        self.assertEqual(len(CODE.findall(self.text(self.deliver(self.mail_of(letter))[0]))), 2)

    def test_printed_link(self):
        links = self.env["buurtbemiddeling.personal.link"]
        letter = self.write_letter(method="print")
        first, second = (self.html("report_letter", letter) for _number in range(2))
        codes = [CODE.search(page)[0] for page in (first, second)]
        self.assertIn("https://mediation.example.com" + PAGE, second)
        picture = re.search('src="data:image/svg.xml;base64,([^"]*)"', second)[1]
        self.assertIn("<svg", base64.b64decode(picture).decode())
        self.assertNotIn("/report/barcode", second, "the code would stand in the log of the server")
        self.assertFalse(links._find(codes[0]), "each print has a code of its own")
        self.assertEqual(links._find(codes[1]).purpose, "participation")
        self.other.birth_year = False
        page = self.html("report_letter", letter)
        self.assertNotRegex(page, CODE)
        self.assertNotIn(PAGE, page)

    def test_print_of_an_email_leaves_the_link_of_the_email(self):
        letter, message = self.post()
        self.assertNotRegex(self.html("report_letter", letter), CODE)
        self.assertTrue(self.env["buurtbemiddeling.personal.link"]._find(self.link(message).rsplit("/", 1)[1]))

    # ------------------------------------------------------------------
    # What comes back
    # ------------------------------------------------------------------
    def bounce(self, message, action="failed", **options):
        """Take in what a mail server says about a mail, as it says it."""
        report = EmailMessage()
        report["From"] = "MAILER-DAEMON@mx.example.net (Mail Delivery System)"
        report["To"] = "us@example.com"
        report["Subject"] = "Undelivered Mail Returned to Sender"
        report["Message-Id"] = f"<20260105.{action}{len(options)}@mx.example.net>"
        report["Auto-Submitted"] = "auto-replied"
        boundary = "4F1B2A3C/mx.example.net"
        kind = options.get("kind", "delivery-status")
        text = f"""Content-Type: multipart/report; report-type={kind}; boundary="{boundary}"
MIME-Version: 1.0

--{boundary}
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net. Zangerig
<other@example.com>: host mx.example.org said: 550 5.1.1 User unknown

--{boundary}
Content-Type: message/{kind}

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; other@example.com
Action: {action}
Status: 5.1.1

--{boundary}
Content-Type: message/rfc822

{message.as_string()}
--{boundary}--
"""
        self.env["mail.thread"].message_process(False, f"{report.as_string().rstrip()}\n{text}")

    def test_letter_that_comes_back(self):
        namesake = self.env["res.partner"].create({"name": "Namesake", "email": "other@example.com"})
        self.case.coordinator_id = self.coordinator
        letter, message = self.post()
        self.assertTrue(self.other.informed_on)
        kept = ("mail.message", "mail.mail", "ir.attachment", "res.partner", "mail.notification")
        before = {name: self.env[name].sudo().search([]) for name in kept}
        self.bounce(message)
        self.assertEqual((letter.state, letter.failure), ("failed", "address"))
        self.assertFalse(self.other.informed_on, "nobody was informed by it")
        self.assertEqual(self.case.activity_ids.mapped("user_id"), self.coordinator)
        for name in kept:
            new = self.env[name].sudo().search([]) - before[name]
            self.assertNotIn("Zangerig", repr(new.read()), name)
            self.assertFalse(name in ("ir.attachment", "res.partner") and new, name)
        self.assertFalse(namesake.message_bounce, "a contact with that address hears nothing")
        activities = self.case.activity_ids
        self.bounce(message, again=True)
        self.assertEqual(self.case.activity_ids, activities, "it is known")

    def test_letter_that_does_not_come_back(self):
        letter, message = self.post()
        for action, kind in (
            ("delayed", "delivery-status"),
            ("relayed", "delivery-status"),
            ("displayed", "disposition-notification"),
        ):
            self.bounce(message, action, kind=kind)
            self.assertEqual(letter.state, "sent", action)
        self.assertFalse(self.case.activity_ids)
        del message["Message-Id"]
        message["Message-Id"] = "<somebody.made.this.up@example.com>"
        self.bounce(message, "failed", made_up=True)
        self.assertEqual(letter.state, "sent")

    def test_report_without_a_status(self):
        """Not every server says in a form that programs read what it means."""
        letter, message = self.post()
        self.bounce(message, "")
        self.assertEqual(letter.state, "failed")

    def test_envelope_tells_no_number(self):
        self.env["mail.alias.domain"].create(
            {"name": "example.com", "bounce_alias": "bounce", "company_ids": [Command.link(self.company.id)]}
        )
        letter = self.write_letter()
        letter.action_send_email()
        (message,) = self.deliver(self.mail_of(letter))
        self.assertEqual(message["Return-Path"], self.company.bounce_email)
        self.bounce(message)
        self.assertEqual(letter.state, "failed")

    def test_news_that_comes_back(self):
        """It counts with the contact of the employee, where the access administrator sees it."""
        (message,) = self.news()
        message.replace_header("To", "other@example.com")
        self.officer.partner_id.email = "other@example.com"
        self.bounce(message)
        self.assertEqual(self.officer.with_user(self.access_admin).message_bounce, 1)


@tagged("post_install", "-at_install")
class TestMailChoice(MailCommon, HttpCase):
    """Who gets mail by itself stops it, without an account; what is sent by hand still comes."""

    def stop_address(self, message):
        address = message["List-Unsubscribe"].strip("<>")
        self.assertEqual(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertIn(f"Stop them <{address}>", self.text(message))
        self.assertIn(address, self.text(message, "html"))
        return address.removeprefix("https://mediation.example.com")

    def test_which_mails(self):
        self.talk.party_ids = self.reporter | self.other
        for kind in KINDS:
            _letter, message = self.post(kind)
            with self.subTest(kind):
                self.assertEqual(bool(message["List-Unsubscribe"]), kind in ("reminder", "satisfaction", "later"))
                self.assertEqual("Stop them" in self.text(message), kind in ("reminder", "satisfaction", "later"))

    def test_resident(self):
        address = self.stop_address(self.post("reminder")[1])
        page = self.url_open(address)
        self.assertEqual((page.status_code, page.headers["Cache-Control"]), (200, "no-store"))
        self.assertFalse(self.other.no_reminders, "opening it stops nothing")
        page = self.url_open(address, data={"List-Unsubscribe": "One-Click"}).text
        self.assertTrue(self.other.no_reminders)
        self.assertIn("You get no more reminders by e-mail", page)
        for word in ("Buur<", "Dreef", self.case.reference, self.other.reference):
            self.assertNotIn(word, page)
        for kind in ("reminder", "satisfaction", "later"):
            self.assertEqual(self.write_letter(kind).method, "print")
            with self.assertRaisesRegex(UserError, "Print the letter"):
                self.write_letter(kind, method="email").action_send_email()
        self.post("appointment")
        self.url_open(address, data={"again": "1"})
        self.other.invalidate_recordset()
        self.assertFalse(self.other.no_reminders)
        self.assertFalse(self.reporter.no_reminders)

    def test_an_old_mail_is_opened_after_all_was_erased(self):
        address = self.stop_address(self.post("reminder")[1])
        self.case._anonymise()
        self.assertEqual(self.url_open(address, data={"List-Unsubscribe": "One-Click"}).status_code, 200)
        self.other.invalidate_recordset()
        self.assertFalse(self.other.no_reminders, "nothing is added any more")

    def test_users(self):
        for user, send in ((self.officer, self.news), (self.coordinator, self.summary)):
            address = self.stop_address(send()[0])
            with self.subTest(user.login):
                self.url_open(address, data={"List-Unsubscribe": "One-Click"})
                user.invalidate_recordset()
                self.assertTrue(user.with_user(self.access_admin).no_mediation_mail)
                self.assertFalse(send())
                (receipt,) = self.receipt()
                self.assertFalse(receipt["List-Unsubscribe"], "it answers what the user did")
                self.url_open(address, data={"again": "1"})
                user.invalidate_recordset()
                self.assertEqual(len(send()), 1)

    def test_address_tells_nothing(self):
        tokens = {self.stop_address(message).rsplit("/", 1)[1] for message in (*self.news(), self.post("reminder")[1])}
        for token in tokens:
            raw = base64.urlsafe_b64decode(f"{token}===")[41:].decode()
            for word in (self.officer.login, "other@", "Buur", "Dreef"):
                self.assertNotIn(word, raw)
            self.assertNotRegex(raw, r"\b\d+\b", "no number of a record")

    def test_an_address_that_was_made_up(self):
        """The pages are the same as for a right one, and nothing happens."""
        right = self.stop_address(self.post("reminder")[1])
        token = right.rsplit("/", 1)[1]
        for wrong in ("x", token[:-4], token[:-4] + "AAAA", "A" * 500, "%00%ff", "é"):
            for data in (None, {"a": "b"}, {"again": "1"}):
                pages = [self.url_open(url, data=data) for url in (f"{CHOICE_PAGE}/{wrong}", right)]
                with self.subTest(wrong, data=data):
                    # The rest of a page names its own address.
                    first, second = (re.search(r"<form.*?</form>", page.text, re.DOTALL)[0] for page in pages)
                    self.assertEqual(first, second)
                    self.assertEqual({page.status_code for page in pages}, {200})
        self.other.no_reminders = False
        self.url_open(f"{CHOICE_PAGE}/{token[:-4]}AAAA", data={"a": "b"})
        self.other.invalidate_recordset()
        self.assertFalse(self.other.no_reminders)

    def test_hostile_input(self):
        address = self.stop_address(self.post("reminder")[1])
        for data in ({"again": "x" * 100000}, {"again": ["1", "2"]}, {"unknown": "<script>"}):
            self.assertEqual(self.url_open(address, data=data).status_code, 200)
        answer = self.url_open(address, files={"again": ("x.exe", b"MZ")})
        self.assertEqual(answer.status_code, 200)

    def test_from_the_letter_to_the_page(self):
        """By the link in an e-mail, and by the code on a print that the server made for a browser."""
        link = self.link(self.post()[1])
        page = self.url_open(link.removeprefix("https://mediation.example.com")).text
        self.assertIn("house_number", page)
        letter = self.write_letter(method="print")
        self.authenticate(self.coordinator.login, self.coordinator.login)
        # Odoo says that it starts over with a cursor that can write to the access log.
        with mute_logger("odoo.http", "odoo.sql_db"):
            page = self.url_open(f"/report/html/{MODULE}.report_letter/{letter.id}").text
        code = CODE.search(page)[0]
        self.assertTrue(self.env["buurtbemiddeling.personal.link"]._find(code))

    def test_erased(self):
        address = self.stop_address(self.post("reminder")[1])
        self.other.sudo()._erase()
        self.assertEqual(self.url_open(address, data={"a": "b"}).status_code, 200)
        self.assertEqual(fields.Date.today(), self.other.erased_on)
