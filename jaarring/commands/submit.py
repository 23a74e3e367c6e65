"""`jaarring submit`: hand in a form from a file."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jaarring.commands.words import Parsers

if TYPE_CHECKING:
    from jaarring.here import Here


def add(to: Parsers) -> None:
    submit = to.add("submit", "hand in a form (.xlsx, .ods, .yaml)", to.common, to.dated)
    submit.add_argument("file", type=Path)
    submit.add_argument("--by", metavar="PERSON", help="who hands it in (default: who owes it)")
    submit.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring import steps
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        outcome = steps.hand_in(here, arguments.file, arguments.by or "", at, as_of)
        if isinstance(outcome, list):
            print(*outcome, sep="\n", file=sys.stderr)
            post(here, at)  # the letter with what is wrong goes as soon as a receipt would
            return 1
        steps.number_proposals(here, as_of, at)
        steps.lay_out_plans(here, as_of, at)
        steps.ask(here, as_of, at)
        post(here, at)
        print(outcome)
        return 0


def post(here: Here, at: datetime) -> None:
    """Send what somebody's act has caused. What cannot go now waits for the tick: the act itself is done."""
    from jaarring import steps
    from jaarring.mail.channels import ChannelError

    steps.lay_out_agenda(here, here.day or at.date())
    try:
        outcomes = steps.send(here, at)
    except ChannelError as error:
        print(f"Recorded, but no mail could be sent yet: {error}", file=sys.stderr)
        return
    if failed := sum(count for kind, count in outcomes.items() if kind != "sent"):
        print(f"{failed} of the messages could not be sent yet; see `jaarring agenda`.", file=sys.stderr)
