"""Looking at what was decided, once, and laying out who must hear of it (R14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select

from jaarring.adjustments import records as adjustments
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import dispensations, documents, due, events, outbox
from jaarring.ledger.decisions import decision
from jaarring.plans import records as plans
from jaarring.post import records
from jaarring.post.records import Notice
from jaarring.telling.rules import Known, Told, table

#: decisions about the plans of a year; each also stands in the register for every plan that it moved
TOGETHER = ("plan/agree", "plan/check", "plan/adopt")


def tell(here: Here, as_of: date, at: datetime, before_post: bool = True) -> list[int]:
    """Lay out the notices of every decision that nobody has looked at yet; their numbers in the register.

    They go by post, in the one letter of the day: what is about somebody's own work with the next post, the
    rest with a letter that asks something, or at the end of the week. `before_post`: today's post is still to
    be written; else the week is that of the next working day. Run twice, it does nothing the second time.
    """
    here = here.on(as_of)
    looked: list[int] = []
    with here.store.write() as tx:
        for row in records.untold(tx):
            known = _known(here, tx, row)
            told = table.notices(known) if known and not _told_together(tx, row) else []
            days = _Days.of(here, known, as_of, before_post)
            _lay_out(tx, row.id, known.year if known else as_of.year, told, days, at)
            looked.append(row.id)
        _announced(here, tx, as_of, at)
    return looked


@dataclass(frozen=True)
class _Days:
    """When what goes: at once, with the news of the week or of that of the board's meeting, or on the day of
    the announcement.
    """

    at_once: date
    news: date
    board: date
    announced: date

    @classmethod
    def of(cls, here: Here, known: Known | None, as_of: date, before_post: bool) -> _Days:
        calendar = here.schedule.calendar
        today = calendar.on_or_after(as_of)
        news = here.schedule.news_day(today if before_post else calendar.shift(as_of, 1))
        meeting = known.board_on if known else None
        board = max(news, here.schedule.news_day(calendar.shift(meeting, 1))) if meeting else news
        return cls(today, news, board, max(today, known.announce or today) if known else today)


def _lay_out(tx: Tx, number: int, year: int, told: list[Told], days: _Days, at: datetime) -> None:
    """Keep the notices and date them in the ledger."""
    by_day: dict[date, list[Notice]] = {}
    for one in told:
        late = days.board if one.with_board else days.news
        day = days.announced if one.later else days.at_once if one.own else late
        since = days.announced if one.later else None
        notice = Notice(one.person, one.direction, one.title, one.text, " ".join(one.documents), since)
        by_day.setdefault(day, []).append(notice)
    made = records.to_tell(tx, number, year, by_day, at)
    if made:
        records.add(tx, year, made, at)


def _known(here: Here, tx: Tx, row: Row[tuple[object, ...]]) -> Known | None:
    """What is known around a decision; None for one that belongs to no cycle year."""
    found = re.search(r"\d{4}", row.subject)
    if found is None or not re.match(r"\d{4}/|[A-Z]{2}-\d{4}-", row.subject):
        return None
    year = int(found[0])
    kept = {subject: one.plan for subject, one in plans.of_year(tx, year).items()}
    announce = due.get(tx, f"{year}/plan/announce")
    board = due.get(tx, f"{row.subject}/board") if row.subject.endswith("/tactical") else None
    return Known(
        organisation=here.organisation,
        year=year,
        subject=row.subject,
        verb=row.verb,
        body=row.body,
        decided_on=row.date,
        number=row.number,
        by=row.recorded_by,
        plans=kept,
        moved=tuple(_moved(tx, row)),
        announce=announce.occasion.due if announce and announce.state == "open" else None,
        board_on=board.occasion.due if board and board.state == "open" else None,
        adjustment=adjustments.get(tx, row.subject) if row.subject.startswith("BV-") else None,
        told=frozenset(outbox.recipients(tx, f"{year}/adjustment/{row.subject}/decided")),
        public=_public(tx, year, kept) if row.subject.endswith("/plan/letter") else (),
        until=_until(tx, year, row),
    )


def _moved(tx: Tx, row: Row[tuple[object, ...]]) -> list[str]:
    """The plans that a decision about the year moved, by subject."""
    year, _, tail = row.subject.partition("/")
    if tail not in TOGETHER:
        return []
    same = decision.c.verb == row.verb, decision.c.recorded_at == row.recorded_at
    about = decision.c.subject.like(f"{year}/plan/%"), decision.c.subject != row.subject
    found = tx.execute(select(decision.c.subject).where(*same, *about).order_by(decision.c.id)).scalars()
    return [subject.rpartition("/")[2] for subject in found]


def _told_together(tx: Tx, row: Row[tuple[object, ...]]) -> bool:
    """Whether this is one plan of a decision about all plans, or the money that it divided: told once."""
    year, _, tail = row.subject.partition("/")
    if tail in TOGETHER or not (tail.startswith("plan/") or tail == "frame/budgets"):
        return False
    same = decision.c.verb == row.verb, decision.c.recorded_at == row.recorded_at
    whole = decision.c.subject.in_([f"{year}/{one}" for one in TOGETHER])
    return tx.execute(select(decision.c.id).where(*same, whole)).first() is not None


def _public(tx: Tx, year: int, kept: Mapping[str, object]) -> tuple[str, ...]:
    """The plans of which there is a public edition: the one over all themes, else those of each."""

    def made(key: str) -> bool:
        return any(documents.newest(tx, key, "openbaar", form) for form in ("pdf", "html"))

    whole = f"{year}/plan"
    return (whole,) if made(whole) else tuple(key for id in kept if made(key := f"{whole}/{id}"))


def _until(tx: Tx, year: int, row: Row[tuple[object, ...]]) -> date | None:
    given = [one for one in dispensations.of_year(tx, year) if one.subject == row.subject]
    return given[-1].until if given else None


def _announced(here: Here, tx: Tx, as_of: date, at: datetime) -> None:
    """Telling the organisation about the plans is done when every department was told."""
    for year in open_years(here, as_of):
        key = f"{year}/plan/announce"
        entry = due.get(tx, key)
        if entry and entry.state == "open" and records.all_told(tx, f"{year}/plan/adopt", "down"):
            due.done(tx, [key], at)
            events.append(tx, at, "jaarring", "plan.announced", key, {})
