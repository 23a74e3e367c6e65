"""From a template to the checked tree that every writer of documents starts from.

A template gives semantic HTML, `tree` reads it, and only then do the writers of the page and the PDF begin.
What is not on the list of `elements.py` is an error that names the element: nothing is dropped in silence.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined
from lxml import etree

from jaarring.document.checks import mistakes

#: Characters that XML cannot hold. People paste them into forms; a document does not fail over one.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class DocumentError(ValueError):
    """A document that breaks the rules of the house; `mistakes` has every one, in Dutch, with its line."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


def document_environment(
    templates: Path | Sequence[Path] | BaseLoader,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    kind: type[Environment] = Environment,
) -> Environment:
    """The Jinja2 environment of documents: escapes everything, refuses what is undefined, finds `_frames/`.

    `filters` are the words of the house (dates, money, quarters in Dutch); `_frames/macros.html` uses `euro`.
    """
    environment = kind(
        loader=templates if isinstance(templates, BaseLoader) else FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=without_control_characters,
    )
    environment.filters.update({"paragraphs": paragraphs, **(filters or {})})
    return environment


def without_control_characters(value: Any) -> Any:
    """A value as a template writes it: a text without what XML cannot hold."""
    # type(value) and not str: Markup must stay Markup, or a macro's own tags would be escaped.
    return type(value)(_NO_XML.sub("", value)) if isinstance(value, str) else value


def paragraphs(text: str | None) -> list[list[str]]:
    """A person's text as paragraphs of lines: an empty line starts a paragraph, a line break stays one."""
    lines = [line.strip() for line in (text or "").strip().splitlines()]
    blocks = re.split(r"\n{2,}", "\n".join(lines))
    return [block.split("\n") for block in blocks if block]


def tree(html: str) -> etree._Element:
    """The checked tree of a document's HTML, root `article`.

    Raises DocumentError with every mistake: not well-formed, an element, attribute or class that is not on
    the list or not in that place, a heading level skipped, a table without caption or column headers, a
    drawing without title, a rating without its word or sign, a link to nowhere.
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
    if found := list(mistakes(root)):
        raise DocumentError(found)
    return root
