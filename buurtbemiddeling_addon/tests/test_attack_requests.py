from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE
from odoo.addons.buurtbemiddeling_addon.tests.test_data_request import DataRequestCommon

TODAY = fields.Date.today


@tagged("post_install", "-at_install")
class TestAttackRequests(DataRequestCommon):
    """Ways in which the request of one person would give, erase or use what is of another."""

    # ------------------------------------------------------------------
    # Who it is about
    # ------------------------------------------------------------------
    def test_one_request_is_not_about_both_sides(self):
        with self.assertRaisesRegex(ValidationError, "two sides"):
            self.ask(parties=self.case.party_ids)
        request = self.ask()
        with self.assertRaisesRegex(ValidationError, "two sides"):
            request.party_ids |= self.neighbour
        # Who reported twice, is one person.
        self.ask(parties=self.person | self.person.sudo().copy({"name": "Kanarievogel"}).with_user(self.coordinator))

    def test_odoos_own_lookup_counts_no_cases(self):
        """An organisation is in its receipts, registers and consents: how many there are is nobody else's business."""
        self.police.email = "police@example.com"
        wizard = self.env["privacy.lookup.wizard"].with_user(self.system_admin)
        wizard = wizard.create({"name": self.police.name, "email": self.police.email})
        wizard.action_lookup()
        found = {model for model in wizard.line_ids.mapped("res_model") if model.startswith("buurtbemiddeling.")}
        self.assertFalse(found)

    def test_family_with_one_telephone_is_not_surely_the_person(self):
        """A surname, or an initial, is of the whole family; so is the telephone at home."""
        find = self.env["buurtbemiddeling.party"].with_user(self.coordinator)._find_person
        for name in ("Kanarievogel", "K. Kanarievogel"):
            self.person.name = name
            with self.subTest(name):
                certainty, _same = find({"name": name, "phone": "0999123456"})[0][self.person]
                self.assertEqual(certainty, "likely")
        self.person.name = "Kees Kanarievogel"
        certainty, _same = find({"name": "Kees Kanarievogel", "phone": "0999123456"})[0][self.person]
        self.assertEqual(certainty, "sure")

    def test_an_answer_is_of_who_was_chosen_when_it_was_prepared(self):
        self.case.description = "Descriptionwords"
        request = self.ask()
        answer = self.answer(request)
        answer.text_ids.is_included = True
        other = self._self_report().party_ids[0].with_user(self.coordinator)
        request.party_ids = other
        self.assertFalse(answer.exists(), "texts of the case of somebody else")

    def test_no_answer_is_made_past_the_check_of_who_asks(self):
        request = self.ask(identity_check=False)
        answer = self.env["buurtbemiddeling.data.request.answer"].with_user(self.coordinator)
        answer = answer.create({"request_id": request.id})
        html = self.env["ir.actions.report"].with_user(self.coordinator)
        with self.assertRaisesRegex(UserError, "how we know"):
            html._render_qweb_html(f"{MODULE}.report_data_request", answer.ids)
        with self.assertRaisesRegex(UserError, "how we know"):
            answer._file("json")

    def test_reading_the_texts_to_decide_about_is_logged(self):
        self.case.description = "Descriptionwords"
        request = self.ask()
        log = self.env["buurtbemiddeling.access.log"]
        log.search([])._delete_anyway()
        self.assertIn("Descriptionwords", self.answer(request).text_ids.mapped("text"))
        rows = log.search([("record_reference", "=", self.case.reference)])
        self.assertEqual((rows.user_id, rows.how), (self.coordinator, "form"))

    def test_what_was_done_is_not_wiped(self):
        request = self.ask()
        self.answer(request).action_json()
        for name in ("done", "closed_on", "closed_by_id", "extended_on"):
            with self.subTest(name), self.assertRaises(UserError):
                request.write({name: False})
        self.assertIn("JSON", request.done)

    # ------------------------------------------------------------------
    # Carrying out
    # ------------------------------------------------------------------
    def test_the_dialog_does_what_it_said(self):
        """Somebody else changed the request while the dialog was open."""
        request = self.ask("restriction")
        wizard = self.carry_out(request)
        request.with_user(self.manager).kind = "erasure"
        with self.assertRaisesRegex(UserError, "changed"):
            wizard.action_carry_out()
        self.assertFalse(self.person.erased_on)
        request.kind = "restriction"
        request.party_ids |= self._self_report().party_ids.sorted("id")[0]
        with self.assertRaisesRegex(UserError, "changed"):
            wizard.action_carry_out()
        self.assertFalse(self.person.restricted_on)

    def test_restriction_takes_the_name_off_the_pages_of_organisations(self):
        party = self._self_report().party_ids.sorted("id")[0].with_user(self.coordinator)
        self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(
            {
                "party_id": party.id,
                "purpose": "disclosure",
                "organisation_id": self.housing.id,
                "disclosed_name": "Kanarievogel",
            }
        )
        disclosures = self.env["buurtbemiddeling.disclosure"].with_user(self.housing_employee)
        self.assertTrue(disclosures.search([]))
        self.carry_out(self.ask("restriction", party)).action_carry_out()
        self.assertFalse(disclosures.search([]))

    def test_nobody_hears_a_yes_about_whom_is_restricted(self):
        receipt, case = self._refer()
        party = case.party_ids.with_user(self.coordinator)
        request = self.ask("restriction", party)
        self.carry_out(request).action_carry_out()
        self._take_up(case)
        self._daily_round()
        self.assertEqual(self._answers(receipt), ("pending", "pending", "pending"))
        request.action_lift()
        self.assertEqual(self._answers(receipt), ("suitable", "taken_up", "pending"))

    def test_whom_is_restricted_can_still_open_the_own_page(self):
        """She may take back the report or look; letting an organisation know is refused in words."""
        case = self._self_report()
        case.with_user(self.coordinator).action_take_on()
        party = case.party_ids.sorted("id")[0]
        self.carry_out(self.ask("restriction", party.with_user(self.coordinator))).action_carry_out()
        links = self.env["buurtbemiddeling.personal.link"].with_user(self.coordinator)
        link, _code = links._issue(party.with_user(self.coordinator), "report")
        self.assertFalse(link.sudo()._report_page()["organisations"])
        wishes = {"action": "tell", "organisation_id": str(self.housing.id), "disclosed_name": "x", "wording": ""}
        self.assertIn("organisation_id", link.sudo()._report_errors(wishes))

    def test_who_refers_reads_no_message_about_the_case(self):
        case = self._refer()[1]
        self.env.flush_all()
        for user in (self.officer, self.second_officer, self.lone_portal_user):
            messages = self.env["mail.message"].with_user(user)
            self.assertFalse(messages.search([("model", "=like", "buurtbemiddeling.%")]))
            self.assertFalse(messages.search([("author_id", "=", user.partner_id.id), ("body", "like", "case")]))
        told = self.env["mail.message"].search([("model", "=", case._name), ("res_id", "=", case.id)])
        self.assertTrue(told)
        self.assertFalse(told.author_id & self.officer.partner_id)

    def test_a_restricted_case_still_ends_with_a_neutral_no(self):
        receipt, case = self._refer()
        self.carry_out(self.ask("objection", case.party_ids.with_user(self.coordinator))).action_carry_out()
        case.with_user(self.coordinator).action_take_on()
        self._end(case, result="result_no_contact")
        self._daily_round()
        self.assertEqual(self._answers(receipt), ("not_suitable", "not_taken_up", "pending"))

    def test_what_is_restricted_is_not_erased_overnight(self):
        """Restricting is for who wants it kept; a referral that is not confirmed would be erased."""
        case = self._refer()[1]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE buurtbemiddeling_party SET create_date = %s WHERE id IN %s",
            (fields.Datetime.now() - relativedelta(days=90), tuple(case.party_ids.ids)),
        )
        self.env.invalidate_all()
        self.carry_out(self.ask("restriction", case.party_ids.with_user(self.coordinator))).action_carry_out()
        self._daily_round()
        self.assertFalse(case.party_ids.erased_on)

    def test_erasing_leaves_nothing_of_the_person_in_any_table(self):
        """But for what stays by design: the request, and what staff wrote in texts about several people."""
        self.fill()
        letters = self.env["buurtbemiddeling.letter"].with_user(self.coordinator)
        letters.create(
            {"case_id": self.case.id, "party_id": self.neighbour.id, "kind": "invitation"}
        ).action_send_email()
        self.person.may_be_told = "name"
        answer = self.answer()
        self.carry_out(self.ask("erasure")).action_carry_out()
        self.env.flush_all()
        self.assertFalse(answer.exists())
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        found = {}
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                f"SELECT t::text FROM \"{table}\" t WHERE t::text ~* 'kanarievogel|0999123456|kanarie@'"
            )
            if rows := self.env.cr.fetchall():
                found[table] = rows
        found.pop("buurtbemiddeling_data_request", None)
        self.assertFalse(found)
