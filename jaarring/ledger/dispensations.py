"""The register of delay and dispensation: what was moved, paused or waived, by whom and why.

Given by whom the governance lines allow; kept beside the register of decisions, added to and never changed.
The reports show it (the design: a duty may be moved, paused or waived with a reason).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Column, Date, Integer, Row, String, Table, Text, insert, select

from jaarring import rights
from jaarring.database import Moment, Tx, metadata
from jaarring.delays import Dispensation, is_duty
from jaarring.dutch import dag_datum, datum
from jaarring.governance import Organisation
from jaarring.ledger import decisions, due, events
from jaarring.moments import MOMENTS
from jaarring.occasions import ASKS, Occasion
from jaarring.occasions.schedule import Schedule
from jaarring.refusal import Refused

dispensation = Table(
    "dispensation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("year", Integer, nullable=False, index=True),
    #: the key of a duty, or of a moment
    Column("subject", String(120), nullable=False),
    #: which return it is of, where the duty came back to be mended; empty where it did not
    Column("ladder", String(120), nullable=False),
    Column("verb", String(20), nullable=False),
    #: the new date of what is moved, the last day of a pause; None for what is not asked at all
    Column("until", Date),
    #: the date it had when this was decided
    Column("was", Date, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("body", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)


def of_year(tx: Tx, year: int) -> list[Dispensation]:
    """All that was given for a cycle year, in the order in which it was."""
    query = select(dispensation).where(dispensation.c.year == year).order_by(dispensation.c.id)
    return [_read(row) for row in tx.execute(query)]


def give(
    tx: Tx,
    organisation: Organisation,
    schedule: Schedule,
    entry: decisions.Entry,
    until: date | None,
    by: str,
    at: datetime,
) -> Dispensation:
    """Move, pause or waive (`entry.verb`) a duty or moment, within the caller's transaction.

    `until`: the new date, or the last day of the pause; `by`: who writes it down. The ledger follows when its
    year is next brought in line with the calendar. Raises Refused where it cannot be.
    """
    now = _waiting(tx, entry.subject)
    refused = f"mag hiervan {'geen ontheffing' if entry.verb == 'waive' else 'geen uitstel'} geven"
    rights.demand(organisation, entry.body, entry.verb, rights.thing_of(entry.subject), refused)
    if not entry.reason.strip():
        what = (
            "schrijf waarom met --reason; de reden staat in de rapportage, dus niets over iemands gezondheid"
        )
        raise Refused("de reden ontbreekt", what)
    if is_duty(entry.subject):
        _check_duty(tx, schedule, entry, until)
    else:
        _check_moment(schedule, entry, until)
    last = _latest(tx, entry.subject)
    if last and (last.verb, last.until, last.of) == (entry.verb, until, now.ladder or now.key):
        raise Refused(f"dit is al vastgelegd op {datum(last.decided_on)}", "een besluit geldt maar één keer")
    return _record(tx, entry, until, now, by, at)


def make_good(tx: Tx, entry: decisions.Entry, until: date, by: str, at: datetime) -> Dispensation:
    """Move a duty of which the hand-in was lost by us: nobody's decision, so nobody's right is asked."""
    return _record(tx, entry, until, _waiting(tx, entry.subject), by, at)


def time_left(tx: Tx, schedule: Schedule, duty: str) -> bool:
    """Whether a duty may get more time: as often as was agreed beforehand, but after it went up because it
    was late no more than `more_time_at_most` times, so that it does come, or is said to be missing. Ours.
    """
    went_up = [
        one.occasion
        for one in due.of_duty(tx, duty)
        if one.occasion.kind == "escalate" and one.state == "done"
    ]
    given = [
        one
        for one in of_year(tx, int(duty.split("/", 1)[0]))
        if one.subject == duty and one.verb == "move" and any(_before(step, one) for step in went_up)
    ]
    return not went_up or len(given) < schedule.more_time_at_most


def _before(step: Occasion, given: Dispensation) -> bool:
    """Whether a step was of the ladder that more time was given for, or of an earlier turn of it."""
    of, _, number = step.ladder.partition("/move/")
    return of == given.of and int(number or 0) < given.number


def _times(number: int) -> str:
    return {0: "niet", 1: "maar één keer"}.get(number, f"maar {number} keer")


def _waiting(tx: Tx, subject: str) -> Occasion:
    """What has the date: the moment, or the due date of a duty or of what came back of it. Raises Refused for
    what is unknown or has happened.
    """
    found = [due.get(tx, subject)] if not is_duty(subject) else due.of_duty(tx, subject)
    dated = [one for one in found if one and one.occasion.kind not in (*ASKS, "outside")]
    if not dated:
        raise Refused(f"'{subject}' staat niet in de agenda", "kijk met jaarring agenda welke taken er zijn")
    last = _latest(tx, subject)
    for one in reversed(dated):
        now = one.occasion
        waived = last and last.verb == "waive" and last.of == (now.ladder or now.key)
        if one.state in due.WAITS or (one.state == "withdrawn" and waived):
            return now
    raise Refused(f"'{subject}' is al gedaan of ingetrokken", "verander alleen wat nog open is")


def _latest(tx: Tx, subject: str) -> Dispensation | None:
    """What was last given for a subject."""
    query = select(dispensation).where(dispensation.c.subject == subject)
    row = tx.execute(query.order_by(dispensation.c.id.desc()).limit(1)).first()
    return _read(row) if row else None


def _check_duty(tx: Tx, schedule: Schedule, entry: decisions.Entry, until: date | None) -> None:
    day = _checked(schedule, entry, until)
    request = due.get(tx, f"{entry.subject}/request")
    if entry.verb == "move" and not time_left(tx, schedule, entry.subject):
        said = _times(schedule.more_time_at_most)
        raise Refused(
            f"voor {entry.subject} kan {said} meer tijd worden gegeven nadat om hulp is gevraagd",
            "wijs een vervanger aan met appoint, of leg vast dat het niet komt met missing of waive",
        )
    if entry.verb == "move" and day and request and day <= request.occasion.due:
        asked = request.occasion.due
        raise Refused(
            f"{datum(day)} is niet na de uitvraag op {datum(asked)}",
            f"kies {dag_datum(schedule.calendar.shift(asked, 1))} of later",
        )


def _check_moment(schedule: Schedule, entry: decisions.Entry, until: date | None) -> None:
    """A moment is moved, to a meeting where it needs one; it is not paused, and the cycle cannot do without.

    Only the meeting of the joint body may be left out.
    """
    if entry.verb == "pause" or (entry.verb == "waive" and not entry.subject.endswith("/meeting")):
        raise Refused(f"'{entry.subject}' kan alleen naar een andere datum", "gebruik move met --until")
    day = _checked(schedule, entry, until)
    body = schedule.meetings.get(_body(schedule, entry.subject))
    if day and body and not body.held_on(day, schedule.calendar):
        following = body.first_from(day, schedule.calendar)
        remedy = f"kies {dag_datum(following)}" if following else "voeg de vergadering toe in calendar.yaml"
        raise Refused(f"op {dag_datum(day)} is er geen vergadering", remedy)


def _body(schedule: Schedule, subject: str) -> str:
    """In whose meeting a moment is; empty where in none."""
    if subject.endswith("/tactical/board"):
        return "board"
    tail = subject.partition("/")[2]
    name = next((name for name, (end, _) in MOMENTS.items() if end == tail), "")
    return schedule.moments[name].meeting if name in schedule.moments else ""


def _checked(schedule: Schedule, entry: decisions.Entry, until: date | None) -> date | None:
    """The new date or last day, where the verb has one: after the decision, in this cycle, and worked."""
    if entry.verb == "waive":
        if until:
            raise Refused("een ontheffing heeft geen datum", "laat --until weg, of gebruik pause")
        return None
    if until is None:
        raise Refused("de nieuwe datum ontbreekt", "schrijf haar met --until, als 2027-04-28")
    last = date(int(entry.subject.split("/", 1)[0]) + 1, 12, 31)
    if not entry.date < until <= last:
        first = schedule.calendar.shift(entry.date, 1)
        raise Refused(
            f"{datum(until)} kan hier niet",
            f"kies een dag vanaf {dag_datum(first)} tot en met {dag_datum(last)}",
        )
    if entry.verb == "move" and not schedule.calendar.is_working_day(until):
        better = schedule.calendar.on_or_after(until + timedelta(days=1))
        raise Refused(f"{dag_datum(until)} is geen werkdag", f"kies bijvoorbeeld {dag_datum(better)}")
    return until


def _record(
    tx: Tx, entry: decisions.Entry, until: date | None, now: Occasion, by: str, at: datetime
) -> Dispensation:
    decisions.record(tx, entry, by, at)
    values = {
        "year": int(entry.subject.split("/", 1)[0]),
        "subject": entry.subject,
        "ladder": now.ladder if "/return/" in now.ladder else "",
        "verb": entry.verb,
        "until": until,
        "was": now.due,
        "decided_on": entry.date,
        "body": entry.body,
        "reason": entry.reason,
        "recorded_at": at,
    }
    made = tx.execute(insert(dispensation).values(**values).returning(dispensation)).one()
    payload = {"number": made.id, "until": until.isoformat() if until else "", "was": now.due.isoformat()}
    events.append(tx, at, by, f"dispensation.{entry.verb}", entry.subject, payload, on_behalf_of=entry.body)
    return _read(made)


def _read(row: Row[tuple[object, ...]]) -> Dispensation:
    return Dispensation(
        row.id, row.subject, row.verb, row.until, row.was, row.decided_on, row.body, row.reason, row.ladder
    )
