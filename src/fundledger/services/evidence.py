"""What proves a payment: the letter that engages the payee, the invoice, its approval, the bank's own line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.approval import PaperKind
from fundledger.services.changes import Area, Changes
from fundledger.services.documents import keep_document
from fundledger.store import approvals, invoices

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from fundledger.domain.people import Disbursement
    from fundledger.store.book import Book
    from fundledger.store.rows import Database


@dataclass(frozen=True, slots=True)
class Proved:
    """One payment and what proves it."""

    payment: Disbursement
    kinds: frozenset[PaperKind]

    @property
    def missing(self) -> tuple[PaperKind, ...]:
        """What is not there, in the order things happen."""
        return tuple(kind for kind in PaperKind if kind not in self.kinds)


def add_paper(book: Book, key: str | int, kind: PaperKind, file: Path, at: datetime, *, keep_photo_data: bool = False) -> Changes:
    """Keep a paper that proves the payments on an invoice; it may come at any time. Raises invoice.unknown, paper.known, document.*."""
    with book.operation("invoice document", at, subject=str(key)) as op:
        found = invoices.find_invoice(op.db, key, op.currency)
        kept = keep_document(op, file, keep_photo_data=keep_photo_data)
        approvals.add_paper(op, found, kind, kept.id)
        return Changes(op.id, (found.id,), frozenset({Area.INVOICES}), kept.warnings)


def proved(db: Database, currency: str, invoice_ids: Iterable[int] | None = None) -> list[Proved]:
    """Every payment (on these invoices) with what proves it.

    An approval is the signature in the book; the bank's proof is its line, and of an advance that was used the line that paid it.
    """
    papers = approvals.papers(db)
    return [
        Proved(one, frozenset({PaperKind.APPROVAL, PaperKind.PROOF, *(kind for kind, _ in papers.get(one.invoice, ()))}))
        for one in invoices.disbursements(db, currency, invoice_ids)
    ]
