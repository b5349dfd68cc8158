from odoo import models


class PortalWizard(models.TransientModel):
    _inherit = "portal.wizard"

    def _action_open_modal(self):
        """Show the employees by their own names: that of the organisation fills the column."""
        return {**super()._action_open_modal(), "context": {"partner_display_name_hide_company": True}}
