"""What leaves the book in secret is written down: the journal for another program, an audit pack, and a copy anybody can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.services.changes import Changes
from fundledger.store import log

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.store.book import Book


def log_leaving(book: Book, what: str, at: datetime, *, readable: bool) -> Changes:
    """Log that the journal (`export`) or a pack (`pack`) leaves, sealed or as a readable copy, which is a word of its own in the log.

    A pack's head is signed by who makes it. Raises KnownError book.no_signing_key where she has no key, and then nothing is logged.
    """
    with book.operation(f"{what} readable" if readable else what, at) as op:
        if what == "pack":
            log.sign_head(op, book.sign)
        return Changes(op.id)
