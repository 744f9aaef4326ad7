"""What can be reckoned from published figures: whether any sum or difference of them is of fewer than five people.

Each figure is a sum of gifts (and of what went back), hence a row of coefficients, and whatever a reader can reckon from several figures is
a row in the space they span. Gifts that stand alike in every figure can never be told apart: they are one atom. A figure gives somebody
away when the space holds a row that is zero outside atoms of too few people, and those of that row together are too few as well.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.disclosure import FEWEST_DONORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Rows are reckoned modulo a prime: what the whole numbers span is in there too, so nothing that gives somebody away is overlooked.
_PRIME = (1 << 61) - 1
_Row = dict[int, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure: its name (a catalogue key), whose it is (a fund; None: of all), how often each gift counts in it."""

    name: str
    fund: int | None
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pointed:
    """A new figure with which a reader finds fewer than five people, and how many gifts she finds of them."""

    figure: Figure
    gifts: int


def points_out(known: Sequence[Figure], new: Sequence[Figure], people: Mapping[str, object]) -> list[Pointed]:
    """Which new figures give somebody away who was not given away by the known ones already; `people` says who is behind each gift.

    A gift of nobody known (None, or absent) counts as a gift of no person.
    """
    some = [one for one in new if one.parts]
    if not some:
        return []
    before = _connected([one for one in known if one.parts], some)
    atoms = _Atoms([*before, *some], people)
    rows, of_new = atoms.rows[: len(before)], atoms.rows[len(before) :]
    reckoned = atoms.given_away(rows)
    if len(atoms.given_away(atoms.rows)) == len(reckoned):
        return []
    found: list[Pointed] = []
    for figure, row in zip(some, of_new, strict=True):
        rows.append(row)
        more = atoms.given_away(rows)
        if len(more) > len(reckoned):
            found.append(Pointed(figure, atoms.fewest(reckoned, more)))
            reckoned = more
    return found


def _connected(known: Sequence[Figure], new: Sequence[Figure]) -> list[Figure]:
    """The known figures that share a gift with a new one, directly or through others: no other can help to reckon it."""
    holding: dict[str, list[int]] = defaultdict(list)
    for place, figure in enumerate(known):
        for key in figure.parts:
            holding[key].append(place)
    waiting = [key for figure in new for key in figure.parts]
    seen: set[int] = set()
    while waiting:
        for place in holding.pop(waiting.pop(), ()):
            if place not in seen:
                seen.add(place)
                waiting.extend(key for key in known[place].parts if key in holding)
    return [known[place] for place in sorted(seen)]


class _Atoms:
    """The figures as rows over the classes of gifts that stand alike in all of them; a class and its negative are one."""

    def __init__(self, figures: Sequence[Figure], people: Mapping[str, object]) -> None:
        stands: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, figure in enumerate(figures):
            for key, times in figure.parts.items():
                if times:
                    stands[key].append((place, times))
        numbers: dict[tuple[tuple[int, int], ...], int] = {}
        self._people: list[set[object]] = []
        self._gifts: list[int] = []
        self.rows: list[_Row] = [{} for _ in figures]
        for key, where in stands.items():
            sign = 1 if where[0][1] > 0 else -1
            alike = tuple((place, sign * times) for place, times in where)
            atom = numbers.setdefault(alike, len(numbers))
            if atom == len(self._gifts):
                self._people.append(set())
                self._gifts.append(0)
                for place, times in alike:
                    self.rows[place][atom] = times % _PRIME
            self._gifts[atom] += 1
            if people.get(key) is not None:
                self._people[atom].add(people[key])
        self._big = {atom for atom in range(len(self._people)) if self._enough([atom])}

    def given_away(self, rows: Iterable[_Row]) -> list[_Row]:
        """A basis of all that the rows span on atoms of too few people.

        Atoms that these rows never tell apart (they are in proportion everywhere) stand together, and count together.
        """
        left = _without(rows, self._big)
        while big := {atom for some in _in_proportion(left) if self._enough(some) for atom in some}:
            left = _without(left, big)
        return _reduced(left)

    def _enough(self, atoms: Iterable[int]) -> bool:
        return len({who for atom in atoms for who in self._people[atom]}) >= FEWEST_DONORS

    def fewest(self, before: Sequence[_Row], after: Sequence[_Row]) -> int:
        """The fewest gifts that a row of `after`, which is none of `before`, points at."""
        return min(sum(self._gifts[atom] for atom in row) for row in after if row not in before)


def _without(rows: Iterable[_Row], columns: set[int]) -> list[_Row]:
    """What the rows span that is zero in all of these columns."""
    leading: dict[int, _Row] = {}
    left = []
    for given in rows:
        row = dict(given)
        while (column := next((one for one in row if one in columns and one in leading), None)) is not None:
            _subtract(row, leading[column], row[column])
        pivot = next((one for one in row if one in columns), None)
        if pivot is None:
            left.append(row)
            continue
        _scale(row, pivot)
        leading[pivot] = row
    return [row for row in left if row]


def _reduced(rows: Iterable[_Row]) -> list[_Row]:
    """The reduced basis of what the rows span."""
    basis: dict[int, _Row] = {}
    for given in rows:
        row = dict(given)
        for pivot, other in basis.items():
            if pivot in row:
                _subtract(row, other, row[pivot])
        if row:
            pivot = min(row)
            _scale(row, pivot)
            for other in basis.values():
                if pivot in other:
                    _subtract(other, row, other[pivot])
            basis[pivot] = row
    return [basis[pivot] for pivot in sorted(basis)]


def _subtract(row: _Row, other: _Row, times: int) -> None:
    for column, value in other.items():
        left = (row.get(column, 0) - times * value) % _PRIME
        if left:
            row[column] = left
        else:
            row.pop(column, None)


def _scale(row: _Row, pivot: int) -> None:
    inverse = pow(row[pivot], -1, _PRIME)
    for column in row:
        row[column] = row[column] * inverse % _PRIME


def _in_proportion(rows: Sequence[_Row]) -> list[list[int]]:
    """Columns of the space the rows span, those together of which one is a multiple of the other."""
    columns: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place, row in enumerate(_reduced(rows)):
        for column, value in row.items():
            columns[column].append((place, value))
    alike: dict[tuple[tuple[int, int], ...], list[int]] = defaultdict(list)
    for column, values in columns.items():
        inverse = pow(values[0][1], -1, _PRIME)
        alike[tuple((place, value * inverse % _PRIME) for place, value in values)].append(column)
    return list(alike.values())
