"""Configurations that nobody would write: made at random from the models, or a good one damaged.

What must come out is a municipality, or mistakes that each name file, line and what to write.
"""

from __future__ import annotations

import copy
import random
import re
import shutil
import tempfile
import traceback
import typing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from jaarring.config.load import load
from jaarring.config.mistakes import Mistake
from jaarring.config.reading import FILES
from jaarring.dutch import HARD_SPACE
from jaarring.occasions.year import occasions
from tests.conftest import SHIPPED

KINDS = ("made", "damaged")
#: what a person or a program may leave anywhere in a file
ODD = (
    "", "~", "null", "no", "ja", "0", "-1", "1e999", "010", "0x1F", "12:30", "2027-02-31", "2027-13-01",
    "9" * 400,
    "1.234,5", "Ⅷ", "٤١", "é", "𝔊", "\u202e", "\u200b", "\x07", "\x85", "\u2028", "\ufeff", "\ud800",
    "a; b <c>", "x" * 5_000, "${env:HOME}", "../../etc/passwd", "=1+1", "{{ 7*7 }}", "%s%n", "*a", "&a b",
    "!!python/object:os.system x", "<<", "---", "...", "? ", "- ", ": ", "#", "'", '"', "[", "]", "{", "}",
    "|", ">", "@", "`", "\t", "  ", "\r", "\n", "[" * 30, "{a: " * 30, "Europe/../../etc/passwd", "G1", "ib",
)  # fmt: skip
#: of a sentence that is not ours, or not Dutch
FOREIGN = re.compile(r"Input should|Traceback|Error\b|object at 0x|\bvalue is\b|NoneType|\bexpected\b")


@dataclass
class Tally:
    """How many were tried of a kind, how they ended, and what was no clear answer."""

    kind: str
    good: int = 0
    refused: int = 0
    sentences: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = f"{self.refused} refused, with {len(self.sentences)} different sentences"
        head = f"{self.kind}: {self.good + self.refused} configurations, {self.good} good, {said}"
        return "\n".join([head, *self.wrong[:20]])

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.kind,
            self.good + other.good,
            self.refused + other.refused,
            self.sentences + other.sentences,
            self.wrong + other.wrong,
        )


def tried(kind: str, times: int, seed: int, first: int = 0) -> Tally:
    """Try as many configurations of a kind, from number `first`; the same seed tries the same."""
    tally = Tally(kind)
    shipped = {name: (SHIPPED / name).read_text(encoding="utf-8") for name in FILES}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "config"
        shutil.copytree(SHIPPED, folder)
        for number in range(first, first + times):
            mark = f"{kind} {seed}/{number}"
            dice = random.Random(mark)
            name = dice.choice(list(FILES))
            text = made(dice, name, shipped[name]) if kind == "made" else damaged(dice, shipped[name])
            (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
            _try(folder, text, mark, tally)
            (folder / name).write_text(shipped[name], encoding="utf-8")
    return tally


def _try(folder: Path, text: str, mark: str, tally: Tally) -> None:
    try:
        here, mistakes = load(folder)
        if here:
            for year in (2026, 2027, 2028):
                occasions(here.organisation, here.schedule, year)
    except Exception:
        tally.wrong.append(f"{mark}: {traceback.format_exc(limit=-4)}")
        return
    tally.good += here is not None
    tally.refused += here is None
    lines = len(re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text)) + 1
    if here is None and not mistakes:
        tally.wrong.append(f"{mark}: nothing came out, and nobody is told why")
    for one in mistakes:
        tally.sentences[re.sub(r"'.*'", "…", one.what)] += 1
        tally.wrong += [f"{mark}: {what}: {one}" for what in unclear(one, folder, lines)]


def unclear(one: Mistake, folder: Path, lines: int) -> Iterator[str]:
    """What keeps a sentence from being clear. `lines`: of the file that was changed."""
    other = len((folder / one.file).read_bytes().splitlines()) + 1
    if one.file not in FILES or not 1 <= one.line <= max(lines, other):
        yield "no such place"
    if not one.what.strip() or not one.remedy.strip():
        yield "half a sentence"
    if not str(one).replace(HARD_SPACE, " ").isprintable() or len(str(one)) > 600:
        yield "not one line that a screen can show"
    if FOREIGN.search(re.sub(r"'.*?'", "", str(one))):
        yield "not our words"


def damaged(dice: random.Random, text: str) -> str:
    """A good file after a bad hour: lines lost, doubled, moved, pushed in; characters typed anywhere."""
    lines = text.splitlines(keepends=True)
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(lines))
        other = dice.randrange(len(lines))
        match dice.randrange(9):
            case 0:
                del lines[at : at + dice.choice((1, 1, 3, 20))]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = " " * dice.choice((1, 2, 3, 8)) + lines[at]
            case 4:
                lines[at] = lines[at].removeprefix("  ")
            case 5:
                lines[at] = re.sub(r"(: ).*", lambda found: found[1] + dice.choice(ODD), lines[at])
            case 6:
                place = dice.randrange(len(lines[at]) or 1)
                lines[at] = lines[at][:place] + dice.choice(ODD) + lines[at][place:]
            case 7:
                place = dice.randrange(len(lines[at]) or 1)
                lines[at] = lines[at][:place] + lines[at][place + dice.randint(1, 4) :]
            case 8:
                lines = lines[: at + 1]
        lines = lines or [""]
    return "".join(lines)


def made(dice: random.Random, name: str, good: str) -> str:
    """A file with the fields that it should have, mostly, and anything in them; or the good one with pieces
    of itself and of others grafted in.
    """
    if dice.random() < 0.4:
        tree = _made(dice, FILES[name], 0)
    else:
        tree = yaml.load(good, Loader=yaml.BaseLoader)
        for _ in range(dice.choice((1, 1, 2, 6))):
            _graft(dice, tree, name)
    style = dice.choice((False, False, True, None))
    return str(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, default_flow_style=style, width=200))


def _graft(dice: random.Random, tree: Any, name: str) -> None:
    """Somewhere in the tree another value: from elsewhere in it, odd, made anew, or none."""
    places = list(_places(tree))
    inside, key = dice.choice(places)
    other, there = dice.choice(places)
    match dice.randrange(4):
        case 0:
            inside[key] = copy.deepcopy(other[there])
        case 1:
            inside[key] = dice.choice(ODD)
        case 2:
            inside[key] = _made(dice, FILES[name], 3) if dice.random() < 0.2 else _scalar(dice)
        case 3:
            del inside[key]


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _made(dice: random.Random, kind: Any, depth: int) -> Any:
    inner = typing.get_args(kind)
    if dice.random() < 0.03 or depth > 12:
        return dice.choice((*ODD, [], {}, ["a"], {"a": "b"}))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {n: f for n, f in kind.model_fields.items() if f.is_required() or dice.random() < 0.5}
        block = {n: _made(dice, _kind(f), depth + 1) for n, f in fields.items() if dice.random() > 0.02}
        return {**block, dice.choice(("naam", "x", "")): "y"} if dice.random() < 0.02 else block
    origin = typing.get_origin(kind)
    if origin is dict:
        return {
            str(_made(dice, inner[0], 99)): _made(dice, inner[1], depth + 1)
            for _ in range(dice.randint(0, 3))
        }
    if origin is list:
        return [_made(dice, inner[0], depth + 1) for _ in range(dice.randint(0, 3))]
    if origin is typing.Literal:
        return dice.choice(inner)
    if origin is typing.Annotated:
        return _scalar(dice)
    if inner:  # one of several
        return _made(dice, dice.choice(inner), depth + 1)
    return _scalar(dice)


def _kind(of: Any) -> Any:
    return of.annotation if not of.metadata else typing.Annotated[of.annotation, *of.metadata]


def _scalar(dice: random.Random) -> str:
    known = (
        "college",
        "raad",
        "coordinator",
        "ib",
        "fb",
        "G1",
        "M01",
        "2027",
        "2027-04-12",
        "45000",
        "-5",
        "ja",
        "09-15",
    )
    return dice.choice(known if dice.random() < 0.8 else ODD)
