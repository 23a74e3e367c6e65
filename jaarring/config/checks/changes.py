"""What changes on a date: each stage is checked as the file itself is, and what ends has somewhere to go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jaarring.config.checks import lines, organisation, persons
from jaarring.config.checks.names import ORGANISATION, suggestion
from jaarring.config.mistakes import Mistake, shown
from jaarring.config.models.organisation import ThemeChange
from jaarring.config.reading import MISSING, Reading
from jaarring.config.stages import ABOUT, OF_AN_END, Stage, stages
from jaarring.config.yamlfile import Path, Tree
from jaarring.dutch import datum, euro

#: what holds of the organisation on every day
CHECKS: tuple[Callable[[Reading], Iterator[Mistake]], ...] = (
    organisation.people,
    organisation.departments_and_themes,
    organisation.offices_and_roles,
    organisation.joint_body,
    lines.lines,
    persons.lines_of_persons,
)


@dataclass
class StageReading(Reading):
    """The file as it is after a change. A mistake in it is told at the change that it came with."""

    base: Reading = field(kw_only=True)
    number: int = field(kw_only=True)

    def at(self, file: str, path: Path, what: str, remedy: str, severity: str = "fout") -> Mistake:
        if file != ORGANISATION:
            return super().at(file, path, what, remedy, severity)
        where = ("changes", self._changed_in(path), *path)
        return self.base.at(file, where, what, remedy, severity)

    def _changed_in(self, path: Path) -> int:
        """The change that touched most of `path`; of two the later."""
        written = self.base.trees[ORGANISATION].lines
        deep = range(2, len(path) + 1)
        depth = {n: sum(("changes", n, *path[:d]) in written for d in deep) for n in range(self.number + 1)}
        most = max(depth.values())
        return max(n for n, found in depth.items() if found == most) if most else self.number


def changes(reading: Reading) -> Iterator[Mistake]:
    """Every change, in the order of the file. After one that leads to nothing readable the rest waits."""
    model = reading.organisation
    if not model:
        return
    yield from _dates(reading)
    before = _told(mistake for check in CHECKS for mistake in check(reading))
    data: Mapping[str, object] = reading.written
    for stage in stages(reading):
        found = list(_endings(reading, stage, data))
        found += _unreadable(reading, stage)
        if stage.model:
            now = _reading(reading, stage)
            told = [mistake for check in CHECKS for mistake in check(now)]
            found += [mistake for mistake in told if _words(mistake) not in before]
            before = _told(told)
        yield from found
        data = stage.data


def _told(mistakes: Iterator[Mistake] | list[Mistake]) -> frozenset[tuple[str, ...]]:
    return frozenset(map(_words, mistakes))


def _words(mistake: Mistake) -> tuple[str, ...]:
    """A mistake without the change that it is told at: the same mistake is not new with each change."""
    return mistake.file, re.sub(r"^changes\[\d+\]\.", "", mistake.field), mistake.what, mistake.remedy


def _dates(reading: Reading) -> Iterator[Mistake]:
    model = reading.organisation
    assert model
    for number, change in enumerate(model.changes):
        path: Path = ("changes", number)
        if number and change.since <= model.changes[number - 1].since:
            what = f"komt niet na de wijziging ervoor ({datum(model.changes[number - 1].since)})"
            remedy = (
                "zet de wijzigingen in de volgorde van hun datum; zet wat op één dag verandert bij elkaar"
            )
            yield reading.at(ORGANISATION, (*path, "from"), what, remedy)
        if reading.written and not set(reading.written["changes"][number]) - set(ABOUT):
            yield reading.at(
                ORGANISATION, path, "verandert niets", "schrijf erbij wat er anders wordt, of haal haar weg"
            )


def _reading(reading: Reading, stage: Stage) -> StageReading:
    """What the checks read: the file as it is after the change."""
    assert stage.model
    return StageReading(
        reading.folder,
        {**reading.trees, ORGANISATION: Tree(stage.data)},
        {**reading.models, ORGANISATION: stage.model},
        reading.broken,
        ended=dict(stage.ended),
        base=reading,
        number=stage.number,
    )


def _unreadable(reading: Reading, stage: Stage) -> Iterator[Mistake]:
    """What a change leaves incomplete: a theme or a person that is new needs every field."""
    for detail in stage.errors:
        path = tuple(part for part in detail["loc"] if part != "[key]")
        what, remedy = "ontbreekt", MISSING.get(str(path[-1]), "voeg dit veld toe")
        if detail["type"] == "too_short":
            what, remedy = "na deze wijziging staat hier niets meer", "laat er ten minste één over"
        yield reading.at(ORGANISATION, ("changes", stage.number, *path), what, remedy)


def _endings(reading: Reading, stage: Stage, before: Mapping[str, object]) -> Iterator[Mistake]:
    """Themes that end: they were there, somebody takes over, and what is divided is divided whole."""
    model = reading.organisation
    assert model
    existing, left = _names(before), _names(stage.data)
    said_now = model.changes[stage.number].themes
    for id, said in said_now.items():
        path: Path = ("changes", stage.number, "themes", id)
        if not said.successor:
            yield from _goes_on(reading, path, id, said, stage)
            continue
        if id not in existing:
            remedy = suggestion(id, existing, "haal dit thema hier weg")
            yield reading.at(ORGANISATION, path, "dit thema was er niet, en kan dus niet eindigen", remedy)
        if said.successor not in left:
            yield reading.at(
                ORGANISATION,
                (*path, "successor"),
                f"'{shown(said.successor)}' is na deze wijziging geen thema",
                suggestion(said.successor, left, "noem een thema dat blijft"),
            )
        if also := sorted(said.model_fields_set - set(OF_AN_END)):
            what = "dit thema eindigt, dus hier verandert niets meer"
            yield reading.at(ORGANISATION, (*path, also[0]), what, "haal dit veld weg, of haal successor weg")
        yield from _divided(reading, path, id, said, stage, left)


def _names(data: Mapping[str, object]) -> frozenset[str]:
    found = data.get("themes")
    return frozenset(found) if isinstance(found, dict) else frozenset()


def _goes_on(reading: Reading, path: Path, id: str, said: ThemeChange, stage: Stage) -> Iterator[Mistake]:
    for extra in ("measures", "budget"):
        if getattr(said, extra):
            what = "hoort alleen bij een thema dat eindigt"
            yield reading.at(ORGANISATION, (*path, extra), what, "noem ook successor, of haal dit weg")
    if id in stage.ended:
        what = "zo heette een thema dat al is geëindigd"
        yield reading.at(ORGANISATION, path, what, "kies een andere korte naam")


def _divided(
    reading: Reading, path: Path, id: str, said: ThemeChange, stage: Stage, left: frozenset[str]
) -> Iterator[Mistake]:
    """Of a split: every measure of the theme goes to one part that exists, and so does the money."""
    for block, parts in (("measures", list(said.measures)), ("budget", list(said.budget))):
        for part in parts:
            if part not in left:
                what = f"'{shown(part)}' is na deze wijziging geen thema"
                remedy = suggestion(part, left, "noem een thema dat blijft")
                yield reading.at(ORGANISATION, (*path, block, part), what, remedy)
    if said.measures:
        yield from _work(reading, path, id, said, stage)
    if said.budget:
        yield from _money(reading, path, id, said, stage)
    elif {said.successor, *said.measures} != {said.successor}:
        what = "ontbreekt, want het geld van dit thema is nog niet verdeeld"
        remedy = "noem elk deel met een bedrag; samen het bedrag van het thema"
        yield reading.at(ORGANISATION, (*path, "budget"), what, remedy)


def _before(id: str, stage: Stage) -> frozenset[str]:
    """The theme, and those that went up in it earlier."""
    found = {id}
    for earlier, said in stage.ended.items():
        if said.successor in found:
            found.add(earlier)
    return frozenset(found)


def _work(reading: Reading, path: Path, id: str, said: ThemeChange, stage: Stage) -> Iterator[Mistake]:
    strategy, seen = reading.strategy, set[str]()
    if not strategy:
        return
    mine = {
        number
        for number, measure in strategy.measures.items()
        if measure.theme in _before(id, stage) and measure.start.year >= stage.since.year
    }
    for part, ids in said.measures.items():
        for n, number in enumerate(ids):
            where = (*path, "measures", part, n)
            if number not in strategy.measures or strategy.measures[number].theme not in _before(id, stage):
                what = f"'{shown(number)}' is geen maatregel van {id}"
                yield reading.at(ORGANISATION, where, what, suggestion(number, mine, "haal hem hier weg"))
            elif number in seen:
                yield reading.at(ORGANISATION, where, "gaat naar twee thema's", "laat hem bij één staan")
            seen.add(number)
    if rest := sorted(mine - seen):
        what = f"{', '.join(rest)} van {id} {'gaat' if len(rest) == 1 else 'gaan'} nergens heen"
        yield reading.at(ORGANISATION, (*path, "measures"), what, "zet elke maatregel bij een van de delen")


def _money(reading: Reading, path: Path, id: str, said: ThemeChange, stage: Stage) -> Iterator[Mistake]:
    strategy, year = reading.strategy, stage.since.year
    if not strategy or year not in strategy.budgets:
        return
    themes = strategy.budgets[year].themes
    whole = sum((themes.get(one, Decimal(0)) for one in _before(id, stage)), Decimal(0))
    parts = sum(said.budget.values(), Decimal(0))
    if parts != whole:
        what = f"de delen zijn samen {euro(parts)}, maar {id} heeft in {year} {euro(whole)}"
        yield reading.at(ORGANISATION, (*path, "budget"), what, "verdeel precies het bedrag van het thema")
    for part in sorted({said.successor, *said.measures}):
        numbers: Sequence[str] = said.measures.get(part, ())
        cost = sum(
            (
                strategy.measures[number].budget
                for number in numbers
                if number in strategy.measures and strategy.measures[number].start.year == year
            ),
            Decimal(0),
        )
        if cost > said.budget.get(part, Decimal(0)):
            what = f"de maatregelen van {part} kosten samen {euro(cost)}, dat is meer dan dit deel krijgt"
            yield reading.at(ORGANISATION, (*path, "budget"), what, f"geef {part} ten minste {euro(cost)}")
