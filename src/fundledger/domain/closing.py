"""What must hold before a period is closed, item by item, and how a period is written."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fundledger.domain.coverage import Coverage

_DAY = timedelta(days=1)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)

Days = tuple[date, date]


class ItemKey(StrEnum):
    """The items of the checklist, in its order."""

    STATEMENTS = "statements"  # every day of every bank account is on a statement
    LINES = "lines"  # no booked line waits for its disposition
    UNSURE = "unsure"  # no line waits to be told from its twin
    SUSPENSE = "suspense"  # no receipt is unidentified
    CLEARING = "clearing"  # what processors and transfers hold is zero or in flight
    FUNDS = "funds"  # no fund spent the money of others
    DOCUMENTS = "documents"  # every payment on an invoice has its document
    REVALUED = "revalued"  # accounts in other currencies stand at the rate of the last day


# What may stand as it is when a person says why; everything else is mended first.
EXPLAINABLE = frozenset({ItemKey.STATEMENTS, ItemKey.SUSPENSE, ItemKey.CLEARING, ItemKey.FUNDS})


@dataclass(frozen=True, slots=True)
class Explained:
    """A problem of an item and what a person said of it."""

    problem: Problem
    said: str
    person: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what is wrong, and what is not as it should be but explained; `ok` when nothing is wrong."""

    key: ItemKey
    problems: tuple[Problem, ...] = ()
    explained: tuple[Explained, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether a close may pass it."""
        return not self.problems


def item(key: ItemKey, found: Iterable[Problem], said: Mapping[str, tuple[str, int]]) -> Item:
    """An item, its problems parted by whether somebody explained them; `said` is (words, person) by the subject."""
    problems = tuple(found)
    explained = tuple(Explained(one, *said[one.subject]) for one in problems if one.subject in said)
    return Item(key, tuple(one for one in problems if one.subject not in said), explained)


def days_of(text: str) -> Days:
    """The first and last day of a month (2026-03), a year (2026) or any stretch (2026-01-01..2026-03-31).

    Raises KnownError period.unreadable.
    """
    try:
        if month := _MONTH.fullmatch(text):
            year, number = int(month[1]), int(month[2])
            return date(year, number, 1), date(year, number, monthrange(year, number)[1])
        if stretch := _DAYS.fullmatch(text):
            first, last = date.fromisoformat(stretch[1]), date.fromisoformat(stretch[2])
            if first <= last:
                return first, last
        elif re.fullmatch(r"\d{4}", text, re.ASCII):
            return date(int(text), 1, 1), date(int(text), 12, 31)
    except ValueError:
        pass
    raise KnownError("period.unreadable", text[:40])


def named(start: date, end: date) -> str:
    """A stretch of days as `days_of` reads it, in its shortest form."""
    for text in (f"{start:%Y}", f"{start:%Y-%m}"):
        if days_of(text) == (start, end):
            return text
    return f"{start}..{end}"


def check_days(start: date, end: date, today: date, periods: Iterable[tuple[date, date, bool]]) -> list[Problem]:
    """Whether these days may be closed beside the other periods, each (first day, last day, locked)."""
    text = named(start, end)
    if end > today:
        return [Problem("period.not_over", text, {"end": end})]
    found = []
    for first, last, locked in periods:
        if (first, last) == (start, end) and locked:
            found.append(Problem("period.closed_already", text))
        elif (first, last) != (start, end) and start <= last and end >= first:
            found.append(Problem("period.overlaps", text, {"other": named(first, last)}))
    return found


def uncovered(covers: Coverage, start: date, end: date) -> list[Days]:
    """The days from start to end on no statement; days over which the balance did not move lack nothing.

    An account begins with its first statement: days before it are nobody's.
    """
    held = sorted([*covers.covered, *((gap.start_on, gap.end_on) for gap in covers.gaps if gap.difference == 0)])
    missing: list[Days] = []
    day = max(start, held[0][0]) if held else start
    for first, last in held:
        if first > day:
            missing.append((day, min(first - _DAY, end)))
        day = max(day, last + _DAY)
        if day > end:
            return missing
    return [*missing, (day, end)] if day <= end else missing
