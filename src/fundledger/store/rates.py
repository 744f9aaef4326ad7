"""Files of reference rates as they are kept: whole, compressed, known by the hash of the file that came."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from fundledger.store.rows import add_row
from fundledger.store.schema import rates

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class KeptRates:
    """One file of rates in the book and the days it speaks of."""

    id: int
    source: str
    sha256: str
    first_on: date
    last_on: date


_KEPT = select(rates.c.id, rates.c.source, rates.c.sha256, rates.c.first_on, rates.c.last_on)


def kept_rates(db: Connection) -> list[KeptRates]:
    """Every file of rates, the first that came first."""
    return [
        KeptRates(row[0], row[1], row[2], date.fromisoformat(row[3]), date.fromisoformat(row[4]))
        for row in db.execute(_KEPT.order_by(rates.c.id))
    ]


def content_of(db: Connection, row_id: int) -> bytes:
    """What a file of rates held."""
    return zlib.decompress(db.execute(select(rates.c.content).where(rates.c.id == row_id)).scalar_one())


def add_rates(op: Operation, source: str, sha256: str, days: tuple[date, date], content: bytes) -> int:
    """Keep a file of rates of these days, from the first to the last."""
    first_on, last_on = (day.isoformat() for day in days)
    values = {"source": source, "sha256": sha256, "first_on": first_on, "last_on": last_on, "content": zlib.compress(content, 9)}
    return add_row(op.db, rates, **values)
