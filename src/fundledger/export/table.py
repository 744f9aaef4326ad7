"""Sets one table on paper: column widths, rows drawn straight on the page, header and rules repeated on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.export.paper import BOLD, BOTTOM, HAIR, INK, MUTED, PLAIN, Paper, width_of, wrap
from fundledger.export.wording import cell_text, column_name
from fundledger.reports.value import Kind, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reportlab.lib.colors import Color
    from reportlab.pdfgen.textobject import PDFTextObject

    from fundledger.i18n import Speaker
    from fundledger.reports.value import Cell, Table

GAP = 10.0
SIZES = (8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
_NARROWEST_TEXT = 48.0
_MEASURED = 40
_LINE = 1.32
_PADDING = 5.6


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a table stand: type size, left edges, widths, and whether figures align right."""

    size: float
    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    rights: tuple[bool, ...]


def draw_table(paper: Paper, table: Table, speaker: Speaker, currency: str) -> None:
    """Draw header, rows and totals; the time grows with the rows alone."""
    heads = [column_name(column, speaker) for column in table.columns]
    layout = _layout(paper, table, heads, speaker, currency)
    pen = _Rows(paper, layout, heads)
    paper.room(pen.head_height + 4 * layout.size * _LINE + 2 * _PADDING)
    pen.head()
    for row in table.rows:
        pen.row([cell_text(cell, speaker, currency) for cell in row.cells])
    pen.close()
    if table.totals:
        pen.total(_total_texts(table, speaker, currency))


def _total_texts(table: Table, speaker: Speaker, currency: str) -> list[str]:
    texts = [cell_text(table.totals.get(column.key), speaker, currency) for column in table.columns]
    if not texts[0]:
        texts[0] = speaker.say("paper.total")
    return texts


class _Rows:
    """Draws the rows of one table; the rows of a page are one text and their rules one path, drawn together."""

    def __init__(self, paper: Paper, layout: Layout, heads: Sequence[str]) -> None:
        self.paper, self.layout = paper, layout
        self.heads = self._broken(heads, BOLD)
        self.head_height = max(map(len, self.heads)) * layout.size * _LINE + _PADDING
        self._rules: list[tuple[float, float, float, float]] = []
        self._pen: PDFTextObject | None = None
        self._leading = layout.size * _LINE

    def head(self) -> None:
        """The column names, over a firm rule."""
        self._write(self.heads, 0, max(map(len, self.heads)), BOLD, MUTED)
        self._draw()
        self.paper.y -= _PADDING * 0.5
        self.paper.rule(self.paper.y, INK, 0.8)
        self.paper.y -= _PADDING * 0.5

    def row(self, texts: Sequence[str]) -> None:
        """One row; it moves to the next page whole unless it is taller than a page."""
        lines = self._broken(texts, PLAIN)
        count = max(map(len, lines))
        most = int((self.paper.full - self.head_height - _PADDING) / self._leading)
        for first in range(0, count, most):
            self._room(min(count - first, most))
            self._write(lines, first, min(count, first + most), PLAIN, INK)
        self.paper.y -= _PADDING
        self._rules.append((self.paper.left, self.paper.y + _PADDING * 0.45, self.paper.right, self.paper.y + _PADDING * 0.45))

    def close(self) -> None:
        """Draw the rows and rules collected on this page."""
        self._draw()
        canvas = self.paper.canvas
        canvas.setStrokeColor(HAIR)
        canvas.setLineWidth(0.35)
        if self._rules:
            canvas.lines(self._rules)
        self._rules = []

    def total(self, texts: Sequence[str]) -> None:
        """The last row, bold under a firm rule."""
        lines = self._broken(texts, BOLD)
        self._room(max(map(len, lines)))
        self.paper.rule(self.paper.y + _PADDING * 0.45, INK, 0.8)
        self._write(lines, 0, max(map(len, lines)), BOLD, INK)
        self._draw()
        self.paper.y -= _PADDING

    def _room(self, lines: int) -> None:
        height = lines * self._leading + _PADDING
        if self.paper.y - height < BOTTOM:
            self.close()
            self.paper.turn()
            self.head()

    def _broken(self, texts: Sequence[str], font: str) -> list[list[str]]:
        return [wrap(text, font, self.layout.size, width) for text, width in zip(texts, self.layout.widths, strict=True)]

    def _draw(self) -> None:
        if self._pen is not None:
            self.paper.canvas.drawText(self._pen)
            self._pen = None

    def _write(self, cells: Sequence[Sequence[str]], first: int, last: int, font: str, colour: Color) -> None:
        paper, layout, leading = self.paper, self.layout, self._leading
        if self._pen is None:
            self._pen = paper.canvas.beginText()
            self._pen.setFont(font, layout.size)
            self._pen.setFillColor(colour)
        pen = self._pen
        top = paper.y - layout.size
        for left, width, right, lines in zip(layout.lefts, layout.widths, layout.rights, cells, strict=True):
            for number, line in enumerate(lines[first:last]):
                if not line:
                    continue
                paper.letters.update(line)
                x = left + width - width_of(line, font, layout.size) if right else left
                pen.setTextOrigin(x, top - number * leading)
                pen.textOut(line)
        paper.y -= (last - first) * leading


def _layout(paper: Paper, table: Table, heads: Sequence[str], speaker: Speaker, currency: str) -> Layout:
    widest = _widest_cells(table, speaker, currency)
    if table.totals:
        widest[0].append(_total_texts(table, speaker, currency)[0])
    rights = tuple(column.kind in (Kind.MONEY, Kind.COUNT) for column in table.columns)
    fixed = tuple(column.kind is not Kind.TEXT for column in table.columns)
    naturals: list[float] = []
    for size in SIZES:
        naturals = [_natural(texts, head, size, kept=kept) for texts, head, kept in zip(widest, heads, fixed, strict=True)]
        least = sum(width if kept else min(width, _NARROWEST_TEXT) for width, kept in zip(naturals, fixed, strict=True))
        if least + GAP * (len(naturals) - 1) <= paper.width:
            break
    widths = _shared(naturals, fixed, paper.width - GAP * (len(naturals) - 1))
    lefts = tuple(paper.left + sum(widths[:place]) + GAP * place for place in range(len(widths)))
    return Layout(size, lefts, tuple(widths), rights)


def _natural(texts: Iterable[str], head: str, size: float, *, kept: bool) -> float:
    """The width a column wants: its widest cell, and the longest word of its name."""
    cells = max((width_of(line, BOLD if kept else PLAIN, size) for text in texts for line in text.split("\n")), default=0.0)
    return max(cells, max((width_of(word, BOLD, size) for word in head.split()), default=0.0)) + 0.5


def _shared(naturals: Sequence[float], fixed: Sequence[bool], width: float) -> list[float]:
    """Figures keep what they need; short texts too, long ones share what is left; the table fills the page."""
    kept = sum(natural for natural, stays in zip(naturals, fixed, strict=True) if stays)
    if kept > width:
        return [natural * width / sum(naturals) for natural in naturals]
    widths, left = list(naturals), width - kept
    texts = sorted((natural, place) for place, (natural, stays) in enumerate(zip(naturals, fixed, strict=True)) if not stays)
    for number, (natural, place) in enumerate(texts):
        widths[place] = min(natural, left / (len(texts) - number))
        left -= widths[place]
    growing = [place for _, place in texts] or range(len(widths))
    wanted = sum(widths[place] for place in growing)
    return [own + left * own / wanted if place in growing else own for place, own in enumerate(widths)]


class _Widest:
    """The few cells of a column that can be its widest: greatest magnitudes, longest texts, every month of a date; found as rows go by."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, bool], Cell] = {}
        self._sizes: dict[tuple[str, bool], int] = {}
        self._days: dict[tuple[int, int], date] = {}
        self._texts: set[str] = set()
        self._shortest = 0
        self._messages: list[Message] = []

    def see(self, cell: Cell) -> None:
        """One more cell of the column."""
        if isinstance(cell, str):
            if len(cell) > self._shortest or len(self._texts) < _MEASURED:
                self._keep(cell)
        elif isinstance(cell, Money):
            self._number(cell, cell.currency, cell.minor)
        elif isinstance(cell, date):
            self._days[cell.month, len(str(cell.day))] = cell
        elif isinstance(cell, int):
            self._number(cell, "", cell)
        elif cell is not None and len(self._messages) < _MEASURED:
            self._messages.append(cell)

    @property
    def cells(self) -> list[Cell]:
        """What is measured."""
        return [*self._numbers.values(), *self._texts, *self._messages, *self._days.values()]

    def _number(self, cell: Cell, unit: str, value: int) -> None:
        key = (unit, value < 0)
        if abs(value) >= self._sizes.get(key, 0):
            self._numbers[key], self._sizes[key] = cell, abs(value)

    def _keep(self, text: str) -> None:
        self._texts.add(text)
        if len(self._texts) > _MEASURED:
            self._texts.remove(min(self._texts, key=lambda one: (len(one), one)))
            self._shortest = min(map(len, self._texts))


def _widest_cells(table: Table, speaker: Speaker, currency: str) -> list[list[str]]:
    """The texts to measure, column by column; the rows are gone through once."""
    columns = [_Widest() for _ in table.columns]
    for row in table.rows:
        for widest, cell in zip(columns, row.cells, strict=True):
            if cell is not None:
                widest.see(cell)
    return [
        [cell_text(cell, speaker, currency) for cell in (*widest.cells, table.totals.get(column.key))]
        for widest, column in zip(columns, table.columns, strict=True)
    ]
