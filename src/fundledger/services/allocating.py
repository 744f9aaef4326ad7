"""How the shares of a line become postings, and what forbids them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.chart import FREE, PROCESSOR_FEES
from fundledger.domain.matching import Share, TargetKind, check_shares
from fundledger.domain.money import Money, parse, split
from fundledger.domain.problem import KnownError, Problem
from fundledger.store import accounts, campaigns, invoices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.entry import Posting
    from fundledger.domain.people import Invoice
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database


@dataclass(frozen=True, slots=True)
class Ground:
    """What shares refer to, read once for many lines."""

    currency: str
    unrestricted: int
    suspense: int
    campaigns: Mapping[int, Campaign]
    invoices: Mapping[int, Invoice]
    accounts: Mapping[str, int]


def ground(db: Database, facts: Book | Operation) -> Ground:
    """Read what shares may refer to."""
    return Ground(
        facts.currency,
        facts.unrestricted_fund,
        facts.suspense_fund,
        {one.id: one for one in campaigns.campaigns(db, facts.currency)},
        {one.id: one for one in invoices.invoices(db, facts.currency)},
        accounts.account_codes(db),
    )


def fund_of(share: Share, on: Ground) -> int:
    """The fund a share belongs to."""
    if share.target is TargetKind.CAMPAIGN:
        return on.campaigns[_row(share)].fund
    if share.target is TargetKind.INVOICE:
        return on.invoices[_row(share)].fund
    if share.bearer is not None:
        return on.campaigns[share.bearer].fund
    return on.suspense if share.target is TargetKind.SUSPENSE else on.unrestricted


def _row(share: Share) -> int:
    if not isinstance(share.key, int):
        raise TypeError(f"a {share.target} share names a row")
    return share.key


def postings(bank: str, share: Share, on: Ground, *, came_back: bool = False) -> tuple[Posting, ...]:
    """The postings of one share; money that leaves a campaign or the foundation's gifts is a refund.

    What we sent back to a giver and `came_back` is no new gift: it takes the refund back.
    """
    fund, amount = fund_of(share, on), share.amount
    match share.target:
        case TargetKind.CAMPAIGN | TargetKind.FOUNDATION:
            return booking.gift(bank, fund, amount) if amount.minor > 0 and not came_back else booking.refund(bank, fund, amount)
        case TargetKind.SUSPENSE:
            return booking.sent_back(bank, fund, amount) if amount.minor < 0 or came_back else booking.unidentified(bank, fund, amount)
        case TargetKind.INVOICE:
            return booking.payment(bank, fund, amount)
        case TargetKind.TRANSFER:
            return booking.transfer(bank, fund, amount)
        case TargetKind.ACCOUNT:
            return booking.move(bank, str(share.key), fund, amount)


def fee_shares(line: LineRow, shares: Sequence[Share], on: Ground) -> tuple[Share, ...]:
    """Who bears what a processor kept of a line: each campaign by its mandate's fee rule, in proportion, the foundation the rest.

    None for shares that hold the fee already, as those of an accepted line do.
    """
    if not line.fee or sum(share.amount.minor for share in shares) != line.gross.minor:
        return ()
    parts = split(-line.fee, [abs(share.amount.minor) for share in shares])
    borne: dict[int | None, Money] = {}
    for share, part in zip(shares, parts, strict=True):
        campaign = on.campaigns.get(_row(share)) if share.target is TargetKind.CAMPAIGN else None
        bearer = campaign.id if campaign and campaign.mandate.fee == "campaign" else None
        borne[bearer] = borne[bearer] + part if bearer in borne else part
    return tuple(Share(TargetKind.ACCOUNT, PROCESSOR_FEES, part, bearer=bearer) for bearer, part in borne.items() if part)


def check_allocation(line: LineRow, shares: Sequence[Share], on: Ground, *, came_back: bool = False) -> list[Problem]:
    """Everything that forbids these shares: the split, campaigns that do not collect, invoices that do not fit.

    The shares are of what was given, before a payment processor's fee; `fee_shares` are added to them.
    """
    problems = check_shares(line.id, line.gross, shares)
    if line.amount.currency != on.currency:
        problems.append(Problem("line.currency", str(line.id), {"currency": line.amount.currency}))
    for share in shares:
        problems.extend(_check_share(share, None if came_back else line.booked_on, on))
    paid: dict[int, int] = {}
    for share in shares:
        if share.target is TargetKind.INVOICE and share.key in on.invoices:
            paid[_row(share)] = paid.get(_row(share), 0) - share.amount.minor
    problems.extend(problem for row, minor in paid.items() for problem in _check_payment(on.invoices[row], minor))
    return problems


def _check_share(share: Share, given_on: date | None, on: Ground) -> list[Problem]:
    if share.target is TargetKind.CAMPAIGN:
        campaign = on.campaigns.get(_row(share))
        if campaign is None:
            return [Problem("campaign.unknown", str(share.key))]
        until = campaign.collects_until
        if share.amount.minor > 0 and given_on and (until is None or given_on > until):
            return [Problem("campaign.not_collecting", campaign.code, {"state": campaign.state.value})]
    if share.target is TargetKind.INVOICE and share.key not in on.invoices:
        return [Problem("invoice.unknown", str(share.key))]
    if share.target is TargetKind.ACCOUNT and (share.key not in FREE or share.key not in on.accounts):
        return [Problem("account.not_free", str(share.key))]
    if share.bearer is not None and on.campaigns[share.bearer].mandate.fee != "campaign":
        return [Problem("campaign.bears_no_fees", on.campaigns[share.bearer].code)]
    return []


def _check_payment(invoice: Invoice, minor: int) -> list[Problem]:
    """A payment needs an approved invoice that still owes it; a return cannot exceed what was paid."""
    if not invoice.approved:
        return [Problem("invoice.not_approved", invoice.number)]
    if minor > invoice.payable.minor:
        return [Problem("invoice.overpaid", invoice.number, {"payable": invoice.payable})]
    if -minor > invoice.paid.minor:
        return [Problem("invoice.returned_too_much", invoice.number, {"paid": invoice.paid})]
    return []


def parse_target(book: Book, text: str, sign: int) -> Share:
    """Read `campaign:C-101=30.00`, `invoice:NUMBER=20.00`, `foundation=5.00`, `suspense=5.00`, `account:4020=5.00`.

    The amount is a magnitude, `sign` the direction of the line. Raises KnownError target.unreadable and the unknowns.
    """
    head, mark, number = text.rpartition("=")
    kind, _, key = head.partition(":")
    if not mark or kind not in {one.value for one in TargetKind}:
        raise KnownError("target.unreadable", text[:60])
    amount = parse(number, book.currency)
    target = TargetKind(kind)
    if amount.minor <= 0 or bool(key) != (target in {TargetKind.CAMPAIGN, TargetKind.INVOICE, TargetKind.ACCOUNT}):
        raise KnownError("target.unreadable", text[:60])
    signed = Money(amount.minor * sign, amount.currency)
    with book.reading() as db:
        if target is TargetKind.CAMPAIGN:
            return Share(target, campaigns.find_campaign(db, key, book.currency).id, signed)
        if target is TargetKind.INVOICE:
            return Share(target, invoices.find_invoice(db, key, book.currency).id, signed)
    return Share(target, key or None, signed)
