from odoo import api, fields, models


class Settings(models.TransientModel):
    """Lets a manager set the terms and rules of her own organisation: Odoo's settings are not for her.

    It keeps nothing itself. What it shows and writes stands at the company in which she works.
    """

    _name = "buurtbemiddeling.settings"
    _description = "Terms and Rules"
    _inherit = ["buurtbemiddeling.settings.mixin", "buurtbemiddeling.refusal.mixin"]

    # Computed, so that nobody can name another one.
    company_id = fields.Many2one(compute="_compute_company_id", compute_sudo=False)

    @api.depends_context("company")
    def _compute_company_id(self):
        self.company_id = self.env.company

    def _compute_display_name(self):
        for settings in self:
            settings.display_name = self.env._("Terms and Rules")

    @api.model
    def action_open(self):
        """Open the terms and rules of the company in which the user works.

        :return: an action
        :raise AccessError: for anybody but a manager
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terms and Rules"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model_create_multi
    def create(self, vals_list):
        """Create dialogs, which set nothing: only what is changed in one is written."""
        return super().create([{} for _values in vals_list])

    def write(self, vals):
        """Write what was changed to the company in which the user works, and nothing else of it.

        sudo: a company is the system administrator's. Only the fields of the mixin are written, by managers.

        :return: ``True``
        :raise AccessError: for a user whose dialog this is not, or who does not work in that company
        :raise ValidationError: when a term is out of its bounds
        """
        self.check_access("write")
        ours = self.env["buurtbemiddeling.settings.mixin"]._fields
        self.env.company.sudo().write({name: vals[name] for name in ours.keys() & vals.keys() if ours[name].related})
        self.invalidate_recordset()
        return super().write({})
