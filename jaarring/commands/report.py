"""`jaarring report`: compile a document by hand."""

from __future__ import annotations

import argparse

from jaarring.commands.words import Parsers, a_year
from jaarring.refusal import Refused

EDITIONS = {"public": "openbaar", "internal": "intern", "closed": "besloten"}


def add(to: Parsers) -> None:
    report = to.add("report", "compile a report by hand", to.common, to.dated)
    report.add_argument("kind", choices=("tactical", "council"))
    report.add_argument("--year", type=a_year, required=True)
    report.add_argument("--quarter", type=int, choices=(1, 2, 3, 4))
    report.add_argument("--edition", choices=[*EDITIONS, *EDITIONS.values()], default="public")
    report.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring import steps
    from jaarring.here import municipality

    if arguments.kind == "tactical" and not arguments.quarter:
        raise Refused("het kwartaal ontbreekt", "schrijf bijvoorbeeld --quarter 2")
    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        if arguments.kind == "tactical":
            names = steps.tactical_by_hand(here, arguments.year, arguments.quarter, as_of, at)
        else:
            edition = EDITIONS.get(arguments.edition, arguments.edition)
            names = steps.council_by_hand(here, arguments.year, edition, as_of, at)
        print(*(here.documents / name for name in names), sep="\n")
    return 0
