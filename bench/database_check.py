"""The part of bench/build --check that compares; Odoo's shell runs it with ``env``. It changes nothing."""

import secrets

from odoo.exceptions import ValidationError
from odoo.tools import SQL

SAMPLE = 500
MODELS = [
    name
    for name, model in env.registry.items()
    if name.startswith("buurtbemiddeling.") and not model._abstract and not model._transient and model._auto
]
wrong = 0


def complain(text):
    global wrong
    wrong += 1
    print(f"WRONG {text}", flush=True)


def stored(record, names):
    return {name: record[name] for name in names}


def compare_computed_fields(model):
    """Let Odoo compute the stored fields of some records again, and compare; everything is rolled back."""
    names = [
        field.name
        for field in model._fields.values()
        # What somebody may fill in otherwise was filled in by the demo generator.
        if field.store and field.compute and field.column_type and field.readonly
    ]
    env.cr.execute(
        SQL(
            "SELECT id FROM %s ORDER BY md5(id::text || %s) LIMIT %s",
            SQL.identifier(model._table),
            secrets.token_hex(4),
            SAMPLE,
        )
    )
    records = model.browse(number for (number,) in env.cr.fetchall())
    before = {record: stored(record, names) for record in records}
    for name in names:
        env.add_to_compute(model._fields[name], records)
    records._recompute_recordset(names)
    for record in records:
        after = stored(record, names)
        for name in names:
            if after[name] != before[record][name]:
                complain(f"{record} {name}: stored {before[record][name]!r}, computed {after[name]!r}")
    for method in model._constraint_methods:
        try:
            method(records)
        except ValidationError as error:
            complain(f"{model._name} {method.__name__}: {error}")
    print(f"{model._name}: {len(records)} records, computed {', '.join(names) or 'nothing'}", flush=True)
    env.invalidate_all(flush=False)


env = env(context={**env.context, "active_test": False, "tracking_disable": True})
for name in sorted(MODELS):
    compare_computed_fields(env[name])
    env.cr.rollback()
seal = env["buurtbemiddeling.consent.seal"]
for finding, reference in seal._findings(env.company):
    complain(f"seal of consent {reference}: {finding}")
print("the seals were verified", flush=True)
env.cr.execute(
    "SELECT conname FROM pg_constraint WHERE NOT convalidated UNION"
    " SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
)
for (name,) in env.cr.fetchall():
    complain(f"{name} is not valid")
referrer = env["res.users"].search([("login", "=", "referrer1")])
print("referrals of referrer1:", env["buurtbemiddeling.referral"].with_user(referrer).search_count([]))
print("tasks of referrer1:", env["project.task"].with_user(referrer).search_count([]))
for table in (
    *("case", "party", "consent", "consent_seal", "referral", "disclosure", "register", "session", "letter"),
    *("access_log", "agreement", "case_referral_rel", "mediator"),
):
    env.cr.execute(SQL("SELECT count(*) FROM %s", SQL.identifier(f"buurtbemiddeling_{table}")))
    print(f"{table}: {env.cr.fetchone()[0]}")
env.cr.execute("SELECT model, count(*) FROM mail_message GROUP BY 1 ORDER BY 2 DESC LIMIT 3")
print(env.cr.fetchall())
env.cr.execute(
    "SELECT stage, count(*), count(*) FILTER (WHERE next_step IS NULL) FROM buurtbemiddeling_case GROUP BY 1"
)
print(env.cr.fetchall())
env.cr.rollback()
print(f"{wrong} wrong")
