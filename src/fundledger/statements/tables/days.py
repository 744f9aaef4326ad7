"""Days as tables write them, read under each order of day, month and year; which one counts is decided from all rows of a file."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from fundledger.statements.tables.months import month
from fundledger.statements.tables.numbers import digits_of

ORDERS = ("dmy", "mdy", "ymd")
# No day of a statement; older and newer ones are refused wherever they stand.
_OLDEST, _NEWEST = date(1900, 1, 1), date(2100, 12, 31)
_LONGEST = 64
_TIME = re.compile(
    r"(?:T|[ ,]+(?:at |um )?)[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|[A-Za-z]{2,5}|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?)(?: ?\(?[A-Za-z]{3,5}\)?)?)?"
)
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
_NUMERIC = re.compile(r"[0-9]{1,4}(?: ?[./:\- ] ?[0-9]{1,4}){1,2}\.?")
_WORDS = re.compile(r"[^\W_][\w .,/\-]*")
_DAMAGED = re.compile(r"[2-7][0-9]{4}(?:[.,][0-9]+)?")


class Days(NamedTuple):
    """The day a text may mean under each order of `ORDERS`, None where it means none; `dotted`: written with points, as no mdy is."""

    dmy: date | None
    mdy: date | None
    ymd: date | None
    dotted: bool = False

    @property
    def certain(self) -> bool:
        """Whether the order does not matter."""
        return self.dmy == self.mdy == self.ymd

    def read(self, order: str) -> date | None:
        """The day under an order; a text that has only one reading keeps it."""
        return {"dmy": self.dmy, "mdy": self.mdy, "ymd": self.ymd}[order]


def damaged(text: str) -> bool:
    """Whether a spreadsheet has put the number of a day in the place of the day, such as 46023."""
    return bool(_DAMAGED.fullmatch(text.strip()))


@lru_cache(maxsize=8192)
def read_days(text: str, year: int | None = None) -> Days | None:
    """What a day may be under each order; None for what has not the form of a day. `year` is for days without one.

    Taken: numbers with points, strokes, hyphens, colons or blanks, years of two digits (70 to 99 are of the last century), yyyymmdd,
    ddmmyyyy, ISO 8601, names of months, with a time behind it.
    """
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return None
    text = _TIME.sub("", digits_of(text).strip(), count=1).strip() if len(text) > 8 else digits_of(text).strip()
    if text.isdigit() and text.isascii():
        return _run_together(text)
    if _NUMERIC.fullmatch(text):
        return _numeric(_PARTS.findall(text), year, dotted="." in text)
    return _worded(_PARTS.findall(text), year) if _WORDS.fullmatch(text) else None


def without_year(text: str) -> bool:
    """Whether a text is a day and a month only."""
    return read_days(text) is None and read_days(text, 2024) is not None


def _run_together(text: str) -> Days | None:
    if len(text) == 8:
        first = _day(text[:4], text[4:6], text[6:])
        if first:
            return Days(first, first, first)
        return Days(_day(text[4:], text[2:4], text[:2]), _day(text[4:], text[:2], text[2:4]), None) if text[4:6] in {"19", "20"} else None
    if len(text) == 6:
        one, two, three = text[:2], text[2:4], text[4:]
        return Days(_day(three, two, one), _day(three, one, two), _day(one, two, three))
    return None


def _numeric(parts: list[str], year: int | None, *, dotted: bool) -> Days | None:
    if len(parts) == 2:
        if year is None or max(map(len, parts)) > 2:
            return None
        own = str(year)
        return Days(_day(own, parts[1], parts[0]), _day(own, *parts), _day(own, *parts), dotted)
    one, two, three = parts
    if len(one) == 4 and len(three) <= 2 >= len(two):
        found = _day(one, two, three)
        return Days(found, found, found)
    if max(len(one), len(two)) > 2 or len(three) not in {2, 4}:
        return None
    last = _day(one, two, three) if len(three) == 2 == len(one) else None
    return Days(_day(three, two, one), _day(three, one, two), last, dotted)


def _worded(parts: list[str], year: int | None) -> Days | None:
    """A day with the name of its month; weekdays and words like "de", "m." and "d." beside it say nothing."""
    if len(parts) > 6 or len(max(parts, key=len)) > 12:
        return None
    numbers = [part for part in parts if part.isdigit()]
    if not 1 <= len(numbers) <= 2 or len(parts) == len(numbers) or len(max(numbers, key=len)) > 4:
        return None
    months = [number for part in parts if not part.isdigit() and (number := month(part)) is not None]
    words = len(parts) - len(numbers) - len(months)
    if len(months) != 1 or words > 3:
        return None
    if len(numbers) == 1:
        found = _day(str(year), str(months[0]), numbers[0]) if year else None
    elif len(numbers[0]) == 4:
        found = _day(numbers[0], str(months[0]), numbers[1])
    else:
        found = _day(numbers[1], str(months[0]), numbers[0])
    if found is None and len(numbers) == 1 and not year:
        return None
    return Days(found, found, found)


def _day(year: str, month_: str, day: str) -> date | None:
    if len(year) not in {2, 4} or len(day) > 2:
        return None
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 70 else 2000
    try:
        found = date(number, int(month_), int(day))
    except ValueError:
        return None
    return found if _OLDEST <= found <= _NEWEST else None
