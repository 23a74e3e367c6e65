"""Who stands where: the lines of both variants, single lines changed, and a person who meets himself."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jaarring.governance import (
    LINE_NAMES,
    PARTIES,
    PRESETS,
    Body,
    Department,
    JointBody,
    Lines,
    Mandate,
    Organisation,
    Organisations,
    Parts,
    Person,
    Theme,
)

#: The table of lines: line, direct, oib. "a > b": from a to b; "-": the line does not exist.
#: Source: governance document 2.1-2.5; what it leaves open (agreement, escalation, adjustments) is ours.
TABLE = """
sets_objectives         | secretary > theme                      | secretary > oib > theme
agrees_plan             | -                                      | oib
accepts_plan            | secretary                              | secretary
adopts_plan             | college                                | college
responsible             | theme                                  | oib > theme
accounts_to             | theme > secretary > college > council  | theme > oib > secretary > college > council
department_accounts_to  | secretary                              | secretary
speaks                  | theme                                  | oib
escalates_to            | head > secretary                       | head > chair > secretary
department_escalates_to | secretary                              | secretary
decides_adjustment      | secretary > college                    | oib > secretary > college
meets                   | secretary > theme                      | oib
"""


def table() -> dict[str, dict[str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    return {name: {"direct": direct, "oib": oib} for name, direct, oib in rows}


def as_text(chain: tuple[str, ...]) -> str:
    return " > ".join(chain) or "-"


def person(id: str) -> Person:
    return Person(id, f"functie {id}", f"{id}@waterveen.example")


IDS = ("secretary", "coordinator", "chair", "noor", "head-fzh", "adviser", "mayor", "controller")
WATERVEEN = Organisation(
    name="Waterveen",
    inhabitants=21_000,
    staff=180,
    locations=3,
    mail_domain="waterveen.example",
    variant="direct",
    lines=PRESETS["direct"],
    people={id: person(id) for id in IDS},
    bodies={"college": Body("college", "college", "college@waterveen.example")},
    departments={"fzh": Department("fzh", "FZH", "Facilitaire Zaken", "head-fzh")},
    themes={"fb": Theme("fb", "FB", "fysieke beveiliging", "noor", "adviser", "fzh")},
    roles={},
    secretary="secretary",
    secretary_label="gemeentesecretaris",
    coordinator="coordinator",
    executive_portfolio_holder="mayor",
    administrative_portfolio_holder="secretary",
    controller="controller",
    joint_body=JointBody("Overleg Integrale Beveiliging", "chair", date(2026, 9, 15), "secretary"),
    mandate=Mandate(Decimal(10_000)),
)
OIB = replace(WATERVEEN, variant="oib", lines=PRESETS["oib"])
CHAIRING = replace(OIB, joint_body=JointBody("Overleg Integrale Beveiliging", "secretary"))
FB = WATERVEEN.themes["fb"]
FZH = WATERVEEN.departments["fzh"]


def ids(people: tuple[Person, ...]) -> list[str]:
    return [someone.id for someone in people]


# --- the table of lines


@pytest.mark.parametrize("name", LINE_NAMES)
@pytest.mark.parametrize("variant", ["direct", "oib"])
def test_each_line_of_each_variant_is_that_of_the_table(variant: str, name: str) -> None:
    assert as_text(getattr(PRESETS[variant], name)) == table()[name][variant]


def test_the_table_has_every_line_and_names_known_parties_only() -> None:
    cells = [cell for row in table().values() for cell in row.values() if cell != "-"]

    assert tuple(table()) == LINE_NAMES
    assert {party for cell in cells for party in cell.split(" > ")} <= set(PARTIES)


def test_switching_the_variant_changes_these_lines_and_no_other() -> None:
    changed = [name for name, row in table().items() if row["direct"] != row["oib"]]

    assert changed == [
        "sets_objectives",
        "agrees_plan",
        "responsible",
        "accounts_to",
        "speaks",
        "escalates_to",
        "decides_adjustment",
        "meets",
    ]
    assert PRESETS["oib"].joint and not PRESETS["direct"].joint


def test_the_secretary_reports_to_the_college_and_only_the_college_to_the_council() -> None:
    """Whatever the variant: R20 and R23. The chair of the joint body is never the sender."""
    for lines in PRESETS.values():
        assert lines.accounts_to[-3:] == ("secretary", "college", "council")
        assert lines.adopts_plan == ("college",)
        assert lines.decides_adjustment[-1] == "college"


def test_R3_a_municipality_changes_a_single_line() -> None:
    """A mix of both variants is accepted, and nothing else moves."""
    mixed = PRESETS["direct"].changed({"escalates_to": ("head", "coordinator")})

    assert mixed == replace(PRESETS["direct"], escalates_to=("head", "coordinator"))
    assert PRESETS["direct"].escalates_to == ("head", "secretary")
    assert ids(replace(WATERVEEN, lines=mixed).escalation(FB)) == ["head-fzh", "coordinator"]


def test_a_line_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="obeys"):
        PRESETS["direct"].changed({"obeys": ("secretary",)})


# --- who is asked, and on whose behalf


@pytest.mark.parametrize(
    ("organisation", "client", "title"),
    [
        (WATERVEEN, "secretary", "de gemeentesecretaris"),
        (OIB, "chair", "de voorzitter van het Overleg Integrale Beveiliging"),
        (CHAIRING, "secretary", "de voorzitter van het Overleg Integrale Beveiliging"),
    ],
    ids=["direct", "oib", "oib, secretary chairs"],
)
def test_the_coordinator_asks_on_behalf_of_whom_the_theme_accounts_to(
    organisation: Organisation, client: str, title: str
) -> None:
    assert organisation.client.id == client
    assert organisation.client_title == title


def test_the_title_of_the_client_follows_the_line_and_the_label() -> None:
    """A line may name the chair himself; the secretary's label is the municipality's own."""
    to_chair = OIB.lines.changed({"accounts_to": ("theme", "chair", "secretary", "college", "council")})
    to_coordinator = OIB.lines.changed({"accounts_to": ("theme", "coordinator", "secretary", "college")})
    director = replace(WATERVEEN, secretary_label="gemeentesecretaris/algemeen directeur")

    assert replace(OIB, lines=to_chair).client.id == "chair"
    assert replace(OIB, lines=to_chair).client_title == "de voorzitter van het Overleg Integrale Beveiliging"
    assert replace(OIB, lines=to_coordinator).client_title == "de functie coordinator"
    assert director.client_title == "de gemeentesecretaris/algemeen directeur"


@pytest.mark.parametrize(
    ("organisation", "ladder"),
    [
        (WATERVEEN, ["head-fzh", "secretary"]),
        (OIB, ["head-fzh", "chair", "secretary"]),
        (CHAIRING, ["head-fzh", "secretary"]),
    ],
    ids=["direct", "oib", "oib, secretary chairs"],
)
def test_O6_a_missing_account_climbs_this_ladder(organisation: Organisation, ladder: list[str]) -> None:
    """A secretary who chairs is asked once, and the ladder is a rung shorter."""
    assert ids(organisation.escalation(FB)) == ladder


@pytest.mark.parametrize("organisation", [WATERVEEN, OIB], ids=["direct", "oib"])
def test_a_department_s_missing_account_goes_to_the_secretary(organisation: Organisation) -> None:
    assert ids(organisation.department_escalation(FZH)) == ["secretary"]


def test_nobody_is_escalated_to_about_himself() -> None:
    """Who owns the theme and heads the department, chairs or is secretary is skipped on the ladder."""
    assert ids(WATERVEEN.escalation(replace(FB, owner="head-fzh"))) == ["secretary"]
    assert ids(OIB.escalation(replace(FB, owner="chair"))) == ["head-fzh", "secretary"]
    assert ids(OIB.escalation(replace(FB, owner="secretary"))) == ["head-fzh", "chair"]
    assert WATERVEEN.department_escalation(replace(FZH, head="secretary")) == ()


# --- the chair (O5, O6)


def test_O5_an_appointed_chair_has_a_date_and_an_appointing_officer() -> None:
    assert OIB.joint_body is not None and CHAIRING.joint_body is not None
    assert (OIB.joint_body.appointed, OIB.joint_body.appointed_by) == (date(2026, 9, 15), "secretary")
    assert (CHAIRING.joint_body.appointed, CHAIRING.joint_body.appointed_by) == (None, "")


def test_O6_an_appointed_chair_accounts_to_the_secretary_and_a_secretary_not_to_himself() -> None:
    """The line from chair to secretary exists only if they differ."""
    assert as_text(OIB.account_line) == "theme > oib > chair > secretary > college > council"
    assert as_text(CHAIRING.account_line) == "theme > oib > secretary > college > council"


def test_O6_a_line_that_names_the_chair_loses_him_where_the_secretary_chairs() -> None:
    lines = OIB.lines.changed({"accounts_to": ("theme", "oib", "chair", "secretary", "college")})

    assert as_text(replace(OIB, lines=lines).account_line) == "theme > oib > chair > secretary > college"
    assert as_text(replace(CHAIRING, lines=lines).account_line) == "theme > oib > secretary > college"


def test_the_account_line_is_printed_in_words() -> None:
    """As reports print it, with arrows between."""
    body = "Overleg Integrale Beveiliging"

    assert OIB.account_names == ("thema", body, "voorzitter", "gemeentesecretaris", "college", "raad")
    assert CHAIRING.account_names == ("thema", body, "gemeentesecretaris", "college", "raad")
    assert WATERVEEN.account_names == ("thema", "gemeentesecretaris", "college", "raad")


def test_somebody_is_called_by_his_part() -> None:
    """In a letter about the ladder the chair is the chair, and a head the head of his department."""
    assert OIB.title_at("chair") == "voorzitter van het Overleg Integrale Beveiliging"
    assert OIB.title_at("secretary") == "gemeentesecretaris"
    assert OIB.title_at("head", FB) == "functie head-fzh"
    assert [OIB.title_at(rung.party, FB) for rung in OIB.ladder(FB)] == [
        "functie head-fzh",
        "voorzitter van het Overleg Integrale Beveiliging",
        "gemeentesecretaris",
    ]
    assert [rung.party for rung in CHAIRING.ladder(FB)] == ["head", "secretary"]
    assert [rung.party for rung in OIB.department_ladder(FZH)] == ["secretary"]


def test_in_direct_it_does_not_matter_who_would_chair() -> None:
    chairing = replace(WATERVEEN, joint_body=JointBody("Overleg Integrale Beveiliging", "secretary"))

    assert chairing.account_line == WATERVEEN.account_line == PRESETS["direct"].accounts_to
    assert ids(chairing.escalation(FB)) == ids(WATERVEEN.escalation(FB))
    assert replace(WATERVEEN, joint_body=None).client_title == "de gemeentesecretaris"


# --- parties and persons


@pytest.mark.parametrize(
    ("party", "someone"),
    [
        ("theme", "noor"),
        ("head", "head-fzh"),
        ("chair", "chair"),
        ("oib", "chair"),
        ("secretary", "secretary"),
        ("coordinator", "coordinator"),
    ],
)
def test_a_party_is_read_as_the_person_who_stands_there(party: str, someone: str) -> None:
    assert OIB.person_at(party, FB).id == someone


@pytest.mark.parametrize("party", ["college", "council", "department"])
def test_a_body_is_no_single_person(party: str) -> None:
    with pytest.raises(KeyError):
        OIB.person_at(party, FB)


def test_lines_are_values_that_nobody_changes_by_accident() -> None:
    assert isinstance(PRESETS["direct"], Lines)
    with pytest.raises(AttributeError):
        PRESETS["direct"].meets = ()  # type: ignore[misc]


# --- through time


MERGED = replace(
    WATERVEEN,
    themes={"ib": replace(FB, id="ib")},
    ended={"fb": FB, "pr": replace(FB, id="pr")},
    successors={"fb": "ib", "pr": "fb"},
)


def test_R17_what_a_theme_owed_is_borne_by_whom_it_went_up_in() -> None:
    """Also where that theme ended in its turn; a theme that never was has no bearer."""
    assert MERGED.bearer("pr") == MERGED.bearer("fb") == MERGED.bearer("ib") == MERGED.themes["ib"]
    assert MERGED.bearer("xx") is None and MERGED.heir("xx") == "xx"
    assert MERGED.known_theme("pr") == MERGED.ended["pr"]


def test_of_a_theme_that_was_split_each_measure_is_in_its_part() -> None:
    split = replace(
        WATERVEEN,
        themes={"fa": replace(FB, id="fa"), "fx": replace(FB, id="fx")},
        ended={"fb": FB},
        successors={"fb": "fa"},
        parts={"fb": Parts({"M08": "fx"})},
    )

    assert [split.heir("fb", id) for id in ("M07", "M08")] == ["fa", "fx"]
    assert split.bearer("fb") == split.themes["fa"]


def test_a_circle_of_successors_is_no_endless_walk() -> None:
    """The check refuses one; whoever asks anyway gets an answer."""
    assert replace(MERGED, successors={"fb": "pr", "pr": "fb"}).bearer("pr") is None


def test_each_theme_that_ends_is_told_once_with_its_date() -> None:
    first = replace(WATERVEEN, themes={"fb": FB, "ib": replace(FB, id="ib")})
    later = replace(first, themes={"ib": first.themes["ib"]}, ended={"fb": FB}, successors={"fb": "ib"})
    changes = Organisations(first, ((date(2027, 7, 1), later), (date(2027, 9, 1), later)))

    assert [(since, theme) for since, _, theme in changes.endings()] == [(date(2027, 7, 1), "fb")]
    assert changes.on(date(2027, 6, 30)) == first and changes.on(date(2027, 7, 1)) == later
