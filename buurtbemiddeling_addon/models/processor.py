from odoo import api, fields, models


class Processor(models.Model):
    """An organisation that handles personal data for us and only as we say: it has an agreement (GDPR art. 28)."""

    _name = "buurtbemiddeling.processor"
    _description = "Processor"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Organisation", ondelete="cascade", index="btree_not_null", help="Empty for all of them."
    )
    service = fields.Char(
        string="What For", required=True, help="For example: hosting of this system, or sending of e-mail."
    )
    country = fields.Char(
        string="Where", help="The countries where it keeps the data. Outside the European Economic Area more is needed."
    )
    contact = fields.Char(help="Whom to call about a data breach, at any hour.")
    agreement_on = fields.Date(string="Agreement Signed on")
    agreement_until = fields.Date(help="Empty when it has no end.")
    is_agreement_valid = fields.Boolean(
        string="Agreement Valid",
        compute="_compute_is_agreement_valid",
        help="Without an agreement that is valid today this organisation may not handle personal data for us.",
    )

    _until_after_signed = models.Constraint(
        "CHECK (agreement_until >= agreement_on)", "An agreement cannot end before it was signed."
    )

    @api.depends("agreement_on", "agreement_until")
    def _compute_is_agreement_valid(self):
        today = fields.Date.context_today(self)
        for processor in self:
            is_signed = processor.agreement_on and processor.agreement_on <= today
            processor.is_agreement_valid = is_signed and (processor.agreement_until or today) >= today
