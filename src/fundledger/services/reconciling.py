"""Bank lines become money: accepted by a person, with the evidence kept, taken back without a trace lost."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fundledger.domain.chart import ADVANCES, BANK_CHARGES, DUE_BACK, PROCESSOR_FEES
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.matching import Evidence, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.services.allocating import check_allocation, fee_shares, fund_of, ground, parse_target, postings
from fundledger.services.changes import Area, Changes
from fundledger.services.dispositions import DISPOSITIONS, as_one
from fundledger.services.exchanging import exchange, in_book, worth_of
from fundledger.services.folding import fold
from fundledger.services.payouts import transfer, undecided
from fundledger.services.progress import CancelledError, never, quiet
from fundledger.services.proposing import proposals
from fundledger.services.screening import Screen, refuse_waiting, sent_back, wait
from fundledger.services.settling import as_facts
from fundledger.store import campaigns, journal, lines, parties, periods, reconciliations, refunds, vouchers
from fundledger.store.payouts import goes_with, misbooked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from fundledger.domain.entry import Posting
    from fundledger.domain.matching import Match
    from fundledger.domain.people import Invoice
    from fundledger.services.allocating import Ground
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow, PartRow
    from fundledger.store.operations import Operation
    from fundledger.store.reconciliations import Reconciliation
    from fundledger.store.rows import Database

__all__ = [
    "DISPOSITIONS",
    "accept",
    "accept_as",
    "accept_lines",
    "accept_match",
    "accept_sure",
    "as_one",
    "history",
    "look",
    "parse_target",
    "preview",
    "problems_of",
    "proposals",
    "unmatch",
    "warnings_of",
]

_TOUCHED = frozenset({Area.LINES, Area.CAMPAIGNS, Area.DONORS, Area.INVOICES})
_GIFTS = frozenset({TargetKind.CAMPAIGN, TargetKind.FOUNDATION})


@dataclass(frozen=True, slots=True)
class _Decision:
    """What a person decided of one line."""

    line: int
    shares: tuple[Share, ...]
    rule: str
    evidence: tuple[Evidence, ...]
    disposition: str | None = None
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What accepting a line would write, and what a person should look at.

    `booked` are the shares in the book's currency.
    """

    row: LineRow
    shares: tuple[Share, ...]
    postings: tuple[Posting, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    booked: tuple[Money, ...] = ()


def accept(  # noqa: PLR0913  a decision has this many facts
    book: Book,
    line_id: int,
    shares: Sequence[Share],
    at: datetime,
    *,
    rule: str = "person",
    evidence: Sequence[Evidence] = (),
    donor: int | None = None,
    payee: int | None = None,
    anonymous: bool = False,
) -> Changes:
    """Book a line as these shares; a line that stands in suspense is identified. Raises KnownError with every problem.

    `donor` gave the gifts among them, `payee` got the advances or owes what is due back. What an invoice does not take is booked
    all the same, with a warning.
    """
    named = tuple(_named(share, donor, payee) for share in shares)
    return _decide(book, "accept", [_Decision(line_id, named, rule, tuple(evidence), None, anonymous)], at)


def _named(share: Share, donor: int | None, payee: int | None) -> Share:
    if donor and share.target in _GIFTS:
        return share._replace(donor=donor)
    return share._replace(payee=payee) if payee and share.key in {ADVANCES, DUE_BACK} else share


def accept_lines(book: Book, shares: Mapping[int, Sequence[Share]], at: datetime) -> Changes:
    """Book several lines in one operation, each as its own shares: parts of one payable, both halves of a transfer."""
    return _decide(book, "accept", [_Decision(line_id, tuple(some), "person", ()) for line_id, some in shares.items()], at)


def accept_match(book: Book, match: Match, at: datetime) -> Changes:
    """Accept one proposal."""
    return accept(book, match.line, match.shares, at, rule=match.rule, evidence=match.evidence)


def accept_sure(book: Book, at: datetime, progress: Callable[[int, int], None] = quiet, cancelled: Callable[[], bool] = never) -> Changes:
    """Accept every line whose first proposal is sure, in one operation; nothing is written where there is none."""
    sure = [matches[0] for matches in proposals(book).values() if matches and matches[0].sure]
    if not sure:
        return Changes(None)
    return _decide(book, "accept sure", [_Decision(one.line, one.shares, one.rule, one.evidence) for one in sure], at, progress, cancelled)


def accept_as(
    book: Book,
    line_id: int,
    disposition: str,
    at: datetime,
    *,
    account: str | None = None,
    campaign: str | None = None,
    of: int | None = None,
    fee: Money | None = None,
) -> Changes:
    """Book a whole line as one thing: charge, transfer, return, refund, recall, suspense, or other with an account.

    A return finds the payment that came back by itself, or takes the line `of` it; `fee` is what a bank kept of it, or of what was
    transferred (of a payout: the processor), borne by the fee rule of whose money that is. A refund and a recall take money from the
    campaign it was given to, or from the foundation's own gifts; a charge is the foundation's unless a campaign is named whose mandate
    bears fees; a transfer is the money of the campaign that is named.
    """
    shares, evidence, warnings = as_one(book, line_id, disposition, account=account, campaign=campaign, of=of, fee=fee)
    changes = _decide(book, "accept", [_Decision(line_id, shares, "person", evidence, disposition)], at)
    return replace(changes, warnings=(*warnings, *changes.warnings))


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
        rows = {row.id: row for start in range(0, len(decisions), 500) for row in _rows(op, decisions[start : start + 500])}
        accepting, warnings, done = _Accepting(op, decisions), list[Problem](), 0
        for some in _in_turn(decisions):
            for decision in some:
                if cancelled():
                    raise CancelledError
                if decision.line not in rows:
                    raise KnownError("line.unknown", str(decision.line))
                warnings += accepting.plan(decision, rows[decision.line])
                done += 1
                progress(done, len(decisions))
            accepting.write()
        warnings += accepting.payouts_again([decision.line for decision in decisions])
        return Changes(op.id, tuple(decision.line for decision in decisions), _TOUCHED, tuple(warnings))


def _in_turn(decisions: Sequence[_Decision]) -> list[Sequence[_Decision]]:
    """All lines at once, but transfers after the rest and one by one: what they take along is what the others brought."""
    rest: list[_Decision] = []
    sent: list[_Decision] = []
    for one in decisions:
        (sent if any(share.target is TargetKind.TRANSFER for share in one.shares) else rest).append(one)
    return [some for some in (rest, *([one] for one in sent)) if some]


def _rows(op: Operation, decisions: Sequence[_Decision]) -> list[LineRow]:
    return lines.line_rows(op.db, [decision.line for decision in decisions])


class _Accepting:
    """Lines that are accepted in one operation: planned one after the other, written together."""

    def __init__(self, op: Operation, decisions: Sequence[_Decision]) -> None:
        shares = (share for decision in decisions for share in decision.shares)
        self._op, self._on, self._locked = op, ground(op.db, op, shares), periods.closed(op.db)
        self._donors, self._settled, self._screen = _Donors(op), dict[int, "Invoice"](), Screen(op)
        self._planned: list[tuple[_Decision, Plan]] = []

    def plan(self, decision: _Decision, row: LineRow) -> tuple[Problem, ...]:
        """Make room and plan; what a person should look at. Raises KnownError with every problem."""
        _make_room(self._op, row)
        plan = _plan(self._op.db, row, decision.shares, self._on, self._settled)
        if plan.problems:
            raise refusal(plan.problems)
        warnings = (*plan.warnings, *sent_back(self._op.db, row, plan.shares))
        if why := self._screen.reasons(row, plan.shares, plan.booked):
            decision = replace(decision, shares=(Share(TargetKind.SUSPENSE, None, row.gross),), disposition="suspense")
            plan = _plan(self._op.db, row, decision.shares, self._on, {})
            warnings = (wait(self._op, row.id, why),)
        self._planned.append((decision, plan))
        return warnings

    def write(self) -> None:
        """Post the entries of what is planned, and remember what each line became."""
        taken_back = reconciliations.taken_back_on(self._op.db, [(plan.row.id, plan.row.booked_on) for _, plan in self._planned])
        made = journal.post(self._op, [self._entry(plan, taken_back.get(plan.row.id)) for _, plan in self._planned])
        for (decision, plan), entry_id in zip(self._planned, made, strict=True):
            self._remember(decision, plan, entry_id)
        self._planned.clear()

    def payouts_again(self, booked: Sequence[int]) -> list[Problem]:
        """Payouts that were booked before the last line of their batch: taken back with their other half and booked again."""
        db, currency, warnings = self._op.db, self._op.currency, []
        for payout in misbooked(db, booked):
            kept = {one: reconciliations.active(db, one, currency) for one in (payout, goes_with(db, payout)) if one}
            rows = {one: lines.find_line(db, one) for one in kept}
            anew = [(rows[one], found, undecided(rows[one], found.shares)) for one, found in kept.items() if found]
            if not all(shares for *_, shares in anew):
                continue
            for row, *_ in anew:
                take_back(self._op, row.id)
            for row, was, shares in anew:
                self.plan(_Decision(row.id, shares, was.rule, was.evidence, was.disposition), replace(row, state="open"))
                self.write()
            warnings.append(Problem("payout.booked_again", str(payout)))
        return warnings

    def _entry(self, plan: Plan, taken_back: date | None) -> Entry:
        """The entry of a line, dated as the bank booked it, or on the first open day where that one is closed.

        Where an entry of it was taken back later than it was booked, the new one is not dated before that: it would count twice.
        """
        dated = periods.open_day(self._locked, max(plan.row.booked_on, taken_back or plan.row.booked_on))
        return Entry(str(uuid.uuid4()), EntryKind.LINE, dated, plan.postings, f"line:{plan.row.id}")

    def _remember(self, decision: _Decision, plan: Plan, entry_id: int) -> None:
        """The reconciliation, its allocations and its donations."""
        word = decision.disposition or _disposition([share for share in plan.shares if share.key != PROCESSOR_FEES] or plan.shares)
        row_id = reconciliations.add_reconciliation(
            self._op, line_id=decision.line, entry_id=entry_id, disposition=word, rule=decision.rule, evidence=decision.evidence
        )
        for share, booked in zip(plan.shares, plan.booked, strict=True):
            fund = fund_of(share, self._on)
            account_id = self._on.accounts[str(share.key)] if share.target is TargetKind.ACCOUNT else None
            allocation_id = reconciliations.add_allocation(self._op, row_id, share, fund, account_id, booked)
            if share.target in _GIFTS and share.amount.minor > 0 and share.counterpart is None:
                given = share if decision.anonymous else self._donors.named(decision.line, share)
                reconciliations.add_donation(
                    self._op, allocation_id, fund, given._replace(amount=booked), plan.row.booked_on, anonymous=decision.anonymous
                )


def _plan(db: Database, row: LineRow, shares: Sequence[Share], on: Ground, settled: dict[int, Invoice]) -> Plan:
    """What these shares come to: the funds of what they transfer, what no invoice takes, a processor's fee, and the postings."""
    sent = transfer(db, row, shares, on)
    facts, warnings = as_facts(row, sent.shares, on, settled, lambda money: worth_of(db, row, money, on))
    problems = tuple(check_allocation(row, facts, on))
    if problems:
        return Plan(row, facts, (), problems, ())
    exchanged = exchange(db, row, facts, on)
    whole = (*exchanged.shares, *fee_shares(row, facts, on), *exchanged.difference)
    booked = in_book(db, row, whole, on, exchanged)
    made = tuple(posting for one in booked for posting in one.postings(postings(row.account, one.share, on)))
    return Plan(row, whole, (*made, *sent.moves), (), (*sent.warnings, *warnings), tuple(one.share.amount for one in booked))


def _make_room(op: Operation, row: LineRow) -> None:
    """Only an open line can be booked; one in suspense is taken out of it first."""
    if row.state == "matched" and row.disposition == "suspense":
        take_back(op, row.id)
    elif row.state == "matched":
        raise KnownError("line.matched", str(row.id))
    elif row.state != "open":
        raise KnownError("line.not_booked", str(row.id), state=row.state)


class _Donors:
    """Who gave: known by account, by exactly the same name, or new; asked once a line."""

    def __init__(self, op: Operation) -> None:
        self._op = op
        self._line = 0
        self._parts: dict[int | None, PartRow] = {}

    def named(self, line_id: int, share: Share) -> Share:
        """The share with its donor; a payment that names nobody stays without."""
        part = self._part(line_id, share.detail)
        donor = share.donor or self._known(part) or self._new(part)
        if donor and part.iban and parties.donor_of_account(self._op.db, part.iban) is None:
            parties.add_donor_account(self._op, donor, part.iban)
        return share._replace(donor=donor)

    def _part(self, line_id: int, detail: int | None) -> PartRow:
        if line_id != self._line:
            whole, details = lines.parts(self._op.db, [line_id])[line_id]
            self._line, self._parts = line_id, {None: whole, **{one.detail: one for one in details}}
        return self._parts[detail]

    def _known(self, part: PartRow) -> int | None:
        known = parties.donor_of_account(self._op.db, part.iban)
        same = [] if known else parties.donors_named(self._op.db, fold(part.name))
        return known or (same[0][0] if len(same) == 1 else None)

    def _new(self, part: PartRow) -> int | None:
        if not part.name:
            return None
        return parties.add_donor(self._op, part.name, fold(part.name), ()).id


def unmatch(book: Book, line_id: int, at: datetime) -> Changes:
    """Open a line again: its entry is reversed, its reconciliation stays as history. Raises line.not_matched, advance.used."""
    with book.operation("unmatch", at) as op:
        if lines.find_line(op.db, line_id).state != "matched":
            raise KnownError("line.not_matched", str(line_id))
        take_back(op, line_id)
        return Changes(op.id, (line_id,), _TOUCHED)


def take_back(op: Operation, line_id: int) -> None:
    """Reverse the entry of a matched line, inside an operation.

    Raises line.not_matched, advance.used, review.waiting, gift.refund_decided.
    """
    refuse_waiting(op.db, line_id)
    if refunds.decided(op.db, line_id):
        raise KnownError("gift.refund_decided", str(line_id))
    found = reconciliations.active(op.db, line_id, op.currency)
    if found is None:
        raise KnownError("line.not_matched", str(line_id))
    bearers = {share.bearer for share in found.shares if share.key == ADVANCES and share.bearer is not None}
    given = [one.fund for one in campaigns.campaigns(op.db, op.currency) if one.id in bearers] if bearers else []
    short = vouchers.advances_short(op.db, given)
    journal.reverse_posted(op, [found.entry])
    reconciliations.take_back(op, found.id)
    refuse_used_advances(op, given, short, str(line_id))


def hold_in_suspense(op: Operation, row: LineRow) -> tuple[Problem, ...]:
    """Book a line in suspense, inside an operation, whatever it was before; what a person should look at."""
    if row.state == "matched" and row.disposition == "suspense":
        return ()
    return book_again(op, row, (Share(TargetKind.SUSPENSE, None, row.gross),))


def book_again(
    op: Operation, row: LineRow, shares: Sequence[Share], rule: str = "person", evidence: Sequence[Evidence] = ()
) -> tuple[Problem, ...]:
    """Book a line as these shares, inside an operation, whatever it was before; what a person should look at."""
    if row.state == "matched":
        take_back(op, row.id)
    decision = _Decision(row.id, tuple(shares), rule, tuple(evidence))
    accepting = _Accepting(op, [decision])
    warnings = accepting.plan(decision, replace(row, state="open") if row.state == "matched" else row)
    accepting.write()
    return (*warnings, *accepting.payouts_again([row.id]))


def refuse_used_advances(op: Operation, given: Sequence[int], before: Mapping[int, int], subject: str) -> None:
    """An advance stays while an invoice is paid by it: raises advance.used where these funds lack more of theirs than `before`."""
    for fund, minor in vouchers.advances_short(op.db, given).items():
        if minor > before.get(fund, 0):
            raise KnownError("advance.used", subject, amount=Money(minor - before.get(fund, 0), op.currency))


def history(book: Book, line_id: int) -> list[Reconciliation]:
    """Everything a line ever became, the earliest first, also what was taken back. Raises line.unknown."""
    with book.reading() as db:
        lines.find_line(db, line_id)
        return reconciliations.history(db, line_id, book.currency)


def preview(book: Book, line_id: int, shares: Sequence[Share]) -> tuple[Posting, ...]:
    """The postings these shares would make; none where something forbids them. Nothing is written."""
    return look(book, line_id, shares).postings


def problems_of(book: Book, line_id: int, shares: Sequence[Share]) -> list[Problem]:
    """What forbids these shares; nothing is written."""
    return list(look(book, line_id, shares).problems)


def warnings_of(book: Book, line_id: int, shares: Sequence[Share]) -> list[Problem]:
    """What a person should look at before these shares are accepted; nothing is written."""
    return list(look(book, line_id, shares).warnings)


def look(book: Book, line_id: int, shares: Sequence[Share]) -> Plan:
    """The postings of these shares with what forbids them and what a person should look at, all at once; nothing is written."""
    with book.reading() as db:
        return _plan(db, lines.find_line(db, line_id), shares, ground(db, book, shares), {})
