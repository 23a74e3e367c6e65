"""The figures of a document as a spreadsheet: a sheet that says what it is, then a sheet a table."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

import odfdo
from lxml import etree

from jaarring.document.figures import About, Figure, Sheet, names, sheets
from jaarring.document.zipped import unzipped, zipped

#: what odfdo's empty spreadsheet brings along and nobody needs; a picture of the first page says too much
_KEPT = ("mimetype", "content.xml", "styles.xml", "META-INF/manifest.xml")

_NUMBERS = """<number:{kind}-style style:name="N{name}" number:language="nl" number:country="NL"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">{inside}</number:{kind}-style>"""
_DIGITS = """<number:number number:decimal-places="{decimals}" number:min-decimal-places="{decimals}"
 number:min-integer-digits="1" number:grouping="true"/>"""
_CELL = """<style:style style:name="{name}" style:family="table-cell" style:parent-style-name="Default"
 {numbers}xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">
<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>
<style:text-properties fo:font-weight="{weight}"/></style:style>"""
_COLUMN = """<style:style style:name="{name}" style:family="table-column"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">
<style:table-column-properties style:column-width="{width}cm"/></style:style>"""


def ods(html: str, about: About) -> bytes:
    """The tables of a document as an OpenDocument spreadsheet: text is text, a number has its unit."""
    book = odfdo.Document("spreadsheet")
    book.body.clear()
    styles = _Styles(book)
    found = sheets(html)
    cover = [[Figure(name), Figure(text)] for name, text in about.lines]
    book.body.append(_table("Over dit bestand", cover, styles))
    for name, one in zip(names(found), found, strict=True):
        book.body.append(_table(name, list(_rows(one)), styles, heads=3))
    file = io.BytesIO()
    book.save(file)
    files = {name: content for name, content in unzipped(file.getvalue()).items() if name in _KEPT}
    files["META-INF/manifest.xml"] = _manifest(files["META-INF/manifest.xml"])
    files["meta.xml"] = _meta(about)
    return zipped(files)


def _rows(sheet: Sheet) -> Iterator[Sequence[Figure]]:
    yield [Figure(sheet.heading)]
    yield [Figure(sheet.caption)]
    yield [Figure(column) for column in sheet.columns]
    yield from sheet.rows


class _Styles:
    """The styles of cells, each made once: in which unit, with how many decimals, bold or not."""

    def __init__(self, book: odfdo.Document) -> None:
        self._book, self._made = book, set[str]()
        for name, width in (("Breed", 9), ("Smal", 3.5)):
            self._add(_COLUMN.format(name=name, width=width))

    def _add(self, xml: str) -> None:
        self._book.insert_style(xml, automatic=True)

    def of(self, figure: Figure, head: bool) -> str:
        """The name of the style for a cell."""
        if figure.value is None:
            return self._cell("Kop" if head else "Tekst", "", "bold" if head else "normal")
        exponent = figure.value.as_tuple().exponent
        assert isinstance(exponent, int), "no figure is infinite"
        decimals = max(0, -exponent)
        unit = {"€": "euro", "%": "percentage"}.get(figure.unit, "")
        name = f"{unit or 'getal'}{decimals}"
        if name not in self._made:
            digits = _DIGITS.format(decimals=decimals)
            kind, inside = {
                "euro": (
                    "currency",
                    f"<number:currency-symbol>€</number:currency-symbol><number:text>\u00a0</number:text>{digits}",
                ),
                "percentage": ("percentage", f"{digits}<number:text>%</number:text>"),
            }.get(unit, ("number", digits))
            self._add(_NUMBERS.format(kind=kind, name=name, inside=inside))
        return self._cell(name, f'style:data-style-name="N{name}" ', "normal")

    def _cell(self, name: str, numbers: str, weight: str) -> str:
        if name not in self._made:
            self._made.add(name)
            self._add(_CELL.format(name=name, numbers=numbers, weight=weight))
        return name


def _table(name: str, rows: Sequence[Sequence[Figure]], styles: _Styles, heads: int = 0) -> odfdo.Table:
    table = odfdo.Table(name)
    for number in range(max(map(len, rows))):
        table.append(odfdo.Column(style="Smal" if number else "Breed"))
    for number, row in enumerate(rows):
        line = odfdo.Row()
        for figure in row:
            line.append_cell(_cell(figure, styles.of(figure, head=number < heads)))
        table.append_row(line)
    return table


def _cell(figure: Figure, style: str) -> odfdo.Cell:
    """A number as a number, so that it can be added up; anything else as text, which nothing runs."""
    if figure.value is None:
        return odfdo.Cell(figure.text, cell_type="string", style=style)
    if figure.unit == "€":
        cell = odfdo.Cell(figure.value, cell_type="currency", currency="EUR", style=style)
    elif figure.unit == "%":
        cell = odfdo.Cell(figure.value / 100, cell_type="percentage", style=style)
    else:
        cell = odfdo.Cell(figure.value, cell_type="float", style=style)
    for shown in cell.get_paragraphs():  # odfdo's own spelling of a number is not the Dutch one
        cell.delete(shown)
    cell.append(odfdo.Paragraph(figure.text))
    return cell


def _manifest(content: bytes) -> bytes:
    """The list of what is in the archive, without what was thrown out."""
    root = etree.fromstring(content)
    for entry in list(root):
        path = next(str(value) for name, value in entry.items() if str(name).endswith("full-path"))
        if path != "/" and path not in (*_KEPT, "meta.xml"):
            root.remove(entry)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _meta(about: About) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    dc = "http://purl.org/dc/elements/1.1/"
    root = etree.Element(f"{{{office}}}document-meta", nsmap={"office": office, "dc": dc})
    root.set(f"{{{office}}}version", "1.3")
    meta = etree.SubElement(root, f"{{{office}}}meta")
    said = {
        "title": about.title,
        "creator": f"Gemeente {about.municipality}",
        "date": f"{about.as_of.isoformat()}T12:00:00",
        "language": "nl-NL",
    }
    for name, text in said.items():
        etree.SubElement(meta, f"{{{dc}}}{name}").text = re.sub(r"\s+", " ", text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
