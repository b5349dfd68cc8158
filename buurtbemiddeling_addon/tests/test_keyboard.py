from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.browser_common import BrowserCase
from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon

TELEPHONE = 320
# More often than this nobody presses the tab key to get somewhere.
MOST_TABS = 60
# What is wrong with where the keyboard is; the element is kept, to compare the next one with.
PROBLEM = """(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const isBefore = window.lastFocused && window.lastFocused !== element
        && !(window.lastFocused.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    window.lastFocused = element;
    const name = element.outerHTML.slice(0, 150);
    if (element === document.body) return "the keyboard is nowhere";
    if (isBefore) return `out of order: ${name}`;
    const hasOutline = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
    if (!hasOutline && boxShadow === "none") return `not to be seen: ${name}`;
    if (left < 0 || right > innerWidth || bottom < 0 || top > innerHeight) return `out of view: ${name}`;
})()"""


@tagged("post_install", "-at_install")
class TestKeyboard(MediationCommon, BrowserCase):
    """The forms for people outside with keys alone, on a page as narrow as a small telephone."""

    def go_to(self, browser, selector):
        """Press the tab key until it has come to an element, and check each stop on the way."""
        for _press in range(MOST_TABS):
            browser.press("Tab")
            self.assertFalse(browser.evaluate(PROBLEM))
            if browser.evaluate(f"document.activeElement.matches({selector!r})"):
                return
        self.fail(f"The tab key does not come to {selector}.")

    def fill_in(self, browser, values):
        for name, value in values.items():
            self.go_to(browser, f"[name={name}]")
            browser.type(value)

    def choose(self, browser, name):
        self.go_to(browser, f"select[name={name}]")
        browser.press("ArrowDown")

    def submit(self, browser):
        self.go_to(browser, "form .btn-primary")
        browser.press_and_go("Enter")

    def mend(self, browser, name):
        """Go from the list of what is wrong, which has the keyboard, to one field by its link."""
        self.assertTrue(browser.evaluate("document.activeElement.matches('[role=alert]')"))
        self.go_to(browser, f"[role=alert] a[href='#{name}']")
        browser.press("Enter")
        self.assertEqual(browser.evaluate("document.activeElement.id"), name)

    def test_report(self):
        with self.browse() as browser:
            browser.resize(TELEPHONE)
            browser.open("/buurtbemiddeling/melden")
            browser.press("Tab")
            self.assertFalse(browser.evaluate(PROBLEM))
            self.assertTrue(browser.evaluate("document.activeElement.matches('a[href=\"#wrap\"]')"), "no way to skip")
            browser.press("Enter")
            self.fill_in(browser, {"name": "Toets Bewoner", "street": "Toetsstraat", "house_number": "3"})
            self.choose(browser, "complaint_type_id")
            self.submit(browser)
            self.mend(browser, "phone")
            browser.type("0999000009")
            self.submit(browser)
            self.assertNotIn("name=", browser.evaluate("document.querySelector('main').innerHTML"))
        party = self.env["buurtbemiddeling.party"].search([("name", "=", "Toets Bewoner")])
        self.assertEqual((party.house_number, party.phone), ("3", "0999000009"))
        self.assertTrue(party.case_id.complaint_type_id)

    def test_referral(self):
        with self.browse() as browser:
            self.sign_in(browser.chrome, "officer")
            browser.resize(TELEPHONE)
            browser.open("/my/referrals/new")
            self.go_to(browser, "[name=role-0]")
            browser.press("ArrowDown")
            self.fill_in(browser, {"name-0": "Toets Buur", "phone-0": "0999000009"})
            self.go_to(browser, "[name=permission-0]")
            browser.press(" ")
            self.go_to(browser, "[name=method-0]")
            browser.press(" ")
            self.go_to(browser, "[name=told_on-0]")
            # The first day of the first month of this year.
            for key in ("ArrowUp", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowUp"):
                browser.press(key)
            self.choose(browser, "complaint_type_id")
            self.fill_in(browser, {"organisation_reference": "TOETS-1"})
            self.submit(browser)
            self.assertIn("TOETS-1", browser.evaluate("document.querySelector('main').innerText"))
        receipt = self.env["buurtbemiddeling.referral"].search([("organisation_reference", "=", "TOETS-1")])
        party = self.env["buurtbemiddeling.case"].search([("referral_ids", "in", receipt.ids)]).party_ids
        self.assertEqual((party.name, party.role), ("Toets Buur", "other_party"))
        self.assertEqual(party.consent_ids.method, "in_person")
