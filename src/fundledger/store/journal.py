"""The journal: entries are posted in batches, numbered without gaps, and never change again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fundledger.domain.entry import Entry, EntryKind, Flow, Original, Posting, check_entry, reverse
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.recognising import Recogniser
from fundledger.store.periods import closed, open_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Row

    from fundledger.store.operations import Operation

_COLUMNS = (
    "SELECT e.id, e.number, e.uid, e.kind, e.dated, e.subject, e.reverses_id, a.code, p.fund_id, p.amount_minor, p.flow,"
    " p.original_minor, p.original_currency, p.rate, p.rate_on, p.rate_source, b.currency"
    " FROM entry e JOIN posting p ON p.entry_id = e.id JOIN account a ON a.id = p.account_id CROSS JOIN book b"
)


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry with the row id and the gap-free number the book gave it."""

    id: int
    number: int
    entry: Entry


def post(op: Operation, entries: Sequence[Entry]) -> list[int]:
    """Post entries in their order, each fund's in the accounts of its method, and return their row ids.

    Raises a refusal with every problem of every entry (see check_entry; entry.not_book_currency, entry.unknown_account,
    entry.unknown_fund, entry.period_locked), and then nothing is written.
    """
    accounts: dict[str, int] = dict(op.db.exec_driver_sql("SELECT code, id FROM account").all())
    entries = _recognised(op, entries)
    problems = [*_problems(entries), *_unfit(op, entries, accounts)]
    if problems:
        raise refusal(tuple(problems))
    if not entries:
        return []
    first_id, first_number = op.db.exec_driver_sql("SELECT coalesce(max(id), 0) + 1, coalesce(max(number), 0) + 1 FROM entry").one()
    ids = range(first_id, first_id + len(entries))
    op.db.exec_driver_sql(
        "INSERT INTO entry (id, uid, kind, dated, subject, n_lines, reverses_id, operation_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (row_id, entry.uid, entry.kind.value, entry.dated.isoformat(), entry.subject, len(entry.postings), entry.reverses, op.id)
            for row_id, entry in zip(ids, entries, strict=True)
        ],
    )
    op.db.exec_driver_sql(
        "INSERT INTO posting (entry_id, ordinal, account_id, fund_id, amount_minor, flow, original_minor, original_currency, rate,"
        " rate_on, rate_source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (row_id, ordinal, accounts[posting.account], posting.fund, posting.amount.minor, posting.flow.value, *_original(posting))
            for row_id, entry in zip(ids, entries, strict=True)
            for ordinal, posting in enumerate(entry.postings)
        ],
    )
    numbered = [(first_number + place, row_id) for place, row_id in enumerate(ids)]
    op.db.exec_driver_sql("UPDATE entry SET posted = 1, number = ? WHERE id = ?", numbered)
    _add_to_balances(op.db, entries, accounts)
    return list(ids)


def reverse_posted(op: Operation, entry_ids: Sequence[int]) -> list[int]:
    """Take posted entries back by reversals, dated as the original while its period is open, else today (or the first open day after).

    An entry whose own reversal was taken back is standing again: then the newest of that chain is reversed. Raises
    KnownError entry.unknown, and entry.reversed_already for an entry that is taken back as it stands.
    """
    stands = _standing(op.db, entry_ids)
    for entry_id in entry_ids:
        if entry_id not in stands:
            raise KnownError("entry.unknown", str(entry_id))
        if stands[entry_id] is None:
            raise KnownError("entry.reversed_already", str(entry_id))
    newest = [row_id for row_id in (stands[entry_id] for entry_id in entry_ids) if row_id is not None]
    originals = _read(op.db, newest)
    locked = closed(op.db)
    reversals = []
    for row_id in newest:
        day = originals[row_id].dated
        reversals.append(
            reverse(originals[row_id], row_id, str(uuid4()), open_day(locked, op.at.date()) if _is_locked(day, locked) else day)
        )
    ids = post(op, reversals)
    _keep_in_step(op, reversals)
    return ids


def standing(db: Connection, entry_id: int) -> int | None:
    """The row id of what stands for an entry: itself, or the latest reversal of its reversal; None when taken back."""
    return _standing(db, [entry_id]).get(entry_id)


def read_entry(db: Connection, entry_id: int) -> Entry:
    """One posted entry by its row id; raises KnownError entry.unknown."""
    found = _read(db, [entry_id])
    if not found:
        raise KnownError("entry.unknown", str(entry_id))
    return found[entry_id]


def entries(db: Connection, after_number: int = 0, limit: int | None = None) -> Iterator[PostedEntry]:
    """Posted entries in the order of their numbers, from the one after a number."""
    last = after_number + limit if limit is not None else 2**62
    rows = db.exec_driver_sql(f"{_COLUMNS} WHERE e.number > ? AND e.number <= ? ORDER BY e.number, p.ordinal", (after_number, last))
    for _, group in groupby(rows, key=lambda row: row[1]):
        yield _posted(list(group))


def trial_balance(
    db: Connection, start: date | None = None, end: date | None = None, kind: EntryKind | None = None
) -> list[tuple[str, int, int, int]]:
    """(account code, fund id, debits, credits) in minor units, both positive, of the entries (of a kind) dated from start to end."""
    rows = db.exec_driver_sql(
        "SELECT a.code, p.fund_id, sum(max(p.amount_minor, 0)), -sum(min(p.amount_minor, 0)) FROM posting p"
        " JOIN entry e ON e.id = p.entry_id JOIN account a ON a.id = p.account_id"
        " WHERE e.dated BETWEEN ? AND ? AND e.kind LIKE ? GROUP BY 1, 2 ORDER BY 1, 2",
        ((start or date.min).isoformat(), (end or date.max).isoformat(), kind or "%"),
    )
    return [(code, fund, debit, credit) for code, fund, debit, credit in rows]


def closed_until(db: Connection) -> date | None:
    """The last day of the latest year that is closed, its entries not taken back; None before the first."""
    days: dict[int, str] = dict(db.exec_driver_sql("SELECT id, dated FROM entry WHERE kind = 'closing'").all())
    stands = _standing(db, list(days))
    return max((date.fromisoformat(days[row_id]) for row_id, newest in stands.items() if newest is not None), default=None)


def _recognised(op: Operation, entries: Sequence[Entry]) -> Sequence[Entry]:
    """These entries by the methods of their funds, each as the ones before it leave the fund."""
    said = _recogniser(op, entries)
    return [said(entry) for entry in entries] if said else entries


def _recogniser(op: Operation, entries: Sequence[Entry]) -> Recogniser | None:
    """By the newest mandate of each fund's campaign; None where every fund of these entries has restricted income."""
    methods: dict[int, str] = dict(
        op.db.exec_driver_sql(
            "SELECT c.fund_id, m.method FROM campaign c JOIN mandate m ON m.campaign_id = c.id WHERE m.method <> 'restricted'"
            " AND m.version = (SELECT max(version) FROM mandate WHERE campaign_id = c.id)"
        ).all()
    )
    if not methods.keys() & {posting.fund for entry in entries for posting in entry.postings}:
        return None
    balances = op.db.exec_driver_sql("SELECT b.fund_id, a.code, b.amount_minor FROM balance b JOIN account a ON a.id = b.account_id")
    return Recogniser(methods, ((fund, code, minor) for fund, code, minor in balances if fund in methods), op.currency)


def _keep_in_step(op: Operation, reversals: Sequence[Entry]) -> None:
    """Recognise anew what reversals, which take back what was booked as it was, left out of step: an entry of its own for each fund."""
    recogniser = _recogniser(op, reversals)
    if recogniser is None:
        return
    last = {one.fund: entry for entry in sorted(reversals, key=lambda entry: entry.dated) for one in entry.postings}
    steps = {fund: recogniser.steps([fund]) for fund in sorted(last)}
    post(op, [Entry(str(uuid4()), EntryKind.RELEASE, last[fund].dated, said, last[fund].subject) for fund, said in steps.items() if said])


def _problems(entries: Sequence[Entry]) -> list[Problem]:
    return [problem for entry in entries for problem in check_entry(entry)]


def _unfit(op: Operation, entries: Sequence[Entry], accounts: dict[str, int]) -> Iterator[Problem]:
    """What only the book can know of an entry."""
    funds = set(op.db.exec_driver_sql("SELECT id FROM fund").scalars())
    locked = closed(op.db)
    for entry in entries:
        last_day = entry.kind is EntryKind.ADJUSTMENT and any(entry.dated == end for _, end in locked)
        if _is_locked(entry.dated, locked) and not last_day:
            yield Problem("entry.period_locked", entry.uid, {"dated": entry.dated})
        for posting in entry.postings:
            if posting.account not in accounts:
                yield Problem("entry.unknown_account", entry.uid, {"account": posting.account})
            if posting.fund not in funds:
                yield Problem("entry.unknown_fund", entry.uid, {"fund": posting.fund})
            if posting.amount.currency != op.currency:
                yield Problem("entry.not_book_currency", entry.uid, {"currency": posting.amount.currency})


def _add_to_balances(db: Connection, entries: Sequence[Entry], accounts: dict[str, int]) -> None:
    """Add a batch to the balance table: one row a fund, account and flow, however many entries there are."""
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            sums[posting.fund, posting.account, posting.flow.value] += posting.amount.minor
    db.exec_driver_sql(
        "INSERT INTO balance (fund_id, account_id, flow, amount_minor) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (fund_id, account_id, flow) DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor",
        [(fund, accounts[code], flow, amount) for (fund, code, flow), amount in sums.items()],
    )


def _is_locked(day: date, locked: Sequence[tuple[date, date]]) -> bool:
    return any(start <= day <= end for start, end in locked)


def _standing(db: Connection, entry_ids: Sequence[int]) -> dict[int, int | None]:
    """Per entry what stands for it: it was taken back, and that taken back again, once for each step of its chain."""
    stands: dict[int, int | None] = {}
    for chunk in _chunks(entry_ids):
        rows = db.exec_driver_sql(
            f"WITH RECURSIVE chain (root, id, depth) AS (SELECT id, id, 0 FROM entry WHERE id IN {_marks(chunk)} UNION ALL"
            " SELECT root, entry.id, depth + 1 FROM entry JOIN chain ON entry.reverses_id = chain.id)"
            " SELECT root, id, depth FROM chain ORDER BY depth",
            chunk,
        )
        stands.update((root, None if depth % 2 else row_id) for root, row_id, depth in rows)
    return stands


def _read(db: Connection, entry_ids: Sequence[int]) -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    for chunk in _chunks(entry_ids):
        rows = db.exec_driver_sql(f"{_COLUMNS} WHERE e.posted = 1 AND e.id IN {_marks(chunk)} ORDER BY e.id, p.ordinal", chunk)
        found.update((row_id, _posted(list(group)).entry) for row_id, group in groupby(rows, key=lambda row: row[0]))
    return found


def _chunks(ids: Sequence[int], size: int = 500) -> Iterator[tuple[int, ...]]:
    return (tuple(ids[start : start + size]) for start in range(0, len(ids), size))


def _marks(chunk: Sequence[int]) -> str:
    return f"({', '.join('?' * len(chunk))})"


def _posted(rows: Sequence[Row[*tuple[Any, ...]]]) -> PostedEntry:
    row_id, number, uid, kind, dated, subject, reverses = rows[0][:7]
    postings = tuple(
        Posting(code, fund, Money(amount, currency), Flow(flow), _read_original(*original))
        for *_, code, fund, amount, flow, original, currency in ((*row[:11], row[11:16], row[16]) for row in rows)
    )
    return PostedEntry(row_id, number, Entry(uid, EntryKind(kind), date.fromisoformat(dated), postings, subject, reverses))


_NO_ORIGINAL = (None,) * 5


def _original(posting: Posting) -> tuple[object, ...]:
    """The five columns of what stands behind a posting in another currency."""
    found = posting.original
    return (found.amount.minor, found.amount.currency, found.rate, found.on.isoformat(), found.source) if found else _NO_ORIGINAL


def _read_original(minor: int | None, currency: str, rate: str, on: str, source: str) -> Original | None:
    return None if minor is None else Original(Money(minor, currency), rate, date.fromisoformat(on), source)
