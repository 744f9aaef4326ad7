"""A new book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.money import is_currency
from fundledger.domain.problem import KnownError
from fundledger.store.book import create_book

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from fundledger.store.book import Book


def new_book(path: Path, name: str, currency: str, passphrase: str, at: datetime, person: str = "Treasurer") -> Book:
    """Make a book with its chart of accounts and two funds; raises KnownError when it is there already."""
    if not is_currency(currency):
        raise KnownError("book.currency", currency)
    if not name.strip():
        raise KnownError("book.no_name")
    if not passphrase:
        raise KnownError("book.no_passphrase")
    return create_book(path, name=name.strip(), currency=currency, passphrase=passphrase, person=person, at=at)
