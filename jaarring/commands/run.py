"""`jaarring run`: one step by hand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jaarring import rounds
from jaarring.commands.words import Parsers

if TYPE_CHECKING:
    from jaarring.doubts.records import Held


def add(to: Parsers) -> None:
    step = to.add("run", "run one step by hand", to.common, to.dated)
    step.add_argument("step", choices=("plans", "reports", "reminders", "tactical", "council", "tick"))
    step.add_argument(
        "--fleet", type=Path, metavar="FILE", help="tick: for every configuration folder in this file"
    )
    step.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.fleet:
        return _fleet(arguments)
    if arguments.step == "tick":
        from jaarring import doorstep

        note = doorstep.note(arguments.config)
        if note and note.is_quiet(day := arguments.clock(note.zone, arguments.as_of)[0]):
            rounds.ended(Path(note.intake).parent, day)
            print(f"Niets te doen op {day}.")
            return 0
    from jaarring import cycle, doorstep, steps
    from jaarring.doubts import actions as doubts
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        zone = here.config.time_zone
        as_of, at = arguments.clock(zone, arguments.as_of, cycle.MORNING)
        cycle.schedule(here, as_of, at)
        came = steps.read_mail(here, as_of, at) if arguments.step == "tick" else {}
        steps.ask(here, as_of, at)  # an edit of the configuration may ask something where nothing is due
        if arguments.step == "tick" and not came and cycle.work(here, as_of, at).nothing:
            steps.lay_out_agenda(here, as_of)
            until = cycle.next_turn(here, as_of)
            _told(doubts.look(here, at))
            if here.config.channels.mailbox is None:  # whether there is mail, only the mailbox knows
                doorstep.leave(arguments.config, as_of, zone, here.store.file, here.intake, until)
            print(f"Niets te doen op {as_of}.")
            return 0
    from jaarring import engine

    engine.run(arguments.step, arguments.config, as_of=as_of)
    with municipality(arguments.config) as here:
        _told(doubts.look(here, at))
    print(f"Gedaan: {arguments.step}, {as_of}.")
    return 0


def _told(held: Sequence[Held]) -> None:
    """Say why nothing goes out."""
    for one in held:
        print(f"Er gaat geen post uit: {one.reason}.")
    if held:
        print("Kijk met `jaarring agenda --held` wat er klaarstaat, en laat het gaan met `jaarring release`.")


def _fleet(arguments: argparse.Namespace) -> int:
    """The tick for many municipalities: a look at each, and the long way only where something is due.

    One that fails does not hold up the others; the status says whether all went well.
    """
    from jaarring import doorstep
    from jaarring.refusal import Refused

    if arguments.step != "tick":
        raise Refused(
            "--fleet kan alleen bij tick", "laat --fleet weg, of schrijf: jaarring run tick --fleet"
        )
    lines = arguments.fleet.read_text(encoding="utf-8").splitlines()
    base = arguments.fleet.parent
    folders = [base / line.strip() for line in lines if line.strip() and not line.startswith("#")]
    busy = []
    for folder in folders:
        note = doorstep.note(folder)
        day = arguments.clock(note.zone, arguments.as_of)[0] if note else None
        if note and day and note.is_quiet(day):
            rounds.ended(Path(note.intake).parent, day)
        else:
            busy.append(folder)
    print(f"Niets te doen in {len(folders) - len(busy)} van {len(folders)} gemeenten.")
    dated = ["--as-of", str(arguments.as_of)] if arguments.as_of else []
    failed = 0
    for folder in busy:
        status = arguments.door(["run", "tick", "--config", str(folder), *dated])
        if status:  # what is wrong has been told; here is of whom
            print(f"Niet gelukt: {folder}", file=sys.stderr)
        failed += bool(status)
    return 1 if failed else 0
