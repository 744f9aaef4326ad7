"""Gifts by the account they came from, what of them goes back, and what of that the bank has not paid yet."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.chart import REFUNDS
from fundledger.domain.money import Money
from fundledger.domain.receipt import Gift, GivenBack, standing
from fundledger.domain.refunding import Given
from fundledger.domain.voucher import VoucherKind
from fundledger.store.rows import add_row
from fundledger.store.schema import refund_share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from fundledger.domain.refunding import GiftShare
    from fundledger.store.operations import Operation

LATE = "late_refund"  # the rule of a reconciliation in suspense that a late-gift rule sends back

# Money goes back to the account of a bank line alone: what a processor brought came from no account that we know.
_GIFTS = """
    SELECT d.id, d.donor_id, o.code, r.line_id, CASE WHEN p.line_id IS NULL THEN coalesce(t.iban, i.iban) END, d.given_on, d.amount_minor,
        coalesce(o.protected = 1 OR o.restricted = 1 OR o.id IN (SELECT donor_id FROM erasure), 0), coalesce(t.iban, i.iban)
    FROM donation d LEFT JOIN donor o ON o.id = d.donor_id LEFT JOIN allocation x ON x.id = d.allocation_id
    LEFT JOIN reconciliation r ON r.id = x.reconciliation_id LEFT JOIN identity_line i ON i.line_id = r.line_id
    LEFT JOIN identity_detail t ON t.detail_id = x.detail_id LEFT JOIN processed p ON p.line_id = r.line_id
    WHERE d.undone = 0 AND d.fund_id = ? ORDER BY d.id
"""
# What a document decided to give back: of which gifts, or to whom.
_DECIDED = """
    SELECT v.dated, coalesce(s.amount_minor, v.amount_minor), s.donation_id, v.donor_id
    FROM voucher v LEFT JOIN refund_share s ON s.voucher_id = v.id WHERE v.undone = 0 AND v.kind = ? AND v.fund_id = ?
"""
# What went back without one: the payment it returns, or the account it was sent to, less what came back to us again.
_SENT = """
    SELECT l.booked_on, -coalesce(x.booked_minor, x.amount_minor) - coalesce((
        SELECT sum(coalesce(y.booked_minor, y.amount_minor)) FROM allocation y JOIN reconciliation q ON q.id = y.reconciliation_id
        WHERE q.undone = 0 AND y.counterpart_id = l.id AND y.fund_id = x.fund_id AND y.target = 'campaign'), 0), x.counterpart_id, i.iban
    FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0 JOIN line l ON l.id = r.line_id
    JOIN identity_line i ON i.line_id = l.id WHERE x.fund_id = ? AND x.target = 'campaign' AND x.amount_minor < 0
"""


def gifts_of_fund(db: Connection, fund_id: int, currency: str) -> list[Given]:
    """Every gift to a fund as far as it stands, the first given first."""
    rows = db.exec_driver_sql(_GIFTS, (fund_id,)).all()
    gifts = [
        Gift(row[0], str(row[0]), date.fromisoformat(row[5]), fund_id, None, Money(row[6], currency), Money(0, currency)) for row in rows
    ]
    of: dict[tuple[str, object], list[tuple[int, int]]] = defaultdict(list)  # gifts and amounts by all that a return may name
    for gift_id, donor, _, line, _, _, minor, _, iban in rows:
        for key in (("gift", gift_id), ("line", line), ("account", iban), ("donor", donor)):
            of[key].append((gift_id, minor))
    decided = db.exec_driver_sql(_DECIDED, (VoucherKind.REFUND.value, fund_id))
    sent = db.exec_driver_sql(_SENT, (fund_id,))
    back = [(on, minor, of["gift", gift] if gift else of["donor", donor]) for on, minor, gift, donor in decided]
    back += [(on, minor, of["line", paid] if paid else of["account", iban]) for on, minor, paid, iban in sent]
    gone = [GivenBack(fund_id, date.fromisoformat(on), Money(minor, currency), tuple(shares)) for on, minor, shares in back if shares]
    stands = {one.id: one.stands.minor for one in standing(gifts, gone)}
    return [Given(row[0], row[1], row[2], row[3], row[4] or None, date.fromisoformat(row[5]), stands[row[0]], bool(row[7])) for row in rows]


def add_shares(op: Operation, voucher_id: int, shares: Iterable[GiftShare]) -> None:
    """Which gifts a refund gives back, and how much of each."""
    for one in shares:
        if one.gift is not None and one.share:
            add_row(op.db, refund_share, voucher_id=voucher_id, donation_id=one.gift, amount_minor=one.share.minor)


def decided(db: Connection, line_id: int) -> bool:
    """Whether some of a gift on this line is to go back, as a closing decided."""
    question = (
        "SELECT 1 FROM refund_share s JOIN voucher v ON v.id = s.voucher_id AND v.undone = 0 JOIN donation d ON d.id = s.donation_id"
        " JOIN allocation x ON x.id = d.allocation_id JOIN reconciliation r ON r.id = x.reconciliation_id"
        " WHERE r.line_id = ? AND r.undone = 0 LIMIT 1"
    )
    return db.exec_driver_sql(question, (line_id,)).first() is not None


# --- late gifts -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Suspended:
    """Money that came in and stands in suspense or is not `booked` yet, whole or a part of a line.

    `campaign` is the code of the one it came too late for, as was said when it was booked; `sent_back`: its late-gift rule decided that
    it goes back; `source` is the account money can go back to.
    """

    line: int
    detail: int | None
    booked_on: date
    amount: Money
    campaign: str | None
    sent_back: bool = False
    whole: bool = True
    source: str | None = None
    booked: bool = True


# The account that money may go back to by a rule: not a processor's, and not that of somebody who is asked first.
_SOURCE = (
    "CASE WHEN p.line_id IS NULL AND NOT EXISTS (SELECT 1 FROM identity_donor_account n JOIN donor o ON o.id = n.donor_id"
    " WHERE n.iban = {0} AND (o.protected = 1 OR o.restricted = 1)) THEN {0} END"
)
_SUSPENDED = f"""
    SELECT r.line_id, x.detail_id, l.booked_on, x.amount_minor, l.currency, r.evidence, r.rule, r.disposition,
        {_SOURCE.format("coalesce(t.iban, i.iban)")}
    FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0 JOIN line l ON l.id = r.line_id
    JOIN identity_line i ON i.line_id = l.id LEFT JOIN identity_detail t ON t.detail_id = x.detail_id
    LEFT JOIN processed p ON p.line_id = l.id
    WHERE x.fund_id = ? AND x.target = 'suspense' AND x.amount_minor > 0 AND x.counterpart_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM allocation y JOIN reconciliation q ON q.id = y.reconciliation_id
        WHERE q.undone = 0 AND y.counterpart_id = r.line_id AND y.amount_minor < 0) ORDER BY l.booked_on, l.id, x.id
"""
_OPEN_SINCE = f"""
    SELECT l.id, l.booked_on, coalesce(p.gross_minor, l.amount_minor), l.currency, {_SOURCE.format("i.iban")}
    FROM line l JOIN identity_line i ON i.line_id = l.id LEFT JOIN processed p ON p.line_id = l.id
    WHERE l.booked_on > ? AND l.amount_minor > 0 AND l.status = 'booked' AND l.standing = 'counted' AND l.n_details < 2 AND NOT EXISTS (
        SELECT 1 FROM reconciliation r WHERE r.line_id = l.id AND r.undone = 0) ORDER BY l.booked_on, l.id
"""


def suspended(db: Connection, suspense: int) -> list[Suspended]:
    """Everything that came in and stands in suspense, by day."""
    return [
        Suspended(
            row[0], row[1], date.fromisoformat(row[2]), Money(row[3], row[4]),
            next((one["campaign"] for one in json.loads(row[5]) if one["code"] == "late_gift"), None),
            row[6] == LATE, row[7] == "suspense", row[8] or None,
        )
        for row in db.exec_driver_sql(_SUSPENDED, (suspense,))
    ]  # fmt: skip


def open_since(db: Connection, day: date) -> list[Suspended]:
    """Money that came in after a day and is not booked yet, batches left out."""
    return [
        Suspended(row[0], None, date.fromisoformat(row[1]), Money(row[2], row[3]), None, source=row[4] or None, booked=False)
        for row in db.exec_driver_sql(_OPEN_SINCE, (day.isoformat(),))
    ]


# --- what is still to be paid -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Owed:
    """Money of a fund that is to go back to one of these accounts; `line` is the gift in suspense that is sent back."""

    fund: int
    amount: Money
    ibans: tuple[str, ...]
    donor: int | None = None
    line: int | None = None
    voucher: int | None = None


_OWING = (
    "SELECT b.fund_id, -sum(b.amount_minor) FROM balance b JOIN account a ON a.id = b.account_id WHERE a.code = ?"
    " GROUP BY b.fund_id HAVING sum(b.amount_minor) < 0"
)
_VOUCHERS = """
    SELECT v.fund_id, v.donor_id, v.amount_minor, (SELECT coalesce(t.iban, i.iban) FROM refund_share s
        JOIN donation d ON d.id = s.donation_id JOIN allocation x ON x.id = d.allocation_id
        JOIN reconciliation r ON r.id = x.reconciliation_id JOIN identity_line i ON i.line_id = r.line_id
        LEFT JOIN identity_detail t ON t.detail_id = x.detail_id WHERE s.voucher_id = v.id LIMIT 1), v.id
    FROM voucher v WHERE v.kind = ? AND v.undone = 0 ORDER BY v.id
"""
_PAID = (
    "SELECT x.fund_id, coalesce(d.iban, i.iban), n.donor_id, -coalesce(x.booked_minor, x.amount_minor) FROM allocation x"
    " JOIN account a ON a.id = x.account_id JOIN reconciliation r ON r.id = x.reconciliation_id"
    " JOIN identity_line i ON i.line_id = r.line_id LEFT JOIN identity_detail d ON d.detail_id = x.detail_id"
    " LEFT JOIN identity_donor_account n ON n.iban = coalesce(d.iban, i.iban) WHERE a.code = ? AND r.undone = 0"
)
_ACCOUNTS = "SELECT donor_id, iban FROM identity_donor_account WHERE donor_id IN (SELECT value FROM json_each(?)) ORDER BY id"
_GOING_BACK = """
    SELECT x.fund_id, coalesce(x.booked_minor, x.amount_minor), coalesce(t.iban, i.iban), r.line_id
    FROM reconciliation r INDEXED BY ix_reconciliation_late CROSS JOIN allocation x ON x.reconciliation_id = r.id
    JOIN identity_line i ON i.line_id = r.line_id LEFT JOIN identity_detail t ON t.detail_id = x.detail_id
    WHERE r.undone = 0 AND r.rule = 'late_refund' AND x.target = 'suspense' AND NOT EXISTS (SELECT 1 FROM allocation y
        JOIN reconciliation q ON q.id = y.reconciliation_id WHERE q.undone = 0 AND y.counterpart_id = r.line_id AND y.amount_minor < 0)
"""


def refunds_owed(db: Connection, currency: str) -> list[Owed]:
    """Every refund that is not paid, in the book's currency, at most what the fund still owes (2030), and late gifts that go back."""
    late = [
        Owed(int(fund), Money(minor, currency), (iban,), line=int(line))
        for fund, minor, iban, line in db.exec_driver_sql(_GOING_BACK)
        if iban
    ]
    owing = {int(fund): int(minor) for fund, minor in db.exec_driver_sql(_OWING, (REFUNDS,))}
    return [*_decided(db, currency, owing), *late] if owing else late


def _decided(db: Connection, currency: str, owing: dict[int, int]) -> list[Owed]:
    """Vouchers less what was paid to their account, exactly this amount first; those that name no gift, to any account of hers."""
    open_ones = [list(row) for row in db.exec_driver_sql(_VOUCHERS, (VoucherKind.REFUND.value,))]
    for fund, iban, donor, minor in db.exec_driver_sql(_PAID, (REFUNDS,)).all():
        hers = [one for one in open_ones if one[0] == fund and (one[3] == iban if one[3] else one[1] is not None and one[1] == donor)]
        for one in sorted(hers, key=lambda one: (one[3] is None, one[2] != minor)):
            taken = min(minor, one[2])
            one[2] -= taken
            minor -= taken  # noqa: PLW2901  what is left of the payment
    accounts: dict[int, list[str]] = defaultdict(list)
    named = json.dumps([donor for _, donor, minor, iban, _ in open_ones if minor > 0 and not iban])
    for donor, iban in db.exec_driver_sql(_ACCOUNTS, (named,)):
        accounts[donor].append(iban)
    return [
        Owed(fund, Money(min(minor, owing[fund]), currency), (iban,) if iban else tuple(accounts.get(donor, ())), donor, voucher=voucher)
        for fund, donor, minor, iban, voucher in open_ones
        if minor > 0 and fund in owing
    ]
