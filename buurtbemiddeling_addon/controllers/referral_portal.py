from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .private_page import render_private


class ReferralPortal(CustomerPortal):
    """The pages of a referrer: her organisation's receipts."""

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

    def _is_referrer(self):
        return request.env.user.has_group("buurtbemiddeling_addon.group_referrer")
