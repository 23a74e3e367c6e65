"""What was read: which mails, what became of each, where they lie, and whether a box could be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Row, String, Table, Text, delete, insert, select, update

from jaarring.database import Moment, Tx, metadata

incoming_mail = Table(
    "incoming_mail",
    metadata,
    #: the hash of its Message-ID and of what is attached: the same mail is handled once, wherever it lies
    Column("identity", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    #: begun, taken, refused, bounced, noted or left (for the coordinator, unread)
    Column("outcome", String(20), nullable=False),
    #: the id of the person or body whose address it came from; empty for anybody else
    Column("sender", String(80), nullable=False, default=""),
    #: the keys of the forms in it, or the occasion of the message that bounced
    Column("about", Text, nullable=False, default=""),
    #: what the municipality's own mail server says of the sender: spf=pass dkim=pass dmarc=none
    Column("proof", String(120), nullable=False, default=""),
    Column("begun_at", Moment, nullable=False),
    #: of one that was left: since when it does not lie there unread any more
    Column("read_at", Moment),
)
mail_place = Table(
    "mail_place",
    metadata,
    #: which box, as long as its places mean the same mails
    Column("box", String(80), primary_key=True),
    #: where in it; empty: that this box was looked at
    Column("place", String(255), primary_key=True),
    #: which mail lies there; empty for what was read before we first looked
    Column("identity", String(64), nullable=False, default="", index=True),
)
unread_box = Table(
    "unread_box",
    metadata,
    #: mailbox or bounces, as in channels.yaml: one that cannot be read
    Column("name", String(20), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("why", Text, nullable=False),
)
#: so many places can be asked for by name
FEW = 500


@dataclass(frozen=True)
class Seen:
    """A mail that was looked at, and what became of it."""

    identity: str
    kind: str
    outcome: str
    sender: str
    about: str
    proof: str
    begun_at: datetime
    read_at: datetime | None = None

    @property
    def is_handled(self) -> bool:
        """Whether nobody need read it any more."""
        return self.outcome not in ("begun", "left")

    @property
    def is_answered(self) -> bool:
        return self.outcome in ("taken", "refused")


def of(tx: Tx, identity: str) -> Seen | None:
    """What became of a mail; None if it was never looked at."""
    row = tx.execute(select(incoming_mail).where(incoming_mail.c.identity == identity)).first()
    return _seen(row) if row else None


def keep(tx: Tx, seen: Seen) -> None:
    """Record what became of a mail, in place of what was recorded when it was begun."""
    tx.execute(delete(incoming_mail).where(incoming_mail.c.identity == seen.identity))
    tx.execute(insert(incoming_mail).values(seen.__dict__))


def places(tx: Tx, box: str) -> dict[str, str] | None:
    """Where in a box which mail lies, as far as it was looked at; None for a box that never was."""
    rows = tx.execute(select(mail_place.c.place, mail_place.c.identity).where(mail_place.c.box == box)).all()
    return {row.place: row.identity for row in rows} if rows else None


def lies(tx: Tx, box: str, found: Mapping[str, str]) -> None:
    """Record which mail lies where (place → identity); once each."""
    mine = mail_place.c.box == box
    some = mine & mail_place.c.place.in_(list(found)) if len(found) < FEW else mine
    known = set(tx.execute(select(mail_place.c.place).where(some)).scalars())
    new = [{"box": box, "place": at, "identity": of} for at, of in found.items() if at not in known]
    if new:
        tx.execute(insert(mail_place), new)


def left(tx: Tx) -> list[Seen]:
    """The mails that were left for the coordinator and lay unread when the box was last looked at."""
    waiting = incoming_mail.c.outcome == "left", incoming_mail.c.read_at.is_(None)
    order = incoming_mail.c.begun_at, incoming_mail.c.identity
    return [_seen(row) for row in tx.execute(select(incoming_mail).where(*waiting).order_by(*order))]


def noted(tx: Tx, kind: str, since: datetime) -> list[Seen]:
    """The mails of a kind that were only noted, in the order in which they came."""
    mine = incoming_mail.c.kind == kind, incoming_mail.c.begun_at >= since, incoming_mail.c.sender != ""
    order = incoming_mail.c.begun_at, incoming_mail.c.identity
    return [_seen(row) for row in tx.execute(select(incoming_mail).where(*mine).order_by(*order))]


def was_read(tx: Tx, identities: Iterable[str], at: datetime) -> None:
    """Record that somebody has read these mails that were left."""
    for one in identities:
        mine = incoming_mail.c.identity == one, incoming_mail.c.read_at.is_(None)
        tx.execute(update(incoming_mail).where(*mine).values(read_at=at))


@dataclass(frozen=True)
class Closed:
    """A box that cannot be read: since when, and why."""

    name: str
    since: datetime
    why: str


def closed(tx: Tx) -> list[Closed]:
    """The boxes that could not be read when that was last tried."""
    rows = tx.execute(select(unread_box).order_by(unread_box.c.name))
    return [Closed(row.name, row.since, row.why) for row in rows]


def cannot_read(tx: Tx, name: str, why: str, at: datetime) -> Closed:
    """Record that a box cannot be read; since when stays as it was."""
    before = next((one for one in closed(tx) if one.name == name), None)
    now = Closed(name, before.since if before else at, why)
    can_read(tx, name)
    tx.execute(insert(unread_box).values(now.__dict__))
    return now


def can_read(tx: Tx, name: str) -> None:
    """Record that a box can be read again."""
    tx.execute(delete(unread_box).where(unread_box.c.name == name))


def _seen(row: Row[tuple[object, ...]]) -> Seen:
    return Seen(**row._mapping)
