"""Damage that is done to a town on purpose, to see that it is found: what no chapter may overlook."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from jaarring.here import municipality
from tests.faults import town
from tests.faults.children import Tally
from tests.faults.found import Found
from tests.faults.played import Kind, Twin, played

#: what is done: in the phase of which number, by which statement, how often
DAMAGE = {
    "a decision forgotten": (5, "delete from decision", 1),
    "mails sent again and again": (0, "update message set state = 'queued', lease_until = null", 2),
    "a plan changed": (0, "update plan set state = 'proposed'", 1),
    "the log rewritten": (0, "update event set subject = 'x'", 1),
}


def share(folder: Path, number: int, many: int, *, kind: Kind) -> tuple[Found, Tally]:
    """Do each damage to a town of its own, and nothing to a last one."""
    found = Found()
    with played(folder, kind) as twin:
        for what, (phase, statement, times) in DAMAGE.items():
            twin.befalls(phase, what, partial(_damaged, twin, phase, statement, times), found)
        twin.befalls(5, "nothing", twin.plays(5), found)
    return found, Tally()


def _damaged(twin: Twin, phase: int, statement: str, times: int) -> None:
    for _ in range(times):
        twin.plays(phase)()
        with municipality(twin.config) as here, here.store.write() as tx:
            tx.exec_driver_sql(statement)


def forgetful(config: Path, day: date) -> None:
    """A tick of a scheduler that takes what was sent for what waits."""
    with municipality(config) as here, here.store.write() as tx:
        tx.exec_driver_sql("update message set state = 'queued'")
    town.play(config, day, "morning")
