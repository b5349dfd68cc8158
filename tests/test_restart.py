"""The database is restarted in the middle of a step, as when its machine fails: a PostgreSQL that is made for this."""

from __future__ import annotations

import subprocess
import unittest
from dataclasses import replace

from environment.postgresql import Cluster, identifier
from environment.system_packages import postgresql_programs

from tests import real_odoo
from tests.deeds import REFERRAL
from tests.real_odoo import World
from tests.test_crash import COMMIT, ERASE, CrashCase


class OwnDatabaseWorld(World):
    """A copy of the test database in a PostgreSQL of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        # The user of PostgreSQL is another one when this is root.
        self.folder.chmod(0o711)
        self.cluster = Cluster(self.folder / "postgresql")
        self.odoo = replace(self.odoo, server=self.cluster.server)

    def start_database(self) -> None:
        # As in production: what was answered is on disk.
        self.cluster.start(synchronous_commit="on")

    def restart_database(self) -> None:
        self.cluster.stop("immediate")
        self.start_database()

    def _copy_database(self) -> None:
        self.cluster.make()
        self.start_database()
        self.odoo.server.query(f"CREATE DATABASE {identifier(self.database)}")
        plain = ["--no-owner", "--no-privileges", "--no-comments", "--no-password"]
        with subprocess.Popen(
            ["pg_dump", *plain, real_odoo.template], env=real_odoo.odoo.environment, stdout=subprocess.PIPE
        ) as dump:
            subprocess.run(
                ["psql", "--no-psqlrc", "--quiet", "--output", "/dev/null", "--set", "ON_ERROR_STOP=1", self.database],
                env=self.odoo.environment,
                stdin=dump.stdout,
                check=True,
            )
        if dump.returncode:
            raise AssertionError("pg_dump failed")

    def _drop_database(self) -> None:
        self.cluster.stop("immediate")


@unittest.skipUnless(postgresql_programs(), "The programs of a PostgreSQL server are not installed here.")
class TestRestart(CrashCase):
    @classmethod
    def make_world(cls):
        world = OwnDatabaseWorld("restart")
        cls.addClassCleanup(world.end)
        world.copy()
        world.serve().wait()
        return world

    def crash(self):
        self.world.restart_database()

    def end_of_crash(self):
        super().end_of_crash()
        # Odoo answers with an error once for each connection that it still had; then it goes on by itself.
        self.server.wait()

    def test_referral(self):
        officer = self.client("politie")
        whole = {"case": 1, "party": 2, "consent": 2, "receipt": 1, "arrival": 1}
        for point in ("buurtbemiddeling_consent_seal", COMMIT):
            with self.subTest(point):
                form = self.referral_form(officer)
                before = self.counts()
                self.assertFalse(
                    self.killed_at(point, lambda form=form: officer.send(REFERRAL, form), "buurtbemiddeling_referral")
                )
                self.assertIn("?received=1", officer.send(REFERRAL, form).headers["Location"])
                self.crash()
                self.end_of_crash()
                self.assertEqual(self.more(before), whole, "what was answered is there")
                self.assertIn("?received=1", officer.send(REFERRAL, form).headers["Location"])
                self.assertEqual(self.more(before), whole)

    def test_anonymise(self):
        self.world.serve("--max-cron-threads", "1").wait()
        self.world.run_job(ERASE)
        case = self.case_due()
        before = self.world.content()
        with self.world.locked("buurtbemiddeling_retention_report"):
            self.world.start_job(ERASE)
            self.world.wait_until_blocked()
            self.crash()
        self.end_of_crash()
        after = self.world.content()
        self.assertEqual({table for table in after if after[table] != before[table]}, set())
        # The thread of Odoo that runs jobs ends when the database to which it listens does not come back at once.
        self.world.serve("--max-cron-threads", "1").wait()
        self.world.run_job(ERASE)
        self.assertEqual(self.count("buurtbemiddeling_case", f"id = {case} AND anonymised_on = current_date"), 1)
