from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .case_retention import TALK

# Written by an import only.
SET_BY_IMPORT = {"import_id", "import_key", "old_system", "old_number", "old_referrer_type_id", "old_organisation"}


class Case(models.Model):
    """What a case that comes from an earlier system keeps of that, and what it does not: consents.

    It has no receipts. So no organisation is told of it, also when it goes on here.
    """

    _inherit = "buurtbemiddeling.case"  # pylint: disable=consider-merging-classes-inherited

    import_id = fields.Many2one(
        "buurtbemiddeling.import",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="buurtbemiddeling_addon.group_manager",
    )
    import_key = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="A keyed hash of the earlier system and the number there. It stays when the case is anonymised, so that "
        "importing the old file again does not bring back what was erased.",
    )
    old_system = fields.Char(
        string="Earlier System", readonly=True, copy=False, groups="buurtbemiddeling_addon.group_coordinator"
    )
    old_number = fields.Char(
        string="Number There",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    old_referrer_type_id = fields.Many2one(
        "buurtbemiddeling.referrer.type",
        string="Referrer There",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="buurtbemiddeling_addon.group_coordinator",
        help="Which kind of organisation referred this case in the earlier system. It hears nothing from here.",
    )
    # No link: Odoo's own privacy lookup follows each link to a contact, and stops where its user may not read one.
    old_organisation = fields.Char(
        string="Organisation There",
        readonly=True,
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
        help="The organisation that referred this case in the earlier system. It hears nothing from here.",
    )

    _import_key_unique = models.UniqueIndex(
        "(import_key) WHERE import_key IS NOT NULL", "This case was brought in already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create cases.

        :raise UserError: for anybody who says that one comes from an earlier system
        """
        if not self.env.su:
            if any(vals.get(name) for vals in vals_list for name in SET_BY_IMPORT):
                raise UserError(self.env._("Cases of an earlier system come in with an import only."))
            # Without these defaults of the client's context.
            defaults = {f"default_{name}" for name in SET_BY_IMPORT}
            context = {name: value for name, value in self.env.context.items() if name not in defaults}
            self = self.with_context(context)  # pylint: disable=context-overridden
        return super().create(vals_list)

    def write(self, vals):
        """Write cases.

        :raise UserError: for anybody who says that one comes from an earlier system
        """
        if not self.env.su and SET_BY_IMPORT & vals.keys():
            raise UserError(self.env._("Cases of an earlier system come in with an import only."))
        return super().write(vals)

    def _missing_for(self, stage):
        missing = super()._missing_for(stage)
        return missing + (self._permissions_to_ask_again() if stage not in ("reported", "intake", "closed") else [])

    def _missing_to_take_up(self):
        # What was taken up and ended in the earlier system is history.
        return super()._missing_to_take_up() + (self._permissions_to_ask_again() if self.stage != "closed" else [])

    def _permissions_to_ask_again(self):
        """Say of which reporters of one imported case no permission is on record here.

        sudo: a mediator may not read where a case comes from; only whether it does.

        :rtype: list[str]
        """
        # Each imported case has one. It is in the form, so that this asks the database for nothing more.
        if not self.sudo().old_system:
            return []
        reporters = self.party_ids._mediated().filtered(
            lambda party: (
                party.role == "reporter"
                and not party.consent_ids.filtered(
                    lambda consent: consent.stated_by == "person" and not consent.withdrawn_on
                )
            )
        )
        return [
            self.env._(
                "Ask %(party)s again whether we may help, and record that: permissions of the earlier system are not "
                "here.",
                party=party.display_name,
            )
            for party in reporters
        ]

    def _touched_since_import(self):
        """Return which of these imported cases somebody opened or changed, or has something to do on.

        Seen in a list is not opened.
        """
        changed = self.browse()
        for records in (self, self.party_ids):
            other = records.filtered(lambda record: record.write_date != record.create_date)
            changed |= other if other._name == self._name else other.case_id
        for part in self._parts():
            changed |= part.case_id
        changed |= self.browse(self.party_ids.consent_ids.case_id.ids)
        changed |= self.party_ids.filtered("request_ids").case_id
        opened = self.env["buurtbemiddeling.access.log"].search([("case_id", "in", self.ids), ("how", "!=", "list")])
        changed |= opened.case_id
        for model, model_field in TALK.items():
            talk = self.env[model].with_context(active_test=False).search(self._about(model_field))
            changed |= self._named_by(talk, model_field)
        changed |= self._named_by(self._documents(), "res_model")
        return changed | self.filtered("related_case_ids")

    def _named_by(self, talk, model_field):
        """Return which of these cases messages, activities or documents are about, or about anything in them."""
        cases = self.browse()
        for model, found in talk.grouped(model_field).items():
            records = self.env[model].browse(found.mapped("res_id"))
            cases |= records if model == self._name else records.case_id
        return cases

    def _delete_imported(self):
        """Delete imported cases that nobody touched (``_touched_since_import``).

        Past ``unlink``, which refuses: what nobody worked with is no history. Who saw them in a list stays, by their
        reference: a file that was brought in by mistake is a data breach.
        """
        self.env.flush_all()
        with self.env["buurtbemiddeling.access.log"]._erasing():
            seen = "UPDATE buurtbemiddeling_access_log SET case_id = NULL WHERE case_id IN %s"
            self.env.cr.execute(SQL(seen, tuple(self.ids)))
        for table, column in (("buurtbemiddeling_party", "case_id"), ("buurtbemiddeling_case", "id")):
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE %s IN %s", SQL.identifier(table), SQL.identifier(column), tuple(self.ids))
            )
        self.env.invalidate_all(flush=False)

    def _erase_content(self):  # pylint: disable=missing-return
        super()._erase_content()
        self.sudo().with_context(tracking_disable=True).write(
            {"old_system": False, "old_number": False, "old_organisation": False}
        )
