"""What stands between the bank's figures and the book's on a day: lines nobody booked by then, what is in flight, what is owed an answer.

All of it is as of that day: a line counts as booked from the date of its entry on, whenever somebody decided it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.chart import MONEY, TRANSIT
from fundledger.domain.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection

# What a posting moved in the currency of its account.
OWN = "CASE WHEN a.currency = b.currency THEN p.amount_minor ELSE coalesce(p.original_minor, 0) END"
_UNBOOKED = f"""
    WITH RECURSIVE waiting (id) AS (
        SELECT l.id FROM line l WHERE l.status = 'booked' AND l.standing = 'counted' AND l.booked_on <= :until AND (
            NOT EXISTS (SELECT 1 FROM reconciliation r JOIN entry e ON e.id = r.entry_id
                        WHERE r.line_id = l.id AND r.undone = 0 AND e.dated <= :until)
            OR l.id IN (SELECT line_id FROM reconciliation WHERE undone = 1))),
    chain (line, entry) AS (
        SELECT line_id, entry_id FROM reconciliation WHERE line_id IN (SELECT id FROM waiting)
        UNION ALL SELECT chain.line, e.id FROM entry e JOIN chain ON e.reverses_id = chain.entry),
    booked (line, minor) AS (
        SELECT chain.line, sum({OWN}) FROM chain JOIN entry e ON e.id = chain.entry AND e.dated <= :until
        JOIN line l ON l.id = chain.line JOIN posting p ON p.entry_id = e.id AND p.account_id = l.account_id
        JOIN account a ON a.id = p.account_id CROSS JOIN book b GROUP BY chain.line)
    SELECT l.id, a.code, l.booked_on, l.amount_minor - coalesce(k.minor, 0) AS rest, l.currency,
        EXISTS (SELECT 1 FROM reconciliation r WHERE r.line_id = l.id AND r.undone = 0) AS matched
    FROM line l JOIN account a ON a.id = l.account_id LEFT JOIN booked k ON k.line = l.id
    WHERE l.id IN (SELECT id FROM waiting) AND rest <> 0 ORDER BY l.booked_on, l.id
"""
_ASIDE = """
    SELECT l.id, a.code, l.booked_on, l.amount_minor, l.currency FROM line l JOIN account a ON a.id = l.account_id
    WHERE l.status = 'booked' AND l.booked_on <= :until AND {} ORDER BY l.booked_on, l.id
"""
_IGNORED = "l.standing = 'dropped' AND l.id IN (SELECT line_id FROM identity_dropped)"
_BY_FUND = f"""
    SELECT p.fund_id, a.code, sum(p.amount_minor) FROM posting p JOIN entry e ON e.id = p.entry_id JOIN account a ON a.id = p.account_id
    WHERE e.posted = 1 AND e.dated <= :until AND substr(a.code, 1, 4) IN {tuple(sorted(MONEY))}
    GROUP BY 1, 2 HAVING sum(p.amount_minor) <> 0
"""
# What each line left in transit, by the entries that stand for it on that day; and which line goes with which.
_TRANSFERS = f"""
    WITH RECURSIVE chain (line, entry) AS (
        SELECT r.line_id, r.entry_id FROM reconciliation r
        WHERE r.id IN (SELECT reconciliation_id FROM allocation WHERE target = 'transfer')
        UNION ALL SELECT chain.line, e.id FROM entry e JOIN chain ON e.reverses_id = chain.entry)
    SELECT l.id, a.code, l.booked_on, -sum(p.amount_minor), b.currency FROM chain JOIN entry e ON e.id = chain.entry AND e.dated <= :until
    JOIN posting p ON p.entry_id = e.id JOIN account t ON t.id = p.account_id AND substr(t.code, 1, 4) = '{TRANSIT}'
    JOIN line l ON l.id = chain.line JOIN account a ON a.id = l.account_id CROSS JOIN book b
    GROUP BY l.id HAVING sum(p.amount_minor) <> 0 ORDER BY l.booked_on, l.id
"""
_GO_TOGETHER = (
    "SELECT r.line_id, x.counterpart_id FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id"
    " WHERE x.target = 'transfer' AND x.counterpart_id IS NOT NULL ORDER BY r.undone DESC, x.id"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bank line that is not in the book, or not wholly, as of a day: open, late (booked after it), ignored or unsure."""

    line: int
    account: str
    booked_on: date
    amount: Money
    state: str


def unbooked(db: Connection, until: date) -> list[Waiting]:
    """Lines that count and are not booked by a day, with the part that is missing; `late` are those booked after it."""
    rows = db.exec_driver_sql(_UNBOOKED, {"until": until.isoformat()})
    return [Waiting(row[0], row[1], date.fromisoformat(row[2]), Money(row[3], row[4]), "late" if row[5] else "open") for row in rows]


def ignored(db: Connection, until: date) -> list[Waiting]:
    """Lines that moved money and that a person left out of the books, with a reason."""
    return _aside(db, until, _IGNORED, "ignored")


def unsure(db: Connection, until: date) -> list[Waiting]:
    """Lines nobody has told from a twin yet."""
    return _aside(db, until, "l.standing = 'unsure'", "unsure")


def _aside(db: Connection, until: date, which: str, state: str) -> list[Waiting]:
    rows = db.exec_driver_sql(_ASIDE.format(which), {"until": until.isoformat()})
    return [Waiting(row[0], row[1], date.fromisoformat(row[2]), Money(row[3], row[4]), state) for row in rows]


def held(db: Connection, until: date) -> dict[int, dict[str, int]]:
    """By fund, what it has in each money account as of a day, in minor units of the book's currency."""
    found: dict[int, dict[str, int]] = {}
    for fund, code, minor in db.exec_driver_sql(_BY_FUND, {"until": until.isoformat()}):
        found.setdefault(fund, {})[code] = minor
    return found


def transfers_in_flight(db: Connection, until: date) -> list[Waiting]:
    """What is between our own accounts on a day, half by half, in the book's currency: together all that stands in transit.

    Halves that go with each other are there both, and so are opposite amounts that nobody put together.
    """
    rows = db.exec_driver_sql(_TRANSFERS, {"until": until.isoformat()})
    halves = [Waiting(row[0], row[1], date.fromisoformat(row[2]), Money(row[3], row[4]), "in_transit") for row in rows]
    minors = {one.line: one.amount.minor for one in halves}
    pairs: dict[int, int] = {}
    for one, other in db.exec_driver_sql(_GO_TOGETHER):
        pairs |= {one: other, other: one}
    both = {one for one, other in pairs.items() if pairs[other] == one and minors.get(one, 0) + minors.get(other, 0) == 0}
    left: dict[int, list[Waiting]] = {}
    for half in halves:
        opposite = left.get(-half.amount.minor)
        if half.line in both:
            continue
        if opposite:
            opposite.pop(0)
        else:
            left.setdefault(half.amount.minor, []).append(half)
    return sorted((one for some in left.values() for one in some), key=lambda one: (one.booked_on, one.line))


def ledger(db: Connection, account_id: int, until: str) -> int:
    """What the book has on an account by a day, in minor units of the account's currency."""
    query = (
        f"SELECT coalesce(sum({OWN}), 0) FROM posting p JOIN entry e ON e.id = p.entry_id JOIN account a ON a.id = p.account_id"
        " CROSS JOIN book b WHERE p.account_id = ? AND e.dated <= ?"
    )
    return int(db.exec_driver_sql(query, (account_id, until)).scalar_one())


def undocumented(db: Connection, until: date) -> list[tuple[str, int, date]]:
    """Payments on invoices that have no document: (invoice number, line, bank date)."""
    rows = db.exec_driver_sql(
        "SELECT v.number, l.id, l.booked_on FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0"
        " JOIN line l ON l.id = r.line_id JOIN invoice v ON v.id = x.invoice_id"
        " WHERE v.document_id IS NULL AND NOT EXISTS (SELECT 1 FROM paper p WHERE p.invoice_id = v.id AND p.kind = 'invoice')"
        " AND x.amount_minor < 0 AND l.booked_on <= ? ORDER BY l.booked_on, l.id",
        (until.isoformat(),),
    )
    return [(number, int(line), date.fromisoformat(on)) for number, line, on in rows]


def first_posted(db: Connection) -> dict[str, date]:
    """The day of the first entry on each account."""
    rows = db.exec_driver_sql(
        "SELECT a.code, min(e.dated) FROM posting p JOIN entry e ON e.id = p.entry_id JOIN account a ON a.id = p.account_id GROUP BY 1"
    )
    return {code: date.fromisoformat(on) for code, on in rows}
