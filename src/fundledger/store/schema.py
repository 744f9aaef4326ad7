"""The tables of a book: plain SQL types only; what SQLite alone can do stands in `guards` and `connecting`.

Amounts are integers in minor units, debit positive; dates are ISO texts; pseudonymous ids everywhere. A table named
`identity_…` is the only kind that may hold a name, an account number, an e-mail or a text a person wrote.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"},
)
IDENTITY = "identity_"
# The balance table is derived from postings and recomputed by check; the audit pair is the log itself.
UNAUDITED = frozenset({"operation", "audit", "balance", "line_sighting", "identity_history", "alembic_version"})
# Rows of these tables are the journal: added when posted, never changed afterwards.
JOURNAL = ("entry", "posting")


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _ref(name: str, target: str, *, optional: bool = False, unique: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=optional, unique=unique)


def _text(name: str, *, optional: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional, unique=unique)


def _minor(name: str = "amount_minor", *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=optional)


def _flag(name: str) -> Column[int]:
    return Column(name, Integer, CheckConstraint(f"{name} IN (0, 1)"), nullable=False, server_default=text("0"))


def _one_of(name: str, *words: str) -> Column[str]:
    listed = ", ".join(f"'{word}'" for word in words)
    return Column(name, Text, CheckConstraint(f"{name} IN ({listed})"), nullable=False)


# --- the book, its people, its operations -----------------------------------------------------------------------------
book = Table("book", metadata, _id(), _text("uid"), _text("currency"), Column("secret", LargeBinary, nullable=False))
identity_book = Table("identity_book", metadata, _id(), _text("name"))
person = Table("person", metadata, _id(), _text("uid", unique=True), _text("role"))
identity_person = Table("identity_person", metadata, _ref("person_id", "person", unique=True), _text("name"), _id())
operation = Table(
    "operation",
    metadata,
    _id(),
    _text("uid", unique=True),
    _text("verb"),
    _text("at"),
    _ref("person_id", "person"),
    _text("subject", optional=True),
    _ref("undoes_id", "operation", optional=True, unique=True),
    _flag("done"),
    # At most one operation is open, and the guards find it by this index however long the log is.
    Index("uq_operation_open", "done", unique=True, sqlite_where=text("done = 0")),
)
audit = Table(
    "audit",
    metadata,
    _id(),
    _ref("operation_id", "operation"),
    _text("table_name"),
    Column("row_id", Integer, nullable=False),
    _one_of("act", "insert", "update", "delete"),
    _text("before", optional=True),
    _text("after", optional=True),
    Index("ix_audit_operation", "operation_id"),
)
# Old values of identity rows, so that an undo can bring them back; they are erased with the person.
identity_history = Table(
    "identity_history",
    metadata,
    _id(),
    _ref("operation_id", "operation"),
    _text("table_name"),
    Column("row_id", Integer, nullable=False),
    _text("column_name"),
    _text("old_value", optional=True),
    Index("ix_identity_history_operation", "operation_id"),
)

# --- accounts and funds -----------------------------------------------------------------------------------------------
account = Table(
    "account",
    metadata,
    _id(),
    _text("code", unique=True),
    _text("currency"),
    _flag("bank"),
)
identity_account = Table(
    "identity_account",
    metadata,
    _id(),
    _ref("account_id", "account", unique=True),
    _text("iban", optional=True, unique=True),
    _text("name"),
)
fund = Table("fund", metadata, _id(), _one_of("kind", "campaign", "unrestricted", "suspense"))

# --- campaigns --------------------------------------------------------------------------------------------------------
campaign = Table(
    "campaign",
    metadata,
    _id(),
    _text("code", unique=True),
    _ref("fund_id", "fund", unique=True),
    _one_of("state", "draft", "open", "over", "closed", "archived"),
    _text("reference", unique=True),
    _minor("asked_minor"),
    _text("opened_on", optional=True),
    _text("over_on", optional=True),
    _text("closed_on", optional=True),
)
mandate = Table(
    "mandate",
    metadata,
    _id(),
    _ref("campaign_id", "campaign"),
    Column("version", Integer, nullable=False),
    _text("taken_on"),
    _text("surplus"),
    _text("shortfall"),
    _text("late_gift"),
    _text("fee"),
    _one_of("purpose", "person", "cause"),
    _one_of("disclosure", "title", "code"),
    _one_of("method", "restricted"),
    _minor("reserve_minor"),
    Column("salt", LargeBinary, nullable=False),
    _text("digest"),
    UniqueConstraint("campaign_id", "version"),
)
identity_mandate_text = Table(
    "identity_mandate_text",
    metadata,
    _id(),
    _ref("mandate_id", "mandate"),
    _text("language"),
    _text("title"),
    _text("story"),
    UniqueConstraint("mandate_id", "language"),
)
quote = Table(
    "quote",
    metadata,
    _id(),
    _ref("campaign_id", "campaign"),
    _ref("payee_id", "payee"),
    Column("version", Integer, nullable=False),
    _minor(),
    _text("received_on"),
    _flag("accepted"),
    _ref("document_id", "document", optional=True),
    UniqueConstraint("campaign_id", "version"),
)

# --- people outside ---------------------------------------------------------------------------------------------------
donor = Table("donor", metadata, _id(), _text("code", unique=True), _flag("protected"))
identity_donor = Table(
    "identity_donor",
    metadata,
    _id(),
    _ref("donor_id", "donor", unique=True),
    _text("name"),
    _text("folded"),
    Index("ix_donor_folded", "folded"),
)
identity_donor_account = Table(
    "identity_donor_account",
    metadata,
    _id(),
    _ref("donor_id", "donor"),
    _text("iban", unique=True),
    Index("ix_donor_account_donor", "donor_id"),
)
pledge = Table("pledge", metadata, _id(), _ref("donor_id", "donor"), _ref("campaign_id", "campaign"), _minor(), _text("pledged_on"))
payee = Table("payee", metadata, _id(), _text("code", unique=True))
identity_payee = Table(
    "identity_payee", metadata, _id(), _ref("payee_id", "payee", unique=True), _text("name"), _text("folded"), _text("iban", optional=True)
)
document = Table("document", metadata, _id(), _text("sha256", unique=True), _text("kind"), Column("size", Integer, nullable=False))
identity_document = Table(
    "identity_document",
    metadata,
    _id(),
    _ref("document_id", "document", unique=True),
    _text("name"),
    Column("content", LargeBinary, nullable=False),
)
invoice = Table(
    "invoice",
    metadata,
    _id(),
    _ref("campaign_id", "campaign"),
    _ref("payee_id", "payee"),
    _text("number"),
    _minor(),
    _text("issued_on"),
    _one_of("state", "entered", "approved"),
    _ref("document_id", "document", optional=True),
    _ref("entry_id", "entry", optional=True),
    _ref("entered_by", "person"),
    _ref("approved_by", "person", optional=True),
    UniqueConstraint("payee_id", "number"),
)

# What others paid of an invoice, or the payee waived: a settlement without a bank line.
settlement = Table(
    "settlement", metadata, _id(), _ref("invoice_id", "invoice"), _minor(), _text("settled_on"), _ref("entry_id", "entry"), _flag("undone")
)

# --- what the bank said -----------------------------------------------------------------------------------------------
batch = Table(
    "batch", metadata, _id(), _text("sha256"), _text("format"), Column("size", Integer, nullable=False), _flag("undone"),
    Index("uq_batch_sha256", "sha256", unique=True, sqlite_where=text("undone = 0")),
)  # fmt: skip
identity_batch = Table("identity_batch", metadata, _id(), _ref("batch_id", "batch", unique=True), _text("file_name"))
statement = Table(
    "statement",
    metadata,
    _id(),
    _ref("batch_id", "batch"),
    _ref("account_id", "account"),
    _text("number", optional=True),
    _text("kind"),
    _minor("opening_minor", optional=True),
    _minor("closing_minor", optional=True),
    _text("start_on", optional=True),
    _text("end_on", optional=True),
    Index("ix_statement_account", "account_id", "start_on"),
    Index("ix_statement_batch", "batch_id"),
)
# status: booked lines move the balance; pending and info never do. standing: unsure waits for a person, dropped is a
# tombstone so that the line is not offered again, superseded is a pending line that has been booked since, withdrawn
# belongs to an import that was undone and stays only because a past reconciliation refers to it.
line = Table(
    "line",
    metadata,
    _id(),
    _ref("statement_id", "statement"),
    _ref("account_id", "account"),
    Column("position", Integer, nullable=False),
    _text("booked_on"),
    _text("value_on", optional=True),
    _minor(),
    _text("currency"),
    _one_of("status", "booked", "pending", "info"),
    _one_of("standing", "counted", "unsure", "dropped", "superseded", "withdrawn"),
    _flag("reversal"),
    _text("return_reason", optional=True),
    Column("key", LargeBinary, nullable=False),
    Column("n_details", Integer, nullable=False),
    Index("ix_line_key", "account_id", "key"),
    Index("ix_line_statement", "statement_id"),
)
# Other statements in which a stored line was seen again; its own statement stands on the line.
line_sighting = Table(
    "line_sighting",
    metadata,
    _ref("line_id", "line"),
    _ref("statement_id", "statement"),
    UniqueConstraint("line_id", "statement_id"),
    Index("ix_line_sighting_statement", "statement_id"),
)
identity_line = Table(
    "identity_line",
    metadata,
    Column("line_id", Integer, ForeignKey("line.id"), primary_key=True),
    _text("bank_reference", optional=True),
    _text("end_to_end", optional=True),
    _text("structured", optional=True),
    _text("remittance"),
    _text("name", optional=True),
    _text("iban", optional=True),
    Column("raw", LargeBinary, nullable=False),
)
detail = Table(
    "detail", metadata, _id(), _ref("line_id", "line"), Column("ordinal", Integer, nullable=False), _minor(optional=True),
    UniqueConstraint("line_id", "ordinal"),
)  # fmt: skip
identity_detail = Table(
    "identity_detail",
    metadata,
    Column("detail_id", Integer, ForeignKey("detail.id"), primary_key=True),
    _text("bank_reference", optional=True),
    _text("end_to_end", optional=True),
    _text("structured", optional=True),
    _text("remittance"),
    _text("name", optional=True),
    _text("iban", optional=True),
)

# --- the journal ------------------------------------------------------------------------------------------------------
entry = Table(
    "entry",
    metadata,
    _id(),
    _text("uid", unique=True),
    Column("number", Integer, unique=True, nullable=True),
    _text("kind"),
    _text("dated"),
    _text("subject", optional=True),
    Column("n_lines", Integer, nullable=False),
    _flag("posted"),
    _ref("reverses_id", "entry", optional=True, unique=True),
    _ref("operation_id", "operation"),
    Index("ix_entry_operation", "operation_id"),
)
posting = Table(
    "posting",
    metadata,
    _id(),
    _ref("entry_id", "entry"),
    Column("ordinal", Integer, nullable=False),
    _ref("account_id", "account"),
    _ref("fund_id", "fund"),
    _minor(),
    _text("flow"),
    _minor("original_minor", optional=True),
    _text("original_currency", optional=True),
    _text("rate", optional=True),
    _text("rate_on", optional=True),
    _text("rate_source", optional=True),
    UniqueConstraint("entry_id", "ordinal"),
)
balance = Table(
    "balance",
    metadata,
    Column("fund_id", Integer, ForeignKey("fund.id"), primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), primary_key=True),
    Column("flow", Text, primary_key=True),
    _minor(),
    sqlite_with_rowid=False,
)
period = Table("period", metadata, _id(), _text("start_on", unique=True), _text("end_on"), _flag("locked"))

# --- what ties them ---------------------------------------------------------------------------------------------------
# A line has at most one reconciliation that is not undone: its disposition.
reconciliation = Table(
    "reconciliation",
    metadata,
    _id(),
    _ref("line_id", "line"),
    _ref("entry_id", "entry"),
    _text("disposition"),
    _text("rule"),
    _text("evidence"),
    _ref("accepted_by", "person"),
    _ref("operation_id", "operation"),
    _flag("undone"),
    Index("uq_reconciliation_line", "line_id", unique=True, sqlite_where=text("undone = 0")),
)
allocation = Table(
    "allocation",
    metadata,
    _id(),
    _ref("reconciliation_id", "reconciliation"),
    _one_of("target", "campaign", "foundation", "suspense", "invoice", "account", "transfer"),
    _ref("fund_id", "fund"),
    _ref("invoice_id", "invoice", optional=True),
    _ref("account_id", "account", optional=True),
    _ref("detail_id", "detail", optional=True),
    _minor(),
    Index("ix_allocation_reconciliation", "reconciliation_id"),
    Index("ix_allocation_invoice", "invoice_id"),
)
donation = Table(
    "donation",
    metadata,
    _id(),
    _ref("allocation_id", "allocation", unique=True),
    _ref("donor_id", "donor", optional=True),
    _ref("fund_id", "fund"),
    _minor(),
    _text("given_on"),
    _flag("anonymous"),
    _flag("undone"),
    Index("ix_donation_fund", "fund_id", "donor_id"),
    Index("ix_donation_donor", "donor_id"),
)

# SQLite alone would take any value in any column; a strict table takes what its column says. Row ids are named in the log,
# so a deleted row never lends its id to another one; tables filled in bulk give their own ids, in one ascending row.
BULK = frozenset({"audit", "identity_history", "line", "detail", "entry", "posting"})
for _table in metadata.tables.values():
    _table.dialect_options["sqlite"]["strict"] = True
    _table.dialect_options["sqlite"]["autoincrement"] = "id" in _table.c and _table.name not in BULK
