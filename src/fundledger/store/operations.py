"""Operations: one user intent each, logged with who did it, when, and what it touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


# What nothing takes back: the founding of the book, what was promised to be forgotten, who may open it (its key slots stand outside
# the database), a closed period (two people reopen it), and what was published.
FINAL = frozenset({
    "new", "donor erase", "campaign withdraw consent", "person add", "person remove", "passphrase reset", "period close",
    "period reopen", "publish", "export", "export readable", "pack", "pack readable",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that is open: the connection to write with, and the facts of the book every verb needs."""

    id: int
    db: Connection
    at: datetime
    person_id: int
    currency: str
    unrestricted_fund: int
    suspense_fund: int


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One operation of the log; `changes` holds (table, act, how many rows)."""

    id: int
    at: datetime
    verb: str
    person_id: int
    subject: str | None
    undone_by: int | None
    undoes_id: int | None
    changes: tuple[tuple[str, str, int], ...]


def begin(db: Connection, verb: str, at: datetime, person_id: int, *, subject: str | None = None, undoes: int | None = None) -> int:
    """Open an operation and return its id; the guards let nothing be written before.

    Raises KnownError undo.unknown, undo.already, undo.not_undoable for an undo that may not be.
    """
    if undoes is not None:
        _refuse_undo(db, undoes)
    made = db.exec_driver_sql(
        "INSERT INTO operation (uid, verb, at, person_id, subject, undoes_id) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (str(uuid4()), verb, at.isoformat(), person_id, subject, undoes),
    )
    return int(made.scalar_one())


def finish(db: Connection, operation_id: int) -> None:
    """Mark an operation as done; the guard refuses while one of its entries is not posted."""
    db.exec_driver_sql("UPDATE operation SET done = 1 WHERE id = ?", (operation_id,))


def operations(db: Connection, limit: int = 100) -> list[LogEntry]:
    """Read the log, newest first."""
    return _read(db, "ORDER BY o.id DESC LIMIT ?", limit)


def find_operation(db: Connection, operation_id: int) -> LogEntry:
    """One operation of the log. Raises KnownError undo.unknown."""
    found = _read(db, "WHERE o.id = ?", operation_id)
    if not found:
        raise KnownError("undo.unknown", str(operation_id))
    return found[0]


def _read(db: Connection, which: str, value: int) -> list[LogEntry]:
    rows = db.exec_driver_sql(
        "SELECT o.id, o.at, o.verb, o.person_id, o.subject, u.id, o.undoes_id FROM operation o"
        f" LEFT JOIN operation u ON u.undoes_id = o.id {which}",
        (value,),
    ).all()
    changes = _changes(db, [row[0] for row in rows])
    return [
        LogEntry(row[0], datetime.fromisoformat(row[1]), row[2], row[3], row[4], row[5], row[6], changes.get(row[0], ())) for row in rows
    ]


def _refuse_undo(db: Connection, operation_id: int) -> None:
    found = db.exec_driver_sql("SELECT verb, undoes_id FROM operation WHERE id = ?", (operation_id,)).one_or_none()
    if found is None:
        raise KnownError("undo.unknown", str(operation_id))
    if found[0] in FINAL or found[1] is not None:
        raise KnownError("undo.not_undoable", str(operation_id))
    if db.exec_driver_sql("SELECT 1 FROM operation WHERE undoes_id = ?", (operation_id,)).first():
        raise KnownError("undo.already", str(operation_id))


def _changes(db: Connection, ids: Sequence[int]) -> dict[int, tuple[tuple[str, str, int], ...]]:
    if not ids:
        return {}
    rows = db.exec_driver_sql(
        "SELECT operation_id, table_name, act, count(*) FROM audit WHERE operation_id BETWEEN ? AND ? GROUP BY 1, 2, 3",
        (min(ids), max(ids)),
    )
    found: dict[int, tuple[tuple[str, str, int], ...]] = {}
    for operation_id, table, act, count in rows:
        found[operation_id] = (*found.get(operation_id, ()), (table, act, count))
    return found
