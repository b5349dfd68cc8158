from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Leave the menus for the mediator's telephone out for coordinators: they have all cases and appointments."""
        hidden = super()._load_menus_blacklist()
        if self.env.user.has_group("buurtbemiddeling_addon.group_coordinator"):
            for name in ("menu_case_mine", "menu_session_mine", "menu_mediator_own"):
                menu = self.env.ref(f"buurtbemiddeling_addon.{name}", raise_if_not_found=False)
                hidden += menu.ids if menu else []
        return hidden
