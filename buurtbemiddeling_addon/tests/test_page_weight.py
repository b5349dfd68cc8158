import logging
from collections import Counter

from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE
from odoo.addons.buurtbemiddeling_addon.tests.pages import LANGUAGES, PORTAL, PagesCase

_logger = logging.getLogger(__name__)
# So many bytes more than Odoo's own portal a page may load.
MOST = 10_000
# What the page that is open has loaded: each file with its size on the line and unpacked. Without what Odoo adds for
# tests, and without its own words, which it asks for in part when it has them from another page.
LOADED = """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map(({ name, entryType, encodedBodySize, decodedBodySize }) =>
        [entryType === "navigation" ? "" : new URL(name).pathname, encodedBodySize, decodedBodySize])
    .filter(([path]) => !path.includes("assets_tests") && !path.includes("/translations"))"""
KINDS = {"": "document", "css": "css", "js": "js", "woff2": "fonts", "png": "images", "svg": "images"}
# What these pages may ask for, and the account page of somebody who is no referrer does not.
OTHERS = {f"/{MODULE}/static/description/icon.svg", "/my/counters", "/html_editor/shape/http_routing/404.svg"}


@tagged("post_install", "-at_install")
class TestPageWeight(PagesCase):
    """The pages for people outside load hardly more than Odoo's own portal."""

    def test_pages(self):
        own = self.own_bytes()
        self.assertTrue(0 < own < MOST, own)
        self.tell("the add-on's share of the bundle", [["share.css", own, own]], 0)
        with self.browse() as browser:
            self.sign_in(browser.chrome, "lone_portal_user")
            browser.open(self.address(PORTAL, LANGUAGES[0]))
            portal = browser.evaluate(LOADED)
            without_addon = sum(size for _path, _encoded, size in portal) - own
            self.tell("Odoo's own portal", portal, without_addon)
            for login, pages in self.by_login():
                self.sign_in(browser.chrome, login)
                for page in pages:
                    with self.subTest(page.name):
                        self.open(browser, page)
                        loaded = browser.evaluate(LOADED)
                        more = self.tell(page.name, loaded, without_addon)
                        others = {path for path, *_sizes in loaded} - {path for path, *_sizes in portal}
                        self.assertLessEqual(others, OTHERS)
                        self.assertLess(more, MOST)

    def own_bytes(self):
        """Return the size of the add-on's files in the bundle that all pages load, as browsers get them."""
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.assets_frontend")
        bundle.preprocess_css()
        files = [*bundle.stylesheets, *bundle.javascripts, *bundle.templates]
        return sum(len(file.minify().encode()) for file in files if (file.url or "").startswith(f"/{MODULE}/"))

    def tell(self, name, loaded, without_addon):
        """Write a line for bench/page_weight to the log, and return how much more this is than Odoo's own portal."""
        sizes = Counter()
        for path, encoded, decoded in loaded:
            sizes[KINDS.get(path.rpartition(".")[2] if "." in path else "", "other")] += decoded
            sizes["on the line"] += encoded
            sizes["all"] += decoded
        more = sizes["all"] - without_addon
        parts = "  ".join(f"{kind} {sizes[kind]}" for kind in (*dict.fromkeys(KINDS.values()), "on the line", "all"))
        _logger.info("%-40s %s  more %+d", name, parts, more)
        return more
