"""What this room waits for: frames, division, acceptance, agreement, check, adoption, amendments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from jaarring import shelf
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.dutch import euro, hoofdletter, meervoud, met_lidwoord, opsomming
from jaarring.here import Here
from jaarring.ledger import decisions, documents, due
from jaarring.plans import amendments, division, frame, records
from jaarring.plans.decided import THREE
from jaarring.plans.judging import judged
from jaarring.plans.meeting import disagreed
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT
from jaarring.plans.rules.findings import Finding, findings
from jaarring.plans.standing import AFTER, OPEN
from jaarring.plans.words import code_of, subject_name
from jaarring.questions.rules import Choice, Question
from jaarring.rights import BOARD, Thing, holders, named

#: the end of a subject → what is decided about, as the subject of the letter names it
STAKES = {
    "frame/council": "het kader voor {}",
    "frame/board": "het strategisch kader voor {}",
    **{f"frame/{name}": f"de {words} voor {{}}" for name, words in THREE.items()},
    "plan/adopt": "de jaarplannen {}",
}
DECIDED = (Choice("adopt", "Vastgesteld", needs=("date", "number")),)
ACCEPTS = (Choice("accept", "Akkoord"), Choice("return", "Teruggeven", needs=("reason",)))
ADVISES = (Choice("advise", "Dit is mijn advies", needs=("reason",)),)
DIVIDES = (Choice("divide", "De verdeling klopt"),)
AGREES = (
    Choice("agree", "Het overleg is het eens", needs=("number",), takes=("date", "reason")),
    Choice("disagree", "Het overleg is het niet eens", needs=("number", "reason"), takes=("date",)),
)
CHECKS = (Choice("accept", "Elk doel is gedekt: naar het college"),)
AMENDS = (
    Choice("adopt", "Vastgesteld", needs=("date", "number")),
    Choice("refuse", "Afgewezen", needs=("date", "number"), takes=("reason",)),
)


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """Everything that is open in this room on `as_of`. A view: it changes nothing."""
    for year in open_years(here, as_of):
        room = _Room(here, tx, year)
        yield from room.frames()
        yield from room.division()
        yield from room.plans()
        yield from room.agreement()
        yield from room.check()
        yield from room.adoption()
    for year in records.framework_years(tx):
        for one in records.amendments(tx, year):
            if one.state == "proposed":
                yield _amendment(here, one)


def said(finding: Finding, year: int) -> str:
    """A finding as people read it, in the words of the documents."""
    words = shelf.templates().get_template("plans/findings.txt").module
    return " ".join(str(words.finding(finding, year)).split())  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Room:
    """One cycle year as it stands."""

    here: Here
    tx: Tx
    year: int

    def frames(self) -> Iterator[Question]:
        """The council's frame before the first plans (R23), the board's framework (R8) and its three (R9)."""
        council, board = f"{self.year}/frame/council", f"{self.year}/frame/board"
        if self._waits(council):
            what = f"Heeft de raad het kader vastgesteld waarbinnen de cyclus {self.year} loopt?"
            yield self._question("adopt", "frame-council", council, Thing("frame"), what, DECIDED)
        elif self._waits(board):
            what = f"Heeft het college het strategisch kader voor {self.year} vastgesteld?"
            yield self._question("adopt", "frame-board", board, Thing("framework"), what, DECIDED)
        elif records.adopted_framework(self.tx, self.year) is not None:
            standing = frame.standing(self.tx, self.year)
            for name in ("responsibility", "accounting"):
                if standing[name] is None:
                    what = f"Heeft het college besloten over de {THREE[name]} voor {self.year}?"
                    subject = f"{self.year}/frame/{name}"
                    yield self._question("adopt", f"frame-{name}", subject, Thing("framework"), what, DECIDED)

    def division(self) -> Iterator[Question]:
        """The body divides its joint objectives, or agrees to the division that is there (O2)."""
        key, joint = f"{self.year}/joint/parts", self._kept.get(JOINT)
        entry = due.get(self.tx, key)
        if joint is None or entry is None or entry.state != "open" or decisions.about(self.tx, key, "divide"):
            return
        yield Question(
            key=f"{self.year}/ask/agree/joint-parts",
            subject=key,
            asked_of=JOINT,
            what=f"Klopt de verdeling van de gezamenlijke doelstellingen {self.year} over de thema's?",
            choices=DIVIDES,
            details=tuple(division.said(self.here, joint.plan.joint)),
            by=entry.occasion.due,
            carried_by=f"{self.year}/objectives",
        )

    def plans(self) -> Iterator[Question]:
        """Advice on each plan that was handed in, and where none agrees first, its acceptance (D2, D3)."""
        alone = not self.here.organisation.lines.agrees_plan
        for subject, kept in self._themes.items():
            if kept.state != "submitted":
                continue
            duty, name = f"{self.year}/plan/{subject}", subject_name(self.here.organisation, subject)
            spoken = self._advised(duty)
            advisers = holders(self.here.organisation, "advise", Thing("plan", subject))[:1]
            for adviser in advisers:
                if adviser not in spoken:
                    ref = f"plan-{subject}-{kept.version}"
                    what = f"Wat is uw advies over het jaarplan {self.year} voor {name}?"
                    yield self._about_plan("advise", ref, duty, adviser, what, ADVISES, kept)
            plan = judged(self.here, self.tx, duty)
            accepters = holders(self.here.organisation, "accept", plan)[:1] if alone else ()
            for accepter in accepters:
                ref = f"plan-{subject}-{kept.version}"
                what = f"Bent u akkoord met het jaarplan {self.year} voor {name}?"
                yield self._about_plan("accept", ref, duty, accepter, what, ACCEPTS, kept)

    def agreement(self) -> Iterator[Question]:
        """The joint body agrees on all plans together (O4), once every theme has handed in."""
        key = f"{self.year}/plan/agree"
        waiting = [kept for kept in self._kept.values() if kept.state in OPEN]
        themes = self.here.organisation.themes
        behind = any(id not in self._kept or self._kept[id].state == "draft" for id in themes)
        lines = self.here.organisation.lines
        if not lines.agrees_plan or not waiting or behind or disagreed(self.tx, self.year):
            return
        what = f"Is het overleg het eens over de jaarplannen {self.year}?"
        told = [
            "Schrijf als nummer welk overleg het was, met de datum.",
            "Was een thema er niet? Schrijf dan als reden: afwezig, met de code van het thema.",
        ]
        times = len(decisions.about(self.tx, key, "agree"))
        yield self._question("agree", self._again(f"plans-{times}"), key, Thing("plans"), what, AGREES, told)

    def check(self) -> Iterator[Question]:
        """The check on the cover of all goals, with what has no plan and what has no goal (D2).

        Asked when every plan that was handed in is judged; one that is late or went back holds nobody up
        (D3).
        """
        key = f"{self.year}/plan/check"
        states = {kept.state for kept in self._themes.values()}
        together = bool(self.here.organisation.lines.agrees_plan)
        no = disagreed(self.tx, self.year)
        judged_all = "submitted" not in states and bool(states & set(AFTER))
        ready = (states <= {"agreed", *AFTER} or no) if together else judged_all
        if not self._waits(key) or not states or not ready:
            return
        told = [said(one, self.year) for one in self._findings()]
        if no:
            told.insert(0, f"Het overleg is het niet eens ({no.number}): {no.reason} U beslist.")
        what = f"Dekken de jaarplannen {self.year} alle doelen?"
        told = told or ["Er viel niets op."]
        yield self._question("check", self._again("plans"), key, Thing("plans"), what, CHECKS, told)

    def adoption(self) -> Iterator[Question]:
        """The board adopts what was accepted, and allots the money (R8, R9), after the check on all goals."""
        accepted = [one for one in self._kept.values() if one.state == "accepted"]
        behind = [one for one in self._themes.values() if one.state not in AFTER]
        together = self.here.organisation.lines.joint or bool(self.here.organisation.lines.agrees_plan)
        key = f"{self.year}/plan/adopt"
        entry = due.get(self.tx, key)
        if not accepted or entry is None or (together and behind) or self._waits(f"{self.year}/plan/check"):
            return
        moving = {one.plan.subject for one in accepted}
        names = [theme.name for id, theme in self.here.organisation.themes.items() if id in moving]
        whole = "het gezamenlijke jaarplan, met de delen " if JOINT in moving else ""
        told = [f"Voorgelegd: {whole}{opsomming(names)}."]
        if behind:
            late = [subject_name(self.here.organisation, one.plan.subject) for one in behind]
            told.append(f"Nog niet zover: {opsomming(late)}. Dat houdt de andere plannen niet op.")
        paper = f"{self.year}/plans/proposal"
        if documents.newest(self.tx, paper, "intern", "pdf"):
            told.append("Het collegevoorstel zit in de bijlage, met de openbare versie van het jaarplan.")
        ref = "plans-" + "-".join(sorted(one.plan.subject for one in accepted))
        what = f"Heeft het college de jaarplannen {self.year} vastgesteld en het geld verdeeld?"
        asked = self._question("adopt", self._again(ref[:60]), key, Thing("plans"), what, DECIDED, told)
        yield replace(asked, document=f"{paper} {self.year}/plan@openbaar")

    # --- what the year has

    @cached_property
    def _kept(self) -> Mapping[str, Kept]:
        return records.of_year(self.tx, self.year)

    @cached_property
    def _themes(self) -> dict[str, Kept]:
        return {id: one for id, one in self._kept.items() if id != JOINT and not one.plan.empty}

    def _again(self, ref: str) -> str:
        """What a question about all plans is called: one that closed because a plan went back is another than
        the one that is asked when it is there again.
        """
        plans = (f"{self.year}/plan/{id}" for id in self._kept)
        returned = sum(len(decisions.about(self.tx, duty, "return")) for duty in plans)
        return f"{ref}-{returned}" if returned else ref

    def _waits(self, key: str) -> bool:
        """Whether nothing has been recorded of an occasion; it is asked about from its day on."""
        entry = due.get(self.tx, key)
        return entry is not None and entry.state in due.WAITS

    def _advised(self, duty: str) -> set[str]:
        """Who has said something of the plan since it was last handed in."""
        about = decisions.about(self.tx, duty)
        last = max((place for place, one in enumerate(about) if one.verb == "submit"), default=-1)
        return {one.body for one in about[last + 1 :] if one.verb == "advise"}

    def _findings(self) -> list[Finding]:
        framework = records.adopted_framework(self.tx, self.year)
        if framework is None:
            return []
        plans = [one.plan for one in self._kept.values()]
        return [
            Finding(one.kind, code_of(self.here.organisation, one.subject), one.amount)
            for one in findings(framework, self.here.organisation, self.year, plans)
        ]

    def _question(
        self,
        kind: str,
        ref: str,
        subject: str,
        thing: Thing,
        what: str,
        choices: tuple[Choice, ...],
        details: Sequence[str] = (),
    ) -> Question:
        who = holders(self.here.organisation, kind, thing)
        entry = due.get(self.tx, subject)
        day = entry.occasion.due if entry else None
        by, since = (day, None) if kind == "agree" else (None, day)
        key, asked = f"{self.year}/ask/{kind}/{ref}", (who or (BOARD,))[0]
        stake = STAKES.get(subject.partition("/")[2], "").format(self.year) if kind == "adopt" else ""
        title = f"besluit over {stake}" if stake else ""
        return Question(key, subject, asked, what, choices, tuple(details), since=since, by=by, title=title)

    def _about_plan(
        self,
        kind: str,
        ref: str,
        duty: str,
        asked: str,
        what: str,
        choices: tuple[Choice, ...],
        kept: Kept,
    ) -> Question:
        """A question about one plan. A plan with a secret measure in it does not travel by mail."""
        plan, secret = kept.plan, any(planned.measure.secrecy for planned in kept.plan.measures)
        owner = self.here.organisation.known_theme(plan.subject)
        by = met_lidwoord(named(self.here.organisation, owner.owner)) if owner else ""
        told = [f"Ingediend door {by}."] if by else []
        count = len(plan.measures)
        told.append(f"{count} {meervoud(count, 'maatregel', 'maatregelen')}, budget {euro(plan.budget)}.")
        mine = {plan.subject, *(one.id for one in plan.objectives), *(p.measure.id for p in plan.measures)}
        codes = {code_of(self.here.organisation, id) for id in mine}
        told += [
            said(one, self.year)
            for one in self._findings()
            if one.subject in codes and not (secret and one.kind == "money")
        ]
        told += [
            f"Advies van {met_lidwoord(named(self.here.organisation, one.body))}: {one.reason}"
            for one in decisions.about(self.tx, duty, "advise")
            if kind == "accept"
        ]
        if secret:
            told.append("Het plan heeft een geheime maatregel en mag niet met de mail mee.")
            told.append("U krijgt het van de coördinator.")
        advice, check = self._day("plan/advice"), self._day("plan/check")
        return Question(
            key=f"{self.year}/ask/{kind}/{ref}",
            subject=duty,
            asked_of=asked,
            what=what,
            choices=choices,
            details=tuple(told),
            document="" if secret else duty,
            # advice first; then all plans are judged in one go, before the check on the whole
            since=advice if kind == "accept" else None,
            by=check if kind == "accept" else advice,
            title=f"{'oordeel' if kind == 'accept' else 'advies'} over het jaarplan {self.year} voor "
            f"{subject_name(self.here.organisation, plan.subject)}",
        )

    def _day(self, tail: str) -> date | None:
        entry = due.get(self.tx, f"{self.year}/{tail}")
        return entry.occasion.due if entry else None


def _amendment(here: Here, one: records.Amendment) -> Question:
    return Question(
        key=f"{one.year}/ask/decide/{one.id}",
        subject=one.id,
        asked_of=amendments.deciders(here.organisation, one)[0],
        what=f"Er ligt een voorstel om het kader te wijzigen. Wat besluit u over wijziging {one.id}?",
        choices=AMENDS,
        details=tuple(f"{hoofdletter(change.line)}." for change in one.changes),
    )
