import base64
import json
import zlib
from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, split_every
from odoo.tools.gc import disabling_gc
from odoo.tools.misc import format_date

from .case import with_role
from .import_file import HEADINGS, TooLarge, as_csv, read_rows, words
from .import_row import CHOICE_OF_KIND, PEOPLE, PERSON_FIELDS, RowReader
from .party import NINE_DIGITS, PERSON_FIELD_LENGTHS, RECOGNISED_BY, has_citizen_number

# Each chunk comes in as a whole or not at all; what is more than these comes in later, in the background.
CHUNK = 1000
CHUNKS_AT_ONCE = 5
ROWS_PREVIEWED = 5
PREVIEWED = ("reported_on", "stage", "party_ids", "complaint_type_id", "area_id", "result_id", "mediator_ids")
ERRORS_SHOWN = 500
DAYS_KEPT = 14
TYPED = {"source", "file", "file_name", "duplicates", "column_ids", "value_ids", "company_id"}
# Old cases come in without a word to anybody.
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True}
NUMBER_OF_A_PERSON = ("bsn", "burgerservicenummer", "sofinummer")


class CaseImport(models.Model):
    """Brings in the cases of an earlier system from a spreadsheet: one case on each row.

    A case is known by the earlier system and its number there: so a file can be brought in again, after a correction
    or when it stopped half-way, and nothing comes in twice. Nobody is told anything, no consent is made up, and the
    file and what was shown of it go as soon as all of it is in.
    """

    _name = "buurtbemiddeling.import"
    _description = "Import of Old Cases"
    _inherit = ["buurtbemiddeling.reference.mixin"]
    _order = "id desc"

    source = fields.Char(
        string="Earlier System",
        required=True,
        help="The system from which this comes. Give the same name each time: with it a case is recognised.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    file = fields.Binary(
        string="Spreadsheet", attachment=False, copy=False, help="A CSV or XLSX file of at most 20 MB."
    )
    file_name = fields.Char(copy=False)
    # Read once: a spreadsheet of years takes longer to read than a thousand cases to bring in.
    content = fields.Binary(
        attachment=False, readonly=True, copy=False, groups=fields.NO_ACCESS, export_string_translation=False
    )
    state = fields.Selection(
        [
            ("draft", "File"),
            ("read", "Columns"),
            ("checked", "Checked"),
            ("running", "Being brought in"),
            ("done", "Done"),
            ("undone", "Taken out again"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    duplicates = fields.Selection(
        [("skip", "Leave them out"), ("import", "Bring them in too")],
        string="Cases That We Seem to Have",
        required=True,
        default="skip",
        help="Cases reported on the day of a case that is here, by somebody with the same telephone number, address or "
        "e-mail address.",
    )
    column_ids = fields.One2many("buurtbemiddeling.import.column", "import_id", string="Columns", copy=False)
    value_ids = fields.One2many("buurtbemiddeling.import.value", "import_id", string="Values", copy=False)
    asked_kinds = fields.Char(compute="_compute_asked_kinds", compute_sudo=False, export_string_translation=False)
    preview = fields.Html(readonly=True, copy=False)
    errors = fields.Text(string="What Is Not Right", readonly=True, copy=False)
    error_file = fields.Binary(string="As a List", compute="_compute_error_file", compute_sudo=False)
    error_file_name = fields.Char(compute="_compute_error_file", compute_sudo=False)
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    next_row = fields.Integer(string="Rows Handled", readonly=True, copy=False)
    imported_count = fields.Integer(string="Brought In", readonly=True, copy=False)
    known_count = fields.Integer(string="Here Already", readonly=True, copy=False)
    duplicate_count = fields.Integer(string="Left out as Double", readonly=True, copy=False)
    # Rows that come in with a value that stays empty, because nobody said what it means.
    unanswered_count = fields.Integer(readonly=True, copy=False, export_string_translation=False)

    @api.depends("value_ids.kind")
    def _compute_asked_kinds(self):
        """Say of which kinds values are asked: only for these the list of values has a column."""
        for batch in self:
            batch.asked_kinds = " ".join(sorted(set(batch.value_ids.mapped("kind"))))

    @api.depends("errors")
    def _compute_error_file(self):
        for batch in self:
            lines = [[line] for line in (batch.errors or "").splitlines()]
            batch.error_file = lines and base64.b64encode(as_csv(lines))
            batch.error_file_name = self.env._("not-right.csv")

    # ------------------------------------------------------------------
    # What somebody fills in
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """Create imports, and read their files.

        :raise UserError: for a file that cannot be read, and for anybody who sets what only the methods say
        """
        for vals in vals_list:
            self._check_typed(vals)
        if not self.env.su:
            # Without defaults of the client's context.
            names = self._fields.keys() - TYPED
            context = {name: value for name, value in self.env.context.items() if name[8:] not in names}
            self = self.with_context(context)  # pylint: disable=context-overridden
        batches = super().create(vals_list)
        for batch in batches.filtered("file"):
            batch._read_headings()
        return batches

    def write(self, vals):
        """Write imports; a new file is read, and what was changed is to be checked again.

        :raise UserError: for a file that cannot be read, for anybody who sets what only the methods say, and for an
            import that has begun
        """
        self._check_typed(vals)
        self._check_not_begun()
        result = super().write(vals)
        if not self.env.su:
            for batch in self:
                if vals.get("file"):
                    batch._read_headings()
                elif "file" in vals:
                    # Whoever takes the file out takes out what was read of it, too.
                    batch._begin_anew()
                else:
                    batch._check_again()
        return result

    def _check_not_begun(self):
        if not self.env.su and any(batch.state in ("running", "done", "undone") for batch in self):
            raise UserError(self.env._("This import has begun and stays as it is. Begin a new one."))

    def _check_again(self):
        """Have these imports checked again, of which somebody changed what a column or a value is.

        sudo: only methods say where an import is.
        """
        self._check_not_begun()
        if not self.env.su:
            self.sudo().filtered(lambda batch: batch.state == "checked").state = "read"

    def _check_typed(self, vals):
        if not self.env.su and vals.keys() - TYPED:
            raise UserError(self.env._("This follows from the file and cannot be filled in."))

    @api.model
    def _targets(self):
        """Return what a column can be, with its label.

        :rtype: list[tuple]
        """
        parties = self.env["buurtbemiddeling.party"]._fields
        people = {
            "reporter": self.env._("Reporter"),
            "other": self.env._("Other party"),
            "third": self.env._("Third person"),
        }
        labels = {name: parties[name]._description_string(self.env) for name in PERSON_FIELD_LENGTHS}
        labels["address"] = self.env._("Street and number")
        of_case = {
            "old_number": self.env._("Number of the case"),
            "reported_on": self.env._("Reported on"),
            "closed_on": self.env._("Closed on"),
            "area": self.env._("Area"),
            "complaint": self.env._("Main complaint"),
            "other_complaint": self.env._("Other complaint"),
            "description": self.env._("What is going on"),
            "referrer_type": self.env._("Kind of referrer"),
            "organisation": self.env._("Organisation that referred"),
            "result": self.env._("How it ended"),
            "outcome": self.env._("Resolved?"),
            "taken_up": self.env._("Taken up? (yes or no)"),
            "coordinator": self.env._("Coordinator"),
            "mediator_1": self.env._("Mediator"),
            "mediator_2": self.env._("Second mediator"),
        }
        return [
            *of_case.items(),
            *((f"{prefix}_{name}", f"{people[prefix]}: {labels[name]}") for prefix in PEOPLE for name in PERSON_FIELDS),
        ]

    def _rows(self):
        """Return the rows of the file below its headings, as ``read_rows`` does. sudo: nobody reads them otherwise."""
        content = self.sudo().with_context(bin_size=False).content
        # None of what began before it was kept.
        return json.loads(zlib.decompress(base64.b64decode(content))) if content else self._read_file()[1:]

    def _read_file(self):
        """Return the rows of the file that are not empty, with their numbers, as ``read_rows`` does.

        :raise UserError: for a file that cannot be read
        """
        content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        if not content:
            raise UserError(self.env._("Choose a file first."))
        try:
            rows = read_rows(content)
        except TooLarge:
            raise UserError(
                self.env._("This file is too large. Split it into files of at most 20 MB and 100,000 rows.")
            ) from None
        except ValueError:
            raise UserError(
                self.env._("This file cannot be read. Open it in your spreadsheet program and save it as XLSX or CSV.")
            ) from None
        # Above the headings stands a title sometimes, in one cell.
        titles = next((place for place, (_number, cells) in enumerate(rows) if sum(map(bool, cells)) > 1), 0)
        rows = rows[titles:]
        if len(rows) < 2:
            raise UserError(self.env._("There is nothing in this file below the headings."))
        return rows

    def _read_headings(self):
        """Read the file, and propose for each column what it is. What somebody chose for the file before it stays.

        sudo: what follows from the file is written by methods only. The user may edit the import (``write`` checks).

        :raise UserError: for a file that cannot be read, or with citizen service numbers
        """
        (_number, headings), *rows = self._read_file()
        labels = [
            heading or self.env._("Column %(number)s", number=position) for position, heading in enumerate(headings, 1)
        ]
        names = self._proposed(headings, labels)
        columns = []
        for position, heading in enumerate(headings):
            cells = [row[position] for _number, row in rows if len(row) > position and row[position]]
            self._check_no_citizen_numbers(heading, cells)
            if not (heading or cells):
                continue
            columns.append(
                Command.create(
                    {
                        "position": position,
                        "heading": labels[position],
                        "example": next((cell[:80] for cell in cells if not has_citizen_number(cell)), False),
                        "field_name": names[position],
                    }
                )
            )
        self.sudo().write(
            {
                "column_ids": [Command.clear(), *columns],
                "state": "read",
                "content": base64.b64encode(zlib.compress(json.dumps(rows).encode(), level=1)),
                "row_count": len(rows),
                "next_row": 0,
                "errors": False,
                "preview": False,
                "unanswered_count": 0,
            }
        )

    def _proposed(self, headings, labels):
        """Return what each column of a file is: as somebody said for the file before it, as it was the last time, or by
        its heading.

        sudo: what headings meant is kept for everybody who imports.

        :param list headings: of the file
        :param list labels: what the user sees of each of them
        :rtype: list[str | bool]
        """
        # What Odoo's own import remembers, too.
        remembered = {
            mapping.column_name: mapping.field_name
            for mapping in self.env["base_import.mapping"].sudo().search([("res_model", "=", self._name)])
        }
        keys = [words(label) for label in labels]
        said = defaultdict(list)
        for column in self.column_ids.filtered(lambda column: words(column.heading) in keys):
            said[words(column.heading)].append(column.field_name)
        fields_left = dict(self._targets()).keys() - {name for names in said.values() for name in names}
        proposed = []
        for key, heading in zip(keys, headings, strict=True):
            if key in said:
                # What is not to come in stays out, also when its heading stands there once more.
                proposed.append(said[key].pop(0) if said[key] else False)
                continue
            name = remembered.get(words(heading), HEADINGS.get(words(heading)))
            proposed.append(name in fields_left and name)
            fields_left -= {name}
        return proposed

    def _check_no_citizen_numbers(self, heading, cells):
        nine_digits = [cell for cell in cells if NINE_DIGITS.fullmatch(cell)]
        named = set(NUMBER_OF_A_PERSON) & set(words(heading).split())
        if (named and cells) or (len(nine_digits) >= 3 and all(map(has_citizen_number, nine_digits))):
            raise UserError(
                self.env._(
                    "The column “%(heading)s” has citizen service numbers (BSN). We may not keep these: take that "
                    "column out of the file first.",
                    heading=heading,
                )
            )

    def action_read(self):
        """Go on to the columns: the file is read when it is saved.

        :return: ``True``
        :raise UserError: when there is no file
        """
        self.ensure_one()
        if not self.column_ids:
            raise UserError(self.env._("Choose a file first."))
        return True

    # ------------------------------------------------------------------
    # Dry run
    # ------------------------------------------------------------------
    def action_check(self):
        """Look what would become of each row, without bringing anything in, and ask which values mean what.

        :return: ``True``
        :raise AccessError: for anybody but a manager
        :raise UserError: when there is no file, or it does not say which column is what
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("read", "checked"):
            raise UserError(self.env._("This import has begun and stays as it is. Begin a new one."))
        reader = RowReader(self)
        rows = self._rows()
        unknown, too_many = reader.unknown_values(rows)
        self._ask_values(unknown)
        reader = RowReader(self)
        prepared = [row for row in map(reader.values_of, rows) if row]
        errors = too_many + reader.errors
        new, known = self._new_of(prepared)
        double = self._doubles(new)
        if not errors:
            errors += self._try(new[:CHUNK])
        coming = [row for row in new if self.duplicates == "import" or row[0] not in double]
        unanswered = len(reader.unanswered.intersection(number for number, _values in coming))
        asked = len(reader.asked)
        sentences = [
            self.env._("%(number)s rows can come in.", number=len(new)),
            *self._counted_errors(len(errors) - len(too_many) - asked, asked, len(too_many)),
            *self._counted_cases(len(known), double, unanswered),
            *self._counted_past_term(coming),
        ]
        self.sudo().write(
            {
                "state": "checked",
                "row_count": len(rows),
                "errors": self._shown(errors),
                "preview": self._as_preview(prepared, sentences),
                "unanswered_count": unanswered,
            }
        )
        return True

    def _shown(self, errors):
        more = len(errors) - ERRORS_SHOWN
        lines = errors[:ERRORS_SHOWN]
        if more > 0:
            lines = [*lines, self.env._("And %(number)s more.", number=more)]
        return "\n".join(lines) or False

    def _ask_values(self, unknown):
        """Ask what each of these values means, once; propose what it meant in an earlier import.

        :param dict unknown: (text, number of rows) by (kind, value in ``words``)
        """
        Value = self.env["buurtbemiddeling.import.value"].sudo()
        present = {(value.kind, words(value.text)): value for value in self.sudo().value_ids}
        earlier = Value.search([("import_id.company_id", "=", self.company_id.id), ("import_id", "!=", self.id)])
        meant = {(value.kind, words(value.text)): value._choice() for value in earlier.sorted("id")}
        for key, value in present.items():
            if key in unknown:
                _text, value.number = unknown[key]
        (Value.union(*(value for key, value in present.items() if key not in unknown))).unlink()
        Value.create(
            [
                {
                    "import_id": self.id,
                    "kind": kind,
                    "text": text,
                    "number": number,
                    CHOICE_OF_KIND[kind]: meant.get((kind, value), False),
                }
                for (kind, value), (text, number) in unknown.items()
                if (kind, value) not in present
            ]
        )

    def _try(self, prepared):
        """Make cases of rows and take that back at once.

        :return: what is not right, in words
        :rtype: list[str]
        """
        errors = []
        with self.env.cr.savepoint() as savepoint:
            try:
                self._create_cases(prepared)
            except UserError as error:
                errors = [str(error)]
            savepoint.rollback()
        return errors

    def _counted_errors(self, in_file, in_values, in_columns):
        """Return how many things are not right, in words, by where each of them is put right."""
        counted = [
            (
                self.env._(
                    "%(number)s things are not right in the file. Correct the file, and choose it again.",
                    number=in_file,
                ),
                in_file,
            ),
            (
                self.env._("Of %(number)s values you have to say under “Values” what they mean.", number=in_values),
                in_values,
            ),
            (
                self.env._("Of %(number)s columns you have to see under “Columns” what they are.", number=in_columns),
                in_columns,
            ),
        ]
        return [sentence for sentence, number in counted if number]

    def _counted_cases(self, known, double, unanswered):
        """Return of how many rows not all comes in, in words."""
        counted = [
            (self.env._("%(number)s cases are here already, and are left out.", number=known), known),
            (
                self.env._(
                    "%(number)s cases seem to be here already: row %(rows)s.",
                    number=len(double),
                    rows=", ".join(map(str, sorted(double)[:20])),
                ),
                double,
            ),
            (
                self.env._(
                    "%(number)s rows have a value of which nobody said under “Values” what it means. It stays empty.",
                    number=unanswered,
                ),
                unanswered,
            ),
        ]
        return [sentence for sentence, number in counted if number]

    def _counted_past_term(self, coming):
        """Return of how many cases the daily job erases something at once, in words, and by which term."""
        kinds = ("case", "not_taken_up", "parties")
        months = {kind: self.company_id._months_kept(kind) for kind in kinds}
        last = {kind: self._today - relativedelta(months=months[kind]) for kind in kinds}
        ended = [
            (values["closed_on"], last["case" if values["taken_up"] == "taken_up" else "not_taken_up"])
            for _number, values in coming
            if values["stage"] == "closed"
        ]
        cases = sum(closed_on <= last_of_case for closed_on, last_of_case in ended)
        people = sum(last_of_case < closed_on <= last["parties"] for closed_on, last_of_case in ended)
        counted = [
            (
                self.env._(
                    "%(number)s cases have been over for longer than a case is kept: %(months)s months, or %(shorter)s "
                    "when it was not taken up. They come in, and the daily job erases the people and the texts.",
                    number=cases,
                    months=months["case"],
                    shorter=months["not_taken_up"],
                ),
                cases,
            ),
            (
                self.env._(
                    "%(number)s other cases have been over for longer than people are kept: %(months)s months. They "
                    "come in, and the daily job erases the people.",
                    number=people,
                    months=months["parties"],
                ),
                people,
            ),
        ]
        return [sentence for sentence, number in counted if number]

    def _as_preview(self, prepared, sentences):
        """Return what the user sees of a dry run: what happens with how many rows, and what the first ones become."""
        labels = [self.env["buurtbemiddeling.case"]._fields[name]._description_string(self.env) for name in PREVIEWED]
        headings = [self.env._("Row"), self.env._("Number of the case"), *labels]
        cells = [self._previewed(number, values) for number, values in prepared[:ROWS_PREVIEWED]]
        return Markup(
            "<ul>%s</ul><table class='table table-sm'><thead><tr>%s</tr></thead><tbody>%s</tbody></table>"
        ) % (
            Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences),
            Markup().join(Markup("<th>%s</th>") % heading for heading in headings),
            Markup().join(
                Markup("<tr>%s</tr>") % Markup().join(Markup("<td>%s</td>") % cell for cell in row) for row in cells
            ),
        )

    def _previewed(self, number, values):
        cases = self.env["buurtbemiddeling.case"]

        def label(name):
            chosen = values.get(name) or []
            ids = chosen[0][2] if isinstance(chosen, list) and chosen else chosen
            return ", ".join(cases[name].browse(ids).mapped("display_name"))

        people = [command[2] for command in values["party_ids"]]
        return [
            number,
            values["old_number"],
            format_date(self.env, values["reported_on"]),
            dict(cases._fields["stage"]._description_selection(self.env))[values["stage"]],
            " ↔ ".join(
                person.get("name") or f"{person['street']} {person.get('house_number', '')}" for person in people
            ),
            label("complaint_type_id"),
            label("area_id"),
            label("result_id"),
            label("mediator_ids"),
        ]

    @property
    def _today(self):
        return fields.Date.context_today(self)

    # ------------------------------------------------------------------
    # Bringing in
    # ------------------------------------------------------------------
    def action_run(self):
        """Bring in the cases; what is more than some thousands comes in later, in the background.

        sudo: the days of decisions and where a case comes from are written by methods only; only what was read from
        the file, and was checked, is written.

        :return: ``True``
        :raise AccessError: for anybody but a manager
        :raise UserError: when it was not checked, or something was not right
        """
        self.ensure_one()
        self.check_access("write")
        self._lock()
        if self.state != "running":
            self._check_not_begun()
        if self.state not in ("checked", "running") or self.errors:
            raise UserError(self.env._("Check the file first, and correct what is not right."))
        if self.state == "checked":
            self.env["buurtbemiddeling.access.log"]._log_import(self, "import")
            self._remember_columns()
            self.sudo().write({"state": "running", "next_row": 0})
        for number, _rows in enumerate(self._chunks(), 1):
            if number == CHUNKS_AT_ONCE and self.next_row < self.row_count:
                self.env.ref("buurtbemiddeling_addon.ir_cron_import").sudo()._trigger()
                break
        return True

    def _lock(self):
        """Let nobody else bring this import in, or take it out, until the end of the transaction.

        :raise UserError: when somebody is at it
        """
        if not self.try_lock_for_update():
            raise UserError(self.env._("This import is being brought in now. Wait a little, and look again."))

    def _chunks(self):
        """Bring in chunk after chunk, from where it stopped; after each, give back its number of rows."""
        reader = RowReader(self)
        for chunk in split_every(CHUNK, self._rows()[self.next_row :], list):
            if not self._import_chunk(reader, chunk):
                return
            yield len(chunk)
        self._finish()

    def _import_chunk(self, reader, rows):
        """Bring in some rows: all of them, or none and the reason is kept.

        :return: whether they came in
        :rtype: bool
        """
        batch = self.sudo()
        prepared = [row for row in map(reader.values_of, rows) if row]
        errors = reader.errors
        new, known = self._new_of(prepared)
        double = self._doubles(new) if self.duplicates == "skip" else set()
        new = [row for row in new if row[0] not in double]
        if not errors:
            try:
                # What it makes is forgotten at its end; to look for garbage meanwhile is in vain.
                with self.env.cr.savepoint(), disabling_gc():
                    self._create_cases(new)
            except UserError as error:
                errors = [str(error)]
        if errors:
            batch.write({"state": "read", "errors": self._shown(errors)})
            return False
        batch.write(
            {
                "next_row": batch.next_row + len(rows),
                "imported_count": batch.imported_count + len(new),
                "known_count": batch.known_count + len(known),
                "duplicate_count": batch.duplicate_count + len(double),
            }
        )
        # A file can be of any size, the cache cannot.
        self.env.flush_all()
        self.env.invalidate_all()
        return True

    def _create_cases(self, prepared):
        """Create the cases of rows, past nothing that guards a case. sudo: see ``action_run``.

        :param list prepared: (number, values) for each row
        :raise UserError: with the number of the row that is refused
        """
        cases = self.env["buurtbemiddeling.case"].sudo().with_context(**QUIET)
        try:
            with self.env.cr.savepoint():
                created = cases.create([values for _number, values in prepared])
                # By what people are found was given with them.
                for name in ("search_key", *RECOGNISED_BY):
                    self.env.remove_to_compute(created.party_ids._fields[name], created.party_ids)
                self.env.flush_all()
        except UserError as refusal:
            # Which one it is, Odoo does not say.
            for number, values in prepared:
                try:
                    with self.env.cr.savepoint():
                        cases.create(values)
                except UserError as error:
                    message = self.env._("Row %(number)s: %(error)s", number=number, error=" ".join(str(error).split()))
                    raise UserError(message) from error
            raise refusal from None

    def _new_of(self, prepared):
        """Return which rows are new, and the numbers of those that came in before."""
        known = set()
        for keys in split_every(CHUNK, [values["import_key"] for _number, values in prepared]):
            self.env.cr.execute(
                SQL("SELECT import_key FROM buurtbemiddeling_case WHERE import_key IN %s", tuple(keys)),
            )
            known |= {key for (key,) in self.env.cr.fetchall()}
        new = [row for row in prepared if row[1]["import_key"] not in known]
        return new, {number for number, values in prepared if values["import_key"] in known}

    def _doubles(self, prepared):
        """Return the numbers of the rows with somebody who is in a case here that was reported on the same day.

        sudo: the keys by which people are recognised are compared in the company of the import only.
        """
        parties = self.env["buurtbemiddeling.party"].sudo().with_context(active_test=False)
        double = set()
        for rows in split_every(CHUNK, prepared, list):
            people = [
                (number, values["reported_on"], person)
                for number, values in rows
                for _command, _id, person in values["party_ids"]
            ]
            recognised = self._recognised([person for _number, _day, person in people])
            for number, day, person in people if recognised else ():
                others = parties.union(*(recognised.get((day, name, person[name]), parties) for name in RECOGNISED_BY))
                if others and others.filtered(parties.new(person)._looks_like):
                    double.add(number)
        return double

    def _recognised(self, people):
        """Return who is here, in a case of the company that did not come in with this import, by what they have in
        common with people.

        Each key is looked for by itself, and the cases are read afterwards: on a database that has just been filled
        PostgreSQL knows no better than to begin at all cases.

        :param list people: values of parties
        :rtype: dict of parties, by (day on which their case was reported, name of the key, key)
        """
        parties = self.env["buurtbemiddeling.party"].sudo().with_context(active_test=False)
        found = {
            name: parties.search_fetch(
                Domain(name, "in", {person[name] for person in people if person[name]})
                & Domain("erased_on", "=", False),
                ["case_id", "zip", "city", *RECOGNISED_BY],
                order="id",
            )
            for name in RECOGNISED_BY
        }
        cases = parties.union(*found.values()).case_id
        cases.fetch(["company_id", "import_id", "reported_on"])
        cases = cases.filtered(lambda case: case.company_id == self.company_id and case.import_id != self)
        recognised = defaultdict(lambda: parties)
        for name, those in found.items():
            for party in those.filtered(lambda party: party.case_id in cases):
                recognised[party.case_id.reported_on, name, party[name]] |= party
        return recognised

    def _remember_columns(self):
        """Keep what each heading meant, where Odoo's own import keeps it. sudo: for everybody who imports later."""
        mappings = self.env["base_import.mapping"].sudo()
        headings = {words(column.heading): column.field_name for column in self.column_ids}
        mappings.search([("res_model", "=", self._name), ("column_name", "in", list(headings))]).unlink()
        mappings.create(
            [
                {"res_model": self._name, "column_name": heading, "field_name": name}
                for heading, name in headings.items()
                if name
            ]
        )

    def _finish(self):
        """Mark one import as done and forget its file."""
        self.sudo().state = "done"
        self._forget()

    def _forget(self):
        """Erase what is personal in imports: the file, what was shown of it, and values that mean nothing here.

        sudo: also of an import that has begun.
        """
        batches = self.sudo()
        batches.write(dict.fromkeys(("file", "file_name", "content", "preview", "errors"), False))
        batches.column_ids.example = False
        batches.value_ids.filtered(lambda value: not value._choice()).unlink()

    @api.model
    def _cron_import(self):
        """Go on with the imports that are under way, chunk by chunk; in the name of whoever began each."""
        batches = self.search([("state", "=", "running")])
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=sum(batch.row_count - batch.next_row for batch in batches))
        for batch in batches:
            user = batch.create_uid
            batch = batch.with_user(user).sudo().with_context(lang=user.lang)
            if batch.try_lock_for_update():
                for rows in batch._chunks():
                    if not progress._commit_progress(rows):
                        return

    @api.autovacuum
    def _gc_files(self):
        """Forget the files of imports that nobody went on with."""
        old = fields.Datetime.now() - timedelta(days=DAYS_KEPT)
        kept = Domain("file", "!=", False) | Domain("content", "!=", False)
        self.search(kept & Domain("write_date", "<", old) & Domain("state", "!=", "running"))._begin_anew()

    def _begin_anew(self):
        """Erase what is personal in imports, and what was said of their columns. sudo: as in ``_forget``."""
        self._forget()
        batches = self.sudo()
        batches.write({"state": "draft", "row_count": 0, "next_row": 0})
        batches.column_ids.unlink()
        batches.value_ids.unlink()

    # ------------------------------------------------------------------
    # Afterwards
    # ------------------------------------------------------------------
    def action_open_cases(self):
        """Open the cases that came in, in a list to lay beside the spreadsheet: whoever opens one ends the undo.

        :return: an action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "buurtbemiddeling.case",
            "view_mode": "list,form",
            "views": [(self.env.ref("buurtbemiddeling_addon.case_view_list_imported").id, "list"), (False, "form")],
            "domain": [("import_id", "=", self.id)],
            "name": self.env._("Cases That Came In"),
        }

    def action_undo(self):
        """Take the cases that came in out again, as long as nobody opened or changed one of them.

        sudo: nobody deletes a case otherwise. Here it is one that was made by a mistake a moment ago; that they were
        there stands in the access log.

        :return: ``True``
        :raise AccessError: for anybody but a manager
        :raise UserError: when somebody opened or changed one of them, or it is still under way
        """
        self.ensure_one()
        self.check_access("write")
        self._lock()
        if self.state in ("running", "undone") or not self.imported_count:
            raise UserError(self.env._("There is nothing to take out, or it is still being brought in."))
        cases = self.env["buurtbemiddeling.case"].sudo().with_context(active_test=False)
        cases = cases.search([("import_id", "=", self.id)])
        cases._serialize()
        touched = cases._touched_since_import()
        if touched:
            raise UserError(
                self.env._(
                    "Somebody opened or changed cases of this import, such as %(reference)s. So these stay. End or "
                    "archive what does not belong here.",
                    reference=", ".join(touched.sorted("id")[:3].mapped("reference")),
                )
            )
        cases._delete_imported()
        self.env["buurtbemiddeling.access.log"]._log_import(self, "import_undone")
        self.sudo().state = "undone"
        self._forget()
        return True


class CaseImportColumn(models.Model):
    """A column of the spreadsheet, and what it is."""

    _name = "buurtbemiddeling.import.column"
    _description = "Column of an Import"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _order = "position, id"
    _rec_name = "heading"

    import_id = fields.Many2one("buurtbemiddeling.import", required=True, index=True, ondelete="cascade")
    position = fields.Integer(readonly=True)
    heading = fields.Char(readonly=True)
    example = fields.Char(readonly=True)
    field_name = fields.Selection(
        lambda self: self.env["buurtbemiddeling.import"]._targets(),
        string="Is",
        help="Leave empty what is not to come in.",
    )
    remark = fields.Char(compute="_compute_remark", compute_sudo=False, export_string_translation=False)

    @api.depends("field_name")
    def _compute_remark(self):
        """Say of which columns nothing comes in: an empty cell says nothing."""
        for column in self:
            column.remark = not column.field_name and self.env._("Does not come in")

    def write(self, vals):
        """Write columns, and have the import checked again.

        :raise UserError: when the import has begun
        """
        self.import_id._check_again()
        return super().write(vals)


class CaseImportValue(models.Model):
    """A value in the spreadsheet that is in no list of ours, and what it means. Without a choice it becomes empty."""

    _name = "buurtbemiddeling.import.value"
    _description = "Value of an Import"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _order = "kind, number desc, id"
    _rec_name = "text"

    import_id = fields.Many2one("buurtbemiddeling.import", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("area", "Area"),
            ("complaint", "Complaint"),
            ("result", "How it ended"),
            ("referrer_type", "Kind of referrer"),
            ("organisation", "Organisation"),
            ("user", "Coordinator or mediator"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Char(string="In the File", readonly=True)
    number = fields.Integer(string="Rows", readonly=True)
    area_id = fields.Many2one("buurtbemiddeling.area", ondelete="cascade")
    complaint_type_id = fields.Many2one("buurtbemiddeling.complaint.type", string="Complaint", ondelete="cascade")
    result_id = fields.Many2one("buurtbemiddeling.result", string="How It Ended", ondelete="cascade")
    referrer_type_id = fields.Many2one("buurtbemiddeling.referrer.type", ondelete="cascade")
    organisation_id = fields.Many2one("res.partner", ondelete="cascade", domain="[('is_referrer', '=', True)]")
    user_id = fields.Many2one(
        "res.users",
        string="Coordinator or Mediator",
        ondelete="cascade",
        domain=lambda self: with_role(self.env, "mediator"),
    )

    def write(self, vals):
        """Write values, and have the import checked again.

        :raise UserError: when the import has begun
        """
        self.import_id._check_again()
        return super().write(vals)

    def _choice(self):
        """Return the id of what one value means, or ``False``."""
        return self[CHOICE_OF_KIND[self.kind]].id
