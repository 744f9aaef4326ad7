"""An adversary with every public edition of a simulated year and the full bank statement of each donor: whom she can single out.

The editions are those that the rule of publishing lets out: quarter by quarter one of each campaign, then those of all funds. What stands
in each is written down here a second time, from the gifts alone, so that the rule is not asked whether it is right.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from time import process_time
from typing import TYPE_CHECKING

from fundledger.domain.disclosure import may_be_shown
from fundledger.domain.shown import Event, Kind, Movement, Printed, Publicity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fundledger.domain.singling import Figure as Shown

_SIZES = (3, 4, 5, 8, 20, 60, 150, 300)  # donors of a campaign
_AMOUNTS = (500, 1_000, 2_000, 2_500, 3_000, 5_000, 10_000, 20_000, 50_000)
_DAYS = 365
YEAR = 2026
QUARTERS = (date(YEAR, 3, 31), date(YEAR, 6, 30), date(YEAR, 9, 30), date(YEAR, 12, 31))
OWN = (1, 2)  # the funds of the foundation itself and of what nobody has placed
FIRST = 3


@dataclass(frozen=True, slots=True)
class Gift:
    """One gift of the simulated year; funds are numbered from FIRST on, and OWN[0] is the foundation's."""

    number: int
    on: date
    donor: int | None
    minor: int
    fund: int


Figure = frozenset[int]  # the numbers of the gifts that a printed figure is of


@dataclass(frozen=True, slots=True)
class Found:
    """Gifts singled out by the public editions, by a list of days and amounts beside it; how many figures, editions, and held ones."""

    by_editions: int
    by_plain_list: int
    figures: int
    editions: int
    held_back: int


def year(gifts: int, seed: int = 7) -> list[Gift]:
    """Campaigns of 3 to 300 donors until there are enough gifts, and some for the foundation; one in thirty is of nobody known."""
    random = Random(seed)
    found: list[Gift] = []
    fund, donor = FIRST, 1
    while len(found) < gifts:
        own = fund % 9 == 0
        size = 20 if own else _SIZES[(fund - FIRST) % len(_SIZES)]
        start = random.randrange(_DAYS)
        for _ in range(min(gifts - len(found), size + size // 4)):
            on = date(YEAR, 1, 1) + timedelta(min(_DAYS - 1, start + int(random.expovariate(1 / 40))))
            giver = None if random.random() < 1 / 30 else donor + random.randrange(size)
            minor = random.choice(_AMOUNTS) + (random.randrange(2_000) if random.random() < 0.1 else 0)
            found.append(Gift(len(found) + 1, on, giver, minor, OWN[0] if own else fund))
        donor += size
        fund += 1
    return found


def campaigns(gifts: Iterable[Gift]) -> list[int]:
    """The funds of campaigns."""
    return sorted({gift.fund for gift in gifts} - {*OWN})


def attack(gifts: int, seed: int = 7) -> Found:
    """Publish a year by the rule and let the adversary take every figure, and every difference she can form, apart."""
    given = year(gifts, seed)
    figures, editions, held = publish(given)
    return Found(len(singled_out(figures, given)), plain_list(given), len(figures), editions, held)


def publish(given: Sequence[Gift]) -> tuple[list[Figure], int, int]:
    """Every figure of every edition the rule lets out; how many editions those are, and how many it held back."""
    ordered = sorted(given, key=lambda gift: (gift.on, gift.number))
    entry = {gift.number: place for place, gift in enumerate(ordered, 1)}
    movements = [_movement(gift, entry[gift.number]) for gift in ordered]
    funds = tuple(campaigns(given))
    printed: list[Printed] = []
    told: dict[Printed, tuple[Shown, ...]] = {}
    held = 0
    for end in QUARTERS:
        last = sum(gift.on <= end for gift in ordered)
        yearly = ((name, None) for name in ("overview", "transparency") if end == QUARTERS[-1])
        for report, fund in (*(("campaign", fund) for fund in funds), *yearly):
            public = Publicity(movements, funds, OWN, tuple(printed), told)
            start = None if fund else date(YEAR, 1, 1)
            one = Printed(report, fund, start, end, last, len(printed), len(printed) + 1)
            if public.points_out(one):
                held += 1
            elif public.figures(one):
                printed.append(one)
    return [frozenset(map(int, figure.parts)) for one in printed for figure in told[one]], len(printed), held


def _movement(gift: Gift, number: int) -> Movement:
    return Movement(str(gift.number), Kind.GIFT, gift.fund, gift.donor, gift.minor, gift.on, (Event(number, gift.on),))


def singled_out(figures: Sequence[Figure], given: Sequence[Gift]) -> set[int]:
    """Gifts behind a figure, a difference of two, or a figure less all smaller ones in it that share no gift, of fewer than five donors."""
    donors = {gift.number: gift.donor for gift in given}
    ordered = sorted({figure for figure in figures if figure}, key=lambda figure: (-len(figure), min(figure)))
    singled: set[int] = set()
    for place, figure in enumerate(ordered):
        left = set(figure)
        singled |= _few(left, donors)
        for other in ordered[place + 1 :]:
            if other <= figure:
                singled |= _few(set(figure - other), donors)
                left -= other if other <= left else frozenset()
        singled |= _few(left, donors)
    return singled


def plain_list(given: Sequence[Gift]) -> int:
    """How many gifts nobody else's statement fits, in a list of days and amounts by campaign."""
    seen = Counter((gift.on, gift.minor) for gift in given)
    return sum(seen[gift.on, gift.minor] == 1 for gift in given)


def _few(gifts: set[int], donors: dict[int, int | None]) -> set[int]:
    """The gifts a figure points at when it is of fewer than five donors."""
    return gifts if gifts and not may_be_shown(who for gift in gifts if (who := donors[gift]) is not None) else set()


# --- rows of the bench ------------------------------------------------------------------------------------------------
def attacked(gifts: str) -> float:
    """CPU seconds of holding every edition of a year against all before it; stops the bench where somebody is found."""
    started = process_time()
    given = year(int(gifts))
    figures, editions, held = publish(given)
    spent = process_time() - started
    singled = len(singled_out(figures, given))
    told = f"{editions} editions, {len(figures)} figures, {held} held back: {singled} singled out; by day and amount {plain_list(given)}"
    print(f"linkage {gifts}: {told}", file=sys.stderr)
    if singled:
        raise SystemExit(told)
    return spent


def listed(gifts: str) -> float:
    """CPU seconds of looking through a plain list of days and amounts."""
    given = year(int(gifts))
    started = process_time()
    plain_list(given)
    return process_time() - started
