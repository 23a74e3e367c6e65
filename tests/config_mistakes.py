"""The table of mistakes, `config_mistakes.txt`: edits of the shipped configuration, and the answers."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from jaarring.config.load import check

SHIPPED = Path(__file__).resolve().parent.parent / "config"
TABLE = Path(__file__).with_suffix(".txt")


@dataclass
class Edit:
    """Lines that go and lines that come in one file; what stays is in both."""

    file: str
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass
class Case:
    title: str
    edits: list[Edit] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def cases() -> list[Case]:
    """Every case of the table."""
    found: list[Case] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found.append(Case(line[3:]))
        elif line.startswith("> "):
            found[-1].answers.append(line[2:])
        elif line.endswith(".yaml") and not line.startswith((" ", "-", "+")):
            found[-1].edits.append(Edit(line))
        elif found and line:
            edit = found[-1].edits[-1]
            if line[0] in " -":
                edit.before.append(line[1:])
            if line[0] in " +":
                edit.after.append(line[1:])
    return found


def edited(case: Case, folder: Path) -> Path:
    """A copy of the shipped configuration in `folder` with the edits of `case`, each at its only place."""
    copy = folder / "config"
    shutil.copytree(SHIPPED, copy)
    for edit in case.edits:
        path = copy / edit.file
        before, after = ("".join(f"{line}\n" for line in lines) for lines in (edit.before, edit.after))
        text = "\n" + path.read_text(encoding="utf-8")
        assert text.count("\n" + before) == 1, f"{case.title}: {edit.file} has not this text once:\n{before}"
        path.write_text(text.replace("\n" + before, "\n" + after)[1:], encoding="utf-8")
    return copy


def answer(case: Case) -> list[str]:
    """What `jaarring check` prints of the edited configuration, a line each, without the last."""
    with tempfile.TemporaryDirectory() as folder:
        return check(edited(case, Path(folder)))[0].splitlines()[:-1]


def rewrite() -> None:
    """Write the answers of today into the table."""
    answers = iter([answer(case) for case in cases()])
    lines: list[str] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("> "):
            lines.append(line)
        elif not lines[-1].startswith("> "):
            lines += [f"> {sentence}" for sentence in next(answers)]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    rewrite()
