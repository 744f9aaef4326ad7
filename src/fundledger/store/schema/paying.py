"""What leads to a payment: payees' accounts as somebody compared them, payment files and the payments in them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, Table, UniqueConstraint

from fundledger.store.columns import flag, ident, minor, one_of, ref, word
from fundledger.store.schema.base import metadata

# Who compared a payee's account with her papers, and when; `changed` since it became another and until somebody compares it again.
payee_account = Table(
    "payee_account",
    metadata,
    ident(),
    ref("payee_id", "payee", unique=True),
    flag("changed"),
    ref("verified_by", "person", optional=True),
    word("verified_on", optional=True),
    word("verified_how", optional=True),
)
# Who approved an invoice: the facts she signed, names as commitments, and her signature; `request` where it came back in a file.
approval = Table(
    "approval",
    metadata,
    ident(),
    ref("invoice_id", "invoice", unique=True),
    ref("person_id", "person"),
    ref("operation_id", "operation"),
    word("said"),
    Column("signed", LargeBinary, nullable=False),
    word("request", optional=True, unique=True),
)
# Who was asked by a file and said no: what she signed then. Why stands in her words, which may name people.
disapproval = Table(
    "disapproval",
    metadata,
    ident(),
    ref("invoice_id", "invoice"),
    ref("person_id", "person"),
    ref("operation_id", "operation"),
    word("said"),
    Column("signed", LargeBinary, nullable=False),
    word("request", unique=True),
    Index("ix_disapproval_invoice", "invoice_id"),
)
identity_disapproval = Table("identity_disapproval", metadata, ident(), ref("disapproval_id", "disapproval", unique=True), word("reason"))
# What proves the payments on an invoice, beside the invoice itself.
paper = Table(
    "paper",
    metadata,
    ident(),
    ref("invoice_id", "invoice"),
    one_of("kind", "letter", "invoice", "approval", "proof"),
    ref("document_id", "document"),
    word("added_on"),
    UniqueConstraint("invoice_id", "kind", "document_id"),
)
# A file for the bank. One that is withdrawn was never paid: the bank refused it, or nobody sent it.
payment_file = Table(
    "payment_file",
    metadata,
    ident(),
    word("message", unique=True),
    ref("account_id", "account"),
    word("made_at"),
    word("execute_on"),
    Column("n_payments", Integer, nullable=False),
    minor(),
    word("sha256"),
    ref("made_by", "person"),
    ref("agreed_by", "person", optional=True),
    flag("withdrawn"),
)
# `end_to_end` is our own id, which the bank's line brings back. One pays an invoice, a refund that a document decided, or sends a late
# gift in suspense back.
payment = Table(
    "payment",
    metadata,
    ident(),
    ref("file_id", "payment_file"),
    ref("invoice_id", "invoice", optional=True),
    ref("voucher_id", "voucher", optional=True),
    ref("line_id", "line", optional=True),
    word("end_to_end", unique=True),
    minor(),
    UniqueConstraint("file_id", "invoice_id"),
    UniqueConstraint("file_id", "voucher_id"),
    UniqueConstraint("file_id", "line_id"),
    CheckConstraint("(invoice_id IS NOT NULL) + (voucher_id IS NOT NULL) + (line_id IS NOT NULL) = 1"),
    Index("ix_payment_invoice", "invoice_id"),
)
