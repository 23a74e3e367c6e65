"""From the rows of a spreadsheet to the blocks of strategy.yaml, or every mistake with its sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from jaarring.forms.rules import Field, Mistake
from jaarring.forms.spelling import Doubt, Raw, dutch, quoted, understand
from jaarring.importing.columns import TABLES, Column, plain
from jaarring.importing.sheets import Found, Row

DIRECTIONS = {
    "up": ("omhoog", "hoger", "stijgend", "meer", "up"),
    "down": ("omlaag", "lager", "dalend", "minder", "down"),
    "hold": ("gelijk", "gelijk blijven", "constant", "hold"),
}
CODE = re.compile(r"[A-Za-z][A-Za-z0-9&-]{0,11}")
TOTAL = "totaal"


@dataclass(frozen=True)
class Names:
    """What a municipality calls its themes, departments and bodies: every spelling → short name."""

    themes: Mapping[str, str]
    departments: Mapping[str, str]
    goals: frozenset[str] = frozenset()


@dataclass
class Blocks:
    """The blocks of strategy.yaml as plain text in dicts, and where each value came from, by path."""

    tree: dict[str, Any] = field(default_factory=dict)
    places: dict[tuple[str, ...], str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def blocks(found: Found, names: Names) -> Blocks:
    """Goals with their indicators, measures and budgets: those that there is a table for."""
    reading = _Reading(found, names)
    if ("doelen" in found.rows) != ("indicatoren" in found.rows):
        there, missing = ("Doelen", "Indicatoren")[:: 1 if "doelen" in found.rows else -1]
        what, remedy = f"er is een tabel {there} maar geen tabel {missing}", "geef ze samen op"
        reading.made.mistakes.append(Mistake("Tabellen", what, remedy))
    for name, read in (
        ("doelen", reading.goal),
        ("indicatoren", reading.indicator),
        ("maatregelen", reading.measure),
        ("begroting", reading.budget),
        ("bronnen", reading.source),
    ):
        for row in found.rows.get(name, ()):
            read(row)
    reading.totals()
    reading.made.mistakes[:0] = found.mistakes
    return reading.made


class _Reading:
    def __init__(self, found: Found, names: Names) -> None:
        self.found, self.names, self.made = found, names, Blocks()
        rows = found.rows.get("doelen", ())
        own = {code for row in rows if isinstance(code := self._code(row.cells.get("nr"), "G"), str)}
        self.goals = own or set(names.goals)
        self.total_stated: dict[str, tuple[Decimal, str]] = {}

    # ---- one row of each table

    def goal(self, row: Row) -> None:
        if entry := self._entry("goals", row, "G"):
            self._put(entry, row, "doelen", ("title", "horizon", "themes", "frameworks"))
            self.made.tree["goals"][entry[1]]["indicators"] = {}

    def indicator(self, row: Row) -> None:
        goal, code = self._cell(row, "indicatoren", "goal"), self._code(row.cells.get("nr"), "I")
        if code is None:
            self._wrong(row, "nr", "het nummer ontbreekt", "schrijf een kort nummer, zoals G1")
        elif isinstance(code, Doubt):
            self._wrong(row, "nr", *code)
        if not isinstance(goal, str) or not isinstance(code, str):
            return
        entry = ("goals", goal, "indicators", code)
        known = self.made.tree.get("goals", {}).get(goal)
        if known is None:
            return
        if code in known["indicators"]:
            self._wrong(row, "nr", f"{code} staat er twee keer", "geef elke indicator een eigen nummer")
            return
        known["indicators"][code] = {}
        self.made.places[entry] = row.place("nr")
        self._put(entry, row, "indicatoren", ("theme", "name", "unit", "out_of", "decimals", "direction"))
        said = known["indicators"][code]
        if "theme" not in said and known.get("themes"):
            known["indicators"][code] = said = {"theme": known["themes"][0], **said}
        self._points(entry, row, said)

    def _points(self, entry: tuple[str, ...], row: Row, said: dict[str, Any]) -> None:
        kind = "percent" if said.get("unit") == "%" else "number"
        years = sorted(id[1] for id in row.cells if isinstance(id, tuple) and id[0] == "point" and id[1])
        points, steps, before = [], [], len(self.made.mistakes)
        for id in sorted((id for id in row.cells if isinstance(id, tuple)), key=lambda id: (id[1], id[0])):
            year = id[1] or (years[0] - 1 if years else 0)
            if id[0] == "steps":
                steps.append({"year": str(year), "values": self._steps(row, id, kind)})
                continue
            value = understand(Field(kind, decimals=4), row.cells[id])  # type: ignore[arg-type]
            if isinstance(value, Doubt):
                self._wrong(row, id, *value)
            elif value is not None:
                points.append({"year": str(year), "value": f"{value:f}"})
                self.made.places[(*entry, "points", str(len(points)))] = row.place(id)
        if len(points) < 2 and len(self.made.mistakes) == before:
            what = "een indicator heeft een nulmeting en ten minste één streefwaarde"
            self._wrong(row, None, what, "zet ze in de kolommen Nulmeting en Streefwaarde met een jaar")
        said["points"] = points
        if steps:
            said |= {"between": "steps", "steps": steps}
            self.made.places[(*entry, "steps")] = row.place(("steps", int(str(steps[0]["year"]))))

    def _steps(self, row: Row, id: Any, kind: str) -> list[str]:
        parts = [part for part in re.split(r"[;/|]", str(row.cells[id])) if part.strip()]
        values = [understand(Field(kind, decimals=4), part) for part in parts]  # type: ignore[arg-type]
        good = [f"{value:f}" for value in values if isinstance(value, (int, Decimal))]
        if len(good) != 4 or len(parts) != 4:
            self._wrong(
                row, id, "hier horen vier mijlpalen", "schrijf ze met een puntkomma ertussen: 1; 2; 2; 3"
            )
        return good

    def measure(self, row: Row) -> None:
        if not (entry := self._entry("measures", row, "M")):
            return
        said = self._put(
            entry,
            row,
            "maatregelen",
            ("title", "theme", "department", "goal", "budget", "start", "end", "effect"),
        )
        start, end = said.get("start", ""), said.get("end", "")
        if start and end and end < start:
            self._wrong(row, "end", "het einde ligt voor het begin", "verbeter een van beide data")
        self._secrecy(entry, row, said)

    def _secrecy(self, entry: tuple[str, ...], row: Row, said: dict[str, Any]) -> None:
        names = ("body", "date", "number", "ground", "lifted_by")
        cells = {name: self._cell(row, "maatregelen", f"secrecy_{name}") for name in names}
        if not any(cells.values()):
            return
        for name in [name for name, value in cells.items() if not value]:
            what = "bij geheimhouding hoort dit ook"
            self._wrong(
                row, f"secrecy_{name}", what, "vul het in, of maak alle kolommen over geheimhouding leeg"
            )
        decision = {name: _text(cells[name]) for name in ("body", "date", "number")}
        said["secrecy"] = {
            "decision": decision,
            "ground": _text(cells["ground"]),
            "lifted_by": _text(cells["lifted_by"]),
        }
        self.made.places[(*entry, "secrecy")] = row.place("secrecy_body")

    def budget(self, row: Row) -> None:
        year, amount = (self._cell(row, "begroting", id) for id in ("year", "amount"))
        theme = self._cell(row, "begroting", "theme")
        if year is None or amount is None or theme is None:
            return
        budgets = self.made.tree.setdefault("budgets", {})
        of_year = budgets.setdefault(_text(year), {"total": "0", "themes": {}})
        self.made.places.setdefault(("budgets", _text(year)), row.place("year"))
        if theme == TOTAL:
            self.total_stated[_text(year)] = Decimal(_text(amount)), row.place("amount")
        elif theme in of_year["themes"]:
            self._wrong(row, "theme", f"dit thema staat er voor {year} twee keer", "laat er één staan")
        else:
            of_year["themes"][theme] = _text(amount)
            self.made.places["budgets", _text(year), "themes", _text(theme)] = row.place("amount")

    def totals(self) -> None:
        """The total of a year is the sum of its themes; one that was stated must be that."""
        if not self.made.tree.get("budgets") and "maatregelen" in self.found.rows:
            self._budgets_of_measures()
        for year, budget in self.made.tree.get("budgets", {}).items():
            total = sum((Decimal(amount) for amount in budget["themes"].values()), Decimal(0))
            budget["total"] = f"{total:f}"
            stated, place = self.total_stated.get(year, (total, ""))
            if stated != total:
                what = f"het totaal is {dutch(stated, grouped=True)}, maar de thema's zijn samen "
                what += dutch(total, grouped=True)
                self.made.mistakes.append(Mistake(place, what, "verbeter het totaal of een van de bedragen"))

    def _budgets_of_measures(self) -> None:
        """Without a table of budgets each theme has what its measures cost."""
        budgets: dict[str, Any] = {}
        for said in self.made.tree.get("measures", {}).values():
            if said.get("start") and said.get("theme") and said.get("budget"):
                themes = dict.fromkeys(sorted(set(self.names.themes.values())), "0")
                of_year = budgets.setdefault(said["start"][:4], {"total": "0", "themes": themes})
                added = Decimal(of_year["themes"].get(said["theme"], "0")) + Decimal(said["budget"])
                of_year["themes"][said["theme"]] = f"{added:f}"
        if budgets:
            self.made.tree["budgets"] = budgets

    def source(self, row: Row) -> None:
        cells = {id: self._cell(row, "bronnen", id) for id in ("title", "date", "url")}
        raw = row.cells.get("of")
        codes = [code for code in (self._code(raw, "G"), self._code(raw, "M")) if isinstance(code, str)]
        for block in ("goals", "measures"):
            for code in codes:
                if code in self.made.tree.get(block, {}):
                    said = {id: _text(value) for id, value in cells.items() if value}
                    entry = self.made.tree[block][code]
                    indicators = entry.pop("indicators", None)  # which come last
                    entry.setdefault("sources", []).append(said)
                    if indicators is not None:
                        entry["indicators"] = indicators
                    return
        self._wrong(
            row, "of", "dit is geen doel of maatregel uit deze tabellen", "schrijf een nummer daaruit"
        )

    # ---- cells

    def _entry(self, block: str, row: Row, letter: str) -> tuple[str, ...] | None:
        code = self._code(row.cells.get("nr"), letter)
        if not isinstance(code, str):
            doubt = code or Doubt("het nummer ontbreekt", f"schrijf een kort nummer, zoals {letter}1")
            self._wrong(row, "nr", *doubt)
            return None
        entries = self.made.tree.setdefault(block, {})
        if code in entries:
            self._wrong(row, "nr", f"{code} staat er twee keer", "geef elke rij een eigen nummer")
            return None
        entries[code] = {}
        self.made.places[block, code] = row.place("nr")
        return block, code

    def _put(self, entry: tuple[str, ...], row: Row, table: str, ids: tuple[str, ...]) -> dict[str, Any]:
        """Read these columns of a row into its entry; the entry."""
        said: dict[str, Any] = self.made.tree
        for part in entry:
            said = said[part]
        for id in ids:
            value = self._cell(row, table, id)
            if value not in (None, "", []):
                said[id] = value if isinstance(value, list) else _text(value)
                self.made.places[(*entry, id)] = row.place(id)
        return said

    def _cell(self, row: Row, table: str, id: str) -> Any:
        """The value of one cell; None where there is none, and then it has been told if there must be one."""
        column = next(column for column in TABLES[table].columns if column.id == id)
        raw = row.cells.get(id)
        value = self._value(column, raw)
        if isinstance(value, Doubt):
            self._wrong(row, id, *value)
            return None
        if value in (None, "") and column.required and (id in row.places):
            self._wrong(row, id, f"{column.title} ontbreekt", "vul deze cel in")
        return value

    def _value(self, column: Column, raw: Raw) -> Any:
        match column.kind:
            case "text":
                said = understand(Field("text"), raw)
                return " ".join(str(said).split()) if isinstance(said, str) else said
            case "texts":
                return [part.strip() for part in re.split(r"[,;\n]", str(raw or "")) if part.strip()]
            case "theme":
                return self._name(raw, self.names.themes, "thema")
            case "part":
                return (
                    TOTAL
                    if plain(str(raw or "")) in ("totaal", "total")
                    else self._name(raw, self.names.themes, "thema")
                )
            case "department":
                return self._name(raw, self.names.departments, "afdeling")
            case "themes":
                return self._themes(raw)
            case "goal":
                return self._goal(raw)
            case "direction":
                return self._direction(raw)
            case "horizon" | "year":
                return _year(column.kind, raw)
            case "code":
                return self._code(raw, "G")
            case "euro":
                return understand(Field("euro", minimum=Decimal(0)), raw)
            case _:
                return understand(Field(column.kind), raw)  # type: ignore[arg-type]

    def _name(self, raw: Raw, known: Mapping[str, str], what: str) -> str | Doubt | None:
        if raw is None:
            return None
        return known.get(plain(str(raw))) or Doubt(
            f"{quoted(raw)} is geen {what} uit organisation.yaml", f"kies uit {_choices(known)}"
        )

    def _themes(self, raw: Raw) -> list[str] | Doubt | None:
        found: list[str] = []
        for part in re.split(r"[,;/\n]| en | & ", str(raw or "")):
            if part.strip():
                one = self._name(part.strip(), self.names.themes, "thema")
                if isinstance(one, Doubt):
                    return one
                if one and one not in found:
                    found.append(one)
        return found or None

    def _goal(self, raw: Raw) -> str | Doubt | None:
        code = self._code(raw, "G")
        if isinstance(code, str) and code not in self.goals:
            return Doubt(
                f"{quoted(raw)} is geen doel", f"kies uit {', '.join(sorted(self.goals)) or 'de doelen'}"
            )
        return code

    def _direction(self, raw: Raw) -> str | Doubt | None:
        if raw is None:
            return None
        said = plain(str(raw))
        found = next((way for way, names in DIRECTIONS.items() if said in map(plain, names)), None)
        return found or Doubt(f"{quoted(raw)} is geen richting", "kies uit omhoog, omlaag, gelijk")

    def _code(self, raw: Raw, letter: str) -> str | Doubt | None:
        """A number as it stands in strategy.yaml; a bare 1 becomes G1, or M01 for a measure."""
        if raw is None or isinstance(raw, bool):
            return None
        text = f"{raw:g}" if isinstance(raw, float) else str(raw).strip()
        if text.isascii() and text.isdigit():
            text = f"{letter}{int(text):02}" if letter == "M" else f"{letter}{int(text)}"
        if not text:
            return None
        return (
            text
            if CODE.fullmatch(text)
            else Doubt(f"{quoted(raw)} is geen kort nummer", "schrijf een nummer als G1")
        )

    def _wrong(self, row: Row, column: object, what: str, remedy: str) -> None:
        self.made.mistakes.append(Mistake(row.place(column), what, remedy))


def _choices(known: Mapping[str, str]) -> str:
    return ", ".join(sorted(set(known.values())))


def _year(kind: str, raw: Raw) -> Any:
    """A year; as a horizon also a date, and a year is its last day."""
    text = f"{raw:g}" if isinstance(raw, float) else str(raw or "").strip()
    if re.fullmatch(r"20[2-9][0-9]", text):
        return date(int(text), 12, 31) if kind == "horizon" else text
    if kind == "year":
        return Doubt(f"{quoted(raw)} is geen jaar", "schrijf een jaar als 2027") if text else None
    return understand(Field("date"), raw)


def _text(value: Any) -> str:
    """A value as it stands in YAML."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value or "")
