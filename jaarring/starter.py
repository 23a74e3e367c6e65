"""A configuration to start from: the shipped example, whole (`write`) or as a form to fill in (`begin`).

Both come from the files in config/, so that each field has one help text, in one place. What is of
Elzenwaard alone is left out of the form, or replaced by a place that says what to fill in there: `VUL IN`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from jaarring.refusal import Refused

EXAMPLE = Path(__file__).resolve().parent.parent / "config"
#: the cycle year of the example; a form for another year is shifted from here
EXAMPLE_YEAR = 2027
PLACE = "VUL IN"
#: blocks whose entries have names of the municipality's own
NAMED = ("goals", "indicators", "joint_objectives", "guidelines", "measures", "budgets", "withheld")

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
    "organisation.yaml": ("joint_body.appointed", "joint_body.appointed_by", "people.*.absent"),
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

#: the comment lines above a field, and the comment beside it
Help = tuple[tuple[str, ...], str]


def help_of(name: str) -> dict[str, Help]:
    """The help of each field of a file, by its path with `*` for names: that of the first time it comes."""
    found: dict[str, Help] = {}
    above: list[str] = []
    for line in _lines((EXAMPLE / name).read_text(encoding="utf-8")):
        if line.text.strip().startswith("#"):
            above.append(line.text.strip().removeprefix("#").strip())
        elif line.path and not line.path.endswith("]"):
            _, mark, beside = line.text.partition(" # ")
            pattern = pattern_of(line.path.split("."))
            if pattern not in found or found[pattern] == ((), ""):
                found[pattern] = tuple(above), beside.strip() if mark else ""
            above = []
        else:
            above = []
    return found


def pattern_of(path: Sequence[str]) -> str:
    """A path with `*` for the names that a municipality gives: goals.*.indicators.*.unit"""
    named = [part.partition("[")[0] for part in path]
    return ".".join("*" if at and named[at - 1] in NAMED else part for at, part in enumerate(named))


def write(folder: Path, variant: str) -> None:
    """Copy the example into `folder`, which must be new or empty; raises Refused otherwise."""
    _make(folder)
    for file in sorted(EXAMPLE.glob("*.yaml")):
        shutil.copyfile(file, folder / file.name)
    organisation = folder / "organisation.yaml"
    organisation.write_text(_varied(organisation.read_text(encoding="utf-8"), variant), encoding="utf-8")


def begin(folder: Path, variant: str, year: int) -> None:
    """Write a form of the four files for cycle year `year` into `folder`, as `write` does."""
    _make(folder)
    for name in FILL:
        text = form_of(name, (EXAMPLE / name).read_text(encoding="utf-8"), variant, year)
        (folder / name).write_text(text, encoding="utf-8")


def _make(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"de map {folder} is niet leeg", "noem een nieuwe map")
    folder.mkdir(parents=True, exist_ok=True)
    if (EXAMPLE / "schemas").is_dir():  # by which an editor completes
        shutil.copytree(EXAMPLE / "schemas", folder / "schemas")


def _varied(text: str, variant: str) -> str:
    return re.sub(r"(?m)^variant: \w+", f"variant: {variant}", text)


@dataclass(frozen=True)
class Line:
    """One line of a file. `path`: the field it sets, or "" for a comment, a blank or what goes on."""

    text: str
    path: str
    indent: int


def form_of(name: str, text: str, variant: str, year: int) -> str:
    """One file of the example as a form to fill in."""
    lines = _without(list(_lines(_headed(name, text))), DROP[name])
    aside = ASIDE[name] + (("joint_objectives",) if name == "strategy.yaml" and variant == "direct" else ())
    made = [shown for line in _aside(lines, aside) for shown in _filled(name, line, year)]
    joined = "\n".join(made) + "\n"
    if name == "strategy.yaml":
        joined = re.sub(r"\b(G[0-9][a-b]?|M[0-9]{2})\b", lambda code: CODES.get(code[0], code[0]), joined)
    return _varied(re.sub(r"\n{3,}", "\n\n", joined).replace(" van Elzenwaard", ""), variant)


def _headed(name: str, text: str) -> str:
    """With the first lines, which speak of Elzenwaard, for who fills it in."""
    for old, new in HEADS[name].items():
        if old not in text:
            raise ValueError(f"{name} has no line '{old}'")
        text = text.replace(old, new)
    return text


def _lines(text: str) -> Iterator[Line]:
    """Each line with the path of the field that it sets."""
    above: list[tuple[int, str]] = []
    items: dict[str, int] = {}
    for line in text.rstrip("\n").split("\n"):
        found = re.match(r"( *)(- )?(?:([\w&.-]+):(?= |$))?", line)
        assert found is not None, "every part of it may be empty"
        indent, item, key = len(found[1]), found[2], found[3]
        if line.strip().startswith("#") or not (item or key):
            yield Line(line, "", indent)
            continue
        above = [(deep, path) for deep, path in above if deep < indent]
        path = above[-1][1] if above else ""
        if item:
            number = items[path] = items.get(path, -1) + 1
            path = f"{path}[{number}]"
            above.append((indent, path))
            indent += 2
        if key:
            path = f"{path}.{key}" if path else key
            above.append((indent, path))
        yield Line(line, path, len(found[1]))


def _within(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a field is one of these, or lies in one."""
    return any(fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}[.[]*") for pattern in patterns)


def _without(lines: list[Line], dropped: tuple[str, ...]) -> list[Line]:
    """Leave fields out, with the comments that stand inside them."""
    kept: list[Line] = []
    dropping = 0
    for line in lines:
        if line.path and (_within(line.path, dropped) or _names_dropped(line, dropped)):
            dropping = dropping or line.indent + 1
            continue
        inside = not line.path and line.text.strip() and dropping and line.indent >= dropping
        if inside:
            continue
        dropping = 0
        kept.append(line)
    return kept


def _names_dropped(line: Line, dropped: tuple[str, ...]) -> bool:
    """Whether it names somebody who is left out as a substitute."""
    stands_in = line.text.partition("substitute: ")[2].partition(" ")[0]
    return (
        bool(stands_in) and f"people.{stands_in}" in dropped and line.path not in INSTEAD["organisation.yaml"]
    )


def _aside(lines: list[Line], patterns: tuple[str, ...]) -> Iterator[Line]:
    """Turn fields into comments, with the comments that stand inside them."""
    level = 0
    for line in lines:
        if line.path and _within(line.path, patterns):
            level = min(level, line.indent + 1) or line.indent + 1
            yield Line(f"{' ' * (level - 1)}# {line.text[level - 1 :]}", "", line.indent)
        elif not line.path and line.text.strip() and level and line.indent >= level:
            yield Line(f"{' ' * (level - 1)}# {line.text[level - 1 :]}", "", line.indent)
        else:
            level = 0
            yield line


def _filled(name: str, line: Line, year: int) -> Iterator[str]:
    """A line of the form: as in the example, with another value, or with a place to fill in."""
    path, text = line.path, _shifted(name, line, year)
    years = {"before": year - 1, "year": year, "after": year + 1, "horizon": year + 3}
    if (value := INSTEAD[name].get(path)) is not None:
        yield re.sub(r"^( *(?:- )?[\w-]+:) .*?( +#.*)?$", lambda m: f"{m[1]} {value}{m[2] or ''}", text)
    elif path in MEETINGS:
        yield text
        yield from (f"      - {_place(hint.format(**years))}" for hint in MEETINGS[path])
    elif path == "recess" and name == "calendar.yaml":
        yield from _recess(text, years)
    elif fnmatchcase(path, "budgets.*.themes"):
        yield from _budget(name, line, years)
    elif hint := next((hint for field, hint in FILL[name].items() if fnmatchcase(path, field)), ""):
        yield _asked(text, hint, years)
    else:
        yield text


def _asked(text: str, hint: str, years: Mapping[str, int]) -> str:
    """The line with a place to fill in instead of its value; what stands behind it as help stays."""
    if "{year:" in text:
        return re.sub(r"value: [^}]*", lambda _: f"value: {_place(hint.format(**years))}", text)
    found = re.match(r"( *(?:- )?[\w-]+: )(.*?)( +#.*)?$", text)
    assert found is not None, "only fields with a value are filled in"
    example = found[2].strip('"')
    place = _place(hint.format(example=example, **years))
    return f"{found[1]}{place}{'   ' + found[3].strip() if found[3] else ''}"


def _place(hint: str) -> str:
    return f'"{PLACE}: {hint}"'


def _recess(text: str, years: Mapping[str, int]) -> Iterator[str]:
    yield text
    for number, named in enumerate(name.format(**years) for name in RECESS):
        help = (
            "   # Een naam voor uzelf.",
            "   # De eerste dag zonder vergadering.",
            "   # De laatste dag; ook die telt mee.",
        )
        shown = help if number == 0 else ("", "", "")
        yield f"  - name: {named}{shown[0]}"
        yield f"    first: {_place(f'de eerste dag van het reces {named}')}{shown[1]}"
        yield f"    last: {_place(f'de laatste dag van het reces {named}')}{shown[2]}"


def _budget(name: str, line: Line, years: Mapping[str, int]) -> Iterator[str]:
    """The part of each theme on a line of its own; themes that were left out have none."""
    dropped = {path.removeprefix("themes.") for path in DROP["organisation.yaml"]}
    yield f"{' ' * line.indent}themes:"
    for theme in re.findall(r"(\w+): \d+", line.text):
        if theme not in dropped:
            hint = FILL[name]["budgets.*.themes"].format(**years)
            yield f"{' ' * (line.indent + 2)}{theme}: {_place(hint)}"


def _shifted(name: str, line: Line, year: int) -> str:
    """The line with the years of the strategy moved along to the year asked."""
    moves = ("goals.*.horizon", "goals.*.points*", "measures.*.start", "measures.*.end", "budgets.*")
    if name != "strategy.yaml" or not any(fnmatchcase(line.path, move) for move in moves):
        return line.text
    delta = year - EXAMPLE_YEAR
    return re.sub(r"\b20[2-9]\d\b", lambda found: str(int(found[0]) + delta), line.text)
