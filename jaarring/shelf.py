"""Where documents end up: made in every form asked, kept under their hash, registered, laid out to be
opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from jaarring.document import (
    HouseStyle,
    Status,
    document_environment,
    page,
    pdf,
)
from jaarring.dutch import filters
from jaarring.files import write_safely
from jaarring.here import TEMPLATES, Here
from jaarring.ledger import documents
from jaarring.ledger.documents import Document
from jaarring.refusal import Refused

EDITIONS = ("intern", "besloten", "openbaar")


@dataclass(frozen=True)
class Draft:
    """A document in words, before it has a form.

    `key`: what it is, as `2027/Q1/tactical`. `name`: its file name without ending, fit for a public folder.
    `source`: what it was made from; a document whose source is unchanged need not be made again. `as_of`: the
    reference date. `description` goes into the file's properties and is as public as the text.
    """

    key: str
    edition: str
    title: str
    description: str
    html: str
    name: str
    status: Status
    source: str
    as_of: date


@cache
def templates() -> Environment:
    """The document templates of the house with the Dutch filters."""
    return document_environment(TEMPLATES, filters())


class BrokenTemplate(Refused):
    """The municipality's own template for a document is not right: nothing is made until it is mended."""


def words(template: str, own: Path | None = None, **view: Any) -> str:
    """The HTML of a document from its template and its view. `own`: the folder with own templates.

    Raises BrokenTemplate with file and line: a document in other words than the municipality's own would be
    adopted and published as if it were meant.
    """
    if own:
        from jaarring.own import templates as others

        made = others.document(own, template, view)
        if isinstance(made, others.Broken):
            raise BrokenTemplate(f"{made.file}:{made.line}: {made.what}", made.remedy)
        if made is not None:
            return made
    return templates().get_template(template).render(view)


def is_new(here: Here, key: str, edition: str, source: str) -> bool:
    """Whether nothing has been made yet from this source."""
    with here.store.read() as tx:
        last = documents.newest(tx, key, edition, "html")
    return last is None or last.source != source


def render(here: Here, draft: Draft, format: str) -> bytes:
    """The document in one form: `html` or `pdf`. Slow; never inside a transaction."""
    house = HouseStyle(here.organisation.name, *here.config.colours, mark=here.mark)
    if format == "html":
        text = page(
            draft.html, title=draft.title, description=draft.description, house=house, status=draft.status
        )
        return text.encode()
    return pdf(
        draft.html,
        title=draft.title,
        author=f"Gemeente {here.organisation.name}",
        description=draft.description,
        at=draft.as_of,
        house=house,
        status=draft.status,
    )


def keep(here: Here, draft: Draft, at: datetime, formats: Sequence[str] = ("html", "pdf")) -> list[Document]:
    """Make a document in these forms and keep it: files first, then the copies for people, then its rows.

    The rows last and together: by them we know that there is nothing left to make.
    """
    made = [(format, render(here, draft, format)) for format in formats]
    new = []
    for format, content in made:
        one = Document(
            key=draft.key,
            edition=draft.edition,
            format=format,
            version=0,
            status=draft.status or "",
            name=f"{draft.name}.{format}",
            sha256=here.files.put(content),
            source=draft.source,
            as_of=draft.as_of,
        )
        here.documents.mkdir(parents=True, exist_ok=True)
        write_safely(here.documents / one.name, content)
        (here.documents / one.name).chmod(0o644)  # laid out for colleagues; what is stored stays ours
        new.append(one)
    with here.store.write() as tx:
        return [documents.keep(tx, one, at) for one in new]
