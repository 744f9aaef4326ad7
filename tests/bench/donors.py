"""The register of donors: what a person types finds them, and their page opens; the floors are a bare driver without our indexes."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from fundledger.services.donors import find_donors
from fundledger.store import donors
from fundledger.store.book import open_book
from tests.bench.files import PASSPHRASE
from tests.bench.floors import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.store.book import Book

_SEEN = 100  # rows a table fetches at once
# The beginning of a name, of two, a whole one, a code, a number, an account and an e-mail.
_TYPED = ("lim", "li", "bada geka", "li mo", "D-00", "77", "LT99 0000 0000 0000 0042", "person42@example.org", "nobody")


def _spent(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started


def slowest_search(path: str) -> float:
    """CPU seconds of the slowest search, with the rows that are seen of what it finds."""
    with open_book(Path(path), PASSPHRASE) as book:
        _look(book, "warm")
        return max(_spent(lambda text=text: _look(book, text)) for text in _TYPED)  # type: ignore[misc]  # bound at once


def page(path: str) -> float:
    """CPU seconds of what the page asks when it is opened: every id in order, and the rows that are seen."""
    with open_book(Path(path), PASSPHRASE) as book:
        _look(book, "warm")
        return _spent(lambda: _look(book, ""))


def _look(book: Book, text: str) -> None:
    found = find_donors(book, text, names=True)
    with book.reading() as db:
        donors.donor_rows(db, found[:_SEEN], book.currency)


def look_through(path: str) -> float:
    """CPU seconds of one search through every name, account and e-mail as they stand."""
    db = opened(Path(path))
    query = (
        "SELECT i.donor_id FROM identity_donor i LEFT JOIN identity_donor_account a ON a.donor_id = i.donor_id"
        " LEFT JOIN identity_donor_email e ON e.donor_id = i.donor_id"
        " WHERE i.folded LIKE '%lim%' OR a.iban LIKE '%lim%' OR e.email LIKE '%lim%'"
    )
    return _spent(lambda: db.execute(query).fetchall())


def bare_ids(path: str) -> float:
    """CPU seconds of the ids alone, through the smallest index there is."""
    db = opened(Path(path))
    return _spent(lambda: db.execute("SELECT id FROM donor WHERE merged_into IS NULL ORDER BY id").fetchall())
