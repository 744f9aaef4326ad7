"""What the first page asks of the book in short: lines that wait, what came and went by month, consents and quotes by campaign."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.entry import Flow
from fundledger.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

# One walk through the lines counts those to reconcile and those to decide.
_LINES = """
    SELECT sum(l.standing = 'counted'), sum(l.standing = 'unsure'), min(l.booked_on),
        min(CASE l.standing WHEN 'counted' THEN l.booked_on END) FROM line l
    WHERE (l.standing = 'counted' AND l.status = 'booked' AND NOT EXISTS (
        SELECT 1 FROM reconciliation r WHERE r.line_id = l.id AND r.undone = 0)) OR l.standing = 'unsure'
"""
_MONTHS = f"""
    SELECT substr(e.dated, 1, 7), p.flow, sum(p.amount_minor) FROM posting p JOIN entry e ON e.id = p.entry_id
    WHERE e.posted = 1 AND e.number > ? AND e.number <= ? AND p.flow IN ('{Flow.COLLECTED}', '{Flow.PAID}') GROUP BY 1, 2
"""
_PROMISING = """
    SELECT c.id, c.fund_id, c.state, q.amount_minor FROM campaign c LEFT JOIN quote q ON q.campaign_id = c.id AND q.state = 'accepted'
    WHERE c.state NOT IN ('closed', 'archived') AND (q.id OR EXISTS (SELECT 1 FROM invoice v WHERE v.campaign_id = c.id)) ORDER BY c.code
"""
_CONSENTS = """
    SELECT m.campaign_id FROM mandate m JOIN campaign c ON c.id = m.campaign_id
    WHERE m.consent_until <= ? AND c.state <> 'archived'
        AND m.version = (SELECT max(o.version) FROM mandate o WHERE o.campaign_id = m.campaign_id) ORDER BY c.code
"""
_BEGUN = "SELECT min(s.start_on) FROM statement s JOIN batch b ON b.id = s.batch_id WHERE b.undone = 0"

_AT_ONCE = 50_000  # entries that SQLite sorts by month in memory

# In minor units by month (2026-03): what was collected, and what was paid.
Months = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class WaitingLines:
    """How many bank lines nobody has booked, and nobody has told from a twin; the earliest day of either, and of the first."""

    to_book: int
    unsure: int
    earliest: date | None
    to_book_since: date | None


@dataclass(frozen=True, slots=True)
class Promising:
    """A campaign, not closed, that promised something: by an accepted quote (its amount), or by invoices."""

    id: int
    fund: int
    state: State
    quoted: Money | None


def waiting_lines(db: Connection) -> WaitingLines:
    """Count the lines that wait."""
    to_book, unsure, earliest, since = db.exec_driver_sql(_LINES).one()
    return WaitingLines(to_book or 0, unsure or 0, _day(earliest), _day(since))


def last_number(db: Connection) -> int:
    """The number of the last posted entry, 0 without any."""
    return int(db.exec_driver_sql("SELECT coalesce(max(number), 0) FROM entry").scalar_one())


def months(db: Connection, after: int, last: int, known: Mapping[str, tuple[int, int]]) -> Months:
    """What is known with what the entries after a number add to it, up to the last; posted entries are only ever added to."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0], {month: list(both) for month, both in known.items()})
    for start in range(after, last, _AT_ONCE):
        for month, flow, minor in db.exec_driver_sql(_MONTHS, (start, start + _AT_ONCE)):
            place, sign = (0, -1) if flow == Flow.COLLECTED else (1, 1)
            found[month][place] += sign * minor
    return {month: (collected, paid) for month, (collected, paid) in found.items()}


def promising(db: Connection, currency: str) -> list[Promising]:
    """The campaigns that may have something to pay, by code."""
    return [
        Promising(row_id, fund, State(state), None if quoted is None else Money(quoted, currency))
        for row_id, fund, state, quoted in db.exec_driver_sql(_PROMISING)
    ]


def collecting(db: Connection) -> list[tuple[int, int]]:
    """Row id and fund of the campaigns that are open, by code."""
    rows = db.exec_driver_sql("SELECT id, fund_id FROM campaign WHERE state = 'open' ORDER BY code")
    return [(row_id, fund) for row_id, fund in rows]


def consents_until(db: Connection, day: date) -> list[int]:
    """The campaigns, not yet put away, whose consent ends by a day, or has ended."""
    return list(db.exec_driver_sql(_CONSENTS, (day.isoformat(),)).scalars())


def first_statement(db: Connection) -> date | None:
    """The first day that is on any statement."""
    return _day(db.exec_driver_sql(_BEGUN).scalar_one())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
