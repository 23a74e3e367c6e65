"""Fill a form in as a person would: only the values of cells change. For the demo and for tests."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from xml.etree import ElementTree

from jaarring.forms.layout import FIRST_ROW, KEYS_COLUMN, KEYS_ROW, SHEET_MARK, height
from jaarring.forms.rules import Key, Value, cell_name

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EPOCH = date(1899, 12, 30)  # day 0 of Excel's dates, from March 1900 on


def fill(xlsx: bytes, values: Mapping[Key, Value | float]) -> bytes:
    """The file with `values` typed into its cells: text as text ("4l" too), numbers and dates as such.

    For files made by `write`. Raises KeyError for a cell that the form does not have.
    """
    ElementTree.register_namespace("", _MAIN)
    ElementTree.register_namespace("r", _LINKS)
    left = dict(values)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        strings = _strings(old)
        for entry in old.infolist():
            body = old.read(entry)
            if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", entry.filename):
                body = _typed(body, strings, left)
            new.writestr(entry, body, zipfile.ZIP_DEFLATED)
    if left:
        raise KeyError(f"no such cell in this form: {', '.join('/'.join(key) for key in sorted(left))}")
    return target.getvalue()


def _strings(archive: zipfile.ZipFile) -> list[str]:
    tree = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(t.text or "" for t in item.iter(f"{{{_MAIN}}}t")) for item in tree]


def _typed(body: bytes, strings: list[str], left: dict[Key, Value | float]) -> bytes:
    """One sheet with its values typed; takes out of `left` what it has placed."""
    tree = ElementTree.fromstring(body)
    cells = {cell.get("r", ""): cell for cell in tree.iter(f"{{{_MAIN}}}c")}
    widths = {
        at: float(column.get("width", "10"))
        for column in tree.iter(f"{{{_MAIN}}}col")
        for at in range(int(column.get("min", "1")), int(column.get("max", "1")) + 1)
    }
    lines = {line.get("r", ""): line for line in tree.iter(f"{{{_MAIN}}}row")}

    def text(row: int, column: int) -> str:
        cell = cells.get(cell_name(row, column))
        value = cell.findtext(f"{{{_MAIN}}}v") if cell is not None and cell.get("t") == "s" else None
        return strings[int(value)] if value is not None else ""

    mark = text(KEYS_ROW, KEYS_COLUMN)
    if not mark.startswith(SHEET_MARK):
        return body
    across, down = 1, FIRST_ROW
    columns: dict[str, int] = {}
    rows: dict[str, int] = {}
    while column := text(KEYS_ROW, across):
        columns[column], across = across, across + 1
    while row := text(down, KEYS_COLUMN):
        rows[row], down = down, down + 1
    for key in [key for key in left if SHEET_MARK + key[0] == mark and key[1] in rows and key[2] in columns]:
        value = left.pop(key)
        _type(cells[cell_name(rows[key[1]], columns[key[2]])], value)
        if isinstance(value, str):  # the row grows, as it does under a person's hands
            line, wide = lines[str(rows[key[1]] + 1)], widths.get(columns[key[2]] + 1, 10.0)
            line.set("ht", str(max(float(line.get("ht", "0")), height([(value, wide * 1.08)]))))
    made: bytes = ElementTree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    return made


def _type(cell: ElementTree.Element, value: Value | float) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(value, str) and value:
        cell.set("t", "inlineStr")
        inline = ElementTree.SubElement(ElementTree.SubElement(cell, f"{{{_MAIN}}}is"), f"{{{_MAIN}}}t")
        inline.text = value
        inline.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    elif value is not None and value != "":
        number = (value - _EPOCH).days if isinstance(value, date) else value
        ElementTree.SubElement(cell, f"{{{_MAIN}}}v").text = str(number)
