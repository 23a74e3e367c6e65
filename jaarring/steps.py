"""The steps of the cycle as plain functions: what a task of a flow, the command line and the demo all call.

Here the rooms meet: a step hands one room what it needs of another, so that no room looks ahead in the year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from jaarring import asking, cycle, editing, ics, sending
from jaarring.adjustments import actions as adjustments
from jaarring.adjustments import forms as adjustment_forms
from jaarring.calendar import Quarter, quarters
from jaarring.council import actions as council
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.doubts import actions as doubts
from jaarring.forms.opened import Opened, look
from jaarring.forms.rules import Mistake
from jaarring.goals.rules import Measure
from jaarring.governance import Rung
from jaarring.here import Here
from jaarring.ledger import decisions, documents, due
from jaarring.mail.message import Attachment
from jaarring.mailbox import actions as mailbox
from jaarring.occasions import Duty, Occasion
from jaarring.papers import actions as papers
from jaarring.plans import derivation, transfer
from jaarring.plans import documents as plan_pages
from jaarring.plans import intake as plan_intake
from jaarring.plans import pages as plan_forms
from jaarring.plans import records as plan_records
from jaarring.plans.imposed import imposed
from jaarring.post import actions as letters_of_the_day
from jaarring.post import records as post_records
from jaarring.post.actions import Posted
from jaarring.questions import records as questions
from jaarring.refusal import refuse
from jaarring.reminders import actions as reminders
from jaarring.reminders import questions as choosing
from jaarring.reports import actions as reports
from jaarring.reports import pages as report_pages
from jaarring.reports import records as report_records
from jaarring.reports.rules import DepartmentAccount, MeasureState
from jaarring.signals import actions as signals
from jaarring.tactical import actions as tactical
from jaarring.telling import actions as telling

Receipt = (
    reports.AccountReceipt | plan_intake.Taken | asking.Answered | adjustment_forms.Received | editing.Edited
)


def tick(here: Here, as_of: date, at: datetime, *, news: bool = False) -> list[str]:
    """All that is due on `as_of`, as the flow `tick` does it, without Prefect around it; of the reports that
    are due, that they were made or why they wait. `news`: somebody acted since the last time.
    """
    cycle.schedule(here, as_of, at)
    came = read_mail(here, as_of, at)
    work = cycle.work(here, as_of, at)
    said: list[str] = []
    do: dict[str, Callable[[], object]] = {
        "plans": lambda: derive_plans(here, as_of, at),
        "reports": lambda: take_in(here, as_of, at),
        "reminders": lambda: remind(here, as_of, at),
        "tactical": lambda: said.extend(compile_tactical(here, as_of, at)),
        "council": lambda: said.extend(compile_council(here, as_of, at)),
        "post": lambda: post(here, as_of, at),
        "mail": lambda: send(here, at),
    }
    cycle.in_order(work, do, news=news or work.mail or bool(came))
    return said


def derive_plans(here: Here, as_of: date, at: datetime) -> list[str]:
    """Derive what is due and lay the plans' documents out; the keys of what was done."""
    here = here.on(as_of)
    left = {year: _left_open(here, year - 1) for year in open_years(here, as_of)}
    derived = derivation.derive_due(here, as_of, at, left)
    moved = transfer.transfer_due(here, as_of, at)
    lay_out_plans(here, as_of, at)
    return [*derived.done, *moved]


def _left_open(here: Here, year: int) -> list[Measure]:
    """The measures that the standing accounts over the last quarter of `year` say are not done."""
    with here.store.read() as tx:
        standing = report_records.of_year(tx, year)
        planned = {p.measure.id: p for k in plan_records.of_year(tx, year).values() for p in k.plan.measures}
    unfinished = []
    for duty, received in standing.items():
        if duty.startswith(f"{year}/Q4/account/") and isinstance(received.account, DepartmentAccount):
            for entry in received.account.measures:
                if entry.state != MeasureState.DONE and entry.measure in planned:
                    unfinished.append(planned[entry.measure].measure)
    return sorted(unfinished, key=lambda measure: measure.id)


def take_in(here: Here, as_of: date, at: datetime) -> Counter[str]:
    """Take in every form in the intake folder, and number the proposals in them."""
    here = here.on(as_of)
    counts = Counter[str]()
    for _, outcome in reports.intake(here, at, as_of, lambda path: hand_in(here, path, "", at, as_of)):
        counts["geweigerd" if isinstance(outcome, list) else "ontvangen"] += 1
    number_proposals(here, as_of, at)
    return counts


def read_mail(here: Here, as_of: date, at: datetime) -> Counter[str]:
    """Read the mailbox of the sender, where one is configured: a form is taken in as from the intake folder,
    for whose address it came from. How many mails ended in which outcome.
    """
    here = here.on(as_of)
    counts = mailbox.read(here, as_of, at, lambda opened, by: hand_in(here, opened, by, at, as_of))
    if counts:
        number_proposals(here, as_of, at)
    return counts


def hand_in(here: Here, file: Path | Opened, by: str, at: datetime, as_of: date) -> Receipt | list[Mistake]:
    """Take in one form, whatever it answers: an account, a plan, questions, or the edited texts of a draft.
    All mistakes, or a receipt.

    Raises Refused for a person who may not hand it in.
    """
    here = here.on(as_of)
    opened = look(file) if isinstance(file, Path) else file
    if not isinstance(opened, list) and editing.is_ours(opened):
        edited = editing.take_in(here, opened, by, at)
        if isinstance(edited, editing.Edited) and edited.places:
            _renewed(here, as_of, at)
        return edited
    if not isinstance(opened, list) and asking.is_ours(opened):
        outcome = asking.take_in(here, opened, by, at, as_of)
        if isinstance(outcome, list):
            _renewed(here, as_of, at)
        return outcome
    if not isinstance(opened, list) and adjustment_forms.is_ours(opened):
        return adjustment_forms.take_in(here, opened, by, at, as_of)
    return reports.take_in(here, file if isinstance(file, Path) else Path(file.name), by, at, as_of, opened)


def _renewed(here: Here, as_of: date, at: datetime) -> None:
    """Make the concepts anew that say something else by now: what was asked about them is asked again."""
    for year in open_years(here, as_of):
        for quarter in quarters(year):
            if _is_concept(here, f"{quarter.key}/tactical", "intern"):
                tactical.compile(here, quarter, as_of, at)
        with here.store.read() as tx:
            adopted = decisions.latest(tx, f"{year}/council/adopt", "adopt")
        if adopted is None and _is_concept(here, f"{year}/council", "openbaar"):
            for edition in council.TEMPLATES:
                council.compile(here, year, edition, as_of, at)


def _is_concept(here: Here, key: str, edition: str) -> bool:
    with here.store.read() as tx:
        made = documents.newest(tx, key, edition, "html")
    return made is not None and made.status == "concept"


def number_proposals(here: Here, as_of: date, at: datetime) -> list[str]:
    """Signal what came in off course, and give every new proposal for adjustment its number; the numbers.

    In this order: a proposal that came with a red rating answers its signal at once.
    """
    here = here.on(as_of)
    signal(here, as_of, at)
    return [id for year in open_years(here, as_of) for id in adjustments.collect(here, year, at)]


def signal(here: Here, as_of: date, at: datetime) -> list[str]:
    """Signal what is off course (R22), with a form for a proposal; the keys of what is new."""
    here = here.on(as_of)
    with here.store.write() as tx:  # a signal without its form would ask for what nobody can answer
        joined = replace(here, store=here.store.joined(tx))
        new = signals.see(joined, as_of, at)
        if new:
            adjustment_forms.lay_out(joined, as_of, at, open_years(here, as_of))
    return new


def remind(here: Here, as_of: date, at: datetime) -> reminders.Asked:
    """Ask what is due, with the form or the draft plan attached; nobody while the mailbox cannot be read, for
    then who has answered is not known.
    """
    here = here.on(as_of)
    if mailbox.is_closed(here):
        return reminders.Asked()

    def attachments(tx: Tx, duty: Duty) -> list[Attachment]:
        if duty.kind == "plan":
            form = plan_forms.attachment(here, tx, duty)
            return [*([form] if form else []), *_draft_plan(here, tx, duty)]
        attached = report_pages.attachment(here, tx, duty)
        return [attached] if attached else []

    def stakes(tx: Tx, duty: Duty) -> tuple[int, Decimal] | None:
        kept = plan_records.of_year(tx, duty.year).get(duty.subject)
        return (len(kept.plan.objectives), kept.plan.budget) if kept and duty.kind != "account" else None

    def ready(tx: Tx, duty: Duty) -> bool:
        if duty.kind == "plan":
            return duty.subject in plan_records.of_year(tx, duty.year)
        return report_pages.form_for(here, tx, duty) is not None  # nobody is asked what nobody can answer

    def choices(tx: Tx, duty: Duty, ask: Occasion, rung: Rung) -> list[Attachment]:
        question = choosing.choice(here, tx, duty, ask, rung)
        return [letters_of_the_day.form_alone(here, question, as_of, at)]

    def calendar(tx: Tx, deadline: Occasion) -> list[Attachment]:
        entry = due.get(tx, deadline.key)
        return [ics.dated(here, entry)] if entry else []

    def facts(tx: Tx, duty: Duty) -> dict[str, object]:
        return {"imposed": imposed(here, tx, duty)} if duty.kind == "plan" else {}

    around = reminders.Around(attachments, stakes, ready, facts, calendar, choices)
    return reminders.queue_due(here, as_of, at, around)


def _draft_plan(here: Here, tx: Tx, duty: Duty) -> list[Attachment]:
    """The page of the plan as it is now. A plan with a secret measure in it does not travel by mail."""
    kept = plan_records.of_year(tx, duty.year).get(duty.subject)
    if kept is None or any(planned.measure.secrecy for planned in kept.plan.measures):
        return []
    made = documents.newest(tx, duty.key, "intern", "html")
    return [Attachment(made.name, "text/html", here.files.get(made.sha256))] if made else []


def ask(here: Here, as_of: date, at: datetime) -> list[str]:
    """Bring the ledger of questions in line with what is open, and lay out who hears of what was decided; the
    keys of the new questions. See `asking.ask` and `telling.actions.tell`.
    """
    _papers_first(here, as_of, at)
    telling.tell(here, as_of, at, before_post=False)
    return asking.ask(here, as_of, at)


def _papers_first(here: Here, as_of: date, at: datetime) -> None:
    """Make the papers that a letter may carry: where something was decided since they were last looked at, or
    a question waits that has some with it.
    """
    with here.store.read() as tx:
        stirred = bool(post_records.untold(tx)) or any(
            one.question.document for one in questions.all_of(tx, state="open")
        )
    if stirred:
        lay_out_plans(here, as_of, at)


def post(here: Here, as_of: date, at: datetime) -> Posted:
    """Ask and tell what is due: one letter a person a day, with one small form. Run twice, it writes once;
    while the mailbox cannot be read, it writes nothing.

    The papers that go along are made first.
    """
    _papers_first(here, as_of, at)
    telling.tell(here, as_of, at)
    asking.ask(here, as_of, at)
    if mailbox.is_closed(here):
        return Posted()
    return letters_of_the_day.write_due(here.on(as_of), as_of, at)


def send(here: Here, at: datetime) -> Counter[str]:
    """Send what is queued, on a working day only: nobody gets post on a Sunday or on Goede Vrijdag.

    Nor while there is a doubt that the coordinator has not settled.

    How many messages ended in which outcome.
    """
    if not here.schedule.calendar.is_working_day(at.astimezone(ZoneInfo(here.config.time_zone)).date()):
        return Counter()
    if doubts.look(here, at):
        return Counter()
    return sending.send(here, at)


def compile_tactical(here: Here, as_of: date, at: datetime) -> list[str]:
    """Compile the tactical reports that are due. By then an account that did not come is a signal."""
    here = here.on(as_of)
    signal(here, as_of, at)
    lines = tactical.compile_due(here, as_of, at)
    if lines:
        papers.lay_out(here, as_of, at)
    return lines


def compile_council(here: Here, as_of: date, at: datetime) -> list[str]:
    """Compile the council reports that are due."""
    here = here.on(as_of)
    lines = council.compile_due(here, as_of, at, papers.letter_of)
    if lines:
        papers.lay_out(here, as_of, at)
    return lines


def tactical_by_hand(here: Here, year: int, quarter: int, as_of: date, at: datetime) -> list[str]:
    """Compile one tactical report now; the names of the files. Raises Refused where that cannot be."""
    here = here.on(as_of)
    made = tactical.compile(here, Quarter(year, quarter), as_of, at)
    refuse(made.findings)
    return [document.name for document in made.documents]


def council_by_hand(here: Here, year: int, edition: str, as_of: date, at: datetime) -> list[str]:
    """Compile one edition of a council report now; the names of the files. Raises Refused as above."""
    here = here.on(as_of)
    made = council.compile(here, year, edition, as_of, at)
    refuse(made.findings)
    return [document.name for document in made.documents]


def lay_out_plans(here: Here, as_of: date, at: datetime) -> None:
    """Make the document of every plan that has changed since its last one was made, and the papers around
    plans and reports.
    """
    here = here.on(as_of)
    plan_pages.documents_due(here, as_of, at)
    papers.lay_out(here, as_of, at)


def lay_out_agenda(here: Here, as_of: date) -> list[str]:
    """Bring the calendar files in line with the ledger; the names of those that changed."""
    return ics.lay_out(here.on(as_of), as_of)
