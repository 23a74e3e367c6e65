"""The papers around plans and reports, made with what they are about, and anew when that says more.

Each is a document of its own beside what it is about: `2027/plans/proposal`, `2027/Q2/tactical/proposal`,
`2027/council/proposal`, `2027/council/letter`, `2027/accounts`, `2027/ensia`. A concept until the board has
decided; then body, date and number stand in it, as they were entered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from jaarring import letters, shelf
from jaarring.calendar import Quarter, quarters
from jaarring.council import rules as council
from jaarring.council.view import PublicReport
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.document import Status
from jaarring.dutch import kwartaal
from jaarring.here import Here
from jaarring.ledger import decisions, documents, due
from jaarring.ledger.decisions import Entry
from jaarring.ledger.documents import Document
from jaarring.papers import rules
from jaarring.papers.rules import Around
from jaarring.plans import publishing
from jaarring.plans import records as plans
from jaarring.plans.standing import AFTER
from jaarring.tactical import rules as tactical
from jaarring.tactical.actions import snapshot
from jaarring.tactical.year import Taken, Year

PUBLIC, INTERNAL = "openbaar", "intern"
FORMATS = ("html", "pdf")


@dataclass(frozen=True)
class Paper:
    """A kind of paper: its template, under which name the template knows the view, its edition."""

    template: str
    name: str
    edition: str
    title: str
    file: str


PAPERS: Mapping[str, Paper] = {
    "plans/proposal": Paper(
        "papers/proposal_plans.html",
        "proposal",
        INTERNAL,
        "Collegevoorstel: jaarplannen integrale beveiliging {}",
        "collegevoorstel-jaarplannen-{}",
    ),
    "tactical/proposal": Paper(
        "papers/proposal_tactical.html",
        "proposal",
        INTERNAL,
        "Collegevoorstel: tactische rapportage {}",
        "collegevoorstel-tactische-rapportage-{}",
    ),
    "council/proposal": Paper(
        "papers/proposal_council.html",
        "proposal",
        INTERNAL,
        "Collegevoorstel: raadsrapportage integrale beveiliging {}",
        "collegevoorstel-raadsrapportage-{}",
    ),
    "council/letter": Paper(
        "papers/letter.html",
        "letter",
        PUBLIC,
        "Raadsinformatiebrief: raadsrapportage integrale beveiliging {}",
        "raadsinformatiebrief-{}",
    ),
    "accounts": Paper(
        "papers/accounts.html", "passage", PUBLIC, "Passage voor de jaarstukken {}", "passage-jaarstukken-{}"
    ),
    "ensia": Paper(
        "papers/ensia.html", "passage", PUBLIC, "Passage over informatiebeveiliging {}", "passage-ensia-{}"
    ),
}


def lay_out(here: Here, as_of: date, at: datetime) -> list[str]:
    """Make every paper of the open years that says something new; the keys of those made.

    The public plans first, for a request names them. Run twice, it makes nothing.
    """
    here = here.on(as_of)
    made = publishing.public_due(here, as_of, at)
    for year in open_years(here, as_of):
        made += with_plans(here, year, as_of, at)
        for quarter in quarters(year):
            made += with_tactical(here, quarter, as_of, at)
        made += with_council(here, year, as_of, at)
    return made


# ---- the plans


def with_plans(here: Here, year: int, as_of: date, at: datetime) -> list[str]:
    """The request to the board to adopt what was accepted; once it did, with its decision."""
    with here.store.read() as tx:
        around = _around(here, tx, year)
    if around is None:
        return []
    view = rules.plans_proposal(around)
    # what was decided stays as it was decided, whatever becomes of the plans
    source = around.decided or view
    status: Status = "vastgesteld" if around.decided else "concept"
    return _made(here, "plans/proposal", f"{year}/plans/proposal", f"{year}", view, source, status, as_of, at)


def _around(here: Here, tx: Tx, year: int) -> Around | None:
    """What is known around the plans that wait for the board, or that it decided on last; None: there are
    none.
    """
    season, kept = publishing.season(here, tx, year), plans.of_year(tx, year)
    if season is None:
        return None
    waiting = {id: one.plan for id, one in kept.items() if one.state == "accepted"}
    taken = decisions.latest(tx, f"{year}/plan/adopt", "adopt")
    decided = None if waiting else taken
    moving = waiting or {
        id: one.plan
        for id, one in kept.items()
        if taken and any(_same(entry, taken) for entry in decisions.about(tx, f"{year}/plan/{id}", "adopt"))
    }
    if not moving or (waiting and not _all_ready(here, kept)):
        return None
    advised = frozenset(id for id in moving if decisions.about(tx, f"{year}/plan/{id}", "advise"))
    return Around(
        season=replace(season, plans=moving),
        behind=tuple(id for id, one in kept.items() if one.state not in AFTER and not one.plan.empty),
        all_plans={id: one.plan for id, one in kept.items()},
        meeting=_day(tx, f"{year}/plan/adopt"),
        decided=decided,
        agreed=decisions.latest(tx, f"{year}/plan/agree", "agree"),
        checked=decisions.latest(tx, f"{year}/plan/check", "accept"),
        advised=advised,
        announced_on=_day(tx, f"{year}/plan/announce"),
        letter_on=_day(tx, f"{year}/plan/letter"),
    )


def _same(one: Entry, other: Entry) -> bool:
    return (one.date, one.number, one.body) == (other.date, other.number, other.body)


def _all_ready(here: Here, kept: Mapping[str, plans.Kept]) -> bool:
    """Whether the board can be asked: under the joint body all plans go together."""
    lines = here.organisation.lines
    together = lines.joint or bool(lines.agrees_plan)
    return not together or all(one.state in AFTER for one in kept.values() if not one.plan.empty)


# ---- the tactical report


def with_tactical(here: Here, quarter: Quarter, as_of: date, at: datetime) -> list[str]:
    """The request to the board to deal with a tactical report, beside its concept."""
    key = f"{quarter.key}/tactical"
    with here.store.read() as tx:
        report = documents.newest(tx, key, INTERNAL, "html")
        if report is None:
            return []
        board = decisions.about(tx, f"{key}/board")
        source = (report.version, board[-1:], _with_it(tx, board[-1:]), _day(tx, f"{key}/board"))
    if _stands(here, f"{key}/proposal", INTERNAL, source):
        return []
    year = snapshot(here, quarter.year, quarter.last)
    if year is None:
        return []
    decided = year.shown(Taken(**vars(board[-1]))) if board else None
    view = rules.tactical_proposal(year, tactical.compile(year, quarter), report.version, decided)
    named = f"{kwartaal(quarter.number)} {quarter.year}"
    status: Status = "vastgesteld" if decided else "concept"
    return _made(here, "tactical/proposal", f"{key}/proposal", named, view, source, status, as_of, at)


def _with_it(tx: Tx, board: Sequence[Entry]) -> list[Entry]:
    """What was decided on proposals on the day on which the board dealt with the report."""
    taken = (one.entry for one in decisions.register(tx, int(board[0].subject[:4]))) if board else ()
    return [one for one in taken if one.subject.startswith("BV-") and one.date == board[0].date]


# ---- the council report


def with_council(here: Here, year: int, as_of: date, at: datetime) -> list[str]:
    """The papers around the council report, beside its concept: request, letter, passages."""
    key = f"{year}/council"
    with here.store.read() as tx:
        report = documents.newest(tx, key, PUBLIC, "html")
        if report is None:
            return []
        adopted = decisions.latest(tx, f"{key}/adopt", "adopt")
        days = [_day(tx, f"{key}/{tail}") for tail in ("adopt", "offer", "committee", "note")]
    # a concept that was made after the board decided has not been seen by it
    unseen = adopted and report.status == "concept" and report.as_of > adopted.date
    source = (report.version, None if unseen else adopted, days)
    if all(
        _stands(here, f"{year}/{kind}", PAPERS[kind].edition, source) for kind in _VIEWS if kind != "ensia"
    ):
        return []
    found = _public(here, year, seen=not unseen)
    if found is None:
        return []
    status: Status = "vastgesteld" if adopted and not unseen else "concept"
    return [
        made
        for kind in _VIEWS
        if (view := _VIEWS[kind](*found, report.version))
        for made in _made(here, kind, f"{year}/{kind}", f"{year}", view, source, status, as_of, at)
    ]


def _public(here: Here, number: int, seen: bool) -> tuple[Year, PublicReport] | None:
    """The year and what everybody may know of it; None while no framework was adopted for it."""
    year = snapshot(here, number, date(number, 12, 31))
    if year is None:
        return None
    if not seen:
        year = replace(
            year, decisions=tuple(d for d in year.decisions if d.subject != f"{number}/council/adopt")
        )
    return year, council.public(year)


_VIEWS: Mapping[str, Callable[[Year, PublicReport, int], object]] = {
    "council/proposal": rules.council_proposal,
    "council/letter": rules.letter,
    "ensia": rules.ensia,
    "accounts": rules.accounts,
}


def letter_of(here: Here, year: int, as_of: date, at: datetime) -> list[Document]:
    """The letter that goes with the report to the council, in every form; empty where it cannot be made."""
    with_council(here, year, as_of, at)
    with here.store.read() as tx:
        found = [documents.newest(tx, f"{year}/council/letter", PUBLIC, form) for form in FORMATS]
    return [one for one in found if one and one.status == "vastgesteld"]


# ---- what they have in common


def _stands(here: Here, key: str, edition: str, source: object) -> bool:
    """Whether the newest version was made of this."""
    return not shelf.is_new(here, key, edition, shelf.fingerprint(source))


def _made(
    here: Here,
    kind: str,
    key: str,
    named: str,
    view: object,
    source: object,
    status: Status,
    as_of: date,
    at: datetime,
) -> list[str]:
    """Make one paper, where it says something new; its key. None of it while a template is broken."""
    paper, made_of = PAPERS[kind], shelf.fingerprint(source)
    if not shelf.is_new(here, key, paper.edition, made_of):
        return []
    try:
        html = shelf.words(paper.template, here.config.templates, **{paper.name: view})
    except shelf.BrokenTemplate as broken:
        letters.tell_broken(here, broken, at)
        return []
    title = paper.title.format(named)
    draft = shelf.Draft(
        key=key,
        edition=paper.edition,
        title=title,
        description=f"{title}, gemeente {here.organisation.name}",
        html=html,
        name=paper.file.format(named.replace(" ", "-")),
        status=status,
        source=made_of,
        as_of=as_of,
        foot=shelf.foot(here, paper.edition),
    )
    shelf.keep(here, draft, at, formats=FORMATS)
    return [key]


def _day(tx: Tx, key: str) -> date | None:
    entry = due.get(tx, key)
    return entry.occasion.due if entry and entry.state != "withdrawn" else None
