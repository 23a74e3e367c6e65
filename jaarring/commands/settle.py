"""`jaarring settle`: what became of a message that failed or of which nobody is sure, and of a decision that
was lost when a backup was put back; by the coordinator.
"""

from __future__ import annotations

import argparse

from jaarring.commands.words import MESSAGE, Parsers, a_date, numbered
from jaarring.refusal import Refused


def add(to: Parsers) -> None:
    settle = to.add(
        "settle",
        "say what became of a message that did not arrive, or of a lost decision",
        to.common,
        to.dated,
    )
    settle.add_argument("key", metavar="KEY", help="of jaarring agenda, as message/17 or lost/3")
    what = settle.add_mutually_exclusive_group(required=True)
    what.add_argument("--arrived", action="store_true", help="it did arrive: it counts as sent")
    what.add_argument("--again", action="store_true", help="send it once more, as jaarring release does")
    what.add_argument("--dropped", action="store_true", help="a lost decision need not be entered again")
    settle.add_argument(
        "--on", type=a_date, metavar="DATE", help="with --arrived: when (default: when it was sent)"
    )
    settle.add_argument("--by", metavar="PERSON", help="who says so (default: the coordinator)")
    settle.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.dutch import datum
    from jaarring.here import municipality
    from jaarring.recovery import entering
    from jaarring.undelivered import actions as undelivered

    if arguments.on and not arguments.arrived:
        raise Refused("--on hoort bij --arrived", "laat --on weg")
    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        by = arguments.by or here.organisation.coordinator
        if arguments.dropped:
            about = entering.drop(here, numbered(arguments.key, entering.LOST), by, at)
            print(f"Vastgelegd: het verloren besluit over {about} hoeft niet opnieuw.")
            return 0
        number = numbered(arguments.key, MESSAGE)
        if arguments.arrived:
            since = undelivered.arrived(here, number, by, at, arguments.on)
            print(f"Vastgelegd: {arguments.key} is aangekomen. Het telt als verstuurd op {datum(since)}.")
        elif undelivered.again(here, number, by, at):
            print(f"{arguments.key} gaat opnieuw, met de volgende ronde.")
        else:
            raise Refused(f"'{arguments.key}' is geen bericht dat niet aankwam", "kijk met jaarring agenda")
    return 0
