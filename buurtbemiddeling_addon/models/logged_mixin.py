from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessError

DOOR = "buurtbemiddeling_door"
TEXT_TYPES = ("char", "text", "html")


class LoggedMixin(models.AbstractModel):
    """Writes to the access log who reads these records, through whichever door of Odoo.

    The doors that return values are ``read`` (forms, lists, remote calls), ``search_read``, ``name_search``,
    ``onchange``, ``_export_rows`` and ``copy_data``. Grouping by a text would return it without a record to
    log, and is refused. Which door it is stands on the cursor and not in the context, which comes from the
    client.
    """

    _name = "buurtbemiddeling.logged.mixin"
    _description = "Logged Reading"

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        self._log_opening("export")
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def copy_data(self, default=None):
        self._log_opening("export")
        return super().copy_data(default)

    def read(self, fields=None, load="_classic_read"):
        rows = super().read(fields, load)
        self.browse(row["id"] for row in rows)._log_opening(self.env.cr.cache.get(DOOR, "form"))
        return rows

    def onchange(self, values, field_names, fields_spec):
        self._log_opening("form")
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        rows = super().name_search(name, domain, operator, limit)
        self.browse(row[0] for row in rows)._log_opening("list")
        return rows

    @api.model
    def search_read(self, domain=None, fields=None, offset=0, limit=None, order=None, **read_kwargs):
        rows = super().search_read(domain, fields, offset, limit, order, **read_kwargs)
        self.browse(row["id"] for row in rows)._log_opening("list")
        return rows

    @api.model
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        with self._listing():
            return super().web_search_read(domain, specification, offset, limit, order, count_limit)

    @api.model
    def web_read_group(self, domain, groupby, aggregates=(), limit=None, offset=0, order=None, **options):
        with self._listing():
            return super().web_read_group(domain, groupby, aggregates, limit, offset, order, **options)

    def _read_group_groupby(self, alias, groupby_spec, query):
        self._check_grouping(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        self._check_grouping(aggregate_spec)
        return super()._read_group_select(aggregate_spec, query)

    def _check_grouping(self, specification):
        """Refuse to group by, or to collect, a text of these records, or a field that the user may not read.

        Odoo itself does not ask who may read a many2many field when records are grouped by it.

        :raise AccessError: for anybody but superuser
        """
        field = self._fields.get(specification.split(":")[0].split(".")[0])
        if field is not None:
            self._check_field_access(field, "read")
        if field is not None and field.type in TEXT_TYPES and not self.env.su:
            raise AccessError(
                self.env._("Names, addresses and texts cannot be grouped or counted. Choose another field.")
            )

    @contextmanager
    def _listing(self):
        """Log what is read within the block as seen in a list."""
        cache = self.env.cr.cache
        cache[DOOR] = "list"
        try:
            yield
        finally:
            cache.pop(DOOR, None)

    def _log_opening(self, how):
        # A form shows the same record in several places.
        self.env["buurtbemiddeling.access.log"]._log_records(self, how, once=how in ("form", "list"))
