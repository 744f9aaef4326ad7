"""A ledger of any length set in a workbook and on paper, by us and by the bare libraries; the rows are the same ones every time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import overload

from fundledger.domain.money import Money
from fundledger.export import paper, pdf, xlsx
from fundledger.i18n import Speaker
from fundledger.reports.value import Audience, Cell, Column, Kind, Message, Report, Row, Table

_FIRST_DAY = date(2025, 1, 1)
_KINDS, _FLOWS = ("line", "invoice", "voucher", "move"), ("collected", "paid", "fees", "")
_ROWS_A_PAGE = 42


def _cells(n: int) -> tuple[Cell, ...]:
    """Twelve cells, as the general ledger has them."""
    amount = Money(500 + n * 7919 % 20_000, "EUR")
    debit, credit = (amount, None) if n % 2 else (None, amount)
    day = _FIRST_DAY + timedelta(days=n * 365 // 100_000 % 365)
    told = _KINDS[n % 4], f"1010-{n % 3 + 1}", f"C-{n % 200 + 100}", _FLOWS[n % 4], f"line:{n}"
    return n // 2 + 1, n % 2, day, *told, None, debit, credit, n % 2


class _Rows(Sequence[Row]):
    """Rows made when they are asked for, as they are read from a book."""

    def __init__(self, first: int, last: int) -> None:
        self._span = range(first, last)

    def __len__(self) -> int:
        return len(self._span)

    def __iter__(self) -> Iterator[Row]:
        return (Row(_cells(n)) for n in self._span)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> _Rows: ...

    def __getitem__(self, place: int | slice) -> Row | _Rows:
        if isinstance(place, int):
            return Row(_cells(self._span[place]))
        part = self._span[place]
        return _Rows(part.start, part.stop)


def _report(size: int) -> Report:
    kinds = {"number": Kind.COUNT, "ordinal": Kind.COUNT, "reverses": Kind.COUNT, "entries": Kind.COUNT, "dated": Kind.DATE}
    keys = ("number", "ordinal", "dated", "kind", "account", "fund", "flow", "subject", "reverses", "debit", "credit", "entries")
    columns = tuple(Column(key, Kind.MONEY if key in {"debit", "credit"} else kinds.get(key, Kind.TEXT), key in _SUMMED) for key in keys)
    debit = sum(500 + n * 7919 % 20_000 for n in range(1, size, 2))
    credit = sum(500 + n * 7919 % 20_000 for n in range(0, size, 2))
    totals: dict[str, Money | int] = {"debit": Money(debit, "EUR"), "credit": Money(credit, "EUR"), "entries": size // 2}
    table = Table("book_ledger", columns, _Rows(0, size), totals)
    title = Message("report.workbook.title")
    return Report("workbook", Audience.AUDITOR, title, "Sample Foundation", "EUR", date(2025, 12, 31), (table,))


_SUMMED = frozenset({"debit", "credit", "entries"})


def workbook(size: str) -> None:
    """Ours: totals twice, differences, typed and styled cells, ranges named, the same bytes every time."""
    xlsx.render(_report(int(size)), Speaker("en"))


def bare_workbook(size: str) -> None:
    """openpyxl, write-only: the same cells, nothing else."""
    from openpyxl import Workbook  # noqa: PLC0415  the other rows do without it

    made = Workbook(write_only=True)
    sheet = made.create_sheet("ledger")
    for n in range(int(size)):
        sheet.append([float(str(cell)) if isinstance(cell, Money) else cell for cell in _cells(n)])
    made.save(io.BytesIO())


def on_paper(size: str) -> None:
    """Ours: measured columns, running heads, totals, numbered pages."""
    pdf.render(_report(int(size)), Speaker("en"))


def bare_paper(size: str) -> None:
    """The bare canvas of reportlab with the same embedded fonts: each cell's text at its place, nothing measured."""
    from reportlab.lib.pagesizes import A4, landscape  # noqa: PLC0415  as above
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  as above

    paper.width_of("fonts", paper.PLAIN, 8)
    canvas = Canvas(io.BytesIO(), pagesize=landscape(A4), pageCompression=1)
    for first in range(0, int(size), _ROWS_A_PAGE):
        canvas.setFont(paper.PLAIN, 6.5)
        for place, n in enumerate(range(first, min(first + _ROWS_A_PAGE, int(size)))):
            for column, cell in enumerate(_cells(n)):
                if cell is not None:
                    canvas.drawString(56 + column * 60, 530 - place * 11, str(cell))
            canvas.line(56, 528 - place * 11, 780, 528 - place * 11)
        canvas.showPage()
    canvas.save()
