import time

from odoo.http import Controller, content_disposition, request, route

from ..models.personal_link import MOST_WRONG_ANSWERS, PAGE
from .private_page import HEADERS, network, render_private, typed

LINK = "mediation_link"
# Leaves the page at once, also where the browser runs no script.
EXIT = f"{PAGE}/weg"
# So long a browser knows which link it opened, and then so long that its person was recognised, in seconds. Whoever
# uses the same telephone or computer after that needs the code again.
KNOWN_FOR = 30 * 60
# Nobody guesses a code; this keeps the server from being kept busy.
CODES_PER_HOUR = 60


class PersonalPage(Controller):
    """The page of a resident with a personal link or code: who she is first, and then the one thing it is for.

    The address of the page says nothing: which link it is stands in the session of her browser.

    Its pages come from the primary database, not from a replica of it: a link that was taken back or a consent that
    was withdrawn counts from that moment, and what she just sent is there.

    What comes in checks its token itself: a page that was closed has an old one, and then its person reads what to do.
    """

    @route(PAGE, type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def personal_page(self, **_unused):
        """Show what is next: the code, the questions, or what the link is for."""
        link = self._link()
        if not link:
            return self._leave("unusable" if self._known() else "code")
        if not self._is_recognised():
            return self._render_questions(link)
        return self._render_purpose(link)

    @route(f"{PAGE}/<string:code>", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def personal_link(self, code, **_unused):
        """Take a link that was clicked, and go on to an address without it.

        A program that opens links in mails does no harm: only its own session knows of it.
        """
        return self._take(code)

    @route(PAGE, type="http", auth="public", website=True, methods=["POST"], sitemap=False, csrf=False)
    def personal_code(self, **post):
        """Take a code that was typed."""
        if not self._is_ours(post):
            return self._not_ours()
        return self._take(typed(post, "code"))

    @route(f"{PAGE}/vragen", type="http", auth="public", website=True, methods=["POST"], sitemap=False, csrf=False)
    def personal_questions(self, **post):
        """Check the answers to the questions by which she is recognised."""
        if not self._is_ours(post):
            return self._not_ours()
        link = self._link()
        if not (link and self._is_of(post, link)):
            return request.redirect(PAGE)
        answers = {name: typed(post, name) for name in link._questions(link.party_id, link.purpose)}
        if link._recognise(answers):
            request.session[LINK] = {"id": link.id, "since": time.time(), "is_recognised": True}
            # Whoever knows the session from before does not get in with it.
            request.session.should_rotate = True
            return request.redirect(PAGE)
        if not link._is_usable():
            return self._leave("unusable")
        return self._render_questions(link, answers)

    @route(f"{PAGE}/antwoord", type="http", auth="public", website=True, methods=["POST"], sitemap=False, csrf=False)
    def personal_answer(self, **post):
        """Take what she says on the page of her link, or show it again with what was typed and what is not right."""
        if not self._is_ours(post):
            return self._not_ours()
        link = self._link()
        if not (link and self._is_recognised() and self._is_of(post, link)):
            return request.redirect(PAGE)
        values = {name: typed(post, name) for name in link._answer_fields()}
        errors, done = link._submit(values, typed(post, "ticket"))
        if errors:
            return self._render_purpose(link, values=values, errors=errors)
        if done is None:
            return request.redirect(PAGE)
        return self._render_purpose(link, is_done=True, done=done, said=values)

    @route(f"{PAGE}/afspraak.ics", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def personal_calendar_file(self, **_unused):
        """Download the appointment for her own calendar."""
        link = self._link()
        if not (link and self._is_recognised() and link.purpose == "appointment"):
            return request.redirect(PAGE)
        headers = {
            **HEADERS,
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": content_disposition("appointment.ics"),
        }
        return request.make_response(link.session_id._calendar_file(link.party_id), headers=list(headers.items()))

    @route(f"{PAGE}/klaar", type="http", auth="public", website=True, methods=["POST"], sitemap=False, csrf=False)
    def personal_leave(self, **post):
        """Forget on this device which link it was. That works from any page, however old: nothing else is done."""
        return self._leave("code" if typed(post, "next") else "left")

    @route(EXIT, type="http", auth="public", website=True, methods=["GET"], sitemap=False, readonly=True)
    def personal_exit(self, **_unused):
        """Forget on this device which link it was, and go to a page about something else."""
        request.session.pop(LINK, None)
        answer = request.redirect(request.env.company.mediation_exit_url, local=False)
        answer.headers.update(HEADERS)
        return answer

    def _take(self, code):
        links = request.env["buurtbemiddeling.personal.link"]
        too_many = request.env["buurtbemiddeling.request.count"]._is_too_many(PAGE, network(), CODES_PER_HOUR)
        link = links._find(code) if not too_many else links
        # Also what does not work leads to an address without the code.
        request.session[LINK] = {"id": link.id, "since": time.time(), "is_recognised": False}
        if link:
            # The page opens in the language of its person, who can choose another one there.
            request.future_response.set_cookie("frontend_lang", link._letter()._lang() or request.env.lang)
        return request.redirect(PAGE)

    def _link(self):
        """Return the link that this browser opened, as superuser, or none when it no longer works."""
        return request.env["buurtbemiddeling.personal.link"]._usable(self._known().get("id"))

    def _known(self):
        known = request.session.get(LINK) or {}
        return known if time.time() - known.get("since", 0) < KNOWN_FOR else {}

    def _is_recognised(self):
        return self._known().get("is_recognised")

    def _is_of(self, post, link):
        """Return whether a page that comes in is of this link: another one can be open in another tab."""
        return typed(post, "page") == link.reference

    def _is_ours(self, post):
        return request.validate_csrf(typed(post, "csrf_token"))

    def _not_ours(self):
        """Do nothing with a page that is not of this session: show the one that is open, or say what happened."""
        return request.redirect(PAGE) if self._link() else self._render("closed")

    def _leave(self, state):
        request.session.pop(LINK, None)
        return self._render(state)

    def _render_purpose(self, link, **values):
        return render_private(
            f"buurtbemiddeling_addon.personal_{link.purpose}",
            {
                "values": {},
                "errors": {},
                "exit_address": EXIT,
                "is_done": False,
                "page": link.reference,
                "ticket": link.env["buurtbemiddeling.submission"]._new_ticket(),
                **link._page_values(),
                **values,
            },
        )

    def _render_questions(self, link, answers=None):
        questions = link._questions(link.party_id, link.purpose)
        return self._render(
            "questions",
            page=link.reference,
            questions=questions,
            answers=answers or {},
            tries=answers is not None and MOST_WRONG_ANSWERS - link.wrong_answers,
        )

    def _render(self, state, **values):
        return render_private("buurtbemiddeling_addon.personal_page", {"state": state, "exit_address": EXIT, **values})
