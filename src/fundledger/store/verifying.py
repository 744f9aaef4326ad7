"""Proves the book against its log: every row says what its last leaf says, and the log is the one that was once reported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fundledger.domain.approval import changed, facts_of, message, refused_message
from fundledger.domain.evidence import START, Edge, Head, chained, head_of, leaf_hash
from fundledger.domain.problem import Problem
from fundledger.store import approvals, texts
from fundledger.store.campaigns import mandate_digest
from fundledger.store.leaves import KINDS, prepare
from fundledger.store.log import differences, facts, signed_message
from fundledger.store.slots import is_signed

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
    "donor": "check.changed_donor",
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
# Signing keys people had before: whose, by which operation they were replaced, the key.
_REPLACED_KEYS = """
    SELECT row_id, operation_id, unhex(json_extract("before", '$.public_key')) AS old FROM audit
    WHERE table_name = 'person' AND act = 'update' AND json_valid("before") AND old IS NOT NULL ORDER BY id
"""


def count(db: Connection) -> int:
    """How many steps `verify` tells of: each leaf, entry, reconciliation and bank line is one."""
    tables = ("leaf", "entry", "reconciliation", "line")
    return int(db.exec_driver_sql("SELECT " + " + ".join(f"(SELECT count(*) FROM {name})" for name in tables)).scalar_one())


def verify(db: Connection, seen: Callable[[], None] = lambda: None, reported: Iterable[Head] = ()) -> Iterator[Problem]:
    """Every place where the log and the book disagree, or the log with itself or with what was once `reported`.

    `seen` is called once a step.
    """
    yield from _log(db, seen, reported)
    for name in KINDS:
        for found in differences(db, name, seen=seen):
            yield from _named(name, found)
    yield from texts.faults(db, seen)
    yield from _secrets(db)
    yield from _documents(db)
    yield from _mandates(db)
    yield from _signatures(db)
    yield from _approvals(db)


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
        seen, size, before = self.seen, self.size, self.chain
        for place, payload, chain in prepare(self.db).execute(question, (size, until)):
            seen()
            found = leaf_hash(payload)
            if place != size + 1 and self.gap is None:
                self.gap = size + 1
            if chained(before, found) != chain and self.broken is None:
                self.broken = place
            size, before = place, chain
            yield found
        self.size, self.chain = size, before


def _log(db: Connection, seen: Callable[[], None], reported: Iterable[Head]) -> Iterator[Problem]:
    """One pass over the leaves: up to each head of the book, and to each that was once reported."""
    reader, edge, wrong = _Reader(db, seen), Edge(), None
    there, most = db.exec_driver_sql("SELECT count(*), coalesce(max(id), 0) FROM leaf").one()
    kept = {row[0]: tuple(row[1:]) for row in db.exec_driver_sql("SELECT size, root, chain, edge FROM head ORDER BY id")}
    said = sorted(reported, key=lambda head: head.size)
    for size in sorted({*kept, *(head.size for head in said if head.size <= most)}):
        edge = edge.extended(reader.hashes(size))
        if wrong is None and size in kept and kept[size] != (edge.root, reader.chain, b"".join(edge.peaks)):
            wrong = size
        yield from (_differs(head, most) for head in said if head.size == size and head != head_of(edge.size, edge.root))
    yield from (_missing(head, most) for head in said if head.size > most)
    last = max(kept, default=0)
    if there != last:
        yield Problem("check.log_length", str(there), {"size": last})
    for code, place in (("check.leaf_missing", reader.gap), ("check.chain_broken", reader.broken), ("check.head_differs", wrong)):
        if place is not None:
            yield Problem(code, str(place))


def _differs(head: Head, size: int) -> Problem:
    return Problem("check.reported_differs", str(head), {"size": size})


def _missing(head: Head, size: int) -> Problem:
    return Problem("check.reported_missing", str(head), {"size": size, "missing": head.size - size})


def _signatures(db: Connection) -> Iterator[Problem]:
    """Each verifies under the key its person had then: whoever forgot her passphrase has another one since."""
    rows = db.exec_driver_sql(
        "SELECT s.id, h.size, h.root, h.operation_id, b.uid, p.public_key, s.signed, s.person_id FROM signature s CROSS JOIN book b"
        " LEFT JOIN head h ON h.id = s.head_id LEFT JOIN person p ON p.id = s.person_id"
    ).all()
    replaced = db.exec_driver_sql(_REPLACED_KEYS).all() if rows else []
    for row_id, size, root, operation, uid, now, signed, person in rows:
        key = next((old for who, at, old in replaced if who == person and operation is not None and at > operation), now)
        if root is None or not is_signed(key, signed, signed_message(uid, size, root)):
            yield Problem("check.signature", str(row_id), {"person": person, "size": size})


def _approvals(db: Connection) -> Iterator[Problem]:
    """Each was signed by the key its person had then, and its invoice says what she signed."""
    replaced = db.exec_driver_sql(_REPLACED_KEYS).all()
    for one in approvals.kept(db):
        key = next((old for who, at, old in replaced if who == one.person and at > one.operation), one.public_key)
        if not is_signed(key, one.signature, message(one.said)):
            yield Problem("check.approval_signature", str(one.id), {"person": one.person})
        different = changed(facts_of(one.said), one.present or {})
        if different:
            yield Problem("check.approval_differs", str(one.id), {"facts": different})
    for no in approvals.noes(db):
        key = next((old for who, at, old in replaced if who == no.person and at > no.operation), no.public_key)
        if not is_signed(key, no.signature, refused_message(no.said)):
            yield Problem("check.refusal_signature", str(no.id), {"person": no.person})


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
