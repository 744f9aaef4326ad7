"""What payments settle of an invoice in another currency: nothing is left at its end, and nothing is taken twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.settling import Open, Part, booked_part, own_part, part_of

WHOLE = Open(300_000, 276_000)


@pytest.mark.parametrize(
    ("money", "worth", "said", "expected"),
    [
        (279_000, 279_000, None, Part(300_000, 276_000, 279_000)),  # near: whole
        (279_000, 279_000, 300_000, Part(300_000, 276_000, 279_000)),
        (100_000, 100_000, 110_000, Part(110_000, 101_200, 100_000)),
        (138_000, 138_000, None, Part(150_000, 138_000, 138_000)),  # far below: at the invoice's own rate
        (552_000, 552_000, None, Part(300_000, 276_000, 276_000)),  # far above: the rest is beyond
        (560_000, 560_000, 600_000, Part(300_000, 276_000, 280_000)),
        (150_000, 139_500, 150_000, Part(150_000, 138_000, 150_000)),  # out of an account in its own currency
    ],
)
def test_what_a_payment_settles(money: int, worth: int, said: int | None, expected: Part) -> None:
    assert part_of(WHOLE, money, worth, said) == expected


def test_of_what_is_settled_nothing_is_taken() -> None:
    assert part_of(Open(0, 0), 5_000, 5_000) == Part()


@given(own=st.integers(100, 10**9), booked=st.integers(100, 10**9), shares=st.lists(st.integers(1, 90), max_size=30))
def test_any_parts_that_are_all_of_it_are_all_of_its_worth(own: int, booked: int, shares: list[int]) -> None:
    left = Open(own, booked)
    for share in shares:
        paid = max(1, left.own * share // 100)
        part = part_of(left, 7, 7, paid)
        assert (part.own, part.booked > 0, part.taken) == (paid, True, 7)
        if part.booked == left.booked:
            return  # less than two of the smallest units were left
        left = Open(left.own - part.own, left.booked - part.booked)
    last = part_of(left, 7, 7, left.own)
    assert (last.own, last.booked) == (left.own, left.booked)


@given(own=st.integers(2, 10**9), booked=st.integers(2, 10**9), part=st.integers(1, 2 * 10**9))
def test_more_is_never_worth_less_and_all_is_all(own: int, booked: int, part: int) -> None:
    worth = booked_part(Open(own, booked), part)
    assert (worth == booked) == (part == own)
    assert (worth > booked) == (part > own)
    assert own_part(Open(own, booked), booked) == own
