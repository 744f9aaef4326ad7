"""What waits for a person, counted for the badges of the sidebar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.people import InvoiceState
from fundledger.services.people import attention
from fundledger.services.preferences import Preferences, preferences
from fundledger.store import invoices, lines, people

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book
    from fundledger.store.rows import Database


@dataclass(frozen=True, slots=True)
class Waiting:
    """Bank lines to reconcile, invoices to approve, what is missing for a bad day; who works now, and what was chosen for the book."""

    open_lines: int
    to_approve: int
    missing: tuple[Problem, ...]
    worker: str
    chosen: Preferences


def waiting(book: Book) -> Waiting:
    """Count; runs beside the window."""
    with book.reading() as db:
        entered = sum(one.state is InvoiceState.ENTERED for one in invoices.invoices(db, book.currency))
        open_lines, worker = lines.count_open(db), _worker(db, book)
    return Waiting(open_lines, entered, tuple(attention(book)), worker, preferences(book))


def _worker(db: Database, book: Book) -> str:
    """The name of the person who works now; the recovery key has none."""
    return next((one.name for one in people.people(db) if one.id == book.person_id), "")
