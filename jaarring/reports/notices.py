"""The letters of this room: received, to mend, refused, sent back. Written before they are queued."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jaarring import ics, letters
from jaarring.forms.rules import Form, Mistake
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger.due import Entry
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import Duty, Occasion
from jaarring.reports.pages import Section, attached, topic


@dataclass(frozen=True)
class Matter:
    """What a letter is about: an account, who owes it, by when it must be in."""

    here: Here
    duty: Duty
    owner: Person
    deadline: date
    at: datetime

    def write(self, template: str, to: Person, about: str, **context: object) -> NewMessage:
        """One letter; `about` tells it from others on the same duty. The owner's stand in one thread."""
        context |= {"topic": topic(self.here.organisation, self.duty), "quarter": self.duty.quarter}
        return letters.write(
            self.here,
            f"reports/{template}.mail",
            to,
            key=f"{self.duty.key}/{about}",
            at=self.at,
            thread=f"{self.duty.key}/request" if to.id == self.owner.id else "",
            **context,  # type: ignore[arg-type]
        )


def receipts(
    matter: Matter, version: int, late: bool, by: Person, sections: Sequence[Section]
) -> Iterator[NewMessage]:
    """To the owner and to the coordinator: what was understood, value by value."""
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
            deadline=matter.deadline,
            version=version,
            sections=sections,
        )


def mistakes(matter: Matter, file: str, found: Sequence[Mistake], as_of: date) -> NewMessage:
    """To the owner: everything to mend, by cell. The same file twice (`file`: its hash) is told once."""
    about = f"mistakes/{file[:16]}"
    told = [str(mistake) for mistake in found]
    in_time = as_of <= matter.deadline
    return matter.write(
        "mistakes", matter.owner, about, mistakes=told, in_time=in_time, deadline=matter.deadline
    )


def refused(matter: Matter, file: str, mistake: Mistake) -> NewMessage:
    """To the owner: this account cannot be handed in, now or any more."""
    return matter.write("refused", matter.owner, f"refused/{file[:16]}", mistake=mistake)


def returned(
    matter: Matter, version: int, reason: str, reader: str, form: Form, deadline: Occasion
) -> NewMessage:
    """To the owner: what is missing, with the form again; `deadline` is the new date."""
    dates = ics.dated(matter.here, Entry(deadline, "open", None))
    return matter.write(
        "returned",
        matter.owner,
        f"returned/{version}",
        reason=reason.strip().rstrip("."),
        reader=reader,
        deadline=matter.deadline,
        attachments=[attached(matter.here, matter.duty, form), dates],
    )
