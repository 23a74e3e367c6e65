"""A spreadsheet into strategy.yaml: everything or nothing, and the mistakes where they stand."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jaarring.config.load import load
from jaarring.config.reading import read
from jaarring.dutch import opsomming
from jaarring.files import write_safely
from jaarring.forms.rules import Mistake, readable
from jaarring.importing.cells import Names
from jaarring.importing.columns import plain
from jaarring.importing.reading import Blocks, blocks
from jaarring.importing.sheets import gather
from jaarring.importing.writing import replaced
from jaarring.refusal import Refused
from jaarring.starter.lines import help_of
from jaarring.starter.places import PLACE

STRATEGY = "strategy.yaml"


@dataclass(frozen=True)
class Imported:
    """What was written: how many of each; `unchecked`: places are still open, so little could be checked."""

    goals: int
    indicators: int
    measures: int
    unchecked: bool


def bring_in(paths: Sequence[Path], folder: Path, replace: bool) -> Imported | list[Mistake]:
    """Write the tables in `paths` into the strategy.yaml of `folder`, or every mistake and nothing changed.

    Raises Refused where there is no configuration, or its strategy is filled in and `replace` is not given.
    """
    file = folder / STRATEGY
    if not file.is_file():
        raise Refused(f"in {folder} staat geen {STRATEGY}", f"begin met: jaarring init {folder}")
    old = file.read_text(encoding="utf-8-sig")
    if PLACE not in old and not replace:
        raise Refused(
            f"{file} is al ingevuld",
            "voeg --replace toe als u de doelen en maatregelen daarin wilt vervangen",
        )
    made = blocks(gather(paths), _names(folder))
    if made.mistakes:
        return readable(_once(made.mistakes))
    if not (made.tree.get("goals") or made.tree.get("measures")):
        raise Refused(f"in {opsomming([path.name for path in paths])} staat nog niets", "vul de tabellen in")
    text = replaced(old, made.tree, help_of(STRATEGY))
    wrong, unchecked = _checked(folder, text, made)
    if wrong:
        return readable(_once(wrong))
    write_safely(file, text.encode())
    goals = made.tree.get("goals", {})
    indicators = sum(len(goal["indicators"]) for goal in goals.values())
    return Imported(len(goals), indicators, len(made.tree.get("measures", {})), unchecked)


def _names(folder: Path) -> Names:
    """How people may call themes and departments: by the short name, code or name in organisation.yaml."""
    reading = read(folder)
    found = reading.trees["organisation.yaml"].data
    strategy = reading.trees[STRATEGY].data
    known: list[dict[str, str]] = []
    for block in ("themes", "departments"):
        entries = found.get(block) if isinstance(found, dict) else None
        spelled: dict[str, str] = {}
        for id, entry in (entries if isinstance(entries, dict) else {}).items():
            names = [entry.get("code"), entry.get("name")] if isinstance(entry, dict) else []
            spelled |= {plain(name): id for name in names if isinstance(name, str) and plain(name)}
            spelled[plain(id)] = id
        known.append(spelled)
    goals = strategy.get("goals") if isinstance(strategy, dict) else None
    return Names(known[0], known[1], frozenset(goals if isinstance(goals, dict) else ()))


def _checked(folder: Path, text: str, made: Blocks) -> tuple[list[Mistake], bool]:
    """What `jaarring check` says of the blocks in the new file, and whether other places are still open."""
    with tempfile.TemporaryDirectory() as temporary:
        new = Path(temporary) / "config"
        new.mkdir()
        for file in folder.glob("*.yaml"):
            shutil.copyfile(file, new / file.name)
        (new / STRATEGY).write_text(text, encoding="utf-8")
        _, mistakes = load(new)
    found = [one for one in mistakes if one.file == STRATEGY and one.severity == "fout"]
    ours = tuple(made.tree)
    wrong = [
        Mistake(_place(made, one.field), one.what, one.remedy)
        for one in found
        if one.field.startswith(ours) and one.what != "nog niet ingevuld"
    ]
    return wrong, any(one.what == "nog niet ingevuld" for one in mistakes)


def _place(made: Blocks, field: str) -> str:
    """The cell that a field of the new file came from: the nearest that is known."""
    parts = tuple(field.replace("[", ".").replace("]", "").split("."))
    while parts and parts not in made.places:
        parts = parts[:-1]
    return made.places.get(parts, f"Veld {field}")


def _once(mistakes: Iterable[Mistake]) -> list[Mistake]:
    return list(dict.fromkeys(mistakes))
