"""The measuring part of bench/import; Odoo's shell runs it with ``env``."""

import base64
import csv
import io
import json
import time
from functools import partial

import openpyxl

ROWS = 5000
HEADINGS = (
    *("Zaaknummer", "Datum melding", "Datum afsluiting", "Soort klacht", "Omschrijving", "Resultaat"),
    *("Naam melder", "Straat melder", "Huisnummer melder", "Postcode melder", "Telefoon melder", "E-mail melder"),
    *("Naam buur", "Adres buur", "Telefoon buur"),
)


def row(number, people):
    days = [f"{number % 28 + 1:02}-03-2021", "14-06-2021"]
    case = [f"{number:06}", *days, "Geluid door personen", "Ruzie over geluid. " * 6]
    reporter = [f"Voorbeeld {number}", "Voorbeeldstraat", str(number), "1234 AB", f"06{number:08}", f"v{number}@a.nl"]
    other = [f"Buur {number}", f"Voorbeeldlaan {number}", f"030{number:07}"]
    return [*case, "Bemiddeld, met afspraken", *reporter, *(other if people > 1 else ["", "", ""])]


def as_csv(rows):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("cp1252")


def as_xlsx(rows):
    book, content = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for cells in rows:
        sheet.append(cells)
    book.save(content)
    return content.getvalue()


def timed(action):
    queries, started = env.cr.sql_log_count, time.perf_counter()
    action()
    env.flush_all()
    return time.perf_counter() - started, env.cr.sql_log_count - queries


manager = env.ref("base.user_admin")
manager.group_ids += env.ref("buurtbemiddeling_addon.group_manager")
imports = env["buurtbemiddeling.import"].with_user(manager).with_context(lang="en_US")
measured = {}
for label, people, written in (
    ("CSV, one person", 1, as_csv),
    ("CSV, two people", 2, as_csv),
    ("XLSX, two people", 2, as_xlsx),
):
    file = base64.b64encode(written([HEADINGS, *(row(number, people) for number in range(ROWS))]))
    batch = imports.create({"source": label})
    read, _queries = timed(partial(batch.write, {"file": file, "file_name": "old.csv"}))
    checked, _queries = timed(batch.action_check)
    assert not batch.errors, batch.errors
    brought_in, queries = timed(batch.action_run)
    assert batch.imported_count == ROWS, batch.errors
    again = imports.create({"source": label, "file": file})
    again.action_check()
    known, _queries = timed(again.action_run)
    undone, _queries = timed(batch.action_undo)
    measured[label] = {
        "read (s)": round(read, 2),
        "check (s)": round(checked, 2),
        "bring in (s)": round(brought_in, 2),
        "rows a second": round(ROWS / brought_in),
        "rows a second, read and checked too": round(ROWS / (read + checked + brought_in)),
        "queries for 1,000 rows": round(queries * 1000 / ROWS),
        "all known already (s)": round(known, 2),
        "take out again (s)": round(undone, 2),
    }
    print(f"{label:18}", "  ".join(f"{name} {value}" for name, value in measured[label].items()))
    env.invalidate_all()
print(json.dumps(measured))
env.cr.rollback()
