"""`jaarring erase`: destroy the content of one entry of the event log, by a decision that is recorded."""

from __future__ import annotations

import argparse

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    erase = to.add("erase", "destroy the content of one entry of the log, for good", to.common, to.dated)
    erase.add_argument("seq", type=int, metavar="SEQ", help="the number of the entry")
    erase.add_argument("--ground", default="", metavar="TEXT", help="the law and article that ask it")
    erase.add_argument("--by", default="", metavar="PERSON", help="who decides it (default: the coordinator)")
    erase.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.erasing import erase
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        by = arguments.by or here.organisation.coordinator
        head = erase(here, arguments.seq, arguments.ground, by, at)
    print(f"De inhoud van nummer {arguments.seq} is vernietigd. Het logboek is heel, tot {head}.")
    return 0
