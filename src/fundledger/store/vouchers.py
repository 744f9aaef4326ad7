"""Vouchers: what was booked on a document and not on a bank line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.store.rows import add_row
from fundledger.store.schema import identity_voucher, voucher

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.money import Money
    from fundledger.domain.voucher import VoucherKind
    from fundledger.store.operations import Operation


def add_voucher(  # noqa: PLR0913  a voucher has this many facts
    op: Operation,
    kind: VoucherKind,
    fund: int,
    amount: Money,
    dated: date,
    entry_id: int,
    *,
    taker: int | None = None,
    invoice: int | None = None,
    payee: int | None = None,
    donor: int | None = None,
    document: int | None = None,
    agreed_by: int | None = None,
    reason: str = "",
) -> int:
    """Keep a voucher with the entry that booked it; the row id."""
    values = {
        "kind": kind.value,
        "fund_id": fund,
        "taker_id": taker,
        "invoice_id": invoice,
        "payee_id": payee,
        "donor_id": donor,
        "amount_minor": amount.minor,
        "dated": dated.isoformat(),
        "entry_id": entry_id,
        "document_id": document,
        "agreed_by": agreed_by,
    }
    row_id = add_row(op.db, voucher, **values)
    if reason:
        add_row(op.db, identity_voucher, voucher_id=row_id, reason=reason)
    return row_id
