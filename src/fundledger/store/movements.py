"""Gifts, and what went back, as public figures are made of them: every booking and every taking back, by opaque tokens of people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.chart import BANK, IN_KIND, MONEY, OTHER_INCOME, REFUNDS, group
from fundledger.domain.entry import Flow
from fundledger.domain.shown import TOTAL, Event, Kind, Movement, Printed, Publicity
from fundledger.domain.voucher import VoucherKind
from fundledger.store import campaigns, editions, extracts
from fundledger.store.log import placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection


# A report, its campaign's code (None: all funds), its days, the size of its log.
About = tuple[str, str | None, date | None, date | None, int]
_ALL = 0
_GIFTS = """
    SELECT coalesce(r.entry_id, v.entry_id), d.fund_id, d.donor_id, d.amount_minor, d.given_on,
        coalesce('line:' || r.line_id || ':' || coalesce(x.detail_id, ''), 'voucher:' || v.id)
    FROM donation d LEFT JOIN allocation x ON x.id = d.allocation_id LEFT JOIN reconciliation r ON r.id = x.reconciliation_id
    LEFT JOIN voucher v ON v.id = d.voucher_id WHERE :fund IN (d.fund_id, 0)
"""
# To whom money went: a donor, or whoever has the account, told apart by a number that says nothing.
_BACK = """
    SELECT r.entry_id, x.fund_id, CASE WHEN n.donor_id IS NOT NULL THEN n.donor_id WHEN coalesce(d.iban, i.iban) IS NOT NULL
        THEN 'account:' || dense_rank() OVER (ORDER BY coalesce(d.iban, i.iban)) END,
        -coalesce(x.booked_minor, x.amount_minor), l.booked_on, 'line:' || r.line_id || ':' || coalesce(x.detail_id, ''),
        x.target NOT IN ('campaign', 'foundation')
    FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id JOIN line l ON l.id = r.line_id
    JOIN identity_line i ON i.line_id = l.id LEFT JOIN account a ON a.id = x.account_id
    LEFT JOIN identity_detail d ON d.detail_id = x.detail_id LEFT JOIN identity_donor_account n ON n.iban = coalesce(d.iban, i.iban)
    WHERE x.amount_minor < 0 AND (a.code = :refunds OR x.target IN ('campaign', 'foundation')) AND :fund IN (x.fund_id, 0)
"""
_DECIDED = """
    SELECT entry_id, fund_id, donor_id, amount_minor, dated, id FROM voucher
    WHERE kind = :refund AND donor_id IS NOT NULL AND :fund IN (fund_id, 0)
"""
# What an entry moved publicly: interest and gifts in kind are nobody's.
_FLOWS = """
    SELECT p.entry_id, p.fund_id, p.flow, sum(p.amount_minor), coalesce('line:' || r.line_id || ':', 'entry:' || e.id)
    FROM posting p JOIN entry e ON e.id = p.entry_id JOIN account a ON a.id = p.account_id LEFT JOIN reconciliation r ON r.entry_id = e.id
    WHERE e.posted = 1 AND e.reverses_id IS NULL AND p.flow IN (:collected, :returned, :charged_back)
        AND substr(a.code, 1, 4) NOT IN (:other, :in_kind) AND :fund IN (p.fund_id, 0) GROUP BY 1, 2, 3
"""
_ENTRIES = """
    SELECT id, number, dated, reverses_id FROM entry
    WHERE posted = 1 AND (:fund = 0 OR id IN (SELECT entry_id FROM posting WHERE fund_id = :fund)) ORDER BY number
"""
_KINDS = {Flow.COLLECTED.value: (Kind.GIFT, -1), Flow.RETURNED.value: (Kind.BACK, 1), Flow.CHARGED_BACK.value: (Kind.DISPUTED, 1)}


def movements(db: Connection, fund: int = _ALL) -> list[Movement]:
    """Every movement of a fund (of all); what the flows say beyond gifts and refunds that are known is of nobody known."""
    events = _events(db, fund)
    known = [*_gifts(db, events, fund), *_back(db, events, fund)]
    told: dict[tuple[int, int, Kind], int] = defaultdict(int)
    for entry_id, one in known:
        told[entry_id, one.fund, one.kind] += one.minor
    found = [one for _, one in known]
    asked = {flow: flow for flow in _KINDS} | {"other": OTHER_INCOME, "in_kind": IN_KIND, "fund": fund}
    for entry_id, of, flow, minor, key in db.exec_driver_sql(_FLOWS, asked):
        kind, sign = _KINDS[flow]
        rest = sign * minor - told[entry_id, of, kind]
        if rest:
            first = events[entry_id][0]
            found.append(Movement(f"{key}:{rest}", kind, of, None, rest, first.dated, events[entry_id], linked=False))
    decided = db.exec_driver_sql(_DECIDED, {"refund": VoucherKind.REFUND.value, "fund": fund})
    found += (
        Movement(f"voucher:{row_id}", Kind.DECIDED, of, donor, minor, date.fromisoformat(on), events[entry_id])
        for entry_id, of, donor, minor, on, row_id in decided
    )
    return found


def _events(db: Connection, of: int) -> dict[int, tuple[Event, ...]]:
    """Of each entry that reverses none: when it was booked, taken back, and so on."""
    rows = db.exec_driver_sql(_ENTRIES, {"fund": of}).all()
    first: dict[int, tuple[int, int]] = {}
    found: dict[int, tuple[Event, ...]] = {}
    for row_id, number, dated, reverses in rows:
        root, sign = (row_id, 1) if reverses is None else (first[reverses][0], -first[reverses][1])
        first[row_id] = root, sign
        found[root] = (*found.get(root, ()), Event(number, date.fromisoformat(dated), sign))
    return found


def _gifts(db: Connection, events: Mapping[int, tuple[Event, ...]], of: int) -> Iterator[tuple[int, Movement]]:
    for entry_id, fund, donor, minor, on, key in db.exec_driver_sql(_GIFTS, {"fund": of}):
        yield entry_id, Movement(f"{key}:{minor}", Kind.GIFT, fund, donor, minor, date.fromisoformat(on), events[entry_id])


def _back(db: Connection, events: Mapping[int, tuple[Event, ...]], of: int) -> Iterator[tuple[int, Movement]]:
    for entry_id, fund, person, minor, on, key, named in db.exec_driver_sql(_BACK, {"refunds": REFUNDS, "fund": of}):
        made = Movement(f"{key}:{-minor}", Kind.BACK, fund, person, minor, date.fromisoformat(on), events[entry_id], named=bool(named))
        yield entry_id, made


# --- the editions made of them ----------------------------------------------------------------------------------------
def publicity(db: Connection, own: Iterable[int], currency: str, fund: int | None = None) -> Publicity:
    """All that public editions are made of, and those that were published, superseded ones too: somebody kept them.

    With a `fund`, what the edition of that one is made of alone.
    """
    if fund is not None:
        return Publicity(movements(db, fund), (fund,), tuple(own))
    funds = {one.code: one.fund for one in campaigns.campaigns(db, currency)}
    known = placed(db, "edition")
    printed = [
        _printed(db, (one.report, one.campaign, one.start_on, one.end_on, one.head_size), funds, known.get(one.id, 0))
        for one in reversed(editions.editions(db))
        if one.audience == "public"
    ]
    return Publicity(movements(db), tuple(funds.values()), tuple(own), tuple(printed))


def to_print(db: Connection, about: About, currency: str) -> Printed:
    """A public edition that is not published yet."""
    return _printed(db, about, {one.code: one.fund for one in campaigns.campaigns(db, currency)}, 0)


def _printed(db: Connection, about: About, funds: Mapping[str, int], placed_at: int) -> Printed:
    report, code, start, end, size = about
    number = editions.last_number(db, size)
    elsewhere = report == TOTAL and _money_elsewhere(db, end, number)
    return Printed(report, funds[code] if code else None, start, end, number, size, placed_at, elsewhere)


def _money_elsewhere(db: Connection, end: date | None, number: int) -> bool:
    """Whether some account of money that is no bank's holds anything, by entries up to a day and a number."""
    sums = extracts.sums(db, None, end, number)
    held: dict[str, int] = defaultdict(int)
    for rows in sums.values():
        for code, _, minor in rows:
            if group(code) in MONEY and group(code) != BANK:
                held[code] += minor
    return any(held.values())
