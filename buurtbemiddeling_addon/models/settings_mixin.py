from odoo import fields, models


class SettingsMixin(models.AbstractModel):
    """The terms and rules that an organisation sets itself, as fields of a screen; they are kept at the company."""

    _name = "buurtbemiddeling.settings.mixin"
    _description = "Terms and Rules of an Organisation"

    company_id = fields.Many2one("res.company")
    mediation_unconfirmed_days = fields.Integer(
        related="company_id.mediation_unconfirmed_days", readonly=False, related_sudo=True
    )
    mediation_days_reported = fields.Integer(
        related="company_id.mediation_days_reported", readonly=False, related_sudo=True
    )
    mediation_days_intake = fields.Integer(
        related="company_id.mediation_days_intake", readonly=False, related_sudo=True
    )
    mediation_days_first_talk = fields.Integer(
        related="company_id.mediation_days_first_talk", readonly=False, related_sudo=True
    )
    mediation_days_second_talk = fields.Integer(
        related="company_id.mediation_days_second_talk", readonly=False, related_sudo=True
    )
    mediation_days_mediation = fields.Integer(
        related="company_id.mediation_days_mediation", readonly=False, related_sudo=True
    )
    mediation_aftercare_weeks = fields.Integer(
        related="company_id.mediation_aftercare_weeks", readonly=False, related_sudo=True
    )
    mediation_ask_again_months = fields.Integer(
        related="company_id.mediation_ask_again_months", readonly=False, related_sudo=True
    )
    mediation_daily_summary = fields.Boolean(
        related="company_id.mediation_daily_summary", readonly=False, related_sudo=True
    )
    mediation_reminder_days = fields.Integer(
        related="company_id.mediation_reminder_days", readonly=False, related_sudo=True
    )
    mediation_window = fields.Selection(related="company_id.mediation_window", readonly=False, related_sudo=True)
    mediation_conflict_street = fields.Boolean(
        related="company_id.mediation_conflict_street", readonly=False, related_sudo=True
    )
    mediation_conflict_zip = fields.Boolean(
        related="company_id.mediation_conflict_zip", readonly=False, related_sudo=True
    )
    mediation_conflict_area = fields.Boolean(
        related="company_id.mediation_conflict_area", readonly=False, related_sudo=True
    )
    mediation_link_days = fields.Integer(related="company_id.mediation_link_days", readonly=False, related_sudo=True)
    mediation_privacy_officer = fields.Char(
        related="company_id.mediation_privacy_officer", readonly=False, related_sudo=True
    )
    mediation_privacy_officer_contact = fields.Char(
        related="company_id.mediation_privacy_officer_contact", readonly=False, related_sudo=True
    )
    mediation_joint_controllers = fields.Char(
        related="company_id.mediation_joint_controllers", readonly=False, related_sudo=True
    )
    mediation_exit_url = fields.Char(related="company_id.mediation_exit_url", readonly=False, related_sudo=True)
    mediation_keep_case = fields.Integer(related="company_id.mediation_keep_case", readonly=False, related_sudo=True)
    mediation_keep_not_taken_up = fields.Integer(
        related="company_id.mediation_keep_not_taken_up", readonly=False, related_sudo=True
    )
    mediation_keep_parties = fields.Integer(
        related="company_id.mediation_keep_parties", readonly=False, related_sudo=True
    )
    mediation_keep_letters = fields.Integer(
        related="company_id.mediation_keep_letters", readonly=False, related_sudo=True
    )
    mediation_keep_attachments = fields.Integer(
        related="company_id.mediation_keep_attachments", readonly=False, related_sudo=True
    )
    mediation_keep_chatter = fields.Integer(
        related="company_id.mediation_keep_chatter", readonly=False, related_sudo=True
    )
    mediation_keep_evidence = fields.Integer(
        related="company_id.mediation_keep_evidence", readonly=False, related_sudo=True
    )
    mediation_keep_receipts = fields.Integer(
        related="company_id.mediation_keep_receipts", readonly=False, related_sudo=True
    )
    mediation_keep_account_requests = fields.Integer(
        related="company_id.mediation_keep_account_requests", readonly=False, related_sudo=True
    )
    mediation_keep_access_log = fields.Integer(
        related="company_id.mediation_keep_access_log", readonly=False, related_sudo=True
    )
    mediation_keep_requests = fields.Integer(
        related="company_id.mediation_keep_requests", readonly=False, related_sudo=True
    )
