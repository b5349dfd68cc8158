import ast

from odoo import api, models
from odoo.exceptions import ValidationError

# What is compared with a text that nobody typed: one of a list, or a day.
NO_WORDS = ("selection", "date", "datetime")


class IrFilters(models.Model):
    _inherit = "ir.filters"

    @api.constrains("domain", "model_id")
    def _check_searches_no_words(self):
        """Keep names and addresses out of saved searches: there they would stay when the case is erased."""
        is_logged = self.env["buurtbemiddeling.access.log"]._is_logged
        if any(search._has_words() for search in self if is_logged(search.model_id)):
            raise ValidationError(
                self.env._(
                    "This search has words in it that somebody typed, such as a name. A saved search stays when the "
                    "case is erased. Take the words out, and save it then. What you choose from a list can stay."
                )
            )

    def _has_words(self):
        """Return whether this search looks for a text that somebody typed."""
        for node in ast.walk(ast.parse(self.domain.strip(), mode="eval")):
            # A condition: field, operator and value. The value can be an expression, such as one of today.
            if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == 3:
                path, _operator, value = node.elts
                has_text = any(isinstance(getattr(part, "value", None), str) for part in ast.walk(value))
                is_path = isinstance(path, ast.Constant) and path.value not in ("&", "|")
                if has_text and is_path and self._type_of(str(path.value)) not in NO_WORDS:
                    return True
        return False

    def _type_of(self, path):
        """Return the type of the field to which a path leads from the model of this search, if there is one."""
        model = self.env[self.model_id]
        for name in path.split("."):
            field = model._fields.get(name)
            if field is None or not field.relational:
                # What follows is a part of it, such as the month of a day.
                return field and field.type
            model = self.env[field.comodel_name]
        return field.type
