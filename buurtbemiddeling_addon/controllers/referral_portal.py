import csv
from functools import cache, partial
from io import StringIO
from urllib.parse import urlencode

from odoo.fields import Domain
from odoo.http import content_disposition, request, route
from odoo.tools import format_date

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.reference_mixin import ALPHABET
from ..models.referral import MESSAGE_LENGTHS
from .private_page import HEADERS, render_private, typed, unless_just_sent

RECEIPTS_PER_PAGE = 25
MESSAGES_PER_HOUR = 10
LONGEST_SEARCH = 60
ORDERS = {
    "newest": "submitted_on desc, id desc",
    "oldest": "submitted_on, id",
    "reference": "organisation_reference, submitted_on desc, id desc",
}
# Where the text that is searched for is kept, in the session.
SEARCH = "buurtbemiddeling_search"


def spreadsheet_text(text):
    """Return a text that a spreadsheet shows as it is, instead of taking it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class ReferralPortal(CustomerPortal):
    """The pages of a referrer: her organisation's receipts."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "referral_count" in counters:
            receipts = request.env["buurtbemiddeling.referral"]
            values["referral_count"] = receipts.search_count([]) if receipts.has_access("read") else 0
        return values

    # ------------------------------------------------------------------
    # The list
    # ------------------------------------------------------------------
    @route(["/my/referrals", "/my/referrals/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_referrals(self, page=1, **options):
        """Show the receipts that the user may see, as far as they fit what is asked for."""
        self._check_referrer()
        receipts = request.env["buurtbemiddeling.referral"]
        asked = self._asked(options)
        total = receipts.search_count(asked["domain"]) if asked["total"] is None else asked["total"]
        page_links = pager(
            url="/my/referrals", total=total, page=page, step=RECEIPTS_PER_PAGE, url_args=asked["parameters"]
        )
        found = receipts.search(
            asked["domain"], order=asked["order"], limit=RECEIPTS_PER_PAGE, offset=page_links["offset"]
        )
        return render_private(
            "buurtbemiddeling_addon.portal_referrals",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "referrals",
                "pager": page_links,
                "total": total,
                "asked": asked,
                "longest_search": LONGEST_SEARCH,
                "download": f"/my/referrals/download?{urlencode(asked['parameters'])}",
                "answer_choices": receipts._answer_choices(),
                "receipts": found._portal_values(),
                # Many receipts share their days.
                "day": cache(partial(format_date, request.env)),
                "disclosures": request.env["buurtbemiddeling.disclosure"]._portal_list(),
                "is_contact": request.env.user._is_referral_contact(),
            },
        )

    @route("/my/referrals/search", type="http", auth="user", website=True, methods=["POST"], sitemap=False)
    def portal_referrals_search(self, **post):
        """Narrow the list down.

        What is searched for is kept in the session and stays out of the address: an own reference can hold
        something personal, and addresses stay in the history of a browser and the logs of servers.
        """
        self._check_referrer()
        request.session[SEARCH] = typed(post, "text")[:LONGEST_SEARCH]
        parameters = self._asked({**post, "search": "1"})["parameters"]
        return request.redirect_query("/my/referrals", parameters)

    @route("/my/referrals/download", type="http", auth="user", website=True, readonly=True, sitemap=False)
    def portal_referrals_download(self, **options):
        """Give the list, with the same columns, as a file for a spreadsheet.

        Separated by semicolons and marked as Unicode, because a Dutch Excel opens that as a table.
        """
        self._check_referrer()
        receipts = request.env["buurtbemiddeling.referral"]
        asked = self._asked(options)
        told_on = (
            request.env._("Suitable: told on"),
            request.env._("Taken up: told on"),
            request.env._("Resolved: told on"),
        )
        content = StringIO()
        table = csv.writer(content, delimiter=";", quoting=csv.QUOTE_ALL)
        table.writerow(
            [
                request.env._("Referral"),
                request.env._("Your reference"),
                request.env._("Submitted"),
                request.env._("Submitted by"),
                *(heading for pair in zip(receipts._questions().values(), told_on, strict=True) for heading in pair),
            ]
        )
        for receipt in receipts.search(asked["domain"], order=asked["order"])._portal_values():
            table.writerow(
                spreadsheet_text(str(value or ""))
                for value in (
                    receipt["reference"],
                    receipt["organisation_reference"],
                    receipt["submitted_on"],
                    receipt["submitted_by"],
                    *(
                        value
                        for answer in receipt["answers"]
                        for value in ("" if answer["is_void"] else answer["label"], answer["told_on"])
                    ),
                )
            )
        return request.make_response(
            content.getvalue().encode("utf-8-sig"),
            {
                **HEADERS,
                "Content-Type": "text/csv; charset=utf-8",
                "Content-Disposition": content_disposition(request.env._("referrals.csv")),
                "X-Content-Type-Options": "nosniff",
            },
        )

    def _asked(self, options):
        """Return what a list is asked for, as far as that is one of the choices: anything else is left out.

        :return: ``domain``, ``order``, the ``parameters`` of an address of that list, the ``employees`` to choose
            from, each choice, and the ``total`` where that is known already
        :rtype: dict
        """
        receipts = request.env["buurtbemiddeling.referral"]
        counts = dict(receipts._read_group([], ["submitted_by_id"], ["__count"]))
        employees = [(str(employee.id), employee.name) for employee in counts if employee]
        domain = receipts._answer_domain(options.get("answer"))
        chosen = {
            "answer": options["answer"] if not domain.is_true() else "",
            "employee": options.get("employee") if options.get("employee") in dict(employees) else "",
            "sort": options.get("sort") if options.get("sort") in ORDERS else "",
            "search": "1" if options.get("search") and request.session.get(SEARCH) else "",
        }
        if chosen["employee"]:
            domain &= Domain("submitted_by_id", "=", int(chosen["employee"]))
        total = sum(counts.values()) if domain.is_true() else None
        text = request.session[SEARCH] if chosen["search"] else ""
        if text:
            typed_in = Domain("organisation_reference", "ilike", text)
            if set(text.upper()) <= {*ALPHABET, "-"}:
                typed_in |= Domain("reference", "ilike", text)
            # Once: to count these and to find those of one page would each go through all of the organisation.
            found = receipts.search(domain & typed_in)
            domain, total = Domain("id", "in", found.ids), len(found)
        return {
            **chosen,
            "text": text,
            "domain": domain,
            "order": ORDERS[chosen["sort"] or "newest"],
            "total": total,
            "parameters": {name: value for name, value in chosen.items() if value},
            "employees": sorted(employees, key=lambda employee: employee[1].casefold()),
        }

    # ------------------------------------------------------------------
    # One receipt
    # ------------------------------------------------------------------
    @route("/my/referrals/<string:reference>", type="http", auth="user", website=True, readonly=unless_just_sent)
    def portal_referral(self, reference, **_unused):
        """Show one receipt; the same refusal for one that does not exist and one of somebody else."""
        return self._render_receipt("buurtbemiddeling_addon.portal_referral", "referral", self._receipt(reference))

    @route(
        "/my/referrals/<string:reference>/message",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_referral_message(self, reference, **_unused):
        """Show the form for a message to staff about one receipt."""
        return self._render_message(self._receipt(reference), "", {})

    @route("/my/referrals/<string:reference>/message", type="http", auth="user", website=True, methods=["POST"])
    def portal_referral_message_send(self, reference, **post):
        """Send a message to staff, once; or show the form again with what was typed and what is not right."""
        receipt = self._receipt(reference)
        text = typed(post, "text")
        errors = receipt._correction_errors(text)
        submission = None if errors else self._take(post, errors)
        if submission and not submission.answer:
            self._count("message", MESSAGES_PER_HOUR, errors)
            if not errors:
                receipt._send_correction(text)
                submission.answer = receipt.reference
        if errors:
            return self._render_message(receipt, text, errors)
        return request.redirect(f"/my/referrals/{receipt.reference}?sent=1")

    def _render_message(self, receipt, text, errors):
        return self._render_receipt(
            "buurtbemiddeling_addon.portal_referral_message",
            "referral_message",
            receipt,
            text=text,
            errors=errors,
            lengths=MESSAGE_LENGTHS,
            ticket=request.env["buurtbemiddeling.submission"]._new_ticket(),
        )

    def _render_receipt(self, template, page_name, receipt, **values):
        next_question, what_happens_now = receipt._what_happens_now()
        return render_private(
            template,
            {
                **self._prepare_portal_layout_values(),
                "page_name": page_name,
                "receipt": receipt._portal_values()[0],
                "next_question": next_question,
                "what_happens_now": what_happens_now,
                **values,
            },
        )

    def _receipt(self, reference):
        """Return the receipt with a reference, if the user may see it; else the page does not exist."""
        receipt = (
            self._is_referrer()
            and reference.isprintable()
            and request.env["buurtbemiddeling.referral"].search([("reference", "=", reference)], limit=1)
        )
        if not receipt:
            raise request.not_found()
        return receipt

    # ------------------------------------------------------------------
    # Forms
    # ------------------------------------------------------------------
    def _take(self, post, errors):
        """Take a form in, or add to the errors that it was open for too long."""
        ticket = typed(post, "ticket")
        submissions = request.env["buurtbemiddeling.submission"]
        if submissions._is_ticket(ticket):
            return submissions._take(ticket)
        errors["form"] = request.env._("This page was open for too long. What you typed is still there: send it again.")

    def _count(self, page, limit, errors):
        """Add to the errors when the user sends more than a limit in an hour."""
        if request.env["buurtbemiddeling.request.count"]._is_too_many(page, request.env.uid, limit):
            errors["form"] = request.env._(
                "You sent a lot in this hour. Please try again in an hour, or call neighbourhood mediation."
            )

    def _check_referrer(self):
        if not self._is_referrer():
            raise request.not_found()

    def _is_referrer(self):
        return request.env.user.has_group("buurtbemiddeling_addon.group_referrer")
