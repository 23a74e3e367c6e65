"""Where documents end up: made in every form asked, kept under their hash, registered, laid out to be
opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
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
from jaarring.files import DamagedFile, write_safely
from jaarring.here import TEMPLATES, Here
from jaarring.ledger import documents, events
from jaarring.ledger.documents import Document
from jaarring.refusal import Refused

_HEAD = re.compile(rb"\d+:[0-9a-f]{64}")
EDITIONS = ("intern", "besloten", "openbaar")


@dataclass(frozen=True)
class Draft:
    """A document in words, before it has a form.

    `key`: what it is, as `2027/Q1/tactical`. `name`: its file name without ending, fit for a public folder.
    `source`: what it was made from; a document whose source is unchanged need not be made again. `as_of`: the
    reference date. `description` goes into the file's properties and is as public as the text. `foot`: a line
    for the foot of the last page, by which no document is another.
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
    foot: str = ""


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
    return _formed(
        draft, HouseStyle(here.organisation.name, *here.config.colours, here.mark, draft.foot), format
    )


def _formed(draft: Draft, house: HouseStyle, format: str) -> bytes:
    if format == "html":
        text = page(
            draft.html, title=draft.title, description=draft.description, house=house, status=draft.status
        )
        return text.encode()
    return pdf(
        draft.html,
        title=draft.title,
        author=f"Gemeente {house.municipality}",
        description=draft.description,
        at=draft.as_of,
        house=house,
        status=draft.status,
    )


def foot(here: Here, edition: str) -> str:
    """The head of the event log for the foot of a report, so that it leaves this server on paper.

    Not in a public edition: the head is a hash over all that happened, what is secret too, and a public
    edition is a function of public data only (reliability promise 8). Nor in what is not real.
    """
    if edition == "openbaar" or here.mark:
        return ""
    with here.store.read() as tx:
        return f"Controlegetal van het dossier: {events.head(tx)}"


def tools() -> dict[str, str]:
    """What makes the bytes of a document, and in which version each."""
    return {name: version(name) for name in ("jaarring", "Jinja2", "lxml", "typst")}


def _recipe(here: Here, draft: Draft) -> bytes:
    """All that a document is made of, and by which tools."""
    house = HouseStyle(here.organisation.name, *here.config.colours, here.mark, draft.foot)
    said = {"draft": asdict(draft), "house": asdict(house), "tools": tools()}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode()


class OtherTools(RuntimeError):
    """A document cannot be made again: it was made with other versions; `args`: what differs, a line each."""


def again(here: Here, document: Document) -> bytes:
    """Make a document again from what was stored with it. Raises OtherTools where its bytes may differ.

    Raises DamagedFile where what it was made of is gone.
    """
    said = json.loads(here.files.get(document.recipe))
    now = tools()
    others = [
        f"{name} {was}, nu {now.get(name, 'weg')}"
        for name, was in said["tools"].items()
        if now.get(name) != was
    ]
    if others:
        raise OtherTools(*others)
    draft = Draft(**{**said["draft"], "as_of": date.fromisoformat(said["draft"]["as_of"])})
    return _formed(draft, HouseStyle(**said["house"]), document.format)


def _same(here: Here, draft: Draft, formats: Sequence[str]) -> list[Document]:
    """What stands, where it differs from the draft in its foot alone: whoever was cut off does it again."""
    if not draft.foot or "html" not in formats:
        return []
    with here.store.read() as tx:
        standing = [documents.newest(tx, draft.key, draft.edition, format) for format in formats]
    found = [one for one in standing if one and one.status == (draft.status or "")]
    if len(found) != len(formats):
        return []
    (page,) = (one for one in found if one.format == "html")
    try:
        theirs = _HEAD.sub(b"", here.files.get(page.sha256))
    except DamagedFile:
        return []  # what is made now takes its place
    return found if _HEAD.sub(b"", render(here, draft, "html")) == theirs else []


def keep(here: Here, draft: Draft, at: datetime, formats: Sequence[str] = ("html", "pdf")) -> list[Document]:
    """Make a document in these forms and keep it: files first, then the copies for people, then its rows.

    The rows last and together: by them we know that there is nothing left to make.
    """
    if standing := _same(here, draft, formats):
        return standing
    made = [(format, render(here, draft, format)) for format in formats]
    recipe = here.files.put(_recipe(here, draft))
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
            recipe=recipe,
        )
        here.documents.mkdir(parents=True, exist_ok=True)
        write_safely(here.documents / one.name, content)
        (here.documents / one.name).chmod(0o644)  # laid out for colleagues; what is stored stays ours
        new.append(one)
    with here.store.write() as tx:
        return [documents.keep(tx, one, at) for one in new]
