"""What the bank said, the journal, and what ties them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from fundledger.store.columns import flag, ident, minor, one_of, ref, word
from fundledger.store.schema.base import metadata

batch = Table(
    "batch", metadata, ident(), word("sha256"), word("format"), Column("size", Integer, nullable=False), flag("undone"),
    Index("uq_batch_sha256", "sha256", unique=True, sqlite_where=text("undone = 0")),
)  # fmt: skip
identity_batch = Table(
    "identity_batch", metadata, ident(), ref("batch_id", "batch", unique=True), word("file_name"), word("reason", optional=True)
)
statement = Table(
    "statement", metadata, ident(), ref("batch_id", "batch"), ref("account_id", "account"), word("number", optional=True),
    word("kind"), minor("opening_minor", optional=True), minor("closing_minor", optional=True), word("start_on", optional=True),
    word("end_on", optional=True), Index("ix_statement_account", "account_id", "start_on"),
    Index("ix_statement_batch", "batch_id"),
)  # fmt: skip
# status: booked lines move the balance; pending and info never do. standing: unsure waits for a person, dropped is a
# tombstone so that the line is not offered again, superseded is a pending line that has been booked since, withdrawn
# belongs to an import that was undone and stays only because a past reconciliation refers to it. text_digest: what stands on
# it, under the salt of its identity row (`texts`).
line = Table(
    "line", metadata, ident(), ref("statement_id", "statement"), ref("account_id", "account"),
    Column("position", Integer, nullable=False), word("booked_on"), word("value_on", optional=True), minor(), word("currency"),
    one_of("status", "booked", "pending", "info"), one_of("standing", "counted", "unsure", "dropped", "superseded", "withdrawn"),
    flag("reversal"), word("return_reason", optional=True), Column("key", LargeBinary, nullable=False),
    Column("n_details", Integer, nullable=False), Column("text_digest", LargeBinary, nullable=False),
    Index("ix_line_key", "account_id", "key"),
    Index("ix_line_statement", "statement_id"),
)  # fmt: skip
# Other statements in which a stored line was seen again; its own statement stands on the line.
line_sighting = Table(
    "line_sighting", metadata, ref("line_id", "line"), ref("statement_id", "statement"), UniqueConstraint("line_id", "statement_id"),
    Index("ix_line_sighting_statement", "statement_id"),
)  # fmt: skip
identity_line = Table(
    "identity_line",
    metadata,
    Column("line_id", Integer, ForeignKey("line.id"), primary_key=True),
    word("bank_reference", optional=True),
    word("end_to_end", optional=True),
    word("structured", optional=True),
    word("remittance"),
    word("name", optional=True),
    word("iban", optional=True),
    Column("salt", LargeBinary, nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
detail = Table(
    "detail", metadata, ident(), ref("line_id", "line"), Column("ordinal", Integer, nullable=False), minor(optional=True),
    UniqueConstraint("line_id", "ordinal"),
)  # fmt: skip
identity_detail = Table(
    "identity_detail",
    metadata,
    Column("detail_id", Integer, ForeignKey("detail.id"), primary_key=True),
    word("bank_reference", optional=True),
    word("end_to_end", optional=True),
    word("structured", optional=True),
    word("remittance"),
    word("name", optional=True),
    word("iban", optional=True),
)
# What a payment processor says of a line, in one form for all of them; the line's amount is gross less fee.
processed = Table(
    "processed", metadata, Column("line_id", Integer, ForeignKey("line.id"), primary_key=True), word("gateway"), word("kind"),
    minor("gross_minor"), minor("fee_minor"), minor("original_minor", optional=True), minor("original_fee_minor", optional=True),
    word("original_currency", optional=True), word("rate", optional=True), word("settled_on", optional=True),
    Index("ix_processed_payout", "kind", sqlite_where=text("kind = 'payout'")),
)  # fmt: skip
identity_processed = Table(
    "identity_processed", metadata, Column("line_id", Integer, ForeignKey("line.id"), primary_key=True), word("parent", optional=True),
    word("batch", optional=True), word("our_reference", optional=True),
)  # fmt: skip
# An arrived line that carries the bank reference of one its statement states no more: the bank may have corrected that.
correction = Table(
    "correction", metadata, Column("line_id", Integer, ForeignKey("line.id"), primary_key=True), ref("corrects_id", "line", unique=True)
)
# How the columns of a table are read, by the header a person mapped once.
identity_profile = Table("identity_profile", metadata, ident(), word("header", unique=True), word("layout"))

entry = Table(
    "entry",
    metadata,
    ident(),
    word("uid", unique=True),
    Column("number", Integer, unique=True, nullable=True),
    word("kind"),
    word("dated"),
    word("subject", optional=True),
    Column("n_lines", Integer, nullable=False),
    flag("posted"),
    ref("reverses_id", "entry", optional=True, unique=True),
    ref("operation_id", "operation"),
    Index("ix_entry_operation", "operation_id"),
)
posting = Table(
    "posting", metadata, ident(), ref("entry_id", "entry"), Column("ordinal", Integer, nullable=False),
    ref("account_id", "account"), ref("fund_id", "fund"), minor(), word("flow"), minor("original_minor", optional=True),
    word("original_currency", optional=True), word("rate", optional=True), word("rate_on", optional=True),
    word("rate_source", optional=True), UniqueConstraint("entry_id", "ordinal"),
)  # fmt: skip
balance = Table(
    "balance",
    metadata,
    Column("fund_id", Integer, ForeignKey("fund.id"), primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), primary_key=True),
    Column("flow", Text, primary_key=True),
    minor(),
    sqlite_with_rowid=False,
)

# A line has at most one reconciliation that is not undone: its disposition.
reconciliation = Table(
    "reconciliation",
    metadata,
    ident(),
    ref("line_id", "line"),
    ref("entry_id", "entry"),
    word("disposition"),
    word("rule"),
    word("evidence"),
    ref("accepted_by", "person"),
    ref("operation_id", "operation"),
    flag("undone"),
    Index("uq_reconciliation_line", "line_id", unique=True, sqlite_where=text("undone = 0")),
    Index("ix_reconciliation_late", "line_id", sqlite_where=text("undone = 0 AND rule = 'late_refund'")),
)
allocation = Table(
    "allocation",
    metadata,
    ident(),
    ref("reconciliation_id", "reconciliation"),
    one_of("target", "campaign", "foundation", "suspense", "invoice", "account", "transfer"),
    ref("fund_id", "fund"),
    ref("invoice_id", "invoice", optional=True),
    ref("account_id", "account", optional=True),
    ref("detail_id", "detail", optional=True),
    ref("payee_id", "payee", optional=True),
    # The line this share goes with: the payment that came back, the other half of a transfer, the payout.
    ref("counterpart_id", "line", optional=True),
    # In the line's currency; in the book's where that is another; of an invoice in another currency, in that one.
    minor(),
    minor("booked_minor", optional=True),
    minor("original_minor", optional=True),
    Index("ix_allocation_reconciliation", "reconciliation_id"),
    Index("ix_allocation_invoice", "invoice_id"),
    Index("ix_allocation_account", "account_id", sqlite_where=text("account_id IS NOT NULL")),
    Index("ix_allocation_counterpart", "counterpart_id", sqlite_where=text("counterpart_id IS NOT NULL")),
    Index("ix_allocation_suspense", "fund_id", sqlite_where=text("target = 'suspense'")),
)
# A gift came by a bank line, or in cash, with a voucher.
donation = Table(
    "donation",
    metadata,
    ident(),
    ref("allocation_id", "allocation", optional=True, unique=True),
    ref("voucher_id", "voucher", optional=True, unique=True),
    ref("donor_id", "donor", optional=True),
    ref("fund_id", "fund"),
    minor(),
    word("given_on"),
    flag("anonymous"),
    flag("undone"),
    Index("ix_donation_fund", "fund_id", "donor_id"),
    # What each donor gave, and when last, is read from this index alone.
    Index("ix_donation_donor", "donor_id", "undone", "amount_minor", "given_on"),
)
