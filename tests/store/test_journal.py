"""Entries are posted whole, numbered without gaps, and the balances follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundledger.domain.entry import Entry, EntryKind, Flow, Posting
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.store import journal
from fundledger.store.undoing import undo
from tests.store.bookkeeping import AT, DAY, balances, faults, gift, interest, post

if TYPE_CHECKING:
    from fundledger.store.book import Book


# An adjustment is one only with the voucher that two persons made.
KINDS = [kind for kind in EntryKind if kind is not EntryKind.ADJUSTMENT]


@st.composite
def batches(draw: st.DrawFn) -> list[Entry]:
    """A batch of entries that balance in each of two funds, money moving by a named flow."""
    made = []
    for _ in range(draw(st.integers(1, 6))):
        postings: list[Posting] = []
        for fund in draw(st.sampled_from([(1,), (2,), (1, 2)])):
            for minor in draw(st.lists(st.integers(-(10**13), 10**13).filter(bool), min_size=1, max_size=3)):
                flow = draw(st.sampled_from([Flow.COLLECTED, Flow.OPENING, Flow.PAID]))
                postings += [
                    Posting(draw(st.sampled_from(["1020", "1060"])), fund, Money(minor, "EUR")),
                    Posting(draw(st.sampled_from(["3900", "4020", "5010"])), fund, Money(-minor, "EUR"), flow),
                ]
        dated = draw(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
        made.append(Entry(draw(st.uuids()).hex, draw(st.sampled_from(KINDS)), dated, tuple(postings), "line:1"))
    return made


def test_an_entry_is_read_as_it_was_posted(book: Book) -> None:
    given_entry = replace(gift(500, 1), subject="line:7")
    (row_id,) = post(book, given_entry)
    with book.reading() as db:
        assert journal.read_entry(db, row_id) == given_entry
        assert list(journal.entries(db)) == [journal.PostedEntry(row_id, 1, given_entry)]
        with pytest.raises(KnownError, match=r"entry\.unknown"):
            journal.read_entry(db, 99)


def test_numbers_have_no_gaps_after_an_operation_that_failed(book: Book) -> None:
    post(book, gift(1, 1), gift(2, 1))
    with pytest.raises(ZeroDivisionError), book.operation("fail", AT) as op:  # noqa: PT012  a whole operation is what is tried
        journal.post(op, [gift(3, 1)])
        raise ZeroDivisionError
    post(book, gift(4, 1))
    with book.reading() as db:
        assert [(one.number, one.entry.postings[0].amount.minor) for one in journal.entries(db)] == [(1, 1), (2, 2), (3, 4)]
        assert [one.number for one in journal.entries(db, after_number=1, limit=1)] == [2]


def test_nothing_at_all_may_be_posted(book: Book) -> None:
    assert post(book) == []


def test_every_problem_of_every_entry_is_listed_and_nothing_is_posted(book: Book) -> None:
    with book.operation("close", AT) as op:
        op.db.exec_driver_sql("INSERT INTO period (start_on, end_on, locked) VALUES ('2025-01-01', '2025-12-31', 1)")
    euro = gift(500, 1)
    lopsided = replace(euro, uid="lopsided", postings=(euro.postings[0], replace(euro.postings[1], amount=Money(-400, "EUR"))))
    foreign = replace(euro, uid="foreign", postings=tuple(replace(one, amount=Money(one.amount.minor, "USD")) for one in euro.postings))
    lost = replace(euro, uid="lost", postings=tuple(replace(one, fund=77, account="9999") for one in euro.postings))
    late = replace(euro, uid="late", dated=date(2025, 6, 1))
    with pytest.raises(KnownError) as error:
        post(book, lopsided, foreign, lost, late)
    assert {(one.subject, one.code) for one in error.value.problems} >= {
        ("lopsided", "entry.fund_not_zero"),
        ("foreign", "entry.not_book_currency"),
        ("lost", "entry.unknown_account"),
        ("lost", "entry.unknown_fund"),
        ("late", "entry.period_locked"),
    }
    with book.reading() as db:
        assert list(journal.entries(db)) == []


def test_the_trial_balance_sums_debits_and_credits_of_its_days(book: Book) -> None:
    post(book, interest(500, 1), interest(-200, 1), interest(70, 2), interest(9, 1, dated=date(2027, 1, 1)))
    with book.reading() as db:
        assert journal.trial_balance(db, DAY, DAY) == [("1020", 1, 500, 200), ("1020", 2, 70, 0), ("4020", 1, 200, 500), ("4020", 2, 0, 70)]
        whole = journal.trial_balance(db)
    assert sum(debit for _, _, debit, _ in whole) == sum(credit for *_, credit in whole) == 779


def test_a_reversal_takes_an_entry_back_and_can_be_taken_back_itself(book: Book) -> None:
    (first,) = post(book, interest(500, 1))
    before = balances(book)
    with book.operation("reverse", AT) as op:
        (second,) = journal.reverse_posted(op, [first])
        assert journal.standing(op.db, first) is None
        with pytest.raises(KnownError, match=r"entry\.reversed_already"):
            journal.reverse_posted(op, [first])
        assert journal.read_entry(op.db, second).reverses == first
    assert balances(book) == {}
    with book.operation("reverse the reversal", AT) as op:
        (third,) = journal.reverse_posted(op, [second])
        assert journal.standing(op.db, first) == third
    assert balances(book) == before
    with book.operation("reverse what stands", AT) as op:
        journal.reverse_posted(op, [first])
    assert balances(book) == {}
    assert faults(book) == []


def test_a_reversal_keeps_the_day_while_its_period_is_open_and_is_of_today_afterwards(book: Book) -> None:
    first, second = post(book, interest(500, 1), interest(600, 1))
    with book.operation("reverse", AT) as op:
        (open_period,) = journal.reverse_posted(op, [first])
        op.db.exec_driver_sql("INSERT INTO period (start_on, end_on, locked) VALUES ('2026-03-01', '2026-03-02', 1)")
        (closed_period,) = journal.reverse_posted(op, [second])
        assert journal.read_entry(op.db, open_period).dated == DAY
        assert journal.read_entry(op.db, closed_period).dated == AT.date()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches(), batches())
def test_balances_after_an_undo_are_those_before_it(book: Book, first: list[Entry], second: list[Entry]) -> None:
    fresh = [replace(entry, uid=f"{n}-{entry.uid}-{id(first)}") for n, entry in enumerate(first)]
    post(book, *fresh)
    before = balances(book)
    with book.operation("second", AT) as op:
        journal.post(op, [replace(entry, uid=f"{n}-{entry.uid}-{id(second)}-{op.id}") for n, entry in enumerate(second)])
        taken = op.id
    with book.operation("undo", AT, undoes=taken) as op:
        undo(op, taken)
    assert balances(book) == before
    assert faults(book) == []
