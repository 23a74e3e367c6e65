"""A document as a reader sees it: words, chapters, rows of tables."""

from __future__ import annotations

from typing import Any

from lxml import html as parser


def tree(html: str) -> Any:
    """The document's elements, to ask with XPath."""
    return parser.fromstring(html)


def words(html: str) -> str:
    """Every word, with each run of spaces as one ordinary space."""
    return " ".join(tree(html).text_content().split())


def section(html: str, heading: str) -> str:
    """The words of one chapter."""
    found = tree(html).xpath("//section[h2[normalize-space()=$heading]]", heading=heading)
    return " ".join(found[0].text_content().split())


def headings(html: str) -> list[str]:
    """The chapters in their order."""
    return [heading.text_content() for heading in tree(html).iter("h2")]
