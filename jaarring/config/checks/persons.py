"""The lines as they run between persons: no circle, nobody who has only himself to go to, nobody left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from jaarring.config.checks.lines import effective
from jaarring.config.checks.names import ORGANISATION, STRATEGY
from jaarring.config.mistakes import WARNING, Mistake, shown
from jaarring.config.models.organisation import OrganisationModel, ThemeModel
from jaarring.config.reading import Reading
from jaarring.config.yamlfile import Path

_BODIES = ("college", "council")
#: parties that are somebody else for each theme
_OF_THEME = ("theme", "head")


def lines_of_persons(reading: Reading) -> Iterator[Mistake]:
    """A line from a person to himself falls away; where nobody is left then, it is refused (O6, R17)."""
    model = reading.organisation
    if not model or not reading.whole(ORGANISATION, "people", "departments", "themes", "offices"):
        return
    yield from _appointed_chair(reading, model)
    yield from _circle(reading, model)
    yield from _accepts_all(reading, model)
    for id, theme in model.themes.items():
        yield from _alone(reading, model, id, theme)
    for id, department in model.departments.items():
        chain = effective(model).department_accounts_to
        if chain and {_holder(model, party) for party in chain} == {department.head}:
            path: Path = ("departments", id, "head")
            remedy = "kies een ander hoofd, of noem onder lines bij department_accounts_to nog iemand"
            yield reading.at(ORGANISATION, path, "legt alleen aan zichzelf verantwoording af", remedy)


def _holder(model: OrganisationModel, party: str, theme: ThemeModel | None = None) -> str:
    """The id of the person at a party; the party itself where it is a body or no one person."""
    chair = model.joint_body.chair if model.joint_body else party
    department = model.departments.get(theme.department) if theme else None
    return {
        "secretary": model.offices.secretary,
        "coordinator": model.offices.coordinator,
        "chair": chair,
        "oib": chair,
        "theme": theme.owner if theme else party,
        "head": department.head if department else party,
    }.get(party, party)


def _where(model: OrganisationModel, line: str) -> Path:
    return ("lines", line) if line in model.lines else ("variant",)


def _appointed_chair(reading: Reading, model: OrganisationModel) -> Iterator[Mistake]:
    """An appointed chair accounts to the secretary, to nobody else and not to himself (O6)."""
    chain, joint = effective(model).accounts_to, model.joint_body
    if not joint or joint.chair == model.offices.secretary or not {"oib", "chair"} & set(chain):
        return
    last = max(n for n, party in enumerate(chain) if party in ("oib", "chair"))
    if chain[last + 1 : last + 2] != ("secretary",):
        what = "de aangewezen voorzitter legt hier geen verantwoording af aan de secretaris"
        remedy = f"zet secretary meteen na {chain[last]}"
        yield reading.at(ORGANISATION, _where(model, "accounts_to"), what, remedy)


def _circle(reading: Reading, model: OrganisationModel) -> Iterator[Mistake]:
    """A ladder that comes back to somebody who was asked before, whatever the theme."""
    for line in ("escalates_to", "department_escalates_to", "accounts_to"):
        parties = [party for party in getattr(effective(model), line) if party not in _OF_THEME]
        asked = [id for id, _ in groupby(_holder(model, party) for party in parties)]
        for n, id in enumerate(asked):
            if id in asked[:n]:
                what = f"de lijn {line} gaat in een kring: zij komt terug bij {shown(id)}"
                remedy = "laat één van de partijen weg die dezelfde persoon zijn"
                yield reading.at(ORGANISATION, _where(model, line), what, remedy)


def _accepts_all(reading: Reading, model: OrganisationModel) -> Iterator[Mistake]:
    accepters = {_holder(model, party) for party in effective(model).accepts_plan}
    if model.themes and accepters and {theme.owner for theme in model.themes.values()} == accepters:
        what = "wie de plannen beoordeelt, is de eigenaar van alle thema's: dan beoordeelt niemand ze"
        yield reading.at(
            ORGANISATION, _where(model, "accepts_plan"), what, "geef een thema een andere eigenaar"
        )


def _alone(reading: Reading, model: OrganisationModel, id: str, theme: ThemeModel) -> Iterator[Mistake]:
    """What the owner would have to do with himself, because nobody else is left."""
    chains = effective(model)
    for line, chain, what in (
        ("adopts_plan", chains.adopts_plan[-1:], "stelt ook het eigen plan vast"),
        ("decides_adjustment", chains.decides_adjustment[-1:], "besluit als laatste over het eigen voorstel"),
        ("accounts_to", chains.accounts_to[1:], "legt alleen aan zichzelf verantwoording af"),
        ("escalates_to", chains.escalates_to, "is ook de enige om hulp te vragen als het thema te laat is"),
    ):
        if _only(model, chain, theme):
            remedy = f"kies een andere eigenaar, of noem onder lines bij {line} nog iemand"
            yield reading.at(ORGANISATION, ("themes", id, "owner"), what, remedy)


def _only(model: OrganisationModel, chain: Sequence[str], theme: ThemeModel) -> bool:
    return bool(chain) and all(
        party not in _BODIES and _holder(model, party, theme) == theme.owner for party in chain
    )


def left_out(reading: Reading) -> Iterator[Mistake]:
    """Who or what can never be reached: a person without a place, a department without work."""
    model = reading.organisation
    if not model or not reading.written or not reading.strategy:
        return
    named = set(_words(reading.trees[STRATEGY].data))
    for block, part in reading.written.items():
        named |= set(_words(part, keys=block not in ("people", "departments")))
    for id in model.departments:
        if id not in named:
            what = "deze afdeling heeft geen thema, geen maatregel en geen rol"
            remedy = "geef haar een maatregel of een rol, of haal haar weg"
            yield reading.at(ORGANISATION, ("departments", id), what, remedy, WARNING)
    for id in model.people:
        if id not in named:
            what = "heeft nergens een plaats en krijgt dus nooit bericht"
            remedy = "geef een taak of vervanging, of haal de persoon weg"
            yield reading.at(ORGANISATION, ("people", id), what, remedy, WARNING)


def _words(part: object, keys: bool = True) -> Iterator[str]:
    """Every text in a part of a file; with `keys` also the names in it, as of `people` in a change."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for item in part:
            yield from _words(item, keys)
    elif isinstance(part, dict):
        for name, inner in part.items():
            yield from [name] if keys else []
            yield from _words(inner, keys)
