from odoo import api, fields, models
from odoo.fields import Domain


class GettingStarted(models.TransientModel):
    """Shows a new organisation the five things that it needs before the first case, and which of them are there."""

    _name = "buurtbemiddeling.getting.started"
    _description = "Getting Started"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    has_letterhead = fields.Boolean(compute="_compute_steps", compute_sudo=False, export_string_translation=False)
    has_areas = fields.Boolean(compute="_compute_steps", compute_sudo=False, export_string_translation=False)
    has_complaint_types = fields.Boolean(compute="_compute_steps", compute_sudo=False, export_string_translation=False)
    has_coordinator = fields.Boolean(compute="_compute_steps", compute_sudo=False, export_string_translation=False)
    has_referrer = fields.Boolean(compute="_compute_steps", compute_sudo=False, export_string_translation=False)
    access_admins = fields.Char(
        string="Who Gives Access",
        compute="_compute_steps",
        compute_sudo=False,
        help="Who gives accounts to employees of organisations that refer.",
    )
    may_edit_company = fields.Boolean(compute="_compute_steps", compute_sudo=False, export_string_translation=False)
    may_edit_users = fields.Boolean(compute="_compute_steps", compute_sudo=False, export_string_translation=False)

    @api.depends("company_id")
    @api.depends_context("uid", "lang")
    def _compute_steps(self):
        has_areas = bool(self.env["buurtbemiddeling.area"].search_count([], limit=1))
        has_complaint_types = bool(self.env["buurtbemiddeling.complaint.type"].search_count([], limit=1))
        for start in self:
            company = start.company_id
            managers = start._users_in("group_manager")
            start.has_letterhead = all((company.street, company.zip, company.city, company.email or company.phone))
            start.has_areas = has_areas
            start.has_complaint_types = has_complaint_types
            start.has_coordinator = bool(start._users_in("group_coordinator") - managers)
            start.has_referrer = bool(
                start._users_in("group_referrer", Domain("partner_id.commercial_partner_id.is_referrer", "=", True))
            )
            start.access_admins = ", ".join(start._users_in("group_access_admin").mapped("name")) or self.env._(
                "the system administrator"
            )
            start.may_edit_company = company.has_access("write")
            start.may_edit_users = self.env["res.users"].has_access("create")

    def _compute_display_name(self):
        for start in self:
            start.display_name = self.env._("Getting Started")

    def _users_in(self, group, domain=Domain.TRUE):
        """Return the users of the company who are in a group of the add-on, as far as the user may see them."""
        group = self.env["ir.model.data"]._xmlid_to_res_id(f"buurtbemiddeling_addon.{group}")
        in_group = Domain("all_group_ids", "in", [group]) & Domain("company_ids", "in", self.company_id.ids)
        return self.env["res.users"].search(in_group & domain)

    def action_company(self):
        """Open the page of the company, with its name, address and logo."""
        self.ensure_one()
        return self.company_id.get_formview_action()
