"""A folder of four YAML files → a `Municipality`, or the list of all mistakes.

Mistakes are values: each has its file, line and field, what is wrong and what to write. Nothing is raised for
what a user wrote.
"""

from __future__ import annotations

from pathlib import Path

from jaarring.config import build, checks
from jaarring.config.mistakes import WARNING, Mistake, report
from jaarring.config.municipality import Municipality
from jaarring.config.reading import FILES, read
from jaarring.config.stages import stages
from jaarring.config.unfilled import unfilled

__all__ = ["FILES", "Municipality", "check", "load"]


def load(folder: Path) -> tuple[Municipality | None, list[Mistake]]:
    """Read `folder`. The municipality is None if there is a mistake; warnings come beside a municipality."""
    reading = read(folder)
    if places := unfilled(reading):
        return None, places
    mistakes = sorted(
        {*reading.mistakes, *checks.across(reading)},
        key=lambda mistake: (list(FILES).index(mistake.file), mistake.line, mistake.field, mistake.what),
    )
    strategy, organisation = reading.strategy, reading.organisation
    calendar, channels = reading.calendar, reading.channels
    if not (organisation and strategy and calendar and channels):
        return None, mistakes
    if any(mistake.severity != WARNING for mistake in mistakes):
        return None, mistakes
    later = stages(reading)
    return build.municipality(folder, organisation, strategy, calendar, channels, later), mistakes


def check(folder: Path) -> tuple[str, int]:
    """What `jaarring check` prints about `folder`, and its exit status: 1 if there is a mistake, 0 if not.

    Templates of the municipality's own are tried with examples as well.
    """
    here, mistakes = load(folder)
    broken = _broken(here.templates) if here and here.templates else []
    return report([*broken, *mistakes]), 0 if here and not broken else 1


def _broken(templates: Path) -> list[Mistake]:
    from jaarring.own.check import check as tried

    return [Mistake(one.file, one.line, "", one.what, one.remedy) for one in tried(templates)]
