"""Nothing of a secret measure reaches the public edition: no figure, no word, not that it is there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jinja2 import UndefinedError

from jaarring import shelf
from jaarring.adjustments.rules import Adjustment, Verdict
from jaarring.config.municipality import Municipality
from jaarring.council import actions, rules
from jaarring.council.rules import for_everybody
from jaarring.council.view import PublicAdjustment
from jaarring.document import document_environment
from jaarring.dutch import filters
from jaarring.goals.rules import Decision, Framework, Measure, Secrecy
from jaarring.here import TEMPLATES, Here
from jaarring.reports.rules import MeasureEntry, MeasureState
from jaarring.tactical.year import Year
from tests.a_year import PROPOSAL, VERDICT, a_year, department_account, jointly, municipality, with_account

CANARY = "Kanariepiet"

#: what a template would be that prints whatever it is given of a measure
LEAKY = """<article lang="nl"><header><h1>Lek</h1></header>
{% for theme in report.themes %}
{% for m in theme.measures %}<p>{{ m.title }} {{ m.budget }}</p>{% endfor %}
{% endfor %}
</article>"""


@pytest.fixture(scope="module")
def elzenwaard(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    return municipality(tmp_path_factory.mktemp("elzenwaard"))


def public(year: Year) -> str:
    return actions.html_of(rules.public(year), "openbaar")


def with_secret(
    config: Municipality, joint: bool, secret: Measure | None, entry: MeasureEntry | None
) -> Year:
    """A year whose only secret measure is this one (or none), with what its department said of it."""
    organisation = jointly(config.organisation) if joint else config.organisation
    framework = without_secret(config.framework)
    if secret:
        others = list(framework.measures)
        others.insert(9, secret)
        framework = replace(framework, measures=tuple(others))
    year = a_year(organisation, framework)
    account = department_account(framework, "fzh", 4)
    kept = tuple(one for one in account.measures if one.measure != "M10")
    said = (*kept[:3], entry, *kept[3:]) if entry else kept
    return with_account(year, "2027/Q4/account/fzh", replace(account, measures=said))


def without_secret(framework: Framework) -> Framework:
    return replace(framework, measures=tuple(m for m in framework.measures if not m.secrecy))


days = some.dates(date(2027, 1, 1), date(2027, 12, 31))
amounts = some.decimals(0, 500_000, places=2)
secrets = some.builds(
    Measure,
    id=some.just("M10"),
    title=some.text(min_size=1, max_size=60),
    theme=some.just("fb"),
    department=some.sampled_from(["fzh", "ia", "po"]),
    goal=some.sampled_from(["G3", "G4"]),
    budget=amounts,
    start=days,
    end=days,
    effect=some.text(max_size=40),
    secrecy=some.builds(
        Secrecy,
        some.builds(Decision, some.just("college"), days, some.text(min_size=1, max_size=12)),
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
    explanation=some.text(max_size=60),
)
Make = Callable[[Year], str]


def differing(make: Make, config: Municipality, joint: bool, secret: Measure, entry: MeasureEntry) -> bool:
    """Whether the edition tells a year with this secret measure from the same year without it."""
    return make(with_secret(config, joint, secret, entry)) != make(with_secret(config, joint, None, None))


@settings(max_examples=60)
@given(secret=secrets, entry=some.none() | entries, joint=some.booleans())
def test_the_public_edition_is_the_same_to_the_byte_whatever_the_secret_measure_is(
    elzenwaard: Municipality, secret: Measure, entry: MeasureEntry | None, joint: bool
) -> None:
    """Title, amount, spent, rating, dates, ground, department and being there at all are varied; the decided
    figures of the themes stay.
    """
    with_it = public(with_secret(elzenwaard, joint, secret, entry))
    without = public(with_secret(elzenwaard, joint, None, None))
    assert with_it.encode() == without.encode()


SECRET = Measure(
    id="M10",
    title=CANARY,
    theme="fb",
    department="fzh",
    goal="G4",
    budget=Decimal(43217),
    start=date(2027, 1, 1),
    end=date(2027, 12, 30),
    effect=f"{CANARY} effect",
    secrecy=Secrecy(
        Decision("college", date(2026, 12, 8), "2026-B-0522"), "Woo 5.1 lid 2 onder e en h", "college"
    ),
)
ENTRY = MeasureEntry("M10", MeasureState.OFF_COURSE, Decimal(41234), date(2027, 12, 29), f"{CANARY} uitleg")


def leaky(view: object) -> str:
    environment = document_environment(TEMPLATES, filters())
    return environment.from_string(LEAKY).render(report=view)


def test_control_the_comparison_sees_a_leak(elzenwaard: Municipality) -> None:
    """A template that prints all it is given, handed what the board may see, is caught by that comparison."""
    assert differing(lambda year: leaky(rules.internal(year)), elzenwaard, False, SECRET, ENTRY)
    assert not differing(public, elzenwaard, False, SECRET, ENTRY)


def test_control_a_cut_that_forgets_secrecy_is_seen(
    elzenwaard: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the rule that picks the open measures let the secret one through, the bytes would tell."""
    monkeypatch.setattr(for_everybody, "open_measures", lambda year: list(year.planned()))
    assert differing(public, elzenwaard, False, SECRET, ENTRY)


def test_a_leaky_template_has_nothing_to_leak_in_the_public_view(elzenwaard: Municipality) -> None:
    """The public type has no amount of a measure: a template that asks for one fails, it does not leak."""
    with pytest.raises(UndefinedError):
        leaky(rules.public(with_secret(elzenwaard, False, SECRET, ENTRY)))


def test_the_public_view_holds_no_secret_anywhere_and_the_others_do(elzenwaard: Municipality) -> None:
    """Everything in the views is searched, printed or not; that the search can find, the others show."""
    year = with_secret(elzenwaard, True, SECRET, ENTRY)
    for tell in (CANARY, "43217", "41234", "M10", "2026-B-0522", "2027, 12, 30", "2027, 12, 29"):
        assert tell not in repr(rules.public(year)), tell
    for view in (rules.internal(year), rules.annex(year)):
        assert all(tell in repr(view) for tell in (CANARY, "43217", "41234", "M10", "2026-B-0522"))
    assert CANARY in actions.html_of(rules.internal(year), "intern")
    annex = rules.annex(year)
    assert annex and "43.217" in actions.html_of(annex, "besloten")
    assert rules.annex(with_secret(elzenwaard, True, None, None)) is None


def test_an_adjustment_of_a_secret_measure_is_not_in_public_and_leaves_no_gap(
    elzenwaard: Municipality,
) -> None:
    """Nor does a number tell: the public edition does not print any."""
    year = with_secret(elzenwaard, False, SECRET, ENTRY)
    hidden = Adjustment(
        "BV-2027-01", 2027, "fb", "2027/Q2/report/fb", date(2027, 7, 8), replace(PROPOSAL, measure="M10")
    )
    second = replace(year.adjustments[0], id="BV-2027-02")
    assert public(replace(year, adjustments=(hidden, second))) == public(year)
    assert "BV-2027" not in public(year)


def test_money_taken_from_a_secret_measure_shows_as_its_theme_s(elzenwaard: Municipality) -> None:
    """Whether € 10.000 came from one measure of the theme or another, the public reads the theme's figure."""
    year = with_secret(elzenwaard, False, SECRET, ENTRY)
    from_secret = Verdict(
        VERDICT.outcome,
        VERDICT.decision,
        VERDICT.amount,
        (("M10", Decimal(10000)), VERDICT.sources[1]),
        VERDICT.end,
    )
    one = replace(year.adjustments[0], verdict=from_secret)
    assert public(replace(year, adjustments=(one,))) == public(year)


def test_a_joint_objective_does_not_tell_which_measures_it_has(elzenwaard: Municipality) -> None:
    framework = elzenwaard.framework
    more = tuple(
        replace(one, measures=(*one.measures, "M10")) if one.id == "J2" else one
        for one in framework.joint_objectives
    )
    organisation = jointly(elzenwaard.organisation)
    html = public(a_year(organisation, replace(framework, joint_objectives=more)))
    assert html == public(a_year(organisation, framework))


def test_no_amount_of_a_measure_or_department_stands_in_public(elzenwaard: Municipality) -> None:
    """A theme's total less its visible measures would be the secret one's amount."""
    year = a_year(elzenwaard.organisation, elzenwaard.framework)
    for measure in year.framework.measures:
        if measure.theme == "fb":
            amount = f"{measure.budget:,.0f}".replace(",", ".")
            assert not re.search(rf"€\u00a0{re.escape(amount)}(?!\d)", public(year)), measure.id
            assert amount in actions.html_of(rules.internal(year), "intern") or measure.id == "M11"


def test_the_numbers_of_public_measures_have_no_gap(elzenwaard: Municipality) -> None:
    view = rules.public(a_year(elzenwaard.organisation, elzenwaard.framework))
    assert [m.number for theme in view.themes for m in theme.measures] == list(range(1, 25))


def test_page_and_pdf_are_the_same_too(elzenwaard: Municipality, tmp_path: Path) -> None:
    """Properties, bookmarks and contents are made from the same words."""
    here = Here(elzenwaard, None, tmp_path)  # type: ignore[arg-type]  # rendering needs no store

    def forms(year: Year) -> list[bytes]:
        html = public(year)
        draft = shelf.Draft("k", "openbaar", "t", "d", html, "n", "concept", "s", date(2028, 2, 11))
        return [shelf.render(here, draft, form) for form in ("html", "pdf")]

    with_it = forms(with_secret(elzenwaard, False, SECRET, ENTRY))
    assert with_it == forms(with_secret(elzenwaard, False, None, None))
    assert with_it != forms(a_year(jointly(elzenwaard.organisation), elzenwaard.framework))


def test_no_public_adjustment_has_an_amount_beside_the_decided_budgets() -> None:
    """What all decisions did to a theme, less what the public ones did, would be what a secret one did."""
    fields = {field.name: str(field.type) for field in dataclasses.fields(PublicAdjustment)}
    assert fields and not [name for name, kind in fields.items() if "Decimal" in kind or "Change" in kind]
