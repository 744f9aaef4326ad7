"""Approving: the facts of an invoice, signed by the key of whoever approves; how many people a payment takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.approval import Signed, canonical, message
from fundledger.domain.roles import RECOVERY
from fundledger.store import approvals, people

if TYPE_CHECKING:
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database


def signed_here(book: Book, op: Operation, invoice_id: int) -> Signed:
    """The approval of whoever works now; raises KnownError book.no_signing_key for the recovery key, which is nobody's own."""
    said = canonical(approvals.facts(op.db, invoice_id))
    return Signed(op.person_id, said, book.sign(message(said)))


def needs_second(book: Book) -> bool:
    """Whether an act of two takes another person's passphrase; who opens the book alone is warned instead."""
    with book.reading() as db:
        return others(db, book.person_id)


def others(db: Database, person_id: int) -> bool:
    """Whether anybody else opens the book: who is alone does every step herself, and is told so."""
    return any(not one.removed and one.role != RECOVERY and one.id != person_id for one in people.people(db))
