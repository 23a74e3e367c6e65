"""What is said of decisions about the frames and the plans of a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jaarring.dutch import hoofdletter, met_lidwoord, opsomming
from jaarring.occasions import Duty
from jaarring.plans.rules import JOINT, Plan
from jaarring.rights import named
from jaarring.telling.rules import BOARD, COUNCIL, Known, Told
from jaarring.telling.rules.people import each, everybody, heads, owners, those_above


def frame(known: Known) -> Iterator[Told]:
    text = f"{known.done} het kader voor integrale beveiliging in {known.year} vastgesteld{known.nr}."
    yield from each(
        known,
        f"kader voor {known.year} vastgesteld",
        text,
        down=[BOARD, *those_above(known), *heads(known)],
        across=owners(known),
    )


def framework(known: Known) -> Iterator[Told]:
    text = f"{known.done} het strategisch kader voor {known.year} vastgesteld{known.nr}."
    yield from everybody(known, f"strategisch kader voor {known.year} vastgesteld", text)


_THREE = {
    "responsibility": ("wie waarvoor verantwoordelijk is", "verantwoordelijkheid"),
    "budgets": ("hoe het geld is verdeeld", "verdeling van het geld"),
    "accounting": ("hoe er verantwoording wordt afgelegd", "verantwoording afleggen"),
}


def one_of_three(known: Known) -> Iterator[Told]:
    about, title = _THREE[known.subject.rpartition("/")[2]]
    text = f"{known.done} besloten {about} in {known.year}{known.nr}."
    yield from everybody(known, f"{title} in {known.year}", text)


def agreed(known: Known) -> Iterator[Told]:
    text = f"{known.who} is het op {known.on} eens geworden over de jaarplannen {known.year}{known.nr}."
    yield from each(
        known,
        f"overleg eens over de jaarplannen {known.year}",
        text,
        up=those_above(known),
        across=owners(known),
    )


def checked(known: Known) -> Iterator[Told]:
    text = (
        f"{known.done} getoetst of de jaarplannen {known.year} alle doelen dekken. "
        "De plannen gaan naar het college."
    )
    yield from each(
        known, f"jaarplannen {known.year} getoetst", text, up=those_above(known), down=owners(known)
    )


def accepted_plan(known: Known) -> Iterator[Told]:
    theme = known.organisation.bearer(Duty(known.subject).subject)
    if theme:
        text = f"{known.who} is op {known.on} akkoord gegaan met het jaarplan {known.year} voor {theme.name}."
        title = f"jaarplan {theme.name} akkoord"
        up = [known.organisation.secretary]
        yield from each(known, title, text, own=[theme.owner], down=[theme.owner], up=up)


def adopted_plans(known: Known) -> Iterator[Told]:
    """At once to who is above and beside; to the departments on the day of the announcement, in the words of
    the line `speaks`: each discipline for itself, or one policy.
    """
    title = f"jaarplannen {known.year} vastgesteld"
    text = f"{known.done} de jaarplannen {known.year} vastgesteld en het geld verdeeld{known.nr}."
    yield from each(known, title, text, up=those_above(known), across=owners(known))
    speak = _as_one if "oib" in known.organisation.lines.speaks else _each_discipline
    yield from speak(known)


def _as_one(known: Known) -> Iterator[Told]:
    """One policy for the whole organisation (O4)."""
    speaker = hoofdletter(met_lidwoord(named(known.organisation, JOINT)))
    for id, department in known.organisation.departments.items():
        mine = _measures(known, id, known.plans)
        text = (
            f"{speaker} meldt: het beleid voor integrale beveiliging in {known.year} is op {known.on} "
            f"vastgesteld{known.nr}. Het is één beleid voor alle thema's. {mine}"
        )
        title = f"het beleid voor integrale beveiliging in {known.year}"
        yield Told(department.head, "down", title, text.strip(), later=True)


def _each_discipline(known: Known) -> Iterator[Told]:
    """Each discipline for itself (D3)."""
    for subject in known.moved:
        theme = known.organisation.bearer(subject)
        if theme is None:
            continue
        for id, department in known.organisation.departments.items():
            mine = _measures(known, id, {subject: known.plans[subject]} if subject in known.plans else {})
            plan = f"{hoofdletter(theme.name)}: het jaarplan {known.year} is op {known.on} vastgesteld"
            text = f"{plan}{known.nr}. {mine}"
            title = f"jaarplan {known.year} {theme.name}"
            yield Told(department.head, "down", title, text.strip(), later=True)


def _measures(known: Known, department: str, plans: Mapping[str, Plan]) -> str:
    """What a department carries out, by number: a title may be secret."""
    ids = sorted(
        p.measure.id for plan in plans.values() for p in plan.measures if p.measure.department == department
    )
    if not ids:
        return "Er staan geen maatregelen voor uw afdeling in."
    word = "maatregel" if len(ids) == 1 else "maatregelen"
    return f"Voor uw afdeling: {word} {opsomming(ids)}."


def letter(known: Known) -> Iterator[Told]:
    """The board informs the council of the plans, through the clerk."""
    text = (
        f"Het college informeert de raad over de jaarplannen integrale beveiliging {known.year}{known.nr}. "
        + (
            "De openbare versie zit in de bijlage."
            if len(known.public) == 1
            else "De openbare versies zitten in de bijlage."
            if known.public
            else "De raad kan de plannen bij ons opvragen."
        )
    )
    title = f"jaarplannen integrale beveiliging {known.year}"
    yield Told(COUNCIL, "up", title, text, documents=known.public, own=True)
