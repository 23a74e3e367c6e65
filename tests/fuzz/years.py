"""One random year played, and everything that must hold of it, looked up afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from jaarring import cycle, ics, steps
from jaarring.adjustments import questions as adjustment_questions
from jaarring.database import Store, Tx
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger import decisions, dispensations, due
from jaarring.ledger.decisions import decision
from jaarring.ledger.outbox import Claimed
from jaarring.mail.message import Attachment, Outcome
from jaarring.mail.outgoing import send_queued
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.occasions.schedule import objectives_set
from jaarring.plans import records as plans
from jaarring.plans import transfer
from jaarring.plans.imposed import imposed
from jaarring.plans.rules import JOINT
from jaarring.plans.rules.deriving import derive
from jaarring.plans.words import planning
from jaarring.post import actions as letters_of_the_day
from jaarring.post.records import notice, question_form
from jaarring.questions import records as questions
from jaarring.reminders import actions as reminders
from jaarring.reminders import questions as choosing
from jaarring.reports import pages as report_pages
from jaarring.reports import questions as report_questions
from jaarring.reports.records import submission
from jaarring.telling import actions as telling
from jaarring.telling import questions as telling_questions
from tests.fuzz import promises
from tests.fuzz.people import People
from tests.fuzz.played import Carried, Decided, Handed, Heard, Played, Settled
from tests.fuzz.towns import BEGIN, END, YEAR, town

__all__ = ["Played", "broken", "play"]

ZONE = ZoneInfo("Europe/Amsterdam")
#: when the server ticks, the first and the second time of a day
TICKS = (time(7, 0), time(7, 30))
#: the rooms that have something to ask where nothing is documented
SOURCES = (
    telling_questions.questions,
    choosing.questions,
    report_questions.questions,
    adjustment_questions.questions,
)
#: of so many years one asks in every room and ticks on closed days, too: it takes three times as long
WHOLE = 8


def play(seed: int, folder: Path) -> Played:
    """The year of one seed; the same seed gives the same year."""
    played = Played(town(Random(seed), folder))
    people, whole = People(played, seed), seed % WHOLE == 0
    store = Store.open(folder / "var" / "jaarring.db")
    try:
        fresh = False
        for ordinal in range(BEGIN.toordinal(), END.toordinal() + 1):
            day = date.fromordinal(ordinal)
            here = Here(played.town.on(day), store, folder / "var", day)
            for time_of_day in TICKS[: played.town.runs[day]]:
                if whole or here.schedule.calendar.is_working_day(day):
                    _tick(here, day, cycle.moment(here, day, time_of_day), fresh, played, whole)
                    fresh = False
            fresh |= people.noon(here, day)
        _look_up(store, played)
    finally:
        store.close()
    return played


def _tick(here: Here, day: date, at: datetime, fresh: bool, played: Played, whole: bool) -> None:
    """The order of the tick as its flow has it; what makes documents is left out, and plans are put in.

    `fresh`: whether people did something since the last tick.
    """
    if whole or fresh or not _quiet(here, day, played):
        cycle.schedule(here, day, at)
        _ask(here, day, at, whole)
    played.ticked = day
    work = cycle.work(here, day, at)
    _plans(here, day, at)
    transfer.transfer_due(here, day, at)
    asked = reminders.queue_due(here, day, at, _around(here)) if work.reminders else None
    if asked and asked.sent:
        _ask(here, day, at, whole)
    if fresh or work.post or (asked and asked.sent):
        posted = letters_of_the_day.write_due(here, day, at)
        with here.store.read() as tx:
            played.carried += _carried(tx, day, posted.sent)
    if here.schedule.calendar.is_working_day(day):
        send_queued(here.store, _delivered, at)


def _quiet(here: Here, day: date, played: Played) -> bool:
    """Whether ledger and questions cannot be others than at the last tick: nothing is due, nobody went, came
    or took another's place, and nobody did anything (`fresh`). A tick would look, and find as much.
    """
    if played.ticked is None:
        return False
    turn = cycle.next_turn(here, played.ticked)
    with here.store.read() as tx:
        return not due.due(tx, day, (*ASKS, "tell")) and (turn is None or turn > day)


def _ask(here: Here, day: date, at: datetime, whole: bool) -> None:
    """As `steps.ask`, in the rooms that have something to ask here."""
    if whole:
        steps.ask(here, day, at)
        return
    telling.tell(here, day, at)
    with here.store.write() as tx:
        wanted = [one for source in SOURCES for one in source(here, tx, day)]
        questions.reconcile(tx, wanted, day, here.schedule, here.organisation.coordinator, at)


def _plans(here: Here, day: date, at: datetime) -> None:
    """The plans of the year as the board adopts them, on the day on which its objectives are set."""
    if day < objectives_set(here.schedule, YEAR):
        return
    with here.store.write() as tx:
        if plans.of_year(tx, YEAR):
            return
        plans.keep_framework(tx, YEAR, here.framework, at)
        for plan in derive(here.framework, planning(here, YEAR), YEAR).plans:
            plans.add(tx, plan, "adopted", at)


def _around(here: Here) -> reminders.Around:
    """What the words of the letters ask of other rooms, but for the forms."""

    def stakes(tx: Tx, duty: Duty) -> tuple[int, Decimal] | None:
        kept = plans.of_year(tx, duty.year).get(duty.subject)
        return (len(kept.plan.objectives), kept.plan.budget) if kept and duty.kind != "account" else None

    def ready(tx: Tx, duty: Duty) -> bool:
        if duty.kind == "plan":
            return duty.subject in plans.of_year(tx, duty.year)
        return report_pages.form_for(here, tx, duty) is not None

    def calendar(tx: Tx, deadline: Occasion) -> list[Attachment]:
        entry = due.get(tx, deadline.key)
        return [ics.dated(here, entry)] if entry else []

    def facts(tx: Tx, duty: Duty) -> dict[str, object]:
        return {"imposed": imposed(here, tx, duty)} if duty.kind == "plan" else {}

    return reminders.Around(stakes=stakes, ready=ready, calendar=calendar, facts=facts)


def _delivered(message: Claimed) -> Outcome:
    return Outcome("sent", "250 ok")


# ---- looking up


def _carried(tx: Tx, day: date, sent: list[str]) -> Iterator[Carried]:
    """What the letters of this tick ask, with who was asked at this moment."""
    for step in dict.fromkeys(sent):
        key = "/".join(step.split("/")[:4])
        one = questions.get(tx, key) if step.split("/")[1] == "ask" else None
        if one is None:
            continue
        by = "select c.message, m.recipient from carried c join message m on m.occasion = c.message"
        for letter, recipient in tx.exec_driver_sql(f"{by} where c.occasion = ?", (step,)):
            about = one.question.subject
            yield Carried(day, key, step, letter, recipient, one.question.asked_of, about)


def _look_up(store: Store, played: Played) -> None:
    with store.read() as tx:
        rows = tx.exec_driver_sql("select sent_at, occasion, recipient from message where state = 'sent'")
        for sent, occasion, recipient in rows:
            moment = datetime.fromisoformat(str(sent)).replace(tzinfo=ZoneInfo("UTC"))
            played.mails.append((moment.astimezone(ZONE).date(), occasion, recipient))
        played.entries = {entry.occasion.key: entry for entry in due.of_year(tx, YEAR)}
        played.given = dispensations.of_year(tx, YEAR)
        played.returned = {}
        for duty, at in decisions.returns(tx, YEAR):
            played.returned.setdefault(duty, []).append(at.astimezone(ZONE).date())
        _look_up_post(tx, played)
        _look_up_plans(tx, played)


def _look_up_post(tx: Tx, played: Played) -> None:
    closed = "select subject, max(at) from event where kind = 'question.closed' group by subject"
    settled = {
        key: datetime.fromisoformat(str(at)).replace(tzinfo=ZoneInfo("UTC"))
        for key, at in tx.exec_driver_sql(closed)
    }
    for one in questions.all_of(tx):
        at = one.answered_at if one.state == "answered" else settled.get(one.key)
        played.questions.append(Settled(one.key, one.state, at))
    for row in tx.execute(question_form.select()):
        played.forms.append((row.made_at, row.key, tuple(json.loads(row.questions).values())))
    for row in tx.execute(notice.select()):
        played.heard.append(Heard(row.decision, row.person, row.text, row.message, row.occasion))
    for row in tx.execute(decision.select()):
        played.decided.append(
            Decided(row.id, row.subject, row.verb, row.body, row.recorded_by, row.recorded_at.date())
        )
    played.versions = []
    for row in tx.execute(submission.select()):
        played.versions.append(Handed(row.duty, row.version, row.handed_in_by, row.received_on))


def _look_up_plans(tx: Tx, played: Played) -> None:
    for kept in plans.over_time(tx, YEAR):
        money = [one.plan.budget for subject, one in kept.items() if subject != JOINT]
        played.sums.append(sum(money, Decimal(0)))
        played.carried_out |= {one.because for one in kept.values()}


def broken(played: Played) -> Iterator[str]:
    """Every promise that this year broke, in a sentence; nothing if all held."""
    yield from _on_working_days(played)
    yield from _none_after_hand_in(played)
    yield from _to_whom(played)
    yield from _once(played)
    yield from _no_escalation_before_its_notice(played)
    yield from _every_step_taken(played)
    yield from _nothing_left_asking(played)
    yield from promises.broken(played)


def _asks(played: Played) -> Iterator[tuple[date, Occasion, str]]:
    for day, key, recipient in played.mails:
        if key in played.entries and played.entries[key].occasion.kind in ASKS:
            yield day, played.entries[key].occasion, recipient


def _on_working_days(played: Played) -> Iterator[str]:
    calendar = played.town.config.schedule.calendar
    for day, key, recipient in played.mails:
        if not calendar.is_working_day(day):
            yield f"{key} went to {recipient} on {day}, a closed day"


def _none_after_hand_in(played: Played) -> Iterator[str]:
    for day, occasion, recipient in _asks(played):
        if met := played.met(occasion.duty, day):
            yield f"{occasion.key} went to {recipient} on {day}, handed in on {met}"


def _to_whom(played: Played) -> Iterator[str]:
    """Nobody who is away or gone gets anything, unless there is nobody else at all."""
    oracle = played.oracle
    ids = {person.mail: person.id for stage in _stages(played) for person in stage.people.values()}
    for day, key, recipient in played.mails:
        id = ids.get(recipient, "")
        if not id:  # a body, at its own address
            continue
        now = oracle.organisation(day)
        if id not in now.people:
            yield f"{key} went to {id} on {day}, who left"
        elif oracle.away(id, day) and id != now.coordinator:
            yield f"{key} went to {id} on {day}, who is absent"


def _stages(played: Played) -> list[Organisation]:
    organisations = played.town.config.organisations
    return [organisations.first, *(stage for _, stage in organisations.later)]


def _once(played: Played) -> Iterator[str]:
    """No step twice to the same person; no two mails of one ladder to one person on one day."""
    steps: set[tuple[str, str]] = set()
    days: dict[tuple[str, str, date], str] = {}
    for _, key, recipient in played.mails:
        if (key, recipient) in steps:
            yield f"{key} went twice to {recipient}"
        steps.add((key, recipient))
    for day, occasion, recipient in _asks(played):
        first = days.setdefault((occasion.duty, recipient, day), occasion.key)
        if first != occasion.key:
            yield f"{first} and {occasion.key} both went to {recipient} on {day}"


def _no_escalation_before_its_notice(played: Played) -> Iterator[str]:
    calendar = played.town.config.schedule.calendar
    told: dict[str, date] = {}
    for day, occasion, _ in _asks(played):
        told[occasion.key] = max(day, told.get(occasion.key, day))
    by_ladder: dict[str, list[Occasion]] = {}
    for entry in played.entries.values():
        if entry.occasion.kind in ("overdue", "escalate"):
            by_ladder.setdefault(entry.occasion.ladder, []).append(entry.occasion)
    for ladder in by_ladder.values():
        ladder.sort(key=lambda occasion: occasion.offset)
        for before, rung in zip(ladder, ladder[1:], strict=False):
            if rung.key not in told:
                continue
            if before.key not in told:
                yield f"{rung.key} went on {told[rung.key]} without {before.key}"
            elif calendar.between(told[before.key], told[rung.key]) < rung.offset - before.offset:
                yield f"{rung.key} went on {told[rung.key]}, too soon after {told[before.key]}"


def _every_step_taken(played: Played) -> Iterator[str]:
    """Where the server ran every day, every step that came before the hand-in was taken on its day."""
    if not all(played.town.runs.values()):
        return
    told = {occasion.key: day for day, occasion, _ in _asks(played)}
    changed = bool(played.town.config.organisations.later)
    shifted = {one.subject for one in played.given} | set(played.returned)
    shifted |= {one.subject for one in played.decided if one.verb == "missing"}
    for entry in played.entries.values():
        one = entry.occasion
        if one.kind not in ASKS or entry.state in ("withdrawn", "held") or one.due > END or changed:
            continue
        if Duty(one.duty).is_question or one.duty in shifted:
            continue
        met = next(iter(played.handed_in.get(one.duty, ())), None)
        if met and met < one.due:
            continue
        if one.kind == "escalate" and (played.town.absences or played.town.words):
            continue  # who was asked late is escalated later, or not any more
        if one.key not in told:
            yield f"{one.key} of {one.due} was never sent (state {entry.state}, handed in {met})"
        elif one.kind != "escalate" and told[one.key] != played.town.config.schedule.calendar.on_or_after(
            one.due
        ):
            yield f"{one.key} of {one.due} went on {told[one.key]}"


def _nothing_left_asking(played: Played) -> Iterator[str]:
    """Of a duty that was met nothing is open any more; one that was never asked is not met."""
    after = END.replace(year=END.year + 1)
    for entry in played.entries.values():
        if entry.state == "open" and (met := played.met(entry.occasion.duty, after)):
            yield f"{entry.occasion.key} is still open, handed in on {met}"
    for duty in played.handed_in:
        assert Duty(duty).year == YEAR
