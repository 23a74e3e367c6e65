"""`jaarring release`: let what is held act after all."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from jaarring.commands.words import MESSAGE, Parsers, numbered
from jaarring.refusal import Refused

if TYPE_CHECKING:
    from jaarring.here import Here


def add(to: Parsers) -> None:
    release = to.add("release", "let what is held act after all, at the next tick", to.common, to.dated)
    release.add_argument("keys", nargs="*", metavar="KEY", help="of jaarring agenda --held; none: all post")
    release.add_argument("--by", metavar="PERSON", help="who says so (default: the coordinator)")
    release.set_defaults(command=run)


def _again(here: Here, keys: Iterable[str], by: str, at: datetime) -> None:
    """Send a message that did not arrive once more. Raises Refused for one that did not fail."""
    from jaarring.undelivered import actions as undelivered

    for key in (one for one in keys if one.startswith(MESSAGE)):
        if not undelivered.again(here, numbered(key, MESSAGE), by, at):
            raise Refused(f"'{key}' is geen bericht dat niet aankwam", "kijk met jaarring agenda")


def run(arguments: argparse.Namespace) -> int:
    from jaarring import making_good
    from jaarring.absences.actions import demand_coordinator
    from jaarring.doubts import actions as doubts
    from jaarring.here import municipality
    from jaarring.ledger import due

    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        by = arguments.by or here.organisation.coordinator
        demand_coordinator(here, by, as_of)
        if not arguments.keys:
            making_good.make_good(here, as_of, at)  # of a store that was put back by hand
            settled = doubts.release(here, by, at)
            if not settled:
                raise Refused("de post wordt niet vastgehouden", "kijk met jaarring agenda --held")
            print(*(f"Vrijgegeven: {one.reason}." for one in settled), sep="\n")
            return 0
        _again(here, arguments.keys, by, at)
        with here.store.write() as tx:
            for key in (one for one in arguments.keys if not one.startswith(MESSAGE)):
                if not due.release(tx, key, by, at):
                    raise Refused(f"'{key}' wordt niet vastgehouden", "kijk met jaarring agenda --held")
    print(f"Vrijgegeven: {', '.join(arguments.keys)}.")
    return 0
