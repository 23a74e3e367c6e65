"""`jaarring init`: a configuration to start from."""

from __future__ import annotations

import argparse
from pathlib import Path

from jaarring.commands.words import Parsers, a_year


def add(to: Parsers) -> None:
    init = to.add("init", "write a commented configuration to fill in")
    init.add_argument("folder", type=Path, metavar="DIR")
    init.add_argument("--variant", choices=("direct", "oib"), default="direct")
    init.add_argument("--year", type=a_year, help="the first cycle year (default: next year)")
    init.add_argument("--example", action="store_true", help="the example municipality, filled in")
    init.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring import starter
    from jaarring.starter.places import PLACE

    folder = arguments.folder
    if arguments.example:
        starter.write(folder, arguments.variant)
        print(f"De voorbeeldgemeente staat in {folder}. Pas de vier bestanden aan en controleer ze met:")
    else:
        year = arguments.year or arguments.clock("Europe/Amsterdam", None)[0].year + 1
        starter.begin(folder, arguments.variant, year)
        print(f"In {folder} staan vier bestanden voor cyclusjaar {year}, variant {arguments.variant}.")
        print(f"Vul in wat met {PLACE} is gemarkeerd. Wat er nog ontbreekt, zegt:")
    print(f"  jaarring check --config {folder}")
    return 0
