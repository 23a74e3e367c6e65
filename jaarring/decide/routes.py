"""Where each decision belongs: key → verb → what is done."""

from __future__ import annotations

from collections.abc import Callable

from jaarring.adjustments import actions as adjustments
from jaarring.decide import carry
from jaarring.decide.request import Request
from jaarring.plans import actions as framework
from jaarring.plans import adoption, agreement, amendments, division, handing_in, judging
from jaarring.reminders import actions as reminders
from jaarring.reports import actions as reports
from jaarring.signals import actions as signals
from jaarring.signals import advising

Carry = Callable[[Request], object]

#: key → verb → what is done. The first pattern that fits the whole key counts.
ROUTES: tuple[tuple[str, dict[str, Carry]], ...] = (
    (
        r"\d{4}/frame/council",
        {"adopt": lambda r: framework.record_frame(r.here, r.year, r.entry, r.by, r.at)},
    ),
    (
        r"\d{4}/frame/board",
        {"adopt": lambda r: framework.adopt_framework(r.here, r.year, r.entry, r.by, r.at)},
    ),
    (
        r"\d{4}/frame/(responsibility|budgets|accounting)",
        {
            "adopt": lambda r: framework.decide_one(
                r.here, r.year, r.key.rpartition("/")[2], r.entry, r.by, r.at
            )
        },
    ),
    (
        r"\d{4}/joint/parts",
        {"divide": lambda r: division.confirm(r.here, r.year, r.entry, r.by, r.at)},
    ),
    (r"\d{4}/plan/advice", {"record": lambda r: judging.advise(r.here, r.year, r.entry, r.by, r.at)}),
    (
        r"\d{4}/plan/agree",
        {
            "agree": lambda r: agreement.agree(r.here, r.year, r.entry, r.by, r.at),
            "disagree": lambda r: agreement.disagree(r.here, r.year, r.entry, r.by, r.at),
        },
    ),
    (r"\d{4}/plan/check", {"accept": lambda r: adoption.check(r.here, r.year, r.entry, r.by, r.at)}),
    (r"\d{4}/plan/adopt", {"adopt": lambda r: adoption.adopt(r.here, r.year, r.entry, r.by, r.at)}),
    (r"\d{4}/plan/(announce|letter)", {"record": carry.moment}),
    (
        r"\d{4}/plan/[a-z0-9_-]+",
        {
            "submit": lambda r: handing_in.submit(r.here, r.key, r.entry, r.by, r.at),
            "advise": lambda r: judging.advise_plan(r.here, r.key, r.entry, r.by, r.at),
            "accept": lambda r: judging.accept(r.here, r.key, r.entry, r.by, r.at),
            "return": lambda r: judging.send_back(r.here, r.key, r.entry, r.by, r.at),
            "appoint": carry.stand_in,
        },
    ),
    (
        r"\d{4}/Q[1-4]/(report|account)/[a-z0-9_-]+",
        {
            "accept": lambda r: reports.accept(r.here, r.key, r.entry, r.by, r.at),
            "return": lambda r: reports.send_back(r.here, r.key, r.entry, r.by, r.at),
            "missing": lambda r: reminders.give_up(r.here, r.key, r.entry, r.by, r.at),
            "appoint": carry.stand_in,
        },
    ),
    (r"\d{4}/Q[1-4]/tactical", {"adopt": carry.on_tactical}),
    (r"\d{4}/Q[1-4]/tactical/board", dict.fromkeys(("adopt", "note"), carry.on_tactical)),
    (r"\d{4}/Q[1-4]/meeting", {"record": carry.moment}),
    (r"\d{4}/council/review", {"advise": carry.on_council}),
    (r"\d{4}/council/check", {"accept": carry.on_council}),
    (r"\d{4}/council/adopt", {"adopt": carry.on_council}),
    (r"\d{4}/council/(committee|note)", {"note": carry.on_council}),
    (
        r"absence/[a-z][a-z0-9_-]*",
        dict.fromkeys(("record", "end", "appoint"), carry.on_absence),
    ),
    (
        r"\d{4}/signal/Q[1-4]-[A-Za-z0-9_.-]+",
        {
            "raise": carry.signal,
            "propose": lambda r: carry.propose(r, signal=r.key),
            "advise": lambda r: signals.advise(r.here, r.key, r.entry, r.by, r.at, r.terms.person),
            **dict.fromkeys(signals.SAYS, carry.say),
            "confirm": lambda r: signals.confirm(r.here, r.key, r.entry, r.by, r.at),
            "disagree": lambda r: signals.send_back(r.here, r.key, r.entry, r.by, r.at),
        },
    ),
    (r"\d{4}/adjustment", {"propose": carry.propose}),
    (
        r"\d{4}/advice",
        {"ask": lambda r: advising.ask(r.here, r.year, r.entry, r.by, r.at, r.terms.person)},
    ),
    (r"AV-\d{4}-\d+", {"answer": lambda r: advising.answer(r.here, r.key, r.entry, r.by, r.at)}),
    (
        r"AM-\d{4}-\d+",
        {
            verb: lambda r: amendments.decide(r.here, r.key, r.verb, r.entry, r.by, r.at)
            for verb in ("adopt", "refuse")
        },
    ),
    (
        r"BV-\d{4}-\d+",
        {
            "advise": lambda r: adjustments.advise(r.here, r.key, r.entry, r.by, r.at),
            **dict.fromkeys(adjustments.VERBS, carry.on_adjustment),
        },
    ),
)
