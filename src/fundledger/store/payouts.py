"""Transfers between our own accounts: what a payout is made of by fund, its other half, and the batches of a processor."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.chart import TRANSIT
from fundledger.domain.money import Money
from fundledger.store.outstanding import OWN

if TYPE_CHECKING:
    from sqlalchemy import Connection

_DAYS_APART = 10
# What a bank exchanged is worth a tenth more or less at the most.
_NEAR = 10
_ACTIVE = "JOIN reconciliation r ON r.line_id = l.id AND r.undone = 0"


@dataclass(frozen=True, slots=True)
class Half:
    """An accepted line that is one half of a transfer: its account, and what its entry left in transit, by fund in minor units.

    `foreign`: its account has another currency, so that what is left differs by what the exchange came to.
    """

    line: int
    account: str
    transit: dict[int, int]
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What a processor pays out together, as its lines say; `rest` is in flight or held back, nothing once it was paid out.

    `batch` is empty for lines whose file names none. `fees` is a magnitude, as `paid_out` is.
    """

    account: str
    batch: str
    n_lines: int
    gross: Money
    fees: Money
    paid_out: Money
    rest: Money
    first_on: date
    last_on: date


def booked_in_batch(db: Connection, line_id: int) -> tuple[dict[int, int], int, int]:
    """Of the other lines of a payout's batch: their sums by fund in its account, how many there are, and how many are not booked."""
    mine = (
        "SELECT o.line_id FROM identity_processed p JOIN identity_processed o ON o.batch = p.batch AND o.line_id <> p.line_id"
        " JOIN line l ON l.id = o.line_id JOIN line m ON m.id = p.line_id AND m.account_id = l.account_id"
        " WHERE p.line_id = ? AND l.status = 'booked' AND l.standing = 'counted'"
    )
    sums = db.exec_driver_sql(
        f"SELECT p.fund_id, sum({OWN}) FROM line l {_ACTIVE} JOIN posting p ON p.entry_id = r.entry_id AND p.account_id = l.account_id"
        f" JOIN account a ON a.id = p.account_id CROSS JOIN book b WHERE l.id IN ({mine}) GROUP BY p.fund_id",
        (line_id,),
    )
    found = {fund: minor for fund, minor in sums if minor}
    counts = f"SELECT count(*), count(*) - count(r.id) FROM line l LEFT {_ACTIVE} WHERE l.id IN ({mine})"
    n_lines, n_open = db.exec_driver_sql(counts, (line_id,)).one()
    return found, n_lines, n_open


def balances_of(db: Connection, account: str, until: date) -> dict[int, int]:
    """What each fund has in an account by entries up to a day, in minor units of its currency."""
    return {fund: own for fund, (own, _) in worth_of(db, account, until).items() if own}


def worth_of(db: Connection, account: str, until: date) -> dict[int, tuple[int, int]]:
    """What each fund has in an account by entries up to a day, and what that stands at in the book's currency, in minor units."""
    rows = db.exec_driver_sql(
        f"SELECT p.fund_id, sum({OWN}), sum(p.amount_minor) FROM posting p JOIN account a ON a.id = p.account_id"
        " JOIN entry e ON e.id = p.entry_id CROSS JOIN book b"
        " WHERE a.code = ? AND e.dated <= ? GROUP BY p.fund_id ORDER BY p.fund_id",
        (account, until.isoformat()),
    )
    return {fund: (own, booked) for fund, own, booked in rows}


def foreign_half(db: Connection, line_id: int, amount: Money) -> Half | None:
    """The one accepted transfer the other way out of an account in another currency whose worth in the book is near this amount."""
    rows = db.exec_driver_sql(
        f"SELECT l.id, c.code, r.entry_id FROM line l {_ACTIVE} JOIN account c ON c.id = l.account_id JOIN line m ON m.id = :line"
        " JOIN posting p ON p.entry_id = r.entry_id JOIN account t ON t.id = p.account_id AND t.code = :transit"
        " WHERE l.currency <> m.currency AND abs(julianday(l.booked_on) - julianday(m.booked_on)) <= :days"
        " AND NOT EXISTS (SELECT 1 FROM allocation x JOIN reconciliation y ON y.id = x.reconciliation_id AND y.undone = 0"
        "  WHERE x.target = 'transfer' AND x.counterpart_id = l.id AND y.line_id <> m.id)"
        " GROUP BY l.id HAVING sum(p.amount_minor) * :minor > 0"
        " AND abs(sum(p.amount_minor) - :minor) * :near <= abs(:minor) LIMIT 2",
        {"line": line_id, "transit": TRANSIT, "days": _DAYS_APART, "minor": amount.minor, "near": _NEAR},
    ).all()
    if len(rows) != 1:
        return None
    found, account, entry_id = rows[0]
    return Half(found, account, _in_transit(db, entry_id), foreign=True)


def other_half(db: Connection, line_id: int, amount: Money) -> Half | None:
    """The accepted transfer of exactly this amount the other way, in another account, the nearest day first, that no line goes with."""
    rows = db.exec_driver_sql(
        f"SELECT l.id, c.code, r.entry_id FROM line l {_ACTIVE} JOIN allocation a ON a.reconciliation_id = r.id AND a.target = 'transfer'"
        " JOIN account c ON c.id = l.account_id JOIN line m ON m.id = ? WHERE l.account_id <> m.account_id AND l.currency = m.currency"
        " AND abs(julianday(l.booked_on) - julianday(m.booked_on)) <= ?"
        " AND NOT EXISTS (SELECT 1 FROM allocation x JOIN reconciliation y ON y.id = x.reconciliation_id AND y.undone = 0"
        "  JOIN reconciliation z ON z.line_id = x.counterpart_id AND z.undone = 0"
        "  WHERE x.target = 'transfer' AND l.id IN (x.counterpart_id, y.line_id) AND m.id NOT IN (x.counterpart_id, y.line_id))"
        " GROUP BY l.id HAVING sum(a.amount_minor) = ? ORDER BY abs(julianday(l.booked_on) - julianday(m.booked_on)), l.id LIMIT 1",
        (line_id, _DAYS_APART, -amount.minor),
    ).all()
    if not rows:
        return None
    found, account, entry_id = rows[0]
    return Half(found, account, _in_transit(db, entry_id))


def _in_transit(db: Connection, entry_id: int) -> dict[int, int]:
    rows = db.exec_driver_sql(
        "SELECT p.fund_id, sum(p.amount_minor) FROM posting p JOIN account a ON a.id = p.account_id"
        " WHERE p.entry_id = ? AND a.code = ? GROUP BY p.fund_id",
        (entry_id, TRANSIT),
    )
    return {fund: minor for fund, minor in rows if minor}


def goes_with(db: Connection, line_id: int) -> int | None:
    """The accepted line that names this one as its other half."""
    return db.exec_driver_sql(
        "SELECT r.line_id FROM allocation a JOIN reconciliation r ON r.id = a.reconciliation_id AND r.undone = 0"
        " WHERE a.target = 'transfer' AND a.counterpart_id = ? LIMIT 1",
        (line_id,),
    ).scalar_one_or_none()


def batches(db: Connection, currency: str) -> list[Batch]:
    """Every batch of the processors' accounts, by account and first day."""
    rows = db.exec_driver_sql(
        "SELECT c.code, coalesce(i.batch, ''), count(*), sum(iif(p.kind = 'payout', 0, p.gross_minor)),"
        " sum(p.fee_minor), sum(iif(p.kind = 'payout', -l.amount_minor, 0)), sum(l.amount_minor), min(l.booked_on), max(l.booked_on)"
        " FROM processed p JOIN line l ON l.id = p.line_id JOIN account c ON c.id = l.account_id"
        " LEFT JOIN identity_processed i ON i.line_id = l.id"
        " WHERE l.status = 'booked' AND l.standing = 'counted' AND l.currency = ? GROUP BY 1, 2 ORDER BY 1, 8, 2",
        (currency,),
    )
    found = []
    for account, batch, n_lines, gross, fees, paid_out, rest, first_on, last_on in rows:
        sums = [Money(minor, currency) for minor in (gross, fees, paid_out, rest)]
        days = (date.fromisoformat(first_on), date.fromisoformat(last_on))
        found.append(Batch(account, batch, n_lines, sums[0], sums[1], sums[2], sums[3], *days))
    return found


def disputed_gift(db: Connection, line_id: int) -> tuple[int, tuple[int, ...]] | None:
    """The booked line that a processor's line refers to, in the same account, and the funds its gift went to."""
    rows = db.exec_driver_sql(
        "SELECT l.id, d.fund_id FROM identity_processed p JOIN line m ON m.id = p.line_id"
        " JOIN identity_line i ON i.bank_reference = p.parent JOIN line l ON l.id = i.line_id AND l.account_id = m.account_id"
        f" AND l.id <> m.id {_ACTIVE} JOIN allocation a ON a.reconciliation_id = r.id JOIN donation d ON d.allocation_id = a.id"
        " WHERE p.line_id = ? ORDER BY a.id",
        (line_id,),
    ).all()
    by_line: dict[int, list[int]] = defaultdict(list)
    for found, fund in rows:
        by_line[found].append(fund)
    return next(((found, tuple(dict.fromkeys(gone_to))) for found, gone_to in by_line.items()), None)
