"""Money as whole minor units of one currency; no cent is born or lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Sequence

# ISO 4217, the currencies whose exponent is not 2.
_EXPONENTS = dict.fromkeys(
    (
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    ),
    0,
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)  # fmt: skip
_PLAIN = re.compile(r"([+-]?)([0-9]{1,16})(?:\.([0-9]*))?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
MOST_MINOR = 10**15
# ISO 4217: no currency; where a file names none, until the account it is for says which.
NO_CURRENCY = "XXX"


def exponent(currency: str) -> int:
    """Digits after the decimal point of a currency (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def is_currency(code: str) -> bool:
    """Whether the text has the form of an ISO 4217 code of real money; XXX is none."""
    return bool(_CURRENCY.fullmatch(code)) and code != NO_CURRENCY


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents for EUR) of one currency; debit and money in are positive."""

    minor: int
    currency: str

    def __add__(self, other: Self) -> Self:
        """Sum of two amounts of one currency."""
        self._same(other)
        return type(self)(self.minor + other.minor, self.currency)

    def __sub__(self, other: Self) -> Self:
        """Difference of two amounts of one currency."""
        self._same(other)
        return type(self)(self.minor - other.minor, self.currency)

    def __neg__(self) -> Self:
        """The same amount the other way."""
        return type(self)(-self.minor, self.currency)

    def __abs__(self) -> Self:
        """The magnitude."""
        return type(self)(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        """Whether there is any money."""
        return self.minor != 0

    def __lt__(self, other: Self) -> bool:
        """Order within one currency."""
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Self) -> bool:
        """Order within one currency."""
        self._same(other)
        return self.minor <= other.minor

    def __str__(self) -> str:
        """Signed plain decimal with the currency's digits, such as -12.30; JPY has none."""
        return plain(self.minor, self.currency)

    def _same(self, other: Self) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} is not {other.currency}")


def plain(minor: int, currency: str) -> str:
    """Minor units as a signed decimal text with the currency's digits."""
    digits = exponent(currency)
    sign, text = "-" if minor < 0 else "", str(abs(minor)).zfill(digits + 1)
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def parse(text: str, currency: str) -> Money:
    """Read a plain decimal such as 1234.5; a finer part than the currency has must be zero.

    Raises KnownError amount.unreadable when it is anything else: exponents, separators, NaN.
    """
    match = _PLAIN.fullmatch(text.strip())
    if match is None:
        raise KnownError("amount.unreadable", text[:40])
    sign, whole, fraction = match[1], match[2], match[3] or ""
    digits = exponent(currency)
    if fraction[digits:].strip("0"):
        raise KnownError("amount.unreadable", text[:40])
    minor = int(whole + fraction[:digits].ljust(digits, "0"))
    if minor > MOST_MINOR:
        raise KnownError("amount.unreadable", text[:40])
    return Money(-minor if sign == "-" else minor, currency)


def split(total: Money, weights: Sequence[int]) -> list[Money]:
    """Share by weight with the largest remainder first, so that the parts are the whole to the cent.

    Ties go to the earlier part. Raises ValueError when no weight is positive or one is negative.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    sign = -1 if total.minor < 0 else 1
    shares = [divmod(abs(total.minor) * weight, whole) for weight in weights]
    left = abs(total.minor) - sum(share for share, _ in shares)
    order = sorted(range(len(weights)), key=lambda n: -shares[n][1])
    lucky = set(order[:left])
    return [Money(sign * (share + (n in lucky)), total.currency) for n, (share, _) in enumerate(shares)]
