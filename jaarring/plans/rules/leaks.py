"""What in a text that somebody wrote would tell a secret measure, or name a person.

A check for the inside, before something is made public: the public edition itself is cut by type and never
depends on it. Other words for the same are for a reader to see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from jaarring.goals.rules import Framework, Measure
from jaarring.governance import Organisation

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def found_in(
    texts: Iterable[tuple[str, str]], organisation: Organisation, secrets: Sequence[str]
) -> Iterator[str]:
    """What is wrong in `texts` (place, text): a sentence each, without the secret itself. `secrets`: patterns
    of `telling`.
    """
    names = [person.name for person in organisation.people.values() if person.name]
    for place, text in texts:
        plain = _plain(text)
        if any(re.search(pattern, plain) for pattern in secrets):
            yield f"{place} noemt een geheime maatregel; vraag om een tekst zonder"
        if _MAIL.search(text) or _mentions(text, names):
            yield f"{place} noemt een persoon of een mailadres; vraag om een tekst met de functie"


def unsaid(framework: Framework, secret: Iterable[Measure]) -> Iterator[str]:
    """A theme with a secret measure must say what it leaves out."""
    for theme in dict.fromkeys(measure.theme for measure in secret):
        if theme not in framework.withheld:
            yield (
                f"het thema {theme} heeft een geheime maatregel, maar zegt niet wat er openbaar wegblijft; "
                f"vul in strategy.yaml onder withheld het thema {theme} in"
            )


def telling(measure: Measure, amounts: Iterable[Decimal | None]) -> Iterator[str]:
    """Patterns of what tells this measure, for plain text: however it is spaced or joined. `amounts`: euros
    that are its own.
    """
    if found := re.fullmatch(r"([a-z&-]+)0*(\d+)", _plain(measure.id)):
        yield rf"(?<!\w){re.escape(found[1])}[ .-]*0*{found[2]}(?!\d)"
    numbers = [measure.secrecy.decision.number] if measure.secrecy else []
    for words in (measure.id, measure.title, measure.effect, *numbers):
        if parts := re.findall(r"\w+", _plain(words)):
            yield r"(?<!\w)" + r"\W*".join(parts) + r"(?!\w)"
    for amount in {measure.budget, *amounts}:
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
