"""Whether the record still is what it was: the event log's chain, every stored file against its hash, and
the log against the journal that was kept beside it.

Each finding is one Dutch sentence that names what is wrong and until when the record holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import select

from jaarring.database import Tx
from jaarring.doubts.rules import JOURNAL
from jaarring.dutch import datum, meervoud
from jaarring.files import DamagedFile
from jaarring.here import Here
from jaarring.ledger import documents, events
from jaarring.ledger.events import Broken
from jaarring.ledger.journal import RESTORED, Story
from jaarring.refusal import Refused

_WHY = {
    "entry missing": "ontbreekt",
    "entry changed": "is veranderd",
    "payload missing": "mist zijn inhoud",
    "payload changed": "heeft een andere inhoud",
    "not the entry that was kept elsewhere": "is een ander dan elders is bewaard",
}
#: tables that name a stored file, beside that of documents
_FORMS = ("submission", "plan")


def findings(here: Here, against: str = "") -> list[str]:
    """What does not hold; empty if all is well. `against`: a head (`seq:hash`) that was kept elsewhere.

    Raises Refused if `against` is no head.
    """
    story = here.journal.story()  # first: what it has, the log must have had
    with here.store.read() as tx:
        try:
            broken = events.verify(tx, against)
        except ValueError:
            raise Refused(f"'{against}' is geen kop van het logboek", "schrijf nummer:hash") from None
        found = [_said(here, broken)] if broken else []
        found += _against_journal(here, tx, story)
        if missing := here.journal.missing(tx):
            found.append(f"journaal: het is weg of korter dan het was; het ging tot nummer {missing}")
        named = dict(_named(tx))
    return found + list(_damaged(here, named))


def returns(here: Here) -> list[str]:
    """That older stores were put back and a journal that was gone began again: no fault by now, but whoever
    checks the record must know it.
    """
    with here.store.read() as tx:
        history = list(events.history(tx))
    back = [(one.at, one.payload or {}) for one in history if one.kind == RESTORED]
    gone = f"{JOURNAL}/"
    said = [
        f"op {_day(here, one.at)} is het journaal opnieuw begonnen; het oude was weg of korter dan het was, "
        f"en ging tot nummer {one.subject.removeprefix(gone)}"
        for one in history
        if one.kind == "sending.released" and one.subject.startswith(gone)
    ]
    for at, payload in back:
        lost = sum(count for sort, count in payload.get("lost", {}).items() if sort != "sent")
        said.append(
            f"op {_day(here, at)} is een oudere stand teruggezet; "
            f"toen {meervoud(lost, 'ging 1 regel', f'gingen {lost} regels')} van het logboek verloren"
        )
    return said


@dataclass
class Again:
    """Documents made again: how many were the same, which were not, and which could not be, and why."""

    same: int = 0
    differing: list[str] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    without: int = 0

    def words(self) -> Iterator[str]:
        """What to know beside the findings."""
        yield f"{self.same} {meervoud(self.same, 'document', 'documenten')} opnieuw gemaakt, en gelijk."
        for tools, count in self.others.items():
            what = meervoud(count, "document is", "documenten zijn")
            yield f"{count} {what} gemaakt met andere versies, en dus niet te vergelijken: {tools}."
        if self.without:
            what = meervoud(self.without, "document is", "documenten zijn")
            yield f"{self.without} {what} niet door ons opgemaakt."


def documents_again(here: Here) -> Again:
    """Make every document again from what was stored with it, and compare the bytes. Slow: seconds each."""
    from jaarring import shelf  # loads what makes documents

    found = Again()
    with here.store.read() as tx:
        kept = documents.all_kept(tx)
    for one in kept:
        if not one.recipe:
            found.without += 1
            continue
        try:
            same = sha256(shelf.again(here, one)).hexdigest() == one.sha256
        except shelf.OtherTools as others:
            found.others[", ".join(others.args)] += 1
        except DamagedFile:
            found.differing.append(
                f"document {one.key} ({one.edition}, {one.format}): is niet opnieuw te maken"
            )
        else:
            found.same += same
            if not same:
                what = f"{one.edition}, {one.format}, versie {one.version}"
                found.differing.append(
                    f"document {one.key} ({what}): wordt opnieuw gemaakt anders dan het was"
                )
    return found


def head(here: Here) -> str:
    """The head of the event log, `seq:hash`: keep it elsewhere to check against later."""
    with here.store.read() as tx:
        return events.head(tx)


def _said(here: Here, broken: Broken) -> str:
    good = f"tot en met {_day(here, broken.since)} klopt het" if broken.since else "van het begin af"
    return f"logboek: nummer {broken.seq} {_WHY[broken.why]}; {good}"


def _against_journal(here: Here, tx: Tx, story: Story) -> Iterator[str]:
    """The first line of the journal that the log contradicts, and returns that it does not know of."""
    log, since = events.hashes(tx), ""
    for seq in sorted(story.log):
        noted = story.log[seq]
        if log.get(seq) != noted.hash:
            what = "is anders dan" if seq in log else "ontbreekt, en staat wel"
            good = f"tot en met {since} klopt het" if since else "van het begin af"
            yield f"logboek: nummer {seq} {what} in het journaal; {good}"
            break
        since = _day(here, datetime.fromisoformat(noted.at))
    known = {one.subject for one in events.history(tx) if one.kind == RESTORED} if story.backs else set()
    for back in story.backs:
        if back.subject not in known:
            on = _day(here, datetime.fromisoformat(back.at))
            yield f"journaal: op {on} is een oudere stand teruggezet, en het logboek weet dat niet"


def _named(tx: Tx) -> Iterator[tuple[str, str]]:
    """Every stored file that the store names, by hash, and what it is."""
    from jaarring.migrations.tables import metadata  # every room's tables

    for name in _FORMS:
        table = metadata.tables[name]
        for file in tx.execute(select(table.c.file).where(table.c.file != "").distinct()).scalars():
            yield file, f"formulier {file[:10]}"
    for one in documents.all_kept(tx):
        if one.recipe:
            yield one.recipe, f"document {one.key}, waar het van gemaakt is"
        what = f"{one.edition}, {one.format}, versie {one.version} van {datum(one.as_of)}"
        yield one.sha256, f"document {one.key} ({what})"


def _damaged(here: Here, named: dict[str, str]) -> Iterator[str]:
    others = {digest: f"bestand {digest[:10]}" for digest, _ in here.files.all() if digest not in named}
    for digest, what in {**named, **others}.items():
        try:
            here.files.get(digest)
        except DamagedFile:
            yield f"{what}: is beschadigd of weg; zet het terug uit een reservekopie"


def _day(here: Here, at: datetime | None) -> str:
    assert at is not None
    return datum(at.astimezone(ZoneInfo(here.config.time_zone)).date())
