"""`python -m jaarring.forms.child`: open a stranger's spreadsheet, with little memory and little time.

The file comes in on standard input, JSON goes out on standard output: `{"refused": [what, remedy]}`, or
`{"sheets": [{"name", "cells": [[row, column, tag, value], …], "formulas", "errors"}]}` with rows and columns
from 0, or for a text document `{"text": {"properties", "pieces"}}`. Whatever breaks in here breaks here: the
parent only sees that no answer came.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from jaarring.forms import scan, texts
from jaarring.forms.archive import AGAIN, Refused, repacked, unpacked

MEMORY = 768 * 2**20
SECONDS = 10
TEXT_KEPT = 5_000
"""Characters of one cell that are passed on: more than a field takes, so that it is seen to be too long."""
TOTAL_KEPT = 4 * 2**20
SHEET_LIMIT = 30

#: what an ODT says of itself
TEXT = b"application/vnd.oasis.opendocument.text"
_CALAMINE_READS = (".xml", ".rels")


def main() -> None:
    """Limit this process, then answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        answer = looked_at(sys.stdin.buffer.read())
    except Refused as refused:
        answer = {"refused": [refused.what, refused.remedy]}
    json.dump(answer, sys.stdout)


def looked_at(data: bytes) -> dict[str, Any]:
    """All that stands in the sheets, after every check. Raises `Refused`."""
    entries = unpacked(data)
    small = {name.casefold() for name in entries}
    parts = {name: body for name, body in entries.items() if name.casefold().endswith(_CALAMINE_READS)}
    if "word/document.xml" in small or _is_text(entries):
        return {"text": texts.read(entries)}
    # One format only: a zip that is two things at once would be checked as one and read as the other.
    if "xl/workbook.xml" in small and not small & {"content.xml", "xl/workbook.bin"}:
        marks = scan.xlsx(parts)
    elif "content.xml" in small and not any(name.startswith("xl/") for name in small):
        if b"encryption-data" in entries.get("META-INF/manifest.xml", b""):
            raise Refused("het bestand is versleuteld", "bewaar het zonder wachtwoord en stuur het opnieuw")
        marks = scan.ods(parts)
        parts = {"mimetype": entries.get("mimetype", b""), **parts}
    else:
        raise Refused("dit is geen .xlsx- of .ods-bestand", AGAIN)
    if len(marks) > SHEET_LIMIT:
        raise Refused(f"het bestand heeft meer dan {SHEET_LIMIT} bladen", AGAIN)
    return {"sheets": _sheets(parts, marks)}


def _is_text(entries: dict[str, bytes]) -> bool:
    return "content.xml" in entries and entries.get("mimetype", b"").strip() == TEXT


def _sheets(parts: dict[str, bytes], marks: dict[str, scan.Marks]) -> list[dict[str, Any]]:
    try:
        book = CalamineWorkbook.from_filelike(repacked(parts))
        found = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (CalamineError, ValueError, OSError, KeyError):
        raise Refused("het bestand is beschadigd", AGAIN) from None
    sheets, room = [], TOTAL_KEPT
    for name, sheet in found:
        if name not in marks:  # read under a name that was not looked at
            raise Refused("het bestand heeft een inhoud die een formulier nooit heeft", AGAIN)
        cells = []
        scan.within(*(sheet.end or (0, 0)))
        # False: else leading empty rows are left out and every cell has another's name.
        for down, line in enumerate(sheet.to_python(skip_empty_area=False)):
            for across, value in enumerate(line):
                if value != "":
                    cells.append([down, across, *_said(value)])
                    room -= len(str(cells[-1][3])) + 20
                    if room < 0:
                        raise Refused(
                            "het bestand bevat te veel tekst", "kort de tekst in en stuur het opnieuw"
                        )
        seen = marks[name]
        sheets.append({"name": name, "cells": cells, "formulas": seen.formulas, "errors": seen.errors})
    return sheets


def _said(value: object) -> tuple[str, object]:
    """A tag and a JSON value: s text, n number, b yes or no, d date."""
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, datetime):
        return "d", value.date().isoformat()
    if isinstance(value, date):
        return "d", value.isoformat()
    if isinstance(value, (time, timedelta)):
        return "s", str(value)
    if isinstance(value, (int, float)):
        return "n", value
    return "s", str(value)[:TEXT_KEPT]


if __name__ == "__main__":
    main()
