from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT
from odoo.tools.misc import hmac


class RequestCount(models.Model):
    """Counts what comes in on a page in an hour from one address or user, so that nobody floods the coordinators.

    The address itself is not kept: only a keyed hash of it with the hour, which cannot be turned back.
    """

    _name = "buurtbemiddeling.request.count"
    _description = "Requests in an Hour"
    _log_access = False

    key = fields.Char(required=True)
    hour = fields.Datetime(required=True, index=True)
    number = fields.Integer(required=True)

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    def _is_too_many(self, page, address, limit):
        """Count one more request and tell whether there are too many.

        sudo: a visitor has no right on any model; a hash, the hour and the number are all that is written.

        :param str page: what is asked for
        :param address: the visitor's network address, or the id of a user who signed in
        :param int limit: how many there may be in an hour
        :rtype: bool
        """
        hour = fields.Datetime.now().replace(minute=0, second=0)
        key = hmac(self.sudo().env, "buurtbemiddeling-request", (page, address, str(hour)))
        [[number]] = self.env.execute_query(
            SQL(
                """
                INSERT INTO buurtbemiddeling_request_count (key, hour, number) VALUES (%s, %s, 1)
                ON CONFLICT (key) DO UPDATE SET number = buurtbemiddeling_request_count.number + 1
                RETURNING number
                """,
                key,
                hour,
            )
        )
        return number > limit

    @api.autovacuum
    def _gc_hours(self):
        past = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        counts = self.search([("hour", "<", past)], limit=GC_UNLINK_LIMIT)
        counts.unlink()
        return len(counts), len(counts) == GC_UNLINK_LIMIT  # done, remaining
