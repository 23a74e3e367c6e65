"""Who says what when a question is answered, and the decisions of the calendar that nobody is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from jaarring import cycle, steps
from jaarring.decide import Request, Terms, decide
from jaarring.goals.rules import Decision
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger.decisions import Entry
from jaarring.questions.rules import Asked, Choice
from jaarring.refusal import Refused
from jaarring.rights import BOARD, COUNCIL
from jaarring.simulate.answers import EXAMPLE

NOON = time(12, 0)
#: answers that hold things up, or ask for more: given only where nothing else can be
UNWILLING = ("return", "refuse", "disagree", "none", "advise", "change")
#: the end of a key → how `jaarring decide` says what is decided there; of the rest it is `record`
VERBS = {
    "frame/council": "adopt",
    "frame/board": "adopt",
    "plan/agree": "agree",
    "plan/check": "accept",
    "plan/adopt": "adopt",
    "council/review": "advise",
    "council/adopt": "adopt",
    "council/committee": "note",
    "council/note": "note",
}


@dataclass
class Register:
    """The decisions of a simulated year: a number for each, and why one could not be taken."""

    refused: dict[str, tuple[date, str]] = field(default_factory=dict)
    taken: int = 0

    def answer(self, here: Here, asked: Asked, day: date) -> bool:
        """Answer a question with the first willing choice that can be carried out; whether one could."""
        question = asked.question
        willing = sorted(question.choices, key=lambda choice: choice.verb in UNWILLING)
        why = ""
        for choice in willing:
            wrong = self._try(here, question.subject, choice, question.asked_of, day)
            if wrong is None:
                self.refused.pop(question.subject, None)
                return True
            why = why or wrong
        self.refused[question.subject] = (day, why)
        return False

    def take(self, here: Here, key: str, day: date) -> bool:
        """Take a decision of the calendar that no question asks for, by the first body whose it is."""
        tail = key.partition("/")[2]
        verb = "adopt" if tail.endswith("/tactical/board") else VERBS.get(tail, "record")
        choice, why = Choice(verb, verb, ("date", "number")), ""
        for body in _bodies(here.organisation):
            wrong = self._try(here, key, choice, body, day)
            if wrong is None:
                self.refused.pop(key, None)
                return True
            why = why or wrong
        self.refused[key] = (day, why)
        return False

    def hand_in(self, here: Here, duty: str, bodies: Iterable[str], day: date) -> bool:
        """Hand a plan in as it is, without a form; whether somebody could."""
        said = [self._try(here, duty, Choice("submit", "ingediend"), body, day) for body in bodies]
        return None in said

    def _try(self, here: Here, key: str, choice: Choice, body: str, day: date) -> str | None:
        """None where it was carried out, else why not."""
        stated, asks = stated_in(here, key), {*choice.needs, *choice.takes}
        number = stated.number if stated else f"SIM-{day.year}-{self.taken + 1:03}"
        entry = Entry(
            key,
            choice.verb,
            body,
            stated.date if stated else day,
            number if "number" in asks else "",
            EXAMPLE if "reason" in choice.needs else "",
        )
        terms = Terms(
            Decimal(0) if "amount" in choice.needs else None,
            (),
            here.schedule.calendar.shift(day, 10) if "until" in choice.needs else None,
            here.organisation.coordinator if "person" in choice.needs else "",
        )
        at = cycle.moment(here, day, NOON)
        try:
            decide(Request(here, key, choice.verb, entry, here.organisation.coordinator, at, terms, body))
        except Refused as refused:
            return str(refused)
        self.taken += 1
        return None


def _bodies(organisation: Organisation) -> Sequence[str]:
    """Everybody who may be meant by a decision, the likeliest first; the lines refuse whose it is not."""
    joint = [organisation.joint_body.chair, "oib"] if organisation.joint_body else []
    advisers = [theme.adviser for theme in organisation.themes.values()]
    return tuple(dict.fromkeys([organisation.secretary, BOARD, COUNCIL, *joint, *advisers]))


def stated_in(here: Here, key: str) -> Decision | None:
    """A decision that stands in strategy.yaml; None for one that the year itself brings."""
    tail, framework = key.partition("/")[2], here.framework
    if tail == "frame/council":
        return framework.council_frame
    return framework.adoption if tail == "frame/board" else None


def made_anew(here: Here, key: str, day: date) -> bool:
    """A concept that changed since it was made, made anew for who decides; whether it was one."""
    at = cycle.moment(here, day, NOON)
    parts = key.split("/")
    try:
        if parts[-1] == "tactical":
            return bool(steps.tactical_by_hand(here, int(parts[0]), int(parts[1][1]), day, at))
        if parts[1:] == ["council", "adopt"]:
            for edition in ("intern", "besloten", "openbaar"):
                _edition(here, int(parts[0]), edition, day)
            return True
    except Refused:
        pass
    return False


def _edition(here: Here, year: int, edition: str, day: date) -> None:
    try:
        steps.council_by_hand(here, year, edition, day, cycle.moment(here, day, NOON))
    except Refused:
        pass  # nothing is closed, or the public edition waits for words: the adoption will say so
