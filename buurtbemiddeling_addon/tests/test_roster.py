from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon


@tagged("post_install", "-at_install")
class TestRoster(MediationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.area = cls.env["buurtbemiddeling.area"].create({"name": "Vogelbuurt (test)"})
        cls.entry = cls._entry(cls.mediator)
        cls.second_entry = cls._entry(cls.second_mediator)

    @classmethod
    def _entry(cls, user, **values):
        return cls.env["buurtbemiddeling.mediator"].create(
            {"user_id": user.id, "certificate_on": fields.Date.today(), **values}
        )

    @classmethod
    def _ready(cls, case=None):
        """A case that can go to the first talk: with its pair, as its coordinator."""
        case = cls._take_up(case or cls._self_report())
        case.party_ids[0].zip = "7500 AA"
        case.area_id = cls.area
        return case

    def _conflict(self, case):
        self.env.invalidate_all()
        return case.mediator_conflicts

    def _rpc(self, user, records, method, *arguments):
        return call_kw(records.with_user(user).browse(), method, [records.ids, *arguments], {})

    # ------------------------------------------------------------------
    # Conflicts of interest
    # ------------------------------------------------------------------
    def test_no_conflict(self):
        case = self._ready()
        self.entry.write({"street": "Mussenlaan", "zip": "7500 AB"})
        self.assertFalse(self._conflict(case))
        self.assertFalse(case.mediator_conflicts)
        case.action_next_stage()

    def test_home(self):
        """Street, postcode and neighbourhood, however they are written; each until it is switched off."""
        case = self._ready()
        for values, setting, reason in (
            ({"street": " vinken-pâd 7a"}, "mediation_conflict_street", "the street"),
            ({"zip": "7500aa"}, "mediation_conflict_zip", "the postcode"),
            ({"area_id": self.area.id}, "mediation_conflict_area", "the neighbourhood"),
        ):
            with self.subTest(setting):
                self.entry.write({"street": False, "zip": False, "area_id": False, **values})
                self.assertEqual(self._conflict(case).count(reason), 1)
                self.assertTrue(case.mediator_conflicts)
                self.company[setting] = False
                self.assertFalse(self._conflict(case))

    def test_other_homes(self):
        case = self._ready()
        self.entry.write({"street": "Vinkenpad Noord", "zip": "7500 AB"})
        self.assertFalse(self._conflict(case))

    def test_tied_to_a_referring_organisation(self):
        _receipt, case = self._refer()
        case = self._ready(case)
        self.assertFalse(self._conflict(case))
        self.entry.organisation_ids = self.police
        self.assertIn(self.police.name, self._conflict(case))

    def test_tied_to_a_landlord(self):
        case = self._ready()
        self.entry.organisation_ids = self.housing
        self.assertFalse(self._conflict(case))
        case.party_ids[1].landlord_id = self.housing
        self.assertIn(self.housing.name, self._conflict(case))

    def test_knows_somebody(self):
        case = self._ready()
        self.entry.unlink()
        case.excluded_mediator_ids = self.mediator
        self.assertIn("knows somebody", self._conflict(case))

    def test_a_coach_has_not_met_the_party(self):
        """The same person is recognised by e-mail, telephone number or address, however they are written."""
        self._take_up(self._self_report())
        case = self._ready()
        self.assertFalse(self._conflict(case), "a mediator may meet the same people again")
        case.way_of_working = "coaching"
        for values in (
            {"email": "KANARIE@example.com"},
            {"phone": "+31 999-123456"},
            {"street": "Vinkenpad 12", "house_number": "12"},
        ):
            with self.subTest(values):
                case.party_ids[0].write(
                    {"email": False, "phone": False, "street": "Mussenlaan", "house_number": "1", **values}
                )
                self.assertIn("cannot be the coach", self._conflict(case))
        case.party_ids[0].write({"email": "other@example.com", "phone": "0999123457", "street": "Mussenlaan"})
        self.assertFalse(self._conflict(case))

    def test_who_coached_somebody_is_no_mediator_of_hers(self):
        earlier = self._take_up(self._self_report())
        earlier.way_of_working = "coaching"
        self._end(earlier)
        case = self._ready()
        self.assertIn("coached one of these people", self._conflict(case))
        self.assertEqual(len(self._conflict(case).splitlines()), 2)
        earlier.sudo().mediator_ids = self.second_mediator
        self.assertEqual(len(self._conflict(case).splitlines()), 1)

    def test_guard(self):
        case = self._ready()
        self.entry.street = "Vinkenpad"
        self.env.invalidate_all()
        with self.assertRaises(ValidationError) as refusal:
            case.action_next_stage()
        self.assertIn(f"{self.mediator.name}: lives in the street", str(refusal.exception))
        self.assertIn("lives in the street", case.missing_for_next_stage)
        case.mediator_ids = self.second_mediator | self.unassigned_mediator
        case.action_next_stage()
        for values in (
            {"mediator_ids": [Command.set((self.mediator | self.second_mediator).ids)]},
            {"excluded_mediator_ids": [Command.link(self.second_mediator.id)]},
        ):
            with self.assertRaises(ValidationError):
                case.write(values)

    def test_form_shows_a_conflict_before_it_is_saved(self):
        case = self._ready()
        self._entry(self.unassigned_mediator, street="Vinkenpad")
        self.env.invalidate_all()
        with Form(case) as form:
            self.assertFalse(form.mediator_conflicts)
            form.mediator_ids.add(self.unassigned_mediator)
            self.assertIn("lives in the street", form.mediator_conflicts)
            form.mediator_ids.remove(id=self.unassigned_mediator.id)
            form.excluded_mediator_ids.add(self.mediator)
            self.assertIn("knows somebody", form.mediator_conflicts)
            form.mediator_ids.remove(id=self.mediator.id)
            self.assertFalse(form.mediator_conflicts)

    def test_waiver(self):
        case = self._ready()
        self.entry.street = "Vinkenpad"
        self.env.invalidate_all()
        case.conflict_waiver = "The street is long"
        case.action_next_stage()
        self.assertEqual(case.stage, "first_talk")
        self.assertTrue(case.mediator_conflicts, "it stays in sight")
        with self.assertRaises(ValidationError):
            case.conflict_waiver = False
        case.mediator_ids = self.second_mediator | self.unassigned_mediator
        self.assertFalse(case.conflict_waiver, "it was about another pair")

    def test_a_mediator_is_not_told_where_her_colleague_lives(self):
        case = self._ready()
        self.entry.street = "Vinkenpad"
        self.env.invalidate_all()
        seen = case.with_user(self.second_mediator)
        self.assertNotIn("lives", seen.missing_for_next_stage or "")
        for name in ("mediator_conflicts", "conflict_waiver", "excluded_mediator_ids"):
            with self.assertRaises(AccessError):
                seen.read([name])
        with self.assertRaises(AccessError):
            seen.formatted_read_group([], ["excluded_mediator_ids"], ["__count"])

    def test_mediation_stops_also_when_a_conflict_came_up(self):
        case = self._ready()
        for party in case.party_ids:
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create({"party_id": party.id})
        case.write({"stage": "mediation"})
        self.entry.street = "Vinkenpad"
        self.env.invalidate_all()
        case.party_ids[0].consent_ids.action_withdraw()
        self.assertEqual(case.stage, "intake")

    def test_conflicts_of_many_cases_at_once(self):
        counts = []
        for number in (1, 1, 10):
            for _index in range(number):
                self._ready()
            cases = self.env["buurtbemiddeling.case"].with_user(self.coordinator).search([])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cases.mapped("mediator_conflicts")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # ------------------------------------------------------------------
    # "I know somebody here"
    # ------------------------------------------------------------------
    def test_a_form_tells_nothing_of_a_colleague(self):
        self.second_entry.flush_recordset()
        case = self.env["buurtbemiddeling.case"].create({"mediator_ids": [Command.set(self.second_mediator.ids)]})
        self.assertEqual(self.second_entry.active_case_count, 1)
        form = self.entry.with_user(self.mediator).new({"user_id": self.second_mediator.id}, origin=self.entry)
        self.assertEqual((form.active_case_count, len(case)), (0, 1))
        entry = {"user_id": self.mediator.id, "company_id": self.company.id}
        with self.assertRaises(AccessError):
            self.entry.with_user(self.other_coordinator).create(entry)

    def test_i_know_somebody(self):
        case = self._ready()
        case.action_next_stage()
        case.message_subscribe(partner_ids=self.mediator.partner_id.ids)
        self._rpc(self.mediator, case, "action_i_know_somebody")
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertEqual(case.mediator_ids, self.second_mediator)
        self.assertEqual(case.excluded_mediator_ids, self.mediator)
        self.assertEqual(case.stage, "intake")
        self.assertFalse(case.with_user(self.mediator).has_access("read"))
        self.assertNotIn(self.mediator.partner_id, case.message_partner_ids)
        self.assertEqual(case.activity_ids.user_id, self.coordinator)
        self.assertIn("choose another", case.activity_ids.summary)
        with self.assertRaises(AccessError):
            self._rpc(self.mediator, case, "action_i_know_somebody")

    def test_i_know_somebody_is_for_mediators_of_the_case(self):
        case = self._ready()
        for user in (self.unassigned_mediator, self.other_coordinator, self.officer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._rpc(user, case, "action_i_know_somebody")
        with self.assertRaises(UserError):
            self._rpc(self.coordinator, case, "action_i_know_somebody")
        self.assertEqual(case.mediator_ids, self.mediator | self.second_mediator)
        self._end(case)
        with self.assertRaises(AccessError):
            self._rpc(self.mediator, case, "action_i_know_somebody")
        case.sudo().mediator_ids |= self.coordinator
        with self.assertRaises(UserError):
            self._rpc(self.coordinator, case, "action_i_know_somebody")

    def test_i_know_somebody_without_a_coordinator(self):
        case = self._ready()
        case.coordinator_id = False
        self._rpc(self.mediator, case, "action_i_know_somebody")
        self.assertFalse(case.activity_ids.user_id)
        self.assertIn("choose another", case.activity_ids.summary)

    # ------------------------------------------------------------------
    # The roster
    # ------------------------------------------------------------------
    def test_own_entry(self):
        """A mediator says when she is available, and nothing else; of others she sees nothing."""
        self._rpc(self.mediator, self.entry, "web_save", {"mon": True, "evenings": True}, {})
        self._rpc(self.mediator, self.entry, "write", {"paused_until": "2030-01-01"})
        self.assertTrue(self.entry.mon and self.entry.evenings and self.entry.paused_until)
        for values in (
            {"street": "Elsewhere"},
            {"max_cases": 1, "mon": False},
            {"certificate_valid_until": "2030-01-01"},
            {"user_id": self.second_mediator.id},
            {"active": False},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self._rpc(self.mediator, self.entry, "write", values)
        for method, arguments in (("write", [{"mon": True}]), ("unlink", [])):
            with self.subTest(method), self.assertRaises(AccessError):
                self._rpc(self.mediator, self.second_entry, method, *arguments)
        roster = self.env["buurtbemiddeling.mediator"].with_user(self.mediator)
        self.assertEqual(roster.search([]), self.entry)
        for user in (self.mediator, self.unassigned_mediator):
            with self.subTest(user.login), self.assertRaises(AccessError):
                roster.with_user(user).create({"user_id": self.unassigned_mediator.id})

    def test_my_availability(self):
        roster = self.env["buurtbemiddeling.mediator"]
        self.assertEqual(roster.with_user(self.mediator).action_my_availability()["res_id"], self.entry.id)
        self.assertFalse(roster.with_user(self.unassigned_mediator).action_my_availability().get("res_id"))
        with self.assertRaises(AccessError):
            roster.with_user(self.colleague).action_my_availability()
        menu = self.env.ref(f"{MODULE}.menu_mediator_own").id
        self.assertIn(menu, self.env["ir.ui.menu"].with_user(self.mediator)._visible_menu_ids())
        self.assertIn(menu, self.env["ir.ui.menu"].with_user(self.coordinator)._load_menus_blacklist())

    def test_roster_of_another_company(self):
        """The roster of one organisation is not the other's; who mediates for both has two entries."""
        self.assertFalse(self.env["buurtbemiddeling.mediator"].with_user(self.other_coordinator).search([]))
        case = self._ready()
        self.mediator.company_ids = [Command.link(self.other_company.id)]
        self._entry(self.mediator, company_id=self.other_company.id, street="Vinkenpad")
        self.assertFalse(self._conflict(case.sudo()))
        with self.assertRaises(AccessError):
            case.with_user(self.other_coordinator).action_propose_mediators()

    def test_statement_of_conduct(self):
        today = fields.Date.today()
        for values, state in (
            ({"certificate_on": False}, "missing"),
            ({"certificate_valid_until": today - timedelta(days=1)}, "expired"),
            ({"certificate_valid_until": today + timedelta(days=60)}, "soon"),
            ({"certificate_valid_until": today + timedelta(days=61)}, "valid"),
            ({"certificate_valid_until": False}, "valid"),
        ):
            self.entry.write({"certificate_on": today, **values})
            self.assertEqual(self.entry.certificate_state, state)

    def test_counts_and_availability(self):
        closed = self._take_up(self._self_report())
        self._end(closed)
        longer_ago = self._take_up(self._self_report())
        self._end(longer_ago)
        longer_ago.sudo().closed_on = fields.Date.today() - timedelta(days=400)
        self._ready()
        self.env.invalidate_all()
        for user in (self.mediator, self.coordinator):
            entry = self.entry.with_user(user)
            self.assertEqual((entry.active_case_count, entry.handled_case_count), (1, 1), user.login)
        available = [("is_available", "=", True)]
        self.assertIn(self.entry, self.entry.search(available))
        for values in (
            {"max_cases": 1},
            {"paused_until": fields.Date.today() + timedelta(days=1)},
            {"certificate_on": False},
        ):
            self.entry.write({"max_cases": 3, "paused_until": False, "certificate_on": fields.Date.today(), **values})
            self.assertNotIn(self.entry, self.entry.search(available), values)
            self.assertIn(self.entry, self.entry.search([("is_available", "=", False)]), values)

    def test_cases_of_a_year_are_counted_up_to_a_number(self):
        for _number in range(2):
            self._end(self._take_up(self._self_report()))
        for most, counted in ((1, 1), (2, 2), (3, 2)):
            with self.subTest(most=most), patch(f"odoo.addons.{MODULE}.models.mediator.MOST_COUNTED", most):
                self.env.invalidate_all()
                self.assertEqual(self.entry.handled_case_count, counted)

    def test_cases_of_another_company_do_not_count(self):
        self._end(self._take_up(self._self_report()))
        self._ready()
        self.mediator.company_ids = [Command.link(self.other_company.id)]
        elsewhere = self._entry(self.mediator, company_id=self.other_company.id)
        self.env.invalidate_all()
        entries = self.entry | elsewhere
        self.assertEqual(entries.mapped("active_case_count"), [1, 0])
        self.assertEqual(entries.mapped("handled_case_count"), [1, 0])

    # ------------------------------------------------------------------
    # Propose mediators
    # ------------------------------------------------------------------
    def _propose(self, case):
        self.env.invalidate_all()
        action = case.with_user(self.coordinator).action_propose_mediators()
        return self.env[action["res_model"]].with_user(self.coordinator).browse(action["res_id"])

    def _bare_case(self):
        case = self._self_report().with_user(self.coordinator)
        case.action_take_on()
        return case

    def test_proposal_ranks(self):
        """What counts, from the least to the most: each next thing turns the choice about the first mediator round."""
        third = self._entry(self.unassigned_mediator)
        case = self._bare_case()
        turkish = self.env.ref(f"{MODULE}.language_turkish")

        def shared_days():
            (self.second_entry | third).write({"mon": True, "tue": True})
            self.entry.mon = True

        def skill():
            case.is_complex = True
            self.entry.skill_ids = self.env.ref(f"{MODULE}.skill_complex")

        def workload():
            self._bare_case().mediator_ids = self.mediator

        def language():
            case.party_ids[0].language = "een beetje TÜRKISH"
            self.entry.language_ids = turkish

        def no_shared_day():
            self.entry.write({"mon": False, "sun": True})

        def statement_of_conduct():
            self.second_entry.certificate_on = False

        is_chosen = True
        self.assertIn(self.mediator, self._propose(case).team_ids[0].user_ids)
        for change in (shared_days, skill, workload, language, no_shared_day, statement_of_conduct):
            change()
            is_chosen = not is_chosen
            with self.subTest(change.__name__):
                best = self._propose(case).team_ids[0]
                self.assertEqual(self.mediator in best.user_ids, is_chosen, best.why)
        self.assertIn(f"Turkish: {self.mediator.name}", best.why)
        self.assertIn("open cases: 1 + 0", best.why)
        self.assertIn("no day in common", best.why)
        whys = self._propose(case).team_ids.mapped("why")
        self.assertTrue(any("both free on Mon, Tue" in why and "no VOG" in why for why in whys), whys)

    def test_language_in_any_language(self):
        """What was typed about a person is found by the name of the language in each installed language."""
        for code in ("en_US", "nl_NL"):
            self.env["res.lang"]._activate_lang(code)
        turkish = self.env.ref(f"{MODULE}.language_turkish")
        turkish.with_context(lang="nl_NL").name = "Türks"
        self.second_entry.language_ids = turkish
        case = self._bare_case()
        for typed in ("turks", "Turkish, a little Dutch"):
            case.party_ids[0].language = typed
            self.assertIn(f": {self.second_mediator.name}", self._propose(case).team_ids[0].why)
        case.party_ids[0].language = "Nederlands / Dutch"
        self.assertNotIn("without", self._propose(case).team_ids[0].why)

    def test_proposal_prefers_who_has_room_and_mixes_experience(self):
        third = self._entry(self.unassigned_mediator)
        for _number in range(4):
            case = self._take_up(self._self_report())
            case.mediator_ids = self.mediator
            self._end(case)
        self._bare_case().mediator_ids = self.second_mediator
        case = self._bare_case()
        best = self._propose(case).team_ids[0]
        self.assertEqual(best.user_ids, self.mediator | third.user_id)
        self.assertIn("one with much experience", best.why)

    def test_proposal_has_no_conflicts_above(self):
        self._entry(self.unassigned_mediator, street="Vinkenpad")
        proposal = self._propose(self._bare_case())
        self.assertEqual(proposal.team_ids.user_ids, self.mediator | self.second_mediator)
        self.assertEqual(proposal.conflict_ids.user_ids, self.unassigned_mediator)
        self.assertIn("Lives in the street", proposal.conflict_ids.why)

    def test_proposal_keeps_who_is_on_the_case(self):
        self._entry(self.unassigned_mediator)
        case = self._bare_case()
        case.mediator_ids = self.unassigned_mediator
        self.assertIn(self.unassigned_mediator, self._propose(case).team_ids[0].user_ids)

    def test_proposal_for_coaching_is_one_mediator(self):
        case = self._bare_case()
        case.way_of_working = "coaching"
        proposal = self._propose(case)
        self.assertEqual([len(line.user_ids) for line in proposal.team_ids], [1, 1])

    def test_access_comes_with_being_chosen(self):
        case = self._bare_case()
        proposal = self._propose(case)
        seen = case.with_user(self.mediator)
        self.assertFalse(seen.has_access("read"))
        self.assertFalse(self.env["buurtbemiddeling.mediator.proposal"].with_user(self.mediator).has_access("read"))
        for user in (self.mediator, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._rpc(user, proposal.team_ids, "action_choose")
        self._rpc(self.coordinator, proposal.team_ids, "action_choose")
        self.assertEqual(case.mediator_ids, self.mediator | self.second_mediator)
        self.assertTrue(seen.has_access("read"))

    def test_proposal_does_not_query_for_each_mediator(self):
        case = self._bare_case()
        case.party_ids[0].language = "Turkish"
        counts = []
        for number in (3, 20):
            for index in range(number):
                user = self._staff(f"volunteer_{number}_{index}", "group_mediator")
                self._entry(
                    user,
                    street="Vinkenpad" if index == 1 else "Mussenlaan",
                    language_ids=self.env.ref(f"{MODULE}.language_turkish").ids,
                    organisation_ids=self.housing.ids,
                )
            # What Odoo keeps outside the transaction, such as the companies of a user, is there after a first call.
            case.action_propose_mediators()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            case.action_propose_mediators()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
