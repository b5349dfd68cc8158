from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.letter import APPOINTMENT_KINDS


class LetterWrite(models.TransientModel):
    """Writes a letter to each of some people in a case; they are read before they are sent."""

    _name = "buurtbemiddeling.letter.write"
    _description = "Write Letters"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    # A personal link has a dialog of its own, which also asks what it is for.
    kind = fields.Selection(
        lambda self: [
            (kind, label)
            for kind, label in self.env["buurtbemiddeling.letter"]._fields["kind"]._description_selection(self.env)
            if kind != "link"
        ],
        string="Kind of Letter",
        required=True,
        default="invitation",
    )
    session_id = fields.Many2one(
        "buurtbemiddeling.session",
        string="Appointment",
        compute="_compute_session_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('case_id', '=', case_id), ('state', '=', 'planned')]",
    )
    agreement_id = fields.Many2one(
        "buurtbemiddeling.agreement",
        compute="_compute_agreement_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('case_id', '=', case_id)]",
    )
    party_ids = fields.Many2many(
        "buurtbemiddeling.party",
        "buurtbemiddeling_letter_write_party_rel",
        string="To",
        compute="_compute_party_ids",
        store=True,
        readonly=False,
        domain="[('case_id', '=', case_id), ('erased_on', '=', False)]",
        help="Each person gets a letter of her own.",
    )

    @api.depends("case_id", "kind")
    def _compute_session_id(self):
        for dialog in self:
            planned = dialog.case_id.session_ids.filtered(lambda session: session.state == "planned")
            dialog.session_id = planned[:1] if dialog.kind in APPOINTMENT_KINDS else False

    @api.depends("case_id", "kind")
    def _compute_agreement_id(self):
        for dialog in self:
            dialog.agreement_id = dialog.case_id.agreement_ids[:1] if dialog.kind == "agreement" else False

    @api.depends("case_id", "kind", "session_id")
    def _compute_party_ids(self):
        for dialog in self:
            parties = dialog.case_id.party_ids._mediated()
            if dialog.kind == "invitation":
                parties = parties.filtered(lambda party: party.role == "other_party")
            elif dialog.kind in APPOINTMENT_KINDS:
                parties = dialog.session_id.party_ids
            dialog.party_ids = parties.filtered(lambda party: party.active and not party.erased_on)

    def action_write(self):
        """Write a letter to each of the people.

        :return: an action that opens the letter, or the list of letters
        :raise AccessError: for a user who may not write letters in this case
        :raise UserError: when nobody is chosen, or somebody for whom this kind of letter is not meant
        """
        self.ensure_one()
        if not self.party_ids:
            raise UserError(self.env._("Choose at least one person."))
        letters = self.env["buurtbemiddeling.letter"].create(
            [
                {
                    "case_id": self.case_id.id,
                    "kind": self.kind,
                    "party_id": party.id,
                    "session_id": self.session_id.id,
                    "agreement_id": self.agreement_id.id,
                }
                for party in self.party_ids
            ]
        )
        if len(letters) == 1:
            return letters.action_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters"),
            "res_model": letters._name,
            "view_mode": "list,form",
            "domain": [("id", "in", letters.ids)],
        }
