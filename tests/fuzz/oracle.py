"""Who should get what, worked out a second time and in other words than the engine does.

Only what a town says and what was told in it goes in; nothing of the rooms that are tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from jaarring.governance import Organisation
from tests.fuzz.towns import Town, Word

ONE_DAY = timedelta(days=1)


@dataclass
class Oracle:
    """`told`: what was really told of absence, in the order in which it was, each on its day at noon."""

    town: Town
    told: list[Word] = field(default_factory=list)

    def organisation(self, day: date) -> Organisation:
        now = self.town.config.organisations.first
        for since, stage in self.town.config.organisations.later:
            if since <= day:
                now = stage
        return now

    def away(self, id: str, day: date) -> bool:
        """Whether somebody is away on a day, by what was told before that morning."""
        spans = [(period.first, period.last) for period in self.town.absences.get(id, ())]
        for word in self.told:
            if word.person != id or word.on >= day:
                continue
            if word.kind == "record":
                spans.append((word.first, word.last or date.max))
            elif word.kind == "end":
                spans = [
                    (begin, word.first - ONE_DAY if begin <= word.first <= end else end)
                    for begin, end in spans
                ]
        return any(begin <= day <= end for begin, end in spans)

    def substitute(self, id: str, day: date) -> str:
        named = [
            word.substitute
            for word in self.told
            if word.person == id
            and word.on < day
            and word.substitute
            and word.first <= day <= (word.last or date.max)
        ]
        return named[-1] if named else self.organisation(day).people[id].substitute

    def acts(self, id: str, day: date, barred: Collection[str] = ()) -> str:
        """Who gets what is for `id`: himself, his chain, his head, the coordinator, the secretary."""
        now = self.organisation(day)
        if id == "oib" and now.joint_body:
            id = now.joint_body.chair
        if id not in now.people:
            return id
        for first in self._in_order(now, id):
            walked: list[str] = []
            while first in now.people and first not in walked:
                if first not in barred and not self.away(first, day):
                    return first
                walked.append(first)
                first = self.substitute(first, day)
        return now.coordinator

    def _in_order(self, now: Organisation, id: str) -> Iterator[str]:
        yield id
        yield from (now.departments[t.department].head for t in now.themes.values() if t.owner == id)
        yield now.coordinator
        yield now.secretary

    def bears(self, theme: str, day: date) -> str:
        """The theme that has the duties of `theme` on a day; empty where none."""
        now = self.organisation(day)
        for _ in range(10):
            if theme in now.themes:
                return theme
            theme = now.successors.get(theme, "")
        return ""

    def owes(self, duty: str, day: date) -> str:
        """Who must hand in a duty, by id; empty where nobody."""
        *_, kind, subject = duty.split("/")
        now = self.organisation(day)
        if kind == "account":
            return now.departments[subject].head if subject in now.departments else ""
        if subject == "oib":
            return now.joint_body.chair if now.joint_body else ""
        theme = self.bears(subject, day)
        return now.themes[theme].owner if theme else ""

    def rungs(self, duty: str, day: date) -> set[str]:
        """Everybody to whom a duty may go up."""
        *_, kind, subject = duty.split("/")
        now = self.organisation(day)
        theme = None if kind == "account" else now.themes.get(self.bears(subject, day))
        parties = now.lines.department_escalates_to if kind == "account" else now.lines.escalates_to
        chair = now.joint_body.chair if now.joint_body else ""
        found = {
            "secretary": now.secretary,
            "coordinator": now.coordinator,
            "chair": chair,
            "oib": chair,
            "head": now.departments[theme.department].head if theme else "",
        }
        return {found[party] for party in parties} - {"", self.owes(duty, day)}

    def mail(self, id: str) -> str:
        """The address of a person or body that there ever was."""
        first = self.town.config.organisations.first
        stages = [first, *(stage for _, stage in self.town.config.organisations.later)]
        for stage in stages:
            if found := stage.people.get(id) or stage.bodies.get(id):
                return found.mail
        return ""
