"""A file of absences as a person or a calendar program makes it: what it tells, or all that is wrong in it.

CSV with the columns persoon;eerste dag;laatste dag;vervanger, or an iCalendar file (RFC 5545). Nothing is
guessed: a line that cannot be read is named, and then nothing of the file counts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from jaarring.absences.icalendar import Event, events
from jaarring.absences.rules import Note
from jaarring.config.mistakes import Mistake, shown
from jaarring.dutch import MONTHS
from jaarring.governance import Organisation

LIMIT = 1_000_000
COLUMNS = ("persoon", "eerste dag", "laatste dag", "vervanger")
_DATE = "schrijf een datum als 14 april 2027, 14-04-2027 of 2027-04-14"


def read(path: Path, organisation: Organisation, zone: str) -> list[Note] | list[Mistake]:
    """What the file tells, in its order; or every mistake, by line. `zone`: of times given in UTC."""
    try:
        content = path.read_bytes()
        if len(content) > LIMIT:
            return [Mistake(path.name, 1, "", "is te groot", "deel het bestand in kleinere stukken")]
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [Mistake(path.name, 1, "", "is geen gewone tekst", "bewaar het bestand als tekst (UTF-8)")]
    is_calendar = text.lstrip()[:15].upper() == "BEGIN:VCALENDAR"
    outcomes = list(
        _from_calendar(path.name, text, organisation, zone)
        if is_calendar
        else _from_table(path.name, text, organisation)
    )
    mistakes = [one for one in outcomes if isinstance(one, Mistake)]
    notes = [one for one in outcomes if isinstance(one, Note)]
    if not mistakes and not notes:
        return [Mistake(path.name, 1, "", "hier staat geen afwezigheid in", "kies een ander bestand")]
    return mistakes or notes


def _from_table(name: str, text: str, organisation: Organisation) -> Iterator[Note | Mistake]:
    head, _, _ = text.partition("\n")
    separator = max(";,\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: list[str] = []
    try:
        for row in rows:
            cells = [" ".join(cell.split()) for cell in row]
            if not any(cells):
                continue
            if columns:
                yield from _row(name, rows.line_num, dict(zip(columns, cells, strict=False)), organisation)
                continue
            columns = [cell.casefold() for cell in cells]
            if sorted(columns) not in (sorted(COLUMNS), sorted(COLUMNS[:3])):
                what = "de eerste regel noemt niet de kolommen die wij verwachten"
                yield Mistake(name, rows.line_num, "", what, f"schrijf {';'.join(COLUMNS)}")
                return
    except csv.Error:
        remedy = "sluit elk aanhalingsteken"
        yield Mistake(name, rows.line_num, "", "deze regel is niet te lezen als tabel", remedy)


def _row(name: str, line: int, cells: dict[str, str], organisation: Organisation) -> Iterator[Note | Mistake]:
    faults: list[Mistake] = []

    def wrong(field: str, what: str, remedy: str) -> None:
        faults.append(Mistake(name, line, field, what, remedy))

    person = named(organisation, cells.get("persoon", ""))
    if not person:
        wrong("persoon", f"'{shown(cells.get('persoon', ''))}' kennen wij niet", _WHO)
    substitute, stands_in = cells.get("vervanger", ""), ""
    if substitute:
        stands_in = named(organisation, substitute)
        if not stands_in:
            wrong("vervanger", f"'{shown(substitute)}' kennen wij niet", _WHO)
        elif stands_in == person:
            wrong("vervanger", "niemand vervangt zichzelf", "noem iemand anders of laat de cel leeg")
    first = a_date(cells.get("eerste dag", ""))
    if not first:
        wrong("eerste dag", f"'{shown(cells.get('eerste dag', ''))}' is geen datum", _DATE)
    last_text = cells.get("laatste dag", "")
    last = a_date(last_text)
    if last_text and not last:
        wrong("laatste dag", f"'{shown(last_text)}' is geen datum", f"{_DATE}; leeg is zonder einde")
    if first and last and last < first:
        wrong("laatste dag", "ligt voor de eerste dag", "verbeter een van beide data")
    if faults or not first:
        yield from faults
    else:
        yield Note(person, "absent", first, last, stands_in)


_WHO = "schrijf de korte naam, de functie of het mailadres uit organisation.yaml"


def named(organisation: Organisation, text: str) -> str:
    """The id of the one person with this id, function or mail address; empty for nobody, or for several."""
    sought = text.casefold()
    if sought in organisation.people:
        return sought
    people = organisation.people.values()
    found = [one.id for one in people if sought in (one.function.casefold(), one.mail.casefold())]
    return found[0] if len(found) == 1 else ""


def a_date(text: str) -> date | None:
    """2027-04-14, 14-4-2027, 14/04/2027 or 14 april 2027; None for anything else."""
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text, re.ASCII):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"(\d\d?)[-/](\d\d?)[-/](\d{4})", text, re.ASCII):
        day, month, year = map(int, found.groups())
    elif (found := re.fullmatch(r"(\d\d?) ([a-z]+) (\d{4})", text.casefold(), re.ASCII)) and (
        found[2] in MONTHS
    ):
        day, month, year = int(found[1]), MONTHS.index(found[2]) + 1, int(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_calendar(name: str, text: str, organisation: Organisation, zone: str) -> Iterator[Note | Mistake]:
    for outcome in events(text, zone):
        if not isinstance(outcome, Event):
            yield Mistake(name, outcome.line, outcome.field, outcome.what, outcome.remedy)
            continue
        people = whose(organisation, outcome)
        if len(people) != 1:
            what = "noemt niemand die wij kennen" if not people else "noemt meer dan één persoon"
            remedy = "zet één persoon in de afspraak: als genodigde, of met de functie in de titel"
            yield Mistake(name, outcome.line, "VEVENT", what, remedy)
            continue
        kind = "cancelled" if outcome.cancelled else "absent"
        yield Note(people[0], kind, outcome.first, outcome.last, uid=outcome.uid)


def whose(organisation: Organisation, event: Event) -> Sequence[str]:
    """Whose absence an entry is: of whom it invites, else of whom it is, else of whom its title names."""
    by_mail = {person.mail.casefold(): person.id for person in organisation.people.values()}
    for mails in (event.attendees, event.organisers):
        if found := list(dict.fromkeys(by_mail[mail] for mail in mails if mail in by_mail)):
            return found
    title = event.summary.casefold()
    names = {name: p.id for p in organisation.people.values() for name in (p.id, p.function.casefold())}
    hits = {name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title)}
    longest = [name for name in hits if not any(name != other and name in other for other in hits)]
    return sorted({names[name] for name in longest})
