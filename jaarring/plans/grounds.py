"""What a plan rests on: the decisions and steps behind it, each with who, when and under which number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jaarring.goals.rules import Framework
from jaarring.governance import Organisation
from jaarring.ledger.decisions import Entry
from jaarring.plans.decided import Line
from jaarring.plans.heirs import all_heirs
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.view import Step
from jaarring.plans.words import function, party_name, subject_name


@dataclass(frozen=True)
class Known:
    """What the store knows of a year, for all its documents. `decided`: by subject, oldest first;
    `set_on`: when the objectives of a subject were set."""

    framework: Framework
    plans: Mapping[str, Kept]
    decided: Mapping[str, Sequence[Entry]]
    set_on: Mapping[str, date]
    register: tuple[Line, ...] = ()

    def decisions_for(self, plan: Plan) -> tuple[Line, ...]:
        """The decisions that a plan shows: of the changes only those that touched it."""
        mine = set(plan.adjusted_by) | {id for id, _ in plan.amended}
        changes = ("AM-", "BV-")
        return tuple(
            one
            for one in self.register
            if plan.subject == JOINT or one.subject in mine or not one.subject.startswith(changes)
        )


@dataclass(frozen=True)
class Grounds:
    """What one plan (`kept`) of a year rests on."""

    organisation: Organisation
    known: Known
    kept: Kept

    @property
    def plan(self) -> Plan:
        return self.kept.plan

    @property
    def presence(self) -> str:
        """Who was there when the joint body agreed; empty where it has not."""
        return next((one.reason for one in reversed(self._since_return()) if one.verb == "agree"), "")

    @property
    def _duty(self) -> str:
        return f"{self.plan.year}/plan/{self.plan.subject}"

    def _came_from(self) -> list[str]:
        """The themes that ended and of which something went into this plan."""
        organisation, subject = self.organisation, self.plan.subject
        return [
            id
            for id in organisation.ended
            if id in self.known.plans and subject in all_heirs(id, organisation) and subject != id
        ]

    def _decided(self) -> Sequence[Entry]:
        """The decisions about this plan; of a part of a theme that was split, those about the whole."""
        for subject in (self.plan.subject, *self._came_from()):
            if decided := self.known.decided.get(f"{self.plan.year}/plan/{subject}", ()):
                return decided
        return ()

    def _since_return(self) -> Sequence[Entry]:
        """The decisions about this plan that still count."""
        decided = self._decided()
        last = max((place for place, entry in enumerate(decided) if entry.verb == "return"), default=-1)
        return decided[last + 1 :]

    def returned(self) -> tuple[date, str] | None:
        """When the plan was sent back and why, while it is with its owner; None where it is not."""
        decided = self.known.decided.get(self._duty, ())
        if self.kept.state == "draft" and decided and decided[-1].verb == "return":
            return decided[-1].date, decided[-1].reason
        return None

    def steps(self) -> Iterator[Step]:
        """What the plan rests on; of an adopted one only what was done, for nothing is waited for."""
        adopted = self.kept.state == "adopted"
        yield from (step for step in self._all_steps() if step.date or not adopted)
        for id in self._came_from():
            what = f"Overgenomen van {subject_name(self.organisation, id)}"
            yield Step(what, "wijziging van de organisatie", self.organisation.ended_on.get(id))

    def _all_steps(self) -> Iterator[Step]:
        organisation, lines = self.organisation, self.organisation.lines
        for what, decision in zip(
            ("Kader van de raad", "Strategisch kader"), self.plan.rests_on, strict=False
        ):
            yield Step(what, function(organisation, decision.body), decision.date, decision.number)
        set_by = party_name(organisation, self.plan.set_by)
        days = [day for id in (self.plan.subject, *self._came_from()) if (day := self.known.set_on.get(id))]
        yield Step("Doelstellingen opgelegd", set_by, min(days, default=None))
        theme = organisation.known_theme(self.plan.subject)
        if theme:
            yield self._step("submit", "Plan ingediend", theme.owner)
        if lines.agrees_plan:
            yield self._step("agree", "Overeenstemming", lines.agrees_plan[-1])
        accepter = self._party(lines.accepts_plan[-1])
        if not (theme and theme.owner == accepter):
            yield self._step("accept", "Akkoord", accepter)
        yield self._step("adopt", "Vastgesteld, met het geld", self._party(lines.adopts_plan[-1]))

    def _party(self, party: str) -> str:
        framework = self.known.framework
        bodies = {"college": framework.adoption.body, "council": framework.council_frame.body}
        return bodies[party] if party in bodies else self.organisation.person_at(party).id

    def _step(self, verb: str, what: str, usual: str) -> Step:
        taken = next((entry for entry in reversed(self._since_return()) if entry.verb == verb), None)
        if taken is None:
            return Step(what, function(self.organisation, usual))
        return Step(what, function(self.organisation, taken.body), taken.date, taken.number)

    def adjustments(self) -> Iterator[Step]:
        """What changed the plan since it was adopted, by number; of the joint body what changed any plan."""
        plans = self.known.plans.values() if self.plan.subject == JOINT else [self.kept]
        moved = (id for one in plans for id in one.plan.adjusted_by)
        numbers = dict.fromkeys((*moved, *(id for one in plans for id, _ in one.plan.amended)))
        for id in numbers:
            decided = self.known.decided.get(id, ())
            if decided:
                last = decided[-1]
                yield Step(id, function(self.organisation, last.body), last.date, last.number)
            else:
                yield Step(id, "")
