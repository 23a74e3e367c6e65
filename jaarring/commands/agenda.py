"""`jaarring agenda`: what happens when, and what became of it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from jaarring.commands.words import Parsers, a_year
from jaarring.refusal import Refused

NO_YEAR = "Geen gebeurtenissen gevonden. Staat er voor dit jaar een begroting in strategy.yaml?"
NOTHING = "De komende zes weken staat er niets in de agenda."


def add(to: Parsers) -> None:
    agenda = to.add(
        "agenda", "what happens when, and what is done, late, held or missing", to.common, to.dated
    )
    agenda.add_argument("--year", type=a_year, help="a whole cycle year (default: the coming six weeks)")
    agenda.add_argument("--all", action="store_true", help="also every request, reminder and escalation")
    agenda.add_argument("--held", action="store_true", help="only what is held until the coordinator's word")
    agenda.add_argument("--for", dest="person", default="", metavar="PERSON", help="only what concerns them")
    agenda.add_argument("--json", action="store_true")
    agenda.add_argument(
        "--ics", type=Path, metavar="FILE", help="write it as an iCalendar file; - to the screen"
    )
    agenda.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring import agenda, cycle, ics
    from jaarring.council import guard
    from jaarring.doubts import actions as doubts
    from jaarring.here import municipality
    from jaarring.mailbox import pages as mailbox
    from jaarring.plans import amendments
    from jaarring.recovery import entering
    from jaarring.undelivered import pages as undelivered

    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here, person = here.on(as_of), arguments.person
        if person and person not in {*here.organisation.people, *here.organisation.bodies, "oib"}:
            raise Refused(
                f"'{person}' staat niet in organisation.yaml", "schrijf een persoon of orgaan daaruit"
            )
        if arguments.ics:
            years = [arguments.year] if arguments.year else cycle.open_years(here, as_of)
            _write(arguments.ics, ics.feed(here, years, person))
            return 0
        year = arguments.year
        found = agenda.lines(here, year, as_of) if year else agenda.around(here, as_of)
        if person:
            found = [line for line in found if person in line.concerns]
        if arguments.held:
            found = [line for line in found if line.state == "held"]
        elif not year and not arguments.all:
            found = agenda.soon(found, as_of)
        if not arguments.all:
            found = agenda.calm(found)
        if arguments.json:
            more = *undelivered.as_entries(here), *entering.as_entries(here)
            entries = [*(line.__dict__ for line in found), *more]
            print(json.dumps(entries, default=str, ensure_ascii=False, indent=1))
        else:
            held = list(doubts.as_text(here, at)) if arguments.held else []
            print(*held, sep="\n", end="\n" if held else "")
            if found or not held:
                print(*agenda.as_text(here, found, arguments.held, NO_YEAR if year else NOTHING), sep="\n")
            amendments.collect(here, as_of, at)
            for line in amendments.waiting(here):
                print(line)
            for line in entering.lines(here):
                print(line)
            for line in mailbox.lines(here, as_of):
                print(line)
            with here.store.read() as tx:
                for number in [year] if year else cycle.open_years(here, as_of):
                    for line in guard.lines(here, tx, number):
                        print(line)
    return 0


def _write(path: Path, content: bytes) -> None:
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        return
    path.write_bytes(content)
    print(f"Agenda bewaard in {path}.")
