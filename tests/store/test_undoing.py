"""After an undo balances, open items and dispositions are as before; numbers, entries and the log have grown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from fundledger.domain.problem import KnownError
from fundledger.store import journal
from fundledger.store.operations import operations
from fundledger.store.schema import (
    allocation,
    batch,
    campaign,
    detail,
    donation,
    donor,
    fund,
    identity_account,
    identity_donor,
    identity_donor_account,
    identity_history,
    identity_line,
    invoice,
    line,
    line_sighting,
    metadata,
    payee,
    reconciliation,
    statement,
)
from fundledger.store.schema import (
    book as book_row,
)
from fundledger.store.undoing import last_undoable, undo
from tests.store.bookkeeping import AT, accept, add, balances, bank_with_lines, faults, interest, new_book, post, unmatch

if TYPE_CHECKING:
    from sqlalchemy import Table

    from fundledger.store.book import Book

# What an undo adds to, and never takes away from.
_GROWS = frozenset({"operation", "audit", "entry", "posting", "balance", "identity_history"})


def take_back(book: Book, operation_id: int) -> int:
    with book.operation("undo", AT, undoes=operation_id) as op:
        undo(op, operation_id)
        return op.id


def last(book: Book) -> int:
    with book.reading() as db:
        found = last_undoable(db)
    assert found is not None
    return found


def rows(book: Book, table: Table) -> list[tuple[object, ...]]:
    with book.reading() as db:
        return [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]


def contents(book: Book) -> dict[str, list[tuple[object, ...]]]:
    return {table.name: rows(book, table) for table in metadata.sorted_tables if table.name not in _GROWS}


def dispositions(book: Book) -> list[tuple[object, ...]]:
    with book.reading() as db:
        active = select(reconciliation.c.line_id, reconciliation.c.disposition, reconciliation.c.id).where(reconciliation.c.undone == 0)
        gifts = select(donation.c.fund_id, donation.c.amount_minor).where(donation.c.undone == 0)
        return [tuple(row) for row in [*db.execute(active), *db.execute(gifts)]]


def refused(book: Book, operation_id: int, code: str) -> None:
    before = contents(book), balances(book)
    with pytest.raises(KnownError) as error:
        take_back(book, operation_id)
    assert error.value.code == code
    assert (contents(book), balances(book)) == before


def test_added_rows_go_changed_rows_return_and_deleted_rows_come_back(book: Book) -> None:
    with book.operation("people", AT) as op:
        first, second = add(op, payee, code="P-1"), add(op, payee, code="P-2")
        person = add(op, donor, code="D-1")
        add(op, identity_donor, donor_id=person, name="Testa Testaitė", folded="testa testaite")
        gone = add(op, identity_donor_account, donor_id=person, iban="LT60")
        op.db.execute(update(book_row).values(secret=b"\x00\xff first"))
    before = contents(book)
    with book.operation("all at once", AT) as op:
        op.db.execute(update(payee).where(payee.c.id == first).values(code="P-1a"))
        op.db.execute(update(payee).where(payee.c.id == first).values(code="P-1b"))
        op.db.execute(delete(payee).where(payee.c.id == second))
        op.db.execute(update(identity_donor).values(name="Sample Person Beta", folded="b"))
        op.db.execute(update(identity_donor).values(name="Sample Person Gamma"))
        op.db.execute(delete(identity_donor_account).where(identity_donor_account.c.id == gone))
        op.db.execute(update(book_row).values(secret=b"other"))
        add(op, payee, code="P-3")
        taken = op.id
    take_back(book, taken)
    assert contents(book) == before


def test_what_was_posted_is_reversed(book: Book) -> None:
    post(book, interest(500, 1), interest(70, 2))
    take_back(book, last(book))
    assert balances(book) == {}
    with book.reading() as db:
        assert [one.entry.reverses for one in journal.entries(db)] == [None, None, 2, 1]
    assert faults(book) == []


def test_an_accepted_line_is_open_again_and_its_match_is_history(book: Book) -> None:
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    before = dispositions(book), balances(book)
    taken = accept(book, bank.lines[1], bank.fund)
    assert faults(book) == []
    take_back(book, taken)
    assert (dispositions(book), balances(book)) == before
    assert [row[-1] for row in rows(book, reconciliation)] == [0, 1]
    assert len(rows(book, allocation)) == 2
    assert len(rows(book, identity_donor)) == 1, "who was only named here is forgotten"
    assert faults(book) == []
    accept(book, bank.lines[1], bank.fund)
    assert faults(book) == []


def test_an_unmatch_taken_back_is_a_match_again(book: Book) -> None:
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    before = dispositions(book), balances(book)
    taken = unmatch(book, bank.lines[0])
    assert dispositions(book) == []
    take_back(book, taken)
    assert (dispositions(book), balances(book)) == before
    assert faults(book) == []


def test_an_unmatch_cannot_be_taken_back_once_the_line_is_something_else(book: Book) -> None:
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    taken = unmatch(book, bank.lines[0])
    accept(book, bank.lines[0], bank.fund)
    refused(book, taken, "undo.changed_since")


def test_an_accept_cannot_be_taken_back_after_its_unmatch(book: Book) -> None:
    bank = bank_with_lines(book)
    taken = accept(book, bank.lines[0], bank.fund)
    unmatch(book, bank.lines[0])
    refused(book, taken, "undo.changed_since")


def test_a_line_identified_anew_in_one_operation_goes_back_to_what_it_was(book: Book) -> None:
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    before = dispositions(book), balances(book)
    with book.operation("identify", AT) as op:
        entry_id = op.db.execute(select(reconciliation.c.entry_id)).scalar_one()
        journal.reverse_posted(op, [entry_id])
        op.db.execute(update(reconciliation).values(undone=1))
        op.db.execute(update(donation).values(undone=1))
        facts = {"disposition": "other", "rule": "person", "evidence": "[]", "accepted_by": 1, "operation_id": op.id}
        (again,) = journal.post(op, [interest(5000, 1)])
        add(op, reconciliation, line_id=bank.lines[0], entry_id=again, **facts)
        taken = op.id
    take_back(book, taken)
    assert (dispositions(book), balances(book)) == before
    assert faults(book) == []


def test_an_import_goes_with_every_name_in_it(book: Book) -> None:
    bank = bank_with_lines(book)
    take_back(book, bank.import_operation)
    for table in (line, identity_line, detail, statement):
        assert rows(book, table) == []
    assert [row[-1] for row in rows(book, batch)] == [1]
    assert rows(book, identity_history) == [], "what an undo takes away leaves no copy"
    with book.operation("import", AT) as op:
        add(op, batch, sha256="ab" * 32, format="camt", size=1)


def test_an_import_whose_lines_are_reconciled_stays(book: Book) -> None:
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    refused(book, bank.import_operation, "undo.lines_reconciled")


def test_lines_with_a_past_match_are_withdrawn_with_all_that_is_known_of_them(book: Book) -> None:
    bank = bank_with_lines(book)
    take_back(book, accept(book, bank.lines[0], bank.fund))
    take_back(book, bank.import_operation)
    with book.reading() as db:
        assert [tuple(row) for row in db.execute(select(line.c.id, line.c.standing))] == [(bank.lines[0], "withdrawn")]
    assert [row[0] for row in rows(book, identity_line)] == [bank.lines[0]]
    assert len(rows(book, detail)) == len(rows(book, statement)) == 1
    assert faults(book) == []


def test_an_import_whose_lines_stand_in_a_later_statement_stays(book: Book) -> None:
    bank = bank_with_lines(book)
    with book.operation("import", AT) as op:
        later = add(op, batch, sha256="cd" * 32, format="camt", size=1)
        again = add(op, statement, batch_id=later, account_id=bank.account, kind="statement")
        op.db.execute(insert(line_sighting).values(line_id=bank.lines[0], statement_id=again))
        overlap = op.id
    refused(book, bank.import_operation, "undo.changed_since")
    take_back(book, overlap)
    take_back(book, bank.import_operation)
    assert rows(book, line) == []


def test_a_bank_account_taken_back_frees_its_number_though_the_journal_knows_its_row(book: Book) -> None:
    bank = bank_with_lines(book)
    take_back(book, accept(book, bank.lines[0], bank.fund))
    take_back(book, bank.import_operation)
    take_back(book, last(book))
    assert rows(book, identity_account) == []
    assert faults(book) == []


def test_a_donor_stays_while_another_gift_is_hers(book: Book) -> None:
    bank = bank_with_lines(book)
    first, second = (accept(book, line_id, bank.fund) for line_id in bank.lines)
    with book.operation("merge", AT) as op:
        hers, other = op.db.execute(select(donor.c.id).order_by(donor.c.id)).scalars().all()
        op.db.execute(update(donation).where(donation.c.donor_id == other).values(donor_id=hers))
    refused(book, second, "undo.changed_since")
    take_back(book, first)
    assert [row[0] for row in rows(book, identity_donor)] == [hers, other]
    assert faults(book) == []


def test_what_is_in_use_by_later_operations_cannot_be_taken_back(book: Book) -> None:
    bank = bank_with_lines(book)
    accounts_added = bank.import_operation - 1
    refused(book, accounts_added, "undo.changed_since")
    with book.operation("fund add", AT) as op:
        fund_id = add(op, fund, kind="campaign")
        added = op.id
    with book.operation("campaign add", AT) as op:
        add(op, campaign, code="C-1", fund_id=fund_id, state="draft", reference="RF1", asked_minor=1)
    refused(book, added, "undo.changed_since")
    take_back(book, last(book))
    post(book, interest(500, fund_id))
    refused(book, added, "undo.changed_since")
    take_back(book, last(book))
    take_back(book, added)
    assert faults(book) == []


def test_an_invoice_taken_back_leaves_the_history_of_its_payment_and_its_number_free(book: Book) -> None:
    bank = bank_with_lines(book)
    with book.operation("invoice add", AT) as op:
        campaign_id = add(op, campaign, code="C-1", fund_id=bank.fund, state="open", reference="RF1", asked_minor=1)
        payee_id = add(op, payee, code="P-1")
        facts = {"amount_minor": 5000, "issued_on": "2026-03-02", "state": "entered", "entered_by": op.person_id}
        invoice_id = add(op, invoice, campaign_id=campaign_id, payee_id=payee_id, number="7", **facts)
        added = op.id
    with book.operation("pay", AT) as op:
        (entry_id,) = journal.post(op, [interest(1, 1)])
        how = {"disposition": "invoice", "rule": "person", "evidence": "[]", "accepted_by": 1, "operation_id": op.id}
        match_id = add(op, reconciliation, line_id=bank.lines[0], entry_id=entry_id, **how)
        add(op, allocation, reconciliation_id=match_id, target="invoice", fund_id=bank.fund, invoice_id=invoice_id, amount_minor=5000)
    refused(book, added, "undo.changed_since")
    take_back(book, last(book))
    take_back(book, added)
    assert rows(book, invoice) == rows(book, payee) == rows(book, campaign) == []
    assert len(rows(book, allocation)) == 1
    assert faults(book) == []


def test_a_value_changed_since_is_not_overwritten(book: Book) -> None:
    with book.operation("payee", AT) as op:
        add(op, payee, code="P-1")
        added = op.id
    with book.operation("rename", AT) as op:
        op.db.execute(update(payee).values(code="P-2"))
        renamed = op.id
    with book.operation("rename", AT) as op:
        op.db.execute(update(payee).values(code="P-3"))
    refused(book, renamed, "undo.changed_since")
    refused(book, added, "undo.changed_since")
    take_back(book, last(book))
    take_back(book, last(book))
    take_back(book, last(book))
    assert rows(book, payee) == []


def test_an_operation_is_undone_once_and_an_undo_not_at_all(book: Book) -> None:
    post(book, interest(500, 1))
    taken = last(book)
    undoing = take_back(book, taken)
    refused(book, taken, "undo.already")
    refused(book, undoing, "undo.not_undoable")
    refused(book, 1, "undo.not_undoable")
    refused(book, 99, "undo.unknown")
    with book.reading() as db:
        assert last_undoable(db) is None
        assert [(one.verb, one.undone_by, one.undoes_id) for one in operations(db)] == [
            ("undo", None, taken),
            ("post", undoing, None),
            ("new", None, None),
        ]


def test_an_undo_says_what_it_undoes(book: Book) -> None:
    post(book, interest(500, 1))
    with pytest.raises(ValueError, match="names"), book.operation("undo", AT) as op:
        undo(op, 2)


STEPS = st.tuples(st.sampled_from(["accept", "unmatch", "undo"]), st.integers(0, 1))


@settings(max_examples=15)
@given(st.lists(STEPS, min_size=1, max_size=12))
def test_any_sequence_leaves_the_book_sound_and_every_undo_leads_back(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    with new_book(tmp_path_factory.mktemp("steps") / "Sample") as book:
        bank = bank_with_lines(book)
        history: list[tuple[int, tuple[object, object]]] = []
        for step, n in steps:
            matched = bank.lines[n] in {row[0] for row in dispositions(book) if len(row) == 3}
            before = dispositions(book), balances(book)
            if step == "undo" and history:
                taken, then = history.pop()
                take_back(book, taken)
                assert (dispositions(book), balances(book)) == then
            elif step == "accept" and not matched:
                history.append((accept(book, bank.lines[n], bank.fund), before))
            elif step == "unmatch" and matched:
                history.append((unmatch(book, bank.lines[n]), before))
            assert faults(book) == []
