"""A document's tree as plain nodes (lists, dictionaries, strings) that travel to the layout as JSON.

A block is `{"t": kind, ...}` with its content under `body`, `items` or the parts of a table; words are
strings and marks `{"t": kind, "body": words}`. `document.typ` and
`pandoc.py` know each kind by the same name.
"""

import copy
import re
from typing import Any

from lxml import etree

from jaarring.document.elements import HEADINGS
from jaarring.document.glyphs import printable
from jaarring.document.svg import alternative

Node = dict[str, Any]


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
            text = re.sub(r"[ \t\r\n]+", " ", part)
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
        "alt": alternative(node[0]),
        "width": float((svg.get("viewBox") or "").split()[2]),
        "caption": inline(caption),
    }


def _group(node: etree._Element) -> Node:
    return {"t": node.tag, "body": blocks(node)}


def _place(node: etree._Element) -> Node:
    return _group(node) | {"place": node.get("data-edit")}


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
    "div": _place,
}
