"""The free texts in the HTML of a document: read by their place, and put in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from jaarring.document import tree
from jaarring.document.html import paragraphs
from jaarring.edits.rules import Edit, current

#: what is printed where nobody wrote anything: its class, its words
_EMPTY, NOTHING = "leeg", "niet ingevuld"


def texts(html: str) -> dict[str, str]:
    """The text in each `<div data-edit>`, by its place: paragraphs with an empty line between them; empty
    where nobody wrote anything.
    """
    return {str(div.get("data-edit")): _text(div) for div in tree(html).iter("div")}


def _text(div: etree._Element) -> str:
    return "\n\n".join(_lines(p) for p in div.iterfind("p") if p.find(f"span[@class='{_EMPTY}']") is None)


def _lines(paragraph: etree._Element) -> str:
    """The words of a paragraph; a `<br>` starts a line."""
    parts = [paragraph.text or ""]
    for child in paragraph:
        parts += ["\n" if child.tag == "br" else "".join(map(str, child.itertext())), child.tail or ""]
    return "".join(parts)


def edited(html: str, edits: Sequence[Edit]) -> str:
    """The HTML with every edit that still holds in its place. Text stays text: it is never read as markup."""
    changed = current(texts(html), edits) if edits else {}
    return _with(html, changed) if changed else html


def _with(html: str, changed: Mapping[str, str]) -> str:
    root = tree(html)
    for div in root.iter("div"):
        if (text := changed.get(str(div.get("data-edit")))) is None:
            continue
        for child in list(div):
            div.remove(child)
        for lines in paragraphs(text):
            _fill(etree.SubElement(div, "p"), lines)
        if not len(div):
            etree.SubElement(etree.SubElement(div, "p"), "span", {"class": _EMPTY}).text = NOTHING
    return etree.tostring(root, encoding="unicode")


def _fill(paragraph: etree._Element, lines: Sequence[str]) -> None:
    paragraph.text = lines[0]
    for line in lines[1:]:
        etree.SubElement(paragraph, "br").tail = line
