"""`jaarring run`: one step by hand."""

from __future__ import annotations

import argparse

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    step = to.add("run", "run one step by hand", to.common, to.dated)
    step.add_argument("step", choices=("plans", "reports", "reminders", "tactical", "council", "tick"))
    step.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.step == "tick":
        from jaarring import doorstep

        note = doorstep.note(arguments.config)
        if note and note.is_quiet(day := arguments.clock(note.zone, arguments.as_of)[0]):
            print(f"Niets te doen op {day}.")
            return 0
    from jaarring import cycle, steps
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        zone = here.config.time_zone
        as_of, at = arguments.clock(zone, arguments.as_of, cycle.MORNING)
        cycle.schedule(here, as_of, at)
        steps.ask(here, as_of, at)  # an edit of the configuration may ask something where nothing is due
        if arguments.step == "tick" and cycle.work(here, as_of, at).nothing:
            steps.lay_out_agenda(here, as_of)
            until = cycle.next_turn(here, as_of)
            doorstep.leave(arguments.config, as_of, zone, here.store.path, here.intake, until)
            print(f"Niets te doen op {as_of}.")
            return 0
    from jaarring import engine

    engine.run(arguments.step, arguments.config, as_of=as_of)
    print(f"Gedaan: {arguments.step}, {as_of}.")
    return 0
