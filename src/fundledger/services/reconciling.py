"""Bank lines become money: accepted by a person, with the evidence kept, taken back without a trace lost."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fundledger.domain.chart import BANK_CHARGES, PROCESSOR_FEES
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.matching import Evidence, Share, TargetKind
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.services.allocating import check_allocation, fee_shares, fund_of, ground, parse_target, postings
from fundledger.services.changes import Area, Changes
from fundledger.services.folding import fold
from fundledger.services.progress import CancelledError, never, quiet
from fundledger.services.proposing import proposals, returned_payments
from fundledger.store import campaigns, journal, lines, parties, periods, reconciliations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from fundledger.domain.entry import Posting
    from fundledger.domain.matching import Match
    from fundledger.services.allocating import Ground
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow, PartRow
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database

__all__ = [
    "DISPOSITIONS",
    "accept",
    "accept_as",
    "accept_match",
    "accept_sure",
    "parse_target",
    "preview",
    "problems_of",
    "proposals",
    "unmatch",
]

DISPOSITIONS = ("charge", "transfer", "payout", "return", "refund", "recall", "suspense", "other")
_TOUCHED = frozenset({Area.LINES, Area.CAMPAIGNS, Area.DONORS, Area.INVOICES})
_GIFTS = frozenset({TargetKind.CAMPAIGN, TargetKind.FOUNDATION})


@dataclass(frozen=True, slots=True)
class _Decision:
    """What a person decided of one line."""

    line: int
    shares: tuple[Share, ...]
    rule: str
    evidence: tuple[Evidence, ...]
    disposition: str
    anonymous: bool = False

    @property
    def came_back(self) -> bool:
        """Whether it is money of ours that a bank returned."""
        return self.disposition == "return"


def accept(
    book: Book,
    line_id: int,
    shares: Sequence[Share],
    at: datetime,
    *,
    rule: str = "person",
    evidence: Sequence[Evidence] = (),
    donor: int | None = None,
    anonymous: bool = False,
) -> Changes:
    """Book a line as these shares; a line that stands in suspense is identified. Raises KnownError with every problem."""
    named = tuple(replace(share, donor=donor if share.target in _GIFTS else None) for share in shares) if donor else tuple(shares)
    decision = _Decision(line_id, named, rule, tuple(evidence), _disposition(named), anonymous)
    return _decide(book, "accept", [decision], at)


def accept_match(book: Book, match: Match, at: datetime) -> Changes:
    """Accept one proposal."""
    return accept(book, match.line, match.shares, at, rule=match.rule, evidence=match.evidence)


def accept_sure(book: Book, at: datetime, progress: Callable[[int, int], None] = quiet, cancelled: Callable[[], bool] = never) -> Changes:
    """Accept every line whose first proposal is sure, in one operation; nothing is written where there is none."""
    sure = [matches[0] for matches in proposals(book).values() if matches and matches[0].sure]
    if not sure:
        return Changes(None)
    decisions = [_Decision(one.line, one.shares, one.rule, one.evidence, _disposition(one.shares)) for one in sure]
    return _decide(book, "accept sure", decisions, at, progress, cancelled)


def accept_as(
    book: Book,
    line_id: int,
    disposition: str,
    at: datetime,
    *,
    account: str | None = None,
    campaign: str | None = None,
    of: int | None = None,
) -> Changes:
    """Book a whole line as one thing: charge, transfer, return, refund, recall, suspense, or other with an account.

    A return finds the payment that came back by itself, or takes the line `of` it. A refund and a recall take money
    from the campaign it was given to, or from the foundation's own gifts; a charge is the foundation's unless a
    campaign is named whose mandate bears fees.
    """
    if disposition not in DISPOSITIONS:
        raise KnownError("disposition.unknown", disposition)
    with book.reading() as db:
        line = lines.find_line(db, line_id)
        shares, evidence = _shares_as(db, book, line, disposition, account, campaign, of)
    decision = _Decision(line_id, shares, "person", evidence, disposition)
    return _decide(book, "accept", [decision], at)


def _shares_as(
    db: Database, book: Book, line: LineRow, disposition: str, account: str | None, campaign: str | None, of: int | None
) -> tuple[tuple[Share, ...], tuple[Evidence, ...]]:
    match disposition:
        case "charge":
            bearer = campaigns.find_campaign(db, campaign, book.currency).id if campaign else None
            share = Share(TargetKind.ACCOUNT, PROCESSOR_FEES if line.kind else BANK_CHARGES, line.gross, bearer=bearer)
        case "transfer" | "payout":
            share = Share(TargetKind.TRANSFER, None, line.gross)
        case "suspense":
            share = Share(TargetKind.SUSPENSE, None, line.gross)
        case "other":
            if not account:
                raise KnownError("disposition.no_account", str(line.id))
            share = Share(TargetKind.ACCOUNT, account, line.gross)
        case "return":
            return _return_shares(db, book, line, of)
        case _:
            if line.amount.minor > 0:
                raise KnownError("disposition.direction", str(line.id))
            key = campaigns.find_campaign(db, campaign, book.currency).id if campaign else None
            share = Share(TargetKind.CAMPAIGN if campaign else TargetKind.FOUNDATION, key, line.gross)
    return (share,), ()


def _return_shares(db: Database, book: Book, line: LineRow, of: int | None) -> tuple[tuple[Share, ...], tuple[Evidence, ...]]:
    if of is not None:
        paid = reconciliations.active(db, of, book.currency)
        if paid is None:
            raise KnownError("line.not_matched", str(of))
        return tuple(replace(share, amount=-share.amount) for share in paid.shares), ()
    found = returned_payments(db, lines.parts(db, [line.id])[line.id][0])
    if not found:
        raise KnownError("disposition.nothing_returned", str(line.id))
    shares = tuple(Share(TargetKind.INVOICE, row, replace(line.amount, minor=-minor)) for row, minor in found[0][0])
    return shares, found[0][1]


def _disposition(shares: Sequence[Share]) -> str:
    """One word for what a line became."""
    kinds = {share.target for share in shares}
    if len(kinds) != 1:
        return "split"
    share, kind = shares[0], shares[0].target
    if kind is TargetKind.ACCOUNT:
        return "charge" if {one.key for one in shares} <= {BANK_CHARGES, PROCESSOR_FEES} else "other"
    if kind is TargetKind.INVOICE and share.amount.minor > 0:
        return "return"
    if kind in _GIFTS and share.amount.minor < 0:
        return "refund"
    return kind.value


def _decide(
    book: Book,
    verb: str,
    decisions: Sequence[_Decision],
    at: datetime,
    progress: Callable[[int, int], None] = quiet,
    cancelled: Callable[[], bool] = never,
) -> Changes:
    """Book every decision in one operation, or none of them."""
    with book.operation(verb, at) as op:
        on, locked = ground(op.db, op), periods.closed(op.db)
        rows = {row.id: row for start in range(0, len(decisions), 500) for row in _rows(op, decisions[start : start + 500])}
        entries: list[Entry] = []
        booked: list[_Decision] = []
        for decision in decisions:
            row = rows.get(decision.line)
            if row is None:
                raise KnownError("line.unknown", str(decision.line))
            _make_room(op, row)
            problems = check_allocation(row, decision.shares, on, came_back=decision.came_back)
            if problems:
                raise refusal(tuple(problems))
            whole = replace(decision, shares=(*decision.shares, *fee_shares(row, decision.shares, on)))
            booked.append(whole)
            entries.append(_entry(row, whole, on, periods.open_day(locked, row.booked_on)))
        made = journal.post(op, entries)
        _remember(op, list(zip(booked, made, strict=True)), rows, on, (progress, cancelled))
        return Changes(op.id, tuple(decision.line for decision in decisions), _TOUCHED)


def _rows(op: Operation, decisions: Sequence[_Decision]) -> list[LineRow]:
    return lines.line_rows(op.db, [decision.line for decision in decisions])


def _make_room(op: Operation, row: LineRow) -> None:
    """Only an open line can be booked; one in suspense is taken out of it first."""
    if row.state == "matched" and row.disposition == "suspense":
        take_back(op, row.id)
    elif row.state == "matched":
        raise KnownError("line.matched", str(row.id))
    elif row.state != "open":
        raise KnownError("line.not_booked", str(row.id), state=row.state)


def _entry(row: LineRow, decision: _Decision, on: Ground, dated: date) -> Entry:
    """The entry of a line, dated as the bank booked it, or on the first open day where that one is closed."""
    made = tuple(posting for share in decision.shares for posting in postings(row.account, share, on, came_back=decision.came_back))
    return Entry(str(uuid.uuid4()), EntryKind.LINE, dated, made, f"line:{row.id}")


def _remember(
    op: Operation,
    decided: Sequence[tuple[_Decision, int]],
    rows: dict[int, LineRow],
    on: Ground,
    watch: tuple[Callable[[int, int], None], Callable[[], bool]],
) -> None:
    """The reconciliation, its allocations and the donations of each decision."""
    progress, cancelled = watch
    donors = _Donors(op)
    for n, (decision, entry_id) in enumerate(decided, 1):
        if cancelled():
            raise CancelledError
        row_id = reconciliations.add_reconciliation(
            op, line_id=decision.line, entry_id=entry_id, disposition=decision.disposition, rule=decision.rule, evidence=decision.evidence
        )
        for share in decision.shares:
            fund = fund_of(share, on)
            account_id = on.accounts[str(share.key)] if share.target is TargetKind.ACCOUNT else None
            allocation_id = reconciliations.add_allocation(op, row_id, share, fund, account_id)
            if share.target in _GIFTS and share.amount.minor > 0 and not decision.came_back:
                given = share if decision.anonymous else donors.named(decision.line, share)
                reconciliations.add_donation(op, allocation_id, fund, given, rows[decision.line].booked_on, anonymous=decision.anonymous)
        progress(n, len(decided))


class _Donors:
    """Who gave: known by account, by exactly the same name, or new; asked once a line."""

    def __init__(self, op: Operation) -> None:
        self._op = op
        people, self._by_iban, _ = parties.donors_for_matching(op.db)
        self._by_name: dict[str, list[int]] = {}
        for row_id, _, folded in people:
            if folded:
                self._by_name.setdefault(folded, []).append(row_id)
        self._line = 0
        self._parts: dict[int | None, PartRow] = {}

    def named(self, line_id: int, share: Share) -> Share:
        """The share with its donor; a payment that names nobody stays without."""
        part = self._part(line_id, share.detail)
        donor = share.donor or self._known(part) or self._new(part)
        if donor and part.iban and part.iban not in self._by_iban:
            parties.add_donor_account(self._op, donor, part.iban)
            self._by_iban[part.iban] = donor
        return replace(share, donor=donor)

    def _part(self, line_id: int, detail: int | None) -> PartRow:
        if line_id != self._line:
            whole, details = lines.parts(self._op.db, [line_id])[line_id]
            self._line, self._parts = line_id, {None: whole, **{one.detail: one for one in details}}
        return self._parts[detail]

    def _known(self, part: PartRow) -> int | None:
        same = self._by_name.get(fold(part.name), []) if part.name else []
        return self._by_iban.get(part.iban or "") or (same[0] if len(same) == 1 else None)

    def _new(self, part: PartRow) -> int | None:
        if not part.name:
            return None
        made = parties.add_donor(self._op, part.name, fold(part.name), ())
        self._by_name.setdefault(fold(part.name), []).append(made.id)
        return made.id


def unmatch(book: Book, line_id: int, at: datetime) -> Changes:
    """Open a line again: its entry is reversed, its reconciliation stays as history."""
    with book.operation("unmatch", at) as op:
        if lines.find_line(op.db, line_id).state != "matched":
            raise KnownError("line.not_matched", str(line_id))
        take_back(op, line_id)
        return Changes(op.id, (line_id,), _TOUCHED)


def take_back(op: Operation, line_id: int) -> None:
    """Reverse the entry of a matched line, inside an operation. Raises line.not_matched."""
    found = reconciliations.active(op.db, line_id, op.currency)
    if found is None:
        raise KnownError("line.not_matched", str(line_id))
    journal.reverse_posted(op, [found.entry])
    reconciliations.take_back(op, found.id)


def preview(book: Book, line_id: int, shares: Sequence[Share]) -> tuple[Posting, ...]:
    """The postings these shares would make; nothing is written."""
    with book.reading() as db:
        row, on = lines.find_line(db, line_id), ground(db, book)
    return tuple(posting for share in (*shares, *fee_shares(row, shares, on)) for posting in postings(row.account, share, on))


def problems_of(book: Book, line_id: int, shares: Sequence[Share]) -> list[Problem]:
    """What forbids these shares; nothing is written."""
    with book.reading() as db:
        return check_allocation(lines.find_line(db, line_id), shares, ground(db, book))
