"""Seven forms of one report say the same: each figure as in the store, each heading, table and picture."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pikepdf
import pytest
from lxml import etree
from lxml import html as parser
from python_calamine import CalamineWorkbook

from jaarring import shelf
from jaarring.council import actions as council
from jaarring.document.elements import HEADINGS
from jaarring.document.formats import FORMATS, Text, made
from jaarring.document.house import HouseStyle
from jaarring.document.html import tree
from jaarring.here import Here
from jaarring.plans import records as plans
from jaarring.reports import records as reports
from jaarring.reports.rules import DepartmentAccount, ThemeAccount
from jaarring.tactical import actions as tactical
from tests import need, pdf_check
from tests.a_year import AT, Q4, stored
from tests.test_office import body, text_in

DAY = date(2028, 2, 11)
NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?")
REPORTS = {
    "public": ("2027/council", "openbaar"),
    "internal": ("2027/council", "intern"),
    "tactical": ("2027/Q4/tactical", "intern"),
}
#: what each cell of each row of each table says in figures
Cells = list[list[list[tuple[Decimal, ...]]]]


@dataclass(frozen=True)
class Report:
    """A report as it is kept: of what it was made, and its bytes in each form."""

    text: Text
    house: HouseStyle
    files: dict[str, bytes]

    def otherwise(self, format: str, was: str, now: str) -> dict[str, bytes]:
        """The files with another figure in this form."""
        html = self.text.html.replace(was, now)
        assert html != self.text.html
        text = Text(
            html, *(getattr(self.text, name) for name in self.text.__dataclass_fields__ if name != "html")
        )
        return {**self.files, format: made(format, text, self.house)}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    here = stored(tmp_path_factory.mktemp("elzenwaard"))
    for edition in ("openbaar", "intern"):
        assert council.compile(here, 2027, edition, DAY, AT).findings == []
    assert tactical.compile(here, Q4, DAY, AT).findings == []
    yield here
    here.store.close()


@pytest.fixture(scope="module")
def kept(here: Here) -> dict[str, Report]:
    return {name: _kept(here, key, edition) for name, (key, edition) in REPORTS.items()}


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest, kept: dict[str, Report]) -> Report:
    return kept[request.param]


def _kept(here: Here, key: str, edition: str) -> Report:
    forms = {format: shelf.in_form(here, key, edition, format, AT) for format in FORMATS}
    files = {format: here.files.get(one.sha256) for format, one in forms.items() if one}
    assert forms["html"]
    said: dict[str, Any] = json.loads(here.files.get(forms["html"].recipe))
    draft = said["draft"]
    text = Text(
        draft["html"], draft["title"], draft["description"], edition, key, DAY, draft["status"]
    )  # fmt: skip
    return Report(text, HouseStyle(**said["house"]), files)


# ---- what is read in each form


def found(node: etree._Element, query: str) -> list[Any]:
    return cast(list[Any], node.xpath(query))


def figures(text: str) -> tuple[Decimal, ...]:
    """The numbers in Dutch words."""
    return tuple(dutch(one) for one in NUMBER.findall(text))


def dutch(number: str) -> Decimal:
    return Decimal(number.rstrip(".").replace(".", "").replace(",", "."))


def cells(format: str, file: bytes) -> Cells:
    """The figures in the body of every table of a form."""
    match format:
        case "html":
            rows = "tbody/tr|tfoot/tr"
            tables = parser.fromstring(file.decode()).findall(".//table")
            return [[[figures(c.text_content()) for c in row] for row in found(t, rows)] for t in tables]
        case "odt" | "docx":
            names = {"odt": ("table", "table-row", "table-cell"), "docx": ("tbl", "tr", "tc")}[format]
            table, row, cell = (f"{{*}}{name}" for name in names)
            return [
                [[figures(text_in(format, c)) for c in r.iter(cell)] for r in list(t.iter(row))[1:]]
                for t in body(format, file).iter(table)
            ]
        case "json":
            return [[[_figure(c) for c in row] for row in t["rijen"]] for t in json.loads(file)["tabellen"]]
    raise KeyError(format)


def _figure(cell: dict[str, str]) -> tuple[Decimal, ...]:
    """A value as it is read by a program, and the same as it is read by a person."""
    shown = figures(cell["tekst"])
    if "waarde" not in cell:
        return shown
    value = (abs(Decimal(cell["waarde"])), *figures(cell["eenheid"]))
    assert value == shown
    return shown


def sheets(file: bytes) -> list[list[list[object]]]:
    """The rows of every table in a spreadsheet, as a program reads them, after the sheet about the file."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(file))
    return [book.get_sheet_by_index(n).to_python()[3:] for n in range(1, len(book.sheet_names))]  # type: ignore[misc]


def rows(file: bytes) -> list[tuple[str, str, str, str]]:
    """The lines of a list: column, text, value, unit."""
    found = csv.reader(io.StringIO(file.decode("utf-8-sig")), delimiter=";")
    return [
        (c, text, value, unit) for t, _, c, text, value, unit in list(found)[1:] if t != "Over dit bestand"
    ]


def words(format: str, file: bytes, folder: Path) -> str:
    """All words of a form for reading, charts and what stands around the text too."""
    if format == "pdf":
        need.poppler()
        (folder / "proef.pdf").write_bytes(file)
        command = ["pdftotext", str(folder / "proef.pdf"), "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    if format == "html":
        return " ".join(map(str, found(parser.fromstring(file.decode()), "//body//text()")))
    return text_in(format, body(format, file))


def text_of(html: str) -> str:
    """The words of a report without its charts."""
    return " ".join(map(str, found(tree(html), "//text()[not(ancestor::*[local-name()='svg'])]")))


def disagreeing(report: Report, files: dict[str, bytes], folder: Path) -> set[str]:
    """The forms in which a figure is another than in the report as it was made."""
    asked = cells("json", made("json", report.text, report.house))
    wrong = {format for format in ("html", "odt", "docx", "json") if cells(format, files[format]) != asked}
    tables = json.loads(made("json", report.text, report.house))["tabellen"]
    if [[[_read(c) for c in row] for row in table["rijen"]] for table in tables] != [
        [list(row) for row in sheet] for sheet in sheets(files["ods"])
    ]:
        wrong.add("ods")
    if rows(files["csv"]) != list(_listed(tables)):
        wrong.add("csv")
    said = Counter(figures(text_of(report.text.html)))
    around = set(figures(words("html", made("html", report.text, report.house), folder))) | set(range(1, 40))
    for format in ("html", "pdf", "odt", "docx"):
        found = Counter(figures(words(format, files[format], folder)))
        if said - found or {one for one in found - said if one not in around}:
            wrong.add(format)
    return wrong


def _read(cell: dict[str, str]) -> object:
    """A cell as a spreadsheet program has it: a percentage as a part of one."""
    if "waarde" not in cell:
        return cell["tekst"]
    return float(Decimal(cell["waarde"]) / (100 if cell["eenheid"] == "%" else 1))


def _listed(tables: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    for table in tables:
        for row in table["rijen"]:
            for number, (column, cell) in enumerate(zip(table["kolommen"], row, strict=True)):
                if number or "waarde" in cell:
                    value = cell.get("waarde", "").replace(".", ",")
                    yield column, cell["tekst"], value, cell.get("eenheid", "")


# ---- the promises


def test_every_figure_is_the_same_in_every_form(report: Report, tmp_path: Path) -> None:
    """Each cell of each table, and each number in the text, as it is read back from the bytes."""
    assert disagreeing(report, report.files, tmp_path) == set()
    assert sum(len(row) for table in cells("html", report.files["html"]) for row in table) > 100


@pytest.mark.parametrize("format", FORMATS)
def test_control_one_other_figure_in_one_form_is_found(
    kept: dict[str, Report], format: str, tmp_path: Path
) -> None:
    report = kept["public"]
    other = report.otherwise(format, "€\u00a0231.500", "€\u00a0231.510")
    assert disagreeing(report, other, tmp_path) == {format}


def _tables(report: Report) -> dict[str, dict[str, Any]]:
    return {one["bijschrift"]: one for one in json.loads(report.files["json"])["tabellen"]}


def _money(report: Report) -> dict[str, list[Decimal]]:
    (table,) = (t for caption, t in _tables(report).items() if caption.startswith("Begroot en besteed"))
    return {row[0]["tekst"].lower(): [Decimal(c["waarde"]) for c in row[1:]] for row in table["rijen"]}


def test_the_money_is_that_of_the_store(here: Here, report: Report) -> None:
    """What plans began with and have now, what was said to be spent, what is left, per theme and in all."""
    with here.store.read() as tx:
        kept, said = plans.of_year(tx, 2027), reports.of_year(tx, 2027)
    shown, total = _money(report), [Decimal(0)] * 4
    for id, theme in here.organisation.themes.items():
        plan, account = kept[id].plan, said[f"2027/Q4/report/{id}"].account
        assert isinstance(account, ThemeAccount) and account.spent is not None
        was = plan.budget if plan.was_budget is None else plan.was_budget
        expected = [was, plan.budget, account.spent, plan.budget - account.spent]
        assert shown[theme.name] == expected
        total = [a + b for a, b in zip(total, expected, strict=True)]
    assert shown["totaal"] == total == [*map(Decimal, (750_000, 750_000, 722_500, 27_500))]


def test_the_values_and_targets_are_those_of_the_store(here: Here, kept: dict[str, Report]) -> None:
    with here.store.read() as tx:
        said = reports.of_year(tx, 2027)
    for name in ("public", "internal"):
        (table,) = (t for c, t in _tables(kept[name]).items() if c.startswith("Stand van de indicatoren"))
        shown = [[figures(c["tekst"])[:1] for c in row[1:4]] for row in table["rijen"]]
        expected = []
        for one in (i for goal in here.framework.goals for i in goal.indicators):
            account = said[f"2027/Q4/report/{one.theme}"].account
            assert isinstance(account, ThemeAccount) and (entry := account.indicator(one.id))
            expected.append([(one.baseline(2027),), (one.target(2027),), (entry.value,)])
        assert shown == expected and len(shown) == 8


def test_the_measures_are_those_of_the_store(here: Here, kept: dict[str, Report]) -> None:
    """Inside each with its amounts; in public all but the secret one, with none."""
    with here.store.read() as tx:
        themes, said = plans.of_year(tx, 2027), reports.of_year(tx, 2027)
    spent = {
        one.measure: one.spent
        for received in said.values()
        if isinstance(received.account, DepartmentAccount)
        for one in received.account.measures
    }
    planned = [one.measure for id in here.organisation.themes for one in themes[id].plan.measures]
    shown = {
        name: [
            row
            for c, t in _tables(kept[name]).items()
            if c.startswith("Maatregelen voor")
            for row in t["rijen"]
        ]
        for name in ("public", "internal")
    }
    assert [[figures(c["tekst"])[:1] for c in row[3:]] for row in shown["internal"]] == [
        [(one.budget,), (spent[one.id],)] for one in planned
    ]
    names = [one.title for one in planned if not one.secrecy]
    assert [row[1]["tekst"].startswith(name) for row, name in zip(shown["public"], names, strict=True)] == [
        True
    ] * 24
    assert not any("€" in cell["tekst"] for row in shown["public"] for cell in row)


def test_nothing_of_the_structure_is_lost(report: Report) -> None:
    """Headings, tables with head cells, figures with words, notes and links, counted in the source."""
    root = tree(report.text.html)
    counted = {name: len(list(root.iter(*names))) for name, names in COUNTED.items()}
    seen = pdf_check.check(report.files["pdf"])
    assert seen.refused == [] and seen.done > 10
    contents = len(root.findall(".//h2")) if b"Inhoud" in _outline(report.files["pdf"]) else 0
    logo = bool(report.house.logo)
    assert seen.looked_at["Table"] == counted["tables"]
    assert seen.looked_at["TH"] == len(root.findall(".//thead//th"))
    assert seen.looked_at["Figure"] == counted["figures"] + logo
    assert seen.looked_at["Note"] == len(root.findall(".//span[@class='fn']"))
    assert seen.looked_at["Link"] == counted["links"] + contents
    assert len(_outline(report.files["pdf"]).splitlines()) == counted["headings"] + bool(contents)
    for format in ("odt", "docx"):
        found = body(format, report.files[format])
        heads = "{*}table-header-rows" if format == "odt" else "{*}tblHeader"
        assert (
            len(list(found.iter("{*}table", "{*}tbl"))) == len(list(found.iter(heads))) == counted["tables"]
        )
        pictures = list(found.iter("{*}image" if format == "odt" else "{*}inline"))
        assert len(pictures) == counted["figures"] + logo
        described = list(found.iter("{*}desc", "{*}docPr"))
        assert len(described) == len(pictures) and all(one.text or one.get("descr") for one in described)
        assert set(_headings(format, found)) >= {
            " ".join("".join(map(str, h.itertext())).split()) for h in root.iter(*HEADINGS)
        }


COUNTED = {"headings": HEADINGS, "tables": ("table",), "figures": ("figure",), "links": ("a",)}


def _outline(pdf: bytes) -> bytes:
    """The bookmarks of a PDF, a line each."""
    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_outline() as outline:
        return "\n".join(_titles(outline.root)).encode()


def _titles(items: Any) -> Iterator[str]:
    for one in items:
        yield str(one.title)
        yield from _titles(one.children)


def _headings(format: str, found: etree._Element) -> Iterator[str]:
    if format == "odt":
        yield from (text_in(format, one).replace("\u00a0", " ") for one in found.iter("{*}h"))
        return
    for one in found.iter("{*}p"):
        if any("eading" in str(next(iter(style.attrib.values()))) for style in one.iter("{*}pStyle")):
            yield text_in(format, one)
