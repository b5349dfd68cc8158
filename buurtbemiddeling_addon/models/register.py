from odoo import fields, models


class Register(models.Model):
    """Who was told what, when and on what ground: one row for each word that went to an organisation.

    With it a resident can be shown what was told about her case (GDPR art. 15(1)(c)).
    """

    _name = "buurtbemiddeling.register"
    _description = "Told to an Organisation"
    _inherit = ["buurtbemiddeling.evidence.mixin", "buurtbemiddeling.append.only.mixin"]
    _order = "told_at desc, id desc"
    _rec_name = "receipt_reference"

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, index=True, ondelete="restrict")
    organisation_id = fields.Many2one("res.partner", required=True, index=True, ondelete="restrict")
    recipient_id = fields.Many2one("res.users", string="Employee", ondelete="restrict")
    receipt_reference = fields.Char(required=True)
    told_at = fields.Datetime(required=True, default=fields.Datetime.now)
    ground = fields.Selection(
        [("referral", "Referral with permission"), ("disclosure", "Asked by the resident")], required=True
    )
    statement = fields.Selection(
        [
            ("made_known", "Name made known"),
            ("suitable", "Suitable"),
            ("not_suitable", "Not suitable"),
            ("taken_up", "Taken up"),
            ("not_taken_up", "Not taken up"),
            ("resolved", "Resolved"),
            ("not_resolved", "Not resolved"),
            ("taken_back", "No longer shown"),
        ],
        string="Told",
        required=True,
    )

    _list = models.Index("(told_at DESC, id DESC)")
