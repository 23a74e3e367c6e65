"""The entries of an iCalendar file (RFC 5545): who, which days. Times within a day do not matter to us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jaarring.calendar import ONE_DAY

#: what repeats an entry; each period must stand there by itself
REPEATING = ("RRULE", "RDATE", "RECURRENCE-ID", "EXDATE")
UID_LIMIT = 255
_UNTIL = "bewaar de agenda opnieuw als iCalendar-bestand (.ics)"


@dataclass(frozen=True)
class Event:
    """One entry: the days that it touches, first and last included; mail addresses in small letters."""

    line: int
    uid: str
    first: date
    last: date
    summary: str
    attendees: tuple[str, ...]
    organisers: tuple[str, ...]
    cancelled: bool


@dataclass(frozen=True)
class Fault:
    """What cannot be read, and on which line of the file."""

    line: int
    field: str
    what: str
    remedy: str


@dataclass(frozen=True)
class _Line:
    number: int
    name: str
    parameters: dict[str, str]
    value: str


def events(text: str, zone: str) -> Iterator[Event | Fault]:
    """Every entry (VEVENT), or why it is none. `zone`: in which days begin, for times given in UTC."""
    open_blocks: list[_Line] = []
    within: list[_Line] = []
    for line in _lines(text):
        if isinstance(line, Fault):
            yield line
        elif line.name == "BEGIN":
            open_blocks.append(line)
            within = [] if line.value.upper() == "VEVENT" else within
        elif line.name == "END":
            if not open_blocks or open_blocks[-1].value.upper() != line.value.upper():
                yield Fault(line.number, "END", "hoort bij geen BEGIN", _UNTIL)
                return
            opened = open_blocks.pop()
            if opened.value.upper() == "VEVENT":
                yield from _event(opened.number, within, ZoneInfo(zone))
        elif open_blocks and open_blocks[-1].value.upper() == "VEVENT":
            within.append(line)
    if open_blocks:
        yield Fault(open_blocks[-1].number, "BEGIN", "er ontbreekt een END", _UNTIL)


def _lines(text: str) -> Iterator[_Line | Fault]:
    """The lines, unfolded: what begins with a space or tab goes on with the line before it (3.1)."""
    whole: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line[:1] in (" ", "\t") and whole:
            whole[-1] = (whole[-1][0], whole[-1][1] + line[1:])
        elif line.strip():
            whole.append((number, line))
    for number, line in whole:
        yield _line(number, line)


_PARAMETER = r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)'


def _line(number: int, line: str) -> _Line | Fault:
    found = re.fullmatch(rf"([A-Za-z0-9-]+)((?:{_PARAMETER})*):(.*)", line, re.DOTALL)
    if not found:
        return Fault(number, "", "deze regel is geen iCalendar", _UNTIL)
    parameters = {name.upper(): value.strip('"') for name, value in re.findall(_PARAMETER, found[2])}
    return _Line(number, found[1].upper(), parameters, found[5])


def _event(number: int, lines: list[_Line], zone: ZoneInfo) -> Iterator[Event | Fault]:
    by_name: dict[str, list[_Line]] = {}
    for line in lines:
        by_name.setdefault(line.name, []).append(line)
    for name in REPEATING:
        for line in by_name.get(name, []):
            what, remedy = (
                "een afspraak die terugkeert kennen wij niet",
                "zet elke periode apart in de agenda",
            )
            yield Fault(line.number, name, what, remedy)
            return
    uid = by_name["UID"][0].value.strip() if "UID" in by_name else ""
    if not uid or len(uid) > UID_LIMIT:
        yield Fault(number, "UID", "ontbreekt of is te lang", _UNTIL)
        return
    days = _days(number, by_name, zone)
    if isinstance(days, Fault):
        yield days
        return
    yield Event(
        line=number,
        uid=uid,
        first=days[0],
        last=days[1],
        summary=_text(by_name["SUMMARY"][0].value) if "SUMMARY" in by_name else "",
        attendees=_mails(by_name.get("ATTENDEE", [])),
        organisers=_mails(by_name.get("ORGANIZER", [])),
        cancelled="STATUS" in by_name and by_name["STATUS"][0].value.strip().upper() == "CANCELLED",
    )


def _days(number: int, by_name: dict[str, list[_Line]], zone: ZoneInfo) -> tuple[date, date] | Fault:
    """The first and last day that an entry touches: its end is not part of it (3.6.1)."""
    if "DTSTART" not in by_name:
        return Fault(number, "DTSTART", "ontbreekt", _UNTIL)
    begin_line = by_name["DTSTART"][0]
    begin = _moment(begin_line, zone)
    if begin is None:
        return Fault(begin_line.number, "DTSTART", "is geen datum of tijd", _UNTIL)
    if "DTEND" in by_name:
        end_line = by_name["DTEND"][0]
        end = _moment(end_line, zone)
    elif "DURATION" in by_name:
        end_line = by_name["DURATION"][0]
        length = _duration(end_line.value)
        end = None if length is None else begin + length
    else:
        return begin.date(), begin.date()
    if end is None or end < begin:
        return Fault(end_line.number, end_line.name, "is geen einde van deze afspraak", _UNTIL)
    last = end.date() - ONE_DAY if end.time() == time() and end > begin else end.date()
    return begin.date(), last


def _moment(line: _Line, zone: ZoneInfo) -> datetime | None:
    """A date or time in the municipality; one with a zone of its own is taken as it stands there."""
    value = line.value.strip()
    try:
        if re.fullmatch(r"\d{8}", value, re.ASCII):
            return datetime.combine(date.fromisoformat(value), time())
        if re.fullmatch(r"\d{8}T\d{6}Z", value, re.ASCII):
            there = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return there.astimezone(zone).replace(tzinfo=None)
        if re.fullmatch(r"\d{8}T\d{6}", value, re.ASCII):
            return datetime.strptime(value, "%Y%m%dT%H%M%S")
    except ValueError:
        pass
    return None


def _duration(value: str) -> timedelta | None:
    """P14D, P2W, PT8H30M (3.3.6); None for anything else."""
    pattern = r"\+?P(?:(\d{1,3})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?)"
    found = re.fullmatch(pattern, value.strip(), re.ASCII)
    if not found or not any(found.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _mails(lines: list[_Line]) -> tuple[str, ...]:
    found = (re.sub("(?i)^mailto:", "", line.value.strip()).casefold() for line in lines)
    return tuple(mail for mail in found if "@" in mail)


def _text(value: str) -> str:
    """A text without its escapes (3.3.11)."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
