"""What stands in one cell: a text, a number, a name of the municipality's own; or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jaarring.forms.rules import Field
from jaarring.forms.spelling import Doubt, Raw, quoted, understand
from jaarring.importing.columns import Column, plain

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


@dataclass(frozen=True)
class Cells:
    """Reads cells, knowing what the municipality calls things. `goals`: the numbers that a goal may have."""

    names: Names
    goals: Set[str]

    def value(self, column: Column, raw: Raw) -> Any:
        """The value of a cell as its column has it; a Doubt where it is none, None where it is empty."""
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
                return code_of(raw, "G")
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
        code = code_of(raw, "G")
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


def code_of(raw: Raw, letter: str) -> str | Doubt | None:
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


def as_text(value: Any) -> str:
    """A value as it stands in YAML."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value or "")
