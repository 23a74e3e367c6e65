"""The accounts that were handed in: every version is kept, the state of a version moves forward only."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Column, Date, Integer, Row, String, Table, Text, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.reports.rules import (
    Account,
    DepartmentAccount,
    JointAccount,
    Received,
    ThemeAccount,
    standing,
)

submission = Table(
    "submission",
    metadata,
    Column("duty", String(120), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("handed_in_by", String(80), nullable=False),
    Column("on_behalf_of", String(80), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    #: the account as JSON; its shape follows from the duty
    Column("content", Text, nullable=False),
    #: the file as it came
    Column("file", String(64), nullable=False),
    Column("received_at", Moment, nullable=False),
)


@cache
def _adapter(shape: str) -> TypeAdapter[Account]:
    shapes = {"theme": ThemeAccount, "department": DepartmentAccount, "joint": JointAccount}
    return TypeAdapter(shapes[shape])


def _shape(duty: str) -> str:
    *_, kind, subject = duty.split("/")
    return "department" if kind == "account" else "joint" if subject == "oib" else "theme"


def add(
    tx: Tx,
    duty: str,
    account: Account,
    *,
    on: date,
    late: bool,
    by: str,
    on_behalf_of: str,
    file: str,
    at: datetime,
) -> int:
    """Keep a new version of an account; its number."""
    version = len(versions(tx, duty)) + 1
    tx.execute(
        insert(submission).values(
            duty=duty,
            version=version,
            state="submitted",
            received_on=on,
            late=late,
            handed_in_by=by,
            on_behalf_of=on_behalf_of,
            content=_adapter(_shape(duty)).dump_json(account).decode(),
            file=file,
            received_at=at,
        )
    )
    return version


def decide(tx: Tx, duty: str, version: int, state: str, reason: str = "") -> None:
    """Move a submitted version to accepted or returned."""
    one = submission.c.duty == duty, submission.c.version == version, submission.c.state == "submitted"
    tx.execute(update(submission).where(*one).values(state=state, reason=reason))


def versions(tx: Tx, duty: str) -> list[Received]:
    """Every version of one account, first to last."""
    query = select(submission).where(submission.c.duty == duty).order_by(submission.c.version)
    return [_received(row) for row in tx.execute(query)]


def submitted(tx: Tx) -> list[Received]:
    """Every version that waits for a judgement, by duty."""
    open_ones = select(submission).where(submission.c.state == "submitted")
    found = {
        row.duty: _received(row)
        for row in tx.execute(open_ones.order_by(submission.c.duty, submission.c.version))
    }
    return list(found.values())


def files(tx: Tx, duty: str) -> set[str]:
    """The hashes of the files that were taken in for one duty."""
    return set(tx.execute(select(submission.c.file).where(submission.c.duty == duty)).scalars())


def with_file(tx: Tx, duty: str, file: str) -> Received | None:
    """The version that was made from this very file (its hash); None if it never came in."""
    same = submission.c.duty == duty, submission.c.file == file
    row = tx.execute(select(submission).where(*same).order_by(submission.c.version)).first()
    return _received(row) if row else None


def of_year(tx: Tx, year: int) -> dict[str, Received]:
    """For each duty of a cycle year the account that stands. Duties without one are absent."""
    query = select(submission).where(submission.c.duty.like(f"{year}/%"))
    found: dict[str, list[Received]] = {}
    for row in tx.execute(query.order_by(submission.c.duty, submission.c.version)):
        found.setdefault(row.duty, []).append(_received(row))
    return {duty: stands for duty, all_versions in found.items() if (stands := standing(all_versions))}


def _received(row: Row[tuple[object, ...]]) -> Received:
    return Received(
        duty=row.duty,
        version=row.version,
        state=row.state,
        on=row.received_on,
        late=row.late,
        by=row.handed_in_by,
        on_behalf_of=row.on_behalf_of,
        reason=row.reason,
        account=_adapter(_shape(row.duty)).validate_json(row.content),
    )
