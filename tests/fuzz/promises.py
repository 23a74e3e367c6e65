"""What must hold of letters, questions, decisions, duties and money in a year that was played.

Each promise is looked up in what stands in outbox and register, and laid beside the oracle.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from jaarring.calendar import Quarter
from jaarring.occasions import ASKS, Duty
from tests.fuzz.played import Played
from tests.fuzz.towns import YEAR

ZONE = ZoneInfo("Europe/Amsterdam")
LETTER = re.compile(r"ask/[^/]+/\d{4}-\d\d-\d\d")
VERDICTS = ("accept", "change", "refuse")
#: the steps that go to who owes it
MILD = ("request", "reminder", "overdue", "handover")


def broken(played: Played) -> Iterator[str]:
    """Every one of these promises that a year broke, in a sentence."""
    yield from _one_letter_a_day(played)
    yield from _asked_once(played)
    yield from _asked_of_the_right_person(played)
    yield from _none_after_the_answer(played)
    yield from _told_once(played)
    yield from _nobody_judges_his_own(played)
    yield from _proposals(played)
    yield from _a_step_to_the_right_person(played)
    yield from _moved_paused_waived(played)
    yield from _nothing_of_a_theme_that_is_gone(played)
    yield from _money_adds_up(played)
    yield from _who_is_asked_may_answer(played)


# ---- letters of the day


def _one_letter_a_day(played: Played) -> Iterator[str]:
    letters = Counter((day, to) for day, key, to in played.mails if LETTER.fullmatch(key))
    yield from (f"{to} got {n} letters on {day}" for (day, to), n in letters.items() if n > 1)


def _asked_once(played: Played) -> Iterator[str]:
    """A question that was asked has one request; each of its steps goes out once."""
    letters: dict[str, set[str]] = {}
    for one in played.carried:
        letters.setdefault(one.step, set()).add(one.letter)
    for step, found in letters.items():
        if len(found) > 1 and "/escalate/" not in step:
            yield f"{step} was asked in {len(found)} letters"
    asked = {one.question for one in played.carried if one.kind != "request"}
    for question in sorted(asked):
        entry = played.entries.get(f"{question}/request")
        if entry and entry.state == "open":
            yield f"{question} was pressed for without having been asked"


def _asked_of_the_right_person(played: Played) -> Iterator[str]:
    oracle = played.oracle
    for one in played.carried:
        if not LETTER.fullmatch(one.letter):
            continue  # the letter that takes something up asks what must happen
        now = oracle.organisation(one.day)
        voice = now.joint_body.chair if one.of == "oib" and now.joint_body else one.of
        own = played.own(one.about, one.day)
        if "/ask/judge/" in one.question:
            own |= {played.maker(one.about, one.day)}
        right = {oracle.acts(one.of, one.day, own - {voice})}
        if one.kind == "escalate":
            right.add(oracle.acts(now.coordinator, one.day))
        if one.recipient not in {oracle.mail(id) for id in right}:
            yield f"{one.step} went to {one.recipient} on {one.day}, not to {sorted(right)}"


def _none_after_the_answer(played: Played) -> Iterator[str]:
    settled = {one.key: one for one in played.questions if one.at}
    for made_at, form, keys in played.forms:
        for key in keys:
            one = settled.get(key)
            if one and one.at and made_at >= one.at:
                yield f"{form} asks {key}, which was {one.state} at {one.at}"


def _who_is_asked_may_answer(played: Played) -> Iterator[str]:
    """Whoever is asked for a judgement, or to decide about a proposal, is not refused when he does."""
    for day, key, said in played.refused:
        if "/ask/judge/" in key or re.search("/ask/(advise|decide)/BV-", key):
            yield f"{key} could not be answered on {day}: {said}"


# ---- decisions


def _told_once(played: Played) -> Iterator[str]:
    known = {one.number: one for one in played.decided}
    times: Counter[tuple[int, str, str]] = Counter()
    letters: dict[tuple[int, str], set[str]] = {}
    for one in played.heard:
        taken = known[one.decision]
        times[one.decision, one.person, one.text] += 1
        letters.setdefault((one.decision, one.person), set()).update(filter(None, [one.letter]))
        now = played.oracle.organisation(taken.on)
        chair = now.joint_body.chair if now.joint_body else ""
        if one.person in (taken.body, taken.by, chair if taken.body == "oib" else taken.body):
            yield f"{one.person} is told of his own decision {taken.subject} {taken.verb}"
        entry = played.entries.get(one.occasion)
        if entry and entry.state == "done" and not one.letter:
            yield f"{one.occasion} is done, and {one.person} was not told"
    yield from (
        f"decision {n} was told {times} times to {who}" for (n, who, _), times in times.items() if times > 1
    )
    for (number, who), found in letters.items():
        if len(found) > 1:
            yield f"decision {number} was told to {who} in {len(found)} letters"


def _nobody_judges_his_own(played: Played) -> Iterator[str]:
    versions: dict[str, list[tuple[date, str]]] = {}
    for one in played.versions:
        versions.setdefault(one.duty, []).append((one.on, one.by))
    judged: Counter[str] = Counter()
    for taken in played.decided:
        if taken.verb not in ("accept", "return") or taken.subject not in versions:
            continue
        on, by = versions[taken.subject][judged[taken.subject]]
        judged[taken.subject] += 1
        now = played.oracle.organisation(taken.on)
        who = now.joint_body.chair if taken.body == "oib" and now.joint_body else taken.body
        if who in {by, played.oracle.owes(taken.subject, taken.on)} - {played.clerk(by)}:
            yield f"{who} judged {taken.subject} on {taken.on}, which {by} handed in on {on}"
    for asked in played.carried:
        if "/ask/judge/" not in asked.question or asked.kind == "escalate":
            continue
        maker = played.maker(asked.about, asked.day)
        barred = played.own(asked.about, asked.day) - {asked.of} | {maker}
        another = played.oracle.acts(asked.of, asked.day, barred)
        if asked.recipient == played.oracle.mail(maker) != played.oracle.mail(another):
            yield f"{asked.step} asks {maker} on {asked.day}, who handed it in"


def _proposals(played: Played) -> Iterator[str]:
    """Each is decided once, by another than who proposed it; plans move by what was taken, and only by it."""
    proposed = {one.subject: one.body for one in played.decided if one.verb == "propose"}
    verdicts = [one for one in played.decided if one.subject in proposed and one.verb in VERDICTS]
    for one in verdicts:
        body = played.oracle.organisation(one.on).joint_body
        who = body.chair if one.body == "oib" and body else one.body
        if who == proposed[one.subject]:
            yield f"{who} decided {one.subject} on {one.on}, which he proposed"
    times = Counter(one.subject for one in verdicts)
    yield from (f"{subject} was decided {n} times" for subject, n in times.items() if n > 1)
    taken = {one.subject for one in verdicts if one.verb != "refuse"}
    moved = {id for id in played.carried_out if id.startswith("BV-")}
    yield from (f"{id} was taken, and no plan moved" for id in sorted(taken - moved))
    yield from (f"{id} moved a plan, and was not taken" for id in sorted(moved - taken))
    adopted = {one.subject for one in played.decided if one.verb == "adopt"}
    amended = {id for id in played.carried_out if id.startswith("AM-")}
    yield from (f"{id} amended a plan, and was not adopted" for id in sorted(amended - adopted))


# ---- duties


def _a_step_to_the_right_person(played: Played) -> Iterator[str]:
    oracle = played.oracle
    by_step: dict[str, list[str]] = {}
    for day, key, to in played.mails:
        found = re.fullmatch(r"(\d{4}/(?:plan|Q\d/(?:report|account))/[^/]+)/(.+)", key)
        if not found or not key.startswith(f"{YEAR}/"):
            continue
        duty, kind = (
            found[1],
            re.sub(r"^(return|move)/\d+/", "", re.sub(r"^return/\d+/", "", found[2])).split("/")[0],
        )
        owner = oracle.owes(duty, day)
        acting = oracle.acts(owner, day) if owner else ""
        if kind in MILD:
            by_step.setdefault(key, []).append(to)
            if to != oracle.mail(acting):
                yield f"{key} went to {to} on {day}, not to {acting or 'nobody'} for {owner or 'nobody'}"
        elif kind == "escalate" and to != oracle.mail(acting):
            right = {oracle.acts(id, day, {owner, acting}) for id in oracle.rungs(duty, day)}
            if to not in {oracle.mail(id) for id in right}:
                yield f"{key} went up to {to} on {day}, not to one of {sorted(right)}"
    yield from (f"{key} went to {len(to)} people" for key, to in by_step.items() if len(to) > 1)


def _moved_paused_waived(played: Played) -> Iterator[str]:
    """By the old date nothing more is asked; in a pause nothing; of what was waived nothing."""
    given: dict[str, list[tuple[int, date, str, date | None, str]]] = {}
    for one in played.given:
        given.setdefault(one.subject, []).append((one.number, one.decided_on, one.verb, one.until, one.of))
    for day, key, to in played.mails:
        entry = played.entries.get(key)
        if entry is None or entry.occasion.kind not in ASKS or entry.occasion.duty not in given:
            continue
        ladder = entry.occasion.deadline.removesuffix("/due")
        laid = [one for one in given[entry.occasion.duty] if one[1] < day and one[4] == ladder]
        if not laid:
            continue
        number, decided, verb, until, of = laid[-1]
        moves = [one for one in laid if one[2] == "move"]
        if verb == "waive":
            yield f"{key} went to {to} on {day}, waived on {decided}"
        elif verb == "pause" and until and day <= until:
            yield f"{key} went to {to} on {day}, in the pause of {decided} until {until}"
        elif moves and entry.occasion.kind != "request" and f"/move/{moves[-1][0]}/" not in key:
            yield f"{key} went to {to} on {day}, by the date from before {moves[-1][1]}"


def _nothing_of_a_theme_that_is_gone(played: Played) -> Iterator[str]:
    """After a theme ended no quarter that ends later is asked of it."""
    ended = {theme: on for on, _, theme in played.town.config.organisations.endings()}
    for day, key, to in played.mails:
        parts = key.split("/")
        if parts[0] != str(YEAR) or len(parts) < 5 or parts[2] != "report" or parts[3] not in ended:
            continue
        quarter, on = Duty("/".join(parts[:4])).quarter, ended[parts[3]]
        if isinstance(quarter, Quarter) and quarter.last >= on:
            yield f"{key} went to {to} on {day}, of a theme that ended on {on}"


# ---- money


def _money_adds_up(played: Played) -> Iterator[str]:
    total = played.town.config.framework.budgets[YEAR].total
    yield from (f"the themes have {money} together, of {total}" for money in played.sums if money != total)
