"""Runs a row and holds it against what is promised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.bench.measuring import Spent, middle
from tests.bench.rows import derivation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.rows import Row, Target
    from tests.bench.shop import Shop


@dataclass(frozen=True, slots=True)
class Measured:
    """A row at one size: medians of CPU seconds beside the key derivation, and the peak memory of ours.

    `growth` and `met` stand at the largest size alone; `met` is None where nothing is promised.
    """

    name: str
    size: int
    ours_s: float
    floor_s: float
    ratio: float
    peak_mib: float
    above_mib: float | None
    growth: float | None
    target: str
    met: bool | None


def measure(row: Row, shop: Shop, rounds: int, divide: int = 1) -> Iterator[Measured]:
    """Measure a row at each of its sizes, `divide` times smaller; of several rounds the first only warms up."""
    first: Measured | None = None
    for place, size in enumerate(row.sizes):
        ours, floor, derived = _turns(row, shop, max(size // divide, 1), rounds)
        last = place == len(row.sizes) - 1
        above = ours.peak_mib - derived.peak_mib if derived else None
        growth = ours.cpu / first.ours_s if first else None
        measured = Measured(
            row.name, max(size // divide, 1), ours.cpu, floor.cpu, ours.cpu / max(floor.cpu, 1e-9), ours.peak_mib, above, growth,
            promise(row.target) if last else "", None,
        )  # fmt: skip
        if last and measured.target:
            more_mib = measured.peak_mib - first.peak_mib if first else 0.0
            measured = replace(measured, met=keeps(row.target, measured, more_mib))
        first = first or measured
        yield measured


def _turns(row: Row, shop: Shop, size: int, rounds: int) -> tuple[Spent, Spent, Spent | None]:
    """Derivation, ours and floor in turn; the derivation's seconds are taken from ours where a book is opened."""
    ours, floor, derived = [], [], []
    book = row.opened(shop, size) if row.opened else None
    for _ in range(rounds):
        key = derivation(shop, book) if book else Spent(0.0, 0.0)
        derived.append(key)
        ours.append(row.ours(shop, size).less(key.cpu))
        floor.append(row.floor(shop, size))
    first = 1 if rounds > 1 else 0
    return middle(ours[first:]), middle(floor[first:]), middle(derived[first:]) if book else None


def promise(target: Target) -> str:
    """What is promised, in words."""
    said = (
        ("{:g}× the floor", target.ratio),
        ("{:g} s", target.seconds),
        ("+{:g} MiB", target.above_mib),
        ("growth {:g}×", target.growth),
        ("{:g} MiB more at the large size", target.flat_mib),
        ("{:g} MiB", target.peak_mib),
    )
    return ", ".join("≤ " + words.format(value) for words, value in said if value is not None)


def keeps(target: Target, found: Measured, more_mib: float) -> bool:
    """Whether everything promised is kept."""
    limits = (
        (target.ratio, found.ratio),
        (target.seconds, found.ours_s),
        (target.above_mib, found.above_mib),
        (target.growth, found.growth),
        (target.flat_mib, more_mib),
        (target.peak_mib, found.peak_mib),
    )
    return all(limit is None or value is None or value <= limit for limit, value in limits)
