"""A document as one standing HTML page: house style inside it, no script, nothing fetched from elsewhere."""

import copy
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree
from markupsafe import Markup, escape

from jaarring.document.checks import text_of
from jaarring.document.elements import FRAMES
from jaarring.document.house import RATINGS, STATUS_WORDS, HouseStyle, Status
from jaarring.document.html import tree
from jaarring.document.pdf import CHAPTERS_WITHOUT_CONTENTS


def page(html: str, *, title: str, description: str, house: HouseStyle, status: Status = None) -> str:
    """The document as a whole page in Dutch, to open from disk, put on a website or print on A4.

    Adds what a screen needs and the document does not say itself: a skip link, a contents list when there
    are more than four chapters, tables that scroll on a narrow screen, notes with a way back. Raises
    DocumentError when the HTML breaks the rules of the house.
    """
    root = copy.deepcopy(tree(html))
    header = root.find("header")
    assert header is not None, "tree() has seen a h1, and only a header holds one"
    etree.strip_tags(root, "div")  # what a clerk may edit is for the forms of a word processor
    root.remove(header)
    chapters = _name_headings(root)
    _move_notes(root)
    _let_tables_scroll(root)
    return (
        _frame()
        .get_template("page.html")
        .render(
            title=title,
            description=description,
            house=house,
            logo=_logo(house),
            status=status,
            status_word=STATUS_WORDS.get(status),
            ratings=RATINGS,
            chapters=chapters if len(chapters) > CHAPTERS_WITHOUT_CONTENTS else [],
            header=_inner(header),
            body=_inner(root),
        )
    )


def _logo(house: HouseStyle) -> Markup:
    """The logo with words for who cannot see it; nothing where there is none."""
    label = escape(house.logo_words)
    # Markup is safe here: `logo.cleaned` let nothing but shapes and colours through.
    return Markup(house.logo.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))


@cache
def _frame() -> Environment:
    return Environment(
        loader=FileSystemLoader(FRAMES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inner(node: etree._Element) -> Markup:
    # Markup is safe here: lxml wrote it from a tree whose elements and attributes were all on the list.
    return Markup("".join(etree.tostring(child, method="html", encoding="unicode") for child in node))


def _name_headings(root: etree._Element) -> list[tuple[str, str]]:
    """Give each chapter a place to link to; the chapters as (id, words)."""
    chapters = []
    for number, heading in enumerate(root.iter("h2"), 1):
        heading.set("id", heading.get("id") or f"_hoofdstuk-{number}")
        chapters.append((str(heading.get("id")), text_of(heading)))
    return chapters


def _move_notes(root: etree._Element) -> None:
    """Turn each `span.fn` into a number that links to a list at the end, and back."""
    notes = list(root.iterfind(".//span[@class='fn']"))
    if not notes:
        return
    section = etree.SubElement(root, "section", {"class": "noten", "aria-label": "Noten"})
    listed = etree.SubElement(section, "ol")
    for number, note in enumerate(notes, 1):
        item = etree.SubElement(listed, "li", {"id": f"_noot-{number}"})
        item.text = note.text
        item.extend(list(note))
        back = etree.SubElement(item, "a", {"href": f"#_bij-noot-{number}"})
        back.set("aria-label", f"Terug naar noot {number}")
        back.text = "↩"
        tail, note.tail = note.tail, None
        note.clear()
        note.tag, note.tail = "sup", tail
        link = etree.SubElement(note, "a", {"id": f"_bij-noot-{number}", "href": f"#_noot-{number}"})
        link.set("aria-label", f"Noot {number}")
        link.text = str(number)


def _let_tables_scroll(root: etree._Element) -> None:
    """Wrap each table in a region that the keyboard can reach, and turn its `data-width` into columns."""
    for number, table in enumerate(list(root.iter("table")), 1):
        caption = table.find("caption")
        assert caption is not None, "tree() has seen to it"
        caption.set("id", f"_tabel-{number}")
        if widths := [int(width) for width in table.attrib.pop("data-width", "").split()]:
            columns = etree.Element("colgroup")
            for width in widths:
                etree.SubElement(columns, "col", {"style": f"width:{100 * width / sum(widths):.2f}%"})
            caption.addnext(columns)
        parent = table.getparent()
        assert parent is not None, "the root is an article"
        wrapper = etree.Element(
            "div",
            {"class": "tabel", "role": "region", "tabindex": "0", "aria-labelledby": f"_tabel-{number}"},
        )
        wrapper.tail, table.tail = table.tail, None
        parent.replace(table, wrapper)
        wrapper.append(table)
