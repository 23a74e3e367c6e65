"""The organisation through time: every change of organisation.yaml laid over what stood before it.

A change holds only what differs, written as in the rest of the file. What is laid over what gives a complete
organisation again, read by the same model; so a change can be wrong in no other way than the file itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jaarring.config.models.organisation import OrganisationModel, ThemeChange, ThemeModel
from jaarring.config.reading import Reading

#: what is said of a change itself
ABOUT = ("from", "why")
#: what is said of a theme that ends
OF_AN_END = ("successor", "measures", "budget")


@dataclass(frozen=True)
class Stage:
    """The organisation from `since` on. `number`: the place of its change in the list, from 0.

    `model` is None where what came of it cannot be read (`errors`); no stage follows then. `ended`: every
    theme that is no more, with what was said of it; `known`: as it was last known.
    """

    number: int
    since: date
    data: dict[str, Any]
    model: OrganisationModel | None
    errors: list[ErrorDetails] = field(default_factory=list)
    ended: Mapping[str, ThemeChange] = field(default_factory=dict)
    known: Mapping[str, ThemeModel] = field(default_factory=dict)
    ended_on: Mapping[str, date] = field(default_factory=dict)


def stages(reading: Reading) -> Iterator[Stage]:
    """Every stage after the first, oldest first; none while the file itself has a field that is wrong."""
    model = reading.organisation
    if model is None or not reading.written:
        return
    data = {name: part for name, part in reading.written.items() if name != "changes"}
    ended: dict[str, ThemeChange] = {}
    known: dict[str, ThemeModel] = {}
    ended_on: dict[str, date] = {}
    for number, change in enumerate(model.changes):
        data = laid_over(data, reading.written["changes"][number])
        for id, said in change.themes.items():
            if said.successor:
                ended[id], ended_on[id] = said, change.since
                known |= {id: model.themes[id]} if id in model.themes else {}
        try:
            model = OrganisationModel.model_validate(data)
        except ValidationError as error:
            wrong = error.errors(include_url=False)
            yield Stage(number, change.since, data, None, wrong, dict(ended), dict(known))
            return
        yield Stage(number, change.since, data, model, [], dict(ended), dict(known), dict(ended_on))


def themes_of(reading: Reading, year: int) -> frozenset[str]:
    """The themes that the plans of `year` are made for: those that there are when its objectives are set."""
    found = reading.names("organisation.yaml", "themes") or frozenset()
    moment = reading.calendar.moments.get("objectives") if reading.calendar else None
    day = date(year + moment.year, *moment.day) if moment and moment.day else date(year - 1, 10, 1)
    before = [stage for stage in stages(reading) if stage.since <= day]
    return frozenset(before[-1].data["themes"]) if before else found


def laid_over(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """What stood before with a change over it. A list takes the place of the list that was there."""
    data = deepcopy(dict(before))
    chair = (change.get("joint_body") or {}).get("chair")
    if chair and chair != data.get("joint_body", {}).get("chair"):
        # when and by whom the last chair was appointed says nothing about this one
        of_the_last = ("appointed", "appointed_by")
        data["joint_body"] = {k: v for k, v in data.get("joint_body", {}).items() if k not in of_the_last}
    for name, part in change.items():
        if name not in ABOUT:
            data[name] = _over(data.get(name), part)
    themes = change.get("themes") or {}
    ends = [id for id, said in themes.items() if "successor" in said]
    for id in themes:
        data["themes"][id] = {k: v for k, v in data["themes"][id].items() if k not in OF_AN_END}
    if ends:
        data["themes"] = {id: theme for id, theme in data["themes"].items() if id not in ends}
    return data


def _over(before: Any, part: Any) -> Any:
    if isinstance(before, dict) and isinstance(part, dict):
        return {**before, **{name: _over(before.get(name), inner) for name, inner in part.items()}}
    return deepcopy(part)
