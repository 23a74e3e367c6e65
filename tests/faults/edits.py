"""The configuration is edited between two rounds, and the year goes on.

Two ways. Random towns of tests/fuzz in whose year people leave and themes merge, split and are renamed, with
its promises. And the four files of a real town, edited by hand between the phases of its piece of a year:
people leave, get another address, are replaced; themes come, merge and get another owner; a department gets
another head; a file is broken, or says what cannot be, and is mended. Files with a mistake change nothing at
all; whatever the edits, after each phase the invariants hold (`Invariants`).
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from jaarring.here import BadConfiguration, Here, municipality
from tests.faults import town, twins
from tests.faults.found import Found
from tests.faults.outages import unfair
from tests.faults.post import Post
from tests.fuzz import years
from tests.fuzz.towns import town as random_town

PIECES, YEARS = 60, 120
#: of so many phases one is begun with an edit
ONE_IN = 6
ORGANISATION, STRATEGY = "organisation.yaml", "strategy.yaml"
Tree = dict[str, Any]
#: what never changes of what was handed in and decided
LASTING = {
    "submission": "duty, version, received_on, handed_in_by, on_behalf_of, content, file",
    "decision": "id, subject, verb, body, date, number, reason, recorded_by",
}


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Random towns, and a real one under random edits; `sample`: so many pieces and as many years."""
    found, edits, refused = Found(), 0, 0
    pieces = PIECES if sample is None else sample
    with Post() as post:
        for number in range(pieces):
            piece = Piece(folder / f"{number}", post, Random(random.random()))
            piece.play(found)
            edits, refused = edits + piece.edits, refused + piece.refused
        found.wrong += blind(folder / "0", piece)
    found.runs.append(f"{pieces} pieces of a year with {edits} edits, {refused} of them refused")
    _years(random, YEARS if sample is None else sample, found)
    return found


# ---- random towns


def _years(random: Random, many: int, found: Found) -> None:
    """Years of towns that change, by the promises of tests/fuzz."""
    seeds = list(_changing(random, many))
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as workers:
        for seed, wrong in zip(seeds, workers.map(_year, seeds), strict=True):
            found.wrong += [f"year {seed}: {one}" for one in wrong]
    found.runs.append(f"{many} random years of towns that change")


def _changing(random: Random, many: int) -> Iterator[int]:
    seed = random.randrange(10**6)
    while many:
        made = random_town(Random(seed), Path())
        if made.config.organisations.later:
            many -= 1
            yield seed
        seed += 1


def _year(seed: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return list(years.broken(years.play(seed, Path(folder))))


# ---- edits by hand


def _pick(random: Random, some: Tree) -> str:
    return random.choice(sorted(some))


def address(random: Random, day: date, files: dict[str, Tree]) -> None:
    """Somebody gets another mail address."""
    people = files[ORGANISATION]["people"]
    id = _pick(random, people)
    people[id]["mail"] = f"{id}-{random.randrange(1000)}@waterveen.example"


def leaves(random: Random, day: date, files: dict[str, Tree]) -> None:
    """Somebody is gone; a new one stands wherever he stood."""
    id = _pick(random, files[ORGANISATION]["people"])
    new = f"nieuw-{random.randrange(10**6)}"
    person = files[ORGANISATION]["people"].pop(id)
    files[ORGANISATION] = _renamed(files[ORGANISATION], id, new)
    person |= {"mail": f"{new}@waterveen.example", "function": f"opvolger {new[6:]}"}
    files[ORGANISATION]["people"][new] = {key: person[key] for key in ("function", "mail")}


def _renamed(value: Any, id: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(one, id, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, id, new) for one in value]
    return new if value == id else value


def owner(random: Random, day: date, files: dict[str, Tree]) -> None:
    """From tomorrow a theme has another owner."""
    theme = _pick(random, files[ORGANISATION]["themes"])
    _change(day, files, themes={theme: {"owner": _pick(random, files[ORGANISATION]["people"])}})


def head(random: Random, day: date, files: dict[str, Tree]) -> None:
    """A department gets another head, at once."""
    files[ORGANISATION]["departments"]["bv"]["head"] = _pick(random, files[ORGANISATION]["people"])


def substitute(random: Random, day: date, files: dict[str, Tree]) -> None:
    """Somebody gets a substitute and goes on leave."""
    people = files[ORGANISATION]["people"]
    people[_pick(random, people)] |= {
        "substitute": _pick(random, people),
        "absent": [{"first": day, "last": day + timedelta(days=random.randint(1, 12))}],
    }


def merge(random: Random, day: date, files: dict[str, Tree]) -> None:
    """From tomorrow two themes are one."""
    theme, into = random.sample(sorted(files[ORGANISATION]["themes"]), 2)
    _change(day, files, themes={theme: {"successor": into}})


def added(random: Random, day: date, files: dict[str, Tree]) -> None:
    """From tomorrow there is a theme more, out of one that ends."""
    themes, people = files[ORGANISATION]["themes"], files[ORGANISATION]["people"]
    old, new = _pick(random, themes), f"t{random.randrange(1000)}"
    made = deepcopy(themes[old]) | {
        "code": new.upper(),
        "name": f"thema {new}",
        "owner": _pick(random, people),
    }
    _change(day, files, themes={new: made, old: {"successor": new}})


def later(random: Random, day: date, files: dict[str, Tree]) -> None:
    """A measure ends later than was adopted."""
    measure = files[STRATEGY]["measures"][_pick(random, files[STRATEGY]["measures"])]
    measure["end"] += timedelta(days=random.randint(1, 60))


def money(random: Random, day: date, files: dict[str, Tree]) -> None:
    """A theme gets more money than was adopted."""
    budget = files[STRATEGY]["budgets"][2027]
    budget["themes"][_pick(random, budget["themes"])] += 100
    budget["total"] += 100


def nobody(random: Random, day: date, files: dict[str, Tree]) -> None:
    """A mistake: somebody is gone who still stands in a line."""
    del files[ORGANISATION]["people"][files[ORGANISATION]["themes"]["ib"]["owner"]]


def _change(day: date, files: dict[str, Tree], **what: Any) -> None:
    made = files[ORGANISATION].setdefault("changes", [])
    tomorrow = day + timedelta(days=1)
    if made and made[-1]["from"] == tomorrow:
        raise LookupError("there is a change on that day")
    made.append({"from": tomorrow, "why": "zo besloten", **what})


EDITS: tuple[Callable[[Random, date, dict[str, Tree]], None], ...] = (
    *(address, leaves, owner, head, substitute, merge, added, later, money, nobody),
)


@dataclass
class Piece:
    """A town that is edited as it goes."""

    folder: Path
    post: Post
    random: Random
    edits: int = 0
    refused: int = 0
    config: Path = field(init=False)

    def __post_init__(self) -> None:
        self.config = town.founded(self.folder, self.post.url, variant=self.random.choice(["direct", "oib"]))

    def play(self, found: Found) -> None:
        """The piece from its first phase to its last, its invariants looked at after each."""
        look, done = Invariants(self.folder), list[str]()
        for day, phase in town.phases(self.config):
            if self.random.randrange(ONE_IN) == 0:
                done.append(f"{self._edit(day, phase, found)} {day} {phase}")
            town.play(self.config, day, phase, self.folder / "promised")
            with municipality(self.config) as here:
                came = [one.recipients[0] for one in self.post.taken()]
                wrong = list(look(here.on(day), came))
            if wrong:
                found.wrong += [
                    f"{self.folder.name}, {day} {phase} after {done[-3:]}: {one}" for one in wrong
                ]
                return

    def _edit(self, day: date, phase: str, found: Found) -> str:
        """Edit the files. With a mistake in them nothing is done, and then they are put back."""
        self.edits += 1
        before = {name: (self.config / name).read_bytes() for name in (ORGANISATION, STRATEGY)}
        edit = self.random.choice((*EDITS, None))
        if edit is None:
            self._spoil()
        else:
            files = {name: yaml.safe_load(text) for name, text in before.items()}
            try:
                edit(self.random, day, files)
            except LookupError:
                return "nothing"
            for name, tree in files.items():
                (self.config / name).write_text(
                    yaml.dump(tree, Dumper=_Plain, allow_unicode=True, sort_keys=False), "utf-8"
                )
        if not self._stops(day, phase, before, found):
            return edit.__name__ if edit else "spoiled"
        return f"refused {edit.__name__ if edit else 'text'}"

    def _spoil(self) -> None:
        """Half a file, or a line that is none."""
        file = self.config / self.random.choice([ORGANISATION, STRATEGY])
        text = file.read_bytes()
        cut = self.random.randrange(len(text))
        file.write_bytes(self.random.choice([text[:cut], text + b"\nthemes: [\n", text + b"\nonzin: 1\n"]))

    def _stops(self, day: date, phase: str, before: dict[str, bytes], found: Found) -> bool:
        """Whether the files are refused as they are; then a round does nothing, and they are put back."""
        try:
            with municipality(self.config):
                return False
        except BadConfiguration:
            self.refused += 1
        edited = {name: (self.config / name).read_bytes() for name in before}
        first = self._state(before)
        for name, text in edited.items():
            (self.config / name).write_bytes(text)
        try:
            town.play(self.config, day, phase, self.folder / "promised")
            found.wrong.append(f"{self.folder.name}, {day} {phase}: a round went on with a mistake in a file")
        except BadConfiguration:
            pass
        if list(twins.differences(self._state(before), first)) or self.post.taken():
            found.wrong.append(f"{self.folder.name}, {day} {phase}: a file with a mistake changed something")
        return True

    def _state(self, files: dict[str, bytes]) -> twins.State:
        """What the town is, with these files, which stay."""
        for name, text in files.items():
            (self.config / name).write_bytes(text)
        with municipality(self.config) as here:
            return twins.state(here)


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


class Invariants:
    """What must hold after each phase, beside what held after the phase before."""

    def __init__(self, folder: Path) -> None:
        self._promised = folder / "promised"
        self._kept: dict[str, set[str]] = {}

    def __call__(self, here: Here, came: list[str]) -> Iterator[str]:
        """`came`: the addresses that got mail meanwhile."""
        yield from twins.unproven(here)
        yield from unfair(here)
        yield from strangers(here, came)
        yield from town.broken_promises(here.store, self._promised)
        with here.store.read() as tx:
            for name, columns in LASTING.items():
                rows = {repr(tuple(row)) for row in tx.exec_driver_sql(f"select {columns} from {name}")}
                gone = self._kept.get(name, set()) - rows
                yield from (f"{name}: gone or rewritten: {row[:120]}" for row in gone)
                self._kept[name] = rows
            twice = "select occasion, recipient from message group by 1, 2, channel having count(*) > 1"
            yield from (f"{row[0]} is twice for {row[1]}" for row in tx.exec_driver_sql(twice))


def strangers(here: Here, came: list[str]) -> Iterator[str]:
    """Who got mail and has no such address on that day."""
    known = {person.mail for person in here.organisation.people.values()}
    known |= {body.mail for body in here.organisation.bodies.values()}
    yield from (f"mail went to {to}, who is not of the organisation" for to in came if to not in known)


def blind(folder: Path, piece: Piece) -> Iterator[str]:
    """The control: what was handed in and is gone is seen, and who got mail and is not of us."""
    look = Invariants(folder)
    with municipality(piece.config) as here:
        here = here.on(town.END)
        if list(strangers(here, ["weg@waterveen.example"])) == []:
            yield "control: mail to somebody who left is not seen"
        list(look(here, []))
        with here.store.write() as tx:
            tx.exec_driver_sql("delete from submission")
        if not any("submission: gone" in one for one in look(here, [])):
            yield "control: an account that is gone is not missed"
