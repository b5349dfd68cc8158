from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.party import NO_CITIZEN_NUMBER, has_citizen_number
from ..models.party_request import CERTAINTY

ASKED = ("name", "birth_year", "phone", "email", "street", "house_number", "zip")


class DataRequestFind(models.TransientModel):
    """Finds the person whom a request is about in all cases; staff decide who it really is."""

    _name = "buurtbemiddeling.data.request.find"
    _description = "Find the Person of a Request"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    request_id = fields.Many2one("buurtbemiddeling.data.request", required=True, readonly=True, ondelete="cascade")
    name = fields.Char()
    birth_year = fields.Integer(string="Year of Birth", aggregator=None)
    phone = fields.Char()
    email = fields.Char(string="E-mail")
    street = fields.Char()
    house_number = fields.Char()
    zip = fields.Char(string="Postcode")
    has_looked = fields.Boolean(readonly=True, export_string_translation=False)
    has_more = fields.Boolean(readonly=True, export_string_translation=False)
    line_ids = fields.One2many("buurtbemiddeling.data.request.find.line", "find_id", string="Found")

    def action_look(self):
        """Look for the person, and show who was found and why.

        :return: an action that shows this dialog again
        :raise AccessError: for a user who may not read people
        :raise UserError: when nothing is filled in to look for, a citizen service number is, or the request is closed
        """
        self.ensure_one()
        asked = {name: self[name] for name in ASKED}
        if any(has_citizen_number(self[name]) for name in ("name", "street", "house_number", "zip")):
            raise UserError(self.env._(NO_CITIZEN_NUMBER))
        if not (self.name or self.phone or self.email or (self.street and self.house_number)):
            raise UserError(
                self.env._("Fill in a name, a telephone number, an e-mail address, or a street with its number.")
            )
        found, has_more = self.env["buurtbemiddeling.party"]._find_person(asked)
        self.request_id._record_look([name for name in ASKED if asked[name]], len(found))
        chosen = self.request_id.party_ids
        lines = [
            Command.create(
                {
                    "party_id": party.id,
                    "certainty": certainty,
                    "why": ", ".join(self._words(same)),
                    "is_same": party in chosen,
                }
            )
            for party, (certainty, same) in found.items()
        ]
        self.write({"line_ids": [Command.clear(), *lines], "has_looked": True, "has_more": has_more})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find the Person"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _words(self, same):
        words = {
            "name": self.env._("the same name"),
            "part_of_name": self.env._("this name as a part of the name"),
            "phone": self.env._("the same telephone number"),
            "email": self.env._("the same e-mail address"),
            "address": self.env._("the same address"),
            "birth_year": self.env._("the same year of birth"),
            "other_birth_year": self.env._("but another year of birth"),
        }
        return [words[name] for name in same]

    def action_choose(self):
        """Put on record that the people who are ticked are the person of the request.

        :return: an action that closes the dialog
        :raise UserError: when the request is closed
        """
        self.ensure_one()
        found = self.line_ids.party_id
        chosen = self.line_ids.filtered("is_same").party_id
        self.request_id.party_ids = (self.request_id.party_ids - found) | chosen
        return {"type": "ir.actions.act_window_close"}


class DataRequestFindLine(models.TransientModel):
    """Somebody in a case who may be the person of a request."""

    _name = "buurtbemiddeling.data.request.find.line"
    _description = "Perhaps the Person of a Request"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _rec_name = "party_id"

    find_id = fields.Many2one("buurtbemiddeling.data.request.find", required=True, index=True, ondelete="cascade")
    party_id = fields.Many2one("buurtbemiddeling.party", string="Who", required=True, readonly=True, ondelete="cascade")
    role = fields.Selection(related="party_id.role", related_sudo=False)
    address = fields.Char(related="party_id.address", related_sudo=False)
    case_id = fields.Many2one(related="party_id.case_id", related_sudo=False)
    certainty = fields.Selection(CERTAINTY, required=True, readonly=True)
    why = fields.Char(string="Found by", readonly=True)
    is_same = fields.Boolean(string="Is This Person")
