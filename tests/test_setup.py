"""The set-up keeps its promises, and each check does find what it looks for."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS: dict[str, dict[str, Any]] = {c["id"]: c for c in PYPROJECT["tool"]["importlinter"]["contracts"]}
ROOMS = ["reminders", "reports", "council"]
PLAIN = [name.removeprefix("jaarring.") for name in CONTRACTS["plain"]["source_modules"] if "*" not in name]


def run(*command: str, cwd: Path = ROOT, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment; its two streams come back as one text."""
    settings = {k: v for k, v in os.environ.items() if k not in ("JAARRING_NO_SKIP", "PYTEST_ADDOPTS")} | env
    return subprocess.run(
        command,
        cwd=cwd,
        input=stdin,
        env=settings,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


# The lock


def locked() -> dict[str, tuple[Requirement, list[str]]]:
    """Every entry of the lock with its hashes, by name."""
    entries = re.findall(r"^(\S+==[^\\\n]+?) \\\n((?:    --hash=\S+(?: \\)?\n)+)", LOCK, re.MULTILINE)
    found = [(Requirement(spec), re.findall(r"sha256:[0-9a-f]{64}", hashes)) for spec, hashes in entries]
    return {requirement.name: (requirement, hashes) for requirement, hashes in found}


def test_every_entry_of_the_lock_has_an_exact_version_and_hashes() -> None:
    """And none is lost on the way: each line that begins an entry is one."""
    begins = [line for line in LOCK.splitlines() if re.match(r"[A-Za-z0-9]", line)]

    assert len(begins) == len(locked()) > 100
    assert all(hashes for _, hashes in locked().values())


def test_the_lock_names_no_index_and_no_place_of_one_machine() -> None:
    assert not re.search(r"://|--index|--find-links|file:|^-", LOCK, re.MULTILINE)
    assert not re.search(r"://|--index", (ROOT / "Makefile").read_text(encoding="utf-8"))


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_serves_every_supported_python_with_what_the_project_asks(python: str) -> None:
    here = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    asked = PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]
    for requirement in map(Requirement, asked):
        entry, _ = locked()[requirement.name.lower()]
        assert entry.marker is None or Marker(str(entry.marker)).evaluate(here), entry
        (pin,) = entry.specifier
        assert Version(pin.version) in requirement.specifier, entry


# The Makefile


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout that has no environment yet, and a `python` that says it is 3.10."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "python").write_text("#!/bin/sh\necho 3.10\n", encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("python", ["./python", "no-such-python"])
def test_an_unsuited_python_is_refused_in_one_sentence(bare: Path, python: str) -> None:
    result = run("make", "--silent", "check", f"PYTHON={python}", cwd=bare, MAKEFLAGS="")

    said, closing = result.stdout.splitlines()
    assert said == (
        f"Jaarring needs Python 3.11, 3.12 or 3.13 and '{python}' is not one; "
        "name one: make check PYTHON=python3.12"
    )
    assert "Error 1" in closing
    assert not (bare / ".venv").exists()


def test_an_environment_of_another_checkout_is_not_taken_for_ones_own(bare: Path) -> None:
    """A folder copied with its .venv would run the code of the folder it came from."""
    (bare / ".venv/bin").mkdir(parents=True)
    (bare / ".venv/bin/python").symlink_to(sys.executable)
    plan = ("make", "--dry-run", "check")

    (bare / ".venv/.ready").write_text("/somewhere/else\n", encoding="utf-8")
    assert "pip sync" in run(*plan, cwd=bare, MAKEFLAGS="").stdout

    (bare / ".venv/.ready").write_text(f"{bare}\n", encoding="utf-8")
    assert "pip sync" not in run(*plan, cwd=bare, MAKEFLAGS="").stdout


# The clock


READS = [
    ("import datetime", "datetime.date.today()"),
    ("from datetime import date", "date.today()"),
    ("from datetime import datetime", "datetime.now()"),
    ("from datetime import UTC, datetime", "datetime.now(UTC)"),
    ("from datetime import datetime", "datetime.utcnow()"),
    ("import time", "time.time()"),
    ("from time import time", "time()"),
]


@pytest.mark.parametrize(("bring", "read"), READS)
def test_nobody_reads_the_clock_but_the_command_line_and_the_flows(bring: str, read: str) -> None:
    def ruff(name: str) -> str:
        source = f"{bring}\n\nNOW = {read}\n"
        return run(tool("ruff"), "check", "--no-cache", "--stdin-filename", name, "-", stdin=source).stdout

    assert "TID251" in ruff("jaarring/reminders/rules.py")
    assert "TID251" in ruff("tests/test_reminders.py")
    assert "All checks passed" in ruff("jaarring/cli.py")
    assert "All checks passed" in ruff("flows/tick.py")


# The import contracts


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small copy of the house: the same contracts over rooms of a line or two."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in (
        "jaarring",
        "flows",
        "tasks",
        "jaarring/reports",
        "jaarring/reminders",
        "jaarring/council",
    ):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for module in PLAIN:
        (tmp_path / f"jaarring/{module}.py").touch()
    put(tmp_path, "jaarring/cli.py", "def main():\n    from flows import council\n")
    put(tmp_path, "flows/council.py", "import tasks.documents\n")
    put(tmp_path, "tasks/documents.py", "from jaarring.council import actions\n")
    put(tmp_path, "jaarring/council/actions.py", "from jaarring.reports import records, rules\n")
    put(tmp_path, "jaarring/reports/records.py", "import sqlalchemy\n\nfrom jaarring import ledger\n")
    put(tmp_path, "jaarring/reports/rules.py", "from datetime import date\n\nfrom jaarring import calendar\n")
    put(tmp_path, "jaarring/reminders/actions.py", "from jaarring import ledger\n")
    put(tmp_path, "jaarring/ledger.py", "import sqlalchemy\n")
    return tmp_path


def put(house: Path, path: str, text: str) -> None:
    (house / path).write_text(text, encoding="utf-8")


def contracts(house: Path) -> subprocess.CompletedProcess[str]:
    return run(tool("lint-imports"), "--no-cache", cwd=house, PYTHONPATH=str(house))


def test_the_small_copy_keeps_all_contracts(house: Path) -> None:
    """The control of the tests below: without an offending line nothing is refused."""
    result = contracts(house)

    assert f"{len(CONTRACTS)} kept, 0 broken" in result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("path", "room", "later"),
    [
        ("jaarring/reports/actions.py", "jaarring.reports", "jaarring.council"),
        ("jaarring/reminders/rules.py", "jaarring.reminders", "jaarring.reports"),
        ("jaarring/ledger.py", "jaarring.ledger", "jaarring.reminders"),
        ("jaarring/council/pages.py", "jaarring.council", "tasks"),
        ("tasks/mail.py", "tasks", "flows"),
    ],
)
def test_an_import_against_the_year_is_refused(house: Path, path: str, room: str, later: str) -> None:
    """The line stands within a function: loading late does not make it right."""
    put(house, path, f"def act():\n    import {later}\n")

    result = contracts(house)

    assert result.returncode == 1
    assert f"{room} is not allowed to import {later}" in result.stdout
    assert f"{path.removesuffix('.py').replace('/', '.')} -> {later} (l.2)" in result.stdout


@pytest.mark.parametrize("plain", ["jaarring/reports/rules.py", *(f"jaarring/{name}.py" for name in PLAIN)])
def test_a_plain_file_that_knows_framework_network_or_clock_is_refused(house: Path, plain: str) -> None:
    outside = CONTRACTS["plain"]["forbidden_modules"]
    put(house, plain, "".join(f"import {name}\n" for name in outside))

    result = contracts(house)

    assert result.returncode == 1
    module = plain.removesuffix(".py").replace("/", ".")
    for number, name in enumerate(outside, start=1):
        assert f"{module} -> {name} (l.{number})" in result.stdout


def test_a_rule_may_not_reach_the_database_by_a_detour(house: Path) -> None:
    put(house, "jaarring/reports/rules.py", "from jaarring import ledger\n")

    result = contracts(house)

    assert "jaarring.reports.rules is not allowed to import sqlalchemy" in result.stdout
    assert "jaarring.reports.rules -> jaarring.ledger (l.1)" in result.stdout


def test_a_room_that_knows_prefect_is_refused(house: Path) -> None:
    put(house, "jaarring/reports/actions.py", "def act():\n    import prefect\n")

    result = contracts(house)

    assert result.returncode == 1
    assert "jaarring.reports.actions -> prefect (l.2)" in result.stdout


def test_every_room_has_its_place_in_the_year() -> None:
    """A new room is one more line in the layers of pyproject.toml, or the contract would not look at it."""
    rooms = {path.stem for path in (ROOT / "jaarring").iterdir() if path.suffix == ".py" or is_package(path)}
    placed = set(re.findall(r"jaarring\.(\w+)", " ".join(CONTRACTS["year"]["layers"])))

    assert rooms - {"__init__", "__main__"} - placed == set()


def is_package(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.py"))


# What a skipped test means


SKIPPED = "import pytest\n\ndef test_a():\n    pytest.skip('no browser here')\n"
EXPECTED_TO_FAIL = "import pytest\n\n@pytest.mark.xfail\ndef test_a():\n    assert False\n"
SKIPPED_WHOLE = "import pytest\n\npytest.importorskip('no_such_module')\n"
PASSES = "def test_a():\n    pass\n"


def judge(folder: Path, source: str, no_skip: str) -> subprocess.CompletedProcess[str]:
    """A session of its own over one test module."""
    put(folder, "test_one.py", PASSES.replace("test_a", "test_b") + source)
    options = (
        "-p",
        "tests.skip_policy",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    )
    command = (sys.executable, "-m", "pytest", *options, str(folder))
    alone = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "JAARRING_NO_SKIP": no_skip}
    return run(*command, cwd=folder, **alone)


@pytest.mark.parametrize(
    "source", [SKIPPED, EXPECTED_TO_FAIL, SKIPPED_WHOLE], ids=["skipped", "xfail", "module"]
)
def test_where_everything_is_installed_a_test_nobody_ran_fails_the_run(tmp_path: Path, source: str) -> None:
    assert judge(tmp_path, source, no_skip="1").returncode == pytest.ExitCode.TESTS_FAILED


def test_a_run_failed_by_a_skip_says_so(tmp_path: Path) -> None:
    said = judge(tmp_path, SKIPPED, no_skip="1").stdout

    assert "JAARRING_NO_SKIP: 1 skipped or expected to fail, so this run fails." in said
    assert "1 passed, 1 skipped" in said.splitlines()[-1]


@pytest.mark.parametrize(
    ("source", "no_skip"),
    [(SKIPPED, "0"), (EXPECTED_TO_FAIL, "0"), (PASSES, "1")],
    ids=["skipped", "xfail", "clean"],
)
def test_a_skip_on_a_persons_machine_and_a_clean_run_in_ci_pass(
    tmp_path: Path, source: str, no_skip: str
) -> None:
    assert judge(tmp_path, source, no_skip).returncode == pytest.ExitCode.OK


# The pages


def test_the_pages_name_only_commands_that_exist() -> None:
    """Each `make …` of CONTRIBUTING is a target, and each target is told by `make help`."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help"}
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert set(re.findall(r"`make ([a-z]+)", page)) <= targets
    assert set(re.findall(r'"make ([a-z]+) ', makefile)) == targets


def test_the_licence_is_the_one_that_pyproject_names() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert PYPROJECT["project"]["license"] == "EUPL-1.2"
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
    assert "15.Applicable Law" in text and "‘Compatible Licences’ according to Article 5 EUPL are:" in text
