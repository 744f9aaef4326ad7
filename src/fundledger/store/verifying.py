"""Proves the book against its log: every row says what its last leaf says, and the log is the one that was once reported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fundledger.domain.evidence import START, Edge, Head, chained, head_of, leaf_hash
from fundledger.domain.problem import Problem
from fundledger.store.campaigns import mandate_digest
from fundledger.store.leaves import KINDS, prepare
from fundledger.store.log import differences, facts, peaks, signed_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

    from fundledger.store.log import Difference

_AT_ONCE = 1_000
# By which code a fact is named that is not what was recorded; any other fact is named itself.
_CODES = {
    "accepted_by": "check.changed_person",
    "amount": "check.changed_amount",
    "approved_by": "check.changed_person",
    "dated": "check.changed_date",
    "digest": "check.changed_content",
    "kind": "check.changed_text",
    "payee": "check.changed_payee",
    "sha256": "check.changed_document",
    "subject": "check.changed_text",
}
# The parts of a line of an entry, and of a share of a reconciliation.
_PARTS = {
    "lines": ("check.changed_account", "check.changed_fund", "check.changed_amount", "check.changed_text"),
    "allocations": (
        "check.changed_text", "check.changed_fund", "check.changed_amount", "check.changed_text", "check.changed_account",
        "check.changed_donor",
    ),
}  # fmt: skip


def count(db: Connection) -> int:
    """How many steps `verify` tells of: each leaf and each row is one."""
    leaves, rows = db.exec_driver_sql("SELECT (SELECT count(*) FROM leaf), (SELECT count(*) FROM entry)").one()
    return int(leaves + rows)


def verify(db: Connection, seen: Callable[[], None]) -> Iterator[Problem]:
    """Every place where the log and the book disagree, or the log with itself; `seen` is called once a step."""
    yield from _log(db, seen)
    for name in KINDS:
        for found in differences(db, name, seen=seen if name == "entry" else lambda: None):
            yield from _named(name, found)
    yield from _secrets(db)
    yield from _documents(db)
    yield from _mandates(db)
    yield from _signatures(db)


# --- the log with itself ----------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Reader:
    """Walks the leaves in order, keeping the chain, and hands out their hashes."""

    db: Connection
    seen: Callable[[], None]
    size: int = 0
    chain: bytes = START
    broken: int | None = None
    gap: int | None = None

    def hashes(self, until: int) -> Iterator[bytes]:
        """The hashes of the leaves up to a place; an altered or missing one is noted once, and the chain goes on from there."""
        question = "SELECT id, CAST(payload AS BLOB), chain FROM leaf WHERE id > ? AND id <= ? ORDER BY id"
        rows = prepare(self.db).execute(question, (self.size, until))
        for place, payload, chain in rows:
            self.seen()
            found = leaf_hash(payload)
            if place != self.size + 1 and self.gap is None:
                self.gap = self.size + 1
            if chained(self.chain, found) != chain and self.broken is None:
                self.broken = place
            self.size, self.chain = place, chain
            yield found


def _log(db: Connection, seen: Callable[[], None]) -> Iterator[Problem]:
    reader, edge, wrong = _Reader(db, seen), Edge(), None
    heads = db.exec_driver_sql("SELECT size, root, chain, edge FROM head ORDER BY id").all()
    for size, root, chain, kept in heads:
        edge = edge.extended(reader.hashes(size))
        if wrong is None and (edge != peaks(size, kept) or edge.root != root or reader.chain != chain):
            wrong = size
    last = heads[-1][0] if heads else 0
    there = db.exec_driver_sql("SELECT count(*) FROM leaf").scalar_one()
    if there != last:
        yield Problem("check.log_length", str(there), {"size": last})
    if reader.gap is not None:
        yield Problem("check.leaf_missing", str(reader.gap))
    if reader.broken is not None:
        yield Problem("check.chain_broken", str(reader.broken))
    if wrong is not None:
        yield Problem("check.head_differs", str(wrong))


def _signatures(db: Connection) -> Iterator[Problem]:
    rows = db.exec_driver_sql(
        "SELECT s.id, h.size, h.root, b.uid, p.public_key, s.signed, s.person_id FROM signature s CROSS JOIN book b"
        " LEFT JOIN head h ON h.id = s.head_id LEFT JOIN person p ON p.id = s.person_id"
    )
    for row_id, size, root, uid, key, signed, person in rows:
        if root is None or key is None or not _is_signed(key, signed, signed_message(uid, size, root)):
            yield Problem("check.signature", str(row_id), {"person": person, "size": size})


def _is_signed(key: bytes, signed: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signed, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- the book with the log --------------------------------------------------------------------------------------------
def _named(name: str, found: Difference) -> Iterator[Problem]:
    """What of a row is not what was recorded: one problem a fact."""
    where = f"{name}:{found.subject}"
    if found.recorded is None or found.present is None:
        yield Problem("check.not_recorded" if found.recorded is None else "check.gone", where, {"leaf": found.leaf or 0})
        return
    recorded, present = facts(found.recorded), facts(found.present)
    if "withdrawn" in recorded:
        yield Problem("check.not_recorded", where, {"leaf": found.leaf or 0})
        return
    once = dict.fromkeys(
        code for fact in sorted(recorded.keys() | present.keys()) for code in _changed(fact, recorded.get(fact), present.get(fact))
    )
    yield from (Problem(code, where, {"leaf": found.leaf or 0, "fact": fact}) for code, fact in once)


def _changed(fact: str, recorded: Any, present: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  values of JSON
    """The codes of a fact that differs; lists of parts are compared part by part where they are as long."""
    if recorded == present:
        return
    if fact not in _PARTS or not _comparable(recorded, present):
        yield _CODES.get(fact, "check.changed_record"), fact
        return
    for before, after in zip(recorded, present, strict=True):
        for code, old, new in zip(_PARTS[fact], before, after, strict=True):
            if old != new:
                yield code, fact


def _comparable(recorded: Any, present: Any) -> bool:  # noqa: ANN401  values of JSON
    """Whether two lists have parts of the same number and length."""
    lists = isinstance(recorded, list) and isinstance(present, list) and all(isinstance(one, list) for one in recorded)
    return lists and list(map(len, recorded)) == list(map(len, present))


def _secrets(db: Connection) -> Iterator[Problem]:
    """A secret that is gone although nobody erased the person: what was recorded of her could no longer be proved."""
    rows = db.exec_driver_sql(
        "SELECT 'donor:' || d.id FROM donor d LEFT JOIN identity_donor i ON i.donor_id = d.id"
        " WHERE i.secret IS NULL AND NOT EXISTS (SELECT 1 FROM erasure x WHERE x.donor_id = d.id)"
        " UNION ALL SELECT 'payee:' || p.id FROM payee p LEFT JOIN identity_payee i ON i.payee_id = p.id WHERE i.secret IS NULL"
    )
    return (Problem("check.secret_missing", row[0]) for row in rows)


def _documents(db: Connection) -> Iterator[Problem]:
    rows = db.exec_driver_sql("SELECT d.sha256, i.content FROM document d LEFT JOIN identity_document i ON i.document_id = d.id")
    return (Problem("check.document", row[0]) for row in rows if hashlib.sha256(row[1] or b"").hexdigest() != row[0])


def _mandates(db: Connection) -> Iterator[Problem]:
    """The words of a mandate have its digest; they may be gone where the campaign's last version says that consent was withdrawn."""
    texts: dict[int, dict[str, dict[str, str]]] = {}
    for row_id, language, title, story in db.exec_driver_sql("SELECT mandate_id, language, title, story FROM identity_mandate_text"):
        texts.setdefault(row_id, {})[language] = {"title": title, "story": story}
    rows = db.exec_driver_sql("SELECT * FROM mandate ORDER BY campaign_id, version").mappings().all()
    last = {row["campaign_id"]: row for row in rows}
    for row in rows:
        withdrawn = row["id"] not in texts and last[row["campaign_id"]]["disclosure"] == "code"
        if not withdrawn and mandate_digest(row["salt"], row, texts.get(row["id"], {})) != row["digest"]:
            yield Problem("check.mandate_text", f"mandate:{row['id']}")


# --- the log with an earlier report -----------------------------------------------------------------------------------
def check_against(db: Connection, heads: Iterable[Head], seen: Callable[[], None] = lambda: None) -> list[Problem]:
    """Whether what was once reported is the beginning of the log: a shorter or another log is named."""
    reader, edge, problems = _Reader(db, seen), Edge(), []
    there = db.exec_driver_sql("SELECT coalesce(max(id), 0) FROM leaf").scalar_one()
    for reported in sorted(heads, key=lambda one: one.size):
        if reported.size > there:
            problems.append(Problem("check.reported_missing", str(reported), {"size": there, "missing": reported.size - there}))
            continue
        edge = edge.extended(reader.hashes(reported.size))
        if head_of(edge.size, edge.root) != reported:
            problems.append(Problem("check.reported_differs", str(reported), {"size": there}))
    return problems
