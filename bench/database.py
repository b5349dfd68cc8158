"""Makes databases with many cases to measure on, beside as many tasks of Odoo's own project application.

Everybody has the password ``PASSWORD``. The accounts are ``coordinator1`` to ``coordinator20``, ``manager1``,
``mediator1`` to ``mediator200`` and, on the portal, ``referrer1`` to ``referrer60``, each of an organisation of its
own. 5,000 referrals and 5,000 tasks, at any size from 10,000, are for ``referrer1``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from environment.odoo import Odoo
from environment.paths import ADDON, CHECKOUT

PASSWORD = "Meten-is-weten-2026!"
TEMPLATE = "bench-template"
FILL = Path(__file__).with_name("database_fill.py")
FIELD = re.compile(r"^    \w+ = fields\..*", re.MULTILINE)


def build(odoo: Odoo, size: int, progress: Callable[[str], None] = print) -> str:
    """Make the database with so many cases, or take the one that is there, and return its name.

    One that was filled by another generator, or for other fields, is made anew; for other changes it is updated.

    :param progress: is called with each line that tells how far it is
    """
    database = f"bench-{size}"
    content = _fingerprint(FILL)
    if odoo.server.exists(database) and odoo.note(database).get("content") == content:
        odoo.update(database)
        return database
    if not odoo.server.exists(TEMPLATE) or odoo.note(TEMPLATE).get("content") != _fingerprint():
        odoo.create(TEMPLATE, demo=False, modules=f"{ADDON},project", language="en_US")
        odoo.record(TEMPLATE, demo=False, content=_fingerprint())
    odoo.update(TEMPLATE)
    unfinished = f"{database}-unfinished"
    odoo.drop(unfinished)
    odoo.copy(TEMPLATE, unfinished)
    odoo.run_script(unfinished, FILL, {"BENCH_SIZE": str(size), "BENCH_PASSWORD": PASSWORD}, progress)
    # It is as the template was, also when the add-on changed while it was filled.
    odoo.record(unfinished, demo=False, content=content, addon=str(odoo.note(TEMPLATE)["addon"]))
    odoo.drop(database)
    odoo.rename(unfinished, database)
    return database


def _fingerprint(*more: Path) -> str:
    """What the content of a database depends on: the demo generator, what fills the database, and the fields."""
    digest = hashlib.sha256()
    addon = CHECKOUT / ADDON
    for path in [*sorted((addon / "demo").glob("*.py")), *more]:
        digest.update(path.read_bytes())
    for path in sorted((addon / "models").glob("*.py")):
        digest.update("\n".join(FIELD.findall(path.read_text(encoding="utf-8"))).encode())
    return digest.hexdigest()
