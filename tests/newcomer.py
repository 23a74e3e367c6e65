"""A newcomer at work: the form of `jaarring init` filled in by editing text, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl

from jaarring.starter.places import PLACE

#: the begin of what a place asks → what the newcomer writes there; {name} is the entry it stands in
ANSWERS = {
    "de plaatsnaam": "Zandhaven",
    "het aantal inwoners": "31500",
    "het aantal medewerkers": "290",
    "het aantal locaties": "5",
    "het domein": "zandhaven.example",
    "de functie van dit hoofd": "{name}",
    "de functie van deze thema-eigenaar": "{name}",
    "het mailadres van deze functie": "{name}@zandhaven.example",
    "het mailadres van het bestuurssecretariaat": "bestuur@zandhaven.example",
    "het mailadres van de griffie": "griffie@zandhaven.example",
    "het mailadres": "beveiliging@zandhaven.example",
    "de afkorting van deze afdeling": "{name}",
    "de volledige naam van deze afdeling": "Afdeling {name}",
    "de naam van de afzender": "Integrale beveiliging gemeente Zandhaven",
    "bij wie iemand": "coördinator, 0100 123456",
    "de visie": "Zandhaven werkt veilig en open.",
    "de dag van het raadsbesluit": "{before}-06-24",
    "de dag van het collegebesluit": "{before}-09-21",
    "het nummer van het raadsbesluit": "R-12",
    "het nummer van het collegebesluit": "B-345",
    "het doel als zin": "Wij weten wat wij beschermen",
    "wat u telt of meet": "deel op orde",
    "de eenheid": "%",
    "de stand eind": "40",
    "de streefwaarde eind {year}": "50",
    "de streefwaarde eind": "80",
    "wat deze thema's samen": "Wie vertrekt, kan nergens meer in",
    "het besluit waar deze richtlijn": "raadsbesluit R-12",
    "wat er gebeurt": "Werk van {name}",
    "het bedrag in hele euro's": "20000",
    "wat de organisatie": "Iedereen weet wat er moet gebeuren.",
    "het totaal": "80000",
    "het bedrag van dit thema": "20000",
    "de eerste dag van het reces mei": "{year}-04-29",
    "de laatste dag van het reces mei": "{year}-05-07",
    "de eerste dag van het reces zomer": "{year}-07-15",
    "de laatste dag van het reces zomer": "{year}-08-27",
    "de eerste dag van het reces herfst": "{year}-10-14",
    "de laatste dag van het reces herfst": "{year}-10-22",
    "de eerste dag van het reces kerst": "{year}-12-23",
    "de laatste dag van het reces kerst": "{after}-01-07",
    "de eerste dag van het reces voorjaar": "{after}-02-10",
    "de laatste dag van het reces voorjaar": "{after}-02-18",
    "de laatste raadsvergadering voor de zomer van {before}": "{before}-06-24",
    "de raadsvergadering van begin november": "{before}-11-04",
    "de raadsvergadering van december": "{before}-12-16",
    "de raadsvergadering van mei": "{after}-05-24",
    "de laatste raadsvergadering voor de zomer": "{after}-06-28",
    "de commissievergadering van mei": "{after}-05-17",
}


def fill_in(folder: Path, year: int) -> int:
    """Write an answer at every place of the four files; how many there were."""
    filled = sum(_file(file, year) for file in sorted(folder.glob("*.yaml")))
    strategy = folder / "strategy.yaml"
    if "direction: down" in strategy.read_text(encoding="utf-8"):
        changed(strategy, "direction: down", "direction: up")  # Zandhaven wants all to go up
    return filled


def _file(file: Path, year: int) -> int:
    years = {"before": year - 1, "year": year, "after": year + 1}
    made, entry, count = [], "", 0
    for line in file.read_text(encoding="utf-8").split("\n"):
        if found := re.fullmatch(r" +([\w-]+):", line):
            entry = found[1]
        for place in re.findall(rf'"{PLACE}: ([^"]*)"', line):
            words = _answer(place, years).format(name=entry, **years)
            line = line.replace(f'"{PLACE}: {place}"', f'"{words}"', 1)
            count += 1
        made.append(line)
    file.write_text("\n".join(made), encoding="utf-8")
    return count


def _answer(place: str, years: dict[str, int]) -> str:
    for begin, words in ANSWERS.items():
        if place.startswith(begin.format(name="", **years)):
            return words
    raise LookupError(f"the newcomer does not know what to write for: {place}")


def changed(file: Path, old: str, new: str) -> None:
    """Change one place in a file, as a person would."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file.name, old, text.count(old))
    file.write_text(text.replace(old, new), encoding="utf-8")


def spreadsheet(file: Path, year: int) -> None:
    """The empty spreadsheet filled in: a goal, an indicator and a measure for each of four themes."""
    book = openpyxl.load_workbook(file)
    for number, theme in enumerate(("IB", "Fysieke beveiliging", "pv", "bedrijfscontinuïteit"), 1):
        book["Doelen"].append([number, f"Doel {number}", year + 3, theme])
        line = [f"G{number}", number, None, "deel op orde", "%", "Omhoog", None, None, 40, 50, "80%"]
        book["Indicatoren"].append(line)
        cells = [
            number,
            f"Werk {number}",
            theme,
            "ia",
            number,
            "€ 12.500",
            f"1-1-{year}",
            f"31 december {year}",
        ]
        book["Maatregelen"].append([*cells, "Iedereen merkt het."])
    book.save(file)


#: the four themes that Zandhaven adds: short name, code, name, owner's function
MORE = (
    ("pr", "PR", "privacy", "privacy officer"),
    ("in", "IN", "integriteit", "teamleider integriteit"),
    ("le", "LE", "leveranciers", "teamleider inkoop"),
    ("rv", "RV", "reisveiligheid", "teamleider reizen"),
)


def eight_themes(folder: Path, year: int) -> None:
    """Four themes more, each with owner, goal, measure and money, and three local closing days."""
    organisation, strategy = folder / "organisation.yaml", folder / "strategy.yaml"
    people, themes, goals, measures, budgets = "", "", "", "", ""
    for number, (id, code, name, function) in enumerate(MORE, 5):
        people += f"  eigenaar-{id}:\n    function: {function}\n    mail: {id}@zandhaven.example\n"
        themes += f"  {id}:\n    code: {code}\n    name: {name}\n    owner: eigenaar-{id}\n"
        themes += "    adviser: ciso\n    department: benc\n"
        goals += f"  G{number}:\n    title: Ook {name} is geregeld\n    horizon: {year + 3}-12-31\n"
        goals += f"    themes: [{id}]\n    indicators:\n      G{number}:\n        theme: {id}\n"
        goals += f'        name: {name} op orde\n        unit: "%"\n        direction: up\n        points:\n'
        goals += f"          - {{year: {year - 1}, value: 10}}\n          - {{year: {year}, value: 30}}\n"
        measures += f"  M{number + 10}:\n    title: Plan voor {name}\n    theme: {id}\n    department: benc\n"
        measures += f"    goal: G{number}\n    budget: 5000\n    start: {year}-01-01\n    end: {year}-12-31\n"
        measures += f"    effect: Iedereen weet wat {name} betekent.\n"
        budgets += f"      {id}: 5000\n"
    changed(organisation, "\n  # Adviseurs.\n", f"\n{people}\n  # Adviseurs.\n")
    changed(organisation, "\n# Wie de vaste plaatsen", f"{themes}\n# Wie de vaste plaatsen")
    changed(strategy, "\n# Alleen bij oib: doelst", f"{goals}\n# Alleen bij oib: doelst")
    changed(strategy, "\n# Wat mag het kosten?", f"{measures}\n# Wat mag het kosten?")
    changed(strategy, "\n# Wat zegt de openbare", f"{budgets}\n# Wat zegt de openbare")
    changed(strategy, '"80000"', "100000")
    days = f"[{year - 1}-12-24, {year}-04-28, {year}-12-27]"
    changed(folder / "calendar.yaml", "closing_days: []", f"closing_days: {days}")
