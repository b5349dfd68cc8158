from odoo.tools import SQL

# Those that point to others come first.
TABLES = (
    *("session_reply", "aftercare_answer"),
    *("access_log", "register", "letter", "agreement_confirmation", "mediator_report", "consent"),
    *("personal_link", "agreement_point", "agreement", "session", "party", "case", "disclosure", "referral"),
    *("account_request", "request_count", "submission", "mediator"),
)


def uninstall_hook(env):
    """Leave nothing behind: neither data of residents in Odoo's own tables, nor rows that keep others from going."""
    names = [name for name in env.registry if name.startswith("buurtbemiddeling.")]
    for model, field in (("mail.activity", "res_model"), ("ir.attachment", "res_model"), ("mail.message", "model")):
        env[model].search([(field, "in", names)]).unlink()
    for table in TABLES:
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(f"buurtbemiddeling_{table}")))
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS buurtbemiddeling_random_id(regclass) CASCADE"))
    env.invalidate_all()
