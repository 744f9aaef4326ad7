"""Drafts: what was typed and not yet decided survives a lock, inside the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.store import drafts as kept

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.store.book import Book


def save_draft(book: Book, place: str, payload: str, at: datetime) -> None:
    """Keep a draft of the person who works now; `place` is a word of ours (`invoice`), `payload` whatever the place reads back."""
    if load_drafts(book).get(place) != payload:
        with book.operation("draft", at, subject=place) as op:
            kept.put_draft(op, place, payload)


def load_drafts(book: Book) -> dict[str, str]:
    """Her drafts by place; nobody sees another person's."""
    with book.reading() as db:
        return kept.drafts(db, book.person_id)


def drop_draft(book: Book, place: str, at: datetime) -> None:
    """Forget a draft that was used or given up; without one nothing is written."""
    if place in load_drafts(book):
        with book.operation("draft", at, subject=place) as op:
            kept.drop_draft(op, place)
