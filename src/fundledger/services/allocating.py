"""How the shares of a line become postings, and what forbids them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.chart import FREE, IN_CAMPAIGN, OF_CAMPAIGN, PROCESSOR_FEES
from fundledger.domain.matching import Share, TargetKind, check_shares
from fundledger.domain.money import Money, parse, split
from fundledger.domain.problem import KnownError, Problem
from fundledger.store import accounts, campaigns, invoices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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


# More invoices than this are read faster all at once.
_FEW = 500


def ground(db: Database, facts: Book | Operation, shares: Iterable[Share]) -> Ground:
    """Read what these shares refer to."""
    named = {share.key for share in shares if share.target is TargetKind.INVOICE and isinstance(share.key, int)}
    found = invoices.invoices_of(db, sorted(named), facts.currency) if len(named) <= _FEW else invoices.invoices(db, facts.currency)
    return Ground(
        facts.currency,
        facts.unrestricted_fund,
        facts.suspense_fund,
        {one.id: one for one in campaigns.campaigns(db, facts.currency)},
        {one.id: one for one in found},
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
    if share.fund is not None:
        return share.fund
    return on.suspense if share.target is TargetKind.SUSPENSE else on.unrestricted


def _row(share: Share) -> int:
    if not isinstance(share.key, int):
        raise TypeError(f"a {share.target} share names a row")
    return share.key


def postings(bank: str, share: Share, on: Ground) -> tuple[Posting, ...]:
    """The postings of one share; money that leaves a campaign or the foundation's gifts is a refund.

    What we sent back to a giver and came back, with the line it was sent by, is no new gift: it takes the refund back.
    """
    fund, amount, came_in = fund_of(share, on), share.amount, share.amount.minor > 0 and share.counterpart is None
    match share.target:
        case TargetKind.CAMPAIGN | TargetKind.FOUNDATION:
            return booking.gift(bank, fund, amount) if came_in else booking.refund(bank, fund, amount)
        case TargetKind.SUSPENSE:
            return booking.unidentified(bank, fund, amount) if came_in else booking.sent_back(bank, fund, amount)
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


def check_allocation(line: LineRow, shares: Sequence[Share], on: Ground) -> list[Problem]:
    """Everything that forbids these shares: the split, campaigns that do not collect, accounts that are not for a line to move.

    The shares are of what was given, before a payment processor's fee; `fee_shares` are added to them.
    """
    problems = check_shares(line.id, line.gross, shares)
    return problems + [problem for share in shares for problem in _check_share(share, line.booked_on, on)]


def _check_share(share: Share, given_on: date, on: Ground) -> list[Problem]:
    if share.target is TargetKind.CAMPAIGN:
        campaign = on.campaigns.get(_row(share))
        if campaign is None:
            return [Problem("campaign.unknown", str(share.key))]
        until = campaign.collects_until
        if share.amount.minor > 0 and share.counterpart is None and (until is None or given_on > until):
            return [Problem("campaign.not_collecting", campaign.code, {"state": campaign.state.value})]
    if share.target is TargetKind.INVOICE and share.key not in on.invoices:
        return [Problem("invoice.unknown", str(share.key))]
    return _check_account(share, on) if share.target is TargetKind.ACCOUNT else []


def _check_account(share: Share, on: Ground) -> list[Problem]:
    """Some accounts are any line's, some only those of a campaign; a campaign bears fees where its mandate says so."""
    code = str(share.key)
    if code not in on.accounts or code not in FREE | IN_CAMPAIGN:
        return [Problem("account.not_free", code)]
    if share.bearer is None:
        return [Problem("account.of_campaign", code)] if code in OF_CAMPAIGN else []
    bearer = on.campaigns.get(share.bearer)
    if bearer is None:
        return [Problem("campaign.unknown", str(share.bearer))]
    if code not in IN_CAMPAIGN and bearer.mandate.fee != "campaign" and share.counterpart is None:
        return [Problem("campaign.bears_no_fees", bearer.code)]
    return []


_KEYED = frozenset({TargetKind.CAMPAIGN, TargetKind.INVOICE, TargetKind.ACCOUNT})


def parse_target(book: Book, text: str, sign: int, currency: str = "") -> Share:
    """Read `campaign:C-101=30.00`, `invoice:NUMBER=20.00`, `foundation=5.00`, `suspense=5.00`, `account:4020=5.00`, `transfer=5.00`.

    An account or a transfer of a campaign's own names it: `account:1210@C-101=500.00`, `transfer@C-101=100.00`; what of an invoice in
    another currency is paid stands there too, in that currency: `invoice:NUMBER@300.00=276.00`. `sign` is the direction of the line
    and `currency` its own, unless it is the book's; an amount below zero runs against it.
    Raises KnownError target.unreadable and the unknowns.
    """
    head, mark, number = text.rpartition("=")
    kind, _, key = head.partition(":")
    campaign = ""
    if kind.partition("@")[0] == TargetKind.TRANSFER or kind == TargetKind.ACCOUNT:
        head, _, campaign = head.partition("@")
        kind, _, key = head.partition(":")
    if not mark or kind not in {one.value for one in TargetKind}:
        raise KnownError("target.unreadable", text[:60])
    amount, target = parse(number, currency or book.currency), TargetKind(kind)
    if not amount or bool(key) != (target in _KEYED):
        raise KnownError("target.unreadable", text[:60])
    signed = Money(amount.minor * sign, amount.currency)
    with book.reading() as db:
        if target is TargetKind.CAMPAIGN:
            return Share(target, campaigns.find_campaign(db, key, book.currency).id, signed)
        if target is TargetKind.INVOICE:
            return _on_invoice(db, book, key, signed)
        named = campaigns.find_campaign(db, campaign, book.currency) if campaign else None
    if target is TargetKind.TRANSFER:
        return Share(target, None, signed, fund=named.fund if named else None)
    return Share(target, key or None, signed, bearer=named.id if named else None)


def _on_invoice(db: Database, book: Book, key: str, amount: Money) -> Share:
    """A share for an invoice: by its number, which may hold any character, or by number and part."""
    number, mark, part = key.rpartition("@")
    try:
        return Share(TargetKind.INVOICE, invoices.find_invoice(db, key, book.currency).id, amount)
    except KnownError:
        if not mark:
            raise
    invoice = invoices.find_invoice(db, number, book.currency)
    own = parse(part, invoice.own.currency)
    if own.minor <= 0:
        raise KnownError("target.unreadable", key[:60])
    return Share(TargetKind.INVOICE, invoice.id, amount, original=own if amount.minor > 0 else -own)
