"""Which days of an account its statements cover, where they leave gaps, and where they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fundledger.domain.identity import Relation, Span, relate

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days between two statements that none covers.

    `difference` in minor units is what the balance moved by in between, None where a balance is missing; with 0 nothing is lacking.
    `missing` are the numbers of the statements in between, first and last, where the numbers tell.
    """

    start_on: date
    end_on: date
    difference: int | None = None
    missing: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the statements of one account cover: joined stretches of days, gaps, and stretches stated twice."""

    covered: tuple[tuple[date, date], ...]
    gaps: tuple[Gap, ...]
    overlaps: tuple[tuple[date, date], ...]


def coverage(spans: Sequence[Span]) -> Coverage:
    """Order the statements of one account by their days and say what lies between them; those without days are left out."""
    dated = sorted(((one.start_on, one.end_on, one) for one in spans if one.start_on and one.end_on), key=lambda one: one[:2])
    covered: list[tuple[date, date]] = []
    gaps: list[Gap] = []
    overlaps: list[tuple[date, date]] = []
    last: Span | None = None
    for start, end, span in dated:
        if last and last.end_on and covered and start > covered[-1][1] + _DAY:
            gaps.append(Gap(covered[-1][1] + _DAY, start - _DAY, _moved(last, span), _between(last.number, span.number)))
        if last and last.end_on and start <= last.end_on and relate(last, span) is Relation.OVERLAP:
            overlaps.append((start, min(end, last.end_on)))
        if covered and start <= covered[-1][1] + _DAY:
            covered[-1] = (covered[-1][0], max(end, covered[-1][1]))
        else:
            covered.append((start, end))
        if last is None or last.end_on is None or end >= last.end_on:
            last = span
    return Coverage(tuple(covered), tuple(gaps), tuple(overlaps))


def _moved(before: Span, after: Span) -> int | None:
    if before.closing_minor is None or after.opening_minor is None:
        return None
    return after.opening_minor - before.closing_minor


def _between(before: str | None, after: str | None) -> tuple[int, int] | None:
    if not (before and after and before.isdecimal() and after.isdecimal()) or int(after) <= int(before) + 1:
        return None
    return int(before) + 1, int(after) - 1
