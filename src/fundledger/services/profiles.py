"""Layouts of tables that a person mapped once: kept in the book, taken again for every file with the same header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.services.changes import Area, Changes
from fundledger.statements.tables.profile import from_json, header_key, to_json
from fundledger.store import profiles

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.statements.layout import Layout
    from fundledger.store.book import Book


def saved_layouts(book: Book) -> tuple[Layout, ...]:
    """The layouts of the book, the latest first."""
    with book.reading() as db:
        return tuple(from_json(layout) for layout in profiles.profiles(db).values())


def save_layout(book: Book, layout: Layout, at: datetime) -> Changes:
    """Keep a layout for every file with its header, in place of the one there was."""
    with book.operation("profile save", at) as op:
        row_id = profiles.set_profile(op, header_key(layout.header), to_json(layout))
        return Changes(op.id, (row_id,), frozenset({Area.LINES}))
