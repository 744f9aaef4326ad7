"""What is still to go back to donors: refunds that a document decided and no bank line shows yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.chart import REFUNDS
from fundledger.domain.money import Money
from fundledger.domain.voucher import VoucherKind

if TYPE_CHECKING:
    from sqlalchemy import Connection

_OWING = (
    "SELECT b.fund_id, -sum(b.amount_minor) FROM balance b JOIN account a ON a.id = b.account_id WHERE a.code = ?"
    " GROUP BY b.fund_id HAVING sum(b.amount_minor) < 0"
)
_DECIDED = (
    "SELECT donor_id, fund_id, sum(amount_minor) FROM voucher WHERE kind = ? AND undone = 0 AND donor_id IS NOT NULL"
    " GROUP BY donor_id, fund_id ORDER BY donor_id, fund_id"
)
# Whose account the money went to says whose refund it was.
_PAID = (
    "SELECT n.donor_id, x.fund_id, -sum(coalesce(x.booked_minor, x.amount_minor)) FROM allocation x JOIN account a ON a.id = x.account_id"
    " JOIN reconciliation r ON r.id = x.reconciliation_id JOIN identity_line i ON i.line_id = r.line_id"
    " LEFT JOIN identity_detail d ON d.detail_id = x.detail_id JOIN identity_donor_account n ON n.iban = coalesce(d.iban, i.iban)"
    " WHERE a.code = ? AND r.undone = 0 GROUP BY 1, 2"
)


def refunds_owed(db: Connection, currency: str) -> list[tuple[int, int, Money]]:
    """(donor, fund, amount) of refunds that are not paid, in the book's currency, at most what the fund still owes (2030)."""
    owing = {int(fund): int(minor) for fund, minor in db.exec_driver_sql(_OWING, (REFUNDS,))}
    if not owing:
        return []
    paid = {(int(donor), int(fund)): int(minor) for donor, fund, minor in db.exec_driver_sql(_PAID, (REFUNDS,))}
    found = []
    for donor, fund, minor in db.exec_driver_sql(_DECIDED, (VoucherKind.REFUND.value,)):
        left = min(minor - paid.get((donor, fund), 0), owing.get(fund, 0))
        if left > 0:
            found.append((int(donor), int(fund), Money(left, currency)))
    return found
