"""The few facts the store's tests keep books about, all of them invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from fundledger.domain.entry import Entry, EntryKind, Flow, Posting
from fundledger.domain.money import Money
from fundledger.store import book as books
from fundledger.store import journal, texts
from fundledger.store.checking import check
from fundledger.store.keys import Cost
from fundledger.store.schema import (
    account,
    allocation,
    batch,
    detail,
    donation,
    donor,
    fund,
    identity_account,
    identity_batch,
    identity_donor,
    identity_line,
    line,
    reconciliation,
    statement,
)

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Table

    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
PASSPHRASE = "tikras slaptas sakinys"
RECOVERY_KEY = "0123 4567 89AB CDEF GHJK MNPQ RSTV WXYZ"
CHEAP = Cost(32, 1, 4)
_uids = count(1)


def new_book(path: Path) -> Book:
    """A new book of the sample foundation."""
    facts = {"name": "Testų fondas", "currency": "EUR", "passphrase": PASSPHRASE, "person": "Sample Person Alpha"}
    return books.create_book(path, **facts, at=AT, recovery_key=RECOVERY_KEY, cost=CHEAP)


def gift(minor: int, fund_id: int, bank: str = "1020", *, dated: date = DAY) -> Entry:
    """Money in, given to a fund."""
    paid, given = Posting(bank, fund_id, Money(minor, "EUR")), Posting("4010", fund_id, Money(-minor, "EUR"), Flow.COLLECTED)
    return Entry(f"entry-{next(_uids)}", EntryKind.LINE, dated, (paid, given))


def interest(minor: int, fund_id: int, *, dated: date = DAY) -> Entry:
    """Income that is nobody's donation, in cash."""
    paid, earned = Posting("1020", fund_id, Money(minor, "EUR")), Posting("4020", fund_id, Money(-minor, "EUR"), Flow.COLLECTED)
    return Entry(f"entry-{next(_uids)}", EntryKind.LINE, dated, (paid, earned))


def post(book: Book, *entries: Entry) -> list[int]:
    """Post entries in one operation."""
    with book.operation("post", AT) as op:
        return journal.post(op, entries)


def add(op: Operation, table: Table, **values: object) -> int:
    """One row."""
    made = op.db.execute(insert(table).values(values)).inserted_primary_key
    assert made is not None
    return int(made[0])


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank account with one imported statement of two lines, 50.00 and 30.00 in."""

    account: int
    fund: int
    lines: tuple[int, int]
    import_operation: int


def bank_with_lines(book: Book) -> Bank:
    """Add a bank account and a campaign's fund, then import a statement."""
    with book.operation("account add", AT) as op:
        account_id = add(op, account, code="1010-1", currency="EUR", bank=1)
        add(op, identity_account, account_id=account_id, iban="LT601010012345678901", name="Sample bank")
        fund_id = add(op, fund, kind="campaign")
    with book.operation("import", AT) as op:
        batch_id = add(op, batch, sha256="ab" * 32, format="camt", size=1)
        add(op, identity_batch, batch_id=batch_id, file_name="march.xml")
        statement_id = add(op, statement, batch_id=batch_id, account_id=account_id, kind="statement")
        op.db.execute(update(statement).where(statement.c.id == statement_id).values(closing_minor=8000))
        lines = (_line(op, statement_id, account_id, 1, 5000), _line(op, statement_id, account_id, 2, 3000))
        return Bank(account_id, fund_id, lines, op.id)


def _line(op: Operation, statement_id: int, account_id: int, position: int, minor: int) -> int:
    facts = {"booked_on": DAY.isoformat(), "amount_minor": minor, "currency": "EUR", "status": "booked", "standing": "counted"}
    salt, words = bytes(texts.SALT), texts.words(None, None, None, "auka", "Testa Testaitė", None)
    told = {"key": bytes([position]), "text_digest": texts.digest(salt, words, [texts.words(*(None,) * 6)], b"<Ntry/>")}
    row_id = add(op, line, statement_id=statement_id, account_id=account_id, position=position, n_details=1, **facts, **told)
    add(op, identity_line, line_id=row_id, remittance="auka", name="Testa Testaitė", salt=salt, raw=b"<Ntry/>")
    add(op, detail, line_id=row_id, ordinal=1)
    return row_id


def accept(book: Book, line_id: int, fund_id: int) -> int:
    """Book a line as the gift of a new donor; returns the operation."""
    with book.operation("accept", AT) as op:
        minor = op.db.execute(select(line.c.amount_minor).where(line.c.id == line_id)).scalar_one()
        (entry_id,) = journal.post(op, [gift(minor, fund_id, "1010-1")])
        donor_id = add(op, donor, code=f"D-{line_id}-{op.id}")
        add(op, identity_donor, donor_id=donor_id, name="Testa Testaitė", folded="testa testaite")
        facts = {"disposition": "gift", "rule": "person", "evidence": "[]", "accepted_by": op.person_id, "operation_id": op.id}
        match_id = add(op, reconciliation, line_id=line_id, entry_id=entry_id, **facts)
        share = add(op, allocation, reconciliation_id=match_id, target="campaign", fund_id=fund_id, amount_minor=minor)
        add(op, donation, allocation_id=share, donor_id=donor_id, fund_id=fund_id, amount_minor=minor, given_on=DAY.isoformat())
        return op.id


def unmatch(book: Book, line_id: int) -> int:
    """Open a line again; returns the operation."""
    with book.operation("unmatch", AT) as op:
        active = (reconciliation.c.line_id == line_id) & (reconciliation.c.undone == 0)
        match_id, entry_id = op.db.execute(select(reconciliation.c.id, reconciliation.c.entry_id).where(active)).one()
        journal.reverse_posted(op, [entry_id])
        op.db.execute(update(reconciliation).where(reconciliation.c.id == match_id).values(undone=1))
        mine = select(allocation.c.id).where(allocation.c.reconciliation_id == match_id)
        op.db.execute(update(donation).where(donation.c.allocation_id.in_(mine)).values(undone=1))
        return op.id


def balances(book: Book) -> dict[tuple[object, ...], int]:
    """The balance table without what is zero."""
    with book.reading() as db:
        rows = db.exec_driver_sql("SELECT fund_id, account_id, flow, amount_minor FROM balance WHERE amount_minor <> 0").all()
    return {tuple(row[:3]): row[3] for row in rows}


def faults(book: Book) -> list[str]:
    """The codes of everything that is wrong with a book."""
    with book.reading() as db:
        return [problem.code for problem in check(db)]
