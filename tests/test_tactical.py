"""The secretary's quarterly report says what was handed in, counts what was not, and keeps a secret."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jaarring import rights, shelf, steps
from jaarring.calendar import Quarter
from jaarring.config.municipality import Municipality
from jaarring.database import Store
from jaarring.document import HouseStyle, pdf
from jaarring.goals.rules import Rating
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.ledger.decisions import Entry
from jaarring.ledger.outbox import message
from jaarring.occasions.year import occasions
from jaarring.reports import records as reports
from jaarring.reports.rules import DepartmentAccount, ThemeAccount
from jaarring.signals.rules import AdviceRequest, Kept, Reason, Signal
from jaarring.tactical import actions, rules
from jaarring.tactical.year import Year
from tests import need
from tests.a_year import Q2, Q3, Q4, a_year, jointly, municipality, stored, theme_account, with_account
from tests.seen import headings, section, tree, words

pytestmark = pytest.mark.both_stores

TEMPLATES = Path(__file__).parents[1] / "templates"
JULY = date(2027, 7, 22)
AT = datetime(2027, 7, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def elzenwaard(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    return municipality(tmp_path_factory.mktemp("elzenwaard"))


@pytest.fixture
def year(elzenwaard: Municipality) -> Year:
    return a_year(elzenwaard.organisation, elzenwaard.framework, decided=False)


def report(year: Year, quarter: Quarter = Q2) -> str:
    return shelf.words("tactical/report.html", report=rules.compile(year, quarter))


CHAPTERS = [
    "Kern en gevraagd besluit",
    "Stand per doel",
    "Afwijkingen en oorzaak",
    "Bijsturing: voorstel, gevolgen, advies",
    "Per thema",
    "Maatregelen per afdeling",
    "Geld",
    "Volledigheid",
    "Adviezen, lopende afspraken, vooruitblik",
]


def test_the_chapters_are_those_of_the_domain_and_the_joint_body_has_one_before_the_themes(
    year: Year,
) -> None:
    assert headings(report(year)) == CHAPTERS
    oib = a_year(jointly(year.organisation), year.framework)
    assert headings(report(oib)) == [*CHAPTERS[:4], "Gezamenlijk oordeel", *CHAPTERS[4:]]
    assert "J3 Na uitval" in section(report(oib), "Gezamenlijk oordeel")


def test_what_is_spent_is_what_the_accounts_say(year: Year) -> None:
    assert "Besteed is € 318.400 van € 750.000." in section(report(year), "Geld")


def test_the_worst_goal_stands_first_and_the_board_is_asked_for_what_it_must_decide(year: Year) -> None:
    html = report(year)
    assert section(html, "Kern en gevraagd besluit").startswith(
        "Kern en gevraagd besluit Eén doel ligt niet op koers (✗), twee doelen vragen aandacht (!) "
        "en drie doelen liggen op koers (✓)."
    )
    assert "een besluit over bijsturingsvoorstel BV-2027-01" in section(html, "Kern en gevraagd besluit")
    goals = tree(html).xpath("//table[caption[starts-with(.,'Doelen')]]/tbody/tr/th")
    assert goals[0].text_content() == "G5 Dienstverlening gaat door"


def test_an_owner_s_forecast_stands_beside_the_computed_one(year: Year) -> None:
    table = "//table[caption[.='Indicatoren van het thema bedrijfscontinuïteit']]"
    row = tree(report(year)).xpath(f"{table}//tr[th[starts-with(.,'G5b')]]")[0]
    cells = [" ".join(cell.text_content().split()) for cell in row]
    assert cells[1:] == ["41 uur", "30 uur", "24 uur", "46 uureigenaar: 36 uur", "✗ niet op koers"]


def other(entry: Any, name: str, value: object) -> Any:
    """The entry with another value in one field."""
    return replace(entry, **{name: value})


def edits(account: ThemeAccount) -> Iterator[tuple[str, ThemeAccount]]:
    """The account with each single figure and text changed."""
    for number, entry in enumerate(account.indicators):
        for name, value in (
            ("explanation", "ANDERS"), ("cause", "ANDERS"), ("source", "ANDERS"), ("value", Decimal(7)),
            ("value", None), ("rating", Rating.NOT_MEASURED), ("own_forecast", Decimal(8)),
        ):  # fmt: skip
            changed = (*account.indicators[:number], other(entry, name, value))
            yield (
                f"{entry.indicator}.{name}",
                replace(account, indicators=(*changed, *account.indicators[number + 1 :])),
            )
    for number, objective in enumerate(account.objectives):
        for name, value in (("explanation", "ANDERS"), ("rating", Rating.NOT_MEASURED)):
            others = (*account.objectives[:number], other(objective, name, value))
            yield (
                f"{objective.objective}.{name}",
                replace(account, objectives=(*others, *account.objectives[number + 1 :])),
            )
    yield "spent", replace(account, spent=Decimal(1))
    yield "spent", replace(account, spent=None)
    yield "money_explanation", replace(account, money_explanation="ANDERS")


@pytest.mark.parametrize("theme", ["ib", "fb", "bc"])
def test_whatever_a_theme_changes_in_its_account_changes_the_report(year: Year, theme: str) -> None:
    before = report(year)
    changed = list(edits(theme_account(year.framework, theme, 2)))
    same = [
        name
        for name, account in changed
        if report(with_account(year, f"2027/Q2/report/{theme}", account)) == before
    ]
    assert len(changed) > 10 and not same


def test_whatever_a_department_changes_in_its_account_changes_the_report(year: Year) -> None:
    before = report(year)
    account = year.department_account(Q2, "ia")
    assert isinstance(account, DepartmentAccount)
    for name, value in (
        ("explanation", "ANDERS"),
        ("spent", Decimal(1)),
        ("expected_end", date(2027, 12, 1)),
    ):
        changed = other(account.measures[0], name, value)
        edited = DepartmentAccount((changed, *account.measures[1:]))
        assert report(with_account(year, "2027/Q2/account/ia", edited)) != before, name


def test_what_nobody_wrote_is_said_to_be_not_filled_in(year: Year) -> None:
    account = theme_account(year.framework, "ib", 2)
    silent = replace(account.indicators[0], explanation="", source="")
    html = report(with_account(year, "2027/Q2/report/ib", replace(account, indicators=(silent,))))
    (said,) = tree(html).xpath("//dt[.='G1']/following-sibling::dd[1]")
    assert said.text_content() == (
        "niet ingevuldPer kwartaal, met het pad: niet ingevuld (60,5%), 63% (63%); "
        "hoger is beter. Bron: niet ingevuld"
    )


def test_not_measured_is_neither_nought_nor_on_course(year: Year) -> None:
    account = theme_account(year.framework, "fb", 2)
    entry = replace(account.indicators[0], value=None, rating=Rating.NOT_MEASURED)
    html = report(with_account(year, "2027/Q2/report/fb", replace(account, indicators=(entry,))))
    row = tree(html).xpath("//tr[th[starts-with(.,'G3 locaties')]]")[0]
    assert [cell.text_content() for cell in row][1] == "niet gemeten"
    assert row[-1].text_content() == "- niet gemeten"


def test_an_account_that_never_came_is_a_finding_and_leaves_its_figures_open(year: Year) -> None:
    html = report(with_account(year, "2027/Q2/report/fb", None))
    complete = section(html, "Volledigheid")
    assert "Van de thema’s kwamen 4 van 5 verantwoordingen op tijd binnen. Eén ontbreekt." in complete
    assert "Van het thema fysieke beveiliging kwam geen verantwoording." in complete
    assert "Van vier van de vijf thema’s is bekend wat is besteed" in section(html, "Geld")
    row = tree(html).xpath("//tr[th[starts-with(.,'G3 locaties')]]")[0]
    assert row[1].text_content() == row[-1].text_content() == "niet ingevuld"


def test_of_who_never_got_our_request_the_report_says_that_and_not_that_he_was_silent(year: Year) -> None:
    """Reliability 4, nothing unfair. The control is another theme, which was asked."""
    without = with_account(with_account(year, "2027/Q2/report/fb", None), "2027/Q2/account/benc", None)
    html = report(
        replace(
            with_account(without, "2027/Q2/report/ib", None),
            unasked=frozenset({"2027/Q2/report/fb", "2027/Q2/account/benc"}),
        )
    )
    complete, why = section(html, "Volledigheid"), "want onze vraag daarom is niet aangekomen."
    assert "Twee ontbreken. Bij één daarvan is onze vraag niet aangekomen." in complete
    assert "Eén ontbreekt. Onze vraag daarom is niet aangekomen." in complete
    assert f"Van het thema fysieke beveiliging kwam geen verantwoording, {why}" in complete
    assert "Van het thema informatiebeveiliging kwam geen verantwoording." in complete
    assert f"Van deze afdeling kwam geen verantwoording, {why}" in section(html, "Maatregelen per afdeling")
    assert words(html).count(f"Van dit thema kwam geen verantwoording, {why}") == 1
    assert "Van dit thema kwam geen verantwoording." in words(html)


def test_late_accounts_are_counted_and_nobody_is_named(year: Year) -> None:
    html = report(replace(year, late=frozenset({"2027/Q2/report/fb"})))
    assert "kwamen 4 van 5 verantwoordingen op tijd binnen. Eén kwam te laat." in section(
        html, "Volledigheid"
    )
    in_time = report(year)
    assert "Alle vijf verantwoordingen van de thema’s kwamen op tijd binnen." in words(in_time)
    assert section(html, "Per thema") == section(in_time, "Per thema")


def test_owner_and_figure_that_differ_are_a_finding(year: Year) -> None:
    account = theme_account(year.framework, "fb", 2)
    rosy = replace(account.indicators[0], rating=Rating.ON_COURSE)
    html = report(with_account(year, "2027/Q2/report/fb", replace(account, indicators=(rosy,))))
    complete = section(html, "Volledigheid")
    assert "G3 locaties met zonering op niveau: de eigenaar zegt ‘op koers’" in complete
    assert "de berekening zegt ‘vraagt aandacht’." in complete


def test_off_course_without_a_proposal_is_a_finding(year: Year) -> None:
    assert "maar er is geen voorstel" not in words(report(year))
    html = report(replace(year, adjustments=()))
    assert "G5b hersteltijd kernsystemen in oefening ligt niet op koers" in section(html, "Volledigheid")


def test_a_decided_adjustment_shows_old_and_new_amounts_and_dates(year: Year) -> None:
    html = report(a_year(year.organisation, year.framework))
    steered = section(html, "Bijsturing: voorstel, gevolgen, advies")
    assert "Aangenomen met een wijziging: college van burgemeester en wethouders, 31 augustus 2027" in steered
    assert "€ 48.000€ 66.00030 juni 202730 september 2027" in steered
    assert "Een besluit over bijsturing is nu niet nodig." in words(html)


def test_a_report_speaks_only_of_adjustments_proposed_by_then(year: Year) -> None:
    later = replace(year.adjustments[0], proposed_in="2027/Q3/report/bc")
    assert "Er zijn geen voorstellen tot bijsturing." in words(report(replace(year, adjustments=(later,))))
    assert "BV-2027-01" in words(report(replace(year, adjustments=(later,)), Q3))


def test_a_quarter_without_any_account_still_gives_a_report(year: Year) -> None:
    html = report(year, Q3)
    assert "Van zes doelen is geen stand ingevuld." in words(html)
    assert "Van geen enkel thema is ingevuld wat is besteed." in section(html, "Geld")


def test_a_secret_measure_is_an_id_and_nothing_more(year: Year) -> None:
    html = report(year)
    assert "Persoonsbeveiliging" not in html and "stand van zaken M10" not in html
    assert "M10: geheim, zie besloten bijlage" in section(html, "Maatregelen per afdeling")
    assert not tree(html).xpath("//tr[th[starts-with(.,'M10')]]")
    fb = tree(html).xpath("//table[caption[.='Maatregelen van het thema fysieke beveiliging']]/tbody/tr")
    assert len(fb) == 5 and all("€" not in row.text_content() for row in fb)
    ib = tree(html).xpath("//table[caption[.='Maatregelen van het thema informatiebeveiliging']]/tbody/tr")
    assert len(ib) == 6 and all("€" in row.text_content() for row in ib)


def test_no_person_is_named(elzenwaard: Municipality) -> None:
    people = {
        id: replace(person, name=f"Naam van {id}") for id, person in elzenwaard.organisation.people.items()
    }
    named = replace(elzenwaard.organisation, people=people)
    html = report(a_year(named, elzenwaard.framework), Q4)
    assert "Naam van" not in html and "@" not in html


CASE = [
    "Elzenwaard", "haalden wij voor een deel in", "41 uur", "23 uur", "318.400", "722.500", "750.000",
    "nieuwe reservekopie", "negen weken", "oude werkwijze", "tweede oefening", "apart deel voor bezoekers",
    "160 medewerkers", "lagere kosten voor gebouwen", "gevolgen voor inwoners", "drie overige locaties",
    "getest plan", "concerncontroller", "2027-B-", "2026-047", "Persoonsbeveiliging", "Facilitaire",
    "Een deel van de maatregelen staat niet", "veiligheid van personen", "Dienstverlening gaat door",
]  # fmt: skip


def test_no_sentence_of_the_case_stands_in_a_template() -> None:
    files = [*TEMPLATES.glob("tactical/*"), *TEMPLATES.glob("council/*")]
    assert len(files) >= 7
    found = [(file.name, text) for file in files for text in CASE if text in file.read_text("utf-8")]
    assert not found
    assert any(re.search("Stand per doel", file.read_text("utf-8")) for file in files)  # the search can find


# ---- in the store


def mails(here: Here) -> list[EmailMessage]:
    with here.store.read() as tx:
        rows = tx.execute(select(message.c.raw).order_by(message.c.id)).scalars().all()
    return [message_from_bytes(raw, policy=default) for raw in rows]


def adopt(here: Here, day: date = date(2027, 7, 22), body: str = "secretaris") -> list[str]:
    entry = Entry("2027/Q2/tactical", "adopt", body, day, "", "")
    return actions.decide(here, "2027/Q2/tactical", "adopt", entry, "coordinator", AT)


def test_the_concept_is_made_on_its_date_and_goes_to_the_secretary_once(tmp_path: Path) -> None:
    here = stored(tmp_path, decided=False)
    before = actions.compile_due(here, date(2027, 7, 21), AT)
    assert not [line for line in before if line.startswith("2027/Q2")]
    assert actions.compile_due(here, JULY, AT) == ["2027/Q2/tactical/secretary: concept gemaakt"]
    assert actions.compile_due(here, JULY, AT) == []
    steps.post(here, JULY, AT)
    letter = next(one for one in mails(here) if one["To"].addresses[0].username == "secretaris")
    assert str(letter["Subject"]).startswith("Graag uiterlijk donderdag 29 juli 2027: uw ")
    assert "tactische-rapportage-2027-2e-kwartaal.pdf" in [
        a.get_filename() for a in letter.iter_attachments()
    ]
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "31 augustus 2027" in " ".join(text.split()) and "BV-2027-01" in text
    page = (here.documents / "tactische-rapportage-2027-2e-kwartaal.html").read_text("utf-8")
    assert "Concept" in page


def test_the_secretary_adopts_and_the_board_gets_it_with_the_decision_in_it(tmp_path: Path) -> None:
    here = stored(tmp_path, decided=False)
    actions.compile(here, Q2, JULY, AT)
    assert adopt(here) == []
    steps.post(here, JULY, AT)
    letter = next(one for one in mails(here) if one["To"].addresses[0].username == "bestuurssecretariaat")
    assert "namens" not in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    page = (here.documents / "tactische-rapportage-2027-2e-kwartaal.html").read_text("utf-8")
    assert "gemeentesecretaris, 22 juli 2027" in page and "Vastgesteld" in page
    made = actions.compile(here, Q2, JULY, AT)
    assert made.documents[0].status == "vastgesteld"  # nothing changed, so it stands


def test_what_changed_after_the_concept_is_not_adopted_unseen(tmp_path: Path) -> None:
    here = stored(tmp_path, decided=False)
    actions.compile(here, Q2, JULY, AT)
    account = replace(theme_account(here.framework, "fb", 2), money_explanation="nagekomen")
    with here.store.write() as tx:
        reports.add(
            tx, "2027/Q2/report/fb", account, on=JULY, late=True, by="x", on_behalf_of="", file="g", at=AT
        )
    (mistake,) = adopt(here)
    assert "gegevens veranderd" in mistake
    actions.compile(here, Q2, JULY, AT)
    assert adopt(here) == []


@pytest.mark.parametrize(
    ("body", "day", "words"),
    [
        ("coordinator", date(2027, 7, 22), "besluit hier niet over"),
        ("secretaris", date(2027, 7, 23), "23 juli 2027 moet nog komen"),
        ("secretaris", date(2026, 7, 22), "het concept is pas van 22 juli 2027"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(tmp_path: Path, body: str, day: date, words: str) -> None:
    here = stored(tmp_path, decided=False)
    actions.compile(here, Q2, JULY, AT)
    (mistake,) = adopt(here, day, body)
    assert words in mistake and mistake.startswith("2027/Q2/tactical: ")


def test_the_board_deals_with_what_was_adopted_and_gives_a_number(tmp_path: Path) -> None:
    here = stored(tmp_path, decided=False)
    actions.compile(here, Q2, JULY, AT)
    key, later = "2027/Q2/tactical/board", datetime(2027, 8, 31, 15, tzinfo=UTC)
    entry = Entry(key, "note", "college", date(2027, 8, 31), "2027-B-0371", "")
    assert "nog niet vastgesteld" in actions.decide(here, key, "note", entry, "coordinator", later)[0]
    adopt(here)
    assert "nummer" in actions.decide(here, key, "note", replace(entry, number=""), "coordinator", later)[0]
    early = replace(entry, date=date(2027, 7, 21))
    assert (
        "pas op 22 juli 2027 vastgesteld" in actions.decide(here, key, "note", early, "coordinator", later)[0]
    )
    assert actions.decide(here, key, "note", entry, "coordinator", later) == []
    assert "is al vastgelegd" in actions.decide(here, key, "note", entry, "coordinator", later)[0]
    with here.store.read() as tx:
        found = due.get(tx, key)
        assert found and found.state == "done"
        assert decisions.latest(tx, key, "note") == entry


def test_without_an_adopted_framework_the_report_waits_and_says_so(tmp_path: Path) -> None:
    made = municipality(tmp_path)
    here = Here(made, Store.open(made.storage / "jaarring.db"), made.storage)
    assert actions.compile(here, Q2, JULY, AT).findings == [
        "2027/Q2/tactical: het kader voor 2027 is nog niet vastgesteld; leg dat besluit eerst vast"
    ]


def test_no_mail_and_no_attachment_of_it_names_what_is_secret(tmp_path: Path) -> None:
    here = stored(tmp_path, decided=False)
    actions.compile_due(here, JULY, AT)
    adopt(here)
    page = (here.documents / "tactische-rapportage-2027-2e-kwartaal.html").read_text("utf-8")
    assert "Persoonsbeveiliging" not in page and "M10" in page
    for letter in mails(here):
        body = letter.get_body(("plain",))
        assert (
            body and "M10" not in body.get_content() and "Persoonsbeveiliging" not in str(letter["Subject"])
        )


# ---- what the governance document asks of it


def with_signals(year: Year) -> Year:
    """The year with a signal nobody answered, one that its owner answered, one that ended in a proposal."""

    def signal(key: str, kind: str, subject: str, goal: str, *reasons: Reason) -> Signal:
        return Signal(f"2027/signal/{key}", kind, key.split("-")[1], subject, goal, reasons)

    open_one = signal("Q2-fb-G3", "indicator", "G3", "G3", Reason("forecast", Decimal(2), Decimal(3)))
    said = signal("Q2-bc-M19", "measure", "M19", "G5", Reason("owner"), Reason("milestone"))
    ended = signal("Q2-bc-G5b", "indicator", "G5b", "G5", Reason("owner", Decimal(41), Decimal(24)))
    return replace(
        year,
        signals=(
            Kept(open_one, date(2027, 7, 12)),
            Kept(said, date(2027, 7, 7), "said", "none", "Wij halen het in."),
            Kept(ended, date(2027, 6, 24), "ended", "proposed", "", "BV-2027-01", date(2027, 7, 9)),
        ),
    )


def rows(html: str, caption: str) -> list[list[str]]:
    """The cells of a table, found by the beginning of its caption."""
    found = tree(html).xpath("//table[caption[starts-with(.,$caption)]]/tbody/tr", caption=caption)
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def test_R22_signals_without_a_decision_stand_first_with_since_when_and_whose_turn(year: Year) -> None:
    html = report(with_signals(year))
    assert headings(html)[:2] == ["Kern en gevraagd besluit", "Open signalen: nog geen besluit"]
    assert "Over twee signalen is nog geen besluit genomen." in section(html, "Kern en gevraagd besluit")
    goal, measure = rows(html, "Open signalen")
    assert goal == [
        "G3 locaties met zonering op niveau",
        "In dit tempo is de stand aan het einde van 2027 2 van 6; het doel is 3 van 6.",
        "12 juli 2027",
        "Teamleider Facilitair",
    ]
    assert measure[0].startswith("M19") and measure[3] == "Gemeentesecretaris"
    assert "Voorstel van de eigenaar: er verandert niets." in measure[1]
    assert "1 met een voorstel tot bijsturing" in section(html, "Besluiten van de vorige keer")
    assert "Open signalen" not in words(report(year))


def test_R22_both_levels_are_rated_goals_by_themes_and_measures_by_departments(year: Year) -> None:
    html = report(year)
    assert ["G5 Dienstverlening gaat door", "✗ niet op koers"] in [row[:2] for row in rows(html, "Doelen op")]
    by_department = {row[0]: row[1:] for row in rows(html, "Maatregelen per afdeling")}
    assert len(by_department) == 5
    assert by_department["Bedrijfsvoering en Control"] == [
        "1 ✗ niet op koers · 1 ! vraagt aandacht · 1 ✓ op koers",
        "Twee maatregelen lopen niet volgens plan: M18 en M19.",
    ]


def test_R21_heads_account_themselves_beside_the_themes(year: Year) -> None:
    """What a theme owner says changes no department's line, and the other way round."""
    html, silent = report(year), report(with_account(year, "2027/Q2/account/benc", None))
    assert "Elk afdelingshoofd legt zelf verantwoording af" in section(html, "Maatregelen per afdeling")
    assert "Van deze afdeling kwam geen verantwoording." in section(silent, "Maatregelen per afdeling")
    assert "Van dit thema kwam geen verantwoording." not in words(silent)
    assert rows(html, "Doelen op") == rows(silent, "Doelen op")


def test_a_department_without_a_measure_is_not_said_to_have_kept_silent(year: Year) -> None:
    """Nobody asked it anything, so nothing is missing; the report is as it was."""
    organisation = year.organisation
    idle = replace(organisation.departments["benc"], id="leeg", code="LEEG", name="Lege Afdeling")
    more = replace(organisation, departments={**organisation.departments, "leeg": idle})
    html = report(replace(year, organisation=more))
    assert "Lege Afdeling" not in html
    assert rows(html, "Maatregelen per afdeling") == rows(report(year), "Maatregelen per afdeling")


def test_R19_every_theme_has_a_page_with_goal_target_and_stand(year: Year) -> None:
    html = report(year)
    pages = tree(html).xpath("//section[h2='Per thema']/section")
    assert [page.find("h3").text_content() for page in pages] == [
        theme.name[:1].upper() + theme.name[1:] for theme in year.organisation.themes.values()
    ]
    assert [page.get("class") for page in pages[1:]] == ["page"] * (len(pages) - 1)
    continuity = " ".join(pages[3].text_content().split())
    assert "G5 Dienstverlening gaat door" in continuity, "the goal"
    assert "41 uur 30 uur 24 uur" in " ".join(
        " ".join(row) for row in rows(html, "Indicatoren van het thema bed")
    )


@pytest.mark.parametrize("variant", ["direct", "oib"])
def test_R20_the_secretary_reports_to_the_board_and_never_the_chair(year: Year, variant: str) -> None:
    then = year if variant == "direct" else a_year(jointly(year.organisation), year.framework)
    for quarter in (Q2, Q3, Q4):
        html = report(then, quarter)
        said = dict(zip(*(tree(html).xpath(f"//header//{tag}/text()") for tag in ("dt", "dd")), strict=True))
        assert (said["Van"], said["Aan"]) == ("gemeentesecretaris", "college van burgemeester en wethouders")
        assert "directeur Bedrijfsvoering" not in words(html)


def test_R20_every_quarter_has_its_report_to_the_board(elzenwaard: Municipality) -> None:
    keys = {one.key for one in occasions(elzenwaard.organisations, elzenwaard.schedule, 2027)}
    for quarter in ("Q1", "Q2", "Q3", "Q4"):
        assert {f"2027/{quarter}/tactical/secretary", f"2027/{quarter}/tactical/board"} <= keys


def test_D5_there_is_one_account_a_theme_and_it_goes_to_the_secretary(elzenwaard: Municipality) -> None:
    organisation = elzenwaard.organisation
    keys = [one.key for one in occasions(elzenwaard.organisations, elzenwaard.schedule, 2027)]
    for theme in organisation.themes:
        assert keys.count(f"2027/Q2/report/{theme}/due") == 1
        assert rights.holders(organisation, "accept", rights.Thing("report", theme))[0] == "secretaris"
    assert "2027/Q2/report/oib/due" not in keys


def test_D6_the_overall_picture_is_the_sum_of_the_themes(year: Year) -> None:
    """Nobody fills a joint judgement in: with each theme's ratings the picture moves, and by nothing else."""
    assert "Gezamenlijk oordeel" not in headings(report(year))
    rosy = theme_account(year.framework, "bc", 2)
    fine = replace(
        rosy,
        indicators=tuple(replace(one, rating=Rating.ON_COURSE) for one in rosy.indicators),
        objectives=tuple(replace(one, rating=Rating.ON_COURSE) for one in rosy.objectives),
    )
    before, after = (report(one) for one in (year, with_account(year, "2027/Q2/report/bc", fine)))
    assert "Eén doel ligt niet op koers" in words(before)
    assert "twee doelen vragen aandacht (!) en vier doelen liggen op koers (✓)" in words(after).lower()
    others = [row for row in rows(before, "Doelen op") if not row[0].startswith("G5")]
    assert others == [row for row in rows(after, "Doelen op") if not row[0].startswith("G5")]


def test_R2_the_view_across_and_the_view_per_theme_say_the_same(year: Year) -> None:
    view = rules.compile(year, Q2)
    across = {stand.id: stand for goal in view.goals for stand in goal.indicators}
    themes = {stand.id: stand for theme in view.themes for stand in theme.indicators}
    assert across == themes and len(across) == 8


def test_a_goal_rolls_up_by_the_rule_that_is_written_beside_it(year: Year) -> None:
    """Worst counts, or all shown; counts, worst first; an average is nowhere."""
    worst = report(year)
    assert "Het slechtste oordeel over een indicator" in section(worst, "Stand per doel")
    assert rows(worst, "Doelen op 30 juni 2027; het slechtste oordeel telt")[0][1] == "✗ niet op koers"
    every = report(replace(year, framework=replace(year.framework, roll_up="all")))
    assert "Per doel staan alle oordelen; wij tellen ze niet op." in section(every, "Stand per doel")
    table = rows(every, "Doelen op 30 juni 2027; alle oordelen staan er")
    assert table[0][1] == "1 ✗ niet op koers · 2 ! vraagt aandacht"
    assert "Over zes doelen zijn deze oordelen gegeven: 1 ✗ niet op koers" in words(every)
    assert "doel ligt niet op koers" not in section(every, "Kern en gevraagd besluit")


def test_a_source_is_named_in_words_and_never_by_a_key(year: Year) -> None:
    for one in (year, a_year(jointly(year.organisation), year.framework)):
        html = report(with_signals(one))
        assert "Bron: verantwoording informatiebeveiliging, 2e kwartaal 2027." in words(html)
        assert not re.search(r"2027/|/Q2|Q[1-4]\b", words(html))
    assert "Bron: verantwoording van het Overleg Integrale Beveiliging, 2e kwartaal 2027." in words(html)


def test_R16_advice_asked_and_given_stands_in_the_report(year: Year) -> None:
    asked = AdviceRequest(
        "AV-2027-01", 2027, "pv", "teammanager-po", "fg", "Mag herhaalde screening?",
        date(2027, 6, 28), date(2027, 7, 8),
    )  # fmt: skip
    waits = rows(report(replace(year, advices=(asked,))), "Adviesvragen")
    assert waits == [
        [
            "AV-2027-01",
            "Teammanager P&O, aan de functionaris gegevensbescherming",
            "Mag herhaalde screening?Gevraagd op 28 juni 2027.",
            "nog niet gegevenUiterlijk 8 juli 2027.",
        ]
    ]
    given = replace(asked, answer="Ja, met een grondslag.", answered_on=date(2027, 7, 8))
    assert "Ja, met een grondslag.Gegeven op 8 juli 2027." in words(report(replace(year, advices=(given,))))
    assert rows(report(replace(year, advices=(given,)), Q4), "Adviesvragen") == [], (
        "told in the second quarter"
    )


def test_the_report_says_what_became_of_the_decisions_of_last_time(year: Year) -> None:
    """The third quarter tells of 31 August, with the measure as it stands; the fourth only names it."""
    decided = a_year(year.organisation, year.framework)
    done = replace(decided, adjustments=(replace(decided.adjustments[0], carried_out=date(2027, 8, 31)),))
    ((what, who, became),) = rows(report(done, Q3), "Wat er van de besluiten werd")
    assert what == "Bijsturing BV-2027-01: aangenomen met een wijziging"
    assert "31 augustus 2027" in who
    assert became.startswith("Uitgevoerd op 31 augustus 2027: de plannen zijn aangepast.")
    assert "Stand: besloten en uitgevoerd." in section(
        report(done, Q3), "Bijsturing: voorstel, gevolgen, advies"
    )
    last = section(report(done, Q4), "Bijsturing: voorstel, gevolgen, advies")
    assert "Eerder dit jaar: BV-2027-01" in last and "Voorstel" not in last


def test_who_decides_is_shown_what_a_proposal_does_to_budget_and_forecast(year: Year) -> None:
    steered = section(report(year), "Bijsturing: voorstel, gevolgen, advies")
    assert "Budget bedrijfscontinuïteit: nu € 140.000, dan € 162.000." in steered
    assert "Waar € 22.000 vandaan komt, moet nog worden besloten." in steered
    assert "berekend 46 uur, volgens de eigenaar 36 uur; doel 24 uur." in steered


def test_core_and_decisions_asked_stand_on_the_first_sheet(year: Year, tmp_path: Path) -> None:
    """No contents list comes between the title and what the board must decide."""
    made = pdf(
        report(with_signals(year)),
        title="Tactische rapportage", author="gemeente", description="rapportage", at=JULY,
        house=HouseStyle("Elzenwaard", "#1f3a5f", "#8a5a00"),
    )  # fmt: skip
    (tmp_path / "report.pdf").write_bytes(made)
    reader = need.poppler().replace("pdftoppm", "pdftotext")
    command = [reader, "-l", "1", str(tmp_path / "report.pdf"), "-"]
    first = " ".join(subprocess.run(command, capture_output=True, check=True, text=True).stdout.split())
    assert "Kern en gevraagd besluit" in first and "BV-2027-01" in first and "Inhoud" not in first
