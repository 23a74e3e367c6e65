"""A council report of Elzenwaard 2027 (domain.md, sections 4 and 5), to try the writers of documents on."""

from pathlib import Path
from typing import Any

from jaarring.document import document_environment
from jaarring.dutch import filters

HERE = Path(__file__).parent
TEMPLATES = HERE.parents[1] / "templates"

GOALS = [
    (
        "Belangrijke processen met een getest plan, van 12",
        "2",
        "6",
        "5",
        "aandacht",
        "Het zesde plan is geschreven. De test schoof op, omdat de leverancier pas in januari kon.",
    ),
    (
        "Hersteltijd van de kernsystemen in de oefening, in uren",
        "36",
        "24",
        "23",
        "goed",
        "In juni duurde het 41 uur.\nIn november lukte het in 23 uur.\n\n"
        "Wij houden de tweede oefening ook in 2028.",
    ),
    ("BIO2-overheidsmaatregelen op orde", "58%", "68%", "69%", "goed", ""),
    (
        "Medewerkers die een testphishing melden",
        "22%",
        "35%",
        "38%",
        "goed",
        "Korte lessen werken beter dan één lange. Meer meldingen vinden wij goed nieuws: dan ziet men het.",
    ),
    (
        "Locaties met zonering op niveau, van 6",
        "1",
        "3",
        "3",
        "goed",
        "Gemeentehuis, werf en milieustraat zijn klaar.",
    ),
    (
        "Nazorg binnen 5 werkdagen na agressie",
        "61%",
        "75%",
        "77%",
        "goed",
        "Het meldpunt is bekend bij alle teams.",
    ),
    (
        "Vertrouwensfuncties met een geldige VOG",
        "97%",
        "100%",
        "100%",
        "goed",
        "Sinds september is de lijst volledig.",
    ),
    (
        "Hoogrisicoverwerkingen met een actuele DPIA",
        "40%",
        "60%",
        "60%",
        "goed",
        "Vier nieuwe DPIA’s zijn vastgesteld.",
    ),
]
MEASURES = [
    (
        "Inloggen in twee stappen voor beheer en extern bereikbare systemen",
        "I&A",
        "2e kwartaal",
        "goed",
        "klaar",
    ),
    ("Bewaking van systemen, dag en nacht", "I&A", "4e kwartaal", "goed", "klaar"),
    ("Twintig grootste ICT-contracten toetsen op beveiliging", "I&A", "4e kwartaal", "goed", "klaar"),
    ("Phishingtests en korte lessen", "I&A", "4e kwartaal", "goed", "klaar"),
    ("Bevindingen uit technische test herstellen", "I&A", "3e kwartaal", "goed", "klaar"),
    ("Risicoanalyse van 8 kritieke systemen", "I&A", "3e kwartaal", "goed", "klaar"),
    ("Gemeentehuis: publiek en kantoor scheiden", "FZH", "4e kwartaal", "goed", "klaar"),
    ("Nieuw passysteem op 3 locaties", "FZH", "4e kwartaal", "goed", "klaar"),
    ("Alarmknoppen balies vernieuwen", "FZH", "2e kwartaal", "goed", "klaar"),
    ("Training omgaan met agressie, 160 medewerkers", "P&O", "4e kwartaal", "goed", "klaar"),
    ("Meldpunt en nazorg ongewenst gedrag", "P&O", "2e kwartaal", "goed", "klaar"),
    ("Functielijst, VOG en herhaalde screening", "P&O", "4e kwartaal", "goed", "klaar"),
    ("In-, door- en uitstroom: rechten binnen 1 werkdag", "P&O", "3e kwartaal", "goed", "klaar"),
    ("Continuïteitsplan voor 6 processen", "B&C", "loopt door", "aandacht", "deels klaar"),
    ("Hersteloefening kernsystemen", "B&C", "4e kwartaal", "goed", "klaar"),
    ("Reservekopie die niemand kan wijzigen", "I&A", "3e kwartaal", "goed", "klaar"),
    ("Bestuurlijke oefening cyberincident", "B&C", "3e kwartaal", "goed", "klaar"),
    ("Noodstroom keuren en testen", "FZH", "4e kwartaal", "goed", "klaar"),
    ("Bewaartermijnen en opschonen van schijven", "JZ", "loopt door", "aandacht", "deels klaar"),
]
MONEY = [
    ("Informatiebeveiliging", 237000, 237000, 231500, 5500),
    ("Fysieke beveiliging", 245000, 235000, 219800, 15200),
    ("Personele veiligheid", 83000, 83000, 79200, 3800),
    ("Bedrijfscontinuïteit", 140000, 158000, 156900, 1100),
    ("Privacy", 45000, 37000, 35100, 1900),
]


def view(**changes: Any) -> dict[str, Any]:
    """What the sample report is told; `changes` replace single values."""
    return {
        "year": 2027,
        "decision": "college, 21 maart 2028, nr. 2028-B-0107",
        "budget": 750000,
        "spent": 722500,
        "goals": [
            dict(zip(("name", "base", "target", "value", "grade", "text"), row, strict=True)) for row in GOALS
        ],
        "measures": MEASURES,
        "money_lines": MONEY,
        "explanation": "De nieuwe reservekopie is negen weken later geleverd. De oefening gebruikte daardoor "
        "de oude werkwijze.\n\nEen tweede oefening in november geeft zekerheid.",
        "lessons": "Er waren in 2027 geen incidenten met gevolgen voor inwoners.\n\nVan kleinere meldingen "
        "hebben wij geleerd dat vervanging beter geregeld moet zijn.",
        **changes,
    }


def report(**changes: Any) -> str:
    """The semantic HTML of the sample council report."""
    environment = document_environment([HERE, TEMPLATES], filters())
    return environment.get_template("report.html").render(view(**changes))
