"""What is wrong with a document's tree, in sentences for whoever writes templates.

Sentences name elements, attributes and lines of the rendered HTML, never the text of a document.
"""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from jaarring.document.elements import ELEMENTS, HEADINGS
from jaarring.document.house import RATINGS
from jaarring.document.svg import SVG, drawing_mistakes


def mistakes(root: etree._Element) -> Iterator[str]:
    """Every way in which a document breaks the rules of the house, in the order of its elements."""
    if root.getroottree().docinfo.internalDTD is not None:
        yield "regel 1: een DOCTYPE hoort niet in een document"
    if root.tag != "article" or root.get("lang") != "nl":
        yield 'regel 1: een document begint met <article lang="nl">'
    for node in root.iter():
        if not isinstance(node.tag, str):
            yield f"regel {node.sourceline}: HTML-commentaar gaat mee naar de lezer; schrijf {{# … #}}"
        elif node.tag == SVG + "svg":
            yield from (f"regel {node.sourceline}: {mistake}" for mistake in drawing_mistakes(node))
        elif not node.tag.startswith(SVG):
            yield from (f"regel {node.sourceline}: {mistake}" for mistake in _element_mistakes(node))
    yield from _heading_mistakes(root)
    yield from _link_mistakes(root)
    yield from _place_mistakes(root)


def text_of(node: etree._Element) -> str:
    """All text in an element, white space folded as a browser folds it, notes left out."""
    parts = [node.text or ""]
    for child in node:
        parts += [
            ""
            if child.get("class") == "fn"
            else f" {text_of(child)} "
            if child.tag == "br"
            else text_of(child)
        ]
        parts.append(child.tail or "")
    return re.sub(r"[ \t\r\n]+", " ", "".join(parts)).strip(" ")


def _element_mistakes(node: etree._Element) -> Iterator[str]:
    rule = ELEMENTS.get(node.tag)
    if rule is None:
        yield f"<{etree.QName(node).localname}> staat niet op de lijst van elementen"
        return
    for child in node:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if child.tag in ELEMENTS or child.tag == SVG + "svg":
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
    if node.tag in _SPECIAL:
        yield from _SPECIAL[node.tag](node)


def _heading_mistakes(root: etree._Element) -> Iterator[str]:
    level = 0
    for node in root.iter(*HEADINGS):
        its, where = int(node.tag[1]), f"regel {node.sourceline}"
        if its > level + 1:
            yield f"{where}: <{node.tag}> slaat een niveau over; verwacht is hier h{level + 1}"
        if its == 1 and level:
            yield f"{where}: een document heeft één <h1>"
        if not text_of(node):
            yield f"{where}: een lege <{node.tag}>"
        level = its
    if not level:
        yield "een document heeft een <h1>"


def _link_mistakes(root: etree._Element) -> Iterator[str]:
    identifiers = [name for node in root.iter(etree.Element) if (name := node.get("id")) is not None]
    for name in sorted({name for name in identifiers if identifiers.count(name) > 1}):
        yield f"de id {name} komt meer dan eens voor"
    for name in identifiers:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
            # the page's own ids start with _ and so never meet one of a document
            yield f"de id {name} begint met een letter en bestaat uit letters, cijfers en -"
    for link in root.iter("a"):
        target = link.get("href") or ""
        if target.startswith("#") and target[1:] not in identifiers:
            yield f"regel {link.sourceline}: de verwijzing naar {target} komt nergens uit"
        elif not target.startswith(("#", "./", "https://")):  # ./ to what lies beside a page on disk
            yield f"regel {link.sourceline}: <a> verwijst naar #… in het document of naar https://"


def _place_mistakes(root: etree._Element) -> Iterator[str]:
    places = [node.get("data-edit") or "" for node in root.iter("div")]
    if not all(re.fullmatch(r"(?=.{1,64}$)[a-z0-9]+([/.-][A-Za-z0-9]+)*", place) for place in places):
        # 64: what Word keeps of the name of a content control
        yield "<div> heeft data-edit met de plaats van een tekst in ten hoogste 64 tekens, zoals lessons/fb"
    for place in sorted({place for place in places if places.count(place) > 1}):
        yield f"data-edit {place} komt meer dan eens voor"


def _table_mistakes(node: etree._Element) -> Iterator[str]:
    parts = [child.tag for child in node if isinstance(child.tag, str)]
    if parts not in (["caption", "thead", "tbody"], ["caption", "thead", "tbody", "tfoot"]):
        yield "<table> heeft caption, thead, tbody en zo nodig tfoot, in deze volgorde en elk één keer"
    if any(not text_of(caption) for caption in node.iterfind("caption")):
        yield "<caption> is leeg; zeg wat de tabel laat zien"
    columns = {len(row) for row in node.iter("tr")}
    if len(columns) > 1:
        yield "de rijen van <table> hebben niet evenveel cellen"
    heads = node.findall("thead/tr/*")
    if not heads or any(
        cell.tag != "th" or cell.get("scope") != "col" or not text_of(cell) for cell in heads
    ):
        yield '<thead> bestaat uit <th scope="col"> met een woord erin'
    names = [cell for part in ("tbody", "tfoot") for cell in node.iterfind(f"{part}/tr/th")]
    if any(cell.get("scope") != "row" for cell in names):
        yield '<th> buiten <thead> heeft scope="row"'
    widths = (node.get("data-width") or "").split()
    if widths and ({len(widths)} != columns or not all(re.fullmatch(r"[1-9]\d?", width) for width in widths)):
        yield "data-width is een getal van 1 tot 99 voor elke kolom, zoals 6 2 2"


def _span_mistakes(node: etree._Element) -> Iterator[str]:
    words = (node.get("class") or "").split()
    if words[:1] == ["rating"] and len(words) == 2 and words[1] in RATINGS:
        sign, text = RATINGS[words[1]].sign, text_of(node)
        if not text.startswith(sign) or not re.search(r"\w", text):
            yield f"een oordeel {words[1]} begint met het teken {sign} en heeft een woord"
    elif words not in (["fn"], ["leeg"]):
        yield "<span> is een oordeel (rating goed, aandacht, niet of ongemeten), een noot (fn) of leeg"
    elif words == ["fn"] and any(a.tag in (*HEADINGS, "th", "caption", "span") for a in node.iterancestors()):
        yield "een noot (fn) staat niet in een kop, kopcel, bijschrift of andere <span>"


def _figure_mistakes(node: etree._Element) -> Iterator[str]:
    if [child.tag for child in node] != [SVG + "svg", "figcaption"]:
        yield "<figure> heeft een <svg> en dan een <figcaption>"


def _terms_mistakes(node: etree._Element) -> Iterator[str]:
    order = " ".join(str(child.tag) for child in node)
    if not re.fullmatch(r"dt( dd)+( dt( dd)+)*", order):
        yield "<dl> bestaat uit telkens een <dt> met een of meer <dd>"


_SPECIAL: dict[str, Callable[[etree._Element], Iterator[str]]] = {
    "table": _table_mistakes,
    "span": _span_mistakes,
    "figure": _figure_mistakes,
    "dl": _terms_mistakes,
}
