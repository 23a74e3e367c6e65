"""`jaarring agenda`: what happens when, and what became of it."""

from __future__ import annotations

import argparse
import json

from jaarring.commands.words import Parsers, a_year


def add(to: Parsers) -> None:
    agenda = to.add(
        "agenda", "what happens when, and what is done, late, held or missing", to.common, to.dated
    )
    agenda.add_argument("--year", type=a_year)
    agenda.add_argument("--held", action="store_true", help="only what is held until the coordinator's word")
    agenda.add_argument("--json", action="store_true")
    agenda.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring import agenda
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        lines = agenda.lines(here, arguments.year or as_of.year, as_of)
        if arguments.held:
            lines = [line for line in lines if line.state == "held"]
        if arguments.json:
            print(json.dumps([line.__dict__ for line in lines], default=str, ensure_ascii=False, indent=1))
        else:
            print(*agenda.as_text(here, lines, arguments.held), sep="\n")
    return 0
