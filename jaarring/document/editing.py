"""A document's nodes as the tree of pandoc, for the forms that a word processor edits.

What pandoc has no word for (a text to edit, the cells of a table, the contents list) is written around its
blocks as markup of the form itself: `odt.py` and `docx.py` each have a `Markup`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from jaarring.document.nodes import Node
from jaarring.document.pandoc import Ast, Cell, Markup, attributes, of, styled
from jaarring.document.picture import png

#: width of the text on A4, in millimetres: 210 less two margins of 24
WIDTH = 162
#: a drawing as wide as this in its own units takes the whole width; document.typ does the same
_WHOLE = 680
#: more letters than these in a cell, and its row may break over two sheets
_LONG = 600
#: a term no longer than this in letters stands in a narrow column
_NARROW = 14


class Writer:
    """Nodes to blocks of pandoc. A paragraph's style is its kind and where it stands: `TekstCel`.

    `alternatives`: what stands in for each picture, in order. Raises KeyError for a node that is not known.
    """

    def __init__(self, markup: Markup, font: str) -> None:
        self.alternatives: list[str] = []
        self._markup, self._font = markup, font
        self._anchors: list[str] = []
        self._new_page = False
        self._places = self._chapters = 0

    # ---- words

    def inline(self, words: Sequence[Any]) -> list[Ast]:
        """Words and marks as pandoc's."""
        return [of("Str", word) if isinstance(word, str) else self._mark(word) for word in words]

    def _mark(self, node: Node) -> Ast:
        kind = node["t"]
        if kind == "br":
            return {"t": "LineBreak"}
        body = self.inline(node["body"])
        if kind == "a":
            return of("Link", [attributes(), body, [node["href"], ""]])
        if kind == "fn":
            return of("Note", [of("Para", body)])
        if kind in ("strong", "em"):
            return of({"strong": "Strong", "em": "Emph"}[kind], body)
        return styled({"rating": f"Oordeel{node.get('grade', '').capitalize()}", "leeg": "Leeg"}[kind], body)

    def _opened(self, body: list[Ast]) -> list[Ast]:
        """Words after the anchors, and the new page, that wait for the first words to come."""
        anchors = [of("Span", [attributes(name), []]) for name in self._anchors]
        page = [self._raw_inline(self._markup.new_page)] if self._new_page else []
        self._anchors, self._new_page = [], False
        return page + anchors + body

    def _raw(self, xml: str) -> Ast:
        return of("RawBlock", [self._markup.format, xml])

    def _raw_inline(self, xml: str) -> Ast:
        return of("RawInline", [self._markup.format, xml])

    def paragraph(self, style: str, body: list[Ast]) -> Ast:
        """A paragraph in a style of the house."""
        return of("Div", [attributes(style=style), [of("Para", self._opened(body))]])

    # ---- blocks

    def blocks(self, nodes: Sequence[Node], where: str = "") -> list[Ast]:
        """Blocks as pandoc's. `where`: Cel, Kader …, the end of their styles' names."""
        return [block for node in nodes for block in self._block(node, where)]

    def _block(self, node: Node, where: str) -> Iterator[Ast]:
        kind = node["t"]
        self._anchors += [node["id"]] if node.get("id") else []
        if kind in ("p", "plain"):
            style = {"lead": "Inleiding", "meta": "Bijregel", "subtitle": "Ondertitel"}.get(
                node.get("class") or ""
            )
            yield self.paragraph(style or f"Tekst{where}", self.inline(node["body"]))
        elif kind == "heading":
            yield self._heading(node)
        elif kind == "section":
            self._new_page |= node["page"]
            yield from self.blocks(node["body"])
        elif kind in ("ul", "ol"):
            yield self._list(node, where)
        elif kind in ("blockquote", "aside"):
            yield from self.blocks(node["body"], {"blockquote": "Citaat", "aside": "Kader"}[kind])
        elif kind == "div":
            yield from self._place(node, where)
        else:
            yield from {"dl": self._terms, "table": self._table, "figure": self._figure}[kind](node)

    def _heading(self, node: Node) -> Ast:
        if node["level"] == 2:
            self._chapters += 1
            self._anchors.append(chapter(self._chapters))
        return of("Header", [node["level"], attributes(), self._opened(self.inline(node["body"]))])

    def _place(self, node: Node, where: str) -> Iterator[Ast]:
        self._places += 1
        opens, closes = self._markup.editable(node["place"], self._places)
        yield self._raw(opens)
        # a text that nobody needs to write is not seen on paper; here there must be something to write in
        for one in node["body"] or [{"t": "p", "body": [{"t": "leeg", "body": ["niet ingevuld"]}]}]:
            yield self.paragraph(f"VrijeTekst{where}", self.inline(one["body"]))
        yield self._raw(closes)

    def _list(self, node: Node, where: str) -> Ast:
        items = []
        for item in node["items"]:
            self._anchors += [item["id"]] if item["id"] else []
            items.append([block for it in item["body"] for block in self._item(it, where)])
        if node["t"] == "ul":
            return of("BulletList", items)
        return of("OrderedList", [[1, {"t": "Decimal"}, {"t": "Period"}], items])

    def _item(self, node: Node, where: str) -> list[Ast]:
        if node["t"] in ("p", "plain"):
            return [self.paragraph(f"Opsomming{where}", self.inline(node["body"]))]
        return self.blocks([node], where)

    def _terms(self, node: Node) -> Iterator[Ast]:
        """Each term with its text beside it at a tab, or under it where a text can be edited."""
        where = _column(node)
        for item in node["items"]:
            term = [styled("Term", self.inline(item["term"]))]
            rest = [it for it in item["body"] if it.get("body") != [{"t": "br"}]]
            if where != "Onder" and rest and rest[0]["t"] in ("p", "plain"):
                term += [self._raw_inline(self._markup.tab), *self.inline(rest.pop(0)["body"])]
            yield self.paragraph(f"Term{where}", term)
            yield from self.blocks(rest, where)

    def _figure(self, node: Node) -> Iterator[Ast]:
        share = min(node["width"] / _WHOLE, 1)
        yield self.paragraph("Bijschrift", self.inline(node["caption"]))
        yield self.picture("Figuur", node["svg"], WIDTH * share, node["alt"])

    def picture(self, style: str, svg: str, width: float, alternative: str) -> Ast:
        """A drawing in a paragraph of its own, `width` millimetres wide."""
        made = base64.b64encode(png(svg, width, self._font)).decode()
        self.alternatives.append(alternative)
        size = [["width", f"{width / 10:.2f}cm"]]
        image = [["", [], size], [of("Str", alternative)], [f"data:image/png;base64,{made}", ""]]
        return self.paragraph(style, [of("Image", image)])

    def _table(self, node: Node) -> Iterator[Ast]:
        yield self.paragraph("Bijschrift", self.inline(node["caption"]))
        total = sum(node["widths"])
        widths = [round(100 * WIDTH * width / total) for width in node["widths"]]
        long = sum(size(cell["body"]) for row in node["tbody"] for cell in row) > 2 * _LONG
        small = len(node["tbody"]) < 12 and not long
        words = "".join(word for word in node["caption"] if isinstance(word, str))
        opens, closes = self._markup.table(words, widths, small, bool(node["tfoot"]))
        yield self._raw(opens)
        begin, end = self._markup.head()
        yield self._raw(begin)
        yield from self._rows("Kop", node["thead"], widths)
        yield self._raw(end)
        yield from self._rows("Cel", node["tbody"], widths)
        yield from self._rows("Totaal", node["tfoot"], widths)
        yield self._raw(closes)

    def _rows(self, part: str, rows: Sequence[Sequence[Node]], widths: Sequence[int]) -> Iterator[Ast]:
        for row in rows:
            whole = all(size(cell["body"]) < _LONG for cell in row)
            begin, end = self._markup.row(part == "Kop", whole)
            yield self._raw(begin)
            for cell, width in zip(row, widths, strict=True):
                opens, closes = self._markup.cell(Cell(part, width, cell["name"]))
                where = part + ("Getal" if cell["num"] else "")
                yield self._raw(opens)
                yield from self.blocks(cell["body"], where) or [
                    self.paragraph(f"Tekst{where}", [of("Str", "")])
                ]
                yield self._raw(closes)
            yield self._raw(end)

    def contents(self, headings: Sequence[Sequence[Any]]) -> Iterator[Ast]:
        """The contents list, filled: a link a chapter. No page numbers, which only a word processor knows."""
        opens, closes = self._markup.contents
        first, last = self._markup.contents_words
        yield self._raw(opens)
        yield self.paragraph("Inhoudskop", [of("Str", "Inhoud")])
        for number, words in enumerate(headings, 1):
            link = of("Link", [attributes(), self.inline(words), [f"#{chapter(number)}", ""]])
            begin = [self._raw_inline(first)] if number == 1 else []
            end = [self._raw_inline(last)] if number == len(headings) else []
            yield self.paragraph("Inhoudsregel", [*begin, link, *end])
        yield self._raw(closes)


def _column(terms: Node) -> str:
    """Where the texts of terms stand: `Onder` them, or beside them, in a wide or a narrow column."""
    if any(it["t"] == "div" for item in terms["items"] for it in item["body"]):
        return "Onder"
    return "UitlegSmal" if all(size(it["term"]) <= _NARROW for it in terms["items"]) else "Uitleg"


def chapter(number: int) -> str:
    """The anchor of a chapter; a document's own begin with a letter."""
    return f"_hoofdstuk-{number}"


def size(nodes: Sequence[Any]) -> int:
    """How many letters stand in nodes."""
    return sum(
        len(node)
        if isinstance(node, str)
        else size(node.get("body", ())) + sum(size(item["body"]) for item in node.get("items", ()))
        for node in nodes
    )
