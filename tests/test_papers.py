"""The papers around plans and reports: made with what they are about, without a word of what is secret."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from jaarring import editing, shelf, steps
from jaarring.config.municipality import Municipality
from jaarring.council import actions as council
from jaarring.council import rules as of_council
from jaarring.edits import records as edits
from jaarring.edits.rules import Edit, fingerprint
from jaarring.forms.opened import Opened, look_at
from jaarring.goals.rules import Framework, Measure
from jaarring.here import Here
from jaarring.ledger import decisions, documents, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.ledger.documents import Document
from jaarring.papers import actions as papers
from jaarring.papers import rules
from jaarring.plans import actions as plans
from jaarring.plans import publishing
from jaarring.plans.rules.deriving import derive
from jaarring.plans.rules.public import Season, annex, public
from jaarring.plans.view import Step
from jaarring.reports.rules import MeasureEntry
from jaarring.tactical import actions as tactical
from jaarring.telling import questions as telling
from tests import need
from tests.a_year import AT, Q2, jointly, municipality, stored
from tests.pdf_check import CHECKS, check
from tests.seen import headings, section, words
from tests.test_editions import CANARY, ENTRY, SECRET, entries, secrets, with_secret, without_secret
from tests.test_plans import ADOPTED, CHECKED, Year, at, direct, oib, opened  # noqa: F401

CONCEPT, OFFERED = date(2028, 2, 11), date(2028, 3, 29)
LATER = datetime(2028, 3, 29, 9, tzinfo=UTC)


def newest(here: Here, key: str, edition: str, form: str = "html") -> Document:
    with here.store.read() as tx:
        found = documents.newest(tx, key, edition, form)
    assert found is not None, (key, edition, form)
    return found


def text(here: Here, key: str, edition: str) -> str:
    """The words of a document as its template wrote them."""
    made = newest(here, key, edition)
    return str(json.loads(here.files.get(made.recipe))["draft"]["html"])


def pdf_pages(pdf: bytes, folder: Path) -> list[str]:
    """The words of each sheet."""
    (folder / "x.pdf").write_bytes(pdf)
    tool = need.poppler().replace("pdftoppm", "pdftotext")
    done = subprocess.run([tool, "-layout", folder / "x.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def head(here: Here) -> str:
    with here.store.read() as tx:
        return events.head(tx)


def ready(year: Year) -> Year:
    """Plans that wait for the board."""
    return year.framed().derived().submitted().agreed().checked()


@pytest.fixture(params=["direct", "oib"])
def waiting(request: pytest.FixtureRequest, opened: Callable[[str], Year]) -> Year:  # noqa: F811
    """The plans of a year in either variant, accepted and not adopted."""
    return ready(opened(request.param))


@pytest.fixture
def reported(tmp_path: Path) -> Iterator[Here]:
    """A year with the concept of a tactical report with an open proposal, and of the council report."""
    here = stored(tmp_path, decided=False)
    assert tactical.compile(here, Q2, date(2027, 7, 22), AT).findings == []
    assert council.compile_due(here, CONCEPT, AT) == ["2027/council/draft: concept gemaakt"]
    yield here
    here.store.close()


def adopted(here: Here) -> None:
    """The board adopts the council report, and it is offered with its letter."""
    entry = Entry("", "", "college", date(2028, 3, 21), "2028-B-0101", "")
    assert council.decide(here, "2027/council/adopt", "adopt", entry, "coordinator", LATER) == []
    council.compile_due(here, OFFERED, LATER, papers.letter_of)


# --- made, once, and anew


def test_the_plans_have_their_request_and_public_edition_before_the_board_meets(waiting: Year) -> None:
    """One over all themes, one of each, the joint one, the closed annex; all of them concepts."""
    made = papers.lay_out(waiting.here, CHECKED, at(CHECKED))
    themes = [f"2027/plan/{id}" for id in waiting.organisation.themes]
    joint = ["2027/plan/oib"] if waiting.organisation.lines.joint else []
    assert made == ["2027/plan", *joint, *themes, "2027/plan", "2027/plans/proposal"]
    for key, edition in (
        ("2027/plan", "openbaar"),
        ("2027/plan", "besloten"),
        ("2027/plans/proposal", "intern"),
    ):
        for form in ("html", "pdf"):
            one = newest(waiting.here, key, edition, form)
            assert (one.status, one.version) == ("concept", 1)
        outcome = check(waiting.here.files.get(newest(waiting.here, key, edition, "pdf").sha256))
        assert outcome.refused == [] and outcome.done == len(CHECKS)
    request = text(waiting.here, "2027/plans/proposal", "intern")
    assert "Besluitnog niet genomen" in words(request)
    assert "samen € 750.000" in section(request, "Voorgesteld besluit")


def test_nothing_is_made_before_a_plan_is_accepted(opened: Callable[[str], Year]) -> None:  # noqa: F811
    year = opened("direct").framed().derived().submitted()
    assert papers.lay_out(year.here, CHECKED, at(CHECKED)) == []


def test_a_second_run_makes_nothing_and_writes_nothing(waiting: Year) -> None:
    papers.lay_out(waiting.here, CHECKED, at(CHECKED))
    before = head(waiting.here)
    assert papers.lay_out(waiting.here, CHECKED, at(CHECKED)) == []
    assert head(waiting.here) == before


def test_once_adopted_body_date_and_number_stand_in_them(waiting: Year) -> None:
    papers.lay_out(waiting.here, CHECKED, at(CHECKED))
    waiting.adopted()
    papers.lay_out(waiting.here, ADOPTED, at(ADOPTED))
    for key, edition in (
        ("2027/plan", "openbaar"),
        ("2027/plan/fb", "openbaar"),
        ("2027/plans/proposal", "intern"),
    ):
        one = newest(waiting.here, key, edition)
        assert (one.status, one.version) == ("vastgesteld", 2), key
        assert "8 december 2026, nr. 2026-B-0521" in words(text(waiting.here, key, edition))


def test_an_adjustment_makes_the_public_plan_anew_and_leaves_what_was_decided(waiting: Year) -> None:
    """The request that the board decided on stays as it was; the plan shows old and new money per theme."""
    waiting.adopted()
    papers.lay_out(waiting.here, ADOPTED, at(ADOPTED))
    waiting.adjusted()
    day = date(2027, 9, 1)
    made = papers.lay_out(waiting.here, day, at(day))
    assert "2027/plan" in made and "2027/plans/proposal" not in made
    assert "Na bijsturing" in words(text(waiting.here, "2027/plan", "openbaar"))
    assert "€ 237.000" in words(text(waiting.here, "2027/plans/proposal", "intern"))


def test_D3_a_theme_that_is_late_has_a_request_of_its_own(opened: Callable[[str], Year]) -> None:  # noqa: F811
    """Four plans are adopted; the fifth comes later, and until then the public plan says it is not in."""
    year = opened("direct").framed().derived().submitted("ib", "fb", "pv", "bc").checked()
    papers.lay_out(year.here, CHECKED, at(CHECKED))
    request = text(year.here, "2027/plans/proposal", "intern")
    assert "Het plan van privacy is nog niet zover." in words(request)
    year.adopted()
    papers.lay_out(year.here, ADOPTED, at(ADOPTED))
    assert "Het plan van privacy is nog niet vastgesteld. Het staat hier niet in." in words(
        text(year.here, "2027/plan", "openbaar")
    )
    late = date(2026, 12, 10)
    year.submitted("pr", day=late)
    plans.check(year.here, 2027, Entry("", "", "secretaris", late, "", ""), "coordinator", at(late))
    papers.lay_out(year.here, late, at(late))
    request = text(year.here, "2027/plans/proposal", "intern")
    assert newest(year.here, "2027/plans/proposal", "intern").status == "concept"
    assert "U stelt het jaarplan 2027 vast van privacy." in words(request)
    year.adopted(date(2026, 12, 15), "2026-B-0540")
    papers.lay_out(year.here, date(2026, 12, 15), at(date(2026, 12, 15)))
    whole = words(text(year.here, "2027/plan", "openbaar"))
    assert "2026-B-0521" in whole and "2026-B-0540" in whole and "nog niet vastgesteld" not in whole


def test_the_reports_have_their_papers_beside_the_concept_and_anew_with_the_decision(reported: Here) -> None:
    """In page and PDF, each checked; no more sheets than a board or council reads."""
    made = papers.lay_out(reported, CONCEPT, AT)
    assert made[-5:] == [
        "2027/Q2/tactical/proposal",
        "2027/council/proposal",
        "2027/council/letter",
        "2027/ensia",
        "2027/accounts",
    ]
    for key, edition, most in (
        ("2027/Q2/tactical/proposal", "intern", 2),
        ("2027/council/proposal", "intern", 2),
        ("2027/council/letter", "openbaar", 2),
        ("2027/accounts", "openbaar", 1),
        ("2027/ensia", "openbaar", 1),
        ("2027/council", "openbaar", 9),
    ):
        outcome = check(reported.files.get(newest(reported, key, edition, "pdf").sha256))
        assert outcome.refused == [] and outcome.looked_at["pages"] <= most, (key, outcome)
        assert newest(reported, key, edition).status == "concept"
    before = head(reported)
    assert papers.lay_out(reported, CONCEPT, AT) == [] and head(reported) == before
    adopted(reported)
    papers.lay_out(reported, OFFERED, LATER)
    for kind in ("council/proposal", "council/letter", "accounts", "ensia"):
        edition = papers.PAPERS[kind].edition
        one = newest(reported, f"2027/{kind}", edition)
        assert (one.status, one.version) == ("vastgesteld", 2), kind
        assert "2028-B-0101" in words(text(reported, f"2027/{kind}", edition))


def test_a_new_concept_of_the_report_makes_its_papers_concepts_again(reported: Here) -> None:
    adopted(reported)
    papers.lay_out(reported, OFFERED, LATER)
    before = newest(reported, "2027/council/letter", "openbaar")
    with reported.store.write() as tx:
        entry = Entry("2027/plan/adopt", "adopt", "college", date(2026, 12, 9), "2026-B-0999", "")
        decisions.record(tx, entry, "coordinator", LATER)
    day = date(2028, 4, 3)
    council.compile(reported, 2027, "openbaar", day, LATER)
    papers.lay_out(reported, day, LATER)
    after = newest(reported, "2027/council/letter", "openbaar")
    assert (before.status, after.status, after.version) == ("vastgesteld", "concept", before.version + 1)


def test_the_request_about_a_tactical_report_asks_for_what_waits_and_tells_what_was_decided(
    reported: Here,
) -> None:
    papers.lay_out(reported, CONCEPT, AT)
    request = text(reported, "2027/Q2/tactical/proposal", "intern")
    assert "U besluit over bijsturing BV-2027-01" in section(request, "Voorgesteld besluit")
    assert "€ 22.000 extra" in section(request, "Voorgesteld besluit")
    assert "Dan weten wij dit jaar niet of herstel snel genoeg gaat." in words(request)
    with reported.store.write() as tx:
        entry = Entry("2027/Q2/tactical/board", "note", "college", date(2027, 8, 31), "2027-B-0370", "")
        decisions.record(tx, entry, "coordinator", AT)
    assert papers.lay_out(reported, CONCEPT, AT) == ["2027/Q2/tactical/proposal"]
    request = text(reported, "2027/Q2/tactical/proposal", "intern")
    assert "Het college nam dit besluit op 31 augustus 2027 (nr. 2027-B-0370)." in words(request)
    assert newest(reported, "2027/Q2/tactical/proposal", "intern").status == "vastgesteld"


def test_what_a_clerk_wrote_in_the_letter_stays_in_it_until_it_is_sent(reported: Here) -> None:
    """Number and date are a person's: empty they are said to be, and never made up."""
    papers.lay_out(reported, CONCEPT, AT)
    assert "Nummerniet ingevuld" in words(text(reported, "2027/council/letter", "openbaar"))
    with reported.store.write() as tx:
        edit = Edit("letter/number", "RIB 2028-031", fingerprint(""))
        edits.add(tx, "2027/council/letter", "openbaar", [edit], "coordinator", AT)
    assert papers.lay_out(reported, CONCEPT, AT) == ["2027/council/letter"]
    adopted(reported)
    letter = text(reported, "2027/council/letter", "openbaar")
    assert "NummerRIB 2028-031" in words(letter)
    assert newest(reported, "2027/council/letter", "openbaar").status == "vastgesteld"


def test_a_text_that_nobody_needs_to_write_is_not_seen_while_it_is_empty(reported: Here) -> None:
    papers.lay_out(reported, CONCEPT, AT)
    request = text(reported, "2027/council/proposal", "intern")
    assert 'data-edit="proposal/reasons"' in request and "niet ingevuld" not in words(request)


@pytest.mark.parametrize("form", ["odt", "docx"])
def test_a_clerk_can_write_where_nothing_stands_and_hand_that_in(reported: Here, form: str) -> None:
    """In the form for a word processor the empty place has words to write over; kept, nothing changes."""
    papers.lay_out(reported, CONCEPT, AT)
    made = shelf.in_form(reported, "2027/council/proposal", "intern", form, AT)
    assert made is not None
    back = look_at(made.name, reported.files.get(made.sha256))
    assert isinstance(back, Opened)
    places = dict.fromkeys(one[0] for one in back.pieces if one[1] == "niet ingevuld")
    assert list(places) == ["proposal/reasons", "proposal/risks"]
    assert str(editing.take_in(reported, back, "", AT)).endswith("in de vrije teksten is niets veranderd.")
    pieces = [(place, "Onze reden." if place == "proposal/reasons" else text) for place, text in back.pieces]
    editing.take_in(reported, replace(back, pieces=tuple(pieces)), "", AT)
    assert papers.lay_out(reported, CONCEPT, AT) == ["2027/council/proposal"]
    assert "Onze reden." in section(text_of_request(reported), "Waarom dit voorstel?")


def text_of_request(here: Here) -> str:
    return text(here, "2027/council/proposal", "intern")


# --- where they go


def mails(here: Here) -> list[tuple[str, list[str]]]:
    """To whom, with which files; in the order in which they were queued."""
    with here.store.read() as tx:
        raw = tx.execute(select(outbox.message.c.raw).order_by(outbox.message.c.id)).scalars().all()
    found = [message_from_bytes(one, policy=policy.default) for one in raw]
    return [
        (m["to"].addresses[0].addr_spec, [str(part.get_filename()) for part in m.iter_attachments()])
        for m in found
    ]


def test_the_board_gets_the_request_with_the_question_whether_it_adopts(waiting: Year) -> None:
    here = waiting.here
    steps.post(here, ADOPTED, at(ADOPTED))
    board = here.organisation.bodies["college"].mail
    files = [name for to, names in mails(here) if to == board for name in names]
    assert "collegevoorstel-jaarplannen-2027.pdf" in files
    assert "jaarplan-2027-openbaar.pdf" in files


def test_the_council_s_clerk_gets_the_letter_beside_the_report(reported: Here) -> None:
    adopted(reported)
    clerk = reported.organisation.bodies["raad"].mail
    files = [names for to, names in mails(reported) if to == clerk][-1]
    assert files == ["raadsrapportage-2027-openbaar.pdf", "raadsinformatiebrief-2027.pdf"]


# --- what is not in them


@pytest.fixture(scope="module")
def elzenwaard(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    return municipality(tmp_path_factory.mktemp("elzenwaard"))


def framework_with(config: Municipality, secret: Measure | None) -> Framework:
    framework = without_secret(config.framework)
    if secret:
        others = list(framework.measures)
        others.insert(9, secret)
        framework = replace(framework, measures=tuple(others))
    return framework


def season(config: Municipality, joint: bool, secret: Measure | None) -> Season:
    organisation = jointly(config.organisation) if joint else config.organisation
    framework = framework_with(config, secret)
    made = {plan.subject: plan for plan in derive(framework, organisation, 2027).plans}
    step = Step("x", "college van burgemeester en wethouders", date(2026, 12, 8), "2026-B-0521")
    return Season(organisation, framework, 2027, made, (step,), (), OFFERED)


def of_plans(config: Municipality, joint: bool, secret: Measure | None) -> str:
    """Every public word about the plans, and the request to the board, which goes by mail."""
    found = season(config, joint, secret)
    subjects = ["", "fb", *(["oib"] if joint else [])]
    said = [publishing.html_of(public(found, subject)) for subject in subjects]
    around = rules.Around(found, (), found.plans, None, None, None, None, frozenset(), None, None)
    request = shelf.words("papers/proposal_plans.html", proposal=rules.plans_proposal(around))
    return "\n".join([*said, request])


def of_report(config: Municipality, joint: bool, secret: Measure | None, entry: MeasureEntry | None) -> str:
    """Every paper around the council report."""
    year = with_secret(config, joint, secret, entry)
    report = of_council.public(year)
    views: list[tuple[str, dict[str, Any]]] = [
        (papers.PAPERS[kind].template, {papers.PAPERS[kind].name: make(year, report, 1)})
        for kind, make in papers._VIEWS.items()
    ]
    return "\n".join(shelf.words(template, None, **view) for template, view in views)


@settings(max_examples=40)
@given(secret=secrets, joint=some.booleans())
def test_the_public_plans_are_the_same_to_the_byte_whatever_the_secret_measure_is(
    elzenwaard: Municipality, secret: Measure, joint: bool
) -> None:
    """Title, amount, dates, ground, department and being there at all are varied."""
    assert of_plans(elzenwaard, joint, secret) == of_plans(elzenwaard, joint, None)


@settings(max_examples=25)
@given(secret=secrets, entry=some.none() | entries, joint=some.booleans())
def test_the_papers_around_the_report_are_the_same_whatever_the_secret_measure_is(
    elzenwaard: Municipality, secret: Measure, entry: MeasureEntry | None, joint: bool
) -> None:
    assert of_report(elzenwaard, joint, secret, entry) == of_report(elzenwaard, joint, None, None)


def test_control_a_cut_that_forgets_secrecy_is_seen(
    elzenwaard: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Season, "open_measures", lambda self, id: list(self.plans[id].measures))
    assert of_plans(elzenwaard, False, SECRET) != of_plans(elzenwaard, False, None)
    assert CANARY in of_plans(elzenwaard, False, SECRET)


def test_control_the_closed_annex_has_what_the_others_have_not(elzenwaard: Municipality) -> None:
    found = annex(season(elzenwaard, True, SECRET), date(2027, 1, 1))
    assert found is not None
    html = publishing.html_of(found)
    assert all(tell in html for tell in (CANARY, "43.217", "M10", "2026-B-0522"))
    assert annex(season(elzenwaard, True, None), date(2027, 1, 1)) is None
    others = of_plans(elzenwaard, True, SECRET) + of_report(elzenwaard, True, SECRET, ENTRY)
    assert not any(tell in others for tell in (CANARY, "43.217", "M10", "2026-B-0522"))


def test_every_page_of_a_closed_edition_says_on_what_its_secrecy_rests(
    reported: Here, tmp_path: Path
) -> None:
    """Ground, body, date, number and who may lift it (Gemeentewet art. 88, 89); a public one says nothing."""
    papers.lay_out(reported, CONCEPT, AT)
    for key, edition, mark in (
        ("2027/council", "besloten", "GEHEIM"),
        ("2027/council", "intern", "BEVAT GEHEIME GEGEVENS"),
        ("2027/plan", "besloten", "GEHEIM"),
    ):
        pages = pdf_pages(reported.files.get(newest(reported, key, edition, "pdf").sha256), tmp_path)
        for page in pages:
            flat = " ".join(page.split())
            assert mark in flat, (key, edition)
            assert "Woo 5.1 lid 2 onder e en h" in flat and "2026-B-0522" in flat and "Opheffen:" in flat
    for page in pdf_pages(
        reported.files.get(newest(reported, "2027/council", "openbaar", "pdf").sha256), tmp_path
    ):
        assert "GEHEIM" not in page and "2026-B-0522" not in page


def test_before_the_board_met_the_annex_says_that_secrecy_is_asked_for(elzenwaard: Municipality) -> None:
    found = annex(season(elzenwaard, False, SECRET), date(2026, 11, 27))
    assert found is not None
    assert (found.mark, found.notice) == (
        "GEHEIMHOUDING GEVRAAGD",
        "Geheimhouding gevraagd. Grond: Woo 5.1 lid 2 onder e en h.",
    )
    assert "Te vragen aan het college van burgemeester en wethouders" in words(publishing.html_of(found))


def test_a_text_that_tells_a_secret_keeps_the_public_plan_from_being_made(elzenwaard: Municipality) -> None:
    """It is said where, and not what."""
    found = season(elzenwaard, False, SECRET)
    plan = found.plans["fb"]
    told = [
        replace(p, measure=replace(p.measure, effect=f"Zie {CANARY}")) if p.measure.id == "M07" else p
        for p in plan.measures
    ]
    leaking = replace(found, plans={**found.plans, "fb": replace(plan, measures=tuple(told))})
    assert publishing.refusals(found) == []
    assert publishing.refusals(leaking) == [
        "2027/plan: maatregel M07, effect noemt een geheime maatregel; vraag om een tekst zonder"
    ]


def test_the_coordinator_hears_why_there_is_no_public_plan_to_send(opened: Callable[[str], Year]) -> None:  # noqa: F811
    """With the question for the number of the letter; the request to the board is there all the same."""
    year = opened("direct")
    secret = next(m.title for m in year.here.framework.measures if m.secrecy)
    told = [replace(m, effect=f"Zie {secret}") if m.id == "M07" else m for m in year.here.framework.measures]
    year.change(framework=replace(year.here.framework, measures=tuple(told)))
    ready(year).adopted()
    said = papers.lay_out(year.here, ADOPTED, at(ADOPTED))
    assert "2027/plans/proposal" in said and "2027/plan/fb" not in said
    with year.here.store.read() as tx:
        assert documents.newest(tx, "2027/plan", "openbaar", "html") is None
        (asked,) = telling.questions(year.here, tx, date(2026, 12, 14))
    assert "maatregel M07, effect noemt een geheime maatregel" in " ".join(asked.details)
    assert secret not in " ".join(asked.details)


def test_no_amount_of_a_measure_stands_in_the_public_plan(elzenwaard: Municipality) -> None:
    said = of_plans(elzenwaard, False, SECRET)
    themes = {plan.budget for plan in season(elzenwaard, False, SECRET).plans.values()}
    for measure in elzenwaard.framework.measures:
        if measure.budget not in themes:
            assert f"€\u00a0{measure.budget:,.0f}".replace(",", ".") not in said.replace("€\u00a0245", ""), (
                measure.id
            )
    assert Decimal(245000) in themes


def test_the_council_report_ends_with_the_frames_and_what_is_asked(elzenwaard: Municipality) -> None:
    year = with_secret(elzenwaard, False, None, None)
    html = council.html_of(of_council.public(year), "openbaar")
    last = section(html, headings(html)[-1])
    assert last.index("Welke kaders stelt of wijzigt uw raad?") < last.index("Wat vragen wij van uw raad?")
    assert "Uw raad kan dat kader wijzigen of een nieuw kader stellen." in last
    assert "De jaarplannen zelf leggen wij niet aan uw raad voor." in last
