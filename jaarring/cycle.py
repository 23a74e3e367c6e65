"""The year as a whole: which cycle years are open, which steps have something to do on a date.

The flows, the command line and the demo all ask here, so that a step with nothing due costs one look.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from jaarring.adjustments import actions as adjustments
from jaarring.calendar import Quarter
from jaarring.council import actions as council
from jaarring.database import Tx
from jaarring.goals.rules import Measure
from jaarring.here import Here
from jaarring.ledger import documents, due, outbox
from jaarring.mail.message import Attachment
from jaarring.occasions import ASKS, Duty, occasions
from jaarring.plans import actions as plans
from jaarring.plans import records as plan_records
from jaarring.reminders import actions as reminders
from jaarring.reports import actions as reports
from jaarring.reports import pages as report_pages
from jaarring.reports import records as report_records
from jaarring.reports.rules import DepartmentAccount, MeasureState
from jaarring.tactical import actions as tactical

#: the steps of the cycle, in the order of the year
STEPS = ("plans", "reports", "reminders", "tactical", "council")
MORNING = time(7, 0)


def moment(here: Here, as_of: date, clock: time = MORNING) -> datetime:
    """`as_of` as a moment in the municipality, for a step that is done on a date and not now."""
    return datetime.combine(as_of, clock, ZoneInfo(here.config.time_zone))


def open_years(here: Here, as_of: date) -> list[int]:
    """The cycle years that can be open on `as_of`: those with a budget, from the year before to the year
    after.
    """
    return [year for year in sorted(here.framework.budgets) if year - 1 <= as_of.year <= year + 1]


def schedule(here: Here, as_of: date, at: datetime) -> None:
    """Bring the ledger in line with the calendar, for every open cycle year."""
    for year in open_years(here, as_of):
        dated = occasions(here.organisation, here.schedule, year)
        with here.store.read() as tx:
            known = {entry.occasion.key: entry for entry in due.of_year(tx, year)}
        if len(known) == len(dated) and all(
            one.key in known and (known[one.key].state != "open" or known[one.key].occasion == one)
            for one in dated
        ):
            continue  # the common case: nothing to write
        with here.store.write() as tx:
            due.schedule(tx, year, dated, at)


@dataclass(frozen=True)
class Work:
    """What there is to do on a date, by step; `mail`: messages wait in the outbox."""

    plans: bool
    reports: bool
    reminders: bool
    tactical: bool
    council: bool
    mail: bool

    @property
    def nothing(self) -> bool:
        return not any(self.__dict__.values())


def work(here: Here, as_of: date, at: datetime) -> Work:
    """Which steps have something due and open on `as_of`. One look at the ledger; writes nothing."""
    with here.store.read() as tx:
        found = due.due(tx, as_of)
        waiting = bool(outbox.waiting(tx, at))
    acting = [one for one in found if one.kind == "compile"]
    return Work(
        plans=any(one.kind == "derive" for one in found),
        reports=reports.has_intake(here),
        reminders=any(one.kind in ASKS for one in found),
        tactical=any("/tactical/" in one.key for one in acting),
        council=any("/council/" in one.key for one in acting),
        mail=waiting,
    )


def derive_plans(here: Here, as_of: date, at: datetime) -> list[str]:
    """Derive what is due and lay the plans' documents out; the keys of what was done."""
    left = {year: _left_open(here, year - 1) for year in open_years(here, as_of)}
    derived = plans.derive_due(here, as_of, at, left)
    plans.documents_due(here, as_of, at)
    return list(derived.done)


def _left_open(here: Here, year: int) -> list[Measure]:
    """The measures that the standing accounts over the last quarter of `year` say are not done."""
    with here.store.read() as tx:
        standing = report_records.of_year(tx, year)
        planned = {p.measure.id: p for k in plan_records.of_year(tx, year).values() for p in k.plan.measures}
    unfinished = []
    for duty, received in standing.items():
        if duty.startswith(f"{year}/Q4/account/") and isinstance(received.account, DepartmentAccount):
            for entry in received.account.measures:
                if entry.state != MeasureState.DONE and entry.measure in planned:
                    unfinished.append(planned[entry.measure].measure)
    return sorted(unfinished, key=lambda measure: measure.id)


def take_in(here: Here, as_of: date, at: datetime) -> Counter[str]:
    """Take in every form in the intake folder, and number the proposals in them."""
    counts = Counter[str]()
    for _, outcome in reports.intake(here, at, as_of):
        counts["geweigerd" if isinstance(outcome, list) else "ontvangen"] += 1
    number_proposals(here, as_of, at)
    return counts


def number_proposals(here: Here, as_of: date, at: datetime) -> list[str]:
    """Give every new proposal for adjustment its number; see `adjustments.collect`."""
    return [id for year in open_years(here, as_of) for id in adjustments.collect(here, year, at)]


def remind(here: Here, as_of: date, at: datetime) -> reminders.Asked:
    """Ask what is due, with the form or the draft plan attached."""

    def attachments(tx: Tx, duty: Duty) -> list[Attachment]:
        if duty.kind == "plan":
            return _draft_plan(here, tx, duty)
        attached = report_pages.attachment(here, tx, duty)
        return [attached] if attached else []

    def stakes(tx: Tx, duty: Duty) -> tuple[int, Decimal] | None:
        kept = plan_records.of_year(tx, duty.year).get(duty.subject)
        return (len(kept.plan.objectives), kept.plan.budget) if kept and duty.kind != "account" else None

    return reminders.queue_due(here, as_of, at, reminders.Around(attachments, stakes))


def _draft_plan(here: Here, tx: Tx, duty: Duty) -> list[Attachment]:
    made = documents.newest(tx, duty.key, "intern", "html")
    return [Attachment(made.name, "text/html", here.files.get(made.sha256))] if made else []


def compile_tactical(here: Here, as_of: date, at: datetime) -> list[str]:
    """Compile the tactical reports that are due."""
    return tactical.compile_due(here, as_of, at)


def compile_council(here: Here, as_of: date, at: datetime) -> list[str]:
    """Compile the council reports that are due."""
    return council.compile_due(here, as_of, at)


def tactical_by_hand(here: Here, year: int, quarter: int, as_of: date, at: datetime) -> list[str]:
    """Compile one tactical report now; the names of the files made."""
    return [made.name for made in tactical.compile(here, Quarter(year, quarter), as_of, at)]


def council_by_hand(here: Here, year: int, edition: str, as_of: date, at: datetime) -> list[str]:
    """Compile one edition of a council report now; the names of the files made."""
    return [made.name for made in council.compile(here, year, edition, as_of, at)]
