"""What may be shown publicly without singling anybody out: figures of at least five distinct donors, never fewer."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

FEWEST_DONORS = 5
FEWEST_FOLDED = 2
# Who reads a field; what stands in no row here is shown to nobody (default deny). A pseudonym is another one for each audience and period.
POLICY: dict[str, frozenset[str]] = {
    "campaign": frozenset({"public", "auditor", "internal"}),
    "campaign_totals": frozenset({"public", "auditor", "internal"}),
    "all_totals": frozenset({"public", "auditor", "internal"}),
    "gift_cells": frozenset({"public", "auditor", "internal"}),
    "open_lines": frozenset({"public", "auditor", "internal"}),
    "disclosure": frozenset({"public", "auditor", "internal"}),
    "returns": frozenset({"auditor", "internal"}),
    "books": frozenset({"auditor", "internal"}),
    "gift": frozenset({"auditor", "internal"}),
    "pseudonym": frozenset({"auditor", "internal"}),
    "bank_line": frozenset({"auditor", "internal"}),
    "payee": frozenset({"auditor", "internal"}),
    "document": frozenset({"auditor", "internal"}),
    "donor_name": frozenset(),
    "donor_account": frozenset(),
    "payment_route": frozenset(),
    "contact": frozenset(),
    "bank_text": frozenset(),
    "country": frozenset(),
}


def is_shown(field: str, audience: str) -> bool:
    """Whether the policy lets an audience read a field; a field it does not name is read by nobody."""
    return audience in POLICY.get(field, frozenset())


BANDS = (2_000, 5_000, 10_000, 50_000)  # upper ends in minor units; the last band has none
_Part = tuple[int | None, int]
_Key = tuple[int, int]  # year and quarter; number of a band and 0


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
    buckets: dict[tuple[int, int], list[_Part]] = {}
    for day, donor, minor in gifts:
        buckets.setdefault(quarter(day), []).append((donor, minor))
    return [Cell(first, last, Money(sum(minor for _, minor in some), currency), _known(some)) for first, last, some in _joined(buckets)]


@dataclass(frozen=True, slots=True)
class BandCell:
    """Gifts of one size given in some quarters: above `low` up to `high` minor units (None: no upper end), by enough donors."""

    first: tuple[int, int]
    last: tuple[int, int]
    low: int
    high: int | None
    amount: Money
    gifts: int
    donors: frozenset[int]


def by_bands(groups: Iterable[Iterable[tuple[date, int | None, int]]], currency: str) -> list[BandCell]:
    """Gifts of all groups (each fund whose own figures are shown; the rest) by quarters and bands, at least five donors a cell.

    Quarters end only where those of every group do, so that a cell less what the groups show by themselves is whole cells again; within
    them a band of too few donors joins the next. Every gift stands in exactly one cell, hence every sum or difference of totals is of
    whole cells. Empty when a group has gifts but too few donors: what it shows nowhere could be found by subtraction.
    """
    some = [list(group) for group in groups]
    every = sorted((gift for group in some for gift in group), key=lambda gift: gift[0])
    own = [by_quarters(group, currency) for group in some if group]
    if not own or not all(own):
        return []
    ends = sorted({cell.last for cells in own for cell in cells})
    free = [end for end in ends if not any(cell.first <= end < cell.last for cells in own for cell in cells)]
    found: list[BandCell] = []
    for place, end in enumerate(free):
        inside = [gift for gift in every if (not place or quarter(gift[0]) > free[place - 1]) and quarter(gift[0]) <= end]
        sizes: dict[_Key, list[_Part]] = {}
        for _, donor, minor in inside:
            sizes.setdefault((bisect_left(BANDS, minor), 0), []).append((donor, minor))
        first = quarter(inside[0][0])
        found += [
            BandCell(first, end, low, high, Money(sum(minor for _, minor in parts), currency), len(parts), _known(parts))
            for low, high, parts in _edges(_joined(sizes))
        ]
    return found


def _edges(cells: Sequence[tuple[_Key, _Key, list[_Part]]]) -> Iterator[tuple[int, int | None, list[_Part]]]:
    """Cells of band numbers with the amounts they begin and end with; they say nothing of bands that are empty."""
    for place, (_, (last, _), parts) in enumerate(cells):
        low = BANDS[cells[place - 1][1][0]] if place else 0
        yield low, BANDS[last] if place + 1 < len(cells) else None, parts


def _known(parts: Iterable[_Part]) -> frozenset[int]:
    return frozenset(donor for donor, _ in parts if donor is not None)


def _joined(buckets: Mapping[_Key, list[_Part]]) -> list[tuple[_Key, _Key, list[_Part]]]:
    """Neighbours joined until each has enough donors; the last too few join those before; empty if there are too few altogether."""
    cells: list[tuple[_Key, _Key, list[_Part]]] = []
    waiting: list[tuple[_Key, list[_Part]]] = []
    for key in sorted(buckets):
        waiting.append((key, buckets[key]))
        joined = [part for _, some in waiting for part in some]
        if may_be_shown(_known(joined)):
            cells.append((waiting[0][0], key, joined))
            waiting = []
    if cells and waiting:
        rest = [part for _, some in waiting for part in some]
        cells[-1] = (cells[-1][0], waiting[-1][0], [*cells[-1][2], *rest])
    return cells


def is_whole_quarters(start: date | None, end: date | None) -> bool:
    """Whether a public period begins and ends with a quarter; an open side is the campaign's life."""
    begins = start is None or (start.day == 1 and start.month % 3 == 1)
    ends = end is None or (end.month, end.day) in {(3, 31), (6, 30), (9, 30), (12, 31)}
    return begins and ends
