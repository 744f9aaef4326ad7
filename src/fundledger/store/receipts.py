"""The gifts of one donor as they stand, and the receipts she was given for them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from fundledger.domain.entry import Original
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.receipt import Gift, GivenBack, standing
from fundledger.store.campaigns import find_campaign
from fundledger.store.rows import add_row
from fundledger.store.schema import donation, donor, receipt, receipt_donation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from fundledger.domain.people import Donor
    from fundledger.domain.receipt import Receipt
    from fundledger.store.operations import Operation

# A gift and what stands behind it: its payment (a line, or one payment of a batch, or a voucher), and the posting that booked it.
_GIFTS = """
    SELECT d.id, coalesce('line:' || r.line_id || coalesce(':' || x.detail_id, ''), 'voucher:' || d.voucher_id) AS payment,
        d.given_on, d.fund_id, c.code, d.amount_minor, d.anonymous, abs(p.original_minor), p.original_currency, p.rate, p.rate_on,
        p.rate_source
    FROM donation d LEFT JOIN allocation x ON x.id = d.allocation_id LEFT JOIN reconciliation r ON r.id = x.reconciliation_id
    LEFT JOIN campaign c ON c.fund_id = d.fund_id
    LEFT JOIN posting p ON p.id = (SELECT min(q.id) FROM posting q WHERE q.entry_id = r.entry_id AND q.fund_id = d.fund_id
        AND q.flow = 'collected' AND q.amount_minor = -d.amount_minor AND q.rate IS NOT NULL)
    WHERE d.undone = 0 AND d.donor_id = ? ORDER BY d.given_on, d.id
"""
# Shares that take back the payments of her gifts, less what of them came back to us again.
_TAKEN_BACK = """
    SELECT x.counterpart_id, x.fund_id, l.booked_on, -coalesce(x.booked_minor, x.amount_minor) - coalesce((
        SELECT sum(coalesce(y.booked_minor, y.amount_minor)) FROM allocation y JOIN reconciliation s ON s.id = y.reconciliation_id
        WHERE s.undone = 0 AND y.counterpart_id = r.line_id AND y.fund_id = x.fund_id AND y.target IN ('campaign', 'foundation')), 0)
    FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0 JOIN line l ON l.id = r.line_id
    WHERE x.target IN ('campaign', 'foundation') AND x.amount_minor < 0 AND x.counterpart_id IN (
        SELECT r2.line_id FROM donation d JOIN allocation x2 ON x2.id = d.allocation_id
        JOIN reconciliation r2 ON r2.id = x2.reconciliation_id WHERE d.undone = 0 AND d.donor_id = ?)
"""
# What a processor took back of the payments of her gifts and has not given again: a dispute that stands, or is lost.
_DISPUTED = """
    SELECT g.line_id, x.fund_id, min(l.booked_on), -sum(coalesce(x.booked_minor, x.amount_minor))
    FROM (SELECT DISTINCT r2.line_id, l2.account_id, i.bank_reference FROM donation d JOIN allocation x2 ON x2.id = d.allocation_id
        JOIN reconciliation r2 ON r2.id = x2.reconciliation_id JOIN line l2 ON l2.id = r2.line_id JOIN processed o ON o.line_id = l2.id
        JOIN identity_line i ON i.line_id = l2.id WHERE d.undone = 0 AND d.donor_id = ?) g
    JOIN account a ON a.code = '1065' JOIN allocation x ON x.account_id = a.id
    JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0 JOIN line l ON l.id = r.line_id AND l.account_id = g.account_id
    LEFT JOIN identity_processed p ON p.line_id = l.id
    WHERE coalesce(x.counterpart_id = g.line_id, p.parent = g.bank_reference)
    GROUP BY 1, 2 HAVING sum(coalesce(x.booked_minor, x.amount_minor)) < 0
"""
_SHARES = """
    SELECT d.id, d.amount_minor FROM donation d JOIN allocation x ON x.id = d.allocation_id
    JOIN reconciliation r ON r.id = x.reconciliation_id WHERE d.undone = 0 AND r.line_id = ? AND d.fund_id = ? ORDER BY d.id
"""
# What was decided to go back to her, of which gift where that is kept, and what was sent to an account of hers without naming a payment.
_SENT = """
    SELECT v.fund_id, v.dated, coalesce(s.amount_minor, v.amount_minor), s.donation_id
    FROM voucher v LEFT JOIN refund_share s ON s.voucher_id = v.id WHERE v.undone = 0 AND v.kind = 'refund' AND v.donor_id = :donor
    UNION ALL SELECT x.fund_id, l.booked_on, -coalesce(x.booked_minor, x.amount_minor), NULL
    FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0 JOIN line l ON l.id = r.line_id
    JOIN identity_line i ON i.line_id = l.id JOIN identity_donor_account a ON a.iban = i.iban AND a.donor_id = :donor
    WHERE x.target IN ('campaign', 'foundation') AND x.amount_minor < 0 AND x.counterpart_id IS NULL
"""


def gifts_of(db: Connection, donor_id: int, currency: str) -> tuple[Gift, ...]:
    """Every gift of a donor that was not taken back, by day, with what of it went back to her."""
    gifts = [
        Gift(
            row[0], row[1], date.fromisoformat(row[2]), row[3], row[4], Money(row[5], currency), Money(0, currency), bool(row[6]),
            Original(Money(row[7], row[8]), row[9], date.fromisoformat(row[10]), row[11] or "") if row[7] is not None else None,
        )
        for row in db.exec_driver_sql(_GIFTS, (donor_id,))
    ]  # fmt: skip
    return standing(gifts, [*_taken_back(db, donor_id, currency), *_sent(db, donor_id, currency)])


def payment_of(db: Connection, who: Donor, gift: str | int, currency: str) -> tuple[Gift, ...]:
    """Every share of the payment that a gift of hers came by, as it stands. Raises gift.unknown, gift.not_hers."""
    wanted = find_gift(db, gift, currency)
    hers = gifts_of(db, who.id, currency)
    payment = next((one.payment for one in hers if one.id == wanted.id), None)
    if payment is None:
        raise KnownError("gift.not_hers", str(gift), code=who.code)
    return tuple(one for one in hers if one.payment == payment)


def purposes(db: Connection, gifts: Iterable[Gift], currency: str, language: str) -> dict[str, str]:
    """What each campaign among these gifts is called to whoever gave: its public title, or its code."""
    codes = dict.fromkeys(one.campaign for one in gifts if one.campaign)
    return {code: find_campaign(db, code, currency).title(language) for code in codes}


def _taken_back(db: Connection, donor_id: int, currency: str) -> list[GivenBack]:
    found = []
    rows = [row for query in (_TAKEN_BACK, _DISPUTED) for row in db.exec_driver_sql(query, (donor_id,))]
    for line_id, fund_id, on, minor in rows:
        shares = tuple((int(row[0]), int(row[1])) for row in db.exec_driver_sql(_SHARES, (line_id, fund_id)))
        found.append(GivenBack(fund_id, date.fromisoformat(on), Money(minor, currency), shares))
    return found


def _sent(db: Connection, donor_id: int, currency: str) -> list[GivenBack]:
    rows = db.exec_driver_sql(_SENT, {"donor": donor_id})
    return [
        GivenBack(fund_id, date.fromisoformat(on), Money(minor, currency), ((gift, minor),) if gift else ())
        for fund_id, on, minor, gift in rows
    ]


# --- receipts ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt that left; `repeats` is the number of the one it says once more."""

    id: int
    number: str
    kind: str
    donor: str
    amount: Money
    issued_on: date
    language: str
    repeats: str | None
    agreed_by: int | None
    undone: bool


def next_number(db: Connection, year: int) -> str:
    """The next number of a year; one that was taken back is not given again."""
    query = select(func.count()).select_from(receipt).where(receipt.c.number.startswith(f"{year}-", autoescape=True))
    return f"{year}-{db.execute(query).scalar_one() + 1:04d}"


def earlier(db: Connection, gifts: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Per gift of these the numbers of the receipts that confirmed it, the earliest first."""
    query = (
        select(receipt_donation.c.donation_id, receipt.c.number)
        .join(receipt, receipt.c.id == receipt_donation.c.receipt_id)
        .where(receipt.c.undone == 0, receipt_donation.c.donation_id.in_(tuple(gifts)))
        .order_by(receipt.c.id)
    )
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for gift, number in db.execute(query):
        found[gift] += (number,)
    return dict(found)


def same_before(db: Connection, kind: str, gifts: Iterable[int]) -> tuple[int, str] | None:
    """The first receipt of this kind (row id, number) for exactly these gifts."""
    wanted = sorted(gifts)
    mine = select(receipt_donation.c.receipt_id).where(receipt_donation.c.donation_id.in_(wanted))
    query = select(receipt.c.id, receipt.c.number).where(receipt.c.undone == 0, receipt.c.kind == kind, receipt.c.id.in_(mine))
    for row_id, number in db.execute(query.order_by(receipt.c.id)):
        its = select(receipt_donation.c.donation_id).where(receipt_donation.c.receipt_id == row_id)
        if sorted(db.execute(its).scalars()) == wanted:
            return int(row_id), str(number)
    return None


def add_receipt(op: Operation, made: Receipt, sha256: str, agreed_by: int | None) -> int:
    """Keep a receipt with what it confirms of each gift."""
    before = same_before(op.db, made.kind, [gift.id for gift in made.gifts]) if made.repeats else None
    row_id = add_row(
        op.db, receipt, number=made.number, kind=made.kind.value, donor_id=made.donor.id, amount_minor=made.total.minor,
        issued_on=made.issued_on.isoformat(), language=made.language, sha256=sha256, made_by=op.person_id, agreed_by=agreed_by,
        repeats_id=before[0] if before else None,
    )  # fmt: skip
    for gift in made.gifts:
        add_row(op.db, receipt_donation, receipt_id=row_id, donation_id=gift.id, amount_minor=gift.stands.minor)
    return row_id


def receipts(db: Connection, currency: str, donor_id: int | None = None) -> list[ReceiptRow]:
    """Every receipt (of a donor), the newest first."""
    before = receipt.alias("before")
    of = receipt.c
    query = (
        select(
            of.id, of.number, of.kind, donor.c.code, of.amount_minor, of.issued_on, of.language, before.c.number, of.agreed_by, of.undone
        )
        .join(donor, donor.c.id == of.donor_id)
        .outerjoin(before, before.c.id == of.repeats_id)
        .order_by(of.id.desc())
    )
    if donor_id is not None:
        query = query.where(of.donor_id == donor_id)
    return [
        ReceiptRow(row[0], row[1], row[2], row[3], Money(row[4], currency), date.fromisoformat(row[5]), *row[6:9], bool(row[9]))
        for row in db.execute(query)
    ]


# --- gifts in lists ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class GiftRow:
    """A gift as lists show one: its donor by code, the campaign by code, the bank line where one brought it."""

    id: int
    given_on: date
    campaign: str | None
    donor: str | None
    amount: Money
    anonymous: bool
    line: int | None


_LISTED = (
    "SELECT d.id, d.given_on, c.code, o.code, d.amount_minor, d.anonymous, r.line_id FROM donation d"
    " LEFT JOIN campaign c ON c.fund_id = d.fund_id LEFT JOIN donor o ON o.id = d.donor_id"
    " LEFT JOIN allocation x ON x.id = d.allocation_id LEFT JOIN reconciliation r ON r.id = x.reconciliation_id"
    " WHERE d.undone = 0{} ORDER BY d.given_on, d.id"
)


def gifts(db: Connection, currency: str, which: Mapping[str, int]) -> list[GiftRow]:
    """The gifts that stand, by day; `which` asks for those of a `donor_id`, a `fund_id` or one `id`."""
    asked = "".join(f" AND d.{name} = ?" for name in which)
    rows = db.exec_driver_sql(_LISTED.format(asked), tuple(which.values()))
    return [GiftRow(row[0], date.fromisoformat(row[1]), row[2], row[3], Money(row[4], currency), bool(row[5]), row[6]) for row in rows]


def find_gift(db: Connection, key: str | int, currency: str) -> GiftRow:
    """The gift of this id; raises gift.unknown."""
    found = gifts(db, currency, {"id": int(key)}) if str(key).isdecimal() else []
    if not found:
        raise KnownError("gift.unknown", str(key))
    return found[0]


def set_anonymous(op: Operation, gift_id: int, *, anonymous: bool) -> None:
    """Whether a gift is anonymous; whose it is stays."""
    op.db.execute(update(donation).where(donation.c.id == gift_id).values(anonymous=int(anonymous)))
