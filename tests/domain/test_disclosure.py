"""Nobody is singled out: five donors behind every figure, and nothing left over that could be found by subtraction."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.disclosure import (
    FEWEST_DONORS,
    POLICY,
    by_bands,
    by_quarters,
    is_shown,
    is_whole_quarters,
    may_be_shown,
    quarter,
)

if TYPE_CHECKING:
    from random import Random

GIFTS = st.lists(
    st.tuples(st.dates(date(2024, 1, 1), date(2025, 12, 31)), st.none() | st.integers(1, 12), st.integers(1, 10**7)), max_size=60
)
Gift = tuple[date, int | None, int]


def days(*gifts: Gift) -> list[tuple[int, int]]:
    """Number of donors and amount of each cell."""
    return [(len(cell.donors), cell.amount.minor) for cell in by_quarters(gifts, "EUR")]


@given(GIFTS)
def test_cells_are_of_enough_donors_in_a_row_and_add_up(gifts: list[Gift]) -> None:
    cells = by_quarters(gifts, "EUR")
    if not cells:
        assert len({donor for _, donor, _ in gifts if donor}) < FEWEST_DONORS
        return
    assert all(len(cell.donors) >= FEWEST_DONORS and cell.first <= cell.last for cell in cells)
    assert all(before.last < after.first for before, after in pairwise(cells))
    assert sum(cell.amount.minor for cell in cells) == sum(minor for *_, minor in gifts)
    for cell in cells:
        inside = [gift for gift in gifts if cell.first <= quarter(gift[0]) <= cell.last]
        assert cell.amount.minor == sum(minor for *_, minor in inside)
        assert cell.donors == {donor for _, donor, _ in inside if donor is not None}


@given(GIFTS, st.randoms())
def test_the_order_of_gifts_does_not_matter(gifts: list[Gift], random: Random) -> None:
    shuffled = random.sample(gifts, len(gifts))
    assert by_quarters(shuffled, "EUR") == by_quarters(gifts, "EUR")


def five(day: date, first: int = 1) -> list[Gift]:
    return [(day, first + n, 1000) for n in range(5)]


def test_a_thin_quarter_joins_the_next_and_the_last_the_one_before() -> None:
    spring, summer, autumn = date(2025, 5, 1), date(2025, 8, 1), date(2025, 11, 1)
    assert days((spring, 1, 500), *five(summer)) == [(5, 5500)]
    assert days(*five(spring), (autumn, 9, 500)) == [(6, 5500)]
    assert days(*five(spring), (summer, 9, 500), *five(autumn)) == [(5, 5000), (6, 5500)]


def test_one_donor_many_times_is_one_and_an_anonymous_gift_none() -> None:
    day = date(2025, 5, 1)
    assert days(*((day, 1, 1000) for _ in range(9))) == []
    assert days(*((day, None, 1000) for _ in range(9))) == []
    assert days(*five(day)[:4], (day, None, 1000)) == []
    assert days(*five(day), (day, None, 1000)) == [(5, 6000)]
    assert days() == []


def test_five_is_enough_and_four_is_not() -> None:
    assert may_be_shown([1, 2, 3, 4, 5])
    assert not may_be_shown([1, 2, 3, 4, 4])


@pytest.mark.parametrize(("day", "expected"), [((1, 1), 1), ((3, 31), 1), ((4, 1), 2), ((9, 30), 3), ((10, 1), 4), ((12, 31), 4)])
def test_the_quarter_of_a_day(day: tuple[int, int], expected: int) -> None:
    assert quarter(date(2025, *day)) == (2025, expected)


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [
        (None, None, True), ("2025-01-01", "2025-03-31", True), ("2025-04-01", "2025-12-31", True), (None, "2025-09-30", True),
        ("2025-10-01", None, True), ("2025-01-02", "2025-03-31", False), ("2025-02-01", "2025-03-31", False),
        ("2025-01-01", "2025-03-30", False), ("2025-01-01", "2025-04-30", False), (None, "2025-06-29", False), ("2025-05-05", None, False),
    ],
)  # fmt: skip
def test_a_public_period_is_whole_quarters(start: str | None, end: str | None, whole: bool) -> None:
    first, last = (date.fromisoformat(day) if day else None for day in (start, end))
    assert is_whole_quarters(first, last) is whole


# --- gifts by quarter and size ----------------------------------------------------------------------------------------
@given(st.lists(GIFTS, max_size=4))
def test_bands_are_parts_of_all_gifts_and_each_is_of_enough_donors(groups: list[list[Gift]]) -> None:
    """Cells that share no gift: every total, margin or difference of totals is a sum of whole cells, so of five donors or more."""
    cells = by_bands(groups, "EUR")
    if not cells:
        assert not any(groups) or any(group and not by_quarters(group, "EUR") for group in groups)
        return
    every = [gift for group in groups for gift in group]
    assert all(len(cell.donors) >= FEWEST_DONORS for cell in cells)
    assert sum(cell.gifts for cell in cells) == len(every)
    assert sum(cell.amount.minor for cell in cells) == sum(minor for *_, minor in every)
    for cell in cells:
        inside = [
            (donor, minor)
            for on, donor, minor in every
            if cell.first <= quarter(on) <= cell.last and cell.low < minor and (cell.high is None or minor <= cell.high)
        ]
        assert (cell.gifts, cell.amount.minor) == (len(inside), sum(minor for _, minor in inside))
        assert cell.donors == {donor for donor, _ in inside if donor is not None}


@given(st.lists(GIFTS, min_size=1, max_size=4))
def test_bands_less_what_each_fund_shows_leave_whole_cells_of_the_others(groups: list[list[Gift]]) -> None:
    """Whoever takes the quarters of all funds but one from the bands of a quarter finds nothing, or five donors of that one."""
    for first, last in {(cell.first, cell.last) for cell in by_bands(groups, "EUR")}:
        for group in groups:
            left = [donor for on, donor, _ in group if first <= quarter(on) <= last]
            assert not left or may_be_shown(donor for donor in left if donor is not None)


# --- the policy -------------------------------------------------------------------------------------------------------
def test_what_the_policy_does_not_name_is_shown_to_nobody() -> None:
    assert not any(is_shown("shoe_size", audience) for audience in ("public", "auditor", "internal"))
    public = {"campaign", "campaign_totals", "all_totals", "gift_cells", "open_lines", "disclosure"}
    assert {field for field in POLICY if is_shown(field, "public")} == public
    assert not any(POLICY[field] for field in ("donor_name", "donor_account", "payment_route", "contact", "bank_text", "country"))
