from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import Form, tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon


@tagged("post_install", "-at_install")
class TestDuplicates(MediationCommon):
    """Staff see at intake that a conflict may be known already, and put two cases together without losing history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["buurtbemiddeling.case"].with_user(cls.coordinator)
        cls.known = cls._case(name="Bekend", phone="06-98765432", street="Merelstraat", house_number="3 B")

    @classmethod
    def _case(cls, **person):
        return cls.cases.create({"party_ids": [fields.Command.create({"name": "Iemand", **person})]})

    # ------------------------------------------------------------------
    # Duplicates
    # ------------------------------------------------------------------
    def test_same_telephone_address_or_mail(self):
        self.known.party_ids.email = "Bekend@Example.com"
        for person in (
            {"phone": "+31 6 9876 5432"},
            {"street": "merelstraat", "house_number": "3b"},
            {"email": "bekend@example.com"},
        ):
            with self.subTest(person):
                case = self._case(**person)
                self.assertEqual(case.duplicate_ids, self.known)
                case.party_ids.sudo()._erase()
        other = self._case(phone="0698765433", street="Merelstraat", house_number="4")
        self.assertFalse(other.duplicate_ids)

    def test_what_is_empty_is_not_looked_for(self):
        """So are the e-mail addresses of very many others, whom the database would find each time."""
        case = self._case(phone="0698765433", email="")
        people = type(case.party_ids)
        search, asked = people.search, []

        def look(parties, domain, *arguments, **options):
            asked.extend(Domain(domain).iter_conditions())
            return search(parties, domain, *arguments, **options)

        with patch.object(people, "search", look):
            case.party_ids._alike(Domain.TRUE)
        self.assertEqual([value for condition in asked for value in condition.value], ["698765433"])

    def test_address_in_another_place(self):
        self.known.party_ids.city = "Dorp"
        case = self._case(street="Merelstraat", house_number="3B", city="Stad")
        self.assertFalse(case.duplicate_ids)
        case.party_ids.city = "dorp"
        self.assertEqual(case.duplicate_ids, self.known)
        case.party_ids.zip, self.known.party_ids.zip = "1234 AB", "4321AB"
        self.assertFalse(case.duplicate_ids)

    def test_only_open_cases_of_the_company(self):
        case = self._case(phone="0698765432")
        elsewhere = self.env["buurtbemiddeling.case"].create(
            {
                "company_id": self.other_company.id,
                "party_ids": [fields.Command.create({"name": "Ver", "phone": "0698765432"})],
            }
        )
        self.coordinator.company_ids |= self.other_company
        both = case.with_context(allowed_company_ids=(self.company | self.other_company).ids)
        self.assertNotIn(elsewhere, both.duplicate_ids)
        self.known.party_ids.active = False
        case.invalidate_recordset(["duplicate_ids"])
        self.assertEqual(case.duplicate_ids, self.known, "also somebody who is archived in her case")
        self._end(self.known)
        case.invalidate_recordset(["duplicate_ids"])
        self.assertFalse(case.duplicate_ids)

    def test_only_while_it_can_be_put_with_another(self):
        case = self._take_up(self._case(phone="0698765432"))
        self.assertEqual(case.duplicate_ids, self.known)
        case.action_next_stage()
        self.assertFalse(case.duplicate_ids)

    def test_a_few_queries_for_many_cases(self):
        cases = self.cases.union(*(self._case(phone="0698765432") for _number in range(10)))
        self.env.flush_all()
        self.env.invalidate_all()
        cases[:1].party_ids.mapped("phone_key")
        cases.mapped("company_id")
        # Odoo itself checks for each case what is put in its field.
        with self.assertQueryCount(10 + len(cases)):
            cases.mapped("duplicate_ids")

    def test_not_for_a_mediator(self):
        case = self._take_up(self._case(phone="0698765432", role="reporter"))
        for name in ("duplicate_ids", "related_case_ids", "linked_to_ids"):
            with self.assertRaises(AccessError):
                case.with_user(self.mediator).read([name])

    def test_while_a_report_is_typed(self):
        form = Form(self.env["buurtbemiddeling.telephone.report"].with_user(self.coordinator))
        form.name = "Beller"
        self.assertFalse(form.already_known_ids[:])
        form.phone = "0031 6 98765432"
        self.assertEqual(form.already_known_ids[:], self.known)
        form.phone = "0612345678"
        self.assertFalse(form.already_known_ids[:])
        form.other_street = "Merelstraat"
        form.other_house_number = "3-b"
        self.assertEqual(form.already_known_ids[:], self.known)

    def test_what_is_shown_while_typing_is_on_record(self):
        report = self.env["buurtbemiddeling.telephone.report"].with_user(self.coordinator)
        specification = {"already_known_ids": {"fields": {"parties_summary": {}}}, "phone": {}}
        answer = report.onchange({"phone": "0698765432"}, ["phone"], specification)
        self.assertIn("Bekend", str(answer))
        log = self.env["buurtbemiddeling.access.log"].search([("case_id", "=", self.known.id), ("kind", "=", "case")])
        self.assertEqual(log.user_id, self.coordinator)

    # ------------------------------------------------------------------
    # Linking
    # ------------------------------------------------------------------
    def test_linked_both_ways(self):
        case = self._case(phone="0698765432")
        self.known.with_context(link_case_id=case.id).action_link()
        self.assertEqual(case.related_case_ids, self.known)
        self.assertEqual(self.known.related_case_ids, case)
        self.assertFalse(case.duplicate_ids, "what is linked is known")
        case.with_context(link_case_id=self.known.id).action_link()
        self.assertEqual(len(case.linked_to_ids | case.linked_from_ids), 1)
        self.assertIn(self.known.reference, case.message_ids[0].body)
        self.known.with_context(link_case_id=case.id).action_unlink_case()
        self.assertFalse(case.related_case_ids or self.known.related_case_ids)

    def test_linked_by_the_button_only(self):
        case = self._case()
        with self.assertRaises(UserError):
            case.linked_to_ids = self.known
        defaults = {"default_linked_to_ids": self.known.ids, "default_linked_from_ids": self.known.ids}
        self.assertFalse(self.cases.with_context(**defaults).create({}).related_case_ids)
        with self.assertRaises(AccessError):
            self.known.with_user(self.other_coordinator).with_context(link_case_id=case.id).action_link()
        elsewhere = self.env["buurtbemiddeling.case"].create({"company_id": self.other_company.id})
        for one, other in ((elsewhere, case), (case, elsewhere)):
            with self.subTest(one=one), self.assertRaises(AccessError):
                one.with_user(self.other_coordinator).with_context(link_case_id=other.id).action_link()
        self._take_up(case)
        with self.assertRaises(AccessError):
            case.with_user(self.mediator).with_context(link_case_id=case.id).action_link()
        self.assertFalse(case.related_case_ids)
        self.known.with_context(link_case_id=case.id).action_link()
        for user in (self.other_coordinator, self.mediator):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.known.with_user(user).with_context(link_case_id=case.id).action_unlink_case()
        self.assertEqual(case.related_case_ids, self.known)

    # ------------------------------------------------------------------
    # Putting together
    # ------------------------------------------------------------------
    def merge(self, report, target):
        # What was made before was made in other requests.
        self.env.flush_all()
        action = target.with_context(link_case_id=report.id).action_put_with()
        wizard = self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).with_context(**action["context"])
        return wizard.create({}).action_merge()

    def test_nothing_is_lost(self):
        report = self._case(phone="0698765432")
        party = report.party_ids
        parts = (
            self.env["buurtbemiddeling.session"]
            .with_user(self.coordinator)
            .create({"case_id": report.id, "start": "2026-01-05 10:00:00", "party_ids": party.ids})
        )
        letter = (
            self.env["buurtbemiddeling.letter"]
            .with_user(self.coordinator)
            .create({"case_id": report.id, "party_id": party.id, "kind": "closing"})
        )
        agreement = self.env["buurtbemiddeling.agreement"].with_user(self.coordinator).create({"case_id": report.id})
        own = self.env["buurtbemiddeling.mediator.report"].create({"case_id": report.id, "user_id": self.mediator.id})
        report.message_post(body="A note")
        activity = report.activity_schedule("mail.mail_activity_data_todo", user_id=self.coordinator.id)
        self.merge(report, self.known)
        self.assertEqual(party.case_id | parts.case_id | letter.case_id | agreement.case_id | own.case_id, self.known)
        self.assertEqual(activity.res_id, self.known.id)
        self.assertFalse(report.active)
        self.assertIn("A note", "".join(report.message_ids.mapped("body")), "its own history stays with it")
        self.assertEqual(self.known.with_context(active_test=False).related_case_ids, report)

    def test_to_do_of_somebody_outside_the_case(self):
        report = self._case()
        report.mediator_ids = self.mediator
        activity = report.activity_schedule("mail.mail_activity_data_todo", user_id=self.mediator.id)
        self.known.coordinator_id = self.manager
        with patch.object(type(activity), "action_notify") as notify:
            self.merge(report, self.known)
        self.assertEqual(activity.user_id, self.manager)
        notify.assert_not_called()

    def _in_mediation(self):
        case = self._take_up(self._self_report())
        self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(
            [{"party_id": party.id} for party in case.party_ids]
        )
        case.write({"stage": "mediation"})
        return case

    def test_what_was_held_stays_as_it_was(self):
        report, target = self._case(), self._in_mediation()
        report.action_take_on()
        intake = report.session_ids.create({"case_id": report.id, "start": "2026-01-05 10:00:00"})
        intake.action_held()
        names = ("kind", "place_kind", "party_ids", "mediator_ids", "state", "start")
        before = [intake[name] for name in names]
        self.assertEqual(before[:2], ["intake", "telephone"])
        self.merge(report, target)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(intake.case_id, target)
        self.assertEqual([intake[name] for name in names], before)

    def test_letter_about_an_appointment_of_somebody_who_is_asked_first(self):
        target = self._in_mediation()
        _receipt, report = self._refer()
        report = report.with_user(self.coordinator)
        report.action_take_on()
        intake = report.session_ids.create({"case_id": report.id, "start": "2030-01-07 10:00:00"})
        letter = (
            self.env["buurtbemiddeling.letter"]
            .with_user(self.coordinator)
            .create(
                {
                    "case_id": report.id,
                    "party_id": report.party_ids.id,
                    "kind": "appointment",
                    "session_id": intake.id,
                }
            )
        )
        letter.sudo().state = "sent"
        self.merge(report, target)
        self.assertEqual(letter.case_id | intake.case_id, target)
        self.assertFalse(letter.party_id.active)
        self.assertEqual(intake.state, "cancelled")

    def test_mediators_of_the_report_no_longer_read_it(self):
        report = self._case()
        report.description = "Zangerig"
        report.mediator_ids = self.mediator
        self.assertTrue(report.with_user(self.mediator).has_access("read"))
        self.merge(report, self.known)
        self.assertFalse(report.with_user(self.mediator).has_access("read"))
        self.assertFalse(report.description)
        self.assertIn("Zangerig", self.known.description)

    def test_one_mediator_reported_on_both(self):
        report = self._case()
        report.mediator_ids = self.known.mediator_ids = self.mediator | self.second_mediator
        reports = self.env["buurtbemiddeling.mediator.report"]
        both, there, other = (
            reports.with_user(user).create({"case_id": case.id})
            for case, user in ((report, self.mediator), (self.known, self.mediator), (report, self.second_mediator))
        )
        self.merge(report, self.known)
        self.assertEqual(both.sudo().case_id, report)
        self.assertEqual((there | other).sudo().case_id, self.known)

    def test_parts_stay_with_their_case_otherwise(self):
        session = (
            self.env["buurtbemiddeling.session"]
            .with_user(self.coordinator)
            .create({"case_id": self.known.id, "start": "2026-01-05 10:00:00"})
        )
        agreement = (
            self.env["buurtbemiddeling.agreement"].with_user(self.coordinator).create({"case_id": self.known.id})
        )
        for part in (session, agreement):
            with self.subTest(part._name), self.assertRaises(UserError):
                part.case_id = self._case()
