"""A crash leaves the whole step or nothing, and no e-mail of what was taken back; after it the step can be done.

Odoo is killed at a point of a step: a table is locked, the step waits before it writes there, and the process ends.
To be killed during the commit, it is made to wait there by a trigger that the test adds to its own database.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager

from tests.real_odoo import Client, RealOdooCase

REFERRAL = "/my/referrals/new"
REPORT = "/buurtbemiddeling/melden"
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


class CrashCase(RealOdooCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.execute(WAIT_IN_COMMIT)
        cls.spare = cls.world.serve()

    def client(self, login: str | None = None) -> Client:
        return Client(self.server, login)

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

    def killed_at(self, point: str, step: Callable[[], object], commit_table: str) -> bool:
        """Do a step, and kill Odoo while it waits at a point; return whether the step was done.

        Another server takes over, as after a restart.
        """
        before = self.world.content()
        killed = self.server
        with self._waiting_at(point, commit_table):
            future = self.pool.submit(step)
            self.world.wait_until_blocked(1, [future])
            killed.kill()
        self.world.wait_until_gone(killed)
        self.assertIsNotNone(future.exception(), "nobody answered")
        after = self.world.content()
        changed = {table for table in after if after[table] != before[table]}
        if point != COMMIT:
            self.assertEqual(changed, set(), "nothing is left of it")
        type(self).server = self.spare.wait()
        type(self).spare = self.world.serve()
        return bool(changed)


class TestSubmit(CrashCase):
    def person(self, number: int, **values: str) -> dict[str, str]:
        return {
            f"{name}-{number}": value
            for name, value in {
                "role": "reporter",
                "name": "Proef Persoon",
                "phone": "0999123456",
                "permission": "1",
                "method": "telephone",
                "told_on": self.world.value("SELECT (current_date - 3)::text"),
                "asked_by": "Proef Agent",
                **values,
            }.items()
        }

    def complaint_type(self) -> str:
        return str(self.world.value("SELECT min(id) FROM buurtbemiddeling_complaint_type WHERE active"))

    def counts(self) -> dict[str, int]:
        return {
            "case": self.count("buurtbemiddeling_case"),
            "party": self.count("buurtbemiddeling_party"),
            "consent": self.count("buurtbemiddeling_consent"),
            "receipt": self.count("buurtbemiddeling_referral"),
            "mail": self.count("mail_mail", "state = 'outgoing'"),
            "link": self.count("buurtbemiddeling_personal_link"),
        }

    def more(self, before: dict[str, int]) -> dict[str, int]:
        now = self.counts()
        return {name: now[name] - before[name] for name in now if now[name] != before[name]}

    def test_referral(self):
        officer = self.client("politie")
        for point in ("buurtbemiddeling_case", "buurtbemiddeling_consent_seal", "mail_mail", COMMIT):
            with self.subTest(point):
                officer.server = self.server
                form = officer.form(
                    REFERRAL,
                    **self.person(0),
                    **self.person(1, role="other_party", name="Proef Buur"),
                    complaint_type_id=self.complaint_type(),
                    description="Proef",
                    step="submit",
                    section="5",
                    reached="5",
                )
                before = self.counts()
                done = self.killed_at(
                    point, lambda form=form: officer.send(REFERRAL, form), "buurtbemiddeling_referral"
                )
                self.assertEqual(done, point == COMMIT)
                officer.server = self.server
                addresses = {officer.send(REFERRAL, form).headers.get("Location") for _time in range(2)}
                self.assertEqual(len(addresses), 1)
                self.assertIn("?received=1", addresses.pop())
                self.assertEqual(self.more(before), {"case": 1, "party": 2, "consent": 2, "receipt": 1, "mail": 1})

    def test_report(self):
        resident = self.client()
        for point in ("buurtbemiddeling_party", "mail_activity", "buurtbemiddeling_personal_link", COMMIT):
            with self.subTest(point):
                resident.server = self.server
                form = resident.form(
                    REPORT,
                    name="Proef Melder",
                    phone="0999123456",
                    house_number="12",
                    street="Proefstraat",
                    complaint_type_id=self.complaint_type(),
                    description="Proef",
                    other_name="Proef Buur",
                )
                before = self.counts()
                done = self.killed_at(point, lambda form=form: resident.send(REPORT, form), "buurtbemiddeling_case")
                self.assertEqual(done, point == COMMIT)
                resident.server = self.server
                for _time in range(2):
                    self.assertEqual(resident.send(REPORT, form).status_code, 200)
                self.assertEqual(self.more(before), {"case": 1, "party": 2, "link": 1})
