"""What the municipality's own mail server found out about a sender: SPF, DKIM and DMARC (RFC 8601).

Anyone can write an Authentication-Results header, so only that of the configured server counts, and of that
the topmost: a server puts its own above what it was given, and is to remove others that bear its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_RESULT = re.compile(r"\s*([a-z0-9_-]{1,40})\s*(?:/\s*\d{1,4}\s*)?=\s*([a-z0-9_-]{1,20})\b(.*)", re.I | re.S)
_PROPERTY = re.compile(r"([a-z0-9_-]{1,40})\s*\.\s*([a-z0-9_-]{1,40})\s*=\s*\"?([^\s\"]{1,300})", re.I)


@dataclass(frozen=True)
class Proof:
    """What was found: a word each (pass, fail, none …), empty where nothing was said.

    `proven`: by one of them it is the very domain of the sender. `forged`: the domain itself says that mail
    of its own does not come this way.
    """

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    proven: bool = False

    @property
    def forged(self) -> bool:
        return self.dmarc == "fail"

    def __str__(self) -> str:
        """`spf=pass dkim=pass dmarc=none`; empty where the server said nothing."""
        said = (f"{name}={getattr(self, name)}" for name in ("spf", "dkim", "dmarc") if getattr(self, name))
        return " ".join(said)


def proof(results: Sequence[str], server: str, sender: str) -> Proof:
    """What `server` says about a mail from the address `sender`. `results`: the headers, topmost first."""
    for text in results if server else ():
        name, _, rest = _without_comments(text).partition(";")
        if name.split()[:1] and name.split()[0].casefold() == server.casefold():
            return _proof(list(_results(rest)), sender)
    return Proof()


def _proof(results: list[tuple[str, str, dict[str, str]]], sender: str) -> Proof:
    words: dict[str, str] = {}
    proven = False
    for method, word, properties in results:
        fits = word == "pass" and _fits(method, properties, sender)
        proven = proven or fits
        if fits or method not in words:  # of several signatures that of the sender's own domain counts
            words[method] = word
    return Proof(words.get("spf", ""), words.get("dkim", ""), words.get("dmarc", ""), proven)


def _fits(method: str, properties: dict[str, str], sender: str) -> bool:
    """Whether a passed check is about the domain of the sender, and not about any other."""
    domain = sender.rpartition("@")[2]
    of = {
        "dmarc": properties.get("header.from", domain),
        "dkim": properties.get("header.d") or properties.get("header.i", ""),
        "spf": properties.get("smtp.mailfrom", ""),
    }
    if method == "auth":  # the sender logged in at the server itself
        return sender in (properties.get("smtp.auth"), properties.get("smtp.mailfrom"))
    signed = of.get(method, "").rpartition("@")[2]
    return "." in signed and (domain == signed or domain.endswith(f".{signed}"))


def _results(text: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    for part in text.split(";")[:50]:
        if found := _RESULT.fullmatch(part):
            properties = {
                f"{one[1]}.{one[2]}".casefold(): one[3].casefold() for one in _PROPERTY.finditer(found[3])
            }
            yield found[1].casefold(), found[2].casefold(), properties


def _without_comments(text: str) -> str:
    text = text[:10_000]
    for _ in range(20):
        shorter = _COMMENT.sub(" ", text)
        if shorter == text:
            break
        text = shorter
    return text
