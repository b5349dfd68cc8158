from odoo import fields, models


class Letter(models.Model):
    """A letter or an e-mail to one person in a case: what was sent, when and how."""

    _name = "buurtbemiddeling.letter"
    _description = "Letter"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "create_date desc, id desc"

    kind = fields.Selection(
        [
            ("invitation", "Invitation of the other party"),
            ("appointment", "Confirmation of an appointment"),
            ("reminder", "Reminder of an appointment"),
            ("agreement", "Agreement"),
            ("closing", "Closing"),
            ("satisfaction", "Satisfaction questions"),
            ("later", "Question after three months"),
        ],
        required=True,
        default="invitation",
    )
    party_id = fields.Many2one("buurtbemiddeling.party", string="To", required=True, index=True, ondelete="restrict")
    session_id = fields.Many2one("buurtbemiddeling.session", index="btree_not_null", ondelete="restrict")
    agreement_id = fields.Many2one("buurtbemiddeling.agreement", index="btree_not_null", ondelete="restrict")
    method = fields.Selection([("email", "By e-mail"), ("print", "On paper")], string="How", required=True)
    subject = fields.Char()
    body = fields.Html()
    state = fields.Selection(
        [("draft", "To be sent"), ("sent", "Sent"), ("failed", "Could not be sent")],
        required=True,
        default="draft",
        copy=False,
    )
    sent_on = fields.Datetime(readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", string="Sent by", readonly=True, copy=False, ondelete="restrict")
