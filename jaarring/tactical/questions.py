"""What waits here: the secretary's adoption of a concept, the board's word, and whether the body met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jaarring.calendar import Quarter, quarters
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.dutch import datum, kwartaal, met_lidwoord, opsomming
from jaarring.here import Here
from jaarring.ledger import decisions, documents, due
from jaarring.ledger.due import Entry
from jaarring.questions.rules import Choice, Question
from jaarring.rights import Thing, holders, named
from jaarring.tactical import records, rules
from jaarring.tactical.actions import EDITION, key_of

ADOPT = (Choice("adopt", "Vaststellen", takes=("number",)),)
BOARD = (
    Choice("note", "Kennis genomen", needs=("date", "number")),
    Choice("adopt", "Vastgesteld", needs=("date", "number")),
)
MET = (Choice("record", "De bijeenkomst is geweest", needs=("date",)),)
#: working days after a meeting by which its outcome must be known
AFTER = 2


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """Everything about the tactical reports that waits for somebody on `as_of`."""
    for year in open_years(here, as_of):
        known = {entry.occasion.key: entry for entry in due.of_year(tx, year) if entry.state != "withdrawn"}
        for quarter in quarters(year):
            yield from _adoption(here, tx, quarter, known.get(f"{quarter.key}/tactical/board"))
            yield from _board(here, tx, quarter, known.get(f"{quarter.key}/tactical/board"))
            yield from _meeting(here, quarter, known.get(f"{quarter.key}/meeting"))


def _adoption(here: Here, tx: Tx, quarter: Quarter, board: Entry | None) -> Iterator[Question]:
    """A concept that nobody has adopted. A new concept is a new question."""
    key = key_of(quarter)
    concept = documents.newest(tx, key, EDITION, "html")
    who = holders(here.organisation, "adopt", Thing("tactical"))
    if concept is None or concept.status != "concept" or not who:
        return
    yield Question(
        key=f"{quarter.year}/ask/adopt/Q{quarter.number}-tactical-{concept.version}",
        subject=key,
        asked_of=who[0],
        what=f"Stelt u de {_name(quarter)} vast?",
        choices=ADOPT,
        details=tuple(_to_read(here, tx, quarter, board)),
        document=f"{key} {key}/proposal",
        by=_papers(here, board, concept.as_of),
        title=f"besluit over de {_name(quarter)}",
    )


def _to_read(here: Here, tx: Tx, quarter: Quarter, board: Entry | None) -> Iterator[str]:
    yield "De rapportage zit als concept in de bijlage. Klopt er iets niet? Laat het ons weten."
    if documents.newest(tx, f"{key_of(quarter)}/proposal", EDITION, "pdf"):
        yield "Het voorstel aan het college zit erbij."
    if board and board.state == "open":
        yield f"Zij gaat naar de vergadering van het college op {datum(board.occasion.due)}."
    year = records.snapshot(tx, here.organisation, quarter.year, quarter.last)
    if year and (asked := [one.id for one in rules.compile(year, quarter).asked]):
        yield f"In de rapportage vragen wij het college een besluit over {opsomming(asked)}."


def _papers(here: Here, board: Entry | None, made: date) -> date | None:
    """The last day on which the papers of that meeting are in time; where the concept, `made` on a day, came
    too late for that: the working day before the meeting.
    """
    if board is None or board.state != "open":
        return None
    papers = here.schedule.meetings["board"].papers
    calendar, meeting = here.schedule.calendar, board.occasion.due
    last = calendar.shift(meeting, -papers)
    return last if last > made else calendar.shift(meeting, -1)


def _board(here: Here, tx: Tx, quarter: Quarter, board: Entry | None) -> Iterator[Question]:
    """An adopted report of which the board's word is not known yet: it goes along, for the meeting."""
    key = key_of(quarter)
    adopted = decisions.latest(tx, key, "adopt")
    who = holders(here.organisation, "note", Thing("tactical"))
    if adopted is None or board is None or board.state != "open" or not who:
        return
    meeting, by = board.occasion.due, met_lidwoord(named(here.organisation, adopted.body))
    paper = documents.newest(tx, f"{key}/proposal", EDITION, "pdf")
    yield Question(
        key=f"{quarter.year}/ask/note/Q{quarter.number}-tactical",
        subject=board.occasion.key,
        asked_of=who[0],
        what=f"Wat besloot het college over de {_name(quarter)}?",
        choices=BOARD,
        details=(
            f"De rapportage is op {datum(adopted.date)} vastgesteld door {by} en zit in de bijlage.",
            *(["Het collegevoorstel zit erbij."] if paper else []),
            f"Zet haar op de agenda van {datum(meeting)}. Geef na die vergadering het besluit door.",
        ),
        document=f"{key} {key}/proposal",
        by=here.schedule.calendar.shift(meeting, AFTER),
        title=f"bericht over de {_name(quarter)}",
    )


def _meeting(here: Here, quarter: Quarter, meeting: Entry | None) -> Iterator[Question]:
    """Whether the joint body met on its day."""
    who = holders(here.organisation, "record", Thing("moment"))
    if meeting is None or meeting.state != "open" or not who:
        return
    joint = here.organisation.joint_body
    name = f"het {joint.name}" if joint else "het overleg"
    yield Question(
        key=f"{quarter.year}/ask/record/Q{quarter.number}-meeting",
        subject=meeting.occasion.key,
        asked_of=who[0],
        what=f"Is de bijeenkomst van {name} over het {_when(quarter)} geweest?",
        choices=MET,
        since=meeting.occasion.due,
    )


def _name(quarter: Quarter) -> str:
    return f"tactische rapportage over het {_when(quarter)}"


def _when(quarter: Quarter) -> str:
    return f"{kwartaal(quarter.number)} {quarter.year}"
