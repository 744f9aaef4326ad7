"""What a donor scans to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.epc import giving_text
from fundledger.store import accounts, campaigns

if TYPE_CHECKING:
    from fundledger.store.book import Book


def giving_code(book: Book, code: str, iban: str | None = None, bic: str = "") -> str:
    """The text of the QR code of a campaign; raises KnownError as `giving_text`."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        ours = {one.iban: one.currency for one in accounts.bank_accounts(db)}
    return giving_text(found, book.name, ours, iban, bic)
