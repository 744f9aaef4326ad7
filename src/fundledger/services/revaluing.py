"""Accounts in other currencies at the rate of a day: the difference is each fund's own (5330)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.chart import EXCHANGE
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.exchange import in_parts
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.services.changes import Area, Changes
from fundledger.services.rates import rate_on
from fundledger.store import accounts, journal, payouts

if TYPE_CHECKING:
    from datetime import date, datetime

    from fundledger.store.accounts import BankAccount
    from fundledger.store.book import Book
    from fundledger.store.rows import Database


def revalue(book: Book, day: date, at: datetime) -> Changes:
    """Bring every account in another currency to the rate of a day, per fund, in one entry an account; what stands right is left alone.

    The postings have no original: what the account holds in its own currency does not change. Raises KnownError rate.missing,
    entry.period_locked.
    """
    with book.reading() as db:
        wanted = {one.code: _differences(db, one, day, book.currency) for one in _foreign(db, book.currency)}
    if not any(wanted.values()):
        return Changes(None)
    with book.operation("revalue", at, subject=day.isoformat()) as op:
        made = journal.post(op, [_entry(code, found, day, op.currency) for code, found in wanted.items() if found])
        return Changes(op.id, tuple(made), frozenset({Area.ACCOUNTS, Area.CAMPAIGNS, Area.BOOK}))


def needs_revaluation(db: Database, day: date, base: str) -> list[tuple[str, Money]]:
    """The accounts in other currencies that do not stand at the rate of a day, or whose day has no rate, with what each holds."""
    found = []
    for one in _foreign(db, base):
        try:
            stands = not _differences(db, one, day, base)
        except KnownError:
            stands = False
        if not stands:
            own = sum(minor for minor, _ in payouts.worth_of(db, one.code, day).values())
            found.append((one.code, Money(own, one.currency)))
    return found


def _foreign(db: Database, base: str) -> list[BankAccount]:
    return [one for one in accounts.bank_accounts(db) if one.currency != base]


def _differences(db: Database, account: BankAccount, day: date, base: str) -> dict[int, int]:
    """By fund, what its part of the account is worth more than it stands at, in minor units of `base`."""
    stood = payouts.worth_of(db, account.code, day)
    if not any(own or booked for own, booked in stood.values()):
        return {}
    rate = rate_on(db, account.currency, day, base)
    worth = in_parts([Money(own, account.currency) for own, _ in stood.values()], rate)
    found = {fund: now.minor - booked for now, (fund, (_, booked)) in zip(worth, stood.items(), strict=True)}
    return {fund: minor for fund, minor in found.items() if minor}


def _entry(code: str, differences: dict[int, int], day: date, base: str) -> Entry:
    postings = (posting for fund, minor in differences.items() for posting in booking.move(code, EXCHANGE, fund, Money(minor, base)))
    return Entry(str(uuid.uuid4()), EntryKind.REVALUATION, day, tuple(postings), code)
