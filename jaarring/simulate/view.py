"""A simulated year as the coordinator reads it in September: figures and sentences, ready for the page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jaarring import agenda, charts
from jaarring.demo.mailbox import Letter
from jaarring.dutch import MONTHS, dag_maand, datum, hoofdletter, meervoud
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger import decisions as register
from jaarring.ledger import due as ledger
from jaarring.occasions import Duty
from jaarring.plans.words import slug
from jaarring.reports import records as reports
from jaarring.simulate import words
from jaarring.simulate.play import MARK, Played
from jaarring.titles import Titles

#: so many messages in one week are too many for one person
BUSY = 5


@dataclass(frozen=True)
class Reader:
    """One who gets messages. `days`: a line a year; `busiest`: a Monday; `most`: how many that week."""

    name: str
    count: int
    days: tuple[str, ...]
    busiest: date
    most: int


@dataclass(frozen=True)
class Month:
    name: str
    count: int
    moments: tuple[str, ...]


@dataclass(frozen=True)
class Late:
    """A duty that was not met in time. `steps`: what was done about it; `met`: None if it never came."""

    about: str
    who: str
    due: date
    met: date | None
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Meeting:
    day: date
    body: str
    about: str
    papers: date | None


@dataclass(frozen=True)
class Overview:
    """All that the summary shows. `files`: of plans and reports, as (folder, name of the file, words)."""

    year: int
    variant: str
    first: date
    last: date
    letters: int
    busiest: date
    most: int
    readers: tuple[Reader, ...]
    months: tuple[Month, ...]
    ring: charts.Ring
    late: tuple[Late, ...]
    meetings: tuple[Meeting, ...]
    assumed: tuple[str, ...]
    findings: tuple[str, ...]
    warnings: tuple[str, ...]
    files: tuple[tuple[str, str, str], ...]


def overview(played: Played, warnings: Sequence[str], files: Sequence[Path]) -> Overview:
    """The summary of a year that was played. `files`: the plans and reports that were laid out."""
    here, letters = played.here, played.mailbox.letters
    with here.store.read() as tx:
        entries = ledger.of_year(tx, played.year)
    readers = tuple(_readers(here, letters))
    weeks = Counter(_monday(one.on) for one in letters)
    busiest, most = max(
        weeks.items(), key=lambda found: (found[1], -found[0].toordinal()), default=(played.last, 0)
    )
    late = tuple(_late(played, entries))
    titles = agenda.titles(here, entries[-1].occasion.due)
    return Overview(
        year=played.year,
        variant=here.config.organisation.variant,
        first=entries[0].occasion.due,
        last=entries[-1].occasion.due,
        letters=len(letters),
        busiest=busiest,
        most=most,
        readers=readers,
        months=tuple(_months(titles, entries, letters)),
        ring=_ring(titles, entries, played),
        late=late,
        meetings=tuple(_meetings(here, entries)),
        assumed=tuple(_assumed(played)),
        findings=tuple(_findings(played, entries, late, readers)),
        warnings=tuple(warnings),
        files=tuple(_file(path, _subjects(here).values()) for path in files),
    )


def subject(letter: Letter) -> str:
    """The subject of a message without the mark, which stands on the page already."""
    return letter.subject.removeprefix(f"{MARK}: ")


def name_of(here: Here, mail: str) -> str:
    """Who reads at an address: a function or body; the address where nobody of the configuration does."""
    found = _names(here.config.organisation)
    for _, stage in here.config.organisations.later:
        found = _names(stage) | found
    return found.get(mail, mail)


def _names(organisation: Organisation) -> dict[str, str]:
    bodies = {one.mail: one.name for one in organisation.bodies.values()}
    return bodies | {one.mail: one.function for one in reversed(list(organisation.people.values()))}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _readers(here: Here, letters: Sequence[Letter]) -> Iterator[Reader]:
    by_address: dict[str, list[date]] = defaultdict(list)
    for letter in letters:
        by_address[letter.to].append(letter.on)
    for mail, days in sorted(by_address.items(), key=lambda item: (-len(item[1]), item[0])):
        weeks = Counter(map(_monday, days))
        busiest = min(weeks, key=lambda week: (-weeks[week], week))
        yield Reader(
            hoofdletter(name_of(here, mail)), len(days), tuple(_days(sorted(days))), busiest, weeks[busiest]
        )


def _days(days: Sequence[date]) -> Iterator[str]:
    """A line a year: "2027: 1, 7 en 12 april; 1 juli"; a day with more messages says how many."""
    for year in sorted({day.year for day in days}):
        parts = []
        for month in sorted({day.month for day in days if day.year == year}):
            counted = Counter(day.day for day in days if (day.year, day.month) == (year, month))
            shown = [f"{day} ({count}×)" if count > 1 else str(day) for day, count in sorted(counted.items())]
            parts.append(f"{', '.join(shown)} {MONTHS[month - 1]}")
        yield f"{year}: {'; '.join(parts)}"


def _months(titles: Titles, entries: Sequence[ledger.Entry], letters: Sequence[Letter]) -> Iterator[Month]:
    counts = Counter((one.on.year, one.on.month) for one in letters)
    by_day: dict[date, list[ledger.Entry]] = defaultdict(list)
    for entry in entries:
        if entry.state != "withdrawn":
            by_day[entry.occasion.due].append(entry)
    named = {day: words.moments(titles, (entry.occasion for entry in found)) for day, found in by_day.items()}
    months = {(day.year, day.month) for day, said in named.items() if said} | set(counts)
    for year, month in sorted(months):
        said = tuple(
            f"{dag_maand(day)}: {'; '.join(named[day])}"
            for day in sorted(named)
            if named[day] and (day.year, day.month) == (year, month)
        )
        yield Month(f"{MONTHS[month - 1]} {year}", counts[year, month], said)


def _ring(titles: Titles, entries: Sequence[ledger.Entry], played: Played) -> charts.Ring:
    """What bodies decide and what is made of it, each thing once a day; of duties only the last day."""
    found: dict[tuple[date, str], bool] = {}
    for entry in entries:
        one = entry.occasion
        said = words.moment(titles, one) if one.kind in ("due", "compile", "decision") else ""
        if said and entry.state != "withdrawn":
            found[one.due, said] = found.get((one.due, said), True) and entry.state == "done"
    moments = [charts.Moment(day, hoofdletter(said), done) for (day, said), done in found.items()]
    return charts.ring(moments, played.last, f"cyclusjaar {played.year}")


def _late(played: Played, entries: Sequence[ledger.Entry]) -> Iterator[Late]:
    here = played.here
    with here.store.read() as tx:
        for entry in entries:
            one = entry.occasion
            if one.kind != "due" or entry.state == "withdrawn" or Duty(one.duty).is_question:
                continue
            duty = Duty(one.duty)
            if duty.kind == "plan":
                sent = register.latest(tx, one.duty, "submit")
                met = sent.date if sent else None
            else:
                versions = reports.versions(tx, one.duty)
                met = versions[0].on if versions else None
            first = played.people.first_due.get(one.duty, one.due)  # more time does not make it in time
            if met is None or met > first:
                owner = next(
                    (o.to for o in played.mailbox.letters if o.occasion == f"{one.duty}/request"), ""
                )
                who = hoofdletter(name_of(here, owner)) if owner else "niemand gevraagd"
                steps = tuple(_steps(played, one.duty, owner))
                yield Late(hoofdletter(words.about(one.duty, _subjects(here))), who, first, met, steps)


def _steps(played: Played, duty: str, owner: str) -> Iterator[str]:
    """What was sent because a duty was late: the overdue notice, then each rung of the ladder."""
    for letter in played.mailbox.letters:
        tail = letter.occasion.removeprefix(f"{duty}/")
        if tail == letter.occasion:
            continue
        if tail.startswith("overdue"):
            yield f"{dag_maand(letter.on)}: rappel"
        elif tail.startswith("escalate") and letter.to != owner:
            yield f"{dag_maand(letter.on)}: naar {name_of(played.here, letter.to)}"


def _subjects(here: Here) -> dict[str, str]:
    found: dict[str, str] = {}
    for organisation in (here.config.organisation, *(stage for _, stage in here.config.organisations.later)):
        joint = organisation.joint_body.name if organisation.joint_body else "gezamenlijk"
        found |= {"report/oib": joint, "plan/oib": joint}
        for theme in organisation.themes.values():
            found |= {f"plan/{theme.id}": theme.name, f"report/{theme.id}": theme.name}
        found |= {f"account/{one.id}": one.name for one in organisation.departments.values()}
    return found


def _meetings(here: Here, entries: Sequence[ledger.Entry]) -> Iterator[Meeting]:
    """Where college, council and committee are asked something, and by when their papers must be there."""
    schedule, titles = here.schedule, agenda.titles(here, entries[-1].occasion.due)
    of_moment = {name.replace("_", "/", 1): m.meeting for name, m in schedule.moments.items()}
    names = {"board": "college", "council": "gemeenteraad", "committee": "raadscommissie"}
    for entry in entries:
        one = entry.occasion
        tail = one.key.partition("/")[2]
        body = "board" if tail.endswith("/tactical/board") else of_moment.get(tail, "")
        if not body or one.kind != "decision" or entry.state == "withdrawn":
            continue
        papers = schedule.meetings[body].papers
        by = schedule.calendar.shift(one.due, -papers) if papers else None
        yield Meeting(one.due, names[body], hoofdletter(words.moment(titles, one)), by)


def _assumed(played: Played) -> Iterator[str]:
    here, assumed, names = played.here, played.assumed, _subjects(played.here)
    organisation = here.config.organisation
    for subject, days in sorted(assumed.late.items()):
        name = names.get(f"report/{subject}") or names.get(f"account/{subject}") or subject
        yield f"{hoofdletter(name)} levert {days} {meervoud(days, 'werkdag', 'werkdagen')} te laat."
    for person, periods in sorted(assumed.absent.items()):
        for one in periods:
            who = organisation.people[person].function
            yield f"{hoofdletter(who)} is er niet van {datum(one.first)} tot en met {datum(one.last)}."
    for theme in sorted(assumed.off_course):
        yield (
            f"{hoofdletter(organisation.themes[theme].name)} ligt het hele jaar niet op koers "
            "en vraagt in het 2e kwartaal om uitstel van een maatregel."
        )
    yield "Verder levert iedereen op tijd, haalt ieder thema zijn mijlpalen en besluit ieder op zijn dag."
    yield "Getallen en teksten in formulieren zijn bedacht; nummers van besluiten beginnen met SIM."


def _findings(
    played: Played, entries: Sequence[ledger.Entry], late: Sequence[Late], readers: Sequence[Reader]
) -> Iterator[str]:
    """What deserves a look, worst first."""
    names, titles = _subjects(played.here), agenda.titles(played.here, entries[-1].occasion.due)
    for line in agenda.lines(played.here, played.year, played.last):
        if line.due is None:
            why = f"geen vergadering bekend; {line.note}" if line.note else "volgt op iets zonder datum"
            yield f"Nog zonder datum: {line.title}: {why}."
    for key, (day, why) in sorted(played.people.register.refused.items()):
        yield f"Niet gelukt op {datum(day)}: {_decision(titles, key, entries, names)}. {hoofdletter(why)}."
    for duty, why in sorted(played.people.not_taken.items()):
        yield f"Niet aangenomen: {words.about(duty, names)}. {why}."
    for one in late:
        if one.met is None:
            yield f"Nooit gekomen: {one.about.lower()} ({one.who.lower()})."
    for entry in entries:
        waits = entry.state == "open" and entry.occasion.kind in ("derive", "compile", "decision")
        if (waits or entry.state == "held") and entry.occasion.key not in played.people.register.refused:
            one_title = titles.short(entry.occasion.key, entry.occasion.kind, entry.occasion.duty)
            said = one_title or entry.occasion.key
            held = " (vastgehouden: te oud om vanzelf uit te gaan)" if entry.state == "held" else ""
            yield f"Niet gedaan: {said}, {datum(entry.occasion.due)}{held}."
    for reader in readers:
        if reader.most >= BUSY:
            week = f"de week van {datum(reader.busiest)}"
            yield f"{reader.name} krijgt {reader.most} berichten in {week}; kijk of dat minder kan."


def _decision(titles: Titles, key: str, entries: Sequence[ledger.Entry], names: dict[str, str]) -> str:
    known = {entry.occasion.key: entry.occasion for entry in entries}
    if key in known and (said := words.moment(titles, known[key])):
        return said
    return words.about(key, names) if key.count("/") >= 2 and not key.endswith("tactical") else key


def _file(path: Path, names: Iterable[str]) -> tuple[str, str, str]:
    """Folder, file name and words: a name that the file has in ASCII is written as people write it."""
    said = path.stem.replace("-", " ")
    for name in sorted(names, key=len, reverse=True):
        plain = slug(name).replace("-", " ")
        said = re.sub(rf"\b{plain}\b", name.replace("\\", r"\\"), said) if plain else said
    return path.parent.name, path.name, f"{hoofdletter(said)} ({path.suffix[1:].upper()})"
