"""Periods that are locked, and the first day that is not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from fundledger.store.schema import period

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
