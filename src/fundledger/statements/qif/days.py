"""The days of a QIF file, whose order is nowhere written: what comes first is decided from all of them, or asked."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from functools import lru_cache

from fundledger.domain.problem import KnownError

ORDERS = ("dmy", "mdy", "ymd")
_MONTHS = {name: n for n, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
# Three numbers with any separators and blanks, as Quicken pads them (" 1/ 5' 4"); or eight digits; or a month's English name.
_NUMBERS = re.compile(r" *([0-9]{1,4}) *([/.,' -]) *([0-9]{1,2}) *([/.,' -]) *([0-9]{1,4}) *", re.ASCII)
_NAMED = re.compile(r" *([0-9]{1,2})[ /.-]*([A-Za-z]{3})[a-z]*[ /.,'-]*([0-9]{4}|[0-9]{2}) *", re.ASCII)
_TIME = re.compile(r"[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?.{0,12}$")
_OLDEST, _NEWEST = 1900, 2100
# Without a day to compare with, two digits are years from 1970 to 2069.
_FIRST_OF_TWO = 1970
_SHOWN = 40


@lru_cache(maxsize=4096)
def readings(text: str, today_year: int | None) -> dict[str, date]:
    """The days a text can stand for, by the order that makes it so; none where it is no day of the calendar.

    A month's name, or a year of four digits in front, makes it the same day in every order.
    """
    text = _TIME.sub("", text.replace("\u00a0", " ").strip())
    if len(text) > _SHOWN:
        return {}
    if named := _NAMED.fullmatch(text):
        found = _day("dmy", (named[1], str(_MONTHS.get(named[2].lower(), 0)), named[3]), "", today_year)
        return dict.fromkeys(ORDERS, found) if found else {}
    if text.isascii() and text.isdigit() and len(text) == len("yyyymmdd"):
        found = _day("ymd", (text[:4], text[4:6], text[6:]), "", today_year)
        return dict.fromkeys(ORDERS, found) if found else _days((text[:2], text[2:4], text[4:]), "", today_year)
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return {}
    parts = (match[1], match[3], match[5])
    if len(match[1]) > 2:
        found = _day("ymd", parts, "", today_year)
        return dict.fromkeys(ORDERS, found) if found else {}
    return _days(parts, match[4], today_year)


def _days(parts: tuple[str, str, str], mark: str, today_year: int | None) -> dict[str, date]:
    return {order: found for order in ORDERS if (found := _day(order, parts, mark, today_year))}


def _day(order: str, parts: tuple[str, str, str], mark: str, today_year: int | None) -> date | None:
    part = dict(zip(order, parts, strict=True))
    year = _year(part["y"], mark, today_year)
    try:
        return date(year, int(part["m"]), int(part["d"])) if _OLDEST <= year <= _NEWEST else None
    except ValueError:
        return None


def _year(text: str, mark: str, today_year: int | None) -> int:
    """The whole year: an apostrophe before it means this century, else two digits mean the year nearest to today."""
    if len(text) > 2:
        return int(text)
    if mark == "'":
        return 2000 + int(text)
    nearest = today_year or _FIRST_OF_TWO + 50
    return min((century + int(text) for century in (1900, 2000, 2100)), key=lambda year: (abs(year - nearest), year))


class Days:
    """Takes in every day of a file, says which order they have, then reads each."""

    def __init__(self, order: str | None, today: date | None) -> None:
        """Start with nothing met; `order` is what a person said."""
        self._order = order
        self._year = today.year if today else None
        self._fits: Counter[str] = Counter()
        self._years: defaultdict[str, set[int]] = defaultdict(set)
        self._example = ""

    def meet(self, text: str) -> None:
        """Count in which orders a text is a day; nobody writes a year of two digits before a stroke."""
        found = readings(text, self._year)
        if "/" in text and len(set(found.values())) > 1:
            found = {order: on for order, on in found.items() if order != "ymd"}
        for order, on in found.items():
            self._fits[order] += 1
            self._years[order].add(on.year)
        if len(set(found.values())) > 1 and not self._example:
            self._example = text

    def decide(self) -> None:
        """Settle the order that most texts fit; two digits in front are a year only where that makes them fewer years.

        Raises KnownError file.date_order when two orders fit equally and give different days.
        """
        if self._order or not self._fits:
            return
        best = [order for order in ORDERS if self._fits[order] == max(self._fits.values())]
        fewest = min(len(self._years[order]) for order in best)
        best = [order for order in best if len(self._years[order]) == fewest]
        if len(best) > 1 and self._example:
            found = readings(self._example, self._year)
            days = list(dict.fromkeys(found[order] for order in best if order in found))
            if len(days) > 1:
                raise KnownError("file.date_order", "", text=self._example.strip()[:_SHOWN], one=days[0], other=days[1])
        self._order = best[0]

    def read(self, text: str) -> date:
        """The day of a text. Raises KnownError line.date where it is none in the file's order."""
        on = readings(text, self._year).get(self._order or ORDERS[0])
        if on is None:
            raise KnownError("line.date", "D", text=text.strip()[:_SHOWN])
        return on
