"""From what the rooms know to the papers around it. Plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from jaarring.council.view import PublicReport
from jaarring.dutch import kwartaal
from jaarring.goals.rules import Decision
from jaarring.governance import Organisation
from jaarring.ledger.rules import Entry
from jaarring.papers.view import (
    Accounts,
    CouncilProposal,
    Ensia,
    EnsiaGoal,
    Head,
    Letter,
    PlansProposal,
    TacticalProposal,
    ThemeAsked,
)
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.findings import Finding, findings
from jaarring.plans.rules.public import Season
from jaarring.rights import named
from jaarring.tactical.view import AdjustmentStand, TacticalReport
from jaarring.tactical.year import Decided, Year

#: what a goal of information security rests on, by the name of the framework
_ENSIA = re.compile(r"\b(BIO|ENSIA)", re.IGNORECASE)


@dataclass(frozen=True)
class Around:
    """What is known around the plans of a year. `season`: with the plans that are asked about, or that the
    last decision was about; `all_plans`: every plan of the year; `behind`: themes whose plan is not ready;
    `advised`: themes whose adviser has spoken.
    """

    season: Season
    behind: tuple[str, ...]
    all_plans: Mapping[str, Plan]
    meeting: date | None
    decided: Entry | None
    agreed: Entry | None
    checked: Entry | None
    advised: frozenset[str]
    announced_on: date | None
    letter_on: date | None


def plans_proposal(around: Around) -> PlansProposal:
    """The request to adopt the plans; of public data only: it goes by mail."""
    season = around.season
    organisation, framework, year = season.organisation, season.framework, season.year
    themes = list(season.themes)
    joint = JOINT in season.plans
    return PlansProposal(
        head=Head(
            municipality=organisation.name,
            year=year,
            board=named(organisation, framework.adoption.body),
            portfolio_holder=_holder(organisation),
            author=_author(organisation),
            meeting=around.meeting,
            decided=_entry(organisation, around.decided),
            annexes=tuple(_annexes_of_plans(season, themes, joint, bool(season.left_out(themes)))),
        ),
        council=named(organisation, framework.council_frame.body),
        frame=_decision(organisation, framework.council_frame),
        framework=_decision(organisation, framework.adoption),
        joint_body=named(organisation, JOINT) if joint else "",
        together=organisation.lines.joint or bool(organisation.lines.agrees_plan),
        agreed=_entry(organisation, around.agreed),
        checked=_entry(organisation, around.checked),
        themes=tuple(
            ThemeAsked(
                season.theme_name(id),
                len({objective.goal for objective in season.plans[id].objectives}),
                season.plans[id].budget,
                id in around.advised,
            )
            for id in themes
        ),
        behind=tuple(season.theme_name(id) for id in around.behind),
        findings=tuple(_noticed(around, themes)),
        left_out=season.left_out(themes),
        announced_on=around.announced_on,
        letter_on=around.letter_on,
    )


def _annexes_of_plans(season: Season, themes: Iterable[str], joint: bool, closed: bool) -> Iterable[str]:
    yield f"Jaarplan integrale beveiliging {season.year}, openbare versie"
    if joint:
        yield f"Gezamenlijk jaarplan {season.year}, interne versie"
    else:
        yield from (f"Jaarplan {season.year} {season.theme_name(id)}, interne versie" for id in themes)
    if closed:
        yield "Besloten bijlage bij het jaarplan; die ligt bij de coördinator en gaat niet met de mail mee"


def _noticed(around: Around, themes: Iterable[str]) -> Iterable[Finding]:
    """What stands out, of the year and of each theme that withholds nothing: of one that does, a sum or a
    missing measure could tell what is withheld.
    """
    season = around.season
    framework, organisation = season.framework, season.organisation
    told = {str(season.year), *(goal.id for goal in framework.goals)}
    for id in (JOINT, *themes):
        plan = season.plans.get(id)
        secret = plan and any(planned.measure.secrecy for planned in plan.measures)
        if plan and not secret and id not in framework.withheld:
            told |= {id, *(one.id for one in plan.objectives)}
            told |= {planned.measure.id for planned in plan.measures}
    for found in findings(framework, organisation, season.year, list(around.all_plans.values())):
        if found.subject in told:
            theme, _, goal = found.subject.rpartition("-")
            known = organisation.known_theme(theme)  # an objective as people read it: IB-G1
            yield replace(found, subject=f"{known.code}-{goal}") if known else found


def tactical_proposal(
    year: Year, report: TacticalReport, version: int, decided: Decided | None
) -> TacticalProposal:
    """The request to deal with a tactical report, of which this is the version."""
    organisation, quarter = year.organisation, report.quarter
    points = tuple(one for one in report.adjustments if one.to_board or _was_asked(report, one))
    annexes = [f"Tactische rapportage {kwartaal(quarter.number)} {quarter.year}, versie {version}"]
    if any(one.secret for one in points):
        annexes.append(
            "Besloten bijlage bij het voorstel; die ligt bij de coördinator en gaat niet met de mail mee"
        )
    head = Head(
        municipality=report.municipality,
        year=quarter.year,
        board=report.board,
        portfolio_holder=report.portfolio_holder,
        author=_author(organisation),
        meeting=report.meeting,
        decided=decided,
        annexes=tuple(annexes),
    )
    return TacticalProposal(head, report, version, points)


def _was_asked(report: TacticalReport, one: AdjustmentStand) -> bool:
    """Whether the board has decided about it since the report was adopted."""
    if one.decided is None or report.adopted is None or one.decided.by != report.board:
        return False
    return one.decided.date >= report.adopted.date


def council_proposal(year: Year, report: PublicReport, version: int) -> CouncilProposal:
    """The request to adopt the council report."""
    cover = report.cover
    annexes = [
        f"Raadsrapportage integrale beveiliging {cover.year}, openbare versie {version}",
        "Raadsinformatiebrief, in concept",
    ]
    if report.left_out:
        annexes.append("Besloten bijlage; die ligt bij de coördinator en gaat niet met de mail mee")
    head = Head(
        municipality=cover.municipality,
        year=cover.year,
        board=cover.board,
        portfolio_holder=cover.portfolio_holder,
        author=_author(year.organisation),
        meeting=year.due(f"{cover.year}/council/adopt"),
        decided=cover.decided,
        annexes=tuple(annexes),
    )
    return CouncilProposal(head, report, version, year.due(f"{cover.year}/council/committee"))


def letter(year: Year, report: PublicReport, version: int) -> Letter:
    """The letter to the council."""
    return Letter(report, version, year.due(f"{report.cover.year}/council/committee"))


def accounts(year: Year, report: PublicReport, version: int) -> Accounts:
    """The passage for the annual accounts."""
    return Accounts(report, version, year.due(f"{report.cover.year}/outside/accounts_council"))


def ensia(year: Year, report: PublicReport, version: int) -> Ensia | None:
    """The passage on information security; None where no goal rests on its frameworks."""
    cover = report.cover
    goals = tuple(
        EnsiaGoal(goal.title, goal.outcome)
        for goal in report.goals
        if any(_ENSIA.search(name) for name in goal.frameworks)
    )
    if not goals:
        return None

    def day(name: str) -> date | None:
        return year.due(f"{cover.year}/outside/ensia_{name}")

    return Ensia(
        year=cover.year,
        version=version,
        board=cover.board,
        goals=goals,
        begin=day("begin"),
        end=day("end"),
        declaration=day("declaration"),
        handed_in=day("tool"),
        decided=cover.decided,
        noted_on=cover.noted_on,
    )


def _holder(organisation: Organisation) -> str:
    return organisation.people[organisation.executive_portfolio_holder].function


def _author(organisation: Organisation) -> str:
    return organisation.people[organisation.coordinator].function


def _decision(organisation: Organisation, decision: Decision) -> Decided:
    return Decided(named(organisation, decision.body), decision.date, decision.number)


def _entry(organisation: Organisation, entry: Entry | None) -> Decided | None:
    return Decided(named(organisation, entry.body), entry.date, entry.number) if entry else None
