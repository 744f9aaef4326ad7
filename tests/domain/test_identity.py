"""When two bank lines are one: never by the amount alone, never by what changes between downloads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.identity import Relation, Span, Verdict, judge, line_key, relate
from fundledger.domain.money import Money
from fundledger.domain.statement import Party, References, StatementLine

OURS, SECRET = "LT029999900000000001", b"k" * 32
LINE = StatementLine(
    Money(5000, "EUR"), 1, date(2026, 1, 5), references=References("B-1", "E-1"), remittance="Gift", counterparty=Party("Testa", "LT72")
)


def key(line: StatementLine, account: str = OURS) -> bytes:
    return line_key(line, account, SECRET)


def refs(bank: str | None, end_to_end: str | None) -> StatementLine:
    return LINE._replace(references=References(bank, end_to_end))


# --- the key ----------------------------------------------------------------------------------------------------------
def test_the_same_line_in_another_download_has_the_same_key() -> None:
    other = LINE._replace(position=9, raw=b"<Ntry/>", remittance="other words", value_on=date(2026, 1, 6), counterparty=Party())
    again = other._replace(references=References("B-1", "NOTPROVIDED", entry="7", transaction="T"))
    assert key(LINE) == key(other) == key(again)


@pytest.mark.parametrize(
    "other",
    [
        LINE._replace(amount=Money(5001, "EUR")),
        LINE._replace(amount=Money(-5000, "EUR")),
        LINE._replace(amount=Money(5000, "USD")),
        LINE._replace(booked_on=date(2026, 1, 6)),
        refs("B-2", "E-1"),
        refs(None, "E-1"),
    ],
)
def test_another_amount_day_or_reference_is_another_line(other: StatementLine) -> None:
    assert key(LINE) != key(other)


def test_the_bank_reference_comes_first_then_the_end_to_end_id_then_what_stands_on_the_line() -> None:
    assert key(refs("B-1", "E-1")) == key(refs("B-1", "E-2"))
    for none in (None, "", "NONREF", "notprovided"):
        assert key(refs(none, "E-1")) == key(refs(none, "E-1")._replace(remittance="other")) != key(refs(none, "E-2"))
        plain = refs(none, "NOTPROVIDED")
        assert key(plain) == key(refs(None, None)) == key(plain._replace(remittance="  GIFT ", counterparty=Party("Other", "lt72")))
        assert key(plain) != key(plain._replace(remittance="Gift for you"))
        assert key(plain) != key(plain._replace(counterparty=Party("Testa", "LT73")))


def test_a_key_belongs_to_one_account_and_says_nothing_without_the_secret() -> None:
    assert key(LINE) != key(LINE, "DE93999999990000000001")
    assert line_key(LINE, OURS, SECRET) != line_key(LINE, OURS, b"x" * 32)
    assert len(key(LINE)) == 16


# --- how two statements stand to each other ---------------------------------------------------------------------------
def span(first: str | None, last: str | None, opening: int | None = None, closing: int | None = None, number: str | None = None) -> Span:
    start, end = (date.fromisoformat(f"2026-{day}") if day else None for day in (first, last))
    return Span(start, end, opening, closing, number)


JANUARY = span("01-01", "01-31", 0, 15000, "1")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (span("02-01", "02-28", 15000, 20000, "2"), Relation.APART),
        (span("02-01", "02-28"), Relation.APART),
        (span("03-01", "03-31", 0, 0), Relation.APART),
        (JANUARY, Relation.OVERLAP),
        (span("01-16", "02-15", 5000, 9000), Relation.OVERLAP),
        (span("01-10", "01-10", 5000, 9000), Relation.OVERLAP),
        (span("01-01", "01-01", 0, 9000), Relation.OVERLAP),
        (span("01-31", "01-31", 9000, 15000), Relation.OVERLAP),
        (span("01-31", "02-28", 15000, 20000), Relation.APART),
        (span("01-31", "02-28", None, None, "2"), Relation.APART),
        (span("01-31", "02-28", 9000, 20000), Relation.UNCLEAR),
        (span("01-31", "02-28"), Relation.UNCLEAR),
        (span(None, None, 15000, 20000), Relation.UNCLEAR),
        (span("01-05", None), Relation.UNCLEAR),
    ],
)
def test_how_a_statement_stands_to_january(other: Span, expected: Relation) -> None:
    assert relate(JANUARY, other) is relate(other, JANUARY) is expected


ONE_DAY = span("01-05", "01-05", 0, 5000, "5")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (span("01-05", "01-05", 5000, 10000, "6"), Relation.APART),
        (span("01-05", "01-05", 5000, 10000), Relation.APART),
        (span("01-05", "01-05", 0, 5000, "5"), Relation.OVERLAP),
        (span("01-05", "01-05", 0, 10000, "6"), Relation.OVERLAP),
        (span("01-05", "01-05", None, None, "5"), Relation.OVERLAP),
        (span("01-05", "01-05", None, None, "6"), Relation.APART),
        (span("01-05", "01-05", None, None, "9"), Relation.UNCLEAR),
        (span("01-05", "01-05", 7000, 9000), Relation.UNCLEAR),
        (span("01-05", "01-05"), Relation.UNCLEAR),
    ],
)
def test_two_statements_of_one_day_are_told_apart_by_balances_then_numbers(other: Span, expected: Relation) -> None:
    assert relate(ONE_DAY, other) is relate(other, ONE_DAY) is expected


def test_pages_of_one_month_add_up_where_one_opens_as_the_other_closes() -> None:
    page, next_page = span("01-01", "01-31", 0, 10000, "1"), span("01-01", "01-31", 10000, 15000, "1")
    assert relate(page, next_page) is relate(next_page, page) is Relation.APART
    assert relate(page, replace(page, number="2")) is Relation.OVERLAP
    assert relate(replace(page, opening_minor=None), replace(page, opening_minor=None, closing_minor=None)) is Relation.OVERLAP


def test_a_day_on_which_nothing_was_left_over_is_decided_by_the_number() -> None:
    nothing = span("01-05", "01-05", 5000, 5000, "5")
    assert relate(nothing, nothing) is Relation.OVERLAP
    assert relate(nothing, replace(nothing, number="6")) is Relation.APART
    assert relate(nothing, replace(nothing, number=None)) is Relation.UNCLEAR


DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4))
SPANS = st.builds(Span, DAYS, DAYS, st.none() | st.integers(0, 2), st.none() | st.integers(0, 2), st.none() | st.sampled_from("123"))


@given(SPANS, SPANS)
def test_it_does_not_matter_which_came_first(one: Span, other: Span) -> None:
    assert relate(one, other) is relate(other, one)


# --- the verdict ------------------------------------------------------------------------------------------------------
SAME, OTHER, MAYBE = (frozenset({relation}) for relation in (Relation.OVERLAP, Relation.APART, Relation.UNCLEAR))


def verdicts(n: int, *candidates: tuple[int, frozenset[Relation]]) -> list[tuple[str, int | None]]:
    """What becomes of n equal lines of one file."""
    return [(verdict.value, row) for verdict, row in (judge(ordinal, candidates) for ordinal in range(n))]


def test_the_file_has_three_equal_lines_and_the_book_two() -> None:
    assert verdicts(3, (1, SAME), (2, SAME)) == [("already_here", 1), ("already_here", 2), ("new", None)]


def test_equal_lines_of_a_statement_apart_are_other_payments() -> None:
    assert verdicts(2, (1, OTHER), (2, OTHER)) == [("new", None)] * 2
    assert verdicts(2, (1, OTHER), (2, SAME)) == [("already_here", 2), ("new", None)]
    assert verdicts(1, (1, SAME | OTHER)) == [("new", None)]


def test_where_the_balances_cannot_decide_a_line_is_unsure_and_never_dropped() -> None:
    assert verdicts(2, (1, MAYBE)) == [("unsure", 1), ("new", None)]
    assert verdicts(3, (1, MAYBE), (2, SAME)) == [("already_here", 2), ("unsure", 1), ("new", None)]
    assert verdicts(1, (1, MAYBE | SAME)) == [("already_here", 1)]


@given(st.lists(st.sampled_from([SAME, OTHER, MAYBE, SAME | MAYBE, SAME | OTHER]), max_size=5), st.integers(0, 7))
def test_no_line_of_the_book_is_met_twice_and_none_is_lost(relations: list[frozenset[Relation]], n: int) -> None:
    found = verdicts(n, *enumerate(relations))
    met = [row for _, row in found if row is not None]
    assert len(met) == len(set(met))
    possible = sum(Relation.APART not in one for one in relations)
    assert [verdict for verdict, _ in found].count(Verdict.NEW.value) == max(0, n - possible)
    assert [verdict for verdict, _ in found].count(Verdict.HERE.value) == min(n, sum(one in (SAME, SAME | MAYBE) for one in relations))


# --- several statements, in any order ---------------------------------------------------------------------------------
def lines_after(statements: tuple[tuple[Span, int], ...]) -> int:
    """How many lines the book has after statements with so many equal lines each, all told to be new, are taken in."""
    rows: list[set[int]] = []
    for here, (arriving, n) in enumerate(statements):
        candidates = [
            (row, frozenset(relate(statements[one][0], arriving) for one in seen)) for row, seen in enumerate(rows) if here not in seen
        ]
        for ordinal in range(n):
            _, row = judge(ordinal, candidates)
            if row is None:
                rows.append({here})
            else:
                rows[row].add(here)
    return len(rows)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (((ONE_DAY, 1), (span("01-05", "01-05", 5000, 10000, "6"), 1)), 2),
        (((ONE_DAY, 1), (span("01-05", "01-05", 5000, 10000, "6"), 1), (span("01-01", "01-31", 0, 10000), 2)), 2),
        (((JANUARY, 2), (span("01-16", "02-15", 5000, 20000), 2), (span("02-01", "02-28", 15000, 20000), 0)), 2),
        (((JANUARY, 2), (JANUARY, 2), (span("01-05", "01-05", 0, 5000), 2)), 2),
        (((JANUARY, 1), (span("01-31", "02-28", 15000, 20000, "2"), 1), (span("01-31", "01-31", 12000, 15000), 1)), 2),
    ],
)
def test_the_order_in_which_statements_arrive_does_not_matter(statements: tuple[tuple[Span, int], ...], expected: int) -> None:
    assert {lines_after(order) for order in permutations(statements)} == {expected}
