"""Rows of a table that are read from the book whenever they are gone through, so that no length of it fills the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

from fundledger.domain.problem import KnownError
from fundledger.reports.value import Row
from fundledger.store import log

if TYPE_CHECKING:
    from fundledger.domain.evidence import Head
    from fundledger.store.auditing import Listing
    from fundledger.store.book import Book
    from fundledger.store.rows import Database

Make = Callable[[Iterator[Any]], Iterator[Row]]


class Stream(Sequence[Row]):
    """The rows of a listing between two places; raises KnownError report.book_changed where the book is another than at first."""

    def __init__(self, book: Book, head: Head, listing: Listing, make: Make, span: tuple[int, int]) -> None:
        """`make` turns what the listing gives into rows, one for one; `head` is the log the report was made from."""
        self._book, self._head, self._listing, self._make = book, head, listing, make
        self._first, self._last = span

    def __len__(self) -> int:
        """How many rows there are."""
        return self._last - self._first

    def __iter__(self) -> Iterator[Row]:
        """Read them, from the first on."""
        with self._book.reading() as db:
            if log.head(db) != self._head:
                raise KnownError("report.book_changed")
            yield from islice(self._make(self._listing.rows(db)), self._first, self._last)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Stream: ...

    def __getitem__(self, place: int | slice) -> Row | Stream:
        """One row, or those between two places."""
        if isinstance(place, slice):
            first, last, _ = place.indices(len(self))
            span = (self._first + first, self._first + max(first, last))
            return Stream(self._book, self._head, self._listing, self._make, span)
        at = range(len(self))[place]
        return next(iter(self[at : at + 1]))


def stream(book: Book, db: Database, head: Head, listing: Listing, make: Make) -> Stream:
    """All rows of a listing."""
    return Stream(book, head, listing, make, (0, listing.count(db)))
