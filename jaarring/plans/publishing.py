"""The plans as everybody may read them, and the closed annex beside them; made anew when there is news.

One document over all themes, `2027/plan`, is what council and citizens read; each theme has its own beside
it. While the board has adopted nothing they are concepts of what was accepted; then only what was adopted is
in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from jaarring import letters, shelf
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.document import Status
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.plans import records
from jaarring.plans.public_view import ClosedAnnex, PublicPlan
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.leaks import found_in, telling, unsaid
from jaarring.plans.rules.public import Season, annex, public
from jaarring.plans.standing import AFTER
from jaarring.plans.view import Step
from jaarring.plans.words import planning, slug, subject_name
from jaarring.rights import named

PUBLIC, CLOSED = "openbaar", "besloten"
FORMATS = ("html", "pdf")


def public_due(here: Here, as_of: date, at: datetime) -> list[str]:
    """Make the public plans and the closed annex of every open year that say something new; the keys of those
    made, or why a public one cannot be made. Run twice, it makes nothing.
    """
    lines: list[str] = []
    for year in open_years(here, as_of):
        with here.store.read() as tx:
            found = season(here, tx, year)
        if found is None:
            continue
        wrong = refusals(found)
        lines += wrong or [
            key for subject in _subjects(found) if (key := _public(here, found, subject, as_of, at))
        ]
        lines += [key for key in [_closed(here, found, as_of, at)] if key]
    return lines


def season(here: Here, tx: Tx, year: int) -> Season | None:
    """What the plans of a year are made public from; None while none of them was accepted."""
    kept, framework = records.of_year(tx, year), records.adopted_framework(tx, year)
    if framework is None or not any(one.state in AFTER for one in kept.values()):
        return None
    adopted = any(one.state == "adopted" for one in kept.values())
    within = {
        id: one.plan
        for id, one in kept.items()
        if one.state in (("adopted",) if adopted else AFTER) and not one.plan.empty
    }
    account = due.get(tx, f"{year}/council/offer")
    return Season(
        organisation=here.organisation,
        framework=framework,
        year=year,
        plans=within,
        adopted=tuple(_adopted(here, tx, year, within)),
        behind=tuple(_behind(here, year, kept, within)),
        account_on=account.occasion.due if account and account.state != "withdrawn" else None,
    )


def _adopted(here: Here, tx: Tx, year: int, plans: Mapping[str, Plan]) -> Iterator[Step]:
    """The board's decisions by which these plans were adopted, each once, oldest first."""
    found = [
        entry
        for subject in plans
        for entry in decisions.about(tx, f"{year}/plan/{subject}")[-1:]
        if entry.verb == "adopt"
    ]
    for entry in sorted(dict.fromkeys((one.date, one.number, one.body) for one in found)):
        yield Step("Vaststelling van de jaarplannen", named(here.organisation, entry[2]), entry[0], entry[1])


def _behind(here: Here, year: int, kept: Mapping[str, Kept], within: Mapping[str, Plan]) -> Iterator[str]:
    for id in planning(here, year).themes:
        if id not in within and not (id in kept and kept[id].plan.empty):
            yield subject_name(here.organisation, id)


def refusals(found: Season) -> list[str]:
    """Why the public plan cannot be made: where, and what to do, without the secret itself.

    What the owners wrote is read first, as for the council report.
    """
    secret = [p for plan in found.themes.values() for p in plan.measures if p.measure.secrecy]
    patterns = [pattern for one in secret for pattern in telling(one.measure, [one.was_budget])]
    wrong = list(unsaid(found.framework, (one.measure for one in secret)))
    wrong += found_in(_printed(found), found.organisation, patterns)
    return [f"{found.year}/plan: {one}" for one in wrong]


def _printed(found: Season) -> Iterator[tuple[str, str]]:
    """Every text that the public plan prints and that somebody wrote, with its place."""
    for id in found.themes:
        for planned in found.open_measures(id):
            yield f"maatregel {planned.measure.id}, titel", planned.measure.title
            yield f"maatregel {planned.measure.id}, effect", planned.measure.effect
    for theme, left_out in found.framework.withheld.items():
        yield f"strategy.yaml, wat bij {theme} wegblijft", left_out.text


def _subjects(found: Season) -> list[str]:
    """The documents of a year: all themes together, the joint body, each theme."""
    return ["", *([JOINT] if JOINT in found.plans else []), *found.themes]


def html_of(view: PublicPlan | ClosedAnnex, own: Path | None = None) -> str:
    """The words of the public plan or of the closed annex."""
    template = "plans/public.html" if isinstance(view, PublicPlan) else "plans/annex.html"
    return shelf.words(template, own, plan=view)


def key_of(year: int, subject: str = "") -> str:
    """2027/plan; of a theme 2027/plan/fb"""
    return f"{year}/plan/{subject}" if subject else f"{year}/plan"


def _public(here: Here, found: Season, subject: str, as_of: date, at: datetime) -> str:
    """One public document, where it says something new; its key."""
    key, source = key_of(found.year, subject), _source(found, subject)
    if not shelf.is_new(here, key, PUBLIC, source):
        return ""
    name = subject_name(here.organisation, subject) if subject else ""
    title = f"Jaarplan {found.year} {name}" if name else f"Jaarplan integrale beveiliging {found.year}"
    if subject == JOINT:
        title = f"Gezamenlijk jaarplan {found.year}"
    tail = f"{slug(name)}-openbaar" if name else "openbaar"
    draft = _draft(here, found, public(found, subject), key, PUBLIC, title, tail, source, as_of, at)
    if draft is None:
        return ""
    shelf.keep(here, draft, at, formats=("html",) if subject else FORMATS)
    return key


def _closed(here: Here, found: Season, as_of: date, at: datetime) -> str:
    """The closed annex, where there is something secret and it says something new; its key."""
    key, view = key_of(found.year), annex(found, as_of)
    if view is None:
        return ""
    source = shelf.fingerprint(
        [(m.id, m.title, m.budget, m.end, m.mark.taken) for m in view.measures], found.adopted
    )
    if not shelf.is_new(here, key, CLOSED, source):
        return ""
    title = f"Besloten bijlage bij het jaarplan integrale beveiliging {found.year}"
    draft = _draft(here, found, view, key, CLOSED, title, "besloten", source, as_of, at)
    if draft is None:
        return ""
    shelf.keep(here, draft, at, formats=FORMATS)
    return key


def _draft(
    here: Here,
    found: Season,
    view: PublicPlan | ClosedAnnex,
    key: str,
    edition: str,
    title: str,
    tail: str,
    source: str,
    as_of: date,
    at: datetime,
) -> shelf.Draft | None:
    """The document in words; None where the municipality's own template for it is broken."""
    try:
        html = html_of(view, here.config.templates)
    except shelf.BrokenTemplate as broken:
        letters.tell_broken(here, broken, at)
        return None  # it is made when that is mended
    status: Status = "vastgesteld" if found.adopted else "concept"
    closed = isinstance(view, ClosedAnnex)
    return shelf.Draft(
        key=key,
        edition=edition,
        title=title,
        description=f"{title}, gemeente {here.organisation.name}",
        html=html,
        name=f"jaarplan-{found.year}-{tail}",
        status=status,
        source=source,
        as_of=as_of,
        foot=shelf.foot(here, edition) if closed else "",
        mark=view.mark if isinstance(view, ClosedAnnex) else "",
        notice=view.notice if isinstance(view, ClosedAnnex) else "",
    )


def _source(found: Season, subject: str) -> str:
    """What a public plan says, in short, of public data only: not a byte of a secret measure.

    Of the store alone: an edit of the configuration does not make an adopted plan again.
    """
    shown = {id: p for id, p in found.themes.items() if subject in ("", JOINT, id)}
    joint = found.plans[JOINT].joint if JOINT in found.plans else ()
    said = [
        (id, p.budget, p.was_budget, [(m.measure, m.carried_over) for m in found.open_measures(id)])
        for id, p in shown.items()
    ]
    targets = [(o.goal, o.targets) for p in shown.values() for o in p.objectives]
    parts = [(part.objective.id, part.objective.title, part.objective.themes) for part in joint]
    framework = found.framework
    frame = framework.vision, framework.goals, framework.withheld, framework.council_frame, framework.adoption
    steps = [(step.date, step.number) for step in found.adopted]
    return shelf.fingerprint(said, targets, parts, frame, steps, () if subject else found.behind)
