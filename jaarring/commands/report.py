"""`jaarring report`: a document by hand, in any edition and form."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from jaarring.commands.words import Parsers, a_year
from jaarring.document.formats import FORMATS
from jaarring.refusal import Refused

EDITIONS = {"public": "openbaar", "internal": "intern", "closed": "besloten"}
KINDS = (
    "plan",
    "joint",
    "plans",
    "plans-proposal",
    "tactical",
    "tactical-proposal",
    "council",
    "council-proposal",
    "council-letter",
    "accounts",
    "ensia",
)
#: with these it is told what the coordinator must look at before they go out
GUARDED = ("council", "council-proposal", "council-letter", "accounts", "ensia")


def add(to: Parsers) -> None:
    report = to.add("report", "compile a document by hand", to.common, to.dated)
    report.add_argument("kind", choices=KINDS)
    report.add_argument("--year", type=a_year, required=True)
    report.add_argument("--quarter", type=int, choices=(1, 2, 3, 4))
    report.add_argument("--theme", default="", help="whose plan, by its key in organisation.yaml")
    report.add_argument("--edition", choices=[*EDITIONS, *EDITIONS.values()], default="")
    report.add_argument(
        "--format",
        choices=[*FORMATS, "all"],
        nargs="+",
        default=["html", "pdf"],
        help="to read html pdf, to edit odt docx, to count with ods csv json",
    )
    report.add_argument("--out", type=Path, metavar="DIR", help="copy the files into this folder too")
    report.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.by_hand import Wanted, report
    from jaarring.council import guard
    from jaarring.here import municipality
    from jaarring.laying import laid

    if arguments.out and arguments.out.exists() and not arguments.out.is_dir():
        raise Refused(f"{arguments.out} is geen map", "noem een map, of een die er nog niet is")
    formats = FORMATS if "all" in arguments.format else tuple(dict.fromkeys(arguments.format))
    edition = EDITIONS.get(arguments.edition, arguments.edition)
    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        wanted = Wanted(arguments.kind, arguments.year, arguments.quarter, arguments.theme, edition, formats)
        files = [laid(here, one) for one in report(here, wanted, as_of, at)]
        with here.store.read() as tx:
            beside = guard.lines(here, tx, wanted.year) if wanted.kind in GUARDED else []
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        files = [Path(shutil.copy(file, arguments.out)) for file in files]
    print(*files, sep="\n")
    print(*beside, sep="\n", end="\n" if beside else "", file=sys.stderr)
    return 0
