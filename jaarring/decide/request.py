"""A decision as somebody records it: what about, which way, by whom, when, and what more it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from jaarring.here import Here
from jaarring.ledger.decisions import Entry


@dataclass(frozen=True)
class Terms:
    """What a decision says beside who, when and why: money, until when, about whom. None and empty: nothing,
    or as it was proposed.
    """

    amount: Decimal | None = None
    sources: tuple[tuple[str, Decimal], ...] = ()
    end: date | None = None
    person: str = ""
    #: of a proposal: the measure, why, what if nothing is done; and the targets that are to change
    measure: str = ""
    cause: str = ""
    consequence: str = ""
    targets: tuple[tuple[str, Decimal], ...] | None = None


@dataclass(frozen=True)
class Request:
    """A decision as somebody records it. `by`: who writes it down; `at`: when; `form_of`: to whom the form
    was sent in which it was said, a person or body; empty where it was said in another way.
    """

    here: Here
    key: str
    verb: str
    entry: Entry
    by: str
    at: datetime
    terms: Terms = Terms()
    form_of: str = ""

    @property
    def year(self) -> int:
        return int(self.key.split("/", 1)[0])
