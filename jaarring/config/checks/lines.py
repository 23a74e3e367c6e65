"""The governance lines that a municipality changes: known names, parties that can stand there, no gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jaarring.config.checks.names import CALENDAR, ORGANISATION, suggestion
from jaarring.config.mistakes import WARNING, Mistake, shown
from jaarring.config.models.organisation import OrganisationModel
from jaarring.config.reading import Reading
from jaarring.governance import LINE_NAMES, PARTIES, PRESETS, Lines

_ABOVE_THEME = frozenset({"head", "chair", "oib", "secretary", "coordinator"})
_ABOVE_DEPARTMENT = _ABOVE_THEME - {"head"}
_BODIES = frozenset({"college", "council"})

#: which parties can stand in a line, where not all can: nobody accepts or decides his own
ALLOWED: Mapping[str, frozenset[str]] = {
    "sets_objectives": frozenset({"college", "secretary", "oib", "theme"}),
    "agrees_plan": frozenset({"oib", "chair"}),
    "accepts_plan": frozenset({"secretary", "oib", "chair", "coordinator"}),
    "adopts_plan": _BODIES | {"secretary"},
    "accounts_to": _ABOVE_THEME | _BODIES | {"theme"},
    "department_accounts_to": _ABOVE_DEPARTMENT,
    "escalates_to": _ABOVE_THEME,
    "department_escalates_to": _ABOVE_DEPARTMENT,
    "decides_adjustment": _BODIES | {"oib", "chair", "secretary"},
}
MAY_BE_EMPTY = frozenset({"agrees_plan", "escalates_to", "department_escalates_to", "meets"})


def effective(model: OrganisationModel) -> Lines:
    """The lines of the variant with the municipality's own; a line that does not exist is left out."""
    own = {name: tuple(chain) for name, chain in model.lines.items() if name in LINE_NAMES}
    return PRESETS[model.variant].changed(own)


def lines(reading: Reading) -> Iterator[Mistake]:
    """The lines that the municipality wrote itself, and whether the calendar has a day for every rung."""
    if not (model := reading.organisation):
        return
    for name, chain in model.lines.items():
        path = ("lines", name)
        if name not in LINE_NAMES:
            remedy = suggestion(name, LINE_NAMES, "haal haar weg")
            yield reading.at(ORGANISATION, path, "deze lijn kennen wij niet", remedy)
            continue
        allowed = ALLOWED.get(name, frozenset(PARTIES))
        for n, party in enumerate(chain):
            if party not in allowed:
                known = party in PARTIES
                what = (
                    f"'{shown(party)}' kan niet in deze lijn" if known else f"'{shown(party)}' is geen partij"
                )
                remedy = f"kies uit {', '.join(p for p in PARTIES if p in allowed)}"
                yield reading.at(ORGANISATION, (*path, n), what, remedy)
        if not chain and name not in MAY_BE_EMPTY:
            yield reading.at(ORGANISATION, path, "is leeg", "noem ten minste één partij of haal de lijn weg")
        for n, party in enumerate(chain):
            if party in chain[:n]:
                what = f"de lijn komt terug bij '{shown(party)}'"
                yield reading.at(ORGANISATION, (*path, n), what, "laat elke partij één keer staan")
        yield from _shape(reading, name, chain)
    yield from _rungs(reading, model)


def _shape(reading: Reading, name: str, chain: Sequence[str]) -> Iterator[Mistake]:
    path = ("lines", name)
    if name == "sets_objectives" and chain and chain[-1] != "theme":
        yield reading.at(ORGANISATION, path, "eindigt niet bij het thema", "zet theme als laatste in de rij")
    if name == "accounts_to" and chain:
        if chain[0] != "theme":
            yield reading.at(
                ORGANISATION, path, "begint niet bij het thema", "zet theme als eerste in de rij"
            )
        elif len(chain) < 2 or chain[1] not in _ABOVE_THEME:
            remedy = "zet na theme een persoon of het overleg: secretary, oib, chair, head of coordinator"
            yield reading.at(ORGANISATION, path, "het thema legt aan niemand verantwoording af", remedy)


def _rungs(reading: Reading, model: OrganisationModel) -> Iterator[Mistake]:
    """A rung of a ladder for which the calendar has no day would never be asked."""
    calendar = reading.calendar
    if not calendar:
        return
    chains = effective(model)
    for block, line, days in (
        ("plan", "escalates_to", calendar.plan.escalate),
        ("report", "escalates_to", calendar.report.escalate),
        ("account", "department_escalates_to", calendar.account.escalate),
    ):
        rungs = len(getattr(chains, line))
        if len(days) < rungs:
            yield reading.at(
                CALENDAR,
                (block, "escalate"),
                f"hier staan minder dagen ({len(days)}) dan {line} treden heeft ({rungs})",
                "voeg een dag toe, anders krijgt de laatste nooit bericht",
                WARNING,
            )
