from datetime import datetime, time, timedelta

import pytz
import vobject

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_datetime, format_time, frozendict

from .mediator import WEEKDAYS

# Who comes to a talk: to those that are not here, both sides come.
ROLES_OF_KIND = {
    "intake": ("reporter",),
    "first_talk": ("reporter",),
    "coaching": ("reporter",),
    "second_talk": ("other_party",),
}
# A talk with both parties is always on neutral ground; an intake and aftercare are mostly a call.
PLACE_OF_KIND = {"intake": "telephone", "mediation": "neutral", "aftercare": "telephone"}
# Talks of both parties, through the same mediators: each of them takes part.
JOINT_KINDS = ("mediation", "shuttle")
# Between these hours people expect visitors.
FIRST_HOUR, LAST_HOUR = time(8), time(22)
USUAL_HOUR = time(10)
# CCV, additional ways of working.
MOST_COACHING_TALKS = 2
LONGEST_TALK = 8


class Session(models.Model):
    """An appointment of a case, with the people who come to it. It stands in nobody's public calendar.

    A planned session can be moved: it keeps its reference, and how it was planned before stays as a session of
    its own in the state *moved*. What is past is history and stays as it was, but for the note.
    """

    _name = "buurtbemiddeling.session"
    _description = "Appointment"
    _inherit = ["buurtbemiddeling.case.part.mixin"]
    _order = "start, id"

    _erased_values = frozendict(note=False, place=False)

    kind = fields.Selection(
        [
            ("intake", "Intake"),
            ("first_talk", "Talk with the first party"),
            ("second_talk", "Talk with the other party"),
            ("mediation", "Mediation"),
            ("shuttle", "Shuttle talk"),
            ("coaching", "Coaching"),
            ("aftercare", "Aftercare"),
        ],
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    start = fields.Datetime(required=True, index=True, default=lambda self: self._default_start())
    duration = fields.Float(string="Hours", required=True, default=1.5)
    stop = fields.Datetime(compute="_compute_stop", store=True)
    has_come = fields.Boolean(
        string="Has Begun", compute="_compute_has_come", help="From then on it can be said how it went."
    )
    place_kind = fields.Selection(
        [
            ("home", "At the home of a party"),
            ("neutral", "In a neutral place"),
            ("office", "At our office"),
            ("telephone", "By telephone"),
        ],
        string="Where",
        compute="_compute_place_kind",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    place = fields.Char(help="The neutral place with its address. For a talk at home it follows from the person.")
    location = fields.Char(string="Address", compute="_compute_location", compute_sudo=False)
    party_ids = fields.Many2many(
        "buurtbemiddeling.party",
        "buurtbemiddeling_session_party_rel",
        "session_id",
        "party_id",
        string="Parties",
        compute="_compute_party_ids",
        store=True,
        readonly=False,
        domain="[('case_id', '=', case_id)]",
        context={"active_test": False},
    )
    mediator_ids = fields.Many2many(
        "res.users",
        "buurtbemiddeling_session_mediator_rel",
        "session_id",
        "user_id",
        string="Mediators",
        compute="_compute_mediator_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', candidate_ids)]",
    )
    candidate_ids = fields.Many2many(
        "res.users",
        string="Mediators and Coordinator of the Case",
        compute="_compute_candidate_ids",
        compute_sudo=False,
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("not_held", "Not held"),
            ("moved", "Moved"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
    )
    moved_from_id = fields.Many2one(
        "buurtbemiddeling.session", string="Moved from", readonly=True, copy=False, ondelete="restrict", index=True
    )
    note = fields.Text(copy=False, help="Short: only what the next talk needs.")
    reply_ids = fields.One2many("buurtbemiddeling.session.reply", "session_id", string="Replies", readonly=True)
    reply_summary = fields.Char(
        string="Confirmed",
        compute="_compute_reply_summary",
        compute_sudo=False,
        help="How many of the people who come said on their personal page that they will be there.",
    )
    has_objection = fields.Boolean(
        string="Wants Another Moment",
        compute="_compute_reply_summary",
        compute_sudo=False,
        help="Somebody cannot come, or wants another moment.",
    )
    warning = fields.Text(
        compute="_compute_warning", compute_sudo=False, groups="buurtbemiddeling_addon.group_coordinator"
    )

    # Few are still to come, or to be reported, among those of all years.
    _planned = models.Index("(start, id) WHERE state = 'planned'")
    _duration_of_a_talk = models.Constraint(
        "CHECK (duration > 0 AND duration <= 8)",
        "An appointment takes more than nothing and at most eight hours. Please change the hours.",
    )
    _mediation_on_neutral_ground = models.Constraint(
        "CHECK (kind != 'mediation' OR place_kind != 'home')",
        "Mediation is never at the home of a party. Choose a neutral place.",
    )

    @api.model
    def _default_start(self):
        """Return a usual hour on the next working day, for the current user."""
        today = fields.Date.context_today(self)
        day = today + timedelta(days={4: 3, 5: 2}.get(today.weekday(), 1))
        local = self.env.tz.localize(datetime.combine(day, USUAL_HOUR))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # ------------------------------------------------------------------
    # Computed fields
    # ------------------------------------------------------------------
    @api.depends("case_id")
    def _compute_kind(self):
        for session in self:
            session.kind = session.case_id._session_kind() if session.case_id else "first_talk"

    @api.depends("kind")
    def _compute_place_kind(self):
        for session in self:
            session.place_kind = PLACE_OF_KIND.get(session.kind, "home")

    @api.depends("case_id", "kind")
    def _compute_party_ids(self):
        for session in self:
            roles = ROLES_OF_KIND.get(session.kind, ("reporter", "other_party"))
            session.party_ids = session.case_id.party_ids.filtered(
                lambda party, roles=roles: party.role in roles and not party.erased_on and not party.restricted_on
            )

    @api.depends("case_id", "kind")
    def _compute_mediator_ids(self):
        for session in self:
            case = session.case_id
            session.mediator_ids = case.coordinator_id if session.kind == "intake" else case.mediator_ids

    @api.depends("case_id.mediator_ids", "case_id.coordinator_id")
    def _compute_candidate_ids(self):
        for session in self:
            session.candidate_ids = session.case_id.mediator_ids | session.case_id.coordinator_id

    @api.depends("start", "duration")
    def _compute_stop(self):
        for session in self:
            session.stop = session.start and fields.Datetime.add(session.start, hours=session.duration)

    @api.depends("start")
    def _compute_has_come(self):
        now = fields.Datetime.now()
        for session in self:
            session.has_come = bool(session.start) and session.start <= now

    @api.depends("place_kind", "place", "party_ids.role", "party_ids.address", "company_id")
    def _compute_location(self):
        for session in self:
            session.location = session._address()

    @api.depends("reply_ids.answer", "party_ids")
    @api.depends_context("lang")
    def _compute_reply_summary(self):
        for session in self:
            answers = [
                reply.answer for party, reply in session._latest_replies().items() if party in session.party_ids._origin
            ]
            session.has_objection = bool(set(answers) - {"comes"})
            if "cannot" in answers:
                session.reply_summary = self.env._("Somebody cannot come")
            elif "move" in answers:
                session.reply_summary = self.env._("Wants another moment")
            else:
                session.reply_summary = bool(answers) and self.env._(
                    "%(confirmed)s of %(expected)s confirmed",
                    confirmed=answers.count("comes"),
                    expected=len(session.party_ids),
                )

    def _latest_replies(self):
        """Return the latest reply of each person to one session."""
        return {reply.party_id: reply for reply in self.reply_ids.sorted("id")}

    @api.depends("kind", "start", "reference", "case_id.reference")
    @api.depends_context("uid", "allowed_company_ids", "lang", "tz")
    def _compute_display_name(self):
        """Name an appointment by kind, moment and case for whoever may read it, also under sudo; else by its code."""
        readable = self.sudo(False)._filtered_access("read")
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for session in self:
            if session in readable and session.kind:
                day = session.start and format_datetime(self.env, session.start, dt_format="d MMM HH:mm")
                parts = [kinds[session.kind], day, session.case_id.reference]
                session.display_name = " · ".join(filter(None, parts))
            else:
                session.display_name = session.reference

    @api.depends("start", "duration", "state", "mediator_ids", "party_ids", "place_kind", "place")
    @api.depends_context("lang", "tz")
    def _compute_warning(self):
        """Say what the coordinator should look at before she plans it like this.

        sudo: a mediator can have an appointment in a case that the coordinator may not see. Of another
        appointment only the time is told, and only to a coordinator (the group on the field).
        """
        planned = self.filtered(
            lambda session: session.state == "planned" and session.start and session.duration <= LONGEST_TALK
        )
        (self - planned).warning = False
        others = self.sudo().browse()
        entries = self.env["buurtbemiddeling.mediator"].search([("user_id", "in", planned.mediator_ids.ids)])
        if planned:
            people = Domain("mediator_ids", "in", planned.mediator_ids.ids) | Domain(
                "party_ids", "in", planned.party_ids.ids
            )
            others = others.search(
                people
                & Domain("state", "=", "planned")
                & Domain("start", "<", max(planned.mapped("stop")))
                & Domain("stop", ">", min(planned.mapped("start")))
            )
        for session in planned:
            same_time = others.filtered(
                lambda other, session=session: (
                    other.id != session._origin.id and other.start < session.stop and other.stop > session.start
                )
            )
            of_company = entries.filtered(lambda entry, session=session: entry.company_id == session.company_id)
            session.warning = "\n".join(session._warnings(same_time, of_company))

    def _warnings(self, same_time, entries):
        """Return a sentence for each thing that is unusual about one planned session.

        :param same_time: other planned sessions, as superuser
        :param entries: what the roster says about mediators
        :rtype: list[str]
        """
        warnings = []
        # Only of those who may come; nobody else's agenda is told.
        mediators = self.mediator_ids._origin & self.candidate_ids._origin
        for other in same_time:
            zone = self.env.context.get("tz")
            times = {
                name: format_time(self.env, other[name], tz=zone, time_format="short") for name in ("start", "stop")
            }
            warnings += [
                self.env._("%(who)s has another appointment from %(start)s to %(stop)s.", who=name, **times)
                for name in (mediators & other.mediator_ids).mapped("name")
                + (self.party_ids._origin & other.party_ids).mapped("display_name")
            ]
        talks = self.case_id.session_ids.filtered(lambda other: other.state in ("planned", "held"))
        coaching = talks.filtered(lambda other: other.kind == "coaching") - self._origin
        if self.kind == "coaching" and len(coaching) >= MOST_COACHING_TALKS:
            warnings.append(self.env._("There were two coaching talks already. Coaching is at most two talks."))
        if not self.mediator_ids:
            warnings.append(self.env._("No mediator comes to this appointment yet."))
        if self.place_kind == "neutral" and not self.place:
            warnings.append(self.env._("Say where the neutral place is."))
        start, stop = (fields.Datetime.context_timestamp(self, moment) for moment in (self.start, self.stop))
        for entry in entries.filtered(lambda entry: entry.user_id in self.mediator_ids._origin):
            if any(entry[day] for day in WEEKDAYS) and not entry[WEEKDAYS[start.weekday()]]:
                warnings.append(self.env._("%(who)s is not free on this day of the week.", who=entry.name))
        if start.time() < FIRST_HOUR or stop.time() > LAST_HOUR or stop.date() > start.date():
            warnings.append(self.env._("It is before 8 or after 22 hours."))
        if self.start < fields.Datetime.now():
            warnings.append(self.env._("This time has passed. Say whether the appointment was held."))
        return warnings

    # ------------------------------------------------------------------
    # What is planned can take place, and what is past stays as it was
    # ------------------------------------------------------------------
    @api.constrains("case_id", "party_ids", "mediator_ids")
    def _check_who_comes(self):
        for session in self:
            if session.party_ids.case_id - session.case_id:
                raise ValidationError(self.env._("Choose only people of this case for the appointment."))
        for session in self._to_come():
            for party in session.party_ids:
                if party._participation() == "withdrawn" or party._referral_permission() == "refused":
                    raise ValidationError(
                        self.env._("%(party)s does not want to talk with us (any more).", party=party.display_name)
                    )
            for party in session.party_ids.filtered("restricted_on"):
                raise ValidationError(
                    self.env._(
                        "%(party)s asked that we do not use the data for now. Nothing is planned until that is lifted.",
                        party=party.display_name,
                    )
                )
            if session.mediator_ids - session.candidate_ids:
                raise ValidationError(
                    self.env._(
                        "Only mediators of this case and its coordinator can come. "
                        "Put the mediator on the case first, or take her off the appointment."
                    )
                )

    @api.constrains("start", "case_id")
    def _check_start(self):
        for session in self:
            if session.start.date() < session.case_id.reported_on - timedelta(days=365):
                raise ValidationError(self.env._("This is long before the report. Please check the day and the year."))

    @api.constrains("case_id", "kind", "state")
    def _check_case(self):
        planned = self._to_come()
        planned.case_id._serialize()
        for session in planned:
            if session.case_id.stage == "closed":
                raise ValidationError(self.env._("This case is closed. Nothing can be planned in it."))
            missing = session.case_id._missing_for("mediation") if session.kind in JOINT_KINDS else []
            if missing:
                raise ValidationError(
                    self.env._("A mediation talk cannot be planned yet.") + "\n- " + "\n- ".join(missing)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Plan appointments.

        :raise AccessError: for a user who is not a coordinator of the case
        :raise ValidationError: when it cannot take place like this
        """
        if not self.env.su:
            # Explicit, so that neither the caller nor defaults from the client's context can make history.
            vals_list = [{**vals, "state": "planned", "moved_from_id": False} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Write appointments. Another start moves a planned one: how it was planned before is kept.

        :raise AccessError: for anybody but a coordinator who writes more than the note
        :raise UserError: for anybody who writes what happened, or changes what is past
        """
        if not self.env.su:
            self._check_by_hand(vals)
        moved = self.browse()
        if "start" in vals:
            start = fields.Datetime.to_datetime(vals["start"])
            moved = self.filtered(lambda session: session.state == "planned" and session.start != start)
            moved._keep_as_moved()
        result = super().write(vals)
        if moved:
            # What was not sent yet tells the new time.
            letters = self.env["buurtbemiddeling.letter"].sudo()
            letters.search([("session_id", "in", moved.ids), ("state", "=", "draft")])._write_texts()
        return result

    def _check_by_hand(self, vals):
        if {"state", "moved_from_id"} & vals.keys():
            raise UserError(self.env._("Use the buttons to say that it was held, moved or cancelled."))
        if vals.keys() - {"note"}:
            # Mediators may write, but not plan.
            self.check_access("create")
            if any(session.state != "planned" for session in self):
                raise UserError(
                    self.env._("This appointment is past and stays as it was. Plan a new one, or write a note.")
                )

    def _keep_as_moved(self):
        """Keep how these sessions are planned now as sessions of their own, because they are moved.

        sudo: nobody makes history by hand. It holds what these sessions held; the user may plan them. What was
        sent about the former time stays with it, and so does what people replied; their links no longer work.
        """
        letters = self.env["buurtbemiddeling.letter"].sudo()
        links = self.env["buurtbemiddeling.personal.link"].sudo()
        letters._recall(self)
        for session in self.sudo():
            former = session.copy({"state": "moved", "moved_from_id": session.moved_from_id.id})
            letters.search([("session_id", "=", session.id), ("state", "!=", "draft")]).session_id = former
            links.search([("session_id", "=", session.id)]).session_id = former
            session.reply_ids._move_to_session(former)
            session.moved_from_id = former

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("An appointment is not deleted. Cancel it instead."))

    def _to_come(self):
        """Return which of these sessions are planned and still to come. What took place can still be reported."""
        now = fields.Datetime.now()
        return self.filtered(lambda session: session.state == "planned" and session.start > now)

    def _cancel(self):
        """Cancel these planned sessions; what is in the queue about them is not sent.

        sudo: that nobody comes any more follows from the case, whoever changed that.
        """
        letters = self.env["buurtbemiddeling.letter"].sudo()
        self.sudo().write({"state": "cancelled"})
        letters._recall(self)
        letters.search([("session_id", "in", self.ids), ("state", "=", "draft")]).unlink()

    @api.model
    def _cancel_for(self, parties):
        """Cancel at once what is planned with these parties, because they no longer take part.

        sudo: see ``_cancel``. The mediators hear that they need not go, as far as they may read the case.
        """
        planned = self.sudo().search([("state", "=", "planned"), ("party_ids", "in", parties.ids)])._to_come()
        planned._cancel()
        for case, sessions in planned.grouped("case_id").items():
            case.message_post(
                body=self.env._("Somebody no longer takes part. What was planned with this person is cancelled."),
                partner_ids=case._staff_partners(sessions.mediator_ids.partner_id).ids,
            )

    def _follow_case(self):
        """Cancel what can no longer take place; only those who work on a case stay on its planned sessions.

        sudo: see ``_cancel``.
        """
        planned = self.sudo()._to_come()
        ended = planned.filtered(
            lambda session: (
                session.case_id.stage == "closed"
                or not session.case_id.active
                or session.case_id.suitability == "not_suitable"
                or session.case_id.taken_up == "not_taken_up"
                or (session.kind in JOINT_KINDS and session.case_id._missing_for("mediation"))
            )
        )
        ended._cancel()
        for session in planned - ended:
            if session.mediator_ids - session.candidate_ids:
                session.mediator_ids &= session.candidate_ids

    def _hand_over(self, former, coordinator):
        """Let the new coordinator of a case come where the former one would.

        sudo: see ``_cancel``.
        """
        for session in self.sudo()._to_come().filtered(lambda session: former & session.mediator_ids):
            session.mediator_ids = session.mediator_ids - former | coordinator

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    @api.readonly
    def action_confirm_by_letter(self):
        """Open the dialog that writes a confirmation of this appointment to each of the people who come to it.

        :return: an action that opens the dialog, which only coordinators can fill in
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("buurtbemiddeling_addon.letter_write_action")
        defaults = {"case_id": self.case_id.id, "kind": "appointment", "session_id": self.id}
        return {**action, "context": {f"default_{name}": value for name, value in defaults.items()}}

    def action_held(self):
        """Say that these appointments were held.

        :return: ``True``
        :raise AccessError: for anybody but the mediators and coordinators of the case
        :raise UserError: when one was moved or cancelled, or is still to come
        """
        return self._record_how_it_went("held")

    def action_not_held(self):
        """Say that these appointments were not held: somebody did not come.

        :return: ``True``
        :raise AccessError: for anybody but the mediators and coordinators of the case
        :raise UserError: when one was moved or cancelled, or is still to come
        """
        return self._record_how_it_went("not_held")

    def _record_how_it_went(self, state):
        self.check_access("write")
        if not self.env.user.has_group("buurtbemiddeling_addon.group_coordinator") and any(
            self.env.user not in session.mediator_ids for session in self
        ):
            raise UserError(self.env._("Those who were there say how it went."))
        if any(session.state in ("moved", "cancelled") for session in self):
            raise UserError(self.env._("This appointment was moved or cancelled, so nobody came to it."))
        if not all(session.has_come for session in self):
            raise UserError(self.env._("This appointment is still to come. Afterwards you can say how it went."))
        # sudo: the state is not written by hand. The user may write these sessions (checked above).
        return self.sudo().write({"state": state})

    def action_cancel(self):
        """Cancel these planned appointments.

        :return: ``True``
        :raise AccessError: for anybody but a coordinator of the case
        :raise UserError: when one is past
        """
        self.check_access("create")
        if any(session.state != "planned" for session in self):
            raise UserError(self.env._("Only what is planned can be cancelled."))
        self._cancel()
        return True

    @api.readonly
    def action_move(self):
        """Open the form that moves this appointment to another time."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move the appointment"),
            "res_model": "buurtbemiddeling.session.move",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    @api.readonly
    def action_calendar_file(self):
        """Download the file with which this appointment goes into a calendar of one's own.

        :raise AccessError: for a user who may not read the appointment
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/buurtbemiddeling/appointment/{self.reference}.ics",
            "target": "download",
        }

    # ------------------------------------------------------------------
    # The calendar file
    # ------------------------------------------------------------------
    def _address(self):
        """Return the address where one session is: empty by telephone."""
        if self.place_kind == "home":
            hosts = self.party_ids.filtered(lambda party: party.role != "supporter")
            return " / ".join(dict.fromkeys(host.address for host in hosts if host.address))
        if self.place_kind == "office":
            office = self.company_id.partner_id
            return ", ".join(filter(None, [office.name, office.street, office.city]))
        return self.place if self.place_kind == "neutral" else ""

    def _calendar_file(self, for_party=None):
        """Return one session as an iCalendar file that can lie about in any calendar.

        It names nobody, and no address of a party: but for her own, in the file for the one person who is
        visited. The next file of a moved or cancelled session replaces the one before.

        :param for_party: the resident to whom the file goes; without one it is for those who work on the case
        :rtype: bytes
        """
        self.ensure_one()
        office = self.company_id
        is_cancelled = self.state in ("cancelled", "moved", "not_held")
        is_at_her_home = for_party and self.place_kind == "home" and self.party_ids == for_party
        calendar = vobject.iCalendar()
        calendar.add("prodid").value = "-//Appointments//EN"
        calendar.add("method").value = "CANCEL" if is_cancelled else "PUBLISH"
        event = calendar.add("vevent")
        event.add("uid").value = f"{self.reference}@appointment"
        event.add("dtstamp").value = pytz.utc.localize(self.write_date)
        # Each later version of an appointment has a higher number.
        event.add("sequence").value = str(int((self.write_date - self.create_date).total_seconds()))
        event.add("status").value = "CANCELLED" if is_cancelled else "CONFIRMED"
        event.add("class").value = "PRIVATE"
        # The calendar of a resident may be that of a family or at work.
        title = self.env._("Appointment") if for_party else self.env._("Appointment neighbourhood mediation")
        event.add("summary").value = title
        event.add("dtstart").value = pytz.utc.localize(self.start)
        event.add("dtend").value = pytz.utc.localize(self.stop)
        if self.place_kind in ("neutral", "office") or is_at_her_home:
            event.add("location").value = self._address() or ""
        if for_party:
            contact = " ".join(filter(None, [office.phone, office.email]))
            event.add("description").value = self.env._("Questions, or you cannot come? %(contact)s", contact=contact)
        else:
            event.add("description").value = f"{self.get_base_url()}/odoo/{self._name}/{self.id}"
        return calendar.serialize().encode()
