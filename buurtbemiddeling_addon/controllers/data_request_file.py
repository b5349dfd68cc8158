from odoo.http import Controller, content_disposition, request, route

from ..wizards.data_request_answer import FORMATS
from .private_page import HEADERS

TYPES = {"json": "application/json", "xml": "application/xml"}


class DataRequestFile(Controller):
    """The file with which a resident takes along what is kept about her."""

    # Not read-only: the answer was made a moment ago, and a replica may not know it yet.
    @route("/buurtbemiddeling/request/<int:answer_id>/<string:name>", type="http", auth="user", methods=["GET"])
    def data_request_file(self, answer_id, name, **_unused):
        """Download one answer; the same refusal for one that does not exist and one of somebody else."""
        answer = request.env["buurtbemiddeling.data.request.answer"].browse(answer_id)
        if name not in FORMATS or not answer.has_access("read") or not answer.exists():
            raise request.not_found()
        headers = {
            **HEADERS,
            "Content-Type": f"{TYPES[name]}; charset=utf-8",
            "Content-Disposition": content_disposition(f"{answer.request_id.reference}.{name}"),
        }
        return request.make_response(answer._file(name), headers=list(headers.items()))
