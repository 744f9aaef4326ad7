"""The tables of a book: plain SQL types only; what SQLite alone can do stands in `guards` and `connecting`.

Amounts are integers in minor units, debit positive; dates are ISO texts; pseudonymous ids everywhere. A table named
`identity_…` is the only kind that may hold a name, an account number, an e-mail or a text a person wrote.
"""

from __future__ import annotations

from fundledger.store.schema.base import EVIDENCE, IDENTITY, JOURNAL, UNAUDITED, metadata
from fundledger.store.schema.book import (
    account,
    audit,
    book,
    draft,
    fund,
    identity_account,
    identity_book,
    identity_draft,
    identity_history,
    identity_person,
    identity_setting,
    operation,
    person,
)
from fundledger.store.schema.campaigns import (
    campaign,
    campaign_paper,
    document,
    donor,
    donor_apart,
    erasure,
    identity_beneficiary,
    identity_document,
    identity_donor,
    identity_donor_account,
    identity_donor_email,
    identity_donor_word,
    identity_invoice,
    identity_mandate_text,
    identity_payee,
    identity_quote,
    invoice,
    mandate,
    payee,
    pledge,
    quote,
)
from fundledger.store.schema.deciding import (
    edition,
    edition_figure,
    edition_file,
    explanation,
    identity_dropped,
    identity_explanation,
    identity_reopening,
    identity_rule,
    identity_voucher,
    period,
    rates,
    refund_share,
    reopening,
    rule,
    takeover,
    voucher,
)
from fundledger.store.schema.giving import identity_review, policy, receipt, receipt_donation, review
from fundledger.store.schema.log import head, leaf, signature
from fundledger.store.schema.money import (
    allocation,
    balance,
    batch,
    correction,
    detail,
    donation,
    entry,
    identity_batch,
    identity_detail,
    identity_line,
    identity_processed,
    identity_profile,
    line,
    line_sighting,
    posting,
    processed,
    reconciliation,
    statement,
)
from fundledger.store.schema.paying import approval, disapproval, identity_disapproval, paper, payee_account, payment, payment_file

__all__ = [
    "BULK", "EVIDENCE", "IDENTITY", "JOURNAL", "UNAUDITED", "account", "allocation", "approval", "audit", "balance", "batch",
    "book", "campaign", "campaign_paper", "correction", "detail", "disapproval", "document", "donation", "donor", "donor_apart", "draft",
    "edition", "edition_figure", "edition_file", "entry", "erasure", "explanation", "fund", "head", "identity_account",
    "identity_batch", "identity_beneficiary", "identity_book", "identity_detail", "identity_disapproval",
    "identity_document", "identity_donor", "identity_donor_account", "identity_donor_email", "identity_donor_word",
    "identity_draft", "identity_dropped", "identity_explanation", "identity_history", "identity_invoice", "identity_line",
    "identity_mandate_text", "identity_payee", "identity_person", "identity_processed", "identity_profile", "identity_quote",
    "identity_reopening", "identity_review", "identity_rule", "identity_setting", "identity_voucher", "invoice", "leaf",
    "line", "line_sighting", "mandate", "metadata", "operation", "paper", "payee", "payee_account", "payment",
    "payment_file", "period", "person", "pledge", "policy", "posting", "processed", "quote", "rates", "receipt",
    "receipt_donation", "reconciliation", "refund_share", "reopening", "review", "rule", "signature", "statement",
    "takeover", "voucher",
]  # fmt: skip
# SQLite alone would take any value in any column; a strict table takes what its column says. Row ids are named in the log,
# so a deleted row never lends its id to another one; tables filled in bulk give their own ids, in one ascending row.
BULK = frozenset({"audit", "identity_history", "line", "detail", "entry", "posting", "leaf", "head", "signature"})
for _table in metadata.tables.values():
    _table.dialect_options["sqlite"]["strict"] = True
    _table.dialect_options["sqlite"]["autoincrement"] = "id" in _table.c and _table.name not in BULK
