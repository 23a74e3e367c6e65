"""A signal in Dutch: what it is about, why, and what became of it.

Nothing here tells of a secret measure more than its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from jaarring.dutch import datum, euro, getal, kwartaal, maat
from jaarring.goals.rules import Indicator
from jaarring.governance import Organisation
from jaarring.plans.rules import JOINT, Plan, PlannedMeasure
from jaarring.reports.sheets import SECRET_TITLE
from jaarring.rights import named
from jaarring.signals.rules import Kept, Reason, Signal

ENDED = {
    "proposed": "voorstel tot bijsturing gedaan",
    "advice": "advies gevraagd",
    "accepted": "afwijking geaccepteerd",
    "none": "er verandert niets",
    "gone": "niet meer aan de orde",
}
#: the same, behind a number of signals that ended so
COUNTED = {
    "proposed": "met een voorstel tot bijsturing",
    "advice": "met een adviesvraag",
    "accepted": "met een geaccepteerde afwijking",
    "none": "zonder verandering",
    "gone": "niet meer aan de orde",
}


def indicator_of(plans: Mapping[str, Plan], id: str) -> Indicator | None:
    """An indicator as the plans have it now; None where no plan has it."""
    targets = (t for plan in plans.values() for objective in plan.objectives for t in objective.targets)
    return next((target.indicator for target in targets if target.indicator.id == id), None)


def measure_of(plans: Mapping[str, Plan], id: str) -> PlannedMeasure | None:
    return next((found for plan in plans.values() if (found := plan.measure(id))), None)


def department_of(plans: Mapping[str, Plan], signal: Signal) -> str:
    """The department that carries out the measure of a signal; empty for any other matter."""
    planned = measure_of(plans, signal.subject) if signal.kind == "measure" else None
    return planned.measure.department if planned else ""


def is_secret(plans: Mapping[str, Plan], signal: Signal) -> bool:
    planned = measure_of(plans, signal.subject) if signal.kind == "measure" else None
    return bool(planned and planned.measure.secrecy)


def about(organisation: Organisation, plans: Mapping[str, Plan], signal: Signal) -> str:
    """What a signal is about, as it stands after a colon: G5b hersteltijd kernsystemen in oefening"""
    match signal.kind:
        case "indicator":
            indicator = indicator_of(plans, signal.subject)
            return f"{signal.subject} {indicator.name}" if indicator else signal.subject
        case "measure":
            planned = measure_of(plans, signal.subject)
            if planned is None:
                return signal.subject
            return f"{signal.subject} {SECRET_TITLE if planned.measure.secrecy else planned.measure.title}"
        case "joint":
            parts = (part for plan in plans.values() for part in plan.joint)
            found = next((p.objective.title for p in parts if p.objective.id == signal.subject), "")
            return f"{signal.subject} {found}".strip()
        case "objective":
            titles = {one.id: one.goal_title for plan in plans.values() for one in plan.objectives}
            return f"doelstelling {signal.goal} {titles.get(signal.subject, '')}".strip()
        case "account":
            when = f"{kwartaal(signal.quarter.number)} {signal.year}"
            return f"verantwoording {owed_by(organisation, signal)}, {when}"
        case _:
            return f"het geld van {owed_by(organisation, signal)}"


def owed_by(organisation: Organisation, signal: Signal) -> str:
    """The theme, department or joint body of a signal, by its name."""
    if signal.theme == JOINT:
        return named(organisation, JOINT)
    if "/account/" in signal.subject and signal.theme in organisation.departments:
        return f"maatregelen {organisation.departments[signal.theme].name}"
    theme = organisation.known_theme(signal.theme)
    return theme.name if theme else signal.theme


def reasons(plans: Mapping[str, Plan], signal: Signal) -> tuple[str, ...]:
    """Why, a sentence a reason. Of a secret measure that something is the matter, and nothing else."""
    if is_secret(plans, signal):
        return ("Deze maatregel loopt niet volgens plan.",)
    indicator = indicator_of(plans, signal.subject) if signal.kind == "indicator" else None
    return tuple(_sentence(signal, reason, indicator) for reason in signal.reasons)


def _sentence(signal: Signal, reason: Reason, indicator: Indicator | None) -> str:
    value, aim = (_shown(indicator, one) for one in (reason.value, reason.aim))
    match reason.kind:
        case "owner" if indicator:
            stand = f" De stand is {value}; het doel voor {signal.year} is {aim}." if reason.value else ""
            return f"De eigenaar geeft aan: niet op koers.{stand}"
        case "owner" if signal.kind == "measure":
            return "De afdeling geeft aan: niet op koers."
        case "owner":
            return "De eigenaar geeft aan: niet op koers."
        case "computed":
            return f"De stand is {value}. Volgens de berekening is dat niet op koers naar {aim}."
        case "forecast":
            return f"In dit tempo is de stand aan het einde van {signal.year} {value}; het doel is {aim}."
        case "objective":
            return "De eigenaar vindt ook de doelstelling niet op koers."
        case "milestone" if reason.day:
            return f"De maatregel is naar verwachting pas op {datum(reason.day)} klaar."
        case "milestone":
            return "De einddatum is voorbij en de maatregel is niet klaar."
        case "silent":
            return "Er kwam geen verantwoording."
        case "unasked":
            return "Er kwam geen verantwoording, want onze vraag daarom is niet aangekomen."
        case "overspent" if reason.value is not None and reason.aim is not None:
            return f"Er is {euro(reason.value)} besteed; begroot is {euro(reason.aim)}."
        case "overspent":
            return "Er is meer besteed dan begroot."
        case "pace" if reason.value is not None and reason.aim is not None:
            ends, budget = euro(reason.value), euro(reason.aim)
            return f"In dit tempo is aan het einde van het jaar {ends} besteed; begroot is {budget}."
        case _:
            return reason.text


def _shown(indicator: Indicator | None, value: Decimal | None) -> str:
    """A value as people write it: 68%, 24 uur, 3 van 6; one decimal more than the indicator has, at most."""
    if value is None or indicator is None:
        return ""
    rounded = value.quantize(Decimal(1).scaleb(-max(indicator.decimals, 1)), ROUND_HALF_UP)
    if indicator.out_of is not None:
        return f"{getal(rounded)} van {indicator.out_of}"
    return maat(rounded, indicator.unit)


def became(kept: Kept) -> str:
    """What became of a signal, in a few words."""
    if kept.is_open:
        return "nog geen besluit"
    return f"{ENDED[kept.outcome]} ({kept.ref})" if kept.ref else ENDED[kept.outcome]
