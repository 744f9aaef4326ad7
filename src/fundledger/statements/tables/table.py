"""A file as rows of cells, read as often as wanted: text with a delimiter, or the first sheet of a workbook that holds a table."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from fundledger.domain.problem import KnownError
from fundledger.statements.findings import Findings
from fundledger.statements.tables.cells import DELIMITERS, Cells, n_delimiters, rows, separator
from fundledger.statements.text import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.statements.given import Given
    from fundledger.statements.source import Source
    from fundledger.statements.text import Line

# Rows among which the header is looked for; banks put a dozen lines of their own above it.
MOST_ABOVE = 100


class Table(Protocol):
    """What rows come from."""

    def beginnings(self) -> Iterator[tuple[str, list[Cells]]]:
        """Each way to read the first rows, the likeliest first, with a word for it (a delimiter, a sheet)."""

    def settle(self, way: str, header: Cells | None) -> None:
        """Read all rows this way from now on; the header, where there is one, is as it was found."""

    def rows(self, found: Findings) -> Iterator[Cells]:
        """All rows with a filled cell, from the first line on."""

    def where(self, number: int) -> str:
        """How a row is named to a person."""


class TextTable:
    """CSV and its kin; attributes: delimiter, of the rows."""

    def __init__(self, source: Source, given: Given) -> None:
        """Count delimiters over all lines; `given.encoding` is decided."""
        self._source, self._given = source, given
        self._fixed = given.layout.delimiter if given.layout else None
        self._widths: list[Counter[int]] = [Counter() for _ in DELIMITERS]
        self._count()
        self.delimiter = self._heading = self._fixed or self._likeliest()[0]
        self._n_above = 0
        self._width: int | None = None

    def _lines(self, found: Findings) -> Iterator[Line]:
        """The lines but a first one that only names the delimiter."""
        for line in lines(self._source, found, self._given):
            if line.number == 1 and separator(line.text.lstrip("\ufeff")):
                continue
            yield line

    def _count(self) -> None:
        for line in lines(self._source, Findings(), self._given):
            if line.number == 1:
                self._fixed = separator(line.text.lstrip("\ufeff")) or self._fixed
            for widths, n in zip(self._widths, n_delimiters(line.text), strict=True):
                if n:
                    widths[n] += 1
            if line.number % 10_000 == 0:
                self._widths = [Counter(dict(widths.most_common(50))) for widths in self._widths]

    def _likeliest(self) -> list[str]:
        """The delimiters, best first: the one that gives most lines one same width, wider tables before narrow ones."""
        scores = {
            delimiter: max((n * min(width, 6) for width, n in widths.items()), default=0)
            for delimiter, widths in zip(DELIMITERS, self._widths, strict=True)
        }
        return sorted(DELIMITERS, key=lambda delimiter: -scores[delimiter])

    def beginnings(self) -> Iterator[tuple[str, list[Cells]]]:
        """The first rows split at each delimiter."""
        first = list(islice(self._lines(Findings()), MOST_ABOVE * 2))
        for delimiter in [self._fixed] if self._fixed else self._likeliest():
            found: list[Cells] = []
            with suppress(KnownError):  # a wrong delimiter cuts quotes apart; the right one is refused by its line when all rows are read
                found.extend(islice(rows(first, delimiter), MOST_ABOVE))
            yield delimiter, found

    def settle(self, way: str, header: Cells | None) -> None:
        """Take the delimiter of the header for the rows, too, unless they are plainly written with another one."""
        self._heading = self.delimiter = way
        self._n_above = header.number if header else 0
        self._width = len(header.cells) if header else None
        best = self._likeliest()[0]
        own, others = (max(self._widths[DELIMITERS.index(one)].values(), default=0) for one in (way, best))
        if best != way and not self._fixed and header and own * 2 <= others:
            self.delimiter = best

    def rows(self, found: Findings) -> Iterator[Cells]:
        """All rows; those up to the header at its own delimiter. Faults of decoding go to `found`."""
        every = self._lines(found)
        if self._heading != self.delimiter:
            above = [line for _, line in zip(range(self._n_above), every, strict=False)]
            yield from rows(above, self._heading)
        yield from rows(every, self.delimiter, self._width)

    def where(self, number: int) -> str:
        """A line of the text."""
        return f"line {number}"
