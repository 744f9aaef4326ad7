"""Periods: which days are locked, who opened them again and why, and what was explained before a close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from fundledger.domain.problem import KnownError
from fundledger.store.rows import add_row
from fundledger.store.schema import explanation, identity_explanation, identity_reopening, leaf, operation, period, reopening

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class Reopening:
    """When a period was opened again, which two people did it, and why."""

    at: str
    asked_by: int
    agreed_by: int
    reason: str


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that was closed at least once; `closed_at` and `closed_by` are of its last close."""

    id: int
    start_on: date
    end_on: date
    locked: bool
    closed_at: str | None
    closed_by: int | None
    reopenings: tuple[Reopening, ...] = ()


def closed(db: Connection) -> list[tuple[date, date]]:
    """First and last day of every locked period, the earliest first."""
    query = select(period.c.start_on, period.c.end_on).where(period.c.locked == 1).order_by(period.c.start_on)
    return [(date.fromisoformat(start), date.fromisoformat(end)) for start, end in db.execute(query)]


def open_day(locked: list[tuple[date, date]], on: date) -> date:
    """The day itself, or the first one after it that no locked period holds; `locked` as `closed` gives it."""
    for start, end in locked:
        if start <= on <= end:
            on = end + timedelta(days=1)
    return on


def periods(db: Connection) -> list[Period]:
    """Every period, the earliest first."""
    mine = (leaf.c.kind == "period", leaf.c.kind != "entry", leaf.c.subject_id == period.c.id)
    newest = select(func.max(leaf.c.operation_id)).where(*mine).correlate(period).scalar_subquery()
    by = (operation.c.id == newest) & (period.c.locked == 1)
    query = select(period, operation.c.at, operation.c.person_id).select_from(period).outerjoin(operation, by)
    again = _reopenings(db)
    return [
        Period(
            row.id, date.fromisoformat(row.start_on), date.fromisoformat(row.end_on), bool(row.locked), row.at, row.person_id,
            tuple(again.get(row.id, ())),
        )
        for row in db.execute(query.order_by(period.c.start_on))
    ]  # fmt: skip


def find_period(db: Connection, start: date, end: date) -> Period:
    """The period of exactly these days; raises KnownError period.unknown."""
    for one in periods(db):
        if (one.start_on, one.end_on) == (start, end):
            return one
    raise KnownError("period.unknown", f"{start}..{end}")


def lock(op: Operation, start: date, end: date) -> int:
    """Close these days; the guards refuse what overlaps another period."""
    known = op.db.execute(select(period.c.id).where(period.c.start_on == start.isoformat(), period.c.end_on == end.isoformat())).scalar()
    if known is None:
        return add_row(op.db, period, start_on=start.isoformat(), end_on=end.isoformat(), locked=1)
    op.db.execute(update(period).where(period.c.id == known).values(locked=1))
    return int(known)


def reopen(op: Operation, period_id: int, agreed_by: int, reason: str) -> None:
    """Open a period again, agreed to by a second person; the guards want her row before."""
    row_id = add_row(op.db, reopening, period_id=period_id, at=op.at.isoformat(), asked_by=op.person_id, agreed_by=agreed_by)
    add_row(op.db, identity_reopening, reopening_id=row_id, reason=reason)
    op.db.execute(update(period).where(period.c.id == period_id).values(locked=0))


def explain(op: Operation, item: str, subject: str, until: date, said: str) -> int:
    """Keep what a person says of a problem of the checklist as of a day; what was said before gives way."""
    about = (explanation.c.item == item, explanation.c.subject == subject, explanation.c.until_on == until.isoformat())
    known = op.db.execute(select(explanation.c.id).where(*about)).scalar()
    if known is None:
        row_id = add_row(op.db, explanation, item=item, subject=subject, until_on=until.isoformat(), explained_by=op.person_id)
        add_row(op.db, identity_explanation, explanation_id=row_id, said=said)
        return row_id
    op.db.execute(update(explanation).where(explanation.c.id == known).values(explained_by=op.person_id))
    op.db.execute(update(identity_explanation).where(identity_explanation.c.explanation_id == known).values(said=said))
    return int(known)


def explanations(db: Connection, until: date) -> dict[str, dict[str, tuple[str, int]]]:
    """What was said as of a day: by item and subject (words, person)."""
    query = select(explanation.c.item, explanation.c.subject, identity_explanation.c.said, explanation.c.explained_by)
    rows = db.execute(query.join(identity_explanation).where(explanation.c.until_on == until.isoformat()))
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for item, subject, said, person in rows:
        found.setdefault(item, {})[subject] = (said, person)
    return found


def suspense_explained(db: Connection, on: date) -> tuple[date, str] | None:
    """What was said of unidentified receipts at the first close from a day on: (last day, words)."""
    query = select(explanation.c.until_on, identity_explanation.c.said).join(identity_explanation)
    about = (explanation.c.item == "suspense", explanation.c.until_on >= on.isoformat())
    row = db.execute(query.where(*about).order_by(explanation.c.until_on).limit(1)).first()
    return (date.fromisoformat(row.until_on), row.said) if row else None


def _reopenings(db: Connection) -> dict[int, list[Reopening]]:
    query = select(reopening, identity_reopening.c.reason).outerjoin(identity_reopening).order_by(reopening.c.id)
    found: dict[int, list[Reopening]] = {}
    for row in db.execute(query):
        found.setdefault(row.period_id, []).append(Reopening(row.at, row.asked_by, row.agreed_by, row.reason or ""))
    return found
