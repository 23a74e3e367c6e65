"""The same form as YAML, for scripts: `formulier: key`, then sheet name → row id → column id → value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jaarring.config.yamlfile import Path, Tree, dotted, load
from jaarring.forms.rules import Answers, Form, Key, Mistake, Sheet, Value, readable
from jaarring.forms.spelling import Doubt, clean, quoted, remedy_if_empty, understand

KEY = "formulier"


def identity(text: str, name: str) -> str | list[Mistake]:
    """The key of the form that the text claims to answer."""
    tree = load(text)
    if tree.faults:
        return [_at(name, fault.line, fault.what, fault.remedy) for fault in tree.faults]
    key = tree.data.get(KEY) if isinstance(tree.data, dict) else None
    if not isinstance(key, str) or not key:
        return [_at(name, 1, f"het kenmerk '{KEY}' ontbreekt", f"begin met '{KEY}: ' en het kenmerk")]
    return clean(key)


def read(text: str, name: str, form: Form) -> Answers | list[Mistake]:
    """All answers, or all mistakes by line. What is not there is empty."""
    said = identity(text, name)
    if isinstance(said, list):
        return said
    tree = load(text)
    if said != form.key:
        line = tree.line((KEY,))
        return [_at(name, line, "dit is een ander formulier dan gevraagd", f"schrijf '{KEY}: {form.key}'")]
    reading = _Reading(form, name, tree)
    reading.sheets()
    if reading.wrong:
        return readable([mistake for _, mistake in sorted(reading.wrong, key=lambda pair: pair[0])])
    return Answers(form.key, form.version, reading.values, reading.places)


class _Reading:
    def __init__(self, form: Form, name: str, tree: Tree) -> None:
        self.form, self.name, self.tree = form, name, tree
        self.values: dict[Key, Value] = {}
        self.places: dict[Key, str] = {}
        self.wrong: list[tuple[int, Mistake]] = []

    def sheets(self) -> None:
        """Every field of the form, then everything in the file that is no field of it."""
        content = self.tree.data
        known = {sheet.name: sheet for sheet in self.form.sheets}
        self._unknown((), content, [KEY, *known], "blad")
        for sheet in self.form.sheets:
            rows = self._mapping((sheet.name,), content.get(sheet.name), "rijen")
            self._unknown((sheet.name,), rows, [row.id for row in sheet.rows], "rij")
            self._sheet(sheet, rows)

    def _sheet(self, sheet: Sheet, rows: Mapping[str, Any]) -> None:
        for row in sheet.rows:
            path: Path = (sheet.name, row.id)
            cells = self._mapping(path, rows.get(row.id), "velden")
            asked = [column for column in sheet.columns if sheet.asked(row, column)]
            self._unknown(path, cells, [column.id for column in asked], "veld")
            for column in asked:
                here, raw, field = (*path, column.id), cells.get(column.id), sheet.field(row, column)
                line = self.tree.line(here)
                key = sheet.id, row.id, column.id
                self.places[key] = f"Bestand {self.name}, regel {line}"
                if raw is not None and not isinstance(raw, str):
                    self._tell(here, "hier hoort één waarde", f"schrijf {column.id}: waarde")
                    continue
                value = understand(field, raw)
                if isinstance(value, Doubt):
                    self._tell(here, *value)
                elif value is None and field.required:
                    self._tell(here, "is niet ingevuld", remedy_if_empty(field))
                else:
                    self.values[key] = value

    def _mapping(self, path: Path, content: Any, noun: str) -> Mapping[str, Any]:
        if isinstance(content, dict):
            return content
        if content not in (None, ""):
            self._tell(path, f"hier horen {noun}", "schrijf per regel naam: waarde, ingesprongen")
        return {}

    def _unknown(self, path: Path, content: Mapping[str, Any], known: list[str], noun: str) -> None:
        for key in content:
            if key not in known:
                what = f"{noun} {quoted(key)} staat niet in het formulier of wordt niet gevraagd"
                self._tell(path, what, "kies uit: " + ", ".join(known), self.tree.line((*path, key)))

    def _tell(self, path: Path, what: str, remedy: str, line: int | None = None) -> None:
        """`path`: the form's own names only; a name that somebody made up stands quoted in `what`."""
        line = line or self.tree.line(path)
        where = f"{dotted(path)}: " if path else ""
        self.wrong.append((line, Mistake(f"Bestand {self.name}, regel {line}", f"{where}{what}", remedy)))


def _at(name: str, line: int, what: str, remedy: str) -> Mistake:
    return Mistake(f"Bestand {name}, regel {line}", what, remedy)
