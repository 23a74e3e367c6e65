"""The documents that were made: each compile that says something new is a new version, nothing is edited.

The bytes stand in the file store under their hash; this is the register that names them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Column, Date, Integer, Row, String, Table, UniqueConstraint, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.ledger import events

document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(120), nullable=False),
    Column("edition", String(20), nullable=False),
    Column("format", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    #: concept or vastgesteld
    Column("status", String(20), nullable=False),
    Column("name", String(160), nullable=False),
    Column("sha256", String(64), nullable=False),
    #: what it was made from, in the maker's own words; the same source needs no new compile
    Column("source", String(120), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("made_at", Moment, nullable=False),
    #: the stored file with all that it was made of and by which tools; empty where it is not made by us
    Column("recipe", String(64), nullable=False, default=""),
    UniqueConstraint("key", "edition", "format", "version"),
)


@dataclass(frozen=True)
class Document:
    """One version of one document in one edition and format. `name` is its file name, without version."""

    key: str
    edition: str
    format: str
    version: int
    status: str
    name: str
    sha256: str
    source: str
    as_of: date
    recipe: str = ""


def keep(tx: Tx, new: Document, at: datetime) -> Document:
    """Register a document; the one that stands where it has the same bytes.

    Its `version` is filled in: forms made of the same are one version. A form of a version that stands says
    which (`version`), where it was made later; also where a newer version came meanwhile. What stands is from
    now on made from the new source: by it the maker knows that there is nothing left to make.
    """
    last = newest(tx, new.key, new.edition, new.format)
    if last and (last.sha256, last.status) == (new.sha256, new.status):
        return _sourced(tx, last, new.source)
    before = last.version if last else 0
    if not new.recipe:
        made = replace(new, version=before + 1)
    elif new.version > before or _is_late(tx, new):
        made = new
    else:
        made = replace(new, version=max(before + 1, next_version(tx, new.key, new.edition, new.recipe)))
    tx.execute(insert(document).values(**made.__dict__, made_at=at))
    payload = {name: getattr(made, name) for name in ("edition", "format", "version", "status", "sha256")}
    events.append(tx, at, "jaarring", "document.made", made.key, payload)
    return made


def _sourced(tx: Tx, one: Document, source: str) -> Document:
    if one.source != source:
        mine = document.c.key == one.key, document.c.edition == one.edition, document.c.format == one.format
        tx.execute(update(document).where(*mine, document.c.version == one.version).values(source=source))
    return replace(one, source=source)


def _is_late(tx: Tx, new: Document) -> bool:
    """Whether this is a form of a version that stands and does not have that form yet."""
    forms = of_version(tx, new)
    return any(one.recipe == new.recipe for one in forms) and all(one.format != new.format for one in forms)


def newest(tx: Tx, key: str, edition: str, format: str) -> Document | None:
    """The last version, or None if there is none."""
    same = document.c.key == key, document.c.edition == edition, document.c.format == format
    row = tx.execute(select(document).where(*same).order_by(document.c.version.desc()).limit(1)).first()
    return _document(row) if row else None


def of_version(tx: Tx, one: Document) -> list[Document]:
    """Every form of a version of a document, by format."""
    same = document.c.key == one.key, document.c.edition == one.edition, document.c.version == one.version
    return [_document(row) for row in tx.execute(select(document).where(*same).order_by(document.c.format))]


def next_version(tx: Tx, key: str, edition: str, recipe: str) -> int:
    """The number of the version that is made of `recipe`: that of the last if it was made of the same."""
    same = document.c.key == key, document.c.edition == edition
    row = tx.execute(
        select(document.c.version, document.c.recipe)
        .where(*same)
        .order_by(document.c.version.desc(), document.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return 1
    return int(row.version) + int(row.recipe != recipe)


def current(tx: Tx, year: int) -> list[Document]:
    """The last version of every document of a cycle year, by key, edition and format."""
    rows = tx.execute(
        select(document)
        .where(document.c.key.like(f"{year}/%"))
        .order_by(document.c.key, document.c.edition, document.c.format, document.c.version)
    )
    last = {(row.key, row.edition, row.format): _document(row) for row in rows}
    return list(last.values())


def all_kept(tx: Tx) -> list[Document]:
    """Every version of every document, oldest first."""
    return [_document(row) for row in tx.execute(select(document).order_by(document.c.id))]


def _document(row: Row[tuple[object, ...]]) -> Document:
    return Document(
        row.key,
        row.edition,
        row.format,
        row.version,
        row.status,
        row.name,
        row.sha256,
        row.source,
        row.as_of,
        row.recipe,
    )
