"""The council report accounts with what was handed in, in the council's order, and waits for the board."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from jaarring.config.municipality import Municipality
from jaarring.council import actions, guard, rules
from jaarring.council.questions import questions
from jaarring.edits import records as edits
from jaarring.edits.rules import Edit
from jaarring.goals.rules import Rating
from jaarring.governance import JointBody
from jaarring.here import Here
from jaarring.ledger import due
from jaarring.ledger.decisions import Entry
from jaarring.ledger.outbox import message
from jaarring.reports import records as reports
from jaarring.reports.rules import YearPart
from jaarring.tactical.year import Year
from tests.a_year import (
    AT,
    Q4,
    a_year,
    department_account,
    jointly,
    municipality,
    stored,
    theme_account,
    with_account,
)
from tests.seen import headings, section, tree, words

pytestmark = pytest.mark.both_stores

DRAFT, ADOPT, OFFER = date(2028, 2, 11), date(2028, 3, 21), date(2028, 3, 29)
LATER = datetime(2028, 3, 29, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def elzenwaard(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    return municipality(tmp_path_factory.mktemp("elzenwaard"))


@pytest.fixture
def year(elzenwaard: Municipality) -> Year:
    return a_year(elzenwaard.organisation, elzenwaard.framework)


def public(year: Year) -> str:
    return actions.html_of(rules.public(year), "openbaar")


def internal(year: Year) -> str:
    return actions.html_of(rules.internal(year), "intern")


CHAPTERS = [
    "Samenvatting",
    "Waarom deze rapportage?",
    "Wat wilden we bereiken, wat hebben we bereikt?",
    "Wat hebben we gedaan?",
    "Waar hebben we bijgestuurd?",
    "Wat heeft het gekost?",
    "Incidenten en lessen",
    "Welke risico’s blijven?",
    "Vooruitblik 2028",
    "Wat staat er niet in?",
    "Leeswijzer en begrippen; ondertekening",
]


def test_the_chapters_are_those_of_the_domain_in_both_editions(year: Year) -> None:
    assert headings(public(year)) == headings(internal(year)) == CHAPTERS


def test_it_ends_with_what_is_asked_and_who_signs(year: Year) -> None:
    assert words(public(year)).endswith(
        "Wij vragen uw raad kennis te nemen van deze rapportage. "
        "Burgemeester en wethouders van Elzenwaard,de secretaris,de burgemeester"
    )


def test_the_summary_counts_the_goals_that_were_reached(year: Year) -> None:
    summary = section(public(year), "Samenvatting")
    assert "Wij haalden in 2027 vijf van onze zes doelen." in summary
    assert "Het doel ‘Dienstverlening gaat door’ haalden wij voor een deel." in summary
    account = theme_account(year.framework, "bc", 4)
    g5a = replace(account.indicators[0], value=Decimal(6))
    better = replace(account, indicators=(g5a, *account.indicators[1:]))
    assert "al onze doelen" in section(
        public(with_account(year, "2027/Q4/report/bc", better)), "Samenvatting"
    )


def test_the_money_is_what_was_decided_and_stated(year: Year) -> None:
    costs = section(public(year), "Wat heeft het gekost?")
    assert "De begroting was € 750.000. Wij gaven € 722.500 uit. Er bleef € 27.500 over." in costs
    row = tree(public(year)).xpath("//tr[th[.='Fysieke beveiliging']][count(td)=4]")[0]
    assert [td.text_content() for td in row[1:]] == [
        "€\u00a0245.000",
        "€\u00a0235.000",
        "€\u00a0219.800",
        "€\u00a015.200",
    ]


def test_the_joint_body_has_a_chapter_and_the_line_is_read_from_the_lines(year: Year) -> None:
    assert "Elk thema is verantwoordelijk voor zijn eigen deel." in words(public(year))
    line = "thema’s → gemeentesecretaris → college van burgemeester en wethouders → gemeenteraad"
    assert line in words(public(year))
    oib = a_year(jointly(year.organisation), year.framework)
    html = public(oib)
    assert headings(html) == [*CHAPTERS[:3], "Wat bereikten we samen?", *CHAPTERS[3:]]
    assert "samen verantwoordelijk in het Overleg Integrale Beveiliging" in words(html)
    assert "thema’s → Overleg Integrale Beveiliging → voorzitter → gemeentesecretaris" in words(html)
    assert "samen over J2" in section(html, "Wat bereikten we samen?")
    chairs = replace(oib.organisation, joint_body=JointBody("Overleg Integrale Beveiliging", "secretaris"))
    html = public(replace(oib, organisation=chairs))
    assert "thema’s → Overleg Integrale Beveiliging → gemeentesecretaris → college" in words(html)
    one_line_changed = replace(
        year.organisation, lines=replace(year.organisation.lines, responsible=("oib", "theme"))
    )
    assert "Wat bereikten we samen?" in headings(public(replace(year, organisation=one_line_changed)))


@pytest.mark.parametrize("edition", [public, internal])
def test_every_text_and_figure_of_a_year_part_is_printed(year: Year, edition: object) -> None:
    assert callable(edition)
    before = edition(year)
    account = theme_account(year.framework, "pv", 4)
    changes = [
        replace(account, year_part=replace(account.year_part or YearPart(), **{field: "ANDERS"}))
        for field in ("lessons", "risks", "ahead")
    ]
    changes += [replace(account, money_explanation="ANDERS"), replace(account, spent=Decimal(1))]
    for field, value in (("value", Decimal(1)), ("explanation", "ANDERS"), ("rating", Rating.NOT_MEASURED)):
        entry = replace(account.indicators[0], **{field: value})  # type: ignore[arg-type]
        changes.append(replace(account, indicators=(entry, *account.indicators[1:])))
    for changed in changes:
        assert edition(with_account(year, "2027/Q4/report/pv", changed)) != before


def test_a_measure_s_state_is_printed_and_its_amounts_only_inside(year: Year) -> None:
    account = department_account(year.framework, "ia", 4)
    first = replace(account.measures[0], spent=Decimal(43210))
    dearer = with_account(
        year, "2027/Q4/account/ia", replace(account, measures=(first, *account.measures[1:]))
    )
    assert "43.210" in internal(dearer) and "43.210" not in public(dearer)
    assert public(dearer) == public(year)


def test_an_account_that_never_came_breaks_nothing(year: Year) -> None:
    html = public(with_account(year, "2027/Q4/report/bc", None))
    assert "is niet gemeten of het gehaald is" in section(html, "Samenvatting")
    assert "Van vier van de vijf thema’s is bekend wat is besteed" in section(html, "Wat heeft het gekost?")
    assert "Bedrijfscontinuïteitniet ingevuld" in section(html, "Incidenten en lessen").replace("\u00a0", " ")
    nothing = replace(year, accounts={})
    assert "geen van onze zes doelen helemaal" in words(public(nothing))
    assert "niet ingevuld" in internal(nothing)


def test_not_measured_is_said(year: Year) -> None:
    account = theme_account(year.framework, "fb", 4)
    entry = replace(account.indicators[0], value=None, rating=Rating.NOT_MEASURED)
    html = public(with_account(year, "2027/Q4/report/fb", replace(account, indicators=(entry,))))
    row = tree(html).xpath("//tr[th[.='Locaties met zonering op niveau']]")[0]
    assert [td.text_content() for td in row[3:]] == ["niet gemeten", "- niet gemeten"]


def test_nobody_is_named_or_said_to_be_late(year: Year) -> None:
    late = replace(year, late=frozenset({"2027/Q4/report/fb"}))
    assert public(late) == public(year)
    html = public(year)
    assert "@" not in html and "te laat" not in html
    for function in ("teamleider Facilitair", "teammanager", "hoofd Juridische Zaken"):
        assert function not in html


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Zie ook M10.", "noemt een geheime maatregel"),
        ("Zie ook maatregel m-10b en M 10.", "noemt een geheime maatregel"),
        ("De persoonsbeveiliging bestuurders loopt.", "noemt een geheime maatregel"),
        ("Persoonsbeveiliging\n\u00a0 bestu\u00adurders loopt.", "noemt een geheime maatregel"),
        ("Zie besluit 2026-B-0522.", "noemt een geheime maatregel"),
        ("Van het geld is €\u00a040.000 voor iets anders.", "noemt een geheime maatregel"),
        ("Er ging 40000 euro naar iets anders.", "noemt een geheime maatregel"),
        ("Vragen aan teamleider.facilitair@elzenwaard.example", "noemt een persoon of een mailadres"),
    ],
)
def test_a_text_that_tells_a_secret_or_names_a_person_is_found_with_its_place(
    year: Year, text: str, what: str
) -> None:
    assert guard.findings(year) == []
    account = replace(theme_account(year.framework, "fb", 4), money_explanation=text)
    (refused,) = map(str, guard.findings(with_account(year, "2027/Q4/report/fb", account)))
    assert "verantwoording 2027/Q4/report/fb, toelichting op het geld" in refused and what in refused
    assert "ersoonsbeveiliging" not in refused and "@" not in refused


@pytest.mark.parametrize(
    "text", ["M1, M100 en AM10.", "Er wonen 40.000 mensen.", "€ 140.000 en € 40.000.000", "Kamer 10", "€ 400"]
)
def test_a_text_that_only_looks_a_little_like_a_secret_may_be_printed(year: Year, text: str) -> None:
    account = replace(theme_account(year.framework, "fb", 4), money_explanation=text)
    assert guard.findings(with_account(year, "2027/Q4/report/fb", account)) == []


def test_a_public_measure_that_tells_a_secret_is_found_too(year: Year) -> None:
    """Its title and effect are printed as well as what people hand in."""
    m07 = year.plans["fb"].measures[0]
    telling = replace(m07, measure=replace(m07.measure, effect="Maakt persoonsbeveiliging van M10 mogelijk."))
    plan = replace(year.plans["fb"], measures=(telling, *year.plans["fb"].measures[1:]))
    (refused,) = map(str, guard.findings(replace(year, plans={**year.plans, "fb": plan})))
    assert refused.startswith("2027/council: maatregel M07, effect noemt een geheime maatregel;")


def test_a_theme_with_a_secret_measure_must_say_what_it_leaves_out(year: Year) -> None:
    unsaid = replace(year, framework=replace(year.framework, withheld={}))
    (refused,) = map(str, guard.findings(unsaid))
    assert "vul in strategy.yaml onder withheld het thema fb in" in refused


def test_findings_are_known_by_their_texts_and_not_by_their_number(year: Year) -> None:
    """Another text at the same place is another finding, so that it is looked at again."""

    def found(text: str) -> str:
        account = replace(theme_account(year.framework, "fb", 4), money_explanation=text)
        return guard.mark_of(guard.findings(with_account(year, "2027/Q4/report/fb", account)))

    assert found("Zie M10.") == found("Zie M10.") != found("Zie ook M10.")
    assert len(found("Zie M10.")) <= 80 and "M10" not in found("Zie M10.")


# ---- in the store


def letters(here: Here) -> list[EmailMessage]:
    with here.store.read() as tx:
        rows = tx.execute(select(message.c.raw)).scalars().all()
    return [message_from_bytes(raw, policy=default) for raw in rows]


def adopted(here: Here, day: date = ADOPT, number: str = "2028-B-0099") -> list[str]:
    key = "2027/council/adopt"
    return actions.decide(here, key, "adopt", Entry(key, "adopt", "college", day, number, ""), "x", LATER)


def test_the_draft_is_made_in_three_editions_each_marked_as_a_concept(tmp_path: Path) -> None:
    here = stored(tmp_path)
    assert actions.compile_due(here, DRAFT, AT) == ["2027/council/draft: concept gemaakt"]
    assert actions.compile_due(here, DRAFT, AT) == []
    names = sorted(path.name for path in here.documents.iterdir() if path.is_file())
    editions = ("besloten", "intern", "openbaar")
    assert names == [f"raadsrapportage-2027-{e}.{form}" for e in editions for form in ("html", "pdf")]
    for edition in editions:
        page = (here.documents / f"raadsrapportage-2027-{edition}.html").read_text("utf-8")
        assert re.search(r'class="staat">Concept<', page) and "nog niet genomen" in page
    assert letters(here) == []


def test_the_report_waits_for_the_board_and_then_goes_to_the_clerk(tmp_path: Path) -> None:
    here = stored(tmp_path)
    actions.compile_due(here, DRAFT, AT)
    waiting = ["2027/council/offer: wacht op het besluit van het college (2027/council/adopt)"]
    assert actions.compile_due(here, OFFER, LATER) == waiting
    assert adopted(here, number="")[0].endswith("het nummer van het besluit ontbreekt; schrijf het erbij")
    assert adopted(here) == []
    assert actions.compile_due(here, OFFER, LATER) == [
        "2027/council/offer: vastgestelde raadsrapportage gemaakt en aangeboden"
    ]
    assert actions.compile_due(here, OFFER, LATER) == []
    page = (here.documents / "raadsrapportage-2027-openbaar.html").read_text("utf-8")
    assert "college van burgemeester en wethouders, 21 maart 2028, nr.\u00a02028-B-0099" in page
    (letter,) = letters(here)
    assert letter["To"].addresses[0].addr_spec == "griffie@elzenwaard.example"
    assert letter["Subject"] == "Raadsrapportage integrale beveiliging 2027"
    assert letter.get_body(("plain",)).get_content().startswith("Geachte griffie,")  # type: ignore[union-attr]
    (pdf,) = letter.iter_attachments()
    assert pdf.get_filename() == "raadsrapportage-2027-openbaar.pdf"
    with here.store.read() as tx:
        found = due.get(tx, "2027/council/adopt")
    assert found and found.state == "done"


def test_what_changed_after_the_board_decided_is_not_offered(tmp_path: Path) -> None:
    here = stored(tmp_path)
    actions.compile_due(here, DRAFT, AT)
    adopted(here)
    account = replace(theme_account(here.framework, "fb", 4), money_explanation="nagekomen")
    with here.store.write() as tx:
        reports.add(tx, "2027/Q4/report/fb", account, on=OFFER, late=True, by="x", on_behalf_of="", file="g",
                    at=LATER)  # fmt: skip
    (line,) = actions.compile_due(here, OFFER, LATER)
    assert "sinds het concept zijn er gegevens veranderd" in line and letters(here) == []
    for edition in actions.TEMPLATES:
        actions.compile(here, 2027, edition, date(2028, 3, 30), LATER)
    (line,) = actions.compile_due(here, date(2028, 3, 30), LATER)
    assert "gegevens veranderd" in line, "the board has not seen the new concept"


def test_the_board_adopts_once_and_not_before_there_was_a_concept(tmp_path: Path) -> None:
    """An adopted report never gets another date and number; a slip in the year is told at once."""
    here = stored(tmp_path)
    actions.compile_due(here, DRAFT, AT)
    (told,) = adopted(here, date(2027, 3, 21))
    assert (
        told
        == "2027/council/adopt: het concept is pas van 11 februari 2028; verbeter de datum van het besluit"
    )
    assert adopted(here) == []
    actions.compile_due(here, OFFER, LATER)
    (told,) = adopted(here, number="2028-B-0100")
    assert told.startswith("2027/council/adopt: is al vastgesteld;")


def said(here: Here, text: str) -> None:
    """The owner of physical security hands in another text about the money."""
    account = replace(theme_account(here.framework, "fb", 4), money_explanation=text)
    with here.store.write() as tx:
        reports.add(tx, "2027/Q4/report/fb", account, on=DRAFT, late=False, by="x", on_behalf_of="",
                    file=text, at=AT)  # fmt: skip


def looked(here: Here, body: str = "coordinator", reason: str = "Dit staat al in de begroting.") -> list[str]:
    key = "2027/council/check"
    return actions.decide(here, key, "accept", Entry(key, "accept", body, ADOPT, "", reason), "x", LATER)


def test_a_concept_is_made_whatever_the_guard_finds_and_tells_the_inside_where(tmp_path: Path) -> None:
    """That there is a public edition tells nothing of what is secret; the line names the place only."""
    here = stored(tmp_path)
    said(here, "Zie ook M10, persoonsbeveiliging bestuurders.")
    made, told = actions.compile_due(here, DRAFT, AT)
    assert made == "2027/council/draft: concept gemaakt"
    assert told.startswith("2027/council: verantwoording 2027/Q4/report/fb, toelichting op het geld noemt")
    assert "M10" not in told and "ersoonsbeveiliging" not in told
    assert (here.documents / "raadsrapportage-2027-openbaar.pdf").is_file()


def test_the_board_adopts_once_the_coordinator_looked_at_what_was_found(tmp_path: Path) -> None:
    here = stored(tmp_path)
    said(here, "Zie ook M10.")
    actions.compile_due(here, DRAFT, AT)
    refused, found = adopted(here)
    assert "de coördinator moet eerst deze teksten nakijken (2027/council/check accept)" in refused
    assert "toelichting op het geld noemt een geheime maatregel" in found
    assert "dit is aan: coördinator" in looked(here, "secretaris")[0]
    assert "de reden ontbreekt" in looked(here, reason=" ")[0]

    assert looked(here) == []
    assert "er is niets wat de coördinator moet nakijken" in looked(here)[0]
    assert adopted(here) == []
    assert actions.compile_due(here, OFFER, LATER)[0].endswith("gemaakt en aangeboden")


def test_what_is_found_after_the_coordinator_looked_is_asked_again(tmp_path: Path) -> None:
    """Also in a text that a clerk edited; what was adopted before waits with its offer."""
    here = stored(tmp_path)
    said(here, "Zie ook M10.")
    actions.compile_due(here, DRAFT, AT)
    assert looked(here) == [] and adopted(here) == []
    with here.store.write() as tx:
        edits.add(tx, "2027/council/letter", "openbaar", [Edit("letter/note", "Denk aan M10.", "x")], "x", AT)

    waits, *found = actions.compile_due(here, OFFER, LATER)
    assert waits == "2027/council/offer: wacht op de coördinator (2027/council/check)"
    assert len(found) == 2 and "2027/council/letter, bewerkte tekst letter/note noemt een geheime" in found[1]
    assert letters(here) == []
    assert looked(here) == []
    assert actions.compile_due(here, OFFER, LATER)[0].endswith("gemaakt en aangeboden")


def test_until_the_coordinator_looked_nobody_else_is_asked_and_nothing_is_mailed(tmp_path: Path) -> None:
    """The concept may hold what no mail should; then it goes along with no letter, not even with his own."""
    here = stored(tmp_path)

    def asked() -> dict[str, tuple[str, ...]]:
        with here.store.read() as tx:
            return {one.key: one.details for one in questions(here, tx, DRAFT)}

    def go_along() -> set[str]:
        with here.store.read() as tx:
            return {one.document for one in questions(here, tx, DRAFT) if one.document}

    actions.compile_due(here, DRAFT, AT)
    assert not any("/check/" in key for key in asked())
    assert any("/ask/advise/" in key for key in asked()) and go_along()
    said(here, "Zie ook M10.")
    (key,) = (key for key in asked() if "/ask/check/council-" in key)
    assert "toelichting op het geld noemt een geheime maatregel" in " ".join(asked()[key])
    assert list(asked()) == [key] and go_along() == set()
    said(here, "Zie M10.")
    assert key not in asked(), "of another text it is asked anew"
    looked(here)
    assert not any("/check/" in key for key in asked())
    assert any("/ask/advise/" in key for key in asked()) and go_along()


def test_no_byte_of_the_public_edition_tells_that_something_was_looked_at(tmp_path: Path) -> None:
    here = stored(tmp_path)
    said(here, "Zie ook M10.")
    actions.compile_due(here, DRAFT, AT)
    before = actions.compile(here, 2027, "openbaar", ADOPT, LATER)
    looked(here)
    assert actions.compile(here, 2027, "openbaar", ADOPT, LATER) == before


def test_by_hand_an_edition_is_made_and_unchanged_it_stands(tmp_path: Path) -> None:
    here = stored(tmp_path)
    made = actions.compile(here, 2027, "openbaar", DRAFT, AT)
    assert [(one.format, one.version, one.status) for one in made.documents] == [
        ("html", 1, "concept"),
        ("pdf", 1, "concept"),
    ]
    assert actions.compile(here, 2027, "openbaar", DRAFT, AT) == made


def test_only_the_board_adopts_and_only_the_council_takes_note(tmp_path: Path) -> None:
    here = stored(tmp_path)
    actions.compile_due(here, DRAFT, AT)
    key = "2027/council/adopt"
    entry = Entry(key, "adopt", "secretaris", ADOPT, "1", "")
    assert "besluit hier niet over" in actions.decide(here, key, "adopt", entry, "x", LATER)[0]
    key = "2027/council/note"
    entry = Entry(key, "note", "raad", date(2028, 5, 18), "", "")
    assert "moet nog komen" in actions.decide(here, key, "note", entry, "x", LATER)[0]
    may = datetime(2028, 5, 19, tzinfo=UTC)
    assert "nog niet aangeboden" in actions.decide(here, key, "note", entry, "x", may)[0]
    adopted(here)
    assert "nog niet aangeboden" in actions.decide(here, key, "note", entry, "x", may)[0]
    actions.compile_due(here, OFFER, LATER)
    early = replace(entry, date=date(2028, 3, 20))
    assert "stelde pas op 21 maart 2028 vast" in actions.decide(here, key, "note", early, "x", may)[0]
    assert actions.decide(here, key, "note", entry, "x", may) == []
    assert "is al vastgelegd" in actions.decide(here, key, "note", entry, "x", may)[0]
    assert Q4.last == date(2027, 12, 31)
