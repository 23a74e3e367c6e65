"""Occasions as an iCalendar file (RFC 5545), for any calendar program.

The same occasion has the same UID for ever, so that an update replaces it; a withdrawn one says so. Nothing
here reads the clock: the stamps are those of the ledger, and the same ledger gives the same bytes. Titles
name themes and departments, never a measure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from jaarring import agenda, cycle
from jaarring.files import write_safely
from jaarring.here import Here
from jaarring.ledger import due, events
from jaarring.mail.message import Attachment
from jaarring.occasions import Occasion
from jaarring.questions import records as questions
from jaarring.rights import named

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Jaarring//Jaarring//NL"
#: when a calendar program warns, on the working day before
ALARM = timedelta(hours=9)
CATEGORIES = {"due": "Uiterste datum", "outside": "Ter informatie"}
GENERAL = "Integrale beveiliging"
#: what the files in the folder were made of
STAND = ".stand"


def dated(here: Here, entry: due.Entry) -> Attachment:
    """One due date as a calendar part for the mail that asks for it; one event, with a warning.

    Of a duty, or the new date of what came back to be mended. Opening it puts the date in the reader's
    calendar; a later one replaces it.
    """
    content = calendar(here, [entry], "Uiterste datum", method="PUBLISH")
    parameters = (("method", "PUBLISH"), ("charset", "utf-8"))
    return Attachment("uiterste-datum.ics", "text/calendar", content, parameters)


def feed(here: Here, years: Iterable[int], person: str = "") -> bytes:
    """The calendar of all occasions of these cycle years, or of those that concern one person or body.

    What asks is left out, for that comes by mail.
    """
    found = [entry for entry, who in _seen(here, years) if not person or person in who]
    return calendar(here, found, _name(here, person))


def lay_out(here: Here, as_of: date) -> list[str]:
    """Bring the files in the storage's folder `agenda` in line: `alles.ics`, and one for each person.

    The names of the files that changed. Where nothing was recorded and no name changed since the last time
    it only looks.
    """
    folder, years = here.storage / "agenda", cycle.open_years(here, as_of)
    stand = _stand(here, years)
    if _read(folder / STAND) == stand:
        return []
    made = [(_event(here, entry), who) for entry, who in _seen(here, years)]
    files = {"alles.ics": _bound(here, [event for event, _ in made], _name(here, ""))}
    for person in here.organisation.people:
        mine = [event for event, who in made if person in who]
        files[f"personen/{person}.ics"] = _bound(here, mine, _name(here, person))
    changed = [name for name, content in files.items() if _read(folder / name) != content]
    (folder / "personen").mkdir(parents=True, exist_ok=True)
    for name in changed:
        write_safely(folder / name, files[name])
    write_safely(folder / STAND, stand)
    return changed


def _stand(here: Here, years: Iterable[int]) -> bytes:
    """What the files were made of: the event log as far as it goes, and all names."""
    with here.store.read() as tx:
        head = events.head(tx)
    names = f"{here.config.organisations!r} {here.schedule.outside!r} {sorted(here.organisation.people)}"
    return sha256(f"{head} {list(years)} {names}".encode()).hexdigest().encode()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _seen(here: Here, years: Iterable[int]) -> list[tuple[due.Entry, frozenset[str]]]:
    """The occasions that stand in a calendar, and whom each concerns."""
    with here.store.read() as tx:
        asked = {one.key: one.question.asked_of for one in questions.all_of(tx)}
    found = [entry for year in years for entry in agenda.entries(here, year)]
    shown = [entry for entry in found if entry.occasion.kind not in agenda.SENDS]
    shown.sort(key=lambda entry: entry.occasion)
    return [(entry, agenda.concerns(here, entry.occasion, asked)) for entry in shown]


def _name(here: Here, person: str) -> str:
    name = " ".join([*_mark(here), f"Jaarring {here.organisation.name}"])
    return f"{name}: {named(here.organisation, person)}" if person else name


def calendar(here: Here, entries: Iterable[due.Entry], name: str, method: str = "") -> bytes:
    """A calendar of these occasions, those that ask left out: an all-day event each.

    `method`: PUBLISH for a part of a mail; empty for a file to import or subscribe to.
    """
    shown = [entry for entry in entries if entry.occasion.kind not in agenda.SENDS]
    events = [_event(here, entry) for entry in sorted(shown, key=lambda entry: entry.occasion)]
    return _bound(here, events, name, method)


def _bound(here: Here, events: Iterable[bytes], name: str, method: str = "") -> bytes:
    """Events between the first lines of a calendar and its last."""
    from icalendar import Calendar  # takes a tenth of a second, so not where nothing is written

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    if method:
        made.add("method", method)
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", here.config.time_zone)
    first, end, last = made.to_ical().rpartition(b"END:VCALENDAR")
    return bytes(first + b"".join(events) + end + last)


def _event(here: Here, entry: due.Entry) -> bytes:
    from icalendar import Event

    occasion, cancelled = entry.occasion, entry.state == "withdrawn"
    made = Event()
    made.add("uid", f"{occasion.key}@{_domain(here)}")
    made.add("dtstart", occasion.due)
    made.add("dtend", occasion.due + timedelta(days=1))  # the day on which it is over
    title = agenda.titles(here, occasion.due).of(occasion.key, occasion.kind, occasion.duty)
    words = ("Vervallen",) if cancelled else ()
    made.add("summary", ": ".join([*_mark(here), *words, title]))
    if source := _source(here, occasion):
        made.add("description", f"Bron: {source}")
    made.add("categories", [GENERAL, CATEGORIES.get(occasion.kind, "Moment")])
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT")  # a whole day, yet nobody is busy all day
    made.add("sequence", entry.sequence)
    stamp = _stamp(entry)
    made.add("dtstamp", stamp)
    made.add("last-modified", stamp)
    if occasion.kind == "due" and entry.state in due.WAITS:
        _warn(here, made, occasion.due)
    return bytes(made.to_ical())


def _mark(here: Here) -> tuple[str, ...]:
    """The word on what is not real."""
    return (here.mark,) if here.mark else ()


def _domain(here: Here) -> str:
    """Behind the @ of a UID. What is not real has another, so that it never takes the place of what is."""
    return ".".join([*(word.lower() for word in _mark(here)), here.config.organisation.mail_domain])


def _source(here: Here, occasion: Occasion) -> str:
    """Where a date of others comes from."""
    name = occasion.key.partition("/outside/")[2]
    return here.schedule.outside[name].source if name in here.schedule.outside else ""


def _warn(here: Here, event: Event, day: date) -> None:
    """A warning in the morning of the working day before."""
    from icalendar import Alarm

    before = here.schedule.calendar.shift(day, -1)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event["summary"])
    alarm.add("trigger", ALARM - (day - before))
    event.add_component(alarm)


def _stamp(entry: due.Entry) -> datetime:
    """When the occasion last changed; of one that no ledger has yet, the begin of its cycle year."""
    moments = [moment for moment in (entry.changed, entry.settled) if moment]
    return max(moments, default=datetime(entry.occasion.year, 1, 1, tzinfo=UTC)).replace(microsecond=0)
