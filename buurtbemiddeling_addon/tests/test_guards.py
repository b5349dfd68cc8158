from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.hooks import TABLES, uninstall_hook
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon


@tagged("post_install", "-at_install")
class TestGuards(MediationCommon, HttpCase):
    """What somebody with a right to edit could still try, through remote calls and Odoo's own dialogs."""

    def setUp(self):
        super().setUp()
        self.receipt, self.case = self._refer()
        self.staff_case = self.case.with_user(self.coordinator)
        self.party = self.staff_case.party_ids

    def assertRefusedFor(self, action):
        with mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_model"), self.assertRaises(UserError):
            action()

    # ------------------------------------------------------------------
    # Consents
    # ------------------------------------------------------------------
    def test_what_consents_say_is_not_written_by_hand(self):
        for values in ({"participation": "given"}, {"referral_permission": "confirmed"}, {"erased_on": "2026-01-01"}):
            with self.subTest(values):
                self.assertRefusedFor(lambda values=values: self.party.write(values))
                self.assertRefusedFor(lambda values=values: self.party.create({"case_id": self.case.id, **values}))
        forged = self.party.with_context(default_participation="given", default_referral_permission="confirmed")
        other = forged.create({"case_id": self.case.id, "name": "Buur", "role": "other_party"})
        self.assertEqual(other._participation(), "none")
        self.assertEqual(other._referral_permission(), "not_needed")

    def test_guards_look_at_the_consents_themselves(self):
        case = self._take_up(self.case)
        other = self.env["buurtbemiddeling.party"].create({"case_id": case.id, "name": "B", "role": "other_party"})
        (self.party | other).sudo().participation = "given"
        with self.assertRaises(ValidationError):
            case.write({"stage": "mediation"})

    def test_consent_is_not_born_withdrawn_or_linked(self):
        consents = self.env["buurtbemiddeling.consent"].with_user(self.coordinator)
        context = {"default_withdrawn_on": "2026-01-06", "default_withdrawal_recorded_by_id": self.manager.id}
        consent = consents.with_context(**context).create({"party_id": self.party.id, "given_on": "2026-01-05"})
        self.assertFalse(consent.withdrawn_on or consent.withdrawal_recorded_by_id)
        report = self._self_report().party_ids[0]
        values = {"purpose": "disclosure", "organisation_id": self.housing.id, "disclosed_name": "M."}
        disclosure = consents.create({"party_id": report.id, **values}).disclosure_id
        self.assertRefusedFor(lambda: consents.create({"party_id": self.party.id, "disclosure_id": disclosure.id}))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            consents.create({"party_id": report.id, **values})

    def test_who_reported_herself_is_not_changed(self):
        self.assertRefusedFor(lambda: self.party.write({"reported_herself": True}))

    def test_only_an_organisation_that_refers_is_told(self):
        report = self._self_report().party_ids[0]
        plain = self.env["res.partner"].create({"name": "Plain (test)", "is_company": True})
        with self.assertRaises(ValidationError):
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(
                {
                    "party_id": report.id,
                    "purpose": "disclosure",
                    "organisation_id": plain.id,
                    "disclosed_name": "M.",
                }
            )

    # ------------------------------------------------------------------
    # Cases and references
    # ------------------------------------------------------------------
    def test_receipts_are_not_linked_by_hand(self):
        other, _case = self._refer(self.housing_employee)
        for field in ("referral_ids", "late_referral_ids"):
            self.assertRefusedFor(lambda field=field: self.staff_case.write({field: [Command.link(other.id)]}))
            self.assertRefusedFor(lambda field=field: self.staff_case.create({field: [Command.link(other.id)]}))
            defaults = {f"default_{field}": [Command.link(other.id)]}
            self.assertFalse(self.staff_case.with_context(**defaults).create({}).sudo()[field])
        self.assertEqual(self._answers(other), ("pending", "pending", "pending"))

    def test_reference_is_given_once(self):
        self.assertRefusedFor(lambda: self.staff_case.write({"reference": "Jan Jansen"}))
        case = self.staff_case.with_context(default_reference="Jan Jansen").create({"reference": "Jan Jansen"})
        self.assertNotEqual(case.reference, "Jan Jansen")

    def test_case_stays_in_its_company(self):
        self.coordinator.company_ids = [Command.link(self.other_company.id)]
        self.assertRefusedFor(lambda: self.staff_case.write({"company_id": self.other_company.id}))
        self.assertRefusedFor(
            lambda: self.staff_case.write({"mediator_ids": [Command.set(self.other_coordinator.ids)]})
        )

    def test_party_is_not_moved_to_a_case_of_somebody_else(self):
        other = self.env["buurtbemiddeling.case"].with_user(self.other_coordinator).create({})
        with self.assertRaises(AccessError):
            self.party.write({"case_id": other.id})

    def test_day_of_closing_stays(self):
        self._end(self.case)
        self.case.closed_on = "2026-01-10"
        self.staff_case.write({"stage": "closed"})
        self.assertEqual(str(self.case.closed_on), "2026-01-10")

    def test_not_merged_into_a_closed_case(self):
        self._end(self.case)
        report = self._self_report()
        with self.assertRaises(UserError):
            self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).create(
                {"case_id": report.id, "target_case_id": self.case.id}
            ).action_merge()

    def test_people_merged_into_a_mediation_are_asked_first(self):
        case = self._take_up(self._self_report())
        for party in case.party_ids:
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create({"party_id": party.id})
        case.write({"stage": "mediation"})
        self.env["buurtbemiddeling.case.merge"].with_user(self.coordinator).create(
            {"case_id": self.case.id, "target_case_id": case.id}
        ).action_merge()
        self.assertEqual(case.stage, "mediation")
        self.assertFalse(self.party.active)

    def test_forms_tell_nothing_of_a_record_that_is_named_in_them(self):
        """What somebody else's is and what does not exist are refused with the same words, in each form and dialog."""
        case = self._take_up(self.case)
        session = self.env["buurtbemiddeling.session"].with_user(self.coordinator).create({"case_id": case.id})
        agreement = self.env["buurtbemiddeling.agreement"].with_user(self.coordinator).create({"case_id": case.id})
        self.env.flush_all()
        own = self._take_up(self._self_report())
        tried = (
            (self.unassigned_mediator, "session", "onchange", [], "case_id", case),
            (self.unassigned_mediator, "agreement.point", "onchange", [], "agreement_id", agreement),
            (self.unassigned_mediator, "mediator.report", "create", None, "case_id", case),
            (self.unassigned_mediator, "agreement", "create", None, "case_id", case),
            (self.other_coordinator, "session.move", "create", None, "session_id", session),
            (self.other_coordinator, "letter.write", "onchange", [], "case_id", case),
            (self.other_coordinator, "letter", "onchange", [], "party_id", self.party),
            (self.other_coordinator, "consent", "onchange", [], "party_id", self.party),
            *(
                (self.other_coordinator, model, "create", None, "case_id", case)
                for model in ("case.end", "case.merge", "case.aftercare", "case.ask.again", "mediator.proposal")
            ),
        )
        for user, model, method, ids, field, record in tried:
            model = f"buurtbemiddeling.{model}"
            refusals = []
            for number in (record.id, 999999):
                with self.subTest(model=model, number=number):
                    arguments = [{field: number}]
                    if method == "onchange":
                        arguments = [ids, {field: number}, [field], {field: {}}]
                    with self.assertRaises(AccessError) as refused, self.env.cr.savepoint():
                        call_kw(self.env[model].with_user(user), method, arguments, {})
                    refusals.append(str(refused.exception))
            self.assertEqual(len(set(refusals)), 1, model)
        with self.assertRaises(AccessError):
            session.with_user(self.other_coordinator).with_context(default_case_id=case.id).create({})
        with self.assertRaises(AccessError):
            agreement.with_user(self.unassigned_mediator).create(
                {"case_id": own.id, "confirmation_ids": [Command.create({"party_id": self.party.id})]}
            )

    def test_days_of_decisions_are_not_written_by_hand(self):
        for day in ("suitability_on", "taken_up_on", "closed_on", "stage_since", "reopened_on"):
            self.assertRefusedFor(lambda day=day: self.staff_case.write({day: "2020-01-01"}))

    def test_only_the_person_herself_says_that_she_takes_part(self):
        with self.assertRaises(ValidationError):
            self.env["buurtbemiddeling.consent"].with_user(self.coordinator).create(
                {"party_id": self.party.id, "stated_by": "referrer"}
            )

    # ------------------------------------------------------------------
    # Messages, activities and documents
    # ------------------------------------------------------------------
    def test_nobody_is_written_to_about_a_person_or_an_appointment(self):
        case = self._take_up(self.case)
        session = self.env["buurtbemiddeling.session"].with_user(self.coordinator).create({"case_id": case.id})
        for record in (self.party, session):
            for user in (self.coordinator, self.mediator):
                composer = self.env["mail.compose.message"].with_user(user)
                with self.subTest(record=record._name, user=user.login), self.assertRaises(AccessError):
                    composer.create(
                        {
                            "model": record._name,
                            "res_ids": str(record.ids),
                            "composition_mode": "comment",
                            "partner_ids": [Command.set(self.officer.partner_id.ids)],
                            "body": "x",
                        }
                    ).action_send_mail()

    def test_templates_of_ours_are_not_sent_by_hand(self):
        template = self.env.ref(f"{MODULE}.mail_template_referral_news").with_user(self.colleague)
        with self.assertRaises(AccessError):
            template.send_mail(self.officer.id)

    def test_who_is_off_the_case_hears_nothing_more(self):
        case = self._take_up(self.case)
        case.with_user(self.mediator).message_post(body="Zangerig")
        case.activity_schedule("mail.mail_activity_data_todo", user_id=self.mediator.id, note="Zangerig")
        self.assertIn(self.mediator.partner_id, case.message_partner_ids)
        case.mediator_ids = self.second_mediator | self.unassigned_mediator
        self.assertNotIn(self.mediator.partner_id, case.message_partner_ids)
        self.assertEqual(case.activity_ids.user_id, self.coordinator)
        message = case.message_post(body="Zangerig", subtype_xmlid="mail.mt_comment")
        self.assertNotIn(self.mediator.partner_id, message.notified_partner_ids)

    def test_only_readers_are_addressed(self):
        case = self._take_up(self.case)
        for user in (self.colleague, self.unassigned_mediator, self.other_coordinator, self.access_admin):
            with self.subTest(user.login):
                self.assertRefusedFor(lambda user=user: case.message_post(body="x", partner_ids=user.partner_id.ids))
                self.assertRefusedFor(
                    lambda user=user: case.activity_schedule("mail.mail_activity_data_todo", user_id=user.id)
                )
                case.message_subscribe(partner_ids=user.partner_id.ids)
                self.assertNotIn(user.partner_id, case.message_partner_ids)

    def test_no_mass_mail(self):
        composer = self.env["mail.compose.message"].with_user(self.coordinator)
        wizard = composer.create(
            {
                "composition_mode": "mass_mail",
                "model": "buurtbemiddeling.case",
                "res_ids": str(self.case.ids),
                "partner_ids": [Command.set(self.officer.partner_id.ids)],
                "subject": "x",
                "body": "Zangerig",
            }
        )
        with self.assertRaisesRegex(UserError, "not mailed to a list"):
            wizard.action_send_mail()

    def test_documents_of_a_case_stay_with_the_case(self):
        document = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"Zangerig", "res_model": "buurtbemiddeling.case", "res_id": self.case.id}
        )
        document.generate_access_token()
        self.authenticate(None, None)
        for token in (document.access_token, document._get_raw_access_token()):
            answer = self.url_open(f"/web/content/{document.id}?access_token={token}")
            self.assertEqual(answer.status_code, 404)
        self.assertRefusedFor(lambda: document.with_user(self.coordinator).write({"public": True}))

    def test_nothing_tells_that_a_case_is_there(self):
        """Neither Odoo's messages nor its activities name a case to somebody who may not read it."""
        for number in (self.case.id, self.case.id + 10_000):
            values = {"model": "buurtbemiddeling.case", "res_id": number}
            specification = {"record_name": {}}
            answer = call_kw(
                self.env["mail.message"].with_user(self.officer), "onchange", [[], values, [], specification], {}
            )
            self.assertFalse(answer["value"].get("record_name"))
            with self.assertRaises(AccessError) as refusal:
                call_kw(self.env["mail.message"].with_user(self.officer), "create", [values], {})
            self.assertNotIn(str(number), str(refusal.exception))

    # ------------------------------------------------------------------
    # Roles and organisations
    # ------------------------------------------------------------------
    def test_roles_by_way_of_a_new_group_are_on_record(self):
        log = self.env["buurtbemiddeling.access.log"]
        manager = self.env.ref(f"{MODULE}.group_manager")
        domain = [("subject_id", "=", self.colleague.id), ("group_id", "=", manager.id)]
        group = self.env["res.groups"].create(
            {
                "name": "Way round",
                "implied_ids": [Command.link(manager.id)],
                "user_ids": [Command.link(self.colleague.id)],
            }
        )
        self.assertEqual(log.search(domain).mapped("how"), ["granted"])
        group.unlink()
        self.assertEqual(set(log.search(domain).mapped("how")), {"granted", "revoked"})

    def test_duties_stay_apart_for_archived_accounts(self):
        self.access_admin.active = False
        with self.assertRaises(ValidationError):
            self.env.ref(f"{MODULE}.group_manager").user_ids = [Command.link(self.access_admin.id)]

    def test_organisations_that_were_told_are_not_merged(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.access_admin)
        for partners in (self.police | self.housing, self.officer.partner_id | self.lone_portal_user.partner_id):
            self.assertRefusedFor(
                lambda partners=partners: wizard._merge(partners.ids, partners[0], extra_checks=False)
            )

    def test_moving_an_employee_is_on_record(self):
        log = self.env["buurtbemiddeling.access.log"]
        self.officer.partner_id.with_user(self.access_admin).parent_id = self.housing
        rows = log.search([("subject_id", "=", self.officer.id), ("user_id", "=", self.access_admin.id)])
        self.assertEqual(set(rows.mapped("how")), {"granted", "revoked"})

    def test_texts_are_not_grouped(self):
        parties = self.env["buurtbemiddeling.party"].with_user(self.coordinator)
        for groupby, aggregates in ((["name"], []), ([], ["phone:array_agg"]), ([], ["street:count_distinct"])):
            with self.subTest(groupby=groupby, aggregates=aggregates), self.assertRaises(AccessError):
                call_kw(parties, "formatted_read_group", [[], groupby, aggregates], {})
        consents = self.env["buurtbemiddeling.consent"].with_user(self.coordinator)
        with self.assertRaises(AccessError):
            call_kw(consents, "formatted_read_group", [[], ["party_id.name"], []], {})

    def test_names_in_a_search_and_exports_by_a_side_door_are_logged(self):
        log = self.env["buurtbemiddeling.access.log"]

        def count():
            self.env.flush_all()
            return log.search_count([("user_id", "=", self.manager.id)])

        before = count()
        call_kw(self.party.with_user(self.manager), "name_search", ["Kanarie"], {})
        self.assertGreater(count(), before)
        self._take_up(self.case)
        self.manager.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        before = count()
        rows = self.case.register_ids.with_user(self.manager)
        call_kw(rows, "export_data", [rows.ids, ["case_id/party_ids/name"]], {})
        self.assertGreater(count(), before)

    def test_uninstalling_takes_what_is_its_own_and_no_more(self):
        self._take_up(self.case).message_post(body="Zangerig")
        partners = self.env["res.partner"].with_context(active_test=False).search_count([])
        self.env.flush_all()
        uninstall_hook(self.env)
        self.assertEqual(self.env["res.partner"].with_context(active_test=False).search_count([]), partners)
        self.assertFalse(self.env["mail.message"].search([("model", "=like", "buurtbemiddeling.%")]))
        for name in ("case", "party", "consent", "referral", "register", "access.log"):
            self.assertFalse(self.env[f"buurtbemiddeling.{name}"].search([]), name)

    def test_uninstalling_empties_what_points_to_others_first(self):
        """Rows that stay would keep people, users and lists from being deleted with the add-on."""
        models = {
            model._table.removeprefix("buurtbemiddeling_"): model
            for name, model in self.env.items()
            if name.startswith("buurtbemiddeling.") and not model._abstract and not model._transient
        }
        lists = {"area", "complaint_type", "referrer_type", "result", "skill", "unsuitable_reason"}
        self.assertEqual(set(TABLES), models.keys() - lists)
        for place, table in enumerate(TABLES):
            for field in models[table]._fields.values():
                if field.type == "many2one" and field.store and field.ondelete == "restrict":
                    self.assertNotIn(self.env[field.comodel_name], map(models.get, TABLES[:place]), field)
