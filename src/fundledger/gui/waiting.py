"""What waits for a person, counted for the badges of the sidebar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.people import InvoiceState
from fundledger.store import invoices, lines

if TYPE_CHECKING:
    from fundledger.store.book import Book


@dataclass(frozen=True, slots=True)
class Waiting:
    """Bank lines to reconcile and invoices to approve."""

    open_lines: int
    to_approve: int


def waiting(book: Book) -> Waiting:
    """Count; runs beside the window."""
    with book.reading() as db:
        entered = sum(one.state is InvoiceState.ENTERED for one in invoices.invoices(db, book.currency))
        return Waiting(lines.count_open(db), entered)
