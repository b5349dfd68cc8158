from odoo import fields, models


class CaseAskAgain(models.TransientModel):
    """Records what people say some months after their case closed. The result and all answers stay as they are."""

    _name = "buurtbemiddeling.case.ask.again"
    _description = "Ask Again after Some Months"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    answer = fields.Selection(
        selection=lambda self: (
            self.env["buurtbemiddeling.case"]._fields["later_answer"]._description_selection(self.env)
        ),
        string="Does It Still Hold?",
        required=True,
        default="holds",
    )
    note = fields.Text(help="Short. It goes to the notes of the case and stays inside.")

    def action_record(self):
        """Record the answer with the case.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not edit the case
        :raise ValidationError: when the case is not closed, or was never taken up
        """
        self.ensure_one()
        self.case_id.later_answer = self.answer
        if self.note:
            self.case_id.message_post(body=self.note)
        self.case_id.activity_unlink(["buurtbemiddeling_addon.activity_type_ask_again"])
        return {"type": "ir.actions.act_window_close"}
