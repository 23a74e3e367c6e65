"""Pairs of years alike but for what is secret: every public document, in every form, equal to the byte.

`python -m tests.interference --pairs 1000 --seed 6` tries as many; the suite tries some. One of a pair has
nothing secret, so that whatever equals it equals all others. Of the other is drawn by chance: title, effect,
amount, dates, department, ground and decision of a secret measure, what its department said of it, and an
adjustment of it, decided or not.
"""

from __future__ import annotations

import argparse
import io
import os
import secrets as chance
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as some

from jaarring import shelf
from jaarring.adjustments.rules import Adjustment, Verdict, moves
from jaarring.config.municipality import Municipality
from jaarring.council import actions as council
from jaarring.council import rules
from jaarring.document.formats import FORMATS
from jaarring.document.mdto import File, Record, side_files
from jaarring.goals.rules import Decision, Framework, Measure, Secrecy
from jaarring.here import Here
from jaarring.papers import rules as papers
from jaarring.plans import publishing
from jaarring.plans.rules.changing import moved
from jaarring.plans.rules.public import Season
from jaarring.plans.rules.public import public as public_plan
from jaarring.plans.view import Step
from jaarring.reports.rules import MeasureEntry, MeasureState, Proposal
from jaarring.tactical.year import Taken, Year
from tests.a_year import a_year, department_account, jointly, municipality, with_account

DAY = date(2028, 2, 11)
#: in a zip: how each is packed
PACKED = ("odt", "docx", "ods")
#: a measure of the same theme, from which money went to the secret one
GIVER = "M07"


@dataclass(frozen=True)
class Hidden:
    """All that is secret of a year. `measure` None: there is no secret measure, and so nothing else."""

    measure: Measure | None = None
    entry: MeasureEntry | None = None
    change: Proposal | None = None
    granted: Decimal | None = None


def _said(most: int) -> some.SearchStrategy[str]:
    """Words that somebody may have typed: no control characters, which no form takes in."""
    letters = some.characters(exclude_categories=("Cs", "Cc", "Co", "Cn"))
    return some.text(letters, min_size=1, max_size=most)


days = some.dates(date(2027, 1, 1), date(2027, 12, 31))
amounts = some.decimals(0, 500_000, places=2)
measures = some.builds(
    Measure,
    id=some.just("M10"),
    title=_said(60),
    theme=some.just("fb"),
    department=some.sampled_from(["fzh", "ia", "po"]),
    goal=some.sampled_from(["G3", "G4"]),
    budget=amounts,
    start=days,
    end=days,
    effect=_said(40),
    secrecy=some.builds(
        Secrecy,
        some.builds(Decision, some.just("college"), days, _said(12)),
        some.sampled_from(["Woo 5.1 lid 2 onder e en h", "Woo 5.1 lid 1 onder b"]),
        some.just("college"),
    ),
)
entries = some.builds(
    MeasureEntry,
    measure=some.just("M10"),
    state=some.sampled_from(MeasureState),
    spent=some.none() | amounts,
    expected_end=some.none() | days,
    explanation=_said(60),
)
proposals = some.builds(
    Proposal, some.just("M10"), _said(40), _said(40), _said(40), some.decimals(0, 20_000, places=2), days
)
hidden = some.builds(
    Hidden,
    measures,
    some.none() | entries,
    some.none() | proposals,
    some.none() | some.integers(1, 20_000).map(Decimal),
)


def a_year_with(config: Municipality, joint: bool, said: Hidden) -> Year:
    """The year whose only secrets are these."""
    organisation = jointly(config.organisation) if joint else config.organisation
    framework = _with(config.framework, said.measure)
    year = a_year(organisation, framework)
    account = department_account(framework, "fzh", 4)
    kept = tuple(one for one in account.measures if one.measure != "M10")
    told = (*kept[:3], said.entry, *kept[3:]) if said.measure and said.entry else kept
    year = with_account(year, "2027/Q4/account/fzh", replace(account, measures=told))
    return _adjusted(year, said) if said.measure and said.change else year


def _with(framework: Framework, measure: Measure | None) -> Framework:
    others = [one for one in framework.measures if not one.secrecy]
    if measure:
        others.insert(9, measure)
    return replace(framework, measures=tuple(others))


def _adjusted(year: Year, said: Hidden) -> Year:
    """With an adjustment of the secret measure before the other; decided, it took money within the theme."""
    assert said.change is not None
    verdict = said.granted and Verdict(
        "changed", Decision("college", date(2027, 8, 30), "geheim nr. 1"), said.granted,
        ((GIVER, said.granted),), date(2027, 11, 1),
    )  # fmt: skip
    one = Adjustment(
        "BV-2027-00", 2027, "fb", "2027/Q2/report/fb", date(2027, 7, 8), said.change, verdict or None
    )
    plans = {subject: moved(plan, moves(one), one.id) for subject, plan in year.plans.items()}
    taken = Taken("BV-2027-00", "change", "college", date(2027, 8, 30), "geheim nr. 1")
    decided = (*year.decisions, taken) if verdict else year.decisions
    return replace(year, adjustments=(one, *year.adjustments), plans=plans, decisions=decided)


def drafts(year: Year) -> Iterator[shelf.Draft]:
    """Every public document of a year in words: report, letter, passages, request, the plans."""
    report = rules.public(year)
    yield _draft("council", council.html_of(report, "openbaar"))
    views: Mapping[str, object] = {
        "council/proposal": papers.council_proposal(year, report, 1),
        "council/letter": papers.letter(year, report, 1),
        "ensia": papers.ensia(year, report, 1),
        "accounts": papers.accounts(year, report, 1),
    }
    named = {"council/proposal": ("proposal_council", "proposal"), "council/letter": ("letter", "letter")}
    for key, view in views.items():
        template, name = named.get(key, (key, "passage"))
        yield _draft(key, shelf.words(f"papers/{template}.html", None, **{name: view}))
    adopted = (Step("Vaststelling van de jaarplannen", "college", date(2026, 12, 8), "2026-B-0521"),)
    season = Season(year.organisation, year.framework, 2027, year.plans, adopted, (), date(2028, 3, 29))
    for subject in ("", "fb"):
        yield _draft(publishing.key_of(2027, subject)[5:], publishing.html_of(public_plan(season, subject)))


def _draft(tail: str, html: str) -> shelf.Draft:
    name = tail.replace("/", "-")
    return shelf.Draft(f"2027/{tail}", "openbaar", name, f"{name}, gemeente", html, name, "concept", "", DAY)


def files(here: Here, year: Year, formats: Sequence[str] = FORMATS) -> dict[str, bytes]:
    """What goes out of a year, by file name: every document in these forms, with what an archive is told."""
    made: dict[str, bytes] = {}
    for draft in drafts(year):
        forms = {format: shelf.render(here, draft, format) for format in formats}
        made |= {f"{draft.name}.{format}": content for format, content in forms.items()}
        kept = tuple(
            File(f"{draft.name}.{format}", format, len(content), sha256(content).hexdigest())
            for format, content in forms.items()
        )
        record = Record(
            f"{draft.key}/openbaar/1", draft.title, draft.description, here.organisation.name, "concept",
            DAY, date(2027, 1, 1), date(2027, 12, 31), ("Geen beperkingen", ""), kept,
        )  # fmt: skip
        made |= dict(side_files(record, draft.name))
    return made


def members(name: str, content: bytes) -> dict[str, bytes]:
    """A file and, where it is an archive, each file in it."""
    if not name.endswith(PACKED):
        return {name: content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = {f"{name}!{one.filename}": archive.read(one) for one in archive.infolist()}
    return {name: content, **inside}


def differing(left: Mapping[str, bytes], right: Mapping[str, bytes]) -> list[str]:
    """The files, and members of files, that one has otherwise than the other, or not at all."""
    found = set(left) ^ set(right)
    for name in left.keys() & right.keys():
        if left[name] != right[name]:
            here, there = members(name, left[name]), members(name, right[name])
            found |= {one for one in here.keys() | there.keys() if here.get(one) != there.get(one)}
    return sorted(found)


def opened(folder: Path) -> Here:
    """The example municipality without a store: what is rendered needs none."""
    return Here(municipality(folder), None, folder)  # type: ignore[arg-type]


def tried(pairs: int, number: int, formats: Sequence[str] = FORMATS) -> tuple[int, int]:
    """So many pairs by this seed; how many, and how many files were compared.

    Raises AssertionError with the first that differs: its secrets, made as small as they can be.
    """
    count = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        here = opened(Path(folder))
        without = [files(here, a_year_with(here.config, joint, Hidden()), formats) for joint in (False, True)]

        @seed(number)
        @settings(
            max_examples=pairs, database=None, deadline=None, derandomize=False,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(said=hidden, joint=some.booleans())
        def equal(said: Hidden, joint: bool) -> None:
            nonlocal count, compared
            made = files(here, a_year_with(here.config, joint, said), formats)
            count, compared = count + 1, compared + len(made)
            assert differing(made, without[joint]) == []

        equal()
    return count, compared


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.interference")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=chance.randbelow(10**6))
    given_ = parser.parse_args()
    each = -(-given_.pairs // given_.jobs)
    print(f"seed {given_.seed}, {given_.pairs} pairs", flush=True)
    with ProcessPoolExecutor(given_.jobs) as workers:
        numbers = [given_.seed + job for job in range(given_.jobs)]
        found = list(workers.map(tried, [each] * given_.jobs, numbers))
    pairs, compared = (sum(one) for one in zip(*found, strict=True))
    print(f"{pairs} pairs, {compared} files of each beside those of the other: all equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())
