"""A municipality's own template that breaks between two rounds and is mended some rounds later.

While it is broken, what is made of it waits with file and line, the coordinator hears so in built-in words,
and everything else goes. When it is mended, what waited is made again and goes out once: all but what by
then asks for what has come, or has been asked anew. Each template that the town's piece of a year uses is
broken in each way, before a round in which it is used.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

from jaarring.absences import records as absences
from jaarring.absences.rules import acting
from jaarring.here import Here, municipality
from jaarring.ledger import due, outbox
from jaarring.occasions import ASKS
from jaarring.own import templates
from tests.faults import town, twins
from tests.faults.found import Found
from tests.faults.outages import unfair
from tests.faults.post import Post, identities
from tests.faults.town import PHASES

OWN, FRAME = "eigen", "_frames/mail.txt"
#: what a mended template says and ours does not
MARK = "Hier is Waterveen."
WAYS = {
    "an unknown name": "{{ geheim }}",
    "half a command": "{% if %}",
    "what is forbidden": "{{ ''.__class__ }}",
    "no text": "\ud800",
}
#: for how many phases it stays broken: until the next of the day, the next day, three days later
BROKEN_FOR = (1, len(PHASES), 3 * len(PHASES))
#: so many phases from the start there are letters alone: documents take far longer
LETTERS = 13 * len(PHASES)
#: never mended within the piece
FOR_GOOD = 10**6


@dataclass(frozen=True)
class Case:
    """Before phase `number` a template breaks, and before that of so many `phases` later it is mended."""

    template: str
    way: str
    number: int
    phases: int

    def __str__(self) -> str:
        return f"{self.template} with {self.way}, phases {self.number} to {self.number + self.phases}"


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Each template in each way; `sample`: so many of those of letters, in the first weeks."""
    found = Found()
    with Post() as post:
        piece = Piece(folder, post, None if sample is None else LETTERS)
        cases = [
            Case(name, way, random.choice(rounds), random.choice(BROKEN_FOR))
            for name, rounds in sorted(piece.used.items())
            for way in WAYS
        ]
        chosen = cases if sample is None else random.sample(cases, min(sample, len(cases)))
        waited = sum(piece.befalls(case, found) for case in chosen)
        piece.blind(found)
    found.runs.append(
        f"{len(chosen)} of {len(cases)} breaks of {len(piece.used)} templates, {waited} letters waited"
    )
    return found


class Piece:
    """A town whose own templates say what ours say, kept at the beginning of each phase."""

    def __init__(self, folder: Path, post: Post, until: int | None = None) -> None:
        self._post, self._here, self._copies = post, folder / "town", folder / "copies"
        self._config = town.founded(self._here, post.url)
        self._own = self._config / OWN
        self._own.mkdir()
        organisation = self._config / "organisation.yaml"
        organisation.write_text(f"{organisation.read_text('utf-8')}\ntemplates: {OWN}\n", "utf-8")
        self._phases = town.phases(self._config)[:until]
        #: by template, in which phases something is made of it
        self.used: dict[str, list[int]] = {}
        for number, (day, phase) in enumerate(self._phases):
            shutil.copytree(self._here, self._copies / f"{number}")
            with _asked_for() as names:
                town.play(self._config, day, phase)
            for part in {part for name in names for part in templates.parts(name)}:
                if part in templates.replaceable():
                    self.used.setdefault(part, []).append(number)
        with municipality(self._config) as here:
            self._documents = set(twins.state(here).documents)

    def befalls(self, case: Case, found: Found) -> int:
        """Play on from a phase, the template broken and then mended; how many letters waited for it."""
        shutil.rmtree(self._here)
        shutil.copytree(self._copies / f"{case.number}", self._here)
        self._post.taken()
        self._write(case.template, _broken(case))
        waited, told, mended = set[int](), 0, case.number + case.phases
        for number, (day, phase) in enumerate(self._phases[case.number :], case.number):
            if number == mended:
                self._write(case.template, _mended(case.template).encode())
            town.play(self._config, day, phase)
            with municipality(self._config) as here:
                if number < mended:
                    waited |= set(_waits(here, case, found))
                if phase == "last":
                    found.wrong += [f"{case}: {one}" for one in _others_wait(here)]
                if number >= mended and phase == "last" and case.template.endswith((".mail", ".txt")):
                    break
        with municipality(self._config) as here:
            told = self._looked_at(here.on(day), case, waited, found)
        if not waited and not told:
            found.wrong.append(f"{case}: it broke nothing")
        return len(waited)

    def _looked_at(self, here: Here, case: Case, waited: set[int], found: Found) -> int:
        """What must hold afterwards; how often the coordinator was told of a document that waits."""
        found.lost += [f"{case}: {one}" for one in still_waits(here)]
        found.wrong += [f"{case}: {one}" for one in (*twins.unproven(here), *unfair(here))]
        if not case.template.endswith((".mail", ".txt")):
            missing = self._documents - set(twins.state(here).documents)
            found.lost += [f"{case}: the document {name}" for name in sorted(missing)]
        came = identities(self._post.taken())
        found.doubled += [f"{case}: {id} to {to}, {n} times" for (id, to), n in came.items() if n > 1]
        letters = {line.id: line for line in _lines(here)}
        words = {line.id: _words(here, line.id) for line in letters.values() if line.state == "sent"}
        alarms = [words[n] for n, line in letters.items() if line.occasion.startswith("template/")]
        for id in waited:
            mine = [words[n] for n, o in letters.items() if o.occasion.startswith(f"undelivered/{id}/")]
            if not any(f"{OWN}/{case.template}:" in one for one in mine):
                found.wrong.append(f"{case}: nobody was told that message {id} waits")
            if id in words and MARK not in words[id]:
                found.wrong.append(f"{case}: message {id} went in other words than its own template has")
        if any(MARK in one for one in alarms) or not all(f"{OWN}/{case.template}:" in one for one in alarms):
            found.wrong.append(f"{case}: an alarm in other words than those built in")
        return len(alarms)

    def blind(self, found: Found) -> None:
        """The control: of a template that is never mended the letters still wait, and that is seen."""
        unseen = Found()
        self.befalls(Case(FRAME, "half a command", self.used[FRAME][0], FOR_GOOD), unseen)
        if not unseen.lost:
            found.wrong.append("control: letters that were never made again are not missed")

    def _write(self, template: str, content: bytes) -> None:
        file = self._own / template
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)


@contextmanager
def _asked_for() -> Iterator[set[str]]:
    """The templates that a municipality's own words are looked up for meanwhile."""
    names, before = set[str](), (templates.mail, templates.document)

    def mail(folder: Path, template: str, given: Any) -> Any:
        names.add(template)
        return before[0](folder, template, given)

    def document(folder: Path, template: str, values: Any) -> Any:
        names.add(template)
        return before[1](folder, template, values)

    templates.mail, templates.document = mail, document
    try:
        yield names
    finally:
        templates.mail, templates.document = before


def _broken(case: Case) -> bytes:
    text, wrong = (templates.OURS / case.template).read_text("utf-8"), WAYS[case.way]
    block = "{% block body %}"
    made = text.replace(block, f"{block}\n{wrong}\n") if block in text else f"{text}\n{wrong}\n"
    return made.encode("utf-8", "surrogatepass")


def _mended(template: str) -> str:
    text, block = (templates.OURS / template).read_text("utf-8"), "{% block body %}"
    if template == FRAME:
        return f"{text}\n{MARK}\n"
    return text.replace(block, f"{block}\n{MARK}\n")


def _waits(here: Here, case: Case, found: Found) -> Iterator[int]:
    """The messages that wait for the broken template, by number; none for any other reason."""
    for line in _lines(here):
        if line.state == "failed":
            yield line.id
            if not line.reply.startswith(f"{OWN}/{case.template}:"):
                found.wrong.append(f"{case}: {line.occasion} failed with {line.reply[:100]}")


def _others_wait(here: Here) -> Iterator[str]:
    """What was not sent in the last round of a day and whose template is not broken."""
    for line in _lines(here):
        if line.state not in ("sent", "failed"):
            yield f"{line.occasion} to {line.recipient} is {line.state}"


def still_waits(here: Here) -> Iterator[str]:
    """Every message that failed and that its reader still misses: of something in it that he was to hear or
    to do he got nothing since, and what he was to do was not done. What is for who is away waits for him.
    """
    people = {person.mail: person for person in here.organisation.people.values()}
    assert here.day
    with here.store.read() as tx:
        lines, known = outbox.all_lines(tx), absences.known(tx)
        away = {
            mail
            for mail, person in people.items()
            if acting(here.organisation, known, person, here.day).person != person
        }
        told = {line.id: [line.occasion, *outbox.carries(tx, line.occasion)] for line in lines}
        for line in (one for one in lines if one.state == "failed" and one.recipient not in away):
            since = {
                key.rpartition("/")[0]
                for other in lines
                if other.id > line.id and other.recipient == line.recipient
                for key in told[other.id]
            }
            for key in told[line.id]:
                entry = due.get(tx, key)
                duty = entry.occasion.duty if entry and entry.occasion.kind in ASKS else ""
                met = duty and all(
                    e.state not in due.WAITS for e in due.of_duty(tx, duty) if e.occasion.kind == "due"
                )
                again = duty and any(one == duty or one.startswith(f"{duty}/") for one in since)
                if (entry or len(told[line.id]) == 1) and not met and not again:
                    yield f"{key} in {line.occasion} to {line.recipient}"


def _lines(here: Here) -> list[outbox.Line]:
    with here.store.read() as tx:
        return outbox.all_lines(tx)


def _words(here: Here, id: int) -> str:
    with here.store.read() as tx:
        raw = tx.exec_driver_sql(f"select raw from message where id = {id}").scalar_one()
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    return " ".join(str(body.get_content()).split()) if body else ""
