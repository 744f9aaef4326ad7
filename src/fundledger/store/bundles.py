"""Reads the evidence bundle of a book: the leaves behind a close, the edge before them, the head and whose signature it bears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.bundle import Bundle, line_of
from fundledger.domain.evidence import Edge
from fundledger.store import log
from fundledger.store.campaigns import campaigns
from fundledger.store.funds import fund_kinds

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

_CLOSED = "SELECT h.size, h.edge FROM head h JOIN signature s ON s.head_id = h.id WHERE h.size < ? ORDER BY h.size DESC LIMIT 1"
_FIRST = "SELECT min(l.id) FROM leaf l JOIN entry e ON e.id = l.subject_id WHERE l.kind = 'entry' AND e.dated >= ?"
_SIGNED = (
    "SELECT h.size, h.root, s.signed, p.public_key FROM signature s JOIN head h ON h.id = s.head_id JOIN person p ON p.id = s.person_id"
    " WHERE s.person_id = ? ORDER BY s.id DESC LIMIT 1"
)
_OPENING = (
    "SELECT a.code, p.fund_id, p.flow, sum(p.amount_minor) FROM leaf l JOIN posting p ON p.entry_id = l.subject_id"
    " JOIN account a ON a.id = p.account_id WHERE l.kind = 'entry' AND l.id <= ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The head of a log, and the Ed25519 signature and public key of who signed it."""

    size: int
    root: bytes
    signed: bytes
    public_key: bytes


def signed_head(db: Connection, person_id: int) -> SignedHead:
    """The newest head this person signed; there must be one."""
    size, root, signed, public = db.exec_driver_sql(_SIGNED, (person_id,)).one()
    return SignedHead(size, root, signed, public)


def read_bundle(db: Connection, start: date | None, size: int, currency: str) -> Bundle:
    """The leaves up to a size, behind the last signed close before the first entry dated `start` or later; without `start`, all."""
    before = Edge()
    if start is not None:
        first = db.exec_driver_sql(_FIRST, (start.isoformat(),)).scalar()
        row = db.exec_driver_sql(_CLOSED, (first or size,)).one_or_none()
        before = log.peaks(*row) if row else before
    rows = db.exec_driver_sql(
        "SELECT kind, CAST(payload AS BLOB) FROM leaf WHERE id > ? AND id <= ? ORDER BY id",
        (before.size, size),
    )
    codes = {one.fund: one.code for one in campaigns(db, currency)}
    return Bundle(
        currency,
        before,
        tuple(line_of(kind, bytes(payload)) for kind, payload in rows),
        tuple((code, fund, flow, minor) for code, fund, flow, minor in db.exec_driver_sql(_OPENING, (before.size,))),
        {fund: codes.get(fund, kind) for fund, kind in fund_kinds(db).items()},
    )
