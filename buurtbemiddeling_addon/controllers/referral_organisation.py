from odoo.http import request, route

from ..models.account_request import LENGTHS
from .private_page import render_private, typed, unless_just_sent
from .referral_portal import ReferralPortal

PAGE = "/my/referrals/organisation"
REQUESTS_PER_HOUR = 10


class ReferralOrganisation(ReferralPortal):
    """The page of a contact person: what her colleagues see, and accounts for them."""

    @route(PAGE, type="http", auth="user", website=True, methods=["GET"], readonly=unless_just_sent)
    def portal_organisation(self, **_unused):
        """Show what the organisation chose, and what was asked."""
        self._check_contact()
        return self._render_organisation({}, {})

    @route(PAGE, type="http", auth="user", website=True, methods=["POST"], sitemap=False)
    def portal_organisation_submit(self, **post):
        """Keep a choice, or ask for an account, once, or withdraw that; or show the page with what is not right."""
        self._check_contact()
        step = typed(post, "step")
        if step == "visibility" and typed(post, "own_only") in ("0", "1"):
            request.env["res.partner"]._set_referrals_own_only(typed(post, "own_only") == "1")
            return request.redirect(f"{PAGE}?saved=1")
        requests = request.env["buurtbemiddeling.account.request"]
        if step == "withdraw" and requests._withdraw(typed(post, "reference")):
            return request.redirect(f"{PAGE}?withdrawn=1")
        if step != "account":
            return request.redirect(PAGE)
        values = {name: typed(post, name) for name in ("name", "email")}
        errors = {}
        submission = self._take(post, errors)
        if submission and not submission.answer:
            errors = requests._errors(values)
            if not errors:
                self._count("account", REQUESTS_PER_HOUR, errors)
            if not errors:
                requests._ask(values)
                submission.answer = "asked"
        if errors:
            return self._render_organisation(values, errors)
        return request.redirect(f"{PAGE}?asked=1")

    def _render_organisation(self, values, errors):
        return render_private(
            "buurtbemiddeling_addon.portal_organisation",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "referral_organisation",
                **request.env["buurtbemiddeling.account.request"]._portal_values(),
                "values": values,
                "errors": errors,
                "lengths": LENGTHS,
                "ticket": request.env["buurtbemiddeling.submission"]._new_ticket(),
            },
        )

    def _check_contact(self):
        if not request.env.user._is_referral_contact():
            raise request.not_found()
