"""Run the tests of every requirement and print the table."""

from __future__ import annotations

import sys
from collections import defaultdict

import pytest

from tests.requirements import NUMBERS, PAGE, ROOT, in_the_tests, numbers_in, on_the_page, written


class Ledger:
    """Keeps the tests that name a requirement, and notes how each ended."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list[str]] = defaultdict(list)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        other = [item for item in items if not numbers_in(item.name)]
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if numbers_in(item.name)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            name = report.nodeid.rsplit("::", 1)[-1]
            for number in numbers_in(name):
                self.outcomes[number].append(report.outcome)


def table(outcomes: dict[str, list[str]]) -> tuple[list[str], int]:
    """A line a requirement, and how many are met: at least one test, and all of them passed."""
    page, lines, met = on_the_page(), [], 0
    for number in NUMBERS:
        ended = outcomes.get(number, [])
        good = bool(ended) and all(outcome == "passed" for outcome in ended)
        met += good
        said = f"{ended.count('passed')} of {len(ended)} tests" if ended else "no test"
        asks = page[number].asks if number in page else "not on the page"
        lines.append(f"{number:<4}{'met' if good else 'NOT MET':<9}{said:<15}{asks}")
    return lines, met


def main() -> int:
    if "--write" in sys.argv:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), in_the_tests()), encoding="utf-8")
        return 0
    ledger = Ledger()
    pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", str(ROOT / "tests")], plugins=[ledger])
    lines, met = table(ledger.outcomes)
    print(*lines, f"{met} of {len(NUMBERS)}", sep="\n")
    return 0 if met == len(NUMBERS) else 1


if __name__ == "__main__":
    sys.exit(main())
