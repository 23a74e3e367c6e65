"""The money of a year at the end of a quarter: what was budgeted, moved and spent, by theme."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jaarring import charts
from jaarring.calendar import Quarter
from jaarring.dutch import hoofdletter
from jaarring.tactical.year import Year


@dataclass(frozen=True)
class ThemeMoney:
    """The decided figures of a theme, in euros. `spent` as its owner stated it, None if not stated."""

    theme: str
    original: Decimal
    budget: Decimal
    spent: Decimal | None
    explanation: str

    @property
    def left(self) -> Decimal | None:
        return None if self.spent is None else self.budget - self.spent


@dataclass(frozen=True)
class Money:
    """The money of a year: theme figures and their totals. `spent` is what `stated` of them stated."""

    themes: tuple[ThemeMoney, ...]
    original: Decimal
    budget: Decimal
    spent: Decimal
    stated: int

    @property
    def left(self) -> Decimal | None:
        """What is left of the whole; None while a theme has not stated what it spent."""
        return self.budget - self.spent if self.complete else None

    @property
    def complete(self) -> bool:
        return self.stated == len(self.themes)

    @property
    def over(self) -> tuple[str, ...]:
        """The themes that spent more than their budget."""
        return tuple(line.theme for line in self.themes if line.left is not None and line.left < 0)

    @property
    def chart(self) -> charts.Bars:
        """What each theme had and spent."""
        lines = [(hoofdletter(line.theme), line.budget, line.spent) for line in self.themes]
        return charts.money(lines, "Begroot en besteed per thema, in euro’s")

    @property
    def moved(self) -> bool:
        return any(line.original != line.budget for line in self.themes)


def money(year: Year, quarter: Quarter) -> Money:
    """The money as it stands at the end of `quarter`: decided theme figures, never sums of measures."""
    lines = []
    for id, theme in year.organisation.themes.items():
        account = year.theme_account(quarter, id)
        plan = year.plans.get(id)
        allotted = year.framework.budgets[year.year].themes.get(id, Decimal(0))
        budget = plan.budget if plan else allotted
        original = plan.was_budget if plan and plan.was_budget is not None else budget
        lines.append(
            ThemeMoney(
                theme.name,
                original,
                budget,
                account.spent if account else None,
                account.money_explanation if account else "",
            )
        )
    stated = [line.spent for line in lines if line.spent is not None]
    return Money(
        tuple(lines),
        sum((line.original for line in lines), Decimal(0)),
        sum((line.budget for line in lines), Decimal(0)),
        sum(stated, Decimal(0)),
        len(stated),
    )
