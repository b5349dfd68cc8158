import inspect
import re

from odoo.service.model import get_public_method
from odoo.tests import tagged

from odoo.addons.buurtbemiddeling_addon.tests.attack_common import (
    ADMINISTERED,
    CANARY,
    LISTS,
    ON_PUBLIC_PAGE,
    PREFIX,
    PUBLISHED,
    AttackCommon,
    canaries_in,
)

# How many of the newest records of each model of Odoo are read in full; all of them are searched.
NEWEST = 40
# An id that no record has.
MISSING = 2**31 - 7
# What differs between any two answers, whatever they are about.
CHANGING = (
    # The method does not take these arguments: that is not about a record.
    (re.compile(r"TypeError: .*"), "TypeError"),
    (re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b"), "REFERENCE"),
    (re.compile(r"\d\d:\d\d:\d\d(\.\d+)?|datetime\([\d, ]+\)"), "TIME"),
    (re.compile(r"0x[0-9a-f]{6,}"), "ADDRESS"),
    (re.compile(r"NewId_\w+"), "NEW"),
    (re.compile(r"Records: \d+"), "NEW"),
)
# Arguments for methods, by the name of the parameter.
ARGUMENTS = {
    "domain": [],
    "fields": ["display_name"],
    "field_names": [],
    "fields_list": ["display_name"],
    "fields_spec": {"display_name": {}},
    "fields_to_export": ["display_name"],
    "groupby": [],
    "grouping_sets": [[]],
    "aggregates": ["__count"],
    "operation": "read",
    "specification": {"display_name": {}},
    "values": {},
    "vals": {},
    "vals_list": [{}],
    "name": "x",
    "body": "x",
}


def difference(one, other):
    """Return where two texts begin to differ, as two pieces."""
    pairs = zip(one, other, strict=False)
    start = next((number for number, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
    start = max(start - 30, 0)
    return one[start : start + 110], "is not", other[start : start + 110]


# With these the system administrator looks up where a person is on record, for a request of that person (GDPR
# art. 15). That there is a record is the answer; of a record of ours it shows the bare reference.
SUBJECT_ACCESS = ("privacy.lookup.wizard", "privacy.lookup.wizard.line")


@tagged("post_install", "-at_install")
class TestAttackModels(AttackCommon):
    """Everything that a remote call can ask of a model, by every kind of user, through Odoo's own dispatcher."""

    def readable_models(self, kind):
        """Yield each model of the registry in which a kind of user may read at all, with the fields to read."""
        for name in sorted(self.env.registry):
            model = self.env[name].with_user(kind.user)
            if model._abstract or not model.has_access("read"):
                continue
            yield name, sorted(model.fields_get(attributes=["type"]))

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    def test_reading_every_field_of_every_model(self):
        findings = []
        for kind in self.kinds:
            for model, names in self.readable_models(kind):
                refused, answer = self.attempt(
                    kind, model, "search_read", [], names, limit=NEWEST, order="id desc", context={"active_test": False}
                )
                answers = [answer]
                if refused:
                    answers += [
                        self.attempt(kind, model, "search_read", [], [name], limit=NEWEST, order="id desc")[1]
                        for name in names
                    ]
                answers.append(self.attempt(kind, model, "name_search", CANARY, limit=5)[1])
                findings += [(kind.name, model, *leak[:2]) for answer in answers for leak in self.leaks(kind, answer)]
        self.assertNothingFound(findings)

    def test_reading_what_is_planted_by_its_id(self):
        findings = []
        for kind in self.kinds:
            for model, ids in self.world.planted.items():
                foreign = [number for number in ids if number not in self.own_ids(kind, model)][-3:]
                for number in foreign:
                    for method, arguments in (
                        ("read", []),
                        ("web_read", [{name: {} for name in self.env[model]._fields}]),
                        ("export_data", [["display_name", *self.world.text_fields[model]]]),
                        ("export_data", [[path.replace(".", "/") for path in self.text_paths(kind, model)]]),
                        ("get_metadata", []),
                        ("copy_data", []),
                        ("copy", []),
                        ("get_external_id", []),
                        ("get_formview_id", []),
                        ("get_formview_action", []),
                    ):
                        _refused, answer = self.attempt(kind, model, method, [number], *arguments)
                        findings += [(kind.name, model, method, *leak[:2]) for leak in self.leaks(kind, answer)]
        self.assertNothingFound(findings)

    # ------------------------------------------------------------------
    # Oracles: what a search, an order or a group tells without showing it
    # ------------------------------------------------------------------
    def test_searching_every_text_of_every_model(self):
        """No condition on any text field, also of a related record, finds a record by what is planted."""
        findings = []
        for kind in self.kinds:
            for model, _names in self.readable_models(kind):
                for path in self.text_paths(kind, model):
                    refused, answer = self.attempt(
                        kind, model, "search", [(path, "ilike", CANARY)], context={"active_test": False}
                    )
                    if refused:
                        findings += [(kind.name, model, path, *leak[:2]) for leak in self.leaks(kind, answer)]
                    elif set(map(int, re.findall(r"\d+", answer))) - self.own_ids(kind, model):
                        # Some fields of Odoo find all records by any text: that tells nothing.
                        _refused, anything = self.attempt(
                            kind, model, "search", [(path, "ilike", "nowhere planted")], context={"active_test": False}
                        )
                        if answer != anything:
                            findings.append((kind.name, model, path, "found"))
        self.assertNothingFound(findings)

    def text_paths(self, kind, model):
        """Return the names of the text fields of a model, and of those of its related records that are planted."""
        paths = []
        for name, field in self.env[model]._fields.items():
            if field.type in ("char", "text", "html"):
                paths.append(name)
            elif field.relational and field.comodel_name in self.world.planted:
                paths += [
                    f"{name}.{text}"
                    for text in self.world.text_fields[field.comodel_name]
                    if (field.comodel_name, text) not in ON_PUBLIC_PAGE
                    and not (field.comodel_name in LISTS and self.may_read(kind.role, field.comodel_name))
                ]
        return paths

    def test_each_field_of_the_addon_as_an_oracle(self):
        """What is on no list is refused in a condition, an order, a group and an aggregate as well."""
        findings = []
        for kind in self.kinds:
            for model in self.module_models():
                allowed = self.may_read(kind.role, model)
                for name, field in self.env[model]._fields.items():
                    if name in allowed:
                        continue
                    for method, arguments, keywords in (
                        ("search", [[(name, "!=", False)]], {}),
                        ("search_count", [[(name, "=", self.hidden_value(field))]], {}),
                        ("search", [[("display_name", "!=", False)]], {"order": f"{name} desc"}),
                        ("formatted_read_group", [[], [name], ["__count"]], {}),
                        ("formatted_read_group", [[], [], [f"{name}:array_agg"]], {}),
                        ("formatted_read_group", [[], [], [f"{name}:count_distinct"]], {}),
                        ("web_search_read", [[], {name: {"fields": {"display_name": {}}}}], {}),
                        ("read_progress_bar", [[], name, {"field": name, "colors": {}}], {}),
                        ("search_panel_select_range", [name], {}),
                        ("search_panel_select_multi_range", [name], {}),
                    ):
                        refused, answer = self.attempt(kind, model, method, *arguments, **keywords)
                        if not refused or self.leaks(kind, answer):
                            findings.append((kind.name, model, name, method, *map(str, arguments)))
        self.assertNothingFound(findings)

    def hidden_value(self, field):
        """Return a value that some hidden record has in this field, as far as that is a link."""
        if field.relational and self.world.planted.get(field.comodel_name):
            return self.world.planted[field.comodel_name][-1]
        return "x" if field.type in ("char", "text", "html", "selection") else 1

    def test_published_answers_by_group_and_count(self):
        """Whatever a referrer asks about receipts and disclosures, the answer is about those of her organisation."""
        findings = []
        for kind in self.kinds:
            for model in PUBLISHED:
                own = self.own_ids(kind, model)
                for name, field in self.env[model]._fields.items():
                    for method, arguments in (
                        ("search", [[(name, "in", [False, self.hidden_value(field), CANARY, "pending", 1])]]),
                        ("search", [["!", (name, "=", self.hidden_value(field))]]),
                    ):
                        refused, answer = self.attempt(kind, model, method, *arguments)
                        if not refused and set(map(int, re.findall(r"\d+", answer))) - own:
                            findings.append((kind.name, model, name, method))
                    for aggregate in ("array_agg", "max", "min", "count_distinct", "recordset"):
                        _refused, answer = self.attempt(
                            kind,
                            model,
                            "formatted_read_group",
                            [],
                            [],
                            ["__count", f"{name}:{aggregate}", "id:array_agg"],
                        )
                        findings += self.about_others(kind, model, name, answer)
                    _refused, answer = self.attempt(kind, model, "formatted_read_group", [], [name], ["id:array_agg"])
                    findings += self.about_others(kind, model, name, answer)
                    if field.relational:
                        below = {text: {} for text in self.env[field.comodel_name]._fields}
                        for text in below:
                            _refused, answer = self.attempt(
                                kind, model, "web_search_read", [], {"id": {}, name: {"fields": {text: {}}}}
                            )
                            findings += self.about_others(kind, model, f"{name}.{text}", answer)
        self.assertNothingFound(findings)

    def about_others(self, kind, model, name, answer):
        """Return a finding when an answer holds the id of a published record of another organisation."""
        foreign = set(self.world.planted[model]) - self.own_ids(kind, model)
        told = foreign & set(map(int, re.findall(r"\b\d{6,}\b", answer)))
        leaks = self.leaks(kind, answer)
        return [(kind.name, model, name, "ids of others" if told else leaks[0][:2])] if told or leaks else []

    # ------------------------------------------------------------------
    # Every method
    # ------------------------------------------------------------------
    def test_every_method_on_hidden_and_on_missing_records(self):
        """Each method that can be called remotely: nothing comes out, and what exists answers as what does not."""
        findings = []
        for model in self.module_models():
            methods = list(self.remote_methods(model))
            if not self.world.planted[model]:
                continue
            for kind in self.kinds:
                if model in LISTS + ADMINISTERED and self.may_read(kind.role, model):
                    continue
                own = self.own_ids(kind, model)
                hidden = [number for number in self.world.planted[model] if number not in own][-1]
                for name, is_model_method, arguments in methods:
                    if is_model_method:
                        _refused, answer = self.attempt(kind, model, name, *arguments)
                        findings += [(kind.name, model, name, *leak[:2]) for leak in self.leaks(kind, answer)]
                        continue
                    answers = {}
                    for number in (hidden, MISSING):
                        _refused, answer = self.attempt(kind, model, name, [number], *arguments)
                        findings += [(kind.name, model, name, *leak[:2]) for leak in self.leaks(kind, answer)]
                        answers[number] = self.without_what_changes(answer, hidden)
                    if answers[hidden] != answers[MISSING] and model not in LISTS:
                        findings.append((kind.name, model, name, *difference(answers[hidden], answers[MISSING])))
        self.assertNothingFound(findings)

    def remote_methods(self, model):
        """Yield each method of a model that can be called remotely: its name, whether it takes ids, its arguments."""
        records = self.env[model]
        for name in dir(type(records)):
            if name.startswith("_") or not inspect.isroutine(getattr(type(records), name)):
                continue
            try:
                method = get_public_method(records, name)
                parameters = list(inspect.signature(method).parameters.values())[1:]
            except Exception:
                continue
            arguments = [
                ARGUMENTS.get(parameter.name, [])
                for parameter in parameters
                if parameter.default is parameter.empty
                and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
            ]
            yield name, getattr(method, "_api_model", False), arguments

    def without_what_changes(self, answer, hidden):
        """Return an answer with the id of a hidden record in the place of the missing one, and without what changes."""
        answer = answer.replace(str(MISSING), str(hidden))
        for pattern, name in CHANGING:
            answer = pattern.sub(name, answer)
        return answer

    # ------------------------------------------------------------------
    # Writing, in order to read
    # ------------------------------------------------------------------
    def test_forms_of_the_addon(self):
        """Nobody outside gets an answer by filling in a form: an onchange, a default, a new record, an import."""
        findings = []
        for kind in self.kinds:
            for model in self.module_models():
                fields = self.env[model]._fields
                links = {
                    name: self.world.planted[field.comodel_name][-1]
                    for name, field in fields.items()
                    if field.type == "many2one" and self.world.planted.get(field.comodel_name)
                }
                specification = {
                    name: {"fields": {"display_name": {}}} if field.relational else {} for name, field in fields.items()
                }
                _refused, answer = self.attempt(
                    kind,
                    model,
                    "default_get",
                    list(fields),
                    context={f"default_{name}": value for name, value in links.items()},
                )
                findings += [(kind.name, model, "default_get", *leak[:2]) for leak in self.leaks(kind, answer)]
                for method, arguments in (
                    ("onchange", [[], links, list(links), specification]),
                    ("create", [links]),
                    ("name_create", ["x"]),
                    ("web_save", [[], links, specification]),
                    ("load", [list(links), [["1"] * len(links)]]),
                ):
                    refused, answer = self.attempt(kind, model, method, *arguments)
                    findings += [(kind.name, model, method, *leak[:2]) for leak in self.leaks(kind, answer)]
                    nothing_made = answer == "False" or "'ids': False" in answer
                    if not (refused or nothing_made or self.may_read(kind.role, model)):
                        findings.append((kind.name, model, method, answer[:80]))
        self.assertNothingFound(findings)

    def test_forms_of_odoo_on_hidden_records(self):
        """A form of Odoo that links to any record tells nothing of a hidden one, not even whether it exists."""
        findings = []
        for kind in self.kinds:
            for model in sorted(self.env.registry):
                records = self.env[model].with_user(kind.user)
                if records._abstract or model.startswith(PREFIX) or not records.has_access("create"):
                    continue
                if model in SUBJECT_ACCESS and kind.user == self.system_admin:
                    continue
                for target in ("buurtbemiddeling.case", "buurtbemiddeling.party", *PUBLISHED):
                    foreign = [
                        number for number in self.world.planted[target] if number not in self.own_ids(kind, target)
                    ]
                    answers = [self.answer_of_form(kind, model, target, number) for number in (foreign[-1], MISSING)]
                    if answers[0] is None:
                        continue
                    findings += [(kind.name, model, target, *leak[:2]) for leak in self.leaks(kind, answers[0])]
                    answers = [self.without_what_changes(answer, foreign[-1]) for answer in answers]
                    if answers[0] != answers[1]:
                        findings.append((kind.name, model, target, *difference(*answers)))
        self.assertNothingFound(findings)

    def answer_of_form(self, kind, model, target, number):
        """Return what the form of a model answers when it is linked to a record; ``None`` if it has no such link."""
        fields = self.env[model]._fields
        links = {}
        for name, field in fields.items():
            if field.type == "many2one_reference":
                links |= {field.model_field: target, name: number}
            elif field.type == "reference":
                links[name] = f"{target},{number}"
        # Wizards of Odoo also take the record from these two.
        if not links and not {"res_ids", "res_id", "active_model"} & set(fields):
            return None
        links |= {
            name: value
            for name, value in {
                "res_model": target,
                "model": target,
                "res_id": number,
                "res_ids": str([number]),
            }.items()
            if name in fields and fields[name].type in ("char", "integer", "text", "selection")
        }
        specification = {
            name: {"fields": {"display_name": {}}} if field.relational else {} for name, field in fields.items()
        }
        context = {"active_model": target, "active_id": number, "active_ids": [number]}
        refused, answer = self.attempt(kind, model, "onchange", [], links, list(links), specification, context=context)
        if refused:
            # One field that cannot be computed must not hide what another one tells.
            answer += "".join(
                self.attempt(kind, model, "onchange", [], links, list(links), {name: specification[name]})[1]
                for name in sorted(fields)
            )
        return answer

    # ------------------------------------------------------------------
    # Two worlds
    # ------------------------------------------------------------------
    def test_a_world_with_more_cases_answers_the_same(self):
        """Self-reports and cases of others change no answer: not a value, not a count, not an order."""
        before = self.everything()
        for _number in range(3):
            self._talk_about(self._self_report().with_user(self.coordinator))
        self._refer(self.housing_employee)
        self.env.flush_all()
        after = self.everything(("portal user of organisation B",))
        self.assertNothingFound(
            [(*call, *difference(before[call], after[call])) for call in after if after[call] != before[call]]
        )

    def everything(self, left_out=()):
        """Return what each kind of user can read in bulk, by (kind, model, method)."""
        answers = {}
        for kind in self.kinds:
            if kind.name in left_out:
                continue
            for model, names in self.readable_models(kind):
                # Which job of Odoo is to run: all mail makes the same one due.
                if model == "ir.cron.trigger":
                    continue
                for method, arguments, keywords in (
                    ("search_count", [[]], {}),
                    ("search_read", [[], names], {"limit": NEWEST, "order": "id desc"}),
                ):
                    _refused, answer = self.attempt(kind, model, method, *arguments, **keywords)
                    answers[kind.name, model, method] = answer
        return answers

    # ------------------------------------------------------------------
    # What leaves the system by itself
    # ------------------------------------------------------------------
    def test_mail(self):
        """No mail to somebody who is not staff holds anything of a case, except a letter to the resident herself."""
        staff = self.env.ref("base.group_user").all_user_ids.partner_id
        self.assertTrue(self.world.mails)
        for mail in self.world.mails:
            if mail["model"] == "buurtbemiddeling.letter":
                self.assertEqual((mail["addresses"], len(mail["recipients"])), (f"{CANARY}@example.com", 0))
            elif mail["recipients"] - staff or mail["addresses"]:
                self.assertFalse(canaries_in(mail["text"]), mail)
                self.assertFalse(mail["record"] and mail["model"] in self.module_models())

    def test_nobody_outside_is_notified_or_follows(self):
        hidden = [model for model in self.module_models() if model not in LISTS]
        staff = self.env.ref("base.group_user").all_user_ids.partner_id
        messages = self.env["mail.message"].sudo().search([("model", "in", hidden)])
        self.assertFalse(messages.notification_ids.res_partner_id - staff)
        followers = self.env["mail.followers"].sudo().search([("res_model", "in", hidden)])
        self.assertFalse(followers.partner_id - staff)

    def test_bus(self):
        """What is pushed to browsers goes to staff only, or holds nothing of a case."""
        self.env.cr.execute("SELECT channel, message FROM bus_bus ORDER BY id DESC LIMIT 500")
        rows = self.env.cr.fetchall()
        self.assertTrue(rows)
        staff = self.env.ref("base.group_user").all_user_ids
        personal = {("res.partner", partner.id) for partner in staff.partner_id} | {
            ("res.users", user.id) for user in staff
        }
        for channel, message in rows:
            if canaries_in(message):
                model, number = re.search(r'"(res\.\w+)", ?(\d+)', channel).groups()
                self.assertIn((model, int(number)), personal, message)

    def test_log(self):
        """What the server logs while people work holds nothing of what they typed."""
        self.assertTrue(self.world.log)
        self.assertFalse([line for line in self.world.log if canaries_in(line)])
