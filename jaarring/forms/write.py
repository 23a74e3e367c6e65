"""A form as an `.xlsx` file that looks well in Excel and LibreOffice, on screen and on A4.

Nothing here guards anything: protection and lists help who fills in; `read` checks all of it again.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from jaarring.forms.layout import (
    FIRST_COLUMN,
    FIRST_ROW,
    HEADER_ROW,
    INTRO_ROW,
    KEYS_COLUMN,
    KEYS_ROW,
    MARK,
    SHEET_MARK,
    TITLE_ROW,
    height,
    lines_of,
)
from jaarring.forms.rules import GUIDE, RATINGS, TEXT_LIMIT, Column, Field, Form, Row, Sheet, Value, cell_name
from jaarring.forms.spelling import bounds, clean

_BLUE, _INK, _GREY, _LINE = "#1F3A5F", "#1A1A1A", "#5A6370", "#C5CBD3"
_FIELD, _FIELD_LINE, _CLOSED = "#FFF6DC", "#7A5C00", "#F1F3F5"
_BASE = {"font_name": "Arial", "font_size": 10, "font_color": _INK, "valign": "top", "text_wrap": True}
_LOCKED = {**_BASE, "border": 1, "border_color": _LINE}
_OPEN = {**_BASE, "border": 1, "border_color": _FIELD_LINE, "bg_color": _FIELD, "locked": False}
# Word, sign and colour together; the words are the values themselves, contrast at least 4.5:1.
_SHADES = dict(
    zip(
        RATINGS,
        (
            ("✓", "#DCEFDF", "#17532A"),
            ("!", "#FCE4C4", "#6B3A00"),
            ("✗", "#F8D9D9", "#861717"),
            ("-", "#E6E9ED", "#3C4550"),
        ),
        strict=True,
    )
)
_NO_FORMULA = ("=", "+", "-", "@")
_BIG = 10**12


def write(form: Form, secret: bytes) -> bytes:
    """The form as the bytes of an `.xlsx` file; the same form and secret give the same bytes."""
    target = io.BytesIO()
    normal = {"font_name": "Arial", "font_size": 10}  # its own copy: XlsxWriter writes into it
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_format_properties": normal})
    pen = _Pen(book)
    book.set_properties(
        {
            "title": clean(form.title),
            "subject": f"{form.key}, versie {form.version}",
            "author": clean(form.municipality),
            "comments": "Taal: Nederlands",
            "created": datetime(2000, 1, 1),  # fixed: when it was sent stands in the message, not in the form
        }
    )
    _guide(pen, form, form.seal(secret))
    for sheet in form.sheets:
        _table(pen, form, sheet)
    book.close()
    return _finished(target.getvalue())


class _Pen:
    """A workbook, its formats made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, base: Mapping[str, Any], **more: Any) -> Any:
        properties = {**base, **more}
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def put(
        self, page: Any, row: int, column: int, value: Value, base: Mapping[str, Any], **more: Any
    ) -> None:
        """Write a value as what it is; text stays text, whatever it begins with."""
        if value is None or value == "":
            page.write_blank(row, column, None, self.format(base, **more))
        elif isinstance(value, str):
            text = clean(value)
            if text.startswith(_NO_FORMULA):
                more["quote_prefix"] = True  # else editing the cell makes a formula of it
            page.write_string(row, column, text, self.format(base, **more))
        elif isinstance(value, date):
            page.write_datetime(row, column, value, self.format(base, **more))
        else:
            page.write_number(row, column, float(value), self.format(base, **more))


def _guide(pen: _Pen, form: Form, seal: str) -> None:
    """The first sheet: what to do and by when, what a field looks like, which sheets there are."""
    page = pen.book.add_worksheet(GUIDE)
    page.hide_gridlines(2)
    page.set_column(0, 0, 2, None, {"hidden": True})
    page.set_column(1, 1, 4)
    page.set_column(2, 2, 82)
    for row, text in enumerate((MARK, form.key, str(form.version), seal)):
        pen.put(page, row, KEYS_COLUMN, text, {**_BASE, "text_wrap": False})

    flat = {**_BASE, "text_wrap": False}
    pen.put(page, 0, 1, form.municipality, flat, font_color=_GREY, font_size=11)
    pen.put(page, 1, 1, form.title, flat, font_color=_BLUE, font_size=18, bold=True)
    page.set_row(1, 30)
    row = 3
    for number, line in enumerate(form.instructions, 1):
        pen.put(page, row, 1, f"{number}.", _BASE, font_size=11, font_color=_BLUE, bold=True, align="right")
        pen.put(page, row, 2, line, _BASE, font_size=11, indent=1, align="left")
        page.set_row(row, lines_of(line, 84) * 14 + 7)
        row += 1

    row = _heading(pen, page, row + 1, "Zo leest u dit formulier")
    for text, base in (
        ("Geel met een donkere rand: dit vult u in.", _OPEN),
        ("Wit: dit staat vast. U kunt het lezen en kopiëren, niet wijzigen.", _LOCKED),
    ):
        pen.put(page, row, 1, None, base, locked=True)
        pen.put(page, row, 2, text, _BASE, indent=1, align="left", font_size=11)
        page.set_row(row, 18)
        row += 1

    row = _heading(pen, page, row + 1, "Bladen")
    for sheet in form.sheets:
        fields = sum(sheet.asked(one, column) for one in sheet.rows for column in sheet.columns)
        what = f"{fields} {'veld' if fields == 1 else 'velden'}" if fields else "alleen om te lezen"
        told = f"{sheet.name}: {what}"
        shown = {"quote_prefix": True} if told.startswith(_NO_FORMULA) else {}
        link = pen.format(_BASE, font_size=11, font_color=_BLUE, underline=1, indent=1, align="left", **shown)
        name = sheet.name.replace("'", "''")
        page.write_url(row, 2, f"internal:'{name}'!{cell_name(FIRST_ROW, FIRST_COLUMN)}", link, told)
        page.set_row(row, 18)
        row += 1
    foot = f"Taal: Nederlands. Kenmerk van dit formulier: {form.key}, versie {form.version}."
    pen.put(page, row + 1, 1, foot, flat, font_size=8, font_color=_GREY)
    _printed(page, form, landscape=False)
    page.protect("", {"format_rows": True, "format_columns": True})


def _heading(pen: _Pen, page: Any, row: int, text: str) -> int:
    pen.put(page, row, 1, text, {**_BASE, "text_wrap": False}, font_size=12, font_color=_BLUE, bold=True)
    page.set_row(row, 20)
    return row + 1


def _table(pen: _Pen, form: Form, sheet: Sheet) -> None:
    """One sheet: hidden keys, title, what it is about, the header, then a row for each row."""
    page = pen.book.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    last = FIRST_COLUMN + len(sheet.columns) - 1
    page.set_column(KEYS_COLUMN, KEYS_COLUMN, 12, None, {"hidden": True})
    page.set_row(KEYS_ROW, None, None, {"hidden": True})
    keys = {**_BASE, "text_wrap": False}
    pen.put(page, KEYS_ROW, KEYS_COLUMN, SHEET_MARK + sheet.id, keys)

    flat = {**_BASE, "text_wrap": False}
    pen.put(page, TITLE_ROW, FIRST_COLUMN, sheet.name, flat, font_size=16, font_color=_BLUE, bold=True)
    page.set_row(TITLE_ROW, 26)
    if last > FIRST_COLUMN:  # empty: given a text, it would make a formula or a link of one that looks so
        page.merge_range(INTRO_ROW, FIRST_COLUMN, INTRO_ROW, last, "", pen.format(_BASE, font_color=_GREY))
    pen.put(page, INTRO_ROW, FIRST_COLUMN, sheet.intro, _BASE, font_color=_GREY)
    page.set_row(INTRO_ROW, height([(sheet.intro, sum(c.width for c in sheet.columns))]) + 5)

    header = {**_BASE, "bg_color": _BLUE, "font_color": "#FFFFFF", "bold": True, "border": 1}
    header["border_color"] = _BLUE
    for at, column in enumerate(sheet.columns, FIRST_COLUMN):
        page.set_column(at, at, column.width)
        pen.put(page, KEYS_ROW, at, column.id, keys)
        pen.put(page, HEADER_ROW, at, _header(column), header)
    page.set_row(HEADER_ROW, height([(_header(c), c.width * 0.9) for c in sheet.columns]) + 3)

    for down, row in enumerate(sheet.rows, FIRST_ROW):
        pen.put(page, down, KEYS_COLUMN, row.id, keys)
        for at, column in enumerate(sheet.columns, FIRST_COLUMN):
            _cell(pen, page, sheet, row, column, (down, at))
        page.set_row(down, _row_height(sheet, row))
    _shade(pen, page, sheet)

    page.freeze_panes(FIRST_ROW, 0)
    page.repeat_rows(HEADER_ROW)
    _printed(page, form, landscape=True)
    page.print_area(TITLE_ROW, FIRST_COLUMN, FIRST_ROW + max(len(sheet.rows), 1) - 1, last)
    page.protect("", {"format_rows": True, "format_columns": True})
    if sheet.rows:
        page.set_selection(FIRST_ROW, FIRST_COLUMN, FIRST_ROW, FIRST_COLUMN)


def _header(column: Column) -> str:
    """The title; for a column to fill in this is said in words as well, not by colour alone."""
    if not column.fill:
        return clean(column.title)
    return clean(column.title) + ("\n(invullen, verplicht)" if column.required else "\n(invullen)")


def _cell(pen: _Pen, page: Any, sheet: Sheet, row: Row, column: Column, at: tuple[int, int]) -> None:
    field, value = sheet.field(row, column), row.cells.get(column.id)
    form_of_number = {"num_format": _pattern(field)}
    if field.kind in ("number", "percent", "count", "euro"):
        form_of_number["align"] = "right"
    elif field.kind == "date":
        form_of_number["align"] = "left"
    if not sheet.asked(row, column):
        closed = {"bg_color": _CLOSED} if column.fill else {}
        pen.put(page, *at, value, {**_LOCKED, **form_of_number, **closed})
        return
    pen.put(page, *at, value, {**_OPEN, **form_of_number})
    page.data_validation(*at, *at, _validation(field, column, cell_name(*at)))


def _pattern(field: Field) -> str:
    """The number format, with the field's own decimals; the unit stands in the cell."""
    figure = "0" if field.kind == "count" or not field.decimals else "0." + "0" * field.decimals
    if field.kind == "euro":
        return '"€\N{NO-BREAK SPACE}"#,##' + figure
    if field.kind == "percent":
        return figure + '"%"'
    if field.kind in ("number", "count"):
        return figure + (f'" {field.unit}"' if field.unit else "")
    return "[$-413]d mmmm yyyy" if field.kind == "date" else "@"  # "@": "- punt een" stays text


def _validation(field: Field, column: Column, cell: str) -> dict[str, Any]:
    """Excel's check of one cell, with a Dutch message. It helps while typing; `read` decides."""
    low, high = field.minimum, field.maximum
    rule: dict[str, Any] = {"criteria": "between", "error_title": "Dit past hier niet"}
    if field.kind in ("rating", "choice"):
        rule = {"validate": "list", "source": list(field.choices), "error_title": "Kies uit de lijst"}
        message = "Kies uit: " + ", ".join(field.choices) + "."
    elif field.kind == "text":
        rule |= {"validate": "length", "minimum": 0, "maximum": TEXT_LIMIT}
        message = f"Schrijf hooguit {TEXT_LIMIT} tekens."
    elif field.kind == "date":
        rule |= {
            "validate": "date",
            "minimum": low or date(2000, 1, 1),
            "maximum": high or date(2099, 12, 31),
        }
        message = f"Schrijf {bounds(field)}, bijvoorbeeld 12-4-2027."
    elif field.kind == "percent":
        # 63% typed in Excel becomes 0,63; stopped here, or asked back by `read`. '0,5% as text is meant.
        within = f"AND(ISNUMBER({cell}),{cell}>1,{cell}>={_plain(low, -_BIG)},{cell}<={_plain(high, _BIG)})"
        rule = {"validate": "custom", "value": f'=OR({cell}=0,{within},RIGHT({cell},1)="%")'}
        rule["error_title"] = "Dit is geen percentage"
        message = "Schrijf 63 voor 63%, zonder procentteken. Gaat het om 1% of minder? Schrijf dan '0,5%."
    else:
        rule |= {"validate": "integer" if field.kind == "count" else "decimal"}
        rule |= {"minimum": _plain(low, -_BIG), "maximum": _plain(high, _BIG)}
        unit = f" in {field.unit}" if field.unit else ""
        message = f"Schrijf {bounds(field)}{unit}, bijvoorbeeld {'12500' if field.kind == 'euro' else '41'}."
    rule |= {"error_message": _short(message), "ignore_blank": True}
    if column.help:
        rule |= {"input_title": column.title[:32], "input_message": _short(clean(column.help))}
    return rule


def _plain(bound: Decimal | date | None, default: int) -> int | float:
    return float(bound) if isinstance(bound, Decimal) else default


def _short(text: str) -> str:
    return text if len(text) <= 255 else text[:254] + "…"


def _shade(pen: _Pen, page: Any, sheet: Sheet) -> None:
    """Ratings get their colour as soon as they are chosen."""
    for at, column in enumerate(sheet.columns, FIRST_COLUMN):
        if column.kind != "rating" or not sheet.rows:
            continue
        for word, (sign, back, ink) in _SHADES.items():
            look = pen.book.add_format({"bg_color": back, "font_color": ink, "num_format": f'@" {sign}"'})
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
            page.conditional_format(FIRST_ROW, at, FIRST_ROW + len(sheet.rows) - 1, at, rule)


def _printed(page: Any, form: Form, *, landscape: bool) -> None:
    page.set_paper(9)
    if landscape:
        page.set_landscape()
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.fit_to_pages(1, 0)
    title = _short(clean(form.title)).replace("&", "&&")[:150]
    page.set_footer(f'&L&"Arial,Regular"&8{title}&R&"Arial,Regular"&8Pagina &P van &N')


def _row_height(sheet: Sheet, row: Row) -> float:
    """High enough for what is known, and for three lines where text is asked."""
    cells = [(str(row.cells.get(c.id) or ""), c.width * 1.08) for c in sheet.columns]
    room = any(sheet.asked(row, c) and sheet.field(row, c).kind == "text" for c in sheet.columns)
    return height([*cells, ("\n\n" if room else "", 1)])


def _finished(made: bytes) -> bytes:
    """Two things XlsxWriter cannot say: the document's language, and that table rows may grow.

    A row with `customHeight` keeps its height and clips what is typed in it; without it a row starts at
    our height and fits itself to its text at the first edit (LibreOffice: optimal height).
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "docProps/core.xml":
                body = body.replace(
                    b"</cp:coreProperties>", b"<dc:language>nl-NL</dc:language></cp:coreProperties>"
                )
            elif re.fullmatch(r"xl/worksheets/sheet(?!1\.)[0-9]+\.xml", entry.filename):
                body = re.sub(rb'(<row r="([0-9]+)"[^>]*?) customHeight="1"', _grow, body)
            new.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _grow(found: re.Match[bytes]) -> bytes:
    return found[1] if int(found[2]) > FIRST_ROW else found[0]
