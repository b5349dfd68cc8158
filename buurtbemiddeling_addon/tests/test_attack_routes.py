import inspect
import re
from xmlrpc.client import dumps

from odoo import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.attack_common import AttackCommon, canaries_in

CASE = "buurtbemiddeling.case"
# Ids that no record has: another one for each model, so that in an answer each can be told from the others.
MISSING = {CASE: 2**31 - 7, "mail.activity": 2**31 - 8, "ir.attachment": 2**31 - 9, "mail.message": 2**31 - 10}
# Routes that are not called, each with the reason.
LEFT_OUT = {
    "/web/database": "makes, copies and drops databases",
    "/web/session/logout": "ends the session that the next request needs",
    "/web/session/destroy": "ends the session that the next request needs",
    "/web/become": "makes another user of the system administrator",
    "/web/login": "makes a session; there is a test of its own in Odoo",
    "/websocket": "does not answer a request",
    "/bus/websocket_worker_bundle": "builds the program for the browser, and shows no record",
    "/web/tests": "builds the tests for the browser, and shows no record",
    "/web/assets": "builds the program for the browser, and shows no record",
    "/web/bundle": "builds the program for the browser, and shows no record",
    "/web/webclient/translations": "is the words of the program, and shows no record",
    "/doc": "is the documentation of Odoo's methods, and shows no record",
    "/base_import_module": "installs modules from a file",
    "/web/manifest": "is the icon of the program, and shows no record",
    "/web/service-worker": "is a program for the browser, and shows no record",
    "/web/offline": "is a page without a record",
    "/scoped_app": "is the icon of the program, and shows no record",
    "/web/speedscope": "shows profiles of the program",
    "/web/profiling": "shows profiles of the program",
    "/iap": "asks another server",
    "/partner_autocomplete": "asks another server",
    "/web_unsplash": "asks another server",
    "/html_editor/media_library_search": "asks another server",
    "/html_editor/link_preview_external": "asks another server",
    "/html_editor/generate_text": "asks another server",
    "/mail/rtc": "asks another server",
}
# Routes that tell whether there is a document of whatever application: all documents share one row of ids.
ABOUT_ANY_DOCUMENT = {"/html_editor/attachment/remove"}
# What a browser says when a person opens an address in it.
SAME_SITE = {
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-User": "?1",
}
# What differs between any two pages, whatever they are about.
CHANGING = (
    (re.compile(r'csrf_token[^,}>]*|"?registry_hash[^,}]*|session_info[^;]*;'), ""),
    (re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b"), "REFERENCE"),
    (re.compile(r"\d\d:\d\d:\d\d(\.\d+)?|\b\d{10}(\.\d+)?\b"), "TIME"),
    (re.compile(r"0x[0-9a-f]{6,}"), "ADDRESS"),
    (re.compile(r'"arguments":.*', re.DOTALL), ""),
)


@tagged("post_install", "-at_install")
class TestAttackRoutes(AttackCommon, HttpCase):
    """Every route of the server, and the source of every page, as every kind of user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A server can open this door to whoever may export.
        cls.env["ir.config_parameter"].set_param("web.json.enabled", "True")
        cls.coordinator.group_ids = [Command.link(cls.env.ref("base.group_allow_export").id)]
        cls.env.flush_all()

    def log_in(self, kind):
        login = None if kind.user == self.public_user else kind.user.login
        self.authenticate(login, login)

    def routes(self):
        """Yield each route of the server once: its address, its kind, its methods, the names of its parameters."""
        seen = set()
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if rule.rule in seen or any(rule.rule.startswith(prefix) for prefix in LEFT_OUT):
                continue
            seen.add(rule.rule)
            method = getattr(rule.endpoint, "original_endpoint", rule.endpoint)
            names = [
                parameter.name
                for parameter in inspect.signature(inspect.unwrap(getattr(method, "func", method))).parameters.values()
                if parameter.kind is not parameter.VAR_KEYWORD and parameter.name != "self"
            ]
            yield rule.rule, rule.endpoint.routing, names

    def parameters(self, kind, exists):
        """Return what to fill in for a parameter of a route, by its name, for a record that exists or does not."""
        planted = self.world.planted

        def number(model):
            return planted[model][-1] if exists else MISSING[model]

        case = number(CASE)
        foreign = self.world.receipts["A" if kind.organisation == self.housing else "B"]
        return {
            "activity_id": number("mail.activity"),
            "activity_ids": [number("mail.activity")],
            "attachment_id": number("ir.attachment"),
            "attachment_ids": [number("ir.attachment")],
            "converter": "html",
            "default_model": CASE,
            "docids": str(case),
            "domain": [("id", "=", case)],
            "field": "description",
            "fields": ["reference"],
            "fname": "x.txt",
            "id": case,
            "ids": [case],
            "message_id": number("mail.message"),
            "message_ids": [number("mail.message")],
            "method": "read",
            "args": [[case]],
            "kwargs": {},
            "model": CASE,
            "model_name": CASE,
            "path": "call_kw",
            "reference": foreign.reference if exists else "2222-2222",
            "reportname": "web.external_layout",
            "record_id": case,
            "res_id": case,
            "res_model": CASE,
            "resource": CASE,
            "thread_id": case,
            "thread_model": CASE,
            "token": "x",
            "unique": "x",
        }

    def request(self, kind, rule, routing, names, exists):
        """Call one route with what ``parameters`` gives.

        :return: the status and the body
        :rtype: tuple
        """
        values = self.parameters(kind, exists)
        if "model" not in names and "<string:model>" not in rule:
            # An address with an id and no model is about a document.
            values["id"] = values["attachment_id"]
        in_address = set()

        def fill(match):
            in_address.add(match[2])
            default = 1 if match[1] and match[1].startswith("int") else "x"
            value = values.get(match[2], default)
            return str(value[0] if isinstance(value, list) else value)

        address = re.sub(r"<(?:([^:<>]+):)?(\w+)>", fill, rule)
        filled = {name: values[name] for name in names if name in values and name not in in_address}
        methods = routing.get("methods") or ["GET"]
        with mute_logger("odoo", "py.warnings"):
            if routing["type"] in ("jsonrpc", "json"):
                answer = self.url_open(address, json={"jsonrpc": "2.0", "method": "call", "id": 0, "params": filled})
            elif "GET" in methods:
                answer = self.url_open(address, params=filled, headers=SAME_SITE, allow_redirects=False)
            else:
                answer = self.url_open(
                    address,
                    data={**filled, "csrf_token": Request.csrf_token(self)},
                    headers=SAME_SITE,
                    allow_redirects=False,
                )
        return answer.status_code, f"{answer.headers.get('Location', '')} {answer.text}"

    def without_what_changes(self, text):
        """Return an answer with the ids that exist in the place of those that do not, and without what changes."""
        for model, number in MISSING.items():
            text = text.replace(str(number), str(self.world.planted[model][-1]))
        for reference in ("2222-2222", *(receipt.reference for receipt in self.world.receipts.values())):
            text = text.replace(reference, "REFERENCE")
        for pattern, name in CHANGING:
            text = pattern.sub(name, text)
        return text

    def test_every_route_on_hidden_and_on_missing_records(self):
        """No route shows anything, and none tells a record that exists from one that does not."""
        findings = []
        routes = list(self.routes())
        self.assertGreater(len(routes), 100)
        for kind in self.kinds:
            self.log_in(kind)
            for rule, routing, names in routes:
                status, body = self.request(kind, rule, routing, names, exists=True)
                findings += [(kind.name, rule, *leak[:2]) for leak in self.leaks(kind, body)]
                if rule.startswith(("/my/referrals", "/buurtbemiddeling")) and status >= 500:
                    findings.append((kind.name, rule, status))
                if set(names) & set(self.parameters(kind, True)) or "<" in rule:
                    other_status, other_body = self.request(kind, rule, routing, names, exists=False)
                    hidden = self.without_what_changes(f"{status} {body}")
                    missing = self.without_what_changes(f"{other_status} {other_body}")
                    if hidden != missing and rule not in ABOUT_ANY_DOCUMENT:
                        start = next(
                            (
                                number
                                for number, pair in enumerate(zip(hidden, missing, strict=False))
                                if len(set(pair)) > 1
                            ),
                            0,
                        )
                        start = max(start - 40, 0)
                        findings.append(
                            (
                                kind.name,
                                rule,
                                hidden[start : start + 120],
                                "not as missing",
                                missing[start : start + 120],
                            )
                        )
        self.assertNothingFound(findings)

    def test_pages_of_the_addon(self):
        """The source of each page of the add-on, with data in it, holds what is the reader's own only."""
        findings = []
        for kind in self.kinds:
            self.log_in(kind)
            for address in (
                *("/my", "/my/home", "/my/account", "/my/security", "/my/referrals", "/my/referrals/new"),
                "/my/referrals/leaflet",
                *("/my/referrals/page/2", "/buurtbemiddeling/melden"),
                *("/buurtbemiddeling/persoonlijk", "/buurtbemiddeling/persoonlijk/2222-2222-2222-2222"),
                *("/buurtbemiddeling/persoonlijk/afspraak.ics", "/buurtbemiddeling/e-mail/x"),
                *("/my/referrals/download", "/my/referrals/organisation"),
                *(
                    f"/my/referrals/{receipt.reference}{page}"
                    for receipt in self.world.receipts.values()
                    for page in ("", "/message")
                ),
            ):
                with mute_logger("odoo"):
                    answer = self.url_open(address)
                self.assertLess(answer.status_code, 500, (kind.name, address))
                findings += [(kind.name, address, *leak[:2]) for leak in self.leaks(kind, answer.text)]
        self.assertNothingFound(findings)

    def test_a_token_of_a_document_opens_nothing_but_that_document(self):
        """A made-up token opens nothing: not a document, not a thread, not an image."""
        attachment = self.env["ir.attachment"].browse(self.world.planted["ir.attachment"][-1])
        case = self.world.planted[CASE][-1]
        for kind in self.kinds:
            self.log_in(kind)
            for address in (
                f"/web/content/{attachment.id}?access_token=x",
                f"/web/image/{attachment.id}?access_token=x",
                f"/web/content?model={CASE}&id={case}&field=description&access_token=x",
                f"/mail/view?model={CASE}&res_id={case}&access_token=x",
                f"/my/referrals/{self.world.receipts['B'].reference}?access_token=x&token=x&hash=x&pid=1",
            ):
                with mute_logger("odoo"):
                    answer = self.url_open(address)
                self.assertFalse(self.leaks(kind, answer.text), (kind.name, address))

    # ------------------------------------------------------------------
    # The doors for programs: all of them lead to the same place
    # ------------------------------------------------------------------
    def doors(self, user, model, method, arguments):
        """Return the answer of each door to one call, by its name."""
        with mute_logger("odoo", "py.warnings"):
            return list(self._doors(user, model, method, arguments))

    def _doors(self, user, model, method, arguments):
        call = {"model": model, "method": method, "args": arguments, "kwargs": {}}
        envelope = {"jsonrpc": "2.0", "method": "call", "id": 0}
        for door in ("call_kw", "call_button"):
            yield door, self.url_open(f"/web/dataset/{door}", json={**envelope, "params": call}).text
        yield (
            "call_kw with a path",
            self.url_open(f"/web/dataset/call_kw/{model}/{method}", json={**envelope, "params": call}).text,
        )
        login = [self.env.cr.dbname, user.id, user.login]
        yield (
            "jsonrpc",
            self.url_open(
                "/jsonrpc",
                json={
                    **envelope,
                    "params": {"service": "object", "method": "execute_kw", "args": [*login, model, method, arguments]},
                },
            ).text,
        )
        for version in ("xmlrpc", "xmlrpc/2"):
            yield version, self.xmlrpc(version, login, model, method, arguments)
        named = {"ids": arguments[0]} if method == "read" else {"domain": arguments[0]}
        yield "json/2", self.url_open(f"/json/2/{model}/{method}", json=named, headers=SAME_SITE).text
        action = self.env["ir.actions.act_window"].sudo().search([("res_model", "=", model)], limit=1)
        yield "json/1", self.url_open(f"/json/1/action-{action.id}", headers=SAME_SITE).text

    def xmlrpc(self, version, login, model, method, arguments):
        request = dumps((*login, model, method, arguments), "execute_kw")
        return self.url_open(f"/{version}/object", data=request, headers={"Content-Type": "text/xml"}).text

    def test_every_door(self):
        ids = self.world.planted[CASE][-3:]
        for method, arguments in (("read", [ids]), ("search_read", [[["id", "in", ids]]])):
            for kind in self.kinds:
                if kind.user == self.public_user:
                    continue
                self.log_in(kind)
                for door, answer in self.doors(kind.user, CASE, method, arguments):
                    with self.subTest(kind=kind.name, door=door):
                        self.assertFalse(canaries_in(answer))

    def test_every_door_is_a_door(self):
        """Somebody who may see a case does see it through each of them; so the test above asks at the right doors."""
        ids = self.world.planted[CASE][-3:]
        kind = self.coordinator_kind
        self.log_in(kind)
        for door, answer in self.doors(kind.user, CASE, "read", [ids]):
            # A button answers with what to open, not with records.
            if door != "call_button":
                with self.subTest(door):
                    self.assertTrue(canaries_in(answer), answer[:200])
