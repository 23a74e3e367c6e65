"""The letters of asking: which template for which step, to whom, and the facts that its words need."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from jaarring import actors
from jaarring import letters as post
from jaarring.absences.rules import chain
from jaarring.governance import Person, Rung
from jaarring.ledger import decisions
from jaarring.ledger.outbox import NewMessage
from jaarring.mail.message import Attachment
from jaarring.occasions import Occasion
from jaarring.reminders import rules
from jaarring.reminders.matter import Matter
from jaarring.reminders.questions import choice

#: what was chosen after an escalation, as the next letter says it
ANSWERS = {"move": "uitstel gegeven", "pause": "uitstel gegeven", "appoint": "een vervanger aangewezen"}


def letters(matter: Matter, ask: Occasion) -> Iterator[NewMessage]:
    """What goes out for one step; nothing where nobody is left to be asked."""
    if ask.kind == "escalate":
        yield from _escalation(matter, ask)
        return
    first_time = bool(matter.asked) and matter.acting.person.mail not in matter.asked
    form = matter.around.attachments(matter.tx, matter.duty)
    if ask.kind == "request":
        yield _letter(matter, ask, f"request_{_form(matter)}", matter.owner, form, dated=True)
    elif first_time:
        yield _letter(matter, ask, "handover", matter.owner, form, dated=True)
    else:
        yield _letter(matter, ask, ask.kind, matter.owner, form)


def handover(matter: Matter) -> NewMessage:
    """The request to who acts now, where others were asked before."""
    key = f"{matter.deadline.ladder}/handover/{matter.acting.person.id}"
    step = Occasion(matter.as_of, key, "handover", matter.duty.key)
    form = matter.around.attachments(matter.tx, matter.duty)
    return _letter(matter, step, "handover", matter.owner, form, dated=True)


def _escalation(matter: Matter, ask: Occasion) -> Iterator[NewMessage]:
    """To the next rung, with a form to choose on; a copy to who owes it."""
    ladder = actors.ladder(matter.here.organisation, matter.duty)
    place = rules.next_in_line(ladder, *matter.taken(ask), matter.owing, matter.acts_for)
    if place is None:
        return
    rung, is_last = ladder[place], place + 1 == len(ladder)
    template = "escalate_head" if rung.party == "head" and not is_last else "escalate"
    form = matter.around.choices(matter.tx, matter.duty, ask, rung)
    choices = [one.verb for one in choice(matter.here, matter.tx, matter.duty, ask, rung).choices]
    yield _letter(matter, ask, template, rung.person, form, place=place, barred=matter.owing, choices=choices)
    yield _letter(matter, ask, "copy", matter.owner, place=place)


def _letter(
    matter: Matter,
    ask: Occasion,
    template: str,
    to: Person,
    attached: Sequence[Attachment] = (),
    *,
    dated: bool = False,
    place: int = -1,
    barred: Collection[str] = (),
    choices: Sequence[str] = (),
) -> NewMessage:
    dates = matter.around.calendar(matter.tx, matter.deadline) if dated else ()
    return post.write(
        matter.here,
        f"reminders/{template}.mail",
        to,
        key=ask.key,
        at=matter.at,
        thread=f"{matter.duty.key}/request",
        thread_with=matter.owner,
        attachments=[*attached, *dates],
        barred=barred,
        attached=bool(attached),
        choices=choices,
        **_facts(matter, ask),
        **_others(matter, place),
        **matter.around.facts(matter.tx, matter.duty),
    )


def _form(matter: Matter) -> str:
    return "joint" if matter.duty.subject == actors.JOINT else matter.duty.kind


def _facts(matter: Matter, ask: Occasion) -> dict[str, Any]:
    """What is asked, by when, and what was asked before."""
    calendar, duty, deadline = matter.here.schedule.calendar, matter.duty, matter.deadline.due
    return {
        "duty": duty,
        "form": _form(matter),
        "subject_name": _subject_name(matter),
        "which": f" {_subject_name(matter)}" if _owes_more(matter) else "",
        "deadline": deadline,
        "late": matter.as_of > deadline,
        "mended": matter.deadline.ladder != duty.key,
        "quarter": duty.quarter,
        "year": duty.year,
        "days_left": calendar.between(matter.as_of, deadline),
        "soon": calendar.shift(matter.as_of, 1),
        "next_date": rules.next_rung(matter.ladder(ask), ask, calendar, matter.as_of),
        "asked_on": _asked_on(matter),
        "asked_before": _asked_before(matter),
        "stakes": matter.around.stakes(matter.tx, duty),
    }


def _others(matter: Matter, place: int) -> dict[str, Any]:
    """Whom the words name beside the reader: who is asked at this place of the ladder (-1: none of them
    yet), who was before him, who comes next, who advises and who could act for the reader.
    """
    ladder = actors.ladder(matter.here.organisation, matter.duty)
    names = [_title(matter, rung) for rung in ladder]
    rungs = [one.key for one in matter.asks if one.kind == "escalate"]
    return {
        "owner": matter.owner,
        "told": names[place] if place >= 0 else "",
        "as_chair": place >= 0 and ladder[place].party in ("chair", "oib"),
        "previous_person": names[place - 1] if place > 0 else "",
        "previous_date": max((matter.sent[key] for key in rungs if key in matter.sent), default=None),
        "answer": _answer(matter),
        "next_person": names[place + 1] if place + 1 < len(names) else "",
        "adviser": actors.adviser(matter.here.organisation, matter.duty),
        "substitute": _substitute(matter),
    }


def _answer(matter: Matter) -> str:
    """What somebody who was asked to help did about it; empty for nothing."""
    said = [entry.verb for entry in decisions.about(matter.tx, matter.duty.key)]
    return next((ANSWERS[verb] for verb in reversed(said) if verb in ANSWERS), "")


def _title(matter: Matter, rung: Rung) -> str:
    """Somebody by the part in which he is asked: gemeentesecretaris, voorzitter van het Overleg …"""
    organisation = matter.here.organisation
    return organisation.title_at(rung.party, actors.theme_of(organisation, matter.duty))


def _asked_on(matter: Matter) -> list[date]:
    """The days on which who owes it, or acted for him, was asked."""
    moments = [one.sent_at for one in matter.told if "/escalate/" not in one.occasion]
    return sorted({matter.day(moment) for moment in moments if moment})


def _asked_before(matter: Matter) -> list[str]:
    """The functions of those who were asked before, but for who acts now."""
    people = matter.here.organisation.people.values()
    return [one.function for one in people if one.mail in matter.asked and one != matter.acting.person]


def _substitute(matter: Matter) -> Person | None:
    """Who could act for the reader, were he away."""
    behind = list(chain(matter.here.organisation, matter.known, matter.acting.person, matter.as_of))[1:]
    return next((one for one in behind if not matter.known.is_absent(one, matter.as_of)), None)


def _owes_more(matter: Matter) -> bool:
    """Whether the owner has another of this kind, so that the subject of a letter must say which."""
    organisation, owner = matter.here.organisation, matter.owner.id
    if matter.duty.kind == "account":
        return [one.head for one in organisation.departments.values()].count(owner) > 1
    return [one.owner for one in organisation.themes.values()].count(owner) > 1


def _subject_name(matter: Matter) -> str:
    organisation, duty = matter.here.organisation, matter.duty
    if duty.kind == "account":
        return organisation.departments[duty.subject].name
    theme = organisation.known_theme(duty.subject)
    return theme.name if theme else organisation.joint_body.name if organisation.joint_body else ""
