#!/usr/bin/env python3
"""Take the pictures in docs/images from a running bin/serve with demo data.

Needs some packages in any virtual environment, and the system's Chromium:

    python3 -m venv /tmp/pictures
    /tmp/pictures/bin/pip install playwright pillow pypdfium2
    bin/serve --database pictures --port 8070
    /tmp/pictures/bin/python docs/screenshots.py --address http://127.0.0.1:8070

Take a database of its own. As a coordinator the script gives some people personal links, with a code that is shown to
be passed on, and opens their pages with it. As a resident it sends one report, for the page with its code. It answers
nothing on the personal pages, and leaves all other forms without saving, but for a file of old cases that is checked
and not brought in.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
DESKTOP = (1400, 900)
PHONE = (375, 812)
MODULE = "buurtbemiddeling_addon"
PORTAL_PAGE = (1100, 800)

# Cases of the demo data, by the name of the person who reported.
CASE_TO_CONFIRM = "Hélène Schijnsma"
CASE_IN_MEDIATION = "Gülşen Örnekoğlu"
CASE_WITH_AGREEMENT = "Lotte Verzinsel"
CASE_OF_GROUP = "François van Fantasie"
CASE_OF_NAMES = "Maria Antoinetta"
HELD = "Vastgehouden"
PERSON_OF_HELD_CASE = "Rachid Mfano"
PERSON_WHO_ASKS = "Roos van Denkbeeld"
OLD_CASES = Path(__file__).parents[1] / MODULE / "static/import/voorbeeld.xlsx"
PDF_WIDTH = 700
PASSWORD = "voorbeeld"

# Who gets a personal link: the case, the name, and what this person answers to the questions of the page.
RESIDENTS = {
    "participation": (CASE_OF_NAMES, "Příklad", {"house_number": "103-II", "phone": "06-00000107"}),
    "appointment": (CASE_OF_GROUP, "Nadia Tusaale", {"house_number": "33", "phone": "06-00000118"}),
    "agreement": (CASE_WITH_AGREEMENT, "Jørgen Beispiel", {"house_number": "105-II", "phone": "06-00000114"}),
    "aftercare": (CASE_WITH_AGREEMENT, "Jørgen Beispiel", {"house_number": "105-II", "phone": "06-00000114"}),
}
REPORT = "/buurtbemiddeling/melden"
PERSONAL_PAGE = "/buurtbemiddeling/persoonlijk"


class Pictures:
    """A browser that logs in as the demo accounts and saves what they see."""

    def __init__(self, browser: Browser, address: str, only: str | None) -> None:
        self.browser = browser
        self.address = address
        self.only = only

    @contextmanager
    def page(self, size: tuple[int, int], login: str | None = None) -> Iterator[Page]:
        """A page of that size, logged in as a demo account, with the password of all of them."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=1,
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        if login:
            page.goto(f"{self.address}/web/login")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            with page.expect_navigation():
                page.press("#password", "Enter")
        yield page
        context.close()

    def save(self, page: Page, name: str, whole: bool = False) -> None:
        """Save the page under that name, as a picture with few colours: that keeps it small."""
        page.wait_for_timeout(1000)
        self.keep(Image.open(io.BytesIO(page.screenshot(full_page=whole, animations="disabled"))), name)

    def keep(self, picture: Image.Image, name: str) -> None:
        target = IMAGES / f"{name}.png"
        picture.convert("RGB").quantize(colors=256, dither=Image.Dither.NONE).save(target, optimize=True)
        print(f"{target.name}: {picture.width} x {picture.height}, {target.stat().st_size // 1024} kB", flush=True)

    def wants(self, name: str) -> bool:
        return not self.only or bool(re.search(self.only, name))


def open_board(page: Page, address: str) -> None:
    page.goto(f"{address}/odoo/buurtbemiddeling")
    page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")


def open_case(page: Page, address: str, name: str) -> None:
    """Open the case in which that person is, found as a coordinator finds it: by typing the name."""
    open_board(page, address)
    page.fill(".o_searchview_input", name)
    page.wait_for_selector(".o_searchview_autocomplete")
    page.press(".o_searchview_input", "Enter")
    page.wait_for_selector(f".o_searchview_facet:has-text('{name}')")
    page.click(f".o_kanban_record:has-text('{name}')")
    page.wait_for_selector(".o_form_view .oe_title")


def board(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_board(page, pictures.address)
        pictures.save(page, "board")


def case(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_case(page, pictures.address, CASE_IN_MEDIATION)
        pictures.save(page, "case")


def case_to_confirm(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_case(page, pictures.address, CASE_TO_CONFIRM)
        pictures.save(page, "case-to-confirm")


def end_wizard(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_case(page, pictures.address, CASE_IN_MEDIATION)
        page.click(".o_form_statusbar button.o_button_end_case")
        page.click(".modal .o_field_widget[name=result_id] input")
        page.click(".o-autocomplete--dropdown-item >> nth=0")
        page.wait_for_selector(".modal .o_field_widget[name=outcome] input:checked")
        pictures.save(page, "end")


def telephone_report(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_board(page, pictures.address)
        page.click(".o_control_panel button.o_telephone_report")
        page.wait_for_selector(".modal .o_field_widget[name=name] input")
        pictures.save(page, "telephone-report")


def mediator_phone(pictures: Pictures) -> None:
    with pictures.page(PHONE, "bemiddelaar") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.session_action_mine")
        page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
        pictures.save(page, "mediator-appointments-phone")
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.case_action_mine")
        page.click(".o_kanban_record:not(.o_kanban_ghost) >> nth=0")
        page.wait_for_selector(".o_form_view")
        pictures.save(page, "mediator-case-phone")


def proposal(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_board(page, pictures.address)
        page.click(".o_kanban_record:has-text('Bemiddelaars kiezen') >> nth=0")
        page.click("button[name=action_propose_mediators]")
        page.wait_for_selector(".modal button[name=action_choose]")
        pictures.save(page, "proposal")


def mediators(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.mediator_action")
        page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
        pictures.save(page, "mediators")


def session(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_case(page, pictures.address, CASE_IN_MEDIATION)
        page.click("button.o_button_plan_session")
        page.wait_for_selector(".modal .o_field_widget[name=party_ids] input")
        pictures.save(page, "session")


def calendar(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.session_action")
        page.wait_for_selector(".fc-event")
        pictures.save(page, "calendar")


def letter(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.letter_action")
        page.click(".o_data_row .o_data_cell >> nth=0")
        page.wait_for_selector(".o_field_widget[name=body]")
        pictures.save(page, "letter")


def agreement(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_case(page, pictures.address, CASE_WITH_AGREEMENT)
        page.click(".o_notebook .nav-link[name=agreements]")
        page.click(".o_notebook .o_field_widget[name=agreement_ids] .o_kanban_record >> nth=0")
        page.wait_for_selector(".o_field_widget[name=point_ids]")
        pictures.save(page, "agreement")


def getting_started(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "manager") as page:
        page.goto(f"{pictures.address}/odoo/buurtbemiddeling-start")
        page.wait_for_selector(".o_form_view")
        pictures.save(page, "getting-started")


def referrals(pictures: Pictures) -> None:
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size, "woningcorporatie") as page:
            page.goto(f"{pictures.address}/my/referrals")
            pictures.save(page, f"referrals{suffix}")


def referral(pictures: Pictures) -> None:
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size, "politie") as page:
            page.goto(f"{pictures.address}/my/referrals")
            # The newest one that is taken up and has not ended.
            row = (
                page.locator("tbody tr")
                .filter(has=page.locator(".fa-check-circle"))
                .filter(has=page.locator(".fa-hourglass-half"))
            )
            page.goto(pictures.address + row.first.locator("a").get_attribute("href"))
            pictures.save(page, f"referral{suffix}", whole=True)


def referral_new(pictures: Pictures) -> None:
    """Each section of the form up to the check page, which is not handed over."""
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size, "politie") as page:
            page.goto(f"{pictures.address}/my/referrals/new")
            pictures.save(page, f"referral-new{suffix}", whole=True)
            go_on(page)
            page.check("[name=role-0][value=reporter]")
            page.fill("#name-0", "Noor Verzinsel")
            page.fill("#phone-0", "06-00000199")
            page.fill("#street-0", "Bedachtestraat")
            page.fill("#house_number-0", "9")
            page.check("#permission-0")
            page.check("[name=method-0][value=in_person]")
            page.fill("#told_on-0", str(date.today() - timedelta(days=1)))
            page.fill("#asked_by-0", "Arjen van de Proef")
            pictures.save(page, f"referral-people{suffix}", whole=True)
            go_on(page)
            page.select_option("#complaint_type_id", index=1)
            page.fill("#description", "Muziek in de avond. Melder wil er samen over praten.")
            go_on(page)
            page.fill("#organisation_reference", "PV-01203")
            go_on(page)
            pictures.save(page, f"referral-check{suffix}", whole=True)


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.click("main button.btn-primary[value=continue]")


def report(pictures: Pictures) -> None:
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size) as page:
            page.goto(f"{pictures.address}/buurtbemiddeling/melden")
            pictures.save(page, f"report{suffix}", whole=True)


def open_form_of_report(page: Page, address: str) -> None:
    page.goto(f"{address}{REPORT}")
    page.fill("#name", "Noor Verzinsel")
    page.fill("#zip", "0011 BD")
    page.fill("#house_number", "9")
    page.fill("#phone", "06-00000199")
    page.select_option("#complaint_type_id", index=1)


def report_code(pictures: Pictures) -> None:
    """The page with the code of a report, and with that code the page of the report."""
    with pictures.page(PHONE) as page:
        open_form_of_report(page, pictures.address)
        page.click("main form .btn-primary[type=submit]")
        page.wait_for_selector("#code")
        code = page.inner_text("#code")
        pictures.save(page, "report-code-phone", whole=True)
        open_personal_page(page, pictures.address, code, {"house_number": "9"})
        pictures.save(page, "personal-report-phone", whole=True)


def give_code(pictures: Pictures, purpose: str, save: bool) -> str:
    """Give a demo person a personal link as a coordinator does; return the code that is shown once."""
    case_name, person, _answers = RESIDENTS[purpose]
    with pictures.page(DESKTOP, "coordinator") as page:
        open_case(page, pictures.address, case_name)
        page.click(".o_notebook .nav-link[name=personal_links]")
        page.click(".o_notebook button:has-text('Een persoonlijke link geven')")
        page.click(f".modal .o_field_widget[name=purpose] input[data-value={purpose}]")
        # Where one person is left to confirm, that one is filled in.
        page.wait_for_timeout(1000)
        if person not in page.input_value(".modal .o_field_widget[name=party_id] input"):
            page.fill(".modal .o_field_widget[name=party_id] input", person)
            page.click(f".o-autocomplete--dropdown-item:has-text('{person}')")
        page.click(".modal .o_field_widget[name=how] input[data-value=code]")
        if save:
            pictures.save(page, "personal-link")
        page.click(".modal button[name=action_give]")
        code = page.wait_for_selector(".modal .o_field_widget[name=code]").inner_text().split()[0]
        if save:
            pictures.save(page, "personal-link-code")
        return code


def open_personal_page(page: Page, address: str, code: str, answers: dict[str, str]) -> None:
    page.goto(f"{address}{PERSONAL_PAGE}/{code}")
    for question, answer in answers.items():
        page.fill(f"#{question}", answer)
    page.click("main form .btn-primary[type=submit]")
    page.wait_for_selector("main form[action$=klaar]")


def personal_code(pictures: Pictures) -> None:
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size) as page:
            page.goto(f"{pictures.address}{PERSONAL_PAGE}")
            pictures.save(page, f"personal-code{suffix}", whole=True)


def personal_pages(pictures: Pictures) -> None:
    for purpose, (_case, _person, answers) in RESIDENTS.items():
        code = give_code(pictures, purpose, save=purpose == "appointment")
        with pictures.page(PHONE) as page:
            if purpose == "participation":
                page.goto(f"{pictures.address}{PERSONAL_PAGE}/{code}")
                pictures.save(page, "personal-questions-phone", whole=True)
            open_personal_page(page, pictures.address, code, answers)
            pictures.save(page, f"personal-{purpose}-phone", whole=True)


def mail_choice(pictures: Pictures) -> None:
    with pictures.page(PHONE) as page:
        # The page is the same for every address.
        page.goto(f"{pictures.address}/buurtbemiddeling/e-mail/none")
        pictures.save(page, "mail-choice-phone", whole=True)


def replies(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_case(page, pictures.address, CASE_IN_MEDIATION)
        page.click(".o_notebook .nav-link[name=sessions]")
        page.click(".o_notebook .o_data_row:has-text('Gepland') .o_data_cell >> nth=0")
        page.wait_for_selector(".o_field_widget[name=reply_ids] .o_kanban_record")
        pictures.save(page, "replies")
    with pictures.page(PHONE, "bemiddelaar") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.session_action_mine")
        page.click(".o_kanban_record:has-text('ander moment') >> nth=0")
        page.wait_for_selector(".o_field_widget[name=reply_ids] .o_kanban_record")
        pictures.save(page, "replies-phone")


def aftercare(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        open_case(page, pictures.address, CASE_WITH_AGREEMENT)
        page.click(".o_notebook .nav-link[name=aftercare]")
        pictures.save(page, "aftercare")


def account_requests(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "toegang") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.account_request_action")
        page.wait_for_selector(".o_data_row")
        pictures.save(page, "account-requests")


def my_organisation(pictures: Pictures) -> None:
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size, "politie") as page:
            page.goto(f"{pictures.address}/my/referrals/organisation")
            pictures.save(page, f"my-organisation{suffix}", whole=True)


def referral_received(pictures: Pictures) -> None:
    """The receipt as it is after handing over: that of a referral without an answer."""
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size, "politie") as page:
            page.goto(f"{pictures.address}/my/referrals")
            row = page.locator("tbody tr").filter(has_not=page.locator(".fa-check-circle, .fa-times-circle"))
            page.goto(f"{pictures.address}{row.first.locator('a').get_attribute('href')}?received=1")
            pictures.save(page, f"referral-received{suffix}", whole=True)


def organisation(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "toegang") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.res_partner_action_referrer")
        page.click(".o_data_row:has-text('Politie') .o_data_cell[name=name]")
        page.click(".o_notebook_headers a[name=neighbourhood_mediation]")
        pictures.save(page, "organisation")
        page.click("button[name=action_open_portal_accounts]")
        page.wait_for_selector(".modal button[name=action_grant_access], .modal button[name=action_revoke_access]")
        pictures.save(page, "portal-accounts")


def retention_preview(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "manager") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.retention_preview_action")
        page.wait_for_selector(".o_field_widget[name=line_ids] .o_data_row")
        pictures.save(page, "retention-preview")
        page.click(f".o_data_row:has-text('{HELD}') button[name=action_open]")
        page.click(f".o_data_row:has-text('{PERSON_OF_HELD_CASE}') .o_data_cell >> nth=0")
        page.wait_for_selector("button[name=action_lift_hold]")
        pictures.save(page, "case-held")


def data_request(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "coordinator") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.data_request_action")
        page.click(f".o_data_row:has-text('{PERSON_WHO_ASKS}') .o_data_cell >> nth=0")
        page.wait_for_selector("button[name=action_prepare]")
        pictures.save(page, "data-request")
        with page.expect_response("**/action_prepare") as response:
            page.click("button[name=action_prepare]")
        page.wait_for_selector(".modal .o_field_widget[name=text_ids] .o_data_row")
        pictures.save(page, "data-request-answer")
        answer = response.value.json()["result"]["res_id"]
        pdf = page.request.get(f"{pictures.address}/report/pdf/{MODULE}.report_data_request/{answer}").body()
        first_page = pypdfium2.PdfDocument(pdf)[0]
        pictures.keep(first_page.render(scale=PDF_WIDTH / first_page.get_width()).to_pil(), "data-request-pdf")


def processing_register(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "manager") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.processing_action")
        page.wait_for_selector(".o_data_row")
        pictures.save(page, "processing-register")


def import_check(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "manager") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.import_action")
        page.click(".o_list_button_add")
        page.fill(".o_field_widget[name=source] input", "Register van vroeger")
        page.set_input_files(".o_field_widget[name=file] input[type=file]", OLD_CASES)
        page.click("button[name=action_read]")
        page.click("button[name=action_check]")
        page.click(".o_notebook .nav-link[name=preview]")
        page.wait_for_selector(".o_field_widget[name=preview] table")
        pictures.save(page, "import-check")


TAKERS = (
    board,
    case,
    case_to_confirm,
    end_wizard,
    telephone_report,
    mediator_phone,
    proposal,
    mediators,
    session,
    calendar,
    letter,
    agreement,
    getting_started,
    referrals,
    referral,
    referral_new,
    referral_received,
    my_organisation,
    account_requests,
    organisation,
    mail_choice,
    replies,
    aftercare,
    report,
    personal_code,
    personal_pages,
    report_code,
    retention_preview,
    data_request,
    processing_register,
    import_check,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", default="http://127.0.0.1:8069", help="where bin/serve is (default: %(default)s)")
    parser.add_argument("--only", help="only the functions of this script whose name matches, e.g. 'referral'")
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        parser.error("Chromium is needed, as a system package.")
    IMAGES.mkdir(exist_ok=True)
    flags = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
    ]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        pictures = Pictures(browser, arguments.address.rstrip("/"), arguments.only)
        for take in TAKERS:
            if pictures.wants(take.__name__):
                take(pictures)
        browser.close()


if __name__ == "__main__":
    main()
