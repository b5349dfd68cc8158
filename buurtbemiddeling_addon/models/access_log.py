from odoo import api, fields, models
from odoo.tools import SQL

from .primary import on_primary

LOGGED_MODELS = {
    "buurtbemiddeling.case": "case",
    "buurtbemiddeling.party": "party",
    "buurtbemiddeling.consent": "consent",
}

# Rows that still have to be written, in a transaction that only reads.
WAITING = "buurtbemiddeling_access_log"
# What has a row in this transaction. What a savepoint rolls back is forgotten here too, if that flushes, as Odoo's do.
LOGGED = "buurtbemiddeling_logged"

ROLES = ("group_access_admin", "group_manager", "group_coordinator", "group_mediator", "group_referrer")


class AccessLog(models.Model):
    """Who opened which case, person or consent, when and how; and who got or lost access to them.

    It holds references and no values, so that it is not one more copy of personal data. Nobody can change or
    delete a row. A record that is only shown in a list is logged once a day for each user.
    """

    _name = "buurtbemiddeling.access.log"
    _description = "Access Log"
    _inherit = ["buurtbemiddeling.evidence.mixin", "buurtbemiddeling.append.only.mixin"]
    _order = "opened_at desc, id desc"
    _rec_name = "record_reference"
    _log_access = False

    user_id = fields.Many2one("res.users", string="Who", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", index=True, ondelete="restrict")
    opened_at = fields.Datetime(string="When", required=True, index=True)
    opened_on = fields.Date(required=True)
    how = fields.Selection(
        [
            ("form", "Opened"),
            ("list", "Seen in a list"),
            ("export", "Exported"),
            ("report", "Printed"),
            ("attachment", "Document opened"),
            ("granted", "Access given"),
            ("revoked", "Access taken"),
            ("import", "Old cases brought in"),
            ("import_undone", "Old cases taken out"),
        ],
        required=True,
    )
    kind = fields.Selection([("case", "Case"), ("party", "Person"), ("consent", "Consent")], string="What")
    record_reference = fields.Char(string="Reference", index="btree_not_null")
    case_id = fields.Many2one("buurtbemiddeling.case", index="btree_not_null", ondelete="restrict")
    group_id = fields.Many2one("res.groups", string="Role", ondelete="restrict")
    subject_id = fields.Many2one("res.users", string="Whose Access", ondelete="restrict")

    _once_a_day_in_lists = models.UniqueIndex("(user_id, record_reference, opened_on) WHERE how = 'list'")

    @api.model
    def _is_logged(self, model):
        """Return whether reading the records of a model is logged: a case, or a part of one.

        :param str model: the name of a model of any application, or nothing
        """
        return hasattr(self.env.get(model), "_log_opening")

    @api.model
    def _log_records(self, records, how, once):
        """Log that the current user has opened records of one model.

        Superuser work is not logged: nobody looks. Where the records come from a replica of the database, which takes
        no rows, the rows go to the primary before the answer goes out (see ``_write_waiting``).

        :param records: cases, parties or consents
        :param how: a value of ``how``
        :param bool once: write one row for each record in this transaction, however often it is shown
        """
        if self.env.su:
            return
        logged = self.env.cr.precommit.data.setdefault((LOGGED, self.env.uid, records._name, how), set())
        records = records.browse(number for number in records.ids if not (once and number in logged))
        if not records:
            return
        logged.update(records.ids)
        records.flush_recordset()
        now = fields.Datetime.now()
        rows = SQL(
            """
            SELECT %(user)s, file.company_id, %(now)s, %(today)s, %(how)s, %(kind)s, record.reference, file.id
              FROM %(table)s record
              JOIN buurtbemiddeling_case file ON file.id = %(case)s
             WHERE record.id IN %(ids)s
            """,
            user=self.env.uid,
            now=now,
            today=now.date(),
            how=how,
            kind=LOGGED_MODELS[records._name],
            table=SQL.identifier(records._table),
            case=SQL("record.id" if records._name == "buurtbemiddeling.case" else "record.case_id"),
            ids=tuple(records.ids),
        )
        if not self.env.cr.readonly:
            self._insert(rows)
            return
        if WAITING not in self.env.cr.precommit.data:
            self.env.cr.precommit.add(self._write_waiting)
        waiting = self.env.cr.precommit.data.setdefault(WAITING, [])
        waiting += self.env.execute_query(rows)

    @api.model
    def _write_waiting(self):
        """Write the rows of what was read from a replica to the primary database, in a transaction of their own.

        Odoo calls this when a request is done and its answer has not gone out yet. When this fails, so does the
        request: nothing is read that is not logged.
        """
        rows = self.env.cr.precommit.data.pop(WAITING)
        with on_primary(self.env) as env:
            env[self._name]._insert(SQL("VALUES %s", SQL(", ").join(SQL("%s", row) for row in rows)))

    @api.model
    def _insert(self, rows):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO buurtbemiddeling_access_log
                    (user_id, company_id, opened_at, opened_on, how, kind, record_reference, case_id)
                %s
                ON CONFLICT DO NOTHING
                """,
                rows,
            )
        )

    @api.model
    def _log_import(self, batch, how):
        """Log that the current user brought in old cases, or took them out again: one row for all of them.

        sudo: the log has no create right, so that each row stands for something that really happened.

        :param batch: a ``buurtbemiddeling.import``
        :param how: ``import`` or ``import_undone``
        """
        now = fields.Datetime.now()
        self.sudo().create(
            {
                "user_id": self.env.uid,
                "company_id": batch.company_id.id,
                "opened_at": now,
                "opened_on": now.date(),
                "how": how,
                "record_reference": batch.reference,
            }
        )

    @api.model
    def _memberships(self, users=None):
        """Return who is in which group that gives a role in mediation.

        sudo: whoever edits users need not be able to read these groups; only ids are compared.

        :param users: only look at these users
        :rtype: set of (group id, user id)
        """
        found = (self.env.ref(f"buurtbemiddeling_addon.{name}", raise_if_not_found=False) for name in ROLES)
        groups = self.env["res.groups"].union(*filter(None, found)).sudo()
        if users is None:
            users = groups.with_context(active_test=False).all_user_ids
        return {(group_id, user.id) for user in users.sudo() for group_id in (user.all_group_ids & groups).ids}

    @api.model
    def _log_changed_memberships(self, before, after):
        """Log who got or lost a role: what is in one of two results of ``_memberships`` only.

        sudo: the log has no create right, so that each row stands for something that really happened.
        """
        now = fields.Datetime.now()
        users = self.env["res.users"].sudo()
        self.sudo().create(
            [
                {
                    "user_id": self.env.uid,
                    "company_id": company.id,
                    "opened_at": now,
                    "opened_on": now.date(),
                    "how": how,
                    "group_id": group_id,
                    "subject_id": user_id,
                }
                for how, changed in (("granted", after - before), ("revoked", before - after))
                for group_id, user_id in sorted(changed)
                for company in users.browse(user_id).company_ids
            ]
        )
