from datetime import datetime, time
from itertools import pairwise

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.tools import split_every

from .generator import generate_names, generate_year, volunteer_count
from .hard_cases import hard_cases
from .privacy_cases import privacy_cases
from .roster import generate_roster
from .vocabulary import CITY

MODULE = "buurtbemiddeling_addon"
DUTCH = "nl_NL"
BATCH = 500
# The volunteers with an account of their own in the demo data; the generator makes the others.
NAMED_VOLUNTEERS = ("demo_user_mediator", "demo_user_mediator_2")
# With this one, no two volunteers have the same name.
SEED = 19
NEW_VOLUNTEER = "demo_user_mediator_new"
COORDINATORS = ("demo_user_coordinator", "demo_user_coordinator_2")


class Demo(models.AbstractModel):
    """Makes records of the generated cases. Only the loading of demo data calls it, as superuser."""

    _name = "buurtbemiddeling.demo"
    _description = "Demo Data"

    @api.model
    def _install_dutch(self):
        """Install Dutch, beside English, with the translations of the modules that are there already.

        This add-on's own translations need nothing: Odoo loads them right after its demo data.
        """
        self.env["res.lang"]._activate_lang("en_US")
        language = self.env["res.lang"].with_context(active_test=False).search([("code", "=", DUTCH)])
        if not language.active:
            self.env["base.language.install"].create(
                {"lang_ids": [Command.set(language.ids)], "overwrite": False}
            ).lang_install()

    @api.model
    def _load(self, size):
        """Load the hard cases and a year of generated ones, unless they are there. Nobody is mailed.

        :param int size: the number of generated cases
        """
        today = fields.Date.context_today(self)
        by_name = hard_cases(today) | privacy_cases(today)
        if any(self._record(name, raise_if_not_found=False) for name in by_name):
            return
        # The texts of letters in Dutch; Odoo itself loads them right after the demo data.
        self.env["ir.module.module"]._load_module_terms([MODULE], [DUTCH])
        volunteers = self._create_volunteers(volunteer_count(size))
        self._create_roster(volunteers | self._record(NEW_VOLUNTEER), today)
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2b")
        if "odoobot_state" in self.env["res.users"]._fields:
            # Odoo's assistant would open its chat over the first screen of each of them.
            self.env["res.users"].search([("share", "=", False)]).write({"odoobot_state": "disabled"})
        records = self._create_cases(list(by_name.values()), volunteers)
        self._name_records(dict(zip(by_name, records, strict=True)))
        for case, record in zip(by_name.values(), records, strict=True):
            if case.linked_to:
                record.linked_to_ids = self._record(case.linked_to)
        for cases in split_every(BATCH, generate_year(size, today=today), list):
            self._create_cases(cases, volunteers)
            # A year can be of any size, the cache cannot.
            self.env.flush_all()
            self.env.invalidate_all()
        self._load_privacy(volunteers, today)

    @api.model
    def _create_volunteers(self, count):
        """Return so many mediators: those with an account, and new ones without a password.

        :rtype: recordset of ``res.users``
        """
        named = self.env["res.users"].union(*(self._record(name) for name in NAMED_VOLUNTEERS))
        new = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {
                        "name": name,
                        "login": f"vrijwilliger{number}",
                        "email": f"vrijwilliger{number}@buurtbemiddeling.example",
                        "lang": DUTCH,
                        "tz": "Europe/Amsterdam",
                        "group_ids": [Command.set(self._record("group_mediator").ids)],
                    }
                    for number, name in enumerate(generate_names(count - len(named), seed=SEED), start=1)
                ]
            )
        )
        self._name_records({f"demo_volunteer_{number}": user for number, user in enumerate(new, start=1)})
        return named + new

    @api.model
    def _create_roster(self, users, today):
        """Put these mediators on the roster, each with what is known of the volunteer at that position."""
        self.env["buurtbemiddeling.mediator"].create(
            [
                {
                    "user_id": user.id,
                    "street": volunteer.street,
                    "zip": volunteer.postcode,
                    "area_id": self._id(volunteer.area),
                    "language_ids": [Command.set([self._id(name) for name in volunteer.languages])],
                    "skill_ids": [Command.set([self._id(name) for name in volunteer.skills])],
                    **dict.fromkeys(volunteer.days, True),
                    "evenings": volunteer.evenings,
                    "training_on": volunteer.training_on,
                    "last_training_on": volunteer.last_training_on,
                    "certificate_on": volunteer.certificate_on,
                    "certificate_valid_until": volunteer.certificate_valid_until,
                    "max_cases": volunteer.max_cases,
                    "paused_until": volunteer.paused_until,
                    "organisation_ids": [Command.set([self._id(name) for name in volunteer.organisations])],
                }
                for user, volunteer in zip(users, generate_roster(len(users), today), strict=True)
            ]
        )

    @api.model
    def _create_cases(self, cases, volunteers):
        """Create the records of generated cases, with all that belongs to them.

        :param list cases: instances of ``generator.Case``
        :param volunteers: the users at whose positions the mediators of the cases are
        :return: the records, in the same order
        """
        # Historic cases: no log of today, and no mail about their activities.
        quiet = self.with_context(tracking_disable=True, mail_create_nosubscribe=True, mail_activity_quick_update=True)
        coordinators = [self._record(name) for name in COORDINATORS]
        receipts = self.env["buurtbemiddeling.referral"].create(
            [self._receipt_values(referral) for case in cases for referral in case.referrals]
        )
        left = iter(receipts.ids)
        records = quiet.env["buurtbemiddeling.case"].create(
            [
                {
                    **quiet._case_values(case, coordinators, volunteers),
                    **self._link_values(case, [next(left) for _referral in case.referrals]),
                }
                for case in cases
            ]
        )
        self._record_what_was_told(records)
        sessions = self._create_sessions(cases, records, volunteers)
        self._create_agreements(cases, records)
        self._create_letters(cases, records, sessions)
        self.env["buurtbemiddeling.mediator.report"].create(
            [
                {
                    "case_id": record.id,
                    "user_id": volunteers[case.mediators[report.mediator]].id,
                    "hours": report.hours,
                    "cooperation": report.cooperation,
                    "went_well": report.went_well,
                    "learned": report.learned,
                    "wants_to_talk": report.wants_to_talk,
                }
                for case, record in zip(cases, records, strict=True)
                for report in case.reports
            ]
        )
        for case, record in zip(cases, records, strict=True):
            if self._was_suitable_first(case):
                record.write({"suitability": "not_suitable", "suitability_on": case.suitability_on})
            if self._was_open_first(case):
                record.write(self._stage_values(case))
        for record in records.filtered("activity_ids"):
            record.activity_ids.write(
                {
                    "summary": "Nieuwe melding: bel en start de intake",
                    "date_deadline": fields.Date.add(record.reported_on, days=2),
                }
            )
        quiet._record_answers(cases, records, sessions)
        self.env["mail.message"].create(
            [
                quiet._note_values(note, record)
                for case, record in zip(cases, records, strict=True)
                for note in case.notes
            ]
        )
        for case, record in zip(cases, records, strict=True):
            for activity in case.activities:
                record.activity_schedule(
                    activity.activity_type,
                    activity.deadline,
                    summary=activity.summary,
                    user_id=record.coordinator_id.id,
                )
        return records

    def _record(self, name, raise_if_not_found=True):
        return self.env.ref(f"{MODULE}.{name}", raise_if_not_found=raise_if_not_found)

    def _id(self, name):
        return name and self.env["ir.model.data"]._xmlid_to_res_id(f"{MODULE}.{name}", raise_if_not_found=True)

    def _name_records(self, records):
        """Give records, by name, their external ids."""
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"{MODULE}.{name}", "record": record, "noupdate": True} for name, record in records.items()]
        )

    def _was_suitable_first(self, case):
        """Tell whether a case was taken up before it was found unsuitable: it can only be made in that order."""
        return case.suitability == "not_suitable" and case.taken_up == "taken_up"

    def _was_open_first(self, case):
        """Tell whether something was agreed in a closed case: that can only be written down before the closing."""
        return case.agreement and case.stage == "closed"

    def _stage_values(self, case):
        return {
            "stage": case.stage,
            "stage_since": case.stage_since or case.reported_on,
            "result_id": self._id(case.result),
            "closed_on": case.closed_on,
            "later_answer": case.later_answer,
            "later_answered_on": case.later_answered_on,
        }

    def _link_values(self, case, receipt_ids):
        late = [number for number, referral in zip(receipt_ids, case.referrals, strict=True) if case.is_late(referral)]
        return {"referral_ids": [Command.set(receipt_ids)], "late_referral_ids": [Command.set(late)]}

    def _record_what_was_told(self, cases):
        """Put what the receipts say that was told in the register, each word with its day."""
        self.env["buurtbemiddeling.register"].create(
            [
                {
                    "case_id": case.id,
                    "organisation_id": receipt.organisation_id.id,
                    "recipient_id": receipt.submitted_by_id.id,
                    "receipt_reference": receipt.reference,
                    "told_at": datetime.combine(receipt[f"{answer}_on"], time(9)),
                    "ground": "referral",
                    "statement": receipt[answer],
                }
                for case in cases
                for receipt in case.referral_ids
                for answer in ("suitability", "taken_up", "outcome")
                if receipt[answer] != "pending"
            ]
        )

    def _receipt_values(self, referral):
        return {
            "company_id": self.env.company.id,
            "organisation_id": self._id(referral.organisation),
            "submitted_by_id": self._id(referral.employee),
            "organisation_reference": referral.reference,
            "submitted_on": referral.submitted_on,
            "suitability": referral.suitability,
            "suitability_on": referral.suitability_on,
            "taken_up": referral.taken_up,
            "taken_up_on": referral.taken_up_on,
            "outcome": referral.outcome,
            "outcome_on": referral.outcome_on,
        }

    def _case_values(self, case, coordinators, volunteers):
        coordinator = self.env["res.users"] if case.coordinator is None else coordinators[case.coordinator]
        return {
            "channel": case.channel,
            "reported_on": case.reported_on,
            "area_id": self._id(case.area),
            "complaint_type_id": self._id(case.complaint),
            "other_complaint_type_ids": [Command.set([self._id(name) for name in case.other_complaints])],
            "description": case.description,
            "is_complex": case.is_complex,
            "way_of_working": case.way_of_working,
            "coordinator_id": coordinator.id,
            "mediator_ids": [Command.set([volunteers[position].id for position in case.mediators])],
            **({"stage": "aftercare"} if self._was_open_first(case) else self._stage_values(case)),
            **({"aftercare_on": case.aftercare_on} if case.aftercare_on else {}),
            "conflict_waiver": case.conflict_waiver,
            "suitability": "suitable" if self._was_suitable_first(case) else case.suitability,
            "suitability_on": case.suitability_on,
            "unsuitable_reason_id": self._id(case.unsuitable_reason),
            "taken_up": case.taken_up,
            "taken_up_on": case.taken_up_on,
            "party_ids": [
                Command.create({**self._party_values(party, case, coordinator), "sequence": 10 * position})
                for position, party in enumerate(case.parties, start=1)
            ],
        }

    def _party_values(self, party, case, coordinator):
        return {
            "role": party.role,
            "name": party.name,
            "street": party.street,
            "house_number": party.house_number,
            "zip": party.postcode,
            "city": CITY,
            "phone": party.phone,
            "email": party.email,
            "language": party.language,
            "needs_interpreter": party.needs_interpreter,
            "tenure": party.tenure,
            "landlord_id": self._id(party.landlord),
            "reported_herself": party.reported_herself,
            "informed_on": party.informed_on,
            "informed_how": party.informed_how,
            "may_be_told": party.may_be_told,
            "lang": DUTCH,
            "preferred_contact": "phone" if party.phone else "email" if party.email else "post",
            "consent_ids": [
                Command.create(self._consent_values(consent, case, coordinator)) for consent in party.consents
            ],
        }

    def _consent_values(self, consent, case, coordinator):
        # What a referrer states is recorded by its employee who submitted, unless staff took it by telephone.
        employee = next(
            (
                self._id(referral.employee)
                for referral in case.referrals
                if consent.stated_by == "referrer" and referral.organisation == consent.organisation
            ),
            False,
        )
        return {
            "purpose": consent.purpose,
            "organisation_id": self._id(consent.organisation),
            "disclosed_name": consent.disclosed_name,
            "stated_by": consent.stated_by,
            "method": consent.method,
            "given_on": consent.given_on,
            "recorded_by_id": employee or coordinator.id,
            "withdrawn_on": consent.withdrawn_on,
            "withdrawal_recorded_by_id": coordinator.id if consent.withdrawn_on else False,
        }

    def _create_sessions(self, cases, records, volunteers):
        """Create the appointments of the cases.

        :return: those of each case
        :rtype: dict
        """
        sessions = self.env["buurtbemiddeling.session"].create(
            [
                self._session_values(session, record, volunteers)
                for case, record in zip(cases, records, strict=True)
                for session in case.sessions
            ]
        )
        for former, session in pairwise(sessions):
            if former.state == "moved":
                session.moved_from_id = former
        return sessions.grouped("case_id")

    def _create_agreements(self, cases, records):
        """Create the agreements of the cases with their points, then what the parties signed on paper."""
        agreed = [(case.agreement, record) for case, record in zip(cases, records, strict=True) if case.agreement]
        agreements = self.env["buurtbemiddeling.agreement"].create(
            [{"case_id": record.id, "agreed_on": agreement.agreed_on} for agreement, record in agreed]
        )
        self.env["buurtbemiddeling.agreement.point"].create(
            [
                {"agreement_id": record.id, "sequence": 10 * number, "text": text}
                for (agreement, _case), record in zip(agreed, agreements, strict=True)
                for number, text in enumerate(agreement.points, start=1)
            ]
        )
        self.env["buurtbemiddeling.agreement.confirmation"].create(
            [
                {
                    "agreement_id": record.id,
                    "party_id": case.party_ids[position].id,
                    "method": "paper",
                    "confirmed_on": agreement.agreed_on,
                }
                for (agreement, case), record in zip(agreed, agreements, strict=True)
                for position in agreement.confirmed_by
            ]
        )

    def _create_letters(self, cases, records, sessions):
        """Create the letters of the cases. What is sent already is only put on record: nobody is mailed."""
        written = [(letter, record) for case, record in zip(cases, records, strict=True) for letter in case.letters]
        letters = self.env["buurtbemiddeling.letter"].create(
            [
                {
                    "case_id": record.id,
                    "kind": letter.kind,
                    "party_id": record.party_ids[letter.party].id,
                    "method": letter.method,
                    "session_id": False if letter.session is None else sessions[record][letter.session].id,
                    "agreement_id": letter.kind == "agreement" and record.agreement_ids.id,
                }
                for letter, record in written
            ]
        )
        for (letter, record), made in zip(written, letters, strict=True):
            if letter.sent_on:
                made.write(
                    {
                        "state": "sent",
                        "sent_on": datetime.combine(letter.sent_on, time(9)),
                        "sent_by_id": record.coordinator_id.id,
                    }
                )
            if letter.failure:
                made._not_sent(letter.failure)

    def _record_answers(self, cases, records, sessions):
        """Put on record what the parties of these cases said on their personal pages, with the links they had.

        In the environment of these records, in which nobody is told of what there is to do.
        """
        links = self.env["buurtbemiddeling.personal.link"]
        replies = self.env["buurtbemiddeling.session.reply"]
        answers = self.env["buurtbemiddeling.aftercare.answer"]
        for case, record in zip(cases, records, strict=True):
            for position, session in enumerate(case.sessions):
                for reply in session.replies:
                    appointment = sessions[record][position].with_env(self.env)
                    party = record.party_ids[reply.party]
                    links._issue(party, "appointment", session=appointment)
                    replies._record(appointment, party, reply.answer, reply.wishes)
            for answer in case.aftercare_answers:
                party = record.party_ids[answer.party]
                links._issue(party, "aftercare")
                answers._record(party, answer.holds, answer.wants_call, answer.remark)

    def _session_values(self, session, record, volunteers):
        mediators = record.mediator_ids
        if session.mediators is not None:
            mediators = volunteers.browse(volunteers[position].id for position in session.mediators)
        people = record.party_ids.filtered(lambda party: party.role != "supporter")
        others = people.filtered(lambda party: party.role == "other_party")
        parties = {"second_talk": others, "mediation": people, "aftercare": people}.get(session.kind, people - others)
        return {
            "case_id": record.id,
            "kind": session.kind,
            "start": session.start,
            "state": session.state,
            "place_kind": session.place_kind,
            "place": session.place,
            "party_ids": [Command.set(parties.ids)],
            "mediator_ids": [Command.set(mediators.ids)],
        }

    def _note_values(self, note, record):
        author = record.coordinator_id if note.author == "coordinator" else record.mediator_ids[:1]
        return {
            "model": record._name,
            "res_id": record.id,
            "message_type": "comment",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "is_internal": True,
            "author_id": author.partner_id.id,
            "email_from": author.email_formatted,
            "reply_to": False,
            "date": min(datetime.combine(note.written_on, time(10)), fields.Datetime.now()),
            "body": Markup("<p>%s</p>") % note.text,
        }
