"""Workbooks: values as they are stored, bounds counted while unpacking, sheets nobody sees left aside with a word."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from fundledger.domain.problem import KnownError
from fundledger.statements import Given, identify
from tests.statements.building import DONOR, OURS
from tests.statements.writing_tables import as_workbook, read

if TYPE_CHECKING:
    from pathlib import Path

HEAD: list[object] = ["Date", "Description", "Amount", "Currency"]
BROKEN = {"file.workbook_broken", "file.archive", "file.office", "file.archive_broken"}
DAY = ('s="1"', "<v>46027</v>")


def refused(folder: Path, content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(KnownError) as caught:
        read(folder, content)
    return [(problem.code, problem.subject) for problem in caught.value.problems]


def test_a_workbook_of_a_spreadsheet_is_recognised_and_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Datum", "Verwendungszweck", "Betrag", "Währung"])
    sheet.append([date(2026, 1, 5), "Spende", 12.34, "EUR"])
    sheet.append([datetime(2026, 1, 6, 10), "Miete", -5, "EUR"])  # noqa: DTZ001  a workbook has no zone
    packed = BytesIO()
    book.save(packed)
    assert identify(packed.getvalue()[: 64 * 1024]) == "xlsx"
    lines = read(tmp_path, packed.getvalue())[1]
    assert [(line.booked_on, str(line.amount), line.remittance) for line in lines] == [
        (date(2026, 1, 5), "12.34", "Spende"),
        (date(2026, 1, 6), "-5.00", "Miete"),
    ]


def test_days_shared_strings_and_results_of_formulas(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEAD, [DAY, ('t="s"', "<v>1</v>"), ("", "<f>A1+B1</f><v>-0.30000000000000004</v>"), "EUR"],
            [('s="2"', "<v>46028.75</v>"), ('t="s"', "<v>0</v>"), 1234.5, "EUR"]]  # fmt: skip
    lines = read(tmp_path, as_workbook(rows))[1]
    assert [(line.booked_on, line.amount.minor, line.remittance) for line in lines] == [
        (date(2026, 1, 5), -30, "Two runs"),
        (date(2026, 1, 6), 123450, "Shared text"),
    ]


def test_numbers_of_a_workbook_are_never_ambiguous(tmp_path: Path) -> None:
    assert read(tmp_path, as_workbook([HEAD, [DAY, "x", 1.23, "EUR"], [DAY, "x", 1234, "EUR"]]))[1][0].amount.minor == 123
    assert read(tmp_path, as_workbook([HEAD, [DAY, "x", 1.234, "KWD"]]))[1][0].amount.minor == 1234


def test_a_formula_without_a_result_is_a_fault_of_its_row(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEAD, [DAY, "x", 5, "EUR"], [DAY, "x", ("", "<f>A1+B1</f>"), "EUR"]]
    assert refused(tmp_path, as_workbook(rows)) == [("line.formula", "March!3")]


def test_row_63_a_cell_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    assert read(tmp_path, as_workbook([HEAD, [DAY, "=HYPERLINK(x)", 5, "EUR"]]))[1][0].remittance == "=HYPERLINK(x)"


def test_row_65_an_account_kept_as_a_number_has_lost_its_digits(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Date", "Counterparty IBAN", "Amount"], [DAY, 4.40532e21, 5], [DAY, DONOR, 5], [DAY, DONOR, 5]]
    assert refused(tmp_path, as_workbook(rows)) == [("line.damaged", "March!2")]


def test_a_hidden_sheet_is_left_aside_with_a_word(tmp_path: Path) -> None:
    problems = read(tmp_path, as_workbook([HEAD, [DAY, "x", 5, "EUR"]], hidden=True))[3]
    assert (problems[0].code, problems[0].values["sheet"]) == ("file.sheet_hidden", "Old")


def test_the_first_sheet_with_a_table_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    content = as_workbook([HEAD, [DAY, "x", 5, "EUR"]], sheets='<sheet name="Notes" sheetId="3" r:id="rId2"/>')
    _, lines, _, problems = read(tmp_path, content)
    assert len(lines) == 1
    assert [(problem.code, problem.values["sheet"]) for problem in problems if problem.code == "file.sheet_left"] == [
        ("file.sheet_left", "Notes")
    ]


def test_lines_above_the_table_name_the_account(tmp_path: Path) -> None:
    heads, _, _, _ = read(tmp_path, as_workbook([["Account number", OURS], [], HEAD, [DAY, "x", 5, "EUR"]]))
    assert heads[0].account == OURS


def test_row_12_a_bomb_is_refused_by_counted_octets(tmp_path: Path) -> None:
    strings = "<sst>" + f"<si><t>{'x' * 9_000}</t></si>" * 12_000 + "</sst>"
    assert refused(tmp_path, as_workbook([HEAD], more={"xl/sharedStrings.xml": strings})) == [("file.unpacked", "march.csv")]


def test_row_29_a_doctype_is_refused_on_sight(tmp_path: Path) -> None:
    sheet = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'
    assert refused(tmp_path, as_workbook([HEAD], more={"xl/worksheets/sheet1.xml": sheet})) == [("file.doctype", "march.csv")]


def test_row_62_a_row_without_end_and_a_column_far_out(tmp_path: Path) -> None:
    wide = as_workbook([HEAD, [DAY, "x", 5, "EUR"]], more={
        "xl/worksheets/sheet1.xml": "<worksheet><sheetData><row r='1'><c r='XFD1'><v>1</v></c></row></sheetData></worksheet>"})  # fmt: skip
    assert refused(tmp_path, wide) == [("file.columns", "march.csv")]


@pytest.mark.parametrize("keep", [200, -100])
def test_row_5_a_workbook_cut_off_is_refused(tmp_path: Path, keep: int) -> None:
    assert refused(tmp_path, as_workbook([HEAD, [DAY, "x", 5, "EUR"]])[:keep])[0][0] in {
        "file.workbook_broken",
        "file.archive",
        "file.office",
        "file.archive_broken",
    }


def test_days_counted_from_1904(tmp_path: Path) -> None:
    more = {"xl/workbook.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<workbookPr date1904="1"/>'
            '<sheets><sheet name="March" sheetId="1" r:id="rId1"/></sheets></workbook>'}  # fmt: skip
    content = as_workbook([HEAD, [('s="1"', "<v>44565</v>"), "x", 5, "EUR"]], more=more)
    assert read(tmp_path, content, Given())[1][0].booked_on == date(2026, 1, 5)
