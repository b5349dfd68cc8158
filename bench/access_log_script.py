"""The measuring part of bench/access_log; Odoo's shell runs it with ``env``."""

import json
import statistics
import time
from unittest.mock import patch

ROUNDS = 200
FORM = {
    "reference": {},
    "stage": {},
    "description": {},
    "parties_summary": {},
    "missing_for_next_stage": {},
    "party_ids": {"fields": {"display_name": {}, "address": {}, "phone": {}, "participation": {}}},
}
LIST = {"reference": {}, "reported_on": {}, "parties_summary": {}, "address_summary": {}, "stage": {}}


def measure(action, rounds):
    """Return the median time in milliseconds and the number of queries of an action, from an empty cache."""
    times = []
    for _round in range(rounds):
        env.invalidate_all()
        queries = env.cr.sql_log_count
        started = time.perf_counter()
        action()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), env.cr.sql_log_count - queries


coordinator = env.ref("buurtbemiddeling_addon.demo_user_coordinator")
cases = env["buurtbemiddeling.case"].with_user(coordinator)
case = cases.search([("party_ids", "!=", False)], limit=1)
actions = {
    "open a case": lambda: case.web_read(FORM),
    "list of 80 cases": lambda: cases.web_search_read([], LIST, limit=80),
}
log = type(env["buurtbemiddeling.access.log"])
rows = {}
for name, action in actions.items():
    measure(action, 10)
    with_log, queries = measure(action, ROUNDS)
    with patch.object(log, "_log_records", lambda *_arguments: None):
        without_log, queries_without = measure(action, ROUNDS)
    rows[name] = {
        "with log (ms)": round(with_log, 2),
        "without (ms)": round(without_log, 2),
        "ratio": round(with_log / without_log, 2),
        "queries with": queries,
        "queries without": queries_without,
    }
    print(f"{name:18}", "  ".join(f"{label} {value}" for label, value in rows[name].items()))
print(json.dumps(rows))
env.cr.rollback()
