"""From what was stored to the secretary's quarterly report to the board: what it says, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jaarring.calendar import Quarter
from jaarring.ledger.rules import Entry
from jaarring.plans.decided import Line, framing
from jaarring.tactical import steering
from jaarring.tactical.money import money
from jaarring.tactical.rules.around import ahead_of, delays_of, findings_of, handed_in
from jaarring.tactical.rules.goals import goal_stand, joint_stands
from jaarring.tactical.rules.sections import department_section, theme_section
from jaarring.tactical.signs import Sign, counted
from jaarring.tactical.view import TacticalReport
from jaarring.tactical.year import Year, ratings_of, rolled_up


def compile(year: Year, quarter: Quarter) -> TacticalReport:
    """The report over `quarter` from what was stored; the same snapshot gives the same report."""
    organisation, key = year.organisation, quarter.key
    goals = sorted(
        (goal_stand(year, quarter, goal) for goal in year.framework.goals), key=lambda goal: goal.order
    )
    themes = tuple(theme_section(year, quarter, theme) for theme in organisation.themes.values())
    departments = tuple(department_section(year, quarter, d) for d in year.departments())
    indicators = tuple(stand for goal in goals for stand in goal.indicators)
    joint = joint_stands(year, quarter)
    report = TacticalReport(
        municipality=organisation.name,
        quarter=quarter,
        secretary=organisation.secretary_label,
        portfolio_holder=organisation.people[organisation.executive_portfolio_holder].function,
        board=year.board.name,
        meeting=year.due(f"{key}/tactical/board"),
        adopted=year.decided(f"{key}/tactical", "adopt"),
        roll_up=year.framework.roll_up,
        goals=tuple(goals),
        summary=_summary(year, quarter),
        silent_goals=sum(goal.rating is None for goal in goals),
        signals=tuple(steering.open_signals(year, quarter)),
        ended_signals=steering.ended_signals(year, quarter),
        last_time=tuple(steering.last_time(year, quarter)),
        deviating=tuple(stand for stand in indicators if stand.rating and stand.rating.grade in _OFF),
        delayed=tuple(m for department in departments for m in department.measures if m.behind),
        adjustments=steering.adjustments(year, quarter),
        earlier=steering.earlier(year, quarter),
        advice=tuple(steering.advices(year, quarter)),
        account_line=tuple(_account_line(year)),
        joint=joint,
        themes=themes,
        departments=departments,
        money=money(year, quarter),
        handed=tuple(handed_in(year, quarter)),
        delays=tuple(delays_of(year, quarter)),
        findings=(),
        ahead=tuple(ahead_of(year, quarter)),
        decisions=_framing(year, quarter),
    )
    return replace(report, findings=tuple(findings_of(year, report)))


def _framing(year: Year, quarter: Quarter) -> tuple[Line, ...]:
    """The decisions that the year rests on, as known by the meeting of the board that the report goes to."""
    until = year.due(f"{quarter.key}/tactical/board")
    known = [Entry(**vars(taken)) for taken in year.decisions if until is None or taken.date <= until]
    return framing(year.organisation, known)


_OFF = ("niet", "aandacht")


def _account_line(year: Year) -> Iterator[str]:
    """Through whom accounts go, in words, as the line works here."""
    for party in year.organisation.account_line:
        yield "thema-eigenaar" if party == "theme" else year.named(party)


def _summary(year: Year, quarter: Quarter) -> tuple[tuple[Sign, int], ...]:
    found = [rolled_up(ratings_of(year, goal, quarter)) for goal in year.framework.goals]
    return counted(rating for rating in found if rating is not None)
