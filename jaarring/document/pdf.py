"""A document as PDF: its tree becomes JSON, and the one layout `templates/_frames/document.typ` prints it.

The words travel as data and are never pasted into typst source, so `#set` in somebody's explanation stays a
hash and three letters. The file is to be PDF/UA-1 and PDF/A-2a at once; typst refuses what breaks either.
"""

import copy
import json
import re
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import typst
from lxml import etree

from jaarring.document.elements import FRAMES, HEADINGS
from jaarring.document.glyphs import printable
from jaarring.document.house import RATINGS, STATUS_WORDS, HouseStyle, Status
from jaarring.document.html import DocumentError, tree
from jaarring.document.svg import alternative

FONTS = FRAMES / "fonts"

#: More chapters than this, and the reader gets a contents list. The page does the same.
CHAPTERS_WITHOUT_CONTENTS = 4

Node = dict[str, Any]


def pdf(
    html: str,
    *,
    title: str,
    author: str,
    description: str,
    at: date,
    house: HouseStyle,
    status: Status = None,
) -> bytes:
    """The document as one tagged PDF file (PDF/UA-1 and PDF/A-2a), A4, with the fonts of the house in it.

    `title`, `author` and `description` go into the file's properties and are as public as the text; `at` is
    the date of the document, never the clock: the same input gives the same bytes on every machine. Raises
    DocumentError when the HTML breaks the rules of the house, or typst refuses the document.
    """
    root = tree(html)
    data = {
        "title": printable(title),
        "author": printable(author),
        "description": printable(description),
        "date": [at.year, at.month, at.day],
        "house": {
            "municipality": printable(house.municipality),
            "colour": house.colour,
            "accent": house.accent,
        },
        "status": STATUS_WORDS.get(status),
        "ratings": {name: {"ink": it.ink, "paper": it.paper} for name, it in RATINGS.items()},
        "contents": len(root.findall(".//h2")) > CHAPTERS_WITHOUT_CONTENTS,
        "body": blocks(root),
    }
    try:
        return typst.compile(
            FRAMES / "document.typ",
            root=FRAMES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=datetime.combine(at, time(12), UTC),
        )
    except typst.TypstError as error:
        # Without what stands between quotes: it may be a person's text, and errors travel far.
        reason = re.sub(r'["`“].*["`”]', "…", error.message, flags=re.DOTALL)
        raise DocumentError([f"typst weigert het document: {reason}"]) from None


@cache
def _fonts() -> typst.Fonts:
    # Only ours: typst's own built-in fonts would quietly stand in for a missing one.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def blocks(parent: etree._Element) -> list[Node]:
    """The content of an element as a list of blocks; loose text in a cell or item becomes a `plain` block."""
    found: list[Node] = []
    loose: list[Any] = []

    def close() -> None:
        if body := _fold(loose):
            found.append({"t": "plain", "body": body})
        loose.clear()

    loose.append(parent.text or "")
    for child in parent:
        if child.tag in _BLOCKS:
            close()
            found.append(_BLOCKS[child.tag](child))
        else:
            loose.append(_mark(child))
        loose.append(child.tail or "")
    close()
    return found


def inline(parent: etree._Element) -> list[Any]:
    """The words of an element: strings, and marks such as strong or a link around more words."""
    return _fold(_words(parent))


def _words(parent: etree._Element) -> list[Any]:
    words: list[Any] = [parent.text or ""]
    for child in parent:
        words += [_mark(child), child.tail or ""]
    return words


def _mark(node: etree._Element) -> Node:
    kinds = (node.get("class") or "").split()
    name = kinds[0] if node.tag == "span" else node.tag
    mark: Node = {"t": name, "body": _words(node)}
    if name == "rating":
        mark["grade"] = kinds[1]
    if name == "a":
        mark["href"] = node.get("href")
    return mark


def _fold(words: list[Any]) -> list[Any]:
    """White space as a browser folds it: a run is one space, none at the edges or after a line break."""
    state = {"space": True}

    def fold(part: Any) -> Any:
        if isinstance(part, str):
            text = re.sub(r"[ \t\r\n]+", " ", _breakable(printable(part)))
            text = text.removeprefix(" ") if state["space"] else text
            state["space"] = text.endswith(" ") if text else state["space"]
            return text
        if part["t"] == "br":
            state["space"] = True
            return {"t": "br"}
        if part["t"] == "fn":
            return part | {"body": _fold(part["body"])}
        return part | {"body": [piece for piece in map(fold, part["body"]) if piece != ""]}

    folded = [piece for piece in map(fold, words) if piece != ""]
    if folded and isinstance(folded[-1], str):
        folded[-1] = folded[-1].rstrip(" ")
    return [piece for piece in folded if piece != ""]


def _breakable(text: str) -> str:
    """Soft hyphens in a run without any place to break, which would leave its cell or the sheet.

    typst itself breaks an address at its slashes and hyphenates a Dutch word; nothing is put into those.
    """

    def cut(run: re.Match[str]) -> str:
        word = run[0]
        if word.isalpha() and len(word) < 60:
            return word
        return "\u00ad".join(word[at : at + 20] for at in range(0, len(word), 20))

    return re.sub(r"[^\s\u00a0/-]{40,}", cut, text)


def _section(node: etree._Element) -> Node:
    return {"t": "section", "id": node.get("id"), "page": node.get("class") == "page", "body": blocks(node)}


def _heading(node: etree._Element) -> Node:
    return {"t": "heading", "level": int(node.tag[1]), "id": node.get("id"), "body": inline(node)}


def _paragraph(node: etree._Element) -> Node:
    return {"t": "p", "class": node.get("class"), "id": node.get("id"), "body": inline(node)}


def _list(node: etree._Element) -> Node:
    return {"t": node.tag, "items": [{"id": item.get("id"), "body": blocks(item)} for item in node]}


def _terms(node: etree._Element) -> Node:
    items: list[Node] = []
    for child in node:
        if child.tag == "dt":
            items.append({"term": inline(child), "body": []})
        else:
            again = [{"t": "plain", "body": [{"t": "br"}]}] if items[-1]["body"] else []
            items[-1]["body"] += again + blocks(child)
    return {"t": "dl", "items": items}


def _table(node: etree._Element) -> Node:
    caption = node.find("caption")
    assert caption is not None, "tree() has seen to it"
    rows = {part: [_row(row) for row in node.iterfind(f"{part}/tr")] for part in ("thead", "tbody", "tfoot")}
    columns = len(rows["thead"][0])
    widths = [int(width) for width in (node.get("data-width") or "").split()] or [1] * columns
    return {"t": "table", "id": node.get("id"), "caption": inline(caption), "widths": widths, **rows}


def _row(row: etree._Element) -> list[Node]:
    return [
        {"num": cell.get("class") == "num", "name": cell.tag == "th", "body": blocks(cell)} for cell in row
    ]


def _figure(node: etree._Element) -> Node:
    svg, caption = copy.deepcopy(node[0]), node[1]
    for part in svg.iter():
        part.text = printable(part.text) if part.text else None
    return {
        "t": "figure",
        "id": node.get("id"),
        "svg": etree.tostring(svg, encoding="unicode", with_tail=False),
        "alt": alternative(svg),
        "width": float((svg.get("viewBox") or "").split()[2]),
        "caption": inline(caption),
    }


def _group(node: etree._Element) -> Node:
    return {"t": node.tag, "body": blocks(node)}


_BLOCKS = {
    "header": _group,
    "section": _section,
    **dict.fromkeys(HEADINGS, _heading),
    "p": _paragraph,
    "ul": _list,
    "ol": _list,
    "dl": _terms,
    "table": _table,
    "figure": _figure,
    "blockquote": _group,
    "aside": _group,
}
