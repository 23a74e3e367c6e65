"""Who hears of a decision (R14): down to the departments, up to secretary and board, across to the themes.

Plain: what is known of one decision goes in, notices come out. Nobody is told what he decided or wrote down
himself. Of a secret measure only the number is said; why something was decided is left to its own letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from jaarring.actors import owes
from jaarring.adjustments.rules import Adjustment, moves
from jaarring.calendar import Quarter
from jaarring.dutch import datum, hoofdletter, kwartaal, met_lidwoord, opsomming
from jaarring.governance import Organisation
from jaarring.occasions import Duty
from jaarring.plans.rules import JOINT, Plan
from jaarring.rights import named, voice
from jaarring.titles import Titles

BOARD, COUNCIL = "college", "raad"


@dataclass(frozen=True)
class Known:
    """One decision of the register, and what is known around it.

    `by`: who wrote it down. `plans` by subject, as they stand; `moved`: the subjects of the plans that this
    decision moved along. `announce`: when the organisation hears of the plans; None where that day is past.
    `told`: addresses that have a letter of its own about this. `public`: keys of documents that have a public
    edition. `until`: the new date of what was moved.
    """

    organisation: Organisation
    year: int
    subject: str
    verb: str
    body: str
    decided_on: date
    number: str
    by: str
    plans: Mapping[str, Plan] = field(default_factory=dict)
    moved: tuple[str, ...] = ()
    announce: date | None = None
    board_on: date | None = None
    adjustment: Adjustment | None = None
    told: frozenset[str] = frozenset()
    public: tuple[str, ...] = ()
    until: date | None = None

    @property
    def who(self) -> str:
        """Who decided, at the beginning of a sentence."""
        return hoofdletter(met_lidwoord(named(self.organisation, self.body)))

    @property
    def nr(self) -> str:
        return (
            f" ({self.number if not self.number[:1].isdigit() else f'nr. {self.number}'})"
            if self.number
            else ""
        )

    @property
    def done(self) -> str:
        """How the sentence begins: "Het college heeft op 8 december 2026"."""
        return f"{self.who} heeft op {self.on}"

    @property
    def on(self) -> str:
        return datum(self.decided_on)


@dataclass(frozen=True)
class Told:
    """One thing to tell one person or body. `later`: on the day of the announcement, and not before. `own`:
    about his own work, so that it does not wait for the news of the week. `with_board`: it can wait for what
    the board makes of it.
    """

    person: str
    direction: str
    title: str
    text: str
    later: bool = False
    documents: tuple[str, ...] = ()
    own: bool = False
    with_board: bool = False


def notices(known: Known) -> list[Told]:
    """Whom this decision is told to, and in which words. Nobody is told twice in the same words."""
    for pattern, verbs, tell in _TABLE:
        if re.fullmatch(pattern, known.subject, re.ASCII) and known.verb in verbs:
            return list(dict.fromkeys(one for one in tell(known) if _hears(known, one)))
    return []


def _hears(known: Known, one: Told) -> bool:
    """Not who decided or wrote it down, not who has a letter of its own about it, not who is unknown."""
    organisation = known.organisation
    if one.person in (known.body, voice(organisation, known.body), known.by):
        return False
    found = organisation.people.get(one.person) or organisation.bodies.get(one.person)
    return found is not None and found.mail not in known.told


# ---- who stands where


def _heads(known: Known, departments: Iterable[str] | None = None) -> list[str]:
    all_of = known.organisation.departments
    return [all_of[id].head for id in (all_of if departments is None else departments) if id in all_of]


def _owners(known: Known) -> list[str]:
    return [theme.owner for theme in known.organisation.themes.values()]


def _above(known: Known) -> list[str]:
    """The secretary, and the chair of the joint body where there is one between him and the themes."""
    organisation = known.organisation
    chair = [organisation.joint_body.chair] if organisation.joint_body and organisation.lines.joint else []
    return [organisation.secretary, *chair]


def _each(
    known: Known, title: str, text: str, own: Iterable[str] = (), **directions: Iterable[str]
) -> Iterator[Told]:
    """The same words to people in several directions; each hears it once, from the nearest. `own`: whose own
    work it is about.
    """
    mine = set(own)
    seen: set[str] = set()
    for direction, people in directions.items():
        for person in people:
            if person not in seen:
                seen.add(person)
                yield Told(person, direction, title, text, own=person in mine)


def _everybody(known: Known, title: str, text: str, *, board: bool = False) -> Iterator[Told]:
    up = [*_above(known), *([BOARD] if board else [])]
    yield from _each(known, title, text, up=up, down=_heads(known), across=_owners(known))


# ---- what is said of each kind of decision


def _frame(known: Known) -> Iterator[Told]:
    text = f"{known.done} het kader voor integrale beveiliging in {known.year} vastgesteld{known.nr}."
    yield from _each(
        known,
        f"kader voor {known.year} vastgesteld",
        text,
        down=[BOARD, *_above(known), *_heads(known)],
        across=_owners(known),
    )


def _framework(known: Known) -> Iterator[Told]:
    text = f"{known.done} het strategisch kader voor {known.year} vastgesteld{known.nr}."
    yield from _everybody(known, f"strategisch kader voor {known.year} vastgesteld", text)


_THREE = {
    "responsibility": ("wie waarvoor verantwoordelijk is", "verantwoordelijkheid"),
    "budgets": ("hoe het geld is verdeeld", "verdeling van het geld"),
    "accounting": ("hoe er verantwoording wordt afgelegd", "verantwoording afleggen"),
}


def _one_of_three(known: Known) -> Iterator[Told]:
    about, title = _THREE[known.subject.rpartition("/")[2]]
    text = f"{known.done} besloten {about} in {known.year}{known.nr}."
    yield from _everybody(known, f"{title} in {known.year}", text)


def _agreed(known: Known) -> Iterator[Told]:
    text = f"{known.who} is het op {known.on} eens geworden over de jaarplannen {known.year}{known.nr}."
    yield from _each(
        known, f"overleg eens over de jaarplannen {known.year}", text, up=_above(known), across=_owners(known)
    )


def _checked(known: Known) -> Iterator[Told]:
    text = (
        f"{known.done} getoetst of de jaarplannen {known.year} alle doelen dekken. "
        "De plannen gaan naar het college."
    )
    yield from _each(known, f"jaarplannen {known.year} getoetst", text, up=_above(known), down=_owners(known))


def _accepted_plan(known: Known) -> Iterator[Told]:
    theme = known.organisation.bearer(Duty(known.subject).subject)
    if theme:
        text = f"{known.who} is op {known.on} akkoord gegaan met het jaarplan {known.year} voor {theme.name}."
        title = f"jaarplan {theme.name} akkoord"
        up = [known.organisation.secretary]
        yield from _each(known, title, text, own=[theme.owner], down=[theme.owner], up=up)


def _adopted_plans(known: Known) -> Iterator[Told]:
    """At once to who is above and beside; to the departments on the day of the announcement, in the words of
    the line `speaks`: each discipline for itself, or one policy.
    """
    title = f"jaarplannen {known.year} vastgesteld"
    text = f"{known.done} de jaarplannen {known.year} vastgesteld en het geld verdeeld{known.nr}."
    yield from _each(known, title, text, up=_above(known), across=_owners(known))
    speak = _as_one if "oib" in known.organisation.lines.speaks else _each_discipline
    yield from speak(known)


def _as_one(known: Known) -> Iterator[Told]:
    """One policy for the whole organisation (O4)."""
    speaker = hoofdletter(met_lidwoord(named(known.organisation, JOINT)))
    for id, department in known.organisation.departments.items():
        mine = _measures(known, id, known.plans)
        text = (
            f"{speaker} meldt: het beleid voor integrale beveiliging in {known.year} is op {known.on} "
            f"vastgesteld{known.nr}. Het is één beleid voor alle thema's. {mine}"
        )
        title = f"het beleid voor integrale beveiliging in {known.year}"
        yield Told(department.head, "down", title, text.strip(), later=True)


def _each_discipline(known: Known) -> Iterator[Told]:
    """Each discipline for itself (D3)."""
    for subject in known.moved:
        theme = known.organisation.bearer(subject)
        if theme is None:
            continue
        for id, department in known.organisation.departments.items():
            mine = _measures(known, id, {subject: known.plans[subject]} if subject in known.plans else {})
            plan = f"{hoofdletter(theme.name)}: het jaarplan {known.year} is op {known.on} vastgesteld"
            text = f"{plan}{known.nr}. {mine}"
            title = f"jaarplan {known.year} {theme.name}"
            yield Told(department.head, "down", title, text.strip(), later=True)


def _measures(known: Known, department: str, plans: Mapping[str, Plan]) -> str:
    """What a department carries out, by number: a title may be secret."""
    ids = sorted(
        p.measure.id for plan in plans.values() for p in plan.measures if p.measure.department == department
    )
    if not ids:
        return "Er staan geen maatregelen voor uw afdeling in."
    word = "maatregel" if len(ids) == 1 else "maatregelen"
    return f"Voor uw afdeling: {word} {opsomming(ids)}."


def _letter(known: Known) -> Iterator[Told]:
    """The board informs the council of the plans, through the clerk."""
    text = (
        f"Het college informeert uw raad over de jaarplannen integrale beveiliging {known.year}{known.nr}. "
        + (
            "De openbare versies zitten in de bijlage."
            if known.public
            else "U kunt de plannen bij ons opvragen."
        )
    )
    title = f"jaarplannen integrale beveiliging {known.year}"
    yield Told(COUNCIL, "up", title, text, documents=known.public, own=True)


def _accepted_account(known: Known) -> Iterator[Told]:
    duty = Duty(known.subject)
    owner, quarter = owes(known.organisation, duty), duty.quarter
    if owner is None or quarter is None:
        return
    about = _about(known.organisation, duty)
    article = "het" if about.startswith("oordeel") else "de"
    text = f"{known.done} {article} {about} over het {_when(quarter)} goedgekeurd."
    up = _above(known)[:1] if duty.kind == "report" else []
    yield from _each(known, f"{about} goedgekeurd", text, own=[owner.id], down=[owner.id], up=up)


def _tactical(known: Known) -> Iterator[Told]:
    quarter = _quarter(known)
    text = f"{known.done} de tactische rapportage over het {_when(quarter)} vastgesteld{known.nr}."
    if known.board_on:
        text += f" Zij is voor de vergadering van het college van {datum(known.board_on)}."
    title = f"tactische rapportage {_when(quarter)} vastgesteld"
    above = _above(known)
    for one in _each(known, title, text, up=above, down=_heads(known), across=_owners(known)):
        yield one if one.person in above else replace(one, with_board=True)


def _of_board(known: Known) -> Iterator[Told]:
    quarter = _quarter(known)
    did = "vastgesteld" if known.verb == "adopt" else "besproken"
    text = f"{known.done} de tactische rapportage over het {_when(quarter)} {did}{known.nr}."
    yield from _everybody(known, f"tactische rapportage {_when(quarter)} {did}", text)


def _council_report(known: Known) -> Iterator[Told]:
    text = f"{known.done} de raadsrapportage over {known.year} vastgesteld{known.nr}."
    yield from _everybody(known, f"raadsrapportage {known.year} vastgesteld", text)


def _council_noted(known: Known) -> Iterator[Told]:
    of_committee = known.subject.endswith("/committee")
    body = "De raadscommissie" if of_committee else known.who
    did = "besproken" if of_committee else "besproken en er kennis van genomen"
    text = f"{body} heeft op {known.on} de raadsrapportage over {known.year} {did}{known.nr}."
    title = f"raadsrapportage {known.year} besproken"
    if of_committee:
        yield from _each(known, title, text, down=[BOARD, known.organisation.secretary])
    else:
        yield from _each(
            known, title, text, down=[BOARD, *_above(known), *_heads(known)], across=_owners(known)
        )


_DECIDED = {"accept": "aangenomen", "change": "aangenomen met een wijziging", "refuse": "afgewezen"}


def _adjusted(known: Known) -> Iterator[Told]:
    """Down to the departments that carry it out, up to secretary and board, across to the other themes."""
    one = known.adjustment
    if one is None:
        return
    theme = known.organisation.bearer(one.theme)
    name = theme.name if theme else one.theme
    text = f"{known.done} bijsturing {one.id} voor {name} {_DECIDED[known.verb]}{known.nr}."
    touched = {move.measure for move in moves(one)} | {one.proposal.measure}
    measures = [p.measure for plan in known.plans.values() for p in plan.measures if p.measure.id in touched]
    crosses = {measure.theme for measure in measures} | {one.theme}
    themes = [bearer for id in sorted(crosses) if (bearer := known.organisation.bearer(id))]
    down = _heads(known, sorted({measure.department for measure in measures}))
    across = [theme.owner for theme in themes]
    yield from _each(
        known,
        f"bijsturing {one.id} {_DECIDED[known.verb]}",
        text,
        own=[*down, *across],
        down=down,
        up=[*_above(known), BOARD],
        across=across,
    )


def _amended(known: Known) -> Iterator[Told]:
    did = "afgewezen" if known.verb == "refuse" else "vastgesteld"
    text = f"{known.done} wijziging {known.subject} van het strategisch kader {did}{known.nr}."
    yield from _everybody(known, f"wijziging {known.subject} {did}", text)


def _delayed(known: Known) -> Iterator[Told]:
    """What was moved, paused or not asked: to who owes it, and to the secretary."""
    duty = Duty(known.subject)
    owner = owes(known.organisation, duty) if len(duty.parts) > 2 else None
    moment = Titles(known.organisation, {}).of(known.subject, "decision")
    about = _about(known.organisation, duty) if owner else moment
    if owner and duty.quarter:
        about = f"{about}, {_when(duty.quarter)}"
    new = f": de nieuwe datum is {datum(known.until)}" if known.until and known.verb == "move" else ""
    did = {
        "move": f"uitstel gegeven{new}",
        "pause": f"gezegd dat dit mag wachten{f' tot en met {datum(known.until)}' if known.until else ''}",
        "waive": "gezegd dat dit niet hoeft",
        "missing": "gezegd dat de rapportage meldt dat dit ontbreekt",
        "appoint": "iemand aangewezen die dit doet",
    }[known.verb]
    text = f"{hoofdletter(about)}. {known.done} {did}."
    mine = [owner.id] if owner else []
    yield from _each(known, about, text, own=mine, down=mine, up=[known.organisation.secretary])


def _quarter(known: Known) -> Quarter:
    return Quarter(known.year, int(known.subject.split("/")[1][1]))


def _when(quarter: Quarter) -> str:
    return f"{kwartaal(quarter.number)} {quarter.year}"


def _about(organisation: Organisation, duty: Duty) -> str:
    """What a duty is, as in a sentence."""
    if duty.kind == "account":
        department = organisation.departments.get(duty.subject)
        return f"verantwoording maatregelen {department.name if department else duty.subject}"
    if duty.subject == JOINT:
        return f"oordeel {named(organisation, JOINT)}"
    theme = organisation.known_theme(duty.subject)
    name = theme.name if theme else duty.subject
    return f"jaarplan {name}" if duty.kind == "plan" else f"verantwoording {name}"


Tell = Callable[[Known], Iterator[Told]]

#: subject → verbs → what is told. The first pattern that fits the whole subject counts.
_TABLE: tuple[tuple[str, tuple[str, ...], Tell], ...] = (
    (r"\d{4}/frame/council", ("adopt",), _frame),
    (r"\d{4}/frame/board", ("adopt",), _framework),
    (r"\d{4}/frame/(responsibility|budgets|accounting)", ("adopt",), _one_of_three),
    (r"\d{4}/plan/agree", ("agree",), _agreed),
    (r"\d{4}/plan/check", ("accept",), _checked),
    (r"\d{4}/plan/adopt", ("adopt",), _adopted_plans),
    (r"\d{4}/plan/letter", ("record",), _letter),
    (r"\d{4}/plan/[a-z0-9_-]+", ("accept",), _accepted_plan),
    (r"\d{4}/Q[1-4]/(report|account)/[a-z0-9_-]+", ("accept",), _accepted_account),
    (r"\d{4}/Q[1-4]/tactical", ("adopt",), _tactical),
    (r"\d{4}/Q[1-4]/tactical/board", ("adopt", "note"), _of_board),
    (r"\d{4}/council/adopt", ("adopt",), _council_report),
    (r"\d{4}/council/(committee|note)", ("note",), _council_noted),
    (r"BV-\d{4}-\d+", tuple(_DECIDED), _adjusted),
    (r"[A-Z]{2}-\d{4}-\d+", ("adopt", "refuse"), _amended),
    (r"\d{4}/.+", ("move", "pause", "waive", "missing", "appoint"), _delayed),
)
