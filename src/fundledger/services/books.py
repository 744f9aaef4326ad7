"""A new book, and a book the keyring of this computer opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.money import is_currency
from fundledger.domain.problem import KnownError
from fundledger.store import keys
from fundledger.store.book import create_book, open_book

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from fundledger.store.book import Book
    from fundledger.store.keyring import Keyring


def recovery_key() -> str:
    """A recovery key for a book that is about to be made: shown to a person once and kept nowhere."""
    return keys.new_recovery_key()


def new_book(
    path: Path, name: str, currency: str, passphrase: str, at: datetime, person: str = "Treasurer", *, recovery_key: str | None = None
) -> Book:
    """Make a book with its chart of accounts and two funds; raises KnownError when it is there already.

    Without a `recovery_key` (of `recovery_key()`) nothing can be imported until there is one.
    """
    if not is_currency(currency):
        raise KnownError("book.currency", currency)
    if not name.strip():
        raise KnownError("book.no_name")
    if not passphrase:
        raise KnownError("book.no_passphrase")
    return create_book(path, name=name.strip(), currency=currency, passphrase=passphrase, person=person, at=at, recovery_key=recovery_key)


def keyring_may_open(path: Path) -> bool:
    """Whether the book has a slot for a keyring; that of this computer may still keep nothing. A folder that is no book has none."""
    try:
        return keys.Kind.KEYRING in keys.kinds(path / "keys.json")
    except KnownError:
        return False


def open_by_keyring(path: Path, ring: Keyring) -> Book | None:
    """The book, opened by what the keyring keeps for it; None when it keeps nothing that opens it, and a passphrase is asked for.

    Raises KnownError keyring.failed, and what `open_book` raises about the book itself.
    """
    secret = ring.read(keys.uid_of(path / "keys.json"))
    if secret is None:
        return None
    try:
        return open_book(path, keyring_secret=secret)
    except KnownError as error:
        if error.code != "book.does_not_open":
            raise
        return None
