from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class Agreement(models.Model):
    """What the parties of a case agreed, point by point, with how each of them confirmed it.

    As soon as anybody has confirmed it, it stays as it is: a change is a new version, which counts from the moment
    that somebody confirms it.
    """

    _name = "buurtbemiddeling.agreement"
    _description = "Agreement"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "id desc"

    agreed_on = fields.Date(string="Agreed on", required=True, default=fields.Date.context_today)
    point_ids = fields.One2many("buurtbemiddeling.agreement.point", "agreement_id", string="Points")
    confirmation_ids = fields.One2many(
        "buurtbemiddeling.agreement.confirmation", "agreement_id", string="Confirmations"
    )
    case_stage = fields.Selection(related="case_id.stage", related_sudo=False)
    points_summary = fields.Text(string="What Was Agreed", compute="_compute_points_summary", compute_sudo=False)
    waiting_party_ids = fields.Many2many(
        "buurtbemiddeling.party",
        string="Still to Confirm",
        compute="_compute_waiting_party_ids",
        compute_sudo=False,
        help="The parties of the case who have not confirmed this agreement yet.",
    )
    state = fields.Selection(
        [
            ("draft", "Not confirmed yet"),
            ("partly", "Partly confirmed"),
            ("confirmed", "Confirmed by all"),
            ("replaced", "Replaced by a newer version"),
        ],
        compute="_compute_state",
        compute_sudo=False,
    )

    @api.depends("point_ids.text", "point_ids.sequence")
    def _compute_points_summary(self):
        for agreement in self:
            texts = agreement.point_ids.mapped("text")
            agreement.points_summary = "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))

    @api.depends(
        "case_id.party_ids.role",
        "case_id.party_ids.active",
        "case_id.party_ids.erased_on",
        "confirmation_ids.party_id",
    )
    def _compute_waiting_party_ids(self):
        for agreement in self:
            agreement.waiting_party_ids = agreement._parties() - agreement.confirmation_ids.party_id

    @api.depends(
        "case_id.agreement_ids.confirmation_ids.party_id",
        "case_id.party_ids.role",
        "case_id.party_ids.active",
        "case_id.party_ids.erased_on",
    )
    def _compute_state(self):
        for agreement in self:
            confirmed = agreement.confirmation_ids.party_id
            if agreement._newer():
                agreement.state = "replaced"
            elif not confirmed:
                agreement.state = "draft"
            else:
                agreement.state = "confirmed" if agreement._parties() <= confirmed else "partly"

    def _parties(self):
        """Return who is to confirm one agreement: each party of its case."""
        return self.case_id.party_ids._origin._mediated()

    def _signatories(self):
        """Return each party of one agreement with its confirmation, or the place where that will stand on paper."""
        by_party = self.confirmation_ids.grouped("party_id")
        none = self.confirmation_ids.browse()
        return [
            {"party": party, "confirmation": by_party.get(party, none)}
            for party in self.confirmation_ids.party_id | self.waiting_party_ids
        ]

    def _newer(self):
        """Return the agreements of the same case that were written down after this one and that somebody confirmed."""
        return self._written_later().filtered("confirmation_ids")

    def _written_later(self):
        ids = self._origin.ids
        return self.case_id.agreement_ids._origin.filtered(lambda other: ids and other.id > ids[0])

    @api.model_create_multi
    def create(self, vals_list):
        """Write down agreements.

        :raise AccessError: for a user who may not read the case that she names
        :raise UserError: when the case is closed
        """
        agreements = super().create(vals_list)
        agreements._check_open()
        return agreements

    def write(self, vals):
        """Change agreements that nobody has confirmed yet.

        :raise UserError: when somebody has confirmed one, when there is a newer version, or the case is closed
        """
        self._check_changeable()
        return super().write(vals)

    def _object(self, party, remark):
        """Tell staff what one person wrote on her personal page that is not right in one agreement.

        As superuser: she has no account. Called by her personal link, with what its page checked.

        :param party: the person, as superuser
        :param str remark: what she wrote
        """
        case = self.case_id._for_staff()
        roles = dict(party._fields["role"]._description_selection(case.env))
        case.message_post(
            body=case.env._(
                "About the agreements, on the personal page of the %(role)s: %(remark)s",
                role=roles[party.role].lower(),
                remark=remark,
            )
        )
        case._ask_to_look(case.env._("Somebody writes that the agreements are not right: read the messages"))

    def _check_open(self):
        """Refuse to add anything to a case that is closed.

        :raise AccessError: for a user who may not read these agreements
        :raise UserError: when one of the cases is closed
        """
        self.check_access("read")
        self.case_id._serialize()
        if "closed" in self.case_id.mapped("stage"):
            raise UserError(self.env._("This case is closed: its agreements stay as they are."))

    def _check_newest(self):
        """Refuse to go on with an agreement that no longer counts.

        :raise UserError: when there is a newer version, or the case is closed
        """
        self._check_open()
        if any(agreement._newer() for agreement in self):
            raise UserError(self.env._("There is a newer version of this agreement. Open that one."))

    def _check_changeable(self):
        """Refuse to change what somebody has confirmed.

        :raise UserError: when somebody has confirmed it, when there is a newer version, or the case is closed
        """
        self._check_newest()
        if self.confirmation_ids:
            raise UserError(
                self.env._("Somebody has confirmed this agreement, so it stays as it is. Make a new version.")
            )

    def action_new_version(self):
        """Copy the points of this agreement to a new one, which everybody confirms again; this one counts until then.

        :return: an action that opens the new version, or the one that waits for its first confirmation already
        :raise AccessError: for a user who may not write down agreements of this case
        :raise UserError: when there is a newer version already, or the case is closed
        """
        self.ensure_one()
        self._check_newest()
        version = self._written_later()[:1] or self.create(
            {
                "case_id": self.case_id.id,
                "point_ids": [
                    Command.create({"sequence": point.sequence, "text": point.text}) for point in self.point_ids
                ],
            }
        )
        return version.action_open()

    @api.readonly
    def action_open(self):
        """Return an action that opens this agreement on a page of its own."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreements"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
