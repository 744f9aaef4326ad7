"""The whole journal as other accounting programs take it: every entry, people by pseudonym alone, and the balances it must come to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.pseudonym import pseudonym
from fundledger.store import arrivals, campaigns, extracts, funds, journal, log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fundledger.domain.evidence import Head
    from fundledger.store.book import Book
    from fundledger.store.journal import PostedEntry

_AUDIENCE = "plain-text"


@dataclass(frozen=True, slots=True)
class WholeJournal:
    """Every posted entry in the order of the numbers, in one currency.

    `funds` says of each fund's id what it is: a campaign's code, unrestricted or suspense. `donors` has the pseudonyms behind an entry's
    number. `balances` are the book's own, (account, fund) → minor units, debit positive: they come from the table that postings are
    added to and not from these entries, so that a comparison can fail.
    """

    book: str
    currency: str
    funds: Mapping[int, str]
    entries: tuple[PostedEntry, ...]
    balances: Mapping[tuple[str, int], int]
    donors: Mapping[int, tuple[str, ...]]
    head: Head


def build(book: Book) -> WholeJournal:
    """Read the journal in one state of the book; no name, account number or text from a bank is asked for."""
    with book.reading() as db:
        codes = {one.fund: one.code for one in campaigns.campaigns(db, book.currency)}
        secret = arrivals.book_secret(db)
        donors: dict[int, set[str]] = defaultdict(set)
        for gift in extracts.gifts(db, None, None, None):
            if gift.donor is not None:
                donors[gift.entry_number].add(pseudonym(secret, _AUDIENCE, "", f"donor:{gift.donor}"))
        balances: dict[tuple[str, int], int] = defaultdict(int)
        for fund, sums in funds.balances(db).items():
            for code, _, minor in sums:
                balances[code, fund] += minor
        return WholeJournal(
            book.uid,
            book.currency,
            {fund: codes.get(fund, kind) for fund, kind in funds.fund_kinds(db).items()},
            tuple(journal.entries(db)),
            dict(balances),
            {number: tuple(sorted(some)) for number, some in donors.items()},
            log.head(db),
        )
