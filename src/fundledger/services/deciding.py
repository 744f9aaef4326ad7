"""A person's word on lines nobody could place: another payment, one that is here, the bank's correction, no line at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.services.changes import Area, Changes
from fundledger.services.reconciling import take_back
from fundledger.store import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow
    from fundledger.store.operations import Operation


def keep_lines(book: Book, line_ids: Sequence[int], at: datetime) -> Changes:
    """Unsure lines are payments of their own: they count. Raises line.unknown, line.not_unsure."""
    return _decide(book, line_ids, at, _count)


def drop_lines(book: Book, line_ids: Sequence[int], at: datetime) -> Changes:
    """Unsure lines are ones the book has; they stay as tombstones and are not offered again. Raises line.unknown, line.not_unsure."""
    return _decide(book, line_ids, at, _drop)


def replace_lines(book: Book, line_ids: Sequence[int], at: datetime) -> Changes:
    """Lines are the bank's corrections: the old ones are reversed where they were booked, and count no more.

    Raises line.unknown, line.not_unsure, line.not_correction.
    """
    return _decide(book, line_ids, at, _replace)


def withdraw_lines(book: Book, line_ids: Sequence[int], at: datetime) -> Changes:
    """The bank states these lines no more: they count no more and stay as tombstones. Raises line.unknown, line.not_open."""
    with book.operation("line withdraw", at) as op:
        for line_id in line_ids:
            if lines.find_line(op.db, line_id).state != "open":
                raise KnownError("line.not_open", str(line_id))
            lines.set_standing(op, line_id, "dropped")
        return Changes(op.id, tuple(line_ids), frozenset({Area.LINES}))


def _decide(book: Book, line_ids: Sequence[int], at: datetime, do: Callable[[Operation, LineRow], None]) -> Changes:
    """Decide all of them in one operation, or none."""
    with book.operation("line decide", at) as op:
        for line_id in line_ids:
            row = lines.find_line(op.db, line_id)
            if row.state != "unsure":
                raise KnownError("line.not_unsure", str(line_id))
            do(op, row)
        return Changes(op.id, tuple(line_ids), frozenset({Area.LINES, Area.CAMPAIGNS, Area.DONORS, Area.INVOICES}))


def _count(op: Operation, row: LineRow) -> None:
    lines.set_standing(op, row.id, "counted")


def _drop(op: Operation, row: LineRow) -> None:
    lines.set_standing(op, row.id, "dropped")


def _replace(op: Operation, row: LineRow) -> None:
    if row.corrects is None:
        raise KnownError("line.not_correction", str(row.id))
    if lines.find_line(op.db, row.corrects).state == "matched":
        take_back(op, row.corrects)
    lines.set_standing(op, row.corrects, "dropped")
    lines.set_standing(op, row.id, "counted")
