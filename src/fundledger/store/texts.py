"""What stands on a bank line, tied to the log without a word of it: a digest under a salt of the line's own.

Figures and digest stand in `line`, texts and salt in the identity table. Whoever is erased takes her texts and the old salt
along; her lines get a new one, and what was recorded of them before says nothing to anybody.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from itertools import groupby
from typing import TYPE_CHECKING

from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import Any

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation

SALT = 16
WORDS = ("bank_reference", "end_to_end", "structured", "remittance", "name", "iban")
_AT_ONCE = 500
_said = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_OF_LINE = ", ".join(f"i.{name}" for name in WORDS)
_LINES = (
    f"SELECT i.line_id, i.salt, CAST(json_array({_OF_LINE}) AS BLOB), i.raw, l.text_digest"
    " FROM identity_line i LEFT JOIN line l ON l.id = i.line_id{} ORDER BY i.line_id"
)
_PAYMENTS = (
    f"SELECT d.line_id, CAST(json_array({_OF_LINE}) AS BLOB) FROM detail d LEFT JOIN identity_detail i ON i.detail_id = d.id{{}}"
    " ORDER BY d.line_id, d.ordinal"
)


def words(*said: str | None) -> bytes:
    """The words of a line or of a payment in the order of `WORDS`, as canonical JSON."""
    return _said(said).encode()


def digest(salt: bytes, line: bytes, payments: Sequence[bytes], raw: bytes) -> bytes:
    """SHA-256 of the salt, the words of the line and of each of its payments, an empty line, and what the bank wrote."""
    return hashlib.sha256(b"\n".join((salt + line, *payments, b"", raw))).digest()


def renew(op: Operation, lines: Collection[int]) -> None:
    """Give lines whose texts were taken a new salt, and the digest of what is left of them."""
    every = tuple(lines)
    for start in range(0, len(every), _AT_ONCE):
        some = every[start : start + _AT_ONCE]
        fresh = []
        for line_id, _, line, payments, raw, _ in list(_standing(op.db, some)):
            salt = secrets.token_bytes(SALT)
            fresh.append((line_id, salt, digest(salt, line, payments, raw)))
        if fresh:
            op.db.exec_driver_sql("UPDATE identity_line SET salt = ? WHERE line_id = ?", [(salt, row) for row, salt, _ in fresh])
            op.db.exec_driver_sql("UPDATE line SET text_digest = ? WHERE id = ?", [(told, row) for row, _, told in fresh])


def faults(db: Connection, seen: Callable[[], None] = lambda: None) -> Iterator[Problem]:
    """Every line whose texts are not those that were imported, and texts without a line; `seen` after each line."""
    there = 0
    for line_id, salt, line, payments, raw, told in _standing(db):
        there += told is not None
        if told is None:
            yield Problem("check.reference", f"identity_line:{line_id}", {"to": "line"})
        elif digest(salt, line, payments, raw) != told:
            yield Problem("check.line_text", f"line:{line_id}")
        seen()
    if there != db.exec_driver_sql("SELECT count(*) FROM line").scalar_one():
        lost = db.exec_driver_sql("SELECT id FROM line WHERE id NOT IN (SELECT line_id FROM identity_line) ORDER BY id")
        yield from (Problem("check.line_text", f"line:{row[0]}") for row in lost)


_Standing = tuple[int, bytes, bytes, "list[bytes]", bytes, "bytes | None"]


def _standing(db: Connection, some: Sequence[int] = ()) -> Iterator[_Standing]:
    """(line, salt, words, words of each payment, raw, digest) of every line or of some, in the order of their ids."""
    driver: Any = db.connection.driver_connection
    marks = ", ".join("?" * len(some))
    payments = groupby(driver.execute(_PAYMENTS.format(f" WHERE d.line_id IN ({marks})" if some else ""), some), key=lambda row: row[0])
    of, group = next(payments, (None, iter(())))
    for line_id, salt, line, raw, told in driver.execute(_LINES.format(f" WHERE i.line_id IN ({marks})" if some else ""), some):
        while of is not None and of < line_id:
            of, group = next(payments, (None, iter(())))
        yield line_id, salt, line, [row[1] for row in group] if of == line_id else [], raw, told
