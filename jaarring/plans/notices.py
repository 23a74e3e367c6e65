"""The letters of a plan that came back as a form: received, to mend, refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jaarring import letters
from jaarring.forms.rules import Mistake
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import Duty
from jaarring.plans.rules.findings import Finding


@dataclass(frozen=True)
class Matter:
    """What a letter is about: a plan (`topic`, as in a sentence), who owes it, by when it must be in."""

    here: Here
    duty: Duty
    topic: str
    owner: Person
    deadline: date
    at: datetime
    #: the letter that it answers, where that is not the request of the duty
    answers: str = ""

    def write(self, template: str, to: Person, about: str, **context: object) -> NewMessage:
        """One letter; `about` tells it from others on the same duty. The owner's stand in one thread."""
        return letters.write(
            self.here,
            f"plans/{template}.mail",
            to,
            key=f"{self.duty.key}/{about}",
            at=self.at,
            thread=(self.answers or f"{self.duty.key}/request") if to.id == self.owner.id else "",
            topic=self.topic,
            deadline=self.deadline,
            **context,  # type: ignore[arg-type]
        )


def receipts(
    matter: Matter, version: int, late: bool, by: Person, lines: Sequence[str], noticed: Sequence[Finding]
) -> Iterator[NewMessage]:
    """To the owner and to the coordinator: what was understood, measure by measure, and what stands out."""
    coordinator = matter.here.organisation.people[matter.here.organisation.coordinator]
    for to in dict.fromkeys((matter.owner, coordinator)):
        yield matter.write(
            "receipt",
            to,
            f"receipt/{version}",
            to_owner=to.id == matter.owner.id,
            owner=matter.owner,
            handed_in_by=by if by.id != matter.owner.id else None,
            late=late,
            version=version,
            lines=lines,
            noticed=noticed,
            year=matter.duty.year,
        )


def mistakes(matter: Matter, file: str, found: Sequence[Mistake], as_of: date) -> NewMessage:
    """To the owner: everything to mend, by cell. The same file twice (`file`: its hash) is told once."""
    told = [str(mistake) for mistake in found]
    in_time = as_of <= matter.deadline
    return matter.write("mistakes", matter.owner, f"mistakes/{file[:16]}", mistakes=told, in_time=in_time)


def refused(matter: Matter, file: str, mistake: Mistake) -> NewMessage:
    """To the owner: this plan cannot be handed in, not yet or not any more."""
    return matter.write("refused", matter.owner, f"refused/{file[:16]}", mistake=mistake)
