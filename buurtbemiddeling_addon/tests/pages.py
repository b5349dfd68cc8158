import json
from dataclasses import dataclass

from odoo import Command
from odoo.tools import groupby

from odoo.addons.buurtbemiddeling_addon.tests.browser_common import BrowserCase
from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon

# In the order of preference.
LANGUAGES = ("nl_NL", "en_US")

REPORT = "/buurtbemiddeling/melden"
PERSONAL = "/buurtbemiddeling/persoonlijk"
REFERRALS = "/my/referrals"


def submit(button="main form .btn-primary[type=submit]", **values):
    """Return a script that fills in fields of a page by name, and presses a button."""
    return f"""
        for (const [name, value] of Object.entries({json.dumps(values)})) {{
            document.querySelector(`main [name="${{name}}"]`).value = value;
        }}
        document.querySelector({json.dumps(button)}).click();
    """


# What somebody with a personal link knows.
KNOWN = submit(house_number="12", birth_year="1970")


@dataclass(frozen=True)
class Page:
    """A page in one of its states.

    ``address`` may name what the test knows, as in ``/my/referrals/{receipt}``; ``steps`` are scripts that each lead
    from one page to the next.
    """

    name: str
    address: str
    login: str = ""
    steps: tuple = ()


PAGES = (
    Page("report", REPORT),
    Page("report with errors", REPORT, steps=(submit(email="x", description="Herrie"),)),
    Page("report received", f"{REPORT}/ontvangen"),
    Page("code", PERSONAL),
    Page("code that does not work", f"{PERSONAL}/none"),
    Page("questions", f"{PERSONAL}/{{participation}}"),
    Page("wrong answers", f"{PERSONAL}/{{participation}}", steps=(submit(house_number="1"),)),
    Page("take part", f"{PERSONAL}/{{participation}}", steps=(KNOWN,)),
    Page("takes part", f"{PERSONAL}/{{participation}}", steps=(KNOWN, submit("[value=yes]"))),
    Page("appointment", f"{PERSONAL}/{{appointment}}", steps=(KNOWN,)),
    Page("appointment with errors", f"{PERSONAL}/{{appointment}}", steps=(KNOWN, submit(wishes="x" * 501))),
    Page("agreements", f"{PERSONAL}/{{agreement}}", steps=(KNOWN,)),
    Page("agreements with errors", f"{PERSONAL}/{{agreement}}", steps=(KNOWN, submit("[value=not_right]"))),
    Page("aftercare", f"{PERSONAL}/{{aftercare}}", steps=(KNOWN,)),
    Page("aftercare with errors", f"{PERSONAL}/{{aftercare}}", steps=(KNOWN, submit())),
    Page("no such page", f"{REPORT}/none"),
    Page("account", "/my", "officer"),
    Page("referrals", REFERRALS, "officer"),
    Page("referral", f"{REFERRALS}/{{receipt}}", "officer"),
    Page("referral just received", f"{REFERRALS}/{{receipt}}?received=1", "officer"),
    Page("new referral", f"{REFERRALS}/new", "officer"),
    Page("new referral of two people", f"{REFERRALS}/new", "officer", (submit("[name=step][value=add]"),)),
    Page("new referral with errors", f"{REFERRALS}/new", "officer", (submit(),)),
    Page("no such referral", f"{REFERRALS}/none", "officer"),
    Page("no referrals yet", REFERRALS, "housing_employee"),
)
# The page of Odoo that they are compared with.
PORTAL = Page("account page of a portal user", "/my", "lone_portal_user")


class PagesCase(MediationCommon, BrowserCase):
    """Tests that look at every page for people outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for language in LANGUAGES:
            cls.env["res.lang"]._activate_lang(language)
        receipt, case = cls._refer(people=[cls._person(), cls._person(role="other_party", name="Buur")])
        party = cls.party = case.party_ids[0]
        party.birth_year = 1970
        talk = case.session_ids.create({"case_id": case.id, "kind": "intake", "start": "2049-01-04 18:00:00"})
        agreement = case.agreement_ids.create(
            {"case_id": case.id, "point_ids": [Command.create({"text": "Na tien uur stil"})]}
        )
        links = cls.env["buurtbemiddeling.personal.link"]
        cls.known = {
            "receipt": receipt.reference,
            "participation": links._issue(party, "participation")[1],
            "appointment": links._issue(party, "appointment", session=talk)[1],
            "agreement": links._issue(party, "agreement", agreement=agreement)[1],
            "aftercare": links._issue(party, "aftercare")[1],
        }

    def address(self, page, language):
        """Return where a page is in a language; a personal page opens in that of its person."""
        self.party.lang = language
        return f"/{self.env['res.lang']._get_data(code=language).url_code}{page.address.format(**self.known)}"

    def by_login(self):
        """Return the pages of each login, so that everybody signs in once."""
        return groupby(PAGES, lambda page: page.login or None)

    def open(self, browser, page):
        """Open a page in Dutch, and bring it to its state."""
        browser.open(self.address(page, LANGUAGES[0]))
        for step in page.steps:
            browser.go(step)
