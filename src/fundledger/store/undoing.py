"""Undo: an operation is taken back by a new one, which logs what it does like any other.

What was posted is reversed. What was matched is marked undone and stays as history. Everything else is as it was before:
changed rows get their old values, deleted rows return, added rows go, unless a row that stays refers to them.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, and_, delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from fundledger.domain.problem import KnownError
from fundledger.store import journal, merges, periods
from fundledger.store.operations import FINAL
from fundledger.store.schema import (
    IDENTITY,
    JOURNAL,
    allocation,
    audit,
    balance,
    batch,
    identity_history,
    line,
    line_sighting,
    metadata,
    operation,
    receipt,
    receipt_donation,
    reconciliation,
    refund_share,
    statement,
    voucher,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Column, Connection, Insert, Row, Select, Table, Update

    from fundledger.store.operations import Operation

# Entries are reversed; allocations say what a line once became and stand or fall with their reconciliation's mark.
_STAY = frozenset({*JOURNAL, "allocation"})
# The parts of a row that make no sense without it; identity rows are parts of the row their first reference names.
_PARTS = MappingProxyType({
    "detail": "line", "processed": "line", "edition_file": "edition", "edition_figure": "edition", "receipt_donation": "receipt",
    "refund_share": "voucher",
})  # fmt: skip
# What several operations may use: it stays as long as one of them stands. Everything else in use stops the undo.
_SHARED = frozenset({"donor", "payee", "document"})
# What counts only while the row it belongs to stands.
_STANDS_WITH = MappingProxyType({
    receipt_donation: (receipt_donation.c.receipt_id, receipt), refund_share: (refund_share.c.voucher_id, voucher),
    allocation: (allocation.c.reconciliation_id, reconciliation), statement: (statement.c.batch_id, batch),
})  # fmt: skip
# Names that are free again after an undo, even where their row stays because the journal refers to it.
_FORGOTTEN = frozenset({"identity_account", "identity_batch"})


def last_undoable(db: Connection) -> int | None:
    """The newest operation that changed something and is neither an undo nor undone; None where that is final.

    What came before a final one is undone only by its number: nobody who takes back her last act means an older one.
    """
    query = (
        "SELECT o.id, o.verb FROM operation o WHERE o.done = 1 AND o.undoes_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM operation u WHERE u.undoes_id = o.id)"
        " AND EXISTS (SELECT 1 FROM audit a WHERE a.operation_id = o.id) ORDER BY o.id DESC LIMIT 1"
    )
    newest = db.exec_driver_sql(query).one_or_none()
    return None if newest is None or newest[1] in FINAL else int(newest[0])


def undo(op: Operation, operation_id: int) -> None:
    """Take an operation back inside `op`, which must have been opened with `undoes=operation_id`.

    Raises KnownError undo.lines_reconciled (an import whose lines are reconciled), undo.period_closed (lines or gifts of a closed period
    would go), undo.changed_since (something it
    touched, or of a merge either donor, was changed by a later operation that still stands), and what opening the operation raises.
    """
    if op.db.execute(select(operation.c.undoes_id).where(operation.c.id == op.id)).scalar_one() != operation_id:
        raise ValueError("an undo names the operation it undoes")
    _refuse_reconciled(op.db, operation_id)
    _refuse_closed(op.db, operation_id)
    _refuse_touched(op, operation_id)
    if touched := merges.touched_since(op.db, operation_id):
        raise _changed_since(*touched)
    _reverse_entries(op, operation_id)
    _mark_undone(op.db, operation_id)
    _refuse_used(op.db, operation_id)
    _take_away_lone(op.db, operation_id)
    _bring_back(op.db, operation_id)
    _replay(op.db, operation_id)
    _take_away(op.db, operation_id)


def _inserted(operation_id: int, table: Table) -> Select[int]:
    """Row ids an operation added to a table."""
    return select(audit.c.row_id).where(audit.c.operation_id == operation_id, audit.c.table_name == table.name, audit.c.act == "insert")


def _changed_since(table: str, row_id: int | str) -> KnownError:
    return KnownError("undo.changed_since", f"{table}:{row_id}")


# --- what stands in the way -------------------------------------------------------------------------------------------
def _refuse_reconciled(db: Connection, operation_id: int) -> None:
    mine = _inserted(operation_id, line)
    active = select(reconciliation.c.line_id).where(
        reconciliation.c.undone == 0, reconciliation.c.operation_id != operation_id, reconciliation.c.line_id.in_(mine)
    )
    count = len(db.execute(active).all())
    if count:
        raise KnownError("undo.lines_reconciled", str(operation_id), count=count)
    seen = select(line_sighting.c.line_id).where(
        line_sighting.c.line_id.in_(mine), line_sighting.c.statement_id.not_in(_inserted(operation_id, statement))
    )
    row = db.execute(seen.limit(1)).first()
    if row:
        raise _changed_since("line", row[0])


def _refuse_closed(db: Connection, operation_id: int) -> None:
    """What the bank said of the days of a closed period stays: the period must be reopened first."""
    for start, end in periods.closed(db):
        inside = line.c.booked_on.between(start.isoformat(), end.isoformat())
        count = db.execute(select(func.count()).where(line.c.id.in_(_inserted(operation_id, line)), line.c.status == "booked", inside))
        if n := count.scalar_one():
            raise KnownError("undo.period_closed", str(operation_id), n=n, start=start, end=end)


def _refuse_touched(op: Operation, operation_id: int) -> None:
    """Rows it added, and identity rows it changed, must not have been touched by a later operation that still stands."""
    undone = select(operation.c.undoes_id).where(operation.c.undoes_id.is_not(None))
    later = (
        select(audit.c.table_name, audit.c.row_id)
        .join(operation, operation.c.id == audit.c.operation_id)
        .where(audit.c.operation_id > operation_id, operation.c.undoes_id.is_(None), operation.c.id.not_in(undone))
    )
    touched = select(audit.c.table_name, audit.c.row_id).where(
        audit.c.operation_id == operation_id,
        (audit.c.act == "insert") | and_(audit.c.act == "update", audit.c.table_name.startswith(IDENTITY, autoescape=True)),
        tuple_(audit.c.table_name, audit.c.row_id).in_(later),
    )
    row = op.db.execute(touched.limit(1)).first()
    if row:
        raise _changed_since(*row)


def _refuse_used(db: Connection, operation_id: int) -> None:
    """What it added must not be in use by what others added: a campaign with money, an account with statements."""
    for table in metadata.sorted_tables:
        if table.name in _SHARED or table.name in JOURNAL or table.name.startswith(IDENTITY):
            continue
        mine = _inserted(operation_id, table)
        for reference in _uses(table):
            others = _key(reference.table).not_in(_inserted(operation_id, reference.table))
            row = db.execute(_in_force(reference).where(reference.in_(mine), others).limit(1)).first()
            if row:
                raise _changed_since(table.name, row[0])


def _in_force(reference: Column[Any]) -> Select[Any]:
    """What a column refers to, leaving out history: matches, gifts, batches and lines that were taken back, balances of zero."""
    table = reference.table
    used = select(reference).where(reference.is_not(None))
    if "undone" in table.c:
        return used.where(table.c.undone == 0)
    if table in _STANDS_WITH:
        column, owner = _STANDS_WITH[table]
        return used.where(column.in_(select(owner.c.id).where(owner.c.undone == 0)))
    if table is line:
        return used.where(line.c.standing != "withdrawn")
    return used.where(balance.c.amount_minor != 0) if table is balance else used


# --- taking it back ---------------------------------------------------------------------------------------------------
def _reverse_entries(op: Operation, operation_id: int) -> None:
    ids = op.db.execute(_inserted(operation_id, metadata.tables["entry"]).order_by(audit.c.id.desc())).scalars().all()
    try:
        journal.reverse_posted(op, ids)
    except KnownError as error:
        if error.code == "entry.reversed_already":
            raise _changed_since("entry", error.problems[0].subject) from None
        raise


def _mark_undone(db: Connection, operation_id: int) -> None:
    """Matches, gifts and batches it made are history now; their places are free for what stood there before."""
    for table in metadata.sorted_tables:
        if "undone" in table.c:
            db.execute(update(table).where(table.c.id.in_(_inserted(operation_id, table)), table.c.undone == 0).values(undone=1))


def _bring_back(db: Connection, operation_id: int) -> None:
    """Insert deleted rows again, the last deleted first, so that what they refer to is there before them."""
    for row in _acts(db, operation_id, "delete"):
        table = metadata.tables[row.table_name]
        key = _key(table)
        if db.execute(select(key).where(key == row.row_id)).first():
            raise _changed_since(table.name, row.row_id)
        if table.name.startswith(IDENTITY):
            values = {key.name: row.row_id, **_history(db, operation_id, row)}
        else:
            values = _values(table, json.loads(row.before))
        _write(db, insert(table).values(values), row)


def _replay(db: Connection, operation_id: int) -> None:
    """Give changed rows their old values, the last change first; rows it added itself go or stay as they are."""
    for row in _acts(db, operation_id, "update"):
        table = metadata.tables[row.table_name]
        key = _key(table)
        if db.execute(_inserted(operation_id, table).where(audit.c.row_id == row.row_id)).first():
            continue
        if table.name.startswith(IDENTITY):
            before = _history(db, operation_id, row)
        else:
            before, after = (_values(table, json.loads(side)) for side in (row.before, row.after))
            current = db.execute(select(*(table.c[name] for name in after)).where(key == row.row_id)).mappings().one_or_none()
            if current is None or dict(current) != after:
                raise _changed_since(table.name, row.row_id)
        _write(db, update(table).where(key == row.row_id).values(before), row)


def _write(db: Connection, statement: Insert | Update, row: Row[*tuple[Any, ...]]) -> None:
    """Write an old value; where its place was taken since, it cannot come back."""
    try:
        db.execute(statement)
    except IntegrityError:
        raise _changed_since(row.table_name, row.row_id) from None


def _take_away(db: Connection, operation_id: int) -> None:
    """Remove what it added, the rows that refer to others first."""
    mine = _inserted(operation_id, statement)
    db.execute(delete(line_sighting).where(line_sighting.c.statement_id.in_(mine)))
    withdrawn = line.c.id.in_(_inserted(operation_id, line)) & line.c.id.in_(select(reconciliation.c.line_id))
    db.execute(update(line).where(withdrawn).values(standing="withdrawn"))
    added = set(
        db.execute(select(audit.c.table_name).where(audit.c.operation_id == operation_id, audit.c.act == "insert").distinct()).scalars()
    )
    for table in reversed(metadata.sorted_tables):
        if table.name not in added or table.name in _STAY or table.name in _PARTS or "undone" in table.c:
            continue
        if table.name.startswith(IDENTITY):
            _take_away_identity(db, operation_id, table)
        else:
            _delete_whole(db, table, _unneeded(operation_id, table))


def _take_away_lone(db: Connection, operation_id: int) -> None:
    """Identity rows it added that are nobody's part go first: what they took the place of comes back under the same name."""
    for table in metadata.sorted_tables:
        if table.name.startswith(IDENTITY) and _owner(table) is None:
            db.execute(delete(table).where(_key(table).in_(_inserted(operation_id, table))))


def _take_away_identity(db: Connection, operation_id: int, table: Table) -> None:
    """An identity row goes with its owner; when the owner was there before, it goes by itself."""
    rows = _inserted(operation_id, table)
    owner = _owner(table)
    if owner is not None and table.name not in _FORGOTTEN:
        there = owner.not_in(_inserted(operation_id, _target(owner)))
        db.execute(delete(table).where(_key(table).in_(rows), there))
    elif owner is not None:
        db.execute(delete(table).where(_key(table).in_(rows)))


def _unneeded(operation_id: int, table: Table) -> Select[int]:
    """Rows the operation added to which nothing refers that must; history lets go of what it can do without."""
    ids = _inserted(operation_id, table)
    for reference in _references(table):
        if reference.table is not line_sighting and _owner(reference.table) is not reference:
            needed = _in_force(reference) if reference.nullable else select(reference)
            ids = ids.where(audit.c.row_id.not_in(needed))
    return ids


def _delete_whole(db: Connection, table: Table, ids: Select[int]) -> None:
    """Delete rows with their parts, and from what is history the mention of them."""
    for reference in _references(table):
        if _owner(reference.table) is reference:
            _delete_whole(db, reference.table, select(_key(reference.table)).where(reference.in_(ids)))
        elif reference.nullable:
            db.execute(update(reference.table).where(reference.in_(ids)).values({reference.name: None}))
    db.execute(delete(table).where(_key(table).in_(ids)))


# --- reading the log and the schema -----------------------------------------------------------------------------------
def _acts(db: Connection, operation_id: int, act: str) -> list[Row[*tuple[Any, ...]]]:
    """What an operation did of one kind, newest first."""
    query = select(audit.c.table_name, audit.c.row_id, audit.c.before, audit.c.after)
    return list(db.execute(query.where(audit.c.operation_id == operation_id, audit.c.act == act).order_by(audit.c.id.desc())))


def _history(db: Connection, operation_id: int, row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """The values an identity row had before an operation touched it."""
    query = select(identity_history.c.column_name, identity_history.c.old_value).where(
        identity_history.c.operation_id == operation_id,
        identity_history.c.table_name == row.table_name,
        identity_history.c.row_id == row.row_id,
    )
    oldest = dict(db.execute(query.order_by(identity_history.c.id.desc())).all())
    return _values(metadata.tables[row.table_name], oldest)


def _values(table: Table, logged: Mapping[str, Any]) -> dict[str, Any]:
    """Logged values as the columns take them: bytes stand as hexadecimal digits, history as texts."""
    return {name: _value(table.c[name], value) for name, value in logged.items()}


def _value(target: Column[Any], value: Any) -> Any:  # noqa: ANN401  whatever a column holds
    if value is None:
        return None
    return bytes.fromhex(value) if isinstance(target.type, LargeBinary) else target.type.python_type(value)


def _key(table: Table) -> Column[Any]:
    return table.primary_key.columns[0]


def _target(reference: Column[Any]) -> Table:
    return next(iter(reference.foreign_keys)).column.table


def _references(table: Table) -> list[Column[Any]]:
    """Every column of the schema that refers to a table."""
    return [key.parent for other in metadata.sorted_tables for key in other.foreign_keys if key.column.table is table]


def _uses(table: Table) -> list[Column[Any]]:
    """The columns by which rows that are no part of it, nor of the journal, use a table; balances stand for the journal."""
    derived = {*JOURNAL, "line_sighting", "audit", "identity_history", "operation"}
    return [each for each in _references(table) if each.table.name not in derived and _owner(each.table) is not each]


def _owner(table: Table) -> Column[Any] | None:
    """The column that names the row a part belongs to; None for a table that stands on its own."""
    if not table.name.startswith(IDENTITY) and table.name not in _PARTS:
        return None
    references = sorted(table.foreign_keys, key=lambda key: key.parent.name)
    return next((key.parent for key in references if _PARTS.get(table.name, key.column.table.name) == key.column.table.name), None)
