from collections import defaultdict
from contextlib import contextmanager

from odoo import Command, api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.mail.tools.parser import parse_res_ids

# The records that rules leave to users, as far as was asked since the last change in the transaction.
REACH = "buurtbemiddeling_reach"
# What Odoo asks of the parts of a case, to ask right after for all else that is in them.
LINE = {"case_id", "active"}


class RefusalMixin(models.AbstractModel):
    """For a user, what is somebody else's does not exist.

    Odoo's own refusals tell a record that does not exist from one that a user may not see, and so tell that
    there is one. Here both are the same: not found when read, and refused with the same words otherwise.
    """

    _name = "buurtbemiddeling.refusal.mixin"
    _description = "Uniform Refusal"

    def _check_access(self, operation):
        if self.env.su or not any(self._ids):
            return super()._check_access(operation)
        refusal = self.browse()._check_access(operation)
        hidden = self if refusal else self - self._within_reach(operation)
        if not hidden:
            return None
        return hidden, refusal[1] if refusal else self._no_such_record

    def read(self, fields=None, load="_classic_read"):
        """Read those of these records that exist, for this user."""
        records = self if self.env.su or not self._has_right("read") else self._within_reach("read", fields)
        return super(RefusalMixin, records).read(fields, load)

    def _fetch_query(self, query, fields):
        """Fetch fields of records; what Odoo fetches for a user is within her reach.

        Of the parts of a case, all else that is in them comes along with which case they are of.
        """
        if fields and {field.name for field in fields} <= LINE:
            fields = self._determine_fields_to_fetch()
        fetched = super()._fetch_query(query, fields)
        if not self.env.su:
            self._reached("read").update(fetched._ids)
        return fetched

    @api.model_create_multi
    def create(self, vals_list):
        """Create records.

        :raise AccessError: for a user who names another record of ours that she may not read
        """
        self._check_named_in(vals_list)
        with self._changing():
            return super().create(vals_list)

    def write(self, vals):
        """Write records.

        :raise AccessError: for a user who names another record of ours that she may not read
        """
        self._check_named_in([vals])
        with self._changing():
            return super().write(vals)

    def unlink(self):
        """Delete records."""
        with self._changing():
            return super().unlink()

    def onchange(self, values, field_names, fields_spec):
        """Fill in a form.

        :raise AccessError: for a user who names another record of ours that she may not read
        """
        self._check_named_in([values])
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_named_in(self, values_list):
        """Check that the current user may read each record of ours that values name, or defaults of her context.

        Odoo computes as superuser what follows from a record that somebody names, and would show it to her.

        :raise AccessError: for a user who may not read one, or one that does not exist
        """
        if self.env.su:
            return
        defaults = {
            name.removeprefix("default_"): value
            for name, value in self.env.context.items()
            if name.startswith("default_")
        }
        named = defaultdict(set)
        for values in values_list:
            self._add_named({**defaults, **values}, named)
        for model, numbers in named.items():
            self._check_named(model, sorted(numbers))

    @api.model
    def _add_named(self, values, named):
        """Add the records of ours that values of this model name, also in what is made along with it.

        :param dict values: as for ``create``, ``write`` or ``onchange``
        :param named: a set of ids for each model
        """
        ours = self.pool.descendants(["buurtbemiddeling.refusal.mixin"], "_inherit")
        for name, value in values.items():
            field = self._fields.get(name)
            if not value or field is None or field.comodel_name not in ours:
                continue
            if isinstance(value, dict):
                value = value.get("id")
            # One id is as one command that links it.
            for command in value if isinstance(value, (list, tuple)) else [value]:
                parts = command if isinstance(command, (list, tuple)) else (Command.LINK, command)
                kind, number, content = (*parts, None, None)[:3]
                if isinstance(content, dict):
                    self.env[field.comodel_name]._add_named(content, named)
                numbers = content if kind == Command.SET else [number]
                named[field.comodel_name].update(number for number in numbers if number and isinstance(number, int))

    def exists(self):
        """Return which of these records exist, for this user."""
        return super().exists() if self.env.su else self._within_reach("read")

    def _within_reach(self, operation, field_names=()):
        """Return which of these records the access rights and rules leave to the current user, and new ones.

        Odoo asks many times in one request. What rules leave to their users is kept until something of ours changes.

        sudo: the search takes nothing but ids and the rules themselves, and puts no values in the cache.

        :param str operation: what she wants to do
        :param field_names: what to put in the cache of records that she reads, along with what is asked
        :raise AccessError: for a user who may not read one of the fields
        """
        found = set()
        if self._has_right(operation):
            found = self._reached(operation)
            if unknown := set(self.ids) - found:
                asked = Domain("id", "in", unknown)
                if field_names:
                    missing = self.browse(unknown)._determine_fields_to_fetch(field_names, ignore_when_in_cache=True)
                    query = self._search(asked, order="id", active_test=False)
                    found.update(self._fetch_query(query, missing)._ids)
                else:
                    rules = self.env["ir.rule"]._compute_domain(self._name, operation)
                    found.update(self.sudo()._search(asked & rules, order="id", active_test=False))
        return self.filtered(lambda record: not record.id or record.id in found)

    @api.model
    def _reached(self, operation):
        """Return the ids, as far as was asked, of the records that rules leave to the current user; to be added to."""
        rules = self.env["ir.rule"]._compute_domain(self._name, operation)
        return self.env.cr.cache.setdefault(REACH, {}).setdefault((self._name, repr(rules)), set())

    @contextmanager
    def _changing(self):
        """Ask anew what is within reach from the beginning of a change, and after it."""
        cache = self.env.cr.cache
        cache.pop(REACH, None)
        try:
            yield
        finally:
            cache.pop(REACH, None)

    def _has_right(self, operation):
        return self.env["ir.model.access"].check(self._name, operation, raise_exception=False)

    @api.model
    def _about_hidden(self, documents, model_field):
        """Return which messages or activities are about a record of ours that the real user may not read.

        :param documents: records with the id of what they are about in ``res_id``
        :param str model_field: the name of their field with the model of it
        """
        hidden = documents.browse()
        for model, ours in documents.grouped(model_field).items():
            if (model or "").startswith("buurtbemiddeling."):
                named = self.env[model].sudo(False).browse(ours.mapped("res_id"))
                readable = named._filtered_access("read")
                hidden |= ours.filtered(lambda document, readable=readable: document.res_id not in readable.ids)
        return hidden

    @api.model
    def _check_named(self, model, numbers):
        """Check that the current user may read records that she names in a dialog of Odoo's own.

        :param str model: the model that she names, of whatever application
        :param numbers: their ids, or text with a list of ids
        :raise AccessError: for a user who may not read one of ours, or one that does not exist
        """
        if self.env.su or not (model or "").startswith("buurtbemiddeling."):
            return
        ids = parse_res_ids(numbers, self.env) if isinstance(numbers, str) else numbers
        records = self.env[model].browse(ids or ())
        if not self.env[model].has_access("read") or records._within_reach("read") != records:
            raise self._no_such_record()

    def _no_such_record(self):
        return AccessError(self.env._("There is nothing here for you. Go back to your list."))
