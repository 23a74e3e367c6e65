"""Who may do what: read from the lines, nobody his own, no department in another's work."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jaarring import cycle
from jaarring.absences.rules import Absences, Note
from jaarring.config import build
from jaarring.config.checks import organisation as checks
from jaarring.config.checks import persons
from jaarring.config.checks.lines import ALLOWED
from jaarring.config.checks.lines import lines as lines_check
from jaarring.config.mistakes import WARNING
from jaarring.config.models.organisation import OrganisationModel
from jaarring.config.reading import read
from jaarring.decide import Request, decide
from jaarring.goals.rules import Measure
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger.decisions import Entry
from jaarring.plans.rules import JOINT, PlannedMeasure
from jaarring.refusal import Refused
from jaarring.reports import actions as reports
from jaarring.rights import TABLE, Thing, deciding_party, demand, falls_away, holders, may, thing_of, voice
from tests.conftest import at
from tests.rights_matrix import MATRIX, SHIPPED, elzenwaard, matrix
from tests.test_reports import COORDINATOR, FB, FZH, GOOD, IN_TIME, hand_in, kept, opened, state

FORMS = elzenwaard()
DIRECT, JOINTLY, CHAIRING = FORMS["d"], FORMS["o"], FORMS["s"]
SECRETARY, CHAIR = "secretaris", "directeur-bedrijfsvoering"
OWNER, HEAD, OTHER_HEAD = "teamleider-facilitair", "hoofd-fzh", "hoofd-jz"
JUDGED = ("accept", "return", "adopt", "decide")


def owned(organisation: Organisation, theme: str = "fb", **changed: str) -> Organisation:
    """The same with another owner, adviser or department for a theme."""
    themes = {**organisation.themes, theme: replace(organisation.themes[theme], **changed)}
    return replace(organisation, themes=themes)


def kinds() -> set[str]:
    return {kind for rule in TABLE for kind in rule.kinds.split()}


# --- the matrix


def test_R17_who_may_do_what_in_elzenwaard_is_as_it_was_reviewed() -> None:
    """After a change run `python -m tests.rights_matrix` and read the difference."""
    assert matrix() == MATRIX.read_text(encoding="utf-8")


def test_what_no_line_gives_nobody_may() -> None:
    """An unknown action, thing, theme or person: no."""
    assert holders(DIRECT, "destroy", Thing("plan", "fb")) == ()
    assert holders(DIRECT, "accept", Thing("poem", "fb")) == ()
    assert holders(DIRECT, "hand_in", Thing("plan", "zz")) == ()
    assert not may(DIRECT, "iemand", "see", Thing("plan", "fb"))
    assert not may(DIRECT, "", "see", Thing("plan", "fb"))
    assert may(DIRECT, OWNER, "see", Thing("plan", "fb"))


def test_more_time_is_also_given_by_whose_help_is_asked_and_dispensation_is_not() -> None:
    """Pausing and waiving are one right, so the matrix shows them in one column."""
    for kind in sorted(kinds()):
        thing = Thing(kind, "fzh" if kind == "account" else "fb")
        assert holders(JOINTLY, "pause", thing) == holders(JOINTLY, "waive", thing)
    assert may(DIRECT, HEAD, "move", Thing("report", "fb"))
    assert not may(DIRECT, HEAD, "waive", Thing("report", "fb"))
    assert not may(DIRECT, HEAD, "move", Thing("account", "fzh"))


# --- the lines


def test_R17_rights_follow_from_the_lines_and_not_from_a_title() -> None:
    """Whoever is called gemeentesecretaris but is not in the line accepts nothing."""
    titled = replace(DIRECT.people["hoofd-jz"], function="gemeentesecretaris")
    organisation = replace(DIRECT, people={**DIRECT.people, "hoofd-jz": titled})
    assert holders(organisation, "accept", Thing("report", "fb")) == (SECRETARY,)

    moved = replace(organisation, secretary="hoofd-jz")
    assert holders(moved, "accept", Thing("report", "fb")) == ("hoofd-jz",)


@pytest.mark.parametrize(
    ("line", "chain", "action", "thing", "who"),
    [
        ("agrees_plan", ("chair",), "agree", Thing("plans"), (CHAIR,)),
        ("accepts_plan", ("coordinator",), "accept", Thing("plan", "fb"), ("coordinator",)),
        ("adopts_plan", ("secretary",), "adopt", Thing("plans"), (SECRETARY, "college")),
        ("accounts_to", ("theme", "head", "secretary"), "accept", Thing("report", "fb"), (HEAD,)),
        ("department_accounts_to", ("coordinator",), "accept", Thing("account", "fzh"), ("coordinator",)),
        ("escalates_to", ("coordinator",), "choose", Thing("plan", "fb"), ("coordinator", SECRETARY)),
        ("decides_adjustment", ("chair", "college"), "decide", Thing("adjustment", "fb"), (CHAIR, "college")),
    ],
)
def test_R3_what_the_document_leaves_open_is_a_line_that_can_be_placed_elsewhere(
    line: str, chain: tuple[str, ...], action: str, thing: Thing, who: tuple[str, ...]
) -> None:
    """Approving, escalating and deciding are ours in the table of lines, so each is the municipality's."""
    changed = replace(DIRECT, lines=DIRECT.lines.changed({line: chain}))
    assert holders(changed, action, thing) == who
    assert holders(DIRECT, action, thing) != who


def test_D1_the_secretary_sets_the_objectives_of_every_theme() -> None:
    for theme in DIRECT.themes:
        assert holders(DIRECT, "set", Thing("objectives", theme)) == (SECRETARY,)


def test_O1_the_secretary_sets_for_the_joint_body_and_the_joint_body_for_the_themes() -> None:
    assert holders(JOINTLY, "set", Thing("objectives", "oib")) == (SECRETARY,)
    for theme in JOINTLY.themes:
        assert holders(JOINTLY, "set", Thing("objectives", theme)) == ("oib", CHAIR)


def test_D5_a_theme_accounts_to_the_secretary() -> None:
    for theme in DIRECT.themes:
        assert holders(DIRECT, "accept", Thing("report", theme)) == (SECRETARY,)


def test_O3_a_theme_accounts_to_the_joint_body_and_the_body_as_one_to_the_secretary() -> None:
    assert holders(JOINTLY, "accept", Thing("report", "fb")) == ("oib", CHAIR)
    assert holders(JOINTLY, "hand_in", Thing("joint", "oib"))[0] == CHAIR
    assert holders(JOINTLY, "accept", Thing("joint", "oib")) == (SECRETARY,)

    longer = JOINTLY.lines.changed({"accounts_to": ("theme", "coordinator", "oib", "secretary")})
    assert holders(replace(JOINTLY, lines=longer), "accept", Thing("joint", "oib")) == (SECRETARY,)


def test_O5_the_body_is_asked_through_whoever_chairs_it() -> None:
    """The secretary in person, or an appointed functionary."""
    assert (voice(JOINTLY, "oib"), voice(CHAIRING, "oib")) == (CHAIR, SECRETARY)
    assert voice(JOINTLY, OWNER) == OWNER
    assert holders(CHAIRING, "agree", Thing("plans")) == ("oib", SECRETARY)


@pytest.mark.parametrize("kind", ["plan", "joint", "adjustment"])
@pytest.mark.parametrize("action", [*JUDGED, "choose", "move", "appoint"])
def test_O6_a_secretary_who_chairs_does_nothing_towards_himself(kind: str, action: str) -> None:
    """What an appointed chair puts before the secretary goes from a secretary-chair to the board."""
    thing = Thing(kind, "oib")
    known = holders(CHAIRING, action, thing)

    assert not {SECRETARY, "oib"} & set(known)
    if holders(JOINTLY, action, thing):
        assert known == ("college",)


def test_O6_his_joint_plan_is_accepted_once_the_body_agrees() -> None:
    assert falls_away(CHAIRING, Thing("plan", "oib"))
    assert not falls_away(JOINTLY, Thing("plan", "oib"))
    assert not falls_away(CHAIRING, Thing("plan", "fb"))


def test_R9_what_crosses_themes_or_passes_the_mandate_is_the_boards() -> None:
    """Elzenwaard gives the secretary € 10.000; within it, who set the objective decides."""
    ask = Thing("adjustment", "fb", Decimal(10_000))
    assert deciding_party(DIRECT, ask) == "secretary"
    assert deciding_party(JOINTLY, ask) == "oib"
    assert deciding_party(JOINTLY, replace(ask, subject="oib")) == "secretary"
    for organisation in FORMS.values():
        for beyond in (replace(ask, amount=Decimal(10_001)), replace(ask, crosses=True)):
            assert deciding_party(organisation, beyond) == "college"
            assert holders(organisation, "decide", beyond) == ("college",)


def test_R7_an_adviser_decides_nothing_about_his_theme_and_the_coordinator_nothing_for_others() -> None:
    for organisation in FORMS.values():
        decided = {
            id
            for rule in TABLE
            if rule.action in {*JUDGED, "check", "agree", "note", "move", "pause", "waive", "set"}
            for kind in rule.kinds.split()
            for id in holders(organisation, rule.action, Thing(kind, "fzh" if kind == "account" else "fb"))
        }
        assert not decided & {*organisation.roles["advise"], organisation.coordinator}
        assert may(organisation, organisation.coordinator, "record", Thing("register", "college"))


def test_R20_R23_the_tactical_report_is_the_secretarys_and_the_councils_is_the_boards() -> None:
    for organisation in FORMS.values():
        assert holders(organisation, "adopt", Thing("tactical")) == (SECRETARY,)
        assert holders(organisation, "note", Thing("tactical")) == ("college",)
        assert holders(organisation, "adopt", Thing("council")) == ("college",)
        assert holders(organisation, "note", Thing("council")) == ("raad",)


def test_the_council_sees_what_was_offered_to_it_and_no_more() -> None:
    for organisation in FORMS.values():
        seen = {kind for kind in kinds() if may(organisation, "raad", "see", Thing(kind, "fb"))}
        assert seen == {"frame", "council"}


# --- nobody his own


@pytest.mark.parametrize("organisation", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("hat", [SECRETARY, CHAIR, HEAD, "concerncontroller", "coordinator", "fg"])
def test_R17_an_owner_judges_and_advises_nothing_of_his_own_under_any_hat(
    hat: str, organisation: Organisation
) -> None:
    """Somebody else always can."""
    mine = owned(organisation, owner=hat)
    things = [Thing("plan", "fb"), Thing("report", "fb"), Thing("signal", "fb")]
    things += [Thing("adjustment", "fb", Decimal(amount)) for amount in (0, 20_000)]
    for thing in things:
        for action in (*JUDGED, "advise", "choose", "move", "appoint"):
            known = holders(mine, action, thing)
            assert hat not in known
            assert bool(known) == bool(holders(organisation, action, thing))


def test_a_chair_who_owns_a_theme_does_not_judge_it_through_the_body() -> None:
    """The body speaks through its chair, so the next on the line is asked."""
    mine = owned(JOINTLY, owner=CHAIR)
    assert holders(mine, "accept", Thing("report", "fb")) == (SECRETARY,)
    assert holders(mine, "decide", Thing("adjustment", "fb")) == (SECRETARY, "college")
    assert holders(mine, "accept", Thing("report", "ib")) == ("oib", CHAIR)


def test_who_filled_it_in_for_another_does_not_judge_it() -> None:
    assert holders(DIRECT, "accept", Thing("report", "fb", made_by=SECRETARY)) == ("college",)
    assert holders(DIRECT, "accept", Thing("report", "fb", made_by="informatiemanager")) == (SECRETARY,)


def test_who_stands_in_may_unless_it_is_his_own() -> None:
    """The owner of FB stands in for the secretary: he judges the others."""
    assert may(DIRECT, OWNER, "accept", Thing("report", "ib"), [OWNER])
    assert not may(DIRECT, OWNER, "accept", Thing("report", "fb"), [OWNER])
    assert not may(DIRECT, OWNER, "accept", Thing("report", "ib"))


def test_a_refusal_names_by_function_and_id_who_may() -> None:
    with pytest.raises(Refused) as refused:
        demand(DIRECT, HEAD, "accept", Thing("report", "fb"))
    assert str(refused.value) == (
        "'hoofd-fzh' mag dit niet besluiten; dit is aan: gemeentesecretaris (secretaris)"
    )


# --- R18


@pytest.mark.parametrize("organisation", FORMS.values(), ids=FORMS)
def test_R18_a_department_edits_approves_and_sees_nothing_of_another(organisation: Organisation) -> None:
    """Of no account but its own, of no theme but that of its own department, draft or not."""
    actions = sorted({rule.action for rule in TABLE})
    for department in organisation.departments.values():
        others = [Thing("account", id) for id in organisation.departments if id != department.id]
        for theme in organisation.themes.values():
            if theme.department != department.id:
                others += [
                    Thing(kind, theme.id) for kind in ("plan", "report", "adjustment", "signal", "advice")
                ]
        for thing in others:
            assert not [action for action in actions if may(organisation, department.head, action, thing)]
        mine = Thing("account", department.id)
        assert may(organisation, department.head, "see", mine)
        assert may(organisation, department.head, "hand_in", mine)


def test_R18_no_measure_waits_for_another_and_no_department_for_another() -> None:
    """There is no field in which a measure could name another, and each has one department."""
    words = {field.name for one in (Measure, PlannedMeasure) for field in fields(one)}
    assert "department" in words
    assert not words & {"depends_on", "after", "needs", "waits_for", "predecessors"}


def test_R18_a_head_who_hands_in_for_another_department_is_refused_and_named(tmp_path: Path) -> None:
    for here in opened(tmp_path, "direct"):
        before = state(here)
        with pytest.raises(Refused, match="'hoofd-jz' mag dit niet indienen; dit is aan: hoofd Facilitaire"):
            hand_in(here, ROWS, FZH, by=OTHER_HEAD)
        with pytest.raises(Refused, match="'hoofd-jz' mag dit niet indienen; dit is aan: teamleider"):
            hand_in(here, GOOD, by=OTHER_HEAD)
        assert state(here) == before

        hand_in(here, ROWS, FZH, by=HEAD)
        assert kept(here, FZH)[0][3] == HEAD  # the control: his own goes in, though no other has come
        entry = Entry(FZH, "accept", OTHER_HEAD, IN_TIME, "", "")
        with pytest.raises(Refused, match="'hoofd-jz' beoordeelt deze verantwoording niet"):
            reports.accept(here, FZH, entry, COORDINATOR, at(here, IN_TIME))
        reports.accept(here, FZH, replace(entry, body=SECRETARY), COORDINATOR, at(here, IN_TIME))
        assert kept(here, FZH)[0][1] == "accepted"


ROWS = {("maatregelen", id, "stand"): "op koers" for id in ("M08", "M09", "M10")}


# --- at the doors


def test_the_coordinator_writes_down_what_came_on_paper_for_whoever_owes_it(tmp_path: Path) -> None:
    for here in opened(tmp_path, "direct"):
        hand_in(here, GOOD, by=COORDINATOR)
        assert kept(here, FB) == [(1, "submitted", False, COORDINATOR, OWNER)]


def test_a_decision_is_written_down_by_whose_it_is_or_the_coordinator(waterveen: Here) -> None:
    """Bas cannot type in that the secretary decided."""
    on = date(2026, 11, 30)

    def recorded(by: str) -> None:
        entry = Entry("2027/plan/ib", "accept", SECRETARY, on, "", "")
        decide(Request(waterveen, entry.subject, entry.verb, entry, by, at(waterveen, on)))

    with pytest.raises(Refused) as refused:
        recorded("bas")
    assert str(refused.value) == (
        "'bas' legt dit besluit niet vast; dit is aan: gemeentesecretaris (secretaris) "
        "of coördinator integrale beveiliging (coordinator)"
    )
    for by in (SECRETARY, COORDINATOR):  # the control: they come as far as the plan, which is not there yet
        with pytest.raises(Refused, match="er is nog geen plan"):
            recorded(by)


def test_whom_the_lines_ask_is_asked_and_his_substitute_only_about_others(waterveen: Here) -> None:
    """Bas advises on the plan of Noor; Lea, who stands in for Noor, is not asked to judge what is Lea's."""
    on = date(2026, 11, 4)
    assert cycle.who_acts(waterveen, Absences(), "bas", on, "2027/plan/ib") == "bas"

    away = Absences((Note("noor", "absent", on),))
    assert cycle.who_acts(waterveen, away, "noor", on, "2027/plan/fb") == "lea"
    assert cycle.who_acts(waterveen, away, "noor", on, "2027/plan/pv") == "hoofd"


def test_what_a_key_is_about() -> None:
    """Every key of the agenda leads to what the table knows."""
    assert thing_of("2027/Q1/report/fb") == Thing("report", "fb")
    assert thing_of("2027/Q1/report/oib/due") == Thing("joint", "oib")
    assert thing_of("2027/Q1/account/fzh/escalate/+3") == Thing("account", "fzh")
    assert thing_of("2027/plan/fb") == Thing("plan", "fb")
    assert thing_of("2027/plan/adopt") == Thing("plans")
    assert thing_of("2027/Q2/tactical/board") == Thing("tactical")
    assert thing_of("2027/frame/council") == Thing("frame")
    assert thing_of("2027/ask/judge/Q1-report-fb-1") == Thing("duty")
    assert thing_of("BV-2027-01") == Thing("duty")


# --- a municipality's own lines

READING = read(SHIPPED)
PEOPLE = (SECRETARY, CHAIR, "coordinator", HEAD, OTHER_HEAD, OWNER, "teammanager-ia", "ciso", "fg")


@st.composite
def line(draw: st.DrawFn, name: str) -> list[str]:
    """Parties that can stand in a line, each once, in an order that fits its ends."""
    parties = sorted(ALLOWED.get(name, frozenset({"secretary", "oib", "theme"})) - {"theme"})
    chain = draw(st.lists(st.sampled_from(parties), min_size=1, max_size=4, unique=True))
    if name == "sets_objectives":
        return [*chain, "theme"]
    if name == "accounts_to":
        chain = [party for party in chain if party not in ("college", "council")] or ["secretary"]
        tail = draw(st.sampled_from([[], ["secretary"], ["secretary", "college", "council"]]))
        return list(dict.fromkeys(["theme", *(p for p in chain if p not in tail), *tail]))
    return chain


@st.composite
def municipalities(draw: st.DrawFn) -> Organisation:
    """Elzenwaard with lines, owners, advisers, heads and a chair of its own, as `check` would pass it."""
    model = READING.organisation
    assert model is not None
    names = draw(st.lists(st.sampled_from(sorted(ALLOWED)), max_size=5, unique=True))
    someone = st.sampled_from(PEOPLE)
    theme = model.themes["fb"].model_copy(update={"owner": draw(someone), "adviser": draw(someone)})
    department = model.departments["fzh"].model_copy(update={"head": draw(someone)})
    assert model.joint_body
    joint = model.joint_body.model_copy(update={"chair": draw(someone), "appointed_by": "burgemeester"})
    changed = model.model_copy(
        update={
            "variant": draw(st.sampled_from(["direct", "oib"])),
            "lines": {name: draw(line(name)) for name in names},
            "themes": {**model.themes, "fb": theme},
            "departments": {**model.departments, "fzh": department},
            "joint_body": joint,
        }
    )
    assume(not list(mistakes(changed)))
    return build.build_organisation(changed)


def mistakes(model: OrganisationModel) -> Iterator[object]:
    """What `jaarring check` would refuse in it."""
    reading = copy(READING)
    reading.models = {**READING.models, "organisation.yaml": model}
    for check in (
        checks.departments_and_themes,
        checks.offices_and_roles,
        checks.joint_body,
        lines_check,
        persons.lines_of_persons,
    ):
        yield from (found for found in check(reading) if found.severity != WARNING)


def asked(organisation: Organisation) -> Iterator[tuple[str, Thing]]:
    """Everything that is put to somebody in a year."""
    joint = bool(holders(organisation, "hand_in", Thing("joint", JOINT)))
    accounts = [Thing("report", theme) for theme in organisation.themes]
    accounts += [Thing("account", department) for department in organisation.departments]
    accounts += [Thing("joint", JOINT)] if joint else []
    plans = [Thing("plan", theme) for theme in organisation.themes]
    plans += [Thing("plan", JOINT)] if organisation.lines.joint else []
    for thing in accounts:
        yield from (
            (action, thing) for action in ("hand_in", "accept", "return", "choose", "move", "appoint")
        )
    for thing in plans:
        yield from ((action, thing) for action in ("hand_in", "accept", "return", "adopt", "choose"))
    for theme in organisation.themes:
        yield "set", Thing("objectives", theme)
        for amount, crosses in ((0, False), (9_000, False), (90_000, False), (9_000, True)):
            yield "decide", Thing("adjustment", theme, Decimal(amount), crosses)
        yield from (("advise", Thing("advice", theme)), ("decide", Thing("signal", theme)))
    yield from ((action, Thing("plans")) for action in ("check", "adopt", "advise"))
    yield from (("adopt", Thing(kind)) for kind in ("frame", "framework", "tactical", "council"))
    yield from (("note", Thing(kind)) for kind in ("tactical", "council"))


def test_R7_a_role_without_holder_and_a_theme_without_owner_or_adviser_are_refused() -> None:
    """The five roles are placed before anything is asked of anybody."""
    model = READING.organisation
    assert model is not None and not list(mistakes(model))
    for role in ("decide", "coordinate", "carry_out", "advise", "monitor"):
        bare = model.model_copy(update={"roles": model.roles.model_copy(update={role: []})})
        assert [str(found) for found in mistakes(bare) if f"roles.{role}: niemand heeft" in str(found)]
    for place in ("owner", "adviser"):
        theme = model.themes["fb"].model_copy(update={place: "niemand"})
        bare = model.model_copy(update={"themes": {**model.themes, "fb": theme}})
        assert [str(found) for found in mistakes(bare) if f"themes.fb.{place}" in str(found)]


@settings(max_examples=150)
@given(municipalities())
def test_R3_whatever_the_lines_everything_asked_has_somebody_who_may(organisation: Organisation) -> None:
    """Mixed lines work without a change of code, and whom we ask can be written to."""
    for action, thing in asked(organisation):
        known = holders(organisation, action, thing)
        assert known, (action, thing)
        assert {voice(organisation, id) for id in known} <= {*organisation.people, *organisation.bodies}


@settings(max_examples=150)
@given(municipalities())
def test_R17_whatever_the_lines_nobody_judges_his_own(organisation: Organisation) -> None:
    assert organisation.joint_body
    chair = organisation.joint_body.chair
    for action, thing in asked(organisation):
        if action not in (*JUDGED, "choose", "move", "appoint", "advise") or not thing.subject:
            continue
        known = holders(organisation, action, thing)
        theme = organisation.themes.get(thing.subject) if thing.kind != "account" else None
        mine = {theme.owner} if theme else {chair, JOINT}
        if thing.kind == "account":
            mine = {organisation.departments[thing.subject].head}
        if theme and action in JUDGED:
            mine.add(theme.adviser)
        if chair in mine:
            mine.add(JOINT)
        assert not mine & set(known), (action, thing)
        lines = organisation.lines
        assert "raad" not in known or "council" in {*lines.adopts_plan, *lines.decides_adjustment}


@settings(max_examples=100)
@given(municipalities())
def test_R18_whatever_the_lines_a_head_has_no_part_in_another_department(organisation: Organisation) -> None:
    """Of heads who hold no other place in the cycle, and act for nobody."""
    placed = {
        *(person.substitute for person in organisation.people.values()),
        organisation.secretary,
        organisation.coordinator,
        organisation.controller,
        organisation.executive_portfolio_holder,
        organisation.joint_body.chair if organisation.joint_body else "",
        *organisation.roles["advise"],
        *(id for theme in organisation.themes.values() for id in (theme.owner, theme.adviser)),
    }
    departments = organisation.departments.values()
    for head in {one.head for one in departments} - placed:
        here = {one.id for one in departments if one.head == head}
        for rule in TABLE:
            for kind in set(rule.kinds.split()) & {"account", "plan", "report", "adjustment", "signal"}:
                subjects = (
                    set(organisation.departments) - here
                    if kind == "account"
                    else {one.id for one in organisation.themes.values() if one.department not in here}
                )
                things = [Thing(kind, subject) for subject in subjects]
                assert not [one for one in things if may(organisation, head, rule.action, one)]
