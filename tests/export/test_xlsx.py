"""A report in a workbook: typed cells, live formulas that agree, and no text that becomes a formula."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.export import xlsx
from fundledger.export.sheet import MOST_LETTERS, fitted, letter_of, sheet_title
from fundledger.i18n import Speaker
from fundledger.reports.value import Audience, Column, Kind, Message, Paragraph, Report, Row, Table
from tests.export.sample import campaign, eur, journal

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell

SPAN = re.compile(r"(?:'((?:[^']|'')+)'!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


class Evaluator:
    """Reckons what our formulas are made of: SUM, SUMSQ, ROUND, plus and minus."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def value(self, sheet: str, cell: str) -> Decimal:
        held = self.book[sheet][cell].value
        if isinstance(held, str):
            return self.formula(sheet, held[1:]) if held.startswith("=") else Decimal(0)
        return Decimal(str(held or 0))

    def values(self, sheet: str, reference: str) -> list[Decimal]:
        match = SPAN.fullmatch(reference)
        assert match is not None, reference
        where = match[1].replace("''", "'") if match[1] else sheet
        last = min(int(match[5] or match[3]), self.book[where].max_row)
        rows = self.book[where][f"{match[2]}{match[3]}:{match[4] or match[2]}{last}"]
        return [self.value(where, cell.coordinate) for row in rows for cell in row]

    def formula(self, sheet: str, text: str) -> Decimal:
        if match := re.fullmatch(r"(SUM|SUMSQ)\((.*)\)", text):
            found = [value for span in match[2].split(",") for value in self.values(sheet, span)]
            return sum(found, Decimal(0)) if match[1] == "SUM" else sum((value * value for value in found), Decimal(0))
        if match := re.fullmatch(r"ROUND\((.*),(\d)\)", text):
            return round(self.formula(sheet, match[1]), int(match[2]))
        if SPAN.fullmatch(text):
            return self.values(sheet, text)[0]
        terms = re.findall(r"([+-]?)([A-Z]+\d+)", text)
        assert "".join(sign + cell for sign, cell in terms) == text, text
        return sum((self.value(sheet, cell) * (-1 if sign == "-" else 1) for sign, cell in terms), Decimal(0))


def formulas(book: Workbook) -> list[Cell | MergedCell]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def rows_of(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in book[sheet].iter_rows(values_only=True)]


@pytest.mark.parametrize("language", ["en", "lt"])
@pytest.mark.parametrize("report", [campaign(Audience.AUDITOR), journal(300)], ids=["campaign", "journal"])
def test_every_difference_comes_out_as_zero(report: Report, language: str) -> None:
    book = opened(xlsx.render(report, Speaker(language)))
    evaluator = Evaluator(book)
    differences = [cell for cell in formulas(book) if str(cell.value).startswith("=ROUND")]
    assert len(differences) >= 4
    assert {evaluator.value(cell.parent.title, cell.coordinate) for cell in differences} == {Decimal(0)}
    assert evaluator.values(book.sheetnames[0], str(book.defined_names["proof"].attr_text)) == [Decimal(0)]


def test_a_wrong_total_shows_in_its_difference_and_in_the_proof() -> None:
    columns = (Column("text"), Column("amount", Kind.MONEY, totalled=True))
    table = Table("gifts", columns, (Row(("one", eur(100))), Row(("two", eur(205)))), {"amount": eur(306)})
    evaluator = Evaluator(opened(xlsx.render(replace(campaign(), sections=(table,)), Speaker("en"))))
    assert evaluator.value("Gifts", "B4") == Decimal("0.01")
    assert evaluator.values("Report", str(evaluator.book.defined_names["proof"].attr_text)) > [Decimal(0)]


def test_numbers_are_numbers_and_dates_are_dates() -> None:
    book = opened(xlsx.render(campaign(Audience.AUDITOR), Speaker("en")))
    sheet = book["Payments to lawyers"]
    assert [cell.value for cell in sheet[6]] == [datetime(2026, 2, 11), "Sample Law Office", "SLO-2026-014", 1500, 12]  # noqa: DTZ001
    assert [cell.data_type for cell in sheet[6]] == ["d", "s", "s", "n", "n"]
    assert [cell.number_format for cell in sheet[6]][3] == "#,##0.00"


def test_the_public_workbook_has_no_entry_numbers() -> None:
    assert [cell.value for cell in opened(xlsx.render(campaign(), Speaker("en")))["Payments to lawyers"][6]][-1] == 1500


def test_each_currency_has_its_own_number_of_digits() -> None:
    cells = (Money(1234, "JPY"), Money(1234, "KWD"), Money(-1234, "EUR"))
    table = Table("gifts", tuple(Column("amount", Kind.MONEY) for _ in cells), (Row(cells),))
    row = opened(xlsx.render(replace(campaign(), sections=(table,)), Speaker("en")))["Gifts"][3]
    assert [(cell.value, cell.number_format) for cell in row] == [
        (1234, "#,##0 [$JPY]"),
        (1.234, "#,##0.000 [$KWD]"),
        (-12.34, "#,##0.00"),
    ]


def test_sheets_are_set_up_for_reading_and_for_paper() -> None:
    book = opened(xlsx.render(campaign(), Speaker("en")))
    sheet = book["Gifts"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A6", "A5:D8", "$5:$5")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == ("landscape", 1, 0)
    assert not any(each.merged_cells.ranges for each in book)
    assert book.defined_names["gifts_amount"].attr_text == "'Gifts'!$D$6:$D$8"
    assert book.defined_names["total_gifts_amount"].attr_text == "'Gifts'!$D$2"


def test_properties_hold_the_date_of_data_and_never_now() -> None:
    found = opened(xlsx.render(campaign(), Speaker("en"))).properties
    assert found.title == "Campaign report – SAMPLE-2026-01 · Defence before the court of appeal"
    assert (found.creator, found.lastModifiedBy) == ("Sample Foundation Šviesa", "FundLedger")
    assert found.created == found.modified == datetime(2026, 3, 31)  # noqa: DTZ001  a workbook knows no zone


def test_the_same_data_is_the_same_bytes_in_parts_of_one_time() -> None:
    data = xlsx.render(campaign(), Speaker("lt"))
    assert data == xlsx.render(campaign(), Speaker("lt"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_no_part_is_headed_as_one_python_does_and_another_does_not() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx.render(campaign(), Speaker("en")))) as archive:
        heads = {(part.extract_version, part.flag_bits, part.extra) for part in archive.infolist()}
    assert heads == {(20, 0, b"")}, "else a report would differ between two versions of Python, and be taken for a changed one"


def test_no_plain_row_is_left_in_a_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", lambda: pytest.fail("a temporary file"))
    xlsx.render(journal(50), Speaker("en"))
    assert list(tmp_path.iterdir()) == []


def test_a_table_longer_than_a_sheet_goes_on_in_the_next() -> None:
    book = opened(xlsx.render(journal(25), Speaker("en"), most_rows=15))
    assert book.sheetnames == ["Report", "Gifts", "Gifts 2", "Gifts 3"]
    numbers = [row[0] for name in book.sheetnames[1:] for row in rows_of(book, name)[5:]]
    assert numbers == list(range(1, 26))
    evaluator = Evaluator(book)
    assert {evaluator.value(name, "E4") for name in book.sheetnames[1:]} == {Decimal(0)}


@pytest.mark.parametrize("minor", [10**15, -(10**15)])
def test_an_amount_of_sixteen_digits_is_refused_and_not_rounded(minor: int) -> None:
    table = Table("gifts", (Column("amount", Kind.MONEY),), (Row((eur(minor),)),))
    with pytest.raises(KnownError) as caught:
        xlsx.render(replace(campaign(), sections=(table,)), Speaker("en"))
    assert caught.value.code == "export.too_exact"


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
@settings(max_examples=30)
def test_fifteen_digits_are_kept(minor: int) -> None:
    table = Table("gifts", (Column("amount", Kind.MONEY),), (Row((eur(minor),)),))
    data = xlsx.render(replace(campaign(), sections=(table,)), Speaker("en"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert f"<v>{eur(minor)}</v>" in archive.read("xl/worksheets/sheet2.xml").decode()


HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\n=1",
    "#N/A",
    "TRUE",
    "1",
    "2026-01-01",
    "\uff1d1",
    "\x00",
    "\ud800",
]


@settings(max_examples=200)
@given(st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=()), max_size=40)))
def test_text_is_text_whatever_it_begins_with(text: str) -> None:
    table = Table("gifts", (Column("text"),), (Row((text,)),))
    report = replace(campaign(subject=text), sections=(Paragraph(text), table), foundation=text)
    book = opened(xlsx.render(report, Speaker("en")))
    assert all(str(cell.value).startswith(("=SUMSQ(", "=B")) for cell in formulas(book))
    cell = book["Gifts"]["A3"]
    assert cell.data_type == ("s" if text else "n"), "an empty text is an empty cell"
    assert cell.value is None or isinstance(cell.value, str)
    if text.startswith(("=", "+", "-", "@")):
        assert cell.quotePrefix


def test_text_longer_than_a_cell_is_cut_with_a_mark_and_a_note() -> None:
    table = Table("gifts", (Column("text"),), (Row(("x" * 40_000,)), Row(("😀" * 20_000,)), Row(("short",))))
    book = opened(xlsx.render(replace(campaign(), sections=(table,)), Speaker("en")))
    first, second, third = (str(row[0]) for row in rows_of(book, "Gifts")[2:])
    assert (len(first), first[-1], third) == (MOST_LETTERS - 1, "…", "short")
    assert len(second.encode("utf-16-le")) // 2 <= MOST_LETTERS
    assert "Texts marked with … were longer than a cell holds and were cut: 2." in [row[0] for row in rows_of(book, "Report")]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_short_text_is_never_cut(text: str) -> None:
    assert fitted(text) == text


@given(st.lists(st.text(max_size=50), max_size=5))
def test_sheet_names_are_ones_excel_takes(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(sheet_title(name, taken))
    assert len({name.casefold() for name in taken}) == len(taken)
    for name in taken:
        assert 1 <= len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'")
        assert name.casefold() != "history"


def test_columns_are_lettered_as_excel_does() -> None:
    assert [letter_of(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_days_before_excels_calendar_are_text_and_an_empty_table_says_so() -> None:
    day = Table("gifts", (Column("booked_on", Kind.DATE),), (Row((date(1899, 1, 1),)),))
    assert opened(xlsx.render(replace(campaign(), sections=(day,)), Speaker("en")))["Gifts"]["A3"].value == "1899-01-01"
    empty = Table("gifts", (Column("text"),), (), empty=Message("paper.no_data"))
    assert "No entries yet" in [
        row[0] for row in rows_of(opened(xlsx.render(replace(campaign(), sections=(empty,)), Speaker("en"))), "Report")
    ]


@pytest.mark.full
@pytest.mark.parametrize("language", ["en", "lt"])
def test_libreoffice_reckons_every_difference_as_zero(tmp_path: Path, language: str) -> None:
    program = shutil.which("soffice")
    assert program is not None, "LibreOffice is needed: apt-get install libreoffice-calc-nogui"
    reports = {"campaign": campaign(Audience.AUDITOR), "journal": journal(2_000)}
    for name, report in reports.items():
        (tmp_path / f"{name}.xlsx").write_bytes(xlsx.render(report, Speaker(language), most_rows=900))
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    sources = [str(tmp_path / f"{name}.xlsx") for name in reports]
    command = [program, home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), *sources]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for name in reports:
        reckoned = load_workbook(tmp_path / "out" / f"{name}.xlsx", data_only=True)
        for cell in formulas(load_workbook(tmp_path / f"{name}.xlsx")):
            found = reckoned[cell.parent.title][cell.coordinate].value
            assert isinstance(found, (int, float)), f"{cell.parent.title}!{cell.coordinate} reads {found}"
            if str(cell.value).startswith(("=ROUND", "=SUMSQ")):
                assert found == 0, f"{cell.parent.title}!{cell.coordinate} reads {found}"
