"""Where a donor's money is: her share of what a campaign collected, and her part of what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from fundledger.domain.money import Money, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fundledger.domain.figures import FundFigures

# What became of a fund's money, in the order it is told.
USES = ("paid", "fees", "moved_out", "advanced", "due_back", "remaining")
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Her `own` amount as `percent` of what was `collected` and not returned, to a hundredth of a percent.

    `uses` holds per use the campaign's whole amount and her part; her parts add up to her amount to the cent.
    """

    own: Money
    collected: Money
    percent: Decimal
    uses: Mapping[str, tuple[Money, Money]]


def whereabouts(own: Money, of: FundFigures) -> Whereabouts | None:
    """Her money among a fund's; None where as much as hers is not in it (any more).

    Every use has her money in the proportion of its size, by largest remainder; a use below zero has none of it.
    """
    collected = of.collected - of.returned - of.charged_back
    whole = {name: amount for name in USES if (amount := getattr(of, name)).minor}
    weights = [max(0, amount.minor) for amount in whole.values()]
    if own.minor <= 0 or collected < own or not sum(weights):
        return None
    parts = split(own, weights)
    percent = (Decimal(100) * own.minor / collected.minor).quantize(_HUNDREDTH, ROUND_HALF_UP)
    uses = {name: (amount, part) for (name, amount), part in zip(whole.items(), parts, strict=True)}
    return Whereabouts(own, collected, percent, uses)
