"""The tactical report made, adopted by the secretary, and dealt with by the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from jaarring import letters, shelf
from jaarring.calendar import Quarter
from jaarring.document import Status
from jaarring.dutch import datum, kwartaal
from jaarring.here import Here
from jaarring.ledger import decisions, documents, due, events
from jaarring.ledger.decisions import Entry
from jaarring.ledger.documents import Document
from jaarring.mail.message import Attachment
from jaarring.plans.words import planning
from jaarring.rights import Thing, may, those_who
from jaarring.tactical import records, rules
from jaarring.tactical.view import TacticalReport
from jaarring.tactical.year import Decided, Year

EDITION = "intern"


class Compiled(NamedTuple):
    """What was made, and what stood in the way: sentences in Dutch, each with the key it is about."""

    documents: list[Document]
    findings: list[str]


def compile_due(here: Here, as_of: date, at: datetime) -> list[str]:
    """Make the concept of every tactical report that is due on `as_of`; the secretary is asked by post.

    One line a report: what was made, or why it waits. A second run finds nothing open.
    """
    with here.store.read() as tx:
        wanted = [found for found in due.due(tx, as_of, ["compile"]) if "/tactical/" in found.key]
    lines = []
    for occasion in wanted:
        quarter = quarter_of(occasion.key)
        made = compile(here, quarter, as_of, at)
        if made.findings:
            lines += made.findings
            continue
        shelf.in_every_form(here, key_of(quarter), EDITION, at)
        with here.store.write() as tx:
            if due.done(tx, [occasion.key], at):  # nobody else made it meanwhile
                events.append(tx, at, "jaarring", "tactical.compiled", occasion.key, _hashes(made.documents))
        lines.append(f"{occasion.key}: concept gemaakt")
    return lines


def compile(here: Here, quarter: Quarter, as_of: date, at: datetime) -> Compiled:
    """Make the report over `quarter` from what is stored now; what stands is kept if nothing changed.

    A report that says something else than the adopted one is a concept again: adopted is what was seen.
    """
    year = snapshot(here, quarter.year, quarter.last)
    if year is None:
        return Compiled([], [no_framework(key_of(quarter), quarter.year)])
    report = rules.compile(year, quarter)
    source = shelf.fingerprint(replace(report, adopted=None))
    standing = shelved(here, key_of(quarter), EDITION)
    if standing and standing[0].source == shelf.sourced(here, key_of(quarter), EDITION, source):
        return Compiled(standing, [])
    try:
        return Compiled(_keep(here, replace(report, adopted=None), source, "concept", as_of, at), [])
    except shelf.BrokenTemplate as broken:
        letters.tell_broken(here, broken, at)
        return Compiled([], [f"{key_of(quarter)}: {broken}"])


def decide(here: Here, key: str, verb: str, entry: Entry, by: str, at: datetime) -> list[str]:
    """Record a decision about a tactical report; mistakes in Dutch, empty if it was recorded.

    `Y/Qn/tactical` adopt, by the secretary: the report becomes final with the decision in it, and goes to the
    board by post. `Y/Qn/tactical/board` adopt or note, by the board, with its number.
    """
    entry = replace(entry, subject=key, verb=verb)
    quarter, of_board = quarter_of(key), key.endswith("/board")
    year = snapshot(here, quarter.year, quarter.last)
    if year is None:
        return [no_framework(key, quarter.year)]
    mistakes = list(_mistakes(here, year, quarter, entry, of_board, at))
    if mistakes:
        return mistakes
    if of_board:
        with here.store.write() as tx:
            decisions.record(tx, entry, by, at)
            due.done(tx, [key], at)
        return []
    return _adopt(here, year, quarter, entry, by, at)


def _adopt(here: Here, year: Year, quarter: Quarter, entry: Entry, by: str, at: datetime) -> list[str]:
    """File first, then its register, then one transaction: whoever is cut off here can do it again."""
    report = rules.compile(year, quarter)
    source = shelf.fingerprint(replace(report, adopted=None))
    seen = shelf.sourced(here, key_of(quarter), EDITION, source)
    if shelved(here, key_of(quarter), EDITION)[0].source != seen:
        return [changed(key_of(quarter))]
    adopted = Decided(year.named(entry.body), entry.date, entry.number)
    _keep(here, replace(report, adopted=adopted), source, "vastgesteld", entry.date, at)
    shelf.in_every_form(here, key_of(quarter), EDITION, at)
    with here.store.write() as tx:
        decisions.record(tx, entry, by, at)
    return []


def _mistakes(
    here: Here, year: Year, quarter: Quarter, entry: Entry, of_board: bool, at: datetime
) -> list[str]:
    """Why this decision cannot be recorded."""
    organisation = here.organisation
    action, thing = "note" if of_board else "adopt", Thing("tactical")
    verbs = ("adopt", "note") if of_board else ("adopt",)
    found = []
    if entry.verb not in verbs:
        found.append(f"{entry.subject}: besluit '{entry.verb}' kan hier niet; kies {' of '.join(verbs)}")
    if not may(organisation, entry.body, action, thing):
        who = those_who(organisation, action, thing)
        found.append(f"{entry.subject}: '{entry.body}' besluit hier niet over; dit is aan: {who}")
    if of_board and not entry.number:
        found.append(f"{entry.subject}: het nummer van het besluit ontbreekt; schrijf het erbij")
    if entry.date > at.date():
        found.append(f"{entry.subject}: {datum(entry.date)} moet nog komen; noem de dag van het besluit")
    found += (
        _not_for_the_board(here, year, quarter, entry)
        if of_board
        else _not_for_adoption(here, year, quarter, entry)
    )
    return found


def _not_for_the_board(here: Here, year: Year, quarter: Quarter, entry: Entry) -> list[str]:
    key = key_of(quarter)
    adopted = year.decided(key, "adopt")
    if adopted is None:
        return [f"{key}: is nog niet vastgesteld; laat dat eerst de {year.named('secretary')} doen"]
    if entry.date < adopted.date:
        return [
            f"{entry.subject}: het rapport is pas op {datum(adopted.date)} vastgesteld; verbeter de datum"
        ]
    with here.store.read() as tx:
        mine = due.get(tx, entry.subject)
    if mine and mine.state == "done":
        return [f"{entry.subject}: is al vastgelegd; een besluit wordt niet twee keer vastgelegd"]
    return []


def _not_for_adoption(here: Here, year: Year, quarter: Quarter, entry: Entry) -> list[str]:
    key = key_of(quarter)
    standing = shelved(here, key, EDITION)
    if not standing:
        return [f"{key}: er is nog geen concept; maak dat eerst met: jaarring report tactical"]
    if standing[0].status == "vastgesteld" and year.decided(key, "adopt"):
        return [f"{key}: is al vastgesteld; maak eerst een nieuw concept als er iets is veranderd"]
    if standing[0].as_of > entry.date:
        return [
            f"{key}: het concept is pas van {datum(standing[0].as_of)}; verbeter de datum van het besluit"
        ]
    return []


def _keep(
    here: Here, report: TacticalReport, source: str, status: Status, as_of: date, at: datetime
) -> list[Document]:
    quarter = report.quarter
    title = f"Tactische rapportage {kwartaal(quarter.number)} {quarter.year}"
    draft = shelf.Draft(
        key=key_of(quarter),
        edition=EDITION,
        title=title,
        description=f"{title} integrale beveiliging, gemeente {report.municipality}",
        html=shelf.words("tactical/report.html", here.config.templates, report=report),
        name=f"tactische-rapportage-{quarter.year}-{kwartaal(quarter.number).replace(' ', '-')}",
        status=status,
        source=source,
        as_of=as_of,
        foot=shelf.foot(here, EDITION),
    )
    return shelf.keep(here, draft, at)


# ---- what the council room needs as well


def snapshot(here: Here, year: int, on: date) -> Year | None:
    """A cycle year as the store has it at this moment; None while no framework has been adopted for it.

    `on`: the last day that is reported on, whose themes and departments the report has.
    """
    then = here.config.organisations.on(on)
    if not planning(here, year).lines.joint:  # no joint objectives were set for this year
        responsible = tuple(party for party in then.lines.responsible if party != "oib")
        then = replace(then, lines=replace(then.lines, responsible=responsible))
    with here.store.read() as tx:
        return records.snapshot(tx, here.organisation.looking_back(then), year, on)


def shelved(here: Here, key: str, edition: str) -> list[Document]:
    """The newest version of a document as a page and as a PDF; empty if it was never made."""
    with here.store.read() as tx:
        found = [documents.newest(tx, key, edition, format) for format in ("html", "pdf")]
    return [document for document in found if document]


def attached(here: Here, made: Sequence[Document]) -> Attachment:
    """The PDF among the documents, as it goes along with a letter."""
    pdf = next(document for document in made if document.format == "pdf")
    return Attachment(pdf.name, "application/pdf", here.files.get(pdf.sha256))


def no_framework(key: str, year: int) -> str:
    return f"{key}: het kader voor {year} is nog niet vastgesteld; leg dat besluit eerst vast"


def changed(key: str) -> str:
    return f"{key}: sinds het concept zijn er gegevens veranderd; maak een nieuw concept en stel dat vast"


def _hashes(made: Sequence[Document]) -> dict[str, str]:
    return {document.name: document.sha256 for document in made}


def quarter_of(key: str) -> Quarter:
    """The quarter in a key such as `2027/Q2/tactical/secretary`."""
    year, quarter = key.split("/")[:2]
    return Quarter(int(year), int(quarter[1]))


def key_of(quarter: Quarter) -> str:
    return f"{quarter.key}/tactical"
