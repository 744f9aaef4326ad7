"""The log that shows tampering: behind every operation stands what it recorded, as leaves of one tree.

The last leaf of a row says what the row says now. So a new row has a leaf, one that came to say something else has another, and
one that is no longer in force (unmatched, undone, reopened) has a leaf that withdraws its last.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from fundledger.domain.evidence import FORMAT, START, Edge, Growing, head_of
from fundledger.store.leaves import ENTRY, KINDS, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from fundledger.domain.evidence import Head
    from fundledger.store.operations import Operation

_NODE = 32
_INSERT = "INSERT INTO leaf (operation_id, kind, subject_id, payload, chain) VALUES (?, ?, ?, CAST(? AS TEXT), linked(?))"
# Entries come by the ten thousand, and an operation that has recorded none yet has only new ones: their payloads never leave the database.
_RECORD = (
    "INSERT INTO leaf (operation_id, kind, subject_id, payload, chain)"
    " SELECT ?, 'entry', subject, CAST(said AS TEXT), linked(said) FROM ({said})"
)


class Difference(NamedTuple):
    """A row whose last leaf says something else than the row; without a leaf, or no longer in force, a side is None."""

    subject: int
    leaf: int | None
    recorded: bytes | None
    present: bytes | None


def record(db: Connection, operation_id: int) -> None:
    """Write a leaf for whatever the operation added, changed or put out of force, and the head behind them; again is no harm."""
    acted = db.exec_driver_sql("SELECT DISTINCT table_name, act FROM audit WHERE operation_id = ?", (operation_id,))
    acts = {(row[0], row[1]) for row in acted}
    size, chain, edge = _last(db)
    before = db.exec_driver_sql("SELECT coalesce(max(size), 0) FROM head WHERE operation_id < ?", (operation_id,)).scalar_one()
    growing, driver = Growing(chain), prepare(db)
    driver.create_function("linked", 1, growing.linked)
    for name in KINDS:
        some = _touched(name, operation_id, acts)
        if some and name == ENTRY and size == before:
            driver.execute(_RECORD.format(said=KINDS[name].question(name, some)), (operation_id,))
        elif some:
            found = list(differences(db, name, some, before))
            driver.executemany(
                _INSERT,
                [(operation_id, name, one.subject, said, said) for one in found for said in [one.present or _withdrawal(name, one.leaf)]],
            )
    if growing.leaves:
        edge = edge.extended(growing.leaves)
        db.exec_driver_sql(
            "INSERT INTO head (id, operation_id, size, root, chain, edge) SELECT coalesce(max(id), 0) + 1, ?, ?, ?, ?, ? FROM head",
            (operation_id, edge.size, edge.root, growing.chain, b"".join(edge.peaks)),
        )


def _touched(name: str, operation_id: int, acts: set[tuple[str, str]]) -> str:
    """The subjects of a kind that an operation may have changed, as a question; empty where it changed none."""
    logged = "SELECT row_id FROM audit WHERE operation_id = {} AND table_name = '{}'{}"
    parts = [
        subjects.format(logged.format(operation_id, table, "" if act == "any" else f" AND act = '{act}'"))
        for table, act, subjects in KINDS[name].touched
        if any(table == changed and act in {"any", done} for changed, done in acts)
    ]
    return " UNION ".join(parts)


def differences(
    db: Connection, name: str, some: str = "", before: int = 0, seen: Callable[[], None] = lambda: None
) -> Iterator[Difference]:
    """Rows of a kind (of `some`) that say something else than their last leaf, in the order of their ids; `seen` after each row.

    Entries are written once: with `before`, those of `some` are known to have no leaf among the first so many.
    """
    driver = prepare(db)
    said = "CAST(payload AS BLOB)"  # whoever changes it by hand may leave no text that can be read
    within = f" AND subject_id IN ({some})" if some else ""
    if name == ENTRY:
        recorded = f"SELECT subject_id, id, {said} FROM leaf WHERE kind = 'entry' AND id > {before}{within} ORDER BY id"
    else:
        # The index leaves entries out, and SQLite uses it only where it is told so; with a single max() it takes the other
        # columns from the row that has it: the last leaf of each subject.
        of_kind = f"kind = '{name}' AND kind <> 'entry'{within}"
        recorded = f"SELECT subject_id, max(id), {said} FROM leaf WHERE {of_kind} GROUP BY subject_id ORDER BY subject_id"
    last = driver.execute(recorded)
    waiting = last.fetchone()
    for subject, present in driver.execute(KINDS[name].question(name, some)):
        while waiting and waiting[0] < subject:
            yield from _gone(waiting)
            waiting = last.fetchone()
        if waiting and waiting[0] == subject:
            if waiting[2] != present:
                yield Difference(waiting[0], waiting[1], waiting[2], present)
            waiting = last.fetchone()
        else:
            yield Difference(subject, None, None, present)
        seen()
    while waiting:
        yield from _gone(waiting)
        waiting = last.fetchone()


def _gone(last: tuple[int, int, bytes]) -> Iterator[Difference]:
    if "withdrawn" not in facts(last[2]):
        yield Difference(last[0], last[1], last[2], None)


def facts(payload: bytes) -> dict[str, Any]:
    """What a payload says; one that is none says nothing."""
    try:
        said = json.loads(payload)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _withdrawal(name: str, leaf: int | None) -> bytes:
    return json.dumps({"_format": FORMAT, "_leaf": name, "withdrawn": leaf}, separators=(",", ":")).encode()


def _last(db: Connection) -> tuple[int, bytes, Edge]:
    """The size, the chain and the edge of the log as it stands."""
    row = db.exec_driver_sql("SELECT size, chain, edge FROM head ORDER BY id DESC LIMIT 1").one_or_none()
    return (row[0], row[1], peaks(row[0], row[2])) if row else (0, START, Edge())


def peaks(size: int, edge: bytes) -> Edge:
    """The edge of a tree as a head keeps it."""
    return Edge(size, tuple(edge[start : start + _NODE] for start in range(0, len(edge), _NODE)))


def head(db: Connection) -> Head:
    """The size and root that stand on whatever is reported now."""
    row = db.exec_driver_sql("SELECT size, root FROM head ORDER BY id DESC LIMIT 1").one_or_none()
    return head_of(*row) if row else head_of(0, Edge().root)


def knows(db: Connection, head: Head) -> bool:
    """Whether the log of this book once stood as this head says."""
    row = db.exec_driver_sql("SELECT root FROM head WHERE size = ?", (head.size,)).one_or_none()
    return head_of(head.size, row[0] if row else Edge().root) == head and (row is not None or head.size == 0)


def placed(db: Connection, kind: str) -> dict[int, int]:
    """The size of the log that first told of each thing of a kind, by its id."""
    return dict(db.exec_driver_sql("SELECT subject_id, min(id) FROM leaf WHERE kind = ? GROUP BY 1", (kind,)).all())


def signed_message(uid: str, size: int, root: bytes) -> bytes:
    """What a person signs of a head: the book, the size and the root."""
    return f"FundLedger head {FORMAT} {uid} {size} {root.hex()}".encode()


def sign_head(op: Operation, sign: Callable[[bytes], bytes | None], person_id: int | None = None) -> None:
    """Sign the log as it stands, with what this operation recorded so far, for the person who acts or another; no key, no signature."""
    record(op.db, op.id)
    row = op.db.exec_driver_sql("SELECT h.id, h.size, h.root, b.uid FROM head h, book b ORDER BY h.id DESC LIMIT 1").one_or_none()
    signed = sign(signed_message(row[3], row[1], row[2])) if row else None
    if row and signed:
        op.db.exec_driver_sql(
            "INSERT INTO signature (id, head_id, person_id, signed) SELECT coalesce(max(id), 0) + 1, ?, ?, ? FROM signature",
            (row[0], person_id or op.person_id, signed),
        )
