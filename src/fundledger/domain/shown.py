"""Which figures a public edition shows, and the gifts behind each: one rule for the report that prints and the reader who compares.

A `Movement` is a gift, or money that went back; what the book knew of it at any entry can be told again, so every earlier edition can too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.disclosure import FEWEST_DONORS, FEWEST_FOLDED, by_bands, by_quarters, may_be_shown, quarter
from fundledger.domain.singling import Figure, Pointed, points_out

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from fundledger.domain.disclosure import BandCell, Cell

LATEST = 2**62  # no entry has this number
# Reports about every fund, those of one campaign, and those whose tables follow the days of gifts.
_OF_ALL = frozenset({"overview", "transparency"})
_BANDED, _QUARTERED, _PAGE, TOTAL = "transparency", "campaign", "page", "reconciliation"
_ANY = "EUR"  # amounts of cells are not looked at here
Person = int | str | None
Given = tuple[date, int | None, int]


class Kind(StrEnum):
    """What a movement is: a gift, money that went back, a gift somebody disputed, a gift that is decided to go back."""

    GIFT = "gift"
    BACK = "back"
    DISPUTED = "disputed"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Event:
    """When a movement was booked (sign 1) or taken back (-1): the number of the entry and its day."""

    number: int
    dated: date
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement of `minor` units of a fund; `key` stays when it is booked anew alike.

    `person` is a donor's id or another token (None: unknown). `linked` says that a gift is on record, no receipt nobody has placed.
    `named` says of money that went back that a decision says whose it is; what went back without one may be all that somebody gave.
    """

    key: str
    kind: Kind
    fund: int
    person: Person
    minor: int
    on: date
    events: tuple[Event, ...]
    linked: bool = True
    named: bool = True

    def stands(self, number: int) -> bool:
        """Whether it was booked, and not taken back, as of an entry."""
        return sum(one.sign for one in self.events if one.number <= number) > 0

    def times(self, number: int, start: date, end: date) -> int:
        """How often it counts in the figures of these days, as of an entry."""
        return sum(one.sign for one in self.events if one.number <= number and start <= one.dated <= end)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the book knew, at an entry, of the gifts of some days and of those before."""

    start: date | None
    end: date | None
    number: int
    gifts: Mapping[int, Sequence[Movement]]
    before: Mapping[int, Collection[Person]]
    paid_back: Collection[tuple[int, Person]]
    refunds: Mapping[int, int]
    people_back: Mapping[int, int]
    returned: Collection[int]
    disputed: Collection[int]

    def enough(self, funds: Iterable[int]) -> bool:
        """Whether enough people stand behind the figures of these funds together, and behind what they begin the period with."""
        wanted = tuple(funds)
        earlier = {person for fund in wanted for person in self.before.get(fund, ())}
        during = {gift.person for fund in wanted for gift in self.gifts.get(fund, ()) if (fund, gift.person) not in self.paid_back}
        refunded = sum(self.refunds.get(fund, 0) for fund in wanted)
        return may_be_shown(_known(during), refunded) and (not earlier or may_be_shown(_known(earlier)))

    def netted(self, fund: int) -> bool:
        """Whether what went back is set off against collected, as it went to too few people; who disputed a gift is not known."""
        return fund in self.disputed or (fund in self.returned and self.people_back.get(fund, 0) < FEWEST_DONORS)

    def given(self, funds: Iterable[int]) -> list[Given]:
        """Linked gifts of these funds as (day, donor, minor units)."""
        return [_given(gift) for fund in funds for gift in self.gifts.get(fund, ()) if gift.linked]


@dataclass(frozen=True, slots=True)
class Fold:
    """What a report about all funds shows: campaigns by themselves, small ones as one row (or none), the rest; whether totals may be told.

    `waiting` are those in the rest whose newest gifts are of too few people to change what was published of them.
    """

    alone: tuple[int, ...]
    small: tuple[int, ...]
    rest: tuple[int, ...]
    waiting: tuple[int, ...]
    total: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """A public edition: its report, its campaign's fund (None: all), its days, the last entry it knows.

    `size` is that of the log it was made from, `placed` of the log that first knew it as published (0: not published). `elsewhere`: some
    money was in no bank, and so the tie-out told the public no total.
    """

    report: str
    fund: int | None
    start: date | None
    end: date | None
    number: int
    size: int
    placed: int = 0
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Publicity:
    """All that public editions are made of: movements, the funds of campaigns and our own, the editions in their order."""

    movements: Sequence[Movement]
    campaigns: tuple[int, ...]
    own: tuple[int, ...]
    editions: tuple[Printed, ...] = ()
    _told: dict[Printed, tuple[Figure, ...]] = field(default_factory=dict)
    _of: dict[int, list[Movement]] = field(default_factory=dict, init=False)
    _people: dict[str, Person] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Sort the movements by fund, and say who is behind each as is known by now."""
        for one in self.movements:
            self._of.setdefault(one.fund, []).append(one)
            self._people[one.key] = one.person

    def seen(self, start: date | None, end: date | None, number: int = LATEST, fund: int | None = None) -> Seen:
        """What the book knew at an entry of the gifts of some days (to one fund)."""
        return _seen(self.movements if fund is None else self._of.get(fund, ()), start, end, number)

    def fold(self, seen: Seen, size: int) -> Fold:
        """Campaigns of enough donors by themselves, the rest so that nothing is found by taking one figure from another."""
        able = [fund for fund in self.campaigns if seen.enough([fund])]
        waiting = tuple(fund for fund in able if self._waits(seen, fund, size))
        small = [fund for fund in self.campaigns if fund not in able]
        apart = len(small) >= FEWEST_FOLDED and seen.enough(small)
        rest = (*self.own, *(() if apart else small), *waiting)
        alone = tuple(fund for fund in able if fund not in waiting)
        return Fold(alone, tuple(small) if apart else (), rest, waiting, seen.enough(rest))

    def groups(self, seen: Seen, fold: Fold, size: int) -> list[list[Given]]:
        """Gifts in groups that public cells may be taken apart by: each fund alone, what was published of each that waits, the rest."""
        shown = [seen.given([fund]) for fund in fold.alone]
        rest: list[Movement] = [one for fund in (*fold.rest, *fold.small) for one in seen.gifts.get(fund, ()) if one.linked]
        for fund in fold.waiting:
            known = {key for one in self._known(size) for figure in self.figures(one) if figure.fund == fund for key in figure.parts}
            shown.append([_given(gift) for gift in rest if gift.fund == fund and gift.key in known])
            rest = [gift for gift in rest if gift.fund != fund or gift.key not in known]
        return [*shown, [_given(gift) for gift in rest]]

    def figures(self, one: Printed) -> tuple[Figure, ...]:
        """Every figure an edition shows; those that are sums or differences of others are left out."""
        if one not in self._told:
            self._told[one] = tuple(figure for figure in self._figures(one) if figure.parts)
        return self._told[one]

    def points_out(self, one: Printed, beside: Sequence[Printed] = ()) -> list[Pointed]:
        """What a reader of every earlier edition, and of those `beside` it, finds out of fewer than five people from this one."""
        known = [figure for other in (*self.editions, *beside) for figure in self.figures(other)]
        return points_out(known, self.figures(one), self._people)

    def _known(self, size: int) -> list[Printed]:
        """The editions that a log of this size tells of; each was made from a smaller one, so that this comes to an end."""
        return [one for one in self.editions if one.size < one.placed <= size]

    def _waits(self, seen: Seen, fund: int, size: int) -> bool:
        known = [figure for one in self._known(size) if one.fund in {None, fund} for figure in self.figures(one) if figure.fund == fund]
        return bool(known) and bool(points_out(known, list(self._row(seen, [fund], fund)), self._people))

    def _figures(self, one: Printed) -> Iterator[Figure]:
        seen = self.seen(one.start, one.end, one.number, one.fund)
        if one.fund is not None:
            if seen.enough([one.fund]):
                yield from self._row(seen, [one.fund], one.fund, gross=not seen.netted(one.fund))
                if one.report == _QUARTERED and not seen.netted(one.fund):
                    yield from _cells(seen, by_quarters(seen.given([one.fund]), _ANY), one.fund)
                if one.report == _PAGE:
                    yield from self._owed(seen, one.fund)
            return
        fold = self.fold(seen, one.size)
        if one.report in _OF_ALL:
            for fund in fold.alone:
                yield from self._row(seen, [fund], fund)
            yield from self._row(seen, fold.small, None)
            if fold.total:
                yield from self._row(seen, fold.rest, None)
        if one.report == _BANDED and bands_may_be_shown(seen, fold):
            yield from _cells(seen, by_bands(self.groups(seen, fold, one.size), _ANY), None)
        if one.report == TOTAL and fold.total and not one.elsewhere:
            yield Figure("figure.all_money", None, self._net(seen, (*self.campaigns, *self.own), date.min, one.end or date.max))

    def _row(self, seen: Seen, funds: Iterable[int], fund: int | None, *, gross: bool = False) -> Iterator[Figure]:
        """The figures of some funds together; `gross`: with what went back on a line of its own."""
        wanted = tuple(funds)
        start, end = seen.start or date.min, seen.end or date.max
        if seen.start:
            yield Figure("figure.opening", fund, self._net(seen, wanted, date.min, date.fromordinal(start.toordinal() - 1)))
        if gross:
            yield Figure("figure.returned", fund, self._sum(seen, wanted, (start, end), {Kind.BACK: 1}))
            yield Figure("figure.collected", fund, self._sum(seen, wanted, (start, end), {Kind.GIFT: 1}))
        else:
            yield Figure("figure.collected", fund, self._net(seen, wanted, start, end))

    def _owed(self, seen: Seen, fund: int) -> Iterator[Figure]:
        """What is still to go back, where it goes to enough people: what was decided less what was sent."""
        standing = [one for one in self._of.get(fund, ()) if one.stands(seen.number)]
        sent = {one.person for one in standing if one.kind is Kind.BACK and one.named}
        if may_be_shown(_known({one.person for one in standing if one.kind is Kind.DECIDED} - sent)):
            named = ((one.key, -1) for one in standing if one.kind is Kind.BACK and one.named)
            yield Figure("page.owed_back", fund, {**{one.key: 1 for one in standing if one.kind is Kind.DECIDED}, **dict(named)})

    def _net(self, seen: Seen, funds: Collection[int], start: date, end: date) -> dict[str, int]:
        return self._sum(seen, funds, (start, end), {Kind.GIFT: 1, Kind.BACK: -1, Kind.DISPUTED: -1})

    def _sum(self, seen: Seen, funds: Collection[int], days: tuple[date, date], signs: Mapping[Kind, int]) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for one in (one for fund in funds for one in self._of.get(fund, ())):
            if one.kind in signs:
                found[one.key] += signs[one.kind] * one.times(seen.number, *days)
        return {key: times for key, times in found.items() if times}


def bands_may_be_shown(seen: Seen, fold: Fold) -> bool:
    """Whether gifts may be told by quarter and size: not where money went back, nor where no total is told."""
    return fold.total and not seen.returned and not seen.disputed


def _seen(movements: Sequence[Movement], start: date | None, end: date | None, number: int) -> Seen:
    first, last = start or date.min, end or date.max
    of: dict[Kind, list[Movement]] = {kind: [] for kind in Kind}
    went: dict[tuple[Kind, int], int] = defaultdict(int)
    for one in movements:
        if one.stands(number):
            of[one.kind].append(one)
        if one.kind in {Kind.BACK, Kind.DISPUTED}:
            went[one.kind, one.fund] += one.minor * one.times(number, first, last)
    gifts, before = _by_fund(of[Kind.GIFT], first, last)
    refunds: dict[int, int] = defaultdict(int)
    people: dict[int, set[Person]] = defaultdict(set)
    for one in of[Kind.BACK]:
        if first <= one.on <= last:
            refunds[one.fund] += not one.named
            people[one.fund].update({one.person} - {None})
    given, decided = (_by_person(one for one in of[kind] if one.linked) for kind in (Kind.GIFT, Kind.DECIDED))
    return Seen(
        start, end, number, gifts, before, {pair for pair, minor in decided.items() if pair in given and given[pair] <= minor},
        refunds, {fund: len(some) for fund, some in people.items()},
        *({fund for (of_kind, fund), minor in went.items() if of_kind is kind and minor} for kind in (Kind.BACK, Kind.DISPUTED)),
    )  # fmt: skip


def _by_fund(gifts: Iterable[Movement], first: date, last: date) -> tuple[dict[int, list[Movement]], dict[int, set[Person]]]:
    """The gifts of these days of each fund, and who gave to it before them."""
    during: dict[int, list[Movement]] = defaultdict(list)
    before: dict[int, set[Person]] = defaultdict(set)
    for gift in gifts:
        if first <= gift.on <= last:
            during[gift.fund].append(gift)
        elif gift.on < first and gift.linked:
            before[gift.fund].add(gift.person)
    return during, before


def _by_person(movements: Iterable[Movement]) -> dict[tuple[int, Person], int]:
    found: dict[tuple[int, Person], int] = defaultdict(int)
    for one in movements:
        if one.person is not None:
            found[one.fund, one.person] += one.minor
    return found


def _cells(seen: Seen, cells: Iterable[Cell | BandCell], fund: int | None) -> Iterator[Figure]:
    """The cells of quarters of a fund, or of quarters and bands of all; no figure where the gifts are too few for any."""
    every = [gift for own, some in seen.gifts.items() if fund in {None, own} for gift in some if gift.linked]
    for cell in cells:
        low, high = getattr(cell, "low", 0), getattr(cell, "high", None)
        parts: dict[str, int] = defaultdict(int)
        for gift in every:
            if cell.first <= quarter(gift.on) <= cell.last and low < gift.minor and (high is None or gift.minor <= high):
                parts[gift.key] += 1
        yield Figure("table.quarters" if fund is not None else "table.bands", fund, dict(parts))


def _given(gift: Movement) -> Given:
    return gift.on, gift.person if isinstance(gift.person, int) else None, gift.minor


def _known(people: Iterable[Person]) -> list[int]:
    return [one for one in people if isinstance(one, int)]
