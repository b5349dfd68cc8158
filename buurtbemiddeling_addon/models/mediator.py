import re
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .case import with_role
from .party import fold

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What a mediator says herself.
AVAILABILITY = {*WEEKDAYS, "evenings", "paused_until"}
CERTIFICATE_WARNING_DAYS = 60
# The cases of one mediator in a year are counted no further: she closes about 12.
MOST_COUNTED = 99
HOUSE_NUMBER = re.compile(r"\s\d+[\s-]*\w{0,4}$")


def plain(text):
    """Return a text as texts are compared: without accents, capitals, spaces and signs."""
    return "".join(character for character in fold(text) if character.isalnum())


def plain_street(street):
    """Return the name of a street as names are compared; a house number that was typed with it is left out."""
    return plain(HOUSE_NUMBER.sub("", (street or "").strip()))


class Mediator(models.Model):
    """What the coordinator needs to know of a mediator to choose her for a case."""

    _name = "buurtbemiddeling.mediator"
    _description = "Mediator"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _order = "name, id"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=lambda self: with_role(self.env, "mediator"),
    )
    name = fields.Char(related="user_id.name", store=True, related_sudo=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    active = fields.Boolean(default=True)

    street = fields.Char(help="Without the house number. Nobody mediates in her own street.")
    zip = fields.Char(string="Postcode")
    area_id = fields.Many2one(
        "buurtbemiddeling.area",
        string="Neighbourhood",
        domain=[("kind", "=", "neighbourhood")],
        ondelete="restrict",
        index="btree_not_null",
    )
    organisation_ids = fields.Many2many(
        "res.partner",
        "buurtbemiddeling_mediator_organisation_rel",
        "mediator_id",
        "organisation_id",
        string="Ties with Organisations",
        domain=[("is_company", "=", True)],
        help="Works there, rents there or is on the board. She is not chosen for cases in which they play a part.",
    )

    language_ids = fields.Many2many(
        "buurtbemiddeling.skill",
        "buurtbemiddeling_mediator_language_rel",
        "mediator_id",
        "skill_id",
        string="Languages",
        domain=[("kind", "=", "language")],
    )
    skill_ids = fields.Many2many(
        "buurtbemiddeling.skill",
        "buurtbemiddeling_mediator_skill_rel",
        "mediator_id",
        "skill_id",
        string="Trained for",
        domain=[("kind", "=", "skill")],
    )
    training_on = fields.Date(string="Basic Training")
    last_training_on = fields.Date(string="Latest Training")
    certificate_on = fields.Date(string="Statement of Conduct (VOG)", help="The day on which it was issued.")
    certificate_valid_until = fields.Date(
        string="Accepted until", help="Leave empty when your organisation sets no end to it."
    )
    certificate_state = fields.Selection(
        [("valid", "Valid"), ("soon", "Expires soon"), ("expired", "Expired"), ("missing", "Missing")],
        string="VOG",
        compute="_compute_certificate_state",
    )

    mon = fields.Boolean()
    tue = fields.Boolean()
    wed = fields.Boolean()
    thu = fields.Boolean()
    fri = fields.Boolean()
    sat = fields.Boolean()
    sun = fields.Boolean()
    evenings = fields.Boolean(string="Also in the Evening")
    paused_until = fields.Date(help="No new cases before this day.")
    max_cases = fields.Integer(
        string="Most Cases at a Time", default=3, help="With so many open cases, she is not proposed for another."
    )
    active_case_count = fields.Integer(string="Open Cases", compute="_compute_active_case_count")
    handled_case_count = fields.Integer(
        string="Closed in 12 Months",
        compute="_compute_handled_case_count",
        help="Cases of hers that were closed in the last 12 months, counted up to 99. About 12 a year is common.",
    )
    is_available = fields.Boolean(
        string="Available Now", compute="_compute_is_available", search="_search_is_available"
    )

    unavailable_because = fields.Char(compute="_compute_is_available")

    _user_unique = models.UniqueIndex("(user_id, company_id)", "This mediator is already on the list.")
    _max_cases_positive = models.Constraint(
        "CHECK (max_cases > 0)", "A mediator has at least one case at a time. Fill in a pause instead."
    )

    @api.depends("certificate_on", "certificate_valid_until")
    def _compute_certificate_state(self):
        today = fields.Date.context_today(self)
        for mediator in self:
            until = mediator.certificate_valid_until
            if not mediator.certificate_on:
                mediator.certificate_state = "missing"
            elif until and until < today:
                mediator.certificate_state = "expired"
            elif until and until <= today + relativedelta(days=CERTIFICATE_WARNING_DAYS):
                mediator.certificate_state = "soon"
            else:
                mediator.certificate_state = "valid"

    @api.depends("user_id", "company_id")
    def _compute_active_case_count(self):
        counts = self._origin._open_case_counts()
        for mediator in self:
            mediator.active_case_count = counts.get((mediator.user_id.id, mediator.company_id.id), 0)

    @api.depends("user_id", "company_id")
    def _compute_handled_case_count(self):
        counts = self._origin._handled_case_counts(MOST_COUNTED)
        for mediator in self:
            mediator.handled_case_count = counts.get((mediator.user_id.id, mediator.company_id.id), 0)

    def _open_case_counts(self):
        """Count the open cases of these mediators.

        In SQL and so past the rules: it is one number for each, of entries that the user may read as they are kept. A
        form in which somebody else is filled in tells nothing.

        :return: the numbers, by the ids of user and company; whoever has none is left out
        :rtype: dict
        """
        self.env["buurtbemiddeling.case"].flush_model(["active", "company_id", "mediator_ids", "stage"])
        # From the index of open cases on: in a join, the database would read the mediators of all cases ever.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT theirs.user_id, company.id, theirs.number
                  FROM unnest(%s) AS company (id)
                 CROSS JOIN LATERAL (
                     SELECT user_id, count(*) AS number
                       FROM buurtbemiddeling_case_mediator_rel
                      WHERE case_id = ANY(ARRAY(
                          SELECT file.id
                            FROM buurtbemiddeling_case file
                           WHERE file.stage <> 'closed'
                             AND file.active
                             AND file.company_id = company.id
                      ))
                      GROUP BY user_id
                 ) AS theirs
                """,
                self.company_id.ids,
            )
        )
        entries = {(entry.user_id.id, entry.company_id.id) for entry in self}
        return {(user, company): number for user, company, number in rows if (user, company) in entries}

    def _handled_case_counts(self, most):
        """Count the cases of these mediators that were closed in the last 12 months, each up to a number.

        In SQL and so past the rules, as above; a mediator no longer sees her closed cases. Of each it looks no further
        than that number: of all in a large organisation it would read the cases of a year.

        :param int most: for who closed more, it is this
        :return: the numbers, by the ids of user and company; whoever closed none may be left out
        :rtype: dict
        """
        self.flush_recordset(["user_id", "company_id"])
        self.env["buurtbemiddeling.case"].flush_model(["active", "closed_on", "company_id", "mediator_ids", "stage"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.user_id, entry.company_id, handled.number
                  FROM buurtbemiddeling_mediator entry
                 CROSS JOIN LATERAL (
                     SELECT count(*) AS number
                       FROM (
                           SELECT
                             FROM buurtbemiddeling_case_mediator_rel theirs
                             JOIN buurtbemiddeling_case file ON file.id = theirs.case_id
                            WHERE theirs.user_id = entry.user_id
                              AND file.company_id = entry.company_id
                              AND file.active
                              AND file.stage = 'closed'
                              AND file.closed_on >= %s
                            LIMIT %s
                       ) AS counted
                 ) AS handled
                 WHERE entry.id = ANY(%s)
                """,
                fields.Date.context_today(self) - relativedelta(years=1),
                most,
                self.ids,
            )
        )
        return {(user, company): number for user, company, number in rows}

    @api.depends("paused_until", "certificate_state", "active_case_count", "max_cases")
    @api.depends_context("lang")
    def _compute_is_available(self):
        today = fields.Date.context_today(self)
        # Once, not for each of very many.
        expired, missing = self.env._("VOG expired"), self.env._("no VOG")
        no_room = self.env._("no room for another case")
        for mediator in self:
            reasons = []
            if mediator.paused_until and mediator.paused_until > today:
                reasons.append(self.env._("paused until %(date)s", date=format_date(self.env, mediator.paused_until)))
            if mediator.certificate_state == "expired":
                reasons.append(expired)
            elif mediator.certificate_state == "missing":
                reasons.append(missing)
            if mediator.active_case_count >= mediator.max_cases:
                reasons.append(no_room)
            mediator.unavailable_because = ", ".join(reasons)
            mediator.is_available = not reasons

    def _search_is_available(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in", self.search([("certificate_on", "!=", False)]).filtered("is_available").ids)]

    @api.model_create_multi
    def create(self, vals_list):
        """Put mediators on the roster.

        :raise AccessError: for a user of another company, who does not hear who is on it already
        """
        companies = {vals.get("company_id", self.env.company.id) for vals in vals_list}
        if not self.env.su and companies - set(self.env.companies.ids):
            raise self._no_such_record()
        return super().create(vals_list)

    def write(self, vals):
        """Write entries of the roster.

        :raise AccessError: for a mediator who writes anything but when she is available
        """
        is_coordinator = self.env.su or self.env.user.has_group("buurtbemiddeling_addon.group_coordinator")
        if not is_coordinator and vals.keys() - AVAILABILITY:
            raise AccessError(
                self.env._("You can change the days on which you are available, and your pause. Ask a coordinator.")
            )
        return super().write(vals)

    @api.model
    @api.readonly
    def action_my_availability(self):
        """Open what the roster says about the current user.

        :return: an action; with an explanation when she is not on the roster
        :raise AccessError: for a user who is no mediator
        """
        own = self.search([("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)])
        action = self.env["ir.actions.act_window"]._for_xml_id("buurtbemiddeling_addon.mediator_action_own")
        if own:
            form = self.env.ref("buurtbemiddeling_addon.mediator_view_form_own")
            action.update(res_id=own.id, views=[(form.id, "form")])
        return action

    # ------------------------------------------------------------------
    # Conflicts of interest
    # ------------------------------------------------------------------
    @api.model
    def _conflicts(self, users_by_case):
        """Say why users should not mediate cases. Only coordinators hear this: it tells where a colleague lives.

        The number of queries does not depend on how many there are.

        :param dict users_by_case: the users who are, or might become, the mediators of each case
        :return: the sentences about each user, by case; whoever is free of conflicts is not in it
        :rtype: dict
        """
        users = self.env["res.users"].union(*users_by_case.values())
        entries = {
            (entry.user_id, entry.company_id): entry
            for entry in self.with_context(active_test=False).search_fetch([("user_id", "in", users.ids)])
        }
        earlier = self._earlier_contacts(users_by_case)
        # Once: with 200 mediators, looking up each sentence for each of them takes longer than all the rest.
        knows = self.env._("knows somebody in this case.")
        same_street = self.env._("lives in the street of a party.")
        same_postcode = self.env._("lives in the postcode of a party.")
        same_area = self.env._("lives in the neighbourhood of this case.")
        coached = self.env._("coached one of these people before.")
        mediated = self.env._("was a mediator for one of these people before, so cannot be the coach.")
        conflicts = {}
        for case, candidates in users_by_case.items():
            parties, company = case.party_ids, case.company_id
            streets = {plain_street(party.street) for party in parties} - {""}
            postcodes = {plain(party.zip) for party in parties} - {""}
            involved = case.referral_ids.organisation_id | parties.landlord_id
            excluded = case.excluded_mediator_ids._origin
            conflicts[case] = {}
            for user in candidates:
                # Without an entry nothing is known of her home and her ties.
                entry = entries.get((user, company), self.browse())
                ties = involved and ", ".join((entry.organisation_ids & involved).mapped("name"))
                cannot_coach = case.way_of_working == "coaching" and earlier[case, user] - {"coaching"}
                reasons = [
                    reason
                    for applies, reason in (
                        (user in excluded, knows),
                        (company.mediation_conflict_street and plain_street(entry.street) in streets, same_street),
                        (company.mediation_conflict_zip and plain(entry.zip) in postcodes, same_postcode),
                        (
                            company.mediation_conflict_area and entry.area_id and entry.area_id == case.area_id,
                            same_area,
                        ),
                        (ties, ties and self.env._("has ties with %(names)s.", names=ties)),
                        ("coaching" in earlier[case, user], coached),
                        (cannot_coach, mediated),
                    )
                    if applies
                ]
                if reasons:
                    conflicts[case][user] = reasons
        return conflicts

    @api.model
    def _earlier_contacts(self, users_by_case):
        """Find the people of these cases in other cases of the same users.

        :param dict users_by_case: see ``_conflicts``
        :return: the ways of working in which a user met one of the people before, by case and user
        :rtype: dict
        """
        cases = self.env["buurtbemiddeling.case"]
        people = cases.union(*users_by_case).party_ids
        users = self.env["res.users"].union(*users_by_case.values())
        seen = people._alike(Domain("case_id.mediator_ids", "in", users.ids))
        contacts = defaultdict(set)
        for case in users_by_case:
            for other in cases.union(*(seen[party].case_id for party in case.party_ids)) - case._origin:
                if other.company_id == case.company_id:
                    for user in other.mediator_ids:
                        contacts[case, user].add(other.way_of_working)
        return contacts
