"""Lists an auditor works through, each one query, read row by row however long it is; no column of them names anybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from fundledger.domain.chart import MONEY, PAYABLE
from fundledger.domain.entry import Flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

_POSTINGS = """
    SELECT e.number AS number, p.ordinal AS ordinal, e.dated AS dated, e.kind AS kind, a.code AS account, p.fund_id AS fund, p.flow AS flow,
        e.subject AS subject, r.number AS reverses, max(p.amount_minor, 0) AS debit, -min(p.amount_minor, 0) AS credit, p.ordinal = (
            SELECT min(f.ordinal) FROM posting f WHERE f.entry_id = e.id) AS first
    FROM entry e JOIN posting p ON p.entry_id = e.id JOIN account a ON a.id = p.account_id LEFT JOIN entry r ON r.id = e.reverses_id
    WHERE e.posted = 1 AND e.dated BETWEEN :start AND :end
"""
_LINES = """
    SELECT l.id AS line, a.code AS account, l.booked_on AS booked_on, l.amount_minor AS amount, l.currency AS currency,
        CASE WHEN r.id IS NOT NULL THEN r.disposition
             WHEN l.standing = 'dropped' THEN iif(x.line_id IS NULL, 'dropped', 'ignored')
             WHEN l.standing = 'unsure' THEN 'unsure' ELSE 'open' END AS disposition,
        r.rule AS rule, r.evidence AS evidence, r.accepted_by AS person, e.number AS entry, l.position AS position, b.sha256 AS sha256,
        (SELECT count(*) FROM reconciliation n WHERE n.line_id = l.id AND n.undone = 0)
            + (r.id IS NULL) AS dispositions
    FROM line l JOIN account a ON a.id = l.account_id JOIN statement s ON s.id = l.statement_id JOIN batch b ON b.id = s.batch_id
    LEFT JOIN reconciliation r ON r.line_id = l.id AND r.undone = 0 LEFT JOIN entry e ON e.id = r.entry_id
    LEFT JOIN identity_dropped x ON x.line_id = l.id
    WHERE l.status = 'booked' AND l.standing IN ('counted', 'unsure', 'dropped') AND l.booked_on BETWEEN :start AND :end
    ORDER BY l.id
"""
_DONORS = """
    SELECT donor_id AS donor, min(iif(donor_id IS NULL, id, NULL)) AS gift, count(*) AS gifts, min(given_on) AS first_on,
        max(given_on) AS last_on, sum(amount_minor) AS amount
    FROM donation WHERE undone = 0 AND given_on BETWEEN :start AND :end
    GROUP BY donor_id, iif(donor_id IS NULL, id, 0) ORDER BY coalesce(donor_id, 0) = 0, donor_id, gift
"""
_INVOICES = """
    SELECT v.number AS number, c.fund_id AS fund, y.code AS payee, v.issued_on AS issued_on, v.due_on AS due_on, v.state AS state,
        v.amount_minor AS amount, e.number AS entry, v.entered_by AS entered_by, v.approved_by AS approved_by,
        coalesce(v.document_id IS NOT NULL OR EXISTS (SELECT 1 FROM paper k WHERE k.invoice_id = v.id), 0) AS documented
    FROM invoice v JOIN campaign c ON c.id = v.campaign_id JOIN payee y ON y.id = v.payee_id LEFT JOIN entry e ON e.id = v.entry_id
    WHERE v.issued_on BETWEEN :start AND :end ORDER BY v.issued_on, v.id
"""
_LOG = """
    SELECT o.id AS operation, o.at AS at, o.verb AS verb, o.person_id AS person, p.role AS role,
        (SELECT count(*) FROM audit a WHERE a.operation_id = o.id) AS changed, o.undoes_id AS undoes
    FROM operation o JOIN person p ON p.id = o.person_id WHERE substr(o.at, 1, 10) BETWEEN :start AND :end ORDER BY o.id
"""
_POPULATION = """
    SELECT e.number AS number, e.uid AS uid, e.dated AS dated, e.kind AS kind, sum(max(p.amount_minor, 0)) AS amount
    FROM entry e JOIN posting p ON p.entry_id = e.id WHERE e.posted = 1 AND e.dated BETWEEN :start AND :end GROUP BY e.id ORDER BY e.number
"""
_TRANSFERS = f"""
    SELECT e.number AS number, e.dated AS dated, p.fund_id AS fund, p.flow AS flow, -p.amount_minor AS amount
    FROM posting p JOIN entry e ON e.id = p.entry_id
    WHERE p.flow IN ('{Flow.MOVED_IN}', '{Flow.MOVED_OUT}') AND e.dated BETWEEN :start AND :end ORDER BY e.number, p.ordinal
"""
# An entry that settles one invoice says what it settled; of one that settles several, each one's share does.
_OPEN = f"""
    WITH RECURSIVE owed (entry, minor) AS (
        SELECT p.entry_id, sum(p.amount_minor) FROM posting p JOIN account a ON a.id = p.account_id
        WHERE substr(a.code, 1, 4) = '{PAYABLE}' GROUP BY p.entry_id),
    first (invoice, entry, share) AS (
        SELECT id, entry_id, NULL FROM invoice WHERE entry_id IS NOT NULL
        UNION ALL SELECT invoice_id, entry_id, NULL FROM voucher WHERE invoice_id IS NOT NULL
        UNION ALL SELECT x.invoice_id, r.entry_id, iif((SELECT count(DISTINCT o.invoice_id) FROM allocation o
            WHERE o.reconciliation_id = r.id) > 1, -sum(coalesce(x.booked_minor, x.amount_minor)), NULL)
        FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id WHERE x.invoice_id IS NOT NULL GROUP BY r.id, x.invoice_id),
    linked (invoice, entry, share, sign) AS (
        SELECT invoice, entry, share, 1 FROM first
        UNION ALL SELECT k.invoice, e.id, k.share, -k.sign FROM linked k JOIN entry e ON e.reverses_id = k.entry)
    SELECT 'payable' AS kind, y.code || ' ' || v.number AS ref, c.fund_id AS fund, v.issued_on AS since,
        -sum(iif(k.share IS NULL, w.minor, k.share * k.sign)) AS amount
    FROM linked k JOIN entry e ON e.id = k.entry JOIN owed w ON w.entry = k.entry JOIN invoice v ON v.id = k.invoice
    JOIN campaign c ON c.id = v.campaign_id JOIN payee y ON y.id = v.payee_id
    WHERE e.dated <= :end GROUP BY v.id HAVING sum(iif(k.share IS NULL, w.minor, k.share * k.sign)) <> 0 ORDER BY 4, 2
"""
_EXCEPTIONS = f"""
    SELECT 'late' AS kind, 'entry' AS what, e.number AS number, e.dated AS day, NULL AS fund,
        (SELECT sum(max(p.amount_minor, 0)) FROM posting p WHERE p.entry_id = e.id) AS amount, NULL AS person
    FROM entry e JOIN operation o ON o.id = e.operation_id
    WHERE e.posted = 1 AND e.kind <> 'opening' AND julianday(substr(o.at, 1, 10)) - julianday(e.dated) > :late
        AND e.dated BETWEEN :start AND :end
    UNION ALL SELECT 'round', 'entry', e.number, e.dated, p.fund_id, p.amount_minor, NULL
    FROM entry e JOIN posting p ON p.entry_id = e.id AND p.flow = '{Flow.PAID}'
    WHERE p.amount_minor > 0 AND p.amount_minor % :round = 0 AND e.dated BETWEEN :start AND :end
    UNION ALL SELECT 'self_approved', 'entry', e.number, v.issued_on, c.fund_id, v.amount_minor, v.approved_by
    FROM invoice v JOIN campaign c ON c.id = v.campaign_id LEFT JOIN entry e ON e.id = v.entry_id
    WHERE v.approved_by = v.entered_by AND v.issued_on BETWEEN :start AND :end
    UNION ALL SELECT 'reversed', 'entry', e.number, e.dated, NULL,
        (SELECT sum(max(p.amount_minor, 0)) FROM posting p WHERE p.entry_id = e.id), o.person_id
    FROM entry e JOIN operation o ON o.id = e.operation_id WHERE e.reverses_id IS NOT NULL AND e.dated BETWEEN :start AND :end
    UNION ALL SELECT 'reopened', 'period', d.period_id, substr(d.at, 1, 10), NULL, NULL, d.asked_by
    FROM reopening d WHERE substr(d.at, 1, 10) BETWEEN :start AND :end
    UNION ALL SELECT 'overridden', 'file', b.id, s.day, NULL, NULL, NULL
    FROM batch b JOIN identity_batch i ON i.batch_id = b.id AND coalesce(i.reason, '') <> ''
    JOIN (SELECT batch_id, max(end_on) AS day FROM statement GROUP BY batch_id) s ON s.batch_id = b.id
    WHERE b.undone = 0 AND coalesce(s.day, :start) BETWEEN :start AND :end
    UNION ALL SELECT 'overridden', 'explanation', x.id, x.until_on, NULL, NULL, x.explained_by
    FROM explanation x WHERE x.until_on BETWEEN :start AND :end
    UNION ALL SELECT 'overdrawn', 'fund', p.fund_id, max(e.dated), p.fund_id, sum(p.amount_minor), NULL
    FROM posting p JOIN entry e ON e.id = p.entry_id JOIN account a ON a.id = p.account_id
    WHERE substr(a.code, 1, 4) IN {tuple(sorted(MONEY))} AND e.dated <= :end GROUP BY p.fund_id HAVING sum(p.amount_minor) < 0
    ORDER BY 1, 4, 3
"""
_PAYMENTS_WITHOUT_LINE = f"""
    SELECT e.number FROM entry e JOIN posting p ON p.entry_id = e.id AND p.flow = '{Flow.PAID}'
    JOIN posting m ON m.entry_id = e.id JOIN account a ON a.id = m.account_id AND substr(a.code, 1, 4) = '1010'
    WHERE e.posted = 1 AND e.kind = 'line' AND NOT EXISTS (SELECT 1 FROM reconciliation r WHERE r.entry_id = e.id) GROUP BY e.id
"""
LATE_DAYS, ROUND_MINOR = 30, 100_000
_AT_ONCE = 1_000  # rows


@dataclass(frozen=True, slots=True)
class Listing:
    """A query and what it is asked for; its rows come one after the other, so that no length of it fills the memory."""

    sql: str
    given: Mapping[str, Any] = field(default_factory=dict)

    def rows(self, db: Connection) -> Iterator[Any]:
        """The rows, their columns by name.

        Fetched by the thousand: each fetch lets other threads in so briefly that one waiting for its turn, the window's, comes too late
        every time, and with a fetch a row it stood still for half a second.
        """
        for some in db.exec_driver_sql(self.sql, dict(self.given)).partitions(_AT_ONCE):
            yield from some

    def count(self, db: Connection) -> int:
        """How many rows there are."""
        return int(db.exec_driver_sql(f"SELECT count(*) FROM ({self.sql})", dict(self.given)).scalar_one())

    def total(self, db: Connection, column: str) -> int:
        """The sum of a column."""
        return int(db.exec_driver_sql(f"SELECT coalesce(sum({column}), 0) FROM ({self.sql})", dict(self.given)).scalar_one())


def _between(sql: str, start: date | None, end: date | None, **more: object) -> Listing:
    return Listing(sql, {"start": (start or date.min).isoformat(), "end": (end or date.max).isoformat()} | more)


def postings(start: date | None, end: date | None, *, by_account: bool = False) -> Listing:
    """Every posting by the number of its entry (by account, then day); `first` is 1 on the first of an entry."""
    order = "a.code, e.dated, e.number, p.ordinal" if by_account else "e.number, p.ordinal"
    return _between(f"{_POSTINGS} ORDER BY {order}", start, end)


def lines(start: date | None, end: date | None) -> Listing:
    """Every booked bank line with what became of it; `dispositions` is 1 where that is one thing."""
    return _between(_LINES, start, end)


def donors(start: date | None, end: date | None) -> Listing:
    """What each donor gave; a gift nobody is known to have given stands alone, by its own id."""
    return _between(_DONORS, start, end)


def invoices(start: date | None, end: date | None) -> Listing:
    """Every invoice by the day it was issued."""
    return _between(_INVOICES, start, end)


def changes(start: date | None, end: date | None) -> Listing:
    """Every operation by number: who, when, what, how many rows it changed."""
    return _between(_LOG, start, end)


def population(start: date | None, end: date | None) -> Listing:
    """Every entry with the sum of its debits: what a sample is drawn from."""
    return _between(_POPULATION, start, end)


def transfers(start: date | None, end: date | None) -> Listing:
    """What moved between funds; in is positive."""
    return _between(_TRANSFERS, start, end)


def open_payables(end: date | None) -> Listing:
    """What is open of each approved invoice on the payable account by a day."""
    return _between(_OPEN, None, end)


def exceptions(start: date | None, end: date | None) -> Listing:
    """What an auditor looks at first: booked late, round, approved by oneself, reversed, reopened, overridden, overdrawn."""
    return _between(_EXCEPTIONS, start, end, late=LATE_DAYS, round=ROUND_MINOR)


def numbering(db: Connection) -> tuple[int, int]:
    """The highest number of an entry and how many entries there are: alike where no number is missing."""
    last, n = db.exec_driver_sql("SELECT coalesce(max(number), 0), count(*) FROM entry WHERE posted = 1").one()
    return int(last), int(n)


def payments_without_line(db: Connection) -> list[int]:
    """Entries that paid by bank without a bank line that proves it."""
    return list(db.exec_driver_sql(_PAYMENTS_WITHOUT_LINE).scalars())
