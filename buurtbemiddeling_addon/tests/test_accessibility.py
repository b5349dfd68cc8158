import json
import os
from pathlib import Path
from unittest import skipUnless

from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.pages import LANGUAGES, PagesCase

AXE = os.environ.get("BUURTBEMIDDELING_AXE")
CHECKS = Path(__file__).with_name("accessibility.js").read_text(encoding="utf-8").rstrip().rstrip(";")
TELEPHONE, WIDE = 320, 1366
# A page of 1366 pixels at 200 %; one of 1280 at 400 % is as narrow as the telephone.
HALF = 683


@tagged("post_install", "-at_install")
@skipUnless(AXE, "axe-core is not there: bin/test gets it, and sets BUURTBEMIDDELING_AXE to its program")
class TestAccessibility(PagesCase):
    """Each page for people outside meets WCAG 2.2 AA, in each of its states."""

    def test_every_page(self):
        axe = Path(AXE).read_text(encoding="utf-8")
        with self.browse() as browser:
            for login, pages in self.by_login():
                self.sign_in(browser.chrome, login)
                for page in pages:
                    with self.subTest(page.name):
                        browser.resize(WIDE)
                        self.open(browser, page)
                        browser.evaluate(axe)
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
        for login, pages in self.by_login():
            self.authenticate(login, login)
            for page in pages:
                for language in LANGUAGES:
                    with self.subTest(page.name, language=language):
                        answer = self.url_open(self.address(page, language))
                        self.assertIn(f'lang="{language.replace("_", "-")}"', answer.text.partition("<head>")[0])
