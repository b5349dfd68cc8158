from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .party import PERSONAL_FIELDS, RECOGNISED_BY, search_words

# How sure it is that somebody is the person who is looked for, from the best to the worst.
CERTAINTY = [("sure", "Sure"), ("likely", "Likely"), ("possible", "Possible")]
# By name, and by what else is known, apart.
MOST_FOUND = 200


class Party(models.Model):
    """What a resident can ask about the data that are kept about her: to find, to restrict, to object, to erase."""

    # What is given stands in a file of its own: see party_data.py.
    _inherit = "buurtbemiddeling.party"  # pylint: disable=consider-merging-classes-inherited
    # By this Odoo's own privacy lookup finds people by name, as it does by e-mail address. It shows their display
    # name, which is the reference for whoever has no mediation group: so it needs nothing of this add-on.
    _rec_name = "name"

    request_ids = fields.Many2many(
        "buurtbemiddeling.data.request",
        "buurtbemiddeling_data_request_party_rel",
        "party_id",
        "request_id",
        string="Requests",
        readonly=True,
        copy=False,
        groups="buurtbemiddeling_addon.group_coordinator",
    )
    restricted_on = fields.Date(
        string="Not Used since",
        readonly=True,
        copy=False,
        help="This person asked that the data are kept and not used (GDPR art. 18), or objected to the use (art. 21): "
        "no letters, no appointments, and organisations hear nothing but the neutral no, until that is lifted.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create parties.

        :raise UserError: for a user who restricts one by hand
        """
        if not self.env.su:
            if any(vals.get("restricted_on") or vals.get("request_ids") for vals in vals_list):
                raise self._by_request()
            # Explicit, so that defaults from the client's context cannot set them.
            vals_list = [{**vals, "restricted_on": False, "request_ids": False} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Write parties, and put on record which fields changed where somebody asked for a correction.

        :raise UserError: for a user who restricts one by hand
        :raise AccessError: for a user who archives one past her own rights, by a dialog of Odoo's
        """
        if not self.env.su and {"restricted_on", "request_ids"} & vals.keys():
            raise self._by_request()
        if "active" in vals and self.env.su and not self.env.user._is_superuser():
            # Odoo's privacy lookup archives as superuser whatever its user finds.
            self.sudo(False).check_access("write")
        is_correction = bool(set(PERSONAL_FIELDS) & vals.keys()) and "erased_on" not in vals
        before = {party: self._personal_values(party) for party in self} if is_correction else {}
        result = super().write(vals)
        if is_correction:
            self._record_correction(before)
        return result

    def _by_request(self):
        return UserError(self.env._("This follows from a request of the person. Take one under Requests."))

    @api.model
    def _personal_values(self, party):
        return {name: party[name] for name in PERSONAL_FIELDS}

    def _record_correction(self, before):
        """Put on record, in the open requests for a correction, the names of the fields that changed.

        sudo: the reader of a request need not be who corrects. Only names of fields are written.
        """
        requests = self.env["buurtbemiddeling.data.request"].sudo()
        asked = requests.search([("kind", "=", "correction"), ("state", "=", "open"), ("party_ids", "in", self.ids)])
        for request in asked:
            for party in request.party_ids & self:
                now = self._personal_values(party)
                changed = [name for name in PERSONAL_FIELDS if now[name] != before[party][name]]
                if changed:
                    labels = self.fields_get(changed, ["string"])
                    request.sudo(False)._add_done(
                        self.env._(
                            "Corrected of %(reference)s: %(names)s.",
                            reference=party.reference,
                            names=", ".join(labels[name]["string"] for name in changed),
                        )
                    )

    def action_requests(self):
        """Open the requests of one person, or a new one about her.

        :return: an action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("buurtbemiddeling_addon.data_request_action")
        return {
            **action,
            "domain": [("party_ids", "in", self.ids)],
            "context": {"default_party_ids": self.ids, "default_requester": self.name},
        }

    # ------------------------------------------------------------------
    # Finding one person in all cases
    # ------------------------------------------------------------------
    @api.model
    def _find_person(self, asked):
        """Find one person in all cases that the user may see, also in those closed and archived.

        It looks with the columns by which duplicates are recognised. That she looked is logged.

        :param dict asked: what is known of the person: ``name``, ``birth_year``, ``phone``, ``email``, ``zip``,
            ``street``, ``house_number``
        :return: for each person the certainty (see ``CERTAINTY``), and the names of what is the same; and whether there
            may be more of them
        :rtype: tuple[dict[party, tuple[str, list[str]]], bool]
        """
        # What is looked for is written as what is kept: by a person who is not saved.
        wanted = self.new(asked)
        words = [f" {word}" for word in self._without_initials(wanted.name)]
        by_key = Domain.OR(Domain(name, "=", wanted[name]) for name in RECOGNISED_BY if wanted[name])
        by_name = Domain.AND(Domain("search_key", "ilike", word) for word in words) if words else Domain.FALSE
        people = self.with_context(active_test=False)
        # Apart: many people with the same name must not push aside those with the same address.
        looks = [
            people.search(Domain("erased_on", "=", False) & domain, limit=MOST_FOUND) for domain in (by_key, by_name)
        ]
        parties = people.union(*looks)
        parties._log_opening("list")
        found = {}
        for party in parties:
            same = party._same_as(wanted)
            if same:
                found[party] = (self._certainty(same, wanted.name), same)
        order = [name for name, _label in CERTAINTY]
        found = dict(sorted(found.items(), key=lambda item: order.index(item[1][0])))
        return found, any(len(look) == MOST_FOUND for look in looks)

    def _same_as(self, wanted):
        """Return what one person has in common with somebody who is looked for."""
        same = []
        own, other = set(search_words(self.name)), set(search_words(wanted.name))
        if other and own == other:
            same.append("name")
        elif other and own.issuperset(self._without_initials(wanted.name)):
            same.append("part_of_name")
        same += [
            name
            for name, key in (("phone", "phone_key"), ("email", "email_key"), ("address", "address_key"))
            if wanted[key] and self[key] == wanted[key] and not (key == "address_key" and not self._looks_like(wanted))
        ]
        if same and wanted.birth_year and self.birth_year:
            same.append("birth_year" if self.birth_year == wanted.birth_year else "other_birth_year")
        return same

    @api.model
    def _without_initials(self, name):
        """Return the words of a name by which to look: who signs with an initial may be known by a first name."""
        words = search_words(name)
        return [word for word in words if len(word) > 1] or words

    @api.model
    def _certainty(self, same, name):
        """Return how sure it is that two people with this in common are one.

        A surname is of a whole family, with or without an initial; and so is the telephone at home.
        """
        has = set(same)
        is_whole = sum(len(word) > 1 for word in search_words(name)) > 1
        if "other_birth_year" in has:
            return "possible"
        if "name" in has and is_whole and {"email", "phone"} & has:
            return "sure"
        if {"name", "part_of_name"} & has and {"email", "phone", "address", "birth_year"} & has:
            return "likely"
        return "possible"

    # ------------------------------------------------------------------
    # Not using, objecting, erasing
    # ------------------------------------------------------------------
    @api.model
    def _asked_to_stay(self):
        """Return the condition for the people whose data stay for now, also past their term: the answer to what they
        asked is made of these, or they asked to keep them and not use them (GDPR art. 18)."""
        to_answer = Domain("kind", "not in", ("erasure", "objection")) & Domain("state", "=", "open")
        asked = Domain("request_ids", "any", to_answer)
        asked |= Domain("restricted_on", "!=", False) & Domain("request_ids.kind", "=", "restriction")
        return Domain("erased_on", "=", False) & asked

    def _check_not_held(self):
        """Refuse for people in a case that is held, which may not be erased.

        :raise UserError: when one is
        """
        held = self.case_id.filtered("held_on")
        if held:
            raise UserError(
                self.env._(
                    "Case %(reference)s is held, so nothing in it is erased. Ask the programme manager to lift the "
                    "hold, or tell the person why it cannot be erased yet.",
                    reference=", ".join(held.mapped("reference")),
                )
            )

    def _restrict(self):
        """Keep the data of these people, and use them no more (GDPR art. 18): all that is on its way stops too.

        What an organisation is shown of them goes; they can ask for that again.

        sudo: nobody restricts by hand. The user may edit these people (checked here).

        :raise AccessError: for a user who may not edit them
        """
        self.check_access("write")
        self.case_id._serialize()
        self.consent_ids.filtered(lambda consent: consent.purpose == "disclosure").action_withdraw()
        people = self.filtered(lambda party: not party.restricted_on)
        people.sudo().write({"restricted_on": fields.Date.context_today(self)})
        people._stop_what_is_on_its_way()
        for case in people.case_id:
            case.message_post(
                body=self.env._("Somebody asked that we do not use the data for now: no letters and no talks.")
            )

    def _stop_what_is_on_its_way(self):
        """Stop mediation, appointments, letters and links of these people, who are not to be reached any more."""
        self.case_id._stop_mediation()
        self.env["buurtbemiddeling.session"]._cancel_for(self)
        self.env["buurtbemiddeling.letter"]._recall_for(self)
        self.env["buurtbemiddeling.personal.link"]._of_whoever_stops(self)._revoke()

    def _lift_restriction(self):
        """Let the data of these people be used again, and put that on record in their requests.

        sudo: see ``_restrict``.

        :raise AccessError: for a user who may not edit them
        """
        self.check_access("write")
        people = self.filtered("restricted_on")
        people.sudo().write({"restricted_on": False})
        for party in people:
            party.request_ids.filtered(lambda request: request.kind in ("restriction", "objection"))._add_done(
                self.env._("The data of %(reference)s may be used again.", reference=party.reference)
            )
        for case in people.case_id:
            case.message_post(body=self.env._("The data of somebody in this case may be used again."))
        # What waited so long.
        people.case_id._publish_answers()

    def action_lift_restriction(self):
        """Let the data of these people be used again. Tell them before (art. 18(3)).

        :return: ``True``
        :raise AccessError: for a user who may not edit them
        """
        self._lift_restriction()
        return True

    def _object(self):
        """Stop using the data of these people, who object (GDPR art. 21): as when they take back what they agreed to.

        :raise AccessError: for a user who may not record consents of their cases
        """
        self.consent_ids.action_withdraw()
        self._restrict()

    def _erase_on_request(self):
        """Erase the data of these people (GDPR art. 17), in the way of the daily job; the file of the others stays.

        What they agreed to is taken back first, so that it has its effect everywhere. That they agreed, and what
        organisations were told, stays as long as the organisation may have to show it (art. 17(3)(e)). Where nobody
        else is left in a case, everything that was written in it goes too.

        sudo: the erasing writes what nobody writes by hand. The user may edit these people (checked here).

        :raise AccessError: for a user who may not edit them
        :raise UserError: when a case is held
        """
        self.check_access("write")
        self.case_id._serialize()
        self._check_not_held()
        self.consent_ids.action_withdraw()
        self._stop_what_is_on_its_way()
        people = self.sudo()
        people._erase()
        people.request_ids._forget_answers()
        self.env["buurtbemiddeling.personal.link"].sudo().search([("party_id", "in", self.ids)])._revoke()
        for case in people.case_id.with_context(active_test=False):
            if all(case.party_ids.mapped("erased_on")):
                case._erase_attachments()
                case._erase_content()
                case._erase_chatter()
            else:
                case.message_post(
                    body=self.env._(
                        "The data of somebody in this case were erased on request. Please take out what the "
                        "description and the notes say about this person."
                    )
                )

    @api.model
    def _erasures(self):
        """Return who was erased in cases that stay, to be kept outside the database: after a backup is restored, the
        daily job does not know of these. Those in cases that were anonymised it erases again by itself.

        By reference only: it says nothing about anybody.

        :return: rows of texts, the first with headings
        :rtype: list[list[str]]
        :raise AccessError: for anybody but a manager
        """
        if not self.env.user.has_group("buurtbemiddeling_addon.group_manager"):
            raise AccessError(self.env._("Only a programme manager takes out the list of erasures."))
        erased = Domain("erased_on", "!=", False) & Domain("case_id.anonymised_on", "=", False)
        people = self.with_context(active_test=False).search(erased, order="erased_on, id")
        return [
            [self.env._("Erased on"), self.env._("Case"), self.env._("Person")],
            *([fields.Date.to_string(party.erased_on), party.case_id.reference, party.reference] for party in people),
        ]
