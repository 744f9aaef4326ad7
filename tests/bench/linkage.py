"""An adversary with every public figure of a simulated year and the full bank statement of each donor: whom she can single out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from fundledger.domain.disclosure import by_bands, by_quarters, may_be_shown, points_at, quarter, singles_out

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIZES = (3, 4, 5, 8, 20, 60, 150, 300)  # donors of a campaign
_AMOUNTS = (500, 1_000, 2_000, 2_500, 3_000, 5_000, 10_000, 20_000, 50_000)
_DAYS = 365


@dataclass(frozen=True, slots=True)
class Gift:
    """One gift of the simulated year."""

    number: int
    on: date
    donor: int | None
    minor: int


@dataclass(frozen=True, slots=True)
class Found:
    """Gifts singled out by the public editions, by a list of days and amounts beside it; how many public figures there were."""

    by_editions: int
    by_plain_list: int
    cells: int
    editions: int
    held_back: int


def attack(gifts: int, seed: int = 7) -> Found:
    """Publish a year quarter by quarter and let the adversary take every figure, and every difference she can form, apart."""
    funds = _year(gifts, seed)
    figures, standing, held = _campaigns(funds)
    whole = [set(given) for fund, given in enumerate(funds) if standing.get(fund) == set(given)]
    # A campaign whose newest edition waits makes the yearly report leave it out, else the rest would give away what waits.
    waiting = [set(given) for fund, given in enumerate(funds) if fund in standing and set(given) not in whole]
    rest = {gift for given in funds for gift in given}.difference(*whole, *waiting)
    cells = _bands([*whole, rest])
    singled = _singled_out([*figures, *cells])
    seen = Counter((gift.on, gift.minor) for given in funds for gift in given)
    plain = sum(1 for given in funds for gift in given if seen[gift.on, gift.minor] == 1)
    return Found(len(singled), plain, len(cells), len(figures), held)


def _campaigns(funds: list[list[Gift]]) -> tuple[list[set[Gift]], dict[int, set[Gift]], int]:
    """Every edition of every campaign, the one that stands last, and how often the rule held one back."""
    published: dict[int, list[set[Gift]]] = {fund: [] for fund in range(len(funds))}
    standing: dict[int, set[Gift]] = {}
    held = 0
    for end in (date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)):
        for fund, given in enumerate(funds):
            now = {gift for gift in given if gift.on <= end}
            shown = [now, *_quarters(now)]
            earlier = [_ids(one) for one in published[fund]]
            if not _enough(now) or singles_out(_ids(standing.get(fund, set())), _ids(now)) or points_at(earlier, map(_ids, shown)):
                held += 1
                continue
            standing[fund] = now
            published[fund] += shown
    figures = [figure for some in published.values() for figure in some]
    return figures, standing, held


def _quarters(group: set[Gift]) -> list[set[Gift]]:
    return [{gift for gift in group if part.first <= quarter(gift.on) <= part.last} for part in by_quarters(_plain(group), "EUR")]


def _bands(groups: list[set[Gift]]) -> list[set[Gift]]:
    every = set().union(*groups)
    return [
        {
            gift
            for gift in every
            if cell.first <= quarter(gift.on) <= cell.last and cell.low < gift.minor and (cell.high is None or gift.minor <= cell.high)
        }
        for cell in by_bands([_plain(group) for group in groups], "EUR")
    ]


def _singled_out(figures: list[set[Gift]]) -> set[int]:
    """Gifts behind a figure, a difference of two, or a figure less all smaller ones in it that share no gift, of fewer than five donors."""
    singled: set[int] = set()
    ordered = sorted({frozenset(figure) for figure in figures}, key=lambda figure: (-len(figure), min(gift.number for gift in figure)))
    for place, figure in enumerate(ordered):
        left = set(figure)
        singled |= _few(left)
        for other in ordered[place + 1 :]:
            if other <= figure:
                singled |= _few(set(figure - other))
                left -= other if other <= left else set()
        singled |= _few(left)
    return singled


def _year(gifts: int, seed: int) -> list[list[Gift]]:
    """Campaigns of 3 to 300 donors until there are enough gifts; one gift in thirty is of nobody known."""
    random = Random(seed)
    funds: list[list[Gift]] = []
    number = donor = 0
    while number < gifts:
        size = _SIZES[len(funds) % len(_SIZES)]
        start, given = random.randrange(_DAYS), []
        for _ in range(min(gifts - number, size + size // 4)):
            on = date(2025, 1, 1) + timedelta(min(_DAYS - 1, start + int(random.expovariate(1 / 40))))
            giver = None if random.random() < 1 / 30 else donor + random.randrange(size)
            minor = random.choice(_AMOUNTS) + (random.randrange(2_000) if random.random() < 0.1 else 0)
            given.append(Gift(number, on, giver, minor))
            number += 1
        donor += size
        funds.append(given)
    return funds


def _plain(gifts: Iterable[Gift]) -> list[tuple[date, int | None, int]]:
    return [(gift.on, gift.donor, gift.minor) for gift in gifts]


def _ids(gifts: Iterable[Gift]) -> set[tuple[int, int | None]]:
    return {(gift.number, gift.donor) for gift in gifts}


def _enough(gifts: Iterable[Gift]) -> bool:
    return may_be_shown({gift.donor for gift in gifts if gift.donor is not None})


def _few(gifts: set[Gift]) -> set[int]:
    """The gifts a figure points at when it is of fewer than five donors."""
    return set() if not gifts or _enough(gifts) else {gift.number for gift in gifts}
