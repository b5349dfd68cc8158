#!/usr/bin/env python3
"""Take the pictures in docs/images from a running bin/serve with demo data.

Needs two packages in any virtual environment, and the system's Chromium:

    python3 -m venv /tmp/pictures
    /tmp/pictures/bin/pip install playwright pillow
    bin/serve --database pictures --port 8070
    /tmp/pictures/bin/python docs/screenshots.py --address http://127.0.0.1:8070

It changes nothing in the database: it opens forms and leaves them without saving.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
PASSWORD = "voorbeeld"


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
        picture = Image.open(io.BytesIO(page.screenshot(full_page=whole, animations="disabled")))
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
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size, "politie") as page:
            page.goto(f"{pictures.address}/my/referrals/new")
            pictures.save(page, f"referral-new{suffix}", whole=True)


def report(pictures: Pictures) -> None:
    for size, suffix in ((PORTAL_PAGE, ""), (PHONE, "-phone")):
        with pictures.page(size) as page:
            page.goto(f"{pictures.address}/buurtbemiddeling/melden")
            pictures.save(page, f"report{suffix}", whole=True)


def organisation(pictures: Pictures) -> None:
    with pictures.page(DESKTOP, "toegang") as page:
        page.goto(f"{pictures.address}/odoo/action-{MODULE}.res_partner_action_referrer")
        page.click(".o_data_row:has-text('Politie') .o_data_cell[name=name]")
        page.click(".o_notebook_headers a[name=neighbourhood_mediation]")
        pictures.save(page, "organisation")
        page.click("button[name=action_open_portal_accounts]")
        page.wait_for_selector(".modal button[name=action_grant_access], .modal button[name=action_revoke_access]")
        pictures.save(page, "portal-accounts")


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
    report,
    organisation,
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
