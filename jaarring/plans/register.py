"""The register of decisions in the words of documents; see `decided` for the lines."""

from __future__ import annotations

from collections.abc import Sequence

from jaarring.database import Tx
from jaarring.governance import Organisation
from jaarring.ledger import decisions
from jaarring.plans.decided import LARGE, Line, line

__all__ = ["Line", "large", "of_year"]


def of_year(
    tx: Tx, organisation: Organisation, year: int | None, verbs: Sequence[str] = ()
) -> tuple[Line, ...]:
    """The register of a cycle year (None: all) as lines, oldest first; only these `verbs` if any is given."""
    found = decisions.register(tx, year)
    return tuple(line(organisation, one) for one in found if not verbs or one.entry.verb in verbs)


def large(tx: Tx, organisation: Organisation, year: int) -> tuple[Line, ...]:
    """What council, board and joint body decided for a year, for its documents: frame, plans, changes."""
    return tuple(one for one in of_year(tx, organisation, year) if LARGE.fullmatch(one.subject))
