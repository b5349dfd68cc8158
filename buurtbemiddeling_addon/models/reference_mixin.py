import secrets

from odoo import api, fields, models

# Without the characters that are confused when read aloud or from paper: 0 O, 1 I L, U V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
LENGTH = 8


class ReferenceMixin(models.AbstractModel):
    """Gives a record a random reference, which is also its display name.

    A running number would tell how many cases others have; a descriptive name would be shown
    by Odoo to users who cannot read the record. The reference tells nothing.
    """

    _name = "buurtbemiddeling.reference.mixin"
    _description = "Random Reference"
    _rec_name = "reference"

    reference = fields.Char(
        default=lambda self: self._new_reference(),
        required=True,
        readonly=True,
        copy=False,
        help="A random code. It says nothing about the case, the people or the number of cases.",
    )

    _reference_unique = models.UniqueIndex("(reference)", "This reference is already in use. Please try again.")

    @api.model
    def _new_reference(self):
        """Return a new random reference, such as ``7F3K-2QXW`` (about 5 * 10^11 possibilities)."""
        code = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))
        return f"{code[:4]}-{code[4:]}"
