"""What this room waits for: a word about a signal, the line's confirmation, an advice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jaarring import rights
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.dutch import datum, met_lidwoord
from jaarring.here import Here
from jaarring.plans.rules import Plan
from jaarring.questions.rules import Choice, Question
from jaarring.signals import actions, advising, records, words
from jaarring.signals.rules import AdviceRequest, Kept

ANSWERS = (
    Choice("advise", "Ik vraag eerst advies", needs=("reason",), takes=("person",)),
    Choice("accept", "Deze afwijking accepteren", needs=("reason",)),
    Choice("none", "Er verandert niets", needs=("reason",)),
)
CONFIRMS = (
    Choice("confirm", "Akkoord"),
    Choice("disagree", "Niet akkoord", needs=("reason",)),
)
ADVISES = (Choice("answer", "Dit is mijn advies", needs=("reason",)),)
#: what stands in a mail for what somebody wrote about a secret measure
SECRET = "Het gaat over een geheime maatregel. De coördinator vertelt u wat er staat."


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """Everything that is open in this room on `as_of`."""
    for year in open_years(here, as_of):
        kept, asked = records.of_year(tx, year), records.advices(tx, year)
        waiting = [one for one in kept if one.is_open]
        known = actions.plans_of(tx, year) if waiting else {}
        for one in waiting:
            yield from _confirming(here, known, one) if one.state == "said" else _asking(here, known, one)
        for request in asked:
            if request.answered_on is None:
                yield _advising(here, request, advising.is_secret(tx, request))


def _ref(one: Kept) -> str:
    """A signal whose answer was sent back is asked again, and so has another key."""
    return f"{one.signal.ref}-{one.round + 1}" if one.round else one.signal.ref


def _asking(here: Here, known: dict[str, Plan], one: Kept) -> Iterator[Question]:
    """`document`: the form for a proposal, which the room of adjustments lays out under this key."""
    organisation, signal = here.organisation, one.signal
    whom = actions.owner(organisation, known, signal)
    if not whom:
        return
    deciders = actions.deciders(organisation, known, signal)
    who = met_lidwoord(rights.named(organisation, deciders[0])) if deciders else ""
    said = SECRET if words.is_secret(known, signal) else one.reason
    back = (f"Uw eerste antwoord kwam terug: {said}",) if one.round and one.reason else ()
    yield Question(
        key=f"{signal.year}/ask/signal/{_ref(one)}",
        subject=signal.key,
        asked_of=whom,
        what=f"Bijsturing nodig: {words.about(organisation, known, signal)}.",
        choices=ANSWERS,
        title=f"keuze bij {words.about(organisation, known, signal)}",
        document=f"{signal.year}/adjustment/{signal.theme}",
        details=(
            *back,
            *words.reasons(known, signal),
            "Doe een voorstel: schrijf wat de oorzaak is, wat u wilt veranderen (maatregel, datum, geld of "
            "doel) en wat er gebeurt als we niets doen. Daarvoor is het formulier bijsturing in de bijlage.",
            "U mag ook uitleggen waarom bijsturing niet nodig is, of eerst advies vragen.",
            *((f"Over uw uitleg besluit {who}.",) if who else ()),
        ),
    )


def _confirming(here: Here, known: dict[str, Plan], one: Kept) -> Iterator[Question]:
    organisation, signal = here.organisation, one.signal
    deciders = actions.deciders(organisation, known, signal)
    if not deciders:
        return
    said = "wil de afwijking accepteren" if one.outcome == "accepted" else "wil niets veranderen"
    mine = met_lidwoord(rights.named(organisation, actions.owner(organisation, known, signal)))
    secret = words.is_secret(known, signal)
    yield Question(
        key=f"{signal.year}/ask/judge/signal-{_ref(one)}",
        subject=signal.key,
        asked_of=rights.voice(organisation, deciders[0]),
        what=f"Akkoord gevraagd: {words.about(organisation, known, signal)}.",
        choices=CONFIRMS,
        title=f"akkoord op het antwoord bij {words.about(organisation, known, signal)}",
        details=(
            *words.reasons(known, signal),
            f"{mine[:1].upper()}{mine[1:]} {said}.",
            *(() if secret else (f"De reden: {one.reason}",)),
        ),
    )


def _advising(here: Here, one: AdviceRequest, secret: bool) -> Question:
    organisation = here.organisation
    theme = organisation.known_theme(one.theme)
    about = f" over {theme.name}" if theme else ""
    asker = met_lidwoord(rights.named(organisation, one.asked_by))
    return Question(
        key=f"{one.year}/ask/advise/{one.id}",
        subject=one.id,
        asked_of=one.asked_of,
        what=f"Advies gevraagd{about}: {one.id}.",
        choices=ADVISES,
        details=(f"Op {datum(one.asked_on)} vraagt {asker}: {SECRET if secret else one.question}",),
        by=one.until,
        title=f"advies{about} ({one.id})",
    )
