"""`jaarring settle`: what became of a message that failed or of which nobody is sure, by the coordinator."""

from __future__ import annotations

import argparse

from jaarring.commands.words import Parsers, a_date, message_number
from jaarring.refusal import Refused


def add(to: Parsers) -> None:
    settle = to.add("settle", "say what became of a message that did not arrive", to.common, to.dated)
    settle.add_argument("key", metavar="KEY", help="of jaarring agenda, as message/17")
    what = settle.add_mutually_exclusive_group(required=True)
    what.add_argument("--arrived", action="store_true", help="it did arrive: it counts as sent")
    what.add_argument("--again", action="store_true", help="send it once more, as jaarring release does")
    settle.add_argument(
        "--on", type=a_date, metavar="DATE", help="with --arrived: when (default: when it was sent)"
    )
    settle.add_argument("--by", metavar="PERSON", help="who says so (default: the coordinator)")
    settle.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.dutch import datum
    from jaarring.here import municipality
    from jaarring.undelivered import actions as undelivered

    if arguments.on and not arguments.arrived:
        raise Refused("--on hoort bij --arrived", "laat --on weg")
    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here, number = here.on(as_of), message_number(arguments.key)
        by = arguments.by or here.organisation.coordinator
        if arguments.arrived:
            since = undelivered.arrived(here, number, by, at, arguments.on)
            print(f"Vastgelegd: {arguments.key} is aangekomen. Het telt als verstuurd op {datum(since)}.")
        elif undelivered.again(here, number, by, at):
            print(f"{arguments.key} gaat opnieuw, met de volgende ronde.")
        else:
            raise Refused(f"'{arguments.key}' is geen bericht dat niet aankwam", "kijk met jaarring agenda")
    return 0
