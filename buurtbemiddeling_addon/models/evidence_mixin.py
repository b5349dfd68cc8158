from contextlib import contextmanager

from odoo import models
from odoo.tools import SQL


class EvidenceMixin(models.AbstractModel):
    """Rows that the database itself keeps as they are, also from whoever gets past the methods of the model.

    A trigger refuses to delete a row and to change what is in it, but for what a model names here. Retention and
    the uninstall hook open it for a moment, within their own transaction. Whoever owns the tables can switch a
    trigger off: then the chain of checksums shows what was changed (see ``buurtbemiddeling.consent.seal``).
    A migration that fills in a new column opens it too (``_erasing``).
    """

    _name = "buurtbemiddeling.evidence.mixin"
    _description = "Kept by the Database"

    # Columns that Odoo writes, or that follow from another record; and those that are filled in once, later.
    _evidence_free = ("write_uid", "write_date")
    _evidence_once = ()

    def init(self):
        super().init()
        if self._abstract:
            return
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION buurtbemiddeling_keep_evidence() RETURNS trigger AS $$
                DECLARE
                    kept text := '';
                BEGIN
                    IF coalesce(current_setting('buurtbemiddeling.erasing', true), '') <> '' THEN
                        IF TG_OP = 'UPDATE' THEN
                            RETURN NEW;
                        END IF;
                        RETURN OLD;
                    END IF;
                    IF TG_OP = 'UPDATE' THEN
                        SELECT string_agg(after.key, ', ') INTO kept
                          FROM jsonb_each(to_jsonb(NEW)) after
                          JOIN jsonb_each(to_jsonb(OLD)) before USING (key)
                         WHERE after.value <> before.value
                           AND after.key <> ALL (TG_ARGV[0]::text[])
                           AND NOT (after.key = ANY (TG_ARGV[1]::text[]) AND before.value = 'null');
                        IF kept IS NULL THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'Evidence in %% is neither changed nor deleted (%% %%)', TG_TABLE_NAME, TG_OP, kept
                        USING ERRCODE = 'restrict_violation';
                END $$ LANGUAGE plpgsql
                """
            )
        )
        for name, event in (("row", "UPDATE OR DELETE"), ("table", "TRUNCATE")):
            self.env.cr.execute(
                SQL(
                    "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH %s"
                    " EXECUTE FUNCTION buurtbemiddeling_keep_evidence(%s, %s)",
                    SQL.identifier(f"buurtbemiddeling_keep_{name}"),
                    SQL(event),
                    SQL.identifier(self._table),
                    SQL("ROW" if name == "row" else "STATEMENT"),
                    f"{{{','.join(self._evidence_free)}}}",
                    f"{{{','.join(self._evidence_once)}}}",
                )
            )

    @contextmanager
    def _erasing(self):
        """Let this transaction change and delete evidence within the block. Only retention and updates do so."""
        # What fails in the block takes the setting back too.
        with self.env.cr.savepoint():
            self.env.cr.execute(SQL("SELECT current_setting('buurtbemiddeling.erasing', true)"))
            (before,) = self.env.cr.fetchone()
            self._set_erasing(self._name)
            yield
            self.env.flush_all()
            self._set_erasing(before or "")

    def _delete_anyway(self):
        """Delete these rows, past what their model and the database refuse. Only retention does so."""
        if self:
            with self._erasing():
                self.env.cr.execute(SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(self._table), tuple(self.ids)))
            self.invalidate_recordset(flush=False)

    def _set_erasing(self, value):
        self.env.cr.execute(SQL("SELECT set_config('buurtbemiddeling.erasing', %s, true)", value))
