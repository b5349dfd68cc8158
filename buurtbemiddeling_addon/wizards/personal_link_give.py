from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.personal_link import PAGE


class PersonalLinkGive(models.TransientModel):
    """Gives somebody a personal link: by e-mail at once, or as a code that is shown once to be passed on."""

    _name = "buurtbemiddeling.personal.link.give"
    _description = "Give a Personal Link"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    purpose = fields.Selection(
        lambda self: self.env["buurtbemiddeling.personal.link"]._fields["purpose"]._description_selection(self.env),
        string="For What",
        required=True,
        default="participation",
    )
    session_id = fields.Many2one(
        "buurtbemiddeling.session",
        string="Appointment",
        compute="_compute_session_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('case_id', '=', case_id), ('state', '=', 'planned')]",
    )
    agreement_id = fields.Many2one(
        "buurtbemiddeling.agreement",
        compute="_compute_agreement_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('case_id', '=', case_id)]",
    )
    party_id = fields.Many2one(
        "buurtbemiddeling.party",
        string="For",
        compute="_compute_party_id",
        store=True,
        readonly=False,
        required=True,
        ondelete="cascade",
        domain="[('case_id', '=', case_id), ('erased_on', '=', False)]",
    )
    birth_year = fields.Integer(
        string="Year of Birth",
        compute="_compute_birth_year",
        store=True,
        readonly=False,
        help="To recognise this person, where the house number or the telephone number is not known. It is kept.",
    )
    how = fields.Selection(
        [("email", "Send an e-mail now"), ("code", "Show a code, to pass on by telephone or on paper")],
        compute="_compute_how",
        store=True,
        readonly=False,
        required=True,
    )
    # What is shown once. It comes from the answer to the button, and is kept nowhere.
    code = fields.Char(store=False, readonly=True)
    address = fields.Char(string="Page", store=False, readonly=True)
    questions = fields.Char(string="The Page Asks", store=False, readonly=True)

    @api.depends("case_id", "purpose")
    def _compute_session_id(self):
        for dialog in self:
            planned = dialog.case_id.session_ids.filtered(lambda session: session.state == "planned")
            dialog.session_id = planned[:1] if dialog.purpose == "appointment" else False

    @api.depends("case_id", "purpose")
    def _compute_agreement_id(self):
        for dialog in self:
            dialog.agreement_id = dialog.case_id.agreement_ids[:1] if dialog.purpose == "agreement" else False

    @api.depends("session_id", "agreement_id")
    def _compute_party_id(self):
        for dialog in self:
            people = dialog.session_id.party_ids or dialog.agreement_id.waiting_party_ids
            dialog.party_id = dialog.party_id or (people if len(people) == 1 else False)

    @api.depends("party_id")
    def _compute_birth_year(self):
        for dialog in self:
            dialog.birth_year = dialog.party_id.birth_year

    @api.depends("party_id")
    def _compute_how(self):
        letters = self.env["buurtbemiddeling.letter"]
        for dialog in self:
            dialog.how = "email" if letters._usual_method(dialog.party_id, "link") == "email" else "code"

    def action_give(self):
        """Give the person a new link; one that this person had for the same thing no longer works.

        :return: an action that says that it was sent, or that shows the code
        :raise AccessError: for a user who may not edit this person
        :raise UserError: without an e-mail address to send it to, and when too little is known of this person
        :raise ValidationError: for an appointment to which this person does not come
        """
        self.ensure_one()
        party = self.party_id
        if self.birth_year and self.birth_year != party.birth_year:
            party.birth_year = self.birth_year
        return self._send() if self.how == "email" else self._show()

    def _send(self):
        """Send the link in an e-mail, which stands with the letters of the case."""
        if not self.party_id.email:
            raise UserError(
                self.env._(
                    "%(person)s has no e-mail address. Fill it in first, or show a code.",
                    person=self.party_id.display_name,
                )
            )
        values = {name: self[name].id for name in ("case_id", "party_id", "session_id", "agreement_id")}
        values |= {"kind": "link", "method": "email", "purpose": self.purpose}
        self.env["buurtbemiddeling.letter"].create([values])._send_by_email()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The e-mail with the personal link is sent. It stands under Letters."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _show(self):
        """Show the code of a new link, with what is asked of who opens it."""
        links = self.env["buurtbemiddeling.personal.link"]
        _link, code = links._issue(self.party_id, self.purpose, session=self.session_id, agreement=self.agreement_id)
        labels = self.party_id.fields_get(attributes=["string"])
        shown = {
            "code": code,
            "address": f"{self.get_base_url()}{PAGE}",
            "questions": ", ".join(labels[name]["string"] for name in links._questions(self.party_id, self.purpose)),
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pass this on now"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(self.env.ref("buurtbemiddeling_addon.personal_link_give_view_form_code").id, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in shown.items()},
        }
