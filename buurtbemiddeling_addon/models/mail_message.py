from odoo import models
from odoo.tools import SQL

CASE = "buurtbemiddeling.case"


class MailMessage(models.Model):
    """Messages of a case follow the case.

    Elsewhere in Odoo somebody can always read what she wrote or was notified of. What a mediator wrote about
    a case she no longer sees, when the case is closed or she is taken off it.
    """

    _inherit = "mail.message"

    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        query = super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)
        if self.env.su or bypass_access:
            return query
        messages = self.browse(query)
        hidden = messages._of_hidden_cases()
        return (messages - hidden)._as_query(order) if hidden else query

    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        return forbidden | (self - forbidden)._of_hidden_cases()

    def _of_hidden_cases(self):
        """Return which of these messages are about a case that the current user may not read."""
        if not self.ids:
            return self.browse()
        self.flush_recordset(["model", "res_id"])
        rows = self.env.execute_query(
            SQL("SELECT id, res_id FROM mail_message WHERE model = %s AND id IN %s", CASE, tuple(self.ids))
        )
        readable = set(self.env[CASE].browse({case_id for _id, case_id in rows})._filtered_access("read").ids)
        return self.browse(message_id for message_id, case_id in rows if case_id not in readable)
