import json
from dataclasses import dataclass
from datetime import date, timedelta

from odoo import Command
from odoo.tools import groupby

from odoo.addons.buurtbemiddeling_addon.tests.browser_common import BrowserCase
from odoo.addons.buurtbemiddeling_addon.tests.common import MediationCommon

# In the order of preference.
LANGUAGES = ("nl_NL", "en_US")
REPORT = "/buurtbemiddeling/melden"
PERSONAL = "/buurtbemiddeling/persoonlijk"
MAIL = "/buurtbemiddeling/e-mail"
REFERRALS = "/my/referrals"
# Stands for the last choice of a list.
LAST = None


def submit(button="main form .btn-primary[type=submit]", **values):
    """Return a script that fills in fields of a page by name, and presses a button."""
    return f"""
        for (const [name, value] of Object.entries({json.dumps(values)})) {{
            for (const field of document.querySelectorAll(`main [name="${{name}}"]`)) {{
                if (["radio", "checkbox"].includes(field.type)) {{
                    field.checked = field.value === value;
                }} else if (value === null) {{
                    field.selectedIndex = field.length - 1;
                }} else {{
                    field.value = value;
                }}
            }}
        }}
        document.querySelector({json.dumps(button)}).click();
    """


def press(name, value):
    """Return a script that presses the button with a name and a value."""
    return submit(f"main button[name={name}][value={value}]")


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


# The steps of a form, one after the other.
WHO = submit(house_number="12", birth_year="1970")
NEIGHBOURS = {"house_number": "12", "zip": "1234 AB", "phone": "0999123456", "complaint_type_id": LAST}
TELL = submit("main details button[type=submit]", organisation_id=LAST)
NEXT = press("step", "continue")
PERSON = {"name-0": "Buur", "phone-0": "0999123456", "permission-0": "1", "method-0": "telephone"}
PERSON["told_on-0"] = str(date.today() - timedelta(days=1))
PEOPLE = submit("main button.btn-primary[value=continue]", **PERSON)
CONFLICT = submit("main button.btn-primary[value=continue]", complaint_type_id=LAST)

PAGES = (
    Page("report", REPORT),
    Page("report with errors", REPORT, steps=(submit(email="x"),)),
    Page("report received", REPORT, steps=(submit(name="Bewoner", **NEIGHBOURS),)),
    Page("report without a name to call", REPORT, steps=(submit(name="Bewoner", **NEIGHBOURS, calls_us="1"),)),
    Page("code", PERSONAL),
    Page("code that does not work", f"{PERSONAL}/none"),
    Page("questions", f"{PERSONAL}/{{participation}}"),
    Page("wrong answers", f"{PERSONAL}/{{participation}}", steps=(submit(house_number="1"),)),
    Page("take part", f"{PERSONAL}/{{participation}}", steps=(WHO,)),
    Page("takes part", f"{PERSONAL}/{{participation}}", steps=(WHO, press("answer", "yes"))),
    Page("page left", f"{PERSONAL}/{{participation}}", steps=(WHO, submit("main form[action$=klaar] button"))),
    Page("appointment", f"{PERSONAL}/{{appointment}}", steps=(WHO,)),
    Page("appointment with errors", f"{PERSONAL}/{{appointment}}", steps=(WHO, submit(answer="move"))),
    Page("appointment confirmed", f"{PERSONAL}/{{appointment}}", steps=(WHO, submit(answer="comes"))),
    Page("agreements", f"{PERSONAL}/{{agreement}}", steps=(WHO,)),
    Page("agreements with errors", f"{PERSONAL}/{{agreement}}", steps=(WHO, press("answer", "not_right"))),
    Page("agreements confirmed", f"{PERSONAL}/{{agreement}}", steps=(WHO, press("answer", "right"))),
    Page("aftercare", f"{PERSONAL}/{{aftercare}}", steps=(WHO,)),
    Page("aftercare with errors", f"{PERSONAL}/{{aftercare}}", steps=(WHO, submit())),
    Page("aftercare answered", f"{PERSONAL}/{{aftercare}}", steps=(WHO, submit(holds="holds", wants_call="no"))),
    Page("own report", f"{PERSONAL}/{{report}}", steps=(WHO,)),
    Page("own report with errors", f"{PERSONAL}/{{report}}", steps=(WHO, submit(phone="1"))),
    Page("own report to take back", f"{PERSONAL}/{{report}}", steps=(WHO, submit("main .btn-outline-danger"))),
    Page("own report to tell", f"{PERSONAL}/{{report}}", steps=(WHO, TELL)),
    Page("own report told", f"{PERSONAL}/{{report}}", steps=(WHO, TELL, submit())),
    Page("does not take part", f"{PERSONAL}/{{participation}}", steps=(WHO, press("answer", "no"))),
    Page("e-mails", f"{MAIL}/none"),
    Page("e-mails stopped", f"{MAIL}/none", steps=(submit("main form button"),)),
    Page("e-mails again", f"{MAIL}/none", steps=(submit("main form button"), submit("main form button"))),
    Page("no such page", f"{REPORT}/none"),
    Page("account", "/my", "officer"),
    Page("referrals", REFERRALS, "officer"),
    Page("referrals not found", REFERRALS, "officer", (submit("main form[role=search] button", text="none"),)),
    Page("referral", f"{REFERRALS}/{{receipt}}", "officer"),
    Page("referral just received", f"{REFERRALS}/{{receipt}}?received=1", "officer"),
    Page("message", f"{REFERRALS}/{{receipt}}/message", "officer"),
    Page("message with errors", f"{REFERRALS}/{{receipt}}/message", "officer", (submit(),)),
    Page("organisation", f"{REFERRALS}/organisation", "officer"),
    Page("organisation with errors", f"{REFERRALS}/organisation", "officer", (submit(),)),
    Page("new referral", f"{REFERRALS}/new", "officer"),
    Page("new referral: people", f"{REFERRALS}/new", "officer", (NEXT,)),
    Page("new referral: two people", f"{REFERRALS}/new", "officer", (NEXT, press("step", "add"))),
    Page("new referral: people with errors", f"{REFERRALS}/new", "officer", (NEXT, NEXT)),
    Page("new referral: what is going on", f"{REFERRALS}/new", "officer", (NEXT, PEOPLE)),
    Page("new referral: what is going on with errors", f"{REFERRALS}/new", "officer", (NEXT, PEOPLE, NEXT)),
    Page("new referral: own reference", f"{REFERRALS}/new", "officer", (NEXT, PEOPLE, CONFLICT)),
    Page("new referral: check", f"{REFERRALS}/new", "officer", (NEXT, PEOPLE, CONFLICT, NEXT)),
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
        cls.env["buurtbemiddeling.request.count"].search([]).unlink()
        cls.police.referral_contact_ids = cls.officer.partner_id
        receipt, _case = cls._refer()
        cls.known = {"receipt": receipt.reference, **cls.codes()}

    @classmethod
    def codes(cls):
        """Return a code for each purpose of a personal link."""
        case = cls._take_up(cls._self_report()).sudo()
        cls.people = case.party_ids
        cls.people.write({"birth_year": 1970, "house_number": "12"})
        person, other = cls.people
        cls.env["buurtbemiddeling.consent"].create({"party_id": person.id})
        appointment = cls.env["buurtbemiddeling.session"].create(
            {"case_id": case.id, "kind": "first_talk", "start": "2049-01-04 18:00:00", "party_ids": person.ids}
        )
        agreement = cls.env["buurtbemiddeling.agreement"].create(
            {"case_id": case.id, "point_ids": [Command.create({"text": "Quiet after ten"})]}
        )
        links = cls.env["buurtbemiddeling.personal.link"]
        return {
            purpose: links._issue(other if purpose == "participation" else person, purpose, **about)[1]
            for purpose, about in {
                "participation": {},
                "appointment": {"session": appointment},
                "agreement": {"agreement": agreement},
                "aftercare": {},
                "report": {},
            }.items()
        }

    def address(self, page, language):
        """Return where a page is in a language; a personal link opens in that of its person."""
        self.people.lang = language
        self.people.flush_recordset()
        return f"/{self.env['res.lang']._get_data(code=language).url_code}{page.address.format(**self.known)}"

    def by_login(self):
        """Return the pages of each login, so that everybody signs in once."""
        return groupby(PAGES, lambda page: page.login or None)

    def open(self, browser, page):
        """Open a page in Dutch, and bring it to its state."""
        browser.open(self.address(page, LANGUAGES[0]))
        for step in page.steps:
            browser.go(step)
