from odoo.http import Controller, request, route

from ..models.party import PERSON_FIELD_LENGTHS
from .private_page import render_private, typed

PAGE = "/buurtbemiddeling/melden"
REPORTS_PER_HOUR = 10
TRAP = "website"
FIELDS = (
    *PERSON_FIELD_LENGTHS,
    "complaint_type_id",
    "description",
    "other_name",
    "other_street",
    "other_house_number",
)


class PublicReport(Controller):
    """The page on which a resident reports herself, without an account."""

    @route(PAGE, type="http", auth="public", website=True, methods=["GET"], sitemap=True, readonly=True)
    def report_form(self, **_unused):
        """Show the empty form."""
        return self._render_form({}, {})

    @route(PAGE, type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def report_submit(self, **post):
        """Take the report, or show the form again with what was typed and what is not right."""
        values = {name: typed(post, name) for name in FIELDS}
        cases = request.env["buurtbemiddeling.case"]
        errors = cases._self_report_errors(values)
        if not errors and request.env["buurtbemiddeling.request.count"]._is_too_many(
            PAGE, request.httprequest.remote_addr, REPORTS_PER_HOUR
        ):
            errors = {
                "form": request.env._(
                    "There are too many reports from your network. Please call us, or try again in an hour."
                )
            }
        if errors:
            return self._render_form(values, errors)
        # Only a robot fills in the field that people do not see; it gets the same page.
        if not typed(post, TRAP):
            cases._report_herself(values)
        return request.redirect(f"{PAGE}/ontvangen")

    @route(f"{PAGE}/ontvangen", type="http", auth="public", website=True, sitemap=False, readonly=True)
    def report_received(self, **_unused):
        """Say that the report arrived: the same page for everybody, without a trace of the report."""
        return render_private("buurtbemiddeling_addon.public_report_received", {})

    def _render_form(self, values, errors):
        return render_private(
            "buurtbemiddeling_addon.public_report",
            {
                "values": values,
                "errors": errors,
                "complaint_types": request.env["buurtbemiddeling.complaint.type"]._choices(),
                "lengths": PERSON_FIELD_LENGTHS,
            },
        )
