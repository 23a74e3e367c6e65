"""The moments of the year and the offsets of asking, each by itself."""

from __future__ import annotations

from collections.abc import Iterator

from jaarring.config.checks.lines import effective
from jaarring.config.checks.names import CALENDAR, nearest, suggestion
from jaarring.config.mistakes import Mistake, shown
from jaarring.config.models.calendar import AskingModel, CalendarModel, MomentModel
from jaarring.config.reading import Reading
from jaarring.moments import MOMENTS, moments_of

QUARTERS = ("Q1", "Q2", "Q3", "Q4")
Where = tuple[str, str]
BASE = "een van day, last_working_day_of, nth met month, of after"


def moments(reading: Reading) -> Iterator[Mistake]:
    """Every moment of the cycle is there, and has one place to count from that comes before it."""
    if not (model := reading.calendar):
        return
    lines = effective(reading.organisation) if reading.organisation else None
    needed = moments_of(lines) if lines else tuple(MOMENTS)
    known = reading.names(CALENDAR, "moments") or frozenset()
    misspelt = {nearest(name, MOMENTS) for name in known - set(MOMENTS)}
    for name in needed:
        if name not in known | misspelt:
            yield reading.at(CALENDAR, ("moments", name), "ontbreekt", f"voeg dit moment toe met {BASE}")
    for name, moment in model.moments.items():
        if name not in MOMENTS:
            remedy = suggestion(name, MOMENTS, "haal het weg")
            yield reading.at(CALENDAR, ("moments", name), "dit moment kennen wij niet", remedy)
            continue
        path = ("moments", name)
        yield from _base(reading, path, moment)
        yield from _idle(reading, path, moment)
        yield from _after(reading, name, moment, needed)
    yield from _outside(reading, model, needed)


def _outside(reading: Reading, model: CalendarModel, needed: tuple[str, ...]) -> Iterator[Mistake]:
    """A date of others is found as any moment is; it may be counted from one of the cycle's own."""
    for name, moment in model.outside.items():
        path = ("outside", name)
        yield from _base(reading, path, moment)
        yield from _idle(reading, path, moment)
        if moment.meeting and moment.meeting not in model.meetings and reading.whole(CALENDAR, "meetings"):
            remedy = f"voeg {moment.meeting} toe onder meetings, of haal het weg"
            yield reading.at(
                CALENDAR, (*path, "meeting"), "deze vergadering staat niet onder meetings", remedy
            )
        if moment.after and moment.after not in MOMENTS:
            remedy = suggestion(moment.after, MOMENTS, "noem een moment van de cyclus")
            what = f"'{shown(moment.after)}' is geen moment"
            yield reading.at(CALENDAR, (*path, "after"), what, remedy)
        elif moment.after and moment.after not in needed:
            what = f"{moment.after} bestaat alleen als er een overleg is"
            remedy = "noem een ander moment, bijvoorbeeld objectives"
            yield reading.at(CALENDAR, (*path, "after"), what, remedy)


def _base(reading: Reading, path: Where, moment: MomentModel) -> Iterator[Mistake]:
    bases = [
        field
        for field in ("day", "last_working_day_of", "nth", "after")
        if getattr(moment, field) not in (None, "")
    ]
    if not bases:
        yield reading.at(CALENDAR, path, "er staat niet wanneer dit is", f"schrijf {BASE}")
    elif len(bases) > 1:
        what = f"{bases[0]} en {bases[1]} spreken elkaar tegen"
        yield reading.at(CALENDAR, (*path, bases[1]), what, "laat er één staan")
    if moment.nth and not moment.month:
        yield reading.at(CALENDAR, (*path, "nth"), "van welke maand is dit?", "voeg month toe")
    if moment.nth and not moment.meeting:
        what = "van welke vergadering is dit?"
        yield reading.at(CALENDAR, (*path, "nth"), what, "voeg meeting toe: board, council of committee")


def _idle(reading: Reading, path: Where, moment: MomentModel) -> Iterator[Mistake]:
    """A field that does nothing here was meant to do something."""
    written = moment.model_fields_set
    for field, idle, needs in (
        ("month", not moment.nth, "nth"),
        ("working_days", not moment.after, "after"),
        ("with_joint_body", not (moment.after or moment.last_working_day_of), "after of last_working_day_of"),
        ("year", bool(moment.after), "een eigen dag, niet bij after"),
        ("pick", not (moment.meeting or moment.day) or bool(moment.nth), "day of meeting, zonder nth"),
    ):
        if field in written and idle:
            what = f"telt hier niet mee: het hoort bij {needs}"
            yield reading.at(CALENDAR, (*path, field), what, "haal het weg of vul aan wat erbij hoort")


def _after(reading: Reading, name: str, moment: MomentModel, needed: tuple[str, ...]) -> Iterator[Mistake]:
    path, after, order = ("moments", name, "after"), moment.after, list(MOMENTS)
    if not after:
        return
    if after not in MOMENTS:
        remedy = suggestion(after, MOMENTS, "noem een eerder moment")
        yield reading.at(CALENDAR, path, f"'{shown(after)}' is geen moment", remedy)
    elif after == name:
        yield reading.at(CALENDAR, path, "verwijst naar zichzelf", "noem een eerder moment")
    elif order.index(after) > order.index(name):
        what = f"{after} komt later in de cyclus dan {name}"
        yield reading.at(CALENDAR, path, what, "noem een eerder moment")
    elif after not in needed and name in needed:
        what = f"{after} bestaat alleen als er een overleg is"
        yield reading.at(CALENDAR, path, what, "noem een ander moment, bijvoorbeeld objectives")


def asking(reading: Reading) -> Iterator[Mistake]:
    """Requests, reminders, due dates and what comes after them, in that order."""
    if not (model := reading.calendar):
        return
    for block in ("plan", "report", "account", "answers"):
        yield from _offsets(reading, block, getattr(model, block))
    answers = model.answers
    terms: dict[tuple[str, ...], int] = {("answers", "default"): answers.default}
    terms |= {("answers", "terms", kind): days for kind, days in answers.terms.items()}
    for path, days in terms.items():
        if days < 1:
            yield reading.at(CALENDAR, path, "hier is geen tijd om te antwoorden", "schrijf 1 of meer")
    tables = {
        ("report", "request"): model.report.request,
        ("report", "due"): model.report.due,
        ("joint_report", "meeting"): model.joint_report.meeting,
        ("tactical",): model.tactical,
    }
    for when, days in model.talks.items():
        if days < 1:
            what = "het gesprek komt niet na de uiterste datum"
            yield reading.at(CALENDAR, ("talks", when), what, "schrijf 1 of meer")
    for path, table in tables.items():
        for quarter in QUARTERS:
            if quarter not in table:
                remedy = f"schrijf {quarter} met een aantal werkdagen"
                yield reading.at(CALENDAR, (*path, quarter), "ontbreekt", remedy)
    if all(len(table) == 4 for table in tables.values()):
        yield from _in_order(reading, model)


def _offsets(reading: Reading, block: str, model: AskingModel) -> Iterator[Mistake]:
    for n, days in enumerate(model.reminders):
        if days >= 0:
            what = f"een herinnering op {days:+d} komt niet voor de uiterste datum"
            yield reading.at(CALENDAR, (block, "reminders", n), what, "schrijf een getal met een minteken")
    if len(set(model.reminders)) < len(model.reminders):
        what = "een dag staat er twee keer"
        yield reading.at(CALENDAR, (block, "reminders"), what, "laat er één staan")
    if model.overdue < 1:
        remedy = "schrijf 1 of meer"
        yield reading.at(CALENDAR, (block, "overdue"), "het rappel komt niet na de uiterste datum", remedy)
    before = model.overdue
    for n, days in enumerate(model.escalate):
        if days <= before:
            earlier = "het rappel" if n == 0 else "de trede ervoor"
            what = f"{days:+d} komt niet na {earlier} ({before:+d})"
            yield reading.at(CALENDAR, (block, "escalate", n), what, "schrijf een hoger getal")
        before = max(before, days)


def _in_order(reading: Reading, model: CalendarModel) -> Iterator[Mistake]:
    report, joint = model.report, model.joint_report
    for quarter, request in report.request.items():
        if request < 1:
            what = "de uitvraag ligt niet na het kwartaal"
            yield reading.at(CALENDAR, ("report", "request", quarter), what, "schrijf 1 of meer")
        due = report.due[quarter]
        if due <= request:
            what = f"de uiterste datum (werkdag {due}) ligt niet na de uitvraag (werkdag {request})"
            yield reading.at(CALENDAR, ("report", "due", quarter), what, f"schrijf {request + 1} of meer")
        elif due - model.account.before_report <= request:
            what = f"in {quarter} moeten afdelingen klaar zijn voordat zij gevraagd zijn"
            remedy = f"schrijf {due - request - 1} of minder"
            yield reading.at(CALENDAR, ("account", "before_report"), what, remedy)
        if joint.meeting[quarter] <= joint.request:
            meeting, asked = joint.meeting[quarter], joint.request
            what = f"het overleg (werkdag {meeting}) komt niet na het verzoek (werkdag {asked})"
            remedy = f"schrijf {joint.request + 1} of meer"
            yield reading.at(CALENDAR, ("joint_report", "meeting", quarter), what, remedy)
        if model.tactical[quarter] < 1:
            what = "de rapportage komt niet na de uiterste datum van de thema's"
            yield reading.at(CALENDAR, ("tactical", quarter), what, "schrijf 1 of meer")
        elif _meets(reading) and model.tactical[quarter] < joint.meeting[quarter]:
            what = "de rapportage is klaar voordat het overleg bijeenkomt"
            remedy = f"schrijf {joint.meeting[quarter]} of meer"
            yield reading.at(CALENDAR, ("tactical", quarter), what, remedy)


def _meets(reading: Reading) -> bool:
    return reading.organisation is not None and "oib" in effective(reading.organisation).meets
