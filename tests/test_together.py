"""Two people at the same moment: nothing is lost, and nothing is done twice.

Both requests are let in until each waits for a lock; so both have read what was there before either wrote. Then the
lock is lifted.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.deeds import REFERRAL, REPORT, DeedsCase
from tests.real_odoo import Client, RefusalError

ROUNDS = 2


class TestTogether(DeedsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coordinator, cls.colleague = (
            Client(cls.world.servers[0], login) for login in ("coordinator", "coordinator2")
        )

    def together(self, table: str, *steps: Callable[[], object]) -> list[object]:
        """Do these at the same moment; return what each gives, or how it was refused."""
        with self.world.locked(table):
            futures = [self.pool.submit(step) for step in steps]
            self.world.wait_until_blocked(len(steps), futures)
        for future in futures:
            if error := future.exception():
                self.assertIsInstance(error, RefusalError)
        return [future.exception() or future.result() for future in futures]

    def both(self, model: str, method: str, *arguments) -> tuple[Callable[[], object], ...]:
        """The same step, by each of two coordinators."""
        name = f"buurtbemiddeling.{model}"
        return tuple(
            lambda client=client: client.call(name, method, *arguments) for client in (self.coordinator, self.colleague)
        )

    def test_different_fields(self):
        for number in range(ROUNDS):
            case = self.referral()
            first, second = {"description": f"Proef {number}"}, {"way_of_working": "shuttle"}
            self.together(
                "buurtbemiddeling_case",
                lambda case=case, values=first: self.coordinator.call("buurtbemiddeling.case", "write", [case], values),
                lambda case=case, values=second: self.colleague.call("buurtbemiddeling.case", "write", [case], values),
            )
            row = self.world.execute(
                "SELECT description, way_of_working FROM buurtbemiddeling_case WHERE id = %s", case
            )
            self.assertEqual(row, [(first["description"], second["way_of_working"])])

    def test_the_same_decision(self):
        for _round in range(ROUNDS):
            case = self.referral()
            mails = self.count("mail_mail", "state = 'outgoing'")
            self.together("buurtbemiddeling_case", *self.both("case", "action_suitable", [case]))
            self.assertEqual(self.told(case), ["suitable"])
            self.assertEqual(self.count("mail_mail", "state = 'outgoing'") - mails, 1)

    def test_two_take_the_same_case_on(self):
        for _round in range(ROUNDS):
            self.referral()
            case = self.world.value("SELECT max(id) FROM buurtbemiddeling_case")
            self.world.execute(
                "UPDATE buurtbemiddeling_case SET stage = 'reported', coordinator_id = NULL WHERE id = %s", case
            )
            self.together("buurtbemiddeling_case", *self.both("case", "action_take_on", [case]))
            changes = self.world.value(
                "SELECT count(*) FROM mail_tracking_value value JOIN mail_message message"
                " ON message.id = value.mail_message_id JOIN ir_model_fields field ON field.id = value.field_id"
                " WHERE message.model = 'buurtbemiddeling.case' AND message.res_id = %s"
                " AND field.name = 'coordinator_id' AND message.create_date > now() - interval '1 hour'",
                case,
            )
            self.assertLessEqual(changes, 2, "once when it was made, and once now")
            self.assertTrue(self.world.value("SELECT coordinator_id FROM buurtbemiddeling_case WHERE id = %s", case))

    def test_a_withdrawal_while_mediation_begins(self):
        mediators = self.world.execute(
            "SELECT id FROM res_users WHERE login IN ('bemiddelaar', 'bemiddelaar2') ORDER BY id"
        )
        for _round in range(ROUNDS):
            case = self.referral()
            consents = [
                self.act("consent", "create", {"party_id": party, "purpose": "participation", "method": "in_person"})
                for party in self.parties(case)
            ]
            self.act("case", "action_suitable", [case])
            self.act("case", "action_take_up", [case])
            self.act("case", "write", [case], {"mediator_ids": [[6, 0, [user for (user,) in mediators]]]})
            self.act("case", "write", [case], {"stage": "second_talk"})
            self.together(
                "buurtbemiddeling_case",
                lambda case=case: self.act("case", "write", [case], {"stage": "mediation"}),
                lambda consent=consents[0]: self.colleague.call(
                    "buurtbemiddeling.consent", "action_withdraw", [consent]
                ),
            )
            stage = self.world.value("SELECT stage FROM buurtbemiddeling_case WHERE id = %s", case)
            self.assertNotEqual(stage, "mediation")

    def test_a_referral_sent_twice(self):
        officer = self.client("politie")
        for _round in range(ROUNDS):
            form = self.referral_form(officer)
            tables = ("buurtbemiddeling_case", "buurtbemiddeling_referral")
            before = [self.count(table) for table in tables]
            # The first one waits at the table, and the second one for the first.
            answers = self.together("buurtbemiddeling_case", *2 * (lambda form=form: officer.send(REFERRAL, form),))
            self.assertEqual(len({answer.headers.get("Location") for answer in answers}), 1)
            self.assertEqual([self.count(table) for table in tables], [number + 1 for number in before])

    def test_a_report_sent_twice(self):
        resident = self.client()
        for _round in range(ROUNDS):
            form = self.report_form(resident)
            before = self.count("buurtbemiddeling_case")
            answers = self.together("buurtbemiddeling_case", *2 * (lambda form=form: resident.send(REPORT, form),))
            self.assertEqual({answer.status_code for answer in answers}, {200})
            self.assertEqual(self.count("buurtbemiddeling_case"), before + 1)

    def test_the_same_letter_sent_twice(self):
        for _round in range(ROUNDS):
            case = self.referral()
            party = self.parties(case)[1]
            self.act("party", "write", [party], {"email": "proef@example.com"})
            values = {"case_id": case, "party_id": party, "method": "email", "subject": "Proef", "body": "<p>Proef</p>"}
            letter = self.act("letter", "create", values)
            before = self.count("mail_mail")
            self.together("buurtbemiddeling_letter", *self.both("letter", "action_send_email", [letter]))
            self.assertEqual(self.count("mail_mail"), before + 1)
