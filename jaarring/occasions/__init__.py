"""What an occasion is: one dated moment of a cycle, with a stable key, and the duty that it belongs to.

Plain. Keys hold fixed ids and offsets in working days, never ordinals or names:
`2027/Q1/report/fb/reminder/-5`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jaarring.calendar import Quarter

#: what asks somebody something, mildest first
ASKS = ("request", "reminder", "overdue", "escalate")


@dataclass(frozen=True, order=True)
class Occasion:
    """One dated moment of a cycle. `duty` is the key of the duty it belongs to, empty where it is of none.

    `kind`: request, reminder, due, overdue, escalate (of a duty); derive, compile (a flow acts); decision (a
    body decides, a person records it); outside (good to see: nobody acts and nobody is asked).
    """

    due: date
    key: str
    kind: str
    duty: str = ""

    @property
    def year(self) -> int:
        return int(self.key.split("/", 1)[0])

    @property
    def ladder(self) -> str:
        """What it is one step of asking for: its duty, the n-th return of it (`2027/plan/ib/return/1`), or
        either since a decision moved it (`2027/plan/ib/move/3`): what was asked before counts no more.
        """
        rest = self.key.removeprefix(f"{self.duty}/").split("/")
        found = self.duty
        for turn in ("return", "move"):
            if rest[0] == turn:
                found, rest = f"{found}/{turn}/{rest[1]}", rest[2:]
        return found

    @property
    def deadline(self) -> str:
        """The key of the due date it asks for. What came back has another, what was moved keeps its own."""
        return f"{self.ladder.partition('/move/')[0]}/due"

    @property
    def offset(self) -> int:
        """Working days from the due date of the duty, as in the key; 0 where the key has none."""
        last = self.key.rsplit("/", 1)[1]
        return int(last) if last.lstrip("+-").isdigit() else 0


@dataclass(frozen=True)
class Duty:
    """Something a person must hand in: a plan, an account of a theme, an account of a department."""

    key: str

    @property
    def parts(self) -> list[str]:
        return self.key.split("/")

    @property
    def year(self) -> int:
        return int(self.parts[0])

    @property
    def is_question(self) -> bool:
        """Whether it is an answer that somebody owes, as in `2027/ask/judge/Q1-report-pr`."""
        return self.parts[1] == "ask"

    @property
    def quarter(self) -> Quarter | None:
        """The quarter it accounts for; None for a plan or an answer."""
        part = self.parts[1]
        return Quarter(self.year, int(part[1])) if part.startswith("Q") else None

    @property
    def kind(self) -> str:
        """plan, report (of a theme, or of the joint body) or account (of a department)."""
        return self.parts[-2]

    @property
    def subject(self) -> str:
        """The id of the theme or department, or `oib`."""
        return self.parts[-1]
