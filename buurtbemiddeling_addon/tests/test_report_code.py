from lxml import html

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE
from odoo.addons.buurtbemiddeling_addon.tests.test_public_report import REPORT, PublicReportCommon

PAGE = "/buurtbemiddeling/persoonlijk"
ANSWER = f"{PAGE}/antwoord"
# What is known of the other party; nothing of it is on a page of the reporter.
OTHER_PARTY = {"other_name": "Buurkanarie", "other_street": "Geheimlaan", "other_house_number": "77"}


@tagged("post_install", "-at_install")
class TestReportCode(PublicReportCommon):
    """What somebody who reported does afterwards with the code, from outside."""

    def setUp(self):
        super().setUp()
        self.code = self.code_of(self.url_open(REPORT, data=self.form(**OTHER_PARTY)))
        self.case = self.new_cases
        self.reporter = self.case.party_ids[0]
        self.link = self.reporter.personal_link_ids

    def send(self, answer, url, **values):
        """Send a form of a page."""
        return self.url_open(url, data={**self.hidden(answer), **values})

    def hidden(self, answer):
        """What the forms of a page bring with them."""
        names = "@name='csrf_token' or @name='page' or @name='ticket'"
        return {
            field.get("name"): field.get("value")
            for field in html.fromstring(answer.text).xpath(f"//form//input[{names}]")
        }

    def do(self, action, **values):
        """Use a button of the page as it is now."""
        return self.send(self.url_open(PAGE), ANSWER, action=action, **values)

    def open_page(self, code=None, house_number="12"):
        self.authenticate(None, None)
        answer = self.send(self.url_open(PAGE), PAGE, code=code or self.code)
        if "Is it you?" not in answer.text:
            return answer
        return self.send(answer, f"{PAGE}/vragen", house_number=house_number)

    def page(self):
        self.env.invalidate_all()
        return self.words(self.url_open(PAGE))

    def words(self, answer):
        """What a person reads on a page; nothing of anybody else is in its source."""
        self.assertEqual(answer.status_code, 200)
        for canary in (*OTHER_PARTY.values(), "Zangerig", "0999123456", self.case.reference, self.reporter.reference):
            if canary != "77":
                self.assertNotIn(canary, answer.text)
        page = html.fromstring(answer.text)
        self.assertEqual(page.xpath("string(//title)").split(" | ")[0], "Personal page")
        self.assertTrue(page.xpath("//*[contains(@class, 'o_mediation_exit')]") or "Is it you?" in answer.text)
        return " ".join(page.xpath("//*[@id='wrap']")[0].text_content().split())

    def notes(self):
        return " ".join(self.case.message_ids.mapped("body"))

    # ------------------------------------------------------------------
    # Who gets in
    # ------------------------------------------------------------------
    def test_the_code_and_the_house_number(self):
        self.assertIn("We have received your report", self.words(self.open_page()))
        self.assertIn("We have received your report", self.words(self.open_page(self.code.lower().replace("-", " "))))
        self.assertIn("does not work", self.open_page("2222-2222-2222-2222").text)
        self.assertIn("This is not what we know", self.open_page(house_number="13").text)

    def test_five_wrong_house_numbers(self):
        for _number in range(5):
            answer = self.open_page(house_number="13")
        self.assertIn("does not work", answer.text)
        self.assertNotIn("Your report", self.open_page().text)
        self.assertIn("too many wrong answers", self.notes())

    def test_without_the_house_number_nothing_is_done(self):
        self.authenticate(None, None)
        self.send(self.url_open(PAGE), PAGE, code=self.code)
        self.do("take_back", sure="yes")
        self.do("phone", phone="0600000001")
        self.assertEqual((self.case.stage, self.reporter.phone), ("reported", "0999123456"))

    def test_a_code_opens_one_case_only(self):
        cases = self.new_cases
        code = self.code_of(self.url_open(REPORT, data=self.form(house_number="14")))
        other = self.new_cases - cases
        self.open_page(code, "14")
        self.do("phone", phone="0600000001", party_id=str(self.reporter.id), link_id="1")
        self.assertEqual((self.reporter.phone, other.party_ids.phone), ("0999123456", "0600000001"))

    def test_a_code_that_was_revoked(self):
        self.open_page()
        self.link.with_user(self.coordinator).action_revoke()
        self.assertNotIn("Your report", self.url_open(PAGE).text)
        self.do("take_back", sure="yes")
        self.assertEqual(self.case.stage, "reported")
        self.assertIn("does not work", self.open_page().text)

    def test_a_person_who_is_no_longer_there(self):
        for values in ({"active": False}, {"active": True, "erased_on": "2026-01-05"}):
            self.open_page()
            self.reporter.write(values)
            self.assertNotIn("Your report", self.url_open(PAGE).text)
            self.assertEqual(self.do("take_back", sure="yes").status_code, 200)
            self.assertFalse(self.reporter.taken_back_on)
            self.reporter.write({"active": True, "erased_on": False})

    # ------------------------------------------------------------------
    # Where it stands
    # ------------------------------------------------------------------
    def test_where_it_stands(self):
        self.open_page()
        case = self._take_up(self.case)
        self.assertIn("We are working on it", self.page())
        self._end(case)
        page = self.page()
        self.assertIn("Your report is closed", page)
        self.assertNotIn("Take your report back", page)
        for action in ({"action": "phone", "phone": "0600000001"}, {"action": "take_back", "sure": "yes"}):
            self.assertIn("closed", self.words(self.do(**action)))
        self.assertEqual(self.reporter.phone, "0999123456")
        self.assertFalse(self.reporter.taken_back_on)

    def test_a_report_that_was_put_with_another_case(self):
        target = self._self_report()
        self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).create(
            {"case_id": self.case.id, "target_case_id": target.id}
        ).action_merge()
        self.open_page()
        self.assertIn("We have received your report", self.page())
        self.do("take_back", sure="yes")
        self.assertEqual(target.stage, "reported", "there is another reporter, who did not take anything back")
        self.assertEqual(self.reporter.participation, "withdrawn")
        self.assertIn("taken your report back", self.page())

    # ------------------------------------------------------------------
    # Another telephone number
    # ------------------------------------------------------------------
    def test_telephone_number(self):
        self.reporter.preferred_contact = "calls_us"
        self.open_page()
        self.assertIn("ends in 56", self.page())
        answer = self.do("phone", phone="06 12 34 56 78")
        self.assertIn("We have your number", self.words(answer))
        self.assertEqual((self.reporter.phone, self.reporter.preferred_contact), ("06 12 34 56 78", "phone"))
        self.assertIn("telephone number", self.notes())
        self.assertEqual(self.case.message_ids[0].author_id, self.env.ref("base.partner_root"))

    def test_what_is_no_telephone_number(self):
        self.open_page()
        for phone in ("", "12", "1" * 99, "<b>0612345678</b>", "bel mij", "06\x0012345678x"):
            with self.subTest(phone):
                answer = self.do("phone", phone=phone)
                page = html.fromstring(answer.text)
                [field] = page.xpath("//*[@id='phone']")
                self.assertEqual(field.get("value"), phone.replace("\x00", ""))
                self.assertTrue(page.xpath(f"//*[@id='{field.get('aria-describedby')}']")[0].text_content())
        self.url_open(
            ANSWER,
            data={**self.hidden(self.url_open(PAGE)), "action": "phone"},
            files={"phone": ("a.txt", b"0612345678")},
        )
        self.assertEqual(self.reporter.phone, "0999123456")

    def test_what_is_no_button(self):
        self.open_page()
        for action in ("", "close", "_take_back_report", "x" * 5000, "<b>x</b>"):
            answer = self.do(action, sure="yes", phone="0600000001", organisation_id="1")
            self.assertIn("Please use one of the buttons", answer.text)
            self.assertNotIn("<b>x</b>", answer.text)
        self.assertEqual((self.case.stage, self.reporter.phone), ("reported", "0999123456"))

    # ------------------------------------------------------------------
    # Taking the report back
    # ------------------------------------------------------------------
    def test_take_back_asks_first(self):
        self.open_page()
        for sure in ("", "no", "1"):
            self.assertIn("Take your report back?", self.words(self.do("take_back", sure=sure)))
        self.assertFalse(self.reporter.taken_back_on)

    def test_take_back_before_anybody_is_at_work(self):
        self.open_page()
        form = {**self.hidden(self.url_open(PAGE)), "action": "take_back", "sure": "yes"}
        self.assertIn("Your report was taken back", self.words(self.url_open(ANSWER, data=form)))
        for _number in range(2):
            self.assertIn("You have taken your report back", self.words(self.url_open(ANSWER, data=form)))
        self.assertEqual(self.case.stage, "closed")
        self.assertEqual(self.case.result_id, self.env.ref(f"{MODULE}.result_first_party_stops"))
        self.assertEqual((self.case.taken_up, self.case.outcome), ("not_taken_up", "not_resolved"))
        self.assertFalse(self.case.activity_ids, "nobody has to look at it any more")
        self.assertEqual(self.notes().count("took the report back"), 1)
        self.assertIn("You have taken your report back", self.words(self.open_page()))

    def test_take_back_when_mediators_are_at_work(self):
        case = self._take_up(self.case)
        case.stage = "first_talk"
        session = case.env["buurtbemiddeling.session"].create(
            {"case_id": case.id, "kind": "first_talk", "start": "2099-01-12 19:00:00"}
        )
        self.assertIn(self.reporter, session.sudo().party_ids)
        self.open_page()
        self.do("take_back", sure="yes")
        self.assertEqual((self.case.stage, session.state), ("first_talk", "cancelled"))
        self.assertEqual(self.reporter.participation, "withdrawn")
        self.assertEqual(self.case.next_step, "stopped")
        activity = self.case.activity_ids.filtered(lambda activity: "took the report back" in (activity.summary or ""))
        self.assertEqual(activity.user_id, self.coordinator)
        self.do("take_back", sure="yes")
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertIn("You have taken your report back", self.page())

    def test_take_back_where_nobody_is_at_work_yet_but_somebody_has_to(self):
        """Without a coordinator of the case all of them are asked to look."""
        receipt, referred = self._refer()
        merge = self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator)
        merge.create({"case_id": referred.id, "target_case_id": self.case.id}).action_merge()
        self.case.coordinator_id = False
        self.open_page()
        self.do("take_back", sure="yes")
        self.assertEqual((self.case.stage, self._answers(receipt)), ("reported", ("pending",) * 3))
        to_do = self.env.ref("mail.mail_activity_data_todo")
        activities = self.case.activity_ids.filtered(lambda activity: activity.activity_type_id == to_do)
        self.assertIn(self.coordinator, activities.user_id)
        self.assertEqual(len(activities.user_id), len(activities))

    def test_take_back_in_mediation(self):
        case = self._take_up(self.case)
        case.stage = "first_talk"
        consents = case.env["buurtbemiddeling.consent"].create([{"party_id": party.id} for party in case.party_ids])
        case.stage = "second_talk"
        case.stage = "mediation"
        self.open_page()
        self.do("take_back", sure="yes")
        self.assertEqual(self.case.stage, "second_talk", "mediation stops at once")
        withdrawn = consents.filtered("withdrawn_on")
        self.assertEqual(withdrawn.party_id, self.reporter)
        self.assertEqual(withdrawn.withdrawal_recorded_by_id, self.env.ref("base.user_root"))

    def test_who_changes_her_mind_takes_part_again(self):
        case = self._take_up(self.case)
        case.stage = "first_talk"
        self.open_page()
        self.do("take_back", sure="yes")
        case.env["buurtbemiddeling.consent"].create({"party_id": self.reporter.id})
        self.assertEqual(self.reporter.participation, "given")
        self.assertIn("We are working on it", self.page())

    def test_take_back_is_no_sooner_a_no_than_any_other(self):
        self.tell(self.police)
        self.do("take_back", sure="yes")
        disclosure = self.reporter.consent_ids.disclosure_id
        self.assertEqual(self._answers(disclosure), ("pending", "pending", "pending"))
        self._daily_round()
        self.assertEqual(self._answers(disclosure), ("not_suitable", "not_taken_up", "pending"))

    # ------------------------------------------------------------------
    # Letting an organisation know
    # ------------------------------------------------------------------
    def take_on(self):
        """Staff begin to work on the report."""
        if self.case.stage == "reported":
            self.case.with_user(self.coordinator).action_take_on()

    def wording_for(self, organisation, name="M. Kanarievogel"):
        answer = self.do("tell", organisation_id=str(organisation.id), disclosed_name=name)
        [wording] = html.fromstring(answer.text).xpath("//input[@name='wording']/@value")
        self.assertEqual(wording.splitlines(), html.fromstring(answer.text).xpath("//li/text()"), "it is read, too")
        return wording

    def tell(self, organisation, name="M. Kanarievogel"):
        self.take_on()
        self.open_page()
        return self.do(
            "tell",
            organisation_id=str(organisation.id),
            disclosed_name=name,
            wording=self.wording_for(organisation, name),
        )

    def portal(self, login):
        self.authenticate(login, login)
        return self.url_open("/my/referrals").text

    def test_let_an_organisation_know(self):
        answer = self.tell(self.housing)
        self.assertIn("The organisation knows of your report now", self.words(answer))
        [consent] = self.reporter.consent_ids
        self.assertEqual(
            (consent.purpose, consent.organisation_id, consent.disclosed_name, consent.method, consent.stated_by),
            ("disclosure", self.housing, "M. Kanarievogel", "link", "person"),
        )
        self.assertEqual((consent.link_id, consent.recorded_by_id), (self.link, self.env.ref("base.user_root")))
        for words in ("Housing (test)", "M. Kanarievogel", "take this back at any moment"):
            self.assertIn(words, consent.wording)
        self.assertEqual(self.case.register_ids.organisation_id, self.housing)
        self.assertIn("Housing (test)", self.notes())
        self.assertIn("M. Kanarievogel", self.portal("housing_employee"))
        self.assertNotIn("Kanarievogel", self.portal("officer"), "nobody else is told")

    def test_take_it_back_as_easily(self):
        self.tell(self.housing)
        self.tell(self.police)
        answer = self.do("stop_telling", organisation_id=str(self.housing.id))
        self.assertIn("no longer sees your report", self.words(answer))
        self.do("stop_telling", organisation_id=str(self.housing.id))
        self.assertNotIn("Kanarievogel", self.portal("housing_employee"), "gone at once")
        self.assertIn("Kanarievogel", self.portal("officer"))
        self.assertEqual(self.reporter._disclosures().organisation_id, self.police)

    def test_take_it_back_after_the_end(self):
        self.tell(self.housing)
        self._end(self.case)
        page = self.page()
        self.assertIn("Do not show it there any more", page)
        self.assertNotIn("Let an organisation know", page)
        self.do("stop_telling", organisation_id=str(self.housing.id))
        self.assertNotIn("Kanarievogel", self.portal("housing_employee"))

    def test_nothing_is_told_before_staff_are_at_work(self):
        self.open_page()
        self.assertIn("as soon as we work on your report", self.page())
        wording = self.reporter._disclosure_wording(self.housing, "Anybody")
        told = {"organisation_id": str(self.housing.id), "disclosed_name": "Anybody", "wording": wording}
        self.assertIn("as soon as we work on your report", self.words(self.do("tell", **told)))
        self.assertFalse(self.reporter.consent_ids)

    def test_nothing_is_told_that_was_not_agreed_to(self):
        self.take_on()
        self.open_page()
        wording = self.wording_for(self.housing)
        for values in (
            {"wording": ""},
            {"wording": "Yes"},
            {"organisation_id": str(self.police.id)},
            {"disclosed_name": "Somebody else"},
        ):
            posted = {"organisation_id": str(self.housing.id), "disclosed_name": "M. Kanarievogel", "wording": wording}
            self.assertIn("This is what you agree to", self.words(self.do("tell", **posted | values)))
        self.assertFalse(self.reporter.consent_ids)

    def test_an_organisation_with_spaces_of_its_own(self):
        self.housing.name = "Housing\u00a0(test)  of\u2009us"
        self.assertIn("The organisation knows of your report now", self.words(self.tell(self.housing)))

    def test_told_once(self):
        self.tell(self.housing)
        self.tell(self.housing)
        self.assertEqual(len(self.reporter.consent_ids), 1)
        answer = self.do("tell", organisation_id=str(self.housing.id), disclosed_name="Somebody else", wording="x")
        self.assertIn("knows of your report already", answer.text)

    def test_hostile_choices(self):
        self.take_on()
        self.open_page()
        hidden = self.env["res.partner"].create({"name": "No referrer", "is_company": True})
        elsewhere = self._organisation("Elsewhere (test)", "referrer_type_police")
        elsewhere.company_id = self.other_company
        self.assertNotIn("Elsewhere", self.page())
        for choice in ("", "x", "-1", "1e3", str(2**70), str(hidden.id), str(elsewhere.id), f"{self.police.id} "):
            for action in ("tell", "stop_telling"):
                answer = self.do(action, organisation_id=choice, disclosed_name="<b>Kanarie</b>")
                self.assertEqual(answer.status_code, 200)
                self.assertNotIn("<b>Kanarie</b>", answer.text)
        for name in ("", "x" * 101):
            answer = self.do("tell", organisation_id=str(self.police.id), disclosed_name=name)
            page = html.fromstring(answer.text)
            self.assertEqual(page.xpath("//*[@id='disclosed_name']/@value"), [name])
            self.assertTrue(page.xpath("//option[@selected]"))
        self.assertFalse(self.reporter.consent_ids)

    def test_who_did_not_report_lets_nobody_know(self):
        _receipt, case = self._refer()
        for party in (case.party_ids[0], self.case.party_ids[1]):
            party.house_number = "3"
            with self.assertRaises(ValidationError):
                self.env["buurtbemiddeling.personal.link"].with_user(self.coordinator)._issue(party, "report")
