from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.buurtbemiddeling_addon.tests.attack_common import (
    CANARY,
    CHATTER,
    COORDINATOR,
    LISTS,
    MANAGER,
    MEDIATOR,
    PREFIX,
    PUBLISHED,
    READABLE,
    TECHNICAL_FIELDS,
    AttackCommon,
    Kind,
    canaries_in,
)
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE


@tagged("post_install", "-at_install")
class TestAttackList(AttackCommon):
    """What each kind of user may read is what stands on the list; and what the suite looks for is really there."""

    def everybody(self):
        return [
            *self.kinds,
            Kind("assigned mediator", self.mediator, MEDIATOR),
            Kind("coordinator", self.coordinator, COORDINATOR),
            Kind("manager", self.manager, MANAGER),
        ]

    def readable(self, kind, model):
        records = self.env[model].with_user(kind.user)
        if not records.has_access("read"):
            return set()
        return set(records.fields_get(attributes=["type"]))

    def added_fields(self, model):
        return {name for name, field in self.env[model]._fields.items() if MODULE in field._modules}

    def test_models_of_the_addon(self):
        """A model or field that is on no list fails here: say on the list who may read it."""
        for model in self.module_models():
            self.assertIn(model, READABLE, "a new model comes on the list")
            for kind in self.everybody():
                with self.subTest(model=model, kind=kind.name):
                    readable = self.readable(kind, model)
                    self.assertEqual(readable, self.may_read(kind.role, model) if readable else set())
                    if self.may_read(kind.role, model):
                        self.assertTrue(readable, "on the list, but no access right")

    def test_fields_that_the_addon_gives_to_models_of_odoo(self):
        for model in sorted(self.env.registry):
            if model.startswith(PREFIX) or self.env[model]._abstract or not self.added_fields(model):
                continue
            for kind in self.everybody():
                with self.subTest(model=model, kind=kind.name):
                    readable = self.readable(kind, model) & self.added_fields(model)
                    self.assertLessEqual(readable, self.may_read(kind.role, model))

    def test_the_list_names_only_what_is_there(self):
        for model, readers in READABLE.items():
            with self.subTest(model):
                self.assertIn(model, self.env.registry)
                names = set().union(*readers.values()) - {CHATTER}
                self.assertLessEqual(names, set(self.env[model]._fields))

    def test_published_models_have_nothing_to_hide(self):
        """Their readers may read all their fields: so no field of theirs can be an oracle for another."""
        for model in PUBLISHED:
            self.assertEqual(self.may_read("referrer", model), set(self.env[model]._fields))
            for field in self.env[model]._fields.values():
                self.assertFalse(field.related, field)
                self.assertFalse((field.comodel_name or "").startswith(PREFIX), field)

    def test_a_dialog_is_of_whoever_opened_it(self):
        colleague = self._staff("second_manager", "group_manager")
        opened = [("create_uid", "=", self.manager.id)]
        for model in self.module_models():
            if self.env[model]._transient:
                with self.subTest(model):
                    self.assertTrue(self.env[model].search(opened))
                    self.assertFalse(self.env[model].with_user(colleague).search(opened))

    def test_ids_of_published_records_tell_no_number(self):
        """The ids that an organisation sees are no count: records that are made one after the other are far apart."""
        for model in PUBLISHED:
            ids = self.world.planted[model]
            self.assertGreater(len(ids), 1)
            self.assertGreater(max(ids) - min(ids), 10**6)

    def test_no_answer_can_be_older_than_what_it_answers(self):
        """An older day would tell that there was a case before; the database itself keeps no such row."""
        receipt = self.world.receipts["A"]
        for answer in ("suitability_on", "taken_up_on", "outcome_on"):
            older = receipt.submitted_on - timedelta(days=1)
            refused = self.assertRaises(IntegrityError)
            with self.subTest(answer), mute_logger("odoo.sql_db"), refused, self.env.cr.savepoint():
                receipt.write({answer: older})
                receipt.flush_recordset()

    def test_chatter_is_for_staff_only(self):
        for model in self.module_models():
            if "message_ids" in self.env[model]._fields:
                for kind in self.everybody():
                    if not self.may_read(kind.role, model):
                        self.assertFalse(self.readable(kind, model), (model, kind.name))

    # ------------------------------------------------------------------
    # The suite itself
    # ------------------------------------------------------------------
    def test_every_text_of_the_addon_is_planted(self):
        """Without a maintained list: each stored text field of each model with rows holds a text of its own."""
        for model in self.module_models():
            if not self.world.planted[model]:
                continue
            for name, field in self.env[model]._fields.items():
                is_text = field.store and field.column_type and field.type in ("char", "text", "html")
                if is_text and name not in TECHNICAL_FIELDS:
                    self.assertIn(name, self.world.text_fields[model])

    def test_the_world_is_full(self):
        for model in (
            *("buurtbemiddeling.case", "buurtbemiddeling.party", "buurtbemiddeling.consent"),
            *("buurtbemiddeling.register", "buurtbemiddeling.access.log", *PUBLISHED, *LISTS),
            *("buurtbemiddeling.session", "buurtbemiddeling.mediator.report"),
            *("buurtbemiddeling.session.reply", "buurtbemiddeling.aftercare.answer"),
            *("mail.message", "mail.activity", "ir.attachment", "mail.tracking.value", "mail.notification"),
        ):
            with self.subTest(model):
                self.assertTrue(self.world.planted[model])

    def test_a_leak_is_noticed(self):
        """A text that is planted where somebody can read it is found, in each shape in which it can come out."""
        colleague = next(kind for kind in self.kinds if kind.user == self.colleague)
        partner = self.env["res.partner"].create({"name": f"{CANARY}-buurtbemiddeling.party-name-1"})
        self.env.flush_all()
        refused, answer = self.attempt(colleague, "res.partner", "read", partner.ids, ["name"])
        self.assertFalse(refused)
        self.assertEqual(self.leaks(colleague, answer), [("buurtbemiddeling.party", "name", 1)])
        attachment = self.env["ir.attachment"].create(
            {"name": "x", "raw": CANARY.encode(), "res_model": "res.partner", "res_id": partner.id}
        )
        self.env.flush_all()
        _refused, answer = self.attempt(colleague, "ir.attachment", "read", attachment.ids, ["datas"])
        self.assertTrue(self.leaks(colleague, answer), "also in base64")
        self.assertTrue(canaries_in(f"<p>{CANARY.upper()}</p>"))
        _refused, answer = self.attempt(colleague, "res.partner", "read", partner.ids, ["nothing like that"])
        self.assertFalse(self.leaks(colleague, answer))

    def test_whoever_may_read_a_case_finds_what_is_planted(self):
        """The calls of the suite do bring up what is planted, when they come from somebody who may see it."""
        kind = self.coordinator_kind
        for model in ("buurtbemiddeling.case", "buurtbemiddeling.party", "mail.message", "mail.activity"):
            ids = self.world.planted[model][-5:]
            _refused, answer = self.attempt(kind, model, "search_read", [("id", "in", ids)])
            self.assertTrue(canaries_in(answer), model)

    def test_a_receipt_of_another_organisation_is_a_leak(self):
        """What one organisation may read is a leak for another: the list alone does not allow it."""
        portal_a, portal_b = (kind for kind in self.kinds if kind.organisation)
        text = f"{CANARY}-buurtbemiddeling.referral-organisation_reference-{self.world.receipts['B'].id}"
        self.assertTrue(self.leaks(portal_a, text))
        self.assertFalse(self.leaks(portal_b, text))
