import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

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
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _rec_name = "reference"

    reference = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        help="A random code. It says nothing about the case, the people or the number of cases.",
    )

    _reference_unique = models.UniqueIndex("(reference)", "This reference is already in use. Please try again.")

    @api.model_create_multi
    def create(self, vals_list):
        """Create records, each with a new reference, whatever was asked for."""
        return super().create([{**vals, "reference": self._new_reference()} for vals in vals_list])

    def write(self, vals):
        """Write records.

        :raise UserError: for anybody who tries to change a reference
        """
        if "reference" in vals:
            raise UserError(self.env._("A reference is given once and cannot be changed."))
        return super().write(vals)

    @api.model
    def _new_reference(self):
        """Return a new random reference, such as ``7F3K-2QXW`` (about 5 * 10^11 possibilities)."""
        code = self._random_code(LENGTH)
        return f"{code[:4]}-{code[4:]}"

    @api.model
    def _random_code(self, length):
        """Return a number of random characters that are not confused when read aloud or from paper."""
        number, characters = secrets.randbelow(len(ALPHABET) ** length), []
        for _position in range(length):
            number, position = divmod(number, len(ALPHABET))
            characters.append(ALPHABET[position])
        return "".join(characters)
