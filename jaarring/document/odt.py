"""What an ODT says in its own words, and what is finished in it after pandoc."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from jaarring.document.pandoc import Cell

_NS = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"
    for name, path in {
        "office": "office",
        "style": "style",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
    }.items()
}
_NAMES = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _NS.items())

#: what only this document's own text may name: its tables, columns, pictures and sections
_STYLES = """<styles>
<style:style style:name="Vrij" style:family="section"><style:section-properties
 text:dont-balance-text-columns="true" style:editable="true"/></style:style>
<style:style style:name="Beeld" style:family="graphic"><style:graphic-properties
 style:vertical-pos="top" style:vertical-rel="baseline" fo:border="none" fo:padding="0cm"/></style:style>
<style:style style:name="Tabel" style:family="table"><style:table-properties
 style:width="16.2cm" table:align="left" fo:margin-bottom="0.5cm"/></style:style>
<style:style style:name="TabelHeel" style:family="table"><style:table-properties
 style:width="16.2cm" table:align="left" fo:margin-bottom="0.5cm"
 style:may-break-between-rows="false"/></style:style>
<style:style style:name="Rij" style:family="table-row"><style:table-row-properties
 fo:keep-together="always"/></style:style>
<style:style style:name="RijLang" style:family="table-row"><style:table-row-properties
 fo:keep-together="auto"/></style:style>
<style:style style:name="Kop" style:family="table-cell"><style:table-cell-properties
 style:vertical-align="bottom" fo:padding="0.1cm" fo:border-bottom="1pt solid {colour}"/></style:style>
<style:style style:name="Cel" style:family="table-cell"><style:table-cell-properties
 fo:padding="0.1cm" fo:border-bottom="0.5pt solid #c3c8cf"/></style:style>
<style:style style:name="Totaal" style:family="table-cell"><style:table-cell-properties
 fo:padding="0.1cm" fo:border-top="1pt solid {colour}" fo:border-bottom="0.5pt solid #c3c8cf"/></style:style>
{paragraphs}{columns}</styles>"""
_PARAGRAPH = """<style:style style:name="{kind}_{{parent}}" style:family="paragraph"
 style:parent-style-name="{{parent}}"><style:paragraph-properties {said}/></style:style>"""
#: points that begin where their frame or text begins, not at the edge of the sheet: their style, and where
_INSET = {
    "OpsommingKader": ("InKader", 0.3),
    "OpsommingUitleg": ("InUitleg", 5.3),
    "OpsommingUitlegSmal": ("InSmal", 3.5),
    "OpsommingOnder": ("InOnder", 0.7),
}
_PARAGRAPHS = {
    "Blad": _PARAGRAPH.format(kind="Blad", said='fo:break-before="page"'),
    **{
        kind: _PARAGRAPH.format(kind=kind, said=f'fo:margin-left="{left}cm" fo:text-indent="-0.3cm"')
        for kind, left in _INSET.values()
    },
    "Bij": _PARAGRAPH.format(kind="Bij", said='fo:keep-with-next="always"'),
}
_COLUMN = """<style:style style:name="Kolom{width}" style:family="table-column">
<style:table-column-properties style:column-width="{millimetres:.2f}mm"/></style:style>"""


class ODT:
    """The markup of an ODT; see `Markup`."""

    format = "opendocument"
    format_of_file = "odt"
    tab = "<text:tab/>"
    new_page = "<text:soft-page-break/>"
    contents = (
        '<text:table-of-content text:name="Inhoud" text:style-name="Vrij">'
        '<text:table-of-content-source text:outline-level="2" text:use-index-marks="false">'
        "<text:index-title-template>Inhoud</text:index-title-template>"
        + "".join(
            f'<text:table-of-content-entry-template text:outline-level="{level}"'
            ' text:style-name="Inhoudsregel">' + entry + "</text:table-of-content-entry-template>"
            for level, entry in (
                (1, ""),
                (2, "<text:index-entry-link-start/><text:index-entry-text/><text:index-entry-link-end/>"),
            )
        )
        + "</text:table-of-content-source><text:index-body>",
        "</text:index-body></text:table-of-content>",
    )
    contents_words = ("", "")

    def editable(self, place: str, number: int) -> tuple[str, str]:
        return f'<text:section text:name="{place}" text:style-name="Vrij">', "</text:section>"

    def table(self, caption: str, widths: Sequence[int], small: bool, foot: bool) -> tuple[str, str]:
        columns = "".join(f'<table:table-column table:style-name="Kolom{width}"/>' for width in widths)
        return f'<table:table table:style-name="Tabel{"Heel" if small else ""}">{columns}', "</table:table>"

    def head(self) -> tuple[str, str]:
        return "<table:table-header-rows>", "</table:table-header-rows>"

    def row(self, head: bool, whole: bool) -> tuple[str, str]:
        style = "Rij" if whole else "RijLang"
        return f'<table:table-row table:style-name="{style}">', "</table:table-row>"

    def cell(self, cell: Cell) -> tuple[str, str]:
        opens = f'<table:table-cell table:style-name="{cell.part}" office:value-type="string">'
        return opens, "</table:table-cell>"


def finish(files: dict[str, bytes], alternatives: Sequence[str], colour: str) -> None:
    """Give the pictures their words, the links and lists their look, the tables their columns."""
    root = etree.fromstring(files["content.xml"])
    for number, (frame, words) in enumerate(zip(_all(root, "draw:frame"), alternatives, strict=True), 1):
        frame.set(_n("draw:name"), f"Figuur {number}")
        frame.set(_n("draw:style-name"), "Beeld")
        frame.set(_n("text:anchor-type"), "as-char")
        for name, said in (("svg:title", f"Figuur {number}"), ("svg:desc", words)):
            etree.SubElement(frame, _n(name)).text = said
    for number, table in enumerate(_all(root, "table:table"), 1):
        table.set(_n("table:name"), f"Tabel {number}")
    for link in _all(root, "text:a"):
        for it in (link, *link.iter(_n("text:span"))):
            if it is link or it.get(_n("text:style-name")) == "Definition":  # pandoc's name for a link
                it.set(_n("text:style-name"), "Internet_20_link")
    _indent(root)
    _add_styles(root, colour)
    files["content.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _indent(root: etree._Element) -> None:
    """Lists as far in as in the other forms; pandoc takes an inch for two levels."""
    for level in _all(root, "text:list-style/*"):
        depth = int(level.get(_n("text:level")) or 1)
        for label in level.iter(_n("style:list-level-label-alignment")):
            label.set(_n("fo:margin-left"), f"{0.55 * depth:.2f}cm")
            label.set(_n("text:list-tab-stop-position"), f"{0.55 * depth:.2f}cm")
            label.set(_n("fo:text-indent"), "-0.45cm")
        for properties in level.iter(_n("style:list-level-properties")):
            properties.set(_n("fo:text-align"), "left")


def _add_styles(root: etree._Element, colour: str) -> None:
    """The styles that the text names: for each width of a column, for each paragraph that opens a page or
    leads up to a table or picture and stays with it, for each point in a frame.
    """
    columns = _all(root, "table:table-column")
    widths = {str(it.get(_n("table:style-name"))).removeprefix("Kolom") for it in columns}
    parents = set()
    for mark in _all(root, "text:soft-page-break"):
        paragraph = mark.getparent()
        assert paragraph is not None, "it stands in a paragraph"
        parents.add(("Blad", _derive(paragraph, "Blad")))
        paragraph.text = (paragraph.text or "") + (mark.tail or "")
        paragraph.remove(mark)
    for paragraph in _all(root, "text:p"):
        before = paragraph.getprevious()
        if inset := _INSET.get(str(paragraph.get(_n("text:style-name")))):
            parents.add((inset[0], _derive(paragraph, inset[0])))
        if paragraph.get(_n("text:style-name")) == "Bijschrift" and before is not None:
            if str(before.get(_n("text:style-name"))).startswith(("Tekst", "Inleiding", "Bijregel")):
                parents.add(("Bij", _derive(before, "Bij")))
    said = _STYLES.format(
        colour=colour,
        paragraphs="".join(_PARAGRAPHS[kind].format(parent=parent) for kind, parent in sorted(parents)),
        columns="".join(
            _COLUMN.format(width=width, millimetres=int(width) / 100) for width in sorted(widths, key=int)
        ),
    )
    (styles,) = _all(root, "office:automatic-styles")
    for style in _all(styles, "style:style"):
        if style.get(_n("style:family")) == "graphic":  # pandoc's own, for its pictures
            styles.remove(style)
    styles.extend(etree.fromstring(said.replace("<styles>", f"<styles {_NAMES}>", 1)))


def _derive(paragraph: etree._Element, kind: str) -> str:
    """Give a paragraph a style of its own on top of what it has; what that was."""
    parent = str(paragraph.get(_n("text:style-name")))
    paragraph.set(_n("text:style-name"), f"{kind}_{parent}")
    return parent


def _all(root: etree._Element, path: str) -> list[etree._Element]:
    return root.findall(f".//{path}", _NS)


def _n(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_NS[prefix]}}}{local}"
