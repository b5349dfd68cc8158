from odoo import Command, fields
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE
from odoo.addons.buurtbemiddeling_addon.tests.test_mail_out import CODE, MailCommon

LINK = "buurtbemiddeling.personal.link"
GIVE = "buurtbemiddeling.personal.link.give"


@tagged("post_install", "-at_install")
class TestPersonalLinkGive(MailCommon):
    """Staff give personal links, see what became of them, and take them back."""

    def dialog(self, user=None, **defaults):
        defaults = {"case_id": self.case.id, **defaults}
        context = {f"default_{name}": value for name, value in defaults.items()}
        return Form(self.env[GIVE].with_user(user or self.coordinator).with_context(**context))

    def issue(self, purpose="participation", party=None, **options):
        return self.env[LINK].with_user(self.coordinator)._issue(party or self.other, purpose, **options)

    # ------------------------------------------------------------------
    # Giving
    # ------------------------------------------------------------------
    def test_by_email(self):
        dialog = self.dialog(party_id=self.other.id)
        self.assertEqual((dialog.purpose, dialog.how, dialog.birth_year), ("participation", "email", "1970"))
        answer = dialog.save().action_give()
        self.assertEqual(answer["tag"], "display_notification")
        letter = self.case.letter_ids
        self.assertEqual((letter.kind, letter.purpose, letter.state), ("link", "participation", "sent"))
        (message,) = self.deliver(self.mail_of(letter))
        self.assertEqual((message["To"], message["Subject"]), ("other@example.com", "A message for you"))
        self.assertIn("say whether you want to take part", self.text(message))
        self.assertIn("works for 14 days", self.text(message))
        self.assertEqual(self.env[LINK]._find(self.link(message).rsplit("/", 1)[1]).party_id, self.other)

    def test_code_is_shown_once_and_kept_nowhere(self):
        dialog = self.dialog(party_id=self.other.id)
        dialog.how = "code"
        wizard = dialog.save()
        answer = wizard.action_give()
        code = answer["context"]["default_code"]
        self.assertEqual(self.env[LINK]._find(code), self.other.sudo().personal_link_ids)
        shown = Form(
            self.env[GIVE].with_user(self.coordinator).with_context(**answer["context"]), view=answer["views"][0][0]
        )
        self.assertEqual((shown.code, shown.questions), (code, "House Number, Year of Birth"))
        self.assertTrue(shown.address.endswith("/persoonlijk"))
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(give.*)::text FROM buurtbemiddeling_personal_link_give give")
        self.assertNotRegex(repr(self.env.cr.fetchall()), CODE)
        self.assertFalse(wizard.code)

    def test_from_an_appointment_and_an_agreement(self):
        dialog = self.dialog(session_id=self.talk.id, purpose="appointment")
        self.assertEqual(dialog.party_id, self.other)
        dialog.save().action_give()
        self.assertEqual(self.other.sudo().personal_link_ids.session_id, self.talk)
        self.talk.party_ids |= self.reporter
        self.assertFalse(self.dialog(session_id=self.talk.id, purpose="appointment").party_id, "it is for one of two")
        dialog = self.dialog(agreement_id=self.agreement.id, purpose="agreement", party_id=self.other.id)
        dialog.how = "code"
        dialog.save().action_give()
        self.assertEqual(self.other.sudo().personal_link_ids[0].agreement_id, self.agreement)
        dialog = self.dialog(party_id=self.other.id)
        dialog.purpose = "appointment"
        self.assertEqual((dialog.session_id, dialog.party_id), (self.talk, self.other))
        dialog.purpose = "aftercare"
        self.assertFalse(dialog.session_id)

    def test_what_is_missing(self):
        self.other.birth_year = False
        dialog = self.dialog(party_id=self.other.id)
        with self.assertRaisesRegex(UserError, "To recognise"), self.env.cr.savepoint():
            dialog.save().action_give()
        dialog = self.dialog(party_id=self.other.id)
        self.assertFalse(dialog.birth_year, "not 0")
        dialog.birth_year = "x"
        with self.assertRaisesRegex(UserError, "four digits"), self.env.cr.savepoint():
            dialog.save().action_give()
        dialog = self.dialog(party_id=self.other.id)
        dialog.birth_year = "1980"
        dialog.save().action_give()
        self.assertEqual(self.other.birth_year, 1980)
        self.other.email = False
        dialog = self.dialog(party_id=self.other.id)
        self.assertEqual(dialog.how, "code")
        dialog.how = "email"
        with self.assertRaisesRegex(UserError, "has no e-mail address"):
            dialog.save().action_give()

    def test_what_it_cannot_be_for(self):
        stranger = self._self_report()
        for purpose, values in (
            ("report", {}),
            ("appointment", {}),
            ("agreement", {}),
            ("appointment", {"session": self.talk.copy({"party_ids": [Command.set(self.reporter.ids)]})}),
            ("agreement", {"agreement": self.agreement.create({"case_id": stranger.id})}),
        ):
            with self.subTest(purpose, values=values), self.assertRaises(UserError), self.env.cr.savepoint():
                self.issue(purpose, **values)
        with self.assertRaises(ValidationError):
            self.write_letter("link")

    def test_only_what_fits_is_offered(self):
        supporter = self.case.party_ids[0].copy({"case_id": self.case.id, "role": "supporter", "name": "Merel"})
        dialog = self.dialog()
        self.assertNotIn(supporter, dialog.fitting_party_ids[:])
        self.assertFalse(dialog.problem)
        dialog.party_id = supporter
        self.assertIn("does not take part in the talks", dialog.problem)
        with self.assertRaisesRegex(UserError, "does not take part in the talks"), self.env.cr.savepoint():
            dialog.save().action_give()
        dialog = self.dialog(session_id=self.talk.id, purpose="appointment")
        self.assertEqual(dialog.fitting_party_ids[:], self.talk.party_ids)
        dialog.party_id = self.reporter
        self.assertFalse(dialog.session_id)
        self.assertIn("comes to no planned appointment", dialog.problem)
        self.talk.with_user(self.coordinator).action_cancel()
        self.assertIn("No appointment is planned", self.dialog(purpose="appointment").problem)
        empty = self._take_up(self._self_report())
        problem = self.dialog(case_id=empty.id, purpose="agreement").problem
        self.assertEqual(problem, "There are no agreements in this case yet.")

    def test_who_gives(self):
        for user in (self.mediator, self.other_coordinator, self.access_admin, self.colleague, self.officer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env[GIVE].with_user(user).create(
                    {"case_id": self.case.id, "party_id": self.other.id, "how": "code"}
                ).action_give()
        own = self.dialog(party_id=self.other.id).save()
        with self.assertRaises(MissingError):
            own.with_user(self.manager).action_give()

    def test_not_among_the_letters_that_are_written(self):
        kinds = self.env["buurtbemiddeling.letter.write"].fields_get(["kind"])["kind"]["selection"]
        self.assertNotIn("link", dict(kinds))

    # ------------------------------------------------------------------
    # Seeing and taking back
    # ------------------------------------------------------------------
    def test_states(self):
        link, code = self.issue()
        self.assertEqual(link.state, "works")
        self.assertIn(link, self.case.with_user(self.coordinator).personal_link_ids)
        link.action_revoke()
        self.assertEqual(link.state, "taken_back")
        self.assertFalse(self.env[LINK]._find(code))
        link, _code = self.issue()
        link.sudo().expires_on = fields.Datetime.now()
        self.assertEqual(link.state, "expired")
        link, _code = self.issue()
        link.sudo().wrong_answers = 5
        self.assertEqual(link.state, "blocked")
        link, _code = self.issue("appointment", session=self.talk)
        self.talk.with_user(self.coordinator).action_cancel()
        self.assertEqual(link.state, "over")

    def test_who_takes_back(self):
        link, _code = self.issue()
        for user in (self.mediator, self.access_admin, self.colleague, self.officer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                link.with_user(user).action_revoke()
        with self.assertRaises(MissingError):
            link.with_user(self.other_coordinator).action_revoke()
        self.assertEqual(link.state, "works")

    def test_links_that_are_over(self):
        link, code = self.issue("appointment", session=self.talk)
        self.talk.party_ids = self.reporter
        self.assertEqual(link.state, "over", "she no longer comes")
        self.assertFalse(self.env[LINK]._find(code))

    def test_asked_some_months_after_the_end(self):
        links = [self.issue(purpose)[0] for purpose in ("participation", "aftercare")]
        self.env.flush_all()
        self.env.cr.execute("UPDATE buurtbemiddeling_case SET stage = 'closed' WHERE id = %s", self.case.ids)
        self.env.invalidate_all()
        self.assertEqual([link.state for link in links], ["over", "works"])

    def test_another_address_or_telephone_number(self):
        """What was sent may have gone to somebody else; how something is written makes no difference."""
        self.other.phone = "0612345678"
        for values in ({"email": "new@example.com"}, {"phone": "0687654321"}, {"house_number": "11"}, {"email": False}):
            link, _code = self.issue()
            report = self.env[LINK]._issue(self.reporter.sudo(), "report")[0]
            self.other.write({"phone": "+31 6 " + self.other.phone[-8:], "email": (self.other.email or "").upper()})
            self.assertEqual(link.state, "works")
            self.other.write(values)
            with self.subTest(values):
                self.assertEqual(link.state, "taken_back")
            self.reporter.phone = "0699999999"
            self.assertEqual(report.state, "works", "the code of the report was shown, not sent")
        link, _code = self.issue()
        self.other.email = "first@example.com"
        self.assertEqual(link.state, "works", "nothing was sent there before")

    def test_lists_do_not_query_for_each_link(self):
        def look():
            links = self.case.with_user(self.coordinator).personal_link_ids
            links.web_read({"party_id": {"fields": {"display_name": {}}}, "purpose": {}, "state": {}, "opened_on": {}})

        def add():
            party = self.other.copy({"birth_year": 1970, "house_number": "3"})
            self.issue(party=party.with_user(self.coordinator))

        self.assertQueriesDoNotGrow(add, look)

    def test_buttons(self):
        for model, view in (
            ("party", "party_view_form"),
            ("session", "session_view_form"),
            ("agreement", "agreement_view_form"),
            ("case", "case_view_form"),
        ):
            action = str(self.env.ref(f"{MODULE}.personal_link_give_action").id)
            for user, is_there in ((self.coordinator, True), (self.mediator, False)):
                views = self.env[f"buurtbemiddeling.{model}"].with_user(user)
                arch = views.get_view(self.env.ref(f"{MODULE}.{view}").id)["arch"]
                self.assertEqual(f'name="{action}"' in arch, is_there, (model, user.login))
