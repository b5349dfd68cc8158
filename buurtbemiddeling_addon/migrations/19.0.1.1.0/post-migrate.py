from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file

MODULE = "buurtbemiddeling_addon"


def migrate(cr, version):
    """Load the record rules anew: they are not updated by themselves, and those about mail now cover letters too."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    convert_file(env, MODULE, "security/buurtbemiddeling_rules.xml", {}, mode="init")
