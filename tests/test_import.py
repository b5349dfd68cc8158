"""Old cases from a spreadsheet: a crash leaves all of a step or nothing, it goes on, and nothing comes in twice."""

from __future__ import annotations

import base64

from tests.real_odoo import Client, RefusalError
from tests.test_crash import COMMIT, CrashCase

JOB = "buurtbemiddeling_addon.ir_cron_import"
MODEL = "buurtbemiddeling.import"
# What comes in at once, and what is left for the job.
AT_ONCE, LATER = 5000, 100


class TestImport(CrashCase):
    def begin(self, manager: Client, source: str, count: int) -> int:
        """Return an import that was checked."""
        lines = ["Zaaknummer;Datum melding;Naam melder", *(f"{number};05-03-2021;Voorbeeld" for number in range(count))]
        file = base64.b64encode("\r\n".join(lines).encode()).decode()
        (batch,) = manager.call(MODEL, "create", [{"source": source, "file": file, "file_name": "oud.csv"}])
        manager.call(MODEL, "action_check", [batch])
        return batch

    def brought_in(self, batch: int) -> tuple[str, int]:
        state = self.world.value("SELECT state FROM buurtbemiddeling_import WHERE id = %s", batch)
        return state, self.count("buurtbemiddeling_case", f"import_id = {batch}")

    def test_killed_while_somebody_waits(self):
        manager = self.client("manager")
        for point in ("buurtbemiddeling_party", COMMIT):
            with self.subTest(point):
                batch = self.begin(manager, point, 20)
                done = self.killed_at(
                    point, lambda batch=batch: manager.call(MODEL, "action_run", [batch]), "buurtbemiddeling_case"
                )
                self.assertEqual(self.brought_in(batch), ("done", 20) if done else ("checked", 0))
                if not done:
                    manager.call(MODEL, "action_run", [batch])
                with self.assertRaises(RefusalError):
                    manager.call(MODEL, "action_run", [batch])
                self.assertEqual(self.brought_in(batch), ("done", 20))

    def test_killed_in_the_background(self):
        manager = self.client("manager")
        batch = self.begin(manager, "later", AT_ONCE + LATER)
        manager.call(MODEL, "action_run", [batch])
        with self.world.locked("buurtbemiddeling_party"):
            self.world.start_job(JOB)
            self.world.wait_until_blocked()
            self.server.kill_workers()
        self.world.wait_until_idle()
        self.assertEqual(self.brought_in(batch), ("running", AT_ONCE))
        self.server.start_workers()
        self.world.run_job(JOB)
        self.assertEqual(self.brought_in(batch), ("done", AT_ONCE + LATER))

    def test_two_press_the_button(self):
        manager, colleague = self.client("manager"), self.client("manager")
        batch = self.begin(manager, "twice", 20)
        with self.world.locked("buurtbemiddeling_party"):
            first = self.pool.submit(manager.call, MODEL, "action_run", [batch])
            self.world.wait_until_blocked(1, [first])
            with self.assertRaisesRegex(RefusalError, "Dit wordt nu ingelezen|is being brought in now"):
                colleague.call(MODEL, "action_run", [batch])
        first.result()
        self.assertEqual(self.brought_in(batch), ("done", 20))
