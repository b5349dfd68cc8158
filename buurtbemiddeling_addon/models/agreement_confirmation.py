from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import frozendict


class AgreementConfirmation(models.Model):
    """The evidence of how and when one party confirmed an agreement."""

    _name = "buurtbemiddeling.agreement.confirmation"
    _description = "Confirmation of an Agreement"
    _inherit = [
        "buurtbemiddeling.evidence.mixin",
        "buurtbemiddeling.append.only.mixin",
        "buurtbemiddeling.agreement.part.mixin",
    ]
    _order = "confirmed_on, id"

    agreement_id = fields.Many2one(ondelete="restrict")
    party_id = fields.Many2one("buurtbemiddeling.party", required=True, index=True, ondelete="restrict")
    method = fields.Selection(
        [
            ("signature", "Signed on the screen"),
            ("paper", "Signed on paper"),
            ("in_person", "In person"),
            ("telephone", "By telephone"),
            ("link", "On a personal page"),
        ],
        string="How",
        required=True,
        default="paper",
    )
    confirmed_on = fields.Date(string="Confirmed on", required=True, default=fields.Date.context_today)
    link_id = fields.Many2one(
        "buurtbemiddeling.personal.link",
        string="Personal Link",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="buurtbemiddeling_addon.group_coordinator",
        help="The link with which this person confirmed on our page.",
    )
    signature = fields.Image(max_width=1024, max_height=512, help="What this person drew on the screen.")

    _erased_values = frozendict(signature=False)
    # It follows from the agreement, which moves when two reports are put together.
    _evidence_free = ("case_id", "write_uid", "write_date")

    _once = models.UniqueIndex("(agreement_id, party_id)", "This person has confirmed the agreement already.")

    @api.model_create_multi
    def create(self, vals_list):
        """Record how parties confirmed the newest version of an agreement.

        :raise AccessError: for a user who may not read the agreement or the party that she names
        :raise UserError: when there is a newer version, or nothing to confirm, or the case is closed, or for a user
            who says that it was done on a personal page
        """
        self.env["buurtbemiddeling.party"].browse(vals.get("party_id") for vals in vals_list).check_access("read")
        confirmations = super().create(vals_list)
        # sudo: mediators do not read which link it was; they may not name one either.
        if not self.env.su and any(one.method == "link" or one.sudo().link_id for one in confirmations):
            raise UserError(self.env._("Only the person herself confirms on her page. Choose another way."))
        confirmations.agreement_id._check_newest()
        if any(not agreement.point_ids for agreement in confirmations.agreement_id):
            raise UserError(self.env._("There is nothing to confirm yet. Write down first what was agreed."))
        return confirmations

    @api.model
    def _confirm_on_page(self, link):
        """Put on record that a person confirms, on her personal page, the agreement that her link is for.

        As superuser: she has no account. Called by the link, which knows who she is and what the page showed.

        :param link: the personal link, as superuser
        """
        if link.party_id not in link.agreement_id.confirmation_ids.party_id:
            self.create(
                {
                    "agreement_id": link.agreement_id.id,
                    "party_id": link.party_id.id,
                    "method": "link",
                    "link_id": link.id,
                }
            )

    @api.constrains("agreement_id", "party_id")
    def _check_party(self):
        for confirmation in self:
            if confirmation.party_id not in confirmation.agreement_id._parties():
                raise ValidationError(self.env._("Only a party of this case confirms its agreements."))

    @api.constrains("confirmed_on")
    def _check_confirmed_on(self):
        today = fields.Date.context_today(self)
        if any(confirmation.confirmed_on > today for confirmation in self):
            raise ValidationError(self.env._("Nobody confirms in the future. Please check the date."))

    # Not of the signature itself: that goes when the person is erased, and how she confirmed stays.
    @api.constrains("method")
    def _check_signature(self):
        for confirmation in self:
            if (confirmation.method == "signature") != bool(confirmation.signature):
                raise ValidationError(self.env._("Let this person sign on the screen, or choose another way."))
