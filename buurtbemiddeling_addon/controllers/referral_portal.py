from odoo import fields
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.party import PERSON_FIELD_LENGTHS
from ..models.referral import MAXIMUM_PEOPLE
from .private_page import render_private, typed

PERSON_FIELDS = (*PERSON_FIELD_LENGTHS, "role", "permission", "method", "told_on")


class ReferralPortal(CustomerPortal):
    """The pages of a referrer: her organisation's receipts, and a new referral."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "referral_count" in counters:
            receipts = request.env["buurtbemiddeling.referral"]
            values["referral_count"] = receipts.search_count([]) if receipts.has_access("read") else 0
        return values

    @route(["/my/referrals", "/my/referrals/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_referrals(self, page=1, **_unused):
        """Show the receipts of the organisation, newest first."""
        receipts = request.env["buurtbemiddeling.referral"]
        if not self._is_referrer():
            raise request.not_found()
        page_links = pager(url="/my/referrals", total=receipts.search_count([]), page=page, step=self._items_per_page)
        found = receipts.search([], limit=self._items_per_page, offset=page_links["offset"])
        return render_private(
            "buurtbemiddeling_addon.portal_referrals",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "referrals",
                "pager": page_links,
                "receipts": found._portal_values(),
                "disclosures": request.env["buurtbemiddeling.disclosure"].search([])._portal_values(),
            },
        )

    @route("/my/referrals/<string:reference>", type="http", auth="user", website=True, readonly=True)
    def portal_referral(self, reference, **_unused):
        """Show one receipt; the same refusal for one that does not exist and one of somebody else."""
        receipt = (
            self._is_referrer()
            and reference.isprintable()
            and request.env["buurtbemiddeling.referral"].search([("reference", "=", reference)], limit=1)
        )
        if not receipt:
            raise request.not_found()
        return render_private(
            "buurtbemiddeling_addon.portal_referral",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "referral",
                "receipt": receipt._portal_values()[0],
            },
        )

    @route("/my/referrals/new", type="http", auth="user", website=True, methods=["GET"], readonly=True)
    def portal_referral_new(self, **_unused):
        """Show the empty form."""
        if not self._is_referrer():
            raise request.not_found()
        return self._render_form({"people": [{"role": "reporter"}]}, {})

    @route("/my/referrals/new", type="http", auth="user", website=True, methods=["POST"], sitemap=False)
    def portal_referral_submit(self, **post):
        """Submit the form, or show it again with what was typed and what is not right."""
        if not self._is_referrer():
            raise request.not_found()
        values = self._read_form(post)
        step = typed(post, "step")
        if step == "add" and len(values["people"]) < MAXIMUM_PEOPLE:
            values["people"].append({"role": "other_party"})
        elif step.startswith("remove-") and len(values["people"]) > 1:
            values["people"] = [
                person for position, person in enumerate(values["people"]) if step != f"remove-{position}"
            ]
        else:
            receipts = request.env["buurtbemiddeling.referral"]
            errors = receipts._submission_errors(values)
            if errors:
                return self._render_form(values, errors)
            receipt = receipts._submit(values)
            return request.redirect(f"/my/referrals/{receipt.reference}?received=1")
        return self._render_form(values, {})

    def _is_referrer(self):
        return request.env.user.has_group("buurtbemiddeling_addon.group_referrer")

    def _read_form(self, post):
        """Return the known fields of the form as the model takes them; anything else is left behind."""
        numbers = [
            number for number in range(MAXIMUM_PEOPLE) if any(f"{name}-{number}" in post for name in PERSON_FIELDS)
        ]
        return {
            "organisation_reference": typed(post, "organisation_reference"),
            "complaint_type_id": typed(post, "complaint_type_id"),
            "description": typed(post, "description"),
            "people": [{name: typed(post, f"{name}-{number}") for name in PERSON_FIELDS} for number in numbers],
        }

    def _render_form(self, values, errors):
        return render_private(
            "buurtbemiddeling_addon.portal_referral_new",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "referral_new",
                "values": values,
                "errors": errors,
                "complaint_types": request.env["buurtbemiddeling.complaint.type"]._choices(),
                "lengths": PERSON_FIELD_LENGTHS,
                "can_add": len(values["people"]) < MAXIMUM_PEOPLE,
                "today": fields.Date.to_string(fields.Date.context_today(request.env.user)),
            },
        )
