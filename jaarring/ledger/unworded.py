"""What a message was to say when the municipality's own template for it broke: by it the message is made
again once the template is mended, without asking any room anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Integer, String, Table, Text, delete, insert, select

from jaarring.database import Tx, metadata

unworded = Table(
    "unworded",
    metadata,
    #: the number of the message that waits for its words
    Column("message", Integer, primary_key=True, autoincrement=False),
    #: the name of the template
    Column("template", String(120), nullable=False),
    #: what the template gets, as JSON
    Column("given", Text, nullable=False),
)


@dataclass(frozen=True)
class Broken:
    """A template of the municipality's own that broke over a letter: what is wrong and where, which template,
    and what it was given, as JSON.
    """

    said: str
    template: str
    given: str


def keep(tx: Tx, message: int, broken: Broken) -> None:
    """Keep what a message was to say."""
    tx.execute(insert(unworded).values(message=message, template=broken.template, given=broken.given))


def forget(tx: Tx, message: int) -> None:
    """A message has its words, or goes in ours."""
    tx.execute(delete(unworded).where(unworded.c.message == message))


def any_waits(tx: Tx) -> bool:
    """Whether any message waits for its words."""
    return tx.execute(select(unworded.c.message).limit(1)).first() is not None
