"""Somebody who uses Odoo over HTTP, with a session of her own."""

from __future__ import annotations

import http.client
import json
import re
import time
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from environment.console import SetUpError

from .server import Meter, WorkingServer


class Refused(SetUpError):
    """Odoo answered with an error."""


class Person:
    """A user with a session; her requests are added up by a meter."""

    def __init__(self, server: WorkingServer, login: str, password: str, meter: Meter | None = None) -> None:
        self.login = login
        self.meter = meter or server.meter
        self.location = ""
        self._server = server
        self._cookies: dict[str, str] = {}
        form = hidden_fields(self.get("/web/login"))
        self.post("/web/login", {**form, "login": login, "password": password})
        if "session_id" not in self._cookies or self.location.startswith("/web/login"):
            raise SetUpError(f"'{login}' cannot log in to '{server.database}'; make the database anew.")

    def get(self, path: str) -> str:
        return self._request("GET", path, None, {})

    def post(self, path: str, values: dict[str, str]) -> str:
        return self._request("POST", path, urlencode(values), {"Content-Type": "application/x-www-form-urlencoded"})

    def rpc(self, path: str, parameters: dict[str, Any]) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": parameters})
        answer = json.loads(self._request("POST", path, body, {"Content-Type": "application/json"}))
        if "error" in answer:
            raise Refused(f"{path} answers '{answer['error']['data']['message']}' to {self.login}.")
        return answer.get("result")

    def call(self, model: str, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of a model as the web client does."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, {"model": model, "method": method, "args": arguments, "kwargs": options})

    def _request(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=300)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        self.meter.seconds += time.perf_counter() - started
        connection.close()
        for header in response.headers.get_all("Set-Cookie", ()):
            self._cookies |= {name: cookie.value for name, cookie in SimpleCookie(header).items()}
        self.location = re.sub(r"^http://[^/]+", "", response.headers.get("Location", ""))
        if self.meter is self._server.meter:
            self.meter.queries += self._server.queries(path)
        if response.status >= 400:
            raise Refused(f"{method} {path} answers {response.status} to {self.login}.")
        return text


class _Fields(HTMLParser):
    """The hidden fields of a page, in which forms keep what is not typed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "input" and values.get("type") == "hidden" and values.get("name"):
            self.found[values["name"]] = values.get("value") or ""


def hidden_fields(page: str) -> dict[str, str]:
    fields = _Fields()
    fields.feed(page)
    return fields.found
