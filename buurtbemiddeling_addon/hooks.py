from odoo.tools import SQL

# Those that point to others come first.
TABLES = (
    "consent_seal",
    *("session_reply", "aftercare_answer"),
    *("access_log", "register", "letter", "agreement_confirmation", "mediator_report", "consent"),
    *("personal_link", "agreement_point", "agreement", "session", "party", "case", "import", "disclosure", "referral"),
    *("data_request", "account_request", "request_count", "submission", "mediator", "retention_report"),
)


def uninstall_hook(env):
    """Leave nothing behind: neither data of residents in Odoo's own tables, nor rows that keep others from going."""
    names = [name for name in env.registry if name.startswith("buurtbemiddeling.")]
    for model, field in (("mail.activity", "res_model"), ("ir.attachment", "res_model"), ("mail.message", "model")):
        env[model].search([(field, "in", names)]).unlink()
    # Evidence too: see the model buurtbemiddeling.evidence.mixin.
    env.cr.execute(SQL("SELECT set_config('buurtbemiddeling.erasing', 'uninstall', true)"))
    for table in TABLES:
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(f"buurtbemiddeling_{table}")))
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS buurtbemiddeling_random_id(regclass) CASCADE"))
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS buurtbemiddeling_keep_evidence() CASCADE"))
    env["ir.config_parameter"].search([("key", "=", "buurtbemiddeling.evidence_key")]).unlink()
    env.invalidate_all()
