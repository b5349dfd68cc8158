import base64
import contextlib
import io
import random
import re
import zipfile

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.models.import_file import read_rows
from odoo.addons.buurtbemiddeling_addon.tests.test_case_import import ImportCommon, to_xlsx


@tagged("post_install", "-at_install")
class TestAttackImport(ImportCommon):
    """Ways to bring in what was not checked, or to take out what is history."""

    def test_no_broken_file_is_more_than_unreadable(self):
        good = to_xlsx([["A", "B"], ["1", "2"]] * 30)
        dice = random.Random(7)
        for _number in range(300):
            content = bytearray(good)
            for _change in range(dice.randint(1, 6)):
                content[dice.randrange(2, len(content))] = dice.randrange(256)
            with contextlib.suppress(ValueError):
                read_rows(bytes(content))

    def with_entity(self, declared, used):
        """Return a spreadsheet with entities declared in each part, and one used where a cell holds text."""
        parts, changed = zipfile.ZipFile(io.BytesIO(to_xlsx([["Heading"], ["1"]]))), io.BytesIO()
        with zipfile.ZipFile(changed, "w") as archive:
            for name in parts.namelist():
                text = re.sub(r"^<\?xml.*?\?>\s*", "", parts.read(name).decode())
                declaration = f"<!DOCTYPE x [{declared}]>" if "Heading" in text else ""
                archive.writestr(name, declaration + text.replace(">Heading<", f">{used}<"))
        return changed.getvalue()

    def test_a_bomb_of_entities(self):
        bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
        with self.assertRaises(ValueError):
            read_rows(self.with_entity(f'<!ENTITY a0 "aaaaaaaaaa">{bomb}', "&a9;"))

    def test_files_of_the_server_stay_there(self):
        content = self.with_entity('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;")
        with contextlib.suppress(ValueError):
            self.assertNotIn("root:", str(read_rows(content)))

    def test_the_context_sets_no_state(self):
        imports = self.env["buurtbemiddeling.import"].with_user(self.manager)
        batch = imports.with_context(
            default_state="running", default_imported_count=3, default_row_count=9, default_errors="x"
        ).create({"source": "Old register"})
        self.assertEqual((batch.state, batch.imported_count, batch.row_count, batch.errors), ("draft", 0, 0, False))

    def test_nothing_changes_under_an_import_that_has_begun(self):
        batch = self.bring_in({"Soort klacht": "Geluid"})
        batch.sudo().state = "running"
        column = batch.column_ids[0]
        with self.assertRaises(UserError):
            column.field_name = False
        with self.assertRaises(AccessError):
            column.unlink()
        for rows in (column, batch.value_ids):
            with self.assertRaises(AccessError):
                rows.create({"import_id": batch.id})

    def test_what_was_changed_is_checked_again(self):
        batch = self.begin({"Soort klacht": "Geluid"})
        batch.action_check()
        batch.value_ids.complaint_type_id = self.noise
        self.assertEqual(batch.state, "read")
        batch.action_check()
        batch.column_ids[0].field_name = False
        self.assertEqual(batch.state, "read")

    def test_taking_out_leaves_who_saw_it(self):
        """A file that was brought in by mistake is a data breach: who saw it has to be known."""
        batch = self.bring_in({})
        case = self.cases(batch)
        reference = case.reference
        self.env["buurtbemiddeling.case"].with_user(self.coordinator).search_read([("id", "=", case.id)], ["reference"])
        log = self.env["buurtbemiddeling.access.log"]
        self.assertTrue(log.search([("record_reference", "=", reference)]))
        batch.action_undo()
        self.assertFalse(case.exists())
        rows = log.search([("record_reference", "=", reference)])
        self.assertEqual(rows.user_id, self.coordinator)

    def test_whom_a_request_is_about_is_not_taken_out(self):
        batch = self.bring_in({})
        request = (
            self.env["buurtbemiddeling.data.request"]
            .with_user(self.coordinator)
            .create({"requester": "x", "party_ids": [Command.set(self.cases(batch).party_ids[0].ids)]})
        )
        with self.assertRaises(UserError):
            batch.action_undo()
        self.assertTrue(request.party_ids)

    def test_taken_out_once(self):
        batch = self.bring_in({})
        batch.action_undo()
        with self.assertRaises(UserError):
            batch.action_undo()

    def test_a_file_cannot_be_swapped(self):
        batch = self.bring_in({})
        with self.assertRaises(UserError):
            batch.file = base64.b64encode(b"A;B\n1;2\n")
