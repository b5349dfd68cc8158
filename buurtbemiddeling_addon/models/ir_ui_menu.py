from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Hide the mediator's own entry of the roster from coordinators: they have the whole roster."""
        blacklist = super()._load_menus_blacklist()
        if self.env.user.has_group("buurtbemiddeling_addon.group_coordinator"):
            blacklist.append(self.env.ref("buurtbemiddeling_addon.menu_mediator_own").id)
        return blacklist
