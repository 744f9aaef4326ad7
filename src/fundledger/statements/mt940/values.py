"""The single values of MT940 fields: days of two-digit years, amounts with a comma, balances, accounts, numbers."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from fundledger.domain import money
from fundledger.domain.money import Money, exponent
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import iban_is_valid

_SHOWN = 40
_CENTS = re.compile(r"[0-9]{1,12},[0-9]{2}", re.ASCII)
_PLAIN = re.compile(r"[0-9]{1,15}(?:[.,][0-9]*)?|[.,][0-9]+", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]{1,3}(?:[' ][0-9]{3})+[.,][0-9]*", re.ASCII)
_BALANCE = re.compile(
    r"\s*(C|D|RC|RD)?\s*([0-9]{8}|[0-9]{6}|null)?\s*([A-Z]{3})\s*(-?)\s*([0-9][0-9.,' ]*|[.,][0-9]+)", re.ASCII | re.IGNORECASE
)
_ROW = re.compile(r"\s*((?:[0-9]|null)*)\s*(R[CD]|E[CD]|[CD])([A-Z])?[ ]*([0-9.,' ]*)([^\n]*)\n?", re.ASCII | re.IGNORECASE)
# Nearly every line: days, mark, amount with a comma, type code, reference, the bank's reference behind two slashes, more lines.
_USUAL = re.compile(
    r"([0-9]{6}(?:[0-9]{4})?)(R?[CD])[A-Z]?([0-9]{1,13},[0-9]*)(?!NONREF)[NSF][A-Z0-9]{3}([^\n/]*)(?://([^\n]+))?(?:\n(?!//)(.*))?",
    re.ASCII | re.DOTALL,
)
_DATED_MARK = re.compile(r"\s*[CD]?(?:[0-9]{4}|null)", re.ASCII)
_DATED = re.compile(r"\s*(?:[0-9]{6}|null)", re.ASCII | re.IGNORECASE)
# What follows the amount: a type code of four, at least a letter; 1E3 is no amount of 1.
_TYPE = re.compile(r"(?!E[0-9])[A-Z][A-Z0-9]{3}|[NSF][A-Z0-9 ]{3}", re.ASCII | re.IGNORECASE)
_AFTER_AMOUNT = re.compile(r"$|/|(?!E[0-9])[A-Z]", re.ASCII | re.IGNORECASE)
_NO_DAY = frozenset({"", "null", "0000", "000000", "00000000"})
# SWIFT: years 80 to 99 are of the last century.
_PIVOT = 80
_FEBRUARY, _BANKERS_DAY = 2, 30
_LONGEST_IBAN = 34


# A statement line (field 61) cut into its parts, each as it stands in the file: days, mark, amount, reference, the bank's reference, more.
Row = tuple[str, ...]


def is_row(text: str) -> bool:
    """Whether what stands after `:61:` looks like a statement line and not like words of a payer."""
    if text[:6].isdecimal():
        return True
    match = _ROW.match(text)
    return bool(match and (match[1] or match[4].strip())) or bool(_DATED.match(text))


def is_balance(text: str) -> bool:
    """Whether what stands after `:60F:` or `:62F:` looks like a balance and not like words of a payer."""
    return bool(_BALANCE.match(text) or _DATED_MARK.match(text))


def row(text: str) -> Row:
    """Cut a statement line; the bank's own reference may stand on its second line.

    Raises KnownError line.direction without a mark, line.amount where letters are run into the amount.
    """
    usual = _USUAL.fullmatch(text)
    if usual:
        return usual.groups("")
    match = _ROW.match(text)
    if match is None:
        raise KnownError("line.direction", "", text=text.strip()[:_SHOWN])
    days, mark, _, amount, rest = match.groups()
    more = text[match.end() :]
    if not _AFTER_AMOUNT.match(rest) or not amount.strip():
        raise KnownError("line.amount", "", text=(amount + rest)[:_SHOWN])
    typed = _TYPE.match(rest) and not rest.startswith("NONREF")
    reference, _, bank = (rest[4:] if typed else rest).partition("//")
    if not bank and more.startswith("//"):
        bank, _, more = more[2:].partition("\n")
    return days, mark.upper(), amount, reference, bank, more


def minor(text: str, currency: str) -> int:
    """An amount in minor units: `1234,`, `,50`, `1234`, also with a point, or with groups of three before the decimal sign.

    Raises KnownError line.amount for anything else, also for more decimals than the currency has.
    """
    if _CENTS.fullmatch(text) and exponent(currency) == 2:
        return int(text.replace(",", ""))
    return _unusual_minor(text.strip(), currency)


@lru_cache(maxsize=4096)
def _unusual_minor(text: str, currency: str) -> int:
    if _PLAIN.fullmatch(text):
        plain = text.replace(",", ".")
    elif _GROUPED.fullmatch(text):
        whole, fraction = re.split(r"[.,](?=[0-9]*$)", text)
        plain = re.sub(r"[.,' ]", "", whole) + "." + fraction
    else:
        raise KnownError("line.amount", "", text=text[:_SHOWN])
    try:
        return money.parse("0" + plain if plain[0] == "." else plain, currency).minor
    except KnownError as error:
        raise KnownError("line.amount", "", text=text[:_SHOWN]) from error


def sign(mark: str) -> int:
    """1 where money came in: a credit, an expected credit, or a debit that is reversed."""
    return 1 if mark in {"C", "EC", "RD"} else -1


@lru_cache(maxsize=4096)
def days(text: str, near: date | None) -> tuple[date | None, date | None]:
    """Value day and booking day of a statement line, `YYMMDD` and `MMDD`; None where a day is missing, null or all zeros.

    The booking day is of the year that brings it nearest to the value day, else to `near`, the statement's day. The
    30th of February is a day of banks whose months all have thirty days: the month's last one.
    Raises KnownError line.date for any other day no calendar has, and where there is no day at all.
    """
    valued, booked = _two(text)
    value_on = None if valued in _NO_DAY else day(valued)
    reference = value_on or near
    if booked in _NO_DAY:
        booked_on = None
    elif len(booked) > 4:
        booked_on = day(booked)
    elif reference is None:
        raise KnownError("line.date", "", text=text[:_SHOWN])
    else:
        booked_on = _nearest(booked, near if near and value_on and abs((value_on - near).days) > 366 else reference)
    if value_on is None and booked_on is None:
        raise KnownError("line.date", "", text=text[:_SHOWN])
    return value_on, booked_on


def _two(text: str) -> tuple[str, str]:
    """The digits of both days apart."""
    text = text.lower()
    if text.startswith("null"):
        return "null", text[4:]
    if len(text) == 8 and text[:2] in {"19", "20"}:
        return text, ""
    return text[:6], text[6:]


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """The day of `YYMMDD` or `YYYYMMDD`. Raises KnownError line.date for a day no calendar has."""
    if not text.isdecimal() or len(text) not in {6, 8}:
        raise KnownError("line.date", "", text=text[:_SHOWN])
    year = int(text[:-4])
    if len(text) == 6:
        year += 1900 if year >= _PIVOT else 2000
    if not 1900 <= year <= 2100:
        raise KnownError("line.date", "", text=text[:_SHOWN])
    return _on(year, text[-4:], text)


def _on(year: int, month_day: str, text: str) -> date:
    month, number = int(month_day[:2]), int(month_day[2:])
    if (month, number) == (_FEBRUARY, _BANKERS_DAY):
        number = 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    try:
        return date(year, month, number)
    except ValueError as error:
        raise KnownError("line.date", "", text=text[:_SHOWN]) from error


def _nearest(month_day: str, reference: date) -> date:
    """The day in the year that brings it nearest to another day; 29 February only has years that know it."""
    if len(month_day) != 4 or not month_day.isdecimal():
        raise KnownError("line.date", "", text=month_day[:_SHOWN])
    found: list[date] = []
    for year in (reference.year, reference.year - 1, reference.year + 1):
        with suppress(KnownError):
            found.append(_on(year, month_day, month_day))
    if not found:
        raise KnownError("line.date", "", text=month_day[:_SHOWN])
    return min(found, key=lambda on: abs((on - reference).days))


class StatedBalance(NamedTuple):
    """A balance as field 60 or 62 has it; `on` is None where its day is missing, null or all zeros."""

    on: date | None
    amount: Money


def balance(text: str) -> StatedBalance:
    """Read `C260131EUR1234,56`; a minus, which no standard knows, turns a credit.

    Raises KnownError statement.amount, statement.currency, statement.date, statement.direction.
    """
    line = text.strip().partition("\n")[0]
    match = _BALANCE.match(line)
    if match is None:
        raise KnownError("statement.amount", "", text=line[:_SHOWN])
    mark, on, currency, minus, amount = match.groups()
    if mark is None or (minus and mark.upper() != "C"):
        raise KnownError("statement.direction", "", text=line[:_SHOWN])
    if not money.is_currency(currency.upper()):
        raise KnownError("statement.currency")
    try:
        found = None if (on or "").lower() in _NO_DAY else day(on)
        size = minor(amount, currency.upper())
    except KnownError as error:
        problem = error.problems[0]
        raise KnownError(problem.code.replace("line.", "statement.", 1), "", **problem.values) from error
    return StatedBalance(found, Money(-size if minus else size * sign(mark.upper()), currency.upper()))


def account(text: str, currency: str) -> str:
    """The account of field 25 without blanks: an IBAN alone where one is named, else the bank's number as it stands.

    A currency behind it, as several banks write it, is taken off when it is the statement's.
    """
    named = "".join(text.partition("\n")[0].split()).upper().lstrip("/")
    for part in reversed(named.split("/")):
        if iban_is_valid(part):
            return part
        if iban_is_valid(part[:-3]) and money.is_currency(part[-3:]):
            return part[:-3]
    return named.removesuffix(currency).rstrip("/") or named


def looks_like_iban(text: str) -> bool:
    """Whether a text has the form of an IBAN, whatever its check digits."""
    return len(text) >= 15 and len(text) <= _LONGEST_IBAN and text[:2].isalpha() and text[2:4].isdigit() and text.isalnum()


def number(text: str) -> str | None:
    """The statement's number of field 28C without its page and leading zeros, None where the bank does not count."""
    return text.partition("\n")[0].strip().partition("/")[0].strip().lstrip("0") or None
