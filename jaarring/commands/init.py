"""`jaarring init`: a configuration to start from."""

from __future__ import annotations

import argparse
from pathlib import Path

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    init = to.add("init", "write a commented configuration to fill in")
    init.add_argument("folder", type=Path, metavar="DIR")
    init.add_argument("--variant", choices=("direct", "oib"), default="direct")
    init.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.starter import write

    write(arguments.folder, arguments.variant)
    print(
        f"De voorbeeldgemeente staat in {arguments.folder}. Pas de vier bestanden aan en controleer ze met:"
    )
    print(f"  jaarring check --config {arguments.folder}")
    return 0
