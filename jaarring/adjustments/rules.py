"""Adjustments: proposed by a theme, decided by whom the lines and the mandate say, carried out in the
plans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring.goals.rules import Decision
from jaarring.governance import Organisation
from jaarring.plans.rules import Move
from jaarring.reports.rules import Proposal

OUTCOMES = ("accepted", "changed", "refused")


@dataclass(frozen=True)
class Verdict:
    """What was decided on a proposal. `amount`: euros that the measure gets; `sources`: where they come
    from.
    """

    outcome: str
    decision: Decision
    amount: Decimal
    sources: tuple[tuple[str, Decimal], ...]
    end: date | None
    reason: str = ""


@dataclass(frozen=True)
class Adjustment:
    """A proposal with its number (`BV-2027-01`) and what became of it; `verdict` None while it is open.

    `proposed_in`: the duty in whose account it stood.
    """

    id: str
    year: int
    theme: str
    proposed_in: str
    proposed_on: date
    proposal: Proposal
    verdict: Verdict | None = None

    @property
    def state(self) -> str:
        return self.verdict.outcome if self.verdict else "proposed"


def moves(adjustment: Adjustment) -> tuple[Move, ...]:
    """What a decided adjustment does to the measures; nothing while open or refused."""
    verdict = adjustment.verdict
    if verdict is None or verdict.outcome == "refused":
        return ()
    taken = tuple(Move(measure, -amount) for measure, amount in verdict.sources)
    return (Move(adjustment.proposal.measure, verdict.amount, verdict.end), *taken)


def decider(
    organisation: Organisation,
    theme: str,
    amount: Decimal,
    sources: Sequence[str],
    theme_of: Mapping[str, str],
) -> str:
    """The party that must decide: within one theme and the mandate whom the line names first, else the last.

    `sources`: measures that money comes from; `theme_of`: the theme of each measure. Money without a source
    inside the theme crosses themes, for it must come from somewhere.
    """
    line = organisation.lines.decides_adjustment
    inside = all(theme_of.get(measure) == theme for measure in sources) and (bool(sources) or not amount)
    return line[0] if inside and amount <= organisation.mandate.amount else line[-1]
