"""What a DOCX says in its own words, and what is finished in it after pandoc."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from xml.sax.saxutils import quoteattr

from lxml import etree

from jaarring.document.pandoc import Cell

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_PLACED = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_W = f"{{{_WORD}}}"

#: the parts that the overlay brings along: name of the relation, kind, file
_PARTS = (("kopregel", "header", "header.xml"), ("voetregel", "footer", "footer.xml"),
          ("eerste", "header", "first.xml"))  # fmt: skip
#: A4 with the margins of the PDF; the first sheet has no line at the top
_SHEET = f"""<w:sectPr xmlns:w="{_WORD}" xmlns:r="{_OFFICE}">
<w:headerReference w:type="default" r:id="kopregel"/><w:headerReference w:type="first" r:id="eerste"/>
<w:footerReference w:type="default" r:id="voetregel"/><w:footerReference w:type="first" r:id="voetregel"/>
<w:pgSz w:w="11906" w:h="16838"/>
<w:pgMar w:top="1418" w:bottom="1304" w:left="1361" w:right="1361" w:header="680" w:footer="567"
 w:gutter="0"/>
<w:titlePg/></w:sectPr>"""


#: styles of ordinary text, as they begin
_LEADING = ("Tekst", "Inleiding", "Bijregel")
_WORDS = (*_LEADING, "Vrije", "Term", "Opsomming")
#: points that begin where their frame or text begins, not at the edge of the sheet
_INSET = {"OpsommingKader": 200, "OpsommingUitleg": 2835, "OpsommingUitlegSmal": 1814, "OpsommingOnder": 227}
#: a table with fewer rows and letters than these stays whole
_ROWS, _LETTERS = 13, 1200
#: pandoc's own bookmarks have lower numbers
_MARKS = 100_000


class DOCX:
    """The markup of a DOCX; see `Markup`."""

    format = "openxml"
    format_of_file = "docx"
    tab = "<w:r><w:tab/></w:r>"
    new_page = "<w:pageBreakBefore/>"
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
        "</w:docPartObj></w:sdtPr><w:sdtContent>",
        "</w:sdtContent></w:sdt>",
    )
    contents_words = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "2-2" \\n \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )

    def editable(self, place: str, number: int) -> tuple[str, str]:
        opens = (
            f'<w:sdt><w:sdtPr><w:alias w:val="Vrije tekst"/><w:tag w:val="{place}"/><w:id w:val="{number}"/>'
            # a block of the document: of any other LibreOffice makes one field with its first paragraph
            '<w:lock w:val="sdtLocked"/><w:docPartObj><w:docPartGallery w:val="Custom 1"/></w:docPartObj>'
            "</w:sdtPr><w:sdtContent>"
            # LibreOffice throws a control around paragraphs away when it saves, and keeps a bookmark
            f'<w:bookmarkStart w:id="{_MARKS + number}" w:name="{bookmark(place)}"/>'
        )
        return opens, f'<w:bookmarkEnd w:id="{_MARKS + number}"/></w:sdtContent></w:sdt>'

    def table(self, caption: str, widths: Sequence[int], small: bool, foot: bool) -> tuple[str, str]:
        columns = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
        opens = (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="Tabel"/><w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{"04E0" if foot else "04A0"}" w:firstRow="1"'
            f' w:lastRow="{int(foot)}" w:firstColumn="1" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f"<w:tblCaption w:val={quoteattr(caption)}/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
        )
        return opens, "</w:tbl>"

    def head(self) -> tuple[str, str]:
        return "", ""

    def row(self, head: bool, whole: bool) -> tuple[str, str]:
        said = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if head else "")
        return f"<w:tr><w:trPr>{said}</w:trPr>", "</w:tr>"

    def cell(self, cell: Cell) -> tuple[str, str]:
        return f'<w:tc><w:tcPr><w:tcW w:w="{_twips(cell.width)}" w:type="dxa"/></w:tcPr>', "</w:tc>"


def bookmark(place: str) -> str:
    """The name of the bookmark around a free text: Word takes 40 letters, figures and underscores."""
    return f"vrij_{sha256(place.encode()).hexdigest()[:16]}"


def finish(files: dict[str, bytes], alternatives: Sequence[str], colour: str) -> None:
    """Give the pictures their words, the sheets their size and lines, the lists their indent."""
    root = etree.fromstring(files["word/document.xml"])
    for number, (place, words) in enumerate(
        zip(root.iter(f"{{{_PLACED}}}docPr"), alternatives, strict=True), 1
    ):
        place.set("name", f"Figuur {number}")
        place.set("descr", words)
    for picture in root.iter(f"{{{_PICTURE}}}cNvPr"):
        picture.set("descr", "")  # pandoc leaves the whole picture here once more
    _space(root)
    (sheet,) = root.iter(f"{_W}sectPr")
    sheet.getparent().replace(sheet, etree.fromstring(_SHEET))  # type: ignore[union-attr]
    files["word/document.xml"] = _bytes(root)
    files["word/numbering.xml"] = _indented(files["word/numbering.xml"])
    files["[Content_Types].xml"] = _with_kinds(files["[Content_Types].xml"])
    files["word/_rels/document.xml.rels"] = _with_parts(files["word/_rels/document.xml.rels"])


def _space(root: etree._Element) -> None:
    """Begin pages where they begin, keep what leads up to a table or picture with it, give a table room."""
    for mark in list(root.iter(f"{_W}pageBreakBefore")):
        if (paragraph := mark.getparent()) is not None and paragraph.tag == f"{_W}p":
            _properties(paragraph).insert(1, mark)
    for found in root.iter(f"{_W}tbl"):
        _keep_rows(found)
    for paragraph in list(root.iter(f"{_W}p")):
        if begins := _INSET.get(_style(paragraph)):
            at = etree.SubElement(_properties(paragraph), f"{_W}ind")
            at.set(f"{_W}left", str(begins + 255))
            at.set(f"{_W}hanging", "255")
        elif _style(paragraph) == "Bijschrift":
            _lead_up(paragraph)


def _lead_up(caption: etree._Element) -> None:
    """The words before a table or picture stay with it; those below a table get room."""
    before, table = caption.getprevious(), caption.getnext()
    if before is not None and before.tag == f"{_W}p" and _style(before).startswith(_LEADING):
        _properties(before).insert(1, etree.Element(f"{_W}keepNext"))
    after = table.getnext() if table is not None and table.tag == f"{_W}tbl" else None
    below = next(after.iter(f"{_W}p"), None) if after is not None else None
    if below is not None and _style(below).startswith(_WORDS):
        etree.SubElement(_properties(below), f"{_W}spacing").set(f"{_W}before", "227")


def _keep_rows(table: etree._Element) -> None:
    """A small table stays whole; of any other the last row, which may be the total, is not alone."""
    rows = table.findall(f"{_W}tr")
    small = len(rows) <= _ROWS and len("".join(map(str, table.itertext()))) < _LETTERS
    for row in rows[:-1] if small else rows[-2:-1]:
        for paragraph in row.iter(f"{_W}p"):
            _properties(paragraph).insert(1, etree.Element(f"{_W}keepNext"))


def _properties(paragraph: etree._Element) -> etree._Element:
    found = paragraph.find(f"{_W}pPr")
    assert found is not None, "each paragraph has its style"
    return found


def _style(paragraph: etree._Element) -> str:
    return str(_properties(paragraph)[0].get(f"{_W}val"))


def _indented(numbering: bytes) -> bytes:
    """Lists as far in as in the other forms, a bullet of the text's own font."""
    root = etree.fromstring(numbering)
    for level in root.iter(f"{_W}lvl"):
        depth = int(level.get(f"{_W}ilvl") or 0) + 1
        for indent in level.iter(f"{_W}ind"):
            indent.set(f"{_W}left", str(312 * depth))
            indent.set(f"{_W}hanging", "255")
        (kind,) = level.iter(f"{_W}numFmt")
        if kind.get(f"{_W}val") == "bullet":
            (sign,) = level.iter(f"{_W}lvlText")
            sign.set(f"{_W}val", "•" if depth % 2 else "–")
            for font in level.findall(f"{_W}rPr"):
                level.remove(font)
    return _bytes(root)


def _with_parts(relations: bytes) -> bytes:
    root = etree.fromstring(relations)
    for name, kind, file in _PARTS:
        etree.SubElement(root, f"{{{_PACKAGE}}}Relationship", Id=name, Type=f"{_OFFICE}/{kind}", Target=file)
    return _bytes(root)


def _with_kinds(types: bytes) -> bytes:
    root = etree.fromstring(types)
    for _, kind, file in _PARTS:
        said = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/word/{file}", ContentType=said)
    return _bytes(root)


def _twips(width: int) -> int:
    return round(width / 100 / 25.4 * 1440)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
