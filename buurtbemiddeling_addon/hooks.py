from odoo.tools import SQL


def uninstall_hook(env):
    """Leave nothing behind: neither data of residents in Odoo's own tables, nor rows that keep others from going."""
    names = [name for name in env.registry if name.startswith("buurtbemiddeling.")]
    for model, field in (("mail.activity", "res_model"), ("ir.attachment", "res_model"), ("mail.message", "model")):
        env[model].search([(field, "in", names)]).unlink()
    tables = [env[name]._table for name in names if env[name]._auto and not env[name]._abstract]
    env.cr.execute(SQL("TRUNCATE %s CASCADE", SQL(", ").join(map(SQL.identifier, tables))))
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS buurtbemiddeling_random_id(regclass) CASCADE"))
    env.invalidate_all()
