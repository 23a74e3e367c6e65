"""Pytest plugin: what a skipped test means.

On a person's machine a test may be skipped when a program is missing (see `tests/need.py`); the reason says
how to get it. Where JAARRING_NO_SKIP=1 is set, as in `.ci/run`, a test that was skipped or that may fail
makes the run fail: there everything is installed, so a skip would be a promise that nobody checked.
"""

import os

import pytest

UNCHECKED = ("skipped", "xfailed")


def unchecked(reporter: pytest.TerminalReporter) -> int:
    return sum(len(reporter.stats.get(outcome, [])) for outcome in UNCHECKED)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    fine = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if os.environ.get("JAARRING_NO_SKIP") == "1" and fine and reporter and unchecked(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    count = unchecked(terminalreporter)
    if os.environ.get("JAARRING_NO_SKIP") == "1" and count:
        terminalreporter.write_line(
            f"JAARRING_NO_SKIP: {count} skipped or expected to fail, so this run fails.", red=True
        )
