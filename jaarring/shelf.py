"""Where documents end up: made in every form asked, kept under their hash, registered, laid out to be
opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment

from jaarring import laying
from jaarring.document import HouseStyle, Status, document_environment
from jaarring.document.formats import FORMATS, Text, made
from jaarring.dutch import filters
from jaarring.edits import records
from jaarring.edits.rules import Edit
from jaarring.edits.words import edited
from jaarring.files import DamagedFile
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
    for the foot of the last page, by which no document is another. `mark` and `notice`: a word at the top of
    every page, and a line at its foot, of what is secret.
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
    mark: str = ""
    notice: str = ""


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
    return last is None or last.source != sourced(here, key, edition, source)


def render(here: Here, draft: Draft, format: str) -> bytes:
    """The document in one form of `FORMATS`. Slow; never inside a transaction."""
    return made(format, _text(draft), _house(here, draft))


def _house(here: Here, draft: Draft) -> HouseStyle:
    mark = " · ".join(word for word in (here.mark, draft.mark) if word)
    return replace(
        here.config.house,
        municipality=here.organisation.name,
        mark=mark,
        foot=draft.foot,
        notice=draft.notice,
    )


def _text(draft: Draft) -> Text:
    return Text(
        draft.html, draft.title, draft.description, draft.edition, draft.key, draft.as_of, draft.status
    )


def in_every_form(here: Here, key: str, edition: str, at: datetime) -> None:
    """Make the other forms of a document that people were waiting for; of what is not real there are none."""
    for format in () if here.mark else FORMATS:
        in_form(here, key, edition, format, at)


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
    return {
        name: version(name) for name in ("jaarring", "Jinja2", "lxml", "typst", "pypandoc_binary", "odfdo")
    }


def _recipe(here: Here, draft: Draft) -> bytes:
    """All that a document is made of, and by which tools."""
    said = {"draft": asdict(draft), "house": asdict(_house(here, draft)), "tools": tools()}
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
    return made(document.format, _text(_drafted(said)), HouseStyle(**said["house"]))


def _drafted(said: Mapping[str, Any]) -> Draft:
    """The draft as it stands in a recipe."""
    return Draft(**{**said["draft"], "as_of": date.fromisoformat(said["draft"]["as_of"])})


def in_form(here: Here, key: str, edition: str, format: str, at: datetime) -> Document | None:
    """The newest version of a document in one form: what stands, or made now from what its page was made of.

    None where there is no such document. A form once made is served and never made again. Raises
    DamagedFile where what it was made of is gone.
    """
    with here.store.read() as tx:
        page, standing = (documents.newest(tx, key, edition, one) for one in ("html", format))
    if page is None or not page.recipe:
        return None
    if standing and standing.version >= page.version:
        return standing
    draft = _drafted(json.loads(here.files.get(page.recipe)))
    (new,) = _stored(here, draft, [format], page.version)
    laying.out(here, draft.title, draft.description, [new])
    with here.store.write() as tx:
        documents.keep(tx, new, at)
        last = documents.newest(tx, key, edition, format)
    if last and last.version > page.version:  # a newer one came meanwhile, and we laid ours over it
        theirs = _drafted(json.loads(here.files.get(last.recipe)))
        laying.out(here, theirs.title, theirs.description, [last])
    return last


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


def fingerprint(*said: object) -> str:
    """What a document is made of, as a hash: the same needs no new version."""
    return sha256(repr(said).encode()).hexdigest()


def sourced(here: Here, key: str, edition: str, source: str) -> str:
    """What an edition is made from: its source, and what a clerk made of its texts."""
    return _sourced(source, _edits(here, key, edition))


def _sourced(source: str, edits: Sequence[Edit]) -> str:
    return f"{source[:80]}, {_mark(edits)}" if edits else source


def _mark(edits: Sequence[Edit]) -> str:
    return sha256(repr(edits).encode()).hexdigest()[:16]


def is_with(document: Document, edits: Sequence[Edit]) -> bool:
    """Whether a document was made when there were these edits of it."""
    return not edits or document.source.endswith(f", {_mark(edits)}")


def _edits(here: Here, key: str, edition: str) -> list[Edit]:
    with here.store.read() as tx:
        return records.of(tx, key, edition)


def keep(here: Here, draft: Draft, at: datetime, formats: Sequence[str] = ("html", "pdf")) -> list[Document]:
    """Make a document in these forms and keep it: files first, then the copies for people, then its rows.

    The rows last and together: by them we know that there is nothing left to make.
    """
    edits = _edits(here, draft.key, draft.edition)  # once: what is handed in from here on is for the next
    draft = replace(draft, html=edited(draft.html, edits), source=_sourced(draft.source, edits))
    if standing := _same(here, draft, formats):
        with here.store.write() as tx:
            return [documents.keep(tx, replace(one, source=draft.source), at) for one in standing]
    new = _stored(here, draft, formats)
    laying.out(here, draft.title, draft.description, new)
    with here.store.write() as tx:
        return [documents.keep(tx, one, at) for one in new]


def _stored(here: Here, draft: Draft, formats: Sequence[str], version: int = 0) -> list[Document]:
    """Every form made, and stored under its hash. `version`: of which version; 0: of a new one."""
    contents = {format: render(here, draft, format) for format in formats}
    recipe = here.files.put(_recipe(here, draft))
    if not version:
        with here.store.read() as tx:
            version = documents.next_version(tx, draft.key, draft.edition, recipe)
    return [
        Document(
            key=draft.key,
            edition=draft.edition,
            format=format,
            version=version,
            status=draft.status or "",
            name=f"{draft.name}.{format}",
            sha256=here.files.put(content),
            source=draft.source,
            as_of=draft.as_of,
            recipe=recipe,
        )
        for format, content in contents.items()
    ]
