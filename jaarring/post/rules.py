"""The one letter a day: what is said first, and how each question is put. Plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jaarring.dutch import dag_datum, opsomming
from jaarring.occasions import Occasion
from jaarring.questions.rules import Asked, Question

#: kind → what is asked: one, many (after "uw", with their number), and what one does (after "wilt u …")
_WORDS: Mapping[str, tuple[str, str, str]] = {
    "judge": ("oordeel over een verantwoording", "oordeel over {} verantwoordingen", "over {} oordelen"),
    "accept": ("oordeel over een jaarplan", "oordeel over {} jaarplannen", "over {} oordelen"),
    "agree": ("instemming met de plannen", "instemming met {} plannen", "laten weten of u instemt"),
    "check": ("toets van de jaarplannen", "toets van {} jaren", "toetsen of elk doel is gedekt"),
    "adopt": ("besluit over een stuk", "besluit over {} stukken", "over {} besluiten"),
    "advise": ("advies", "advies over {} onderwerpen", "advies geven"),
    "decide": ("besluit over een voorstel", "besluit over {} voorstellen", "over {} besluiten"),
    "choose": ("keuze", "keuze over {} onderwerpen", "een keuze maken"),
    "signal": ("keuze bij een doel", "keuze bij {} onderwerpen", "kiezen wat u doet"),
    "note": ("besluit over een rapportage", "besluit over {} rapportages", "het besluit over {} doorgeven"),
    "confirm": ("akkoord op een antwoord", "akkoord op {} antwoorden", "laten weten of u akkoord gaat"),
    "record": ("bericht over een besluit", "bericht over {} besluiten", "{} doorgeven"),
    "appoint": ("aanwijzing", "aanwijzing voor {} taken", "iemand aanwijzen"),
}
_MIXED = ("antwoord op een vraag", "antwoord op {} vragen", "{} beantwoorden")
#: lines to read before one chooses: where all together are more, a question with more than a few has them in
#: the form, so that the letter stays a letter
LINES_MOST, LINES_FEW = 12, 4


@dataclass(frozen=True)
class Item:
    """A question in a letter to somebody. `ask`: what in the ledger this letter does; empty where it only
    reminds in passing. `behalf`: whose answer it is, by function, where somebody else acts. `helps`: it went
    on to the coordinator, for there was no answer in time.
    """

    asked: Asked
    ask: Occasion | None = None
    behalf: str = ""
    helps: bool = False


@dataclass(frozen=True)
class Shown:
    """A question as the letter shows it; `when` and `choices` empty where one line says it for all."""

    number: int
    what: str
    when: str
    details: tuple[str, ...]
    choices: str


@dataclass(frozen=True)
class News:
    """Something to tell: a few words for a subject, and the sentences."""

    title: str
    text: str


@dataclass(frozen=True)
class Letter:
    """What a letter says, chosen; the template only speaks."""

    subject: str
    opening: tuple[str, ...]
    questions: tuple[Shown, ...]
    news: tuple[str, ...]

    @property
    def is_list(self) -> bool:
        """Whether the questions fit a line each."""
        return len(self.questions) > 1 and not any(one.details for one in self.questions)


def in_order(items: Sequence[Item]) -> list[Item]:
    """What is asked today first, then what was asked before; in each, what must be answered first."""
    return sorted(items, key=lambda one: (one.ask is None, one.helps, one.asked.due, one.asked.key))


def is_long(items: Sequence[Item]) -> bool:
    """Whether there is something to read that the letter leaves to the form."""
    return any(_in_form(one, items) for one in items)


def _in_form(one: Item, items: Sequence[Item]) -> bool:
    """Of what was asked before the letter does not say everything again, nor much where all is too much."""
    lines = sum(len(other.asked.question.details) for other in items)
    mine = len(one.asked.question.details)
    before = one.ask is None and any(other.ask for other in items)
    return bool(mine) and (before or (lines > LINES_MOST and mine > LINES_FEW))


def letter(items: Sequence[Item], news: Sequence[News], as_of: date, soon: date) -> Letter:
    """What one letter says. `items` in order; `soon`: by when what is late must be there after all."""
    if not items:
        subject, opening = _telling(news)
        return Letter(subject, opening, (), tuple(one.text for one in news) if len(news) > 1 else ())
    now = [one for one in items if one.ask]
    own = [one for one in now if not one.helps]
    subject, opening = _asking(own, as_of, soon) if own else _behind(now, soon)
    if own and (behind := len(now) - len(own)):
        opening = (*opening, f"Ook vragen wij uw hulp: op {_count(behind)} kwam nog geen antwoord.")
    if before := len(items) - len(now):
        opening = (*opening, _before(before))
    return Letter(
        subject, (*opening, *_together(items)), _shown(items, as_of), tuple(one.text for one in news)
    )


def _together(items: Sequence[Item]) -> Iterator[str]:
    """What holds for all questions, said once."""
    if is_long(items):
        yield "Wat u kunt lezen voordat u kiest, staat in het formulier op het blad Ter lezing."
    if len(items) > 1 and _same_choices(items):
        yield f"Bij elke vraag kunt u kiezen: {_choices(items[0])}."


def _asking(items: Sequence[Item], as_of: date, soon: date) -> tuple[str, tuple[str, ...]]:
    """Subject and first lines of a letter that asks: what, when, what to do."""
    one, many, verb = _words(items)
    noun = many.format(len(items)) if len(items) > 1 else items[0].asked.question.title or one
    verb = verb.format(_object(items))
    late = [item for item in items if item.asked.due < as_of]
    if late:
        subject = f"Te laat: uw {noun}" if len(late) == len(items) else f"Uw {noun}, deels te laat"
        first = _missed(late, len(items))
        return subject, (f"{first} Wilt u alsnog antwoorden, uiterlijk {dag_datum(soon)}?", _HOW)
    by = items[0].asked.due
    same = all(item.asked.due == by for item in items)
    reminds = all(item.ask and item.ask.kind == "reminder" for item in items)
    when = f"uiterlijk {dag_datum(by)}"
    subject = f"{'Herinnering: graag' if reminds else 'Graag'} {when}: uw {noun}"
    said = (
        f"Wilt u {when} {verb}?"
        if same
        else f"Wilt u {verb}, de eerste {when}? Bij elke vraag staat de datum."
    )
    return subject, (f"{said} {_HOW}",)


def _before(number: int) -> str:
    if number == 1:
        return "In hetzelfde formulier staat ook een vraag die wij u eerder stelden."
    return f"In hetzelfde formulier staan ook {number} vragen die wij u eerder stelden."


_HOW = "Vul het formulier in de bijlage in en stuur het terug als antwoord op dit bericht."


def _missed(late: Sequence[Item], all_of: int) -> str:
    if len(late) == 1 and all_of == 1:
        return f"Wij hebben uw antwoord nog niet. De datum was {dag_datum(late[0].asked.due)}."
    if len(late) == all_of:
        return f"Wij hebben uw antwoord op {len(late)} vragen nog niet."
    return f"Van {all_of} vragen {'is' if len(late) == 1 else 'zijn'} er {len(late)} te laat."


def _behind(items: Sequence[Item], soon: date) -> tuple[str, tuple[str, ...]]:
    """To the coordinator: whose answers did not come."""
    who = opsomming(sorted({one.behalf for one in items}))
    late = "een antwoord is" if len(items) == 1 else f"{len(items)} antwoorden zijn"
    subject = f"Uw hulp gevraagd: {late} te laat"
    lines = (
        f"Wij kregen geen antwoord op {_count(len(items))} aan: {who}. Wilt u helpen, zodat het antwoord er "
        f"uiterlijk {dag_datum(soon)} is?",
        "Geeft iemand u het antwoord? Vul het dan namens die persoon in het formulier in en stuur het terug.",
    )
    return subject, lines


def _telling(news: Sequence[News]) -> tuple[str, tuple[str, ...]]:
    """Subject and first lines of a letter that asks nothing."""
    first = news[0]
    if len(news) == 1:
        return f"Ter informatie: {first.title}", (first.text, "U hoeft niets te doen.")
    others = "een ander bericht" if len(news) == 2 else f"{len(news) - 1} andere berichten"
    return f"Ter informatie: {first.title} en {others}", (
        "Dit is er besloten of gebeurd. U hoeft niets te doen.",
    )


def _count(number: int) -> str:
    return "een vraag" if number == 1 else f"{number} vragen"


def _words(items: Sequence[Item]) -> tuple[str, str, str]:
    kinds = {_kind(one.asked.question) for one in items}
    return _WORDS.get(kinds.pop(), _MIXED) if len(kinds) == 1 else _MIXED


def _kind(question: Question) -> str:
    """The kind of question, for its words: what somebody answered to a signal is not judged but confirmed."""
    return "confirm" if question.kind == "judge" and "/signal/" in question.subject else question.kind


def _object(items: Sequence[Item]) -> str:
    """What is judged or decided, as in "over 3 verantwoordingen oordelen"."""
    one, many, _ = _words(items)
    if len(items) == 1 and (title := items[0].asked.question.title):
        return title.split(" over ", 1)[-1]
    words = many.format(len(items)) if len(items) > 1 else one
    return words.split(" over ", 1)[-1].split(" op ", 1)[-1]


def _shown(items: Sequence[Item], as_of: date) -> tuple[Shown, ...]:
    same_day = len({one.asked.due for one in items}) == 1 and items[0].asked.due >= as_of
    said = len(items) > 1 and _same_choices(items)
    return tuple(
        Shown(
            number,
            worded(one),
            "" if same_day else _when(one, as_of),
            () if _in_form(one, items) else one.asked.question.details,
            "" if said or (one.ask is None and len(items) > 1) else f"U kunt kiezen: {_choices(one)}.",
        )
        for number, one in enumerate(items, 1)
    )


def _when(one: Item, as_of: date) -> str:
    return f"{'De datum was' if one.asked.due < as_of else 'Uiterlijk'} {dag_datum(one.asked.due)}."


def worded(one: Item) -> str:
    """The question as a sentence; to the coordinator, whose answer it is."""
    what = one.asked.question.what.strip()
    what = what if what[-1:] in (".", "?", "!") else f"{what}."
    return what if not one.behalf else f"Namens {one.behalf}: {what}"


def _same_choices(items: Sequence[Item]) -> bool:
    return len({tuple(c.label for c in one.asked.question.choices) for one in items}) == 1


def _choices(one: Item) -> str:
    labels = [f"‘{choice.label}’" for choice in one.asked.question.choices]
    return " of ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
