"""Which layout a table has and where its header stands: said by a person, saved, published, or guessed from words and all rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from fundledger.domain.money import is_currency
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.statements.findings import Findings
from fundledger.statements.layout import fold, plain_letters
from fundledger.statements.tables import words
from fundledger.statements.tables.days import read_days
from fundledger.statements.tables.guessing import guess_layout, looks_like_header
from fundledger.statements.tables.heading import names_of, places
from fundledger.statements.tables.metadata import metadata
from fundledger.statements.tables.numbers import read_number
from fundledger.statements.tables.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fundledger.statements.given import Given
    from fundledger.statements.layout import Layout
    from fundledger.statements.tables.cells import Cells
    from fundledger.statements.tables.heading import Places
    from fundledger.statements.tables.metadata import Metadata
    from fundledger.statements.tables.table import Table

    # A layout with its header folded.
    Headed = tuple[frozenset[str], Layout]

_FILLED_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Found:
    """The layout of a table, where its columns stand, its header (None without one) and what stands above it.

    `guessed` says that nobody told the layout; `way` is the delimiter or the sheet.
    """

    layout: Layout
    columns: Places
    way: str
    header: Cells | None
    above: Metadata
    guessed: bool = False

    @property
    def first(self) -> int:
        """The row after which lines begin, 0 without a header."""
        return self.header.number if self.header else 0


def find(table: Table, given: Given) -> Found:
    """The layout of a table, settled in it; from all rows where it must be guessed.

    Raises KnownError file.layout_other where the layout given is another one's, file.layout where nobody can be sure of the columns.
    """
    ways = list(table.beginnings())
    found = known(ways, given)
    if found is None and given.layout:
        raise KnownError("file.layout_other", "", layout=given.layout.name)
    if found is None:
        way, header, above = likely_header(ways)
        table.settle(way, header)
        layout = guess_layout(lambda: _body(table, header), header.cells if header else [])
        return Found(layout, places(layout, header.cells if header else ()), way, header, metadata(above), guessed=True)
    table.settle(found.way, found.header)
    return found


def known(ways: Sequence[tuple[str, list[Cells]]], given: Given) -> Found | None:
    """The layout a person gave, one that was saved, or a published one, by the header or by what the first row looks like."""
    for wanted in _looked_for(given):
        found = _by_header(ways, wanted) or _by_shape(ways, wanted.shaped)
        if found:
            return found
    return None


def is_published(given: Given) -> Callable[[frozenset[str]], bool]:
    """Whether the names of a row are the header of a layout that is looked for."""
    looked_for = _looked_for(given)
    return lambda names: any(wanted.headed_by(names) for wanted in looked_for)


class _Wanted:
    """Layouts to look for: those with a header by the name in it that the fewest have, and those without one."""

    def __init__(self, layouts: Iterable[Layout]) -> None:
        every: list[Headed] = [(frozenset(map(fold, layout.header)), layout) for layout in layouts]
        self.shaped = [layout for header, layout in every if not header]
        often = Counter(chain.from_iterable(header for header, _ in every))
        self._headed: dict[str, list[tuple[int, Headed]]] = {}
        for place, one in enumerate(every):
            if one[0]:
                self._headed.setdefault(min(one[0], key=lambda name: (often[name], name)), []).append((-place, one))

    def headed_by(self, names: frozenset[str]) -> Layout | None:
        """The layout with the most names among these, the first of equals."""
        fits = [
            (len(header), place, layout)
            for name in names & self._headed.keys()
            for place, (header, layout) in self._headed[name]
            if header <= names
        ]
        return max(fits, key=itemgetter(0, 1))[2] if fits else None


# Folded once: a table in no known encoding is compared with every published header in each codec.
_PUBLISHED = _Wanted(PROFILES)


def _looked_for(given: Given) -> list[_Wanted]:
    return [_Wanted((given.layout,))] if given.layout else [_Wanted(given.saved), _PUBLISHED]


def _by_header(ways: Sequence[tuple[str, list[Cells]]], wanted: _Wanted) -> Found | None:
    """The layout with the most names in one header; the header that stands highest."""
    for way, rows in ways:
        for n, row in enumerate(rows):
            if len(row.cells) < _FILLED_ENOUGH:
                continue
            layout = wanted.headed_by(names_of(row.cells))
            if layout:
                return Found(layout, places(layout, row.cells), way, row, metadata(rows[:n]))
    return None


def _by_shape(ways: Sequence[tuple[str, list[Cells]]], layouts: Sequence[Layout]) -> Found | None:
    """The layout whose shape the first row has; one without a shape has the places of its columns only."""
    for layout in layouts:
        for way, rows in ways:
            fitting = [row for row in rows[:5] if fits_shape(layout, row.cells)]
            if fitting:
                return Found(layout, places(layout, ()), way, None, metadata(()))
    return None


def fits_shape(layout: Layout, cells: Sequence[str]) -> bool:
    """Whether a row looks like the shape of a layout; empty cells behind it do not count."""
    while cells and not cells[-1] and len(cells) > len(layout.shape):
        cells = cells[:-1]
    if not layout.shape:
        needed = [column.place for column in layout.columns if column.place is not None]
        return len(cells) > max(needed, default=0) >= 1
    return len(cells) == len(layout.shape) and all(map(_is, layout.shape, cells))


def _is(word: str, cell: str) -> bool:
    looks: dict[str, Callable[[], bool]] = {
        "": lambda: True,
        "iban": lambda: iban_is_valid(compact(cell)),
        "date": lambda: read_days(cell) is not None,
        "amount": lambda: read_number(cell) is not None,
        "number": lambda: read_number(cell) is not None,
        "currency": lambda: is_currency(cell.upper()),
        "side": lambda: plain_letters(cell) in words.CREDIT_WORDS | words.DEBIT_WORDS,
    }
    return looks.get(word, lambda: bool(cell))()


def likely_header(ways: Sequence[tuple[str, list[Cells]]]) -> tuple[str, Cells | None, list[Cells]]:
    """The way to read, the row that heads the table, and the rows above it; None where the table begins at once.

    Raises KnownError file.layout where there is no row at all.
    """
    for way, rows in ways:
        for n, row in enumerate(rows):
            if looks_like_header(row.cells, [after.cells for after in rows[n + 1 : n + 4]]):
                return way, row, rows[:n]
    if not ways:
        raise KnownError("file.layout", "", missing="date")
    return ways[0][0], None, []


def _body(table: Table, header: Cells | None) -> Iterator[list[str]]:
    first = header.number if header else 0
    for row in table.rows(Findings()):
        if row.number > first:
            yield row.cells
