"""What the reconcile page knows of a bank line, or of several at once: proposals, ways back, other halves, what a choice would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fundledger.domain.matching import Evidence, Match, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.gui.effects import read_effects
from fundledger.gui.naming import Names, called_funds, names_of
from fundledger.services.reconciling import as_one, look, preview, proposals
from fundledger.services.returning import returned
from fundledger.store import campaigns, extracts, lines, payouts, periods, reconciliations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from fundledger.domain.entry import Posting
    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk
    from fundledger.gui.effects import Effect
    from fundledger.store.lines import LineRow
    from fundledger.store.reconciliations import Reconciliation


@dataclass(frozen=True, slots=True)
class Known:
    """A line with its proposals, or with what it became; `others` are decided together with it."""

    line: LineRow
    matches: tuple[Match, ...]
    became: Reconciliation | None
    names: Names
    entry: tuple[Posting, ...] = ()
    locked: bool = False  # its day is in a closed period
    others: tuple[LineRow, ...] = ()
    explained: tuple[date, str] | None = None  # why the receipts nobody knows could stand at a close

    @property
    def lines(self) -> tuple[LineRow, ...]:
        """The line, and those decided with it."""
        return self.line, *self.others

    @property
    def open(self) -> bool:
        """Whether it can be decided."""
        return all(one.state == "open" for one in self.lines)

    @property
    def gross(self) -> Money:
        """What is to be shared out, of all lines together."""
        return sum((one.gross for one in self.others), self.line.gross)

    @property
    def shares_named(self) -> tuple[Share, ...]:
        """Every share that is to be said in words."""
        return (*(self.became.shares if self.became else ()), *(share for match in self.matches for share in match.shares))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has picked and not yet accepted.

    `shares` is empty for a return, whose payment the verb finds by itself. `half` is the open line that is accepted with it as the
    other half of a transfer.
    """

    shares: tuple[Share, ...]
    rule: str = "person"
    evidence: tuple[Evidence, ...] = ()
    disposition: str = ""
    half: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The entry a choice would make and what it changes, or what forbids it, and what should be looked at before."""

    postings: tuple[Posting, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    effects: tuple[Effect, ...]
    funds: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """The footer: what the banks state, what the book has, what waits between them."""

    stated: Money
    booked: Money
    waiting: Money
    open_lines: int
    unsure_lines: int

    @property
    def unexplained(self) -> Money:
        """What neither a booked nor a waiting line explains; must be zero."""
        return self.stated - self.waiting - self.booked


# --- one line, or several ---------------------------------------------------------------------------------------------
def read_line(desk: Desk, line_id: int, others: Sequence[int] = ()) -> Known | None:
    """Everything of one line, or of several that are decided together; runs beside the window. None where the book lacks it."""
    book = desk.book
    with book.reading() as db:
        rows = lines.line_rows(db, [line_id, *(one for one in others if one != line_id)], reveal=desk.revealed)
        if not rows:
            return None
        row, *more = sorted(rows, key=lambda one: one.id != line_id)
        became = None if more else reconciliations.active(db, line_id, book.currency)
        locked = bool(became) and any(start <= row.booked_on <= end for start, end in periods.closed(db))
        explained = periods.suspense_explained(db, row.booked_on) if row.disposition == "suspense" else None
    matches = _together(desk, [row, *more]) if more else _matches(desk, row)
    entry = preview(book, line_id, became.shares) if became else ()
    known = Known(row, matches, became, Names({}, {}, {}), entry, locked, tuple(more), explained)
    with book.reading() as db:
        names = names_of(desk, db, known.shares_named)
        return replace(known, names=replace(names, funds={**names.funds, **called_funds(desk, db, [one.fund for one in entry])}))


def _matches(desk: Desk, row: LineRow) -> tuple[Match, ...]:
    """The proposals of an open line; of two that would book the same the better one is kept."""
    found = proposals(desk.book, [row.id]).get(row.id, []) if row.state == "open" else []
    return tuple({match.shares: match for match in reversed(found)}.values())[::-1]


def _together(desk: Desk, rows: Sequence[LineRow]) -> tuple[Match, ...]:
    """What several lines may be at once: every target one of them is proposed for alone, the one of most of them first."""
    if any(one.state != "open" for one in rows) or len({one.amount.currency for one in rows}) > 1:
        return ()
    total = sum((one.gross for one in rows[1:]), rows[0].gross)
    found: dict[tuple[TargetKind, object, int | None], list[Match]] = {}
    for some in proposals(desk.book, [one.id for one in rows]).values():
        for match in some:
            if len(match.shares) == 1 and match.shares[0].target is not TargetKind.TRANSFER:
                share = match.shares[0]
                found.setdefault((share.target, share.key, share.bearer), []).append(match)
    ranked = sorted(found.items(), key=lambda one: (-len(one[1]), -max(match.score for match in one[1])))
    return tuple(
        Match(rows[0].id, n, "person", (Share(target, key, total, bearer=bearer),), some[0].evidence, some[0].score)  # type: ignore[arg-type]  # a key of its target
        for n, ((target, key, bearer), some) in enumerate(ranked, 1)
    )


def shares_of(known: Known, choice: Choice) -> dict[int, tuple[Share, ...]]:
    """What each line becomes: a single one what was chosen, each of several wholly the one target; the half of a transfer likewise."""
    if known.others:
        [share] = choice.shares
        return {one.id: (share._replace(amount=one.gross),) for one in known.lines}
    if choice.half is not None:
        back = tuple(Share(TargetKind.TRANSFER, None, -share.amount, fund=share.fund, counterpart=known.line.id) for share in choice.shares)
        return {known.line.id: tuple(share._replace(counterpart=None) for share in choice.shares), choice.half: back}
    return {known.line.id: choice.shares}


def read_preview(desk: Desk, known: Known, choice: Choice) -> Preview:
    """The postings a choice would make and what that does to each fund they touch, or what forbids them."""
    plans = [look(desk.book, line_id, shares) for line_id, shares in shares_of(known, choice).items()]
    problems = tuple(problem for plan in plans for problem in plan.problems)
    made = () if problems else _joined(posting for plan in plans for posting in plan.postings)
    warnings = tuple(dict.fromkeys(problem.code for plan in plans for problem in plan.warnings))
    told = tuple(next(problem for plan in plans for problem in plan.warnings if problem.code == code) for code in warnings)
    with desk.book.reading() as db:
        funds = called_funds(desk, db, list({posting.fund for posting in made}))
        return Preview(made, problems, told, read_effects(db, desk.book.currency, made, funds), funds)


def _joined(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """The postings of several lines as one: alike ones added up."""
    found: dict[tuple[object, ...], Posting] = {}
    for one in postings:
        key = (one.account, one.fund, one.flow, one.amount.minor > 0)
        found[key] = replace(found[key], amount=found[key].amount + one.amount) if key in found else one
    return tuple(found.values())


# --- other ways -------------------------------------------------------------------------------------------------------
def read_ways_back(desk: Desk, line_id: int) -> tuple[tuple[Match, ...], Names]:
    """What a line may take back: each payment it may return, the best first, and out of which campaign it may be a refund."""
    book = desk.book
    with book.reading() as db:
        whole, _ = lines.parts(db, [line_id])[line_id]
        row, payments = lines.find_line(db, line_id), returned(db, whole)
        givers = [one.id for one in campaigns.campaigns(db, book.currency)] if row.amount.minor < 0 else []
    found = [as_one(book, line_id, "return", of=paid.line)[:2] for paid, _ in payments]
    found += [((Share(TargetKind.CAMPAIGN, one, row.gross),), ()) for one in givers]
    made = tuple(Match(line_id, n, "person", shares, why, 0) for n, (shares, why) in enumerate(found, 1))
    with book.reading() as db:
        return made, names_of(desk, db, [share for match in made for share in match.shares])


def read_halves(desk: Desk, line_id: int) -> tuple[Match, ...]:
    """The other halves a transfer may have: open lines of our other accounts, the nearest first; last that it has not come yet."""
    with desk.book.reading() as db:
        row, halves = lines.find_line(db, line_id), payouts.open_halves(db, line_id)
    found = [
        (half.line, (Evidence("own_half", {"account": half.account, "date": half.booked_on, "amount": -row.gross}),)) for half in halves
    ]
    share = Share(TargetKind.TRANSFER, None, row.gross)
    made = [Match(line_id, n, "person", (share._replace(counterpart=half),), why, 0) for n, (half, why) in enumerate(found, 1)]
    return (*made, Match(line_id, len(made) + 1, "person", (share,), (Evidence("half_not_here"),), 0))


def read_standing(desk: Desk) -> Standing:
    """The footer; runs beside the window."""
    with desk.book.reading() as db:
        banks = extracts.bank_facts(db, None, desk.book.currency)
    currency = desk.book.currency

    def total(*minors: int) -> Money:
        return Money(sum(minors), currency)

    return Standing(
        total(*((bank.closing_minor or 0) + bank.later_minor for bank in banks)),
        total(*(bank.ledger_minor for bank in banks)),
        total(*(bank.open_minor + bank.unsure_minor for bank in banks)),
        sum(bank.open_lines for bank in banks),
        sum(bank.unsure_lines for bank in banks),
    )
