"""Foreign money at a published rate: exact fractions, rounded once, half to even; no float anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from fundledger.domain.entry import Original, Posting
from fundledger.domain.money import Money, exponent

if TYPE_CHECKING:
    from collections.abc import Sequence

EURO = "EUR"
# A rate stands for weekends and holidays in a row, Christmas or Easter, and for nothing longer.
OLDEST = timedelta(days=7)
_RATE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,10})?", re.ASCII)
_CROSS = Context(prec=12)
_SATURDAY = 5
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})


@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of `currency`, a decimal text, one unit of `base` cost, as `source` published it for the day `on`."""

    currency: str
    base: str
    text: str
    on: date
    source: str


def is_rate(text: str) -> bool:
    """Whether a text is a plain decimal above zero, as central banks publish rates."""
    return bool(_RATE.fullmatch(text)) and Decimal(text) > 0


def converted(amount: Money, rate: Rate) -> Money:
    """An amount of the rate's currency in its base, rounded half to even to whole minor units; raises ValueError for another currency."""
    if amount.currency != rate.currency:
        raise ValueError(f"{amount.currency} is not {rate.currency}")
    return Money(round(Fraction(amount.minor) * _minors(rate)), rate.base)


def back(amount: Money, rate: Rate) -> Money:
    """An amount of the rate's base in its currency, rounded the same way."""
    if amount.currency != rate.base:
        raise ValueError(f"{amount.currency} is not {rate.base}")
    return Money(round(Fraction(amount.minor) / _minors(rate)), rate.currency)


def in_parts(parts: Sequence[Money], rate: Rate) -> list[Money]:
    """Every part in the base, so that together they are what the whole converts to; each is within one minor unit of its own."""
    found, before, own = [], 0, 0
    for part in parts:
        own += part.minor
        after = converted(Money(own, part.currency), rate).minor
        found.append(Money(after - before, rate.base))
        before = after
    return found


def cross(of: Rate, base: Rate) -> Rate:
    """A rate against another currency than the euro, through it: twelve digits; the source names both rates."""
    text = f"{_CROSS.divide(Decimal(of.text), Decimal(base.text)):f}"
    source = f"{of.source}: {EURO} 1 = {of.currency} {of.text} = {base.currency} {base.text}"
    return Rate(of.currency, base.currency, text, min(of.on, base.on), source)


def quotient(own: Money, booked: Money) -> str:
    """The rate at which an amount stands in the book: twelve digits of what one unit of the book's currency is in its own."""
    units = [Decimal(abs(one.minor)).scaleb(-exponent(one.currency)) for one in (own, booked)]
    return f"{_CROSS.divide(*units):f}"


def with_original(posting: Posting, own: Money, booked: Money, rate: Rate) -> Posting:
    """A posting of `booked`, or of its opposite, with the amount in its own currency behind it."""
    amount = own if posting.amount == booked else -own
    return replace(posting, original=Original(amount, rate.text, rate.on, rate.source))


def is_published(day: date) -> bool:
    """Whether the ECB publishes rates on a day: not on weekends and the holidays of the euro payment system TARGET."""
    easter = _easter(day.year)
    movable = (easter - timedelta(days=2), easter + timedelta(days=1))
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _FIXED_HOLIDAYS and day not in movable


def holds_until(last: date, day: date) -> bool:
    """Whether the rate of the day `last` is still that of `day`: nothing was due to be published in between."""
    return last <= day <= last + OLDEST and not any(is_published(last + timedelta(days=n)) for n in range(1, (day - last).days + 1))


def _minors(rate: Rate) -> Fraction:
    """Minor units of the base for one minor unit of the currency."""
    return Fraction(10) ** (exponent(rate.base) - exponent(rate.currency)) / Fraction(rate.text)


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    century, rest = divmod(year, 100)
    shift = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - shift - rest % 4) % 7
    late = (year % 19 + 11 * shift + 22 * week) // 451
    month, day = divmod(shift + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
