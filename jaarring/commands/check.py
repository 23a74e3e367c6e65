"""`jaarring check`: every mistake in the configuration, at once; and whether the channels work."""

from __future__ import annotations

import argparse

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    check = to.add("check", "print every mistake in the configuration", to.common)
    check.add_argument(
        "--channels", action="store_true", help="also try the mail server, the boxes and the other channels"
    )
    check.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.config.load import check

    text, status = check(arguments.config)
    print(text)
    if status or not arguments.channels:
        return status
    return _channels(arguments)


def _channels(arguments: argparse.Namespace) -> int:
    """Try every channel without sending anything. One that works rests no more: what waits goes next."""
    from jaarring import sending
    from jaarring.here import municipality
    from jaarring.mail.remedies import verdict

    with municipality(arguments.config) as here:
        _, at = arguments.clock(here.config.time_zone, None)
        tried = sending.try_out(here, at)
    print(*(verdict(name, outcome) for name, outcome in tried.items()), sep="\n")
    return 1 if any(outcome.kind in ("config", "temporary") for outcome in tried.values()) else 0
