"""The part of bench/tickets.py that fills a new database; Odoo's shell runs it with ``env``.

Odoo makes one ticket, of which the others are copies in SQL: of another customer, in another stage, of another day.
"""

import os
from datetime import date

import psycopg2

from odoo import Command
from odoo.tools import SQL

SIZE = int(os.environ["BENCH_SIZE"])
PASSWORD = os.environ["BENCH_PASSWORD"]
OWN, CUSTOMERS, DAYS = 5000, 200, 5 * 364

cr = env.cr
env = env(context={**env.context, "tracking_disable": True, "mail_create_nosubscribe": True, "no_reset_password": True})
organisations = env["res.partner"].create(
    [{"name": f"Verzonnen organisatie {number}", "is_company": True} for number in range(1, CUSTOMERS + 1)]
)
customers = env["res.partner"].create(
    [{"name": f"Klant van {organisation.name}", "parent_id": organisation.id} for organisation in organisations]
)
env["res.users"].create(
    {
        "partner_id": customers[0].id,
        "login": "referrer1",
        "password": PASSWORD,
        "group_ids": [Command.set(env.ref("base.group_portal").ids)],
    }
)
stages = env["helpdesk.ticket.stage"].search([])
categories = env["helpdesk.ticket.category"].create([{"name": f"Category {number}"} for number in range(1, 11)])
ticket = env["helpdesk.ticket"].create({"name": "Ticket", "description": "<p>What</p>", "partner_id": customers[0].id})
env.flush_all()
# Of this many tickets each first one is for the user of the portal; the others are for everybody else.
every = max(1, SIZE // OWN)
customer = "CASE WHEN place %% %(every)s = 0 THEN 1 ELSE 2 + place %% (%(count)s - 1) END"
moment = "%(today)s::date - (place %% %(days)s)::integer + interval '9 hours'"
changed = {
    "id": "place + %(ticket)s",
    "number": "'HT' || lpad(place::text, 7, '0')",
    "name": "'Ticket ' || place",
    "partner_id": f"(%(customers)s::integer[])[{customer}]",
    "commercial_partner_id": f"(%(organisations)s::integer[])[{customer}]",
    "stage_id": "(%(stages)s::integer[])[1 + place %% cardinality(%(stages)s::integer[])]",
    "category_id": "(%(categories)s::integer[])[1 + place %% cardinality(%(categories)s::integer[])]",
    "create_date": moment,
    "write_date": moment,
    "last_stage_update": moment,
    "access_token": "NULL",
}
cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'helpdesk_ticket'")
columns = [name for (name,) in cr.fetchall()]
values = {
    "size": SIZE,
    "every": every,
    "count": CUSTOMERS,
    "days": DAYS,
    "today": date.today(),
    "ticket": ticket.id,
    "customers": customers.ids,
    "organisations": organisations.ids,
    "stages": stages.ids,
    "categories": categories.ids,
}
cr.execute(
    f"""
    INSERT INTO helpdesk_ticket ({", ".join(f'"{name}"' for name in columns)})
    SELECT {", ".join(changed.get(name, f'one."{name}"') for name in columns)}
      FROM generate_series(1, %(size)s - 1) place CROSS JOIN helpdesk_ticket one WHERE one.id = %(ticket)s
    """,
    values,
)
print(f"{SIZE} tickets", flush=True)
cr.execute(
    "INSERT INTO mail_followers (res_model, res_id, partner_id)"
    " SELECT 'helpdesk.ticket', id, partner_id FROM helpdesk_ticket WHERE id > %s",
    [ticket.id],
)
print("followers", flush=True)
for table in ("helpdesk_ticket", "mail_followers"):
    cr.execute(
        SQL("SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM %s))", table, SQL.identifier(table))
    )
cr.commit()
connection = psycopg2.connect(cr._cnx.dsn)
connection.autocommit = True
connection.cursor().execute("VACUUM ANALYZE")
connection.close()
print("vacuum and analyze", flush=True)
