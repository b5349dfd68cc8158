# Searches and reports as the screens ask them, each beside the same question in bare SQL; prints figures as JSON.
# Each has two rows: the whole call, and the time in it that the database took for its statements.
import json
import time
from unittest.mock import patch

from odoo.fields import Domain
from odoo.sql_db import Cursor
from odoo.tools import SQL

from odoo.addons.buurtbemiddeling_addon.models.party import search_words

ROUNDS = 15
BARE = ": bare SQL"
coordinator = env["res.users"].search([("login", "=", "coordinator1")])
cases = env["buurtbemiddeling.case"].with_user(coordinator).with_context(lang="en_US", tz="Europe/Amsterdam")
env.cr.execute(
    """
    SELECT party.name, party.street, party.house_number, party.phone, file.reference
      FROM buurtbemiddeling_party party
      JOIN buurtbemiddeling_case file ON file.id = party.case_id
     WHERE party.active AND file.active AND party.name != '' AND party.phone != '' AND party.street != ''
           AND party.house_number != '' AND file.anonymised_on IS NULL
  ORDER BY party.id
     LIMIT 1
    OFFSET 500
    """
)
name, street, house_number, phone, reference = env.cr.fetchone()
tasks = env["project.task"].with_env(cases.env)
parent = tasks.sudo().search([], limit=1)
year = cases.search([], order="reported_on desc", limit=1).reported_on.year
in_year = [("reported_on", ">=", f"{year}-01-01"), ("reported_on", "<=", f"{year}-12-31")]


def search(text):
    cases.search(Domain("anonymised_on", "=", False) & Domain("search_text", "ilike", text), limit=80)


def search_people(words):
    conditions = SQL(" AND ").join(SQL("search_key ILIKE %s", f"%{word}%") for word in words)
    env.cr.execute(
        SQL(
            """
            SELECT id FROM buurtbemiddeling_case
             WHERE active AND anonymised_on IS NULL
                   AND id IN (SELECT case_id FROM buurtbemiddeling_party WHERE %s %s)
          ORDER BY reported_on DESC, id DESC
             LIMIT 80
            """,
            conditions,
            # As the search of the add-on, which begins at the people when it is for a number.
            SQL("OFFSET 0" if any(map(str.isdigit, "".join(words))) else ""),
        )
    )
    env.cr.fetchall()


def search_reference(text):
    env.cr.execute("SELECT id FROM buurtbemiddeling_case WHERE reference LIKE %s AND active", [f"{text}%"])
    env.cr.fetchall()


def group(column, how):
    env.cr.execute(
        f"""
        SELECT {column}, channel, count(*) FROM buurtbemiddeling_case
         WHERE active AND reported_on BETWEEN %s AND %s
      GROUP BY {how}
        """,
        [f"{year}-01-01", f"{year}-12-31"],
    )
    env.cr.fetchall()


things = {
    "search by name": lambda: search(name),
    "search by name: bare SQL": lambda: search_people(search_words(name)),
    "search by street": lambda: search(f"{street} {house_number}"),
    "search by street: bare SQL": lambda: search_people(search_words(f"{street} {house_number}")),
    "search by telephone": lambda: search(phone),
    "search by telephone: bare SQL": lambda: search_people(search_words(phone)),
    "search by reference": lambda: search(reference),
    "search by reference: bare SQL": lambda: search_reference(reference),
    # What Odoo takes for a search of its own that an index answers with nothing: to read rules, write SQL and send it.
    "tasks: search by an indexed field": lambda: tasks.search([("parent_id", "=", parent.id)], limit=80),
    "year by complaint and channel": lambda: cases.formatted_read_grouping_sets(
        in_year, [[], ["complaint_type_id"], ["channel"], ["complaint_type_id", "channel"]], ["__count"]
    ),
    "year by complaint and channel: bare SQL": lambda: group(
        "complaint_type_id", "GROUPING SETS ((), (1), (2), (1, 2))"
    ),
    "year by month and channel": lambda: cases.formatted_read_group(
        in_year, ["reported_on:month", "channel"], ["__count"]
    ),
    "year by month and channel: bare SQL": lambda: group("date_trunc('month', reported_on)", "1, 2"),
}
samples = {}
queries = {}
in_database = []
execute = Cursor.execute


def timed(cursor, *arguments, **options):
    started = time.perf_counter()
    try:
        return execute(cursor, *arguments, **options)
    finally:
        in_database.append(time.perf_counter() - started)


with patch.object(Cursor, "execute", timed):
    for number in range(-3, ROUNDS):
        for thing, do in things.items():
            env.invalidate_all()
            in_database.clear()
            started = time.perf_counter()
            do()
            rows = {thing: time.perf_counter() - started}
            if not thing.endswith(BARE):
                rows[f"{thing}: in the database"] = sum(in_database)
            for row, seconds in rows.items():
                if number >= 0:
                    samples.setdefault(row, []).append(seconds)
                    queries[row] = len(in_database)
env.cr.rollback()
figures = {
    thing: {
        "median": sorted(seconds)[ROUNDS // 2],
        "p95": sorted(seconds)[ROUNDS * 95 // 100],
        "queries": queries[thing],
        "times": ROUNDS,
    }
    for thing, seconds in samples.items()
}
print(json.dumps(figures))
