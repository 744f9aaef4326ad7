"""The log as a person reads it: operations by id, and each row they touched, before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fundledger.store.schema import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import Connection

_CHIPS = {
    "all": "1",
    "posted": "EXISTS (SELECT 1 FROM audit a WHERE a.operation_id = o.id AND a.table_name = 'entry')",
    "undone": "EXISTS (SELECT 1 FROM operation u WHERE u.undoes_id = o.id)",
}
CHIPS = tuple(_CHIPS)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One operation as lists show one; `who` is the person's name, empty for the recovery key, whose role says what she is."""

    id: int
    at: datetime
    verb: str
    person_id: int
    who: str
    role: str
    subject: str | None
    undone_by: int | None
    undoes_id: int | None
    rows: int


@dataclass(frozen=True, slots=True)
class Touched:
    """One row of the book an operation touched: (column, before, after) where values are kept, the columns alone of an identity row."""

    table: str
    row_id: int
    act: str
    values: tuple[tuple[str, Any, Any], ...]
    columns: tuple[str, ...] = ()


def operation_ids(db: Connection, chip: str = CHIPS[0]) -> list[int]:
    """Ids of the operations a chip stands for, the newest first."""
    return list(db.exec_driver_sql(f"SELECT o.id FROM operation o WHERE {_CHIPS[chip]} ORDER BY o.id DESC").scalars())


def operation_rows(db: Connection, ids: Sequence[int]) -> list[LogRow]:
    """These operations, in the order of the ids."""
    found = db.exec_driver_sql(
        "SELECT o.id, o.at, o.verb, o.person_id, coalesce(i.name, ''), p.role, o.subject, u.id, o.undoes_id,"
        " (SELECT count(*) FROM audit a WHERE a.operation_id = o.id)"
        " FROM operation o JOIN person p ON p.id = o.person_id LEFT JOIN identity_person i ON i.person_id = p.id"
        " LEFT JOIN operation u ON u.undoes_id = o.id WHERE o.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    by_id = {row[0]: LogRow(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in found}
    return [by_id[row_id] for row_id in ids if row_id in by_id]


def touched(db: Connection, operation_id: int, most: int) -> list[Touched]:
    """The rows an operation touched, at most so many; of identity rows only which columns were changed, never what stood there."""
    found = db.exec_driver_sql(
        "SELECT table_name, row_id, act, before, after FROM audit WHERE operation_id = ? ORDER BY id LIMIT ?", (operation_id, most)
    ).all()
    return [_touched(*row) for row in found]


def _touched(table: str, row_id: int, act: str, before: str | None, after: str | None) -> Touched:
    old, new = (json.loads(text) if text else {} for text in (before, after))
    if table.startswith(IDENTITY):
        return Touched(table, row_id, act, (), tuple(new if isinstance(new, list) else {**old, **new}))
    return Touched(table, row_id, act, tuple((name, old.get(name), new.get(name)) for name in {**old, **new}))
