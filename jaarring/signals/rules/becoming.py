"""What becomes of a signal in the next quarter: it is new, it has other reasons, or nothing is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jaarring.calendar import Quarter
from jaarring.plans.rules import JOINT
from jaarring.signals.rules import Kept, Known, Signal
from jaarring.signals.rules.seeing import planned_measures


def unseen(found: Sequence[Signal], kept: Sequence[Kept]) -> tuple[tuple[Signal, ...], tuple[Signal, ...]]:
    """Of what is off course now: what nobody has been told yet, and what is known but has other reasons now.

    While a signal is open a new quarter adds to it and makes no second one. A deviation that was accepted
    stands for the rest of the year, unless there is a reason of another kind; a delay that was answered is
    no news as long as the new end date stays the same.
    """
    new, changed = [], []
    by_matter: dict[str, list[Kept]] = {}
    for one in kept:
        by_matter.setdefault(one.signal.identity, []).append(one)
    for signal in found:
        before = by_matter.get(signal.identity, [])
        same = next((one for one in before if one.is_open or _is_same(one, signal)), None)
        if same:
            merged = merge(same.signal, signal)
            if same.is_open and merged.reasons != same.signal.reasons:
                changed.append(merged)
            continue
        kinds = {reason.kind for one in before if one.outcome == "accepted" for reason in one.signal.reasons}
        told = {reason for one in before if one.outcome != "gone" for reason in one.signal.reasons}
        delays = {reason for reason in told if reason.kind == "milestone" and reason.day}
        if not (({reason.kind for reason in signal.reasons} <= kinds) or set(signal.reasons) <= delays):
            new.append(signal)
    return tuple(new), tuple(changed)


def _is_same(one: Kept, signal: Signal) -> bool:
    """Whether this very signal has ended; one that was gone may come back."""
    return one.signal.key == signal.key and one.outcome != "gone"


def merge(old: Signal, new: Signal) -> Signal:
    """The reasons of today, and what somebody said by himself before."""
    said = tuple(reason for reason in old.reasons if reason.kind == "raised")
    return replace(old, reasons=said + tuple(one for one in new.reasons if one not in said))


def gone(known: Known, found: Sequence[Signal], kept: Sequence[Kept], quarter: Quarter) -> tuple[Kept, ...]:
    """Open signals of which nothing is left, by an account over `quarter` that came and does not say it any
    more; silence ends nothing. What somebody raised stays until answered.
    """
    now = {signal.identity for signal in found}
    return tuple(
        one
        for one in kept
        if one.is_open
        and one.signal.identity not in now
        and not any(reason.kind == "raised" for reason in one.signal.reasons)
        and _heard(known, one.signal, quarter)
    )


def _heard(known: Known, signal: Signal, quarter: Quarter) -> bool:
    """Whether the account came that would have said it again."""
    match signal.kind:
        case "account":
            return signal.subject in known.accounts
        case "joint":
            return f"{quarter.key}/report/{JOINT}" in known.accounts
        case "measure":
            planned = [p.measure for p in planned_measures(known.plans) if p.measure.id == signal.subject]
            return any(f"{quarter.key}/account/{one.department}" in known.accounts for one in planned)
        case _:
            bearer = known.organisation.bearer(signal.theme)
            theme = bearer.id if bearer else signal.theme
            return f"{quarter.key}/report/{theme}" in known.accounts
