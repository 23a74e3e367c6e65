"""What the people of Elzenwaard hand in and decide in the cycle of 2027: the files beside this one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from jaarring.config.yamlfile import load
from jaarring.forms.rules import Key, Value

HERE = Path(__file__).parent
QUARTERS = (1, 2, 3, 4)
#: what stands beside the answers in a form of the case
AROUND = ("form", "date", "by", "way", "variant", "accepted")
#: what stands beside the cells of an answer
REPLY = ("date", "by", "about", "choose", "say", "variant")
#: columns that a person fills with words, whatever they look like
WORDS = (
    "bron",
    "toelichting",
    "oorzaak",
    "antwoord",
    "wijziging",
    "gevolg",
    "maatregel",
    "oordeel",
    "nummer",
    "van",
    "persoon",
)


@dataclass(frozen=True)
class HandIn:
    """A form that somebody fills in. `by`: who, where it is not the one who owes it.

    `way`: intake (put in the folder before the morning's tick) or submit (handed in with the command).
    `accepted`: when it is accepted; None where it never is.
    """

    duty: str
    on: date
    by: str
    way: str
    accepted: date | None
    answers: Mapping[Key, Value]


@dataclass(frozen=True)
class Command:
    """A command as the coordinator types it behind `jaarring`, without dates; `say`: for who reads along."""

    on: date
    words: tuple[str, ...]
    say: str


@dataclass(frozen=True)
class Line:
    """A line (`text`) that somebody adds to a configuration file, below the line `under`."""

    on: date
    file: str
    under: str
    text: str
    say: str


@dataclass(frozen=True)
class Reply:
    """An answer in the form of the day's letter.

    `by`: who got the letter, a person or body; `about`: what the question is about, as `jaarring decide`
    takes it; `choice`: its verb; `cells`: what else is typed in its row, by column.
    """

    on: date
    by: str
    about: str
    choice: str
    cells: Mapping[str, Value]
    say: str


@dataclass(frozen=True)
class Day:
    """What people do on one day."""

    on: date
    hand_ins: Sequence[HandIn]
    commands: Sequence[Command]
    replies: Sequence[Reply]
    lines: Sequence[Line]


@dataclass(frozen=True)
class Case:
    """The year as it goes in one variant, in order of date."""

    hand_ins: Sequence[HandIn]
    commands: Sequence[Command]
    replies: Sequence[Reply]
    lines: Sequence[Line]

    def day(self, on: date) -> Day:
        """What people do on that day."""
        return Day(
            on,
            [one for one in self.hand_ins if one.on == on],
            [one for one in self.commands if one.on == on],
            [one for one in self.replies if one.on == on],
            [one for one in self.lines if one.on == on],
        )

    @property
    def days(self) -> set[date]:
        """The days on which people do something."""
        acts: Sequence[Sequence[HandIn | Command | Reply | Line]]
        acts = (self.hand_ins, self.commands, self.replies, self.lines)
        return {one.on for some in acts for one in some}


def read(variant: str) -> Case:
    """The case as it goes in this variant."""
    files = ("plans.yaml", *(f"quarter{number}.yaml" for number in QUARTERS))
    hand_ins = [one for name in files for one in _hand_ins(name, variant)]
    commands, replies, lines = [], [], []
    for one in _of(variant, _content("decisions.yaml")):
        on = date.fromisoformat(one["date"])
        if "run" in one:
            commands.append(Command(on, tuple(shlex.split(one["run"])), one["say"]))
        elif "about" in one:
            replies.append(_reply(on, one, variant))
        else:
            lines.append(Line(on, one["file"], one["under"], one["line"], one["say"]))
    return Case(
        sorted(hand_ins, key=lambda form: form.on),
        sorted(commands, key=lambda said: said.on),
        sorted(replies, key=lambda said: said.on),
        lines,
    )


def _reply(on: date, one: dict[str, Any], variant: str) -> Reply:
    """An answer; where it is another who gives it under each variant, `by` names both."""
    cells = {column: _typed(column, text) for column, text in one.items() if column not in REPLY}
    by = one["by"][variant] if isinstance(one["by"], dict) else one["by"]
    return Reply(on, by, one["about"], one["choose"], cells, one.get("say", ""))


def _content(name: str) -> Any:
    tree = load((HERE / name).read_text(encoding="utf-8"))
    if tree.faults:
        raise ValueError(f"{name}: {tree.faults[0]}")
    return tree.data


def _of(variant: str, entries: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (one for one in entries if one.get("variant", variant) == variant)


def _hand_ins(name: str, variant: str) -> Iterator[HandIn]:
    content = _content(name)
    for one in _of(variant, content["forms"]):
        accepted = one.get("accepted", content["accepted"])
        yield HandIn(
            duty=one["form"],
            on=date.fromisoformat(one["date"]),
            by=one.get("by", ""),
            way=one.get("way", "intake"),
            accepted=None if accepted == "no" else date.fromisoformat(accepted),
            answers={
                (sheet, row, column): _typed(column, text)
                for sheet, rows in one.items()
                if sheet not in AROUND
                for row, cells in rows.items()
                for column, text in cells.items()
            },
        )


def _typed(column: str, text: str) -> Value:
    """A cell as a person types it: a number as a number, a date as a date."""
    if column in WORDS:
        return text
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    return Decimal(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text
