"""Names are masked; who asks to see them is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.services.changes import Changes

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.store.book import Book


def reveal(book: Book, subject: str, at: datetime) -> Changes:
    """Log that names were shown, and where (`lines`, `donors`); `subject` is a word of ours, never a name."""
    with book.operation("reveal", at, subject=subject) as op:
        return Changes(op.id)
