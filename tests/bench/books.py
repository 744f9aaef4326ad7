"""Books to measure with: made through the store, as large as asked, the same figures every time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.campaign import Mandate, PublicText, State
from fundledger.domain.chart import BANK, BANK_CHARGES
from fundledger.domain.entry import Entry, EntryKind, Flow, Posting
from fundledger.domain.money import Money
from fundledger.domain.reference import creditor_reference
from fundledger.services.accounts import add_account
from fundledger.services.importing import import_statement
from fundledger.store import campaigns, funds, journal, parties
from fundledger.store.book import create_book
from fundledger.store.keys import Cost, new_recovery_key
from tests.bench import files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
_COST = Cost(64 * 1024, 3, 4)  # what a real book has at the least
_BATCH = 10_000
_GIFTS = 10  # of each donor
_SYLLABLES = ("ba", "da", "ge", "ka", "li", "mo", "ni", "pu", "ra", "so", "ta", "ve", "zy")
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
    """A book of so many posted entries without bank lines, spread evenly over so many open campaigns."""
    entries, n_campaigns = int(size), int(campaigns_wanted)
    with _new(Path(path)) as book:
        with book.operation("campaign add", AT) as op:
            kept = [_campaign(op, n) for n in range(n_campaigns)]
        for first in range(0, entries, _BATCH):
            with book.operation("accept", AT) as op:
                journal.post(op, [entry(n, kept[n % n_campaigns]) for n in range(first, min(first + _BATCH, entries))])


def make_kept(path: str, year: str, campaigns_wanted: str) -> None:
    """A book as a foundation keeps one: a year's bank lines, each reconciled as the gift of a donor or as a bank charge."""
    with _new(Path(path)) as book:
        before = files.FIRST_DAY - timedelta(days=1)
        add_account(book, files.OURS, "Sample Bank", AT, Money(files.OPENING_MINOR, "EUR"), before)
        with book.operation("campaign add", AT) as op:
            funds_of = [_campaign(op, n) for n in range(int(campaigns_wanted))]
        import_statement(book, Path(year), AT)
        with book.reading() as db:
            lines = [tuple(row) for row in db.exec_driver_sql("SELECT id, booked_on, amount_minor FROM line ORDER BY id")]
        with book.operation("donor add", AT) as op:
            donors = [parties.add_donor(op, f"Sample Person {n}", f"sample person {n}", ()).id for n in range(max(len(lines) // _GIFTS, 1))]
        for first in range(0, len(lines), _BATCH):
            with book.operation("accept sure", AT) as op:
                _reconcile(op, lines[first : first + _BATCH], funds_of, donors)


def make_register(path: str, size: str) -> None:
    """A register of so many donors with invented names: each has an account and two gifts, every third an e-mail."""
    rnd, wanted = Random(11), int(size)
    with _new(Path(path)) as book:
        with book.operation("campaign add", AT) as op:
            fund = _campaign(op, 1)
        for first in range(1, wanted + 1, _BATCH):
            with book.operation("donor add", AT) as op:
                _register(op, range(first, min(first + _BATCH, wanted + 1)), fund, rnd)


def _register(op: Operation, ids: range, fund: int, rnd: Random) -> None:
    names = [" ".join(("".join(rnd.choices(_SYLLABLES, k=2)), "".join(rnd.choices(_SYLLABLES, k=3)))) for _ in ids]
    insert = op.db.exec_driver_sql
    insert("INSERT INTO donor (id, uid, code) VALUES (?, ?, ?)", [(one, f"donor-{one}", f"D-{one:04d}") for one in ids])
    named = [(one, name.title(), " ".join(sorted(name.split()))) for one, name in zip(ids, names, strict=True)]
    insert("INSERT INTO identity_donor (donor_id, name, folded) VALUES (?, ?, ?)", named)
    insert("INSERT INTO identity_donor_account (donor_id, iban) VALUES (?, ?)", [(one, f"LT99{one:016d}") for one in ids])
    mails = [(one, f"person{one}@example.org") for one in ids if one % 3 == 0]
    if mails:
        insert("INSERT INTO identity_donor_email (donor_id, email) VALUES (?, ?)", mails)
    gifts = [(one, fund, 1_000 + one % 500, f"2025-{month:02d}-01") for one in ids for month in (3, 9)]
    insert("INSERT INTO donation (donor_id, fund_id, amount_minor, given_on) VALUES (?, ?, ?, ?)", gifts)


def _reconcile(op: Operation, lines: Sequence[tuple[int, str, int]], funds_of: Sequence[int], donors: Sequence[int]) -> None:
    """Post the entries of these (line, day, minor), and tie each to its line."""
    kept = [(line_id, on, Money(minor, "EUR"), funds_of[line_id % len(funds_of)]) for line_id, on, minor in lines]
    entries = [
        Entry(f"kept-{line_id}", EntryKind.LINE, date.fromisoformat(on), _booked(fund, amount), f"line:{line_id}")
        for line_id, on, amount, fund in kept
    ]
    posted = journal.post(op, entries)
    charges = op.db.exec_driver_sql("SELECT id FROM account WHERE code = ?", (BANK_CHARGES,)).scalar_one()
    # One reconciliation a line, under its number, and one share of each.
    op.db.exec_driver_sql(
        "INSERT INTO reconciliation (id, line_id, entry_id, disposition, rule, evidence, accepted_by, operation_id)"
        " VALUES (?, ?, ?, ?, 'reference', '[]', ?, ?)",
        [
            (one[0], one[0], entry_id, "gift" if one[2].minor > 0 else "charge", op.person_id, op.id)
            for one, entry_id in zip(kept, posted, strict=True)
        ],
    )
    op.db.exec_driver_sql(
        "INSERT INTO allocation (id, reconciliation_id, target, fund_id, account_id, amount_minor) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (row_id, row_id, *(("campaign", fund, None) if amount.minor > 0 else ("account", fund, charges)), amount.minor)
            for row_id, _, amount, fund in kept
        ],
    )
    op.db.exec_driver_sql(
        "INSERT INTO donation (allocation_id, donor_id, fund_id, amount_minor, given_on) VALUES (?, ?, ?, ?, ?)",
        [(row_id, donors[row_id % len(donors)], fund, amount.minor, on) for row_id, on, amount, fund in kept if amount.minor > 0],
    )


def _booked(fund: int, amount: Money) -> tuple[Posting, Posting]:
    bank = f"{BANK}-1"
    return booking.gift(bank, fund, amount) if amount.minor > 0 else booking.charge(bank, fund, amount)


def _campaign(op: Operation, n: int) -> int:
    code = f"C{n:05}"
    fund = funds.add_fund(op)
    taken = Mandate({"en": PublicText(f"Campaign {n}", "An invented story.")})
    row_id = campaigns.add_campaign(op, code, fund, creditor_reference(code), _ASKED, taken)
    campaigns.set_state(op, campaigns.find_campaign(op.db, row_id, op.currency), State.OPEN, date(2025, 1, 1))
    return fund


def entry(n: int, fund: int) -> Entry:
    """Other income of 10.00 to 99.99 in cash: the one entry a sound book may have without a bank line and a donor."""
    on = files.FIRST_DAY + timedelta(days=n % files.DAYS)
    amount = Money(1_000 + n * 31 % 9_000, "EUR")
    income = Posting("4020", fund, -amount, Flow.COLLECTED)
    return Entry(f"bench-{n}", EntryKind.LINE, on, (Posting("1020", fund, amount), income))
