"""The edits of every draft, kept for ever: who changed which text of which edition, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, insert, select

from jaarring.database import Moment, Tx, metadata
from jaarring.edits.rules import Edit
from jaarring.ledger import events

edit = Table(
    "edit",
    metadata,
    Column("id", Integer, primary_key=True),
    #: of which document: its key and edition, as in the table of documents
    Column("key", String(120), nullable=False),
    Column("edition", String(20), nullable=False),
    Column("place", String(64), nullable=False),
    Column("text", Text, nullable=False),
    #: the fingerprint of the text that it took the place of
    Column("was", String(64), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)


def add(tx: Tx, key: str, edition: str, edits: Sequence[Edit], by: str, at: datetime) -> None:
    """Keep what was edited in one draft; the log names the places, never a text."""
    for one in edits:
        row = {"key": key, "edition": edition, "place": one.place, "text": one.text, "was": one.was}
        tx.execute(insert(edit).values(**row, by=by, at=at))
    places = {"edition": edition, "places": [one.place for one in edits]}
    events.append(tx, at, by, "draft.edited", key, places)


def of(tx: Tx, key: str, edition: str) -> list[Edit]:
    """The edits of an edition of a document, oldest first."""
    same = edit.c.key == key, edit.c.edition == edition
    rows = tx.execute(select(edit).where(*same).order_by(edit.c.id))
    return [Edit(row.place, row.text, row.was) for row in rows]
