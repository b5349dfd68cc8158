from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

CASE = "buurtbemiddeling.case"
# The models that messages are about, and mails.
TALKED_ABOUT = (CASE, "buurtbemiddeling.letter")


class MailMessage(models.Model):
    """Messages of a case follow the case.

    Elsewhere in Odoo somebody can always read what she wrote or was notified of. What a mediator wrote about
    a case she no longer sees, when the case is closed or she is taken off it.
    """

    _inherit = "mail.message"

    @api.depends("model", "res_id")
    def _compute_record_name(self):
        """Name the record of a message, except a record of ours to somebody who may not read it."""
        hidden = self.env["buurtbemiddeling.refusal.mixin"]._about_hidden(self, "model")
        hidden.record_name = False
        return super(MailMessage, self - hidden)._compute_record_name()

    @api.constrains("model", "res_id")
    def _check_case_not_anonymised(self):
        self.env[CASE]._check_none_anonymised(self, "model")

    @api.model_create_multi
    def create(self, vals_list):
        """Create messages.

        :raise AccessError: for somebody outside who writes about a record of ours, whether it exists or not, and for
            anybody who writes about one that is not a case: it would go to whoever she names
        """
        if not self.env.su:
            models = {vals.get("model") or self.env.context.get("default_model") or "" for vals in vals_list}
            talked_about = set() if self.env.user.share else {CASE}
            if any(model.startswith("buurtbemiddeling.") for model in models - talked_about):
                raise AccessError(self.env._("You cannot write messages here."))
        return super().create(vals_list)

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        self.check_access("read")
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

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
        """Return which of these messages are about a case, or a letter, that the current user may not read.

        Only messages that she wrote or was notified of come into question: Odoo itself looks at the others.
        """
        if not self.ids:
            return self.browse()
        self.flush_recordset(["model", "res_id", "author_id", "partner_ids"])
        self.env["mail.notification"].flush_model(["mail_message_id", "res_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message.id, message.model, message.res_id
                  FROM mail_message message
                 WHERE message.model = ANY(%(models)s)
                   AND message.id = ANY(%(ids)s)
                   AND (message.author_id = %(partner)s
                        OR message.create_uid = %(user)s
                        OR EXISTS (SELECT FROM mail_message_res_partner_rel rel
                                    WHERE rel.mail_message_id = message.id AND rel.res_partner_id = %(partner)s)
                        OR EXISTS (SELECT FROM mail_notification notification
                                    WHERE notification.mail_message_id = message.id
                                      AND notification.res_partner_id = %(partner)s))
                """,
                models=list(TALKED_ABOUT),
                ids=self.ids,
                partner=self.env.user.partner_id.id,
                user=self.env.uid,
            )
        )
        readable = {
            (model, number)
            for model in {model for _id, model, _number in rows}
            for number in self.env[model]
            .with_context(active_test=False)
            .browse({number for _id, about, number in rows if about == model})
            ._filtered_access("read")
            .ids
        }
        return self.browse(message_id for message_id, model, number in rows if (model, number) not in readable)
