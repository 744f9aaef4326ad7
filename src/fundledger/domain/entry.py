"""The journal: entries and their postings, with the rules every one of them obeys."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.chart import holds_value
from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.money import Money


class Flow(StrEnum):
    """Why value came into or left a fund; the terms of the fund's identity.

    Each is summed from movements of money, advances and amounts due back, never from income or expense. INVOICED is a
    memo on what was approved and moves nothing.
    """

    NONE = ""
    COLLECTED = "collected"
    RETURNED = "returned"
    CHARGED_BACK = "charged_back"
    FEES = "fees"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    OPENING = "opening"
    PAID = "paid"
    INVOICED = "invoiced"


MEMO_FLOWS = frozenset({Flow.NONE, Flow.INVOICED})


class EntryKind(StrEnum):
    """What happened, one word an entry."""

    OPENING = "opening"
    LINE = "line"
    INVOICE = "invoice"
    MOVE = "move"
    VOUCHER = "voucher"
    ADJUSTMENT = "adjustment"
    REVALUATION = "revaluation"
    CLOSING = "closing"
    RELEASE = "release"  # what a fund's method recognises anew where something was taken back
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Original:
    """The amount in its own currency behind a posting in book currency, and the rate it was converted at.

    `rate` is units of that currency for one of book currency, a decimal text as its source published it for the day `on`.
    """

    amount: Money
    rate: str
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: an account by its code, a fund by its id, debit positive in book currency."""

    account: str
    fund: int
    amount: Money
    flow: Flow = Flow.NONE
    original: Original | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal; `subject` is a pseudonymous id of what it is about, never a name."""

    uid: str
    kind: EntryKind
    dated: date
    postings: tuple[Posting, ...]
    subject: str | None = None
    reverses: int | None = None


def check_entry(entry: Entry) -> list[Problem]:
    """Every reason why the entry may not be posted: it is zero in total, inside each fund and in its flows."""
    problems = []
    if len(entry.postings) < 2:
        problems.append(Problem("entry.too_few_postings", entry.uid))
    if len({posting.amount.currency for posting in entry.postings}) > 1:
        return [*problems, Problem("entry.mixed_currencies", entry.uid)]
    if any(not posting.amount for posting in entry.postings):
        problems.append(Problem("entry.zero_posting", entry.uid))
    for fund, (total, moved) in _sums(entry).items():
        if total:
            problems.append(Problem("entry.fund_not_zero", entry.uid, {"fund": fund, "difference_minor": total}))
        if moved:
            problems.append(Problem("entry.flow_not_named", entry.uid, {"fund": fund, "difference_minor": moved}))
    return problems


def _sums(entry: Entry) -> dict[int, tuple[int, int]]:
    """Per fund: the sum of all postings, and that of what holds value plus the flows that say why it moved."""
    totals: dict[int, int] = defaultdict(int)
    moved: dict[int, int] = defaultdict(int)
    for posting in entry.postings:
        totals[posting.fund] += posting.amount.minor
        # A posting of money that carries a flow counts on both sides, as it does in the figures of its fund.
        for counts in (holds_value(posting.account), posting.flow not in MEMO_FLOWS):
            moved[posting.fund] += posting.amount.minor * counts
    return {fund: (total, moved[fund]) for fund, total in totals.items()}


def reverse(entry: Entry, number: int, uid: str, dated: date) -> Entry:
    """The entry that takes another one back whole, linked to it by its row id."""
    postings = tuple(replace(one, amount=-one.amount, original=_reversed(one.original)) for one in entry.postings)
    return Entry(uid, EntryKind.REVERSAL, dated, postings, entry.subject, number)


def _reversed(original: Original | None) -> Original | None:
    return replace(original, amount=-original.amount) if original else None
