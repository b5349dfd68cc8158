from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .party import NO_CITIZEN_NUMBER, has_citizen_number

# GDPR art. 12(3): one month, and two more where it is complex.
TERM, EXTENSION = relativedelta(months=1), relativedelta(months=2)
REMIND_BEFORE = timedelta(days=7)
# Set by methods only: what was done, by whom and when.
SET_BY_METHOD = {"state", "done", "extended_on", "looked_on", "closed_on", "closed_by_id"}
# Closed as answered only after something was done with the data.
CARRIED_OUT = ("erasure", "restriction", "objection")
TEXTS = ("requester", "answer_to", "answer", "refusal_reason", "extension_reason")


class DataRequest(models.Model):
    """A request of one resident about the data that are kept about her (GDPR art. 15 to 18, 20 and 21).

    It says what was asked, how it was known who asked, what was done and what was answered. The answer itself is made
    when it is downloaded and is not kept. It has no messages: what is to be said about it stands in its fields.
    """

    _name = "buurtbemiddeling.data.request"
    _description = "Request of a Resident"
    _inherit = ["buurtbemiddeling.reference.mixin"]
    _order = "state, due_on, id"

    kind = fields.Selection(
        [
            ("access", "To see the data (art. 15)"),
            ("copy", "To take the data along (art. 20)"),
            ("correction", "To correct the data (art. 16)"),
            ("erasure", "To erase the data (art. 17)"),
            ("restriction", "Not to use the data for now (art. 18)"),
            ("objection", "Objection to the use (art. 21)"),
        ],
        string="What Is Asked",
        required=True,
        default="access",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="restrict",
        help="Gets a to-do a week before the term.",
    )
    requester = fields.Char(string="Who Asks", required=True, help="The name, and nothing else.")
    on_behalf = fields.Boolean(
        string="For Somebody Else",
        help="A parent, a guardian or somebody with a written authorisation asks for the person. Look at the paper, "
        "and keep no copy.",
    )
    answer_to = fields.Char(
        string="Where the Answer Goes",
        help="An e-mail address or a postal address, as far as it differs from what stands in the case.",
    )
    identity_check = fields.Selection(
        [
            ("known", "Staff know this person from the talks"),
            ("seen", "Came to our office and showed an identity document; no copy was made"),
            ("called_back", "Called back on the telephone number that was on record already"),
            ("written_back", "Answered a letter or an e-mail to the address that was on record already"),
            ("link", "Was recognised with a personal link"),
        ],
        string="How We Know Who Asks",
        help="Never with a copy of an identity document, and never with the citizen service number (BSN).",
    )
    received_on = fields.Date(required=True, default=fields.Date.context_today)
    extension_reason = fields.Text(
        string="Why It Takes Longer",
        help="The term can be two months longer where a request is complex or there are many of them. Tell the person "
        "so, with this reason, within the first month (art. 12(3)).",
    )
    extended_on = fields.Date(readonly=True, copy=False)
    due_on = fields.Date(
        string="Answer before", compute="_compute_due_on", store=True, index=True, help="One month after it came in."
    )
    is_late = fields.Boolean(compute="_compute_is_late", compute_sudo=False, export_string_translation=False)
    party_ids = fields.Many2many(
        "buurtbemiddeling.party",
        "buurtbemiddeling_data_request_party_rel",
        "request_id",
        "party_id",
        string="Who It Is About",
        context={"active_test": False},
        help="The same person may stand in more than one case.",
    )
    looked_on = fields.Date(
        string="Looked for on",
        readonly=True,
        copy=False,
        help="When somebody last looked in all cases. If nobody was found, the answer is that we keep nothing.",
    )
    is_restricted = fields.Boolean(
        compute="_compute_is_restricted", compute_sudo=False, export_string_translation=False
    )
    state = fields.Selection(
        [("open", "To answer"), ("answered", "Answered"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        index=True,
    )
    answer = fields.Text(string="What Was Answered", help="In short: what this person was given or told, and how.")
    refusal_reason = fields.Text(
        string="Why It Is Refused",
        help="Tell the person this reason within the month, with where to complain: at the data protection authority "
        "or in court (art. 12(4)).",
    )
    done = fields.Text(string="What Was Done", readonly=True, copy=False, help="Without the data themselves.")
    closed_on = fields.Date(string="Answered on", readonly=True, copy=False, index="btree_not_null")
    closed_by_id = fields.Many2one(
        "res.users", string="Answered by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    # Of no record: so it needs no messages with this one, and tells nobody else anything.
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null", index="btree_not_null", groups=fields.NO_ACCESS
    )

    @api.depends("received_on", "extended_on")
    def _compute_due_on(self):
        for request in self:
            term = TERM + EXTENSION if request.extended_on else TERM
            request.due_on = request.received_on and request.received_on + term

    @api.depends("due_on", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for request in self:
            request.is_late = request.state == "open" and bool(request.due_on) and request.due_on < today

    @api.depends("party_ids.restricted_on")
    def _compute_is_restricted(self):
        for request in self:
            request.is_restricted = any(request.party_ids.mapped("restricted_on"))

    @api.constrains("received_on")
    def _check_received_on(self):
        today = fields.Date.context_today(self)
        if any(request.received_on > today for request in self):
            raise ValidationError(self.env._("A request cannot come in in the future. Please check the date."))

    @api.constrains(*TEXTS)
    def _check_texts(self):
        if any(has_citizen_number(request[name]) for request in self for name in TEXTS):
            raise ValidationError(self.env._(NO_CITIZEN_NUMBER))

    @api.constrains("party_ids", "company_id")
    def _check_company(self):
        if any(request.party_ids.case_id.company_id - request.company_id for request in self):
            raise ValidationError(
                self.env._("These people are of another organisation. Take a request of its own for each organisation.")
            )

    @api.constrains("party_ids")
    def _check_one_person(self):
        for request in self:
            for case, people in request.party_ids.grouped("case_id").items():
                if len(set(people.mapped("role"))) > 1:
                    raise ValidationError(
                        self.env._(
                            "These people stand on two sides of case %(reference)s. A request is about one person: "
                            "choose only who asks, or the person for whom somebody asks.",
                            reference=case.reference,
                        )
                    )

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for request in self:
            if not request.with_user(request.user_id).has_access("read"):
                raise ValidationError(
                    self.env._("%(user)s may not see requests. Choose a coordinator.", user=request.user_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Put requests on record, as open.

        :raise UserError: for anybody who says what was done before it is done
        """
        self._check_by_method({name for vals in vals_list for name, value in vals.items() if value})
        # Explicit, so that defaults from the client's context cannot set them.
        fixed = {**dict.fromkeys(SET_BY_METHOD, False), "state": "open"}
        requests = super().create([{**vals, **fixed} for vals in vals_list])
        requests.filtered("extension_reason")._extend()
        requests._remind()
        return requests

    def _prepare_create_values(self, vals_list):
        # Here, because nobody may write a to-do.
        return [{**vals, "activity_id": False} for vals in super()._prepare_create_values(vals_list)]

    def write(self, vals):
        """Write requests that are open.

        :raise UserError: for anybody who changes one that is closed, its organisation, or what methods set
        """
        self._check_by_method(vals.keys())
        if not self.env.su:
            self._check_open()
        if "company_id" in vals and any(request.company_id.id != vals["company_id"] for request in self):
            raise UserError(self.env._("A request stays with its organisation."))
        result = super().write(vals)
        if "party_ids" in vals:
            self._forget_answers()
        if vals.get("extension_reason"):
            self.filtered(lambda request: not request.extended_on)._extend()
        if {"received_on", "extension_reason", "user_id"} & vals.keys():
            self._remind()
        return result

    def unlink(self):
        """Delete requests with their to-do; only retention does so.

        :raise AccessError: for anybody else, also about a request that does not exist
        """
        self.check_access("unlink")
        self._let_go_of_reminder()
        return super().unlink()

    def _forget_answers(self):
        """Delete the answers that were made ready: there are texts in them about whom these requests were.

        sudo: they are also of others than the user.
        """
        self.env["buurtbemiddeling.data.request.answer"].sudo().search([("request_id", "in", self.ids)]).unlink()

    @api.model
    def _check_by_method(self, names):
        if not self.env.su and SET_BY_METHOD & names:
            raise UserError(self.env._("What was done with a request follows from the buttons. Use these."))

    def _extend(self):
        """Make the term of these requests two months longer; the reason stands in them.

        sudo: nobody sets the day by hand. Only that is written, on requests that the user just wrote.

        :raise UserError: when the first month is over
        """
        today = fields.Date.context_today(self)
        if any(request.received_on + TERM < today for request in self):
            raise UserError(
                self.env._("The first month is over, so the term cannot be extended. Answer as soon as you can.")
            )
        self.sudo().write({"extended_on": today})

    # ------------------------------------------------------------------
    # The term
    # ------------------------------------------------------------------
    def _remind(self):
        """Let who handles each of these requests have one to-do, a week before its term.

        sudo: the to-do is of somebody else, perhaps. It names the reference only.
        """
        self._let_go_of_reminder()
        for request in self.sudo().filtered(lambda request: request.state == "open"):
            translated = request.with_context(lang=request.user_id.lang)
            request.activity_id = (
                self.env["mail.activity"]
                .sudo()
                .create(
                    {
                        "activity_type_id": self.env.ref("buurtbemiddeling_addon.activity_type_data_request").id,
                        "user_id": request.user_id.id,
                        "summary": translated.env._(
                            "Answer request %(reference)s in time", reference=request.reference
                        ),
                        "date_deadline": request.due_on - REMIND_BEFORE,
                    }
                )
            )

    def _let_go_of_reminder(self):
        """Take away the to-do of these requests. sudo: see ``_remind``."""
        self.sudo().activity_id.unlink()

    # ------------------------------------------------------------------
    # Handling
    # ------------------------------------------------------------------
    def action_find(self):
        """Open the dialog that looks for the person in all cases.

        :return: an action
        """
        self.ensure_one()
        return self._dialog(self.env._("Find the Person"), "find", {"name": self.requester})

    def action_prepare(self):
        """Open the dialog that makes the answer: what is kept about this person, to read and to take along.

        :return: an action
        :raise UserError: when it is not known who asks, or nobody looked for the person yet
        """
        self._check_ready(is_found=False)
        answer = self.env["buurtbemiddeling.data.request.answer"]._prepare(self)
        return {**self._dialog(self.env._("What Is Kept about This Person"), "answer", {}), "res_id": answer.id}

    def action_correct(self):
        """Open the people to correct; which fields were changed is put on record here.

        :return: an action
        :raise UserError: when it is not known who asks, or whom it is about
        """
        self._check_ready()
        return self._people()

    def action_carry_out(self):
        """Open the dialog that says what will happen to the data, before it does.

        :return: an action
        :raise UserError: when it is not known who asks, or whom it is about
        """
        self._check_ready()
        people = [Command.set(self.party_ids.ids)]
        return self._dialog(self.env._("Carry Out the Request"), "carry.out", {"kind": self.kind, "party_ids": people})

    def action_lift(self):
        """Let the data of these people be used again. Tell them before (art. 18(3)).

        :return: ``True``
        :raise AccessError: for a user who may not edit these people
        """
        for request in self:
            request.party_ids._lift_restriction()
        return True

    def action_answer(self):
        """Close these requests as answered.

        :return: ``True``
        :raise AccessError: for a user who may not write requests
        :raise UserError: when nobody looked for the person, or it does not say how it was known who asks, or what was
            answered, and when there is something to carry out that was not
        """
        for request in self:
            request._check_ready(is_found=False)
            if request.kind in CARRIED_OUT and request.party_ids and not request.done:
                raise UserError(self.env._("Nothing was done yet. Carry the request out first, or refuse it."))
            if not request.answer:
                raise UserError(self.env._("Say in short what was answered."))
        self._close("answered")
        return True

    def action_refuse(self):
        """Close these requests as refused.

        :return: ``True``
        :raise AccessError: for a user who may not write requests
        :raise UserError: when it does not say why
        """
        self._check_open()
        if any(not request.refusal_reason for request in self):
            raise UserError(self.env._("Say why it is refused. The person is told this, and where to complain."))
        self._close("refused")
        return True

    def _close(self, state):
        """Close these requests. sudo: nobody sets this by hand; only fixed values are written."""
        self._check_open()
        self._let_go_of_reminder()
        self.sudo().write({"state": state, "closed_on": fields.Date.context_today(self), "closed_by_id": self.env.uid})

    def _check_open(self):
        self.check_access("write")
        if any(request.state != "open" for request in self):
            raise UserError(self.env._("This request is closed and stays as it is. Take a new one."))

    def _check_ready(self, is_found=True):
        """Check that one request can be carried out.

        :param bool is_found: whether a person must have been found; else it is enough that somebody looked
        :raise AccessError: for a user who may not write the request
        :raise UserError: when it is closed, or something is missing
        """
        self.ensure_one()
        self._check_open()
        if not self.identity_check:
            raise UserError(self.env._("Say first how we know who asks: data must not go to somebody else."))
        if not (self.party_ids or (self.looked_on and not is_found)):
            raise UserError(self.env._("Find the person first: it is not known yet whom this request is about."))

    def _record_look(self, names, number):
        """Put on record that somebody looked for the person of one request, and with what: so it can be shown later.

        sudo: nobody writes the day by hand.

        :param list names: the fields of a party with which was looked
        :param int number: how many people were found
        :raise AccessError: for a user who may not write the request
        :raise UserError: when it is closed
        """
        self._check_open()
        self.sudo().looked_on = fields.Date.context_today(self)
        if self.kind in CARRIED_OUT:
            # What was done with these is that they were carried out.
            return
        labels = self.env["buurtbemiddeling.party"].fields_get(names, ["string"])
        self._add_done(
            self.env._(
                "Looked for in all cases by %(names)s: %(number)s found.",
                names=", ".join(labels[name]["string"] for name in names),
                number=number,
            )
        )

    def _add_done(self, sentence):
        """Add to these requests what was done, with the day and who did it, in her language.

        sudo: nobody writes this by hand, and it is also added to a request that is closed.

        :param str sentence: without data of anybody
        """
        day = format_date(self.env, fields.Date.context_today(self), date_format="d MMMM y")
        for request in self.sudo():
            line = f"{day}, {self.env.user.name}: {sentence}"
            request.done = "\n".join(filter(None, [request.done, line]))

    def _dialog(self, title, name, defaults):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": f"buurtbemiddeling.data.request.{name}",
            "view_mode": "form",
            "target": "new",
            "context": {
                "dialog_size": "extra-large",
                **{f"default_{key}": value for key, value in {"request_id": self.id, **defaults}.items()},
            },
        }

    def _people(self):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("People"),
            "res_model": "buurtbemiddeling.party",
            "context": {"active_test": False, "create": False},
        }
        if len(self.party_ids) == 1:
            return {**action, "view_mode": "form", "res_id": self.party_ids.id}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", self.party_ids.ids)]}
