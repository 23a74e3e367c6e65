"""A small year of Elzenwaard, made by hand: what the reports are compiled from in their tests.

The framework is the one that ships; figures follow the content case of the domain reference, texts are ours.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from jaarring.adjustments import records as adjustments
from jaarring.adjustments.rules import Adjustment, Verdict, moves
from jaarring.calendar import Quarter
from jaarring.config.load import load
from jaarring.config.municipality import Municipality
from jaarring.database import Store
from jaarring.goals.rules import Decision, Framework, Rating
from jaarring.governance import OIB, Organisation
from jaarring.here import Here
from jaarring.ledger import due
from jaarring.occasions.year import occasions
from jaarring.plans import records as plans
from jaarring.plans.rules.changing import moved
from jaarring.plans.rules.deriving import derive
from jaarring.reports import records as reports
from jaarring.reports.rules import (
    Account,
    DepartmentAccount,
    IndicatorEntry,
    JointAccount,
    JointEntry,
    MeasureEntry,
    MeasureState,
    ObjectiveEntry,
    Proposal,
    Received,
    ThemeAccount,
    YearPart,
)
from jaarring.tactical.year import Taken, Year

CONFIG = Path(__file__).parents[1] / "config"
AT = datetime(2028, 2, 11, 9, tzinfo=UTC)
Q1, Q2, Q3, Q4 = (Quarter(2027, number) for number in (1, 2, 3, 4))
G, A, R, N = Rating.ON_COURSE, Rating.ATTENTION, Rating.OFF_COURSE, Rating.NOT_MEASURED

#: indicator -> (value, the owner's rating) in Q2 and in Q4; "-" was not measured
VALUES = {
    2: {"G1": ("63", G), "G2": ("31", G), "G3": ("1", A), "G4a": ("70", G), "G4b": ("98", A), "G5a": ("3", A),
        "G5b": ("41", R), "G6": ("50", G)},
    4: {"G1": ("69", G), "G2": ("38", G), "G3": ("3", G), "G4a": ("77", G), "G4b": ("100", G),
        "G5a": ("5", A), "G5b": ("23", G), "G6": ("60", G)},
}  # fmt: skip
SPENT = {
    2: {"ib": 104000, "fb": 98900, "pv": 36500, "bc": 61500, "pr": 17500},
    4: {"ib": 231500, "fb": 219800, "pv": 79200, "bc": 156900, "pr": 35100},
}
STATES = {
    2: {"M08": MeasureState.ATTENTION, "M15": MeasureState.ATTENTION, "M18": MeasureState.ATTENTION,
        "M19": MeasureState.OFF_COURSE, "M20": MeasureState.OFF_COURSE},
    4: {"M18": MeasureState.PARTLY, "M25": MeasureState.PARTLY},
}  # fmt: skip
PROPOSAL = Proposal(
    "M20",
    "De oefening doen wij nog een keer, met de nieuwe kopie.",
    "De kopie kwam later dan besteld.",
    "Dan weten wij dit jaar niet of herstel snel genoeg gaat.",
    Decimal(22000),
    date(2027, 9, 30),
)
VERDICT = Verdict(
    "changed",
    Decision("college", date(2027, 8, 31), "nr. 2027-B-0372"),
    Decimal(18000),
    (("M11", Decimal(10000)), ("M25", Decimal(8000))),
    date(2027, 9, 30),
    "Minder geld, hetzelfde doel.",
)


def municipality(tmp_path: Path) -> Municipality:
    """The configuration that ships, copied so that its storage is the test's own."""
    shutil.copytree(CONFIG, tmp_path / "config", dirs_exist_ok=True)
    made, mistakes = load(tmp_path / "config")
    assert made is not None, [str(mistake) for mistake in mistakes]
    return made


def jointly(organisation: Organisation) -> Organisation:
    """The same municipality under the lines of the joint body."""
    return replace(organisation, variant="oib", lines=OIB)


def theme_account(framework: Framework, theme: str, number: int) -> ThemeAccount:
    """What the owner of `theme` says in Q2 or Q4: a text at every place, unlike any other."""
    values = VALUES[number]
    return ThemeAccount(
        indicators=tuple(
            IndicatorEntry(
                one.id,
                Decimal(values[one.id][0]) if values[one.id][0] != "-" else None,
                f"bron van {one.id}",
                values[one.id][1],
                explanation=f"toelichting bij {one.id} in kwartaal {number}",
                cause="" if values[one.id][1] is G else f"oorzaak bij {one.id}",
                own_forecast=Decimal(36) if (one.id, number) == ("G5b", 2) else None,
            )
            for one in framework.indicators
            if one.theme == theme
        ),
        objectives=tuple(
            ObjectiveEntry(f"{theme}-{goal.id}", G if goal.id != "G5" else A, f"over {theme} en {goal.id}")
            for goal in framework.goals
            if theme in goal.themes
        ),
        spent=Decimal(SPENT[number][theme]),
        money_explanation=f"over het geld van {theme}",
        proposal=PROPOSAL if (theme, number) == ("bc", 2) else None,
        year_part=YearPart(f"les van {theme}", f"risico van {theme}", f"volgend jaar {theme}")
        if number == 4
        else None,
    )


def department_account(framework: Framework, department: str, number: int) -> DepartmentAccount:
    usual = MeasureState.DONE if number == 4 else MeasureState.ON_COURSE
    return DepartmentAccount(
        tuple(
            MeasureEntry(
                m.id, STATES[number].get(m.id, usual), m.budget / 2, m.end, f"stand van zaken {m.id}"
            )
            for m in framework.measures
            if m.department == department
        )
    )


def received(duty: str, account: Account, late: bool = False) -> Received:
    return Received(duty, 1, "accepted", date(2027, 7, 12), late, "iemand", "", "", account)


def accounts(organisation: Organisation, framework: Framework, number: int) -> dict[str, Received]:
    """Every account of Q2 or Q4, in time."""
    key = Quarter(2027, number).key
    made: dict[str, Account] = {
        f"{key}/report/{theme}": theme_account(framework, theme, number) for theme in organisation.themes
    }
    made |= {
        f"{key}/account/{department}": department_account(framework, department, number)
        for department in organisation.departments
    }
    if organisation.lines.joint:
        made[f"{key}/report/oib"] = JointAccount(
            tuple(JointEntry(one.id, G, f"samen over {one.id}") for one in framework.joint_objectives)
        )
    return {duty: received(duty, account) for duty, account in made.items()}


def a_year(organisation: Organisation, framework: Framework, decided: bool = True) -> Year:
    """A year with the accounts of Q2 and Q4; `decided`: the adjustment was decided and moved the plans."""
    derived = {plan.subject: plan for plan in derive(framework, organisation, 2027).plans}
    one = Adjustment(
        "BV-2027-01",
        2027,
        "bc",
        "2027/Q2/report/bc",
        date(2027, 7, 9),
        PROPOSAL,
        VERDICT if decided else None,
    )
    if decided:
        derived = {subject: moved(plan, moves(one), one.id) for subject, plan in derived.items()}
    all_accounts = accounts(organisation, framework, 2) | accounts(organisation, framework, 4)
    return Year(
        organisation=organisation,
        year=2027,
        framework=framework,
        plans=derived,
        accounts=all_accounts,
        adjustments=(one,),
        decisions=(Taken("2027/plan/adopt", "adopt", "college", date(2026, 12, 8), "nr. 2026-B-0521"),),
    )


def with_account(year: Year, duty: str, account: Account | None) -> Year:
    """The year with another account for one duty, or with none."""
    others = {key: one for key, one in year.accounts.items() if key != duty}
    return replace(year, accounts=others if account is None else others | {duty: received(duty, account)})


def stored(tmp_path: Path, decided: bool = True) -> Here:
    """The same year in a real store, with the occasions of the calendar."""
    made = municipality(tmp_path)
    here = Here(made, Store.open(made.storage / "jaarring.db"), made.storage)
    organisation, framework = here.organisation, here.framework
    year = a_year(organisation, framework, decided)
    with here.store.write() as tx:
        plans.keep_framework(tx, 2027, framework, AT)
        for plan in year.plans.values():
            plans.add(tx, plan, "adopted", AT)
        due.schedule(tx, 2027, occasions(organisation, here.schedule, 2027), AT)
        for duty, one in year.accounts.items():
            reports.add(
                tx, duty, one.account, on=one.on, late=False, by="x", on_behalf_of="", file="f", at=AT
            )
        adjustments.add(tx, 2027, "bc", "2027/Q2/report/bc", date(2027, 7, 9), PROPOSAL, AT)
        if decided:
            adjustments.decide(tx, "BV-2027-01", VERDICT)
    return here
