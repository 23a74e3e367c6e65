"""What a form of questions says when it comes back: an answer a row, or every mistake by its cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from jaarring.dutch import datum, opsomming
from jaarring.forms.rules import Answers, Field, Mistake, Value, place
from jaarring.forms.spelling import Doubt, understand
from jaarring.governance import Organisation
from jaarring.post.records import SentForm
from jaarring.post.sheets import CHOICE, COLUMNS, SHEET
from jaarring.questions.rules import FIELDS, Asked, Choice
from jaarring.refusal import Refused

_MISSING = {
    "date": "schrijf wanneer dit is besloten, bijvoorbeeld 22-4-2027",
    "number": "schrijf het nummer zoals het op het besluit staat",
    "amount": "schrijf het bedrag, bijvoorbeeld 18000",
    "sources": "schrijf uit welke maatregelen het geld komt, bijvoorbeeld M11=10000; M25=8000",
    "until": "schrijf de nieuwe uiterste datum, bijvoorbeeld 22-4-2027",
    "person": "schrijf de functie, zoals die in onze berichten staat",
    "reason": "schrijf in één of twee zinnen waarom",
}


@dataclass(frozen=True)
class Answer:
    """What one row says. `place`: where its choice stands in the file, for what is refused later."""

    asked: Asked
    choice: Choice
    place: str
    on: date | None = None
    number: str = ""
    amount: Decimal | None = None
    sources: tuple[tuple[str, Decimal], ...] = ()
    until: date | None = None
    person: str = ""
    reason: str = ""

    @property
    def said(self) -> str:
        """The answer as JSON, to see whether it was given before."""
        values = {name: getattr(self, "on" if name == "date" else name) for name in FIELDS}
        return json.dumps({"choice": self.choice.verb, **values}, default=str, sort_keys=True)

    def refused(self, why: Refused) -> Mistake:
        """A refusal as a mistake in this row, in the words of who sees a form and not a command."""
        return Mistake(self.place, _without_options(why.what), _without_options(why.remedy))


def read(
    sent: SentForm, answers: Answers, known: Mapping[str, Asked], organisation: Organisation
) -> list[Answer] | list[Mistake]:
    """Every row in which something was chosen, or all mistakes."""
    found: list[Answer] = []
    wrong: list[Mistake] = []
    for row, key in sent.questions.items():
        one = _Row(row, answers, known[key], organisation)
        read_row = list(one.read())
        wrong += [mistake for mistake in read_row if isinstance(mistake, Mistake)]
        found += [answer for answer in read_row if isinstance(answer, Answer)]
    if not found and not wrong:
        where = place(answers, SHEET, next(iter(sent.questions)), CHOICE)
        return [Mistake(where, "er is nog niets gekozen", "kies uit de lijst en stuur het formulier opnieuw")]
    return wrong or found


@dataclass(frozen=True)
class _Row:
    row: str
    answers: Answers
    asked: Asked
    organisation: Organisation

    def read(self) -> Iterator[Answer | Mistake]:
        values = {name: self._value(COLUMNS[name][0]) for name in FIELDS}
        label = self._value(CHOICE)
        if label is None:
            if any(value not in (None, "") for value in values.values()):
                labels = opsomming([f"‘{one.label}’" for one in self.asked.question.choices])
                yield self._wrong(CHOICE, "is niet ingevuld", f"kies {labels}, of maak de hele regel leeg")
            return
        choice = self.asked.question.choice(str(label))
        wrong = [*self._misfits(choice, values)]
        sources = self._sources(values["sources"])
        person = self._person(values["person"])
        wrong += [found for found in (sources, person) if isinstance(found, Mistake)]
        yield from wrong
        if not wrong:
            assert not isinstance(sources, Mistake) and not isinstance(person, Mistake)
            yield Answer(
                self.asked,
                choice,
                self._place(CHOICE),
                on=values["date"] if isinstance(values["date"], date) else None,
                number=str(values["number"] or ""),
                amount=values["amount"] if isinstance(values["amount"], Decimal) else None,
                sources=sources,
                until=values["until"] if isinstance(values["until"], date) else None,
                person=person,
                reason=str(values["reason"] or ""),
            )

    def _misfits(self, choice: Choice, values: Mapping[str, Value]) -> Iterator[Mistake]:
        """What this choice needs and has not, and what it has no place for; a remark always has."""
        for name in FIELDS:
            filled = values[name] not in (None, "")
            if name in choice.needs and not filled:
                yield self._wrong(COLUMNS[name][0], f"ontbreekt bij ‘{choice.label}’", _MISSING[name])
            elif filled and name not in (*choice.needs, *choice.takes, "reason"):
                yield self._wrong(COLUMNS[name][0], f"hoort niet bij ‘{choice.label}’", "maak deze cel leeg")

    def _sources(self, value: Value) -> tuple[tuple[str, Decimal], ...] | Mistake:
        found = []
        for part in re.split(r"[;\n]", str(value or "")):
            if not part.strip():
                continue
            measure, _, amount = part.partition("=")
            euros = understand(Field("euro"), amount.strip())
            if not re.fullmatch(r"[A-Za-z0-9._-]{1,20}", measure.strip()) or not isinstance(euros, Decimal):
                remedy = euros.remedy if isinstance(euros, Doubt) and amount.strip() else _MISSING["sources"]
                return self._wrong(COLUMNS["sources"][0], "is niet te lezen", remedy)
            found.append((measure.strip().upper(), euros))
        return tuple(found)

    def _person(self, value: Value) -> str | Mistake:
        """The id of who is named, by function or id."""
        if not value:
            return ""
        people = self.organisation.people
        names = {" ".join(str(value).casefold().split())}
        for id, person in people.items():
            if names & {id.casefold(), person.function.casefold(), person.name.casefold() or id.casefold()}:
                return id
        functions = [person.function for person in people.values()]
        close = get_close_matches(str(value)[:80], functions, n=1)
        remedy = f"bedoelt u {close[0]}?" if close else _MISSING["person"]
        return self._wrong(COLUMNS["person"][0], "kennen wij niet", remedy)

    def _value(self, column: str) -> Value:
        return self.answers.values.get((SHEET, self.row, column))

    def _place(self, column: str) -> str:
        if (SHEET, self.row, column) in self.answers.places:
            return place(self.answers, SHEET, self.row, column)
        return place(self.answers, SHEET, self.row, CHOICE)

    def _wrong(self, column: str, what: str, remedy: str) -> Mistake:
        return Mistake(self._place(column), what, remedy)


def settled(answer: Answer, by: str, on: date) -> Mistake:
    """An answer that comes after another: `by` whom and when it was given."""
    return Mistake(
        answer.place, f"deze vraag is op {datum(on)} al beantwoord door {by}", "maak deze regel leeg"
    )


def gone(answer: Answer) -> Mistake:
    """An answer to what is not asked any more."""
    return Mistake(answer.place, "deze vraag is vervallen", "maak deze regel leeg")


def _without_options(text: str) -> str:
    """What the command line calls an option is a column here; what it shows, the coordinator can say."""
    if "maak een nieuw concept" in text:
        return "wacht op het nieuwe concept; u krijgt dan een nieuw formulier"
    if "jaarring " in text:
        return "vraag het de coördinator"
    text = re.sub(r"^\d{4}/[A-Za-z0-9/_-]+: ", "", text)  # the key of what it is about: the row says that
    columns = {"body": "uw keuze", "from": COLUMNS["sources"][1]}
    columns |= {name: COLUMNS[name][1] for name in FIELDS}

    def column(found: re.Match[str]) -> str:
        return f"in de kolom ‘{columns.get(found[1], found[1])}’"

    return re.sub(r"(?:met |achter |bij )?--([a-z]+)(?: MAATREGEL=BEDRAG)?", column, text)
