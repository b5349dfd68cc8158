from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date


class ConsentWithdraw(models.TransientModel):
    """Withdraws what one person agreed to, after it has said what follows from that."""

    _name = "buurtbemiddeling.consent.withdraw"
    _description = "Withdraw a Consent"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    consent_ids = fields.Many2many(
        "buurtbemiddeling.consent",
        "buurtbemiddeling_consent_withdraw_rel",
        "wizard_id",
        "consent_id",
        string="Consents",
        required=True,
        readonly=True,
    )
    effects = fields.Html(string="What Follows", compute="_compute_effects", compute_sudo=False, sanitize=False)

    @api.depends("consent_ids")
    @api.depends_context("lang", "tz")
    def _compute_effects(self):
        for wizard in self:
            # The records themselves: in a form that is not saved yet there are others in their place.
            consents = wizard.consent_ids._origin
            sentences = [sentence for party in consents.party_id for sentence in wizard._effects_for(party)]
            wizard.effects = Markup("<ul>%s</ul>") % Markup().join(
                Markup("<li>%s</li>") % sentence for sentence in sentences
            )

    def _effects_for(self, party):
        """Say what follows when one person withdraws her consents of this dialog.

        :return: a sentence for each thing that happens
        :rtype: list[str]
        """
        withdrawn = self.consent_ids._origin.filtered(lambda consent: consent.party_id == party)
        left = (party.consent_ids - withdrawn).filtered(lambda consent: not consent.withdrawn_on).mapped("purpose")
        by_purpose = withdrawn.grouped("purpose")
        sentences = []
        if "participation" in by_purpose:
            sentences.extend(self._effects_of_participation(party, "participation" in left))
        if "referral" in by_purpose:
            sentences.extend(self._effects_of_referral(party, "referral" in left))
        sessions = party._planned_sessions()
        if sessions and {"participation", "referral"} & by_purpose.keys() - set(left):
            days = (fields.Datetime.context_timestamp(session, session.start).date() for session in sessions)
            sentences.insert(
                1,
                self.env._(
                    "These appointments with %(person)s are cancelled: %(days)s.",
                    person=party.display_name,
                    days=", ".join(format_date(self.env, day) for day in days),
                ),
            )
        if {"participation", "referral"} & by_purpose.keys() - set(left):
            if self.env["buurtbemiddeling.letter"]._still_to_send(party):
                sentences.append(
                    self.env._("What is still to be sent to %(person)s is taken back.", person=party.display_name)
                )
            if self.env["buurtbemiddeling.personal.link"]._of_whoever_stops(party):
                sentences.append(
                    self.env._("Personal links for appointments, agreements and aftercare no longer work.")
                )
        sentences.extend(
            self.env._(
                "%(organisation)s no longer sees %(person)s, from this moment on.",
                organisation=consent.organisation_id.name,
                person=consent.disclosed_name,
            )
            for consent in by_purpose.get("disclosure", ())
        )
        return sentences

    def _effects_of_participation(self, party, is_another_valid):
        if is_another_valid:
            return [self.env._("%(person)s said so more than once, and still takes part.", person=party.display_name)]
        sentences = [self.env._("%(person)s no longer takes part.", person=party.display_name)]
        if party.case_stage == "mediation":
            sentences.append(self.env._("Mediation stops at once."))
        sentences.append(self.env._("The case stays open, and a referrer hears nothing of this now."))
        return sentences

    def _effects_of_referral(self, party, is_another_valid):
        if is_another_valid:
            return [self.env._("Another permission for a referral of this person stays valid, so no data are erased.")]
        sentences = [
            self.env._(
                "The personal data of %(person)s that the referrer passed on are erased by the daily job.",
                person=party.display_name,
            )
        ]
        if party.role == "reporter":
            sentences.append(
                self.env._("Without a reporter everything personal in this case is erased, and the case ends.")
            )
        sentences.append(self.env._("The referrer hears no reason, and the same bare no as in any other case."))
        return sentences

    def action_withdraw(self):
        """Withdraw the consents, with effect at once.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not record consents of these cases
        """
        self.consent_ids.action_withdraw()
        return {"type": "ir.actions.act_window_close"}
