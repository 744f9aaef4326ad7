"""Money: no cent is born or lost, and a text that is no plain amount is refused."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fundledger.domain.money import MOST_MINOR, Money, exponent, is_currency, parse, plain, split
from fundledger.domain.problem import KnownError

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])
MINOR = st.integers(-MOST_MINOR, MOST_MINOR)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@given(MINOR, WEIGHTS)
def test_parts_are_the_whole_and_within_a_cent_of_fair(minor: int, weights: list[int]) -> None:
    whole = sum(weights)
    assume(whole)
    parts = split(Money(minor, "EUR"), weights)
    assert sum((part for part in parts), Money(0, "EUR")) == Money(minor, "EUR")
    assert all(abs(part.minor * whole - minor * weight) < whole for part, weight in zip(parts, weights, strict=True))
    assert all(part.minor * minor >= 0 for part in parts)


def test_the_largest_remainder_gets_the_cent_and_the_earlier_part_at_a_tie() -> None:
    assert [part.minor for part in split(Money(100, "EUR"), [1, 1, 1])] == [34, 33, 33]
    assert [part.minor for part in split(Money(10, "EUR"), [1, 2, 6])] == [1, 2, 7]
    assert [part.minor for part in split(Money(-100, "EUR"), [1, 1, 1])] == [-34, -33, -33]
    assert [part.minor for part in split(Money(230_00, "EUR"), [1000, 800, 600, 400, 230])] == [7591, 6073, 4554, 3036, 1746]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [3, -1]])
def test_weights_that_share_nothing_out_are_a_bug(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(Money(100, "EUR"), weights)


@given(MINOR, CURRENCIES)
def test_plain_text_reads_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse(str(money), currency) == money
    digits = len(str(money).partition(".")[2])
    assert digits == exponent(currency)


def test_each_currency_has_its_own_digits() -> None:
    assert [plain(-5, currency) for currency in ("EUR", "JPY", "KWD")] == ["-0.05", "-5", "-0.005"]
    assert [parse("12.5", "EUR").minor, parse("12", "JPY").minor, parse("12.5", "KWD").minor] == [1250, 12, 12500]
    assert parse("12.3400000", "EUR") == Money(1234, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", ".5", "-", "+", "--1", "1,50", "1.234,50", "1 234", "1'234", "1e3", "1E3", "NaN", "Infinity", "0x10", "1_000"),
        *("١٢", "½", "\u22125", "1.2.3", "1.005", "10000000000000.01", "9" * 16, "9" * 4000, "1" + "0" * 15, "5 EUR", "€5", "1.5\n2"),
    ],
)
def test_hostile_amounts_are_refused(text: str) -> None:
    with pytest.raises(KnownError) as refused:
        parse(text, "EUR")
    assert refused.value.code == "amount.unreadable"
    assert len(refused.value.problems[0].subject) <= 40


def test_a_part_finer_than_the_currency_is_refused_and_not_rounded() -> None:
    for text, currency in (("1.001", "EUR"), ("1.5", "JPY"), ("1.0001", "KWD")):
        with pytest.raises(KnownError):
            parse(text, currency)


@given(st.text(max_size=25), CURRENCIES)
def test_whatever_is_read_is_said_again(text: str, currency: str) -> None:
    with suppress(KnownError):
        assert Decimal(str(parse(text, currency))) == Decimal(text.strip())


def test_currencies_do_not_mix() -> None:
    euro, yen = Money(1, "EUR"), Money(1, "JPY")
    for act in (lambda: euro + yen, lambda: euro - yen, lambda: euro < yen, lambda: euro <= yen):
        with pytest.raises(ValueError, match="EUR is not JPY"):
            act()
    assert euro != yen
    assert (-euro, abs(-euro), bool(Money(0, "EUR")), Money(2, "EUR") > euro) == (Money(-1, "EUR"), euro, False, True)


def test_a_currency_is_three_letters_of_real_money() -> None:
    assert [is_currency(code) for code in ("EUR", "XXX", "eur", "EURO", "", "EU1", "\u0415UR")] == [True, *[False] * 6]
