"""From what was stored to the secretary's quarterly report to the board: what it says, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.delays import is_duty
from jaarring.dutch import hoofdletter, kwartaal
from jaarring.goals.rules import Goal, Indicator, JointObjective, Rating
from jaarring.governance import Department, Theme
from jaarring.ledger.rules import Entry
from jaarring.occasions import Duty
from jaarring.plans.decided import Line, framing
from jaarring.plans.rules import JOINT, PlannedMeasure
from jaarring.reports.rules import MeasureState, Reading, reading
from jaarring.tactical import steering
from jaarring.tactical.view import (
    Ahead,
    Delay,
    DepartmentSection,
    Finding,
    GoalStand,
    Handed,
    IndicatorStand,
    Joint,
    JointStand,
    MeasureStand,
    ObjectiveStand,
    SecretStand,
    TacticalReport,
    ThemeSection,
)
from jaarring.tactical.year import (
    Sign,
    Year,
    counted,
    money,
    quantity,
    ratings_of,
    rolled_up,
    sign,
)
from jaarring.titles import Titles

#: states of a measure that ask for an explanation
BEHIND = (MeasureState.OFF_COURSE, MeasureState.ATTENTION)


def compile(year: Year, quarter: Quarter) -> TacticalReport:
    """The report over `quarter` from what was stored; the same snapshot gives the same report."""
    organisation, key = year.organisation, quarter.key
    goals = sorted((_goal(year, quarter, goal) for goal in year.framework.goals), key=lambda goal: goal.order)
    themes = tuple(_theme(year, quarter, theme) for theme in organisation.themes.values())
    departments = tuple(_department(year, quarter, d) for d in organisation.departments.values())
    indicators = tuple(stand for goal in goals for stand in goal.indicators)
    joint = _joint(year, quarter)
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
        handed=tuple(_handed(year, quarter)),
        delays=tuple(_delays(year, quarter)),
        findings=(),
        ahead=tuple(_ahead(year, quarter)),
        decisions=_framing(year, quarter),
    )
    return replace(report, findings=tuple(_findings(year, report)))


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


def _goal(year: Year, quarter: Quarter, goal: Goal) -> GoalStand:
    ratings = ratings_of(year, goal, quarter)
    rating = rolled_up(ratings)
    themes = [theme for theme in year.organisation.themes.values() if theme.id in goal.themes]
    objectives = [one for theme in themes for one in _objectives(year, quarter, goal, theme)]
    return GoalStand(
        goal.id,
        goal.title,
        sign(rating),
        _order(rating),
        counted(ratings),
        tuple(_indicator(year, one) for one in _readings(year, quarter, goal)),
        tuple(objectives),
    )


def _order(rating: Rating | None) -> int:
    """Worst first; silence stands before what is on course, for it may hide worse."""
    return 2 * (Rating.ON_COURSE.severity if rating is None else rating.severity) - (rating is None)


def _readings(year: Year, quarter: Quarter, goal: Goal) -> Iterator[Reading]:
    for indicator in goal.indicators:
        account = year.theme_account(quarter, indicator.theme)
        yield reading(indicator, quarter.year, quarter.number, account, year.framework.rating_rule)


def _indicator(year: Year, found: Reading) -> IndicatorStand:
    indicator, entry = found.indicator, found.entry

    def shown(value: Decimal | None) -> str | None:
        return None if value is None else quantity(indicator, value)

    return IndicatorStand(
        id=indicator.id,
        name=indicator.name,
        theme=year.theme_name(indicator.theme),
        value=shown(entry.value) if entry else None,
        milestone=quantity(indicator, indicator.milestone(found.year, found.quarter)),
        target=quantity(indicator, indicator.target(found.year)),
        was_target=_was_target(year, indicator),
        source=entry.source if entry else "",
        rating=sign(entry.rating) if entry else None,
        computed=sign(found.computed),
        differs=found.differs,
        forecast=shown(found.computed_forecast),
        own_forecast=shown(entry.own_forecast) if entry else None,
        explanation=entry.explanation if entry else "",
        cause=entry.cause if entry else "",
    )


def _was_target(year: Year, indicator: Indicator) -> str:
    """The target as first adopted, where an adjustment gave the indicator another."""
    for plan in year.plans.values():
        for target in (one for objective in plan.objectives for one in objective.targets):
            if target.indicator.id == indicator.id and target.was_target is not None:
                return quantity(indicator, target.was_target)
    return ""


def _objectives(year: Year, quarter: Quarter, goal: Goal, theme: Theme) -> Iterator[ObjectiveStand]:
    account = year.theme_account(quarter, theme.id)
    said = {entry.objective: entry for entry in account.objectives} if account else {}
    for id in year.objectives_of(theme.id, goal.id):
        entry = said.get(id)
        yield ObjectiveStand(
            goal.id,
            goal.title,
            theme.name,
            sign(entry.rating) if entry else None,
            entry.explanation if entry else "",
        )


def _joint(year: Year, quarter: Quarter) -> Joint | None:
    body = year.organisation.joint_body
    if not year.joint_objectives() or body is None:
        return None
    account = year.joint_account(quarter)
    said = {entry.objective: entry for entry in account.objectives} if account else {}

    def stand(objective: JointObjective) -> JointStand:
        entry = said.get(objective.id)
        themes = tuple(year.theme_name(theme) for theme in objective.themes)
        return JointStand(
            objective.id,
            objective.title,
            themes,
            sign(entry.rating) if entry else None,
            entry.explanation if entry else "",
        )

    duty = f"{quarter.key}/report/oib"
    return Joint(body.name, tuple(map(stand, year.joint_objectives())), _source(year, duty))


def _source(year: Year, duty: str) -> str:
    """The account that figures come from, as one would ask for it."""
    received, told = year.accounts.get(duty), Duty(duty)
    if received is None or told.quarter is None:
        return ""
    if told.subject == JOINT:
        whose = f"van het {year.named(JOINT)}"
    elif told.kind == "account":
        whose = f"maatregelen {year.department_name(told.subject)}"
    else:
        whose = year.theme_name(told.subject)
    version = f", versie {received.version}" if received.version > 1 else ""
    return f"verantwoording {whose}, {kwartaal(told.quarter.number)} {told.quarter.year}{version}"


def closed_themes(year: Year) -> frozenset[str]:
    """The themes of which no amount of a single measure is shown: it could be found by subtraction."""
    return frozenset(year.framework.withheld) | {planned.measure.theme for planned in year.secret()}


def _measure(year: Year, quarter: Quarter, planned: PlannedMeasure) -> MeasureStand:
    measure, entry = planned.measure, year.measure_entry(quarter, planned.measure)
    closed, themes = measure.theme in closed_themes(year), year.organisation.themes
    return MeasureStand(
        id=measure.id,
        title=measure.title,
        theme=themes[measure.theme].code if measure.theme in themes else measure.theme,
        department=_code(year, measure.department),
        state=sign(entry.state) if entry else None,
        behind=entry is not None and entry.state in BEHIND,
        done=entry is not None and entry.state is MeasureState.DONE,
        budget=None if closed else measure.budget,
        spent=None if closed or entry is None else entry.spent,
        end=measure.end,
        expected_end=entry.expected_end if entry else None,
        explanation=entry.explanation if entry else "",
    )


def _code(year: Year, department: str) -> str:
    found = year.organisation.departments.get(department)
    return found.code if found else ""


def _split(
    year: Year, quarter: Quarter, planned: list[PlannedMeasure]
) -> tuple[tuple[MeasureStand, ...], tuple[SecretStand, ...]]:
    return (
        tuple(_measure(year, quarter, one) for one in planned if not one.measure.secrecy),
        tuple(SecretStand(one.measure.id) for one in planned if one.measure.secrecy),
    )


def _theme(year: Year, quarter: Quarter, theme: Theme) -> ThemeSection:
    mine = [planned for planned in year.planned() if planned.measure.theme == theme.id]
    measures, secret = _split(year, quarter, mine)
    goals = [goal for goal in year.framework.goals if theme.id in goal.themes]
    duty = f"{quarter.key}/report/{theme.id}"
    states = [measure.state for measure in measures if measure.state]
    return ThemeSection(
        code=theme.code,
        name=theme.name,
        owner=year.organisation.people[theme.owner].function,
        source=_source(year, duty),
        objectives=tuple(one for goal in goals for one in _objectives(year, quarter, goal, theme)),
        indicators=tuple(
            _indicator(year, one)
            for goal in year.framework.goals
            for one in _readings(year, quarter, goal)
            if one.indicator.theme == theme.id
        ),
        states=tuple((state, states.count(state)) for state in dict.fromkeys(states)),
        unreported=len(measures) - len(states),
        measures=measures,
        secret=secret,
    )


def _department(year: Year, quarter: Quarter, department: Department) -> DepartmentSection:
    mine = [planned for planned in year.planned() if planned.measure.department == department.id]
    measures, secret = _split(year, quarter, mine)
    return DepartmentSection(
        department.code,
        department.name,
        year.organisation.people[department.head].function,
        _source(year, f"{quarter.key}/account/{department.id}"),
        measures,
        secret,
    )


def _handed(year: Year, quarter: Quarter) -> Iterator[Handed]:
    """Theme accounts, then those of departments; a late one counts apart, one that never came is named by
    its theme or department.
    """
    organisation, key = year.organisation, quarter.key
    themes = {f"{key}/report/{theme.id}": theme.name for theme in organisation.themes.values()}
    departments = {f"{key}/account/{d.id}": d.name for d in organisation.departments.values()}
    waived = {one.subject for one in year.delays if one.verb == "waive"}
    for kind, owed in (("theme", themes), ("department", departments)):
        duties = {duty: name for duty, name in owed.items() if duty not in waived or duty in year.accounts}
        came = [duty for duty in duties if duty in year.accounts]
        late = sum(duty in year.late for duty in came)
        missing = tuple(name for duty, name in duties.items() if duty not in year.accounts)
        yield Handed(kind, len(duties), len(came) - late, late, missing)


def _delays(year: Year, quarter: Quarter) -> Iterator[Delay]:
    """Of this quarter, and of other things what was decided in it; in the order in which it was given."""
    titles = Titles(year.organisation, {})
    for one in year.delays:
        if one.subject.startswith(f"{quarter.key}/") or quarter.first <= one.decided_on <= quarter.last:
            what = (
                titles.owed(Duty(one.subject)) if is_duty(one.subject) else titles.of(one.subject, "decision")
            )
            by = year.named(one.body)
            yield Delay(hoofdletter(what), one.verb, one.was, one.until, by, one.decided_on, one.reason)


def _findings(year: Year, report: TacticalReport) -> Iterator[Finding]:
    for handed in report.handed:
        yield from (Finding("no-account", name, handed.kind) for name in handed.missing)
    if report.joint and not report.joint.source:
        yield Finding("no-joint", report.joint.body)
    for goal in report.goals:
        for one in goal.indicators:
            if one.differs and one.rating and one.computed:
                yield Finding("differs", f"{one.id} {one.name}", f"{one.rating.word}|{one.computed.word}")
    for section in report.themes:
        for one in section.indicators:
            if section.source and one.rating is None:
                yield Finding("unsaid", f"{one.id} {one.name}")
    steered = {one.theme for one in report.adjustments} | {one.theme for one in report.earlier}
    seen = {kept.signal.subject for kept in year.signals}
    for section in report.themes:
        off = [one for one in section.indicators if one.rating and one.rating.grade == "niet"]
        if section.name not in steered:
            yield from (Finding("off-course", f"{one.id} {one.name}") for one in off if one.id not in seen)
    yield from (Finding("over", theme) for theme in report.money.over)


def _ahead(year: Year, quarter: Quarter) -> Iterator[Ahead]:
    """The moments until the next report, and where adjusted measures must end; by date."""
    key, following = quarter.key, quarter.next
    first = next(iter(year.organisation.themes))
    wanted = {
        "board": f"{key}/tactical/board",
        "accounts": f"{following.key}/report/{first}/due",
        "meeting": f"{following.key}/meeting",
        "tactical": f"{following.key}/tactical/secretary",
    }
    if quarter.number == 4:
        tails = ("draft", "adopt", "offer", "note")
        wanted |= {f"council-{tail}": f"{year.year}/council/{tail}" for tail in tails}
    found = [Ahead(kind, due) for kind, one in wanted.items() if (due := year.due(one))]
    found += [
        Ahead("measure", planned.measure.end, steering.label(planned, planned.measure.id))
        for planned in year.planned()
        if planned.was_end and planned.measure.end > quarter.last and not planned.measure.secrecy
    ]
    yield from sorted(found, key=lambda ahead: (ahead.date, ahead.kind, ahead.about))
