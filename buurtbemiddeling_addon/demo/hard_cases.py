"""The cases of the demo data in which a promise of neighbourhood mediation is at stake, written by hand.

All people, addresses and organisations are invented; ``vocabulary.py`` says how one can see that.
"""

from datetime import datetime, time, timedelta

from .generator import (
    Activity,
    AftercareAnswer,
    Agreement,
    Case,
    Consent,
    Letter,
    Note,
    Party,
    Referral,
    Reply,
    Report,
    Session,
)
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
        "demo_case_agreement": _agreement(ago),
        "demo_case_just_closed": _just_closed(ago),
        "demo_case_group": _group(ago),
        "demo_case_coaching": _coaching(ago),
        "demo_case_reported_by_both": _reported_by_both(ago),
        "demo_case_reported_by_both_2": _reported_by_both_2(ago),
    }
    for case in cases.values():
        case.tell_referrers()
    cases["demo_case_unsuitable_later"] = _unsuitable_later(ago)
    return cases


def referred(organisation, told_on, confirmed_on):
    """Return the two steps of consent: what the referrer states, and what the person herself tells staff."""
    return [
        Consent("referral", told_on, "referrer", "in_person", organisation),
        Consent("referral", confirmed_on, organisation=organisation),
    ]


def met(kind, day, hour, state="held", place_kind="home", place=None, mediators=None, replies=()):
    return Session(kind, datetime.combine(day, time(hour)), state, place_kind, place, mediators, replies)


def takes_part(given_on, withdrawn_on=None):
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
            met("first_talk", ago(48), 18),
            met("second_talk", ago(34), 18),
            met(
                *("mediation", ago(-3), 18, "planned"),
                *("neutral", "Buurthuis De Verzinning, Voorbeeldmarkt 12"),
                replies=(
                    Reply(0, "comes"),
                    Reply(1, "move", "Ik werk die avond. Een dag later kan ik wel, na zeven uur."),
                ),
            ),
        ],
        letters=[
            Letter("invitation", 1, sent_on=ago(44)),
            Letter("appointment", 0, "email", ago(5), session=2),
            Letter("appointment", 1, sent_on=ago(5), session=2),
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
                    *referred(POLICE, ago(63), ago(59)),
                    *referred(HOUSING, ago(56), ago(54)),
                    takes_part(ago(48)),
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
                consents=[*referred(POLICE, ago(62), ago(57)), takes_part(ago(34))],
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
            met("first_talk", ago(33), 13),
            met("second_talk", ago(1), 18, "planned"),
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
                consents=[takes_part(ago(33)), *referred(HOUSING, ago(13), ago(11))],
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
        conflict_waiver="Acht straten verder, kent hen niet. Beide buren weten het.",
        stage="second_talk",
        stage_since=ago(3),
        suitability="suitable",
        suitability_on=ago(66),
        taken_up="taken_up",
        taken_up_on=ago(65),
        sessions=[
            met("first_talk", ago(52), 9),
            met("second_talk", ago(38), 18),
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
                consents=[takes_part(ago(52))],
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
                consents=[takes_part(ago(30), withdrawn_on=ago(3))],
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
        linked_to="demo_case_agreement",
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
                consents=[takes_part(ago(10))],
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
            met("first_talk", ago(-1), 13, "planned"),
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
                consents=[takes_part(ago(9))],
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
            met("first_talk", ago(66), 13),
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
                consents=[*referred(SOCIAL_WORK, ago(81), ago(77)), takes_part(ago(66))],
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
            met("first_talk", ago(10), 18),
        ],
        parties=[
            Party(
                "reporter",
                "Aïcha Voorbeeldsma",
                "Romanstraat",
                "7",
                "0031 MH",
                phone="06-00000131",
                tenure="tenant",
                landlord=HOUSING,
                reported_herself=True,
                informed_on=ago(18),
                informed_how="telephone",
                consents=[
                    takes_part(ago(10)),
                    Consent("disclosure", ago(9), organisation=HOUSING, disclosed_name="A. Voorbeeldsma"),
                ],
            ),
            Party("other_party", street="Romanstraat", house_number="9", postcode="0031 MH"),
        ],
        notes=[
            Note(
                "coordinator",
                ago(9),
                "Melder wil dat haar woningcorporatie weet dat zij zich heeft gemeld. Anders mag niemand het weten.",
            )
        ],
    )


def _agreement(ago):
    """Aftercare is due today; one of the neighbours has not signed what was agreed yet."""
    return Case(
        reported_on=ago(84),
        complaint="complaint_type_noise_equipment",
        area="demo_area_binnenstad",
        description=f"De wasmachine draait laat in de avond en de muziek staat hard. {MARK}",
        coordinator=0,
        mediators=(1, 3),
        stage="aftercare",
        stage_since=ago(28),
        aftercare_on=ago(0),
        suitability="suitable",
        suitability_on=ago(79),
        taken_up="taken_up",
        taken_up_on=ago(77),
        sessions=[
            met("first_talk", ago(68), 18),
            met("second_talk", ago(55), 18),
            met("mediation", ago(28), 18, "held", "neutral", "Bibliotheek Voorbeeldstad, zaal 3, Bedachtestraat 1"),
        ],
        parties=[
            Party(
                "reporter",
                "Lotte Verzinsel",
                "Bedachtestraat",
                "105-I",
                "0011 BD",
                phone="06-00000113",
                email="lotte.verzinsel@bewoner.example",
                tenure="owner",
                reported_herself=True,
                informed_on=ago(80),
                informed_how="telephone",
                may_be_told="name",
                consents=[takes_part(ago(68))],
            ),
            Party(
                "other_party",
                "Jørgen Beispiel",
                "Bedachtestraat",
                "105-II",
                "0011 BD",
                phone="06-00000114",
                tenure="owner",
                informed_on=ago(62),
                informed_how="writing",
                consents=[takes_part(ago(55))],
            ),
        ],
        agreement=Agreement(
            ago(28),
            [
                "De wasmachine draait niet tussen 22.00 en 7.00 uur.",
                "Muziek staat na 21.00 uur zacht. De bas staat dan uit.",
                "Een feestje melden we een week van tevoren.",
                "Heeft iemand ergens last van? Dan bellen we eerst bij elkaar aan, tussen 10.00 en 20.00 uur.",
            ],
            confirmed_by=(0,),
        ),
        letters=[
            Letter("invitation", 1, sent_on=ago(62)),
            Letter("agreement", 0, "email", ago(27)),
            Letter("agreement", 1, sent_on=ago(27)),
        ],
        aftercare_answers=[
            AftercareAnswer(0, "partly", True, "Het gaat beter. De was draait soms nog laat, maar we praten nu."),
        ],
        reports=[
            Report(
                0,
                9.5,
                "4",
                "De buren luisterden aan het eind echt naar elkaar.",
                "Het papier meteen laten tekenen: nu wachten we nog op een van de buren.",
                wants_to_talk=True,
            ),
            Report(1, 8, "3", "We vulden elkaar goed aan."),
        ],
        notes=[
            Note("mediator", ago(28), "Goed gesprek. Melder heeft getekend. De buurman wil er thuis nog naar kijken."),
        ],
    )


def _just_closed(ago):
    """Closed yesterday: the letters to both neighbours wait for the printer."""
    return Case(
        channel="other",
        reported_on=ago(110),
        complaint="complaint_type_pets",
        other_complaints=["complaint_type_garden"],
        area="demo_area_fictiepark",
        description=f"De hond blaft overdag en graaft onder de heg door. {MARK}",
        coordinator=0,
        mediators=(1, 3),
        stage="closed",
        stage_since=ago(1),
        suitability="suitable",
        suitability_on=ago(104),
        taken_up="taken_up",
        taken_up_on=ago(102),
        result="result_agreements",
        closed_on=ago(1),
        sessions=[
            met("first_talk", ago(92), 13),
            met("second_talk", ago(78), 18),
            met("mediation", ago(50), 18, "held", "neutral", "Buurthuis De Verzinning, Voorbeeldmarkt 12"),
        ],
        parties=[
            Party(
                "reporter",
                "Geertje Bedacht",
                "Romanstraat",
                "21",
                "0031 MK",
                phone="06-00000115",
                tenure="owner",
                informed_on=ago(106),
                informed_how="telephone",
                may_be_told="complaint",
                consents=[takes_part(ago(92))],
            ),
            Party(
                "other_party",
                "Łukasz Przykładowska",
                "Romanstraat",
                "23",
                "0031 MK",
                phone="06-00000116",
                tenure="tenant",
                landlord="demo_organisation_housing_2",
                informed_on=ago(86),
                informed_how="writing",
                consents=[takes_part(ago(78))],
            ),
        ],
        agreement=Agreement(
            ago(50),
            [
                "De hond gaat naar een oppas als er langer dan vier uur niemand thuis is.",
                "Het gat onder de heg wordt voor het weekend gedicht. De kosten delen we.",
                "We groeten elkaar op straat.",
            ],
            confirmed_by=(0, 1),
        ),
        letters=[
            Letter("invitation", 1, sent_on=ago(86)),
            *(Letter(kind, party) for kind in ("closing", "satisfaction") for party in (0, 1)),
        ],
        reports=[Report(0, 11, "3", "Het plannen ging vlot en de buren waren open.", "Eerder een pauze nemen.")],
        notes=[Note("coordinator", ago(1), "Beide buren gebeld. Het gaat goed. De zaak kan dicht.")],
    )


def _group(ago):
    """Three households talk about parking; the talk with all of them was moved."""
    place = ("neutral", "Wijkcentrum Het Denkbeeld, Denkbeeldenlaan 2")
    return Case(
        reported_on=ago(75),
        complaint="complaint_type_parking",
        other_complaints=["complaint_type_relationship"],
        area="demo_area_proefakkers",
        description=f"Drie huishoudens delen een oprit. Er is vaak ruzie over wie waar staat. {MARK}",
        way_of_working="group",
        is_complex=True,
        coordinator=1,
        mediators=(1, 2),
        stage="mediation",
        stage_since=ago(20),
        suitability="suitable",
        suitability_on=ago(70),
        taken_up="taken_up",
        taken_up_on=ago(68),
        sessions=[
            met("first_talk", ago(56), 18),
            met("second_talk", ago(41), 18),
            met("mediation", ago(2), 18, "moved", *place),
            met("mediation", ago(-5), 18, "planned", *place, replies=(Reply(0, "comes"), Reply(2, "comes"))),
        ],
        parties=[
            Party(
                "reporter",
                "François van Fantasie",
                "Staalkaartstraat",
                "31",
                "0023 GT",
                phone="06-00000117",
                email="francois.vanfantasie@bewoner.example",
                tenure="owner",
                reported_herself=True,
                informed_on=ago(71),
                informed_how="telephone",
                may_be_told="name",
                consents=[takes_part(ago(56))],
            ),
            Party(
                "other_party",
                "Nadia Tusaale",
                "Staalkaartstraat",
                "33",
                "0023 GT",
                phone="06-00000118",
                email="nadia.tusaale@bewoner.example",
                tenure="owner",
                informed_on=ago(48),
                informed_how="writing",
                consents=[takes_part(ago(41))],
            ),
            Party(
                "other_party",
                "Piet op 't Voorbeeld",
                "Staalkaartstraat",
                "35",
                "0023 GT",
                phone="06-00000119",
                tenure="owner",
                informed_on=ago(48),
                informed_how="writing",
                consents=[takes_part(ago(40))],
            ),
        ],
        letters=[
            *(Letter("invitation", party, sent_on=ago(48)) for party in (1, 2)),
            Letter("appointment", 0, "email", ago(9), session=2, failure="address"),
            Letter("appointment", 1, "email", ago(9), session=2),
            Letter("appointment", 0, "email", ago(3), session=3),
            Letter("appointment", 1, "email", ago(3), session=3),
            Letter("appointment", 2, sent_on=ago(3), session=3),
        ],
        notes=[
            Note("coordinator", ago(3), "Een van de buren kon niet. Het gesprek is een week later. Iedereen weet het."),
        ],
    )


def _coaching(ago):
    """The other party refuses to talk; a coach, who met nobody of them before, helps the reporter."""
    return Case(
        reported_on=ago(66),
        complaint="complaint_type_relationship",
        area="demo_area_verzonnen_hof",
        description=f"De buren praten niet meer met elkaar. Melder wil weten wat zij zelf kan doen. {MARK}",
        way_of_working="coaching",
        coordinator=0,
        mediators=(0,),
        stage="first_talk",
        stage_since=ago(8),
        suitability="suitable",
        suitability_on=ago(61),
        taken_up="taken_up",
        taken_up_on=ago(60),
        sessions=[
            met("first_talk", ago(50), 18, mediators=(1, 2)),
            met("second_talk", ago(33), 18, "not_held", mediators=(1, 2)),
            met("coaching", ago(0), 18, "planned"),
        ],
        parties=[
            Party(
                "reporter",
                "Tjitske Denkbeeldig",
                "Sprookjesstraat",
                "11",
                "0021 PT",
                phone="06-00000120",
                email="tjitske.denkbeeldig@bewoner.example",
                tenure="owner",
                reported_herself=True,
                informed_on=ago(62),
                informed_how="telephone",
                may_be_told="complaint",
                consents=[takes_part(ago(50))],
            ),
            Party(
                "other_party",
                "Henk Exemplo",
                "Sprookjesstraat",
                "13",
                "0021 PT",
                informed_on=ago(45),
                informed_how="writing",
            ),
        ],
        letters=[
            Letter("invitation", 1, sent_on=ago(45)),
            Letter("appointment", 0, "email", ago(4), session=2),
        ],
        notes=[
            Note("coordinator", ago(31), "De andere buur deed niet open en wil geen gesprek. Melder wil wel verder."),
            Note("coordinator", ago(8), "Verder als coaching, met iemand die de buren nog niet heeft ontmoet."),
        ],
    )


def _reported_by_both(ago):
    """Two neighbours report the same conflict, each as reporter: the other report looks like this one."""
    return Case(
        reported_on=ago(1),
        complaint="complaint_type_garden",
        area="demo_area_schijnwerf",
        description=f"De takken van de boom van de buren hangen boven het terras. {MARK}",
        parties=[
            Party(
                "reporter",
                "Mirjam Esempio",
                "Maquettesingel",
                "17",
                "0032 HP",
                phone="06-00000121",
                email="mirjam.esempio@bewoner.example",
                tenure="owner",
                reported_herself=True,
            ),
            Party("other_party", street="Maquettesingel", house_number="19", postcode="0032 HP"),
        ],
    )


def _reported_by_both_2(ago):
    """The report of the neighbour of ``_reported_by_both``."""
    return Case(
        reported_on=ago(0),
        complaint="complaint_type_relationship",
        area="demo_area_schijnwerf",
        description=f"De buurvrouw is boos over een boom en zegt niets meer. {MARK}",
        parties=[
            Party(
                "reporter",
                "Hamza Udaharan",
                "Maquettesingel",
                "19",
                "0032 HP",
                phone="06-00000122",
                email="hamza.udaharan@bewoner.example",
                tenure="owner",
                reported_herself=True,
            ),
            Party("other_party", "Mw. Esempio", "Maquettesingel", "17", "0032 HP"),
        ],
    )
