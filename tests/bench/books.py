"""Books to measure with: made through the store, as large as asked, the same figures every time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.campaign import Mandate, PublicText, State
from fundledger.domain.entry import Entry, EntryKind, Flow, Posting
from fundledger.domain.money import Money
from fundledger.domain.reference import creditor_reference
from fundledger.services.accounts import add_account
from fundledger.services.importing import import_statement
from fundledger.store import campaigns, funds, journal
from fundledger.store.book import create_book
from fundledger.store.keys import Cost, new_recovery_key
from tests.bench import files

if TYPE_CHECKING:
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
_COST = Cost(64 * 1024, 3, 4)  # what a real book has at the least
_BATCH = 10_000
_ASKED = Money(303_000, "EUR")


def _new(path: Path) -> Book:
    name, person = "Sample Foundation", "Sample Person Alpha"
    return create_book(
        path, name=name, currency="EUR", passphrase=files.PASSPHRASE, person=person, at=AT, recovery_key=new_recovery_key(), cost=_COST
    )


def make_receiving(path: str, overlap: str) -> None:
    """A book with the bank account of the bench's files, in which the first days of the year are imported already."""
    with _new(Path(path)) as book:
        before = files.FIRST_DAY - timedelta(days=1)
        add_account(book, files.OURS, "Sample Bank", AT, Money(files.OPENING_MINOR, "EUR"), before)
        import_statement(book, Path(overlap), AT)


def make_ledger(path: str, size: str, campaigns_wanted: str) -> None:
    """A book of so many posted entries, spread evenly over so many open campaigns."""
    entries, n_campaigns = int(size), int(campaigns_wanted)
    with _new(Path(path)) as book:
        with book.operation("campaign add", AT) as op:
            kept = [_campaign(op, n) for n in range(n_campaigns)]
        for first in range(0, entries, _BATCH):
            with book.operation("accept", AT) as op:
                journal.post(op, [_entry(n, kept[n % n_campaigns]) for n in range(first, min(first + _BATCH, entries))])


def _campaign(op: Operation, n: int) -> int:
    code = f"C{n:05}"
    fund = funds.add_fund(op)
    taken = Mandate({"en": PublicText(f"Campaign {n}", "An invented story.")})
    row_id = campaigns.add_campaign(op, code, fund, creditor_reference(code), _ASKED, taken)
    campaigns.set_state(op, campaigns.find_campaign(op.db, row_id, op.currency), State.OPEN, date(2025, 1, 1))
    return fund


def _entry(n: int, fund: int) -> Entry:
    """Other income of 10.00 to 99.99 in cash: the one entry a sound book may have without a bank line and a donor."""
    on = files.FIRST_DAY + timedelta(days=n % files.DAYS)
    amount = Money(1_000 + n * 31 % 9_000, "EUR")
    income = Posting("4020", fund, -amount, Flow.COLLECTED)
    return Entry(f"bench-{n}", EntryKind.LINE, on, (Posting("1020", fund, amount), income))
