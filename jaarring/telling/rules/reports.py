"""What is said of decisions about accounts, the tactical report and the council report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jaarring.actors import owes
from jaarring.calendar import Quarter
from jaarring.dutch import datum
from jaarring.occasions import Duty
from jaarring.telling.rules import BOARD, Known, Told
from jaarring.telling.rules.people import each, everybody, heads, owners, those_above
from jaarring.telling.rules.words import about_duty, when


def accepted_account(known: Known) -> Iterator[Told]:
    duty = Duty(known.subject)
    owner, quarter = owes(known.organisation, duty), duty.quarter
    if owner is None or quarter is None:
        return
    about = about_duty(known.organisation, duty)
    article = "het" if about.startswith("oordeel") else "de"
    text = f"{known.done} {article} {about} over het {when(quarter)} goedgekeurd."
    up = those_above(known)[:1] if duty.kind == "report" else []
    yield from each(known, f"{about} goedgekeurd", text, own=[owner.id], down=[owner.id], up=up)


def tactical(known: Known) -> Iterator[Told]:
    quarter = _quarter(known)
    text = f"{known.done} de tactische rapportage over het {when(quarter)} vastgesteld{known.nr}."
    if known.board_on:
        text += f" Zij is voor de vergadering van het college van {datum(known.board_on)}."
    title = f"tactische rapportage {when(quarter)} vastgesteld"
    above = those_above(known)
    for one in each(known, title, text, up=above, down=heads(known), across=owners(known)):
        yield one if one.person in above else replace(one, with_board=True)


def of_board(known: Known) -> Iterator[Told]:
    quarter = _quarter(known)
    did = "vastgesteld" if known.verb == "adopt" else "besproken"
    text = f"{known.done} de tactische rapportage over het {when(quarter)} {did}{known.nr}."
    yield from everybody(known, f"tactische rapportage {when(quarter)} {did}", text)


def council_report(known: Known) -> Iterator[Told]:
    text = f"{known.done} de raadsrapportage over {known.year} vastgesteld{known.nr}."
    yield from everybody(known, f"raadsrapportage {known.year} vastgesteld", text)


def council_noted(known: Known) -> Iterator[Told]:
    of_committee = known.subject.endswith("/committee")
    body = "De raadscommissie" if of_committee else known.who
    did = "besproken" if of_committee else "besproken en er kennis van genomen"
    text = f"{body} heeft op {known.on} de raadsrapportage over {known.year} {did}{known.nr}."
    title = f"raadsrapportage {known.year} besproken"
    if of_committee:
        yield from each(known, title, text, down=[BOARD, known.organisation.secretary])
    else:
        yield from each(
            known, title, text, down=[BOARD, *those_above(known), *heads(known)], across=owners(known)
        )


def _quarter(known: Known) -> Quarter:
    return Quarter(known.year, int(known.subject.split("/")[1][1]))
