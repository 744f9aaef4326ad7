"""Foreign money by exact fractions: parts add up, a round trip stays within a minor unit, holidays have no rate of their own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.exchange import OLDEST, Rate, back, converted, cross, holds_until, in_parts, is_published, is_rate, quotient
from fundledger.domain.money import Money

FRIDAY = date(2026, 1, 16)
MINORS = st.integers(-(10**12), 10**12)
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
TEXTS = st.integers(1, 10**8).map(lambda n: f"{n // 10**4}.{n % 10**4:04d}")
RATES = st.builds(lambda currency, text: Rate(currency, "EUR", text, FRIDAY, "invented"), CURRENCIES, TEXTS)


def rate(text: str, currency: str = "USD") -> Rate:
    return Rate(currency, "EUR", text, FRIDAY, "invented")


def test_a_hundred_dollars_at_an_invented_rate_are_92_euros() -> None:
    assert converted(Money(10000, "USD"), rate("1.0869565")) == Money(9200, "EUR")


def test_half_a_cent_goes_to_the_even_one() -> None:
    assert [converted(Money(minor, "USD"), rate("2")).minor for minor in (1, 3, -1, -3)] == [0, 2, 0, -2]


def test_yen_have_no_minor_unit() -> None:
    assert converted(Money(160, "JPY"), rate("160", "JPY")) == Money(100, "EUR")
    assert back(Money(100, "EUR"), rate("160", "JPY")) == Money(160, "JPY")


def test_another_currency_is_no_amount_of_a_rate() -> None:
    with pytest.raises(ValueError, match="GBP is not USD"):
        converted(Money(1, "GBP"), rate("2"))
    with pytest.raises(ValueError, match="USD is not EUR"):
        back(Money(1, "USD"), rate("2"))


@given(st.lists(MINORS, max_size=9), RATES)
def test_parts_add_up_to_the_whole_and_each_is_within_a_cent(minors: list[int], one: Rate) -> None:
    parts = [Money(minor, one.currency) for minor in minors]
    found = in_parts(parts, one)
    assert sum(part.minor for part in found) == converted(Money(sum(minors), one.currency), one).minor
    assert all(abs(part.minor - converted(own, one).minor) <= 1 for part, own in zip(found, parts, strict=True))


@given(MINORS, RATES)
def test_a_round_trip_stays_within_what_a_minor_unit_is_worth(minor: int, one: Rate) -> None:
    """Rounding to the coarser currency loses up to half of its minor unit; from the coarser one and home again, at most one."""
    there = back(Money(minor, "EUR"), one)
    worth = abs(converted(Money(1000, one.currency), one).minor) / 1000
    assert abs(converted(there, one).minor - minor) <= max(1, worth)


@given(MINORS, RATES)
def test_what_is_owed_is_what_is_held_with_the_other_sign(minor: int, one: Rate) -> None:
    assert converted(Money(-minor, one.currency), one) == -converted(Money(minor, one.currency), one)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_the_rate_an_amount_stands_at_brings_it_back(own: int, booked: int) -> None:
    text = quotient(Money(own, "USD"), Money(booked, "EUR"))
    assert abs(converted(Money(own, "USD"), rate(text)).minor - booked) <= 1


def test_a_cross_rate_goes_through_the_euro_and_says_so() -> None:
    found = cross(rate("1.2"), Rate("GBP", "EUR", "0.8", date(2026, 1, 15), "other"))
    assert (found.currency, found.base, found.text, found.on) == ("USD", "GBP", "1.5", date(2026, 1, 15))
    assert found.source == "invented: EUR 1 = USD 1.2 = GBP 0.8"


@pytest.mark.parametrize("text", ["", "0", "0.0", "-1", "+1", "1e3", "N/A", "1,2", ".5", "1.", "NaN", "Infinity", "\u0661", " 1", "1\n"])
def test_no_other_text_is_a_rate(text: str) -> None:
    assert not is_rate(text)


@pytest.mark.parametrize("easter", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28)])
def test_nothing_is_published_from_good_friday_to_easter_monday(easter: date) -> None:
    days = [easter + timedelta(days=n) for n in range(-3, 3)]
    assert [is_published(one) for one in days] == [True, False, False, False, False, True]
    assert holds_until(days[0], days[4])
    assert not holds_until(days[0], days[5])


@given(st.dates(date(1999, 1, 4), date(2099, 1, 1)), st.integers(-3, 12))
def test_a_rate_never_holds_backwards_or_longer_than_a_week(last: date, n: int) -> None:
    if holds_until(last, last + timedelta(days=n)):
        assert 0 <= n <= OLDEST.days
