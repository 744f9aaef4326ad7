"""What lines became: reconciliations, the allocations that share them out, and the donations among them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from fundledger.domain.matching import Evidence, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.store import payouts
from fundledger.store.rows import add_row
from fundledger.store.schema import account, allocation, campaign, donation, entry, invoice, line, operation, period, reconciliation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


# What stands for an entry, step by step: taken back, and taken back again.
_TAKEN_BACK = """
    WITH RECURSIVE chain (line, id, dated, depth) AS (
        SELECT r.line_id, e.id, e.dated, 0 FROM reconciliation r JOIN entry e ON e.id = r.entry_id
        WHERE r.undone = 1 AND r.line_id IN (SELECT value FROM json_each(?))
        UNION ALL SELECT line, e.id, e.dated, depth + 1 FROM chain JOIN entry e ON e.reverses_id = chain.id)
    SELECT c.line, max(c.dated) FROM chain c WHERE depth % 2 = 1
        AND c.dated > (SELECT e.dated FROM entry e WHERE e.id = (SELECT reverses_id FROM entry WHERE id = c.id)) GROUP BY c.line
"""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """An accepted match: the line, the entry it made, who accepted it when, what it became, by which rule, and the shares.

    `number` is the entry's; `by` the id of a person.
    """

    id: int
    line: int
    entry: int
    number: int
    at: datetime
    by: int
    disposition: str
    rule: str
    evidence: tuple[Evidence, ...]
    shares: tuple[Share, ...]
    undone: bool


def add_reconciliation(op: Operation, *, line_id: int, entry_id: int, disposition: str, rule: str, evidence: Sequence[Evidence]) -> int:
    """Remember that a line was accepted, why and as what."""
    said = json.dumps([{**{name: _kept(value) for name, value in one.values.items()}, "code": one.code} for one in evidence])
    values = {
        "line_id": line_id,
        "entry_id": entry_id,
        "disposition": disposition,
        "rule": rule,
        "evidence": said,
        "accepted_by": op.person_id,
        "operation_id": op.id,
    }
    return add_row(op.db, reconciliation, **values)


def add_allocation(op: Operation, reconciliation_id: int, share: Share, fund: int, account_id: int | None, booked: Money) -> int:
    """One share of a line, and what it is `booked` at in the book's currency."""
    values = {
        "reconciliation_id": reconciliation_id,
        "target": share.target.value,
        "fund_id": fund,
        "invoice_id": share.key if share.target is TargetKind.INVOICE else None,
        "account_id": account_id,
        "detail_id": share.detail,
        "payee_id": share.payee,
        "counterpart_id": share.counterpart,
        "amount_minor": share.amount.minor,
        "booked_minor": booked.minor if booked.currency != share.amount.currency else None,
        "original_minor": share.original.minor if share.original else None,
    }
    return add_row(op.db, allocation, **values)


def add_donation(op: Operation, allocation_id: int, fund: int, share: Share, given_on: date, *, anonymous: bool = False) -> None:
    """A share that is a gift (or, negative, one given back)."""
    values = {
        "allocation_id": allocation_id,
        "donor_id": share.donor,
        "fund_id": fund,
        "amount_minor": share.amount.minor,
        "given_on": given_on.isoformat(),
        "anonymous": int(anonymous),
    }
    add_row(op.db, donation, **values)


def take_back(op: Operation, reconciliation_id: int) -> None:
    """Mark a reconciliation and its donations undone; they stay as history."""
    op.db.execute(update(reconciliation).where(reconciliation.c.id == reconciliation_id).values(undone=1))
    mine = select(allocation.c.id).where(allocation.c.reconciliation_id == reconciliation_id)
    op.db.execute(update(donation).where(donation.c.allocation_id.in_(mine)).values(undone=1))


def taken_back_on(db: Connection, lines: Iterable[tuple[int, date]]) -> dict[int, date]:
    """On which day entries of lines (id, day of the bank) were last taken back, where that was not their own: their period was closed.

    Only lines of days that were closed once are asked for, and all of them together.
    """
    last = db.execute(select(func.max(period.c.end_on))).scalar_one()
    some = [line_id for line_id, on in lines if last is not None and on.isoformat() <= last]
    rows = db.exec_driver_sql(_TAKEN_BACK, (json.dumps(some),)) if some else ()
    return {line_id: date.fromisoformat(on) for line_id, on in rows}


def history(db: Connection, line_id: int, currency: str) -> list[Reconciliation]:
    """Every reconciliation a line ever had, the earliest first."""
    query = (
        select(reconciliation, entry.c.number, operation.c.at)
        .join(entry, entry.c.id == reconciliation.c.entry_id)
        .join(operation, operation.c.id == reconciliation.c.operation_id)
        .where(reconciliation.c.line_id == line_id)
        .order_by(reconciliation.c.id)
    )
    own = db.execute(select(line.c.currency).where(line.c.id == line_id)).scalar_one_or_none() or currency
    return [
        Reconciliation(
            row["id"], row["line_id"], row["entry_id"], row["number"], datetime.fromisoformat(row["at"]), row["accepted_by"],
            row["disposition"], row["rule"], _evidence(row["evidence"]), _both_ways(db, line_id, _shares(db, row["id"], own)),
            bool(row["undone"]),
        )
        for row in db.execute(query).mappings().all()
    ]  # fmt: skip


def lines_of(db: Connection, reconciliation_ids: Iterable[int]) -> dict[int, int]:
    """The bank line of each of these reconciliations."""
    query = select(reconciliation.c.id, reconciliation.c.line_id).where(reconciliation.c.id.in_(list(reconciliation_ids)))
    return {int(row_id): int(line_id) for row_id, line_id in db.execute(query)}


def _both_ways(db: Connection, line_id: int, shares: tuple[Share, ...]) -> tuple[Share, ...]:
    """Two halves of a transfer go with each other, though only the later one could name the other."""
    alone = [share for share in shares if share.target is TargetKind.TRANSFER and share.counterpart is None]
    other = payouts.goes_with(db, line_id) if alone else None
    return tuple(share._replace(counterpart=other) if other and share in alone else share for share in shares)


def active(db: Connection, line_id: int, currency: str) -> Reconciliation | None:
    """What a line is now, if it is reconciled."""
    return next((one for one in history(db, line_id, currency) if not one.undone), None)


def _kept(value: object) -> object:
    """A value of an evidence as JSON, so that it can be said later in any language."""
    match value:
        case Money(minor, currency):
            return {"minor": minor, "currency": currency}
        case date():
            return {"day": value.isoformat()}
    return value if isinstance(value, int) else str(value)


def _value(kept: object) -> object:
    match kept:
        case {"minor": int(minor), "currency": str(currency)}:
            return Money(minor, currency)
        case {"day": str(day)}:
            return date.fromisoformat(day)
    return kept


def _evidence(said: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(one["code"], {name: _value(kept) for name, kept in one.items() if name != "code"}) for one in json.loads(said))


def _shares(db: Connection, reconciliation_id: int, currency: str) -> tuple[Share, ...]:
    query = (
        select(
            allocation.c.target,
            campaign.c.id,
            allocation.c.invoice_id,
            account.c.code,
            allocation.c.amount_minor,
            donation.c.donor_id,
            allocation.c.detail_id,
            allocation.c.fund_id,
            allocation.c.payee_id,
            allocation.c.counterpart_id,
            allocation.c.original_minor,
            invoice.c.original_currency,
        )
        .outerjoin(invoice, invoice.c.id == allocation.c.invoice_id)
        .outerjoin(campaign, campaign.c.fund_id == allocation.c.fund_id)
        .outerjoin(account, account.c.id == allocation.c.account_id)
        .outerjoin(donation, donation.c.allocation_id == allocation.c.id)
        .where(allocation.c.reconciliation_id == reconciliation_id)
        .order_by(allocation.c.id)
    )
    keys = {TargetKind.CAMPAIGN: 1, TargetKind.INVOICE: 2, TargetKind.ACCOUNT: 3}
    shares = []
    for row in db.execute(query):
        target = TargetKind(row[0])
        key = row[keys[target]] if target in keys else None
        bearer = row[1] if target is TargetKind.ACCOUNT else None
        fund = row[7] if target is TargetKind.TRANSFER else None
        original = None if row[10] is None else Money(row[10], row[11])
        shares.append(Share(target, key, Money(row[4], currency), row[5], row[6], bearer, fund, row[8], row[9], original))
    return tuple(shares)
