"""A year of the shipped municipality in one process, through the plain steps, everybody handing in on the
day.

Forms are filled in with the plainest answer of each kind: what is measured is the work, not the words.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from jaarring import cycle, steps
from jaarring.config.load import load
from jaarring.decide import Request, Terms, decide
from jaarring.forms.fill import fill
from jaarring.forms.rules import Field, Form, Key, Value
from jaarring.forms.write import write
from jaarring.here import Here, municipality
from jaarring.ledger import due
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty, Occasion
from jaarring.occasions.year import occasions
from jaarring.reports import actions, pages, rules
from tests.played import plain_tick

SHIPPED = Path(__file__).resolve().parents[2] / "config"
YEAR = 2027


def play(folder: Path) -> None:
    """The cycle of 2027 in `folder`, which is made: from the council's frame to the council's note."""
    config = folder / "config"
    shutil.copytree(SHIPPED, config)
    with municipality(config) as here:
        by_day: dict[date, list[Occasion]] = {}
        for occasion in occasions(here.organisation, here.schedule, YEAR):
            by_day.setdefault(occasion.due, []).append(occasion)
        for day in sorted(by_day):
            plain_tick(config, day)
            for occasion in by_day[day]:
                _act(here, occasion, day, folder)
            plain_tick(config, day)


def idle(folder: Path) -> date:
    """A municipality with a year in its ledger, and a day on which nothing is due."""
    shutil.copytree(SHIPPED, folder / "config")
    day = date(YEAR - 1, 6, 1)
    municipality_, mistakes = load(folder / "config")
    assert municipality_ is not None and not mistakes
    with municipality(folder / "config") as here:
        cycle.schedule(here, day, cycle.moment(here, day))
    return day + timedelta(days=1)


def _act(here: Here, occasion: Occasion, day: date, folder: Path) -> None:
    """What a person does on the day of an occasion: hand in, or decide."""
    if occasion.kind == "due":
        duty = Duty(occasion.duty)
        if duty.kind == "plan":
            owner = here.organisation.themes[duty.subject].owner
            _decide(here, occasion.duty, "submit", owner, day)
        else:
            _hand_in(here, duty, day, folder)
    elif occasion.kind == "decision":
        with here.store.read() as tx:
            entry = due.get(tx, occasion.key)
        if entry and entry.state == "open":
            verb, body = _decision(here, occasion.key)
            _decide(here, occasion.key, verb, body, day)


def _decision(here: Here, key: str) -> tuple[str, str]:
    tail = key.split("/", 1)[1]
    secretary = here.organisation.secretary
    return {
        "frame/council": ("adopt", "raad"),
        "frame/board": ("adopt", "college"),
        "plan/advice": ("record", "ciso"),
        "plan/check": ("accept", secretary),
        "plan/adopt": ("adopt", "college"),
        "council/review": ("advise", "concerncontroller"),
        "council/adopt": ("adopt", "college"),
        "council/committee": ("note", "raad"),
        "council/note": ("note", "raad"),
    }.get(tail, ("adopt", "college") if "/tactical/" in key else ("record", secretary))


def _decide(here: Here, key: str, verb: str, body: str, day: date) -> None:
    frame = {"frame/council": here.framework.council_frame, "frame/board": here.framework.adoption}
    stated = frame.get(key.split("/", 1)[1])
    number, on = (stated.number, stated.date) if stated else ("nr. 1", day)
    at = cycle.moment(here, day)
    if key.endswith("/tactical/board"):
        tactical = key.removesuffix("/board")
        secretary = here.organisation.secretary
        entry = Entry(tactical, "adopt", secretary, day, "", "")
        decide(Request(here, tactical, "adopt", entry, here.organisation.coordinator, at, Terms()))
    entry = Entry(key, verb, body, on, number, "")
    decide(Request(here, key, verb, entry, here.organisation.coordinator, at, Terms()))
    steps.lay_out_plans(here, day, at)


def _hand_in(here: Here, duty: Duty, day: date, folder: Path) -> None:
    with here.store.read() as tx:
        form = pages.form_for(here, tx, duty)
    assert form is not None
    file = folder / f"{duty.key.replace('/', '-')}.xlsx"
    file.write_bytes(fill(write(form, here.form_secret), dict(_answers(form))))
    outcome = actions.take_in(here, file, "", cycle.moment(here, day), day)
    assert isinstance(outcome, actions.AccountReceipt), outcome


def _answers(form: Form) -> Iterator[tuple[Key, Value]]:
    for key, asked in form.asked():
        if key[0] not in ("bijsturing", "adviesvraag") and key[2] not in ("verwachting", "verwacht"):
            yield key, _answer(asked)


def _answer(asked: Field) -> Value:
    match asked.kind:
        case "rating":
            return asked.choices[0]
        case "choice":
            return str(rules.MeasureState.ON_COURSE)
        case "text":
            return "naar plan"
        case "date":
            return None
        case "percent":
            return Decimal(60)
        case _:
            return Decimal(2)
