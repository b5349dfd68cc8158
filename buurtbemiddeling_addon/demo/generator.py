"""Makes up a year of cases for the demo data: plain data, without Odoo, the same for the same arguments.

All people, addresses and organisations are invented; ``vocabulary.py`` says how one can see that.
Everything that has its own record in the database (organisations, employees, areas, complaint types, results) is
named by its external id.
"""

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from . import vocabulary
from .roster import has_conflict

# The days before today of which all new reports still wait for their intake. A report that is older had at least
# five working days, so that its intake has begun.
NEW_DAYS = 7
LONGEST_INTAKE_WAIT = 5
# The stages between the intake and the closing that a case goes through, for those results that skip some.
STAGES = ("first_talk", "second_talk", "mediation", "aftercare")
STAGES_BY_RESULT = {
    "result_first_talk": ("first_talk", "aftercare"),
    "result_coaching": ("first_talk", "aftercare"),
    "result_advice": ("first_talk", "aftercare"),
    "result_second_talk": ("first_talk", "second_talk", "aftercare"),
    "result_shuttle": ("first_talk", "second_talk", "aftercare"),
    "result_no_agreement": ("first_talk", "second_talk", "mediation"),
    "result_first_party_stops": ("first_talk",),
    "result_second_party_refuses": ("first_talk", "second_talk"),
    "result_withdrawn": ("first_talk", "second_talk"),
    "result_no_contact": ("first_talk", "second_talk"),
}
WAYS_OF_WORKING = {"result_coaching": "coaching", "result_shuttle": "shuttle", "result_group": "group"}
# The hours, in UTC, at which people meet.
HOURS = (9, 13, 18, 18)
# The numbers of the houses begin after those in the hand-written cases, so that nobody lives in two of them.
FIRST_BLOCK, BLOCKS = 14, 22
SHORTEST_AFTERCARE = 14
ASKED_AGAIN_DAYS = 92
# The shortest and the longest time, in days, that a case is in a stage.
STAGE_DAYS = {"first_talk": (4, 14), "second_talk": (4, 16), "mediation": (7, 28), "aftercare": (21, 42)}
RESULTS_WITHOUT_OTHER_PARTY = {
    "result_first_talk",
    "result_coaching",
    "result_advice",
    "result_first_party_stops",
    "result_second_party_refuses",
    "result_no_contact",
}
POSITIVE_RESULTS = {
    "result_agreements",
    "result_first_talk",
    "result_second_talk",
    "result_improved",
    "result_shuttle",
    "result_group",
    "result_coaching",
    "result_advice",
}


@dataclass
class Consent:
    purpose: str
    given_on: date
    stated_by: str = "person"
    method: str = "telephone"
    organisation: str | None = None
    withdrawn_on: date | None = None
    disclosed_name: str | None = None


@dataclass
class Party:
    role: str
    name: str | None = None
    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    phone: str | None = None
    email: str | None = None
    language: str | None = None
    needs_interpreter: bool = False
    tenure: str | None = None
    landlord: str | None = None
    reported_herself: bool = False
    informed_on: date | None = None
    informed_how: str | None = None
    may_be_told: str = "nothing"
    consents: list[Consent] = field(default_factory=list)


@dataclass
class Referral:
    organisation: str
    submitted_on: date
    employee: str | None = None
    reference: str | None = None
    suitability: str = "pending"
    suitability_on: date | None = None
    taken_up: str = "pending"
    taken_up_on: date | None = None
    outcome: str = "pending"
    outcome_on: date | None = None


@dataclass
class Note:
    author: str
    written_on: date
    text: str


@dataclass
class Reply:
    """What the party at that position said about an appointment on a personal page."""

    party: int
    answer: str
    wishes: str = ""


@dataclass
class AftercareAnswer:
    """What the party at that position answered on a personal page to the questions of aftercare."""

    party: int
    holds: str
    wants_call: bool = False
    remark: str = ""


@dataclass
class Session:
    kind: str
    start: datetime
    state: str = "held"
    place_kind: str = "home"
    place: str | None = None
    # Who came, when that are not the mediators whom the case has now.
    mediators: tuple[int, ...] | None = None
    replies: tuple[Reply, ...] = ()


@dataclass
class Agreement:
    """What was agreed; ``confirmed_by`` are the positions of the parties who signed it, on paper."""

    agreed_on: date
    points: list[str]
    confirmed_by: tuple[int, ...]


@dataclass
class Letter:
    """A letter to the party at a position, about the appointment at a position; without a day it is to be sent.

    With a failure it came back.
    """

    kind: str
    party: int
    method: str = "print"
    sent_on: date | None = None
    session: int | None = None
    failure: str | None = None


@dataclass
class Report:
    """The report of the mediator at a position in the mediators of the case."""

    mediator: int
    hours: float
    cooperation: str
    went_well: str
    learned: str = ""
    wants_to_talk: bool = False


@dataclass
class Activity:
    activity_type: str
    summary: str
    deadline: date


@dataclass
class Case:
    """A case as it is on the day for which it was generated.

    ``coordinator`` and ``mediators`` are positions in the lists of coordinators and volunteers. A session that was
    moved comes right before the one that it was moved to. ``linked_to`` is the external id of another case.
    """

    reported_on: date
    complaint: str
    area: str
    description: str
    channel: str = "self_report"
    other_complaints: list[str] = field(default_factory=list)
    is_complex: bool = False
    way_of_working: str = "mediation"
    coordinator: int | None = None
    mediators: tuple[int, ...] = ()
    conflict_waiver: str | None = None
    stage: str = "reported"
    stage_since: date | None = None
    suitability: str = "pending"
    suitability_on: date | None = None
    unsuitable_reason: str | None = None
    taken_up: str = "pending"
    taken_up_on: date | None = None
    result: str | None = None
    closed_on: date | None = None
    aftercare_on: date | None = None
    later_answer: str | None = None
    later_answered_on: date | None = None
    agreement: Agreement | None = None
    linked_to: str | None = None
    parties: list[Party] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    aftercare_answers: list[AftercareAnswer] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)

    def tell_referrers(self):
        """Fill in the answers that the referrers heard, each on the day that it was told."""
        for referral in self.referrals:
            self._tell(referral)

    def is_late(self, referral):
        """Tell whether the conflict was known already when this referral came in."""
        return referral.submitted_on > self.reported_on

    def _tell(self, referral):
        def told(known_on, days_after):
            # A late referral is told one answer a day.
            return max(known_on, referral.submitted_on + timedelta(days=days_after * self.is_late(referral)))

        known_on = self.suitability_on or self.closed_on
        if not known_on:
            return
        is_suitable = self.suitability == "suitable"
        referral.suitability = "suitable" if is_suitable else "not_suitable"
        referral.suitability_on = told(known_on, 1)
        if not is_suitable:
            referral.taken_up, referral.taken_up_on = "not_taken_up", referral.suitability_on
        elif self.taken_up_on or self.closed_on:
            is_taken_up = self.taken_up == "taken_up"
            referral.taken_up = "taken_up" if is_taken_up else "not_taken_up"
            referral.taken_up_on = told(self.taken_up_on or self.closed_on, 2)
        if referral.taken_up == "taken_up" and self.closed_on:
            referral.outcome = "resolved" if self.result in POSITIVE_RESULTS else "not_resolved"
            referral.outcome_on = told(self.closed_on, 3)


class Deck:
    """Cards that are drawn until there are none left, and then again: the shares are right in the short run too."""

    def __init__(self, chance, shares):
        """
        :param random.Random chance: what shuffles the cards
        :param dict shares: how many cards of each kind are in the deck
        """
        self._chance = chance
        self._cards = [card for card, share in shares.items() for _copy in range(share)]
        self._left = []

    def draw(self):
        """Return the next card."""
        if not self._left:
            self._left = self._chance.sample(self._cards, len(self._cards))
        return self._left.pop()


def add_working_days(day, count):
    """Return the day that comes so many working days after another day."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day


def volunteer_count(size):
    """Return how many mediators a year of this size takes: each gets about eight reports, as in the field."""
    return max(4, round(size / 8))


def generate_names(count, seed):
    """Return names of invented people, such as ``Zoë van der Voorbeeld``.

    :rtype: list[str]
    """
    chance = random.Random(seed)
    return [
        f"{chance.choice(vocabulary.FIRST_NAMES)} {chance.choice(vocabulary.SURNAMES)}" for _position in range(count)
    ]


def generate_year(size=240, seed=19, today=None, volunteers=None, first_block=FIRST_BLOCK):
    """Generate the cases of the year up to today, one by one, in the order in which they were reported.

    :param int size: the number of cases
    :param int seed: another seed gives other cases
    :param date today: the day on which the cases are as generated; without it, the present day
    :param int volunteers: how many mediators are at work; without it, ``volunteer_count`` of the size
    :param int first_block: the houses begin after so many blocks: two years that overlap have people of their own
    :return: an iterator of ``Case``
    """
    return _Year(size, seed, today or date.today(), volunteers or volunteer_count(size), first_block).cases()


class _Year:
    """The generation of one year: its dice, its decks of cards and its calendar."""

    def __init__(self, size, seed, today, volunteers, first_block):
        self.size = size
        self.first_block = first_block
        self.today = today
        self.chance = random.Random(seed)
        self.sources = self._deck(vocabulary.SOURCES)
        self.complaints = self._deck(vocabulary.COMPLAINTS)
        self.courses = self._deck(vocabulary.COURSES)
        self.unsuitable_reasons = self._deck(vocabulary.UNSUITABLE_REASONS)
        self.not_taken_up_results = self._deck(vocabulary.NOT_TAKEN_UP_RESULTS)
        self.referral_methods = self._deck(vocabulary.REFERRAL_METHODS)
        self.landlords = self._deck(vocabulary.LANDLORDS)
        self.is_complex = self._deck({True: 5, False: 15})
        self.has_coordinator = self._deck({True: 1, False: 1})
        self.tenures = self._deck(vocabulary.TENURES)
        self.volunteers = self._deck(dict.fromkeys(range(volunteers), 1))
        self.activity_days = self._deck(dict.fromkeys((-4, -1, 0, 0, 1, 3, 6), 1))
        self.aftercare_days = self._deck({-3: 2, 0: 1, 6: 1, 13: 1, 21: 1})
        self.later_answers = self._deck(vocabulary.LATER_ANSWERS)
        self.drawn = set()
        self.number = 0

    def _deck(self, shares):
        return Deck(self.chance, shares)

    def _draw_new(self, draw):
        """Return what a function draws, but never the same twice: nobody is taken for somebody in another case."""
        while (drawn := draw()) in self.drawn:
            pass
        self.drawn.add(drawn)
        return drawn

    def _happens(self, share):
        return self.chance.random() < share

    def _days_later(self, day, shortest, longest):
        """Return a day that comes so many days later or, when that is in a weekend, the next Monday."""
        later = day + timedelta(days=self.chance.randint(shortest, longest))
        return later if later.weekday() < 5 else add_working_days(later, 1)

    def cases(self):
        for reported_on in self._report_days():
            self.number += 1
            case = self._report(reported_on)
            if reported_on > self.today - timedelta(days=NEW_DAYS):
                if self.has_coordinator.draw() or not self._was_submitted_online(case):
                    case.coordinator = self.number % 2
            else:
                self._follow(case)
            if case.coordinator is not None and case.stage != "closed" and self._happens(0.45):
                activity_type, summary = vocabulary.ACTIVITIES[case.stage]
                case.activities.append(
                    Activity(activity_type, summary, self.today + timedelta(days=self.activity_days.draw()))
                )
            case.tell_referrers()
            yield case

    def _was_submitted_online(self, case):
        return case.channel == "self_report" or any(referral.employee for referral in case.referrals)

    def _report_days(self):
        """Return the days of the reports in order; a week's share of the busiest season is new."""
        new = min(self.size, max(1, round(self.size * NEW_DAYS * 1.5 / 365)))
        older_days = [self.today - timedelta(days=age) for age in range(364, NEW_DAYS - 1, -1)]
        new_days = [self.today - timedelta(days=age) for age in range(NEW_DAYS - 1, -1, -1)]
        return sorted(self._draw_days(older_days, self.size - new) + self._draw_days(new_days, new))

    def _draw_days(self, days, count):
        weights = [vocabulary.MONTHS[day.month - 1] * vocabulary.WEEKDAYS[day.weekday()] for day in days]
        return self.chance.choices(days, weights, k=count)

    # How a report comes in.

    def _report(self, reported_on):
        source = self.sources.draw()
        complaint = self.complaints.draw()
        area, (streets, postcode) = self.chance.choice(list(vocabulary.NEIGHBOURHOODS.items()))
        case = Case(
            reported_on=reported_on,
            complaint=complaint,
            area=area,
            description=self._description(complaint),
            channel=source if source in ("self_report", "other") else "referral",
            is_complex=self.is_complex.draw(),
        )
        if self._happens(0.25):
            second_complaint = self.complaints.draw()
            case.other_complaints = [second_complaint] if second_complaint != complaint else []
        street, block = self._draw_new(
            lambda: (self.chance.choice(streets), self.first_block + self.chance.randint(0, BLOCKS + self.number // 24))
        )
        house = 8 * block + 4
        postcode = f"{postcode} {self.chance.choice('BDGHKLNPRT')}{self.chance.choice('BDGHKLNPRT')}"
        reporter = self._person("reporter", street, house, postcode, case.is_complex)
        reporter.reported_herself = case.channel == "self_report"
        other_party = self._person("other_party", street, house + self.chance.choice((-2, 2)), postcode, False)
        if self._happens(0.25):
            other_party.name = other_party.email = other_party.phone = None
        case.parties = [reporter, other_party]
        if case.channel == "referral":
            self._refer(case, source)
        return case

    def _description(self, complaint):
        story = self.chance.choice(vocabulary.STORIES[complaint])
        return f"{story} {self.chance.choice(vocabulary.EFFORTS)} {vocabulary.MARK}"

    def _person(self, role, street, house, postcode, is_complex):
        first_name = self.chance.choice(vocabulary.FIRST_NAMES)
        surname = self.chance.choice(vocabulary.SURNAMES)
        if self._happens(0.1):
            first_name = f"{first_name[0]}."
        tenure = self.tenures.draw()
        person = Party(
            role=role,
            name=f"{first_name} {surname}",
            street=street,
            house_number=f"{house}{self.chance.choice('ABC') if self._happens(0.15) else ''}",
            postcode=postcode,
            tenure=tenure,
            landlord=self.landlords.draw() if tenure == "tenant" else None,
        )
        if self._happens(0.7):
            person.email = self._draw_new(lambda: self._email(person.name))
        if not person.email or self._happens(0.85):
            person.phone = self._draw_new(lambda: f"06-00{self.chance.randint(1000, 999999):06}")
        if self._happens(0.25 if is_complex else 0.03):
            person.language = self.chance.choice(vocabulary.LANGUAGES)
            person.needs_interpreter = self._happens(0.6)
        return person

    def _email(self, name):
        plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
        words = ["".join(letter for letter in word if letter.isalpha()) for word in plain.split()]
        return f"{'.'.join(filter(None, words))}{self.chance.randint(10, 999)}@{vocabulary.EMAIL_DOMAIN}"

    def _refer(self, case, organisation):
        employees, reference = vocabulary.ORGANISATIONS[organisation]
        if organisation in vocabulary.LANDLORDS:
            case.parties[0].tenure, case.parties[0].landlord = "tenant", organisation
        case.referrals = [
            Referral(
                organisation,
                submitted_on=case.reported_on,
                # Some organisations prefer to call; the coordinator fills in the form for them.
                employee=None if self._happens(0.1) else self.chance.choice(employees),
                reference=reference.format(number=self.number + 1000) or None,
            )
        ]
        method = self.referral_methods.draw()
        told_on = case.reported_on - timedelta(days=self.chance.randint(0, 5))
        knows_both = organisation == "demo_organisation_police" and self._happens(0.5)
        for party in case.parties if knows_both else case.parties[:1]:
            party.consents.append(Consent("referral", told_on, "referrer", method, organisation))

    # How a case goes on, as far as it has come today.

    def _follow(self, case):
        intake_on = add_working_days(case.reported_on, self.chance.randint(1, LONGEST_INTAKE_WAIT))
        case.coordinator = self.number % 2
        case.stage, case.stage_since = "intake", intake_on
        reporter = case.parties[0]
        reporter.informed_on, reporter.informed_how = intake_on, "telephone"
        reporter.may_be_told = self.chance.choice(("name", "name", "complaint", "nothing"))
        course = self.courses.draw()
        if course == "not_suitable":
            self._find_unsuitable(case, intake_on)
            return
        self._confirm_referral(case, intake_on)
        suitable_on = self._days_later(intake_on, 0, 6)
        if suitable_on > self.today:
            return
        case.suitability, case.suitability_on = "suitable", suitable_on
        if course == "not_taken_up":
            self._do_not_take_up(case)
        else:
            self._write_note(case, "intake", intake_on)
            self._handle(case, course)

    def _write_note(self, case, subject, written_on):
        if self._happens(0.5):
            author, text = self.chance.choice(vocabulary.NOTES[subject])
            case.notes.append(Note(author, written_on, text))

    def _confirm_referral(self, case, confirmed_on):
        for referral in case.referrals:
            for party in case.parties:
                if any(consent.purpose == "referral" for consent in party.consents):
                    party.consents.append(Consent("referral", confirmed_on, organisation=referral.organisation))

    def _close(self, case, closed_on, result):
        case.stage, case.stage_since, case.closed_on, case.result = "closed", closed_on, closed_on, result
        self._write_note(case, "handled" if case.taken_up == "taken_up" else "not_handled", closed_on)

    def _find_unsuitable(self, case, intake_on):
        reason = self.unsuitable_reasons.draw()
        if reason == "unsuitable_reason_no_permission" and not case.referrals:
            reason = "unsuitable_reason_elsewhere"
        closed_on = self._days_later(intake_on, 0, 10)
        refuses = reason == "unsuitable_reason_no_permission"
        if not refuses:
            self._confirm_referral(case, intake_on)
        if closed_on > self.today:
            return
        if refuses:
            case.parties[0].consents[0].withdrawn_on = closed_on
        case.suitability, case.suitability_on, case.unsuitable_reason = "not_suitable", closed_on, reason
        if refuses:
            result = "result_no_permission"
        else:
            result = "result_referred_on" if reason == "unsuitable_reason_elsewhere" else "result_not_suitable"
        self._close(case, closed_on, result)

    def _do_not_take_up(self, case):
        closed_on = self._days_later(case.suitability_on, 3, 14)
        if closed_on <= self.today:
            case.taken_up, case.taken_up_on = "not_taken_up", closed_on
            self._close(case, closed_on, self.not_taken_up_results.draw())

    def _handle(self, case, result):
        taken_up_on = self._days_later(case.suitability_on, 0, 7)
        if taken_up_on > self.today:
            return
        case.taken_up, case.taken_up_on = "taken_up", taken_up_on
        begins_on = self._days_later(taken_up_on, 1, 10)
        dates = {}
        for stage in STAGES_BY_RESULT.get(result, STAGES):
            dates[stage] = begins_on
            begins_on = self._days_later(begins_on, *STAGE_DAYS[stage])
        closed_on = begins_on
        if dates["first_talk"] > self.today:
            return
        case.way_of_working = WAYS_OF_WORKING.get(result, "mediation")
        if result == "result_group":
            case.parties.append(self._group_member(case))
        case.mediators = self._draw_mediators(case)
        for stage, stage_on in dates.items():
            if stage_on <= self.today:
                case.stage, case.stage_since = stage, stage_on
                self._write_note(case, self._subject(stage, result), stage_on)
        ends = [*list(dates.values())[1:], closed_on]
        for (stage, begins_on), ends_on in zip(dates.items(), ends, strict=True):
            self._meet(case, stage, begins_on, ends_on)
        self._take_part(case, result, dates, closed_on)
        if closed_on <= self.today:
            self._close(case, closed_on, result)
        if case.stage == "aftercare":
            case.aftercare_on = max(
                case.stage_since + timedelta(days=SHORTEST_AFTERCARE),
                self.today + timedelta(days=self.aftercare_days.draw()),
            )
        if case.stage in ("aftercare", "closed"):
            self._look_back(case, dates)

    def _look_back(self, case, dates):
        """Add what is written down when the talks are over, and what people say some months later."""
        reached_agreement = "mediation" in dates and "aftercare" in dates and case.result in (None, "result_agreements")
        # Of most older cases only the result was kept.
        if reached_agreement and (case.stage == "aftercare" or self._happens(0.3)):
            points = [
                *vocabulary.AGREEMENT_POINTS.get(case.complaint, ()),
                *self.chance.sample(vocabulary.COMMON_POINTS, 2),
            ]
            case.agreement = Agreement(dates["aftercare"], points, tuple(range(len(case.parties))))
        case.reports = [
            Report(
                mediator,
                self.chance.randint(6, 24) / 2,
                self.chance.choice("23344"),
                self.chance.choice(vocabulary.WENT_WELL),
                self.chance.choice(vocabulary.LEARNED),
            )
            for mediator in range(len(case.mediators))
            if self._happens(0.4)
        ]
        if case.result in POSITIVE_RESULTS and self._happens(0.6):
            answered_on = self._days_later(case.closed_on, ASKED_AGAIN_DAYS, ASKED_AGAIN_DAYS + 7)
            if answered_on <= self.today:
                case.later_answer, case.later_answered_on = self.later_answers.draw(), answered_on

    def _meet(self, case, stage, begins_on, ends_on):
        """Add the appointment of a stage: held in its middle, or as far as it has come today."""
        if begins_on > self.today:
            return
        state, day = "held", begins_on + (ends_on - begins_on) / 2
        if ends_on > self.today:
            # Some are not planned yet; of some nobody has said yet whether they were held.
            if self._happens(0.35):
                return
            state = "planned"
            day = self._days_later(self.today, 1, 12)
            if self._happens(0.2) and begins_on < self.today:
                day = self.today - timedelta(days=1)
        session = Session(stage, datetime.combine(day, time(self.chance.choice(HOURS))), state)
        if stage == "mediation":
            session.place_kind, session.place = "neutral", self.chance.choice(vocabulary.NEUTRAL_PLACES)
        elif stage == "aftercare":
            session.place_kind = "telephone"
        elif stage == "first_talk" and case.way_of_working == "coaching":
            session.kind = "coaching"
        case.sessions.append(session)
        if state == "planned":
            self._confirm_by_letter(case, begins_on)

    def _confirm_by_letter(self, case, begins_on):
        """Add the letters, to those who come and have an e-mail address, about the appointment planned last."""
        kind = case.sessions[-1].kind
        people = {"first_talk": (0,), "coaching": (0,), "second_talk": (1,)}.get(kind, range(len(case.parties)))
        sent_on = max(begins_on, self.today - timedelta(days=2))
        case.letters += [
            Letter("appointment", position, "email", sent_on, len(case.sessions) - 1)
            for position in people
            if case.parties[position].email and kind != "aftercare"
        ]

    def _subject(self, stage, result):
        if stage == "second_talk" and result in RESULTS_WITHOUT_OTHER_PARTY:
            return "second_talk_alone"
        if stage == "aftercare" and result in STAGES_BY_RESULT:
            return "aftercare_early"
        return stage

    def _draw_mediators(self, case):
        """Draw a pair, or a coach, who have nothing to do with a case."""
        mediators = ()
        while len(mediators) < (1 if case.way_of_working == "coaching" else 2):
            position = self.volunteers.draw()
            if position not in mediators and not has_conflict(position, case):
                mediators += (position,)
        return mediators

    def _take_part(self, case, result, dates, closed_on):
        """Record who takes part since when, and who stopped before the closing of the case."""
        reporter, *other_parties = case.parties
        self._consent_to_take_part(reporter, dates["first_talk"])
        if result == "result_first_party_stops" and closed_on <= self.today:
            reporter.consents[-1].withdrawn_on = closed_on
        visited_on = dates.get("second_talk")
        if not visited_on or visited_on > self.today:
            return
        is_invited_by_letter = self._happens(0.3)
        if is_invited_by_letter:
            positions = range(1, len(case.parties))
            case.letters += [Letter("invitation", position, sent_on=visited_on) for position in positions]
        for party in other_parties:
            party.informed_on = visited_on
            party.informed_how = "writing" if is_invited_by_letter else "in_person"
            # The shortest time in this stage, so that whoever agrees does so before the mediation.
            agrees_on = visited_on + timedelta(days=STAGE_DAYS["second_talk"][0])
            if result not in RESULTS_WITHOUT_OTHER_PARTY and agrees_on <= self.today:
                self._consent_to_take_part(party, agrees_on)
                if result == "result_withdrawn" and closed_on <= self.today:
                    party.consents[-1].withdrawn_on = closed_on

    def _consent_to_take_part(self, party, given_on):
        party.consents.append(Consent("participation", given_on, method="in_person"))

    def _group_member(self, case):
        """Make up the neighbour on the other side of the reporter."""
        reporter, neighbour = (int("".join(filter(str.isdigit, party.house_number))) for party in case.parties)
        street, postcode = case.parties[0].street, case.parties[0].postcode
        return self._person("other_party", street, 2 * reporter - neighbour, postcode, False)
