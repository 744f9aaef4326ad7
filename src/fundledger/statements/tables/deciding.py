"""Decimal sign, order of days and meaning of signs: decided once for a file, from all of its rows, and never by a guess."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.tables.days import ORDERS, read_days, without_year
from fundledger.statements.tables.numbers import Certain, read_number

if TYPE_CHECKING:
    from fundledger.statements.given import Given
    from fundledger.statements.layout import Layout


@dataclass(slots=True)
class NumberEvidence:
    """What the amounts of a file tell of its decimal sign; `example` is the first that has two readings."""

    only: Counter[str] = field(default_factory=Counter)
    example: str = ""

    def add(self, text: str) -> None:
        """Look at one amount; what is none tells nothing."""
        number = None if isinstance(text, Certain) else read_number(text)
        if number is None:
            return
        if number.only:
            self.only[number.only] += 1
        elif number.differs and not self.example:
            self.example = text

    @property
    def decided(self) -> str | None:
        """The sign, the point where it plays no part; None where the amounts can be read both ways."""
        if self.only:
            return max(self.only, key=lambda sign: self.only[sign])
        return None if self.example else "."


@dataclass(slots=True)
class DayEvidence:
    """What the days of a file tell of their order: how many fit each, the first whose order matters, whether one has no year."""

    fits: Counter[str] = field(default_factory=Counter)
    example: str = ""
    dotted: bool = True
    n_open: int = 0
    no_year: str = ""

    def add(self, text: str, year: int | None) -> None:
        """Look at one day; what is none tells nothing."""
        days = read_days(text, year)
        if days is None:
            if year is None and not self.no_year and without_year(text):
                self.no_year = text
            return
        if days.certain:
            return
        self.n_open += 1
        for order in ORDERS:
            self.fits[order] += days.read(order) is not None
        if not self.example and len({day for order in ORDERS if (day := days.read(order))}) > 1:
            self.example = text
        self.dotted = self.dotted and days.dotted

    @property
    def decided(self) -> str | None:
        """The order that most days fit; None where several do and it matters. Nobody writes month first with points between."""
        most = max(self.fits.values(), default=0)
        best = [order for order in ORDERS if self.fits[order] == most]
        if len(best) == 1 or not self.example:
            return best[0]
        return "dmy" if self.dotted and "dmy" in best else None


@dataclass(frozen=True, slots=True)
class Decided:
    """How the amounts and days of a file are read."""

    decimal: str
    date_order: str
    year: int | None = None


def decide_decimal(evidence: NumberEvidence, layout: Layout, given: Given) -> str | None:
    """The decimal sign by what a person said, by the layout where the amounts do not speak against it, or by all amounts."""
    if given.decimal:
        return given.decimal
    if layout.decimal and not evidence.only:
        return layout.decimal
    return evidence.decided


def decide_order(evidence: DayEvidence, layout: Layout, given: Given) -> str | None:
    """The order of days likewise: a published order that no day contradicts, else all days."""
    if given.date_order:
        return given.date_order
    if layout.date_order and (not evidence.n_open or evidence.fits[layout.date_order] == max(evidence.fits.values())):
        return layout.date_order
    return evidence.decided


def decide(numbers: NumberEvidence, days: DayEvidence, layout: Layout, given: Given, year: int | None) -> Decided:
    """Both, and the year of days without one. Raises KnownError file.decimal, file.date_order, file.year with an example of the file."""
    decimal, order = decide_decimal(numbers, layout, given), decide_order(days, layout, given)
    if days.no_year:
        raise KnownError("file.year", "", text=days.no_year)
    if order is None:
        two = read_days(days.example, year)
        shown = [two.read(one) for one in ORDERS] if two else []
        dates = [day for day in dict.fromkeys(shown) if day]
        raise KnownError("file.date_order", "", text=days.example, one=dates[0], other=dates[-1])
    if decimal is None:
        number = read_number(numbers.example)
        point, comma = (number.point, number.comma) if number else ("", "")
        raise KnownError("file.decimal", "", text=numbers.example, one=point, other=comma)
    return Decided(decimal, order, year)
