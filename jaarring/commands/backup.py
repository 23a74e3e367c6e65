"""`jaarring backup` and `jaarring restore`: all of a municipality in one file, and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from jaarring.commands.words import Parsers


def add(to: Parsers) -> None:
    backup = to.add("backup", "write store, files and configuration to one file", to.common, to.dated)
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.set_defaults(command=write)
    restore = to.add("restore", "put a backup back; nothing goes out until release", to.common, to.dated)
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--by", default="", metavar="PERSON", help="who does it (default: the coordinator)")
    restore.set_defaults(command=put_back)


def write(arguments: argparse.Namespace) -> int:
    from jaarring.backup.actions import backup
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        _, at = arguments.clock(here.config.time_zone, arguments.as_of)
        made = backup(here, arguments.file, at)
    print(f"Reservekopie gemaakt: {arguments.file}, {len(made.members)} bestanden, tot {made.head}")
    for digest in made.damaged:
        print(f"Niet in de reservekopie, want beschadigd: {digest}. Kijk met: jaarring verify")
    return 1 if made.damaged else 0


def put_back(arguments: argparse.Namespace) -> int:
    from jaarring import making_good
    from jaarring.backup import restoring
    from jaarring.here import municipality

    at = arguments.clock("Europe/Amsterdam", arguments.as_of)[1]
    restored = restoring.restore(arguments.config, arguments.file, arguments.by, at)
    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        again = making_good.make_good(here, as_of, at)
        making_good.go_through(here, restored.lost, as_of)
    print(*restoring.words(restored, len(again)), sep="\n")
    return 0
