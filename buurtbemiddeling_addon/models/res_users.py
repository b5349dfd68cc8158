from collections import Counter
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .access_log import ROLES
from .mail_mail import AUTOMATIC


class ResUsers(models.Model):
    _inherit = "res.users"

    mediation_role = fields.Char(
        string="Role in Mediation",
        compute="_compute_mediation_role",
        groups="buurtbemiddeling_addon.group_access_admin",
    )

    no_mediation_mail = fields.Boolean(
        string="No News by E-mail",
        copy=False,
        groups="buurtbemiddeling_addon.group_access_admin",
        help="This user stopped the e-mails that there is news, or the daily summary, with the link in such an e-mail.",
    )
    # What the link in such an e-mail stands for, in place of a number.
    mediation_mail_key = fields.Char(copy=False, index="btree_not_null", groups=fields.NO_ACCESS)

    @api.depends("group_ids")
    @api.depends_context("lang")
    def _compute_mediation_role(self):
        groups = [self.env.ref(f"buurtbemiddeling_addon.{name}").sudo() for name in ROLES]
        for user in self:
            role = next((group for group in groups if group.id in user.all_group_ids.ids), None)
            user.mediation_role = role.name if role else False

    @api.model_create_multi
    def create(self, vals_list):
        """Create users; giving one a role in mediation is on record in the access log."""
        users = super().create(vals_list)
        log = self.env["buurtbemiddeling.access.log"]
        log._log_changed_memberships(set(), log._memberships(users))
        return users

    def write(self, vals):
        """Write users; giving or taking a role in mediation is on record in the access log."""
        if "group_ids" not in vals:
            return super().write(vals)
        log = self.env["buurtbemiddeling.access.log"]
        before = log._memberships(self)
        result = super().write(vals)
        log._log_changed_memberships(before, log._memberships(self))
        return result

    def _mfa_type(self):
        """Ask a referrer for a second factor: her app, or else a code by e-mail, when her company wants that.

        sudo: at sign-in nobody is there yet who could read the groups and the company of this user.
        """
        kind = super()._mfa_type()
        user = self.sudo()
        is_referrer = user.has_group("buurtbemiddeling_addon.group_referrer")
        if kind is None and is_referrer and user.company_id.mediation_referrer_two_factor:
            return "totp_mail"
        return kind

    def _is_referral_contact(self):
        """Return whether this user is a contact person of the organisation for which she may refer.

        sudo: who the contact persons of an organisation are is a field for the access administrator.
        """
        self.ensure_one()
        organisation = self.sudo().commercial_partner_id
        return (
            self.has_group("buurtbemiddeling_addon.group_referrer")
            and organisation.is_referrer
            and self.sudo().partner_id in organisation.referral_contact_ids
        )

    def _sees_own_referrals_only(self):
        """Return whether this user sees, of the referrals of her organisation, only those that she submitted.

        sudo: the choice of an organisation is a field for the access administrator.
        """
        self.ensure_one()
        user = self.sudo()
        return user.share and user.commercial_partner_id.referrals_own_only and not self._is_referral_contact()

    @api.constrains("group_ids")
    def _check_access_admin_apart(self):
        """Keep the duties apart: who gives access to cases cannot open them."""
        apart = self.env.ref("buurtbemiddeling_addon.group_access_admin") + self.env.ref(
            "buurtbemiddeling_addon.group_mediator"
        )
        for user in self:
            if apart <= user.all_group_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot be an access administrator and work on cases at the same time. "
                        "Choose one of the two, or use a second account.",
                        user=user.name,
                    )
                )

    # ------------------------------------------------------------------
    # What is mailed by itself
    # ------------------------------------------------------------------
    def _mail_by_itself(self, template, model, can_stop=True):
        """Mail one user something that nobody sends by hand, unless this user stopped that.

        It comes from the organisation, whoever is at work. The mail is not linked to a record, because its headers
        would then carry a running number. As a mail of a model of ours, it stays out of the queue that a system
        administrator sees, and so out of what can be counted there.

        sudo: it is rendered on the user's own record, for whoever caused it. Only our own templates come here.

        :param template: the text, about a user
        :param str model: what it is about
        :param bool can_stop: false for what answers something that the user did
        """
        user = self.sudo()
        if can_stop and user.no_mediation_mail:
            return
        sender = user.company_id.email_formatted or self.env.ref("base.partner_root").sudo().email_formatted
        headers, footer = dict(AUTOMATIC), Markup()
        if can_stop:
            choice = self.with_context(lang=user.lang).env["buurtbemiddeling.mail.choice"]
            stop = choice._address(self)
            headers |= choice._headers(stop)
            footer = choice._footer(stop)
        mail_id = template.sudo().send_mail(
            self.id,
            email_values={
                "model": model,
                "res_id": False,
                "author_id": False,
                "email_from": sender,
                "reply_to": sender,
                "headers": repr(headers),
            },
        )
        mail = self.env["mail.mail"].sudo().browse(mail_id)
        mail.body_html = mail._laid_out(Markup(mail.body_html) + footer, user.lang)

    # ------------------------------------------------------------------
    # The daily summary
    # ------------------------------------------------------------------
    @api.model
    def _cron_send_daily_summary(self):
        """Mail each coordinator of a company that wants it, on working days, how much there is for her today.

        Nothing is mailed to whom nothing is waiting for.
        """
        if fields.Date.context_today(self).weekday() > 4:
            return
        companies = self.env["res.company"].search([("mediation_daily_summary", "=", True)])
        coordinators = self.env.ref("buurtbemiddeling_addon.group_coordinator").all_user_ids.filtered(
            lambda user: user.active and user.email and user.company_ids & companies
        )
        template = self.env.ref("buurtbemiddeling_addon.mail_template_daily_summary")
        for user, numbers in coordinators._mediation_numbers(companies).items():
            if any(numbers.values()):
                # As a mail of a case, although of none: also how much there is to do is for nobody outside mediation.
                user._mail_by_itself(template.with_context(numbers=numbers), "buurtbemiddeling.case")

    def _mediation_numbers(self, companies):
        """Count what is waiting for these coordinators today, in some companies.

        As superuser, by the scheduler. Only numbers come out of it: they go by e-mail.

        :rtype: dict[user, dict[str, int]]
        """
        of_companies = Domain("company_id", "in", companies.ids) & Domain("active", "=", True)
        of_companies &= Domain("stage", "!=", "closed")
        cases = self.env["buurtbemiddeling.case"]
        unassigned = Domain("stage", "=", "reported") & Domain("coordinator_id", "=", False)
        new_reports = dict(cases._read_group(of_companies & unassigned, ["company_id"], ["__count"]))
        today = fields.Date.context_today(self)
        # The appointments of today are counted on their own.
        late_or_today = Domain("next_step_on", "<", today) | (
            Domain("next_step_on", "=", today) & Domain("next_step", "!=", "appointment")
        )
        theirs = of_companies & Domain("coordinator_id", "in", self.ids)
        steps_due = dict(cases._read_group(theirs & late_or_today, ["coordinator_id"], ["__count"]))
        old = self.env["buurtbemiddeling.retention"]._condition("still_open", today)
        still_open = dict(cases._read_group(theirs & old, ["coordinator_id"], ["__count"]))
        now = fields.Datetime.now()
        sessions = self.env["buurtbemiddeling.session"].search(
            Domain("state", "=", "planned")
            & Domain("case_id", "any", theirs)
            # A day around now is today for coordinators in every time zone.
            & Domain("start", ">=", now - timedelta(days=1))
            & Domain("start", "<=", now + timedelta(days=1))
        )
        appointments = Counter(
            user
            for user, of_user in sessions.grouped(lambda session: session.case_id.coordinator_id).items()
            for session in of_user.with_context(tz=user.tz)
            if fields.Datetime.context_timestamp(session, session.start).date() == fields.Date.context_today(session)
        )
        return {
            user: {
                "new_reports": sum(new_reports.get(company, 0) for company in user.company_ids),
                "steps_due": steps_due.get(user, 0),
                "appointments": appointments[user],
                "still_open": still_open.get(user, 0),
            }
            for user in self
        }
