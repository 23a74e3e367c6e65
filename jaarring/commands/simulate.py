"""`jaarring simulate`: a whole cycle year before it happens."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path

from jaarring.commands.words import Parsers, a_date, a_year


def add(to: Parsers) -> None:
    simulate = to.add("simulate", "play a whole cycle year in a folder of its own", to.common)
    simulate.add_argument("year", type=a_year, metavar="YEAR")
    simulate.add_argument("--out", type=Path, required=True, metavar="DIR")
    simulate.add_argument("--variant", choices=("direct", "oib"), help="another variant than is configured")
    simulate.add_argument(
        "--late",
        type=a_lateness,
        action="extend",
        nargs="+",
        default=[],
        metavar="THEME=DAYS",
        help="how many working days late a theme, department or oib hands in",
    )
    simulate.add_argument(
        "--absent",
        type=an_absence,
        action="extend",
        nargs="+",
        default=[],
        metavar="PERSON=FROM..UNTIL",
        help="who is not there, first and last day",
    )
    simulate.add_argument("--off-course", action="extend", nargs="+", default=[], metavar="THEME")
    simulate.add_argument("--assume", type=Path, metavar="FILE", help="the same assumptions from a file")
    simulate.add_argument("--seed", type=int, metavar="N", help="another number is another chance")
    simulate.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.simulate import assume, pages, play
    from jaarring.simulate.rules import Assumptions

    stated, variant = assume.read(arguments.assume) if arguments.assume else (Assumptions(), "")
    assumed = Assumptions(
        late={**stated.late, **dict(arguments.late)},
        absent={**stated.absent, **assume.periods(arguments.absent)},
        off_course=stated.off_course | set(arguments.off_course),
        seed=stated.seed if arguments.seed is None else arguments.seed,
    )
    out, year = arguments.out, arguments.year
    play.prepare(out)
    with play.opened(arguments.config, out, year, assumed, arguments.variant or variant) as here:
        played = play.play(here, out, year, assumed)
        first = pages.lay_out(played, out)
    print(f"Cyclusjaar {year} van gemeente {here.organisation.name} is gespeeld; er is niets verstuurd.")
    print(f"{len(played.mailbox.letters)} berichten. Open eerst {first}")
    return 0


def a_lateness(text: str) -> tuple[str, int]:
    theme, equals, days = text.partition("=")
    if not equals or not re.fullmatch(r"\d{1,3}", days, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}' names no days; write THEME=DAYS, as fb=6")
    return theme, int(days)


def an_absence(text: str) -> tuple[str, date, date]:
    person, equals, period = text.partition("=")
    first, dots, last = period.partition("..")
    if not (equals and dots):
        raise argparse.ArgumentTypeError(f"'{text}' is no absence; write PERSON=2027-07-01..2027-07-20")
    return person, a_date(first), a_date(last)
