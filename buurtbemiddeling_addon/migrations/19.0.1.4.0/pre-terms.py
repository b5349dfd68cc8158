from odoo.tools import SQL

LONGEST = {
    **dict.fromkeys(("unconfirmed_days", "reminder_days", "link_days"), 366),
    **{f"days_{step}": 366 for step in ("reported", "intake", "first_talk", "second_talk", "mediation")},
    **{"aftercare_weeks": 52, "ask_again_months": 24},
}


def migrate(cr, version):
    """Shorten terms that could be set before, and that the database refuses now, to the longest there may be."""
    for name, longest in LONGEST.items():
        column = SQL.identifier(f"mediation_{name}")
        cr.execute(SQL("UPDATE res_company SET %s = %s WHERE %s > %s", column, longest, column, longest))
