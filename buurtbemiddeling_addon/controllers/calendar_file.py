from odoo.http import Controller, content_disposition, request, route

from .private_page import HEADERS


class CalendarFile(Controller):
    """The file with which somebody puts an appointment into a calendar of her own."""

    @route(
        "/buurtbemiddeling/appointment/<string:reference>.ics",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def calendar_file(self, reference, **_unused):
        """Download one appointment; the same refusal for one that does not exist and one of somebody else."""
        sessions = request.env["buurtbemiddeling.session"]
        session = (
            sessions.has_access("read")
            and reference.isprintable()
            and sessions.search([("reference", "=", reference)], limit=1)
        )
        if not session:
            raise request.not_found()
        session._log_opening("export")
        headers = {
            **HEADERS,
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": content_disposition(f"{session.reference}.ics"),
        }
        return request.make_response(session._calendar_file(), headers=list(headers.items()))
