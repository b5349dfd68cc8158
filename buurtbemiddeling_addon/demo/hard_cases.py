"""The cases of the demo data in which a promise of neighbourhood mediation is at stake, written by hand.

All people, addresses and organisations are invented; ``vocabulary.py`` says how one can see that.
"""

from datetime import datetime, time, timedelta

from .generator import Activity, Case, Consent, Note, Party, Referral, Session
from .vocabulary import MARK

HOUSING = "demo_organisation_housing"
POLICE = "demo_organisation_police"
SOCIAL_WORK = "demo_organisation_social_work"


def hard_cases(today):
    """Return the hard cases as they are today.

    :param date today: the day to which their dates are relative
    :return: each ``Case``, by the external id that it gets in the database
    :rtype: dict[str, Case]
    """

    def ago(days):
        return today - timedelta(days=days)

    cases = {
        "demo_case_two_referrers": _two_referrers(ago),
        "demo_case_referred_later": _referred_later(ago),
        "demo_case_withdrawn": _withdrawn(ago),
        "demo_case_names": _names(ago),
        "demo_case_unknown_tenant": _unknown_tenant(ago),
        "demo_case_unconfirmed": _unconfirmed(ago),
        "demo_case_refused": _refused(ago),
        "demo_case_disclosed": _disclosed(ago),
    }
    for case in cases.values():
        case.tell_referrers()
    cases["demo_case_unsuitable_later"] = _unsuitable_later(ago)
    return cases


def _referred(organisation, told_on, confirmed_on):
    """Return the two steps of consent: what the referrer states, and what the person herself tells staff."""
    return [
        Consent("referral", told_on, "referrer", "in_person", organisation),
        Consent("referral", confirmed_on, organisation=organisation),
    ]


def _met(kind, day, hour, state="held", place_kind="home", place=None):
    return Session(kind, datetime.combine(day, time(hour)), state, place_kind, place)


def _takes_part(given_on, withdrawn_on=None):
    return Consent("participation", given_on, method="in_person", withdrawn_on=withdrawn_on)


def _two_referrers(ago):
    """The police and the housing association refer the same conflict; neither knows of the other."""
    return Case(
        channel="referral",
        reported_on=ago(62),
        complaint="complaint_type_noise_equipment",
        other_complaints=["complaint_type_relationship"],
        area="demo_area_denkbeelden",
        description="Muziek in de avond. De ene buur klopt op de muur, de andere zet hem dan harder. "
        f"Politie en woningcorporatie zijn er allebei geweest. {MARK}",
        is_complex=True,
        coordinator=0,
        mediators=(0, 1),
        stage="mediation",
        stage_since=ago(33),
        suitability="suitable",
        suitability_on=ago(58),
        taken_up="taken_up",
        taken_up_on=ago(56),
        sessions=[
            _met("first_talk", ago(48), 18),
            _met("second_talk", ago(34), 18),
            _met("mediation", ago(-3), 18, "planned", "neutral", "Buurthuis De Verzinning, Voorbeeldmarkt 12"),
        ],
        parties=[
            Party(
                "reporter",
                "Gülşen Örnekoğlu",
                "Denkbeeldenlaan",
                "14",
                "0022 GK",
                phone="06-00000101",
                email="gulsen.ornekoglu@bewoner.example",
                tenure="tenant",
                landlord=HOUSING,
                informed_on=ago(59),
                informed_how="telephone",
                consents=[
                    *_referred(POLICE, ago(63), ago(59)),
                    *_referred(HOUSING, ago(56), ago(54)),
                    _takes_part(ago(48)),
                ],
            ),
            Party(
                "other_party",
                "Berend Nepstra",
                "Denkbeeldenlaan",
                "16",
                "0022 GK",
                phone="06-00000102",
                tenure="tenant",
                landlord=HOUSING,
                informed_on=ago(40),
                informed_how="in_person",
                consents=[*_referred(POLICE, ago(62), ago(57)), _takes_part(ago(34))],
            ),
        ],
        referrals=[
            Referral(POLICE, ago(62), "demo_user_police", "PV-00871"),
            Referral(HOUSING, ago(55), "demo_user_housing", "OVL/2217"),
        ],
        notes=[
            Note("coordinator", ago(59), "Melder gebeld. Zij weet van de verwijzing en vindt het goed."),
            Note("coordinator", ago(54), "Ook de corporatie heeft verwezen. Melder weet ervan. Het blijft één zaak."),
            Note(
                "mediator", ago(34), "Bij de buurman geweest. Hij wil meedoen als het gesprek niet bij iemand thuis is."
            ),
        ],
        activities=[
            Activity("mail.mail_activity_data_meeting", "Zaaltje regelen voor het bemiddelingsgesprek", ago(-2))
        ],
    )


def _referred_later(ago):
    """A tenant reports herself; weeks later her housing association refers her too, and may not notice that."""
    return Case(
        reported_on=ago(45),
        complaint="complaint_type_garden",
        area="demo_area_fictiepark",
        description="De heg van de buren is hoog en neemt het licht weg in de keuken. "
        f"Melder wil er rustig over praten. {MARK}",
        coordinator=0,
        mediators=(0, 1),
        stage="second_talk",
        stage_since=ago(16),
        suitability="suitable",
        suitability_on=ago(42),
        taken_up="taken_up",
        taken_up_on=ago(41),
        sessions=[
            _met("first_talk", ago(33), 13),
            _met("second_talk", ago(1), 18, "planned"),
        ],
        parties=[
            Party(
                "reporter",
                "Joëlle van der Voorbeeld",
                "Fabelpad",
                "8",
                "0031 HL",
                phone="06-00000103",
                email="joelle.vandervoorbeeld@bewoner.example",
                tenure="tenant",
                landlord=HOUSING,
                reported_herself=True,
                informed_on=ago(43),
                informed_how="telephone",
                consents=[_takes_part(ago(33)), *_referred(HOUSING, ago(13), ago(11))],
            ),
            Party(
                "other_party",
                "Wouter Proefstra",
                "Fabelpad",
                "10",
                "0031 HL",
                informed_on=ago(15),
                informed_how="in_person",
            ),
        ],
        referrals=[Referral(HOUSING, ago(12), "demo_user_housing_2", "OVL/2304")],
        notes=[
            Note(
                "coordinator",
                ago(11),
                "De corporatie heeft melder nu ook verwezen. De corporatie hoort niet dat melder zelf al bij ons was.",
            ),
        ],
        activities=[Activity("mail.mail_activity_data_meeting", "Afspraak met de andere buur", ago(0))],
    )


def _withdrawn(ago):
    """Mediation was under way when the other party stopped: it went back at once to the talk with her."""
    return Case(
        reported_on=ago(70),
        complaint="complaint_type_noise_persons",
        area="demo_area_stationsbuurt",
        description=f"Rennen op de trap en hard praten in het portiek, vooral in het weekend. {MARK}",
        coordinator=1,
        mediators=(0, 2),
        stage="second_talk",
        stage_since=ago(3),
        suitability="suitable",
        suitability_on=ago(66),
        taken_up="taken_up",
        taken_up_on=ago(65),
        sessions=[
            _met("first_talk", ago(52), 9),
            _met("second_talk", ago(38), 18),
        ],
        parties=[
            Party(
                "reporter",
                "André Verzonnen",
                "Schijnspoorstraat",
                "41",
                "0012 NP",
                phone="06-00000104",
                tenure="owner",
                reported_herself=True,
                informed_on=ago(67),
                informed_how="telephone",
                consents=[_takes_part(ago(52))],
            ),
            Party(
                "other_party",
                "Desirée ter Fictie",
                "Schijnspoorstraat",
                "43",
                "0012 NP",
                phone="06-00000105",
                informed_on=ago(38),
                informed_how="in_person",
                consents=[_takes_part(ago(30), withdrawn_on=ago(3))],
            ),
        ],
        notes=[
            Note(
                "coordinator",
                ago(3),
                "De andere buur belde: zij doet niet meer mee. De bemiddeling is gestopt. "
                "Ik vraag de bemiddelaars of melder iets heeft aan een gesprek met één partij.",
            ),
        ],
        activities=[Activity("mail.mail_activity_data_call", "Melder bellen: hoe nu verder?", ago(1))],
    )


def _names(ago):
    """Names with accents, a very long name, initials only, nobody with an e-mail address, and no Dutch."""
    return Case(
        reported_on=ago(30),
        channel="other",
        complaint="complaint_type_rubbish",
        area="demo_area_binnenstad",
        description=f"Wie maakt het trappenhuis schoon? Er staan ook spullen in de gang. {MARK}",
        is_complex=True,
        coordinator=1,
        mediators=(1, 2),
        stage="first_talk",
        stage_since=ago(12),
        suitability="suitable",
        suitability_on=ago(25),
        taken_up="taken_up",
        taken_up_on=ago(24),
        parties=[
            Party(
                "reporter",
                "Maria Antoinetta Wilhelmina Geertruida van Voorbeeld tot Verzonnen-van der Proefhuizen",
                "Bedachtestraat",
                "101",
                "0011 BD",
                phone="06-00000106",
                tenure="owner",
                informed_on=ago(27),
                informed_how="telephone",
                consents=[_takes_part(ago(10))],
            ),
            Party("other_party", "Ł.Ž. Příklad-d’Exemple", "Bedachtestraat", "103-II", "0011 BD", phone="06-00000107"),
            Party(
                "other_party",
                "Ísak Dæmi",
                "Bedachtestraat",
                "103-III",
                "0011 BD",
                phone="06-00000108",
                language="Tigrinya",
                needs_interpreter=True,
            ),
        ],
        notes=[Note("coordinator", ago(24), "Tolk Tigrinya gevraagd voor het gesprek met de bovenste buren.")],
        activities=[Activity("mail.mail_activity_data_todo", "Tolk bevestigen", ago(-4))],
    )


def _unknown_tenant(ago):
    """A tenant reports herself and does not want her housing association to know."""
    return Case(
        reported_on=ago(20),
        complaint="complaint_type_noise_works",
        area="demo_area_proefakkers",
        description=f"De buren klussen elke avond. Melder is bang voor ruzie en wil hulp bij het gesprek. {MARK}",
        coordinator=0,
        mediators=(0, 3),
        stage="first_talk",
        stage_since=ago(9),
        suitability="suitable",
        suitability_on=ago(17),
        taken_up="taken_up",
        taken_up_on=ago(16),
        sessions=[
            _met("first_talk", ago(-1), 13, "planned"),
        ],
        parties=[
            Party(
                "reporter",
                "Zoë van Denkbeeld",
                "Monsterhof",
                "5",
                "0023 RT",
                phone="06-00000109",
                email="zoe.vandenkbeeld@bewoner.example",
                tenure="tenant",
                landlord=HOUSING,
                reported_herself=True,
                informed_on=ago(18),
                informed_how="telephone",
                consents=[_takes_part(ago(9))],
            ),
            Party("other_party", street="Monsterhof", house_number="7", postcode="0023 RT"),
        ],
        notes=[
            Note("coordinator", ago(18), "Melder vroeg of haar corporatie dit hoort. Nee: zij hoort hier niets van.")
        ],
    )


def _unconfirmed(ago):
    """A new referral of somebody who has not told staff yet that she knows of it."""
    return Case(
        channel="referral",
        reported_on=ago(1),
        complaint="complaint_type_pets",
        area="demo_area_schijnwerf",
        description=f"De hond blaft overdag. De wijkagent heeft met de eigenaar gepraat. {MARK}",
        parties=[
            Party(
                "reporter",
                "Hélène Schijnsma",
                "Modelstraat",
                "22",
                "0032 KB",
                phone="06-00000110",
                consents=[Consent("referral", ago(2), "referrer", "in_person", POLICE)],
            ),
            Party("other_party", street="Modelstraat", house_number="24", postcode="0032 KB"),
        ],
        referrals=[Referral(POLICE, ago(1), "demo_user_police", "PV-00912")],
    )


def _refused(ago):
    """Somebody was referred and does not agree with that; the referrer hears a no like any other."""
    return Case(
        channel="referral",
        reported_on=ago(26),
        complaint="complaint_type_relationship",
        area="demo_area_nieuw_bedacht",
        description=f"Twee buren groeten elkaar niet meer na een ruzie over een fiets. {MARK}",
        coordinator=1,
        stage="closed",
        stage_since=ago(21),
        suitability="not_suitable",
        suitability_on=ago(21),
        unsuitable_reason="unsuitable_reason_no_permission",
        result="result_no_permission",
        closed_on=ago(21),
        parties=[
            Party(
                "reporter",
                "Rachid Ben Mithal",
                "Invalstraat",
                "60",
                "0033 DG",
                phone="06-00000111",
                consents=[Consent("referral", ago(27), "referrer", "telephone", HOUSING, withdrawn_on=ago(21))],
            ),
        ],
        referrals=[Referral(HOUSING, ago(26), "demo_user_housing", "OVL/2291")],
        notes=[Note("coordinator", ago(21), "Gebeld. Hij wist niet van de verwijzing en wil geen bemiddeling.")],
    )


def _unsuitable_later(ago):
    """A case is found unsuitable when the talks have begun; the referrer only hears that it is not resolved."""
    return Case(
        channel="referral",
        reported_on=ago(80),
        complaint="complaint_type_damage",
        area="demo_area_verzonnen_hof",
        description=f"Twee buren worden het niet eens over een omgevallen boom. {MARK}",
        coordinator=0,
        mediators=(0, 1),
        stage="closed",
        stage_since=ago(50),
        suitability="not_suitable",
        suitability_on=ago(50),
        unsuitable_reason="unsuitable_reason_procedure",
        taken_up="taken_up",
        taken_up_on=ago(75),
        result="result_not_suitable",
        closed_on=ago(50),
        sessions=[
            _met("first_talk", ago(66), 13),
        ],
        parties=[
            Party(
                "reporter",
                "Thérèse Luchtig-Verzinsel",
                "Luchtkasteellaan",
                "3",
                "0021 LN",
                phone="06-00000112",
                tenure="owner",
                informed_on=ago(77),
                informed_how="telephone",
                consents=[*_referred(SOCIAL_WORK, ago(81), ago(77)), _takes_part(ago(66))],
            ),
            Party("other_party", "Karim Hayalî", "Luchtkasteellaan", "5", "0021 LN"),
        ],
        referrals=[
            Referral(
                SOCIAL_WORK,
                ago(80),
                "demo_user_social_work",
                suitability="suitable",
                suitability_on=ago(76),
                taken_up="taken_up",
                taken_up_on=ago(75),
                outcome="not_resolved",
                outcome_on=ago(50),
            )
        ],
        notes=[
            Note(
                "coordinator",
                ago(50),
                "De buren hebben allebei een advocaat. Dan stoppen wij. Uitgelegd en afgesloten.",
            )
        ],
    )


def _disclosed(ago):
    """A self-reporter asks that her housing association, and nobody else, is told."""
    return Case(
        channel="self_report",
        reported_on=ago(20),
        complaint="complaint_type_children",
        area="demo_area_fictiepark",
        description=f"Jonge kinderen spelen vroeg in de ochtend boven de slaapkamer. {MARK}",
        stage="first_talk",
        stage_since=ago(11),
        coordinator=0,
        mediators=(0, 1),
        suitability="suitable",
        suitability_on=ago(18),
        taken_up="taken_up",
        taken_up_on=ago(16),
        sessions=[
            _met("first_talk", ago(10), 18),
        ],
        parties=[
            Party(
                "reporter",
                "Aïcha Voorbeeldsma",
                "Monsterhof",
                "7",
                "0031 MH",
                phone="06-00000131",
                tenure="tenant",
                landlord=HOUSING,
                reported_herself=True,
                informed_on=ago(18),
                informed_how="telephone",
                consents=[
                    _takes_part(ago(10)),
                    Consent("disclosure", ago(9), organisation=HOUSING, disclosed_name="A. Voorbeeldsma"),
                ],
            ),
            Party("other_party", street="Monsterhof", house_number="9", postcode="0031 MH"),
        ],
        notes=[
            Note(
                "coordinator",
                ago(9),
                "Melder wil dat haar woningcorporatie weet dat zij zich heeft gemeld. Anders mag niemand het weten.",
            )
        ],
    )
