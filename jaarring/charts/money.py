"""Money a theme: what there was to spend and what was spent, one under the other on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jaarring.charts.scale import WIDTH, Scale, lines
from jaarring.dutch import euro

STEP, LINE = 36, 15


@dataclass(frozen=True)
class Bar:
    """One theme. `budget` and `spent` are widths; `over`: more was spent than there was."""

    labels: tuple[tuple[int, str], ...]
    text: str
    y: int
    budget: int
    spent: int | None
    over: bool


@dataclass(frozen=True)
class Bars:
    title: str
    desc: str
    height: int
    bars: tuple[Bar, ...]
    key_y: int
    width: int = WIDTH


def money(themes: Sequence[tuple[str, Decimal, Decimal | None]], title: str) -> Bars:
    """The drawing: (name, budget, spent) a theme; `spent` None: not stated. Below nought nothing is drawn."""
    amounts = [amount for _, budget, spent in themes for amount in (budget, spent or Decimal(0))]
    scale = Scale(Decimal(0), max([*amounts, Decimal(1)]), 0, WIDTH - 4)
    bars: list[Bar] = []
    y = 4
    for name, budget, spent in themes:
        text = _text(budget, spent)
        labels = lines(name, WIDTH - 7 * len(text) - 12)
        below = y + LINE * len(labels)
        bars.append(
            Bar(
                labels=tuple((y + 12 + LINE * n, line) for n, line in enumerate(labels)),
                text=text,
                y=below,
                budget=scale.place(budget),
                spent=None if spent is None else scale.place(spent),
                over=spent is not None and spent > budget,
            )
        )
        y = below + STEP - LINE
    desc = " ".join(f"{name}: {_text(budget, spent)}." for name, budget, spent in themes)
    return Bars(title, desc, y + 26, tuple(bars), y + 6)


def _text(budget: Decimal, spent: Decimal | None) -> str:
    if spent is None:
        return f"niet ingevuld, van {euro(budget)}"
    return f"{euro(spent)} van {euro(budget)}"
