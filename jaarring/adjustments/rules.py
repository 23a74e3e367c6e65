"""Adjustments: proposed by a theme, decided by whom the lines and the mandate say, carried out in plans,
budgets and calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jaarring import rights
from jaarring.goals.rules import Decision, Indicator
from jaarring.governance import Organisation
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.changing import Move, moved, retargeted
from jaarring.reports.rules import Change, IndicatorEntry, Proposal, Received, ThemeAccount
from jaarring.rights import Thing

OUTCOMES = ("accepted", "changed", "refused")
#: how far a proposal has come; `carried_out`: plan, budget and calendar are as decided
STATES = ("proposed", "advised", "decided", "carried_out")


@dataclass(frozen=True)
class Verdict:
    """What was decided on a proposal. `amount`: euros that its first measure gets; `sources`: where money
    comes from; `others`: what other measures get; `targets`: indicators with their new value for the year.
    """

    outcome: str
    decision: Decision
    amount: Decimal
    sources: tuple[tuple[str, Decimal], ...]
    end: date | None
    reason: str = ""
    others: tuple[Change, ...] = ()
    targets: tuple[tuple[str, Decimal], ...] = ()

    @property
    def granted(self) -> Decimal:
        """The euros that measures get."""
        return self.amount + sum((one.amount for one in self.others), Decimal(0))


@dataclass(frozen=True)
class Adjustment:
    """A proposal with its number (`BV-2027-01`) and what became of it; `verdict` None while it is open.

    `proposed_in`: the duty in whose account it stood, or a key of its own (`2027/adjustment/bc/1`).
    `carried_out`: the day on which plans and budgets followed; None where nothing was to follow.
    """

    id: str
    year: int
    theme: str
    proposed_in: str
    proposed_on: date
    proposal: Proposal
    verdict: Verdict | None = None
    proposed_by: str = ""
    carried_out: date | None = None

    @property
    def outcome(self) -> str:
        """What was decided; `proposed` while nothing was."""
        return self.verdict.outcome if self.verdict else "proposed"

    def state(self, advised: bool) -> str:
        """How far it has come, one of STATES; `advised`: whether an adviser has spoken."""
        if self.verdict is None:
            return "advised" if advised else "proposed"
        return "carried_out" if self.carried_out else "decided"


def moves(adjustment: Adjustment) -> tuple[Move, ...]:
    """What a decided adjustment does to the measures; nothing while open or refused."""
    verdict = adjustment.verdict
    if verdict is None or verdict.outcome == "refused":
        return ()
    first = adjustment.proposal.measure
    given = (Move(first, verdict.amount, verdict.end),) if first else ()
    others = tuple(Move(one.measure, one.amount, one.end) for one in verdict.others)
    return (*given, *others, *(Move(measure, -amount) for measure, amount in verdict.sources))


def applied(plan: Plan, adjustment: Adjustment) -> Plan:
    """The plan after a decided adjustment, old and new beside each other; itself if nothing in it changes.

    Raises ValueError where a measure would end up below nought.
    """
    verdict = adjustment.verdict
    if verdict is None or verdict.outcome == "refused":
        return plan
    return retargeted(moved(plan, moves(adjustment), adjustment.id), verdict.targets, adjustment.id)


@dataclass(frozen=True)
class Places:
    """Where everything is: the theme of each measure and of each indicator, the indicators as they are now,
    the goal of each measure and indicator.
    """

    theme_of: Mapping[str, str]
    goal_of: Mapping[str, str]
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    #: of each joint objective its measures
    joint_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def joint(self, proposal: Proposal) -> frozenset[str]:
        """The joint objectives that a proposal serves."""
        named = {one.measure for one in proposal.changes}
        return frozenset(id for id, measures in self.joint_of.items() if named & set(measures))

    def goals(self, proposal: Proposal) -> frozenset[str]:
        """The goals at stake in a proposal."""
        named = [one.measure for one in proposal.changes] + [id for id, _ in proposal.targets]
        return frozenset(self.goal_of[id] for id in named if id in self.goal_of)


def places(plans: Mapping[str, Plan]) -> Places:
    """The places in the plans of a year."""
    themes, goals, indicators = {}, {}, {}
    joint = {part.objective.id: part.objective.measures for plan in plans.values() for part in plan.joint}
    for subject, plan in plans.items():
        for planned in plan.measures:
            themes[planned.measure.id] = subject
            goals[planned.measure.id] = planned.measure.goal
        for objective in plan.objectives:
            for target in objective.targets:
                themes[target.indicator.id] = subject
                goals[target.indicator.id] = objective.goal
                indicators[target.indicator.id] = target.indicator
    return Places(themes, goals, indicators, joint)


def thing(theme: str, amount: Decimal, measures: Sequence[str], theme_of: Mapping[str, str]) -> Thing:
    """What is decided about. `measures`: all that money comes from or goes to beside the first.

    Money without a source inside the theme crosses themes, for it must come from somewhere.
    """
    inside = all(theme_of.get(measure) == theme for measure in measures) and (bool(measures) or not amount)
    return Thing("adjustment", theme, amount, crosses=not inside)


def asked(adjustment: Adjustment, theme_of: Mapping[str, str]) -> Thing:
    """What is decided about, as long as the proposal stands as it was made."""
    proposal = adjustment.proposal
    named = [measure for measure, _ in proposal.offered]
    named += (
        [one.measure for one in proposal.others if one.amount >= 0] if named or not proposal.asked else []
    )
    named += [id for id, _ in proposal.targets if theme_of.get(id) != adjustment.theme]
    return thing(adjustment.theme, proposal.asked, named, theme_of)


def given(adjustment: Adjustment, verdict: Verdict, theme_of: Mapping[str, str]) -> Thing:
    """What a verdict decides about; of a refusal what was asked."""
    if verdict.outcome == "refused":
        return asked(adjustment, theme_of)
    named = [measure for measure, _ in verdict.sources]
    named += [one.measure for one in verdict.others] if named or not verdict.granted else []
    named += [id for id, _ in verdict.targets if theme_of.get(id) != adjustment.theme]
    return thing(adjustment.theme, verdict.granted, named, theme_of)


def decider(
    organisation: Organisation,
    theme: str,
    amount: Decimal,
    sources: Sequence[str],
    theme_of: Mapping[str, str],
) -> str:
    """The party that must decide: within one theme and the mandate whom the line names first."""
    return rights.deciding_party(organisation, thing(theme, amount, sources, theme_of))


def advisers(organisation: Organisation, adjustment: Adjustment) -> tuple[str, ...]:
    """Whose advice is asked: the adviser of the theme, and where there is money in it the controller; never
    the one who proposes.
    """
    theme = organisation.bearer(adjustment.theme)
    found = [theme.adviser] if theme else []
    if adjustment.proposal.asked:
        found.append(organisation.controller)
    mine = {adjustment.proposed_by, theme.owner if theme else ""}
    return tuple(dict.fromkeys(id for id in found if id not in mine))


def budgets(
    plans: Mapping[str, Plan], proposal: Proposal, theme_of: Mapping[str, str]
) -> Iterator[tuple[str, Decimal, Decimal]]:
    """The budget of each theme that a proposal touches, now and after it, in euros: theme, was, becomes."""
    change: dict[str, Decimal] = {}
    for one in proposal.changes:
        theme = theme_of.get(one.measure, "")
        change[theme] = change.get(theme, Decimal(0)) + one.amount
    for theme, amount in change.items():
        if amount and theme in plans and theme != JOINT:
            yield theme, plans[theme].budget, plans[theme].budget + amount


def newest(accounts: Mapping[str, Received], until: int = 4) -> dict[str, tuple[int, IndicatorEntry]]:
    """Of each indicator the last quarter, up to `until`, in which something was measured or said."""
    found: dict[str, tuple[int, IndicatorEntry]] = {}
    for duty, received in sorted(accounts.items()):
        account, quarter = received.account, int(duty.split("/")[1][1])
        if isinstance(account, ThemeAccount) and quarter <= until:
            for entry in account.indicators:
                if entry.value is not None or entry.own_forecast is not None:
                    found[entry.indicator] = (quarter, entry)
    return found


def uncovered(proposal: Proposal) -> Decimal:
    """The euros of a proposal that nobody has said yet where they come from."""
    return proposal.asked - sum((amount for _, amount in proposal.offered), Decimal(0))


def mistakes(proposal: Proposal, theme: str, known: Places, plans: Mapping[str, Plan]) -> Iterator[str]:
    """What keeps a proposal from being one, as sentences "what; remedy"."""
    texts = {"verandert": proposal.change, "de oorzaak is": proposal.cause}
    texts["er gebeurt als wij niets doen"] = proposal.consequence
    for what, text in texts.items():
        if not text.strip():
            yield f"in het voorstel staat niet wat {what}; schrijf dat erbij"
    if not proposal.changes and not proposal.targets:
        yield "het voorstel verandert niets; noem een maatregel of een indicator met een ander doel"
    named = [one.measure for one in proposal.changes]
    if len(set(named)) < len(named):
        yield "een maatregel staat er twee keer in; noem elke maatregel één keer"
    for id in named:
        if plans.get(known.theme_of.get(id, "")) is None:
            yield f"{id} staat in geen jaarplan; noem een maatregel uit de jaarplannen"
    if proposal.measure and known.theme_of.get(proposal.measure, theme) != theme:
        yield f"{proposal.measure} hoort bij een ander thema; noem eerst een maatregel van dit thema"
    for id, value in proposal.targets:
        yield from _target(id, value, theme, known)


def _target(id: str, value: Decimal, theme: str, known: Places) -> Iterator[str]:
    indicator = known.indicators.get(id)
    if indicator is None or known.theme_of.get(id) != theme:
        yield f"{id} is geen indicator van dit thema; noem een indicator uit het jaarplan"
        return
    most = indicator.out_of if indicator.out_of is not None else 100 if indicator.unit == "%" else None
    if (most is not None and value > most) or (value < 0 and all(v >= 0 for _, v in indicator.points)):
        yield f"het nieuwe doel voor {id} kan niet; noem een getal dat bij de indicator past"
