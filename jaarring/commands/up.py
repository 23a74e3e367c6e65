"""`jaarring up`: server, worker and schedule on one machine."""

from __future__ import annotations

import argparse

from jaarring.commands.words import Parsers, a_port


def add(to: Parsers) -> None:
    up = to.add("up", "run server, worker and schedule on this machine", to.common)
    up.add_argument("--port", type=a_port, default=4200)
    up.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring import up

    return up.main(arguments.config, arguments.port)
