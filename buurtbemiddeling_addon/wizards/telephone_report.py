from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..models.party import PERSON_FIELD_LENGTHS


class TelephoneReport(models.TransientModel):
    """Takes a report by telephone: one form, in the order of the talk, few required fields."""

    _name = "buurtbemiddeling.telephone.report"
    _description = "Report by Telephone"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    name = fields.Char(required=True)
    phone = fields.Char(help="In any notation. A telephone number or an e-mail address is enough.")
    email = fields.Char(string="E-mail")
    street = fields.Char(required=True)
    house_number = fields.Char(required=True)
    zip = fields.Char(string="Postcode")
    city = fields.Char(default=lambda self: self.env.company.city)
    language = fields.Char(string="Preferred Language", help="Leave empty for Dutch.")
    needs_interpreter = fields.Boolean(help="An interpreter comes along to each talk.")
    complaint_type_id = fields.Many2one("buurtbemiddeling.complaint.type", string="Main Complaint", required=True)
    description = fields.Text(
        string="What Is Going On", help="Only what is needed to mediate. Do not write about health or offences."
    )
    area_id = fields.Many2one("buurtbemiddeling.area", help="The neighbourhood where the conflict is.")
    other_name = fields.Char(string="Neighbour's Name")
    other_street = fields.Char(string="Neighbour's Street")
    other_house_number = fields.Char(string="Neighbour's House Number")
    already_known_ids = fields.Many2many(
        "buurtbemiddeling.case",
        string="Already Known?",
        compute="_compute_already_known_ids",
        compute_sudo=False,
        help="Open cases with somebody who has this telephone number, e-mail address or address.",
    )
    organisation_id = fields.Many2one(
        "res.partner",
        string="Referred by",
        domain="[('is_referrer', '=', True)]",
        help="Only when an organisation calls on behalf of a resident; it then hears the three answers.",
    )
    organisation_reference = fields.Char(
        string="Their Reference", help="The number under which the organisation itself knows this referral."
    )
    told_on = fields.Date(
        string="Permission Given on", help="The day on which the resident gave the referrer permission."
    )
    method = fields.Selection(
        [("in_person", "In person"), ("telephone", "By telephone"), ("writing", "In writing")],
        string="Permission Given",
    )

    @api.depends("phone", "email", "street", "house_number", "zip", "city", "other_street", "other_house_number")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_already_known_ids(self):
        """Show the coordinator, while she types, the open cases of her company in which these people are known."""
        person = self.env["buurtbemiddeling.party"].new
        names = ("phone", "email", "street", "house_number", "zip", "city")
        for report in self:
            caller = person({name: report[name] for name in names})
            neighbour = person({name: report[f"other_{name}"] for name in ("street", "house_number")})
            neighbour.city = report.city
            seen = (caller | neighbour)._seen_elsewhere()
            report.already_known_ids = (seen[caller] | seen[neighbour]).filtered(
                lambda case: case.company_id == self.env.company
            )

    @api.constrains("phone", "email")
    def _check_reachable(self):
        for report in self:
            if not (report.phone or report.email):
                raise ValidationError(self.env._("Ask for a telephone number or an e-mail address."))

    @api.constrains("name", "street", "house_number", "zip", "phone", "email", "language")
    def _check_person(self):
        for report in self:
            values = {name: report[name] for name in PERSON_FIELD_LENGTHS}
            for name, message in self.env["buurtbemiddeling.party"]._person_errors(values).items():
                label = self._fields[name]._description_string(self.env)
                raise ValidationError(self.env._("%(field)s: %(message)s", field=label, message=message))

    @api.constrains("organisation_id", "told_on", "method")
    def _check_permission(self):
        for report in self:
            if report.organisation_id and not (report.told_on and report.method):
                raise ValidationError(
                    self.env._(
                        "Ask the referrer when and how the resident gave permission. Without permission, "
                        "ask the referrer to let the resident call herself."
                    )
                )

    def action_create_case(self):
        """Create the case, in the hands of the coordinator who took the call.

        :return: an action that opens the case
        :raise AccessError: for a user who may not create cases
        """
        self.ensure_one()
        case = self.env["buurtbemiddeling.case"].create(
            {
                "channel": "referral" if self.organisation_id else "self_report",
                "complaint_type_id": self.complaint_type_id.id,
                "description": self.description,
                "area_id": self.area_id.id,
                "coordinator_id": self.env.uid,
                "stage": "intake",
                "party_ids": [Command.create(party) for party in self._parties()],
            }
        )
        if self.organisation_id:
            receipt = self.env["buurtbemiddeling.referral"]._create_receipt(
                self.organisation_id, self.env["res.users"], self.organisation_reference
            )
            case._link_receipts(receipt)
        return {
            "type": "ir.actions.act_window",
            "res_model": "buurtbemiddeling.case",
            "res_id": case.id,
            "view_mode": "form",
        }

    def _parties(self):
        """Return the values of the people whom the caller named, with the permission that a referrer stated."""
        reporter = {
            name: self[name]
            for name in (
                "name",
                "phone",
                "email",
                "street",
                "house_number",
                "zip",
                "city",
                "language",
                "needs_interpreter",
            )
        }
        reporter.update(role="reporter", reported_herself=not self.organisation_id)
        if self.organisation_id:
            reporter["consent_ids"] = [
                Command.create(
                    {
                        "purpose": "referral",
                        "organisation_id": self.organisation_id.id,
                        "stated_by": "referrer",
                        "method": self.method,
                        "given_on": self.told_on,
                    }
                )
            ]
        parties = [reporter]
        if self.other_name or self.other_street:
            parties.append(
                {
                    "name": self.other_name,
                    "street": self.other_street,
                    "house_number": self.other_house_number,
                    "city": self.city,
                    "role": "other_party",
                    "sequence": 20,
                }
            )
        return parties
