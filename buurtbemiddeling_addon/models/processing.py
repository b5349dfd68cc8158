from odoo import api, fields, models

# The terms of the settings that are printed in the register, next to those that begin with KEPT.
TERMS = ("mediation_unconfirmed_days", "mediation_link_days")
KEPT = "mediation_keep_"


class Processing(models.Model):
    """One line of the record of processing activities: what GDPR art. 30(1) (b) to (g) asks for, and on what ground.

    The ground of each (art. 6), and for special data the exception (art. 9, 10, and UAVG art. 22 and 30 to 33), is
    for the organisation and its data protection officer to decide. What is shipped is a proposal: organisations in
    the field work on consent (privacy statements of Diemen and BeterBuren), but for the first letter to the other
    party nobody can have consented yet, so that it needs another ground.
    """

    _name = "buurtbemiddeling.processing"
    _description = "Processing Activity"
    _order = "sequence, id"

    name = fields.Char(string="Processing", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Organisation", ondelete="cascade", index="btree_not_null", help="Empty for all of them."
    )
    purpose = fields.Text(required=True, translate=True, help="What the data are used for, and nothing else.")
    legal_basis = fields.Selection(
        [
            ("consent", "Consent (art. 6(1)(a))"),
            ("contract", "Contract (art. 6(1)(b))"),
            ("legal_obligation", "Legal obligation (art. 6(1)(c))"),
            ("vital_interest", "Vital interest (art. 6(1)(d))"),
            ("public_task", "Public task (art. 6(1)(e))"),
            ("legitimate_interest", "Legitimate interest (art. 6(1)(f))"),
        ],
        required=True,
        help="What makes it lawful. Let your data protection officer confirm it.",
    )
    legal_basis_reason = fields.Text(
        string="Why This Basis",
        translate=True,
        help="For a legitimate interest: which interest, why it cannot do with less, and how it was weighed.",
    )
    special_data = fields.Text(
        translate=True,
        help="Health, origin, belief, offences (art. 9 and 10): what may come up, and what makes it lawful to keep it.",
    )
    people = fields.Text(
        string="People Concerned", required=True, translate=True, help="Categories of people whose data these are."
    )
    data = fields.Text(required=True, translate=True, help="Categories of personal data.")
    recipients = fields.Text(translate=True, help="Categories of those who get the data, inside and outside.")
    transfers = fields.Text(
        string="Outside the EEA",
        translate=True,
        help="Transfers to countries outside the European Economic Area, and what protects the data there.",
    )
    terms = fields.Text(translate=True, help="How long each category of data is kept.")
    measures = fields.Text(
        string="Security Measures", translate=True, help="In general: technical and organisational (art. 32)."
    )
    processor_ids = fields.Many2many(
        "buurtbemiddeling.processor",
        "buurtbemiddeling_processing_processor_rel",
        "processing_id",
        "processor_id",
        string="Processors",
    )
    reviewed_on = fields.Date(string="Last Reviewed on", help="When somebody last looked whether this is still true.")

    @api.model
    @api.readonly
    def action_print_register(self):
        """Print the register of the organisation of the user: all its activities.

        :return: the action that prints
        :raise AccessError: for a user who may not read the register
        """
        ours = self.search([("company_id", "in", [False, self.env.company.id])])
        return self.env.ref("buurtbemiddeling_addon.report_processing_action").report_action(ours)

    @api.model
    def _terms_as_set(self, company):
        """Return the terms after which the system erases data by itself, as they are set now.

        :rtype: list[tuple[str, int]]
        """
        kept = sorted(name for name in company._fields if name.startswith(KEPT))
        labels = company.fields_get([*TERMS, *kept], ["string"])
        return [(labels[name]["string"], company[name]) for name in labels]

    @api.model
    def _processors(self, company):
        """Return who handles personal data for a company."""
        return self.env["buurtbemiddeling.processor"].search([("company_id", "in", [False, company.id])])

    @api.model
    def _address_lines(self, company):
        """Return the lines with which a company is reached: address, telephone number and e-mail address."""
        city = " ".join(filter(None, [company.zip, company.city]))
        return list(filter(None, [company.street, company.street2, city, company.phone, company.email]))
