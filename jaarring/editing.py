"""An edited draft that came back: its texts taken in, or every reason why not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from jaarring import shelf
from jaarring.document.docx import bookmark
from jaarring.document.formats import DOCUMENT, WORDS
from jaarring.dutch import meervoud
from jaarring.edits import records, rules, words
from jaarring.edits.rules import Edit, Piece
from jaarring.forms.opened import Opened, look_at
from jaarring.forms.rules import Mistake, readable
from jaarring.here import Here
from jaarring.ledger import decisions, documents
from jaarring.ledger.documents import Document
from jaarring.rights import Thing, may, those_who

#: characters of one text
LONGEST = 20_000


@dataclass(frozen=True)
class Edited:
    """What was taken in: the places whose text is another now."""

    key: str
    edition: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        if not self.places:
            return f"{self.key}: in de vrije teksten is niets veranderd."
        count = len(self.places)
        what = meervoud(count, "1 tekst", f"{count} teksten")
        return f"{self.key} ({self.edition}): {what} overgenomen: {', '.join(self.places)}."


def is_ours(opened: Opened) -> bool:
    """Whether this is a text document, and so no form."""
    return bool(opened.pieces)


def take_in(here: Here, opened: Opened, by: str, at: datetime) -> Edited | list[Mistake]:
    """Take the free texts of an edited draft in; the draft is to be made again then. All mistakes, or a
    receipt.

    `by`: who hands it in; empty: the coordinator. Refused whole where anything else in it was changed, where
    it is not the newest draft, or where that is adopted: nothing is taken in then.
    """
    where = f"Bestand {opened.name}"
    key, _, edition = opened.properties.get(DOCUMENT, "").partition(" ")
    by = by or here.organisation.coordinator
    with here.store.read() as tx:
        page = documents.newest(tx, key, edition, "html")
        stored = [documents.newest(tx, key, edition, format) for format in ("odt", "docx")]
    if page is None or not page.recipe:
        return [Mistake(where, "dit is geen concept dat Jaarring maakte", "bewerk het concept zelf")]
    if mistakes := _may_not(here, where, key, page, by):
        return mistakes
    html = str(json.loads(here.files.get(page.recipe))["draft"]["html"])
    made = [one for one in stored if one and one.version == page.version]
    if not made or opened.properties.get(WORDS) != sha256(html.encode()).hexdigest():
        return [_older(where)]
    before = look_at(made[0].name, here.files.get(made[0].sha256))
    assert isinstance(before, Opened), "we made it"
    found = _differing(where, _pieces(before), _pieces(opened, before))
    if isinstance(found, list):
        return readable(found)
    shown = words.texts(html)
    new = [
        Edit(place, "" if text == words.NOTHING else text, rules.fingerprint(shown[place]))
        for place, text in sorted(found.items())
    ]
    if not _taken(here, page, new, by, at):
        return [_older(where)]
    return Edited(key, edition, tuple(one.place for one in new))


def _older(where: str) -> Mistake:
    remedy = "neem uw tekst over in het nieuwste, dat u maakt met: jaarring report"
    return Mistake(where, "dit is een ouder concept", remedy)


def _may_not(here: Here, where: str, key: str, page: Document, by: str) -> list[Mistake]:
    thing = Thing("tactical" if "/tactical" in key else "council")
    if not may(here.organisation, by, "edit", thing):
        who = those_who(here.organisation, "edit", thing)
        return [Mistake(where, f"'{by}' bewerkt dit stuk niet", f"dit is aan: {who}")]
    with here.store.read() as tx:
        adopted = decisions.latest(tx, f"{key}/adopt", "adopt")
    # from the decision on: the board adopts the words that it saw; a concept made later it has not seen
    if page.status == "vastgesteld" or (adopted and page.as_of <= adopted.date):
        remedy = "maak eerst een nieuw concept, als er iets is veranderd"
        return [Mistake(where, "dit stuk is al vastgesteld", remedy)]
    return []


def _pieces(opened: Opened, ours: Opened | None = None) -> list[Piece]:
    """Its paragraphs; a place that is left as the name of a bookmark is known by what we made (`ours`)."""
    known = {bookmark(place): place for place, _ in ours.pieces if place} if ours else {}
    return [Piece(text, known.get(place, place)) for place, text in opened.pieces]


def _differing(where: str, before: list[Piece], after: list[Piece]) -> dict[str, str] | list[Mistake]:
    """The texts that are others now, by place; or what was changed that may not be."""
    texts, now = rules.texts(before), rules.texts(after)
    if texts and not now:
        remedy = "bewaar het document in de vorm waarin u het kreeg (.odt of .docx)"
        return [Mistake(where, "de vrije teksten zijn niet meer te herkennen", remedy)]
    mistakes = [Mistake(where, *said.rsplit("; ", 1)) for said in rules.outside(before, after)]
    for place in sorted(texts.keys() - now.keys()):
        mistakes.append(Mistake(where, f"de vrije tekst {place} is weg", "begin opnieuw met het concept"))
    for place in sorted(now.keys() - texts.keys()):
        what = f"de vrije tekst {place[:80]} is er niet"  # a stranger's word, of any length
        mistakes.append(Mistake(where, what, "begin opnieuw met het concept"))
    for place, text in now.items():
        if len(text) > LONGEST:
            remedy = f"schrijf er hoogstens {LONGEST} tekens"
            mistakes.append(Mistake(where, f"de vrije tekst {place} is te lang", remedy))
    return mistakes or {place: text for place, text in now.items() if text != texts[place]}


def _taken(here: Here, page: Document, new: list[Edit], by: str, at: datetime) -> bool:
    """Keep the edits of a draft; False where another edit came that this draft does not show. An edit of the
    text before that one would never be seen.
    """
    if not new:
        return True
    with here.store.write() as tx:
        standing = documents.newest(tx, page.key, page.edition, "html")
        if standing != page or not shelf.is_with(page, records.of(tx, page.key, page.edition)):
            return False
        records.add(tx, page.key, page.edition, new, by, at)
    return True
