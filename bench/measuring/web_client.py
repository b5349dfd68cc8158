"""The calls that Odoo's web client makes to show a list, a board or a form, made of the views themselves.

What is asked of the server follows from the view as the server gives it, by the rules of the web client
(``getFieldsSpec``, ``loadSubViews`` in its JavaScript), for every model alike.
"""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

from .person import Person

LIST_LIMIT = 80
BOARD_LIMIT = 40
COUNT_LIMIT = 10001
SUB_LIST_LIMIT = 40
ALWAYS = ("1", "True")
# Fields whose widget shows no view of its own, but names: these are asked for along with the field.
NAMES_ONLY = re.compile(r"many2many_(avatar|tags|checkboxes)|.*_activity$|.*activity$|mail_|many2one|statusbar")


class Screen:
    """The screen of one action as one user sees it, with the filters that it opens with."""

    def __init__(self, person: Person, action: str | dict[str, Any]) -> None:
        """``action``: the name of one, or what a button answers."""
        if isinstance(action, str):
            action = person.rpc("/web/action/load", {"action_id": action})
        self.person = person
        self.model = action["res_model"]
        self.context = {"lang": "en_US", "tz": "Europe/Amsterdam"}
        views = {kind: number for number, kind in action["views"] if kind in ("list", "kanban", "form")}
        search = (action.get("search_view_id") or [False])[0]
        self._loaded = self._load(self.model, [[number, kind] for kind, number in {**views, "search": search}.items()])
        self._specifications = {
            kind: self._fields_of(self._arch(kind), self.model, self._loaded["models"]) for kind in views
        }
        # The context is Python; a filter that it opens with is named by a constant.
        text = str(action.get("context") or "")
        opened = re.findall(r"'search_default_(\w+)': *(?:1|True)", text)
        self.domain = self._domain(action.get("domain")) + self._filters(opened)

    def _filters(self, names: list[str]) -> list[Any]:
        filters = self._arch("search").iter("filter")
        return [part for node in filters if node.get("name") in names for part in self._domain(node.get("domain"))]

    def _domain(self, text: str | list[Any] | None) -> list[Any]:
        return ast.literal_eval(text or "[]") if not isinstance(text, list) else text

    def _load(self, model: str, views: list[list[Any]], context: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.person.call(
            model, "get_views", views=views, options={"toolbar": False}, context={**self.context, **(context or {})}
        )

    def _arch(self, kind: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._loaded["views"][kind]["arch"])

    def _fields_of(self, arch: ElementTree.Element, model: str, models: dict[str, Any]) -> dict[str, Any]:
        fields = models[model]["fields"]
        specification: dict[str, Any] = {"display_name": {}} if arch.tag == "form" else {}
        for node in own_fields(arch):
            name = node.get("name")
            kind = fields[name]["type"]
            hidden = node.get("invisible") in ALWAYS or node.get("column_invisible") in ALWAYS
            asked = specification.setdefault(name, {})
            if kind in ("many2one", "reference"):
                asked["fields"] = {} if hidden else {"display_name": {}}
            elif kind in ("one2many", "many2many") and not hidden:
                asked |= self._collection(arch, node, fields[name]["relation"], models)
        return specification

    def _collection(
        self, arch: ElementTree.Element, node: ElementTree.Element, model: str, models: dict[str, Any]
    ) -> dict[str, Any]:
        """What is asked of the records in a field with many."""
        widget = node.get("widget", "")
        inline = {child.tag: child for child in node if child.tag in ("list", "kanban", "form")}
        mode = node.get("mode", "list,kanban").split(",")[0]
        if mode in inline:
            return {"fields": self._fields_of(inline[mode], model, models), "limit": SUB_LIST_LIMIT}
        if NAMES_ONLY.match(widget):
            if "activity" in widget:
                return {"fields": {}}
            options = re.search(r"'color_field'\s*:\s*'(\w+)'", node.get("options", ""))
            return {"fields": {"display_name": {}, **({options[1]: {}} if options else {})}}
        if arch.tag != "form" or (widget and not widget.startswith(("one2many", "many2many", "section", "subtasks"))):
            return {}
        context = dict(re.findall(r"'([a-z]*_view_ref)' *: *'(.*?)'", node.get("context", "")))
        loaded = self._load(model, [[False, mode]], context)
        view = ElementTree.fromstring(loaded["views"][mode]["arch"])
        return {"fields": self._fields_of(view, model, loaded["models"]), "limit": SUB_LIST_LIMIT}

    def list(self, *conditions: Any) -> dict[str, Any]:
        """Open the list, or search in it."""
        arch = self._arch("list")
        return self.person.call(
            self.model,
            "web_search_read",
            specification=self._specifications["list"],
            offset=0,
            order=arch.get("default_order", ""),
            limit=int(arch.get("limit", LIST_LIMIT)),
            context={"bin_size": True, **self.context},
            count_limit=COUNT_LIMIT,
            domain=[*self.domain, *conditions],
        )

    def board(self) -> None:
        """Open the board, with its columns."""
        arch = self._arch("kanban")
        group = arch.get("default_group_by")
        bar = arch.find("progressbar")
        if bar is not None:
            colours = ast.literal_eval(bar.get("colors"))
            self.person.call(
                self.model,
                "read_progress_bar",
                domain=self.domain,
                group_by=group,
                progress_bar={"field": bar.get("field"), "colors": colours},
                context=self.context,
            )
        self.person.call(
            self.model,
            "web_read_group",
            domain=self.domain,
            groupby=[group],
            aggregates=[f"{bar.get('sum_field')}:sum"] if bar is not None and bar.get("sum_field") else [],
            offset=0,
            order=arch.get("default_order", ""),
            auto_unfold=True,
            opening_info=[],
            unfold_read_specification=self._specifications["kanban"],
            unfold_read_default_limit=BOARD_LIMIT,
            groupby_read_specification={},
            context={"read_group_expand": True, **self.context},
        )

    def form(self, record: int) -> None:
        """Open one record, with its messages."""
        self.person.call(
            self.model,
            "web_read",
            [record],
            specification=self._specifications["form"],
            context={"bin_size": True, **self.context},
        )
        if self._arch("form").find(".//chatter") is not None:
            self._messages(record)

    def _messages(self, record: int) -> None:
        wanted = [
            "activities",
            "attachments",
            "contact_fields",
            "followers",
            "scheduledMessages",
            "suggestedRecipients",
        ]
        thread = {"thread_model": self.model, "thread_id": record}
        self.person.rpc(
            "/mail/data",
            {"fetch_params": [["mail.thread", {**thread, "request_list": wanted}]], "context": self.context},
        )
        self.person.rpc("/mail/thread/messages", {**thread, "fetch_params": {"limit": 30}})


def own_fields(arch: ElementTree.Element) -> list[ElementTree.Element]:
    """The fields of a view, without those of the views within its fields."""
    found = []
    for node in arch:
        if node.tag == "field":
            found.append(node)
        else:
            found += own_fields(node)
    return found
