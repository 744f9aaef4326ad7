"""Sets a `Report` in a workbook: every total twice, a stored value and beside it the live formula, with their difference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.workbook.defined_name import DefinedName

from fundledger.domain.money import Money, exponent
from fundledger.domain.problem import KnownError
from fundledger.export.chart import chart, drawn_columns, words_of
from fundledger.export.sheet import MOST_ROWS, Book, Formula, Look, Sheet, Value, letter_of, sheet_title, too_long
from fundledger.export.text import said
from fundledger.export.wording import MINUS, column_name, differences, heading, log_head, meta
from fundledger.reports.value import (
    Audience,
    Bar,
    Cell,
    Comparison,
    Figures,
    Identity,
    Kind,
    Message,
    Paragraph,
    Report,
    Row,
    Section,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fundledger.i18n import Speaker

_EXACT = 10**15  # a workbook keeps 15 digits
_WIDTHS = (46.0, 20.0, 20.0, 14.0, 46.0)
_LABEL_ROWS = ("sheet.stored", "sheet.formula", "sheet.difference")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part of a table stands: its sheet, the row of its column names, and its rows."""

    title: str
    head: int
    rows: Sequence[Row]

    def span(self, column: int) -> str:
        """The cells of a column, as a reference."""
        letter = letter_of(column)
        return f"{_quoted(self.title)}!${letter}${self.head + 1}:${letter}${self.head + max(len(self.rows), 1)}"


def render(report: Report, speaker: Speaker, most_rows: int = MOST_ROWS) -> bytes:
    """The report as a workbook; the same bytes for the same data.

    Tables longer than a sheet (`most_rows`) go on in further sheets. Raises KnownError export.too_exact for an amount of
    more than 15 digits.
    """
    for cell in _cells(report):
        if abs(cell.minor if isinstance(cell, Money) else cell) >= _EXACT:
            raise KnownError("export.too_exact", str(cell))
    return _Writer(report, speaker, most_rows).write()


class _Writer:
    """Writes the report sheet, then the tables."""

    def __init__(self, report: Report, speaker: Speaker, most_rows: int) -> None:
        self.report, self.speaker = report, speaker
        self.title = said(report.title, speaker)
        self.book = Book(report, f"{self.title} – {said(report.subject, speaker)}" if report.subject else self.title)
        taken = [sheet_title(speaker.say("sheet.report"), ())]
        self.tables = [(table, self._places(table, taken, most_rows)) for table in _tables(report)]

    def write(self) -> bytes:
        """The finished workbook."""
        _ReportSheet(self).write()
        for table, places in self.tables:
            for place in places:
                self._table(table, place, places)
        return self.book.finish()

    def name(self, *parts: str, where: str) -> None:
        """Name a range of the workbook by words of the report."""
        plain = "_".join(re.sub(r"\W+", "_", part, flags=re.ASCII) for part in parts)
        if plain not in self.book.workbook.defined_names:
            self.book.workbook.defined_names[plain] = DefinedName(plain, attr_text=where)

    def _places(self, table: Table, taken: list[str], most_rows: int) -> tuple[_Place, ...]:
        """The sheets of a table; they are named before the first is written, since formulas name them."""
        head = 2 + (len(_LABEL_ROWS) if table.totals else 0)
        step = most_rows - head
        places = []
        for first in range(0, max(len(table.rows), 1), step):
            taken.append(sheet_title(heading(table, self.speaker), taken))
            places.append(_Place(taken[-1], head, table.rows[first : first + step]))
        return tuple(places)

    def _table(self, table: Table, place: _Place, places: Sequence[_Place]) -> None:
        traced = self.report.audience != Audience.PUBLIC and any(row.entries for row in table.rows)
        names = [column_name(column, self.speaker) for column in table.columns]
        names += [self.speaker.say("sheet.entries")] if traced else []
        sheet = self.book.sheet(place.title, self._widths(table, place.rows, names), place.head)
        sheet.row([heading(table, self.speaker)], Look.HEADING)
        if table.totals:
            self._totals(sheet, table, place, places)
        sheet.head(names, [column.kind in (Kind.MONEY, Kind.COUNT) for column in table.columns] + [True] * traced)
        for row in place.rows:
            values = [self.value(cell) for cell in row.cells]
            sheet.row([*values, _entries(row)] if traced else values)
        last = letter_of(len(names) - 1)
        sheet.auto_filter.ref = f"A{place.head}:{last}{place.head + max(len(place.rows), 1)}"
        for number, column in enumerate(table.columns):
            part = places.index(place) + 1
            self.name(table.key, column.key, *([str(part)] if part > 1 else []), where=place.span(number))
        if len(places) == words_of(table) == 1 and chart(table, self.speaker, self.report.currency):
            sheet.draw(heading(table, self.speaker), drawn_columns(table), place.head, len(place.rows))
        sheet.close()

    def _totals(self, sheet: Sheet, table: Table, place: _Place, places: Sequence[_Place]) -> None:
        """Stored total, formula and difference above the column names, where filters and new rows leave them alone."""
        label = next((number for number, column in enumerate(table.columns) if column.key not in table.totals), None)
        rows: list[list[Value]] = [[None] * len(table.columns) for _ in _LABEL_ROWS]
        for number, column in enumerate(table.columns):
            total, letter = table.totals.get(column.key), letter_of(number)
            if number == label:
                for row, key in zip(rows, _LABEL_ROWS, strict=True):
                    row[number] = self.speaker.say(key)
            if total is None:
                continue
            spans = ",".join(each.span(number) for each in places)
            rows[0][number] = total
            rows[1][number] = self.formula(f"=SUM({spans})", total)
            rows[2][number] = self.difference(f"{letter}2", f"{letter}3", total)
            if place is places[0]:
                self.name("total", table.key, column.key, where=f"{_quoted(place.title)}!${letter}$2")
        for row in rows:
            sheet.row(row, Look.STRONG)

    def live_total(self, key: str, column: str) -> str:
        """The formula that fetches the live total of a table's column; empty where the report has none."""
        for table, places in self.tables:
            for number, one in enumerate(table.columns):
                if (table.key, one.key) == (key, column) and column in table.totals:
                    return f"={_quoted(places[0].title)}!{letter_of(number)}3"
        return ""

    def value(self, cell: Cell) -> Value:
        """A cell of a report as a typed value."""
        return said(cell, self.speaker) if isinstance(cell, Message) else cell

    def formula(self, text: str, like: Money | int) -> Formula:
        """A formula shown like the value beside it."""
        return Formula(text, like.currency if isinstance(like, Money) else None)

    def difference(self, stored: str, formula: str, like: Money | int) -> Formula:
        """Stored less formula, rounded to the last digit the currency has: sums of binary fractions carry dust."""
        digits = exponent(like.currency) if isinstance(like, Money) else 0
        return self.formula(f"=ROUND({stored}-{formula},{digits})", like)

    def _widths(self, table: Table, rows: Sequence[Row], names: Sequence[str]) -> list[float]:
        """Wide enough for names and for the figures; texts by a sample."""
        widths = [min(len(name), 24) + 4.0 for name in names]
        for number, column in enumerate(table.columns):
            if column.kind is Kind.TEXT:
                longest = max((len(str(self.value(row.cells[number]) or "")) for row in rows[:200]), default=0)
                widths[number] = min(max(widths[number], longest + 2.0), 60.0)
            else:
                widths[number] = max(widths[number], 12.0 if column.kind is Kind.DATE else 16.0)
        return widths


class _ReportSheet:
    """The first sheet: what it is, the proof of all differences, and every section with its stored values and formulas."""

    def __init__(self, writer: _Writer) -> None:
        self.writer, self.speaker, self.report = writer, writer.speaker, writer.report
        self.title = sheet_title(self.speaker.say("sheet.report"), ())
        self.lines = [said(self.report.foundation, self.speaker), self.speaker.say(f"audience.{self.report.audience}")]
        self.lines += [said(self.report.subject, self.speaker)] if self.report.subject else []
        self.lines += [*meta(self.report, self.speaker), *log_head(self.report, self.speaker)]
        self.head = len(self.lines) + 3
        self.sheet = writer.book.sheet(self.title, _WIDTHS, self.head)

    def write(self) -> None:
        """Write the sheet from top to bottom."""
        self.sheet.row([self.writer.title], Look.TITLE)
        for line in self.lines:
            self.sheet.row([line], Look.MUTED)
        self.sheet.row([])
        names = ("sheet.item", "sheet.stored", "sheet.formula", "sheet.difference", "sheet.note")
        self.sheet.head([self.speaker.say(name) for name in names], (False, True, True, True, False))
        self._proof()
        for section in self.report.sections:
            self._section(section)
        self.sheet.close()

    def _proof(self) -> None:
        """One cell that is 0 only when every difference is."""
        row = self.head + 1
        spans = [f"$D${row + 1}:$D${MOST_ROWS}"]
        for table, places in self.writer.tables:
            last = letter_of(len(table.columns) - 1)
            spans += [f"{_quoted(place.title)}!$A$4:${last}$4" for place in places if table.totals]
        values: list[Value] = [self.speaker.say("sheet.proof"), 0, Formula(f"=SUMSQ({','.join(spans)})")]
        self.sheet.row([*values, Formula(f"=B{row}-C{row}")], Look.STRONG)
        self.writer.name("proof", where=f"{_quoted(self.title)}!$C${row}")
        cut = sum(too_long(cell) for table in _tables(self.report) for each in table.rows for cell in each.cells if isinstance(cell, str))
        if cut:
            self.sheet.row([self.speaker.say("sheet.cut", n=cut)], Look.STRONG)

    def _section(self, section: Section) -> None:
        self.sheet.row([])
        match section:
            case Paragraph():
                self.sheet.row([said(section.text, self.speaker)])
            case Bar():
                for name in ("needed", "collected", "paid"):
                    self.sheet.row([self.speaker.say(f"bar.{name}"), getattr(section, name)])
            case Figures():
                self._figures(section)
            case Identity():
                self._identity(section)
            case Comparison():
                self._comparison(section)
            case Table():
                self._table(section)

    def _figures(self, figures: Figures) -> None:
        self.sheet.row([heading(figures, self.speaker)], Look.HEADING)
        for label, cell in figures.items:
            value = self.speaker.say("paper.none") if cell is None else self.writer.value(cell)
            self.sheet.row([said(label, self.speaker), value])
        self._note(figures.note)

    def _identity(self, identity: Identity) -> None:
        self.sheet.row([heading(identity, self.speaker)], Look.HEADING)
        formula = "="
        for term in identity.terms:
            sign = "-" if term.sign < 0 else "+"
            values: list[Value] = [self.speaker.say(f"term.{term.key}"), term.amount, None, None, MINUS if term.sign < 0 else "+"]
            formula += f"{sign}B{self.sheet.row(values)}"
        self._checked(self.speaker.say(f"term.{identity.result_key}"), identity.result, formula)
        self.writer.name("identity", identity.key, where=f"{_quoted(self.title)}!$B${self.sheet.rows_written}")

    def _comparison(self, comparison: Comparison) -> None:
        self.sheet.row([heading(comparison, self.speaker)], Look.HEADING)
        first = 0
        sources = comparison.sources or (None,) * len(comparison.sides)
        for (label, amount), difference, source in zip(comparison.sides, differences(comparison), sources, strict=True):
            text = said(label, self.speaker)
            if amount is not None and source is not None and (live := self.writer.live_total(*source)):
                row = self.sheet.rows_written + 1
                first = first or row
                checked = self.writer.difference(f"B{first}", f"C{row}", amount)
                self.sheet.row([text, amount, self.writer.formula(live, amount), checked], Look.STRONG)
            elif difference is not None and amount is not None:
                self._checked(text, amount, f"=$B${first}")
            elif amount is not None:
                first = self.sheet.row([text, amount])
            else:
                self.sheet.row([text, self.speaker.say("paper.none")])
        self._note(comparison.note)

    def _table(self, table: Table) -> None:
        places = next(places for other, places in self.writer.tables if other is table)
        self.sheet.row([heading(table, self.speaker), None, None, None, self.speaker.say("sheet.rows", n=len(table.rows))], Look.HEADING)
        if not table.rows:
            self.sheet.row([said(table.empty or Message("paper.empty"), self.speaker)])
        for number, column in enumerate(table.columns):
            if column.key in table.totals:
                label = column_name(column, self.speaker)
                self._checked(label, table.totals[column.key], f"={_quoted(places[0].title)}!{letter_of(number)}3")
        self._note(table.note)

    def _checked(self, label: str, stored: Money | int, formula: str) -> None:
        row = self.sheet.rows_written + 1
        live = self.writer.formula(formula, stored)
        self.sheet.row([label, stored, live, self.writer.difference(f"B{row}", f"C{row}", stored)], Look.STRONG)

    def _note(self, note: Message | None) -> None:
        if note is not None:
            self.sheet.row([said(note, self.speaker)], Look.MUTED)


def _tables(report: Report) -> list[Table]:
    return [section for section in report.sections if isinstance(section, Table)]


def _cells(report: Report) -> Iterator[Money | int]:
    """Every number of a report, asked before a byte is written."""
    for section in report.sections:
        match section:
            case Figures():
                yield from (cell for _, cell in section.items if isinstance(cell, (Money, int)))
            case Bar():
                yield from (section.needed, section.collected, section.paid)
            case Identity():
                yield from (section.result, *(term.amount for term in section.terms))
            case Comparison():
                yield from (amount for _, amount in section.sides if amount is not None)
            case Table():
                yield from section.totals.values()
                yield from (cell for row in section.rows for cell in row.cells if isinstance(cell, (Money, int)))


def _entries(row: Row) -> Value:
    return row.entries[0] if len(row.entries) == 1 else ", ".join(map(str, row.entries)) or None


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"
