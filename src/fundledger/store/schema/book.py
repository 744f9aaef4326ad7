"""The book itself: its people, its operations, its accounts and funds."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, UniqueConstraint, text

from fundledger.store.columns import flag, ident, one_of, ref, word
from fundledger.store.schema.base import metadata

book = Table("book", metadata, ident(), word("uid"), word("currency"), Column("secret", LargeBinary, nullable=False))
identity_book = Table("identity_book", metadata, ident(), word("name"))
# What a person chose for this book; a path may hold her name.
identity_setting = Table("identity_setting", metadata, ident(), word("name", unique=True), word("value"))
# The public key verifies what she signed; who was removed stays, because the log names her.
person = Table(
    "person",
    metadata,
    ident(),
    word("uid", unique=True),
    word("role"),
    Column("public_key", LargeBinary, nullable=True),
    flag("removed"),
)
identity_person = Table("identity_person", metadata, ref("person_id", "person", unique=True), word("name"), ident())
# What a person was typing when the window was locked; nothing of the books yet, so it has no history.
draft = Table("draft", metadata, ident(), ref("person_id", "person"), word("place"), UniqueConstraint("person_id", "place"))
identity_draft = Table("identity_draft", metadata, ident(), ref("draft_id", "draft", unique=True), word("payload"))
operation = Table(
    "operation",
    metadata,
    ident(),
    word("uid", unique=True),
    word("verb"),
    word("at"),
    ref("person_id", "person"),
    word("subject", optional=True),
    ref("undoes_id", "operation", optional=True, unique=True),
    flag("done"),
    # At most one operation is open, and the guards find it by this index however long the log is.
    Index("uq_operation_open", "done", unique=True, sqlite_where=text("done = 0")),
)
audit = Table(
    "audit",
    metadata,
    ident(),
    ref("operation_id", "operation"),
    word("table_name"),
    Column("row_id", Integer, nullable=False),
    one_of("act", "insert", "update", "delete"),
    word("before", optional=True),
    word("after", optional=True),
    Index("ix_audit_operation", "operation_id"),
)
# Old values of identity rows, so that an undo can bring them back; they are erased with the person.
identity_history = Table(
    "identity_history",
    metadata,
    ident(),
    ref("operation_id", "operation"),
    word("table_name"),
    Column("row_id", Integer, nullable=False),
    word("column_name"),
    word("old_value", optional=True),
    Index("ix_identity_history_operation", "operation_id"),
)

account = Table("account", metadata, ident(), word("code", unique=True), word("currency"), flag("bank"))
identity_account = Table(
    "identity_account", metadata, ident(), ref("account_id", "account", unique=True), word("iban", optional=True, unique=True), word("name")
)
fund = Table("fund", metadata, ident(), one_of("kind", "campaign", "unrestricted", "suspense"))
