"""`jaarring decisions`: the register, who decided what, when, under which number, and whether it stands."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from jaarring.commands.words import Parsers, a_year


def add(to: Parsers) -> None:
    decisions = to.add("decisions", "every decision, and whether it stands", to.common, to.dated)
    decisions.add_argument("--year", type=a_year)
    decisions.add_argument("--json", action="store_true")
    decisions.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.dutch import datum
    from jaarring.here import municipality
    from jaarring.plans import register

    with municipality(arguments.config) as here:
        as_of, _ = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        with here.store.read() as tx:
            lines = register.of_year(tx, here.organisation, arguments.year)
        if arguments.json:
            print(json.dumps([asdict(line) for line in lines], default=str, ensure_ascii=False, indent=1))
            return 0
        for line in lines:
            number = f", {line.number}" if line.number else ""
            said = f"{line.what}: {line.outcome}; {line.body}{number}"
            print(f"{datum(line.date):<18} {said}{'' if line.state == 'geldt' else f' [{line.state}]'}")
        if not lines:
            print("Er is nog niets besloten.")
    return 0
