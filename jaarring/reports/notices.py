"""The letters of this room: received, to mend, refused, sent back. Written before they are queued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jaarring import ics, letters
from jaarring.database import Tx
from jaarring.dutch import datum, kwartaal, met_lidwoord
from jaarring.forms.rules import Form, Mistake
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger.due import Entry
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import Duty, Occasion
from jaarring.post import records as post
from jaarring.post.records import Notice
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


def receipt(matter: Matter, version: int, late: bool, by: Person, sections: Sequence[Section]) -> NewMessage:
    """To the owner: what was understood, value by value."""
    return matter.write(
        "receipt",
        matter.owner,
        f"receipt/{version}",
        handed_in_by=by if by.id != matter.owner.id else None,
        late=late,
        deadline=matter.deadline,
        version=version,
        sections=sections,
    )


def came(tx: Tx, matter: Matter, version: int, late: bool, by: Person, on: date) -> None:
    """To the coordinator, in his letter: what came in. What was late he hears with the next post: he chases.

    `on`: the day on which it came, when the post of that day may have gone.
    """
    here, duty = matter.here, matter.duty
    coordinator = here.organisation.coordinator
    if coordinator == matter.owner.id or duty.quarter is None:
        return
    about = topic(here.organisation, duty)
    again = f", versie {version}" if version > 1 else ""
    lines = [f"Ontvangen op {datum(on)}: {about}, {kwartaal(duty.quarter.number)} {duty.year}{again}."]
    if late:
        lines.append(f"De datum was {datum(matter.deadline)}.")
    if by.id != matter.owner.id:
        lines.append(
            f"Ingestuurd door {met_lidwoord(by.function)}, namens {met_lidwoord(matter.owner.function)}."
        )
    calendar = here.schedule.calendar
    day = calendar.on_or_after(on) if late else here.schedule.news_day(calendar.shift(on, 1))
    notice = Notice(coordinator, "across", f"{about} ontvangen", " ".join(lines))
    ref = f"{duty.key.split('/', 1)[1].replace('/', '-')}-{version}"
    post.lay_out(tx, duty.year, ref, [notice], day, matter.at)


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
