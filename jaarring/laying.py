"""Where the forms of a document lie for people to open: to read, to edit, to count with, for the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jaarring.calendar import Quarter
from jaarring.document.formats import ARCHIVE, FOLDERS
from jaarring.document.mdto import File, Record, side_files
from jaarring.files import write_safely
from jaarring.here import Here
from jaarring.ledger import documents
from jaarring.ledger.documents import Document

#: what an archive is told of who may read an edition, and why
_RESTRICTED = {
    "openbaar": ("Geen beperkingen", ""),
    "besloten": ("Openbaarheid", "Geheimhouding, artikel 87 tot en met 89 van de Gemeentewet"),
}
_INTERNAL = ("Openbaarheid", "Interne versie: alleen de openbare versie is voor iedereen")


def place(here: Here, document: Document) -> Path:
    """Where a form of a document lies."""
    return here.documents / FOLDERS.get(document.format, "") / document.name


def out(here: Here, title: str, description: str, made: Sequence[Document]) -> None:
    """Lay the stored forms of one version of a document out, and beside them what the archive must know.

    Copies: what counts is stored under its hash. What was laid out before gives way to the newer.
    """
    contents = {one.format: here.files.get(one.sha256) for one in made}
    for one in made:
        _write(place(here, one), contents[one.format], one.edition)
    if here.mark:
        return  # a simulated document goes to no archive
    with here.store.read() as tx:
        standing = documents.of_version(tx, made[0])
    sizes = {one.format: _size(here, one) for one in standing} | {f: len(c) for f, c in contents.items()}
    forms = {one.format: one for one in (*standing, *made)}
    files = tuple(
        File(forms[format].name, format, sizes[format], forms[format].sha256)
        for format in FOLDERS
        if format in forms
    )
    record = _record(here.organisation.name, title, description, made[0], files)
    for name, content in side_files(record, made[0].name.rpartition(".")[0]):
        _write(here.documents / ARCHIVE / name, content, made[0].edition)


def laid(here: Here, document: Document) -> Path:
    """Where a document lies, with the bytes that are stored: a copy that was changed is laid out again."""
    path, content = place(here, document), here.files.get(document.sha256)
    if not path.is_file() or path.read_bytes() != content:
        _write(path, content, document.edition)
    return path


def _size(here: Here, document: Document) -> int:
    return len(here.files.get(document.sha256))


def _record(
    municipality: str, title: str, description: str, document: Document, files: tuple[File, ...]
) -> Record:
    first, last = _period(document.key)
    return Record(
        key=f"{document.key}/{document.edition}/{document.version}",
        title=title,
        description=description,
        municipality=municipality,
        status=document.status,
        made=document.as_of,
        first=first,
        last=last,
        restriction=_RESTRICTED.get(document.edition, _INTERNAL),
        files=files,
    )


def _period(key: str) -> tuple[date, date]:
    """The days that a document speaks of, from its key: a quarter, or a year."""
    year, _, rest = key.partition("/")
    if rest[:1] == "Q" and rest[1:2].isdigit():
        quarter = Quarter(int(year), int(rest[1]))
        return quarter.first, quarter.last
    return date(int(year), 1, 1), date(int(year), 12, 31)


def _write(path: Path, content: bytes, edition: str) -> None:
    """Laid out for colleagues, and for nobody else where it is not public; what is stored stays ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_safely(path, content)
    path.chmod(0o644 if edition == "openbaar" else 0o640)
