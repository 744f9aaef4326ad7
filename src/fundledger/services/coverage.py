"""Which days of each bank account are in the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.coverage import Coverage, coverage
from fundledger.store import accounts, arrivals

if TYPE_CHECKING:
    from fundledger.store.accounts import BankAccount
    from fundledger.store.book import Book


@dataclass(frozen=True, slots=True)
class AccountCoverage:
    """One account, how many statements of it are in the book, and what they cover."""

    account: BankAccount
    n_statements: int
    coverage: Coverage


def account_coverage(book: Book) -> list[AccountCoverage]:
    """Every account of the foundation with the days its statements cover, in the order the accounts were added."""
    with book.reading() as db:
        found = [(one, [known.span for known in arrivals.known_statements(db, one.id)]) for one in accounts.bank_accounts(db)]
    return [AccountCoverage(account, len(spans), coverage(spans)) for account, spans in found]
