"""After the retention job nothing about people is left: not in what pg_dump writes, nor in a file."""

from __future__ import annotations

import re
import subprocess

from tests.real_odoo import RealOdooCase, World

# What the add-on's own test plants in a transaction, kept in the database.
PLANT = """
from odoo.addons.buurtbemiddeling_addon.tests.attack_common import CANARY, CANARY_BASE64
from odoo.addons.buurtbemiddeling_addon.tests.test_retention import NOT_OF_A_CASE, TestRetentionMarker

TestRetentionMarker.setUpClass()
TestRetentionMarker("test_the_marker_is_nowhere").let_years_go_by()
planted = TestRetentionMarker.env
planted.flush_all()
# There is no mail server for what Odoo would mail to staff now; and it keeps a test from committing.
planted.cr.postcommit.clear()
type(planted.cr).commit(planted.cr)
print("MARKS", CANARY, CANARY_BASE64, CANARY.encode().hex())
print("KEPT", *(planted[name]._table for name in NOT_OF_A_CASE))
print("CASES", *TestRetentionMarker.world.cases.ids)
"""
JOB = "buurtbemiddeling_addon.ir_cron_erase_after_term"


class TestMarker(RealOdooCase):
    @classmethod
    def make_world(cls):
        world = World("marker")
        cls.addClassCleanup(world.end)
        return world.copy()

    def test_nothing_is_left(self):
        script = self.world.folder / "plant.py"
        script.write_text(PLANT)
        printed = self.world.odoo.run_script(self.world.database, script)
        told = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if line[:1].isupper()}
        marks = [mark.encode().lower() for mark in told["MARKS"]]
        before = self.found(marks)
        for place in ("a file", "mail_message", "mail_mail", "buurtbemiddeling_case", "buurtbemiddeling_consent"):
            self.assertIn(place, before, "the marker is planted")
        self.world.serve("--max-cron-threads", "1").wait()
        for job in (JOB, JOB, "base.autovacuum_job"):
            self.world.run_job(job)
        cases = f"id IN ({','.join(told['CASES'])}) AND anonymised_on = current_date"
        self.assertEqual(self.count("buurtbemiddeling_case", cases), len(told["CASES"]))
        self.assertEqual(self.found(marks) - set(told["KEPT"]), set())

    def found(self, marks: list[bytes]) -> set[str]:
        """In which tables of a dump one of these stands, in whatever case, and whether it does in a file."""
        dump = subprocess.run(
            ["pg_dump", "--no-password", self.world.database],
            env=self.world.odoo.environment,
            capture_output=True,
            check=True,
        ).stdout
        found, table = set(), "the schema"
        for line in dump.lower().splitlines():
            if match := re.match(rb"copy public\.(\w+) ", line):
                table = match[1].decode()
            elif line == rb"\.":
                table = "the schema"
            elif any(mark in line for mark in marks):
                found.add(table)
        store = self.world.odoo.filestore(self.world.database)
        for path in store.rglob("*"):
            if path.is_file() and any(mark in path.read_bytes().lower() for mark in marks):
                found.add("a file")
        return found
