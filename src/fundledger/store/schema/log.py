"""The log that shows tampering (EVIDENCE.md)."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, text

from fundledger.store.columns import ident, ref, word
from fundledger.store.schema.base import metadata

# What was recorded of a row, when it was added and whenever it came to say something else; ids are the places in the log.
leaf = Table(
    "leaf",
    metadata,
    ident(),
    Column("operation_id", Integer, nullable=False),  # the guard wants the open operation: no reference could want more
    word("kind"),
    Column("subject_id", Integer, nullable=False),
    word("payload"),
    Column("chain", LargeBinary, nullable=False),
    # An entry has one leaf for ever and is never looked up by it; without the most frequent kind posting is a tenth faster.
    Index("ix_leaf_subject", "kind", "subject_id", sqlite_where=text("kind <> 'entry'")),
)
# The log as it stood after an operation; `edge` holds the roots of its whole subtrees, the largest first, 32 bytes each.
head = Table(
    "head",
    metadata,
    ident(),
    ref("operation_id", "operation"),
    Column("size", Integer, nullable=False, unique=True),
    Column("root", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("edge", LargeBinary, nullable=False),
)
signature = Table(
    "signature",
    metadata,
    ident(),
    ref("head_id", "head"),
    ref("person_id", "person"),
    Column("signed", LargeBinary, nullable=False),
)
