"""Who hears of a signal and of an advice: in the one letter of the day, under what is asked there (R14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select, update

from jaarring import rights
from jaarring.database import Tx
from jaarring.dutch import datum, hoofdletter, met_lidwoord
from jaarring.here import Here
from jaarring.plans.rules import Plan
from jaarring.post import records as post
from jaarring.post.records import Notice
from jaarring.rights import BOARD
from jaarring.signals import words
from jaarring.signals.rules import AdviceRequest, Kept, Signal, line

#: what the line reads while the owner still has to answer
ASKED = "is gevraagd wat er nu gebeurt."


def seen(here: Here, tx: Tx, known: Mapping[str, Plan], signal: Signal, on: date, at: datetime) -> None:
    """Tell the line that something is off course, and the theme owner where a department must answer.

    Who must answer is asked at once (R22); this goes with the news of the week. The board hears it in the
    tactical report.
    """
    organisation = here.organisation
    mine = line.owner(organisation, signal, words.department_of(known, signal))
    who = hoofdletter(met_lidwoord(rights.named(organisation, mine))) if mine else "Nog niemand"
    why = " ".join(words.reasons(known, signal))
    about = words.about(organisation, known, signal)
    text = f"Signaal van {datum(on)}: {about}. {why} {who} {ASKED}"
    above = [id for id in line.line(organisation, signal, mine) if id != BOARD]
    theme = organisation.bearer(signal.theme)
    beside = [theme.owner] if theme and theme.owner != mine else []
    told = [("up", id) for id in above] + [("across", id) for id in beside]
    title = f"signaal bij {theme.name}" if theme else "een signaal"
    news = here.schedule.news_day(here.schedule.calendar.shift(on, 1))
    post.lay_out(tx, signal.year, _ref(signal), _each(told, title, text), news, at)


def proposed(tx: Tx, signal: Signal, ref: str) -> None:
    """Say in what has not gone out yet that there is a proposal: nobody needs to be asked any more."""
    mine = post.notice.c.occasion == _key(signal.year, _ref(signal)), post.notice.c.message == ""
    for row in tx.execute(select(post.notice).where(*mine)).all():
        about = row.text.removesuffix(ASKED).rsplit(". ", 1)[0]
        text = f"{about}. Er ligt een voorstel tot bijsturing: {ref}."
        tx.execute(update(post.notice).where(post.notice.c.id == row.id).values(text=text))


def ended(here: Here, tx: Tx, known: Mapping[str, Plan], one: Kept, by: str, on: date, at: datetime) -> None:
    """Tell whose signal it was that the line agreed, or accepted the deviation."""
    organisation, signal = here.organisation, one.signal
    mine = line.owner(organisation, signal, words.department_of(known, signal))
    if not mine or mine == by:
        return
    who = hoofdletter(met_lidwoord(rights.named(organisation, by)))
    about = words.about(organisation, known, signal)
    text = f"{who} gaat akkoord met het antwoord bij {about}: {words.ENDED[one.outcome]}."
    told = _each([("down", mine)], "akkoord op uw antwoord", text)
    _tell(here, tx, signal.year, f"signal-{signal.ref}-{one.outcome}", told, on, at)


def answered(here: Here, tx: Tx, one: AdviceRequest, text: str, on: date, at: datetime) -> None:
    """Tell who asked what the adviser says."""
    who = hoofdletter(met_lidwoord(rights.named(here.organisation, one.asked_of)))
    said = f"{who} antwoordt op uw adviesvraag {one.id}: {text}"
    _tell(here, tx, one.year, one.id, _each([("across", one.asked_by)], f"advies {one.id}", said), on, at)


def _ref(signal: Signal) -> str:
    return f"signal-{signal.ref}"


def _key(year: int, ref: str) -> str:
    return f"{year}/told/{ref}"


def _each(told: Iterable[tuple[str, str]], title: str, text: str) -> list[Notice]:
    seen: dict[str, str] = {}
    for direction, person in told:
        seen.setdefault(person, direction)
    return [Notice(person, direction, title, text) for person, direction in seen.items()]


def _tell(here: Here, tx: Tx, year: int, ref: str, notices: list[Notice], on: date, at: datetime) -> None:
    """Lay out for the next post, once, what is about somebody's own work."""
    post.lay_out(tx, year, ref, notices, here.schedule.calendar.on_or_after(on), at)
