"""The semantic HTML that every document is first: one list of elements for all writers, and its checks.

A template gives this HTML, `tree` reads it, and only then do the writers of the page and the PDF begin. What is
not on the list is an error that names the element: nothing is dropped in silence, by any writer.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree

from jaarring.document.house import RATINGS
from jaarring.document.svg import SVG, drawing_mistakes

#: The frames of the house: layouts, macros and fonts, beside the package in the checkout.
FRAMES = Path(__file__).parents[2] / "templates" / "_frames"

#: Characters that XML cannot hold. People paste them into forms; a document does not fail over one.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class DocumentError(ValueError):
    """A document that breaks the rules of the house; `mistakes` has every one, in Dutch, with its line."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Element:
    """What may stand in and on an element."""

    inside: frozenset[str]
    attributes: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    text: bool = False


def _holds(*names: str, attributes: str = "", classes: str = "", text: bool = False) -> Element:
    inside = frozenset(" ".join(names).split())
    return Element(inside, frozenset(attributes.split()), frozenset(classes.split()), text)


INLINE = "strong em a span br"
BLOCKS = "p ul ol dl table figure blockquote aside"
HEADINGS = ("h1", "h2", "h3", "h4")

#: The one list. An element that is added here is added to `pdf.py`, `document.typ` and the CSS of `page.html` too.
ELEMENTS: dict[str, Element] = {
    "article": _holds("header section", BLOCKS, attributes="lang"),
    "header": _holds("h1 p dl"),
    "section": _holds("h2 h3 h4 section", BLOCKS, attributes="id", classes="page"),
    **{name: _holds(INLINE, attributes="id", text=True) for name in HEADINGS},
    "p": _holds(INLINE, attributes="id", classes="meta subtitle lead", text=True),
    "ul": _holds("li"),
    "ol": _holds("li"),
    "li": _holds(INLINE, "p ul ol", attributes="id", text=True),
    "dl": _holds("dt dd"),
    "dt": _holds(INLINE, text=True),
    "dd": _holds(INLINE, "p ul ol", text=True),
    "table": _holds("caption thead tbody tfoot", attributes="id data-width"),
    "caption": _holds(INLINE, text=True),
    "thead": _holds("tr"),
    "tbody": _holds("tr"),
    "tfoot": _holds("tr"),
    "tr": _holds("th td"),
    "th": _holds(INLINE, attributes="scope", classes="num", text=True),
    "td": _holds(INLINE, "p ul ol", classes="num", text=True),
    "figure": _holds("svg figcaption", attributes="id"),
    "figcaption": _holds(INLINE, text=True),
    "blockquote": _holds("p"),
    "aside": _holds("p ul ol", classes="note"),
    "strong": _holds("em a span br", text=True),
    "em": _holds("strong a span br", text=True),
    "a": _holds("strong em", attributes="href", text=True),
    "span": _holds("strong em a", classes=" ".join(("rating fn leeg", *RATINGS)), text=True),
    "br": _holds(),
}


def document_environment(
    templates: Path | Sequence[Path], filters: Mapping[str, Callable[..., Any]] | None = None
) -> Environment:
    """The Jinja2 environment of documents: escapes everything, refuses what is undefined, finds `_frames/`.

    `filters` are the words of the house (dates, money, quarters in Dutch); `_frames/macros.html` uses `euro`.
    """
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_without_control_characters,
    )
    environment.filters.update({"paragraphs": paragraphs, **(filters or {})})
    return environment


def _without_control_characters(value: Any) -> Any:
    # type(value) and not str: Markup must stay Markup, or a macro's own tags would be escaped.
    return type(value)(_NO_XML.sub("", value)) if isinstance(value, str) else value


def paragraphs(text: str | None) -> list[list[str]]:
    """The text of a person as paragraphs of lines: an empty line starts a paragraph, a line break stays one."""
    lines = [line.strip() for line in (text or "").strip().splitlines()]
    blocks = re.split(r"\n{2,}", "\n".join(lines))
    return [block.split("\n") for block in blocks if block]


def tree(html: str) -> etree._Element:
    """The checked tree of a document's HTML, root `article`.

    Raises DocumentError with every mistake: not well-formed, an element, attribute or class that is not on the
    list or not in that place, a heading level skipped, a table without caption or column headers, a drawing
    without title, a rating without its word or sign, a link to nowhere.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(html.strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        # Not the parser's own message: it may quote the text.
        raise DocumentError(
            [f"regel {line}, teken {column}: geen goed gevormde XML; sluit elk element, schrijf geen &nbsp;"]
        ) from None
    mistakes = list(_mistakes(root))
    if mistakes:
        raise DocumentError(mistakes)
    return root


def text_of(node: etree._Element) -> str:
    """All text in an element, white space folded as a browser folds it, notes left out."""
    parts = (str(part) for part in node.xpath(".//text()[not(ancestor::span[@class='fn'])]"))
    return re.sub(r"[ \t\r\n]+", " ", "".join(parts)).strip()


def _mistakes(root: etree._Element) -> Iterator[str]:
    if root.getroottree().docinfo.doctype:
        yield "regel 1: een DOCTYPE hoort niet in een document"
    if root.tag != "article" or root.get("lang") != "nl":
        yield 'regel 1: een document begint met <article lang="nl">'
    for node in root.iter():
        if not isinstance(node.tag, str):
            yield f'regel {node.sourceline}: HTML-commentaar gaat mee naar de lezer; schrijf {{# … #}}'
        elif node.tag == SVG + "svg":
            yield from (f"regel {node.sourceline}: {mistake}" for mistake in drawing_mistakes(node))
        elif not node.tag.startswith(SVG):
            yield from (f"regel {node.sourceline}: {mistake}" for mistake in _element_mistakes(node))
    yield from _heading_mistakes(root)
    yield from _link_mistakes(root)


def _element_mistakes(node: etree._Element) -> Iterator[str]:
    rule = ELEMENTS.get(node.tag)
    if rule is None:
        yield f"<{node.tag}> staat niet op de lijst van elementen"
        return
    for child in node:
        name = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else None
        if name in ELEMENTS or name == "svg":
            if name not in rule.inside:
                yield f"<{name}> mag niet in <{node.tag}> staan"
        elif name and child.tag.startswith(SVG):
            yield f"<{name}> hoort in een <svg>"
    if not rule.text and any((part or "").strip() for part in (node.text, *(child.tail for child in node))):
        yield f"in <{node.tag}> mag geen losse tekst staan; zet er <p> omheen"
    for attribute in sorted({str(name) for name in node.attrib} - rule.attributes - {"class"}):
        yield f"<{node.tag}> mag geen {attribute} hebben"
    for word in sorted(set((node.get("class") or "").split()) - rule.classes):
        yield f"<{node.tag}> kent de klasse {word} niet"
    yield from _SPECIAL.get(node.tag, lambda _: iter(()))(node)


def _heading_mistakes(root: etree._Element) -> Iterator[str]:
    level = 0
    for node in root.iter(*HEADINGS):
        its = int(node.tag[1])
        if its > level + 1:
            yield f"regel {node.sourceline}: <{node.tag}> slaat een niveau over; verwacht is hier h{level + 1}"
        if its == 1 and level:
            yield f"regel {node.sourceline}: een document heeft één <h1>"
        if not text_of(node):
            yield f"regel {node.sourceline}: een lege <{node.tag}>"
        level = its
    if not level:
        yield "een document heeft een <h1>"


def _link_mistakes(root: etree._Element) -> Iterator[str]:
    identifiers = [str(name) for name in root.xpath("//@id")]
    for name in sorted({name for name in identifiers if identifiers.count(name) > 1}):
        yield f"de id {name} komt meer dan eens voor"
    for link in root.iter("a"):
        target = link.get("href") or ""
        if target.startswith("#") and target[1:] not in identifiers:
            yield f"regel {link.sourceline}: de verwijzing naar {target} komt nergens uit"
        elif not target.startswith(("#", "https://")):
            yield f"regel {link.sourceline}: <a> verwijst naar #… in het document of naar https://"


def _table_mistakes(node: etree._Element) -> Iterator[str]:
    parts = [child.tag for child in node if isinstance(child.tag, str)]
    if parts not in (["caption", "thead", "tbody"], ["caption", "thead", "tbody", "tfoot"]):
        yield "<table> heeft caption, thead, tbody en zo nodig tfoot, in deze volgorde en elk één keer"
    if any(not text_of(caption) for caption in node.iterfind("caption")):
        yield "<caption> is leeg; zeg wat de tabel laat zien"
    rows = list(node.iter("tr"))
    columns = {len(row) for row in rows}
    if len(columns) > 1:
        yield "de rijen van <table> hebben niet evenveel cellen"
    for cell in node.iterfind("thead/tr/*"):
        if cell.tag != "th" or cell.get("scope") != "col" or not text_of(cell):
            yield '<thead> bestaat uit <th scope="col"> met een woord erin'
            break
    if any(cell.get("scope") != "row" for part in ("tbody", "tfoot") for cell in node.iterfind(f"{part}/tr/th")):
        yield '<th> buiten <thead> heeft scope="row"'
    widths = (node.get("data-width") or "").split()
    if widths and (len(widths) not in columns or not all(re.fullmatch(r"[1-9]\d?", width) for width in widths)):
        yield "data-width is een getal van 1 tot 99 voor elke kolom, zoals 6 2 2"


def _span_mistakes(node: etree._Element) -> Iterator[str]:
    words = (node.get("class") or "").split()
    if words[:1] == ["rating"] and len(words) == 2 and words[1] in RATINGS:
        sign, text = RATINGS[words[1]][0], text_of(node)
        if not text.startswith(sign) or not re.search(r"\w", text):
            yield f"een oordeel {words[1]} begint met het teken {sign} en heeft een woord"
    elif words not in (["fn"], ["leeg"]):
        yield "<span> is een oordeel (rating goed, aandacht, niet of ongemeten), een noot (fn) of leeg"
    elif words == ["fn"] and any(a.tag in (*HEADINGS, "th", "caption", "span") for a in node.iterancestors()):
        yield "een noot (fn) staat niet in een kop, kopcel, bijschrift of andere <span>"


def _figure_mistakes(node: etree._Element) -> Iterator[str]:
    if [child.tag for child in node] != [SVG + "svg", "figcaption"]:
        yield "<figure> heeft een <svg> en dan een <figcaption>"


_SPECIAL: dict[str, Callable[[etree._Element], Iterator[str]]] = {
    "table": _table_mistakes,
    "span": _span_mistakes,
    "figure": _figure_mistakes,
}
