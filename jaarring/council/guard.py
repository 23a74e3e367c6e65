"""What keeps the public edition from being made: a secret, a person or an address in what people wrote.

A check for the inside: the public edition itself is cut by type and never depends on it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from jaarring.calendar import Quarter
from jaarring.council.rules.shared import last, open_measures
from jaarring.plans.rules import PlannedMeasure
from jaarring.reports.rules import YearPart
from jaarring.tactical.year import Year

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def refusals(year: Year) -> list[str]:
    """Why the public edition cannot be made: where, and what to do, without the secret itself.

    A view cannot know what people write in free text, so what would be printed is read first: what tells a
    secret measure (number, title, effect, decision, an amount in euros), a mail address, a person's name. A
    theme with a secret measure must say what it leaves out. Other words for the same are for a reader to see.
    """
    key, found = f"{year.year}/council", []
    for theme in dict.fromkeys(planned.measure.theme for planned in year.secret()):
        if theme not in year.framework.withheld:
            found.append(
                f"{key}: het thema {theme} heeft een geheime maatregel, maar zegt niet wat er openbaar "
                f"wegblijft; vul in strategy.yaml onder withheld het thema {theme} in"
            )
    secrets = [pattern for one in year.secret() for pattern in _telling(year, one)]
    names = [person.name for person in year.organisation.people.values() if person.name]
    for place, text in _printed(year):
        plain = _plain(text)
        if any(re.search(pattern, plain) for pattern in secrets):
            found.append(f"{key}: {place} noemt een geheime maatregel; vraag om een tekst zonder")
        if _MAIL.search(text) or _mentions(text, names):
            found.append(
                f"{key}: {place} noemt een persoon of een mailadres; vraag om een tekst met de functie"
            )
    return found


def _telling(year: Year, planned: PlannedMeasure) -> Iterator[str]:
    """Patterns of what tells this measure, for `_plain` text: however it is spaced or joined."""
    measure = planned.measure
    if found := re.fullmatch(r"([a-z&-]+)0*(\d+)", _plain(measure.id)):
        yield rf"(?<!\w){re.escape(found[1])}[ .-]*0*{found[2]}(?!\d)"
    numbers = [measure.secrecy.decision.number] if measure.secrecy else []
    for words in (measure.id, measure.title, measure.effect, *numbers):
        if parts := re.findall(r"\w+", _plain(words)):
            yield r"(?<!\w)" + r"\W*".join(parts) + r"(?!\w)"
    accounts = [year.measure_entry(Quarter(year.year, number), measure) for number in (1, 2, 3, 4)]
    for amount in {measure.budget, planned.was_budget, *(one.spent for one in accounts if one)}:
        if amount:
            figures = f"{int(amount):,}".replace(",", "[. ]?")
            yield rf"(€ ?|eur ){figures}(?!\d|[. ]\d)|(?<![\d.]){figures}(,(-|\d+))? ?euro"


def _plain(text: str) -> str:
    """Small letters, one kind of space, without what nobody sees."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(seen.casefold().split())


def _mentions(text: str, words: list[str]) -> bool:
    """Whether one of the words stands in the text as a word of its own, in capitals or not."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words if word)


def _printed(year: Year) -> Iterator[tuple[str, str]]:
    """Every text that somebody handed in and that the public edition prints, with its place."""
    for id in year.organisation.themes:
        account = year.theme_account(last(year), id)
        if account is None:
            continue
        where = f"verantwoording {last(year).key}/report/{id}"
        for one in account.indicators:
            yield f"{where}, toelichting bij {one.indicator}", one.explanation
            yield f"{where}, oorzaak bij {one.indicator}", one.cause
        yield f"{where}, toelichting op het geld", account.money_explanation
        part = account.year_part or YearPart()
        yield f"{where}, lessen", part.lessons
        yield f"{where}, risico's", part.risks
        yield f"{where}, vooruitblik", part.ahead
    joint = year.joint_account(last(year))
    for entry in joint.objectives if joint else ():
        yield (
            f"verantwoording {last(year).key}/report/oib, toelichting bij {entry.objective}",
            entry.explanation,
        )
    for theme, left_out in year.framework.withheld.items():
        yield f"strategy.yaml, wat bij {theme} wegblijft", left_out.text
    for planned in open_measures(year):
        yield f"maatregel {planned.measure.id}, titel", planned.measure.title
        yield f"maatregel {planned.measure.id}, effect", planned.measure.effect
    secret = {planned.measure.id for planned in year.secret()}
    for adjustment in year.adjustments:
        if adjustment.proposal.measure not in secret:
            yield f"{adjustment.id}, voorstel", adjustment.proposal.change
            yield f"{adjustment.id}, oorzaak", adjustment.proposal.cause
