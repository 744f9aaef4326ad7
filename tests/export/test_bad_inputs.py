"""Rows 82 to 85 and 88 to 90 of the list of bad inputs: what would go wrong in a workbook or a CSV, and what is done about it."""

from __future__ import annotations

import csv as read_csv
import errno
import io
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.export import csv, html, pdf, xlsx
from fundledger.export.text import file_name
from fundledger.export.writing import check_target, save
from fundledger.i18n import Speaker
from fundledger.reports.value import Audience, Column, Kind, Message, Report, Row, Table
from tests.export.sample import campaign, eur, journal

SPEAKER = Speaker("en")


def with_texts(*texts: str) -> Report:
    """A table whose invoice numbers are these: the one text of the books that others write."""
    rows = tuple(Row((text, eur(-500))) for text in texts)
    table = Table(
        "book_invoices", (Column("invoice"), Column("amount", Kind.MONEY, totalled=True)), rows, {"amount": eur(-500 * len(rows))}
    )
    return replace(campaign(Audience.AUDITOR), sections=(table,))


def refused(call: object, *given: object) -> str:
    with pytest.raises(KnownError) as caught:
        call(*given)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+cmd", "-1+1", "@SUM(A1)"])
def test_row_82_a_text_that_begins_like_a_formula_is_text(text: str) -> None:
    book = load_workbook(io.BytesIO(xlsx.render(with_texts(text), SPEAKER)))
    [cell] = [cell for row in book["Invoices"].iter_rows() for cell in row if cell.value == text]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_row_83_a_text_in_a_csv_gets_an_apostrophe_and_an_amount_keeps_its_minus(start: str) -> None:
    said = csv.render(with_texts(f"{start}1"), SPEAKER).decode("utf-8-sig")
    row = next(row for row in read_csv.reader(io.StringIO(said, newline="")) if row[-1:] == ["-5.00"] and row[0].startswith("'"))
    assert row[1] == "-5.00"


def test_row_84_what_no_cell_can_hold_is_marked_or_cut_with_a_note() -> None:
    data = xlsx.render(with_texts("A\x00B", "A\ud800B", "x" * 40_000), SPEAKER)
    texts = [str(row[0]) for row in load_workbook(io.BytesIO(data))["Invoices"].iter_rows(values_only=True)]
    assert texts.count("A\ufffdB") == 2
    assert texts[-1].endswith("…")
    report = [str(row[0]) for row in load_workbook(io.BytesIO(data))["Report"].iter_rows(values_only=True)]
    assert any("were cut: 1" in line for line in report)


def test_row_85_more_rows_than_a_sheet_go_on_in_the_next_and_no_digit_is_rounded() -> None:
    book = load_workbook(io.BytesIO(xlsx.render(journal(40), SPEAKER, most_rows=20)))
    assert [name for name in book.sheetnames if name.startswith("Gifts")] == ["Gifts", "Gifts 2", "Gifts 3"]
    table = Table("gifts", (Column("amount", Kind.MONEY),), (Row((Money(10**15, "EUR"),)),))
    assert refused(xlsx.render, replace(campaign(), sections=(table,)), SPEAKER) == "export.too_exact"


def test_row_88_a_place_nothing_can_be_written_to_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "Mine.fundledger").mkdir()
    assert refused(check_target, tmp_path / "file") == "export.not_a_folder"
    assert refused(check_target, tmp_path / "Mine.fundledger" / "reports") == "export.inside_book"
    assert refused(check_target, Path("/proc/reports")) == "export.unwritable"


@pytest.mark.parametrize("words", ['a/b\\c:d*e?f"g<h>i|j', "CON", "trailing.", "x" * 300])
def test_row_88_a_name_no_system_takes_becomes_a_safe_one(words: str) -> None:
    name = file_name(words)
    assert not set(name) & set('/\\:*?"<>|')
    assert 0 < len(name.encode()) <= 255
    assert name.upper() != "CON"
    assert not name.endswith(".")


def test_row_88_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workbook.xlsx").write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", full)
    assert refused(save, tmp_path, {"workbook.xlsx": b"new"}) == "export.no_space"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"workbook.xlsx": b"old"}


def test_row_89_a_workbook_that_is_open_in_excel_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workbook.xlsx").write_bytes(b"old")

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, str(self), str(target))

    monkeypatch.setattr(Path, "replace", held)
    assert refused(save, tmp_path, {"workbook.xlsx": b"new"}) == "export.target_open"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"workbook.xlsx": b"old"}


def test_row_90_a_report_without_entries_says_so() -> None:
    table = Table("book_ledger", (Column("number", Kind.COUNT),), (), empty=Message("note.no_entries"))
    report = replace(campaign(Audience.AUDITOR), sections=(table,))
    said = SPEAKER.say("note.no_entries")
    assert said in html.render(report, SPEAKER).decode()
    rows = load_workbook(io.BytesIO(xlsx.render(report, SPEAKER)))["Report"].iter_rows(values_only=True)
    assert any(said in row for row in rows)
    assert pdf.render(report, SPEAKER).startswith(b"%PDF")
