"""Amendments: an edit of strategy.yaml after its adoption is a proposal, until who set it has decided.

What was adopted stands in the store, so the edit moves nothing. The same edit is one amendment: edited back
it is withdrawn, edited further another takes its place, refused it is not asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.goals.amendments import Change, differences, merged
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger import decisions, due, events
from jaarring.ledger.decisions import Entry
from jaarring.plans import records
from jaarring.plans.amending import amended
from jaarring.plans.frame import budgets_decided, check_adopted
from jaarring.plans.records import Amendment
from jaarring.refusal import Refused
from jaarring.rights import Thing, holders, named

#: what an edit says that counts for every year; shown with the newest adopted framework only
_EVERY_YEAR = ("vision", "goal", "guideline", "joint", "rule")
STATES = {
    "proposed": "voorgesteld",
    "adopted": "vastgesteld",
    "refused": "geweigerd",
    "withdrawn": "ingetrokken",
    "superseded": "vervangen",
}


def collect(here: Here, as_of: date, at: datetime) -> list[str]:
    """Bring the amendments in line with strategy.yaml as it is now; the numbers of the new ones.

    Run twice, it finds nothing new. A year whose council report has been adopted is closed.
    """
    made = []
    with here.store.read() as tx:
        years = [year for year in records.framework_years(tx) if not _closed(tx, year)]
        moved = [year for year in years if _what(here, tx, year, years).changed]
    for year in moved:
        with here.store.write() as tx:
            made += _settle(here, tx, year, _what(here, tx, year, years), as_of, at)
    return made


@dataclass(frozen=True)
class _Found:
    """What strategy.yaml would change in a year: nothing where `changes` is empty."""

    changes: tuple[Change, ...]
    content: str
    known: tuple[Amendment, ...]

    @property
    def open(self) -> tuple[Amendment, ...]:
        return tuple(one for one in self.known if one.state == "proposed")

    @property
    def changed(self) -> bool:
        """Whether what is proposed is not what stands in the store."""
        if not self.changes:
            return bool(self.open)
        if self._with("refused"):
            return bool(self.open)
        return [one.content for one in self.open] != [self.content]

    def _with(self, *states: str) -> Amendment | None:
        return next((one for one in self.known if one.content == self.content and one.state in states), None)

    @property
    def refused(self) -> bool:
        return self._with("refused") is not None

    @property
    def before(self) -> Amendment | None:
        """The same edit, which had been taken back."""
        return self._with("withdrawn", "superseded")


def _what(here: Here, tx: Tx, year: int, years: Sequence[int]) -> _Found:
    adopted = records.adopted_framework(tx, year)
    assert adopted is not None, "these years have a framework"
    changes = differences(adopted, here.framework, year, _names(here.organisation))
    if year != max(years):
        changes = tuple(one for one in changes if one.kind not in _EVERY_YEAR)
    would_be = merged(adopted, here.framework, year)
    # the same file changes other things once something else was adopted: then it is another amendment
    both = f"{records.as_json(adopted)}\n{records.as_json(would_be)}"
    content = sha256(both.encode()).hexdigest()
    return _Found(changes, content, tuple(records.amendments(tx, year)))


def _names(organisation: Organisation) -> dict[str, str]:
    names = {id: theme.name for id, theme in organisation.themes.items()}
    return {**{id: one.code for id, one in organisation.departments.items()}, **names}


def _closed(tx: Tx, year: int) -> bool:
    adopted = due.get(tx, f"{year}/council/adopt")
    return adopted is not None and adopted.state == "done"


def _settle(here: Here, tx: Tx, year: int, found: _Found, as_of: date, at: datetime) -> list[str]:
    state = "superseded" if found.changes and not found.refused else "withdrawn"
    for one in found.open:
        records.settle(tx, one.id, state)
        events.append(tx, at, "jaarring", f"amendment.{state}", one.id, {})
    if not found.changes or found.refused:
        return []
    if found.before:
        records.settle(tx, found.before.id, "proposed")
        events.append(tx, at, "jaarring", "amendment.proposed", found.before.id, {"again": True})
        return [found.before.id]
    adopted = check_adopted(tx, year)
    would_be = merged(adopted, here.framework, year)
    id = records.propose(tx, year, found.content, as_of, would_be, found.changes, at)
    about = [f"{one.kind} {one.ref}" for one in found.changes]
    events.append(tx, at, "jaarring", "amendment.proposed", id, {"about": about})
    return [id]


def waiting(here: Here) -> list[str]:
    """What is proposed and not decided, a line each, for the agenda."""
    with here.store.read() as tx:
        known = [one for year in records.framework_years(tx) for one in records.amendments(tx, year)]
    return [
        f"Voorgestelde wijziging {one.id}, {datum(one.proposed_on)}: {'; '.join(c.line for c in one.changes)}"
        for one in known
        if one.state == "proposed"
    ]


def deciders(organisation: Organisation, one: Amendment) -> tuple[str, ...]:
    """Who may decide, whom we ask first: the board; within a measure and the mandate whom the lines name for
    an adjustment (ours).
    """
    within = all(change.kind == "measure" for change in one.changes) and len(one.themes) == 1
    amount = sum((change.amount for change in one.changes), Decimal(0))
    if within and amount <= organisation.mandate.amount:
        return holders(organisation, "decide", Thing("adjustment", one.themes[0], amount))
    return holders(organisation, "adopt", Thing("framework"))


def decide(here: Here, id: str, verb: str, entry: Entry, by: str, at: datetime) -> Amendment:
    """Adopt or refuse an amendment. Adopted, the framework has a new version from the date of the decision,
    and so have the plans of the themes that it touches. Raises Refused where it is not this body's to decide,
    or has been decided or taken back.
    """
    with here.store.write() as tx:
        one = _open(here, tx, id)
        adopted = check_adopted(tx, one.year)
        _check(here, one, entry, adopted.adoption.date)
        decisions.record(tx, replace(entry, subject=id, verb=verb), by, at)
        records.settle(tx, id, "adopted" if verb == "adopt" else "refused")
        if verb == "adopt":
            records.keep_framework(tx, one.year, one.framework, at, because=id, valid_from=entry.date)
            for kept in records.of_year(tx, one.year).values():
                new = amended(kept.plan, adopted, one.framework, here.organisation, one.changes, id)
                if new != kept.plan:
                    records.add(tx, new, kept.state, at, because=id)
            if any(change.kind == "budget" for change in one.changes):
                budgets_decided(tx, one.year, entry, f"Wijziging {id}.", by, at)
        events.append(tx, at, by, f"amendment.{verb}", id, {}, on_behalf_of=entry.body)
    return one


def _open(here: Here, tx: Tx, id: str) -> Amendment:
    known = {one.id: one for one in records.amendments(tx, int(id.split("-")[1]))}
    if id not in known:
        raise Refused(f"{id} is geen bekende wijziging", "kijk met jaarring amendments welke er zijn")
    if known[id].state != "proposed":
        raise Refused(
            f"{id} is {STATES[known[id].state]}", "alleen een voorgestelde wijziging kan worden besloten"
        )
    return known[id]


def _check(here: Here, one: Amendment, entry: Entry, since: date) -> None:
    allowed = deciders(here.organisation, one)
    if entry.body not in allowed:
        who = " of ".join(f"{named(here.organisation, id)} ({id})" for id in allowed)
        raise Refused(f"'{entry.body}' mag hierover niet besluiten", f"dit is aan: {who}")
    if not entry.number.strip():
        raise Refused(
            "het nummer van het besluit ontbreekt", "schrijf --number met het nummer van het besluit"
        )
    if entry.date < since:
        raise Refused(
            f"het kader dat hiermee wijzigt is pas van {datum(since)}", "verbeter de datum van het besluit"
        )
