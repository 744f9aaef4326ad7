"""Transfers between our own accounts: what a payout is made of by fund, its other half, and the batches of a processor."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.chart import TRANSIT
from fundledger.domain.money import Money
from fundledger.store.outstanding import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

# A half of exactly the same amount that nothing goes with may have been long on its way; one that was exchanged is told by its day, too.
_DAYS_APART, _DAYS_TO_EXCHANGE = 31, 10
# What a bank exchanged is worth a tenth more or less at the most.
_NEAR = 10
# A batch that nothing but its payout names is none: such a file does not say what was paid out.
_NAMED = (
    "iif(EXISTS (SELECT 1 FROM identity_processed o JOIN processed q ON q.line_id = o.line_id AND q.kind <> 'payout'"
    " JOIN line n ON n.id = o.line_id WHERE o.batch = i.batch AND n.account_id = l.account_id), i.batch, '')"
)
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
    """What a processor pays out together, as its booked lines say; `rest` is in flight or held back, nothing once it was paid out.

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

    @property
    def state(self) -> str:
        """All was paid out, more than there is, a part (the rest is a reserve), nothing yet; `held` or `owed` where no batch is named."""
        if not self.rest:
            return "paid_out"
        if not self.batch:
            return "held" if self.rest.minor > 0 else "owed"
        if self.rest.minor < 0:
            return "overpaid"
        return "reserve" if self.paid_out else "in_flight"


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


def misbooked(db: Connection, lines: Sequence[int]) -> list[int]:
    """Payouts of these lines' batches that were booked as the foundation's own before their batch was, which says otherwise now."""
    payouts = db.exec_driver_sql(
        "SELECT p.line_id FROM processed k JOIN identity_processed p ON p.line_id = k.line_id JOIN line l ON l.id = k.line_id"
        f" {_ACTIVE} CROSS JOIN book b WHERE k.kind = 'payout' AND l.currency = b.currency AND p.batch IN (SELECT batch"
        " FROM identity_processed WHERE line_id IN (SELECT value FROM json_each(?))) ORDER BY 1",
        (json.dumps(list(lines)),),
    )
    return [line_id for line_id in payouts.scalars().all() if _is_misbooked(db, line_id)]


def _is_misbooked(db: Connection, payout: int) -> bool:
    of_batch, n_lines, n_open = booked_in_batch(db, payout)
    mine: dict[int, int] = dict(
        db.exec_driver_sql(
            f"SELECT x.fund_id, sum(x.amount_minor) FROM line l {_ACTIVE} JOIN allocation x ON x.reconciliation_id = r.id"
            " WHERE l.id = ? AND x.target = 'transfer' GROUP BY 1",
            (payout,),
        ).all()
    )
    own = db.exec_driver_sql("SELECT id FROM fund WHERE kind = 'unrestricted'").scalar_one()
    return bool(n_lines) and not n_open and set(mine) == {own} and of_batch != {fund: -minor for fund, minor in mine.items()}


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
        {"line": line_id, "transit": TRANSIT, "days": _DAYS_TO_EXCHANGE, "minor": amount.minor, "near": _NEAR},
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


@dataclass(frozen=True, slots=True)
class OpenHalf:
    """An open line of another account that may be the other half of a transfer."""

    line: int
    account: str
    booked_on: date


def open_halves(db: Connection, line_id: int) -> list[OpenHalf]:
    """The open lines of exactly the opposite amount in our other accounts, the nearest day first."""
    rows = db.exec_driver_sql(
        f"SELECT l.id, c.code, l.booked_on FROM line l LEFT {_ACTIVE} JOIN account c ON c.id = l.account_id JOIN line m ON m.id = ?"
        " WHERE r.id IS NULL AND l.status = 'booked' AND l.standing = 'counted' AND l.account_id <> m.account_id"
        " AND l.currency = m.currency AND l.amount_minor = -m.amount_minor AND abs(julianday(l.booked_on) - julianday(m.booked_on)) <= ?"
        " ORDER BY abs(julianday(l.booked_on) - julianday(m.booked_on)), l.id",
        (line_id, _DAYS_APART),
    )
    return [OpenHalf(row_id, code, date.fromisoformat(on)) for row_id, code, on in rows]


def _in_transit(db: Connection, entry_id: int) -> dict[int, int]:
    rows = db.exec_driver_sql(
        "SELECT p.fund_id, sum(p.amount_minor) FROM posting p JOIN account a ON a.id = p.account_id"
        " WHERE p.entry_id = ? AND a.code = ? GROUP BY p.fund_id",
        (entry_id, TRANSIT),
    )
    return {fund: minor for fund, minor in rows if minor}


def goes_with(db: Connection, line_id: int) -> int | None:
    """The accepted line that is its other half: the later one names the earlier, and one fact is kept once."""
    return db.exec_driver_sql(
        "SELECT iif(a.counterpart_id = :line, r.line_id, a.counterpart_id) FROM allocation a"
        " JOIN reconciliation r ON r.id = a.reconciliation_id AND r.undone = 0"
        " WHERE a.target = 'transfer' AND (a.counterpart_id = :line OR (r.line_id = :line AND a.counterpart_id IS NOT NULL)) LIMIT 1",
        {"line": line_id},
    ).scalar_one_or_none()


def batches(db: Connection, until: date) -> list[Batch]:
    """Every batch of the processors' accounts as it is booked by a day, by account and first day; each in its account's currency."""
    rows = db.exec_driver_sql(
        "WITH RECURSIVE chain (line, entry) AS (SELECT r.line_id, r.entry_id FROM reconciliation r JOIN processed o USING (line_id)"
        " UNION ALL SELECT chain.line, e.id FROM entry e JOIN chain ON e.reverses_id = chain.entry),"
        f" booked (line, minor) AS (SELECT chain.line, sum({OWN}) FROM chain JOIN entry e ON e.id = chain.entry AND e.dated <= :until"
        " JOIN line l ON l.id = chain.line JOIN posting p ON p.entry_id = e.id AND p.account_id = l.account_id"
        f" JOIN account a ON a.id = p.account_id CROSS JOIN book b GROUP BY chain.line HAVING sum({OWN}) <> 0)"
        f" SELECT c.code, {_NAMED}, count(*), sum(iif(p.kind = 'payout', 0, p.gross_minor)), sum(p.fee_minor),"
        " sum(iif(p.kind = 'payout', -l.amount_minor, 0)), sum(k.minor), min(l.booked_on), max(l.booked_on), l.currency"
        " FROM processed p JOIN line l ON l.id = p.line_id JOIN account c ON c.id = l.account_id JOIN booked k ON k.line = l.id"
        " LEFT JOIN identity_processed i ON i.line_id = l.id GROUP BY l.currency, 1, 2 ORDER BY 1, 8, 2",
        {"until": until.isoformat()},
    )
    found = []
    for account, batch, n_lines, gross, fees, paid_out, rest, first_on, last_on, currency in rows:
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
