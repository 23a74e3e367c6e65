"""What becomes of each field of the example in a form to fill in: asked, left out, set aside or other.

What is of Elzenwaard alone is left out of the form, or replaced by a place that says what to fill in there:
`VUL IN`.
"""

from __future__ import annotations

from collections.abc import Mapping

PLACE = "VUL IN"
#: field of a file → what is to be written there; the value of the example is shown where it helps
FILL: Mapping[str, Mapping[str, str]] = {
    "organisation.yaml": {
        "municipality.name": "de plaatsnaam, zonder het woord gemeente",
        "municipality.inhabitants": "het aantal inwoners, alleen cijfers",
        "municipality.staff": "het aantal medewerkers, alleen cijfers",
        "municipality.locations": "het aantal locaties, alleen cijfers",
        "municipality.mail_domain": "het domein van de mailadressen, zoals uwgemeente.nl",
        "people.hoofd-*.function": "de functie van dit hoofd, zoals: {example}",
        "people.team*.function": "de functie van deze thema-eigenaar, zoals: {example}",
        "people.*.mail": "het mailadres van deze functie",
        "bodies.college.mail": "het mailadres van het bestuurssecretariaat",
        "bodies.raad.mail": "het mailadres van de griffie",
        "departments.*.code": "de afkorting van deze afdeling, ten hoogste 12 tekens",
        "departments.*.name": "de volledige naam van deze afdeling",
    },
    "strategy.yaml": {
        "vision": "de visie in één of twee zinnen",
        "council_frame.date": "de dag van het raadsbesluit, zoals {before}-06-25",
        "council_frame.number": "het nummer van het raadsbesluit",
        "adoption.date": "de dag van het collegebesluit, zoals {before}-09-15",
        "adoption.number": "het nummer van het collegebesluit",
        "goals.*.title": "het doel als zin, zoals: {example}",
        "goals.*.indicators.*.name": "wat u telt of meet, zoals: {example}",
        "goals.*.indicators.*.unit": "de eenheid, zoals {example}",
        "goals.*.points[[]0]": "de stand eind {before}, een getal",
        "goals.*.points[[]1]": "de streefwaarde eind {year}, een getal",
        "goals.*.points[[]2]": "de streefwaarde eind {horizon}, een getal",
        "joint_objectives.*.title": "wat deze thema's samen bereiken, zoals: {example}",
        "guidelines.R4.source": "het besluit waar deze richtlijn vandaan komt",
        "measures.*.title": "wat er gebeurt, zoals: {example}",
        "measures.*.budget": "het bedrag in hele euro's",
        "measures.*.effect": "wat de organisatie hiervan merkt, in één zin",
        "budgets.*.total": "het totaal in hele euro's, precies de som van de thema's",
        "budgets.*.themes": "het bedrag van dit thema in hele euro's",
    },
    "calendar.yaml": {},
    "channels.yaml": {
        "sender.name": "de naam van de afzender, zoals: Integrale beveiliging gemeente Uwplaats",
        "sender.mail": "het mailadres waarop ontvangers antwoorden",
        "bounces": "het mailadres voor onbestelbare berichten",
        "contact": "bij wie iemand terechtkan: een functie met telefoon of mailadres",
    },
}
#: what only Elzenwaard has
DROP: Mapping[str, tuple[str, ...]] = {
    "organisation.yaml": (
        *("people." + id for id in ("adviseur-control", "directeur-bedrijfsvoering", "hoofd-jz", "fg")),
        *("people." + id for id in ("informatiemanager", "medewerker-huisvesting", "hr-adviseur")),
        *("people." + id for id in ("privacy-officer", "juridisch-adviseur")),
        *("people.hoofd-*.substitute", "people.concerncontroller.substitute"),
        "departments.jz",
        "themes.pr",
    ),
    "strategy.yaml": (
        *("goals.G2", "goals.G6", "goals.G4.indicators.G4b", "goals.G5.indicators.G5a"),
        *("joint_objectives.J2", "joint_objectives.J3"),
        *(f"measures.M{n:02}" for n in range(1, 26) if n not in (1, 9, 10, 13, 18)),
    ),
    "calendar.yaml": ("recess[[]*", "meetings.council.dates[[]*", "meetings.committee.dates[[]*"),
    "channels.yaml": (),
}
#: what may be left out: its help and example stay, as a comment
ASIDE: Mapping[str, tuple[str, ...]] = {
    "organisation.yaml": (
        "joint_body.appointed",
        "joint_body.appointed_by",
        "people.*.absent",
        "house_style.logo",
    ),
    "strategy.yaml": (
        "decisions",
        "goals.*.sources",
        *(f"goals.G3.indicators.G3.{name}" for name in ("out_of", "between", "steps")),
        "measures.M09.sources",
        "measures.M10",
        "withheld",
    ),
    "calendar.yaml": (),
    "channels.yaml": (),
}
#: what stands in the form in place of the example's
INSTEAD: Mapping[str, Mapping[str, str]] = {
    "organisation.yaml": {
        "people.teammanager-ia.substitute": "hoofd-ia",
        "people.teammanager-po.substitute": "hoofd-po",
        "people.teammanager-benc.substitute": "hoofd-benc",
        "roles.carry_out": "[ia, fzh, po, benc]",
        "roles.advise": "[ciso, beveiligingsadviseur, integriteitscoordinator, concerncontroller]",
        "roles.monitor": "[raad, college, secretaris, ia, fzh, po, benc]",
        "joint_body.chair": "secretaris",
    },
    "strategy.yaml": {
        "goals.G1.themes": "[ib]",
        "goals.G4.themes": "[pv]",
        "joint_objectives.J1.themes": "[ib, fb]",
        "joint_objectives.J1.measures": "[M01, M09]",
        "guidelines.R2.themes": "[ib, pv]",
        "measures.M09.goal": "G3",
    },
    "calendar.yaml": {},
    "channels.yaml": {},
}
#: codes of the example that would leave gaps in a form
CODES = {"G3": "G2", "G4": "G3", "G5": "G4", "G4a": "G3", "G5b": "G4"} | {
    "M09": "M02",
    "M13": "M03",
    "M18": "M04",
    "M10": "M05",
}


MEETINGS = {
    "meetings.council.dates": (
        "de laatste raadsvergadering voor de zomer van {before}",
        "de raadsvergadering van begin november {before}",
        "de raadsvergadering van december {before}",
        "de raadsvergadering van mei {after}, na die van de commissie",
        "de laatste raadsvergadering voor de zomer van {after}",
    ),
    "meetings.committee.dates": ("de commissievergadering van mei {after}",),
}
RECESS = ("mei {year}", "zomer {year}", "herfst {year}", "kerst {year}", "voorjaar {after}")
#: lines of the example that speak of Elzenwaard → what the form says there
HEADS: Mapping[str, Mapping[str, str]] = {
    "organisation.yaml": {
        "Ingevuld voor de bedachte gemeente Elzenwaard.": "Vul in wat met VUL IN is gemarkeerd.",
        "# Vervang de inhoud door die van uw gemeente;": "# Het andere past u aan;",
        " De teamleider Facilitair heeft nog geen vervanger.": "",
    },
    "strategy.yaml": {"Het strategisch kader van Elzenwaard.": "Vul in wat met VUL IN is gemarkeerd."},
    "calendar.yaml": {
        "De datums hieronder gelden voor de cyclusjaren 2026, 2027 en 2028 van Elzenwaard.": "Vul in wat met "
        "VUL IN is gemarkeerd.",
    },
    "channels.yaml": {},
}
