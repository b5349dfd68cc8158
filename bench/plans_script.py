"""The measuring part of bench/plans; Odoo's shell runs it with ``env``. Everything is rolled back."""

import json
import os
import time
from itertools import chain, repeat
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.sql_db import Cursor
from odoo.tools import SQL

from odoo.addons.buurtbemiddeling_addon.controllers.referral_portal import ORDERS
from odoo.addons.buurtbemiddeling_addon.models.batches import LOOKED_FOR
from odoo.addons.buurtbemiddeling_addon.models.retention import KINDS

PAGE, COUNT_LIMIT = 80, 10001
# A table with fewer rows is read as quickly as an index of it.
MANY = 10000
# Rows that are inserted to see what the indexes cost, and how often.
ROWS, TIMES = 5000, 3
# So few pages (8 MB) are read at once sooner than a page of records is found in them through an index. PostgreSQL goes
# over to the index when the table grows.
FEW_PAGES = 1000
# Groups count all cases: to read the table once is right, no index is shorter.
COUNTS_ALL = ("coordinator1: board of cases by stage", "coordinator1: cases by ")
# The tables that grow with use; ours, and what Odoo keeps about our records.
SHOWN = ("buurtbemiddeling_", "mail_message", "mail_activity", "mail_followers", "ir_attachment")

users = {
    name: env["res.users"].search([("login", "=", name)]) for name in ("coordinator1", "manager1", "mediator1")
} | {"referrer1": env["res.users"].search([("login", "=", "referrer1")])}
case_model = env["buurtbemiddeling.case"]
env.cr.execute("SELECT relname, reltuples::bigint, relpages FROM pg_class WHERE relkind = 'r'")
sizes = env.cr.fetchall()
rows_of = {name: rows for name, rows, _pages in sizes}
growing = {name for name, rows in rows_of.items() if rows > MANY and name.startswith(SHOWN)}
small = {name for name, _rows, pages in sizes if pages <= FEW_PAGES}


def as_user(name, model):
    return env[model].with_user(users[name]).with_context(allowed_company_ids=env.company.ids, lang="en_US")


def statements_of(action):
    """Return what Odoo reads from the database in an action, each different statement once, with its parameters."""
    found = {}
    execute = Cursor.execute

    def record(cursor, query, params=None, log_exceptions=True):
        statement = cursor._obj.mogrify(*(query.code, query.params) if isinstance(query, SQL) else (query, params))
        result = execute(cursor, query, params, log_exceptions)
        text = statement.decode()
        if text.lstrip().upper().startswith(("SELECT", "WITH")) and any(name in text for name in growing):
            found.setdefault(text, None)
        return result

    times_to_go_on = chain(repeat(1, LOOKED_FOR), repeat(0))
    env.flush_all()
    env.invalidate_all()
    env.cr.execute("SAVEPOINT bench_action")
    with (
        patch.object(Cursor, "execute", record),
        # A job ends after a batch, and does not commit it.
        patch.object(type(env["ir.cron"]), "_commit_progress", lambda *_arguments, **_named: next(times_to_go_on)),
    ):
        try:
            action()
        except Exception as error:
            print(f"FAILED {error!r}"[:300])
            env.cr.execute("ROLLBACK TO SAVEPOINT bench_action")
            env.invalidate_all(flush=False)
    return list(found)


def explain(statement):
    """Run a statement with EXPLAIN and return its milliseconds, its pages, its scans of whole tables, and its plan."""
    env.cr._obj.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
    (plan,) = env.cr._obj.fetchone()[0]
    scans, lines = [], []

    def walk(node, depth):
        table = node.get("Relation Name")
        name = " ".join(filter(None, [node["Node Type"], node.get("Index Name"), table and f"on {table}"]))
        pages = node.get("Shared Hit Blocks", 0) + node.get("Shared Read Blocks", 0)
        rows = node["Actual Rows"] * node["Actual Loops"]
        removed = node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
        if node["Actual Loops"]:
            lines.append(
                f"{'  ' * depth}{name}: {rows:.0f} rows, {pages} pages, {node['Actual Total Time']:.1f} ms"
                + (f", {removed:.0f} rows left out" if removed else "")
            )
            # A page or a count with a limit ends a scan early: that is no reading of a whole table.
            if node["Node Type"] == "Seq Scan" and table in growing and rows + removed > rows_of[table] / 2:
                scans.append(table)
        for child in node.get("Plans", ()):
            walk(child, depth + 1)

    walk(plan["Plan"], 0)
    pages = plan["Plan"].get("Shared Hit Blocks", 0) + plan["Plan"].get("Shared Read Blocks", 0)
    return plan["Execution Time"] + plan["Planning Time"], pages, scans, lines


def read_list(user, model, domain=(), order=None, view="list", limit=PAGE, offset=0):
    """Read one page of records with the fields of the view, as the web client does."""
    records = as_user(user, model)
    arch = etree.fromstring(records.get_view(view_type=view)["arch"])
    names = {node.get("name") for node in arch.iter("field")} & records._fields.keys()
    specification = {
        name: {"fields": {"display_name": {}}} if records._fields[name].relational else {} for name in sorted(names)
    }
    order = order or arch.get("default_order")
    return lambda: records.web_search_read(
        list(domain), specification, limit=limit, offset=offset, order=order, count_limit=COUNT_LIMIT
    )


def read_page(user, model):
    return lambda: as_user(user, model).search([], limit=PAGE).ids


def read_portal(records, domain, order):
    return lambda: (
        records.search_count(domain),
        records.search(domain, order=order, limit=20, offset=40)._portal_values(),
    )


def read_groups(user, model, groupby, domain=()):
    records = as_user(user, model)
    return lambda: records.web_read_group(
        list(domain),
        [groupby],
        ["__count"],
        auto_unfold=True,
        unfold_read_specification={"display_name": {}},
        unfold_read_default_limit=40,
        order=None,
    )


def actions():
    """Yield what people and jobs do, by name."""
    own = [
        "buurtbemiddeling." + name
        for name in (
            *("case", "party", "consent", "session", "letter", "agreement", "referral", "disclosure", "register"),
            *("mediator.report", "personal.link", "access.log", "session.reply", "aftercare.answer"),
        )
    ]
    for user in users:
        for model in own:
            if as_user(user, model).has_access("read"):
                yield f"rule: {user} reads a page of {model}", read_page(user, model)
    for user in ("coordinator1", "mediator1"):
        yield f"{user}: list of cases", read_list(user, case_model._name)
        yield f"{user}: board of cases by stage", read_groups(user, case_model._name, "stage")
    coordinator = "coordinator1"
    yield "coordinator1: page 50 of the list of cases", read_list(coordinator, case_model._name, offset=49 * PAGE)
    uid = users[coordinator].id
    for name, domain in {
        "mine": ["|", ("coordinator_id", "=", uid), ("mediator_ids", "in", uid)],
        "mine, open": [
            *("&", ("stage", "!=", "closed"), "|", ("coordinator_id", "=", uid), ("mediator_ids", "in", uid)),
        ],
        "without coordinator": [("coordinator_id", "=", False)],
        "open": [("stage", "!=", "closed")],
        "to be confirmed": [
            ("party_ids", "any", [("referral_permission", "=", "unconfirmed"), ("erased_on", "=", False)]),
            ("stage", "!=", "closed"),
        ],
        "too late": [("next_step_on", "<", fields.Date.today())],
        "complex": [("is_complex", "=", True)],
        "on hold": [("held_on", "!=", False)],
        "anonymised": [("anonymised_on", "!=", False)],
        "archived": [("active", "=", False)],
    }.items():
        yield f"coordinator1: cases, filter {name}", read_list(coordinator, case_model._name, domain)
    for groupby in ("coordinator_id", "next_step", "channel", "complaint_type_id", "area_id", "reported_on:month"):
        yield f"coordinator1: cases by {groupby}", read_groups(coordinator, case_model._name, groupby)
    env.cr.execute(
        "SELECT name, street, house_number, phone, email FROM buurtbemiddeling_party"
        " WHERE name IS NOT NULL AND phone IS NOT NULL AND email IS NOT NULL ORDER BY md5(id::text) LIMIT 1"
    )
    name, street, house_number, phone, email = env.cr.fetchone()
    env.cr.execute("SELECT reference FROM buurtbemiddeling_case ORDER BY md5(id::text) LIMIT 1")
    (reference,) = env.cr.fetchone()
    for kind, text in {
        "name": name,
        "surname": name.split()[-1],
        "address": f"{street} {house_number}",
        "telephone": phone,
        "e-mail": email,
        "reference": reference,
        "nothing": "bestaatniet",
    }.items():
        search = [("search_text", "ilike", text)]
        for user in (coordinator, "mediator1"):
            yield f"{user}: cases, searched by {kind}", read_list(user, case_model._name, search)
    for model in own[1:]:
        if as_user("manager1", model).has_access("read"):
            yield f"manager1: list of {model}", read_list("manager1", model)
    yield (
        "coordinator1: appointments, to be reported",
        read_list(
            coordinator, "buurtbemiddeling.session", [("state", "=", "planned"), ("stop", "<", fields.Datetime.now())]
        ),
    )
    yield (
        "mediator1: my appointments",
        read_list("mediator1", "buurtbemiddeling.session", [("mediator_ids", "in", users["mediator1"].id)]),
    )
    yield (
        "coordinator1: letters to be sent",
        read_list(coordinator, "buurtbemiddeling.letter", [("state", "=", "draft")]),
    )
    yield (
        "coordinator1: referrals waiting for an answer",
        read_list(
            coordinator,
            "buurtbemiddeling.referral",
            [("taken_up", "!=", "not_taken_up"), ("outcome", "=", "pending")],
        ),
    )
    receipts = as_user("referrer1", "buurtbemiddeling.referral")
    for answer in ("", "waiting", "suitable", "not_suitable", "taken_up", "not_taken_up", "resolved", "not_resolved"):
        for order in ORDERS if answer in ("", "waiting") else ("newest",):
            yield (
                f"referrer1: portal list, {answer or 'all'}, {order}",
                read_portal(receipts, receipts._answer_domain(answer), ORDERS[order]),
            )
    yield (
        "referrer1: portal list, searched",
        lambda: (
            receipts.search(
                ["|", ("organisation_reference", "ilike", "OVL/10"), ("reference", "ilike", "OVL/10")], limit=20
            ).ids
        ),
    )
    yield "referrer1: counter on the portal", lambda: receipts.search_count([])
    yield "referrer1: one referral", lambda: receipts.search([("reference", "=", "2222-2222")], limit=1).ids
    file = as_user(coordinator, case_model._name).search([("stage", "=", "intake")], limit=1)
    form = etree.fromstring(file.get_view(view_type="form")["arch"])
    names = {node.get("name") for node in form.iter("field")} & file._fields.keys()
    yield (
        "coordinator1: opens a case",
        lambda: file.web_read(
            {name: {"fields": {"display_name": {}}} if file._fields[name].relational else {} for name in names}
        ),
    )
    yield "coordinator1: duplicates of a case", lambda: file.duplicate_ids.ids
    yield "coordinator1: proposes mediators", file.action_propose_mediators
    tomorrow = fields.Date.add(fields.Date.today(), days=1)
    for kind, _label in KINDS:
        yield (
            f"job: due for erasing, {kind}",
            lambda kind=kind: len(env["buurtbemiddeling.retention"]._due(kind, tomorrow)),
        )
    for name, job in {
        "daily round of answers": case_model._cron_tell_answers,
        "reminders of steps": case_model._cron_remind,
        "asking again": case_model._cron_ask_again,
        "ending without reporter": case_model._end_without_reporter,
        "erasing unconfirmed people": env["buurtbemiddeling.party"]._cron_erase_unconfirmed,
        "reminders of appointments": env["buurtbemiddeling.letter"]._cron_remind,
        "daily summary": lambda: users[coordinator]._mediation_numbers(env.company),
    }.items():
        yield f"job: {name}", job


def write_costs():
    """Yield for some tables the microseconds for each row that is inserted with and without our own indexes."""
    for name in ("case", "party", "consent", "referral"):
        table = f"buurtbemiddeling_{name}"
        env.cr.execute("SAVEPOINT bench_write")
        env.cr.execute(
            f"CREATE TEMP TABLE bench_rows ON COMMIT DROP AS SELECT * FROM {table}"
            + (" WHERE purpose <> 'disclosure'" if name == "consent" else "")
            + f" ORDER BY id DESC LIMIT {ROWS}"
        )
        env.cr.execute(
            "UPDATE bench_rows SET reference = replace(reference, '-', '+'), id = -1 - row FROM"
            " (SELECT id AS number, row_number() OVER () AS row FROM bench_rows) rows WHERE id = number"
        )
        env.cr.execute(
            """
            SELECT index.indexrelid::regclass::text, pg_relation_size(index.indexrelid)
              FROM pg_index index LEFT JOIN pg_constraint own ON own.conindid = index.indexrelid AND own.contype = 'p'
             WHERE index.indrelid = %s::regclass AND own.oid IS NULL
            """,
            [table],
        )
        indexes = env.cr.fetchall()
        env.cr.execute("SELECT pg_relation_size(%s::regclass)", [table])
        (size,) = env.cr.fetchone()
        times = {}
        env.cr.execute("SET LOCAL lock_timeout = '20s'")
        for way in ("with", "without"):
            if way == "without":
                for index, _size in indexes:
                    env.cr.execute(f"DROP INDEX {index}")
            seconds = []
            for _number in range(TIMES):
                env.cr.execute("SAVEPOINT bench_insert")
                started = time.perf_counter()
                env.cr.execute(f"INSERT INTO {table} SELECT * FROM bench_rows")
                seconds.append(time.perf_counter() - started)
                env.cr.execute("ROLLBACK TO SAVEPOINT bench_insert")
            # The first time also reads what was not in memory yet.
            times[way] = min(seconds) * 1e6 / ROWS
        env.cr.execute("ROLLBACK TO SAVEPOINT bench_write")
        yield name, len(indexes), sum(bytes for _index, bytes in indexes) / 2**20, size / 2**20, times


results, plans = [], []
for name, action in actions():
    statements = statements_of(action)
    found = [(*explain(statement), statement) for statement in statements]
    env.cr.execute("SAVEPOINT bench_explained")
    whole = {table for _time, _pages, tables, _lines, _statement in found for table in tables}
    scans = sorted(f"{table} (small)" if table in small else table for table in whole)
    milliseconds = sum(result[0] for result in found)
    results.append((name, len(found), milliseconds, sum(result[1] for result in found), scans))
    worst = [result for result in found if result[2]] or sorted(found, reverse=True, key=lambda r: r[0])[:1]
    plans.append((name, worst))
    print(f"{name}: {len(found)} statements, {milliseconds:.1f} ms, {', '.join(scans) or 'indexes only'}", flush=True)
size = rows_of["buurtbemiddeling_case"]
target = os.environ["BENCH_PLANS"]
with open(target, "w", encoding="utf-8") as file:
    file.write(f"# Plans with {os.environ['BENCH_SIZE']} cases, {fields.Date.today()}\n\n")
    file.write("Made by `bench/plans`. Times are of EXPLAIN, in a database that was just used, on a machine\n")
    file.write("that did other work too. A table in the last column was read as a whole. That is right in two\n")
    file.write("ways. Groups and the board count all cases: no index is shorter than these. And a small table,\n")
    file.write(f"of at most {FEW_PAGES:,} pages, is read at once sooner than a page of records is found in it;\n")
    file.write("PostgreSQL goes over to the index when it grows.\n\n")
    file.write("| what | statements | ms | pages | read as a whole |\n|---|--:|--:|--:|---|\n")
    for name, count, milliseconds, pages, scans in results:
        file.write(f"| {name} | {count} | {milliseconds:.1f} | {pages} | {', '.join(scans)} |\n")
    file.write(f"\n## Write cost of the indexes, microseconds for each row of {ROWS} inserted\n\n")
    file.write(
        "| table | indexes | MB of indexes | MB of the table | with | without | ratio |\n"
        "|---|--:|--:|--:|--:|--:|--:|\n"
    )
    for name, count, indexes_size, table_size, times in write_costs():
        ratio = times["with"] / times["without"]
        line = f"| {name} | {count} | {indexes_size:.0f} | {table_size:.0f} "
        line += f"| {times['with']:.0f} | {times['without']:.0f} | {ratio:.1f} |"
        file.write(line + "\n")
        print(line)
    file.write("\n## The slowest statement of each, and each that reads a whole table\n")
    shown = set()
    for name, worst in plans:
        for _time, _pages, scans, lines, statement in worst:
            short = " ".join(statement.split())
            if short[:200] in shown:
                continue
            shown.add(short[:200])
            mark = " (READS A WHOLE TABLE)" if scans else ""
            file.write(f"\n### {name}{mark}\n```\n{short[:900]}{' ...' if len(short) > 900 else ''}\n\n")
            file.write("\n".join(lines[:25]) + "\n```\n")
large = [name for name, *_more, scans in results if any(not table.endswith("(small)") for table in scans)]
print(json.dumps({"scans": [name for name in large if not name.startswith(COUNTS_ALL)]}))
env.cr.rollback()
