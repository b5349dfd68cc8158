"""What the demo year is put together from: an invented town with invented people.

Everybody here is invented, and can be recognised as such: the surnames are words for "example", "invented" or
"imaginary" in the languages of the people, and the streets, the postcodes (which start with 0), the mobile numbers
(which start with 06-00) and the domain ``.example`` of the e-mail addresses are not in use anywhere.

The numbers are shares: how many cards of that kind are in a ``Deck``, see ``generator.py``. They lie within the
figures that are published for the field: 10% not suitable, a quarter complex, 45-50% self-reports, 25-30% from
housing associations, 10-15% from the police, 45-75% noise, 70% of the handled cases ended well, and a peak from May
to August.
"""

CITY = "Voorbeeldstad"
EMAIL_DOMAIN = "bewoner.example"

FIRST_NAMES = (
    "Aaltje", "Ahmed", "André", "Anouk", "Arjen", "Ayşe", "Berend", "Björn", "Chantal", "Chloé", "Daniël", "Desirée",
    "Emine", "Eveline", "Fatima", "Femke", "François", "Geertje", "Gülşen", "Hamza", "Hélène", "Henk", "Ines", "Jørgen",
    "Jeroen", "Joëlle", "Karim", "Kees", "Łukasz", "Lotte", "Małgorzata", "Marieke", "Mehmet", "Mirjam", "Nadia",
    "Noëlle", "Oksana", "Özlem", "Piet", "Rachid", "Renée", "Roos", "Saïda", "Sjoerd", "Soraya", "Thérèse", "Tjitske",
    "Wouter", "Yıldız", "Youssef", "Zoë", "Žaneta",
)  # fmt: skip
SURNAMES = (
    "Bedacht", "van Bedacht", "Beispiel", "Ben Mithal", "Contoh", "Dæmi", "van Denkbeeld", "Denkbeeldig", "Ejemplo",
    "El Mithali", "Esempio", "Exemple", "d'Exemple", "Exemplo", "van Fantasie", "Fictief", "ter Fictie", "Hayalî",
    "Mfano", "Nepstra", "Örnek", "Örnekoğlu", "Příklad", "Primjer", "van de Proef", "Proefhuizen", "Proefstra",
    "Pryklad", "Przykładowska", "Schijnsma", "van Schijn tot Fictie", "Tusaale", "Udaharan", "Verzinsel", "Verzonnen",
    "van der Verzinning", "Voorbeeld", "van der Voorbeeld", "op 't Voorbeeld", "Voorbeeldsma",
)  # fmt: skip
LANGUAGES = ("Arabisch", "Engels", "Oekraïens", "Pools", "Somalisch", "Tigrinya", "Turks")

# The neighbourhoods, by their external id, with the streets and the postcode.
NEIGHBOURHOODS = {
    "demo_area_binnenstad": (("Voorbeeldmarkt", "Bedachtestraat", "Fictiegracht"), "0011"),
    "demo_area_stationsbuurt": (("Schijnspoorstraat", "Proefperronlaan", "Denkbeeldplein"), "0012"),
    "demo_area_verzonnen_hof": (("Verzonnenhof", "Sprookjesstraat", "Luchtkasteellaan"), "0021"),
    "demo_area_denkbeelden": (("Denkbeeldenlaan", "Gedachtestraat", "Hersenspinsel"), "0022"),
    "demo_area_proefakkers": (("Proefakkerweg", "Monsterhof", "Staalkaartstraat"), "0023"),
    "demo_area_fictiepark": (("Fictieparklaan", "Romanstraat", "Fabelpad"), "0031"),
    "demo_area_schijnwerf": (("Schijnwerfkade", "Modelstraat", "Maquettesingel"), "0032"),
    "demo_area_nieuw_bedacht": (("Nieuw-Bedachtlaan", "Invalstraat", "Ingevingshof"), "0033"),
}

# The organisations that refer, by external id, each with the external ids of its employees who submit and with
# the way it writes its own references.
ORGANISATIONS = {
    "demo_organisation_police": (("demo_user_police", "demo_user_police_2"), "PV-{number:05}"),
    "demo_organisation_housing": (("demo_user_housing", "demo_user_housing_2"), "OVL/{number}"),
    "demo_organisation_housing_2": (("demo_user_housing_other",), "Z{number:06}"),
    "demo_organisation_municipality": (("demo_user_municipality",), "W{number}"),
    "demo_organisation_neighbourhood": (("demo_user_neighbourhood",), ""),
    "demo_organisation_social_work": (("demo_user_social_work",), "mw {number}"),
    "demo_organisation_home_care": (("demo_user_home_care",), ""),
}
LANDLORDS = {"demo_organisation_housing": 6, "demo_organisation_housing_2": 4}
TENURES = {"tenant": 68, "owner": 32}

# A channel other than a referral, or the organisation that refers.
SOURCES = {
    "self_report": 94,
    "other": 2,
    "demo_organisation_housing": 33,
    "demo_organisation_housing_2": 22,
    "demo_organisation_police": 25,
    "demo_organisation_municipality": 9,
    "demo_organisation_social_work": 7,
    "demo_organisation_neighbourhood": 5,
    "demo_organisation_home_care": 3,
}
REFERRAL_METHODS = {"in_person": 5, "telephone": 4, "writing": 1}

# From January to December.
MONTHS = (6, 6, 7, 8, 11, 12, 12, 11, 8, 7, 6, 6)
# From Monday to Sunday: the page for residents is open in weekends, most offices are not.
WEEKDAYS = (12, 10, 10, 10, 10, 2, 2)

# How a case goes: a result of a case that is taken up, or what keeps it from that.
COURSES = {
    "not_suitable": 20,
    "not_taken_up": 12,
    "result_agreements": 39,
    "result_first_talk": 22,
    "result_second_talk": 22,
    "result_improved": 13,
    "result_shuttle": 8,
    "result_group": 4,
    "result_coaching": 6,
    "result_advice": 7,
    "result_no_agreement": 10,
    "result_first_party_stops": 10,
    "result_second_party_refuses": 15,
    "result_withdrawn": 6,
    "result_no_contact": 6,
}
UNSUITABLE_REASONS = {
    "unsuitable_reason_vertical": 4,
    "unsuitable_reason_procedure": 3,
    "unsuitable_reason_exhausted": 3,
    "unsuitable_reason_no_talk": 2,
    "unsuitable_reason_family": 2,
    "unsuitable_reason_elsewhere": 3,
    "unsuitable_reason_refuses": 2,
    "unsuitable_reason_violence": 1,
    "unsuitable_reason_no_permission": 3,
}
NOT_TAKEN_UP_RESULTS = {
    "result_no_contact": 4,
    "result_first_party_stops": 3,
    "result_no_capacity": 2,
    "result_referred_on": 1,
}

LATER_ANSWERS = {"holds": 6, "partly": 2, "no": 1, "not_reached": 2}

COMPLAINTS = {
    "complaint_type_noise_persons": 26,
    "complaint_type_noise_equipment": 22,
    "complaint_type_noise_works": 10,
    "complaint_type_harassment": 8,
    "complaint_type_relationship": 9,
    "complaint_type_garden": 8,
    "complaint_type_pets": 4,
    "complaint_type_children": 3,
    "complaint_type_parking": 3,
    "complaint_type_smoke": 2,
    "complaint_type_rubbish": 2,
    "complaint_type_damage": 1,
    "complaint_type_lifestyle": 1,
    "complaint_type_other": 1,
}
STORIES = {
    "complaint_type_noise_persons": (
        "De buren praten en lopen tot laat in de avond. De vloer is dun en je hoort bijna alles.",
        "Er is vaak bezoek, ook doordeweeks. Op de galerij wordt dan hard gepraat en gelachen.",
        "’s Ochtends om zes uur slaan de deuren en wordt er op de trap gerend.",
        "De buren hebben vaak ruzie en roepen naar elkaar. Dat is in de hele portiek te horen.",
    ),
    "complaint_type_noise_equipment": (
        "De muziek staat ’s avonds hard. Vooral de bas is door de muur te voelen.",
        "De wasmachine en de droger draaien ’s nachts. Ze staan op een houten vloer.",
        "De televisie staat tegen de gezamenlijke muur en staat tot na middernacht aan.",
        "De warmtepomp in de tuin van de buren bromt. Het geluid is het hele etmaal te horen.",
    ),
    "complaint_type_noise_works": (
        "Er wordt al maanden geklust. Er wordt ook op zondag geboord.",
        "De buren verbouwen de badkamer. Niemand weet hoelang het nog duurt.",
        "In de schuur wordt ’s avonds gezaagd en geschuurd.",
    ),
    "complaint_type_harassment": (
        "De buren groeten niet meer en maken vervelende opmerkingen in het trappenhuis.",
        "Melder vindt briefjes in de brievenbus en denkt dat ze van de buurman zijn.",
        "Er wordt geroddeld in de buurt. Melder durft niet goed meer naar buiten als de buren er zijn.",
    ),
    "complaint_type_relationship": (
        "De buren waren jarenlang bevriend. Na een meningsverschil praten ze niet meer met elkaar.",
        "Er is al langer spanning. Elk klein ding wordt nu een ruzie.",
        "Beide buren voelen zich niet gehoord. Ze zeggen alleen nog via anderen iets tegen elkaar.",
    ),
    "complaint_type_garden": (
        "De coniferen van de buren hangen over de schutting en nemen het licht weg.",
        "De nieuwe schutting staat volgens melder dertig centimeter op zijn grond.",
        "De klimop van de buren groeit onder de dakpannen van de schuur.",
    ),
    "complaint_type_pets": (
        "De hond van de buren blaft de hele dag als zij naar hun werk zijn.",
        "De katten van de buren gebruiken de moestuin als kattenbak.",
        "De haan kraait elke ochtend om vijf uur.",
    ),
    "complaint_type_children": (
        "Kinderen voetballen tegen de zijmuur van het huis.",
        "De kinderen van boven rennen en springen. Het huis is gehorig.",
        "De trampoline staat naast het terras van de buren. Er wordt veel op geroepen.",
    ),
    "complaint_type_parking": (
        "De bestelbus staat altijd voor het raam van de buren.",
        "De oprit wordt vaak geblokkeerd. Er is al een paar keer over gemopperd.",
        "Bezoek van de buren zet fietsen voor de voordeur.",
    ),
    "complaint_type_smoke": (
        "De houtkachel van de buren geeft rook in de slaapkamer.",
        "De barbecue staat elke warme avond onder het raam van de bovenburen.",
    ),
    "complaint_type_rubbish": (
        "Er staan vuilniszakken in de portiek. Het is niet duidelijk wie schoonmaakt.",
        "Op de galerij staan spullen. Melder kan er met de rollator niet langs.",
    ),
    "complaint_type_damage": (
        "Bij het snoeien is de heg van de buren beschadigd. Ze worden het niet eens over de kosten.",
    ),
    "complaint_type_lifestyle": ("De buren leven ’s nachts door hun werk. De benedenbuur leeft overdag. Dat botst.",),
    "complaint_type_other": ("De camera bij de voordeur van de buren kijkt ook in de tuin van melder.",),
}
EFFORTS = (
    "Melder heeft er één keer over gepraat. Dat hielp een week.",
    "Melder weet niet hoe je hierover begint.",
    "Ze hebben er nog nooit rustig over gepraat.",
    "Een praatje bij de voordeur liep uit op een woordenwisseling.",
    "Melder schreef een briefje, maar kreeg geen antwoord.",
    "Vroeger was het contact goed. Melder wil dat graag terug.",
)
# At the end of each description, for whoever sees only that.
MARK = "(Verzonnen voorbeeld.)"

# Notes with who writes them, by what they are about: a stage that the case comes in, or how it ends.
NOTES = {
    "intake": (
        ("coordinator", "Melder gebeld. Rustig gesprek. Melder wil graag met de buren praten, maar niet alleen."),
        ("coordinator", "Intake gedaan. Uitgelegd dat wij geen partij kiezen en dat meedoen vrijwillig is."),
        ("coordinator", "Intake gedaan na twee keer bellen. Melder is na vijf uur het best bereikbaar."),
    ),
    "first_talk": (
        ("mediator", "Op huisbezoek geweest. Melder wil vooral weer gewoon kunnen groeten op straat."),
        ("mediator", "Afspraak gemaakt voor het eerste gesprek, bij melder thuis."),
        ("mediator", "Fijn gesprek. Melder ziet nu ook dat de buren misschien niet weten hoe het overkomt."),
    ),
    "second_talk": (
        ("mediator", "Bij de andere buur geweest. Die schrok ervan en wil graag meedenken."),
        ("mediator", "De andere buur belde terug. We komen volgende week langs, na het werk."),
    ),
    "second_talk_alone": (
        ("mediator", "Kaartje in de bus gedaan bij de andere buur, met ons telefoonnummer."),
        ("mediator", "Nog geen antwoord van de andere buur. We gaan nog een keer langs, dan op een avond."),
    ),
    "mediation": (
        ("mediator", "Beide buren willen samen om tafel. Het buurthuis is gevraagd om een zaaltje."),
        ("coordinator", "Zaaltje in het buurthuis is geregeld. Beide buren hebben bericht."),
    ),
    "aftercare": (
        ("mediator", "De afspraken staan op papier en beide buren hebben ze gekregen. Over een paar weken bellen we."),
        ("coordinator", "Over vier weken bellen hoe het gaat."),
    ),
    "aftercare_early": (
        ("mediator", "Melder kan nu zelf verder. Over een paar weken bellen we hoe het gaat."),
        ("coordinator", "Over vier weken bellen hoe het gaat."),
    ),
    "handled": (
        ("coordinator", "Beide bemiddelaars bedankt. De zaak kan dicht."),
        ("coordinator", "Melder gebeld en verteld dat we de zaak afsluiten."),
    ),
    "not_handled": (
        ("coordinator", "Melder gebeld en verteld dat we de zaak afsluiten. Melder mag altijd opnieuw bellen."),
        ("coordinator", "Zaak besproken in het werkoverleg. We stoppen hier."),
    ),
}
# What there is to do for the coordinator, by the stage that the case is in.
ACTIVITIES = {
    "reported": ("mail.mail_activity_data_call", "Bellen voor de intake"),
    "intake": ("mail.mail_activity_data_todo", "Koppel bemiddelaars zoeken"),
    "first_talk": ("mail.mail_activity_data_meeting", "Afspraak voor het eerste gesprek"),
    "second_talk": ("mail.mail_activity_data_meeting", "Afspraak met de andere buur"),
    "mediation": ("mail.mail_activity_data_meeting", "Zaaltje regelen voor het bemiddelingsgesprek"),
    "aftercare": ("mail.mail_activity_data_call", "Nazorg: bellen hoe het nu gaat"),
}

NEUTRAL_PLACES = (
    "Buurthuis De Verzinning, Voorbeeldmarkt 12",
    "Wijkcentrum Het Denkbeeld, Denkbeeldenlaan 2",
    "Bibliotheek Voorbeeldstad, zaal 3, Bedachtestraat 1",
)

# What neighbours agree, by the complaint, and what anybody can agree.
AGREEMENT_POINTS = {
    "complaint_type_noise_persons": (
        "Na 22.00 uur praten we zacht op de galerij en in de portiek.",
        "De deuren doen we met de hand dicht, zodat ze niet slaan.",
    ),
    "complaint_type_noise_equipment": (
        "Muziek staat na 21.00 uur zacht. De bas staat dan uit.",
        "De wasmachine draait niet tussen 22.00 en 7.00 uur.",
    ),
    "complaint_type_noise_works": (
        "Klussen met een boor of een zaag doen we van maandag tot en met zaterdag, tussen 9.00 en 18.00 uur.",
        "Een grote klus melden we drie dagen van tevoren met een briefje.",
    ),
    "complaint_type_garden": (
        "De heg wordt elk jaar in oktober gesnoeid tot twee meter.",
        "Het snoeien doen we samen, op een zaterdag die beide buren kunnen.",
    ),
    "complaint_type_pets": (
        "De hond gaat mee naar het werk of naar een oppas als er langer dan vier uur niemand thuis is.",
        "De hond gaat om 7.00 uur en om 22.00 uur uit, en niet alleen de tuin in.",
    ),
    "complaint_type_children": (
        "De kinderen voetballen op het veldje en niet tegen de zijmuur.",
        "Tot 8.00 uur spelen de kinderen niet boven de slaapkamer.",
    ),
    "complaint_type_parking": (
        "De bestelbus staat op het parkeerterrein en niet voor het raam.",
        "Bezoek parkeert niet voor de oprit. Wie bezoek krijgt, zegt dat vooraf.",
    ),
    "complaint_type_rubbish": (
        "Vuilniszakken gaan pas op de ochtend van de ophaaldag naar buiten.",
        "De trap maken we om de week schoon. Het rooster hangt in de hal.",
    ),
}
COMMON_POINTS = (
    "Heeft iemand ergens last van? Dan bellen we eerst bij elkaar aan, tussen 10.00 en 20.00 uur.",
    "We sturen elkaar een berichtje en wachten een dag met antwoorden als we boos zijn.",
    "We groeten elkaar op straat en in de hal.",
    "Een feestje melden we een week van tevoren.",
    "Over drie maanden drinken we samen koffie en kijken we hoe het gaat.",
)

# What mediators write in their reports.
WENT_WELL = (
    "We hebben allebei goed doorgevraagd. De buren luisterden aan het eind echt naar elkaar.",
    "Het plannen ging vlot en de buren waren open.",
    "We vulden elkaar goed aan: de een vroeg, de ander vatte samen.",
    "Rustig begonnen met een kennismaking. Dat hielp.",
)
LEARNED = (
    "Eerder een pauze nemen als het gesprek vastloopt.",
    "Vooraf afspreken wie van ons het gesprek opent.",
    "Niet te snel naar oplossingen gaan.",
    "",
)

# Mediators by their position in the list of volunteers; the first of them work on the hand-written cases too. Where
# each lives in turn, and what is known of some.
HOMES = (
    "demo_area_schijnwerf", "demo_area_nieuw_bedacht", "demo_area_stationsbuurt", "demo_area_verzonnen_hof",
    "demo_area_binnenstad", "demo_area_denkbeelden", "demo_area_proefakkers", "demo_area_fictiepark",
)  # fmt: skip
TIES = {5: ("demo_organisation_housing",)}
EXPIRED_CERTIFICATE, EXPIRING_CERTIFICATE, NO_CERTIFICATE, PAUSED = 4, 7, 9, 11
MEDIATOR_LANGUAGES = (
    ("language_english",), ("language_english", "language_german"), (), ("language_turkish",),
    ("language_english", "language_french"), ("language_arabic", "language_berber"), (), ("language_polish",),
    ("language_english", "language_spanish"),
)  # fmt: skip
RARE_LANGUAGES = {8: ("language_tigrinya",), 13: ("language_dutch_sign",)}
MEDIATOR_SKILLS = (
    ("skill_coaching", "skill_complex"), ("skill_group",), ("skill_group", "skill_young"), ("skill_shuttle",), (),
    ("skill_coaching",), ("skill_complex", "skill_shuttle"),
)  # fmt: skip
MEDIATOR_DAYS = (
    ("mon", "tue", "thu"), ("tue", "thu"), ("mon", "tue", "wed", "thu"), ("wed", "fri", "sat"), ("tue", "wed"),
)  # fmt: skip
