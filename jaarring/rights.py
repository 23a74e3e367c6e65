"""Who may do what, read from the governance lines. What no line gives, nobody may.

Plain: an organisation as it is on a day goes in, ids come out: of a person, of a body (`college`, `raad`),
or `oib` for the joint body as a whole. Nobody accepts or decides his own (R17); a department sees and edits
nothing of another (R18).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jaarring.governance import Organisation


@dataclass(frozen=True)
class Thing:
    """What is acted on.

    `kind`: frame, framework, plan, plans (all of a year), report, account, joint, adjustment, advice, signal,
    tactical, council, duty, absence, register. `subject`: the theme or department it is of; `oib`, or empty
    where it is of none. `amount` (euros) and `crosses` (more than one theme): of an adjustment.
    """

    kind: str
    subject: str = ""
    amount: Decimal = Decimal(0)
    crosses: bool = False


def holders(organisation: Organisation, action: str, thing: Thing) -> tuple[str, ...]:
    """Who may, the one whom we ask first; empty where nobody may."""
    return ()


def may(organisation: Organisation, who: str, action: str, thing: Thing) -> bool:
    """Whether `who` may do this. Default deny."""
    return who in holders(organisation, action, thing)
