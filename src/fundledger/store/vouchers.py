"""Vouchers: what was booked on a document and not on a bank line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from fundledger.domain.chart import ADVANCES
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.voucher import SUSPENSE, TERMS, UNRESTRICTED, VoucherKind
from fundledger.store.rows import add_row
from fundledger.store.schema import (
    account,
    allocation,
    balance,
    campaign,
    document,
    donation,
    donor,
    entry,
    fund,
    identity_voucher,
    invoice,
    payee,
    reconciliation,
    takeover,
    voucher,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher as it was booked; funds by the code of their campaign, else `unrestricted` or `suspense`."""

    id: int
    kind: VoucherKind
    dated: date
    fund: str
    taker: str | None
    invoice: str | None
    payee: str | None
    donor: str | None
    amount: Money
    entry_number: int
    document: str | None
    agreed_by: int | None
    reason: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Takeover:
    """What a campaign had behind it before a day: its terms, magnitudes in the order of `TERMS`."""

    before_on: date
    terms: Mapping[str, Money]


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
    original: Money | None = None,
    reason: str = "",
) -> int:
    """Keep a voucher with the entry that booked it; the row id. `original` is what it settles of an invoice in another currency."""
    values = {
        "kind": kind.value,
        "fund_id": fund,
        "taker_id": taker,
        "invoice_id": invoice,
        "payee_id": payee,
        "donor_id": donor,
        "amount_minor": amount.minor,
        "original_minor": original.minor if original else None,
        "dated": dated.isoformat(),
        "entry_id": entry_id,
        "document_id": document,
        "agreed_by": agreed_by,
    }
    row_id = add_row(op.db, voucher, **values)
    if reason:
        add_row(op.db, identity_voucher, voucher_id=row_id, reason=reason)
    return row_id


def add_cash_gift(op: Operation, voucher_id: int, fund_id: int, amount: Money, given_on: date, donor_id: int | None) -> int:
    """The gift that a voucher of cash is; anonymous where nobody is named."""
    values = {"voucher_id": voucher_id, "donor_id": donor_id, "fund_id": fund_id, "amount_minor": amount.minor}
    return add_row(op.db, donation, **values, given_on=given_on.isoformat(), anonymous=int(donor_id is None))


_taker, _given = campaign.alias("taker"), fund.alias("given")
_VOUCHERS = (
    select(
        voucher.c.id,
        voucher.c.kind,
        voucher.c.dated,
        func.coalesce(campaign.c.code, fund.c.kind),
        func.coalesce(_taker.c.code, _given.c.kind),
        invoice.c.number,
        payee.c.code,
        donor.c.code,
        voucher.c.amount_minor,
        entry.c.number,
        document.c.sha256,
        voucher.c.agreed_by,
        func.coalesce(identity_voucher.c.reason, ""),
        voucher.c.undone,
    )
    .join(fund, fund.c.id == voucher.c.fund_id)
    .join(entry, entry.c.id == voucher.c.entry_id)
    .outerjoin(campaign, campaign.c.fund_id == voucher.c.fund_id)
    .outerjoin(_given, _given.c.id == voucher.c.taker_id)
    .outerjoin(_taker, _taker.c.fund_id == voucher.c.taker_id)
    .outerjoin(invoice, invoice.c.id == voucher.c.invoice_id)
    .outerjoin(payee, payee.c.id == voucher.c.payee_id)
    .outerjoin(donor, donor.c.id == voucher.c.donor_id)
    .outerjoin(document, document.c.id == voucher.c.document_id)
    .outerjoin(identity_voucher, identity_voucher.c.voucher_id == voucher.c.id)
    .order_by(voucher.c.dated, voucher.c.id)
)


def vouchers(db: Connection, currency: str, *, kind: VoucherKind | None = None, fund_id: int | None = None) -> list[Voucher]:
    """Every voucher (of a kind; of a fund as giver or taker) by day, those that were taken back marked as undone."""
    query = _VOUCHERS
    if kind is not None:
        query = query.where(voucher.c.kind == kind.value)
    if fund_id is not None:
        query = query.where((voucher.c.fund_id == fund_id) | (voucher.c.taker_id == fund_id))
    return [
        Voucher(
            row[0], VoucherKind(row[1]), date.fromisoformat(row[2]), row[3], row[4], row[5], row[6], row[7], Money(row[8], currency),
            row[9], row[10], row[11], row[12], bool(row[13]),
        )
        for row in db.execute(query)
    ]  # fmt: skip


def find_voucher(db: Connection, row_id: int, currency: str) -> Voucher:
    """One voucher by its row id; raises voucher.unknown."""
    found = [one for one in vouchers(db, currency) if one.id == row_id]
    if not found:
        raise KnownError("voucher.unknown", str(row_id))
    return found[0]


def named_fund(db: Connection, key: str) -> int:
    """The fund a person names: a campaign by its code or id, `unrestricted`, `suspense`; raises campaign.unknown."""
    if key in {UNRESTRICTED, SUSPENSE}:
        return int(db.execute(select(fund.c.id).where(fund.c.kind == key)).scalar_one())
    wanted = campaign.c.code == key
    if key.isdecimal():
        wanted |= campaign.c.id == int(key)
    found = db.execute(select(campaign.c.fund_id).where(wanted)).scalar_one_or_none()
    if found is None:
        raise KnownError("campaign.unknown", key)
    return int(found)


def paid_of(db: Connection, invoice_id: int) -> int:
    """What money and advances paid of an invoice, less the credit notes on that; minor units."""
    paid = (
        select(func.coalesce(-func.sum(func.coalesce(allocation.c.booked_minor, allocation.c.amount_minor)), 0))
        .join(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
        .where(reconciliation.c.undone == 0, allocation.c.invoice_id == invoice_id)
    )
    of_kinds = select(voucher.c.kind, func.sum(voucher.c.amount_minor)).where(voucher.c.invoice_id == invoice_id, voucher.c.undone == 0)
    booked = {str(row[0]): int(row[1]) for row in db.execute(of_kinds.group_by(voucher.c.kind))}
    return int(db.execute(paid).scalar_one()) + booked.get(VoucherKind.ADVANCE_USED, 0) - booked.get(VoucherKind.CREDIT_PAID, 0)


def advances_to_others(db: Connection, fund_id: int, payee_id: int | None) -> int:
    """What of a fund's advances is known to be with other payees than one; minor units."""
    return sum(max(minor, 0) for who, minor in _advanced(db, fund_id).items() if who not in {None, payee_id})


def advances_short(db: Connection, funds: Iterable[int]) -> dict[int, int]:
    """By fund, how much more of its advances was used than was paid, or than the others have; minor units, nothing where none."""
    found = {}
    for fund_id in funds:
        held = select(func.coalesce(func.sum(balance.c.amount_minor), 0)).join(account, account.c.id == balance.c.account_id)
        there = db.execute(held.where(balance.c.fund_id == fund_id, account.c.code == ADVANCES)).scalar_one()
        found[fund_id] = sum(max(minor, 0) for who, minor in _advanced(db, fund_id).items() if who is not None) - int(there)
    return {fund_id: minor for fund_id, minor in found.items() if minor > 0}


def _advanced(db: Connection, fund_id: int) -> dict[int | None, int]:
    """What each payee has of a fund's advances, None of which nobody knows whose it is; minor units, negative where more was used."""
    given = (
        select(allocation.c.payee_id, -func.coalesce(allocation.c.booked_minor, allocation.c.amount_minor))
        .join(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
        .join(account, account.c.id == allocation.c.account_id)
        .where(reconciliation.c.undone == 0, allocation.c.fund_id == fund_id, account.c.code == ADVANCES)
    )
    kinds = (VoucherKind.ADVANCE_USED.value, VoucherKind.ADVANCE_UNUSED.value, VoucherKind.ADVANCE_BEFORE.value)
    less = case((voucher.c.kind == VoucherKind.ADVANCE_BEFORE.value, 1), else_=-1)
    used = select(voucher.c.payee_id, less * voucher.c.amount_minor).where(
        voucher.c.undone == 0, voucher.c.fund_id == fund_id, voucher.c.kind.in_(kinds)
    )
    rest: dict[int | None, int] = {}
    for who, minor in (*db.execute(given), *db.execute(used)):
        rest[who] = rest.get(who, 0) + minor
    return rest


def given_by(db: Connection, fund_id: int) -> dict[int | None, int]:
    """What each donor gave a fund less what is to go back to her, minor units; None is all that nobody is known to have given."""
    gifts = (
        select(donation.c.donor_id, func.sum(donation.c.amount_minor))
        .where(donation.c.undone == 0, donation.c.fund_id == fund_id)
        .group_by(donation.c.donor_id)
    )
    decided = (
        select(voucher.c.donor_id, func.sum(voucher.c.amount_minor))
        .where(voucher.c.undone == 0, voucher.c.fund_id == fund_id, voucher.c.kind == VoucherKind.REFUND.value)
        .group_by(voucher.c.donor_id)
    )
    back = dict(db.execute(decided).all())
    return {who: minor - back.get(who, 0) for who, minor in db.execute(gifts)}


_OPENED = (
    "WITH RECURSIVE opening (id) AS (SELECT id FROM entry WHERE kind = 'opening' UNION ALL"
    " SELECT entry.id FROM entry JOIN opening ON entry.reverses_id = opening.id)"
    " SELECT sum(p.amount_minor) FROM posting p JOIN account a ON a.id = p.account_id"
    " WHERE a.code = ? AND p.fund_id = ? AND p.entry_id IN (SELECT id FROM opening)"
)


def opened_with(db: Connection, code: str, fund_id: int) -> int | None:
    """What a bank account was opened with as the money of a fund, less what was taken over from that, minor units; None for nothing."""
    found: int | None = db.exec_driver_sql(_OPENED, (code, fund_id)).scalar_one()
    return found


def add_takeover(op: Operation, campaign_id: int, before_on: date, terms: Mapping[str, Money], sha256: str, agreed_by: int) -> int:
    """Keep what a campaign had behind it, once, by a workbook that a second person agreed to."""
    values = {f"{name}_minor": terms[name].minor for name in TERMS}
    facts = {"campaign_id": campaign_id, "before_on": before_on.isoformat(), "sha256": sha256, "agreed_by": agreed_by}
    return add_row(op.db, takeover, **facts, **values)


def taken_over(db: Connection) -> frozenset[str]:
    """The codes of the campaigns that are older than the book."""
    return frozenset(db.execute(select(campaign.c.code).join(takeover, takeover.c.campaign_id == campaign.c.id)).scalars())


def find_takeover(db: Connection, campaign_id: int, currency: str) -> Takeover | None:
    """What a campaign had behind it when its book began; None for one that began with its book."""
    row = db.execute(select(takeover).where(takeover.c.campaign_id == campaign_id)).mappings().one_or_none()
    if row is None:
        return None
    return Takeover(date.fromisoformat(row["before_on"]), {name: Money(row[f"{name}_minor"], currency) for name in TERMS})
