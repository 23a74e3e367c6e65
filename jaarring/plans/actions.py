"""Plans through their year, each step one transaction: framed, derived, handed in, accepted, adopted.

This module is the room's door; the steps stand in the modules named below.
"""

from __future__ import annotations

from jaarring.plans.adoption import adopt, check
from jaarring.plans.agreement import agree, disagree
from jaarring.plans.derivation import Derivation, derive_due
from jaarring.plans.documents import documents_due
from jaarring.plans.frame import adopt_framework, decide_one, record_frame
from jaarring.plans.handing_in import submit
from jaarring.plans.judging import accept, advise, advise_plan, send_back

__all__ = [
    "Derivation",
    "accept",
    "adopt",
    "adopt_framework",
    "advise",
    "advise_plan",
    "agree",
    "check",
    "decide_one",
    "derive_due",
    "disagree",
    "documents_due",
    "record_frame",
    "send_back",
    "submit",
]
