"""The sentences that Jaarring makes itself, word for word: none, one, all; up, down, hold; not measured.

Each case: template, macro, what it is given, and the exact words. A person's text is never among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Some
from typing import Any

import pytest

from jaarring.document.html import tree
from jaarring.dutch import dag_datum, datum, euro, getal, kwartaal, maat, met_lidwoord, opsomming, telwoord
from jaarring.goals.rules import Indicator
from jaarring.plans.figures import counted
from jaarring.plans.figures import quantity as in_table
from jaarring.shelf import templates
from jaarring.tactical.money import Money, ThemeMoney
from jaarring.tactical.signs import Sign, quantity
from jaarring.tactical.view import Handed
from jaarring.tactical.year import Decided


def said(template: str, macro: str, *given: Any) -> str:
    """The words of a macro as a reader sees them; a hard space as an ordinary one."""
    made = str(getattr(templates().get_template(template).module, macro)(*given))
    root = tree(f'<article lang="nl"><header><h1>x</h1></header><p>{made}</p></article>')
    return " ".join(str(root.find("p").xpath("string()")).replace("\u00a0", " ").split())  # type: ignore[union-attr]


GOOD, CARE, BAD, NOT = (
    Sign("goed", "op koers"),
    Sign("aandacht", "vraagt aandacht"),
    Sign("niet", "niet op koers"),
    Sign("ongemeten", "niet gemeten"),
)


def money(*lines: tuple[int, int | None], first: int | None = None) -> Money:
    """Of each theme what it had and what it spent (None: not stated)."""
    themes = tuple(
        ThemeMoney(f"thema {n}", Decimal(had), Decimal(had), None if spent is None else Decimal(spent), "")
        for n, (had, spent) in enumerate(lines, 1)
    )
    spent = [line.spent for line in themes if line.spent is not None]
    total = sum((line.budget for line in themes), Decimal(0))
    return Money(themes, Decimal(first) if first else total, total, sum(spent, Decimal(0)), len(spent))


def report(*outcomes: str) -> Some:
    """A council report whose goals ended so."""
    names = ("A", "B", "C", "D", "E", "F")
    goals = [Some(title=names[n], outcome=outcome) for n, outcome in enumerate(outcomes)]
    return Some(cover=Some(year=2027), goals=goals)


def steered(*outcomes: str) -> list[Some]:
    return [Some(outcome=outcome) for outcome in outcomes]


def handed(owed: int, in_time: int, late: int = 0, missing: int = 0, kind: str = "theme") -> Handed:
    return Handed(kind, owed, in_time, late, tuple("abcde"[:missing]))


COUNCIL, TACTICAL, PLAN, PAPERS = (
    "council/parts.html",
    "tactical/parts.html",
    "plans/public_parts.html",
    "papers/parts.html",
)
R, P, M, U = "reached", "partly", "missed", "unknown"

CASES: list[tuple[str, str, Sequence[Any], str]] = [
    # goals of a year
    (COUNCIL, "reached_sentence", [report(R)], "Wij haalden in 2027 ons doel."),
    (COUNCIL, "reached_sentence", [report(P)], "Wij haalden in 2027 ons doel voor een deel."),
    (COUNCIL, "reached_sentence", [report(M)], "Wij haalden in 2027 ons doel niet."),
    (COUNCIL, "reached_sentence", [report(U)], "Of wij in 2027 ons doel haalden, is niet gemeten."),
    (COUNCIL, "reached_sentence", [report(R, R, R)], "Wij haalden in 2027 al onze doelen."),
    (COUNCIL, "reached_sentence", [report(R, P, P)],
     "Wij haalden in 2027 één van onze drie doelen. De doelen ‘B’ en ‘C’ haalden wij voor een deel."),
    (COUNCIL, "reached_sentence", [report(R, R, M)],
     "Wij haalden in 2027 twee van onze drie doelen. Het doel ‘C’ haalden wij niet."),
    (COUNCIL, "reached_sentence", [report(M, M)],
     "Wij haalden in 2027 geen van onze twee doelen helemaal. De doelen ‘A’ en ‘B’ haalden wij niet."),
    (COUNCIL, "reached_sentence", [report(R, U)],
     "Wij haalden in 2027 één van onze twee doelen. Van het doel ‘B’ is niet gemeten of het gehaald is."),
    (COUNCIL, "reached_sentence", [report(U, U)],
     "Wij haalden in 2027 geen van onze twee doelen helemaal. "
     "Van de doelen ‘A’ en ‘B’ is niet gemeten of ze gehaald zijn."),
    (COUNCIL, "outcome", [Some(outcome=R)], "Dit doel is gehaald."),
    (COUNCIL, "outcome", [Some(outcome=U)], "Of dit doel gehaald is, is niet gemeten."),
    (PAPERS, "goals_sentence", [report(R).goals, 2027], "Het doel voor 2027 is gehaald."),
    (PAPERS, "goals_sentence", [report(U).goals, 2027], "Het doel voor 2027 is niet gemeten."),
    (PAPERS, "goals_sentence", [report(R, R).goals, 2027], "Alle twee doelen voor 2027 zijn gehaald."),
    (PAPERS, "goals_sentence", [report(R, P, U).goals, 2027],
     "Eén van de drie doelen voor 2027 is gehaald. Eén doel is niet gemeten."),
    (PAPERS, "goals_sentence", [report(P, M).goals, 2027],
     "Van de twee doelen voor 2027 is er geen helemaal gehaald."),
    # steering: none, one, more; not decided, refused
    (COUNCIL, "steered_sentence", [steered()], ""),
    (COUNCIL, "steered_sentence", [steered("accepted")], "Wij stuurden één keer bij."),
    (COUNCIL, "steered_sentence", [steered("accepted", "changed", "refused")], "Wij stuurden twee keer bij."),
    (COUNCIL, "steered_sentence", [steered("refused")],
     "Er was één voorstel om bij te sturen. Dat is afgewezen."),
    (COUNCIL, "steered_sentence", [steered("refused", "refused")],
     "Er waren twee voorstellen om bij te sturen. Die zijn afgewezen."),
    (COUNCIL, "steered_sentence", [steered("proposed")],
     "Over één voorstel om bij te sturen is nog geen besluit."),
    (COUNCIL, "steered_sentence", [steered("proposed", "proposed", "refused")],
     "Over twee voorstellen om bij te sturen is nog geen besluit."),
    # money: left, over, equal; not all known, none known
    (COUNCIL, "costs_sentence", [money((100, 60))],
     "De begroting was € 100. Wij gaven € 60 uit. Er bleef € 40 over."),
    (COUNCIL, "costs_sentence", [money((100, 130))],
     "De begroting was € 100. Wij gaven € 130 uit. Dat is € 30 meer dan begroot."),
    (COUNCIL, "costs_sentence", [money((1000, 1000))],
     "De begroting was € 1.000. Wij gaven € 1.000 uit. Dat is wat begroot was."),
    (COUNCIL, "costs_sentence", [money((100, 50), (100, None))],
     "Van één van de twee thema’s is bekend wat is besteed: € 50. De begroting is € 200."),
    (COUNCIL, "costs_sentence", [money((100, None), (100, None))],
     "De begroting is € 200. Van geen enkel thema is ingevuld wat is besteed."),
    (TACTICAL, "money_sentence", [money((500, 125), (500, 0)), "Besteed is"],
     "Besteed is € 125 van € 1.000."),
    (TACTICAL, "money_sentence", [money((5, 1), (5, 2), (5, None)), "Besteed is"],
     "Van twee van de drie thema’s is bekend wat is besteed: samen € 3. De begroting is € 15."),
    # measures
    (COUNCIL, "done_sentence", [0, 0], "In deze versie staan geen maatregelen."),
    (COUNCIL, "done_sentence", [1, 1], "De maatregel in deze versie is klaar."),
    (COUNCIL, "done_sentence", [0, 1], "De maatregel in deze versie is nog niet klaar."),
    (COUNCIL, "done_sentence", [0, 4], "Van de vier maatregelen in deze versie is er nog geen klaar."),
    (COUNCIL, "done_sentence", [1, 4], "Van de vier maatregelen in deze versie is er één klaar."),
    (COUNCIL, "done_sentence", [22, 24], "Van de 24 maatregelen in deze versie zijn er 22 klaar."),
    (COUNCIL, "done_sentence", [4, 4], "Alle vier maatregelen in deze versie zijn klaar."),
    (PLAN, "count_sentence", [0], "In deze versie staan geen maatregelen."),
    (PLAN, "count_sentence", [1], "In deze versie staat één maatregel."),
    (PLAN, "count_sentence", [24], "In deze versie staan 24 maatregelen."),
    # the plan
    (PLAN, "aims_sentence", [2027, 1, 1], "In 2027 werkt dit thema aan één doel."),
    (PLAN, "aims_sentence", [2027, 2, 1], "In 2027 werkt dit thema aan twee doelen."),
    (PLAN, "aims_sentence", [2027, 6, 5], "In 2027 werken vijf thema’s aan zes doelen."),
    (PLAN, "costs_sentence", [Decimal(750000), True], "Daarvoor is € 750.000 beschikbaar."),
    (PLAN, "costs_sentence", [Decimal(750000), False],
     "Daarvoor is € 750.000 begroot. Het college verdeelt het geld als het de plannen vaststelt."),
    (PLAN, "behind_sentence", [()], ""),
    (PLAN, "behind_sentence", [("privacy",)],
     "Het plan van privacy is nog niet vastgesteld. Het staat hier niet in."),
    (PLAN, "behind_sentence", [("privacy", "personele veiligheid")],
     "De plannen van privacy en personele veiligheid zijn nog niet vastgesteld. Zij staan hier niet in."),
    (PAPERS, "advised_sentence", [0, 5],
     "Over de plannen is geen advies vastgelegd."),
    (PAPERS, "advised_sentence", [1, 1], "Over het plan is advies gegeven."),
    (PAPERS, "advised_sentence", [1, 5],
     "Over één van de vijf plannen is advies gegeven."),
    (PAPERS, "advised_sentence", [5, 5], "Over alle vijf plannen is advies gegeven."),
    # goals in the quarter
    (TACTICAL, "goals_sentence", [((BAD, 1), (GOOD, 5)), 0],
     "Eén doel ligt niet op koers (✗) en vijf doelen liggen op koers (✓)."),
    (TACTICAL, "goals_sentence", [((CARE, 2), (NOT, 1)), 0],
     "Twee doelen vragen aandacht (!) en één doel is niet gemeten (-)."),
    (TACTICAL, "goals_sentence", [((NOT, 3),), 0], "Drie doelen zijn niet gemeten (-)."),
    (TACTICAL, "goals_sentence", [((GOOD, 1),), 1],
     "Eén doel ligt op koers (✓). Van één doel is geen stand ingevuld."),
    (TACTICAL, "goals_sentence", [(), 6], "Van zes doelen is geen stand ingevuld."),
    # who handed in: none, one, all, late, missing
    (TACTICAL, "handed_sentence", [handed(5, 5)],
     "Alle vijf verantwoordingen van de thema’s kwamen op tijd binnen."),
    (TACTICAL, "handed_sentence", [handed(5, 4, late=1)],
     "Van de thema’s kwamen 4 van 5 verantwoordingen op tijd binnen. Eén kwam te laat."),
    (TACTICAL, "handed_sentence", [handed(5, 1, late=2, missing=2)],
     "Van de thema’s kwam 1 van 5 verantwoordingen op tijd binnen. Twee kwamen te laat. Twee ontbreken."),
    (TACTICAL, "handed_sentence", [handed(3, 0, missing=3)],
     "Van de thema’s kwam geen van de drie verantwoordingen op tijd binnen. Drie ontbreken."),
    (TACTICAL, "handed_sentence", [handed(1, 1)], "De verantwoording van het thema kwam op tijd binnen."),
    (TACTICAL, "handed_sentence", [handed(1, 0, late=1)], "De verantwoording van het thema kwam te laat."),
    (TACTICAL, "handed_sentence", [handed(1, 0, missing=1, kind="department")],
     "De operationele verantwoording van de afdeling ontbreekt."),
    (TACTICAL, "handed_sentence", [handed(0, 0)], "Van de thema’s is geen verantwoording gevraagd."),
    (TACTICAL, "on_plan_sentence", [0, 5], "Geen enkele afdeling meldt dat alles volgens plan loopt."),
    (TACTICAL, "on_plan_sentence", [1, 5], "Eén van de vijf afdelingen meldt dat alles volgens plan loopt."),
    (TACTICAL, "on_plan_sentence", [5, 5], "Alle vijf afdelingen melden dat alles volgens plan loopt."),
    (TACTICAL, "on_plan_sentence", [1, 1], "De afdeling meldt dat alles volgens plan loopt."),
    (TACTICAL, "on_plan_sentence", [0, 1], "De afdeling meldt niet dat alles volgens plan loopt."),
    # ratings and what was not measured
    (TACTICAL, "stand", [BAD], "✗ niet op koers"),
    (TACTICAL, "stand", [NOT], "- niet gemeten"),
    (TACTICAL, "stand", [None], "niet ingevuld"),
    (TACTICAL, "measured", ["68%"], "68%"),
    (TACTICAL, "measured", [None, True], "niet gemeten"),
    (TACTICAL, "measured", [None, False], "niet ingevuld"),
    (TACTICAL, "counts", [((BAD, 1), (GOOD, 4))], "1 ✗ niet op koers · 4 ✓ op koers"),
    # decisions: with a number, with words for a number, without
    (TACTICAL, "decision", [Decided("college", date(2027, 8, 31), "2027-B-0372")],
     "college, 31 augustus 2027, nr. 2027-B-0372"),
    (TACTICAL, "decision", [Decided("college", date(2027, 8, 31), "zaaknummer 7")],
     "college, 31 augustus 2027, zaaknummer 7"),
    (TACTICAL, "decision", [Decided("college", date(2027, 8, 31), "")], "college, 31 augustus 2027"),
    (PAPERS, "decided_sentence", [None], ""),
    (PAPERS, "decided_sentence", [Decided("college", date(2026, 12, 8), "2026-B-0521")],
     "Het college nam dit besluit op 8 december 2026 (nr. 2026-B-0521)."),
]  # fmt: skip


@pytest.mark.parametrize(("template", "macro", "given", "expected"), CASES)
def test_a_sentence_reads_exactly_so(template: str, macro: str, given: Sequence[Any], expected: str) -> None:
    assert said(template, macro, *given) == expected


def test_there_are_sixty_cases_and_more() -> None:
    assert len(CASES) >= 60


def test_no_sentence_has_a_figure_nought_or_two_spaces_or_a_plural_of_one() -> None:
    """What a template does when it forgets a case."""
    for *_, expected in CASES:
        assert "  " not in expected and " 0 " not in expected and " 1 maatregelen" not in expected


@dataclass(frozen=True)
class Outcome:
    """An indicator with its way in a year, and a value at the end of it."""

    direction: str
    baseline: str
    target: str
    value: str | None

    def indicator(self) -> Indicator:
        points = ((2026, Decimal(self.baseline)), (2027, Decimal(self.target)))
        return Indicator("G1", "G1", "ib", "iets", "%", self.direction, points)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome("up", "58", "68", "69"), "het werd 69%. Dat is gehaald. Eind 2026 was het 58%."),
        (Outcome("up", "58", "68", "60"), "het werd 60%. Dat is niet gehaald. Eind 2026 was het 58%."),
        (Outcome("up", "58", "68", None), "Of dat is gehaald, is niet gemeten. Eind 2026 was het 58%."),
        (Outcome("down", "36", "24", "23"), "het werd 23%. Dat is gehaald. Eind 2026 was het 36%."),
        (Outcome("down", "36", "24", "41"), "het werd 41%. Dat is niet gehaald. Eind 2026 was het 36%."),
        (Outcome("hold", "97", "100", "100"), "het werd 100%. Dat is gehaald. Eind 2026 was het 97%."),
        (Outcome("hold", "100", "100", "98"), "het werd 98%. Dat is niet gehaald. Eind 2026 was het 100%."),
    ],
)
def test_an_indicator_reads_the_same_up_down_and_hold(outcome: Outcome, expected: str) -> None:
    """Better and worse than the target, and not measured; the year before stands beside it."""
    from jaarring.council.rules.shared import _reached

    indicator = outcome.indicator()
    value = None if outcome.value is None else Decimal(outcome.value)
    result = Some(
        name="iets",
        baseline=quantity(indicator, indicator.baseline(2027)),
        target=quantity(indicator, indicator.target(2027)),
        value=None if value is None else quantity(indicator, value),
        said=True,
        reached=value is not None and _reached(indicator, value, indicator.target(2027)),
    )
    wanted = f"Wij wilden {outcome.target}%" + ("; " if value is not None else ". ")
    assert said(COUNCIL, "result_sentence", result, 2027) == wanted + expected


def test_an_indicator_of_which_nobody_said_anything_is_not_called_measured() -> None:
    result = Some(name="iets", baseline="58%", target="68%", value=None, said=False, reached=False)
    assert said(COUNCIL, "result_sentence", result, 2027) == (
        "Wij wilden 68%. Wat het werd, is niet ingevuld. Eind 2026 was het 58%."
    )


FIGURES = [
    (datum(date(2027, 4, 1)), "1 april 2027"),
    (dag_datum(date(2027, 4, 14)), "woensdag 14 april 2027"),
    (kwartaal(1), "1e kwartaal"),
    (euro(Decimal("12500")), "€ 12.500"),
    (euro(Decimal("12500.5")), "€ 12.500,50"),
    (euro(Decimal(-30)), "€ -30"),
    (getal(Decimal("1234.5")), "1.234,5"),
    (getal(0), "0"),
    (maat(Decimal(68), "%"), "68%"),
    (maat(Decimal(24), "uur"), "24 uur"),
    (maat(None, "uur"), "niet gemeten"),
    (telwoord(1), "één"),
    (telwoord(13), "13"),
    (opsomming(["a"]), "a"),
    (opsomming(["a", "b", "c"]), "a, b en c"),
    (met_lidwoord("college"), "het college"),
    (met_lidwoord("gemeentesecretaris"), "de gemeentesecretaris"),
]


@pytest.mark.parametrize(("made", "expected"), FIGURES)
def test_a_figure_or_word_is_written_as_people_write_it(made: str, expected: str) -> None:
    assert made.replace("\u00a0", " ") == expected


def test_a_value_of_so_many_says_of_how_many() -> None:
    base = Indicator("G3", "G3", "fb", "locaties", "locaties", "up", ((2026, Decimal(1)), (2027, Decimal(3))))
    of = replace(base, out_of=6)
    assert quantity(of, Decimal(3)).replace("\u00a0", " ") == "3 van 6"
    assert (in_table(of, Decimal(3)), counted(of)) == ("3", "van 6 locaties")
    assert quantity(replace(base, unit="uur"), Decimal("41")).replace("\u00a0", " ") == "41 uur"
