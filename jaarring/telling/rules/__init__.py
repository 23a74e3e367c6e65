"""What is known of one decision, and what is told of it to whom (R14): plain data.

Down to the departments, up to secretary and board, across to the themes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from jaarring.adjustments.rules import Adjustment
from jaarring.dutch import datum, hoofdletter, met_lidwoord
from jaarring.governance import Organisation
from jaarring.plans.rules import Plan
from jaarring.rights import named

BOARD, COUNCIL = "college", "raad"


@dataclass(frozen=True)
class Known:
    """One decision of the register, and what is known around it.

    `by`: who wrote it down. `plans` by subject, as they stand; `moved`: the subjects of the plans that this
    decision moved along. `announce`: when the organisation hears of the plans; None where that day is past.
    `told`: addresses that have a letter of its own about this. `public`: keys of documents that have a public
    edition. `until`: the new date of what was moved.
    """

    organisation: Organisation
    year: int
    subject: str
    verb: str
    body: str
    decided_on: date
    number: str
    by: str
    plans: Mapping[str, Plan] = field(default_factory=dict)
    moved: tuple[str, ...] = ()
    announce: date | None = None
    board_on: date | None = None
    adjustment: Adjustment | None = None
    told: frozenset[str] = frozenset()
    public: tuple[str, ...] = ()
    until: date | None = None

    @property
    def who(self) -> str:
        """Who decided, at the beginning of a sentence."""
        return hoofdletter(met_lidwoord(named(self.organisation, self.body)))

    @property
    def nr(self) -> str:
        return (
            f" ({self.number if not self.number[:1].isdigit() else f'nr. {self.number}'})"
            if self.number
            else ""
        )

    @property
    def done(self) -> str:
        """How the sentence begins: "Het college heeft op 8 december 2026"."""
        return f"{self.who} heeft op {self.on}"

    @property
    def on(self) -> str:
        return datum(self.decided_on)


@dataclass(frozen=True)
class Told:
    """One thing to tell one person or body. `later`: on the day of the announcement, and not before. `own`:
    about his own work, so that it does not wait for the news of the week. `with_board`: it can wait for what
    the board makes of it.
    """

    person: str
    direction: str
    title: str
    text: str
    later: bool = False
    documents: tuple[str, ...] = ()
    own: bool = False
    with_board: bool = False
