"""Which figures a public edition shows: campaigns of five donors on, the rest folded, nothing that an edition before would give away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.shown import LATEST, Event, Kind, Movement, Printed, Publicity
from fundledger.domain.singling import Figure, points_out

OWN, FIRST, SECOND = (1, 2), 3, 4
JANUARY, MAY = date(2026, 1, 5), date(2026, 5, 5)


def gift(number: int, fund: int = FIRST, donor: int | None = -1, on: date = JANUARY, minor: int = 1_000) -> Movement:
    return Movement(f"gift-{number}", Kind.GIFT, fund, number if donor == -1 else donor, minor, on, (Event(number, on),))


def gifts(first: int, last: int, fund: int = FIRST, on: date = JANUARY) -> list[Movement]:
    return [gift(number, fund, on=on) for number in range(first, last + 1)]


def public(*movements: Movement, editions: tuple[Printed, ...] = ()) -> Publicity:
    return Publicity(movements, (FIRST, SECOND), OWN, editions)


def edition(report: str = "campaign", fund: int | None = FIRST, number: int = LATEST, size: int = 0, placed: int = 0) -> Printed:
    return Printed(report, fund, None, None, number, size, placed)


def shown(some: Publicity, one: Printed) -> list[tuple[str, int | None, int]]:
    return [(figure.name, figure.fund, len(figure.parts)) for figure in some.figures(one)]


def test_a_campaign_of_five_shows_its_sum_and_its_quarters_and_one_of_four_nothing() -> None:
    assert shown(public(*gifts(1, 5)), edition()) == [("figure.collected", FIRST, 5), ("table.quarters", FIRST, 5)]
    assert shown(public(*gifts(1, 4)), edition()) == []
    assert shown(public(*gifts(1, 5)), edition("page")) == [("figure.collected", FIRST, 5)]


def test_one_small_campaign_stands_in_the_rest_and_two_in_a_row_of_their_own() -> None:
    own = gifts(21, 25, OWN[0])
    one = public(*gifts(1, 6), *gifts(11, 13, SECOND), *own)
    assert shown(one, edition("overview", None)) == [("figure.collected", FIRST, 6), ("figure.collected", None, 8)]
    fold = one.fold(one.seen(None, None), 0)
    assert (fold.alone, fold.small, fold.rest, fold.total) == ((FIRST,), (), (*OWN, SECOND), True)
    both = public(*gifts(1, 4), *gifts(11, 13, SECOND), *own)
    assert shown(both, edition("overview", None)) == [("figure.collected", None, 7), ("figure.collected", None, 5)]


def test_without_enough_people_in_the_rest_no_total_is_told() -> None:
    few = public(*gifts(1, 6), *gifts(21, 23, OWN[0]))
    assert shown(few, edition("overview", None)) == [("figure.collected", FIRST, 6)]
    assert shown(few, edition("reconciliation", None)) == []


def test_the_tie_out_tells_a_total_where_all_money_is_in_banks() -> None:
    enough = public(*gifts(1, 6), *gifts(21, 25, OWN[0]))
    assert shown(enough, edition("reconciliation", None)) == [("figure.all_money", None, 11)]
    assert shown(enough, replace(edition("reconciliation", None), elsewhere=True)) == []


def test_a_campaign_waits_in_the_rest_for_four_gifts_and_not_for_five() -> None:
    before = edition(number=10, size=1, placed=2)
    own = gifts(91, 95, OWN[0])
    for more, waiting in ((1, True), (4, True), (5, False)):
        some = public(*gifts(1, 10), *gifts(11, 10 + more, on=MAY), *own, editions=(before,))
        fold = some.fold(some.seen(None, None), 9)
        assert (fold.waiting == (FIRST,), FIRST in fold.alone) == (waiting, not waiting)
        assert not some.fold(some.seen(None, None), 1).waiting, "a log that does not know the edition yet"


def test_an_edition_is_told_again_as_it_was() -> None:
    """What came later, or was taken back, changes nothing of what was printed."""
    then = public(*gifts(1, 7))
    printed = edition(number=7)
    taken_back = replace(gift(3), events=(Event(3, JANUARY), Event(20, MAY, -1)))
    now = public(*gifts(1, 2), taken_back, *gifts(4, 7), *gifts(8, 30, on=MAY))
    assert [dict(one.parts) for one in now.figures(printed)] == [dict(one.parts) for one in then.figures(printed)]
    assert [one.gifts for one in public(*gifts(1, 2), taken_back, *gifts(4, 7), editions=(printed,)).points_out(edition())] == [1]


def test_what_went_back_to_few_is_set_off_and_to_five_is_told() -> None:
    def back(number: int) -> Movement:
        return Movement(f"back-{number}", Kind.BACK, FIRST, number, 500, MAY, (Event(50 + number, MAY),), named=False)

    few, many = public(*gifts(1, 12), back(1), back(2)), public(*gifts(1, 12), *map(back, range(1, 6)))
    assert shown(few, edition()) == [("figure.collected", FIRST, 14)]
    assert shown(many, edition())[:2] == [("figure.returned", FIRST, 5), ("figure.collected", FIRST, 12)]


@given(
    st.lists(st.tuples(st.sampled_from((1, FIRST, SECOND)), st.none() | st.integers(1, 9), st.sampled_from((JANUARY, MAY))), max_size=30),
    st.permutations([edition(fund=FIRST), edition(fund=SECOND), edition("overview", None), edition("transparency", None), edition("page")]),
)
def test_what_is_published_one_after_the_other_gives_nobody_away(some: list[tuple[int, int | None, date]], order: list[Printed]) -> None:
    """Each edition comes out unless the rule holds it back; all that came out together points at nobody."""
    moved = [gift(number, fund, donor, on) for number, (fund, donor, on) in enumerate(some, 1)]
    printed: list[Printed] = []
    for place, one in enumerate(order):
        for number in (len(moved) // 2, len(moved)):
            made = replace(one, number=number, size=place * 2 + 1, placed=place * 2 + 2)
            if not public(*moved, editions=tuple(printed)).points_out(made):
                printed.append(made)
    every: list[Figure] = [figure for one in printed for figure in public(*moved, editions=tuple(printed)).figures(one)]
    assert points_out([], every, {one.key: one.person for one in moved}) == []
