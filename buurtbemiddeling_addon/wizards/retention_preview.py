from odoo import Command, api, fields, models

from ..models.retention import KINDS

# What does not go, though it is old enough.
STAYING = [("held", "Held: these stay"), ("still_open", "Still open: nobody closed these")]


class RetentionPreview(models.TransientModel):
    """Shows a manager what the daily job will erase until a day, before it does: numbers and references, no names."""

    _name = "buurtbemiddeling.retention.preview"
    _description = "What Will Be Erased"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    until = fields.Date(required=True, default=lambda self: fields.Date.add(fields.Date.context_today(self), months=1))
    line_ids = fields.One2many(
        "buurtbemiddeling.retention.preview.line", "preview_id", string="What Will Be Erased", readonly=True
    )

    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._("What Will Be Erased")

    @api.model
    def action_new(self):
        """Open the preview of the coming month.

        :return: an action
        :raise AccessError: for anybody but a manager
        """
        preview = self.create({})
        preview.action_look()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Will Be Erased"),
            "res_model": self._name,
            "res_id": preview.id,
            "view_mode": "form",
        }

    def action_look(self):
        """Look what will be erased until the day of this preview, as far as the user may see it.

        :return: ``True``
        :raise AccessError: for a user whose preview this is not
        """
        self.ensure_one()
        retention = self.env["buurtbemiddeling.retention"]
        lines = []
        for kind, _label in KINDS + STAYING:
            due = retention._due(kind, self.until)
            references = "" if kind == "access_log" else ", ".join(due.mapped("reference"))
            lines.append(Command.create({"kind": kind, "number": len(due), "references": references}))
        return self.write({"line_ids": [Command.clear(), *lines]})


class RetentionPreviewLine(models.TransientModel):
    """What will be erased of one kind."""

    _name = "buurtbemiddeling.retention.preview.line"
    _description = "What Will Be Erased of One Kind"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _rec_name = "kind"

    preview_id = fields.Many2one("buurtbemiddeling.retention.preview", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(KINDS + STAYING, string="What", required=True, readonly=True)
    number = fields.Integer(string="How Many", readonly=True)
    references = fields.Text(readonly=True)

    def action_open(self):
        """Open a list of what stands in this line.

        :return: an action
        """
        self.ensure_one()
        models_of_kinds = {"receipts": "buurtbemiddeling.referral", "requests": "buurtbemiddeling.data.request"}
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            "res_model": models_of_kinds.get(self.kind, "buurtbemiddeling.case"),
            "view_mode": "list,form",
            "domain": [("reference", "in", (self.references or "").split(", "))],
            "context": {"active_test": False},
        }
