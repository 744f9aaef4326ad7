"""The tables of a book: plain SQL types only; what SQLite alone can do stands in `guards` and `connecting`.

Amounts are integers in minor units, debit positive; dates are ISO texts; pseudonymous ids everywhere. A table named
`identity_…` is the only kind that may hold a name, an account number, an e-mail or a text a person wrote.
"""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text

from fundledger.store.columns import flag, ident, minor, one_of, ref, secret, word

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"},
)
IDENTITY = "identity_"
# The balance table is derived from postings and recomputed by check; the audit pair is the log itself; a draft is nothing of the books yet.
UNAUDITED = frozenset({
    "operation", "audit", "leaf", "head", "signature", "balance", "line_sighting", "identity_history", "alembic_version", "draft",
    "identity_draft",
})  # fmt: skip
# The log that shows tampering: rows are added behind one another, and never changed or taken away.
EVIDENCE = ("leaf", "head", "signature")
# Rows of these tables are the journal: added when posted, never changed afterwards.
JOURNAL = ("entry", "posting")


# --- the book, its people, its operations -----------------------------------------------------------------------------
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

# --- accounts and funds -----------------------------------------------------------------------------------------------
account = Table("account", metadata, ident(), word("code", unique=True), word("currency"), flag("bank"))
identity_account = Table(
    "identity_account", metadata, ident(), ref("account_id", "account", unique=True), word("iban", optional=True, unique=True), word("name")
)
fund = Table("fund", metadata, ident(), one_of("kind", "campaign", "unrestricted", "suspense"))

# --- campaigns --------------------------------------------------------------------------------------------------------
campaign = Table(
    "campaign",
    metadata,
    ident(),
    word("code", unique=True),
    ref("fund_id", "fund", unique=True),
    one_of("state", "draft", "open", "over", "closed", "archived"),
    word("reference", unique=True),
    minor("asked_minor"),
    word("opened_on", optional=True),
    word("over_on", optional=True),
    word("closed_on", optional=True),
)
mandate = Table(
    "mandate",
    metadata,
    ident(),
    ref("campaign_id", "campaign"),
    Column("version", Integer, nullable=False),
    word("taken_on"),
    word("surplus"),
    word("shortfall"),
    word("late_gift"),
    word("fee"),
    one_of("purpose", "person", "cause"),
    one_of("disclosure", "title", "code"),
    one_of("method", "restricted"),
    minor("reserve_minor"),
    Column("salt", LargeBinary, nullable=False),
    word("digest"),
    UniqueConstraint("campaign_id", "version"),
)
identity_mandate_text = Table(
    "identity_mandate_text",
    metadata,
    ident(),
    ref("mandate_id", "mandate"),
    word("language"),
    word("title"),
    word("story"),
    UniqueConstraint("mandate_id", "language"),
)
# Whom a campaign helps: allowed in public while the mandate shows its title, searched for by the gate afterwards.
identity_beneficiary = Table("identity_beneficiary", metadata, ident(), ref("campaign_id", "campaign", unique=True), word("name"))
quote = Table(
    "quote",
    metadata,
    ident(),
    ref("campaign_id", "campaign"),
    ref("payee_id", "payee"),
    Column("version", Integer, nullable=False),
    minor(),
    word("received_on"),
    flag("accepted"),
    ref("document_id", "document", optional=True),
    UniqueConstraint("campaign_id", "version"),
)

# --- people outside ---------------------------------------------------------------------------------------------------
# The uid names a donor beside the backups, where a row id could come to mean somebody else. A restricted donor is kept because
# the law says so, until a day, and shown to nobody.
donor = Table(
    "donor",
    metadata,
    ident(),
    Column("uid", Text, nullable=False, unique=True, default=lambda: str(uuid4())),
    word("code", unique=True),
    flag("protected"),
    flag("restricted"),
    word("retain_until", optional=True),
)
# Who was erased, when and why: never a name. The row stays for ever, so that the log can tell a lost secret from an erased one.
erasure = Table(
    "erasure",
    metadata,
    ident(),
    ref("donor_id", "donor", unique=True),
    ref("operation_id", "operation"),
    word("at"),
    one_of("reason", "request", "consent", "needless"),
)
identity_donor = Table(
    "identity_donor",
    metadata,
    ident(),
    ref("donor_id", "donor", unique=True),
    word("name"),
    word("folded"),
    secret(),
    Index("ix_donor_folded", "folded"),
)
identity_donor_account = Table(
    "identity_donor_account",
    metadata,
    ident(),
    ref("donor_id", "donor"),
    word("iban", unique=True),
    Index("ix_donor_account_donor", "donor_id"),
)
pledge = Table("pledge", metadata, ident(), ref("donor_id", "donor"), ref("campaign_id", "campaign"), minor(), word("pledged_on"))
payee = Table("payee", metadata, ident(), word("code", unique=True))
identity_payee = Table(
    "identity_payee",
    metadata,
    ident(),
    ref("payee_id", "payee", unique=True),
    word("name"),
    word("folded"),
    word("iban", optional=True),
    secret(),
)
# A photo is kept without what the camera wrote into it; the digest of the file as it came stays in the record.
document = Table(
    "document",
    metadata,
    ident(),
    word("sha256", unique=True),
    word("kind"),
    Column("size", Integer, nullable=False),
    word("original_sha256", optional=True),
)
identity_document = Table(
    "identity_document",
    metadata,
    ident(),
    ref("document_id", "document", unique=True),
    word("name"),
    Column("content", LargeBinary, nullable=False),
)
invoice = Table(
    "invoice",
    metadata,
    ident(),
    ref("campaign_id", "campaign"),
    ref("payee_id", "payee"),
    word("number"),
    minor(),
    word("issued_on"),
    one_of("state", "entered", "approved"),
    ref("document_id", "document", optional=True),
    ref("entry_id", "entry", optional=True),
    ref("entered_by", "person"),
    ref("approved_by", "person", optional=True),
    UniqueConstraint("payee_id", "number"),
)

# What others paid of an invoice, or the payee waived: a settlement without a bank line.
settlement = Table(
    "settlement",
    metadata,
    ident(),
    ref("invoice_id", "invoice"),
    minor(),
    word("settled_on"),
    ref("entry_id", "entry"),
    flag("undone"),
)

# --- what the bank said -----------------------------------------------------------------------------------------------
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

# --- the journal ------------------------------------------------------------------------------------------------------
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
period = Table("period", metadata, ident(), word("start_on", unique=True), word("end_on"), flag("locked"))

# --- what ties them ---------------------------------------------------------------------------------------------------
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
    minor(),
    Index("ix_allocation_reconciliation", "reconciliation_id"),
    Index("ix_allocation_invoice", "invoice_id"),
)
donation = Table(
    "donation",
    metadata,
    ident(),
    ref("allocation_id", "allocation", unique=True),
    ref("donor_id", "donor", optional=True),
    ref("fund_id", "fund"),
    minor(),
    word("given_on"),
    flag("anonymous"),
    flag("undone"),
    Index("ix_donation_fund", "fund_id", "donor_id"),
    Index("ix_donation_donor", "donor_id"),
)

# --- the log that shows tampering (EVIDENCE.md) -----------------------------------------------------------------------
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

# SQLite alone would take any value in any column; a strict table takes what its column says. Row ids are named in the log,
# so a deleted row never lends its id to another one; tables filled in bulk give their own ids, in one ascending row.
BULK = frozenset({"audit", "identity_history", "line", "detail", "entry", "posting", "leaf", "head", "signature"})
for _table in metadata.tables.values():
    _table.dialect_options["sqlite"]["strict"] = True
    _table.dialect_options["sqlite"]["autoincrement"] = "id" in _table.c and _table.name not in BULK
