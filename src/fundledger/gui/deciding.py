"""What the reconcile page knows of a bank line, and the words for what it may become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.chart import CHART, FREE, IN_CAMPAIGN, MONEY, group
from fundledger.domain.matching import Evidence, Match, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.services.reconciling import as_one, preview, problems_of, proposals
from fundledger.services.returning import returned
from fundledger.store import campaigns, extracts, invoices, lines, periods, reconciliations
from fundledger.store.funds import fund_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.domain.entry import Posting
    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk
    from fundledger.store.lines import LineRow
    from fundledger.store.reconciliations import Reconciliation


@dataclass(frozen=True, slots=True)
class Names:
    """How campaigns, invoices and funds are called, by row id; which of them may take a share."""

    campaigns: Mapping[int, str]
    invoices: Mapping[int, str]
    funds: Mapping[int, str]
    collecting: Sequence[int]
    payable: Mapping[int, Money]


@dataclass(frozen=True, slots=True)
class Known:
    """A line with its proposals, or with what it became."""

    line: LineRow
    matches: tuple[Match, ...]
    became: Reconciliation | None
    names: Names
    entry: tuple[Posting, ...] = ()
    locked: bool = False  # its day is in a closed period


@dataclass(frozen=True, slots=True)
class Balance:
    """The money of a fund that an entry touches, before and after it."""

    fund: int
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has picked and not yet accepted.

    `shares` is empty for a return, whose payment the verb finds by itself.
    """

    shares: tuple[Share, ...]
    rule: str = "person"
    evidence: tuple[Evidence, ...] = ()
    disposition: str = ""


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


def read_names(desk: Desk) -> Names:
    """What targets are called."""
    book, say = desk.book, desk.speaker.say
    with book.reading() as db:
        found, papers = campaigns.campaigns(db, book.currency), invoices.invoices(db, book.currency)
    funds = {one.fund: one.code for one in found}
    funds |= {book.unrestricted_fund: say("fund.unrestricted"), book.suspense_fund: say("fund.suspense")}
    return Names(
        {one.id: f"{one.code}  {one.title(desk.speaker.language)}" for one in found},
        {one.id: f"{one.number}  {one.campaign_code}" for one in papers},
        funds,
        [one.id for one in found if one.state in {State.OPEN, State.OVER}],
        {one.id: one.payable for one in papers if one.approved and one.payable},
    )


def read_line(desk: Desk, line_id: int) -> Known | None:
    """Everything of one line; runs beside the window. None where the book no longer has it."""
    book = desk.book
    with book.reading() as db:
        rows = lines.line_rows(db, [line_id], reveal=desk.revealed)
        became = reconciliations.active(db, line_id, book.currency)
        locked = periods.closed(db)
    if not rows:
        return None
    found = proposals(book, [line_id]).get(line_id, []) if rows[0].state == "open" else []
    # Two proposals that would book the same are one to a person; the better one is kept.
    matches = tuple({match.shares: match for match in reversed(found)}.values())[::-1]
    entry = preview(book, line_id, became.shares) if became else ()
    within = any(start <= rows[0].booked_on <= end for start, end in locked)
    return Known(rows[0], matches, became, read_names(desk), entry, within and became is not None)


def read_preview(desk: Desk, line_id: int, shares: Sequence[Share]) -> tuple[tuple[Posting, ...], tuple[Problem, ...], tuple[Balance, ...]]:
    """The postings that shares would make and what that does to each fund they touch, or what forbids them."""
    problems = tuple(problems_of(desk.book, line_id, shares))
    made = () if problems else preview(desk.book, line_id, shares)
    return made, problems, read_balances(desk, made)


def read_balances(desk: Desk, made: Sequence[Posting]) -> tuple[Balance, ...]:
    """The money of each fund that these postings touch, before and after them."""
    touched = list(dict.fromkeys(posting.fund for posting in made))
    with desk.book.reading() as db:
        known = fund_figures(db, desk.book.currency, touched)
    found = []
    for fund in touched:
        moved = sum(one.amount.minor for one in made if one.fund == fund and group(one.account) in MONEY)
        before = known[fund].money
        found.append(Balance(fund, before, before + Money(moved, before.currency)))
    return tuple(found)


def read_ways_back(desk: Desk, line_id: int) -> tuple[Match, ...]:
    """What a line may take back: each payment it may return, the best first, and out of which campaign it may be a refund."""
    book = desk.book
    with book.reading() as db:
        whole, _ = lines.parts(db, [line_id])[line_id]
        row, payments = lines.find_line(db, line_id), returned(db, whole)
        givers = [one.id for one in campaigns.campaigns(db, book.currency)] if row.amount.minor < 0 else []
    found = [as_one(book, line_id, "return", of=paid.line)[:2] for paid, _ in payments]
    found += [((Share(TargetKind.CAMPAIGN, one, row.gross),), ()) for one in givers]
    return tuple(Match(line_id, n, "person", shares, why, 0) for n, (shares, why) in enumerate(found, 1))


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


def target_words(desk: Desk, share: Share, names: Names) -> str:
    """Where a share goes, in words."""
    say = desk.say
    match share.target:
        case TargetKind.CAMPAIGN if isinstance(share.key, int):
            return say("target.campaign" if share.amount.minor > 0 else "target.refund", name=names.campaigns.get(share.key, ""))
        case TargetKind.INVOICE if isinstance(share.key, int):
            return say("target.invoice" if share.amount.minor < 0 else "target.returned", name=names.invoices.get(share.key, ""))
        case TargetKind.ACCOUNT:
            return account_words(desk, str(share.key))
    return say(f"target.{share.target.value}")


def account_words(desk: Desk, code: str) -> str:
    """An account by its code and name; a bank account by its code alone."""
    name = CHART.get(group(code))
    return f"{code}  {desk.say(f'account.{name}')}" if name else code


def evidence_words(desk: Desk, evidence: Sequence[Evidence]) -> str:
    """Why, in words; the same reason of several payments is said once."""
    said = [desk.speaker.say(f"evidence.{one.code}", **one.values) for one in evidence]
    return " · ".join(dict.fromkeys(said))


def targets(desk: Desk, known: Known) -> list[tuple[str, object]]:
    """Everything a share of a line may go to: (words, (kind, key))."""
    incoming, names, say = known.line.amount.minor > 0, known.names, desk.say
    offered: list[tuple[str, object]] = []
    if incoming:
        offered += [(names.campaigns[row], (TargetKind.CAMPAIGN, row)) for row in names.collecting]
    else:
        offered += [(say("target.invoice", name=names.invoices[row]), (TargetKind.INVOICE, row)) for row in names.payable]
        offered += [(say("target.refund", name=name), (TargetKind.CAMPAIGN, row)) for row, name in names.campaigns.items()]
    offered += [(say(f"target.{kind.value}"), (kind, None)) for kind in (TargetKind.FOUNDATION, TargetKind.SUSPENSE, TargetKind.TRANSFER)]
    offered += [(account_words(desk, code), (TargetKind.ACCOUNT, code)) for code in sorted(FREE)]
    return offered + [
        (say("target.in_campaign", account=account_words(desk, code), name=name), (TargetKind.ACCOUNT, code, row))
        for row, name in names.campaigns.items()
        for code in sorted(IN_CAMPAIGN)
    ]
