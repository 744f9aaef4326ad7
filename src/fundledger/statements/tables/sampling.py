"""The beginning of a table as a person maps it: cells, layout, what each row becomes or why not; only the first rows are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem
from fundledger.statements.findings import Findings
from fundledger.statements.given import Given
from fundledger.statements.layout import Layout, fold
from fundledger.statements.safety import FILE_LIMIT
from fundledger.statements.source import Source, open_source
from fundledger.statements.tables.finding import find, likely_header
from fundledger.statements.tables.reading import Reading, open_table, recognise
from fundledger.statements.text import in_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.domain.statement import StatementLine
    from fundledger.statements.tables.cells import Cells
    from fundledger.statements.tables.finding import Found
    from fundledger.statements.tables.table import Table

# Rows that decide, in a sample, what all rows decide in an import.
_MOST_ROWS = 500
_HEAD = 256 * 1024
_NOTHING = Given()


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row: where it stands, its cells, its line, or the problem that keeps it from being one; neither for a row left out."""

    where: str
    cells: tuple[str, ...]
    line: StatementLine | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a table.

    `layout` is the one used: given, saved, published or guessed (`guessed`); one without columns where nothing could be told.
    `problem` is what keeps the whole table from being read: file.layout, file.date_order, file.decimal, file.year and the like.
    `decimal` and `date_order` are as decided from these rows, None where they are not.
    """

    form: str
    header: tuple[str, ...]
    rows: tuple[SampleRow, ...]
    layout: Layout
    guessed: bool = False
    problem: Problem | None = None
    decimal: str | None = None
    date_order: str | None = None
    delimiter: str | None = None
    encoding: str | None = None


class _Beginning:
    """A table of which only the first rows are there. A `Table`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def beginnings(self) -> Iterator[tuple[str, list[Cells]]]:
        return self._table.beginnings()

    def settle(self, way: str, header: Cells | None) -> None:
        self._table.settle(way, header)

    def rows(self, found: Findings) -> Iterator[Cells]:
        return islice(self._table.rows(found), _MOST_ROWS)

    def where(self, number: int) -> str:
        return self._table.where(number)


class _Head(Source):
    """The beginning of a text, without the line it breaks off in."""

    def bytes_again(self) -> Iterator[bytes]:
        self.octets.seek(0)
        head = self.octets.read(_HEAD)
        yield head[: head.rfind(b"\n") + 1] or head if self.size > _HEAD else head

    def check_unchanged(self) -> None:
        """A sample is looked at, not taken in."""


def sample(path: Path, given: Given = _NOTHING, n: int = 20, limit: int = FILE_LIMIT) -> Sample:
    """The first `n` rows of a table as `given` has them read.

    Raises KnownError where the file is no table at all (file.unknown), cannot be opened, decoded or taken apart.
    """
    with open_source(path, limit) as source:
        form = recognise(in_utf8(source.head)) or ("csv" if given.layout else "")
        if not form:
            raise KnownError("file.unknown", path.name)
        if form != "xlsx":
            source.__class__ = _Head
        found = Findings()
        table = _Beginning(open_table(source, form, found, given))
        encoding = next((str(problem.values["encoding"]) for problem in found.warnings if "encoding" in problem.values), given.encoding)
        try:
            plan = find(table, given)
        except KnownError as error:
            return _unmapped(form, table, error.problems[0], n, encoding)
        return _mapped(form, source, table, plan, given, n, encoding)


def _unmapped(form: str, table: Table, problem: Problem, n: int, encoding: str | None) -> Sample:
    """The cells alone, under the row that is likeliest their header."""
    way, header, _ = likely_header(list(table.beginnings()))
    table.settle(way, header)
    first = header.number if header else 0
    below = (row for row in table.rows(Findings()) if row.number > first)
    rows = tuple(SampleRow(table.where(row.number), tuple(row.cells)) for row in islice(below, n))
    names = tuple(header.cells) if header else ()
    return Sample(form, names, rows, Layout("", ()), problem=problem, delimiter=_delimiter(form, way), encoding=encoding)


def _mapped(form: str, source: Source, table: Table, plan: Found, given: Given, n: int, encoding: str | None) -> Sample:
    header = tuple(plan.header.cells) if plan.header else ()
    told = {"guessed": plan.guessed, "delimiter": _delimiter(form, plan.way), "encoding": encoding}
    try:
        reading = Reading(source, table, plan, Findings(), given)
    except KnownError as error:
        below = (row for row in table.rows(Findings()) if row.number > plan.first)
        rows = tuple(SampleRow(table.where(row.number), tuple(row.cells)) for row in islice(below, n))
        return Sample(form, header, rows, plan.layout, problem=error.problems[0], **told)  # type: ignore[arg-type]  # three texts by name
    rows = tuple(
        SampleRow(table.where(row.number), tuple(row.cells), line, problem) for row, line, problem in islice(reading.looked_at(), n)
    )
    decided = reading.decided
    return Sample(form, header, rows, plan.layout, decimal=decided.decimal, date_order=decided.date_order, **told)  # type: ignore[arg-type]


def _delimiter(form: str, way: str) -> str | None:
    return None if form == "xlsx" else way


def saved_as(layout: Layout, name: str, header: tuple[str, ...]) -> Layout:
    """A layout a person mapped, to be taken again for every table with this header."""
    return replace(layout, name=name, header=tuple(dict.fromkeys(folded for cell in header if (folded := fold(cell)))))
