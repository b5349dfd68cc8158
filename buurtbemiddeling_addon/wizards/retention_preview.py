from odoo import Command, api, fields, models
from odoo.fields import Domain

from ..models.retention import KINDS

# What does not go, though it is old enough.
STAYING = [
    ("held", "Held: these stay"),
    ("asked", "Somebody asked about the data: these stay until that is answered or lifted"),
    ("still_open", "Still open: nobody closed these"),
]
# Of how many the references are shown, and how many are opened as a list.
SHOWN = 100
OPENED = 10000


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
        lines = [Command.create(self._look(kind)) for kind, _label in KINDS + STAYING]
        return self.write({"line_ids": [Command.clear(), *lines]})

    def _look(self, kind):
        """Return the values of the line of one kind.

        sudo: a manager may not read requests for an account; of those of her companies she gets the number.
        """
        retention = self.env["buurtbemiddeling.retention"]
        condition, records = retention._condition(kind, self.until), retention._records(kind)
        if kind == "account_requests":
            condition &= Domain("company_id", "in", self.env.companies.ids)
            return {"kind": kind, "number": records.sudo().search_count(condition)}
        number = records.search_count(condition)
        if kind == "access_log":
            return {"kind": kind, "number": number}
        references = ", ".join(records.search(condition, limit=SHOWN).mapped("reference"))
        return {"kind": kind, "number": number, "references": f"{references} …" if number > SHOWN else references}


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
        """Open a list of what stands in this line, as far as the user may see it.

        :return: an action
        """
        self.ensure_one()
        due = self.env["buurtbemiddeling.retention"]._due(self.kind, self.preview_id.until, limit=OPENED)
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            "res_model": due._name,
            "view_mode": "list,form",
            "domain": [("id", "in", due.ids)],
            "context": {"active_test": False},
        }
