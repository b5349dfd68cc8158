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
        domain="[('id', 'in', fitting_session_ids)]",
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
        domain="[('id', 'in', fitting_party_ids)]",
    )
    fitting_party_ids = fields.Many2many("buurtbemiddeling.party", compute="_compute_fitting")
    fitting_session_ids = fields.Many2many("buurtbemiddeling.session", compute="_compute_fitting")
    problem = fields.Char(compute="_compute_problem")
    # Text, so that a year that is not known is shown as nothing, and not as 0.
    birth_year = fields.Char(
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
            is_needed = dialog.purpose == "appointment"
            dialog.session_id = is_needed and dialog._sessions_of(dialog.party_id)[:1]

    @api.depends("case_id", "purpose")
    def _compute_agreement_id(self):
        for dialog in self:
            dialog.agreement_id = dialog.case_id.agreement_ids[:1] if dialog.purpose == "agreement" else False

    @api.depends("case_id", "purpose", "session_id", "agreement_id")
    def _compute_party_id(self):
        for dialog in self:
            people = dialog.agreement_id.waiting_party_ids or dialog._people()
            dialog.party_id = dialog.party_id or (people if len(people) == 1 else False)

    @api.depends("case_id", "purpose", "party_id", "session_id", "agreement_id")
    def _compute_fitting(self):
        for dialog in self:
            dialog.fitting_party_ids = dialog._people()
            dialog.fitting_session_ids = dialog._sessions_of(dialog.party_id)

    @api.depends("case_id", "purpose", "party_id", "session_id", "agreement_id")
    def _compute_problem(self):
        for dialog in self:
            dialog.problem = dialog._why_not()

    @api.onchange("party_id")
    def _onchange_party_id(self):
        if self.session_id and self.party_id and self.party_id not in self.session_id.party_ids:
            self.session_id = self._sessions_of(self.party_id)[:1]

    def _sessions_of(self, party):
        """Return the appointments to come of one case to which a person comes; all of them without a person."""
        planned = self.case_id.session_ids._to_come()
        return planned.filtered(lambda session: not party or party in session.party_ids)

    def _people(self):
        """Return who can do something with a link for this purpose."""
        people = self.case_id.party_ids._mediated()
        if self.purpose == "report":
            return people.filtered("reported_herself")
        if self.purpose == "appointment":
            return self._sessions_of(self.party_id.browse()).party_ids & people
        return people if self.purpose != "agreement" or self.case_id.agreement_ids else people.browse()

    def _why_not(self):
        """Return why a link with these choices would do nothing, or nothing."""
        if self.purpose == "appointment" and not self._people():
            return self.env._("No appointment is planned in this case. Plan one first.")
        if self.purpose == "agreement" and not self.case_id.agreement_ids:
            return self.env._("There are no agreements in this case yet.")
        person = self.party_id
        if not person:
            return False
        if self.purpose == "appointment" and self.session_id and person not in self.session_id.party_ids:
            return self.env._("%(person)s does not come to this appointment.", person=person.display_name)
        if person in self._people():
            return False
        if self.purpose == "appointment":
            return self.env._("%(person)s comes to no planned appointment.", person=person.display_name)
        if self.purpose == "report":
            return self.env._("%(person)s did not make this report.", person=person.display_name)
        return self.env._("%(person)s does not take part in the talks.", person=person.display_name)

    @api.depends("party_id")
    def _compute_birth_year(self):
        for dialog in self:
            dialog.birth_year = str(dialog.party_id.birth_year or "")

    @api.depends("party_id")
    def _compute_how(self):
        letters = self.env["buurtbemiddeling.letter"]
        for dialog in self:
            dialog.how = "email" if letters._usual_method(dialog.party_id, "link") == "email" else "code"

    def action_give(self):
        """Give the person a new link; one that this person had for the same thing no longer works.

        :return: an action that says that it was sent, or that shows the code
        :raise AccessError: for a user who may not edit this person
        :raise UserError: when this person can do nothing with it, such as for an appointment of somebody else; without
            an e-mail address to send it to; and when too little is known of this person
        """
        self.ensure_one()
        if problem := self._why_not():
            raise UserError(problem)
        party = self.party_id
        if self.birth_year and self.birth_year != str(party.birth_year):
            if not self.birth_year.isdecimal():
                raise UserError(self.env._("Please write the year of birth with four digits, for example 1970."))
            party.birth_year = int(self.birth_year)
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
