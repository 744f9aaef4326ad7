"""Money that goes back: to the cent, gift by gift, only to the account it came from."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.refunding import Fate, Given, RefundShare, refund_shares

DAY = date(2026, 1, 5)


def gift(number: int, minor: int, donor: int | None = None, source: str | None = "", *, guarded: bool = False) -> Given:
    """A gift of a donor of its own, from an account of its own."""
    who = number if donor is None else donor or None
    account = f"LT{number:02d}" if source == "" else source
    return Given(number, who, f"D-{who}" if who else None, number, account, DAY, minor, guarded=guarded)


def back(shares: tuple[RefundShare, ...], fate: Fate = Fate.REFUND) -> list[int]:
    return [one.share.minor for one in shares if one.fate is fate]


def test_230_over_57_gifts_goes_back_to_the_cent_and_twins_keep_apart() -> None:
    gifts = [gift(n, 1000 + 37 * n) for n in range(1, 56)] + [gift(56, 5000), gift(57, 5000)]
    shares = refund_shares(gifts, Money(23000, "EUR"))
    assert (len(shares), sum(back(shares))) == (57, 23000)
    twins = [one for one in shares if one.donor in {56, 57}]
    assert len(twins) == 2
    assert {len(one.gifts) for one in twins} == {1}
    assert abs(twins[0].share.minor - twins[1].share.minor) <= 1


def test_gifts_from_one_account_go_back_together_and_anonymous_ones_by_themselves() -> None:
    gifts = [
        gift(1, 3000, 7, "LT07"),
        gift(2, 1000, 7, "LT07"),
        gift(3, 1000, 7, "LT08"),
        gift(4, 1000, 0, "LT09"),
        gift(5, 1000, 0, "LT09"),
    ]
    shares = refund_shares(gifts, Money(700, "EUR"))
    assert [(one.code, one.share.minor, [each.gift for each in one.gifts]) for one in shares] == [
        ("D-7", 400, [1, 2]), ("D-7", 100, [3]), (None, 100, [4]), (None, 100, [5]),
    ]  # fmt: skip


def test_what_cannot_go_back_is_told_apart() -> None:
    gifts = [gift(1, 10000), gift(2, 10000, source=None), gift(3, 10000, guarded=True), gift(4, 100), gift(5, 0)]
    shares = refund_shares(gifts, Money(5010, "EUR"), smallest_minor=100, other_minor=20000)
    assert [(one.fate, one.share.minor) for one in shares] == [
        (Fate.SOURCE, 2000), (Fate.REFUND, 1000), (Fate.SOURCE, 1000), (Fate.GUARDED, 1000), (Fate.SMALL, 10),
    ]  # fmt: skip
    assert shares[0].gifts[0].gift is None


def test_nothing_is_shared_over_nothing() -> None:
    assert refund_shares([gift(1, 0)], Money(5, "EUR")) == ()


GIFTS = st.lists(
    st.tuples(st.integers(-1000, 10**9), st.integers(0, 9), st.sampled_from(["", None, "LT01"]), st.booleans()), min_size=1, max_size=60
)


@given(GIFTS, st.integers(0, 10**9), st.integers(0, 5000), st.integers(0, 10**6))
def test_all_shares_add_up_to_the_cent_and_each_is_in_proportion(
    drawn: list[tuple[int, int, str | None, bool]], rest: int, smallest: int, other: int
) -> None:
    gifts = [gift(n, minor, donor, source, guarded=guarded) for n, (minor, donor, source, guarded) in enumerate(drawn, 1)]
    shares = refund_shares(gifts, Money(rest, "EUR"), smallest, other)
    whole = sum(one.minor for one in gifts if one.minor > 0) + other
    every = [each for one in shares for each in one.gifts]
    assert sum(one.share.minor for one in every) == (rest if whole else 0)
    assert all(abs(one.share.minor * whole - rest * one.given.minor) < whole for one in every)
    assert all(one.share.minor >= max(smallest, 1) for one in shares if one.fate is Fate.REFUND)
    assert sorted(each.gift for each in every if each.gift) == [one.gift for one in gifts if one.minor > 0]
