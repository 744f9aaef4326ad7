"""Proves the book to itself: every figure recomputed, every rule asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.store.checking import check

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book


def check_book(book: Book) -> list[Problem]:
    """Every fault there is; an empty list is a sound book."""
    with book.reading() as db:
        return check(db)
