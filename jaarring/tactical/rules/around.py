"""What the report says around the figures: who handed in, what was delayed, what is found, what comes."""

from __future__ import annotations

from collections.abc import Iterator

from jaarring.calendar import Quarter
from jaarring.delays import is_duty
from jaarring.dutch import hoofdletter
from jaarring.occasions import Duty
from jaarring.tactical import steering
from jaarring.tactical.view import Ahead, Delay, Finding, Handed, TacticalReport
from jaarring.tactical.year import Year
from jaarring.titles import Titles


def handed_in(year: Year, quarter: Quarter) -> Iterator[Handed]:
    """Theme accounts, then those of departments; a late one counts apart, one that never came is named by
    its theme or department.
    """
    organisation, key = year.organisation, quarter.key
    themes = {f"{key}/report/{theme.id}": theme.name for theme in organisation.themes.values()}
    departments = {f"{key}/account/{d.id}": d.name for d in year.departments()}
    waived = {one.subject for one in year.delays if one.verb == "waive"}
    for kind, owed in (("theme", themes), ("department", departments)):
        duties = {duty: name for duty, name in owed.items() if duty not in waived or duty in year.accounts}
        came = [duty for duty in duties if duty in year.accounts]
        late = sum(duty in year.late for duty in came)
        missing = tuple(name for duty, name in duties.items() if duty not in year.accounts)
        unasked = tuple(name for duty, name in duties.items() if duty in year.unasked)
        yield Handed(kind, len(duties), len(came) - late, late, missing, unasked)


def delays_of(year: Year, quarter: Quarter) -> Iterator[Delay]:
    """Of this quarter, and of other things what was decided in it; in the order in which it was given."""
    titles = Titles(year.organisation, {})
    for one in year.delays:
        if one.subject.startswith(f"{quarter.key}/") or quarter.first <= one.decided_on <= quarter.last:
            what = (
                titles.owed(Duty(one.subject)) if is_duty(one.subject) else titles.of(one.subject, "decision")
            )
            by = year.named(one.body)
            yield Delay(hoofdletter(what), one.verb, one.was, one.until, by, one.decided_on, one.reason)


def findings_of(year: Year, report: TacticalReport) -> Iterator[Finding]:
    """What the reader must know that no figure says: what never came, what differs, what nobody steers."""
    for handed in report.handed:
        for name in handed.missing:
            yield Finding("unasked" if name in handed.unasked else "no-account", name, handed.kind)
    if report.joint and not report.joint.source:
        asked = f"{report.quarter.key}/report/oib" not in year.unasked
        yield Finding("no-joint", report.joint.body, "" if asked else "unasked")
    for goal in report.goals:
        for one in goal.indicators:
            if one.differs and one.rating and one.computed:
                yield Finding("differs", f"{one.id} {one.name}", f"{one.rating.word}|{one.computed.word}")
    for section in report.themes:
        for one in section.indicators:
            if section.source and one.rating is None:
                yield Finding("unsaid", f"{one.id} {one.name}")
    steered = {one.theme for one in report.adjustments} | {one.theme for one in report.earlier}
    seen = {kept.signal.subject for kept in year.signals}
    for section in report.themes:
        off = [one for one in section.indicators if one.rating and one.rating.grade == "niet"]
        if section.name not in steered:
            yield from (Finding("off-course", f"{one.id} {one.name}") for one in off if one.id not in seen)
    yield from (Finding("over", theme) for theme in report.money.over)


def ahead_of(year: Year, quarter: Quarter) -> Iterator[Ahead]:
    """The moments until the next report, and where adjusted measures must end; by date."""
    key, following = quarter.key, quarter.next
    first = next(iter(year.organisation.themes))
    wanted = {
        "board": f"{key}/tactical/board",
        "accounts": f"{following.key}/report/{first}/due",
        "meeting": f"{following.key}/meeting",
        "tactical": f"{following.key}/tactical/secretary",
    }
    if quarter.number == 4:
        tails = ("draft", "adopt", "offer", "note")
        wanted |= {f"council-{tail}": f"{year.year}/council/{tail}" for tail in tails}
    found = [Ahead(kind, due) for kind, one in wanted.items() if (due := year.due(one))]
    found += [
        Ahead("measure", planned.measure.end, steering.label(planned, planned.measure.id))
        for planned in year.planned()
        if planned.was_end and planned.measure.end > quarter.last and not planned.measure.secrecy
    ]
    yield from sorted(found, key=lambda ahead: (ahead.date, ahead.kind, ahead.about))
