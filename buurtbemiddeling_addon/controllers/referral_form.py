from odoo import fields
from odoo.http import request, route

from ..models.party import PERSON_FIELD_LENGTHS
from ..models.referral import MAXIMUM_PEOPLE
from .private_page import render_private, typed
from .referral_portal import ReferralPortal

PERSON_FIELDS = (*PERSON_FIELD_LENGTHS, "role", "permission", "method", "told_on")


class ReferralForm(ReferralPortal):
    """The page on which a referrer hands a case over."""

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
