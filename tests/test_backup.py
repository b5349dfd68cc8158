"""Backup and restore with Odoo's own tools."""

from __future__ import annotations

import os
import signal
import subprocess

from tests import real_odoo
from tests.real_odoo import Client, RealOdooCase, World, wait_for

VERIFY = """
for company in env["res.company"].search([]):
    print("SEALS", company.id, list(env["buurtbemiddeling.consent.seal"]._findings(company)))
"""
# Odoo takes a database that its command restores for a copy, and gives it these anew.
OF_A_COPY = {"database.uuid", "database.secret", "database.create_date", "web.base.url"}


class TestBackup(RealOdooCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.restored = World("restored")
        cls.addClassCleanup(cls.restored.end)
        cls.file = cls.world.folder / "backup.zip"

    def tool(self, world: World, *arguments: str, **options) -> subprocess.Popen[str]:
        """Start Odoo's tool for databases."""
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *world.odoo.command("db", *arguments)],
            env=world.odoo.environment,
            cwd=world.odoo.source.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def done(self, process: subprocess.Popen[str]) -> str:
        output, _nothing = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0, output)
        return output

    def printed(self, world: World, script: str) -> list[str]:
        path = world.folder / "script.py"
        path.write_text(script)
        return world.odoo.run_script(world.database, path).splitlines()

    def test_backup_and_restore(self):
        coordinator = Client(self.server, "coordinator")
        case = self.world.value("SELECT max(id) FROM buurtbemiddeling_case WHERE stage <> 'closed'")
        values = {"name": "proef", "raw": "proef" * 100, "res_model": "buurtbemiddeling.case", "res_id": case}
        document = coordinator.call("ir.attachment", "create", values)
        files = self.world.files()
        self.world.execute("UPDATE ir_config_parameter SET value = 'https://example.com' WHERE key = 'web.base.url'")
        content = self.world.content()
        self.done(self.tool(self.world, "dump", self.world.database, str(self.file)))
        self._half_a_restore()
        self.done(self.tool(self.restored, "load", "--force", self.restored.database, str(self.file)))
        restored = self.restored.content()
        self.assertEqual(content.keys(), restored.keys())
        changed = {table for table in content if content[table] != restored[table]}
        self.assertEqual(changed, {"ir_config_parameter"})
        before, after = self.parameters(self.world), self.parameters(self.restored)
        self.assertEqual({key for key in before if before[key] != after.get(key)}, OF_A_COPY)
        self.assertEqual(self.restored.files(), files)
        for world in (self.world, self.restored):
            self.assertIn("SEALS 1 []", self.printed(world, VERIFY))
        self.assertEqual(self.triggers(self.restored), self.triggers(self.world))
        self.assertGreater(len(self.triggers(self.restored)), 5)
        server = self.restored.serve().wait()
        (row,) = Client(server, "coordinator").call("ir.attachment", "read", [document], ["raw"])
        self.assertEqual(row["raw"], values["raw"])
        # The evidence must be found changed where it is, in the copy too.
        self.restored.execute("ALTER TABLE buurtbemiddeling_consent DISABLE TRIGGER USER")
        self.restored.execute("UPDATE buurtbemiddeling_consent SET given_on = given_on - 1")
        self.assertNotIn("SEALS 1 []", self.printed(self.restored, VERIFY))

    def _half_a_restore(self):
        """A restore that is killed leaves a database in which nobody can sign in."""
        process = self.tool(self.restored, "load", self.restored.database, str(self.file), start_new_session=True)
        query = "SELECT count(*) FROM pg_class WHERE relname = 'buurtbemiddeling_case'"
        exists = self.restored.odoo.server.exists
        wait_for(lambda: exists(self.restored.database) and self.restored.value(query), "the middle of the restore")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertEqual(
            self.restored.value("SELECT count(*) FROM pg_constraint WHERE conname = 'buurtbemiddeling_case_pkey'"), 0
        )

    def parameters(self, world: World) -> dict[str, str]:
        return dict(world.execute("SELECT key, value FROM ir_config_parameter"))

    def triggers(self, world: World) -> list[tuple[str, str]]:
        return world.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgname LIKE 'buurtbemiddeling%' AND tgenabled = 'O' ORDER BY 1, 2"
        )

    def test_neutralised(self):
        """A copy to try things on runs no job and has no mail server; Odoo's own tool sees to that."""
        copy = World("neutralised")
        self.addCleanup(copy.end)
        self.done(self.tool(copy, "duplicate", "--neutralize", real_odoo.template, copy.database))
        jobs = copy.execute(
            "SELECT cron.active FROM ir_cron cron JOIN ir_act_server action ON action.id = cron.ir_actions_server_id"
            " JOIN ir_model model ON model.id = action.model_id"
            " WHERE model.model LIKE 'buurtbemiddeling.%' OR model.model = 'mail.mail'"
        )
        self.assertGreater(len(jobs), 5)
        self.assertEqual({active for (active,) in jobs}, {False})
        self.assertEqual(copy.execute("SELECT smtp_host FROM ir_mail_server WHERE active"), [("invalid",)])
