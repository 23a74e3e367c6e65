"""A piece of a year of Waterveen, in phases that can be done again: a quarter is asked, answered, accepted.

Who plays it keeps nothing in memory: what people still have to do they see in the store, so a phase that was
cut off is simply begun again, as a scheduler and people do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path

from sqlalchemy import URL

from jaarring import cycle, rounds, shelf, steps
from jaarring.database import Store
from jaarring.demo.mailbox import Mailbox
from jaarring.governance import Person
from jaarring.here import Here, municipality
from jaarring.ledger import due
from jaarring.occasions import Duty
from jaarring.plans import documents as plan_pages
from jaarring.plans import records as plans
from jaarring.plans.rules.deriving import derive
from jaarring.questions.rules import Choice
from jaarring.simulate.decisions import NOON, Register
from jaarring.simulate.people import People
from jaarring.simulate.rules import Assumptions
from tests.conftest import TESTS, copied

YEAR = 2027
BEGIN, END = date(2027, 4, 1), date(2027, 5, 14)
#: fysieke beveiliging is so late that it is escalated; informatiebeveiliging is off course
ASSUMED = Assumptions(late={"fb": 5}, off_course=frozenset({"ib"}))
ARCHIVE = "archief"
#: the hours of a day: two ticks around what people do; a last round of sending when every lease has lapsed
PHASES = {"morning": time(7), "people": NOON, "evening": time(17), "last": time(17, 30)}


def founded(
    folder: Path, mail: str, where: URL | None = None, variant: str = "direct", archive: bool = False
) -> Path:
    """Waterveen in `folder` with adopted plans and a mail server, the evening before its first quarter is
    asked; its configuration. `archive`: a copy of every mail goes to the maildir ARCHIVE in that folder.
    """
    config = copied(TESTS / "waterveen", folder, variant, where)
    channels = config / "channels.yaml"
    text = channels.read_text("utf-8")
    kept = f"archive:\n  mail: archief@waterveen.example\n  address: maildir://../{ARCHIVE}\n"
    text = re.sub(r"(?m)^mail: .*$", f"mail: {mail}", text) + (kept if archive else "")
    channels.write_text(text, "utf-8")
    eve = BEGIN - timedelta(days=1)
    with municipality(config) as here:
        here = here.on(eve)
        at = cycle.moment(here, eve)
        cycle.schedule(here, eve, at)
        with here.store.write() as tx:
            plans.keep_framework(tx, YEAR, here.framework, at)
            for plan in derive(here.framework, here.organisation, YEAR).plans:
                plans.add(tx, plan, "adopted", at)
            before = [one.occasion for one in due.of_year(tx, YEAR) if one.occasion.due <= eve]
            due.done(tx, [one.key for one in before], at)
        assert len(here.form_secret) == 32, "the key is part of what both twins begin with"
        plan_pages.documents_due(here, eve, at)  # they were made when the plans were adopted
        rounds.ended(here.storage, eve)
    return config


def phases(config: Path) -> list[tuple[date, str]]:
    """Every phase of the piece, in order."""
    with municipality(config) as here:
        days = [BEGIN + timedelta(days=n) for n in range((END - BEGIN).days + 1)]
        return [
            (day, phase) for day in days if here.schedule.calendar.is_working_day(day) for phase in PHASES
        ]


@contextmanager
def _without_head() -> Iterator[None]:
    """No report has the head of the log in its foot: that is a hash over salts, and twins differ in those."""
    before, shelf.foot = shelf.foot, lambda here, edition: ""
    try:
        yield
    finally:
        shelf.foot = before


def play(config: Path, day: date, phase: str, promised: Path | None = None) -> None:
    """One phase. `promised`: a file with what people were told to be kept, a line each, which outlives us."""
    with _without_head(), municipality(config) as here:
        here = here.on(day)
        at = cycle.moment(here, day, PHASES[phase])
        if phase == "people":
            _people(config.parent, promised).act(here, day)
        elif phase == "last":
            steps.send(here, at)
        else:
            steps.tick(here, day, at, news=True)  # the flow always asks what there is to ask
            steps.lay_out_agenda(here, day)
            rounds.ended(here.storage, day)


def _people(folder: Path, promised: Path | None) -> People:
    forms = folder / "forms"
    forms.mkdir(exist_ok=True)
    kept = Promises(promised)
    return _People(YEAR, ASSUMED, Mailbox(folder / "nothing"), forms, _Register(kept=kept), kept=kept)


class Promises:
    """What somebody was told to be kept: a hand-in, a decision."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def add(self, *words: str) -> None:
        if self._file:
            handle = os.open(self._file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
            os.write(handle, (" ".join(words) + "\n").encode())
            os.close(handle)


class _Register(Register):
    """Decisions all under one number: a count kept in memory would not outlive its process."""

    def __init__(self, kept: Promises) -> None:
        super().__init__()
        self._kept = kept

    @property
    def taken(self) -> int:
        return 0

    @taken.setter
    def taken(self, _: int) -> None:
        pass

    def _try(self, here: Here, key: str, choice: Choice, body: str, day: date) -> str | None:
        why = super()._try(here, key, choice, body, day)
        if why is None:
            self._kept.add("decided", key, choice.verb)
        return why


class _People(People):
    def __init__(self, *who: object, kept: Promises) -> None:
        super().__init__(*who)  # type: ignore[arg-type]
        self._kept = kept

    def _form(self, here: Here, duty: Duty, owner: Person, by: str, day: date) -> None:
        before = self.handed_in
        super()._form(here, duty, owner, by, day)
        if self.handed_in > before:
            self._kept.add("handed-in", duty.key)


def broken_promises(store: Store, promised: Path) -> Iterator[str]:
    """What somebody was told to be kept and is not there."""
    lines = promised.read_text().splitlines() if promised.exists() else []
    with store.read() as tx:
        handed = set(tx.exec_driver_sql("select duty from submission").scalars())
        decided = {
            f"{subject} {verb}" for subject, verb in tx.exec_driver_sql("select subject, verb from decision")
        }
    for line in lines:
        kind, _, key = line.partition(" ")
        if key not in (handed if kind == "handed-in" else decided):
            yield line
