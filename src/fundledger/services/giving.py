"""What a donor scans to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.epc import payment_code
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.store import accounts, campaigns

if TYPE_CHECKING:
    from fundledger.store.book import Book


def giving_code(book: Book, code: str, iban: str | None = None, bic: str = "") -> str:
    """The text of the QR code of a campaign that collects, to `iban` or the book's only account in euro.

    Raises KnownError qr.protected for a campaign that publishes no reference, qr.not_open, qr.which_account, qr.not_ours, qr.euro.
    """
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        ours = {one.iban: one.currency for one in accounts.bank_accounts(db) if iban_is_valid(one.iban)}
    if found.mandate.protected:
        raise KnownError("qr.protected", found.code)
    if found.state is not State.OPEN:
        raise KnownError("qr.not_open", found.code)
    euro = [one for one, currency in ours.items() if currency == "EUR"]
    if iban is None and len(euro) != 1:
        raise KnownError("qr.which_account", found.code, known=sorted(euro))
    chosen = compact(iban) if iban else euro[0]
    if chosen not in ours:
        raise KnownError("qr.not_ours", chosen)
    if ours[chosen] != "EUR":
        raise KnownError("qr.euro", chosen)
    return payment_code(book.name, chosen, found.reference, bic)
