"""What became of a campaign, day by day: one read of everything that is dated and names nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.chart import REFUNDS
from fundledger.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from fundledger.domain.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Happening:
    """Something of one day; `values` are amounts, codes, numbers and words of the book, never a name."""

    on: date
    kind: str
    values: Mapping[str, object]


# Day, kind, an amount in minor units or none, what it is called, how many. In the order in which things of one day follow.
_HAPPENINGS = """
    SELECT taken_on AS day, 'mandate' AS kind, NULL AS minor, CAST(version AS TEXT) AS name, NULL AS n, 1 AS turn
        FROM mandate WHERE campaign_id = :campaign
    UNION ALL SELECT consent_on, 'consent', NULL, consent_scope, NULL, 2 FROM mandate m WHERE campaign_id = :campaign
        AND consent_on IS NOT NULL AND consent_on IS NOT (SELECT b.consent_on FROM mandate b
            WHERE b.campaign_id = m.campaign_id AND b.version = m.version - 1)
    UNION ALL SELECT consent_until, 'consent_until', NULL, '', NULL, 2 FROM mandate WHERE campaign_id = :campaign
        AND consent_until IS NOT NULL AND version = (SELECT max(version) FROM mandate WHERE campaign_id = :campaign)
    UNION ALL SELECT q.received_on, 'quote', q.amount_minor, p.code, q.version, 3 FROM quote q JOIN payee p ON p.id = q.payee_id
        WHERE q.campaign_id = :campaign
    UNION ALL SELECT q.decided_on, CASE WHEN q.state = 'refused' THEN 'quote_refused' ELSE 'quote_accepted' END, q.amount_minor, p.code,
        q.version, 4 FROM quote q JOIN payee p ON p.id = q.payee_id WHERE q.campaign_id = :campaign AND q.decided_on IS NOT NULL
    UNION ALL SELECT added_on, 'paper', NULL, kind, NULL, 4 FROM campaign_paper WHERE campaign_id = :campaign
    UNION ALL SELECT opened_on, 'opened', NULL, '', NULL, 5 FROM campaign WHERE id = :campaign
    UNION ALL SELECT min(given_on), 'gifts', sum(amount_minor), max(given_on), count(*), 6 FROM donation
        WHERE fund_id = :fund AND undone = 0 HAVING count(*) > 0
    UNION ALL SELECT issued_on, 'invoice', amount_minor, number, NULL, 7 FROM invoice WHERE campaign_id = :campaign
    UNION ALL SELECT substr(o.at, 1, 10), 'approved', v.amount_minor, v.number, NULL, 8 FROM invoice v JOIN entry e ON e.id = v.entry_id
        JOIN operation o ON o.id = e.operation_id WHERE v.campaign_id = :campaign
    UNION ALL SELECT substr(f.made_at, 1, 10), 'payment_file', p.amount_minor, v.number, NULL, 9 FROM payment p
        JOIN payment_file f ON f.id = p.file_id JOIN invoice v ON v.id = p.invoice_id WHERE v.campaign_id = :campaign AND f.withdrawn = 0
    UNION ALL SELECT l.booked_on, CASE WHEN x.amount_minor < 0 THEN 'paid' ELSE 'paid_back' END,
        abs(coalesce(x.booked_minor, x.amount_minor)), v.number, NULL, 10 FROM allocation x
        JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0 JOIN line l ON l.id = r.line_id
        JOIN invoice v ON v.id = x.invoice_id WHERE v.campaign_id = :campaign
    UNION ALL SELECT u.dated, 'document', u.amount_minor, u.kind, NULL, 11 FROM voucher u WHERE u.fund_id = :fund AND u.undone = 0
        AND u.kind NOT IN ('transfer', 'refund', 'cash')
    UNION ALL SELECT u.dated, CASE WHEN u.fund_id = :fund THEN 'moved_out' ELSE 'moved_in' END, u.amount_minor,
        coalesce(c.code, f.kind), NULL, 12 FROM voucher u
        JOIN fund f ON f.id = CASE WHEN u.fund_id = :fund THEN u.taker_id ELSE u.fund_id END LEFT JOIN campaign c ON c.fund_id = f.id
        WHERE u.kind = 'transfer' AND u.undone = 0 AND :fund IN (u.fund_id, u.taker_id)
    UNION ALL SELECT over_on, 'over', NULL, '', NULL, 13 FROM campaign WHERE id = :campaign
    UNION ALL SELECT dated, 'refund', sum(amount_minor), '', count(*), 14 FROM voucher
        WHERE kind = 'refund' AND undone = 0 AND fund_id = :fund GROUP BY dated
    UNION ALL SELECT closed_on, 'closed', NULL, '', NULL, 15 FROM campaign WHERE id = :campaign
    UNION ALL SELECT l.booked_on, 'returned', -sum(coalesce(x.booked_minor, x.amount_minor)), '', count(*), 16 FROM allocation x
        JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0 JOIN line l ON l.id = r.line_id
        LEFT JOIN account a ON a.id = x.account_id
        WHERE x.fund_id = :fund AND x.amount_minor < 0 AND (a.code = :refunds OR x.target = 'campaign') GROUP BY l.booked_on
    UNION ALL SELECT substr(published_at, 1, 10), 'edition', NULL, report, NULL, 17 FROM edition WHERE campaign_id = :campaign
    UNION ALL SELECT archived_on, 'archived', NULL, '', NULL, 18 FROM campaign WHERE id = :campaign
    ORDER BY day, turn, n, name
"""


def timeline(db: Connection, found: Campaign) -> list[Happening]:
    """Everything that happened to a campaign, the earliest first; what is still to come (the end of a consent) stands on its day.

    `values` hold `amount` where there is one, `name` (a version, a payee's code, an invoice's number, a fund, a report, the words of a
    consent, the last day of the gifts) and `n` (how many, or the version of a quote).
    """
    asked = {"campaign": found.id, "fund": found.fund, "refunds": REFUNDS}
    return [
        Happening(
            date.fromisoformat(day), kind, _values(minor, date.fromisoformat(name) if kind == "gifts" else name, n, found.asked.currency)
        )
        for day, kind, minor, name, n, _ in db.exec_driver_sql(_HAPPENINGS, asked)
        if day
    ]


def _values(minor: int | None, name: date | str | None, n: int | None, currency: str) -> dict[str, object]:
    told = {"amount": None if minor is None else Money(minor, currency), "name": name or None, "n": n}
    return {key: value for key, value in told.items() if value is not None}
