"""`jaarring verify`: the event log, the stored files and the journal, checked."""

from __future__ import annotations

import argparse
import sys

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    verify = to.add("verify", "check the event log, the stored files and the journal", to.common)
    verify.add_argument("--against", default="", metavar="SEQ:HASH", help="a head that was kept elsewhere")
    verify.add_argument("--documents", action="store_true", help="make every document again, and compare")
    verify.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring import verify
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        findings = verify.findings(here, arguments.against)
        if arguments.documents:
            again = verify.documents_again(here)
            findings += again.differing
            print(*again.words(), sep="\n", file=sys.stderr)
        print(*(findings or [verify.head(here)]), sep="\n")
        for one in verify.returns(here):
            print(f"Let op: {one}.", file=sys.stderr)
    return 1 if findings else 0
