"""What the joint body said of the plans in its meeting: who was there, and whether it agrees (O4)."""

from __future__ import annotations

import re

from jaarring.database import Tx
from jaarring.governance import Organisation
from jaarring.ledger import decisions
from jaarring.ledger.decisions import Entry
from jaarring.refusal import Refused
from jaarring.rights import named


def presence(organisation: Organisation, said: str) -> str:
    """Who was at the meeting, by function and theme. `said`: "afwezig: PV, FB", or empty: all were there.

    Raises Refused for a word that names no theme. Whoever was missing is recorded; it blocks nothing (ours).
    """
    words = re.findall(r"[^\s,;]+", re.sub(r"(?i)^\s*afwezig\s*:?", "", said.strip()))
    by_word = {word.casefold(): t.id for t in organisation.themes.values() for word in (t.id, t.code)}
    absent = {by_word.get(word.casefold().rstrip("."), "") for word in words if word.casefold() != "en"}
    if "" in absent:
        codes = ", ".join(theme.code for theme in organisation.themes.values())
        remedy = f"schrijf 'afwezig: ' en de thema's die ontbraken ({codes}), of niets als allen er waren"
        raise Refused("dit zegt niet wie er ontbraken", remedy)
    lists: tuple[list[str], list[str]] = ([], [])
    for theme in organisation.themes.values():
        lists[theme.id in absent].append(f"{named(organisation, theme.owner)} ({theme.code})")
    told = f"Aanwezig: {', '.join(lists[0]) or 'niemand'}."
    return f"{told} Afwezig: {', '.join(lists[1])}." if lists[1] else f"{told} Alle thema's waren erbij."


def disagreed(tx: Tx, year: int) -> Entry | None:
    """What the joint body last said of the plans, where that is that it does not agree."""
    said = [one for one in decisions.about(tx, f"{year}/plan/agree") if one.verb in ("agree", "disagree")]
    return said[-1] if said and said[-1].verb == "disagree" else None
