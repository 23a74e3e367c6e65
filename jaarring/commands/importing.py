"""`jaarring import`: a strategy from the spreadsheet that a municipality already has."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jaarring.commands.words import Parsers, a_year
from jaarring.refusal import Refused


def add(to: Parsers) -> None:
    found = to.add("import", "bring goals, indicators and measures in from a spreadsheet")
    found.add_argument("files", type=Path, nargs="*", metavar="FILE", help=".xlsx, .ods or .csv")
    found.add_argument("--into", type=Path, metavar="DIR", help="the configuration whose strategy it becomes")
    found.add_argument("--replace", action="store_true", help="also where the strategy is filled in already")
    found.add_argument("--template", type=Path, metavar="FILE", help="write an empty spreadsheet to fill in")
    found.add_argument(
        "--export", type=Path, metavar="FILE", help="write the strategy of --into as a spreadsheet"
    )
    found.add_argument(
        "--year", type=a_year, help="of the template: the first cycle year (default: next year)"
    )
    found.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.template:
        return _template(arguments)
    if arguments.into is None:
        raise Refused("de map van de configuratie ontbreekt", "schrijf --into met die map")
    if arguments.export:
        return _export(arguments)
    if not arguments.files:
        raise Refused("het bestand ontbreekt", "noem een .xlsx-, .ods- of .csv-bestand")
    from jaarring.importing.actions import bring_in

    outcome = bring_in(arguments.files, arguments.into, arguments.replace)
    if isinstance(outcome, list):
        print(*outcome, sep="\n", file=sys.stderr)
        print("Er is niets veranderd.", file=sys.stderr)
        return 1
    print(
        f"Overgenomen in {arguments.into / 'strategy.yaml'}: {outcome.goals} doelen, "
        f"{outcome.indicators} indicatoren, {outcome.measures} maatregelen."
    )
    print(f"Kijk wat er nog ontbreekt: jaarring check --config {arguments.into}")
    return 0


def _template(arguments: argparse.Namespace) -> int:
    from jaarring.importing.books import template

    year = arguments.year or arguments.clock("Europe/Amsterdam", None)[0].year + 1
    _write(arguments.template, template(year))
    print(f"Vul {arguments.template} in en neem het over met:")
    print(f"  jaarring import {arguments.template} --into DIR")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from jaarring.config.load import load
    from jaarring.here import BadConfiguration
    from jaarring.importing.books import export

    made, mistakes = load(arguments.into)
    if made is None:
        raise BadConfiguration([one for one in mistakes if one.severity == "fout"])
    _write(arguments.export, export(made.framework, made.organisation))
    print(f"De strategie staat in {arguments.export}.")
    return 0


def _write(file: Path, content: bytes) -> None:
    """Write a new file; one that stands there may be somebody's work."""
    if file.exists():
        raise Refused(f"{file} bestaat al", "noem een nieuw bestand")
    file.write_bytes(content)
