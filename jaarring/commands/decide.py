"""`jaarring decide`: record a decision."""

from __future__ import annotations

import argparse

from jaarring.commands.submit import post
from jaarring.commands.words import Parsers, a_date, a_source, a_target, euros


def add(to: Parsers) -> None:
    decide = to.add("decide", "record a decision", to.common, to.dated)
    decide.add_argument("key", help="what it is about, as in the agenda: 2027/plan/adopt, BV-2027-01")
    decide.add_argument(
        "verb", help="adopt, accept, return, agree, record, note, change, refuse, move, pause, waive, …"
    )
    decide.add_argument("--body", required=True, help="who decided: a body or person of organisation.yaml")
    decide.add_argument("--date", type=a_date, required=True, help="when it was decided")
    decide.add_argument("--number", default="", help="its number, as the municipality gave it")
    decide.add_argument("--reason", default="")
    decide.add_argument("--by", metavar="PERSON", help="who records it (default: the coordinator)")
    decide.add_argument("--amount", type=euros, help="adjustment: the amount decided, in euros")
    decide.add_argument(
        "--from", dest="sources", type=a_source, action="append", default=[], metavar="MEASURE=EUROS"
    )
    decide.add_argument("--until", type=a_date, help="the new date; the last day of an absence or a pause")
    decide.add_argument("--person", default="", help="who stands in, or is appointed")
    decide.add_argument("--measure", default="", help="proposal: the measure that changes")
    decide.add_argument("--cause", default="", help="proposal: the cause")
    decide.add_argument("--consequence", default="", help="proposal: what happens if nothing is done")
    decide.add_argument(
        "--target", dest="targets", type=a_target, action="append", metavar="INDICATOR=VALUE",
        help="proposal or adjustment: another target for the year",
    )  # fmt: skip
    decide.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring import cycle, steps
    from jaarring.decide import Request, Terms, decide
    from jaarring.here import municipality
    from jaarring.ledger.decisions import Entry

    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        cycle.schedule(here, as_of, at)
        entry = Entry(
            arguments.key, arguments.verb, arguments.body, arguments.date, arguments.number, arguments.reason
        )
        terms = Terms(
            arguments.amount,
            tuple(arguments.sources),
            arguments.until,
            arguments.person,
            arguments.measure,
            arguments.cause,
            arguments.consequence,
            tuple(arguments.targets) if arguments.targets else None,
        )
        by = arguments.by or here.organisation.coordinator
        decide(Request(here, arguments.key, arguments.verb, entry, by, at, terms))
        steps.lay_out_plans(here, as_of, at)
        steps.ask(here, as_of, at)
        post(here, at)
    print(f"Vastgelegd: {arguments.key} {arguments.verb}.")
    return 0
