from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.gui.fields import read_amount, read_day
from fundledger.i18n import Speaker

TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1234.56", 123456), ("1234,56", 123456), ("1,50", 150), ("1.50", 150), ("1 234,56", 123456), ("1,234.56", 123456),
        ("1.234,56", 123456), ("1\u00a0234,5", 123450), ("-12.30", -1230), ("\N{MINUS SIGN}12", -1200), ("1,234,567", 123456700),
        ("1.500", 150000), ("0", 0),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(typed: str, minor: int) -> None:
    assert read_amount(typed, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize("typed", ["", "abc", "1,2,3", "1.234.5", "1.5000", "1,234,56", "1e5", "12-", "--1", "1.", ".5", "9" * 20])
def test_what_could_mean_two_things_is_no_amount(typed: str) -> None:
    assert read_amount(typed, "EUR") is None


@given(st.integers(-(10**12), 10**12), st.sampled_from(("en", "lt")), st.sampled_from(("EUR", "JPY")))
def test_an_amount_as_the_window_shows_it_is_read_back(minor: int, language: str, currency: str) -> None:
    amount = Money(minor, currency)
    assert read_amount(Speaker(language).amount(amount), currency) == amount


@given(st.text(max_size=30))
def test_no_text_breaks_a_field(text: str) -> None:
    assert read_amount(text, "EUR") is None or any(letter.isdigit() for letter in text)
    assert read_day(text, TODAY) is None or text.strip()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("t", TODAY), ("+1", date(2026, 3, 21)), ("-3", date(2026, 3, 17)), ("15", date(2026, 3, 15)), ("15.4", date(2026, 4, 15)),
        ("15.4.", date(2026, 4, 15)), ("1/2/2025", date(2025, 2, 1)), ("2025-12-31", date(2025, 12, 31)),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(typed: str, day: date) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["", "tomorrow", "31.2", "0", "32", "2025-13-01", "1.1.99", "+"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read_day(typed, TODAY) is None


@given(st.dates(), st.integers(-9999, 9999))
def test_steps_and_iso_days_are_exact(day: date, step: int) -> None:
    assert read_day(day.isoformat(), TODAY) == day
    assert read_day(f"{step:+}", TODAY) == TODAY + timedelta(days=step)
