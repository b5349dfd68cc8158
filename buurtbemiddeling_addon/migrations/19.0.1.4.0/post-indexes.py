from odoo.tools import SQL

# Nothing searches in these alone, and a trigram index costs the most of each person that is written. Odoo itself keeps
# an index that a field no longer has.
SUPERFLUOUS = ("party__name", "party__street", "case__stage", "session__state")


def migrate(cr, version):
    """Drop the indexes that cost more than they serve."""
    for name in SUPERFLUOUS:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(f"buurtbemiddeling_{name}_index")))
