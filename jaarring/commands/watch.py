"""`jaarring watch`: an alarm where Jaarring falls silent, and a sign of life every month."""

from __future__ import annotations

import argparse
import sys

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    watch = to.add("watch", "look whether all is well; every hour, by a timer of the system", to.common)
    watch.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.here import municipality
    from jaarring.watch import actions

    with municipality(arguments.config) as here:
        _, now = arguments.clock(here.config.time_zone, None)
        here = here.on(now.date())
        found = actions.look(here, now)
        for one in found:
            print(f"{one.sentence}.", file=sys.stderr)
        failed = actions.tell(here, found, now)
        for words in failed:
            print(f"Het alarm is niet verstuurd: {words}", file=sys.stderr)
        if found:
            return 1
        actions.sign(here, now)
        if why := actions.beat(here):
            print(f"Het adres onder heartbeat in channels.yaml antwoordt niet: {why}", file=sys.stderr)
            return 1
    print("Alles is in orde.")
    return 0
