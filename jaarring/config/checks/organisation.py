"""People, bodies, departments, themes, offices, roles, the joint body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from jaarring.config.checks.lines import effective
from jaarring.config.checks.names import ORGANISATION, STRATEGY, repeated, suggestion, unknown
from jaarring.config.mistakes import WARNING, Mistake, shown
from jaarring.config.models.organisation import ThemeModel
from jaarring.config.reading import Reading
from jaarring.document.house import READABLE, SHADE, contrast, too_light
from jaarring.document.logo import LogoError, cleaned

#: who must stay independent of those he watches (AVG art. 38) or advises, by words in the function
INDEPENDENT = ("functionaris gegevensbescherming", "functionaris voor gegevensbescherming", "fg", "ciso")


def people(reading: Reading) -> Iterator[Mistake]:
    """Substitutes that exist and are somebody else; one address a person."""
    if not (model := reading.organisation):
        return
    owners: dict[str, str] = {}
    for id, person in model.people.items():
        path = ("people", id, "substitute")
        yield from unknown(reading, ORGANISATION, path, person.substitute, "people")
        if person.substitute == id:
            yield reading.at(
                ORGANISATION, path, "vervangt zichzelf", "noem iemand anders of laat het veld weg"
            )
        for n, away in enumerate(person.absent):
            if away.last and away.last < away.first:
                what = "ligt voor first"
                yield reading.at(
                    ORGANISATION, ("people", id, "absent", n, "last"), what, "verbeter een van beide data"
                )
        first = owners.setdefault(person.mail.lower(), id)
        if first != id:
            yield reading.at(
                ORGANISATION,
                ("people", id, "mail"),
                f"heeft hetzelfde adres als {first}",
                "geef ieder een eigen adres, anders krijgt één postvak alles dubbel",
                WARNING,
            )


def bodies(reading: Reading) -> Iterator[Mistake]:
    """The two bodies that every municipality has by law."""
    known = reading.names(ORGANISATION, "bodies")
    for body in ("college", "raad"):
        if known is not None and body not in known:
            yield reading.at(ORGANISATION, ("bodies", body), "ontbreekt", f"voeg een blok {body} toe")


def departments_and_themes(reading: Reading) -> Iterator[Mistake]:
    """Heads, owners and advisers that exist; nobody advises himself; a code means one thing."""
    if not (model := reading.organisation):
        return
    for id, department in model.departments.items():
        yield from unknown(reading, ORGANISATION, ("departments", id, "head"), department.head, "people")
    for id, theme in model.themes.items():
        for field in ("owner", "adviser"):
            yield from unknown(reading, ORGANISATION, ("themes", id, field), getattr(theme, field), "people")
        path = ("themes", id, "department")
        yield from unknown(reading, ORGANISATION, path, theme.department, "departments")
        yield from _owner_and_adviser(reading, id, theme)
        if id == "oib":
            what = "deze korte naam is al die van het overleg"
            yield reading.at(ORGANISATION, ("themes", id), what, "kies een andere korte naam")
        yield from _serves(reading, id)
    yield from _codes(reading, "departments", {id: item.code for id, item in model.departments.items()})
    yield from _codes(reading, "themes", {id: item.code for id, item in model.themes.items()})


def _owner_and_adviser(reading: Reading, id: str, theme: ThemeModel) -> Iterator[Mistake]:
    model = reading.organisation
    assert model
    owner = model.people.get(theme.owner)
    path = ("themes", id, "adviser")
    if theme.adviser == theme.owner:
        yield reading.at(
            ORGANISATION, path, "is ook de eigenaar", "kies iemand anders: niemand adviseert zichzelf"
        )
    elif owner and owner.substitute == theme.adviser:
        what = "vervangt ook de eigenaar en adviseert dan zichzelf"
        yield reading.at(
            ORGANISATION, path, what, "kies een andere adviseur of een andere vervanger", WARNING
        )
    if owner and owner.function.lower() in INDEPENDENT:
        yield reading.at(
            ORGANISATION,
            ("themes", id, "owner"),
            f"{shown(owner.function)} is ook eigenaar, maar moet onafhankelijk kunnen adviseren",
            "maak iemand anders eigenaar en deze functie adviseur",
            WARNING,
        )


def _serves(reading: Reading, theme: str) -> Iterator[Mistake]:
    strategy = reading.strategy
    if not strategy or not reading.whole(STRATEGY, "goals"):
        return
    if not any(theme in _taken_over(reading, goal.themes) for goal in strategy.goals.values()):
        yield reading.at(
            ORGANISATION,
            ("themes", theme),
            "dit thema draagt aan geen enkel doel bij",
            "noem het in strategy.yaml onder themes van een doel",
        )


def _taken_over(reading: Reading, themes: Sequence[str]) -> frozenset[str]:
    """The themes, and those that took over what ended of them."""
    found = set(themes)
    for id, said in reading.ended.items():
        if id in found:
            found |= {said.successor, *said.measures}
    return frozenset(found)


def _codes(reading: Reading, block: str, codes: dict[str, str]) -> Iterator[Mistake]:
    owners: dict[str, str] = {}
    for id, code in codes.items():
        first = owners.setdefault(code, id)
        if first != id:
            what = f"'{shown(code)}' is ook de code van {first}"
            yield reading.at(ORGANISATION, (block, id, "code"), what, "kies een andere afkorting")


def offices_and_roles(reading: Reading) -> Iterator[Mistake]:
    """Every office and role (R7) has a holder that exists."""
    if not (model := reading.organisation):
        return
    for office, person in model.offices.model_dump(exclude={"secretary_label"}).items():
        yield from unknown(reading, ORGANISATION, ("offices", office), person, "people")
    if model.offices.executive_portfolio_holder == model.offices.secretary:
        yield reading.at(
            ORGANISATION,
            ("offices", "executive_portfolio_holder"),
            "de secretaris is geen lid van het college",
            "noem de burgemeester of een wethouder",
            WARNING,
        )
    holders: set[str] = set()
    for block in ("people", "bodies", "departments"):
        holders |= reading.names(ORGANISATION, block) or set()
    holders |= {"oib"} if model.joint_body else set()
    for role, named in model.roles.model_dump().items():
        if not named:
            remedy = "noem ten minste één persoon, orgaan of afdeling"
            yield reading.at(ORGANISATION, ("roles", role), "niemand heeft deze rol", remedy)
        for n, holder in enumerate(named):
            if holder not in holders:
                yield reading.at(
                    ORGANISATION,
                    ("roles", role, n),
                    f"'{shown(holder)}' is geen persoon, orgaan of afdeling",
                    suggestion(holder, holders, "voeg die toe aan organisation.yaml"),
                )
        yield from repeated(reading, ORGANISATION, ("roles", role), named)


def joint_body(reading: Reading) -> Iterator[Mistake]:
    """A chair that exists; an appointed one has a date and somebody who appointed (2.1)."""
    if not (model := reading.organisation):
        return
    joint, secretary = model.joint_body, model.offices.secretary
    if not joint:
        if any({"oib", "chair"} & set(chain) for chain in vars(effective(model)).values()):
            yield reading.at(
                ORGANISATION,
                ("variant",),
                "de lijnen noemen een overleg, maar joint_body ontbreekt",
                "voeg joint_body toe of schrijf variant: direct",
            )
        return
    for field in ("chair", "appointed_by"):
        yield from unknown(reading, ORGANISATION, ("joint_body", field), getattr(joint, field), "people")
    if joint.chair != secretary:
        for field, remedy in (
            ("appointed", "schrijf de datum van de aanwijzing"),
            ("appointed_by", "noem wie de voorzitter aanwees"),
        ):
            if not getattr(joint, field):
                what = "ontbreekt, want de voorzitter is niet de secretaris"
                yield reading.at(ORGANISATION, ("joint_body", field), what, remedy)
    if joint.appointed_by == joint.chair:
        what = "de voorzitter wijst zichzelf aan"
        remedy = "noem wie de voorzitter aanwees, meestal de secretaris"
        yield reading.at(ORGANISATION, ("joint_body", "appointed_by"), what, remedy)


def house(reading: Reading) -> Iterator[Mistake]:
    """Colours that can be read on white (WCAG 1.4.3: 4,5 to 1), and a logo that can be one."""
    if not (model := reading.organisation):
        return
    style = model.house_style
    for field in ("colour", "accent"):
        if contrast(getattr(style, field), SHADE) < READABLE:
            yield reading.at(ORGANISATION, ("house_style", field), *too_light(getattr(style, field)))
    if style.logo:
        yield from _logo(reading, style.logo)


def _logo(reading: Reading, name: str) -> Iterator[Mistake]:
    path, file = ("house_style", "logo"), reading.folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts or file.suffix.lower() != ".svg":
        remedy = "noem een SVG in deze map, bijvoorbeeld logo.svg"
        yield reading.at(ORGANISATION, path, "is geen SVG in de map van deze bestanden", remedy)
    elif not file.is_file():
        remedy = f"zet {name} in deze map, of haal deze regel weg"
        yield reading.at(ORGANISATION, path, "dit bestand is er niet", remedy)
    else:
        try:
            cleaned(file.read_bytes())
        except LogoError as error:
            yield reading.at(ORGANISATION, path, f"{name}, regel {error.line}: {error.what}", error.remedy)
