"""Undo: what is unposted is taken back, what is posted is reversed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.services.backups import back_up_first
from fundledger.services.changes import EVERYTHING, Changes
from fundledger.services.erased_list import write_list
from fundledger.services.reconciling import refuse_used_advances
from fundledger.store import campaigns, erasing, invoices, lines, undoing, vouchers
from fundledger.store.backups import is_import
from fundledger.store.operations import find_operation

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.store.book import Book
    from fundledger.store.operations import LogEntry


def next_undo(book: Book) -> LogEntry | None:
    """The operation that undo would take back now."""
    with book.reading() as db:
        row_id = undoing.last_undoable(db)
        return None if row_id is None else find_operation(db, row_id)


def undo(book: Book, at: datetime, operation: int | None = None) -> Changes:
    """Undo an operation, the last one where none is named, an import after a backup; raises KnownError when there is nothing to undo.

    What a later one built on it stands in the way: a match on a line that would no longer count, a payment on an invoice
    that would no longer be approved, an advance that an invoice was paid by.
    """
    with book.reading() as db:
        row_id = operation if operation is not None else undoing.last_undoable(db)
        whole_file = row_id is not None and is_import(db, row_id)
        restriction = row_id is not None and erasing.is_restriction(db, row_id)
    if row_id is None:
        raise KnownError("undo.nothing")
    warned = back_up_first(book, at) if whole_file else ()
    with book.operation("undo", at, undoes=row_id) as op:
        given = [one.fund for one in campaigns.campaigns(op.db, op.currency)]
        short = vouchers.advances_short(op.db, given)
        undoing.undo(op, row_id)
        refuse_used_advances(op, given, short, str(row_id))
        for table, left in (("line", lines.matched_uncounted(op.db)), ("invoice", invoices.settled_unapproved(op.db))):
            if left is not None:
                raise KnownError("undo.changed_since", f"{table}:{left}")
        changes = Changes(op.id, (row_id,), EVERYTHING, warned)
    if restriction:
        write_list(book)  # what was taken back must not come back with a restored backup
    return changes
