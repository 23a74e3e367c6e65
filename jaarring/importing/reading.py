"""From the rows of a spreadsheet to the blocks of strategy.yaml, or every mistake with its sheet and cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jaarring.forms.rules import Field, Mistake
from jaarring.forms.spelling import Doubt, dutch, understand
from jaarring.importing.cells import TOTAL, Cells, Names, as_text, code_of
from jaarring.importing.columns import TABLES
from jaarring.importing.sheets import Found, Row


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
        own = {code for row in rows if isinstance(code := code_of(row.cells.get("nr"), "G"), str)}
        self.cells = Cells(names, own or names.goals)
        self.total_stated: dict[str, tuple[Decimal, str]] = {}

    # ---- one row of each table

    def goal(self, row: Row) -> None:
        if entry := self._entry("goals", row, "G"):
            self._put(entry, row, "doelen", ("title", "horizon", "themes", "frameworks"))
            self.made.tree["goals"][entry[1]]["indicators"] = {}

    def indicator(self, row: Row) -> None:
        goal, code = self._cell(row, "indicatoren", "goal"), code_of(row.cells.get("nr"), "I")
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
        decision = {name: as_text(cells[name]) for name in ("body", "date", "number")}
        said["secrecy"] = {
            "decision": decision,
            "ground": as_text(cells["ground"]),
            "lifted_by": as_text(cells["lifted_by"]),
        }
        self.made.places[(*entry, "secrecy")] = row.place("secrecy_body")

    def budget(self, row: Row) -> None:
        year, amount = (self._cell(row, "begroting", id) for id in ("year", "amount"))
        theme = self._cell(row, "begroting", "theme")
        if year is None or amount is None or theme is None:
            return
        budgets = self.made.tree.setdefault("budgets", {})
        of_year = budgets.setdefault(as_text(year), {"total": "0", "themes": {}})
        self.made.places.setdefault(("budgets", as_text(year)), row.place("year"))
        if theme == TOTAL:
            self.total_stated[as_text(year)] = Decimal(as_text(amount)), row.place("amount")
        elif theme in of_year["themes"]:
            self._wrong(row, "theme", f"dit thema staat er voor {year} twee keer", "laat er één staan")
        else:
            of_year["themes"][theme] = as_text(amount)
            self.made.places["budgets", as_text(year), "themes", as_text(theme)] = row.place("amount")

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
        codes = [code for code in (code_of(raw, "G"), code_of(raw, "M")) if isinstance(code, str)]
        for block in ("goals", "measures"):
            for code in codes:
                if code in self.made.tree.get(block, {}):
                    said = {id: as_text(value) for id, value in cells.items() if value}
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
        code = code_of(row.cells.get("nr"), letter)
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
                said[id] = value if isinstance(value, list) else as_text(value)
                self.made.places[(*entry, id)] = row.place(id)
        return said

    def _cell(self, row: Row, table: str, id: str) -> Any:
        """The value of one cell; None where there is none, and then it has been told if there must be one."""
        column = next(column for column in TABLES[table].columns if column.id == id)
        raw = row.cells.get(id)
        value = self.cells.value(column, raw)
        if isinstance(value, Doubt):
            self._wrong(row, id, *value)
            return None
        if value in (None, "") and column.required and (id in row.places):
            self._wrong(row, id, f"{column.title} ontbreekt", "vul deze cel in")
        return value

    def _wrong(self, row: Row, column: object, what: str, remedy: str) -> None:
        self.made.mistakes.append(Mistake(row.place(column), what, remedy))
