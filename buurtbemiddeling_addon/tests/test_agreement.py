import base64
from contextlib import suppress
from datetime import timedelta
from io import BytesIO

from PIL import Image
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon


def signature():
    picture = BytesIO()
    Image.new("RGB", (60, 20), "white").save(picture, "PNG")
    return base64.b64encode(picture.getvalue())


@tagged("post_install", "-at_install")
class TestAgreement(MediationCommon, HttpCase):
    """What was agreed, and how each party confirmed it."""

    def setUp(self):
        super().setUp()
        self.case = self._take_up(self._self_report())
        self.reporter, self.other = self.case.party_ids
        self.agreement = self.write_down()

    def write_down(self, case=None, user=None, points=("Quiet after ten.", "The gate is closed.")):
        return (
            self.env["buurtbemiddeling.agreement"]
            .with_user(user or self.mediator)
            .create(
                {
                    "case_id": (case or self.case).id,
                    "point_ids": [Command.create({"text": text}) for text in points],
                }
            )
        )

    def confirm(self, party=None, agreement=None, user=None, **values):
        return (
            self.env["buurtbemiddeling.agreement.confirmation"]
            .with_user(user or self.mediator)
            .create(
                {
                    "agreement_id": (agreement or self.agreement).id,
                    "party_id": (party or self.reporter).id,
                    **values,
                }
            )
        )

    def assertRefusedFor(self, action, error=UserError):
        muted = mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_model")
        with muted, self.assertRaises(error), self.env.cr.savepoint():
            action()

    def outsiders(self):
        return (
            self.unassigned_mediator
            | self.other_coordinator
            | self.colleague
            | self.access_admin
            | self.system_admin
            | self.officer
            | self.lone_portal_user
            | self.public_user
        )

    # ------------------------------------------------------------------
    # Confirming
    # ------------------------------------------------------------------
    def test_state_follows_the_confirmations(self):
        self.assertEqual(self.agreement.state, "draft")
        self.assertEqual(self.agreement.points_summary, "1. Quiet after ten.\n2. The gate is closed.")
        self.confirm(self.reporter, method="signature", signature=signature())
        self.assertEqual(self.agreement.state, "partly")
        self.assertEqual(self.agreement.waiting_party_ids, self.other.with_user(self.mediator))
        self.confirm(self.other, method="telephone")
        self.assertEqual(self.agreement.state, "confirmed")
        self.case.party_ids.create({"case_id": self.case.id, "name": "Third", "role": "other_party"})
        self.assertEqual(self.agreement.state, "partly")

    def test_who_was_erased_need_not_confirm(self):
        self.confirm(self.reporter)
        self.other.sudo()._erase()
        self.assertFalse(self.agreement.waiting_party_ids)
        self.assertEqual(self.agreement.state, "confirmed")

    def test_what_is_confirmed_stays_as_it_is(self):
        self.confirm()
        point = self.agreement.point_ids[0]
        for user in (self.mediator, self.coordinator, self.manager):
            agreement, own_point = self.agreement.with_user(user), point.with_user(user)
            self.assertRefusedFor(lambda agreement=agreement: agreement.write({"agreed_on": "2026-01-01"}))
            self.assertRefusedFor(
                lambda agreement=agreement: agreement.write({"point_ids": [Command.create({"text": "More"})]})
            )
            self.assertRefusedFor(lambda own_point=own_point: own_point.write({"text": "Something else"}))
            self.assertRefusedFor(lambda own_point=own_point: own_point.write({"sequence": 99}))
            self.assertRefusedFor(lambda own_point=own_point: own_point.unlink())
            self.assertRefusedFor(
                lambda agreement=agreement, own_point=own_point: own_point.create(
                    {"agreement_id": agreement.id, "text": "More"}
                )
            )

    def test_confirmations_are_evidence(self):
        confirmation = self.confirm()
        for user in (self.mediator, self.manager, self.env.user):
            record = confirmation.with_user(user)
            self.assertRefusedFor(lambda record=record: record.write({"method": "telephone"}))
            self.assertRefusedFor(lambda record=record: record.unlink())
        self.assertRefusedFor(self.confirm, IntegrityError)

    def test_only_a_party_of_the_case_confirms(self):
        parties = self.case.party_ids
        supporter = parties.create({"case_id": self.case.id, "name": "Friend", "role": "supporter"})
        other_case = self._take_up(self._self_report())
        self.assertRefusedFor(lambda: self.confirm(supporter), ValidationError)
        self.assertRefusedFor(lambda: self.confirm(other_case.party_ids[0]), ValidationError)
        self.assertNotIn(supporter, self.agreement.waiting_party_ids)
        self.assertEqual(self.agreement.state, "draft")

    def test_a_party_of_somebody_else_is_a_party_that_is_not_there(self):
        hidden = self._self_report().party_ids[0]
        words = []
        for number in (hidden.id, hidden.id + 10_000):
            with self.assertRaises(AccessError) as refusal:
                self.confirm(self.env["buurtbemiddeling.party"].browse(number))
            words.append(str(refusal.exception))
        self.assertEqual(*words)

    def test_a_signature_goes_with_signing(self):
        self.assertRefusedFor(lambda: self.confirm(method="signature"), ValidationError)
        self.assertRefusedFor(lambda: self.confirm(method="paper", signature=signature()), ValidationError)

    def test_nobody_confirms_tomorrow_or_nothing(self):
        tomorrow = fields.Date.today() + timedelta(days=2)
        self.assertRefusedFor(lambda: self.confirm(confirmed_on=tomorrow), ValidationError)
        self.assertRefusedFor(lambda: self.confirm(agreement=self.write_down(points=())))

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------
    def test_newest_version_counts(self):
        self.confirm()
        version = self.env["buurtbemiddeling.agreement"].browse(self.agreement.action_new_version()["res_id"])
        version = version.with_user(self.mediator)
        self.assertEqual(version.point_ids.mapped("text"), self.agreement.point_ids.mapped("text"))
        version.point_ids[0].text = "Quiet after nine."
        self.assertEqual(self.agreement.point_ids[0].text, "Quiet after ten.")
        self.confirm(self.reporter, version)
        self.assertEqual((self.agreement.state, version.state), ("replaced", "partly"))
        self.assertRefusedFor(lambda: self.confirm(self.other))
        self.assertRefusedFor(self.agreement.action_new_version)

    def test_a_version_that_nobody_confirmed_replaces_nothing(self):
        self.confirm(self.reporter)
        version = self.agreement.action_new_version()["res_id"]
        self.assertEqual(self.agreement.state, "partly")
        self.confirm(self.other)
        self.assertEqual(self.agreement.state, "confirmed")
        self.assertEqual(self.agreement.action_new_version()["res_id"], version, "no second version beside it")
        self.assertEqual(len(self.case.agreement_ids), 2)

    # ------------------------------------------------------------------
    # Who may, and until when
    # ------------------------------------------------------------------
    def test_outsiders_find_nothing(self):
        confirmation = self.confirm()
        for user in self.outsiders():
            for record in (self.agreement, self.agreement.point_ids[0], confirmation):
                for method, arguments in (("read", []), ("write", [{"write_date": False}]), ("unlink", [])):
                    with self.subTest(user=user.login, model=record._name, method=method):
                        # What does not exist for somebody reads as nothing, or is refused.
                        answer = None
                        muted = mute_logger("odoo.addons.base.models.ir_model")
                        with muted, suppress(UserError), self.env.cr.savepoint():
                            model = self.env[record._name].with_user(user)
                            answer = call_kw(model, method, [record.ids, *arguments], {})
                        self.assertFalse(answer)
            for action in (
                lambda user=user: self.write_down(user=user),
                lambda user=user: self.confirm(self.other, user=user),
                lambda user=user: self.agreement.with_user(user).action_new_version(),
                lambda user=user: self.agreement.point_ids.with_user(user).create(
                    {"agreement_id": self.agreement.id, "text": "x"}
                ),
            ):
                self.assertRefusedFor(action, AccessError)

    def test_rights_on_one_case_are_none_on_another(self):
        """A mediator of one case cannot name it to get at the agreement of another."""
        own_case = self._take_up(self._self_report())
        own_case.mediator_ids = self.unassigned_mediator | self.second_mediator
        party = own_case.party_ids[0]
        for model, values in (
            ("agreement.point", {"text": "x"}),
            ("agreement.confirmation", {"party_id": party.id}),
        ):
            records = self.env[f"buurtbemiddeling.{model}"].with_user(self.unassigned_mediator)
            values = {"agreement_id": self.agreement.id, **values}
            for context, extra in (({}, {"case_id": own_case.id}), ({"default_case_id": own_case.id}, {})):
                with self.subTest(model=model, context=context):
                    self.assertRefusedFor(
                        lambda records=records, context=context, extra=extra, values=values: records.with_context(
                            **context
                        ).create({**values, **extra}),
                        AccessError,
                    )
        own = self.write_down(own_case, self.unassigned_mediator)
        self.assertRefusedFor(lambda: own.point_ids.write({"agreement_id": self.agreement.id}))
        self.assertRefusedFor(lambda: own.write({"case_id": self.case.id}))

    def test_agreements_are_not_deleted(self):
        for user in (self.mediator, self.coordinator, self.manager):
            self.assertRefusedFor(self.agreement.with_user(user).unlink, AccessError)

    def test_closed_case_keeps_its_agreements(self):
        self._end(self.case)
        coordinator_agreement = self.agreement.with_user(self.coordinator)
        for action in (
            lambda: self.write_down(user=self.coordinator, points=()),
            lambda: coordinator_agreement.write({"agreed_on": "2026-01-01"}),
            lambda: coordinator_agreement.point_ids[0].write({"text": "x"}),
            lambda: coordinator_agreement.point_ids[0].unlink(),
            lambda: coordinator_agreement.point_ids.create({"agreement_id": self.agreement.id, "text": "x"}),
            lambda: self.confirm(user=self.coordinator),
            coordinator_agreement.action_new_version,
        ):
            self.assertRefusedFor(action)
        self.assertEqual(coordinator_agreement.point_ids.mapped("text"), ["Quiet after ten.", "The gate is closed."])

    def test_mediators_no_longer_see_the_agreements_of_a_closed_case(self):
        self.confirm()
        parts = [self.env[f"buurtbemiddeling.agreement{part}"] for part in ("", ".point", ".confirmation")]
        for records in parts:
            self.assertTrue(records.with_user(self.mediator).search([]), records._name)
        self._end(self.case)
        for records in parts:
            self.assertFalse(records.with_user(self.mediator).search([]), records._name)

    def test_adding_waits_for_whoever_closes_the_case(self):
        """What is added writes the row of the case too, so that it cannot cross with a closing."""

        def row():
            self.env.flush_all()
            self.env.cr.execute("SELECT ctid FROM buurtbemiddeling_case WHERE id = %s", [self.case.id])
            return self.env.cr.fetchone()

        for action in (
            self.write_down,
            lambda: self.agreement.write({"agreed_on": "2026-01-01"}),
            lambda: self.agreement.point_ids[0].write({"text": "Quiet after nine."}),
            self.confirm,
        ):
            before = row()
            action()
            self.assertNotEqual(row(), before)

    def test_what_is_personal_is_erased(self):
        confirmation = self.confirm(method="signature", signature=signature())
        parts = self.case.agreement_ids | self.agreement
        for records in (parts.point_ids, parts.confirmation_ids, parts):
            records._erase()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(set(self.agreement.point_ids.mapped("text")), {"-"})
        self.assertFalse(confirmation.signature)
        self.assertEqual((confirmation.method, confirmation.party_id), ("signature", self.reporter))
        stored = [("res_model", "=", confirmation._name), ("res_field", "=", "signature")]
        self.assertFalse(self.env["ir.attachment"].search([*stored, ("res_id", "=", confirmation.id)]))

    def test_a_signature_goes_with_its_person(self):
        mine, theirs = (
            self.confirm(who, method="signature", signature=signature()) for who in (self.reporter, self.other)
        )
        mine.sudo().party_id._erase()
        self.assertEqual((bool(mine.signature), bool(theirs.signature)), (False, True))

    def test_reading_agreements_takes_no_query_each(self):
        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.case.agreement_ids.mapped("state")
            self.case.agreement_ids.mapped("points_summary")
            return self.env.cr.sql_log_count - before

        self.confirm()
        queries()
        one = queries()
        for _number in range(5):
            self.confirm(agreement=self.write_down())
        queries()
        self.assertEqual(queries(), one)

    # ------------------------------------------------------------------
    # On paper
    # ------------------------------------------------------------------
    def printed(self, user):
        reports = self.env["ir.actions.report"].with_user(user)
        return reports._render_qweb_html(f"{MODULE}.report_agreement", self.agreement.ids)[0].decode()

    def test_paper_holds_points_and_signatures_and_no_more_of_the_case(self):
        self.confirm(self.reporter, method="signature", signature=signature())
        paper = self.printed(self.mediator)
        for text in ("Quiet after ten.", "The gate is closed.", "Kanarievogel", "Buur", "data:image/png;base64,"):
            self.assertIn(text, paper)
        for hidden in ("Zangerig", "Vinkenpad", "0999123456", "kanarie@example.com", self.case.reference):
            self.assertNotIn(hidden, paper)
        report = self.env.ref(f"{MODULE}.agreement_report")
        self.assertEqual(report.print_report_name, "'Agreement %s' % object.reference")

    def test_printing_is_logged_and_not_for_others(self):
        self.printed(self.mediator)
        self.env.flush_all()
        rows = self.env["buurtbemiddeling.access.log"].search(
            [("user_id", "=", self.mediator.id), ("how", "=", "report"), ("case_id", "=", self.case.id)]
        )
        self.assertEqual(len(rows), 1)
        for user in self.outsiders() - self.public_user:
            self.assertRefusedFor(lambda user=user: self.printed(user))

    def test_signature_is_for_those_who_may_read_the_case(self):
        confirmation = self.confirm(method="signature", signature=signature())
        document = self.env["ir.attachment"].search(
            [("res_model", "=", confirmation._name), ("res_id", "=", confirmation.id), ("res_field", "=", "signature")]
        )
        self.assertTrue(document)
        self.assertRefusedFor(lambda: document.write({"public": True}), ValidationError)
        token = document.generate_access_token()[0]
        url = f"/web/image/{confirmation._name}/{confirmation.id}/signature"
        self.authenticate(self.mediator.login, self.mediator.login)
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        own = answer.content
        for login in (None, "officer", "colleague", "unassigned_mediator_test"):
            self.authenticate(login, login)
            for address in (url, f"{url}?access_token={token}", f"/web/image/{document.id}?access_token={token}"):
                with self.subTest(login=login, address=address):
                    self.assertNotEqual(self.url_open(address).content, own)
