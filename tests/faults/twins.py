"""Whether a town went through the same as its twin that nothing befell: state, log, documents, mail."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Integer, Table, select

from jaarring import verify
from jaarring.database import Moment, Tx
from jaarring.here import Here
from jaarring.ledger import events
from jaarring.ledger.decisions import decision
from jaarring.migrations.tables import metadata
from tests.faults.found import Found

#: what differs between twins that went through the same: by which process, in which try, with which salt
PASSING = frozenset(["salt", "payload_hash", "previous", "hash", "worker", "attempts", "reply", "noted"])
#: where a number says only which of two came first: what was cut off may come after what another did
ORDERED = frozenset(["event", "event_payload", "notice", "message"])
#: where the store gives a row its number, and nobody reads more in it than that
NUMBERED = frozenset(
    table.name
    for table in metadata.sorted_tables
    if "id" in table.c and isinstance(table.c.id.type, Integer) and table.name not in ORDERED
)

Mails = Counter[tuple[str, str]]


@dataclass(frozen=True)
class State:
    """A town at one moment: the rows of every table, the documents laid out, by name."""

    tables: dict[str, list[str]]
    documents: dict[str, bytes]


def state(here: Here) -> State:
    """All that a town is, without moments and salts. A row is one text."""
    tables = {}
    with here.store.read() as tx:
        decisions = _places(tx, decision)
        for table in metadata.sorted_tables:
            left_out = PASSING | ({"id", "seq"} if table.name in ORDERED else set())
            columns = [c for c in table.columns if not isinstance(c.type, Moment) and c.name not in left_out]
            own = _places(tx, table) if table.name in NUMBERED else {}
            tables[table.name] = sorted(
                repr(
                    tuple(
                        _placed(c.name, value, own, decisions) for c, value in zip(columns, row, strict=True)
                    )
                )
                for row in tx.execute(select(*columns))
            )
    laid = here.documents.glob("**/*") if here.documents.is_dir() else ()
    return State(
        tables,
        {path.name: path.read_bytes() for path in sorted(laid) if path.is_file() and path.name[0] != "."},
    )


def _places(tx: Tx, table: Table) -> dict[object, int]:
    """Of each row of a table its place among the others, by the number that the store gave it. PostgreSQL
    skips the numbers of what was cut off, and nobody reads more in them than which came first.
    """
    return {
        id: place for place, id in enumerate(tx.execute(select(table.c.id).order_by(table.c.id)).scalars())
    }


def _placed(name: str, value: object, own: dict[object, int], decisions: dict[object, int]) -> object:
    """A value as its twin has it, whatever numbers the store gave to rows and decisions."""
    if name == "id":
        return own.get(value, value)
    if name == "decision":
        return decisions.get(value, value)
    if not isinstance(value, str):
        return value
    if value.startswith('{"carries":'):  # in the order of the alphabet, in which 10 comes before 9
        value = json.dumps(sorted(_told(one, decisions) for one in json.loads(value)["carries"]))
    return _told(value, decisions)


def _told(text: str, decisions: dict[object, int]) -> str:
    """The key of what is told of a decision, which has its number."""
    return re.sub(
        r"\b(\d{4}/told/)(\d+)", lambda found: f"{found[1]}#{decisions.get(int(found[2]), found[2])}", text
    )


def differences(one: State, twin: State) -> Iterator[str]:
    """Where the two differ, by table and document; never more than a few rows of each."""
    for name, rows in twin.tables.items():
        mine = one.tables[name]
        if mine != rows:
            less, more = (
                sorted((Counter(rows) - Counter(mine)).elements()),
                sorted((Counter(mine) - Counter(rows)).elements()),
            )
            shown = [*(f"-{row}" for row in less[:1]), *(f"+{row}" for row in more[:1])]
            yield f"{name}: {len(less)} rows less, {len(more)} more: {_apart(shown)}"
    for name in sorted(twin.documents.keys() | one.documents.keys()):
        if one.documents.get(name) != twin.documents.get(name):
            yield f"document {name}"


def unproven(here: Here) -> Iterator[str]:
    """What does not hold in the record of one town: its chain, its documents, its journal."""
    yield from verify.findings(here)
    story = here.journal.story()
    with here.store.read() as tx:
        log = events.hashes(tx)
        sent = set(tx.exec_driver_sql("select message_id from message where state = 'sent'").scalars())
    if {seq: one.hash for seq, one in story.log.items()} != log:
        yield f"the journal has {len(story.log)} entries and the log {len(log)}, or others"
    if unnoted := sent - story.gone.keys():
        yield f"{len(unnoted)} messages went out that the journal does not know"


def compare_mail(came: Mails, twin: Mails, kills: int, where: str, found: Found) -> None:
    """Each message of the twin came at least once, no other did, and at most one more a kill."""
    found.lost += [f"{where}: the message {id} to {to}" for id, to in twin - came]
    found.wrong += [f"{where}: the twin never got {id} to {to}" for id, to in came.keys() - twin.keys()]
    extra = came - twin
    if sum(extra.values()) > kills:
        found.doubled += [f"{where}: {sum(extra.values())} extra copies for {kills} kills"]


def _apart(rows: list[str]) -> str:
    """Two rows by their beginning and by where they part; a row may be a whole mail."""
    common = os.path.commonprefix([row[1:] for row in rows]) if len(rows) == 2 else ""
    if len(common) <= 80:
        return "; ".join(row[:200] for row in rows)
    return f"{common[:60]} … " + "; ".join(f"{row[0]}{row[len(common) - 39 :][:160]}" for row in rows)
