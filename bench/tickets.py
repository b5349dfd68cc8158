"""Makes databases with many tickets of the Odoo Community Association's ``helpdesk_mgmt``, to measure beside.

They are databases of their own, so that its pages and counts are not in those of the add-on. 5,000 of the tickets, at
a size of a multiple of 5,000, are for the user of the portal ``referrer1``, whose password is that of database.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from database import PASSWORD
from environment.odoo import Odoo
from environment.pip_package import odoo_addons

MODULE = "helpdesk_mgmt"
FILL = Path(__file__).with_name("tickets_fill.py")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def build(odoo: Odoo, size: int, progress: Callable[[str], None] = print) -> tuple[Odoo, str]:
    """Make the database with so many tickets, or take the one that is there.

    :param progress: is called with each line that tells how far it is
    :return: an Odoo with that add-on, and the name of the database
    :raise SetUpError: where the add-on cannot be had or does not install
    """
    odoo = replace(odoo, more_addons=(odoo_addons(odoo.cache, odoo.python, REQUIREMENTS),))
    database = f"bench-tickets-{size}"
    content = hashlib.sha256(FILL.read_bytes() + REQUIREMENTS.read_bytes()).hexdigest()
    if not odoo.server.exists(database) or odoo.note(database).get("content") != content:
        empty = f"{database}-empty"
        odoo.create(empty, demo=False, modules=MODULE, language="en_US")
        odoo.run_script(empty, FILL, {"BENCH_SIZE": str(size), "BENCH_PASSWORD": PASSWORD}, progress)
        odoo.record(empty, demo=False, content=content)
        odoo.drop(database)
        odoo.rename(empty, database)
    return odoo, database
