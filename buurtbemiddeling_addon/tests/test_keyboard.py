from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.browser_common import BrowserCase
from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon

TELEPHONE = 320
# What is wrong with where the keyboard is; the element is kept, to compare the next one with.
PROBLEM = """(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const isBefore = window.lastFocused && window.lastFocused !== element
        && !(window.lastFocused.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    window.lastFocused = element;
    const name = element.outerHTML.slice(0, 150);
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
        while not browser.evaluate(f"document.activeElement.matches({selector!r})"):
            browser.press("Tab")
            if browser.evaluate("document.activeElement === document.body"):
                self.fail(f"The tab key has come to the end of the page, and not to {selector}.")
            self.assertFalse(browser.evaluate(PROBLEM))

    def fill_in(self, browser, values):
        for name, value in values.items():
            self.go_to(browser, f"[name={name}]")
            browser.type(value)

    def choose(self, browser, name):
        self.go_to(browser, f"select[name={name}]")
        browser.press("ArrowDown")

    def submit(self, browser):
        self.go_to(browser, "main form .btn-primary")
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
            self.fill_in(browser, {"name": "Toets Bewoner", "house_number": "3", "street": "Toetsstraat"})
            self.choose(browser, "complaint_type_id")
            self.go_to(browser, "summary")
            browser.press(" ")
            self.fill_in(browser, {"other_name": "Toets Buur"})
            self.submit(browser)
            self.mend(browser, "phone")
            browser.type("0999000009")
            self.submit(browser)
            self.assertTrue(browser.evaluate("document.querySelector('#code').innerText"))
        party = self.env["buurtbemiddeling.party"].search([("name", "=", "Toets Bewoner")])
        self.assertEqual((party.house_number, party.phone), ("3", "0999000009"))
        self.assertEqual(party.case_id.party_ids[1].name, "Toets Buur")
        self.assertTrue(party.case_id.complaint_type_id)

    def test_personal_appointment(self):
        case = self._take_up(self._self_report())
        person = case.party_ids[0]
        person.write({"birth_year": 1970, "lang": "en_US"})
        talk = case.session_ids.create({"case_id": case.id, "kind": "intake", "start": "2049-01-04 18:00:00"})
        _link, code = self.env["buurtbemiddeling.personal.link"]._issue(person.sudo(), "appointment", session=talk)
        with self.browse() as browser:
            browser.resize(TELEPHONE)
            browser.open(f"/buurtbemiddeling/persoonlijk/{code}")
            self.fill_in(browser, {"house_number": "12", "birth_year": "1970"})
            self.submit(browser)
            self.go_to(browser, "[name=answer]")
            browser.press(" ")
            browser.press("ArrowDown")
            self.submit(browser)
            self.mend(browser, "wishes")
            browser.type("Tuesday")
            self.submit(browser)
            self.assertTrue(browser.evaluate("document.querySelector('[role=status]').innerText"))
        self.assertEqual((talk.reply_ids.answer, talk.reply_ids.wishes), ("move", "Tuesday"))

    def test_referral(self):
        with self.browse() as browser:
            self.sign_in(browser.chrome, "officer")
            browser.resize(TELEPHONE)
            browser.open("/my/referrals/new")
            self.submit(browser)
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
            self.submit(browser)
            self.choose(browser, "complaint_type_id")
            self.submit(browser)
            self.fill_in(browser, {"organisation_reference": "TOETS-1"})
            self.submit(browser)
            self.submit(browser)
            self.assertIn("TOETS-1", browser.evaluate("document.querySelector('main').innerText"))
        receipt = self.env["buurtbemiddeling.referral"].search([("organisation_reference", "=", "TOETS-1")])
        party = self.env["buurtbemiddeling.case"].search([("referral_ids", "in", receipt.ids)]).party_ids
        self.assertEqual((party.name, party.role), ("Toets Buur", "other_party"))
        self.assertEqual(party.consent_ids.method, "in_person")
