"""The foundation's bank accounts."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.chart import BANK, CLEARING
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.exchange import converted, with_original
from fundledger.domain.money import is_currency
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.services.changes import Area, Changes
from fundledger.services.rates import rate_on
from fundledger.store import accounts, journal

if TYPE_CHECKING:
    from datetime import date, datetime

    from fundledger.domain.entry import Posting
    from fundledger.domain.money import Money
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation


def add_account(
    book: Book,
    iban: str,
    name: str,
    at: datetime,
    opening: Money | None = None,
    opening_on: date | None = None,
    *,
    processor: str = "",
    currency: str = "",
) -> Changes:
    """Add a bank account, or that of a payment processor, with what stood in it at the end of `opening_on`, before its first statement.

    The opening is unrestricted money until a treasurer moves it to the fund it belongs to. An IBAN with wrong check
    digits is kept as it is, with a warning. What stood in another currency is booked at the rate of that day. A processor
    keeps one account a currency, known as its name and the currency.
    """
    currency = currency.strip().upper() or book.currency
    if not is_currency(currency):
        raise KnownError("account.currency_unknown", currency)
    number = f"{compact(processor)}/{currency}" if processor.strip() else compact(iban)
    if not number:
        raise KnownError("account.no_number")
    if opening and opening.currency != currency:
        raise KnownError("account.currency", opening.currency, currency=currency)
    if opening and not opening_on:
        raise KnownError("account.opening_without_day")
    warnings = () if processor.strip() or iban_is_valid(number) else (Problem("account.check_digits", number[:4]),)
    with book.operation("account add", at) as op:
        if accounts.find_bank_account(op.db, number):
            raise KnownError("account.exists", number)
        added = accounts.add_bank_account(op, number, name.strip() or number[:4], currency, CLEARING if processor.strip() else BANK)
        if opening and opening_on:
            postings = _opening(op, added.code, opening, opening_on)
            journal.post(op, [Entry(str(uuid.uuid4()), EntryKind.OPENING, opening_on, postings, added.code)])
        return Changes(op.id, (added.id,), frozenset({Area.ACCOUNTS, Area.BOOK}), warnings)


def _opening(op: Operation, code: str, opening: Money, day: date) -> tuple[Posting, ...]:
    """The opening as the foundation's, in the book's currency; raises KnownError rate.missing."""
    if opening.currency == op.currency:
        return booking.opening(code, op.unrestricted_fund, opening)
    rate = rate_on(op.db, opening.currency, day, op.currency)
    booked = converted(opening, rate)
    return tuple(with_original(one, opening, booked, rate) for one in booking.opening(code, op.unrestricted_fund, booked))
