from odoo.http import Controller, request, route

from ..models.case import CONFLICT_LENGTHS, REPORT_LENGTHS
from ..models.party import PERSON_FIELD_LENGTHS
from .personal_page import LINK
from .private_page import network, render_private, typed

PAGE = "/buurtbemiddeling/melden"
REPORTS_PER_HOUR = 10
TRAP = "website"
FIELDS = (
    *PERSON_FIELD_LENGTHS,
    "calls_us",
    "contact_hint",
    "complaint_type_id",
    "description",
    "other_name",
    "other_street",
    "other_house_number",
)


class PublicReport(Controller):
    """The page on which a resident reports trouble, without an account."""

    @route(PAGE, type="http", auth="public", website=True, methods=["GET"], sitemap=True, readonly=True)
    def report_form(self, **_unused):
        """Show the empty form."""
        return self._render_form({}, {})

    @route(PAGE, type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def report_submit(self, **post):
        """Take the report and show its code, or show the form again with what was typed and what is not right.

        The answer has the address of the form, and comes again when it is asked for again.
        """
        values = {name: typed(post, name) for name in FIELDS}
        ticket = typed(post, "ticket")
        cases, submissions = request.env["buurtbemiddeling.case"], request.env["buurtbemiddeling.submission"]
        if typed(post, "switch"):
            return self._render_form(values, {}, ticket)
        if typed(post, TRAP):
            # Only a robot fills in the field that people do not see; it gets the same page.
            return self._render_received(request.env["buurtbemiddeling.personal.link"]._new_code(), values)
        errors = cases._self_report_errors(values)
        if not submissions._is_ticket(ticket):
            ticket = None
            errors.setdefault("form", request.env._("This page was open for too long. Please send it again."))
        if not errors and not submissions._answer(ticket) and self._is_too_many():
            errors["form"] = request.env._(
                "There are too many reports from your network. Please call us, or try again in an hour."
            )
        if errors:
            return self._render_form(values, errors, ticket)
        return self._render_received(cases._report_herself(values, ticket), values)

    def _is_too_many(self):
        counts = request.env["buurtbemiddeling.request.count"]
        return counts._is_too_many(PAGE, network(), REPORTS_PER_HOUR)

    def _render_form(self, values, errors, ticket=None):
        return render_private(
            "buurtbemiddeling_addon.public_report",
            {
                "values": values,
                "errors": errors,
                "ticket": ticket or request.env["buurtbemiddeling.submission"]._new_ticket(),
                "complaint_types": request.env["buurtbemiddeling.complaint.type"]._choices(),
                "lengths": {**PERSON_FIELD_LENGTHS, **REPORT_LENGTHS, **CONFLICT_LENGTHS},
            },
        )

    def _render_received(self, code, values):
        # The code that is shown now opens its own page, not one that was still open on this device.
        request.session.pop(LINK, None)
        return render_private(
            "buurtbemiddeling_addon.public_report_received", {"code": code, "calls_us": values["calls_us"]}
        )
