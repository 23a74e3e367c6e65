"""What every command shares: how it is added, and how dates, years and amounts are read."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Protocol

from jaarring.refusal import Refused

#: at what hour something happens that a person does on a given date and not now
NOON = time(12, 0)
#: what the key of a message begins with, as the agenda shows it
MESSAGE = "message/"


class Clock(Protocol):
    """The date to work for and its moment in a time zone: now, or `clock` on another date."""

    def __call__(self, zone: str, as_of: date | None, clock: time = NOON) -> tuple[date, datetime]: ...


@dataclass(frozen=True)
class Parsers:
    """Where a command adds itself. `common`: --config; `dated`: --as-of.

    A command's arguments carry `clock`, a `Clock`: only the command line reads it.
    """

    commands: argparse._SubParsersAction[argparse.ArgumentParser]
    common: argparse.ArgumentParser
    dated: argparse.ArgumentParser

    def add(self, name: str, help: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return self.commands.add_parser(name, help=help, description=help, parents=list(parents))


def a_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date; write one as 2027-04-14") from None


def a_year(text: str) -> int:
    if not re.fullmatch(r"20[2-9]\d", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}' is no cycle year; write one as 2027")
    return int(text)


def a_port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"'{text}' is no port; write a number of 1 to 65535")
    return int(text)


def euros(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,12}(\.\d\d?)?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}' is no amount; write digits only, as 18000")
    return Decimal(text)


def a_target(text: str) -> tuple[str, Decimal]:
    indicator, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", value, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}' is no target; write INDICATOR=VALUE, as G5b=30")
    return indicator, Decimal(value)


def numbered(key: str, begin: str) -> int:
    """Of `message/17` the number. Raises Refused for what does not begin so, or has no number."""
    number = key.removeprefix(begin)
    if not key.startswith(begin) or not re.fullmatch(r"\d{1,9}", number, re.ASCII):
        what = "geen bericht dat niet aankwam" if begin == MESSAGE else "hier niet bekend"
        raise Refused(f"'{key}' is {what}", "kijk met jaarring agenda")
    return int(number)


def a_source(text: str) -> tuple[str, Decimal]:
    measure, equals, amount = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"'{text}' names no amount; write MEASURE=EUROS, as M11=10000")
    return measure, euros(amount)
