"""A crash leaves the whole step or nothing, and no e-mail of what was taken back; after it the step can be done.

Odoo is killed at a point of a step: a table is locked, the step waits before it writes there, and its process ends.
To be killed during the commit, it is made to wait there by a trigger that the test adds to its own database.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from email import message_from_string

from tests.deeds import REFERRAL, REPORT, DeedsCase
from tests.real_odoo import RefusalError, wait_for

ANNOUNCE = "buurtbemiddeling_addon.ir_cron_announce"
ERASE = "buurtbemiddeling_addon.ir_cron_erase_after_term"
COMMIT = "the commit"
WAIT_IN_COMMIT = """
CREATE TABLE IF NOT EXISTS test_gate (id integer);
CREATE OR REPLACE FUNCTION test_wait() RETURNS trigger AS $$
    BEGIN
        LOCK TABLE test_gate IN ROW EXCLUSIVE MODE;
        RETURN NULL;
    END $$ LANGUAGE plpgsql;
CREATE OR REPLACE FUNCTION test_wait_in(target regclass) RETURNS void AS $$
    BEGIN
        EXECUTE format('CREATE CONSTRAINT TRIGGER test_wait AFTER INSERT OR UPDATE OR DELETE ON %s'
            ' DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test_wait()', target);
    END $$ LANGUAGE plpgsql;
"""


class CrashCase(DeedsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.execute(WAIT_IN_COMMIT)

    @contextmanager
    def _waiting_at(self, point: str, commit_table: str):
        if point != COMMIT:
            with self.world.locked(point):
                yield
            return
        self.world.execute("SELECT test_wait_in(%s)", commit_table)
        with self.world.locked("test_gate"):
            yield
        # Nobody may be at work there any more.
        self.world.execute(f"DROP TRIGGER test_wait ON {commit_table}")

    def crash(self) -> None:
        self.server.kill_workers()

    def end_of_crash(self) -> None:
        """Wait until the database has noticed."""
        self.world.wait_until_idle()

    def killed_at(self, point: str, step: Callable[[], object], commit_table: str) -> bool:
        """Do a step, and let there be a crash while it waits at a point; return whether the step was done."""
        before = self.world.content()
        with self._waiting_at(point, commit_table):
            future = self.pool.submit(step)
            self.world.wait_until_blocked(1, [future])
            self.crash()
        self.end_of_crash()
        self.assertTrue(future.exception() or future.result().status_code == 500, "nobody was told that it is done")
        after = self.world.content()
        self.server.start_workers()
        changed = {table for table in after if after[table] != before[table]}
        if point != COMMIT:
            self.assertEqual(changed, set(), "nothing is left of it")
        return bool(changed)

    def counts(self) -> dict[str, int]:
        return {
            "case": self.count("buurtbemiddeling_case"),
            "party": self.count("buurtbemiddeling_party"),
            "consent": self.count("buurtbemiddeling_consent"),
            "receipt": self.count("buurtbemiddeling_referral"),
            "arrival": self.count("buurtbemiddeling_case", "is_to_be_announced"),
            "link": self.count("buurtbemiddeling_personal_link"),
        }

    def more(self, before: dict[str, int]) -> dict[str, int]:
        now = self.counts()
        return {name: now[name] - before[name] for name in now if now[name] != before[name]}

    def case_due(self) -> int:
        """Return a case, of which the term is over now."""
        case = self.world.value(
            "SELECT max(id) FROM buurtbemiddeling_case"
            " WHERE stage = 'closed' AND taken_up = 'taken_up' AND anonymised_on IS NULL AND held_on IS NULL"
            " AND id NOT IN (SELECT case_id FROM buurtbemiddeling_party JOIN buurtbemiddeling_data_request_party_rel"
            " ON party_id = id)"
            " AND import_id IS NULL AND id IN (SELECT res_id FROM mail_message WHERE model = 'buurtbemiddeling.case')"
        )
        self.world.execute("UPDATE buurtbemiddeling_case SET last_step_on = current_date - 750 WHERE id = %s", case)
        return case


class TestSubmit(CrashCase):
    def test_referral(self):
        officer = self.client("politie")
        for point in ("buurtbemiddeling_case", "buurtbemiddeling_consent_seal", COMMIT):
            with self.subTest(point):
                form = self.referral_form(officer)
                before = self.counts()
                done = self.killed_at(
                    point, lambda form=form: officer.send(REFERRAL, form), "buurtbemiddeling_referral"
                )
                self.assertEqual(done, point == COMMIT)
                addresses = {officer.send(REFERRAL, form).headers.get("Location") for _time in range(2)}
                self.assertEqual(len(addresses), 1)
                self.assertIn("?received=1", addresses.pop())
                self.assertEqual(self.more(before), {"case": 1, "party": 2, "consent": 2, "receipt": 1, "arrival": 1})

    def test_report(self):
        resident = self.client()
        tables = (f"buurtbemiddeling_{name}" for name in ("party", "submission", "personal_link"))
        for point in (*tables, COMMIT):
            with self.subTest(point):
                form = self.report_form(resident)
                before = self.counts()
                done = self.killed_at(point, lambda form=form: resident.send(REPORT, form), "buurtbemiddeling_case")
                self.assertEqual(done, point == COMMIT)
                for _time in range(2):
                    self.assertEqual(resident.send(REPORT, form).status_code, 200)
                self.assertEqual(self.more(before), {"case": 1, "party": 2, "arrival": 1, "link": 1})


class TestDecide(CrashCase):
    """What staff decide on a case, and what its organisation is told of it."""

    def killed_in(self, points: tuple[str, ...], prepare: Callable[[], int], step: Callable[[int], object], check):
        """Kill Odoo at each of these points of a step, then do it again, twice, and check what came of it."""
        for point in points:
            with self.subTest(point):
                case = prepare()
                mails = self.count("mail_mail", "state = 'outgoing'")
                done = self.killed_at(point, lambda case=case: step(case), "buurtbemiddeling_case")
                self.assertEqual(done, point == COMMIT)
                for _time in range(2):
                    step(case)
                check(case, self.count("mail_mail", "state = 'outgoing'") - mails)

    def test_suitable(self):
        def check(case, mails):
            self.assertEqual((self.told(case), mails), (["suitable"], 1))

        self.killed_in(
            ("mail_mail", "buurtbemiddeling_register", COMMIT),
            self.referral,
            lambda case: self.act("case", "action_suitable", [case]),
            check,
        )

    def test_taken_up_and_ended(self):
        def end(case):
            self.act("case.end", "action_end", [dialogs[case]])

        dialogs = {}
        result = self.world.value("SELECT res_id FROM ir_model_data WHERE name = 'result_agreements'")

        def prepare():
            case = self.referral()
            self.act("case", "action_suitable", [case])
            return case

        def taken_up():
            case = prepare()
            self.act("case", "action_take_up", [case])
            dialogs[case] = self.act("case.end", "create", {"case_id": case, "result_id": result})
            return case

        self.killed_in(
            ("buurtbemiddeling_register",),
            prepare,
            lambda case: self.act("case", "action_take_up", [case]),
            lambda case, mails: self.assertEqual((self.told(case), mails), (["suitable", "taken_up"], 1)),
        )
        self.killed_in(
            ("mail_mail",),
            taken_up,
            end,
            lambda case, mails: self.assertEqual((self.told(case), mails), (["suitable", "taken_up", "resolved"], 1)),
        )

    def test_withdraw(self):
        def prepare():
            case = self.referral()
            party = self.parties(case)[0]
            self.act("consent", "create", {"party_id": party, "purpose": "participation", "method": "in_person"})
            self.act("session", "create", {"case_id": case, "kind": "intake", "start": "2036-01-05 19:00:00"})
            return case

        def withdraw(case):
            consents = self.world.execute(
                "SELECT id FROM buurtbemiddeling_consent WHERE case_id = %s AND purpose = 'participation'", case
            )
            self.act("consent", "action_withdraw", [consent for (consent,) in consents])

        def check(case, mails):
            self.assertEqual(mails, 0)
            states = self.world.execute("SELECT state FROM buurtbemiddeling_session WHERE case_id = %s", case)
            self.assertEqual(states, [("cancelled",)])
            query = (
                "SELECT count(*) FROM buurtbemiddeling_consent_seal seal JOIN buurtbemiddeling_consent consent"
                " ON consent.reference = seal.consent_reference WHERE case_id = %s AND kind = 'withdrawn'"
            )
            self.assertEqual(self.world.value(query, case), 1)

        self.killed_in(("buurtbemiddeling_consent_seal", "buurtbemiddeling_session", COMMIT), prepare, withdraw, check)


class TestAnonymise(CrashCase):
    """The daily job."""

    def test_anonymise(self):
        # What is due in the demo data goes first, so that each time below one case is.
        self.world.run_job(ERASE)
        coordinator = self.client("coordinator")
        for point in ("mail_message", "buurtbemiddeling_retention_report", COMMIT):
            with self.subTest(point):
                case = self.case_due()
                document = coordinator.call(
                    "ir.attachment",
                    "create",
                    {
                        "name": "proef",
                        "raw": f"proef {point}",
                        "res_model": "buurtbemiddeling.case",
                        "res_id": case,
                    },
                )
                file = self.world.value("SELECT store_fname FROM ir_attachment WHERE id = %s", document)
                before = self.world.content()
                with self._waiting_at(point, "buurtbemiddeling_case"):
                    self.world.start_job(ERASE)
                    self.world.wait_until_blocked()
                    self.server.kill_workers()
                self.world.wait_until_idle()
                changed = {table for table, now in self.world.content().items() if now != before[table]}
                self.assertEqual(bool(changed), point == COMMIT, changed)
                self.assertIn(file, self.world.files())
                self.server.start_workers()
                reported = self.count("buurtbemiddeling_retention_report", "kind = 'case'")
                for _time in range(2):
                    self.world.run_job(ERASE)
                self.assertTrue(
                    self.world.value(
                        "SELECT anonymised_on = current_date FROM buurtbemiddeling_case WHERE id = %s", case
                    )
                )
                self.assertFalse(self.count("buurtbemiddeling_party", f"case_id = {case} AND name IS NOT NULL"))
                self.world.run_job("base.autovacuum_job")
                self.assertNotIn(file, self.world.files())
        self.assertGreaterEqual(reported, 1)


class TestDiskFull(CrashCase):
    def test_document(self):
        """A disk that is full: no file of this server may grow any more."""
        coordinator = self.client("coordinator")
        case = self.world.value("SELECT max(id) FROM buurtbemiddeling_case WHERE stage <> 'closed'")
        values = {"name": "proef", "raw": "proef" * 100, "res_model": "buurtbemiddeling.case", "res_id": case}
        before, files = self.world.content(), self.world.files()
        for longest in (0, 300):
            with self.server.longest_file(longest), self.assertRaises(RefusalError):
                coordinator.call("ir.attachment", "create", values)
        self.assertEqual(self.world.content(), before)
        self.world.run_job("base.autovacuum_job")
        self.assertEqual(self.world.files() - files, set(), "half a file goes when Odoo tidies up")
        for longest in (0, 300):
            with self.server.longest_file(longest), self.assertRaises(RefusalError):
                coordinator.call("ir.attachment", "create", values)
        document = coordinator.call("ir.attachment", "create", values)
        self.world.run_job("base.autovacuum_job")
        (content,) = coordinator.call("ir.attachment", "read", [document], ["raw"])
        self.assertEqual(content["raw"], values["raw"])

    def test_letter(self):
        """A letter with a file for the calendar goes out as a whole or stays a draft."""
        coordinator = self.client("coordinator")
        session, case, party = self.world.execute(
            "SELECT session.id, session.case_id, min(party.id) FROM buurtbemiddeling_session session"
            " JOIN buurtbemiddeling_party party ON party.case_id = session.case_id AND party.active"
            " JOIN buurtbemiddeling_case file ON file.id = session.case_id AND file.stage <> 'closed'"
            " WHERE session.state = 'planned' AND party.email > '' GROUP BY session.id, session.case_id LIMIT 1"
        )[0]
        letter = coordinator.call(
            "buurtbemiddeling.letter",
            "create",
            {
                "case_id": case,
                "party_id": party,
                "session_id": session,
                "kind": "appointment",
                "method": "email",
                "subject": "Proef",
                "body": "<p>Proef</p>",
            },
        )
        before = self.world.content()
        with self.server.longest_file(0), self.assertRaises(RefusalError):
            coordinator.call("buurtbemiddeling.letter", "action_send_email", [letter])
        self.assertEqual(self.world.content(), before)
        coordinator.call("buurtbemiddeling.letter", "action_send_email", [letter])
        self.assertEqual(self.count("mail_mail", "state = 'outgoing' AND body_html LIKE '%Proef%'"), 1)


class TestMail(CrashCase):
    """What is on its way goes out: once, but for a crash of which nobody can tell whether it was before or after."""

    QUEUE = "mail.ir_cron_mail_scheduler_action"

    def refer(self) -> None:
        answer = self.officer.send(REFERRAL, self.referral_form(self.officer))
        self.assertIn("?received=1", answer.headers["Location"])
        self.world.run_job(ANNOUNCE)

    def test_arrival(self):
        """Killed at any point, the job that mails that a referral arrived does so once."""
        officer = self.client("politie")
        for point in ("mail_mail", "mail_activity", COMMIT):
            with self.subTest(point):
                officer.send(REFERRAL, self.referral_form(officer))
                mails = self.count("mail_mail", "state = 'outgoing'")
                with self._waiting_at(point, "buurtbemiddeling_case"):
                    self.world.start_job(ANNOUNCE)
                    self.world.wait_until_blocked()
                    self.server.kill_workers()
                self.world.wait_until_idle()
                self.server.start_workers()
                for _time in range(2):
                    self.world.run_job(ANNOUNCE)
                self.assertEqual(self.count("mail_mail", "state = 'outgoing'") - mails, 1)
                self.assertFalse(self.count("buurtbemiddeling_case", "is_to_be_announced"))
        # They are not those that the next test expects.
        self.world.execute("UPDATE mail_mail SET state = 'cancel' WHERE state = 'outgoing'")

    def test_mail(self):
        self.officer = self.client("politie")
        messages = self.world.mailbox.messages
        form = self.referral_form(self.officer)
        self.killed_at(
            "buurtbemiddeling_consent_seal", lambda: self.officer.send(REFERRAL, form), "buurtbemiddeling_case"
        )
        self.world.run_job(ANNOUNCE)
        self.world.run_job(self.QUEUE)
        self.assertEqual(messages, [], "it was taken back")
        self.refer()
        self.world.run_job(self.QUEUE)
        self.world.run_job(self.QUEUE)
        self.assertEqual(len(messages), 1)
        self.assertFalse(self.count("mail_mail", "state IN ('outgoing', 'exception')"))
        # The mail server has it, and Odoo is killed before it hears so.
        self.refer()
        self.world.mailbox.holds_answer = True
        self.world.start_job(self.QUEUE)
        wait_for(lambda: len(messages) == 2, "the message")
        self.server.kill_workers()
        self.world.mailbox.holds_answer = False
        self.world.wait_until_idle()
        self.assertEqual(self.count("mail_mail", "state = 'outgoing'"), 1)
        self.server.start_workers()
        self.world.run_job(self.QUEUE)
        self.world.run_job(self.QUEUE)
        self.assertEqual(len(messages), 3, "never lost, and at worst twice")
        first, again = (self.identity(message) for message in messages[1:])
        self.assertEqual(first, again, "by which the mail server of the reader can tell that it is the same")

    def identity(self, message: str) -> str:
        return message_from_string(message)["Message-Id"]
