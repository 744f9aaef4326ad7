"""What people decide apart from bank lines: vouchers, rules, rates, closed periods and published editions."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, UniqueConstraint, text

from fundledger.store.columns import flag, ident, minor, one_of, ref, word
from fundledger.store.schema.base import metadata

# What is booked on a document and not on a bank line; the kinds and their postings: `domain/voucher.py`. `fund_id` is whose money
# or debt it is, `taker_id` the fund that a transfer goes to, `agreed_by` the second person where two are needed.
voucher = Table(
    "voucher",
    metadata,
    ident(),
    word("kind"),
    ref("fund_id", "fund"),
    ref("taker_id", "fund", optional=True),
    ref("invoice_id", "invoice", optional=True),
    ref("payee_id", "payee", optional=True),
    ref("donor_id", "donor", optional=True),
    minor(),
    # What it settles of an invoice in another currency, in that one.
    minor("original_minor", optional=True),
    word("dated"),
    ref("entry_id", "entry"),
    ref("document_id", "document", optional=True),
    ref("agreed_by", "person", optional=True),
    flag("undone"),
    Index("ix_voucher_invoice", "invoice_id"),
)
# Why, in a person's words, which may name people.
identity_voucher = Table("identity_voucher", metadata, ident(), ref("voucher_id", "voucher", unique=True), word("reason"))
# Which gift a refund gives back, and how much of it: money goes to the account that gift came from, and nowhere else.
refund_share = Table(
    "refund_share",
    metadata,
    ident(),
    ref("voucher_id", "voucher"),
    ref("donation_id", "donation"),
    minor(),
    UniqueConstraint("voucher_id", "donation_id"),
    Index("ix_refund_share_donation", "donation_id"),
)
# What a campaign had behind it when its book was begun: memo totals, magnitudes, shown as "before" that day, from
# a workbook with this SHA-256; `agreed_by` is the second person.
takeover = Table(
    "takeover",
    metadata,
    ident(),
    ref("campaign_id", "campaign", unique=True),
    word("before_on"),
    *(
        minor(f"{term}_minor")
        for term in ("collected", "returned", "charged_back", "fees", "moved_in", "moved_out", "paid", "advanced", "due_back")
    ),
    word("sha256"),
    ref("agreed_by", "person"),
)

# --- rules of matching ------------------------------------------------------------------------------------------------
# Tried in the order of `ordinal`. What it looks for that may name people stands in its identity row, folded.
rule = Table(
    "rule",
    metadata,
    ident(),
    Column("ordinal", Integer, nullable=False),
    one_of("direction", "in", "out", "both"),
    ref("bank_account_id", "account", optional=True),
    minor("least_minor", optional=True),
    minor("most_minor", optional=True),
    one_of("target", "campaign", "foundation", "suspense", "account", "transfer"),
    ref("campaign_id", "campaign", optional=True),
    ref("account_id", "account", optional=True),
    ref("donor_id", "donor", optional=True),
    ref("learned_from", "reconciliation", optional=True),
    flag("off"),
)
identity_rule = Table(
    "identity_rule",
    metadata,
    ident(),
    ref("rule_id", "rule", unique=True),
    word("text", optional=True),
    word("name", optional=True),
    word("iban", optional=True),
)

# --- rates of exchange ------------------------------------------------------------------------------------------------
# A file of reference rates as it came (compressed): a rate that was used stands on its posting, with day and source.
rates = Table(
    "rates",
    metadata,
    ident(),
    word("source"),
    word("sha256", unique=True),
    word("first_on"),
    word("last_on"),
    Column("content", LargeBinary, nullable=False),
)

# --- periods and editions ---------------------------------------------------------------------------------------------
period = Table("period", metadata, ident(), word("start_on", unique=True), word("end_on"), flag("locked"))
# Two people opened it again, and said why.
reopening = Table(
    "reopening", metadata, ident(), ref("period_id", "period"), word("at"), ref("asked_by", "person"), ref("agreed_by", "person")
)
identity_reopening = Table("identity_reopening", metadata, ident(), ref("reopening_id", "reopening", unique=True), word("reason"))
# What a person said of an item of the checklist that is not as it should be.
explanation = Table(
    "explanation",
    metadata,
    ident(),
    word("item"),
    word("subject"),
    word("until_on"),
    ref("explained_by", "person"),
    UniqueConstraint("item", "subject", "until_on"),
)
identity_explanation = Table("identity_explanation", metadata, ident(), ref("explanation_id", "explanation", unique=True), word("said"))
# Why a line that moved money is left out of the books; it stands in the tie-out by itself.
identity_dropped = Table("identity_dropped", metadata, ident(), ref("line_id", "line", unique=True), word("reason"))
# A report that was published: the cut-off, the log and the last entry behind it, and its figures. `superseded`: a later edition of
# the same report, or a period that was opened again, took its place.
edition = Table(
    "edition",
    metadata,
    ident(),
    word("report"),
    one_of("audience", "public", "auditor", "internal"),
    ref("campaign_id", "campaign", optional=True),
    word("start_on", optional=True),
    word("end_on"),
    Column("head_size", Integer, nullable=False),
    word("head"),
    Column("last_number", Integer, nullable=False),
    word("published_at"),
    ref("published_by", "person"),
    flag("superseded"),
    Index("ix_edition_report", "report", "campaign_id", sqlite_where=text("superseded = 0")),
)
edition_file = Table(
    "edition_file",
    metadata,
    ident(),
    ref("edition_id", "edition"),
    word("sha256"),
    word("format"),
    word("language"),
    Column("size", Integer, nullable=False),
    UniqueConstraint("edition_id", "sha256"),
)
edition_figure = Table(
    "edition_figure",
    metadata,
    ident(),
    ref("edition_id", "edition"),
    ref("fund_id", "fund", optional=True),
    word("name"),
    minor(),
    UniqueConstraint("edition_id", "fund_id", "name"),
)
