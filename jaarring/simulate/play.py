"""A cycle year played with a moving date, in a folder of its own: the real store is never opened.

Each morning what is due is done by the plain steps, as the flow `tick` orders them; then people act.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from jaarring import cycle, steps
from jaarring.config.load import load
from jaarring.config.municipality import Municipality
from jaarring.config.reading import FILES
from jaarring.database import Store
from jaarring.demo.mailbox import Mailbox
from jaarring.governance import Organisation, Organisations
from jaarring.here import BadConfiguration, Here
from jaarring.ledger import due
from jaarring.occasions import ASKS
from jaarring.occasions.year import occasions
from jaarring.refusal import Refused
from jaarring.simulate.decisions import NOON
from jaarring.simulate.people import People
from jaarring.simulate.rules import Assumptions, unknown

#: by this file a folder is known as ours to make anew
MARK_FILE = ".jaarring-simulatie"
MARK = "SIMULATIE"
#: after the last occasion of a year people may still be late, for so many days
AFTER = timedelta(days=60)


@dataclass(frozen=True)
class Played:
    """A year that was played. `waited`: what could not be compiled, and why, as the steps said it."""

    here: Here
    year: int
    assumed: Assumptions
    people: People
    mailbox: Mailbox
    last: date
    waited: tuple[str, ...]


def prepare(out: Path) -> None:
    """An empty folder, ours to fill. Raises Refused for one with something else in it."""
    if out.exists() and not out.is_dir():
        raise Refused(f"{out} is een bestand en geen map", "noem met --out een nieuwe map")
    if out.exists() and any(out.iterdir()) and not (out / MARK_FILE).is_file():
        raise Refused(f"de map {out} is niet leeg en niet van een simulatie", "noem met --out een nieuwe map")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        elif old.name != MARK_FILE:
            old.unlink()
    (out / MARK_FILE).touch()


@contextmanager
def opened(config: Path, out: Path, year: int, assumed: Assumptions, variant: str) -> Iterator[Here]:
    """The municipality of `config` as it will be played in `out`: its own files, store, mails and key.

    Raises BadConfiguration for mistakes in it, Refused for a year without budget and unknown names.
    """
    copy = out / "config"
    copy.mkdir()
    for name in FILES:
        if (config / name).is_file():
            shutil.copyfile(config / name, copy / name)
    for logo in config.glob("*.svg"):
        shutil.copyfile(logo, copy / logo.name)
    if variant:
        _change_variant(copy / "organisation.yaml", variant)
    made, mistakes = load(copy)
    if made is None:
        raise BadConfiguration([mistake for mistake in mistakes if mistake.severity == "fout"])
    config_now = _as_assumed(made, out, year, assumed)
    store = Store.open(config_now.storage / "jaarring.db")
    try:
        yield Here(config_now, store, config_now.storage, mark=MARK)
    finally:
        store.close()


def _change_variant(file: Path, variant: str) -> None:
    if file.is_file():
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?m)^variant: *\w+", f"variant: {variant}", text), encoding="utf-8")


def _as_assumed(made: Municipality, out: Path, year: int, assumed: Assumptions) -> Municipality:
    """With storage and mails in `out`, one cycle year, and everybody absent who is assumed to be."""
    if year not in made.framework.budgets:
        known = ", ".join(str(one) for one in sorted(made.framework.budgets))
        raise Refused(
            f"voor {year} staat er geen begroting in strategy.yaml",
            f"voeg onder budgets het jaar {year} toe, of kies uit {known}",
        )
    if found := list(unknown(made.organisation, assumed)):
        what, _, remedy = "\n".join(found).rpartition("; ")
        raise Refused(what, remedy)
    stages = made.organisations
    later = tuple((since, _with_absent(stage, assumed)) for since, stage in stages.later)
    return replace(
        made,
        organisations=Organisations(_with_absent(stages.first, assumed), later),
        framework=replace(made.framework, budgets={year: made.framework.budgets[year]}),
        channels=made.channels.model_copy(
            update={"mail": "jbox://../mails", "mailbox": None, "channels": {}, "archive": None}
        ),
        storage=out.resolve() / "opslag",
        database="sqlite",
        journal="journaal.jsonl",
    )


def _with_absent(organisation: Organisation, assumed: Assumptions) -> Organisation:
    people = {
        id: replace(person, absent=(*person.absent, *assumed.absent.get(id, ())))
        for id, person in organisation.people.items()
    }
    return replace(organisation, people=people)


def play(here: Here, out: Path, year: int, assumed: Assumptions) -> Played:
    """Play the year, day by day on which something is due or somebody acts."""
    (out / "formulieren").mkdir()
    (out / "mails").mkdir()
    mailbox = Mailbox(out / "mails")
    people = People(year, assumed, mailbox, out / "formulieren")
    dated = occasions(here.config.organisations, here.schedule, year)
    day, last = dated[0].due, dated[-1].due + AFTER
    waited: list[str] = []
    reached, busy = day, False
    while day <= last:
        now = here.on(day)
        waited += steps.tick(now, day, cycle.moment(now, day), news=busy)
        mailbox.read()
        if busy := people.act(now, day):
            _sent(now, day)
            mailbox.read()
        reached = day
        day = _next(now, day, people, last, busy)
    return Played(here, year, assumed, people, mailbox, reached, tuple(dict.fromkeys(waited)))


def _sent(here: Here, day: date) -> None:
    """What somebody's act causes: the page of a plan that moved, receipts and notices at once."""
    at = cycle.moment(here, day, NOON)
    steps.lay_out_plans(here, day, at)
    steps.send(here, at)


def _next(here: Here, day: date, people: People, last: date, busy: bool) -> date:
    """The next day on which something is due, waits to be sent, or somebody acts."""
    with here.store.read() as tx:
        waits = any(one.kind in ASKS for one in due.due(tx, day))
    found = list(people.days(here, day))
    if waits or busy:
        found.append(here.schedule.calendar.shift(day, 1))
    if turn := cycle.next_turn(here, day):
        found.append(turn)
    return min((one for one in found if one > day), default=last + timedelta(days=1))
