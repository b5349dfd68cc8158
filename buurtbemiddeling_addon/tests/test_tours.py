from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import LANG, MODULE, MediationCommon

# The language of the portal is not that of who signs in.
PAGES_IN_ENGLISH = {"frontend_lang": LANG}


@tagged("post_install", "-at_install")
class TestTours(MediationCommon, HttpCase):
    """Each step of the main job in a real browser, by the person who does it."""

    def test_referrer_submits(self):
        self.start_tour("/my", "buurtbemiddeling_referrer_submits", login="officer", cookies=PAGES_IN_ENGLISH)
        receipt = self.env["buurtbemiddeling.referral"].search([("organisation_reference", "=", "TOUR-1")])
        self.assertEqual(receipt.organisation_id, self.police)
        case = self.env["buurtbemiddeling.case"].search([("referral_ids", "in", receipt.ids)])
        self.assertEqual(case.party_ids.mapped("name"), ["Tour Eerste", "Tour Derde"])
        self.assertEqual(case.party_ids.consent_ids.mapped("asked_by"), [self.officer.name, "Tour Collega"])

    def test_referral_draft(self):
        self.start_tour(
            "/my/referrals/new", "buurtbemiddeling_referral_draft", login="officer", cookies=PAGES_IN_ENGLISH
        )
        receipt = self.env["buurtbemiddeling.referral"].search([("organisation_reference", "=", "TOUR-2")])
        case = self.env["buurtbemiddeling.case"].search([("referral_ids", "in", receipt.ids)])
        self.assertEqual(case.party_ids.name, "Tour Kwijt")

    def test_coordinator_handles(self):
        receipt, case = self._refer(people=[self._person(), self._person(role="other_party", name="Buur")])
        with mute_logger("odoo.http"):  # the tour also tries a step that is refused
            self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_coordinator_handles", login="coordinator_test")
        self.assertEqual(self._answers(receipt), ("suitable", "taken_up", "resolved"))
        self.assertEqual(case.coordinator_id, self.coordinator)
        self.assertEqual(case.mediator_ids, self.mediator | self.second_mediator)

    def test_disclosure(self):
        case = self._self_report()
        self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_disclosure", login="coordinator_test")
        self.assertEqual(case.party_ids.consent_ids.disclosure_id.person_name, "M. Kanarievogel")
        self.assertEqual(case.register_ids.organisation_id, self.housing)

    def test_telephone_report(self):
        self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_telephone_report", login="coordinator_test")
        party = self.env["buurtbemiddeling.party"].search([("name", "=", "Tour Beller")])
        self.assertEqual(party.case_id.coordinator_id, self.coordinator)

    def test_keyboard_intake(self):
        # What the form begins with, where the organisation has a town.
        self.company.city = False
        self.env["buurtbemiddeling.complaint.type"].create({"name": "Tour complaint"})
        known = self._self_report()
        known.party_ids[0].phone = "0999000005"
        self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_keyboard_intake", login="coordinator_test")
        case = self.env["buurtbemiddeling.party"].search([("name", "=", "Tour Toets")]).case_id
        reporter, neighbour = case.party_ids
        self.assertEqual((reporter.street, reporter.house_number, reporter.city), ("Tourstraat", "6", "Tourstad"))
        self.assertEqual((neighbour.street, neighbour.house_number), ("Tourstraat", "8"))
        self.assertEqual(case.referral_ids.organisation_id, self.housing)
        self.assertEqual(case.duplicate_ids, self.env["buurtbemiddeling.case"])
        self.assertEqual(case.related_case_ids, known)

    def test_coordinator_day(self):
        case = self._self_report()
        case.party_ids[1].write({"email": "buur@example.com", "lang": "en_US"})
        self.company.email = "us@example.com"
        self.env["buurtbemiddeling.mediator"].create(
            [
                {"user_id": user.id, "certificate_on": "2026-01-05", "mon": True}
                for user in (self.mediator, self.second_mediator)
            ]
        )
        self._take_up(case).mediator_ids = False
        self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_coordinator_day", login="coordinator_test")
        self.assertEqual(case.mediator_ids, self.mediator | self.second_mediator)
        self.assertEqual(case.session_ids.party_ids, case.party_ids[0])
        self.assertEqual(case.letter_ids.mapped("state"), ["sent"])
        self.assertEqual(case.agreement_ids.confirmation_ids.party_id, case.party_ids[1])
        case.session_ids.state = "held"
        case.stage = "aftercare"
        self.start_tour("/odoo/buurtbemiddeling", "buurtbemiddeling_aftercare", login="coordinator_test")
        self.assertEqual((case.stage, case.outcome), ("closed", "improved"))

    def test_access_administrator(self):
        self.start_tour("/odoo", "buurtbemiddeling_access_administrator", login="access_admin_test")
        organisation = self.env["res.partner"].search([("name", "=", "Tour Organisatie")])
        self.assertTrue(organisation.is_referrer)
        accounts = organisation.child_ids.user_ids
        self.assertEqual(len(accounts), 2)
        self.assertTrue(all(account.has_group(f"{MODULE}.group_referrer") for account in accounts))


@tagged("post_install", "-at_install")
class TestTelephoneTours(MediationCommon, HttpCase):
    """What a mediator does on the way, with a telephone in her hand."""

    browser_size = "390x844"
    touch_enabled = True

    def test_personal_link(self):
        case = self._take_up(self._self_report())
        person = case.party_ids[0]
        person.write({"birth_year": 1970, "house_number": "12 a", "lang": "en_US"})
        links = self.env["buurtbemiddeling.personal.link"].with_user(self.coordinator)
        _link, code = links._issue(person, "participation")
        self.start_tour(f"/buurtbemiddeling/persoonlijk/{code}", "buurtbemiddeling_personal_participation")
        self.assertEqual(person.participation, "withdrawn")
        self.assertEqual(person.consent_ids.method, "link")
        self.env["buurtbemiddeling.consent"].create({"party_id": person.id})
        talk = case.session_ids.create({"case_id": case.id, "kind": "intake", "start": "2049-01-04 18:00:00"})
        _link, code = links._issue(person, "appointment", session=talk)
        self.start_tour(f"/buurtbemiddeling/persoonlijk/{code}", "buurtbemiddeling_personal_appointment")
        self.assertEqual((talk.reply_ids.answer, talk.reply_ids.wishes), ("move", "Tuesday after six"))

    def test_mediator_phone(self):
        case = self._take_up(self._self_report())
        session = (
            self.env["buurtbemiddeling.session"]
            .with_user(self.coordinator)
            .create({"case_id": case.id, "kind": "first_talk", "start": fields.Datetime.now()})
        )
        self.start_tour("/odoo", "buurtbemiddeling_mediator_phone", login="mediator_test")
        self.assertEqual(session.state, "held")
        self.assertEqual(session.note, "Wil graag overleg")

    def test_resident_reports(self):
        self.start_tour("/buurtbemiddeling/melden", "buurtbemiddeling_resident_reports")
        party = self.env["buurtbemiddeling.party"].search([("name", "=", "Tour Bewoner")])
        self.assertEqual(len(party), 1)
        self.assertTrue(party.reported_herself)
        self.assertEqual((party.zip, party.phone), ("1234 AB", "0999000003"))
        self.assertEqual(party.case_id.stage, "closed", "it was taken back")
