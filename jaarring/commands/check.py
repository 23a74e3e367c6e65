"""`jaarring check`: every mistake in the configuration, at once."""

from __future__ import annotations

import argparse

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    check = to.add("check", "print every mistake in the configuration", to.common)
    check.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.config.load import check

    text, status = check(arguments.config)
    print(text)
    return status
