"""The cases of the demo data that show what happens with personal data over time, written by hand.

All people, addresses and organisations are invented; ``vocabulary.py`` says how one can see that.
"""

from datetime import timedelta

from .generator import Agreement, Case, Letter, Note, Party, Referral
from .hard_cases import POLICE, met, referred, takes_part
from .vocabulary import MARK

NEUTRAL = ("neutral", "Wijkcentrum Het Denkbeeld, Denkbeeldenlaan 2")
# What an earlier system had: how many days ago each case was reported and closed, and what came of it.
EARLIER_CASES = (
    (620, 540, "Huisdieren", "Een haan kraait elke ochtend om vijf uur.", "Bemiddeld, met afspraken", "ja"),
    (555, 537, "Geluid door personen", "Er wordt laat op de galerij gepraat.", "Geen contact", "nee"),
    (533, 430, "Geluid door personen", "Deuren slaan in de nacht.", "Bemiddeld, met afspraken", "ja"),
    (498, 410, "Huisdieren", "Duivenvoer op het balkon.", "Bemiddeld, met afspraken", "ja"),
)
# Cases of which something goes in the coming month, whatever the day: how many days ago each ended, and whose it was.
ENDED = {
    "demo_case_ended_one_year": (355, "Fabelpad", 2, "0031 FP", "Saïda Fictief", "Jeroen Tusaale"),
    "demo_case_ended_eighteen_months": (538, "Fabelpad", 6, "0031 FP", "Femke Mfano", "Arjen Proefhuizen"),
    "demo_case_ended_two_years": (720, "Fabelpad", 10, "0031 FP", "Karim Bedacht", "Chloé Ejemplo"),
}
EARLIER_HEADINGS = (
    *("Zaaknummer", "Datum melding", "Datum afsluiting", "Soort klacht", "Omschrijving", "Resultaat", "Opgelost"),
    *("Naam melder", "Straat melder", "Huisnummer melder", "Telefoon melder", "Naam buur", "Adres buur"),
)


def privacy_cases(today):
    """Return these cases as they are today; see ``hard_cases``.

    :param date today: the day to which their dates are relative
    :return: each ``Case``, by the external id that it gets in the database
    :rtype: dict[str, Case]
    """

    def ago(days):
        return today - timedelta(days=days)

    cases = {
        "demo_case_held": _held(ago),
        "demo_case_forgotten": _forgotten(ago),
        "demo_case_erased": _erased(ago),
        "demo_case_restricted": _restricted(ago),
        "demo_case_withdrawn_by_link": _withdrawn_by_link(ago),
        **{name: _ended(ago, *what) for name, what in ENDED.items()},
    }
    for case in cases.values():
        case.tell_referrers()
    return cases


def earlier_rows(today):
    """Return the spreadsheet of the system that was used before, with its headings.

    :param date today: the day to which its dates are relative
    :rtype: list[list[str]]
    """
    rows = [list(EARLIER_HEADINGS)]
    for number, (reported, closed, complaint, description, result, resolved) in enumerate(EARLIER_CASES, 1):
        days = [f"{today - timedelta(days=days):%d-%m-%Y}" for days in (reported, closed)]
        rows.append(
            [
                *(f"OUD-{number:03}", *days, complaint, f"{description} {MARK}", result, resolved),
                *(f"W. Proefstra {'I' * number}", "Modelstraat", str(900 + 4 * number), f"06-0000018{number}"),
                *(f"Z. Nepstra {'I' * number}", f"Modelstraat {902 + 4 * number}"),
            ]
        )
    return rows


def _held(ago):
    """Over for more than two years: without the hold, for a complaint that is being handled, it would be gone."""
    return Case(
        channel="other",
        reported_on=ago(860),
        complaint="complaint_type_noise_works",
        area="demo_area_proefakkers",
        description=f"Er werd maanden verbouwd, ook in de avond. {MARK}",
        coordinator=0,
        mediators=(2, 3),
        stage="closed",
        stage_since=ago(745),
        suitability="suitable",
        suitability_on=ago(855),
        taken_up="taken_up",
        taken_up_on=ago(853),
        result="result_no_agreement",
        closed_on=ago(745),
        sessions=[
            met("first_talk", ago(840), 18),
            met("second_talk", ago(820), 18),
            met("mediation", ago(780), 18, "held", *NEUTRAL),
        ],
        parties=[
            Party(
                "reporter",
                "Roos van Denkbeeld",
                "Proefakkerweg",
                "8",
                "0023 RD",
                phone="06-00000151",
                email="roos.vandenkbeeld@bewoner.example",
                tenure="owner",
                informed_on=ago(858),
                informed_how="telephone",
                may_be_told="complaint",
                consents=[takes_part(ago(840))],
            ),
            Party(
                "other_party",
                "Rachid Mfano",
                "Proefakkerweg",
                "10",
                "0023 RD",
                phone="06-00000152",
                tenure="owner",
                informed_on=ago(830),
                informed_how="writing",
                consents=[takes_part(ago(815))],
            ),
        ],
        letters=[Letter("invitation", 1, sent_on=ago(830))],
        notes=[Note("mediator", ago(780), "Het gesprek liep vast op de kosten. Zij komen er samen niet uit.")],
    )


def _ended(ago, ended, street, number, postcode, reporter, neighbour):
    """A referral that ended so many days ago: first its letters go, then its people and messages, then the rest."""
    return Case(
        channel="referral",
        reported_on=ago(ended + 110),
        complaint="complaint_type_children",
        area="demo_area_fictiepark",
        description=f"Voetballen tegen de schuur, ook op zondagochtend. {MARK}",
        coordinator=1,
        mediators=(1, 3),
        stage="closed",
        stage_since=ago(ended),
        suitability="suitable",
        suitability_on=ago(ended + 105),
        taken_up="taken_up",
        taken_up_on=ago(ended + 104),
        result="result_agreements",
        closed_on=ago(ended),
        sessions=[
            met("first_talk", ago(ended + 95), 13),
            met("second_talk", ago(ended + 80), 18),
            met("mediation", ago(ended + 60), 18, "held", *NEUTRAL),
        ],
        parties=[
            Party(
                "reporter",
                reporter,
                street,
                str(number),
                postcode,
                phone=f"06-000016{number:02}",
                tenure="owner",
                informed_on=ago(ended + 108),
                informed_how="telephone",
                may_be_told="name",
                consents=[*referred(POLICE, ago(ended + 111), ago(ended + 108)), takes_part(ago(ended + 95))],
            ),
            Party(
                "other_party",
                neighbour,
                street,
                str(number + 2),
                postcode,
                tenure="owner",
                informed_on=ago(ended + 88),
                informed_how="writing",
                consents=[takes_part(ago(ended + 78))],
            ),
        ],
        referrals=[Referral(POLICE, ago(ended + 110), "demo_user_police", f"PV-009{number:02}")],
        letters=[Letter("invitation", 1, sent_on=ago(ended + 88))],
        notes=[Note("mediator", ago(ended + 60), "De buren maakten samen afspraken over vaste tijden.")],
    )


def _forgotten(ago):
    """A report with which nothing was done for almost a year: the job will end it."""
    return Case(
        channel="other",
        reported_on=ago(356),
        complaint="complaint_type_smoke",
        area="demo_area_stationsbuurt",
        description=f"Rook van een barbecue op het balkon. {MARK}",
        coordinator=1,
        stage="intake",
        stage_since=ago(350),
        parties=[
            Party(
                "reporter",
                "Piet Contoh",
                "Proefperronlaan",
                "6",
                "0012 PD",
                phone="06-00000153",
                informed_on=ago(350),
                informed_how="telephone",
            ),
            Party("other_party", street="Proefperronlaan", house_number="8", postcode="0012 PD"),
        ],
        notes=[Note("coordinator", ago(350), "Melder belt terug na de vakantie.")],
    )


def _erased(ago):
    """The reporter asked to erase the data; the file of the neighbour stays as it is."""
    return Case(
        channel="referral",
        reported_on=ago(150),
        complaint="complaint_type_garden",
        area="demo_area_nieuw_bedacht",
        description=f"De heg tussen de tuinen is te hoog. {MARK}",
        coordinator=0,
        mediators=(0, 3),
        stage="closed",
        stage_since=ago(45),
        suitability="suitable",
        suitability_on=ago(146),
        taken_up="taken_up",
        taken_up_on=ago(145),
        result="result_agreements",
        closed_on=ago(45),
        sessions=[
            met("first_talk", ago(135), 13),
            met("second_talk", ago(120), 18),
            met("mediation", ago(100), 18, "held", *NEUTRAL),
        ],
        parties=[
            Party(
                "reporter",
                "Desirée Exemple",
                "Invalstraat",
                "12",
                "0033 KL",
                phone="06-00000154",
                email="desiree.exemple@bewoner.example",
                tenure="owner",
                informed_on=ago(148),
                informed_how="telephone",
                may_be_told="name",
                consents=[*referred(POLICE, ago(151), ago(148)), takes_part(ago(135))],
            ),
            Party(
                "other_party",
                "Kees Hayalî",
                "Invalstraat",
                "14",
                "0033 KL",
                phone="06-00000155",
                tenure="owner",
                informed_on=ago(128),
                informed_how="writing",
                consents=[takes_part(ago(118))],
            ),
        ],
        referrals=[Referral(POLICE, ago(150), "demo_user_police", "PV-00951")],
        agreement=Agreement(
            ago(100),
            ["De heg wordt elk voorjaar geknipt tot twee meter.", "De kosten delen we. We vragen samen een offerte."],
            confirmed_by=(0, 1),
        ),
        letters=[Letter("invitation", 1, sent_on=ago(128))],
    )


def _restricted(ago):
    """The neighbour asked not to use the data for now; the reporter was in a case before and asks what is kept."""
    return Case(
        reported_on=ago(48),
        complaint="complaint_type_harassment",
        area="demo_area_proefakkers",
        description=f"Na de verbouwing groeten de buren niet meer. Er komen briefjes door de bus. {MARK}",
        coordinator=0,
        mediators=(0, 1),
        stage="second_talk",
        stage_since=ago(20),
        suitability="suitable",
        suitability_on=ago(43),
        taken_up="taken_up",
        taken_up_on=ago(42),
        sessions=[met("first_talk", ago(30), 18), met("second_talk", ago(-6), 18, "planned")],
        parties=[
            Party(
                "reporter",
                "Roos van Denkbeeld",
                "Proefakkerweg",
                "8",
                "0023 RD",
                phone="06-00000151",
                email="roos.vandenkbeeld@bewoner.example",
                tenure="owner",
                reported_herself=True,
                informed_on=ago(45),
                informed_how="telephone",
                may_be_told="complaint",
                consents=[takes_part(ago(30))],
            ),
            Party(
                "other_party",
                "Małgorzata Primjer",
                "Proefakkerweg",
                "6",
                "0023 RD",
                phone="06-00000156",
                tenure="tenant",
                informed_on=ago(24),
                informed_how="writing",
            ),
        ],
        letters=[Letter("invitation", 1, sent_on=ago(24))],
        notes=[Note("coordinator", ago(24), "Brief gebracht. De buurvrouw zegt dat haar gegevens niet kloppen.")],
    )


def _withdrawn_by_link(ago):
    """The neighbour stopped on the personal page: mediation stopped at once, and the talk was cancelled."""
    return Case(
        reported_on=ago(66),
        complaint="complaint_type_pets",
        area="demo_area_verzonnen_hof",
        description=f"Twee honden blaffen als er niemand thuis is. {MARK}",
        coordinator=1,
        mediators=(1, 2),
        stage="mediation",
        stage_since=ago(12),
        suitability="suitable",
        suitability_on=ago(61),
        taken_up="taken_up",
        taken_up_on=ago(60),
        sessions=[
            met("first_talk", ago(50), 18),
            met("second_talk", ago(30), 18),
            met("mediation", ago(-8), 18, "planned", *NEUTRAL),
        ],
        parties=[
            Party(
                "reporter",
                "Ines Beispiel",
                "Verzonnenhof",
                "15",
                "0021 HK",
                phone="06-00000157",
                tenure="owner",
                reported_herself=True,
                informed_on=ago(63),
                informed_how="telephone",
                may_be_told="name",
                consents=[takes_part(ago(50))],
            ),
            Party(
                "other_party",
                "Wouter Örnek",
                "Verzonnenhof",
                "17",
                "0021 HK",
                phone="06-00000158",
                tenure="owner",
                informed_on=ago(38),
                informed_how="writing",
                consents=[takes_part(ago(28))],
            ),
        ],
        letters=[Letter("invitation", 1, sent_on=ago(38))],
    )
