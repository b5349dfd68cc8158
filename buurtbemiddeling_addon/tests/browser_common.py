import json
import time
from contextlib import contextmanager

from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser, ChromeBrowserException

# Odoo's program for pages outside the back end has started, and has what it asks for in the background.
READY = """!window.isBeingLeft && document.body?.getAttribute("is-ready") === "true"
    && performance.getEntriesByType("resource").some(({ name }) => name.includes("/translations"))"""
LONGEST_WAIT = 20
# Keys that are pressed: the code of the key, and what it types.
KEYS = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    " ": (32, " "),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
}


class Browser:
    """A browser in which a test opens one page after another and presses keys."""

    def __init__(self, chrome, address):
        self.chrome = chrome
        self.address = address

    def open(self, path):
        """Open a page, and wait until its program has started."""
        self._leave()
        self.chrome._websocket_request("Page.navigate", params={"url": self.address + path}, timeout=LONGEST_WAIT)
        self._wait()

    def go(self, script):
        """Run a script that leads to another page, and wait for that page."""
        self._leave()
        self.evaluate(script)
        self._wait()

    def evaluate(self, script):
        """Return what a script in the page returns.

        :raise ChromeBrowserException: for a script with an error
        """
        answer = self.chrome._websocket_request(
            "Runtime.evaluate",
            params={"expression": script, "awaitPromise": True, "returnByValue": True},
            timeout=LONGEST_WAIT,
        )
        if "exceptionDetails" in answer:
            raise ChromeBrowserException(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def resize(self, width, height=800):
        self.chrome._websocket_request(
            "Emulation.setDeviceMetricsOverride",
            params={"mobile": False, "width": width, "height": height, "deviceScaleFactor": 1},
        )

    def press(self, key):
        """Press a key and let it go, as a hand does: what it does is up to the browser."""
        code, text = KEYS[key]
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            self.chrome._websocket_request(
                "Input.dispatchKeyEvent",
                params={
                    "type": kind,
                    "key": key,
                    "windowsVirtualKeyCode": code,
                    **({"text": text} if kind == "keyDown" else {}),
                },
            )

    def press_and_go(self, key):
        """Press a key that leads to another page, and wait for that page."""
        self._leave()
        self.press(key)
        self._wait()

    def type(self, text):
        """Type a text where the keyboard is."""
        self.chrome._websocket_request("Input.insertText", params={"text": text})

    def _leave(self):
        self.evaluate("window.isBeingLeft = true")

    def _wait(self):
        end = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < end:
            try:
                if self.evaluate(READY):
                    return
            except ChromeBrowserException:
                # The page went away while it was asked.
                continue
            time.sleep(0.02)
        raise AssertionError(f"The page did not come: {self.evaluate('location.href')}")


class BrowserCase(HttpCase):
    """Tests that go through several pages in one browser."""

    @contextmanager
    def browse(self):
        """Give a browser; nobody is signed in."""
        chrome = ChromeBrowser(self)
        with self.allow_requests(browser=chrome):
            try:
                self.sign_in(chrome, None)
                yield Browser(chrome, self.base_url())
            finally:
                chrome.stop()
                self._wait_remaining_requests()

    def sign_in(self, chrome, login):
        """Let somebody sign in, or nobody."""
        self.authenticate(login, login, browser=chrome)
        self.cr.flush()
        self.cr.clear()
