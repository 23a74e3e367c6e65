"""The year as a whole: which cycle years are open, and which steps have something to do on a date.

Asked before any step is begun, so that a day on which nothing is due costs one look: no templates, no
Prefect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from jaarring import delays
from jaarring.absences import records as absences
from jaarring.absences.handovers import handovers
from jaarring.absences.rules import Absences, acting
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import decisions, dispensations, due, outbox, undeliverable, unworded
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.occasions.asking import Returned, occasions_of_returns
from jaarring.occasions.year import occasions
from jaarring.questions import records as questions
from jaarring.questions.rules import Asked, Question
from jaarring.rights import owned_by, thing_of, voice

MORNING = time(7, 0)
#: what a form that came back may be called, and what people save one as that is then told to them
FORM_ENDINGS = (".xlsx", ".ods", ".yaml", ".yml", ".xls", ".xlsm", ".xlsb", ".csv")


def moment(here: Here, as_of: date, clock: time = MORNING) -> datetime:
    """`as_of` as a moment in the municipality, for a step that is done on a date and not now."""
    return datetime.combine(as_of, clock, ZoneInfo(here.config.time_zone))


def open_years(here: Here, as_of: date) -> list[int]:
    """The cycle years that can be open on `as_of`: those with a budget, from the year before to the year
    after.
    """
    return [year for year in sorted(here.framework.budgets) if year - 1 <= as_of.year <= year + 1]


def schedule(here: Here, as_of: date, at: datetime) -> None:
    """Bring the ledger in line with the calendar, for every open cycle year."""
    for year in open_years(here, as_of):
        with here.store.read() as tx:
            known = {entry.occasion.key: entry for entry in due.of_year(tx, year)}
            dated = _dated(here, tx, year, known)
        if not due.in_line(known, dated):  # the common case: nothing to write
            with here.store.write() as tx:
                due.schedule(tx, year, dated, at)


def reschedule(here: Here, tx: Tx, year: int, at: datetime) -> None:
    """Bring the ledger of one year in line with the calendar within the caller's transaction."""
    known = {entry.occasion.key: entry for entry in due.of_year(tx, year)}
    due.schedule(tx, year, _dated(here, tx, year, known), at)


def _dated(here: Here, tx: Tx, year: int, known: Mapping[str, due.Entry]) -> list[Occasion]:
    """Every occasion of a cycle year as it is now: the calendar's with delay and dispensation laid over them,
    those of questions, and those of what was sent back.
    """
    given = dispensations.of_year(tx, year)
    dated = list(occasions(here.config.organisations, here.schedule, year, delays.moved(given)))
    dated += occasions_of_returns(here.config.organisations, here.schedule, _returned(here, tx, year))
    dated = delays.applied(given, here.schedule, dated)
    coordinator = here.organisation.coordinator
    dated += questions.occasions(tx, year, here.schedule, coordinator, known.values())
    return dated


def _returned(here: Here, tx: Tx, year: int) -> Iterator[Returned]:
    """What was sent back to be mended in a cycle year, each time of each duty."""
    zone, times = ZoneInfo(here.config.time_zone), Counter[str]()
    for duty, at in decisions.returns(tx, year):
        times[duty] += 1
        first = due.get(tx, f"{duty}/due")
        yield Returned(duty, times[duty], at.astimezone(zone).date(), first.occasion.due if first else None)


@dataclass(frozen=True)
class Work:
    """What there is to do on a date, by step; `post`: questions to ask or news to tell; `mail`: messages wait
    in the outbox.
    """

    plans: bool
    reports: bool
    reminders: bool
    tactical: bool
    council: bool
    post: bool
    mail: bool

    @property
    def nothing(self) -> bool:
        return not any(self.__dict__.values())


def work(here: Here, as_of: date, at: datetime) -> Work:
    """Which steps have something due and open on `as_of`. One look at the ledger; writes nothing."""
    with here.store.read() as tx:
        found = due.due(tx, as_of)
        waiting = bool(outbox.waiting(tx, at) or undeliverable.untold(tx) or unworded.any_waits(tx))
        going_over = any(handovers(tx, here.on(as_of).organisation, as_of))
        asked_anew = any(questions_going_over(here.on(as_of), tx, as_of))
    open_day = here.schedule.calendar.is_working_day(as_of)  # nobody gets post on a closed day
    acting = [one for one in found if one.kind == "compile"]
    return Work(
        plans=any(one.kind == "derive" for one in found),
        reports=bool(waiting_forms(here)),
        reminders=open_day and (going_over or any(one.kind in ASKS and not _by_post(one) for one in found)),
        tactical=any("/tactical/" in one.key for one in acting),
        council=any("/council/" in one.key for one in acting),
        post=open_day and (asked_anew or any(_by_post(one) for one in found)),
        mail=open_day and waiting,
    )


Done = TypeVar("Done")
#: the steps that have work of their own, in the order of the year
STEPS = ("plans", "reports", "reminders", "tactical", "council")


def in_order(work: Work, do: Mapping[str, Callable[[], Done]], *, news: bool = False) -> dict[str, Done]:
    """Do what there is to do in the order of the year, then ask and tell, then send; what each step gave.

    `do`: how each step is done, by name, and how `post` and `mail` are. `news`: there may be something to ask
    or to tell, though no step has anything to do.
    """
    done = {step: do[step]() for step in STEPS if getattr(work, step)}
    if done or news or work.post:  # what was just made or handed in may ask somebody something
        done["post"] = do["post"]()
    if done or work.mail:
        done["mail"] = do["mail"]()
    return done


def who_answers(here: Here, known: Absences, question: Question, as_of: date) -> str:
    """Who answers a question on `as_of`; never, for another, who made what is asked about (R17)."""
    made_by = {question.made_by} - {question.asked_of, ""}
    return who_acts(here, known, question.asked_of, as_of, question.subject, made_by)


def who_acts(
    here: Here,
    known: Absences,
    id: str,
    as_of: date,
    subject: str = "",
    made_by: Set[str] = frozenset(),
) -> str:
    """Who answers for `id` on `as_of`: the chair for the joint body, a substitute for who is away.

    Never a substitute whose own it is that is asked about (`subject`). Whom the lines ask is not passed over:
    the joint body divides its own objectives, an adviser advises.
    """
    organisation = here.organisation
    person = organisation.people.get(voice(organisation, id))
    if person is None:
        return id
    own = owned_by(organisation, thing_of(subject)) if subject else frozenset()
    barred = (own | made_by) - {person.id}
    return acting(organisation, known, person, as_of, barred).person.id


def questions_going_over(here: Here, tx: Tx, as_of: date) -> Iterator[Asked]:
    """The open questions that others were asked, and who must answer now was not."""
    known, people = absences.known(tx), here.organisation.people
    for one in questions.all_of(tx, state="open"):
        asked = outbox.reached(tx, one.key)
        now = people.get(who_answers(here, known, one.question, as_of))
        if asked and now and now.mail not in asked:
            yield one


def next_turn(here: Here, as_of: date) -> date | None:
    """The next day after `as_of` on which somebody goes or comes back, or the organisation changes."""
    with here.store.read() as tx:
        known = absences.known(tx)
    stages = [since for since, _ in here.config.organisations.later]
    turns = {*known.turns(here.on(as_of).organisation), *stages}
    return min((day for day in turns if day > as_of), default=None)


def _by_post(one: Occasion) -> bool:
    """Whether it goes into the one letter a day: a question, or something to tell."""
    return one.kind == "tell" or (one.kind in ASKS and Duty(one.duty).is_question)


def waiting_forms(here: Here) -> list[Path]:
    """The forms in the intake folder that nobody has looked at yet, by name."""
    if not here.intake.is_dir():
        return []
    return sorted(
        path
        for path in here.intake.iterdir()
        if path.suffix.casefold() in FORM_ENDINGS
        and (path.is_file() or path.is_symlink())
        and not path.name.startswith((".", "~"))
    )
