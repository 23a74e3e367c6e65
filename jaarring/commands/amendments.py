"""`jaarring amendments`: what strategy.yaml would change in what was adopted, and what became of it."""

from __future__ import annotations

import argparse
import json

from jaarring.commands.words import Parsers, a_year


def add(to: Parsers) -> None:
    amendments = to.add(
        "amendments", "what an edit of strategy.yaml proposes, and what became of it", to.common, to.dated
    )
    amendments.add_argument("--year", type=a_year)
    amendments.add_argument("--json", action="store_true")
    amendments.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from jaarring.dutch import datum, hoofdletter
    from jaarring.here import municipality
    from jaarring.plans import amendments, records

    with municipality(arguments.config) as here:
        as_of, at = arguments.clock(here.config.time_zone, arguments.as_of)
        here = here.on(as_of)
        amendments.collect(here, as_of, at)
        with here.store.read() as tx:
            years = [arguments.year] if arguments.year else records.framework_years(tx)
            found = [one for year in years for one in records.amendments(tx, year)]
        if arguments.json:
            print(json.dumps([_plain(one) for one in found], default=str, ensure_ascii=False, indent=1))
            return 0
        for one in found:
            print(f"{one.id} {amendments.STATES[one.state]}, voorgesteld op {datum(one.proposed_on)}")
            print(*(f"  {hoofdletter(change.line)}." for change in one.changes), sep="\n")
        if not found:
            print("strategy.yaml is gelijk aan wat is vastgesteld.")
    return 0


def _plain(one: object) -> dict[str, object]:
    from jaarring.plans.records import Amendment

    assert isinstance(one, Amendment)
    return {
        "id": one.id,
        "state": one.state,
        "proposed_on": one.proposed_on,
        "changes": [change.line for change in one.changes],
    }
