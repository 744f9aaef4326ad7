"""Workbooks of a take-over, filled in as a treasurer would."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from fundledger.export.takeover import render
from fundledger.i18n import Speaker
from tests.services.bookkeeping import LAWYER, OURS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Rows = dict[str, "Sequence[Sequence[Any]]"]
SOUND: Rows = {
    "about": [(date(2026, 1, 1),)],
    "accounts": [(OURS, "Sample bank", "EUR", 1200, 500)],
    "campaigns": [("C-101", 2000, 50, None, 10, None, None, 1000, 240, 0)],
    "money": [(OURS, "C-101", 700)],
    "payees": [(LAWYER, None)],
    "advances": [("C-101", LAWYER, 240)],
}


def workbook(folder: Path, rows: Rows, name: str = "take-over.xlsx", *, language: str = "en") -> Path:
    """The template with these rows under the keys of each sheet, as far as they reach."""
    book = load_workbook(io.BytesIO(render(Speaker(language))))
    for sheet in book.worksheets:
        heads = [(cell.row, str(cell.value).partition(".")[0]) for cell in sheet["A"] if str(cell.value or "").partition(".")[0] in rows]
        [(head, key)] = [one for one in heads if "." in str(sheet.cell(one[0], 1).value)] or [(0, "")]
        for n, row in enumerate(rows.get(key, ()), head + 1):
            for m, value in enumerate(row, 1):
                sheet.cell(n, m).value = value
    path = folder / name
    book.save(path)
    return path
