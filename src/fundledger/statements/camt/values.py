"""The single values of a camt file: amounts, days, references, as values and never as text again."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from fundledger.domain import money
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import iban_is_valid

if TYPE_CHECKING:
    from fundledger.domain.money import Money

_AMOUNT = re.compile(r"\+?(?:[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.{1,40}|Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_OLDEST, _NEWEST = date(1900, 1, 1), date(2100, 12, 31)
_SHOWN = 40
_LONGEST_COUNT = 15  # Max15NumericText


@lru_cache(maxsize=4096)
def amount(text: str, currency: str, credit: bool) -> Money:  # noqa: FBT001  a sign; the cache finds places faster than names
    """A signed amount, positive for a credit.

    Only plain decimals are taken, the fraction at most as fine as the currency (zeros may follow).
    Raises KnownError line.amount or line.currency with the text as it stands.
    """
    if not money.is_currency(currency):
        raise KnownError("line.currency", "Ccy", text=currency[:_SHOWN])
    text = text.strip()
    if _AMOUNT.fullmatch(text) is None:
        raise KnownError("line.amount", "Amt", text=text[:_SHOWN])
    try:
        value = money.parse(text if text[0] != "." else "0" + text, currency)
    except KnownError as error:
        raise KnownError("line.amount", "Amt", text=text[:_SHOWN]) from error
    return value if credit else -value


@lru_cache(maxsize=4096)
def day(text: str) -> date | None:
    """The day of an ISO date or time, in the bank's own zone; None for an empty text.

    Raises KnownError line.date for a day no calendar has, and for years before 1900 or after 2100.
    """
    text = text.strip()
    if not text:
        return None
    match = _DAY.fullmatch(text)
    try:
        value = date.fromisoformat(match[1]) if match else None
    except ValueError:
        value = None
    if value is None or not _OLDEST <= value <= _NEWEST:
        raise KnownError("line.date", "Dt", text=text[:_SHOWN])
    return value


def credit(text: str) -> bool:
    """Whether an amount is a credit; the mark carries the sign, also of a reversal.

    Raises KnownError line.direction for anything but CRDT and DBIT.
    """
    if text == "CRDT":
        return True
    if text == "DBIT":
        return False
    if text.strip() in {"CRDT", "DBIT"}:
        return text.strip() == "CRDT"
    raise KnownError("line.direction", "CdtDbtInd", text=text[:_SHOWN])


def iban(text: str) -> tuple[str | None, bool]:
    """An account number without blanks in upper case, and whether its check digits are right."""
    text = "".join(text.split()).upper()
    return text or None, not text or iban_is_valid(text)


def count(text: str) -> int | None:
    """A whole number of things, None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_COUNT else None
