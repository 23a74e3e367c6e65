"""A document as PDF: its tree becomes JSON, and the one layout `templates/_frames/document.typ` prints it.

The words travel as data and are never pasted into typst source, so `#set` in somebody's explanation stays a
hash and three letters. The file is to be PDF/UA-1 and PDF/A-2a at once; typst refuses what breaks either.
"""

import json
import re
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import typst
from lxml import etree

from jaarring.document.elements import FRAMES
from jaarring.document.glyphs import printable
from jaarring.document.house import FALLBACK, FONTS, RATINGS, STATUS_WORDS, HouseStyle, Status
from jaarring.document.html import DocumentError, tree
from jaarring.document.nodes import blocks

#: More chapters than this, and the reader gets a contents list. The page does the same.
CHAPTERS_WITHOUT_CONTENTS = 4


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
            "mark": printable(house.mark),
            "foot": printable(house.foot),
            "logo": house.logo,
            "logo_words": printable(house.logo_words),
            "families": house.families,
            "notice": printable(house.notice),
        },
        "status": STATUS_WORDS.get(status),
        "ratings": {name: {"ink": it.ink, "paper": it.paper} for name, it in RATINGS.items()},
        "contents": has_contents(root),
        "body": _drawn(blocks(root)),
    }
    try:
        return typst.compile(
            FRAMES / "document.typ",
            root=FRAMES,
            font_paths=fonts(house.font),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=datetime.combine(at, time(12), UTC),
        )
    except typst.TypstError as error:
        # Without what stands between quotes: it may be a person's text, and errors travel far.
        reason = re.sub(r'["`“].*["`”]', "…", error.message, flags=re.DOTALL)
        raise DocumentError([f"typst weigert het document: {reason}"]) from None


def has_contents(root: etree._Element) -> bool:
    """Whether a contents list follows the title: in a long document, unless its core must stand there."""
    core = any(section.get("class") == "core" for section in root.iter("section"))
    return len(root.findall(".//h2")) > CHAPTERS_WITHOUT_CONTENTS and not core


def _drawn(part: Any) -> Any:
    """Nodes as the layout can draw them: each character in a font, a place to break in each run.

    Words are strings in a list; any other string is a name. A place to edit is not seen on paper.
    """
    if isinstance(part, str):
        return _breakable(re.sub(" {2,}", " ", printable(part)))
    if isinstance(part, dict):
        drawn = {name: _drawn(it) if isinstance(it, list) else it for name, it in part.items()}
        if "alt" in part:
            drawn["alt"] = printable(part["alt"])
        if "term" in part and drawn["body"][0]["t"] == "p":
            drawn["body"][0]["t"] = "plain"  # a paragraph would not stand beside its term
        return drawn
    if isinstance(part, list):
        flat = (inside for it in part for inside in (it["body"] if _is_place(it) else [it]))
        return [_drawn(it) for it in flat]
    return part


def _is_place(node: Any) -> bool:
    return isinstance(node, dict) and node.get("t") == "div"


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


@cache
def fonts(family: str = FALLBACK) -> typst.Fonts:
    """A family of FONTS and the one behind it, for whatever typst makes."""
    folders = [FRAMES / "fonts" / FONTS[name] for name in dict.fromkeys((family, FALLBACK))]
    # Only ours: typst's own built-in fonts would quietly stand in for a missing one.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
