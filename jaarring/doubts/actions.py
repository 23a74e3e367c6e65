"""Looking whether mail may go out, and letting it go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from jaarring import rounds
from jaarring.absences.actions import demand_coordinator
from jaarring.doubts import records
from jaarring.doubts.records import Held
from jaarring.doubts.rules import JOURNAL, Doubt, Signs, doubt
from jaarring.dutch import meervoud
from jaarring.here import Here
from jaarring.ledger import outbox
from jaarring.ledger.journal import has
from jaarring.recovery import actions as recovery


def look(here: Here, at: datetime) -> list[Held]:
    """The doubts because of which nothing goes out at `at`, a new one among them; empty if all is well."""
    found = doubt(_signs(here, at))
    with here.store.read() as tx:
        is_new = found is not None and not records.is_known(tx, found)
    if found and is_new:
        _hold(here, found, at)
    with here.store.read() as tx:
        standing = records.standing(tx)
    if found and not standing and found.evidence.startswith(JOURNAL):
        here.follow(anew=True)  # it was let go, and we were stopped before the journal began again
    return standing


def as_text(here: Here, at: datetime) -> Iterator[str]:
    """Why nothing goes out, and what would: for the coordinator, who decides. Nothing where all is well."""
    held = look(here, at)
    if not held:
        return
    with here.store.read() as tx:
        waiting = [one for one in outbox.all_lines(tx) if one.state in ("queued", "sending")]
        lost = [line for one in held for line in recovery.as_text(tx, one.evidence)]
    for one in held:
        yield f"Er gaat geen post uit: {one.reason}."
    yield from lost
    yield f"Klaar om te gaan: {len(waiting)} {meervoud(len(waiting), 'bericht', 'berichten')}."
    for line in waiting:
        yield f"  {line.queued_at.date()}  {line.recipient}  {line.subject}"
    yield "Laat alles gaan met: jaarring release"
    yield ""


def release(here: Here, by: str, at: datetime) -> list[Held]:
    """Let everything go that waits, by the coordinator's word; which doubts that settles.

    Raises Refused for anybody else.
    """
    demand_coordinator(here, by, at.astimezone(ZoneInfo(here.config.time_zone)).date())
    with here.store.write() as tx:
        settled = records.release(tx, by, at)
    if any(one.evidence.startswith(JOURNAL) for one in settled):
        here.follow(anew=True)
    older = [one.evidence for one in settled if one.evidence.startswith("store/")]
    with here.store.read() as tx:
        last = here.journal.last() if older else None
        if last and not has(tx, last):
            here.journal.back(tx, at, older[-1])  # from here on the journal follows this store again
    return settled


def _hold(here: Here, found: Doubt, at: datetime) -> None:
    story = here.journal.story() if found.evidence.startswith("store/") else None
    with here.store.write() as tx:
        if records.is_known(tx, found):
            return
        if story:
            recovery.record(tx, story, found.evidence, "jaarring", at)
        records.add(tx, found, at)


def _signs(here: Here, at: datetime) -> Signs:
    zone = ZoneInfo(here.config.time_zone)
    with here.store.read() as tx:
        missing = here.journal.missing(tx)
    noted = here.journal.last()
    with here.store.read() as tx:
        moment = records.last_moment(tx)
        known = noted is None or has(tx, noted)
    return Signs(
        today=at.astimezone(zone).date(),
        round=rounds.last(here.storage),
        event=moment.astimezone(zone).date() if moment else None,
        journal=noted.head if noted else "",
        known=known,
        missing=missing,
    )
