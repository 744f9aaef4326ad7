"""A workbook written row by row, straight into its ZIP: typed cells, no temporary file, the same bytes for the same rows."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, auto
from functools import cache
from typing import IO, TYPE_CHECKING, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from fundledger.domain.money import Money, exponent
from fundledger.export.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from openpyxl.worksheet.dimensions import ColumnDimension, DimensionHolder
    from openpyxl.worksheet.filters import AutoFilter
    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.page import PrintPageSetup
    from openpyxl.worksheet.properties import WorksheetProperties

    from fundledger.reports.value import Report

MOST_ROWS = 1_048_576
MOST_LETTERS = 32_767
_FORMULA_STARTS = tuple("=+-@|\t\n\uff1d\uff0b\uff0d\uff20")
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
_UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001  document properties of a workbook carry no zone


class Look(IntEnum):
    """How a cell is set, besides its type."""

    PLAIN = auto()
    STRONG = auto()
    HEADING = auto()
    TITLE = auto()
    COLUMN = auto()
    COLUMN_OF_FIGURES = auto()
    MUTED = auto()


_FONTS = {
    Look.PLAIN: Font(name="Calibri", size=11),
    Look.STRONG: Font(name="Calibri", size=11, bold=True),
    Look.HEADING: Font(name="Calibri", size=12, bold=True, color="1D5F5B"),
    Look.TITLE: Font(name="Calibri", size=16, bold=True),
    Look.COLUMN: Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
    Look.COLUMN_OF_FIGURES: Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
    Look.MUTED: Font(name="Calibri", size=10, color="5D6A70"),
}
_HEAD_FILL = PatternFill("solid", fgColor="1D5F5B")


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula, with the currency or none its result is shown in."""

    text: str
    currency: str | None = None


Value = str | int | Money | date | Formula | None


_FILLS = ("1D5F5B", "C9DDDB")  # the second series is light, with the dark one's edge


class Book:
    """A workbook in the making; sheets are written one after the other, each whole."""

    def __init__(self, report: Report, title: str) -> None:
        """Set the properties: title, our own name, and the date of data in the place of today."""
        self.currency = report.currency
        self.workbook = Workbook(write_only=True)
        self._target = io.BytesIO()
        self._archive = _StillZip(self._target, "w", ZIP_DEFLATED, compresslevel=6)
        properties = self.workbook.properties
        properties.title, properties.creator, properties.lastModifiedBy = title, clean(report.foundation), "FundLedger"
        properties.description = str(report.head) if report.head else None
        moment = datetime.combine(report.as_of, datetime.min.time()) if report.as_of else _UNDATED
        properties.created = properties.modified = moment

    def sheet(self, title: str, widths: Sequence[float], head: int) -> Sheet:
        """Begin a sheet whose column names stand in row `head`; the sheet before must be closed."""
        number = len(self.workbook.worksheets) + 1
        sheet = Sheet(self.workbook, title, self._archive, f"xl/worksheets/sheet{number}.xml", self.currency)
        self.workbook._add_sheet(sheet)  # type: ignore[attr-defined]  # noqa: SLF001  create_sheet makes openpyxl's own kind only
        sheet.set_up(widths, head)
        return sheet

    def finish(self) -> bytes:
        """The workbook's bytes."""
        # Workbook.save would set the time of now and write every part with it.
        ExcelWriter(self.workbook, self._archive).save()
        return self._target.getvalue()


class _KeptCell(Cell):
    """A cell made once a column and look: its type is given and not guessed, its style is looked up once."""

    __slots__ = ("_style_number",)

    def holding(self, value: object, kind: str) -> Self:
        """The same cell with another value: `kind` is n (exact digits, never a float), s, d or f."""
        self._value, self.data_type = value, kind
        return self

    @property
    def style_id(self) -> int:
        """The number of the style, as openpyxl writes it."""
        try:
            return self._style_number
        except AttributeError:
            self._style_number: int = super().style_id
            return self._style_number


class Sheet(WriteOnlyWorksheet):
    """A sheet that is written as it grows; a third less time than with a new cell for every value."""

    # What openpyxl lends this class from its Worksheet, and its stubs do not tell.
    column_dimensions: DimensionHolder[str, ColumnDimension]
    sheet_properties: WorksheetProperties
    page_setup: PrintPageSetup
    auto_filter: AutoFilter
    _writer: _StraightWriter | None
    oddFooter: HeaderFooterItem  # noqa: N815  openpyxl's name

    def __init__(self, parent: Workbook, title: str, archive: _StillZip, part: str, currency: str) -> None:
        super().__init__(parent, title)
        self._archive, self._part, self._currency = archive, part, currency
        self._cells: dict[tuple[int, Look, str, bool], _KeptCell] = {}
        self.rows_written = 0

    def set_up(self, widths: Sequence[float], head: int) -> None:
        """Column widths, frozen head, and pages across that repeat it."""
        for number, width in enumerate(widths):
            self.column_dimensions[letter_of(number)].width = width
        self.freeze_panes = f"A{head + 1}"
        self.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.page_setup.orientation, self.page_setup.paperSize = "landscape", 9
        self.page_setup.fitToWidth, self.page_setup.fitToHeight = 1, 0
        self.print_title_rows = f"{head}:{head}"
        self.oddFooter.center.text = "&P / &N"

    def head(self, names: Sequence[str], figures: Sequence[bool]) -> None:
        """Write the column names, those of figures on the right."""
        looks = [Look.COLUMN_OF_FIGURES if right else Look.COLUMN for right in figures]
        self.append([self._text(column, look, name) for column, (name, look) in enumerate(zip(names, looks, strict=True), 1)])
        self.rows_written += 1

    def draw(self, title: str, columns: Sequence[int], head: int, count: int) -> None:
        """A chart of these columns (counted from 0) below the table, whose first column says what a row is; it follows the cells."""
        made = BarChart(barDir="bar", gapWidth=60)
        made.title, made.height, made.width = title, 3.2 + 0.9 * count, 24
        for column, fill in zip(columns, _FILLS, strict=False):
            series = Series(Reference(self, min_col=column + 1, min_row=head + 1, max_row=head + count), title_from_data=False)
            series.tx = SeriesLabel(StrRef(f"{quote_sheetname(self.title)}!${letter_of(column)}${head}"))
            series.graphicalProperties.solidFill, series.graphicalProperties.line.solidFill = fill, _FILLS[0]
            made.series.append(series)
        made.set_categories(Reference(self, min_col=1, min_row=head + 1, max_row=head + count))
        made.x_axis.scaling.orientation = "maxMin"  # the first row on top
        made.x_axis.delete = made.y_axis.delete = False
        made.legend.position = "b"
        self.add_chart(made, f"A{head + count + 3}")  # type: ignore[misc]  # lent by Worksheet, as above

    def row(self, values: Sequence[Value], look: Look = Look.PLAIN) -> int:
        """Write one row; returns its number."""
        cells = [self._cell(column, value, look) for column, value in enumerate(values, 1) if value is not None and value != ""]
        self.append(cells)
        self.rows_written += 1
        return self.rows_written

    def _cell(self, column: int, value: Value, look: Look) -> Cell:
        if isinstance(value, Money):
            return self._kept(column, look, money_format(value.currency, self._currency)).holding(str(value), "n")
        if isinstance(value, str):
            return self._text(column, look, value)
        if isinstance(value, date):
            if value < _FIRST_DAY:
                return self._text(column, look, value.isoformat())
            return self._kept(column, look, "yyyy-mm-dd").holding(value, "d")
        if isinstance(value, Formula):
            shown = money_format(value.currency, self._currency) if value.currency else "#,##0"
            return self._kept(column, look, shown).holding(value.text, "f")
        return self._kept(column, look, "#,##0").holding(str(value), "n")

    def _text(self, column: int, look: Look, text: str) -> Cell:
        text = fitted(clean(text))
        shown = "@" if look is Look.PLAIN else "General"
        return self._kept(column, look, shown, quoted=text.startswith(_FORMULA_STARTS)).holding(text, "s")

    def _kept(self, column: int, look: Look, shown: str, *, quoted: bool = False) -> _KeptCell:
        key = (column, look, shown, quoted)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = _KeptCell(self, row=1, column=column)
            cell.font, cell.number_format, cell.quotePrefix = _FONTS[look], shown, quoted
            if look in (Look.COLUMN, Look.COLUMN_OF_FIGURES):
                side = "left" if look is Look.COLUMN else "right"
                cell.fill, cell.alignment = _HEAD_FILL, Alignment(horizontal=side, vertical="center", wrap_text=True)
        return cell

    def _values_to_row(self, values: Iterable[Cell], row_idx: int) -> Iterator[Cell]:
        """Cells come typed and placed, so openpyxl need not guess what they are."""
        for cell in values:
            cell.row = row_idx
            yield cell

    def _get_writer(self) -> None:
        """Write into the ZIP itself; openpyxl's own way leaves the rows readable in a temporary file."""
        if self._writer is None:
            # Without the fields of a part above 2 GiB: Pythons before 3.11.4 write them otherwise, and a report has to be the same bytes.
            part = self._archive.open(self._archive.still(self._part), "w")
            self._writer = _StraightWriter(self, part)
            self._writer.write_top()

    def close(self) -> None:
        """End the sheet."""
        super().close()
        assert self._writer is not None
        self._writer.out.close()


class _StraightWriter(WorksheetWriter):
    """Writes a sheet into an open part; there is no temporary file to remove."""

    out: IO[bytes]

    def cleanup(self) -> None:
        """Nothing is left over."""


class _StillZip(ZipFile):
    """A ZIP whose parts all carry the same time; parts already written are not written again."""

    def still(self, name: str) -> ZipInfo:
        """The heading of a part, of 1980-01-01."""
        part = ZipInfo(name)
        part.compress_type, part.external_attr = ZIP_DEFLATED, 0o600 << 16
        return part

    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: str | bytes, *_: object, **__: object) -> None:  # type: ignore[override]
        """Write a part at the fixed time."""
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        super().writestr(self.still(name), data)

    def write(self, filename: object, arcname: object = None, *_: object, **__: object) -> None:
        """A sheet openpyxl hands over is in its place already."""


def letter_of(column: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def money_format(currency: str, own: str) -> str:
    """The number format of a currency; a foreign one is shown with its code."""
    digits = "#,##0" + (f".{'0' * exponent(currency)}" if exponent(currency) else "")
    return digits if currency == own else f"{digits} [${currency}]"


def fitted(text: str) -> str:
    """Text a cell holds: longer is cut with a visible ellipsis."""
    return text if not too_long(text) else text.encode("utf-16-le")[: 2 * MOST_LETTERS - 4].decode("utf-16-le", "ignore") + "…"


def too_long(text: str) -> bool:
    """Whether a cell would cut it: Excel counts UTF-16 units."""
    return len(text) * 2 > MOST_LETTERS and len(text.encode("utf-16-le", "replace")) > 2 * MOST_LETTERS


def sheet_title(text: str, taken: Iterable[str]) -> str:
    """A name Excel takes for a sheet: at most 31 letters, no punctuation of references, none twice."""
    plain = re.sub(r"[\[\]:*?/\\\n\t]+", " ", clean(text)).strip(" '")[:31].strip(" '") or "Table"
    used = {title.casefold() for title in taken} | {"history"}
    title, number = plain, 2
    while title.casefold() in used:
        title, number = f"{plain[:27].strip()} {number}", number + 1
    return title
