import json
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import format_date, mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE
from odoo.addons.buurtbemiddeling_addon.tests.test_retention import RetentionCommon

TODAY = fields.Date.today
PREFIX = "buurtbemiddeling."
# An example number that passes the test of eleven.
BSN = "111222333"
# What is not about the person who asks, wherever it stands.
OF_OTHERS = ("Otherperson", "Otherstreet", "0888777666", "other@example.com", "Otherwish", "Otherremark")
INTERNAL = ("Notewords", "Talkwords", "Reportwords", "Descriptionwords", "Waiverwords", "Housing (test)")
READ_BY_NOBODY_ELSE = ("data.request", "data.request.find", "data.request.find.line", "data.request.answer")


class DataRequestCommon(RetentionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._take_up(cls._refer(people=[cls._person(), cls._neighbour()])[1])
        cls.company.email = "us@example.com"
        cls.person, cls.neighbour = cls.case.party_ids.sorted("id")

    @classmethod
    def _neighbour(cls):
        return cls._person(
            role="other_party",
            name="Otherperson",
            street="Otherstreet",
            house_number="14",
            phone="0888777666",
            email="other@example.com",
        )

    def ask(self, kind="access", parties=None, **values):
        return (
            self.env["buurtbemiddeling.data.request"]
            .with_user(self.coordinator)
            .create(
                {
                    "kind": kind,
                    "requester": "Kanarievogel",
                    "identity_check": "seen",
                    "party_ids": [Command.set((self.person if parties is None else parties).ids)],
                    **values,
                }
            )
        )

    def answer(self, request=None):
        request = request or self.ask()
        action = request.action_prepare()
        return self.env[action["res_model"]].with_user(self.coordinator).browse(action["res_id"])

    def carry_out(self, request):
        action = request.action_carry_out()
        wizard = self.env[action["res_model"]].with_user(self.coordinator).with_context(**action["context"]).create({})
        return wizard

    def files(self, answer):
        """Return the answer in each form in which it can be given."""
        html = self.env["ir.actions.report"].with_user(self.coordinator)
        html = html._render_qweb_html("buurtbemiddeling_addon.report_data_request", answer.ids)[0].decode()
        return {"report": html, "json": answer._file("json"), "xml": answer._file("xml")}

    def fill(self):
        """Put something in everything that is about the person, about the other, or internal."""
        case = self.case
        for party in case.party_ids:
            consent = {"party_id": party.id, "purpose": "participation", "method": "telephone"}
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(consent)
        case.write({"description": "Descriptionwords", "conflict_waiver": "Waiverwords"})
        case.message_post(body="Talkwords", message_type="comment")
        session = self.env["buurtbemiddeling.session"].with_user(self.coordinator)
        both = session.create(
            {
                "case_id": case.id,
                "kind": "shuttle",
                "place_kind": "neutral",
                "place": "The library",
                "note": "Notewords",
            }
        )
        home = session.create({"case_id": case.id, "kind": "first_talk", "place_kind": "home", "place": "Otherhome"})
        home.party_ids = self.person
        alone = session.create(
            {"case_id": case.id, "kind": "second_talk", "place_kind": "neutral", "place": "Otherplace"}
        )
        both.party_ids = case.party_ids
        alone.party_ids = self.neighbour
        replies = self.env["buurtbemiddeling.session.reply"]
        replies._record(both.sudo(), self.person.sudo(), "move", "Own wishes")
        replies._record(both.sudo(), self.neighbour.sudo(), "cannot", "Otherwish")
        aftercare = self.env["buurtbemiddeling.aftercare.answer"]
        aftercare._record(self.person.sudo(), "holds", False, "Own remark")
        aftercare._record(self.neighbour.sudo(), "no", True, "Otherremark")
        agreement = self.env["buurtbemiddeling.agreement"].with_user(self.coordinator)
        agreement = agreement.create(
            {"case_id": case.id, "point_ids": [Command.create({"text": "No music after ten"})]}
        )
        agreement.confirmation_ids.create({"agreement_id": agreement.id, "party_id": self.person.id})
        letters = self.env["buurtbemiddeling.letter"].with_user(self.coordinator)
        for party in (self.person, self.neighbour):
            letters.create({"case_id": case.id, "party_id": party.id, "kind": "closing"}).action_send_email()
        self.env["buurtbemiddeling.mediator.report"].with_user(self.mediator).create(
            {"case_id": case.id, "went_well": "Reportwords"}
        )
        other = self._person(name="Sijs", phone="0999000111", email="sijs@example.com")
        case.sudo()._link_receipts(self._refer(self.housing_employee, people=[other])[0])
        case._record_told(case.sudo().referral_ids[:1], "referral", ["suitable"])
        for receipt in case.sudo().referral_ids:
            case._record_told(receipt, "referral", ["taken_up"])


@tagged("post_install", "-at_install")
class TestDataRequest(DataRequestCommon):
    # ------------------------------------------------------------------
    # The request and its term
    # ------------------------------------------------------------------
    def test_one_month_and_two_more_with_a_reason(self):
        request = self.ask(received_on="2026-01-31" if TODAY().year > 2026 else TODAY())
        self.assertEqual(request.due_on, request.received_on + relativedelta(months=1))
        request = self.ask(received_on=TODAY() - relativedelta(days=10))
        request.extension_reason = "Four cases"
        self.assertEqual(request.extended_on, TODAY())
        self.assertEqual(request.due_on, request.received_on + relativedelta(months=3))
        late = self.ask(received_on=TODAY() - relativedelta(months=2))
        self.assertTrue(late.is_late)
        with self.assertRaisesRegex(UserError, "first month is over"):
            late.extension_reason = "Four cases"

    def test_a_to_do_before_the_term(self):
        request = self.ask()
        activity = request.sudo().activity_id
        self.assertEqual(activity.user_id, self.coordinator)
        self.assertLess(activity.date_deadline, request.due_on)
        self.assertNotIn("Kanarievogel", activity.summary)
        request.write({"user_id": self.manager.id, "extension_reason": "Four cases"})
        self.assertFalse(activity.exists())
        activity = request.sudo().activity_id
        self.assertEqual(activity.user_id, self.manager)
        self.assertGreater(activity.date_deadline, TODAY() + relativedelta(months=2))
        request.answer = "Given"
        request.action_answer()
        self.assertFalse(activity.exists())

    def test_answered_only_after_it_is_carried_out(self):
        for kind in ("erasure", "restriction", "objection"):
            request = self.ask(kind, answer="Done")
            with self.assertRaisesRegex(UserError, "Nothing was done yet"):
                request.action_answer()
            nobody = self.ask(kind, parties=self.person.browse(), answer="We keep nothing")
            nobody._record_look(["name"], 0)
            nobody.action_answer()
            self.assertFalse(nobody.done)
            request.refusal_reason = "Not now"
            request.action_refuse()

    def test_closing_says_how_and_what_and_stays(self):
        request = self.ask(identity_check=False)
        request.answer = "Given"
        with self.assertRaisesRegex(UserError, "how we know"):
            request.action_answer()
        with self.assertRaisesRegex(UserError, "how we know"):
            request.action_prepare()
        request.write({"identity_check": "seen", "answer": False})
        with self.assertRaisesRegex(UserError, "what was answered"):
            request.action_answer()
        with self.assertRaisesRegex(UserError, "why it is refused"):
            request.action_refuse()
        request.answer = "Given"
        request.action_answer()
        self.assertEqual(
            (request.state, request.closed_on, request.closed_by_id), ("answered", TODAY(), self.coordinator)
        )
        for act in (lambda: request.write({"answer": "No"}), request.action_refuse, request.action_prepare):
            with self.assertRaisesRegex(UserError, "closed"):
                act()
        with self.assertRaises(AccessError):
            request.unlink()

    def test_nobody_says_by_hand_what_was_done(self):
        request = self.ask()
        for name, value in {"state": "answered", "done": "x", "closed_on": TODAY(), "extended_on": TODAY()}.items():
            with self.subTest(name), self.assertRaises(UserError):
                request.write({name: value})
            with self.subTest(name), self.assertRaises(UserError):
                self.ask(**{name: value})
        with self.assertRaises(UserError):
            self.person.restricted_on = TODAY()
        with self.assertRaises(UserError):
            self.person.request_ids = False
        defaults = self.env["buurtbemiddeling.data.request"].with_user(self.coordinator)
        defaults = defaults.with_context(default_state="answered", default_closed_on=TODAY())
        self.assertEqual(defaults.create({"requester": "x"}).state, "open")

    def test_no_citizen_service_number(self):
        for name in ("requester", "answer_to", "answer", "refusal_reason", "extension_reason"):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "BSN"):
                self.ask(**{name: f"Number {BSN}"})
        with self.assertRaisesRegex(UserError, "BSN"):
            self.find(name=BSN)
        self.case.description = f"Number {BSN}"
        answer = self.answer()
        answer.text_ids.is_included = True
        for give in (answer.action_report, answer.action_json, answer._data, lambda: answer._file("xml")):
            with self.assertRaisesRegex(UserError, "BSN"):
                give()

    def test_for_coordinators_of_the_organisation_only(self):
        request = self.ask()
        answer = self.answer(request)
        for user in (
            self.mediator,
            self.access_admin,
            self.officer,
            self.colleague,
            self.public_user,
            self.system_admin,
        ):
            for name in READ_BY_NOBODY_ELSE:
                with self.subTest(user=user.login, model=name), self.assertRaises(AccessError):
                    self.env[PREFIX + name].with_user(user).search([])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                answer.with_user(user)._file("json")
        self.assertFalse(request.with_user(self.other_coordinator).exists())
        self.assertFalse(answer.with_user(self.manager).exists(), "a dialog is of who opened it")
        self.assertTrue(request.with_user(self.manager).exists())
        with self.assertRaises(AccessError):
            request.with_user(self.other_coordinator).action_prepare()
        with self.assertRaises(ValidationError):
            self.ask(company_id=self.other_company.id, user_id=self.other_coordinator.id)

    def test_goes_after_its_own_term(self):
        request, recent, still_open = self.ask(), self.ask(), self.ask(received_on="2020-01-01")
        for one in (request, recent):
            one.answer = "Given"
            one.action_answer()
        request.sudo().closed_on = TODAY() - relativedelta(months=25)
        activity = still_open.sudo().activity_id
        self.run_job()
        self.assertFalse(request.sudo().exists())
        self.assertEqual((recent | still_open).exists(), recent | still_open)
        self.assertTrue(activity.exists())
        self.assertEqual(self.reported()["requests"], 1)
        self.assertTrue(self.person.exists())

    # ------------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------------
    def find(self, **asked):
        wizard = self.env["buurtbemiddeling.data.request.find"].with_user(self.coordinator)
        wizard = wizard.create({"request_id": self.ask(parties=self.person.browse()).id, **asked})
        wizard.action_look()
        return wizard

    def certainty(self, party, **asked):
        line = self.find(**asked).line_ids.filtered(lambda line: line.party_id == party)
        return line.certainty, line.why

    def test_certainty(self):
        name, address = {"name": "Kees Kanarievogel"}, {"street": "Vinkenpad", "house_number": "12"}
        self.person.write({"name": "Kees Kanarievogel", "birth_year": 1970})
        for certainty, asked in (
            ("sure", {**name, "email": "Kanarie@Example.com"}),
            ("sure", {**name, "phone": "+31 999 123 456"}),
            ("likely", {**name, **address}),
            ("likely", {**name, "birth_year": 1970}),
            ("possible", name),
            ("possible", {"phone": "0999123456"}),
            ("possible", address),
            ("possible", {**name, "phone": "0999123456", "birth_year": 1971}),
            (False, {"name": "Sijs"}),
        ):
            with self.subTest(asked):
                self.assertEqual(self.certainty(self.person, **asked)[0], certainty)
        why = self.certainty(self.person, **name, phone="0999123456", birth_year=1971)[1]
        self.assertEqual(why, "the same name, the same telephone number, but another year of birth")
        self.assertEqual(self.certainty(self.neighbour, **name), (False, False))
        with self.assertRaises(UserError):
            self.find(birth_year=1970)

    def test_found_in_closed_and_archived_cases_of_the_own_organisation(self):
        closed, archived = self._ended(2), self._self_report()
        archived.active = False
        archived_party = self._self_report().party_ids[0]
        archived_party.active = False
        elsewhere = self.env["buurtbemiddeling.case"].create(
            {"company_id": self.other_company.id, "party_ids": [Command.create({"name": "Kanarievogel"})]}
        )
        found = self.find(name="Kanarievogel").line_ids.party_id
        self.assertLessEqual(closed.party_ids[0] | archived.party_ids[0] | archived_party | self.person, found)
        self.assertFalse(found & elsewhere.party_ids.with_user(self.coordinator))

    def test_an_initial_hides_nobody(self):
        self.person.name = "Karin Kanarievogel"
        self.assertEqual(
            [line.party_id for line in self.find(name="K. Kanarievogel", email="kanarie@example.com").line_ids],
            [self.person],
        )
        self.assertEqual(self.find(name="K. Kanarievogel").line_ids.certainty, "possible")

    def test_finding_is_logged_and_staff_decide(self):
        log = self.env["buurtbemiddeling.access.log"]
        log.search([])._delete_anyway()
        wizard = self.find(name="Kanarievogel", phone="0999123456")
        self.assertIn(
            self.person.reference, log.search([("user_id", "=", self.coordinator.id)]).mapped("record_reference")
        )
        self.assertFalse(wizard.request_id.party_ids)
        line = wizard.line_ids.filtered(lambda line: line.party_id == self.person)
        line.is_same = True
        wizard.action_choose()
        self.assertEqual(wizard.request_id.party_ids, self.person)

    def test_says_that_not_everybody_is_shown(self):
        people = self.env["buurtbemiddeling.party"]
        people.create([{"case_id": self.case.id, "name": f"Kanarievogel {number}"} for number in range(3)])
        with patch("odoo.addons.buurtbemiddeling_addon.models.party_request.MOST_FOUND", 2):
            wizard = self.find(name="Kanarievogel", phone=self.person.phone)
            self.assertTrue(wizard.has_more)
            self.assertIn(self.person, wizard.line_ids.party_id, "who has the same number is always among them")
            self.assertFalse(self.find(name="Otherperson").has_more)

    def test_looking_is_on_record_without_what_was_looked_for(self):
        wizard = self.find(name="Kanarievogel", email="kanarie@example.com")
        request = wizard.request_id
        self.assertEqual(request.looked_on, TODAY())
        self.assertIn("by Name, E-mail: 1 found", request.done)
        self.assertNotIn("Kanarievogel", request.done)
        request.write({"answer": "Given", "party_ids": [Command.set(self.person.ids)]})
        request.action_answer()
        with self.assertRaisesRegex(UserError, "closed"):
            wizard.action_look()

    def test_nobody_found_is_an_answer_too(self):
        self.fill()
        request = self.ask(parties=self.person.browse(), requester="Sijs", answer="Told")
        for act in (request.action_prepare, request.action_answer):
            with self.assertRaisesRegex(UserError, "Find the person first"):
                act()
        wizard = self.env["buurtbemiddeling.data.request.find"].with_user(self.coordinator)
        wizard.create({"request_id": request.id, "name": "Sijsje"}).action_look()
        files = self.files(self.answer(request))
        for name, content in files.items():
            with self.subTest(name):
                for words in ("We keep nothing about you", "Sijs", "complain", self.company.name):
                    self.assertIn(words, content)
                for words in (
                    "Kanarievogel",
                    *OF_OTHERS,
                    *INTERNAL,
                    "What you agreed to" if name == "report" else "x1",
                ):
                    self.assertNotIn(words, content)
        schema = self.env["buurtbemiddeling.party"]._schema()
        self.assertTrue(schema.validate(etree.fromstring(files["xml"].encode())), schema.error_log)
        request.action_answer()
        self.assertEqual(request.state, "answered")
        erasure = self.ask("erasure", self.person.browse())
        wizard.create({"request_id": erasure.id, "name": "Sijsje"}).action_look()
        with self.assertRaisesRegex(UserError, "Find the person first"):
            erasure.action_carry_out()

    def test_finding_takes_as_many_queries_for_many(self):
        people = self.env["buurtbemiddeling.party"].with_user(self.coordinator)
        self.assertQueriesDoNotGrow(
            lambda: self.env["buurtbemiddeling.party"].create(
                {"case_id": self.case.id, "name": "Kanarievogel", "role": "supporter", "email": "kanarie@example.com"}
            ),
            lambda: people._find_person({"name": "Kanarievogel", "email": "kanarie@example.com"}),
        )

    def test_odoos_own_lookup_finds_people(self):
        for asked in (
            {"name": "Nobody of this name", "email": "kanarie@example.com"},
            {"name": "Kanarievogel", "email": "nobody-of-this@example.com"},
        ):
            with self.subTest(asked):
                wizard = self.env["privacy.lookup.wizard"].with_user(self.system_admin).create(asked)
                wizard.action_lookup()
                lines = wizard.line_ids.filtered(lambda line: line.res_model == self.person._name)
                line = lines.filtered(lambda line: line.res_id == self.person.id)
                self.assertEqual(line.res_name, self.person.reference)
                self.assertFalse(line.resource_ref)
                self.assertNotIn("Kanarievogel", str(lines.read()))
        with self.assertRaises(AccessError):
            line.action_archive_all()
        with self.assertRaises(UserError):
            line.action_unlink()
        self.assertTrue(self.person.active)

    # ------------------------------------------------------------------
    # What is given
    # ------------------------------------------------------------------
    def test_everything_about_the_person_and_nothing_about_others(self):
        self.fill()
        files = self.files(self.answer())
        for name, content in files.items():
            with self.subTest(name):
                for own in (
                    *("Kanarievogel", "Vinkenpad", "0999123456", "kanarie@example.com", self.person.reference),
                    *("Own wishes", "Own remark", "No music after ten", "The library", "Police (test)", "Taken up"),
                    *("Coordinator", "Take part voluntarily", self.case.reference),
                ):
                    self.assertIn(own, content)
                for other in (
                    *OF_OTHERS,
                    *INTERNAL,
                    "Otherplace",
                    "Otherhome",
                    self.neighbour.reference,
                    self.coordinator.name,
                ):
                    self.assertNotIn(other, content)

    def test_says_what_the_law_says_and_what_was_asked(self):
        request = self.ask(answer_to="Eigenweg 1", extension_reason="Four cases")
        self.ask("erasure", on_behalf=True, requester="Guardian", answer_to="Voogdweg 1")
        for name, content in self.files(self.answer(request)).items():
            with self.subTest(name):
                for words in (
                    *("correct it", "erase it", "object", "take back", "data protection authority", "not a computer"),
                    *("us@example.com", "Eigenweg 1", "Four cases", "showed an identity document"),
                    *("To erase the data", "Legal Basis"),
                ):
                    self.assertIn(words, content)
                for words in ("Guardian", "Voogdweg", "group_"):
                    self.assertNotIn(words, content)

    def test_the_other_party_hears_nothing_of_who_reported(self):
        self.fill()
        files = self.files(self.answer(self.ask(parties=self.neighbour, requester="Otherperson")))
        for name, content in files.items():
            with self.subTest(name):
                self.assertIn("Otherwish", content)
                for other in (
                    *("Kanarievogel", "Vinkenpad", "0999123456", "Own wishes", "Own remark", *INTERNAL),
                    *("No music after ten", self.noise.name, self.person.reference),
                ):
                    self.assertNotIn(other, content)

    def test_who_was_not_asked_does_not_hear_which_organisation_referred(self):
        case = self._refer(people=[self._person(), self._neighbour()])[1]
        other = case.party_ids.sorted("id")[1]
        with self.env["buurtbemiddeling.consent"]._erasing():
            self.env.cr.execute("DELETE FROM buurtbemiddeling_consent WHERE party_id = %s", (other.id,))
        self.env.invalidate_all()
        case._record_told(case.referral_ids, "referral", ["suitable"])
        for name, content in self.files(self.answer(self.ask(parties=other.with_user(self.coordinator)))).items():
            with self.subTest(name):
                self.assertNotIn("Police (test)", content)
                self.assertIn("We do not say who", content)

    def test_texts_go_along_only_as_decided(self):
        self.fill()
        self.person.household_members = "Householdwords"
        answer = self.answer()
        texts = " ".join(answer.text_ids.mapped("text"))
        for words in ("Descriptionwords", "Notewords", "Talkwords", "Reportwords", "Householdwords"):
            self.assertIn(words, texts)
        self.assertFalse(any(answer.text_ids.mapped("is_included")))
        description = answer.text_ids.filtered(lambda text: text.text == "Descriptionwords")
        description.write({"is_included": True, "text": "What is about her"})
        for name, content in self.files(answer).items():
            with self.subTest(name):
                self.assertIn("What is about her", content)
                for words in ("Descriptionwords", "Notewords", "Talkwords", "Reportwords", "Householdwords"):
                    self.assertNotIn(words, content)
        self.assertEqual(self.case.description, "Descriptionwords")

    def test_files_for_programs(self):
        self.fill()
        self.person.contact_hint = 'A <b> & "quoted" hint'
        answer = self.answer()
        content = json.loads(answer._file("json"))
        self.assertEqual(content["request"], answer.request_id.reference)
        person = content["data"]["person"]["records"][0]
        self.assertEqual(person["role"], {"label": "Role", "value": "reporter", "text": "Reporter"})
        self.assertEqual(person["contact_hint"]["value"], 'A <b> & "quoted" hint')
        root = etree.fromstring(answer._file("xml").encode())
        schema = self.env["buurtbemiddeling.party"]._schema()
        self.assertTrue(schema.validate(root), schema.error_log)
        sections = {section.get("name"): section.get("title") for section in root}
        self.assertEqual(sections, {name: section["title"] for name, section in content["data"].items()})
        del root.attrib["request"]
        self.assertFalse(schema.validate(root))

    def test_taking_out_is_logged_and_on_record(self):
        log = self.env["buurtbemiddeling.access.log"]
        answer = self.answer()
        action = answer.action_json()
        self.assertEqual(action["url"], f"/buurtbemiddeling/request/{answer.id}/json")
        answer._file("json")
        self.assertTrue(log.search([("how", "=", "export"), ("record_reference", "=", self.person.reference)]))
        answer.action_report()
        self.assertIn("JSON", answer.request_id.done)
        self.assertIn("PDF", answer.request_id.done)
        self.assertFalse(self.env["ir.attachment"].search([("res_model", "=like", f"{PREFIX}data.request%")]))

    def test_days_are_written_for_people_and_for_programs(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.fill()
        self.person.lang = self.coordinator.lang = "nl_NL"
        request = self.ask().with_context(lang="nl_NL")
        answer = self.answer(request).with_context(lang="nl_NL")
        for text in answer.text_ids:
            text.is_included = True
        answer.action_report()
        day = format_date(self.env, TODAY(), lang_code="nl_NL", date_format="d MMMM y")
        self.assertTrue(request.done.startswith(f"{day}, {self.coordinator.name}: "), request.done)
        files = self.files(answer)
        self.assertIn(day, files["report"])
        self.assertNotRegex(files["report"], r"\b\d{4}-\d\d-\d\d\b|\b\d\d-\d\d-\d{4}\b")
        received = json.loads(files["json"])["data"]["request"]["records"][0]["received_on"]
        self.assertEqual((received["value"], received["text"]), (TODAY().isoformat(), day))
        self.assertIn(f'value="{TODAY().isoformat()}">{day}<', files["xml"])

    # ------------------------------------------------------------------
    # Correction, restriction, objection
    # ------------------------------------------------------------------
    def test_correction_is_recorded_by_field_name(self):
        request = self.ask("correction")
        self.assertEqual(request.action_correct()["res_id"], self.person.id)
        self.person.write({"name": "Kanarie-Vogel", "street": self.person.street, "phone": "0999123457"})
        self.assertIn("Name, Telephone" if "Telephone" in request.done else "Name, Phone", request.done)
        self.assertNotIn("Street", request.done)
        for value in ("Kanarie", "0999"):
            self.assertNotIn(value, request.done)
        self.neighbour.name = "Otherwise"
        self.assertNotIn(self.neighbour.reference, request.done)

    def test_restricted_data_are_kept_and_not_used(self):
        session = self.env["buurtbemiddeling.session"].with_user(self.coordinator)
        planned = session.create({"case_id": self.case.id, "kind": "first_talk"})
        letter = self.env["buurtbemiddeling.letter"].with_user(self.coordinator)
        draft = letter.create({"case_id": self.case.id, "party_id": self.person.id, "kind": "closing"})
        request = self.ask("restriction")
        self.carry_out(request).action_carry_out()
        self.assertEqual(self.person.restricted_on, TODAY())
        self.assertEqual(self.person.name, "Kanarievogel")
        self.assertEqual(planned.state, "cancelled")
        self.assertFalse(draft.exists())
        self.assertIn(self.person.reference, request.done)
        later = session.create({"case_id": self.case.id, "kind": "first_talk"})
        self.assertFalse(later.party_ids)
        refused = "do not use the data for now"
        with self.assertRaisesRegex(ValidationError, refused):
            letter.create({"case_id": self.case.id, "party_id": self.person.id, "kind": "closing"})
        with self.assertRaisesRegex(ValidationError, refused):
            later.party_ids = self.person
        with self.assertRaisesRegex(UserError, refused):
            self.env["buurtbemiddeling.personal.link"].with_user(self.coordinator)._issue(self.person, "participation")
        request.answer = "Told"
        request.action_answer()
        request.action_lift()
        self.assertFalse(self.person.restricted_on)
        self.assertIn("used again", request.done)
        self.assertTrue(letter.create({"case_id": self.case.id, "party_id": self.person.id, "kind": "closing"}))

    def test_a_restricted_person_is_not_told_of(self):
        receipt, case = self._refer(people=[self._person(), self._neighbour()])
        case = case.with_user(self.coordinator)
        party = case.party_ids.sorted("id")[0]
        self.carry_out(self.ask("restriction", party)).action_carry_out()
        self._take_up(case)
        self.assertEqual((receipt.suitability, receipt.taken_up), ("pending", "pending"))
        party._lift_restriction()
        self.assertEqual((receipt.suitability, receipt.taken_up), ("suitable", "taken_up"))

    def test_what_is_asked_stays_past_its_term(self):
        cases = {kind: self._ended(25) for kind in ("access", "erasure", "restriction", "objection")}
        requests = {}
        for kind, case in cases.items():
            requests[kind] = self.ask(kind, case.party_ids[:1].with_user(self.coordinator))
        log = self.env["buurtbemiddeling.access.log"]
        requests["access"].party_ids._log_opening("form")
        with log._erasing():
            self.env.cr.execute("UPDATE buurtbemiddeling_access_log SET opened_at = '2020-01-01'")
        self.env.invalidate_all()
        self.run_job()
        erased = {kind for kind, case in cases.items() if case.anonymised_on}
        self.assertEqual(erased, {"erasure", "objection"})
        of_asked = log.search([("case_id", "=", cases["access"].id)])
        self.assertTrue(of_asked, "who opened the data is a part of the answer")
        preview = self.env["buurtbemiddeling.retention.preview"].with_user(self.manager)
        preview = preview.browse(preview.action_new()["res_id"])
        line = preview.line_ids.filtered(lambda line: line.kind == "asked")
        self.assertIn(cases["access"].reference, line.references)
        self.carry_out(requests["restriction"]).action_carry_out()
        for kind in ("access", "restriction"):
            requests[kind].answer = "Told"
            requests[kind].action_answer()
            requests[kind].sudo().closed_on = TODAY() - relativedelta(months=25)
        self.run_job()
        self.assertTrue(cases["access"].anonymised_on)
        self.assertFalse(cases["restriction"].anonymised_on, "it is not used, and stays until that is lifted")
        self.assertEqual((requests["access"] | requests["restriction"]).exists(), requests["restriction"])
        requests["restriction"].action_lift()
        self.run_job()
        self.assertTrue(cases["restriction"].anonymised_on)
        self.assertFalse(requests["restriction"].exists())

    def test_who_did_not_confirm_and_asks_is_answered_first(self):
        case = self._refer(people=[self._person(), self._neighbour()])[1]
        party = case.party_ids.sorted("id")[0]
        self.env.cr.execute("UPDATE buurtbemiddeling_party SET create_date = '2020-01-01' WHERE id = %s", (party.id,))
        self.env.invalidate_all()
        request = self.ask(parties=party.with_user(self.coordinator))
        self._daily_round()
        self.assertFalse(party.erased_on)
        request.answer = "Told"
        request.action_answer()
        self._daily_round()
        self.assertTrue(party.erased_on)

    def test_a_restricted_person_is_not_disclosed(self):
        party = self._self_report().party_ids[0].with_user(self.coordinator)
        self.carry_out(self.ask("restriction", party)).action_carry_out()
        consent = {
            "party_id": party.id,
            "purpose": "disclosure",
            "organisation_id": self.housing.id,
            "disclosed_name": "x",
        }
        with self.assertRaisesRegex(ValidationError, "do not use the data for now"):
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(consent)

    def test_restricting_stops_mediation(self):
        for party in self.case.party_ids:
            consent = {"party_id": party.id, "purpose": "participation"}
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(consent)
        self.case.stage = "mediation"
        self.carry_out(self.ask("restriction")).action_carry_out()
        self.assertNotEqual(self.case.stage, "mediation")
        with self.assertRaisesRegex(ValidationError, "do not use the data for now"):
            self.case.stage = "mediation"

    def test_objection_withdraws_and_restricts(self):
        self.fill()
        self.carry_out(self.ask("objection")).action_carry_out()
        self.assertTrue(all(self.person.consent_ids.mapped("withdrawn_on")))
        self.assertTrue(self.person.restricted_on)
        self.assertEqual(self.neighbour.participation, "given")
        self.assertFalse(self.neighbour.restricted_on)

    def test_a_mediator_cannot_have_it_carried_out(self):
        for method in ("_restrict", "_lift_restriction", "_erase_on_request", "_object"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.person.with_user(self.mediator), method)()

    # ------------------------------------------------------------------
    # Erasure
    # ------------------------------------------------------------------
    def rows_of(self, party):
        """Return what the database holds of one person and the case, as text."""
        rows = []
        for table, condition in {
            "party": "id = %(party)s",
            "consent": "party_id = %(party)s",
            "letter": "party_id = %(party)s",
            "session_reply": "party_id = %(party)s",
            "aftercare_answer": "party_id = %(party)s",
            "personal_link": "party_id = %(party)s",
            "register": "case_id = %(case)s",
            "agreement": "case_id = %(case)s",
            "agreement_point": "case_id = %(case)s",
            "mediator_report": "case_id = %(case)s",
        }.items():
            self.env.cr.execute(
                f"SELECT t::text FROM buurtbemiddeling_{table} t WHERE {condition} ORDER BY id",
                {"party": party.id, "case": party.case_id.id},
            )
            rows += self.env.cr.fetchall()
        return rows

    def test_erasure_leaves_the_file_of_the_other_party(self):
        self.fill()
        self.env.flush_all()
        before = self.rows_of(self.neighbour)
        request = self.ask("erasure")
        wizard = self.carry_out(request)
        self.assertIn("Read the description", wizard.effects)
        wizard.action_carry_out()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.rows_of(self.neighbour), before)
        self.assertEqual(self.case.description, "Descriptionwords")
        self.assertEqual(self.person.erased_on, TODAY())
        self.assertFalse(self.person.name or self.person.phone or self.person.search_key)
        for words in ("Kanarievogel", "Vinkenpad", "Own wishes", "Own remark", "kanarie@example.com"):
            self.assertNotIn(words, str(self.rows_of(self.person)))
        consents = self.person.consent_ids
        self.assertTrue(consents)
        self.assertTrue(all(consents.mapped("withdrawn_on")))
        self.assertIn(self.person.reference, request.done)

    def test_erasure_of_the_last_one_empties_the_case(self):
        case = self._self_report().with_user(self.coordinator)
        case.message_post(body="Talkwords", message_type="comment")
        for party in case.party_ids:
            self.carry_out(self.ask("erasure", party)).action_carry_out()
        self.assertFalse(case.description)
        self.assertNotIn("Talkwords", str(case.message_ids.mapped("body")))

    def test_erasure_waits_for_a_hold(self):
        self.case.with_user(self.manager)._hold("A claim")
        wizard = self.carry_out(self.ask("erasure"))
        with self.assertRaisesRegex(UserError, "held"):
            wizard.action_carry_out()
        self.assertEqual(self.person.name, "Kanarievogel")
        self.assertFalse(any(self.person.consent_ids.mapped("withdrawn_on")))

    def test_erasures_are_listed_by_reference(self):
        self.assertNotIn(self.person.reference, str(self.erasures()))
        self.carry_out(self.ask("erasure")).action_carry_out()
        row = [TODAY().isoformat(), self.case.reference, self.person.reference]
        self.assertIn(row, self.erasures())
        self.assertNotIn(self.neighbour.reference, str(self.erasures()))
        self.env["buurtbemiddeling.party"].with_user(self.coordinator).browse(self.person.id).active = False
        self.assertIn(row, self.erasures(), "also who was archived")
        for user in (self.coordinator, self.mediator, self.access_admin, self.officer, self.colleague):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.erasures(user)
        self.manager.write({"company_id": self.other_company.id, "company_ids": [Command.set(self.other_company.ids)]})
        self.assertNotIn(row, self.erasures())

    def test_what_the_daily_job_erases_again_is_not_listed(self):
        case = self._ended(30)
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_erase_after_term").method_direct_trigger()
        self.assertTrue(case.anonymised_on)
        self.assertTrue(all(case.party_ids.mapped("erased_on")))
        self.assertNotIn(case.reference, str(self.erasures()))

    def erasures(self, user=None):
        return self.env["buurtbemiddeling.party"].with_user(user or self.manager)._erasures()

    def test_nothing_is_carried_out_that_was_not_asked(self):
        wizard = self.carry_out(self.ask("access"))
        with self.assertRaises(UserError):
            wizard.action_carry_out()
        self.assertFalse(self.person.restricted_on or self.person.erased_on)


@tagged("post_install", "-at_install")
class TestDataRequestPages(DataRequestCommon, HttpCase):
    def test_download_is_for_who_made_the_answer(self):
        self.fill()
        answer = self.answer()
        self.env.flush_all()
        for user in (
            self.manager,
            self.other_coordinator,
            self.mediator,
            self.access_admin,
            self.officer,
            self.colleague,
        ):
            self.authenticate(user.login, user.login)
            for address in (
                f"/buurtbemiddeling/request/{answer.id}/json",
                f"/buurtbemiddeling/request/{answer.id}/xml",
                f"/report/html/{MODULE}.report_data_request/{answer.id}",
                f"/report/pdf/{MODULE}.report_data_request/{answer.id}",
            ):
                with self.subTest(user=user.login, address=address), mute_logger("odoo.http"):
                    page = self.url_open(address)
                    self.assertNotEqual(page.status_code, 200)
                    self.assertNotIn("Vinkenpad", page.text)
        self.authenticate(None, None)
        page = self.url_open(f"/buurtbemiddeling/request/{answer.id}/json")
        self.assertNotIn("Vinkenpad", page.text)
        self.authenticate("coordinator_test", "coordinator_test")
        page = self.url_open(f"/buurtbemiddeling/request/{answer.id}/json")
        self.assertEqual(page.status_code, 200)
        self.assertIn(f"{answer.request_id.reference}.json", page.headers["Content-Disposition"])
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("Vinkenpad", page.text)
        for name in ("pdf", "exe"):
            self.assertEqual(self.url_open(f"/buurtbemiddeling/request/{answer.id}/{name}").status_code, 404)

    def test_download_of_erasures_is_for_managers(self):
        self.carry_out(self.ask("erasure")).action_carry_out()
        self.env.flush_all()
        for user in (self.coordinator, self.mediator, self.access_admin, self.officer, self.colleague, None):
            login = user and user.login
            self.authenticate(login, login)
            with self.subTest(login), mute_logger("odoo.http"):
                page = self.url_open("/buurtbemiddeling/erasures")
                self.assertNotIn(self.person.reference, page.text)
                self.assertNotIn("text/csv", page.headers["Content-Type"])
        self.authenticate("manager_test", "manager_test")
        page = self.url_open("/buurtbemiddeling/erasures")
        self.assertIn(f'"{TODAY().isoformat()}";"{self.case.reference}";"{self.person.reference}"', page.text)
        self.assertNotIn("Kanarie", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_a_year_that_is_not_known_is_empty(self):
        self.person.birth_year = 1970
        self.start_tour(f"/odoo/{PREFIX}party/{self.neighbour.id}", "buurtbemiddeling_year", login="coordinator_test")
        self.assertEqual(self.neighbour.sudo().birth_year, 1961)

    def test_coordinator_answers_a_request(self):
        self.fill()
        self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_data_request", login="coordinator_test")
        request = self.env["buurtbemiddeling.data.request"].search([("requester", "=", "Tour Kanarievogel")])
        self.assertEqual(request.party_ids, self.person.sudo())
        self.assertEqual(request.state, "answered")
        self.assertIn("JSON", request.done)


@tagged("post_install", "-at_install")
class TestDataRequestPhone(DataRequestCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_phone_shows_state_and_term(self):
        self.ask(received_on=TODAY() - relativedelta(months=2))
        self.start_tour(
            f"/odoo/action-{MODULE}.data_request_action", "buurtbemiddeling_requests_phone", login="coordinator_test"
        )
