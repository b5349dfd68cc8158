"""The part of bench/database.py that fills a new database; Odoo's shell runs it with ``env``.

It lets Odoo itself make a first block of cases with the demo generator, so that every stored field is as Odoo computes
it, and then copies that block in SQL until there are enough: other years, other people, other addresses, other
references. Everything that follows from what differs in a copy is computed with the functions of the add-on.
"""

import io
import os
import random
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import psycopg2

from odoo import Command, fields
from odoo.tools import SQL, split_every
from odoo.tools.convert import convert_file

from odoo.addons.buurtbemiddeling_addon.demo import generator, loader, vocabulary
from odoo.addons.buurtbemiddeling_addon.models.party import search_keys
from odoo.addons.buurtbemiddeling_addon.models.reference_mixin import ALPHABET, LENGTH

SIZE = int(os.environ["BENCH_SIZE"])
PASSWORD = os.environ["BENCH_PASSWORD"]
COORDINATORS, MEDIATORS, REFERRERS, ORGANISATIONS = 20, 200, 60, 200
OWN = 5000
YEARS, DAYS_IN_A_YEAR = 5, 364
SEED_CASES = max(20, min(1000, SIZE // (2 * YEARS)))
COPIES_AT_ONCE = 50
PROJECTS = 200
PREFIX = "buurtbemiddeling_"
# The shares of the cases that were referred by a second organisation, of self-reports that were referred later, and
# of self-reports that are made known: so there are about as many referrals as cases.
SECOND_REFERRALS, LATER_REFERRALS, MADE_KNOWN = 0.9, 0.1, 0.03
TOWNS = [
    f"{first}{middle}{last}"
    for first in ("Nieuw-", "Oud-", "Groot-", "Klein-", "Hoog-", "Laag-", "Noord-", "Zuid-", "Oost-", "West-")
    for middle in ("Voorbeeld", "Bedacht", "Verzonnen", "Fictie", "Proef", "Schijn")
    for last in ("dorp", "stad", "dam", "veen", "wijk")
]
# What is copied: a table, and what it is joined with to know of which case of the first block its row is.
CASE_OF = {
    "case": ("", "t.id"),
    "party": ("", "t.case_id"),
    "disclosure": (f"JOIN {PREFIX}consent known ON known.disclosure_id = t.id", "known.case_id"),
    "consent": ("", "t.case_id"),
    "referral": (f"JOIN {PREFIX}case_referral_rel link ON link.referral_id = t.id", "link.case_id"),
    "register": ("", "t.case_id"),
    "session": ("", "t.case_id"),
    "letter": ("", "t.case_id"),
    "agreement": ("", "t.case_id"),
    "agreement_point": ("", "t.case_id"),
    "agreement_confirmation": ("", "t.case_id"),
    "mediator_report": ("", "t.case_id"),
    "case_buurtbemiddeling_complaint_type_rel": ("", "t.buurtbemiddeling_case_id"),
    "case_mediator_rel": ("", "t.case_id"),
    "case_referral_rel": ("", "t.case_id"),
    "case_late_referral_rel": ("", "t.case_id"),
    "session_mediator_rel": (f"JOIN {PREFIX}session part ON part.id = t.session_id", "part.case_id"),
    "session_party_rel": (f"JOIN {PREFIX}session part ON part.id = t.session_id", "part.case_id"),
}
OF_A_CASE = "t.{} = 'buurtbemiddeling.case'"
TABLES = {f"{PREFIX}{name}": (join, case, "TRUE") for name, (join, case) in CASE_OF.items()} | {
    "mail_message": ("", "t.res_id", OF_A_CASE.format("model")),
    "mail_activity": ("", "t.res_id", OF_A_CASE.format("res_model")),
    "mail_followers": ("", "t.res_id", OF_A_CASE.format("res_model")),
}
# Their ids are random, see the model buurtbemiddeling.published.mixin. These are different for each number too.
RANDOM_IDS = (f"{PREFIX}referral", f"{PREFIX}disclosure")
RANDOM_ID = "(100000 + ({}) * 1234567891::bigint %% 2147000000)::integer"
# Those that are filled in another way.
ALSO_FILLED = (f"{PREFIX}access_log", f"{PREFIX}consent_seal", "project_task", "project_task_user_rel")

cr = env.cr
started = time.monotonic()
chance = random.Random(SIZE)


def tell(text):
    print(f"{time.monotonic() - started:6.0f} s  {text}", flush=True)


def run(statement, *values, **named):
    cr.execute(SQL(statement, *values, **named))
    return cr


# ----------------------------------------------------------------------
# Who works with it
# ----------------------------------------------------------------------
def make_people():
    """Make the accounts and the organisations, and give them the names under which the loader looks for them."""
    company = env.company
    company.write({"name": "Buurtbemiddeling (metingen)", "country_id": env.ref("base.nl").id})
    # Nothing is due for erasing in the five years that are there.
    terms = [name for name in company._fields if name.startswith("mediation_keep_")]
    company.write(dict.fromkeys(terms, 12 * (YEARS + 5)))
    convert_file(env, loader.MODULE, "demo/demo_area.xml", {}, "init", noupdate=True)
    types = env["buurtbemiddeling.referrer.type"].search([])
    partners = env["res.partner"].create(
        [
            {
                "name": f"Verzonnen organisatie {number}",
                "is_company": True,
                "is_referrer": True,
                "referrer_type_id": types[number % len(types)].id,
            }
            for number in range(1, ORGANISATIONS + 1)
        ]
    )
    demo._name_records({f"bench_organisation_{number}": partner for number, partner in enumerate(partners, start=1)})
    # With some of these the mediators of the demo data have ties.
    demo._name_records(dict(zip(vocabulary.ORGANISATIONS, partners[1:], strict=False)))
    users = {}
    for role, count, group in (
        ("coordinator", COORDINATORS, "group_coordinator"),
        ("manager", 1, "group_manager"),
        ("mediator", MEDIATORS, "group_mediator"),
        ("referrer", REFERRERS, "group_referrer"),
    ):
        names = generator.generate_names(count, seed=count)
        users[role] = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {
                        "name": name,
                        "login": f"{role}{number}",
                        "email": f"{role}{number}@buurtbemiddeling.example",
                        "tz": "Europe/Amsterdam",
                        "group_ids": [Command.set(groups_of(role, group))],
                        **({"parent_id": partners[number - 1].id} if role == "referrer" else {}),
                    }
                    for number, name in enumerate(names, start=1)
                ]
            )
        )
        demo._name_records({f"bench_{role}_{number}": user for number, user in enumerate(users[role], start=1)})
    everybody = env["res.users"].union(*users.values())
    if "odoobot_state" in everybody._fields:
        everybody.filtered(lambda user: not user.share).write({"odoobot_state": "disabled"})
    env.flush_all()
    hashed = env["res.users"]._crypt_context().hash(PASSWORD)
    run("UPDATE res_users SET password = %s WHERE id IN %s", hashed, tuple(everybody.ids))
    demo._create_roster(users["mediator"], today)
    return users


def groups_of(role, group):
    groups = env.ref(f"{loader.MODULE}.{group}")
    if role == "referrer":
        return (groups | env.ref("base.group_portal")).ids
    groups |= env.ref("base.group_user")
    return (groups | env.ref("project.group_project_user") if role in ("coordinator", "manager") else groups).ids


# ----------------------------------------------------------------------
# The first block
# ----------------------------------------------------------------------
def draw_cases():
    """Draw a year of cases, with the coordinators and organisations that there are here."""
    kinds = list(vocabulary.ORGANISATIONS)
    for case in generator.generate_year(SEED_CASES, today=today, volunteers=MEDIATORS):
        if case.coordinator is not None:
            case.coordinator = chance.randrange(COORDINATORS)
        # The first organisation comes in with the copies.
        numbers = {
            kind: chance.randrange(len(kinds), ORGANISATIONS) // len(kinds) * len(kinds) + place
            for place, kind in enumerate(kinds)
        }
        numbers = {kind: min(max(number, 2), ORGANISATIONS) for kind, number in numbers.items()}
        for party in case.parties:
            if party.landlord:
                party.landlord = organisation(numbers[party.landlord])
            for consent in party.consents:
                if consent.organisation:
                    consent.organisation = organisation(numbers[consent.organisation])
        for referral in case.referrals:
            number = numbers[referral.organisation]
            referral.organisation = organisation(number)
            referral.employee = referral.employee and employee(number)
        add_referral(case)
        if case.coordinator is None and any(not employee_of(case, consent) for consent in case.parties[0].consents):
            case.coordinator = chance.randrange(COORDINATORS)
        yield case


def employee_of(case, consent):
    """Return who recorded what a referrer stated, if not staff."""
    if consent.stated_by == "referrer":
        return next(iter(r.employee for r in case.referrals if r.organisation == consent.organisation))
    return None


def organisation(number):
    return f"bench_organisation_{number}"


def employee(number):
    return f"bench_referrer_{number}" if number <= REFERRERS else None


def add_referral(case):
    """Let a second organisation refer the case some days later; it is told with a delay. Or make a report known."""
    taken = {referral.organisation for referral in case.referrals}
    number = chance.randrange(2, ORGANISATIONS + 1)
    reporter = case.parties[0]
    if organisation(number) in taken or organisation(number) in {party.landlord for party in case.parties}:
        return
    if chance.random() < (SECOND_REFERRALS if case.referrals else LATER_REFERRALS):
        submitted_on = min(case.reported_on + timedelta(days=chance.randrange(1, 5)), today)
        if submitted_on == case.reported_on:
            return
        referral = generator.Referral(
            organisation(number), submitted_on=submitted_on, employee=employee(number), reference=f"B{number}"
        )
        case.referrals.append(referral)
        case._tell(referral)
        days = [day for name in ("suitability", "taken_up", "outcome") if (day := getattr(referral, f"{name}_on"))]
        if any(day > today for day in days):
            case.referrals.remove(referral)
            return
        first = generator.Consent("referral", submitted_on, "referrer", "telephone", referral.organisation)
        confirmed = replace(first, stated_by="person") if case.stage != "reported" else None
        # A withdrawn permission stays withdrawn: nobody is asked again.
        if not any(consent.withdrawn_on for consent in reporter.consents):
            reporter.consents += [consent for consent in (first, confirmed) if consent]
    elif case.channel == "self_report" and reporter.name and chance.random() < MADE_KNOWN:
        reporter.consents.append(
            generator.Consent(
                "disclosure",
                case.reported_on,
                organisation=organisation(number),
                disclosed_name=reporter.name,
                method="writing",
            )
        )


# ----------------------------------------------------------------------
# The copies
# ----------------------------------------------------------------------
@contextmanager
def without_indexes(tables):
    """Fill these tables without their indexes and foreign keys, which are made, and so checked, afterwards."""
    indexes = run(
        """
        SELECT indexname, indexdef FROM pg_indexes
         WHERE schemaname = 'public' AND tablename IN %s
           AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))
        """,
        tables,
    ).fetchall()
    keys = run(
        """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE contype = 'f' AND conrelid::regclass::text IN %s
        """,
        tables,
    ).fetchall()
    for table, name, _definition in keys:
        run("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name))
    for name, _definition in indexes:
        run("DROP INDEX %s", SQL.identifier(name))
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '1GB'")
    tell("making indexes")
    for _name, definition in indexes:
        cr.execute(definition)
    tell("making foreign keys")
    for table, name, definition in keys:
        cr.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


class Copier:
    """Copies the rows of the first block."""

    def __init__(self, tables):
        names = tuple(tables)
        self.columns = {table: [] for table in tables}
        self.targets = {}
        self.types = {}
        for table, column, kind in run(
            """
            SELECT table_name, column_name, data_type FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name IN %s ORDER BY ordinal_position
            """,
            names,
        ).fetchall():
            self.columns[table].append(column)
            self.types[table, column] = kind
        for table, column, target in run(
            """
            SELECT key.conrelid::regclass::text, attribute.attname, key.confrelid::regclass::text
              FROM pg_constraint key
              JOIN pg_attribute attribute ON attribute.attrelid = key.conrelid AND attribute.attnum = key.conkey[1]
             WHERE key.contype = 'f' AND key.conrelid::regclass::text IN %s
            """,
            names,
        ).fetchall():
            self.targets[table, column] = target
        self.strides = {
            table: run("SELECT COALESCE(max(id), 0) FROM %s", SQL.identifier(table)).fetchone()[0]
            for table in tables
            if "id" in self.columns[table]
        }

    def new_id(self, table, column):
        """Return the expression for the id, in a copy, of what this column points to."""
        if table in RANDOM_IDS:
            return RANDOM_ID.format(f"c.k * {self.strides[table]} + {column}")
        return f"{column} + c.k * {self.strides[table]}"

    def code(self, table, column):
        """Return the expression for the reference, in a copy, of what this column points to."""
        place = list(TABLES).index(table)
        return f"pg_temp.bench_code((c.k * {self.strides[table]} + {column})::bigint * {len(TABLES)} + {place})"

    def expression(self, table, column):
        value = f"t.{column}"
        changed = EXPRESSIONS.get(table.removeprefix(PREFIX), {}).get(column)
        if changed:
            return changed(self) if callable(changed) else changed
        if column == "id":
            return self.new_id(table, value)
        if column == "reference":
            return self.code(table, "t.id")
        if self.targets.get((table, column)) in self.strides:
            return self.new_id(self.targets[table, column], value)
        if column == "res_id":
            return self.new_id(f"{PREFIX}case", value)
        kind = self.types[table, column]
        if kind == "date":
            return f"{value} - c.days"
        if kind.startswith("timestamp"):
            return f"{value} - c.days * interval '1 day'"
        return value

    def copy(self, table, first, last):
        join, case, condition = TABLES[table]
        columns = self.columns[table]
        cr.execute(
            f"""
            INSERT INTO {table} ({", ".join(f'"{column}"' for column in columns)})
            SELECT {", ".join(self.expression(table, column) for column in columns)}
              FROM {table} t {join}
              JOIN bench_seed seed ON seed.case_id = {case}
              JOIN bench_copy c ON c.k BETWEEN {first} AND {last} AND (c.is_whole OR seed.place <= c.most)
              {JOINS.get(table.removeprefix(PREFIX), "")}
             WHERE {condition}
            """.replace("%%", "%")
        )


OWN_JOIN = """
    LEFT JOIN bench_own own ON own.k = c.k AND own.case_id = t.case_id AND own.organisation_id = t.organisation_id
"""
OWN_ORGANISATION = "CASE WHEN own.k IS NULL THEN t.organisation_id ELSE {organisation} END"
OWN_EMPLOYEE = "CASE WHEN own.k IS NULL OR {column} IS NULL THEN {column} ELSE {employee} END"
JOINS = {
    "party": "JOIN bench_party new ON new.k = c.k AND new.id = t.id",
    "consent": OWN_JOIN + f" LEFT JOIN {PREFIX}referral receipt ON receipt.id = own.referral_id",
    "register": OWN_JOIN + f" JOIN {PREFIX}referral receipt ON receipt.reference = t.receipt_reference",
    "referral": "LEFT JOIN bench_own own ON own.k = c.k AND own.referral_id = t.id",
    "disclosure": f"JOIN {PREFIX}party seen ON seen.id = known.party_id"
    " JOIN bench_party new ON new.k = c.k AND new.id = seen.id",
}
CHANGED = ("name", "street", "city", "phone", "email", "search_key", "phone_key", "address_key", "email_key")


def expressions(organisation_id, employee_id, months):
    own = OWN_ORGANISATION.format(organisation=organisation_id)
    return {
        "case": {
            # Months are not as long in each year.
            "ask_again_on": "CASE WHEN t.ask_again_on IS NOT NULL"
            f" THEN (t.closed_on - c.days + interval '{months} months')::date END"
        },
        "party": {name: f"new.{name}" for name in CHANGED},
        "disclosure": {"person_name": "new.name"},
        "consent": {
            "organisation_id": own,
            "recorded_by_id": f"CASE WHEN own.k IS NOT NULL AND t.recorded_by_id = receipt.submitted_by_id"
            f" THEN {employee_id} ELSE t.recorded_by_id END",
            "salt": "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')",
            "disclosed_name": "CASE WHEN t.disclosed_name IS NOT NULL THEN (SELECT new.name FROM bench_party new"
            " WHERE new.k = c.k AND new.id = t.party_id) END",
        },
        "register": {
            "organisation_id": own,
            "recipient_id": OWN_EMPLOYEE.format(column="t.recipient_id", employee=employee_id),
            "receipt_reference": lambda copier: copier.code(f"{PREFIX}referral", "receipt.id"),
        },
        "referral": {
            "organisation_id": own,
            # All of them have an employee, so that she has so many.
            "submitted_by_id": f"CASE WHEN own.k IS NULL THEN t.submitted_by_id ELSE {employee_id} END",
        },
    }


def plan_copies():
    """Say which copies are made: the whole block for this year, and what of it is closed for the years before."""
    run(
        """
        CREATE TEMP TABLE bench_seed AS
        SELECT id AS case_id, CASE WHEN stage = 'closed' THEN row_number() OVER (PARTITION BY stage = 'closed'
               ORDER BY md5(id::text)) END AS place
          FROM buurtbemiddeling_case;
        CREATE TEMP TABLE bench_copy (k integer PRIMARY KEY, days integer, is_whole boolean, most integer);
        """
    )
    cases, closed = run("SELECT count(*), count(place) FROM bench_seed").fetchone()
    whole = max(0, round(SIZE / YEARS / cases) - 1)
    left = SIZE - cases * (whole + 1)
    copies = [(k, 0, True, 0) for k in range(1, whole + 1)]
    while left > 0:
        k = len(copies) + 1
        copies.append((k, DAYS_IN_A_YEAR * (1 + k % (YEARS - 1)), False, min(closed, left)))
        left -= closed
    run("INSERT INTO bench_copy VALUES %s", SQL(", ").join(map(SQL, ["%s"] * len(copies), copies)))
    run(
        """
        CREATE TEMP TABLE bench_own AS
        SELECT * FROM (
            SELECT DISTINCT ON (c.k, link.case_id) c.k, link.case_id, receipt.id AS referral_id, receipt.organisation_id
              FROM bench_seed seed
              JOIN buurtbemiddeling_case_referral_rel link USING (case_id)
              JOIN buurtbemiddeling_referral receipt ON receipt.id = link.referral_id
              JOIN bench_copy c ON c.is_whole OR seed.place <= c.most
             ORDER BY c.k, link.case_id, receipt.id
        ) first ORDER BY md5(k || '-' || case_id) LIMIT %s;
        """,
        OWN,
    )
    run("CREATE UNIQUE INDEX ON bench_own (k, case_id)")
    run("CREATE UNIQUE INDEX ON bench_own (k, referral_id)")
    characters = " || ".join(
        f"substr('{ALPHABET}', 1 + (shuffled / {len(ALPHABET) ** place} % {len(ALPHABET)})::integer, 1)"
        + (" || '-'" if place == 3 else "")
        for place in range(LENGTH)
    )
    # Each number gives another reference, without a pattern to see.
    cr.execute(
        f"""
        CREATE FUNCTION pg_temp.bench_code(number bigint) RETURNS text AS $$
        DECLARE
            shuffled bigint := (number::numeric * 318644812891 % {len(ALPHABET) ** LENGTH})::bigint;
        BEGIN
            RETURN {characters};
        END $$ LANGUAGE plpgsql IMMUTABLE
        """
    )
    for table in ("bench_seed", "bench_copy", "bench_own", *TABLES):
        cr.execute(f"ANALYZE {table}")
    return copies


def change_people(copies):
    """Draw the people of these copies, and compute what follows from who they are."""
    rows = io.StringIO()
    names = ("name", "street", "house_number", "zip", "city", "phone", "email")
    surnames, first_names = vocabulary.SURNAMES, ("", *vocabulary.FIRST_NAMES)
    for k, _days, is_whole, most in copies:
        street_of = first_names[k % len(first_names)]
        town = TOWNS[k % len(TOWNS)]
        for number, (party_id, place, *values) in enumerate(seed_parties):
            if not (is_whole or (place and place <= most)):
                continue
            party = dict(zip(names, values, strict=True))
            if party["name"]:
                party["name"] += f"-{surnames[(k * 7 + number) % len(surnames)]}"
            party["street"] = f"{street_of} {party['street']}".strip()
            party["city"] = town
            if party["phone"]:
                party["phone"] = f"06-0{(k * len(seed_parties) + number) * 7654321 % 10**7:07}"
            if party["email"]:
                party["email"] = party["email"].replace("@", f".{k}@")
            party |= search_keys(**party)
            texts = (party[name] for name in CHANGED)
            rows.write("\t".join([str(k), str(party_id), *(text or r"\N" for text in texts)]) + "\n")
    rows.seek(0)
    cr._obj.copy_expert("COPY bench_party FROM STDIN", rows)


def fill_access_log():
    """Log what a year of use leaves: each case is opened some times and seen in lists, by staff and by mediators."""
    run(
        """
        INSERT INTO buurtbemiddeling_access_log
               (user_id, company_id, opened_at, opened_on, how, kind, record_reference, case_id)
        SELECT file.coordinator_id, file.company_id, seen.at, seen.at::date, seen.how, 'case', file.reference, file.id
          FROM buurtbemiddeling_case file
          CROSS JOIN LATERAL (
            VALUES (file.reported_on + interval '9 hours', 'form'), (file.stage_since + interval '10 hours', 'form'),
                   (file.reported_on + interval '33 hours', 'list'), (file.stage_since + interval '60 hours', 'list')
          ) AS seen (at, how)
         WHERE file.coordinator_id IS NOT NULL
            ON CONFLICT DO NOTHING
        """
    )


def seal():
    """Seal the consents that are not sealed yet, in the order of their ids."""
    seals = env["buurtbemiddeling.consent.seal"]
    consents = env["buurtbemiddeling.consent"]
    ids = [
        number
        for (number,) in run(
            """
            SELECT id FROM buurtbemiddeling_consent consent
             WHERE NOT EXISTS (SELECT FROM buurtbemiddeling_consent_seal seal
                                WHERE seal.consent_reference = consent.reference)
             ORDER BY id
            """
        ).fetchall()
    ]
    (number, checksum) = run(
        "SELECT number, checksum FROM buurtbemiddeling_consent_seal WHERE company_id = %s ORDER BY number DESC LIMIT 1",
        env.company.id,
    ).fetchone() or (0, "")
    done = 0
    for batch in split_every(20000, ids, tuple):
        evidence = consents._evidence(batch)
        references = dict(run("SELECT id, reference FROM buurtbemiddeling_consent WHERE id IN %s", batch).fetchall())
        withdrawn = {
            number
            for (number,) in run(
                "SELECT id FROM buurtbemiddeling_consent WHERE withdrawn_on IS NOT NULL AND id IN %s", batch
            ).fetchall()
        }
        rows = io.StringIO()
        for consent in batch:
            facts, texts, withdrawal = evidence[consent]
            for kind in ("given", "withdrawn") if consent in withdrawn else ("given",):
                number += 1
                link = {
                    "company_id": env.company.id,
                    "number": number,
                    "kind": kind,
                    "consent_reference": references[consent],
                    "facts_digest": withdrawal if kind == "withdrawn" else facts,
                    "texts_digest": texts if kind == "given" else "",
                }
                checksum = seals._checksum(checksum, link)
                rows.write("\t".join([*map(str, link.values()), checksum]) + "\n")
        rows.seek(0)
        cr._obj.copy_expert(
            "COPY buurtbemiddeling_consent_seal (company_id, number, kind, consent_reference, facts_digest,"
            " texts_digest, checksum) FROM STDIN",
            rows,
        )
        done += len(batch)
        tell(f"sealed {done} of {len(ids)} consents")


# ----------------------------------------------------------------------
# What it is compared with
# ----------------------------------------------------------------------
def fill_project(users):
    """Make as many tasks of Odoo's own project application, with followers and messages alike."""
    stages = env["project.task.type"].create(
        [{"name": f"Stage {number}", "sequence": number, "fold": number == 7} for number in range(1, 8)]
    )
    projects = env["project.project"].create(
        [
            {
                "name": f"Project {number}",
                "privacy_visibility": "portal",
                "type_ids": [Command.set(stages.ids)],
                "user_id": users["coordinator"][number % COORDINATORS].id,
                "partner_id": env.ref(f"{loader.MODULE}.{organisation(number + 1)}").id,
            }
            for number in range(PROJECTS)
        ]
    )
    task = env["project.task"].create(
        {"name": "Task", "project_id": projects[0].id, "stage_id": stages[0].id, "description": "<p>What</p>"}
    )
    env.flush_all()
    changed = {
        "id": "number + %(task)s",
        "name": "'Task ' || file.reference",
        "project_id": "(%(projects)s::integer[])[1 + number %% %(count)s]",
        "partner_id": "(%(partners)s::integer[])[1 + number %% %(count)s]",
        "stage_id": "(%(stages)s::integer[])[array_position(ARRAY['reported', 'intake', 'first_talk', 'second_talk',"
        " 'mediation', 'aftercare', 'closed'], file.stage)]",
        "state": "CASE WHEN file.stage = 'closed' THEN '1_done' ELSE '01_in_progress' END",
        "create_date": "file.reported_on + interval '9 hours'",
        "write_date": "file.stage_since + interval '9 hours'",
        "date_last_stage_update": "file.stage_since + interval '9 hours'",
        "date_deadline": "file.next_step_on + interval '9 hours'",
        "description": "'<p>' || file.description || '</p>'",
        "access_token": "NULL",
    }
    columns = [
        name
        for (name,) in run(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'project_task' AND table_schema = 'public'"
        ).fetchall()
    ]
    named = {
        "task": task.id,
        "projects": projects.ids,
        "partners": projects.partner_id.ids,
        "count": PROJECTS,
        "stages": stages.ids,
    }
    run(
        "CREATE TEMP TABLE bench_task AS SELECT id AS case_id, row_number() OVER (ORDER BY id) AS number"
        " FROM buurtbemiddeling_case"
    )
    cr.execute(
        f"""
        INSERT INTO project_task ({", ".join(f'"{name}"' for name in columns)})
        SELECT {", ".join(changed.get(name, f'task."{name}"') for name in columns)}
          FROM bench_task JOIN buurtbemiddeling_case file ON file.id = case_id
          JOIN project_task task ON task.id = %(task)s
        """,
        named,
    )
    run(
        """
        INSERT INTO project_task_user_rel (task_id, user_id)
        SELECT number + %s, file.coordinator_id FROM bench_task JOIN buurtbemiddeling_case file ON file.id = case_id
         WHERE file.coordinator_id IS NOT NULL
        """,
        task.id,
    )
    others = users["referrer"][1:].partner_id.ids
    run(
        """
        INSERT INTO mail_followers (res_model, res_id, partner_id)
        SELECT 'project.task', number + %(task)s,
               CASE WHEN row_number() OVER (ORDER BY md5(number::text)) <= %(own)s THEN %(partner)s
                    ELSE (%(others)s::integer[])[1 + number %% %(count)s] END
          FROM bench_task
        """,
        task=task.id,
        own=OWN,
        partner=users["referrer"][0].partner_id.id,
        others=others,
        count=len(others),
    )
    columns = [name for name in copier.columns["mail_message"] if name not in ("id", "model", "res_id")]
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(
        f"""
        INSERT INTO mail_message (model, res_id, {names})
        SELECT 'project.task', number + %s, {names}
          FROM mail_message JOIN bench_task ON case_id = res_id WHERE model = 'buurtbemiddeling.case'
        """,
        [task.id],
    )


def advance_sequences():
    for table, sequence in run(
        """
        SELECT dependent.refobjid::regclass::text, sequence.oid::regclass::text
          FROM pg_class sequence JOIN pg_depend dependent ON dependent.objid = sequence.oid AND dependent.deptype = 'a'
         WHERE sequence.relkind = 'S' AND dependent.refobjid::regclass::text IN %s
        """,
        (*TABLES, *ALSO_FILLED),
    ).fetchall():
        run(f"SELECT setval('{sequence}', GREATEST((SELECT max(id) FROM {table}), 1))")


env = env(context={**env.context, "tracking_disable": True, "mail_create_nosubscribe": True, "lang": "en_US"})
demo = env["buurtbemiddeling.demo"]
today = fields.Date.context_today(demo)
tell("accounts and organisations")
users = make_people()
loader.COORDINATORS = tuple(f"bench_coordinator_{number}" for number in range(1, COORDINATORS + 1))
loader.DUTCH = "en_US"
# So that the ids of the first block come before those of the copies.
for table in RANDOM_IDS:
    cr.execute(f"CREATE SEQUENCE bench_ids_{table}")
    cr.execute(f"ALTER TABLE {table} ALTER COLUMN id SET DEFAULT nextval('bench_ids_{table}')")
for cases in split_every(250, draw_cases(), list):
    demo._create_cases(cases, users["mediator"])
    env.flush_all()
    env.invalidate_all()
    tell(f"the first {env['buurtbemiddeling.case'].search_count([])} cases, by Odoo itself")
for table in RANDOM_IDS:
    cr.execute(f"ALTER TABLE {table} ALTER COLUMN id SET DEFAULT buurtbemiddeling_random_id('{table}')")
    cr.execute(f"DROP SEQUENCE bench_ids_{table}")
own_organisation = env.ref(f"{loader.MODULE}.{organisation(1)}")
EXPRESSIONS = expressions(own_organisation.id, users["referrer"][0].id, env.company.mediation_ask_again_months)
copier = Copier(TABLES)
with without_indexes((*TABLES, *ALSO_FILLED)):
    copies = plan_copies()
    seed_parties = run(
        """
        SELECT party.id, seed.place, name, street, house_number, zip, city, phone, email
          FROM buurtbemiddeling_party party JOIN bench_seed seed USING (case_id) ORDER BY party.id
        """
    ).fetchall()
    columns = ", ".join(f"{name} varchar" for name in CHANGED)
    cr.execute(f"CREATE TEMP TABLE bench_party (k integer, id integer, {columns})")
    for some in split_every(COPIES_AT_ONCE, copies, list):
        first, last = some[0][0], some[-1][0]
        cr.execute("TRUNCATE bench_party")
        change_people(some)
        cr.execute("ANALYZE bench_party")
        cr.execute("CREATE INDEX IF NOT EXISTS bench_party_key ON bench_party (k, id)")
        for table in TABLES:
            copier.copy(table, first, last)
        tell(f"{last} of {len(copies)} copies")
    cr.execute("CREATE INDEX bench_consent ON buurtbemiddeling_consent_seal (consent_reference)")
    seal()
    cr.execute("DROP INDEX bench_consent")
    advance_sequences()
    fill_access_log()
    tell("access log")
    fill_project(users)
    tell("tasks of project")
# Some mediators have room for one more.
run(
    """
    UPDATE buurtbemiddeling_mediator SET max_cases = GREATEST(max_cases, (
        SELECT count(*) * (8 + max_cases % 5) / 10 / %s
          FROM buurtbemiddeling_case_mediator_rel JOIN buurtbemiddeling_case ON id = case_id WHERE stage <> 'closed'
    ))
    """.replace("max_cases % 5", "max_cases %% 5"),
    MEDIATORS,
)
advance_sequences()
cr.commit()
tell("vacuum and analyze")
connection = psycopg2.connect(cr._cnx.dsn)
connection.autocommit = True
connection.cursor().execute("VACUUM ANALYZE")
connection.close()
tell("done")
