"""Who hears of a decision (R14): which decisions are told, and by whose words.

Plain: what is known of one decision goes in, notices come out. Nobody is told what he decided or wrote down
himself. Of a secret measure only the number is said; why something was decided is left to its own letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from jaarring.rights import voice
from jaarring.telling.rules import Known, Told
from jaarring.telling.rules.changes import DECIDED, adjusted, amended, delayed
from jaarring.telling.rules.plans import (
    accepted_plan,
    adopted_plans,
    agreed,
    checked,
    frame,
    framework,
    letter,
    one_of_three,
)
from jaarring.telling.rules.reports import accepted_account, council_noted, council_report, of_board, tactical


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


Tell = Callable[[Known], Iterator[Told]]


#: subject → verbs → what is told. The first pattern that fits the whole subject counts.
_TABLE: tuple[tuple[str, tuple[str, ...], Tell], ...] = (
    (r"\d{4}/frame/council", ("adopt",), frame),
    (r"\d{4}/frame/board", ("adopt",), framework),
    (r"\d{4}/frame/(responsibility|budgets|accounting)", ("adopt",), one_of_three),
    (r"\d{4}/plan/agree", ("agree",), agreed),
    (r"\d{4}/plan/check", ("accept",), checked),
    (r"\d{4}/plan/adopt", ("adopt",), adopted_plans),
    (r"\d{4}/plan/letter", ("record",), letter),
    (r"\d{4}/plan/[a-z0-9_-]+", ("accept",), accepted_plan),
    (r"\d{4}/Q[1-4]/(report|account)/[a-z0-9_-]+", ("accept",), accepted_account),
    (r"\d{4}/Q[1-4]/tactical", ("adopt",), tactical),
    (r"\d{4}/Q[1-4]/tactical/board", ("adopt", "note"), of_board),
    (r"\d{4}/council/adopt", ("adopt",), council_report),
    (r"\d{4}/council/(committee|note)", ("note",), council_noted),
    (r"BV-\d{4}-\d+", tuple(DECIDED), adjusted),
    (r"[A-Z]{2}-\d{4}-\d+", ("adopt", "refuse"), amended),
    (r"\d{4}/.+", ("move", "pause", "waive", "missing", "appoint"), delayed),
)
