"""What may be shown publicly without singling anybody out: figures of at least five distinct donors, never fewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

FEWEST_DONORS = 5
FEWEST_FOLDED = 2


def may_be_shown(donors: Iterable[int], refunded: int = 0) -> bool:
    """Whether enough distinct donors stand behind a figure; an unlinked anonymous gift counts as no donor.

    Each gift that was `refunded` may have been all that one of them gave.
    """
    return len(set(donors)) - refunded >= FEWEST_DONORS


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter of a day."""
    return day.year, (day.month + 2) // 3


@dataclass(frozen=True, slots=True)
class Cell:
    """What was given from one quarter through another; always by enough donors."""

    first: tuple[int, int]
    last: tuple[int, int]
    amount: Money
    donors: frozenset[int]


def by_quarters(gifts: Iterable[tuple[date, int | None, int]], currency: str) -> list[Cell]:
    """Gifts (day, donor or None, amount in minor units) in cells of whole quarters, wide enough for five donors each.

    A quarter with too few donors joins the next ones until there are enough, the last ones join those before. Nothing
    is left out, so no cell can be found by subtraction; empty when there are too few donors altogether.
    """
    quarters: dict[tuple[int, int], list[tuple[int | None, int]]] = {}
    for day, donor, minor in gifts:
        quarters.setdefault(quarter(day), []).append((donor, minor))
    cells: list[Cell] = []
    first, waiting = None, Cell((0, 0), (0, 0), Money(0, currency), frozenset())
    for key in sorted(quarters):
        first = first or key
        donors = waiting.donors | {donor for donor, _ in quarters[key] if donor is not None}
        waiting = Cell(first, key, waiting.amount + Money(sum(minor for _, minor in quarters[key]), currency), frozenset(donors))
        if may_be_shown(waiting.donors):
            cells.append(waiting)
            first, waiting = None, Cell((0, 0), (0, 0), Money(0, currency), frozenset())
    if first is None:
        return cells
    if not cells:
        return []
    last = cells.pop()
    return [*cells, Cell(last.first, waiting.last, last.amount + waiting.amount, last.donors | waiting.donors)]


def is_whole_quarters(start: date | None, end: date | None) -> bool:
    """Whether a public period begins and ends with a quarter; an open side is the campaign's life."""
    begins = start is None or (start.day == 1 and start.month % 3 == 1)
    ends = end is None or (end.month, end.day) in {(3, 31), (6, 30), (9, 30), (12, 31)}
    return begins and ends
