from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError

METHODS = ("in_person", "telephone", "writing")
MAXIMUM_PEOPLE = 6


class Referral(models.Model):
    """The receipt of a handover, with the three answers. It holds nothing about people or content.

    A portal user reads this model, so by construction there is nothing in it to find: no field points to
    the case (the case points here), there is no chatter, and Odoo's own columns for who wrote when are
    off, because they would tell when staff worked on the case. A row is only written when an answer changes.
    """

    _name = "buurtbemiddeling.referral"
    _description = "Referral"
    _inherit = ["buurtbemiddeling.reference.mixin"]
    _order = "submitted_on desc, id desc"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    organisation_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, ondelete="restrict")
    submitted_by_id = fields.Many2one("res.users", readonly=True, index=True, ondelete="restrict")
    organisation_reference = fields.Char(string="Your Reference", readonly=True)
    submitted_on = fields.Date(required=True, readonly=True)
    suitability = fields.Selection(
        [("pending", "Pending"), ("suitable", "Suitable"), ("not_suitable", "Not suitable")],
        required=True,
        readonly=True,
        default="pending",
    )
    suitability_on = fields.Date(string="Suitability Told on", readonly=True)
    taken_up = fields.Selection(
        [("pending", "Pending"), ("taken_up", "Taken up"), ("not_taken_up", "Not taken up")],
        required=True,
        readonly=True,
        default="pending",
    )
    taken_up_on = fields.Date(string="Taking up Told on", readonly=True)
    outcome = fields.Selection(
        [("pending", "Pending"), ("resolved", "Resolved"), ("not_resolved", "Not resolved")],
        required=True,
        readonly=True,
        default="pending",
    )
    outcome_on = fields.Date(string="Outcome Told on", readonly=True)

    _answers_after_submission = models.Constraint(
        "CHECK (suitability_on >= submitted_on AND taken_up_on >= submitted_on AND outcome_on >= submitted_on)",
        "An answer cannot be told before the referral was submitted.",
    )
    _own_list = models.Index("(organisation_id, submitted_on DESC, id DESC)")

    # ------------------------------------------------------------------
    # Submission
    # ------------------------------------------------------------------
    @api.model
    def _submission_errors(self, values):
        """Check what a referrer filled in.

        :param dict values: ``organisation_reference``, ``complaint_type_id`` and ``description`` as text;
            ``people``: a list of dicts with the fields of a party, ``role``, ``permission`` (true when the person
            was told and agrees), ``method`` and ``told_on`` (a date or text)
        :return: a sentence for each field that is not right, by field name; those of a person by
            (position, field name)
        :rtype: dict
        """
        errors = self.env["buurtbemiddeling.case"]._conflict_errors(values)
        if len(values.get("organisation_reference") or "") > 60:
            errors["organisation_reference"] = self.env._(
                "This is too long; at most %(longest)s characters.", longest=60
            )
        people = values.get("people") or []
        if not 1 <= len(people) <= MAXIMUM_PEOPLE:
            errors["people"] = self.env._("Give at least one and at most %(most)s people.", most=MAXIMUM_PEOPLE)
        for position, person in enumerate(people):
            for name, message in self._person_errors(person).items():
                errors[position, name] = message
        return errors

    @api.model
    def _person_errors(self, person):
        """Check one person of a referral; see ``_submission_errors``."""
        errors = self.env["buurtbemiddeling.party"]._person_errors(person, required=("name",))
        if not (person.get("phone") or person.get("email") or (person.get("street") and person.get("house_number"))):
            errors["phone"] = self.env._("Please give a telephone number, an e-mail address or an address.")
        if person.get("role") not in ("reporter", "other_party"):
            errors["role"] = self.env._("Please choose which side this person is on.")
        if not person.get("permission"):
            errors["permission"] = self.env._(
                "Without this person's permission you cannot pass on her data. Ask her first, "
                "or give her the address of our report page, so that she can report herself."
            )
        if person.get("method") not in METHODS:
            errors["method"] = self.env._("Please choose how this person gave permission.")
        told_on = self._parse_date(person.get("told_on"))
        if not told_on:
            errors["told_on"] = self.env._("Please give the date on which this person gave permission.")
        elif told_on > fields.Date.context_today(self):
            errors["told_on"] = self.env._("This date is in the future. Please check it.")
        return errors

    @api.model
    def _parse_date(self, text):
        """Return the date of a text such as ``2026-03-01``, or ``False`` when it is none."""
        try:
            return fields.Date.to_date(text)
        except ValueError:
            return False

    @api.model
    def _submit(self, values):
        """Hand a case over: make the case, its parties and their consents, and give a receipt.

        sudo: the referrer may only read receipts. Who refers is taken from the user of the request, and
        only the fields named here from what was filled in; only the receipt is returned.

        :param dict values: see ``_submission_errors``
        :return: the receipt
        :raise AccessError: for a user who is not an employee of a referrer organisation
        :raise ValidationError: for a referrer whose values have errors, in particular a person without permission
        """
        organisation = self._own_organisation()
        errors = self._submission_errors(values)
        if errors:
            raise ValidationError("\n".join(errors.values()))
        names = ("name", "street", "house_number", "zip", "city", "phone", "email", "language", "role")
        parties = [
            {
                **{name: person.get(name) for name in names},
                "sequence": 10 * (position + 1),
                "consent_ids": [
                    Command.create(
                        {
                            "purpose": "referral",
                            "organisation_id": organisation.id,
                            "stated_by": "referrer",
                            "method": person["method"],
                            "given_on": self._parse_date(person["told_on"]),
                            "recorded_by_id": self.env.uid,
                        }
                    )
                ],
            }
            for position, person in enumerate(values["people"])
        ]
        receipt = self._create_receipt(organisation, self.env.user, values.get("organisation_reference"))
        self.env["buurtbemiddeling.case"]._create_from_outside(
            {
                "channel": "referral",
                "complaint_type_id": int(values["complaint_type_id"]),
                "description": values.get("description"),
                "referral_ids": [Command.link(receipt.id)],
            },
            parties,
        )
        return receipt.sudo(False)

    @api.model
    def _create_receipt(self, organisation, user, organisation_reference):
        """Create the receipt of one handover.

        sudo: nobody has the right to create receipts, so that each of them stands for a real handover.

        :param organisation: the partner that refers
        :param user: its employee, or an empty recordset when staff took the referral
        :param organisation_reference: the organisation's own reference, or nothing
        """
        return self.sudo().create(
            {
                "company_id": self.env.company.id,
                "organisation_id": organisation.id,
                "submitted_by_id": user.id,
                "organisation_reference": organisation_reference,
                "submitted_on": fields.Date.context_today(self),
            }
        )

    @api.model
    def _own_organisation(self):
        """Return the organisation for which the current user may submit referrals.

        sudo: whether an organisation refers is a field for staff; only this one yes or no is read.

        :raise AccessError: for a user who is not an employee of a referrer organisation
        """
        organisation = self.env.user.partner_id.commercial_partner_id
        if not (self.env.user.has_group("buurtbemiddeling_addon.group_referrer") and organisation.sudo().is_referrer):
            raise AccessError(self.env._("Only employees of an organisation that refers can submit a referral."))
        return organisation

    # ------------------------------------------------------------------
    # The three answers
    # ------------------------------------------------------------------
    def _publish(self, suitable, taken_up, resolved):
        """Write the answers that are news and send word of it. An answer that was given stays.

        A no is the same whatever its reason: without a yes to the question before, the next one is no,
        and what was taken up but found unsuitable later is not resolved.

        :param suitable: ``True``, ``False`` or ``None`` while it is not known; so are the others
        """
        for receipt in self:
            news = {}
            if receipt.suitability == "pending" and suitable is not None:
                news["suitability"] = "suitable" if suitable else "not_suitable"
            suitability = news.get("suitability", receipt.suitability)
            if receipt.taken_up == "pending" and suitability != "pending":
                if suitability == "not_suitable" or suitable is False or taken_up is False:
                    news["taken_up"] = "not_taken_up"
                elif taken_up:
                    news["taken_up"] = "taken_up"
            if receipt.outcome == "pending" and news.get("taken_up", receipt.taken_up) == "taken_up":
                if suitable is False or taken_up is False or resolved is False:
                    news["outcome"] = "not_resolved"
                elif resolved:
                    news["outcome"] = "resolved"
            if news:
                today = max(fields.Date.context_today(self), receipt.submitted_on)
                receipt.write({**news, **{f"{answer}_on": today for answer in news}})
                receipt._send_news()

    def _send_news(self):
        """Mail the employee who submitted that there is news, and where; nothing else.

        sudo: the template is rendered on the employee's own user, by whoever took the decision. The mail
        is not linked to a record, because its headers would then carry a running number.
        """
        template = self.env.ref("buurtbemiddeling_addon.mail_template_referral_news").sudo()
        for user in self.submitted_by_id.filtered("active"):
            template.send_mail(user.id, email_values={"model": False, "res_id": False})

    # ------------------------------------------------------------------
    # The portal
    # ------------------------------------------------------------------
    def _portal_values(self):
        """Return what the portal shows of these receipts: plain values, nothing to follow a link from.

        :return: a dict for each receipt, with ``answers``: a dict for each of the three questions
        :rtype: list[dict]
        """
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("suitability", "taken_up", "outcome")
        }
        questions = {
            "suitability": self.env._("Is the referral suitable?"),
            "taken_up": self.env._("Is it taken up?"),
            "outcome": self.env._("Is it resolved?"),
        }
        return [
            {
                "reference": receipt.reference,
                "organisation_reference": receipt.organisation_reference or "",
                "submitted_on": receipt.submitted_on,
                "submitted_by": receipt.submitted_by_id.name or "",
                "finished": receipt.outcome != "pending" or receipt.taken_up == "not_taken_up",
                "answers": [
                    {
                        "name": name,
                        "question": question,
                        "value": receipt[name],
                        "label": labels[name][receipt[name]],
                        "told_on": receipt[f"{name}_on"],
                        "is_no": receipt[name].startswith("not_"),
                        # After a no, the next question is not answered any more.
                        "is_void": name == "outcome" and receipt.taken_up == "not_taken_up",
                    }
                    for name, question in questions.items()
                ],
            }
            for receipt in self
        ]
