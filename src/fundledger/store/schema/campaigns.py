"""Campaigns, the people outside, and what payees ask for."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from fundledger.store.columns import flag, ident, minor, one_of, ref, secret, word
from fundledger.store.schema.base import metadata

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
    word("archived_on", optional=True),
    # The rule that closing obeyed: the mandate's for a surplus, or that for an ended cause.
    word("closed_rule", optional=True),
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
    one_of("method", "restricted", "deferral", "agency"),
    minor("reserve_minor"),
    minor("smallest_minor"),
    word("fallback"),
    word("ended"),
    one_of("vat", "unsaid", "with", "without"),
    flag("protected"),
    word("consent_scope"),
    word("consent_on", optional=True),
    word("consent_until", optional=True),
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
    one_of("state", "offered", "accepted", "refused", "replaced"),
    one_of("vat", "unsaid", "with", "without"),
    word("decided_on", optional=True),
    ref("document_id", "document", optional=True),
    UniqueConstraint("campaign_id", "version"),
)
# What it is for, in a person's words.
# Papers about the campaign itself: its mandate, a consent, a letter; what invoices and quotes stand on is theirs.
campaign_paper = Table(
    "campaign_paper",
    metadata,
    ident(),
    ref("campaign_id", "campaign"),
    one_of("kind", "mandate", "consent", "letter", "other"),
    ref("document_id", "document"),
    word("added_on"),
    UniqueConstraint("campaign_id", "document_id"),
)
identity_quote = Table("identity_quote", metadata, ident(), ref("quote_id", "quote", unique=True), word("scope"))

# The uid names a donor beside the backups, where a row id could come to mean somebody else. A restricted donor is kept because
# the law says so, until a day, and shown to nobody. One merged into another keeps her name here, and nothing else.
donor = Table(
    "donor",
    metadata,
    ident(),
    Column("uid", Text, nullable=False, unique=True, default=lambda: str(uuid4())),
    word("code", unique=True),
    flag("protected"),
    flag("restricted"),
    word("retain_until", optional=True),
    ref("merged_into", "donor", optional=True),
    # Whoever is listed stands in this index under nothing, in the order of the row ids: a list of all of them reads nothing else.
    Index("ix_donor_merged_into", "merged_into"),
    Index("ix_donor_restricted", "restricted", sqlite_where=text("restricted = 1")),
)
# Two donors who were looked at and are not one person, the lower row id first.
donor_apart = Table(
    "donor_apart", metadata, ident(), ref("donor_id", "donor"), ref("other_id", "donor"), UniqueConstraint("donor_id", "other_id")
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
    word("protected_why", optional=True),
    secret(),
    Index("ix_donor_folded", "folded"),
)
# Each word of a folded name once, kept by triggers of `guards`: what a search by name looks through. Derived, and recomputed by check.
identity_donor_word = Table(
    "identity_donor_word",
    metadata,
    Column("donor_id", Integer, ForeignKey("donor.id"), primary_key=True),
    Column("word", Text, primary_key=True),
    Index("ix_donor_word", "word"),
    sqlite_with_rowid=False,
)
identity_donor_account = Table(
    "identity_donor_account",
    metadata,
    ident(),
    ref("donor_id", "donor"),
    word("iban", unique=True),
    Index("ix_donor_account_donor", "donor_id"),
)
# In small letters; two donors of one household may share one.
identity_donor_email = Table(
    "identity_donor_email",
    metadata,
    ident(),
    ref("donor_id", "donor"),
    word("email"),
    UniqueConstraint("donor_id", "email"),
    Index("ix_donor_email", "email"),
)
pledge = Table(
    "pledge",
    metadata,
    ident(),
    ref("donor_id", "donor"),
    ref("campaign_id", "campaign"),
    minor(),
    word("pledged_on"),
    word("due_on", optional=True),
    word("cancelled_on", optional=True),
)
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
    # In the book's currency; one in another is booked at the rate of its day, and keeps what it says.
    minor(),
    minor("original_minor", optional=True),
    word("original_currency", optional=True),
    word("issued_on"),
    word("due_on", optional=True),
    # Inside its amount, on top of it, and kept back of it; in the currency it is in.
    minor("vat_minor", optional=True),
    minor("reverse_charge_minor", optional=True),
    minor("withholding_minor", optional=True),
    # Where each field comes from, as JSON: xml, changed, typed.
    word("origins", optional=True),
    one_of("state", "entered", "approved"),
    ref("document_id", "document", optional=True),
    ref("entry_id", "entry", optional=True),
    ref("entered_by", "person"),
    ref("approved_by", "person", optional=True),
    UniqueConstraint("payee_id", "number"),
)
# The account that stands on an invoice, which may be another than the payee gave before, and what she wants to read.
identity_invoice = Table(
    "identity_invoice", metadata, ident(), ref("invoice_id", "invoice", unique=True), word("iban", optional=True),
    word("reference", optional=True),
)  # fmt: skip
