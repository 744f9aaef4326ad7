"""What a person chose for this book: one short text a name, kept among the identity tables because a path may hold her name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


def chosen(db: Connection) -> dict[str, str]:
    """Everything that was chosen, by name."""
    return {row[0]: row[1] for row in db.exec_driver_sql("SELECT name, value FROM identity_setting")}


def choose(op: Operation, name: str, value: str) -> None:
    """Keep this instead of what was chosen before."""
    op.db.exec_driver_sql("DELETE FROM identity_setting WHERE name = ?", (name,))
    op.db.exec_driver_sql("INSERT INTO identity_setting (name, value) VALUES (?, ?)", (name, value))
