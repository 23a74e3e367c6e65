"""Every document of a small fixed year as words, kept as files: a change of words shows in a review.

`python -m tests.documents --write` writes them anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

from jaarring import shelf
from jaarring.council import actions as council
from jaarring.document.checks import text_of
from jaarring.document.html import tree
from jaarring.goals.rules import Framework
from jaarring.governance import Organisation
from jaarring.ledger.rules import Entry
from jaarring.papers import actions as papers
from jaarring.papers import rules
from jaarring.plans import publishing
from jaarring.plans.grounds import Known
from jaarring.plans.reading import view
from jaarring.plans.records import Kept
from jaarring.plans.rules.deriving import derive
from jaarring.plans.rules.public import Season, annex, public
from jaarring.plans.view import Step
from jaarring.tactical import rules as tactical
from jaarring.tactical.year import Taken, Year
from tests.a_year import Q2, a_year, jointly, municipality

FOLDER = Path(__file__).parent
VARIANTS = ("direct", "oib")
BOARD = "college van burgemeester en wethouders"


def texts() -> dict[str, str]:
    """The text of every document by the name of its file; of both variants where they differ."""
    made: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        config = municipality(Path(folder))
        for variant, organisation in zip(
            VARIANTS, (config.organisation, jointly(config.organisation)), strict=True
        ):
            for name, html in _documents(organisation, config.framework):
                made.setdefault(name, {})[variant] = as_text(html)
    return dict(sorted(_files(made)))


def _files(made: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for name, by_variant in made.items():
        if len(set(by_variant.values())) == 1 and len(by_variant) == len(VARIANTS):
            yield f"{name}.txt", by_variant["direct"]
        else:
            yield from ((f"{name}.{variant}.txt", text) for variant, text in by_variant.items())


def as_text(html: str) -> str:
    """The words of a document, a line for each heading, paragraph, item and row."""
    return "\n".join(line for line in _lines(tree(html)) if line.strip()) + "\n"


def _lines(node: etree._Element) -> Iterator[str]:
    for one in node:
        tag = str(one.tag)
        if tag in ("h1", "h2", "h3", "h4"):
            yield f"{'#' * int(tag[1])} {text_of(one)}"
        elif tag in ("p", "caption", "figcaption", "dd"):
            yield f"{'  ' if tag == 'dd' else ''}{text_of(one)}"
        elif tag == "dt":
            yield f"{text_of(one)}:"
        elif tag == "li":
            yield f"- {text_of(one)}"
        elif tag == "tr":
            yield "| " + " | ".join(text_of(cell) for cell in one) + " |"
        elif tag == "div":
            yield f"[{one.get('data-edit')}]"
            yield from _lines(one)
        elif tag.endswith("svg"):
            yield "(tekening)"
        else:
            yield from _lines(one)


def _documents(organisation: Organisation, framework: Framework) -> Iterator[tuple[str, str]]:
    """Each document of the year as its template writes it."""
    year = _year(organisation, framework)
    for edition in council.TEMPLATES:
        shown = council.view_of(year, edition)
        assert shown is not None, "the case has a secret measure"
        yield f"raadsrapportage-{edition}", council.html_of(shown, edition)
    open_year = a_year(organisation, framework, decided=False)
    report = tactical.compile(open_year, Q2)
    yield "tactische-rapportage", shelf.words("tactical/report.html", None, report=report)
    request = rules.tactical_proposal(open_year, report, 1, None)
    yield "collegevoorstel-tactisch", shelf.words("papers/proposal_tactical.html", None, proposal=request)
    yield from _beside(year)
    yield from _plans(organisation, framework)


def _year(organisation: Organisation, framework: Framework) -> Year:
    """The year with the board's decision about the report."""
    year = a_year(organisation, framework)
    taken = Taken("2027/council/adopt", "adopt", "college", date(2028, 3, 21), "2028-B-0101")
    return replace(year, decisions=(*year.decisions, taken))


def _beside(year: Year) -> Iterator[tuple[str, str]]:
    shown = council.view_of(year, "openbaar")
    for kind, make in papers._VIEWS.items():
        paper = papers.PAPERS[kind]
        given: dict[str, Any] = {paper.name: make(year, shown, 2)}  # type: ignore[arg-type]
        yield paper.file.format("").strip("-"), shelf.words(paper.template, None, **given)


def _plans(organisation: Organisation, framework: Framework) -> Iterator[tuple[str, str]]:
    made = {plan.subject: plan for plan in derive(framework, organisation, 2027).plans}
    step = Step("Vaststelling van de jaarplannen", BOARD, date(2026, 12, 8), "2026-B-0521")
    found = Season(organisation, framework, 2027, made, (step,), (), date(2028, 3, 29))
    yield "jaarplan-openbaar", publishing.html_of(public(found))
    yield "jaarplan-fysieke-beveiliging-openbaar", publishing.html_of(public(found, "fb"))
    closed = annex(found, date(2027, 1, 1))
    assert closed is not None, "the case has a secret measure"
    yield "jaarplan-besloten", publishing.html_of(closed)
    waiting = replace(found, adopted=())
    checked = Entry("2027/plan/check", "accept", "secretaris", date(2026, 11, 27), "", "")
    days = date(2026, 12, 11), date(2026, 12, 17)
    around = rules.Around(
        waiting, (), made, date(2026, 12, 8), None, None, checked, frozenset({"ib", "pr"}), *days
    )
    request = rules.plans_proposal(around)
    yield "collegevoorstel-jaarplannen", shelf.words("papers/proposal_plans.html", None, proposal=request)
    known = Known(framework, {id: Kept(plan, 1, "submitted", "") for id, plan in made.items()}, {}, {})
    for id in ("fb", *(["oib"] if "oib" in made else [])):
        shown = view(organisation, known, id, date(2026, 11, 27))
        template = "plans/joint.html" if id == "oib" else "plans/plan.html"
        yield f"jaarplan-{id}-intern", shelf.words(template, None, plan=shown)
        if id == "oib":
            yield "jaarplan-oib-openbaar", publishing.html_of(public(found, "oib"))
