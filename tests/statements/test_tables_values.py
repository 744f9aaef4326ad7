"""Amounts and days in every form banks write them; what is none is never taken for one."""

# ruff: noqa: RUF001  digits of other scripts are meant as they are

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.money import Money, parse
from fundledger.statements.tables.days import ORDERS, damaged, read_days
from fundledger.statements.tables.numbers import Certain, read_number
from tests.statements.writing_tables import amount as written
from tests.statements.writing_tables import day as written_day

FIFTH = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "plain", "decimal"),
    [
        ("12.345,67", "12345.67", ","),
        ("12,345.67", "12345.67", "."),
        ("12\u202f345,67", "12345.67", ","),
        ("12\u00a0345,67", "12345.67", ","),
        ("12 345,67", "12345.67", ","),
        ("12'345.67", "12345.67", "."),
        ("12’345.67", "12345.67", "."),
        ("(5,00)", "-5.00", ","),
        ("5,00-", "-5.00", ","),
        ("5,00 -", "-5.00", ","),
        ("\u22125,00", "-5.00", ","),
        ("١٢٫٥٠", "12.50", ","),
        ("5,00 EUR", "5.00", ","),
        ("EUR -5.00", "-5.00", "."),
        ("-€5.00", "-5.00", "."),
        ("$1,000.00", "1000.00", "."),
        ("12.50 Dr", "-12.50", "."),
        ("12.50Cr", "12.50", "."),
        ("1,00,000.00", "100000.00", "."),
        (".5", "0.5", "."),
        ("1.234.567", "1234567", ","),
        ("0,123", "0.123", ","),
    ],
)
def test_row_56_every_form_of_an_amount(text: str, plain: str, decimal: str) -> None:
    number = read_number(text)
    assert number is not None
    assert (number.only, number.read(decimal)) == (decimal, plain)


@pytest.mark.parametrize("text", ["+5", "5", "(5)", "5-", "1 234"])
def test_row_56_whole_amounts_fit_both_signs_and_mean_the_same(text: str) -> None:
    number = read_number(text)
    assert number is not None
    assert (number.only, number.differs, number.point) == (None, False, number.comma)


def test_row_55_three_digits_behind_the_only_sign_mean_two_things() -> None:
    number = read_number("1.234")
    assert number is not None
    assert (number.point, number.comma, number.differs) == ("1.234", "1234", True)
    number = read_number(Certain("1.234"))
    assert number
    assert not number.differs


@pytest.mark.parametrize(
    "text",
    [
        "1e3",
        "4,40532E+21",
        "NaN",
        "Infinity",
        "",
        "-",
        "--5",
        "5-5",
        "=2+3",
        "+cmd",
        "1.2.3",
        "12.34.56",
        "12 34",
        "1..2",
        "(5",
        "5 EUR 5",
        "x" * 99,
    ],
)
def test_row_38_what_is_no_amount_is_not_taken_for_one(text: str) -> None:
    assert read_number(text) is None


@given(st.integers(-(10**13), 10**13), st.sampled_from([(".", ""), (".", ","), (",", "."), (",", "\u202f"), (",", ""), (".", "'")]))
def test_every_amount_written_is_read_to_the_cent(minor: int, style: tuple[str, str]) -> None:
    decimal, group = style
    number = read_number(written(Money(minor, "EUR"), decimal, group))
    assert number is not None
    assert parse(number.read(decimal) or "", "EUR") == Money(minor, "EUR")


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_none(text: str) -> None:
    number = read_number(text)
    assert number is None or number.point is not None or number.comma is not None


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05", "2026-01-05T12:33:00Z", "2026-01-05 12:33:11", "2026-01-05T12:33:00.000+02:00", "2026/1/5", "2026.01.05",
        "2026. 01. 05.", "20260105", "2026:01:05", "5 Jan 2026", "05-Jan-26", "Jan 5, 2026", "January 5, 2026", "Mon, 5 Jan 2026",
        "5. Januar 2026", "5 Jän. 2026", "2026 m. sausio 5 d.", "5 stycznia 2026", "5 sty 2026", "5 января 2026", "5 янв. 2026",
        "5 janvier 2026", "5 janv. 2026", "5 de enero de 2026", "5 ene 2026", "5 gennaio 2026", "5 jan. 2026", "5 січня 2026",
        "5 студзеня 2026", "5 janvāris 2026", "5. jaanuar 2026", "5 tammikuu 2026",
    ],
)  # fmt: skip
def test_every_form_of_a_day_that_needs_no_order(text: str) -> None:
    days = read_days(text)
    assert days is not None
    assert days.certain
    assert days.dmy == FIFTH


@pytest.mark.parametrize("text", ["05/01/2026", "5.1.26", "05-01-2026", "05 01 2026", "05012026", "٠٥/٠١/٢٠٢٦", "05/01/2026 3:04 PM"])
def test_row_58_numbers_alone_mean_two_days(text: str) -> None:
    days = read_days(text)
    assert days is not None
    assert (days.dmy, days.mdy) == (FIFTH, date(2026, 5, 1))


def test_a_day_without_a_year_takes_the_one_it_is_told() -> None:
    assert read_days("September 15") is None
    days = read_days("September 15", 2018)
    assert days
    assert days.dmy == date(2018, 9, 15)
    days = read_days("05.01.", 2018)
    assert days
    assert days.dmy == date(2018, 1, 5)


def test_two_digits_of_a_year_from_70_on_are_of_the_last_century() -> None:
    days = read_days("13.01.70")
    assert days
    assert days.dmy == date(1970, 1, 13)
    days = read_days("13.01.69")
    assert days
    assert days.dmy == date(2069, 1, 13)


@pytest.mark.parametrize("text", ["30.02.2026", "31.06.2026", "00.00.0000", "29.02.2025", "2026-02-30", "01.01.1850", "2200-01-01"])
def test_row_24_a_day_of_no_calendar_is_none(text: str) -> None:
    days = read_days(text)
    assert days is not None
    assert not any(days[:3])


@pytest.mark.parametrize("text", ["46023", "45658,5"])
def test_row_65_the_number_of_a_day_is_damage_and_no_day(text: str) -> None:
    assert read_days(text) is None
    assert damaged(text)


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.sampled_from(ORDERS))
def test_every_day_written_is_read(on: date, order: str) -> None:
    days = read_days(written_day(on, order))
    assert days is not None
    assert days.read(order) == on


@given(st.text(max_size=80))
def test_any_text_is_a_day_or_none(text: str) -> None:
    days = read_days(text, 2024)
    assert days is None or {type(days.read(order)) for order in ("dmy", "mdy", "ymd")} <= {date, type(None)}
