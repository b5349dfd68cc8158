from odoo.http import Controller, request, route

from ..models.mail_choice import PAGE
from .private_page import render_private


class MailChoice(Controller):
    """The page on which somebody stops the e-mails that are sent by themselves, or has them sent again.

    It says the same for every address, also for one that was made up.
    """

    @route(
        f"{PAGE}/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def mail_choice(self, token, **_unused):
        """Ask first: programs that look at links in mails must not stop anything."""
        return self._render("ask")

    # No token of a session: a mail program has none (RFC 8058), and none is needed. Only who has the address can
    # do this, and it does nothing else, whoever is signed in.
    @route(
        f"{PAGE}/<string:token>", type="http", auth="public", website=True, methods=["POST"], sitemap=False, csrf=False
    )
    def mail_choice_made(self, token, **post):
        """Stop these e-mails, or send them again."""
        stop = "again" not in post
        request.env["buurtbemiddeling.mail.choice"]._choose(token, stop)
        return self._render("stopped" if stop else "again")

    def _render(self, state):
        return render_private("buurtbemiddeling_addon.mail_choice", {"state": state})
