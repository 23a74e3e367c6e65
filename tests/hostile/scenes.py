"""Where nasty files are handed in: a spring in which accounts, answers and a proposal are waited for, and an
autumn in which plans are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from jaarring import cycle, steps
from jaarring.absences import actions as absences
from jaarring.config.mistakes import Mistake as Line
from jaarring.decide import Request, decide
from jaarring.forms.rules import Mistake
from jaarring.forms.write import write
from jaarring.here import Here, municipality
from jaarring.importing.sheets import gather
from jaarring.ledger import documents, outbox
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans.pages import form_for as plan_form
from jaarring.refusal import Refused
from jaarring.reports import actions as reports
from tests import test_plan_forms, test_post
from tests.conftest import TESTS, copied
from tests.test_reports import blank

SPRING, AUTUMN = test_post.ASKED, test_plan_forms.DUE
BESIDE = ("message",)


@dataclass(frozen=True)
class Scene:
    """A municipality on a day, and the forms that are out."""

    here: Here
    day: date
    forms: dict[str, bytes]


@dataclass(frozen=True)
class Nasty:
    """A file and how it comes: `way` is submit, folder (no file at all), intake, link (a symbolic link in the
    intake), absences or import; `by` is who hands it in.
    """

    title: str
    name: str
    content: bytes
    way: str = "submit"
    by: str = ""
    autumn: bool = False
    #: it is good after all: what it says is cleaned, and taken in
    taken: bool = False


@contextmanager
def spring(folder: Path) -> Iterator[Scene]:
    """Elzenwaard on 15 April 2027: accounts are in and may be mended, the secretary is asked to judge."""
    with contextmanager(test_post.opened)(folder, "direct") as here:
        test_post.handed_in(here)
        key = "2027/signal/Q1-bc-G5a"
        entry = Entry(key, "raise", here.organisation.bearer("bc").owner, SPRING, "", "Te langzaam.")  # type: ignore[union-attr]
        decide(Request(here.on(SPRING), key, "raise", entry, "coordinator", cycle.moment(here, SPRING)))
        box = test_post.morning(here, SPRING)
        with here.store.read() as tx:
            kept = documents.newest(tx, "2027/adjustment/bc", "intern", "xlsx")
        assert kept is not None, "a signal lays out the form of a proposal"
        forms = {
            "fb": blank(here, test_post.FB),
            "pv": blank(here, "2027/Q1/report/pv"),
            "fb2": blank(here, "2027/Q2/report/fb"),
            "letter": test_post.form_of(box.messages(test_post.SECRETARY)[0]),
            "proposal": here.files.get(kept.sha256),
        }
        yield Scene(here.on(SPRING), SPRING, forms)


@contextmanager
def autumn(folder: Path) -> Iterator[Scene]:
    """Waterveen on 30 October 2026: the plans for 2027 are due."""
    with municipality(copied(TESTS / "waterveen", folder)) as here:
        start = date(2026, 6, 1)
        cycle.schedule(here, start, cycle.moment(here, start))
        test_plan_forms.started(here)
        with here.store.read() as tx:
            form = plan_form(here, tx, Duty("2027/plan/ib"))
        assert form is not None
        here.intake.mkdir(parents=True, exist_ok=True)
        yield Scene(here.on(AUTUMN), AUTUMN, {"plan": write(form, here.form_secret)})


def answer(scene: Scene, one: Nasty, folder: Path) -> list[str]:
    """What its sender reads, a line each, then to whom a mail about it went."""
    before = _mails(scene.here)
    said = _said(scene, one, folder)
    to = sorted(set(_mails(scene.here)) - set(before))
    return [*said, "bericht aan: " + (", ".join(dict.fromkeys(mail for _, mail in to)) or "niemand")]


def _said(scene: Scene, one: Nasty, folder: Path) -> list[str]:
    here, at = scene.here, cycle.moment(scene.here, scene.day)
    path = (here.intake if one.way in ("intake", "link") else folder) / one.name
    if one.way == "link":
        os.symlink(one.content, os.fsencode(path))
    elif one.way == "folder":
        path.mkdir()
    else:
        path.write_bytes(one.content)
    try:
        if one.way in ("intake", "link"):
            found = reports.intake(here, at, scene.day, lambda it: steps.hand_in(here, it, "", at, scene.day))
            assert len(found) == 1 and not path.is_symlink() and not path.exists(), "it was put away"
            outcome: object = found[0][1]
        elif one.way == "absences":
            outcome = absences.take_in(here, path, one.by, at)
        elif one.way == "import":
            outcome = gather([path]).mistakes
        else:
            outcome = steps.hand_in(here, path, one.by, at, scene.day)
    except Refused as refused:
        return str(refused).splitlines()
    if isinstance(outcome, list):
        assert all(isinstance(mistake, Mistake | Line) for mistake in outcome)
        return [str(mistake) for mistake in outcome]
    return str(outcome).splitlines()


def _mails(here: Here) -> list[tuple[int, str]]:
    with here.store.read() as tx:
        rows = tx.execute(select(outbox.message.c.id, outbox.message.c.recipient))
        return [(number, recipient) for number, recipient in rows]


def stored(here: Here) -> dict[str, list[tuple[object, ...]]]:
    """All that the store holds but for the mails about what is wrong, and every kept file."""
    with here.store.read() as tx:
        names = [
            name
            for name in tx.exec_driver_sql("select name from sqlite_master where type = 'table'").scalars()
            if name not in BESIDE
        ]
        found = {
            name: sorted((tuple(row) for row in tx.exec_driver_sql(f'select * from "{name}"')), key=repr)
            for name in names
        }
    kept = here.storage / "files"
    found["files"] = [(str(file.relative_to(kept)),) for file in sorted(kept.rglob("*")) if file.is_file()]
    return found
