"""What changes on a date: nothing is lost, doubled or renamed backwards, and sums before and after agree."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jaarring import cycle, steps
from jaarring.calendar import Quarter
from jaarring.config.load import Municipality, load
from jaarring.goals.amendments import differences
from jaarring.governance import Organisation, Parts
from jaarring.here import Here, municipality
from jaarring.ledger import due
from jaarring.occasions import Duty
from jaarring.plans import records as plans
from jaarring.plans.amending import amended
from jaarring.plans.heirs import carried, shares
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.changing import Move, moved
from jaarring.plans.rules.deriving import derive
from jaarring.plans.transfer import handed_over
from jaarring.reports import records as reports
from jaarring.reports.pages import form_for, owner, topic
from jaarring.tactical.actions import snapshot
from jaarring.tactical.rules import compile
from tests.a_year import theme_account
from tests.conftest import SHIPPED, copied
from tests.played import plain_tick

pytestmark = pytest.mark.both_stores

ADOPTED, BEFORE, CHANGED, AFTER = (
    date(2026, 12, 8),
    date(2027, 6, 30),
    date(2027, 7, 1),
    date(2027, 7, 2),
)
Q2, Q3 = Quarter(2027, 2), Quarter(2027, 3)
MERGE = """
  - from: 2027-07-01
    why: privacy hoort bij informatiebeveiliging
    themes:
      pr: {successor: ib}
"""
SPLIT = """
  - from: 2027-07-01
    themes:
      tg: {code: TG, name: toegang, owner: hoofd-fzh, adviser: beveiligingsadviseur, department: fzh}
      gb: {code: GB, name: gebouwen, owner: teamleider-facilitair, adviser: ciso, department: fzh}
      fb:
        successor: gb
        measures: {tg: [M07, M09], gb: [M08, M10, M11, M12]}
        budget: {tg: 107500, gb: 137500}
"""


@dataclass
class Town:
    """Elzenwaard with the plans of 2027 adopted and the accounts of Q1 handed in."""

    config: Path

    def announce(self, changes: str) -> None:
        path = self.config / "organisation.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count("\nchanges: []") == 1
        path.write_text(text.replace("\nchanges: []", f"\nchanges:{changes}"), encoding="utf-8")
        assert load(self.config)[0], [str(one) for one in load(self.config)[1]]

    def tick(self, *days: date) -> None:
        for day in days:
            plain_tick(self.config, day)

    @contextmanager
    def on(self, day: date) -> Iterator[Here]:
        with municipality(self.config) as here:
            yield here.on(day)

    def asked(self, duty: str) -> list[str]:
        """Who got a message about a duty, by the first part of the address."""
        with self.on(BEFORE) as here, here.store.read() as tx:
            rows = tx.exec_driver_sql("select recipient, occasion from message order by id")
            return [to.split("@")[0] for to, occasion in rows if occasion.startswith(f"{duty}/")]


@dataclass(frozen=True)
class Sums:
    """What must agree before and after."""

    money: Decimal
    measures: tuple[tuple[str, Decimal], ...]
    objectives: frozenset[str]
    indicators: tuple[str, ...]
    open: frozenset[str]
    handed_in: frozenset[str]


def sums(town: Town, day: date) -> Sums:
    with town.on(day) as here, here.store.read() as tx:
        kept = [one.plan for subject, one in plans.of_year(tx, 2027).items() if subject != JOINT]
        still = {
            entry.occasion.duty
            for entry in due.of_year(tx, 2027)
            if entry.occasion.kind == "due" and entry.state == "open" and entry.occasion.key[:7] <= Q2.key
        }
        return Sums(
            sum((plan.budget for plan in kept), Decimal(0)),
            tuple(sorted((p.measure.id, p.measure.budget) for plan in kept for p in plan.measures)),
            frozenset(objective.id for plan in kept for objective in plan.objectives),
            tuple(sorted(t.indicator.id for plan in kept for o in plan.objectives for t in o.targets)),
            frozenset(still),
            frozenset(reports.of_year(tx, 2027)),
        )


def asked_from(town: Town, day: date, quarter: Quarter) -> list[str]:
    """The themes that an account over a quarter is asked for, each once."""
    with town.on(day) as here, here.store.read() as tx:
        entries = [e.occasion for e in due.of_year(tx, 2027) if e.state not in ("withdrawn", "superseded")]
    duties = [Duty(one.duty) for one in entries if one.kind == "due" and one.duty.startswith(quarter.key)]
    return sorted(duty.subject for duty in duties if duty.kind == "report")


def made(folder: Path, variant: str = "direct") -> Town:
    town = Town(copied(SHIPPED, folder, variant))
    with town.on(ADOPTED) as here:
        at = cycle.moment(here, ADOPTED)
        cycle.schedule(here, ADOPTED, at)
        with here.store.write() as tx:
            plans.keep_framework(tx, 2027, here.framework, at)
            for plan in derive(here.framework, here.organisation, 2027).plans:
                plans.add(tx, plan, "adopted", at)
            past = [e.occasion for e in due.of_year(tx, 2027) if e.occasion.due < BEFORE]
            due.done(tx, [one.key for one in past if "/change/" not in one.key], at)
        for theme in here.organisation.themes:
            _hand_in(here, f"2027/Q1/report/{theme}")
    return town


def _hand_in(here: Here, duty: str, by: str = "x") -> None:
    """An account of a theme, as its owner gives it."""
    account = theme_account(here.framework, Duty(duty).subject, 2)
    at = cycle.moment(here, here.day or BEFORE)
    with here.store.write() as tx:
        reports.add(tx, duty, account, on=at.date(), late=False, by=by, on_behalf_of="", file="f", at=at)
        due.close_duty(tx, duty, at)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return made(tmp_path)


def plan_of(town: Town, subject: str, day: date = AFTER) -> Plan:
    with town.on(day) as here, here.store.read() as tx:
        return plans.of_year(tx, 2027)[subject].plan


# --- the changes, each with the sums before and after


def test_a_change_of_variant_takes_effect_on_its_date(town: Town) -> None:
    """From direct to the joint body: open duties stay, and climb by way of the chair from then on."""
    town.announce("\n  - from: 2027-07-01\n    variant: oib\n")
    town.tick(BEFORE)
    before = sums(town, BEFORE)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before and before.money == 750_000
    with town.on(BEFORE) as here:
        ladder = here.organisation.escalation(here.organisation.themes["fb"])
        assert [one.id for one in ladder] == ["hoofd-fzh", "secretaris"]
    with town.on(CHANGED) as here:
        ladder = here.organisation.escalation(here.organisation.themes["fb"])
        assert [one.id for one in ladder] == ["hoofd-fzh", "directeur-bedrijfsvoering", "secretaris"]
        with here.store.read() as tx:
            known = {e.occasion.key for e in due.of_year(tx, 2027) if e.state != "withdrawn"}
    assert "2027/Q3/meeting" in known and "2027/Q2/meeting" not in known
    assert not [key for key in known if "/report/oib/" in key]  # this year has no joint objectives to judge


def test_a_change_of_variant_back_leaves_the_joint_plan_as_it_was_adopted(tmp_path: Path) -> None:
    """From the joint body to direct: what was judged together no longer is, and the report says so."""
    town = made(tmp_path, "oib")
    town.announce("\n  - from: 2027-07-01\n    variant: direct\n")
    town.tick(BEFORE)
    before, joint = sums(town, BEFORE), plan_of(town, JOINT)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before and "2027/Q2/report/oib" in before.open
    assert plan_of(town, JOINT) == joint
    with town.on(AFTER) as here:
        second, third = snapshot(here, 2027, Q2.last), snapshot(here, 2027, Q3.last)
        assert second and compile(second, Q2).joint is not None
        assert third and compile(third, Q3).joint is None


def test_R17_a_new_owner_owes_what_is_open_from_his_date_on(town: Town) -> None:
    """The account over Q2 is asked of the new owner, once; what the old one handed in stays his."""
    town.announce("\n  - from: 2027-07-01\n    themes:\n      pv: {owner: hr-adviseur}\n")
    town.tick(BEFORE)
    before = sums(town, BEFORE)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before
    assert town.asked("2027/Q2/report/pv") == ["hr.adviseur"]
    with town.on(BEFORE) as here:
        assert _owner(here, "2027/Q2/report/pv") == "teammanager-po"
    with town.on(CHANGED) as here:
        assert _owner(here, "2027/Q2/report/pv") == "hr-adviseur"


def _owner(here: Here, duty: str) -> str:
    found = owner(here.organisation, Duty(duty))
    assert found
    return found.id


def test_a_new_head_of_a_department_owes_its_account_and_is_asked_to_help(town: Town) -> None:
    town.announce("\n  - from: 2027-07-01\n    departments:\n      po: {head: hr-adviseur}\n")
    town.tick(BEFORE)
    before = sums(town, BEFORE)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before and "2027/Q2/account/po" in before.open
    with town.on(CHANGED) as here:
        organisation = here.organisation
        assert _owner(here, "2027/Q2/account/po") == "hr-adviseur"
        assert [one.id for one in organisation.escalation(organisation.themes["pv"])][0] == "hr-adviseur"
    with town.on(BEFORE) as here:
        assert _owner(here, "2027/Q2/account/po") == "hoofd-po"


def test_O5_a_new_chair_answers_for_the_joint_body_from_the_date_of_his_appointment(tmp_path: Path) -> None:
    town = made(tmp_path, "oib")
    town.announce(
        "\n  - from: 2027-07-01\n"
        "    joint_body: {chair: hoofd-benc, appointed: 2027-06-15, appointed_by: secretaris}\n"
    )
    town.tick(BEFORE)
    before = sums(town, BEFORE)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before and "2027/Q2/report/oib" in before.open
    with town.on(BEFORE) as here:
        assert _owner(here, "2027/Q2/report/oib") == "directeur-bedrijfsvoering"
    with town.on(CHANGED) as here:
        body = here.organisation.joint_body
        assert body and (body.chair, body.appointed, body.appointed_by) == (
            "hoofd-benc",
            date(2027, 6, 15),
            "secretaris",
        )
        assert _owner(here, "2027/Q2/report/oib") == "hoofd-benc"


def test_O6_a_secretary_who_takes_the_chair_no_longer_accounts_to_himself(tmp_path: Path) -> None:
    town = made(tmp_path, "oib")
    town.announce("\n  - from: 2027-07-01\n    joint_body: {chair: secretaris}\n")

    with town.on(BEFORE) as here:
        assert here.organisation.account_names[2:4] == ("voorzitter", "gemeentesecretaris")
    with town.on(CHANGED) as here:
        body = here.organisation.joint_body
        assert body and (body.appointed, body.appointed_by) == (None, "")
        assert "voorzitter" not in here.organisation.account_names


def test_a_theme_that_is_renamed_keeps_its_key_and_its_old_name_in_the_past(town: Town) -> None:
    town.announce("\n  - from: 2027-07-01\n    themes:\n      pv: {name: veilig personeel}\n")
    town.tick(BEFORE)
    before = sums(town, BEFORE)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before
    with town.on(AFTER) as here:
        second, third = snapshot(here, 2027, Q2.last), snapshot(here, 2027, Q3.last)
        assert second and "personele veiligheid" in [one.name for one in compile(second, Q2).themes]
        assert third and "veilig personeel" in [one.name for one in compile(third, Q3).themes]
        assert topic(here.organisation, Duty("2027/Q3/report/pv")) == "verantwoording veilig personeel"


def test_two_themes_that_merge_are_one_plan_and_one_account_from_then_on(town: Town) -> None:
    """Objectives, measures and money of privacy stand with information security; its Q2 is still owed."""
    town.announce(MERGE)
    town.tick(BEFORE)
    before, ib, pr = sums(town, BEFORE), plan_of(town, "ib", BEFORE), plan_of(town, "pr", BEFORE)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before and "2027/Q2/report/pr" in before.open
    whole = plan_of(town, "ib")
    assert whole.budget == ib.budget + pr.budget == 282_000 and whole.was_budget is None
    assert whole.objectives[-1].id == "pr-G6" and whole.objectives[-1].theme == "ib"
    assert {p.measure.theme for p in whole.measures} == {"ib"} and plan_of(town, "pr").empty
    assert asked_from(town, AFTER, Q2) == ["bc", "fb", "ib", "pr", "pv"]
    assert asked_from(town, AFTER, Q3) == ["bc", "fb", "ib", "pv"]


def test_what_a_merged_theme_still_owes_is_asked_of_its_heir_under_its_old_name(town: Town) -> None:
    """The form over Q2 still holds the work of then, and it is owed by whom the theme went to."""
    town.announce(MERGE)
    town.tick(BEFORE, CHANGED)

    with town.on(AFTER) as here, here.store.read() as tx:
        duty = Duty("2027/Q2/report/pr")
        form = form_for(here, tx, duty)
        assert _owner(here, duty.key) == "teammanager-ia"
        assert topic(here.organisation, duty) == "verantwoording privacy"
        assert form and [row.id for row in form.sheets[1].rows] == ["pr-G6"]
        third = form_for(here, tx, Duty("2027/Q3/report/ib"))
        assert third and [row.id for row in third.sheets[1].rows][-1] == "pr-G6"
        assert form_for(here, tx, Duty("2027/Q2/report/ib")) is not None
    assert town.asked("2027/Q2/report/pr") == town.asked("2027/Q2/report/ib") == ["teammanager.ia"]


def test_reports_over_the_time_before_a_merger_keep_both_themes(town: Town) -> None:
    """What was handed in for privacy over Q2 stands under privacy; Q3 knows one theme with both goals."""
    town.announce(MERGE)
    town.tick(BEFORE, CHANGED)
    with town.on(AFTER) as here:
        for theme in ("ib", "pr"):
            _hand_in(here, f"2027/Q2/report/{theme}", by="teammanager-ia")
        second, third = snapshot(here, 2027, Q2.last), snapshot(here, 2027, Q3.last)
        assert second and third
        then, now = compile(second, Q2), compile(third, Q3)

    sections = {one.name: one for one in then.themes}
    assert "privacy" in sections["privacy"].source
    assert all(one.rating for one in sections["privacy"].objectives)
    assert [one.name for one in now.themes][0] == "informatiebeveiliging" and len(now.themes) == 4
    assert now.themes[0].objectives[-1].goal == "G6"
    assert now.money.budget == then.money.budget == 750_000


def test_the_form_after_a_merger_shows_what_was_said_of_both_themes_before(town: Town) -> None:
    """What the account over Q2 of privacy said stands beside it in the form over Q3, the money added up."""
    town.announce(MERGE)
    town.tick(BEFORE, CHANGED)
    with town.on(AFTER) as here:
        for theme in ("ib", "pr"):
            _hand_in(here, f"2027/Q2/report/{theme}", by="teammanager-ia")
        with here.store.read() as tx:
            form = form_for(here, tx, Duty("2027/Q3/report/ib"))
            said = [theme_account(here.framework, theme, 2) for theme in ("ib", "pr")]
    assert form
    sheets = {sheet.id: {row.id: row.cells for row in sheet.rows} for sheet in form.sheets}
    spent = [one.spent for one in said if one.spent is not None]
    assert sheets["geld"]["thema"]["eerder"] == sum(spent)
    values = {entry.indicator: entry.value for one in said for entry in one.indicators}
    assert {id: cells["vorige"] for id, cells in sheets["indicatoren"].items()} == values


def test_a_theme_that_is_split_leaves_each_part_its_own_work_and_money(town: Town) -> None:
    town.announce(SPLIT)
    town.tick(BEFORE)
    before, fb = sums(town, BEFORE), plan_of(town, "fb", BEFORE)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before and "2027/Q2/report/fb" in before.open
    access, houses = plan_of(town, "tg"), plan_of(town, "gb")
    assert [p.measure.id for p in access.measures] == ["M07", "M09"]
    assert [p.measure.id for p in houses.measures] == ["M08", "M10", "M11", "M12"]
    assert access.budget == 107_500 and houses.budget == 137_500 and fb.budget == 245_000
    assert asked_from(town, AFTER, Q2) == ["bc", "fb", "ib", "pr", "pv"]
    assert asked_from(town, AFTER, Q3) == ["bc", "gb", "ib", "pr", "pv", "tg"]
    with town.on(AFTER) as here:
        assert _owner(here, "2027/Q2/report/fb") == "teamleider-facilitair"


@pytest.mark.parametrize("variant", ["direct", "oib"])
def test_the_parts_of_a_split_that_come_together_again_have_each_objective_once(
    variant: str, tmp_path: Path
) -> None:
    """Else one form would ask twice of one objective, and no form could be made."""
    town = made(tmp_path, variant)
    town.announce(SPLIT + "  - from: 2027-07-08\n    themes:\n      tg: {successor: gb}\n")
    town.tick(BEFORE)
    before = sums(town, BEFORE)
    town.tick(CHANGED, date(2027, 7, 8), date(2027, 7, 9))

    assert sums(town, date(2027, 7, 9)) == before
    again = plan_of(town, "gb", date(2027, 7, 9))
    ids = [one.id for one in again.objectives]
    assert len(ids) == len(set(ids)) and sorted(p.measure.id for p in again.measures) == [
        "M07",
        "M08",
        "M09",
        "M10",
        "M11",
        "M12",
    ]
    with town.on(date(2027, 10, 1)) as here, here.store.read() as tx:
        assert form_for(here, tx, Duty("2027/Q3/report/gb")) is not None


def test_the_chain_of_a_split_theme_stays_whole_under_the_joint_body(tmp_path: Path) -> None:
    """Every measure of a joint objective stands with the theme that has it, in the joint plan too."""
    town = made(tmp_path, "oib")
    town.announce(SPLIT)
    town.tick(BEFORE)
    before = sums(town, BEFORE)
    town.tick(CHANGED, AFTER)

    assert sums(town, AFTER) == before
    where = {p.measure.id: theme for theme in ("tg", "gb") for p in plan_of(town, theme).measures}
    for part in plan_of(town, JOINT).joint:
        assert "fb" not in part.objective.themes
        assert all(where.get(id, theme) == theme for theme, ids in part.parts for id in ids)
        assert sorted(id for _, ids in part.parts for id in ids) == sorted(part.objective.measures)


# --- how it happens


@pytest.mark.parametrize("change", [MERGE, SPLIT], ids=["merge", "split"])
def test_announced_beforehand_or_written_in_afterwards_it_ends_the_same(change: str, tmp_path: Path) -> None:
    """The change is put in the file three weeks late: the same plans, duties and sums in the end."""
    early, late = made(tmp_path / "early"), made(tmp_path / "late")
    days = (BEFORE, CHANGED, AFTER, date(2027, 7, 20))
    early.announce(change)
    early.tick(*days, date(2027, 7, 21))
    late.tick(*days)
    late.announce(change)
    late.tick(date(2027, 7, 21))

    def end(town: Town) -> object:
        with town.on(date(2027, 7, 21)) as here, here.store.read() as tx:
            kept = {subject: (one.plan, one.state) for subject, one in plans.of_year(tx, 2027).items()}
            entries = due.of_year(tx, 2027)
            waits = {(e.occasion.key, e.occasion.due) for e in entries if e.state in due.WAITS}
            return kept, waits

    assert end(early) == end(late)
    assert sums(early, date(2027, 7, 21)) == sums(late, date(2027, 7, 21))


def test_what_was_handed_in_before_a_late_change_is_not_lost(town: Town) -> None:
    """Privacy had given its account over Q3 when the file still said nothing of the merger."""
    town.tick(BEFORE)
    with town.on(date(2027, 10, 8)) as here:
        _hand_in(here, "2027/Q3/report/pr")
        _hand_in(here, "2027/Q3/report/ib")
    town.announce(MERGE)
    town.tick(date(2027, 10, 20))

    with town.on(date(2027, 10, 20)) as here:
        third = snapshot(here, 2027, Q3.last)
    assert third
    report = compile(third, Q3)
    assert all(one.rating for one in report.themes[0].objectives)
    account = third.theme_account(Q3, "ib")
    assert account and "pr-G6" in [one.objective for one in account.objectives]


def test_the_day_run_twice_moves_nothing_twice_and_the_old_plan_stays_to_be_read(town: Town) -> None:
    town.announce(MERGE)
    with town.on(BEFORE) as here, here.store.read() as tx:
        old = plans.versions(tx, 2027, "pr")[0].plan
    town.tick(CHANGED, CHANGED, AFTER)

    with town.on(AFTER) as here, here.store.read() as tx:
        assert [kept.because for kept in plans.versions(tx, 2027, "ib")] == ["", "change/2027-07-01"]
        assert plans.versions(tx, 2027, "pr")[0].plan == old and len(old.measures) == 3
        assert plans.of_year(tx, 2027, BEFORE)["pr"].plan == old
        moves = tx.exec_driver_sql("select count(*) from event where kind = 'plans.transferred'").scalar()
    assert moves == 1


def test_a_plan_that_the_board_has_yet_to_adopt_moves_only_after_that(town: Town) -> None:
    """It is adopted as it was made. Until then the change waits, and is not forgotten."""
    town.announce(MERGE)
    with town.on(BEFORE) as here, here.store.write() as tx:
        plans.move(tx, plans.of_year(tx, 2027)["pr"], "accepted")
    town.tick(CHANGED)
    assert not plan_of(town, "pr").empty

    with town.on(AFTER) as here, here.store.write() as tx:
        plans.move(tx, plans.of_year(tx, 2027)["pr"], "adopted")
    town.tick(AFTER)
    assert plan_of(town, "pr").empty and plan_of(town, "ib").budget == 282_000


def test_a_draft_of_a_theme_that_had_ended_before_goes_up_in_that_of_its_heir(tmp_path: Path) -> None:
    """The file said only in October that privacy ended in September: its draft is nobody's to hand in."""
    town = Town(copied(SHIPPED, tmp_path))
    day = date(2026, 10, 1)
    with town.on(day) as here:
        at = cycle.moment(here, day)
        cycle.schedule(here, day, at)
        with here.store.write() as tx:
            plans.keep_framework(tx, 2027, here.framework, at)
        steps.derive_plans(here, day, at)
    town.announce(MERGE.replace("2027-07-01", "2026-09-15"))
    day = date(2026, 10, 5)
    with town.on(day) as here:
        at = cycle.moment(here, day)
        cycle.schedule(here, day, at)
        steps.derive_plans(here, day, at)
        with here.store.read() as tx:
            kept = plans.of_year(tx, 2027)
    assert kept["ib"].plan.budget == 282_000 and kept["ib"].state == "draft" and kept["pr"].plan.empty


# --- the rule by itself


def organisations(tmp_path: Path, change: str) -> tuple[Organisation, Organisation]:
    town = Town(copied(SHIPPED, tmp_path))
    town.announce(change)
    config, _ = load(town.config)
    assert config
    return config.organisations.on(BEFORE), config.organisations.on(CHANGED)


def test_next_year_s_plans_are_made_for_the_heirs_though_the_framework_names_the_old(tmp_path: Path) -> None:
    """R12: no goal, indicator, measure or euro of the framework falls away with a theme."""
    shutil.copytree(SHIPPED, tmp_path / "shipped")
    config, _ = load(tmp_path / "shipped")
    assert config
    for change, folder in ((MERGE, "merge"), (SPLIT, "split")):
        before, after = organisations(tmp_path / folder, change)
        old, new = (derive(config.framework, one, 2027) for one in (before, after))

        assert _money(old.plans) == _money(new.plans) == 750_000
        assert _measures(old.plans) == _measures(new.plans)
        assert [one for one in new.findings if one.kind != "money"] == list(old.findings)
        assert carried(config.framework, before) is config.framework


def _money(all_plans: tuple[Plan, ...] | list[Plan]) -> Decimal:
    return sum((plan.budget for plan in all_plans if plan.subject != JOINT), Decimal(0))


def _measures(all_plans: tuple[Plan, ...] | list[Plan]) -> list[str]:
    return sorted(p.measure.id for plan in all_plans for p in plan.measures)


def test_an_adjustment_before_a_split_goes_with_its_measure(tmp_path: Path) -> None:
    """What the board moved stays moved, with the old amount beside it, and every cent is in one part."""
    before, after = organisations(tmp_path, SPLIT)
    config, _ = load(tmp_path / "config")
    assert config
    derived = {plan.subject: plan for plan in derive(config.framework, before, 2027).plans}
    gives = [Move("M07", Decimal("-0.01")), Move("M01", Decimal("0.01"))]
    adjusted = {subject: moved(plan, gives, "BV-2027-01") for subject, plan in derived.items()}

    new = {plan.subject: plan for plan in handed_over(adjusted, after, "fb")}

    assert (new["tg"].budget, new["tg"].was_budget) == (Decimal("107499.99"), Decimal(107_500))
    assert (new["gb"].budget, new["gb"].was_budget) == (Decimal(137_500), None)
    assert _money([*(adjusted | new).values()]) == 750_000


def test_an_amendment_after_a_merger_reaches_the_plan_that_has_the_work_now(tmp_path: Path) -> None:
    """strategy.yaml still says privacy; its measure and its money change in the plan of its heir, once."""
    before, after = organisations(tmp_path, MERGE)
    config, _ = load(tmp_path / "config")
    assert config
    old = config.framework
    cheaper = [replace(one, budget=one.budget - 1000) if one.id == "M25" else one for one in old.measures]
    budget = old.budgets[2027]
    themes = {**budget.themes, "pr": budget.themes["pr"] - 1000}
    total = replace(budget, themes=themes, total=budget.total - 1000)
    new = replace(old, measures=tuple(cheaper), budgets={**old.budgets, 2027: total})
    derived = {plan.subject: plan for plan in derive(old, before, 2027).plans}
    plans_now = derived | {plan.subject: plan for plan in handed_over(derived, after, "pr")}

    changes = differences(old, new, 2027)
    amended_now = {id: amended(one, old, new, after, changes, "AM-1") for id, one in plans_now.items()}

    assert [id for id in plans_now if plans_now[id] != amended_now[id]] == ["ib"]
    assert amended_now["ib"].budget == plans_now["ib"].budget - 1000 == 281_000
    assert [one.id for one in amended_now["ib"].objectives] == [one.id for one in plans_now["ib"].objectives]
    measure = amended_now["ib"].measure("M25")
    assert measure and measure.measure.budget == 17_000 and measure.was_budget == 18_000
    assert _measures(list(amended_now.values())) == _measures(list(derived.values()))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_however_a_theme_is_split_nothing_is_lost_or_doubled(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any division of the measures over three parts, any stated amounts, to the cent."""
    config = _shipped()
    first = config.organisation
    derived = {plan.subject: plan for plan in derive(config.framework, first, 2027).plans}
    parts = ["pa", "pb", "pc"]
    division = {p.measure.id: data.draw(st.sampled_from(parts)) for p in derived["fb"].measures}
    cents = st.decimals(0, 400_000, places=2)
    said = {part: data.draw(cents) for part in data.draw(st.sets(st.sampled_from(parts)))}
    fb = first.themes["fb"]
    after = replace(
        first,
        themes={id: one for id, one in first.themes.items() if id != "fb"}
        | {part: replace(fb, id=part) for part in parts},
        ended={"fb": fb},
        successors={"fb": data.draw(st.sampled_from(parts))},
        parts={"fb": Parts(division, said)},
    )

    new = derived | {plan.subject: plan for plan in handed_over(derived, after, "fb")}

    assert _measures(list(new.values())) == _measures(list(derived.values()))
    assert _money(list(new.values())) == _money(list(derived.values()))
    assert sum(shares("fb", Decimal("245000.01"), after).values()) == Decimal("245000.01")
    for plan in new.values():
        chained = sorted(id for objective in plan.objectives for id in objective.measures)
        assert chained == sorted(p.measure.id for p in plan.measures)
    targets = [t.indicator.id for plan in new.values() for o in plan.objectives for t in o.targets]
    assert sorted(targets) == sorted(one.id for one in config.framework.indicators)


@cache
def _shipped() -> Municipality:
    config, _ = load(SHIPPED)
    assert config
    return config
