from odoo import fields
from odoo.http import Controller, content_disposition, request, route

from ..models.import_file import as_csv
from .private_page import HEADERS


class ErasureList(Controller):
    """The list with which erasures are done again after a backup is restored."""

    # Not read-only: an erasure of a moment ago must be in it, and a replica may not know it yet.
    @route("/buurtbemiddeling/erasures", type="http", auth="user", methods=["GET"])
    def erasure_list(self, **_unused):
        """Download who was erased, by reference."""
        today = fields.Date.to_string(fields.Date.context_today(request.env.user))
        name = request.env._("erasures")
        headers = {
            **HEADERS,
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": content_disposition(f"{name}-{today}.csv"),
        }
        content = as_csv(request.env["buurtbemiddeling.party"]._erasures())
        return request.make_response(content, headers=list(headers.items()))
