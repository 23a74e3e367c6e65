"""The years that have a budget, dated: every meeting is known, and what must come first does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from jaarring.config import build
from jaarring.config.checks.meetings import BODIES
from jaarring.config.checks.names import CALENDAR, ORGANISATION
from jaarring.config.mistakes import WARNING, Mistake
from jaarring.config.reading import Reading
from jaarring.config.stages import stages
from jaarring.dutch import datum
from jaarring.moments import Undated
from jaarring.occasions.schedule import moment_dates, objectives_set
from jaarring.occasions.year import undated

#: moments of which each comes on or after the one before it
CHAINS = (
    ("frame_council", "frame_board", "objectives", "joint_parts", "plan_due"),
    ("plan_due", "plan_advice", "plan_agree", "plan_check", "plan_adopt", "plan_announce"),
    (
        "council_draft",
        "council_review",
        "council_adopt",
        "council_offer",
        "council_committee",
        "council_note",
    ),
)


def years(reading: Reading) -> Iterator[Mistake]:
    """Only asked when the rest of calendar and organisation is in order: else the dates say nothing."""
    organisation, calendar, strategy = reading.organisation, reading.calendar, reading.strategy
    if not (organisation and calendar and strategy):
        return
    plain, schedule = build.build_organisations(organisation, stages(reading)), build.build_schedule(calendar)
    for year in strategy.budgets:
        lines = plain.on(objectives_set(schedule, year)).lines
        yield from _order(reading, moment_dates(schedule, year, lines), year)
        for one in undated(plain, schedule, year):
            if not one.after:  # what waits for it is told by it
                yield _no_meeting(reading, year, one)


def sound(mistakes: list[Mistake]) -> bool:
    """Whether what was found so far lets the years be dated."""
    return not any(m.severity != WARNING and m.file in (CALENDAR, ORGANISATION) for m in mistakes)


def _no_meeting(reading: Reading, year: int, one: Undated) -> Mistake:
    body, sought = one.why.body, one.why.sought
    what = f"voor {year} is geen vergadering van {BODIES[body]} bekend rond {datum(sought)}"
    remedy = f"voeg de datum toe onder meetings.{body}.dates; tot dan blijft dit moment zonder datum"
    model = reading.calendar
    for block, names in (("moments", model.moments), ("outside", model.outside)) if model else ():
        if one.moment in names:
            return reading.at(CALENDAR, (block, one.moment, "meeting"), what, remedy, WARNING)
    return reading.at(CALENDAR, ("meetings", body), what, remedy, WARNING)


def _order(reading: Reading, dates: Mapping[str, date], year: int) -> Iterator[Mistake]:
    for chain in CHAINS:
        present = [name for name in chain if name in dates]
        for before, name in zip(present, present[1:], strict=False):
            if name == "plan_due" and dates[name] <= dates[before]:
                asked, due = datum(dates[before]), datum(dates[name])
                what = f"in {year} is de uitvraag op {asked} en de uiterste datum op {due}"
                yield reading.at(CALENDAR, ("moments", name), what, "kies een latere dag")
            elif dates[name] < dates[before]:
                what = f"in {year} valt dit op {datum(dates[name])}, voor {before} op {datum(dates[before])}"
                yield reading.at(CALENDAR, ("moments", name), what, "controleer de volgorde", WARNING)
    if dates.get("plan_adopt", date.min) >= date(year, 1, 1):
        what = f"de plannen van {year} worden pas op {datum(dates['plan_adopt'])} vastgesteld"
        yield reading.at(CALENDAR, ("moments", "plan_adopt"), what, "kies een dag voor 1 januari", WARNING)
