"""A connection to the book, and one row at a time where there is no bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Connection, insert

if TYPE_CHECKING:
    from sqlalchemy import Table

# What verbs and reports hand from one store function to the next; they speak no SQL to it themselves.
Database: TypeAlias = Connection


def add_row(db: Database, table: Table, **values: object) -> int:
    """Insert one row and return its id."""
    key = db.execute(insert(table).values(values)).inserted_primary_key
    if key is None:
        raise LookupError(f"{table.name} gives no row id")
    return int(key[0])
