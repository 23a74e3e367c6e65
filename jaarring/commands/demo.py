"""`jaarring demo`: a year of the example municipality."""

from __future__ import annotations

import argparse
from pathlib import Path

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    demo = to.add("demo", "play a year of the example municipality")
    demo.add_argument("--variant", choices=("direct", "oib"), default="direct")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR")
    demo.add_argument(
        "--documents", type=Path, metavar="DIR", help="instead: its documents in every form, both variants"
    )
    demo.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.documents:
        from jaarring.demo.documents import make

        return make(arguments.documents, arguments.door)
    from jaarring.demo.play import play

    return play(arguments.out, arguments.variant, arguments.door)
