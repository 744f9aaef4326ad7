"""What a whole line may be accepted as, and the shares that makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.chart import BANK_CHARGES, IN_CAMPAIGN, PROCESSOR_FEES
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.problem import KnownError
from fundledger.services.allocating import ground
from fundledger.services.payouts import less_fee
from fundledger.services.returning import return_shares
from fundledger.store import campaigns, lines

if TYPE_CHECKING:
    from fundledger.domain.campaign import Campaign
    from fundledger.domain.matching import Evidence
    from fundledger.domain.money import Money
    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow

DISPOSITIONS = ("charge", "transfer", "payout", "return", "refund", "recall", "suspense", "other")


def as_one(
    book: Book,
    line_id: int,
    disposition: str,
    *,
    account: str | None = None,
    campaign: str | None = None,
    of: int | None = None,
    fee: Money | None = None,
) -> tuple[tuple[Share, ...], tuple[Evidence, ...], tuple[Problem, ...]]:
    """The shares of a whole line as one thing, why, and warnings (see accept_as); nothing is written."""
    if disposition not in DISPOSITIONS:
        raise KnownError("disposition.unknown", disposition)
    with book.reading() as db:
        line = lines.find_line(db, line_id)
        if disposition == "return":
            return return_shares(db, line, of, fee)
        named = campaigns.find_campaign(db, campaign, book.currency) if campaign else None
        share = _share_as(line, disposition, account, named)
        if fee and share.target is TargetKind.TRANSFER:
            code = PROCESSOR_FEES if disposition == "payout" else BANK_CHARGES
            return less_fee(db, line, share, Share(TargetKind.ACCOUNT, code, -abs(fee)), ground(db, book, [share])), (), ()
    return (share,), (), ()


def _share_as(line: LineRow, disposition: str, account: str | None, campaign: Campaign | None) -> Share:
    match disposition:
        case "charge":
            code = PROCESSOR_FEES if line.kind else BANK_CHARGES
            return Share(TargetKind.ACCOUNT, code, line.gross, bearer=campaign.id if campaign else None)
        case "transfer" | "payout":
            return Share(TargetKind.TRANSFER, None, line.gross, fund=campaign.fund if campaign else None)
        case "suspense":
            return Share(TargetKind.SUSPENSE, None, line.gross)
        case "other":
            if not account:
                raise KnownError("disposition.no_account", str(line.id))
            of_campaign = campaign if account in IN_CAMPAIGN else None
            return Share(TargetKind.ACCOUNT, account, line.gross, bearer=of_campaign.id if of_campaign else None)
        case _:
            if line.amount.minor > 0:
                raise KnownError("disposition.direction", str(line.id))
            return Share(TargetKind.CAMPAIGN if campaign else TargetKind.FOUNDATION, campaign.id if campaign else None, line.gross)
