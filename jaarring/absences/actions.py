"""Telling that somebody is away, back, or stood in for; and asking who acts.

Why somebody is away stands in the event log alone, where it can be erased: it may say something of health.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from jaarring.absences import reading, records
from jaarring.absences.rules import Acting, Note, acting, chain
from jaarring.config.mistakes import Mistake
from jaarring.database import Tx
from jaarring.dutch import datum, met_lidwoord
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import events
from jaarring.ledger.decisions import Entry
from jaarring.refusal import Refused
from jaarring.rights import Thing, demand, thing_of


def who_acts(here: Here, person: Person, day: date, barred: Collection[str] = ()) -> Acting:
    """Who acts for `person` on `day`, by all that is known now; see `rules.acting`."""
    with here.store.read() as tx:
        return acting(here.organisation, records.known(tx), person, day, barred)


def acts_for(here: Here, who: str, id: str, day: date, *, handed_over: bool = False) -> bool:
    """Whether `who` may act for `id` on `day`: himself; who acts while he is away; who was appointed for that
    day. A substitute of somebody who is there acts only in what was handed over to him: by letter, while the
    other was away (`handed_over`). A body is never stood in for.
    """
    person = here.organisation.people.get(id)
    if person is None or who == id:
        return who == id
    with here.store.read() as tx:
        known = records.known(tx)
    if who in (acting(here.organisation, known, person, day).person.id, known.appointed(person, day)):
        return True
    return handed_over and who in [one.id for one in chain(here.organisation, known, person, day)]


def demand_coordinator(here: Here, who: str, day: date) -> None:
    """Raise Refused for who is neither the coordinator nor acts for him on `day`."""
    coordinator = here.organisation.coordinator
    if not acts_for(here, who, coordinator, day):
        function = met_lidwoord(here.organisation.people[coordinator].function)
        raise Refused(
            f"'{who}' mag dit niet vrijgeven of vastleggen", f"dit is aan {function} ({coordinator})"
        )


def stands_in_for(
    here: Here, who: str, holders: Iterable[str], day: date, *, handed_over: bool = False
) -> str:
    """For whom of `holders` (ids) `who` acts on `day`: himself if he is one; empty where for nobody."""
    holders = list(holders)
    if who in holders:
        return who
    return next((id for id in holders if acts_for(here, who, id, day, handed_over=handed_over)), "")


def demand_present(here: Here, who: str, holders: Iterable[str], day: date) -> None:
    """Raise Refused for who is the substitute of one of `holders`, and not now: the other is there (R17)."""
    with here.store.read() as tx:
        known = records.known(tx)
    people = here.organisation.people
    for person in (people[id] for id in holders if id in people):
        if who == known.substitute(person, day):
            raise Refused(
                f"'{who}' vervangt {met_lidwoord(person.function)} alleen bij afwezigheid",
                f"laat {met_lidwoord(person.function)} dit doen, of leg eerst de afwezigheid vast: "
                f"absence/{person.id} record",
            )


def demand_deliverer(here: Here, who: str, owner: Person, duty: str, day: date) -> None:
    """Raise Refused where `who` may not bring what `owner` owes: neither himself, nor his substitute, nor who
    was appointed or acts for him on `day`, nor the coordinator, who writes down what came on paper, or who
    acts for him (R17). It is kept on behalf of `owner`, who gets the receipt.
    """
    with here.store.read() as tx:
        known = records.known(tx)
    acts = acting(here.organisation, known, owner, day).person.id
    standing_in = {acts, known.substitute(owner, day)} - {""}
    if acts_for(here, who, here.organisation.coordinator, day):
        return
    said = "mag dit niet indienen"
    demand(here.organisation, who, "deliver", thing_of(duty), said, standing_in=standing_in)


def tell(
    here: Here,
    person: str,
    entry: Entry,
    by: str,
    at: datetime,
    *,
    until: date | None = None,
    substitute: str = "",
) -> None:
    """Record what `entry` tells of `person`. Raises Refused where it cannot be, and then nothing changed.

    `entry.verb`: record (away from `entry.date` to `until`, for good where that is None), end (there again on
    `entry.date`) or appoint (`substitute` stands in from `entry.date`, to `until` where given).
    """
    note = Note(
        person=person,
        kind={"record": "absent", "end": "back", "appoint": "appoint"}[entry.verb],
        first=entry.date,
        last=until,
        substitute=substitute,
    )
    _check_words(here, note, entry)
    with here.store.write() as tx:
        _check_new(here, tx, note)
        _keep(tx, [note], by, at, entry.reason, entry.body)


def _check_words(here: Here, note: Note, entry: Entry) -> None:
    people = here.organisation.people
    if note.person not in people:
        raise Refused(f"'{note.person}' staat niet in organisation.yaml", "schrijf een persoon daaruit")
    _demand(here, note, entry.body)
    if note.last and note.last < note.first:
        raise Refused(f"de periode eindigt op {datum(note.last)} en begint daarna", "verbeter --until")
    if note.kind == "appoint" and not note.substitute:
        raise Refused("de vervanger ontbreekt", "noem met --person wie vervangt")
    if note.kind == "back" and (note.substitute or note.last):
        raise Refused("--until en --person horen niet bij end", "noem alleen met --date de eerste dag terug")
    if note.substitute and note.substitute not in people:
        raise Refused(f"'{note.substitute}' staat niet in organisation.yaml", "schrijf een persoon daaruit")
    if note.substitute == note.person:
        raise Refused("niemand vervangt zichzelf", "noem iemand anders")


def _demand(here: Here, note: Note, who: str) -> None:
    """Raise Refused where `who` may not tell this: the lines say who may."""
    action = "appoint" if note.kind == "appoint" else "record"
    demand(here.organisation, who, action, Thing("absence", note.person), "mag dit niet melden")


def _check_new(here: Here, tx: Tx, note: Note) -> None:
    known = records.known(tx)
    person = here.organisation.people[note.person]
    if note.kind == "back" and not known.is_absent(person, note.first):
        raise Refused(f"{person.function} is op {datum(note.first)} niet afwezig", "noem de eerste dag terug")
    if repeats(known.notes, note):
        raise Refused("dit is al vastgelegd", "u hoeft niets te doen")


def repeats(notes: Sequence[Note], note: Note) -> bool:
    """Whether the last that was told about the same already says this."""
    same = [one for one in notes if one.person == note.person and one.uid == note.uid]
    if note.uid:
        return bool(same) and same[-1] == note
    return note in same[_last_back(same) + 1 :]


def _last_back(notes: Sequence[Note]) -> int:
    """After a return the same days may be told again; where the last return stands, -1 for nowhere."""
    return max((n for n, note in enumerate(notes) if note.kind == "back"), default=-1)


def take_in(here: Here, path: Path, by: str, at: datetime) -> list[Note] | list[Mistake]:
    """Take in a file of absences (.csv or .ics): what was new in it, or all mistakes and nothing changed.

    `by`: who hands it in. Raises Refused where he may not tell this of somebody in it.
    """
    found = reading.read(path, here.organisation, here.config.time_zone)
    if found and isinstance(found[0], Mistake):
        return found
    told = [note for note in found if isinstance(note, Note)]
    for note in told:
        _demand(here, note, by)
    new: list[Note] = []
    with here.store.write() as tx:
        known = list(records.known(tx).notes)
        for note in told:
            if _says_something([*known, *new], note):
                new.append(note)
        _keep(tx, new, by, at, "", by)
    return new


def _says_something(notes: Sequence[Note], note: Note) -> bool:
    cancels_nothing = note.kind == "cancelled" and all(one.uid != note.uid for one in notes)
    return not cancels_nothing and not repeats(notes, note)


def _keep(tx: Tx, notes: Sequence[Note], by: str, at: datetime, reason: str, told_by: str) -> None:
    records.add(tx, notes, by, at)
    for note in notes:
        payload = {
            "first": note.first,
            "last": note.last,
            "substitute": note.substitute,
            "uid": note.uid,
            "reason": reason,
        }
        behalf = told_by if told_by != by else ""
        events.append(tx, at, by, f"absence.{note.kind}", f"absence/{note.person}", payload, behalf)
