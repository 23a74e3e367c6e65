"""Which text stands in a place of a document after it was edited, and what else was changed.

Ours (no requirement names it): what people wrote is printed as written; who puts it right for its readers
does so in the draft itself, and it shows who did. Plain values, so that every case can be tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import zip_longest


@dataclass(frozen=True)
class Edit:
    """A text that took the place of another. `was`: `fingerprint` of the text that it was an edit of."""

    place: str
    text: str
    was: str


@dataclass(frozen=True)
class Piece:
    """A paragraph of a document as a word processor has it: its words, and the place of free text that it
    stands in (empty: in none).
    """

    text: str
    place: str = ""


def plain(text: str) -> str:
    """A text without what nobody sees: one kind of space, no soft hyphens, no space at the end of a line."""
    for sign in "\u00ad\u200b\ufeff":
        text = text.replace(sign, "")
    lines = (" ".join(line.split()) for line in text.replace("\u2028", "\n").split("\n"))
    return "\n".join(lines).strip()


def fingerprint(text: str) -> str:
    """By what a text is known, whatever the program that kept it made of its white space."""
    return sha256(plain(text).encode()).hexdigest()


def current(texts: Mapping[str, str], edits: Sequence[Edit]) -> dict[str, str]:
    """The text of each place that was edited, and to which the edit still belongs; `edits` oldest first.

    An edit is of one text. Where whoever wrote that text has handed in another since, it no longer holds:
    what people write now goes before what was made of what they wrote.
    """
    now = dict(texts)
    for edit in edits:
        if edit.place in now and fingerprint(now[edit.place]) == edit.was:
            now[edit.place] = edit.text
    return {place: text for place, text in now.items() if text != texts[place]}


def outside(before: Sequence[Piece], after: Sequence[Piece]) -> Iterator[str]:
    """What was changed outside the places of free text: a sentence each, in Dutch, with its words."""
    old = [plain(one.text) for one in before if not one.place]
    new = [plain(one.text) for one in after if not one.place]
    old, new = [text for text in old if text], [text for text in new if text]
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for was, is_now in zip_longest(old[a:b], new[c:d], fillvalue=""):
            yield _said(was, is_now)


def _said(was: str, now: str) -> str:
    if not now:
        return f"'{_short(was)}' is weggehaald; zet het terug"
    if not was:
        return f"'{_short(now)}' is toegevoegd; haal het weg, of zet het in een vrije tekst"
    return f"'{_short(was)}' is veranderd in '{_short(now)}'; zet terug wat er stond"


def _short(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= 60 else f"{text[:59]}…"


def texts(pieces: Sequence[Piece]) -> dict[str, str]:
    """The text of each place: its paragraphs with an empty line between them."""
    found: dict[str, list[str]] = {}
    for piece in pieces:
        if piece.place:
            found.setdefault(piece.place, []).append(plain(piece.text))
    return {place: "\n\n".join(text for text in parts if text) for place, parts in found.items()}
