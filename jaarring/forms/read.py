"""A form that came back: which one it is, and what it says or everything that is wrong with it.

What a cell means comes from the keys in its hidden row and column, so sheets may be renamed and rows
sorted. All keys and all locked cells are compared with the form: protection in a file guards nobody.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from jaarring.forms import yamlform
from jaarring.forms.layout import MARK, SHEET_MARK
from jaarring.forms.opened import Cell, Opened, Page, look
from jaarring.forms.rules import Answers, Field, Form, Key, Mistake, Row, Sheet, Value, cell_name, readable
from jaarring.forms.spelling import Doubt, Raw, clean, remedy_if_empty, understand

_AS_SENT = "gebruik het formulier zoals u het van ons kreeg"


def identity(file: Path | Opened) -> str | list[Mistake]:
    """The key of the form that a file claims to answer; whether it may is for the caller to say."""
    opened = look(file) if isinstance(file, Path) else file
    if isinstance(opened, list):
        return opened
    if opened.text is not None:
        return yamlform.identity(opened.text, opened.name)
    claim = _claim(opened)
    return claim.key if isinstance(claim, _Claim) else [claim]


def read(file: Path | Opened, form: Form, secret: bytes) -> Answers | list[Mistake]:
    """A value for every cell that `form` asks, or all mistakes at once; nothing is raised for a mistake."""
    opened = look(file) if isinstance(file, Path) else file
    if isinstance(opened, list):
        return opened
    if opened.text is not None:
        return yamlform.read(opened.text, opened.name, form)
    claim = _claim(opened)
    if isinstance(claim, Mistake):
        return [claim]
    if strange := _strange(claim, form, secret, opened.name):
        return [strange]
    reading = _Reading(form)
    reading.pages(opened.pages)
    return reading.mistakes() or Answers(form.key, form.version, reading.values, reading.places)


@dataclass(frozen=True)
class _Claim:
    """What a file says that it is."""

    key: str
    version: str
    seal: str


def _claim(opened: Opened) -> _Claim | Mistake:
    found = [
        (
            page.cells.get((row + 1, column)),
            page.cells.get((row + 2, column)),
            page.cells.get((row + 3, column)),
        )
        for page in opened.pages
        for (row, column), value in page.cells.items()
        if value == MARK
    ]
    texts = [[clean(str(part or "")) for part in claim] for claim in found]
    if len(texts) != 1 or not all(texts[0]):
        return Mistake(
            f"Bestand {opened.name}", "dit is geen formulier van ons, of het kenmerk is weg", _AS_SENT
        )
    return _Claim(*texts[0])


def _strange(claim: _Claim, form: Form, secret: bytes, name: str) -> Mistake | None:
    """Another form or version, or a seal that does not fit: one mistake, for the rest means nothing then."""
    where = f"Bestand {name}"
    if claim.key != form.key:
        return Mistake(where, "dit is een ander formulier dan gevraagd", _AS_SENT)
    if claim.version != str(form.version):
        return Mistake(
            where, f"dit is niet versie {form.version} van het formulier", "vul de laatste versie in"
        )
    if not hmac.compare_digest(claim.seal.encode(), form.seal(secret).encode()):
        return Mistake(where, "het kenmerk van dit formulier klopt niet", _AS_SENT)
    return None


class _Reading:
    """Pages compared with a form: collects values, places, and mistakes with where they stand."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.values: dict[Key, Value] = {}
        self.places: dict[Key, str] = {}
        self._wrong: list[tuple[tuple[int, int, int], Mistake]] = []

    def mistakes(self) -> list[Mistake]:
        """All mistakes in the order of the sheets, not more than a person would read."""
        return readable([mistake for _, mistake in sorted(self._wrong, key=lambda pair: pair[0])])

    def pages(self, pages: tuple[Page, ...]) -> None:
        """Find each sheet of the form by its mark; what belongs to none is told, not passed over."""
        found: dict[str, tuple[int, Page, Cell]] = {}
        for number, page in enumerate(pages):
            marks = [
                (at, value[len(SHEET_MARK) :])
                for at, value in page.cells.items()
                if isinstance(value, str) and value.startswith(SHEET_MARK)
            ]
            known = [(at, id) for at, id in marks if any(sheet.id == id for sheet in self.form.sheets)]
            if len(known) == 1 and known[0][1] not in found:
                found[known[0][1]] = number, page, known[0][0]
            elif page.used() and MARK not in page.cells.values():
                what = "dit blad staat er dubbel" if known else "dit blad hoort niet bij het formulier"
                self._tell(
                    (number, -1, -1),
                    f"Blad {page.name}",
                    what,
                    "zet uw tekst in de velden van het formulier en verwijder dit blad",
                )
        for sheet in self.form.sheets:
            if sheet.id in found:
                self._page(sheet, *found[sheet.id])
            else:
                self._tell((len(pages), -1, -1), f"Blad {sheet.name}", "dit blad ontbreekt", _AS_SENT)

    def _page(self, sheet: Sheet, number: int, page: Page, mark: Cell) -> None:
        """One sheet: its keys give each cell its meaning."""
        columns = self._keys(
            sheet,
            [c.id for c in sheet.columns],
            number,
            page,
            {at: value for at, value in page.cells.items() if at[0] == mark[0] and at[1] > mark[1]},
            "kolom",
        )
        rows = self._keys(
            sheet,
            [r.id for r in sheet.rows],
            number,
            page,
            {at: value for at, value in page.cells.items() if at[1] == mark[1] and at[0] > mark[0]},
            "rij",
        )
        meant: set[Cell] = set()
        for row in sheet.rows:
            for column in sheet.columns:
                if row.id in rows and column.id in columns:
                    at = rows[row.id][0], columns[column.id][1]
                    meant.add(at)
                    if sheet.asked(row, column):
                        self._answer(
                            (sheet.id, row.id, column.id), sheet.field(row, column), row, number, page, at
                        )
                    elif not _same(row.cells.get(column.id), page.cells.get(at)) or at in page.formulas:
                        self._cell(number, page, at, "deze cel staat vast en is gewijzigd", _AS_SENT)
        self._strays(number, page, mark, rows, columns, meant)

    def _keys(
        self, sheet: Sheet, wanted: list[str], number: int, page: Page, found: Mapping[Cell, Raw], noun: str
    ) -> dict[str, Cell]:
        """Where each key stands; one that is missing, foreign or there twice is told."""
        where: dict[str, Cell] = {}
        for at, value in found.items():
            key = clean(value) if isinstance(value, str) else ""
            if key not in wanted:
                self._cell(
                    number, page, at, f"het kenmerk van deze {noun} hoort niet bij het formulier", _AS_SENT
                )
            elif key in where:
                self._cell(
                    number, page, at, f"deze {noun} staat er twee keer", f"verwijder één van de twee ({key})"
                )
            else:
                where[key] = at
        for key in wanted:
            if key not in where:
                self._tell((number, -1, -1), f"Blad {page.name}", f"de {noun} '{key}' ontbreekt", _AS_SENT)
        return where

    def _answer(self, key: Key, field: Field, row: Row, number: int, page: Page, at: Cell) -> None:
        """What stands in one field."""
        self.places[key] = f"Blad {page.name}, cel {cell_name(*at)}"
        if at in page.formulas:
            wanted = {"date": "de datum", "text": "de tekst", "rating": "het oordeel", "choice": "de keuze"}
            said = f"typ {wanted[field.kind]} zelf" if field.kind in wanted else "typ de uitkomst als getal"
            self._cell(number, page, at, "bevat een formule", said)
            return
        if at in page.errors:
            self._cell(number, page, at, "bevat een foutmelding van het rekenblad", "typ de waarde zelf")
            return
        raw, known = page.cells.get(at), row.cells.get(key[2])
        value = understand(field, raw)
        if isinstance(value, Doubt) and known is not None and _same(known, raw):
            value = known  # it stood there already: we wrote it ourselves
        if isinstance(value, Doubt):
            self._cell(number, page, at, *value)
        elif value is None and field.required:
            self._cell(number, page, at, "is niet ingevuld", remedy_if_empty(field))
        else:
            self.values[key] = value

    def _strays(
        self,
        number: int,
        page: Page,
        mark: Cell,
        rows: Mapping[str, Cell],
        columns: Mapping[str, Cell],
        meant: set[Cell],
    ) -> None:
        """Words beside the table would be lost without anyone knowing: they are told."""
        first = min((row for row, _ in rows.values()), default=10**6)
        across = {column for _, column in columns.values()}
        for at in page.used():
            heading = at[0] < first and at[1] in across
            keyed = (at[0], mark[1]) in page.cells and (mark[0], at[1]) in page.cells
            if at not in meant and not heading and not keyed and at[0] != mark[0] and at[1] != mark[1]:
                self._cell(
                    number,
                    page,
                    at,
                    "staat buiten de velden en wordt niet gelezen",
                    "zet dit in een geel veld of maak de cel leeg",
                )

    def _cell(self, number: int, page: Page, at: Cell, what: str, remedy: str) -> None:
        self._tell((number, *at), f"Blad {page.name}, cel {cell_name(*at)}", what, remedy)

    def _tell(self, order: tuple[int, int, int], place: str, what: str, remedy: str) -> None:
        self._wrong.append((order, Mistake(place, what, remedy)))


def _same(known: Value, raw: Raw) -> bool:
    """Whether a cell still holds what was written in it, by whatever program it passed."""
    if known is None or known == "":
        return raw is None or (isinstance(raw, str) and not clean(raw))
    if isinstance(known, str):
        return isinstance(raw, str) and clean(raw).split() == clean(known).split()
    if isinstance(known, date) or isinstance(raw, (bool, str, date)) or raw is None:
        return known == raw and not isinstance(raw, bool)
    return abs(Decimal(str(raw)) - known) <= abs(Decimal(known)) * Decimal("1e-9")
