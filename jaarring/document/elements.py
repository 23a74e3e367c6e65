"""The one list of elements that a document may be made of, for all writers.

An element that is added here is added to `nodes.py`, `document.typ`, `pandoc.py` and the style of `page.html`
too; tests print every element of this list with each writer.
"""

from dataclasses import dataclass
from pathlib import Path

from jaarring.document.house import RATINGS

#: The frames of the house: layouts, macros and fonts, beside the package in the checkout.
FRAMES = Path(__file__).parents[2] / "templates" / "_frames"

INLINE = "strong em a span br"
BLOCKS = "p ul ol dl table figure blockquote aside div"
HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True)
class Element:
    """What may stand in and on an element; `text`: loose text may."""

    inside: frozenset[str]
    attributes: frozenset[str]
    classes: frozenset[str]
    text: bool


def _holds(*names: str, attributes: str = "", classes: str = "", text: bool = False) -> Element:
    inside = frozenset(" ".join(names).split())
    return Element(inside, frozenset(attributes.split()), frozenset(classes.split()), text)


ELEMENTS: dict[str, Element] = {
    "article": _holds("header section", BLOCKS, attributes="lang"),
    "header": _holds("h1 p dl"),
    # class "page": this section starts on a new page of paper; "core": it stands on the first page, so that
    # no contents list comes before it
    "section": _holds("h2 h3 h4 section", BLOCKS, attributes="id", classes="page core"),
    **{name: _holds(INLINE, attributes="id", text=True) for name in HEADINGS},
    "p": _holds(INLINE, attributes="id", classes="meta subtitle lead", text=True),
    "ul": _holds("li"),
    "ol": _holds("li"),
    "li": _holds(INLINE, "p ul ol", attributes="id", text=True),
    "dl": _holds("dt dd"),
    "dt": _holds(INLINE, text=True),
    "dd": _holds(INLINE, "p ul ol div", text=True),
    # data-width: the weight of each column, "6 2 2"
    "table": _holds("caption thead tbody tfoot", attributes="id data-width"),
    "caption": _holds(INLINE, text=True),
    "thead": _holds("tr"),
    "tbody": _holds("tr"),
    "tfoot": _holds("tr"),
    "tr": _holds("th td"),
    "th": _holds(INLINE, attributes="scope", classes="num", text=True),
    "td": _holds(INLINE, "p ul ol div", classes="num", text=True),
    "figure": _holds("svg figcaption", attributes="id"),
    "figcaption": _holds(INLINE, text=True),
    "blockquote": _holds("p div"),
    "aside": _holds("p ul ol div", classes="note"),
    # text that a clerk may edit in ODT and DOCX; data-edit: a stable place, as lessons/fb. Elsewhere not seen
    "div": _holds("p", attributes="data-edit"),
    "strong": _holds("em a span br", text=True),
    "em": _holds("strong a span br", text=True),
    "a": _holds("strong em", attributes="href", text=True),
    # rating with its grade; fn, a note; leeg, what nobody wrote
    "span": _holds("strong em a br", classes=" ".join(("rating fn leeg", *RATINGS)), text=True),
    "br": _holds(),
}
