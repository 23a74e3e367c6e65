"""The example data with which `jaarring check` tries own templates: jaarring/own/examples.json.

Taken from what our own templates got in a simulated year of the example, and in the tests of the rooms whose
letters no quiet year has. `python -m tests.own_examples` writes the file anew.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jaarring import letters, shelf
from jaarring.cli import main
from jaarring.own.check import EXAMPLES
from jaarring.own.templates import across, replaceable
from tests.conftest import SHIPPED

TESTS = Path(__file__).parent
#: the rooms whose letters a quiet year has not
MORE = (
    "test_reminders",
    "test_absences",
    "test_adjustments",
    "test_plan_forms",
    "test_plans",
    "test_reports",
    "test_mailbox",
    "test_council",
    "test_papers",
    "test_post",
)
#: of one template
EACH = 3

Example = dict[str, Any]


@contextmanager
def taken() -> Iterator[dict[str, list[Example]]]:
    """Whatever templates get meanwhile, by template."""
    found: dict[str, list[Example]] = {}
    words, page = letters._words, shelf.words

    def mail(here: Any, template: str, frame: Any, context: Any) -> Any:
        found.setdefault(template, []).append(across(frame, context))
        return words(here, template, frame, context)

    def document(template: str, own: Path | None = None, **view: Any) -> str:
        found.setdefault(template, []).append(across(None, view))
        return page(template, own, **view)

    letters._words, shelf.words = mail, document
    try:
        yield found
    finally:
        letters._words, shelf.words = words, page


def chosen(found: list[Example]) -> list[Example]:
    """A few that differ in what is there and what is not, the shortest of each kind."""
    kinds: dict[str, str] = {}
    for one in found:
        said = json.dumps(one, ensure_ascii=False, sort_keys=True)
        shape = json.dumps({name: value in (None, "", [], False) for name, value in one["values"].items()})
        if shape not in kinds or len(said) < len(kinds[shape]):
            kinds[shape] = said
    return [json.loads(said) for said in sorted(kinds.values(), key=lambda said: (len(said), said))[:EACH]]


def _block(name: str, examples: list[Example]) -> str:
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in examples)
    return f"{json.dumps(name)}: [\n{lines}\n]"


def write(only: Sequence[str] = ()) -> None:
    """`only`: tests from which the examples come that are not there yet."""
    with taken() as found, tempfile.TemporaryDirectory() as place:
        for variant in () if only else ("direct", "oib"):
            out = str(Path(place) / variant)
            main(["simulate", "2027", "--config", str(SHIPPED), "--out", out, "--variant", variant])
        pytest.main(["-q", "-p", "no:cacheprovider", *(str(TESTS / f"{name}.py") for name in only or MORE)])
    made = {name: chosen(each) for name, each in found.items()}
    if only:
        made |= json.loads(EXAMPLES.read_text(encoding="utf-8"))
    blocks = [_block(name, made[name]) for name in sorted(made) if name in replaceable()]
    EXAMPLES.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")
    print(f"{len(blocks)} templates; without an example: {sorted(replaceable() - set(made))}")


if __name__ == "__main__":
    write(sys.argv[1:])
