"""Proves the book to itself: every figure recomputed, every rule asked again, and nothing else than what was once reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.services.progress import quiet
from fundledger.store.checking import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fundledger.domain.evidence import Head
    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book


def check_book(book: Book, reported: Iterable[Head] = (), progress: Callable[[int, int], None] = quiet) -> list[Problem]:
    """Every fault there is, measured also against the heads of earlier reports; an empty list is a sound book."""
    with book.reading() as db:
        return check(db, progress, reported)
