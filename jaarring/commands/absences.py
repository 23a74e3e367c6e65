"""`jaarring absences`: take in a list of who is away when."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jaarring.commands.words import Parsers
from jaarring.refusal import Refused

if TYPE_CHECKING:
    from jaarring.absences.rules import Note
    from jaarring.governance import Organisation


def add(to: Parsers) -> None:
    absences = to.add("absences", "take in a list of who is away when (.csv, .ics)", to.common, to.dated)
    absences.add_argument(
        "file", type=Path, help="columns persoon;eerste dag;laatste dag;vervanger, or iCalendar"
    )
    absences.add_argument("--by", metavar="PERSON", help="who hands it in (default: the coordinator)")
    absences.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.absences import actions
    from jaarring.config.mistakes import Mistake
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        by = arguments.by or here.organisation.coordinator
        if by not in here.organisation.people:
            raise Refused(f"'{by}' staat niet in organisation.yaml", "schrijf een persoon daaruit")
        outcome = actions.take_in(here, arguments.file, by, at)
        if outcome and isinstance(outcome[0], Mistake):
            print(*outcome, sep="\n", file=sys.stderr)
            return 1
        notes = [one for one in outcome if not isinstance(one, Mistake)]
        told = [_told(here.organisation, note) for note in notes]
        print(*(told or ["Alles hiervan was al bekend."]), sep="\n")
        return 0


def _told(organisation: Organisation, note: Note) -> str:
    from jaarring.dutch import datum, hoofdletter, met_lidwoord

    function = organisation.people[note.person].function
    until = f"tot en met {datum(note.last)}" if note.last else "zonder einde"
    if note.kind == "cancelled":
        return f"Vervallen: {function}, {datum(note.first)} {until}."
    instead = organisation.people.get(note.substitute)
    stands_in = f"; {met_lidwoord(instead.function)} vervangt" if instead else ""
    return f"{hoofdletter(function)} afwezig: {datum(note.first)} {until}{stands_in}."
