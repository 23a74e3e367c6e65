"""The words of a text document (ODT, DOCX) that came back: its paragraphs in order, each with the place of
free text that it stands in, and the properties by which it is known. Runs in the child.

The same document gives the same paragraphs in either form: notes come last, whatever the form does with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from jaarring.forms.archive import Refused

AGAIN = "bewerk het document dat u van ons kreeg, bewaar het als .odt of .docx en stuur het opnieuw"

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _OFFICE, _META = (f"{{{_ODF}{name}:1.0}}" for name in ("text", "office", "meta"))
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"

_BEGIN, _END = f"{_WORD}bookmarkStart", f"{_WORD}bookmarkEnd"
#: how the name of a bookmark around a free text begins; `document.docx.bookmark` gives the rest
MARK = "vrij_"

#: paragraphs that are handed on; a report has some hundreds
_MOST = 20_000
#: characters of all paragraphs with their places together; a few spaces in the file can be a thousand here
_TOTAL = 4 * 2**20
#: what a word processor adds of its own and nobody wrote
_ODT_SKIPPED = {
    f"{_TEXT}{name}" for name in ("table-of-content", "sequence-decls", "note-citation", "bibliography")
} | {f"{_OFFICE}annotation", f"{_OFFICE}forms"}
_DOCX_SKIPPED = {f"{_WORD}{name}" for name in ("instrText", "delText", "sdtPr", "pPr", "rPr", "sectPr")}

Piece = tuple[str, str]


def read(entries: Mapping[str, bytes]) -> dict[str, Any]:
    """`{"properties": {name: text}, "pieces": [[place, text], …]}`. Raises `Refused`."""
    if "word/document.xml" in entries:
        properties = dict(_docx_properties(entries.get("docProps/custom.xml", b"")))
        pieces = list(_within(_docx(entries)))
    else:
        properties = dict(_odt_properties(entries.get("meta.xml", b"")))
        pieces = list(_within(_odt(entries["content.xml"])))
    return {"properties": properties, "pieces": pieces}


def _within(found: Iterator[Piece]) -> Iterator[Piece]:
    """What was found, as long as it is not more than a document of ours can be. Raises `Refused`."""
    room = _TOTAL
    for number, (place, text) in enumerate(found):
        room -= len(place) + len(text)
        if number >= _MOST:
            raise Refused("het document heeft te veel alinea's", AGAIN)
        if room < 0:
            raise Refused("het document bevat te veel tekst", AGAIN)
        yield place, text


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Refused("het document is beschadigd", AGAIN) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("het document heeft een inhoud die een document van ons nooit heeft", AGAIN)
    return root


def _refuse_changes(found: bool) -> None:
    if found:
        raise Refused(
            "het document houdt wijzigingen bij die nog niet zijn aanvaard",
            "aanvaard of verwerp eerst alle wijzigingen, en stuur het dan opnieuw",
        )


# ---- OpenDocument


def _odt_properties(content: bytes) -> Iterator[tuple[str, str]]:
    for one in _parsed(content).iter(f"{_META}user-defined") if content else ():
        yield str(one.get(f"{_META}name")), (one.text or "")[:300]


def _odt(content: bytes) -> Iterator[Piece]:
    root = _parsed(content)
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise Refused("dit is geen tekstdocument", AGAIN)
    _refuse_changes(next(root.iter(f"{_TEXT}changed-region"), None) is not None)
    yield from _odt_blocks(body, "")
    for note in body.iter(f"{_TEXT}note-body"):
        yield from _odt_blocks(note, "")


def _odt_blocks(parent: etree._Element, place: str) -> Iterator[Piece]:
    for node in parent:
        if not isinstance(node.tag, str) or node.tag in _ODT_SKIPPED:
            continue
        if node.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield place, "".join(_odt_words(node))
            for box in node.iter("{*}text-box"):  # a frame with text, which hangs on a paragraph
                yield from _odt_blocks(box, place)
        elif node.tag == f"{_TEXT}section":
            yield from _odt_blocks(node, str(node.get(f"{_TEXT}name") or place))
        else:
            yield from _odt_blocks(node, place)


def _odt_words(node: etree._Element) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        if child.tag == f"{_TEXT}s":
            count = str(child.get(f"{_TEXT}c") or "1")
            yield " " * (int(count) if count.isdigit() and len(count) < 4 else 1)
        elif child.tag == f"{_TEXT}tab":
            yield " "
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif isinstance(child.tag, str) and _in_line(child.tag):
            yield from _odt_words(child)
        yield child.tail or ""


def _in_line(tag: str) -> bool:
    return tag not in _ODT_SKIPPED and tag != f"{_TEXT}note" and not tag.endswith("}frame")


# ---- Office Open XML


def _docx_properties(content: bytes) -> Iterator[tuple[str, str]]:
    for one in _parsed(content).iter(f"{_CUSTOM}property") if content else ():
        yield str(one.get("name")), "".join(map(str, one.itertext()))[:300]


def _docx(entries: Mapping[str, bytes]) -> Iterator[Piece]:
    root = _parsed(entries["word/document.xml"])
    _refuse_changes(next(root.iter(f"{_WORD}ins", f"{_WORD}del", f"{_WORD}moveFrom"), None) is not None)
    body = root.find(f"{_WORD}body")
    if body is None:
        raise Refused("dit is geen tekstdocument", AGAIN)
    yield from _docx_blocks(body, "")
    if notes := entries.get("word/footnotes.xml"):
        for note in _parsed(notes).iter(f"{_WORD}footnote"):
            if note.get(f"{_WORD}type") is None:  # else the line above the notes
                yield from _docx_blocks(note, "")


def _docx_blocks(parent: etree._Element, place: str) -> Iterator[Piece]:
    """Blocks in order. A place is the tag of a control; where LibreOffice threw that away, the name of the
    bookmark around the same paragraphs.
    """
    marks: dict[str, str] = {}
    for node in parent:
        here = node.iter(_BEGIN, _END) if node.tag in (_BEGIN, _END, f"{_WORD}p") else ()
        for mark in (found := list(here)):
            name = str(mark.get(f"{_WORD}name"))
            if mark.tag == _BEGIN and name.startswith(MARK):
                marks[str(mark.get(f"{_WORD}id"))] = name
        yield from _docx_block(node, place or next(iter(marks.values()), ""))
        for mark in found:
            if mark.tag == _END:
                marks.pop(str(mark.get(f"{_WORD}id")), None)


def _docx_block(node: etree._Element, place: str) -> Iterator[Piece]:
    if node.tag == f"{_WORD}p":
        yield from _docx_paragraph(node, place)
    elif node.tag == f"{_WORD}sdt":
        galleries = node.iterfind(f"{_WORD}sdtPr/{_WORD}docPartObj/{_WORD}docPartGallery")
        if all(one.get(f"{_WORD}val") != "Table of Contents" for one in galleries):
            tag = node.find(f"{_WORD}sdtPr/{_WORD}tag")
            inside = str(tag.get(f"{_WORD}val")) if tag is not None else place
            for content in node.iterfind(f"{_WORD}sdtContent"):
                yield from _docx_blocks(content, inside)
    elif isinstance(node.tag, str) and node.tag not in _DOCX_SKIPPED:
        yield from _docx_blocks(node, place)


def _docx_paragraph(node: etree._Element, place: str) -> Iterator[Piece]:
    """A paragraph; where a word processor made a control of it from within, that control's place."""
    tags = [str(tag.get(f"{_WORD}val")) for tag in node.iterfind(f"{_WORD}sdt/{_WORD}sdtPr/{_WORD}tag")]
    yield tags[0] if len(tags) == 1 else place, "".join(_docx_words(node))
    for box in node.iter(f"{_WORD}txbxContent"):
        yield from _docx_blocks(box, place)


def _docx_words(node: etree._Element) -> Iterator[str]:
    for child in node:
        if child.tag == f"{_WORD}t":
            yield child.text or ""
        elif child.tag in (f"{_WORD}br", f"{_WORD}cr"):
            yield "\n"
        elif child.tag == f"{_WORD}tab":
            yield " "
        elif child.tag == f"{_WORD}noBreakHyphen":
            yield "\u2011"
        elif isinstance(child.tag, str) and not child.tag.endswith(
            ("}drawing", "}pict", "}AlternateContent")
        ):
            if child.tag not in _DOCX_SKIPPED:
                yield from _docx_words(child)
