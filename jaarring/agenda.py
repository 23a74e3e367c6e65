"""The agenda: what happens when, and what is done, late, held or still to come. A view of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from textwrap import wrap

from jaarring import cycle, delays
from jaarring.concerned import concerned
from jaarring.delays import Dispensation
from jaarring.dutch import MONTHS, WEEKDAYS, datum, met_lidwoord
from jaarring.here import Here
from jaarring.ledger import dispensations, due
from jaarring.moments import Undated
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.occasions.year import occasions, undated
from jaarring.questions import records as questions
from jaarring.rights import named, voice
from jaarring.titles import Titles
from jaarring.undelivered import pages as undelivered

STATES = {
    "open": "nog open",
    "late": "te laat",
    "done": "gedaan",
    "superseded": "vervallen",
    "held": "vastgehouden",
    "withdrawn": "ingetrokken",
    "seen": "voorbij",
    "known": "ter info",
    "undated": "geen datum",
}
#: what sends something by itself: seen in the mail, so in the agenda only where it is asked for
SENDS = (*ASKS, "tell")
#: how far ahead one looks
AHEAD = timedelta(weeks=6)
#: the widths of the table, a hundred characters in all: day, state, title; the rest is for the key
DAY, STATE, TITLE, WIDTH = 8, 13, 49, 100


@dataclass(frozen=True)
class Line:
    """One occasion as the agenda shows it.

    `due`: None where the date is not known yet. `state`: as in the ledger, or `late` (open after its date),
    `known`, `seen` (a date of others, to come or past), `undated`. `note`: why it was moved, paused or
    waived, or what gives it a date. `concerns`: ids of persons and bodies.
    """

    due: date | None
    key: str
    kind: str
    state: str
    title: str
    note: str
    concerns: tuple[str, ...]


def lines(here: Here, year: int, as_of: date) -> list[Line]:
    """The occasions of a cycle year, then those without a date."""
    with here.store.read() as tx:
        given = dispensations.of_year(tx, year)
        asked = {one.key: one.question.asked_of for one in questions.all_of(tx, year)}
    notes = {one.subject: _note(here, one) for one in delays.standing(given)}
    found = []
    for entry in entries(here, year):
        one = entry.occasion
        note = notes.get(one.duty or one.key, "") if one.kind not in SENDS else ""
        title = titles(here, one.due).short(one.key, one.kind, one.duty)
        who = tuple(sorted(concerns(here, one, asked)))
        found.append(Line(one.due, one.key, one.kind, _state(entry, as_of), title, note, who))
    if year not in here.framework.budgets:
        return found
    waiting = undated(here.config.organisations, here.schedule, year, delays.moved(given))
    return found + [_undated(here, one, year) for one in waiting]


def entries(here: Here, year: int) -> list[due.Entry]:
    """The occasions of a cycle year with their states; all open where the ledger has none yet."""
    with here.store.read() as tx:
        found = due.of_year(tx, year)
    if not found and year in here.framework.budgets:
        dated = occasions(here.config.organisations, here.schedule, year)
        found = [due.Entry(one, "open", None) for one in dated]
    return found


def titles(here: Here, day: date) -> Titles:
    """Titles with the names of a day."""
    return Titles(here.config.organisations.on(day), here.schedule.outside)


def concerns(here: Here, one: Occasion, asked: Mapping[str, str]) -> frozenset[str]:
    """Whom an occasion concerns. `asked`: of whom each question is asked, by key."""
    organisation = here.config.organisations.on(one.due)
    if one.duty and Duty(one.duty).is_question:
        whom = asked.get(one.duty, "")
        return frozenset({whom, voice(organisation, whom)} - {""})
    return concerned(organisation, one.key, one.duty)


def _state(entry: due.Entry, as_of: date) -> str:
    one, past = entry.occasion, entry.occasion.due < as_of
    if one.kind == "outside" and entry.state in due.WAITS:
        return "seen" if past else "known"
    return "late" if entry.state == "open" and past and one.kind not in SENDS else entry.state


def _note(here: Here, one: Dispensation) -> str:
    body = met_lidwoord(named(here.config.organisations.on(one.decided_on), one.body))
    reason = f"besluit van {body} op {datum(one.decided_on)}: {one.reason}"
    if one.verb == "waive":
        return f"ontheffing; {reason}"
    if one.verb == "pause" and one.until:
        return f"uitstel tot en met {datum(one.until)}; {reason}"
    return f"eerst {datum(one.was)}; {reason}"


def _undated(here: Here, one: Undated, year: int) -> Line:
    duty = one.key.removesuffix("/due") if one.kind == "due" else ""
    day = date(year, 1, 1)
    title = titles(here, day).short(one.key, one.kind, duty)
    note = (
        f"voeg de vergadering toe in calendar.yaml onder meetings.{one.why.body}.dates"
        if not one.after
        else ""
    )
    who = concerns(here, Occasion(day, one.key, one.kind, duty), {})
    return Line(None, one.key, one.kind, "undated", title, note, tuple(sorted(who)))


# --- what is shown


def calm(found: Iterable[Line]) -> list[Line]:
    """Without what sends something by itself, unless it is held."""
    return [line for line in found if line.kind not in SENDS or line.state == "held"]


def soon(found: Iterable[Line], as_of: date) -> list[Line]:
    """What comes within six weeks, and what is late, held or without a date."""
    last = as_of + AHEAD
    return [
        line
        for line in found
        if line.state in ("late", "held", "undated") or (line.due and as_of <= line.due <= last)
    ]


def around(here: Here, as_of: date) -> list[Line]:
    """The occasions of every cycle year that is open on `as_of`, by date."""
    found = [line for year in cycle.open_years(here, as_of) for line in lines(here, year, as_of)]
    return sorted(found, key=lambda line: (line.due or date.max, line.key))


def as_text(
    here: Here, found: Sequence[Line], held: bool = False, nothing: str = "Er staat niets in de agenda."
) -> Iterator[str]:
    """The agenda for a person: a table by month, then the messages that could not be sent.

    `held`: `found` are only those that are held, so that none is good news. `nothing`: said of an empty one.
    """
    for month, of_month in groupby(found, key=lambda line: line.due and (line.due.year, line.due.month)):
        yield f"{MONTHS[month[1] - 1]} {month[0]}" if month else "datum nog niet bekend"
        shown = None
        for line in of_month:
            yield from _rows(line, line.due != shown)
            shown = line.due
    if not found:
        yield "Er wordt niets vastgehouden." if held else nothing
    yield from undelivered.lines(here)


def _rows(line: Line, new_day: bool) -> Iterator[str]:
    """One occasion: day, state, title and key; a long title and a note go on below it."""
    day = f"  {WEEKDAYS[line.due.weekday()][:2]} {line.due.day:2}" if line.due and new_day else ""
    first, *more = wrap(line.title, TITLE - 1)
    yield f"{day:<{DAY}}{STATES[line.state]:<{STATE}}{first:<{TITLE}}{line.key}"
    for text in [*more, *wrap(f"({line.note})" if line.note else "", WIDTH - DAY - STATE)]:
        yield " " * (DAY + STATE) + text
