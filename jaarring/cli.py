"""The command line: it reads what was asked, reads the clock, and calls actions. Nothing is decided here.

Exit status: 0 done, 1 refused or failed with a message, 2 wrong use. Dutch for what the municipality's people
read, English for what its administrator types.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from jaarring.commands import (
    absences,
    agenda,
    amendments,
    backup,
    check,
    decide,
    decisions,
    demo,
    erase,
    importing,
    init,
    release,
    report,
    run,
    settle,
    simulate,
    submit,
    up,
    verify,
    watch,
)
from jaarring.commands.words import NOON, Parsers, a_date
from jaarring.refusal import Refused

#: in the order in which `jaarring --help` names them
COMMANDS = (
    demo,
    init,
    importing,
    check,
    simulate,
    up,
    run,
    submit,
    decide,
    decisions,
    amendments,
    absences,
    agenda,
    release,
    settle,
    report,
    verify,
    backup,
    erase,
    watch,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.command(arguments)
        return status
    except Refused as refused:
        print(refused, file=sys.stderr)
    except BrokenPipeError:  # whoever read along has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if not _told(error):
            raise
    return 1


def _told(error: Exception) -> bool:
    """Tell what a user or administrator can do about an expected failure; False for a mistake of ours."""
    from jaarring.here import BadConfiguration

    if isinstance(error, BadConfiguration):
        print(*error.mistakes, sep="\n", file=sys.stderr)
        return True
    from jaarring.database import NewerStore, unusable, was_busy
    from jaarring.files import DamagedFile
    from jaarring.mail.channels import ChannelError

    if isinstance(error, NewerStore):
        print("the store was made by a newer Jaarring; install that version", file=sys.stderr)
    elif isinstance(error, DamagedFile):
        print(f"a stored file is damaged: {error}; restore it from the backup", file=sys.stderr)
    elif isinstance(error, ChannelError):
        print(error, file=sys.stderr)
    elif was_busy(error):
        print("the store is busy; try again in a minute", file=sys.stderr)
    elif why := unusable(error):
        print(f"the store cannot be used: {why}; look at its rights, or restore the backup", file=sys.stderr)
    elif isinstance(error, OSError) and error.filename:
        print(f"{error.filename}: {error.strerror}; look at the path and its rights", file=sys.stderr)
    else:
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jaarring", description="The yearly security cycle of a municipality"
    )
    common = argparse.ArgumentParser(add_help=False)
    default = Path(os.environ.get("JAARRING_CONFIG", "config"))
    common.add_argument("--config", type=Path, default=default, metavar="DIR", help="configuration folder")
    dated = argparse.ArgumentParser(add_help=False)
    dated.add_argument("--as-of", type=a_date, metavar="DATE", help="the date to work for (default: today)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(Parsers(commands, common, dated))
    parser.set_defaults(clock=_now, door=main)
    return parser


def _now(zone: str, as_of: date | None, clock: time = NOON) -> tuple[date, datetime]:
    """The date to work for and its moment: now, or `clock` on another date."""
    now = datetime.now(ZoneInfo(zone))
    if as_of is None or as_of == now.date():
        return now.date(), now
    return as_of, datetime.combine(as_of, clock, ZoneInfo(zone))
