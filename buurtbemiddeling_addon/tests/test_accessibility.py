import json
import os
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from unittest import skipUnless

from odoo.tests import tagged
from odoo.tools import groupby

from odoo.addons.buurtbemiddeling_addon.tests.browser_common import BrowserCase
from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon

AXE = os.environ.get("BUURTBEMIDDELING_AXE")
CHECKS = Path(__file__).with_name("accessibility.js").read_text(encoding="utf-8").rstrip().rstrip(";")
LANGUAGES = ("nl_NL", "en_US")
TELEPHONE, WIDE = 320, 1366
# A page of 1366 pixels at 200 %; one of 1280 at 400 % is as narrow as the telephone.
HALF = 683

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


@tagged("post_install", "-at_install")
@skipUnless(AXE, "axe-core is not there: bin/test gets it, and sets BUURTBEMIDDELING_AXE to its program")
class TestAccessibility(MediationCommon, BrowserCase):
    """Each page for people outside meets WCAG 2.2 AA, in each of its states."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for language in LANGUAGES:
            cls.env["res.lang"]._activate_lang(language)
        receipt, case = cls._refer(people=[cls._person(), cls._person(role="other_party", name="Buur")])
        party = case.party_ids[0]
        party.birth_year = 1970
        links = cls.env["buurtbemiddeling.personal.link"]
        cls.known = {
            "receipt": receipt.reference,
            "participation": links._issue(party, "participation")[1],
        }

    def test_every_page(self):
        checker = Path(AXE).read_text(encoding="utf-8")
        code = self.env["res.lang"]._get_data(code="nl_NL").url_code
        with self.browse() as browser:
            for login, pages in groupby(PAGES, attrgetter("login")):
                self.sign_in(browser.chrome, login)
                for page in pages:
                    with self.subTest(page.name):
                        browser.resize(WIDE)
                        browser.open(f"/{code}{page.address.format(**self.known)}")
                        for step in page.steps:
                            browser.go(step)
                        browser.evaluate(checker)
                        self.check(browser, language="nl-NL")
                        browser.resize(HALF)
                        self.check(browser, layoutOnly=True)
                        browser.resize(TELEPHONE)
                        self.check(browser, language="nl-NL")

    def check(self, browser, **options):
        problems = browser.evaluate(f"({CHECKS})({json.dumps(options)})")
        if problems:
            where = browser.evaluate("`${location.pathname} at ${innerWidth} pixels:`")
            self.fail("\n".join((where, *problems)))

    def test_language(self):
        for page in PAGES:
            self.authenticate(page.login or None, page.login or None)
            for language in LANGUAGES:
                with self.subTest(page.name, language=language):
                    code = self.env["res.lang"]._get_data(code=language).url_code
                    answer = self.url_open(f"/{code}{page.address.format(**self.known)}")
                    self.assertIn(f'lang="{language.replace("_", "-")}"', answer.text.partition("<head>")[0])
