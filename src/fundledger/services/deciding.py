"""A person's word on a line: another payment, one that is here, the bank's correction, no line at all, or not ours to book."""

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
    """Unsure lines are payments of their own, and ignored ones are heeded: they count. Raises line.unknown, line.not_unsure."""
    return _decide(book, line_ids, at, _count, ("unsure", "ignored"))


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


def ignore_lines(book: Book, line_ids: Sequence[int], reason: str, at: datetime) -> Changes:
    """Leave open lines out of the books, and say why: they stand in the tie-out by themselves until they are kept again.

    The bank states them, unlike those that are withdrawn. Raises line.unknown, line.not_open, line.no_reason.
    """
    if not reason.strip():
        raise KnownError("line.no_reason")
    with book.operation("line ignore", at) as op:
        for line_id in line_ids:
            if lines.find_line(op.db, line_id).state != "open":
                raise KnownError("line.not_open", str(line_id))
            lines.ignore(op, line_id, reason.strip())
        return Changes(op.id, tuple(line_ids), frozenset({Area.LINES}))


def _decide(
    book: Book, line_ids: Sequence[int], at: datetime, do: Callable[[Operation, LineRow], None], states: Sequence[str] = ("unsure",)
) -> Changes:
    """Decide all of them in one operation, or none."""
    with book.operation("line decide", at) as op:
        for line_id in line_ids:
            row = lines.find_line(op.db, line_id)
            if row.state not in states:
                raise KnownError("line.not_unsure", str(line_id))
            do(op, row)
        return Changes(op.id, tuple(line_ids), frozenset({Area.LINES, Area.CAMPAIGNS, Area.DONORS, Area.INVOICES}))


def _count(op: Operation, row: LineRow) -> None:
    if row.state == "ignored":
        lines.heed(op, row.id)
        return
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
