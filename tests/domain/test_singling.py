"""Whatever can be reckoned from published figures is of five people or more, or the rule says so: tried against every set of four."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.singling import Figure, points_out

GIFTS = [f"gift-{n}" for n in range(9)]
FIGURES = st.lists(st.dictionaries(st.sampled_from(GIFTS), st.sampled_from((1, 1, 1, -1)), min_size=1), min_size=1, max_size=7)
PEOPLE = st.fixed_dictionaries({gift: st.none() | st.integers(1, 7) for gift in GIFTS})


def figure(*numbers: int, name: str = "figure.collected") -> Figure:
    return Figure(name, 1, {f"gift-{n}": 1 for n in numbers})


def several(first: int, last: int) -> Figure:
    return figure(*range(first, last + 1))


EVERYBODY = {f"gift-{n}": n for n in range(100)}


def rank(rows: list[list[int]]) -> int:
    """How many rows are independent."""
    left = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for place, row in enumerate(left):
            if place != found and row[column]:
                times = row[column] / pivot[column]
                left[place] = [value - times * other for value, other in zip(row, pivot, strict=True)]
        found += 1
    return found


def gives_away(figures: list[dict[str, int]], people: dict[str, int | None]) -> bool:
    """Whether some sum of figures is of the gifts of four people (and of nobody known) alone: every four are tried."""
    rows = [[figure.get(gift, 0) for gift in GIFTS] for figure in figures]
    known = {who for who in people.values() if who is not None}
    for some in combinations(sorted(known), min(4, len(known))):
        others = [[value for gift, value in zip(GIFTS, row, strict=True) if people[gift] not in {None, *some}] for row in rows]
        if rank(rows) > rank(others):
            return True
    return not known


@settings(max_examples=300)
@given(FIGURES, PEOPLE)
def test_nothing_that_gives_four_people_away_is_overlooked(figures: list[dict[str, int]], people: dict[str, int | None]) -> None:
    found = points_out([], [Figure("figure.collected", None, parts) for parts in figures], people)
    assert bool(found) or not gives_away(figures, people)


@given(FIGURES, FIGURES, PEOPLE)
def test_what_is_safe_beside_all_that_is_known_is_safe_in_any_order(
    known: list[dict[str, int]], new: list[dict[str, int]], people: dict[str, int | None]
) -> None:
    """Whatever new figures let a reader find, she finds whichever came first, unless she knew it already."""
    one, other = ([Figure("figure.collected", None, parts) for parts in some] for some in (known, new))
    if not points_out([], one, people) and not points_out(one, other, people):
        assert points_out([], [*other, *one], people) == []


def test_five_people_may_be_told_of_and_four_not() -> None:
    assert points_out([], [several(1, 5)], EVERYBODY) == []
    [found] = points_out([], [several(1, 4)], EVERYBODY)
    assert found.gifts == 4
    assert points_out([], [several(1, 5)], {**EVERYBODY, "gift-5": 4}) != [], "four people gave five times"
    assert points_out([], [several(1, 5)], {**EVERYBODY, "gift-5": None}) != [], "nobody known is nobody"


def test_a_figure_that_grew_by_one_gift_points_at_it() -> None:
    before = several(1, 9)
    assert [one.gifts for one in points_out([before], [several(1, 10)], EVERYBODY)] == [1]
    assert points_out([before], [several(1, 14)], EVERYBODY) == []
    assert [one.gifts for one in points_out([before], [several(1, 7)], EVERYBODY)] == [2], "gifts that are no longer there count as well"


def test_a_total_less_all_its_parts_but_one_points_at_the_one() -> None:
    parts = [several(1, 9), several(10, 19)]
    assert [one.gifts for one in points_out(parts, [several(1, 22)], EVERYBODY)] == [3]
    assert points_out(parts, [several(1, 24)], EVERYBODY) == []
    assert [one.gifts for one in points_out([several(1, 22), parts[0]], [parts[1]], EVERYBODY)] == [3], "in the other order too"


def test_two_returns_that_are_only_told_together_with_new_gifts_are_hidden() -> None:
    collected = Figure("figure.collected", 1, {**several(1, 9).parts, "back-1": -1, "back-2": -1})
    people = EVERYBODY | {"back-1": 1, "back-2": 2}
    assert points_out([several(1, 9)], [collected], people) != []
    with_new = Figure("figure.collected", 1, {**several(1, 15).parts, "back-1": -1, "back-2": -1})
    assert points_out([several(1, 9)], [with_new], people) == []


def test_what_was_given_away_before_is_not_said_again() -> None:
    leaked = [several(1, 9), several(1, 10)]
    assert points_out(leaked, [several(1, 10)], EVERYBODY) == []
    assert [one.gifts for one in points_out(leaked, [several(1, 11)], EVERYBODY)] != []


@pytest.mark.parametrize("apart", [10, 20])
def test_figures_that_share_no_gift_are_not_looked_at(apart: int) -> None:
    assert points_out([several(apart, apart + 3)], [several(1, 5)], EVERYBODY) == []
