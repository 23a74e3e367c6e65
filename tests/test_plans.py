"""Plans: derived from the adopted framework to the euro; agreed, accepted, adopted by whom the lines say."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from jaarring.config.load import load
from jaarring.database import Store
from jaarring.goals.rules import Framework, Measure, YearBudget
from jaarring.governance import DIRECT, OIB, JointBody, Organisation, Organisations
from jaarring.here import Here
from jaarring.ledger import decisions, documents, due, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.occasions.year import occasions
from jaarring.plans import actions, questions, records
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.changing import Move, moved
from jaarring.plans.rules.deriving import Derived, derive
from jaarring.plans.rules.findings import Finding, findings
from jaarring.refusal import Refused

pytestmark = pytest.mark.both_stores

CONFIG = Path(__file__).parents[1] / "config"
ELZENWAARD, _MISTAKES = load(CONFIG)
assert ELZENWAARD is not None
FRAMEWORK, ORGANISATION = ELZENWAARD.framework, ELZENWAARD.organisation
VARIANTS = ("direct", "oib")
THEMES = ("ib", "fb", "pv", "bc", "pr")
SET, DIVIDED, HANDED_IN = date(2026, 10, 1), date(2026, 10, 8), date(2026, 10, 30)
AGREED, CHECKED, ADOPTED = date(2026, 11, 19), date(2026, 11, 27), date(2026, 12, 8)

# --- the content case of the domain reference, section 4

BUDGETS = {"ib": 237_000, "fb": 245_000, "pv": 83_000, "bc": 140_000, "pr": 45_000}
AFTER_ADJUSTMENT = {"ib": 237_000, "fb": 235_000, "pv": 83_000, "bc": 158_000, "pr": 37_000}
MEASURES = {
    "ib": "M01 M02 M03 M04 M05 M06",
    "fb": "M07 M08 M09 M10 M11 M12",
    "pv": "M13 M14 M15 M16 M17",
    "bc": "M18 M19 M20 M21 M22",
    "pr": "M23 M24 M25",
}
#: indicator: theme, baseline, target, milestones
INDICATORS = {
    "G1": ("ib", "58", "68", "60.5 63 65.5 68"),
    "G2": ("ib", "22", "35", "25.25 28.5 31.75 35"),
    "G3": ("fb", "1", "3", "1 2 2 3"),
    "G4a": ("pv", "61", "75", "64.5 68 71.5 75"),
    "G4b": ("pv", "97", "100", "100 100 100 100"),
    "G5a": ("bc", "2", "6", "2 4 5 6"),
    "G5b": ("bc", "36", "24", "33 30 27 24"),
    "G6": ("pr", "40", "60", "45 50 55 60"),
}
BV_2027_01 = (
    Move("M20", Decimal(18_000), date(2027, 9, 30)),
    Move("M11", Decimal(-10_000)),
    Move("M25", Decimal(-8_000)),
)


def of(variant: str) -> Organisation:
    return replace(ORGANISATION, variant=variant, lines=OIB if variant == "oib" else DIRECT)


def themes(derived: Derived) -> dict[str, Plan]:
    return {plan.subject: plan for plan in derived.plans if plan.subject != JOINT}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_plans_of_elzenwaard_are_those_of_the_case(variant: str) -> None:
    """Budget, measures and indicators of every theme, to the euro and to the decimal, in both variants."""
    derived = derive(FRAMEWORK, of(variant), 2027)

    plans = themes(derived)
    assert {id: plan.budget for id, plan in plans.items()} == BUDGETS
    assert sum(plan.budget for plan in plans.values()) == 750_000
    assert {id: " ".join(p.measure.id for p in plan.measures) for id, plan in plans.items()} == MEASURES
    assert {
        target.indicator.id: (id, target.baseline, target.target, target.milestones)
        for id, plan in plans.items()
        for objective in plan.objectives
        for target in objective.targets
    } == {
        id: (theme, Decimal(baseline), Decimal(target), tuple(map(Decimal, milestones.split())))
        for id, (theme, baseline, target, milestones) in INDICATORS.items()
    }
    assert derived.findings == ()


def test_the_secretary_sets_the_objectives_of_each_theme_when_steering_is_direct() -> None:
    derived = derive(FRAMEWORK, of("direct"), 2027)

    assert {plan.subject: plan.set_by for plan in derived.plans} == dict.fromkeys(THEMES, "secretary")
    assert all(not objective.joint for plan in derived.plans for objective in plan.objectives)


def test_the_secretary_sets_for_the_joint_body_and_the_joint_body_for_each_theme() -> None:
    """Requirement O1 and O2: two steps, and the joint plan stands first with all the money."""
    derived = derive(FRAMEWORK, of("oib"), 2027)

    assert [(plan.subject, plan.set_by) for plan in derived.plans] == [
        ("oib", "secretary"),
        *((theme, "oib") for theme in THEMES),
    ]
    assert derived.plan(JOINT).budget == 750_000


def test_the_chain_from_goal_to_measure_is_unbroken_under_the_joint_body() -> None:
    """Goal → joint objective → theme objective → measure: J1, J2, J3 through exactly the measures named."""
    derived = derive(FRAMEWORK, of("oib"), 2027)

    goals = {goal.id for goal in FRAMEWORK.goals}
    chains = {
        (joint, objective.id, measure)
        for plan in derived.plans
        for part in plan.joint
        for theme, measures in part.parts
        if theme == plan.subject
        for measure in measures
        for objective in plan.objectives
        if measure in objective.measures
        for joint in objective.joint
        if joint == part.objective.id and objective.goal in goals
    }
    assert chains == {
        *(("J1", o, m) for o, m in (("fb-G3", "M08"), ("pv-G4", "M15"), ("pv-G1", "M16"))),
        *(("J2", o, m) for o, m in (("fb-G3", "M07"), ("fb-G4", "M09"), ("pv-G4", "M13"))),
        *(("J3", "bc-G5", m) for m in ("M18", "M19", "M20", "M21", "M22")),
    }


# --- findings: each with its own case; that there are none in Elzenwaard is tested above


def without_measures(*ids: str) -> Framework:
    return replace(FRAMEWORK, measures=tuple(m for m in FRAMEWORK.measures if m.id not in ids))


def with_measure(id: str, **changes: object) -> Framework:
    measures = tuple(replace(m, **changes) if m.id == id else m for m in FRAMEWORK.measures)  # type: ignore[arg-type]
    return replace(FRAMEWORK, measures=measures)


def budget(total: int = 750_000, **changed: int) -> Framework:
    parts = {theme: Decimal(amount) for theme, amount in {**BUDGETS, **changed}.items()}
    return replace(FRAMEWORK, budgets={2027: YearBudget(2027, Decimal(total), parts)})


UNSERVED = replace(
    FRAMEWORK, goals=tuple(replace(g, themes=()) if g.id == "G2" else g for g in FRAMEWORK.goals)
)


@pytest.mark.parametrize(
    ("framework", "expected"),
    [
        (UNSERVED, [Finding("goal-unserved", "G2"), Finding("measure-without-objective", "M04")]),
        (
            without_measures("M04"),
            [Finding("objective-without-measure", "ib-G2"), Finding("money", "ib", Decimal(18_000))],
        ),
        (without_measures("M12"), [Finding("money", "fb", Decimal(7_500))]),
        (with_measure("M12", budget=Decimal(8_000)), [Finding("money", "fb", Decimal(-500))]),
        (budget(total=760_000), [Finding("money", "2027", Decimal(10_000))]),
        (with_measure("M12", department="groen"), [Finding("measure-without-department", "M12")]),
        (with_measure("M12", goal="G6"), [Finding("measure-without-objective", "M12")]),
        (
            with_measure("M12", theme="groen"),
            [Finding("money", "fb", Decimal(7_500)), Finding("measure-without-theme", "M12")],
        ),
    ],
    ids=lambda value: "" if isinstance(value, Framework) else value[-1].kind,
)
def test_the_derivation_says_what_is_wrong(framework: Framework, expected: list[Finding]) -> None:
    assert list(derive(framework, of("direct"), 2027).findings) == expected


def test_a_joint_objective_that_no_theme_works_on_is_reported() -> None:
    """Requirement O2; under direct steering there is no joint objective and so nothing to report."""
    joint = tuple(replace(j, measures=()) if j.id == "J2" else j for j in FRAMEWORK.joint_objectives)
    framework = replace(FRAMEWORK, joint_objectives=joint)

    assert derive(framework, of("oib"), 2027).findings == (Finding("joint-without-part", "J2"),)
    assert derive(framework, of("direct"), 2027).findings == ()


# --- what the last year left open


def measure(id: str, title: str, theme: str = "bc", amount: int = 5_000, goal: str = "G5") -> Measure:
    return Measure(id, title, theme, "benc", goal, Decimal(amount), date(2026, 1, 1), date(2026, 12, 31))


def test_what_last_year_left_open_is_carried_over_and_marked() -> None:
    """The measure keeps its amount and dates; that it does not fit in the budget is said."""
    derived = derive(FRAMEWORK, of("direct"), 2027, [measure("M99", "Oud werk")])

    carried = derived.plan("bc").measure("M99")
    assert carried and carried.carried_over and carried.measure.budget == 5_000
    assert "M99" in derived.plan("bc").objectives[0].measures
    assert derived.findings == (Finding("money", "bc", Decimal(-5_000)),)


def test_work_that_the_new_framework_names_itself_is_carried_over_with_the_new_amount() -> None:
    """The board decided on it later than last year's plan did."""
    left = measure("M18", "Continuïteitsplan voor 6 processen", amount=1)

    carried = derive(FRAMEWORK, of("direct"), 2027, [left]).plan("bc").measure("M18")

    assert carried and carried.carried_over and carried.measure.budget == 28_000


def test_a_number_that_now_means_other_work_is_reported_and_drops_nothing_the_board_decided() -> None:
    derived = derive(FRAMEWORK, of("direct"), 2027, [measure("M18", "Iets heel anders")])

    kept = derived.plan("bc").measure("M18")
    assert kept and not kept.carried_over and kept.measure.title.startswith("Continuïteitsplan")
    assert derived.findings == (Finding("number-taken", "M18"),)


# --- an adjustment


def test_an_adjustment_moves_two_amounts_and_a_date_and_keeps_the_old_beside_the_new() -> None:
    """BV-2027-01: M20 + € 18.000 and to the third quarter, from M11 and M25; together still € 750.000."""
    before = themes(derive(FRAMEWORK, of("direct"), 2027))

    after = {id: moved(plan, BV_2027_01, "BV-2027-01") for id, plan in before.items()}

    assert {id: plan.budget for id, plan in after.items()} == AFTER_ADJUSTMENT
    assert sum(plan.budget for plan in after.values()) == 750_000
    backup = after["bc"].measure("M20")
    assert backup and [backup.was_budget, backup.measure.budget] == [48_000, 66_000]
    assert (backup.was_end, backup.measure.end) == (date(2027, 6, 30), date(2027, 9, 30))
    assert backup.adjusted_by == ("BV-2027-01",)
    assert [after[id].was_budget for id in ("bc", "fb", "pr")] == [140_000, 245_000, 45_000]
    assert after["ib"] is before["ib"] and after["pv"] is before["pv"]


def test_a_measure_that_gives_twice_gives_both_amounts() -> None:
    plan = derive(FRAMEWORK, of("direct"), 2027).plan("fb")

    twice = moved(plan, [Move("M11", Decimal(-6_000)), Move("M11", Decimal(-4_000))], "BV-2027-09")

    given_away = twice.measure("M11")
    assert given_away and given_away.measure.budget == 20_000 and twice.budget == 235_000


def test_no_measure_ends_below_nought() -> None:
    plan = derive(FRAMEWORK, of("direct"), 2027).plan("fb")

    with pytest.raises(ValueError, match="M12"):
        moved(plan, [Move("M12", Decimal(-7_501))], "BV-2027-09")


# --- properties


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    """Elzenwaard with any measures, on any theme and goal, in this year or the next."""
    count = draw(st.integers(0, 12))
    drawn = []
    for number in range(count):
        year = draw(st.sampled_from([2027, 2027, 2027, 2028]))
        drawn.append(
            Measure(
                id=f"X{number}",
                title=f"werk {number}",
                theme=draw(st.sampled_from(THEMES)),
                department=draw(st.sampled_from(["ia", "fzh", "po", "benc", "jz"])),
                goal=draw(st.sampled_from(["G1", "G2", "G3", "G4", "G5", "G6"])),
                budget=Decimal(draw(st.integers(0, 100_000))),
                start=date(year, 1, 1),
                end=date(year, 12, 31),
            )
        )
    return replace(FRAMEWORK, measures=tuple(drawn))


LEFT_OPEN = st.lists(st.integers(0, 20), max_size=6).map(
    lambda numbers: [measure(f"X{number}", f"werk {number}") for number in numbers]
)


@given(frameworks(), LEFT_OPEN, st.sampled_from(VARIANTS))
def test_every_measure_stands_in_exactly_one_plan(
    framework: Framework, left: list[Measure], variant: str
) -> None:
    """Those of the year and those left open, once each, and none of another year."""
    plans = themes(derive(framework, of(variant), 2027, left))

    ids = [p.measure.id for plan in plans.values() for p in plan.measures]
    wanted = {m.id for m in framework.measures if m.start.year == 2027} | {m.id for m in left}
    assert sorted(ids) == sorted(wanted)
    assert all(p.measure.theme == plan.subject for plan in plans.values() for p in plan.measures)


@given(frameworks(), LEFT_OPEN, st.sampled_from(VARIANTS))
def test_the_money_of_a_plan_adds_up_or_the_difference_is_a_finding(
    framework: Framework, left: list[Measure], variant: str
) -> None:
    """Budget = measures + what the finding says, for every theme; budgets are the decided ones."""
    derived = derive(framework, of(variant), 2027, left)

    said = {f.subject: f.amount or Decimal(0) for f in derived.findings if f.kind == "money"}
    for id, plan in themes(derived).items():
        assert plan.budget == BUDGETS[id]
        assert plan.budget == sum(p.measure.budget for p in plan.measures) + said.get(id, Decimal(0))


@given(frameworks(), LEFT_OPEN, st.randoms(use_true_random=False), st.sampled_from(VARIANTS))
def test_the_order_in_which_measures_are_written_changes_no_figure(
    framework: Framework, left: list[Measure], random: Random, variant: str
) -> None:
    """The same measures shuffled give the same plans, money, chains and findings."""
    shuffled = random.sample(framework.measures, len(framework.measures))

    one = derive(framework, of(variant), 2027, left)
    other = derive(
        replace(framework, measures=tuple(shuffled)), of(variant), 2027, random.sample(left, len(left))
    )

    assert unordered(one) == unordered(other)


def unordered(derived: Derived) -> object:
    return (
        {
            plan.subject: (
                plan.budget,
                sorted((p.measure.id, p.measure.budget, p.carried_over) for p in plan.measures),
                {o.id: (o.targets, sorted(o.measures), sorted(o.joint)) for o in plan.objectives},
            )
            for plan in derived.plans
        },
        sorted((f.kind, f.subject, f.amount or Decimal(0)) for f in derived.findings),
    )


@given(st.data(), st.lists(st.integers(1, 5_000), min_size=1, max_size=4), st.sampled_from(VARIANTS))
def test_an_adjustment_whose_sources_balance_keeps_the_total(
    data: st.DataObject, amounts: list[int], variant: str
) -> None:
    """Whatever moves where, the themes together keep € 750.000 and no other measure changes."""
    before = derive(FRAMEWORK, of(variant), 2027).plans
    ids = [m.id for m in FRAMEWORK.measures]
    sources = [Move(data.draw(st.sampled_from(ids)), Decimal(-amount)) for amount in amounts]
    target = Move(data.draw(st.sampled_from(ids)), Decimal(sum(amounts)), date(2027, 12, 31))
    named = {move.measure for move in (target, *sources)}
    try:
        after = [moved(plan, [target, *sources], "BV") for plan in before]
    except ValueError:
        return  # a small measure was asked for more than it has

    assert sum(plan.budget for plan in after if plan.subject != JOINT) == 750_000
    for old, new in zip(before, after, strict=True):
        for p, q in zip(old.measures, new.measures, strict=True):
            assert (p == q) == (p.measure.id not in named)
        assert new.budget - old.budget == sum(q.measure.budget for q in new.measures) - sum(
            p.measure.budget for p in old.measures
        )


# --- through the year, in a real store


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def said(body: str, day: date, number: str = "", reason: str = "") -> Entry:
    return Entry("", "", body, day, number, reason)


@dataclass
class Year:
    """Elzenwaard with a store of its own, and the steps of a planning season in short."""

    here: Here

    @property
    def organisation(self) -> Organisation:
        return self.here.organisation

    def change(self, organisation: Organisation | None = None, framework: Framework | None = None) -> None:
        """The configuration as somebody would edit it."""
        config = self.here.config
        self.here.config = replace(
            config,
            organisations=Organisations(organisation or config.organisation),
            framework=framework or config.framework,
        )

    def framed(self) -> Year:
        stated = self.here.framework
        for day, decision, step in (
            (date(2026, 6, 25), stated.council_frame, actions.record_frame),
            (date(2026, 9, 15), stated.adoption, actions.adopt_framework),
        ):
            step(self.here, 2027, said(decision.body, day, decision.number), "coordinator", at(day))
        return self

    def derived(self) -> Year:
        actions.derive_due(self.here, DIVIDED, at(DIVIDED))
        return self

    def submitted(self, *subjects: str, day: date | None = None) -> Year:
        day = day or HANDED_IN
        for id in subjects or THEMES:
            owner = self.organisation.themes[id].owner
            actions.submit(self.here, f"2027/plan/{id}", said(owner, day), "coordinator", at(day))
        return self

    def agreed(self, day: date = AGREED) -> Year:
        if self.organisation.lines.agrees_plan:
            entry = said("oib", day, "OIB 19 november 2026, allen aanwezig")
            actions.agree(self.here, 2027, entry, "coordinator", at(day))
        return self

    def checked(self) -> Year:
        actions.check(self.here, 2027, said("secretaris", CHECKED), "coordinator", at(CHECKED))
        return self

    def adopted(self, day: date = ADOPTED, number: str = "2026-B-0521") -> tuple[str, ...]:
        return actions.adopt(self.here, 2027, said("college", day, number), "coordinator", at(day))

    def adjusted(self, day: date = date(2027, 8, 31)) -> None:
        """What the room of adjustments does with BV-2027-01."""
        with self.here.store.write() as tx:
            for kept in records.of_year(tx, 2027).values():
                new = moved(kept.plan, BV_2027_01, "BV-2027-01")
                if new != kept.plan:
                    records.add(tx, new, kept.state, at(day), because="BV-2027-01")
            entry = Entry("BV-2027-01", "change", "college", day, "2027-B-0372", "")
            decisions.record(tx, entry, "coordinator", at(day))

    # what a test asks

    def plans(self) -> dict[str, records.Kept]:
        with self.here.store.read() as tx:
            return records.of_year(tx, 2027)

    def states(self) -> dict[str, str]:
        return {subject: kept.state for subject, kept in self.plans().items()}

    def occasion(self, key: str) -> str:
        with self.here.store.read() as tx:
            entry = due.get(tx, key)
        assert entry is not None
        return entry.state

    def decided(self, subject: str) -> list[tuple[str, str, str]]:
        with self.here.store.read() as tx:
            return [(e.verb, e.body, e.number) for e in decisions.about(tx, subject)]

    def written(self) -> int:
        """How many entries the event log has."""
        with self.here.store.read() as tx:
            return tx.execute(select(func.count()).select_from(events.event)).scalar_one()

    def pages(self, day: date) -> list[str]:
        return actions.documents_due(self.here, day, at(day))

    def page(self, subject: str, day: date = ADOPTED) -> str:
        """The newest page of a plan as its readers see the words, one space between them."""
        self.pages(day)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.html(subject))))

    def html(self, subject: str) -> str:
        with self.here.store.read() as tx:
            made = documents.newest(tx, f"2027/plan/{subject}", "intern", "html")
        assert made is not None
        return self.here.files.get(made.sha256).decode()

    def mails(self) -> list[tuple[str, str, str]]:
        """To whom, subject, text; in the order in which they were queued."""
        with self.here.store.read() as tx:
            raw = tx.execute(select(outbox.message.c.raw).order_by(outbox.message.c.id)).scalars().all()
        mails = [message_from_bytes(bytes_, policy=policy.default) for bytes_ in raw]
        return [(m["to"].addresses[0].addr_spec, m["subject"], plain(m)) for m in mails]


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Year]]:
    """Elzenwaard in a variant, its year 2027 in the ledger, nothing decided yet."""
    stores: list[Store] = []

    def open_year(variant: str) -> Year:
        folder = tmp_path / variant / "config"
        shutil.copytree(CONFIG, folder)
        path = folder / "organisation.yaml"
        path.write_text(
            path.read_text("utf-8").replace("\nvariant: direct\n", f"\nvariant: {variant}\n"), "utf-8"
        )
        config, mistakes = load(folder)
        assert config is not None, mistakes
        stores.append(Store.open(config.storage / "jaarring.db"))
        here = Here(config, stores[-1], config.storage)
        with here.store.write() as tx:
            dated = occasions(here.organisation, here.schedule, 2027)
            due.schedule(tx, 2027, dated, at(date(2026, 6, 1)))
        return Year(here)

    yield open_year
    for store in stores:
        store.close()


@pytest.fixture
def direct(opened: Callable[[str], Year]) -> Year:
    return opened("direct")


@pytest.fixture
def oib(opened: Callable[[str], Year]) -> Year:
    return opened("oib")


# --- the frame


def test_the_frame_must_be_the_decision_that_the_configuration_states(direct: Year) -> None:
    """Another number is refused with what the file says, and nothing is written."""
    before = direct.written()

    with pytest.raises(Refused) as refused:
        entry = said("raad", date(2026, 6, 25), "2026-048")
        actions.record_frame(direct.here, 2027, entry, "coordinator", at(date(2026, 6, 25)))

    assert refused.value.what == (
        "dit is niet het besluit dat in strategy.yaml staat: gemeenteraad (raad), 25 juni 2026, 2026-047"
    )
    assert direct.written() == before and direct.occasion("2027/frame/council") == "open"


def test_the_board_adopts_the_framework_only_within_the_frame_of_the_council(direct: Year) -> None:
    with pytest.raises(Refused, match="het kader van de raad is nog niet vastgelegd"):
        entry = said("college", date(2026, 9, 15), "2026-B-0388")
        actions.adopt_framework(direct.here, 2027, entry, "coordinator", at(date(2026, 9, 15)))

    direct.framed()
    assert direct.occasion("2027/frame/board") == "done"
    assert direct.decided("2027/frame/council") == [("adopt", "raad", "2026-047")]
    assert direct.decided("2027/frame/board") == [("adopt", "college", "2026-B-0388")]


def test_the_frame_is_recorded_once(direct: Year) -> None:
    direct.framed()

    with pytest.raises(Refused, match="is al vastgelegd"):
        direct.framed()


def test_without_an_adopted_framework_nothing_is_derived_and_that_is_said(direct: Year) -> None:
    """The occasion stays open, so that the plans come as soon as the board has decided."""
    nothing = actions.derive_due(direct.here, SET, at(SET))

    assert nothing.done == () and nothing.findings == (Finding("framework-not-adopted", "2027/objectives"),)
    assert direct.plans() == {} and direct.occasion("2027/objectives") == "open"

    direct.framed()
    assert actions.derive_due(direct.here, SET, at(SET)).done == ("2027/objectives",)


def test_an_edit_of_the_configuration_after_adoption_changes_nothing_derived(direct: Year) -> None:
    """Not the budget, not a target, not a measure: what the board adopted stands in the store."""
    direct.framed()
    direct.change(framework=replace(budget(total=1, fb=1), measures=(), goals=(), vision="Iets anders."))

    direct.derived()

    assert {id: kept.plan.budget for id, kept in direct.plans().items()} == BUDGETS
    assert len(direct.plans()["fb"].plan.measures) == 6
    page = direct.page("fb")
    assert "Elzenwaard is open voor iedereen" in page and "Iets anders." not in page


# --- deriving


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_second_run_derives_nothing_and_writes_nothing(variant: str, opened: Callable[[str], Year]) -> None:
    year = opened(variant).framed().derived()
    year.pages(DIVIDED)
    before = year.written()

    again = actions.derive_due(year.here, DIVIDED, at(DIVIDED))

    assert again.done == () and again.findings == ()
    assert year.pages(DIVIDED) == [] and year.written() == before
    assert set(year.states().values()) == {"draft"}


def test_the_joint_plan_comes_first_and_its_parts_a_week_later(oib: Year) -> None:
    """1 October 2026 for the joint body, 8 October for the themes."""
    oib.framed()

    assert actions.derive_due(oib.here, SET, at(SET)).done == ("2027/objectives",)
    assert list(oib.plans()) == ["oib"]
    assert actions.derive_due(oib.here, date(2026, 10, 7), at(SET)).done == ()
    assert actions.derive_due(oib.here, DIVIDED, at(DIVIDED)).done == ("2027/joint/parts",)
    assert sorted(oib.plans()) == sorted(["oib", *THEMES])


def test_the_chair_hears_which_joint_objectives_were_set(oib: Year) -> None:
    """One letter, to the chair, naming the objectives and the day on which they are divided."""
    oib.framed().derived()

    ((to, subject, text),) = oib.mails()
    assert to == "directeur.bedrijfsvoering@elzenwaard.example"
    assert subject == (
        "Graag voor donderdag 8 oktober 2026: klopt de verdeling van de gezamenlijke doelstellingen?"
    )
    assert "J2: Balies zijn veilig ingericht, bemand en getraind" in text
    assert "Op donderdag 8 oktober 2026" in text


def test_a_secretary_who_chairs_the_joint_body_gets_no_letter_from_himself(oib: Year) -> None:
    """Requirement O6."""
    oib.framed()
    body = JointBody("Overleg Integrale Beveiliging", chair="secretaris")
    oib.change(organisation=replace(oib.organisation, joint_body=body))

    oib.derived()

    assert oib.mails() == [] and "oib" in oib.plans()


def test_what_last_year_left_open_reaches_the_plan_and_its_page(direct: Year) -> None:
    direct.framed()

    actions.derive_due(direct.here, SET, at(SET), {2027: [measure("M99", "Oud werk")]})

    page = direct.page("bc", SET)
    assert "M99 Oud werk Loopt door uit 2026" in page
    assert "De maatregelen kosten samen € 5.000 meer dan het budget." in page


# --- handing in, accepting, adopting: direct


def test_a_season_of_direct_steering_ends_with_adopted_plans(direct: Year) -> None:
    """Each step by whom the lines say, each in the register for the year and for the plan."""
    direct.framed().derived().submitted().checked()
    assert set(direct.states().values()) == {"accepted"}

    assert direct.adopted() == THEMES

    assert set(direct.states().values()) == {"adopted"}
    assert direct.decided("2027/plan/adopt") == [("adopt", "college", "2026-B-0521")]
    assert direct.decided("2027/plan/fb") == [
        ("submit", "teamleider-facilitair", ""),
        ("accept", "secretaris", ""),
        ("adopt", "college", "2026-B-0521"),
    ]
    for key in ("2027/plan/fb/due", "2027/plan/check", "2027/plan/adopt"):
        assert direct.occasion(key) == "done"
    with direct.here.store.read() as tx:
        assert events.verify(tx) is None


def test_who_has_handed_a_plan_in_is_not_asked_for_it_again(direct: Year) -> None:
    direct.framed().derived().submitted("fb")

    with direct.here.store.read() as tx:
        asks = due.due(tx, date(2026, 12, 31), ("reminder", "overdue", "escalate"))
    assert not [ask for ask in asks if ask.duty == "2027/plan/fb"]
    assert [ask for ask in asks if ask.duty == "2027/plan/ib"]


def test_a_late_theme_never_blocks_the_plan_of_another(direct: Year) -> None:
    """Requirement D3: four plans are adopted, the fifth by a second decision when it is ready."""
    direct.framed().derived().submitted("ib", "fb", "pv", "bc").checked()
    assert direct.adopted() == ("ib", "fb", "pv", "bc")
    assert direct.states()["pr"] == "draft"

    direct.submitted("pr")
    entry = said("secretaris", date(2026, 12, 10))
    actions.accept(direct.here, "2027/plan/pr", entry, "coordinator", at(date(2026, 12, 10)))
    assert direct.adopted(date(2026, 12, 15), "2026-B-0540") == ("pr",)

    assert direct.decided("2027/plan/fb")[-1] == ("adopt", "college", "2026-B-0521")
    assert direct.decided("2027/plan/pr")[-1] == ("adopt", "college", "2026-B-0540")


def test_the_board_adopts_nothing_that_was_not_accepted(direct: Year) -> None:
    direct.framed().derived().submitted()

    with pytest.raises(Refused, match="er ligt geen plan om vast te stellen"):
        direct.adopted()


def test_a_decision_of_the_board_needs_its_number(direct: Year) -> None:
    direct.framed().derived().submitted().checked()

    with pytest.raises(Refused, match="het nummer van het besluit ontbreekt"):
        direct.adopted(number="")


def test_a_returned_plan_goes_back_to_its_owner_with_the_reason(direct: Year) -> None:
    """The reason stands in the mail and in the page; handed in again the plan can be accepted."""
    direct.framed().derived().submitted()
    entry = said("secretaris", date(2026, 11, 3), reason="De volgorde van M07 en M08 is niet haalbaar.")
    actions.send_back(direct.here, "2027/plan/fb", entry, "coordinator", at(date(2026, 11, 3)))

    assert direct.states()["fb"] == "draft"
    ((to, subject, text),) = direct.mails()
    assert (to, subject) == (
        "teamleider.facilitair@elzenwaard.example",
        "Terug: uw jaarplan 2027 voor fysieke beveiliging",
    )
    assert "De volgorde van M07 en M08 is niet haalbaar." in re.sub(r"\s+", " ", text)
    page = direct.page("fb", date(2026, 11, 3))
    assert "Teruggegeven op 3 november 2026. De volgorde van M07 en M08 is niet haalbaar." in page
    assert re.search(r"Plan ingediend teamleider Facilitair nog niet", page)

    direct.submitted("fb", day=date(2026, 11, 5)).checked()
    assert "Teruggegeven" not in direct.page("fb", CHECKED)
    assert direct.adopted() == THEMES


def test_a_plan_handed_in_again_shows_the_new_date_though_its_state_is_the_same(direct: Year) -> None:
    """Returned and handed in again between two runs: the page is made again."""
    direct.framed().derived().submitted()
    assert "Plan ingediend teamleider Facilitair 30 oktober 2026" in direct.page("fb", HANDED_IN)
    returned = said("secretaris", date(2026, 11, 3), reason="Graag korter.")
    actions.send_back(direct.here, "2027/plan/fb", returned, "coordinator", at(date(2026, 11, 3)))
    again = said("teamleider-facilitair", date(2026, 11, 5))
    actions.submit(direct.here, "2027/plan/fb", again, "coordinator", at(date(2026, 11, 5)))

    assert direct.pages(date(2026, 11, 5)) == ["2027/plan/fb"]
    assert "Plan ingediend teamleider Facilitair 5 november 2026" in direct.page("fb", date(2026, 11, 5))


def test_who_became_owner_meanwhile_accepts_all_plans_but_his_own(direct: Year) -> None:
    direct.framed().derived().submitted()
    owned = replace(direct.organisation.themes["fb"], owner="secretaris")
    direct.change(replace(direct.organisation, themes={**direct.organisation.themes, "fb": owned}))

    direct.checked()

    assert direct.states() == {**dict.fromkeys(THEMES, "accepted"), "fb": "submitted"}
    with pytest.raises(Refused, match="niemand beoordeelt zijn eigen plan"):
        entry = said("secretaris", CHECKED)
        actions.accept(direct.here, "2027/plan/fb", entry, "coordinator", at(CHECKED))


def test_a_plan_is_not_returned_without_a_reason(direct: Year) -> None:
    direct.framed().derived().submitted()

    with pytest.raises(Refused, match="de reden ontbreekt"):
        entry = said("secretaris", date(2026, 11, 3))
        actions.send_back(direct.here, "2027/plan/fb", entry, "coordinator", at(date(2026, 11, 3)))
    assert direct.states()["fb"] == "submitted" and direct.mails() == []


def test_the_plans_are_not_accepted_while_a_goal_is_served_by_nobody(direct: Year) -> None:
    """Requirement D2; the secretary is told which goal."""
    with direct.here.store.write() as tx:
        records.keep_framework(tx, 2027, UNSERVED, at(SET))
    direct.derived().submitted()

    with pytest.raises(Refused, match="geen enkel thema werkt aan G2"):
        direct.checked()
    assert set(direct.states().values()) == {"submitted"}


# --- under the joint body: all go together


def test_a_season_under_the_joint_body_ends_with_all_plans_adopted_together(oib: Year) -> None:
    """Agreement, with its meeting, comes before the check, and the check before adoption (O4)."""
    oib.framed().derived().submitted().agreed()
    assert set(oib.states().values()) == {"agreed"}
    oib.checked()

    assert oib.adopted() == ("oib", *THEMES)

    assert oib.decided("2027/plan/oib") == [
        ("agree", "oib", "OIB 19 november 2026, allen aanwezig"),
        ("accept", "secretaris", ""),
        ("adopt", "college", "2026-B-0521"),
    ]
    assert oib.occasion("2027/plan/agree") == "done"


def test_the_joint_body_agrees_on_nothing_while_a_theme_is_missing(oib: Year) -> None:
    oib.framed().derived().submitted("ib", "fb", "pv", "bc")

    with pytest.raises(Refused, match="de plannen gaan samen; nog niet ingediend: privacy"):
        oib.agreed()
    assert oib.states()["ib"] == "submitted" and oib.occasion("2027/plan/agree") == "open"


def test_without_agreement_the_secretary_has_nothing_to_check(oib: Year) -> None:
    oib.framed().derived().submitted()

    with pytest.raises(Refused, match="de plannen gaan samen; nog niet zover"):
        oib.checked()


def test_one_returned_plan_holds_all_back_under_the_joint_body(oib: Year) -> None:
    """The body agrees again on what came back; then all are adopted together."""
    oib.framed().derived().submitted().agreed()
    entry = said("secretaris", date(2026, 11, 20), reason="Het geld klopt niet.")
    actions.send_back(oib.here, "2027/plan/pr", entry, "coordinator", at(date(2026, 11, 20)))

    with pytest.raises(Refused, match="nog niet zover: privacy"):
        oib.checked()
    with pytest.raises(Refused, match="nog niet akkoord bevonden"):
        oib.adopted()

    oib.submitted("pr", day=date(2026, 11, 23)).agreed(date(2026, 11, 26)).checked()
    assert oib.adopted() == ("oib", *THEMES)


def test_O4_the_body_is_asked_for_its_agreement_when_all_is_in_and_again_after_a_return(oib: Year) -> None:
    """Not while only the joint plan is there; a question that closed is not the one that is asked anew."""

    def asked() -> list[str]:
        with oib.here.store.read() as tx:
            found = [one.key for one in questions.questions(oib.here, tx, AGREED)]
        return [key for key in found if "/agree/plans" in key]

    oib.framed()
    actions.derive_due(oib.here, SET, at(SET))
    assert asked() == []
    oib.derived().submitted()
    assert asked() == ["2027/ask/agree/plans-0"]

    entry = said("secretaris", date(2026, 11, 16), reason="Het geld klopt niet.")
    actions.send_back(oib.here, "2027/plan/pr", entry, "coordinator", at(date(2026, 11, 16)))
    assert asked() == []
    oib.submitted("pr", day=date(2026, 11, 17))
    assert asked() == ["2027/ask/agree/plans-0-1"]


def test_no_step_is_of_before_the_one_that_it_rests_on(direct: Year) -> None:
    """A plan shows its steps with their dates; a slip in one would make it adopted before it was there."""
    direct.framed().derived().submitted()
    early = said("secretaris", date(2026, 10, 29))
    with pytest.raises(Refused, match="de stap daarvoor in 2027/plan/fb is pas van 30 oktober 2026"):
        actions.accept(direct.here, "2027/plan/fb", early, "coordinator", at(CHECKED))
    direct.checked()
    with pytest.raises(Refused, match="de stap daarvoor in 2027/plan/ib is pas van 27 november 2026"):
        direct.adopted(date(2025, 12, 8))
    assert set(direct.states().values()) == {"accepted"}


# --- who may do what


WRONG: Sequence[tuple[str, Callable[[Year], object], str]] = [
    (
        "another owner hands the plan in",
        lambda y: actions.submit(
            y.here, "2027/plan/fb", said("privacy-officer", SET), "coordinator", at(SET)
        ),
        "teamleider Facilitair (teamleider-facilitair)",
    ),
    (
        "the coordinator hands the plan in",
        lambda y: actions.submit(y.here, "2027/plan/fb", said("coordinator", SET), "coordinator", at(SET)),
        "teamleider Facilitair (teamleider-facilitair)",
    ),
    (
        "an owner accepts",
        lambda y: actions.accept(y.here, "2027/plan/ib", said("teammanager-ia", SET), "coordinator", at(SET)),
        "gemeentesecretaris (secretaris)",
    ),
    (
        "the coordinator returns",
        lambda y: actions.send_back(
            y.here, "2027/plan/ib", said("coordinator", SET, reason="nee"), "coordinator", at(SET)
        ),
        "gemeentesecretaris (secretaris)",
    ),
    (
        "the board does the secretary's check",
        lambda y: actions.check(y.here, 2027, said("college", SET), "coordinator", at(SET)),
        "gemeentesecretaris (secretaris)",
    ),
    (
        "the secretary adopts",
        lambda y: actions.adopt(y.here, 2027, said("secretaris", SET, "1"), "coordinator", at(SET)),
        "college van burgemeester en wethouders (college)",
    ),
    (
        "the council adopts a plan",
        lambda y: actions.adopt(y.here, 2027, said("raad", SET, "1"), "coordinator", at(SET)),
        "college van burgemeester en wethouders (college)",
    ),
    (
        "an owner advises on his own plan",
        lambda y: actions.advise(y.here, 2027, said("teammanager-ia", SET), "coordinator", at(SET)),
        "CISO (ciso)",
    ),
]


@pytest.mark.parametrize(("act", "who"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_whoever_may_not_decide_is_refused_and_told_who_may(
    act: Callable[[Year], object], who: str, direct: Year
) -> None:
    direct.framed().derived().submitted("ib")
    before = direct.written()

    with pytest.raises(Refused) as refused:
        act(direct)

    assert refused.value.remedy.startswith("dit is aan: ") and who in refused.value.remedy
    assert direct.written() == before


def test_only_the_joint_body_or_its_chair_agrees(oib: Year) -> None:
    """Not the secretary, who checks afterwards; and it says in which meeting."""
    oib.framed().derived().submitted()

    with pytest.raises(Refused, match="directeur Bedrijfsvoering"):
        actions.agree(oib.here, 2027, said("secretaris", AGREED, "OIB"), "coordinator", at(AGREED))
    with pytest.raises(Refused, match="de vergadering ontbreekt"):
        actions.agree(oib.here, 2027, said("oib", AGREED), "coordinator", at(AGREED))
    by_chair = said("directeur-bedrijfsvoering", AGREED, "OIB 19 november 2026")
    assert actions.agree(oib.here, 2027, by_chair, "coordinator", at(AGREED)) == ("oib", *THEMES)


def test_there_is_no_joint_agreement_under_direct_steering(direct: Year) -> None:
    direct.framed().derived().submitted()

    with pytest.raises(Refused, match="hier stemt geen overleg in met de plannen"):
        actions.agree(direct.here, 2027, said("oib", AGREED, "OIB"), "coordinator", at(AGREED))


def test_a_substitute_may_hand_the_plan_in(direct: Year) -> None:
    direct.framed().derived()

    entry = said("informatiemanager", HANDED_IN)
    actions.submit(direct.here, "2027/plan/ib", entry, "coordinator", at(HANDED_IN))

    assert direct.decided("2027/plan/ib") == [("submit", "informatiemanager", "")]


def test_a_secretary_who_owns_a_theme_does_not_accept_his_own_plan(direct: Year) -> None:
    """The line to himself falls away: handed in, the plan waits for the board, which adopts it."""
    owned = replace(direct.organisation.themes["fb"], owner="secretaris")
    direct.change(replace(direct.organisation, themes={**direct.organisation.themes, "fb": owned}))
    direct.framed().derived().submitted()

    assert direct.states()["fb"] == "accepted" and direct.states()["ib"] == "submitted"
    direct.checked()
    assert direct.decided("2027/plan/fb") == [("submit", "secretaris", "")]
    assert direct.adopted() == THEMES
    assert "Akkoord" not in direct.page("fb")


def test_R17_who_handed_a_plan_in_for_its_owner_does_not_accept_it(direct: Year) -> None:
    """The secretary stands in for the owner of FB; the board accepts that one plan in his place."""
    direct.framed().derived().submitted("ib", "pv", "bc", "pr")
    people = direct.organisation.people
    stood_in = replace(people["teamleider-facilitair"], substitute="secretaris")
    direct.change(replace(direct.organisation, people={**people, stood_in.id: stood_in}))
    actions.submit(direct.here, "2027/plan/fb", said("secretaris", HANDED_IN), "coordinator", at(HANDED_IN))
    direct.checked()
    assert direct.states() == {**dict.fromkeys(THEMES, "accepted"), "fb": "submitted"}

    with pytest.raises(Refused, match="dit is aan: college van burgemeester en wethouders"):
        actions.accept(direct.here, "2027/plan/fb", said("secretaris", CHECKED), "coordinator", at(CHECKED))
    actions.accept(direct.here, "2027/plan/fb", said("college", CHECKED), "coordinator", at(CHECKED))
    assert direct.adopted() == THEMES


def test_O6_a_secretary_who_chairs_does_not_accept_the_joint_plan_of_his_own_body(oib: Year) -> None:
    """Once the body agrees it waits for the board; the plans of the themes he checks."""
    body = JointBody("Overleg Integrale Beveiliging", chair="secretaris")
    oib.change(replace(oib.organisation, joint_body=body))
    oib.framed().derived().submitted().agreed()
    assert oib.states() == {"oib": "accepted", **dict.fromkeys(THEMES, "agreed")}

    with pytest.raises(Refused, match="niemand beoordeelt zijn eigen plan"):
        entry = said("secretaris", CHECKED, reason="Te kort.")
        actions.send_back(oib.here, "2027/plan/oib", entry, "coordinator", at(CHECKED))
    oib.checked()
    assert oib.adopted() == ("oib", *THEMES)
    assert [verb for verb, _, _ in oib.decided("2027/plan/oib")] == ["agree", "adopt"]


def test_what_is_not_in_the_calendar_cannot_be_decided(direct: Year) -> None:
    with pytest.raises(Refused, match="'2031/plan/adopt' staat niet in de agenda"):
        actions.adopt(direct.here, 2031, said("college", ADOPTED, "1"), "coordinator", at(ADOPTED))


# --- the page


def test_a_plan_shows_its_promises_as_people_write_them(direct: Year) -> None:
    """Chain, milestones with their unit, money, and who decided."""
    direct.framed().derived().submitted().checked().adopted()

    page = direct.page("pv")
    assert "Jaarplan 2027 personele veiligheid" in page and "Opgelegd door gemeentesecretaris" in page
    assert "nazorg binnen 5 werkdagen na agressie (hoger is beter) 61% 64,5% 68% 71,5% 75% 75%" in page
    assert "vertrouwensfuncties met geldige VOG (gelijk houden) 97% 100% 100% 100% 100% 100%" in page
    assert "M16 In-, door- en uitstroom: rechten binnen 1 werkdag P&O" in page
    assert "1 april tot en met 30 september 2027 € 10.000" in page
    assert "Voor personele veiligheid is in 2027 € 83.000 beschikbaar." in page
    assert (
        "Vastgesteld, met het geld college van burgemeester en wethouders 8 december 2026 2026-B-0521" in page
    )
    assert "Kader van de raad gemeenteraad 25 juni 2026 2026-047" in page
    steps = direct.page("bc")
    assert "kritieke processen met getest plan (van 12 processen; hoger is beter) 2 2 4 5 6 6" in steps
    assert "hersteltijd kernsystemen in oefening (in uur; lager is beter) 36 33 30 27 24 24" in steps


def test_after_the_adjustment_old_and_new_stand_side_by_side(direct: Year) -> None:
    """With the number of the adjustment and of the decision; the themes that did not move get no new page."""
    direct.framed().derived().submitted().checked().adopted()
    direct.pages(ADOPTED)
    direct.adjusted()

    assert direct.pages(date(2027, 8, 31)) == ["2027/plan/fb", "2027/plan/bc", "2027/plan/pr"]

    page = direct.page("bc")
    assert "M20 BV-2027-01 € 48.000 € 66.000 30 juni 2027 30 september 2027" in page
    assert "is in 2027 € 158.000 beschikbaar. Eerst was dat € 140.000" in page
    assert "Bijsturing BV-2027-01 college van burgemeester en wethouders 31 augustus 2027 2027-B-0372" in page
    assert "M11 BV-2027-01 € 30.000 € 20.000 31 december 2027 ongewijzigd" in direct.page("fb").replace(
        "\u00a0", " "
    )


def test_the_joint_plan_shows_the_whole_and_moves_with_its_themes(oib: Year) -> None:
    oib.framed().derived().submitted().agreed().checked().adopted()
    before = oib.page("oib")
    assert "J1: Toegang tot gebouw én systeem stopt binnen 1 werkdag na vertrek" in before
    assert "dient doel G1 ‘Onze informatie is aantoonbaar beschermd’" in before
    assert (
        "Samen € 750.000" in before
        and "Overeenstemming Overleg Integrale Beveiliging 19 november 2026" in before
    )
    oib.adjusted()

    assert oib.pages(date(2027, 8, 31))[0] == "2027/plan/oib"
    after = oib.page("oib")
    assert "Bedrijfscontinuïteit € 140.000 € 158.000" in after and "Samen € 750.000 € 750.000" in after


def test_a_secret_measure_shows_its_number_and_decision_but_not_its_title(direct: Year) -> None:
    """M10 in the internal page: money and ground, no title and no effect; the titles beside it are there."""
    direct.framed().derived().submitted().checked().adopted()

    page = direct.page("fb")
    assert (
        "M10 Geheime maatregel Geheimhouding: college van burgemeester en wethouders, 8 december 2026" in page
    )
    assert "nummer 2026-B-0522. Grond: Woo 5.1 lid 2 onder e en h" in page and "€ 40.000" in page
    html = direct.html("fb")
    assert "ersoonsbeveiliging" not in html and "Bestuurders kunnen" not in html
    assert "Nieuw passysteem op 3 locaties" in html and "Medewerkers krijgen een nieuwe pas" in html


def test_a_draft_does_not_say_that_the_board_decided_before_it_met(direct: Year) -> None:
    """On 1 October 2026 the decision on M10, of 8 December, has still to be asked for."""
    direct.framed().derived()

    page = direct.page("fb", SET)
    assert "Geheimhouding: te vragen aan het college van burgemeester en wethouders" in page
    assert "2026-B-0522" not in page and "2026-B-0521" not in page
    assert "Dit bedrag is voorlopig" in page


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_plan_has_its_document_concept_until_it_is_adopted(
    variant: str, opened: Callable[[str], Year]
) -> None:
    """One a theme; under the joint body that of the body first."""
    year = opened(variant).framed().derived()
    subjects = [*(["oib"] if variant == "oib" else []), *THEMES]

    assert year.pages(DIVIDED) == [f"2027/plan/{subject}" for subject in subjects]
    assert {document.status for document in kept_documents(year)} == {"concept"}
    year.submitted().agreed().checked().adopted()
    year.pages(ADOPTED)

    kept = {document.key: document for document in kept_documents(year)}
    assert {document.status for document in kept.values()} == {"vastgesteld"}
    assert kept["2027/plan/fb"].name == "jaarplan-2027-fysieke-beveiliging.html"
    assert kept["2027/plan/bc"].name == "jaarplan-2027-bedrijfscontinuiteit.html"
    assert (year.here.documents / "jaarplan-2027-fysieke-beveiliging.html").exists()
    assert year.pages(ADOPTED) == []


def kept_documents(year: Year) -> list[documents.Document]:
    with year.here.store.read() as tx:
        return documents.current(tx, 2027)


def test_what_the_derivation_noticed_stands_in_the_page_in_plain_dutch(direct: Year) -> None:
    framework = without_measures("M04")
    with direct.here.store.write() as tx:
        records.keep_framework(tx, 2027, framework, at(SET))
    direct.derived()

    page = direct.page("ib", SET)
    assert "Bij doelstelling IB-G2 staat geen maatregel." in page
    assert "Van het budget is € 18.000 nog niet over maatregelen verdeeld." in page
    assert "viel niets op" in direct.page("fb", SET) and "viel niets op" not in page


def test_findings_can_be_asked_of_plans_as_they_stand() -> None:
    """An adjustment moves budget and measures together, so it makes no finding."""
    plans = [moved(plan, BV_2027_01, "BV-2027-01") for plan in derive(FRAMEWORK, of("oib"), 2027).plans]

    assert findings(FRAMEWORK, of("oib"), 2027, plans) == ()
