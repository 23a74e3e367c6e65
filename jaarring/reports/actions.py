"""Gathering: a form that came back becomes an account, and an account is accepted or sent back."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jaarring.absences import actions as absences
from jaarring.cycle import waiting_forms
from jaarring.database import Tx
from jaarring.dutch import datum, hoofdletter, kwartaal
from jaarring.forms.opened import Opened, look
from jaarring.forms.read import identity
from jaarring.forms.receipt import Receipt
from jaarring.forms.rules import Mistake
from jaarring.here import Here
from jaarring.ledger import decisions, events, outbox
from jaarring.ledger import due as ledger
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty, Occasion
from jaarring.occasions.asking import mend_by
from jaarring.plans import intake as plan_forms
from jaarring.refusal import Refused
from jaarring.reports import notices, reading, records
from jaarring.reports.notices import Matter
from jaarring.reports.pages import Section, due_date, form_for, owner, topic
from jaarring.reports.reading import Asked, Made, foreign
from jaarring.reports.rules import Received, judged
from jaarring.rights import demand, named


@dataclass(frozen=True)
class AccountReceipt(Receipt):
    """That an account was taken in, and what was understood, sheet by sheet."""

    sections: tuple[Section, ...] = ()

    def __str__(self) -> str:
        """As a person sees it: one line, then every value."""
        if self.repeated:
            became = {"accepted": " en goedgekeurd", "returned": " en teruggestuurd; pas het eerst aan"}
            said = f"Dit bestand was al ontvangen{became.get(self.state, '')}"
            return f"{said}: {self.about}, versie {self.version}."
        lines = [f"Ontvangen: {self.about}, versie {self.version}, {self.when}."]
        for section in self.sections:
            lines += [f"{section.title}:", *(f"  {' '.join(line.split())}" for line in section.lines)]
        return "\n".join(lines)


def take_in(
    here: Here, path: Path, by: str, at: datetime, as_of: date, seen: Opened | list[Mistake] | None = None
) -> AccountReceipt | plan_forms.Taken:
    """Take in a form that came back: a new version of an account or of a plan, or all mistakes and nothing
    changed.

    `by`: who hands in, a person's id; empty for the one who owes it. A form of ours with mistakes in it is
    answered by mail; a file that is none is told to the caller only. Raises Refused for an unknown person.
    `seen`: the file as it was looked at, where that was done.
    """
    if by and by not in here.organisation.people:
        raise Refused(f"'{by}' staat niet in organisation.yaml", "schrijf een persoon daaruit")
    opened = look(path) if seen is None else seen
    if isinstance(opened, list):
        return opened
    key = identity(opened)
    if isinstance(key, list):
        return key
    if plan_forms.answers(key):
        return plan_forms.take_in(here, opened, by, at, as_of)
    digest = hashlib.sha256(opened.content).hexdigest()
    while True:
        asked = reading.asked(here, Duty(key), opened.name, digest, at, as_of)
        if isinstance(asked, Mistake):
            return [asked]
        if by:
            absences.demand_deliverer(here, by, asked.matter.owner, asked.matter.duty.key, as_of)
        if asked.same_file:
            return _receipt(asked, asked.same_file.version, asked.same_file)
        made = reading.made(here, opened, asked)
        if isinstance(made, list):
            return _answered(here, asked, made, digest, at, as_of, opened.name)
        here.files.put(opened.content)
        if receipt := _kept(here, asked, made, by, digest, at, as_of):
            return receipt
        # somebody else handed in between looking and keeping: look again


def _answered(
    here: Here, asked: Asked, found: list[Mistake], digest: str, at: datetime, as_of: date, name: str
) -> list[Mistake]:
    """Tell the owner what is wrong, unless the file is none of ours; nothing else changes."""
    if found == [asked.closed]:
        letter = notices.refused(asked.matter, digest, found[0])
    elif foreign(found, name):
        return found
    else:
        letter = notices.mistakes(asked.matter, digest, found, as_of)
    with here.store.write() as tx:
        outbox.queue(tx, letter, at)
    return found


def _kept(
    here: Here, asked: Asked, made: Made, by: str, digest: str, at: datetime, as_of: date
) -> AccountReceipt | None:
    """Keep the account, close the duty, queue the receipt, all or nothing; None if another came between."""
    matter, version = asked.matter, asked.versions + 1
    duty = matter.duty.key
    # of a form that came without a name we take it that who acts on that day filled it in
    person = here.organisation.people[by] if by else absences.who_acts(here, matter.owner, as_of).person
    behalf = matter.owner.id if person.id != matter.owner.id else ""
    # in time is who handed in something in time: mending what came back takes days that were given
    late = asked.first_late if asked.first_late is not None else as_of > matter.deadline
    letter = notices.receipt(matter, version, late, person, made.sections)
    with here.store.write() as tx:
        before = records.versions(tx, duty)
        if len(before) != asked.versions or any(one.state == "accepted" for one in before):
            return None
        records.add(
            tx,
            duty,
            made.account,
            on=as_of,
            late=late,
            by=person.id,
            on_behalf_of=behalf,
            file=digest,
            at=at,
        )
        ledger.close_duty(tx, duty, at)
        payload = {"version": version, "late": late, "file": digest}
        events.append(tx, at, person.id, "report.submitted", duty, payload, on_behalf_of=behalf)
        outbox.queue(tx, letter, at)
        notices.came(tx, matter, version, late, person, as_of)
        kept = records.versions(tx, duty)[-1]
    return replace(_receipt(asked, version, kept), repeated=False, sections=made.sections)


def _receipt(asked: Asked, version: int, kept: Received) -> AccountReceipt:
    duty = asked.matter.duty
    return AccountReceipt(
        duty.key, _about(asked.matter.here, duty), version, kept.late, kept.by, True, kept.state
    )


def _about(here: Here, duty: Duty) -> str:
    quarter = duty.quarter
    when = f", {kwartaal(quarter.number)} {quarter.year}" if quarter else ""
    return f"{topic(here.organisation, duty)}{when}"


def intake(
    here: Here, at: datetime, as_of: date, take: Callable[[Path], object] | None = None
) -> list[tuple[str, object]]:
    """Take in every form in the intake folder, for the one who owes it; what became of each, by file name.

    `take`: how one is taken in, where other rooms have forms too; a list is what is wrong with it.

    A file moves to `verwerkt` or `geweigerd` beside it and never takes another's place there. Stopped
    halfway and run again, nothing is taken in twice. What changes while we look, or is gone, is left: it is
    still being written, or somebody else takes it in at this moment.
    """
    outcomes = []
    for path in waiting_forms(here):
        before = _mark(path)
        outcome = take(path) if take else take_in(here, path, "", at, as_of)
        if before is None or _mark(path) != before:
            continue
        if _put_away(path, here.intake / ("geweigerd" if isinstance(outcome, list) else "verwerkt")):
            outcomes.append((path.name, outcome))
    return outcomes


def _mark(path: Path) -> tuple[int, int, int] | None:
    """By what a change of the file is noticed; None if it is gone."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _put_away(path: Path, folder: Path) -> bool:
    """Move a file; False if it is gone, for then somebody else was before us."""
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while os.path.lexists(target):
        number += 1
        end = f"-{number}{path.suffix}"
        # a file system counts bytes, and a name may be full already
        stem = os.fsencode(path.stem)[: 250 - len(os.fsencode(end))]
        target = folder / f"{os.fsdecode(stem)}{end}"
    try:
        path.rename(target)
    except FileNotFoundError:
        return False
    return True


def accept(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Accept the newest version of an account; that closes it. Raises Refused where nobody can, or not he."""
    with here.store.write() as tx:
        newest = _open(here, tx, duty)
        _may_decide(here, newest, entry)
        records.decide(tx, duty, newest.version, "accepted")
        decisions.record(tx, entry, by, at)
        events.append(tx, at, entry.body, "report.accepted", duty, {"version": newest.version})


def send_back(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Send the newest version of an account back, with the reason and the form again, to be mended in 3 days.

    Raises Refused where there is nothing to send back, no reason, or it is one's own.
    """
    if not entry.reason.strip():
        raise Refused("de reden ontbreekt", "schrijf met --reason wat er moet veranderen")
    asked = Duty(duty)
    with here.store.read() as tx:
        newest = _open(here, tx, duty)
        _may_decide(here, newest, entry)
        form, person = form_for(here, tx, asked), owner(here.organisation, asked)
        times, first = len(decisions.about(tx, duty, "return")), due_date(tx, duty)
    if form is None or person is None:
        what = f"{topic(here.organisation, asked)} kan niet terug: er is geen formulier meer voor"
        contact = here.config.channels.contact
        raise Refused(hoofdletter(what), f"keur goed wat er ligt, of bel of mail {contact}")
    until = mend_by(here.schedule.calendar, at.astimezone(ZoneInfo(here.config.time_zone)).date(), first)
    matter = Matter(here, asked, person, until, at)
    reader = named(here.organisation, entry.body)
    deadline = Occasion(until, f"{duty}/return/{times + 1}/due", "due", duty)
    letter = notices.returned(matter, newest.version, entry.reason, reader, form, deadline)
    with here.store.write() as tx:
        if _open(here, tx, duty).version != newest.version:
            raise Refused("er is net een nieuwe versie ingestuurd", "lees die eerst")
        records.decide(tx, duty, newest.version, "returned", entry.reason)
        decisions.record(tx, entry, by, at)
        events.append(tx, at, entry.body, "report.returned", duty, {"version": newest.version})
        outbox.queue(tx, letter, at)


def _open(here: Here, tx: Tx, duty: str) -> Received:
    """The newest version, if nobody has decided about it."""
    versions = records.versions(tx, duty)
    if not versions:
        raise Refused(f"voor {duty} is nog niets ingestuurd", "wacht tot het formulier binnen is")
    if versions[-1].state != "submitted":
        became = "goedgekeurd" if versions[-1].state == "accepted" else "teruggestuurd"
        what = f"{hoofdletter(_about(here, Duty(duty)))} is al {became}"
        raise Refused(what, "alleen over een nieuwe versie kan nog worden besloten")
    return versions[-1]


def _may_decide(here: Here, newest: Received, entry: Entry) -> None:
    """Nobody accepts his own: not who owes it, and not who filled it in for him."""
    organisation = here.organisation
    thing = judged(organisation, newest)
    own = "niemand beoordeelt zijn eigen verantwoording"
    demand(organisation, entry.body, "accept", thing, "beoordeelt deze verantwoording niet", own=own)
    if entry.date < newest.on:
        raise Refused(
            f"het oordeel is van {datum(entry.date)}, maar de verantwoording kwam pas op {datum(newest.on)}",
            "verbeter de datum van het besluit",
        )
