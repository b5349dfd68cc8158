from odoo.tools import SQL

LONGEST = 240
TERMS = ("case", "not_taken_up", "parties", "letters", "attachments", "chatter", "evidence", "receipts", "access_log")


def migrate(cr, version):
    """Shorten terms of more than 20 years to that: they could be set before, and now the database refuses them."""
    for term in TERMS:
        column = SQL.identifier(f"mediation_keep_{term}")
        cr.execute(SQL("UPDATE res_company SET %s = %s WHERE %s > %s", column, LONGEST, column, LONGEST))
