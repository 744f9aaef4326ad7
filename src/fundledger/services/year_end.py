"""The year's end: income, costs and movements between funds close into the balance of their own fund."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.problem import KnownError
from fundledger.services.changes import Area, Changes
from fundledger.store import journal

if TYPE_CHECKING:
    from datetime import date, datetime

    from fundledger.store.book import Book


def close_year(book: Book, year_end: date, at: datetime) -> Changes:
    """Close 4xxx, 5xxx, 3910 and 3920 of every fund into its 3900, one entry a fund dated `year_end`; no figure changes.

    Raises year.closed_already (that day or a later one is), year.nothing, and entry.period_locked of the journal. What is dated
    before and booked afterwards closes with the next year.
    """
    with book.operation("year close", at, subject=year_end.isoformat()) as op:
        until = journal.closed_until(op.db)
        if until and until >= year_end:
            raise KnownError("year.closed_already", year_end.isoformat(), until=until)
        sums: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for code, fund, debit, credit in journal.trial_balance(op.db, end=year_end):
            sums[fund].append((code, debit - credit))
        closing = {fund: booking.closed_year(fund, balances, op.currency) for fund, balances in sorted(sums.items())}
        entries = [
            Entry(str(uuid.uuid4()), EntryKind.CLOSING, year_end, postings, f"year:{year_end.isoformat()}")
            for postings in closing.values()
            if postings
        ]
        if not entries:
            raise KnownError("year.nothing", year_end.isoformat())
        return Changes(op.id, tuple(journal.post(op, entries)), frozenset({Area.BOOK}))
