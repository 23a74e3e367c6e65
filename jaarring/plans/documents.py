"""The document of every plan, made again when the plan or what was decided about it has changed."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from jaarring import letters, shelf
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import decisions
from jaarring.plans import records, register
from jaarring.plans.grounds import Known
from jaarring.plans.reading import view
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT
from jaarring.plans.words import slug, subject_name

EDITION = "intern"


def documents_due(here: Here, as_of: date, at: datetime) -> list[str]:
    """Make the page of every plan that has changed since its last page; the keys of those made.

    The joint plan first, then the themes in the order of the configuration. Run twice, it makes nothing.
    """
    with here.store.read() as tx:
        known = {year: found for year in records.years(tx) if (found := _known(here, tx, year))}
    return [
        f"{year}/plan/{subject}"
        for year, of_year in known.items()
        for subject in _in_order(here, of_year)
        if _make(here, of_year, subject, as_of, at)
    ]


def _in_order(here: Here, known: Known) -> list[str]:
    left = [id for id in here.organisation.ended if id in known.plans and not known.plans[id].plan.empty]
    order = [JOINT, *here.organisation.themes, *left]
    return [subject for subject in order if subject in known.plans]


def _make(here: Here, known: Known, subject: str, as_of: date, at: datetime) -> bool:
    kept = known.plans[subject]
    key, source = f"{kept.plan.year}/plan/{subject}", _source(known, kept)
    if not shelf.is_new(here, key, EDITION, source):
        return False
    shown = view(here.organisation, known, subject, as_of)
    title = (
        f"Gezamenlijk jaarplan {shown.year}" if subject == JOINT else f"Jaarplan {shown.year} {shown.name}"
    )
    try:
        html = shelf.words(
            "plans/joint.html" if subject == JOINT else "plans/plan.html", here.config.templates, plan=shown
        )
    except shelf.BrokenTemplate as broken:
        letters.tell_broken(here, broken, at)
        return False  # it is made when that is mended
    draft = shelf.Draft(
        key=key,
        edition=EDITION,
        title=title,
        description=f"{title}: doelstellingen, maatregelen en geld. Interne versie.",
        html=html,
        name=f"jaarplan-{shown.year}-{slug(subject_name(here.organisation, subject))}",
        status="vastgesteld" if kept.state == "adopted" else "concept",
        source=source,
        as_of=as_of,
    )
    shelf.keep(here, draft, at, formats=("html",))
    return True


def _source(known: Known, kept: Kept) -> str:
    """What a page says, in short: version, state, how many decisions; the joint plan shows its themes too.

    Nothing of the configuration as it is now: an edit of it does not make an adopted plan again.
    """
    own = _short(known, kept)
    if kept.plan.subject != JOINT:
        return own
    parts = " ".join(_short(known, one) for one in known.plans.values())
    return f"{own}, {sha256(parts.encode()).hexdigest()[:16]}"


def _short(known: Known, kept: Kept) -> str:
    taken = known.decided.get(f"{kept.plan.year}/plan/{kept.plan.subject}", ())
    said = sha256(repr(known.decisions_for(kept.plan)).encode()).hexdigest()[:8]
    return f"version {kept.version}, {kept.state}, {len(taken)} decisions, register {said}"


def _known(here: Here, tx: Tx, year: int) -> Known | None:
    plans = records.of_year(tx, year)
    framework = records.adopted_framework(tx, year)
    if framework is None:
        return None
    adjustments = {id for one in plans.values() for id in one.plan.adjusted_by}
    adjustments |= {id for one in plans.values() for id, _ in one.plan.amended}
    subjects = [*(f"{year}/plan/{subject}" for subject in plans), *sorted(adjustments)]
    zone = ZoneInfo(here.config.time_zone)
    return Known(
        framework,
        plans,
        {subject: decisions.about(tx, subject) for subject in subjects},
        {subject: set_at.astimezone(zone).date() for subject, set_at in records.set_at(tx, year).items()},
        register.large(tx, here.organisation, year),
    )
