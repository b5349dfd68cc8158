import importlib.util
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable, RestrictViolation, SerializationFailure

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.buurtbemiddeling_addon.models import consent_seal
from odoo.addons.buurtbemiddeling_addon.models.consent import FREE
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon

# What the database guards, with a column of each.
GUARDED = {
    "buurtbemiddeling_consent_seal": "checksum",
    "buurtbemiddeling_agreement_confirmation": "method",
    "buurtbemiddeling_register": "statement",
    "buurtbemiddeling_access_log": "how",
}


@tagged("post_install", "-at_install")
class TestConsentSeal(MediationCommon):
    """Consents are evidence: the database keeps them, and the chain of checksums shows what was done all the same."""

    def setUp(self):
        super().setUp()
        # A company of its own, in which nothing is on record yet.
        self.company = self.env["res.company"].create({"name": "Evidence (test)"})
        self.manager.write(
            {
                "company_ids": [Command.link(self.company.id), Command.link(self.other_company.id)],
                "company_id": self.company.id,
            }
        )
        self.seals = self.env["buurtbemiddeling.consent.seal"]
        self.case = self.env["buurtbemiddeling.case"].create(
            {"company_id": self.company.id, "complaint_type_id": self.noise.id}
        )
        self.party = self.env["buurtbemiddeling.party"].create(
            {"case_id": self.case.id, "name": "Kanarievogel", "reported_herself": True}
        )
        self.first, self.shown, self.last = (self.consent(), self.disclosure(), self.consent())

    def consent(self, **values):
        return self.env["buurtbemiddeling.consent"].create(
            {"party_id": self.party.id, "wording": "I take part, says Kanarievogel.", **values}
        )

    def disclosure(self):
        return self.consent(purpose="disclosure", organisation_id=self.housing.id, disclosed_name="K. Vogel")

    def sql(self, code, *arguments):
        """Do something in SQL that a trigger refuses, in a savepoint."""
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(SQL(code, *arguments))

    def tamper(self, code, *arguments, table="consent"):
        """Do something in SQL as the owner of the tables can: without the trigger."""
        self.env.flush_all()
        table = SQL.identifier(f"buurtbemiddeling_{table}")
        self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", table))
        self.env.cr.execute(SQL(code, *arguments))
        self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", table))
        self.env.invalidate_all()

    def findings(self):
        return list(self.seals._findings(self.company))

    def verify(self, **values):
        verify = self.env["buurtbemiddeling.consent.verify"].with_user(self.manager).with_company(self.company)
        return verify.create(values)

    # ------------------------------------------------------------------
    # The database
    # ------------------------------------------------------------------
    def test_the_database_keeps_consents(self):
        for column, value in (
            *(("given_on", "2020-01-01"), ("purpose", "referral"), ("method", "writing"), ("stated_by", "referrer")),
            *(("wording", "other"), ("disclosed_name", "other"), ("wording", None), ("salt", "other")),
            *(("party_id", None), ("recorded_by_id", self.manager.id), ("reference", "2222-2222")),
            *(("organisation_id", None), ("create_date", "2020-01-01"), ("erased_on", "2026-01-01")),
        ):
            with self.subTest(column), self.assertRaisesRegex(RestrictViolation, column):
                self.sql(
                    "UPDATE buurtbemiddeling_consent SET %s = %s WHERE id = %s",
                    *(SQL.identifier(column), value, self.shown.id),
                )
        for code in ("DELETE FROM buurtbemiddeling_consent", "TRUNCATE buurtbemiddeling_consent CASCADE"):
            with self.subTest(code), self.assertRaises(RestrictViolation):
                self.sql(code)

    def test_a_withdrawal_is_written_once(self):
        update = "UPDATE buurtbemiddeling_consent SET withdrawn_on = %s WHERE id = %s"
        self.sql(update, fields.Date.today(), self.first.id)
        for value in (None, "2099-01-01"):
            with self.subTest(value), self.assertRaisesRegex(RestrictViolation, "withdrawn_on"):
                self.sql(update, value, self.first.id)

    def test_the_database_keeps_what_else_is_append_only(self):
        agreement = self.env["buurtbemiddeling.agreement"].create(
            {"case_id": self.case.id, "point_ids": [Command.create({"text": "Quiet after ten"})]}
        )
        agreement.confirmation_ids.create({"agreement_id": agreement.id, "party_id": self.party.id})
        self.party.with_user(self.manager).read(["name"])
        for table, column in GUARDED.items():
            name = SQL.identifier(table)
            row = SQL("(SELECT max(id) FROM %s)", name)
            for code in (
                SQL("UPDATE %s SET %s = 'other' WHERE id = %s", name, SQL.identifier(column), row),
                SQL("DELETE FROM %s WHERE id = %s", name, row),
                SQL("TRUNCATE %s", name),
            ):
                with self.subTest(code.code), self.assertRaises(RestrictViolation):
                    self.sql(code)

    def test_erasing_ends_with_its_block(self):
        with self.first._erasing():
            self.sql("UPDATE buurtbemiddeling_consent SET wording = NULL WHERE id = %s", self.first.id)
            with self.first._erasing():
                pass
            self.sql("UPDATE buurtbemiddeling_consent SET wording = NULL WHERE id = %s", self.last.id)
        with self.assertRaises(ZeroDivisionError), self.first._erasing():
            raise ZeroDivisionError
        with self.assertRaises(RestrictViolation):
            self.sql("DELETE FROM buurtbemiddeling_consent WHERE id = %s", self.first.id)

    def test_an_organisation_that_a_consent_names_is_not_merged(self):
        self.consent(purpose="referral", organisation_id=self.police.id)
        with self.assertRaises(UserError):
            self.env["base.partner.merge.automatic.wizard"]._merge((self.police | self.colleague.partner_id).ids)

    def test_people_move_with_their_consents(self):
        target = self.env["buurtbemiddeling.case"].create(
            {"company_id": self.company.id, "complaint_type_id": self.noise.id}
        )
        self.party.case_id = target
        self.env.flush_all()
        self.assertEqual(self.first.case_id, target)
        self.assertFalse(self.findings())

    # ------------------------------------------------------------------
    # The chain
    # ------------------------------------------------------------------
    def test_each_checksum_follows_from_the_one_before(self):
        self.first.action_withdraw()
        links = self.seals.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            [(link.number, link.kind, link.consent_reference) for link in links],
            [
                (1, "given", self.first.reference),
                (2, "given", self.shown.reference),
                (3, "given", self.last.reference),
                (4, "withdrawn", self.first.reference),
            ],
        )
        self.assertEqual(len(set(links.mapped("checksum"))), 4)
        self.assertFalse(self.findings())
        self.assertEqual(self.first.with_user(self.manager).checksum, links[0].checksum)

    def test_another_company_has_another_chain(self):
        other = self._refer()[1].party_ids.consent_ids
        link = self.seals.search([("consent_reference", "=", other.reference)])
        self.assertEqual(link.company_id, other.case_id.company_id)
        self.assertNotEqual(link.company_id, self.company)
        self.assertFalse(self.findings())

    def test_recorded_as_withdrawn(self):
        self.consent(withdrawn_on=fields.Date.today(), withdrawal_recorded_by_id=self.coordinator.id)
        self.assertEqual(self.seals.search([], order="id desc", limit=1).kind, "withdrawn")
        self.assertFalse(self.findings())

    def test_without_the_key_no_checksum_can_be_made(self):
        link = self.seals.search([("company_id", "=", self.company.id)], limit=1)
        values = link.read(load=None)[0]
        self.assertEqual(self.seals._checksum("", values), link.checksum)
        self.env["ir.config_parameter"].set_param(consent_seal.KEY, "another")
        self.assertNotEqual(self.seals._checksum("", values), link.checksum)
        self.env["ir.config_parameter"].set_param(consent_seal.KEY, False)
        with self.assertRaises(UserError):
            self.findings()

    def test_names_cannot_be_found_by_trying(self):
        one, two = (self.consent() for _number in range(2))
        digests = self.env["buurtbemiddeling.consent"]._evidence((one | two).ids)
        self.assertNotEqual(digests[one.id][1], digests[two.id][1], "the same words, with another salt")

    def test_two_at_once(self):
        """Whoever adds to a chain after another waits, and goes on from what that one added: nobody starts over."""
        company = self.env.ref("base.main_company")
        first, second, third = (self.enterContext(self.registry.cursor()) for _number in range(3))
        seals = [self.seals.with_env(self.env(cr=cr)) for cr in (first, second, third)]
        # From here on this transaction sees nothing of what others do.
        second.execute("SELECT FROM buurtbemiddeling_consent_seal")
        number, _checksum = seals[0]._end(company)
        third.execute("SET LOCAL lock_timeout = '1ms'")
        with mute_logger("odoo.sql_db"), self.assertRaises(LockNotAvailable):
            seals[2]._end(company)
        third.rollback()
        seals[0]._insert([(company.id, number + 1, "given", "TEST", "", "", "one")])
        first.commit()
        try:
            self.assertEqual(seals[1]._end(company), (number + 1, "one"))
            seals[1]._insert([(company.id, number + 2, "given", "TEST", "", "", "two")])
            self.assertEqual(seals[1]._end(company), (number + 2, "two"), "what it added itself counts too")
            second.rollback()
        finally:
            with seals[0]._erasing():
                first.execute("DELETE FROM buurtbemiddeling_consent_seal WHERE consent_reference = 'TEST'")
            first.commit()

    def test_a_number_that_was_taken(self):
        """Whoever takes the same number as another transaction is asked to start over, which Odoo does by itself."""
        row = (self.env.ref("base.main_company").id, -1, "given", "TEST", "", "", "")
        with self.registry.cursor() as one, self.registry.cursor() as two:
            two.execute("SELECT FROM buurtbemiddeling_consent_seal")
            self.seals.with_env(self.env(cr=one))._insert([row])
            one.commit()
            try:
                with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                    self.seals.with_env(self.env(cr=two))._insert([row])
            finally:
                two.rollback()
                with self.seals.with_env(self.env(cr=one))._erasing():
                    one.execute("DELETE FROM buurtbemiddeling_consent_seal WHERE number = -1")
                one.commit()

    # ------------------------------------------------------------------
    # What verifying finds
    # ------------------------------------------------------------------
    def test_each_field_that_was_changed(self):
        another = self.env["buurtbemiddeling.party"].create({"case_id": self.case.id, "name": "Another"})
        link, _code = self._link()
        for column, value in (
            *(("given_on", "2020-01-01"), ("purpose", "referral"), ("method", "writing"), ("stated_by", "referrer")),
            *((name, "other") for name in self.texts()),
            *(("wording", None), ("disclosed_name", None), ("salt", None)),
            *(("party_id", another.id), ("recorded_by_id", self.manager.id)),
            *(("organisation_id", self.police.id), ("create_date", "2020-01-01"), ("link_id", link.id)),
        ):
            with self.subTest(column, value=value), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    "UPDATE buurtbemiddeling_consent SET %s = %s WHERE id = %s",
                    *(SQL.identifier(column), value, self.shown.id),
                )
                self.assertEqual(self.findings(), [("changed", self.shown.reference)])
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertFalse(self.findings())

    def _link(self):
        self.party.write({"house_number": "12", "phone": "0999123456"})
        return self.env["buurtbemiddeling.personal.link"]._issue(self.party, "participation")

    def texts(self):
        texts = {name for name, field in self.first._fields.items() if field.store and field.type in ("char", "text")}
        return texts - {"reference"}

    def test_no_field_of_a_consent_is_forgotten(self):
        """Each column is evidence, and tested above, or it is named here as one that is not."""
        columns = {name for name, field in self.first._fields.items() if field.store and field.column_type}
        self.assertEqual(
            columns - self.texts() - {"id", "reference", "create_uid", "erased_on", *FREE},
            {
                *("given_on", "purpose", "method", "stated_by", "party_id", "recorded_by_id", "organisation_id"),
                *("create_date", "link_id", "withdrawn_on", "withdrawal_recorded_by_id"),
            },
        )

    def test_a_changed_withdrawal(self):
        self.first.action_withdraw()
        for column, value in (
            *(("withdrawn_on", None), ("withdrawn_on", "2099-01-01"), ("withdrawal_recorded_by_id", self.manager.id)),
            ("withdrawal_recorded_by_id", None),
        ):
            with self.subTest(column, value=value), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    "UPDATE buurtbemiddeling_consent SET %s = %s WHERE id = %s",
                    *(SQL.identifier(column), value, self.first.id),
                )
                self.assertEqual(self.findings(), [("changed_withdrawal", self.first.reference)])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_withdrawal_of_which_nothing_is_on_record(self):
        self.sql("UPDATE buurtbemiddeling_consent SET withdrawn_on = now() WHERE id = %s", self.last.id)
        self.assertEqual(self.findings(), [("unknown_withdrawal", self.last.reference)])

    def test_a_deleted_consent(self):
        reference = self.shown.reference
        self.tamper("DELETE FROM buurtbemiddeling_consent WHERE id = %s", self.shown.id)
        self.assertEqual(self.findings(), [("deleted", reference)])

    def test_a_consent_that_was_put_in(self):
        reference = self.last.reference
        self.tamper(
            "DELETE FROM buurtbemiddeling_consent_seal WHERE consent_reference = %s", reference, table="consent_seal"
        )
        self.assertEqual(self.findings(), [("unknown", reference)])

    def test_a_deleted_checksum(self):
        self.tamper(
            "DELETE FROM buurtbemiddeling_consent_seal WHERE consent_reference = %s",
            self.shown.reference,
            table="consent_seal",
        )
        self.assertEqual(self.findings(), [("missing_link", self.last.reference), ("unknown", self.shown.reference)])

    def test_a_deleted_checksum_with_the_numbers_closed_up(self):
        self.tamper(
            "DELETE FROM buurtbemiddeling_consent_seal WHERE consent_reference = %s",
            self.shown.reference,
            table="consent_seal",
        )
        self.tamper(
            "UPDATE buurtbemiddeling_consent_seal SET number = 2 WHERE consent_reference = %s",
            self.last.reference,
            table="consent_seal",
        )
        self.assertEqual(self.findings()[0], ("changed_link", self.last.reference))

    def test_a_swapped_order(self):
        for number, reference in ((-2, self.first), (1, self.shown), (2, self.first)):
            self.tamper(
                "UPDATE buurtbemiddeling_consent_seal SET number = %s WHERE consent_reference = %s",
                *(number, reference.reference),
                table="consent_seal",
            )
        self.assertEqual(self.findings()[0], ("changed_link", self.shown.reference))

    def test_a_link_that_was_made_anew_with_the_key(self):
        """It fits by itself, but the next one follows from what it was."""
        link = self.seals.search([("company_id", "=", self.company.id)], limit=1)
        values = {**link.read(load=None)[0], "facts_digest": "other"}
        self.tamper(
            "UPDATE buurtbemiddeling_consent_seal SET facts_digest = 'other', checksum = %s WHERE id = %s",
            *(self.seals._checksum("", values), link.id),
            table="consent_seal",
        )
        self.assertEqual(self.findings(), [("changed", self.first.reference), ("changed_link", self.shown.reference)])

    def test_each_part_of_a_checksum(self):
        for column, value in (("kind", "erased"), ("facts_digest", "0"), ("texts_digest", "0"), ("checksum", "0")):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    "UPDATE buurtbemiddeling_consent_seal SET %s = %s WHERE consent_reference = %s",
                    *(SQL.identifier(column), value, self.first.reference),
                    table="consent_seal",
                )
                self.assertEqual(self.findings()[0], ("changed_link", self.first.reference))
                savepoint.rollback()

    def test_in_batches(self):
        for _number in range(5):
            self.consent()
        with patch.object(consent_seal, "BATCH", 2):
            self.assertFalse(self.findings())
            self.tamper("UPDATE buurtbemiddeling_consent SET method = 'writing' WHERE id = %s", self.last.id)
            self.assertEqual(self.findings(), [("changed", self.last.reference)])

    # ------------------------------------------------------------------
    # Retention and update
    # ------------------------------------------------------------------
    def test_erased_texts_leave_a_chain_that_can_be_verified(self):
        erased = [("kind", "=", "erased")]
        before = self.seals.search_count(erased)
        self.last.action_withdraw()
        self.shown._take_back_disclosure()
        (self.shown | self.last)._erase_evidence()
        self.env.flush_all()
        for consent in self.shown | self.last:
            self.assertEqual(consent.erased_on, fields.Date.today())
            self.assertFalse(consent.wording or consent.disclosed_name or consent.link_id or consent.sudo().salt)
            self.assertTrue(consent.reference and consent.given_on, "that it was given stays")
        self.assertFalse(self.findings())
        self.shown._erase_evidence()
        self.assertEqual(self.seals.search_count(erased), before + 2, "erased once")
        self.tamper("UPDATE buurtbemiddeling_consent SET method = 'writing' WHERE id = %s", self.shown.id)
        self.assertEqual({finding for finding, _reference in self.findings()}, {"changed"})

    def test_what_was_erased_can_be_deleted(self):
        self.last._erase_evidence()
        with self.last._erasing():
            self.env.cr.execute(SQL("DELETE FROM buurtbemiddeling_consent WHERE id = %s", self.last.id))
        self.env.invalidate_all()
        self.assertFalse(self.findings())

    def test_a_text_that_comes_back_after_the_erasure(self):
        self.last._erase_evidence()
        self.tamper("UPDATE buurtbemiddeling_consent SET wording = 'back' WHERE id = %s", self.last.id)
        self.assertEqual({finding for finding, _reference in self.findings()}, {"changed"})

    def test_update_gives_older_consents_their_place(self):
        self.first.action_withdraw()
        self.tamper("DELETE FROM buurtbemiddeling_consent_seal", table="consent_seal")
        self.tamper("UPDATE buurtbemiddeling_consent SET salt = NULL")
        spec = importlib.util.spec_from_file_location(
            "post_evidence", f"{get_module_path(MODULE)}/migrations/19.0.1.2.0/post-evidence.py"
        )
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.migrate(self.env.cr, "19.0.1.1.0")
        self.assertFalse(self.findings())
        kinds = self.seals.search([("company_id", "=", self.company.id)]).mapped("kind")
        self.assertEqual(kinds, ["given"] * 3 + ["withdrawn"])
        self.assertTrue(self.first.sudo().salt)

    # ------------------------------------------------------------------
    # The dialog
    # ------------------------------------------------------------------
    def test_dialog_says_what_was_found(self):
        self.first.action_withdraw()
        self.last._erase_evidence()
        intact = self.verify()
        self.assertTrue(intact.is_intact)
        self.assertIn("Consents: 3. Withdrawn: 1. With their texts erased: 1.", intact.result)
        self.assertEqual(intact.last_number, 5)
        self.tamper("UPDATE buurtbemiddeling_consent SET method = 'writing' WHERE id = %s", self.shown.id)
        self.tamper("UPDATE buurtbemiddeling_consent SET given_on = '2020-01-01' WHERE id = %s", self.first.id)
        broken = self.verify()
        self.assertFalse(broken.is_intact)
        self.assertIn(f"Consent {self.first.reference} was changed", broken.result, "the first in the chain")
        self.assertNotIn(self.shown.reference, broken.result)
        self.assertIn("in all: 2.", broken.result)

    def test_each_finding_has_a_sentence(self):
        dialog = self.verify()
        for finding in (
            *("changed", "changed_withdrawal", "deleted", "changed_link", "missing_link"),
            *("unknown", "unknown_withdrawal"),
        ):
            self.assertIn("7F3K-2QXW", dialog._sentence(finding, "7F3K-2QXW"))

    def test_checksum_that_was_kept(self):
        kept = self.verify().last_checksum
        self.consent()
        same = self.verify(kept_checksum=kept.upper())
        self.assertTrue(same.is_kept_found)
        self.assertIn("as number 3", same.kept_result)
        self.assertTrue(self.verify(kept_checksum=kept[:20]).is_kept_found, "from paper, not all of it")
        self.assertIn("sixteen", self.verify(kept_checksum=kept[:9]).kept_result)
        # Whoever has the key cuts off the end of the chain: only what was kept shows it.
        self.tamper("DELETE FROM buurtbemiddeling_consent_seal WHERE number > 2", table="consent_seal")
        self.tamper("DELETE FROM buurtbemiddeling_consent WHERE id > %s", self.shown.id)
        cut = self.verify(kept_checksum=kept)
        self.assertTrue(cut.is_intact)
        self.assertFalse(cut.is_kept_found)
        self.assertIn("not here", cut.kept_result)

    def test_dialog_is_for_the_manager_and_about_her_company(self):
        for user in (self.coordinator, self.mediator, self.access_admin, self.colleague, self.officer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["buurtbemiddeling.consent.verify"].with_user(user).create({})
        with self.assertRaises(AccessError):
            self.seals.with_user(self.manager).search([])
        self.tamper("UPDATE buurtbemiddeling_consent SET method = 'writing' WHERE id = %s", self.shown.id)
        elsewhere = self.verify().with_company(self.other_company)
        self.assertTrue(elsewhere.is_intact)

    def test_sheet_to_keep(self):
        verify = self.verify()
        action = verify.action_print()
        html, _type = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            .with_company(self.company)
            ._render_qweb_html(action["report_name"], verify.ids)
        )
        for text in (verify.last_checksum, "Evidence (test)", "Consents: 3."):
            self.assertIn(text, html.decode())
