"""A thousand forged logs: `python -m tests.forgery` (`--logs N --seed S`).

Each is a log of some entries of which an earlier head was kept elsewhere, then forged by somebody with full
rights on the server, who knows how the chain is made and mends it behind him. Every one must be found against
the head that was kept, and the same log before the forgery must not.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, insert

from jaarring.database import Store, Tx
from jaarring.ledger import events
from jaarring.ledger.events import GENESIS, event, event_payload

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """An entry as a forger sees it; the hashes follow when it is written."""

    at: datetime
    actor: str
    behalf: str
    kind: str
    subject: str
    salt: str
    body: str


@dataclass
class Forged:
    """What became of the forged logs. `missed`: the seeds of those that nobody would find."""

    by_sort: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def entries(random_: random.Random) -> list[Entry]:
    """A log of three to forty entries."""
    return [_entry(random_, n) for n in range(random_.randint(3, 40))]


def _entry(random_: random.Random, n: int) -> Entry:
    return Entry(
        AT + timedelta(minutes=n),
        random_.choice(["noor", "daan", "jaarring"]),
        random_.choice(["", "secretaris"]),
        random_.choice(["report.submitted", "decision.accept", "document.made"]),
        f"2027/Q{random_.randint(1, 4)}/report/{random_.choice(['fb', 'bc', 'pr'])}",
        random_.randbytes(32).hex(),
        f'{{"n":{random_.randint(0, 999)}}}',
    )


def edit(log: list[Entry], kept: int, random_: random.Random) -> list[Entry]:
    """One field of one entry changed."""
    place = random_.randrange(kept)
    was = log[place]
    changed = random_.choice(
        [
            replace(was, at=was.at + timedelta(seconds=random_.choice([-1, 1]))),
            replace(was, actor=f"{was.actor}x"),
            replace(was, behalf=f"{was.behalf}x"),
            replace(was, kind=f"{was.kind}x"),
            replace(was, subject=f"{was.subject}x"),
            replace(was, body='{"n":1000}'),
            replace(was, salt=was.salt[::-1] + "0"),
        ]
    )
    return [*log[:place], changed, *log[place + 1 :]]


def reorder(log: list[Entry], kept: int, random_: random.Random) -> list[Entry]:
    """Two entries that changed places."""
    one = random_.randrange(kept)
    other = random_.choice([n for n in range(len(log)) if log[n] != log[one]])
    made = list(log)
    made[one], made[other] = made[other], made[one]
    return made


def cut(log: list[Entry], kept: int, random_: random.Random) -> list[Entry]:
    """Some entries taken out, from the middle or the end."""
    begin = random_.randrange(kept)
    return [*log[:begin], *log[begin + random_.randint(1, len(log) - begin) :]]


def put_in(log: list[Entry], kept: int, random_: random.Random) -> list[Entry]:
    """An entry that never was."""
    place = random_.randrange(kept)
    return [*log[:place], _entry(random_, 1000), *log[place:]]


def rewrite(log: list[Entry], kept: int, random_: random.Random) -> list[Entry]:
    """All of it made anew, as long as it was or longer."""
    return [_entry(random_, n) for n in range(len(log) + random_.randint(0, 5))]


SORTS: tuple[Callable[[list[Entry], int, random.Random], list[Entry]], ...] = (
    edit,
    reorder,
    cut,
    put_in,
    rewrite,
)


def written(tx: Tx, log: list[Entry]) -> None:
    """Write a log in the place of what is there, its chain right from beginning to end."""
    tx.execute(delete(event_payload))
    tx.execute(delete(event))
    previous = GENESIS
    for seq, one in enumerate(log, 1):
        hashed = events._payload_hash(one.salt, one.body)
        fields = [seq, events._stamp(one.at), one.actor, one.behalf, one.kind, one.subject, hashed, previous]
        digest = events._digest(fields)
        names = ("seq", "at", "actor", "on_behalf_of", "kind", "subject", "payload_hash", "previous")
        row = dict(zip(names, [seq, one.at, *fields[2:]], strict=True))
        tx.execute(insert(event).values(**row, hash=digest))
        tx.execute(insert(event_payload).values(seq=seq, salt=one.salt, body=one.body))
        previous = digest


def forge(store: Store, seed: str, found: Forged) -> None:
    """Make a log, keep a head of it, forge it, and look whether that is found."""
    random_ = random.Random(seed)
    log = entries(random_)
    kept = random_.randint(1, len(log))
    with store.write() as tx:
        written(tx, log[:kept])
        head = events.head(tx)
        written(tx, log)
        if events.verify(tx, head) is not None:
            found.missed.append(f"{seed}: the true log was not believed")
        sort = random_.choice(SORTS)
        forged = sort(log, kept, random_)
        if forged[:kept] == log[:kept]:
            return  # nothing of what the head vouches for was touched: two that are alike changed places
        written(tx, forged)
        found.by_sort[sort.__name__] += 1
        if events.verify(tx) is not None:
            found.missed.append(f"{seed}: the forger did not mend his chain")
        if events.verify(tx, head) is None:
            found.missed.append(f"{seed}: {sort.__name__} was not found")


def run(logs: int, seed: int) -> Forged:
    """Forge as many logs as asked."""
    found = Forged()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "forged.db")
        number = 0
        while found.by_sort.total() < logs:
            forge(store, f"{seed}/{number}", found)
            number += 1
        store.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.forgery")
    parser.add_argument("--logs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    found = run(arguments.logs, arguments.seed)
    print(*found.missed, sep="\n", end="\n" if found.missed else "")
    sorts = ", ".join(f"{count} {sort}" for sort, count in sorted(found.by_sort.items()))
    forged = found.by_sort.total()
    print(f"{forged} forged ({sorts})")
    print(f"{forged - len(found.missed)} of {forged} found against an earlier head")
    return 1 if found.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
