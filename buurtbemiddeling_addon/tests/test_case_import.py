import base64
import csv
import io
import zipfile
from datetime import date, timedelta
from unittest.mock import patch

import openpyxl
from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.buurtbemiddeling_addon.models import case_import, import_file, import_row
from odoo.addons.buurtbemiddeling_addon.models.import_file import as_csv, as_date, read_rows
from odoo.addons.buurtbemiddeling_addon.tests.attack_common import PREFIX
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon

HEADINGS = (
    *("Zaaknummer", "Datum melding", "Datum afsluiting", "Soort klacht", "Omschrijving", "Verwijzer", "Resultaat"),
    *("Naam melder", "Adres melder", "Telefoon melder", "E-mail melder", "Naam buur", "Adres buur", "Bemiddelaar"),
)
ROW = {
    "Zaaknummer": "2021-1",
    "Datum melding": "05-03-2021",
    "Datum afsluiting": "14-06-2021",
    "Soort klacht": "Noise by people",
    "Omschrijving": "Zangerig",
    "Verwijzer": "",
    "Resultaat": "Mediated, with agreements",
    "Naam melder": "Kanarievogel",
    "Adres melder": "Vinkenpad 12a",
    "Telefoon melder": "06-12345678",
    "E-mail melder": "kanarie@example.com",
    "Naam buur": "Buur",
    "Adres buur": "Vinkenpad 14",
    "Bemiddelaar": "",
}
OPEN = {"Datum afsluiting": "", "Resultaat": ""}


def to_csv(rows, headings=HEADINGS, encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def to_xlsx(rows):
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


class ImportCommon(MediationCommon):
    def begin(self, *rows, content=None, user=None, **values):
        """Begin an import of rows, each with what differs from ``ROW``."""
        if content is None:
            content = to_csv([[{**ROW, **row}[heading] for heading in HEADINGS] for row in rows])
        return (
            self.env["buurtbemiddeling.import"]
            .with_user(user or self.manager)
            .create({"source": "Old register", "file": base64.b64encode(content), "file_name": "old.csv", **values})
        )

    def bring_in(self, *rows, **values):
        batch = self.begin(*rows, **values)
        batch.action_check()
        self.assertFalse(batch.errors)
        batch.action_run()
        return batch

    def errors_of(self, *rows, **values):
        batch = self.begin(*rows, **values)
        batch.action_check()
        return batch.errors or ""

    def cases(self, batch):
        return self.env["buurtbemiddeling.case"].search([("import_id", "=", batch.id)], order="old_number")


@tagged("post_install", "-at_install")
class TestImportFile(TransactionCase):
    def test_dates(self):
        for text in ("31-12-2021", "31/12/2021", "31.12.21", "2021-12-31", "2021-12-31T10:00:00", "44561", "44561.5"):
            self.assertEqual(as_date(text), date(2021, 12, 31), text)
        for text in ("31-02-2021", "2021-13-01", "later", "12", "", "31-12"):
            with self.assertRaises(ValueError, msg=text):
                as_date(text)

    def test_encodings_and_separators(self):
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            for separator in ";,\t":
                content = f'Naam{separator}Straat\r\nJosé{separator}"Eén, twee; drie"\r\n'.encode(encoding)
                self.assertEqual(read_rows(content)[1], (2, ["José", "Eén, twee; drie"]), (encoding, separator))

    def test_rows_keep_their_numbers(self):
        self.assertEqual([number for number, _cells in read_rows(b"\r\nA;B\r\n;\r\n\r\n1;2\r\n")], [2, 5])
        rows = read_rows(to_xlsx([[], ["A", "B"], [None, " "], ["1", date(2021, 12, 31)]]))
        self.assertEqual(rows, [(2, ["A", "B"]), (4, ["1", "31-12-2021"])])

    def test_merged_cells_and_numbers(self):
        book, content = openpyxl.Workbook(), io.BytesIO()
        for row in (["A", "B"], [1.0, 2.5], ["x", None]):
            book.active.append(row)
        book.active.merge_cells("A3:B3")
        book.save(content)
        self.assertEqual(read_rows(content.getvalue()), [(1, ["A", "B"]), (2, ["1", "2.5"]), (3, ["x"])])

    def test_the_first_sheet_with_something_in_it(self):
        book, content = openpyxl.Workbook(), io.BytesIO()
        book.create_sheet("Cases").append(["A", "B"])
        book.create_sheet("Notes").append(["x"])
        book.save(content)
        self.assertEqual(read_rows(content.getvalue()), [(1, ["A", "B"])])

    def test_a_cell_far_away_costs_nothing(self):
        book, content = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["A", "B"])
        book.active["A1048576"] = "x"
        book.save(content)
        self.assertEqual([number for number, _cells in read_rows(content.getvalue())], [1, 1048576])

    def test_what_is_no_spreadsheet(self):
        empty = io.BytesIO()
        with zipfile.ZipFile(empty, "w") as archive:
            archive.writestr("a.txt", "a")
        texts = (b"%PDF-1.4\n1 0 obj\n", b"{\\rtf1 a;b}\n", b"<html>\n<td>a;b")
        for content in (b"PK\x03\x04 broken", empty.getvalue(), b"\x00\x01\x02", *texts):
            with self.assertRaises(ValueError):
                read_rows(content)

    def test_too_large(self):
        with self.assertRaises(import_file.TooLarge):
            read_rows(b"a" * (import_file.LARGEST_FILE + 1))
        with patch.object(import_file, "LARGEST_CONTENT", 1000), self.assertRaises(import_file.TooLarge):
            read_rows(to_xlsx([["A"] * 100]))
        with patch.object(import_file, "MOST_ROWS", 2), self.assertRaises(import_file.TooLarge):
            read_rows(b"A\n1\n2\n3\n")

    def test_no_cell_of_a_list_is_a_formula(self):
        for text in ("=1+1", "+1", "-1", "@x", "\tx"):
            self.assertIn(f'"\'{text}"'.encode(), as_csv([[text]]))


@tagged("post_install", "-at_install")
class TestCaseImport(ImportCommon):
    # ------------------------------------------------------------------
    # What comes in
    # ------------------------------------------------------------------
    def test_a_closed_case(self):
        batch = self.bring_in({"Bemiddelaar": self.mediator.name, "Verwijzer": "Police"})
        case = self.cases(batch)
        self.assertEqual(batch.state, "done")
        with self.assertRaisesRegex(UserError, "has begun"):
            batch.action_run()
        self.assertEqual((case.old_system, case.old_number), ("Old register", "2021-1"))
        self.assertEqual((case.reported_on, case.closed_on), (date(2021, 3, 5), date(2021, 6, 14)))
        self.assertEqual((case.stage, case.outcome, case.taken_up), ("closed", "resolved", "taken_up"))
        self.assertEqual(case.complaint_type_id, self.noise)
        self.assertEqual(case.mediator_ids, self.mediator)
        self.assertEqual((case.channel, case.old_referrer_type_id.name), ("referral", "Police"))
        reporter, other = case.party_ids
        self.assertEqual((reporter.street, reporter.house_number, reporter.role), ("Vinkenpad", "12a", "reporter"))
        self.assertEqual((other.name, other.role), ("Buur", "other_party"))
        self.assertFalse(reporter.reported_herself)
        # Days that nobody wrote down are not made up.
        self.assertFalse(case.suitability_on or case.taken_up_on)
        self.assertEqual(case.create_uid, self.manager)

    def test_what_is_computed_is_as_in_a_case_that_staff_make(self):
        case = self.cases(self.bring_in({}))
        made = case.create(
            {
                **{
                    name: case[name]
                    for name in ("reported_on", "stage", "stage_since", "outcome", "closed_on", "suitability")
                },
                "taken_up": case.taken_up,
                "result_id": case.result_id.id,
                "party_ids": [
                    (0, 0, {name: party[name] for name in ("name", "street", "house_number", "phone", "email", "role")})
                    for party in case.party_ids
                ],
            }
        )
        derived = [
            name for name, field in case._fields.items() if field.store and field.compute and name != "reference"
        ]
        self.assertIn("last_step_on", derived)
        for name in derived:
            self.assertEqual(case[name], made[name], name)
        self.assertRegex(case.reference, r"^\w{4}-\w{4}$")
        for one, two in zip(case.party_ids, made.party_ids, strict=True):
            for name in ("search_key", "phone_key", "address_key", "email_key", "referral_permission", "participation"):
                self.assertEqual(one[name], two[name], name)
        self.assertEqual(case.party_ids[0].phone_key, "612345678")

    def test_a_self_report_makes_nobody_known(self):
        case = self.cases(self.bring_in({}))
        self.assertEqual(case.channel, "self_report")
        self.assertEqual(case.party_ids.mapped("reported_herself"), [True, False])

    def test_an_ending_that_does_not_apply_was_not_taken_up(self):
        case = self.cases(self.bring_in({"Resultaat": "No capacity"}))
        self.assertEqual((case.taken_up, case.suitability, case.outcome), ("not_taken_up", "pending", "not_applicable"))

    def test_an_open_case_begins_again_and_asks_again(self):
        case = self.cases(self.bring_in(OPEN)).with_user(self.coordinator)
        self.assertEqual((case.stage, case.taken_up, case.suitability), ("intake", "pending", "pending"))
        self.assertEqual(case.stage_since, fields.Date.today())
        case.action_suitable()
        with self.assertRaisesRegex(ValidationError, "Ask Kanarievogel again"):
            case.action_take_up()
        case.env["buurtbemiddeling.consent"].create({"party_id": case.party_ids[0].id, "purpose": "participation"})
        case.action_take_up()
        self.assertEqual(case.taken_up, "taken_up")

    def test_a_reopened_case_asks_again(self):
        case = self.cases(self.bring_in({})).with_user(self.coordinator)
        case._reopen("intake", "It is back")
        case.mediator_ids = self.mediator | self.second_mediator
        with self.assertRaisesRegex(ValidationError, "Ask Kanarievogel again"):
            case.stage = "first_talk"

    def test_no_consent_is_made_up(self):
        case = self.cases(self.bring_in({"Verwijzer": "Police"}))
        self.assertFalse(case.party_ids.consent_ids)
        self.assertEqual(set(case.party_ids.mapped("participation")), {"none"})

    # ------------------------------------------------------------------
    # Nobody hears of it
    # ------------------------------------------------------------------
    def test_nobody_hears_of_it(self):
        models = ("mail.mail", "mail.message", "mail.activity", "mail.followers", "ir.attachment")
        models += tuple(f"{PREFIX}{name}" for name in ("referral", "disclosure", "register", "letter", "personal.link"))

        def counts():
            return {model: self.env[model].sudo().search_count([]) for model in models}

        def all_jobs():
            self._daily_round()
            with self.enter_registry_test_mode():
                self.env.ref(f"{MODULE}.ir_cron_ask_again").method_direct_trigger()

        # What is due in other cases is done first.
        all_jobs()
        before = counts()
        batch = self.bring_in(
            {"Verwijzer": "Police", "Bemiddelaar": self.mediator.name},
            {"Zaaknummer": "2", "Verwijzer": "Police", **OPEN},
        )
        self.assertEqual(counts(), before)
        all_jobs()
        self.assertEqual(counts(), before)
        self.assertEqual(len(self.cases(batch)), 2)

    def test_people_are_not_asked_again_about_what_ended_before(self):
        day = fields.Date.today() - timedelta(days=91)
        text = day.strftime("%d-%m-%Y")
        case = self.cases(self.bring_in({"Datum melding": text, "Datum afsluiting": text}))
        case.coordinator_id = self.coordinator
        case.env.cr.execute("UPDATE buurtbemiddeling_case SET ask_again_on = CURRENT_DATE WHERE id = %s", [case.id])
        case.invalidate_recordset()
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_ask_again").method_direct_trigger()
        self.assertFalse(case.activity_ids)

    def test_one_row_in_the_access_log(self):
        log = self.env["buurtbemiddeling.access.log"]
        before = log.search([])
        batch = self.bring_in({}, {"Zaaknummer": "2"})
        row = log.search([]) - before
        self.assertEqual((row.how, row.user_id, row.record_reference), ("import", self.manager, batch.reference))
        self.assertFalse(row.case_id)

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------
    def test_managers_only(self):
        batch = self.begin({})
        for user in (self.coordinator, self.mediator, self.access_admin, self.system_admin, self.officer):
            for action in ("action_check", "action_run", "action_undo", "read"):
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                    getattr(batch.with_user(user), action)()
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.begin({}, user=user)

    def test_what_follows_from_the_file_is_not_filled_in(self):
        batch = self.begin({})
        for values in ({"state": "checked"}, {"errors": False}, {"imported_count": 5}, {"preview": "<b>x</b>"}):
            with self.assertRaisesRegex(UserError, "cannot be filled in"):
                batch.write(values)
        with self.assertRaisesRegex(UserError, "Check the file first"):
            batch.action_run()

    def test_where_a_case_comes_from_is_not_filled_in(self):
        case = self._self_report().with_user(self.coordinator)
        batch = self.begin({})
        for values in ({"old_number": "1"}, {"old_system": "x"}, {"old_organisation": "Police"}):
            with self.assertRaisesRegex(UserError, "with an import only"):
                case.write(values)
            with self.assertRaisesRegex(UserError, "with an import only"):
                case.create(values)
        with self.assertRaises(UserError):
            case.with_user(self.manager).write({"import_id": batch.id})
        defaults = {"default_import_key": "x", "default_old_number": "1", "default_import_id": batch.id}
        made = case.with_context(**defaults).create({}).sudo()
        self.assertFalse(made.import_key or made.old_number or made.import_id)

    # ------------------------------------------------------------------
    # Columns and values
    # ------------------------------------------------------------------
    def test_headings_are_guessed(self):
        for heading, meant in (
            ("Dossiernr.", "old_number"),
            ("Aanmelddatum", "reported_on"),
            ("Afgesloten op", "closed_on"),
            ("Straat partij 1", "reporter_street"),
            ("Tel. tegenpartij", "other_phone"),
            ("E-mailadres melder", "reporter_email"),
            ("Buur", "other_name"),
            ("Postcode", "reporter_zip"),
            ("Coördinator", "coordinator"),
            ("Iets anders", None),
        ):
            self.assertEqual(import_file.HEADINGS.get(import_file.words(heading)), meant, heading)

    def test_every_guess_is_a_field(self):
        self.assertLessEqual(
            set(import_file.HEADINGS.values()), dict(self.env["buurtbemiddeling.import"]._targets()).keys()
        )

    def test_a_heading_is_remembered(self):
        content = to_csv([["1", "05-03-2021"]], headings=("Kenmerk", "Begin"))
        batch = self.begin(content=content)
        self.assertFalse(any(batch.column_ids.mapped("field_name")))
        batch.column_ids[0].field_name, batch.column_ids[1].field_name = "old_number", "reported_on"
        batch.action_check()
        batch.action_run()
        again = self.begin(content=content)
        self.assertEqual(again.column_ids.mapped("field_name"), ["old_number", "reported_on"])

    def test_a_corrected_file_keeps_what_was_chosen(self):
        def content(*rows):
            return to_csv(rows, headings=("Zaaknummer", "Aanmelding", "Begin", "Opmerkingen", "Klacht"))

        wrong = (["1", "", "05-03-2021", "Privé", "Herrie"], ["2", "", "31-02-2021", "Privé", "Iets anders"])
        batch = self.begin(content=content(*wrong))
        columns = batch.column_ids.sorted("position")
        self.assertEqual(columns.mapped("field_name"), ["old_number", False, False, "description", "complaint"])
        columns[2].field_name, columns[3].field_name = "reported_on", False
        batch.action_check()
        self.assertEqual(batch.errors, "Row 3: the date 31-02-2021 does not exist.")
        batch.value_ids.filtered(lambda value: value.text == "Herrie").complaint_type_id = self.noise
        right = (["1", "", "05-03-2021", "Privé", "Herrie"], ["2", "", "05-03-2021", "Privé", "Herrie"])
        batch.file = base64.b64encode(content(*right))
        columns = batch.column_ids.sorted("position")
        self.assertEqual(columns.mapped("field_name"), ["old_number", False, "reported_on", False, "complaint"])
        batch.action_check()
        self.assertFalse(batch.errors)
        self.assertEqual([(value.text, value.number) for value in batch.value_ids], [("Herrie", 2)])
        batch.action_run()
        self.assertEqual(self.cases(batch).mapped("complaint_type_id"), self.noise)
        self.assertFalse(any(self.cases(batch).mapped("description")))

    def test_a_new_column_is_not_what_another_was_chosen_for(self):
        batch = self.begin(content=to_csv([["1", "05-03-2021"]], headings=("Zaaknummer", "Begin")))
        batch.column_ids[1].field_name = "reported_on"
        rows = [["06-03-2021", "1", "05-03-2021", "2"]]
        batch.file = base64.b64encode(to_csv(rows, headings=("Datum melding", "Zaaknummer", "Begin", "Begin")))
        self.assertEqual(
            batch.column_ids.sorted("position").mapped("field_name"), [False, "old_number", "reported_on", False]
        )

    def test_a_column_that_does_not_come_in_says_so(self):
        batch = self.begin({})
        column = batch.column_ids[0]
        self.assertFalse(column.remark)
        column.field_name = False
        self.assertEqual(column.remark, "Does not come in")

    def test_double_headings(self):
        content = to_csv([["1", "05-03-2021", "06-03-2021"]], headings=("Nummer", "Datum", "Datum"))
        batch = self.begin(content=content)
        self.assertEqual(batch.column_ids.mapped("field_name"), ["old_number", "reported_on", False])
        batch.column_ids[2].field_name = "reported_on"
        with self.assertRaisesRegex(UserError, "Two columns are “Reported on”"):
            batch.action_check()

    def test_a_number_and_a_day_are_needed(self):
        batch = self.begin(content=to_csv([["1"]], headings=("Nummer",)))
        with self.assertRaisesRegex(UserError, "which column is “Reported on”"):
            batch.action_check()

    def test_a_value_is_asked_once(self):
        rows = [{"Zaaknummer": str(number), "Soort klacht": "Herrie", "Resultaat": "Goed"} for number in range(30)]
        batch = self.begin(*rows)
        batch.action_check()
        self.assertEqual(
            [(value.kind, value.text, value.number) for value in batch.value_ids],
            [("complaint", "Herrie", 30), ("result", "Goed", 30)],
        )
        self.assertEqual(batch.errors, "Row 2: say under “Values” how it ended when it is “Goed”.")
        self.assertIn("Of 1 values you have to say under “Values” what they mean.", batch.preview)
        self.assertNotIn("Correct the file", batch.preview)
        with Form(batch) as form:
            with form.value_ids.edit(0) as line:
                line.complaint_type_id = self.noise
            with form.value_ids.edit(1) as line:
                line.result_id = self.env.ref(f"{MODULE}.result_improved")
        batch.action_check()
        self.assertFalse(batch.errors)
        batch.action_run()
        self.assertEqual(self.cases(batch).complaint_type_id, self.noise)
        self.assertEqual(set(self.cases(batch).mapped("outcome")), {"improved"})
        again = self.begin({"Zaaknummer": "99", "Soort klacht": "herrie", "Resultaat": "GOED"})
        again.action_check()
        self.assertFalse(again.errors)

    def buttons(self, batch, action):
        """Return the buttons of one action that the form of the import shows now."""
        form = etree.fromstring(batch.get_view(view_type="form")["arch"])
        values = {name: batch[name] for name in ("state", "errors", "unanswered_count")}
        return [
            button
            for button in form.iterfind(f".//button[@name='{action}']")
            if not safe_eval(button.get("invisible"), values)
        ]

    def confirmed(self, batch):
        """Return what is asked at the only button with which the import can be brought in now."""
        (button,) = self.buttons(batch, "action_run")
        return button.get("confirm")

    def test_the_button_to_go_on_with(self):
        for values, run, check in (({}, "btn-primary", None), ({"Datum melding": "later"}, None, "btn-primary")):
            batch = self.begin(values)
            batch.action_check()
            shown = [button.get("class") for button in self.buttons(batch, "action_run")]
            self.assertEqual(shown, [run] if run else [])
            self.assertEqual([button.get("class") for button in self.buttons(batch, "action_check")], [check])

    def test_what_stays_empty_is_said_before(self):
        self.bring_in({"Zaaknummer": "here"})
        batch = self.begin(
            *({"Zaaknummer": str(number), "Soort klacht": "Herrie", "Bemiddelaar": "Iemand"} for number in range(3)),
            {"Zaaknummer": "4"},
            {"Zaaknummer": "here", "Soort klacht": "Herrie"},
            duplicates="import",
        )
        batch.action_check()
        self.assertFalse(batch.errors)
        self.assertIn("3 rows have a value of which nobody said under “Values” what it means.", batch.preview)
        self.assertIn("they stay empty", self.confirmed(batch))
        batch.duplicates = "skip"
        batch.action_check()
        self.assertEqual(batch.unanswered_count, 0, "they look like the case that is here, and do not come in")
        batch.duplicates = "import"
        for value in batch.value_ids:
            value[import_row.CHOICE_OF_KIND[value.kind]] = self.noise if value.kind == "complaint" else self.mediator
        batch.action_check()
        self.assertNotIn("under “Values”", batch.preview)
        self.assertNotIn("they stay empty", self.confirmed(batch))

    def test_a_long_value_is_asked_too(self):
        batch = self.begin({"Soort klacht": "Herrie " * 20})
        batch.action_check()
        self.assertEqual(batch.unanswered_count, 1)
        batch.value_ids.complaint_type_id = self.noise
        batch.action_check()
        batch.action_run()
        self.assertEqual(self.cases(batch).complaint_type_id, self.noise)

    def test_the_terms_are_said_before(self):
        def ended(number, months, result="Mediated, with agreements"):
            day = (fields.Date.today() - relativedelta(months=months)).strftime("%d-%m-%Y")
            return {"Zaaknummer": number, "Datum melding": day, "Datum afsluiting": day, "Resultaat": result}

        self.company.mediation_keep_parties = 18
        # Otherwise it waits a week.
        self.company.mediation_kept_shorter_on = False
        batch = self.begin(
            *(ended("1", 25), ended("2", 19), ended("3", 18), ended("4", 17)),
            *(ended("5", 13, "No capacity"), ended("6", 11, "No capacity")),
            {"Zaaknummer": "7", **OPEN},
        )
        batch.action_check()
        self.assertFalse(batch.errors)
        self.assertIn(
            "2 cases have been over for longer than a case is kept: 24 months, or 12 when it was not taken up.",
            batch.preview,
        )
        self.assertIn("2 other cases have been over for longer than people are kept: 18 months.", batch.preview)
        batch.action_run()
        due = {
            kind: self.env["buurtbemiddeling.retention"]._due(kind, fields.Date.today()) & self.cases(batch)
            for kind in ("case", "parties")
        }
        self.assertEqual(
            {kind: set(cases.mapped("old_number")) for kind, cases in due.items()},
            {"case": {"1", "5"}, "parties": {"2", "3"}},
        )

    def test_what_is_put_right_in_the_file_and_what_on_the_screen(self):
        rows = [{"Zaaknummer": str(number), "Soort klacht": f"Name {number}"} for number in range(201)]
        batch = self.begin(
            *rows,
            *({"Zaaknummer": "a", "Datum melding": "later"}, {"Zaaknummer": "b", "Datum melding": "31-02-2021"}),
            *({"Zaaknummer": f"c{number}", "Resultaat": text} for number, text in enumerate(("Goed", "GOED", "Mwah"))),
        )
        batch.action_check()
        self.assertIn("2 things are not right in the file.", batch.preview)
        self.assertIn("Of 2 values you have to say under “Values” what they mean.", batch.preview)
        self.assertIn("Of 1 columns you have to see under “Columns” what they are.", batch.preview)

    def test_an_organisation_that_is_no_referrer_any_more(self):
        row = {**ROW, "Organisatie": "Wijkagent Noord"}
        batch = self.begin(content=to_csv([row.values()], headings=row))
        batch.action_check()
        batch.value_ids.organisation_id = self.police
        batch.action_check()
        self.police.is_referrer = False
        batch.action_run()
        self.assertEqual(self.cases(batch).old_organisation, self.police.name)

    def test_a_column_that_is_none_of_our_lists(self):
        rows = [{"Zaaknummer": str(number), "Soort klacht": f"Name {number}"} for number in range(201)]
        batch = self.begin(*rows)
        batch.action_check()
        self.assertIn("Is it the right column?", batch.errors)
        self.assertFalse(batch.value_ids)

    # ------------------------------------------------------------------
    # What is not right, in words
    # ------------------------------------------------------------------
    def test_errors_in_words(self):
        for values, sentence in (
            ({"Datum melding": "31-02-2021"}, "Row 2: the date 31-02-2021 does not exist."),
            ({"Datum melding": "later"}, "Row 2: Reported on: “later” is not a date."),
            ({"Datum melding": "05-03-2190"}, "Row 2: the date 05-03-2190 is in the future."),
            ({"Datum melding": ""}, "Row 2: the day on which it was reported is missing."),
            ({"Datum afsluiting": "01-01-2021"}, "Row 2: it was closed before it was reported."),
            ({"Datum afsluiting": ""}, "Row 2: it has ended, and the day on which it was closed is missing."),
            ({"Resultaat": ""}, "Row 2: it was closed, and how it ended is missing."),
            ({"Zaaknummer": ""}, "Row 2: the number of the case is missing."),
            ({"Zaaknummer": "1" * 61}, "Row 2: the number of the case is too long."),
            ({"E-mail melder": "kanarie@"}, "Row 2: Reporter: E-mail: “kanarie@” is not an e-mail address."),
            ({"Naam melder": "", "Adres melder": ""}, "Row 2: Reporter: Name: a name or an address is missing."),
            ({"Naam buur": "x" * 101}, "Row 2: Other party: Name: This is too long; at most 100 characters."),
            ({"Soort klacht": "#N/A"}, "Row 2: Main complaint: “#N/A” is an error of the spreadsheet."),
            ({"Omschrijving": "BSN 111222333"}, "Row 2: What is going on: Leave out the citizen service number"),
            ({"Naam buur": "111222333"}, "Row 2: Other party: Name: Leave out the citizen service number"),
            ({"Soort klacht": "111222333"}, "Row 2: Main complaint: Leave out the citizen service number"),
        ):
            with self.subTest(sentence):
                self.assertIn(sentence, self.errors_of(values))

    def test_the_same_number_twice_in_a_file(self):
        self.assertEqual(self.errors_of({}, {"Zaaknummer": "2"}, {}), "Row 4: the number 2021-1 stands on row 2 too.")

    def test_a_column_with_citizen_service_numbers(self):
        numbers = [["1", "111222333"], ["2", "123456782"], ["3", "111222333"]]
        for heading, rows in (("BSN", numbers[:1]), ("BSN melder", numbers[:1]), ("Kenmerk", numbers)):
            with self.assertRaisesRegex(UserError, f"The column “{heading}” has citizen service numbers"):
                self.begin(content=to_csv(rows, headings=("Nummer", heading)))
        # Numbers of cases have nine digits too.
        self.begin(content=to_csv([["202100123"], ["202100124"], ["202100125"]], headings=("Nummer",)))

    def test_files_that_cannot_be_read(self):
        for content, sentence in (
            (b"PK\x03\x04 broken", "save it as XLSX or CSV"),
            (b"Nummer;Datum", "nothing in this file below the headings"),
            (b"a" * (import_file.LARGEST_FILE + 1), "too large"),
        ):
            with self.assertRaisesRegex(UserError, sentence):
                self.begin(content=content)

    def test_headings_below_a_title(self):
        batch = self.begin(content=b"Zaken van 2021\r\nZaaknummer;Datum melding;Naam melder\r\n1;31-02-2021;A")
        batch.action_check()
        self.assertEqual(batch.errors, "Row 3: the date 31-02-2021 does not exist.")

    def test_a_file_without_headings(self):
        batch = self.begin(content=b"1;05-03-2021;A\r\n2;05-03-2021;B")
        with self.assertRaisesRegex(UserError, "put the headings on the first row"):
            batch.action_check()

    def test_a_guard_that_refuses_names_the_row(self):
        batch = self.begin({}, {"Zaaknummer": "2"}, {"Zaaknummer": "3"})
        cases = type(self.env["buurtbemiddeling.case"])
        check = cases._check_stage

        def refuse(records):
            if "2" in records.mapped("old_number"):
                raise ValidationError("Refused by a guard.")  # pylint: disable=translation-required
            return check(records)

        refuse._constrains = check._constrains
        with patch.object(cases, "_check_later_answer", refuse), patch.object(cases, "_constraint_methods", [refuse]):
            batch.action_check()
        self.assertEqual(batch.errors, "Row 3: Refused by a guard.")
        self.assertFalse(self.cases(batch))

    def test_a_formula_is_text_in_the_list_of_errors(self):
        batch = self.begin({})
        batch.sudo().errors = '=HYPERLINK("x")'
        self.assertIn(b"\"'=HYPERLINK", base64.b64decode(batch.error_file))

    def test_markup_is_text_in_the_preview(self):
        batch = self.begin({"Naam melder": "<script>alert(1)</script>"})
        batch.action_check()
        self.assertNotIn("<script", batch.preview)
        self.assertIn("&lt;script", batch.preview)

    def test_a_dry_run_leaves_nothing(self):
        before = self.env["buurtbemiddeling.case"].search_count([])
        batch = self.begin({}, {"Zaaknummer": "2"})
        batch.action_check()
        self.assertIn("2 rows can come in.", batch.preview)
        self.assertIn("Kanarievogel", batch.preview)
        self.assertEqual(self.env["buurtbemiddeling.case"].search_count([]), before)

    # ------------------------------------------------------------------
    # All of it, once
    # ------------------------------------------------------------------
    def test_nothing_half(self):
        """A row in the middle that fails: nothing of its chunk comes in, and after a correction the rest does."""
        rows = [{"Zaaknummer": str(number)} for number in range(9)]
        batch = self.begin(*rows)
        batch.action_check()
        create = type(batch)._create_cases

        def refuse(records, prepared):
            if any(values["old_number"] == "4" for _number, values in prepared):
                raise UserError("Row 6: no")  # pylint: disable=translation-required
            return create(records, prepared)

        with patch.object(case_import, "CHUNK", 3):
            with patch.object(type(batch), "_create_cases", refuse):
                batch.action_run()
            self.assertEqual((batch.state, batch.errors), ("read", "Row 6: no"))
            self.assertEqual(self.cases(batch).mapped("old_number"), ["0", "1", "2"])
            batch.action_check()
            batch.action_run()
        self.assertEqual(len(self.cases(batch)), 9)
        self.assertEqual((batch.state, batch.imported_count, batch.known_count), ("done", 9, 3))

    def test_the_rest_comes_in_later(self):
        """What is stopped half-way goes on where it was, by itself."""
        batch = self.begin(*({"Zaaknummer": str(number)} for number in range(9)))
        batch.action_check()
        with patch.object(case_import, "CHUNK", 2), patch.object(case_import, "CHUNKS_AT_ONCE", 2):
            batch.action_run()
            self.assertEqual((batch.state, batch.next_row, len(self.cases(batch))), ("running", 4, 4))
            self.assertTrue(batch.file)
            with self.enter_registry_test_mode():
                self.env.ref(f"{MODULE}.ir_cron_import").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((batch.state, len(self.cases(batch))), ("done", 9))
        self.assertEqual(self.cases(batch).create_uid, self.manager)

    def test_again_is_once(self):
        first = self.bring_in({}, {"Zaaknummer": "2"})
        second = self.bring_in({}, {"Zaaknummer": "2"}, {"Zaaknummer": "3"}, duplicates="import")
        self.assertEqual(len(self.cases(first) | self.cases(second)), 3)
        self.assertEqual((second.imported_count, second.known_count), (1, 2))
        other_system = self.bring_in({}, source="Another register", duplicates="import")
        self.assertEqual(other_system.imported_count, 1)

    def test_double_people_on_one_day(self):
        case = self._self_report()
        case.reported_on = "2021-03-05"
        row = {"Telefoon melder": "0999 123456", "Naam melder": "Somebody", "E-mail melder": "", "Adres melder": "A 1"}
        self.assertEqual(self.bring_in(row).duplicate_count, 1)
        self.assertEqual(self.bring_in(row, duplicates="import").imported_count, 1)
        self.assertEqual(self.bring_in({**row, "Zaaknummer": "3", "Datum melding": "06-03-2021"}).imported_count, 1)

    def test_what_was_anonymised_does_not_come_back(self):
        case = self.cases(self.bring_in({}))
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_erase_after_term").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(case.anonymised_on, "it was over long ago: its own days count")
        self.assertFalse(case.old_number or case.description or any(case.party_ids.mapped("name")))
        self.assertEqual(self.bring_in({}).known_count, 1)

    def test_the_file_goes(self):
        batch = self.begin({"Bemiddelaar": "Somebody unknown"})
        batch.action_check()
        self.assertEqual(batch.value_ids.text, "Somebody unknown")
        self.assertTrue(batch.file and batch.preview and any(batch.column_ids.mapped("example")))
        batch.action_run()
        self.assertFalse(batch.file or batch.file_name or batch.preview or batch.errors or batch.value_ids)
        self.assertFalse(any(batch.column_ids.mapped("example")))
        self.assertFalse(self.env["ir.attachment"].search([("res_model", "=like", f"{PREFIX}import%")]))
        self.assertFalse(self.env["base_import.import"].search([]))

    def test_a_file_that_nobody_goes_on_with_goes(self):
        batch = self.begin({})
        self.env.flush_all()
        self.env.cr.execute("UPDATE buurtbemiddeling_import SET write_date = now() - interval '15 days'")
        self.env.invalidate_all()
        self.env["buurtbemiddeling.import"]._gc_files()
        self.assertEqual((batch.state, bool(batch.file), len(batch.column_ids)), ("draft", False, 0))

    def test_taking_out_the_file_takes_out_what_was_read_of_it(self):
        batch = self.begin({})
        batch.action_check()
        self.assertTrue(batch.sudo().content)
        batch.file = False
        self.assertFalse(batch.sudo().content or batch.preview or batch.column_ids or batch.value_ids)
        self.assertEqual((batch.state, batch.row_count), ("draft", 0))
        with self.assertRaises(UserError):
            batch.action_check()
        # Of one from which it was taken out otherwise, what was read goes after the term.
        batch.sudo().content = base64.b64encode(b"Kanarievogel")
        self.env.flush_all()
        self.env.cr.execute("UPDATE buurtbemiddeling_import SET write_date = now() - interval '15 days'")
        self.env.invalidate_all()
        self.env["buurtbemiddeling.import"]._gc_files()
        self.assertFalse(batch.sudo().content)

    # ------------------------------------------------------------------
    # Taking it out again
    # ------------------------------------------------------------------
    def test_undo(self):
        batch = self.bring_in({"Bemiddelaar": self.mediator.name}, {"Zaaknummer": "2"})
        cases = self.cases(batch)
        parties = cases.party_ids
        self.env["buurtbemiddeling.case"].with_user(self.coordinator).web_search_read(
            [("id", "in", cases.ids)], {"reference": {}}
        )
        batch.action_undo()
        self.assertFalse((cases.exists(), parties.exists()) != (cases.browse(), parties.browse()))
        self.assertEqual(batch.state, "undone")
        log = self.env["buurtbemiddeling.access.log"].search([("record_reference", "=", batch.reference)])
        self.assertEqual(log.sorted("id").mapped("how"), ["import", "import_undone"])
        self.assertEqual(self.bring_in({}).imported_count, 1)

    def test_the_list_to_compare_is_not_opening(self):
        batch = self.bring_in({"Zaaknummer": "b"}, {"Zaaknummer": "a"})
        action = batch.action_open_cases()
        cases = self.env[action["res_model"]].with_user(self.manager)
        view = cases.get_view(action["views"][0][0], "list")
        shown = etree.fromstring(view["arch"])
        names = [field.get("name") for field in shown.iterfind("field")]
        self.assertLessEqual({"old_number", "closed_on", "result_id"}, set(names))
        found = cases.web_search_read(action["domain"], {name: {} for name in names}, order=shown.get("default_order"))
        self.assertEqual([case["old_number"] for case in found["records"]], ["b", "a"], "as in the file")
        batch.action_undo()
        self.assertNotEqual(cases.get_view(view_type="list")["id"], view["id"], "it is not the list of all cases")

    def test_no_undo_after_somebody_touched_one(self):
        def opened(case):
            case.with_user(self.coordinator).read(["description"])

        def written_to(case):
            case.with_user(self.coordinator).message_post(body="Note")

        def consented(case):
            case.env["buurtbemiddeling.consent"].create({"party_id": case.party_ids[0].id})

        def changed(case):
            self.env.cr.execute(
                "UPDATE buurtbemiddeling_party SET write_date = write_date + interval '1 minute' WHERE case_id = %s",
                [case.id],
            )

        def met(case):
            case.env["buurtbemiddeling.session"].create({"case_id": case.id})

        for number, touch in enumerate((opened, written_to, consented, changed, met)):
            with self.subTest(touch.__name__):
                batch = self.bring_in({"Zaaknummer": f"{number}", **OPEN}, duplicates="import")
                touch(self.cases(batch))
                self.env.flush_all()
                self.env.invalidate_all()
                with self.assertRaisesRegex(UserError, "opened or changed"):
                    batch.action_undo()

    # ------------------------------------------------------------------
    # How much it asks of the database
    # ------------------------------------------------------------------
    def test_number_of_queries(self):
        """So many queries for 1,000 rows: by the hundreds that Odoo inserts, and nothing is written a second time."""
        self.bring_in({}, duplicates="import")
        batch = self.begin(*({"Zaaknummer": f"n{number}"} for number in range(1000)), duplicates="import")
        batch.action_check()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        batch.action_run()
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 100)
        self.assertEqual(batch.imported_count, 1000)


@tagged("post_install", "-at_install")
class TestOwnImport(MediationCommon):
    """Odoo's own import, on every model of the add-on: it works where staff make records, and goes past no guard."""

    def load(self, user, model, names, *rows):
        result = self.env[model].with_user(user).with_context(import_file=True).load(names, [list(row) for row in rows])
        return result["ids"], " ".join(message["message"] for message in result["messages"])

    def test_lists(self):
        for model in ("complaint.type", "area", "unsuitable.reason", "result", "referrer.type", "skill"):
            with self.subTest(model):
                ids, messages = self.load(self.manager, f"{PREFIX}{model}", ["name"], ["New one"], ["Another"])
                self.assertEqual((len(ids or ()), messages), (2, ""))

    def test_cases_with_people(self):
        ids, messages = self.load(
            self.coordinator,
            "buurtbemiddeling.case",
            ["channel", "reported_on", "complaint_type_id", "party_ids/name", "party_ids/role"],
            ["Self-report", "2026-01-05", self.noise.name, "Kanarievogel", "Reporter"],
            ["", "", "", "Buur", "Other party"],
        )
        self.assertFalse(messages)
        case = self.env["buurtbemiddeling.case"].browse(ids)
        self.assertEqual((case.stage, len(case.party_ids)), ("reported", 2))

    def test_guards_hold(self):
        case = self._self_report()
        for names, row, sentence in (
            (["stage"], ["Mediation"], "cannot be in the stage"),
            (["stage"], ["Closed"], "Say how the case ended"),
            (["taken_up"], ["Taken up"], "cannot be taken up"),
            (["closed_on"], ["2026-01-05"], "stay as they are"),
            (["old_number"], ["1"], "with an import only"),
            (["referral_ids/.id"], ["1"], ""),
        ):
            with self.subTest(names=names):
                ids, messages = self.load(
                    self.coordinator, "buurtbemiddeling.case", [".id", *names], [str(case.id), *row]
                )
                self.assertFalse(ids)
                self.assertIn(sentence, messages)
        self.assertEqual(case.stage, "reported")

    def test_every_other_model_is_made_or_refuses_in_words(self):
        """Whoever may not make records by hand cannot import them either; and nobody gets a stack of errors."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if not name.startswith(PREFIX) or model._abstract or model._transient:
                continue
            for user in (self.coordinator, self.manager):
                with self.subTest(model=name, user=user.login), mute_logger("odoo.sql_db", "odoo.models"):
                    names = [
                        field.name
                        for field in model._fields.values()
                        if field.store and field.required and field.type == "char" and not field.readonly
                    ] or [".id"]
                    if not model.with_user(user).has_access("create"):
                        with self.assertRaises(AccessError):
                            model.with_user(user).create({})
                        continue
                    ids, messages = self.load(user, name, names, ["x" if names != [".id"] else ""] * 1)
                    self.assertTrue(ids or messages)
                    self.assertNotIn("Traceback", messages)
                    self.assertNotIn("psycopg", messages)
