"""The assumptions of a simulated year as a small YAML file, read with its lines and written beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import ValidationError

from jaarring.calendar import Period
from jaarring.config import yamlfile
from jaarring.config.fields import Day, Days, Id, Model
from jaarring.config.mistakes import Mistake
from jaarring.refusal import Refused
from jaarring.simulate.rules import Assumptions

NAME = "aannamen.yaml"
HEAD = """\
# Wat deze simulatie aanneemt. Verander het en speel het opnieuw: jaarring simulate ... --assume DIT_BESTAND
# late: thema of afdeling, en hoeveel werkdagen te laat.
# absent: wie er niet is, van de eerste tot en met de laatste dag.
# off_course: thema's die hun mijlpalen niet halen. seed: een ander getal geeft een ander toeval.
"""


class AbsenceModel(Model):
    person: Id
    first: Day
    last: Day


class AssumeModel(Model):
    variant: Literal["direct", "oib"] | None = None
    late: dict[Id, Days] = {}
    absent: list[AbsenceModel] = []
    off_course: list[Id] = []
    seed: Days = 1


def read(path: Path) -> tuple[Assumptions, str]:
    """The assumptions in a file, and the variant (empty: as configured). Raises Refused with all mistakes."""
    try:
        tree = yamlfile.load(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused(f"{path.name} is geen gewone tekst", "bewaar het bestand als tekst (UTF-8)") from None
    if tree.faults:
        fault = tree.faults[0]
        raise Refused(f"{path.name}:{fault.line}: {fault.what}", fault.remedy)
    try:
        model = AssumeModel.model_validate(tree.data or {})
    except ValidationError as error:
        found = [_mistake(path, tree, detail["loc"]) for detail in error.errors(include_url=False)]
        raise Refused("\n".join(map(str, found)), "kijk naar de uitleg boven in aannamen.yaml") from None
    absent = [(one.person, one.first, one.last) for one in model.absent]
    return (
        Assumptions(dict(model.late), periods(absent), frozenset(model.off_course), model.seed),
        model.variant or "",
    )


def _mistake(path: Path, tree: yamlfile.Tree, place: Sequence[str | int]) -> Mistake:
    where = tuple(part for part in place if part != "[key]")
    return Mistake(path.name, tree.line(where), yamlfile.dotted(where), "dit past hier niet", "verbeter het")


def periods(absent: Sequence[tuple[str, date, date]]) -> dict[str, tuple[Period, ...]]:
    """Person → periods. Raises Refused for one that ends before it begins."""
    found: dict[str, tuple[Period, ...]] = {}
    for person, first, last in absent:
        if last < first:
            raise Refused(
                f"de afwezigheid van {person} eindigt voor zij begint", "verbeter een van beide data"
            )
        found[person] = (*found.get(person, ()), Period(first, last))
    return found


def write(path: Path, assumed: Assumptions, variant: str) -> None:
    """The same as a file, to play the year again."""
    content = {
        "variant": variant,
        "late": dict(sorted(assumed.late.items())),
        "absent": [
            {"person": person, "first": one.first, "last": one.last}
            for person, found in sorted(assumed.absent.items())
            for one in found
        ],
        "off_course": sorted(assumed.off_course),
        "seed": assumed.seed,
    }
    path.write_text(HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
