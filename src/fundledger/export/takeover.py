"""Sets the empty workbook of a take-over: a sheet for each sort of thing, what belongs there said above its columns."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from fundledger.domain.problem import KnownError
from fundledger.domain.takeover import AMOUNTS, DAYS, MAY_BE_EMPTY, SHEETS
from fundledger.domain.voucher import TERMS
from fundledger.export.sheet import sheet_title
from fundledger.export.writing import check_target, save

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from fundledger.i18n import Speaker

_UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001  document properties of a workbook carry no zone
_TITLE, _PLAIN = Font(name="Calibri", size=14, bold=True, color="1D5F5B"), Font(name="Calibri", size=11)
_HEADING, _KEY = Font(name="Calibri", size=11, bold=True, color="FFFFFF"), Font(name="Calibri", size=8, color="8A969C")
_FILL = PatternFill("solid", fgColor="1D5F5B")
_WIDTHS = {"account": 30, "iban": 30, "name": 28, "payee": 34, "donor": 34, "first_day": 34, "campaign": 20, "currency": 12}
_N_NOTES = 6
_LAST_ROW = 20_000


def write_template(path: Path, speaker: Speaker) -> None:
    """Write the empty workbook; raises takeover.file_there rather than write over one that was filled in, and what `save` raises."""
    if path.exists():
        raise KnownError("takeover.file_there", path.name)
    check_target(path.parent)
    save(path.parent, {path.name: render(speaker)})


def render(speaker: Speaker) -> bytes:
    """The empty workbook in a reader's language; the same bytes on any day."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.title, workbook.properties.creator = speaker.say("takeover.title"), "FundLedger"
    workbook.properties.created = workbook.properties.modified = _UNDATED
    titles: list[str] = []
    for name, columns in SHEETS.items():
        titles.append(sheet_title(speaker.say(f"takeover.sheet.{name}"), titles))
        _sheet(workbook.create_sheet(titles[-1]), name, columns, speaker)
    with ZipFile(target := io.BytesIO(), "w", ZIP_DEFLATED) as archive:
        ExcelWriter(workbook, archive).save()
    return _still(target)


def _still(written: io.BytesIO) -> bytes:
    """The same parts, all of one time."""
    with ZipFile(written) as archive, ZipFile(target := io.BytesIO(), "w", ZIP_DEFLATED) as still:
        for name in archive.namelist():
            part = ZipInfo(name)
            part.compress_type, part.external_attr = ZIP_DEFLATED, 0o600 << 16
            still.writestr(part, archive.read(name))
    return target.getvalue()


def _sheet(sheet: Worksheet, name: str, columns: tuple[str, ...], speaker: Speaker) -> None:
    """What belongs here, the names of the columns, the keys by which they are known; values begin under these."""
    sheet["A1"], sheet["A1"].font = speaker.say(f"takeover.sheet.{name}"), _TITLE
    notes = [f"takeover.about.{name}"] if name != "about" else [f"takeover.step.{n}" for n in range(1, _N_NOTES + 1)]
    for row, key in enumerate(notes, 2):
        sheet[f"A{row}"], sheet[f"A{row}"].font = speaker.say(key), _PLAIN
    head = len(notes) + 3
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        heading, key = sheet[f"{letter}{head}"], sheet[f"{letter}{head + 1}"]
        said = speaker.say(f"figure.{column}" if column in TERMS else f"takeover.column.{column}")
        heading.value, heading.font, heading.fill = said if column in MAY_BE_EMPTY else f"{said} *", _HEADING, _FILL
        heading.alignment = Alignment(vertical="center", wrap_text=True)
        key.value, key.font = f"{name}.{column}", _KEY
        sheet.column_dimensions[letter].width = _WIDTHS.get(column, 16)
        _typed(sheet, letter, column, head + 2)
    sheet.row_dimensions[head].height = 32
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.freeze_panes = f"A{head + 2}"


def _typed(sheet: Worksheet, letter: str, column: str, first: int) -> None:
    """Amounts as numbers, days as days, everything else as text: an account number keeps its zeros."""
    days, amounts = column in DAYS, column in AMOUNTS
    sheet.column_dimensions[letter].number_format = "0.00" if amounts else "yyyy-mm-dd" if days else "@"
    if amounts:
        wanted = DataValidation(type="decimal", operator="between", formula1="-999999999999", formula2="999999999999", allow_blank=True)
    elif days:
        wanted = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
    else:
        return
    wanted.add(f"{letter}{first}:{letter}{_LAST_ROW}")
    sheet.add_data_validation(wanted)
