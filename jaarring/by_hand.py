"""One document asked for by hand, in any edition and form: made now if it says something new, else served.

Which documents there are is one table, from which the command line and the flow take their choices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jaarring import shelf, steps
from jaarring.calendar import Quarter
from jaarring.council import actions as council
from jaarring.here import Here
from jaarring.ledger.documents import Document
from jaarring.plans.rules import JOINT
from jaarring.refusal import Refused, refuse
from jaarring.tactical import actions as tactical

PUBLIC, INTERNAL, CLOSED = "openbaar", "intern", "besloten"


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `quarter`: 1 to 4, `theme`: its id, for the kinds that need one; `edition` empty:
    the first that the kind has; `formats`: of `document.formats.FORMATS`.
    """

    kind: str
    year: int
    quarter: int | None = None
    theme: str = ""
    edition: str = ""
    formats: Sequence[str] = ("html", "pdf")


Make = Callable[[Here, Wanted, str, date, datetime], str]


@dataclass(frozen=True)
class Kind:
    """A kind of document: who makes it, and gives its key; in which editions; what must be named."""

    make: Make
    editions: tuple[str, ...]
    needs: str = ""


def report(here: Here, wanted: Wanted, as_of: date, at: datetime) -> list[Document]:
    """The document in every form asked for, in that order.

    Raises Refused where something must be named, or cannot be made (yet).
    """
    here, kind = here.on(as_of), KINDS[wanted.kind]
    edition = wanted.edition or kind.editions[0]
    if edition not in kind.editions:
        raise Refused(f"{wanted.kind} heeft geen editie '{edition}'", f"kies uit {', '.join(kind.editions)}")
    if kind.needs == "quarter" and not wanted.quarter:
        raise Refused("het kwartaal ontbreekt", "schrijf bijvoorbeeld --quarter 2")
    if kind.needs == "theme" and wanted.theme not in here.organisation.themes:
        known = ", ".join(here.organisation.themes)
        raise Refused(f"'{wanted.theme}' is geen thema", f"kies met --theme uit {known}")
    key = kind.make(here, wanted, edition, as_of, at)
    found = [shelf.in_form(here, key, edition, format, at) for format in wanted.formats]
    if None in found:
        raise Refused(f"{key}: van de editie {edition} is nog niets gemaakt", "maak eerst een concept")
    return [one for one in found if one]


def _tactical(here: Here, wanted: Wanted, edition: str, as_of: date, at: datetime) -> str:
    quarter = Quarter(wanted.year, wanted.quarter or 0)
    refuse(tactical.compile(here, quarter, as_of, at).findings)
    return tactical.key_of(quarter)


def _council(here: Here, wanted: Wanted, edition: str, as_of: date, at: datetime) -> str:
    refuse(council.compile(here, wanted.year, edition, as_of, at).findings)
    return council.key_of(wanted.year)


def _paper(kind: str) -> Make:
    """A paper beside plans and reports: all of them are brought up to date, and this one is named."""

    def make(here: Here, wanted: Wanted, edition: str, as_of: date, at: datetime) -> str:
        steps.lay_out_plans(here, as_of, at)
        return kind.format(year=wanted.year, quarter=f"Q{wanted.quarter}")

    return make


def _plan(here: Here, wanted: Wanted, edition: str, as_of: date, at: datetime) -> str:
    steps.lay_out_plans(here, as_of, at)
    return f"{wanted.year}/plan/{wanted.theme or JOINT}"


#: every kind by the name that is asked for
KINDS: Mapping[str, Kind] = {
    "plan": Kind(_plan, (INTERNAL, PUBLIC), "theme"),
    "joint": Kind(_plan, (INTERNAL, PUBLIC)),
    "plans": Kind(_paper("{year}/plan"), (PUBLIC, CLOSED)),
    "plans-proposal": Kind(_paper("{year}/plans/proposal"), (INTERNAL,)),
    "tactical": Kind(_tactical, (INTERNAL,), "quarter"),
    "tactical-proposal": Kind(_paper("{year}/{quarter}/tactical/proposal"), (INTERNAL,), "quarter"),
    "council": Kind(_council, (PUBLIC, INTERNAL, CLOSED)),
    "council-proposal": Kind(_paper("{year}/council/proposal"), (INTERNAL,)),
    "council-letter": Kind(_paper("{year}/council/letter"), (PUBLIC,)),
    "accounts": Kind(_paper("{year}/accounts"), (PUBLIC,)),
    "ensia": Kind(_paper("{year}/ensia"), (PUBLIC,)),
}
