import time

from odoo.http import Controller, request, route

from ..models.personal_link import PAGE
from .private_page import render_private, typed

LINK = "mediation_link"
# So long a person who was recognised can do something, in seconds.
RECOGNISED_FOR = 30 * 60
CODES_PER_HOUR = 20


class PersonalPage(Controller):
    """The page of a resident with a personal link or code: who she is first, and then the one thing it is for.

    The address of the page says nothing: which link it is stands in the session of her browser.
    """

    @route(PAGE, type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def personal_page(self, **_unused):
        """Show what is next: the code, the questions, or what the link is for."""
        link = self._link()
        if not link:
            return self._render("code")
        if not self._is_recognised():
            return self._render("questions", questions=link._questions(link.party_id, link.purpose))
        return self._render_purpose(link)

    @route(f"{PAGE}/<string:code>", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def personal_link(self, code, **_unused):
        """Take a link that was clicked, and go on to an address without it. Nothing is changed by that."""
        return self._take(code)

    @route(PAGE, type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def personal_code(self, **post):
        """Take a code that was typed."""
        return self._take(typed(post, "code"))

    @route(f"{PAGE}/vragen", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def personal_questions(self, **post):
        """Check the answers to the questions by which she is recognised."""
        link = self._link()
        if not link:
            return request.redirect(PAGE)
        questions = link._questions(link.party_id, link.purpose)
        if link._recognise({name: typed(post, name) for name in questions}):
            request.session[LINK] = {"id": link.id, "recognised": time.time()}
            return request.redirect(PAGE)
        if not link._is_usable():
            return self._leave("unusable")
        return self._render("questions", questions=questions, is_wrong=True)

    @route(f"{PAGE}/antwoord", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def personal_answer(self, **post):
        """Take what she says on the page of her link, or show it again with what was typed and what is not right."""
        link = self._link()
        if not (link and self._is_recognised()):
            return request.redirect(PAGE)
        values = {name: typed(post, name) for name in link._answer_fields()}
        errors = link._answer_errors(values)
        if errors:
            return self._render_purpose(link, values, errors)
        link._answer(values)
        return self._render_purpose(link, is_done=True)

    @route(f"{PAGE}/klaar", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def personal_leave(self, **_unused):
        """Forget on this device which link it was."""
        return self._leave("left")

    def _take(self, code):
        links = request.env["buurtbemiddeling.personal.link"]
        too_many = request.env["buurtbemiddeling.request.count"]._is_too_many(
            PAGE, request.httprequest.remote_addr, CODES_PER_HOUR
        )
        link = links._find(code) if not too_many else links
        if not link:
            return self._leave("unusable")
        request.session[LINK] = {"id": link.id, "recognised": 0}
        return request.redirect(PAGE)

    def _link(self):
        """Return the link that this browser opened, as superuser, or none when it no longer works."""
        known = request.session.get(LINK) or {}
        return request.env["buurtbemiddeling.personal.link"]._usable(known.get("id"))

    def _is_recognised(self):
        return time.time() - (request.session.get(LINK) or {}).get("recognised", 0) < RECOGNISED_FOR

    def _leave(self, state):
        request.session.pop(LINK, None)
        return self._render(state)

    def _render_purpose(self, link, values=None, errors=None, is_done=False):
        return render_private(
            f"buurtbemiddeling_addon.personal_{link.purpose}",
            {**link._page_values(), "values": values or {}, "errors": errors or {}, "is_done": is_done},
        )

    def _render(self, state, **values):
        return render_private("buurtbemiddeling_addon.personal_page", {"state": state, **values})
