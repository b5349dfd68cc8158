"""Makes up what the roster says about the volunteers of the demo data: plain data, the same for the same arguments."""

from dataclasses import dataclass
from datetime import date, timedelta

from . import vocabulary

CERTIFICATE_DAYS = 3 * 365


@dataclass
class Volunteer:
    street: str
    postcode: str
    area: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    days: tuple[str, ...]
    evenings: bool
    training_on: date
    last_training_on: date
    certificate_on: date | None
    max_cases: int
    paused_until: date | None = None
    organisations: tuple[str, ...] = ()

    @property
    def certificate_valid_until(self):
        return self.certificate_on and self.certificate_on + timedelta(days=CERTIFICATE_DAYS)


def has_conflict(position, case):
    """Tell whether the volunteer at a position lives in the neighbourhood of a case or has ties with who is in it.

    :param generator.Case case: its people, its area and its referrals are filled in
    """
    involved = {referral.organisation for referral in case.referrals} | {party.landlord for party in case.parties}
    return _of(vocabulary.HOMES, position) == case.area or not involved.isdisjoint(vocabulary.TIES.get(position, ()))


def generate_roster(count, today):
    """Return so many volunteers.

    :param date today: the day to which their dates are relative
    :rtype: list[Volunteer]
    """
    return [_volunteer(position, today) for position in range(count)]


def _of(texts, position):
    return texts[position % len(texts)]


def _volunteer(position, today):
    area = _of(vocabulary.HOMES, position)
    streets, postcode = vocabulary.NEIGHBOURHOODS[area]
    certificate_age = {
        vocabulary.EXPIRED_CERTIFICATE: CERTIFICATE_DAYS + 20,
        vocabulary.EXPIRING_CERTIFICATE: CERTIFICATE_DAYS - 30,
        vocabulary.NO_CERTIFICATE: None,
    }.get(position, 60 + position * 53 % 700)
    return Volunteer(
        street=_of(streets, position),
        postcode=f"{postcode} {_of('BDGHKLNPRT', position)}{_of('ZXWV', position)}",
        area=area,
        languages=(
            "language_dutch",
            *_of(vocabulary.MEDIATOR_LANGUAGES, position),
            *vocabulary.RARE_LANGUAGES.get(position, ()),
        ),
        skills=_of(vocabulary.MEDIATOR_SKILLS, position),
        days=_of(vocabulary.MEDIATOR_DAYS, position),
        evenings=position % 4 != 3,
        training_on=today - timedelta(days=200 + position * 97 % 1500),
        last_training_on=today - timedelta(days=20 + position * 41 % 170),
        certificate_on=certificate_age and today - timedelta(days=certificate_age),
        # Those of the hand-written cases have more room.
        max_cases=8 if position < 4 else 4 + position % 3,
        paused_until=today + timedelta(days=40) if position == vocabulary.PAUSED else None,
        organisations=vocabulary.TIES.get(position, ()),
    )
