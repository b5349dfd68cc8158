from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hash_sign, verify_hash_signed
from odoo.tools.constants import GC_UNLINK_LIMIT
from odoo.tools.misc import hmac

from .party import NO_CITIZEN_NUMBER, has_citizen_number

SCOPE = "buurtbemiddeling-submission"
# How long a form that was opened can still be sent.
HOURS_OPEN = 24
# In these a citizen service number would look the same as what belongs there.
OF_DIGITS = ("phone", "email")


class Submission(models.Model):
    """Takes each form once: a double click, a reload or the back button sends it again, and gets the same answer.

    A form holds a signed ticket, which is used up when it is sent. What was typed does not stand here.
    """

    _name = "buurtbemiddeling.submission"
    _description = "Form That Was Sent"
    _log_access = False

    key = fields.Char(required=True)
    taken_on = fields.Datetime(required=True, index=True)
    answer = fields.Char(help="The reference of what came of it, where the sender may see that.")

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    def _new_ticket(self):
        """Return the ticket of a form that is opened: signed for the current user, for a day.

        sudo: a visitor may not read the secret with which it is signed.
        """
        random = self.env["buurtbemiddeling.reference.mixin"]._random_code(24)
        return hash_sign(self.sudo().env, SCOPE, [self.env.uid, random], expiration_hours=HOURS_OPEN)

    @api.model
    def _is_ticket(self, ticket):
        """Return whether a text is a ticket of the current user for a form that can still be sent.

        sudo: see ``_new_ticket``.
        """
        try:
            values = verify_hash_signed(self.sudo().env, SCOPE, ticket)
        except ValueError:
            return False
        return bool(values) and values[0] == self.env.uid

    @api.model
    def _key_of(self, ticket):
        """Return what is kept of a ticket: a keyed hash. sudo: see ``_new_ticket``."""
        return hmac(self.sudo().env, SCOPE, ticket)

    @api.model
    def _take(self, ticket):
        """Take a form in, unless it came in before. At the same moment, one of the two waits and is done over.

        sudo: a visitor has no right on any model; only a keyed hash and the moment are written.

        :param str ticket: for which ``_is_ticket`` is true
        :return: the form that came in now or before; ``answer`` is empty for one that comes in now
        """
        key = self._key_of(ticket)
        taken = self.env.execute_query(
            SQL(
                """
                INSERT INTO buurtbemiddeling_submission (key, taken_on) VALUES (%s, %s)
                ON CONFLICT (key) DO NOTHING RETURNING id
                """,
                key,
                fields.Datetime.now(),
            )
        )
        return self.sudo().browse(taken[0]) if taken else self.sudo().search([("key", "=", key)])

    @api.model
    def _answer(self, ticket):
        """Return what came of a form that was sent before, or nothing.

        sudo: see ``_take``; whoever has the ticket of a form is the one to whom it was given.
        """
        key = self._key_of(ticket)
        return self._is_ticket(ticket) and self.sudo().search([("key", "=", key)]).answer

    @api.model
    def _typed_errors(self, values, lengths):
        """Check texts that somebody outside typed: how long they are, and that none has a citizen service number,
        which is never kept.

        :param dict values: the text typed, by field name
        :param dict lengths: how many characters there may be, by field name
        :return: a sentence for each field that is not right, by field name
        :rtype: dict
        """
        errors = {}
        for name, longest in lengths.items():
            text = values.get(name) or ""
            if len(text) > longest:
                errors[name] = self.env._("This is too long; at most %(longest)s characters.", longest=longest)
            elif name not in OF_DIGITS and has_citizen_number(text):
                errors[name] = self.env._(NO_CITIZEN_NUMBER)
        return errors

    @api.autovacuum
    def _gc_submissions(self):
        past = fields.Datetime.now() - timedelta(hours=HOURS_OPEN + 1)
        submissions = self.search([("taken_on", "<", past)], limit=GC_UNLINK_LIMIT)
        submissions.unlink()
        return len(submissions), len(submissions) == GC_UNLINK_LIMIT  # done, remaining
