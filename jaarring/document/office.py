"""A document as ODT and DOCX, for a word processor: the house style in named styles, the texts that a clerk
may edit marked.

The nodes become pandoc's tree (`editing.py`), pandoc writes the file, and every file of the folder
`templates/_frames/office/<form>` then takes the place of its own, told the house style and properties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree

from jaarring.document import docx as docx_form
from jaarring.document import odt as odt_form
from jaarring.document.editing import Writer
from jaarring.document.house import RATINGS, SHADE, STATUS_WORDS, HouseStyle, Status
from jaarring.document.html import tree, without_control_characters
from jaarring.document.nodes import blocks, inline
from jaarring.document.pandoc import OVERLAY, Ast, Markup, of, styled, written
from jaarring.document.pdf import has_contents
from jaarring.document.zipped import unzipped, zipped

Files = dict[str, bytes]


@dataclass(frozen=True)
class _About:
    """What a form is told beside the words: its properties and the look of it."""

    title: str
    author: str
    description: str
    at: date
    house: HouseStyle
    status: str
    properties: Mapping[str, str]

    @property
    def first(self) -> str:
        """The style of the very first paragraph: with it the first sheet begins."""
        return "Logo" if self.house.logo else "Merk" if self.house.mark else "Gemeente"

    @property
    def marks(self) -> str:
        """What stands at the top of each sheet beside the title."""
        return " · ".join(it for it in (self.house.mark, self.status) if it)


def odt(
    html: str,
    *,
    title: str,
    author: str,
    description: str,
    at: date,
    house: HouseStyle,
    status: Status = None,
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """The document as OpenDocument text; what `<div data-edit>` marks is a section with that name.

    `title`, `author`, `description` and `properties` (the document's own, by name) stand in the file and are
    as public as the text; `at` is the date of the document, never the clock: the same input gives the same
    bytes on every machine. Raises DocumentError when the HTML breaks the rules of the house.
    """
    about = _About(title, author, description, at, house, STATUS_WORDS.get(status, ""), properties or {})
    return _made(html, about, odt_form.ODT(), odt_form.finish)


def docx(
    html: str,
    *,
    title: str,
    author: str,
    description: str,
    at: date,
    house: HouseStyle,
    status: Status = None,
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """The document as Office Open XML; what `<div data-edit>` marks is a content control with that tag, which
    can be filled and not thrown away. The rest as `odt`.
    """
    about = _About(title, author, description, at, house, STATUS_WORDS.get(status, ""), properties or {})
    return _made(html, about, docx_form.DOCX(), docx_form.finish)


def _made(html: str, about: _About, markup: Markup, finish: Callable[[Files, list[str], str], None]) -> bytes:
    root = tree(html)
    writer = Writer(markup, about.house.font)
    files = unzipped(written(list(_blocks(root, about, writer)), markup.format_of_file, about.at))
    files |= _overlay(markup.format_of_file, about)
    finish(files, writer.alternatives, about.house.colour)
    return zipped(files)


def _blocks(root: etree._Element, about: _About, writer: Writer) -> list[Ast]:
    """The title block, the contents list where there is one, the text, the line at the foot."""
    said: list[Ast] = []
    if about.house.logo:
        said.append(_logo(about.house, writer))
    if about.house.mark:
        said.append(_line(writer, "Merk", about.house.mark))
    said.append(_line(writer, "Gemeente", f"Gemeente {about.house.municipality}"))
    for node in blocks(root):
        if node["t"] != "header":
            said += writer.blocks([node])
            continue
        top = [it for it in node["body"] if it["t"] == "heading" or it.get("class") == "subtitle"]
        said += writer.blocks(top)
        if about.status:
            said.append(writer.paragraph("Status", [styled("Stempel", [of("Str", about.status)])]))
        said += writer.blocks([it for it in node["body"] if it not in top])
        if has_contents(root):
            said += writer.contents([inline(heading) for heading in root.iter("h2")])
    if about.house.foot:
        said.append(_line(writer, "Voetregel", about.house.foot))
    return said


def _logo(house: HouseStyle, writer: Writer) -> Ast:
    """The logo, as high as two lines unless that makes it wider than a third of the sheet."""
    *_, width, height = (etree.fromstring(house.logo).get("viewBox") or "").split()
    wide = min(16 * float(width) / float(height), 60)
    return writer.picture("Logo", house.logo, wide, house.logo_words)


def _line(writer: Writer, style: str, words: str) -> Ast:
    return writer.paragraph(style, [of("Str", without_control_characters(words))])


def _overlay(form: str, about: _About) -> Files:
    """What takes the place of pandoc's own files, by its name in the archive."""
    folder = OVERLAY / form
    said: dict[str, Any] = {"about": about, "ratings": RATINGS, "shade": SHADE}
    return {
        file.relative_to(folder).as_posix(): _templates()
        .get_template(file.relative_to(OVERLAY).as_posix())
        .render(said)
        .encode()
        for file in sorted(folder.rglob("*.*"))
    }


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(OVERLAY),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=without_control_characters,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
