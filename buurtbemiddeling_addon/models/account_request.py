from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import email_normalize

LENGTHS = {"name": 100, "email": 100}
# How many requests a contact person sees.
SHOWN = 50
ACTIVITY = "buurtbemiddeling_addon.activity_type_account_request"


class AccountRequest(models.Model):
    """A contact person of an organisation that refers asks for an account for a colleague.

    The access administrator decides. The contact person has no right on this model: what she asks goes in by
    one method, and her page shows plain values.
    """

    _name = "buurtbemiddeling.account.request"
    _description = "Request for an Account"
    _inherit = ["buurtbemiddeling.reference.mixin"]
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    organisation_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, ondelete="restrict")
    asked_by_id = fields.Many2one("res.users", required=True, readonly=True, index=True, ondelete="restrict")
    name = fields.Char(required=True, readonly=True)
    email = fields.Char(required=True, readonly=True, help="The colleague signs in with this address.")
    state = fields.Selection(
        [("asked", "Waiting"), ("approved", "Account made"), ("refused", "Not approved")],
        required=True,
        readonly=True,
        default="asked",
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null", ondelete="restrict")
    decided_on = fields.Date(readonly=True)

    _open_once = models.UniqueIndex(
        "(organisation_id, email) WHERE state = 'asked'", "An account was already asked for with this e-mail address."
    )

    # ------------------------------------------------------------------
    # Asking, in the portal
    # ------------------------------------------------------------------
    @api.model
    def _own_organisation(self):
        """Return the organisation of which the current user is a contact person.

        :raise AccessError: for a user who is not one
        """
        if not self.env.user._is_referral_contact():
            raise AccessError(self.env._("Only a contact person of an organisation that refers can do this."))
        return self.env.user.commercial_partner_id

    @api.model
    def _errors(self, values):
        """Check what a contact person filled in.

        sudo: she may read neither requests nor users. Only those of her own organisation are looked at: whether
        an address is known anywhere else is for the access administrator.

        :param dict values: ``name`` and ``email`` as text
        :return: a sentence for each field that is not right, by field name
        :rtype: dict
        :raise AccessError: for a user who is not a contact person
        """
        organisation = self._own_organisation()
        errors = self.env["buurtbemiddeling.submission"]._typed_errors(values, LENGTHS)
        if errors:
            return errors
        email = email_normalize(values["email"])
        users = self.env["res.users"].sudo()
        if not values["name"]:
            errors["name"] = self.env._("Please give the name of your colleague.")
        if not email:
            errors["email"] = self.env._("Please give one complete e-mail address, such as name@organisation.nl.")
        elif "." not in email.rpartition("@")[2]:
            errors["email"] = self.env._("This e-mail address is not complete.")
        elif self.sudo().search_count(
            [("organisation_id", "=", organisation.id), ("email", "=", email), ("state", "=", "asked")], limit=1
        ):
            errors["email"] = self.env._(
                "Your organisation already asked for an account with this address. It is waiting."
            )
        elif users.search_count(
            [
                ("partner_id", "child_of", organisation.id),
                ("login", "=", email),
                ("all_group_ids", "in", self.env.ref("buurtbemiddeling_addon.group_referrer").id),
            ],
            limit=1,
        ):
            errors["email"] = self.env._("This colleague already has an account.")
        return errors

    @api.model
    def _ask(self, values):
        """Ask for an account for a colleague, and let the access administrators know.

        sudo: nobody has the right to create requests, so that each of them stands for a real question.

        :param dict values: see ``_errors``
        :raise AccessError: for a user who is not a contact person
        :raise ValidationError: for values with errors
        """
        errors = self._errors(values)
        if errors:
            raise ValidationError("\n".join(errors.values()))
        request = self.sudo().create(
            {
                "company_id": self.env.company.id,
                "organisation_id": self._own_organisation().id,
                "asked_by_id": self.env.uid,
                "name": values["name"],
                "email": email_normalize(values["email"]),
            }
        )
        administrators = self.env.ref("buurtbemiddeling_addon.group_access_admin").sudo().all_user_ids
        organisation = request.organisation_id.with_user(SUPERUSER_ID)
        if not organisation.activity_search([ACTIVITY]):
            for administrator in administrators.filtered(
                lambda user: user.active and request.company_id in user.company_ids
            ):
                organisation.with_context(lang=administrator.lang).activity_schedule(ACTIVITY, user_id=administrator.id)

    @api.model
    def _withdraw(self, reference):
        """Take back what the current user asked for, as long as nothing was decided.

        sudo: she has no right on this model. Only her own requests are looked at, so that nothing is told of others.

        :param str reference: of the request
        :return: whether there was something to take back
        :rtype: bool
        :raise AccessError: for a user who is not a contact person
        """
        organisation = self._own_organisation()
        request = self.sudo().search(
            [
                ("reference", "=", reference),
                ("organisation_id", "=", organisation.id),
                ("asked_by_id", "=", self.env.uid),
                ("state", "=", "asked"),
            ]
        )
        request.unlink()
        self._let_go_of_reminders(organisation)
        return bool(request)

    @api.model
    def _portal_values(self):
        """Return what a contact person sees of her organisation and its requests, as plain values.

        sudo: she has no right on this model, nor on what the access administrator sees of an organisation.

        :return: ``organisation``, ``own_only``, and ``requests``: a dict for each, the newest first
        :rtype: dict
        :raise AccessError: for a user who is not a contact person
        """
        organisation = self._own_organisation().sudo()
        labels = dict(self._fields["state"]._description_selection(self.env))
        requests = self.sudo().search([("organisation_id", "=", organisation.id)], limit=SHOWN)
        return {
            "organisation": organisation.name,
            "own_only": organisation.referrals_own_only,
            "requests": [
                {
                    "reference": request.reference,
                    "is_own": request.asked_by_id == self.env.user,
                    "name": request.name,
                    "email": request.email,
                    "asked_on": fields.Datetime.context_timestamp(self, request.create_date).date(),
                    "asked_by": request.asked_by_id.name,
                    "state": request.state,
                    "label": labels[request.state],
                    "decided_on": request.decided_on,
                }
                for request in requests
            ],
        }

    # ------------------------------------------------------------------
    # Deciding, by the access administrator
    # ------------------------------------------------------------------
    def action_approve(self):
        """Give these colleagues an account with which they can refer, and mail them the invitation.

        :return: the action that tells what was done
        :rtype: dict
        :raise AccessError: for a user who may not read these requests
        :raise UserError: when one was decided before, or its address is of somebody outside the organisation
        """
        self._check_open()
        done = []
        for request in self:
            wizard = self.env["portal.wizard"].with_company(request.company_id)
            account = wizard.create({"partner_ids": [Command.set(request._employee().ids)]}).user_ids
            if account.is_portal:
                account._make_referrer()
                done.append(self.env._("%(name)s had an account, and can refer with it now.", name=request.name))
            else:
                account.action_grant_access()
                done.append(
                    self.env._(
                        "Account made. %(name)s gets an invitation at %(address)s.",
                        name=request.name,
                        address=request.email,
                    )
                )
        self._decide("approved")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": "\n".join(done),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_refuse(self):
        """Refuse these requests. The contact person sees that, and no reason.

        :return: ``True``
        :raise AccessError: for a user who may not read these requests
        :raise UserError: when one was decided before
        """
        self._check_open()
        self._decide("refused")
        return True

    def _check_open(self):
        self.check_access("read")
        if any(request.state != "asked" for request in self):
            raise UserError(self.env._("This was decided already. Reload the page to see what was decided."))

    def _employee(self):
        """Return the contact of the organisation for whom this request asks; a new one when there is none.

        sudo: an address can be of somebody whom the administrator cannot see.

        :raise UserError: when the address is of somebody outside the organisation, or of staff
        """
        known = self.env["res.partner"].sudo().with_context(active_test=False)
        known = known.search(["|", ("email_normalized", "=", self.email), ("user_ids.login", "=", self.email)])
        if known.user_ids.filtered(lambda user: user._is_internal()):
            raise UserError(self.env._("%(email)s is the address of a member of staff.", email=self.email))
        people = known.filtered(lambda partner: not partner.is_company)
        own = people.filtered(lambda partner: partner.commercial_partner_id == self.organisation_id)
        if any(partner.active or partner.user_ids for partner in people - own):
            raise UserError(
                self.env._(
                    "%(email)s is known as the address of somebody outside %(organisation)s. Ask the contact person, "
                    "and refuse this request or change that contact first.",
                    email=self.email,
                    organisation=self.organisation_id.name,
                )
            )
        employee = own.sorted(lambda partner: (not partner.user_ids, not partner.active))[:1]
        if employee:
            employee.active = True
            return employee.sudo(False)
        return self.env["res.partner"].create(
            {
                "name": self.name,
                "email": self.email,
                "parent_id": self.organisation_id.id,
                "lang": self.asked_by_id.lang,
            }
        )

    def _decide(self, state):
        """Keep what was decided. sudo: nobody may edit requests by hand."""
        self.sudo().write(
            {"state": state, "decided_by_id": self.env.uid, "decided_on": fields.Date.context_today(self)}
        )
        self._let_go_of_reminders(self.organisation_id)

    @api.model
    def _let_go_of_reminders(self, organisations):
        """Remove the reminders of organisations for which nothing waits. sudo: they are of the administrators."""
        waiting = self.sudo().search([("organisation_id", "in", organisations.ids), ("state", "=", "asked")])
        (organisations.sudo() - waiting.organisation_id).activity_unlink([ACTIVITY])
