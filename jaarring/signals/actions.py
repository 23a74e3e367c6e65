"""Signals seen, answered and confirmed. Each is one transaction with its entry in the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from jaarring import rights
from jaarring.absences import actions as absences
from jaarring.calendar import Quarter
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger import decisions, due, events
from jaarring.ledger.decisions import Entry
from jaarring.plans import records as plans
from jaarring.plans.rules import Plan
from jaarring.refusal import Refused
from jaarring.rights import Thing
from jaarring.signals import advising, notices, records, rules, words
from jaarring.signals.rules import Kept, Reason, Signal, becoming, line, seeing

#: what the owner says himself, and the outcome that it asks the line to confirm
SAYS = {"accept": "accepted", "none": "none"}


def see(here: Here, as_of: date, at: datetime) -> list[str]:
    """Keep what is off course on `as_of` and was not known yet; the keys of the new signals.

    Off course by the accounts over the last quarter that has ended. What is no more ends by itself. Advice
    that was asked in an account gets its number here. Run twice, it sees nothing new the second time.
    """
    new: list[str] = []
    for year in open_years(here, as_of):
        with here.store.write() as tx:
            new += _see_year(here, tx, year, as_of, at)
            advising.collect(here, tx, year, at)
    return new


def _see_year(here: Here, tx: Tx, year: int, as_of: date, at: datetime) -> list[str]:
    quarter = last_ended(year, as_of)
    known = records.known(tx, here.organisation, year, as_of) if quarter else None
    closed = due.get(tx, f"{year}/council/adopt")
    if quarter is None or known is None or (closed and closed.state == "done"):
        return []
    found, kept = seeing.signals(known, quarter), records.of_year(tx, year)
    new, changed = becoming.unseen(found, kept)
    for signal in new:
        if records.get(tx, signal.key):
            records.again(tx, signal, as_of)
        else:
            records.add(tx, signal, as_of, at)
        payload = {"reasons": [reason.kind for reason in signal.reasons]}
        events.append(tx, at, "jaarring", "signal.seen", signal.key, payload)
        notices.seen(here, tx, known.plans, signal, as_of, at)
    for signal in changed:
        records.explain(tx, signal)
        payload = {"reasons": [reason.kind for reason in signal.reasons]}
        events.append(tx, at, "jaarring", "signal.explained", signal.key, payload)
    for one in becoming.gone(known, found, kept, quarter):
        records.move(tx, one.signal.key, "ended", "gone", on=as_of)
        events.append(tx, at, "jaarring", "signal.gone", one.signal.key, {})
    return [signal.key for signal in new]


def last_ended(year: int, as_of: date) -> Quarter | None:
    """The last quarter of a cycle year that has ended on `as_of`; None before the first has."""
    ended = [Quarter(year, number) for number in (1, 2, 3, 4) if Quarter(year, number).last < as_of]
    return ended[-1] if ended else None


def raise_by_hand(here: Here, key: str, entry: Entry, by: str, at: datetime) -> None:
    """Somebody says between quarters that something is off course (R16): `2027/signal/Q2-bc-G5b`.

    The theme may be left out of the key: an indicator or a measure has one number for all themes. Raises
    Refused for a matter that no plan knows, without a reason, or by somebody who may not.
    """
    if not entry.reason.strip():
        raise Refused("de reden ontbreekt", "schrijf met --reason wat er niet op koers ligt")
    year = int(key.split("/", 1)[0])
    with here.store.write() as tx:
        known = plans_of(tx, year)
        new = _made(key, known, Reason("raised", text=entry.reason.strip()))
        head = department_head(here.organisation, known, new)
        if entry.body != head:
            thing = Thing("signal", new.theme)
            rights.demand(here.organisation, entry.body, "raise", thing, "mag dit signaal niet geven")
        before = [
            one for one in records.of_year(tx, year) if one.signal.identity == new.identity and one.is_open
        ]
        if before:
            old = before[0].signal
            records.explain(tx, replace(old, reasons=old.reasons + new.reasons))
        else:
            if records.get(tx, new.key):
                raise Refused(f"het signaal {new.key} is al afgehandeld", "geef het in het volgende kwartaal")
            records.add(tx, new, entry.date, at)
            notices.seen(here, tx, known, new, entry.date, at)
        kept = before[0].signal.key if before else new.key
        decisions.record(tx, replace(entry, subject=kept), by, at)
        events.append(tx, at, entry.body, "signal.raised", kept, {})


def _made(key: str, known: dict[str, Plan], reason: Reason) -> Signal:
    """The signal that a key names, if a plan knows its matter."""
    ref = key.rsplit("/", 1)[1]
    theme, _, subject = ref[3:].partition("-")
    found = _in_plan(key, theme, subject, known[theme], reason) if theme in known else None
    if found is None and not subject:  # only the number: look whose it is
        quarter = Quarter(int(key.split("/", 1)[0]), int(ref[1]))
        all_of = (
            _in_plan(rules.key_of(quarter, id, theme), id, theme, plan, reason) for id, plan in known.items()
        )
        found = next((one for one in all_of if one and one.kind != "objective"), None)
    if found is None:
        raise Refused(
            f"'{ref}' is geen indicator, doel of maatregel uit de jaarplannen",
            "schrijf kwartaal, thema en nummer, zoals Q2-bc-G5b",
        )
    return found


def _in_plan(key: str, theme: str, subject: str, plan: Plan, reason: Reason) -> Signal | None:
    for objective in plan.objectives:
        if subject in {target.indicator.id for target in objective.targets}:
            return Signal(key, "indicator", theme, subject, objective.goal, (reason,))
        if subject == objective.goal:
            return Signal(key, "objective", theme, objective.id, objective.goal, (reason,))
    if planned := plan.measure(subject):
        return Signal(key, "measure", theme, subject, planned.measure.goal, (reason,))
    if theme == rights.JOINT and subject in {part.objective.id for part in plan.joint}:
        return Signal(key, "joint", theme, subject, "", (reason,))
    return None


def say(here: Here, key: str, verb: str, entry: Entry, by: str, at: datetime) -> None:
    """Answer a signal: `accept` (the deviation) or `none` (nothing changes, because).

    Said by whose it is, the line must confirm it; who may decide (rights) accepts a deviation at once. Raises
    Refused without a reason, for a signal that has been answered, or somebody who may not.
    """
    if not entry.reason.strip():
        raise Refused("de reden ontbreekt", "schrijf met --reason waarom")
    with here.store.write() as tx:
        one = _open(tx, key, "open")
        known = plans_of(tx, one.signal.year)
        mine = owner(here.organisation, known, one.signal)
        if absences.acts_for(here, entry.body, mine, entry.date):
            state, on = "said", None
        else:
            _demand_decider(here.organisation, known, one.signal, entry.body)
            state, on = "ended", entry.date
        records.move(tx, key, state, SAYS[verb], entry.reason.strip(), on=on)
        if on:
            notices.ended(here, tx, known, _again(tx, key), entry.body, on, at)
        decisions.record(tx, entry, by, at)
        payload = {"outcome": SAYS[verb], "state": state}
        events.append(tx, at, entry.body, "signal.answered", key, payload)


def confirm(here: Here, key: str, entry: Entry, by: str, at: datetime) -> None:
    """The line agrees with what the owner of a signal said; with that it ends."""
    with here.store.write() as tx:
        one = _open(tx, key, "said")
        known = plans_of(tx, one.signal.year)
        _demand_decider(here.organisation, known, one.signal, entry.body)
        records.move(tx, key, "ended", one.outcome, one.reason, on=entry.date)
        notices.ended(here, tx, known, _again(tx, key), entry.body, entry.date, at)
        decisions.record(tx, entry, by, at)
        events.append(tx, at, entry.body, "signal.confirmed", key, {"outcome": one.outcome})


def send_back(here: Here, key: str, entry: Entry, by: str, at: datetime) -> None:
    """The line does not agree: the owner is asked again, with the reason."""
    if not entry.reason.strip():
        raise Refused("de reden ontbreekt", "schrijf met --reason wat u wel verwacht")
    with here.store.write() as tx:
        one = _open(tx, key, "said")
        _demand_decider(here.organisation, plans_of(tx, one.signal.year), one.signal, entry.body)
        records.reopen(tx, key, entry.reason.strip())
        decisions.record(tx, entry, by, at)
        events.append(tx, at, entry.body, "signal.returned", key, {})


def advise(here: Here, key: str, entry: Entry, by: str, at: datetime, person: str = "") -> str:
    """Answer a signal with an advice request, of `person` or of the theme's adviser; its number."""
    with here.store.write() as tx:
        one = _open(tx, key, "open")
        known = plans_of(tx, one.signal.year)
        if not absences.acts_for(here, entry.body, owner(here.organisation, known, one.signal), entry.date):
            thing = Thing("advice", one.signal.theme)
            rights.demand(here.organisation, entry.body, "raise", thing, "mag hier geen advies vragen")
        asked = advising.asked(
            here, tx, one.signal.year, one.signal.theme, entry, at, person=person, signal=key
        )
        records.move(tx, key, "ended", "advice", entry.reason.strip(), asked.id, entry.date)
        decisions.record(tx, entry, by, at)
        events.append(tx, at, entry.body, "signal.answered", key, {"outcome": "advice", "ref": asked.id})
    return asked.id


@dataclass(frozen=True)
class Proposed:
    """A proposal for adjustment as far as signals are concerned: its number, its theme, the measures in it,
    the goals and the joint objectives that these serve; `signal`: the key of the one that it names.
    """

    ref: str
    theme: str
    measures: Collection[str]
    goals: Collection[str]
    joint: Collection[str] = ()
    signal: str = ""


def proposed(tx: Tx, made: Proposed, on: date, at: datetime) -> None:
    """A proposal for adjustment came in: it answers the open signals of its theme about its goals and its
    money, those about its joint objectives and its measures, and the one that it names. A measure that it
    says nothing of is a matter of its own.
    """
    ref = made.ref
    year = int(ref.split("-")[1])
    for one in records.of_year(tx, year):
        if one.is_open and (_is_about(made, one.signal) or one.signal.key == made.signal):
            records.move(tx, one.signal.key, "ended", "proposed", "", ref, on)
            notices.proposed(tx, one.signal, ref)
            payload = {"outcome": "proposed", "ref": ref}
            events.append(tx, at, "jaarring", "signal.answered", one.signal.key, payload)


def _is_about(made: Proposed, signal: Signal) -> bool:
    match signal.kind:
        case "measure":
            return signal.subject in made.measures
        case "joint":
            return signal.subject in made.joint
        case "money":
            return signal.theme == made.theme
        case _:
            return signal.theme == made.theme and signal.goal in made.goals


# ---- who


def plans_of(tx: Tx, year: int) -> dict[str, Plan]:
    return {subject: kept.plan for subject, kept in plans.of_year(tx, year).items()}


def owner(organisation: Organisation, known: dict[str, Plan], signal: Signal) -> str:
    """Whose answer a signal waits for; see `line.owner`."""
    return line.owner(organisation, signal, words.department_of(known, signal))


def department_head(organisation: Organisation, known: dict[str, Plan], signal: Signal) -> str:
    department = organisation.departments.get(words.department_of(known, signal))
    return department.head if department else ""


def deciders(organisation: Organisation, known: dict[str, Plan], signal: Signal) -> tuple[str, ...]:
    """Who may confirm or accept, the one whom we ask first; never whose signal it is."""
    mine = owner(organisation, known, signal)
    thing = Thing("signal", signal.theme)
    return tuple(id for id in rights.holders(organisation, "decide", thing) if id != mine)


def _demand_decider(organisation: Organisation, known: dict[str, Plan], signal: Signal, who: str) -> None:
    mine = owner(organisation, known, signal)
    if who == mine:
        raise Refused("niemand bevestigt zijn eigen antwoord", "leg het voor aan een ander")
    rights.demand(organisation, who, "decide", Thing("signal", signal.theme), "mag hierover niet besluiten")


def _again(tx: Tx, key: str) -> Kept:
    one = records.get(tx, key)
    assert one is not None, "it has just been moved"
    return one


def _open(tx: Tx, key: str, state: str) -> Kept:
    one = records.get(tx, key)
    if one is None:
        raise Refused(f"{key} is geen bekend signaal", "kijk met jaarring agenda welke er zijn")
    if one.state != state:
        became = {
            "ended": f"is al afgehandeld: {words.became(one)}" if one.outcome else "is al afgehandeld",
            "said": "is al beantwoord en wacht op bevestiging",
            "open": "is nog niet beantwoord",
        }
        raise Refused(f"het signaal {key} {became[one.state]}", "kijk in de tactische rapportage")
    return one
