import hashlib
from datetime import date

from markupsafe import Markup

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import plaintext2html
from odoo.tools.misc import hmac

METHODS = ("in_person", "telephone", "writing")
MAXIMUM_PEOPLE = 6
REFERENCE_LENGTHS = {"organisation_reference": 60}
PERMISSION_LENGTHS = {"asked_by": 100}
MESSAGE_LENGTHS = {"text": 1000}
DRAFT_SCOPE = "buurtbemiddeling-draft"


class Referral(models.Model):
    """The receipt of a handover, with the three answers. It holds nothing about people or content.

    What a referrer fills in goes to the case, its parties and their consents at submission. Several
    organisations can refer the same conflict: each has its own receipt, and none sees that there is another.
    """

    _name = "buurtbemiddeling.referral"
    _description = "Referral"
    _inherit = ["buurtbemiddeling.published.mixin"]
    _log_access = False

    submitted_by_id = fields.Many2one("res.users", readonly=True, index=True, ondelete="restrict")
    organisation_reference = fields.Char(string="Your Reference", readonly=True)

    # The list of an organisation is found, searched, narrowed down, put in order and counted in this index alone.
    _own_page = models.Index(
        "(organisation_id, submitted_on DESC, id DESC)"
        " INCLUDE (submitted_by_id, reference, organisation_reference, suitability, taken_up, outcome)"
    )
    # What is due is looked for each day, among many more of which it was emptied.
    _with_reference = models.Index("(company_id, submitted_on) WHERE organisation_reference IS NOT NULL")

    # ------------------------------------------------------------------
    # Submission
    # ------------------------------------------------------------------
    @api.model
    def _submission_errors(self, values):
        """Check what a referrer filled in.

        :param dict values: ``organisation_reference``, ``complaint_type_id`` and ``description`` as text;
            ``people``: a list of dicts with the fields of a party, ``role``, ``permission`` (true when the person
            was told and agrees), ``method``, ``told_on`` (a date or text) and ``asked_by``
        :return: a sentence for each field that is not right, by field name; those of a person by
            (position, field name)
        :rtype: dict
        """
        errors = self.env["buurtbemiddeling.case"]._conflict_errors(values)
        errors |= self.env["buurtbemiddeling.submission"]._typed_errors(values, REFERENCE_LENGTHS)
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
        if person.get("permission") != "1":
            errors["permission"] = self.env._(
                "Without the permission of this person you cannot pass on the data. Ask first, "
                "or hand over our leaflet, so that this person can report it to us."
            )
        if person.get("method") not in METHODS:
            errors["method"] = self.env._("Please choose how this person gave permission.")
        told_on = self._parse_date(person.get("told_on"))
        if not told_on:
            errors["told_on"] = self.env._("Please give the date on which this person gave permission.")
        elif told_on > fields.Date.context_today(self):
            errors["told_on"] = self.env._("This date is in the future. Please check it.")
        elif told_on < fields.Date.subtract(fields.Date.context_today(self), years=1):
            errors["told_on"] = self.env._("This is more than a year ago. Please ask this person again.")
        if not person.get("asked_by"):
            errors["asked_by"] = self.env._("Please say who of you asked this person.")
        return errors | self.env["buurtbemiddeling.submission"]._typed_errors(person, PERMISSION_LENGTHS)

    @api.model
    def _parse_date(self, text):
        """Return the date of a text such as ``2026-03-01``, or ``False`` when it is none."""
        try:
            return date.fromisoformat(text)
        except (TypeError, ValueError):
            return False

    @api.model
    def _submit(self, values):
        """Hand a case over: make the case, its parties and their consents, and give a receipt.

        sudo: the referrer may only read receipts. Who refers is taken from the user of the request, and
        only the fields named here from what was filled in; only the receipt is returned. That it arrived is mailed
        by the job that tells the coordinators.

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
                            "asked_by": person["asked_by"],
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
    def _leaflet(self):
        """Return the leaflet of the organisation as a PDF: with the address of the report page, and nothing personal.

        :rtype: bytes
        """
        address = f"{self.env.company.get_base_url()}/buurtbemiddeling/melden"
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_pdf(
            "buurtbemiddeling_addon.report_leaflet",
            self.env.company.ids,
            data={"address": address, "picture": reports._mediation_qr_code(address)},
        )[0]

    @api.model
    def _draft_key(self):
        """Return the key with which the browser of the current user keeps the draft of a referral.

        It is another one for each user, and only in a page that she has signed in for: so nobody else who uses
        the same computer can read what she typed.

        sudo: a user may not read the secret of the database, of which this is a keyed hash.

        :return: 128 hexadecimal digits: the name of the draft, and the key
        """
        return hmac(self.sudo().env, DRAFT_SCOPE, self.env.uid, hashlib.sha512)

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
    # What the organisation is told
    # ------------------------------------------------------------------
    def _publish(self, suitable, taken_up, resolved):
        """Write the answers that are news and send word that there are; see the mixin."""
        news = super()._publish(suitable, taken_up, resolved)
        if news:
            self._send_news()
        return news

    def _send_news(self):
        """Mail the employee who submitted that there is news, and where; nothing else."""
        self._mail_submitter("mail_template_referral_news")

    def _send_received(self):
        """Mail the employee who submitted that it arrived, and where to follow it; nothing else."""
        self._mail_submitter("mail_template_referral_received", can_stop=False)

    def _mail_submitter(self, template_name, can_stop=True):
        """Mail the employee who submitted, if there is one who still has an account; see ``_mail_by_itself``."""
        template = self.env.ref(f"buurtbemiddeling_addon.{template_name}")
        for user in self.submitted_by_id.filtered("active"):
            user._mail_by_itself(template, self._name, can_stop)

    # ------------------------------------------------------------------
    # A message to staff
    # ------------------------------------------------------------------
    @api.model
    def _correction_errors(self, text):
        """Check a message to staff; return a sentence for each field that is not right, by field name."""
        if not text:
            return {"text": self.env._("Please write what is not right.")}
        return self.env["buurtbemiddeling.submission"]._typed_errors({"text": text}, MESSAGE_LENGTHS)

    def _send_correction(self, text):
        """Pass a message of the current user on to those who work on the case of one receipt. Nothing comes back.

        It arrives in the same way whatever became of the case: closed, erased or put together with another.

        sudo: an employee can read neither the case nor who works on it. Only this note goes in; it is not the
        employee's own message, so that it makes nobody outside a part of the conversation.

        :param str text: for which ``_correction_errors`` finds nothing
        :raise AccessError: for a user who may not read the receipt
        """
        self.ensure_one()
        self.check_access("read")
        cases = self.env["buurtbemiddeling.case"].with_user(SUPERUSER_ID).with_context(active_test=False)
        # Nothing is added to a case that was anonymised; the employee does not notice.
        cases = cases.search([("referral_ids", "in", self.ids), ("anonymised_on", "=", False)])
        with_coordinator = cases._of_present_coordinators()
        for case in cases:
            case = case.with_context(lang=case.coordinator_id.lang or self.env.lang)
            heading = case.env._(
                "%(employee)s of %(organisation)s writes about referral %(reference)s:",
                employee=self.env.user.name,
                organisation=self.sudo().organisation_id.name,
                reference=self.reference,
            )
            body = Markup("<p><strong>%s</strong></p>%s") % (heading, plaintext2html(text))
            case.message_post(body=body, subtype_xmlid="mail.mt_note")
            if case in with_coordinator:
                case.activity_schedule(
                    "buurtbemiddeling_addon.activity_type_referrer_message", user_id=case.coordinator_id.id
                )
        (cases - with_coordinator)._notify_coordinators("buurtbemiddeling_addon.activity_type_referrer_message")

    # ------------------------------------------------------------------
    # The portal
    # ------------------------------------------------------------------
    @api.model
    def _answer_choices(self):
        """Return the answers to which a list can be narrowed: for each question its values with their labels.

        :rtype: list[tuple[str, list[tuple[str, str]]]]
        """
        return [
            (
                question,
                [choice for choice in self._fields[name]._description_selection(self.env) if choice[0] != "pending"],
            )
            for name, question in self._questions().items()
        ]

    @api.model
    def _answer_domain(self, answer):
        """Return the condition for an answer of ``_answer_choices``, or for ``waiting``: some answer is still to come.

        For any other text it is that for all receipts.
        """
        if answer == "waiting":
            return Domain("outcome", "=", "pending") & Domain("taken_up", "!=", "not_taken_up")
        for name in self._questions():
            if answer != "pending" and answer in self._fields[name].get_values(self.env):
                return Domain(name, "=", answer)
        return Domain.TRUE

    def _what_happens_now(self):
        """Return in words what happens until the next answer; it follows from the answers and from nothing else.

        :return: the name of the question that is answered next, if there is one, and a text
        :rtype: tuple
        """
        self.ensure_one()
        company = self.env.company
        if self.suitability == "pending":
            return "suitability", self.env._(
                "Neighbourhood mediation contacts the people, usually within %(first)s working days, and asks them "
                "whether they know of the referral. Then it looks whether mediation can help: usually within "
                "%(intake)s working days.",
                first=company.mediation_days_reported,
                intake=company.mediation_days_intake,
            )
        if self.taken_up == "pending":
            return "taken_up", self.env._(
                "Neighbourhood mediation asks the people whether they want to take part. "
                "If so, two mediators go to work."
            )
        if self.outcome == "pending" and self.taken_up == "taken_up":
            return "outcome", self.env._(
                "Two mediators talk with the people, first with each side, and then together if they want that. "
                "This often takes some weeks. Afterwards we ask the people how things are."
            )
        return False, self.env._("You have had all the answers about this referral. You do not have to do anything.")

    def _portal_values(self):
        """Return what the portal shows of these receipts; see the mixin."""
        return [
            {
                **values,
                "organisation_reference": receipt.organisation_reference or "",
                "submitted_by": receipt.submitted_by_id.name or self.env._("Taken by telephone"),
            }
            for receipt, values in zip(self, super()._portal_values(), strict=True)
        ]
