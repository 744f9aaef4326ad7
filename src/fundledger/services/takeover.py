"""A campaign that is older than its book: what it had collected and spent by then, and what of that is still there."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import compact
from fundledger.domain.voucher import TERMS
from fundledger.services.changes import Area, Changes
from fundledger.store import accounts, campaigns, journal, vouchers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from fundledger.store.accounts import BankAccount
    from fundledger.store.book import Book
    from fundledger.store.rows import Database

_SIGNS = dict(zip(TERMS, (1, -1, -1, -1, 1, -1, -1, -1, -1), strict=True))


def take_over(book: Book, campaign: str, before_on: date, totals: Mapping[str, Money], iban: str, money: Money, at: datetime) -> Changes:
    """Book what a campaign had the day before `before_on`, and keep its totals up to then; once a campaign.

    `totals` are magnitudes by the names of `domain.voucher.TERMS` (a missing one is zero), `money` what of them is in the bank account
    `iban` now. collected − returned − charged back − fees + in − out − paid − advanced − due back = money is proved first. The money
    comes out of what that account was opened with as the foundation's own; an account that was opened with nothing is opened by it.
    What is still owed is entered as invoices and approved. Raises takeover.exists, takeover.negative, takeover.currency,
    takeover.identity, takeover.account and takeover.opening.
    """
    terms = {name: totals.get(name, Money(0, book.currency)) for name in TERMS}
    problems = _check(terms, money, campaign, book.currency)
    if problems:
        raise refusal(tuple(problems))
    with book.operation("campaign takeover", at, subject=campaign) as op:
        found = campaigns.find_campaign(op.db, campaign, op.currency)
        if vouchers.find_takeover(op.db, found.id, op.currency):
            raise KnownError("takeover.exists", found.code)
        bank = _bank(op.db, iban, op.currency)
        opened = vouchers.opened_with(op.db, bank.code, op.unrestricted_fund)
        if opened is not None and opened < money.minor:
            raise KnownError("takeover.opening", campaign, opened=Money(opened, op.currency), money=money)
        row_id = vouchers.add_takeover(op, found.id, before_on, terms)
        own = money if opened is not None else Money(0, op.currency)
        postings = booking.taken_over(bank.code, found.fund, op.unrestricted_fund, (money, terms["advanced"], terms["due_back"]), own)
        if postings:
            entry = Entry(str(uuid.uuid4()), EntryKind.OPENING, before_on - timedelta(days=1), postings, found.code)
            journal.post(op, [entry])
        return Changes(op.id, (row_id,), frozenset({Area.CAMPAIGNS, Area.BOOK}))


def _bank(db: Database, iban: str, currency: str) -> BankAccount:
    bank = accounts.find_bank_account(db, compact(iban))
    if bank is None or bank.currency != currency:
        raise KnownError("takeover.account", iban[:40])
    return bank


def _check(terms: Mapping[str, Money], money: Money, campaign: str, currency: str) -> list[Problem]:
    wrong = sorted({one.currency for one in (*terms.values(), money)} - {currency})
    if wrong:
        return [Problem("takeover.currency", wrong[0], {"currency": currency})]
    problems = [Problem("takeover.negative", campaign)] if any(one.minor < 0 for one in terms.values()) else []
    left = Money(sum(_SIGNS[name] * one.minor for name, one in terms.items()), currency)
    if left != money:
        problems.append(Problem("takeover.identity", campaign, {"left": left, "money": money, "difference": left - money}))
    return problems
