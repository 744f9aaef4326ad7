"""Shares of a bank line in the book's currency: at the rate of its day, at what money stood at before, and who bears the difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from fundledger.domain.chart import EXCHANGE
from fundledger.domain.exchange import Rate, converted, in_parts, quotient, with_original
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money, split
from fundledger.domain.problem import KnownError
from fundledger.services.rates import rate_on
from fundledger.store import payouts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fundledger.domain.entry import Posting
    from fundledger.services.allocating import Ground
    from fundledger.store.lines import LineRow
    from fundledger.store.rows import Database

_GIFTS = frozenset({TargetKind.CAMPAIGN, TargetKind.FOUNDATION})


@dataclass(frozen=True, slots=True)
class Booked:
    """One share in the book's currency, with what it is in its own and the rate; no rate where they are one.

    `owed` is the rate at which an invoice in another currency stands.
    """

    share: Share
    own: Money
    rate: Rate | None = None
    owed: Rate | None = None

    def postings(self, made: Sequence[Posting]) -> tuple[Posting, ...]:
        """These postings of the share, money first, with the original behind each; that of what was owed is the invoice's."""
        rate, amount, money, *others = self.rate, self.share.amount, *made
        if rate is None:
            return tuple(made)
        own, at = (self.share.original, self.owed) if self.share.original and self.owed else (self.own, rate)
        return (with_original(money, self.own, amount, rate), *(with_original(one, own, amount, at) for one in others))


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Shares at what was given, in the order they came, the originals behind them, and the difference that somebody bears."""

    shares: tuple[Share, ...]
    difference: tuple[Share, ...] = ()
    originals: tuple[Money, ...] = ()
    rate: Rate | None = None


def exchange(db: Database, line: LineRow, shares: Sequence[Share], on: Ground) -> Exchanged:
    """Gifts that a processor exchanged before its line: at the rate of their day, less what it came to (5330, by the fee rule).

    Without a published rate the processor's own stands: there is no difference then.
    """
    given, gross = line.original, line.gross
    is_gift = all(share.target in _GIFTS and share.amount.minor > 0 for share in shares)
    if not given or given.currency == on.currency or line.amount.currency != on.currency or not is_gift or given.minor < 0:
        return Exchanged(tuple(shares))
    try:
        rate = rate_on(db, given.currency, line.booked_on, on.currency)
    except KnownError:
        return Exchanged(tuple(shares))
    owns = split(given, [share.amount.minor for share in shares])
    worth = in_parts(owns, rate)
    made = tuple(share._replace(amount=amount) for share, amount in zip(shares, worth, strict=True))
    funds = [(on.campaigns[share.key].fund if isinstance(share.key, int) else on.unrestricted, share.amount) for share in made]
    return Exchanged(made, tuple(exchange_shares(gross, funds, on)), tuple(owns), rate)


def exchange_shares(came: Money, stood: Sequence[tuple[int | None, Money]], on: Ground) -> list[Share]:
    """The difference of what came and what it stood at, by fund: a campaign's own where its mandate says so, else the foundation's."""
    return borne_shares(EXCHANGE, came - Money(sum(amount.minor for _, amount in stood), came.currency), stood, on)


def borne_shares(account: str, difference: Money, stood: Sequence[tuple[int | None, Money]], on: Ground) -> list[Share]:
    """An amount on an account of costs, shared out by what is each fund's: a campaign's own by its mandate, else the foundation's."""
    if not difference:
        return []
    bearers = {one.fund: one.id for one in on.campaigns.values() if one.mandate.fee == "campaign"}
    borne: dict[int | None, int] = {}
    for (fund, _), part in zip(stood, split(difference, [abs(amount.minor) for _, amount in stood]), strict=True):
        bearer = bearers.get(fund) if fund is not None else None
        borne[bearer] = borne.get(bearer, 0) + part.minor
    currency = difference.currency
    return [Share(TargetKind.ACCOUNT, account, Money(minor, currency), bearer=bearer) for bearer, minor in borne.items() if minor]


def worth_of(db: Database, line: LineRow, money: Money, on: Ground) -> Money:
    """Money of a line in the book's currency, at the rate of its day. Raises KnownError rate.missing."""
    return money if money.currency == on.currency else converted(money, rate_on(db, money.currency, line.booked_on, on.currency))


def settling_shares(share: Share, booked: Money, worth: Callable[[Money], Money], fund: int, on: Ground) -> list[Share]:
    """A payment on an invoice at what is booked of that, and the difference of the money it took: it is borne as every one is (5330).

    The difference takes its own part of the line's money, so that who bears it pays it.
    """
    amount = share.amount
    borne = exchange_shares(worth(amount), [(fund, booked)], on)
    if amount.currency == on.currency:
        return [share._replace(amount=booked), *borne]
    made = [one._replace(amount=_in_line(one.amount, booked, amount), booked=one.amount) for one in borne]
    rest = amount.minor - sum(one.amount.minor for one in made)
    if rest * amount.minor <= 0:
        return [share._replace(booked=booked)]
    return [share._replace(amount=replace(amount, minor=rest), booked=booked), *made]


def _in_line(difference: Money, booked: Money, amount: Money) -> Money:
    """A difference in the line's currency: as much of its amount as it is of its worth, never nothing."""
    minor = round(Fraction(amount.minor * difference.minor, (booked + difference).minor or booked.minor))
    return Money(minor or (1 if difference.minor > 0 else -1), amount.currency)


def in_book(db: Database, line: LineRow, shares: Sequence[Share], on: Ground, exchanged: Exchanged) -> list[Booked]:
    """Every share in the book's currency. Raises KnownError rate.missing for a line in another one whose day has no rate.

    What leaves such an account for another of ours goes at what it stood at, so that no difference stays behind.
    """
    if line.amount.currency == on.currency:
        owns = [*exchanged.originals, *(share.amount for share in shares[len(exchanged.originals) :])]
        rated = len(exchanged.originals)
        return [
            _owed(share, line) or Booked(share, own, exchanged.rate if place < rated else None)
            for place, (share, own) in enumerate(zip(shares, owns, strict=True))
        ]
    rate = rate_on(db, line.amount.currency, line.booked_on, on.currency)
    stood = payouts.worth_of(db, line.account, line.booked_on)
    worth = in_parts([share.amount for share in shares], rate)
    return [
        _carried(share, stood, on, line) or _settled(share, line, rate) or Booked(share._replace(amount=booked), share.amount, rate)
        for share, booked in zip(shares, worth, strict=True)
    ]


def _settled(share: Share, line: LineRow, rate: Rate) -> Booked | None:
    """A payment on an invoice out of an account in another currency, or the difference of one, at what is booked of it."""
    if share.booked is None:
        return None
    booked = share._replace(amount=share.booked)
    owed = _owed(booked, line)
    return Booked(booked, share.amount, rate, owed.rate if owed else None)


def _owed(share: Share, line: LineRow) -> Booked | None:
    """A payment on an invoice in another currency, at the rate at which that stands."""
    if share.original is None:
        return None
    rate = Rate(share.original.currency, share.amount.currency, quotient(share.original, share.amount), line.booked_on, "invoice")
    return Booked(share, share.original, rate, rate)


def _carried(share: Share, stood: dict[int, tuple[int, int]], on: Ground, line: LineRow) -> Booked | None:
    """A transfer out of what a fund has in the account, in proportion to what that stands at."""
    if share.target is not TargetKind.TRANSFER:
        return None
    own, booked = stood.get(share.fund if share.fund is not None else on.unrestricted, (0, 0))
    if own * share.amount.minor >= 0 or abs(share.amount.minor) > abs(own):
        return None
    minor = round(Fraction(booked * share.amount.minor, own))
    if not minor:
        return None
    amount = Money(minor, on.currency)
    rate = Rate(share.amount.currency, on.currency, quotient(share.amount, amount), line.booked_on, "carried")
    return Booked(share._replace(amount=amount), share.amount, rate)
