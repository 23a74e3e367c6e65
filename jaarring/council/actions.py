"""The council report made in its editions, adopted by the board, offered to the council."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from jaarring import letters, shelf
from jaarring.council import guard, rules
from jaarring.council.view import ClosedAnnex, InternalReport, PublicReport
from jaarring.document import Status
from jaarring.dutch import datum
from jaarring.here import Here
from jaarring.ledger import decisions, due, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.ledger.documents import Document
from jaarring.rights import Thing, may, those_who
from jaarring.tactical.actions import (
    Compiled,
    attached,
    changed,
    no_framework,
    shelved,
    snapshot,
)
from jaarring.tactical.year import Year

View = InternalReport | ClosedAnnex | PublicReport
#: what stands at the top of every page of an edition in which something is secret
_MARKS = {"besloten": "GEHEIM", "intern": "BEVAT GEHEIME GEGEVENS"}

#: edition -> template, in the order in which they are made
TEMPLATES: Mapping[str, str] = {
    "intern": "council/internal.html",
    "besloten": "council/annex.html",
    "openbaar": "council/public.html",
}


#: what goes along with the report to the council: of a year, made in time
Beside = Callable[[Here, int, date, datetime], list[Document]]


def compile_due(here: Here, as_of: date, at: datetime, beside: Beside | None = None) -> list[str]:
    """Make what is due on `as_of`: the concept in every edition, or the adopted report for the council.

    One line an occasion: what was made, or why it waits. A second run finds nothing open but what waits.
    `beside`: gives the letter that goes along when the report is offered.
    """
    with here.store.read() as tx:
        wanted = [found.key for found in due.due(tx, as_of, ["compile"]) if "/council/" in found.key]
    lines: list[str] = []
    for key in wanted:
        number = int(key.split("/")[0])
        lines += (
            _draft(here, key, number, as_of, at)
            if key.endswith("/draft")
            else _offer(here, key, number, at, beside)
        )
    return lines


def compile(here: Here, year: int, edition: str, as_of: date, at: datetime) -> Compiled:
    """Make one edition (intern, besloten, openbaar) from what is stored now; unchanged, what stands is kept.

    What says something else than the report that the board adopted is a concept again.
    """
    stored = snapshot(here, year, date(year, 12, 31))
    if stored is None:
        return Compiled([], [no_framework(key_of(year), year)])
    view = view_of(_undecided(stored), edition)
    if view is None:
        return Compiled([], [f"{key_of(year)}: niets is geheim; kies de editie intern of openbaar"])
    standing = shelved(here, key_of(year), edition)
    if standing and standing[0].source == shelf.sourced(here, key_of(year), edition, shelf.fingerprint(view)):
        return Compiled(standing, [])
    try:
        return Compiled(_keep(here, view, view, edition, "concept", as_of, at), [])
    except shelf.BrokenTemplate as broken:
        letters.tell_broken(here, broken, at)
        return Compiled([], [f"{key_of(year)}: {broken}"])


def decide(here: Here, key: str, verb: str, entry: Entry, by: str, at: datetime) -> list[str]:
    """Record a decision about the council report; mistakes in Dutch, empty if it was recorded.

    `Y/council/adopt` adopt, by the board, of the concept that stands; `Y/council/review` advise, by whoever
    looked at it; `Y/council/check` accept, by the coordinator who read what the guard found; and
    `Y/council/committee` and `Y/council/note` note, by the council.
    """
    entry = replace(entry, subject=key, verb=verb)
    year = int(key.split("/")[0])
    stored = snapshot(here, year, date(year, 12, 31))
    if stored is None:
        return [no_framework(key, year)]
    if mistakes := _mistakes(here, stored, entry, at):
        return mistakes
    if key == guard.check_of(year):
        with here.store.read() as tx:
            entry = replace(entry, number=guard.mark_of(guard.standing(here, tx, year)))
    with here.store.write() as tx:
        decisions.record(tx, entry, by, at)
        due.done(tx, [key], at)
    return []


def view_of(year: Year, edition: str) -> View | None:
    """What an edition may show, by type; None for an annex with nothing in it."""
    if edition == "openbaar":
        return rules.public(year)
    return rules.internal(year) if edition == "intern" else rules.annex(year)


def html_of(view: View, edition: str, own: Path | None = None) -> str:
    """The words of an edition, in the municipality's own template where `own` has one."""
    return shelf.words(TEMPLATES[edition], own, report=view)


def key_of(year: int) -> str:
    return f"{year}/council"


def _draft(here: Here, key: str, number: int, as_of: date, at: datetime) -> list[str]:
    year = snapshot(here, number, date(number, 12, 31))
    if year is None:
        return [no_framework(key, number)]
    made: list[Document] = []
    for edition in editions(year):
        compiled = compile(here, number, edition, as_of, at)
        if compiled.findings:
            return compiled.findings
        shelf.in_every_form(here, key_of(number), edition, at)
        made += compiled.documents
    with here.store.write() as tx:
        if due.done(tx, [key], at):  # nobody else made it meanwhile
            events.append(tx, at, "jaarring", "council.compiled", key, _hashes(made))
    return [f"{key}: concept gemaakt", *_to_look_at(here, number)]


def _offer(here: Here, key: str, number: int, at: datetime, beside: Beside | None) -> list[str]:
    """Print the board's decision in every edition and send the public one to the council."""
    year = snapshot(here, number, date(number, 12, 31))
    if year is None:
        return [no_framework(key, number)]
    decided = year.decided(f"{key_of(number)}/adopt", "adopt")
    if decided is None:
        return [f"{key}: wacht op het besluit van het college ({key_of(number)}/adopt)"]
    if found := _to_look_at(here, number):
        return [f"{key}: wacht op de coördinator ({guard.check_of(number)})", *found]
    seen = {edition: view_of(_undecided(year), edition) for edition in editions(year)}
    for edition, view in seen.items():
        standing = shelved(here, key_of(number), edition)
        source = shelf.sourced(here, key_of(number), edition, shelf.fingerprint(view))
        if not standing or standing[0].source != source or _newer(standing[0], decided.date):
            return [changed(key_of(number))]
    made: dict[str, list[Document]] = {}
    for edition, view in seen.items():
        final = view_of(year, edition)
        assert view is not None and final is not None, "editions() names only those that have something"
        try:
            made[edition] = _keep(here, final, view, edition, "vastgesteld", decided.date, at)
            shelf.in_every_form(here, key_of(number), edition, at)
        except shelf.BrokenTemplate as broken:
            letters.tell_broken(here, broken, at)
            return [f"{key}: {broken}"]
    along = beside(here, number, decided.date, at) if beside else []
    letter = letters.write(
        here,
        "council/offer.mail",
        year.council,
        key=key,
        at=at,
        on_behalf=False,  # the board accounts to the council; the coordinator only sends it
        attachments=[attached(here, files) for files in (made["openbaar"], along) if files],
        with_letter=bool(along),
        year=number,
        board=year.board.name,
        decided=decided,
        noted_on=year.due(f"{key_of(number)}/note"),
        closed=bool(year.framework.withheld),
    )
    with here.store.write() as tx:
        if due.done(tx, [key], at):
            events.append(tx, at, "jaarring", "council.offered", key, _hashes(made["openbaar"]))
        outbox.queue(tx, letter, at)
    return [f"{key}: vastgestelde raadsrapportage gemaakt en aangeboden"]


def _to_look_at(here: Here, year: int) -> list[str]:
    """What the guard found in the texts of a year and nobody looked at: a line each."""
    with here.store.read() as tx:
        return [str(one) for one in guard.standing(here, tx, year)]


def _newer(standing: Document, decided_on: date) -> bool:
    """Whether a concept was made after the board decided: then the board has not seen it."""
    return standing.status == "concept" and standing.as_of > decided_on


def editions(year: Year) -> list[str]:
    """The editions that this year has: a closed annex only where something is secret."""
    return [edition for edition in TEMPLATES if edition != "besloten" or year.secret()]


def _undecided(year: Year) -> Year:
    """The year before the board adopted the report: what the concept was made from."""
    subject = f"{key_of(year.year)}/adopt"
    return replace(year, decisions=tuple(one for one in year.decisions if one.subject != subject))


def _mistakes(here: Here, year: Year, entry: Entry, at: datetime) -> list[str]:
    key = entry.subject
    allowed = {
        f"{key_of(year.year)}/adopt": "adopt",
        f"{key_of(year.year)}/review": "advise",
        guard.check_of(year.year): "accept",
        f"{key_of(year.year)}/committee": "note",
        f"{key_of(year.year)}/note": "note",
    }
    if key not in allowed:
        return [f"{key}: over deze gebeurtenis wordt niet besloten; kies uit {', '.join(allowed)}"]
    verb, thing, found = allowed[key], Thing("council"), []
    if entry.verb != verb:
        found.append(f"{key}: besluit '{entry.verb}' kan hier niet; kies {verb}")
    action = "edit" if verb == "accept" else verb  # whoever puts its texts right says that he read them
    if not may(here.organisation, entry.body, action, thing):
        who = those_who(here.organisation, action, thing)
        found.append(f"{key}: '{entry.body}' besluit hier niet over; dit is aan: {who}")
    if entry.date > at.date():
        found.append(f"{key}: {datum(entry.date)} moet nog komen; noem de dag van het besluit")
    if verb == "adopt" and not entry.number:
        found.append(f"{key}: het nummer van het besluit ontbreekt; schrijf het erbij")
    found += _out_of_order(here, year, entry, verb)
    return found


def _out_of_order(here: Here, year: Year, entry: Entry, verb: str) -> list[str]:
    """Why the moment for this decision has not come, or is past: adopted stays adopted, noted stays noted."""
    key = entry.subject
    if verb == "adopt":
        standing = shelved(here, key_of(year.year), "openbaar")
        if not standing:
            return [f"{key}: er is nog geen concept; maak dat eerst met: jaarring report council"]
        if standing[0].status == "vastgesteld":
            return [f"{key}: is al vastgesteld; maak eerst een nieuw concept als er iets is veranderd"]
        if _newer(standing[0], entry.date):
            made = datum(standing[0].as_of)
            return [f"{key}: het concept is pas van {made}; verbeter de datum van het besluit"]
        if found := _to_look_at(here, year.year):
            check = guard.check_of(year.year)
            return [f"{key}: de coördinator moet eerst deze teksten nakijken ({check} accept)", *found]
    if verb == "accept":
        if not entry.reason.strip():
            return [f"{key}: de reden ontbreekt; schrijf op waarom deze teksten openbaar mogen zijn"]
        if entry.number:
            return [f"{key}: dit besluit heeft geen eigen nummer; laat het weg"]
        if not _to_look_at(here, year.year):
            return [f"{key}: er is niets wat de coördinator moet nakijken"]
    if verb == "note":
        with here.store.read() as tx:
            offer, mine = due.get(tx, f"{key_of(year.year)}/offer"), due.get(tx, key)
        decided = year.decided(f"{key_of(year.year)}/adopt", "adopt")
        if offer is None or offer.state != "done" or decided is None:
            return [f"{key}: de rapportage is nog niet aangeboden; wacht daarop"]
        if mine and mine.state == "done":
            return [f"{key}: is al vastgelegd; een besluit wordt niet twee keer vastgelegd"]
        if entry.date < decided.date:
            return [f"{key}: het college stelde pas op {datum(decided.date)} vast; verbeter de datum"]
    return []


def _keep(
    here: Here, view: View, seen: View, edition: str, status: Status, as_of: date, at: datetime
) -> list[Document]:
    """Shelve an edition. `seen` is what it was made from without the board's decision."""
    year = view.cover.year
    title = f"Raadsrapportage integrale beveiliging {year}"
    marks = () if isinstance(view, PublicReport) else view.marks
    if edition == "besloten":
        title = f"Besloten bijlage bij de r{title[1:]}"
    draft = shelf.Draft(
        key=key_of(year),
        edition=edition,
        title=title,
        description=f"{title}, gemeente {view.cover.municipality}",
        html=html_of(view, edition, here.config.templates),
        name=f"raadsrapportage-{year}-{edition}",
        status=status,
        source=shelf.fingerprint(seen),
        as_of=as_of,
        foot=shelf.foot(here, edition),
        mark=_MARKS.get(edition, "") if marks else "",
        notice=" ".join(mark.notice for mark in marks),
    )
    return shelf.keep(here, draft, at)


def _hashes(made: list[Document]) -> dict[str, str]:
    return {document.name: document.sha256 for document in made}
